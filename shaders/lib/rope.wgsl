// Rotary position embedding, "rotate half": elements d and d + rotary/2 turn together, the rest of the head stays.
// `rope[row * rotary/2 + i]` is (cos, sin), made by the host. Needs `params.rotary` > 0 where it is called.
// `params.rope_longer` is 1 where the table has other rows for long sequences, 0 where rows are positions.

@group(0) @binding(11) var<storage, read> rope: array<vec2<f32>>;

// The table's row for a token.
fn rope_row(token: u32) -> u32 {
    let position = token_position(token);
    let shifted = (position + (step_token(token, TOKEN_SOURCE) >> 1u)) & 0x7fffffffu;
    return select(position, shifted, params.rope_longer == 1u);
}

// The element that turns together with d < rotary.
fn rope_partner(d: u32) -> u32 {
    let pairs = params.rotary / 2u;
    return select(d - pairs, d + pairs, d < pairs);
}

// Element d < rotary after the turn.
fn rope_turn(value: f32, partner: f32, d: u32, row: u32) -> f32 {
    let pairs = params.rotary / 2u;
    if (d < pairs) {
        let turn = rope[row * pairs + d];
        return value * turn.x - partner * turn.y;
    }
    let turn = rope[row * pairs + d - pairs];
    return value * turn.x + partner * turn.y;
}
