//! Plans without a GPU: their text in snapshots, and every bucket replayed on wgpu's noop backend, which checks all
//! that WebGPU's default limits ask for.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test may panic")]

mod support;

use std::{
    ops::Range,
    path::{Path, PathBuf},
    sync::Arc,
};

use kinglet::{EncoderInput, Engine, LoadOptions};
use kinglet_format::{Checkpoint, Config, Source};
use kinglet_gpu::{
    Caps, Device, GpuError, KvFormat, Layout, Model, Session, SessionOptions, Tier,
    plan::{Bucket, Dispatch, Place, Plan, PlanOptions, plan},
};
use kinglet_graph::{
    Attention, Builder, Edit, Graph, LongFrequencies, Longer, NormOptions, Rope, Sampling, Step, StepToken, Unary,
    WeightId, optimise,
};
use kinglet_models::{ARCHITECTURES, Architecture, Described};
use kinglet_tensor::{DType, Tensor};
use pollster::block_on;

const BUCKETS: [Bucket; 6] =
    [Bucket::SOLO[0], Bucket::SOLO[1], Bucket::SOLO[2], Bucket::SOLO[3], Bucket::GENERAL, Bucket::ALL_ROWS];

fn checkpoint(name: &str) -> (Graph, Vec<Tensor>) {
    block_on(async {
        let checkpoint = Checkpoint::open(&Source::path(support::golden(name)).unwrap()).await.unwrap();
        let mut graph = Described::new(&checkpoint, &[]).unwrap().build().unwrap().graph;
        let mut tensors = Vec::new();
        for weight in &graph.weights {
            tensors.push(checkpoint.view(&weight.name, &weight.shape).unwrap().read().await.unwrap());
        }
        graph.set_dtypes(tensors.iter().map(Tensor::dtype));
        (optimise(graph).0, tensors)
    })
}

#[test]
fn plan_of_llama_is_what_it_was() {
    let (graph, _) = checkpoint("llama-gqa-tied");
    let caps = Caps::webgpu_default();
    let layout = Layout::new(&graph, &caps).unwrap();
    for (name, bucket) in [("solo", Bucket::SOLO[0]), ("general", Bucket::GENERAL)] {
        let options = PlanOptions { bucket, context: 512, kv: KvFormat::F16 };
        let plan = plan(&graph, &layout, &caps, options).unwrap();
        insta::assert_snapshot!(format!("llama_{name}"), plan.to_text(&layout));
    }
}

/// The most dispatches that a layer takes, for a golden of each architecture: what it is now, so that more of them are
/// noticed. Decoders have plans for one token and for prompts; encoders have one, for whole sequences.
#[rustfmt::skip]
const BUDGETS: &[(&str, &[usize])] = &[
    ("llama-gqa-tied", &[9, 8]),
    ("mistral", &[9, 8]),
    ("phi3", &[9, 8]),
    ("granite", &[9, 8]),
    ("granite4", &[9, 8]),
    ("qwen2", &[9, 8]),
    ("qwen3", &[10, 9]),
    ("gemma2", &[11, 10]),
    ("gemma3", &[12, 11]),
    ("smollm3", &[9, 8]),
    ("gpt2", &[9, 8]),
    ("gpt-neo", &[9, 8]),
    ("pythia", &[9, 8]),
    ("encoders/bert-cls-sentences", &[8]),
    ("encoders/roberta-base", &[8]),
    ("encoders/xlm-roberta-sentences", &[8]),
    ("encoders/distilbert-base", &[8]),
    ("encoders/mobilebert-base", &[25]),
    ("encoders/modernbert-base", &[8]),
    ("encoders/nomic-sentences", &[8]),
];

#[test]
fn every_architecture_has_a_plan_within_its_budget() {
    let mut missing: Vec<&Architecture> = ARCHITECTURES.to_vec();
    let mut wrong = Vec::new();
    for &(golden, budget) in BUDGETS {
        let text = std::fs::read(support::golden(golden).join("config.json")).unwrap();
        let blueprint = kinglet_models::build(&Config::parse(&text).unwrap()).unwrap();
        missing.retain(|it| it.classes.iter().all(|(class, _)| *class != blueprint.architecture));
        let graph = in_type(blueprint.graph, DType::BF16);
        let caps = Caps::webgpu_default();
        let layout = Layout::new(&graph, &caps).unwrap();
        let buckets = match graph.sees_all() {
            true => vec![("whole sequences", Bucket::whole(64, 64))],
            false => vec![("solo", Bucket::SOLO[0]), ("general", Bucket::GENERAL)],
        };
        let (mut text, mut counts) = (String::new(), Vec::new());
        for (name, bucket) in buckets {
            let plan = plan(&graph, &layout, &caps, PlanOptions { bucket, context: 512, kv: KvFormat::F16 }).unwrap();
            counts.push(plan.dispatches_per_layer());
            text += &format!("{name}, at most {} dispatches a layer\n{}", plan.dispatches_per_layer(), by_layer(&plan));
        }
        if counts != budget {
            wrong.push(format!("{golden}: {counts:?}, not {budget:?}"));
        }
        insta::assert_snapshot!(blueprint.architecture, text);
    }
    assert!(wrong.is_empty(), "write down what is fewer, and why more are needed: {wrong:#?}");
    assert!(missing.is_empty(), "no plan is written down of {missing:#?}");
}

/// A plan's dispatches, once for all layers that are alike: node, kernel, grid, and what is added to products and norms.
fn by_layer(plan: &Plan) -> String {
    let mut parts: Vec<(String, String)> = Vec::new();
    for dispatches in plan.dispatches.chunk_by(|a, b| a.layer == b.layer) {
        let layer = dispatches[0].layer;
        let lines: String = dispatches.iter().map(line).collect();
        match (parts.last_mut(), layer) {
            (Some((layers, last)), Some(layer)) if *last == lines => *layers += &format!(", {layer}"),
            (_, Some(layer)) => parts.push((format!("layer {layer}"), lines)),
            (None, None) => parts.push(("before".to_owned(), lines)),
            (Some(_), None) => parts.push(("after".to_owned(), lines)),
        }
    }
    parts.into_iter().map(|(layers, lines)| format!("{layers}\n{lines}")).collect()
}

fn line(dispatch: &Dispatch) -> String {
    let Dispatch { node, layer, variant, grid, bindings, .. } = dispatch;
    let node = layer.map_or_else(|| node.clone(), |layer| node.replacen(&format!(".{layer}"), ".N", 1));
    let added = |name: &&&str| bindings.iter().any(|(bound, place)| bound == *name && *place != Place::Zeros);
    let added: String = ["bias", "residual"].iter().filter(added).map(|name| format!(" +{name}")).collect();
    format!("  {node:60} {variant} {grid}{added}\n")
}

#[test]
fn llama_replays_in_every_bucket_at_the_default_limits() {
    for name in ["llama-gqa-tied", "llama-untied-bias", "llama-sharded-bf16", "llama-odd"] {
        let (graph, tensors) = checkpoint(name);
        block_on(async {
            let model = Model::new(noop(), graph, &tensors).await.unwrap();
            assert_eq!(*model.device().caps(), Caps::webgpu_default());
            let mut session =
                Session::new(Arc::new(model), SessionOptions { context: 512, ..Default::default() }).await.unwrap();
            let slots: Vec<u32> = (0..8).map(|_| session.open_slot().unwrap()).collect();
            for &slot in &slots {
                session.submit(&Step::prefill(slot, 0, &[1; 70]).last_row()).await.unwrap();
                session.next_ids(&mut Vec::new()).await.unwrap();
            }
            for count in [1, 2, 3, 8] {
                let before = session.model().device().counters();
                session.submit_next(&slots[..count]).await.unwrap();
                session.next_ids(&mut Vec::new()).await.unwrap();
                let spent = session.model().device().counters() - before;
                assert_eq!(spent.submits, 1);
                assert!(spent.dispatches > 0);
            }
            let sampling = Sampling { temperature: 0.8, top_p: 0.9, logprobs: Some(20), ..Sampling::default() };
            session.set_sampling(slots[1], &sampling, &[Edit::none(3)]).unwrap();
            for count in [2, 3, 8] {
                session.submit_next(&slots[..count]).await.unwrap();
                session.next_picks(&mut Vec::new()).await.unwrap();
            }
            let position = session.slot_length(1).unwrap();
            session.submit(&Step::prefill(1, position, &[1; 70]).last_row()).await.unwrap();
            session.next_ids(&mut Vec::new()).await.unwrap();
            let step = Step::default();
            assert!(session.step(&step).await.is_err());
            let position = session.slot_length(0).unwrap();
            let mut step = Step::prefill(0, position, &[1; 3]);
            step.tokens.push(StepToken { id: 0, position: session.slot_length(1).unwrap(), slot: 1 });
            step.rows = vec![0, 1, 3];
            session.step(&step).await.unwrap();
        });
    }
}

/// Two layers with everything that a graph may ask for: wide heads, windows, soft caps, norms of all kinds, turns that
/// change, tables of positions.
fn everything() -> Graph {
    let g = Builder::new();
    let growing = LongFrequencies::Growing { base: 1e4, factor: 2.0 };
    let rope = g.rope(Rope { longer: Some(Longer { beyond: 100, frequencies: growing }), ..Rope::new(1e4, 128) });
    let mut x = g.embed("tokens", 300, 96) * 9.8 + g.embed_positions("positions", 512, 96);
    for (index, window) in [Some(90), None].into_iter().enumerate() {
        let layer = g.scope(&format!("layer.{index}"));
        let h = layer.layer_norm("norm", x, 1e-5);
        let heads = NormOptions { run: Some(256), gain_offset: 1.0, ..NormOptions::rms(1e-6) };
        let [q, k, v] = [0..1024, 1024..1280, 1280..1536].map(|run| layer.linear_rows("qkv", h, 1536, run, true));
        let (q, k) = (layer.norm("q_norm", q, heads), layer.norm("k_norm", k, heads));
        let attention =
            Attention { softcap: Some(50.0), window, rope: (index == 0).then_some(rope), ..Attention::new(4, 1, 256) };
        x = x + layer.rms_norm(
            "after",
            layer.linear("o", layer.attention("attention", [q, k, v], attention), 96, false),
            1e-6,
        );
        let gated = layer.linear("gate", x, 160, false).map(Unary::GeluTanh) * layer.linear("up", x, 160, false);
        let other = layer.linear("fc", x, 160, true).map(Unary::Gelu);
        x = x + layer.linear("down", gated + other, 96, true) * 0.5;
    }
    g.output("logits", g.linear("head", x, 300, false).map(Unary::Softcap(30.0)).wanted_rows());
    optimise(g.finish().unwrap()).0
}

#[test]
fn everything_replays_in_every_bucket_at_the_default_limits() {
    let graph = everything();
    let zeros = |weight: &kinglet_graph::Weight| {
        let bytes = vec![0; weight.shape.bytes(DType::F32).unwrap()];
        Tensor::new(DType::F32, weight.shape.clone(), bytes.into()).unwrap()
    };
    let tensors: Vec<Tensor> = graph.weights.iter().map(zeros).collect();
    let caps = Caps { tier: Tier::HIGHEST, ..Caps::webgpu_default() };
    let layout = Layout::new(&graph, &caps).unwrap();
    for bucket in BUCKETS {
        plan(&graph, &layout, &caps, PlanOptions { bucket, context: 131_072, kv: KvFormat::F16 }).unwrap();
    }
    block_on(async {
        let model = Model::new(noop(), graph, &tensors).await.unwrap();
        let options = SessionOptions { context: 512, ..Default::default() };
        let mut session = Session::new(Arc::new(model), options).await.unwrap();
        let slots: Vec<u32> = (0..8).map(|_| session.open_slot().unwrap()).collect();
        let mut ids = Vec::new();
        for &slot in &slots {
            session.submit(&Step::prefill(slot, 0, &[1; 500]).last_row()).await.unwrap();
            session.next_ids(&mut ids).await.unwrap();
        }
        for count in [1, 2, 3, 8] {
            session.submit_next(&slots[..count]).await.unwrap();
            session.next_ids(&mut ids).await.unwrap();
        }
        let position = session.slot_length(0).unwrap();
        session.step(&Step::prefill(0, position, &[1; 3])).await.unwrap();
        let beyond = session.step(&Step::prefill(0, position + 3, &[1; 20])).await.unwrap_err();
        assert_eq!(beyond.to_string(), "slot 0 goes beyond the 512 positions that the model knows");
    });
}

/// The folders below this one that hold a golden checkpoint.
fn goldens(folder: &Path) -> Vec<PathBuf> {
    let folders = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut goldens: Vec<PathBuf> = folders.filter(|folder| folder.join("golden.json").exists()).collect();
    goldens.sort();
    goldens
}

#[test]
fn every_golden_runs_at_the_default_limits() {
    let (decoders, encoders) = (goldens(&support::golden("")), goldens(&support::golden("encoders")));
    assert!(!decoders.is_empty() && !encoders.is_empty());
    let engine = support::noop_engine();
    block_on(async {
        for folder in decoders {
            decode(&engine, &folder).await.unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        }
        for folder in encoders {
            encode(&engine, &folder).await.unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        }
    });
}

/// A prompt and a token after it, in both loops.
async fn decode(engine: &Engine, folder: &Path) -> Result<(), kinglet::Error> {
    let model = engine.load(&Source::path(folder)?, LoadOptions::default()).await?;
    let mut session = model.session().await?;
    let (first, second) = (session.open_slot()?, session.open_slot()?);
    session.step(&Step::prefill(first, 0, &[1; 9])).await?;
    let logits = session.step(&Step::prefill(first, 9, &[2])).await?;
    assert_eq!(logits.logits()[0].len(), model.info().vocab);
    session.submit(&Step::prefill(second, 0, &[1; 9]).last_row()).await?;
    session.submit_next(&[second]).await?;
    let mut ids = Vec::new();
    for _ in 0..2 {
        session.next_ids(&mut ids).await?;
        assert_eq!(ids.len(), 1);
    }
    Ok(())
}

/// Two sequences in one step.
async fn encode(engine: &Engine, folder: &Path) -> Result<(), kinglet::Error> {
    let model = engine.load(&Source::path(folder)?, LoadOptions::default()).await?;
    let inputs = [3, 9].map(|length| EncoderInput::new(model.info().head, vec![1; length]));
    let outputs = model.encoder().await?.run(&inputs).await?;
    assert_eq!(outputs.len(), 2);
    assert!(outputs.iter().flat_map(|outputs| &outputs.values).all(|(_, rows)| !rows.is_empty()));
    Ok(())
}

/// A device that does nothing but check, with no more than WebGPU promises.
fn noop() -> Device {
    let descriptor = wgpu::DeviceDescriptor { required_limits: wgpu::Limits::default(), ..Default::default() };
    let (device, queue) = wgpu::Device::noop(&descriptor);
    Device::from_wgpu(device.adapter_info(), device, queue)
}

/// The graph of a published model, from the numbers of its configuration.
fn published(
    hidden: usize,
    ff: usize,
    layers: usize,
    heads: usize,
    kv_heads: usize,
    head_dim: usize,
    dtype: DType,
) -> Graph {
    let config = format!(
        r#"{{"architectures": ["LlamaForCausalLM"], "vocab_size": 128256, "hidden_size": {hidden},
            "intermediate_size": {ff}, "num_hidden_layers": {layers}, "num_attention_heads": {heads},
            "num_key_value_heads": {kv_heads}, "head_dim": {head_dim}, "max_position_embeddings": 131072,
            "rope_theta": 500000.0, "tie_word_embeddings": true}}"#
    );
    in_type(kinglet_models::build(&Config::parse(config.as_bytes()).unwrap()).unwrap().graph, dtype)
}

/// A graph whose matrices are of one type.
fn in_type(mut graph: Graph, dtype: DType) -> Graph {
    let dtypes: Vec<DType> =
        graph.weights.iter().map(|it| if it.shape.dims().len() == 2 { dtype } else { DType::F32 }).collect();
    graph.set_dtypes(dtypes);
    optimise(graph).0
}

#[test]
fn real_shapes_fit_the_default_limits() {
    // Llama 3.2 1B and 3B, and Llama 3.1 8B, in bf16.
    for graph in [
        published(2048, 8192, 16, 32, 8, 64, DType::BF16),
        published(3072, 8192, 28, 24, 8, 128, DType::BF16),
        published(4096, 14336, 32, 32, 8, 128, DType::BF16),
    ] {
        for tier in [Tier::Baseline, Tier::HIGHEST] {
            let caps = Caps { tier, ..Caps::webgpu_default() };
            let layout = Layout::new(&graph, &caps).unwrap();
            let table = &layout.matrices[0];
            assert!(table.shards.len() > 1, "a table of 0.5 GB needs shards");
            let rows: usize = table.shards.iter().map(|rows| rows.len() * table.row_bytes()).sum();
            assert_eq!(rows as u64, 128_256 * table.row_bytes() as u64);
            for bucket in BUCKETS {
                let options = PlanOptions { bucket, context: 4096, kv: KvFormat::F16 };
                let plan = plan(&graph, &layout, &caps, options).unwrap();
                let kernels: std::collections::HashSet<_> =
                    plan.dispatches.iter().map(|dispatch| (dispatch.variant, &dispatch.overrides)).collect();
                assert!(kernels.len() <= 20, "{} pipelines", kernels.len());
                assert!(plan.colours.iter().all(|bytes| *bytes <= caps.binding_bytes));
            }
        }
    }
}

#[test]
fn weights_take_on_a_device_what_they_take_in_their_file() {
    for &dtype in DType::ALL {
        let graph = published(2048, 8192, 2, 32, 8, 64, dtype);
        let layout = Layout::new(&graph, &Caps::webgpu_default()).unwrap();
        for matrix in &layout.matrices {
            let in_file = |(weight, _): &(WeightId, Range<usize>)| graph.weights[weight.0].shape.bytes(dtype).unwrap();
            let file: usize = matrix.parts.iter().map(in_file).sum();
            // Each shard has buffers of its own.
            let on_device = |rows: &Range<usize>| {
                rows.len() * matrix.row_bytes() + matrix.scale_bytes(rows.len()).next_multiple_of(16)
            };
            let device: usize = matrix.shards.iter().map(on_device).sum();
            let name = &graph.weights[matrix.parts[0].0.0].name;
            assert!((0.99..1.03).contains(&(device as f64 / file as f64)), "{dtype} {name}: {device} bytes of {file}");
        }
        let file: usize = graph.weights.iter().map(|it| it.shape.bytes(it.dtype).unwrap()).sum();
        assert!(layout.bytes() as f64 <= 1.03 * file as f64, "{dtype}: {} bytes of {file}", layout.bytes());
    }
}

#[test]
fn a_limit_that_is_too_low_is_named() {
    let graph = published(2048, 8192, 1, 32, 8, 64, DType::BF16);
    let caps = Caps { binding_bytes: 65_536, ..Caps::webgpu_default() };
    let error = Layout::new(&graph, &caps).unwrap_err();
    assert!(matches!(error, GpuError::Limit { .. }));
    assert_eq!(
        error.to_string(),
        "32 rows of model.embed_tokens.weight needs 131072 bytes of a binding, and the limit is 65536"
    );
}
