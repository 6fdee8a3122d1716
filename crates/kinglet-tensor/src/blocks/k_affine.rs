//! Blocks of 256 elements whose groups have a scale and a minimum of a few bits, in units of two f16: Q2_K, Q4_K, Q5_K.

use super::{bits, fit, half, join, part, units};

/// `[16 scales and minima, a nibble each][256 × 2 bits][unit of scales][unit of minima]`, groups of 16
pub fn decode_q2_k(block: &[u8; 84], out: &mut [f32; 256]) {
    let (scale_unit, min_unit) = (half::<80, 84>(block), half::<82, 84>(block));
    let mut quants = [0; 256];
    bits::unpack::<2, 32>(part::<16, 64, 84>(block), 0, &mut quants);
    let pairs = part::<0, 16, 84>(block);
    let scales = pairs.map(|pair| scale_unit * f32::from(pair & 15));
    let mins = pairs.map(|pair| min_unit * f32::from(pair >> 4));
    shift_groups(&quants, &scales, &mins, out);
}

/// `[unit of scales][unit of minima][8 scales and minima, 6 bits each][256 nibbles]`, groups of 32
pub fn decode_q4_k(block: &[u8; 144], out: &mut [f32; 256]) {
    let mut quants = [0; 256];
    bits::unpack::<4, 32>(part::<16, 128, 144>(block), 0, &mut quants);
    decode_32(part::<0, 16, 144>(block), &quants, out);
}

/// `[unit of scales][unit of minima][8 scales and minima, 6 bits each][256 fifth bits][256 nibbles]`, groups of 32
pub fn decode_q5_k(block: &[u8; 176], out: &mut [f32; 256]) {
    let mut quants = [0; 256];
    bits::unpack::<4, 32>(part::<48, 128, 176>(block), 0, &mut quants);
    bits::unpack::<1, 32>(part::<16, 32, 176>(block), 4, &mut quants);
    decode_32(part::<0, 16, 176>(block), &quants, out);
}

/// What Q4_K and Q5_K have in common.
#[inline(always)]
fn decode_32(head: &[u8; 16], quants: &[u8; 256], out: &mut [f32; 256]) {
    let (scale_unit, min_unit) = (half::<0, 16>(head), half::<2, 16>(head));
    let (scales, mins) = six_bits(part::<4, 12, 16>(head));
    let scales = scales.map(|scale| scale_unit * f32::from(scale));
    let mins = mins.map(|min| min_unit * f32::from(min));
    shift_groups(quants, &scales, &mins, out);
}

/// Values of all groups.
#[inline(always)]
fn shift_groups<const GROUPS: usize>(
    quants: &[u8; 256],
    scales: &[f32; GROUPS],
    mins: &[f32; GROUPS],
    out: &mut [f32; 256],
) {
    // In two steps, because otherwise the compiler turns the loops inside out and gathers single elements.
    for (value, &quant) in out.iter_mut().zip(quants) {
        *value = f32::from(quant);
    }
    for ((values, scale), min) in out.chunks_exact_mut(256 / GROUPS).zip(scales).zip(mins) {
        for value in values {
            *value = scale * *value - min;
        }
    }
}

/// Eight scales and eight minima of 6 bits in 12 bytes: the first four of each are whole; of the others the lower 4
/// bits share bytes 8 to 11, and the upper 2 lie above the first four.
#[inline(always)]
fn six_bits(bytes: &[u8; 12]) -> ([u8; 8], [u8; 8]) {
    let (mut scales, mut mins) = ([0; 8], [0; 8]);
    for i in 0..4 {
        scales[i] = bytes[i] & 63;
        mins[i] = bytes[i + 4] & 63;
        scales[i + 4] = (bytes[i + 8] & 15) | (bytes[i] >> 6 << 4);
        mins[i + 4] = (bytes[i + 8] >> 4) | (bytes[i + 4] >> 6 << 4);
    }
    (scales, mins)
}

/// See [`decode_q2_k`].
pub fn encode_q2_k(values: &[f32; 256]) -> [u8; 84] {
    let (groups, quants) = fit_groups::<16, 16>(values, 3.0, 15.0, (4, 0.09), &[0.0, 2.0]);
    let mut pairs = [0; 16];
    for ((pair, scale), min) in pairs.iter_mut().zip(groups.scales).zip(groups.mins) {
        *pair = scale as u8 | (min as u8) << 4;
    }
    let mut bits = [0; 64];
    bits::pack::<2, 32>(&quants, 0, &mut bits);
    join(&[&pairs, &bits, &groups.scale_unit.to_le_bytes(), &groups.min_unit.to_le_bytes()])
}

/// See [`decode_q4_k`].
pub fn encode_q4_k(values: &[f32; 256]) -> [u8; 144] {
    let (groups, quants) = fit_groups::<8, 32>(values, 15.0, 63.0, (2, 0.04), &[0.0]);
    let mut nibbles = [0; 128];
    bits::pack::<4, 32>(&quants, 0, &mut nibbles);
    join(&[&to_head(&groups), &nibbles])
}

/// See [`decode_q5_k`].
pub fn encode_q5_k(values: &[f32; 256]) -> [u8; 176] {
    let (groups, quants) = fit_groups::<8, 32>(values, 31.0, 63.0, (2, 0.02), &[0.0]);
    let (mut nibbles, mut fifths) = ([0; 128], [0; 32]);
    bits::pack::<4, 32>(&quants, 0, &mut nibbles);
    bits::pack::<1, 32>(&quants, 4, &mut fifths);
    join(&[&to_head(&groups), &fifths, &nibbles])
}

/// Whole scales and minima up to `top`, and levels, of groups whose levels are `0..=levels`. `steps` is for
/// [`fit::affine`], `beyond` for [`units::pairs`].
#[inline(always)]
fn fit_groups<const GROUPS: usize, const N: usize>(
    values: &[f32; 256],
    levels: f32,
    top: f32,
    steps: (i32, f32),
    beyond: &[f32],
) -> (units::Pairs<GROUPS>, [u8; 256]) {
    let groups: [[f32; N]; GROUPS] = units::split(values);
    let wanted = std::array::from_fn(|i| fit::affine(&groups[i], levels, 0.0, steps));
    let found = units::pairs(&groups, &wanted, top, levels, beyond);
    let mut quants = [0; 256];
    let (scale_unit, min_unit) = (found.scale_unit.to_f32(), found.min_unit.to_f32());
    for (i, (quants, values)) in quants.as_chunks_mut().0.iter_mut().zip(&groups).enumerate() {
        let (inverse, min) = (fit::inverse(scale_unit * found.scales[i]), min_unit * found.mins[i]);
        *quants = fit::bytes(values, |x| fit::whole((x + min) * inverse, 0.0, levels));
    }
    (found, quants)
}

/// What [`decode_32`] reads.
fn to_head(groups: &units::Pairs<8>) -> [u8; 16] {
    let scales = groups.scales.map(|scale| scale as u8);
    let mins = groups.mins.map(|min| min as u8);
    let mut packed = [0; 12];
    for i in 0..4 {
        packed[i] = scales[i] | scales[i + 4] >> 4 << 6;
        packed[i + 4] = mins[i] | mins[i + 4] >> 4 << 6;
        packed[i + 8] = scales[i + 4] & 15 | mins[i + 4] << 4;
    }
    join(&[&groups.scale_unit.to_le_bytes(), &groups.min_unit.to_le_bytes(), &packed])
}
