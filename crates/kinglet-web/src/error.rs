//! Errors as JavaScript sees them: an `Error` with a `code`.

use kinglet::{Error, GpuError, TextError};
use serde::Serialize;
use tsify::{Ts, Tsify};
use wasm_bindgen::prelude::*;

/// What kind of thing went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Tsify)]
#[serde(rename_all = "kebab-case")]
pub enum ErrorCode {
    /// The browser has no WebGPU, or no adapter for it.
    NoWebgpu,
    /// The device stopped working.
    DeviceLost,
    /// The device or the page has no memory left.
    OutOfMemory,
    /// Something is larger than the adapter allows.
    Limit,
    /// The model's files are wrong, or some are missing.
    InvalidModel,
    /// The model is of a kind that Kinglet does not run.
    UnsupportedModel,
    /// The caller asked for something that cannot be.
    InvalidArgument,
    /// A fault of Kinglet.
    Internal,
}

impl ErrorCode {
    fn of(error: &Error) -> ErrorCode {
        match error {
            Error::Format(_) => ErrorCode::InvalidModel,
            Error::Model(_) | Error::NoToken { .. } => ErrorCode::UnsupportedModel,
            Error::Gpu(error) => ErrorCode::of_gpu(error),
            Error::Text(error) => ErrorCode::of_text(error),
            Error::EmptyPrompt
            | Error::EmptyStop
            | Error::NothingToPick { .. }
            | Error::Conversation { .. }
            | Error::Step(_)
            | Error::Vocabularies { .. }
            | Error::Context { .. }
            | Error::ContextOption { .. }
            | Error::Tap { .. }
            | Error::Head { .. }
            | Error::RerankLabels { .. }
            | Error::PromptName { .. }
            | Error::NoMask { .. }
            | Error::TextTooLong { .. }
            | Error::NoRoom { .. }
            | Error::Sampling(_) => ErrorCode::InvalidArgument,
            _ => ErrorCode::Internal,
        }
    }

    fn of_text(error: &TextError) -> ErrorCode {
        match error {
            TextError::Token { .. }
            | TextError::Encode { .. }
            | TextError::Chat { .. }
            | TextError::TemplateRaised { .. }
            | TextError::NoGrammars
            | TextError::Grammar { .. }
            | TextError::SchemaKeyword { .. }
            | TextError::Schema { .. }
            | TextError::GrammarUnmet { .. }
            | TextError::GrammarDeadEnd { .. }
            | TextError::GrammarToken { .. }
            | TextError::GrammarLimit { .. } => ErrorCode::InvalidArgument,
            TextError::Json { .. }
            | TextError::Vocabulary { .. }
            | TextError::TemplateSyntax { .. }
            | TextError::TemplateFailed { .. }
            | TextError::TemplateLimit { .. } => ErrorCode::InvalidModel,
            _ => ErrorCode::UnsupportedModel,
        }
    }

    fn of_gpu(error: &GpuError) -> ErrorCode {
        match error {
            GpuError::NoAdapter | GpuError::UnknownAdapter { .. } | GpuError::Open { .. } => ErrorCode::NoWebgpu,
            GpuError::Lost { .. } => ErrorCode::DeviceLost,
            GpuError::OutOfMemory { .. } => ErrorCode::OutOfMemory,
            GpuError::Limit { .. } => ErrorCode::Limit,
            GpuError::Unsupported { .. } => ErrorCode::UnsupportedModel,
            GpuError::Step(_) | GpuError::Context { .. } | GpuError::Slots { .. } | GpuError::Sampling(_) => {
                ErrorCode::InvalidArgument
            }
            _ => ErrorCode::Internal,
        }
    }
}

/// An engine's error on its way to JavaScript.
pub(crate) fn thrown(error: impl Into<Error>) -> JsValue {
    let error = error.into();
    // The engine's own messages know nothing of the interface above it.
    let message = match error {
        Error::Tap { .. } => format!("{error}; `info.taps` of a loaded model names them all"),
        Error::Text(TextError::NoGrammars) => {
            "grammars are in an engine of their own: load the model with `grammars: true`".to_owned()
        }
        _ => error.to_string(),
    };
    coded(ErrorCode::of(&error), &message)
}

/// A result on its way to JavaScript.
pub(crate) fn sent<T: Tsify + Serialize>(value: &T) -> Result<Ts<T>, JsValue> {
    Ts::from_rust(value).map_err(|error| coded(ErrorCode::Internal, &error.to_string()))
}

/// An `Error` with a `code`.
pub(crate) fn coded(code: ErrorCode, message: &str) -> JsValue {
    let error = js_sys::Error::new(message);
    // A name becomes a string, and an object that was made a line ago takes properties: neither fails.
    let _ = code.into_ts().map(|code| js_sys::Reflect::set(&error, &"code".into(), &code.js_value()));
    error.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_have_the_code_of_their_kind() {
        assert_eq!(ErrorCode::of(&GpuError::NoAdapter.into()), ErrorCode::NoWebgpu);
        assert_eq!(ErrorCode::of(&GpuError::Lost { why: String::new() }.into()), ErrorCode::DeviceLost);
        assert_eq!(ErrorCode::of(&Error::EmptyPrompt), ErrorCode::InvalidArgument);
        assert_eq!(ErrorCode::of(&Error::EmptyStop), ErrorCode::InvalidArgument);
        assert_eq!(ErrorCode::of(&Error::Conversation { tokens: 9, context: 8 }), ErrorCode::InvalidArgument);
        let head = Error::Head { architecture: "", found: kinglet::Head::Tag, wanted: kinglet::Head::Base };
        assert_eq!(ErrorCode::of(&head), ErrorCode::InvalidArgument);
        assert_eq!(ErrorCode::of(&Error::NoToken { what: "mask" }), ErrorCode::UnsupportedModel);
        assert_eq!(ErrorCode::of(&TextError::NoGrammars.into()), ErrorCode::InvalidArgument);
        let schema = TextError::SchemaKeyword { at: String::new(), keyword: String::new(), why: String::new() };
        assert_eq!(ErrorCode::of(&schema.into()), ErrorCode::InvalidArgument);
        let raised = TextError::TemplateRaised { message: String::new() };
        assert_eq!(ErrorCode::of(&raised.into()), ErrorCode::InvalidArgument);
        let (none, wrong) =
            (TextError::NoTemplate { names: String::new() }, TextError::TemplateSyntax { line: 1, why: String::new() });
        assert_eq!(ErrorCode::of(&none.into()), ErrorCode::UnsupportedModel);
        assert_eq!(ErrorCode::of(&wrong.into()), ErrorCode::InvalidModel);
    }
}
