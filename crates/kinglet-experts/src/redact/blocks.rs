//! A text of any size in blocks, each read with some of the text around it. Where blocks end is a function of the text
//! alone, however it comes in.

use std::ops::Range;

/// Bytes of a block, from and to: it ends at the best place between them.
const BLOCK: Range<usize> = 2048..4096;

/// Where nothing between them is blank, the first blank up to here.
const LONGEST: usize = 1 << 16;

/// Bytes of the text around a block.
pub(super) const CONTEXT: usize = 512;

/// The part of a text that is still of use.
#[derive(Debug, Default)]
pub(super) struct Blocks {
    text: String,
    /// How much of the whole text is gone.
    gone: usize,
    /// Where the next block begins, in `text`.
    next: usize,
    has_ended: bool,
    /// It takes this many bytes behind `next` before there is a block.
    least: usize,
}

/// A block in its surroundings: places in the whole text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Window {
    pub(super) bytes: Range<usize>,
    pub(super) block: Range<usize>,
}

impl Blocks {
    pub(super) fn push(&mut self, text: &str) {
        let old = self.text.floor_char_boundary(self.next.saturating_sub(CONTEXT));
        // Moved seldom, so that many small parts cost no more than a large one.
        if old > self.text.len() / 2 {
            self.text.drain(..old);
            self.gone += old;
            self.next -= old;
        }
        self.text += text;
    }

    /// Nothing follows.
    pub(super) fn end(&mut self) {
        self.has_ended = true;
    }

    /// Up to `most` blocks that are known; the same again until they are said to be done.
    pub(super) fn ready(&mut self, most: usize) -> Vec<Window> {
        let mut windows = Vec::new();
        let mut start = self.next;
        if self.text.len() - start < self.least && !self.has_ended {
            return windows;
        }
        while windows.len() < most && start < self.text.len() {
            let behind = &self.text[start..];
            let Some(length) = block(behind, self.has_ended) else { break };
            let end = start + length;
            if self.text.len() < end + CONTEXT && !self.has_ended {
                break;
            }
            let from = self.text.floor_char_boundary(start.saturating_sub(CONTEXT));
            let to = self.text.floor_char_boundary((end + CONTEXT).min(self.text.len()));
            windows.push(Window { bytes: self.place(from)..self.place(to), block: self.place(start)..self.place(end) });
            start = end;
        }
        if windows.is_empty() {
            self.least = (self.text.len() - self.next + CONTEXT).max(BLOCK.end);
        }
        windows
    }

    /// The text of a window.
    pub(super) fn text(&self, window: &Window) -> &str {
        let Range { start, end } = window.bytes;
        self.text.get(start - self.gone..end - self.gone).unwrap_or_default()
    }

    /// A block needs no more to be read.
    pub(super) fn done(&mut self, window: &Window) {
        self.next = window.block.end - self.gone;
        self.least = 0;
    }

    fn place(&self, at: usize) -> usize {
        self.gone + at
    }
}

/// How long the block is that a text begins with; none where more of it must be known.
fn block(text: &str, has_ended: bool) -> Option<usize> {
    if text.len() <= BLOCK.end {
        return has_ended.then_some(text.len());
    }
    let (from, to) = (text.floor_char_boundary(BLOCK.start), text.floor_char_boundary(BLOCK.end));
    if let Some(length) = edge(&text[from..to]) {
        return Some(from + length);
    }
    let most = text.floor_char_boundary(LONGEST);
    match text[to..most].find(char::is_whitespace) {
        Some(blank) => Some(text.ceil_char_boundary(to + blank + 1)),
        None if text.len() > LONGEST || has_ended => Some(most),
        None => None,
    }
}

/// The best place in a text to end a block: behind a paragraph, a line, a sentence, a word.
fn edge(text: &str) -> Option<usize> {
    let behind = |mark: &str| text.rfind(mark).map(|at| at + mark.len());
    let paragraph = || behind("\n\n").or_else(|| behind("\n\r\n"));
    let sentence = || [". ", "! ", "? "].iter().filter_map(|mark| behind(mark)).max();
    let word = || text.rfind(char::is_whitespace).map(|at| text.ceil_char_boundary(at + 1));
    paragraph().or_else(|| behind("\n")).or_else(sentence).or_else(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blocks(text: &str, size: usize) -> Vec<Window> {
        let (mut blocks, mut windows, mut rest) = (Blocks::default(), Vec::new(), text);
        loop {
            let (part, behind) = rest.split_at(rest.ceil_char_boundary(size.min(rest.len())));
            blocks.push(part);
            rest = behind;
            if rest.is_empty() {
                blocks.end();
            }
            loop {
                let ready = blocks.ready(3);
                if ready.is_empty() {
                    break;
                }
                for window in ready {
                    assert_eq!(blocks.text(&window), &text[window.bytes.clone()]);
                    blocks.done(&window);
                    windows.push(window);
                }
            }
            assert!(blocks.text.len() <= 3 * LONGEST + size, "{}", blocks.text.len());
            if rest.is_empty() {
                return windows;
            }
        }
    }

    #[test]
    fn blocks_do_not_depend_on_how_the_text_comes() {
        let texts = [
            "Anna Meyer saw it.\n".repeat(900),
            format!("{}\n\n{}", "wörd ".repeat(500), "x".repeat(9000)),
            "ü".repeat(100_000),
            format!("{} {}", "a".repeat(30_000), "b".repeat(70_000)),
            "short".to_owned(),
        ];
        for text in &texts {
            let whole = blocks(text, text.len());
            let ends: Vec<usize> = whole.iter().map(|window| window.block.end).collect();
            assert_eq!(
                whole.iter().map(|window| window.block.start).skip(1).collect::<Vec<_>>(),
                ends[..ends.len() - 1]
            );
            assert_eq!(ends.last(), Some(&text.len()));
            for size in [7, 500, 4097, 20_000] {
                assert!(blocks(text, size) == whole, "{size}");
            }
        }
        assert!(blocks("", 10).is_empty());
    }

    #[test]
    fn blocks_end_at_the_best_place() {
        assert_eq!(edge("a. b\nc\n\nd e"), Some(8));
        assert_eq!(edge("a. b\nc d"), Some(5));
        assert_eq!(edge("a. b c"), Some(3));
        assert_eq!(edge("ab\u{a0}c"), Some(4));
        assert_eq!(edge("abc"), None);
    }
}
