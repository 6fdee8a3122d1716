use std::fmt;

use crate::{Activation, Attention, Binary, Gain, Graph, GraphError, Linear, Norm, Op, Value};

/// How many rows a value has in a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Dim {
    /// One for each token of the step.
    Tokens,
    /// One for each wanted row.
    Rows,
}

/// Rows and columns of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ValueType {
    /// Rows, known at each step.
    pub rows: Dim,
    /// Columns, known when the graph is built.
    pub width: usize,
}

impl fmt::Display for ValueType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rows = match self.rows {
            Dim::Tokens => "tokens",
            Dim::Rows => "rows",
        };
        write!(f, "[{rows}, {}]", self.width)
    }
}

/// The type of what an op yields, or why it cannot take these inputs.
pub(crate) fn infer(graph: &Graph, op: &Op, inputs: &[Value], node: &str) -> Result<ValueType, GraphError> {
    let types: Vec<ValueType> = inputs.iter().map(|&input| graph.node(input).output).collect();
    let mismatch = |left: String, right: String| GraphError::Mismatch { node: node.to_owned(), left, right };
    let weight = |id: crate::WeightId| graph.weights[id.0].shape.dims();
    match (op, types.as_slice()) {
        (Op::Embed(embed), []) => Ok(ValueType { rows: Dim::Tokens, width: last(weight(embed.table)) }),
        (Op::Linear(linear), [input, rest @ ..]) if rest.len() == usize::from(linear.residual) => {
            for part in &linear.parts {
                match weight(part.weight) {
                    &[rows, width] if width == input.width && part.first + part.rows <= rows => {}
                    dims => return Err(mismatch(input.to_string(), format!("weight {dims:?}"))),
                }
            }
            let output = ValueType { rows: input.rows, width: linear_width(linear, node)? };
            match rest {
                [residual] if *residual != output => Err(mismatch(output.to_string(), residual.to_string())),
                _ => Ok(output),
            }
        }
        (Op::Norm(norm), [input, rest @ ..]) if rest.len() == usize::from(norm.residual) => {
            let columns = |gain: &Gain| gain.runs * last(weight(gain.weight));
            let run = norm.gains.first().map_or(0, |gain| last(weight(gain.weight)));
            let alike = norm.gains.iter().all(|gain| last(weight(gain.weight)) == run);
            match rest {
                _ if !alike || norm.gains.iter().map(columns).sum::<usize>() + norm.copied != input.width => {
                    Err(mismatch(input.to_string(), format!("runs of {run} columns")))
                }
                [residual] if residual != input => Err(mismatch(input.to_string(), residual.to_string())),
                _ => Ok(*input),
            }
        }
        (Op::Attention(attention), inputs) => infer_attention(attention, inputs, node),
        (Op::Binary(Binary::Add | Binary::Mul), [left, right]) if left == right => Ok(*left),
        (Op::Binary(_), [left, right]) => Err(mismatch(left.to_string(), right.to_string())),
        (Op::Unary(_), [input]) => Ok(*input),
        (Op::Slice { start, width }, [input]) if start + width <= input.width => {
            Ok(ValueType { rows: input.rows, width: *width })
        }
        (Op::Slice { start, width }, [input]) => {
            Err(mismatch(input.to_string(), format!("columns {start} to {}", start + width)))
        }
        (Op::Neighbours, [input]) if input.rows == Dim::Tokens => {
            Ok(ValueType { rows: input.rows, width: 3 * input.width })
        }
        (Op::Rows | Op::Pool(_), [input]) if input.rows == Dim::Tokens => {
            Ok(ValueType { rows: Dim::Rows, width: input.width })
        }
        (Op::Rows | Op::Pool(_) | Op::Neighbours, [input]) => {
            Err(mismatch(input.to_string(), "a value with a row for each token".to_owned()))
        }
        _ => Err(GraphError::Inputs { node: node.to_owned(), expected: op.arity(), found: inputs.len() }),
    }
}

fn last(dims: &[usize]) -> usize {
    dims.last().copied().unwrap_or(1)
}

fn linear_width(linear: &Linear, node: &str) -> Result<usize, GraphError> {
    let total = linear.parts.iter().map(|part| part.rows).sum::<usize>();
    match (linear.activation, linear.parts.as_slice()) {
        (Activation::None | Activation::Of(_), [_, ..]) => Ok(total),
        (Activation::Gated(_), [gate, up]) if gate.rows == up.rows => Ok(gate.rows),
        _ => Err(GraphError::Dimension {
            node: node.to_owned(),
            why: "a gate needs two matrices of one shape".to_owned(),
        }),
    }
}

fn infer_attention(attention: &Attention, inputs: &[ValueType], node: &str) -> Result<ValueType, GraphError> {
    let (query, kv) = (attention.query_width(), attention.kv_width());
    let widths: Vec<usize> = inputs.iter().map(|input| input.width).collect();
    let all_tokens = inputs.iter().all(|input| input.rows == Dim::Tokens);
    if attention.kv_heads == 0 || !attention.heads.is_multiple_of(attention.kv_heads) {
        let why = format!("{} heads do not divide into {} key and value heads", attention.heads, attention.kv_heads);
        return Err(GraphError::Dimension { node: node.to_owned(), why });
    }
    let wrong = match (attention.window, attention.softcap) {
        (Some(0), _) => Some("a window of 0 tokens".to_owned()),
        (_, Some(cap)) if cap.is_nan() || cap <= 0.0 => Some(format!("a soft cap of {cap}")),
        _ => None,
    };
    if let Some(why) = wrong {
        return Err(GraphError::Dimension { node: node.to_owned(), why });
    }
    if all_tokens && (widths == [query, kv, kv] || widths == [query + 2 * kv]) {
        return Ok(ValueType { rows: Dim::Tokens, width: query });
    }
    Err(GraphError::Mismatch {
        node: node.to_owned(),
        left: format!("widths {widths:?}"),
        right: format!("heads that take [{query}, {kv}, {kv}]"),
    })
}

impl Op {
    fn arity(&self) -> String {
        match self {
            Op::Embed(_) => "no",
            Op::Linear(Linear { residual: true, .. }) | Op::Norm(Norm { residual: true, .. }) => "2",
            Op::Linear(_) | Op::Norm(_) | Op::Unary(_) | Op::Slice { .. } | Op::Rows => "1",
            Op::Pool(_) | Op::Neighbours => "1",
            Op::Attention(_) => "1 or 3",
            Op::Binary(_) => "2",
        }
        .to_owned()
    }
}

#[cfg(test)]
mod tests {
    use crate::{Attention, Builder, NormOptions};

    #[test]
    fn attention_that_sees_nothing_is_refused() {
        let plain = Attention::new(2, 1, 4);
        for (attention, why) in [
            (Attention { window: Some(0), ..plain.clone() }, "a window of 0 tokens"),
            (Attention { softcap: Some(0.0), ..plain.clone() }, "a soft cap of 0"),
            (Attention { softcap: Some(f32::NAN), ..plain.clone() }, "a soft cap of NaN"),
        ] {
            let g = Builder::new();
            let x = g.embed("embed", 4, 16);
            g.scope("").attention_fused("attention", x, attention);
            assert_eq!(g.finish().unwrap_err().to_string(), format!("attention: {why}"));
        }
    }

    #[test]
    fn runs_of_a_norm_fill_the_row() {
        let g = Builder::new();
        let x = g.embed("embed", 4, 16);
        g.norm("norm", x, NormOptions { run: Some(5), ..NormOptions::rms(1e-5) });
        assert_eq!(g.finish().unwrap_err().to_string(), "norm: [tokens, 16] and runs of 5 columns do not fit together");
    }
}
