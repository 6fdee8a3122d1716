// function(left)

#import function

fn element(left: f32, column: u32, index: u32) -> f32 {
    return apply_function(left);
}
