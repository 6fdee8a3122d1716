//! One generation with a clock beside it.

use std::{
    ops::ControlFlow,
    time::{Duration, Instant},
};

use kinglet::{FinishReason, GenerateOptions, Model, PerStep, Session, Token};

use crate::{
    allocations,
    error::CliError,
    report::{Average, PerToken, Speed},
};

/// Tokens whose allocations are counted.
const MEASURED: usize = 24;

/// What was generated, and how fast.
#[derive(Debug, Default)]
pub(crate) struct Generation {
    /// The continuations of the prompt.
    pub(crate) choices: Vec<Generated>,
    pub(crate) first_token_ms: Option<f64>,
    /// The prompt, until the first token was there.
    pub(crate) prefill: Speed,
    /// The tokens after the first.
    pub(crate) decode: Speed,
    pub(crate) per_token: PerToken,
    /// Bytes of weights that a decoding step reads, as they lie on the device.
    pub(crate) weight_bytes: Option<u64>,
}

/// One continuation.
#[derive(Clone, Debug, Default)]
pub(crate) struct Generated {
    pub(crate) tokens: Vec<Token>,
    /// The tokens have texts.
    pub(crate) has_text: bool,
    pub(crate) finish: Option<FinishReason>,
    pub(crate) valid: Option<bool>,
}

impl Generated {
    pub(crate) fn text(&self) -> String {
        self.tokens.iter().map(|token| token.text.as_str()).collect()
    }
}

/// What to generate.
#[derive(Debug)]
pub(crate) struct Request<'a> {
    pub(crate) prompt: &'a [u32],
    pub(crate) options: GenerateOptions,
    /// How many continuations.
    pub(crate) choices: usize,
    /// Measure afterwards what wgpu alone allocates.
    pub(crate) report: bool,
}

/// Continues a prompt and hands each token over as it comes, with which continuation it belongs to, until the end or
/// until `each` breaks off.
pub(crate) async fn generate(
    model: &Model,
    request: Request<'_>,
    mut each: impl FnMut(usize, &Token) -> Result<ControlFlow<()>, CliError>,
) -> Result<Generation, CliError> {
    let Request { prompt, options, choices: count, report } = request;
    let mut generator = model.generator().await?;
    let mut watch = Stopwatch::start();
    let has_text = options.text || !options.stop.is_empty();
    let mut choices = vec![Generated { has_text, ..Generated::default() }; count];
    let mut allocations = Vec::with_capacity(MEASURED);
    let mut stream = generator.generate_all(std::iter::repeat_n(prompt, count), options).await?;
    let mut before = allocations::count();
    while let Some((index, token)) = stream.next().await? {
        watch.token();
        if allocations.len() < MEASURED {
            allocations.push(allocations::count() - before);
        }
        let flow = each(index, &token)?;
        choices[index].tokens.push(token);
        if flow.is_break() {
            break;
        }
        before = allocations::count();
    }
    for (index, choice) in choices.iter_mut().enumerate() {
        (choice.finish, choice.valid) = (stream.finish_reason(index), stream.valid(index));
    }
    let per_step = stream.per_step();
    drop(stream);
    let mut per_token = PerToken::default();
    if let Some(per_step) = per_step {
        let bare = if report { bare_allocations(generator.session()).await } else { Vec::new() };
        per_token = self::per_token(per_step, &allocations[1..], &bare);
    }
    let weight_bytes = per_step.and_then(|per_step| per_step.weight_bytes);
    let (prefill, decode) = (watch.prefill(prompt.len()), watch.decode());
    Ok(Generation { choices, first_token_ms: watch.first_token_ms(), prefill, decode, per_token, weight_bytes })
}

/// When the tokens of a generation were there.
#[derive(Debug)]
pub(crate) struct Stopwatch {
    start: Instant,
    first: Option<Instant>,
    last: Instant,
    tokens: usize,
}

impl Stopwatch {
    pub(crate) fn start() -> Stopwatch {
        let start = Instant::now();
        Stopwatch { start, first: None, last: start, tokens: 0 }
    }

    /// A token is there.
    pub(crate) fn token(&mut self) {
        self.last = Instant::now();
        self.first.get_or_insert(self.last);
        self.tokens += 1;
    }

    pub(crate) fn first_token_ms(&self) -> Option<f64> {
        self.first.map(|first| thousandths((first - self.start).as_secs_f64() * 1e3))
    }

    /// So many tokens, until the first that was generated.
    pub(crate) fn prefill(&self, tokens: usize) -> Speed {
        self.first.map_or(Speed::default(), |first| speed(tokens, first - self.start))
    }

    /// The tokens after the first.
    pub(crate) fn decode(&self) -> Speed {
        self.first.map_or(Speed::default(), |first| speed(self.tokens - 1, self.last - first))
    }
}

/// What each decoding step cost.
fn per_token(per_step: PerStep, allocations: &[u64], bare_allocations: &[u64]) -> PerToken {
    let average = |count: f64| Some(Average(thousandths(count)));
    // What wgpu allocates for one and the same list varies by a few with the moment at which the device's thread polls
    // it. Only what every token allocates beyond that is the engine's for certain; `tests/counters.rs` is stricter.
    let (smallest, wgpu) = (allocations.iter().min(), bare_allocations.iter().max());
    let engine = smallest.zip(wgpu).map(|(total, wgpu)| total.saturating_sub(*wgpu));
    PerToken {
        dispatches: average(per_step.dispatches),
        dispatches_per_layer: per_step.dispatches_per_layer.map(|count| Average(count as f64)),
        submits: average(per_step.submits),
        uploads: average(per_step.uploads),
        readback_bytes: average(per_step.readback_bytes),
        objects_created: average(per_step.objects_created),
        engine_allocations: engine.map(|count| Average(count as f64)),
    }
}

/// What wgpu alone allocates for a decoding step, several times over; nothing where it cannot be measured.
async fn bare_allocations(session: &mut Session) -> Vec<u64> {
    let mut counts = Vec::with_capacity(MEASURED);
    if let Ok(Some(mut bare)) = session.bare_step().await {
        for round in 0..2 * MEASURED {
            let before = allocations::count();
            bare.run();
            // The first rounds fill the pipeline.
            if round >= MEASURED {
                counts.push(allocations::count() - before);
            }
        }
    }
    counts
}

fn speed(tokens: usize, time: Duration) -> Speed {
    let measured = tokens > 0 && !time.is_zero();
    Speed { tokens, tokens_per_s: measured.then(|| thousandths(tokens as f64 / time.as_secs_f64())) }
}

/// Milliseconds since `start`.
pub(crate) fn milliseconds(start: Instant) -> f64 {
    thousandths(start.elapsed().as_secs_f64() * 1e3)
}

/// No clock is finer than three digits behind the point.
fn thousandths(value: f64) -> f64 {
    (value * 1e3).round() / 1e3
}
