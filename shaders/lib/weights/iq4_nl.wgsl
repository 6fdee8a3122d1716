// IQ4_NL: scale * value[code]. A block is 32 elements: a vec4 of nibbles; two f16 scales a word.

@group(0) @binding(5) var<storage, read> weights: array<vec4<u32>>;

#import codes
#import scales
#import iq4

const WEIGHT_VECS: u32 = 8u;

struct WeightBlock {
    codes: vec4<u32>,
    scale: f32,
}

fn weight_block(index: u32) -> WeightBlock {
    return WeightBlock(weights[index], half_scale(index));
}

fn weight_vec(block: WeightBlock, vec: u32) -> vec4<f32> {
    return iq4_values(nibbles(block.codes, vec)) * block.scale;
}
