use std::fmt;

use half::{bf16, f16, slice::HalfFloatSliceExt};

/// The type of a tensor's elements, as they lie in a model file and on the device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DType {
    /// 32-bit float.
    F32,
    /// 16-bit float with 5 bits of exponent.
    F16,
    /// The upper half of a 32-bit float.
    BF16,
}

impl DType {
    /// Every element type.
    pub const ALL: [DType; 3] = [DType::F32, DType::F16, DType::BF16];

    /// Bytes of `elements` elements, or `None` where that number overflows.
    pub fn bytes(self, elements: usize) -> Option<usize> {
        elements.checked_mul(self.element_bytes())
    }

    /// Bytes of one element.
    pub fn element_bytes(self) -> usize {
        match self {
            DType::F32 => 4,
            DType::F16 | DType::BF16 => 2,
        }
    }

    /// The name used in files and reports.
    pub fn name(self) -> &'static str {
        match self {
            DType::F32 => "F32",
            DType::F16 => "F16",
            DType::BF16 => "BF16",
        }
    }

    /// Writes the values of little-endian `bytes` to `out`: exact, for every bit pattern.
    ///
    /// Reads `min(elements in bytes, out.len())` elements.
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
        }
    }

    /// Appends `values` to `bytes`, little-endian, rounded to nearest even.
    pub fn encode(self, values: &[f32], bytes: &mut Vec<u8>) {
        for &value in values {
            match self {
                DType::F32 => bytes.extend(value.to_le_bytes()),
                DType::F16 => bytes.extend(f16::from_f32(value).to_le_bytes()),
                DType::BF16 => bytes.extend(bf16::from_f32(value).to_le_bytes()),
            }
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
    fn known_values_decode() {
        let mut out = [0.0; 4];
        DType::F16.decode(&[0x00, 0x3c, 0xff, 0x7b, 0x01, 0x00, 0x00, 0xfc], &mut out);
        assert_eq!(out, [1.0, 65_504.0, 5.960_464_5e-8, f32::NEG_INFINITY]);
        let mut out = [0.0; 2];
        DType::BF16.decode(&[0x80, 0x3f, 0x49, 0xc0], &mut out);
        assert_eq!(out, [1.0, -3.140_625]);
    }
}
