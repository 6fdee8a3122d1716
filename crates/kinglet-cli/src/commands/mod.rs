//! One file for each command.

pub(crate) mod bench;
pub(crate) mod chat;
pub(crate) mod completions;
pub(crate) mod demo;
pub(crate) mod devices;
pub(crate) mod eval;
pub(crate) mod forward;
pub(crate) mod generate;
pub(crate) mod inspect;
pub(crate) mod quantize;
pub(crate) mod template;
pub(crate) mod tokenize;
