//! What readers do to their profiles: a log of acts, only ever appended to, and what it adds up to.
//!
//! [`Library::record`] writes the acts of one command, [`Library::undo`] takes the last command back,
//! [`Library::feedback`] folds the log up to any time into [`Feedback`]. A taken-back act stays in the
//! log, so that every past state can be had again.

use std::{
    collections::{BTreeMap, HashSet},
    fmt,
    str::FromStr,
};

use jiff::Timestamp;
use rusqlite::{Connection, Transaction, params};
use serde::{Deserialize, Serialize};

use super::{
    Row,
    library::{Library, parsed, unreadable},
};
use crate::{
    category,
    error::{Error, Result},
    paper::Paper,
    person::Name,
    text::{single_spaced, words},
};

/// What a reader says about a paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mark {
    /// More like this.
    Like,
    /// Less like this.
    Dislike,
    /// Neither: takes an earlier mark back.
    None,
}

impl Mark {
    /// The word that the library stores: `like`, `dislike` or `none`.
    pub fn as_str(self) -> &'static str {
        match self {
            Mark::Like => "like",
            Mark::Dislike => "dislike",
            Mark::None => "none",
        }
    }
}

impl fmt::Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Mark {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        [Mark::Like, Mark::Dislike, Mark::None]
            .into_iter()
            .find(|mark| mark.as_str() == text)
            .ok_or_else(|| {
                Error::Invalid(format!("'{text}' is not a mark; write like, dislike or none"))
            })
    }
}

/// What a [`Mute`] looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Field {
    /// The authors.
    Author,
    /// Title and abstract.
    Term,
    /// The categories.
    Category,
}

impl Field {
    /// The word for it: `author`, `term` or `category`.
    pub fn as_str(self) -> &'static str {
        match self {
            Field::Author => "author",
            Field::Term => "term",
            Field::Category => "category",
        }
    }
}

impl FromStr for Field {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        [Field::Author, Field::Term, Field::Category]
            .into_iter()
            .find(|field| field.as_str() == text)
            .ok_or_else(|| {
                Error::Invalid(format!("'{text}' cannot be muted; write author, term or category"))
            })
    }
}

/// A rule that hides papers from a profile's digests.
///
/// ```
/// use paperlark::{Paper, store::{Field, Mute}};
/// let paper: Paper = serde_json::from_str(
///     r#"{"id": "2602.04118", "title": "Larks in winter", "authors": ["Ana Maria Öz"]}"#,
/// ).unwrap();
/// for (field, text, hides) in [
///     (Field::Author, "ana oz", true),
///     (Field::Author, "Öz, A.", true),
///     (Field::Author, "Öz, B.", false),
///     (Field::Term, "Winter", true),
///     (Field::Term, "win", false),
/// ] {
///     assert_eq!(Mute::new(field, text)?.hides(&paper), hides, "{text}");
/// }
/// # Ok::<(), paperlark::Error>(())
/// ```
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Mute {
    /// What it looks at.
    pub field: Field,
    /// The name, words or category, as the reader wrote them.
    pub text: String,
}

impl Mute {
    /// A rule for an author's name, for a term of one or more words, or for a category or archive.
    ///
    /// # Errors
    /// [`Error::Invalid`] if there is no word in the text, or no such category.
    pub fn new(field: Field, text: &str) -> Result<Self> {
        let text = single_spaced(text);
        let text = match field {
            Field::Category => match category::canonical(&text) {
                Some(name) => name.to_owned(),
                None => {
                    let near = category::suggest(&text).map(|n| format!("; did you mean {n}?"));
                    let near = near.unwrap_or_default();
                    return Err(Error::Invalid(format!("arXiv has no category '{text}'{near}")));
                }
            },
            _ if words(&text).is_empty() => {
                return Err(Error::Invalid(format!("there is no word in '{text}' to mute")));
            }
            _ => text,
        };
        Ok(Mute { field, text })
    }

    /// Whether the paper has such an author, contains the term as whole words in title or abstract, or
    /// is of the category (an archive stands for its categories).
    ///
    /// Case and accents do not matter. An initial in the rule stands for every name that it begins, a
    /// whole name only for itself; middle names may be absent on either side.
    pub fn hides(&self, paper: &Paper) -> bool {
        match self.field {
            Field::Author => {
                let muted = Name::new(&self.text);
                paper.authors.iter().any(|author| muted.covers(&Name::new(author)))
            }
            Field::Term => {
                let term = words(&self.text);
                [&paper.title, &paper.abstract_text]
                    .iter()
                    .any(|text| words(text).windows(term.len().max(1)).any(|run| run == term))
            }
            Field::Category => paper.categories.iter().any(|has| category::covers(&self.text, has)),
        }
    }
}

/// Two rules are one if they hide the same papers, however they are written.
impl PartialEq for Mute {
    fn eq(&self, other: &Self) -> bool {
        self.field == other.field
            && match self.field {
                Field::Author => Name::new(&self.text) == Name::new(&other.text),
                Field::Term => words(&self.text) == words(&other.text),
                Field::Category => self.text.eq_ignore_ascii_case(&other.text),
            }
    }
}

impl Eq for Mute {}

impl fmt::Display for Mute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.field.as_str(), self.text)
    }
}

/// One thing that a reader does to a profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// Says something about a paper.
    Mark(Row, Mark),
    /// Adds a paper to the interest of that name, or to the taste as a whole.
    Seed(Row, Option<String>),
    /// Leaves a paper out of the seeds, whether it was added or the profile's file names it.
    Unseed(Row),
    /// Hides papers.
    Mute(Mute),
    /// Shows them again.
    Unmute(Mute),
    /// Sets how papers are ranked: the ranker's weights, as JSON.
    Tune(String),
    /// Takes back the command of this number.
    Undo(u32),
}

impl Act {
    /// The paper that it is about.
    pub fn row(&self) -> Option<Row> {
        match self {
            Act::Mark(row, _) | Act::Seed(row, _) | Act::Unseed(row) => Some(*row),
            Act::Mute(_) | Act::Unmute(_) | Act::Tune(_) | Act::Undo(_) => None,
        }
    }

    fn word(&self) -> &'static str {
        match self {
            Act::Mark(_, mark) => mark.as_str(),
            Act::Seed(..) => "seed",
            Act::Unseed(_) => "unseed",
            Act::Mute(_) => "mute",
            Act::Unmute(_) => "unmute",
            Act::Tune(_) => "tune",
            Act::Undo(_) => "undo",
        }
    }
}

/// An act in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Number of the command that it is part of; ascending.
    pub command: u32,
    /// What was done.
    pub act: Act,
    /// When.
    pub at: Timestamp,
    /// Who told it: a command or file.
    pub origin: String,
}

/// Something that holds, and since when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said<T> {
    /// What holds.
    pub what: T,
    /// Since when.
    pub at: Timestamp,
    /// Who told it: a command or file.
    pub origin: String,
}

/// What a reader's acts add up to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Feedback {
    /// Likes and dislikes; never [`Mark::None`].
    pub marks: BTreeMap<Row, Said<Mark>>,
    /// Papers added as seeds, with the name of their interest.
    pub seeds: BTreeMap<Row, Said<Option<String>>>,
    /// Papers that are no seeds, whatever the profile's file says.
    pub removed: BTreeMap<Row, Said<()>>,
    /// What is hidden, oldest first.
    pub mutes: Vec<Said<Mute>>,
    /// How papers are ranked, if not as usual: the ranker's weights, as JSON.
    pub weights: Option<Said<String>>,
}

impl Feedback {
    /// What the events with a time up to `as_of` add up to. The order of recording counts, not the time.
    fn fold(events: &[Event], as_of: Timestamp) -> Self {
        let events = || events.iter().filter(|event| event.at <= as_of);
        let undone: HashSet<u32> = events().filter_map(undone_by).collect();
        let mut feedback = Feedback::default();
        for event in events().filter(|event| !undone.contains(&event.command)) {
            feedback.apply(event);
        }
        feedback
    }

    /// What the reader has said of each paper, and when: the marks, and a like for each added seed without one.
    pub fn answers(&self) -> BTreeMap<Row, (Mark, Timestamp)> {
        let marks = self.marks.iter().map(|(row, said)| (*row, (said.what, said.at)));
        let seeds = self.seeds.iter().map(|(row, said)| (*row, (Mark::Like, said.at)));
        seeds.chain(marks).collect()
    }

    /// Whether this hides the paper, and by which rule.
    pub fn muted(&self, paper: &Paper) -> Option<&Mute> {
        self.mutes.iter().map(|said| &said.what).find(|mute| mute.hides(paper))
    }

    /// Takes an event in, and says whether it changes anything. An undo does not: the fold leaves out what it names.
    pub(crate) fn apply(&mut self, event: &Event) -> bool {
        fn said<T>(what: T, event: &Event) -> Said<T> {
            Said { what, at: event.at, origin: event.origin.clone() }
        }
        match &event.act {
            Act::Mark(row, Mark::None) => self.marks.remove(row).is_some(),
            Act::Mark(row, mark) => {
                let same = self.marks.get(row).is_some_and(|said| said.what == *mark);
                if !same {
                    self.marks.insert(*row, said(*mark, event));
                }
                !same
            }
            Act::Seed(row, interest) => {
                // The last word holds: a paper that is added is not disliked any more.
                let cleared = self.marks.get(row).is_some_and(|said| said.what == Mark::Dislike);
                if cleared {
                    self.marks.remove(row);
                }
                let back = self.removed.remove(row).is_some();
                let same = self.seeds.get(row).is_some_and(|said| said.what == *interest);
                if !same {
                    self.seeds.insert(*row, said(interest.clone(), event));
                }
                !same || back || cleared
            }
            Act::Unseed(row) => {
                let added = self.seeds.remove(row).is_some();
                added | self.removed.insert(*row, said((), event)).is_none()
            }
            Act::Mute(mute) => {
                let fresh = self.mutes.iter().all(|said| said.what != *mute);
                if fresh {
                    self.mutes.push(said(mute.clone(), event));
                }
                fresh
            }
            Act::Unmute(mute) => {
                let before = self.mutes.len();
                self.mutes.retain(|said| said.what != *mute);
                self.mutes.len() < before
            }
            Act::Tune(weights) => {
                let same = self.weights.as_ref().is_some_and(|said| said.what == *weights);
                if !same {
                    self.weights = Some(said(weights.clone(), event));
                }
                !same
            }
            Act::Undo(_) => false,
        }
    }
}

fn undone_by(event: &Event) -> Option<u32> {
    match event.act {
        Act::Undo(command) => Some(command),
        _ => None,
    }
}

impl Library {
    /// Records what a reader did to `profile` with one command at the time `at`, told by `origin` (a
    /// command or file), and returns how many of the acts change anything; the others are not kept.
    ///
    /// # Errors
    /// [`Error::Invalid`] if a row holds no paper, and then nothing is recorded; else as [`Library::len`].
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
            let undone: HashSet<u32> = events.iter().filter_map(undone_by).collect();
            events.retain(|event| undone_by(event).is_none() && !undone.contains(&event.command));
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
    /// [`Error::Invalid`] if a row holds no paper, and then nothing is recorded; else as [`Library::len`].
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
