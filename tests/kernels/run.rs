//! Runs a case on a device and on the CPU in f64, and compares the two.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use kinglet_gpu::{Device, GpuError, MAX_SLOTS, MAX_TEXTS, SessionOptions, Tier};
use kinglet_graph::Dim;
use kinglet_shaders::{Elementwise, Epilogue};
use libtest_mimic::Failed;
use pollster::block_on;

use crate::{
    cases::{Case, Heads, Probe},
    cover::bucket,
    data::{For, ROW_KINDS, row_kind, tensors},
};

/// The worst error of each kernel and tier.
static WORST: Mutex<BTreeMap<(String, Tier), f64>> = Mutex::new(BTreeMap::new());

pub fn check(case: &Case, device: &Device) -> Result<(), Failed> {
    let graph = case.graph();
    let types: Vec<_> = graph.outputs.iter().map(|output| graph.node(output.value).output).collect();
    let reference = tensors(case, &graph, For::Reference);
    let reference = kinglet_cpu::Model::new(graph.clone(), reference, kinglet_cpu::Precision::F64)?;
    let mut reference = kinglet_cpu::Session::new(Arc::new(reference));

    let device = case.limits.map_or_else(|| device.clone(), |lower| device.with_caps(lower));
    let tensors = tensors(case, &graph, For::Kernels);
    let model = Arc::new(block_on(kinglet_gpu::Model::new(device.clone(), graph, &tensors))?);
    let slots = if case.whole() { MAX_TEXTS } else { MAX_SLOTS };
    let options = SessionOptions { context: case.context(), kv: case.kv, slots };
    let mut session = block_on(kinglet_gpu::Session::new(model.clone(), options))?;
    for _ in (0..slots).filter(|_| !case.whole()) {
        assert_eq!(session.open_slot()?, reference.open_slot());
    }
    if let Some(step) = case.steps().first() {
        let other = if case.whole() { block_on(session.step(step)) } else { block_on(session.encode(step)) };
        if !matches!(other, Err(GpuError::Unsupported { .. })) {
            return Err(format!("a step of the other kind gives {other:?}").into());
        }
    }
    let mut cells: BTreeMap<Kind, Cell> = BTreeMap::new();
    for (index, step) in case.steps().iter().enumerate() {
        let (found, expected) = match case.whole() {
            true => (block_on(session.encode(step))?, reference.encode(step)?),
            false => (block_on(session.step(step))?, reference.step(step)?),
        };
        let plan = match bucket(model.graph(), step).solo {
            true => "solo",
            false if case.whole() => "whole",
            false => "general",
        };
        for (output, probe) in case.probes.iter().enumerate() {
            let (found, expected) = (&found[output], &expected[output]);
            let tokens: Vec<u32> = match types[output].rows {
                Dim::Tokens => (0..step.tokens.len() as u32).collect(),
                Dim::Rows => step.rows.clone(),
            };
            let width = types[output].width;
            if found.len() != tokens.len() * width || expected.len() != found.len() {
                return Err(format!("step {index}: {probe:?} has {} values", found.len()).into());
            }
            for (place, (found, expected)) in found.iter().zip(expected).enumerate() {
                let (row, column) = (place / width, place % width);
                let row_kind = row_kind(step.tokens[tokens[row] as usize].id);
                let kind = (output, plan, row_kind, probe.column_kind(column));
                cells.entry(kind).or_default().add(*found, *expected, [index, row, column]);
            }
        }
    }
    for ((output, plan, row_kind, column_kind), cell) in cells {
        let probe = &case.probes[output];
        let (error, gate) = (cell.nmse(), probe.gate(case.kv));
        if error.is_nan() || error > gate {
            let kind = ROW_KINDS[row_kind];
            let what = format!("{probe:?}, {plan}, rows of kind {kind:?}, columns of kind {column_kind}");
            return Err(format!("{what}: nmse {error:e}, gate {gate:e}; worst at {}", cell.worst.1).into());
        }
        note(kernel(case, probe, plan), device.caps().tier, error);
    }
    Ok(())
}

/// Output, kind of plan, kind of row, kind of column.
type Kind = (usize, &'static str, usize, usize);

/// Values of one kind, over all steps: those of another scale would hide their errors, and a sum that is next to zero by
/// chance would exaggerate them.
#[derive(Default)]
struct Cell {
    error: f64,
    power: f64,
    /// The greatest error and where it is.
    worst: (f64, String),
}

impl Cell {
    fn add(&mut self, found: f32, expected: f32, [step, row, column]: [usize; 3]) {
        let error = (flushed(found) - flushed(expected)).powi(2);
        self.error += error;
        self.power += flushed(expected).powi(2);
        if error > self.worst.0 || error.is_nan() {
            let place = format!("step {step} row {row} column {column}: {found:e}, expected {expected:e}");
            self.worst = (error, place);
        }
    }

    /// The normalised mean square error; of zeros everything else is infinitely far.
    fn nmse(&self) -> f64 {
        if self.error == 0.0 { 0.0 } else { self.error / self.power }
    }
}

/// Devices may take subnormal numbers for zero.
fn flushed(value: f32) -> f64 {
    if value.is_subnormal() { 0.0 } else { f64::from(value) }
}

fn kernel(case: &Case, probe: &Probe, plan: &str) -> String {
    match probe {
        Probe::Embed { .. } | Probe::Positions { .. } | Probe::Patterns => format!("embed {}", case.dtype),
        Probe::Segments { .. } => format!("embed {} segments", case.dtype),
        Probe::Pool { pool, .. } => format!("pool {pool:?}"),
        Probe::Neighbours { .. } => "neighbours".to_owned(),
        Probe::Runs { .. } => format!("linear {plan} {} runs", case.dtype),
        Probe::Stale { .. } => format!("linear {plan} {} none", case.dtype),
        Probe::Linear { epilogue: epilogue @ (Epilogue::Function | Epilogue::Gated), function, .. } => {
            format!("linear {plan} {} {} {function}", case.dtype, epilogue.name())
        }
        Probe::Linear { epilogue, .. } => format!("linear {plan} {} {}", case.dtype, epilogue.name()),
        Probe::Norm(norm) => format!("norm {:?}", norm.kind),
        Probe::Elementwise { op: Elementwise::Function, function, .. } => format!("elementwise {function}"),
        Probe::Elementwise { op, .. } => format!("elementwise {}", op.name()),
        Probe::Attention(Heads { inputs, window, softcap, longer, .. }) => {
            let (plan, kv) =
                (if window.is_some() { format!("{plan} window") } else { plan.to_owned() }, case.kv.name());
            let softcap = if softcap.is_some() { " softcap" } else { "" };
            let longer = longer.map(|longer| format!(" {longer:?}")).unwrap_or_default();
            format!("attention {plan}{softcap}{longer} kv={kv} {inputs:?}")
        }
    }
}

fn note(kernel: String, tier: Tier, error: f64) {
    let mut worst = WORST.lock().unwrap_or_else(PoisonError::into_inner);
    let worst = worst.entry((kernel, tier)).or_default();
    *worst = worst.max(error);
}

/// Prints the worst error of each kernel.
pub fn summary() {
    for ((kernel, tier), error) in WORST.lock().unwrap_or_else(PoisonError::into_inner).iter() {
        println!("{kernel:36} {:10} nmse {error:.1e}", tier.name());
    }
}
