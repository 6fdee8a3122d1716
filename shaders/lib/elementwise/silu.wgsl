// silu(left)

#import math

fn element(left: f32, column: u32, index: u32) -> f32 {
    return silu(left);
}
