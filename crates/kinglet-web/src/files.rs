//! Files that JavaScript reads: from a server, or from what the page holds.

use std::{cell::RefCell, ops::Range, rc::Rc, sync::Arc};

use js_sys::{Array, Uint8Array};
use kinglet::{Bytes, Error, Files, FormatError, Reading, Source};
use wasm_bindgen::prelude::*;

use crate::error::{ErrorCode, coded, thrown};

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = r#"
/** The files of a model, whose bytes are asked for range by range. What they throw, a load throws. */
export interface Files {
  /** Where they are, for messages. */
  readonly place: string;
  /** The weight file to use, where one was named. */
  readonly weights: string | null;
  /** The length of a file, or null where there is none of this name. */
  size(name: string): Promise<number | null>;
  /** The bytes from `start` to `end`, all of them. */
  read(name: string, start: number, end: number): Promise<Uint8Array>;
  /** The names of all files, or null where that cannot be known. */
  list(): Promise<string[] | null>;
}
"#;

#[wasm_bindgen]
extern "C" {
    /// The files of a model, as JavaScript hands them over.
    #[wasm_bindgen(typescript_type = "Files")]
    #[derive(Clone, Debug)]
    pub type PageFiles;

    #[wasm_bindgen(method, getter)]
    fn place(this: &PageFiles) -> String;

    #[wasm_bindgen(method, getter)]
    fn weights(this: &PageFiles) -> Option<String>;

    #[wasm_bindgen(method, catch)]
    async fn size(this: &PageFiles, name: &str) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, catch)]
    async fn read(this: &PageFiles, name: &str, start: f64, end: f64) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, catch)]
    async fn list(this: &PageFiles) -> Result<JsValue, JsValue>;
}

/// A source of the engine over the page's files. The engine knows errors as text; what was thrown is kept here.
#[derive(Clone, Debug)]
pub(crate) struct PageSource {
    files: PageFiles,
    thrown: Rc<RefCell<Option<JsValue>>>,
}

impl PageSource {
    pub(crate) fn new(files: PageFiles) -> PageSource {
        PageSource { files, thrown: Rc::default() }
    }

    #[expect(clippy::arc_with_non_send_sync, reason = "sources are shared by threads where there are some")]
    pub(crate) fn source(&self) -> Source {
        let source = Source::new(Arc::new(self.clone()));
        match self.files.weights() {
            Some(file) => source.with_weights(file),
            None => source,
        }
    }

    /// The error as JavaScript should have it: its own, where a read threw one.
    pub(crate) fn error(&self, error: Error) -> JsValue {
        let own = self.thrown.take().filter(|_| matches!(error, Error::Format(FormatError::Read { .. })));
        own.unwrap_or_else(|| thrown(error))
    }

    fn failed(&self, file: &str, thrown: JsValue) -> FormatError {
        let why =
            thrown.dyn_ref().map_or_else(|| format!("{thrown:?}"), |error: &js_sys::Error| error.message().into());
        self.thrown.borrow_mut().get_or_insert(thrown);
        FormatError::Read { path: file.to_owned(), why }
    }

    fn bytes(&self, file: &str, given: &JsValue) -> Result<Bytes, FormatError> {
        let Some(array) = given.dyn_ref::<Uint8Array>() else {
            return Err(FormatError::Read { path: file.to_owned(), why: "what came is no Uint8Array".to_owned() });
        };
        let length = array.length() as usize;
        let mut bytes = Vec::new();
        bytes.try_reserve_exact(length).map_err(|_| {
            let message = format!("out of memory: no room for {length} bytes of {file}");
            self.failed(file, coded(ErrorCode::OutOfMemory, &message))
        })?;
        bytes.resize(length, 0);
        array.copy_to(&mut bytes);
        Ok(bytes.into())
    }
}

impl Files for PageSource {
    fn size<'a>(&'a self, file: &'a str) -> Reading<'a, Option<u64>> {
        Box::pin(async move {
            let size = self.files.size(file).await.map_err(|thrown| self.failed(file, thrown))?;
            Ok(size.as_f64().map(|size| size as u64))
        })
    }

    fn read<'a>(&'a self, file: &'a str, range: Range<u64>) -> Reading<'a, Bytes> {
        Box::pin(async move {
            let given = self.files.read(file, range.start as f64, range.end as f64).await;
            self.bytes(file, &given.map_err(|thrown| self.failed(file, thrown))?)
        })
    }

    fn list(&self) -> Reading<'_, Option<Vec<String>>> {
        Box::pin(async {
            let place = self.files.place();
            let names = self.files.list().await.map_err(|thrown| self.failed(&place, thrown))?;
            Ok(names.dyn_ref().map(|names: &Array| names.iter().filter_map(|name| name.as_string()).collect()))
        })
    }

    fn place(&self) -> String {
        self.files.place()
    }
}
