//! The library on disk: everything the program remembers, in one data directory.
//!
//! [`Library`] is the truth: papers, the announcement ledger, feedback and deliveries, in `library.sqlite`.
//! A paper's [`Row`](crate::row::Row) is also the row of its vectors ([`vectors`](crate::vectors)).
//!
//! [`Query`] and [`Filter`] find papers, by their words and by what they are.
//!
//! There is one writer at a time, the holder of an open [`Library`]; readers need no lock.
//!
//! ```
//! use paperlark::{Paper, store::Library};
//! # let folder = tempfile::tempdir().unwrap();
//! # let dir = folder.path();
//! let paper: Paper = serde_json::from_str(r#"{"id": "2602.04118", "title": "On larks"}"#).unwrap();
//! let mut library = Library::open(dir)?;
//! let row = library.add_papers(&[paper])?[0];
//! assert_eq!(library.row(&"2602.04118".parse()?)?, Some(row));
//! # Ok::<(), paperlark::Error>(())
//! ```

mod check;
mod columns;
mod fault;
mod feedback;
mod ledger;
mod library;
mod notes;
mod schema;
mod search;
mod sent;
#[cfg(test)]
mod tests;
mod texts;

pub use check::Damage;
pub use ledger::{CategoryDay, Census, told_by};
pub use library::{Delivery, Library};
pub use notes::{Spending, Usage};
pub use search::{Filter, Query};
pub use sent::{SendState, Sent};
