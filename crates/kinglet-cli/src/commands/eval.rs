use std::{fs, path::Path};

use kinglet::{Comparison, EncodeOptions, Engine, LoadOptions, Quant, Source};

use crate::{
    args::{self, EvalArgs, Gate},
    error::CliError,
    output::{self, grouped},
    report::{Device, Eval},
};

/// Says what a quantization costs: how far a model's predictions are from a reference's, on a text.
pub(crate) async fn run(args: EvalArgs) -> Result<(), CliError> {
    let source = args.model.source().await?;
    let tokens = match (&args.text, &args.token_file) {
        (Some(file), _) => encode(file, &source).await?,
        (None, Some(file)) => read_tokens(file)?,
        (None, None) => return Err(CliError::Usage("there is no text: give --text or --token-file".to_owned())),
    };
    let against = args::source(&args.against).await?;
    let options = args.model.load_options();
    // The reference is what it is, whatever becomes of the model.
    let reference_options = LoadOptions { quant: Quant::Keep, ..options.clone() };
    // Weights may be long in coming: what can be wrong without them is found first.
    let inspected = kinglet::inspect(&source, &options).await?;
    inspected.info.check_comparable(&kinglet::inspect(&against, &reference_options).await?.info)?;
    let engine = Engine::new(args.device.engine_options()).await?;
    let model = engine.load(&source, options).await?;
    let reference = engine.load(&against, reference_options).await?;
    let context = model.info().context.min(reference.info().context);
    let window = args.window.min(context);
    let comparison = model.compare(&reference, &tokens, window, |_| {}).await?;

    let report = report(Device::from(model.device()), &comparison);
    match args.form.json {
        true => output::json(&report)?,
        false => output::text(&readable(&report))?,
    }
    match args.gate.iter().find(|gate| !gate.holds(value(&report, gate))) {
        Some(gate) => Err(CliError::Gate { gate: gate.text.clone(), found: value(&report, gate) }),
        None => Ok(()),
    }
}

fn read(file: &Path) -> Result<String, CliError> {
    fs::read_to_string(file).map_err(|error| CliError::Usage(format!("{}: {error}", file.display())))
}

/// The tokens of a text, in which nothing steers the model.
async fn encode(file: &Path, source: &Source) -> Result<Vec<u32>, CliError> {
    let text = read(file)?;
    let options = EncodeOptions { parse_special: false, ..EncodeOptions::default() };
    let tokenizer = kinglet::open_tokenizer(source).await?;
    enough(file, tokenizer.encode(&text, options).map_err(kinglet::Error::from)?.ids)
}

/// Token ids with anything but digits between them.
fn read_tokens(file: &Path) -> Result<Vec<u32>, CliError> {
    let text = read(file)?;
    let words = text.split(|c: char| !c.is_ascii_digit()).filter(|word| !word.is_empty());
    let id =
        |word: &str| word.parse().map_err(|_| CliError::Usage(format!("{}: {word} is not a token id", file.display())));
    enough(file, words.map(id).collect::<Result<_, _>>()?)
}

/// There is nothing to predict from a single token.
fn enough(file: &Path, tokens: Vec<u32>) -> Result<Vec<u32>, CliError> {
    match tokens.len() {
        0 | 1 => Err(CliError::Usage(format!("{}: there are fewer than two token ids", file.display()))),
        _ => Ok(tokens),
    }
}

fn report(device: Device, comparison: &Comparison) -> Eval {
    Eval {
        device,
        tokens: comparison.tokens,
        perplexity: comparison.perplexity,
        reference_perplexity: comparison.reference_perplexity,
        kl_mean: comparison.kl_mean,
        kl_p99: comparison.kl_p99,
        top1_agreement: comparison.top1_agreement,
    }
}

fn value(report: &Eval, gate: &Gate) -> f64 {
    match gate.figure {
        "perplexity" => report.perplexity,
        "reference_perplexity" => report.reference_perplexity,
        "kl_mean" => report.kl_mean,
        "kl_p99" => report.kl_p99,
        _ => report.top1_agreement,
    }
}

fn readable(report: &Eval) -> String {
    let facts = [
        ["device".to_owned(), report.device.label()],
        ["tokens".to_owned(), grouped(report.tokens as u64)],
        [
            "perplexity".to_owned(),
            format!("{:.4}, of the reference {:.4}", report.perplexity, report.reference_perplexity),
        ],
        ["divergence".to_owned(), format!("{:.3e} on average, 99 % below {:.3e}", report.kl_mean, report.kl_p99)],
        ["same likeliest token".to_owned(), format!("{:.2} %", report.top1_agreement * 100.0)],
    ];
    output::table(&facts, &[])
}
