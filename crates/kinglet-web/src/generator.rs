use js_sys::{Float32Array, Function, Promise, Uint32Array};
use kinglet::EncodeOptions;
use tsify::Ts;
use wasm_bindgen::prelude::*;

use crate::{
    EndFacts, GenerateOptions, GenerationFacts, Logprobs, PerToken, Token,
    error::sent,
    files::PageSource,
    options::{read, refused},
    stop::Stop,
};

/// Continues prompts, all of a call together.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Generator {
    model: kinglet::Model,
    generator: kinglet::Generator,
    files: PageSource,
}

#[wasm_bindgen]
impl Generator {
    /// Continues prompts: texts, or tokens. Calls `each` with the index of a prompt and its next token, and with the
    /// logits of it where asked for, as they come; goes on while it returns true, and until `stopped` settles. That it
    /// must in the end.
    pub async fn generate(
        &mut self,
        #[wasm_bindgen(unchecked_param_type = "(string | Uint32Array)[]")] prompts: Vec<JsValue>,
        options: Ts<GenerateOptions>,
        #[wasm_bindgen(unchecked_param_type = "(index: number, token: Token, logits?: Float32Array) => boolean")]
        each: Function,
        #[wasm_bindgen(unchecked_param_type = "Promise<void>")] stopped: Promise,
    ) -> Result<Ts<GenerationFacts>, JsValue> {
        let mut options = kinglet::GenerateOptions::try_from(read::<GenerateOptions>(&options)?)?;
        let mut tokens = Vec::with_capacity(prompts.len());
        for prompt in prompts {
            options.text |= prompt.is_string();
            tokens.push(self.tokens(prompt).await?);
        }
        let has_text = options.text || !options.stop.is_empty();
        let mut texts = vec![has_text.then(String::new); tokens.len()];
        let mut stop = Stop::new(stopped);
        let nothing = |prompt: &Vec<u32>| EndFacts { prompt_tokens: prompt.len(), ..EndFacts::default() };
        let Some(started) = stop.or(self.generator.generate_all(&tokens, options)).await else {
            let ends = tokens.iter().map(nothing).collect();
            return sent(&GenerationFacts { ends, per_token: PerToken::default() });
        };
        let mut stream = started.map_err(|error| self.files.error(error))?;
        while let Some(next) = stop.or(stream.next()).await {
            let Some((index, token)) = next.map_err(|error| self.files.error(error))? else { break };
            texts[index].iter_mut().for_each(|text| *text += &token.text);
            if !hand_over(&each, index, token)? {
                break;
            }
        }
        let end = |(index, text)| EndFacts {
            text,
            finish_reason: stream.finish_reason(index).map(Into::into),
            valid: stream.valid(index),
            prompt_tokens: tokens[index].len(),
            reused_tokens: stream.reused_tokens(index),
        };
        let ends = texts.into_iter().enumerate().map(end).collect();
        sent(&GenerationFacts { ends, per_token: stream.per_step().map(PerToken::from).unwrap_or_default() })
    }
}

impl Generator {
    pub(crate) fn new(model: kinglet::Model, generator: kinglet::Generator, files: PageSource) -> Generator {
        Generator { model, generator, files }
    }

    async fn tokens(&self, prompt: JsValue) -> Result<Vec<u32>, JsValue> {
        if let Some(text) = prompt.as_string() {
            let tokenizer = self.model.tokenizer().await.map_err(|error| self.files.error(error))?;
            let encoding = tokenizer.encode(&text, EncodeOptions::default());
            return Ok(encoding.map_err(|error| self.files.error(error.into()))?.ids);
        }
        let tokens: Uint32Array = prompt.dyn_into().map_err(|_| refused("a prompt is a string, or token ids"))?;
        Ok(tokens.to_vec())
    }
}

/// Hands a token over. False where no more are wanted.
pub(crate) fn hand_over(each: &Function, index: usize, token: kinglet::Token) -> Result<bool, JsValue> {
    let kinglet::Token { id, text, logprobs, logits } = token;
    let logits = logits.map_or(JsValue::UNDEFINED, |logits| Float32Array::from(&logits[..]).into());
    let token = sent(&Token { id, text, logprobs: logprobs.map(Logprobs::from) })?;
    Ok(each.call3(&JsValue::NULL, &JsValue::from(index), &token.js_value(), &logits)?.is_truthy())
}
