//! What is sampled: frequencies against exact probabilities, and the same tokens whoever picks them.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test may panic")]

mod support;

use std::sync::Arc;

use kinglet::{
    Dry, GenerateOptions, KvFormat, LoadOptions, Penalties, Sampling, Session, Source, Step, StepToken, Tier, Token,
};
use kinglet_graph::{Builder, Graph, Pick};
use kinglet_tensor::{DType, Tensor};
use pollster::block_on;

const VOCAB: usize = 48;
const SLOTS: usize = 8;
const POSITIONS: u32 = 320;

fn logits() -> Vec<f32> {
    let mut rng = fastrand::Rng::with_seed(5);
    (0..VOCAB).map(|_| (0..6).map(|_| rng.f32() - 0.5).sum::<f32>() * 2.5).collect()
}

/// A graph whose logits are the row of a table, and the table.
fn table() -> (Graph, Vec<Tensor>) {
    let g = Builder::new();
    g.output("logits", g.embed("logits", 1, VOCAB).wanted_rows());
    let graph = g.finish().unwrap();
    let mut bytes = Vec::new();
    DType::F32.encode(&logits(), &mut bytes);
    let tensor = Tensor::new(DType::F32, graph.weights[0].shape.clone(), bytes.into()).unwrap();
    (graph, vec![tensor])
}

fn step(position: u32) -> Step {
    let slots = 0..SLOTS as u32;
    Step {
        tokens: slots.clone().map(|slot| StepToken { id: 0, position, slot }).collect(),
        rows: slots.collect(),
        ..Step::default()
    }
}

/// Each sampler alone, and all of them together.
fn samplers() -> Vec<(&'static str, Sampling, Penalties)> {
    let plain = Sampling { temperature: 1.0, seed: 2024, ..Sampling::default() };
    let none = Penalties::default();
    let penalties = Penalties {
        bias: vec![(3, 1.5), (40, f32::NEG_INFINITY)],
        repeat: 1.4,
        presence: 0.3,
        frequency: 0.2,
        dry: Dry { multiplier: 0.7, ..Dry::default() },
        ..Penalties::default()
    };
    let all = Sampling { temperature: 1.4, top_k: 30, typical: 0.95, top_p: 0.9, min_p: 0.02, ..plain.clone() };
    vec![
        ("temperature 1", plain.clone(), none.clone()),
        ("temperature 0.6", Sampling { temperature: 0.6, ..plain.clone() }, none.clone()),
        ("temperature 3", Sampling { temperature: 3.0, ..plain.clone() }, none.clone()),
        ("top_k", Sampling { top_k: 9, ..plain.clone() }, none.clone()),
        ("typical", Sampling { typical: 0.6, ..plain.clone() }, none.clone()),
        ("top_p", Sampling { top_p: 0.8, ..plain.clone() }, none.clone()),
        ("min_p", Sampling { min_p: 0.2, ..plain.clone() }, none.clone()),
        ("penalties", plain, penalties.clone()),
        ("all", all, penalties),
    ]
}

/// What the penalties look back at.
const HISTORY: [u32; 9] = [1, 2, 3, 7, 7, 30, 1, 2, 3];

#[test]
fn frequencies_are_the_probabilities() {
    let (graph, tensors) = table();
    let cpu = kinglet_cpu::Model::new(graph.clone(), tensors.clone(), kinglet_cpu::Precision::F32).unwrap();
    let cpu = Arc::new(cpu);
    for (name, sampling, penalties) in samplers() {
        let mut session = kinglet_cpu::Session::new(cpu.clone());
        let edits = penalties.edits(&HISTORY);
        for sequence in 0..SLOTS as u32 {
            let slot = session.open_slot();
            session.set_sampling(slot, &Sampling { sequence, ..sampling.clone() }, &edits).unwrap();
        }
        let mut counts = vec![0; VOCAB];
        let mut picks = Vec::new();
        for position in 0..POSITIONS {
            session.submit(&step(position)).unwrap();
            session.next_picks(&mut picks);
            count(&picks, &mut counts);
        }
        compare(&format!("{name} on the CPU"), &counts, &probabilities(&sampling, &penalties));
    }
    block_on(async {
        let Some(device) = support::device(Tier::HIGHEST).await else { return };
        let model = Arc::new(kinglet_gpu::Model::new(device, graph, &tensors).await.unwrap());
        for (name, sampling, penalties) in samplers() {
            let options = kinglet_gpu::SessionOptions { context: POSITIONS as usize, ..Default::default() };
            let mut session = kinglet_gpu::Session::new(model.clone(), options).await.unwrap();
            let edits = penalties.edits(&HISTORY);
            for sequence in 0..SLOTS as u32 {
                let slot = session.open_slot().unwrap();
                session.set_sampling(slot, &Sampling { sequence, ..sampling.clone() }, &edits).unwrap();
            }
            let mut counts = vec![0; VOCAB];
            let mut picks = Vec::new();
            for position in 0..POSITIONS {
                session.submit(&step(position)).await.unwrap();
                session.next_picks(&mut picks).await.unwrap();
                count(&picks, &mut counts);
            }
            compare(&format!("{name} on the GPU"), &counts, &probabilities(&sampling, &penalties));
        }
    });
}

fn count(picks: &[Pick], counts: &mut [u32]) {
    assert_eq!(picks.len(), SLOTS);
    picks.iter().for_each(|pick| counts[pick.id as usize] += 1);
}

/// What each token's probability must be, in f64 and by sorting: written from the options' descriptions alone.
fn probabilities(sampling: &Sampling, penalties: &Penalties) -> Vec<f64> {
    let mut logits: Vec<f64> = logits().into_iter().map(f64::from).collect();
    if penalties != &Penalties::default() {
        logits[3] += 1.5;
        logits[40] = -1e30;
        for token in [1usize, 2, 3, 7, 30] {
            let times = HISTORY.iter().filter(|id| **id == token as u32).count() as f64;
            let logit = logits[token];
            logits[token] = if logit > 0.0 { logit / 1.4 } else { logit * 1.4 } - 0.3 - 0.2 * times;
        }
        // 1 2 3 came before 7: one token more than is free.
        logits[7] -= 0.7 * 1.75;
    }
    let mut left: Vec<usize> = (0..VOCAB).collect();
    // From the best by `rank` until they have this share, with all that are as good as the last.
    let share = |left: &mut Vec<usize>, part: f64, rank: &dyn Fn(usize, f64) -> f64| {
        let p = softmax(&logits, left, 1.0);
        let mut order: Vec<(f64, f64, usize)> =
            left.iter().map(|&token| (rank(token, p[token]), p[token], token)).collect();
        order.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut sum = 0.0;
        let needed = order.iter().position(|(_, p, _)| {
            sum += p;
            sum >= part
        });
        *left = order[..=needed.unwrap_or(order.len() - 1)].iter().map(|(_, _, token)| *token).collect();
    };
    if sampling.top_k > 0 {
        left.sort_by(|&a, &b| logits[b].total_cmp(&logits[a]));
        left.truncate(sampling.top_k as usize);
    }
    if sampling.typical < 1.0 {
        let p = softmax(&logits, &left, 1.0);
        let entropy: f64 = left.iter().map(|&token| -p[token] * p[token].max(1e-300).ln()).sum();
        share(&mut left, sampling.typical.into(), &|_, p| (-p.ln() - entropy).abs());
    }
    if sampling.top_p < 1.0 {
        share(&mut left, sampling.top_p.into(), &|_, p| -p);
    }
    if sampling.min_p > 0.0 {
        let p = softmax(&logits, &left, 1.0);
        let best = p.iter().copied().fold(0.0, f64::max);
        left.retain(|&token| p[token] >= f64::from(sampling.min_p) * best);
    }
    softmax(&logits, &left, sampling.temperature.into())
}

fn softmax(logits: &[f64], left: &[usize], temperature: f64) -> Vec<f64> {
    let best = left.iter().map(|&token| logits[token]).fold(f64::MIN, f64::max);
    let mut p = vec![0.0; logits.len()];
    left.iter().for_each(|&token| p[token] = ((logits[token] - best) / temperature).exp());
    let sum: f64 = p.iter().sum();
    p.iter().map(|p| p / sum).collect()
}

/// Pearson's chi-squared test, which a right sampler fails once in a million seeds.
fn compare(what: &str, counts: &[u32], probabilities: &[f64]) {
    let draws = f64::from(counts.iter().sum::<u32>());
    let (mut statistic, mut cells) = (0.0, 0);
    // What is rarer than five draws counts together.
    let mut rare = (0.0, 0.0);
    for (token, (&count, p)) in counts.iter().zip(probabilities).enumerate() {
        assert!(*p > 0.0 || count == 0, "{what}: token {token} was picked {count} times and must never be");
        let (count, expected) = (f64::from(count), p * draws);
        if expected >= 5.0 {
            statistic += (count - expected).powi(2) / expected;
            cells += 1;
        } else {
            rare = (rare.0 + count, rare.1 + expected);
        }
    }
    if rare.1 >= 5.0 {
        statistic += (rare.0 - rare.1).powi(2) / rare.1;
        cells += 1;
    }
    assert!(cells > 2, "{what}: {cells} cells");
    // The quantile of 1 - 1e-6, after Wilson and Hilferty.
    let freedom = f64::from(cells - 1);
    let part = 2.0 / (9.0 * freedom);
    let limit = freedom * (1.0 - part + 4.753 * part.sqrt()).powi(3);
    assert!(statistic < limit, "{what}: chi-squared {statistic}, limit {limit}: {counts:?}");
}

fn options(sampling: Sampling, penalties: Penalties) -> GenerateOptions {
    GenerateOptions { max_tokens: Some(20), sampling, penalties, ignore_end: true, ..GenerateOptions::default() }
}

fn generations() -> Vec<GenerateOptions> {
    let plain = Sampling { temperature: 1.0, seed: 11, ..Sampling::default() };
    let chain = Sampling { temperature: 0.9, top_k: 60, top_p: 0.95, min_p: 0.01, ..plain.clone() };
    let repeat = Penalties {
        repeat: 1.2,
        presence: 0.5,
        dry: Dry { multiplier: 0.8, ..Dry::default() },
        ..Penalties::default()
    };
    let bias = Penalties { bias: vec![(5, 4.0), (9, f32::NEG_INFINITY)], ..Penalties::default() };
    vec![
        options(plain.clone(), Penalties::default()),
        options(Sampling { sequence: 3, typical: 0.8, ..plain }, bias),
        options(Sampling { logprobs: Some(4), ..chain.clone() }, Penalties::default()),
        options(chain, repeat.clone()),
        options(Sampling { logprobs: Some(2), ..Sampling::default() }, repeat),
    ]
}

const PROMPT: [u32; 7] = [3, 14, 15, 92, 65, 35, 89];

async fn generate(model: &kinglet::Model, options: GenerateOptions) -> Vec<Token> {
    let mut generator = model.generator().await.unwrap();
    let mut stream = generator.generate(&PROMPT, options).await.unwrap();
    let mut tokens = Vec::new();
    while let Some(token) = stream.next().await.unwrap() {
        tokens.push(token);
    }
    tokens
}

fn ids(tokens: &[Token]) -> Vec<u32> {
    tokens.iter().map(|token| token.id).collect()
}

#[test]
fn every_device_and_every_loop_generates_the_same() {
    block_on(async {
        let mut expected: Vec<Vec<Token>> = Vec::new();
        for engine in support::engines().await {
            // As the CPU keeps them: half the digits would make other logits.
            let exact = LoadOptions { kv: KvFormat::F32, ..LoadOptions::default() };
            let source = Source::path(support::golden("llama-gqa-tied")).unwrap();
            let model = engine.load(&source, exact).await.unwrap();
            for (case, options) in generations().into_iter().enumerate() {
                // The device feeds itself; then the host picks from the logits.
                for logits in [false, true] {
                    let found = generate(&model, GenerateOptions { logits, ..options.clone() }).await;
                    if case == expected.len() {
                        expected.push(found.clone());
                    }
                    let expected = &expected[case];
                    assert_eq!(ids(&found), ids(expected), "case {case}, logits: {logits}");
                    for (found, expected) in found.iter().zip(expected) {
                        assert_eq!(found.logits.is_some(), logits);
                        let (Some(found), Some(expected)) = (&found.logprobs, &expected.logprobs) else {
                            assert!(options.sampling.logprobs.is_none());
                            continue;
                        };
                        assert!((found.picked - expected.picked).abs() < 1e-4, "{found:?}, {expected:?}");
                        assert_eq!(found.top.len(), options.sampling.logprobs.unwrap() as usize);
                        let ids = |top: &[(u32, f32)]| top.iter().map(|(id, _)| *id).collect::<Vec<_>>();
                        assert_eq!(ids(&found.top), ids(&expected.top));
                    }
                }
            }
        }
        let all: Vec<Vec<u32>> = expected.iter().map(|tokens| ids(tokens)).collect();
        assert!((1..all.len()).all(|index| all[index] != all[0]), "{all:?}");
    });
}

/// What browsers must generate too: `web/tests/goldens.test.mjs` reads the same file.
#[test]
fn sampled_tokens_are_what_they_are_in_browsers() {
    let text = std::fs::read_to_string(support::golden("../sampled.json")).unwrap();
    let pinned: serde_json::Value = serde_json::from_str(&text).unwrap();
    let expected: Vec<u32> = serde_json::from_value(pinned["tokens"].clone()).unwrap();
    let option = |name: &str| pinned["options"][name].as_f64().unwrap();
    let sampling = Sampling {
        temperature: option("temperature") as f32,
        top_k: option("topK") as u32,
        typical: option("typical") as f32,
        top_p: option("topP") as f32,
        min_p: option("minP") as f32,
        seed: option("seed") as u64,
        sequence: option("sequence") as u32,
        ..Sampling::default()
    };
    let penalties = Penalties { repeat: option("repeatPenalty") as f32, ..Penalties::default() };
    let prompt: Vec<u32> = serde_json::from_value(pinned["prompt"].clone()).unwrap();
    assert_eq!(prompt, PROMPT);
    block_on(async {
        for engine in support::engines().await {
            let model = support::load(&engine, pinned["model"].as_str().unwrap()).await;
            let found = generate(&model, options(sampling.clone(), penalties.clone())).await;
            assert_eq!(ids(&found), expected);
        }
    });
}

async fn together(session: &mut Session, samplings: &[Sampling], prompts: &[Vec<u32>], tokens: usize) -> Vec<Vec<u32>> {
    let slots: Vec<u32> = prompts.iter().map(|_| session.open_slot().unwrap()).collect();
    let mut step = Step::default();
    for ((&slot, sampling), prompt) in slots.iter().zip(samplings).zip(prompts) {
        session.set_sampling(slot, sampling, &[]).unwrap();
        step.tokens.extend(Step::prefill(slot, 0, prompt).tokens);
        step.rows.push(step.tokens.len() as u32 - 1);
    }
    session.submit(&step).await.unwrap();
    let mut all = vec![Vec::new(); slots.len()];
    let mut ids = Vec::new();
    for index in 0..tokens {
        session.next_ids(&mut ids).await.unwrap();
        all.iter_mut().zip(&ids).for_each(|(all, id)| all.push(*id));
        if index + 1 < tokens {
            session.submit_next(&slots).await.unwrap();
        }
    }
    slots.iter().for_each(|&slot| session.close_slot(slot));
    all
}

#[test]
fn a_slot_samples_the_same_alone_and_among_others() {
    block_on(async {
        for engine in support::engines().await {
            let model = support::load(&engine, "llama-gqa-tied").await;
            let mut session = model.session().await.unwrap();
            let prompts: Vec<Vec<u32>> =
                [5, 70, 1].iter().map(|&length| (0..length).map(|i| (i * 37 + length) % 256).collect()).collect();
            // One is greedy, and its neighbours are not.
            let sampled = Sampling { temperature: 1.2, top_p: 0.9, seed: 8, ..Sampling::default() };
            let samplings = [sampled.clone(), Sampling::default(), Sampling { sequence: 1, top_k: 50, ..sampled }];
            let found = together(&mut session, &samplings, &prompts, 10).await;
            for index in [2, 0, 1] {
                let (sampling, prompt) = (&samplings[index..=index], &prompts[index..=index]);
                assert_eq!(together(&mut session, sampling, prompt, 10).await, [found[index].clone()], "{index}");
            }
            // A closed slot leaves nothing of its sampling behind.
            let greedy = together(&mut session, &[Sampling::default()], &prompts[..1], 10).await;
            let slot = session.open_slot().unwrap();
            session.submit(&Step::prefill(slot, 0, &prompts[0]).last_row()).await.unwrap();
            let mut ids = Vec::new();
            session.next_ids(&mut ids).await.unwrap();
            assert_eq!(ids, greedy[0][..1]);
        }
    });
}

#[test]
fn sampling_costs_what_greedy_decoding_costs() {
    block_on(async {
        let Some(engine) = support::gpu_engine(Tier::HIGHEST).await else { return };
        let model = support::load(&engine, "llama-gqa-tied").await;
        let cost = async |sampling: Sampling, penalties: Penalties| {
            let mut generator = model.generator().await.unwrap();
            let mut stream = generator.generate(&PROMPT, options(sampling, penalties)).await.unwrap();
            while stream.next().await.unwrap().is_some() {}
            stream.per_step().unwrap()
        };
        let greedy = cost(Sampling::default(), Penalties::default()).await;
        let sampling = Sampling { temperature: 0.8, top_k: 40, top_p: 0.9, ..Sampling::default() };
        let sampled = cost(sampling.clone(), Penalties { bias: vec![(1, 1.0)], ..Penalties::default() }).await;
        // One dispatch instead of two.
        let mut expected = greedy;
        expected.dispatches -= 1.0;
        assert_eq!(sampled, expected);
        assert_eq!((sampled.uploads, sampled.readback_bytes), (0.0, 4.0));
        let penalties = Penalties { repeat: 1.1, ..Penalties::default() };
        let looked_back = cost(sampling.clone(), penalties).await;
        assert_eq!((looked_back.uploads, looked_back.readback_bytes), (1.0, 4.0));
        let told = cost(Sampling { logprobs: Some(5), ..sampling }, Penalties::default()).await;
        assert_eq!(told.readback_bytes, 4.0 + 44.0 * 4.0);
    });
}

#[test]
fn stop_tokens_end_and_bad_options_are_refused_by_name() {
    block_on(async {
        for engine in support::engines().await {
            let model = support::load(&engine, "llama-gqa-tied").await;
            let sampling = Sampling { temperature: 1.0, seed: 3, ..Sampling::default() };
            let all = ids(&generate(&model, options(sampling.clone(), Penalties::default())).await);
            let stop = all[7];
            let stopped = GenerateOptions { stop_tokens: vec![stop], ..options(sampling, Penalties::default()) };
            let end = all.iter().position(|id| *id == stop).unwrap();
            assert_eq!(ids(&generate(&model, stopped).await), all[..=end]);

            let mut generator = model.generator().await.unwrap();
            let hot = options(Sampling { temperature: -1.0, ..Sampling::default() }, Penalties::default());
            let far = Penalties { bias: vec![(1 << 20, 1.0)], ..Penalties::default() };
            for (options, message) in [
                (hot, "temperature is -1; it must be 0 or more"),
                (
                    options(Sampling::default(), far),
                    "a bias or penalty is for token 1048576, which is not in the vocabulary of 256",
                ),
            ] {
                let error = generator.generate(&PROMPT, options).await.unwrap_err();
                assert_eq!(error.to_string(), message);
            }
        }
    });
}
