use js_sys::{Float32Array, Function};
use tsify::Ts;
use wasm_bindgen::prelude::*;

use crate::{
    GenerateOptions, Logprobs, PerToken,
    error::{sent, thrown},
    options::read,
};

/// Continues prompts, one at a time.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Generator {
    generator: kinglet::Generator,
}

#[wasm_bindgen]
impl Generator {
    /// Continues a prompt. Calls `each` with the id of every token, and its logits and how likely it was where asked
    /// for, as they come; goes on while it returns true. Returns what a token asked of the GPU.
    pub async fn generate(
        &mut self,
        prompt: Vec<u32>,
        options: Ts<GenerateOptions>,
        #[wasm_bindgen(unchecked_param_type = "(id: number, logits?: Float32Array, logprobs?: Logprobs) => boolean")]
        each: Function,
    ) -> Result<Ts<PerToken>, JsValue> {
        let options = read::<GenerateOptions>(&options)?.into();
        let mut stream = self.generator.generate(&prompt, options).await.map_err(thrown)?;
        while let Some(token) = stream.next().await.map_err(thrown)? {
            let logits = token.logits.map_or(JsValue::UNDEFINED, |logits| Float32Array::from(&logits[..]).into());
            let logprobs = match token.logprobs {
                Some(logprobs) => sent(&Logprobs::from(logprobs))?.js_value(),
                None => JsValue::UNDEFINED,
            };
            if !each.call3(&JsValue::NULL, &token.id.into(), &logits, &logprobs)?.is_truthy() {
                break;
            }
        }
        sent(&stream.per_step().map(PerToken::from).unwrap_or_default())
    }
}

impl Generator {
    pub(crate) fn new(generator: kinglet::Generator) -> Generator {
        Generator { generator }
    }
}
