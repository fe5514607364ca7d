//! What a reader says, as acts in a log, and what they add up to.
//!
//! An [`Act`] is one thing that a reader does to their profile; an [`Event`] is an act in the library's log.
//! [`Feedback`] is the fold of the events up to any time: what is marked, added, removed, muted and tuned then.
//! A taken-back act stays in the log, so that every past state can be had again. From here a mark goes to
//! [`Reader::new`](super::Reader::new), which joins it with the profile's file, and on to the ranker by
//! [`Reader::taste`](super::Reader::taste).

use std::{
    collections::{BTreeMap, HashSet},
    fmt,
    str::FromStr,
};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Mute;
use crate::{
    error::{Error, Result},
    message,
    paper::Paper,
    row::Row,
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
                Error::Invalid(message!(
                    "'{text}' is not a mark; write like, dislike or none",
                    text
                ))
            })
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

    /// The word that the library stores for it.
    pub(crate) fn word(&self) -> &'static str {
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
    pub(crate) fn fold(events: &[Event], as_of: Timestamp) -> Self {
        let events = || events.iter().filter(|event| event.at <= as_of);
        let undone: HashSet<u32> = events().filter_map(Event::undoes).collect();
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

impl Event {
    /// The command that it takes back, if it is an undo.
    pub(crate) fn undoes(&self) -> Option<u32> {
        match self.act {
            Act::Undo(command) => Some(command),
            _ => None,
        }
    }
}
