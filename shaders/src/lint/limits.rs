//! Lints of counts and sizes.

use naga::AddressSpace;
use naga::proc::Layouter;

use super::Subject;
use crate::limits::{STORAGE_BUFFERS, WORKGROUP_BYTES, WORKGROUP_THREADS};

fn over(what: &str, value: u64, limit: u32) -> Vec<String> {
    if value > u64::from(limit) { vec![format!("{value} {what}, the limit is {limit}")] } else { Vec::new() }
}

pub(super) fn storage_buffers(subject: &Subject<'_>) -> Vec<String> {
    let globals = subject.module.global_variables.iter();
    let count = globals.filter(|(_, global)| matches!(global.space, AddressSpace::Storage { .. })).count();
    over("storage buffers", count as u64, STORAGE_BUFFERS)
}

pub(super) fn workgroup_memory(subject: &Subject<'_>) -> Vec<String> {
    let mut layouter = Layouter::default();
    if let Err(error) = layouter.update(subject.module.to_ctx()) {
        return vec![error.to_string()];
    }
    let used = subject.info.get_entry_point(0);
    let mut bytes = 0;
    for (handle, global) in subject.module.global_variables.iter() {
        if global.space == AddressSpace::WorkGroup && !used[handle].is_empty() {
            bytes += u64::from(layouter[global.ty].size).next_multiple_of(16);
        }
    }
    over("bytes", bytes, WORKGROUP_BYTES)
}

pub(super) fn workgroup_threads(subject: &Subject<'_>) -> Vec<String> {
    let entries = subject.module.entry_points.iter();
    let threads = entries.map(|entry| entry.workgroup_size.iter().map(|&side| u64::from(side)).product()).max();
    over("threads", threads.unwrap_or(0), WORKGROUP_THREADS)
}

pub(super) fn unused_bindings(subject: &Subject<'_>) -> Vec<String> {
    let used = subject.info.get_entry_point(0);
    let globals = subject.module.global_variables.iter();
    let unused = globals.filter(|(handle, global)| global.binding.is_some() && used[*handle].is_empty());
    unused.map(|(_, global)| format!("`{}`", global.name.as_deref().unwrap_or_default())).collect()
}
