//! Paperlark.
pub mod digest;
pub mod embed;
pub mod engine;
mod error;
pub mod eval;
pub mod file;
pub mod hash;
pub mod paper;
pub mod profile;
pub mod rank;
pub mod source;
pub mod store;
pub mod tex;
pub mod vector;

pub use error::{Error, Result};
pub use paper::{Announced, Kind, Paper, PaperId};
