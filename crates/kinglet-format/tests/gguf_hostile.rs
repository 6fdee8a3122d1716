//! GGUF files that lie: each ends in one line that names the fault, within a second, and takes hardly any memory.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test may")]

mod support;

use std::{
    alloc::{GlobalAlloc, Layout, System},
    cell::Cell,
    time::{Duration, Instant},
};

/// Counts the bytes that this thread holds, and the most that it held.
struct Counting;

thread_local! {
    static HELD: Cell<isize> = const { Cell::new(0) };
    static PEAK: Cell<isize> = const { Cell::new(0) };
}

fn count(bytes: isize) {
    let _ = HELD.try_with(|held| {
        held.set(held.get() + bytes);
        let _ = PEAK.try_with(|peak| peak.set(peak.get().max(held.get())));
    });
}

// SAFETY: it hands everything on to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size() as isize);
        // SAFETY: the caller's promise is the same.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        count(-(layout.size() as isize));
        // SAFETY: as above.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// A file, piece by piece, and where the pieces end.
#[derive(Clone, Default)]
struct Raw {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl Raw {
    fn put(mut self, bytes: &[u8]) -> Raw {
        self.bytes.extend(bytes);
        self.ends.push(self.bytes.len());
        self
    }

    fn u8(self, x: u8) -> Raw {
        self.put(&[x])
    }

    fn u32(self, x: u32) -> Raw {
        self.put(&x.to_le_bytes())
    }

    fn u64(self, x: u64) -> Raw {
        self.put(&x.to_le_bytes())
    }

    fn text(self, text: &[u8]) -> Raw {
        self.u64(text.len() as u64).put(text)
    }

    /// The beginning, with this many tensors and keys.
    fn head(tensors: u64, keys: u64) -> Raw {
        Raw::default().put(b"GGUF").u32(3).u64(tensors).u64(keys)
    }

    fn key(self, key: &str, kind: u32) -> Raw {
        self.text(key.as_bytes()).u32(kind)
    }

    fn array(self, key: &str, kind: u32, count: u64) -> Raw {
        self.key(key, 9).u32(kind).u64(count)
    }

    fn tensor(self, name: &str, dims: &[u64], kind: u32, offset: u64) -> Raw {
        let raw = self.text(name.as_bytes()).u32(dims.len() as u32);
        dims.iter().fold(raw, |raw, &dim| raw.u64(dim)).u32(kind).u64(offset)
    }

    /// Zeros up to the alignment, and so many behind them.
    fn data(mut self, length: usize) -> Raw {
        self.bytes.resize(self.bytes.len().next_multiple_of(32) + length, 0);
        self
    }
}

/// A valid file with a value of each kind.
fn valid() -> Raw {
    let raw = Raw::head(3, 8)
        .key("general.architecture", 8)
        .text(b"llama")
        .key("general.alignment", 4)
        .u32(32)
        .key("flag", 7)
        .u8(1)
        .key("small", 3)
        .put(&[1, 2])
        .key("wide", 12)
        .u64(1)
        .array("tokens", 8, 3)
        .text(b"a")
        .text(b"")
        .text("ä".as_bytes())
        .array("scores", 6, 2)
        .u64(0)
        .array("nested", 9, 2)
        .u32(0)
        .u64(1)
        .u8(1)
        .u32(8)
        .u64(1)
        .text(b"x");
    raw.tensor("a", &[8], 0, 0).tensor("b", &[32, 2], 2, 32).tensor("c", &[2], 16 + 9, 96).data(100)
}

fn open(bytes: Vec<u8>) -> Result<kinglet_format::Checkpoint, kinglet_format::FormatError> {
    support::open(vec![("m.gguf".to_owned(), bytes.into())])
}

/// The message, which comes in time and without much memory.
fn refused(bytes: Vec<u8>) -> String {
    let (start, length) = (Instant::now(), bytes.len() as isize);
    let before = HELD.get();
    PEAK.set(before);
    let message = open(bytes).unwrap_err().to_string();
    assert!(start.elapsed() < Duration::from_secs(1), "{message} after {:?}", start.elapsed());
    // Far files hold their prefix, which the test's own copies come on top of.
    let taken = PEAK.get() - before;
    assert!(taken < 8 * length + (1 << 20), "{message} took {taken} bytes for {length}");
    assert!(taken < 64 << 20, "{message} took {taken} bytes");
    let why = message.strip_prefix("m.gguf: ").unwrap_or_else(|| panic!("{message}"));
    why.to_owned()
}

#[track_caller]
fn check(raw: Raw, expected: &str) {
    let message = refused(raw.bytes);
    assert!(message.starts_with(expected), "{message}\nexpected: {expected}");
}

#[test]
fn the_undamaged_file_opens() {
    let checkpoint = open(valid().bytes).unwrap();
    assert_eq!(checkpoint.tensors().map(|(_, info)| info.bytes()).collect::<Vec<_>>(), [32, 36, 4]);
}

#[test]
fn every_truncation_is_refused() {
    let valid = valid();
    let table = *valid.ends.last().unwrap();
    for length in 0..table.next_multiple_of(32) + 100 {
        let message = refused(valid.bytes[..length].to_vec());
        let known = ["truncated: ", "not a GGUF file: it begins with ", "8 keys, and", "3 tensors, and"];
        assert!(known.iter().any(|known| message.starts_with(known)), "{length}: {message}");
        if valid.ends.contains(&length) && length >= 24 + 8 * 14 {
            assert!(message.starts_with("truncated: "), "{length}: {message}");
        }
    }
}

#[test]
fn beginnings() {
    check(Raw::default(), "not a GGUF file: it begins with nothing");
    check(Raw::default().put(b"GG"), "not a GGUF file: it begins with GG");
    check(Raw::default().put(b"\n\0\x1bX and more"), "not a GGUF file: it begins with \\n\\x00\\x1bX");
    check(Raw::default().put(b"GGUF"), "truncated: the beginning ends at byte 8 of 4");
    let version = |version: u32| Raw::default().put(b"GGUF").u32(version).u64(0).u64(0);
    check(version(1), "GGUF version 1, and only 2 and 3 are supported");
    check(version(0), "GGUF version 0, and");
    check(version(4), "GGUF version 4, and");
    check(version(u32::MAX), "GGUF version 4294967295, and");
    for big in 1..=3_u32 {
        check(version(big.swap_bytes()), "a big-endian GGUF file, and only little-endian ones are supported");
    }
    assert!(open(version(2).bytes).is_ok());
}

#[test]
fn counts() {
    check(Raw::head(1 << 60, 0), "1152921504606846976 tensors, and this file can hold no more than 0");
    check(Raw::head(0, 1 << 60), "1152921504606846976 keys, and this file can hold no more than 0");
    check(Raw::head(u64::MAX, u64::MAX), "18446744073709551615 keys, and this file can hold no more than 0");
    check(Raw::head(0, 1 << 17).data(1 << 22), "131072 keys, and this file can hold no more than 65536");
    check(Raw::head(1 << 17, 0).data(1 << 23), "131072 tensors, and this file can hold no more than 32768");
    for kind in 0..=12 {
        for count in [1 << 32, 1 << 60, 1 << 62, u64::MAX / 2, u64::MAX] {
            let raw = Raw::head(0, 1).array("tokens", kind, count).data(1000);
            check(raw, "truncated: tokens ends at byte ");
        }
    }
}

#[test]
fn text() {
    for length in [100, 1 << 31, 1 << 60, u64::MAX] {
        check(Raw::head(0, 1).u64(length).data(32), "");
        check(Raw::head(0, 1).key("name", 8).u64(length).data(32), "truncated: name ends at byte ");
        check(Raw::head(0, 1).array("names", 8, 2).text(b"a").u64(length).data(32), "truncated: names ends at byte ");
        check(Raw::head(1, 0).u64(length).data(32), "");
    }
    check(Raw::head(0, 1).text(b"").u32(0).data(32), "a key has 0 bytes, expected 1 to 65535");
    check(Raw::head(0, 1).text(&[b'k'; 70_000]).data(32), "a key has 70000 bytes, expected 1 to 65535");
    check(Raw::head(1, 0).text(&[b'k'; 256]).data(99), "a tensor's name has 256 bytes, expected 1 to 255");
    check(Raw::head(0, 1).text(b"a\n\xff").u32(0).data(9), "a key, a\\n\u{fffd}, is not UTF-8");
    check(Raw::head(1, 0).text(b"\xff").u32(1).data(99), "a tensor's name, \u{fffd}, is not UTF-8");
    check(Raw::head(0, 1).key("a\tb", 8).text(b"\xff"), "a\\tb is not UTF-8");
    // Vocabularies are checked when they are asked for.
    let opened = open(Raw::head(0, 1).array("v", 8, 2).text(b"a").text(b"\xff").bytes).unwrap();
    let kinglet_format::Description::Gguf(metadata) = opened.description() else { panic!() };
    assert_eq!(metadata.texts("v").unwrap_err().to_string(), "m.gguf: v[1] is not UTF-8, expected text");
    // Megabytes of a name are no message.
    let long = refused(Raw::head(0, 2).text(&[b'k'; 60_000]).u32(99).data(99).bytes);
    assert!(long.chars().count() < 200, "{long}");
}

#[test]
fn types() {
    for kind in [13, 100, u32::MAX] {
        check(Raw::head(0, 1).key("k", kind).data(32), &format!("k has values of type {kind}, which GGUF does not"));
        check(Raw::head(0, 1).array("k", kind, 1).data(32), &format!("k has values of type {kind}, which"));
    }
    check(Raw::head(0, 1).key("k", 7).u8(2), "k holds 2 where only 0 and 1 stand for false and true");
    check(Raw::head(0, 1).array("k", 7, 3).put(&[0, 1, 255]), "k holds 255 where");
    check(Raw::head(0, 2).key("k", 0).u8(2).key("k", 1).u8(2), "key k is there twice");
    // A bomb: arrays in arrays, each of which says that it holds many.
    let bomb = |depth: usize| (0..depth).fold(Raw::head(0, 1).key("k", 9), |raw, _| raw.u32(9).u64(1 << 20));
    check(bomb(3).data(1 << 10), "truncated: k ends at byte");
    check((0..100_000).fold(Raw::head(0, 1).key("k", 9), |raw, _| raw.u32(9).u64(1)).data(99), "k nests arrays more");
    let wide = (0..100_000).fold(Raw::head(0, 1).array("k", 9, 100_001), |raw, _| raw.u32(9).u64(0)).u32(50).u64(0);
    check(wide, "k has values of type 50");
}

#[test]
fn alignments() {
    let with = |kind: u32, bytes: &[u8]| Raw::head(0, 1).key("general.alignment", kind).put(bytes);
    check(with(4, &[0; 4]), "general.alignment is 0, expected a power of two from 1 to 1048576");
    check(with(4, &[24, 0, 0, 0]), "general.alignment is 24, expected");
    check(with(4, &[0, 0, 0, 128]), "general.alignment is 2147483648, expected");
    check(with(10, &[0, 0, 0, 0, 0, 0, 0, 128]), "general.alignment is 9223372036854775808, expected");
    check(with(5, &[255; 4]), "general.alignment is -1, expected");
    check(with(6, &[0, 0, 0, 66]), "general.alignment is 32.0, expected");
    check(with(8, &[2, 0, 0, 0, 0, 0, 0, 0, b'3', b'2']), "general.alignment is \"32\", expected");
    assert!(open(with(10, &[8, 0, 0, 0, 0, 0, 0, 0]).bytes).is_ok());
}

#[test]
fn tensors() {
    let one = |dims: &[u64], kind: u32, offset: u64| Raw::head(1, 0).tensor("x", dims, kind, offset).data(64);
    check(one(&[], 0, 0), "tensor x has 0 dimensions, expected 1 to 4");
    check(one(&[1; 5], 0, 0), "tensor x has 5 dimensions, expected 1 to 4");
    check(Raw::head(1, 0).text(b"x").u32(u32::MAX).data(64), "tensor x has 4294967295 dimensions");
    check(one(&[4, 0], 0, 0), "tensor x has a dimension of 0");
    check(one(&[1 << 32, 1 << 32], 0, 0), "tensor x is too large: its dimensions are [4294967296, 4294967296]");
    check(one(&[u64::MAX], 0, 0), "tensor x is too large: its dimensions are [18446744073709551615]");
    check(one(&[1 << 62], 0, 0), "tensor x is too large");
    check(one(&[1 << 61], 0, 0), "truncated: tensor x ends at byte 9223372036854775872 of ");
    check(one(&[33], 8, 0), "tensor x has rows of 33 elements, which are no whole blocks of Q8_0, of 32 elements");
    check(one(&[32, 3], 12, 0), "tensor x has rows of 32 elements, which are no whole blocks of Q4_K, of 256");
    check(one(&[31], 39, 0), "tensor x has rows of 31 elements, which are no whole blocks of MXFP4, of 32");
    check(one(&[4], 0, 33), "tensor x begins at byte 33 of the data, which is no multiple of 32");
    check(one(&[4], 0, u64::MAX), "tensor x begins at byte 18446744073709551615 of the data");
    check(one(&[4], 0, u64::MAX - 31), "truncated: tensor x ends at byte 18446744073709551615 of ");
    check(one(&[4], 0, 64), "truncated: tensor x ends at byte 144 of 128");
    check(one(&[17], 0, 0), "truncated: tensor x ends at byte 132 of 128");
    check(one(&[17], 77, 64), "truncated: tensor x ends at byte 128 of 128");
    let two = |a: (u64, u64), b: (u64, u64)| {
        Raw::head(2, 0).tensor("a", &[a.1], 0, a.0).tensor("b", &[b.1], 0, b.0).data(128)
    };
    check(two((0, 8), (0, 8)), "tensors a and b overlap");
    check(two((0, 9), (32, 8)), "tensors a and b overlap");
    check(two((32, 8), (0, 24)), "tensors b and a overlap");
    assert!(open(two((32, 8), (0, 8)).bytes).is_ok());
    assert!(open(two((96, 8), (0, 8)).bytes).is_ok());
    let twice = Raw::head(2, 0).tensor("a", &[8], 0, 0).tensor("a", &[8], 0, 32).data(128);
    check(twice, "tensor a is there twice");
}

#[test]
fn tables_without_end() {
    // As many keys and tensors as there may be: memory stays small, for a file of megabytes too.
    let keys = 1 << 16;
    let many = (0..keys).fold(Raw::head(0, keys), |raw, index| raw.key(&format!("{index:05}"), 0).u8(0));
    assert!(open(many.bytes.clone()).is_ok());
    let mut twice = many.bytes;
    let end = twice.len() - 1 - 4 - 5;
    twice[end..end + 5].copy_from_slice(b"00007");
    assert_eq!(refused(twice), "key 00007 is there twice");
    let tensors = (0..1 << 15)
        .fold(Raw::head(1 << 15, 0), |raw, index| raw.tensor(&format!("{index:0200}"), &[1, 1, 1, 1], 0, 0));
    let message = refused(tensors.data(64).bytes);
    assert!(message.ends_with(" overlap"), "{message}");
}
