//! The best answers first: `cargo run --release --example rerank -- MODEL QUERY TEXT...`. A cross-encoder reads the query
//! and a text together: slower than comparing vectors, and better.

#![allow(clippy::print_stdout, reason = "an example prints")]

use kinglet::{EngineOptions, Error, LoadOptions, blocking};

fn main() -> Result<(), Error> {
    let mut arguments = std::env::args().skip(1);
    let place = arguments.next().unwrap_or_else(|| "tests/goldens/encoders/bert-cross".to_owned());
    let query = arguments.next().unwrap_or_else(|| "Where does the wren live?".to_owned());
    let mut texts: Vec<String> = arguments.collect();
    if texts.is_empty() {
        texts = ["The wren lives in the forest.", "It eats spiders.", "Birds sing."].map(str::to_owned).into();
    }

    let engine = blocking::Engine::new(EngineOptions::default())?;
    let model = engine.load(&blocking::source(&place)?, LoadOptions::default())?;
    let documents: Vec<&str> = texts.iter().map(String::as_str).collect();
    for ranked in model.reranker()?.rerank(&query, &documents)? {
        println!("{:.3}  {}", ranked.score, documents.get(ranked.index).copied().unwrap_or_default());
    }
    Ok(())
}
