//! Every variant, for every value of its overrides that selection or tuning can make.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use kinglet_shaders::lint::{LINTS, check_module, with_overrides};
use kinglet_shaders::reflect::{parse, parse_variant};
use kinglet_shaders::{Access, Dialect, Elementwise, Epilogue, FILES, Kernel, KvFormat, Variant, WeightFormat, limits};
use naga::Module;
use naga::valid::ModuleInfo;

type Overrides = Vec<(&'static str, u32)>;

/// Head sizes by (vec4s, queries, heads a workgroup takes): 10 (padded to 12), 64, 128, 160, 256, 1024.
const ATTENTION: &[(u32, u32, u32)] = &[
    (3, 1, 1),
    (3, 16, 4),
    (3, 6, 3),
    (16, 1, 1),
    (16, 4, 4),
    (16, 7, 7),
    (16, 16, 1),
    (16, 16, 8),
    (32, 8, 4),
    (32, 5, 5),
    (40, 6, 3),
    (64, 4, 2),
    (64, 3, 1),
    (256, 1, 1),
];

fn override_values(variant: Variant) -> Vec<Overrides> {
    let workgroups = [32, 64, 128, 256];
    match variant.kernel() {
        Kernel::Norm | Kernel::ArgMax => workgroups.map(|threads| vec![("WORKGROUP", threads)]).to_vec(),
        Kernel::Matvec => {
            let both = workgroups.iter().flat_map(|&threads| [(threads, 0), (threads, 1)]);
            both.map(|(threads, aligned)| vec![("WORKGROUP", threads), ("ALIGNED", aligned)]).collect()
        }
        Kernel::Matmul => [0, 1].map(|aligned| vec![("ALIGNED", aligned)]).to_vec(),
        Kernel::Attention => {
            let values = |&(vecs, queries, group)| vec![("HEAD_VECS", vecs), ("QUERIES", queries), ("GROUP", group)];
            ATTENTION.iter().map(values).collect()
        }
        Kernel::Embed
        | Kernel::RopeKv
        | Kernel::AttentionReduce
        | Kernel::Elementwise
        | Kernel::Feed
        | Kernel::Pool
        | Kernel::Neighbours
        | Kernel::Sample => vec![Vec::new()],
    }
}

/// Fails with all of them.
fn report(failures: &[String]) {
    assert!(failures.is_empty(), "{} failures\n{}", failures.len(), failures.join("\n"));
}

#[test]
fn every_variant_passes_the_lints() {
    let mut failures = Vec::new();
    for variant in Variant::all() {
        let source = variant.expand(Dialect::Naga).unwrap();
        let (module, info) = match parse_variant(variant) {
            Ok(parsed) => parsed,
            Err(error) => {
                failures.push(error.to_string());
                continue;
            }
        };
        for overrides in override_values(variant) {
            match with_overrides(&module, &info, &overrides) {
                Err(error) => failures.push(format!("{variant} {overrides:?}: {error}")),
                Ok((module, info)) => {
                    let found = check_module(&source, &module, &info);
                    failures.extend(found.iter().map(|finding| format!("{variant} {overrides:?}: {finding}")));
                }
            }
        }
    }
    failures.dedup();
    let broken = LINTS.iter().filter(|lint| failures.iter().any(|failure| failure.contains(lint.name)));
    let why: Vec<_> = broken.map(|lint| format!("{}: {}. {}", lint.name, lint.summary, lint.explanation)).collect();
    failures.extend(why);
    report(&failures);
}

#[test]
fn descriptors_agree_with_the_lints_on_limits() {
    for variant in Variant::all() {
        let descriptor = variant.descriptor();
        assert!(descriptor.storage_buffers() <= limits::STORAGE_BUFFERS, "{variant}");
        for overrides in override_values(variant) {
            let bytes = descriptor.workgroup_bytes(&overrides);
            assert!(bytes <= limits::WORKGROUP_BYTES, "{variant} {overrides:?}: {bytes} bytes");
            let threads = descriptor.workgroup_threads(&overrides);
            assert!((1..=limits::WORKGROUP_THREADS).contains(&threads), "{variant} {overrides:?}: {threads}");
            let known = |name: &str| descriptor.overrides.iter().any(|declared| declared.name == name);
            assert!(overrides.iter().all(|(name, _)| known(name)), "{variant} {overrides:?}");
        }
    }
    let attention = Variant::Attention { kv: KvFormat::F16, split: false, subgroups: true }.descriptor();
    let overrides = [("QUERIES", 16), ("HEAD_VECS", 16)];
    // Queries, limits, probabilities, factors, and the reduction's.
    assert_eq!(attention.workgroup_bytes(&overrides), 4096 + 64 + 4096 + 64 + 1024);
    assert_eq!(attention.workgroup_bytes(&[]), 1024 + 16 + 1024 + 64 + 1024);
}

fn write_all(module: &Module, info: &ModuleInfo) -> Result<(), String> {
    use naga::back::{hlsl, msl, spv};
    let spv = spv::Options { lang_version: (1, 3), ..Default::default() };
    spv::write_vec(module, info, &spv, None).map_err(|error| format!("SPIR-V: {error}"))?;
    let msl = msl::Options { lang_version: (2, 4), fake_missing_bindings: true, ..Default::default() };
    msl::write_string(module, info, &msl, &msl::PipelineOptions::default()).map_err(|error| format!("MSL: {error}"))?;
    let hlsl =
        hlsl::Options { shader_model: hlsl::ShaderModel::V6_0, fake_missing_bindings: true, ..Default::default() };
    let (mut text, pipeline) = (String::new(), hlsl::PipelineOptions::default());
    let mut writer = hlsl::Writer::new(&mut text, &hlsl, &pipeline);
    writer.write(module, info, None).map_err(|error| format!("HLSL: {error}"))?;
    Ok(())
}

#[test]
fn every_variant_can_be_written_for_every_driver() {
    let mut failures = Vec::new();
    for variant in Variant::all() {
        let (module, info) = parse_variant(variant).unwrap_or_else(|error| panic!("{error}"));
        for overrides in override_values(variant).iter().take(2) {
            let (module, info) = with_overrides(&module, &info, overrides).unwrap();
            failures.extend(write_all(&module, &info).err().map(|error| format!("{variant}: {error}")));
        }
    }
    report(&failures);
}

#[test]
fn dialects_differ_in_enable_lines_only() {
    for variant in Variant::all() {
        let (naga, browser) = (variant.expand(Dialect::Naga).unwrap(), variant.expand(Dialect::Browser).unwrap());
        let enable = if variant.subgroups() { "enable subgroups;\n" } else { "" };
        assert_eq!(browser, format!("{enable}{naga}"), "{variant}");
        assert!(!naga.contains('#'), "{variant}");
        assert_eq!(naga.contains("subgroupAdd"), variant.subgroups(), "{variant}");
    }
}

#[test]
fn naga_still_rejects_what_browsers_require() {
    let source = "enable subgroups;\n@compute @workgroup_size(1) fn main() {}";
    assert!(parse(source).is_err(), "naga takes `enable subgroups;` now: the two dialects can be one");
}

/// The names a WGSL file declares at module scope, with functions' signatures.
fn items(text: &str) -> BTreeSet<String> {
    let declared = |line: &str| {
        let line = line.trim();
        let function = line.strip_prefix("fn ").map(|signature| signature.trim_end_matches(" {").to_owned());
        let named = |keyword: &str| {
            let (_, rest) = line.split_once(keyword)?;
            Some(format!("{keyword}{}", rest.split([':', ' ']).next().unwrap_or_default()))
        };
        let constant = if line.starts_with("const ") { named("const ") } else { None };
        let binding = if line.starts_with("@group") { named("> ") } else { None };
        function.or(constant).or(binding)
    };
    text.lines().filter(|line| !line.starts_with(' ')).filter_map(declared).collect()
}

#[test]
fn interchangeable_files_define_the_same() {
    let names = |folder: &str, names: &[&str]| {
        let wanted: Vec<String> = names.iter().map(|name| format!("lib/{folder}/{name}")).collect();
        let present: Vec<String> = FILES.iter().map(|(path, _)| (*path).to_owned()).collect();
        let present = present.into_iter().filter(|path| path.starts_with(&format!("lib/{folder}/"))).collect();
        let sorted = |list: Vec<String>| list.into_iter().collect::<BTreeSet<_>>();
        assert_eq!(sorted(wanted.clone()), sorted(present), "lib/{folder}");
        wanted
    };
    fn list<T: Copy>(all: &[T], name: fn(T) -> &'static str) -> Vec<&'static str> {
        all.iter().map(|&value| name(value)).collect()
    }
    // Bindings may differ between weights, epilogues and operations: some have scales, a residual, a right side.
    let families = [
        (names("weights", &list(WeightFormat::ALL, WeightFormat::name)), false),
        (names("kv", &list(KvFormat::ALL, KvFormat::name)), true),
        (names("epilogue", &list(Epilogue::ALL, Epilogue::name)), false),
        (names("elementwise", &list(Elementwise::ALL, Elementwise::name)), false),
    ];
    for (paths, same_bindings) in families {
        let sets = paths.iter().map(|path| {
            let (_, text) = FILES.iter().find(|(known, _)| known == path).unwrap();
            (path, items(text).into_iter().filter(|item| same_bindings || !item.starts_with('>')).collect())
        });
        let sets: Vec<(&String, BTreeSet<String>)> = sets.collect();
        for (path, set) in &sets {
            assert!(!set.is_empty(), "{path}");
            assert_eq!(set, &sets[0].1, "{path} and {}", sets[0].0);
        }
    }
}

#[test]
fn one_number_per_role() {
    let mut failures = Vec::new();
    let mut known: Vec<(&str, u32)> = Vec::new();
    for binding in Variant::all().flat_map(|variant| variant.descriptor().bindings) {
        match known.iter().find(|(name, number)| *name == binding.name || *number == binding.number) {
            None => known.push((binding.name, binding.number)),
            Some(&(name, number)) if name == binding.name && number == binding.number => {}
            Some(other) => failures.push(format!("{binding:?} and {other:?}")),
        }
        let params = binding.access == Access::Uniform;
        assert_eq!(params, binding.name == "params");
    }
    report(&failures);
}

#[test]
fn every_file_is_listed_and_used() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut on_disk = BTreeSet::new();
    let mut folders = vec![root.join("kernels"), root.join("lib")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let relative = path.strip_prefix(root).unwrap().with_extension("");
                on_disk.insert(relative.to_str().unwrap().replace('\\', "/"));
            }
        }
    }
    let listed: BTreeSet<String> = FILES.iter().map(|(path, _)| (*path).to_owned()).collect();
    assert_eq!(on_disk, listed);

    // A file is used when some variant has its first line.
    let mut expanded = String::new();
    for variant in Variant::all() {
        writeln!(expanded, "{}", variant.expand(Dialect::Naga).unwrap()).unwrap();
    }
    for (path, text) in FILES {
        assert!(expanded.contains(text.lines().next().unwrap()), "{path} is not used");
        assert!(text.starts_with("// "), "{path} does not say what it is");
    }
}
