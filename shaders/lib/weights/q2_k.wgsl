// Q2_K: (scale * factor) * code - minimum * factor. A block is 32 elements: half a vec4 of 2-bit codes. For 8 blocks five
// words: scale and minimum in f16; a byte for each 16 elements, the scale's factor below the minimum's.

@group(0) @binding(5) var<storage, read> weights: array<vec4<u32>>;

#import codes
#import scales

const WEIGHT_VECS: u32 = 8u;

struct WeightBlock {
    codes: vec2<u32>,
    // Scale and minimum of the first 16 elements, then of the second.
    scale: vec4<f32>,
}

fn weight_block(index: u32) -> WeightBlock {
    let words = weights[index / 2u];
    let codes = select(words.xy, words.zw, index % 2u == 1u);
    let record = index / 8u * 5u;
    let at = index % 8u;
    let bytes = scales[record + 1u + at / 2u] >> (at % 2u * 16u);
    let factors = (vec4<u32>(bytes) >> vec4<u32>(0u, 4u, 8u, 12u)) & vec4<u32>(15u);
    return WeightBlock(codes, unpack2x16float(scales[record]).xyxy * vec4<f32>(factors));
}

fn weight_vec(block: WeightBlock, vec: u32) -> vec4<f32> {
    let scale = select(block.scale.xy, block.scale.zw, vec >= 4u);
    return vec4<f32>(crumbs(block.codes, vec)) * scale.x - scale.y;
}
