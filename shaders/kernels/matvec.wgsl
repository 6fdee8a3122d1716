// A linear layer for few columns: output[column] = epilogue(scale * (weights · input[column] + bias)).
//
// A workgroup makes 4 consecutive rows of up to COLUMNS columns; its threads share out K and each block of weights
// is read once. Columns beyond COLUMNS are not made: the host takes a variant with enough.
//
// weights [row_count][row_blocks], input [columns][width], output [columns][rows of the whole output]
// grid: group = y * grid.x + x makes rows row_first + 4 * group and on; surplus groups exit
// Controlled from outside: nothing.

#import linear
#import reduce

override WORKGROUP: u32 = 64u;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) grid: vec3<u32>, lane: Lane) {
    let first = (group.y * grid.x + group.x) * 4u;
    if (first >= params.row_count) {
        return;
    }
    let columns = linear_columns();
    let blocks = params.row_blocks;
    let last = params.row_count - 1u;
    // Rows beyond the last repeat it; they are not stored.
    let row0 = first * blocks;
    let row1 = min(first + 1u, last) * blocks;
    let row2 = min(first + 2u, last) * blocks;
    let row3 = min(first + 3u, last) * blocks;

    var sums: array<vec4<f32>, #{COLUMNS}>;
    for (var b = lane.index; b < blocks; b += WORKGROUP) {
        let block0 = weight_block(row0 + b);
        let block1 = weight_block(row1 + b);
        let block2 = weight_block(row2 + b);
        let block3 = weight_block(row3 + b);
        for (var v = 0u; v < WEIGHT_VECS; v++) {
            let w0 = weight_vec(block0, v);
            let w1 = weight_vec(block1, v);
            let w2 = weight_vec(block2, v);
            let w3 = weight_vec(block3, v);
            for (var c = 0u; c < #{COLUMNS}u; c++) {
                if (c < columns) {
                    let x = input_vec(c, b * WEIGHT_VECS + v);
                    sums[c] += vec4<f32>(dot(w0, x), dot(w1, x), dot(w2, x), dot(w3, x));
                }
            }
        }
    }

    let row = params.row_first + first;
    for (var c = 0u; c < #{COLUMNS}u; c++) {
        if (c < columns) {
            let total = reduce_add4(sums[c], lane);
            if (lane.index == 0u) {
                store(c, row, params.scale * add_bias(row, total));
            }
        }
    }
}
