//! The program's window.

use std::{
    error::Error,
    process::ExitCode,
    sync::{Arc, mpsc::TryRecvError},
};

use kinglet::wgpu::{CurrentSurfaceTexture, ErrorFilter, Instance, InstanceDescriptor, Surface, SurfaceConfiguration};
use winit::{
    application::ApplicationHandler,
    event::WindowEvent,
    event_loop::{ActiveEventLoop, EventLoop, OwnedDisplayHandle},
    window::{Window, WindowId},
};

use crate::{Gpu, Task, frame::Frames, generation::Generation};

/// Draws until the window is closed.
pub fn run(task: Task) -> Result<ExitCode, Box<dyn Error>> {
    let events = EventLoop::new()?;
    let mut app = App { task, display: events.owned_display_handle(), shown: None, outcome: Ok(()) };
    events.run_app(&mut app)?;
    app.outcome?;
    if let Some(mut shown) = app.shown {
        shown.end();
        return Ok(if shown.failed { ExitCode::FAILURE } else { ExitCode::SUCCESS });
    }
    Ok(ExitCode::SUCCESS)
}

struct App {
    task: Task,
    display: OwnedDisplayHandle,
    shown: Option<Shown>,
    outcome: Result<(), Box<dyn Error>>,
}

impl ApplicationHandler for App {
    fn resumed(&mut self, events: &ActiveEventLoop) {
        if self.shown.is_none() {
            match Shown::open(events, self.display.clone(), self.task.clone()) {
                Ok(shown) => self.shown = Some(shown),
                Err(error) => {
                    self.outcome = Err(error);
                    events.exit();
                }
            }
        }
    }

    fn window_event(&mut self, events: &ActiveEventLoop, _: WindowId, event: WindowEvent) {
        let Some(shown) = &mut self.shown else { return };
        match event {
            WindowEvent::CloseRequested => events.exit(),
            WindowEvent::Resized(_) => shown.stale = true,
            WindowEvent::RedrawRequested => shown.redraw(),
            _ => {}
        }
    }
}

struct Shown {
    window: Arc<Window>,
    surface: Surface<'static>,
    config: SurfaceConfiguration,
    /// The surface is not as the window is.
    stale: bool,
    gpu: Gpu,
    frames: Frames,
    /// `None` after its end.
    generation: Option<Generation>,
    tokens: usize,
    failed: bool,
}

impl Shown {
    fn open(events: &ActiveEventLoop, display: OwnedDisplayHandle, task: Task) -> Result<Shown, Box<dyn Error>> {
        let window = Arc::new(events.create_window(Window::default_attributes().with_title("Kinglet"))?);
        let instance = Instance::new(InstanceDescriptor::new_with_display_handle(Box::new(display)));
        let surface = instance.create_surface(window.clone())?;
        let gpu = Gpu::open(&instance, Some(&surface))?;
        let config = surface.get_default_config(&gpu.adapter, 1, 1).ok_or("the adapter cannot draw in windows")?;
        let frames = Frames::new(&gpu.device, &gpu.queue, config.format);
        let generation = Some(Generation::start(gpu.engine(), task.model, task.prompt));
        window.request_redraw();
        Ok(Shown { window, surface, config, stale: true, gpu, frames, generation, tokens: 0, failed: false })
    }

    fn redraw(&mut self) {
        self.show_tokens();
        if self.stale {
            self.configure();
        }
        if !self.stale {
            match self.surface.get_current_texture() {
                CurrentSurfaceTexture::Success(target) => {
                    self.frames.draw(&target.texture);
                    self.gpu.queue.present(target);
                }
                CurrentSurfaceTexture::Timeout | CurrentSurfaceTexture::Occluded => {}
                _ => self.stale = true,
            }
        }
        self.window.request_redraw();
    }

    /// Shows the tokens that have come since the last frame.
    fn show_tokens(&mut self) {
        while let Some(generation) = &self.generation {
            match generation.tokens.try_recv() {
                Ok(token) => {
                    self.tokens += 1;
                    self.window.set_title(&format!("Kinglet: token {} is {token}", self.tokens));
                }
                Err(TryRecvError::Empty) => return,
                Err(TryRecvError::Disconnected) => self.end(),
            }
        }
    }

    /// Ends the generation and shows how it went.
    fn end(&mut self) {
        let Some(generation) = self.generation.take() else { return };
        if let Err(error) = generation.end() {
            eprintln!("error: {error}");
            self.window.set_title(&format!("Kinglet: {error}"));
            self.failed = true;
        }
    }

    fn rest(&self, rest: bool) {
        if let Some(generation) = &self.generation {
            generation.rest(rest);
        }
    }

    /// Fits the surface to the window. wgpu refuses where another thread submits meanwhile: the generation rests, and
    /// the next redraw tries again.
    fn configure(&mut self) {
        let size = self.window.inner_size();
        (self.config.width, self.config.height) = (size.width.max(1), size.height.max(1));
        self.rest(true);
        let scope = self.gpu.device.push_error_scope(ErrorFilter::Validation);
        self.surface.configure(&self.gpu.device, &self.config);
        self.stale = pollster::block_on(scope.pop()).is_some();
        self.rest(self.stale);
    }
}
