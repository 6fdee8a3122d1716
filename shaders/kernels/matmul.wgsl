// A linear layer for many columns: output[column] = epilogue(scale * (weights · input[column] + bias)).
//
// A workgroup makes a tile of 32 rows × 32 columns in steps of 32 along K, both operands in workgroup memory. Each of
// its 8 × 8 threads has 4 consecutive rows and every 8th column.
//
// weights [row_count][row_blocks], input [columns][width], output [columns][rows of the whole output]
// grid (row_count / 32, columns / 32, 1), both rounded up; surplus groups exit
// Controlled from outside: nothing.

#import linear

const WORKGROUP: u32 = 64u;
// Rows, columns, and elements of K in a tile.
const TILE: u32 = 32u;
const TILE_VECS: u32 = TILE / 4u;
const TILE_BLOCKS: u32 = TILE_VECS / WEIGHT_VECS;
// One vec4 more than a tile's row has, so that threads side by side meet different banks.
const TILE_STRIDE: u32 = TILE_VECS + 1u;

var<workgroup> weight_tile: array<vec4<f32>, TILE * TILE_STRIDE>;
var<workgroup> input_tile: array<vec4<f32>, TILE * TILE_STRIDE>;

// Rows beyond the end and blocks beyond K are zero.
fn load_weights(row_first: u32, block_first: u32, lane: u32) {
    for (var i = lane; i < TILE * TILE_BLOCKS; i += WORKGROUP) {
        let row = i / TILE_BLOCKS;
        let block_in_tile = i % TILE_BLOCKS;
        let block = block_first + block_in_tile;
        let inside = row_first + row < params.row_count && block < params.row_blocks;
        let weight = weight_block(select(0u, (row_first + row) * params.row_blocks + block, inside));
        for (var v = 0u; v < WEIGHT_VECS; v++) {
            let values = select(vec4<f32>(), weight_vec(weight, v), inside);
            weight_tile[row * TILE_STRIDE + block_in_tile * WEIGHT_VECS + v] = values;
        }
    }
}

// Columns beyond the count and elements beyond K are zero.
fn load_input(column_first: u32, columns: u32, vec_first: u32, lane: u32) {
    for (var i = lane; i < TILE * TILE_VECS; i += WORKGROUP) {
        let column = i / TILE_VECS;
        let vec = i % TILE_VECS;
        var values = vec4<f32>();
        if (column_first + column < columns && vec_first + vec < params.row_blocks * WEIGHT_VECS) {
            values = input_vec(column_first + column, vec_first + vec);
        }
        input_tile[column * TILE_STRIDE + vec] = values;
    }
}

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let row_first = group.x * TILE;
    let column_first = group.y * TILE;
    let columns = linear_columns();
    if (row_first >= params.row_count || column_first >= columns) {
        return;
    }
    let row = (lane / 8u) * 4u;
    let column = lane % 8u;
    // sums[c] holds rows row..row+3 of column + 8 * c.
    var sums: array<vec4<f32>, 4>;

    for (var block = 0u; block < params.row_blocks; block += TILE_BLOCKS) {
        load_weights(row_first, block, lane);
        load_input(column_first, columns, block * WEIGHT_VECS, lane);
        workgroupBarrier();
        // Each tile is summed by itself: one sum over all of K loses too much where K is in the thousands.
        // Chromium sets a variable without a value to zero before the loop only.
        var partial = array<vec4<f32>, 4>();
        for (var v = 0u; v < TILE_VECS; v++) {
            let w0 = weight_tile[row * TILE_STRIDE + v];
            let w1 = weight_tile[(row + 1u) * TILE_STRIDE + v];
            let w2 = weight_tile[(row + 2u) * TILE_STRIDE + v];
            let w3 = weight_tile[(row + 3u) * TILE_STRIDE + v];
            for (var c = 0u; c < 4u; c++) {
                let x = input_tile[(column + c * 8u) * TILE_STRIDE + v];
                partial[c] += vec4<f32>(dot(w0, x), dot(w1, x), dot(w2, x), dot(w3, x));
            }
        }
        for (var c = 0u; c < 4u; c++) {
            sums[c] += partial[c];
        }
        workgroupBarrier();
    }

    let output_row = params.row_first + row_first + row;
    for (var c = 0u; c < 4u; c++) {
        let output_column = column_first + column + c * 8u;
        if (output_column < columns && row_first + row < params.row_count) {
            store(output_column, output_row, params.scale * add_bias(output_row, sums[c]));
        }
    }
}
