//! Lets a product add the residual itself: `x + (w · y)` becomes one node.

use super::{PassReport, sole_linear};
use crate::{Activation, Binary, Graph, Op, Value};

pub(super) fn run(graph: &mut Graph, report: &mut PassReport) {
    for index in 0..graph.nodes.len() {
        let (Op::Binary(Binary::Add), &[left, right]) = (&graph.nodes[index].op, graph.nodes[index].inputs.as_slice())
        else {
            continue;
        };
        let is_linear = |value: &Value| matches!(graph.node(*value).op, Op::Linear(_));
        // The product that comes last is the branch; what came first is the stream it joins.
        let Some(product) = [left, right].into_iter().filter(is_linear).max() else { continue };
        let residual = if product == left { right } else { left };
        match sole_linear(graph, product) {
            Ok(linear) if linear.activation == Activation::None => {
                let mut linear = linear.clone();
                linear.residual = true;
                let input = graph.node(product).inputs[0];
                if graph.nodes[index].name.is_empty() {
                    graph.nodes[index].name = graph.node(product).name.clone();
                }
                graph.nodes[index].op = Op::Linear(linear);
                graph.nodes[index].inputs = vec![input, residual];
                report.fired += 1;
            }
            Ok(_) => report.skip(graph, product, "has an activation"),
            Err(why) => report.skip(graph, product, why),
        }
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
        assert_eq!(report.passes[3].skipped, ["a: its output is read elsewhere too"]);
    }
}
