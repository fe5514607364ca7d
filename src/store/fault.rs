//! SQLite's refusals in the user's terms.

use std::path::Path;

use rusqlite::{ErrorCode, ffi};

use crate::error::Error;
use crate::message;
use crate::message::{Argument, Message};

/// SQLite's refusal in the user's terms.
pub(super) fn refused(path: &Path, source: rusqlite::Error) -> Error {
    use rusqlite::Error as E;
    let path = path.to_path_buf();
    match source {
        E::SqliteFailure(cause, _) if cause.extended_code == ffi::SQLITE_CORRUPT_VTAB => {
            Error::Damaged {
                reason: message!("the index of its texts, which can be made anew"),
                path,
            }
        }
        E::SqliteFailure(cause, _)
            if matches!(cause.code, ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) =>
        {
            Error::Damaged { reason: beyond_repair(&Argument::foreign(source)), path }
        }
        E::FromSqlConversionFailure(_, _, cause) => {
            Error::Damaged { reason: beyond_repair(&said(&*cause)), path }
        }
        E::InvalidColumnType(..) | E::IntegralValueOutOfRange(..) | E::Utf8Error(..) => {
            Error::Damaged { reason: beyond_repair(&Argument::foreign(source)), path }
        }
        E::SqliteFailure(cause, _) if cause.extended_code == ffi::SQLITE_CONSTRAINT_FOREIGNKEY => {
            Error::Invalid(message!(
                "the library {path} has no paper in one of the rows named; add the papers first",
                path
            ))
        }
        source => Error::Library { path, source },
    }
}

/// What is wrong with a paper: in our own words, or in SQLite's.
pub(super) fn said(cause: &(dyn std::error::Error + 'static)) -> Argument {
    match cause.downcast_ref::<Message>() {
        Some(message) => message.into(),
        None => Argument::foreign(cause),
    }
}

/// Damage to anything but the index of texts.
fn beyond_repair(cause: &Argument) -> Message {
    message!("{cause}; put a backup in its place, or move it away to start anew", cause)
}
