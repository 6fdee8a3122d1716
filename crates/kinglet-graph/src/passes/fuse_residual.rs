//! Lets a product or a norm add the residual itself: `x + (w · y)` and `x + norm(y)` become one node.

use super::{PassReport, sole_linear};
use crate::{Activation, Binary, Graph, Op, Value};

pub(super) fn run(graph: &mut Graph, report: &mut PassReport) {
    for index in 0..graph.nodes.len() {
        let (Op::Binary(Binary::Add), &[left, right]) = (&graph.nodes[index].op, graph.nodes[index].inputs.as_slice())
        else {
            continue;
        };
        let adds = |value: &Value| matches!(graph.node(*value).op, Op::Linear(_) | Op::Norm(_));
        // The branch is what comes last; what came first is the stream it joins.
        let Some(branch) = [left, right].into_iter().filter(adds).max() else { continue };
        let residual = if branch == left { right } else { left };
        match with_residual(graph, branch) {
            Ok(op) => {
                let input = graph.node(branch).inputs[0];
                if graph.nodes[index].name.is_empty() {
                    graph.nodes[index].name = graph.node(branch).name.clone();
                }
                graph.nodes[index].op = op;
                graph.nodes[index].inputs = vec![input, residual];
                report.fired += 1;
            }
            Err(why) => report.skip(graph, branch, why),
        }
    }
}

/// The operation of this node, with a residual.
fn with_residual(graph: &Graph, branch: Value) -> Result<Op, &'static str> {
    if let Op::Norm(norm) = &graph.node(branch).op {
        return match graph.uses(branch) {
            _ if norm.residual => Err("already adds a residual"),
            1 => Ok(Op::Norm(crate::Norm { residual: true, ..norm.clone() })),
            _ => Err("its output is read elsewhere too"),
        };
    }
    let linear = sole_linear(graph, branch)?;
    match linear.activation {
        Activation::None => Ok(Op::Linear(crate::Linear { residual: true, ..linear.clone() })),
        Activation::Of(_) | Activation::Gated(_) => Err("has an activation"),
    }
}

#[cfg(test)]
mod tests {
    use crate::{Builder, optimise};

    #[test]
    fn fuse_residual_adds_the_stream_to_the_branch() {
        let g = Builder::new();
        let x = g.embed("embed", 16, 8);
        let x = x + g.linear("a", x, 8, false);
        g.output("out", g.linear("b", x, 8, true) + x);
        let (graph, report) = optimise(g.finish().unwrap());
        assert_eq!(report.fired("fuse_residual"), 2);
        assert_eq!(
            graph.to_text(),
            "%0 [tokens, 8] = embed embed.weight # embed\n\
             %1 [tokens, 8] = linear residual a.weight %0 %0 # a\n\
             %2 [tokens, 8] = linear residual b.weight+b.bias %1 %1 # b\n\
             out = %2\n"
        );
    }

    #[test]
    fn fuse_residual_skips_a_shared_output() {
        let g = Builder::new();
        let x = g.embed("embed", 16, 8);
        let y = g.linear("a", x, 8, false);
        g.output("sum", x + y);
        g.output("branch", y);
        let (_, report) = optimise(g.finish().unwrap());
        assert_eq!(report.skipped("fuse_residual"), ["a: its output is read elsewhere too"]);
    }

    #[test]
    fn fuse_residual_lets_a_norm_add_the_stream() {
        let g = Builder::new();
        let x = g.embed("embed", 16, 8);
        g.output("out", x + g.rms_norm("norm", g.linear("a", x, 8, false), 1e-5));
        let (graph, report) = optimise(g.finish().unwrap());
        assert_eq!(report.fired("fuse_residual"), 1);
        assert!(graph.to_text().contains("%2 [tokens, 8] = norm residual norm.weight eps=0.00001 %1 %0 # norm\n"));
    }

    #[test]
    fn fuse_residual_skips_a_branch_with_an_activation() {
        let g = Builder::new();
        let x = g.embed("embed", 16, 8);
        g.output("out", x + g.linear("a", x, 8, false).silu());
        let (_, report) = optimise(g.finish().unwrap());
        assert_eq!(report.skipped("fuse_residual"), ["a: has an activation"]);
    }
}
