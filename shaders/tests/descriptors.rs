//! The checked-in table of descriptors says what the kernels say.

use std::path::Path;

#[test]
fn table_is_up_to_date() {
    let generated = kinglet_shaders::reflect::generate().unwrap_or_else(|error| panic!("{error}"));
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/descriptors.rs");
    if std::env::var_os("UPDATE_DESCRIPTORS").is_some() {
        std::fs::write(&path, &generated).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap();
    assert!(generated == committed, "src/descriptors.rs is stale: run `cargo xtask descriptors`");
}
