//! The crates keep to their layers, and platforms differ only in the places named for it.
//!
//! Each rule is a table and a pure function from data to faults; the tests at the end feed every function a violation,
//! then the workspace.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value;

/// The layer of every crate. A crate may depend only on crates of a lower layer.
const LAYERS: &[(&str, u8)] = &[
    ("kinglet-tensor", 0),
    ("kinglet-shaders", 0),
    ("kinglet-graph", 1),
    ("kinglet-format", 1),
    ("kinglet-text", 1),
    ("kinglet-models", 2),
    ("kinglet-gpu", 2),
    ("kinglet-cpu", 2),
    ("kinglet", 3),
    ("kinglet-experts", 4),
    ("kinglet-web", 5),
    ("kinglet-cli", 5),
    ("xtask", 5),
];

/// Crates of others that only some of ours may use. One entry covers a crate and the crates named after it.
const RESERVED: &[(&str, &[&str])] = &[
    // Programs that bring their own device reach wgpu through what kinglet re-exports.
    ("wgpu", &["kinglet-gpu"]),
    // Kernels are parsed by tests and xtask, never by the engine.
    ("naga", &["kinglet-shaders"]),
    ("wasm-bindgen", &["kinglet-gpu", "kinglet-web", "xtask"]),
    ("js-sys", &["kinglet-gpu", "kinglet-web"]),
    ("web-sys", &["kinglet-gpu", "kinglet-web"]),
    // The only library that blocks is `kinglet::blocking`.
    ("pollster", &["kinglet", "kinglet-cli"]),
];

/// Words that say that a file depends on the platform.
const PLATFORM_WORDS: &[&str] = &["target_arch", "target_family", "target_os", "fs", "File", "Instant", "SystemTime"];

/// Where they may stand.
const PLATFORM_PLACES: &[&str] = &[
    "crates/kinglet-gpu/src/platform/",
    "crates/kinglet-gpu/src/platform.rs",
    "crates/kinglet-format/src/source/",
    "crates/kinglet-format/src/source.rs",
    "crates/kinglet-cpu/src/simd/",
    "crates/kinglet-cpu/src/simd.rs",
    "crates/kinglet-web/",
    "crates/kinglet-cli/",
    // A tool for the people who build Kinglet, not a part of it.
    "crates/xtask/",
];

/// A pair of lines that may stand in a file, and why.
struct Exemption {
    file: &'static str,
    lines: [&'static str; 2],
}

const EXEMPTIONS: &[Exemption] = &[
    // A browser must not block, so the whole module is absent there; a module cannot leave itself out.
    Exemption {
        file: "crates/kinglet/src/lib.rs",
        lines: ["#[cfg(not(target_arch = \"wasm32\"))]", "pub mod blocking;"],
    },
];

/// A crate of the workspace, without its dev-dependencies: tests may use what they like.
struct Package {
    name: String,
    dependencies: Vec<Dependency>,
}

struct Dependency {
    name: String,
    optional: bool,
}

fn layer(name: &str) -> Option<u8> {
    LAYERS.iter().find(|(known, _)| *known == name).map(|(_, layer)| *layer)
}

fn layer_faults(packages: &[Package]) -> Vec<String> {
    let ours = |name: &str| layer(name).is_some() || packages.iter().any(|package| package.name == name);
    let mut faults = Vec::new();
    for Package { name, dependencies } in packages {
        let Some(own) = layer(name) else {
            faults.push(format!("{name} has no layer: give it one in tests/layers.rs"));
            continue;
        };
        for Dependency { name: below, .. } in dependencies.iter().filter(|dependency| ours(&dependency.name)) {
            if layer(below).is_none_or(|layer| layer >= own) {
                faults.push(format!("{name} (layer {own}) may not depend on {below}, which is not of a lower layer"));
            }
        }
    }
    faults
}

fn reserved_faults(packages: &[Package]) -> Vec<String> {
    let mut faults = Vec::new();
    for Package { name, dependencies } in packages {
        for Dependency { name: used, optional } in dependencies {
            let covers =
                |family: &str| used.strip_prefix(family).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'));
            let Some((family, users)) = RESERVED.iter().find(|(family, _)| covers(family)) else { continue };
            if !users.contains(&name.as_str()) {
                faults.push(format!("{name} may not depend on {used}: only {} may", users.join(" and ")));
            } else if *family == "naga" && !optional {
                faults.push(format!("{name} must keep {used} optional: the engine does not parse kernels"));
            }
        }
    }
    faults
}

/// Reads what `cargo metadata` prints.
fn packages_of(metadata: &Value) -> Option<Vec<Package>> {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let package = |value: &Value| {
        let dependencies = value["dependencies"].as_array()?.iter().filter(|dependency| dependency["kind"] != "dev");
        let dependency =
            |value: &Value| Some(Dependency { name: text(&value["name"])?, optional: value["optional"].as_bool()? });
        Some(Package {
            name: text(&value["name"])?,
            dependencies: dependencies.map(dependency).collect::<Option<_>>()?,
        })
    };
    metadata["packages"].as_array()?.iter().map(package).collect()
}

/// The platform words in a source file that may not hold them. Tests inside the file are free: they run natively.
fn platform_faults(file: &str, source: &str) -> Vec<String> {
    if PLATFORM_PLACES.iter().any(|place| file.starts_with(place)) {
        return Vec::new();
    }
    let lines: Vec<&str> = source.lines().collect();
    let mut faults = Vec::new();
    let mut in_tests = false;
    for (index, line) in lines.iter().enumerate() {
        let next = lines.get(index + 1).copied().unwrap_or_default();
        // As rustfmt lays it out: a module of the file opens and closes at the start of a line.
        in_tests |= *line == "#[cfg(test)]" && next.starts_with("mod ") && next.ends_with('{');
        let exempt = EXEMPTIONS.iter().any(|exemption| exemption.file == file && exemption.lines == [*line, next]);
        if !in_tests && !exempt {
            let words = words(line).filter(|word| PLATFORM_WORDS.contains(word));
            faults.extend(words.map(|word| format!("{file}:{}: {word}, outside the places for it", index + 1)));
        }
        in_tests &= *line != "}";
    }
    faults
}

/// The identifiers of a line, up to a comment.
fn words(line: &str) -> impl Iterator<Item = &str> {
    let comment = line.match_indices("//").find(|(at, _)| line[..*at].matches('"').count().is_multiple_of(2));
    let code = comment.map_or(line, |(at, _)| &line[..at]);
    code.split(|c: char| !c.is_alphanumeric() && c != '_')
}

fn rust_files(folder: &Path, found: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            rust_files(&path, found)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    Ok(())
}

fn package(name: &str, dependencies: &[&str]) -> Package {
    let dependency = |name: &&str| Dependency { name: (*name).to_owned(), optional: false };
    Package { name: name.to_owned(), dependencies: dependencies.iter().map(dependency).collect() }
}

#[test]
fn crates_depend_only_on_lower_layers() {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
    let output = Command::new(env::var_os("CARGO").unwrap_or("cargo".into()))
        .args(["metadata", "--no-deps", "--offline", "--format-version", "1", "--manifest-path"])
        .arg(manifest)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let packages = packages_of(&serde_json::from_slice(&output.stdout).unwrap()).unwrap();
    assert!(packages.iter().any(|package| package.name == "kinglet" && !package.dependencies.is_empty()));
    let faults = [layer_faults(&packages), reserved_faults(&packages)].concat();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn platforms_differ_only_in_their_places() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut folders = vec![root.join("shaders/src")];
    folders.extend(fs::read_dir(root.join("crates")).unwrap().map(|entry| entry.unwrap().path().join("src")));
    let mut faults = Vec::new();
    for folder in folders {
        let mut files = Vec::new();
        rust_files(&folder, &mut files).unwrap();
        assert!(!files.is_empty(), "no sources in {}", folder.display());
        for path in files {
            let source = fs::read_to_string(&path).unwrap();
            let file = path.strip_prefix(root).unwrap().to_string_lossy().replace('\\', "/");
            faults.extend(platform_faults(&file, &source));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn upward_and_sideways_dependencies_are_faults() {
    assert!(layer_faults(&[package("kinglet-gpu", &["kinglet-graph", "kinglet-shaders", "wgpu"])]).is_empty());
    let upward = layer_faults(&[package("kinglet-tensor", &["half", "kinglet-graph"])]);
    assert_eq!(upward, ["kinglet-tensor (layer 0) may not depend on kinglet-graph, which is not of a lower layer"]);
    assert_eq!(layer_faults(&[package("kinglet-gpu", &["kinglet-cpu"])]).len(), 1);
    assert_eq!(layer_faults(&[package("kinglet-format", &["kinglet"])]).len(), 1);
}

#[test]
fn a_crate_without_a_layer_is_a_fault() {
    let faults = layer_faults(&[package("kinglet-extra", &[]), package("kinglet", &["kinglet-extra"])]);
    assert_eq!(faults.len(), 2, "{faults:?}");
    assert!(faults[0].starts_with("kinglet-extra has no layer"));
}

#[test]
fn reserved_crates_elsewhere_are_faults() {
    assert!(reserved_faults(&[package("kinglet-gpu", &["wgpu", "wasm-bindgen", "web-sys"])]).is_empty());
    assert_eq!(
        reserved_faults(&[package("kinglet", &["wgpu"])]),
        ["kinglet may not depend on wgpu: only kinglet-gpu may"]
    );
    assert_eq!(reserved_faults(&[package("kinglet-models", &["wgpu-types"])]).len(), 1);
    assert_eq!(reserved_faults(&[package("kinglet", &["wasm-bindgen-futures"])]).len(), 1);
    assert_eq!(reserved_faults(&[package("kinglet-shaders", &["naga"])]).len(), 1);
    assert_eq!(reserved_faults(&[package("kinglet-web", &["pollster"])]).len(), 1);
}

#[test]
fn dev_dependencies_are_free_and_others_are_not() {
    let dependency = |name: &str, kind: Value| serde_json::json!({ "name": name, "kind": kind, "optional": false });
    let metadata = serde_json::json!({ "packages": [{
        "name": "kinglet-tensor",
        "dependencies": [
            dependency("half", Value::Null),
            dependency("kinglet-cpu", "dev".into()),
            dependency("kinglet-graph", "build".into()),
        ],
    }] });
    let packages = packages_of(&metadata).unwrap();
    let names: Vec<_> = packages[0].dependencies.iter().map(|dependency| dependency.name.as_str()).collect();
    assert_eq!(names, ["half", "kinglet-graph"]);
    assert_eq!(layer_faults(&packages).len(), 1);
    assert!(packages_of(&serde_json::json!({ "packages": [{}] })).is_none());
}

#[test]
fn platform_words_elsewhere_are_faults() {
    let file = "crates/kinglet-graph/src/graph.rs";
    for line in [
        "use std::time::Instant;",
        "use std::{fmt, fs, path::Path};",
        "    fs::{self, File},",
        "let text = std::fs::read(path)?; // the whole file",
        "let url = \"https://example.org\"; let now = Instant::now();",
        "#[cfg(target_arch = \"wasm32\")]",
        "if cfg!(target_os = \"macos\") {",
    ] {
        assert!(!platform_faults(file, line).is_empty(), "{line}");
        assert!(platform_faults("crates/kinglet-format/src/source/folder.rs", line).is_empty(), "{line}");
    }
    assert_eq!(
        platform_faults(file, "fn step() {\n    let now = Instant::now();\n}\n"),
        ["crates/kinglet-graph/src/graph.rs:2: Instant, outside the places for it"]
    );
    for line in ["/// Instant, File and std::fs stand in prose.", "let offset = buffers.FILES;", "// fs::read"] {
        assert!(platform_faults(file, line).is_empty(), "{line}");
    }
}

#[test]
fn tests_in_a_file_are_free_and_what_follows_is_not() {
    let file = "crates/kinglet-format/src/checkpoint.rs";
    let tests = "#[cfg(test)]\nmod tests {\n    use std::fs;\n}\n";
    assert!(platform_faults(file, tests).is_empty());
    assert_eq!(platform_faults(file, &format!("{tests}use std::fs;\n")).len(), 1);
    assert_eq!(platform_faults(file, "#[cfg(test)]\nuse std::fs;\n").len(), 1);
}

#[test]
fn an_exemption_holds_for_its_lines_only() {
    let gate = "#[cfg(not(target_arch = \"wasm32\"))]";
    let blocking = format!("{gate}\npub mod blocking;\n");
    assert!(platform_faults("crates/kinglet/src/lib.rs", &blocking).is_empty());
    assert_eq!(platform_faults("crates/kinglet/src/engine.rs", &blocking).len(), 1);
    assert_eq!(platform_faults("crates/kinglet/src/lib.rs", &format!("{gate}\npub mod session;\n")).len(), 1);
}
