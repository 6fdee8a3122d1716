//! Blocks of 32 elements with an f16 scale, and for some an f16 minimum.

use half::f16;

use super::{bits, fit, half, join, part, scaled, shifted};

/// `[scale][32 signed bytes]`
pub fn decode_q8_0(block: &[u8; 34], out: &mut [f32; 32]) {
    let scale = half::<0, 34>(block);
    for (value, byte) in out.iter_mut().zip(part::<2, 32, 34>(block)) {
        *value = scale * f32::from(byte.cast_signed());
    }
}

/// `[scale][32 nibbles]`, eight too large
pub fn decode_q4_0(block: &[u8; 18], out: &mut [f32; 32]) {
    scaled(&nibbles(part::<2, 16, 18>(block)), 8, half::<0, 18>(block), out);
}

/// `[scale][minimum][32 nibbles]`
pub fn decode_q4_1(block: &[u8; 20], out: &mut [f32; 32]) {
    shifted(&nibbles(part::<4, 16, 20>(block)), half::<0, 20>(block), half::<2, 20>(block), out);
}

/// `[scale][32 fifth bits][32 nibbles]`, sixteen too large
pub fn decode_q5_0(block: &[u8; 22], out: &mut [f32; 32]) {
    five_bits(part::<6, 16, 22>(block), part::<2, 4, 22>(block), out);
    let scale = half::<0, 22>(block);
    out.iter_mut().for_each(|value| *value = scale * (*value - 16.0));
}

/// `[scale][minimum][32 fifth bits][32 nibbles]`
pub fn decode_q5_1(block: &[u8; 24], out: &mut [f32; 32]) {
    five_bits(part::<8, 16, 24>(block), part::<4, 4, 24>(block), out);
    let (scale, minimum) = (half::<0, 24>(block), half::<2, 24>(block));
    out.iter_mut().for_each(|value| *value = scale * *value + minimum);
}

/// The first 16 elements are the lower nibbles.
#[inline(always)]
fn nibbles(bytes: &[u8; 16]) -> [u8; 32] {
    let mut quants = [0; 32];
    bits::unpack::<4, 16>(bytes, 0, &mut quants);
    quants
}

/// Nibbles and the bits above them, in a form that a compiler turns into a few vector instructions.
#[inline(always)]
fn five_bits(bytes: &[u8; 16], fifths: &[u8; 4], out: &mut [f32; 32]) {
    let fifths = u32::from_le_bytes(*fifths);
    for (i, (value, nibble)) in out.iter_mut().zip(nibbles(bytes)).enumerate() {
        let fifth = if fifths & (1 << i) == 0 { 0 } else { 16 };
        *value = (i32::from(nibble) + fifth) as f32;
    }
}

/// See [`decode_q8_0`]. Keeps to ±127, as all do that write this type.
pub fn encode_q8_0(values: &[f32; 32]) -> [u8; 34] {
    let level = |x| fit::whole(x, -127.0, 127.0);
    let most = fit::extreme(values).abs();
    let starts = [127.0, 127.1, 127.2, 127.3, 127.4, 127.45].map(|end| end / most);
    let scale = if most < fit::NOTHING { f16::ZERO } else { fit::half_scale(values, most / 127.0, &starts, level) };
    let inverse = fit::inverse(scale.to_f32());
    join(&[&scale.to_le_bytes(), &fit::bytes(values, |x| level(x * inverse))])
}

/// See [`decode_q4_0`].
pub fn encode_q4_0(values: &[f32; 32]) -> [u8; 18] {
    let (scale, quants) = scaled_block(values, 8.0);
    join(&[&scale.to_le_bytes(), &to_nibbles(&quants)])
}

/// See [`decode_q4_1`].
pub fn encode_q4_1(values: &[f32; 32]) -> [u8; 20] {
    let (scale, offset, quants) = shifted_block(values, 15.0);
    join(&[&scale.to_le_bytes(), &offset.to_le_bytes(), &to_nibbles(&quants)])
}

/// See [`decode_q5_0`].
pub fn encode_q5_0(values: &[f32; 32]) -> [u8; 22] {
    let (scale, quants) = scaled_block(values, 16.0);
    join(&[&scale.to_le_bytes(), &to_fifths(&quants), &to_nibbles(&quants)])
}

/// See [`decode_q5_1`].
pub fn encode_q5_1(values: &[f32; 32]) -> [u8; 24] {
    let (scale, offset, quants) = shifted_block(values, 31.0);
    join(&[&scale.to_le_bytes(), &offset.to_le_bytes(), &to_fifths(&quants), &to_nibbles(&quants)])
}

/// The best scale, and levels from the lowest on, of a block whose levels are `-half..half`.
fn scaled_block(values: &[f32; 32], half: f32) -> (f16, [u8; 32]) {
    let (low, high) = (-half, half - 1.0);
    let level = |x| fit::whole(x, low, high);
    let most = fit::extreme(values);
    let scale = if most.abs() < fit::NOTHING {
        f16::ZERO
    } else {
        fit::half_scale(values, most / low, &fit::starts(most, low, high, 0.2), level)
    };
    let inverse = fit::inverse(scale.to_f32());
    (scale, fit::bytes(values, |x| level(x * inverse) + half))
}

/// The best scale, offset and levels `0..=top`. Tries, besides what fits best, the plain range of the values, which
/// gives back what was decoded from a block that uses its range.
fn shifted_block(values: &[f32; 32], top: f32) -> (f16, f16, [u8; 32]) {
    let (low, high) = fit::range(values);
    let plain = ((high - fit::to_half(low).to_f32()) / top, low);
    let (mut scale, mut offset, mut least) = (f16::ZERO, f16::ZERO, f32::INFINITY);
    for (fitted, start) in [plain, fit::affine(values, top, f32::MAX, (1, 0.06))] {
        for half in fit::halves_near(start) {
            // An f16 may be a good deal off an offset that is large beside the scale.
            let above = fit::each(values, |x| x - half.to_f32());
            for fitted in fit::halves_near(fitted) {
                let lost = fit::error(&above, fitted.to_f32(), |x| fit::whole(x, 0.0, top));
                if lost < least {
                    (scale, offset, least) = (fitted, half, lost);
                }
            }
        }
    }
    let (base, inverse) = (offset.to_f32(), fit::inverse(scale.to_f32()));
    (scale, offset, fit::bytes(values, |x| fit::whole((x - base) * inverse, 0.0, top)))
}

/// What [`nibbles`] reads.
fn to_nibbles(quants: &[u8; 32]) -> [u8; 16] {
    let mut bytes = [0; 16];
    bits::pack::<4, 16>(quants, 0, &mut bytes);
    bytes
}

/// The bits above them.
fn to_fifths(quants: &[u8; 32]) -> [u8; 4] {
    let mut bytes = [0; 4];
    bits::pack::<1, 1>(quants, 4, &mut bytes);
    bytes
}
