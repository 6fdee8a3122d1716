"""Writes the damaged files of this folder, each named after what is wrong with it.

    python3 make.py

They are what tests/corpus.rs opens, with the messages it expects in messages.txt, and what fuzzing starts from.
"""

import json
import pathlib
import struct

HERE = pathlib.Path(__file__).parent
U32, U64, F32, TEXT, ARRAY, FLAG = 4, 10, 6, 8, 9, 7


def u32(*numbers):
    return b"".join(struct.pack("<I", number) for number in numbers)


def u64(*numbers):
    return b"".join(struct.pack("<Q", number) for number in numbers)


def text(value):
    value = value if isinstance(value, bytes) else value.encode()
    return u64(len(value)) + value


def key(name, kind, value):
    return text(name) + u32(kind) + value


def array(name, kind, count, values=b""):
    return key(name, ARRAY, u32(kind) + u64(count) + values)


def tensor(name, dims, kind, offset):
    return text(name) + u32(len(dims)) + u64(*dims) + u32(kind) + u64(offset)


def gguf(keys=(), tensors=(), data=0, version=3, counts=None):
    """A file, and where its parts end."""
    tensor_count, key_count = counts or (len(tensors), len(keys))
    parts = [b"GGUF", u32(version), u64(tensor_count, key_count), *keys, *tensors]
    whole = b"".join(parts)
    if data is not None:
        whole += bytes(-len(whole) % 32 + data)
    ends = [sum(map(len, parts[: index + 1])) for index in range(len(parts))]
    return whole, ends


KEYS = [
    key("general.architecture", TEXT, text("llama")),
    key("general.alignment", U32, u32(32)),
    key("flag", FLAG, b"\1"),
    key("f32", F32, struct.pack("<f", 1e-5)),
    key("u64", U64, u64(1 << 63)),
    array("tokens", TEXT, 3, text("a") + text("") + text("ä")),
    array("nested", ARRAY, 2, u32(0) + u64(1) + b"\1" + u32(TEXT) + u64(1) + text("x")),
]
TENSORS = [tensor("a", [8], 0, 0), tensor("b", [32, 2], 2, 32), tensor("c", [2], 25, 96)]


def gguf_files():
    whole, ends = gguf(KEYS, TENSORS, 100)
    yield "valid", whole
    yield "valid v2", gguf(KEYS, TENSORS, 100, version=2)[0]
    for index, end in enumerate([0, *ends]):
        yield f"cut after part {index:02}", whole[:end]
    yield "cut in the data", whole[:-1]
    for version in (0, 1, 4, 3 << 24):
        yield f"version {version}", gguf(version=version)[0]
    for count in (1 << 32, 1 << 60, (1 << 64) - 1):
        yield f"{count} tensors", gguf(counts=(count, 0))[0]
        yield f"{count} keys", gguf(counts=(0, count))[0]
        yield f"a name of {count} bytes", gguf(counts=(0, 1))[0][:24] + u64(count) + bytes(40)
        yield f"a text of {count} bytes", gguf([text("t") + u32(TEXT) + u64(count)], data=64)[0]
        for kind in range(13):
            yield f"{count} values of kind {kind}", gguf([array("v", kind, count)], data=64)[0]
    bomb = b"".join(u32(ARRAY) + u64(1 << 20) for _ in range(3))
    yield "arrays of arrays of arrays", gguf([key("k", ARRAY, bomb)], data=256)[0]
    yield "arrays without end", gguf([key("k", ARRAY, (u32(ARRAY) + u64(1)) * 60)], data=64)[0]
    yield "an unknown kind", gguf([key("k", 13, bytes(8))])[0]
    yield "a flag of 2", gguf([key("k", FLAG, b"\2")])[0]
    yield "a key twice", gguf([key("k", FLAG, b"\1"), key("k", FLAG, b"\1")])[0]
    yield "a key without name", gguf([key("", FLAG, b"\1")])[0]
    yield "a key that is no text", gguf([key(b"a\n\xff", FLAG, b"\1")])[0]
    yield "a text that is none", gguf([key("t", TEXT, text(b"\xff\xfe"))])[0]
    for alignment in (0, 24, 1 << 31):
        yield f"alignment {alignment}", gguf([key("general.alignment", U32, u32(alignment))])[0]
    yield "alignment is text", gguf([key("general.alignment", TEXT, text("32"))])[0]
    shapes = {
        "no dimensions": [],
        "five dimensions": [1] * 5,
        "a dimension of 0": [4, 0],
        "2 to the 64 elements": [1 << 32, 1 << 32],
        "more than the file": [1 << 20],
        "2 to the 60 elements": [1 << 60],
    }
    for name, dims in shapes.items():
        yield f"a tensor with {name}", gguf(tensors=[tensor("x", dims, 0, 0)], data=64)[0]
    yield "half a block", gguf(tensors=[tensor("x", [33], 8, 0)], data=64)[0]
    yield "an unknown type", gguf(tensors=[tensor("x", [32], 99, 0)], data=64)[0]
    for offset in (33, 64, (1 << 64) - 32, (1 << 64) - 1):
        yield f"a tensor at {offset}", gguf(tensors=[tensor("x", [4], 0, offset)], data=64)[0]
    yield "tensors overlap", gguf(tensors=[tensor("a", [9], 0, 0), tensor("b", [8], 0, 32)], data=64)[0]
    yield "a tensor twice", gguf(tensors=[tensor("a", [8], 0, 0), tensor("a", [8], 0, 32)], data=64)[0]
    whole, _ = gguf(tensors=[tensor("x", [32], 8, 0)], data=0)
    yield "a scale that is no number", whole + b"\0\x7e" + bytes(32)


def safetensors(table, data=32, length=None):
    header = table if isinstance(table, bytes) else (table if isinstance(table, str) else json.dumps(table)).encode()
    return u64(len(header) if length is None else length) + header + bytes(data)


def entry(dtype="F32", shape=(2, 3), offsets=(0, 24), **more):
    return {"dtype": dtype, "shape": list(shape), "data_offsets": list(offsets), **more}


def safetensors_files():
    table = {"__metadata__": {"format": "pt"}, "a": entry(), "b": entry("BF16", [4], [24, 32])}
    whole = safetensors(table)
    yield "valid", whole
    for name, end in {"nothing": 0, "half a length": 4, "the length": 8, "half the table": 60, "the table": len(whole) - 32}.items():
        yield f"cut after {name}", whole[:end]
    yield "cut in the data", whole[:-1]
    yield "more data than tensors", whole + bytes(8)
    for length in (0, 1, 1 << 32, 1 << 60, (1 << 64) - 1):
        yield f"a table of {length} bytes", safetensors(table, length=length)
    yield "no JSON", safetensors("{a}")
    yield "no UTF-8", safetensors(b'{"\xff": 1}')
    yield "no object", safetensors([1])
    yield "nested without end", safetensors('{"a": ' + "[" * 2000)
    yield "a tensor twice", safetensors('{"a": %s, "a": %s}' % (json.dumps(entry()), json.dumps(entry("F32", [2], [24, 32]))))
    yield "a long name", safetensors({"n" * 3000: entry(offsets=(0, 9))})
    yield "a name with a line break", safetensors({"a\nb\x1b[2J": entry(offsets=(0, 9))})
    for name, wrong in {
        "an unknown type": entry("I3"),
        "a type that is a number": entry(3),
        "no type": {"shape": [1], "data_offsets": [0, 4]},
        "no shape": {"dtype": "F32", "data_offsets": [0, 4]},
        "no offsets": {"dtype": "F32", "shape": [1]},
        "one offset": entry(offsets=(0,)),
        "three offsets": entry(offsets=(0, 24, 32)),
        "negative offsets": entry(offsets=(-24, 0)),
        "offsets the wrong way round": entry(offsets=(24, 0)),
        "offsets beyond the file": entry(offsets=(16, 40)),
        "offsets of 2 to the 60": entry(offsets=(1 << 60, (1 << 60) + 24)),
        "a shape of 2 to the 64 bytes": entry("F64", [1 << 61], (0, 0)),
        "a shape that overflows": entry(shape=[1 << 32, 1 << 32]),
        "too few bytes": entry(offsets=(0, 23)),
        "a negative dimension": entry(shape=[-2, 3]),
        "half a dimension": entry(shape=[1.5, 4]),
        "a dimension of 0": entry(shape=[0], offsets=(0, 24)),
        "many dimensions": entry(shape=[1] * 40 + [6]),
    }.items():
        yield f"a tensor with {name}", safetensors({"a": wrong}, 24)
    yield "tensors overlap", safetensors({"a": entry(), "b": entry("F32", [4], (16, 32))})
    yield "a gap between tensors", safetensors({"a": entry(), "b": entry("BF16", [2], (28, 32))})


def main():
    for folder, files in (("gguf", gguf_files()), ("safetensors", safetensors_files())):
        (HERE / folder).mkdir(exist_ok=True)
        for old in (HERE / folder).iterdir():
            old.unlink()
        for name, data in files:
            (HERE / folder / f"{name.replace(' ', '-')}.{folder}").write_bytes(data)


main()
