//! tmp
use std::path::Path;
/// tmp
pub fn write_atomic(path: &Path, bytes: &[u8]) -> crate::Result<bool> {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, bytes).unwrap();
    Ok(true)
}
