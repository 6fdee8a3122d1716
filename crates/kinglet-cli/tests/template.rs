//! `kinglet template`: templates of files, of folders and of GGUF files that hold nothing else.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test may")]

mod setup;

use std::{
    fs,
    path::{Path, PathBuf},
};

use kinglet_format::gguf::GgufWriter;
use serde_json::{Value, json as value};
use setup::{json, message, run, text};
use tempfile::TempDir;

/// What tells apart which tokens, tools and prompt a template was given.
const TEMPLATE: &str = "{{ bos_token }}{% for m in messages %}[{{ m.role }}]{{ m.content }}{{ eos_token }}{% endfor %}\
                        {% if tools %}{{ tools | tojson }}{% endif %}{% if add_generation_prompt %}[assistant]{% endif %}";

/// A folder for the files of a test, with a chat in it.
struct Place(TempDir);

impl Place {
    fn new() -> Place {
        let place = Place(tempfile::tempdir().unwrap());
        place.write("chat.json", value!({"messages": [{"role": "user", "content": "Hi 🐦"}]}).to_string());
        place
    }

    fn at(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn path(&self, name: &str) -> String {
        self.at(name).to_str().unwrap().to_owned()
    }

    fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> String {
        fs::create_dir_all(self.at(name).parent().unwrap()).unwrap();
        fs::write(self.at(name), bytes).unwrap();
        self.path(name)
    }

    /// A GGUF file with a vocabulary of three tokens, and what `add` writes.
    fn gguf(&self, name: &str, add: impl FnOnce(&mut GgufWriter)) -> String {
        let mut writer = GgufWriter::new();
        writer.value("tokenizer.ggml.model", "gpt2");
        writer.texts("tokenizer.ggml.tokens", ["a", "<|begin|>", "<|end|>"]);
        writer.value("tokenizer.ggml.bos_token_id", 1_u32).value("tokenizer.ggml.eos_token_id", 2_u32);
        add(&mut writer);
        self.write(name, writer.header(name).unwrap())
    }

    fn rendered(&self, model: &str, more: &[&str]) -> Value {
        let printed = json(&[&["template", model, "--chat", &self.path("chat.json"), "--json"], more].concat());
        assert_eq!(printed.as_object().unwrap().len(), 1, "{printed}");
        printed["text"].clone()
    }
}

#[test]
fn a_template_is_a_file_or_comes_with_a_model() {
    let place = Place::new();
    let config = value!({"bos_token": "<b>", "eos_token": {"content": "<e>"}, "chat_template": TEMPLATE}).to_string();
    let models = [
        (place.write("a/t.jinja", TEMPLATE), "[user]Hi 🐦[assistant]"),
        (place.write("b/tokenizer_config.json", &config), "<b>[user]Hi 🐦<e>[assistant]"),
        (place.path("b"), "<b>[user]Hi 🐦<e>[assistant]"),
        (
            place.gguf("c.gguf", |file| _ = file.value("tokenizer.chat_template", TEMPLATE)),
            "<|begin|>[user]Hi 🐦<|end|>[assistant]",
        ),
    ];
    for (model, expected) in &models {
        assert_eq!(place.rendered(model, &[]), *expected, "{model}");
        let bare = expected.strip_suffix("[assistant]").unwrap();
        assert_eq!(place.rendered(model, &["--no-generation-prompt"]), bare, "{model}");
        let tokens = place.rendered(model, &["--bos", "<|x|>", "--eos", "--"]);
        assert_eq!(tokens, "<|x|>[user]Hi 🐦--[assistant]", "{model}");
    }
    // A file of its own comes before what the configuration says, whose tokens stay.
    place.write("b/chat_template.jinja", "{{ bos_token }}!");
    assert_eq!(place.rendered(&place.path("b"), &[]), "<b>!");
    // People get the text, and no more line breaks than it has.
    assert_eq!(text(&["template", &models[0].0, "--chat", &place.path("chat.json")]), models[0].1);
}

#[test]
fn a_chat_says_more_than_messages() {
    let place = Place::new();
    let tools = value!([{"type": "function", "function": {"name": "sing", "parameters": {"loud": 1.0}}}]);
    let messages = value!([{"role": "user", "content": "é"}]);
    let rendered = |chat: Value, model: &str| {
        place.write("chat.json", chat.to_string());
        place.rendered(model, &["--no-generation-prompt"])
    };
    let model = place.write("t.jinja", TEMPLATE);
    let expected = r#"[user]é[{"type": "function", "function": {"name": "sing", "parameters": {"loud": 1.0}}}]"#;
    assert_eq!(rendered(value!({"messages": messages, "tools": tools}), &model), expected);
    assert_eq!(rendered(value!({"messages": messages, "tools": null, "bos_token": "<s>"}), &model), "<s>[user]é");
    let asks = place.write("asks.jinja", "{{ documents[0].title }} {{ mood }} {{ strftime_now('%Y') | length }}");
    let chat = value!({"messages": [], "documents": [{"title": "Birds"}], "mood": ["calm"]});
    assert_eq!(rendered(chat, &asks), "Birds ['calm'] 4");
    // Of several templates, one is for tools.
    let several = value!([{"name": "default", "template": "plain"}, {"name": "tool_use", "template": "tools"}]);
    let several = place.write("tokenizer_config.json", value!({ "chat_template": several }).to_string());
    assert_eq!(rendered(value!({"messages": []}), &several), "plain");
    assert_eq!(rendered(value!({"messages": [], "tools": []}), &several), "tools");
}

#[test]
fn what_cannot_be_rendered_is_said_in_a_line() {
    let place = Place::new();
    let chat = place.path("chat.json");
    let refused = |model: &str, chat: &str, expected: &str| {
        let arguments = ["template", model, "--chat", chat, "--json"];
        assert_eq!(message(&arguments, &run(&arguments)), expected);
    };
    let template = |name: &str, text: &str| place.write(name, text);

    let none = "the model has no chat template by default; those it has: none";
    refused(&place.gguf("none.gguf", |_| {}), &chat, none);
    refused(&place.write("config/tokenizer_config.json", "{}"), &chat, none);
    fs::create_dir(place.at("empty")).unwrap();
    refused(&place.path("empty"), &chat, none);
    let rag = value!({"chat_template": [{"name": "rag", "template": "x"}]}).to_string();
    let others = "the model has no chat template by default; those it has: rag";
    refused(&place.write("rag/tokenizer_config.json", rag), &chat, others);

    let raises = template("raises.jinja", "{{ raise_exception('roles must\\nalternate') }}");
    refused(&raises, &chat, "the chat template refuses the chat: roles must\\nalternate");
    let wrong = template("wrong.jinja", "a\n{% if x %}\n{{ 1 + }}{% endif %}");
    refused(&wrong, &chat, "chat template, line 3: expected an expression, found }}");
    let undefined = template("undefined.jinja", "\n{{ system.content }}");
    refused(&undefined, &chat, "chat template, line 2: 'system' is undefined");
    let endless =
        template("endless.jinja", "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}");
    refused(&endless, &chat, "chat template, line 1: it takes too many steps");

    let works = template("works.jinja", TEMPLATE);
    for (text, expected) in [
        ("{", "{chat} is not JSON: EOF while parsing an object at line 1 column 1"),
        ("[]", "{chat}: the chat is no object with messages"),
        ("{\"message\": []}", "{chat}: the chat has no messages"),
        ("{\"messages\": {}}", "{chat}: the chat has messages that are no array"),
        ("{\"messages\": [{}, \"Hi\"]}", "{chat}: the chat has a message that is no object, messages[1]"),
        ("{\"messages\": [], \"tools\": {}}", "{chat}: the chat has tools that are no array"),
    ] {
        let wrong = place.write("wrong.json", text);
        refused(&works, &wrong, &expected.replace("{chat}", &wrong));
    }
    let missing = place.path("missing");
    refused(&works, &missing, &format!("cannot read {missing}: {}", no_such_file(Path::new(&missing))));
    let binary = place.write("binary.jinja", b"\xff");
    refused(&binary, &chat, &format!("cannot read {binary}: stream did not contain valid UTF-8"));
    let broken = place.write("broken.json", "{");
    refused(&broken, &chat, &format!("{broken} is not JSON: EOF while parsing an object at line 1 column 1"));
    refused("s3://a/b", &chat, "s3://a/b: neither a path nor http(s):// nor hf:org/name");
    let arguments = ["template", &works];
    let error = message(&arguments, &run(&arguments));
    assert!(error.contains("--chat <CHAT.json>"), "{error}");
}

/// What the system says of a file that is not there.
fn no_such_file(path: &Path) -> String {
    fs::read(path).unwrap_err().to_string()
}
