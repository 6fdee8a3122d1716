// Q8_0: scale * code. A block is 32 elements: two vec4s of signed bytes; two f16 scales a word.

@group(0) @binding(5) var<storage, read> weights: array<vec4<u32>>;

#import scales

const WEIGHT_VECS: u32 = 8u;

struct WeightBlock {
    first: vec4<u32>,
    second: vec4<u32>,
    scale: f32,
}

fn weight_block(index: u32) -> WeightBlock {
    return WeightBlock(weights[2u * index], weights[2u * index + 1u], half_scale(index));
}

fn weight_vec(block: WeightBlock, vec: u32) -> vec4<f32> {
    let word = bitcast<i32>(select(block.first[vec % 4u], block.second[vec % 4u], vec >= 4u));
    let codes = (vec4<i32>(word) << vec4<u32>(24u, 16u, 8u, 0u)) >> vec4<u32>(24u);
    return vec4<f32>(codes) * block.scale;
}
