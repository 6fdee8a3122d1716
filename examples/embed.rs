//! Search by meaning: `cargo run --release --example embed -- MODEL QUERY TEXT...`. Texts become vectors; those whose
//! directions are near the query's mean alike.

#![allow(clippy::print_stdout, reason = "an example prints")]

use kinglet::{EmbedOptions, EngineOptions, Error, LoadOptions, blocking};

fn main() -> Result<(), Error> {
    let mut arguments = std::env::args().skip(1);
    let place = arguments.next().unwrap_or_else(|| "tests/goldens/encoders/minilm-sentences".to_owned());
    let query = arguments.next().unwrap_or_else(|| "What does the wren eat?".to_owned());
    let mut texts: Vec<String> = arguments.collect();
    if texts.is_empty() {
        texts =
            ["It eats spiders and flies.", "The kinglet sings.", "Berlin is in the north."].map(str::to_owned).into();
    }

    let engine = blocking::Engine::new(EngineOptions::default())?;
    let model = engine.load(&blocking::source(&place)?, LoadOptions::default())?;
    // Vectors as long as 1: the sum of products is then the cosine of the angle between two.
    let mut embedder = model.embedder(EmbedOptions { normalize: Some(true), ..EmbedOptions::default() })?;
    let all: Vec<&str> = std::iter::once(query.as_str()).chain(texts.iter().map(String::as_str)).collect();
    let embeddings = embedder.embed(&all)?;
    let Some((query, found)) = embeddings.split_first() else { return Ok(()) };

    let cosine = |vector: &[f32]| query.vector().iter().zip(vector).map(|(a, b)| a * b).sum::<f32>();
    let mut scored: Vec<(f32, &str)> =
        found.iter().zip(&texts).map(|(found, text)| (cosine(found.vector()), text.as_str())).collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0));
    for (score, text) in scored {
        println!("{score:.3}  {text}");
    }
    Ok(())
}
