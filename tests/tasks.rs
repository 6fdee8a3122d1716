//! What encoders are for, from text to answer, against what `transformers` and `sentence-transformers` make of the same
//! checkpoints and texts.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test may panic")]

mod support;

use std::{
    fs,
    path::{Path, PathBuf},
};

use kinglet::{
    Aggregation, AnswerOptions, EmbedOptions, Encoder, Engine, FillOptions, LoadOptions, Model, Pooling, Source,
};
use pollster::block_on;
use serde_json::Value;
use support::engines;

/// What f32 sums in another order may change in a probability.
const CLOSE: f64 = 1e-5;

fn text(name: &str) -> Value {
    let file = support::golden(&format!("encoders/{name}/text.json"));
    serde_json::from_slice(&fs::read(file).unwrap()).unwrap()
}

/// The folders whose text is for this task, and those of their models that are GGUF files too: what they are called, the
/// text, and where the model is.
fn models(task: &str) -> Vec<(String, Value, PathBuf)> {
    let mut models = Vec::new();
    for name in folders(task) {
        let mut golden = text(&name);
        let gguf = support::golden(&format!("gguf/{name}.gguf"));
        models.push((name.clone(), golden.clone(), support::golden(&format!("encoders/{name}"))));
        if gguf.exists() {
            // That texts are to be cut is nothing that such a file says.
            let limit = golden["max_seq_length"].take().as_u64();
            if let Some(embeddings) = golden["embeddings"].as_array_mut() {
                embeddings.retain(|it| Some(list(&it["ids"]).len() as u64) < limit);
                assert!(!embeddings.is_empty());
            }
            models.push((format!("{name} gguf"), golden, gguf));
        }
    }
    models
}

/// The folders whose text is for this task.
fn folders(task: &str) -> Vec<String> {
    let entries = fs::read_dir(support::golden("encoders")).unwrap().filter_map(Result::ok);
    let names = entries.filter(|entry| entry.path().join("text.json").exists());
    let mut names: Vec<String> = names.filter_map(|entry| entry.file_name().into_string().ok()).collect();
    names.retain(|name| text(name)["task"] == task);
    names.sort();
    assert!(!names.is_empty(), "no goldens for {task}");
    names
}

async fn load(engine: &Engine, name: &str) -> Model {
    open(engine, &support::golden(&format!("encoders/{name}"))).await
}

async fn open(engine: &Engine, place: &Path) -> Model {
    engine.load(&Source::path(place).unwrap(), LoadOptions::default()).await.unwrap()
}

fn close(found: f64, expected: &Value, what: &str) {
    let expected = expected.as_f64().unwrap();
    assert!((found - expected).abs() <= CLOSE * expected.abs().max(1.0), "{what}: {found}, expected {expected}");
}

fn list(value: &Value) -> &[Value] {
    value.as_array().unwrap()
}

fn str_of(value: &Value) -> &str {
    value.as_str().unwrap()
}

#[test]
fn embeddings() {
    block_on(async {
        for engine in engines().await {
            for (name, golden, place) in models("embed") {
                let model = open(&engine, &place).await;
                let mut plain = model.embedder(EmbedOptions::default()).await.unwrap();
                let limit = golden["max_seq_length"].as_u64().unwrap_or(model.info().context as u64);
                assert_eq!(plain.limit() as u64, limit, "{name}");
                for expected in list(&golden["embeddings"]) {
                    let given = str_of(&expected["text"]);
                    let found = match expected.get("prompt").and_then(Value::as_str) {
                        None => plain.embed(&[given]).await.unwrap(),
                        Some(prompt) => {
                            let options = EmbedOptions { prompt: Some(prompt.to_owned()), ..EmbedOptions::default() };
                            model.embedder(options).await.unwrap().embed(&[given]).await.unwrap()
                        }
                    };
                    let what = format!("{name}: {given:?}");
                    assert_eq!(found[0].tokens, list(&expected["ids"]).len(), "{what}");
                    for (found, expected) in found[0].vector().iter().zip(list(&expected["embedding"])) {
                        close(f64::from(*found), expected, &what);
                    }
                }
            }
        }
    });
}

#[test]
fn many_texts_together_are_what_they_are_alone() {
    block_on(async {
        for engine in engines().await {
            let model = load(&engine, "minilm-sentences").await;
            let mut embedder = model.embedder(EmbedOptions::default()).await.unwrap();
            let texts: Vec<String> = (0..100).map(|count| "the kinglet sings ".repeat(count % 9)).collect();
            let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
            let mut done = Vec::new();
            let together = embedder.embed_with(&texts, |count| done.push(count)).await.unwrap();
            assert_eq!(done.last(), Some(&100));
            assert!(done.is_sorted() && done.len() > 1);
            for (text, together) in texts.iter().zip(&together) {
                let alone = embedder.embed(&[text]).await.unwrap();
                for (a, b) in alone[0].vector().iter().zip(together.vector()) {
                    assert!((a - b).abs() < 1e-5, "{text}");
                }
                assert_eq!(alone[0].truncated, together.truncated);
            }
            assert!(together.iter().any(|embedding| embedding.truncated));
            assert!(embedder.embed(&[]).await.unwrap().is_empty());
        }
    });
}

#[test]
fn what_files_say_can_be_overruled() {
    block_on(async {
        let engine = &engines().await[0];
        let model = load(engine, "minilm-sentences").await;
        let embed = async |options: EmbedOptions| {
            let mut embedder = model.embedder(options).await?;
            Ok::<_, kinglet::Error>(embedder.embed(&["The wren"]).await?.remove(0))
        };
        let rows =
            embed(EmbedOptions { pooling: Some(Pooling::None), normalize: Some(false), prompt: None }).await.unwrap();
        assert_eq!((rows.rows.len(), rows.tokens > 2), (rows.tokens, true));
        let of = async |pooling| {
            embed(EmbedOptions { pooling: Some(pooling), normalize: Some(false), prompt: None })
                .await
                .unwrap()
                .rows
                .remove(0)
        };
        assert_eq!(of(Pooling::Cls).await, rows.rows[0]);
        assert_eq!(&of(Pooling::Last).await, rows.rows.last().unwrap());
        let mean = of(Pooling::Mean).await;
        let expected: f32 = rows.rows.iter().map(|row| row[3]).sum::<f32>() / rows.rows.len() as f32;
        assert!((mean[3] - expected).abs() < 1e-5);
        let error =
            embed(EmbedOptions { prompt: Some("title".to_owned()), ..EmbedOptions::default() }).await.unwrap_err();
        assert_eq!(error.to_string(), "no prompt is called title; there are passage, query");
    });
}

#[test]
fn classifications() {
    block_on(async {
        for engine in engines().await {
            for (name, golden, place) in models("classify") {
                let model = open(&engine, &place).await;
                let texts: Vec<&str> = list(&golden["texts"]).iter().map(|it| str_of(&it["text"])).collect();
                let found = model.classifier().await.unwrap().classify(&texts).await.unwrap();
                for (found, expected) in found.iter().zip(list(&golden["texts"])) {
                    for (found, expected) in found.labels.iter().zip(list(&expected["scores"])) {
                        assert_eq!(found.label, str_of(&expected["label"]), "{name}");
                        close(found.score, &expected["score"], &name);
                    }
                }
            }
        }
    });
}

#[test]
fn rankings() {
    block_on(async {
        for engine in engines().await {
            for name in folders("rerank") {
                let (golden, model) = (text(&name), load(&engine, &name).await);
                let documents = list(&golden["documents"]);
                let texts: Vec<&str> = documents.iter().map(|it| str_of(&it["text"])).collect();
                let mut reranker = model.reranker().await.unwrap();
                let found = reranker.rerank(str_of(&golden["query"]), &texts).await.unwrap();
                assert_eq!(found.len(), texts.len());
                assert!(found.is_sorted_by(|a, b| a.score >= b.score), "{name}");
                for ranked in found {
                    close(ranked.score, &documents[ranked.index]["score"], &name);
                }
            }
        }
    });
}

#[test]
fn entities() {
    block_on(async {
        for engine in engines().await {
            for (name, golden, place) in models("tag") {
                let model = open(&engine, &place).await;
                for aggregation in Aggregation::ALL {
                    let mut tagger = model.tagger(*aggregation).await.unwrap();
                    for expected in list(&golden["texts"]) {
                        let given = str_of(&expected["text"]);
                        let found = tagger.tag(given).await.unwrap();
                        let what = format!("{name} {}: {given:?}", aggregation.name());
                        let expected = list(&expected[aggregation.name()]);
                        let places = |place: &Value| {
                            let number = |key: &str| place[key].as_u64().unwrap() as usize;
                            (number("start"), number("end"), str_of(&place["entity_group"]).to_owned())
                        };
                        let expected_places: Vec<_> = expected.iter().map(places).collect();
                        let found_places: Vec<_> =
                            found.iter().map(|it| (it.start, it.end, it.label.clone())).collect();
                        assert_eq!(found_places, expected_places, "{what}");
                        for (found, expected) in found.iter().zip(expected) {
                            close(found.score, &expected["score"], &what);
                            let characters: String =
                                given.chars().skip(found.start).take(found.end - found.start).collect();
                            assert_eq!(found.text, characters, "{what}");
                        }
                    }
                }
            }
        }
    });
}

#[test]
fn scores_of_tokens_do_not_depend_on_the_texts_beside_them() {
    block_on(async {
        for engine in engines().await {
            let model = load(&engine, "modernbert-tag").await;
            let mut tagger = model.tagger(Aggregation::Simple).await.unwrap();
            let long = "Anna Meyer saw a wren in Zürich. ".repeat(20);
            let texts = ["Anna saw it.", "", &long, "The kinglet sings."];
            let together = tagger.tokens(&texts).await.unwrap();
            assert!(together[1].is_empty());
            assert_eq!(together[2].last().unwrap().bytes.end, long.trim_end().len() + 1);
            for (text, together) in texts.iter().zip(&together) {
                let alone = tagger.tokens(&[text]).await.unwrap().remove(0);
                assert_eq!(alone.len(), together.len());
                for (alone, together) in alone.iter().zip(together) {
                    assert_eq!((&alone.bytes, alone.scores.len()), (&together.bytes, tagger.labels().len()));
                    let pairs = alone.scores.iter().zip(&together.scores);
                    assert!(pairs.into_iter().all(|(a, b)| (a - b).abs() < 1e-4), "{text}");
                }
                assert!(together.is_sorted_by(|a, b| a.bytes.end <= b.bytes.start), "{text}");
            }
        }
    });
}

#[test]
fn answers() {
    block_on(async {
        for engine in engines().await {
            for name in folders("answer") {
                let (golden, model) = (text(&name), load(&engine, &name).await);
                let number = |key: &str| Some(golden[key].as_u64().unwrap() as usize);
                let max_tokens = number("max_answer_len").unwrap();
                let options =
                    AnswerOptions { window: number("max_seq_len"), overlap: number("doc_stride"), max_tokens };
                let mut answerer = model.answerer(options).await.unwrap();
                for question in list(&golden["questions"]) {
                    let (asked, context) = (str_of(&question["question"]), str_of(&question["context"]));
                    let (found, expected) = (answerer.answer(asked, context).await.unwrap(), &question["merged"]);
                    let what = format!("{name}: {asked}");
                    assert_eq!(found.answer, str_of(&expected["answer"]), "{what}");
                    assert_eq!(Some(found.start as u64), expected["start"].as_u64(), "{what}");
                    assert_eq!(Some(found.end as u64), expected["end"].as_u64(), "{what}");
                    close(found.score, &expected["score"], &what);
                }
            }
        }
    });
}

#[test]
fn fills() {
    block_on(async {
        for engine in engines().await {
            for name in folders("fill") {
                let (golden, model) = (text(&name), load(&engine, &name).await);
                let mut filler = model.filler(FillOptions::default()).await.unwrap();
                for expected in list(&golden["texts"]) {
                    let found = filler.fill(str_of(&expected["text"])).await.unwrap();
                    assert_eq!(found.len(), list(&expected["masks"]).len(), "{name}");
                    for (found, expected) in found.iter().zip(list(&expected["masks"])) {
                        assert_eq!(found.len(), 5);
                        for (found, expected) in found.iter().zip(list(expected)) {
                            assert_eq!(Some(u64::from(found.token)), expected["token"].as_u64(), "{name}");
                            assert_eq!(found.text, str_of(&expected["token_str"]), "{name}");
                            close(found.score, &expected["score"], &name);
                        }
                    }
                }
            }
        }
    });
}

#[test]
fn a_model_says_what_it_is_for() {
    block_on(async {
        let engine = &engines().await[0];
        let model = load(engine, "bert-classify").await;
        let error = model.embedder(EmbedOptions::default()).await.unwrap_err().to_string();
        assert_eq!(error, "BertForSequenceClassification cannot embed; it can classify");
        let error = model.reranker().await.unwrap_err().to_string();
        assert_eq!(error, "BertForSequenceClassification has 3 labels, and reranking needs a model with one");
        let error = model.generator().await.unwrap_err().to_string();
        assert_eq!(error, "BertForSequenceClassification cannot generate; it can classify");
        let decoder = support::load(engine, "llama-gqa-tied").await;
        let encoder: Result<Encoder, _> = decoder.encoder().await;
        assert_eq!(encoder.unwrap_err().to_string(), "LlamaForCausalLM cannot embed; it can generate");
        let mut filler = load(engine, "bert-fill").await.filler(FillOptions::default()).await.unwrap();
        let error = filler.fill("The wren").await.unwrap_err().to_string();
        assert_eq!(error, "there is no [MASK] in the text, which stands for what is to be filled in");
    });
}
