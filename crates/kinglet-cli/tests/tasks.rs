//! The commands of encoders: their JSON against what `transformers` has, what they read, and what they refuse.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test may")]

mod setup;

use std::{
    fs,
    io::Write,
    process::{Output, Stdio},
};

use serde_json::{Value, json as value};
use setup::{Copy, command, golden, json, message, run, text};

/// What `transformers` says of an encoder.
fn expected(name: &str) -> Value {
    serde_json::from_slice(&fs::read(golden("encoders").join(name).join("text.json")).unwrap()).unwrap()
}

fn model(name: &str) -> String {
    golden("encoders").join(name).to_str().unwrap().to_owned()
}

fn texts<'a>(of: &'a Value, key: &str) -> Vec<&'a str> {
    of.as_array().unwrap().iter().map(|entry| entry[key].as_str().unwrap()).collect()
}

fn close(found: &Value, expected: &Value, what: &str) {
    let (found, expected) = (found.as_f64().expect(what), expected.as_f64().expect(what));
    assert!((found - expected).abs() <= 2e-5 * expected.abs().max(1.0), "{what}: {found} instead of {expected}");
}

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().expect("an object").keys().map(String::as_str).collect()
}

/// A call with `input` on standard input.
fn fed(arguments: &[&str], input: &str) -> Output {
    let mut command = command(arguments);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

#[test]
fn embed_prints_a_vector_for_each_text() {
    let golden = &expected("minilm-sentences")["embeddings"];
    let model = &model("minilm-sentences");
    let texts: Vec<&str> = texts(golden, "text").into_iter().filter(|text| !text.starts_with('-')).collect();
    let call = ["embed", model, "--device", "cpu", "--json", "--"];
    let output = run(&[&call[..], &texts].concat());
    let result: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(keys(&result), ["device", "embeddings", "truncated"]);
    let vectors = result["embeddings"].as_array().unwrap();
    assert_eq!(vectors.len(), texts.len());
    for (vector, text) in vectors.iter().zip(&texts) {
        let golden = golden.as_array().unwrap().iter().find(|entry| entry["text"] == **text).unwrap();
        let golden = golden["embedding"].as_array().unwrap();
        assert_eq!(vector.as_array().unwrap().len(), golden.len());
        for (found, golden) in vector.as_array().unwrap().iter().zip(golden) {
            close(found, golden, text);
        }
    }
    // Some goldens are longer than the model's 16 tokens: standard error says so, in one line.
    let cut = result["truncated"].as_array().unwrap().len();
    assert!(cut > 0);
    let warning = format!("warning: {cut} of the texts are longer than the model takes, and were cut\n");
    assert_eq!(String::from_utf8(output.stderr).unwrap(), warning);
}

#[test]
fn embed_takes_what_its_options_say() {
    let model = &model("minilm-sentences");
    let embed =
        |more: &[&str]| json(&[&["embed", model, "--device", "cpu", "--json"], more].concat())["embeddings"].clone();
    let query = embed(&["--prompt", "query", "--", "a wren"]);
    assert_eq!(query, embed(&["--", "query: a wren"]));
    let rows = embed(&["--pooling", "none", "--", "a wren", "it sings"]);
    assert!(rows[0].as_array().unwrap().len() > 2, "a row for each token");
    assert_eq!(embed(&["--pooling", "cls", "--", "a wren"])[0], rows[0][0]);
    assert_eq!(embed(&["--pooling", "last", "--", "a wren"])[0], *rows[0].as_array().unwrap().last().unwrap());
    let power = |vector: &Value| vector.as_array().unwrap().iter().map(|x| x.as_f64().unwrap().powi(2)).sum::<f64>();
    assert!((power(&embed(&["--", "a wren"])[0]) - 1.0).abs() < 1e-5, "as modules.json says");
    let plain = &self::model("bert-cls-sentences");
    let plain = |more: &[&str]| json(&[&["embed", plain, "--device", "cpu", "--json"], more].concat());
    assert!((power(&plain(&["--normalize", "--", "a wren"])["embeddings"][0]) - 1.0).abs() < 1e-5);
    assert!((power(&plain(&["--", "a wren"])["embeddings"][0]) - 1.0).abs() > 1e-2);
}

#[test]
fn texts_come_as_lines_of_json_too() {
    let model = &model("minilm-sentences");
    let call = ["embed", model, "--device", "cpu", "--json"];
    let lines = fed(&[&call[..], &["--jsonl"]].concat(), "\"a wren\"\n\"two\\nlines\"\n");
    let lines: Value = serde_json::from_slice(&lines.stdout).unwrap();
    assert_eq!(lines, json(&[&call[..], &["--", "a wren", "two\nlines"]].concat()));
    for (input, expected) in [
        ("\"a\"\nb\n", "line 2 of standard input is not a JSON string"),
        ("[\"a\"]\n", "line 1 of standard input is not a JSON string"),
    ] {
        let call = [&call[..], &["--jsonl"]].concat();
        let message = message(&call, &fed(&call, input));
        assert!(message.starts_with(expected), "{message}");
    }
}

#[test]
fn rerank_sorts_texts_by_their_scores() {
    let golden = expected("bert-cross");
    let documents = texts(&golden["documents"], "text");
    let (model, query) = (&model("bert-cross"), golden["query"].as_str().unwrap());
    let call = ["rerank", model, "--device", "cpu", "--json", "--query", query, "--"];
    // The last document is longer than the model takes, and standard error says so.
    let result: Value = serde_json::from_slice(&run(&[&call[..], &documents].concat()).stdout).unwrap();
    assert_eq!(keys(&result), ["device", "results", "truncated"]);
    assert_eq!(result["truncated"], value!([documents.len() - 1]));
    let results = result["results"].as_array().unwrap();
    assert_eq!(results.len(), documents.len());
    assert!(results.is_sorted_by(|a, b| a["score"].as_f64() >= b["score"].as_f64()), "{results:?}");
    for found in results {
        let golden = &golden["documents"][usize::try_from(found["index"].as_u64().unwrap()).unwrap()];
        close(&found["score"], &golden["score"], golden["text"].as_str().unwrap());
    }
}

#[test]
fn classify_gives_every_label_a_score() {
    let golden = &expected("bert-classify")["texts"];
    let result = json(
        &[&["classify", &model("bert-classify"), "--device", "cpu", "--json", "--"], &texts(golden, "text")[..]]
            .concat(),
    );
    assert_eq!(keys(&result), ["device", "labels", "truncated"]);
    for (found, golden) in result["labels"].as_array().unwrap().iter().zip(golden.as_array().unwrap()) {
        let (found, golden) = (found.as_array().unwrap(), golden["scores"].as_array().unwrap());
        assert_eq!(found.len(), golden.len());
        for (found, golden) in found.iter().zip(golden) {
            assert_eq!(found["label"], golden["label"]);
            close(&found["score"], &golden["score"], golden["label"].as_str().unwrap());
        }
    }
}

/// Places count Unicode code points, and what lies between them is the text.
#[test]
fn tag_says_where_the_entities_are() {
    for golden in expected("bert-tag")["texts"].as_array().unwrap() {
        let text = golden["text"].as_str().unwrap();
        for aggregation in ["first", "simple"] {
            let call =
                ["tag", &model("bert-tag"), "--device", "cpu", "--json", "--aggregation", aggregation, "--", text];
            let result = json(&call);
            assert_eq!(keys(&result), ["device", "entities"]);
            let (found, golden) = (result["entities"].as_array().unwrap(), golden[aggregation].as_array().unwrap());
            assert_eq!(found.len(), golden.len(), "{text}");
            for (found, golden) in found.iter().zip(golden) {
                assert_eq!(keys(found), ["start", "end", "label", "score", "text"]);
                assert_eq!(found["label"], golden["entity_group"], "{text}");
                close(&found["score"], &golden["score"], text);
                assert_eq!((&found["start"], &found["end"]), (&golden["start"], &golden["end"]), "{text}");
                let place = |key: &str| usize::try_from(found[key].as_u64().unwrap()).unwrap();
                let (start, end) = (place("start"), place("end"));
                let between: String = text.chars().skip(start).take(end - start).collect();
                assert_eq!(found["text"], value!(between), "{text}");
            }
        }
    }
}

#[test]
fn answer_finds_its_place_in_a_long_text() {
    let golden = expected("bert-answer");
    for golden in golden["questions"].as_array().unwrap() {
        let (question, context) = (golden["question"].as_str().unwrap(), golden["context"].as_str().unwrap());
        let call = ["answer", &model("bert-answer"), "--device", "cpu", "--json", "--question", question];
        let result = json(&[&call[..], &["--context", context, "--window", "32", "--overlap", "8"]].concat());
        assert_eq!(keys(&result), ["device", "answer", "start", "end", "score"]);
        assert_eq!(result["answer"], golden["merged"]["answer"], "{question}");
        assert_eq!(
            (&result["start"], &result["end"]),
            (&golden["merged"]["start"], &golden["merged"]["end"]),
            "{question}"
        );
        close(&result["score"], &golden["merged"]["score"], question);
        let piped = fed(&[&call[..], &["--context", "-", "--window", "32", "--overlap", "8"]].concat(), context);
        assert_eq!(serde_json::from_slice::<Value>(&piped.stdout).unwrap(), result);
    }
}

#[test]
fn fill_has_a_list_for_each_gap() {
    for golden in expected("bert-fill")["texts"].as_array().unwrap() {
        let text = golden["text"].as_str().unwrap();
        let masks = golden["masks"].as_array().unwrap();
        let result = json(&["fill", &model("bert-fill"), "--device", "cpu", "--json", "--", text]);
        assert_eq!(keys(&result), ["device", "fills"]);
        // As `transformers` has it: one gap gives its list alone.
        let fills = match masks.len() {
            1 => vec![result["fills"].clone()],
            _ => result["fills"].as_array().unwrap().clone(),
        };
        for (fills, golden) in fills.iter().zip(masks) {
            assert_eq!(fills.as_array().unwrap().len(), 5);
            for (found, golden) in fills.as_array().unwrap().iter().zip(golden.as_array().unwrap()) {
                assert_eq!((&found["token"], &found["text"]), (&golden["token"], &golden["token_str"]), "{text}");
                close(&found["score"], &golden["score"], text);
            }
        }
    }
}

#[test]
fn forward_runs_encoders_by_token() {
    let model = &model("bert-answer");
    let result = json(&["forward", model, "--tokens", "2,54,20,3", "--device", "cpu", "--json"]);
    assert_eq!(keys(&result["outputs"]), ["start", "end"]);
    assert_eq!(result["outputs"]["start"].as_array().unwrap().len(), 4, "a number for each token");
    assert!(result["outputs"]["start"][0].is_f64());
    let given = |more: &[&str]| {
        json(&[&["forward", model, "--tokens", "2,54,20,3", "--device", "cpu", "--json"], more].concat())
    };
    assert_eq!(given(&["--segments", "0,0,0,0"]), result);
    assert_ne!(given(&["--segments", "0,0,1,1"]), result);
    let last = given(&["--segments", "0,0,0,0", "--last"]);
    assert_eq!(last["outputs"]["end"][0], result["outputs"]["end"][3]);
    let call = ["forward", model, "--tokens", "2,3", "--segments", "0", "--device", "cpu"];
    assert!(message(&call, &run(&call)).contains("segments"));
    let inspect = json(&["inspect", model, "--device", "cpu", "--json"]);
    assert_eq!(inspect["architecture"], "BertForQuestionAnswering");
}

/// Where nobody reads JSON: the places and the texts, and no error.
#[test]
fn readable_forms_have_the_same_facts() {
    let shown = |arguments: &[&str]| text(&[arguments, &["--device", "cpu"]].concat());
    assert!(shown(&["embed", &model("minilm-sentences"), "a wren"]).contains("a wren"));
    assert!(shown(&["rerank", &model("bert-cross"), "--query", "who?", "a wren"]).contains("place"));
    assert!(shown(&["classify", &model("bert-classify"), "a wren"]).contains("positive"));
    assert!(shown(&["tag", &model("bert-tag"), "Anna saw the wren."]).contains("LOC"));
    assert!(shown(&["answer", &model("bert-answer"), "--question", "Who?", "--context", "The wren."]).contains("wren"));
    assert!(shown(&["fill", &model("bert-fill"), "The [MASK]."]).contains("token"));
}

#[test]
fn what_does_not_fit_is_refused_in_one_line() {
    let (sentences, fill, classify) = (&model("minilm-sentences"), &model("bert-fill"), &model("bert-classify"));
    let decoder = golden("llama-chat");
    let decoder = decoder.to_str().unwrap();
    let cases: &[(&[&str], &str)] = &[
        (&["embed", sentences], "there is no text: give texts behind `--`, or --jsonl"),
        (&["embed", sentences, "--jsonl", "a"], "cannot be used with"),
        (&["embed", sentences, "--prompt", "no", "a"], "no prompt is called no; there are passage, query"),
        (&["embed", sentences, "--pooling", "max", "a"], "'max' for '--pooling <POOLING>'"),
        (&["embed", decoder, "a"], "LlamaForCausalLM cannot embed; it can generate"),
        (&["rerank", classify, "--query", "a", "b"], "has 3 labels, and reranking needs a model with one"),
        (&["rerank", classify, "b"], "--query <TEXT>"),
        (&["classify", fill, "a"], "BertForMaskedLM cannot classify; it can fill in"),
        (&["tag", decoder, "a"], "LlamaForCausalLM cannot tag; it can generate"),
        (&["fill", fill, "a"], "there is no [MASK] in the text"),
        (&["fill", fill, "--top", "0", "[MASK]"], "'0' for '--top <N>'"),
        (&["generate", fill, "a"], "BertForMaskedLM cannot generate; it can fill in"),
        (&["chat", fill], "BertForMaskedLM cannot generate; it can fill in"),
        (&["bench", fill], "BertForMaskedLM cannot generate; it can fill in"),
        (&["forward", fill, "--tokens", "900"], "token 900 is not in the vocabulary of 180"),
    ];
    for (call, expected) in cases {
        let call = [call, &["--device", "cpu"][..]].concat();
        let message = message(&call, &run(&call));
        assert!(message.contains(expected), "{call:?}: {message}");
    }
}

#[test]
fn files_of_sentence_transformers_that_are_not_understood_are_errors() {
    let copy = Copy::of("encoders/minilm-sentences");
    let embed = |copy: &Copy| run(&["embed", copy.path(), "--device", "cpu", "a wren"]);
    copy.edit_json("modules.json", |modules| {
        let dense = value!({"idx": 9, "name": "9", "path": "9_Dense", "type": "sentence_transformers.models.Dense"});
        modules.as_array_mut().unwrap().push(dense);
    });
    let message = message(&["embed"], &embed(&copy));
    assert!(message.contains("modules.json") && message.contains("Dense"), "{message}");
}
