use std::fmt::Write;

use crate::{Activation, Graph, Op, Part, Value, WeightId};

impl Graph {
    /// The graph as text: a line for each node, then the outputs.
    pub fn to_text(&self) -> String {
        let mut text = String::new();
        for (index, node) in self.nodes.iter().enumerate() {
            let inputs: Vec<String> = node.inputs.iter().map(|Value(input)| format!("%{input}")).collect();
            let mut line = format!("%{index} {} = {}", node.output, self.op_text(&node.op));
            for input in inputs {
                line += " ";
                line += &input;
            }
            if !node.name.is_empty() {
                line += " # ";
                line += &node.name;
            }
            // Writing to a string cannot fail.
            let _ = writeln!(text, "{line}");
        }
        for output in &self.outputs {
            let _ = writeln!(text, "{} = %{}", output.name, output.value.0);
        }
        text
    }

    fn op_text(&self, op: &Op) -> String {
        let weight = |id: &WeightId| self.weights[id.0].name.as_str();
        match op {
            Op::Embed { table } => format!("embed {}", weight(table)),
            Op::Linear(linear) => {
                let part = |part: &Part| match &part.bias {
                    Some(bias) => format!("{}+{}", weight(&part.weight), weight(bias)),
                    None => weight(&part.weight).to_owned(),
                };
                let activation = match linear.activation {
                    Activation::None => "",
                    Activation::SwiGlu => " swiglu",
                };
                let residual = if linear.residual { " residual" } else { "" };
                let parts: Vec<String> = linear.parts.iter().map(part).collect();
                format!("linear{activation}{residual} {}", parts.join("|"))
            }
            Op::Norm { gain, eps } => format!("norm {} eps={eps}", weight(gain)),
            Op::Attention(a) => {
                let rope = a.rope.map(|rope| format!(" rope={}", rope.0)).unwrap_or_default();
                let (heads, kv_heads, head_dim) = (a.heads, a.kv_heads, a.head_dim);
                format!("attention heads={heads} kv_heads={kv_heads} head_dim={head_dim}{rope} cache={}", a.cache)
            }
            Op::Binary(binary) => format!("{binary:?}").to_lowercase(),
            Op::Unary(unary) => format!("{unary:?}").to_lowercase(),
            Op::Slice { start, width } => format!("slice {start}..{}", start + width),
            Op::Rows => "rows".to_owned(),
        }
    }
}
