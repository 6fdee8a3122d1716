//! What makes a template unreadable.

#[derive(Debug)]
pub(super) struct SyntaxFault {
    pub(super) line: u32,
    pub(super) why: String,
}

pub(super) fn fault<T>(line: u32, why: impl Into<String>) -> Result<T, SyntaxFault> {
    Err(SyntaxFault { line, why: why.into() })
}
