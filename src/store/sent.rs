//! Where digests were sent, so that none is sent there twice.

use std::str::FromStr;

use jiff::{Timestamp, civil::Date};
use rusqlite::{OptionalExtension, params};

use super::{columns::parsed, library::Library};
use crate::error::{Error, Result};
use crate::message;

/// How far the sending of one digest to one channel got.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sent {
    /// Where it stands.
    pub state: SendState,
    /// How many of its messages have arrived; a channel may need several for one digest.
    pub messages: u32,
    /// When it got there.
    pub at: Timestamp,
}

/// Where the sending of a digest stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SendState {
    /// A message is on its way; if nobody is sending, whoever did was stopped, and nobody knows whether it
    /// arrived.
    Sending,
    /// All of it has arrived.
    Sent,
    /// The channel refused the next message, which is known not to have arrived.
    Failed,
}

impl SendState {
    const ALL: [(SendState, &str); 3] =
        [(SendState::Sending, "sending"), (SendState::Sent, "sent"), (SendState::Failed, "failed")];

    fn as_str(self) -> &'static str {
        let (_, name) = Self::ALL.iter().find(|(state, _)| *state == self).expect("all are named");
        name
    }
}

impl FromStr for SendState {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let known = Self::ALL.iter().find(|(_, name)| *name == text);
        known.map(|(state, _)| *state).ok_or_else(|| {
            Error::Invalid(message!("{text} is no state of something that is sent", text))
        })
    }
}

impl Library {
    /// How far the digest of `profile` of the day `date` got on its way to `channel`, if it was ever sent there.
    ///
    /// # Errors
    /// As [`Library::len`].
    pub fn sent(&self, profile: &str, date: Date, channel: &str) -> Result<Option<Sent>> {
        self.read(|c| {
            c.query_row(
                "SELECT state, messages, at FROM sent
                 WHERE profile = ?1 AND date = ?2 AND channel = ?3",
                params![profile, date.to_string(), channel],
                |row| {
                    Ok(Sent { state: parsed(row, 0)?, messages: row.get(1)?, at: parsed(row, 2)? })
                },
            )
            .optional()
        })
    }

    /// Enters how far it got; what was known before is replaced.
    ///
    /// # Errors
    /// As [`Library::len`].
    pub fn record_sent(
        &mut self,
        profile: &str,
        date: Date,
        channel: &str,
        sent: &Sent,
    ) -> Result<()> {
        self.write(|t| {
            t.execute(
                "REPLACE INTO sent (profile, date, channel, state, messages, at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                params![
                    profile,
                    date.to_string(),
                    channel,
                    sent.state.as_str(),
                    sent.messages,
                    sent.at.to_string()
                ],
            )?;
            Ok(())
        })
    }
}
