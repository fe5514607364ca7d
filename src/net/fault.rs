//! Why there is no answer, or not all of it.

use std::{error::Error as StdError, fmt, io};

use reqwest::StatusCode;

use super::MIB;

/// Why there is no answer, or not all of it. Its text is the kind of failure and the innermost cause.
#[derive(Debug)]
pub(crate) enum Fault {
    /// The request could not be made, or its answer not be read.
    Request(reqwest::Error),
    /// The answer could not be read.
    Body(io::Error),
    /// The answer came, too slowly to wait for its end.
    Slow,
    /// The answer is longer than so many bytes, the most that its reader wants.
    TooLong(u64),
    /// A redirection names no address.
    Nowhere(StatusCode),
    /// There are more redirections than [`HOPS`](super::HOPS); the last one names this address.
    Circle(String),
}

impl Fault {
    /// Whether no answer came in time.
    pub fn is_timeout(&self) -> bool {
        match self {
            Fault::Request(error) => error.is_timeout(),
            Fault::Slow => true,
            _ => false,
        }
    }

    /// Whether there was no connection, so that the request was never sent.
    pub fn is_connect(&self) -> bool {
        matches!(self, Fault::Request(error) if error.is_connect())
    }

    /// Whether the request cannot be made at all, its address or a header being none.
    pub fn is_builder(&self) -> bool {
        matches!(self, Fault::Request(error) if error.is_builder())
    }

    /// Whether it is a rule of ours that ended it, so that another try would end the same.
    pub fn is_rule(&self) -> bool {
        matches!(self, Fault::TooLong(_) | Fault::Nowhere(_) | Fault::Circle(_))
    }

    /// The innermost cause. It names no secret, and no address but one that a redirection leads to.
    pub fn cause(&self) -> String {
        match self {
            // Without a cause of its own, reqwest's message is the address.
            Fault::Request(error) if error.source().is_some() => innermost(error).to_string(),
            Fault::Body(error) => innermost(error).to_string(),
            other => other.to_string(),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self {
            _ if self.is_timeout() => "no answer in time",
            _ if self.is_connect() => "cannot connect",
            _ => "the request failed",
        };
        match self {
            // reqwest's own message repeats the address, and hides the cause.
            Fault::Request(error) if error.source().is_some() => {
                write!(f, "{kind} ({})", innermost(error))
            }
            Fault::Request(_) | Fault::Slow => f.write_str(kind),
            Fault::Body(error) => write!(f, "{kind} ({})", innermost(error)),
            Fault::TooLong(limit) => match limit % MIB {
                0 => write!(f, "the answer is longer than {} MiB, the limit", limit / MIB),
                _ => write!(f, "the answer is longer than {limit} bytes, the limit"),
            },
            Fault::Nowhere(status) => write!(f, "HTTP {status} without an address to go to"),
            Fault::Circle(to) => write!(f, "moves on and on, at last to {to}"),
        }
    }
}

/// What a reader of an answer met: a failure of the connection, our limit, or damage.
impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        let error = match error.downcast::<TooLong>() {
            Ok(TooLong(limit)) => return Fault::TooLong(limit),
            Err(error) => error,
        };
        error.downcast::<reqwest::Error>().map_or_else(Fault::Body, Fault::Request)
    }
}

/// The cause at the end of an error's chain.
pub(crate) fn innermost<'a>(error: &'a (dyn StdError + 'static)) -> &'a (dyn StdError + 'static) {
    let mut cause = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause
}

/// That more came than a reader wants, on its way through [`io::Error`].
#[derive(Debug)]
pub(super) struct TooLong(pub u64);

impl fmt::Display for TooLong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Fault::TooLong(self.0).fmt(f)
    }
}

impl StdError for TooLong {}
