//! Panics and log messages, on the browser's console.

use log::{Level, LevelFilter, Log, Metadata, Record};
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = console)]
    fn error(message: &str);
    #[wasm_bindgen(js_namespace = console)]
    fn warn(message: &str);
    #[wasm_bindgen(js_namespace = console)]
    fn info(message: &str);
}

struct Console;

impl Log for Console {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &Record<'_>) {
        let message = format!("{}: {}", record.target(), record.args());
        match record.level() {
            Level::Error => error(&message),
            Level::Warn => warn(&message),
            Level::Info | Level::Debug | Level::Trace => info(&message),
        }
    }

    fn flush(&self) {}
}

/// Runs when the module is loaded.
#[wasm_bindgen(start)]
fn start() {
    // Without a hook a panic is a bare trap, and its message is lost.
    std::panic::set_hook(Box::new(|panic| error(&format!("kinglet: {panic}"))));
    // Fails only where a logger is set already.
    if log::set_logger(&Console).is_ok() {
        log::set_max_level(LevelFilter::Warn);
    }
}
