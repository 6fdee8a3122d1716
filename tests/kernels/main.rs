//! Every kernel against its twin on the CPU, which computes in f64.
#![allow(clippy::expect_used, clippy::print_stdout, reason = "a test may panic, and this one reports the worst errors")]

mod attention;
mod cases;
mod cover;
mod data;
mod greedy;
mod list;
mod run;
mod sampling;
mod whole;

use std::sync::Arc;

use kinglet_gpu::{Device, DeviceOptions, Tier};
use libtest_mimic::{Arguments, Trial};
use pollster::block_on;

fn main() {
    let devices = devices();
    let mut trials = vec![
        Trial::test("every variant is tested", cover::every_variant_is_tested),
        Trial::test("lowered limits matter", cover::lowered_limits_matter),
    ];
    // Side by side, because each device compiles its kernels on one thread.
    for case in list::cases().into_iter().map(Arc::new) {
        for (tier, device) in &devices {
            let (case, device) = (case.clone(), device.clone());
            trials.push(Trial::test(format!("{} {tier}", case.name), move || run::check(&case, &device)));
        }
    }
    for case in greedy::greedy_cases().into_iter().map(Arc::new) {
        for (tier, device) in &devices {
            let (case, device) = (case.clone(), device.clone());
            trials.push(Trial::test(format!("{} {tier}", case.name), move || case.check(&device)));
        }
    }
    for case in sampling::sampling_cases().into_iter().map(Arc::new) {
        for (tier, device) in &devices {
            let (case, device) = (case.clone(), device.clone());
            trials.push(Trial::test(format!("{} {tier}", case.name), move || case.check(&device)));
        }
    }
    let conclusion = libtest_mimic::run(&Arguments::from_args(), trials);
    run::summary();
    conclusion.exit();
}

/// A device for each tier that the adapter has.
fn devices() -> Vec<(Tier, Device)> {
    let mut devices = Vec::new();
    for tier in [Tier::Baseline, Tier::HIGHEST] {
        match block_on(Device::open(&DeviceOptions { tier: Some(tier), ..DeviceOptions::default() })) {
            Ok(device) if device.caps().tier == tier => devices.push((tier, device)),
            Ok(_) => {}
            Err(error) => {
                // A missing adapter must not pass for a test that passed where one is required.
                let required = std::env::var("KINGLET_REQUIRE_GPU").is_ok_and(|value| value == "1");
                assert!(!required, "KINGLET_REQUIRE_GPU is set: {error}");
            }
        }
    }
    devices
}
