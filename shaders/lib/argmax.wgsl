// The best of many logits, compared as integers: exact on every driver, and NaN has a place.
// A candidate is (key, index): the greater key wins, then the lower index. The key of NaN is 0.

// Order-preserving: a < b as floats when key(a) < key(b); -0 and +0 are equal, NaN is below -infinity.
fn argmax_key(bits: u32) -> u32 {
    if ((bits & 0x7fffffffu) > 0x7f800000u) {
        return 0u;
    }
    if (bits == 0x80000000u) {
        return 0x80000000u;
    }
    return select(bits | 0x80000000u, ~bits, bits >= 0x80000000u);
}

// The float's bits again, for the key of a number; a quiet NaN's for 0.
fn argmax_bits(key: u32) -> u32 {
    if (key == 0u) {
        return 0x7fc00000u;
    }
    return select(~key, key & 0x7fffffffu, key >= 0x80000000u);
}
