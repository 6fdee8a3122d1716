// Q5_K: (scale * factor) * code - minimum * factor. A block is 32 elements: a vec4 of nibbles. For 8 blocks twelve words:
// four as in Q4_K, then a fifth bit of each code.

@group(0) @binding(5) var<storage, read> weights: array<vec4<u32>>;

#import codes
#import scales

const WEIGHT_VECS: u32 = 8u;

struct WeightBlock {
    codes: vec4<u32>,
    fifth: u32,
    scale: vec2<f32>,
}

fn weight_block(index: u32) -> WeightBlock {
    let record = index / 8u * 12u;
    let at = index % 8u;
    let upper = scales[record + 3u];
    let factors = vec2<u32>(six_bits(scales[record + 1u], upper, at), six_bits(scales[record + 2u], upper >> 16u, at));
    let scale = unpack2x16float(scales[record]) * vec2<f32>(factors);
    return WeightBlock(weights[index], scales[record + 4u + at], scale);
}

fn weight_vec(block: WeightBlock, vec: u32) -> vec4<f32> {
    let codes = nibbles(block.codes, vec) | (bits(block.fifth, vec) << vec4<u32>(4u));
    return vec4<f32>(codes) * block.scale.x - block.scale.y;
}
