//! Tables of `library.sqlite` and the steps from one format to the next.
//!
//! The format is the file's `user_version`: how many of [`MIGRATIONS`] it has been through. A step is
//! never edited once released; a change is a new step, and a file of every format stays in
//! `tests/data` and opens forever.

use std::path::Path;

use rusqlite::{Connection, TransactionBehavior};

use super::{columns::seal_all, fault::refused, texts::FILL};
use crate::error::{Error, Result};
use crate::message;

/// "PLRK", SQLite's `application_id` of our files: another program's database is left alone.
const APPLICATION: i32 = 0x504c_524b;

const MIGRATIONS: &[&str] = &[
    "
-- Lists are JSON arrays, days YYYY-MM-DD, times RFC 3339 in UTC.
CREATE TABLE paper (
    key         INTEGER PRIMARY KEY,
    id          TEXT NOT NULL UNIQUE,
    version     INTEGER,
    title       TEXT NOT NULL,
    authors     TEXT NOT NULL,
    abstract    TEXT NOT NULL,
    categories  TEXT NOT NULL,
    submitted   TEXT,
    comment     TEXT,
    journal_ref TEXT,
    doi         TEXT
) STRICT;

-- The ledger: what was announced when, and where we learned it.
CREATE TABLE announcement (
    date   TEXT NOT NULL,
    paper  INTEGER NOT NULL REFERENCES paper (key),
    kind   TEXT NOT NULL,
    stated INTEGER NOT NULL, -- whether the source names the day
    origin TEXT NOT NULL,
    PRIMARY KEY (date, paper)
) STRICT, WITHOUT ROWID;

-- A log, only ever appended to; the last mark of a profile on a paper holds.
CREATE TABLE feedback (
    seq     INTEGER PRIMARY KEY,
    profile TEXT NOT NULL,
    paper   INTEGER NOT NULL REFERENCES paper (key),
    mark    TEXT NOT NULL,
    at      TEXT NOT NULL,
    origin  TEXT NOT NULL
) STRICT;
CREATE INDEX feedback_of ON feedback (profile, paper, seq);

-- Digests that are in place, and the papers they show.
CREATE TABLE delivery (
    profile      TEXT NOT NULL,
    date         TEXT NOT NULL,
    generated_at TEXT NOT NULL,
    model        TEXT NOT NULL,
    inputs       INTEGER NOT NULL, -- fingerprint of what it was made from
    digest       TEXT NOT NULL, -- JSON
    PRIMARY KEY (profile, date)
) STRICT, WITHOUT ROWID;
CREATE TABLE delivered (
    profile TEXT NOT NULL,
    date    TEXT NOT NULL,
    paper   INTEGER NOT NULL REFERENCES paper (key),
    PRIMARY KEY (profile, date, paper),
    FOREIGN KEY (profile, date) REFERENCES delivery (profile, date)
) STRICT, WITHOUT ROWID;
",
    "
ALTER TABLE paper ADD COLUMN affiliations TEXT NOT NULL DEFAULT '[]';

-- An announcement is one of each category; lines of before know none.
CREATE TABLE announced (
    date     TEXT NOT NULL,
    paper    INTEGER NOT NULL REFERENCES paper (key),
    category TEXT NOT NULL, -- whose announcement it is; empty where the source is not of one
    kind     TEXT NOT NULL,
    stated   INTEGER NOT NULL, -- whether the source names the day
    origin   TEXT NOT NULL,
    PRIMARY KEY (date, paper, category)
) STRICT, WITHOUT ROWID;
INSERT INTO announced SELECT date, paper, '', kind, stated, origin FROM announcement;
DROP TABLE announcement;
ALTER TABLE announced RENAME TO announcement;
CREATE INDEX announcement_of ON announcement (paper, date);

-- What is known of the announcement of each category and day.
CREATE TABLE day (
    category   TEXT NOT NULL,
    date       TEXT NOT NULL,
    papers     INTEGER NOT NULL, -- how many the fullest source lists
    sources    TEXT NOT NULL, -- which have been read
    stale      TEXT, -- the day whose batch the feed repeats
    complete   INTEGER NOT NULL, -- whether nothing can be missing any more
    checked_at TEXT NOT NULL,
    PRIMARY KEY (category, date)
) STRICT, WITHOUT ROWID;

-- Announcements that a digest of a profile took into account, whether it shows them or not.
CREATE TABLE considered (
    profile   TEXT NOT NULL,
    paper     INTEGER NOT NULL REFERENCES paper (key),
    announced TEXT NOT NULL,
    kind      TEXT NOT NULL, -- as the profile sees it
    date      TEXT NOT NULL, -- of the digest
    PRIMARY KEY (profile, paper, announced),
    FOREIGN KEY (profile, date) REFERENCES delivery (profile, date)
) STRICT, WITHOUT ROWID;
CREATE INDEX considered_by ON considered (profile, date);
INSERT INTO considered
    SELECT profile, paper, announcement.date, kind, delivered.date
    FROM delivered JOIN announcement USING (date, paper);

-- Since which day a profile is owed every announcement of a category: that of its first digest with it.
CREATE TABLE follows (
    profile  TEXT NOT NULL,
    category TEXT NOT NULL, -- empty for a profile that takes all
    since    TEXT NOT NULL,
    PRIMARY KEY (profile, category)
) STRICT, WITHOUT ROWID;
",
    "
-- What readers do to their profiles, only ever appended to; an act that is taken back stays.
CREATE TABLE event (
    seq     INTEGER PRIMARY KEY,
    profile TEXT NOT NULL,
    command INTEGER NOT NULL, -- seq of the first event of the command it is part of
    act     TEXT NOT NULL, -- like, dislike, none, seed, unseed, mute, unmute or undo
    paper   INTEGER REFERENCES paper (key),
    field   TEXT, -- what a mute looks at: author, term or category
    text    TEXT, -- of a mute; or the interest of a seed
    undone  INTEGER, -- the command that an undo takes back
    at      TEXT NOT NULL,
    origin  TEXT NOT NULL
) STRICT;
CREATE INDEX event_of ON event (profile, seq);
INSERT INTO event (seq, profile, command, act, paper, at, origin)
    SELECT seq, profile, seq, mark, paper, at, origin FROM feedback ORDER BY seq;
DROP TABLE feedback;
",
    "
ALTER TABLE paper ADD COLUMN crc INTEGER NOT NULL DEFAULT 0; -- of all other columns, see library.rs

-- Says which papers are of some days and categories without a look at one of them.
CREATE INDEX paper_of ON paper (submitted, categories);

-- What readers write is kept as a paper, yet nothing to be found.
CREATE VIEW unlisted AS SELECT key FROM paper WHERE id GLOB 'text:*' OR id GLOB 'seed:*';
CREATE VIEW listed AS SELECT key, title, abstract, authors, categories FROM paper
    WHERE NOT (id GLOB 'text:*' OR id GLOB 'seed:*');

-- The words of the listed papers, in step with them by add_papers: triggers take twice the time,
-- because SQLite then makes a savepoint for every row, and each writes out what FTS5 has gathered.
-- C++ and C# are words.
CREATE VIRTUAL TABLE paper_text USING fts5 (
    title, abstract, authors, categories,
    content = 'listed', content_rowid = 'key',
    tokenize = \"porter unicode61 remove_diacritics 2 tokenchars '+#'\"
);
",
    "
-- What was sent where, entered before the first byte leaves: what is still 'sending' when nobody
-- sends may have arrived or not.
CREATE TABLE sent (
    profile  TEXT NOT NULL,
    date     TEXT NOT NULL, -- of the digest
    channel  TEXT NOT NULL,
    state    TEXT NOT NULL, -- sending, sent or failed
    messages INTEGER NOT NULL, -- how many of the digest's messages have arrived there
    at       TEXT NOT NULL,
    PRIMARY KEY (profile, date, channel)
) STRICT, WITHOUT ROWID;

-- What language models wrote, by the fingerprint of what they were asked.
CREATE TABLE note (
    key   INTEGER PRIMARY KEY,
    model TEXT NOT NULL,
    note  TEXT NOT NULL, -- JSON
    at    TEXT NOT NULL
) STRICT;

-- What notes cost, an entry for each paper that was asked for, answered or not.
CREATE TABLE spent (
    at         TEXT NOT NULL,
    model      TEXT NOT NULL,
    prompt     INTEGER NOT NULL, -- tokens
    completion INTEGER NOT NULL,
    cached     INTEGER NOT NULL -- of the prompt
) STRICT;
",
];

/// The first format whose papers have checksums and an index of their texts.
const SEARCHABLE: u32 = 4;

/// The format that this program writes, and the newest it reads.
pub const FORMAT: u32 = MIGRATIONS.len() as u32;

/// The format of an open database; 0 if it is still empty.
///
/// # Errors
/// [`Error::Format`] if it is newer than [`FORMAT`]; [`Error::Damaged`] if it is no library at all.
pub fn format(connection: &Connection, path: &Path) -> Result<u32> {
    let read = || {
        // One snapshot: a writer may be making the tables right now.
        let snapshot = connection.unchecked_transaction()?;
        let number = |sql| snapshot.query_row(sql, [], |row| row.get::<_, i64>(0));
        Ok((
            number("PRAGMA user_version")?,
            number("PRAGMA application_id")?,
            number("SELECT count(*) FROM sqlite_schema")? == 0,
        ))
    };
    let (found, application, empty) = read().map_err(|e| refused(path, e))?;
    let ours = application == i64::from(APPLICATION) || (application == 0 && empty);
    match u32::try_from(found) {
        Ok(found) if ours && found > FORMAT => {
            Err(Error::Format { path: path.to_path_buf(), found, readable: FORMAT })
        }
        Ok(found) if ours && (found == 0) == empty => Ok(found),
        _ => Err(Error::Damaged {
            path: path.to_path_buf(),
            reason: message!("it is a database, yet not a paperlark library"),
        }),
    }
}

/// Brings a database of the format `found` to [`FORMAT`], all or nothing.
///
/// # Errors
/// [`Error::Library`] with SQLite's answer; the database is then as before.
pub fn migrate(connection: &mut Connection, path: &Path, found: u32) -> Result<()> {
    let steps = MIGRATIONS.iter().skip(found as usize);
    if steps.len() == 0 {
        return Ok(());
    }
    let mut run = || {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        for step in steps.clone() {
            transaction.execute_batch(step)?;
        }
        if found < SEARCHABLE {
            seal_all(&transaction)?;
            transaction.execute_batch(FILL)?;
        }
        transaction.pragma_update(None, "application_id", APPLICATION)?;
        transaction.pragma_update(None, "user_version", FORMAT)?;
        transaction.commit()
    };
    run().map_err(|e| refused(path, e))
}
