//! What a decoded token costs: exact counts, which mean the same on every device.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test may panic")]

mod support;

use std::{
    alloc::{GlobalAlloc, Layout, System},
    sync::atomic::{AtomicU64, Ordering::Relaxed},
};

use kinglet::{Counters, Event, Session, Step, Tier};
use pollster::block_on;

struct CountingAllocator;

static ALLOCATIONS: AtomicU64 = AtomicU64::new(0);

// SAFETY: everything is left to the system's allocator.
unsafe impl GlobalAlloc for CountingAllocator {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Relaxed);
        // SAFETY: the caller's promise.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the caller's promise.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Relaxed);
        // SAFETY: the caller's promise.
        unsafe { System.realloc(pointer, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator;

const LAYERS: u64 = 4;
const AHEAD: usize = 3;
/// Tokens that are measured. All lie within one page of the cache: a new page is an upload.
const TOKENS: usize = 20;

/// Prefills, lets the loop run warm, and returns the slot.
async fn warm(session: &mut Session) -> u32 {
    let slot = session.open_slot().unwrap();
    session.submit(&Step::prefill(slot, 0, &[1, 2, 3, 4, 5]).last_row()).await.unwrap();
    for _ in 1..AHEAD {
        session.submit_next(&[slot]).await.unwrap();
    }
    let mut ids = Vec::with_capacity(8);
    for _ in 0..5 {
        session.next_ids(&mut ids).await.unwrap();
        session.submit_next(&[slot]).await.unwrap();
    }
    slot
}

// One test, so that no other allocates meanwhile.
#[test]
fn a_token_creates_nothing_and_waits_for_nothing() {
    block_on(async {
        let Some(engine) = support::gpu_engine(Tier::HIGHEST).await else { return };
        let model = support::load(&engine, "llama-gqa-tied").await;
        let mut session = model.session().await.unwrap();
        let slot = warm(&mut session).await;
        session.record_events(4 * TOKENS);

        let mut ids = Vec::with_capacity(8);
        let before = session.counters().unwrap();
        for _ in 0..TOKENS {
            session.submit_next(&[slot]).await.unwrap();
            session.next_ids(&mut ids).await.unwrap();
        }
        let spent = session.counters().unwrap() - before;

        let tokens = TOKENS as u64;
        let dispatches = spent.dispatches / tokens;
        let expected = Counters {
            steps: tokens,
            dispatches: dispatches * tokens,
            submits: tokens,
            uploads: 0,
            readback_bytes: 4 * tokens,
            objects_created: 0,
        };
        assert_eq!(spent, expected);
        let per_layer = session.dispatches_per_layer().unwrap() as u64;
        assert!(per_layer <= 9, "{per_layer} dispatches per layer");
        assert_eq!(dispatches, per_layer * LAYERS + 5);

        // Each wait for a step comes after the submission of the second step behind it.
        let events = session.events();
        for (index, event) in events.iter().enumerate() {
            if let Event::Wait(waited) = event {
                let latest = events[..index].iter().rev().find_map(|event| match event {
                    Event::Submit(submitted) => Some(*submitted),
                    Event::Wait(_) => None,
                });
                assert!(latest >= Some(waited + 2), "{event:?} after {latest:?}");
            }
        }
        assert!(events.len() >= 2 * TOKENS);
        session.discard_in_flight();
        session.close_slot(slot);

        // What wgpu allocates for one and the same list varies by a few with the moment at which another thread polls
        // it. An allocation of the engine would show every time.
        let mut measured = Vec::new();
        for _ in 0..8 {
            let (total, wgpu) = allocations(&mut session).await;
            measured.push((total, wgpu));
            if total <= wgpu {
                break;
            }
        }
        println!("{dispatches} dispatches, {per_layer} per layer; allocations, and those of wgpu alone: {measured:?}");
        assert!(measured.iter().any(|(total, wgpu)| total <= wgpu), "{measured:?}");
    });
}

/// Heap allocations of a decoded token, and of the same commands without the engine: medians.
async fn allocations(session: &mut Session) -> (u64, u64) {
    let slot = warm(session).await;
    let (mut engine, mut bare) = (Vec::with_capacity(TOKENS), Vec::with_capacity(TOKENS));
    let mut ids = Vec::with_capacity(8);
    for _ in 0..TOKENS {
        let start = ALLOCATIONS.load(Relaxed);
        session.submit_next(&[slot]).await.unwrap();
        session.next_ids(&mut ids).await.unwrap();
        engine.push(ALLOCATIONS.load(Relaxed) - start);
    }
    session.discard_in_flight();
    session.close_slot(slot);
    let mut step = session.bare_step().await.unwrap().unwrap();
    for round in 0..2 * TOKENS {
        let start = ALLOCATIONS.load(Relaxed);
        step.run();
        // The first rounds fill the pipeline.
        if round >= TOKENS {
            bare.push(ALLOCATIONS.load(Relaxed) - start);
        }
    }
    (median(engine), median(bare))
}

fn median(mut values: Vec<u64>) -> u64 {
    values.sort_unstable();
    values[values.len() / 2]
}
