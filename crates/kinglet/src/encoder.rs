//! Models whose tokens see what follows them: sequences are computed whole, several in one step.

use std::{ops::Range, sync::Arc};

use kinglet_graph::{Dim, Graph, Step, StepError, StepToken};
use kinglet_models::Head;

use crate::{
    Error, Outputs,
    model::{Backend, Shared},
};

/// Tokens that are put together into one step. A longer sequence has a step for itself.
const STEP_TOKENS: usize = 512;
/// Wanted rows of a step: those of a vocabulary are long.
const STEP_ROWS: usize = 256;

/// A sequence, as tokens.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EncoderInput {
    /// Its tokens.
    pub tokens: Vec<u32>,
    /// The segment of each token; without any, all are of the first.
    pub segments: Vec<u32>,
    /// Which tokens' rows are wanted, in ascending order: what pools a sequence does so up to a wanted row, the last one.
    pub rows: Vec<u32>,
}

impl EncoderInput {
    /// A sequence of one segment, with the rows that a model with this head has for it: where tokens are filled in those of
    /// all tokens, else one for the whole.
    pub fn new(head: Head, tokens: Vec<u32>) -> EncoderInput {
        let count = tokens.len() as u32;
        let rows = match head {
            Head::Fill => (0..count).collect(),
            Head::Generate | Head::Base | Head::Classify | Head::Tag | Head::Answer => {
                count.checked_sub(1).into_iter().collect()
            }
        };
        EncoderInput { tokens, segments: Vec::new(), rows }
    }

    /// The same with no more than the last of the wanted rows.
    #[must_use]
    pub fn last_row(mut self) -> EncoderInput {
        self.rows.drain(..self.rows.len().saturating_sub(1));
        self
    }
}

/// Runs whole sequences. Those of different length go through the model together: nothing is padded.
///
/// ```no_run
/// # async fn example(model: kinglet::Model) -> Result<(), kinglet::Error> {
/// use kinglet::EncoderInput;
///
/// let mut encoder = model.encoder().await?;
/// let head = model.info().head;
/// let inputs = [vec![101, 7592, 102], vec![101, 2748, 102]].map(|tokens| EncoderInput::new(head, tokens));
/// for outputs in encoder.run(&inputs).await? {
///     println!("{} rows", outputs.get("hidden").map_or(0, <[_]>::len));
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Encoder {
    shared: Arc<Shared>,
    graph: Graph,
    backend: EncoderBackend,
}

#[derive(Debug)]
enum EncoderBackend {
    Cpu(Box<kinglet_cpu::Session>),
    Gpu(Box<kinglet_gpu::Session>),
}

impl Encoder {
    /// An encoder with the model's graph, or another of its weights.
    pub(crate) async fn new(shared: Arc<Shared>, graph: Option<Graph>) -> Result<Encoder, Error> {
        let head = shared.info.head;
        if !shared.graph().sees_all() {
            return Err(Error::Head { architecture: shared.info.architecture, found: head, wanted: Head::Base });
        }
        let (backend, graph) = match (&shared.backend, graph) {
            (Backend::Cpu(model), graph) => {
                let model = match graph {
                    Some(graph) => Arc::new(model.with_graph(graph)?),
                    None => model.clone(),
                };
                let graph = model.graph().clone();
                (EncoderBackend::Cpu(Box::new(kinglet_cpu::Session::new(model))), graph)
            }
            (Backend::Gpu(model), graph) => {
                let model = graph.map_or_else(|| model.clone(), |graph| Arc::new(model.with_graph(graph)));
                let graph = model.graph().clone();
                let session = kinglet_gpu::Session::new(model, shared.encoder_options()).await?;
                (EncoderBackend::Gpu(Box::new(session)), graph)
            }
        };
        Ok(Encoder { shared, graph, backend })
    }

    /// The outputs of each sequence.
    pub async fn run(&mut self, inputs: &[EncoderInput]) -> Result<Vec<Outputs>, Error> {
        self.run_with(inputs, |_| {}).await
    }

    /// As [`Encoder::run`]; says after each step how many sequences are done.
    pub async fn run_with(
        &mut self,
        inputs: &[EncoderInput],
        mut on_done: impl FnMut(usize),
    ) -> Result<Vec<Outputs>, Error> {
        let context = self.shared.info.context;
        for input in inputs {
            match input.tokens.len() {
                0 => return Err(Error::EmptyPrompt),
                tokens if tokens > context => return Err(Error::Context { tokens, context }),
                _ => {}
            }
            let (segments, tokens) = (input.segments.len(), input.tokens.len());
            if segments != 0 && segments != tokens {
                return Err(StepError::Segments { segments, tokens }.into());
            }
        }
        let mut all = Vec::with_capacity(inputs.len());
        for together in packed(inputs) {
            let inputs = &inputs[together];
            let values = self.step(&step(inputs)).await?;
            all.extend(self.shared_out(inputs, values));
            on_done(all.len());
        }
        Ok(all)
    }

    async fn step(&mut self, step: &Step) -> Result<Vec<Vec<f32>>, Error> {
        match &mut self.backend {
            EncoderBackend::Cpu(session) => Ok(session.encode(step)?),
            EncoderBackend::Gpu(session) => Ok(session.encode(step).await?),
        }
    }

    /// Gives each sequence its rows of a step's outputs.
    fn shared_out(&self, inputs: &[EncoderInput], values: Vec<Vec<f32>>) -> Vec<Outputs> {
        let mut all = vec![Outputs::default(); inputs.len()];
        for (output, value) in self.graph.outputs.iter().zip(values) {
            let kind = self.graph.node(output.value).output;
            let mut rows = value.chunks_exact(kind.width.max(1)).map(<[f32]>::to_vec);
            for (input, outputs) in inputs.iter().zip(&mut all) {
                let count = match kind.rows {
                    Dim::Tokens => input.tokens.len(),
                    Dim::Rows => input.rows.len(),
                };
                outputs.values.push((output.name.clone(), rows.by_ref().take(count).collect()));
            }
        }
        all
    }
}

/// Runs of sequences that go through the model together.
pub(crate) fn packed(inputs: &[EncoderInput]) -> impl Iterator<Item = Range<usize>> {
    let mut start = 0;
    std::iter::from_fn(move || {
        let (mut end, mut tokens, mut rows) = (start, 0, 0);
        while let Some(input) = inputs.get(end).filter(|_| end - start < kinglet_gpu::MAX_TEXTS) {
            (tokens, rows) = (tokens + input.tokens.len(), rows + input.rows.len());
            if end > start && (tokens > STEP_TOKENS || rows > STEP_ROWS) {
                break;
            }
            end += 1;
        }
        let run = start..end;
        start = end;
        (!run.is_empty()).then_some(run)
    })
}

fn step(inputs: &[EncoderInput]) -> Step {
    let mut step = Step::default();
    let any_segment = inputs.iter().any(|input| !input.segments.is_empty());
    for (slot, input) in (0..).zip(inputs) {
        let first = step.tokens.len() as u32;
        let token = |(position, &id): (u32, &u32)| StepToken { id, position, slot };
        step.tokens.extend((0..).zip(&input.tokens).map(token));
        step.rows.extend(input.rows.iter().map(|row| first + row));
        if any_segment {
            match input.segments.is_empty() {
                true => step.segments.extend(std::iter::repeat_n(0, input.tokens.len())),
                false => step.segments.extend(&input.segments),
            }
        }
    }
    step
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inputs(lengths: &[usize]) -> Vec<EncoderInput> {
        lengths.iter().map(|&length| EncoderInput::new(Head::Base, vec![7; length])).collect()
    }

    #[test]
    fn sequences_go_together_as_long_as_there_is_room() {
        let runs: Vec<Range<usize>> = packed(&inputs(&[200, 300, 12, 1, 600, 3, 511])).collect();
        assert_eq!(runs, [0..3, 3..4, 4..5, 5..6, 6..7]);
        let runs: Vec<Range<usize>> = packed(&inputs(&[2; 100])).collect();
        assert_eq!(runs, [0..64, 64..100]);
        assert_eq!(packed(&[]).count(), 0);
        let fill = [EncoderInput::new(Head::Fill, vec![7; 200]), EncoderInput::new(Head::Fill, vec![7; 100])];
        assert_eq!(packed(&fill).collect::<Vec<_>>(), [0..1, 1..2]);
    }

    #[test]
    fn a_step_holds_sequences_one_after_another() {
        assert_eq!(EncoderInput::new(Head::Fill, vec![5, 6, 7]).last_row().rows, [2]);
        let mut inputs = inputs(&[2, 3]);
        inputs[1].segments = vec![0, 1, 1];
        let step = step(&inputs);
        let places: Vec<[u32; 2]> = step.tokens.iter().map(|token| [token.slot, token.position]).collect();
        assert_eq!(places, [[0, 0], [0, 1], [1, 0], [1, 1], [1, 2]]);
        assert_eq!((step.rows, step.segments), (vec![1, 4], vec![0, 0, 0, 1, 1]));
    }
}
