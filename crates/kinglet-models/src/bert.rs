//! BERT, RoBERTa and XLM-R: learned positions, norms after each branch.

use kinglet_graph::{Attention, Builder, Pool, Sees, Unary, Var};

use crate::{
    Architecture, Blueprint, Head, ModelError,
    heads::{self, FillHead, layer_norm},
    settings::{CONTEXT, EPS, Settings, Sizes, Unsaid},
};

pub(crate) const BERT: Architecture = Architecture {
    renames: &[("bert.", "")],
    ..Architecture::new(
        "BERT, MiniLM",
        &[
            ("BertModel", Head::Base),
            ("BertForSequenceClassification", Head::Classify),
            ("BertForTokenClassification", Head::Tag),
            ("BertForQuestionAnswering", Head::Answer),
            ("BertForMaskedLM", Head::Fill),
            ("BertForPreTraining", Head::Fill),
        ],
        bert,
    )
};

pub(crate) const ROBERTA: Architecture = Architecture {
    renames: &[("roberta.", "")],
    ..Architecture::new(
        "RoBERTa",
        &[
            ("RobertaModel", Head::Base),
            ("RobertaForSequenceClassification", Head::Classify),
            ("RobertaForTokenClassification", Head::Tag),
            ("RobertaForQuestionAnswering", Head::Answer),
            ("RobertaForMaskedLM", Head::Fill),
        ],
        |c| roberta(c, &ROBERTA),
    )
};

pub(crate) const XLM_ROBERTA: Architecture = Architecture {
    renames: &[("roberta.", "")],
    ..Architecture::new(
        "XLM-R",
        &[
            ("XLMRobertaModel", Head::Base),
            ("XLMRobertaForSequenceClassification", Head::Classify),
            ("XLMRobertaForTokenClassification", Head::Tag),
            ("XLMRobertaForQuestionAnswering", Head::Answer),
            ("XLMRobertaForMaskedLM", Head::Fill),
        ],
        |c| roberta(c, &XLM_ROBERTA),
    )
};

fn bert(c: Settings<'_>) -> Result<Blueprint, ModelError> {
    let sizes =
        Sizes { context: c.count_or("max_position_embeddings", 512, CONTEXT)?, ..Sizes::read(&c, Unsaid::USUAL)? };
    let eps = c.number_or("layer_norm_eps", 1e-12, EPS)? as f32;
    let g = Builder::new();
    let x = encoder(&c, &g, "bert", &sizes, None, eps)?;
    let whole = g.scope("bert");
    match c.head {
        Head::Generate | Head::Base => heads::base(&g, x),
        Head::Classify => heads::classify(&c, &g, heads::pooler(&whole, x), "classifier")?,
        Head::Tag => heads::tag(&c, &g, x, "classifier")?,
        Head::Answer => heads::answer(&g, x, "qa_outputs"),
        Head::Fill => heads::fill(
            &c,
            &g,
            x,
            sizes.vocab,
            &FillHead {
                dense: "cls.predictions.transform.dense",
                dense_bias: true,
                function: c.function("hidden_act", "gelu")?,
                norm: "cls.predictions.transform.LayerNorm",
                norm_options: layer_norm(eps),
                table: "bert.embeddings.word_embeddings.weight",
                bias: Some("cls.predictions.bias"),
                own: "cls.predictions.decoder",
            },
        )?,
    }
    c.blueprint(&BERT, g, &sizes)
}

fn roberta(c: Settings<'_>, architecture: &Architecture) -> Result<Blueprint, ModelError> {
    let padding = c.count_or("pad_token_id", 1, 0..=1 << 24)?;
    let positions = c.count_or("max_position_embeddings", 512, CONTEXT)?;
    // The table's rows up to that of the padding token are those of no position.
    let Some(context) = positions.checked_sub(padding + 1).filter(|&context| context > 0) else {
        let expected = format!("more than {}", padding + 1);
        return Err(c.wrong("max_position_embeddings", &positions.to_string(), &expected));
    };
    let sizes = Sizes { context, ..Sizes::read(&c, Unsaid::USUAL)? };
    let eps = c.number_or("layer_norm_eps", 1e-12, EPS)? as f32;
    let g = Builder::new();
    let x = encoder(&c, &g, "roberta", &sizes, Some(padding), eps)?;
    match c.head {
        Head::Generate | Head::Base => heads::base(&g, x),
        Head::Classify => {
            let first = x.pool(Pool::First);
            let dense = g.linear("classifier.dense", first, sizes.hidden, true).map(Unary::Tanh);
            heads::classify(&c, &g, dense, "classifier.out_proj")?;
        }
        Head::Tag => heads::tag(&c, &g, x, "classifier")?,
        Head::Answer => heads::answer(&g, x, "qa_outputs"),
        Head::Fill => heads::fill(
            &c,
            &g,
            x,
            sizes.vocab,
            &FillHead {
                dense: "lm_head.dense",
                dense_bias: true,
                // Whatever `hidden_act` says.
                function: Unary::Gelu,
                norm: "lm_head.layer_norm",
                norm_options: layer_norm(eps),
                table: "roberta.embeddings.word_embeddings.weight",
                bias: Some("lm_head.bias"),
                own: "lm_head.decoder",
            },
        )?,
    }
    c.blueprint(architecture, g, &sizes)
}

/// The hidden rows. Where there is a padding token, positions do not count it.
fn encoder<'g>(
    c: &Settings<'_>,
    g: &'g Builder,
    path: &str,
    sizes: &Sizes,
    padding: Option<usize>,
    eps: f32,
) -> Result<Var<'g>, ModelError> {
    let Sizes { vocab, hidden, ff, layers, .. } = *sizes;
    let function = c.function("hidden_act", "gelu")?;
    let segments = c.count_or("type_vocab_size", 2, 1..=1 << 16)?;
    c.only("position_embedding_type", &["absolute"])?;
    if c.config.flag("is_decoder")? {
        return Err(c.wrong("is_decoder", "true", "false"));
    }
    let attention = Attention { sees: Sees::All, ..sizes.attention() };
    let embeddings = format!("{path}.embeddings");
    let table = format!("{embeddings}.position_embeddings");
    let positions = match padding {
        Some(padding) => g.embed_positions_after(&table, padding + 1 + sizes.context, padding as u32, hidden),
        None => g.embed_positions(&table, sizes.context, hidden),
    };
    let x = g.embed(&format!("{embeddings}.word_embeddings"), vocab, hidden)
        + g.embed_segments(&format!("{embeddings}.token_type_embeddings"), segments, hidden)
        + positions;
    let mut x = g.layer_norm(&format!("{embeddings}.LayerNorm"), x, eps);
    for layer in g.layers(&format!("{path}.encoder.layer"), layers) {
        let project = |name| layer.linear(name, x, hidden, true);
        let qkv = ["attention.self.query", "attention.self.key", "attention.self.value"].map(project);
        let a = layer.attention("attention.self", qkv, attention.clone());
        let a = layer.linear("attention.output.dense", a, hidden, true) + x;
        let a = layer.layer_norm("attention.output.LayerNorm", a, eps);
        let m = layer.linear("intermediate.dense", a, ff, true).map(function);
        let m = layer.linear("output.dense", m, hidden, true) + a;
        x = layer.name("", layer.layer_norm("output.LayerNorm", m, eps));
    }
    Ok(x)
}
