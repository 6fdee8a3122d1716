//! Ragged steps: what runs together must not show in what comes out.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test may panic")]

mod support;

use kinglet::{Engine, GenerateOptions, LoadOptions, Model, Session, Source, Step, StepToken};
use pollster::block_on;

/// Prompts of different lengths: one page, a page border, several pages, one token.
const LENGTHS: [u32; 4] = [5, 64, 130, 1];
const NEW_TOKENS: usize = 12;

fn prompt(length: u32) -> Vec<u32> {
    (0..length).map(|i| (i * 37 + length * 11) % 256).collect()
}

/// The greedy tokens of one prompt in a slot, fed back by the device.
async fn alone(session: &mut Session, slot: u32, prompt: &[u32]) -> Vec<u32> {
    session.submit(&Step::prefill(slot, 0, prompt).last_row()).await.unwrap();
    let (mut tokens, mut ids) = (Vec::new(), Vec::new());
    for index in 0..NEW_TOKENS {
        session.next_ids(&mut ids).await.unwrap();
        tokens.extend(&ids);
        if index + 1 < NEW_TOKENS {
            session.submit_next(&[slot]).await.unwrap();
        }
    }
    tokens
}

async fn each_alone(model: &Model) -> Vec<Vec<u32>> {
    let mut session = model.session().await.unwrap();
    let mut all = Vec::new();
    for length in LENGTHS {
        let slot = session.open_slot().unwrap();
        all.push(alone(&mut session, slot, &prompt(length)).await);
        session.close_slot(slot);
    }
    all
}

fn on_every_engine(test: impl AsyncFn(&Engine)) {
    block_on(async {
        for engine in support::engines().await {
            test(&engine).await;
        }
    });
}

#[test]
fn slots_decoded_together_give_what_each_gives_alone() {
    on_every_engine(async |engine| {
        let model = support::load(engine, "llama-gqa-tied").await;
        let expected = each_alone(&model).await;
        let mut session = model.session().await.unwrap();
        let slots: Vec<u32> = LENGTHS.iter().map(|_| session.open_slot().unwrap()).collect();
        // All prompts in one step, cut into replays wherever it is full.
        let mut step = Step::default();
        for (&slot, length) in slots.iter().zip(LENGTHS) {
            step.tokens.extend(Step::prefill(slot, 0, &prompt(length)).tokens);
            step.rows.push(step.tokens.len() as u32 - 1);
        }
        let first = session.step(&step).await.unwrap();
        let mut next: Vec<u32> = first.logits().iter().map(|row| largest(row)).collect();
        let mut found: Vec<Vec<u32>> = next.iter().map(|id| vec![*id]).collect();
        for _ in 1..NEW_TOKENS {
            let token =
                |(&slot, &id): (&u32, &u32)| StepToken { id, position: session.slot_length(slot).unwrap(), slot };
            let tokens = slots.iter().zip(&next).map(token).collect();
            let outputs = session.step(&Step { tokens, rows: (0..4).collect(), ..Step::default() }).await.unwrap();
            next = outputs.logits().iter().map(|row| largest(row)).collect();
            found.iter_mut().zip(&next).for_each(|(found, id)| found.push(*id));
        }
        assert_eq!(found, expected);
    });
}

#[test]
fn free_running_slots_join_and_leave() {
    on_every_engine(async |engine| {
        let model = support::load(engine, "llama-gqa-tied").await;
        let expected = each_alone(&model).await;
        let mut session = model.session().await.unwrap();
        let mut found: Vec<Vec<u32>> = vec![Vec::new(); 4];
        let mut slots: Vec<(usize, u32)> = Vec::new();
        let mut ids = Vec::new();
        let mut round = 0;
        while found.iter().any(|tokens| tokens.len() < NEW_TOKENS) {
            // A new prompt joins every third round, while the others go on.
            if round % 3 == 0 && round / 3 < 4 {
                let index = round / 3;
                let slot = session.open_slot().unwrap();
                session.submit(&Step::prefill(slot, 0, &prompt(LENGTHS[index])).last_row()).await.unwrap();
                session.next_ids(&mut ids).await.unwrap();
                found[index].extend(&ids);
                slots.push((index, slot));
            }
            let running: Vec<u32> = slots.iter().map(|(_, slot)| *slot).collect();
            session.submit_next(&running).await.unwrap();
            session.next_ids(&mut ids).await.unwrap();
            slots.iter().zip(&ids).for_each(|((index, _), id)| found[*index].push(*id));
            let done = |slot: &(usize, u32)| found[slot.0].len() >= NEW_TOKENS;
            slots.iter().filter(|slot| done(slot)).for_each(|(_, slot)| session.close_slot(*slot));
            slots.retain(|slot| !done(slot));
            round += 1;
        }
        found.iter_mut().for_each(|tokens| tokens.truncate(NEW_TOKENS));
        assert_eq!(found, expected);
    });
}

#[test]
fn a_prompt_in_pieces_gives_what_it_gives_at_once() {
    on_every_engine(async |engine| {
        let model = support::load(engine, "llama-gqa-tied").await;
        let prompt = prompt(150);
        let mut session = model.session().await.unwrap();
        let slot = session.open_slot().unwrap();
        let whole = session.step(&Step::prefill(slot, 0, &prompt)).await.unwrap();
        session.close_slot(slot);
        for piece in [64, 37] {
            let slot = session.open_slot().unwrap();
            let mut rows = Vec::new();
            for (index, part) in prompt.chunks(piece).enumerate() {
                let step = Step::prefill(slot, (index * piece) as u32, part);
                rows.extend(session.step(&step).await.unwrap().logits().iter().cloned());
            }
            session.close_slot(slot);
            // Pieces of 64 are the replays of the whole. Other pieces add up the same numbers in the same order.
            assert!(rows == whole.logits(), "pieces of {piece}");
        }
    });
}

#[test]
fn a_slot_used_again_starts_clean() {
    on_every_engine(async |engine| {
        let model = support::load(engine, "llama-odd").await;
        let mut session = model.session().await.unwrap();
        let slot = session.open_slot().unwrap();
        let first = alone(&mut session, slot, &prompt(130)).await;
        session.close_slot(slot);
        let slot = session.open_slot().unwrap();
        // Left in the middle, with steps in flight.
        session.submit(&Step::prefill(slot, 0, &prompt(70)).last_row()).await.unwrap();
        session.submit_next(&[slot]).await.unwrap();
        session.discard_in_flight();
        session.close_slot(slot);
        let slot = session.open_slot().unwrap();
        assert_eq!(session.slot_length(slot), Some(0));
        assert_eq!(alone(&mut session, slot, &prompt(130)).await, first);
    });
}

#[test]
fn caches_grow_between_steps_without_a_trace() {
    on_every_engine(async |engine| {
        let source = Source::path(support::golden("llama-gqa-tied")).unwrap();
        // 512 tokens have pages from the start; eight slots of 150 need more.
        let model = engine.load(&source, LoadOptions::default()).await.unwrap();
        let mut session = model.session().await.unwrap();
        let expected = {
            let slot = session.open_slot().unwrap();
            let tokens = alone(&mut session, slot, &prompt(150)).await;
            session.close_slot(slot);
            tokens
        };
        let slots: Vec<u32> = (0..8).map(|_| session.open_slot().unwrap()).collect();
        let mut ids = Vec::new();
        for &slot in &slots {
            session.submit(&Step::prefill(slot, 0, &prompt(150)).last_row()).await.unwrap();
            session.next_ids(&mut ids).await.unwrap();
            assert_eq!(ids, expected[..1]);
        }
        for expected in &expected[1..4] {
            session.submit_next(&slots).await.unwrap();
            session.next_ids(&mut ids).await.unwrap();
            assert_eq!(ids, [*expected; 8]);
        }
    });
}

#[test]
fn steps_that_cannot_be_are_refused_by_name() {
    on_every_engine(async |engine| {
        let model = support::load(engine, "llama-odd").await;
        let mut session = model.session().await.unwrap();
        let slot = session.open_slot().unwrap();
        let error = session.step(&Step::prefill(slot, 0, &[259])).await.unwrap_err();
        assert_eq!(error.to_string(), "token 259 is not in the vocabulary of 259");
        let error = session.step(&Step::prefill(slot, 3, &[1])).await.unwrap_err();
        assert_eq!(error.to_string(), "slot 0: position 3 follows 0 tokens");
        let error = session.step(&Step::prefill(7, 0, &[1])).await.unwrap_err();
        assert_eq!(error.to_string(), "slot 7 is not open");
        let error = session.submit_next(&[5]).await.unwrap_err();
        assert_eq!(error.to_string(), "slot 5 is not open");
        let long = vec![1; 513];
        let error = session.step(&Step::prefill(slot, 0, &long)).await.unwrap_err();
        let expected =
            "513 tokens do not fit into a context of 512; ask for fewer, or load the model with a longer `context`";
        assert_eq!(error.to_string(), expected);
        // None of them left a trace.
        assert_eq!(session.slot_length(slot), Some(0));
        session.step(&Step::prefill(slot, 0, &[1, 2])).await.unwrap();
    });
}

fn largest(row: &[f32]) -> u32 {
    (0..row.len()).max_by(|&a, &b| row[a].total_cmp(&row[b])).unwrap() as u32
}

#[test]
fn prompts_of_several_slots_in_one_submission_give_their_tokens_together() {
    on_every_engine(async |engine| {
        let model = support::load(engine, "llama-gqa-tied").await;
        let expected: Vec<u32> = each_alone(&model).await.iter().map(|tokens| tokens[0]).collect();
        let mut session = model.session().await.unwrap();
        let mut step = Step::default();
        for length in LENGTHS {
            let slot = session.open_slot().unwrap();
            step.tokens.extend(Step::prefill(slot, 0, &prompt(length)).tokens);
            step.rows.push(step.tokens.len() as u32 - 1);
        }
        session.submit(&step).await.unwrap();
        let mut ids = Vec::new();
        session.next_ids(&mut ids).await.unwrap();
        assert_eq!(ids, expected);
    });
}

#[test]
fn a_slot_without_a_picked_token_is_not_continued() {
    on_every_engine(async |engine| {
        let model = support::load(engine, "llama-odd").await;
        let mut session = model.session().await.unwrap();
        let slot = session.open_slot().unwrap();
        let refused = "slot 0 has no next token: its last step picked none";
        assert_eq!(session.submit_next(&[slot]).await.unwrap_err().to_string(), refused);
        session.step(&Step::prefill(slot, 0, &prompt(60))).await.unwrap();
        assert_eq!(session.submit_next(&[slot]).await.unwrap_err().to_string(), refused);
        // A wanted row that is not the slot's last is no next token either.
        let mut step = Step::prefill(slot, 60, &prompt(3));
        step.rows = vec![1];
        session.submit(&step).await.unwrap();
        assert_eq!(session.submit_next(&[slot]).await.unwrap_err().to_string(), refused);
        // What is refused leaves no trace, wherever in the step the fault is.
        let mut step = Step::prefill(slot, 63, &prompt(130));
        step.rows = vec![100, 101];
        let error = session.submit(&step).await.unwrap_err().to_string();
        assert_eq!(error, "slot 0 has two wanted rows in a step that picks tokens");
        assert_eq!(session.slot_length(slot), Some(63));
    });
}

/// Starts a future and gives up on it.
fn give_up<F: Future>(future: F) {
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    let _ = std::pin::pin!(future).poll(&mut context);
}

#[test]
fn a_step_that_was_given_up_does_no_harm() {
    on_every_engine(async |engine| {
        let model = support::load(engine, "llama-odd").await;
        let mut session = model.session().await.unwrap();
        let slot = session.open_slot().unwrap();
        let expected = alone(&mut session, slot, &prompt(70)).await;
        session.close_slot(slot);
        for _ in 0..3 {
            let slot = session.open_slot().unwrap();
            give_up(session.step(&Step::prefill(slot, 0, &prompt(40))));
            session.close_slot(slot);
            let slot = session.open_slot().unwrap();
            session.submit(&Step::prefill(slot, 0, &prompt(40)).last_row()).await.unwrap();
            let mut ids = Vec::new();
            give_up(session.next_ids(&mut ids));
            session.discard_in_flight();
            session.close_slot(slot);
        }
        let slot = session.open_slot().unwrap();
        assert_eq!(alone(&mut session, slot, &prompt(70)).await, expected);
        let length = session.slot_length(slot).unwrap();
        assert_eq!(session.step(&Step::prefill(slot, length, &[1])).await.unwrap().logits().len(), 1);
    });
}

#[test]
fn every_generation_says_what_its_steps_cost() {
    block_on(async {
        for engine in support::engines().await {
            let model = support::load(&engine, "llama-odd").await;
            let mut generator = model.generator().await.unwrap();
            for (max_tokens, logits) in
                [(0, false), (1, false), (2, false), (3, false), (8, false), (1, true), (3, true)]
            {
                let options = GenerateOptions {
                    max_tokens: Some(max_tokens),
                    ignore_end: true,
                    logits,
                    ..GenerateOptions::default()
                };
                let mut stream = generator.generate(&[3, 14, 15], options).await.unwrap();
                while stream.next().await.unwrap().is_some() {}
                let per_step = stream.per_step();
                let case = format!("{max_tokens} tokens, logits: {logits}");
                // The first token comes from the prompt.
                assert_eq!(per_step.is_some(), engine.device().tier.is_some() && max_tokens > 1, "{case}");
                let Some(per_step) = per_step else { continue };
                let layers = per_step.dispatches_per_layer.unwrap() * model.info().layers;
                assert!(per_step.dispatches >= layers as f64, "{case}: {per_step:?}");
                assert_eq!((per_step.submits, per_step.objects_created), (1.0, 0.0), "{case}: {per_step:?}");
                if !logits {
                    // The first step after a prompt says so to the device; where more follow, it is not among them.
                    let uploads = if max_tokens > 3 { 0.0 } else { 1.0 / (max_tokens - 1) as f64 };
                    assert_eq!((per_step.uploads, per_step.readback_bytes), (uploads, 4.0), "{case}: {per_step:?}");
                }
            }
        }
    });
}
