// I4_G64: scale * (code - zero), for groups of 64 elements. A block is 32 elements: a vec4 of nibbles.

@group(0) @binding(5) var<storage, read> weights: array<vec4<u32>>;

#import codes
#import int4

const WEIGHT_VECS: u32 = 8u;

struct WeightBlock {
    codes: vec4<u32>,
    scale: vec2<f32>,
}

fn weight_block(index: u32) -> WeightBlock {
    return WeightBlock(weights[index], int4_group(index / 2u));
}

fn weight_vec(block: WeightBlock, vec: u32) -> vec4<f32> {
    return (vec4<f32>(nibbles(block.codes, vec)) - block.scale.y) * block.scale.x;
}
