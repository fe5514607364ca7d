//! What arXiv told, as the end of a command.

use anyhow::{Result, bail};
use paperlark::{engine::Fetched, message};

/// Fails if arXiv was asked and told nothing at all.
pub fn heard(fetched: &Fetched) -> Result<()> {
    if fetched.answers == 0 && !fetched.failures.is_empty() {
        bail!(message!("arXiv told nothing new; run again later"));
    }
    Ok(())
}
