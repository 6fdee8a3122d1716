//! One generation with a clock beside it.

use std::{
    ops::ControlFlow,
    time::{Duration, Instant},
};

use kinglet::{GenerateOptions, Model, PerStep, Session, Token};

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
    pub(crate) tokens: Vec<Token>,
    /// The prompt, until the first token was there.
    pub(crate) prefill: Speed,
    /// The tokens after the first.
    pub(crate) decode: Speed,
    pub(crate) per_token: PerToken,
    /// Bytes of weights that a decoding step reads, as they lie on the device.
    pub(crate) weight_bytes: Option<u64>,
}

/// Continues a prompt and hands each token over as it comes, until the end or until `each` breaks off. With `report`,
/// measures afterwards what wgpu alone allocates.
pub(crate) async fn generate(
    model: &Model,
    prompt: &[u32],
    options: GenerateOptions,
    report: bool,
    mut each: impl FnMut(&Token) -> Result<ControlFlow<()>, CliError>,
) -> Result<Generation, CliError> {
    let mut generator = model.generator().await?;
    let start = Instant::now();
    let mut first = None;
    let mut last = start;
    let mut tokens = Vec::new();
    let mut allocations = Vec::with_capacity(MEASURED);
    let mut stream = generator.generate(prompt, options).await?;
    let mut before = allocations::count();
    while let Some(token) = stream.next().await? {
        last = Instant::now();
        if allocations.len() < MEASURED {
            allocations.push(allocations::count() - before);
        }
        first.get_or_insert(last);
        let flow = each(&token)?;
        tokens.push(token);
        if flow.is_break() {
            break;
        }
        before = allocations::count();
    }
    let per_step = stream.per_step();
    drop(stream);
    let Some(first) = first else {
        return Ok(Generation { tokens, ..Generation::default() });
    };
    let mut per_token = PerToken::default();
    if let Some(per_step) = per_step {
        let bare = if report { bare_allocations(generator.session()).await } else { Vec::new() };
        per_token = self::per_token(per_step, &allocations[1..], &bare);
    }
    let (prefill, decode) = (speed(prompt.len(), first - start), speed(tokens.len() - 1, last - first));
    let weight_bytes = per_step.and_then(|per_step| per_step.weight_bytes);
    Ok(Generation { tokens, prefill, decode, per_token, weight_bytes })
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
