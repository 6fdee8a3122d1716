//! Any bytes as a GGUF file: an error or a model, of which everything can be read.
//!
//! `cargo +nightly fuzz run gguf --fuzz-dir crates/kinglet-format/fuzz corpus-gguf crates/kinglet-format/tests/corpus/gguf --
//! -max_len=4096 -max_total_time=600` keeps what it finds in the first folder, and starts from the second.

#![no_main]

#[path = "../../tests/support/mod.rs"]
mod support;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let _ = support::open(vec![("m.gguf".to_owned(), data.to_vec().into())]);
});
