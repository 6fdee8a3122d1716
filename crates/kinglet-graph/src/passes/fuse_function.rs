//! Lets a product apply the function or the factor that follows it, and an embedding the factor: `f(w · x)` becomes one
//! node.

use super::{PassReport, sole_linear};
use crate::{Activation, Embed, Graph, Linear, Op, Unary, Value};

pub(super) fn run(graph: &mut Graph, report: &mut PassReport) {
    for index in 0..graph.nodes.len() {
        let (&Op::Unary(function), &[input]) = (&graph.nodes[index].op, graph.nodes[index].inputs.as_slice()) else {
            continue;
        };
        let fused = match &graph.node(input).op {
            Op::Linear(_) => of_linear(graph, input, function),
            Op::Embed(embed) => of_embed(graph, input, embed, function),
            _ => continue,
        };
        match fused {
            Ok(op) => {
                if graph.nodes[index].name.is_empty() {
                    graph.nodes[index].name = graph.node(input).name.clone();
                }
                graph.nodes[index].op = op;
                graph.nodes[index].inputs = graph.node(input).inputs.clone();
                report.fired += 1;
            }
            Err(why) => report.skip(graph, Value(index), why),
        }
    }
}

fn of_linear(graph: &Graph, value: Value, function: Unary) -> Result<Op, &'static str> {
    let linear = sole_linear(graph, value)?;
    if linear.activation != Activation::None {
        return Err("the product has an activation already");
    }
    Ok(Op::Linear(match function {
        Unary::Scale(factor) => Linear { scale: linear.scale * factor, ..linear.clone() },
        function => Linear { activation: Activation::Of(function), ..linear.clone() },
    }))
}

fn of_embed(graph: &Graph, value: Value, embed: &Embed, function: Unary) -> Result<Op, &'static str> {
    match function {
        Unary::Scale(_) if graph.uses(value) != 1 => Err("its input is read elsewhere too"),
        Unary::Scale(factor) => Ok(Op::Embed(Embed { scale: embed.scale * factor, ..embed.clone() })),
        _ => Err("an embedding has a factor and no other function"),
    }
}

#[cfg(test)]
mod tests {
    use crate::{Builder, Unary, optimise};

    #[test]
    fn fuse_function_joins_factors_and_functions() {
        let g = Builder::new();
        let x = g.embed("embed", 16, 8) * 12.0;
        let x = (g.linear("a", x, 8, true) * 0.5).map(Unary::Softcap(30.0));
        g.output("out", x);
        let (graph, report) = optimise(g.finish().unwrap());
        assert_eq!(report.fired("fuse_function"), 3);
        assert_eq!(
            graph.to_text(),
            "%0 [tokens, 8] = embed scale=12 embed.weight # embed\n\
             %1 [tokens, 8] = linear scale=0.5 softcap=30 a.weight+a.bias %0 # a\n\
             out = %1\n"
        );
    }

    #[test]
    fn fuse_function_never_changes_the_order() {
        let g = Builder::new();
        let x = g.embed("embed", 16, 8);
        g.output("out", g.linear("a", x, 8, true).silu() * 2.0);
        let (_, report) = optimise(g.finish().unwrap());
        assert_eq!(report.fired("fuse_function"), 1);
        assert_eq!(report.skipped("fuse_function"), ["%3: the product has an activation already"]);
    }

    #[test]
    fn fuse_function_skips_what_is_read_elsewhere() {
        let g = Builder::new();
        let x = g.embed("embed", 16, 8);
        g.output("out", x * 2.0);
        g.output("embedding", x);
        let (_, report) = optimise(g.finish().unwrap());
        assert_eq!(report.skipped("fuse_function"), ["%1: its input is read elsewhere too"]);
    }
}
