//! Matrices in 4 bits as GPTQ and AWQ publish them: every element is what its files stand for.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test may")]

mod support;

use std::{
    collections::VecDeque,
    future::poll_fn,
    ops::Range,
    sync::Arc,
    task::{Context, Poll, Waker},
};

use kinglet_format::{Checkpoint, Files, Reading, RowOrder, Source};
use kinglet_tensor::{Bytes, DType, Shape};
use pollster::block_on;
use proptest::prelude::*;
use support::{
    Far,
    int4::{FORM, Form, NAME, any_form, read},
};

fn check(form: Form, dtype: DType, type_name: &str) {
    let shape = Shape::from([form.rows, form.width]);
    for checkpoint in form.folder().open().unwrap() {
        let info = checkpoint.tensor(NAME).unwrap();
        assert_eq!((info.dtype, info.dtype_name.as_str(), &info.shape), (Some(dtype), type_name, &shape));
        assert_eq!(checkpoint.tensors().count(), 1);
        // All, from within eight, in pieces of no eight, and again.
        let mut pieces = vec![0..form.rows, 5..7, 3..form.rows, 0..0];
        pieces.extend((0..form.rows).step_by(5).map(|start| start..(start + 5).min(form.rows)));
        for rows in pieces {
            let values = read(&checkpoint, &shape, rows.clone());
            for (index, value) in values.into_iter().enumerate() {
                let (row, column) = (rows.start + index / form.width, index % form.width);
                let expected = form.value(row, column);
                let mut rounded = [0.0];
                let mut bytes = Vec::new();
                DType::F16.encode(&[expected], &mut bytes);
                DType::F16.decode(&bytes, &mut rounded);
                let expected = if dtype == DType::F16 { rounded[0] } else { expected };
                assert!(value == expected, "{type_name} {row} {column}: {value}, expected {expected}");
            }
        }
    }
}

#[test]
fn every_element_is_what_its_files_stand_for() {
    for awq in [false, true] {
        let form = Form { awq, ..FORM };
        let method = if awq { "AWQ" } else { "GPTQ" };
        for (group, width, dtype) in [
            (32, 192, DType::I4_G32),
            (64, 192, DType::I4_G64),
            (128, 256, DType::I4_G128),
            // A part of a group is left.
            (128, 200, DType::I4_G128),
            (64, 8, DType::I4_G32),
            // A group has several blocks.
            (256, 640, DType::I4_G128),
            (192, 576, DType::I4_G64),
            (96, 192, DType::I4_G32),
            // No block has one group.
            (48, 192, DType::F16),
            (8, 64, DType::F16),
        ] {
            let form = Form { group, width, ..form };
            check(form, dtype, &format!("{method} int4 g{group}"));
        }
        for (width, dtype) in [(256, DType::I4_G128), (192, DType::I4_G64), (40, DType::I4_G32)] {
            check(Form { group: -1, width, ..form }, dtype, &format!("{method} int4 g{width}"));
        }
        for scales in [DType::BF16, DType::F32] {
            check(Form { scales, ..form }, DType::I4_G64, &format!("{method} int4 g64"));
        }
        // More rows than are made together, and more columns than are read together.
        check(Form { rows: 200, width: 1000, ..form }, DType::I4_G64, &format!("{method} int4 g64"));
    }
    check(Form { v2: true, ..FORM }, DType::I4_G64, "GPTQ int4 g64");
    check(Form { act_order: true, ..FORM }, DType::F16, "GPTQ int4 g_idx");
    check(Form { act_order: true, group: 32, rows: 136, width: 1000, v2: true, ..FORM }, DType::F16, "GPTQ int4 g_idx");
    // AWQ's columns need not come by eights.
    check(Form { awq: true, width: 100, group: 32, ..FORM }, DType::I4_G32, "AWQ int4 g32");
}

#[test]
fn settings_may_be_in_files_of_their_own() {
    let mut files = FORM.folder().files();
    files[0].1 = b"{}".to_vec().into();
    let error = block_on(Checkpoint::open(&Source::memory(files.clone()))).unwrap_err().to_string();
    let expected = "config.json: quantization_config is missing, expected that of GPTQ or AWQ, as there are tensors called qweight";
    assert_eq!(error, expected);
    let settings = br#"{"bits": 4, "group_size": 64, "desc_act": false, "sym": false}"#;
    files.push(("quantize_config.json".to_owned(), settings.to_vec().into()));
    let checkpoint = block_on(Checkpoint::open(&Source::memory(files))).unwrap();
    assert_eq!(checkpoint.tensor(NAME).unwrap().dtype_name, "GPTQ int4 g64");

    let mut files = Form { awq: true, ..FORM }.folder().files();
    files[0].1 = b"{}".to_vec().into();
    let settings = br#"{"w_bit": 4, "q_group_size": 64, "zero_point": true, "version": "GEMM"}"#;
    files.push(("quant_config.json".to_owned(), settings.to_vec().into()));
    let checkpoint = block_on(Checkpoint::open(&Source::memory(files))).unwrap();
    assert_eq!(checkpoint.tensor(NAME).unwrap().dtype_name, "AWQ int4 g64");
}

#[test]
fn rows_of_heads_change_places() {
    let shape = Shape::from([FORM.rows, FORM.width]);
    for checkpoint in FORM.folder().open().unwrap() {
        let view = checkpoint.view(NAME, &shape).unwrap().with_order(RowOrder::Pairs { heads: 2 }).unwrap();
        assert!(!view.in_memory());
        let bytes = block_on(view.read_rows(1..3)).unwrap();
        let mut values = vec![0.0; FORM.width];
        view.dtype().decode(&bytes, &mut values);
        // Row 1 is the first of the other half of a head of twelve.
        assert!((0..FORM.width).all(|column| values[column] == FORM.value(6, column)));
    }
}

/// Far away, a matrix is read from its begin to its end and not row by row, by whoever asks first.
#[test]
fn files_far_away_are_read_in_long_runs() {
    let form = Form { rows: 2048, width: 256, group: 128, ..FORM };
    let far = Far::new(form.folder().files());
    let checkpoint = block_on(Checkpoint::open(&Source::new(far.clone()))).unwrap();
    let view = checkpoint.view(NAME, &Shape::from([form.rows, form.width])).unwrap();
    for round in 0..2 {
        far.reads.lock().unwrap().clear();
        for start in (0..form.rows).step_by(32) {
            block_on(view.read_rows(start..start + 32)).unwrap();
        }
        // Scales, zeros and codes; after its last row nothing is kept.
        assert_eq!(far.reads.lock().unwrap().len(), 3, "{round}");
    }
}

/// Files far away, whose bytes are there when they are looked for a second time.
#[derive(Debug)]
struct Late(Arc<Far>);

impl Files for Late {
    fn size<'a>(&'a self, file: &'a str) -> Reading<'a, Option<u64>> {
        self.0.size(file)
    }

    fn read<'a>(&'a self, file: &'a str, range: Range<u64>) -> Reading<'a, Bytes> {
        let mut first = true;
        let mut reading = self.0.read(file, range);
        Box::pin(poll_fn(move |context| {
            if std::mem::take(&mut first) {
                context.waker().wake_by_ref();
                return Poll::Pending;
            }
            reading.as_mut().poll(context)
        }))
    }

    fn place(&self) -> String {
        self.0.place()
    }
}

/// Of many reads at once the first makes what all of them want, and another does where that one is given up.
#[test]
fn reads_under_way_wait_for_each_other() {
    let form = Form { rows: 256, width: 256, group: 128, ..FORM };
    let far = Far::new(form.folder().files());
    let checkpoint = block_on(Checkpoint::open(&Source::new(Arc::new(Late(far.clone()))))).unwrap();
    let view = checkpoint.view(NAME, &Shape::from([form.rows, form.width])).unwrap();
    for (given_up, expected) in [(false, 3), (true, 4)] {
        far.reads.lock().unwrap().clear();
        let mut context = Context::from_waker(Waker::noop());
        let mut reading: VecDeque<_> =
            (0..8).map(|piece| Box::pin(view.read_rows(32 * piece..32 * (piece + 1)))).collect();
        assert!(reading.iter_mut().all(|reading| reading.as_mut().poll(&mut context).is_pending()));
        if given_up {
            reading.pop_front();
        }
        let mut pieces = 0;
        while let Some(mut first) = reading.pop_front() {
            match first.as_mut().poll(&mut context) {
                Poll::Ready(bytes) => pieces += bytes.unwrap().len() / view.dtype().row_bytes(form.width).unwrap(),
                Poll::Pending => reading.push_back(first),
            }
        }
        assert_eq!(pieces, if given_up { 224 } else { 256 });
        assert!(far.reads.lock().unwrap().len() <= expected, "{:?}", far.reads);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn any_form_is_read(form in any_form(), start in 0_usize..24, count in 0_usize..24) {
        let shape = Shape::from([form.rows, form.width]);
        let rows = start.min(form.rows)..(start + count).min(form.rows);
        for checkpoint in form.folder().open().unwrap() {
            let exact = checkpoint.tensor(NAME).unwrap().dtype != Some(DType::F16);
            let values = read(&checkpoint, &shape, rows.clone());
            for (index, value) in values.into_iter().enumerate() {
                let expected = form.value(rows.start + index / form.width, index % form.width);
                let off = (value - expected).abs();
                prop_assert!(off <= if exact { 0.0 } else { expected.abs() / 2048.0 }, "{value} {expected}");
            }
        }
    }
}

/// How fast rows are made, on one thread. Prints figures, checks nothing:
///
/// ```text
/// cargo test --release -p kinglet-format --test int4 -- --ignored --nocapture
/// ```
#[test]
#[ignore = "takes long and checks nothing"]
#[allow(clippy::print_stdout, reason = "this is for reading")]
fn print_figures() {
    let form = Form { rows: 4096, width: 4096, group: 128, ..FORM };
    for (name, form) in [
        ("GPTQ", form),
        ("AWQ", Form { awq: true, ..form }),
        ("GPTQ g32", Form { group: 32, ..form }),
        ("GPTQ g_idx", Form { act_order: true, ..form }),
    ] {
        let checkpoint = block_on(Checkpoint::open(&Source::memory(form.folder().files()))).unwrap();
        let view = checkpoint.view(NAME, &Shape::from([form.rows, form.width])).unwrap();
        let at_once = (4 << 20) / view.dtype().row_bytes(form.width).unwrap();
        let (start, mut rounds) = (std::time::Instant::now(), 0);
        while start.elapsed().as_secs_f64() < 1.0 {
            for first in (0..form.rows).step_by(at_once) {
                std::hint::black_box(block_on(view.read_rows(first..(first + at_once).min(form.rows))).unwrap());
            }
            rounds += 1;
        }
        let bytes = (form.rows * form.width / 2 * rounds) as f64;
        println!("{name:10} {:6.0} MB/s of codes", bytes / start.elapsed().as_secs_f64() / 1e6);
    }
}
