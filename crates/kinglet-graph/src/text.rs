use std::fmt::Write;

use crate::{Activation, By, Gain, Graph, NormKind, Op, Part, Pool, Sees, Value, WeightId};

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
            Op::Embed(embed) => {
                let by = match embed.by {
                    By::Token => String::new(),
                    By::Position { first, .. } => format!(" positions+{first}"),
                    By::Segment => " segments".to_owned(),
                };
                format!("embed{by}{} {}", scale_text(embed.scale), weight(&embed.table))
            }
            Op::Linear(linear) => {
                let part = |part: &Part| {
                    let all = self.weights[part.weight.0].shape.rows_and_width().0;
                    let rows = match part.first..part.first + part.rows {
                        rows if rows == (0..all) => String::new(),
                        rows => format!("[{rows:?}]"),
                    };
                    let bias = part.bias.as_ref().map(|bias| format!("+{}", weight(bias))).unwrap_or_default();
                    format!("{}{rows}{bias}", weight(&part.weight))
                };
                let activation = match linear.activation {
                    Activation::None => String::new(),
                    Activation::Of(function) => format!(" {function}"),
                    Activation::Gated(function) => format!(" gated {function}"),
                };
                let residual = if linear.residual { " residual" } else { "" };
                let parts: Vec<String> = linear.parts.iter().map(part).collect();
                format!("linear{}{activation}{residual} {}", scale_text(linear.scale), parts.join("|"))
            }
            Op::Norm(norm) => {
                let kind = match norm.kind {
                    NormKind::Rms => "norm",
                    NormKind::Layer => "layer_norm",
                    NormKind::Affine => "affine",
                };
                let offset = if norm.gain_offset == 0.0 { String::new() } else { format!("{}+", norm.gain_offset) };
                let gain = |gain: &Gain| {
                    let bias = gain.bias.as_ref().map(|bias| format!("+{}", weight(bias))).unwrap_or_default();
                    format!("{offset}{}{bias}", weight(&gain.weight))
                };
                let gains: Vec<String> = norm.gains.iter().map(gain).collect();
                let residual = if norm.residual { " residual" } else { "" };
                let copied = if norm.copied > 0 { format!(" copied={}", norm.copied) } else { String::new() };
                format!("{kind}{residual} {}{copied} eps={}", gains.join("|"), norm.eps)
            }
            Op::Attention(a) => {
                let rope = a.rope.map(|rope| format!(" rope={}", rope.0)).unwrap_or_default();
                let window = a.window.map(|window| format!(" window={window}")).unwrap_or_default();
                let sees = if a.sees == Sees::All { " sees_all" } else { "" };
                let softcap = a.softcap.map(|cap| format!(" softcap={cap}")).unwrap_or_default();
                let (heads, kv_heads, head_dim) = (a.heads, a.kv_heads, a.head_dim);
                format!(
                    "attention heads={heads} kv_heads={kv_heads} head_dim={head_dim}{rope}{sees}{window}{softcap} cache={}",
                    a.cache
                )
            }
            Op::Binary(binary) => format!("{binary:?}").to_lowercase(),
            Op::Unary(unary) => unary.to_string(),
            Op::Slice { start, width } => format!("slice {start}..{}", start + width),
            Op::Rows => "rows".to_owned(),
            Op::Pool(Pool::Mean) => "mean".to_owned(),
            Op::Pool(Pool::First) => "first".to_owned(),
            Op::Neighbours => "neighbours".to_owned(),
        }
    }
}

fn scale_text(scale: f32) -> String {
    if scale == 1.0 { String::new() } else { format!(" scale={scale}") }
}
