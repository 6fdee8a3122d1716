//! What holds for every type, whatever the bytes and values.

use kinglet_tensor::DType;
use proptest::prelude::*;

fn quantized() -> impl Iterator<Item = DType> {
    DType::ALL.iter().copied().filter(|dtype| dtype.block_elements() > 1)
}

fn encoded(dtype: DType, values: &[f32]) -> Vec<u8> {
    let mut bytes = Vec::new();
    dtype.encode(values, &mut bytes);
    bytes
}

fn decoded(dtype: DType, bytes: &[u8], count: usize) -> Vec<f32> {
    let mut values = vec![f32::NAN; count];
    dtype.decode(bytes, &mut values);
    values
}

fn again(dtype: DType, values: &[f32]) -> Vec<f32> {
    decoded(dtype, &encoded(dtype, values), values.len())
}

/// What an f16 subnormal, of which there are none between multiples of 2^-24, may be off, times the largest level.
const COARSE: f32 = 128.0 / 16_777_216.0;

/// The largest error of an element, beside [`COARSE`], as a part of the largest magnitude in its block: not half a step
/// of a range from minus to plus that magnitude but up to three, because the fit may leave out a bit at the ends.
fn step(dtype: DType) -> f32 {
    match dtype {
        DType::F32 => 0.0,
        DType::F16 => 1.0 / 2048.0,
        DType::BF16 => 1.0 / 256.0,
        DType::Q8_0 => 0.01,
        DType::Q4_0 => 0.25,
        DType::Q4_1 => 0.2,
        DType::Q5_0 => 0.12,
        DType::Q5_1 => 0.1,
        DType::Q2_K => 1.0,
        DType::Q3_K => 0.5,
        DType::Q4_K => 0.2,
        DType::Q5_K => 0.1,
        DType::Q6_K => 0.06,
        DType::IQ4_NL | DType::IQ4_XS => 0.25,
        DType::I4_G32 | DType::I4_G64 | DType::I4_G128 => 0.2,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_decode(bytes in prop::collection::vec(any::<u8>(), 0..700), count in 0usize..900) {
        for &dtype in DType::ALL {
            let values = decoded(dtype, &bytes, count);
            let whole = bytes.len() / dtype.block_bytes() * dtype.block_elements();
            // What the bytes do not reach stays as it was.
            prop_assert!(values.iter().skip(whole).all(|value| value.is_nan()));
        }
    }

    #[test]
    fn a_part_decodes_as_the_whole_does(bytes in prop::collection::vec(any::<u8>(), 420..700), count in 0usize..512) {
        for &dtype in DType::ALL {
            let whole = decoded(dtype, &bytes, 512);
            let part = decoded(dtype, &bytes, count);
            prop_assert!(part.iter().zip(&whole).all(|(a, b)| a.to_bits() == b.to_bits() || a.is_nan() && b.is_nan()));
        }
    }

    #[test]
    fn any_values_encode_to_finite_ones(bits in prop::collection::vec(any::<u32>(), 0..600)) {
        let values: Vec<f32> = bits.into_iter().map(f32::from_bits).collect();
        for dtype in quantized() {
            let bytes = encoded(dtype, &values);
            prop_assert_eq!(Some(bytes.len()), dtype.row_bytes(values.len()));
            prop_assert!(decoded(dtype, &bytes, values.len()).iter().all(|value| value.is_finite()), "{}", dtype);
        }
    }

    #[test]
    fn values_stay_within_a_step(
        values in prop::collection::vec(-1.0f32..1.0, 1..600),
        power in 1i32..4,
        scale in -2i32..4,
    ) {
        let values: Vec<f32> = values.iter().map(|value| value.powi(power) * 10f32.powi(scale)).collect();
        for &dtype in DType::ALL {
            let back = again(dtype, &values);
            for (values, back) in values.chunks(dtype.block_elements()).zip(back.chunks(dtype.block_elements())) {
                let most = values.iter().fold(0.0f32, |most, value| most.max(value.abs()));
                for (value, back) in values.iter().zip(back) {
                    prop_assert!((value - back).abs() <= step(dtype) * most + COARSE, "{dtype}: {value} became {back} of {most}");
                }
            }
        }
    }

    /// One scale, and an element at the end of the range that reaches farther: then the scale follows from that
    /// element, and everything comes back as it was.
    #[test]
    fn full_blocks_come_back(quants in prop::collection::vec(0u8..16, 32), at in 0usize..32, scale in 0x0800u16..0x5000) {
        for (dtype, end) in [(DType::Q4_0, 0u8), (DType::IQ4_NL, 0)] {
            let mut quants = quants.clone();
            quants[at] = end;
            let mut block = scale.to_le_bytes().to_vec();
            block.extend((0..16).map(|i| quants[i] | quants[i + 16] << 4));
            let values = decoded(dtype, &block, 32);
            prop_assert_eq!(again(dtype, &values), values, "{}", dtype);
        }
        let mut block = scale.to_le_bytes().to_vec();
        block.extend(quants.iter().map(|quant| quant.wrapping_mul(15)));
        block[2 + at] = 127;
        block.iter_mut().skip(2).for_each(|byte| *byte = if *byte == 128 { 129 } else { *byte });
        let values = decoded(DType::Q8_0, &block, 32);
        prop_assert_eq!(encoded(DType::Q8_0, &values), block);
    }
}

#[test]
fn zeros_stay_zeros_and_so_does_what_is_too_small() {
    for dtype in quantized() {
        for value in [0.0, -0.0, 1e-40, -1e-30, 2e-8] {
            assert!(again(dtype, &[value; 300]).iter().all(|&value| value == 0.0), "{dtype} {value}");
        }
    }
}

#[test]
fn what_is_not_finite_becomes_a_number() {
    for dtype in quantized() {
        let mut values = [0.5; 256];
        values[3] = f32::NAN;
        let zeroed = values.map(|value| if value.is_nan() { 0.0 } else { value });
        assert_eq!(encoded(dtype, &values), encoded(dtype, &zeroed), "{dtype}");
        for (infinite, huge) in [(f32::INFINITY, 1e30), (f32::NEG_INFINITY, -1e30)] {
            values[3] = infinite;
            let bytes = encoded(dtype, &values);
            values[3] = huge;
            assert_eq!(bytes, encoded(dtype, &values), "{dtype}");
            let back = decoded(dtype, &bytes, 256);
            assert!(back[3] * infinite.signum() >= 65_504.0, "{dtype} {}", back[3]);
        }
    }
}

#[test]
fn a_row_is_filled_up_with_zeros() {
    for dtype in quantized() {
        let values: Vec<f32> = (0..dtype.block_elements() + 7).map(|i| (i as f32).sin()).collect();
        let mut filled = values.clone();
        filled.resize(2 * dtype.block_elements(), 0.0);
        assert_eq!(encoded(dtype, &values), encoded(dtype, &filled), "{dtype}");
    }
}
