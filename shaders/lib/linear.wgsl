// What matvec and matmul share: parameters, the input, the bounds of this dispatch's rows.
//
// The dispatch makes rows [row_first, row_first + row_count) of the output from the `row_count` rows of `weights`
// (one shard). `row_first` is a multiple of 4. A weight row is `row_blocks` blocks, padded with zeros.

struct Params {
    // Elements of an input column: K.
    width: u32,
    // Elements, multiples of 4.
    input_stride: u32,
    output_stride: u32,
    row_first: u32,
    row_count: u32,
    row_blocks: u32,
    // 1, or 0 where there is no bias.
    bias_step: u32,
    // 1 where the columns are the step's wanted rows, 0 where they are its tokens.
    of_rows: u32,
    // Factor of product and bias.
    scale: f32,
    // What epilogues with a function apply: see lib/function.
    function: u32,
    operand: f32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(3) var<storage, read> input: array<vec4<f32>>;
@group(0) @binding(4) var<storage, read_write> output: array<f32>;

// Whether `width` is a multiple of a block: else what lies behind it in the input (it may be NaN) is masked.
override ALIGNED: bool = false;

#import step
#import weights/#{WEIGHTS}
#import bias
#import epilogue/#{EPILOGUE}

// Four elements of an input column, `index` counted in fours, within the column's blocks.
fn input_vec(column: u32, index: u32) -> vec4<f32> {
    let base = column * (params.input_stride / 4u);
    if (ALIGNED) {
        return input[base + index];
    }
    let first = index * 4u;
    if (first >= params.width) {
        return vec4<f32>();
    }
    let inside = vec4<u32>(first, first + 1u, first + 2u, first + 3u) < vec4<u32>(params.width);
    return select(vec4<f32>(), input[base + index], inside);
}

// How many columns there are.
fn linear_columns() -> u32 {
    return select(step.tokens, step.rows, params.of_rows == 1u);
}

// One past the last row of this dispatch.
fn row_end() -> u32 {
    return params.row_first + params.row_count;
}
