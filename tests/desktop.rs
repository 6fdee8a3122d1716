//! A program's own device: it draws on it while the engine generates, and the engine lives within what it was opened
//! with. `examples/desktop.rs` draws the same frames in a window; it is run here without one.
#![allow(clippy::expect_used, clippy::panic, reason = "a test may panic")]

#[path = "../examples/desktop/frame.rs"]
mod frame;
mod support;

use std::{
    fs,
    process::{Command, Output},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    thread,
};

use frame::Frames;
use kinglet::{
    GenerateOptions, GpuError, LoadOptions, Source, Tier,
    blocking::{Engine, Model},
    wgpu::*,
};
use pollster::block_on;

const GOLDEN: &str = "llama-gqa-tied";
/// Frames that must be drawn between the first and the last token of generations.
const FRAMES: u32 = 30;
/// Generations until then, at the most.
const ROUNDS: usize = 500;

#[test]
fn frames_are_drawn_while_a_model_generates() {
    let Some(adapter) = adapter() else { return };
    let program = Program::open(adapter, Features::empty(), Limits::default());
    let engine = program.engine();
    assert_eq!(engine.device().tier, Some(Tier::Baseline.name()), "the device was opened without subgroups");
    let golden = Golden::read();
    let (drawn, done) = (AtomicU32::new(0), AtomicBool::new(false));
    thread::scope(|scope| {
        let frames = scope.spawn(|| {
            let _done = SetAtEnd(&done);
            program.draw_until(&drawn, &done)
        });
        let between = {
            let _done = SetAtEnd(&done);
            generate_among_frames(&engine, &golden, &drawn, &done)
        };
        frames.join().expect("every frame is as it should be");
        assert!(between >= FRAMES, "{between} frames between tokens");
    });
    assert_eq!(program.errors(), [""; 0]);
    program.expect_own_handler();
}

#[test]
fn a_device_with_all_features_gets_the_kernels_for_them() {
    let Some(adapter) = adapter() else { return };
    // Programs may hold several devices of an adapter.
    let plain = Program::open(adapter.clone(), Features::empty(), Limits::default());
    let features = adapter.features() - Features::all_experimental_mask();
    let limits = adapter.limits();
    let program = Program::open(adapter, features, limits);
    let tier = if features.contains(Features::SUBGROUP) { Tier::Subgroups } else { Tier::Baseline };
    assert_eq!(program.engine().device().tier, Some(tier.name()));
    let golden = Golden::read();
    for program in [plain, program] {
        let model = golden.load(&program.engine());
        assert_eq!(golden.generate(&model, || {}), golden.greedy);
        assert_eq!(program.errors(), [""; 0]);
        program.expect_own_handler();
    }
}

#[test]
fn a_destroyed_device_is_an_error_of_the_generation() {
    let Some(adapter) = adapter() else { return };
    let program = Program::open(adapter, Features::empty(), Limits::default());
    let golden = Golden::read();
    let engine = program.engine();
    let model = golden.load(&engine);
    let options = GenerateOptions { max_tokens: Some(golden.greedy.len()), ..GenerateOptions::default() };
    let destroy = |_: &kinglet::Token| program.device.destroy();
    let lost = |error: kinglet::Error| match error {
        kinglet::Error::Gpu(GpuError::Lost { why }) => assert!(!why.contains('\n'), "{why}"),
        other => panic!("{other:?}"),
    };
    model.generate(&golden.prompt, options.clone(), destroy).map(drop).map_or_else(lost, |()| panic!("tokens"));
    model.generate(&golden.prompt, options, |_| {}).map(drop).map_or_else(lost, |()| panic!("tokens again"));
    let source = Source::path(support::golden(GOLDEN)).expect("a golden");
    engine.load(&source, LoadOptions::default()).map(drop).map_or_else(lost, |()| panic!("a model"));
}

/// Generates until enough frames came between the first and the last token of a generation, and counts those frames.
fn generate_among_frames(engine: &Engine, golden: &Golden, drawn: &AtomicU32, done: &AtomicBool) -> u32 {
    let model = golden.load(engine);
    let mut between = 0;
    for _ in 0..ROUNDS {
        let mut seen = Vec::new();
        let tokens = golden.generate(&model, || seen.push(drawn.load(Ordering::SeqCst)));
        assert_eq!(tokens, golden.greedy);
        between += seen.last().zip(seen.first()).map_or(0, |(last, first)| last - first);
        if between >= FRAMES || done.load(Ordering::SeqCst) {
            break;
        }
    }
    between
}

/// Also where a thread panics, so that the other one ends.
struct SetAtEnd<'a>(&'a AtomicBool);

impl Drop for SetAtEnd<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

/// A program with a device of its own.
struct Program {
    adapter: Adapter,
    device: Device,
    queue: Queue,
    errors: Arc<Mutex<Vec<String>>>,
}

impl Program {
    fn open(adapter: Adapter, required_features: Features, required_limits: Limits) -> Program {
        let descriptor = DeviceDescriptor { required_features, required_limits, ..DeviceDescriptor::default() };
        let (device, queue) = block_on(adapter.request_device(&descriptor)).expect("a device");
        let errors = Arc::new(Mutex::new(Vec::new()));
        let heard = errors.clone();
        device.on_uncaptured_error(Arc::new(move |error: Error| {
            heard.lock().expect("errors").push(error.to_string());
        }));
        Program { adapter, device, queue, errors }
    }

    fn engine(&self) -> Engine {
        Engine::from_device(&self.adapter, self.device.clone(), self.queue.clone())
    }

    /// The errors that nobody waited for.
    fn errors(&self) -> Vec<String> {
        self.errors.lock().expect("errors").clone()
    }

    /// Makes an error to see that it is still the program that hears of it.
    fn expect_own_handler(&self) {
        let usage = BufferUsages::MAP_READ | BufferUsages::MAP_WRITE | BufferUsages::STORAGE;
        let size = self.device.limits().max_buffer_size + 4;
        let descriptor = BufferDescriptor { label: None, size, usage, mapped_at_creation: false };
        drop(self.device.create_buffer(&descriptor));
        assert_eq!(self.errors().len(), 1, "{:?}", self.errors());
    }

    fn draw_until(&self, drawn: &AtomicU32, done: &AtomicBool) {
        let target = frame::offscreen(&self.device);
        let mut frames = Frames::new(&self.device, &self.queue, target.format());
        while !done.load(Ordering::SeqCst) {
            frames.draw(&target);
            let number = frames.drawn() - 1;
            let expected: Vec<u8> = (0..target.width()).flat_map(|column| colour(column, number)).collect();
            let pixels = self.read(&target);
            for row in pixels.chunks(expected.len()) {
                assert!(row == expected, "frame {number}");
            }
            drawn.store(frames.drawn(), Ordering::SeqCst);
        }
    }

    /// The texture's bytes, by the program's own wait and map.
    fn read(&self, texture: &Texture) -> Vec<u8> {
        let bytes_per_row = texture.width() * 4;
        let buffer = self.device.create_buffer(&BufferDescriptor {
            label: Some("pixels"),
            size: u64::from(bytes_per_row * texture.height()),
            usage: BufferUsages::COPY_DST | BufferUsages::MAP_READ,
            mapped_at_creation: false,
        });
        let mut encoder = self.device.create_command_encoder(&CommandEncoderDescriptor::default());
        let layout = TexelCopyBufferLayout { offset: 0, bytes_per_row: Some(bytes_per_row), rows_per_image: None };
        let to = TexelCopyBufferInfo { buffer: &buffer, layout };
        encoder.copy_texture_to_buffer(texture.as_image_copy(), to, texture.size());
        let submission = self.queue.submit([encoder.finish()]);
        let mapped = Arc::new(AtomicBool::new(false));
        let arrived = mapped.clone();
        buffer.map_async(MapMode::Read, .., move |result| arrived.store(result.is_ok(), Ordering::SeqCst));
        self.device.poll(PollType::Wait { submission_index: Some(submission), timeout: None }).expect("a wait");
        // The engine's thread may be the one that calls back.
        while !mapped.load(Ordering::SeqCst) {
            thread::yield_now();
        }
        buffer.get_mapped_range(..).expect("a mapped buffer").to_vec()
    }
}

/// What `frame.wgsl` draws.
fn colour(column: u32, number: u32) -> [u8; 4] {
    if (column + 64 - number % 64) % 64 < 16 { [255, 153, 51, 255] } else { [0, 51, 102, 255] }
}

struct Golden {
    prompt: Vec<u32>,
    greedy: Vec<u32>,
}

impl Golden {
    fn read() -> Golden {
        let text = fs::read(support::golden(GOLDEN).join("golden.json")).expect("golden.json");
        let json: serde_json::Value = serde_json::from_slice(&text).expect("golden.json");
        let ids = |key: &str| serde_json::from_value(json[key].clone()).expect("ids");
        Golden { prompt: ids("prompt_ids"), greedy: ids("greedy_ids") }
    }

    fn load(&self, engine: &Engine) -> Model {
        let source = Source::path(support::golden(GOLDEN)).expect("a golden");
        engine.load(&source, LoadOptions::default()).expect("a model")
    }

    fn generate(&self, model: &Model, mut each: impl FnMut()) -> Vec<u32> {
        let options =
            GenerateOptions { max_tokens: Some(self.greedy.len()), ignore_end: true, ..GenerateOptions::default() };
        let tokens = model.generate(&self.prompt, options, |_| each()).expect("tokens");
        tokens.iter().map(|token| token.id).collect()
    }
}

#[test]
fn the_example_draws_and_generates() {
    if adapter().is_none() {
        return;
    }
    let golden = Golden::read();
    let prompt: Vec<String> = golden.prompt.iter().map(u32::to_string).collect();
    let model = support::golden(GOLDEN);
    let output = example(&["--headless", model.to_str().expect("UTF-8"), &prompt.join(",")]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    let (frames, tokens): (Vec<u32>, Vec<u32>) = text.lines().filter_map(drawn_and_generated).unzip();
    assert_eq!(tokens[..golden.greedy.len()], golden.greedy, "{text}");
    assert!(frames.is_sorted(), "{text}");
    assert!(frames.last() > frames.first(), "no frame between the first token and the last: {text}");
    assert!(text.ends_with(&format!(" frames, {} tokens\n", tokens.len())), "{text}");
}

#[test]
fn the_example_says_what_is_wrong() {
    let fails = |arguments: &[&str], expected: &str| {
        let output = example(arguments);
        let text = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{text}");
        assert!(text.starts_with("error: ") && text.contains(expected), "{text}");
    };
    fails(&["--headles"], "there is no flag --headles");
    fails(&["--headless", "model", "3,x"], "\"3,x\" are no token ids");
    fails(&["--headless", "model", "3", "4"], "there is room for a model and its tokens");
    if adapter().is_some() {
        fails(&["--headless", "no/such/model"], "no/such/model");
    }
}

/// Runs `examples/desktop.rs`. Cargo builds examples for all tests, but not for a single one.
fn example(arguments: &[&str]) -> Output {
    let tests = std::env::current_exe().expect("this test");
    let folder = tests.ancestors().nth(2).expect("target/PROFILE").join("examples");
    let program = folder.join(format!("desktop{}", std::env::consts::EXE_SUFFIX));
    let output = Command::new(&program).args(arguments).env("NODEVICE_SELECT", "1").output();
    output.unwrap_or_else(|error| panic!("{}: {error}; run cargo build --example desktop", program.display()))
}

/// `frame 12: token 34`.
fn drawn_and_generated(line: &str) -> Option<(u32, u32)> {
    let (frame, token) = line.strip_prefix("frame ")?.split_once(": token ")?;
    frame.parse().ok().zip(token.parse().ok())
}

/// The program's choice. Where `KINGLET_REQUIRE_GPU` is set, a missing adapter is a failure.
fn adapter() -> Option<Adapter> {
    let instance = Instance::new(InstanceDescriptor::new_without_display_handle());
    match block_on(instance.request_adapter(&RequestAdapterOptions::default())) {
        Ok(adapter) => Some(adapter),
        Err(error) if std::env::var("KINGLET_REQUIRE_GPU").is_ok_and(|value| value == "1") => {
            panic!("KINGLET_REQUIRE_GPU is set: {error}")
        }
        Err(_) => None,
    }
}
