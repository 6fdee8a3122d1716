use std::fmt;

use half::{bf16, f16, slice::HalfFloatSliceExt};

use crate::blocks::{decode_row, encode_row, int4, iq4, k_affine, k_scaled, legacy};

/// Declares the types in one table: name, elements of a block, bytes of a block.
macro_rules! types {
    ($($(#[$meta:meta])* $value:ident = $name:literal, $elements:literal elements in $bytes:literal bytes;)*) => {
        /// The type of a tensor's elements, as they lie in a model file. Quantized types keep a block of elements
        /// together; the last block of a row may be filled up with zeros. (Files keep what is `I4_…` here in tensors of
        /// their own, for codes, zeros and scales, and so never name these types.)
        #[expect(non_camel_case_types, reason = "the names that files and people use")]
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum DType {
            $($(#[$meta])* $value,)*
        }

        impl DType {
            /// Every element type.
            pub const ALL: &[DType] = &[$(DType::$value,)*];

            /// The name used in files and reports.
            pub const fn name(self) -> &'static str {
                match self {
                    $(DType::$value => $name,)*
                }
            }

            /// Elements of a block; 1 where elements stand alone.
            pub const fn block_elements(self) -> usize {
                match self {
                    $(DType::$value => $elements,)*
                }
            }

            /// Bytes of a block.
            pub const fn block_bytes(self) -> usize {
                match self {
                    $(DType::$value => $bytes,)*
                }
            }
        }
    };
}

types! {
    /// 32-bit float.
    F32 = "F32", 1 elements in 4 bytes;
    /// 16-bit float with 5 bits of exponent.
    F16 = "F16", 1 elements in 2 bytes;
    /// The upper half of a 32-bit float.
    BF16 = "BF16", 1 elements in 2 bytes;
    /// 8 bits and a scale.
    Q8_0 = "Q8_0", 32 elements in 34 bytes;
    /// 4 bits and a scale.
    Q4_0 = "Q4_0", 32 elements in 18 bytes;
    /// 4 bits, a scale and a minimum.
    Q4_1 = "Q4_1", 32 elements in 20 bytes;
    /// 5 bits and a scale.
    Q5_0 = "Q5_0", 32 elements in 22 bytes;
    /// 5 bits, a scale and a minimum.
    Q5_1 = "Q5_1", 32 elements in 24 bytes;
    /// 2 bits; scales and minima of 16 elements in 4 bits each.
    Q2_K = "Q2_K", 256 elements in 84 bytes;
    /// 3 bits; scales of 16 elements in 6 bits.
    Q3_K = "Q3_K", 256 elements in 110 bytes;
    /// 4 bits; scales and minima of 32 elements in 6 bits each.
    Q4_K = "Q4_K", 256 elements in 144 bytes;
    /// 5 bits; scales and minima of 32 elements in 6 bits each.
    Q5_K = "Q5_K", 256 elements in 176 bytes;
    /// 6 bits; scales of 16 elements in 8 bits.
    Q6_K = "Q6_K", 256 elements in 210 bytes;
    /// An index into 16 values, and a scale.
    IQ4_NL = "IQ4_NL", 32 elements in 18 bytes;
    /// An index into 16 values; scales of 32 elements in 6 bits.
    IQ4_XS = "IQ4_XS", 256 elements in 136 bytes;
    /// 4 bits, a scale and a whole zero, as GPTQ and AWQ have them.
    I4_G32 = "I4_G32", 32 elements in 19 bytes;
    /// The same for larger groups.
    I4_G64 = "I4_G64", 64 elements in 35 bytes;
    /// The same for the usual groups.
    I4_G128 = "I4_G128", 128 elements in 67 bytes;
}

impl DType {
    /// Bytes of a row of `width` elements, in whole blocks; `None` where that number overflows.
    pub fn row_bytes(self, width: usize) -> Option<usize> {
        width.div_ceil(self.block_elements()).checked_mul(self.block_bytes())
    }

    /// Bits that an element takes in whole blocks, its share of scales included.
    pub fn bits_per_weight(self) -> f64 {
        (self.block_bytes() * 8) as f64 / self.block_elements() as f64
    }

    /// Where the f16 scales and minima lie in a block.
    const fn scales(self) -> &'static [usize] {
        match self {
            DType::F32 | DType::F16 | DType::BF16 => &[],
            DType::Q8_0 | DType::Q4_0 | DType::Q5_0 | DType::IQ4_NL | DType::IQ4_XS => &[0],
            DType::Q4_1 | DType::Q5_1 | DType::Q4_K | DType::Q5_K => &[0, 2],
            DType::Q2_K => &[80, 82],
            DType::Q3_K => &[108],
            DType::Q6_K => &[208],
            DType::I4_G32 | DType::I4_G64 | DType::I4_G128 => &[0],
        }
    }

    /// The first block of `bytes` with a scale that is infinite or no number: one of them makes everything that is
    /// computed from it meaningless.
    pub fn bad_block(self, bytes: &[u8]) -> Option<usize> {
        // All bits of the exponent.
        let is_bad = |block: &[u8]| self.scales().iter().any(|&at| block.get(at + 1).is_some_and(|x| x & 0x7C == 0x7C));
        if self.scales().is_empty() { None } else { bytes.chunks(self.block_bytes()).position(is_bad) }
    }

    /// The type of this name.
    pub fn from_name(name: &str) -> Option<DType> {
        DType::ALL.iter().copied().find(|dtype| dtype.name() == name)
    }

    /// Writes the values of little-endian `bytes` to `out`: exact, for every bit pattern. What a quantized type stands
    /// for is defined down to the order of its products in f32.
    ///
    /// Reads `min(elements in whole blocks of bytes, out.len())` elements.
    pub fn decode(self, bytes: &[u8], out: &mut [f32]) {
        match self {
            DType::F32 => {
                for (value, word) in out.iter_mut().zip(bytes.as_chunks().0) {
                    *value = f32::from_le_bytes(*word);
                }
            }
            DType::F16 => decode_f16(bytes, out),
            DType::BF16 => {
                for (value, word) in out.iter_mut().zip(bytes.as_chunks().0) {
                    *value = bf16::from_le_bytes(*word).to_f32();
                }
            }
            DType::Q8_0 => decode_row(bytes, out, legacy::decode_q8_0),
            DType::Q4_0 => decode_row(bytes, out, legacy::decode_q4_0),
            DType::Q4_1 => decode_row(bytes, out, legacy::decode_q4_1),
            DType::Q5_0 => decode_row(bytes, out, legacy::decode_q5_0),
            DType::Q5_1 => decode_row(bytes, out, legacy::decode_q5_1),
            DType::Q2_K => decode_row(bytes, out, k_affine::decode_q2_k),
            DType::Q3_K => decode_row(bytes, out, k_scaled::decode_q3_k),
            DType::Q4_K => decode_row(bytes, out, k_affine::decode_q4_k),
            DType::Q5_K => decode_row(bytes, out, k_affine::decode_q5_k),
            DType::Q6_K => decode_row(bytes, out, k_scaled::decode_q6_k),
            DType::IQ4_NL => decode_row(bytes, out, iq4::decode_iq4_nl),
            DType::IQ4_XS => decode_row(bytes, out, iq4::decode_iq4_xs),
            DType::I4_G32 => decode_row(bytes, out, int4::decode::<19, 32>),
            DType::I4_G64 => decode_row(bytes, out, int4::decode::<35, 64>),
            DType::I4_G128 => decode_row(bytes, out, int4::decode::<67, 128>),
        }
    }

    /// Appends whole rows of this type to `bytes` as rows of another.
    pub fn convert_rows(self, rows: &[u8], width: usize, to: DType, bytes: &mut Vec<u8>) {
        if self == to {
            bytes.extend_from_slice(rows);
            return;
        }
        let mut values = vec![0.0; width];
        for row in rows.chunks_exact(self.row_bytes(width).unwrap_or(0).max(1)) {
            self.decode(row, &mut values);
            to.encode(&values, bytes);
        }
    }

    /// Appends a row of `values` to `bytes`, little-endian.
    ///
    /// Floats are rounded to nearest even. Quantized types get the blocks with about the least squared error; the last
    /// one is filled up with zeros. They have no room for what is not finite: a NaN counts as zero, an infinity as the
    /// largest number of the type, as do finite numbers beyond that.
    pub fn encode(self, values: &[f32], bytes: &mut Vec<u8>) {
        match self {
            DType::F32 => bytes.extend(values.iter().flat_map(|value| value.to_le_bytes())),
            DType::F16 => encode_f16(values, bytes),
            DType::BF16 => bytes.extend(values.iter().flat_map(|&value| bf16::from_f32(value).to_le_bytes())),
            DType::Q8_0 => encode_row(values, bytes, legacy::encode_q8_0),
            DType::Q4_0 => encode_row(values, bytes, legacy::encode_q4_0),
            DType::Q4_1 => encode_row(values, bytes, legacy::encode_q4_1),
            DType::Q5_0 => encode_row(values, bytes, legacy::encode_q5_0),
            DType::Q5_1 => encode_row(values, bytes, legacy::encode_q5_1),
            DType::Q2_K => encode_row(values, bytes, k_affine::encode_q2_k),
            DType::Q3_K => encode_row(values, bytes, k_scaled::encode_q3_k),
            DType::Q4_K => encode_row(values, bytes, k_affine::encode_q4_k),
            DType::Q5_K => encode_row(values, bytes, k_affine::encode_q5_k),
            DType::Q6_K => encode_row(values, bytes, k_scaled::encode_q6_k),
            DType::IQ4_NL => encode_row(values, bytes, iq4::encode_iq4_nl),
            DType::IQ4_XS => encode_row(values, bytes, iq4::encode_iq4_xs),
            DType::I4_G32 => encode_row(values, bytes, int4::encode::<19, 32>),
            DType::I4_G64 => encode_row(values, bytes, int4::encode::<35, 64>),
            DType::I4_G128 => encode_row(values, bytes, int4::encode::<67, 128>),
        }
    }
}

/// Goes through runs of f16, because `half` converts slices with the processor's own instructions.
fn decode_f16(bytes: &[u8], out: &mut [f32]) {
    let mut run = [f16::ZERO; 64];
    for (values, bytes) in out.chunks_mut(64).zip(bytes.chunks(128)) {
        let words = bytes.as_chunks().0;
        for (half, word) in run.iter_mut().zip(words) {
            *half = f16::from_le_bytes(*word);
        }
        let count = values.len().min(words.len());
        run[..count].convert_to_f32_slice(&mut values[..count]);
    }
}

/// The same the other way round.
fn encode_f16(values: &[f32], bytes: &mut Vec<u8>) {
    let mut run = [f16::ZERO; 64];
    for values in values.chunks(64) {
        let run = &mut run[..values.len()];
        run.convert_from_f32_slice(values);
        bytes.extend(run.iter().flat_map(|half| half.to_le_bytes()));
    }
}

impl fmt::Display for DType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_16_bit_pattern_decodes_and_encodes_to_itself() {
        let patterns: Vec<u8> = (0..=u16::MAX).flat_map(u16::to_le_bytes).collect();
        for dtype in [DType::F16, DType::BF16] {
            let mut values = vec![0.0; 65_536];
            dtype.decode(&patterns, &mut values);
            let mut encoded = Vec::new();
            dtype.encode(&values, &mut encoded);
            for (i, (pattern, again)) in patterns.chunks(2).zip(encoded.chunks(2)).enumerate() {
                assert!(pattern == again || values[i].is_nan(), "{dtype} {i:#x}");
            }
        }
    }

    #[test]
    fn bad_scales_are_found() {
        for &dtype in DType::ALL.iter().filter(|dtype| dtype.block_elements() > 1) {
            let mut row = Vec::new();
            dtype.encode(&[1.0; 768], &mut row);
            assert_eq!(dtype.bad_block(&row), None);
            for &at in dtype.scales() {
                for bad in [f16::NAN, f16::INFINITY, f16::NEG_INFINITY] {
                    let mut row = row.clone();
                    row[2 * dtype.block_bytes() + at..][..2].copy_from_slice(&bad.to_le_bytes());
                    assert_eq!(dtype.bad_block(&row), Some(2), "{dtype}");
                    let mut values = [0.0; 768];
                    dtype.decode(&row, &mut values);
                    assert!(values[2 * dtype.block_elements()..].iter().any(|value| !value.is_finite()), "{dtype}");
                }
            }
        }
    }

    #[test]
    fn bits_count_the_scales() {
        assert_eq!(DType::F16.bits_per_weight(), 16.0);
        assert_eq!(DType::Q4_0.bits_per_weight(), 4.5);
        assert_eq!(DType::Q6_K.bits_per_weight(), 6.5625);
    }

    #[test]
    fn known_values_decode() {
        let mut out = [0.0; 4];
        DType::F16.decode(&[0x00, 0x3c, 0xff, 0x7b, 0x01, 0x00, 0x00, 0xfc], &mut out);
        assert_eq!(out, [1.0, 65_504.0, 5.960_464_5e-8, f32::NEG_INFINITY]);
        let mut out = [0.0; 2];
        DType::BF16.decode(&[0x80, 0x3f, 0x49, 0xc0], &mut out);
        assert_eq!(out, [1.0, -3.140_625]);
    }
}
