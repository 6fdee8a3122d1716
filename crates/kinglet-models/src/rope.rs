//! Rotations as `config.json` describes them: `rope_parameters` since transformers 5, before that `rope_theta` and
//! `rope_scaling`.

use std::{f32::consts::TAU, iter::zip};

use kinglet_format::Config;
use kinglet_graph::Rope;

use crate::{ModelError, Setting};

const BASES: std::ops::RangeInclusive<f64> = 1.0..=1e12;
const FACTORS: std::ops::RangeInclusive<f64> = 1e-6..=1e6;

/// The rotation of heads of `head_dim` columns.
pub(crate) fn from_config(config: &Config, head_dim: usize, context: usize) -> Result<Rope, ModelError> {
    if head_dim == 0 || !head_dim.is_multiple_of(2) {
        return Err(config.wrong("head_dim", &head_dim.to_string(), "an even number, for RoPE").into());
    }
    let (base, parameters) = base(config)?;
    let rope = Rope::new(base, head_dim);
    let Some(parameters) = parameters else { return Ok(rope) };
    let key = if parameters.text("rope_type")?.is_some() { "rope_type" } else { "type" };
    match parameters.text(key)? {
        None | Some("default") => Ok(rope),
        Some("llama3") => llama3(&parameters, rope, context),
        Some("factors") => divided(&parameters, rope),
        Some(other) => Err(parameters.wrong(key, other, "default or llama3").into()),
    }
}

/// What turns the pairs: the base of the frequencies, and what else is said of them.
fn base(config: &Config) -> Result<(f64, Option<Config>), ModelError> {
    let parameters = match config.section("rope_parameters")? {
        Some(parameters) => Some(parameters),
        None => config.section("rope_scaling")?,
    };
    let own_base = parameters.as_ref().map(|section| section.optional_number("rope_theta", BASES)).transpose()?;
    let base = match own_base.flatten() {
        Some(base) => base,
        None => config.optional_number("rope_theta", BASES)?.unwrap_or(10_000.0),
    };
    Ok((base, parameters))
}

/// The settings that describe a rotation: its base and, where frequencies are scaled, what each is divided by.
pub(crate) fn settings(config: &Config, rope: &Rope) -> Result<Vec<(&'static str, Setting)>, ModelError> {
    let (base, _) = base(config)?;
    let mut settings = vec![("rope_theta", Setting::Number(base))];
    let plain = Rope::new(base, 2 * rope.pairs());
    if plain.frequencies != rope.frequencies {
        let factors = zip(&plain.frequencies, &rope.frequencies).map(|(&plain, &scaled)| plain / scaled);
        settings.push(("rope_scaling.factors", Setting::Numbers(factors.collect())));
    }
    Ok(settings)
}

/// Each frequency divided by a factor of its own, as GGUF files have it.
fn divided(parameters: &Config, mut rope: Rope) -> Result<Rope, ModelError> {
    let factors = parameters.numbers("factors", FACTORS)?;
    if factors.len() != rope.frequencies.len() {
        let expected = format!("{} numbers", rope.frequencies.len());
        return Err(parameters.wrong("factors", &format!("a list of {}", factors.len()), &expected).into());
    }
    for (frequency, factor) in rope.frequencies.iter_mut().zip(factors) {
        *frequency /= factor as f32;
    }
    Ok(rope)
}

/// Llama 3's scaling: long waves are stretched by `factor`, short ones stay, those between are blended.
fn llama3(parameters: &Config, mut rope: Rope, context: usize) -> Result<Rope, ModelError> {
    let number = |key| parameters.number(key, FACTORS).map(|value| value as f32);
    let (factor, low, high) = (number("factor")?, number("low_freq_factor")?, number("high_freq_factor")?);
    if low >= high {
        return Err(parameters.wrong("low_freq_factor", &low.to_string(), "less than high_freq_factor").into());
    }
    let original = parameters.optional_count("original_max_position_embeddings", 1..=1 << 30)?;
    let original = original.unwrap_or(context) as f32;
    for frequency in &mut rope.frequencies {
        let wave = TAU / *frequency;
        if wave > original / low {
            *frequency /= factor;
        } else if wave >= original / high {
            let blend = (original / wave - low) / (high - low);
            *frequency = (1.0 - blend) * *frequency / factor + blend * *frequency;
        }
    }
    Ok(rope)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rope(text: &str) -> Result<Rope, String> {
        let config = Config::parse(text.as_bytes()).unwrap();
        from_config(&config, 8, 8192).map_err(|error| error.to_string())
    }

    #[test]
    fn both_forms_of_the_file_mean_the_same() {
        let scaling = r#""rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0,
            "original_max_position_embeddings": 64"#;
        let older = rope(&format!(r#"{{"rope_theta": 500.0, "rope_scaling": {{{scaling}}}}}"#)).unwrap();
        let newer = rope(&format!(r#"{{"rope_parameters": {{"rope_theta": 500.0, {scaling}}}}}"#)).unwrap();
        assert_eq!(older, newer);
        // Waves of 6, 30, 140 and 664 positions: kept, blended, stretched, stretched.
        let plain = Rope::new(500.0, 8).frequencies;
        assert_eq!(older.frequencies[0], plain[0]);
        assert!(older.frequencies[1] < plain[1] && older.frequencies[1] > plain[1] / 8.0);
        assert_eq!(older.frequencies[2..], [plain[2] / 8.0, plain[3] / 8.0]);
    }

    #[test]
    fn factors_give_the_frequencies_back() {
        let scaling = r#""rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0,
            "original_max_position_embeddings": 64"#;
        let config = Config::parse(format!(r#"{{"rope_parameters": {{{scaling}}}}}"#).as_bytes()).unwrap();
        let scaled = from_config(&config, 128, 8192).unwrap();
        let settings = settings(&config, &scaled).unwrap();
        let [("rope_theta", Setting::Number(10_000.0)), ("rope_scaling.factors", Setting::Numbers(factors))] =
            &settings[..]
        else {
            panic!("{settings:?}")
        };
        assert_eq!((factors[0], factors[63]), (1.0, 8.0));
        let mut config = Config::parse(b"{}").unwrap();
        config.set("rope_scaling.type", "factors".into());
        config.set("rope_scaling.factors", factors.clone().into());
        for (found, expected) in zip(from_config(&config, 128, 8192).unwrap().frequencies, scaled.frequencies) {
            // A quotient and a division round once each.
            assert!((found / expected - 1.0).abs() <= f32::EPSILON, "{found} {expected}");
        }
        assert_eq!(super::settings(&config, &Rope::new(10_000.0, 128)).unwrap().len(), 1);
    }

    #[test]
    fn unknown_kinds_are_named() {
        assert_eq!(
            rope(r#"{"rope_scaling": {"type": "yarn", "factor": 2.0}}"#).unwrap_err(),
            "config.json: rope_scaling.type is yarn, expected default or llama3"
        );
        assert!(rope(r#"{"rope_scaling": null}"#).is_ok());
    }
}
