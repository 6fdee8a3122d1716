//! Whatever a model picks of what a grammar allows: what comes to its end is what the grammar wants.
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test may panic and print"
)]

use fastrand::Rng;
use kinglet_text::{Grammar, GrammarTokens, TokenMask, Tokenizer};
use serde_json::Value;

/// So many outputs of each grammar and tokenizer.
const WALKS: u64 = 50;
/// So many tokens are enough for every output that is bounded.
const LIMIT: usize = 3000;

struct Model {
    name: &'static str,
    tokenizer: Tokenizer,
    tokens: GrammarTokens,
    end: u32,
}

fn models() -> [Model; 2] {
    let model = |name, json: &[u8]| {
        let tokenizer = Tokenizer::from_json(json, None).unwrap();
        // A model often has logits for more tokens than there are.
        let tokens = GrammarTokens::new(&tokenizer, tokenizer.vocab() + 13, &[2]).unwrap();
        Model { name, tokenizer, tokens, end: 2 }
    };
    [
        model("byte-level", include_bytes!("tokenizers/byte_level.json")),
        model("byte fallback", include_bytes!("tokenizers/byte_fallback.json")),
    ]
}

/// How a model picks.
#[derive(Clone, Copy, Debug)]
enum Picks {
    /// Whatever is allowed, each as likely.
    Uniform,
    /// A few tokens far more likely than the others.
    Peaked,
}

fn pick(mask: &TokenMask, picks: Picks, rng: &mut Rng) -> u32 {
    let allowed: Vec<u32> = mask.iter().collect();
    match picks {
        Picks::Uniform => *rng.choice(&allowed).unwrap(),
        Picks::Peaked => {
            // Favourites of this step, whether they are allowed or not.
            let score = |id: u32| -> f64 {
                let favourite = id.wrapping_mul(2_654_435_761).wrapping_add(u32::try_from(allowed.len()).unwrap()) % 97;
                f64::from(favourite) / 10.0
            };
            let noise: Vec<f64> = allowed.iter().map(|&id| score(id) - (-rng.f64().ln()).ln()).collect();
            let best = (0..allowed.len()).max_by(|&a, &b| noise[a].total_cmp(&noise[b])).unwrap();
            allowed[best]
        }
    }
}

/// The text of an output, if it comes to its end.
fn walk(model: &Model, grammar: &Grammar, picks: Picks, seed: u64) -> Option<String> {
    let mut rng = Rng::with_seed(seed);
    let mut matcher = model.tokens.matcher(grammar).unwrap();
    let mut bytes = Vec::new();
    for _ in 0..LIMIT {
        let (complete, ended) = (matcher.is_complete(), matcher.is_ended());
        let shown = || String::from_utf8_lossy(&bytes).into_owned();
        let mask = matcher.allowed().unwrap_or_else(|error| panic!("{grammar:?} after {:?}: {error}", shown()));
        assert_eq!(mask.len(), model.tokenizer.vocab() + 13);
        assert_eq!(mask.allows(model.end), complete, "{grammar:?} after {:?}", shown());
        assert!(!ended || (complete && mask.count() == 1), "{grammar:?} after {:?}", shown());
        assert!(!mask.is_empty());
        // Special tokens write nothing, even where a grammar takes any text.
        assert!([0, 1, 3, 4].iter().all(|id| !mask.allows(*id)), "{grammar:?} after {:?}", shown());
        let id = pick(mask, picks, &mut rng);
        matcher.push(id).unwrap();
        if id == model.end {
            return Some(String::from_utf8(bytes).unwrap());
        }
        bytes.extend(model.tokenizer.token_bytes(id).unwrap());
    }
    None
}

/// Walks, and checks all that end. Returns how many of how many did.
fn check(model: &Model, grammar: &Grammar, what: &str, accepts: impl Fn(&str) -> bool) -> (u64, u64) {
    let mut ended = 0;
    for picks in [Picks::Uniform, Picks::Peaked] {
        for seed in 0..WALKS / 2 {
            if let Some(text) = walk(model, grammar, picks, seed) {
                assert!(accepts(&text), "{what}, {}, {picks:?}, {seed}: {text}", model.name);
                ended += 1;
            }
        }
    }
    (ended, WALKS / 2 * 2)
}

fn validator(schema: &Value) -> impl Fn(&Value) -> Result<(), String> {
    let mut schemas = boon::Schemas::new();
    let mut compiler = boon::Compiler::new();
    compiler.enable_format_assertions();
    compiler.add_resource("schema.json", schema.clone()).unwrap();
    let index = compiler.compile("schema.json", &mut schemas).unwrap();
    move |value| schemas.validate(value, index).map_err(|error| format!("{error:#}"))
}

#[test]
fn json_that_ends_is_valid() {
    let schemas: Vec<Value> = serde_json::from_str(include_str!("../../../tests/schemas.json")).unwrap();
    assert!(schemas.len() >= 20);
    let (mut all, mut all_ended) = (0, 0);
    for model in &models() {
        for entry in &schemas {
            let (name, schema) = (entry["name"].as_str().unwrap(), &entry["schema"]);
            let valid = validator(schema);
            let (ended, of) = check(model, &Grammar::JsonSchema(schema.clone()), name, |text| {
                let value: Value = serde_json::from_str(text).unwrap_or_else(|error| panic!("{name}: {error}: {text}"));
                valid(&value).map_err(|error| println!("{name}: {error}")).is_ok()
            });
            println!("{name}, {}: {ended} of {of}", model.name);
            if entry["bounded"] == true {
                (all, all_ended) = (all + of, all_ended + ended);
            }
        }
    }
    assert!(all_ended * 100 >= all * 99, "{all_ended} of {all} came to an end");
}

fn follow(model: &Model, grammar: &Grammar, what: &str, least_ended: u64, accepts: impl Fn(&str) -> bool) {
    let (ended, of) = check(model, grammar, what, accepts);
    println!("{what}, {}: {ended} of {of}", model.name);
    assert!(ended * 100 >= of * least_ended, "{what}, {}: {ended} of {of} came to an end", model.name);
}

#[test]
fn text_of_regular_expressions_matches_them() {
    let patterns = [
        r"[a-z]{1,10}(-[a-z]{1,10}){0,2}",
        r"^\d{4}-(0[1-9]|1[0-2])$",
        "(?i)yes|no|pẽrhaps 🐦",
        r#"a/b\\"?(é|日本){2}\n"#,
        r"([+-]?\p{Lu}\s?){3,5}|x",
        "",
    ];
    for model in &models() {
        for pattern in patterns {
            let regex = regex::Regex::new(&format!("^(?:{pattern})$")).unwrap();
            follow(model, &Grammar::Regex(pattern.into()), pattern, 99, |text| regex.is_match(text));
        }
    }
}

/// Whether parentheses and brackets close as they open, and hold nothing else but what is given.
fn balanced(text: &str, others: &str) -> bool {
    let mut open = Vec::new();
    for c in text.chars() {
        match c {
            '(' => open.push(')'),
            '[' => open.push(']'),
            ')' | ']' if open.pop() != Some(c) => return false,
            ')' | ']' => {}
            _ if !others.contains(c) => return false,
            _ => {}
        }
    }
    open.is_empty()
}

#[test]
fn text_of_lark_grammars_follows_them() {
    let nested = "start: \"x\" | \"(\" start \")\" | \"[\" start \",\" start \"]\"";
    let listed = "start: item (\", \" item){1,3}\nitem: NAME \"=\" NUMBER // comment\nNAME: /[a-c]{1,4}/\nNUMBER: /[0-9]{1,3}/\n";
    for model in &models() {
        follow(model, &Grammar::from_text(nested), "nested lark", 50, |text| balanced(text, "x,"));
        follow(model, &Grammar::from_text(listed), "listed lark", 99, |text| {
            let items: Vec<&str> = text.split(", ").collect();
            (2..=4).contains(&items.len())
                && items.iter().all(|item| {
                    item.split_once('=').is_some_and(|(name, number)| {
                        (1..=4).contains(&name.len())
                            && name.chars().all(|c| "abc".contains(c))
                            && number.parse::<u16>().is_ok()
                    })
                })
        });
    }
}

/// Words whose reading needs more than one look: a class takes what a literal after it wants.
const AMBIGUOUS: &str = r#"
root ::= word ("-" word){1,2} tail
word ::= [a-z]{0,3} "ab" |   # a class, then what it could have taken
    "a" "abc"?
tail ::= (
    "\n" | "\u00e9" | "\x41" [^\x00-\x7f\U00010000-\U0010ffff] . "\"\\"
)?
"#;

const ARITHMETIC: &str = r#"# As llama.cpp's example.
root  ::= (expr "=" ws term "\n")+
expr  ::= term ([-+*/] term)*
term  ::= ident | num | "(" ws expr ")" ws
ident ::= [a-z] [a-z0-9_]{0,4} ws
num   ::= [0-9]{1,3} ws
ws    ::= [ \t]?
"#;

/// JSON as llama.cpp's example has it, with fewer digits and shorter strings.
const JSON: &str = r#"
root   ::= object
value  ::= object | array | string | number | ("true" | "false" | "null") ws
object ::= "{" ws ( string ":" ws value ("," ws string ":" ws value){0,2} )? "}" ws
array  ::= "[" ws ( value ("," ws value){0,2} )? "]" ws
string ::= "\"" ( [^"\\\x7F\x00-\x1F] | "\\" (["\\bfnrt] | "u" [0-9a-c] [0-9a-fA-F]{3}) ){0,4} "\"" ws
number ::= ("-"? ([0-9] | [1-9] [0-9]{0,9})) ("." [0-9]{1,3})? ([eE] [-+]? [0-9] [1-9]?)? ws
ws     ::= | " " | "\n" [ \t]{0,2}
"#;

/// The same text may be either word, and only what follows tells.
const ALIKE: &str = r#"root ::= ("<" [a-z]{0,3} ">" "x" | "<" [a-c]{1,4} ">" "y") root?"#;

#[test]
fn text_of_gbnf_grammars_follows_them() {
    let alike = regex::Regex::new("^(<[a-z]{0,3}>x|<[a-c]{1,4}>y)+$").unwrap();
    for model in &models() {
        follow(model, &Grammar::from_text(JSON), "json gbnf", 50, |text| serde_json::from_str::<Value>(text).is_ok());
        follow(model, &Grammar::from_text(ALIKE), "alike", 99, |text| alike.is_match(text));
    }
    let word = regex::Regex::new(r#"^(?:[a-z]{0,3}ab|a(?:abc)?)(?:-(?:[a-z]{0,3}ab|a(?:abc)?)){1,2}(?:\n|é|A[^\x00-\x7f\x{10000}-\x{10ffff}](?s:.)"\\)?$"#).unwrap();
    let line = regex::Regex::new(r"^[a-z0-9_()+*/ \t=-]+=[ \t]?[a-z0-9_()+*/ \t-]+$").unwrap();
    for model in &models() {
        follow(model, &Grammar::from_text(AMBIGUOUS), "ambiguous gbnf", 99, |text| word.is_match(text));
        follow(model, &Grammar::from_text(ARITHMETIC), "arithmetic", 20, |text| {
            text.ends_with('\n')
                && text
                    .lines()
                    .all(|text| line.is_match(text) && balanced(text, "abcdefghijklmnopqrstuvwxyz0123456789_+-*/ \t="))
        });
        let palindrome = Grammar::from_text("root ::= \"a\" root \"a\" | \"b\" root \"b\" | [ab]?");
        follow(model, &palindrome, "palindrome", 50, |text| text.chars().eq(text.chars().rev()));
        let recursive_words = Grammar::from_text("root ::= [a-c]{0,4} \"ca\" | \"(\" root \")\"");
        follow(model, &recursive_words, "words in parentheses", 30, |text| {
            text.trim_start_matches('(').trim_end_matches(')').ends_with("ca") && balanced(text, "abc")
        });
    }
}

#[test]
fn a_grammar_that_comes_again_begins_anew() {
    let schema = |text: &str| Grammar::JsonSchema(serde_json::from_str(text).unwrap());
    let properties = [r#""first":{"const":1}"#, r#""second":{"const":2}"#];
    let object = |[a, b]: [&str; 2]| {
        schema(&format!(
            r#"{{"type":"object","required":["first","second"],"additionalProperties":false,"properties":{{{a},{b}}}}}"#
        ))
    };
    let [a, b] = properties;
    // Equal as values, and with another order of what is written; and one text in several notations.
    let grammars =
        [object([a, b]), object([b, a]), Grammar::Regex("start: \"a\"".into()), Grammar::Lark("start: \"a\"".into())];
    for model in &models() {
        for round in 0..3 {
            for (index, grammar) in grammars.iter().enumerate() {
                let first = model.tokens.matcher(grammar).unwrap().allowed().unwrap().clone();
                // Made, and kept from the time before.
                for _ in 0..2 {
                    let text = walk(model, grammar, Picks::Uniform, round).unwrap();
                    match index {
                        0 => assert!(text.find("first") < text.find("second"), "{text}"),
                        1 => assert!(text.find("second") < text.find("first"), "{text}"),
                        2 => assert_eq!(text, "start: \"a\""),
                        _ => assert_eq!(text, "a"),
                    }
                }
                let (mut one, mut other) =
                    (model.tokens.matcher(grammar).unwrap(), model.tokens.matcher(grammar).unwrap());
                assert_eq!(one.allowed().unwrap(), &first);
                one.push(first.iter().next().unwrap()).unwrap();
                assert_ne!(one.allowed().unwrap(), &first);
                assert_eq!(other.allowed().unwrap(), &first);
            }
            // More than are kept.
            for letter in ["b", "c", "d", "e"] {
                let text = walk(model, &Grammar::Regex(letter.into()), Picks::Uniform, round).unwrap();
                assert_eq!(text, letter);
            }
        }
    }
}
