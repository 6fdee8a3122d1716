"""Makes the vectors that tests/decode.rs compares with: for each quantized type `NAME.blocks`, random bytes, and
`NAME.values`, what the `gguf` package makes of them, as little-endian f32.

    pip install gguf==0.19.0
    python crates/kinglet-tensor/tests/vectors/make_vectors.py
"""

import pathlib

import gguf
import numpy as np

# Where the f16s of a block lie.
HALVES = {
    "Q8_0": [0], "Q4_0": [0], "Q4_1": [0, 2], "Q5_0": [0], "Q5_1": [0, 2],
    "Q2_K": [80, 82], "Q3_K": [108], "Q4_K": [0, 2], "Q5_K": [0, 2], "Q6_K": [208],
    "IQ4_NL": [0], "IQ4_XS": [0],
}

# 1, -1, zeros, subnormals, the smallest normal, the largest, and values whose products round.
SPECIAL = [0x3C00, 0xBC00, 0x0000, 0x8000, 0x0001, 0x8001, 0x03FF, 0x83FF, 0x0400, 0x7BFF, 0xFBFF, 0x2E66, 0xA555]
# A file can hold these too. What a NaN's bits are is not compared.
ODD = [0x7C00, 0xFC00, 0x7E00]


def blocks_of(name: str, rng: np.random.Generator) -> np.ndarray:
    elements, size = gguf.GGML_QUANT_SIZES[gguf.GGMLQuantizationType[name]]
    count = 20 if elements == 256 else 48
    blocks = rng.integers(0, 256, (count, size), dtype=np.uint8)
    for at in HALVES[name]:
        halves = (rng.standard_normal(count) * 2.0 ** rng.integers(-14, 6, count)).astype(np.float16).view(np.uint16)
        # A second f16 gets its special values in another order, so that they meet ordinary ones and each other.
        special = SPECIAL + ODD if at == HALVES[name][0] else SPECIAL[3:] + ODD[:2] + SPECIAL[:3]
        halves[: len(special)] = special
        blocks[:, at : at + 2] = halves.reshape(-1, 1).view(np.uint8)
    # All bits set and none, beside the special scales.
    special = np.isin(np.arange(size), [at + i for at in HALVES[name] for i in (0, 1)])
    blocks[-2, ~special] = 0x00
    blocks[-1, ~special] = 0xFF
    return blocks


def main() -> None:
    folder = pathlib.Path(__file__).parent
    for seed, name in enumerate(HALVES):
        blocks = blocks_of(name, np.random.default_rng(seed))
        with np.errstate(all="ignore"):
            values = gguf.quants.dequantize(blocks, gguf.GGMLQuantizationType[name])
        (folder / f"{name}.blocks").write_bytes(blocks.tobytes())
        (folder / f"{name}.values").write_bytes(values.astype("<f4").tobytes())


if __name__ == "__main__":
    main()
