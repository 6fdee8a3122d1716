use kinglet::{EncoderInput, Engine, LoadOptions, Model, Outputs, Rows};

use crate::{
    args::ForwardArgs,
    error::CliError,
    output,
    report::{Device, Forward, Taps},
};

/// The largest logits of a row that the readable form shows.
const SHOWN: usize = 5;

/// Runs tokens through a model once.
pub(crate) async fn run(args: ForwardArgs) -> Result<(), CliError> {
    let listing = args.taps.as_ref().is_some_and(|taps| taps.wants_list());
    let tokens = match (&args.tokens, listing) {
        (Some(tokens), _) => tokens.0.as_slice(),
        (None, true) => &[],
        (None, false) => return Err(CliError::Usage("--tokens is missing; give it ids such as 3,14,15".to_owned())),
    };
    let taps = args.taps.as_ref().filter(|_| !listing).map(|taps| taps.0.clone()).unwrap_or_default();
    let source = args.model.source().await?;
    let engine = Engine::new(args.device.engine_options()).await?;
    let model = engine.load(&source, LoadOptions { taps, ..args.model.load_options() }).await?;
    if listing {
        return list_taps(&model, args.form.json);
    }
    let rows = if args.last { Rows::Last } else { Rows::All };
    let mut outputs = match &args.segments {
        Some(segments) => {
            let input = EncoderInput::new(model.info().head, tokens.to_vec());
            let input = EncoderInput { segments: segments.0.clone(), ..input };
            let input = if args.last { input.last_row() } else { input };
            model.encoder().await?.run(&[input]).await?.pop().unwrap_or_default()
        }
        None => model.forward(tokens, rows).await?,
    };
    if args.last {
        // Intermediate values still have a row for each token.
        outputs.values.iter_mut().for_each(|(_, rows)| drop(rows.drain(..rows.len().saturating_sub(1))));
    }
    let device = Device::from(model.device());
    match args.form.json {
        true => output::json(&Forward { device, outputs: outputs.into() }),
        false => output::text(&readable(&device, &outputs, tokens)),
    }
}

fn list_taps(model: &Model, json: bool) -> Result<(), CliError> {
    let taps = model.taps().to_vec();
    match json {
        true => output::json(&Taps { device: Device::from(model.device()), taps }),
        false => output::text(&taps.iter().flat_map(|name| [name, "\n"]).collect::<String>()),
    }
}

fn readable(device: &Device, outputs: &Outputs, tokens: &[u32]) -> String {
    let mut text = format!("device  {}\n", device.label());
    for (name, rows) in &outputs.values {
        text += &format!("\n{name}: {} rows of {}\n", rows.len(), rows.first().map_or(0, Vec::len));
        let skipped = tokens.len().saturating_sub(rows.len());
        let header = ["position", "token", if name == "logits" { "likeliest next" } else { "root mean square" }];
        let row = |(index, values): (usize, &Vec<f32>)| {
            let position = skipped + index;
            let token = tokens.get(position).map(ToString::to_string).unwrap_or_default();
            let summary = if name == "logits" { likeliest(values) } else { format!("{:.6}", root_mean_square(values)) };
            [position.to_string(), token, summary]
        };
        let rows: Vec<_> = std::iter::once(header.map(str::to_owned)).chain(rows.iter().enumerate().map(row)).collect();
        text += &output::table(&rows, &[0, 1]);
    }
    text
}

/// The tokens with the largest logits: `17 (3.250), 4 (2.125)`.
fn likeliest(logits: &[f32]) -> String {
    let mut order: Vec<usize> = (0..logits.len()).collect();
    order.sort_by(|&a, &b| logits[b].total_cmp(&logits[a]));
    let shown: Vec<String> = order.iter().take(SHOWN).map(|&id| format!("{id} ({:.3})", logits[id])).collect();
    shown.join(", ")
}

fn root_mean_square(values: &[f32]) -> f64 {
    let squares: f64 = values.iter().map(|&value| f64::from(value).powi(2)).sum();
    (squares / values.len().max(1) as f64).sqrt()
}
