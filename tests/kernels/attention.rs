//! The list of cases of attention.

use kinglet_graph::Sees;
use kinglet_shaders::KvFormat;
use kinglet_tensor::DType;

use crate::{
    cases::{Case, Heads, Inputs, Lengths, Probe, Run, Wanted},
    list::{case, run, solo},
};

pub fn attention_cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for &kv in KvFormat::ALL {
        for heads in HEADS {
            let Heads { kv_heads, group, head_dim, inputs, .. } = heads;
            let name = format!("attention kv={} {kv_heads}x{group}x{head_dim} {inputs:?}", kv.name());
            cases.push(Case { kv, ..case(name, DType::F32, vec![Probe::Attention(heads)], contexts()) });
        }
        for (name, heads) in forms() {
            let script = if heads.longer == Some(Lengths::Fixed) { two_lengths() } else { contexts() };
            let name = format!("attention kv={} {name}", kv.name());
            cases.push(Case { kv, ..case(name, DType::F32, vec![Probe::Attention(heads)], script) });
        }
        // Averages of thousands of values of both signs are so small that what f16 rounds off of turned keys shows.
        let inputs = if kv == KvFormat::F32 { Inputs::Turned } else { Inputs::Still };
        let long = Probe::Attention(heads(1, 1, 8, 8, inputs));
        cases.push(Case {
            kv,
            ..case(format!("attention kv={} long", kv.name()), DType::F32, vec![long], long_context())
        });
        // More pages in the window than splits, fewer, and a border between the two.
        for window in [4130, 700] {
            let long = Probe::Attention(Heads { window: Some(window), ..heads(1, 1, 8, 8, inputs) });
            let name = format!("attention kv={} long, window {window}", kv.name());
            cases.push(Case { kv, ..case(name, DType::F32, vec![long], long_context()) });
        }
    }
    cases
}

/// Slots with up to 1, 2, 8, 63, 64, 65, 130, 131 and 143 tokens, by both kinds of plans, several at once.
fn contexts() -> Vec<Run> {
    vec![
        run(&[(0, 63)], Wanted::None),
        solo(1, Wanted::None),
        solo(1, Wanted::None),
        run(&[(1, 1)], Wanted::None),
        // In three replays, whose borders are none of slots.
        run(&[(0, 65), (1, 62), (2, 1), (3, 7)], Wanted::None),
        solo(4, Wanted::None),
        run(&[(1, 2), (3, 9), (0, 8)], Wanted::None),
        solo(8, Wanted::None),
        run(&[(6, 1), (1, 1)], Wanted::None),
        solo(8, Wanted::None),
        solo(8, Wanted::None),
    ]
}

/// More than 64 pages: splits then have several.
fn long_context() -> Vec<Run> {
    vec![
        run(&[(0, 4095)], Wanted::None),
        solo(1, Wanted::None),
        solo(1, Wanted::None),
        run(&[(0, 62), (1, 70)], Wanted::None),
        solo(2, Wanted::None),
        solo(3, Wanted::None),
    ]
}

/// Slots that are long from their beginning, and others that never become long.
fn two_lengths() -> Vec<Run> {
    vec![
        run(&[(0, 51), (1, 20)], Wanted::None),
        solo(2, Wanted::None),
        // In three replays: the first tokens are turned for the length of all.
        run(&[(0, 3), (2, 140), (3, 49)], Wanted::None),
        solo(4, Wanted::None),
        solo(3, Wanted::None),
        run(&[(1, 5), (2, 5)], Wanted::None),
    ]
}

pub const fn heads(kv_heads: usize, group: usize, head_dim: usize, rotary: usize, inputs: Inputs) -> Heads {
    Heads { kv_heads, group, head_dim, rotary, inputs, window: None, softcap: None, longer: None, sees: Sees::Past }
}

/// Head sizes and groups of which one workgroup takes many tokens, one, or a part of the group.
const HEADS: [Heads; 8] = [
    heads(2, 1, 8, 8, Inputs::Still),
    heads(3, 3, 10, 4, Inputs::Turned),
    heads(2, 3, 10, 10, Inputs::Projected),
    heads(2, 7, 64, 64, Inputs::Turned),
    heads(1, 7, 64, 32, Inputs::Still),
    heads(1, 12, 128, 64, Inputs::Turned),
    heads(1, 2, 256, 256, Inputs::Still),
    heads(1, 7, 256, 256, Inputs::Turned),
];

/// Windows that are smaller than a page, a page, and more; bent scores; heads that do not turn, or turn in part; turns of
/// long sequences. One or two of them at a time.
fn forms() -> Vec<(String, Heads)> {
    let mut forms = Vec::new();
    for window in [1, 5, 64, 65, 100] {
        let narrow = heads(2, 3, 10, 10, Inputs::Turned);
        forms.push((format!("window {window}"), Heads { window: Some(window), ..narrow }));
    }
    let wide = heads(1, 2, 256, 256, Inputs::Turned);
    forms.push(("window 33 of wide heads".to_owned(), Heads { window: Some(33), ..wide }));
    for (name, heads) in [("softcap", heads(2, 3, 10, 10, Inputs::Turned)), ("softcap of wide heads", wide)] {
        forms.push((name.to_owned(), Heads { softcap: Some(1.5), window: Some(70), ..heads }));
    }
    for (head_dim, rotary, inputs) in
        [(10, 0, Inputs::Still), (64, 0, Inputs::Projected), (80, 32, Inputs::Turned), (96, 96, Inputs::Turned)]
    {
        let of = heads(2, 2, head_dim, rotary, inputs);
        forms.push((format!("{rotary} columns of {head_dim} turn, {inputs:?}"), of));
    }
    forms.push(("normalised heads".to_owned(), heads(2, 3, 10, 10, Inputs::Normalised)));
    forms.push(("heads of 160".to_owned(), heads(2, 5, 160, 160, Inputs::Turned)));
    for longer in [Lengths::Fixed, Lengths::Growing] {
        let of = heads(2, 2, 24, 16, Inputs::Turned);
        forms.push((format!("{longer:?} turns"), Heads { longer: Some(longer), ..of }));
    }
    forms
}
