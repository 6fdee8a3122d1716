//! A position in the first bytes of a file whose length is known.

use super::value::ValueType;
use crate::number::wide;

/// Arrays in arrays may be this deep; llama.cpp writes none at all.
pub(crate) const DEEPEST: u32 = 4;

/// Why reading cannot go on.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Stop {
    /// The file goes on, and this many of its bytes are needed.
    Need(u64),
    /// The file ends, and this many bytes would be needed.
    Cut(u64),
    /// A value's type has no meaning.
    Type(u32),
    /// Arrays are too deep.
    Deep,
    /// A flag is neither true nor false.
    Flag(u8),
}

#[derive(Clone)]
pub(crate) struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
    size: u64,
}

impl<'a> Cursor<'a> {
    /// Stands at byte `at` of `bytes`, which begin a file of `size` bytes.
    pub(crate) fn new(bytes: &'a [u8], at: usize, size: u64) -> Cursor<'a> {
        Cursor { bytes, at, size }
    }

    /// A cursor over bytes that are all there is.
    pub(crate) fn over(bytes: &'a [u8]) -> Cursor<'a> {
        Cursor { bytes, at: 0, size: wide(bytes.len()) }
    }

    /// The same bytes from an earlier place.
    pub(crate) fn back_at(&self, at: usize) -> Cursor<'a> {
        Cursor { at, ..self.clone() }
    }

    pub(crate) fn at(&self) -> usize {
        self.at
    }

    /// Where the next `length` bytes end, if they are here.
    fn end(&self, length: u64) -> Result<usize, Stop> {
        let end = wide(self.at).saturating_add(length);
        match usize::try_from(end) {
            _ if end > self.size => Err(Stop::Cut(end)),
            Ok(place) if place <= self.bytes.len() => Ok(place),
            _ => Err(Stop::Need(end)),
        }
    }

    /// The next bytes.
    pub(crate) fn take(&mut self, length: u64) -> Result<&'a [u8], Stop> {
        let end = self.end(length)?;
        // The end was just checked, and no position lies beyond it.
        let taken = self.bytes.get(self.at..end).unwrap_or_default();
        self.at = end;
        Ok(taken)
    }

    pub(crate) fn u32(&mut self) -> Result<u32, Stop> {
        Ok(u32::from_le_bytes(self.array()?))
    }

    pub(crate) fn u64(&mut self) -> Result<u64, Stop> {
        Ok(u64::from_le_bytes(self.array()?))
    }

    /// The next `N` bytes, as a value of that length is stored.
    pub(crate) fn array<const N: usize>(&mut self) -> Result<[u8; N], Stop> {
        let bytes = self.take(wide(N))?;
        // Taken with that length.
        Ok(bytes.first_chunk().copied().unwrap_or([0; N]))
    }

    /// The next text, with its length before it.
    pub(crate) fn text(&mut self) -> Result<&'a [u8], Stop> {
        let length = self.u64()?;
        self.take(length)
    }

    /// The number of a type of values.
    pub(crate) fn value_type(&mut self) -> Result<ValueType, Stop> {
        let id = self.u32()?;
        ValueType::from_id(id).ok_or(Stop::Type(id))
    }

    /// Goes over a value, whose parts are checked on the way.
    pub(crate) fn skip_value(&mut self, kind: ValueType) -> Result<(), Stop> {
        self.skip(kind, DEEPEST)
    }

    fn skip(&mut self, kind: ValueType, deeper: u32) -> Result<(), Stop> {
        match kind {
            ValueType::Text => self.text().map(drop),
            ValueType::Array => {
                let deeper = deeper.checked_sub(1).ok_or(Stop::Deep)?;
                let (kind, count) = (self.value_type()?, self.u64()?);
                let varied = matches!(kind, ValueType::Text | ValueType::Array);
                // At least so many bytes follow: a count that lies ends here, and an honest one asks for them at once.
                let least = count.saturating_mul(wide(kind.least_bytes()));
                if varied {
                    self.end(least)?;
                    for _ in 0..count {
                        self.skip(kind, deeper)?;
                    }
                    return Ok(());
                }
                let bytes = self.take(least)?;
                match bytes.iter().find(|byte| kind == ValueType::Flag && **byte > 1) {
                    Some(byte) => Err(Stop::Flag(*byte)),
                    None => Ok(()),
                }
            }
            fixed => match *self.take(wide(fixed.least_bytes()))? {
                [byte] if fixed == ValueType::Flag && byte > 1 => Err(Stop::Flag(byte)),
                _ => Ok(()),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_needed_is_told_from_what_is_not_there() {
        let mut cursor = Cursor::new(&[1, 0, 0, 0, 9], 0, 12);
        assert_eq!(cursor.u32(), Ok(1));
        assert_eq!(cursor.u32(), Err(Stop::Need(8)));
        assert_eq!(cursor.u64(), Err(Stop::Need(12)));
        assert_eq!(cursor.take(9), Err(Stop::Cut(13)));
        assert_eq!(cursor.take(u64::MAX), Err(Stop::Cut(u64::MAX)));
        assert_eq!(cursor.take(1), Ok(&[9][..]));
        assert_eq!(cursor.at(), 5);
    }

    #[test]
    fn counts_are_checked_before_their_elements() {
        let array = |kind: u32, count: u64| [&kind.to_le_bytes()[..], &count.to_le_bytes()].concat();
        for kind in 0..=12 {
            let bytes = array(kind, 1 << 60);
            let stop = Cursor::over(&bytes).skip_value(ValueType::Array).unwrap_err();
            assert!(matches!(stop, Stop::Cut(end) if end > 1 << 60), "{kind}: {stop:?}");
            // An honest count asks for all that it must be.
            let stop = Cursor::new(&bytes, 0, u64::MAX).skip_value(ValueType::Array).unwrap_err();
            assert!(matches!(stop, Stop::Need(end) if end > 1 << 60), "{kind}: {stop:?}");
        }
        assert_eq!(Cursor::over(&array(13, 1)).skip_value(ValueType::Array), Err(Stop::Type(13)));
    }

    #[test]
    fn arrays_nest_to_a_depth() {
        let nested = |depth: u32| {
            let mut bytes = Vec::new();
            for _ in 1..depth {
                bytes.extend([9, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0]);
            }
            bytes.extend([7, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1]);
            bytes
        };
        assert_eq!(Cursor::over(&nested(DEEPEST)).skip_value(ValueType::Array), Ok(()));
        assert_eq!(Cursor::over(&nested(DEEPEST + 1)).skip_value(ValueType::Array), Err(Stop::Deep));
        assert_eq!(Cursor::over(&nested(100_000)).skip_value(ValueType::Array), Err(Stop::Deep));
    }
}
