//! Numbers keep to the bounds that a schema sets, exactly: as decimals, not as a reader rounds them.
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test may panic and print"
)]

use fastrand::Rng;
use kinglet_text::{Grammar, GrammarTokens, Matcher, TextError, Tokenizer};
use serde_json::{Map, Value, json};

/// Decimals are counted in units of 1e-20.
const PLACES: usize = 20;
/// Whole and not, far from 0, near it and on it.
const BOUNDS: [f64; 27] = [
    -123.25,
    -10.0,
    -9.99,
    -5.5,
    -5.0,
    -1.5,
    -1.000_000_1,
    -1.0,
    -0.9,
    -0.5,
    -0.01,
    -1e-9,
    -0.0,
    1e-9,
    1e-3,
    0.05,
    0.1,
    0.5,
    0.9,
    1.0,
    1.000_000_1,
    1.5,
    5.0,
    5.5,
    9.0,
    99.5,
    100.0,
];
const SPELLINGS_OF_0: [&str; 9] = ["-0", "0.0", "-0.0", "0.00", "-0.000", "0e5", "-0E-2", "0.0e0", "-0.00000000000000"];

struct Model {
    tokenizer: Tokenizer,
    tokens: GrammarTokens,
}

impl Model {
    fn new() -> Model {
        let tokenizer = Tokenizer::from_json(include_bytes!("tokenizers/byte_level.json"), None).unwrap();
        let tokens = GrammarTokens::new(&tokenizer, tokenizer.vocab(), &[2]).unwrap();
        Model { tokenizer, tokens }
    }

    fn id(&self, byte: u8) -> u32 {
        let vocab = u32::try_from(self.tokenizer.vocab()).unwrap();
        (5..vocab).find(|id| self.tokenizer.token_bytes(*id).is_ok_and(|bytes| *bytes == [byte])).unwrap()
    }

    fn output(&self, mut matcher: Matcher, rng: &mut Rng) -> Option<String> {
        let mut bytes = Vec::new();
        for _ in 0..40 {
            let allowed: Vec<u32> = matcher.allowed().unwrap().iter().collect();
            // Zeros are likely, for with many of them a number comes near a bound.
            let text = |id: &u32| self.tokenizer.token_bytes(*id).unwrap_or_default();
            let zero = allowed.iter().copied().find(|id| *text(id) == *b"0");
            let id = match zero {
                _ if allowed.contains(&2) && rng.u8(..4) == 0 => 2,
                Some(zero) if rng.bool() => zero,
                _ => *rng.choice(&allowed).unwrap(),
            };
            if id == 2 {
                return Some(String::from_utf8(bytes).unwrap());
            }
            matcher.push(id).unwrap();
            bytes.extend(&*text(&id));
        }
        None
    }
}

fn exact(text: &str) -> i128 {
    let (digits, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let places = i32::try_from(fraction.len()).unwrap() - exponent.parse::<i32>().unwrap();
    let units = u32::try_from(i32::try_from(PLACES).unwrap() - places).unwrap();
    format!("{whole}{fraction}").parse::<i128>().unwrap() * 10_i128.pow(units)
}

/// A decimal without a digit that can be spared.
fn plain(units: i128) -> String {
    let digits = format!("{:0>1$}", units.unsigned_abs(), PLACES + 1);
    let (whole, fraction) = digits.split_at(digits.len() - PLACES);
    let text = format!("{}{whole}.{fraction}", if units < 0 { "-" } else { "" });
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Ways to write a decimal.
fn spellings(units: i128) -> Vec<String> {
    let text = plain(units);
    let point = if text.contains('.') { "" } else { "." };
    let mut found: Vec<String> = (1..12).map(|zeros| format!("{text}{point}{}", "0".repeat(zeros))).collect();
    found.extend(["", "e0", "E+0", "e-0"].map(|end| text.clone() + end));
    if units == 0 {
        found.extend(SPELLINGS_OF_0.map(str::to_owned));
    }
    found
}

/// A bound, and whether it is itself in.
type Bound = Option<(f64, bool)>;

fn is_within(units: i128, (lower, upper): (Bound, Bound)) -> bool {
    let of = |bound: f64| exact(&format!("{bound}"));
    lower.is_none_or(|(bound, is_in)| of(bound) < units || (is_in && of(bound) == units))
        && upper.is_none_or(|(bound, is_in)| units < of(bound) || (is_in && of(bound) == units))
}

/// The schemas that say it, each in its own way.
fn schemas((lower, upper): (Bound, Bound)) -> [Value; 3] {
    let keywords = |bound: Bound, name: &str, is_old: bool| -> Map<String, Value> {
        let Some((bound, is_in)) = bound else { return Map::new() };
        let (inclusive, exclusive) = (name.to_lowercase(), format!("exclusive{name}"));
        match (is_in, is_old) {
            (true, _) => [(inclusive, json!(bound))].into_iter().collect(),
            (false, true) => [(inclusive, json!(bound)), (exclusive, json!(true))].into_iter().collect(),
            (false, false) => [(exclusive, json!(bound))].into_iter().collect(),
        }
    };
    let all = |is_old: bool| {
        let mut schema = keywords(lower, "Minimum", is_old);
        schema.extend(keywords(upper, "Maximum", is_old));
        schema.insert("type".into(), json!("number"));
        Value::Object(schema)
    };
    let apart = json!({"type": "number", "allOf": [keywords(upper, "Maximum", false), {"$ref": "#/$defs/a"}],
        "$defs": {"a": keywords(lower, "Minimum", false)}});
    [all(false), all(true), apart]
}

/// All pairs of bounds, in or out, and of each bound alone.
fn pairs() -> Vec<(Bound, Bound)> {
    let each = |bound: f64| [Some((bound, true)), Some((bound, false))];
    let mut pairs: Vec<(Bound, Bound)> = Vec::new();
    for (i, &least) in BOUNDS.iter().enumerate() {
        pairs.extend(each(least).iter().flat_map(|&bound| [(bound, None), (None, bound)]));
        for lower in each(least) {
            pairs.extend(BOUNDS[i..].iter().flat_map(|&most| each(most)).map(|upper| (lower, upper)));
        }
    }
    pairs
}

/// Numbers at the bounds, next to them and farther off, as decimals.
fn near((lower, upper): (Bound, Bound)) -> Vec<i128> {
    let mut found = vec![0];
    for (bound, _) in [lower, upper].into_iter().flatten() {
        let bound = exact(&format!("{bound}"));
        found.push(bound);
        for places in [0, 1, 2, 7, 9, 12, 14] {
            let step = 10_i128.pow(u32::try_from(PLACES - places).unwrap());
            found.extend([bound - step, bound + step, bound / step * step]);
        }
    }
    found.sort_unstable();
    found.dedup();
    found.retain(|units| plain(*units).bytes().filter(u8::is_ascii_digit).count() <= 15);
    found
}

fn matcher(model: &Model, schema: &Value) -> Option<Matcher> {
    match model.tokens.matcher(&Grammar::JsonSchema(schema.clone())) {
        Ok(matcher) => Some(matcher),
        Err(TextError::GrammarUnmet { .. }) => None,
        Err(error) => panic!("{schema}: {error}"),
    }
}

#[test]
fn numbers_are_taken_exactly_where_they_are_within_bounds() {
    let model = Model::new();
    let ids: Vec<(u8, u32)> = b"0123456789-.eE+".iter().map(|byte| (*byte, model.id(*byte))).collect();
    let takes = |matcher: &Matcher, text: &str| {
        let mut matcher = matcher.clone();
        let ids = text.bytes().map(|byte| ids.iter().find(|(known, _)| *known == byte).unwrap().1);
        ids.map(|id| matcher.push(id)).all(|pushed| pushed.is_ok()) && matcher.is_complete()
    };
    let (mut taken, mut refused) = (0, 0);
    for (i, pair) in pairs().into_iter().enumerate() {
        let schema = &schemas(pair)[i % 3];
        let matcher = matcher(&model, schema);
        for units in near(pair) {
            let within = is_within(units, pair);
            let mut found =
                spellings(units).into_iter().filter(|text| matcher.as_ref().is_some_and(|m| takes(m, text)));
            let found = found.next();
            assert_eq!(found.is_some(), within, "{schema}: {} {found:?}", plain(units));
            *(if within { &mut taken } else { &mut refused }) += 1;
        }
    }
    println!("{taken} numbers were taken, and {refused} were not");
    assert!(taken > 10_000 && refused > 10_000, "{taken} {refused}");
}

#[test]
fn whatever_is_written_is_within_bounds() {
    let model = Model::new();
    let mut ended = 0;
    for (i, pair) in pairs().into_iter().enumerate() {
        let mut rng = Rng::with_seed(u64::try_from(i).unwrap());
        let mut schema = schemas(pair)[i % 3].clone();
        let step = *rng.choice(&[None, None, Some(1.0), Some(0.5), Some(0.0625), Some(3.0)]).unwrap();
        if let Some(step) = step {
            schema["multipleOf"] = json!(step);
        }
        let Some(matcher) = matcher(&model, &schema) else { continue };
        for _ in 0..8 {
            let Some(text) = model.output(matcher.clone(), &mut rng) else { continue };
            let units = exact(&text);
            assert!(is_within(units, pair), "{schema}: {text}");
            assert!(step.is_none_or(|step| units % exact(&format!("{step}")) == 0), "{schema}: {text}");
            ended += 1;
        }
    }
    println!("{ended} numbers were written");
    assert!(ended > 5000, "{ended}");
}
