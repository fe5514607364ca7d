//! The log of what readers do to their profiles, only ever appended to.
//!
//! [`Library::record`] writes the acts of one command, [`Library::undo`] takes the last command back,
//! [`Library::feedback`] folds the log up to any time into [`Feedback`].

use std::collections::{BTreeMap, HashSet};

use jiff::Timestamp;
use rusqlite::{Connection, Transaction, params};

use super::{
    columns::{parsed, unreadable},
    library::Library,
};
use crate::{
    error::Result,
    reader::{Act, Event, Feedback, Mark, Mute},
    row::Row,
};

impl Library {
    /// Records what a reader did to `profile` with one command at the time `at`, told by `origin` (a
    /// command or file), and returns how many of the acts change anything; the others are not kept.
    ///
    /// # Errors
    /// [`Error::Invalid`](crate::Error::Invalid) if a row holds no paper, and then nothing is recorded; else as [`Library::len`].
    pub fn record(
        &mut self,
        profile: &str,
        acts: &[Act],
        at: Timestamp,
        origin: &str,
    ) -> Result<usize> {
        self.papers(&acts.iter().filter_map(Act::row).collect::<Vec<_>>())?;
        self.write(|t| {
            let events = read_events(t, profile)?;
            let mut feedback = Feedback::fold(&events, Timestamp::MAX);
            let command = next_number(t)?;
            let mut changed = 0;
            for act in acts {
                let event = Event { command, act: act.clone(), at, origin: origin.to_owned() };
                if feedback.apply(&event) {
                    insert(t, profile, &event)?;
                    changed += 1;
                }
            }
            Ok(changed)
        })
    }

    /// Takes back the last command on `profile` that was not taken back yet, and returns its acts; `None` if
    /// there is none.
    ///
    /// # Errors
    /// As [`Library::len`].
    pub fn undo(
        &mut self,
        profile: &str,
        at: Timestamp,
        origin: &str,
    ) -> Result<Option<Vec<Event>>> {
        self.write(|t| {
            let mut events = read_events(t, profile)?;
            let undone: HashSet<u32> = events.iter().filter_map(Event::undoes).collect();
            events.retain(|event| event.undoes().is_none() && !undone.contains(&event.command));
            let Some(last) = events.last().map(|event| event.command) else { return Ok(None) };
            let (command, act) = (next_number(t)?, Act::Undo(last));
            insert(t, profile, &Event { command, act, at, origin: origin.to_owned() })?;
            events.retain(|event| event.command == last);
            Ok(Some(events))
        })
    }

    /// The whole log of `profile`, oldest first.
    ///
    /// # Errors
    /// As [`Library::len`].
    pub fn events(&self, profile: &str) -> Result<Vec<Event>> {
        self.read(|c| read_events(c, profile))
    }

    /// Appends a log that another library kept, with its times and origins. The numbers of its commands
    /// change; those taken back stay so.
    ///
    /// # Errors
    /// [`Error::Invalid`](crate::Error::Invalid) if a row holds no paper, and then nothing is recorded; else as [`Library::len`].
    pub fn append_events(&mut self, profile: &str, events: &[Event]) -> Result<()> {
        self.papers(&events.iter().filter_map(|event| event.act.row()).collect::<Vec<_>>())?;
        self.write(|t| {
            let mut numbers: BTreeMap<u32, u32> = BTreeMap::new();
            for event in events {
                let next = next_number(t)?;
                let mut event = event.clone();
                event.command = *numbers.entry(event.command).or_insert(next);
                if let Act::Undo(command) = &mut event.act {
                    // What it took back stands before it, or is nothing.
                    let Some(known) = numbers.get(command) else { continue };
                    *command = *known;
                }
                insert(t, profile, &event)?;
            }
            Ok(())
        })
    }

    /// What held for `profile` at the time `as_of`; [`Timestamp::MAX`] for all that is known.
    ///
    /// # Errors
    /// As [`Library::len`].
    pub fn feedback(&self, profile: &str, as_of: Timestamp) -> Result<Feedback> {
        Ok(Feedback::fold(&self.events(profile)?, as_of))
    }

    /// Records what `profile` says about one paper, as [`Library::record`] does, and returns whether that is
    /// a change.
    ///
    /// # Errors
    /// As [`Library::record`].
    pub fn mark(
        &mut self,
        profile: &str,
        row: Row,
        mark: Mark,
        at: Timestamp,
        origin: &str,
    ) -> Result<bool> {
        Ok(self.record(profile, &[Act::Mark(row, mark)], at, origin)? > 0)
    }

    /// The marks of `profile` that held at the time `as_of`, with their times, oldest first.
    ///
    /// # Errors
    /// As [`Library::len`].
    pub fn marks(&self, profile: &str, as_of: Timestamp) -> Result<Vec<(Row, Mark, Timestamp)>> {
        let marks = self.feedback(profile, as_of)?.marks;
        let mut marks: Vec<_> =
            marks.into_iter().map(|(row, said)| (row, said.what, said.at)).collect();
        marks.sort_unstable_by_key(|(row, _, at)| (*at, *row));
        Ok(marks)
    }
}

/// The number that the next event gets; a command goes by that of its first.
fn next_number(t: &Transaction) -> rusqlite::Result<u32> {
    t.query_row("SELECT coalesce(max(seq), 0) + 1 FROM event", [], |row| row.get(0))
}

fn insert(t: &Transaction, profile: &str, event: &Event) -> rusqlite::Result<()> {
    let (mut field, mut text, mut undone) = (None, None, None);
    match &event.act {
        Act::Mute(mute) | Act::Unmute(mute) => {
            (field, text) = (Some(mute.field.as_str()), Some(&mute.text));
        }
        Act::Seed(_, interest) => text = interest.as_ref(),
        Act::Tune(weights) => text = Some(weights),
        Act::Undo(command) => undone = Some(*command),
        Act::Mark(..) | Act::Unseed(_) => {}
    }
    t.prepare_cached(
        "INSERT INTO event (profile, command, act, paper, field, text, undone, at, origin)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    )?
    .execute(params![
        profile,
        event.command,
        event.act.word(),
        event.act.row().map(|row| row.0),
        field,
        text,
        undone,
        event.at.to_string(),
        event.origin
    ])?;
    Ok(())
}

fn read_events(c: &Connection, profile: &str) -> rusqlite::Result<Vec<Event>> {
    c.prepare_cached(
        "SELECT command, act, paper, field, text, undone, at, origin FROM event
         WHERE profile = ?1 ORDER BY seq",
    )?
    .query_map([profile], |row| {
        let word: String = row.get(1)?;
        let paper = || row.get(2).map(Row);
        let mute =
            || -> rusqlite::Result<Mute> { Ok(Mute { field: parsed(row, 3)?, text: row.get(4)? }) };
        let act = match word.as_str() {
            "seed" => Act::Seed(paper()?, row.get(4)?),
            "unseed" => Act::Unseed(paper()?),
            "mute" => Act::Mute(mute()?),
            "unmute" => Act::Unmute(mute()?),
            "tune" => Act::Tune(row.get(4)?),
            "undo" => Act::Undo(row.get(5)?),
            mark => Act::Mark(paper()?, mark.parse().map_err(|e| unreadable(1, e))?),
        };
        Ok(Event { command: row.get(0)?, act, at: parsed(row, 6)?, origin: row.get(7)? })
    })?
    .collect()
}
