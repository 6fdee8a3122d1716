//! Large models made on the fly.

use std::ops::Range;

use kinglet::{Bytes, DType};
use kinglet_format::gguf::GgufWriter;
use kinglet_tensor::Shape;

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
    pub header: Bytes,
    /// Bytes of the whole file.
    pub size: u64,
}

impl Synthetic {
    /// The name of its only file.
    pub const FILE: &str = "model.gguf";

    /// A Llama in these types, by the names of tensors.
    pub fn new(numbers: Numbers, types: impl Fn(&str) -> DType) -> Synthetic {
        let (header, weights) = write(numbers, types);
        Synthetic { size: header.len() as u64 + weights, header: header.into() }
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
