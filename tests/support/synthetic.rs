//! Large models made on the fly.

use std::ops::Range;

use kinglet::{Bytes, DType};
use kinglet_format::gguf::GgufWriter;
use kinglet_tensor::Shape;
use serde_json::json;

/// The numbers of a Llama.
#[derive(Clone, Copy)]
pub struct Numbers {
    pub vocab: usize,
    pub hidden: usize,
    pub ff: usize,
    pub layers: usize,
}

impl Numbers {
    pub const LLAMA_3_2_1B: Numbers = Numbers { vocab: 128_256, hidden: 2048, ff: 8192, layers: 16 };
}

/// A model file that nobody holds: its table is in memory, its weights are computed when they are read.
#[derive(Debug)]
pub struct Synthetic {
    /// The name of the file.
    pub file: &'static str,
    pub header: Bytes,
    /// Bytes of the whole file.
    pub size: u64,
    /// The `config.json` beside it, where there is one.
    pub config: Option<Bytes>,
}

impl Synthetic {
    /// The name of a GGUF model's only file.
    pub const FILE: &str = "model.gguf";

    /// A Llama in these types, by the names of tensors.
    pub fn new(numbers: Numbers, types: impl Fn(&str) -> DType) -> Synthetic {
        let (header, weights) = write(numbers, types);
        let size = header.len() as u64 + weights;
        Synthetic { file: Synthetic::FILE, header: header.into(), size, config: None }
    }

    /// The same as GPTQ publishes it, in groups of 128.
    pub fn gptq(numbers: Numbers) -> Synthetic {
        let (config, header, weights) = write_gptq(numbers);
        let size = header.len() as u64 + weights;
        Synthetic { file: "model.safetensors", header: header.into(), size, config: Some(config.into()) }
    }

    /// Small numbers in every type.
    pub fn read(&self, range: Range<u64>) -> Bytes {
        let (start, end) = (range.start as usize, range.end as usize);
        let mut bytes = vec![0x11; end - start];
        let known = self.header.get(start..end.min(self.header.len())).unwrap_or_default();
        bytes[..known.len()].copy_from_slice(known);
        bytes.into()
    }
}

/// A Llama of heads of 64 columns, four of them to each of keys and values, with a vocabulary.
fn write(numbers: Numbers, types: impl Fn(&str) -> DType) -> (Vec<u8>, u64) {
    let Numbers { vocab, hidden, ff, layers } = numbers;
    let heads = hidden / 64;
    let mut writer = GgufWriter::new();
    writer.value("general.architecture", "llama");
    for (key, value) in [
        ("llama.block_count", layers),
        ("llama.context_length", 8192),
        ("llama.embedding_length", hidden),
        ("llama.feed_forward_length", ff),
        ("llama.attention.head_count", heads),
        ("llama.attention.head_count_kv", heads / 4),
    ] {
        writer.value(key, value as u32);
    }
    let tokens: Vec<String> = (0..vocab).map(|id| format!("token{id}")).collect();
    writer.value("tokenizer.ggml.model", "gpt2");
    writer.texts("tokenizer.ggml.tokens", tokens.iter().map(String::as_str));
    writer.texts("tokenizer.ggml.merges", tokens.iter().map(String::as_str));
    let mut weights = 0;
    let mut add = |name: String, shape: &[usize]| {
        let dtype = if shape.len() == 1 { DType::F32 } else { types(&name) };
        let shape = Shape::from(shape);
        weights += shape.bytes(dtype).unwrap().next_multiple_of(32) as u64;
        writer.tensor(&name, dtype, &shape);
    };
    add("token_embd.weight".to_owned(), &[vocab, hidden]);
    for layer in 0..layers {
        let name = |tensor: &str| format!("blk.{layer}.{tensor}.weight");
        add(name("attn_norm"), &[hidden]);
        add(name("attn_q"), &[hidden, hidden]);
        add(name("attn_k"), &[hidden / 4, hidden]);
        add(name("attn_v"), &[hidden / 4, hidden]);
        add(name("attn_output"), &[hidden, hidden]);
        add(name("ffn_norm"), &[hidden]);
        add(name("ffn_gate"), &[ff, hidden]);
        add(name("ffn_up"), &[ff, hidden]);
        add(name("ffn_down"), &[hidden, ff]);
    }
    add("output_norm.weight".to_owned(), &[hidden]);
    (writer.header(Synthetic::FILE).unwrap(), weights)
}

/// A `config.json`, the table of a safetensors file, and the bytes of its tensors.
fn write_gptq(numbers: Numbers) -> (Vec<u8>, Vec<u8>, u64) {
    let Numbers { vocab, hidden, ff, layers } = numbers;
    let heads = hidden / 64;
    let config = json!({
        "architectures": ["LlamaForCausalLM"], "vocab_size": vocab, "hidden_size": hidden, "intermediate_size": ff,
        "num_hidden_layers": layers, "num_attention_heads": heads, "num_key_value_heads": heads / 4,
        "tie_word_embeddings": true,
        "quantization_config": {"quant_method": "gptq", "bits": 4, "group_size": 128, "desc_act": false},
    });
    let (mut table, mut end) = (serde_json::Map::new(), 0);
    let mut add = |name: &str, dtype: &str, shape: &[usize]| {
        let start = end;
        end += shape.iter().product::<usize>() * if dtype == "I32" { 4 } else { 2 };
        table.insert(name.to_owned(), json!({"dtype": dtype, "shape": shape, "data_offsets": [start, end]}));
    };
    add("model.embed_tokens.weight", "F16", &[vocab, hidden]);
    add("model.norm.weight", "F16", &[hidden]);
    for layer in 0..layers {
        for norm in ["input_layernorm", "post_attention_layernorm"] {
            add(&format!("model.layers.{layer}.{norm}.weight"), "F16", &[hidden]);
        }
        for (module, rows, width) in [
            ("self_attn.q_proj", hidden, hidden),
            ("self_attn.k_proj", hidden / 4, hidden),
            ("self_attn.v_proj", hidden / 4, hidden),
            ("self_attn.o_proj", hidden, hidden),
            ("mlp.gate_proj", ff, hidden),
            ("mlp.up_proj", ff, hidden),
            ("mlp.down_proj", hidden, ff),
        ] {
            let name = |part: &str| format!("model.layers.{layer}.{module}.{part}");
            add(&name("qweight"), "I32", &[width / 8, rows]);
            add(&name("qzeros"), "I32", &[width / 128, rows / 8]);
            add(&name("scales"), "F16", &[width / 128, rows]);
        }
    }
    let table = serde_json::Value::from(table).to_string();
    let header = [&(table.len() as u64).to_le_bytes(), table.as_bytes()].concat();
    (config.to_string().into_bytes(), header, end as u64)
}
