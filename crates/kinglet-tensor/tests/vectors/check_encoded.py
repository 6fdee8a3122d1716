"""Decodes with the `gguf` package what Kinglet's encoders write, and compares with Kinglet's own decoders bit for bit.

    pip install gguf==0.19.0
    mkdir -p target/encoded
    KINGLET_ENCODED=target/encoded cargo test -p kinglet-tensor --test encode -- --ignored write_encoded
    python crates/kinglet-tensor/tests/vectors/check_encoded.py target/encoded
"""

import pathlib
import sys

import gguf
import numpy as np


def main() -> None:
    different = 0
    paths = sorted(pathlib.Path(sys.argv[1]).glob("*.blocks"))
    for path in paths:
        kind = gguf.GGMLQuantizationType[path.stem]
        elements, size = gguf.GGML_QUANT_SIZES[kind]
        blocks = np.fromfile(path, np.uint8)
        ours = np.fromfile(path.with_suffix(".values"), "<f4")
        if elements == 1:
            blocks = blocks.view({"F32": np.float32, "F16": np.float16}.get(path.stem, np.uint8))
        theirs = gguf.quants.dequantize(blocks.reshape(-1, size) if elements > 1 else blocks, kind).reshape(-1)
        count = int((ours.view(np.uint32) != theirs.astype("<f4").view(np.uint32)).sum())
        print(f"{path.stem:7} {len(ours)} values, {count} differ")
        different += count + (len(ours) != len(theirs))
    sys.exit("no files there" if not paths else different != 0)


if __name__ == "__main__":
    main()
