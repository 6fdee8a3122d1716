//! MobileBERT: a BERT whose layers are narrow inside, with several feed-forward parts and tokens that see their
//! neighbours before the first layer.

use kinglet_graph::{Attention, Builder, NormKind, NormOptions, Pool, Scope, Sees, Unary, Var};

use crate::{
    Architecture, Blueprint, Head, ModelError, Order,
    heads::{self, FillHead, layer_norm},
    settings::{CONTEXT, EPS, HIDDEN, Settings, Sizes, Unsaid},
};

pub(crate) const ARCHITECTURE: Architecture = Architecture {
    renames: &[("mobilebert.", "")],
    orders: &[("cls.predictions.dense.weight", Order::Transposed)],
    ..Architecture::new(
        "MobileBERT",
        &[
            ("MobileBertModel", Head::Base),
            ("MobileBertForSequenceClassification", Head::Classify),
            ("MobileBertForTokenClassification", Head::Tag),
            ("MobileBertForQuestionAnswering", Head::Answer),
            ("MobileBertForMaskedLM", Head::Fill),
            ("MobileBertForPreTraining", Head::Fill),
        ],
        build,
    )
};

/// How a layer is made.
struct Layers {
    /// Columns inside a layer.
    inside: usize,
    ff: usize,
    function: Unary,
    norm: NormOptions,
    /// The norm of two places where no configuration says an epsilon.
    plain_norm: NormOptions,
    bottleneck: bool,
    /// Queries, keys and values come out of the bottleneck.
    bottleneck_attention: bool,
    /// Queries and keys come out of one of their own.
    shared_bottleneck: bool,
    feed_forwards: usize,
}

impl Layers {
    fn read(c: &Settings<'_>, sizes: &Sizes) -> Result<Layers, ModelError> {
        let bottleneck = c.flag_or("use_bottleneck", true)?;
        let inside = c.count_or("intra_bottleneck_size", 128, HIDDEN)?;
        let eps = c.number_or("layer_norm_eps", 1e-12, EPS)? as f32;
        let norm = match c.config.text("normalization_type")? {
            Some("no_norm") | None => NormOptions { kind: NormKind::Affine, ..layer_norm(eps) },
            Some("layer_norm") => layer_norm(eps),
            Some(other) => return Err(c.wrong("normalization_type", other, "no_norm or layer_norm")),
        };
        Ok(Layers {
            inside: if bottleneck { inside } else { sizes.hidden },
            ff: sizes.ff,
            function: c.function("hidden_act", "relu")?,
            norm,
            plain_norm: NormOptions { eps: 1e-5, ..norm },
            bottleneck,
            bottleneck_attention: c.flag_or("use_bottleneck_attention", false)?,
            shared_bottleneck: c.flag_or("key_query_shared_bottleneck", true)?,
            feed_forwards: c.count_or("num_feedforward_networks", 4, 1..=64)?,
        })
    }

    fn narrowed<'g>(&self, layer: &Scope<'g>, path: &str, x: Var<'g>) -> Var<'g> {
        let dense = layer.linear(&format!("{path}.dense"), x, self.inside, true);
        layer.norm(&format!("{path}.LayerNorm"), dense, self.norm)
    }

    fn feed_forward<'g>(&self, layer: &Scope<'g>, path: &str, x: Var<'g>, norm: NormOptions) -> Var<'g> {
        let m = layer.linear(&format!("{path}intermediate.dense"), x, self.ff, true).map(self.function);
        let m = layer.linear(&format!("{path}output.dense"), m, self.inside, true) + x;
        layer.norm(&format!("{path}output.LayerNorm"), m, norm)
    }

    fn layer<'g>(&self, layer: &Scope<'g>, x: Var<'g>, attention: &Attention) -> Var<'g> {
        let narrow = if self.bottleneck { self.narrowed(layer, "bottleneck.input", x) } else { x };
        let (query_key, value) = match (self.bottleneck, self.bottleneck_attention, self.shared_bottleneck) {
            (true, true, _) => (narrow, narrow),
            (true, false, true) => (self.narrowed(layer, "bottleneck.attention", x), x),
            _ => (x, x),
        };
        let project = |name, input| layer.linear(name, input, self.inside, true);
        let qkv = [
            project("attention.self.query", query_key),
            project("attention.self.key", query_key),
            project("attention.self.value", value),
        ];
        let a = layer.attention("attention.self", qkv, attention.clone());
        let a = project("attention.output.dense", a) + narrow;
        let mut a = layer.norm("attention.output.LayerNorm", a, self.norm);
        for index in 0..self.feed_forwards - 1 {
            a = self.feed_forward(layer, &format!("ffn.{index}."), a, self.norm);
        }
        let m = self.feed_forward(layer, "", a, self.plain_norm);
        if !self.bottleneck {
            return m;
        }
        let wide = layer.linear("output.bottleneck.dense", m, x.width(), true) + x;
        layer.norm("output.bottleneck.LayerNorm", wide, self.norm)
    }
}

fn build(c: Settings<'_>) -> Result<Blueprint, ModelError> {
    let sizes =
        Sizes { context: c.count_or("max_position_embeddings", 512, CONTEXT)?, ..Sizes::read(&c, Unsaid::USUAL)? };
    let Sizes { vocab, hidden, heads, .. } = sizes;
    let layers = Layers::read(&c, &sizes)?;
    let width = c.count_or("embedding_size", 128, HIDDEN)?;
    let segments = c.count_or("type_vocab_size", 2, 1..=1 << 16)?;
    let trigram = c.flag_or("trigram_input", true)?;

    let g = Builder::new();
    let attention = Attention { sees: Sees::All, ..Attention::new(heads, heads, layers.inside / heads) };
    let mut x = g.embed("mobilebert.embeddings.word_embeddings", vocab, width);
    if trigram || width != hidden {
        x = if trigram { x.neighbours() } else { x };
        x = g.linear("mobilebert.embeddings.embedding_transformation", x, hidden, true);
    }
    let x = x
        + g.embed_positions("mobilebert.embeddings.position_embeddings", sizes.context, hidden)
        + g.embed_segments("mobilebert.embeddings.token_type_embeddings", segments, hidden);
    let mut x = g.norm("mobilebert.embeddings.LayerNorm", x, layers.plain_norm);
    for layer in g.layers("mobilebert.encoder.layer", sizes.layers) {
        x = layer.name("", layers.layer(&layer, x, &attention));
    }
    match c.head {
        Head::Generate | Head::Base => heads::base(&g, x),
        Head::Classify => {
            let pooled = match c.flag_or("classifier_activation", true)? {
                true => heads::pooler(&g.scope("mobilebert"), x),
                false => x.pool(Pool::First),
            };
            heads::classify(&c, &g, pooled, "classifier")?;
        }
        Head::Tag => heads::tag(&c, &g, x, "classifier")?,
        Head::Answer => heads::answer(&g, x, "qa_outputs"),
        Head::Fill => fill(&c, &g, x, &sizes, width, &layers)?,
    }
    c.blueprint(&ARCHITECTURE, g, &sizes)
}

/// The table of tokens has fewer columns than a row; another matrix has the rest.
fn fill<'g>(
    c: &Settings<'_>,
    g: &'g Builder,
    x: Var<'g>,
    sizes: &Sizes,
    width: usize,
    layers: &Layers,
) -> Result<(), ModelError> {
    let head = FillHead {
        dense: "cls.predictions.transform.dense",
        dense_bias: true,
        function: layers.function,
        norm: "cls.predictions.transform.LayerNorm",
        norm_options: layer_norm(layers.norm.eps),
        table: "mobilebert.embeddings.word_embeddings.weight",
        bias: Some("cls.predictions.bias"),
        own: "cls.predictions.decoder",
    };
    let Sizes { vocab, hidden, .. } = *sizes;
    if width >= hidden {
        return heads::fill(c, g, x, vocab, &head);
    }
    let (weight, bias) = head.output(c)?;
    let t = heads::transformed(g, x.wanted_rows(), &head);
    let first = t.slice(0, width).linear_with(&weight, bias.as_deref(), vocab, "");
    let rest = t.slice(width, hidden - width).linear_with("cls.predictions.dense.weight", None, vocab, "logits");
    g.output("logits", first + rest);
    Ok(())
}
