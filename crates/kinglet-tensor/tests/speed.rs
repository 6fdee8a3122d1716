//! How fast blocks are decoded and encoded, on one thread. Prints figures, checks nothing:
//!
//! ```text
//! cargo test --release -p kinglet-tensor --test speed -- --ignored --nocapture
//! ```

#![allow(clippy::print_stdout, reason = "this is for reading")]

use std::{hint::black_box, time::Instant};

use kinglet_tensor::DType;

/// Rows of a model of a few billion weights.
const WIDTH: usize = 4096;

#[test]
#[ignore = "takes long and checks nothing"]
fn print_figures() {
    let mut state = 1u64;
    let values: Vec<f32> = (0..WIDTH * 16)
        .map(|_| {
            // Sums of eight uniform values are near enough to what weights look like.
            let mut sum = 0.0;
            for _ in 0..8 {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                sum += (state >> 40) as f32 / 16_777_216.0 - 0.5;
            }
            sum * 0.02
        })
        .collect();
    println!("type     encode M values/s   decode GB/s of f32   decode GB/s of blocks");
    for &dtype in DType::ALL {
        let mut bytes = Vec::new();
        let mut encoded = 0;
        let start = Instant::now();
        while start.elapsed().as_secs_f64() < 0.5 {
            bytes.clear();
            for row in values.chunks(WIDTH) {
                dtype.encode(black_box(row), &mut bytes);
                encoded += WIDTH;
            }
        }
        let encode = encoded as f64 / start.elapsed().as_secs_f64();
        let mut out = vec![0.0; WIDTH];
        let mut decoded = 0;
        let start = Instant::now();
        while start.elapsed().as_secs_f64() < 0.5 {
            for row in bytes.chunks(bytes.len() / 16) {
                dtype.decode(black_box(row), &mut out);
                black_box(&mut out);
                decoded += WIDTH;
            }
        }
        let decode = decoded as f64 / start.elapsed().as_secs_f64();
        let size = dtype.block_bytes() as f64 / dtype.block_elements() as f64;
        println!("{dtype:8} {:12.1} {:19.1} {:19.1}", encode / 1e6, decode * 4.0 / 1e9, decode * size / 1e9);
    }
}
