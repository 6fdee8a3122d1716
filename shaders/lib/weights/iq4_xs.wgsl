// IQ4_XS: (scale * (factor - 32)) * value[code]. A block is 32 elements: a vec4 of nibbles. For 8 blocks two words: the
// scale in f16 below the upper 2 bits of the factors; their lower 4 bits.

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
    let record = index / 8u * 2u;
    let word = scales[record];
    let factor = six_bits(scales[record + 1u], word >> 16u, index % 8u);
    return WeightBlock(weights[index], unpack2x16float(word).x * (f32(factor) - 32.0));
}

fn weight_vec(block: WeightBlock, vec: u32) -> vec4<f32> {
    return iq4_values(nibbles(block.codes, vec)) * block.scale;
}
