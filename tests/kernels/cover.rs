//! Which variants the cases run: one that none of them runs is one that nobody tests.

use std::collections::BTreeSet;

use kinglet_gpu::{
    Caps, Layout, Tier,
    plan::{Bucket, Load, PlanOptions, Side, plan},
};
use kinglet_graph::{Graph, Step};
use kinglet_shaders::{KvFormat, MAX_TOKENS, Variant};
use libtest_mimic::Failed;

use crate::{greedy::greedy_cases, list::cases, sampling::sampling_cases};

/// Variants that no plan has, and why.
const UNTESTED: &[(Variant, &str)] = &[];

/// The bucket that a session takes for a step of one replay.
pub fn bucket(graph: &Graph, step: &Step) -> Bucket {
    if graph.sees_all() {
        return Bucket::whole(step.tokens.len(), step.rows.len());
    }
    let longest = step.runs().map(|run| run.len()).max().unwrap_or(0);
    let slots: Vec<u32> = step.rows.iter().map(|&row| step.tokens[row as usize].slot).collect();
    let repeated = slots.windows(2).any(|pair| pair[0] == pair[1]);
    if repeated { Bucket::ALL_ROWS } else { Bucket::of(step.tokens.len(), step.rows.len(), longest) }
}

pub fn every_variant_is_tested() -> Result<(), Failed> {
    let mut run = BTreeSet::new();
    for tier in [Tier::Baseline, Tier::Subgroups] {
        for case in cases() {
            let graph = case.graph();
            let mut caps = Caps { tier, ..Caps::webgpu_default() };
            case.limits.into_iter().for_each(|lower| lower(&mut caps));
            run.extend(variants(&graph, &caps, case.kv, &case.steps())?);
        }
        let caps = Caps { tier, ..Caps::webgpu_default() };
        for case in greedy_cases() {
            run.extend(variants(&case.graph(), &caps, KvFormat::F32, &case.steps())?);
        }
        for case in sampling_cases() {
            // Its steps sample: that is what it compares.
            run.extend(variants(&case.graph(), &caps, KvFormat::F32, &[case.step(0)])?);
            let graph = case.graph();
            let options = PlanOptions { bucket: Bucket::SOLO[3], context: 256, kv: KvFormat::F32 };
            let plan = plan(&graph, &Layout::new(&graph, &caps)?, &caps, options)?;
            run.extend(plan.sample.map(|sample| sample.variant));
        }
    }
    let excused: BTreeSet<Variant> = UNTESTED.iter().map(|(variant, _)| *variant).collect();
    let missing: Vec<String> = Variant::all()
        .filter(|variant| !run.contains(variant) && !excused.contains(variant))
        .map(|variant| variant.to_string())
        .collect();
    let needless: Vec<String> = excused.intersection(&run).map(Variant::to_string).collect();
    if missing.is_empty() && needless.is_empty() {
        return Ok(());
    }
    Err(format!("no case runs {}: {missing:#?}; excused without need: {needless:?}", missing.len()).into())
}

/// Cases with lowered limits: every matrix in several shards, or grids that are folded. Else they would test nothing.
pub fn lowered_limits_matter() -> Result<(), Failed> {
    for case in cases() {
        let Some(lower) = case.limits else { continue };
        let mut caps = Caps::webgpu_default();
        lower(&mut caps);
        let graph = case.graph();
        let layout = Layout::new(&graph, &caps)?;
        let options = PlanOptions { bucket: Bucket::SOLO[0], context: case.context(), kv: case.kv };
        let plan = plan(&graph, &layout, &caps, options)?;
        let sharded = layout.matrices.iter().all(|matrix| matrix.shards.len() > 1);
        let folded = plan.dispatches.iter().any(|dispatch| matches!(dispatch.grid.0[1], Side::Fixed(rows) if rows > 1));
        if !sharded && !folded {
            return Err(format!("{}: its limits are never met", case.name).into());
        }
    }
    Ok(())
}

/// The variants that steps dispatch.
fn variants(graph: &Graph, caps: &Caps, kv: KvFormat, steps: &[Step]) -> Result<BTreeSet<Variant>, Failed> {
    let layout = Layout::new(graph, caps)?;
    let mut variants = BTreeSet::new();
    let mut seen = Vec::new();
    // What longer steps are cut into, other steps are.
    for step in steps.iter().filter(|step| graph.sees_all() || step.tokens.len() <= MAX_TOKENS) {
        let [tokens, rows] = [step.tokens.len(), step.rows.len()].map(|count| count as u32);
        let bucket = bucket(graph, step);
        if seen.contains(&(bucket, rows > 0)) {
            continue;
        }
        seen.push((bucket, rows > 0));
        let plan = plan(graph, &layout, caps, PlanOptions { bucket, context: 256, kv })?;
        let load = Load { tokens, rows, tiles: 1, splits: 1 };
        let launched = plan.dispatches.iter().filter(|dispatch| !dispatch.grid.size(load).contains(&0));
        variants.extend(launched.map(|dispatch| dispatch.variant));
    }
    Ok(variants)
}
