//! What stands behind the arguments: lists of tokens and names, sizes, and the engine's own words.

use kinglet::{KvFormat, Mixture, Quant, Tier};

use crate::args::{Gate, Limit, Window};

/// Token ids: `3,14,15`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TokenList(pub(crate) Vec<u32>);

/// Names of intermediate values, each once: `model.layers.0,model.norm`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TapList(pub(crate) Vec<String>);

impl TapList {
    /// The caller wants the names, not the values.
    pub(crate) fn wants_list(&self) -> bool {
        self.0 == ["list"]
    }
}

/// Reads `3,14,15`.
pub(crate) fn tokens(text: &str) -> Result<TokenList, String> {
    if text.trim().is_empty() {
        return Err("the list has no tokens".to_owned());
    }
    let token = |word: &str| {
        let word = word.trim();
        word.parse().map_err(|_| format!("{word:?} is not a token id, a whole number from 0 to {}", u32::MAX))
    };
    Ok(TokenList(text.split(',').map(token).collect::<Result<_, String>>()?))
}

/// Reads `2026-11-20T09:00`.
pub(crate) fn moment(text: &str) -> Result<jiff::civil::DateTime, String> {
    kinglet_experts::when::parse_now(text).ok_or_else(|| "write it as 2026-11-20T09:00".to_owned())
}

/// Reads `NAME,NAME`.
pub(crate) fn taps(text: &str) -> Result<TapList, String> {
    let mut names: Vec<String> = Vec::new();
    for name in text.split(',').map(str::trim) {
        if name.is_empty() {
            return Err("a name is empty".to_owned());
        }
        if !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
    }
    Ok(TapList(names))
}

/// Reads a number of tokens, or -1 for all that there is room for.
pub(crate) fn limit(text: &str) -> Result<Limit, String> {
    match text {
        "-1" => Ok(Limit(None)),
        _ => text.parse().map(|count| Limit(Some(count))).map_err(|_| format!("{text:?} is not a whole number, or -1")),
    }
}

/// Reads what draws begin with, or -1 for another number each time.
pub(crate) fn seed(text: &str) -> Result<u64, String> {
    match text {
        "-1" => Ok(fastrand::u64(..)),
        _ => text.parse().map_err(|_| format!("{text:?} is not a whole number, or -1")),
    }
}

/// Reads a number of continuations.
pub(crate) fn choices(text: &str) -> Result<usize, String> {
    const MOST: usize = 256;
    let count = text.parse().ok().filter(|count| (1..=MOST).contains(count));
    count.ok_or_else(|| format!("{text:?} is not a whole number from 1 to {MOST}"))
}

/// Reads the name of a tier.
pub(crate) fn tier(text: &str) -> Result<Tier, String> {
    by_name(text, &Tier::ALL, Tier::name)
}

/// Reads the name of a quantization.
pub(crate) fn quant(text: &str) -> Result<Quant, String> {
    by_name(text, Quant::ALL, Quant::name)
}

/// Reads the name of a type of GGUF files or of a mixture, in letters of either case.
pub(crate) fn mixture(text: &str) -> Result<Mixture, String> {
    let all: Vec<Mixture> = Mixture::all().collect();
    let found = all.iter().find(|types| types.name().eq_ignore_ascii_case(text));
    found.copied().ok_or_else(|| {
        let names: Vec<&str> = all.iter().map(|types| types.name()).collect();
        format!("{text:?} is none of {}", names.join(", "))
    })
}

/// Reads the name of a KV format.
pub(crate) fn kv(text: &str) -> Result<KvFormat, String> {
    by_name(text, KvFormat::ALL, KvFormat::name)
}

fn by_name<T: Copy>(text: &str, all: &[T], name: fn(T) -> &'static str) -> Result<T, String> {
    let names: Vec<&str> = all.iter().map(|value| name(*value)).collect();
    let found = all.iter().zip(&names).find(|(_, name)| **name == text).map(|(value, _)| *value);
    found.ok_or_else(|| format!("{text:?} is none of {}", names.join(", ")))
}

/// Reads a bias: `15=-2.5`.
pub(crate) fn bias(text: &str) -> Result<(u32, f32), String> {
    let wrong = || format!("{text:?} is not a token and a number such as 15=-2.5");
    let (id, value) = text.split_once('=').ok_or_else(wrong)?;
    Ok((id.trim().parse().map_err(|_| wrong())?, value.trim().parse().map_err(|_| wrong())?))
}

/// Reads a number of the last tokens, -1 for all.
pub(crate) fn window(text: &str) -> Result<Window, String> {
    match text {
        "-1" => Ok(Window(None)),
        _ => {
            text.parse().map(|count| Window(Some(count))).map_err(|_| format!("{text:?} is not a whole number, or -1"))
        }
    }
}

/// Reads a number of things, of which there is one at least.
pub(crate) fn some(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(0) | Err(_) => Err(format!("{text:?} is not a whole number above 0")),
        Ok(count) => Ok(count),
    }
}

/// Reads a number of things, of which there are two at least.
pub(crate) fn several(text: &str) -> Result<usize, String> {
    let count = some(text)?;
    if count > 1 { Ok(count) } else { Err(format!("{text:?} is not a whole number above 1")) }
}

/// Reads a condition such as `kl_mean<0.01`.
pub(crate) fn gate(text: &str) -> Result<Gate, String> {
    let wrong =
        || format!("{text:?} is not a condition such as kl_mean<0.01; figures are {}", Gate::FIGURES.join(", "));
    let (figure, limit) = text.split_once(['<', '>']).ok_or_else(wrong)?;
    let figure = Gate::FIGURES.into_iter().find(|known| *known == figure.trim()).ok_or_else(wrong)?;
    let limit = limit.trim().parse().ok().filter(|limit: &f64| limit.is_finite()).ok_or_else(wrong)?;
    Ok(Gate { text: text.to_owned(), figure, below: text.contains('<'), limit })
}

/// Reads a number of bytes as `dd` and `sort` do: `4G` and `4GiB` are powers of 1,024, `4GB` of 1,000.
pub(crate) fn bytes(text: &str) -> Result<u64, String> {
    let wrong = || format!("{text:?} is not a size such as 512MiB, 4G or 1000000");
    let text = text.trim();
    let (number, unit) = text.split_at(text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len()));
    let unit = unit.trim().to_ascii_lowercase();
    let (letter, rest) = unit.split_at(usize::from(unit.starts_with(['k', 'm', 'g', 't'])));
    let power = match letter {
        "k" => 1,
        "m" => 2,
        "g" => 3,
        "t" => 4,
        _ => 0,
    };
    let base: u64 = match (letter, rest) {
        (_, "") | ("k" | "m" | "g" | "t", "ib") => 1024,
        (_, "b") => 1000,
        _ => return Err(wrong()),
    };
    let size = number.parse::<f64>().map_err(|_| wrong())? * base.pow(power) as f64;
    // Beyond 2^63 nothing is a size, and the conversion would saturate.
    if size.is_finite() && size < 9e18 { Ok(size as u64) } else { Err(wrong()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn token_lists() {
        assert_eq!(tokens("3,14, 15"), Ok(TokenList(vec![3, 14, 15])));
        for (text, named) in
            [("", "no tokens"), ("3,x", "\"x\""), ("3,,4", "\"\""), ("-1", "\"-1\""), ("4294967296", "4294967296")]
        {
            assert!(tokens(text).unwrap_err().contains(named), "{text}");
        }
    }

    #[test]
    fn tap_lists() {
        assert_eq!(taps("a,b,a"), Ok(TapList(vec!["a".to_owned(), "b".to_owned()])));
        assert!(taps("list").unwrap().wants_list());
        assert!(taps("a,").is_err());
    }

    #[test]
    fn biases_and_windows() {
        assert_eq!((bias("15=-2.5"), bias(" 3 = -inf")), (Ok((15, -2.5)), Ok((3, f32::NEG_INFINITY))));
        for text in ["15", "=1", "-1=2", "3=x", "4294967296=1"] {
            assert!(bias(text).unwrap_err().contains("is not a token and a number"), "{text}");
        }
        assert_eq!((window("-1"), window("0")), (Ok(Window(None)), Ok(Window(Some(0)))));
        assert!(window("-2").unwrap_err().contains("\"-2\" is not a whole number, or -1"));
    }

    #[test]
    fn sizes() {
        for (text, expected) in [
            ("0", 0),
            ("17b", 17),
            ("2k", 2048),
            ("3MiB", 3 << 20),
            ("4G", 4 << 30),
            ("4 gib", 4 << 30),
            ("1.5K", 1536),
            ("2MB", 2_000_000),
            ("1TiB", 1 << 40),
        ] {
            assert_eq!(bytes(text), Ok(expected), "{text}");
        }
        for text in ["", "G", "4X", "4ib", "-1", "1e3", "1..2", "nan", "99999999999T", "4GiBB"] {
            assert!(bytes(text).is_err(), "{text}");
        }
    }
}
