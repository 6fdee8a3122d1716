//! Joins the three projections before attention into one product, whose output holds queries, keys and values side by
//! side.

use super::{PassReport, joined_name, one_type, sole_linear};
use crate::{Activation, Dim, Graph, Linear, Op, Part, Value, ValueType};

pub(super) fn run(graph: &mut Graph, report: &mut PassReport) {
    for index in 0..graph.nodes.len() {
        let (Op::Attention(_), &[q, k, v]) = (&graph.nodes[index].op, graph.nodes[index].inputs.as_slice()) else {
            continue;
        };
        match fused(graph, [q, k, v]) {
            Ok(parts) => {
                let width = parts.iter().map(|part| part.rows).sum();
                let last = q.max(k).max(v);
                let name = joined_name(graph, &[q, k, v]);
                let node = &mut graph.nodes[last.0];
                node.op = Op::Linear(Linear { parts, scale: 1.0, activation: Activation::None, residual: false });
                node.output = ValueType { rows: Dim::Tokens, width };
                node.name = name;
                graph.nodes[index].inputs = vec![last];
                report.fired += 1;
            }
            Err(why) => report.skip(graph, Value(index), why),
        }
    }
}

fn fused(graph: &Graph, qkv: [Value; 3]) -> Result<Vec<Part>, &'static str> {
    let mut parts = Vec::new();
    for value in qkv {
        let linear = sole_linear(graph, value)?;
        if linear.activation != Activation::None || linear.scale != 1.0 {
            return Err("a projection is more than a product");
        }
        parts.extend(linear.parts.iter().cloned());
    }
    let [q, k, v] = qkv.map(|value| &graph.node(value).inputs);
    if q != k || k != v {
        return Err("the projections read different values");
    }
    one_type(graph, &parts)?;
    Ok(parts)
}

#[cfg(test)]
mod tests {
    use kinglet_tensor::DType;

    use crate::{Attention, Builder, Graph, optimise};

    fn attention_after(same_input: bool) -> Graph {
        let g = Builder::new();
        let x = g.embed("embed", 16, 8);
        let other = if same_input { x } else { g.rms_norm("norm", x, 1e-5) };
        let q = g.linear("q", x, 8, false);
        let k = g.linear("k", other, 4, true);
        let v = g.linear("v", x, 4, false);
        let attention = Attention::new(4, 2, 2);
        g.output("out", g.scope("").attention("attention", [q, k, v], attention));
        g.finish().unwrap()
    }

    #[test]
    fn fuse_qkv_joins_projections_of_one_value() {
        let (graph, report) = optimise(attention_after(true));
        assert_eq!(report.fired("fuse_qkv"), 1);
        assert_eq!(
            graph.to_text(),
            "%0 [tokens, 8] = embed embed.weight # embed\n\
             %1 [tokens, 16] = linear q.weight|k.weight+k.bias|v.weight %0 # q|k|v\n\
             %2 [tokens, 8] = attention heads=4 kv_heads=2 head_dim=2 cache=0 %1 # attention\n\
             out = %2\n"
        );
    }

    #[test]
    fn fuse_qkv_skips_projections_of_different_values() {
        let (graph, report) = optimise(attention_after(false));
        assert_eq!(report.skipped("fuse_qkv"), ["attention: the projections read different values"]);
        assert_eq!(graph.nodes.len(), 6);
    }

    #[test]
    fn fuse_qkv_skips_projections_of_different_types() {
        let mut graph = attention_after(true);
        let keys = graph.weights.iter_mut().find(|weight| weight.name == "k.weight");
        keys.unwrap().dtype = DType::Q6_K;
        let (_, report) = optimise(graph);
        assert_eq!(report.skipped("fuse_qkv"), ["attention: the weights have different types"]);
    }

    #[test]
    fn fuse_qkv_skips_a_tapped_projection() {
        let mut graph = attention_after(true);
        assert!(graph.tap("k"));
        let (graph, report) = optimise(graph);
        assert_eq!(report.skipped("fuse_qkv"), ["attention: its output is read elsewhere too"]);
        assert_eq!(graph.nodes.len(), 5);
    }
}
