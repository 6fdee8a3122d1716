use kinglet::{EmbedOptions, Embedding, Engine, Pooling};

use crate::{
    args::EmbedArgs,
    error::CliError,
    output, progress,
    report::{Device, Embed, Vectors},
    texts,
};

/// Numbers of a vector that the readable form shows.
const SHOWN: usize = 6;

/// Turns texts into vectors.
pub(crate) async fn run(args: EmbedArgs) -> Result<(), CliError> {
    let texts = texts::several(&args.texts)?;
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let source = args.model.source().await?;
    let engine = Engine::new(args.device.engine_options()).await?;
    let model = engine.load(&source, args.model.load_options()).await?;
    let options = EmbedOptions {
        pooling: args.pooling.map(Pooling::from),
        normalize: args.normalize.then_some(true),
        prompt: args.prompt.clone(),
    };
    let mut embedder = model.embedder(options).await?;
    let embeddings = embedder.embed_with(&texts, progress::texts(texts.len())).await?;
    let truncated = texts::truncated(embeddings.iter().map(|embedding| embedding.truncated));
    let device = Device::from(model.device());
    if !args.form.json {
        return output::text(&readable(&device, &texts, &embeddings));
    }
    let all_rows = embedder.pooling() == Pooling::None;
    let vectors = |embedding: Embedding| match all_rows {
        true => Vectors::Rows(embedding.rows.into()),
        false => Vectors::One(embedding.rows.into_iter().next().unwrap_or_default().into()),
    };
    output::json(&Embed { device, embeddings: embeddings.into_iter().map(vectors).collect(), truncated })
}

fn readable(device: &Device, texts: &[&str], embeddings: &[Embedding]) -> String {
    let mut rows = vec![["text", "tokens", "numbers", "vector"].map(str::to_owned)];
    for (text, embedding) in texts.iter().zip(embeddings) {
        let first: Vec<String> = embedding.vector().iter().take(SHOWN).map(|value| format!("{value:.4}")).collect();
        let numbers = embedding.vector().len().to_string();
        rows.push([output::shortened(text), embedding.tokens.to_string(), numbers, format!("{} …", first.join(" "))]);
    }
    format!("device  {}\n\n{}", device.label(), output::table(&rows, &[1, 2]))
}
