//! Any bytes as a safetensors file: an error or a model, of which everything can be read.
//!
//! `cargo +nightly fuzz run safetensors --fuzz-dir crates/kinglet-format/fuzz corpus-safetensors crates/kinglet-format/tests/corpus/safetensors --
//! -max_len=4096 -max_total_time=600` keeps what it finds in the first folder, and starts from the second.

#![no_main]

#[path = "../../tests/support/mod.rs"]
mod support;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let config = ("config.json".to_owned(), b"{}".to_vec().into());
    let _ = support::open(vec![config, ("model.safetensors".to_owned(), data.to_vec().into())]);
});
