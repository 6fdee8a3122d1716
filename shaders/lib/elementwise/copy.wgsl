// left, as it is

fn element(left: f32, column: u32, index: u32) -> f32 {
    return left;
}
