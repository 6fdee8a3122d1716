//! One generation with a clock beside it.

use std::{
    ops::ControlFlow,
    time::{Duration, Instant},
};

use kinglet::{GenerateOptions, Model, Token};

use crate::{
    error::CliError,
    report::{PerToken, Speed},
};

/// What was generated, and how fast.
#[derive(Debug)]
pub(crate) struct Generation {
    pub(crate) tokens: Vec<Token>,
    /// The prompt, until the first token was there.
    pub(crate) prefill: Speed,
    /// The tokens after the first.
    pub(crate) decode: Speed,
    pub(crate) per_token: PerToken,
}

/// Continues a prompt and hands each token over as it comes, until the end or until `each` breaks off.
pub(crate) async fn generate(
    model: &Model,
    prompt: &[u32],
    options: GenerateOptions,
    mut each: impl FnMut(&Token) -> Result<ControlFlow<()>, CliError>,
) -> Result<Generation, CliError> {
    let mut generator = model.generator().await?;
    let start = Instant::now();
    let mut first = None;
    let mut last = start;
    let mut tokens = Vec::new();
    let mut stream = generator.generate(prompt, options).await?;
    while let Some(token) = stream.next().await? {
        last = Instant::now();
        first.get_or_insert(last);
        let flow = each(&token)?;
        tokens.push(token);
        if flow.is_break() {
            break;
        }
    }
    let Some(first) = first else {
        return Ok(Generation {
            tokens,
            prefill: Speed::default(),
            decode: Speed::default(),
            per_token: PerToken::default(),
        });
    };
    let decoded = tokens.len() - 1;
    Ok(Generation {
        tokens,
        prefill: speed(prompt.len(), first - start),
        decode: speed(decoded, last - first),
        per_token: PerToken::default(),
    })
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
