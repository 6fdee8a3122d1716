// left * right

#import right

fn element(left: f32, column: u32, index: u32) -> f32 {
    return left * right_value(column, index);
}
