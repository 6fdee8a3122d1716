//! Labels for each line of standard input: `cargo run --release --example classify -- [MODEL] < texts.txt`.

#![allow(clippy::print_stdout, reason = "an example prints")]

use std::io::{IsTerminal, stdin};

use kinglet::{EngineOptions, Error, LoadOptions, blocking};

fn main() -> Result<(), Error> {
    let place = std::env::args().nth(1).unwrap_or_else(|| "tests/goldens/encoders/bert-classify".to_owned());
    let mut texts: Vec<String> = match stdin().is_terminal() {
        true => Vec::new(),
        false => stdin().lines().map_while(Result::ok).collect(),
    };
    if texts.is_empty() {
        texts = ["The kinglet sings well.", "What bad weather!"].map(str::to_owned).into();
    }

    let engine = blocking::Engine::new(EngineOptions::default())?;
    let model = engine.load(&blocking::source(&place)?, LoadOptions::default())?;
    let lines: Vec<&str> = texts.iter().map(String::as_str).collect();
    // Texts of different length go through the model together, without padding.
    for (text, found) in lines.iter().zip(model.classifier()?.classify(&lines)?) {
        let best: Vec<String> =
            found.labels.iter().take(2).map(|label| format!("{} {:.3}", label.label, label.score)).collect();
        println!("{:30} {text}", best.join(", "));
    }
    Ok(())
}
