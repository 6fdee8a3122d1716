//! From the bytes of model files to what kernels read: codes in the order in which `lib/codes.wgsl` unpacks them, scales
//! and odd bits apart. Each `lib/weights` file describes its own layout.

use kinglet_shaders::WeightFormat;

/// The rows of a chunk as kernels read them.
#[derive(Debug, Default)]
pub(crate) struct Packed {
    pub(crate) codes: Vec<u8>,
    pub(crate) scales: Vec<u8>,
}

/// Elements of a block that shares out its scales.
const SUPER: usize = 256;

impl Packed {
    pub(crate) fn clear(&mut self) {
        self.codes.clear();
        self.scales.clear();
    }

    /// Appends whole rows of `row_bytes` bytes each, as they lie in a file.
    pub(crate) fn rows(&mut self, format: WeightFormat, rows: &[u8], row_bytes: usize) {
        match format {
            WeightFormat::F32 | WeightFormat::F16 | WeightFormat::BF16 => {
                for row in rows.chunks_exact(row_bytes.max(1)) {
                    self.codes.extend_from_slice(row);
                    self.codes.resize(self.codes.len().next_multiple_of(format.block_bytes()), 0);
                }
            }
            WeightFormat::Q8_0 => self.blocks(rows, |packed, [d0, d1, codes @ ..]: &[u8; 34]| {
                packed.codes.extend_from_slice(codes);
                packed.scales.extend([d0, d1]);
            }),
            WeightFormat::Q4_0 | WeightFormat::IQ4_NL => {
                self.blocks(rows, |packed, [d0, d1, codes @ ..]: &[u8; 18]| {
                    packed.nibbles(&halves(codes));
                    packed.scales.extend([d0, d1]);
                });
            }
            WeightFormat::Q4_1 => self.blocks(rows, |packed, [d0, d1, m0, m1, codes @ ..]: &[u8; 20]| {
                packed.nibbles(&halves(codes));
                packed.scales.extend([d0, d1, m0, m1]);
            }),
            WeightFormat::Q5_0 => self.q5_0(rows),
            WeightFormat::Q5_1 => {
                self.blocks(rows, |packed, [d0, d1, m0, m1, h0, h1, h2, h3, codes @ ..]: &[u8; 24]| {
                    packed.nibbles(&halves(codes));
                    packed.scales.extend([h0, h1, h2, h3, d0, d1, m0, m1]);
                });
            }
            WeightFormat::Q2_K => self.blocks(rows, |packed, block: &[u8; 84]| {
                let (factors, codes, scale) = (&block[..16], &block[16..80], &block[80..]);
                packed.crumbs(&crumbs_of(codes));
                packed.scales.extend(scale);
                packed.scales.extend(factors);
            }),
            WeightFormat::Q3_K => self.blocks(rows, Packed::q3_k),
            WeightFormat::Q4_K => self.blocks(rows, |packed, block: &[u8; 144]| {
                packed.nibble_runs(&block[16..]);
                packed.scale_and_factors(&block[..4], &block[4..16]);
            }),
            WeightFormat::Q5_K => self.blocks(rows, |packed, block: &[u8; 176]| {
                packed.nibble_runs(&block[48..]);
                packed.scale_and_factors(&block[..4], &block[4..16]);
                let fifth = &block[16..48];
                (0..8).for_each(|run| packed.word(bits(fifth, run)));
            }),
            WeightFormat::Q6_K => self.blocks(rows, Packed::q6_k),
            WeightFormat::IQ4_XS => self.blocks(rows, |packed, block: &[u8; 136]| {
                block[8..].as_chunks().0.iter().for_each(|codes| packed.nibbles(&halves(codes)));
                packed.scales.extend(&block[..8]);
            }),
            WeightFormat::I4_G32 => self.int4::<19>(rows),
            WeightFormat::I4_G64 => self.int4::<35>(rows),
            WeightFormat::I4_G128 => self.int4::<67>(rows),
        }
        // Scales that are two to a word.
        self.scales.resize(self.scales.len().next_multiple_of(4), 0);
    }

    fn blocks<const N: usize>(&mut self, rows: &[u8], mut each: impl FnMut(&mut Packed, &[u8; N])) {
        rows.as_chunks().0.iter().for_each(|block| each(self, block));
    }

    /// Two blocks share a record.
    fn q5_0(&mut self, rows: &[u8]) {
        for pair in rows.as_chunks::<22>().0.chunks(2) {
            let (first, second) = (pair[0], pair.get(1).copied().unwrap_or([0; 22]));
            for [_, _, _, _, _, _, codes @ ..] in pair {
                self.nibbles(&halves(codes));
            }
            self.scales.extend([&first[2..6], &second[2..6], &first[..2], &second[..2]].concat());
        }
    }

    /// Codes lie as they should. Four groups share a record.
    fn int4<const N: usize>(&mut self, rows: &[u8]) {
        for four in rows.as_chunks::<N>().0.chunks(4) {
            let mut record = [0; 12];
            for (group, block) in four.iter().enumerate() {
                record[2 * group..][..2].copy_from_slice(&block[..2]);
                record[8 + group] = block[2];
                self.codes.extend_from_slice(&block[3..]);
            }
            self.scales.extend(record);
        }
    }

    fn q3_k(&mut self, block: &[u8; 110]) {
        let (third, codes, factors, scale) = (&block[..32], &block[32..96], &block[96..108], &block[108..]);
        self.crumbs(&crumbs_of(codes));
        self.scales.extend(scale);
        self.scales.extend([0; 2]);
        // 16 factors: the lower halves of 8 bytes, their upper halves; two more bits of each in 4 bytes.
        let lower = |factor: usize| u32::from(if factor < 8 { factors[factor] & 15 } else { factors[factor - 8] >> 4 });
        let upper = |factor: usize| u32::from(factors[8 + factor % 4] >> (2 * (factor / 4)) & 3);
        self.word((0..8).map(|factor| lower(factor) << (4 * factor)).sum());
        self.word((0..8).map(|factor| lower(8 + factor) << (4 * factor)).sum());
        self.word((0..16).map(|factor| upper(factor) << (2 * factor)).sum());
        (0..8).for_each(|run| self.word(bits(third, run)));
    }

    fn q6_k(&mut self, block: &[u8; 210]) {
        let (lower, upper, factors, scale) = (&block[..128], &block[128..192], &block[192..208], &block[208..]);
        let (mut nibbles, mut crumbs) = ([0; SUPER], [0; SUPER]);
        for half in 0..2 {
            let (lower, upper) = (&lower[64 * half..][..64], &upper[32 * half..][..32]);
            for run in 0..4 {
                let at = 128 * half + 32 * run;
                for i in 0..32 {
                    nibbles[at + i] = lower[32 * (run % 2) + i] >> (4 * (run / 2)) & 15;
                    crumbs[at + i] = upper[i] >> (2 * run) & 3;
                }
            }
        }
        nibbles.as_chunks().0.iter().for_each(|codes| self.nibbles(codes));
        self.scales.extend(scale);
        self.scales.extend([0; 2]);
        self.scales.extend(factors);
        for codes in crumbs.as_chunks::<4>().0 {
            self.scales.push(crumb_byte(codes));
        }
    }

    /// 64 elements in 32 bytes: the lower halves, then the upper halves.
    fn nibble_runs(&mut self, codes: &[u8]) {
        for run in codes.as_chunks::<32>().0 {
            self.nibbles(&run.map(|code| code & 15));
            self.nibbles(&run.map(|code| code >> 4));
        }
    }

    /// The factors of the scale and of the minimum, 6 bits each: of the first four in 8 bytes, whose upper 2 bits belong
    /// to the last four, whose lower 4 bits are in 4 bytes.
    fn scale_and_factors(&mut self, scale: &[u8], factors: &[u8]) {
        let factor = |run: usize, minimum: usize| {
            u32::from(match run {
                0..4 => factors[run + 4 * minimum] & 63,
                _ => factors[run + 4] >> (4 * minimum) & 15 | factors[run - 4 + 4 * minimum] >> 6 << 4,
            })
        };
        let word = |minimum, bits: u32, shift: u32| -> u32 {
            let mask = (1 << bits) - 1;
            (0..8u32).map(|run| (factor(run as usize, minimum) >> shift & mask) << (bits * run)).sum()
        };
        self.scales.extend(scale);
        self.word(word(0, 4, 0));
        self.word(word(1, 4, 0));
        self.word(word(0, 2, 4) | word(1, 2, 4) << 16);
    }

    /// 32 codes of 4 bits: a word holds eight, four in the lower halves of its bytes and four in the upper.
    fn nibbles(&mut self, codes: &[u8; 32]) {
        let mut packed = [0; 16];
        for (bytes, codes) in packed.as_chunks_mut::<4>().0.iter_mut().zip(codes.as_chunks::<8>().0) {
            for i in 0..4 {
                bytes[i] = codes[i] | codes[4 + i] << 4;
            }
        }
        self.codes.extend_from_slice(&packed);
    }

    fn crumbs(&mut self, codes: &[u8; SUPER]) {
        self.codes.extend(codes.as_chunks::<4>().0.iter().map(crumb_byte));
    }

    fn word(&mut self, word: u32) {
        self.scales.extend(word.to_le_bytes());
    }
}

/// The codes of 16 bytes: the lower halves, then the upper halves.
fn halves(bytes: &[u8; 16]) -> [u8; 32] {
    let mut codes = [0; 32];
    for (i, byte) in bytes.iter().enumerate() {
        codes[i] = byte & 15;
        codes[16 + i] = byte >> 4;
    }
    codes
}

/// The codes of 64 bytes: in each half of them, first the lowest 2 bits of 32 bytes, at last the highest.
fn crumbs_of(bytes: &[u8]) -> [u8; SUPER] {
    let mut codes = [0; SUPER];
    for (index, codes) in codes.as_chunks_mut::<32>().0.iter_mut().enumerate() {
        let bytes = &bytes[32 * (index / 4)..][..32];
        for i in 0..32 {
            codes[i] = bytes[i] >> (2 * (index % 4)) & 3;
        }
    }
    codes
}

fn crumb_byte(codes: &[u8; 4]) -> u8 {
    codes[0] | codes[1] << 2 | codes[2] << 4 | codes[3] << 6
}

/// One bit of each of 32 bytes.
fn bits(bytes: &[u8], bit: usize) -> u32 {
    bytes.iter().enumerate().map(|(i, byte)| u32::from(byte >> bit & 1) << i).sum()
}
