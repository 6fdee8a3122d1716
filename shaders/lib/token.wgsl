// What the tokens of the step are, wherever the device feeds itself.
// `state[slot]` is (next token id, its position): the device's, written by `feed` and `sample` alone.

#import step

@group(0) @binding(2) var<storage, #{STATE_ACCESS}> state: array<vec2<u32>>;

fn token_slot(token: u32) -> u32 {
    return step_token(token, TOKEN_SLOT);
}

fn token_id(token: u32) -> u32 {
    if (step_token(token, TOKEN_SOURCE) % 2u == 1u) {
        return state[step_token(token, TOKEN_SLOT)].x;
    }
    return step_token(token, 0u);
}

fn token_position(token: u32) -> u32 {
    if (step_token(token, TOKEN_SOURCE) % 2u == 1u) {
        return state[step_token(token, TOKEN_SLOT)].y;
    }
    return step_token(token, TOKEN_POSITION);
}
