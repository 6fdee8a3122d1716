//! The table of requirements.

use super::{
    User,
    machine::{has_browser, has_graphics_driver, has_npm_packages, has_target},
};
use crate::commands::succeeds;

/// A thing that a machine must have.
pub struct Requirement {
    /// What it is.
    pub what: &'static str,
    /// What it is for.
    pub purpose: &'static str,
    /// Who needs it.
    pub users: &'static [User],
    /// Whether it is there.
    pub is_there: fn() -> bool,
    /// How it is installed from here.
    pub install: Install,
    /// What a person does where it cannot be.
    pub by_hand: &'static str,
}

/// A way to install something, each with the words that follow.
#[derive(Clone, Copy)]
pub enum Install {
    /// `rustup` and these words.
    Rustup(&'static [&'static str]),
    /// These packages of Debian, as root.
    Debian(&'static [&'static str]),
    /// `npm` and these words.
    Npm(&'static [&'static str]),
}

/// In the order in which they are installed.
pub const REQUIREMENTS: &[Requirement] = &[
    Requirement {
        what: "rustfmt",
        purpose: "checks the formatting",
        users: &[User::Checks],
        is_there: || succeeds("cargo", &["fmt", "--version"]),
        install: Install::Rustup(&["component", "add", "rustfmt"]),
        by_hand: "`rustup component add rustfmt`; without rustup, the package rustfmt of your system",
    },
    Requirement {
        what: "clippy",
        purpose: "checks the code",
        users: &[User::Checks],
        is_there: || succeeds("cargo", &["clippy", "--version"]),
        install: Install::Rustup(&["component", "add", "clippy"]),
        by_hand: "`rustup component add clippy`; without rustup, the package rust-clippy of your system",
    },
    Requirement {
        what: "the Rust target wasm32-unknown-unknown",
        purpose: "compiles the library for browsers",
        users: &[User::Checks, User::WebPackage, User::BrowserTests],
        is_there: || has_target("wasm32-unknown-unknown"),
        install: Install::Rustup(&["target", "add", "wasm32-unknown-unknown"]),
        by_hand: "`rustup target add wasm32-unknown-unknown`; without rustup, the standard library for wasm32 of your \
                  system (Debian: libstd-rust-dev-wasm32)",
    },
    Requirement {
        what: "a Vulkan loader and driver",
        purpose: "runs the kernels; a software driver is enough",
        users: &[User::NativeTests],
        is_there: has_graphics_driver,
        install: Install::Debian(&["mesa-vulkan-drivers", "libvulkan1"]),
        by_hand: "as root, Debian and Ubuntu: `apt-get install mesa-vulkan-drivers libvulkan1`; Fedora: `dnf install \
                  mesa-vulkan-drivers vulkan-loader`; Arch: `pacman -S vulkan-swrast vulkan-icd-loader`; or the \
                  driver of your GPU. Where VK_DRIVER_FILES or VK_ICD_FILENAMES is set, it must name a driver",
    },
    Requirement {
        what: "npm",
        purpose: "installs what the browser tests are made with",
        users: &[User::WebPackage, User::BrowserTests],
        is_there: || succeeds("npm", &["--version"]),
        install: Install::Debian(&["nodejs", "npm"]),
        by_hand: "as root, Debian and Ubuntu: `apt-get install nodejs npm`; elsewhere: Node.js from nodejs.org, which \
                  includes npm",
    },
    Requirement {
        what: "the npm packages of web/",
        purpose: "build the web package and drive the browser",
        users: &[User::WebPackage, User::BrowserTests],
        is_there: has_npm_packages,
        install: Install::Npm(&["--prefix", "web", "ci"]),
        by_hand: "`npm --prefix web ci`",
    },
    Requirement {
        what: "Chromium or Chrome",
        purpose: "runs the browser tests",
        users: &[User::BrowserTests],
        is_there: has_browser,
        install: Install::Debian(&["chromium"]),
        by_hand: "as root, Debian: `apt-get install chromium`; elsewhere: Chrome from google.com/chrome",
    },
    Requirement {
        what: "curl",
        purpose: "fetches published vocabularies",
        users: &[User::RealTests],
        is_there: || succeeds("curl", &["--version"]),
        install: Install::Debian(&["curl", "ca-certificates"]),
        by_hand: "the package curl of your system; Windows and macOS have it",
    },
];
