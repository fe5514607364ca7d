//! Paperlark.
pub mod digest;
pub mod error;
pub mod paper;

pub use error::{Error, Result};
pub use paper::{Announced, Kind, Paper, PaperId};
