//! How byte-level vocabularies split text, by the names that GGUF files have for it.
//!
//! A name is also a promise on other settings that files may leave out. The table follows llama.cpp's, since it gives
//! the names their meaning; where llama.cpp only comes near to the pattern that a model was trained with, because its
//! regular expressions know no upper and lower case beyond ASCII, the pattern stands here as it was published.

use crate::{TextError, error::shown, split::Step};

/// What a name means.
#[derive(Debug)]
pub(crate) struct PreTokenizer {
    names: &'static [&'static str],
    /// How text is split.
    pub(crate) steps: &'static [Step],
    /// What tokens are made of.
    pub(crate) letters: Letters,
    /// A piece that is a token stays one, whatever the merges say.
    pub(crate) whole_pieces: bool,
    /// Texts begin with BOS, unless the file says otherwise.
    pub(crate) add_bos: bool,
}

/// What the tokens of a vocabulary with merges are made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Letters {
    /// Letters that stand for bytes.
    Bytes,
    /// Characters, with U+2581 for the space, and bytes where there is no token for a character.
    Characters,
    /// The same; line breaks that are a token together stay one.
    CharactersAndLines,
}

impl PreTokenizer {
    /// What a name means; without one, what llama.cpp does by default.
    pub(crate) fn find(name: Option<&str>) -> Result<&'static PreTokenizer, TextError> {
        let name = name.unwrap_or(DEFAULT);
        let named = |known: &&PreTokenizer| known.names.contains(&name);
        KNOWN.iter().find(named).ok_or_else(|| {
            let known: Vec<&str> = KNOWN.iter().filter_map(|known| known.names.first().copied()).collect();
            TextError::PreTokenizer { found: shown(name), known: known.join(", ") }
        })
    }
}

/// Splits text and promises nothing else.
const fn plain(names: &'static [&'static str], steps: &'static [Step]) -> PreTokenizer {
    PreTokenizer { names, steps, letters: Letters::Bytes, whole_pieces: false, add_bos: false }
}

const fn whole_pieces(names: &'static [&'static str], steps: &'static [Step]) -> PreTokenizer {
    PreTokenizer { whole_pieces: true, ..plain(names, steps) }
}

const fn with_bos(known: PreTokenizer) -> PreTokenizer {
    PreTokenizer { add_bos: true, ..known }
}

const DEFAULT: &str = "default";

const KNOWN: &[PreTokenizer] = &[
    plain(
        &[DEFAULT],
        &[Step::Pattern(r"[\p{P}$+<=>\^~|]+"), Step::Words(GPT2), Step::Pattern(r"\p{N}+"), Step::Pattern("[0-9]{3}")],
    ),
    plain(
        &[
            "gpt-2",
            "phi-2",
            "jina-es",
            "jina-de",
            "jina-v2-es",
            "jina-v2-de",
            "jina-v1-en",
            "jina-v2-code",
            "roberta-bpe",
            "gigachat",
            "a.x-4.0",
            "mellum",
            "modern-bert",
            "exaone4",
            "mpt",
            "olmo",
            "jais",
            "trillion",
            "granite-docling",
        ],
        &[Step::Words(GPT2)],
    ),
    with_bos(whole_pieces(
        &["llama-bpe", "llama3", "llama-v3", "falcon3", "falcon-h1", "pixtral", "midm-2.0", "lfm2", "jina-v5-nano"],
        &[Step::Words(LLAMA3)],
    )),
    plain(&["smaug-bpe", "dbrx", "chatglm-bpe"], &[Step::Words(LLAMA3)]),
    whole_pieces(&["glm4", "glm5"], &[Step::Words(LLAMA3)]),
    plain(
        &["qwen2", "deepseek-r1-qwen", "kormo", "f2llmv2", "stablelm2", "hunyuan", "solar-open", "megrez", "grok-2"],
        &[Step::Words(QWEN2)],
    ),
    plain(&["qwen35"], &[Step::Words(QWEN35)]),
    plain(
        &["starcoder", "refact", "command-r", "smollm", "codeshell", "exaone", "minerva-7b", "mellum2"],
        &[Step::Pattern(r"\p{N}"), Step::Words(GPT2)],
    ),
    plain(&["falcon"], &[Step::Pattern(r"[\p{P}$+<=>\^~|`]+"), Step::Words(GPT2), Step::Pattern("[0-9]{3}")]),
    plain(
        &["deepseek-llm"],
        &[
            Step::Pattern(r"[\r\n]"),
            Step::Pattern(CASED),
            Step::Pattern(r"\s?[!-/:-~\u{ff01}-\u{ff0f}\u{ff1a}-\u{ff5e}\u{2018}-\u{201f}\u{3000}-\u{3002}]+"),
            Step::Pattern(r"\s+$"),
            Step::Pattern(HAN_HANGUL),
            Step::Pattern(r"\p{N}+"),
        ],
    ),
    plain(
        &["deepseek-coder"],
        &[
            Step::Pattern(r"[\r\n]"),
            Step::Pattern(r"\s?\p{L}+"),
            Step::Pattern(r"\s?\p{P}+"),
            Step::Pattern(HAN_HANGUL),
            Step::Pattern(r"\p{N}"),
        ],
    ),
    plain(
        &["deepseek-v3", "hunyuan-dense", "joyai-llm", "hy_v4"],
        &[Step::Pattern(r"\p{N}{1,3}"), Step::Pattern(HAN_KANA), Step::Words(DEEPSEEK3)],
    ),
    plain(
        &["spark2_5"],
        &[
            Step::Pattern(r"\p{N}{1,3}"),
            Step::Pattern(HAN_KANA),
            Step::Words(r"[!-/:-@\[-`{-~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+|[\r\n]"),
            Step::Pattern(r"\p{N}"),
        ],
    ),
    plain(&["tiny_aya", "cohere2moe"], &[Step::Thousands, Step::Words(GPT_4O)]),
    plain(&["gpt-4o", "llama4", "kanana2", "talkie", "minimax-m2"], &[Step::Words(GPT_4O)]),
    whole_pieces(&["granite-embed-multi-97m"], &[Step::Words(GPT_4O)]),
    with_bos(whole_pieces(&["tekken"], &[Step::Words(TEKKEN)])),
    whole_pieces(
        &["youtu"],
        &[
            Step::Pattern(
                r"[\u{ac00}-\u{d7a3}\u{3131}-\u{318e}]+|[\u{ff01}\u{2026}\u{201c}\u{201d}\u{2018}\u{2019}\u{2014}\u{ff1a}\u{ff1b}\u{ff0c}\u{3001}-\u{303f}\u{fe30}-\u{fe4f}]+|[\u{3105}-\u{312f}]+|[\u{4e00}-\u{9fa5}\u{3040}-\u{309f}\u{30a0}-\u{30ff}]+",
            ),
            Step::Words(YOUTU),
        ],
    ),
    whole_pieces(&["minicpm5"], &[Step::Pattern(r"\p{N}{1,3}"), Step::Words(MINICPM)]),
    plain(&["jais-2"], &[Step::WordsAndTabs(LLAMA3)]),
    plain(&["poro-chat", "bloom", "gpt3-finnish"], &[Step::Pattern(BLOOM)]),
    plain(&["viking"], &[Step::Pattern(BLOOM), Step::Pattern(r"\p{N}")]),
    plain(
        &["bailingmoe", "bailingmoe2", "llada-moe"],
        &[Step::Words(
            r"'(?:[sSdDmMtT]|[lL][lL]|[vV][eE]|[rR][eE])|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]",
        )],
    ),
    plain(&["seed-coder"], &[Step::Words(SEED)]),
    plain(&["ufakzeka"], &[Step::Words(r"[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+")]),
    plain(&["laguna"], &[Step::Pattern(LINES), Step::Words(QWEN2)]),
    plain(&["exaone-moe"], &[Step::Words(EXAONE)]),
    plain(&["superbpe"], &[Step::Pattern(r"\p{N}+"), Step::Thousands]),
    plain(
        &["afmoe"],
        &[
            Step::Thousands,
            Step::Pattern(
                r"[\u{4e00}-\u{9fff}\u{3400}-\u{4dbf}\u{8c48}-\u{faff}\u{3040}-\u{309f}\u{30a0}-\u{30ff}\u{ff65}-\u{ff9f}\u{2f00}-\u{2fdf}\u{e40}-\u{e7f}\u{e80}-\u{eff}\u{1780}-\u{17ff}\u{1000}-\u{109f}\u{aa60}-\u{aa7f}\u{a9e0}-\u{a9ff}\u{ac00}-\u{d7af}\u{1100}-\u{11ff}]+",
            ),
            Step::Words(DEEPSEEK3),
        ],
    ),
    with_bos(plain(
        &["chameleon"],
        &[
            Step::Pattern("<sentinel:[0-9]+>"),
            Step::Pattern("IMGIMG[A-I]{1,4}Z"),
            Step::Pattern("[\\t\\n]|    |  "),
            Step::Pattern(r"\p{N}"),
            Step::Pattern(r"[\p{P}!-/:-@\[-`{-~]"),
            Step::Words(GPT2),
        ],
    )),
    PreTokenizer {
        letters: Letters::CharactersAndLines,
        ..with_bos(plain(&["gemma4", "granite-embed-multi-311m"], &[Step::Pattern(LINES)]))
    },
    PreTokenizer { letters: Letters::Characters, ..plain(&["sarvam-moe"], &[Step::Pattern(LINES)]) },
];

const LINES: &str = r"[^\n]+|\n+";

const GPT2: &str = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+";

/// What follows an apostrophe in English, after an alternative of its own or a word.
macro_rules! contractions {
    () => {
        r"(?:'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD])"
    };
}

/// Words of letters in one case, with what stands before them.
macro_rules! cased_words {
    ($after:expr) => {
        concat!(
            r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+",
            $after,
            r"|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*",
            $after
        )
    };
}

const LLAMA3: &str =
    concat!(contractions!(), r"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+");
const QWEN2: &str = concat!(contractions!(), r"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+");
const QWEN35: &str =
    concat!(contractions!(), r"|[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N}| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*|\s*[\r\n]+");
const MINICPM: &str =
    concat!(contractions!(), r"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}+| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+");
const SEED: &str = concat!(contractions!(), r"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}\r\n]+|\s*[\r\n]+");
const EXAONE: &str = concat!(
    contractions!(),
    r"|[^\r\n\p{L}\p{N}]?(?:\p{L}\p{M}*(?: \p{L}\p{M}*)*)+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]?|\s*[\r\n]"
);
const DEEPSEEK3: &str =
    r"[!-/:-@\[-`{-~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+";
const TEKKEN: &str = concat!(cased_words!(""), r"|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+");
const GPT_4O: &str =
    concat!(cased_words!(concat!(contractions!(), "?")), r"|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+");
const YOUTU: &str =
    concat!(cased_words!(concat!(contractions!(), "?")), r"|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+");
const BLOOM: &str = r" ?[^(\s|.,!?\u{2026}\u{3002}\u{ff0c}\u{3001}\u{964}\u{6d4}\u{60c})]+";

const HAN_HANGUL: &str = r"[\u{4e00}-\u{9fa5}\u{800}-\u{4e00}\u{ac00}-\u{d7ff}]+";
const HAN_KANA: &str = r"[\u{4e00}-\u{9fa5}\u{3040}-\u{309f}\u{30a0}-\u{30ff}]+";

/// Letters of scripts that have upper and lower case.
const CASED: &str = concat!(
    r"\s?[A-Za-z",
    r"\u{b5}\u{c0}-\u{d6}\u{d8}-\u{f6}\u{f8}-\u{1ba}\u{1bc}-\u{1bf}\u{1c4}-\u{293}\u{295}-\u{2af}",
    r"\u{370}-\u{373}\u{376}\u{377}\u{37b}-\u{37d}\u{37f}\u{386}\u{388}-\u{38a}\u{38c}\u{38e}-\u{3a1}",
    r"\u{3a3}-\u{3f5}\u{3f7}-\u{481}\u{48a}-\u{52f}\u{531}-\u{556}\u{10a0}-\u{10c5}\u{13a0}-\u{13f5}",
    r"\u{13f8}-\u{13fd}\u{1c90}-\u{1cba}\u{1cbd}-\u{1cbf}\u{1d00}-\u{1d2b}\u{1d6b}-\u{1d77}",
    r"\u{1d79}-\u{1d9a}\u{1e00}-\u{1f15}\u{1f18}-\u{1f1d}\u{1f20}-\u{1f45}\u{1f48}-\u{1f4d}",
    r"\u{1f50}-\u{1f57}\u{1f59}\u{1f5b}\u{1f5d}\u{1f5f}-\u{1f7d}\u{1f80}-\u{1fb4}\u{1fb6}-\u{1fbc}",
    r"\u{1fbe}\u{1fc2}-\u{1fc4}\u{1fc6}-\u{1fcc}\u{1fd0}-\u{1fd3}\u{1fd6}-\u{1fdb}\u{1fe0}-\u{1fec}",
    r"\u{1ff2}-\u{1ff4}\u{1ff6}-\u{1ffc}\u{2102}\u{2107}\u{210a}-\u{2113}\u{2115}\u{2119}-\u{211d}",
    r"\u{2124}\u{2126}\u{2128}\u{212a}-\u{212d}\u{212f}-\u{2134}\u{2139}\u{213c}-\u{213f}",
    r"\u{2145}-\u{2149}\u{214e}\u{2183}\u{2184}\u{2c00}-\u{2c7b}\u{2c7e}-\u{2ce4}\u{2ceb}-\u{2cee}",
    r"\u{2cf2}\u{2cf3}\u{a640}-\u{a66d}\u{a680}-\u{a69b}\u{a722}-\u{a76f}\u{a771}-\u{a787}",
    r"\u{a78b}-\u{a78e}\u{ab70}-\u{abbf}\u{fb00}-\u{fb06}\u{fb13}-\u{fb17}\u{ff21}-\u{ff3a}",
    r"\u{ff41}-\u{ff5a}\u{10400}-\u{1044f}\u{104b0}-\u{104d3}\u{104d8}-\u{104fb}\u{10c80}-\u{10cb2}",
    r"\u{10cc0}-\u{10cf2}\u{118a0}-\u{118df}\u{1e900}-\u{1e943}",
    r"]+"
);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::split::Splitter;

    fn pieces<'t>(name: &str, text: &'t str) -> Vec<&'t str> {
        let splitter = Splitter::new(PreTokenizer::find(Some(name)).unwrap().steps).unwrap();
        splitter.split(text).into_iter().map(|range| &text[range]).collect()
    }

    #[test]
    fn every_name_stands_once_and_its_patterns_compile() {
        let mut names: Vec<&str> = KNOWN.iter().flat_map(|known| known.names).copied().collect();
        assert!(KNOWN.iter().all(|known| Splitter::new(known.steps).is_ok()));
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), count);
    }

    #[test]
    fn names_split_differently() {
        let text = "It's 12345 caféS\n\n  x";
        assert_eq!(pieces("gpt-2", text), ["It", "'s", " 12345", " caféS", "\n\n ", " x"]);
        assert_eq!(pieces("llama-bpe", text), ["It", "'s", " ", "123", "45", " caféS", "\n\n", " ", " x"]);
        assert_eq!(pieces("qwen2", "It'S 12"), ["It", "'S", " ", "1", "2"]);
        assert_eq!(pieces("gpt-4o", "camelCaseÄÖü it's"), ["camel", "Case", "ÄÖü", " it's"]);
        assert_eq!(pieces("starcoder", "a 12"), ["a", " ", "1", "2"]);
        assert_eq!(pieces("gemma4", "a b\n\nc"), ["a b", "\n\n", "c"]);
        assert_eq!(pieces("superbpe", "12345"), ["12", "345"]);
        assert_eq!(pieces(DEFAULT, "a!? 1234"), ["a", "!?", " ", "123", "4"]);
    }

    #[test]
    fn an_unknown_name_is_an_error_that_names_others() {
        let error = PreTokenizer::find(Some("magpie\n")).unwrap_err().to_string();
        assert!(error.contains("magpie\u{fffd} is not known") && error.contains("qwen2"), "{error}");
        assert!(PreTokenizer::find(None).is_ok());
    }
}
