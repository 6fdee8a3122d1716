//! How fast models load from a source that gives 400 MB a second: reading, repacking and uploading apart, and what they
//! make together.
//!
//! `cargo bench --bench load`, for wgpu's noop backend, which only keeps what is written to it, and for the first
//! adapter where there is one. The model is made on the fly. It ends with code 1 where a load is slower
//! than 80 % of that.
#![allow(clippy::print_stdout, clippy::expect_used, clippy::unwrap_used, reason = "a benchmark prints, and may panic")]

#[path = "../tests/support/mod.rs"]
mod support;

use std::{
    future::{poll_fn, ready},
    ops::Range,
    process::ExitCode,
    sync::{
        Arc, Mutex,
        mpsc::{Sender, channel},
    },
    task::{Poll, Waker},
    thread,
    time::{Duration, Instant},
};

use kinglet::{
    Bytes, DType, DeviceChoice, Engine, EngineOptions, Files, LoadOptions, OnProgress, Quant, Reading, Source, Stage,
    StageTimes,
};
use pollster::block_on;
use support::synthetic::{Numbers, Synthetic};

/// Bytes a second.
const RATE: f64 = 400e6;
/// Of the source's rate, what a load must reach.
const LEAST: f64 = 0.8;

fn main() -> ExitCode {
    let adapter = EngineOptions { device: DeviceChoice::Gpu, ..EngineOptions::default() };
    let engines = [Some(support::noop_engine()), block_on(Engine::new(adapter)).ok()];
    let cases = [
        ("f16", DType::F16, Quant::Keep),
        ("q8_0", DType::Q8_0, Quant::Keep),
        ("q4_k", DType::Q4_K, Quant::Keep),
        ("q6_k", DType::Q6_K, Quant::Keep),
        ("bf16 to q8", DType::BF16, Quant::Q8),
        ("bf16 to q4", DType::BF16, Quant::Q4),
    ];
    println!("MB/s: the source alone, repacking, uploading, everything (of the source)");
    let mut fast = true;
    for engine in engines.iter().flatten() {
        println!("{}", engine.device().adapter.as_deref().unwrap_or("CPU"));
        for (name, dtype, quant) in cases {
            fast &= case(engine, name, dtype, quant);
        }
    }
    if fast { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Prints the rates of a load, and says whether it was fast enough.
fn case(engine: &Engine, name: &str, dtype: DType, quant: Quant) -> bool {
    let model = Synthetic::new(Numbers { layers: 2, ..Numbers::LLAMA_3_2_1B }, |_| dtype);
    let (header, size) = (model.header.len() as u64, model.size);
    let source = Source::new(Arc::new(Throttled::new(model)));
    let start = Instant::now();
    for piece in (header..size).step_by(4 << 20) {
        block_on(source.read(Synthetic::FILE, piece..(piece + (4 << 20)).min(size))).unwrap();
    }
    let alone = (size - header) as f64 / start.elapsed().as_secs_f64();

    let start = Instant::now();
    let times = StageTimes::new(move || start.elapsed());
    let on_progress = times.on_progress(OnProgress::default());
    let model = block_on(engine.load(&source, LoadOptions { quant, on_progress, ..LoadOptions::default() })).unwrap();
    drop(model);
    let [read, repack, upload] = [Stage::Read, Stage::Repack, Stage::Upload].map(|stage| times.of(stage).unwrap());
    let together = read.bytes as f64 / (read.time + repack.time + upload.time).as_secs_f64();
    let mb = |rate: f64| rate / 1e6;
    println!(
        "  {name:10}  {:6.0}  {:6.0}  {:6.0}  {:6.0} ({:.0} %)",
        mb(alone),
        mb(repack.bytes_per_second()),
        mb(upload.bytes_per_second()),
        mb(together),
        together / RATE * 1e2,
    );
    together >= LEAST * RATE
}

/// A model behind a line of limited width: reads go through it one after another, on its own thread.
#[derive(Debug)]
struct Throttled {
    model: Arc<Synthetic>,
    line: Sender<(Range<u64>, Arc<Mutex<Arriving>>)>,
}

#[derive(Debug, Default)]
struct Arriving {
    bytes: Option<Bytes>,
    waker: Option<Waker>,
}

impl Throttled {
    fn new(model: Synthetic) -> Throttled {
        let (line, asked) = channel::<(Range<u64>, Arc<Mutex<Arriving>>)>();
        let model = Arc::new(model);
        let behind = model.clone();
        thread::spawn(move || {
            // When the line is free again.
            let mut free = Instant::now();
            for (range, arriving) in asked {
                let bytes = behind.read(range);
                free = free.max(Instant::now()) + Duration::from_secs_f64(bytes.len() as f64 / RATE);
                thread::sleep(free.saturating_duration_since(Instant::now()));
                let mut arriving = arriving.lock().unwrap();
                arriving.bytes = Some(bytes);
                if let Some(waker) = arriving.waker.take() {
                    waker.wake();
                }
            }
        });
        Throttled { model, line }
    }
}

impl Files for Throttled {
    fn size<'a>(&'a self, file: &'a str) -> Reading<'a, Option<u64>> {
        Box::pin(ready(Ok((file == Synthetic::FILE).then_some(self.model.size))))
    }

    fn read<'a>(&'a self, _: &'a str, range: Range<u64>) -> Reading<'a, Bytes> {
        let arriving = Arc::new(Mutex::new(Arriving::default()));
        self.line.send((range, arriving.clone())).unwrap();
        Box::pin(poll_fn(move |context| {
            let mut arriving = arriving.lock().unwrap();
            arriving.waker = Some(context.waker().clone());
            arriving.bytes.take().map_or(Poll::Pending, |bytes| Poll::Ready(Ok(bytes)))
        }))
    }

    fn list(&self) -> Reading<'_, Option<Vec<String>>> {
        Box::pin(ready(Ok(Some(vec![Synthetic::FILE.to_owned()]))))
    }

    fn place(&self) -> String {
        "a line of limited width".to_owned()
    }
}
