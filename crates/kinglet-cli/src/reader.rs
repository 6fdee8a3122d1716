//! A text that is read a part at a time.

use std::{
    fs::File,
    io::{self, ErrorKind, IsTerminal, Read},
    path::Path,
};

use crate::error::CliError;

/// Bytes that are asked for at once.
const PART: usize = 1 << 16;

/// Reads UTF-8 from a file or from standard input.
pub(crate) struct TextReader<R> {
    /// Where from, for messages.
    place: String,
    from: R,
    /// The beginning of a character.
    held: Vec<u8>,
    /// How many bytes are before it.
    offset: u64,
}

/// The file, or standard input where there is none or it is `-`.
pub(crate) fn open(file: Option<&Path>) -> Result<TextReader<Box<dyn Read>>, CliError> {
    let (place, from): (String, Box<dyn Read>) = match file.filter(|file| *file != Path::new("-")) {
        Some(file) => {
            let open = File::open(file);
            let open = open.map_err(|error| CliError::Usage(format!("cannot read {}: {error}", file.display())))?;
            (file.display().to_string(), Box::new(open))
        }
        None if file.is_none() && io::stdin().is_terminal() => {
            return Err(CliError::Usage("there is no text: name a file, or give it on standard input".to_owned()));
        }
        None => ("standard input".to_owned(), Box::new(io::stdin().lock())),
    };
    Ok(TextReader { place, from, held: Vec::new(), offset: 0 })
}

impl<R: Read> TextReader<R> {
    /// The next part; none at the end.
    pub(crate) fn next(&mut self) -> Result<Option<String>, CliError> {
        loop {
            let known = self.held.len();
            self.held.resize(known + PART, 0);
            let read = self.from.read(&mut self.held[known..]);
            self.held.truncate(known + read.as_ref().copied().unwrap_or(0));
            match read {
                Ok(0) if known == 0 => return Ok(None),
                // The text ends within a character.
                Ok(0) => return Err(self.invalid(0)),
                Ok(_) => {}
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => return Err(CliError::Usage(format!("cannot read {}: {error}", self.place))),
            }
            let text = self.whole()?;
            if !text.is_empty() {
                return Ok(Some(text));
            }
        }
    }

    /// Takes the characters that are there as a whole.
    fn whole(&mut self) -> Result<String, CliError> {
        let valid = match str::from_utf8(&self.held) {
            Ok(text) => text.len(),
            Err(error) if error.error_len().is_some() => return Err(self.invalid(error.valid_up_to())),
            Err(error) => error.valid_up_to(),
        };
        let rest = self.held.split_off(valid);
        self.offset += valid as u64;
        let whole = std::mem::replace(&mut self.held, rest);
        String::from_utf8(whole).map_err(|_| self.invalid(0))
    }

    fn invalid(&self, at: usize) -> CliError {
        CliError::Usage(format!("{} is not UTF-8 at byte {}", self.place, self.offset + at as u64))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives a byte at a time.
    struct Slow<'a>(&'a [u8]);

    impl Read for Slow<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let count = self.0.len().min(1);
            buffer[..count].copy_from_slice(&self.0[..count]);
            self.0 = &self.0[count..];
            Ok(count)
        }
    }

    fn read(bytes: &[u8]) -> Result<String, String> {
        let mut reader = TextReader { place: "x".to_owned(), from: Slow(bytes), held: Vec::new(), offset: 0 };
        let mut whole = String::new();
        while let Some(part) = reader.next().map_err(|error| error.to_string())? {
            whole += &part;
        }
        Ok(whole)
    }

    #[test]
    fn characters_stay_whole_and_what_is_none_has_a_place() {
        assert_eq!(read("aü東🦜".as_bytes()).unwrap(), "aü東🦜");
        assert_eq!(read(b"").unwrap(), "");
        assert_eq!(read(b"ab\xffc").unwrap_err(), "x is not UTF-8 at byte 2");
        assert_eq!(read(b"\xc3\xbc\xc3").unwrap_err(), "x is not UTF-8 at byte 2");
    }
}
