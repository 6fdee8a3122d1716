use kinglet::{Bytes, Source};
use tsify::Ts;
use wasm_bindgen::prelude::*;

use crate::{
    LoadOptions,
    error::{ErrorCode, coded},
    options::read,
};

/// The files of a model while they arrive, piece by piece.
#[wasm_bindgen]
#[derive(Debug)]
pub struct ModelFiles {
    options: kinglet::LoadOptions,
    files: Vec<(String, Vec<u8>)>,
}

#[wasm_bindgen]
impl ModelFiles {
    /// No files yet. How the model is to be loaded is checked now: they can take long to arrive.
    #[wasm_bindgen(constructor)]
    pub fn new(options: Ts<LoadOptions>) -> Result<ModelFiles, JsValue> {
        Ok(ModelFiles { options: read::<LoadOptions>(&options)?.into(), files: Vec::new() })
    }

    /// Begins a file. `bytes` is its size where it is known, else 0.
    pub fn begin(&mut self, name: String, bytes: usize) -> Result<(), JsValue> {
        let mut file = Vec::new();
        reserve(&mut file, &name, bytes)?;
        self.files.push((name, file));
        Ok(())
    }

    /// Adds to the file that was begun last.
    pub fn append(&mut self, piece: &js_sys::Uint8Array) -> Result<(), JsValue> {
        let Some((name, file)) = self.files.last_mut() else {
            return Err(coded(ErrorCode::InvalidArgument, "no file was begun"));
        };
        let (start, length) = (file.len(), piece.length() as usize);
        if file.capacity() - start < length {
            // Doubling, as `Vec` does, but without a panic where memory ends.
            reserve(file, name, length.max(start))?;
        }
        file.resize(start + length, 0);
        piece.copy_to(&mut file[start..]);
        Ok(())
    }
}

impl ModelFiles {
    pub(crate) fn into_parts(self) -> (Source, kinglet::LoadOptions) {
        let files = self.files.into_iter().map(|(name, file)| (name, Bytes::from(file)));
        (Source::memory(files.collect()), self.options)
    }
}

fn reserve(file: &mut Vec<u8>, name: &str, bytes: usize) -> Result<(), JsValue> {
    file.try_reserve_exact(bytes).map_err(|_| {
        let message = format!("out of memory: no room for {bytes} bytes of {name}; a page has 4 GiB at most");
        coded(ErrorCode::OutOfMemory, &message)
    })
}
