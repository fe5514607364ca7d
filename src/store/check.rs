//! Looking for damage in the library, and mending what can be made anew.

use std::iter;

use rusqlite::{Connection, Error as E, ErrorCode};

use super::{
    columns::{read_paper, select},
    fault::said,
    library::Library,
    texts::FILL,
};
use crate::error::Result;
use crate::message;
use crate::message::{Argument, Message};

/// Findings of one kind that are told; more say nothing new.
const TOLD: usize = 100;

/// Something that is wrong with a library's file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Damage {
    /// In words.
    pub what: Message,
    /// Whether [`Library::rebuild_text`] may mend it.
    pub is_derived: bool,
}

impl Library {
    /// Everything that is wrong with the file; nothing if it is sound. It reads the whole
    /// file: the database itself, the index of texts, and every paper against its checksum. Whether the
    /// index fits the papers is only told by a library open for writing.
    ///
    /// # Errors
    /// [`Error::Library`](crate::Error::Library) if the file cannot be read for another reason than damage.
    pub fn check(&self) -> Result<Vec<Damage>> {
        let mut found = self.read(|c| tolerant(check_pages(c)))?;
        if found.is_empty() && self.is_writer() {
            found = self.read(check_text)?;
        }
        found.extend(self.read(|c| tolerant(check_papers(c)))?);
        // SQLite's own checks look at the index of texts too, and name it.
        let is_derived = |what: &Message| {
            let text = what.to_string();
            ["index of texts", "paper_text", "fts5"].iter().any(|words| text.contains(words))
        };
        let damage = |what| Damage { is_derived: is_derived(&what), what };
        Ok(found.into_iter().map(damage).collect())
    }

    /// Makes the index of texts anew from the papers. It holds nothing of its own.
    ///
    /// # Errors
    /// As [`Library::len`].
    pub fn rebuild_text(&mut self) -> Result<()> {
        self.write(|t| t.execute_batch(FILL))
    }
}

/// Damage that ends a check is what it found. FTS5 has no code for settings that it cannot read.
fn tolerant(found: rusqlite::Result<Vec<Message>>) -> rusqlite::Result<Vec<Message>> {
    match found {
        Err(E::SqliteFailure(cause, said))
            if matches!(cause.code, ErrorCode::DatabaseCorrupt | ErrorCode::Unknown) =>
        {
            Ok(vec![of_sqlite(&said.unwrap_or_else(|| cause.to_string()))])
        }
        found => found,
    }
}

/// What SQLite itself says of its file.
fn of_sqlite(words: &str) -> Message {
    message!("the database: {cause}", cause = Argument::foreign(words))
}

fn check_pages(c: &Connection) -> rusqlite::Result<Vec<Message>> {
    let mut found = c.prepare(&format!("PRAGMA integrity_check({TOLD})"))?;
    let found = found.query_map([], |row| row.get::<_, String>(0))?;
    found
        .filter(|line| line.as_ref().map_or(true, |line| line != "ok"))
        .map(|line| Ok(of_sqlite(&line?)))
        .collect()
}

/// Compares the index of texts with the papers.
fn check_text(c: &Connection) -> rusqlite::Result<Vec<Message>> {
    let compare = "INSERT INTO paper_text (paper_text, rank) VALUES ('integrity-check', 1)";
    match c.execute(compare, []) {
        Ok(_) => Ok(Vec::new()),
        Err(E::SqliteFailure(cause, _)) if cause.code == ErrorCode::DatabaseCorrupt => {
            Ok(vec![message!("the index of texts does not fit the papers; it can be made anew")])
        }
        Err(error) => Err(error),
    }
}

fn check_papers(c: &Connection) -> rusqlite::Result<Vec<Message>> {
    let mut papers = c.prepare(&select("true"))?;
    let mut papers = papers.query([])?;
    let mut found = Vec::new();
    while let Some(row) = papers.next()? {
        if let Err(error) = read_paper(row) {
            let cause = match &error {
                E::FromSqlConversionFailure(_, _, cause) => said(&**cause),
                other => said(other),
            };
            found.push(match cause {
                Argument::Message(message) => message,
                cause => message!("{cause}", cause),
            });
        }
    }
    let more = found.len().saturating_sub(TOLD);
    found.truncate(TOLD);
    found.extend(iter::once(message!("and {n} papers more", n = more)).filter(|_| more > 0));
    Ok(found)
}
