use std::collections::VecDeque;

use kinglet_graph::{Pick, Step};

use super::{GenerateOptions, Sequence, Token, sequence::Finish};
use crate::{Error, PerStep, Session, per_step::Readings};

/// Sequences at one time: what one step can feed.
const WIDTH: usize = kinglet_gpu::MAX_SLOTS;

/// Sequences that are generated together on one session.
///
/// *Free-running*: the device picks tokens and feeds itself, several steps ahead. *Lock-step*: the host picks from the
/// logits of each step before the next one is submitted.
#[derive(Debug)]
pub(crate) struct Run {
    options: GenerateOptions,
    /// A token that ends a turn, where the model does not say so itself.
    turn_end: Option<u32>,
    /// Slots stay open when their sequences end.
    keep_slots: bool,
    sequences: Vec<Sequence>,
    /// Sequences before this one have begun.
    begun: usize,
    /// Those that go on.
    live: Vec<usize>,
    /// Where the device feeds itself: which sequences' tokens each step in flight yields.
    in_flight: VecDeque<Flight>,
    picks: Vec<Pick>,
    ready: VecDeque<(usize, Token)>,
    readings: Readings,
}

/// The sequences of a step, in the order of its rows.
#[derive(Clone, Copy, Debug, Default)]
struct Flight {
    sequences: [usize; WIDTH],
    count: usize,
}

impl Flight {
    fn push(&mut self, sequence: usize) {
        if let Some(place) = self.sequences.get_mut(self.count) {
            *place = sequence;
            self.count += 1;
        }
    }

    fn iter(&self) -> impl Iterator<Item = usize> + use<> {
        self.sequences.into_iter().take(self.count)
    }
}

impl Run {
    /// A run of one sequence whose slot stays open, and which this token ends, too.
    pub(crate) fn reply(session: &Session, sequence: Sequence, options: GenerateOptions, turn_end: Option<u32>) -> Run {
        Run { turn_end, keep_slots: true, ..Run::new(session, vec![sequence], options) }
    }

    /// A run of these sequences, none of which has begun.
    pub(crate) fn new(session: &Session, sequences: Vec<Sequence>, options: GenerateOptions) -> Run {
        Run {
            options,
            turn_end: None,
            keep_slots: false,
            sequences,
            begun: 0,
            live: Vec::with_capacity(WIDTH),
            in_flight: VecDeque::with_capacity(session.steps_ahead() + 1),
            picks: Vec::with_capacity(WIDTH),
            ready: VecDeque::with_capacity(WIDTH),
            readings: Readings::default(),
        }
    }

    /// Where the device picks, the first prompt is on its way when the caller gets the stream. Whoever gives up waiting,
    /// or gets an error, must [`Run::end`] it all the same.
    pub(crate) async fn begin(&mut self, session: &mut Session) -> Result<(), Error> {
        if !self.options.lock_step() {
            self.begin_next(session).await?;
        }
        Ok(())
    }

    /// The next token of any sequence; `None` after the last of all.
    pub(crate) async fn next(&mut self, session: &mut Session) -> Result<Option<(usize, Token)>, Error> {
        while self.ready.is_empty() {
            let any = match self.options.lock_step() {
                true => self.lock_step(session).await?,
                false => self.free_running(session).await?,
            };
            if !any {
                return Ok(None);
            }
        }
        Ok(self.ready.pop_front())
    }

    /// Leaves what is in flight to end, and gives back the slots of sequences that go on. Tokens that are still to come
    /// are for nobody.
    pub(crate) fn end(&mut self, session: &mut Session) {
        session.discard_in_flight();
        self.in_flight.clear();
        for index in std::mem::take(&mut self.live) {
            if let Some(slot) = self.sequences[index].slot {
                session.close_slot(slot);
            }
        }
    }

    /// As [`Run::end`] of a reply: its slot stays open.
    pub(crate) fn end_reply(&mut self, session: &mut Session) -> Option<Sequence> {
        session.discard_in_flight();
        self.in_flight.clear();
        self.live.clear();
        self.sequences.pop()
    }

    pub(crate) fn finish(&self, index: usize) -> Option<Finish> {
        self.sequences.get(index)?.finish
    }

    /// Tokens of a prompt that were there already.
    pub(super) fn reused(&self, index: usize) -> usize {
        self.sequences.get(index).map_or(0, |sequence| sequence.reused)
    }

    pub(crate) fn per_step(&self, session: &Session) -> Option<PerStep> {
        self.readings.per_step(session)
    }

    /// Gives the next sequence that wants tokens a slot, and submits its prompt where the device picks.
    async fn begin_next(&mut self, session: &mut Session) -> Result<Option<usize>, Error> {
        let waiting = |sequence: &Sequence| sequence.finish.is_none();
        let Some(index) = (self.begun..self.sequences.len()).find(|&index| waiting(&self.sequences[index])) else {
            self.begun = self.sequences.len();
            return Ok(None);
        };
        let opened = match self.sequences[index].slot {
            Some(slot) => Ok(slot),
            None => self.open_slot(session, index),
        };
        let slot = match opened {
            Ok(slot) => slot,
            // The caller may have opened slots, too. There will be one when a sequence has ended.
            Err(_) if !self.live.is_empty() => return Ok(None),
            Err(error) => return Err(error),
        };
        self.begun = index + 1;
        self.live.push(index);
        let sequence = &mut self.sequences[index];
        sequence.slot = Some(slot);
        if !self.options.lock_step() {
            let length = continued(session, slot, sequence.reused as u32, sequence.tokens.len());
            sequence.reused = length as usize;
            self.submit_rest(session, index, slot, length).await?;
            self.readings.start(session);
        }
        Ok(Some(index))
    }

    /// Submits what a slot lacks of its sequence, of which it has so many tokens.
    async fn submit_rest(&mut self, session: &mut Session, index: usize, slot: u32, length: u32) -> Result<(), Error> {
        let sequence = &mut self.sequences[index];
        let edits = self.options.penalties.edits(&sequence.tokens);
        session.set_sampling(slot, &sequence.sampling, &edits)?;
        session.submit(&sequence.rest(slot, length)).await?;
        sequence.asked += 1;
        let mut flight = Flight::default();
        flight.push(index);
        self.in_flight.push_back(flight);
        Ok(())
    }

    /// A sequence whose next token takes it beyond the length from where it is rotated otherwise, with its slot.
    fn at_restart(&self, session: &Session) -> Option<(usize, u32)> {
        let beyond = session.restarts_beyond()?;
        let crosses = |&index: &usize| {
            let sequence = &self.sequences[index];
            let slot = sequence.slot.filter(|_| sequence.asked < sequence.max_tokens)?;
            (session.slot_length(slot) == u32::try_from(beyond).ok()).then_some((index, slot))
        };
        self.live.iter().find_map(crosses)
    }

    /// A slot that begins with what another sequence has computed of the same tokens.
    fn open_slot(&mut self, session: &mut Session, index: usize) -> Result<u32, Error> {
        let sequence = &self.sequences[index];
        let common = |&other: &usize| Some((sequence.in_common(&self.sequences[other]), self.sequences[other].slot?));
        let (common, parent) = self.live.iter().filter_map(common).max().unwrap_or_default();
        if common == 0 {
            return session.open_slot();
        }
        let (slot, reused) = session.fork_slot(parent, common as u32)?;
        self.sequences[index].reused = reused as usize;
        Ok(slot)
    }

    /// Keeps several steps in flight and reads the oldest. Where penalties look back there is only one: what the next
    /// may pick depends on its token.
    async fn free_running(&mut self, session: &mut Session) -> Result<bool, Error> {
        let look_back = self.options.penalties.look_back();
        let ahead = if look_back { 1 } else { session.steps_ahead() };
        while self.in_flight.len() < ahead {
            if self.live.len() < WIDTH && self.begin_next(session).await?.is_some() {
                continue;
            }
            if let Some((index, slot)) = self.at_restart(session) {
                // All of its tokens must be known before they are computed again.
                if self.in_flight.is_empty() {
                    session.truncate_slot(slot, 0);
                    self.submit_rest(session, index, slot, 0).await?;
                    continue;
                }
                break;
            }
            let (mut flight, mut slots) = (Flight::default(), [0; WIDTH]);
            for &index in &self.live {
                let sequence = &self.sequences[index];
                let Some(slot) = sequence.slot.filter(|_| sequence.asked < sequence.max_tokens) else { continue };
                if look_back {
                    let edits = self.options.penalties.edits(&sequence.tokens);
                    session.set_sampling(slot, &sequence.sampling, &edits)?;
                }
                slots[flight.count] = slot;
                flight.push(index);
            }
            if flight.count == 0 {
                break;
            }
            session.submit_next(&slots[..flight.count]).await?;
            flight.iter().for_each(|index| self.sequences[index].asked += 1);
            self.in_flight.push_back(flight);
        }
        let Some(flight) = self.in_flight.front().copied() else { return Ok(false) };
        let mut picks = std::mem::take(&mut self.picks);
        let read = session.next_picks(&mut picks).await;
        // Only now: whoever gives up waiting can wait again.
        self.in_flight.pop_front();
        let taken = read.and_then(|()| {
            flight.iter().zip(picks.drain(..)).try_for_each(|(index, pick)| self.take(session, index, pick, None))
        });
        self.picks = picks;
        taken.map(|()| true)
    }

    /// Runs one step, of a prompt or of a token of each sequence, and picks from its logits.
    ///
    /// A step is what slots lack of their sequences. So it does not matter whether the one before was given up half-way.
    async fn lock_step(&mut self, session: &mut Session) -> Result<bool, Error> {
        let began = if self.live.len() < WIDTH { self.begin_next(session).await? } else { None };
        let rows = began.map_or_else(|| self.live.clone(), |index| vec![index]);
        if rows.is_empty() {
            return Ok(false);
        }
        let mut step = Step::default();
        for &index in &rows {
            let sequence = &self.sequences[index];
            let slot = sequence.slot.unwrap_or(0);
            // At least the last token must be computed: what follows it is what is wanted.
            let length = session.truncate_slot(slot, sequence.tokens.len().saturating_sub(1) as u32).unwrap_or(0);
            let length = continued(session, slot, length, sequence.tokens.len());
            step.tokens.extend(sequence.rest(slot, length).tokens);
            step.rows.push(step.tokens.len().saturating_sub(1) as u32);
        }
        let outputs = session.step(&step).await?;
        for (index, logits) in rows.into_iter().zip(outputs.into_logits()) {
            let pick = self.sequences[index].pick(&logits, &self.options)?;
            self.take(session, index, pick, self.options.logits.then_some(logits))?;
        }
        Ok(true)
    }

    /// Adds a token to its sequence, unless that has ended meanwhile.
    fn take(&mut self, session: &mut Session, index: usize, pick: Pick, logits: Option<Vec<f32>>) -> Result<(), Error> {
        let sequence = &mut self.sequences[index];
        if sequence.finish.is_some() {
            return Ok(());
        }
        let by_model = session.info().end_tokens.contains(&pick.id) || self.turn_end == Some(pick.id);
        let ends = by_model && (!self.options.ignore_end || self.options.grammar.is_some());
        let token = sequence.push(pick, logits, ends, &self.options)?;
        self.readings.token(session);
        if sequence.finish.is_some() {
            self.live.retain(|&live| live != index);
            if !self.keep_slots {
                sequence.slot.into_iter().for_each(|slot| session.close_slot(slot));
            }
        }
        self.ready.push_back((index, token));
        Ok(())
    }
}

/// How many of its tokens a slot keeps that has so many of them and is to have `end`: none where that takes it beyond the
/// length from where it is rotated otherwise.
fn continued(session: &mut Session, slot: u32, length: u32, end: usize) -> u32 {
    match session.restarts_beyond() {
        Some(beyond) if (1..=beyond).contains(&(length as usize)) && end > beyond => {
            session.truncate_slot(slot, 0).unwrap_or(0)
        }
        _ => length,
    }
}
