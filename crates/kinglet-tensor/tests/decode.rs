//! What blocks decode to, compared with vectors that the `gguf` package and numpy made; see `vectors/make_vectors.py` and
//! `vectors/make_int4.py`.

use std::{error::Error, fs, path::Path};

use kinglet_tensor::DType;

#[test]
fn every_type_decodes_bit_for_bit() -> Result<(), Box<dyn Error>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors");
    for &dtype in DType::ALL.iter().filter(|dtype| dtype.block_elements() > 1) {
        let blocks = fs::read(folder.join(format!("{dtype}.blocks")))?;
        let expected = fs::read(folder.join(format!("{dtype}.values")))?;
        let mut values = vec![0.0; expected.len() / 4];
        assert_eq!(dtype.row_bytes(values.len()), Some(blocks.len()), "{dtype}");
        dtype.decode(&blocks, &mut values);
        for (i, (value, expected)) in values.iter().zip(expected.as_chunks().0).enumerate() {
            let expected = f32::from_le_bytes(*expected);
            let same = value.to_bits() == expected.to_bits() || value.is_nan() && expected.is_nan();
            assert!(same, "{dtype}, element {i}: {value} instead of {expected}");
        }
    }
    Ok(())
}
