// Functions made of additions, multiplications and divisions alone, so that every device computes them alike: WGSL
// promises of its own log no more than 2^-21, and of exp less the larger its argument.
// Rust has the same in kinglet-graph/src/sampling/arithmetic.rs.

// e^x for x from -80 to 80; beyond, that of the nearest.
fn exact_exp(x: f32) -> f32 {
    let bounded = clamp(x, -80.0, 80.0);
    let n = floor(bounded * 1.44269504 + 0.5);
    // ln 2 in two parts; products of the first with such n are exact.
    let r = (bounded - n * 0.693359375) - n * -2.12194440e-4;
    var series = 1.0 / 5040.0;
    series = series * r + 1.0 / 720.0;
    series = series * r + 1.0 / 120.0;
    series = series * r + 1.0 / 24.0;
    series = series * r + 1.0 / 6.0;
    series = series * r + 0.5;
    series = series * r * r + r + 1.0;
    return series * bitcast<f32>(u32(i32(n) + 127) << 23u);
}

// -ln(1 - w) for w from 0 to just below 1, with the relative precision of f32 also where w is next to 0.
fn exact_exponential(w: f32) -> f32 {
    // 1 - w is exact where w is a half or more, and 2^-halvings times m, which is above a half and at most 1.
    let rest = bitcast<u32>(1.0 - w);
    let large = w > 0.5;
    let m = bitcast<f32>((rest & 0x007fffffu) | 0x3f000000u);
    let halvings = select(0u, 126u - (rest >> 23u), large);
    let small = select(w, 1.0 - m, large);
    // ln((1 + s) / (1 - s)) of s = w / (2 - w), which is at most a third.
    let s = small / (2.0 - small);
    let square = s * s;
    var series = 1.0 / 17.0;
    series = series * square + 1.0 / 15.0;
    series = series * square + 1.0 / 13.0;
    series = series * square + 1.0 / 11.0;
    series = series * square + 1.0 / 9.0;
    series = series * square + 1.0 / 7.0;
    series = series * square + 0.2;
    series = series * square + 1.0 / 3.0;
    series = series * square + 1.0;
    return f32(halvings) * 0.69314718 + 2.0 * s * series;
}
