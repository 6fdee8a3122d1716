use kinglet::{Engine, FillOptions};

use crate::{
    args::FillArgs,
    error::CliError,
    output,
    report::{Device, Fill, Fills, Gaps},
    texts,
};

/// Fills in what is missing in a text.
pub(crate) async fn run(args: FillArgs) -> Result<(), CliError> {
    let text = texts::one(args.text.as_deref())?;
    let source = args.model.source().await?;
    let engine = Engine::new(args.device.engine_options()).await?;
    let model = engine.load(&source, args.model.load_options()).await?;
    let gaps = model.filler(FillOptions { top: args.top }).await?.fill(&text).await?;
    let device = Device::from(model.device());
    if args.form.json {
        let mut gaps: Vec<Vec<Fill>> = gaps.into_iter().map(|gap| gap.into_iter().map(Fill::from).collect()).collect();
        let fills = if gaps.len() == 1 { Gaps::One(gaps.remove(0)) } else { Gaps::Several(gaps) };
        return output::json(&Fills { device, fills });
    }
    let mut rows = vec![["gap", "token", "score", "text"].map(str::to_owned)];
    for (number, gap) in (1..).zip(gaps) {
        for fill in gap {
            rows.push([number.to_string(), fill.token.to_string(), format!("{:.4}", fill.score), fill.text]);
        }
    }
    output::text(&format!("device  {}\n\n{}", device.label(), output::table(&rows, &[0, 1, 2])))
}
