//! Joins `f(gate · x) * (up · x)` into one product with alternating rows.

use super::{PassReport, joined_name, one_type, sole_linear};
use crate::{Activation, Binary, Graph, Linear, Op, Unary, Value};

pub(super) fn run(graph: &mut Graph, report: &mut PassReport) {
    for index in 0..graph.nodes.len() {
        let (Op::Binary(Binary::Mul), &[left, right]) = (&graph.nodes[index].op, graph.nodes[index].inputs.as_slice())
        else {
            continue;
        };
        let gated = [(left, right), (right, left)].into_iter().find_map(|(gated, up)| match graph.node(gated).op {
            Op::Unary(function) => Some((gated, up, function)),
            _ => None,
        });
        let Some((gated, up, function)) = gated else { continue };
        match fused(graph, gated, up, function) {
            Ok((linear, input)) => {
                let gate = graph.node(gated).inputs[0];
                if graph.nodes[index].name.is_empty() {
                    graph.nodes[index].name = joined_name(graph, &[gate, up]);
                }
                graph.nodes[index].op = Op::Linear(linear);
                graph.nodes[index].inputs = vec![input];
                report.fired += 1;
            }
            Err(why) => report.skip(graph, Value(index), why),
        }
    }
}

fn fused(graph: &Graph, gated: Value, up: Value, function: Unary) -> Result<(Linear, Value), &'static str> {
    if graph.uses(gated) != 1 {
        return Err("the gate is read elsewhere too");
    }
    let gate = graph.node(gated).inputs[0];
    let (gate_linear, up_linear) = (sole_linear(graph, gate)?, sole_linear(graph, up)?);
    let ([gate_part], [up_part]) = (gate_linear.parts.as_slice(), up_linear.parts.as_slice()) else {
        return Err("gate or up is already fused");
    };
    let plain = |linear: &Linear| linear.activation == Activation::None && linear.scale == 1.0;
    if !plain(gate_linear) || !plain(up_linear) {
        return Err("gate or up is more than a product");
    }
    if graph.node(gate).inputs != graph.node(up).inputs {
        return Err("gate and up read different values");
    }
    let parts = vec![gate_part.clone(), up_part.clone()];
    one_type(graph, &parts)?;
    let linear = Linear { parts, scale: 1.0, activation: Activation::Gated(function), residual: false };
    Ok((linear, graph.node(gate).inputs[0]))
}

#[cfg(test)]
mod tests {
    use kinglet_tensor::DType;

    use crate::{Builder, optimise};

    #[test]
    fn fuse_gate_takes_either_order() {
        for gate_first in [true, false] {
            let g = Builder::new();
            let x = g.embed("embed", 16, 8);
            let (gate, up) = (g.linear("gate", x, 12, false).silu(), g.linear("up", x, 12, true));
            g.output("out", if gate_first { gate * up } else { up * gate });
            let (graph, report) = optimise(g.finish().unwrap());
            assert_eq!(report.fired("fuse_gate"), 1);
            assert!(
                graph
                    .to_text()
                    .contains("%1 [tokens, 12] = linear gated silu gate.weight|up.weight+up.bias %0 # gate|up\n")
            );
        }
    }

    #[test]
    fn fuse_gate_skips_different_inputs() {
        let g = Builder::new();
        let x = g.embed("embed", 16, 8);
        let y = g.rms_norm("norm", x, 1e-5);
        g.output("out", g.linear("gate", x, 12, false).silu() * g.linear("up", y, 12, false));
        let (_, report) = optimise(g.finish().unwrap());
        assert_eq!(report.skipped("fuse_gate"), ["%5: gate and up read different values"]);
    }

    #[test]
    fn fuse_gate_skips_different_types() {
        let g = Builder::new();
        let x = g.embed("embed", 16, 8);
        g.output("out", g.linear("gate", x, 12, false).silu() * g.linear("up", x, 12, false));
        let mut graph = g.finish().unwrap();
        graph.set_dtypes([DType::F32, DType::Q4_K, DType::Q6_K]);
        let (_, report) = optimise(graph);
        assert_eq!(report.skipped("fuse_gate"), ["%4: the weights have different types"]);
    }

    #[test]
    fn fuse_gate_skips_a_tapped_projection() {
        let g = Builder::new();
        let x = g.embed("embed", 16, 8);
        g.output("out", g.linear("gate", x, 12, false).silu() * g.linear("up", x, 12, false));
        let mut graph = g.finish().unwrap();
        graph.tap("up");
        let (_, report) = optimise(graph);
        assert_eq!(report.skipped("fuse_gate"), ["%4: its output is read elsewhere too"]);
    }
}
