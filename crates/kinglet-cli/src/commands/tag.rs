use kinglet::Engine;

use crate::{
    args::TagArgs,
    error::CliError,
    output,
    report::{Device, Entity, Tag},
    texts,
};

/// Finds names and other parts of a text.
pub(crate) async fn run(args: TagArgs) -> Result<(), CliError> {
    let text = texts::one(args.text.as_deref())?;
    let source = args.model.source().await?;
    let engine = Engine::new(args.device.engine_options()).await?;
    let model = engine.load(&source, args.model.load_options()).await?;
    let entities = model.tagger(args.aggregation.into()).await?.tag(&text).await?;
    let device = Device::from(model.device());
    if args.form.json {
        return output::json(&Tag { device, entities: entities.into_iter().map(Entity::from).collect() });
    }
    let mut rows = vec![["start", "end", "label", "score", "text"].map(str::to_owned)];
    for entity in entities {
        let (start, end, score) = (entity.start.to_string(), entity.end.to_string(), format!("{:.4}", entity.score));
        rows.push([start, end, entity.label, score, output::shortened(&entity.text)]);
    }
    output::text(&format!("device  {}\n\n{}", device.label(), output::table(&rows, &[0, 1, 3])))
}
