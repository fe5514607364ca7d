//! Why there is no answer, or not all of it.

use std::{error::Error as StdError, fmt, io};

use reqwest::StatusCode;

use super::MIB;
use crate::{
    message,
    message::{Argument, Message},
};

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
    pub fn cause(&self) -> Argument {
        match self {
            // Without a cause of its own, reqwest's message is the address.
            Fault::Request(error) if error.source().is_some() => {
                Argument::foreign(innermost(error))
            }
            Fault::Body(error) => Argument::foreign(innermost(error)),
            other => other.message().into(),
        }
    }
}

impl Fault {
    /// The kind of failure and the innermost cause.
    pub fn message(&self) -> Message {
        let cause = match self {
            // reqwest's own message repeats the address, and hides the cause.
            Fault::Request(error) if error.source().is_some() => Some(innermost(error)),
            Fault::Body(error) => Some(innermost(error)),
            Fault::Request(_) | Fault::Slow => None,
            Fault::TooLong(limit) if limit % MIB == 0 => {
                return message!(
                    "the answer is longer than {limit} MiB, the limit",
                    limit = limit / MIB
                );
            }
            Fault::TooLong(limit) => {
                return message!("the answer is longer than {limit} bytes, the limit", limit);
            }
            Fault::Nowhere(status) => {
                return message!("HTTP {status} without an address to go to", status);
            }
            Fault::Circle(to) => return message!("moves on and on, at last to {to}", to),
        };
        match cause.map(Argument::foreign) {
            None if self.is_timeout() => message!("no answer in time"),
            None if self.is_connect() => message!("cannot connect"),
            None => message!("the request failed"),
            Some(cause) if self.is_timeout() => message!("no answer in time ({cause})", cause),
            Some(cause) if self.is_connect() => message!("cannot connect ({cause})", cause),
            Some(cause) => message!("the request failed ({cause})", cause),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.message().fmt(f)
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
