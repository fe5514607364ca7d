//! The shared data beside the repository: `PAPERLARK_SHARED` says where, default `../shared`.

use std::path::{Path, PathBuf};

/// A part of the shared data, or a line about what is skipped.
pub fn shared(part: &str) -> Option<PathBuf> {
    beside(&format!("data/{part}"))
}

/// A file that somebody had and that failed once, or a line about what is skipped.
pub fn case(name: &str) -> Option<PathBuf> {
    beside(&format!("cases/{name}"))
}

fn beside(part: &str) -> Option<PathBuf> {
    let root = match std::env::var_os("PAPERLARK_SHARED") {
        Some(root) => PathBuf::from(root),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared"),
    };
    let path = root.join(part);
    if !path.exists() {
        println!("skipped: no {}", path.display());
        return None;
    }
    Some(path)
}
