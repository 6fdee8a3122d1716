//! The arguments of `kinglet redact`.

use std::path::PathBuf;

use kinglet_experts::redact::Kind;

use super::{DeviceArgs, FormArgs};

#[derive(Debug, clap::Args)]
pub(crate) struct RedactArgs {
    /// The file; `-`, or nothing, reads standard input
    #[arg(value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,
    /// Write what the placeholders stand for into this file, as JSON
    #[arg(long, value_name = "MAP")]
    pub(crate) map: Option<PathBuf>,
    /// Go on with the placeholders of this map, of a text before
    #[arg(long, value_name = "MAP")]
    pub(crate) known: Option<PathBuf>,
    /// Put back what the placeholders of this map stand for
    #[arg(long, value_name = "MAP", conflicts_with_all = ["map", "known", "kinds", "model", "json"])]
    pub(crate) restore: Option<PathBuf>,
    /// Take out these kinds alone: name, address, organisation, email, phone, birth, account, card, iban, national_id, ip,
    /// url
    #[arg(long, value_name = "KINDS", value_delimiter = ',')]
    pub(crate) kinds: Vec<Kind>,
    /// Another tagger: a model as for the other commands, with labels such as B-name
    #[arg(long, value_name = "MODEL")]
    pub(crate) model: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) device: DeviceArgs,
    #[command(flatten)]
    pub(crate) form: FormArgs,
}
