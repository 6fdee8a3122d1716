//! Files that the caller holds.

use std::{future::ready, ops::Range};

use kinglet_tensor::Bytes;

use super::{Files, Reading, missing, part};
use crate::number::wide;

#[derive(Debug)]
pub(super) struct Memory {
    files: Vec<(String, Bytes)>,
}

impl Memory {
    pub(super) fn new(files: Vec<(String, Bytes)>) -> Memory {
        Memory { files }
    }

    fn find(&self, file: &str) -> Option<&Bytes> {
        self.files.iter().find(|(name, _)| name == file).map(|(_, bytes)| bytes)
    }
}

impl Files for Memory {
    fn size<'a>(&'a self, file: &'a str) -> Reading<'a, Option<u64>> {
        Box::pin(ready(Ok(self.find(file).map(|bytes| wide(bytes.len())))))
    }

    fn read<'a>(&'a self, file: &'a str, range: Range<u64>) -> Reading<'a, Bytes> {
        let bytes = self.find(file).ok_or_else(|| missing(file, self.place()));
        Box::pin(ready(bytes.and_then(|bytes| part(file, bytes, range))))
    }

    fn list(&self) -> Reading<'_, Option<Vec<String>>> {
        Box::pin(ready(Ok(Some(self.files.iter().map(|(name, _)| name.clone()).collect()))))
    }

    fn place(&self) -> String {
        "the files given".to_owned()
    }

    fn in_memory(&self) -> bool {
        true
    }
}
