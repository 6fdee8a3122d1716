//! The list of cases whose tokens see what follows them: sequences are computed whole, several in a step.

use kinglet_gpu::MAX_TEXTS;
use kinglet_graph::{Pool, Sees};
use kinglet_shaders::KvFormat;
use kinglet_tensor::DType;

use crate::{
    attention::heads,
    cases::{Case, Heads, Inputs, Lengths, Probe, Run, Wanted},
    list::{case, run},
};

pub fn whole_cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for &kv in KvFormat::ALL {
        for (name, heads) in forms() {
            let script = if heads.head_dim < 64 { sequences() } else { few_sequences() };
            let name = format!("whole attention kv={} {name}", kv.name());
            let probe = Probe::Attention(Heads { sees: Sees::All, ..heads });
            cases.push(Case { kv, ..case(name, DType::F32, vec![probe], script) });
        }
    }
    // The first token of all, and the third.
    for padding in [0, 10] {
        let name = format!("whole sequences, {padding} is not counted");
        cases.push(case(name, DType::F32, around_attention(padding), sequences()));
    }
    let embeds =
        vec![WHOLE, Probe::Positions { width: 33, padding: Some(10), scale: 3.0 }, Probe::Segments { width: 65 }];
    cases.push(case("whole sequences f16".to_owned(), DType::F16, embeds, sequences()));
    cases
}

/// Sequences of 1 to 200 tokens, alone and with others: as many as fit, and more tokens than there was room for.
fn sequences() -> Vec<Run> {
    let one_each = |lengths: &[u32], rows| run(&(0..).zip(lengths.iter().copied()).collect::<Vec<_>>(), rows);
    let many: Vec<u32> = (0..MAX_TEXTS as u32).map(|slot| 1 + slot * 7 % 12).collect();
    vec![
        one_each(&[1], Wanted::All),
        one_each(&[2], Wanted::Last),
        one_each(&[1, 1, 1], Wanted::All),
        one_each(&[7, 1, 33], Wanted::Last),
        one_each(&[64], Wanted::Odd),
        // The borders of sequences are none of pages, and the other way round.
        one_each(&[63, 1, 65], Wanted::Last),
        one_each(&[17, 64, 64, 3], Wanted::All),
        one_each(&[130], Wanted::None),
        one_each(&many, Wanted::Last),
        one_each(&[200, 129, 5, 200, 66], Wanted::Odd),
        // As few again as at first.
        one_each(&[5, 2], Wanted::All),
    ]
}

/// The same for heads that take long.
fn few_sequences() -> Vec<Run> {
    vec![
        run(&[(0, 1)], Wanted::None),
        run(&[(0, 9), (1, 1), (2, 23)], Wanted::None),
        run(&[(0, 65), (1, 40)], Wanted::None),
        run(&[(0, 2), (1, 150)], Wanted::None),
    ]
}

/// Makes the steps of a case whole.
const WHOLE: Probe = Probe::Attention(Heads { sees: Sees::All, ..heads(1, 1, 8, 8, Inputs::Still) });

/// What goes with such attention: tables of positions and segments, rows that are pooled, neighbours.
fn around_attention(padding: u32) -> Vec<Probe> {
    let mut probes = vec![WHOLE];
    for width in [1, 33, 64] {
        probes.push(Probe::Positions { width, padding: Some(padding), scale: 1.0 });
        probes.push(Probe::Segments { width });
    }
    for width in [1, 5, 64, 65, 257] {
        probes.extend([Pool::Mean, Pool::First].map(|pool| Probe::Pool { width, pool }));
        probes.push(Probe::Neighbours { width });
    }
    probes
}

/// Head sizes and groups of which one workgroup takes many tokens, one, or a part of the group; windows around the sizes
/// of pages and tiles; heads that turn, also for long sequences, and others that do not.
fn forms() -> Vec<(String, Heads)> {
    let mut forms = Vec::new();
    for of in [
        heads(2, 1, 8, 8, Inputs::Still),
        heads(3, 3, 10, 4, Inputs::Turned),
        heads(2, 3, 10, 10, Inputs::Projected),
        heads(12, 1, 32, 0, Inputs::Projected),
        heads(4, 1, 64, 64, Inputs::Turned),
        heads(1, 12, 128, 64, Inputs::Turned),
        heads(1, 7, 256, 256, Inputs::Still),
    ] {
        let Heads { kv_heads, group, head_dim, rotary, inputs, .. } = of;
        forms.push((format!("{kv_heads}x{group}x{head_dim}, {rotary} turn, {inputs:?}"), of));
    }
    for window in [1, 2, 5, 64, 65, 100, 1000] {
        let of = heads(2, 3, 10, 10, Inputs::Turned);
        forms.push((format!("window {window}"), Heads { window: Some(window), ..of }));
    }
    let of = heads(2, 3, 10, 0, Inputs::Projected);
    forms.push(("window 9 without turns".to_owned(), Heads { window: Some(9), ..of }));
    let of = heads(1, 2, 256, 256, Inputs::Turned);
    forms.push(("window 33 of wide heads".to_owned(), Heads { window: Some(33), ..of }));
    forms.push(("softcap".to_owned(), Heads { softcap: Some(1.5), ..heads(2, 3, 10, 10, Inputs::Turned) }));
    for longer in [Lengths::Fixed, Lengths::Growing] {
        let of = heads(2, 2, 24, 16, Inputs::Turned);
        forms.push((format!("{longer:?} turns"), Heads { longer: Some(longer), ..of }));
    }
    forms
}
