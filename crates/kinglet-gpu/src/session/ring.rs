use wgpu::SubmissionIndex;

use super::chunk::MAX_SLOTS;
use crate::{Device, GpuError, readback::Readback};

/// Steps that it pays to have in flight before the first one's tokens are read: one that runs, one that waits for the
/// device, one that the host may be reading.
pub const STEPS_AHEAD: usize = 3;

/// Steps whose tokens may be on their way at one time.
const PLACES: usize = STEPS_AHEAD + 1;

/// The readback buffers of the free-running loop. Tokens come back late: several steps may follow the one whose tokens
/// the host waits for.
#[derive(Debug)]
pub(super) struct Ring {
    places: Vec<Place>,
    /// Steps that were requested and steps that were read, ever.
    requested: usize,
    read: usize,
    /// Steps before this one are for nobody.
    discarded: usize,
}

#[derive(Debug)]
struct Place {
    readback: Readback,
    submission: u64,
    /// No other chunk of its step follows.
    ends_step: bool,
}

/// The tokens that a submission copies to a place.
pub(super) struct Arriving {
    pub(super) rows: u32,
    pub(super) submission: u64,
    pub(super) ends_step: bool,
}

impl Ring {
    pub(super) async fn new(device: &Device) -> Result<Ring, GpuError> {
        let mut places = Vec::new();
        for _ in 0..PLACES {
            let readback = Readback::new(device, MAX_SLOTS as u64 * 4).await?;
            places.push(Place { readback, submission: 0, ends_step: true });
        }
        Ok(Ring { places, requested: 0, read: 0, discarded: 0 })
    }

    pub(super) fn in_flight(&self) -> usize {
        self.requested - self.read
    }

    /// The buffers of all places.
    pub(super) fn buffers(&self) -> impl Iterator<Item = &wgpu::Buffer> {
        self.places.iter().map(|place| place.readback.buffer())
    }

    pub(super) fn discard_in_flight(&mut self) {
        self.discarded = self.requested;
    }

    /// Waits until no discarded step is in flight and says whether there are so many places free.
    pub(super) async fn make_room(&mut self, device: &Device, places: usize) -> Result<(), GpuError> {
        if places > PLACES {
            let what = "a step that picks tokens".to_owned();
            return Err(GpuError::Limit {
                what,
                needed: places as u64,
                unit: "replays with wanted rows",
                limit: PLACES as u64,
            });
        }
        while self.read < self.discarded {
            self.read_place(device, &mut Vec::new()).await?;
        }
        if self.in_flight() + places <= PLACES { Ok(()) } else { Err(GpuError::InFlight { steps: self.in_flight() }) }
    }

    /// The buffer that the next step copies its tokens to.
    pub(super) fn next_buffer(&self) -> &wgpu::Buffer {
        self.places[self.requested % PLACES].readback.buffer()
    }

    /// Asks for the tokens that a submission copied to [`Ring::next_buffer`].
    pub(super) fn request(&mut self, device: &Device, arriving: Arriving, index: SubmissionIndex) {
        let place = &mut self.places[self.requested % PLACES];
        (place.submission, place.ends_step) = (arriving.submission, arriving.ends_step);
        place.readback.request(device, u64::from(arriving.rows) * 4, index);
        self.requested += 1;
    }

    /// The submission whose tokens come next.
    pub(super) fn oldest(&self) -> Option<u64> {
        let oldest = self.read.max(self.discarded);
        (oldest < self.requested).then(|| self.places[oldest % PLACES].submission)
    }

    /// Waits for the oldest step that is for somebody.
    pub(super) async fn read(&mut self, device: &Device, ids: &mut Vec<u32>) -> Result<(), GpuError> {
        ids.clear();
        while self.read < self.discarded {
            self.read_place(device, ids).await?;
            ids.clear();
        }
        while self.in_flight() > 0 {
            let ends_step = self.places[self.read % PLACES].ends_step;
            self.read_place(device, ids).await?;
            if ends_step {
                break;
            }
        }
        Ok(())
    }

    async fn read_place(&mut self, device: &Device, ids: &mut Vec<u32>) -> Result<(), GpuError> {
        let place = &self.places[self.read % PLACES];
        let words = |bytes: &[u8]| ids.extend(bytes.as_chunks().0.iter().map(|word| u32::from_le_bytes(*word)));
        let result = place.readback.read(device, words).await;
        // Only now: whoever gives up waiting leaves the place as it is.
        self.read += 1;
        result
    }
}
