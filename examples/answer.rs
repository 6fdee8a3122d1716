//! Answers from a text: `cargo run --release --example answer -- MODEL QUESTION < text.txt`. A long text is read in windows.

#![allow(clippy::print_stdout, reason = "an example prints")]

use std::io::{IsTerminal, Read, stdin};

use kinglet::{AnswerOptions, EngineOptions, Error, LoadOptions, blocking};

const TEXT: &str = "The kinglet lives in the forest near Zürich. Anna Meyer saw it in the winter of 1999.";

fn main() -> Result<(), Error> {
    let mut arguments = std::env::args().skip(1);
    let place = arguments.next().unwrap_or_else(|| "tests/goldens/encoders/bert-answer".to_owned());
    let question = arguments.next().unwrap_or_else(|| "Who saw the kinglet?".to_owned());
    let mut text = String::new();
    if stdin().is_terminal() || stdin().read_to_string(&mut text).is_err() || text.trim().is_empty() {
        text = TEXT.to_owned();
    }

    let engine = blocking::Engine::new(EngineOptions::default())?;
    let model = engine.load(&blocking::source(&place)?, LoadOptions::default())?;
    let found = model.answerer(AnswerOptions::default())?.answer(&question, &text)?;
    println!("{} (score {:.3}, characters {} to {})", found.answer, found.score, found.start, found.end);
    Ok(())
}
