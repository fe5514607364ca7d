//! The one error type of the library.
//!
//! Every message names the file, URL or word it is about and, where there is one, the cure.
//! The binary prints it once, with its sources, and exits 2.

use std::path::{Path, PathBuf};

/// What can go wrong in the library; the message is in the user's terms.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file or folder could not be read, written, renamed or locked.
    #[error("cannot {action} {}", path.display())]
    Io {
        /// What was tried, as a verb: `read`, `write`, `create` ...
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// The operating system's answer.
        source: std::io::Error,
    },
    /// A text is not a paper identifier in any known spelling.
    #[error(
        "'{text}' is not a paper id; write it as 2602.04118, cs/0112017, an arxiv.org URL or source:key"
    )]
    PaperId {
        /// The text as it was given.
        text: String,
    },
    /// Input that holds papers cannot be understood, or is the source's own error page.
    #[error("{origin}: {reason}")]
    Feed {
        /// The file or URL, with `:line` where a line is known.
        origin: String,
        /// What is wrong with it and what to do.
        reason: String,
    },
    /// A server could not be reached or refused to answer.
    #[error("cannot fetch {url}: {reason}")]
    Fetch {
        /// The address that was asked.
        url: String,
        /// What happened and what to do.
        reason: String,
    },
    /// None of the servers that were to be asked can be reached: there is no network.
    #[error(
        "nobody answered ({cause}); check the network, or pass a feed file with --feed FILE \
         (rss.arxiv.org/rss/<category> saved by a browser will do)"
    )]
    Unreachable {
        /// Why the first of them could not be reached.
        cause: String,
    },
    /// A profile file is wrong.
    #[error("{}:{line}: {reason}", path.display())]
    Profile {
        /// The profile's file.
        path: PathBuf,
        /// The line, counted from 1.
        line: usize,
        /// What is wrong and what to do.
        reason: String,
    },
    /// An embedding model is missing, unknown, or cannot run.
    #[error("model {model}: {reason}")]
    Model {
        /// The model's name.
        model: String,
        /// What is wrong and what to do.
        reason: String,
    },
    /// The library's database refused an operation.
    #[error("library {}", path.display())]
    Library {
        /// The database file.
        path: PathBuf,
        /// SQLite's answer.
        source: rusqlite::Error,
    },
    /// A file was written by a version of the program that this one cannot read.
    #[error(
        "{} has format {found}, this program reads up to {readable}; update paperlark or use another --data-dir",
        path.display()
    )]
    Format {
        /// The file.
        path: PathBuf,
        /// The version it states.
        found: u32,
        /// The newest version this program reads.
        readable: u32,
    },
    /// A file is damaged.
    #[error("{} is damaged: {reason}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What does not fit, and what to do.
        reason: String,
    },
    /// Another process is writing to the library.
    #[error(
        "the library {} is in use by another paperlark{}; wait for it to finish, or use another --data-dir",
        path.display(), pid.map(|p| format!(" (process {p})")).unwrap_or_default()
    )]
    Locked {
        /// The library's folder.
        path: PathBuf,
        /// The process that holds it, if it left its number.
        pid: Option<u32>,
    },
    /// An argument is outside what the operation takes.
    #[error("{0}")]
    Invalid(String),
}

/// The library's result type.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// Whether the library itself refuses, so that whatever is tried next would meet the same.
    pub fn is_of_library(&self) -> bool {
        matches!(self, Error::Library { .. } | Error::Damaged { .. })
    }

    /// Turns an I/O error into one that names what was tried on which path:
    /// `fs::read(p).map_err(Error::io("read", p))`.
    pub fn io(action: &'static str, path: impl AsRef<Path>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.as_ref().to_path_buf();
        move |source| Error::Io { action, path, source }
    }
}
