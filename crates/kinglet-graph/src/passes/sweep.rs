//! Removes the nodes that no output needs.

use crate::{Graph, Value};

pub(super) fn run(graph: &mut Graph) {
    let mut needed = vec![false; graph.nodes.len()];
    for output in &graph.outputs {
        needed[output.value.0] = true;
    }
    for index in (0..graph.nodes.len()).rev() {
        if needed[index] {
            for input in &graph.nodes[index].inputs {
                needed[input.0] = true;
            }
        }
    }
    let mut moved = vec![Value(0); graph.nodes.len()];
    let mut kept = 0;
    for (index, &needed) in needed.iter().enumerate() {
        moved[index] = Value(kept);
        kept += usize::from(needed);
    }
    let mut index = 0;
    graph.nodes.retain(|_| {
        index += 1;
        needed[index - 1]
    });
    let inputs = graph.nodes.iter_mut().flat_map(|node| &mut node.inputs);
    for value in inputs.chain(graph.outputs.iter_mut().map(|output| &mut output.value)) {
        *value = moved[value.0];
    }
}
