//! Which tokens are taken where there are too many. The lengths are those that `transformers` cuts to.

use std::ops::Range;

/// Windows of a text that is too long: each has as many tokens as there is `room` for and begins with the last
/// `overlap` of the one before; the last one has what is left. A text that fits is one window, even one without tokens.
///
/// Windows that would not go on, because they overlap as a whole, go on by one token. Without room there is one window
/// without tokens.
///
/// ```
/// let windows: Vec<_> = kinglet_text::windows(9, 4, 1).collect();
/// assert_eq!(windows, [0..4, 3..7, 6..9]);
/// ```
pub fn windows(tokens: usize, room: usize, overlap: usize) -> impl Iterator<Item = Range<usize>> {
    let step = room.saturating_sub(overlap).max(1);
    let mut next = Some(0);
    std::iter::from_fn(move || {
        let start: usize = next?;
        let end = start.saturating_add(room).min(tokens);
        next = (room > 0 && end < tokens).then(|| start.saturating_add(step));
        Some(start..end)
    })
}

/// How many tokens two texts keep where both together have `room`: the longer one is shortened, and once it is as short
/// as the other both are. Of an odd number the longer one has one more, or the second where they are as long.
///
/// ```
/// use kinglet_text::longest_first;
///
/// assert_eq!(longest_first(9, 2, 8), (6, 2));
/// assert_eq!(longest_first(9, 5, 7), (4, 3));
/// assert_eq!(longest_first(5, 5, 7), (3, 4));
/// assert_eq!(longest_first(3, 4, 8), (3, 4));
/// ```
pub fn longest_first(first: usize, second: usize, room: usize) -> (usize, usize) {
    if first.saturating_add(second) <= room {
        return (first, second);
    }
    let short = first.min(second).min(room / 2);
    let long = room - short;
    if first > second { (long, short) } else { (short, long) }
}
