// What groups of I4 keep beside their codes. For 4 groups there are three words: their scales in f16, their zeros in
// bytes.

#import scales

// The scale and the zero of a group.
fn int4_group(group: u32) -> vec2<f32> {
    let record = group / 4u * 3u;
    let at = group % 4u;
    let pair = unpack2x16float(scales[record + at / 2u]);
    let zero = (scales[record + 2u] >> (at * 8u)) & 255u;
    return vec2<f32>(select(pair.x, pair.y, at % 2u == 1u), f32(zero));
}
