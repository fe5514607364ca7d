//! Looking for damage in the library, and mending what can be made anew.

use std::iter;

use rusqlite::{Connection, Error as E, ErrorCode};

use super::{
    columns::{read_paper, select},
    library::Library,
    texts::FILL,
};
use crate::error::Result;

/// Findings of one kind that are told; more say nothing new.
const TOLD: usize = 100;

/// Something that is wrong with a library's file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Damage {
    /// In words.
    pub what: String,
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
        let is_derived = |what: &String| {
            what.contains("index of texts") || what.contains("paper_text") || what.contains("fts5")
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
fn tolerant(found: rusqlite::Result<Vec<String>>) -> rusqlite::Result<Vec<String>> {
    match found {
        Err(E::SqliteFailure(cause, said))
            if matches!(cause.code, ErrorCode::DatabaseCorrupt | ErrorCode::Unknown) =>
        {
            Ok(vec![format!("the database: {}", said.unwrap_or_else(|| cause.to_string()))])
        }
        found => found,
    }
}

fn check_pages(c: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut found = c.prepare(&format!("PRAGMA integrity_check({TOLD})"))?;
    let found = found.query_map([], |row| row.get::<_, String>(0))?;
    found
        .filter(|line| line.as_ref().map_or(true, |line| line != "ok"))
        .map(|line| Ok(format!("the database: {}", line?)))
        .collect()
}

/// Compares the index of texts with the papers.
fn check_text(c: &Connection) -> rusqlite::Result<Vec<String>> {
    let compare = "INSERT INTO paper_text (paper_text, rank) VALUES ('integrity-check', 1)";
    match c.execute(compare, []) {
        Ok(_) => Ok(Vec::new()),
        Err(E::SqliteFailure(cause, _)) if cause.code == ErrorCode::DatabaseCorrupt => {
            Ok(vec!["the index of texts does not fit the papers; it can be made anew".into()])
        }
        Err(error) => Err(error),
    }
}

fn check_papers(c: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut papers = c.prepare(&select("true"))?;
    let mut papers = papers.query([])?;
    let mut found = Vec::new();
    while let Some(row) = papers.next()? {
        if let Err(error) = read_paper(row) {
            let cause = match error {
                E::FromSqlConversionFailure(_, _, cause) => cause.to_string(),
                other => other.to_string(),
            };
            found.push(cause);
        }
    }
    let more = found.len().saturating_sub(TOLD);
    found.truncate(TOLD);
    found.extend(iter::once(format!("and {more} papers more")).filter(|_| more > 0));
    Ok(found)
}
