//! Requests over HTTP, made and read in one way whoever is asked.
//!
//! A [`Client`] makes a [request](Client::get) and gives its [`Answer`], or the [`Fault`] that kept it from one. The rules
//! here hold for every service:
//!
//! - one set-up of TLS, with the roots that the system trusts, and nothing installed for the whole process;
//! - one name, the same [`agent`] for all;
//! - redirections are followed five times at most, and secrets never leave the server that
//!   they are for;
//! - an answer is read up to a limit that its reader states, counted on the wire and after decompression;
//! - [`Retry`] says how often and how long after a failure another try is made.

mod answer;
mod client;
mod fault;
mod probe;
mod retry;
#[cfg(test)]
pub(crate) mod tests;
mod tls;

pub(crate) use answer::Answer;
pub(crate) use client::{Client, HOPS};
pub(crate) use fault::{Fault, innermost};
pub(crate) use probe::any_reachable;
pub(crate) use retry::{Next, Retry, Tried, retry};

/// Bytes of a MiB, in which limits are stated.
pub(crate) const MIB: u64 = 1 << 20;

/// How the program names itself to servers; `contact` tells them whom to ask about it.
fn agent(contact: Option<&str>) -> String {
    format!(
        "paperlark/{} (+https://github.com/paperlark/paperlark{})",
        env!("CARGO_PKG_VERSION"),
        contact.map(|contact| format!("; {contact}")).unwrap_or_default()
    )
}
