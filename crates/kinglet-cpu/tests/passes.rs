//! What the passes make of a graph computes what the graph does.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::sync::Arc;

use kinglet_cpu::{Model, Precision, Session};
use kinglet_graph::{Attention, Builder, Graph, NormOptions, Rope, Step, Unary, optimise};
use kinglet_tensor::{DType, Tensor};

/// The same values wherever the name is the same.
fn run(graph: Graph) -> Vec<f32> {
    let tensor = |weight: &kinglet_graph::Weight| {
        let mut state = weight.name.bytes().fold(7u32, |hash, byte| hash.wrapping_mul(31).wrapping_add(byte.into()));
        let mut value = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) as f32 / (1 << 23) as f32 - 1.0
        };
        let (rows, width) = weight.shape.rows_and_width();
        let mut bytes = Vec::new();
        DType::F32.encode(&(0..rows * width).map(|_| value()).collect::<Vec<_>>(), &mut bytes);
        Tensor::new(DType::F32, weight.shape.clone(), bytes.into()).unwrap()
    };
    let tensors = graph.weights.iter().map(tensor).collect();
    let mut session = Session::new(Arc::new(Model::new(graph, tensors, Precision::F64).unwrap()));
    let slot = session.open_slot();
    session.step(&Step::prefill(slot, 0, &[3, 1, 4, 1, 5])).unwrap().swap_remove(0)
}

#[test]
fn every_fusion_computes_the_same() {
    let g = Builder::new();
    let rope = g.rope(Rope::new(100.0, 4));
    let x = g.embed("embed", 16, 12) * 3.5;
    let h = g.layer_norm("norm", x, 1e-5);
    let heads = NormOptions { run: Some(4), gain_offset: 1.0, ..NormOptions::rms(1e-6) };
    let q = g.norm("q_norm", g.linear("q", h, 16, true), heads);
    let k = g.norm("k_norm", g.linear("k", h, 8, false), heads);
    let v = g.linear("v", h, 8, true);
    let attention = Attention { rope: Some(rope), window: Some(3), ..Attention::new(4, 2, 4) };
    let a = g.scope("").attention("attention", [q, k, v], attention);
    let x = x + g.rms_norm("after", g.linear("o", a, 12, false) * 0.3, 1e-5);
    let gated = g.linear("gate", x, 9, true).map(Unary::Gelu) * g.linear("up", x, 9, false);
    let x = x + g.linear("down", gated, 12, true);
    g.output("out", g.linear("head", x, 16, false).map(Unary::Softcap(2.0)).wanted_rows());
    let graph = g.finish().unwrap();
    let (optimised, report) = optimise(graph.clone());
    for (pass, fired) in
        [("keep_rows", 2), ("fuse_qkv", 1), ("fuse_gate", 1), ("fuse_function", 3), ("fuse_residual", 2)]
    {
        assert_eq!(report.fired(pass), fired, "{pass}: {:?}", report.skipped(pass));
    }
    let (found, expected) = (run(optimised), run(graph));
    assert_eq!(found.len(), 5 * 16);
    for (found, expected) in found.iter().zip(&expected) {
        assert!((found - expected).abs() <= 1e-5, "{found} for {expected}");
    }
}
