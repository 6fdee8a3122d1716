// Weights as f32: a block is 4 elements.

@group(0) @binding(5) var<storage, read> weights: array<vec4<u32>>;

const WEIGHT_VECS: u32 = 1u;

fn weight_block(index: u32) -> array<vec4<f32>, WEIGHT_VECS> {
    return array<vec4<f32>, WEIGHT_VECS>(bitcast<vec4<f32>>(weights[index]));
}
