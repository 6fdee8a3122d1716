"""Makes the vectors of the types that only memory holds, for tests/decode.rs: `NAME.blocks`, random bytes, and
`NAME.values`, `scale * (code - zero)` of each element in float32. See `src/blocks/int4.rs` for the blocks.

    pip install numpy
    python crates/kinglet-tensor/tests/vectors/make_int4.py
"""

import pathlib

import numpy as np

BLOCKS = 48

# Scales: 1, -1, zeros, subnormals, the smallest normal, the largest, values whose products round, and what is no number.
SPECIAL = [0x3C00, 0xBC00, 0x0000, 0x8000, 0x0001, 0x8001, 0x03FF, 0x83FF, 0x0400, 0x7BFF, 0xFBFF, 0x2E66, 0xA555]
ODD = [0x7C00, 0xFC00, 0x7E00]


def values_of(blocks: np.ndarray, group: int) -> np.ndarray:
    scales = blocks[:, :2].copy().view("<f2").astype(np.float32)
    zeros = blocks[:, 2:3].astype(np.int32)
    # Eight elements in four bytes: the lower nibbles, then the upper.
    fours = blocks[:, 3:].reshape(BLOCKS, group // 8, 4)
    codes = np.concatenate([fours & 15, fours >> 4], axis=2).reshape(BLOCKS, group)
    return scales * (codes.astype(np.int32) - zeros).astype(np.float32)


def main() -> None:
    folder = pathlib.Path(__file__).parent
    for group in (32, 64, 128):
        rng = np.random.default_rng(group)
        blocks = rng.integers(0, 256, (BLOCKS, 3 + group // 2), dtype=np.uint8)
        # Zeros as files have them, and some beyond.
        blocks[: BLOCKS - 8, 2] %= 17
        halves = (rng.standard_normal(BLOCKS) * 2.0 ** rng.integers(-14, 6, BLOCKS)).astype(np.float16).view(np.uint16)
        special = SPECIAL + ODD
        halves[: len(special)] = special
        blocks[:, :2] = halves.reshape(-1, 1).view(np.uint8)
        with np.errstate(all="ignore"):
            values = values_of(blocks, group)
        (folder / f"I4_G{group}.blocks").write_bytes(blocks.tobytes())
        (folder / f"I4_G{group}.values").write_bytes(values.astype("<f4").tobytes())


if __name__ == "__main__":
    main()
