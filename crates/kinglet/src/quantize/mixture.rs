use std::fmt;

use kinglet_format::gguf;
use kinglet_tensor::DType;

/// Which types matrices get: all the same one, or some of them better ones, as llama.cpp mixes them under these names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Mixture {
    /// This one.
    Of(DType),
    /// Q3_K, and nothing better.
    Q3KS,
    /// Q3_K; Q4_K or Q5_K for values, what attention and the feed-forward end with.
    Q3KM,
    /// Q3_K; Q5_K for those.
    Q3KL,
    /// Q4_K; Q5_K for values and the end of the feed-forward in the first layers.
    Q4KS,
    /// Q4_K; Q6_K for values and the end of the feed-forward in half of the layers.
    Q4KM,
    /// Q5_K, and nothing better.
    Q5KS,
    /// Q5_K; Q6_K for values and the end of the feed-forward in half of the layers.
    Q5KM,
}

impl Mixture {
    /// Those that are more than one type.
    pub const MIXED: &[Mixture] =
        &[Mixture::Q3KS, Mixture::Q3KM, Mixture::Q3KL, Mixture::Q4KS, Mixture::Q4KM, Mixture::Q5KS, Mixture::Q5KM];

    /// All that a file can have: each type of GGUF files, and the mixtures.
    pub fn all() -> impl Iterator<Item = Mixture> {
        gguf::types().map(Mixture::Of).chain(Mixture::MIXED.iter().copied())
    }

    /// The name that files have in theirs.
    pub const fn name(self) -> &'static str {
        match self {
            Mixture::Of(dtype) => dtype.name(),
            Mixture::Q3KS => "Q3_K_S",
            Mixture::Q3KM => "Q3_K_M",
            Mixture::Q3KL => "Q3_K_L",
            Mixture::Q4KS => "Q4_K_S",
            Mixture::Q4KM => "Q4_K_M",
            Mixture::Q5KS => "Q5_K_S",
            Mixture::Q5KM => "Q5_K_M",
        }
    }

    /// The type of most matrices.
    pub const fn base(self) -> DType {
        match self {
            Mixture::Of(dtype) => dtype,
            Mixture::Q3KS | Mixture::Q3KM | Mixture::Q3KL => DType::Q3_K,
            Mixture::Q4KS | Mixture::Q4KM => DType::Q4_K,
            Mixture::Q5KS | Mixture::Q5KM => DType::Q5_K,
        }
    }

    /// The type of a layer's matrix, by its name in GGUF files: `blk.0.attn_v.weight`.
    pub(super) fn of(self, name: &str, layers: usize) -> DType {
        let mut parts = name.split('.').skip(1);
        let layer = parts.next().and_then(|number| number.parse::<usize>().ok());
        let (Some(layer), Some(matrix)) = (layer, parts.next()) else { return self.base() };
        // The first eighth of the layers, the last, and every third between.
        let eighth = layers / 8;
        let half = layer < eighth || layer >= 7 * layers / 8 || (layer - eighth) % 3 == 2;
        match (self, matrix) {
            (Mixture::Q3KM, "attn_v") if layer < 2 => DType::Q5_K,
            (Mixture::Q3KM, "ffn_down") if layer < layers / 16 => DType::Q5_K,
            (Mixture::Q3KM, "attn_v" | "ffn_down" | "attn_output") => DType::Q4_K,
            (Mixture::Q3KL, "attn_v" | "ffn_down" | "attn_output") => DType::Q5_K,
            (Mixture::Q4KS, "attn_v") if layer < 4 => DType::Q5_K,
            (Mixture::Q4KS, "ffn_down") if layer < eighth => DType::Q5_K,
            (Mixture::Q4KM | Mixture::Q5KM, "attn_v" | "ffn_down") if half => DType::Q6_K,
            // One matrix for queries, keys and values.
            (Mixture::Q3KM | Mixture::Q3KL, "attn_qkv") => DType::Q4_K,
            (Mixture::Q4KM, "attn_qkv") => DType::Q5_K,
            (Mixture::Q5KM, "attn_qkv") => DType::Q6_K,
            _ => self.base(),
        }
    }
}

impl From<DType> for Mixture {
    fn from(dtype: DType) -> Mixture {
        Mixture::Of(dtype)
    }
}

impl fmt::Display for Mixture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_of_the_layers_get_more() {
        let better = |mixture: Mixture, matrix: &str| -> Vec<usize> {
            let name = |layer: &usize| format!("blk.{layer}.{matrix}.weight");
            (0..16).filter(|layer| mixture.of(&name(layer), 16) != mixture.base()).collect()
        };
        // As a file that llama.cpp made of a model with 16 layers has them.
        assert_eq!(better(Mixture::Q4KM, "attn_v"), [0, 1, 4, 7, 10, 13, 14, 15]);
        assert_eq!(better(Mixture::Q5KM, "ffn_down"), [0, 1, 4, 7, 10, 13, 14, 15]);
        assert_eq!(better(Mixture::Q4KS, "attn_v"), [0, 1, 2, 3]);
        assert_eq!(better(Mixture::Q4KS, "ffn_down"), [0, 1]);
        assert_eq!(better(Mixture::Q4KM, "ffn_up"), [0_usize; 0]);
        assert_eq!(better(Mixture::Q3KS, "attn_v"), [0_usize; 0]);
    }

    #[test]
    fn what_is_in_no_layer_is_of_the_base() {
        for mixture in Mixture::MIXED {
            assert_eq!(mixture.of("token_embd.weight", 8), mixture.base());
            assert_eq!(mixture.of("blk.x.attn_v.weight", 8), mixture.base());
        }
    }
}
