use std::{
    io::{self, IsTerminal},
    ops::ControlFlow,
    time::Instant,
};

use kinglet::{EncodeOptions, Engine, GenerateOptions, Model};

use crate::{
    args::{GenerateArgs, Limit},
    commands::chat::{self, Interrupt},
    error::CliError,
    files,
    generation::{Generated, Generation, Request, generate, milliseconds},
    output::{self, grouped, rate},
    report::{Choice, Device, Generate, Logprobs, Rows, Timings},
};

/// What is to be continued.
enum Prompt {
    Text(String),
    Tokens(Vec<u32>),
}

/// Continues a text, or a sequence of tokens.
pub(crate) async fn run(args: GenerateArgs) -> Result<(), CliError> {
    let prompt = prompt(&args)?;
    let options = options(&args)?;
    if (args.chat || args.system.is_some()) && args.choices > 1 {
        return Err(CliError::Usage("a chat has one reply: --choices goes with a text to continue".to_owned()));
    }
    let source = args.model.source().await?;
    let engine = Engine::new(args.device.engine_options()).await?;
    let start = Instant::now();
    let model = engine.load(&source, args.model.load_options()).await?;
    let load_ms = milliseconds(start);
    let json = args.form.json;
    let generation = match prompt {
        Prompt::Text(text) if args.chat || args.system.is_some() => reply(&model, &args, &text, options).await?,
        Prompt::Text(text) => {
            let tokenizer = model.tokenizer().await.map_err(|error| match &model.info().tokenizer {
                Some(_) => CliError::Engine(error),
                None => CliError::NoText(error),
            })?;
            let ids = tokenizer.encode(&text, EncodeOptions::default()).map_err(kinglet::Error::from)?.ids;
            continued(&model, &args, &ids, GenerateOptions { text: true, ..options }).await?
        }
        Prompt::Tokens(ids) => {
            // Text is told where there is any, and not missed where there is none.
            let text = json && model.info().tokenizer.is_some() && model.tokenizer().await.is_ok();
            let options = GenerateOptions { text: text || options.text, ..options };
            continued(&model, &args, &ids, options).await?
        }
    };
    let (device, timings) = (Device::from(model.device()), timings(load_ms, &generation));
    match json {
        true => output::json(&report(device, generation, timings, args.logits)),
        false => output::aside(&closing(&device, &timings)),
    }
}

fn prompt(args: &GenerateArgs) -> Result<Prompt, CliError> {
    let nothing = || {
        let ways = "a text, as in `kinglet generate MODEL \"A small bird\"`, or on standard input, or --tokens IDS";
        CliError::Usage(format!("there is nothing to continue: give {ways}"))
    };
    match (args.prompt.as_ref().or(args.prompt_option.as_ref()), &args.tokens) {
        (_, Some(tokens)) => Ok(Prompt::Tokens(tokens.0.clone())),
        (Some(text), None) if text != "-" => Ok(Prompt::Text(text.clone())),
        (None, None) if io::stdin().is_terminal() => Err(nothing()),
        (given, None) => match files::standard_input()? {
            text if text.is_empty() && given.is_none() => Err(nothing()),
            text => Ok(Prompt::Text(text)),
        },
    }
}

fn options(args: &GenerateArgs) -> Result<GenerateOptions, CliError> {
    let options = args.limits.options(&args.sampling, &args.grammar)?;
    Ok(GenerateOptions { ignore_end: args.ignore_eos, logits: args.logits && args.form.json, ..options })
}

/// Continues a prompt and writes it as it comes: text, or the ids of tokens where the prompt was such. Of several
/// continuations each is written when all have ended.
async fn continued(
    model: &Model,
    args: &GenerateArgs,
    prompt: &[u32],
    options: GenerateOptions,
) -> Result<Generation, CliError> {
    // Without a number there is a bound that one does not have to know of.
    let room = model.info().context.saturating_sub(prompt.len()) + 1;
    let all = args.limits.max_tokens == Some(Limit(None));
    let options = GenerateOptions { max_tokens: if all { Some(room) } else { options.max_tokens }, ..options };
    let (streams, as_text) = (!args.form.json && args.choices == 1, args.tokens.is_none());
    let request = Request { prompt, options, choices: args.choices, report: args.form.json };
    let mut gap = "";
    let generation = generate(model, request, |_, token| {
        if streams {
            match as_text {
                true => output::generated(&token.text)?,
                false => output::text(&format!("{gap}{}", token.id))?,
            }
            gap = " ";
        }
        Ok(ControlFlow::Continue(()))
    })
    .await?;
    if streams {
        output::text("\n")?;
    } else if !args.form.json {
        let texts: Vec<String> = generation.choices.iter().map(|choice| shown(choice, as_text)).collect();
        output::generated(&(texts.join("\n---\n") + "\n"))?;
    }
    Ok(generation)
}

fn shown(choice: &Generated, as_text: bool) -> String {
    match as_text {
        true => choice.text(),
        false => choice.tokens.iter().map(|token| token.id.to_string()).collect::<Vec<_>>().join(" "),
    }
}

/// The model's reply to the text, in a conversation of its own.
async fn reply(
    model: &Model,
    args: &GenerateArgs,
    text: &str,
    options: GenerateOptions,
) -> Result<Generation, CliError> {
    let mut chat = chat::open(model, args.system.clone()).await?;
    let json = args.form.json;
    // Ctrl-C ends this command.
    let said = chat::say(&mut chat, text, options, &Interrupt::new(), |token| match json {
        true => Ok(()),
        false => output::generated(&token.text),
    })
    .await?;
    if !json {
        output::text("\n")?;
    }
    Ok(Generation {
        first_token_ms: said.watch.first_token_ms(),
        prefill: said.watch.prefill(said.prompt_tokens),
        decode: said.watch.decode(),
        choices: vec![said.generated],
        ..Generation::default()
    })
}

pub(crate) fn timings(load_ms: f64, generation: &Generation) -> Timings {
    let Generation { first_token_ms, prefill, decode, per_token, .. } = *generation;
    Timings { load_ms, first_token_ms, prefill, decode, per_token }
}

pub(crate) fn report(device: Device, generation: Generation, timings: Timings, logits: bool) -> Generate {
    let choices: Vec<Choice> = generation.choices.into_iter().map(|choice| self::choice(choice, logits)).collect();
    let first = choices.first().cloned().unwrap_or_default();
    let choices = if choices.len() > 1 { choices } else { Vec::new() };
    Generate { device, first, choices, timings }
}

pub(crate) fn choice(generated: Generated, logits: bool) -> Choice {
    let text = generated.has_text.then(|| generated.text());
    let Generated { tokens, finish, valid, .. } = generated;
    let logprobs: Vec<Logprobs> =
        tokens.iter().filter_map(|token| token.logprobs.as_ref()).map(Logprobs::from).collect();
    Choice {
        text,
        finish_reason: finish.map(|finish| finish.name()),
        valid,
        logprobs: (!logprobs.is_empty()).then_some(logprobs),
        tokens: tokens.iter().map(|token| token.id).collect(),
        logits: logits.then(|| Rows(tokens.into_iter().filter_map(|token| token.logits).collect())),
    }
}

fn closing(device: &Device, timings: &Timings) -> String {
    let Timings { load_ms, prefill, decode, first_token_ms, .. } = timings;
    let first = first_token_ms.map_or(String::new(), |ms| format!(", first token after {ms:.0} ms"));
    format!(
        "{}: loaded in {load_ms:.0} ms; prefill {} tokens, {}{first}; decode {} tokens, {}",
        device.label(),
        grouped(prefill.tokens as u64),
        rate(prefill.tokens_per_s),
        grouped(decode.tokens as u64),
        rate(decode.tokens_per_s),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{PerToken, Speed};

    #[test]
    fn the_closing_line_says_how_fast_it_was() {
        let device = Device { kind: "cpu", adapter: None, tier: None, software: false };
        let prefill = Speed { tokens: 1200, tokens_per_s: Some(400.0) };
        let decode = Speed { tokens: 1, tokens_per_s: None };
        let per_token = PerToken::default();
        let timings = Timings { load_ms: 12.4, first_token_ms: Some(3000.0), prefill, decode, per_token };
        let expected = "CPU: loaded in 12 ms; prefill 1,200 tokens, 400 tokens/s, first token after 3000 ms; \
                        decode 1 tokens, n/a";
        assert_eq!(closing(&device, &timings), expected);
    }
}
