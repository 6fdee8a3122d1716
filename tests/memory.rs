//! Host memory while a model is loaded: bounded, whatever the model's size.
//!
//! The model is made on the fly, and the device is wgpu's noop backend. Its buffers are host memory like any other, so
//! they have to be told apart from what the loader holds. All of them are created before the first weight is read: what
//! is alive at that moment is counted, compared with the sizes that the layout gives the buffers, and taken for the
//! ground that everything counts from which comes later. What was alive before, while there was nothing but the table of
//! the file, is measured with a call that creates no buffer.
#![allow(clippy::expect_used, clippy::unwrap_used, clippy::print_stdout, reason = "a test may panic and tell figures")]

mod support;

use std::{
    alloc::{GlobalAlloc, Layout as Block, System},
    future::ready,
    ops::Range,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
};

use kinglet::{
    Bytes, Checkpoint, DeviceChoice, Engine, EngineOptions, Files, LoadOptions, Quant, Reading, Source, inspect,
};
use kinglet_gpu::{Caps, Layout};
use kinglet_graph::optimise;
use kinglet_models::Described;
use kinglet_tensor::DType;
use pollster::block_on;
use support::synthetic::{Numbers, Synthetic};

struct CountingAllocator;

static LIVE: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);

fn more(bytes: usize) {
    PEAK.fetch_max(LIVE.fetch_add(bytes, SeqCst) + bytes, SeqCst);
}

// SAFETY: everything is left to the system's allocator.
unsafe impl GlobalAlloc for CountingAllocator {
    unsafe fn alloc(&self, block: Block) -> *mut u8 {
        more(block.size());
        // SAFETY: the caller's promise.
        unsafe { System.alloc(block) }
    }

    unsafe fn alloc_zeroed(&self, block: Block) -> *mut u8 {
        more(block.size());
        // SAFETY: the caller's promise.
        unsafe { System.alloc_zeroed(block) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, block: Block) {
        LIVE.fetch_sub(block.size(), SeqCst);
        // SAFETY: the caller's promise.
        unsafe { System.dealloc(pointer, block) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, block: Block, size: usize) -> *mut u8 {
        // Both may be there at once.
        more(size);
        LIVE.fetch_sub(block.size(), SeqCst);
        // SAFETY: the caller's promise.
        unsafe { System.realloc(pointer, block, size) }
    }
}

#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator;

const MIB: usize = 1 << 20;
/// What the issue allows beyond what the source holds.
const BOUND: usize = 64 * MIB;

/// What happens while a model is read.
#[derive(Debug, Default)]
struct Watch {
    /// Bytes alive when the first weight was asked for.
    at_first_weight: AtomicUsize,
    weight_bytes: AtomicUsize,
    largest_read: AtomicUsize,
}

/// A model that nobody holds, watched while it is read.
#[derive(Debug)]
struct Watched {
    model: Synthetic,
    watch: Arc<Watch>,
}

impl Files for Watched {
    fn size<'a>(&'a self, file: &'a str) -> Reading<'a, Option<u64>> {
        let config = self.model.config.as_ref().filter(|_| file == "config.json").map(|config| config.len() as u64);
        Box::pin(ready(Ok((file == self.model.file).then_some(self.model.size).or(config))))
    }

    fn read<'a>(&'a self, file: &'a str, range: Range<u64>) -> Reading<'a, Bytes> {
        if let Some(config) = self.model.config.as_ref().filter(|_| file != self.model.file) {
            return Box::pin(ready(Ok(config.clone())));
        }
        let bytes = (range.end - range.start) as usize;
        if range.start >= self.model.header.len() as u64 {
            if self.watch.weight_bytes.fetch_add(bytes, SeqCst) == 0 {
                let live = LIVE.load(SeqCst);
                self.watch.at_first_weight.store(live, SeqCst);
                PEAK.store(live, SeqCst);
            }
            self.watch.largest_read.fetch_max(bytes, SeqCst);
        }
        Box::pin(ready(Ok(self.model.read(range))))
    }

    fn list(&self) -> Reading<'_, Option<Vec<String>>> {
        Box::pin(ready(Ok(Some(vec![self.model.file.to_owned()]))))
    }

    fn place(&self) -> String {
        "thin air".to_owned()
    }
}

fn watched(model: Synthetic) -> (Source, u64, Arc<Watch>) {
    let watch = Arc::new(Watch::default());
    let size = model.size;
    (Source::new(Arc::new(Watched { model, watch: watch.clone() })), size, watch)
}

/// Bytes of the buffers that the weights get.
fn buffers(source: &Source, types: impl Fn(DType) -> DType) -> usize {
    let checkpoint = block_on(Checkpoint::open(source)).unwrap();
    let described = Described::new(&checkpoint, &[]).unwrap();
    let mut graph = described.build().unwrap().graph;
    let stored = |name: &str| checkpoint.tensor(&described.stored(name).unwrap().name).unwrap().dtype.unwrap();
    let dtypes: Vec<DType> = graph
        .weights
        .iter()
        .map(|it| if it.shape.dims().len() == 2 { types(stored(&it.name)) } else { DType::F32 })
        .collect();
    graph.set_dtypes(dtypes);
    Layout::new(&optimise(graph).0, &Caps::webgpu_default()).unwrap().bytes() as usize
}

struct Measured {
    /// Above what was alive before, while the table was read.
    table: usize,
    /// Above the buffers, when the first weight was asked for.
    first_weight: usize,
    /// Above that, while weights were read.
    weights: usize,
    /// Above the buffers, when the model was there.
    model: usize,
    largest_read: usize,
}

fn measure(
    engine: &Engine,
    source: &Source,
    watch: &Watch,
    size: u64,
    options: &LoadOptions,
    buffers: usize,
) -> Measured {
    let before = LIVE.load(SeqCst);
    PEAK.store(before, SeqCst);
    drop(block_on(inspect(source, options)).unwrap());
    let table = PEAK.load(SeqCst) - before;
    assert_eq!(watch.weight_bytes.load(SeqCst), 0, "an inspection touches no weight");

    let before = LIVE.load(SeqCst);
    let model = block_on(engine.load(source, options.clone())).unwrap();
    let first = watch.at_first_weight.load(SeqCst) - before;
    assert!(
        first >= buffers,
        "all {buffers} bytes of buffers are there before a weight is read, and {first} were alive"
    );
    let weights = PEAK.load(SeqCst) - watch.at_first_weight.load(SeqCst);
    let model_bytes = (LIVE.load(SeqCst) - before).saturating_sub(buffers);
    assert!(watch.weight_bytes.load(SeqCst) as u64 > size * 9 / 10, "it reads the weights");
    drop(model);
    let largest_read = watch.largest_read.load(SeqCst);
    Measured { table, first_weight: first - buffers, weights, model: model_bytes, largest_read }
}

fn check(name: &str, size: u64, measured: &Measured) {
    let Measured { table, first_weight, weights, model, largest_read } = *measured;
    let mib = |bytes: usize| bytes as f64 / MIB as f64;
    println!(
        "{name}: {:.0} MiB; table {:.1} MiB, first weight {:.1}, weights {:.1}, model {:.1}, largest read {:.1}",
        size as f64 / MIB as f64,
        mib(table),
        mib(first_weight),
        mib(weights),
        mib(model),
        mib(largest_read)
    );
    // What is alive with the first weight, and the most that comes on top of it; after which nothing stays.
    assert!(model <= 8 * MIB, "{name}: {model} bytes stay");
    assert!(first_weight + weights <= BOUND, "{name}: {} bytes", first_weight + weights);
    assert!(table <= BOUND, "{name}: {table} bytes for the table");
}

// One test, so that no other allocates meanwhile.
#[test]
fn loading_holds_little_more_than_the_device_does() {
    let engine = support::noop_engine();
    // Llama 3.2 1B, in types that are as long in the file as on the device and in some that are not.
    let llama = Numbers::LLAMA_3_2_1B;
    let types = |name: &str| match name.rsplit('.').nth(1) {
        Some("token_embd") => DType::BF16,
        Some("ffn_down") => DType::Q6_K,
        Some("ffn_gate" | "ffn_up") => DType::Q8_0,
        _ => DType::F16,
    };
    let (source, size, watch) = watched(Synthetic::new(llama, types));
    assert!(size > 1_500_000_000, "{size}");
    let measured = measure(&engine, &source, &watch, size, &LoadOptions::default(), buffers(&source, |it| it));
    check("as it is", size, &measured);

    // Encoded on the way.
    let smaller = Numbers { vocab: 32_000, layers: 1, ..llama };
    for (quant, stored, kept) in [(Quant::Q8, DType::F32, DType::Q8_0), (Quant::Q4, DType::BF16, DType::Q4_0)] {
        let (source, size, watch) = watched(Synthetic::new(smaller, |_| stored));
        let options = LoadOptions { quant, ..LoadOptions::default() };
        let measured = measure(&engine, &source, &watch, size, &options, buffers(&source, |_| kept));
        check(quant.name(), size, &measured);
    }

    // Matrices that lie the other way round in their files. The largest take two runs.
    let (source, size, watch) = watched(Synthetic::gptq(Numbers { vocab: 256, ..smaller }));
    let measured = measure(&engine, &source, &watch, size, &LoadOptions::default(), buffers(&source, |it| it));
    check("GPTQ", size, &measured);

    // The CPU backend holds one copy, in the type that it computes with.
    let cpu = block_on(Engine::new(EngineOptions { device: DeviceChoice::Cpu, ..Default::default() })).unwrap();
    for (quant, stored, kept) in [(Quant::Keep, DType::F16, DType::F16), (Quant::Q8, DType::BF16, DType::Q8_0)] {
        let (source, ..) = watched(Synthetic::new(smaller, |_| stored));
        let weights = buffers(&source, |_| kept);
        let before = LIVE.load(SeqCst);
        PEAK.store(before, SeqCst);
        let model = block_on(cpu.load(&source, LoadOptions { quant, ..LoadOptions::default() })).unwrap();
        let peak = PEAK.load(SeqCst) - before;
        println!("cpu, {}: {:.1} MiB over the weights", quant.name(), (peak as f64 - weights as f64) / MIB as f64);
        assert!(peak <= weights + BOUND, "cpu, {}: {peak} bytes for weights of {weights}", quant.name());
        drop(model);
    }
}
