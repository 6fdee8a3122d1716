//! The whole of it, with a stand-in for the model.

use kinglet::TokenScores;
use pollster::block_on;
use proptest::prelude::*;

use super::{Kind, Map, Part, RedactOptions, Redaction, Redactor, Restorer, TokenTagger, restore, words::words};

/// A tagger that knows a few names. `Anna` alone it takes for a name only at the beginning of a line, as a model that wants
/// context would.
struct Names(Vec<String>);

fn redactor() -> Redactor<Names> {
    let labels = ["O", "B-name", "I-name", "B-organisation"].map(str::to_owned).to_vec();
    Redactor::with(Names(labels), RedactOptions::default()).unwrap()
}

impl TokenTagger for Names {
    fn labels(&self) -> &[String] {
        &self.0
    }

    async fn tokens(&mut self, texts: &[&str]) -> Result<Vec<Vec<TokenScores>>, kinglet::Error> {
        let token = |text: &str, start: usize, word: &str| {
            let begins = start == 0 || text[..start].ends_with('\n');
            let label = match word {
                "Anna" if begins => 1,
                "Bo" | "Zoë" => 1,
                "Meyer" => 2,
                "Acme" => 3,
                _ => 0,
            };
            let mut scores = vec![0.01; 4];
            scores[label] = 0.97;
            TokenScores { bytes: start..start + word.len(), scores, unknown: false }
        };
        Ok(texts.iter().map(|text| words(text).map(|(start, word)| token(text, start, word)).collect()).collect())
    }
}

fn redacted(text: &str) -> Redaction {
    block_on(redactor().redact(text)).unwrap()
}

/// In parts of these lengths, in code points, again and again.
fn streamed(text: &str, sizes: &[usize]) -> Redaction {
    block_on(async {
        let mut redactor = redactor();
        let mut stream = redactor.stream(Map::default());
        let mut whole = Redaction::default();
        let mut add = |part: Part| {
            whole.text += &part.text;
            whole.spans.extend(part.spans);
            whole.tokens += part.tokens;
        };
        let mut rest = text;
        for size in sizes.iter().cycle() {
            let end = rest.char_indices().nth(*size).map_or(rest.len(), |(at, _)| at);
            add(stream.push(&rest[..end]).await.unwrap());
            rest = &rest[end..];
            if rest.is_empty() {
                break;
            }
        }
        let (last, map) = stream.finish().await.unwrap();
        add(last);
        Redaction { map, ..whole }
    })
}

#[test]
fn a_text_goes_out_without_data_and_comes_back() {
    let text = "Anna Meyer\nwrites from Acme: anna@example.org, +49 30 1234567. [NAME_1] is Anna Meyer's.";
    let redaction = redacted(text);
    let expected = "[NAME_1]\nwrites from [ORGANISATION_1]: [EMAIL_1], [PHONE_1]. [LITERAL_1] is [NAME_1]'s.";
    assert_eq!(redaction.text, expected);
    assert_eq!(restore(&redaction.text, &redaction.map), text);
    assert_eq!(restore("Dear [NAME_1], thank you. [NAME_9]", &redaction.map), "Dear Anna Meyer, thank you. [NAME_9]");
    for span in &redaction.spans {
        assert_eq!(&text[span.bytes.clone()], span.text);
        assert_eq!(text.chars().skip(span.start).take(span.end - span.start).collect::<String>(), span.text);
    }
    assert_eq!(
        redaction.spans.iter().map(|span| span.kind).collect::<Vec<_>>(),
        [Kind::Name, Kind::Organisation, Kind::Email, Kind::Phone, Kind::Name]
    );
}

#[test]
fn a_conversation_keeps_its_placeholders() {
    block_on(async {
        let mut redactor = redactor();
        let first = redactor.redact("Anna Meyer\n[IP_1] 10.0.0.1").await.unwrap();
        assert_eq!(first.text, "[NAME_1]\n[LITERAL_1] [IP_1]");
        let map = Map::from_json(&first.map.to_json()).unwrap();
        let second = redactor.redact_with("for Anna Meyer, Bo, ANNA, 10.0.0.2 [LITERAL_1]", map).await.unwrap();
        assert_eq!(second.text, "for [NAME_1], [NAME_2], ANNA, [IP_2] [LITERAL_2]");
        assert_eq!(restore(&second.text, &second.map), "for Anna Meyer, Bo, ANNA, 10.0.0.2 [LITERAL_1]");
    });
}

#[test]
fn kinds_that_are_not_wanted_stay() {
    let labels = ["O", "B-name"].map(str::to_owned).to_vec();
    let options = RedactOptions { kinds: vec![Kind::Ip] };
    let mut redactor = Redactor::with(Names(labels), options).unwrap();
    let text = "Bo, 10.0.0.1, bo@example.org [NAME_1]";
    let redaction = block_on(redactor.redact(text)).unwrap();
    assert_eq!(redaction.text, "Bo, [IP_1], bo@example.org [LITERAL_1]");
    assert_eq!(restore(&redaction.text, &redaction.map), text);
}

#[test]
fn what_crosses_the_edge_of_a_block_is_found() {
    // Without lines, so that blocks end somewhere in a value that has blanks in it.
    for fill in 4040..4110 {
        let text = format!(
            "{}4111 1111 1111 1111, +49 30 1234567, DE89 3704 0044 0532 0130 00 {}",
            "x ".repeat(fill / 2),
            "y ".repeat(3000)
        );
        let redaction = redacted(&text);
        let kinds: Vec<Kind> = redaction.spans.iter().map(|span| span.kind).collect();
        assert_eq!(kinds, [Kind::Card, Kind::Phone, Kind::Iban], "{fill}");
        assert_eq!(restore(&redaction.text, &redaction.map), text);
    }
}

#[test]
fn a_name_is_found_again_in_what_follows() {
    let text = format!("Anna Meyer\n{}and Anna Meyer", "word ".repeat(5000));
    let redaction = redacted(&text);
    assert!(redaction.text.ends_with("and [NAME_1]"));
    assert_eq!(redaction.map.len(), 1);
}

/// Texts of what matters here, and of anything.
fn texts() -> impl Strategy<Value = String> {
    let parts = prop::sample::select(vec![
        "[NAME_1]",
        "[NAME_",
        "[LITERAL_1]",
        "[IP_1_2]",
        "[",
        "]",
        "_1]",
        "Anna",
        "Meyer",
        "ANNA",
        "Bo",
        "Zoë",
        "Acme",
        " ",
        "\n",
        "\n\n",
        ", ",
        ". ",
        "anna@example.org",
        "10.0.0.1",
        "4111 1111 1111 1111",
        "DE89 3704 0044 0532 0130 00",
        "+49 30 1234567",
        "'s",
        "ü",
        "東京",
        "https://a:b@c.de/[NAME_1]",
        "https://e.org/?token=[IP_1]",
        "\u{301}",
        "🦜",
        "word word word word word word word ",
    ]);
    let part = prop_oneof![8 => parts.prop_map(str::to_owned), 1 => ".{0,20}"];
    prop::collection::vec((part, 1..40usize), 0..60).prop_map(|parts| {
        parts.into_iter().map(|(part, count)| if part.ends_with("word ") { part.repeat(count) } else { part }).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_was_taken_out_comes_back(text in texts()) {
        let redaction = redacted(&text);
        prop_assert_eq!(restore(&redaction.text, &redaction.map), text.clone());
        let map = Map::from_json(&redaction.map.to_json()).unwrap();
        prop_assert_eq!(&map, &redaction.map);
        for span in &redaction.spans {
            prop_assert_eq!(text.get(span.bytes.clone()), Some(span.text.as_str()));
            prop_assert_eq!(map.get(&span.placeholder), Some(span.text.as_str()));
        }
    }

    #[test]
    fn how_a_text_is_cut_does_not_matter(text in texts(), sizes in prop::collection::vec(1..3000usize, 1..5)) {
        prop_assert_eq!(streamed(&text, &sizes), redacted(&text));
    }

    #[test]
    fn a_text_that_is_cut_comes_back(text in texts(), size in 1..50usize) {
        let redaction = redacted(&text);
        let mut restorer = Restorer::new(&redaction.map);
        let characters: Vec<char> = redaction.text.chars().collect();
        let mut restored: String = characters.chunks(size).map(|part| restorer.push(&part.iter().collect::<String>())).collect();
        restored += &restorer.finish();
        prop_assert_eq!(restored, text);
    }
}
