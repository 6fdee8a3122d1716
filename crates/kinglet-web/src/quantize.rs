//! A model made into a quantized GGUF file, which JavaScript keeps.

use std::io::{self, Write};

use js_sys::{Function, Uint8Array};
use kinglet::{Mixture, Quantizer};
use tsify::Ts;
use wasm_bindgen::prelude::*;

use crate::{
    QuantizeOptions, QuantizedFacts,
    engine::told,
    error::{ErrorCode, coded, sent},
    files::{PageFiles, PageSource},
    options::read,
};

/// Hands the file over to `write` a few megabytes at a time, and tells `each` how far it has come.
#[wasm_bindgen]
pub async fn quantize(
    files: PageFiles,
    options: Ts<QuantizeOptions>,
    #[wasm_bindgen(unchecked_param_type = "(bytes: Uint8Array<ArrayBuffer>) => void")] write: Function,
    #[wasm_bindgen(unchecked_param_type = "(progress: LoadProgress) => void")] each: Function,
) -> Result<Ts<QuantizedFacts>, JsValue> {
    let QuantizeOptions { types, pure, name } = read(&options)?;
    let types = Mixture::all().find(|known| known.name().eq_ignore_ascii_case(&types)).ok_or_else(|| {
        let names: Vec<&str> = Mixture::all().map(Mixture::name).collect();
        coded(ErrorCode::InvalidArgument, &format!("types is {types:?}; it must be one of {}", names.join(", ")))
    })?;
    let options = kinglet::QuantizeOptions { types, pure: pure.unwrap_or(false), name, on_progress: told(each) };
    let files = PageSource::new(files);
    let written = async {
        let quantizer = Quantizer::open(&files.source(), &options).await?;
        quantizer.write(&mut io::BufWriter::with_capacity(PIECE_BYTES, Sink(write))).await
    };
    sent(&QuantizedFacts::from(written.await.map_err(|error| files.error(error))?))
}

/// What JavaScript gets at a time.
const PIECE_BYTES: usize = 4 << 20;

/// A function that keeps what it is given.
struct Sink(Function);

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let copied = Uint8Array::from(bytes);
        self.0.call1(&JsValue::NULL, &copied).map_err(|thrown| io::Error::other(format!("{thrown:?}")))?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
