//! The arguments that say how tokens are picked, by the names that other engines' users know.

use kinglet::{Dry, Penalties, Sampling};

use crate::values::{self, TokenList};

#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Sampling")]
pub(crate) struct SamplingArgs {
    /// 0 takes the likeliest token each time
    #[arg(long, visible_alias = "temp", value_name = "T", default_value_t = 0.0, allow_hyphen_values = true)]
    temperature: f32,
    /// Draw from so many of the likeliest tokens; 0 from all
    #[arg(long, value_name = "N", default_value_t = 0, allow_hyphen_values = true)]
    top_k: u32,
    /// Draw from the likeliest tokens that have this share of the probability
    #[arg(long, value_name = "P", default_value_t = 1.0, allow_hyphen_values = true)]
    top_p: f32,
    /// Draw from tokens at least this likely, as a share of the likeliest's probability
    #[arg(long, value_name = "P", default_value_t = 0.0, allow_hyphen_values = true)]
    min_p: f32,
    /// Draw from the tokens next to the expected surprise that have this share of the probability
    #[arg(long, visible_alias = "typical-p", value_name = "P", default_value_t = 1.0, allow_hyphen_values = true)]
    typical: f32,
    /// What draws begin with; -1 for another each time
    #[arg(short, long, value_name = "N", default_value = "0", value_parser = values::seed, allow_hyphen_values = true)]
    seed: u64,
    /// Which of several continuations with one seed
    #[arg(long, value_name = "N", default_value_t = 0, allow_hyphen_values = true)]
    sequence: u32,
    /// Divide positive logits of tokens that have come before by this, and multiply negative ones
    #[arg(long, value_name = "X", default_value_t = 1.0, allow_hyphen_values = true)]
    repeat_penalty: f32,
    /// How many of the last tokens penalties look at; -1 for all
    #[arg(long, value_name = "N", default_value = "64", value_parser = values::window, allow_hyphen_values = true)]
    repeat_last_n: Window,
    /// Subtract this from the logits of tokens that have come before
    #[arg(long, value_name = "X", default_value_t = 0.0, allow_hyphen_values = true)]
    presence_penalty: f32,
    /// Subtract this from the logit of a token as often as it has come before
    #[arg(long, value_name = "X", default_value_t = 0.0, allow_hyphen_values = true)]
    frequency_penalty: f32,
    /// Subtract this from the logit of a token that would repeat a sequence; 0 is off
    #[arg(long, value_name = "X", default_value_t = 0.0, allow_hyphen_values = true)]
    dry_multiplier: f32,
    /// How many times more each further token of a repeated sequence costs
    #[arg(long, value_name = "X", default_value_t = 1.75, allow_hyphen_values = true)]
    dry_base: f32,
    /// The longest sequence whose repetition costs no more
    #[arg(long, value_name = "N", default_value_t = 2, allow_hyphen_values = true)]
    dry_allowed_length: usize,
    /// How many of the last tokens to look through for repetitions; -1 for all
    #[arg(long, value_name = "N", default_value = "-1", value_parser = values::window, allow_hyphen_values = true)]
    dry_penalty_last_n: Window,
    /// Tokens that no repeated sequence goes across: 13,198
    #[arg(long, visible_alias = "dry-sequence-breaker", value_name = "IDS", value_parser = values::tokens)]
    #[arg(allow_hyphen_values = true)]
    dry_sequence_breakers: Option<TokenList>,
    /// Add to logits of tokens: 15=-2.5,7=1; -inf forbids a token
    #[arg(long, value_name = "ID=VALUE", value_parser = values::bias, value_delimiter = ',', allow_hyphen_values = true)]
    logit_bias: Vec<(u32, f32)>,
    /// Say how likely each token was, and which so many were the likeliest, at most 20 (with --json)
    #[arg(long, value_name = "N", allow_hyphen_values = true)]
    pub(crate) logprobs: Option<u32>,
}

/// A number of the last tokens; `None` for all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Window(pub(crate) Option<usize>);

impl SamplingArgs {
    pub(crate) fn sampling(&self) -> Sampling {
        Sampling {
            temperature: self.temperature,
            top_k: self.top_k,
            typical: self.typical,
            top_p: self.top_p,
            min_p: self.min_p,
            seed: self.seed,
            sequence: self.sequence,
            logprobs: self.logprobs,
        }
    }

    pub(crate) fn penalties(&self) -> Penalties {
        Penalties {
            bias: self.logit_bias.clone(),
            repeat: self.repeat_penalty,
            presence: self.presence_penalty,
            frequency: self.frequency_penalty,
            last_n: self.repeat_last_n.0,
            dry: Dry {
                multiplier: self.dry_multiplier,
                base: self.dry_base,
                allowed_length: self.dry_allowed_length,
                last_n: self.dry_penalty_last_n.0,
                breakers: self.dry_sequence_breakers.as_ref().map_or(Vec::new(), |tokens| tokens.0.clone()),
            },
        }
    }
}
