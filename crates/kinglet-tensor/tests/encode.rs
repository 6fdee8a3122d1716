//! What encoding loses, compared with llama.cpp's own quantizer: see `vectors/measure_llama.py`, which made the figures
//! and makes the same data.

use std::{collections::BTreeMap, f64::consts::TAU};

use kinglet_tensor::DType;

const ROWS: usize = 64;
const WIDTH: usize = 512;

/// Splitmix64 of a counter, in `0.0..1.0`.
fn uniform(stream: u64, index: usize) -> f64 {
    let mut x = (index as u64 + (stream << 32)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^= x >> 31;
    (x >> 11) as f64 / 2f64.powi(53)
}

fn values(kind: &str) -> Vec<f32> {
    let value = |index: usize| {
        let (u, v) = (uniform(1, index), uniform(2, index));
        let gauss = (-2.0 * (1.0 - u).ln()).sqrt() * (TAU * v).cos() * 0.02;
        match kind {
            "gauss" => gauss,
            "laplace" => (if v < 0.5 { -1.0 } else { 1.0 }) * (1.0 - u).ln() * 0.02,
            "uniform" => (2.0 * u - 1.0) * 0.05,
            "outliers" if (index % WIDTH).is_multiple_of(97) => 20.0 * gauss,
            "outliers" => gauss,
            "tiny" => gauss * 5e-5,
            "shifted" => gauss + 0.1,
            "sparse" => {
                if v < 0.9 {
                    0.0
                } else {
                    u - 0.5
                }
            }
            _ => unreachable!("no data of the kind {kind}"),
        }
    };
    (0..ROWS * WIDTH).map(|index| value(index) as f32).collect()
}

/// The sum of squared errors over the sum of squares.
fn lost(dtype: DType, values: &[f32]) -> f64 {
    let (mut lost, mut all) = (0.0, 0.0);
    let mut decoded = [0.0; WIDTH];
    for row in values.chunks(WIDTH) {
        let mut bytes = Vec::new();
        dtype.encode(row, &mut bytes);
        dtype.decode(&bytes, &mut decoded);
        for (&value, &decoded) in row.iter().zip(&decoded) {
            lost += (f64::from(value) - f64::from(decoded)).powi(2);
            all += f64::from(value).powi(2);
        }
    }
    lost / all
}

#[test]
fn no_type_loses_more_than_with_llama_cpp() {
    let mut data = BTreeMap::new();
    let mut types = Vec::new();
    for line in include_str!("vectors/llama_errors.txt").lines() {
        let [name, kind, theirs] = line.split(' ').collect::<Vec<_>>()[..] else { panic!("{line}") };
        let dtype = DType::from_name(name).unwrap();
        let ours = lost(dtype, data.entry(kind).or_insert_with(|| values(kind)));
        // 1.05 is what is promised. Nothing is above 1 today, so what gets worse shows here first.
        let ratio = ours / theirs.parse::<f64>().unwrap();
        println!("{name:7} {kind:8} {ours:.3e}, {ratio:.4} of llama.cpp's");
        assert!(ratio <= 1.0, "{name} loses {ratio} times as much as llama.cpp does of {kind}");
        types.push(dtype);
    }
    // llama.cpp has no such types.
    let foreign = [DType::I4_G32, DType::I4_G64, DType::I4_G128];
    let quantized = DType::ALL.iter().filter(|dtype| dtype.block_elements() > 1 && !foreign.contains(dtype));
    assert!(quantized.into_iter().all(|dtype| types.contains(dtype)));
}

/// For `vectors/check_encoded.py`: blocks of each type and kind of data, and what they decode to.
#[test]
#[ignore = "writes files for another program"]
fn write_encoded() {
    let folder = std::path::PathBuf::from(std::env::var_os("KINGLET_ENCODED").expect("KINGLET_ENCODED names a folder"));
    for &dtype in DType::ALL {
        let (mut blocks, mut decoded) = (Vec::new(), Vec::new());
        for kind in ["gauss", "laplace", "uniform", "outliers", "tiny", "shifted", "sparse"] {
            for row in values(kind).chunks(WIDTH) {
                let (start, mut values) = (blocks.len(), [0.0; WIDTH]);
                dtype.encode(row, &mut blocks);
                dtype.decode(&blocks[start..], &mut values);
                decoded.extend(values.iter().flat_map(|value| value.to_le_bytes()));
            }
        }
        std::fs::write(folder.join(format!("{dtype}.blocks")), blocks).expect("a file");
        std::fs::write(folder.join(format!("{dtype}.values")), decoded).expect("a file");
    }
}
