//! The arguments of the commands that use encoders.

use clap::ValueEnum;
use kinglet::{Aggregation, Pooling};

use super::{DeviceArgs, FormArgs, ModelArgs, PlaceArgs};
use crate::values;

/// Texts: after `--`, or a line each on standard input.
#[derive(Debug, clap::Args)]
pub(crate) struct TextsArgs {
    /// The texts; `--` before them lets them begin with a dash
    #[arg(value_name = "TEXT", conflicts_with = "jsonl")]
    pub(crate) texts: Vec<String>,
    /// Take the texts from standard input: a JSON string on each line
    #[arg(long)]
    pub(crate) jsonl: bool,
}

#[derive(Debug, clap::Args)]
pub(crate) struct EmbedArgs {
    #[command(flatten)]
    pub(crate) model: ModelArgs,
    #[command(flatten)]
    pub(crate) texts: TextsArgs,
    #[command(flatten)]
    pub(crate) device: DeviceArgs,
    #[command(flatten)]
    pub(crate) form: FormArgs,
    /// How the rows of a text's tokens become one [default: what the model's files say, else mean]
    #[arg(long, value_enum)]
    pub(crate) pooling: Option<PoolingName>,
    /// Make vectors as long as 1, also where the model's files do not say so
    #[arg(long)]
    pub(crate) normalize: bool,
    /// Put this prompt of the model's files before each text
    #[arg(long, value_name = "NAME")]
    pub(crate) prompt: Option<String>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct RerankArgs {
    #[command(flatten)]
    pub(crate) model: ModelArgs,
    #[command(flatten)]
    pub(crate) texts: TextsArgs,
    #[command(flatten)]
    pub(crate) device: DeviceArgs,
    #[command(flatten)]
    pub(crate) form: FormArgs,
    /// What the texts are to answer
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    pub(crate) query: String,
}

#[derive(Debug, clap::Args)]
pub(crate) struct ClassifyArgs {
    #[command(flatten)]
    pub(crate) model: ModelArgs,
    #[command(flatten)]
    pub(crate) texts: TextsArgs,
    #[command(flatten)]
    pub(crate) device: DeviceArgs,
    #[command(flatten)]
    pub(crate) form: FormArgs,
}

#[derive(Debug, clap::Args)]
pub(crate) struct TagArgs {
    #[command(flatten)]
    pub(crate) model: ModelArgs,
    /// The text; `-`, or nothing where standard input is no terminal, reads it from there
    #[arg(value_name = "TEXT")]
    pub(crate) text: Option<String>,
    #[command(flatten)]
    pub(crate) device: DeviceArgs,
    #[command(flatten)]
    pub(crate) form: FormArgs,
    /// How the labels of tokens become those of words
    #[arg(long, value_enum, default_value = "first")]
    pub(crate) aggregation: AggregationName,
}

#[derive(Debug, clap::Args)]
pub(crate) struct AnswerArgs {
    #[command(flatten)]
    pub(crate) model: PlaceArgs,
    #[command(flatten)]
    pub(crate) device: DeviceArgs,
    #[command(flatten)]
    pub(crate) form: FormArgs,
    /// What is asked
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    pub(crate) question: String,
    /// The text that holds the answer; `-` reads it from standard input
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    pub(crate) context: String,
    /// Tokens of question and context that are read together [default: 384, or what the model takes]
    #[arg(long, value_name = "N", value_parser = values::some)]
    pub(crate) window: Option<usize>,
    /// Tokens of the context that two windows have in common [default: 128, or half a window]
    #[arg(long, value_name = "N")]
    pub(crate) overlap: Option<usize>,
    /// The most tokens of an answer
    #[arg(long, value_name = "N", default_value_t = 15, value_parser = values::some)]
    pub(crate) max_tokens: usize,
}

#[derive(Debug, clap::Args)]
pub(crate) struct FillArgs {
    #[command(flatten)]
    pub(crate) model: ModelArgs,
    /// The text, with the model's own mark for a gap, such as [MASK] or <mask>; `-` reads it from standard input
    #[arg(value_name = "TEXT")]
    pub(crate) text: Option<String>,
    #[command(flatten)]
    pub(crate) device: DeviceArgs,
    #[command(flatten)]
    pub(crate) form: FormArgs,
    /// Tokens for each gap, the likeliest first
    #[arg(long, visible_alias = "top-k", value_name = "N", default_value_t = 5, value_parser = values::some)]
    pub(crate) top: usize,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum PoolingName {
    Mean,
    Cls,
    Last,
    None,
}

impl From<PoolingName> for Pooling {
    fn from(name: PoolingName) -> Pooling {
        match name {
            PoolingName::Mean => Pooling::Mean,
            PoolingName::Cls => Pooling::Cls,
            PoolingName::Last => Pooling::Last,
            PoolingName::None => Pooling::None,
        }
    }
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum AggregationName {
    First,
    Simple,
}

impl From<AggregationName> for Aggregation {
    fn from(name: AggregationName) -> Aggregation {
        match name {
            AggregationName::First => Aggregation::First,
            AggregationName::Simple => Aggregation::Simple,
        }
    }
}
