//! The list of cases.

use kinglet_gpu::Caps;
use kinglet_graph::{NormKind, Unary};
use kinglet_shaders::{Elementwise, Epilogue, KvFormat, WeightFormat};
use kinglet_tensor::DType;

use crate::{
    attention::attention_cases,
    cases::{Case, Normed, Of, Probe, Run, Wanted},
    whole::whole_cases,
};

pub fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for &weights in WeightFormat::ALL {
        let (name, dtype) = (weights.name(), dtype(weights));
        cases.push(case(format!("linear {name}"), dtype, linear_shapes(), every_step()));
        cases.push(case(format!("linear {name}, all variants"), dtype, linear_variants(weights), every_bucket()));
        cases.push(case(format!("embed {name}"), dtype, embeds(dtype), every_step()));
        let (limits, probes, script): (fn(&mut Caps), _, _) = match weights {
            WeightFormat::F32 | WeightFormat::F16 | WeightFormat::BF16 => {
                (|caps| caps.binding_bytes = SHARD_BYTES, shards(weights), every_bucket())
            }
            // One of each way to cut scales: halves of words, records of two blocks, of eight, of sixteen.
            WeightFormat::Q8_0 | WeightFormat::Q5_0 | WeightFormat::Q6_K | WeightFormat::I4_G128 => {
                (|caps| caps.binding_bytes = WIDE_SHARD_BYTES, wide_shards(), few_rows())
            }
            _ => continue,
        };
        let shards = case(format!("shards {name}"), dtype, probes, script);
        cases.push(Case { limits: Some(limits), ..shards });
    }
    cases.push(case("linear f32, wide".to_owned(), DType::F32, vec![WIDE], few_steps()));
    let limits: fn(&mut Caps) = |caps| caps.grid_side = 7;
    let folded = case("folded grid".to_owned(), DType::F32, folded(), every_bucket());
    cases.push(Case { limits: Some(limits), ..folded });
    cases.push(case("norm".to_owned(), DType::F32, norms(), every_step()));
    cases.push(case("functions".to_owned(), DType::F32, functions(), every_bucket()));
    cases.push(case("elementwise".to_owned(), DType::F32, elementwise(), every_bucket()));
    cases.extend(attention_cases());
    cases.extend(whole_cases());
    cases
}

pub fn case(name: String, dtype: DType, probes: Vec<Probe>, script: Vec<Run>) -> Case {
    Case { name, probes, dtype, kv: KvFormat::F32, script, limits: None }
}

fn dtype(weights: WeightFormat) -> DType {
    match weights {
        WeightFormat::F32 => DType::F32,
        WeightFormat::F16 => DType::F16,
        WeightFormat::BF16 => DType::BF16,
        WeightFormat::Q8_0 => DType::Q8_0,
        WeightFormat::Q4_0 => DType::Q4_0,
        WeightFormat::Q4_1 => DType::Q4_1,
        WeightFormat::Q5_0 => DType::Q5_0,
        WeightFormat::Q5_1 => DType::Q5_1,
        WeightFormat::Q2_K => DType::Q2_K,
        WeightFormat::Q3_K => DType::Q3_K,
        WeightFormat::Q4_K => DType::Q4_K,
        WeightFormat::Q5_K => DType::Q5_K,
        WeightFormat::Q6_K => DType::Q6_K,
        WeightFormat::IQ4_NL => DType::IQ4_NL,
        WeightFormat::IQ4_XS => DType::IQ4_XS,
        WeightFormat::I4_G32 => DType::I4_G32,
        WeightFormat::I4_G64 => DType::I4_G64,
        WeightFormat::I4_G128 => DType::I4_G128,
    }
}

pub fn run(slots: &[(u32, u32)], rows: Wanted) -> Run {
    Run { slots: slots.to_vec(), rows }
}

pub fn solo(tokens: u32, rows: Wanted) -> Run {
    Run { slots: (0..tokens).map(|slot| (slot, 1)).collect(), rows }
}

/// Each plan once, and what is special about each: 1 to 8 tokens solo; more in one slot or in several.
fn every_bucket() -> Vec<Run> {
    vec![
        solo(1, Wanted::All),
        solo(2, Wanted::All),
        solo(3, Wanted::All),
        solo(8, Wanted::All),
        run(&[(5, 33)], Wanted::Last),
        run(&[(1, 10), (4, 22), (2, 3)], Wanted::Last),
        run(&[(3, 40), (6, 24)], Wanted::All),
    ]
}

/// Each number of tokens around the borders of plans and tiles.
fn every_step() -> Vec<Run> {
    let mut runs = every_bucket();
    runs.extend([
        solo(4, Wanted::Odd),
        solo(5, Wanted::All),
        solo(2, Wanted::None),
        solo(6, Wanted::Odd),
        solo(7, Wanted::All),
        run(&[(0, 2)], Wanted::All),
        run(&[(0, 9)], Wanted::Last),
        run(&[(0, 9)], Wanted::All),
        run(&[(7, 31)], Wanted::All),
        run(&[(7, 32)], Wanted::Odd),
        run(&[(7, 33)], Wanted::All),
        // In two replays.
        run(&[(4, 70)], Wanted::All),
    ]);
    // Values of other kinds in the smallest plan.
    runs.extend((0..6).map(|_| solo(1, Wanted::All)));
    runs
}

/// Both ways of a linear.
fn few_steps() -> Vec<Run> {
    vec![solo(8, Wanted::None), solo(8, Wanted::None), run(&[(0, 64)], Wanted::None)]
}

/// Both ways of a linear of wanted rows.
fn few_rows() -> Vec<Run> {
    vec![solo(1, Wanted::All), solo(3, Wanted::All), run(&[(5, 33)], Wanted::All)]
}

/// Widths that fill no block, one, several, more than a workgroup has threads; rows around the borders of tiles.
const LINEAR_SHAPES: [(usize, usize); 15] = [
    (1, 1),
    (3, 5),
    (4, 4),
    (5, 3),
    (7, 33),
    (8, 1),
    (9, 2),
    (31, 7),
    (32, 32),
    (33, 31),
    (64, 257),
    (100, 33),
    (257, 4),
    (512, 65),
    (1030, 6),
];

fn linear_shapes() -> Vec<Probe> {
    let probe = |(width, rows)| linear(width, rows, Epilogue::None, false, Of::Tokens);
    let mut probes = LINEAR_SHAPES.map(probe).to_vec();
    probes.push(Probe::Stale { width: 9, rows: 7 });
    probes.push(Probe::Runs { width: 33, rows: 36 });
    probes
}

/// Sums as long as models have them.
const WIDE: Probe = linear(8960, 6, Epilogue::None, false, Of::Tokens);

const fn linear(width: usize, rows: usize, epilogue: Epilogue, bias: bool, of: Of) -> Probe {
    Probe::Linear { width, rows, epilogue, function: Unary::Silu, scale: 1.0, bias, of }
}

/// Every epilogue with and without bias, of tokens and of wanted rows.
fn linear_variants(weights: WeightFormat) -> Vec<Probe> {
    // Blocks are whole in one of the formats: `ALIGNED` is no part of the variant.
    let width = if weights == WeightFormat::F16 { 72 } else { 69 };
    let mut probes = Vec::new();
    for &epilogue in Epilogue::ALL {
        for bias in [false, true] {
            probes.extend([Of::Tokens, Of::Rows].map(|of| linear(width, 37, epilogue, bias, of)));
        }
    }
    probes
}

fn embeds(dtype: DType) -> Vec<Probe> {
    let mut probes: Vec<Probe> = [1, 3, 4, 5, 8, 31, 33, 300].map(|width| Probe::Embed { width }).to_vec();
    probes.push(Probe::Positions { width: 33, padding: None, scale: 1.0 });
    probes.push(Probe::Positions { width: 65, padding: None, scale: 12.3 });
    if matches!(dtype, DType::F16 | DType::BF16) {
        probes.push(Probe::Patterns);
    }
    probes
}

/// What a step's widest activation needs, and less than half of the matrices below.
const SHARD_BYTES: u64 = 64 * 304 * 4;

fn shards(weights: WeightFormat) -> Vec<Probe> {
    // As whole or not in blocks as in `linear_variants`, so that kernels are compiled once.
    let width = if weights == WeightFormat::F16 { 304 } else { 301 };
    vec![
        Probe::Embed { width },
        Probe::Positions { width, padding: None, scale: 1.0 },
        linear(width, 257, Epilogue::None, true, Of::Tokens),
        linear(width, 290, Epilogue::Residual, true, Of::Rows),
        linear(width, 129, Epilogue::Gated, true, Of::Tokens),
        Probe::Runs { width, rows: 132 },
    ]
}

/// As above, for matrices of 2 to 8 bits.
const WIDE_SHARD_BYTES: u64 = 64 * 1280 * 4;

fn wide_shards() -> Vec<Probe> {
    vec![
        linear(1280, 1100, Epilogue::None, false, Of::Tokens),
        linear(1280, 1153, Epilogue::Residual, false, Of::Rows),
        linear(1280, 601, Epilogue::Gated, false, Of::Tokens),
    ]
}

/// Groups of four rows that fill a side of 7, one more, and as many as a square of them has.
fn folded() -> Vec<Probe> {
    let shapes = [
        (28, Epilogue::None),
        (29, Epilogue::None),
        (193, Epilogue::None),
        (97, Epilogue::Gated),
        (29, Epilogue::Function),
    ];
    shapes.map(|(rows, epilogue)| linear(69, rows, epilogue, true, Of::Tokens)).to_vec()
}

fn norms() -> Vec<Probe> {
    let mut probes = Vec::new();
    for width in [1, 3, 4, 31, 32, 127, 128, 129, 257, 1030] {
        probes.extend([Of::Tokens, Of::Gathered].map(|of| Probe::Norm(rms(width, of))));
    }
    for width in [3, 31, 128, 129, 1030] {
        for kind in [NormKind::Layer, NormKind::Affine] {
            let normed = |of| Normed { kind, bias: true, ..rms(width, of) };
            probes.extend([Of::Tokens, Of::Gathered].map(|of| Probe::Norm(normed(of))));
        }
    }
    // Heads, and each part of the rest by itself.
    for of in [Of::Tokens, Of::Rows, Of::Gathered] {
        let plain = rms(33, of);
        probes.extend(
            [
                Normed { runs: 5, ..plain },
                Normed { gain_offset: 1.0, ..plain },
                Normed { bias: true, ..plain },
                Normed { residual: true, ..plain },
                Normed { kind: NormKind::Layer, ..plain },
                Normed { kind: NormKind::Affine, ..plain },
                Normed { kind: NormKind::Affine, runs: 3, residual: true, ..plain },
                Normed { kind: NormKind::Layer, runs: 3, gain_offset: 1.0, bias: true, residual: true, ..plain },
            ]
            .map(Probe::Norm),
        );
    }
    // Rows that something else gathers, because it reads them too.
    probes.push(Probe::Norm(rms(33, Of::Rows)));
    probes.push(Probe::Elementwise { op: Elementwise::Function, function: Unary::Silu, width: 33, of: Of::Rows });
    probes
}

fn rms(width: usize, of: Of) -> Normed {
    Normed { width, runs: 1, kind: NormKind::Rms, gain_offset: 0.0, bias: false, residual: false, of }
}

/// Each function alone, behind a product, and as a gate.
fn functions() -> Vec<Probe> {
    let mut probes = Vec::new();
    for function in FUNCTIONS {
        probes.extend([5, 257].map(|width| Probe::Elementwise {
            op: Elementwise::Function,
            function,
            width,
            of: Of::Rows,
        }));
        for (epilogue, scale) in [(Epilogue::Function, 1.0), (Epilogue::Function, 0.03), (Epilogue::Gated, 1.0)] {
            for of in [Of::Tokens, Of::Rows] {
                probes.push(Probe::Linear { width: 69, rows: 37, epilogue, function, scale, bias: true, of });
            }
        }
    }
    for epilogue in [Epilogue::None, Epilogue::Residual] {
        let (function, scale) = (Unary::Silu, 0.22);
        probes.push(Probe::Linear { width: 69, rows: 37, epilogue, function, scale, bias: true, of: Of::Tokens });
    }
    probes
}

const FUNCTIONS: [Unary; 8] = [
    Unary::Silu,
    Unary::Gelu,
    Unary::GeluTanh,
    Unary::Relu,
    Unary::Tanh,
    Unary::Softcap(30.0),
    Unary::Softcap(0.5),
    Unary::Scale(0.37),
];

fn elementwise() -> Vec<Probe> {
    let mut probes = Vec::new();
    for &op in Elementwise::ALL {
        for width in [1, 5, 64, 65, 257] {
            let probe = |of| Probe::Elementwise { op, function: Unary::Silu, width, of };
            probes.extend([Of::Tokens, Of::Rows, Of::Gathered].map(probe));
        }
    }
    probes
}
