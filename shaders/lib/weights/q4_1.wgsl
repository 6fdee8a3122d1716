// Q4_1: scale * code + minimum. A block is 32 elements: a vec4 of nibbles; a word of scale and minimum in f16.

@group(0) @binding(5) var<storage, read> weights: array<vec4<u32>>;

#import codes
#import scales

const WEIGHT_VECS: u32 = 8u;

struct WeightBlock {
    codes: vec4<u32>,
    scale: vec2<f32>,
}

fn weight_block(index: u32) -> WeightBlock {
    return WeightBlock(weights[index], unpack2x16float(scales[index]));
}

fn weight_vec(block: WeightBlock, vec: u32) -> vec4<f32> {
    return vec4<f32>(nibbles(block.codes, vec)) * block.scale.x + block.scale.y;
}
