//! The program's window.

use std::{error::Error, path::PathBuf, sync::Arc};

use kinglet::wgpu::{CurrentSurfaceTexture, ErrorFilter, Instance, InstanceDescriptor, Surface, SurfaceConfiguration};
use winit::{
    application::ApplicationHandler,
    event::WindowEvent,
    event_loop::{ActiveEventLoop, EventLoop, OwnedDisplayHandle},
    window::{Window, WindowId},
};

use crate::{Gpu, frame::Frames, generation::Generation};

type Outcome = Result<(), Box<dyn Error>>;

/// Draws until the window is closed.
pub fn run(model: PathBuf) -> Outcome {
    let events = EventLoop::new()?;
    let mut app = App { model, display: events.owned_display_handle(), shown: None, outcome: Ok(()) };
    events.run_app(&mut app)?;
    app.outcome?;
    app.shown.map_or(Ok(()), |shown| shown.generation.end())
}

struct App {
    model: PathBuf,
    display: OwnedDisplayHandle,
    shown: Option<Shown>,
    outcome: Outcome,
}

impl ApplicationHandler for App {
    fn resumed(&mut self, events: &ActiveEventLoop) {
        if self.shown.is_none() {
            match Shown::open(events, self.display.clone(), self.model.clone()) {
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
    generation: Generation,
    tokens: usize,
}

impl Shown {
    fn open(events: &ActiveEventLoop, display: OwnedDisplayHandle, model: PathBuf) -> Result<Shown, Box<dyn Error>> {
        let window = Arc::new(events.create_window(Window::default_attributes().with_title("Kinglet"))?);
        let instance = Instance::new(InstanceDescriptor::new_with_display_handle(Box::new(display)));
        let surface = instance.create_surface(window.clone())?;
        let gpu = Gpu::open(&instance, Some(&surface))?;
        let config = surface.get_default_config(&gpu.adapter, 1, 1).ok_or("the adapter cannot draw in windows")?;
        let frames = Frames::new(&gpu.device, &gpu.queue, config.format);
        let generation = Generation::start(gpu.engine(), model);
        window.request_redraw();
        Ok(Shown { window, surface, config, stale: true, gpu, frames, generation, tokens: 0 })
    }

    fn redraw(&mut self) {
        for token in self.generation.tokens.try_iter() {
            self.tokens += 1;
            self.window.set_title(&format!("Kinglet: token {} is {token}", self.tokens));
        }
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

    /// Fits the surface to the window. wgpu refuses where another thread submits meanwhile: the generation rests, and
    /// the next redraw tries again.
    fn configure(&mut self) {
        let size = self.window.inner_size();
        (self.config.width, self.config.height) = (size.width.max(1), size.height.max(1));
        self.generation.rest(true);
        let scope = self.gpu.device.push_error_scope(ErrorFilter::Validation);
        self.surface.configure(&self.gpu.device, &self.config);
        self.stale = pollster::block_on(scope.pop()).is_some();
        self.generation.rest(self.stale);
    }
}
