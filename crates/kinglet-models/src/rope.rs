//! Rotations as `config.json` describes them: `rope_parameters` since transformers 5, before that `rope_theta` and
//! `rope_scaling`.

use std::{f32::consts::TAU, f64::consts::PI, iter::zip};

use kinglet_format::Config;
use kinglet_graph::{LongFrequencies, Longer, Rope};

use crate::{
    ModelError, Setting,
    settings::{CONTEXT, FACTORS, Settings, Sizes},
};

const BASES: std::ops::RangeInclusive<f64> = 1.0..=1e12;

/// Where a configuration says how heads are rotated, and what it leaves out.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Words {
    /// The key of the base, outside the section that describes the rotation.
    pub(crate) base: &'static str,
    /// The base where none is given.
    pub(crate) default_base: f64,
    /// The key of the share of a head that turns, outside that section, where heads may turn in part.
    pub(crate) share: Option<&'static str>,
    /// The share where none is given.
    pub(crate) default_share: f64,
    /// Whether "yarn" stands for LongRoPE: Phi-3 wrote its own under two other names before it had one.
    pub(crate) yarn_is_longrope: bool,
}

impl Words {
    pub(crate) const USUAL: Words =
        Words { base: "rope_theta", default_base: 10_000.0, share: None, default_share: 1.0, yarn_is_longrope: false };
}

/// The rotation of a model's heads.
pub(crate) fn read(c: &Settings<'_>, sizes: &Sizes) -> Result<Rope, ModelError> {
    read_as(c, sizes, Words::USUAL)
}

/// The same in other words.
pub(crate) fn read_as(c: &Settings<'_>, sizes: &Sizes, words: Words) -> Result<Rope, ModelError> {
    // Where a file has both, somebody added the old one to the new, and means it.
    let parameters = match c.config.section("rope_scaling")? {
        Some(scaling) => Some(scaling),
        None => c.config.section("rope_parameters")?,
    };
    let (rope, base) = described(c, sizes, words, parameters.as_ref())?;
    note(c, &rope, base);
    Ok(rope)
}

/// A rotation whose parameters are these, and its base.
pub(crate) fn described(
    c: &Settings<'_>,
    sizes: &Sizes,
    words: Words,
    parameters: Option<&Config>,
) -> Result<(Rope, f64), ModelError> {
    let outside = |key: &str, range| c.config.optional_number(key, range);
    let inside = |key: &str, range| parameters.map_or(Ok(None), |it| it.optional_number(key, range));
    let base = match inside("rope_theta", BASES)? {
        Some(base) => base,
        None => outside(words.base, BASES)?.unwrap_or(words.default_base),
    };
    let share = match words.share {
        Some(key) => match inside("partial_rotary_factor", 0.0..=1.0)? {
            Some(share) => share,
            None => outside(key, 0.0..=1.0)?.unwrap_or(words.default_share),
        },
        None => words.default_share,
    };
    let rotary = match c.config.optional_count("rotary_dim", 1..=sizes.head_dim)? {
        Some(rotary) => rotary,
        None => (sizes.head_dim as f64 * share) as usize,
    };
    if rotary == 0 || !rotary.is_multiple_of(2) {
        return Err(c.wrong("head_dim", &sizes.head_dim.to_string(), "an even number, for RoPE"));
    }
    Ok((scaled(c, words, parameters, Rope::new(base, rotary), base, sizes)?, base))
}

/// The rotation, with frequencies as the section of parameters scales them.
fn scaled(
    c: &Settings<'_>,
    words: Words,
    parameters: Option<&Config>,
    rope: Rope,
    base: f64,
    sizes: &Sizes,
) -> Result<Rope, ModelError> {
    let Some(parameters) = parameters else { return Ok(rope) };
    let key = if parameters.text("rope_type")?.is_some() { "rope_type" } else { "type" };
    let scaling = Scaling { c, parameters, context: sizes.context, base, rotary: 2 * rope.pairs() };
    match parameters.text(key)? {
        None | Some("default") => Ok(rope),
        Some("linear") => scaling.linear(rope),
        Some("dynamic") => scaling.dynamic(rope),
        Some("llama3") => scaling.llama3(rope),
        Some("yarn") if words.yarn_is_longrope => scaling.longrope(rope),
        Some("yarn") => scaling.yarn(rope),
        Some("longrope" | "su") => scaling.longrope(rope),
        Some("factors") => scaling.factors(rope),
        Some(other) => Err(parameters.wrong(key, other, "default, linear, dynamic, llama3, yarn or longrope").into()),
    }
}

/// Notes what describes a rotation in a GGUF file: its base, its width and, where frequencies are scaled, what each is
/// divided by.
pub(crate) fn note(c: &Settings<'_>, rope: &Rope, base: f64) {
    c.note("rope_theta", Setting::Number(base));
    c.note("rotary_dim", Setting::Count(2 * rope.pairs()));
    let plain = Rope::new(base, 2 * rope.pairs());
    let divisors = |frequencies: &[f32]| {
        let pairs = zip(&plain.frequencies, frequencies);
        Setting::Numbers(pairs.map(|(&plain, &scaled)| plain / scaled).collect())
    };
    match &rope.longer {
        Some(Longer { beyond, frequencies: LongFrequencies::Fixed(long) }) => {
            c.note("rope_scaling.short_factor", divisors(&rope.frequencies));
            c.note("rope_scaling.long_factor", divisors(long));
            c.note("rope_scaling.attention_factor", Setting::Number(rope.scale.into()));
            c.note("rope_scaling.original_max_position_embeddings", Setting::Count(*beyond));
        }
        Some(Longer { frequencies: LongFrequencies::Growing { factor, .. }, .. }) => {
            c.note("rope_scaling.dynamic", Setting::Number(*factor));
        }
        None if plain.frequencies != rope.frequencies => {
            c.note("rope_scaling.factors", divisors(&rope.frequencies));
            if rope.scale != 1.0 {
                c.note("rope_scaling.attention_factor", Setting::Number(rope.scale.into()));
            }
        }
        None => {}
    }
}

struct Scaling<'s> {
    c: &'s Settings<'s>,
    parameters: &'s Config,
    context: usize,
    base: f64,
    rotary: usize,
}

impl Scaling<'_> {
    fn factor(&self) -> Result<f64, ModelError> {
        Ok(self.parameters.number("factor", FACTORS)?)
    }

    /// The length that the model was first trained on. Where both places name one, the outer is meant.
    fn original(&self) -> Result<usize, ModelError> {
        let key = "original_max_position_embeddings";
        let outer = self.c.config.optional_count(key, CONTEXT)?;
        let inner = self.parameters.optional_count(key, CONTEXT)?;
        Ok(outer.or(inner).unwrap_or(self.context))
    }

    /// Positions closer together.
    fn linear(&self, mut rope: Rope) -> Result<Rope, ModelError> {
        let factor = self.factor()?;
        self.c.reaches(factor * self.context as f64);
        rope.frequencies.iter_mut().for_each(|frequency| *frequency /= factor as f32);
        Ok(rope)
    }

    /// A base that grows with what is beyond the trained length.
    fn dynamic(&self, mut rope: Rope) -> Result<Rope, ModelError> {
        if rope.pairs() < 2 {
            return Err(self.c.wrong("head_dim", "2", "more columns, for dynamic scaling"));
        }
        let factor = self.factor()?;
        // It grows with any length.
        self.c.reaches(f64::INFINITY);
        let frequencies = LongFrequencies::Growing { base: self.base, factor };
        rope.longer = Some(Longer { beyond: self.context, frequencies });
        Ok(rope)
    }

    /// Each frequency divided by a factor of its own, as GGUF files have it.
    fn factors(&self, mut rope: Rope) -> Result<Rope, ModelError> {
        for (frequency, factor) in zip(&mut rope.frequencies, self.divisors("factors")?) {
            *frequency /= factor;
        }
        rope.scale = self.parameters.optional_number("attention_factor", FACTORS)?.unwrap_or(1.0) as f32;
        Ok(rope)
    }

    fn divisors(&self, key: &str) -> Result<Vec<f32>, ModelError> {
        let factors = self.parameters.numbers(key, FACTORS)?;
        if factors.len() != self.rotary / 2 {
            let (found, expected) = (format!("a list of {}", factors.len()), format!("{} numbers", self.rotary / 2));
            return Err(self.parameters.wrong(key, &found, &expected).into());
        }
        Ok(factors.into_iter().map(|factor| factor as f32).collect())
    }

    /// Llama 3's scaling: long waves are stretched by `factor`, short ones stay, those between are blended.
    fn llama3(&self, mut rope: Rope) -> Result<Rope, ModelError> {
        let number = |key| self.parameters.number(key, FACTORS).map(|value| value as f32);
        let (factor, low, high) = (number("factor")?, number("low_freq_factor")?, number("high_freq_factor")?);
        if low >= high {
            let found = low.to_string();
            return Err(self.parameters.wrong("low_freq_factor", &found, "less than high_freq_factor").into());
        }
        let original = self.original()? as f32;
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

    /// YaRN: of the pairs, those that turn often stay, those that turn seldom are stretched, with a ramp between the two.
    fn yarn(&self, mut rope: Rope) -> Result<Rope, ModelError> {
        let number = |key| self.parameters.optional_number(key, FACTORS);
        let original = self.original()?;
        let factor = number("factor")?.unwrap_or(self.context as f64 / original as f64);
        self.c.reaches(factor * original as f64);
        let magnitude = |by: f64| if factor <= 1.0 { 1.0 } else { 0.1 * by * factor.ln() + 1.0 };
        rope.scale = match (number("attention_factor")?, number("mscale")?, number("mscale_all_dim")?) {
            (Some(given), ..) => given,
            (None, Some(by), Some(all)) => magnitude(by) / magnitude(all),
            _ => magnitude(1.0),
        } as f32;
        let rotary = self.rotary as f64;
        let pair_of = |turns: f64| rotary * (original as f64 / (turns * 2.0 * PI)).ln() / (2.0 * self.base.ln());
        let mut ends = [pair_of(number("beta_fast")?.unwrap_or(32.0)), pair_of(number("beta_slow")?.unwrap_or(1.0))];
        if self.parameters.optional_flag("truncate")?.unwrap_or(true) {
            ends = [ends[0].floor(), ends[1].ceil()];
        }
        let (low, mut high) = (ends[0].max(0.0), ends[1].min(rotary - 1.0));
        if low == high {
            high += 0.001;
        }
        let periods = Rope::periods(self.base, self.rotary);
        for (pair, (frequency, period)) in zip(&mut rope.frequencies, periods).enumerate() {
            let kept = 1.0 - ((pair as f32 - low as f32) / (high - low) as f32).clamp(0.0, 1.0);
            *frequency = 1.0 / (factor as f32 * period) * (1.0 - kept) + 1.0 / period * kept;
        }
        Ok(rope)
    }

    /// LongRoPE: one list of divisors up to the length of training, another for longer sequences.
    fn longrope(&self, mut rope: Rope) -> Result<Rope, ModelError> {
        let original = self.original()?;
        let given = self.parameters.optional_number("factor", FACTORS)?;
        let factor = given.unwrap_or(self.context as f64 / original as f64);
        rope.scale = match self.parameters.optional_number("attention_factor", FACTORS)? {
            Some(given) => given,
            None if factor <= 1.0 => 1.0,
            None => (1.0 + factor.ln() / (original as f64).ln()).sqrt(),
        } as f32;
        let frequencies = |key| -> Result<Vec<f32>, ModelError> {
            let periods = Rope::periods(self.base, self.rotary);
            Ok(zip(periods, self.divisors(key)?).map(|(period, factor)| 1.0 / (factor * period)).collect())
        };
        rope.frequencies = frequencies("short_factor")?;
        let long = LongFrequencies::Fixed(frequencies("long_factor")?);
        rope.longer = Some(Longer { beyond: original, frequencies: long });
        Ok(rope)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rope_of(config: &Config, head_dim: usize) -> (Result<Rope, String>, Vec<(&'static str, Setting)>) {
        let (heads, kv_heads, layers) = (1, 1, 1);
        let sizes = Sizes { vocab: 1, hidden: 8, ff: 1, layers, heads, kv_heads, head_dim, context: 8192 };
        let settings = Settings::new(config, crate::Head::Generate);
        let rope = read(&settings, &sizes).map_err(|error| error.to_string());
        (rope, settings.into_read())
    }

    fn rope(text: &str) -> Result<Rope, String> {
        rope_of(&Config::parse(text.as_bytes()).unwrap(), 8).0
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

    /// As when somebody adds scaling to a file of transformers 5.
    #[test]
    fn the_older_form_wins_beside_the_newer() {
        let both = r#"{"rope_theta": 500.0, "rope_scaling": {"rope_type": "linear", "factor": 2.0},
            "rope_parameters": {"rope_type": "default", "rope_theta": 9.0}}"#;
        let older = r#"{"rope_theta": 500.0, "rope_scaling": {"rope_type": "linear", "factor": 2.0}}"#;
        assert_eq!(rope(both).unwrap(), rope(older).unwrap());
        let null = r#"{"rope_scaling": null, "rope_parameters": {"rope_type": "default", "rope_theta": 9.0}}"#;
        assert_eq!(rope(null).unwrap(), Rope::new(9.0, 8));
    }

    #[test]
    fn heads_turn_in_part_where_the_architecture_does_that() {
        let config = Config::parse(br#"{"partial_rotary_factor": 0.5}"#).unwrap();
        let sizes = Sizes { vocab: 1, hidden: 8, ff: 1, layers: 1, heads: 1, kv_heads: 1, head_dim: 8, context: 8192 };
        let pairs = |words| {
            let settings = Settings::new(&config, crate::Head::Generate);
            read_as(&settings, &sizes, words).unwrap().pairs()
        };
        assert_eq!(pairs(Words::USUAL), 4);
        assert_eq!(pairs(Words { share: Some("partial_rotary_factor"), ..Words::USUAL }), 2);
    }

    #[test]
    fn factors_give_the_frequencies_back() {
        let scaling = r#""rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0,
            "original_max_position_embeddings": 64"#;
        let config = Config::parse(format!(r#"{{"rope_parameters": {{{scaling}}}}}"#).as_bytes()).unwrap();
        let (scaled, settings) = rope_of(&config, 128);
        let scaled = scaled.unwrap();
        let [
            ("rope_theta", Setting::Number(10_000.0)),
            ("rotary_dim", Setting::Count(128)),
            ("rope_scaling.factors", Setting::Numbers(factors)),
        ] = &settings[..]
        else {
            panic!("{settings:?}")
        };
        assert_eq!((factors[0], factors[63]), (1.0, 8.0));
        let mut config = Config::parse(b"{}").unwrap();
        config.set("rope_scaling.type", "factors".into());
        config.set("rope_scaling.factors", factors.clone().into());
        for (found, expected) in zip(rope_of(&config, 128).0.unwrap().frequencies, scaled.frequencies) {
            // A quotient and a division round once each.
            assert!((found / expected - 1.0).abs() <= f32::EPSILON, "{found} {expected}");
        }
        assert_eq!(rope_of(&Config::parse(b"{}").unwrap(), 128).1.len(), 2);
    }

    #[test]
    fn unknown_kinds_are_named() {
        assert_eq!(
            rope(r#"{"rope_scaling": {"type": "mrope", "factor": 2.0}}"#).unwrap_err(),
            "config.json: rope_scaling.type is mrope, expected default, linear, dynamic, llama3, yarn or longrope"
        );
        assert!(rope(r#"{"rope_scaling": null}"#).is_ok());
    }
}
