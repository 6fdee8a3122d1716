//! `wasm-package WASM FOLDER` makes what a browser loads out of what the compiler wrote: the `.wasm` file, the
//! JavaScript around it and its types. `wasm-package --kernels FILE` writes every kernel in the browsers' dialect, for
//! the tests. `wasm-package --size FILE` prints how many bytes a file has, and how many when it is compressed.
//!
//! `cargo xtask web` and `cargo xtask size` call it.
#![allow(clippy::print_stdout, reason = "the size is its output")]

use std::{fs, io::Write, path::Path};

use anyhow::{Result, bail};
use flate2::{Compression, write::GzEncoder};
use kinglet_shaders::{Dialect, Kernel, Variant};
use serde_json::{Value, json};
use wasm_bindgen_cli_support::Bindgen;

fn main() -> Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match args.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["--size", file] => print_size(file),
        ["--kernels", file] => write_kernels(file),
        [wasm, folder] => package(wasm, Path::new(folder)),
        _ => bail!("usage: wasm-package WASM FOLDER, wasm-package --kernels FILE, or wasm-package --size FILE"),
    }
}

fn package(wasm: &str, folder: &Path) -> Result<()> {
    let mut bindgen = Bindgen::new();
    // The worker names the .wasm file itself, so the JavaScript need not. Both engines go by one name there.
    bindgen.web(true)?.input_path(wasm).out_name("kinglet_web").typescript(true);
    bindgen.remove_name_section(true).remove_producers_section(true);
    bindgen.generate(folder)
}

fn write_kernels(file: &str) -> Result<()> {
    let variants: Vec<Value> = Variant::all().map(describe).collect::<Result<_>>()?;
    Ok(fs::write(file, serde_json::to_vec(&variants)?)?)
}

/// A variant with its source and the values of its overrides to compile it with.
fn describe(variant: Variant) -> Result<Value> {
    Ok(json!({
        "name": variant.to_string(),
        "source": variant.expand(Dialect::Browser)?,
        "subgroups": variant.subgroups(),
        "constants": constants(variant),
    }))
}

/// What plans choose, and the extremes of it where that decides how much workgroup memory there is. A pipeline takes
/// the browser's software adapter a good part of a second, so there are no more.
fn constants(variant: Variant) -> Value {
    match variant.kernel() {
        Kernel::Attention => json!([
            { "HEAD_VECS": 3, "QUERIES": 1, "GROUP": 1 },
            { "HEAD_VECS": 16, "QUERIES": 16, "GROUP": 4 },
            { "HEAD_VECS": 64, "QUERIES": 4, "GROUP": 2 },
        ]),
        Kernel::Matvec => json!([{ "WORKGROUP": 256, "ALIGNED": 0 }]),
        Kernel::Matmul => json!([{ "ALIGNED": 0 }]),
        Kernel::Norm | Kernel::ArgMax => json!([{ "WORKGROUP": 256 }]),
        Kernel::Embed
        | Kernel::RopeKv
        | Kernel::AttentionReduce
        | Kernel::Elementwise
        | Kernel::Feed
        | Kernel::Pool
        | Kernel::Neighbours
        | Kernel::Sample => json!([{}]),
    }
}

fn print_size(file: &str) -> Result<()> {
    let bytes = fs::read(file)?;
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(&bytes)?;
    println!("{} {}", bytes.len(), encoder.finish()?.len());
    Ok(())
}
