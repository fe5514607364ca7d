//! SQLite's refusals in the user's terms.

use std::path::Path;

use rusqlite::{ErrorCode, ffi};

use crate::error::Error;

/// What helps against damage to anything but the index of texts.
const CURE: &str = "put a backup in its place, or move it away to start anew";

/// SQLite's refusal in the user's terms.
pub(super) fn refused(path: &Path, source: rusqlite::Error) -> Error {
    use rusqlite::Error as E;
    let path = path.to_path_buf();
    match source {
        E::SqliteFailure(cause, _) if cause.extended_code == ffi::SQLITE_CORRUPT_VTAB => {
            Error::Damaged {
                reason: "the index of its texts is; `paperlark doctor --repair` makes it anew"
                    .into(),
                path,
            }
        }
        E::SqliteFailure(cause, _)
            if matches!(cause.code, ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) =>
        {
            Error::Damaged { reason: format!("{source}; {CURE}"), path }
        }
        E::FromSqlConversionFailure(_, _, cause) => {
            Error::Damaged { reason: format!("{cause}; {CURE}"), path }
        }
        E::InvalidColumnType(..) | E::IntegralValueOutOfRange(..) | E::Utf8Error(..) => {
            Error::Damaged { reason: format!("{source}; {CURE}"), path }
        }
        E::SqliteFailure(cause, _) if cause.extended_code == ffi::SQLITE_CONSTRAINT_FOREIGNKEY => {
            Error::Invalid(format!(
                "the library {} has no paper in one of the rows named; add the papers first",
                path.display()
            ))
        }
        source => Error::Library { path, source },
    }
}
