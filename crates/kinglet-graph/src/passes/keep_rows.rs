//! Moves the choice of wanted rows up, so that the head is computed for those rows alone: `rows(norm(x))` becomes
//! `norm(rows(x))`.

use super::PassReport;
use crate::{Dim, Graph, Op, Value};

pub(super) fn run(graph: &mut Graph, report: &mut PassReport) {
    for index in 0..graph.nodes.len() {
        hoist(graph, index, report);
    }
}

/// Swaps a row choice with the node before it, then goes on from there.
fn hoist(graph: &mut Graph, index: usize, report: &mut PassReport) {
    let &[input] = graph.nodes[index].inputs.as_slice() else { return };
    if graph.nodes[index].op != Op::Rows || !works_row_by_row(graph, input, report) {
        return;
    }
    let name = std::mem::take(&mut graph.nodes[input.0].name);
    graph.nodes[index].op = std::mem::replace(&mut graph.nodes[input.0].op, Op::Rows);
    graph.nodes[index].name = name;
    let source = graph.nodes[input.0].inputs[0];
    graph.nodes[input.0].output = crate::ValueType { rows: Dim::Rows, width: graph.node(source).output.width };
    report.fired += 1;
    hoist(graph, input.0, report);
}

fn works_row_by_row(graph: &Graph, value: Value, report: &mut PassReport) -> bool {
    let node = graph.node(value);
    let row_wise = match &node.op {
        Op::Linear(_) | Op::Norm(_) | Op::Unary(_) | Op::Slice { .. } => node.inputs.len() == 1,
        // Two inputs would need two gathers; attention and embedding need every token.
        Op::Binary(_) | Op::Attention(_) | Op::Embed(_) => false,
        // What a neighbour or a whole sequence goes into needs every token, too.
        Op::Rows | Op::Pool(_) | Op::Neighbours => false,
    };
    if row_wise && graph.uses(value) > 1 {
        report.skip(graph, value, "its rows are read elsewhere too");
        return false;
    }
    row_wise
}

#[cfg(test)]
mod tests {
    use crate::{Builder, optimise};

    #[test]
    fn keep_rows_reaches_the_input_of_the_head() {
        let g = Builder::new();
        let x = g.embed("embed", 16, 8);
        g.output("logits", g.linear("head", g.rms_norm("norm", x, 1e-5), 16, false).wanted_rows());
        let (graph, report) = optimise(g.finish().unwrap());
        assert_eq!(report.fired("keep_rows"), 2);
        assert_eq!(
            graph.to_text(),
            "%0 [tokens, 8] = embed embed.weight # embed\n\
             %1 [rows, 8] = rows %0\n\
             %2 [rows, 8] = norm norm.weight eps=0.00001 %1 # norm\n\
             %3 [rows, 16] = linear head.weight %2 # head\n\
             logits = %3\n"
        );
    }

    #[test]
    fn keep_rows_stops_where_all_rows_are_read() {
        let g = Builder::new();
        let x = g.embed("embed", 16, 8);
        let normed = g.rms_norm("norm", x, 1e-5);
        g.output("hidden", normed);
        g.output("logits", g.linear("head", normed, 16, false).wanted_rows());
        let (graph, report) = optimise(g.finish().unwrap());
        assert_eq!((report.fired("keep_rows"), graph.nodes.len()), (1, 4));
        assert_eq!(report.skipped("keep_rows"), ["norm: its rows are read elsewhere too"]);
    }
}
