//! ModernBERT: norms before each branch, RoPE, GeGLU; two layers of three see a window on both sides.

use kinglet_format::SentencePooling;
use kinglet_graph::{Attention, Builder, NormKind, NormOptions, Pool, Rope, Sees};

use crate::{
    Architecture, Blueprint, Head, ModelError, Setting, blocks, gguf,
    heads::{self, FillHead},
    rope::{self, Words},
    settings::{CONTEXT, EPS, Settings, Sizes, Unsaid},
};

pub(crate) const ARCHITECTURE: Architecture = Architecture {
    gguf: Some(&gguf::MODERN_BERT),
    renames: &[("model.", "")],
    ..Architecture::new(
        "ModernBERT",
        &[
            ("ModernBertModel", Head::Base),
            ("ModernBertForSequenceClassification", Head::Classify),
            ("ModernBertForTokenClassification", Head::Tag),
            ("ModernBertForQuestionAnswering", Head::Answer),
            ("ModernBertForMaskedLM", Head::Fill),
        ],
        build,
    )
};

/// The rotations of layers that see everything, and of those that see a window.
fn rotations(c: &Settings<'_>, sizes: &Sizes) -> Result<[Rope; 2], ModelError> {
    const GLOBAL: Words = Words { base: "global_rope_theta", default_base: 160_000.0, ..Words::USUAL };
    const LOCAL: Words = Words { base: "local_rope_theta", ..Words::USUAL };
    let by_kind = c.config.section("rope_parameters")?;
    let of_kind = |kind| by_kind.as_ref().map_or(Ok(None), |sections| sections.section(kind));
    let of_all = match of_kind("full_attention")? {
        Some(parameters) => Some(parameters),
        None => c.config.section("rope_scaling")?,
    };
    let of_window = of_kind("sliding_attention")?;
    let (global, base) = rope::described(c, sizes, GLOBAL, of_all.as_ref())?;
    let (local, local_base) = rope::described(c, sizes, LOCAL, of_window.as_ref())?;
    c.note("global_rope_theta", Setting::Number(base));
    c.note("local_rope_theta", Setting::Number(local_base));
    // Readers of GGUF files scale nothing here.
    for parameters in [of_all, of_window].into_iter().flatten() {
        if let Some(kind) = parameters.text("rope_type")?.filter(|kind| *kind != "default") {
            c.note("rope_parameters.rope_type", Setting::Text(kind.to_owned()));
        }
    }
    Ok([global, local])
}

/// Which layers see a window, and notes it as the number of layers from one that sees everything to the next.
fn windowed(c: &Settings<'_>, layers: usize) -> Result<Vec<bool>, ModelError> {
    const EVERY: &str = "global_attn_every_n_layers";
    let every = c.config.optional_count(EVERY, 1..=1 << 16)?.unwrap_or(3);
    let windowed = c.windowed(layers, |layer| !layer.is_multiple_of(every))?;
    let repeats = |every: &usize| windowed.iter().enumerate().all(|(layer, it)| *it != layer.is_multiple_of(*every));
    match [every].into_iter().chain(1..=layers).find(repeats) {
        Some(every) => c.note(EVERY, Setting::Count(every)),
        None => c.note("layer_types", Setting::Text("that are no repetition".to_owned())),
    }
    Ok(windowed)
}

/// What stands before the output of every head.
fn head(c: &Settings<'_>, norm: NormOptions) -> Result<FillHead<'static>, ModelError> {
    Ok(FillHead {
        dense: "head.dense",
        dense_bias: c.flag("classifier_bias")?,
        function: c.function("classifier_activation", "gelu")?,
        norm: "head.norm",
        norm_options: norm,
        table: "model.embeddings.tok_embeddings.weight",
        bias: None,
        own: "decoder",
    })
}

fn build(c: Settings<'_>) -> Result<Blueprint, ModelError> {
    let sizes = Sizes::read(&c, Unsaid { context: 8192, ..Unsaid::USUAL })?;
    let Sizes { vocab, hidden, ff, layers, .. } = sizes;
    let eps = c.number_or("norm_eps", 1e-5, EPS)? as f32;
    let norm = NormOptions { kind: NormKind::Layer, bias: c.flag("norm_bias")?, ..NormOptions::rms(eps) };
    let (attention_bias, mlp_bias) = (c.flag("attention_bias")?, c.flag("mlp_bias")?);
    let function = c.function("hidden_activation", "gelu")?;
    // As many on each side, and the token itself.
    let window = c.count_unless_null("local_attention", 128, CONTEXT)?.map(|both| both / 2 + 1);
    let windowed = windowed(&c, layers)?;

    let g = Builder::new();
    let [global, local] = rotations(&c, &sizes)?.map(|rope| g.rope(rope));
    let x = g.embed("model.embeddings.tok_embeddings", vocab, hidden);
    let mut x = g.norm("model.embeddings.norm", x, norm);
    for ((index, layer), windowed) in g.layers("model.layers", layers).enumerate().zip(windowed) {
        let (rope, window) = if windowed { (local, window) } else { (global, None) };
        let attention = Attention { rope: Some(rope), window, sees: Sees::All, ..sizes.attention() };
        // The embedding's norm is that of the first layer, too.
        let h = if index == 0 { x } else { layer.norm("attn_norm", x, norm) };
        let qkv = layer.linear("attn.Wqkv", h, 3 * hidden, attention_bias);
        let a = layer.attention_fused("attn.attention", qkv, attention);
        x = x + layer.linear("attn.Wo", a, hidden, attention_bias);
        let h = layer.norm("mlp_norm", x, norm);
        x = layer.name("", x + blocks::fused_gated_mlp(&layer, h, ff, function, ["mlp.Wi", "mlp.Wo"], mlp_bias));
    }
    let x = g.norm("model.final_norm", x, norm);

    match c.head {
        Head::Generate | Head::Base => heads::base(&g, x),
        Head::Classify => {
            let (pooling, pool) = match c.config.text("classifier_pooling")? {
                Some("cls") | None => (SentencePooling::Cls, Pool::First),
                Some("mean") => (SentencePooling::Mean, Pool::Mean),
                Some(other) => return Err(c.wrong("classifier_pooling", other, "cls or mean")),
            };
            c.note("classifier_pooling", Setting::Pooling(pooling));
            heads::classify(&c, &g, heads::transformed(&g, x.pool(pool), &head(&c, norm)?), "classifier")?;
        }
        Head::Tag => heads::tag(&c, &g, heads::transformed(&g, x, &head(&c, norm)?), "classifier")?,
        Head::Answer => heads::answer(&g, heads::transformed(&g, x, &head(&c, norm)?), "classifier"),
        Head::Fill => {
            let bias = c.flag_or("decoder_bias", true)?.then_some("decoder.bias");
            heads::fill(&c, &g, x, vocab, &FillHead { bias, ..head(&c, norm)? })?;
        }
    }
    c.blueprint(&ARCHITECTURE, g, &sizes)
}
