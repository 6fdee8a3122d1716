// Q5_0: scale * (code - 16). A block is 32 elements: a vec4 of nibbles; for two blocks three words, a fifth bit of each
// code of the one and of the other, and both scales in f16.

@group(0) @binding(5) var<storage, read> weights: array<vec4<u32>>;

#import codes
#import scales

const WEIGHT_VECS: u32 = 8u;

struct WeightBlock {
    codes: vec4<u32>,
    fifth: u32,
    scale: f32,
}

fn weight_block(index: u32) -> WeightBlock {
    let record = index / 2u * 3u;
    let pair = unpack2x16float(scales[record + 2u]);
    let scale = select(pair.x, pair.y, index % 2u == 1u);
    return WeightBlock(weights[index], scales[record + index % 2u], scale);
}

fn weight_vec(block: WeightBlock, vec: u32) -> vec4<f32> {
    let codes = nibbles(block.codes, vec) | (bits(block.fifth, vec) << vec4<u32>(4u));
    return (vec4<f32>(codes) - 16.0) * block.scale;
}
