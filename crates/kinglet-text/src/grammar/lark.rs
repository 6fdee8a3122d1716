//! What a text in Lark's notation must keep to before the crate `llguidance` reads it.

use crate::TextError;

/// Deeper groups, which are read by a function that calls itself, could take all of the stack.
const DEEPEST: u32 = 100;

/// Refuses what would take all of the stack.
pub(super) fn check(text: &str) -> Result<(), TextError> {
    let mut depth = 0u32;
    for c in text.chars() {
        match c {
            '(' | '[' | '{' => depth = depth.saturating_add(1),
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            // A rule ends with its line, unless that goes on.
            _ => {}
        }
        if depth > DEEPEST {
            let why = format!("its groups are more than {DEEPEST} deep");
            return Err(TextError::GrammarLimit { why });
        }
    }
    Ok(())
}
