use std::{cell::RefCell, ops};

use kinglet_tensor::{DType, Shape};

use crate::{
    Attention, Binary, By, Cache, Embed, Gain, Graph, GraphError, Linear, Node, Norm, NormKind, Op, Output, Part, Pool,
    Rope, RopeId, Sees, Unary, Value, Weight, WeightId, infer::infer,
};

/// Builds a graph. Weights are named where they are used; the first error is kept for [`Builder::finish`], so that model
/// files read as formulas.
#[derive(Debug, Default)]
pub struct Builder {
    inner: RefCell<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    graph: Graph,
    error: Option<GraphError>,
    /// The layer being built.
    layer: Option<usize>,
}

/// A value being built: a copyable handle with arithmetic.
#[derive(Clone, Copy, Debug)]
pub struct Var<'g> {
    builder: &'g Builder,
    value: Value,
}

/// What there is to say of a norm beside its weights.
#[derive(Clone, Copy, Debug)]
pub struct NormOptions {
    /// What is made 0 or 1.
    pub kind: NormKind,
    /// Added to the mean of squares.
    pub eps: f32,
    /// Added to the gain.
    pub gain_offset: f32,
    /// Whether there is a bias.
    pub bias: bool,
    /// Columns that are normalised by themselves, as those of a head; by default all of them together.
    pub run: Option<usize>,
}

impl NormOptions {
    /// An RMS norm of all columns.
    pub fn rms(eps: f32) -> NormOptions {
        NormOptions { kind: NormKind::Rms, eps, gain_offset: 0.0, bias: false, run: None }
    }
}

/// A part of the model whose weights and taps share a prefix.
#[derive(Clone, Debug)]
pub struct Scope<'g> {
    builder: &'g Builder,
    path: String,
}

impl Builder {
    /// An empty graph.
    pub fn new() -> Builder {
        Builder::default()
    }

    /// The part of the model below `path`.
    pub fn scope(&self, path: &str) -> Scope<'_> {
        Scope { builder: self, path: path.to_owned() }
    }

    /// The scopes `path.0`, `path.1` and so on. What is built between two of them belongs to the first one's layer.
    pub fn layers<'g>(&'g self, path: &str, count: usize) -> impl Iterator<Item = Scope<'g>> {
        let path = path.to_owned();
        let mut next = 0;
        std::iter::from_fn(move || {
            let layer = (next < count).then_some(next);
            next += 1;
            self.inner.borrow_mut().layer = layer;
            layer.map(|layer| self.scope(&format!("{path}.{layer}")))
        })
    }

    /// The rows of `path.weight`, `[vocab, hidden]`, for the tokens of the step.
    pub fn embed(&self, path: &str, vocab: usize, hidden: usize) -> Var<'_> {
        self.scope("").embed(path, vocab, hidden)
    }

    /// The rows of `path.weight`, `[rows, hidden]`, for the positions of the tokens.
    pub fn embed_positions(&self, path: &str, rows: usize, hidden: usize) -> Var<'_> {
        self.scope("").embed_by(path, By::Position { first: 0, padding: None }, rows, hidden)
    }

    /// The same where position 0 has the row after that of the padding token, which positions do not count.
    pub fn embed_positions_after(&self, path: &str, rows: usize, padding: u32, hidden: usize) -> Var<'_> {
        let by = By::Position { first: padding as usize + 1, padding: Some(padding) };
        self.scope("").embed_by(path, by, rows, hidden)
    }

    /// The rows of `path.weight`, `[rows, hidden]`, for the segments of the tokens.
    pub fn embed_segments(&self, path: &str, rows: usize, hidden: usize) -> Var<'_> {
        self.scope("").embed_by(path, By::Segment, rows, hidden)
    }

    /// See [`Scope::linear`].
    pub fn linear<'g>(&'g self, path: &str, input: Var<'g>, rows: usize, bias: bool) -> Var<'g> {
        self.scope("").linear(path, input, rows, bias)
    }

    /// See [`Scope::rms_norm`].
    pub fn rms_norm<'g>(&'g self, path: &str, input: Var<'g>, eps: f32) -> Var<'g> {
        self.scope("").rms_norm(path, input, eps)
    }

    /// See [`Scope::layer_norm`].
    pub fn layer_norm<'g>(&'g self, path: &str, input: Var<'g>, eps: f32) -> Var<'g> {
        self.scope("").layer_norm(path, input, eps)
    }

    /// See [`Scope::norm`].
    pub fn norm<'g>(&'g self, path: &str, input: Var<'g>, norm: NormOptions) -> Var<'g> {
        self.scope("").norm(path, input, norm)
    }

    /// Registers a rotation.
    pub fn rope(&self, rope: Rope) -> RopeId {
        let graph = &mut self.inner.borrow_mut().graph;
        let id = graph.ropes.iter().position(|known| *known == rope).unwrap_or_else(|| {
            graph.ropes.push(rope);
            graph.ropes.len() - 1
        });
        RopeId(id)
    }

    /// Names a value that the caller reads.
    pub fn output(&self, name: &str, var: Var<'_>) {
        self.inner.borrow_mut().graph.outputs.push(Output { name: name.to_owned(), value: var.value });
    }

    /// The graph, or the first error made while building it.
    pub fn finish(self) -> Result<Graph, GraphError> {
        let inner = self.inner.into_inner();
        match inner.error {
            Some(error) => Err(error),
            None => Ok(inner.graph),
        }
    }

    fn weight(&self, name: String, shape: Shape) -> WeightId {
        let inner = &mut *self.inner.borrow_mut();
        let weights = &mut inner.graph.weights;
        if let Some(index) = weights.iter().position(|weight| weight.name == name) {
            let first = weights[index].shape.clone();
            if first != shape {
                let error = GraphError::WeightShape { name, first: first.to_string(), second: shape.to_string() };
                inner.error.get_or_insert(error);
            }
            return WeightId(index);
        }
        weights.push(Weight { name, shape, dtype: DType::F32 });
        WeightId(weights.len() - 1)
    }

    fn push<'g>(&'g self, op: Op, inputs: &[Var<'g>], name: String) -> Var<'g> {
        let inner = &mut *self.inner.borrow_mut();
        let inputs: Vec<Value> = inputs.iter().map(|input| input.value).collect();
        let label = if name.is_empty() { format!("%{}", inner.graph.nodes.len()) } else { name.clone() };
        let output = infer(&inner.graph, &op, &inputs, &label).unwrap_or_else(|error| {
            inner.error.get_or_insert(error);
            // Never read: the error is returned instead of the graph.
            crate::ValueType { rows: crate::Dim::Tokens, width: 0 }
        });
        let layer = inner.layer;
        inner.graph.nodes.push(Node { op, inputs, output, name, layer });
        Var { builder: self, value: Value(inner.graph.nodes.len() - 1) }
    }
}

impl<'g> Scope<'g> {
    /// The path of something in this scope.
    fn path(&self, local: &str) -> String {
        match (self.path.as_str(), local) {
            ("", _) => local.to_owned(),
            (path, "") => path.to_owned(),
            (path, local) => format!("{path}.{local}"),
        }
    }

    /// The rows of `path.weight`, `[vocab, hidden]`, for the tokens of the step.
    pub fn embed(&self, path: &str, vocab: usize, hidden: usize) -> Var<'g> {
        self.embed_by(path, By::Token, vocab, hidden)
    }

    fn embed_by(&self, path: &str, by: By, rows: usize, hidden: usize) -> Var<'g> {
        let path = self.path(path);
        let table = self.builder.weight(format!("{path}.weight"), Shape::from([rows, hidden]));
        self.builder.push(Op::Embed(Embed { table, by, scale: 1.0 }), &[], path)
    }

    /// `path.weight · input`, plus `path.bias` where there is one.
    pub fn linear(&self, path: &str, input: Var<'g>, rows: usize, bias: bool) -> Var<'g> {
        self.linear_rows(path, input, rows, 0..rows, bias)
    }

    /// A run of the rows of `path.weight`, which has `all` of them: models keep several matrices in one.
    pub fn linear_rows(&self, path: &str, input: Var<'g>, all: usize, run: ops::Range<usize>, bias: bool) -> Var<'g> {
        let path = self.path(path);
        let weight = self.builder.weight(format!("{path}.weight"), Shape::from([all, input.width()]));
        let bias = bias.then(|| self.builder.weight(format!("{path}.bias"), Shape::from([all])));
        let part = Part { weight, bias, first: run.start, rows: run.len() };
        let name = if run.len() == all { path } else { format!("{path}.{}", run.start / run.len().max(1)) };
        self.builder.push(Op::Linear(Linear::of(part)), &[input], name)
    }

    /// RMS norm with the gain `path.weight`.
    pub fn rms_norm(&self, path: &str, input: Var<'g>, eps: f32) -> Var<'g> {
        self.norm(path, input, NormOptions::rms(eps))
    }

    /// Layer norm with the gain `path.weight` and the bias `path.bias`.
    pub fn layer_norm(&self, path: &str, input: Var<'g>, eps: f32) -> Var<'g> {
        self.norm(path, input, NormOptions { kind: NormKind::Layer, bias: true, ..NormOptions::rms(eps) })
    }

    /// A norm with the gain `path.weight`, and the bias `path.bias` where there is one.
    pub fn norm(&self, path: &str, input: Var<'g>, options: NormOptions) -> Var<'g> {
        let NormOptions { kind, eps, gain_offset, bias, run } = options;
        let (path, run) = (self.path(path), run.unwrap_or_else(|| input.width()));
        let vector = |name: &str| self.builder.weight(format!("{path}.{name}"), Shape::from([run]));
        let (weight, bias) = (vector("weight"), bias.then(|| vector("bias")));
        let gains = vec![Gain { weight, bias, runs: input.width() / run.max(1) }];
        self.builder.push(Op::Norm(Norm { kind, gains, copied: 0, gain_offset, eps, residual: false }), &[input], path)
    }

    /// Attention over a cache of its own; the `cache` of `attention` is set here.
    pub fn attention(&self, path: &str, qkv: [Var<'g>; 3], attention: Attention) -> Var<'g> {
        self.attention_of(path, &qkv, attention)
    }

    /// Attention whose queries, keys and values lie side by side in one value.
    pub fn attention_fused(&self, path: &str, qkv: Var<'g>, attention: Attention) -> Var<'g> {
        self.attention_of(path, &[qkv], attention)
    }

    fn attention_of(&self, path: &str, inputs: &[Var<'g>], attention: Attention) -> Var<'g> {
        let Attention { kv_heads, head_dim, window, sees, .. } = attention;
        let cache = {
            let caches = &mut self.builder.inner.borrow_mut().graph.caches;
            let cache = Cache { kv_heads, head_dim, window: window.filter(|_| sees == Sees::Past) };
            let shared = caches.iter().position(|known| sees == Sees::All && *known == cache);
            shared.unwrap_or_else(|| {
                caches.push(cache);
                caches.len() - 1
            })
        };
        self.builder.push(Op::Attention(Attention { cache, ..attention }), inputs, self.path(path))
    }

    /// Gives a value a name in this scope, so that it can be tapped; the empty name is the scope's own.
    pub fn name(&self, local: &str, var: Var<'g>) -> Var<'g> {
        self.builder.inner.borrow_mut().graph.nodes[var.value.0].name = self.path(local);
        var
    }
}

impl<'g> Var<'g> {
    /// The number of columns.
    pub fn width(self) -> usize {
        self.builder.inner.borrow().graph.node(self.value).output.width
    }

    /// A function of each element.
    pub fn map(self, function: Unary) -> Var<'g> {
        self.builder.push(Op::Unary(function), &[self], String::new())
    }

    /// `x / (1 + exp(-x))`.
    pub fn silu(self) -> Var<'g> {
        self.map(Unary::Silu)
    }

    /// A run of columns.
    pub fn slice(self, start: usize, width: usize) -> Var<'g> {
        self.builder.push(Op::Slice { start, width }, &[self], String::new())
    }

    /// The rows that the step wants.
    pub fn wanted_rows(self) -> Var<'g> {
        self.builder.push(Op::Rows, &[self], String::new())
    }

    /// What each sequence with a wanted row makes of its rows.
    pub fn pool(self, pool: Pool) -> Var<'g> {
        self.builder.push(Op::Pool(pool), &[self], String::new())
    }

    /// Each row between those of its neighbours.
    pub fn neighbours(self) -> Var<'g> {
        self.builder.push(Op::Neighbours, &[self], String::new())
    }

    /// The product of this value and a matrix that the model also uses elsewhere, such as the embedding.
    pub fn linear_with(self, weight: &str, bias: Option<&str>, rows: usize, name: &str) -> Var<'g> {
        let weight = self.builder.weight(weight.to_owned(), Shape::from([rows, self.width()]));
        let bias = bias.map(|bias| self.builder.weight(bias.to_owned(), Shape::from([rows])));
        let linear = Linear::of(Part { weight, bias, first: 0, rows });
        self.builder.push(Op::Linear(linear), &[self], name.to_owned())
    }
}

impl ops::Add for Var<'_> {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        self.builder.push(Op::Binary(Binary::Add), &[self, other], String::new())
    }
}

impl ops::Mul<f32> for Var<'_> {
    type Output = Self;

    fn mul(self, factor: f32) -> Self {
        self.map(Unary::Scale(factor))
    }
}

impl ops::Mul for Var<'_> {
    type Output = Self;

    fn mul(self, other: Self) -> Self {
        self.builder.push(Op::Binary(Binary::Mul), &[self, other], String::new())
    }
}
