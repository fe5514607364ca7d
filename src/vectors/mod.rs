//! Vectors on disk, and which of them are nearest to a given one.
//!
//! A [`VectorFile`] holds one embedding model's vectors, each in the [`Row`] that its paper has in the library.
//! It can be deleted at any time; its vectors are computed anew.
//!
//! A [`VectorIndex`] answers with rows and cosines. [`Exact`] scans codes that are derived from the vectors and
//! computes the cosines of the best from the vectors themselves. Codes and graphs are derived data: they can be
//! deleted at any time, are checked before they are used, and what is missing or damaged is answered from the
//! vectors.
//!
//! ```
//! use paperlark::{row::Row, vectors::{Exact, RowSet, VectorFile, VectorIndex}};
//! # let folder = tempfile::tempdir().unwrap();
//! # let dir = folder.path();
//! let mut vectors = VectorFile::open(dir, "tiny/1", 2)?;
//! vectors.put(&[(Row(1), 7, &[0.6, 0.8]), (Row(2), 8, &[1.0, 0.0])])?;
//! Exact::build(dir, &mut vectors, &|_, _| {})?;
//!
//! let index = Exact::open(dir, "tiny/1", 2)?;
//! let near = index.nearest(&[0.0, 1.0], 1, &RowSet::all(index.rows()));
//! assert_eq!((near[0].row, near[0].cosine), (Row(1), 0.8));
//! # Ok::<(), paperlark::Error>(())
//! ```

use std::{fs, path::Path, sync::Arc};

use crate::{error::Result, row::Row};

mod best;
mod block;
mod codec;
mod codes;
mod exact;
mod file;
mod graph;
mod header;
mod hnsw;
mod links;
mod map;
mod rows;

pub use block::ROWS_OF_BLOCK;
pub use exact::{Exact, Scan};
pub use file::VectorFile;
pub(crate) use file::name_of;
pub use hnsw::Hnsw;
pub use rows::RowSet;

/// A stored vector near a query.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Near {
    /// The paper's row.
    pub row: Row,
    /// Cosine of its vector and the query.
    pub cosine: f32,
}

/// Something that finds the nearest of stored unit vectors.
pub trait VectorIndex: Sync {
    /// Every vector is in a row below.
    fn rows(&self) -> u32;

    /// The `k` rows among those given whose vectors have the largest cosine with `query`, largest first; of
    /// equal ones the smaller row first. `query` has unit length, and as many numbers as the vectors. Fewer
    /// than `k` come back only if fewer of the rows have vectors.
    fn nearest(&self, query: &[f32], k: usize, among: &RowSet) -> Vec<Near>;
}

/// Opens what answers many queries at the least cost: the graph of `model`, its full id, if one was built in
/// the data directory `dir` and can be used, else the exact scan.
///
/// # Errors
/// As [`Exact::open`].
pub fn open_index(dir: &Path, model: &str, dim: usize) -> Result<Box<dyn VectorIndex>> {
    let exact = Arc::new(Exact::open(dir, model, dim)?);
    Ok(match Hnsw::open(dir, &exact) {
        Ok(hnsw) => Box::new(hnsw),
        Err(reason) => {
            tracing::debug!("no graph is used: {reason}");
            Box::new(Arc::into_inner(exact).expect("a graph that failed holds nothing"))
        }
    })
}

/// Takes away what was derived from these rows of `vectors`, because they are about to change.
///
/// # Errors
/// [`Error::Io`](crate::Error::Io); then no vector may be changed.
pub fn forget_derived(dir: &Path, vectors: &VectorFile, rows: &[Row]) -> Result<()> {
    let model = vectors.model();
    Exact::forget(dir, model, rows.iter().copied())?;
    // A graph knows by itself that it lacks what is new.
    let changed: Vec<Row> =
        rows.iter().copied().filter(|row| vectors.text_hash(*row).is_some()).collect();
    if changed.is_empty() {
        return Ok(());
    }
    Hnsw::forget(dir, model, changed.into_iter())
}

/// Takes away everything that was derived for `model`; returns how many bytes that frees.
///
/// # Errors
/// [`Error::Io`](crate::Error::Io).
pub fn remove_index(dir: &Path, model: &str) -> Result<u64> {
    let freed = Exact::remove(dir, model)? + Hnsw::remove(dir, model)?;
    // Left behind where somebody else put something there.
    let _ = fs::remove_dir(block::folder_of(dir, model));
    Ok(freed)
}
