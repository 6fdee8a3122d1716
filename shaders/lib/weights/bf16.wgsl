// Weights as bf16 (the upper half of an f32), two a word, the lower half first: a block is 8 elements.

@group(0) @binding(5) var<storage, read> weights: array<vec4<u32>>;

const WEIGHT_VECS: u32 = 2u;

fn weight_block(index: u32) -> array<vec4<f32>, WEIGHT_VECS> {
    let words = weights[index];
    let even = bitcast<vec4<f32>>(words << vec4<u32>(16u));
    let odd = bitcast<vec4<f32>>(words & vec4<u32>(0xffff0000u));
    return array<vec4<f32>, WEIGHT_VECS>(
        vec4<f32>(even.x, odd.x, even.y, odd.y),
        vec4<f32>(even.z, odd.z, even.w, odd.w),
    );
}
