//! Well-formed GGUF files: what is read is what was written, no more of a file is read than its table, and rows come
//! out in order.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test may")]

mod support;

use kinglet_format::{
    Checkpoint, Description, FormatError, Metadata, RowOrder, Source, TokenizerKind,
    gguf::{self, GgufWriter, Value, ValueType},
};
use kinglet_tensor::{Bytes, DType, Shape};
use pollster::block_on;
use support::Far;

/// A file with these tensors, whose bytes are counted up through the file.
/// Bits that keep scales finite.
fn mask(dtype: DType) -> u8 {
    if dtype.block_elements() > 1 { 0xBF } else { 0xFF }
}

fn file(writer: &mut GgufWriter, tensors: &[(&str, DType, &[usize])]) -> Vec<u8> {
    for (name, dtype, shape) in tensors {
        writer.tensor(name, *dtype, &Shape::from(*shape));
    }
    let mut bytes = writer.header("test").unwrap();
    let mut next = 0_u8;
    for (_, dtype, shape) in tensors {
        let length = Shape::from(*shape).bytes(*dtype).unwrap();
        for _ in 0..length {
            bytes.push(next & mask(*dtype));
            next = next.wrapping_add(1);
        }
        bytes.extend(writer.padding(length as u64));
    }
    bytes
}

fn open(name: &str, bytes: Vec<u8>) -> Result<Checkpoint, FormatError> {
    support::open(vec![(name.to_owned(), bytes.into())])
}

fn metadata(checkpoint: &Checkpoint) -> &Metadata {
    match checkpoint.description() {
        Description::Gguf(metadata) => metadata,
        Description::HuggingFace(_) => panic!("not a GGUF file"),
    }
}

#[test]
fn every_kind_of_value_is_read_as_written() {
    let mut writer = GgufWriter::new();
    let scalars: [(&str, Value<'_>); 12] = [
        ("u8", u8::MAX.into()),
        ("i8", i8::MIN.into()),
        ("u16", u16::MAX.into()),
        ("i16", i16::MIN.into()),
        ("u32", u32::MAX.into()),
        ("i32", i32::MIN.into()),
        ("f32", 1e-5_f32.into()),
        ("flag", true.into()),
        ("text", "ä\n".into()),
        ("u64", u64::MAX.into()),
        ("i64", i64::MIN.into()),
        ("f64", 0.1_f64.into()),
    ];
    for (key, value) in scalars {
        writer.value(key, value);
        writer.array(&format!("{key}s"), value.value_type(), [value; 3]);
    }
    writer.array("none", ValueType::Text, []);
    let opened = open("a.gguf", file(&mut writer, &[])).unwrap();
    let metadata = metadata(&opened);
    for (key, value) in scalars {
        assert_eq!(metadata.get(key), Some(value), "{key}");
        let array = metadata.array(&format!("{key}s")).unwrap().unwrap();
        assert_eq!((array.len(), array.value_type()), (3, value.value_type()));
        assert!(array.iter().all(|element| element == value), "{key}");
    }
    assert_eq!(metadata.iter().count(), 25);
    assert_eq!(metadata.get("gone"), None);
    assert_eq!(metadata.number("f32", 0.0..=1.0).unwrap(), 1e-5);
    assert_eq!(metadata.texts("texts").unwrap().unwrap().iter().collect::<Vec<_>>(), ["ä\n"; 3]);
    assert_eq!(metadata.texts("none").unwrap().unwrap().len(), 0);
    // Arrays may be copied into another file, nested ones too.
    let mut copy = GgufWriter::new();
    let array = metadata.array("texts").unwrap().unwrap();
    copy.array("nested", ValueType::Array, [array.into(), array.into()]);
    let opened = open("b.gguf", file(&mut copy, &[])).unwrap();
    let nested: Vec<_> = self::metadata(&opened).array("nested").unwrap().unwrap().iter().collect();
    assert_eq!(nested, [Value::Array(array), Value::Array(array)]);
}

#[test]
fn wrong_values_name_file_and_key() {
    let mut writer = GgufWriter::new();
    writer.value("llama.block_count", -3_i32).value("llama.rope.freq_base", f32::NAN).texts("names", ["a", "b"]);
    let opened = open("m.gguf", file(&mut writer, &[])).unwrap();
    let metadata = metadata(&opened);
    let message = |error: FormatError| error.to_string();
    assert_eq!(
        message(metadata.count("llama.block_count", 1..=512).unwrap_err()),
        "m.gguf: llama.block_count is -3, expected a whole number from 1 to 512"
    );
    assert_eq!(
        message(metadata.count("llama.head_count", 1..=512).unwrap_err()),
        "m.gguf: llama.head_count is missing, expected a whole number from 1 to 512"
    );
    assert_eq!(message(metadata.text("names").unwrap_err()), "m.gguf: names is [\"a\",\"b\"], expected text");
    assert_eq!(message(metadata.flag("names").unwrap_err()), "m.gguf: names is [\"a\",\"b\"], expected true or false");
    let config = metadata.config(&[
        ("num_hidden_layers", "llama.block_count"),
        ("rope_parameters.rope_theta", "llama.rope.freq_base"),
        ("vocab_size", "llama.vocab_size"),
        ("names", "names"),
    ]);
    assert_eq!(
        message(config.count("num_hidden_layers", 1..=512).unwrap_err()),
        "m.gguf: llama.block_count is -3, expected a whole number from 1 to 512"
    );
    assert_eq!(config.optional_count("vocab_size", 1..=9).unwrap(), None);
    let rope = config.section("rope_parameters").unwrap().unwrap();
    assert_eq!(
        message(rope.number("rope_theta", 1.0..=1e9).unwrap_err()),
        "m.gguf: llama.rope.freq_base is \"NaN\", expected a number from 1 to 1000000000"
    );
}

#[test]
fn tensors_of_every_type_are_found() {
    let shapes: Vec<(&str, DType, &[usize])> =
        gguf::types().map(|dtype| (dtype.name(), dtype, &[3, 256][..])).collect();
    for alignment in [1, 32, 4096] {
        let opened = open("a.gguf", file(&mut GgufWriter::with_alignment(alignment), &shapes)).unwrap();
        let mut expected = 0;
        for (name, dtype, shape) in &shapes {
            let view = opened.view(name, &Shape::from(*shape)).unwrap();
            assert_eq!((view.dtype(), view.name()), (*dtype, *name));
            let tensor = block_on(view.read()).unwrap();
            assert_eq!(usize::from(tensor.bytes()[0]), (expected % 256) & usize::from(mask(*dtype)), "{name}");
            expected += tensor.bytes().len();
        }
    }
    let opened = open("a.gguf", file(&mut GgufWriter::new(), &[("x", DType::F32, &[2, 3, 4])])).unwrap();
    assert_eq!(
        opened.view("x", &Shape::from([4, 3, 2])).unwrap_err().to_string(),
        "tensor x has shape [2, 3, 4] where the metadata of a.gguf asks for [4, 3, 2]"
    );
    assert_eq!(
        opened.view("y", &Shape::from([4])).unwrap_err().to_string(),
        "tensor y with shape [4] is missing from the model"
    );
}

#[test]
fn scales_that_are_no_numbers_are_refused_when_they_are_read() {
    let mut bytes = file(&mut GgufWriter::new(), &[("x", DType::Q8_0, &[4, 64])]);
    // The third row's second block.
    let at = bytes.len() - 4 * 68 - 16 + 2 * 68 + 34;
    bytes[at..at + 2].copy_from_slice(&[0, 0x7E]);
    let view = open("a.gguf", bytes).unwrap().view("x", &Shape::from([4, 64])).unwrap();
    assert!(block_on(view.read_rows(0..2)).is_ok() && block_on(view.read_rows(3..4)).is_ok());
    let why = "tensor x of type Q8_0: row 2 has a scale that is no finite number; the file is damaged";
    assert_eq!(block_on(view.read_rows(1..4)).unwrap_err().to_string(), why);
    assert_eq!(block_on(view.with_order(RowOrder::Halves { heads: 1 }).unwrap().read()).unwrap_err().to_string(), why);
}

#[test]
fn types_that_nothing_computes_with_are_refused_when_they_are_used() {
    let mut bytes = file(&mut GgufWriter::new(), &[("x", DType::Q8_0, &[256])]);
    let place = bytes.len() - 272 - 16 - 12 - 12;
    assert!(bytes[..place + 32].windows(4).any(|word| word == 8_u32.to_le_bytes()));
    let at = bytes.windows(13).position(|w| w[0] == b'x' && w[1..5] == 1_u32.to_le_bytes()).unwrap() + 13;
    for (id, name) in [(16_u32, "IQ2_XXS"), (24, "I8"), (31, "number 31"), (u32::MAX, "number 4294967295")] {
        bytes[at..at + 4].copy_from_slice(&id.to_le_bytes());
        let opened = open("a.gguf", bytes.clone()).unwrap();
        assert_eq!(opened.tensor("x").unwrap().dtype_name, name);
        let error = opened.view("x", &Shape::from([256])).unwrap_err().to_string();
        assert!(error.starts_with(&format!("tensor x has type {name}, and only F32, F16, Q4_0")), "{error}");
        assert!(error.ends_with("IQ4_XS and BF16 are supported"), "{error}");
    }
}

#[test]
fn a_long_table_is_read_and_nothing_behind_it() {
    let tokens: Vec<String> = (0..100_000).map(|token| format!("token {token}")).collect();
    let mut writer = GgufWriter::new();
    writer.value("tokenizer.ggml.model", "gpt2").texts("tokenizer.ggml.tokens", tokens.iter().map(String::as_str));
    writer.value("tokenizer.ggml.eos_token_id", 7_u32).value("tokenizer.ggml.eot_token_id", 9_u32);
    let table = writer.clone().tensor("x", DType::F32, &Shape::from([1 << 20])).header("a").unwrap().len();
    let bytes = file(&mut writer, &[("x", DType::F32, &[1 << 20])]);
    let far = Far::new(vec![("a.gguf".to_owned(), bytes.into())]);
    let opened = block_on(Checkpoint::open(&Source::new(far.clone()))).unwrap();
    assert_eq!(opened.end_tokens().unwrap(), Some(vec![7, 9]));
    assert_eq!(opened.tokenizer(), Some(&TokenizerKind::Gguf("gpt2".to_owned())));
    let texts = metadata(&opened).texts("tokenizer.ggml.tokens").unwrap().unwrap();
    assert!(texts.iter().eq(tokens.iter().map(String::as_str)));
    let reads = far.reads.lock().unwrap().clone();
    assert!(reads.len() < 8, "{reads:?}");
    assert!(reads.windows(2).all(|pair| pair[0].end == pair[1].start), "read twice: {reads:?}");
    assert!(reads.last().unwrap().end < 2 * table as u64, "{reads:?} for {table}");
}

#[test]
fn folders_and_names() {
    let bytes: Bytes = file(&mut GgufWriter::new(), &[("x", DType::F32, &[2])]).into();
    let files = |names: &[&str]| names.iter().map(|&name| (name.to_owned(), bytes.clone())).collect::<Vec<_>>();
    let one = Source::memory(files(&["config.json", "a.gguf", "README.md"]));
    assert_eq!(block_on(Checkpoint::open(&one)).unwrap().files().collect::<Vec<_>>(), ["a.gguf"]);
    let two = Source::memory(files(&["a.gguf", "b.gguf"]));
    let error = block_on(Checkpoint::open(&two)).unwrap_err().to_string();
    assert_eq!(error, "the files given: holds 2 GGUF models, name one of them: a.gguf, b.gguf");
    assert!(block_on(Checkpoint::open(&two.with_weights("b.gguf"))).is_ok());
    let hashed = Source::memory(files(&["sha256-abc"])).with_weights("sha256-abc");
    assert!(block_on(Checkpoint::open(&hashed)).is_ok());
    let gone = block_on(Checkpoint::open(&hashed.with_weights("gone.gguf"))).unwrap_err().to_string();
    assert_eq!(gone, "no gone.gguf in the files given");
}

#[test]
fn paths() {
    let folder = std::env::temp_dir().join(format!("kinglet-format-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let bytes = file(&mut GgufWriter::new(), &[("x", DType::F32, &[2, 2])]);
    std::fs::write(folder.join("a.gguf"), &bytes).unwrap();
    std::fs::copy(folder.join("a.gguf"), folder.join("blob")).unwrap();
    for path in [folder.clone(), folder.join("a.gguf"), folder.join("blob")] {
        let opened = block_on(Checkpoint::open(&Source::path(&path).unwrap())).unwrap();
        let view = opened.view("x", &Shape::from([2, 2])).unwrap();
        let (first, second) = (block_on(view.read_rows(0..1)).unwrap(), block_on(view.read_rows(0..2)).unwrap());
        // Both are slices of one map.
        assert!(view.in_memory() && first.as_ptr() == second.as_ptr());
    }
    std::fs::write(folder.join("other"), "text").unwrap();
    let error = Source::path(folder.join("other")).unwrap_err().to_string();
    assert!(error.ends_with("other: is neither a folder nor a .safetensors file nor a GGUF file"), "{error}");
    std::fs::remove_dir_all(folder).unwrap();
}

/// The parts of a model with two tensors each, the second of which is edited.
fn parts(edit: impl Fn(&mut GgufWriter), total: u32) -> Vec<(String, Bytes)> {
    let mut files = Vec::new();
    for part in 0..3_u16 {
        let mut writer = GgufWriter::new();
        if part == 1 {
            edit(&mut writer);
        } else {
            writer.value("split.no", part).value("split.count", 3_u16).value("split.tensors.count", total);
        }
        let names = [format!("a{part}"), format!("b{part}")];
        let bytes = file(&mut writer, &[(&names[0], DType::F32, &[5]), (&names[1], DType::F32, &[3])]);
        files.push((format!("m-0000{}-of-00003.gguf", part + 1), bytes.into()));
    }
    files
}

#[test]
fn parts_of_a_model_are_one() {
    let whole = |writer: &mut GgufWriter| {
        writer.value("split.no", 1_u16).value("split.count", 3_u16);
    };
    let opened = support::open(parts(whole, 6)).unwrap();
    let names: Vec<&str> = opened.tensors().map(|(name, _)| name).collect();
    assert_eq!(names, ["a0", "a1", "a2", "b0", "b1", "b2"]);
    assert_eq!(opened.tensor("a1").unwrap().file(), "m-00002-of-00003.gguf");
    // Any part stands for all.
    let named = Source::memory(parts(whole, 6)).with_weights("m-00003-of-00003.gguf");
    assert_eq!(block_on(Checkpoint::open(&named)).unwrap().tensors().count(), 6);

    let error = |files| support::open(files).unwrap_err().to_string();
    let mut gone = parts(whole, 6);
    gone.remove(1);
    assert_eq!(error(gone), "no m-00002-of-00003.gguf in the files given");
    let mut twice = parts(whole, 6);
    twice[2].1 = twice[1].1.clone();
    assert_eq!(
        error(twice),
        "m-00003-of-00003.gguf: it says that it is part 2 of 3, and its name that it is part 3 of 3"
    );
    let mut swapped = parts(whole, 6);
    (swapped[0].1, swapped[1].1) = (swapped[1].1.clone(), swapped[0].1.clone());
    assert!(error(swapped).starts_with("m-00001-of-00003.gguf: it says that it is part 2 of 3"));
    assert_eq!(error(parts(whole, 7)), "m-00001-of-00003.gguf: its parts have 6 tensors, and its metadata count 7");
    assert!(error(parts(|_| {}, 6)).starts_with("m-00002-of-00003.gguf: split.no is missing"));
    let other = |writer: &mut GgufWriter| {
        writer.value("split.no", 1_u16).value("split.count", 4_u16);
    };
    assert!(error(parts(other, 6)).starts_with("m-00002-of-00003.gguf: it says that it is part 2 of 4"));

    let alone = |name: &str, index: usize| {
        let files = vec![(name.to_owned(), parts(whole, 6)[index].1.clone())];
        block_on(Checkpoint::open(&Source::memory(files))).unwrap_err().to_string()
    };
    assert_eq!(alone("m.gguf", 0), "m.gguf: it is one of 3 parts, and its name does not end in -00001-of-00003.gguf");
    assert_eq!(
        alone("m-00001-of-00002.gguf", 0),
        "m-00001-of-00002.gguf: by its name it has 2 parts, and its metadata count 3"
    );
    assert_eq!(alone("m-00002-of-00003.gguf", 1), "no m-00001-of-00003.gguf in the files given");
    let same = |writer: &mut GgufWriter| {
        whole(writer);
        writer.tensor("a0", DType::F32, &Shape::from([8]));
    };
    let mut files = parts(whole, 7);
    let mut writer = GgufWriter::new();
    same(&mut writer);
    let mut bytes = writer.header("x").unwrap();
    bytes.extend([0; 32]);
    files[1].1 = bytes.into();
    assert_eq!(error(files.clone())[..30], *"m-00001-of-00003.gguf: its par");
    files[0] = parts(whole, 5)[0].clone();
    assert_eq!(error(files), "m-00002-of-00003.gguf: tensor a0 is in another file too");
}

#[test]
fn transposed_rows_are_columns() {
    let bytes = file(&mut GgufWriter::new(), &[("w", DType::F16, &[3, 4]), ("q", DType::Q8_0, &[32, 32])]);
    let source = Source::memory(vec![("a.gguf".to_owned(), bytes.into())]);
    let opened = block_on(Checkpoint::open(&source)).unwrap();
    let plain = block_on(opened.view("w", &Shape::from([3, 4])).unwrap().read()).unwrap().to_f32();
    let view = opened.view_in_order("w", &Shape::from([4, 3]), Some(RowOrder::Transposed)).unwrap();
    let transposed = block_on(view.read()).unwrap().to_f32();
    for (row, column) in (0..4).flat_map(|row| (0..3).map(move |column| (row, column))) {
        assert_eq!(transposed[row * 3 + column], plain[column * 4 + row]);
    }
    assert_eq!(block_on(view.read_rows(1..3)).unwrap().len(), 2 * 3 * 2);
    let error = opened.view_in_order("q", &Shape::from([32, 32]), Some(RowOrder::Transposed)).unwrap_err();
    assert_eq!(error.to_string(), "tensor q with shape [32, 32]: a matrix in Q8_0 cannot be transposed");
}

#[test]
fn rows_of_heads_come_in_order() {
    // Rows of one byte pair each, so that the first byte of a row is its number in the file.
    let bytes = file(&mut GgufWriter::new(), &[("q", DType::F16, &[12, 1]), ("b", DType::F32, &[12])]);
    for source in [
        Source::memory(vec![("a.gguf".to_owned(), bytes.clone().into())]),
        Source::new(Far::new(vec![("a.gguf".to_owned(), bytes.into())])),
    ] {
        let opened = block_on(Checkpoint::open(&source)).unwrap();
        let q = opened.view("q", &Shape::from([12, 1])).unwrap().with_order(RowOrder::Halves { heads: 2 }).unwrap();
        let expected = [0, 2, 4, 1, 3, 5, 6, 8, 10, 7, 9, 11];
        for start in 0..=12 {
            for end in start..=12 {
                let rows = block_on(q.read_rows(start..end)).unwrap();
                let numbers: Vec<usize> = rows.chunks(2).map(|row| usize::from(row[0]) / 2).collect();
                assert_eq!(numbers, expected[start..end], "{start}..{end}");
            }
        }
        assert_eq!(block_on(q.read()).unwrap().shape(), &Shape::from([12, 1]));
        let paired = opened.view("q", &Shape::from([12, 1])).unwrap().with_order(RowOrder::Pairs { heads: 2 }).unwrap();
        let numbers: Vec<usize> =
            block_on(paired.read_rows(1..11)).unwrap().chunks(2).map(|row| usize::from(row[0]) / 2).collect();
        assert_eq!(numbers, [3, 1, 4, 2, 5, 6, 9, 7, 10, 8]);
        // Two heads of two rows each for queries, keys and values.
        let threes =
            opened.view("q", &Shape::from([12, 1])).unwrap().with_order(RowOrder::Threes { heads: 2 }).unwrap();
        let expected_threes = [0, 1, 6, 7, 2, 3, 8, 9, 4, 5, 10, 11];
        for rows in [0..5, 5..12, 3..4] {
            let read = block_on(threes.read_rows(rows.clone())).unwrap();
            let numbers: Vec<usize> = read.chunks(2).map(|row| usize::from(row[0]) / 2).collect();
            assert_eq!(numbers, expected_threes[rows]);
        }
        let wide = Shape::from([1, 12]);
        let transposed = opened.view_in_order("q", &wide, Some(RowOrder::Transposed)).unwrap();
        assert_eq!(transposed.shape(), &wide);
        let numbers: Vec<usize> =
            block_on(transposed.read_rows(0..1)).unwrap().chunks(2).map(|row| usize::from(row[0]) / 2).collect();
        assert_eq!(numbers, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
        let b = opened.view("b", &Shape::from([12])).unwrap().with_order(RowOrder::Halves { heads: 2 }).unwrap();
        let tensor = block_on(b.read()).unwrap();
        let numbers: Vec<usize> =
            tensor.bytes().chunks(4).map(|word| (usize::from(word[0]) + 256 - 24) / 4 % 64).collect();
        assert_eq!(numbers, expected);
        assert_eq!(block_on(b.read_rows(1..1)).unwrap().len(), 0);
        for heads in [0, 4, 5, 7, 12, 13] {
            let error =
                opened.view("q", &Shape::from([12, 1])).unwrap().with_order(RowOrder::Halves { heads }).unwrap_err();
            assert!(error.to_string().starts_with("tensor q with shape [12, 1]: its rows are not"), "{heads}");
        }
        let error = block_on(q.read_rows(3..13)).unwrap_err().to_string();
        assert_eq!(error, "tensor q with shape [12, 1]: rows 3 to 13 are not among its 12");
    }
}

#[test]
fn a_writer_refuses_what_a_reader_would() {
    let error = |edit: &dyn Fn(&mut GgufWriter)| {
        let mut writer = GgufWriter::new();
        edit(&mut writer);
        writer.header("out.gguf").unwrap_err().to_string()
    };
    assert_eq!(error(&|w| _ = w.value("a", 1_u8).value("a", 2_u8)), "out.gguf: key a is there twice");
    assert_eq!(
        error(&|w| _ = w.tensor("x", DType::Q4_0, &Shape::from([2, 33]))),
        "out.gguf: tensor x has rows of 33 elements, which are no whole blocks of Q4_0, of 32 elements"
    );
    assert_eq!(error(&|w| _ = w.tensor("x", DType::F32, &Shape::from([0]))), "out.gguf: tensor x has a dimension of 0");
    let large = error(&|w| _ = w.tensor("x", DType::F32, &Shape::from([usize::MAX, 2])));
    assert!(large.starts_with("out.gguf: tensor x is too large"), "{large}");
    let alignment = GgufWriter::with_alignment(3).header("out.gguf").unwrap_err().to_string();
    assert_eq!(alignment, "out.gguf: general.alignment is 3, expected a power of two from 1 to 1048576");
}

#[test]
fn threads_may_share_all_of_it() {
    fn shared<T: Send + Sync>(_: &T) {}
    fn sent<T: Send>(value: T) -> T {
        value
    }
    let bytes = file(&mut GgufWriter::new(), &[("x", DType::F32, &[2])]);
    let source = Source::memory(vec![("a.gguf".to_owned(), bytes.into())]);
    let checkpoint = block_on(sent(Checkpoint::open(&source))).unwrap();
    let view = checkpoint.view("x", &Shape::from([2])).unwrap();
    shared(&(&source, &checkpoint, &view));
    assert_eq!(block_on(sent(view.read_rows(0..1))).unwrap().len(), 8);
}
