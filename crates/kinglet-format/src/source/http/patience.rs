//! When to ask a server again, and when to stop asking.

use std::{thread, time::Duration};

use super::workers::GivenUp;
use crate::{FormatError, NetworkError, network::NetworkOptions};

/// Whoever does not wait any more is noticed this soon.
const NAP: Duration = Duration::from_millis(50);

/// The longest of the pauses that double.
const LONGEST_OWN_PAUSE: Duration = Duration::from_secs(8);

pub(crate) struct Patience<'o> {
    options: &'o NetworkOptions,
    attempts: usize,
    left: usize,
    pause: Duration,
}

impl<'o> Patience<'o> {
    pub(crate) fn new(options: &'o NetworkOptions, attempts: usize) -> Patience<'o> {
        Patience { options, attempts, left: attempts, pause: options.pause }
    }

    /// Something arrived: the server is worth another while.
    pub(crate) fn renew(&mut self) {
        (self.left, self.pause) = (self.attempts, self.options.pause);
    }

    /// Waits before the next attempt, or returns the error if it is one that stays or there were enough.
    pub(crate) fn again(&mut self, error: FormatError, given_up: &GivenUp) -> Result<(), FormatError> {
        let FormatError::Network { place, why } = &error else { return Err(error) };
        self.left = self.left.saturating_sub(1);
        if self.left == 0 || !why.passes() {
            return Err(error);
        }
        let pause = match why {
            NetworkError::Busy { retry_after: Some(asked), .. } if *asked > self.options.longest_pause => {
                return Err(error);
            }
            NetworkError::Busy { retry_after: Some(asked), .. } => (*asked).max(self.pause),
            _ => self.pause,
        };
        log::debug!("{error}; again in {pause:?}");
        let mut waited = Duration::ZERO;
        while waited < pause {
            given_up.check(place)?;
            let nap = NAP.min(pause - waited);
            thread::sleep(nap);
            waited += nap;
        }
        self.pause = (self.pause * 2).min(LONGEST_OWN_PAUSE);
        Ok(())
    }
}
