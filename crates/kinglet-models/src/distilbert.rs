//! DistilBERT: BERT without segments and pooler.

use kinglet_graph::{Attention, Builder, Pool, Sees, Unary};

use crate::{
    Architecture, Blueprint, Head, ModelError,
    heads::{self, FillHead, layer_norm},
    settings::{CONTEXT, FF, HEADS, HIDDEN, LAYERS, Settings, Sizes, VOCAB},
};

pub(crate) const ARCHITECTURE: Architecture = Architecture {
    renames: &[("distilbert.", "")],
    ..Architecture::new(
        "DistilBERT",
        &[
            ("DistilBertModel", Head::Base),
            ("DistilBertForSequenceClassification", Head::Classify),
            ("DistilBertForTokenClassification", Head::Tag),
            ("DistilBertForQuestionAnswering", Head::Answer),
            ("DistilBertForMaskedLM", Head::Fill),
        ],
        build,
    )
};

/// No configuration says it.
const EPS: f32 = 1e-12;

fn build(c: Settings<'_>) -> Result<Blueprint, ModelError> {
    let hidden = c.count("dim", HIDDEN)?;
    let heads = c.count("n_heads", HEADS)?;
    let sizes = Sizes {
        vocab: c.count("vocab_size", VOCAB)?,
        hidden,
        ff: c.count("hidden_dim", FF)?,
        layers: c.count("n_layers", LAYERS)?,
        heads,
        kv_heads: heads,
        head_dim: hidden / heads,
        context: c.count_or("max_position_embeddings", 512, CONTEXT)?,
    };
    let function = c.function("activation", "gelu")?;

    let g = Builder::new();
    let attention = Attention { sees: Sees::All, ..sizes.attention() };
    let positions = g.embed_positions("distilbert.embeddings.position_embeddings", sizes.context, hidden);
    let x = g.embed("distilbert.embeddings.word_embeddings", sizes.vocab, hidden) + positions;
    let mut x = g.layer_norm("distilbert.embeddings.LayerNorm", x, EPS);
    for layer in g.layers("distilbert.transformer.layer", sizes.layers) {
        let project = |name| layer.linear(name, x, hidden, true);
        let qkv = ["attention.q_lin", "attention.k_lin", "attention.v_lin"].map(project);
        let a = layer.attention("attention", qkv, attention.clone());
        let a = layer.layer_norm("sa_layer_norm", layer.linear("attention.out_lin", a, hidden, true) + x, EPS);
        let m = layer.linear("ffn.lin1", a, sizes.ff, true).map(function);
        let m = layer.linear("ffn.lin2", m, hidden, true) + a;
        x = layer.name("", layer.layer_norm("output_layer_norm", m, EPS));
    }
    match c.head {
        Head::Generate | Head::Base => heads::base(&g, x),
        Head::Classify => {
            let first = g.linear("pre_classifier", x.pool(Pool::First), hidden, true).map(Unary::Relu);
            heads::classify(&c, &g, first, "classifier")?;
        }
        Head::Tag => heads::tag(&c, &g, x, "classifier")?,
        Head::Answer => heads::answer(&g, x, "qa_outputs"),
        Head::Fill => heads::fill(
            &c,
            &g,
            x,
            sizes.vocab,
            &FillHead {
                dense: "vocab_transform",
                dense_bias: true,
                function,
                norm: "vocab_layer_norm",
                norm_options: layer_norm(EPS),
                table: "distilbert.embeddings.word_embeddings.weight",
                bias: Some("vocab_projector.bias"),
                own: "vocab_projector",
            },
        )?,
    }
    c.blueprint(&ARCHITECTURE, g, &sizes)
}
