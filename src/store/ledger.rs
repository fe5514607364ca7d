//! The ledger: what was announced, in which categories and on which days, and what is still missing.
//!
//! A [`Line`] says that a paper was announced on a day; a [`CategoryDay`] says how much is known of one
//! category's announcement of a day. [`Census`] counts the whole library.

use std::collections::HashSet;

use jiff::{Timestamp, civil::Date};
use rusqlite::{OptionalExtension, params};
use serde::Serialize;

use super::{
    columns::{json, list, parsed},
    library::Library,
};
use crate::{
    error::Result,
    paper::{Kind, in_stream},
    row::{Considered, Line, Row},
};

/// What is known of one category's announcement of one day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CategoryDay {
    /// The category, or an archive.
    pub category: String,
    /// The announcement day, US Eastern.
    pub date: Date,
    /// How many papers the fullest source lists.
    pub papers: u32,
    /// Which sources have been read, by their names in [`told_by`], in alphabetical order.
    pub sources: Vec<String>,
    /// The earlier day whose papers the feed of this day repeats, if it was seen doing so.
    pub stale: Option<Date>,
    /// Whether nothing can be missing any more.
    pub complete: bool,
    /// When a source was last asked.
    pub checked_at: Timestamp,
}

impl CategoryDay {
    /// Whether this source, by its name in [`told_by`], has been read.
    pub fn is_told_by(&self, source: &str) -> bool {
        self.sources.iter().any(|known| known == source)
    }
}

/// The sources of a [`CategoryDay`], by name.
pub mod told_by {
    /// The feed of the day.
    pub const FEED: &str = "feed";
    /// The listing page of that day.
    pub const LISTING: &str = "listing";
    /// A listing page that still showed an earlier day.
    pub const OLD_LISTING: &str = "old listing";
    /// The page of recent days.
    pub const RECENT: &str = "recent";
    /// OAI-PMH.
    pub const OAI: &str = "oai";
    /// The query API.
    pub const API: &str = "api";
}

/// How much a library holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Census {
    /// Papers.
    pub papers: u32,
    /// Lines of the ledger.
    pub announcements: u32,
    /// Marks that readers have made, those taken back included.
    pub marks: u32,
    /// Digests.
    pub deliveries: u32,
    /// Papers by primary category, the largest first; `unknown` for those without one.
    pub categories: Vec<(String, u32)>,
    /// Papers by the month (`2026-02`) of an announcement, the newest first.
    pub months: Vec<(String, u32)>,
}

impl Library {
    /// Enters announcements into the ledger and returns how many lines are new.
    ///
    /// A paper has one line for a day and category. Where it is announced there again, a stated day outranks
    /// an assumed one, then the better [`Kind`] stays, with the `origin` (the feed or file) that told it.
    /// It is new only once, and cross-listed once in a category: a line of a category that says so for
    /// another day is dropped, unless it is stated and the one before was assumed, which it then replaces.
    ///
    /// # Errors
    /// [`Error::Invalid`](crate::Error::Invalid) if a row holds no paper; else as [`Library::len`].
    pub fn record_announcements(&mut self, lines: &[Line], origin: &str) -> Result<usize> {
        self.write(|t| {
            let mut find = t.prepare(&select("paper = ?1"))?;
            let mut put = t.prepare(
                "INSERT OR REPLACE INTO announcement (date, paper, category, kind, stated, origin)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            )?;
            let mut remove = t.prepare(
                "DELETE FROM announcement WHERE date = ?1 AND paper = ?2 AND category = ?3",
            )?;
            let mut new = 0;
            for line in lines {
                let known = find
                    .query_map([line.row.0], read_line)?
                    .collect::<rusqlite::Result<Vec<_>>>()?;
                let again = |old: &&Line| {
                    old.date != line.date
                        && !old.category.is_empty()
                        && !line.category.is_empty()
                        && old.kind.is_first()
                        && line.kind.is_first()
                        && (old.category == line.category
                            || old.kind == line.kind && line.kind == Kind::New)
                };
                let (sure, assumed): (Vec<&Line>, _) =
                    known.iter().filter(again).partition(|old| old.stated || !line.stated);
                if !sure.is_empty() {
                    continue;
                }
                for old in assumed {
                    remove.execute(params![old.date.to_string(), old.row.0, old.category])?;
                }
                let stored =
                    known.iter().find(|old| old.date == line.date && old.category == line.category);
                // What a source states outranks what a run had to assume.
                if stored.is_none_or(|old| (!line.stated, line.kind) < (!old.stated, old.kind)) {
                    put.execute(params![
                        line.date.to_string(),
                        line.row.0,
                        line.category,
                        line.kind.as_str(),
                        line.stated,
                        origin
                    ])?;
                }
                new += usize::from(stored.is_none());
            }
            Ok(new)
        })
    }

    /// Enters what is known of a category's day. What was known before stays known: sources add up, the
    /// larger number of papers holds, and what is complete stays so.
    ///
    /// # Errors
    /// As [`Library::len`].
    pub fn record_day(&mut self, day: &CategoryDay) -> Result<()> {
        let before = self.day(&day.category, day.date)?;
        let mut day = day.clone();
        if let Some(before) = before {
            day.papers = day.papers.max(before.papers);
            day.complete |= before.complete;
            // A feed that is read again tells anew whether it is stale.
            day.stale = if day.is_told_by(told_by::FEED) { day.stale } else { before.stale };
            day.sources.extend(before.sources);
        }
        day.sources.sort_unstable();
        day.sources.dedup();
        self.write(|t| {
            t.execute(
                "INSERT OR REPLACE INTO day (category, date, papers, sources, stale, complete, checked_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                params![
                    day.category,
                    day.date.to_string(),
                    day.papers,
                    json(&day.sources),
                    day.stale.map(|date| date.to_string()),
                    day.complete,
                    day.checked_at.to_string()
                ],
            )?;
            Ok(())
        })
    }

    /// What is known of a category's day, if it was ever asked for.
    ///
    /// # Errors
    /// As [`Library::len`].
    pub fn day(&self, category: &str, date: Date) -> Result<Option<CategoryDay>> {
        Ok(self.days(date, date)?.into_iter().find(|day| day.category == category))
    }

    /// The first day of a category that the ledger knows anything of.
    ///
    /// # Errors
    /// As [`Library::len`].
    pub fn first_day(&self, category: &str) -> Result<Option<Date>> {
        self.read(|c| {
            c.query_row(
                "SELECT min(date) FROM day WHERE category = ?1 HAVING count(*) > 0",
                [category],
                |row| parsed(row, 0),
            )
            .optional()
        })
    }

    /// What is known of every category from one day to another, both included, by day and category.
    ///
    /// # Errors
    /// As [`Library::len`].
    pub fn days(&self, from: Date, to: Date) -> Result<Vec<CategoryDay>> {
        self.read(|c| {
            c.prepare_cached(
                "SELECT category, date, papers, sources, stale, complete, checked_at FROM day
                 WHERE date BETWEEN ?1 AND ?2 ORDER BY date, category",
            )?
            .query_map([from.to_string(), to.to_string()], |row| {
                let stale: Option<String> = row.get(4)?;
                Ok(CategoryDay {
                    category: row.get(0)?,
                    date: parsed(row, 1)?,
                    papers: row.get(2)?,
                    sources: list(row, 3)?,
                    stale: stale.map(|_| parsed(row, 4)).transpose()?,
                    complete: row.get(5)?,
                    checked_at: parsed(row, 6)?,
                })
            })?
            .collect()
        })
    }

    /// The ledger's lines of a paper, by day and category.
    ///
    /// # Errors
    /// As [`Library::len`].
    pub fn lines_of(&self, row: Row) -> Result<Vec<Line>> {
        self.read(|c| {
            c.prepare_cached(&(select("paper = ?1") + " ORDER BY date, category"))?
                .query_map([row.0], read_line)?
                .collect()
        })
    }

    /// The lines of that day, in the order of the papers' ids.
    ///
    /// # Errors
    /// As [`Library::len`].
    pub fn announced_on(&self, date: Date) -> Result<Vec<Line>> {
        self.read(|c| {
            c.prepare_cached(
                &(select("date = ?1")
                    + " ORDER BY (SELECT id FROM paper WHERE key = announcement.paper), category"),
            )?
            .query_map([date.to_string()], read_line)?
            .collect()
        })
    }

    /// At most `limit` papers announced on or before `date`, the newest announcement first, papers of
    /// one day in the order of their ids; only those that [`in_stream`] puts among `categories`.
    ///
    /// # Errors
    /// As [`Library::len`].
    pub fn recent(&self, date: Date, categories: &[String], limit: usize) -> Result<Vec<Row>> {
        self.read(|c| {
            // Walks the ledger backwards and stops at the limit, however long the ledger is.
            let mut walk = c.prepare_cached(
                "SELECT key, categories FROM announcement JOIN paper ON key = paper
                 WHERE date <= ?1 ORDER BY date DESC, id",
            )?;
            let mut found = walk.query([date.to_string()])?;
            let (mut rows, mut seen) = (Vec::new(), HashSet::new());
            while rows.len() < limit
                && let Some(line) = found.next()?
            {
                let row = Row(line.get(0)?);
                if in_stream(&list(line, 1)?, categories) && seen.insert(row) {
                    rows.push(row);
                }
            }
            Ok(rows)
        })
    }

    /// Announcements of the paper that digests of `profile` took into account, by day.
    ///
    /// # Errors
    /// As [`Library::len`].
    pub fn considered(&self, profile: &str, row: Row) -> Result<Vec<Considered>> {
        self.read(|c| {
            c.prepare_cached(
                "SELECT announced, kind, date FROM considered WHERE profile = ?1 AND paper = ?2
                 ORDER BY announced",
            )?
            .query_map(params![profile, row.0], |found| {
                Ok(Considered {
                    row,
                    announced: parsed(found, 0)?,
                    kind: parsed(found, 1)?,
                    digest: parsed(found, 2)?,
                })
            })?
            .collect()
        })
    }

    /// The categories that `profile` follows, each with the day since which it is owed every announcement;
    /// the empty name stands for all.
    ///
    /// # Errors
    /// As [`Library::len`].
    pub fn follows(&self, profile: &str) -> Result<Vec<(String, Date)>> {
        self.read(|c| {
            c.prepare_cached(
                "SELECT category, since FROM follows WHERE profile = ?1 ORDER BY category",
            )?
            .query_map([profile], |row| Ok((row.get(0)?, parsed(row, 1)?)))?
            .collect()
        })
    }

    /// Counts everything.
    ///
    /// # Errors
    /// As [`Library::len`].
    pub fn census(&self) -> Result<Census> {
        self.read(|c| {
            let count = |table: &str| {
                c.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0))
            };
            let counts = |sql: &str| {
                c.prepare(sql)?
                    .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
                    .collect::<rusqlite::Result<Vec<(String, u32)>>>()
            };
            Ok(Census {
                papers: count("paper")?,
                announcements: count("announcement")?,
                marks: count("event WHERE act IN ('like', 'dislike', 'none')")?,
                deliveries: count("delivery")?,
                categories: counts(
                    "SELECT coalesce(categories ->> 0, 'unknown') AS name, count(*) AS n
                     FROM paper GROUP BY name ORDER BY n DESC, name",
                )?,
                months: counts(
                    "SELECT substr(date, 1, 7) AS month, count(DISTINCT paper)
                     FROM announcement GROUP BY month ORDER BY month DESC",
                )?,
            })
        })
    }
}

fn select(condition: &str) -> String {
    format!("SELECT paper, date, category, kind, stated FROM announcement WHERE {condition}")
}

/// The line in a row of [`select`].
fn read_line(row: &rusqlite::Row) -> rusqlite::Result<Line> {
    Ok(Line {
        row: Row(row.get(0)?),
        date: parsed(row, 1)?,
        category: row.get(2)?,
        kind: parsed(row, 3)?,
        stated: row.get(4)?,
    })
}
