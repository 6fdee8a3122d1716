use kinglet::{Engine, Inspection, TensorFacts, TokenizerKind};

use crate::{
    args::InspectArgs,
    error::CliError,
    output::{self, bytes, grouped},
    report::{Device, Fits, Inspect, InspectBytes, KvBytes, MemoryLimit, Tensor},
};

/// Says what a model is and what it takes, without loading it.
pub(crate) async fn run(args: InspectArgs) -> Result<(), CliError> {
    let inspection = kinglet::inspect(&args.model.source().await?, &args.model.load_options()).await?;
    let engine = Engine::new(args.device.engine_options()).await?;
    let report = report(inspection, &engine, args.memory_limit);
    match args.form.json {
        true => output::json(&report),
        false => output::text(&readable(&report)),
    }
}

fn report(inspection: Inspection, engine: &Engine, memory_limit: Option<u64>) -> Inspect {
    let device = Device::from(engine.device());
    let kv = |tokens| KvBytes { f32: inspection.kv_bytes(tokens, 4), f16: inspection.kv_bytes(tokens, 2) };
    let footprint = inspection.footprint(engine);
    let (adapter, why_not) = match &footprint {
        None => (None, None),
        Some(Ok(_)) => (Some(true), None),
        Some(Err(error)) => (Some(false), Some(error.to_string())),
    };
    let footprint = footprint.and_then(Result::ok);
    let weights = inspection.weight_bytes();
    // The CPU keeps weights as they lie in the files, and f32 for every key and value.
    let on_cpu = weights.saturating_add(kv(inspection.info.context).f32);
    let total = footprint.map_or(on_cpu, |footprint| footprint.total());
    let bytes = InspectBytes {
        weights,
        largest_tensor: inspection.largest().map_or(0, |tensor| tensor.bytes),
        kv_per_1024_tokens: kv(1024),
        scratch: footprint.map(|footprint| footprint.scratch),
        total,
    };
    let memory_limit = memory_limit.map(|bytes| MemoryLimit { bytes, fits: total <= bytes });
    let info = inspection.info;
    Inspect {
        device,
        architecture: info.architecture,
        parameters: info.parameters,
        layers: info.layers,
        vocab: info.vocab,
        context: info.context,
        trained_context: info.trained_context,
        end_tokens: info.end_tokens,
        tokenizer: info.tokenizer.map(|tokenizer| match tokenizer {
            TokenizerKind::Json(model) => model,
            TokenizerKind::SentencePiece => "SentencePiece".to_owned(),
            TokenizerKind::Gguf(model) => model,
        }),
        bytes,
        fits: Fits { adapter, why_not, memory_limit },
        tensors: inspection.tensors.into_iter().map(tensor).collect(),
    }
}

fn tensor(facts: TensorFacts) -> Tensor {
    let TensorFacts { name, dtype, shape, bytes, used } = facts;
    Tensor { name, dtype, shape, bytes, used }
}

fn readable(report: &Inspect) -> String {
    let kv = &report.bytes.kv_per_1024_tokens;
    let end_tokens: Vec<String> = report.end_tokens.iter().map(ToString::to_string).collect();
    let mut facts = vec![
        ["architecture", report.architecture].map(str::to_owned),
        ["parameters".to_owned(), grouped(report.parameters)],
        ["layers".to_owned(), report.layers.to_string()],
        ["vocabulary".to_owned(), grouped(report.vocab as u64)],
        ["context".to_owned(), format!("{} of {}", report.context, report.trained_context)],
        ["end tokens".to_owned(), if end_tokens.is_empty() { "none".to_owned() } else { end_tokens.join(", ") }],
        ["tokenizer".to_owned(), report.tokenizer.clone().unwrap_or_else(|| "none".to_owned())],
        ["weights".to_owned(), bytes(report.bytes.weights)],
        ["KV per 1,024 tokens".to_owned(), format!("{} (f32), {} (f16)", bytes(kv.f32), bytes(kv.f16))],
        ["scratch".to_owned(), report.bytes.scratch.map_or("n/a".to_owned(), bytes)],
        ["total for the context".to_owned(), bytes(report.bytes.total)],
        ["device".to_owned(), report.device.label()],
    ];
    let yes_no = |fits: bool| if fits { "yes" } else { "no" };
    if let Some(fits) = report.fits.adapter {
        let why_not = report.fits.why_not.as_ref().map(|why| format!(": {why}")).unwrap_or_default();
        facts.push(["fits the adapter".to_owned(), yes_no(fits).to_owned() + &why_not]);
    }
    if let Some(limit) = &report.fits.memory_limit {
        facts.push([format!("fits into {}", bytes(limit.bytes)), yes_no(limit.fits).to_owned()]);
    }
    let header = ["tensor", "type", "shape", "bytes", ""].map(str::to_owned);
    let row = |tensor: &Tensor| {
        let note = if tensor.used { "" } else { "unused" }.to_owned();
        [tensor.name.clone(), tensor.dtype.clone(), format!("{:?}", tensor.shape), grouped(tensor.bytes), note]
    };
    let rows: Vec<_> = std::iter::once(header).chain(report.tensors.iter().map(row)).collect();
    format!("{}\n{}", output::table(&facts, &[]), output::table(&rows, &[3]))
}
