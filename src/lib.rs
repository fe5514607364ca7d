//! Paperlark.
pub mod digest;
pub mod embed;
pub mod error;
pub mod paper;
pub mod rank;
pub mod store;
pub mod vector;

pub use error::{Error, Result};
pub use paper::{Announced, Kind, Paper, PaperId};
