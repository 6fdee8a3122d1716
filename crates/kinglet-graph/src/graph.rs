use kinglet_tensor::{DType, Shape};

use crate::{By, Cache, Dim, Embed, GraphError, Op, Pool, Rope, Sees, ValueType};

/// The output of the node with this index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Value(pub usize);

/// One of the graph's weights.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct WeightId(pub usize);

/// A model: nodes in an order in which they can run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Graph {
    /// The nodes; an input always precedes its user.
    pub nodes: Vec<Node>,
    /// The weights, in order of first use. The loader's manifest is this list.
    pub weights: Vec<Weight>,
    /// The rotations that attention uses.
    pub ropes: Vec<Rope>,
    /// What each attention layer caches.
    pub caches: Vec<Cache>,
    /// The values that are wanted.
    pub outputs: Vec<Output>,
}

/// One operation with its inputs.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// What it computes.
    pub op: Op,
    /// What it reads.
    pub inputs: Vec<Value>,
    /// What it yields.
    pub output: ValueType,
    /// Its path in the model, as a tap: `model.layers.3.mlp.up_proj`. Empty for nodes without a name.
    pub name: String,
    /// The layer that it belongs to; none for embedding and head.
    pub layer: Option<usize>,
}

/// A weight that the model file must hold.
#[derive(Clone, Debug, PartialEq)]
pub struct Weight {
    /// Its name in the model file.
    pub name: String,
    /// `[rows, width]`, or `[width]` of a vector.
    pub shape: Shape,
    /// The type that the device keeps it in. F32 until a loader says otherwise: only weights of one type can be joined.
    pub dtype: DType,
}

/// A value that the caller reads.
#[derive(Clone, Debug, PartialEq)]
pub struct Output {
    /// `logits`, or the name of a tap.
    pub name: String,
    /// The value.
    pub value: Value,
}

impl Graph {
    /// The node that yields a value.
    pub fn node(&self, value: Value) -> &Node {
        &self.nodes[value.0]
    }

    /// How many readers a value has, outputs among them.
    pub fn uses(&self, value: Value) -> usize {
        let inputs = self.nodes.iter().flat_map(|node| &node.inputs).filter(|&&input| input == value).count();
        inputs + self.outputs.iter().filter(|output| output.value == value).count()
    }

    /// The names of all values that can be tapped.
    pub fn taps(&self) -> impl Iterator<Item = &str> {
        self.nodes.iter().map(|node| node.name.as_str()).filter(|name| !name.is_empty())
    }

    /// Makes the value with this name an output. Returns false where there is none.
    pub fn tap(&mut self, name: &str) -> bool {
        let Some(index) = self.nodes.iter().position(|node| !name.is_empty() && node.name == name) else {
            return false;
        };
        if !self.outputs.iter().any(|output| output.name == name) {
            self.outputs.push(Output { name: name.to_owned(), value: Value(index) });
        }
        true
    }

    /// Says which types the weights are kept in, in the order of `weights`.
    pub fn set_dtypes(&mut self, dtypes: impl IntoIterator<Item = DType>) {
        for (weight, dtype) in self.weights.iter_mut().zip(dtypes) {
            weight.dtype = dtype;
        }
    }

    /// Checks the shapes of weights given in the order of `weights`.
    pub fn check_weights<'s>(&self, mut shapes: impl Iterator<Item = &'s Shape>) -> Result<(), GraphError> {
        for weight in &self.weights {
            let found = shapes.next();
            if found != Some(&weight.shape) {
                let found = found.map_or("none".to_owned(), ToString::to_string);
                let (name, expected) = (weight.name.clone(), weight.shape.to_string());
                return Err(GraphError::GivenWeight { name, found, expected });
            }
        }
        Ok(())
    }

    /// Tokens that the graph has logits for; 0 where it has none.
    pub fn logits_width(&self) -> usize {
        let logits = self.outputs.iter().find(|output| output.name == "logits");
        logits.map_or(0, |output| self.node(output.value).output.width)
    }

    /// Tokens that every table of tokens has a row for.
    pub fn vocab(&self) -> usize {
        let tables = self.nodes.iter().filter_map(|node| match node.op {
            Op::Embed(Embed { table, by: By::Token, .. }) => self.weights[table.0].shape.dims().first().copied(),
            _ => None,
        });
        tables.min().unwrap_or(usize::MAX)
    }

    /// Bytes of the weights that every step reads: all but embedding tables, of which a step reads some rows.
    pub fn step_bytes(&self) -> u64 {
        let mut read = vec![false; self.weights.len()];
        for node in &self.nodes {
            match &node.op {
                Op::Linear(linear) => {
                    for part in &linear.parts {
                        read[part.weight.0] = true;
                        part.bias.into_iter().for_each(|bias| read[bias.0] = true);
                    }
                }
                Op::Norm(norm) => {
                    for gain in &norm.gains {
                        read[gain.weight.0] = true;
                        gain.bias.into_iter().for_each(|bias| read[bias.0] = true);
                    }
                }
                Op::Embed(_) | Op::Attention(_) | Op::Binary(_) | Op::Unary(_) | Op::Slice { .. } => {}
                Op::Rows | Op::Pool(_) | Op::Neighbours => {}
            }
        }
        let weights = self.weights.iter().zip(read).filter(|(_, read)| *read).map(|(weight, _)| weight);
        weights.filter_map(|weight| weight.shape.bytes(weight.dtype)).map(|bytes| bytes as u64).sum()
    }

    /// The same graph with one row of an output for each sequence, instead of one for each token, and no other output. Without
    /// `pool` it is the row that a step wants. `None` where there is no such output.
    pub fn pooled(&self, output: &str, pool: Option<Pool>) -> Option<Graph> {
        let value = self.outputs.iter().find(|known| known.name == output)?.value;
        let mut graph = self.clone();
        let width = graph.node(value).output.width;
        graph.nodes.push(Node {
            op: pool.map_or(Op::Rows, Op::Pool),
            inputs: vec![value],
            output: ValueType { rows: Dim::Rows, width },
            name: String::new(),
            layer: None,
        });
        graph.outputs = vec![Output { name: output.to_owned(), value: Value(graph.nodes.len() - 1) }];
        Some(graph)
    }

    /// Whether tokens see what follows them, so that sequences are computed whole.
    pub fn sees_all(&self) -> bool {
        self.nodes.iter().any(|node| matches!(&node.op, Op::Attention(attention) if attention.sees == Sees::All))
    }

    /// Segments that every table of segments has a row for.
    pub fn segments(&self) -> usize {
        let tables = self.nodes.iter().filter_map(|node| match node.op {
            Op::Embed(Embed { table, by: By::Segment, .. }) => Some(self.weights[table.0].shape.rows_and_width().0),
            _ => None,
        });
        tables.min().unwrap_or(usize::MAX)
    }

    /// Positions that every table of positions has a row for.
    pub fn positions(&self) -> usize {
        let tables = self.nodes.iter().filter_map(|node| match node.op {
            Op::Embed(Embed { table, by: By::Position { first, .. }, .. }) => {
                Some(self.weights[table.0].shape.rows_and_width().0.saturating_sub(first))
            }
            _ => None,
        });
        tables.min().unwrap_or(usize::MAX)
    }

    /// The token that tables of positions do not count.
    pub fn padding(&self) -> Option<u32> {
        self.nodes.iter().find_map(|node| match node.op {
            Op::Embed(Embed { by: By::Position { padding, .. }, .. }) => padding,
            _ => None,
        })
    }

    /// The length beyond which a sequence must be computed again from its beginning, because it is rotated otherwise.
    pub fn restarts_beyond(&self) -> Option<usize> {
        self.ropes.iter().filter_map(Rope::restarts_beyond).min()
    }

    /// How many of a sequence's tokens stay when it is shortened: none where those that would stay are rotated for a longer
    /// one.
    pub fn length_kept(&self, length: u32, shortened: u32) -> u32 {
        let (length, shortened) = (length, shortened.min(length));
        match self.restarts_beyond() {
            Some(beyond) if length as usize > beyond && shortened as usize <= beyond => 0,
            _ => shortened,
        }
    }

    /// Elements that all attention layers together cache for one token: keys and values.
    pub fn cache_elements(&self) -> usize {
        self.caches.iter().map(|cache| 2 * cache.kv_heads * cache.head_dim).sum()
    }
}
