use std::ops::Range;

/// When a value is alive and how large it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lifetime {
    /// From the dispatch that writes it to past the last that reads it.
    pub alive: Range<usize>,
    /// Its size.
    pub bytes: u64,
}

/// Gives each value a colour, so that values alive at one time never share one, and returns the colour of each value
/// and the size of each colour. A colour is a whole buffer: a dispatch never reads and writes the same one.
///
/// Values are taken in order of birth; each goes to the free colour whose size fits best.
pub fn assign_colours(values: &[Lifetime]) -> (Vec<usize>, Vec<u64>) {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by_key(|&value| values[value].alive.start);
    let mut colour_of = vec![0; values.len()];
    let mut sizes: Vec<u64> = Vec::new();
    let mut busy_until: Vec<usize> = Vec::new();
    for value in order {
        let Lifetime { alive, bytes } = &values[value];
        let free = (0..sizes.len()).filter(|&colour| busy_until[colour] <= alive.start);
        let colour = free.min_by_key(|&colour| (sizes[colour].abs_diff(*bytes), colour)).unwrap_or_else(|| {
            sizes.push(0);
            busy_until.push(0);
            sizes.len() - 1
        });
        sizes[colour] = sizes[colour].max(*bytes);
        busy_until[colour] = alive.end;
        colour_of[value] = colour;
    }
    (colour_of, sizes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lives(values: &[(Range<usize>, u64)]) -> Vec<Lifetime> {
        values.iter().map(|(alive, bytes)| Lifetime { alive: alive.clone(), bytes: *bytes }).collect()
    }

    #[test]
    fn values_alive_together_never_share() {
        let values = lives(&[(0..3, 10), (1..2, 20), (2..5, 20), (3..4, 10), (4..6, 5)]);
        let (colours, sizes) = assign_colours(&values);
        for (i, a) in values.iter().enumerate() {
            for (j, b) in values.iter().enumerate().skip(i + 1) {
                let together = a.alive.start < b.alive.end && b.alive.start < a.alive.end;
                assert!(!together || colours[i] != colours[j], "{i} and {j}");
            }
        }
        assert_eq!(sizes.iter().sum::<u64>(), 30);
    }

    #[test]
    fn best_fit_reuses_the_colour_of_like_size() {
        let (colours, sizes) = assign_colours(&lives(&[(0..1, 100), (0..1, 10), (1..2, 10), (1..2, 100)]));
        assert_eq!(colours, [0, 1, 1, 0]);
        assert_eq!(sizes, [100, 10]);
    }
}
