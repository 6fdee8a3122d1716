"""Writes golden checkpoints as GGUF files by llama.cpp's own convert_hf_to_gguf.py, with its vocabulary step left out.

    pip install torch transformers safetensors gguf==0.19.0
    pip download --no-deps --no-binary llama-cpp-python llama-cpp-python==0.3.36
    tar xzf llama_cpp_python-0.3.36.tar.gz
    python tests/goldens/convert.py llama_cpp_python-0.3.36/vendor/llama.cpp [NAME...]

What they compute is what their checkpoint computes: gguf/NAME.gguf belongs to NAME/golden.json. README.md says which
folders have none, and why. Two of the Llama files are make_gguf.py's, which shows what the converter does to them.
"""

import json
import runpy
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
NAMES = [
    "qwen2", "qwen3", "gpt2", "phi3", "phi3-longrope", "phi4-mini", "granite", "granite4", "gemma2", "gemma3", "smollm3",
    "pythia", "gpt-neox-sequential", "llama-yarn", "llama-linear",
]


def without_vocabulary(model_class):
    """The step reads a tokenizer, which these folders do not have."""
    model_class.set_vocab = lambda self: self._set_vocab_none()
    for child in model_class.__subclasses__():
        without_vocabulary(child)


def convert(llama_cpp, name):
    from conversion import TextModel, load_all_models

    load_all_models()
    without_vocabulary(TextModel)
    config = json.loads((HERE / name / "config.json").read_text())
    dtype = config.get("dtype") or config.get("torch_dtype") or "float32"
    out = HERE / "gguf" / f"{name}.gguf"
    sys.argv = [
        "convert_hf_to_gguf.py", str(HERE / name), "--outfile", str(out),
        "--outtype", "f32" if dtype == "float32" else "f16", "--model-name", name,
    ]
    runpy.run_path(str(llama_cpp / "convert_hf_to_gguf.py"), run_name="__main__")
    print(f"{out.relative_to(HERE)}: {out.stat().st_size} bytes")


def main():
    llama_cpp = Path(sys.argv[1])
    names = sys.argv[2:] or NAMES
    sys.path[:0] = [str(llama_cpp), str(llama_cpp / "gguf-py")]
    for name in names:
        convert(llama_cpp, name)


if __name__ == "__main__":
    main()
