//! A program that draws with its own device while a model generates on the same device.
//!
//! `cargo run --example desktop [-- [--headless] [MODEL [TOKENS]]]`; without a model it takes a small golden checkpoint.
//! The frame loop never waits for the model. `--headless` draws without a window until the generation ends.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program prints")]

#[path = "desktop/frame.rs"]
mod frame;
#[path = "desktop/generation.rs"]
mod generation;
#[path = "desktop/window.rs"]
mod window;

use std::{
    error::Error,
    path::PathBuf,
    process::ExitCode,
    sync::{Arc, mpsc::TryRecvError},
};

use kinglet::{
    Engine,
    wgpu::{
        Adapter, Device, DeviceDescriptor, Features, Instance, InstanceDescriptor, PollType, Queue,
        RequestAdapterOptions, Surface, TextureFormat,
    },
};
use pollster::block_on;

use crate::{frame::Frames, generation::Generation};

fn main() -> ExitCode {
    run().unwrap_or_else(|error| {
        eprintln!("error: {error}");
        ExitCode::FAILURE
    })
}

/// What to generate with, and from.
#[derive(Clone)]
struct Task {
    model: PathBuf,
    prompt: Vec<u32>,
}

fn run() -> Result<ExitCode, Box<dyn Error>> {
    let (flags, words): (Vec<_>, Vec<_>) = std::env::args().skip(1).partition(|argument| argument.starts_with('-'));
    if let Some(flag) = flags.iter().find(|flag| *flag != "--headless") {
        return Err(format!("there is no flag {flag}; there is --headless").into());
    }
    let golden = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/goldens/llama-gqa-tied");
    let (model, tokens) = match &words[..] {
        [] => (golden, "2,3,5,7"),
        [model] => (&model[..], "2,3,5,7"),
        [model, tokens] => (&model[..], &tokens[..]),
        _ => return Err("there is room for a model and its tokens, such as 2,3,5,7".into()),
    };
    let prompt = tokens.split(',').map(str::parse).collect::<Result<_, _>>();
    let task = Task { model: model.into(), prompt: prompt.map_err(|_| format!("{tokens:?} are no token ids"))? };
    if flags.is_empty() { window::run(task) } else { headless(task) }
}

/// What the program draws with. The engine shares it.
struct Gpu {
    adapter: Adapter,
    device: Device,
    queue: Queue,
}

impl Gpu {
    /// Opens the device as the program needs it. What it leaves out, the engine does without: subgroups are for the
    /// engine's faster kernels, and the adapter's own limits let it load weights and contexts of any size.
    fn open(instance: &Instance, compatible_surface: Option<&Surface<'_>>) -> Result<Gpu, Box<dyn Error>> {
        let options = RequestAdapterOptions { compatible_surface, ..RequestAdapterOptions::default() };
        let adapter = block_on(instance.request_adapter(&options))?;
        let (device, queue) = block_on(adapter.request_device(&DeviceDescriptor {
            required_features: adapter.features() & Features::SUBGROUP,
            required_limits: adapter.limits(),
            ..DeviceDescriptor::default()
        }))?;
        // The program's own handler; the engine keeps it.
        device.on_uncaptured_error(Arc::new(|error| eprintln!("{error}")));
        Ok(Gpu { adapter, device, queue })
    }

    fn engine(&self) -> Engine {
        Engine::from_device(&self.adapter, self.device.clone(), self.queue.clone())
    }
}

fn headless(task: Task) -> Result<ExitCode, Box<dyn Error>> {
    let instance = Instance::new(InstanceDescriptor::new_without_display_handle());
    let gpu = Gpu::open(&instance, None)?;
    let target = frame::offscreen(&gpu.device);
    let mut frames = Frames::new(&gpu.device, &gpu.queue, TextureFormat::Rgba8Unorm);
    let generation = Generation::start(gpu.engine(), task.model, task.prompt);
    let mut tokens = 0;
    loop {
        match generation.tokens.try_recv() {
            Ok(token) => {
                tokens += 1;
                println!("frame {}: token {token}", frames.drawn());
            }
            Err(TryRecvError::Disconnected) => break,
            Err(TryRecvError::Empty) => {
                // Where no window sets the pace, the device does.
                let drawn = frames.draw(&target);
                gpu.device.poll(PollType::Wait { submission_index: Some(drawn), timeout: None })?;
            }
        }
    }
    generation.end()?;
    println!("{} frames, {tokens} tokens", frames.drawn());
    Ok(ExitCode::SUCCESS)
}
