//! What a folder says of its quantization: `quantization_config` in `config.json`, or in older folders a file of its own.

use crate::{
    Config, FormatError, Source,
    hugging_face::{LONGEST_CONFIG, find},
};

/// How the matrices of a folder are quantized.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Settings {
    pub(super) method: Method,
    /// Columns that share a scale and a zero; `None` where a whole row does.
    pub(super) group: Option<usize>,
    /// Columns are grouped in the order of activations, so that there must be a `g_idx`.
    pub(super) reordered: bool,
}

/// Who quantized, and so how codes lie.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Method {
    /// Eight columns to a word. Zeros are this much larger than they are stored.
    Gptq { zero_offset: u8 },
    /// Eight rows to a word, in an order of their own.
    Awq,
}

const SECTION: &str = "quantization_config";
/// The files of AutoGPTQ and of AutoAWQ, and the method where they name none.
const OLDER: [(&str, &str); 2] = [("quantize_config.json", "gptq"), ("quant_config.json", "awq")];

const LARGEST_GROUP: f64 = 1_048_576.0;

impl Settings {
    /// Reads them; an error where there are none.
    pub(super) async fn read(source: &Source, config: &Config) -> Result<Settings, FormatError> {
        if let Some(section) = config.section(SECTION)? {
            return Settings::parse(&section, None);
        }
        for (file, method) in OLDER {
            if let Some(text) = find(source, file, LONGEST_CONFIG).await? {
                return Settings::parse(&Config::parse_file(file, &text)?, Some(method));
            }
        }
        Err(config.wrong(SECTION, "missing", "that of GPTQ or AWQ, as there are tensors called qweight"))
    }

    fn parse(config: &Config, method: Option<&str>) -> Result<Settings, FormatError> {
        let named = config.text("quant_method")?.map(str::to_lowercase);
        let method = match named.as_deref().or(method) {
            Some("gptq") => Method::Gptq { zero_offset: zero_offset(config)? },
            Some("awq") => {
                one_of(config, &["version", "checkpoint_format", "format"], &["gemm"])?;
                Method::Awq
            }
            other => return Err(config.wrong("quant_method", other.unwrap_or("missing"), "gptq or awq")),
        };
        let bits = number(config, ["bits", "w_bit"], "4")?;
        if bits.1 != 4.0 {
            return Err(config.wrong(bits.0, &bits.1.to_string(), "4"));
        }
        let reordered = method != Method::Awq && config.flag("desc_act")?;
        Ok(Settings { method, group: group(config)?, reordered })
    }
}

/// The first form of GPTQ's files holds zeros less one, the second as they are.
fn zero_offset(config: &Config) -> Result<u8, FormatError> {
    if config.flag("is_marlin_format")? {
        return Err(config.wrong("is_marlin_format", "true", "false"));
    }
    one_of(config, &["pack_dtype"], &["int32"])?;
    let form = one_of(config, &["checkpoint_format", "format"], &["gptq", "gptq_v2"])?;
    Ok(if form.as_deref() == Some("gptq_v2") { 0 } else { 1 })
}

/// What the first of these keys says that is there; each may say one of these words.
fn one_of(config: &Config, keys: &[&str], words: &[&str]) -> Result<Option<String>, FormatError> {
    let mut first = None;
    for key in keys {
        let Some(word) = config.text(key)?.map(str::to_lowercase) else { continue };
        if !words.contains(&word.as_str()) {
            return Err(config.wrong(key, &word, &words.join(" or ")));
        }
        first = first.or(Some(word));
    }
    Ok(first)
}

fn group(config: &Config) -> Result<Option<usize>, FormatError> {
    let expected = format!("-1 or a whole number from 1 to {LARGEST_GROUP}");
    let (key, group) = number(config, ["group_size", "q_group_size"], &expected)?;
    if group == -1.0 {
        return Ok(None);
    }
    // Whole numbers of this size print as such.
    let whole = group.to_string().parse().ok().filter(|&group: &usize| group > 0);
    whole.map(Some).ok_or_else(|| config.wrong(key, &group.to_string(), &expected))
}

/// The number under the one of two keys that is there.
fn number<'k>(config: &Config, keys: [&'k str; 2], expected: &str) -> Result<(&'k str, f64), FormatError> {
    for key in keys {
        if let Some(number) = config.optional_number(key, -1.0..=LARGEST_GROUP)? {
            return Ok((key, number));
        }
    }
    Err(config.wrong(keys[0], "missing", expected))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Settings, String> {
        let config = Config::parse(text.as_bytes()).unwrap();
        Settings::parse(&config, None).map_err(|error| error.to_string())
    }

    #[test]
    fn published_settings() {
        let gptq = |zero_offset, group| Settings { method: Method::Gptq { zero_offset }, group, reordered: false };
        for (text, settings) in [
            (r#"{"quant_method": "gptq", "bits": 4, "group_size": 128, "desc_act": false}"#, gptq(1, Some(128))),
            (r#"{"quant_method": "gptq", "bits": 4, "group_size": -1, "checkpoint_format": "gptq"}"#, gptq(1, None)),
            (r#"{"quant_method": "GPTQ", "bits": 4, "group_size": 32, "format": "gptq_v2"}"#, gptq(0, Some(32))),
            (
                r#"{"quant_method": "awq", "w_bit": 4, "q_group_size": 64, "version": "GEMM", "zero_point": true}"#,
                Settings { method: Method::Awq, group: Some(64), reordered: false },
            ),
        ] {
            assert_eq!(parse(text), Ok(settings), "{text}");
        }
    }

    #[test]
    fn what_is_not_there_yet_is_named() {
        for (text, error) in [
            ("", "quant_method is missing, expected gptq or awq"),
            (r#""quant_method": "bitsandbytes""#, "quant_method is bitsandbytes, expected gptq or awq"),
            (r#""quant_method": "awq", "version": "GEMV""#, "version is gemv, expected gemm"),
            (
                r#""quant_method": "gptq", "checkpoint_format": "marlin""#,
                "checkpoint_format is marlin, expected gptq or gptq_v2",
            ),
            (r#""quant_method": "gptq", "pack_dtype": "int16""#, "pack_dtype is int16, expected int32"),
            (r#""quant_method": "gptq""#, "bits is missing, expected 4"),
            (r#""quant_method": "gptq", "bits": 3"#, "bits is 3, expected 4"),
            (r#""quant_method": "gptq", "bits": "4""#, "bits is \"4\", expected a number from -1 to 1048576"),
            (
                r#""quant_method": "gptq", "bits": 4, "group_size": 0"#,
                "group_size is 0, expected -1 or a whole number from 1 to 1048576",
            ),
            (
                r#""quant_method": "awq", "bits": 4, "q_group_size": 1.5"#,
                "q_group_size is 1.5, expected -1 or a whole number from 1 to 1048576",
            ),
            (
                r#""quant_method": "gptq", "bits": 4, "group_size": 1e300"#,
                "group_size is 1e+300, expected a number from -1 to 1048576",
            ),
        ] {
            assert_eq!(parse(&format!("{{{text}}}")), Err(format!("config.json: {error}")));
        }
    }
}
