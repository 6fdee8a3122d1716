//! Text in, text out: what transformers generates from text and in a conversation, on the CPU and each tier.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test may panic")]

mod support;

use std::fs;

use kinglet::{
    Chat, ChatOptions, Dry, Engine, Error, FinishReason, GenerateOptions, LoadOptions, Model, Penalties, Processor,
    Prompt, Sampling, Source, Token,
};
use pollster::block_on;
use serde_json::Value;

const MODEL: &str = "llama-chat";

fn golden() -> Value {
    serde_json::from_slice(&fs::read(support::golden(MODEL).join("text.json")).unwrap()).unwrap()
}

fn ids(value: &Value) -> Vec<u32> {
    value.as_array().unwrap().iter().map(|id| id.as_u64().unwrap() as u32).collect()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

fn max_tokens(golden: &Value) -> GenerateOptions {
    GenerateOptions { max_tokens: golden["max_tokens"].as_u64().map(|most| most as usize), ..Default::default() }
}

/// The model on each engine.
fn models(each: impl AsyncFn(&str, &Model)) {
    block_on(async {
        for engine in support::engines().await {
            let name = format!("{:?}", engine.device());
            each(&name, &support::load(&engine, MODEL).await).await;
        }
    });
}

async fn cpu_model() -> Model {
    support::load(&support::engines().await[0], MODEL).await
}

#[derive(Debug, Default, PartialEq)]
struct Generated {
    tokens: Vec<u32>,
    text: String,
    finish: Option<FinishReason>,
}

impl Generated {
    fn push(&mut self, token: &Token) {
        self.tokens.push(token.id);
        self.text += &token.text;
    }

    fn expected(golden: &Value) -> Generated {
        let finish = match text(&golden["finish_reason"]) {
            "stop" => FinishReason::Stop,
            _ => FinishReason::Length,
        };
        Generated { tokens: ids(&golden["tokens"]), text: text(&golden["text"]).to_owned(), finish: Some(finish) }
    }
}

async fn generate<'p>(model: &Model, prompt: impl Into<Prompt<'p>>, options: GenerateOptions) -> Generated {
    let mut generator = model.generator().await.unwrap();
    let mut stream = generator.generate(prompt, options).await.unwrap();
    let mut generated = Generated::default();
    while let Some(token) = stream.next().await.unwrap() {
        assert_eq!(generated.finish, None);
        generated.push(&token);
        generated.finish = stream.finish_reason();
    }
    generated
}

/// All texts of several prompts, in their order.
async fn generate_all<'p>(
    model: &Model,
    prompts: &[impl Into<Prompt<'p>> + Copy],
    options: GenerateOptions,
) -> (Vec<Generated>, Vec<usize>) {
    let mut generator = model.generator().await.unwrap();
    let mut all = generator.generate_all(prompts.iter().copied(), options).await.unwrap();
    let mut generated: Vec<Generated> = prompts.iter().map(|_| Generated::default()).collect();
    while let Some((index, token)) = all.next().await.unwrap() {
        generated[index].push(&token);
        generated[index].finish = all.finish_reason(index);
    }
    let reused = (0..prompts.len()).map(|index| all.reused_tokens(index)).collect();
    (generated, reused)
}

#[test]
fn text_goes_on_as_transformers_goes_on() {
    let golden = golden();
    models(async |name, model| {
        for completion in golden["completions"].as_array().unwrap() {
            let prompt = text(&completion["prompt"]);
            let tokenizer = model.tokenizer().await.unwrap();
            assert_eq!(tokenizer.encode(prompt, Default::default()).unwrap().ids, ids(&completion["ids"]), "{prompt}");
            let expected = Generated::expected(completion);
            assert_eq!(generate(model, prompt, max_tokens(&golden)).await, expected, "{name} {prompt}");
            // The host picks, where it is asked for more.
            let options = GenerateOptions { logits: true, ..max_tokens(&golden) };
            assert_eq!(generate(model, prompt, options).await, expected, "{name} {prompt} lock-step");
        }
    });
}

async fn say(chat: &mut Chat, text: &str, options: GenerateOptions) -> (Generated, usize, usize) {
    let mut reply = chat.say(text, options).await.unwrap();
    let mut generated = Generated::default();
    while let Some(token) = reply.next().await.unwrap() {
        generated.push(&token);
    }
    assert_eq!(reply.text(), generated.text);
    generated.finish = reply.finish_reason();
    (generated, reply.prompt_tokens(), reply.reused_tokens())
}

async fn chat(model: &Model, system: &str) -> Chat {
    model.chat(ChatOptions { system: Some(system.to_owned()), ..ChatOptions::default() }).await.unwrap()
}

#[test]
fn a_conversation_goes_as_with_transformers_and_computes_what_is_new() {
    let golden = golden();
    let system = text(&golden["chat"]["system"]);
    models(async |name, model| {
        for logits in [false, true] {
            let mut chat = chat(model, system).await;
            let mut known = 0;
            for turn in golden["chat"]["turns"].as_array().unwrap() {
                let options = GenerateOptions { logits, ..max_tokens(&golden) };
                let (found, prompt, reused) = say(&mut chat, text(&turn["user"]), options).await;
                let expected = Generated::expected(turn);
                assert_eq!(found, expected, "{name} {}", turn["user"]);
                let ids = ids(&turn["prompt_ids"]);
                // All but the last token that was generated, unless the device was ahead.
                assert!(prompt == ids.len() && [known, known + 1].contains(&reused), "{name}: {reused} of {prompt}");
                known = ids.len() + expected.tokens.len() - 1;
            }
            assert_eq!(chat.messages().len(), 7);
            chat.clear();
            assert_eq!(chat.messages().len(), 1);
            let turn = &golden["chat"]["turns"][0];
            let (found, prompt, reused) = say(&mut chat, text(&turn["user"]), max_tokens(&golden)).await;
            assert_eq!((found, reused), (Generated::expected(turn), prompt - 1), "{name} from the beginning");
        }
    });
}

/// The template ends a turn with another token than the model did, and a stop text ends within a token.
#[test]
fn a_turn_computes_what_is_new_however_the_last_one_ended() {
    let golden = golden();
    let turns = &golden["chat"]["turns"];
    models(async |name, model| {
        let mut chat = chat(model, text(&golden["chat"]["system"])).await;
        let ends = Processor::new(|tokens, logits| logits[397] = if tokens.len() == 88 { 1e3 } else { -1e3 });
        let options = GenerateOptions { processor: Some(ends), ..max_tokens(&golden) };
        let (first, prompt, _) = say(&mut chat, text(&turns[0]["user"]), options).await;
        assert_eq!((prompt, first.tokens.len(), first.tokens.last()), (80, 9, Some(&397)), "{name}");
        let stop = vec!["Wal".to_owned()];
        let (second, next, reused) = say(&mut chat, "a", GenerateOptions { stop, ..max_tokens(&golden) }).await;
        assert_eq!(reused, prompt + first.tokens.len() - 1, "{name}");
        let (_, _, reused) = say(&mut chat, "b", max_tokens(&golden)).await;
        assert!(reused >= next, "{name}: {reused} of {next} and {}", second.tokens.len());
    });
}

#[test]
fn a_reply_that_is_given_up_stays_as_far_as_it_was_read() {
    let golden = golden();
    let turns = &golden["chat"]["turns"];
    models(async |name, model| {
        let mut chat = chat(model, text(&golden["chat"]["system"])).await;
        let first = Generated::expected(&turns[0]);
        {
            let mut reply = chat.say(text(&turns[0]["user"]), max_tokens(&golden)).await.unwrap();
            for &id in &first.tokens[..5] {
                assert_eq!(reply.next().await.unwrap().unwrap().id, id);
            }
        }
        let said = chat.messages()[2]["content"].as_str().unwrap().to_owned();
        assert!(!said.is_empty() && first.text.starts_with(&said), "{said}");
        let (after, prompt, reused) = say(&mut chat, text(&turns[1]["user"]), max_tokens(&golden)).await;
        assert!(reused > ids(&turns[0]["prompt_ids"]).len(), "{reused} of {prompt}");

        // Another conversation in which the same was said ends alike.
        let tokens = chat_tokens(&first.tokens[..5], &turns[0], &turns[1], model).await;
        assert_eq!(prompt, tokens.len());
        assert_eq!(generate(model, &tokens, max_tokens(&golden)).await.tokens, after.tokens, "{name}");

        // One that is given up before its first token leaves nothing.
        let before = chat.messages().to_vec();
        drop(chat.say("Never mind", max_tokens(&golden)).await.unwrap());
        assert_eq!(chat.messages(), before);
    });
}

/// What the model is given after it has said these tokens in its first turn.
async fn chat_tokens(said: &[u32], first: &Value, second: &Value, model: &Model) -> Vec<u32> {
    let rest = format!("<|im_end|>\n<|im_start|>user\n{}<|im_end|>\n<|im_start|>assistant\n", text(&second["user"]));
    let options = kinglet::EncodeOptions { add_special: false, parse_special: true };
    let rest = model.tokenizer().await.unwrap().encode(&rest, options).unwrap().ids;
    [&ids(&first["prompt_ids"]), said, &rest].concat()
}

#[test]
fn several_at_a_time_are_as_each_alone() {
    let prompts = [
        "In the morning the wren",
        "In the morning a robin sings and",
        "小鸟",
        " ",
        "🐦🐦",
        "a",
        "b",
        "c",
        "d",
        "e",
        "f",
    ];
    let repeats = Penalties { repeat: 1.3, dry: Dry { multiplier: 0.8, ..Dry::default() }, ..Penalties::default() };
    let warm = Sampling { temperature: 0.9, top_p: 0.95, seed: 5, ..Sampling::default() };
    let plain = GenerateOptions { max_tokens: Some(12), ..GenerateOptions::default() };
    let kinds = [
        plain.clone(),
        GenerateOptions { sampling: warm.clone(), ..plain.clone() },
        GenerateOptions { sampling: warm, penalties: repeats, ..plain.clone() },
        GenerateOptions { logits: true, ..plain },
    ];
    models(async |name, model| {
        for options in &kinds {
            let (found, _) = generate_all(model, &prompts, options.clone()).await;
            for (index, (prompt, found)) in prompts.iter().zip(found).enumerate() {
                let sampling = Sampling { sequence: index as u32, ..options.sampling.clone() };
                let alone = generate(model, *prompt, GenerateOptions { sampling, ..options.clone() }).await;
                assert_eq!(found, alone, "{name} {prompt} {options:?}");
            }
        }
    });
}

#[test]
fn what_prompts_begin_with_is_computed_once() {
    let start: Vec<u32> = (0..150).map(|index| index * 31 % 380).collect();
    let mut other = start.clone();
    other[140] = 1;
    let prompts = [&start, &start, &other, &start[..100].to_vec()];
    models(async |name, model| {
        for logits in [false, true] {
            let options = GenerateOptions { max_tokens: Some(6), logits, ignore_end: true, ..Default::default() };
            let (found, reused) = generate_all(model, &prompts, options.clone()).await;
            // Pages of 64 rows are shared on a GPU, whatever there is on the CPU.
            let cpu = model.device().adapter.is_none();
            assert_eq!(reused, if cpu { [0, 149, 140, 99] } else { [0, 128, 128, 64] }, "{name}");
            for (prompt, found) in prompts.iter().zip(found) {
                assert_eq!(found, generate(model, *prompt, options.clone()).await, "{name}");
            }
        }
    });
}

#[test]
fn generators_do_not_disturb_each_other() {
    models(async |name, model| {
        let options = GenerateOptions { max_tokens: Some(10), text: true, ..GenerateOptions::default() };
        let prompts = ["In the morning", "小鸟在山上。"];
        let expected =
            [generate(model, prompts[0], options.clone()).await, generate(model, prompts[1], options.clone()).await];
        let (mut first, mut second) = (model.generator().await.unwrap(), model.generator().await.unwrap());
        let mut streams = [
            first.generate(prompts[0], options.clone()).await.unwrap(),
            second.generate(prompts[1], options.clone()).await.unwrap(),
        ];
        let mut found = [Generated::default(), Generated::default()];
        loop {
            let mut any = false;
            for (stream, found) in streams.iter_mut().zip(&mut found) {
                if let Some(token) = stream.next().await.unwrap() {
                    found.push(&token);
                    any = true;
                }
                found.finish = stream.finish_reason();
            }
            if !any {
                break;
            }
        }
        assert_eq!(found, expected, "{name}");
    });
}

#[test]
fn texts_end_a_generation() {
    let golden = golden();
    let completion = &golden["completions"][4];
    let expected = Generated::expected(completion);
    models(async |name, model| {
        let middle: String = expected.text.chars().skip(5).take(3).collect();
        let options = GenerateOptions { stop: vec!["no such text".to_owned(), middle.clone()], ..max_tokens(&golden) };
        let found = generate(model, text(&completion["prompt"]), options).await;
        let end = expected.text.find(&middle).unwrap();
        assert_eq!((&found.text[..], found.finish), (&expected.text[..end], Some(FinishReason::Stop)), "{name}");
        assert!(found.tokens.len() < expected.tokens.len());
        // What only begins like it is text when all has ended.
        let last = format!("{}!", expected.text.trim_end_matches('\u{fffd}').chars().last().unwrap());
        let options = GenerateOptions { stop: vec![last], ..max_tokens(&golden) };
        assert_eq!(generate(model, text(&completion["prompt"]), options).await.text, expected.text, "{name}");
    });
}

#[test]
fn a_processor_has_the_last_word() {
    models(async |name, model| {
        let only = |wanted: u32| {
            Processor::new(move |tokens, logits| {
                assert_eq!(tokens[0], 3);
                for (id, logit) in (0..).zip(logits) {
                    *logit = if id == wanted || id == wanted + 1 { 1.0 } else { f32::NAN };
                }
            })
        };
        let sampling = Sampling { temperature: 1.0, ..Sampling::default() };
        let options =
            GenerateOptions { processor: Some(only(50)), max_tokens: Some(40), sampling, ..Default::default() };
        let found = generate(model, &[3, 14], options).await.tokens;
        assert!(found.iter().all(|id| [50, 51].contains(id)), "{name} {found:?}");
        assert!(found.contains(&50) && found.contains(&51), "{name} {found:?}");
    });
}

fn message(result: Result<impl std::fmt::Debug, Error>) -> String {
    result.unwrap_err().to_string()
}

#[test]
fn what_cannot_be_is_said() {
    block_on(async {
        let model = cpu_model().await;
        let mut generator = model.generator().await.unwrap();
        let plain = GenerateOptions::default;
        let stop = GenerateOptions { stop: vec![String::new()], ..plain() };
        assert_eq!(message(generator.generate("a", stop).await), "a text that ends a generation must not be empty");
        let none: [u32; 0] = [];
        assert_eq!(message(generator.generate(&none, plain()).await), "the prompt has no tokens");
        let long = "bird ".repeat(2000);
        let error = message(generator.generate(&long, plain()).await);
        assert!(error.contains("tokens do not fit into a context of 1024; ask for fewer"), "{error}");
        assert!(generator.generate("a", plain()).await.is_ok(), "it goes on");

        let mut chat = model.chat(ChatOptions::default()).await.unwrap();
        let error = message(chat.say(&long, plain()).await);
        assert!(error.starts_with("the conversation has ") && error.contains("a context of 1024"), "{error}");
        assert!(chat.messages().is_empty());
        chat.push([("role".to_owned(), "owl".into()), ("content".to_owned(), "Hoo".into())].into_iter().collect());
        let error = message(chat.say("What?", plain()).await);
        assert_eq!(error, "the chat template refuses the chat: unknown role: owl");

        let engine = &support::engines().await[0];
        let other = support::load(engine, "llama-odd").await;
        let error = message(other.generator().await.unwrap().generate("a", plain()).await);
        assert!(error.contains("tokenizer"), "{error}");
        let error = message(other.chat(ChatOptions::default()).await);
        assert!(error.contains("tokenizer"), "{error}");
        no_template(engine).await;
    });
}

async fn no_template(engine: &Engine) {
    let files = fs::read_dir(support::golden(MODEL)).unwrap().map(|entry| entry.unwrap());
    let kept = files.filter(|file| file.file_name() != "chat_template.jinja");
    let kept = kept.map(|file| (file.file_name().into_string().unwrap(), fs::read(file.path()).unwrap().into()));
    let model = engine.load(&Source::memory(kept.collect()), LoadOptions::default()).await.unwrap();
    let error = message(model.chat(ChatOptions::default()).await);
    assert_eq!(error, "the model has no chat template by default; those it has: none");
}

/// The stream can be given up at any time: what is generated next is the same.
#[test]
fn what_is_given_up_leaves_nothing_behind() {
    models(async |name, model| {
        let mut generator = model.generator().await.unwrap();
        let options = GenerateOptions { max_tokens: Some(10), ..GenerateOptions::default() };
        let expected = generate(model, "In the morning", options.clone()).await;
        for read in 0..4 {
            {
                let mut all = generator.generate_all(["In", "the", "morning"], options.clone()).await.unwrap();
                for _ in 0..read {
                    all.next().await.unwrap();
                }
            }
            let mut stream = generator.generate("In the morning", options.clone()).await.unwrap();
            let mut found = Generated::default();
            while let Some(token) = stream.next().await.unwrap() {
                found.push(&token);
            }
            assert_eq!(found.tokens, expected.tokens, "{name} after {read}");
        }
    });
}

/// A future that is dropped while it waits leaves no slot open and nothing said.
#[test]
fn whoever_gives_up_waiting_leaves_nothing_behind() {
    let golden = golden();
    let turn = &golden["chat"]["turns"][0];
    models(async |name, model| {
        let mut generator = model.generator().await.unwrap();
        let mut chat = chat(model, text(&golden["chat"]["system"])).await;
        for _ in 0..10 {
            drop(polled_once(generator.generate("In the morning", GenerateOptions::default())).await);
            drop(polled_once(chat.say("Never mind", GenerateOptions::default())).await);
            assert_eq!(chat.messages().len(), 1, "{name}");
        }
        let (found, ..) = say(&mut chat, text(&turn["user"]), max_tokens(&golden)).await;
        assert_eq!(found, Generated::expected(turn), "{name}");
        let all = generator.generate_all(["a"; 8], GenerateOptions { max_tokens: Some(3), ..Default::default() });
        let mut all = all.await.unwrap();
        let mut count = 0;
        while all.next().await.unwrap().is_some() {
            count += 1;
        }
        assert_eq!(count, 24, "{name}");
    });
}

/// Where the host picks, a step that nobody waited for is computed again.
#[test]
fn a_step_that_is_given_up_does_no_harm() {
    models(async |name, model| {
        let prompt: Vec<u32> = (0..150).map(|index| index * 31 % 380).collect();
        let options = GenerateOptions { max_tokens: Some(10), logits: true, ignore_end: true, ..Default::default() };
        let expected = generate(model, &prompt, options.clone()).await.tokens;
        let mut generator = model.generator().await.unwrap();
        let mut stream = generator.generate(&prompt, options).await.unwrap();
        let mut found = Vec::new();
        loop {
            if let Some(token) = polled_once(stream.next()).await {
                let Some(token) = token.unwrap() else { break };
                found.push(token.id);
            } else if let Some(token) = stream.next().await.unwrap() {
                found.push(token.id);
            }
        }
        assert_eq!(found, expected, "{name}");
    });
}

/// What a future yields if it does so at once.
async fn polled_once<T>(future: impl Future<Output = T>) -> Option<T> {
    let mut future = std::pin::pin!(future);
    std::future::poll_fn(|context| match future.as_mut().poll(context) {
        std::task::Poll::Ready(value) => std::task::Poll::Ready(Some(value)),
        std::task::Poll::Pending => std::task::Poll::Ready(None),
    })
    .await
}
