//! Steps that pick the likeliest token and feed it to the next: what is picked is exact, so ids are compared.

use std::sync::Arc;

use kinglet_gpu::{Device, KvFormat, SessionOptions};
use kinglet_graph::{Builder, Graph, Step, StepToken, optimise};
use kinglet_tensor::{DType, Tensor};
use libtest_mimic::Failed;
use pollster::block_on;

/// Logits that are known: the row of a table for each token, as it stands or through a product.
pub struct Greedy {
    pub name: &'static str,
    /// Logits of a row.
    vocab: usize,
    /// Rows of the table.
    rows: usize,
    /// The table holds one-hot rows, and a matrix the logits.
    product: bool,
    /// Whether picked tokens are in the table, so that they can be fed.
    feeds: bool,
}

pub fn greedy_cases() -> Vec<Greedy> {
    let table = |name, vocab| Greedy { name, vocab, rows: vocab, product: false, feeds: true };
    vec![
        table("greedy 1", 1),
        table("greedy 37", 37),
        table("greedy 1023", 1023),
        table("greedy 1024", 1024),
        table("greedy 1025", 1025),
        table("greedy 2100", 2100),
        Greedy { product: true, ..table("greedy product", 130) },
        // More chunks than a workgroup has threads.
        Greedy { rows: 40, feeds: false, ..table("greedy 70000", 70_000) },
    ]
}

/// The first step of each of these slots has so many tokens.
const STARTS: [&[u32]; 4] = [&[1], &[3, 1, 9], &[1, 1, 1, 1, 1, 1, 1, 1], &[20, 2, 30, 4, 1, 1, 1, 5]];

impl Greedy {
    pub fn graph(&self) -> Graph {
        let g = Builder::new();
        let logits = if self.product {
            let x = g.embed("one-hot", self.rows, self.rows);
            g.linear("logits", x.wanted_rows(), self.vocab, false)
        } else {
            g.embed("logits", self.rows, self.vocab).wanted_rows()
        };
        g.output("logits", logits);
        optimise(g.finish().expect("a case's graph")).0
    }

    fn tensors(&self, graph: &Graph) -> Vec<Tensor> {
        let rows: Vec<Vec<f32>> = (0..self.rows).map(|row| logits(row, self.vocab, self.product)).collect();
        let tensor = |weight: &kinglet_graph::Weight| {
            let (height, width) = weight.shape.rows_and_width();
            let one_hot = |index: usize| if index / width == index % width { 1.0 } else { 0.0 };
            let values: Vec<f32> = match (self.product, weight.name.as_str()) {
                (true, "one-hot.weight") => (0..height * width).map(one_hot).collect(),
                (true, _) => (0..height * width).map(|index| rows[index % width][index / width]).collect(),
                (false, _) => rows.concat(),
            };
            let mut bytes = Vec::new();
            DType::F32.encode(&values, &mut bytes);
            Tensor::new(DType::F32, weight.shape.clone(), bytes.into()).expect("the bytes of a tensor")
        };
        graph.weights.iter().map(tensor).collect()
    }

    /// The first step of each round: several slots, of which each wants its last row; in the last round not all do.
    pub fn steps(&self) -> Vec<Step> {
        let mut id = 0;
        let step = |counts: &&[u32]| {
            let mut step = Step::default();
            for (slot, &count) in counts.iter().enumerate() {
                for position in 0..count {
                    step.tokens.push(StepToken { id: id % self.rows as u32, position, slot: slot as u32 });
                    id += 1;
                }
                if slot != 3 {
                    step.rows.push(step.tokens.len() as u32 - 1);
                }
            }
            step
        };
        STARTS.iter().map(step).collect()
    }

    pub fn check(&self, device: &Device) -> Result<(), Failed> {
        let graph = self.graph();
        let tensors = self.tensors(&graph);
        let model = kinglet_cpu::Model::new(graph.clone(), tensors.clone(), kinglet_cpu::Precision::F64)?;
        let model = Arc::new(model);
        let gpu_model = Arc::new(block_on(kinglet_gpu::Model::new(device.clone(), graph, &tensors))?);
        for (round, step) in self.steps().iter().enumerate() {
            let options = SessionOptions { context: 256, slots: 8, kv: KvFormat::F32 };
            let mut session = block_on(kinglet_gpu::Session::new(gpu_model.clone(), options))?;
            let mut reference = kinglet_cpu::Session::new(model.clone());
            for _ in 0..8 {
                assert_eq!(session.open_slot()?, reference.open_slot());
            }
            let compare = |what: &str, session: &mut kinglet_gpu::Session, reference: &mut kinglet_cpu::Session| {
                let (mut found, mut expected) = (Vec::new(), Vec::new());
                block_on(session.next_ids(&mut found))?;
                reference.next_ids(&mut expected);
                if found != expected {
                    return Err(Failed::from(format!("round {round}, {what}: {found:?}, expected {expected:?}")));
                }
                Ok(())
            };
            block_on(session.submit(step))?;
            reference.submit(step)?;
            compare("the first step", &mut session, &mut reference)?;
            if !self.feeds {
                continue;
            }
            // Backwards, so that a row is not its slot.
            let slots: Vec<u32> = step.rows.iter().rev().map(|&row| step.tokens[row as usize].slot).collect();
            for lap in 0..6 {
                let slots = if lap % 2 == 0 { &slots } else { &slots[..slots.len().div_ceil(2)] };
                block_on(session.submit_next(slots))?;
                reference.submit_next(slots)?;
                compare(&format!("fed step {lap}"), &mut session, &mut reference)?;
            }
        }
        Ok(())
    }
}

/// The logits of a token. A product of anything with one-hot rows is exact, unless it has infinities or NaN.
fn logits(row: usize, vocab: usize, finite: bool) -> Vec<f32> {
    let mut rng = fastrand::Rng::with_seed(row as u64);
    let mut logits: Vec<f32> = (0..vocab).map(|_| rng.f32() * 20.0 - 10.0).collect();
    let last = vocab - 1;
    let nan = f32::from_bits(if row.is_multiple_of(2) { 0x7fc0_0000 } else { 0xffff_ffff });
    match row % 12 {
        // All alike.
        1 => logits.fill(1.5),
        // Two alike, in two chunks where there are two.
        2 => (logits[last / 3], logits[last]) = (40.0, 40.0),
        3 => (logits[last / 2], logits[last / 2 + usize::from(last > 0)]) = (40.0, 40.0),
        // Zeros of both signs are alike.
        4 => {
            logits.iter_mut().for_each(|logit| *logit = -logit.abs() - 1.0);
            (logits[last / 4], logits[last / 2], logits[last]) = (-0.0, 0.0, 0.0);
        }
        5 => logits.iter_mut().for_each(|logit| *logit = -logit.abs() * 1e4),
        6 => (logits[0], logits[last]) = (3.0e38, 3.4e38),
        _ if finite => {}
        7 => (logits[0], logits[last / 2], logits[last]) = (nan, nan, -nan),
        8 => logits.fill(nan),
        // One number among NaN.
        9 => {
            logits.fill(nan);
            logits[last * 3 / 4] = -200.0;
        }
        // NaN, then the least number there is.
        10 => {
            logits.fill(f32::NEG_INFINITY);
            logits[0] = nan;
        }
        11 => (logits[last / 2], logits[last]) = (f32::INFINITY, f32::INFINITY),
        _ => {}
    }
    logits
}
