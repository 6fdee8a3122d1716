"""Writes golden checkpoints as GGUF files by llama.cpp's own convert_hf_to_gguf.py, with its vocabulary step left out but
for encoders.

    pip install torch transformers==4.57.6 safetensors gguf==0.19.0
    pip download --no-deps --no-binary llama-cpp-python llama-cpp-python==0.3.36
    tar xzf llama_cpp_python-0.3.36.tar.gz
    python tests/goldens/convert.py llama_cpp_python-0.3.36/vendor/llama.cpp [NAME...]

The version of transformers is the one the converter asks for: it takes the settings of a model from there, and version
5 gives some of them other names. What the files compute is what their checkpoint computes: gguf/NAME.gguf belongs to
NAME/golden.json. README.md says which folders have none, and why. The two oldest Llama files are make_gguf.py's, which
shows what the converter does to them.
"""

import json
import runpy
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
NAMES = [
    "qwen2", "qwen3", "gpt2", "phi3", "phi3-longrope", "phi4-mini", "granite", "granite4", "gemma2", "gemma3",
    "smollm3", "pythia", "llama-yarn", "llama-linear", "encoders/modernbert-base", "encoders/modernbert-classify",
    "encoders/modernbert-tag",
]


def without_vocabulary(model_class):
    """The step reads a tokenizer, which folders of decoders do not have. ModernBERT's do; how it splits text is known to
    the step by what published tokenizers make of one, and these are none of them."""
    if model_class.__name__ in ("ModernBertModel", "Tagger"):
        model_class.get_vocab_base_pre = lambda self, tokenizer: "modern-bert"
    else:
        model_class.set_vocab = lambda self: self._set_vocab_none()
    for child in model_class.__subclasses__():
        without_vocabulary(child)


def with_taggers(known, modern_bert, none):
    """The converter has no class for them, though their tensors have the names of those that label texts. That no text's
    rows become one is what tells them apart."""
    name = "ModernBertForTokenClassification"

    class Tagger(modern_bert):
        model_arch = modern_bert.model_arch

        def _try_set_pooling_type(self):
            self.gguf_writer.add_pooling_type(none)

    modern_bert.register(name)(Tagger)
    known[name] = known["ModernBertModel"]


def with_tokenizer(folder, config, copy):
    """Gemma 3 loses the rows of its embedding that no token of tokenizer.json has: a folder where each has one."""
    vocab = config.get("text_config", config)["vocab_size"]
    for path in folder.iterdir():
        (copy / path.name).symlink_to(path)
    if (folder / "tokenizer.json").exists():
        return
    tokens = {"model": {"vocab": {f"token {n}": n for n in range(vocab)}}, "added_tokens": []}
    (copy / "tokenizer.json").write_text(json.dumps(tokens))


def convert(llama_cpp, name):
    config = json.loads((HERE / name / "config.json").read_text())
    dtype = config.get("dtype") or config.get("torch_dtype") or "float32"
    out = HERE / "gguf" / f"{Path(name).name}.gguf"
    with tempfile.TemporaryDirectory() as parent:
        folder = Path(parent) / out.stem
        folder.mkdir()
        with_tokenizer(HERE / name, config, folder)
        sys.argv = [
            "convert_hf_to_gguf.py", str(folder), "--outfile", str(out),
            "--outtype", "f32" if dtype == "float32" else "f16", "--model-name", out.stem,
        ]
        runpy.run_path(str(llama_cpp / "convert_hf_to_gguf.py"), run_name="__main__")
    print(f"{out.relative_to(HERE)}: {out.stat().st_size} bytes")


def main():
    llama_cpp = Path(sys.argv[1])
    sys.path[:0] = [str(llama_cpp), str(llama_cpp / "gguf-py")]
    import gguf
    from conversion import TEXT_MODEL_MAP, TextModel, load_all_models
    from conversion.bert import ModernBertModel

    load_all_models()
    with_taggers(TEXT_MODEL_MAP, ModernBertModel, gguf.PoolingType.NONE)
    without_vocabulary(TextModel)
    for name in sys.argv[2:] or NAMES:
        convert(llama_cpp, name)


if __name__ == "__main__":
    main()
