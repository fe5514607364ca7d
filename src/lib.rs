//! Paperlark: a private, explainable recommender for new scientific papers.
//!
//! It turns a day's arXiv announcement into a digest for each reader: abstracts are embedded on this
//! machine, ranked against the papers the reader likes, and listed with the reason for each. Data flows
//! one way:
//!
//! ```text
//! source -> paper -> embed -> store -> profile -> rank -> digest     (engine runs them, eval measures them)
//! ```
//!
//! The embedded model alone, without library or files:
//!
//! ```
//! use paperlark::embed::{Embedder, Lark};
//! use paperlark::rank::{Background, Document, Documents, Like, Taste, rank};
//!
//! let lark = Lark::embedded();
//! let documents = |texts: &[&str]| -> paperlark::Result<Documents> {
//!     Documents::embed(&lark, texts.iter().map(|text| Document::from(*text)).collect())
//! };
//! let day = documents(&[
//!     "Star formation in dwarf galaxies. We measure the gas of nearby dwarfs.",
//!     "Shapley values for deep networks. We attribute predictions to input features.",
//! ])?;
//! let taste = Taste {
//!     interests: 1,
//!     likes: vec![Like { interest: Some(0), weight: 1.0 }],
//!     liked: documents(&["Feature attribution. Explaining predictions of neural networks."])?,
//!     ..Taste::default()
//! };
//! let ranked = rank(&day, &Background::new(day.clone()), &taste);
//! assert!(ranked[1].standing > ranked[0].standing);
//! # Ok::<(), paperlark::Error>(())
//! ```

pub mod calendar;
pub mod category;
pub mod day;
#[cfg(feature = "deliver")]
pub mod deliver;
pub mod digest;
pub mod embed;
pub mod engine;
mod error;
pub mod eval;
mod file;
pub mod hash;
pub mod llm;
pub mod markup;
pub mod message;
mod net;
pub mod paper;
mod person;
pub mod profile;
pub mod rank;
pub mod reader;
pub mod row;
pub mod shelf;
mod simd;
pub mod source;
pub mod store;
pub mod tex;
pub mod text;
mod threads;
mod vector;
pub mod vectors;

pub use error::{Error, Result};
pub use message::Message;
pub use paper::{Announced, Kind, Paper, PaperId};
