//! The library: papers, the ledger of announcements, feedback and deliveries, in one SQLite file.
//!
//! [`Library::open`] makes the caller the one writer of a data directory; every change is one
//! transaction, so a failing call leaves nothing behind. [`Library::open_read_only`] works at any
//! time, also beside a writer.

use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use jiff::{Timestamp, civil::Date};
use rusqlite::{
    Connection, OpenFlags, OptionalExtension, Transaction, TransactionBehavior, params,
};

use super::{
    columns::{FIELDS, parsed, put, read_paper, select},
    fault::refused,
    schema,
    texts::Index,
};
use crate::{
    error::{Error, Result},
    file::Lock,
    message,
    paper::{Paper, PaperId},
    row::{Considered, Row},
};

const FILE: &str = "library.sqlite";
/// A reader may meet a writer's checkpoint, which takes moments.
const PATIENCE: Duration = Duration::from_secs(10);

/// SQLite's cache in KiB, written as a negative number: the inner pages of a large library's trees.
const CACHE: i32 = -65_536;
/// Pages in the log, 64 MB, before they are written to their places: those that change often are
/// written once.
const CHECKPOINT: u32 = 16_384;

/// One profile's digest of one day, as it was put in place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// When the digest was first made; a rerun keeps it.
    pub generated_at: Timestamp,
    /// Embedding model that ranked the day.
    pub model: String,
    /// Fingerprint of what the digest was made from.
    pub inputs: u64,
    /// The digest itself, as JSON.
    pub digest: String,
}

/// The library of one data directory.
#[derive(Debug)]
pub struct Library {
    // Before the lock, so that the database is closed while the lock is still held.
    connection: Connection,
    path: PathBuf,
    lock: Option<Lock>,
    /// How often each paper was decoded.
    #[cfg(test)]
    pub(crate) decoded: std::cell::RefCell<std::collections::BTreeMap<Row, usize>>,
}

impl Library {
    /// Opens the library in the folder `dir` for writing, making both if absent, and keeps every
    /// other writer out until the value is dropped.
    ///
    /// # Errors
    /// [`Error::Locked`] if another writer has it; [`Error::Format`] if a newer program wrote it;
    /// [`Error::Damaged`] if the file is no library; [`Error::Io`], [`Error::Library`].
    pub fn open(dir: &Path) -> Result<Self> {
        fs::create_dir_all(dir).map_err(Error::io("create", dir))?;
        let lock = Lock::take(dir)?;
        let path = dir.join(FILE);
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
        let mut connection = connect(&path, flags)?;
        // Before anything is written: a file that is not ours stays as it is.
        let found = schema::format(&connection, &path)?;
        let prepare = || {
            connection.pragma_update(None, "journal_mode", "wal")?;
            // A delivery must outlive a power failure, or its papers would be shown twice.
            connection.pragma_update(None, "synchronous", "full")
        };
        prepare().map_err(|e| refused(&path, e))?;
        schema::migrate(&mut connection, &path, found)?;
        Ok(Library {
            connection,
            path,
            lock: Some(lock),
            #[cfg(test)]
            decoded: Default::default(),
        })
    }

    /// Whether there is a library in the folder `dir`.
    ///
    /// # Errors
    /// [`Error::Io`] if that cannot be told.
    pub fn exists(dir: &Path) -> Result<bool> {
        let path = dir.join(FILE);
        path.try_exists().map_err(Error::io("open", &path))
    }

    /// Opens the library in the folder `dir` for reading; every change fails with
    /// [`Error::Library`].
    ///
    /// # Errors
    /// [`Error::Invalid`] if there is none yet, or one that an older program left and
    /// [`Library::open`] has not yet brought up to date; else as [`Library::open`], without
    /// [`Error::Locked`].
    pub fn open_read_only(dir: &Path) -> Result<Self> {
        let path = dir.join(FILE);
        let absent = || Error::Invalid(message!("no library in {dir} yet", dir));
        if !Self::exists(dir)? {
            return Err(absent());
        }
        let connection = connect(&path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        match schema::format(&connection, &path)? {
            0 => Err(absent()),
            schema::FORMAT => Ok(Library {
                connection,
                path,
                lock: None,
                #[cfg(test)]
                decoded: Default::default(),
            }),
            found => Err(Error::Invalid(message!(
                "the library {path} has the older format {found}, not {format}",
                path,
                found,
                format = schema::FORMAT
            ))),
        }
    }

    /// Whether this is the one writer.
    pub(super) fn is_writer(&self) -> bool {
        self.lock.is_some()
    }

    /// The database file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// How many papers there are.
    ///
    /// # Errors
    /// [`Error::Library`], [`Error::Damaged`]; so do all methods below.
    pub fn len(&self) -> Result<usize> {
        let count: u32 =
            self.read(|c| c.query_row("SELECT count(*) FROM paper", [], |row| row.get(0)))?;
        Ok(count as usize)
    }

    /// Whether there is no paper.
    ///
    /// # Errors
    /// As [`Library::len`].
    pub fn is_empty(&self) -> Result<bool> {
        Ok(self.len()? == 0)
    }

    /// Adds papers, or what is new about them, and returns their rows in the order given.
    ///
    /// A paper that is there is overwritten field by field only by a higher version, or by a known
    /// one if its own is unknown; anything else just fills what it lacks. So an older source, or one
    /// that does not tell the version, never replaces newer text. A paper that is not arXiv's has no versions: what its
    /// owner writes now holds. What was returned survives a crash, and is found by its words.
    ///
    /// # Errors
    /// As [`Library::len`].
    pub fn add_papers(&mut self, papers: &[Paper]) -> Result<Vec<Row>> {
        self.write(|t| {
            let mut find = t.prepare(&select("id = ?1"))?;
            let mut insert = t.prepare(&format!(
                "INSERT INTO paper (key, id, {FIELDS})
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)"
            ))?;
            let mut update = t.prepare(&format!(
                "UPDATE paper SET ({FIELDS})
                 = (?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13) WHERE key = ?1"
            ))?;
            let mut last: u32 =
                t.query_row("SELECT coalesce(max(key), 0) FROM paper", [], |row| row.get(0))?;
            let mut index = Index::new(t, Row(last))?;
            let mut add = |paper: &Paper| {
                let paper = &*paper.within_bounds();
                let stored = find
                    .query_row([paper.id.as_str()], |row| Ok((Row(row.get(0)?), read_paper(row)?)))
                    .optional()?;
                let Some((row, stored)) = stored else {
                    last += 1;
                    put(&mut insert, Row(last), paper)?;
                    return Ok(Row(last));
                };
                let merged = merge(&stored, paper);
                if merged != stored {
                    index.replace(row, &stored, &merged)?;
                    put(&mut update, row, &merged)?;
                }
                Ok(row)
            };
            let rows = papers.iter().map(&mut add).collect::<rusqlite::Result<_>>()?;
            index.finish()?;
            Ok(rows)
        })
    }

    /// The paper's row, if it is in the library.
    ///
    /// # Errors
    /// As [`Library::len`].
    pub fn row(&self, id: &PaperId) -> Result<Option<Row>> {
        Ok(self.rows(std::slice::from_ref(id))?[0])
    }

    /// The papers' rows in the order given, `None` where one is not in the library.
    ///
    /// # Errors
    /// As [`Library::len`].
    pub fn rows(&self, ids: &[PaperId]) -> Result<Vec<Option<Row>>> {
        self.read(|c| {
            let mut find = c.prepare_cached("SELECT key FROM paper WHERE id = ?1")?;
            ids.iter()
                .map(|id| find.query_row([id.as_str()], |row| row.get(0).map(Row)).optional())
                .collect()
        })
    }

    /// At most `limit` rows that follow `row`, ascending: with [`Row`]`(0)` first and the last row got
    /// from then on, all of them.
    ///
    /// # Errors
    /// As [`Library::len`].
    pub fn rows_after(&self, row: Row, limit: u32) -> Result<Vec<Row>> {
        self.read(|c| {
            c.prepare_cached("SELECT key FROM paper WHERE key > ?1 ORDER BY key LIMIT ?2")?
                .query_map([row.0, limit], |row| row.get(0).map(Row))?
                .collect()
        })
    }

    /// The last row that holds a paper; 0 if none does.
    ///
    /// # Errors
    /// As [`Library::len`].
    pub fn last_row(&self) -> Result<Row> {
        self.read(|c| {
            c.query_row("SELECT coalesce(max(key), 0) FROM paper", [], |row| row.get(0).map(Row))
        })
    }

    /// The paper, if it is in the library.
    ///
    /// # Errors
    /// As [`Library::len`].
    pub fn paper(&self, id: &PaperId) -> Result<Option<Paper>> {
        self.read(|c| {
            c.prepare_cached(&select("id = ?1"))?.query_row([id.as_str()], read_paper).optional()
        })
    }

    /// The papers of these rows, in the order given.
    ///
    /// # Errors
    /// [`Error::Invalid`] if a row holds no paper; else as [`Library::len`].
    pub fn papers(&self, rows: &[Row]) -> Result<Vec<Paper>> {
        #[cfg(test)]
        for row in rows {
            *self.decoded.borrow_mut().entry(*row).or_default() += 1;
        }
        let found = self.read(|c| {
            let mut find = c.prepare_cached(&select("key = ?1"))?;
            rows.iter()
                .map(|row| find.query_row([row.0], read_paper).optional())
                .collect::<rusqlite::Result<Vec<_>>>()
        })?;
        std::iter::zip(rows, found)
            .map(|(row, paper)| {
                paper.ok_or_else(|| {
                    Error::Invalid(message!(
                        "the library {path} has no paper in row {row}",
                        path = &self.path,
                        row = row.0
                    ))
                })
            })
            .collect()
    }

    /// The days of the first and the last digest of `profile`.
    ///
    /// # Errors
    /// As [`Library::len`].
    pub fn delivery_days(&self, profile: &str) -> Result<Option<(Date, Date)>> {
        self.read(|c| {
            c.query_row(
                "SELECT min(date), max(date) FROM delivery WHERE profile = ?1 HAVING count(*) > 0",
                [profile],
                |row| Ok((parsed(row, 0)?, parsed(row, 1)?)),
            )
            .optional()
        })
    }

    /// The days of all digests of `profile`, ascending.
    ///
    /// # Errors
    /// As [`Library::len`].
    pub fn delivered_days(&self, profile: &str) -> Result<Vec<Date>> {
        self.read(|c| {
            c.prepare_cached("SELECT date FROM delivery WHERE profile = ?1 ORDER BY date")?
                .query_map([profile], |row| parsed(row, 0))?
                .collect()
        })
    }

    /// The profiles that have a digest, by name.
    ///
    /// # Errors
    /// As [`Library::len`].
    pub fn delivered_profiles(&self) -> Result<Vec<String>> {
        self.read(|c| {
            c.prepare_cached("SELECT DISTINCT profile FROM delivery ORDER BY profile")?
                .query_map([], |row| row.get(0))?
                .collect()
        })
    }

    /// Every paper that digests of `profile` show, with the day, in order of day and id.
    ///
    /// # Errors
    /// As [`Library::len`].
    pub fn shown(&self, profile: &str) -> Result<Vec<(Date, Row)>> {
        self.read(|c| {
            c.prepare_cached(
                "SELECT date, key FROM delivered JOIN paper ON paper.key = delivered.paper
                 WHERE profile = ?1 ORDER BY date, id",
            )?
            .query_map([profile], |row| Ok((parsed(row, 0)?, Row(row.get(1)?))))?
            .collect()
        })
    }

    /// The digest of `profile` for that day, if there is one.
    ///
    /// # Errors
    /// As [`Library::len`].
    pub fn delivery(&self, profile: &str, date: Date) -> Result<Option<Delivery>> {
        self.read(|c| {
            c.query_row(
                "SELECT generated_at, model, inputs, digest FROM delivery WHERE profile = ?1 AND date = ?2",
                params![profile, date.to_string()],
                |row| {
                    Ok(Delivery {
                        generated_at: parsed(row, 0)?,
                        model: row.get(1)?,
                        inputs: row.get::<_, i64>(2)?.cast_unsigned(),
                        digest: row.get(3)?,
                    })
                },
            )
            .optional()
        })
    }

    /// The digests of the newest day on which one shows a paper, else of the newest day at all, as JSON,
    /// in the order of the profiles' names.
    ///
    /// # Errors
    /// As [`Library::len`].
    pub fn newest_digests(&self) -> Result<Vec<String>> {
        self.read(|c| {
            c.prepare_cached(
                "SELECT digest FROM delivery
                 WHERE date = coalesce((SELECT max(date) FROM delivered),
                                       (SELECT max(date) FROM delivery))
                 ORDER BY profile",
            )?
            .query_map([], |row| row.get(0))?
            .collect()
        })
    }

    /// Records the digest of `profile` for that day, the papers it shows, the announcements it took into
    /// account, and that the profile follows `categories` (all if there are none) from that day on, if not
    /// from an earlier one. Call it once the digest's file is in place.
    ///
    /// A later call for the same day replaces what was recorded.
    ///
    /// # Errors
    /// [`Error::Invalid`] if a row holds no paper; else as [`Library::len`].
    pub fn record_delivery(
        &mut self,
        profile: &str,
        date: Date,
        delivery: &Delivery,
        rows: &[Row],
        considered: &[Considered],
        categories: &[String],
    ) -> Result<()> {
        self.write(|t| {
            let date = date.to_string();
            t.execute(
                "INSERT INTO delivery (profile, date, generated_at, model, inputs, digest)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)
                 ON CONFLICT DO UPDATE SET generated_at = excluded.generated_at,
                     model = excluded.model, inputs = excluded.inputs, digest = excluded.digest",
                params![
                    profile,
                    date,
                    delivery.generated_at.to_string(),
                    delivery.model,
                    // SQLite's integers are signed; the bits are what counts.
                    delivery.inputs.cast_signed(),
                    delivery.digest
                ],
            )?;
            t.execute(
                "DELETE FROM delivered WHERE profile = ?1 AND date = ?2",
                params![profile, date],
            )?;
            let mut insert = t.prepare(
                "INSERT INTO delivered (profile, date, paper) VALUES (?1, ?2, ?3)
                 ON CONFLICT DO NOTHING",
            )?;
            for row in rows {
                insert.execute(params![profile, date, row.0])?;
            }
            t.execute(
                "DELETE FROM considered WHERE profile = ?1 AND date = ?2",
                params![profile, date],
            )?;
            let mut insert = t.prepare(
                "INSERT INTO considered (profile, paper, announced, kind, date)
                 VALUES (?1, ?2, ?3, ?4, ?5)
                 ON CONFLICT DO UPDATE SET kind = excluded.kind, date = excluded.date",
            )?;
            for Considered { row, announced, kind, .. } in considered {
                insert.execute(params![
                    profile,
                    row.0,
                    announced.to_string(),
                    kind.as_str(),
                    date
                ])?;
            }
            let mut follow = t.prepare(
                "INSERT INTO follows (profile, category, since) VALUES (?1, ?2, ?3)
                 ON CONFLICT DO NOTHING",
            )?;
            let all = [String::new()];
            for category in if categories.is_empty() { &all[..] } else { categories } {
                follow.execute(params![profile, category, date])?;
            }
            Ok(())
        })
    }

    pub(super) fn read<T>(
        &self,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T> {
        work(&self.connection).map_err(|e| refused(&self.path, e))
    }

    /// Runs `work` in a transaction of its own, which a failure takes back.
    pub(super) fn write<T>(
        &mut self,
        work: impl FnOnce(&Transaction) -> rusqlite::Result<T>,
    ) -> Result<T> {
        let run = |connection: &mut Connection| {
            let transaction =
                connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let result = work(&transaction)?;
            transaction.commit()?;
            Ok(result)
        };
        run(&mut self.connection).map_err(|e| refused(&self.path, e))
    }
}

fn connect(path: &Path, flags: OpenFlags) -> Result<Connection> {
    // Without a mutex of its own: `Connection` is not `Sync`.
    let flags = flags | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let open = || {
        let connection = Connection::open_with_flags(path, flags)?;
        connection.busy_timeout(PATIENCE)?;
        connection.pragma_update(None, "foreign_keys", true)?;
        connection.pragma_update(None, "cache_size", CACHE)?;
        connection.pragma_update(None, "wal_autocheckpoint", CHECKPOINT)?;
        Ok(connection)
    };
    open().map_err(|e| refused(path, e))
}

/// What is known of a paper after `update`; see [`Library::add_papers`].
fn merge(stored: &Paper, update: &Paper) -> Paper {
    let is_newer = update.version > stored.version || !stored.id.is_arxiv();
    let (first, second) = if is_newer { (update, stored) } else { (stored, update) };
    let text = |field: fn(&Paper) -> &String| {
        let known = if field(first).is_empty() { second } else { first };
        field(known).clone()
    };
    let list = |field: fn(&Paper) -> &Vec<String>| {
        let known = if field(first).is_empty() { second } else { first };
        field(known).clone()
    };
    let option = |field: fn(&Paper) -> &Option<String>| {
        let known = if field(first).is_none() { second } else { first };
        field(known).clone()
    };
    Paper {
        id: stored.id.clone(),
        // `None` is less than any version.
        version: first.version,
        title: text(|p| &p.title),
        authors: list(|p| &p.authors),
        affiliations: list(|p| &p.affiliations),
        abstract_text: text(|p| &p.abstract_text),
        categories: match second.version {
            // A new version has its own.
            Some(_) if first.version != second.version && !first.categories.is_empty() => {
                first.categories.clone()
            }
            // A late cross-list adds a category and no version.
            _ => {
                let added = second.categories.iter().filter(|c| !first.categories.contains(c));
                first.categories.iter().chain(added).cloned().collect()
            }
        },
        submitted: first.submitted.or(second.submitted),
        comment: option(|p| &p.comment),
        journal_ref: option(|p| &p.journal_ref),
        doi: option(|p| &p.doi),
    }
}
