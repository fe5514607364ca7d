//! Which stored vectors are nearest to a given one?
//!
//! A [`VectorIndex`] answers with rows of the library and cosines. [`Exact`] scans codes that are derived
//! from the [`VectorFile`](crate::store::VectorFile) and computes the cosines of the best from the vectors
//! themselves. Everything here is derived data: it can be deleted at any time, is checked before it is
//! used, and what is missing or damaged is answered from the vectors.
//!
//! ```
//! use paperlark::{index::{Exact, RowSet, VectorIndex}, store::{Row, VectorFile}};
//! # let folder = tempfile::tempdir().unwrap();
//! # let dir = folder.path();
//! let mut vectors = VectorFile::open(dir, "tiny/1", 2)?;
//! vectors.put(&[(Row(1), 7, &[0.6, 0.8]), (Row(2), 8, &[1.0, 0.0])])?;
//! Exact::build(dir, &vectors, &|_, _| {})?;
//!
//! let index = Exact::open(dir, "tiny/1", 2)?;
//! let near = index.nearest(&[0.0, 1.0], 1, &RowSet::all(index.rows()));
//! assert_eq!((near[0].row, near[0].cosine), (Row(1), 0.8));
//! # Ok::<(), paperlark::Error>(())
//! ```

use crate::store::Row;

mod best;
mod block;
mod codes;
mod exact;
mod graph;
mod hnsw;
mod rows;

pub use block::ROWS_OF_BLOCK;
pub use exact::{Exact, Scan};
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
