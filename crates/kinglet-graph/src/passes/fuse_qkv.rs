//! Joins the three projections before attention into one product, whose output holds queries, keys and values side by
//! side. Where queries and keys are normalised head by head, one norm follows it, which leaves the values as they are.

use super::{PassReport, joined_name, one_type, sole_linear};
use crate::{Activation, Dim, Gain, Graph, Linear, Norm, Op, Part, Value, ValueType};

pub(super) fn run(graph: &mut Graph, report: &mut PassReport) {
    for index in 0..graph.nodes.len() {
        let (Op::Attention(_), &[q, k, v]) = (&graph.nodes[index].op, graph.nodes[index].inputs.as_slice()) else {
            continue;
        };
        match fused(graph, [q, k, v]) {
            Ok(Fused { projections, parts, norm }) => {
                let width = parts.iter().map(|part| part.rows).sum();
                let output = ValueType { rows: Dim::Tokens, width };
                // All of them read one value, and norms stand behind the first.
                let joined = projections.into_iter().min().unwrap_or(q);
                let name = joined_name(graph, &projections);
                let norm_name = joined_name(graph, &[q, k]);
                let node = &mut graph.nodes[joined.0];
                node.op = Op::Linear(Linear { parts, scale: 1.0, activation: Activation::None, residual: false });
                (node.output, node.name) = (output, name);
                graph.nodes[index].inputs = vec![joined];
                if let Some(norm) = norm {
                    let normed = q.max(k);
                    let node = &mut graph.nodes[normed.0];
                    (node.op, node.inputs) = (Op::Norm(norm), vec![joined]);
                    (node.output, node.name) = (output, norm_name);
                    graph.nodes[index].inputs = vec![normed];
                }
                report.fired += 1;
            }
            Err(why) => report.skip(graph, Value(index), why),
        }
    }
}

struct Fused {
    projections: [Value; 3],
    parts: Vec<Part>,
    norm: Option<Norm>,
}

fn fused(graph: &Graph, [q, k, v]: [Value; 3]) -> Result<Fused, &'static str> {
    let norms = [q, k].map(|value| match &graph.node(value).op {
        Op::Norm(norm) => Some(norm),
        _ => None,
    });
    let (projections, norm) = match norms {
        [None, None] => ([q, k, v], None),
        [Some(of_q), Some(of_k)] => {
            if [q, k].iter().any(|value| graph.uses(*value) != 1) {
                return Err("its output is read elsewhere too");
            }
            let projected = [q, k].map(|value| graph.node(value).inputs[0]);
            ([projected[0], projected[1], v], Some(joined_norm(graph, of_q, of_k, graph.node(v).output.width)?))
        }
        _ => return Err("only one of queries and keys is normalised"),
    };
    let mut parts = Vec::new();
    for value in projections {
        let linear = sole_linear(graph, value)?;
        if linear.activation != Activation::None || linear.scale != 1.0 {
            return Err("a projection is more than a product");
        }
        parts.extend(linear.parts.iter().cloned());
    }
    let [q, k, v] = projections.map(|value| &graph.node(value).inputs);
    if q != k || k != v {
        return Err("the projections read different values");
    }
    one_type(graph, &parts)?;
    Ok(Fused { projections, parts, norm })
}

/// The norm of queries and keys that are followed by so many columns of values.
fn joined_norm(graph: &Graph, q: &Norm, k: &Norm, values: usize) -> Result<Norm, &'static str> {
    let ([of_q], [of_k]) = (q.gains.as_slice(), k.gains.as_slice()) else {
        return Err("a norm is already fused");
    };
    let run = |gain: &Gain| graph.weights[gain.weight.0].shape.rows_and_width().1;
    if run(of_q) != run(of_k) || !values.is_multiple_of(run(of_q)) {
        return Err("the norms are of runs of different lengths");
    }
    let joined = Norm { gains: vec![*of_q, *of_k], copied: values, ..q.clone() };
    if joined != (Norm { gains: vec![*of_q, *of_k], copied: values, ..k.clone() }) || q.residual {
        return Err("the norms differ, or add a residual");
    }
    Ok(joined)
}

#[cfg(test)]
mod tests {
    use kinglet_tensor::DType;

    use crate::{Attention, Builder, Graph, NormOptions, optimise};

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

    /// The norm of the keys comes before the values, as in some models.
    fn normalised(q_norm: NormOptions, k_norm: Option<NormOptions>) -> Graph {
        let g = Builder::new();
        let x = g.embed("embed", 16, 8);
        let q = g.norm("q_norm", g.linear("q", x, 8, false), q_norm);
        let k = g.linear("k", x, 4, true);
        let k = k_norm.map_or(k, |options| g.norm("k_norm", k, options));
        let v = g.linear("v", x, 4, false);
        g.output("out", g.scope("").attention("attention", [q, k, v], Attention::new(4, 2, 2)));
        g.finish().unwrap()
    }

    #[test]
    fn fuse_qkv_joins_norms_of_heads() {
        let heads = NormOptions { run: Some(2), gain_offset: 1.0, ..NormOptions::rms(1e-6) };
        let (graph, report) = optimise(normalised(heads, Some(heads)));
        assert_eq!(report.fired("fuse_qkv"), 1);
        assert_eq!(
            graph.to_text(),
            "%0 [tokens, 8] = embed embed.weight # embed\n\
             %1 [tokens, 16] = linear q.weight|k.weight+k.bias|v.weight %0 # q|k|v\n\
             %2 [tokens, 16] = norm 1+q_norm.weight|1+k_norm.weight copied=4 eps=0.000001 %1 # q_norm|k_norm\n\
             %3 [tokens, 8] = attention heads=4 kv_heads=2 head_dim=2 cache=0 %2 # attention\n\
             out = %3\n"
        );
    }

    #[test]
    fn fuse_qkv_skips_norms_that_are_not_alike() {
        let heads = NormOptions { run: Some(2), ..NormOptions::rms(1e-6) };
        let all = NormOptions::rms(1e-6);
        let other = NormOptions { eps: 1e-5, ..heads };
        for (q_norm, k_norm, why) in [
            (heads, None, "only one of queries and keys is normalised"),
            (all, Some(all), "the norms are of runs of different lengths"),
            (heads, Some(other), "the norms differ, or add a residual"),
        ] {
            let (_, report) = optimise(normalised(q_norm, k_norm));
            assert_eq!(report.skipped("fuse_qkv"), [format!("attention: {why}")]);
        }
        let mut graph = normalised(heads, Some(heads));
        assert!(graph.tap("q_norm"));
        let (_, report) = optimise(graph);
        assert_eq!(report.skipped("fuse_qkv"), ["attention: its output is read elsewhere too"]);
    }
}
