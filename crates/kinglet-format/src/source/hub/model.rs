//! What people call a model of the hub: `org/name[:file][@revision]`.

/// A model of the hub, and what of it is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Model {
    /// `org/name`
    pub(super) name: String,
    /// A file, or a part of its name.
    pub(super) file: Option<String>,
    /// A branch, a tag or a commit.
    pub(super) revision: String,
}

const DEFAULT_REVISION: &str = "main";

impl Model {
    pub(super) fn parse(text: &str) -> Option<Model> {
        let (text, revision) = text.rsplit_once('@').unwrap_or((text, DEFAULT_REVISION));
        let (name, file) = match text.split_once(':') {
            Some((name, file)) => (name, Some(file.to_owned())),
            None => (text, None),
        };
        let (owner, own) = name.split_once('/')?;
        let valid = is_word(owner) && is_word(own) && revision.split('/').all(is_word);
        let file_is_there = file.as_ref().is_none_or(|file| !file.is_empty());
        let (name, revision) = (name.to_owned(), revision.to_owned());
        (valid && file_is_there).then_some(Model { name, file, revision })
    }

    /// As people write it, without the file.
    pub(super) fn shown(&self) -> String {
        match self.revision.as_str() {
            DEFAULT_REVISION => format!("hf:{}", self.name),
            revision => format!("hf:{}@{revision}", self.name),
        }
    }
}

/// A part of a name that is a folder's name too, and leads nowhere else.
fn is_word(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    text.chars().all(plain) && text.chars().any(|c| c != '.') && !text.contains("..")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_models() {
        let model = |name: &str, file: Option<&str>, revision: &str| {
            let (name, file, revision) = (name.to_owned(), file.map(str::to_owned), revision.to_owned());
            Some(Model { name, file, revision })
        };
        assert_eq!(Model::parse("a/b"), model("a/b", None, "main"));
        assert_eq!(Model::parse("a/b-1.5:Q4_K_M"), model("a/b-1.5", Some("Q4_K_M"), "main"));
        assert_eq!(Model::parse("a/b:c/d.gguf@refs/pr/1"), model("a/b", Some("c/d.gguf"), "refs/pr/1"));
        for wrong in
            ["", "a", "a/", "/b", "a/b/c", "../b", "a/..", "a/b:", "a/b@", "a/b@../c", "a/b@c:d", "a b/c", "a/b@/c"]
        {
            assert_eq!(Model::parse(wrong), None, "{wrong}");
        }
    }
}
