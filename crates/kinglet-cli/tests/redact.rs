//! `kinglet redact`: what it proves, what it puts back, and what it refuses. The tagger is a random one, which may take any
//! word for a name; what the weights of redact find is measured elsewhere.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test may")]

mod setup;

use std::{
    fs,
    io::Write,
    path::PathBuf,
    process::{Output, Stdio},
};

use serde_json::Value;
use setup::{command, golden, message, run, text};

const TEXT: &str =
    "Mail anna@example.org, card 4111 1111 1111 1111, [NAME_1] [IP_1], from 10.0.0.1 — ü.\r\n\r\nlast line";

fn model() -> String {
    golden("encoders").join("modernbert-tag").to_str().unwrap().to_owned()
}

fn fed(arguments: &[&str], input: &[u8]) -> Output {
    let mut child =
        command(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // A command that refuses its arguments reads nothing.
    let _ = child.stdin.take().unwrap().write_all(input);
    child.wait_with_output().unwrap()
}

fn out(arguments: &[&str], input: &str) -> String {
    let output = fed(arguments, input.as_bytes());
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Folder {
        let folder = std::env::temp_dir().join(format!("kinglet-redact-{}-{name}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        Folder(folder)
    }

    fn file(&self, name: &str) -> String {
        self.0.join(name).to_str().unwrap().to_owned()
    }

    fn written(&self, name: &str, text: &str) -> String {
        fs::write(self.0.join(name), text).unwrap();
        self.file(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[test]
fn what_goes_out_has_no_data_and_comes_back() {
    let folder = Folder::new("back");
    let (map, model) = (folder.file("map.json"), model());
    let call = ["redact", "--model", &model, "--device", "cpu", "--map", &map];
    let redacted = out(&call, TEXT);
    for gone in ["anna@example.org", "4111", "10.0.0.1", "[IP_1], from 10"] {
        assert!(!redacted.contains(gone), "{redacted}");
    }
    let written: Value = serde_json::from_slice(&fs::read(&map).unwrap()).unwrap();
    assert_eq!((&written["[EMAIL_1]"], &written["[LITERAL_1]"]), (&"anna@example.org".into(), &"[NAME_1]".into()));
    assert_eq!(out(&["redact", "--restore", &map], &redacted), TEXT);
    // The same from a file, and the same as JSON.
    let file = folder.written("in.txt", TEXT);
    assert_eq!(text(&["redact", &file, "--model", &model, "--device", "cpu"]), redacted);
    let json: Value = serde_json::from_str(&out(&[&call[..], &["--json"]].concat(), TEXT)).unwrap();
    assert_eq!(json.as_object().unwrap().keys().collect::<Vec<_>>(), ["device", "text", "spans", "map"]);
    assert_eq!((json["text"].as_str(), &json["map"]), (Some(redacted.as_str()), &written));
    for span in json["spans"].as_array().unwrap() {
        let (start, end) = (span["start"].as_u64().unwrap() as usize, span["end"].as_u64().unwrap() as usize);
        let characters: String = TEXT.chars().skip(start).take(end - start).collect();
        assert_eq!(span["text"], characters);
        assert_eq!(written[span["placeholder"].as_str().unwrap()], characters);
    }
}

#[test]
fn long_texts_and_kinds() {
    let folder = Folder::new("long");
    let (map, model) = (folder.file("map.json"), model());
    let line = "a wren sings, 10.0.0.1, anna@example.org\n";
    let long = line.repeat(500);
    let call = ["redact", "--model", &model, "--device", "cpu", "--map", &map, "--kinds", "ip,card"];
    let redacted = out(&call, &long);
    assert_eq!(redacted, line.replace("10.0.0.1", "[IP_1]").repeat(500));
    assert_eq!(fs::read_to_string(&map).unwrap(), "{\"[IP_1]\":\"10.0.0.1\"}\n");
    assert_eq!(out(&["redact", "--restore", &map], &redacted), long);
    // The next text goes on with the placeholders of the first.
    let next = ["redact", "--model", &model, "--device", "cpu", "--kinds", "ip", "--known", &map];
    assert_eq!(out(&next, "10.0.0.2 10.0.0.1"), "[IP_2] [IP_1]");
}

#[test]
fn restoring_needs_no_model() {
    let folder = Folder::new("restore");
    let map = folder.written("map.json", r#"{"[NAME_1]": "Anna [NAME_2]", "[NAME_2]": "Bo", "[NAME_1_2]": "ANNA"}"#);
    let restored = out(&["redact", "--restore", &map], "[NAME_1], [NAME_1_2], **[NAME_2]** [NAME_3] [NAME_");
    assert_eq!(restored, "Anna [NAME_2], ANNA, **Bo** [NAME_3] [NAME_");
    let file = folder.written("in.txt", "[NAME_2]\n");
    assert_eq!(text(&["redact", &file, "--restore", &map]), "Bo\n");
}

#[test]
fn what_is_wrong_is_one_line() {
    let folder = Folder::new("wrong");
    let file = folder.written("in.txt", "x");
    let (keys, twice) = (folder.written("a.json", r#"{"x": "y"}"#), folder.written("b.json", "[1]"));
    let none = folder.file("none.json");
    let decoder = golden("llama-chat").to_str().unwrap().to_owned();
    for (arguments, expected) in [
        (vec!["redact", &file, "--kinds", "name,age"], "there is no kind \"age\"; there are name, address"),
        (vec!["redact", &file, "--restore", &keys], "\"x\" in the map is no placeholder, such as [NAME_1]"),
        (vec!["redact", &file, "--restore", &twice], "b.json: the map is no JSON object of texts"),
        (vec!["redact", &file, "--restore", &none], "cannot read"),
        (vec!["redact", &none, "--restore", &keys], "in the map is no placeholder"),
        (vec!["redact", &file, "--restore", &keys, "--json"], "cannot be used with"),
        (vec!["redact", &file, "--model", &decoder, "--device", "cpu"], "LlamaForCausalLM cannot tag"),
    ] {
        let message = message(&arguments, &run(&arguments));
        assert!(message.contains(expected), "{message}\nexpected: {expected}");
    }
}

#[test]
fn a_text_that_is_not_utf_8_says_where() {
    let folder = Folder::new("utf8");
    let map = folder.written("map.json", "{}");
    let output = fed(&["redact", "--restore", &map], b"ab\xc3\xbc\xff");
    assert_eq!(message(&["redact"], &output), "standard input is not UTF-8 at byte 4");
    let output = fed(&["redact", "--model", &model(), "--device", "cpu"], b"ab\xc3");
    assert!(String::from_utf8(output.stderr).unwrap().ends_with("standard input is not UTF-8 at byte 2\n"));
}

/// Waits for the weights: what a model finds in a text that says who is who.
#[test]
fn the_weights_find_names() {
    let text = out(&["redact", "--device", "cpu"], "Anna Meyer lives at 12 Mill Lane, Oxford OX1 2AB.\n");
    assert_eq!(text, "[NAME_1] lives at [ADDRESS_1].\n");
}

#[test]
fn a_map_is_another_file_and_for_its_owner() {
    let folder = Folder::new("safe");
    let (text, map) =
        (folder.written("text", "mail a@example.org\n"), folder.written("map", "{\"[NAME_1]\": \"Old\"}"));
    let (model, message) = (model(), |arguments: &[&str]| message(arguments, &run(arguments)));
    let refused = message(&["redact", &text, "--map", &text, "--model", &model, "--device", "cpu"]);
    assert!(refused.contains("--map names another file"), "{refused}");
    assert_eq!(fs::read_to_string(&text).unwrap(), "mail a@example.org\n");
    out(&["redact", &text, "--map", &map, "--model", &model, "--kinds", "email", "--device", "cpu"], "");
    assert_eq!(fs::read_to_string(&map).unwrap().trim(), "{\"[EMAIL_1]\":\"a@example.org\"}");
    #[cfg(unix)]
    assert_eq!(std::os::unix::fs::MetadataExt::mode(&fs::metadata(&map).unwrap()) & 0o777, 0o600);
}
