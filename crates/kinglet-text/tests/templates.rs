//! Chat templates against what transformers renders, and templates that mean harm.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test may panic")]

use std::{fs, path::Path};

use kinglet_text::{ChatTemplate, Conversation, LocalTime, TextError};
use serde_json::{Map, Value, json};

fn read(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/templates");
    fs::read_to_string(folder.join(name)).unwrap()
}

fn parsed(name: &str) -> Value {
    serde_json::from_str(&read(name)).unwrap()
}

/// When `make.py` stops the clock.
const NOW: LocalTime = LocalTime { year: 2026, month: 3, day: 5, hour: 1, minute: 2, second: 3, microsecond: 0 };

/// A chat of JSON; what is neither messages nor tools nor documents are other names.
fn chat(json: &Value, add_generation_prompt: bool) -> Conversation {
    let mut extra = json.as_object().unwrap().clone();
    let mut take = |name: &str| extra.shift_remove(name).and_then(|value| value.as_array().cloned());
    let messages = take("messages").unwrap_or_default().into_iter();
    let messages = messages.map(|message| message.as_object().unwrap().clone());
    let (messages, tools, documents) = (messages.collect(), take("tools"), take("documents"));
    Conversation { messages, tools, documents, add_generation_prompt, extra, now: Some(NOW) }
}

fn render(template: &str, chat: &Conversation) -> Result<String, TextError> {
    Ok(ChatTemplate::new(template)?.render(chat)?.text)
}

fn fault(template: &str) -> TextError {
    render(template, &Conversation::default()).expect_err(template)
}

#[test]
fn templates_render_as_transformers_renders_them() {
    let (context, chats, birds) = (chat(&parsed("context.json"), false), parsed("chats.json"), read("birds.jinja"));
    let mut faults = Vec::new();
    let mut cases = 0;
    for line in read("expected.jsonl").lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        let rendered = match case["template"].as_str() {
            Some(template) => render(template, &context),
            None => {
                let mut chat = chat(&chats[case["chat"].as_str().unwrap()], case["add_generation_prompt"] == true);
                chat.extra.insert("bos_token".to_owned(), "<s>".into());
                chat.extra.insert("eos_token".to_owned(), "</s>".into());
                render(&birds, &chat)
            }
        };
        cases += 1;
        if rendered.as_ref().ok().map(String::as_str) != case["text"].as_str() {
            faults.push(format!("{case}\n    gives {rendered:?}"));
        }
    }
    assert!(faults.is_empty(), "{} of {cases}:\n{}", faults.len(), faults.join("\n"));
    assert!(cases > 400, "{cases} cases");
}

#[test]
fn what_the_assistant_said_is_marked() {
    let template = "{% for m in messages %}{% if m.role == 'assistant' %}{% generation %}{{ m.content }}é{% endgeneration %}\
                    {% else %}<{{ m.content }}>{% endif %}{% endfor %}";
    let json = json!({"messages": [
        {"role": "user", "content": "à"}, {"role": "assistant", "content": "b"}, {"role": "user", "content": "c"},
        {"role": "assistant", "content": "d"},
    ]});
    let rendered = ChatTemplate::new(template).unwrap().render(&chat(&json, false)).unwrap();
    assert_eq!(rendered.text, "<à>bé<c>dé");
    let marked: Vec<&str> = rendered.generated.into_iter().map(|range| &rendered.text[range]).collect();
    assert_eq!(marked, ["bé", "dé"]);
}

#[test]
fn messages_are_prepared_as_transformers_does() {
    let json = json!({"messages": [{"role": "assistant", "content": null, "reasoning": "hm"}]});
    let text = render("{{ messages }}", &chat(&json, false)).unwrap();
    assert_eq!(text, "[{'thinking': 'hm', 'role': 'assistant', 'reasoning': 'hm', 'reasoning_content': 'hm'}]");
}

#[test]
fn faults_say_where_and_what() {
    let at = |template: &str| fault(template).to_string();
    assert_eq!(at("a\n{% if x %}\n{{ 1 + }}{% endif %}"), "chat template, line 3: expected an expression, found }}");
    assert_eq!(at("\n{% for x in y %}"), "chat template, line 2: the template ends where else or endfor is missing");
    assert_eq!(at("{{ 'a }}"), "chat template, line 1: a string does not end");
    assert_eq!(at("a\n\n{{ x.y }}"), "chat template, line 3: 'x' is undefined");
    assert_eq!(at("{{ raise_exception('no system role') }}"), "the chat template refuses the chat: no system role");
    assert_eq!(at("{{ 1 | shout }}"), "chat template, line 1: the filter shout is not known");
    assert_eq!(
        at("{{ strftime_now('%Y') }}"),
        "chat template, line 1: the template asks for the time, and no time is given"
    );
}

#[test]
fn templates_that_take_too_much_end_in_an_error() {
    let limited = [
        // Too long.
        "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
        "{% set ns = namespace(n=0) %}{% for a in range(99999) %}{% for b in range(99999) %}{% set ns.n = ns.n + 1 %}\
         {% endfor %}{% endfor %}",
        "{{ range(99999) | map('string') | map('upper') | map('lower') | map('list') | map('join') | sort | unique | list }}",
        "{% set x = 'a' * 1000000 %}{% for a in range(99999) %}{{ x in x }}{% endfor %}",
        "{% set x = 'a' * 10000000 %}{% for a in range(99999) %}{% if x[::-1] == x %}{% endif %}{% endfor %}",
        // Too large.
        "{% set ns = namespace(x='ab') %}{% for a in range(99) %}{% set ns.x = ns.x ~ ns.x %}{% endfor %}",
        "{% set ns = namespace(x='ab') %}{% for a in range(99) %}{% set ns.x = ns.x + ns.x %}{% endfor %}",
        "{% set ns = namespace(x=[1]) %}{% for a in range(99) %}{% set ns.x = ns.x + ns.x %}{% endfor %}",
        "{{ 'a' * 999999999999 }}",
        "{{ [0] * 999999999999 }}",
        "{{ 'aaaaaaaa'.replace('a', 'a' * 10000000) }}",
        "{{ 'a'.center(99999999999) }}",
        "{{ ('a' * 1000).join(range(99999) | map('string')) }}",
        "{{ ('a\\n' * 100000) | indent(100000) }}",
        "{{ [1] | tojson(indent=99999999999) }}",
        "{{ ('<' * 9000000) | e }}",
        "{% for a in range(99999) %}{{ 'a' * 10000 }}{% endfor %}",
        "{% set ns = namespace() %}{% for a in range(99999) %}{% set ns.x = namespace(y='a' * 10000, z=ns.x) %}{% endfor %}",
        "{% for a in range(99999) %}{% macro m() %}{% endmacro %}{% set x = 'a' * 10000 %}{% endfor %}",
        // One value many times, which a text holds as often.
        "{% set ns = namespace(x=[1]) %}{% for a in range(99) %}{% set ns.x = [ns.x, ns.x] %}{% endfor %}{{ ns.x }}",
        "{% set ns = namespace(x=[1]) %}{% for a in range(99) %}{% set ns.x = [ns.x, ns.x] %}{% endfor %}{{ ns.x | tojson }}",
        "{% set ns = namespace(x=[1], y=[1]) %}{% for a in range(99) %}{% set ns.x = [ns.x, ns.x] %}\
         {% set ns.y = [ns.y, ns.y] %}{% endfor %}{{ ns.x == ns.y }}",
        // Too deep.
        "{% set ns = namespace(x=[]) %}{% for a in range(99999) %}{% set ns.x = [ns.x] %}{% endfor %}",
        "{% set ns = namespace(x={}) %}{% for a in range(99999) %}{% set ns.x = {'x': ns.x} %}{% endfor %}",
        "{% set ns = namespace(x=[]) %}{% for a in range(99999) %}{% set ns.x = [ns.x] | map('list') %}{% endfor %}",
        "{% set ns = namespace() %}{% set ns.x = ns %}{{ ns }}",
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
        "{% macro a() %}{% call a() %}{% endcall %}{{ caller }}{% endmacro %}{% call a() %}{% endcall %}",
        "{% for x in [1] recursive %}{{ loop([1]) }}{% endfor %}",
        "{{ 9 ** 999999999 }}",
        "{% set ns = namespace(x=9) %}{% for a in range(99) %}{% set ns.x = ns.x * ns.x %}{% endfor %}",
    ];
    for template in limited {
        let fault = fault(template);
        assert!(matches!(fault, TextError::TemplateLimit { .. }), "{template}: {fault}");
    }
    for template in ["{{ '%999999999d' % 1 }}", "{{ '{:999999999}'.format(1) }}", "{{ range(9999999) }}"] {
        assert!(matches!(fault(template), TextError::TemplateFailed { .. }), "{template}");
    }
}

#[test]
fn templates_that_nest_too_deeply_are_not_read() {
    let deep =
        |open: &str, inside: &str, close: &str| format!("{}{inside}{}", open.repeat(50_000), close.repeat(50_000));
    for template in [
        format!("{{{{ {} }}}}", deep("(", "1", ")")),
        format!("{{{{ {} }}}}", deep("[", "", "]")),
        format!("{{{{ {} }}}}", deep("{1:", "1", "}")),
        format!("{{{{ {} }}}}", deep("not ", "1", "")),
        format!("{{{{ {} }}}}", deep("-", "1", "")),
        format!("{{{{ {} }}}}", deep("x(", "", ")")),
        format!("{{{{ {} }}}}", deep("x[", "1", "]")),
        format!("{{{{ {} }}}}", deep("1 if 1 else ", "1", "")),
        format!("{{% set {} = 1 %}}", deep("(", "x", ")")),
        deep("{% if 1 %}", "", "{% endif %}"),
        deep("{% for x in y %}", "", "{% endfor %}"),
        deep("{% macro m() %}", "", "{% endmacro %}"),
    ] {
        let fault = fault(&template);
        assert!(matches!(fault, TextError::TemplateSyntax { .. }), "{}: {fault}", &template[..30]);
    }
    // What is long without nesting is read and rendered.
    let long = |part: &str| format!("{{{{ 'x'{} }}}}", part.repeat(20_000));
    for part in [" ~ 'x'", " + 'x'", " | upper", ".upper()", " or 'x'", " == 'x'", " is string | string"] {
        let rendered = render(&long(part), &Conversation::default());
        assert!(rendered.is_ok() || matches!(rendered, Err(TextError::TemplateLimit { .. })), "{part}: {rendered:?}");
    }
    let branches = format!("{{% if 0 %}}{}{{% endif %}}a", "{% elif 0 %}".repeat(20_000));
    assert_eq!(render(&branches, &Conversation::default()).unwrap(), "a");
}

#[test]
fn macros_may_call_themselves_as_deeply_as_schemas_nest() {
    let template = "{% macro m(x) %}{% for k, v in x.items() %}{% if v is mapping %}{{ k }}{{ m(v) }}{% endif %}{% endfor %}\
                    {% endmacro %}{{ m(x) }}";
    let mut x = json!({});
    for _ in 0..40 {
        x = json!({ "a": x });
    }
    let extra = Map::from_iter([("x".to_owned(), x)]);
    assert_eq!(render(template, &Conversation { extra, ..Conversation::default() }).unwrap(), "a".repeat(40));
}
