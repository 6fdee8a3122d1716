use super::{
    Map,
    placeholder::{LONGEST, Placeholder},
};

/// Puts the values of a map in the place of their placeholders. Placeholders that the map lacks stay, and what is put in
/// is not looked at again.
///
/// ```
/// use kinglet_experts::redact::{Map, restore};
///
/// let map = Map::from_json(r#"{"[NAME_1]": "Anna", "[NAME_2]": "[NAME_1]"}"#)?;
/// assert_eq!(restore("[NAME_2] and [NAME_1], but [NAME_3]", &map), "[NAME_1] and Anna, but [NAME_3]");
/// # Ok::<(), kinglet_experts::redact::MapError>(())
/// ```
pub fn restore(text: &str, map: &Map) -> String {
    let (mut restored, mut at) = (String::with_capacity(text.len()), 0);
    for (placeholder, bytes) in Placeholder::find(text) {
        if let Some(value) = map.value(placeholder) {
            restored += &text[at..bytes.start];
            restored += value;
            at = bytes.end;
        }
    }
    restored + &text[at..]
}

/// [`restore`] for a text that comes in parts, which may end within a placeholder.
///
/// ```
/// use kinglet_experts::redact::{Map, Restorer};
///
/// let map = Map::from_json(r#"{"[NAME_1]": "Anna"}"#)?;
/// let mut restorer = Restorer::new(&map);
/// let parts = [restorer.push("Dear [NA"), restorer.push("ME_1], how"), restorer.finish()];
/// assert_eq!(parts, ["Dear ", "Anna, how", ""]);
/// # Ok::<(), kinglet_experts::redact::MapError>(())
/// ```
#[derive(Debug)]
pub struct Restorer<'m> {
    map: &'m Map,
    /// What may be the beginning of a placeholder.
    held: String,
}

impl<'m> Restorer<'m> {
    /// For the placeholders of a map.
    pub fn new(map: &'m Map) -> Restorer<'m> {
        Restorer { map, held: String::new() }
    }

    /// Takes more of the text, and hands over what is known of it.
    pub fn push(&mut self, text: &str) -> String {
        self.held += text;
        let rest = self.held.split_off(begun(&self.held));
        let done = std::mem::replace(&mut self.held, rest);
        restore(&done, self.map)
    }

    /// The rest of the text, which has ended.
    pub fn finish(&mut self) -> String {
        restore(&std::mem::take(&mut self.held), self.map)
    }
}

/// Where what may be the beginning of a placeholder begins, at the end of a text.
fn begun(text: &str) -> usize {
    let tail = text.floor_char_boundary(text.len().saturating_sub(LONGEST));
    let open = text[tail..].rfind('[').map(|at| tail + at);
    let is_part = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
    open.filter(|open| text[open + 1..].chars().all(is_part)).unwrap_or(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_restore_as_the_whole_does() {
        let map =
            Map::from_json(r#"{"[NAME_1]": "Anna [IP_1]", "[IP_1]": "::1", "[DATE_OF_BIRTH_1_2]": "x"}"#).unwrap();
        let text =
            "[[NAME_1]] [NAME_[IP_1]ü [IP_2] [DATE_OF_BIRTH_1_2][AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA [IP_1";
        let whole = "[Anna [IP_1]] [NAME_::1ü [IP_2] x[AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA [IP_1";
        assert_eq!(restore(text, &map), whole);
        for size in 1..text.len() {
            let mut restorer = Restorer::new(&map);
            let (mut restored, mut rest) = (String::new(), text);
            while !rest.is_empty() {
                let (part, behind) = rest.split_at(rest.ceil_char_boundary(size.min(rest.len())));
                restored += &restorer.push(part);
                rest = behind;
            }
            assert_eq!(restored + &restorer.finish(), whole, "{size}");
        }
    }
}
