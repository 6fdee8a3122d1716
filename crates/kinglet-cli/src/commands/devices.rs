use kinglet::{AdapterDescription, adapters};

use crate::{
    args::DevicesArgs,
    error::CliError,
    output::{self, bytes},
    report::{Adapter, Devices, Limits},
};

/// Lists what models can run on.
pub(crate) async fn run(args: DevicesArgs) -> Result<(), CliError> {
    let devices: Vec<Adapter> = adapters().await.into_iter().enumerate().map(adapter).collect();
    match args.form.json {
        true => output::json(&Devices { devices }),
        false => output::text(&readable(&devices)),
    }
}

fn adapter((index, description): (usize, AdapterDescription)) -> Adapter {
    let AdapterDescription { name, backend, kind, driver, software, features, caps } = description;
    Adapter {
        index,
        name,
        backend,
        kind,
        driver,
        tier: caps.tier.name(),
        software,
        features,
        limits: Limits {
            storage_binding_bytes: caps.binding_bytes,
            buffer_bytes: caps.buffer_bytes,
            storage_buffers: caps.storage_buffers,
            workgroup_bytes: caps.workgroup_bytes,
            workgroup_threads: caps.workgroup_threads,
            grid_side: caps.grid_side,
            uniform_alignment: caps.uniform_alignment,
        },
    }
}

fn readable(devices: &[Adapter]) -> String {
    let header = ["index", "name", "backend", "type", "driver", "tier", "features", "binding", "workgroup"];
    let row = |adapter: &Adapter| {
        [
            adapter.index.to_string(),
            adapter.name.clone(),
            adapter.backend.clone(),
            adapter.kind.to_owned(),
            adapter.driver.clone(),
            adapter.tier.to_owned(),
            adapter.features.join(","),
            bytes(adapter.limits.storage_binding_bytes),
            format!("{} threads, {}", adapter.limits.workgroup_threads, bytes(adapter.limits.workgroup_bytes.into())),
        ]
    };
    let rows: Vec<_> = std::iter::once(header.map(str::to_owned)).chain(devices.iter().map(row)).collect();
    let cpu = "The CPU backend is always there (--device cpu).";
    match devices {
        [] => format!("No GPU adapter was found. {cpu}\n"),
        _ => format!("{}{cpu}\n", output::table(&rows, &[0, 7])),
    }
}
