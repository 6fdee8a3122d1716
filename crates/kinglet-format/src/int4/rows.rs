//! From the tensors of a matrix to its rows.

use std::ops::Range;

use kinglet_tensor::{Bytes, DType};

use super::{
    Int4Error,
    codes::{TILE_ROWS, TILE_WORDS, Tile, WORD},
    matrix::Matrix,
    recent::RUN_BYTES,
};
use crate::{FormatError, Source, number::wide};

/// Bytes of codes that are read at a time from far away.
const SLAB_BYTES: usize = 4 << 20;
/// Rows that are made together: their codes side by side fill lines of a cache.
const STRIP_ROWS: usize = 64;
/// Bytes of a block's scale and zero.
const HEAD: usize = 3;

impl Matrix {
    /// The bytes of these rows in the matrix's type. A source far away is read in long runs, each tensor from its begin to
    /// its end, and the rows of a run are kept until they are asked for.
    pub(crate) async fn read_rows(&self, source: &Source, rows: Range<usize>) -> Result<Bytes, FormatError> {
        if source.in_memory() || rows.is_empty() {
            return Ok(self.make(source, &rows).await?.into());
        }
        let turn = self.recent.turn().await;
        if let Some(bytes) = turn.take(&self.module, &rows) {
            return Ok(bytes);
        }
        let row_bytes = self.row_bytes();
        let with_groups = row_bytes + self.groups * size_of::<(f32, f32)>();
        let run = rows.start..rows.end.max(rows.start + RUN_BYTES / with_groups).min(self.rows);
        turn.make_room(&self.module);
        let bytes = Bytes::from(self.make(source, &run).await?);
        let wanted = bytes.slice(0..rows.len() * row_bytes).unwrap_or_else(|| bytes.clone());
        if rows.end < run.end {
            turn.keep(&self.module, run, row_bytes, bytes);
        }
        Ok(wanted)
    }

    fn row_bytes(&self) -> usize {
        self.dtype().row_bytes(self.width).unwrap_or(0)
    }

    async fn make(&self, source: &Source, rows: &Range<usize>) -> Result<Vec<u8>, FormatError> {
        let groups = Groups::read(self, source, rows).await?;
        let mut made = vec![0; rows.len() * self.row_bytes()];
        let (mut numbers, mut columns) = (Vec::new(), Vec::new());
        match self.is_decoded() {
            true => (numbers, columns) = (groups.numbers(), self.column_groups(source).await?),
            false => self.put_groups(&groups, &mut made),
        }
        // Eight columns of all rows.
        let stride = self.rows * 4;
        let words = self.width.div_ceil(WORD);
        let at_once = match source.in_memory() {
            true => words,
            false => (SLAB_BYTES / stride).max(1),
        };
        let slab = at_once.next_multiple_of(TILE_WORDS);
        for first in (0..words).step_by(slab) {
            let last = (first + slab).min(words);
            let place = |word: usize| wide(word).saturating_mul(wide(stride)).saturating_add(self.codes.range.start);
            let end = place(last).min(self.codes.range.end);
            let codes = source.read(&self.codes.file, place(first)..end).await?;
            let slab = Slab { codes: &codes, stride, words: first..last };
            match self.is_decoded() {
                true => self.put_values(&slab, rows, &numbers, &columns, &mut made),
                false => self.put_codes(&slab, rows, &mut made),
            }
        }
        Ok(made)
    }

    /// Calls for each tile of a slab that has wanted rows: with its rows among those wanted, the first of its words and
    /// how many there are, and the tile. Tiles come by strips of rows.
    fn each_tile(
        &self,
        slab: &Slab<'_>,
        rows: &Range<usize>,
        mut each: impl FnMut(Range<usize>, Range<usize>, &[[u32; TILE_WORDS]]),
    ) {
        let mut tile: Tile = [[0; TILE_WORDS]; TILE_ROWS];
        let begin = rows.start / TILE_ROWS * TILE_ROWS;
        for strip in (begin..rows.end).step_by(STRIP_ROWS) {
            for word in slab.words.clone().step_by(TILE_WORDS) {
                let words = word..(word + TILE_WORDS).min(slab.words.end);
                let codes = slab.codes.get((word - slab.words.start) * slab.stride..).unwrap_or_default();
                for row in (strip..(strip + STRIP_ROWS).min(rows.end)).step_by(TILE_ROWS) {
                    self.method.tile(codes, slab.stride, row, words.len(), &mut tile);
                    let (start, end) = (row.max(rows.start), (row + TILE_ROWS).min(rows.end));
                    let wanted = tile.get(start - row..end - row).unwrap_or_default();
                    each(start - rows.start..end - rows.start, words.clone(), wanted);
                }
            }
        }
    }

    /// Scale and zero of every block.
    fn put_groups(&self, groups: &Groups, made: &mut [u8]) {
        let (dtype, row_bytes) = (self.dtype(), self.row_bytes());
        // The blocks of the last group may be fewer.
        let blocks = self.group().div_ceil(dtype.block_elements());
        for (made, heads) in made.chunks_exact_mut(row_bytes).zip(groups.heads.chunks_exact(self.groups)) {
            for (made, head) in made.chunks_mut(blocks * dtype.block_bytes()).zip(heads) {
                for block in made.chunks_exact_mut(dtype.block_bytes()) {
                    block.iter_mut().zip(head).for_each(|(to, from)| *to = *from);
                }
            }
        }
    }

    /// The codes of a slab.
    fn put_codes(&self, slab: &Slab<'_>, rows: &Range<usize>, made: &mut [u8]) {
        let (dtype, row_bytes) = (self.dtype(), self.row_bytes());
        let (block_words, block_bytes) = (dtype.block_elements() / WORD, dtype.block_bytes());
        self.each_tile(slab, rows, |rows, words, tile| {
            for (row, codes) in rows.zip(tile) {
                let first = row * row_bytes + words.start / block_words * block_bytes;
                let blocks = made.get_mut(first..).unwrap_or_default().chunks_exact_mut(block_bytes);
                let codes = codes.get(..words.len()).unwrap_or_default();
                for (block, codes) in blocks.zip(codes.chunks(block_words)) {
                    let places = block.get_mut(HEAD..).unwrap_or_default().as_chunks_mut().0;
                    places.iter_mut().zip(codes).for_each(|(place, code)| *place = code.to_le_bytes());
                }
            }
        });
    }

    /// What the codes of a slab stand for. `columns` has the group of each column.
    fn put_values(
        &self,
        slab: &Slab<'_>,
        rows: &Range<usize>,
        groups: &[(f32, f32)],
        columns: &[usize],
        made: &mut [u8],
    ) {
        let (row_bytes, mut bytes) = (self.row_bytes(), Vec::new());
        self.each_tile(slab, rows, |rows, words, tile| {
            let first = words.start * WORD;
            let columns = columns.get(first..(words.end * WORD).min(self.width)).unwrap_or_default();
            for (row, codes) in rows.zip(tile) {
                let groups = groups.get(row * self.groups..(row + 1) * self.groups).unwrap_or_default();
                let mut values = [0.0; TILE_WORDS * WORD];
                for ((values, columns), code) in values.chunks_mut(WORD).zip(columns.chunks(WORD)).zip(codes) {
                    let [a, b, c, d] = code.to_le_bytes();
                    let codes = [a & 15, b & 15, c & 15, d & 15, a >> 4, b >> 4, c >> 4, d >> 4];
                    for ((value, &group), code) in values.iter_mut().zip(columns).zip(codes) {
                        let (scale, zero) = groups.get(group).copied().unwrap_or_default();
                        *value = scale * (f32::from(code) - zero);
                    }
                }
                bytes.clear();
                self.dtype().encode(values.get(..columns.len()).unwrap_or_default(), &mut bytes);
                let place = row * row_bytes + first * self.dtype().block_bytes();
                let place = made.get_mut(place..).unwrap_or_default();
                place.iter_mut().zip(&bytes).for_each(|(to, from)| *to = *from);
            }
        });
    }
}

/// Codes of some columns of all rows.
struct Slab<'c> {
    codes: &'c [u8],
    /// Bytes of eight columns.
    stride: usize,
    /// Which columns, in eights.
    words: Range<usize>,
}

/// Scales and zeros of some rows: those of a row's groups one after another.
struct Groups {
    /// A scale in f16 and a zero.
    heads: Vec<[u8; HEAD]>,
}

impl Groups {
    async fn read(matrix: &Matrix, source: &Source, rows: &Range<usize>) -> Result<Groups, FormatError> {
        let (scales, dtype) = &matrix.scales;
        let scales = source.read(&scales.file, scales.range.clone()).await?;
        let zeros = source.read(&matrix.zeros.file, matrix.zeros.range.clone()).await?;
        let scale_bytes = dtype.block_bytes();
        let mut heads = vec![[0; HEAD]; rows.len() * matrix.groups];
        let mut halves = Vec::new();
        let lines = scales.chunks_exact(matrix.rows * scale_bytes).zip(zeros.chunks_exact(matrix.rows / 2));
        for (group, (scales, zeros)) in lines.enumerate() {
            halves.clear();
            let scales = scales.get(rows.start * scale_bytes..rows.end * scale_bytes).unwrap_or_default();
            to_halves(*dtype, scales, &mut halves).map_err(|why| matrix.wrong(why))?;
            let heads = heads.iter_mut().skip(group).step_by(matrix.groups);
            for ((head, half), row) in heads.zip(halves.as_chunks::<2>().0).zip(rows.clone()) {
                let place = row / WORD * WORD + matrix.method.zero_place(row);
                let byte = zeros.get(place / 2).copied().unwrap_or_default();
                let zero = if place.is_multiple_of(2) { byte & 15 } else { byte >> 4 };
                *head = [half[0], half[1], zero + matrix.method.zero_offset()];
            }
        }
        Ok(Groups { heads })
    }

    /// The same as numbers.
    fn numbers(&self) -> Vec<(f32, f32)> {
        let number = |[low, high, zero]: &[u8; HEAD]| {
            let mut scale = [0.0];
            DType::F16.decode(&[*low, *high], &mut scale);
            (scale[0], f32::from(*zero))
        };
        self.heads.iter().map(number).collect()
    }
}

/// Scales as f16, all of them finite. What bf16 has a place for stays the same, unless it is below 2^-17.
fn to_halves(dtype: DType, scales: &[u8], halves: &mut Vec<u8>) -> Result<(), Int4Error> {
    let width = scales.len() / dtype.block_bytes();
    dtype.convert_rows(scales, width, DType::F16, halves);
    // All bits of the exponent.
    let bad = halves.as_chunks().0.iter().position(|[_, high]| high & 0x7c == 0x7c);
    match bad {
        Some(index) => {
            let (mut value, at) = ([0.0], index * dtype.block_bytes());
            dtype.decode(scales.get(at..).unwrap_or_default(), &mut value);
            Err(Int4Error::Scale { value: value[0] })
        }
        None => Ok(()),
    }
}
