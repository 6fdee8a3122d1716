use kinglet::{DeviceChoice, Engine, EngineOptions};

use crate::{args::DevicesArgs, error::CliError, output, report};

/// Lists what models can run on.
pub(crate) async fn run(args: DevicesArgs) -> Result<(), CliError> {
    let engine = Engine::new(EngineOptions { device: DeviceChoice::Cpu, ..EngineOptions::default() }).await?;
    let devices = vec![report::Device::from(engine.device())];
    if args.form.json {
        return output::json(&report::Devices { devices });
    }
    let header = ["kind", "adapter", "tier", "software"].map(str::to_owned);
    let or_dash = |text: Option<&str>| text.unwrap_or("-").to_owned();
    let row = |device: &report::Device| {
        let software = if device.software { "yes" } else { "no" }.to_owned();
        [device.kind.to_owned(), or_dash(device.adapter.as_deref()), or_dash(device.tier), software]
    };
    let rows: Vec<_> = std::iter::once(header).chain(devices.iter().map(row)).collect();
    output::text(&output::table(&rows, &[]))
}
