//! Errors as JavaScript sees them: an `Error` with a `code`.

use kinglet::{Error, GpuError};
use serde::Serialize;
use tsify::Tsify;
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
    fn name(self) -> &'static str {
        match self {
            ErrorCode::NoWebgpu => "no-webgpu",
            ErrorCode::DeviceLost => "device-lost",
            ErrorCode::OutOfMemory => "out-of-memory",
            ErrorCode::Limit => "limit",
            ErrorCode::InvalidModel => "invalid-model",
            ErrorCode::UnsupportedModel => "unsupported-model",
            ErrorCode::InvalidArgument => "invalid-argument",
            ErrorCode::Internal => "internal",
        }
    }

    fn of(error: &Error) -> ErrorCode {
        match error {
            Error::Format(_) => ErrorCode::InvalidModel,
            Error::Model(_) => ErrorCode::UnsupportedModel,
            Error::Gpu(error) => ErrorCode::of_gpu(error),
            Error::EmptyPrompt
            | Error::Context { .. }
            | Error::ContextOption { .. }
            | Error::Tap { .. }
            | Error::Temperature { .. } => ErrorCode::InvalidArgument,
            _ => ErrorCode::Internal,
        }
    }

    fn of_gpu(error: &GpuError) -> ErrorCode {
        match error {
            GpuError::NoAdapter | GpuError::UnknownAdapter { .. } | GpuError::Open { .. } => ErrorCode::NoWebgpu,
            GpuError::Lost { .. } => ErrorCode::DeviceLost,
            GpuError::OutOfMemory { .. } => ErrorCode::OutOfMemory,
            GpuError::Limit { .. } => ErrorCode::Limit,
            GpuError::Unsupported { .. } => ErrorCode::UnsupportedModel,
            GpuError::Step(_) | GpuError::Context { .. } | GpuError::Slots { .. } => ErrorCode::InvalidArgument,
            _ => ErrorCode::Internal,
        }
    }
}

/// An engine's error on its way to JavaScript.
pub(crate) fn thrown(error: impl Into<Error>) -> JsValue {
    let error = error.into();
    coded(ErrorCode::of(&error), &error.to_string())
}

/// A value that does not fit its type, on its way to JavaScript.
pub(crate) fn refused(error: tsify::Error) -> JsValue {
    coded(ErrorCode::InvalidArgument, &error.to_string())
}

/// An `Error` with a `code`.
pub(crate) fn coded(code: ErrorCode, message: &str) -> JsValue {
    let error = js_sys::Error::new(message);
    // An object that was made a line ago takes properties.
    let _ = js_sys::Reflect::set(&error, &"code".into(), &code.name().into());
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
    }
}
