// The values that the codes of IQ4_NL and IQ4_XS stand for.

// Signed bytes: -127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113.
const IQ4_VALUES = vec4<u32>(0xbfad9881u, 0xf6eaddcfu, 0x26190d01u, 0x71594535u);

fn iq4_value(code: u32) -> i32 {
    let word = bitcast<i32>(IQ4_VALUES[code / 4u]);
    return (word << (24u - code % 4u * 8u)) >> 24u;
}

fn iq4_values(codes: vec4<u32>) -> vec4<f32> {
    return vec4<f32>(vec4<i32>(iq4_value(codes.x), iq4_value(codes.y), iq4_value(codes.z), iq4_value(codes.w)));
}
