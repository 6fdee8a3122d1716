//! The arguments of the commands that take and give text.

use std::path::PathBuf;

use kinglet::{GenerateOptions, Grammar};

use super::{DeviceArgs, FormArgs, ModelArgs, SamplingArgs};
use crate::{
    error::CliError,
    files,
    values::{self, TokenList},
};

#[derive(Debug, clap::Args)]
pub(crate) struct GenerateArgs {
    #[command(flatten)]
    pub(crate) model: ModelArgs,
    /// The text to continue; `-`, or nothing where standard input is no terminal, reads it from there
    #[arg(value_name = "PROMPT", conflicts_with = "tokens")]
    pub(crate) prompt: Option<String>,
    /// The same
    #[arg(short = 'p', long = "prompt", value_name = "PROMPT", conflicts_with_all = ["prompt", "tokens"])]
    #[arg(allow_hyphen_values = true)]
    pub(crate) prompt_option: Option<String>,
    #[command(flatten)]
    pub(crate) device: DeviceArgs,
    #[command(flatten)]
    pub(crate) form: FormArgs,
    /// The sequence to continue, in place of a text: 3,14,15
    #[arg(long, value_name = "IDS", value_parser = values::tokens, allow_hyphen_values = true)]
    pub(crate) tokens: Option<TokenList>,
    /// Hand the text to the model as a message that it replies to, by its chat template
    #[arg(long, conflicts_with = "tokens")]
    pub(crate) chat: bool,
    /// Tell the model this before all else; the text is then a message
    #[arg(
        long,
        visible_alias = "system-prompt",
        value_name = "TEXT",
        allow_hyphen_values = true,
        conflicts_with = "tokens"
    )]
    pub(crate) system: Option<String>,
    /// How many continuations, which differ in what is drawn
    #[arg(long = "choices", visible_alias = "n", value_name = "N", default_value_t = 1, value_parser = values::choices)]
    pub(crate) choices: usize,
    #[command(flatten)]
    pub(crate) limits: LimitArgs,
    /// Go on after a token that ends the text
    #[arg(long)]
    pub(crate) ignore_eos: bool,
    /// Print the logits that each token was chosen from (with --json)
    #[arg(long)]
    pub(crate) logits: bool,
    #[command(flatten)]
    pub(crate) grammar: GrammarArgs,
    #[command(flatten)]
    pub(crate) sampling: SamplingArgs,
}

#[derive(Debug, clap::Args)]
pub(crate) struct ChatArgs {
    #[command(flatten)]
    pub(crate) model: ModelArgs,
    /// Say this, and end after the reply; `-` reads it from standard input
    #[arg(value_name = "MESSAGE")]
    pub(crate) message: Option<String>,
    #[command(flatten)]
    pub(crate) device: DeviceArgs,
    #[command(flatten)]
    pub(crate) form: FormArgs,
    /// Tell the model this before all else
    #[arg(long, visible_alias = "system-prompt", value_name = "TEXT", allow_hyphen_values = true)]
    pub(crate) system: Option<String>,
    #[command(flatten)]
    pub(crate) limits: LimitArgs,
    #[command(flatten)]
    pub(crate) grammar: GrammarArgs,
    #[command(flatten)]
    pub(crate) sampling: SamplingArgs,
}

/// Where a generation ends.
#[derive(Debug, clap::Args)]
pub(crate) struct LimitArgs {
    /// The most tokens to generate; -1 for what the context has room for [default: 256; in a chat, -1]
    #[arg(short = 'n', long, visible_aliases = ["n-predict", "num-predict"], value_name = "N")]
    #[arg(value_parser = values::limit, allow_hyphen_values = true)]
    pub(crate) max_tokens: Option<Limit>,
    /// A text that ends the generation and is not part of it; may be given several times
    #[arg(long, visible_alias = "reverse-prompt", value_name = "TEXT", allow_hyphen_values = true)]
    pub(crate) stop: Vec<String>,
    /// Tokens that end the generation, beside the model's own
    #[arg(long, value_name = "IDS", value_parser = values::tokens, allow_hyphen_values = true)]
    pub(crate) stop_token: Option<TokenList>,
}

impl LimitArgs {
    /// How to generate, with what else is said of it.
    pub(crate) fn options(&self, sampling: &SamplingArgs, grammar: &GrammarArgs) -> Result<GenerateOptions, CliError> {
        Ok(GenerateOptions {
            max_tokens: self.max_tokens.and_then(|limit| limit.0),
            stop: self.stop.clone(),
            stop_tokens: self.stop_token.as_ref().map_or(Vec::new(), |tokens| tokens.0.clone()),
            sampling: sampling.sampling(),
            penalties: sampling.penalties(),
            grammar: grammar.grammar()?,
            ..GenerateOptions::default()
        })
    }
}

/// A number of tokens; `None` for all that there is room for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Limit(pub(crate) Option<usize>);

/// What the text must be.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Structured output")]
#[group(multiple = false)]
pub(crate) struct GrammarArgs {
    /// Write JSON as the JSON schema in this file has it, or this JSON schema
    #[arg(long, visible_alias = "json-schema-file", value_name = "FILE")]
    json_schema: Option<PathBuf>,
    /// Write what the grammar in this file describes, or this grammar, in the notation of Lark or of GBNF
    #[arg(long, visible_alias = "grammar-file", value_name = "FILE")]
    grammar: Option<PathBuf>,
    /// Write what this regular expression matches
    #[arg(long, value_name = "PATTERN", allow_hyphen_values = true)]
    regex: Option<String>,
}

impl GrammarArgs {
    pub(crate) fn grammar(&self) -> Result<Option<Grammar>, CliError> {
        // Who types a schema or a grammar means no file that is called so.
        if let Some(path) = &self.json_schema {
            return Ok(Some(Grammar::JsonSchema(
                match path.to_str().filter(|text| text.trim_start().starts_with('{')) {
                    Some(text) => files::parsed("--json-schema", text)?,
                    None => files::json(path)?,
                },
            )));
        }
        if let Some(path) = &self.grammar {
            let is_typed = |text: &&str| text.contains("::=") || text.trim_start().starts_with("start:");
            return Ok(Some(match path.to_str().filter(is_typed) {
                Some(text) => Grammar::from_text(text),
                None => Grammar::from_text(&files::text(path)?),
            }));
        }
        Ok(self.regex.clone().map(Grammar::Regex))
    }
}

#[derive(Debug, clap::Args)]
pub(crate) struct TokenizeArgs {
    /// A model as for the other commands, of which the tokenizer is enough
    #[arg(value_name = "MODEL")]
    pub(crate) place: PathBuf,
    /// The text
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true, conflicts_with_all = ["jsonl", "decode"])]
    pub(crate) text: Option<String>,
    /// Read texts from standard input, one JSON string a line, and print the tokens of each, one JSON object a line
    #[arg(long, conflicts_with_all = ["decode"])]
    pub(crate) jsonl: bool,
    /// Add no special tokens around the text, and read the names of special tokens in it as any other text
    #[arg(long)]
    pub(crate) no_special: bool,
    /// Turn tokens into text; special tokens are left out
    #[arg(long, requires = "tokens")]
    pub(crate) decode: bool,
    /// The tokens: 3,14,15
    #[arg(long, value_name = "IDS", value_parser = values::tokens, allow_hyphen_values = true, requires = "decode")]
    pub(crate) tokens: Option<TokenList>,
    #[command(flatten)]
    pub(crate) form: FormArgs,
}

#[derive(Debug, clap::Args)]
pub(crate) struct TemplateArgs {
    /// A template (.jinja), a tokenizer_config.json, or a model as for the other commands, of which its templates are
    /// enough
    #[arg(value_name = "FILE|MODEL")]
    pub(crate) place: PathBuf,
    /// The conversation, a JSON file: {"messages": [{"role": "user", "content": "Hello"}]}, with "tools", "documents" and
    /// whatever else the template asks for beside the messages
    #[arg(long, value_name = "CHAT.json")]
    pub(crate) chat: PathBuf,
    /// The text of the token that begins a sequence, instead of the model's
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    pub(crate) bos: Option<String>,
    /// The text of the token that ends a sequence, instead of the model's
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    pub(crate) eos: Option<String>,
    /// End with the last message, not where the model's turn begins
    #[arg(long)]
    pub(crate) no_generation_prompt: bool,
    #[command(flatten)]
    pub(crate) form: FormArgs,
}
