//! What this machine has.

use std::{
    env,
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
    time::SystemTime,
};

use crate::commands::{output_of, root, succeeds};

/// The ways to install things here.
#[derive(Clone, Copy)]
pub struct Machine {
    /// rustup looks after the Rust toolchain.
    pub rustup: bool,
    /// A Debian, or a relative of it, on which this runs as root.
    pub debian_root: bool,
}

impl Machine {
    /// Looks at the machine.
    pub fn look() -> Machine {
        let debian = Path::new("/etc/debian_version").exists() && succeeds("apt-get", &["--version"]);
        let root = || output_of("id", &["-u"]).is_some_and(|id| id == "0");
        Machine { rustup: succeeds("rustup", &["--version"]), debian_root: debian && root() }
    }
}

/// Whether the standard library of a target is installed, by rustup or otherwise.
pub fn has_target(target: &str) -> bool {
    let folder = output_of("rustc", &["--print", "target-libdir", "--target", target]);
    folder.is_some_and(|folder| Path::new(&folder).exists())
}

/// Whether a GPU, or software in its place, can be reached. Metal and DX12 are parts of their systems. Elsewhere it
/// takes the Vulkan loader and a driver's manifest; whether the driver works is for the tests to say.
pub fn has_graphics_driver() -> bool {
    if cfg!(any(target_os = "macos", windows)) {
        return true;
    }
    let chosen = ["VK_DRIVER_FILES", "VK_ICD_FILENAMES"].into_iter().find_map(env::var_os);
    let driver = match chosen {
        Some(list) => has_manifest(env::split_paths(&list)),
        None => has_manifest(manifest_folders().into_iter()),
    };
    driver && library_folders().iter().any(|folder| folder.join("libvulkan.so.1").exists())
}

/// Whether one of these paths is a driver's manifest or a folder with one in it.
fn has_manifest(paths: impl Iterator<Item = PathBuf>) -> bool {
    let is_manifest = |path: &Path| path.is_file() && path.extension().is_some_and(|extension| extension == "json");
    paths.into_iter().any(|path| is_manifest(&path) || entries(&path).iter().any(|entry| is_manifest(entry)))
}

/// Where the Vulkan loader looks for drivers.
fn manifest_folders() -> Vec<PathBuf> {
    let setting = |name: &str, otherwise: &str| env::var_os(name).unwrap_or_else(|| OsString::from(otherwise));
    let home = env::home_dir().unwrap_or_default();
    let mut folders = vec![PathBuf::from("/etc"), home.join(".config"), home.join(".local/share")];
    folders.extend(env::split_paths(&setting("XDG_CONFIG_DIRS", "/etc/xdg")));
    folders.extend(env::split_paths(&setting("XDG_DATA_DIRS", "/usr/local/share:/usr/share")));
    // The environment may narrow the list down; these are where the drivers of distributions are.
    folders.extend(["/usr/local/share", "/usr/share", "/run/opengl-driver/share"].map(PathBuf::from));
    folders.into_iter().map(|folder| folder.join("vulkan/icd.d")).collect()
}

/// Where shared libraries are, with the folder per architecture that Debian has.
fn library_folders() -> Vec<PathBuf> {
    let mut folders: Vec<_> = env::split_paths(&env::var_os("LD_LIBRARY_PATH").unwrap_or_default()).collect();
    folders.extend(["/usr/local/lib", "/usr/lib64", "/lib64", "/usr/lib", "/lib"].map(PathBuf::from));
    folders.extend(["/usr/local/lib", "/usr/lib", "/lib"].iter().flat_map(|folder| {
        let ours = |path: &PathBuf| path.to_string_lossy().contains(env::consts::ARCH);
        entries(Path::new(folder)).into_iter().filter(ours).collect::<Vec<_>>()
    }));
    folders
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect()
}

/// Whether `npm ci` has run since the list of packages was last changed.
pub fn has_npm_packages() -> bool {
    let changed = |path: &str| -> Option<SystemTime> { fs::metadata(root().join(path)).ok()?.modified().ok() };
    match (changed("web/node_modules/.package-lock.json"), changed("web/package-lock.json")) {
        (Some(installed), Some(listed)) => installed >= listed,
        _ => false,
    }
}

/// Whether Chromium or Chrome is where it usually is, or where `KINGLET_CHROMIUM` says.
pub fn has_browser() -> bool {
    if let Some(named) = env::var_os("KINGLET_CHROMIUM").filter(|path| !path.is_empty()) {
        return Path::new(&named).is_file();
    }
    let names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
    let path = env::var_os("PATH").unwrap_or_default();
    let on_path = || env::split_paths(&path).any(|folder| names.iter().any(|name| folder.join(name).is_file()));
    let windows =
        |name| env::var_os(name).map(|folder| Path::new(&folder).join("Google/Chrome/Application/chrome.exe"));
    let macos = Path::new("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome");
    let installed = ["ProgramFiles", "ProgramFiles(x86)", "LocalAppData"].into_iter().filter_map(windows);
    on_path() || macos.exists() || installed.into_iter().any(|program| program.exists())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_target_of_this_machine_is_there_and_an_invented_one_is_not() {
        let host = output_of("rustc", &["--print", "host-tuple"]).unwrap();
        assert!(has_target(&host));
        assert!(!has_target("kinglet-unknown-nest"));
    }

    #[test]
    fn a_manifest_is_a_json_file_or_lies_in_a_folder() {
        let goldens = root().join("tests/goldens/llama-odd");
        assert!(has_manifest([goldens.clone()].into_iter()));
        assert!(has_manifest([goldens.join("config.json")].into_iter()));
        assert!(!has_manifest([goldens.join("model.safetensors"), goldens.join("none.json")].into_iter()));
    }

    #[test]
    fn libraries_are_looked_for_in_the_folder_of_the_architecture() {
        assert!(library_folders().iter().any(|folder| folder.ends_with("usr/lib")));
        assert!(manifest_folders().contains(&PathBuf::from("/usr/share/vulkan/icd.d")));
    }
}
