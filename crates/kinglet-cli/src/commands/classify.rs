use kinglet::{Classification, Engine};

use crate::{
    args::ClassifyArgs,
    error::CliError,
    output, progress,
    report::{Classify, Device, Label},
    texts,
};

/// Labels of a text that the readable form shows.
const SHOWN: usize = 3;

/// Gives texts labels.
pub(crate) async fn run(args: ClassifyArgs) -> Result<(), CliError> {
    let texts = texts::several(&args.texts)?;
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let source = args.model.source().await?;
    let engine = Engine::new(args.device.engine_options()).await?;
    let model = engine.load(&source, args.model.load_options()).await?;
    let mut classifier = model.classifier().await?;
    let classified = classifier.classify_with(&texts, progress::texts(texts.len())).await?;
    let truncated = texts::truncated(classified.iter().map(|classification| classification.truncated));
    let device = Device::from(model.device());
    if args.form.json {
        let labels = |classification: &Classification| classification.labels.iter().map(Label::from).collect();
        return output::json(&Classify { device, labels: classified.iter().map(labels).collect(), truncated });
    }
    let mut rows = vec![["text", "label", "score"].map(str::to_owned)];
    for (text, classification) in texts.iter().zip(&classified) {
        for (index, label) in classification.labels.iter().take(SHOWN).enumerate() {
            let text = if index == 0 { output::shortened(text) } else { String::new() };
            rows.push([text, label.label.clone(), format!("{:.4}", label.score)]);
        }
    }
    output::text(&format!("device  {}\n\n{}", device.label(), output::table(&rows, &[2])))
}
