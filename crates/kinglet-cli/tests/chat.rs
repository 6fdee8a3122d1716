//! Text in and text out: `kinglet generate` with a prompt, `kinglet chat`, grammars.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test may")]

mod setup;

use std::{
    fs,
    io::{Read, Write},
    process::{Output, Stdio},
};

use serde_json::{Value, json as value};
use setup::{Copy, command, json, message, run, text};

fn model() -> String {
    setup::golden("llama-chat").to_str().unwrap().to_owned()
}

fn golden() -> Value {
    serde_json::from_slice(&fs::read(setup::golden("llama-chat").join("text.json")).unwrap()).unwrap()
}

const CPU: [&str; 2] = ["--device", "cpu"];
const MOST: [&str; 2] = ["--max-tokens", "24"];

/// The command with this on its standard input.
fn with_input(arguments: &[&str], input: &str) -> Output {
    let mut command = command(arguments);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

fn stdout(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    String::from_utf8(output.stdout.clone()).unwrap()
}

#[test]
fn generate_continues_text() {
    let model = model();
    for completion in golden()["completions"].as_array().unwrap() {
        let prompt = completion["prompt"].as_str().unwrap();
        let all = [&["generate", &model, prompt][..], &CPU, &MOST].concat();
        let result = json(&[&all[..], &["--json"]].concat());
        for key in ["tokens", "text", "finish_reason"] {
            assert_eq!(result[key], completion[key], "{prompt} {key}");
        }
        assert!(result["timings"]["first_token_ms"].as_f64().unwrap() > 0.0);
        let expected = format!("{}\n", completion["text"].as_str().unwrap());
        assert_eq!(text(&all), expected);
        // A pipe is as good, and a prompt that is called - means it.
        let piped = [&["generate", &model][..], &CPU, &MOST].concat();
        assert_eq!(stdout(&with_input(&piped, &format!("{prompt}\n"))), expected);
        assert_eq!(stdout(&with_input(&[&piped[..], &["-"]].concat(), prompt)), expected);
    }
}

#[test]
fn generate_has_text_for_tokens_too() {
    let completion = &golden()["completions"][1];
    let ids: Vec<String> = completion["ids"].as_array().unwrap().iter().map(Value::to_string).collect();
    let (model, ids) = (model(), ids.join(","));
    let all = [&["generate", &model, "--tokens", &ids][..], &CPU, &MOST].concat();
    assert_eq!(json(&[&all[..], &["--json"]].concat())["text"], completion["text"]);
    let tokens: Vec<String> = completion["tokens"].as_array().unwrap().iter().map(Value::to_string).collect();
    assert_eq!(text(&all), tokens.join(" ") + "\n");
}

#[test]
fn several_continuations_differ_in_their_sequence() {
    let model = model();
    let all = [&["generate", &model, "In the morning", "--temp", "1", "--seed", "3"][..], &CPU, &["-n", "8"]].concat();
    let result = json(&[&all[..], &["--choices", "3", "--json"]].concat());
    let choices = result["choices"].as_array().unwrap();
    assert_eq!((choices.len(), &choices[0]["text"]), (3, &result["text"]));
    for (index, choice) in choices.iter().enumerate() {
        let alone = json(&[&all[..], &["--json", "--sequence", &index.to_string()]].concat());
        assert_eq!((&alone["text"], &alone["tokens"]), (&choice["text"], &choice["tokens"]), "{index}");
        assert!(alone.get("choices").is_none());
    }
    let texts: Vec<&str> = choices.iter().map(|choice| choice["text"].as_str().unwrap()).collect();
    assert_eq!(text(&[&all[..], &["--n", "3"]].concat()), texts.join("\n---\n") + "\n");
}

#[test]
fn texts_end_a_generation() {
    let (model, completion) = (model(), &golden()["completions"][4]);
    let all = [&["generate", &model, completion["prompt"].as_str().unwrap(), "--json"][..], &CPU, &MOST].concat();
    let result = json(&[&all[..], &["--stop", "xyz", "--stop", "oWal"]].concat());
    assert_eq!((&result["text"], &result["finish_reason"]), (&value!("WWWWWo"), &value!("stop")));
}

#[test]
fn words_that_others_use_are_known() {
    let model = model();
    let ours = json(&["generate", &model, "a", "--context", "60", "--max-tokens", "9", "--seed", "4", "--json"]);
    let theirs = json(&["generate", &model, "-p", "a", "-c", "60", "--num-predict", "9", "-s", "4", "--json"]);
    assert_eq!(ours["tokens"], theirs["tokens"]);
    let all = ["generate", &model, "a", "--num-ctx", "60", "-n", "-1", "--ignore-eos", "--json"];
    let prompt = text(&["tokenize", &model, "--text", "a"]).lines().count() - 1;
    assert_eq!(json(&all)["tokens"].as_array().unwrap().len(), 60 - prompt + 1);
    let mut seeds =
        (0..4).map(|_| json(&["generate", &model, "a", "--temp", "9", "--seed", "-1", "-n", "9", "--json"]));
    let first = seeds.next().unwrap();
    assert!(seeds.any(|other| other["tokens"] != first["tokens"]));
}

/// What `--system` and `--chat` say to the model.
#[test]
fn generate_replies_to_a_message() {
    let (model, golden) = (model(), golden());
    let turn = &golden["chat"]["turns"][0];
    let (system, user) = (golden["chat"]["system"].as_str().unwrap(), turn["user"].as_str().unwrap());
    let all = [&["generate", &model, user, "--system", system][..], &CPU, &MOST].concat();
    let result = json(&[&all[..], &["--json"]].concat());
    for key in ["tokens", "text", "finish_reason"] {
        assert_eq!(result[key], turn[key], "{key}");
    }
    assert_eq!(text(&all), format!("{}\n", turn["text"].as_str().unwrap()));
    let without = json(&[&["generate", &model, user, "--chat", "--json"][..], &CPU, &MOST].concat());
    assert_eq!(without["timings"]["prefill"]["tokens"], value!(36), "{without}");
}

#[test]
fn chat_goes_line_by_line_where_nobody_types() {
    let (model, golden) = (model(), golden());
    let turns = golden["chat"]["turns"].as_array().unwrap();
    let lines: String = turns.iter().map(|turn| format!("{}\n\n", turn["user"].as_str().unwrap())).collect();
    let system = golden["chat"]["system"].as_str().unwrap();
    let all = [&["chat", &model, "--system", system][..], &CPU, &MOST].concat();
    let expected: String = turns.iter().map(|turn| format!("{}\n", turn["text"].as_str().unwrap())).collect();
    assert_eq!(stdout(&with_input(&all, &lines)), expected);

    let output = stdout(&with_input(&[&all[..], &["--json"]].concat(), &lines));
    let replies: Vec<Value> = output.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let mut known = 0;
    for (turn, reply) in turns.iter().zip(&replies) {
        for key in ["tokens", "text", "finish_reason"] {
            assert_eq!(reply[key], turn[key], "{key}");
        }
        let prompt = turn["prompt_ids"].as_array().unwrap().len();
        assert_eq!(reply["prompt_tokens"], value!(prompt));
        assert_eq!(reply["reused_tokens"], value!(known));
        assert_eq!(reply["timings"]["prefill"]["tokens"], value!(prompt - known));
        known = prompt + turn["tokens"].as_array().unwrap().len() - 1;
    }
    assert_eq!(replies.len(), turns.len());
}

#[test]
fn chat_takes_one_message() {
    let (model, golden) = (model(), golden());
    let (turn, system) = (&golden["chat"]["turns"][0], golden["chat"]["system"].as_str().unwrap());
    let all = [&["chat", &model, turn["user"].as_str().unwrap(), "--system", system][..], &CPU, &MOST].concat();
    assert_eq!(text(&all), format!("{}\n", turn["text"].as_str().unwrap()));
}

fn written(name: &str, content: &str) -> (Copy, String) {
    let copy = Copy::of("llama-odd");
    copy.write(name, content);
    let path = copy.folder.join(name).to_str().unwrap().to_owned();
    (copy, path)
}

#[test]
fn output_keeps_to_schemas_expressions_and_grammars() {
    let model = model();
    let schema = value!({
        "type": "object", "additionalProperties": false, "required": ["bird", "songs"],
        "properties": {"bird": {"enum": ["wren", "robin"]}, "songs": {"type": "integer", "minimum": 0, "maximum": 99}},
    });
    let (_schema, schema) = written("schema.json", &schema.to_string());
    let generate =
        |more: &[&str]| json(&[&["generate", &model, "A bird:", "--json", "--temp", "1.5"], &CPU[..], more].concat());
    for seed in ["1", "2", "3", "4"] {
        let result = generate(&["--json-schema", &schema, "--seed", seed]);
        let found: Value = serde_json::from_str(result["text"].as_str().unwrap()).unwrap();
        assert!(["wren", "robin"].contains(&found["bird"].as_str().unwrap()), "{found}");
        assert!((0..100).contains(&found["songs"].as_i64().unwrap()), "{found}");
        assert_eq!((&result["finish_reason"], &result["valid"]), (&value!("stop"), &value!(true)));
    }
    let cut = generate(&["--json-schema", &schema, "--max-tokens", "4"]);
    assert_eq!((&cut["finish_reason"], &cut["valid"]), (&value!("length"), &value!(false)));

    let result = generate(&["--regex", "(wren|robin)-[0-9]{3}"]);
    let (bird, number) = result["text"].as_str().unwrap().split_once('-').unwrap();
    assert!(["wren", "robin"].contains(&bird) && number.len() == 3, "{result}");
    let (_gbnf, gbnf) = written("songs.gbnf", "root ::= (\"tsee\" | \"tsoo\"){2,3} \"!\"\n");
    let (_lark, lark) = written("songs.lark", "start: song song song? \"!\"\nsong: \"tsee\" | \"tsoo\"\n");
    for file in [gbnf, lark] {
        let text = generate(&["--grammar", &file])["text"].as_str().unwrap().to_owned();
        let songs = text.strip_suffix('!').unwrap().replace("tsee", "x").replace("tsoo", "x");
        assert!(["xx", "xxx"].contains(&songs.as_str()), "{text}");
    }
    // Who types them means no file.
    let typed = generate(&["--json-schema", "{\"const\": [1]}"]);
    assert_eq!((&typed["text"], &typed["valid"]), (&value!("[1]"), &value!(true)));
    assert_eq!(generate(&["--grammar", "root ::= \"tsee\""])["text"], value!("tsee"));
    let cut = generate(&["--json-schema", "{\"const\": [1]}", "--stop", "]"]);
    assert_eq!((&cut["text"], &cut["finish_reason"], &cut["valid"]), (&value!("[1"), &value!("stop"), &value!(false)));
    assert_eq!(generate(&["--regex", "a", "-n", "0"])["valid"], value!(false));
    let chat = json(&[&["chat", &model, "A bird?", "--json", "--regex", "[a-f]{5}"], &CPU[..]].concat());
    assert_eq!((chat["text"].as_str().unwrap().len(), &chat["valid"]), (5, &value!(true)));
}

#[test]
fn mistakes_are_told_with_what_to_do() {
    let (model, other) = (model(), setup::golden("llama-odd").to_str().unwrap().to_owned());
    let (_bad, bad) = written("bad.json", "{\"type\": ");
    let (_never, never) = written("never.json", "{\"type\": \"integer\", \"minimum\": 3, \"maximum\": 2}");
    let (_gbnf, gbnf) = written("bad.gbnf", "root ::= wing\n");
    let silent = Copy::of("llama-chat");
    silent.remove("chat_template.jinja");
    let long = "bird ".repeat(2000);
    for (arguments, expected) in [
        (vec!["generate", &model], "there is nothing to continue: give a text, as in `kinglet generate MODEL"),
        (vec!["generate", &other, "a"], "tokenizer"),
        (vec!["generate", &other, "a"], "--tokens IDS"),
        (vec!["chat", &other, "a"], "tokenizer"),
        (vec!["chat", silent.path(), "a"], "those it has: none; `kinglet generate MODEL \"text\"` continues a text"),
        (vec!["generate", &model, "a", "--tokens", "3"], "cannot be used with"),
        (vec!["generate", &model, "a", "--regex", "a", "--json-schema", &bad], "cannot be used with"),
        (vec!["generate", &model, "a", "--chat", "--choices", "2"], "a chat has one reply"),
        (vec!["generate", &model, &long], "tokens do not fit into a context of 1024"),
        (vec!["chat", &model, &long], "the conversation has "),
        (vec!["chat", &model, "a", "--json-schema", &bad], "bad.json is not JSON"),
        (vec!["chat", &model, "a", "--json-schema", "none.json"], "cannot read none.json"),
        (vec!["chat", &model, "a", "--json-schema", &never], "minimum"),
        (vec!["chat", &model, "a", "--grammar", &gbnf], "wing"),
        (vec!["chat", &model, "a", "--regex", "(a"], "regular expression"),
        (vec!["chat", &model, "a", "--stop", ""], "must not be empty"),
        (vec!["generate", &model, "a", "--choices", "100000000"], "is not a whole number from 1 to 256"),
        (vec!["generate", &model, "a", "-n", "-2"], "is not a whole number, or -1"),
        (vec!["chats", &model], "'chat'"),
    ] {
        let arguments = [&arguments[..], &CPU].concat();
        let message = message(&arguments, &run(&arguments));
        assert!(message.contains(expected), "{message}\nexpected: {expected}");
    }
}

#[test]
fn completions_know_every_command() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = text(&["completions", shell]);
        for word in ["chat", "generate", "json-schema", "temperature"] {
            assert!(script.contains(word), "{shell}: {word}");
        }
    }
}

/// A terminal with the command in it.
#[cfg(target_os = "linux")]
struct Terminal {
    child: std::process::Child,
    keys: std::process::ChildStdin,
    shown: std::sync::mpsc::Receiver<Vec<u8>>,
    seen: String,
}

#[cfg(target_os = "linux")]
impl Terminal {
    fn open(arguments: &[&str], history: &str) -> Terminal {
        let words: Vec<String> = arguments.iter().map(|word| format!("'{word}'")).collect();
        // Without `exec`, a shell that waits is interrupted, too, and says so in the status.
        let line = format!("exec {} {}", env!("CARGO_BIN_EXE_kinglet"), words.join(" "));
        let mut script = std::process::Command::new("script");
        script.args(["-qec", &line, "/dev/null"]);
        script.env("TERM", "xterm").env("NO_COLOR", "1").env("KINGLET_HISTORY", history);
        let mut child = script.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("script of util-linux");
        let (keys, mut output) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        let (send, shown) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            let mut bytes = [0; 4096];
            while let Ok(count @ 1..) = output.read(&mut bytes) {
                let _ = send.send(bytes[..count].to_vec());
            }
        });
        Terminal { child, keys, shown, seen: String::new() }
    }

    fn press(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).unwrap();
        self.keys.flush().unwrap();
    }

    fn read_more(&mut self, wanted: &str) {
        let more = self.shown.recv_timeout(std::time::Duration::from_secs(60));
        let more = more.unwrap_or_else(|error| panic!("{wanted:?} does not come: {error}: {:?}", self.seen));
        self.seen += &String::from_utf8_lossy(&more);
    }

    /// Reads until this is seen, and returns what came with and before it.
    fn expect(&mut self, text: &str) -> String {
        loop {
            if let Some(at) = self.seen.find(text) {
                let rest = self.seen.split_off(at + text.len());
                return std::mem::replace(&mut self.seen, rest);
            }
            self.read_more(text);
        }
    }

    /// Waits until somebody may type.
    fn prompt(&mut self) {
        self.expect(">>> ");
        // The editor shows where the cursor is once it listens.
        self.expect("\u{1b}[4C");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn chat_on_a_terminal() {
    let (model, golden) = (model(), golden());
    let history = tempfile::tempdir().unwrap();
    let history = history.path().join("state/history");
    let turn = &golden["chat"]["turns"][0];
    let (system, user) = (golden["chat"]["system"].as_str().unwrap(), turn["user"].as_str().unwrap());
    let most = ["--max-tokens", "900", "--logit-bias", "397=-inf"];
    let arguments = [&["chat", &model, "--system", system][..], &CPU, &most].concat();
    let mut terminal = Terminal::open(&arguments, history.to_str().unwrap());
    terminal.expect("/help says what else there is");
    terminal.prompt();
    terminal.press(&format!("{user}\r"));
    terminal.expect(turn["text"].as_str().unwrap());
    let closing = terminal.expect(" of 80 tokens read");
    assert!(closing.contains("12 tokens, ") && closing.contains("the first after "), "{closing}");

    // Lines that go on, lines that are given up, words that are none.
    terminal.prompt();
    terminal.press("/hel\t\r");
    terminal.expect("Ctrl-D");
    terminal.prompt();
    terminal.press("/sing\r");
    terminal.expect("error: there is no /sing; /help says what there is");
    terminal.prompt();
    terminal.press("never mind\x03");
    terminal.prompt();
    terminal.press("/clear\r");
    terminal.prompt();
    terminal.press("\"\"\"\rtwo\rlines\"\"\"\r");
    terminal.expect("tokens read");

    // Lines that come at once, and bytes that are no text.
    terminal.prompt();
    terminal.press("/help\r/help\r/help\r");
    for _ in 0..3 {
        terminal.expect("Ctrl-D");
        terminal.prompt();
    }
    terminal.keys.write_all(b"caf\xe9\r").unwrap();
    terminal.prompt();
    terminal.press("/exit\r");
    assert_eq!(terminal.child.wait().unwrap().code(), Some(0));
    let history = fs::read_to_string(history).unwrap();
    assert!(history.contains(user) && history.contains("two") && !history.contains("never mind"), "{history}");
}

/// Ctrl-C stops a reply and not the program.
#[cfg(target_os = "linux")]
#[test]
fn a_reply_can_be_stopped() {
    let model = model();
    let endless = ["--max-tokens", "900", "--logit-bias", "397=-inf,399=-inf"];
    let mut terminal = Terminal::open(&[&["chat", &model][..], &CPU, &endless].concat(), "");
    terminal.prompt();
    terminal.press("Sing\r");
    terminal.expect("\r\n");
    // Somebody reads a little of it.
    while terminal.seen.len() < 20 {
        terminal.read_more("a reply");
    }
    terminal.press("\x03");
    terminal.expect(", stopped");
    terminal.prompt();
    terminal.press("\x04");
    assert_eq!(terminal.child.wait().unwrap().code(), Some(0));
}
