//! One file for each command.

pub(crate) mod answer;
pub(crate) mod bench;
pub(crate) mod chat;
pub(crate) mod classify;
pub(crate) mod completions;
pub(crate) mod demo;
pub(crate) mod devices;
pub(crate) mod embed;
pub(crate) mod eval;
pub(crate) mod fill;
pub(crate) mod forward;
pub(crate) mod generate;
pub(crate) mod inspect;
pub(crate) mod quantize;
pub(crate) mod redact;
pub(crate) mod rerank;
pub(crate) mod tag;
pub(crate) mod template;
pub(crate) mod tokenize;
pub(crate) mod when;
