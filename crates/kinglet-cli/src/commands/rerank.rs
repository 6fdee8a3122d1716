use kinglet::{Engine, Ranked};

use crate::{
    args::RerankArgs,
    error::CliError,
    output, progress,
    report::{Device, Rerank, Scored},
    texts,
};

/// Sorts texts by how well they answer a query.
pub(crate) async fn run(args: RerankArgs) -> Result<(), CliError> {
    let documents = texts::several(&args.texts)?;
    let documents: Vec<&str> = documents.iter().map(String::as_str).collect();
    let source = args.model.source().await?;
    let engine = Engine::new(args.device.engine_options()).await?;
    let model = engine.load(&source, args.model.load_options()).await?;
    let mut reranker = model.reranker().await?;
    let ranked = reranker.rerank_with(&args.query, &documents, progress::texts(documents.len())).await?;
    let mut in_order = ranked.clone();
    in_order.sort_by_key(|ranked| ranked.index);
    let truncated = texts::truncated(in_order.iter().map(|ranked| ranked.truncated));
    let device = Device::from(model.device());
    if args.form.json {
        let results = ranked.iter().map(|ranked| Scored { index: ranked.index, score: ranked.score }).collect();
        return output::json(&Rerank { device, results, truncated });
    }
    let row = |(place, ranked): (usize, &Ranked)| {
        let text = documents.get(ranked.index).copied().unwrap_or_default();
        [place.to_string(), format!("{:.4}", ranked.score), output::shortened(text)]
    };
    let header = ["place", "score", "text"].map(str::to_owned);
    let rows: Vec<_> = std::iter::once(header).chain((1..).zip(&ranked).map(row)).collect();
    output::text(&format!("device  {}\n\n{}", device.label(), output::table(&rows, &[0, 1])))
}
