//! Why a rendering ends early.

/// What went wrong, without the line, which the interpreter knows.
#[derive(Debug)]
pub(super) enum Fault {
    /// The template called `raise_exception`.
    Raised(String),
    /// What Python or Jinja would raise.
    Failed(String),
    /// A bound of the budget.
    Limit(&'static str),
}

pub(super) type Result<T> = std::result::Result<T, Fault>;

pub(super) fn failed<T>(why: impl Into<String>) -> Result<T> {
    Err(Fault::Failed(why.into()))
}
