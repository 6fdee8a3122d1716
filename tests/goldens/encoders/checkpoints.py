"""What each golden encoder is made of.

- `model` names the class of `transformers`, `config` is what its config is made with; `dtype` of the stored weights.
- `types`: every other input has token types. `pad`: the fourth input holds this padding token. `lengths` of inputs.
- `older_config` writes config.json as it was published in the days of transformers 4; `older_weights` likewise changes
  the tensors, and `ignored` names those that nothing reads. `read_config` reads a form that transformers does not.
- `mistakes` are details that the checkpoint is for, each done wrongly; `small_mistakes` are those that can do little.
- `tokenizer`, `tokenizer_settings`, `task`: it has text, see vocabularies.py and tasks.py. `files` are written beside.
"""

import torch

import mistakes as wrong

F32, F16, BF16 = torch.float32, torch.float16, torch.bfloat16


def older(*names, **more):
    """Only the keys that were published then, and more."""
    def change(config):
        always = ("architectures", "model_type", "id2label", "label2id", "problem_type")
        kept = {key: config[key] for key in (*always, *names) if key in config}
        return dict(sorted({**kept, **more}.items()))
    return change


def labels(*names, **more):
    return {"id2label": dict(enumerate(names)), "label2id": {name: at for at, name in enumerate(names)}, **more}


BIO = labels("O", "B-PER", "I-PER", "B-LOC", "I-LOC")
TONES = labels("negative", "neutral", "positive")
TOPICS = labels("birds", "food", "places", "people", problem_type="multi_label_classification")

# BERT

OLDER_BERT = older(
    "attention_probs_dropout_prob", "hidden_act", "hidden_dropout_prob", "hidden_size", "initializer_range",
    "intermediate_size", "layer_norm_eps", "max_position_embeddings", "num_attention_heads", "num_hidden_layers",
    "pad_token_id", "type_vocab_size", "use_cache", "vocab_size", "bos_token_id", "eos_token_id",
    gradient_checkpointing=False, position_embedding_type="absolute", transformers_version="4.8.2",
)


def bert(**more):
    return dict(vocab_size=180, hidden_size=24, num_hidden_layers=2, num_attention_heads=3, intermediate_size=40,
                max_position_embeddings=64, type_vocab_size=2, **more)


def with_position_ids(tensors, _):
    """The buffer that older checkpoints hold."""
    prefix = "bert." if any(name.startswith("bert.") for name in tensors) else ""
    length = tensors[f"{prefix}embeddings.position_embeddings.weight"].shape[0]
    return {f"{prefix}embeddings.position_ids": torch.arange(length)[None], **tensors}


def prefixed(tensors, _):
    """A base model saved from one with a head."""
    return {f"bert.{name}": tensor for name, tensor in tensors.items()}


def as_pretrained(tensors, random):
    """A checkpoint of the first days: names of TensorFlow for the norms, and the head for the next sentence."""
    renamed = {
        name.replace("LayerNorm.weight", "LayerNorm.gamma").replace("LayerNorm.bias", "LayerNorm.beta"): tensor
        for name, tensor in tensors.items()
    }
    hidden = tensors["cls.predictions.transform.dense.bias"].shape[0]
    return {
        **with_position_ids(renamed, random),
        "bert.pooler.dense.weight": torch.randn(hidden, hidden, generator=random),
        "bert.pooler.dense.bias": torch.randn(hidden, generator=random),
        "cls.seq_relationship.weight": torch.randn(2, hidden, generator=random),
        "cls.seq_relationship.bias": torch.randn(2, generator=random),
    }


def sentences(mode, normalize, prompts, dim, limit=16):
    modules = [("", "Transformer"), ("1_Pooling", "Pooling")] + [("2_Normalize", "Normalize")] * normalize
    modes = ("cls_token", "mean_tokens", "max_tokens", "mean_sqrt_len_tokens")
    return {
        "modules.json": [
            {"idx": at, "name": str(at), "path": path, "type": f"sentence_transformers.models.{kind}"}
            for at, (path, kind) in enumerate(modules)
        ],
        "sentence_bert_config.json": {"max_seq_length": limit, "do_lower_case": False},
        "1_Pooling/config.json": {
            "word_embedding_dimension": dim,
            **{f"pooling_mode_{name}": name.startswith(mode + "_token") for name in modes},
        },
        "config_sentence_transformers.json": {
            "__version__": {"sentence_transformers": "2.2.2", "transformers": "4.29.2", "pytorch": "2.0.1"},
            "prompts": prompts, "default_prompt_name": None,
        },
    }


def newer_sentences(dim, prompts):
    """The form of sentence-transformers 6: the limit is the tokenizer's `model_max_length`."""
    modules = [
        ("", "base.modules.transformer.Transformer"),
        ("1_Pooling", "sentence_transformer.modules.pooling.Pooling"),
        ("2_Normalize", "base.modules.normalize.Normalize"),
    ]
    names = {"module_input_name": "sentence_embedding", "module_output_name": "sentence_embedding"}
    return {
        "modules.json": [
            {"idx": at, "name": str(at), "path": path, "type": f"sentence_transformers.{kind}"}
            for at, (path, kind) in enumerate(modules)
        ],
        "sentence_bert_config.json": {
            "transformer_task": "feature-extraction",
            "modality_config": {"text": {"method": "forward", "method_output_name": "last_hidden_state"}},
            "module_output_name": "token_embeddings",
        },
        "1_Pooling/config.json": {"embedding_dimension": dim, "pooling_mode": "mean", "include_prompt": True},
        "2_Normalize/config.json": names,
        "config_sentence_transformers.json": {
            "__version__": {"pytorch": "2.15.0", "sentence_transformers": "6.2.0", "transformers": "5.23.0"},
            "default_prompt_name": None, "model_type": "SentenceTransformer", "prompts": prompts,
            "similarity_fn_name": "cosine",
        },
    }


BERT_MISTAKES = {
    "types_ignored": wrong.types_ignored,
    "queries_left_out": wrong.zeroed("query"),
    "positions_rolled": wrong.positions_rolled,
}
ACTIVATION = {"relu_for_gelu": wrong.function("relu", "intermediate")}
TANH_GELU = {"tanh_for_erf": wrong.function("gelu_pytorch_tanh", "intermediate")}

BERT = {
    "minilm-sentences": dict(
        model="BertModel", config=bert(), dtype=F32, types=True, lengths=(1, 2, 9, 30, 64),
        older_config=OLDER_BERT, older_weights=with_position_ids, ignored=["position_ids"],
        mistakes={**BERT_MISTAKES, **ACTIVATION}, small_mistakes=TANH_GELU,
        tokenizer="word_piece", padded_to=20, task="embed", pool={"mode": "mean", "normalize": True},
        files=sentences("mean", True, {"query": "query: ", "passage": "passage: "}, 24),
    ),
    "bert-cls-sentences": dict(
        model="BertModel", config=bert(hidden_act="gelu_new", layer_norm_eps=1e-5) | {"max_position_embeddings": 130},
        dtype=F16, types=True, lengths=(1, 3, 12, 33, 130), mistakes={**BERT_MISTAKES, **ACTIVATION},
        small_mistakes={"erf_for_tanh": wrong.function("gelu", "intermediate")},
        tokenizer="word_piece", task="embed", pool={"mode": "cls", "normalize": False},
        files=sentences("cls", False, {}, 24),
    ),
    "bert-prefixed": dict(
        model="BertModel", config=bert(), dtype=BF16, types=True, lengths=(1, 5, 21),
        older_config=older("hidden_size", "intermediate_size", "max_position_embeddings", "num_attention_heads",
                           "num_hidden_layers", "vocab_size"),
        older_weights=prefixed, mistakes={**BERT_MISTAKES, **ACTIVATION},
    ),
    "bert-classify": dict(
        model="BertForSequenceClassification", config=bert(**TONES), dtype=BF16, types=True,
        mistakes={**BERT_MISTAKES, "pooler_left_out": wrong.first_token("bert.pooler"),
                  "tanh_left_out": wrong.without("pooler.activation"), "last_token_pooled": wrong.last_token_pooled},
        tokenizer="word_piece", task="classify",
    ),
    "bert-tag": dict(
        model="BertForTokenClassification", config=bert(**BIO), dtype=F32, types=True, older_config=OLDER_BERT,
        mistakes={**BERT_MISTAKES, **ACTIVATION}, small_mistakes=TANH_GELU,
        tokenizer="word_piece_cased", task="tag", gains={"classifier": 2.5},
    ),
    "bert-answer": dict(
        model="BertForQuestionAnswering", config=bert(), dtype=F16, types=True,
        mistakes=BERT_MISTAKES, tokenizer="word_piece", task="answer", gains={"qa_outputs": 2.5},
    ),
    "bert-fill": dict(
        model="BertForMaskedLM", config=bert(), dtype=F32, types=True, lengths=(1, 4, 10, 24),
        older_config=OLDER_BERT, older_weights=as_pretrained,
        ignored=["position_ids", "seq_relationship.weight", "seq_relationship.bias", "pooler.dense.weight",
                 "pooler.dense.bias"],
        mistakes={**BERT_MISTAKES, "transform_left_out": wrong.without("predictions.transform"),
                  "function_left_out": wrong.function("linear", "transform"),
                  "bias_left_out": wrong.zeroed("predictions.bias")},
        tokenizer="word_piece", task="fill",
    ),
    "bert-cross": dict(
        model="BertForSequenceClassification", config=bert(id2label={0: "LABEL_0"}, label2id={"LABEL_0": 0}), dtype=F32,
        types=True, older_config=OLDER_BERT,
        mistakes={**BERT_MISTAKES, "tanh_left_out": wrong.without("pooler.activation")},
        tokenizer="word_piece", task="rerank", gains={"classifier": 1.5},
    ),
}

# DistilBERT

OLDER_DISTILBERT = older(
    "activation", "attention_dropout", "dim", "dropout", "hidden_dim", "initializer_range", "max_position_embeddings",
    "n_heads", "n_layers", "pad_token_id", "qa_dropout", "seq_classif_dropout", "sinusoidal_pos_embds", "vocab_size",
    tie_weights_=True, transformers_version="4.10.0.dev0",
)


def distilbert(**more):
    return dict(vocab_size=180, dim=24, n_layers=2, n_heads=3, hidden_dim=40, max_position_embeddings=64, **more)


def with_projector(tensors, _):
    """The output matrix, which is the embedding, stored a second time."""
    return {**tensors, "vocab_projector.weight": tensors["distilbert.embeddings.word_embeddings.weight"].clone()}


# Its tokenizer gives no token types.
DISTILBERT_TOKENIZER = {"tokenizer_class": "DistilBertTokenizer", "model_input_names": ["input_ids", "attention_mask"]}
DISTILBERT_MISTAKES = {
    "queries_left_out": wrong.zeroed("q_lin"), "positions_rolled": wrong.positions_rolled,
    "relu_for_gelu": wrong.function("relu", "ffn"),
}

DISTILBERT = {
    "distilbert-base": dict(
        model="DistilBertModel", config=distilbert(activation="relu"), dtype=F16, lengths=(1, 2, 9, 30, 64),
        mistakes={"queries_left_out": wrong.zeroed("q_lin"), "positions_rolled": wrong.positions_rolled,
                  "gelu_for_relu": wrong.function("gelu", "ffn")},
        tokenizer="word_piece", tokenizer_settings=DISTILBERT_TOKENIZER, task="embed",
        pool={"mode": "mean", "normalize": True}, files=sentences("mean", True, {}, 24),
    ),
    "distilbert-classify": dict(
        model="DistilBertForSequenceClassification", config=distilbert(**TOPICS), dtype=F32,
        older_config=OLDER_DISTILBERT,
        mistakes={**DISTILBERT_MISTAKES, "pre_classifier_left_out": wrong.without("pre_classifier"),
                  "relu_left_out": wrong.bypass("pre_classifier", "classifier")},
        tokenizer="word_piece", tokenizer_settings=DISTILBERT_TOKENIZER, task="classify",
    ),
    "distilbert-tag": dict(
        model="DistilBertForTokenClassification", config=distilbert(**BIO), dtype=BF16, mistakes=DISTILBERT_MISTAKES,
        tokenizer="word_piece_cased", tokenizer_settings=DISTILBERT_TOKENIZER, task="tag", gains={"classifier": 2.5},
    ),
    "distilbert-answer": dict(
        model="DistilBertForQuestionAnswering", config=distilbert(), dtype=F32, mistakes=DISTILBERT_MISTAKES,
        tokenizer="word_piece", tokenizer_settings=DISTILBERT_TOKENIZER, task="answer", gains={"qa_outputs": 2.5},
    ),
    "distilbert-fill": dict(
        model="DistilBertForMaskedLM", config=distilbert(), dtype=F16, lengths=(1, 4, 10, 24),
        older_config=OLDER_DISTILBERT, older_weights=with_projector,
        mistakes={**DISTILBERT_MISTAKES, "function_left_out": wrong.bypass("vocab_transform", "vocab_layer_norm"),
                  "norm_left_out": wrong.without("vocab_layer_norm"),
                  "bias_left_out": wrong.zeroed("vocab_projector.bias")},
        tokenizer="word_piece", tokenizer_settings=DISTILBERT_TOKENIZER, task="fill",
    ),
}

# RoBERTa and XLM-R

OLDER_ROBERTA = older(
    "attention_probs_dropout_prob", "bos_token_id", "eos_token_id", "hidden_act", "hidden_dropout_prob", "hidden_size",
    "initializer_range", "intermediate_size", "layer_norm_eps", "max_position_embeddings", "num_attention_heads",
    "num_hidden_layers", "pad_token_id", "type_vocab_size", "vocab_size", "use_cache",
    transformers_version="4.17.0", position_embedding_type="absolute", torch_dtype="float32",
)


def roberta(**more):
    return dict(vocab_size=320, hidden_size=24, num_hidden_layers=2, num_attention_heads=3, intermediate_size=40,
                max_position_embeddings=66, type_vocab_size=1, layer_norm_eps=1e-5, **more)


def xlm_roberta(**more):
    return roberta(**more) | {"vocab_size": 180}


ROBERTA_MISTAKES = {
    "positions_from_zero": wrong.positions_from(0), "padding_counted": wrong.positions_from(2),
    "queries_left_out": wrong.zeroed("query"),
    "type_left_out": wrong.zeroed("token_type"),
}
ROBERTA_HEAD = {"tanh_left_out": wrong.bypass("classifier.dense", "classifier.out_proj"),
                "dense_left_out": wrong.without("classifier.dense"), "last_token_pooled": wrong.last_token_pooled}
LM_HEAD = {"bias_left_out": wrong.zeroed("lm_head.bias"), "norm_left_out": wrong.without("lm_head.layer_norm"),
           "function_left_out": wrong.bypass("lm_head.dense", "lm_head.layer_norm")}

ROBERTA = {
    "roberta-base": dict(
        model="RobertaModel", config=roberta(), dtype=F32, pad=1, lengths=(1, 2, 9, 30, 64),
        mistakes={**ROBERTA_MISTAKES, **ACTIVATION}, tokenizer="roberta", task="embed",
        pool={"mode": "mean", "normalize": True}, files=sentences("mean", True, {"query": "query: "}, 24),
    ),
    "roberta-classify": dict(
        model="RobertaForSequenceClassification", config=roberta(**TOPICS), dtype=F16, pad=1,
        older_config=OLDER_ROBERTA, mistakes={**ROBERTA_MISTAKES, **ROBERTA_HEAD},
        tokenizer="roberta", task="classify",
    ),
    "roberta-tag": dict(
        model="RobertaForTokenClassification", config=roberta(**BIO), dtype=BF16, pad=1, mistakes=ROBERTA_MISTAKES,
        tokenizer="roberta", task="tag", gains={"classifier": 2.5},
    ),
    "roberta-answer": dict(
        model="RobertaForQuestionAnswering", config=roberta(), dtype=F16, pad=1, mistakes=ROBERTA_MISTAKES,
        tokenizer="roberta", task="answer", gains={"qa_outputs": 2.5},
    ),
    "roberta-fill": dict(
        model="RobertaForMaskedLM", config=roberta(hidden_act="relu"), dtype=BF16, pad=1, lengths=(1, 4, 9, 20),
        older_config=OLDER_ROBERTA, mistakes={**ROBERTA_MISTAKES, **LM_HEAD}, tokenizer="roberta", task="fill",
    ),
}

XLM_LIMIT = {"model_max_length": 64}

XLM_ROBERTA = {
    "xlm-roberta-sentences": dict(
        model="XLMRobertaModel", config=xlm_roberta(), dtype=F16, pad=1, mistakes={**ROBERTA_MISTAKES, **ACTIVATION},
        tokenizer="unigram", tokenizer_settings={"model_max_length": 24}, task="embed",
        pool={"mode": "mean", "normalize": True}, files=newer_sentences(24, {"document": "", "query": "query: "}),
    ),
    "xlm-roberta-cross": dict(
        model="XLMRobertaForSequenceClassification",
        config=xlm_roberta(id2label={0: "LABEL_0"}, label2id={"LABEL_0": 0}), dtype=F32, pad=1,
        older_config=OLDER_ROBERTA, mistakes={**ROBERTA_MISTAKES, **ROBERTA_HEAD},
        tokenizer="unigram", tokenizer_settings=XLM_LIMIT, task="rerank",
    ),
    "xlm-roberta-tag": dict(
        model="XLMRobertaForTokenClassification", config=xlm_roberta(**BIO), dtype=F32, pad=1,
        older_config=OLDER_ROBERTA, mistakes=ROBERTA_MISTAKES,
        tokenizer="unigram", tokenizer_settings=XLM_LIMIT, task="tag", gains={"classifier": 2.5},
    ),
    "xlm-roberta-answer": dict(
        model="XLMRobertaForQuestionAnswering", config=xlm_roberta(), dtype=BF16, pad=1, mistakes=ROBERTA_MISTAKES,
        tokenizer="unigram", tokenizer_settings=XLM_LIMIT, task="answer", gains={"qa_outputs": 2.5},
    ),
    "xlm-roberta-fill": dict(
        model="XLMRobertaForMaskedLM", config=xlm_roberta(), dtype=F16, pad=1, lengths=(1, 4, 10, 24),
        mistakes={**ROBERTA_MISTAKES, **LM_HEAD}, tokenizer="unigram", tokenizer_settings=XLM_LIMIT, task="fill",
    ),
}

# ModernBERT


def older_modern(config):
    """Before `layer_types` and `rope_parameters`."""
    rope = config["rope_parameters"]
    names = [name for name in config if name not in ("layer_types", "rope_parameters", "dtype")]
    return older(
        *names, global_attn_every_n_layers=config["layer_types"][1:].index("full_attention") + 1,
        global_rope_theta=rope["full_attention"]["rope_theta"],
        local_rope_theta=rope["sliding_attention"]["rope_theta"],
        gradient_checkpointing=False, layer_norm_eps=1e-5, position_embedding_type="absolute", torch_dtype="float32",
        transformers_version="4.47.0.dev0",
    )(config)


def modern(vocab=300, **more):
    return dict(vocab_size=vocab, hidden_size=24, num_hidden_layers=4, num_attention_heads=3, intermediate_size=28,
                max_position_embeddings=512, local_attention=16, cls_token_id=vocab - 4, bos_token_id=vocab - 4,
                sep_token_id=vocab - 3, eos_token_id=vocab - 3, pad_token_id=vocab - 2, **more)


MODERN_MISTAKES = {
    "window_ignored": wrong.set_config(local_attention=10_000),
    "window_one_wider": wrong.set_config(local_attention=18),
    "window_one_narrower": wrong.set_config(local_attention=14),
    "global_base_everywhere": wrong.rope_base(160_000.0, "sliding_attention_inv_freq"),
    "local_base_everywhere": wrong.rope_base(10_000.0, "full_attention_inv_freq"),
    "other_half_gates": wrong.swapped("Wi"),
    "final_norm_left_out": wrong.without("final_norm"),
}
MODERN_FIRST_NORM = {"first_layer_normed": wrong.normed("model.layers.0.attn_norm", 24)}
MODERN_HEAD = {"function_left_out": wrong.bypass("head.dense", "head.norm"),
               "norm_left_out": wrong.without("head.norm")}
MODERN_LENGTHS = (1, 2, 12, 30, 64)

MODERN = {
    "modernbert-base": dict(
        model="ModernBertModel", config=modern(320), dtype=F32, older_config=older_modern, lengths=(1, 2, 9, 18, 40, 130),
        mistakes={**MODERN_MISTAKES, "first_layer_normed": wrong.normed("layers.0.attn_norm", 24),
                  "relu_for_gelu": wrong.function("relu", "mlp"), "positions_rolled": wrong.positions_rolled},
        small_mistakes={"tanh_for_erf": wrong.function("gelu_pytorch_tanh", "mlp")},
        tokenizer="modern", task="embed", pool={"mode": "cls", "normalize": False}, files=sentences("cls", False, {}, 24),
    ),
    "modernbert-biases": dict(
        model="ModernBertModel", dtype=F16, lengths=(1, 2, 9, 18, 40),
        config=modern(
            norm_bias=True, attention_bias=True, mlp_bias=True, norm_eps=1e-3, hidden_activation="gelu_pytorch_tanh",
            layer_types=["sliding_attention", "full_attention", "full_attention", "sliding_attention"],
            rope_parameters={"full_attention": {"rope_theta": 3000.0, "rope_type": "default"},
                             "sliding_attention": {"rope_theta": 50.0, "rope_type": "default"}},
        ),
        mistakes={
            "window_ignored": wrong.set_config(local_attention=10_000), "biases_of_norms": wrong.zeroed("norm.bias"),
            "biases_of_attention": wrong.zeroed("attn.*bias"), "biases_of_mlp": wrong.zeroed("mlp.*bias"),
            "bases_of_others": wrong.rope_base(10_000.0, "sliding_attention_inv_freq"),
        },
    ),
    "modernbert-classify": dict(
        model="ModernBertForSequenceClassification", config=modern(320, classifier_pooling="cls", **TONES), dtype=F16,
        lengths=MODERN_LENGTHS, older_config=older_modern,
        mistakes={**MODERN_MISTAKES, **MODERN_FIRST_NORM, **MODERN_HEAD, "last_token_pooled": wrong.last_token_pooled,
                  "mean_for_first": wrong.set_config(classifier_pooling="mean")},
        tokenizer="modern", task="classify",
    ),
    "modernbert-classify-mean": dict(
        model="ModernBertForSequenceClassification", dtype=BF16, lengths=MODERN_LENGTHS,
        config=modern(classifier_pooling="mean", classifier_bias=True, classifier_activation="silu", **TOPICS),
        mistakes={**MODERN_MISTAKES, **MODERN_HEAD, "first_for_mean": wrong.set_config(classifier_pooling="cls"),
                  "bias_left_out": wrong.zeroed("head.dense.bias"),
                  "gelu_for_silu": wrong.function("gelu", "head")},
    ),
    "modernbert-tag": dict(
        model="ModernBertForTokenClassification", config=modern(320, **BIO), dtype=F16, lengths=MODERN_LENGTHS,
        mistakes={**MODERN_MISTAKES, **MODERN_HEAD}, tokenizer="modern", task="tag", gains={"classifier": 2.5},
    ),
    "modernbert-answer": dict(
        model="ModernBertForQuestionAnswering", config=modern(), dtype=BF16, lengths=MODERN_LENGTHS,
        mistakes={**MODERN_MISTAKES, **MODERN_HEAD},
    ),
    "modernbert-fill": dict(
        model="ModernBertForMaskedLM", config=modern(320), dtype=BF16, lengths=(1, 4, 10, 28),
        older_config=older_modern,
        mistakes={"window_ignored": wrong.set_config(local_attention=10_000), "other_half_gates": wrong.swapped("Wi"),
                  **MODERN_FIRST_NORM, **MODERN_HEAD, "bias_left_out": wrong.zeroed("decoder.bias")},
        tokenizer="modern", task="fill",
    ),
}

# MobileBERT

MOBILE_TOKENIZER = {"tokenizer_class": "MobileBertTokenizer"}
OLDER_MOBILEBERT = older(
    "attention_probs_dropout_prob", "classifier_activation", "embedding_size", "hidden_act", "hidden_dropout_prob",
    "hidden_size", "initializer_range", "intermediate_size", "intra_bottleneck_size", "key_query_shared_bottleneck",
    "layer_norm_eps", "max_position_embeddings", "normalization_type", "num_attention_heads",
    "num_feedforward_networks", "num_hidden_layers", "pad_token_id", "trigram_input", "true_hidden_size",
    "type_vocab_size", "use_bottleneck", "use_bottleneck_attention", "vocab_size", torch_dtype="float32",
    transformers_version="4.6.0.dev0",
)


def mobilebert(**more):
    return dict(vocab_size=180, hidden_size=28, embedding_size=12, num_hidden_layers=2, num_attention_heads=2,
                intermediate_size=20, intra_bottleneck_size=16, max_position_embeddings=64) | more


MOBILE_MISTAKES = {
    "types_ignored": wrong.types_ignored, "positions_rolled": wrong.positions_rolled,
    "queries_left_out": wrong.zeroed("query"),
}
TRIGRAMS = {"trigrams_reversed": wrong.swapped("embedding_transformation.weight", dim=1, parts=3)}
NO_NORM = {"norms_left_out": wrong.without("LayerNorm"), "real_norms": wrong.layer_norms_for_no_norms}
# Without norms nothing keeps the values small.
CALM = {"self.query": 0.4, "self.key": 0.4, "output.dense": 0.5, "intermediate.dense": 0.7, "bottleneck.dense": 0.7}
FFNS = {"networks_left_out": wrong.without("ffn.0", "ffn.1", "ffn.2")}

MOBILE = {
    "mobilebert-base": dict(
        model="MobileBertModel", config=mobilebert(), dtype=F32, types=True, older_config=OLDER_MOBILEBERT,
        lengths=(1, 2, 9, 30, 64), gains=CALM,
        mistakes={**MOBILE_MISTAKES, **TRIGRAMS, **NO_NORM, **FFNS, "gelu_for_relu": wrong.function("gelu")},
        tokenizer="word_piece", tokenizer_settings=MOBILE_TOKENIZER, task="embed",
        pool={"mode": "mean", "normalize": False}, files=sentences("mean", False, {}, 28),
    ),
    "mobilebert-layer-norm": dict(
        model="MobileBertModel", dtype=F16, types=True, gains={"embeddings": 0.1, "embedding_transformation": 2.0},
        config=mobilebert(normalization_type="layer_norm", num_feedforward_networks=1, use_bottleneck_attention=True,
                          trigram_input=False, hidden_act="gelu"),
        mistakes={**MOBILE_MISTAKES, "norms_left_out": wrong.without("LayerNorm"),
                  "relu_for_gelu": wrong.function("relu")},
        small_mistakes={"layer_norm_eps_in_embeddings": wrong.set_eps(1e-12, "embeddings.LayerNorm"),
                        "eps_of_torch_everywhere": wrong.set_eps(1e-5, "LayerNorm")},
    ),
    "mobilebert-classify": dict(
        model="MobileBertForSequenceClassification", config=mobilebert(classifier_activation=False, **TONES), dtype=F16,
        types=True, older_config=OLDER_MOBILEBERT, gains=CALM,
        mistakes={**MOBILE_MISTAKES, **TRIGRAMS, **NO_NORM, **FFNS, "last_token_pooled": wrong.last_token_pooled},
        tokenizer="word_piece", tokenizer_settings=MOBILE_TOKENIZER, task="classify",
    ),
    "mobilebert-plain": dict(
        model="MobileBertForSequenceClassification", dtype=BF16, types=True,
        config=mobilebert(use_bottleneck=False, trigram_input=False, embedding_size=28, num_feedforward_networks=2,
                          normalization_type="layer_norm", **TOPICS),
        mistakes={**MOBILE_MISTAKES, "networks_left_out": wrong.without("ffn.0"),
                  "pooler_left_out": wrong.first_token("mobilebert.pooler"),
                  "last_token_pooled": wrong.last_token_pooled},
    ),
    "mobilebert-tag": dict(
        model="MobileBertForTokenClassification", config=mobilebert(**BIO), dtype=BF16, types=True,
        gains=CALM | {"classifier": 2.5}, mistakes={**MOBILE_MISTAKES, **TRIGRAMS},
        tokenizer="word_piece_cased", tokenizer_settings=MOBILE_TOKENIZER, task="tag",
    ),
    "mobilebert-answer": dict(
        model="MobileBertForQuestionAnswering", config=mobilebert(num_feedforward_networks=3), dtype=F32, types=True,
        gains=CALM | {"qa_outputs": 2.5}, mistakes={**MOBILE_MISTAKES, **TRIGRAMS},
        tokenizer="word_piece", tokenizer_settings=MOBILE_TOKENIZER, task="answer",
    ),
    "mobilebert-fill": dict(
        model="MobileBertForMaskedLM", config=mobilebert(tie_word_embeddings=False), dtype=F16, types=True, lengths=(1, 4, 10, 24),
        older_config=lambda config: OLDER_MOBILEBERT(config) | {"tie_word_embeddings": False},
        gains=CALM,
        mistakes={**MOBILE_MISTAKES, **TRIGRAMS, "second_matrix_left_out": wrong.zeroed("predictions.dense"),
                  "function_left_out": wrong.function("linear", "transform"),
                  "bias_left_out": wrong.zeroed("predictions.decoder.bias")},
        tokenizer="word_piece", tokenizer_settings=MOBILE_TOKENIZER, task="fill",
    ),
}

# nomic-bert

PUBLISHED_NOMIC = {
    "n_embd": "hidden_size", "n_head": "num_attention_heads", "n_layer": "num_hidden_layers",
    "n_inner": "intermediate_size", "n_positions": "max_position_embeddings", "layer_norm_epsilon": "layer_norm_eps",
    "vocab_size": "vocab_size", "type_vocab_size": "type_vocab_size",
}


def older_nomic(config):
    """config.json as its authors publish it, for code of their own; transformers does not read this form."""
    kept = {theirs: config[ours] for theirs, ours in PUBLISHED_NOMIC.items()}
    return dict(sorted({
        **kept, "architectures": config["architectures"], "model_type": "nomic_bert", "activation_function": "swiglu",
        "attn_pdrop": 0.0, "bos_token_id": None, "causal": False, "dense_seq_output": True, "embd_pdrop": 0.0,
        "eos_token_id": None, "fused_bias_fc": True, "fused_dropout_add_ln": True, "initializer_range": 0.02,
        "max_trained_positions": 2048, "mlp_fc1_bias": False, "mlp_fc2_bias": False, "pad_vocab_size_multiple": 64,
        "parallel_block": False, "parallel_block_tied_norm": False, "prenorm": False, "qkv_proj_bias": False,
        "reorder_and_upcast_attn": False, "resid_pdrop": 0.0,
        "rotary_emb_base": config["rope_parameters"]["rope_theta"],
        "rotary_emb_fraction": 1.0, "rotary_emb_interleaved": False, "rotary_emb_scale_base": None,
        "rotary_scaling_factor": None, "scale_attn_by_inverse_layer_idx": False, "scale_attn_weights": True,
        "torch_dtype": "float32", "transformers_version": "4.37.2", "use_cache": True, "use_flash_attn": True,
        "use_rms_norm": False, "use_xentropy": True,
    }.items()))


def read_nomic(published):
    """What transformers calls the settings of that form."""
    assert published["activation_function"] == "swiglu" and published["rotary_emb_fraction"] == 1.0
    return {
        **{ours: published[theirs] for theirs, ours in PUBLISHED_NOMIC.items()}, "hidden_act": "silu",
        "rope_parameters": {"rope_type": "default", "rope_theta": published["rotary_emb_base"]},
    }


def nomic(**more):
    return dict(vocab_size=180, hidden_size=24, num_hidden_layers=2, num_attention_heads=3, intermediate_size=36,
                max_position_embeddings=256, **more)


NOMIC_MISTAKES = {
    "types_ignored": wrong.types_ignored, "positions_rolled": wrong.positions_rolled,
    "base_of_10000": wrong.rope_base(10_000.0), "other_matrix_gates": wrong.exchanged("gate_proj", "up_proj"),
    "gelu_for_silu": wrong.function("gelu", "mlp"), "queries_left_out": wrong.zeroed("q_proj"),
}

NOMIC = {
    "nomic-sentences": dict(
        model="NomicBertModel", config=nomic(), dtype=F32, types=True, older_config=older_nomic, read_config=read_nomic,
        lengths=(1, 2, 9, 30, 130), mistakes=NOMIC_MISTAKES, tokenizer="word_piece", task="embed",
        pool={"mode": "mean", "normalize": True},
        files=sentences("mean", True, {"search_query": "search_query: "}, 24, limit=40),
    ),
    "nomic-classify": dict(
        model="NomicBertForSequenceClassification", config=nomic(**TOPICS), dtype=F16, types=True,
        mistakes={**NOMIC_MISTAKES, "pooler_left_out": wrong.first_token("nomic_bert.pooler"),
                  "last_token_pooled": wrong.last_token_pooled},
        tokenizer="word_piece", task="classify",
    ),
    "nomic-tag": dict(
        model="NomicBertForTokenClassification", config=nomic(**BIO), dtype=BF16, types=True, mistakes=NOMIC_MISTAKES,
        tokenizer="word_piece_cased", task="tag", gains={"classifier": 2.5},
    ),
    "nomic-fill": dict(
        model="NomicBertForMaskedLM", config=nomic(tie_word_embeddings=False), dtype=F16, types=True, lengths=(1, 4, 10, 24),
        mistakes={**NOMIC_MISTAKES, "function_left_out": wrong.function("linear", "transform"),
                  "bias_left_out": wrong.zeroed("predictions.decoder.bias")},
        tokenizer="word_piece", task="fill",
    ),
}

CHECKPOINTS = {**BERT, **DISTILBERT, **ROBERTA, **XLM_ROBERTA, **MODERN, **MOBILE, **NOMIC}
