//! The index of texts (FTS5), which is derived from the papers and kept in step with them.

use std::collections::BTreeSet;

use rusqlite::{Statement, Transaction, named_params, params};

use super::columns::json;
use crate::{
    paper::{Paper, PaperId},
    row::Row,
};

/// Makes the index of texts anew, whatever of it is damaged: FTS5 does nothing before it can read its
/// format, and takes settings only for a sound index. Merging seldom makes storing faster, and a search hardly slower.
pub(super) const FILL: &str = "
    REPLACE INTO paper_text_config (k, v) VALUES ('version', 4);
    INSERT INTO paper_text (paper_text) VALUES ('rebuild');
    INSERT INTO paper_text (paper_text, rank) VALUES ('automerge', 16);
";

/// Keeps the index of texts in step with the papers that one transaction stores.
///
/// New and changed texts are entered at the end, all by one statement, because SQLite makes FTS5 write out
/// what it has gathered before every statement that could be taken back in part.
pub(super) struct Index<'t> {
    transaction: &'t Transaction<'t>,
    forget: Statement<'t>,
    /// The last paper that was there before; those after it are new.
    last: Row,
    changed: BTreeSet<u32>,
}

impl<'t> Index<'t> {
    pub(super) fn new(transaction: &'t Transaction<'t>, last: Row) -> rusqlite::Result<Self> {
        let forget = transaction.prepare(
            "INSERT INTO paper_text (paper_text, rowid, title, abstract, authors, categories)
             VALUES ('delete', ?1, ?2, ?3, ?4, ?5)",
        )?;
        Ok(Index { transaction, forget, last, changed: BTreeSet::new() })
    }

    /// Takes note of a paper that is about to change.
    pub(super) fn replace(&mut self, row: Row, old: &Paper, new: &Paper) -> rusqlite::Result<()> {
        let same = old.title == new.title
            && old.abstract_text == new.abstract_text
            && old.authors == new.authors
            && old.categories == new.categories;
        // FTS5 has to be told what it is to forget, and only once.
        if !same && row <= self.last && is_listed(&old.id) && self.changed.insert(row.0) {
            let (authors, categories) = (json(&old.authors), json(&old.categories));
            self.forget.execute(params![
                row.0,
                old.title,
                old.abstract_text,
                authors,
                categories
            ])?;
        }
        Ok(())
    }

    /// Enters what is new, once the papers are stored.
    pub(super) fn finish(self) -> rusqlite::Result<()> {
        let changed = serde_json::to_string(&self.changed).expect("numbers are JSON");
        self.transaction.execute(
            "INSERT INTO paper_text (rowid, title, abstract, authors, categories)
             SELECT * FROM listed WHERE key > :last
             UNION ALL SELECT * FROM listed WHERE key IN (SELECT value FROM json_each(:changed))",
            named_params! {":last": self.last.0, ":changed": changed},
        )?;
        Ok(())
    }
}

/// As the view of that name has it.
fn is_listed(id: &PaperId) -> bool {
    !["text:", "seed:"].iter().any(|source| id.as_str().starts_with(source))
}
