use std::io::{self, BufRead, Write};

use kinglet::{EncodeOptions, SpecialText, Tokenizer};

use crate::{
    args::{self, TokenizeArgs},
    error::CliError,
    output,
    report::{Decoded, Tokenized},
};

/// Turns text into tokens, or tokens into text.
pub(crate) async fn run(args: TokenizeArgs) -> Result<(), CliError> {
    let source = args::source(&args.place).await?;
    let tokenizer = kinglet::open_tokenizer(&source).await?;
    let options = if args.no_special { EncodeOptions::PLAIN } else { EncodeOptions::default() };
    match (&args.text, &args.tokens) {
        (Some(text), None) => {
            let ids = encode(&tokenizer, text, options)?;
            match args.form.json {
                true => output::json(&Tokenized { ids }),
                false => output::text(&readable(&tokenizer, &ids)?),
            }
        }
        (None, Some(tokens)) if args.decode => {
            let text = tokenizer.decode(&tokens.0, SpecialText::Skip).map_err(kinglet::Error::from)?;
            match args.form.json {
                true => output::json(&Decoded { text }),
                false => output::text(&format!("{text}\n")),
            }
        }
        (None, None) if args.jsonl => encode_lines(&tokenizer, options),
        _ => Err(CliError::Usage(
            "nothing to do: give --text TEXT, or --jsonl and texts on standard input, or --decode --tokens IDS"
                .to_owned(),
        )),
    }
}

fn encode(tokenizer: &Tokenizer, text: &str, options: EncodeOptions) -> Result<Vec<u32>, CliError> {
    Ok(tokenizer.encode(text, options).map_err(kinglet::Error::from)?.ids)
}

/// Answers each line with one: whoever asks may wait for it before the next.
fn encode_lines(tokenizer: &Tokenizer, options: EncodeOptions) -> Result<(), CliError> {
    let (mut input, mut out) = (io::stdin().lock(), io::stdout().lock());
    let mut line = Vec::new();
    for number in 1.. {
        line.clear();
        let read = input.read_until(b'\n', &mut line);
        if read.map_err(|error| CliError::Usage(format!("cannot read standard input: {error}")))? == 0 {
            break;
        }
        let wrong = |error| CliError::Usage(format!("line {number} of standard input is not a JSON string: {error}"));
        let text: String = serde_json::from_slice(&line).map_err(wrong)?;
        let tokenized = Tokenized { ids: encode(tokenizer, &text, options)? };
        serde_json::to_writer(&mut out, &tokenized).map_err(io::Error::from)?;
        out.write_all(b"\n")?;
        out.flush()?;
    }
    Ok(())
}

fn readable(tokenizer: &Tokenizer, ids: &[u32]) -> Result<String, CliError> {
    let mut rows = vec![["token", "text"].map(str::to_owned)];
    for &id in ids {
        let bytes = tokenizer.token_bytes(id).map_err(kinglet::Error::from)?;
        // Quotes show where spaces are, and escapes what does not print.
        rows.push([id.to_string(), format!("{:?}", String::from_utf8_lossy(&bytes))]);
    }
    Ok(output::table(&rows, &[0]))
}
