// A frame of the example: bright bars on a dark ground, each frame one pixel further to the right.
//
// One triangle that covers the target. Every channel is a multiple of 51 / 255, so that 8 bits hold it exactly.

const PERIOD = 64u;
const BAR = 16u;

// The frame's number.
@group(0) @binding(0) var<uniform> number: u32;

@vertex
fn corner(@builtin(vertex_index) index: u32) -> @builtin(position) vec4<f32> {
    let at = vec2<f32>(f32(index % 2u), f32(index / 2u)) * 4.0 - 1.0;
    return vec4<f32>(at, 0.0, 1.0);
}

@fragment
fn colour(@builtin(position) at: vec4<f32>) -> @location(0) vec4<f32> {
    let column = (u32(at.x) + PERIOD - number % PERIOD) % PERIOD;
    return select(vec4<f32>(0.0, 0.2, 0.4, 1.0), vec4<f32>(1.0, 0.6, 0.2, 1.0), column < BAR);
}
