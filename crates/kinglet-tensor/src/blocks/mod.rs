//! Blocks of quantized elements, as GGUF files hold them (and `int4`, what GPTQ and AWQ hold): one module per family.
//!
//! A decode function makes the values of a block exactly as the format defines them: every product in f32, in the
//! format's order. An encode function looks for the block that is nearest in squared error.

mod bits;
mod fit;
pub mod int4;
pub mod iq4;
pub mod k_affine;
pub mod k_scaled;
pub mod legacy;
mod units;

/// Decodes a row of blocks, as far as both the bytes and the room reach; of the last block perhaps a part.
#[inline(always)]
pub fn decode_row<const BYTES: usize, const ELEMENTS: usize>(
    bytes: &[u8],
    out: &mut [f32],
    decode: impl Fn(&[u8; BYTES], &mut [f32; ELEMENTS]),
) {
    let blocks = bytes.as_chunks().0;
    let (whole, rest) = out.as_chunks_mut();
    for (block, values) in blocks.iter().zip(&mut *whole) {
        decode(block, values);
    }
    if let Some(block) = blocks.get(whole.len())
        && !rest.is_empty()
    {
        let mut values = [0.0; ELEMENTS];
        decode(block, &mut values);
        for (to, value) in rest.iter_mut().zip(values) {
            *to = value;
        }
    }
}

/// Encodes a row, the last block filled up with zeros. A NaN counts as zero; a value beyond what any type can keep, and
/// so an infinity, as the largest of its sign.
#[inline(always)]
pub fn encode_row<const BYTES: usize, const ELEMENTS: usize>(
    values: &[f32],
    bytes: &mut Vec<u8>,
    encode: impl Fn(&[f32; ELEMENTS]) -> [u8; BYTES],
) {
    // A bit more than the largest f16, times the largest scale and level of Q6_K. Sums of squares stay finite.
    const MOST: f32 = (1 << 29) as f32;
    bytes.reserve(values.len().div_ceil(ELEMENTS) * BYTES);
    for values in values.chunks(ELEMENTS) {
        let mut block = [0.0; ELEMENTS];
        for (to, &value) in block.iter_mut().zip(values) {
            *to = if value.is_nan() { 0.0 } else { value.clamp(-MOST, MOST) };
        }
        bytes.extend_from_slice(&encode(&block));
    }
}

/// The fields of a block, one after the other.
#[inline(always)]
fn join<const BYTES: usize>(fields: &[&[u8]]) -> [u8; BYTES] {
    debug_assert_eq!(fields.iter().map(|field| field.len()).sum::<usize>(), BYTES);
    let mut block = [0; BYTES];
    let mut rest = &mut block[..];
    for field in fields {
        let Some((to, after)) = rest.split_at_mut_checked(field.len()) else { break };
        to.copy_from_slice(field);
        rest = after;
    }
    block
}

/// The `N` bytes of a block that start at `AT`. That they lie within it is checked when this compiles.
#[inline(always)]
fn part<const AT: usize, const N: usize, const BYTES: usize>(block: &[u8; BYTES]) -> &[u8; N] {
    const { assert!(AT + N <= BYTES) };
    block[AT..].first_chunk().unwrap_or(const { &[0; N] })
}

/// The f16 at `AT`. Blocks are short, so this is done without a call: neither one into `half`, which asks what the
/// processor can do each time, nor a branch.
#[inline(always)]
fn half<const AT: usize, const BYTES: usize>(block: &[u8; BYTES]) -> f32 {
    let bits = u32::from(u16::from_le_bytes(*part::<AT, 2, BYTES>(block)));
    let sign = (bits & 0x8000) << 16;
    let magnitude = bits & 0x7fff;
    // As the bits of an f32 the magnitude is 2^112 times too small, subnormal or not; the product is exact.
    let value = f32::from_bits(magnitude << 13) * f32::from_bits((127 + 112) << 23);
    let special = if magnitude >= 0x7c00 { 0x7f80_0000 } else { 0 };
    f32::from_bits(value.to_bits() | special | sign)
}

/// Values of a group that has a scale: `scale * (quant - zero)`.
#[inline(always)]
fn scaled<const N: usize>(quants: &[u8; N], zero: i32, scale: f32, out: &mut [f32; N]) {
    for (value, &quant) in out.iter_mut().zip(quants) {
        *value = scale * (i32::from(quant) - zero) as f32;
    }
}

/// Values of a group that has a scale and a minimum: `scale * quant + minimum`.
#[inline(always)]
fn shifted<const N: usize>(quants: &[u8; N], scale: f32, minimum: f32, out: &mut [f32; N]) {
    for (value, &quant) in out.iter_mut().zip(quants) {
        *value = scale * f32::from(quant) + minimum;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_half_is_read_as_half_reads_it() {
        for bits in 0..=u16::MAX {
            let (ours, theirs) = (half::<0, 2>(&bits.to_le_bytes()), half::f16::from_bits(bits).to_f32());
            assert!(ours.to_bits() == theirs.to_bits() || ours.is_nan() && theirs.is_nan(), "{bits:#x}");
        }
    }
}
