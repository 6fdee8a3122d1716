//! Calls of the command, and models that a test may damage.
#![allow(dead_code, reason = "each test file uses its own part")]

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    sync::atomic::{AtomicUsize, Ordering},
};

use serde_json::Value;

/// The command with these arguments and nothing from the environment that would change what it prints.
pub fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kinglet"));
    command.args(arguments).env_remove("KINGLET_LOG").stdin(Stdio::null());
    command
}

pub fn run(arguments: &[&str]) -> Output {
    command(arguments).output().expect("the command starts")
}

/// What the command prints where it succeeds.
pub fn text(arguments: &[&str]) -> String {
    let output = run(arguments);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {errors}");
    assert_eq!(errors, "", "{arguments:?}");
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// The one JSON value that the command prints.
pub fn json(arguments: &[&str]) -> Value {
    serde_json::from_str(&text(arguments)).expect("one JSON value")
}

/// Checks the form of a failure and returns its message.
pub fn message(arguments: &[&str], output: &Output) -> String {
    let errors = String::from_utf8(output.stderr.clone()).expect("UTF-8");
    assert_eq!(output.status.code(), Some(1), "{arguments:?}: {errors}");
    assert!(output.stdout.is_empty(), "{arguments:?} writes to standard output");
    assert_eq!(errors.lines().count(), 1, "{arguments:?}: {errors}");
    assert!(errors.ends_with('\n'), "{arguments:?}: {errors}");
    errors.strip_prefix("error: ").unwrap_or_else(|| panic!("{arguments:?}: {errors}")).trim_end().to_owned()
}

pub fn golden(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/goldens").join(name)
}

/// A copy of a golden model, removed with this value.
pub struct Copy {
    pub folder: PathBuf,
}

impl Copy {
    pub fn of(name: &str) -> Copy {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let unique = format!("kinglet-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let folder = env::temp_dir().join(unique);
        copy(&golden(name), &folder);
        Copy { folder }
    }

    pub fn path(&self) -> &str {
        self.folder.to_str().expect("UTF-8")
    }

    pub fn write(&self, file: &str, bytes: impl AsRef<[u8]>) {
        fs::write(self.folder.join(file), bytes).expect(file);
    }

    pub fn remove(&self, file: &str) {
        fs::remove_file(self.folder.join(file)).expect(file);
    }

    pub fn edit(&self, file: &str, edit: impl FnOnce(&mut Vec<u8>)) {
        let mut bytes = fs::read(self.folder.join(file)).expect(file);
        edit(&mut bytes);
        self.write(file, bytes);
    }

    pub fn edit_json(&self, file: &str, edit: impl FnOnce(&mut Value)) {
        self.edit(file, |bytes| {
            let mut value = serde_json::from_slice(bytes).expect(file);
            edit(&mut value);
            *bytes = value.to_string().into_bytes();
        });
    }

    /// Edits the table of a safetensors file; the data stay.
    pub fn edit_table(&self, file: &str, edit: impl FnOnce(&mut Value)) {
        self.edit(file, |bytes| {
            let length = bytes.first_chunk().map(|length| u64::from_le_bytes(*length)).expect("a length") as usize;
            let mut table = serde_json::from_slice(&bytes[8..8 + length]).expect("a table");
            edit(&mut table);
            let table = table.to_string();
            *bytes = [&(table.len() as u64).to_le_bytes(), table.as_bytes(), &bytes[8 + length..]].concat();
        });
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a temporary folder");
    for entry in fs::read_dir(from).expect("the golden folder") {
        let path = entry.expect("an entry").path();
        let file = path.file_name().expect("a name");
        if path.is_dir() {
            copy(&path, &to.join(file));
        } else if !file.to_string_lossy().starts_with("golden.") {
            fs::write(to.join(file), fs::read(&path).expect("a file")).expect("a copy");
        }
    }
}

impl Drop for Copy {
    fn drop(&mut self) {
        // A folder left behind in the temporary place does no harm.
        let _ = fs::remove_dir_all(&self.folder);
    }
}
