"""What each golden encoder is made of.

- `model` names the class of `transformers`, `config` is what its config is made with; `dtype` of the stored weights.
- `types`: every other input has token types. `pad`: the fourth input holds this padding token. `lengths` of inputs.
- `older_config` writes config.json as it was published in the days of transformers 4; `older_weights` likewise changes
  the tensors, and `ignored` names those that nothing reads. `read_config` is for a form that transformers no longer reads.
- `mistakes` are details that the checkpoint is for, each done wrongly; `small_mistakes` are those that can do little.
- `tokenizer`, `tokenizer_settings`, `task`: it has text, see vocabularies.py and tasks.py. `files` are written beside, as JSON.
"""

import torch

import mistakes as wrong

F32, F16, BF16 = torch.float32, torch.float16, torch.bfloat16


def older(*names, **more):
    """Only the keys that were published then, and more."""
    def change(config):
        kept = {key: config[key] for key in ("architectures", "model_type", "id2label", "label2id", *names) if key in config}
        if "problem_type" in config:
            kept["problem_type"] = config["problem_type"]
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
            "word_embedding_dimension": dim, **{f"pooling_mode_{name}": name.startswith(mode + "_token") for name in modes}
        },
        "config_sentence_transformers.json": {
            "__version__": {"sentence_transformers": "2.2.2", "transformers": "4.29.2", "pytorch": "2.0.1"},
            "prompts": prompts, "default_prompt_name": None,
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
    ),
    "distilbert-answer": dict(
        model="DistilBertForQuestionAnswering", config=distilbert(), dtype=F32, mistakes=DISTILBERT_MISTAKES,
        tokenizer="word_piece", tokenizer_settings=DISTILBERT_TOKENIZER, task="answer", gains={"qa_outputs": 2.5},
    ),
    "distilbert-fill": dict(
        model="DistilBertForMaskedLM", config=distilbert(), dtype=F16, lengths=(1, 4, 10, 24),
        older_config=OLDER_DISTILBERT, older_weights=with_projector,
        mistakes={**DISTILBERT_MISTAKES, "function_left_out": wrong.bypass("vocab_transform", "vocab_layer_norm"),
                  "norm_left_out": wrong.without("vocab_layer_norm"), "bias_left_out": wrong.zeroed("vocab_projector.bias")},
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
        mistakes={**ROBERTA_MISTAKES, **ACTIVATION},
    ),
    "roberta-classify": dict(
        model="RobertaForSequenceClassification", config=roberta(**TOPICS), dtype=F16, pad=1,
        older_config=OLDER_ROBERTA, mistakes={**ROBERTA_MISTAKES, **ROBERTA_HEAD},
        tokenizer="roberta", task="classify",
    ),
    "roberta-tag": dict(
        model="RobertaForTokenClassification", config=roberta(**BIO), dtype=BF16, pad=1, mistakes=ROBERTA_MISTAKES,
    ),
    "roberta-answer": dict(
        model="RobertaForQuestionAnswering", config=roberta(), dtype=F16, pad=1, mistakes=ROBERTA_MISTAKES,
    ),
    "roberta-fill": dict(
        model="RobertaForMaskedLM", config=roberta(hidden_act="relu"), dtype=BF16, pad=1, lengths=(1, 4, 9, 20),
        older_config=OLDER_ROBERTA, mistakes={**ROBERTA_MISTAKES, **LM_HEAD}, tokenizer="roberta", task="fill",
    ),
}

CHECKPOINTS = {**BERT, **DISTILBERT, **ROBERTA}
