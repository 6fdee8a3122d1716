//! Blocks whose elements are indices into 16 fixed values, denser near zero: IQ4_NL, IQ4_XS.

use half::f16;

use super::{bits, fit, half, join, part, units};

/// What an index stands for, times the scale. None is zero.
const VALUES: [f32; 16] =
    [-127.0, -104.0, -83.0, -65.0, -49.0, -35.0, -22.0, -10.0, 1.0, 13.0, 25.0, 38.0, 53.0, 69.0, 89.0, 113.0];

/// `[scale][32 nibbles]`
pub fn decode_iq4_nl(block: &[u8; 18], out: &mut [f32; 32]) {
    decode_32(half::<0, 18>(block), part::<2, 16, 18>(block), out);
}

/// `[unit][upper 2 bits of 8 scales][lower 4 bits of them][256 nibbles]`, groups of 32; scales are 32 too large
pub fn decode_iq4_xs(block: &[u8; 136], out: &mut [f32; 256]) {
    let unit = half::<0, 136>(block);
    let mut scales = [0; 8];
    bits::unpack::<4, 1>(part::<4, 4, 136>(block), 0, &mut scales);
    bits::unpack::<2, 1>(part::<2, 2, 136>(block), 4, &mut scales);
    let groups = part::<8, 128, 136>(block).as_chunks().0.iter().zip(out.as_chunks_mut().0);
    for ((nibbles, out), scale) in groups.zip(scales) {
        decode_32(unit * (i32::from(scale) - 32) as f32, nibbles, out);
    }
}

/// The first 16 elements are the lower nibbles.
#[inline(always)]
fn decode_32(scale: f32, nibbles: &[u8; 16], out: &mut [f32; 32]) {
    let values = VALUES.map(|value| scale * value);
    let (low, high) = out.split_at_mut(16);
    for ((low, high), byte) in low.iter_mut().zip(high).zip(nibbles) {
        *low = values[usize::from(byte & 15)];
        *high = values[usize::from(byte >> 4)];
    }
}

/// See [`decode_iq4_nl`].
pub fn encode_iq4_nl(values: &[f32; 32]) -> [u8; 18] {
    let most = fit::extreme(values);
    let scale = if most.abs() < fit::NOTHING {
        f16::ZERO
    } else {
        fit::half_scale(values, most / VALUES[0], &starts(most), level)
    };
    join(&[&scale.to_le_bytes(), &encode_32(values, scale.to_f32())])
}

/// See [`decode_iq4_xs`].
pub fn encode_iq4_xs(values: &[f32; 256]) -> [u8; 136] {
    let groups: [[f32; 32]; 8] = units::split(values);
    let wanted = groups.each_ref().map(|group| {
        let most = fit::extreme(group);
        if most.abs() < fit::NOTHING { 0.0 } else { fit::scale(group, &starts(most), level) }
    });
    let found = units::scales(&groups, &wanted, (-32.0, 31.0), &[-32.0, 31.0], level);
    let mut nibbles = [0; 128];
    for ((nibbles, group), scale) in nibbles.as_chunks_mut().0.iter_mut().zip(&groups).zip(found.scales) {
        *nibbles = encode_32(group, found.unit.to_f32() * scale);
    }
    let scales = found.scales.map(|scale| fit::byte(scale + 32.0));
    let (mut low, mut high) = ([0; 4], [0; 2]);
    bits::pack::<4, 1>(&scales, 0, &mut low);
    bits::pack::<2, 1>(&scales, 4, &mut high);
    join(&[&found.unit.to_le_bytes(), &high, &low, &nibbles])
}

/// The values are about ten apart at the ends.
fn starts(most: f32) -> [f32; 19] {
    fit::starts(most, VALUES[0], VALUES[15], 3.0)
}

/// Halfway between a value and the next.
const BETWEEN: [f32; 15] = {
    let mut between = [0.0; 15];
    let mut i = 0;
    while i < 15 {
        between[i] = (VALUES[i] + VALUES[i + 1]) * 0.5;
        i += 1;
    }
    between
};

/// The nearest of the values.
#[inline(always)]
fn level(x: f32) -> f32 {
    // Steps added up, not a search: so it is the same for many elements at once.
    let mut value = VALUES[0];
    for i in 0..15 {
        value += if x >= BETWEEN[i] { VALUES[i + 1] - VALUES[i] } else { 0.0 };
    }
    value
}

fn encode_32(values: &[f32; 32], scale: f32) -> [u8; 16] {
    let inverse = fit::inverse(scale);
    let mut quants = [0; 32];
    for (quant, x) in quants.iter_mut().zip(values) {
        let x = x * inverse;
        for between in BETWEEN {
            *quant += u8::from(x >= between);
        }
    }
    let mut nibbles = [0; 16];
    bits::pack::<4, 16>(&quants, 0, &mut nibbles);
    nibbles
}
