//! Both experts say the same on every device.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test may")]

use std::{env, fs};

use kinglet::{DeviceChoice, Engine, EngineOptions, Tier};
use kinglet_experts::{
    redact::{RedactOptions, Redactor},
    when::{When, parse_now},
};
use serde_json::{Value, json};

const TEXTS: &[&str] = &[
    "Hi Maria, please call Dr Jonas Weber on +49 170 5550142 before Friday; his card is 4111 1111 1111 1111.",
    "Release 4.2 fixes the crash of the Calendar view on Windows 11. Order 10482 ships on Monday.",
    "name;street;town\nAnna Meyer;12 Mill Lane;Oxford OX1 2AB\nlogin from 10.0.0.7 user=ameyer mail=a.meyer@example.org",
    "thx tom, ill ask priya tmrw. iban is DE89 3704 0044 0532 0130 00",
];

const PHRASES: &[&str] = &[
    "a week from friday at noon",
    "every other tuesday from 9 to half past ten",
    "the last three days",
    "an hour and a half",
    "banana bread recipe",
    "between march 3 and the 9th",
];

fn engine(device: DeviceChoice, tier: Option<Tier>) -> Option<Engine> {
    let options = EngineOptions { device, tier, ..EngineOptions::default() };
    match pollster::block_on(Engine::new(options)) {
        Ok(engine) => Some(engine),
        Err(error) => {
            let required = env::var("KINGLET_REQUIRE_GPU").is_ok_and(|value| value == "1");
            assert!(!required, "KINGLET_REQUIRE_GPU is set, and there is no adapter: {error}");
            None
        }
    }
}

/// What the experts make of the texts and phrases, without how likely it is: that differs in the last digits.
fn answers(engine: &Engine) -> Vec<Value> {
    pollster::block_on(async {
        let mut redactor = Redactor::new(engine, RedactOptions::default()).await.unwrap();
        let mut when = When::new(engine).await.unwrap();
        let mut answers = Vec::new();
        for text in TEXTS {
            let redaction = redactor.redact(text).await.unwrap();
            answers.push(json!({"text": redaction.text, "map": redaction.map}));
        }
        for phrase in PHRASES {
            let answer = when.read(phrase, parse_now("2026-11-20T09:00").unwrap()).await.unwrap();
            answers.push(json!({"time": answer.time, "meaning": answer.meaning}));
        }
        answers
    })
}

#[test]
fn every_device_says_the_same() {
    let expected = answers(&engine(DeviceChoice::Cpu, None).unwrap());
    assert!(expected[0]["text"].as_str().unwrap().contains("[NAME_2]"), "{}", expected[0]);
    assert_eq!(expected[TEXTS.len()]["time"]["start"], "2026-12-04T12:00");
    for tier in [Tier::Baseline, Tier::Subgroups] {
        let Some(engine) = engine(DeviceChoice::Gpu, Some(tier)) else { return };
        assert_eq!(answers(&engine), expected, "{tier:?}");
    }
}

/// A page downloads them.
#[test]
fn weights_are_small() {
    for name in ["redact.gguf", "when.gguf"] {
        let size = fs::metadata(format!("{}/models/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap().len();
        assert!(size <= 3_000_000, "{name} has {size} bytes");
    }
}
