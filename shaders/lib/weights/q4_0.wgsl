// Q4_0: scale * (code - 8). A block is 32 elements: a vec4 of nibbles; two f16 scales a word.

@group(0) @binding(5) var<storage, read> weights: array<vec4<u32>>;

#import codes
#import scales

const WEIGHT_VECS: u32 = 8u;

struct WeightBlock {
    codes: vec4<u32>,
    scale: f32,
}

fn weight_block(index: u32) -> WeightBlock {
    return WeightBlock(weights[index], half_scale(index));
}

fn weight_vec(block: WeightBlock, vec: u32) -> vec4<f32> {
    return (vec4<f32>(nibbles(block.codes, vec)) - 8.0) * block.scale;
}
