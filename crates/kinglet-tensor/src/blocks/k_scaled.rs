//! Blocks of 256 elements whose groups of 16 have a scale of a few bits, in units of one f16: Q3_K, Q6_K.

use super::{bits, fit, half, join, part, units};

/// `[256 third bits][256 × 2 bits][16 scales, 6 bits each][unit]`; scales are 32 too large, elements 4
pub fn decode_q3_k(block: &[u8; 110], out: &mut [f32; 256]) {
    let unit = half::<108, 110>(block);
    let mut quants = [0; 256];
    bits::unpack::<2, 32>(part::<32, 64, 110>(block), 0, &mut quants);
    bits::unpack::<1, 32>(part::<0, 32, 110>(block), 2, &mut quants);
    let mut scales = [0; 16];
    bits::unpack::<4, 8>(part::<96, 8, 110>(block), 0, &mut scales);
    bits::unpack::<2, 4>(part::<104, 4, 110>(block), 4, &mut scales);
    let scales = scales.map(|scale| unit * (i32::from(scale) - 32) as f32);
    scale_groups(&quants, 4, &scales, out);
}

/// `[256 nibbles][256 × 2 bits above them][16 signed bytes of scales][unit]`; elements are 32 too large
pub fn decode_q6_k(block: &[u8; 210], out: &mut [f32; 256]) {
    let unit = half::<208, 210>(block);
    let mut quants = [0; 256];
    bits::unpack::<4, 64>(part::<0, 128, 210>(block), 0, &mut quants);
    bits::unpack::<2, 32>(part::<128, 64, 210>(block), 4, &mut quants);
    let scales = part::<192, 16, 210>(block).map(|scale| unit * f32::from(scale.cast_signed()));
    scale_groups(&quants, 32, &scales, out);
}

/// Values of all groups; in two steps, which compilers vectorise best.
#[inline(always)]
fn scale_groups(quants: &[u8; 256], zero: i32, scales: &[f32; 16], out: &mut [f32; 256]) {
    for (value, &quant) in out.iter_mut().zip(quants) {
        *value = (i32::from(quant) - zero) as f32;
    }
    for (values, scale) in out.as_chunks_mut::<16>().0.iter_mut().zip(scales) {
        values.iter_mut().for_each(|value| *value *= scale);
    }
}

/// See [`decode_q3_k`].
pub fn encode_q3_k(values: &[f32; 256]) -> [u8; 110] {
    let (groups, quants) = fit_groups(values, 4.0, (-32.0, 31.0), &[-32.0, -32.5, 31.0, -31.0]);
    let scales = groups.scales.map(|scale| (scale + 32.0) as u8);
    let (mut thirds, mut twos, mut nibbles, mut above) = ([0; 32], [0; 64], [0; 8], [0; 4]);
    bits::pack::<1, 32>(&quants, 2, &mut thirds);
    bits::pack::<2, 32>(&quants, 0, &mut twos);
    bits::pack::<4, 8>(&scales, 0, &mut nibbles);
    bits::pack::<2, 4>(&scales, 4, &mut above);
    join(&[&thirds, &twos, &nibbles, &above, &groups.unit.to_le_bytes()])
}

/// See [`decode_q6_k`].
pub fn encode_q6_k(values: &[f32; 256]) -> [u8; 210] {
    let (groups, quants) = fit_groups(values, 32.0, (-128.0, 127.0), &[-128.0]);
    let (mut nibbles, mut above) = ([0; 128], [0; 64]);
    bits::pack::<4, 64>(&quants, 0, &mut nibbles);
    bits::pack::<2, 32>(&quants, 4, &mut above);
    join(&[&nibbles, &above, &groups.scales.map(|scale| (scale as i8).cast_unsigned()), &groups.unit.to_le_bytes()])
}

/// Whole scales in `range`, and levels from the lowest on, of groups whose levels are `-half..half`. `ends` are what the
/// largest scale is tried as.
#[inline(always)]
fn fit_groups(values: &[f32; 256], half: f32, range: (f32, f32), ends: &[f32]) -> (units::Scales<16>, [u8; 256]) {
    let (low, high) = (-half, half - 1.0);
    let level = |x| fit::whole(x, low, high);
    let groups = units::split(values);
    let wanted = groups.each_ref().map(|group| {
        let most = fit::extreme(group);
        if most.abs() < fit::NOTHING { 0.0 } else { fit::scale(group, &fit::starts(most, low, high, 0.2), level) }
    });
    let found = units::scales(&groups, &wanted, range, ends, level);
    let mut quants = [0; 256];
    for ((quants, values), scale) in quants.as_chunks_mut::<16>().0.iter_mut().zip(&groups).zip(found.scales) {
        let inverse = fit::inverse(found.unit.to_f32() * scale);
        *quants = fit::bytes(values, |x| level(x * inverse) + half);
    }
    (found, quants)
}
