// Q3_K: (scale * (factor - 32)) * (code - 4). A block is 32 elements: half a vec4 of 2-bit codes. For 8 blocks twelve
// words: the scale in f16; the lower 4 bits of the 16 factors, in two words; the upper 2 bits; a third bit of each code.

@group(0) @binding(5) var<storage, read> weights: array<vec4<u32>>;

#import codes
#import scales

const WEIGHT_VECS: u32 = 8u;

struct WeightBlock {
    codes: vec2<u32>,
    third: u32,
    // Of the first and the second 16 elements.
    scale: vec2<f32>,
}

fn weight_block(index: u32) -> WeightBlock {
    let words = weights[index / 2u];
    let codes = select(words.xy, words.zw, index % 2u == 1u);
    let record = index / 8u * 12u;
    let at = index % 8u;
    let lower = scales[record + 1u + at / 4u] >> (at % 4u * 8u);
    let upper = scales[record + 3u] >> (at * 4u);
    let factors = vec2<u32>(six_bits(lower, upper, 0u), six_bits(lower, upper, 1u));
    let scale = unpack2x16float(scales[record]).x * (vec2<f32>(factors) - 32.0);
    return WeightBlock(codes, scales[record + 4u + at], scale);
}

fn weight_vec(block: WeightBlock, vec: u32) -> vec4<f32> {
    let codes = crumbs(block.codes, vec) | (bits(block.third, vec) << vec4<u32>(2u));
    return (vec4<f32>(codes) - 4.0) * select(block.scale.x, block.scale.y, vec >= 4u);
}
