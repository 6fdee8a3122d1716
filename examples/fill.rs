//! What may stand in a gap: `cargo run --release --example fill -- MODEL TEXT`. `___` stands for the gap here, whatever the
//! model's own mark is.

#![allow(clippy::print_stdout, reason = "an example prints")]

use kinglet::{EngineOptions, Error, FillOptions, LoadOptions, blocking};

fn main() -> Result<(), Error> {
    let mut arguments = std::env::args().skip(1);
    let place = arguments.next().unwrap_or_else(|| "tests/goldens/encoders/bert-fill".to_owned());
    let text = arguments.next().unwrap_or_else(|| "The kinglet ___ in the forest.".to_owned());

    let engine = blocking::Engine::new(EngineOptions::default())?;
    let model = engine.load(&blocking::source(&place)?, LoadOptions::default())?;
    let mut filler = model.filler(FillOptions { top: 3 })?;
    let text = text.replace("___", filler.mask());
    for (number, gap) in filler.fill(&text)?.into_iter().enumerate() {
        for fill in gap {
            println!("gap {}: {:.3}  {}", number + 1, fill.score, fill.text);
        }
    }
    Ok(())
}
