//! The library on disk: everything the program remembers, in one data directory.
//!
//! - [`Library`] is the truth: papers, the announcement ledger, feedback and deliveries, in
//!   `library.sqlite`.
//! - [`VectorFile`] holds one embedding model's vectors; a paper's [`Row`](crate::row::Row) in the library is its row
//!   there. Vectors can be deleted at any time and are computed anew.
//!
//! [`Query`] and [`Filter`] find papers, by their words and by what they are.
//!
//! There is one writer at a time, the holder of an open [`Library`]; readers need no lock.
//!
//! ```
//! use paperlark::{Paper, store::{Library, VectorFile}};
//! # let folder = tempfile::tempdir().unwrap();
//! # let dir = folder.path();
//! let paper: Paper = serde_json::from_str(r#"{"id": "2602.04118", "title": "On larks"}"#).unwrap();
//! let mut library = Library::open(dir)?;
//! let row = library.add_papers(&[paper])?[0];
//!
//! let mut vectors = VectorFile::open(dir, "tiny/1", 2)?;
//! let hash = 0x1a2b_3c4d;
//! vectors.put(&[(row, hash, &[0.6, 0.8])])?;
//! assert_eq!(vectors.get(row, hash), Some(vec![0.6, 0.8]));
//! # Ok::<(), paperlark::Error>(())
//! ```

mod check;
mod codec;
mod columns;
mod fault;
mod feedback;
pub(crate) mod header;
mod ledger;
mod library;
mod map;
mod notes;
mod rows;
mod schema;
mod search;
mod sent;
#[cfg(test)]
mod tests;
mod texts;
mod vectors;

pub use check::Damage;
pub use ledger::{CategoryDay, Census, told_by};
pub use library::{Delivery, Library};
pub use notes::{Spending, Usage};
pub use rows::RowSet;
pub use search::{Filter, Query};
pub use sent::{SendState, Sent};
pub use vectors::VectorFile;
pub(crate) use {map::FrozenMap, vectors::name_of};
