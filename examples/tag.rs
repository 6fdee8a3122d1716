//! Names in a text: `cargo run --release --example tag -- MODEL TEXT`.

#![allow(clippy::print_stdout, reason = "an example prints")]

use kinglet::{Aggregation, EngineOptions, Error, LoadOptions, blocking};

fn main() -> Result<(), Error> {
    let mut arguments = std::env::args().skip(1);
    let place = arguments.next().unwrap_or_else(|| "tests/goldens/encoders/bert-tag".to_owned());
    let text = arguments.next().unwrap_or_else(|| "Anna Meyer saw a kinglet 🐦 in Zürich.".to_owned());

    let engine = blocking::Engine::new(EngineOptions::default())?;
    let model = engine.load(&blocking::source(&place)?, LoadOptions::default())?;
    let entities = model.tagger(Aggregation::default())?.tag(&text)?;

    // Places are counted in code points, which is what `chars` yields.
    let mut marked = String::new();
    for (place, character) in text.chars().enumerate() {
        for entity in entities.iter().filter(|entity| entity.start == place) {
            marked += &format!("[{} ", entity.label);
        }
        marked.push(character);
        for _ in entities.iter().filter(|entity| entity.end == place + 1) {
            marked.push(']');
        }
    }
    println!("{marked}");
    Ok(())
}
