//! Codes as the files hold them and as kernels read them. Both have eight to a word; a kernel's word has those of eight
//! elements of one row, four in the lower halves of its bytes and four in the upper.

use super::settings::Method;

/// Elements of a row that a word holds.
pub(super) const WORD: usize = 8;
/// Rows and words of a tile.
pub(super) const TILE_ROWS: usize = 8;
pub(super) const TILE_WORDS: usize = 16;

/// A word for each row and each eight columns.
pub(super) type Tile = [[u32; TILE_WORDS]; TILE_ROWS];

/// The element at each place of a kernel's word, from the lowest nibble on.
const ELEMENTS: [usize; WORD] = [0, 4, 1, 5, 2, 6, 3, 7];
/// The place of each element, and the row at each place of AWQ's words.
pub(super) const PLACES: [usize; WORD] = [0, 2, 4, 6, 1, 3, 5, 7];

impl Method {
    /// Where a row's zero is in a word of eight.
    pub(super) fn zero_place(self, row: usize) -> usize {
        match self {
            Method::Gptq { .. } => row % WORD,
            Method::Awq => ELEMENTS[row % WORD],
        }
    }

    /// What is added to a zero as it is stored.
    pub(super) fn zero_offset(self) -> u8 {
        match self {
            Method::Gptq { zero_offset } => zero_offset,
            Method::Awq => 0,
        }
    }

    /// Takes the words of eight rows, from one whose number is a multiple of eight, and of some columns. `codes` begins
    /// with those of the first of them; eight columns have `stride` bytes. What is beyond its end is zero.
    pub(super) fn tile(self, codes: &[u8], stride: usize, row: usize, words: usize, tile: &mut Tile) {
        match self {
            Method::Gptq { .. } => {
                for (word, codes) in codes.chunks(stride.max(1)).take(words).enumerate() {
                    let rows = codes.get(4 * row..).and_then(|codes| codes.first_chunk()).unwrap_or(&[0; 32]);
                    for (to, bytes) in tile.iter_mut().zip(rows.as_chunks().0) {
                        to[word] = to_kernel(u32::from_le_bytes(*bytes));
                    }
                }
            }
            Method::Awq => {
                let column_stride = (stride / WORD).max(1);
                for (word, codes) in codes.chunks(stride.max(1)).take(words).enumerate() {
                    let at = |column: usize| codes.get(column * column_stride + row / 2..)?.first_chunk();
                    let mut columns = ELEMENTS.map(|column| at(column).map_or(0, |bytes| u32::from_le_bytes(*bytes)));
                    transpose(&mut columns);
                    for (row, codes) in PLACES.into_iter().zip(columns) {
                        tile[row][word] = codes;
                    }
                }
            }
        }
    }
}

/// From elements in their order to a kernel's word.
fn to_kernel(word: u32) -> u32 {
    let swapped = (word ^ word >> 8) & 0x0000_ff00;
    let word = word ^ swapped ^ swapped << 8;
    let swapped = (word ^ word >> 4) & 0x00f0_00f0;
    word ^ swapped ^ swapped << 4
}

/// Nibble `i` of word `j` becomes nibble `j` of word `i`.
fn transpose(words: &mut [u32; WORD]) {
    for (distance, mask) in [(4, 0x0000_ffff), (2, 0x00ff_00ff), (1, 0x0f0f_0f0f)] {
        for first in (0..WORD).filter(|word| word & distance == 0) {
            let swapped = (words[first] >> (4 * distance) ^ words[first + distance]) & mask;
            words[first + distance] ^= swapped;
            words[first] ^= swapped << (4 * distance);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nibble(word: u32, place: usize) -> u32 {
        word >> (4 * place) & 15
    }

    #[test]
    fn a_kernels_word_has_four_elements_in_lower_halves() {
        assert_eq!(to_kernel(0x7654_3210), 0x7362_5140);
        for element in 0..WORD {
            assert_eq!(ELEMENTS[PLACES[element]], element);
            assert_eq!(u32::try_from(element), Ok(nibble(to_kernel(0x7654_3210), PLACES[element])));
        }
    }

    #[test]
    fn nibbles_and_words_change_places() {
        let words = [3, 5, 7, 9, 11, 13, 15, 17].map(|odd| 0x9e37_79b9_u32.wrapping_mul(odd));
        let mut transposed = words;
        transpose(&mut transposed);
        for (i, transposed) in transposed.into_iter().enumerate() {
            for (j, word) in words.into_iter().enumerate() {
                assert_eq!(nibble(transposed, j), nibble(word, i));
            }
        }
    }
}
