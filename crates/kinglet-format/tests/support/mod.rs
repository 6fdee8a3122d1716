//! What the tests of this crate share: files that are far away, and everything that can be touched of a checkpoint.
#![allow(dead_code, reason = "each test uses a part of it")]

pub mod int4;

use std::{
    future::ready,
    ops::Range,
    sync::{Arc, Mutex},
};

use kinglet_format::{Checkpoint, Description, Files, FormatError, Metadata, Reading, Source, gguf::Value};
use kinglet_tensor::Bytes;
use pollster::block_on;

/// Files of which each read brings a copy, as over a network, and is counted.
#[derive(Debug)]
pub struct Far {
    files: Vec<(String, Bytes)>,
    pub reads: Mutex<Vec<Range<u64>>>,
}

impl Far {
    pub fn new(files: Vec<(String, Bytes)>) -> Arc<Far> {
        Arc::new(Far { files, reads: Mutex::default() })
    }

    fn find(&self, file: &str) -> Option<&Bytes> {
        self.files.iter().find(|(name, _)| name == file).map(|(_, bytes)| bytes)
    }
}

impl Files for Far {
    fn size<'a>(&'a self, file: &'a str) -> Reading<'a, Option<u64>> {
        Box::pin(ready(Ok(self.find(file).map(|bytes| bytes.len() as u64))))
    }

    fn read<'a>(&'a self, file: &'a str, range: Range<u64>) -> Reading<'a, Bytes> {
        self.reads.lock().unwrap().push(range.clone());
        let bytes = &self.find(file).unwrap()[range.start as usize..range.end as usize];
        Box::pin(ready(Ok(bytes.to_vec().into())))
    }

    fn list(&self) -> Reading<'_, Option<Vec<String>>> {
        Box::pin(ready(Ok(Some(self.files.iter().map(|(name, _)| name.clone()).collect()))))
    }

    fn place(&self) -> String {
        "far away".to_owned()
    }
}

/// Opens files in memory and far away, with the same result, and touches all that can be touched.
pub fn open(files: Vec<(String, Bytes)>) -> Result<Checkpoint, FormatError> {
    let near = block_on(Checkpoint::open(&Source::memory(files.clone())));
    let far = block_on(Checkpoint::open(&Source::new(Far::new(files))));
    match (&near, &far) {
        (Ok(near), Ok(far)) => touch(near, far),
        (Err(near), Err(far)) => {
            let (near, far) = (near.to_string(), far.to_string());
            assert_eq!(near.replace("the files given", "far away"), far);
            // Whatever a file's names are, it does not choose the form of our messages.
            assert!(near.len() < 1000 && !near.contains(['\n', '\r', '\u{1b}']), "{near:?}");
        }
        _ => panic!("{near:?} {far:?}"),
    }
    near
}

fn touch(near: &Checkpoint, far: &Checkpoint) {
    for (name, info) in near.tensors() {
        // The shape is right, so only an unknown type may be refused.
        match near.view(name, &info.shape) {
            Ok(view) => {
                let tensor = match block_on(view.read()) {
                    Err(FormatError::Scale { .. }) => continue,
                    tensor => tensor.unwrap(),
                };
                assert_eq!(tensor.bytes().len() as u64, info.bytes());
                tensor.row(0);
                let rows = info.shape.rows_and_width().0;
                let other = block_on(far.view(name, &info.shape).unwrap().read_rows(0..rows)).unwrap();
                assert_eq!(tensor.bytes(), &*other);
            }
            Err(error) => assert!(info.dtype.is_none(), "{name}: {error}"),
        }
        assert_eq!(block_on(near.bytes(name, &info.shape)).unwrap().len() as u64, info.bytes());
    }
    let _ = near.end_tokens();
    if let Description::Gguf(metadata) = near.description() {
        touch_metadata(metadata);
    }
}

pub fn touch_metadata(metadata: &Metadata) {
    for (key, value) in metadata.iter() {
        assert_eq!(metadata.get(key).map(|value| value.value_type()), Some(value.value_type()));
        let _ = (metadata.text(key), metadata.flag(key), metadata.token(key), metadata.array(key));
        let _ = (metadata.count(key, 1..=9), metadata.number(key, 0.0..=1.0));
        if let Ok(Some(texts)) = metadata.texts(key) {
            assert_eq!(texts.iter().count(), texts.len());
        }
        value.to_json();
        touch_value(value);
    }
}

fn touch_value(value: Value<'_>) {
    if let Value::Array(array) = value {
        assert_eq!(array.iter().count(), array.len());
        array.iter().for_each(touch_value);
    }
}
