// What the tokens of the step are, wherever the device feeds itself.
// `state[slot]` is (next token id, its position): the device's, written by `feed` and `sample` alone.

#import step

@group(0) @binding(2) var<storage, #{STATE_ACCESS}> state: array<vec2<u32>>;

fn token_slot(token: u32) -> u32 {
    return step.token[token].slot;
}

fn token_id(token: u32) -> u32 {
    if (step.token[token].source % 2u == 1u) {
        return state[step.token[token].slot].x;
    }
    return step.token[token].id;
}

fn token_position(token: u32) -> u32 {
    if (step.token[token].source % 2u == 1u) {
        return state[step.token[token].slot].y;
    }
    return step.token[token].position;
}
