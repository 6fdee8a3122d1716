// What quantized weights keep beside their codes: scales, minima, and bits that do not fit into 4 or 2.

@group(0) @binding(20) var<storage, read> scales: array<u32>;

// An f16, of two a word.
fn half_scale(index: u32) -> f32 {
    let pair = unpack2x16float(scales[index / 2u]);
    return select(pair.x, pair.y, index % 2u == 1u);
}

// A 6-bit number, of eight whose lower 4 bits are in one word and whose upper 2 bits are in the lower half of another.
fn six_bits(lower: u32, upper: u32, index: u32) -> u32 {
    return ((lower >> (index * 4u)) & 15u) | (((upper >> (index * 2u)) & 3u) << 4u);
}
