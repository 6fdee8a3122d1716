// Q5_1: scale * code + minimum. A block is 32 elements: a vec4 of nibbles; two words, a fifth bit of each code, and
// scale and minimum in f16.

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
    return WeightBlock(weights[index], scales[2u * index], unpack2x16float(scales[2u * index + 1u]));
}

fn weight_vec(block: WeightBlock, vec: u32) -> vec4<f32> {
    let codes = nibbles(block.codes, vec) | (bits(block.fifth, vec) << vec4<u32>(4u));
    return vec4<f32>(codes) * block.scale.x + block.scale.y;
}
