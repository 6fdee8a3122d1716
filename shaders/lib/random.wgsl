// Random numbers that depend on their place alone: seed, sequence, position, token.
// Rust has the same in kinglet-graph/src/sampling/random.rs.

#import exact

// A permutation in which each bit of the argument flips each bit of the result half of the time.
fn random_mix(word: u32) -> u32 {
    var x = (word ^ (word >> 16u)) * 0x7feb352du;
    x = (x ^ (x >> 15u)) * 0x846ca68bu;
    return x ^ (x >> 16u);
}

fn random_key(start: u32, words: vec4<u32>) -> u32 {
    var key = random_mix((start + 0x9e3779b9u) ^ words.x);
    key = random_mix((key + 0x9e3779b9u) ^ words.y);
    key = random_mix((key + 0x9e3779b9u) ^ words.z);
    return random_mix((key + 0x9e3779b9u) ^ words.w);
}

// The keys of a position: of seed (two words), sequence and position.
fn random_stream(words: vec4<u32>) -> vec2<u32> {
    return vec2<u32>(random_key(0x243f6a88u, words), random_key(0x85a308d3u, words));
}

// An exponential variable of mean 1. Next to 0 it has the relative precision of f32, because there the unlikely
// tokens win.
fn random_exponential(stream: vec2<u32>, token: u32) -> f32 {
    let high = random_mix(random_mix(token ^ stream.x) + stream.y);
    let low = random_mix(high ^ ((stream.y << 16u) | (stream.y >> 16u)));
    let w = (f32(high) + (f32(low) + 0.5) * 2.3283064365386963e-10) * 2.3283064365386963e-10;
    return exact_exponential(min(w, 0.99999994));
}
