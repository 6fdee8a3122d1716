//! What holds of any schema and any text that calls itself a grammar.
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test may panic and print"
)]

use fastrand::Rng;
use kinglet_text::{Grammar, GrammarTokens, Matcher, SpecialIds, TextError, Tokenizer, Vocabulary};
use serde_json::{Map, Value, json};

fn byte_level() -> (Tokenizer, GrammarTokens) {
    let tokenizer = Tokenizer::from_json(include_bytes!("tokenizers/byte_level.json"), None).unwrap();
    let tokens = GrammarTokens::new(&tokenizer, tokenizer.vocab(), &[2]).unwrap();
    (tokenizer, tokens)
}

fn one<T: Copy>(rng: &mut Rng, of: &[T]) -> T {
    of[rng.usize(..of.len())]
}

/// Bounds that leave little between them, often next to one that is whole.
const NEIGHBOURS: [f64; 16] =
    [-1.5, -1.0, -0.9, -0.5, -0.1, -1e-9, -0.0, 0.0, 1e-9, 1e-3, 0.5, 0.9, 1.0, 1.000_000_1, 1.5, 5.5];

fn number(rng: &mut Rng) -> Value {
    match rng.u8(..7) {
        0 => json!(rng.i32(-10..10)),
        1 => json!(f64::from(rng.i32(-1000..1000)) / 100.0),
        2 => json!(rng.i64(-1_000_000..1_000_000)),
        3 => json!(rng.f64()),
        4 => json!(one(rng, &NEIGHBOURS)),
        _ => json!(one(rng, &[0.0, 0.1, 1e10, -0.5, 1e-3, 1e300, 9e15])),
    }
}

fn text(rng: &mut Rng) -> String {
    one(rng, &["a", "b", "ab", "", "é", "\"", "a\nb", "x1", "日本", "\\", "/", "true", " ", "\u{1}"]).to_owned()
}

fn value(rng: &mut Rng, depth: u8) -> Value {
    match rng.u8(..if depth == 0 { 5 } else { 7 }) {
        0 => Value::Null,
        1 => json!(rng.bool()),
        2 => number(rng),
        3 | 4 => json!(text(rng)),
        5 => (0..rng.u8(..3)).map(|_| value(rng, depth - 1)).collect(),
        _ => Value::Object((0..rng.u8(..3)).map(|_| (text(rng), value(rng, depth - 1))).collect()),
    }
}

const TYPES: [&str; 7] = ["null", "boolean", "integer", "number", "string", "array", "object"];
const KEYWORDS: [&str; 35] = [
    "const",
    "enum",
    "anyOf",
    "oneOf",
    "allOf",
    "$ref",
    "properties",
    "patternProperties",
    "additionalProperties",
    "required",
    "minProperties",
    "maxProperties",
    "items",
    "prefixItems",
    "minItems",
    "maxItems",
    "uniqueItems",
    "minLength",
    "maxLength",
    "pattern",
    "format",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "not",
    "properties",
    "required",
    "items",
    "pattern",
    "minimum",
    "maximum",
    "maxLength",
    "allOf",
];
const PATTERNS: [&str; 12] = [
    "^a",
    "b$",
    "^[a-z]{1,3}$",
    "x|y",
    r"^\s*\w$",
    ".",
    r"\d{2}",
    "^.{2,3}$",
    r"^[^\s]+$",
    "a(b|c)d",
    r"^\W\D\S$",
    "(?i)a",
];
const FORMATS: [&str; 15] = [
    "date",
    "time",
    "date-time",
    "email",
    "uri",
    "ipv4",
    "ipv6",
    "uuid",
    "hostname",
    "duration",
    "json-pointer",
    "regex",
    "int32",
    "uint8",
    "uri-reference",
];

fn schema(rng: &mut Rng, depth: u8) -> Value {
    if rng.u8(..12) == 0 {
        return json!(rng.u8(..5) != 0);
    }
    let mut written = Map::new();
    match rng.u8(..5) {
        0 => {}
        1 => drop(written.insert("type".into(), json!([TYPES[rng.usize(..3)], TYPES[rng.usize(3..7)]]))),
        _ => drop(written.insert("type".into(), json!(one(rng, &TYPES)))),
    }
    for _ in 0..rng.u8(..6) {
        let keyword = one(rng, &KEYWORDS);
        written.insert(keyword.into(), argument(rng, keyword, depth));
    }
    if rng.u8(..8) == 0 {
        for (keyword, exclusive) in [("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")] {
            written.insert(if rng.bool() { keyword } else { exclusive }.into(), json!(one(rng, &NEIGHBOURS)));
        }
    }
    Value::Object(written)
}

fn argument(rng: &mut Rng, keyword: &str, depth: u8) -> Value {
    let inner = |rng: &mut Rng| if depth == 0 { json!({"type": one(rng, &TYPES)}) } else { schema(rng, depth - 1) };
    match keyword {
        "const" => value(rng, 2),
        "enum" => (0..rng.u8(1..4)).map(|_| value(rng, 1)).collect(),
        "anyOf" | "oneOf" | "allOf" | "prefixItems" => (0..rng.u8(1..4)).map(|_| inner(rng)).collect(),
        "$ref" => json!(one(rng, &["#", "#/$defs/a", "#/$defs/b"])),
        "properties" => Value::Object((0..rng.u8(1..4)).map(|_| (text(rng), inner(rng))).collect()),
        "patternProperties" => {
            Value::Object((0..rng.u8(1..3)).map(|_| (one(rng, &PATTERNS[..11]).to_owned(), inner(rng))).collect())
        }
        "additionalProperties" | "items" | "not" => inner(rng),
        "required" => json!(if rng.bool() { vec!["a"] } else { vec!["b", "x1"] }),
        "minProperties" | "maxProperties" | "minItems" | "maxItems" | "minLength" | "maxLength" => json!(rng.u8(..4)),
        "uniqueItems" => json!(rng.bool()),
        "pattern" => json!(one(rng, &PATTERNS)),
        "format" => json!(one(rng, &FORMATS)),
        "multipleOf" => json!(one(rng, &[1.0, 2.0, 0.5, 0.1, 3.0, 7.0, 0.25, 1.5])),
        _ => number(rng),
    }
}

/// A random output that leans to its end, if it comes to it soon.
fn output(tokenizer: &Tokenizer, mut matcher: Matcher, rng: &mut Rng) -> Option<String> {
    let closes = |id: &u32| tokenizer.token_bytes(*id).unwrap().iter().all(|byte| b"\"]},0123456789-.e".contains(byte));
    let mut bytes = Vec::new();
    for _ in 0..200 {
        let mask = matcher.allowed().unwrap();
        if mask.allows(2) && rng.u8(..3) == 0 {
            return Some(String::from_utf8(bytes).unwrap());
        }
        let allowed: Vec<u32> = mask.iter().filter(|id| *id != 2).collect();
        if allowed.is_empty() {
            return Some(String::from_utf8(bytes).unwrap());
        }
        let closing: Vec<u32> = allowed.iter().copied().filter(closes).collect();
        let id = if closing.is_empty() || rng.u8(..3) == 0 { one(rng, &allowed) } else { one(rng, &closing) };
        matcher.push(id).unwrap();
        bytes.extend(tokenizer.token_bytes(id).unwrap());
    }
    None
}

/// Schemas of any keywords in any mixture: each is refused, or all that comes to its end is valid.
#[test]
fn whatever_schema_is_taken_is_kept_to() {
    let (tokenizer, tokens) = byte_level();
    let (mut taken, mut ended) = (0, 0);
    for seed in 0..4000 {
        let mut rng = Rng::with_seed(seed);
        let mut schema = schema(&mut rng, 3);
        if let Value::Object(root) = &mut schema {
            let [a, b] = [(); 2].map(|()| self::schema(&mut rng, 2));
            root.insert("$defs".into(), json!({"a": a, "b": b}));
        }
        let matcher = match tokens.matcher(&Grammar::JsonSchema(schema.clone())) {
            Ok(matcher) => matcher,
            Err(error) => {
                assert!(!error.to_string().contains("panic"), "{seed}: {error}: {schema}");
                continue;
            }
        };
        taken += 1;
        let mut schemas = boon::Schemas::new();
        let mut compiler = boon::Compiler::new();
        compiler.enable_format_assertions();
        compiler.add_resource("schema.json", schema.clone()).unwrap();
        let index = compiler.compile("schema.json", &mut schemas).unwrap_or_else(|error| panic!("{schema}: {error}"));
        for _ in 0..5 {
            let Some(text) = output(&tokenizer, matcher.clone(), &mut rng) else { continue };
            ended += 1;
            let value: Value = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{schema}: {text}: {error}"));
            if let Err(error) = schemas.validate(&value, index) {
                panic!("{seed}: {schema}\n{text}\n{error}");
            }
        }
    }
    println!("{taken} schemas were taken, and {ended} outputs came to their end");
    assert!(taken > 1000 && ended > 5000, "{taken} {ended}");
}

const LARK: [&str; 46] = [
    "start: ",
    "\n",
    "x: ",
    "T: ",
    " x ",
    " T ",
    "/a+/",
    "/[^b]*/",
    "\"ab\"",
    "\"\"",
    "|",
    "(",
    ")",
    "*",
    "+",
    "?",
    "{2,3}",
    "{1000}",
    "~3",
    "&",
    "~",
    "%ignore /\\s+/\n",
    "%json {\"type\":\"object\"}",
    "%regex {\"substring_chars\":\"abc\"}",
    "<|end|>",
    "<[3]>",
    "T[lazy]: ",
    "x[capture=\"a\"]: ",
    "[stop=\"b\"]",
    "[max_tokens=3]",
    "[suffix=\"c\"]",
    "%lark {",
    "}",
    "%declare A\n",
    "%import common.INT\n",
    " INT ",
    "\"é\"i",
    "/(?s:.)/",
    "@x",
    "//c\n",
    "\\",
    "::",
    "x::_: ",
    "%llguidance {\"allow_invalid_utf8\":true}\n",
    "/(a{1000}){1000}/",
    "\"a\"..\"z\"",
];
const GBNF: [&str; 28] = [
    "root ::= ",
    "\n",
    "x ::= ",
    "y-1 ::= ",
    " x ",
    " y-1 ",
    " root ",
    "[a-z]",
    "[^\\n]",
    "\"ab\"",
    "\"\"",
    "|",
    "(",
    ")",
    "*",
    "+",
    "?",
    "{2,3}",
    "{1000}",
    "{3,}",
    ".",
    "# c\n",
    "\"\\x41\\u00e9\"",
    "é",
    "\\",
    "[^]",
    "{10000}",
    "\"\\U0010ffff\"",
];
const REGEX: [&str; 28] = [
    "a",
    "b*",
    "(",
    ")",
    "|",
    "[a-z]",
    "[^\\d]",
    ".",
    "+",
    "?",
    "{2,3}",
    "{1000}",
    "^",
    "$",
    "\\b",
    "\\w",
    "\\p{L}",
    "(?i)",
    "(?x) # c\n",
    "é",
    "\\",
    "/",
    "\n",
    "{999999}",
    "(?-u:\\xff)",
    "[[:alpha:]&&[a-c]]",
    "\"",
    "(.*a){5}",
];

/// Each text is refused, or can be followed. None ends in a panic, also in none that the crate below turns into an
/// error: in browsers it cannot.
#[test]
fn hostile_texts_end_in_errors_or_work() {
    type Kind = (&'static str, &'static [&'static str], fn(String) -> Grammar);
    let kinds: [Kind; 3] =
        [("start: ", &LARK, Grammar::Lark), ("root ::= ", &GBNF, Grammar::Gbnf), ("", &REGEX, Grammar::Regex)];
    let (_, tokens) = byte_level();
    for (begin, parts, grammar) in kinds {
        let mut taken = 0;
        for seed in 0..2500 {
            let mut rng = Rng::with_seed(seed);
            let mut text = if rng.bool() { begin.to_owned() } else { String::new() };
            (0..rng.usize(1..30)).for_each(|_| text.push_str(one(&mut rng, parts)));
            if let Err(error) = follow(&tokens, &grammar(text.clone()), &mut rng) {
                assert!(!error.to_string().contains("panic"), "{text:?}: {error}");
            } else {
                taken += 1;
            }
        }
        println!("{begin}{taken} texts were followed");
        assert!(taken > 10);
    }
}

fn follow(tokens: &GrammarTokens, grammar: &Grammar, rng: &mut Rng) -> Result<(), TextError> {
    let mut matcher = tokens.matcher(grammar)?;
    for _ in 0..20 {
        let allowed: Vec<u32> = matcher.allowed()?.iter().collect();
        matcher.push(one(rng, &allowed))?;
        if matcher.is_ended() {
            break;
        }
    }
    Ok(())
}

/// What is large or deep is refused before it takes all of the stack or much time.
#[test]
fn large_texts_end_in_errors_or_work() {
    let (_, tokens) = byte_level();
    for n in [100, 1000, 20_000] {
        let chain = |name: &str, arrow: &str, begin: &str| -> String {
            let rules: String = (0..n).map(|i| format!("{name}{i}{arrow} {name}{} \"x\"\n", i + 1)).collect();
            format!("{begin}{arrow} {name}0 \"y\"?\n{rules}{name}{n}{arrow} \"a\"\n")
        };
        let texts = [
            Grammar::Lark(chain("T", ":", "start")),
            Grammar::Lark(chain("r", ":", "start")),
            Grammar::Gbnf(chain("a", " ::=", "root")),
            Grammar::Lark(format!("start: {}\"a\"", "\"b\"|".repeat(n))),
            Grammar::Lark(format!("start: {}", "%lark { start: ".repeat(n))),
            Grammar::Lark(format!("start: /{}/", "[a-z]*".repeat(n))),
            Grammar::Gbnf(format!("root ::= {}", "(".repeat(n))),
            Grammar::Gbnf(format!("root ::= {}", "[a-z]*".repeat(n))),
            Grammar::Regex("[a-z]*".repeat(n)),
            Grammar::Regex("(".repeat(n)),
        ];
        for grammar in texts {
            let result = follow(&tokens, &grammar, &mut Rng::with_seed(1));
            assert!(n < 20_000 || result.is_err(), "{n}");
            if let Err(error) = result {
                assert!(matches!(error, TextError::GrammarLimit { .. } | TextError::Grammar { .. }), "{error}");
            }
        }
    }
}

fn small(tokens: &[&str]) -> Tokenizer {
    let tokens: Vec<&str> = ["</s>", "<unk>"].iter().chain(tokens).copied().collect();
    let (token_type, scores) =
        (tokens.iter().map(|token| if token.starts_with('<') { 3 } else { 1 }).collect(), vec![0.0; tokens.len()]);
    let special = SpecialIds { eos: Some(0), ..SpecialIds::default() };
    let vocabulary = Vocabulary { model: "llama", tokens, token_type, scores, special, ..Vocabulary::default() };
    Tokenizer::from_vocabulary(&vocabulary).unwrap()
}

#[test]
fn what_the_vocabulary_cannot_spell_is_a_dead_end() {
    let tokenizer = small(&["▁", "a", "b"]);
    let tokens = GrammarTokens::new(&tokenizer, 5, &[0]).unwrap();
    let mut matcher = tokens.matcher(&Grammar::Regex("bac".into())).unwrap();
    matcher.push(4).unwrap();
    matcher.push(3).unwrap();
    assert_eq!(matcher.allowed(), Err(TextError::GrammarDeadEnd { after: "ba".into() }));
    let unspelt = tokens.matcher(&Grammar::Regex("c".into()));
    assert!(matches!(unspelt, Err(TextError::GrammarUnmet { .. })));
}

#[test]
fn tokens_out_of_turn_are_refused_and_change_nothing() {
    // The same text twice, and fewer logits than tokens.
    let tokenizer = small(&["▁", "ab", "ab", "a", "b", "c"]);
    let tokens = GrammarTokens::new(&tokenizer, 7, &[0]).unwrap();
    let mut matcher = tokens.matcher(&Grammar::Regex("abb?c?".into())).unwrap();
    assert_eq!(matcher.allowed().unwrap().iter().collect::<Vec<_>>(), [3, 4, 5]);
    for id in [0, 1, 6, 7, 8, u32::MAX] {
        assert_eq!(matcher.push(id), Err(TextError::GrammarToken { id, after: String::new() }));
    }
    let mut other = matcher.clone();
    matcher.push(4).unwrap();
    assert!(matcher.is_complete() && !matcher.is_ended() && !other.is_complete());
    assert_eq!(matcher.allowed().unwrap().iter().collect::<Vec<_>>(), [0, 6]);
    matcher.push(0).unwrap();
    assert!(matcher.is_complete() && matcher.is_ended());
    assert!(matcher.push(6).is_err() && matcher.push(0).is_err());
    other.push(5).unwrap();
    assert!(!other.is_complete() && other.allowed().unwrap().allows(6));
    assert!(matches!(GrammarTokens::new(&tokenizer, 7, &[7]), Err(TextError::Token { id: 7, vocab: 7 })));
}

#[test]
fn errors_say_what_is_wrong() {
    let (_, tokens) = byte_level();
    let error = |grammar: Grammar| tokens.matcher(&grammar).unwrap_err();
    let lark = error(Grammar::Lark("start: x\nx: \"a\" )".into()));
    assert!(matches!(&lark, TextError::Grammar { kind: "Lark grammar", line: Some(2), .. }), "{lark}");
    let gbnf = error(Grammar::Gbnf("root ::= \"a\"\n\n[".into()));
    assert!(matches!(&gbnf, TextError::Grammar { line: Some(3), .. }), "{gbnf}");
    let schema = |schema: Value| error(Grammar::JsonSchema(schema));
    let unmet = [
        json!(false),
        json!({"type": "string", "minLength": 3, "maxLength": 2}),
        json!({"type": "string", "pattern": "^a$", "format": "date"}),
        json!({"type": "integer", "minimum": 3, "maximum": 2}),
        json!({"allOf": [{"type": "string"}, {"type": "null"}]}),
        json!({"type": "object", "required": ["a"], "properties": {"a": false}}),
    ];
    for unmet in unmet {
        let found = schema(unmet.clone());
        assert!(matches!(found, TextError::GrammarUnmet { .. }), "{unmet}: {found}");
    }
    let overlapping = schema(json!({"oneOf": [{"type": "integer"}, {"type": "number"}]}));
    assert!(matches!(&overlapping, TextError::Schema { why } if why.contains("anyOf")), "{overlapping}");
    for error in [lark, gbnf, overlapping, schema(json!({"not": {}}))] {
        assert!(!error.to_string().contains('\n'));
    }
}
