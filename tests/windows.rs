//! Long sequences: pages that sliding windows leave behind, and rotations that depend on the length. What the device
//! computes is what the CPU does.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test may panic")]

mod support;

use std::sync::Arc;

use kinglet_gpu::{Device, KvFormat, Session, SessionOptions, Tier};
use kinglet_graph::{Attention, Builder, Graph, LongFrequencies, Longer, Rope, Step, StepToken, optimise};
use kinglet_tensor::{DType, Tensor};
use pollster::block_on;

const VOCAB: usize = 96;
const HIDDEN: usize = 24;
const WINDOW: usize = 70;
/// Pages of 64 rows that hold the window, 128 rows behind it and the 64 tokens of a replay, wherever pages begin.
const WINDOW_PAGES: usize = 6;
const OPTIONS: SessionOptions = SessionOptions { context: 2048, slots: 3, kv: KvFormat::F32 };

/// Layers with these windows, and logits.
fn graph(windows: &[Option<usize>], rope: Rope) -> Graph {
    let g = Builder::new();
    let rope = g.rope(rope);
    let mut x = g.embed("embed", VOCAB, HIDDEN);
    for (index, &window) in windows.iter().enumerate() {
        let layer = g.scope(&format!("layer.{index}"));
        let h = layer.rms_norm("norm", x, 1e-5);
        let [q, k, v] = ["q", "k", "v"].map(|name| layer.linear(name, h, if name == "q" { 24 } else { 12 }, false));
        let attention = Attention { rope: Some(rope), window, ..Attention::new(4, 2, 6) };
        x = x + layer.linear("o", layer.attention("attention", [q, k, v], attention), HIDDEN, false);
    }
    g.output("logits", g.linear("head", x, VOCAB, false).wanted_rows());
    optimise(g.finish().unwrap()).0
}

fn tensors(graph: &Graph) -> Vec<Tensor> {
    let mut random = fastrand::Rng::with_seed(5);
    let mut tensor = |weight: &kinglet_graph::Weight| {
        let (rows, width) = weight.shape.rows_and_width();
        let values: Vec<f32> = (0..rows * width).map(|_| random.f32() * 2.0 - 1.0).collect();
        let mut bytes = Vec::new();
        DType::F32.encode(&values, &mut bytes);
        Tensor::new(DType::F32, weight.shape.clone(), bytes.into()).unwrap()
    };
    graph.weights.iter().map(&mut tensor).collect()
}

/// The same model on a device and on the CPU, which counts in f64.
struct Pair {
    gpu: Session,
    cpu: kinglet_cpu::Session,
}

impl Pair {
    async fn new(device: &Device, graph: &Graph) -> Pair {
        let tensors = tensors(graph);
        let model = kinglet_gpu::Model::new(device.clone(), graph.clone(), &tensors).await.unwrap();
        let gpu = Session::new(Arc::new(model), OPTIONS).await.unwrap();
        let cpu = kinglet_cpu::Model::new(graph.clone(), tensors, kinglet_cpu::Precision::F64).unwrap();
        Pair { gpu, cpu: kinglet_cpu::Session::new(Arc::new(cpu)) }
    }

    fn open(&mut self) -> u32 {
        let slot = self.gpu.open_slot().unwrap();
        assert_eq!(self.cpu.open_slot(), slot);
        slot
    }

    /// Adds so many tokens to a slot in one step, and compares the logits of the last one.
    async fn add(&mut self, slot: u32, tokens: u32) {
        let first = self.gpu.slot_length(slot).unwrap();
        assert_eq!(self.cpu.slot_length(slot), Some(first));
        let ids: Vec<u32> = (first..first + tokens).map(|position| token(slot, position)).collect();
        let step = Step::prefill(slot, first, &ids).last_row();
        let found = self.gpu.step(&step).await.unwrap().swap_remove(0);
        let expected = self.cpu.step(&step).unwrap().swap_remove(0);
        close(&found, &expected, &format!("slot {slot}, {tokens} tokens after {first}"));
    }

    fn truncate(&mut self, slot: u32, length: u32, left: u32) {
        assert_eq!(self.gpu.truncate_slot(slot, length), Some(left), "{length} of slot {slot}");
        // The CPU forgets later.
        self.cpu.truncate_slot(slot, left);
    }

    fn fork(&mut self, slot: u32, length: u32, shared: u32) -> u32 {
        let (forked, found) = self.gpu.fork_slot(slot, length).unwrap();
        assert_eq!(found, shared, "{length} of slot {slot}");
        assert_eq!(self.cpu.fork_slot(slot, shared).unwrap(), (forked, shared));
        forked
    }

    fn close(&mut self, slot: u32) {
        self.gpu.close_slot(slot);
        self.cpu.close_slot(slot);
    }

    /// Pages in use: of layers without a window, and of those with one.
    fn pages(&self) -> [usize; 2] {
        let of = |window| self.gpu.pages().find(|pages| pages.window == window).map_or(0, |pages| pages.in_use);
        [of(None), of(Some(WINDOW))]
    }
}

fn token(slot: u32, position: u32) -> u32 {
    (position * 37 + position / 7 * 5 + slot * 11) % VOCAB as u32
}

fn close(found: &[f32], expected: &[f32], what: &str) {
    let error: f64 = found.iter().zip(expected).map(|(a, b)| f64::from(a - b).powi(2)).sum();
    let power: f64 = expected.iter().map(|b| f64::from(*b).powi(2)).sum();
    assert!(found.len() == VOCAB && error / power <= 1e-9, "{what}: nmse {}", error / power);
}

fn on_every_tier(test: impl AsyncFn(&Device)) {
    block_on(async {
        for tier in [Tier::Baseline, Tier::HIGHEST] {
            if let Some(device) = support::device(tier).await {
                test(&device).await;
            }
        }
    });
}

#[test]
fn windows_hold_no_more_pages_than_they_need() {
    on_every_tier(async |device| {
        let graph = graph(&[Some(WINDOW), None, Some(WINDOW)], Rope::new(10_000.0, 6));
        let mut pair = Pair::new(device, &graph).await;
        let limits: Vec<_> = pair.gpu.pages().map(|pages| (pages.window, pages.limit)).collect();
        assert_eq!(limits, [(Some(WINDOW), 3 * WINDOW_PAGES), (None, 3 * 32)]);
        let slots = [pair.open(), pair.open(), pair.open()];
        let mut most = 0;
        // In many replays, then in few, then one by one.
        for tokens in [700, 64, 1, 130, 63] {
            for slot in slots {
                pair.add(slot, tokens).await;
                most = most.max(pair.pages()[1]);
            }
        }
        for _ in 0..70 {
            pair.add(slots[1], 1).await;
        }
        assert_eq!(pair.pages()[0], 2 * 958usize.div_ceil(64) + (958 + 70usize).div_ceil(64));
        assert!(most > 3 * (WINDOW_PAGES - 2) && most <= 3 * WINDOW_PAGES, "{most} pages");
        slots.into_iter().for_each(|slot| pair.close(slot));
        assert_eq!(pair.pages(), [0, 0]);
    });
}

#[test]
fn sequences_are_shortened_and_forked_as_far_as_windows_allow() {
    on_every_tier(async |device| {
        let graph = graph(&[None, Some(WINDOW)], Rope::new(10_000.0, 6));
        let mut pair = Pair::new(device, &graph).await;
        let slot = pair.open();
        pair.add(slot, 500).await;
        // The last replay began behind 448 tokens, and 198 before those are kept: rows from 192 on.
        assert_eq!(pair.pages(), [8, 5]);
        pair.truncate(slot, 400, 400);
        pair.add(slot, 40).await;
        let fork = pair.fork(slot, 430, 384);
        // Seven of the eight pages hold full runs of both.
        assert_eq!(pair.pages(), [7, 4]);
        pair.add(fork, 70).await;
        // The other goes on; nothing that the fork sees is written anew.
        pair.add(slot, 300).await;
        pair.add(fork, 1).await;
        pair.add(slot, 1).await;
        // The token behind 384 others sees rows that the other has left behind long ago.
        let empty = pair.fork(slot, 430, 0);
        pair.add(empty, 90).await;
        pair.truncate(slot, 450, 0);
        pair.add(slot, 90).await;
        pair.add(fork, 1).await;
        for slot in [slot, fork, empty] {
            pair.close(slot);
        }
        assert_eq!(pair.pages(), [0, 0]);
    });
}

#[test]
fn steady_decoding_uploads_when_pages_change() {
    on_every_tier(async |device| {
        let graph = graph(&[Some(WINDOW), None], Rope::new(10_000.0, 6));
        let mut pair = Pair::new(device, &graph).await;
        let slot = pair.open();
        pair.gpu.submit(&Step::prefill(slot, 0, &[7; 300]).last_row()).await.unwrap();
        let mut ids = Vec::new();
        // From 300 tokens on: those at 320 and 384 begin pages.
        pair.gpu.submit_next(&[slot]).await.unwrap();
        let before = device.counters();
        for _ in 0..100 {
            pair.gpu.next_ids(&mut ids).await.unwrap();
            pair.gpu.submit_next(&[slot]).await.unwrap();
        }
        let spent = device.counters() - before;
        assert_eq!((spent.uploads, spent.objects_created), (2, 0));
    });
}

/// A rotation that is another beyond 200 tokens.
fn longer(frequencies: LongFrequencies) -> Rope {
    Rope { longer: Some(Longer { beyond: 200, frequencies }), ..Rope::new(10_000.0, 6) }
}

#[test]
fn a_sequence_that_becomes_long_begins_anew() {
    on_every_tier(async |device| {
        let graph = graph(&[None], longer(LongFrequencies::Fixed(vec![0.3, 0.02, 0.001])));
        let mut pair = Pair::new(device, &graph).await;
        let (short, long) = (pair.open(), pair.open());
        pair.add(short, 199).await;
        pair.add(long, 330).await;
        pair.add(long, 1).await;
        pair.add(short, 1).await;
        let refused = "slot 0 has 200 tokens that are rotated for up to 200: shorten it to none and begin again";
        let step = Step::prefill(short, 200, &[1]);
        assert_eq!(pair.gpu.step(&step).await.unwrap_err().to_string(), refused);
        assert_eq!(pair.gpu.submit(&step).await.unwrap_err().to_string(), refused);
        assert_eq!(pair.cpu.step(&step).unwrap_err().to_string(), refused);
        pair.truncate(short, 190, 190);
        // Free-running, up to the border and no further.
        pair.gpu.submit(&Step::prefill(short, 190, &[3; 9]).last_row()).await.unwrap();
        pair.gpu.submit_next(&[short]).await.unwrap();
        assert_eq!(pair.gpu.submit_next(&[short]).await.unwrap_err().to_string(), refused);
        pair.gpu.discard_in_flight();
        // What was rotated for a long sequence is of no use to a short one.
        pair.truncate(long, 201, 201);
        pair.add(long, 3).await;
        assert_eq!(pair.cpu.truncate_slot(long, 200), Some(0));
        pair.truncate(long, 200, 0);
        pair.add(long, 150).await;
        let fork = pair.fork(long, 100, 64);
        pair.add(fork, 100).await;
    });
}

#[test]
fn turns_that_grow_with_the_length_are_those_of_each_step() {
    on_every_tier(async |device| {
        let growing = longer(LongFrequencies::Growing { base: 10_000.0, factor: 3.0 });
        let graph = graph(&[None, Some(WINDOW)], growing);
        let mut pair = Pair::new(device, &graph).await;
        let slots = [pair.open(), pair.open()];
        pair.add(slots[0], 199).await;
        for tokens in [1, 1, 1, 30, 150, 1] {
            pair.add(slots[0], tokens).await;
            pair.add(slots[1], 2 * tokens).await;
        }
        // The device feeds itself across the border, several steps ahead.
        let slot = slots[0];
        pair.truncate(slot, 0, 0);
        let step = Step::prefill(slot, 0, &[5; 197]).last_row();
        pair.gpu.submit(&step).await.unwrap();
        pair.cpu.submit(&step).unwrap();
        let (mut found, mut expected, mut ids): (Vec<u32>, Vec<u32>, _) = (Vec::new(), Vec::new(), Vec::new());
        for round in 0..12 {
            pair.gpu.submit_next(&[slot]).await.unwrap();
            pair.cpu.submit_next(&[slot]).unwrap();
            if round > 0 {
                pair.gpu.next_ids(&mut ids).await.unwrap();
                found.extend(&ids);
                pair.cpu.next_ids(&mut ids);
                expected.extend(&ids);
            }
        }
        assert_eq!(found, expected);
        // Together with another slot.
        let both = Step {
            tokens: slots
                .iter()
                .map(|&slot| StepToken { id: 9, position: pair.gpu.slot_length(slot).unwrap(), slot })
                .collect(),
            rows: vec![0, 1],
            ..Step::default()
        };
        pair.gpu.discard_in_flight();
        let found = pair.gpu.step(&both).await.unwrap().swap_remove(0);
        let expected = pair.cpu.step(&both).unwrap().swap_remove(0);
        for (found, expected) in found.chunks(VOCAB).zip(expected.chunks(VOCAB)) {
            close(found, expected, "both");
        }
    });
}
