use crate::TextError;

/// SentencePiece's table of characters to replace before anything else: a trie in an array, whose leaves point at
/// texts that end in zero.
///
/// A unit of the trie has its label in the low byte and bit 31 (bit 31 says that it is a leaf, whose other bits are
/// where the text begins), in bit 8 whether a leaf follows, and in bits 10 to 30 how far its children are, in units or,
/// where bit 9 is set, in 256 of them.
#[derive(Debug, Default)]
pub(crate) struct Charsmap {
    units: Vec<u32>,
    texts: Vec<u8>,
}

impl Charsmap {
    /// Reads the table: how many bytes the trie has, the trie, the texts.
    pub(crate) fn new(bytes: &[u8]) -> Result<Charsmap, TextError> {
        let wrong = || TextError::vocabulary("has a precompiled_charsmap that is cut off");
        if bytes.is_empty() {
            return Ok(Charsmap::default());
        }
        let (length, rest) = bytes.split_first_chunk().ok_or_else(wrong)?;
        let length = usize::try_from(u32::from_le_bytes(*length)).map_err(|_| wrong())?;
        let (units, texts) = rest.split_at_checked(length).ok_or_else(wrong)?;
        let units = units.as_chunks().0.iter().map(|unit| u32::from_le_bytes(*unit)).collect();
        Ok(Charsmap { units, texts: texts.to_owned() })
    }

    /// The longest beginning of the text that is replaced: its length, and by what.
    pub(crate) fn replace(&self, text: &str) -> Option<(usize, &str)> {
        let unit = |index: usize| self.units.get(index).copied();
        let children = |unit: u32| usize::try_from((unit >> 10) << ((unit & (1 << 9)) >> 6)).unwrap_or(usize::MAX);
        let mut index = children(unit(0)?);
        let mut found = None;
        // Zero ends a text and is in none.
        for (place, &byte) in text.as_bytes().iter().enumerate().take_while(|(_, byte)| **byte != 0) {
            index ^= usize::from(byte);
            let Some(node) = unit(index).filter(|node| node & (1 << 31 | 0xff) == u32::from(byte)) else { break };
            index ^= children(node);
            if node & (1 << 8) != 0 {
                found = unit(index).map(|leaf| (place + 1, leaf & !(1 << 31)));
            }
        }
        let (length, start) = found?;
        let text = self.texts.get(usize::try_from(start).ok()?..)?;
        let end = text.iter().position(|&byte| byte == 0)?;
        Some((length, str::from_utf8(text.get(..end)?).ok()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A table with one entry: "A" becomes "bc".
    fn table() -> Vec<u8> {
        let mut units = vec![0u32; 512];
        units[0] = 256 << 10;
        units[256 ^ 0x41] = 0x41 | 1 << 8 | 0x41 << 10;
        // The children of that unit are 0x41 from it: its leaf has the label zero.
        units[(256 ^ 0x41) ^ 0x41] = 1 << 31 | 1;
        let mut bytes = 2048u32.to_le_bytes().to_vec();
        bytes.extend(units.iter().flat_map(|unit| unit.to_le_bytes()));
        bytes.extend(b"\0bc\0");
        bytes
    }

    #[test]
    fn texts_are_replaced() {
        let map = Charsmap::new(&table()).unwrap();
        assert_eq!(map.replace("Ax"), Some((1, "bc")));
        assert_eq!(map.replace("x"), None);
        assert_eq!(map.replace(""), None);
        assert_eq!(Charsmap::default().replace("A"), None);
    }

    #[test]
    fn broken_tables_replace_nothing() {
        let whole = table();
        for end in 0..whole.len() {
            if let Ok(map) = Charsmap::new(&whole[..end]) {
                assert!(map.replace("A").is_none_or(|found| found == (1, "bc")), "{end}");
            }
        }
        let mut far = whole.clone();
        far[4 + 4 * 256..][..4].copy_from_slice(&u32::MAX.to_le_bytes());
        assert_eq!(Charsmap::new(&far).unwrap().replace("A"), None);
        assert!(Charsmap::new(&[1, 2]).is_err());
    }
}
