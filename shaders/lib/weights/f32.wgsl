// Weights as f32: a block is 4 elements.

@group(0) @binding(5) var<storage, read> weights: array<vec4<u32>>;

const WEIGHT_VECS: u32 = 1u;

struct WeightBlock {
    words: vec4<u32>,
}

fn weight_block(index: u32) -> WeightBlock {
    return WeightBlock(weights[index]);
}

fn weight_vec(block: WeightBlock, vec: u32) -> vec4<f32> {
    return bitcast<vec4<f32>>(block.words);
}
