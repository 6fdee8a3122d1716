// Weights as f16, two a word, the lower half first: a block is 8 elements.

@group(0) @binding(5) var<storage, read> weights: array<vec4<u32>>;

const WEIGHT_VECS: u32 = 2u;

struct WeightBlock {
    words: vec4<u32>,
}

fn weight_block(index: u32) -> WeightBlock {
    return WeightBlock(weights[index]);
}

fn weight_vec(block: WeightBlock, vec: u32) -> vec4<f32> {
    let words = select(block.words.xy, block.words.zw, vec == 1u);
    return vec4<f32>(unpack2x16float(words.x), unpack2x16float(words.y));
}
