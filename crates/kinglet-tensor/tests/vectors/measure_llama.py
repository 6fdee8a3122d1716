"""Measures the squared error of llama.cpp's own quantizer without an importance matrix, for tests/encode.rs: writes
`llama_errors.txt`, lines of type, kind of data and sum of squared errors over sum of squares.

    pip install gguf==0.19.0
    python crates/kinglet-tensor/tests/vectors/measure_llama.py LIBRARY

LIBRARY is a shared library with llama.cpp's `ggml_quantize_chunk`. What lies beside this file was made from the
sources in the package llama_cpp_python 0.3.36, in its vendor/llama.cpp/ggml:

    printf '#define GGML_VERSION "x"\n#define GGML_COMMIT "x"\n' > ggml-version.h
    printf 'void ggml_critical_section_start(void){} void ggml_critical_section_end(void){}\n' > stub.c
    gcc -O2 -fPIC -shared -D_GNU_SOURCE -o libggmlquants.so -I. -Iinclude -Isrc src/ggml-quants.c src/ggml.c stub.c -lm
"""

import ctypes
import os
import pathlib
import sys

import gguf
import numpy as np

TYPES = "Q8_0 Q4_0 Q4_1 Q5_0 Q5_1 Q2_K Q3_K Q4_K Q5_K Q6_K IQ4_NL IQ4_XS".split()
ROWS, WIDTH = 64, 512


def uniform(stream: int) -> np.ndarray:
    """The numbers that `uniform` in tests/encode.rs makes: splitmix64 of a counter, in [0, 1)."""
    with np.errstate(over="ignore"):
        index = np.arange(ROWS * WIDTH, dtype=np.uint64) + np.uint64(stream << 32)
        x = index * np.uint64(0x9E3779B97F4A7C15)
        x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        x = x ^ (x >> np.uint64(31))
    return (x >> np.uint64(11)).astype(np.float64) / 2.0**53


def kinds() -> dict[str, np.ndarray]:
    u, v = uniform(1), uniform(2)
    gauss = np.sqrt(-2 * np.log(1 - u)) * np.cos(2 * np.pi * v) * 0.02
    column = np.arange(ROWS * WIDTH) % WIDTH
    data = {
        "gauss": gauss,
        "laplace": np.where(v < 0.5, -1, 1) * np.log(1 - u) * 0.02,
        "uniform": (2 * u - 1) * 0.05,
        # Channels far larger than the rest.
        "outliers": np.where(column % 97 == 0, 20, 1) * gauss,
        # Scales are subnormal f16s.
        "tiny": gauss * 5e-5,
        "shifted": gauss + 0.1,
        "sparse": np.where(v < 0.9, 0, u - 0.5),
    }
    return {name: values.astype(np.float32).reshape(ROWS, WIDTH) for name, values in data.items()}


def main() -> None:
    library = ctypes.CDLL(os.path.abspath(sys.argv[1]), mode=os.RTLD_LAZY)
    quantize = library.ggml_quantize_chunk
    quantize.restype = ctypes.c_size_t
    quantize.argtypes = [ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p] + [ctypes.c_int64] * 3 + [ctypes.c_void_p]
    lines = []
    for name in TYPES:
        dtype = gguf.GGMLQuantizationType[name]
        elements, size = gguf.GGML_QUANT_SIZES[dtype]
        for kind, values in kinds().items():
            blocks = np.zeros((ROWS, WIDTH // elements * size), np.uint8)
            quantize(int(dtype), values.ctypes.data, blocks.ctypes.data, 0, ROWS, WIDTH, None)
            exact = values.astype(np.float64)
            lost = ((exact - gguf.quants.dequantize(blocks, dtype)) ** 2).sum() / (exact**2).sum()
            lines.append(f"{name} {kind} {lost:.6e}\n")
    (pathlib.Path(__file__).parent / "llama_errors.txt").write_text("".join(lines))


if __name__ == "__main__":
    main()
