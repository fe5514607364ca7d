//! The one error type of the library.
//!
//! An error carries fields. Its [message](Error::message) is made of them, names the file, URL or word it is about
//! and, where the library knows one, the cure; which command mends it is for the program to say.

use std::{
    fmt,
    path::{Path, PathBuf},
};

use crate::{
    message,
    message::{Argument, Message},
};

/// What can go wrong in the library; the message is in the user's terms.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// A file or folder could not be read, written, renamed or locked.
    Io {
        /// What was tried, as a verb: `read`, `write`, `create` ...
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// The operating system's answer.
        source: std::io::Error,
    },
    /// A text is not a paper identifier in any known spelling.
    PaperId {
        /// The text as it was given.
        text: String,
    },
    /// Input that holds papers cannot be understood, or is the source's own error page.
    Feed {
        /// The file or URL, with `:line` where a line is known.
        origin: String,
        /// What is wrong with it and what to do.
        reason: Message,
    },
    /// A server could not be reached or refused to answer.
    Fetch {
        /// The address that was asked.
        url: String,
        /// What happened and what to do.
        reason: Message,
    },
    /// None of the servers that were to be asked can be reached: there is no network.
    Unreachable {
        /// Why the first of them could not be reached.
        cause: String,
    },
    /// A profile file is wrong.
    Profile {
        /// The profile's file.
        path: PathBuf,
        /// The line, counted from 1.
        line: usize,
        /// What is wrong and what to do.
        reason: Message,
    },
    /// An embedding model is missing, unknown, or cannot run.
    Model {
        /// The model's name.
        model: String,
        /// What is wrong and what to do.
        reason: Message,
    },
    /// The library's database refused an operation.
    Library {
        /// The database file.
        path: PathBuf,
        /// SQLite's answer.
        source: rusqlite::Error,
    },
    /// A file was written by a version of the program that this one cannot read.
    Format {
        /// The file.
        path: PathBuf,
        /// The version it states.
        found: u32,
        /// The newest version this program reads.
        readable: u32,
    },
    /// A file is damaged.
    Damaged {
        /// The file.
        path: PathBuf,
        /// What does not fit, and what to do.
        reason: Message,
    },
    /// Another process is writing to the library.
    Locked {
        /// The library's folder.
        path: PathBuf,
        /// The process that holds it, if it left its number.
        pid: Option<u32>,
    },
    /// An argument is outside what the operation takes.
    Invalid(Message),
}

/// The library's result type.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// Whether the library itself refuses, so that whatever is tried next would meet the same.
    pub fn is_of_library(&self) -> bool {
        matches!(self, Error::Library { .. } | Error::Damaged { .. })
    }

    /// What the error says, without its cause, as a template and its arguments.
    pub fn message(&self) -> Message {
        match self {
            Error::Io { action, path, .. } => match *action {
                "create" => message!("cannot create {path}", path),
                "lock" => message!("cannot lock {path}", path),
                "map" => message!("cannot map {path}", path),
                "open" => message!("cannot open {path}", path),
                "read" => message!("cannot read {path}", path),
                "remove" => message!("cannot remove {path}", path),
                "rename" => message!("cannot rename {path}", path),
                "write" => message!("cannot write {path}", path),
                action => message!("cannot {action} {path}", action, path),
            },
            Error::PaperId { text } => message!(
                "'{text}' is not a paper id; write it as 2602.04118, cs/0112017, an arxiv.org URL or source:key",
                text
            ),
            Error::Feed { origin, reason } => message!("{origin}: {reason}", origin, reason),
            Error::Fetch { url, reason } => message!("cannot fetch {url}: {reason}", url, reason),
            Error::Unreachable { cause } => message!("nobody answered ({cause})", cause),
            Error::Profile { path, line, reason } => {
                message!("{path}:{line}: {reason}", path, line = line, reason)
            }
            Error::Model { model, reason } => message!("model {model}: {reason}", model, reason),
            Error::Library { path, .. } => message!("library {path}", path),
            Error::Format { path, found, readable } => message!(
                "{path} has format {found}, this program reads up to {readable}",
                path,
                found = found,
                readable = readable
            ),
            Error::Damaged { path, reason } => {
                message!("{path} is damaged: {reason}", path, reason)
            }
            Error::Locked { path, pid: None } => {
                message!("the library {path} is in use by another paperlark", path)
            }
            Error::Locked { path, pid: Some(pid) } => message!(
                "the library {path} is in use by another paperlark (process {pid})",
                path,
                pid = pid
            ),
            Error::Invalid(message) => message.clone(),
        }
    }

    /// Turns an I/O error into one that names what was tried on which path:
    /// `fs::read(p).map_err(Error::io("read", p))`.
    pub fn io(action: &'static str, path: impl AsRef<Path>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.as_ref().to_path_buf();
        move |source| Error::Io { action, path, source }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.message().fmt(f)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Error::Io { source, .. } => Some(source),
            Error::Library { source, .. } => Some(source),
            _ => None,
        }
    }
}

impl From<&&Error> for Argument {
    fn from(error: &&Error) -> Self {
        Argument::from(*error)
    }
}

impl From<&Error> for Argument {
    fn from(error: &Error) -> Self {
        error.message().into()
    }
}
