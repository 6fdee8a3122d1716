// The codes of a block of 32 quantized weights, four at a time: `vec` counts them in fours.

// 4 bits each, a word for eight: the lower halves of its bytes, then the upper halves.
fn nibbles(words: vec4<u32>, vec: u32) -> vec4<u32> {
    let word = vec4<u32>(words[vec / 2u]) >> vec4<u32>((vec % 2u) * 4u);
    return (word >> vec4<u32>(0u, 8u, 16u, 24u)) & vec4<u32>(15u);
}

// 2 bits each, a word for sixteen.
fn crumbs(words: vec2<u32>, vec: u32) -> vec4<u32> {
    let word = select(words.x, words.y, vec >= 4u) >> ((vec % 4u) * 8u);
    return (vec4<u32>(word) >> vec4<u32>(0u, 2u, 4u, 6u)) & vec4<u32>(3u);
}

// 1 bit each, one word.
fn bits(word: u32, vec: u32) -> vec4<u32> {
    return (vec4<u32>(word >> (vec * 4u)) >> vec4<u32>(0u, 1u, 2u, 3u)) & vec4<u32>(1u);
}
