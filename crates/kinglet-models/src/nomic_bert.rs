//! nomic-bert: a BERT with RoPE and SwiGLU, without biases and positions.

use kinglet_graph::{Attention, Builder, Sees, Unary};

use crate::{
    Architecture, Blueprint, Head, ModelError,
    heads::{self, FillHead, layer_norm},
    rope::{self, Words},
    settings::{CONTEXT, EPS, FF, HEADS, HIDDEN, LAYERS, Settings, Sizes, Unsaid, VOCAB},
};

pub(crate) const ARCHITECTURE: Architecture = Architecture {
    renames: &[("nomic_bert.", ""), ("nomic_bert.", "bert.")],
    ..Architecture::new(
        "nomic-bert",
        &[
            ("NomicBertModel", Head::Base),
            ("NomicBertForSequenceClassification", Head::Classify),
            ("NomicBertForTokenClassification", Head::Tag),
            ("NomicBertForMaskedLM", Head::Fill),
        ],
        build,
    )
};

/// What the published files call things, which are older than the class of `transformers`.
fn published(c: &Settings<'_>) -> Result<Sizes, ModelError> {
    let hidden = c.count("n_embd", HIDDEN)?;
    let heads = c.count("n_head", HEADS)?;
    // Beyond this length the model was not trained, whatever `n_positions` says.
    let trained = c.config.optional_count("max_trained_positions", CONTEXT)?.unwrap_or(2048);
    let sizes = Sizes {
        vocab: c.count("vocab_size", VOCAB)?,
        hidden,
        ff: c.count_or("n_inner", 4 * hidden, FF)?,
        layers: c.count("n_layer", LAYERS)?,
        heads,
        kv_heads: heads,
        head_dim: hidden / heads,
        context: c.count_or("n_positions", trained, CONTEXT)?.min(trained),
    };
    c.only("activation_function", &["swiglu"])?;
    for (key, expected) in [
        ("prenorm", false),
        ("use_rms_norm", false),
        ("causal", false),
        ("parallel_block", false),
        ("qkv_proj_bias", false),
        ("mlp_fc1_bias", false),
        ("mlp_fc2_bias", false),
        ("rotary_emb_interleaved", false),
    ] {
        if c.config.optional_flag(key)?.unwrap_or(expected) != expected {
            return Err(c.wrong(key, "true", "false"));
        }
    }
    Ok(sizes)
}

fn build(c: Settings<'_>) -> Result<Blueprint, ModelError> {
    let is_published = c.config.optional_count("n_embd", HIDDEN)?.is_some();
    let (sizes, eps) = if is_published {
        (published(&c)?, c.number_or("layer_norm_epsilon", 1e-12, EPS)?)
    } else {
        c.only("hidden_act", &["silu"])?;
        let context = c.count_or("max_position_embeddings", 2048, CONTEXT)?;
        (Sizes { context, ..Sizes::read(&c, Unsaid::USUAL)? }, c.number_or("layer_norm_eps", 1e-12, EPS)?)
    };
    let eps = eps as f32;
    let Sizes { vocab, hidden, ff, .. } = sizes;
    let segments = c.count_or("type_vocab_size", 2, 1..=1 << 16)?;
    let words = Words { default_base: 1000.0, ..Words::USUAL };
    let words = if is_published {
        Words { base: "rotary_emb_base", share: Some("rotary_emb_fraction"), ..words }
    } else {
        words
    };

    let g = Builder::new();
    let rope = g.rope(rope::read_as(&c, &sizes, words)?);
    let attention = Attention { rope: Some(rope), sees: Sees::All, ..sizes.attention() };
    let x = g.embed("nomic_bert.embeddings.word_embeddings", vocab, hidden)
        + g.embed_segments("nomic_bert.embeddings.token_type_embeddings", segments, hidden);
    let mut x = g.layer_norm("nomic_bert.emb_ln", x, eps);
    for layer in g.layers("nomic_bert.encoder.layers", sizes.layers) {
        let qkv = layer.linear("attn.Wqkv", x, 3 * hidden, false);
        let a = layer.attention_fused("attn.attention", qkv, attention.clone());
        let a = layer.layer_norm("norm1", layer.linear("attn.out_proj", a, hidden, false) + x, eps);
        let (up, gate) = (layer.linear("mlp.fc11", a, ff, false), layer.linear("mlp.fc12", a, ff, false));
        let m = layer.linear("mlp.fc2", gate.silu() * up, hidden, false) + a;
        x = layer.name("", layer.layer_norm("norm2", m, eps));
    }
    match c.head {
        Head::Generate | Head::Base | Head::Answer => heads::base(&g, x),
        Head::Classify => heads::classify(&c, &g, heads::pooler(&g.scope("nomic_bert"), x), "classifier")?,
        Head::Tag => heads::tag(&c, &g, x, "classifier")?,
        Head::Fill => heads::fill(
            &c,
            &g,
            x,
            vocab,
            &FillHead {
                dense: "cls.predictions.transform.dense",
                dense_bias: true,
                function: Unary::Silu,
                norm: "cls.predictions.transform.layer_norm",
                norm_options: layer_norm(eps),
                table: "nomic_bert.embeddings.word_embeddings.weight",
                bias: Some("cls.predictions.bias"),
                own: "cls.predictions.decoder",
            },
        )?,
    }
    c.blueprint(&ARCHITECTURE, g, &sizes)
}
