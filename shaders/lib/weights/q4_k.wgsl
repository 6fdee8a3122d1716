// Q4_K: (scale * factor) * code - minimum * factor. A block is 32 elements: a vec4 of nibbles. For 8 blocks four words:
// scale and minimum in f16; the lower 4 bits of the scales' factors; those of the minima's; the upper 2 bits of both.

@group(0) @binding(5) var<storage, read> weights: array<vec4<u32>>;

#import codes
#import scales

const WEIGHT_VECS: u32 = 8u;

struct WeightBlock {
    codes: vec4<u32>,
    scale: vec2<f32>,
}

fn weight_block(index: u32) -> WeightBlock {
    let record = index / 8u * 4u;
    let at = index % 8u;
    let upper = scales[record + 3u];
    let factors = vec2<u32>(six_bits(scales[record + 1u], upper, at), six_bits(scales[record + 2u], upper >> 16u, at));
    return WeightBlock(weights[index], unpack2x16float(scales[record]) * vec2<f32>(factors));
}

fn weight_vec(block: WeightBlock, vec: u32) -> vec4<f32> {
    return vec4<f32>(nibbles(block.codes, vec)) * block.scale.x - block.scale.y;
}
