//! Groups of 32, 64 or 128 elements of 4 bits, with an f16 scale and a whole zero: what GPTQ and AWQ make of a matrix.
//!
//! Their files keep codes, zeros and scales in tensors of their own, along the other side of the matrix, so that these
//! blocks are made while a file is read. Codes lie as kernels read them.

use half::f16;

use super::{bits, fit, half, part};

/// `[scale][zero, a byte][nibbles]`: of each eight elements the first four are the lower nibbles of four bytes.
pub fn decode<const BYTES: usize, const ELEMENTS: usize>(block: &[u8; BYTES], out: &mut [f32; ELEMENTS]) {
    const { assert!(BYTES == HEAD + ELEMENTS / 2) };
    let (scale, zero) = (half::<0, BYTES>(block), i32::from(part::<2, 1, BYTES>(block)[0]));
    let mut quants = [0; ELEMENTS];
    bits::unpack::<4, 4>(&block[HEAD..], 0, &mut quants);
    super::scaled(&quants, zero, scale, out);
}

/// See [`decode`]. The range of the values, which zero belongs to, is cut into 15 steps, as GPTQ and AWQ do it; it is
/// for them to choose better codes.
pub fn encode<const BYTES: usize, const ELEMENTS: usize>(values: &[f32; ELEMENTS]) -> [u8; BYTES] {
    let (low, high) = fit::range(values);
    let (low, high) = (low.min(0.0), high.max(0.0));
    let scale = if high - low < fit::NOTHING { f16::ZERO } else { fit::to_half((high - low) / 15.0) };
    let inverse = fit::inverse(scale.to_f32());
    let zero = fit::whole(-low * inverse, 0.0, 15.0);
    let codes = fit::bytes(values, |x| fit::whole(fit::whole(x * inverse, -15.0, 15.0) + zero, 0.0, 15.0));
    let mut block = [0; BYTES];
    block[..2].copy_from_slice(&scale.to_le_bytes());
    block[2] = fit::byte(zero);
    bits::pack::<4, 4>(&codes, 0, &mut block[HEAD..]);
    block
}

/// Bytes of scale and zero.
const HEAD: usize = 3;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_lie_as_kernels_read_them() {
        // A scale of 2, a zero of 8, and a code in which each element says where it is.
        let mut block = [0; 19];
        block[1] = 0x40;
        block[2] = 8;
        block[3..7].copy_from_slice(&[0x40, 0x51, 0x62, 0x73]);
        let mut out = [0.0; 32];
        decode(&block, &mut out);
        assert_eq!(out[..9], [-16.0, -14.0, -12.0, -10.0, -8.0, -6.0, -4.0, -2.0, -16.0]);
    }

    #[test]
    fn zero_may_be_any_byte() {
        for zero in 0..=255_u8 {
            let mut block = [0x33; 35];
            block[..3].copy_from_slice(&[0x00, 0x3c, zero]);
            let mut out = [0.0; 64];
            decode(&block, &mut out);
            assert!(out.iter().all(|&value| value == 3.0 - f32::from(zero)), "{zero}");
        }
    }
}
