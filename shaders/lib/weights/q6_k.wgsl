// Q6_K: (scale * factor) * (code - 32). A block is 32 elements: a vec4 of nibbles. For 8 blocks 21 words: the scale in
// f16; a signed byte for each 16 elements; the upper 2 bits of each code.

@group(0) @binding(5) var<storage, read> weights: array<vec4<u32>>;

#import codes
#import scales

const WEIGHT_VECS: u32 = 8u;

struct WeightBlock {
    codes: vec4<u32>,
    upper: vec2<u32>,
    // Of the first and the second 16 elements.
    scale: vec2<f32>,
}

fn weight_block(index: u32) -> WeightBlock {
    let record = index / 8u * 21u;
    let at = index % 8u;
    let factors = bitcast<i32>(scales[record + 1u + at / 2u] << (16u - at % 2u * 16u));
    let pair = vec2<f32>(vec2<i32>((factors << 8u) >> 24u, factors >> 24u));
    let upper = vec2<u32>(scales[record + 5u + 2u * at], scales[record + 6u + 2u * at]);
    return WeightBlock(weights[index], upper, unpack2x16float(scales[record]).x * pair);
}

fn weight_vec(block: WeightBlock, vec: u32) -> vec4<f32> {
    let codes = nibbles(block.codes, vec) | (crumbs(block.upper, vec) << vec4<u32>(4u));
    return (vec4<f32>(codes) - 32.0) * select(block.scale.x, block.scale.y, vec >= 4u);
}
