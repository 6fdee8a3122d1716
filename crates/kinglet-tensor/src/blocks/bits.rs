//! Fields of a few bits, as blocks keep them.

/// Reads the fields of elements: each run of `RUN` bytes holds those of `8 / BITS` runs of `RUN` elements, the first run
/// in the lowest bits. Puts them at bit `at` of `out`, beside what is there.
#[inline(always)]
pub fn unpack<const BITS: usize, const RUN: usize>(bytes: &[u8], at: usize, out: &mut [u8]) {
    let mask = (1u8 << BITS) - 1;
    for (bytes, out) in bytes.as_chunks::<RUN>().0.iter().zip(out.chunks_exact_mut(RUN * 8 / BITS)) {
        for (part, out) in out.as_chunks_mut::<RUN>().0.iter_mut().enumerate() {
            for (value, byte) in out.iter_mut().zip(bytes) {
                *value |= ((byte >> (part * BITS)) & mask) << at;
            }
        }
    }
}

/// Writes the `BITS` bits of `values` from bit `at` on, where [`unpack`] finds them. `bytes` is zero before.
pub fn pack<const BITS: usize, const RUN: usize>(values: &[u8], at: usize, bytes: &mut [u8]) {
    let mask = (1u8 << BITS) - 1;
    for (bytes, values) in bytes.as_chunks_mut::<RUN>().0.iter_mut().zip(values.chunks_exact(RUN * 8 / BITS)) {
        for (part, values) in values.as_chunks::<RUN>().0.iter().enumerate() {
            for (byte, value) in bytes.iter_mut().zip(values) {
                *byte |= ((value >> at) & mask) << (part * BITS);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_lie_where_the_formats_say() {
        let mut out = [0; 4];
        unpack::<4, 2>(&[0x21, 0x43], 0, &mut out);
        assert_eq!(out, [1, 3, 2, 4]);
        let mut out = [1; 8];
        unpack::<2, 1>(&[0b11_10_01_00, 0b00_01_10_11], 2, &mut out);
        assert_eq!(out, [1, 5, 9, 13, 13, 9, 5, 1]);
    }

    #[test]
    fn unpack_reads_what_pack_wrote() {
        fn check<const BITS: usize, const RUN: usize>(at: usize) {
            let values: Vec<u8> = (0..=255).map(|i: u8| i.wrapping_mul(37) >> (8 - BITS) << at).collect();
            let mut bytes = vec![0; 256 * BITS / 8];
            pack::<BITS, RUN>(&values, at, &mut bytes);
            let mut out = vec![0; 256];
            unpack::<BITS, RUN>(&bytes, at, &mut out);
            assert_eq!(out, values);
        }
        check::<1, 1>(4);
        check::<1, 32>(2);
        check::<2, 32>(4);
        check::<4, 16>(0);
        check::<4, 64>(0);
    }
}
