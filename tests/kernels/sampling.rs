//! Steps that sample, against the definition of sampling: what is picked is compared by id, over logits that both know
//! exactly.

use std::sync::Arc;

use kinglet_gpu::{Device, KvFormat, SessionOptions};
use kinglet_graph::{Builder, Dry, Edit, Graph, Penalties, Sampling, Step, StepToken, optimise, pick};
use kinglet_tensor::{DType, Tensor};
use libtest_mimic::Failed;
use pollster::block_on;

/// Rows of logits, one for each kind of hostility and each slot.
pub struct Case {
    pub name: String,
    vocab: usize,
}

const SLOTS: usize = 8;

pub fn sampling_cases() -> Vec<Case> {
    let case = |vocab| Case { name: format!("sample {vocab}"), vocab };
    [1, 2, 3, 255, 256, 257, 1023, 32_000, 128_257].into_iter().map(case).collect()
}

impl Case {
    pub fn graph(&self) -> Graph {
        let g = Builder::new();
        g.output("logits", g.embed("logits", SLOTS, self.vocab).wanted_rows());
        optimise(g.finish().expect("a case's graph")).0
    }

    fn rows(&self) -> Vec<Vec<f32>> {
        (0..SLOTS).map(|kind| logits(kind, self.vocab)).collect()
    }

    /// A token for each slot: every slot goes over all rows.
    pub fn step(&self, position: u32) -> Step {
        let slots = 0..SLOTS as u32;
        let token = |slot| StepToken { id: (slot + position) % SLOTS as u32, position, slot };
        Step { tokens: slots.clone().map(token).collect(), rows: slots.collect(), ..Step::default() }
    }

    pub fn check(&self, device: &Device) -> Result<(), Failed> {
        let rows = self.rows();
        let mut bytes = Vec::new();
        DType::F32.encode(&rows.concat(), &mut bytes);
        let graph = self.graph();
        let table = Tensor::new(DType::F32, graph.weights[0].shape.clone(), bytes.into())?;
        let model = Arc::new(block_on(kinglet_gpu::Model::new(device.clone(), graph, &[table]))?);
        let options = SessionOptions { context: 64, slots: SLOTS, kv: KvFormat::F32 };
        let mut session = block_on(kinglet_gpu::Session::new(model, options))?;
        for _ in 0..SLOTS {
            session.open_slot()?;
        }
        let mut picks = Vec::new();
        for (position, (sampling, edits)) in wishes(self.vocab).into_iter().enumerate() {
            let step = self.step(position as u32);
            // The neighbours of a slot that samples are greedy in every third step, and so is what they pick.
            let wish = |slot: u32| match (position % 3, slot % 2) {
                (2, 1) => (Sampling::default(), Vec::new()),
                _ => (Sampling { sequence: slot, ..sampling.clone() }, edits.clone()),
            };
            for slot in 0..SLOTS as u32 {
                let (sampling, edits) = wish(slot);
                session.set_sampling(slot, &sampling, &edits)?;
            }
            block_on(session.submit(&step))?;
            block_on(session.next_picks(&mut picks))?;
            if picks.len() != SLOTS {
                return Err(format!("{} tokens of {SLOTS}", picks.len()).into());
            }
            for (token, found) in step.tokens.iter().zip(&picks) {
                let (sampling, edits) = wish(token.slot);
                let expected = pick(&rows[token.id as usize], &sampling, &edits, token.position);
                let what = || format!("logits {}, {sampling:?}, {} edits", token.id, edits.len());
                if found.id != expected.id {
                    return Err(format!("{}: {} for {}", what(), found.id, expected.id).into());
                }
                let (Some(found), Some(expected)) = (&found.logprobs, &expected.logprobs) else {
                    assert_eq!(found.logprobs.is_some(), expected.logprobs.is_some(), "{}", what());
                    continue;
                };
                let all = |them: &kinglet_graph::Logprobs| {
                    let (ids, logprobs): (Vec<u32>, Vec<f32>) = them.top.iter().copied().unzip();
                    (ids, [vec![them.picked], logprobs].concat())
                };
                let ((found_ids, found), (ids, expected)) = (all(found), all(expected));
                let off = found.iter().zip(&expected).any(|(a, b)| (a - b).abs() > 1e-5 * (1.0 + b.abs()));
                if found_ids != ids || off {
                    let message = format!("{}: {found_ids:?} {found:?}, expected {ids:?} {expected:?}", what());
                    return Err(message.into());
                }
            }
        }
        Ok(())
    }
}

/// Each option alone and with others, at several temperatures.
fn wishes(vocab: usize) -> Vec<(Sampling, Vec<Edit>)> {
    let plain = Sampling { temperature: 1.0, seed: 0x0123_4567_89ab_cdef, ..Sampling::default() };
    let chain = Sampling { temperature: 0.8, top_k: 40, top_p: 0.95, min_p: 0.05, ..plain.clone() };
    let all = Sampling { typical: 0.9, logprobs: Some(3), ..chain.clone() };
    let history: Vec<u32> = (0..40).map(|i| (i * i * 7 % 29) * (vocab as u32 / 29 + 1) % vocab as u32).collect();
    let penalties = Penalties { repeat: 1.3, presence: 0.4, frequency: 0.2, ..Penalties::default() };
    let bias = vec![(0, f32::NEG_INFINITY), (vocab as u32 - 1, 2.5)];
    let dry = Dry { multiplier: 0.8, ..Dry::default() };
    // More than there is room for at first.
    let many = Penalties { bias: (0..vocab.min(300) as u32).map(|id| (id, -1.0)).collect(), ..Penalties::default() };
    let many = many.edits(&[]);
    let edits = Penalties { bias, dry, ..penalties }.edits(&history);
    let none = Vec::new;
    vec![
        (plain.clone(), none()),
        (Sampling { temperature: 0.3, ..plain.clone() }, none()),
        (Sampling { temperature: 5.0, ..plain.clone() }, none()),
        (Sampling { temperature: 1e-9, ..plain.clone() }, none()),
        (Sampling { top_k: 1, ..plain.clone() }, none()),
        (Sampling { top_k: 40, ..plain.clone() }, none()),
        (Sampling { top_k: 20_000, temperature: 2.0, ..plain.clone() }, none()),
        (Sampling { typical: 0.2, ..plain.clone() }, none()),
        (Sampling { typical: 0.95, temperature: 2.0, ..plain.clone() }, none()),
        (Sampling { top_p: 0.9, ..plain.clone() }, none()),
        (Sampling { top_p: 1e-6, ..plain.clone() }, none()),
        (Sampling { top_p: 0.999_999_94, ..plain.clone() }, none()),
        (Sampling { min_p: 0.1, temperature: 1.5, ..plain.clone() }, none()),
        (Sampling { min_p: 1.0, ..plain.clone() }, none()),
        (chain.clone(), none()),
        (all.clone(), none()),
        (Sampling { temperature: 0.0, logprobs: Some(20), ..plain.clone() }, none()),
        (Sampling { temperature: 0.0, ..plain.clone() }, edits.clone()),
        (Sampling { logprobs: Some(0), ..plain }, many),
        (chain, edits.clone()),
        (all, edits),
    ]
}

fn logits(kind: usize, vocab: usize) -> Vec<f32> {
    let mut rng = fastrand::Rng::with_seed(kind as u64);
    // A bell curve, about as wide as a model's.
    let mut bell = |width: f32| (0..6).map(|_| rng.f32() - 0.5).sum::<f32>() * width;
    let mut logits: Vec<f32> = (0..vocab).map(|_| bell(4.0)).collect();
    let last = vocab - 1;
    match kind {
        0 => {}
        // All alike.
        1 => logits.fill(-3.25),
        // Most are masked.
        2 => logits.iter_mut().skip(last / 4 + 1).for_each(|logit| *logit = -1e30),
        // Far apart.
        3 => logits.iter_mut().for_each(|logit| *logit *= 1e4),
        // Few values, so that there are ties on every boundary.
        4 => logits.iter_mut().for_each(|logit| *logit = logit.round()),
        // A sharp peak over a flat floor.
        5 => logits[last / 2] = 14.0,
        // Numbers that are none.
        6 => {
            logits.iter_mut().step_by(3).for_each(|logit| *logit = f32::NAN);
            logits[last / 2] = f32::NEG_INFINITY;
            logits[last] = 3.0e38;
        }
        _ => logits.fill(f32::NAN),
    }
    logits
}
