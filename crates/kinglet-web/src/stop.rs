use std::{
    future::poll_fn,
    pin::{Pin, pin},
    task::Poll,
};

use js_sys::Promise;
use wasm_bindgen_futures::JsFuture;

/// A promise of the page that settles when it wants no more. It holds memory until then.
#[derive(Debug)]
pub(crate) struct Stop {
    stopped: JsFuture,
    came: bool,
}

impl Stop {
    pub(crate) fn new(stopped: Promise) -> Stop {
        Stop { stopped: JsFuture::from(stopped), came: false }
    }

    /// What a future yields, unless the page wants no more before.
    pub(crate) async fn or<T>(&mut self, future: impl Future<Output = T>) -> Option<T> {
        let mut future = pin!(future);
        poll_fn(|context| {
            self.came = self.came || Pin::new(&mut self.stopped).poll(context).is_ready();
            match self.came {
                true => Poll::Ready(None),
                false => future.as_mut().poll(context).map(Some),
            }
        })
        .await
    }
}
