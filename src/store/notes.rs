//! Notes of a language model, kept by what they were made from, and the tokens that they cost.

use std::ops::AddAssign;

use jiff::{Timestamp, civil::Date};
use rusqlite::{OptionalExtension, params};
use serde::{Deserialize, Serialize};

use super::library::Library;
use crate::error::Result;

/// Tokens, as the endpoint counts them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usage {
    /// Tokens read.
    pub prompt: u64,
    /// Tokens written.
    pub completion: u64,
    /// Of those read, tokens that the endpoint had in its cache.
    pub cached: u64,
}

impl Usage {
    /// Tokens read and written.
    pub fn total(&self) -> u64 {
        self.prompt + self.completion
    }
}

impl AddAssign for Usage {
    fn add_assign(&mut self, other: Usage) {
        self.prompt += other.prompt;
        self.completion += other.completion;
        self.cached += other.cached;
    }
}

/// What a model cost in a month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Spending {
    /// `YYYY-MM`, UTC.
    pub month: String,
    /// Name of the language model.
    pub model: String,
    /// Papers asked for.
    pub papers: u64,
    /// Tokens read.
    pub prompt: u64,
    /// Tokens written.
    pub completion: u64,
    /// Of those read, tokens from the endpoint's cache.
    pub cached: u64,
}

impl Library {
    /// The note that was made from what `key` stands for, if there is one.
    ///
    /// # Errors
    /// As [`Library::len`].
    pub fn note(&self, key: u64) -> Result<Option<String>> {
        self.read(|c| {
            c.prepare_cached("SELECT note FROM note WHERE key = ?1")?
                .query_row([key.cast_signed()], |row| row.get(0))
                .optional()
        })
    }

    /// Keeps notes, each with the key that stands for what it was made from, and enters what they cost.
    ///
    /// # Errors
    /// As [`Library::len`].
    pub fn keep_notes(
        &mut self,
        notes: &[(u64, String)],
        model: &str,
        usage: Usage,
        at: Timestamp,
    ) -> Result<()> {
        self.write(|t| {
            for (key, note) in notes {
                t.execute(
                    "INSERT INTO note (key, model, note, at) VALUES (?1, ?2, ?3, ?4)
                     ON CONFLICT DO UPDATE SET note = excluded.note, at = excluded.at",
                    params![key.cast_signed(), model, note, at.to_string()],
                )?;
            }
            let Usage { prompt, completion, cached } = usage;
            let [prompt, completion, cached] = [prompt, completion, cached].map(clamped);
            t.execute(
                "INSERT INTO spent (at, model, prompt, completion, cached) VALUES (?1, ?2, ?3, ?4, ?5)",
                params![at.to_string(), model, prompt, completion, cached],
            )?;
            Ok(())
        })
    }

    /// Tokens read and written on a day (UTC).
    ///
    /// # Errors
    /// As [`Library::len`].
    pub fn spent_on(&self, day: Date) -> Result<u64> {
        self.read(|c| {
            c.query_row(
                "SELECT coalesce(sum(prompt + completion), 0) FROM spent WHERE substr(at, 1, 10) = ?1",
                [day.to_string()],
                |row| row.get(0).map(i64::unsigned_abs),
            )
        })
    }

    /// What was spent, by month and model, in that order.
    ///
    /// # Errors
    /// As [`Library::len`].
    pub fn spending(&self) -> Result<Vec<Spending>> {
        self.read(|c| {
            c.prepare_cached(
                "SELECT substr(at, 1, 7), model, count(*), sum(prompt), sum(completion), sum(cached)
                 FROM spent GROUP BY 1, 2 ORDER BY 1, 2",
            )?
            .query_map([], |row| {
                let number = |at| row.get(at).map(i64::unsigned_abs);
                Ok(Spending {
                    month: row.get(0)?,
                    model: row.get(1)?,
                    papers: number(2)?,
                    prompt: number(3)?,
                    completion: number(4)?,
                    cached: number(5)?,
                })
            })?
            .collect()
        })
    }

    /// Puts `digest` (JSON) in the place of the recorded digest of that profile and day; nothing else of the
    /// delivery changes. Nothing happens if there is none.
    ///
    /// # Errors
    /// As [`Library::len`].
    pub fn replace_digest(&mut self, profile: &str, date: Date, digest: &str) -> Result<()> {
        self.write(|t| {
            t.execute(
                "UPDATE delivery SET digest = ?3 WHERE profile = ?1 AND date = ?2",
                params![profile, date.to_string(), digest],
            )
            .map(drop)
        })
    }
}

/// A count as SQLite keeps it; a server's absurd one must not overflow a sum.
fn clamped(tokens: u64) -> i64 {
    i64::try_from(tokens).unwrap_or(i64::MAX).min(1 << 40)
}
