use kinglet_graph::{Logprobs, Pick};
use kinglet_shaders::{MAX_TOP, RECORD_WORDS};
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
    arriving: Arriving,
}

/// The tokens that a submission copies to a place.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Arriving {
    pub(super) rows: u32,
    /// The likeliest tokens that each row's slot wants to hear of. Where one does, there is a record on each row.
    pub(super) logprobs: [Option<u32>; MAX_SLOTS],
    pub(super) submission: u64,
    /// No other chunk of its step follows.
    pub(super) ends_step: bool,
}

impl Arriving {
    pub(super) fn id_bytes(&self) -> u64 {
        u64::from(self.rows) * 4
    }

    pub(super) fn record_bytes(&self) -> u64 {
        let recorded = self.logprobs.iter().any(Option::is_some);
        if recorded { u64::from(self.rows) * RECORD_WORDS as u64 * 4 } else { 0 }
    }

    /// The picks of a place's words.
    fn picks<'a>(&self, words: &'a [[u8; 4]]) -> impl Iterator<Item = Pick> + use<'a> {
        let (ids, records) = words.split_at((self.rows as usize).min(words.len()));
        let logprobs = self.logprobs;
        ids.iter().enumerate().map(move |(row, id)| {
            let record = records.chunks_exact(RECORD_WORDS).nth(row);
            let top = logprobs.get(row).copied().flatten();
            let logprobs = record.zip(top).map(|(record, top)| logprobs_of(record, top as usize));
            Pick { id: u32::from_le_bytes(*id), logprobs }
        })
    }
}

/// What a record says. Layout: `shaders/src/sampling.rs`.
fn logprobs_of(record: &[[u8; 4]], top: usize) -> Logprobs {
    let word = |index: usize| u32::from_le_bytes(record[index]);
    let logit = |index: usize| f32::from_bits(word(index)).clamp(-1e30, 1e30);
    let total = u64::from(word(1)) << 32 | u64::from(word(0));
    let tokens = (0..top.min(MAX_TOP)).map(|place| (word(4 + 2 * place), logit(5 + 2 * place)));
    // Fewer numbers than were asked for leave places without a token.
    Logprobs::new(logit(3), tokens.take_while(|(id, _)| *id != u32::MAX), logit(2), total)
}

impl Ring {
    pub(super) async fn new(device: &Device) -> Result<Ring, GpuError> {
        let mut places = Vec::new();
        for _ in 0..PLACES {
            let readback = Readback::new(device, (MAX_SLOTS * (1 + RECORD_WORDS) * 4) as u64).await?;
            places.push(Place { readback, arriving: Arriving::default() });
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
        place.arriving = arriving;
        place.readback.request(device, arriving.id_bytes() + arriving.record_bytes(), index);
        self.requested += 1;
    }

    /// The submission whose tokens come next.
    pub(super) fn oldest(&self) -> Option<u64> {
        let oldest = self.read.max(self.discarded);
        (oldest < self.requested).then(|| self.places[oldest % PLACES].arriving.submission)
    }

    /// Waits for the oldest step that is for somebody.
    pub(super) async fn read(&mut self, device: &Device, picks: &mut Vec<Pick>) -> Result<(), GpuError> {
        picks.clear();
        while self.read < self.discarded {
            self.read_place(device, picks).await?;
            picks.clear();
        }
        while self.in_flight() > 0 {
            let ends_step = self.places[self.read % PLACES].arriving.ends_step;
            self.read_place(device, picks).await?;
            if ends_step {
                break;
            }
        }
        Ok(())
    }

    async fn read_place(&mut self, device: &Device, picks: &mut Vec<Pick>) -> Result<(), GpuError> {
        let place = &self.places[self.read % PLACES];
        let words = |bytes: &[u8]| picks.extend(place.arriving.picks(bytes.as_chunks().0));
        let result = place.readback.read(device, words).await;
        // Only now: whoever gives up waiting leaves the place as it is.
        self.read += 1;
        result
    }
}
