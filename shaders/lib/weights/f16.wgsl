// Weights as f16, two a word, the lower half first: a block is 8 elements.

@group(0) @binding(5) var<storage, read> weights: array<vec4<u32>>;

const WEIGHT_VECS: u32 = 2u;

fn weight_block(index: u32) -> array<vec4<f32>, WEIGHT_VECS> {
    let words = weights[index];
    return array<vec4<f32>, WEIGHT_VECS>(
        vec4<f32>(unpack2x16float(words.x), unpack2x16float(words.y)),
        vec4<f32>(unpack2x16float(words.z), unpack2x16float(words.w)),
    );
}
