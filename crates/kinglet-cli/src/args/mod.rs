//! The arguments of every command, and the engine's options that follow from them.

mod redact;
mod sampling;
mod tasks;
mod text;
mod when;

use std::{
    io::ErrorKind,
    path::{Path, PathBuf},
};

use clap::{Parser, Subcommand, ValueEnum};
use kinglet::{DeviceChoice, EngineOptions, FormatError, KvFormat, LoadOptions, Mixture, Quant, Source, Tier};

pub(crate) use self::{
    redact::RedactArgs,
    sampling::{SamplingArgs, Window},
    tasks::{AnswerArgs, ClassifyArgs, EmbedArgs, FillArgs, RerankArgs, TagArgs, TextsArgs},
    text::{ChatArgs, GenerateArgs, Limit, TemplateArgs, TokenizeArgs},
    when::WhenArgs,
};
use crate::{
    error::CliError,
    progress,
    values::{self, TapList, TokenList},
};

const LOGGING: &str = "Set KINGLET_LOG=info or debug to see what the engine does.";

/// Small AI models on any GPU that WebGPU reaches. Without a command: a short demo.
#[derive(Debug, Parser)]
#[command(name = "kinglet", version, args_conflicts_with_subcommands = true, after_help = LOGGING)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
    #[command(flatten)]
    pub(crate) demo: DemoArgs,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// List what models can run on
    Devices(DevicesArgs),
    /// Say what a model is and what it takes
    Inspect(InspectArgs),
    /// Run tokens through a model once and print its outputs
    Forward(ForwardArgs),
    /// Continue a text, or a sequence of tokens
    Generate(GenerateArgs),
    /// Talk with a model
    Chat(ChatArgs),
    /// Turn texts into vectors that are near each other where the texts mean alike
    Embed(EmbedArgs),
    /// Sort texts by how well they answer a query
    Rerank(RerankArgs),
    /// Give texts labels
    Classify(ClassifyArgs),
    /// Find names and other parts of a text
    Tag(TagArgs),
    /// Take personal data out of a text, or put it back
    Redact(RedactArgs),
    /// Say when that is which an English phrase speaks of
    When(WhenArgs),
    /// Find the answer to a question in a text
    Answer(AnswerArgs),
    /// Fill in what is missing in a text
    Fill(FillArgs),
    /// Turn text into tokens, or tokens into text
    Tokenize(TokenizeArgs),
    /// Write a conversation as a model's chat template has it
    Template(TemplateArgs),
    /// Say how far a model's predictions are from a reference's
    Eval(EvalArgs),
    /// Measure how fast a model loads, reads a prompt and generates
    Bench(BenchArgs),
    /// Make a model's files into one quantized GGUF file
    Quantize(QuantizeArgs),
    /// Write a script that completes this command's words in a shell
    Completions(CompletionsArgs),
}

#[derive(Debug, clap::Args)]
pub(crate) struct DemoArgs {
    #[command(flatten)]
    pub(crate) device: DeviceArgs,
    #[command(flatten)]
    pub(crate) form: FormArgs,
}

#[derive(Debug, clap::Args)]
pub(crate) struct DevicesArgs {
    #[command(flatten)]
    pub(crate) form: FormArgs,
}

#[derive(Debug, clap::Args)]
pub(crate) struct InspectArgs {
    #[command(flatten)]
    pub(crate) model: ModelArgs,
    #[command(flatten)]
    pub(crate) device: DeviceArgs,
    #[command(flatten)]
    pub(crate) form: FormArgs,
    /// Say whether weights and KV cache fit into this much memory: 512MiB, 4G
    #[arg(long, value_name = "SIZE", value_parser = values::bytes, allow_hyphen_values = true)]
    pub(crate) memory_limit: Option<u64>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct ForwardArgs {
    #[command(flatten)]
    pub(crate) model: ModelArgs,
    #[command(flatten)]
    pub(crate) device: DeviceArgs,
    #[command(flatten)]
    pub(crate) form: FormArgs,
    /// The sequence: 3,14,15
    #[arg(long, value_name = "IDS", value_parser = values::tokens, allow_hyphen_values = true)]
    pub(crate) tokens: Option<TokenList>,
    /// Which text each token belongs to, where an encoder is given two: 0,0,1; 0 for all if left out
    #[arg(long, value_name = "IDS", value_parser = values::tokens)]
    pub(crate) segments: Option<TokenList>,
    /// Print the last position's rows only
    #[arg(long)]
    pub(crate) last: bool,
    /// Print these intermediate values too; `list` names them all
    #[arg(long, value_name = "NAMES", value_parser = values::taps)]
    pub(crate) taps: Option<TapList>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct CompletionsArgs {
    /// The shell
    #[arg(value_enum)]
    pub(crate) shell: clap_complete::Shell,
}

#[derive(Debug, clap::Args)]
pub(crate) struct EvalArgs {
    #[command(flatten)]
    pub(crate) model: ModelArgs,
    #[command(flatten)]
    pub(crate) device: DeviceArgs,
    #[command(flatten)]
    pub(crate) form: FormArgs,
    /// The model to compare with, as MODEL
    #[arg(long, value_name = "REFERENCE")]
    pub(crate) against: PathBuf,
    /// The text, which MODEL's tokenizer encodes
    #[arg(long, value_name = "FILE", required_unless_present = "token_file", conflicts_with = "token_file")]
    pub(crate) text: Option<PathBuf>,
    /// A file of token ids, the text
    #[arg(long, value_name = "FILE")]
    pub(crate) token_file: Option<PathBuf>,
    /// Tokens that know of each other
    #[arg(long, value_name = "N", default_value_t = 512, value_parser = values::several)]
    pub(crate) window: usize,
    /// Exit with code 1 where a figure is not as it should be: kl_mean<0.01, top1_agreement>0.9
    #[arg(long, value_name = "CONDITION", value_parser = values::gate)]
    pub(crate) gate: Vec<Gate>,
}

/// A condition on one of the figures of `kinglet eval`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Gate {
    /// As it was given.
    pub(crate) text: String,
    pub(crate) figure: &'static str,
    /// The figure is to be below the limit; else above it.
    pub(crate) below: bool,
    pub(crate) limit: f64,
}

impl Gate {
    /// The figures there are.
    pub(crate) const FIGURES: [&str; 5] = ["perplexity", "reference_perplexity", "kl_mean", "kl_p99", "top1_agreement"];

    pub(crate) fn holds(&self, value: f64) -> bool {
        if self.below { value < self.limit } else { value > self.limit }
    }
}

#[derive(Debug, clap::Args)]
pub(crate) struct BenchArgs {
    #[command(flatten)]
    pub(crate) model: ModelArgs,
    #[command(flatten)]
    pub(crate) device: DeviceArgs,
    #[command(flatten)]
    pub(crate) form: FormArgs,
    /// Tokens of the prompt
    #[arg(long, value_name = "N", default_value_t = 64, value_parser = values::some)]
    pub(crate) prompt: usize,
    /// Tokens to generate
    #[arg(long, value_name = "N", default_value_t = 24, value_parser = values::some)]
    pub(crate) generate: usize,
    /// How often to measure; the median counts
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = values::some)]
    pub(crate) rounds: usize,
}

#[derive(Debug, clap::Args)]
pub(crate) struct QuantizeArgs {
    /// A model folder, a .gguf file, or a .safetensors file with its config.json beside it; the URL of one;
    /// or a model of the Hugging Face hub, hf:org/name[:file][@revision]
    #[arg(value_name = "IN")]
    pub(crate) input: PathBuf,
    /// The file to write
    #[arg(value_name = "OUT.gguf")]
    pub(crate) output: PathBuf,
    /// The type of matrices, such as Q8_0, Q4_K or F16, or a mixture, such as Q4_K_M; vectors stay F32
    #[arg(long = "type", value_name = "TYPE", value_parser = values::mixture)]
    pub(crate) types: Mixture,
    /// Give one type to all matrices, to the one that makes the logits too, which would get Q6_K
    #[arg(long)]
    pub(crate) pure: bool,
    #[command(flatten)]
    pub(crate) form: FormArgs,
}

/// Which model, and how to load it.
#[derive(Debug, clap::Args)]
pub(crate) struct ModelArgs {
    #[command(flatten)]
    place: PlaceArgs,
    /// The longest sequence [default: what the model reaches, of one that generates at most 4096]
    #[arg(short, long, visible_aliases = ["ctx-size", "num-ctx"], value_name = "N", allow_hyphen_values = true)]
    context: Option<usize>,
}

/// The same without a longest sequence.
#[derive(Debug, clap::Args)]
pub(crate) struct PlaceArgs {
    /// A model folder, a .gguf file, or a .safetensors file with its config.json beside it; the URL of one;
    /// or a model of the Hugging Face hub, hf:org/name[:file][@revision]
    #[arg(value_name = "MODEL")]
    place: PathBuf,
    /// How a GPU stores keys and values; the CPU keeps them in f32
    #[arg(long, value_name = "FORMAT", default_value = "f16", value_parser = values::kv)]
    kv: KvFormat,
    /// Quantize matrices of floats while loading: q8, q4, or keep them
    #[arg(long, value_name = "QUANT", default_value = "keep", value_parser = values::quant)]
    quant: Quant,
}

impl ModelArgs {
    pub(crate) async fn source(&self) -> Result<Source, CliError> {
        self.place.source().await
    }

    pub(crate) fn load_options(&self) -> LoadOptions {
        LoadOptions { context: self.context, ..self.place.load_options() }
    }
}

impl PlaceArgs {
    pub(crate) async fn source(&self) -> Result<Source, CliError> {
        source(&self.place).await
    }

    pub(crate) fn load_options(&self) -> LoadOptions {
        LoadOptions { kv: self.kv, quant: self.quant, on_progress: progress::on_progress(), ..LoadOptions::default() }
    }
}

/// Where a model is. What is no text can only be a path.
pub(crate) async fn source(place: &Path) -> Result<Source, CliError> {
    let source = match place.to_str() {
        Some(text) => Source::resolve(text).await,
        None => Source::path(place),
    };
    source.map_err(|error| match error {
        FormatError::Io { source, path } if source.kind() == ErrorKind::NotFound => CliError::NoModel { path, source },
        error => CliError::Engine(error.into()),
    })
}

/// What to run on.
#[derive(Debug, clap::Args)]
pub(crate) struct DeviceArgs {
    /// Which kind of device to run on
    #[arg(long, value_enum, default_value = "auto")]
    device: DeviceName,
    /// An adapter by its index or a part of its name (see `kinglet devices`) [env: KINGLET_ADAPTER]
    #[arg(long, value_name = "NAME")]
    adapter: Option<String>,
    /// Use no tier of kernels above this one: baseline, subgroups, dot, f16, matrix
    #[arg(long, value_name = "TIER", value_parser = values::tier)]
    tier: Option<Tier>,
    /// Which limits to ask an adapter for
    #[arg(long, value_enum, default_value = "adapter")]
    limits: LimitsName,
}

#[derive(Clone, Copy, Debug, PartialEq, ValueEnum)]
enum LimitsName {
    /// All that the adapter offers
    Adapter,
    /// What WebGPU promises everywhere
    Default,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum DeviceName {
    /// A hardware adapter where there is one, else the CPU
    Auto,
    /// Any adapter, software adapters included
    Gpu,
    /// The CPU backend
    Cpu,
}

impl DeviceArgs {
    pub(crate) fn engine_options(&self) -> EngineOptions {
        let device = match self.device {
            DeviceName::Auto => DeviceChoice::Auto,
            DeviceName::Gpu => DeviceChoice::Gpu,
            DeviceName::Cpu => DeviceChoice::Cpu,
        };
        let default_limits = self.limits == LimitsName::Default;
        EngineOptions {
            device,
            adapter: self.adapter.clone(),
            tier: self.tier,
            default_limits,
            ..EngineOptions::default()
        }
    }
}

/// The form of the result.
#[derive(Debug, clap::Args)]
pub(crate) struct FormArgs {
    /// Print one JSON value
    #[arg(long)]
    pub(crate) json: bool,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn arguments_are_consistent() {
        super::Args::command().debug_assert();
    }
}
