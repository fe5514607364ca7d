//! What readers do with their profiles, beside editing the file.
//!
//! [`gather`] finds the papers that sources name; [`act`] and [`undo`] write the library's log of what a
//! reader says. [`Engine::propose`] makes a new profile of papers, [`Engine::review`] says what a profile
//! does, [`Engine::preview`] what a change to it would do; they record nothing. [`export`] and
//! [`import_profile`] carry a profile to another library. Nothing here writes a profile's file.

use std::path::Path;

use jiff::{Timestamp, ToSpan, civil::Date};

use super::{
    Engine,
    seeds::{Shelves, place, take_in},
};
use crate::{
    day::LATE,
    error::{Error, Result},
    message,
    message::Message,
    paper::{Paper, PaperId, in_stream},
    reader::{Act, Event, sentence},
    row::Row,
    shelf::{self, Item},
    store::Library,
    text::single_spaced,
};

mod exchange;
mod preview;
mod propose;
mod review;

pub use exchange::{Portable, export, import_profile};
pub use preview::{Cause, Change, DayDiff, Move, Preview};
pub use propose::{Near, Proposal, Proposed};
pub use review::{Coverage, Pair, Review, SeedReview};

/// What the log names as the one who told it.
const ORIGIN: &str = "command line";

/// What sources name, all of it in the library.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Gathered {
    /// Papers, each once, in the order of the sources.
    pub papers: Vec<(Row, Paper)>,
    /// Sentences that stand for a taste.
    pub sentences: Vec<(Row, String)>,
    /// What is of no use, and why.
    pub unusable: Vec<Message>,
}

impl Gathered {
    /// Adds sentences, each once.
    ///
    /// # Errors
    /// As [`Library::add_papers`].
    pub fn add_sentences(&mut self, library: &mut Library, sentences: &[String]) -> Result<()> {
        let paper = |text: &String| sentence(&single_spaced(text));
        let papers: Vec<Paper> = sentences.iter().map(paper).collect();
        for (row, paper) in library.add_papers(&papers)?.into_iter().zip(papers) {
            if self.sentences.iter().all(|(known, _)| *known != row) {
                self.sentences.push((row, paper.title));
            }
        }
        Ok(())
    }

    /// Rows of the papers and then of the sentences.
    pub fn rows(&self) -> Vec<Row> {
        let sentences = self.sentences.iter().map(|(row, _)| *row);
        self.papers.iter().map(|(row, _)| *row).chain(sentences).collect()
    }
}

/// Whether a source is a sentence: it has several words, or several characters of a language without blanks.
fn is_sentence(source: &str) -> bool {
    let is_han = |c: &char| matches!(c, '\u{3400}'..='\u{9fff}' | '\u{3040}'..='\u{30ff}');
    source.contains(char::is_whitespace) || source.chars().filter(is_han).nth(1).is_some()
}

/// Finds the papers that `sources` name and adds them to the library: ids, URLs and DOIs; files of any
/// kind that [`shelf::read`] takes; `zotero:COLLECTION`; anything else of several words is a sentence.
/// What has no abstract is looked up at arXiv, if `shelves` has a client. `dir` is the data folder.
///
/// # Errors
/// [`Error::Invalid`] naming a source that is none, or a single paper that cannot be had; otherwise as
/// [`place`] and [`take_in`]. What a file names besides its good items comes back as unusable.
pub fn gather(
    library: &mut Library,
    dir: &Path,
    sources: &[String],
    shelves: &Shelves,
) -> Result<Gathered> {
    let mut gathered = Gathered::default();
    let mut sentences: Vec<String> = Vec::new();
    for source in sources {
        let source = source.trim();
        let known = source.parse::<PaperId>().ok();
        let is_known = match &known {
            Some(id) => library.row(id)?.is_some(),
            None => false,
        };
        let mut single = true;
        let items = if !is_known && Path::new(source).is_file() || source.starts_with("zotero:") {
            single = false;
            let (items, broken) = place(source, Path::new(""), dir, shelves.zotero)?;
            gathered.unusable.extend(broken.iter().map(shelf::Broken::message));
            items
        } else if let Some(id) = known {
            if !is_known && !id.is_arxiv() {
                return Err(Error::Invalid(message!(
                    "the library holds no paper {id}; give its file, or title and abstract in the profile",
                    id
                )));
            }
            vec![item(source, id)]
        } else if is_sentence(source) {
            sentences.push(source.to_owned());
            continue;
        } else {
            // A DOI, perhaps.
            let none = |_| {
                Error::Invalid(message!(
                    "'{source}' is neither an arXiv id, URL or DOI nor a file here; a sentence has several \
                     words",
                    source
                ))
            };
            shelf::parse(source, source.as_bytes()).map_err(none)?.items
        };
        let (completed, cut_off) = take_in(library, dir, items, shelves)?;
        if single && let Some((_, broken)) = completed.unusable.first() {
            let reason = cut_off.unwrap_or_else(|| broken.reason.clone());
            return Err(Error::Invalid(message!(
                "{source} cannot be had: {reason}",
                source,
                reason
            )));
        }
        gathered.unusable.extend(cut_off.map(|reason| {
            message!("{source}: arXiv cannot be asked for the rest: {reason}", source, reason)
        }));
        gathered.unusable.extend(completed.odd().map(shelf::Broken::message));
        for (_, paper) in completed.papers {
            let row = library.row(&paper.id)?;
            let row =
                row.ok_or_else(|| Error::Invalid(message!("{id} got lost", id = &paper.id)))?;
            if gathered.papers.iter().all(|(known, _)| *known != row) {
                gathered.papers.push((row, paper));
            }
        }
    }
    gathered.add_sentences(library, &sentences)?;
    Ok(gathered)
}

pub(super) fn item(place: &str, id: PaperId) -> Item {
    Item {
        place: place.to_owned(),
        source: "list".into(),
        key: String::new(),
        title: None,
        abstract_text: None,
        authors: Vec::new(),
        id: Some(id),
        doi: None,
        added: None,
    }
}

/// Records the acts of one command on `profile` in the library of `dir`, and returns how many change
/// anything.
///
/// # Errors
/// [`Error::Invalid`] if there is no library; else as [`Library::record`].
pub fn act(dir: &Path, profile: &str, acts: &[Act], now: Timestamp) -> Result<usize> {
    existing(dir)?.record(profile, acts, now, ORIGIN)
}

/// Takes back the last command on `profile`; its acts, with the papers that they are about. none if
/// there is nothing to take back.
///
/// # Errors
/// [`Error::Invalid`] if there is no library; else as [`Library::undo`].
pub fn undo(dir: &Path, profile: &str, now: Timestamp) -> Result<Vec<(Event, Option<Paper>)>> {
    let mut library = existing(dir)?;
    let events = library.undo(profile, now, ORIGIN)?.unwrap_or_default();
    let with_paper = |event: Event| {
        let rows: Vec<Row> = event.act.row().into_iter().collect();
        Ok((event, library.papers(&rows)?.pop()))
    };
    events.into_iter().map(with_paper).collect()
}

/// The library of `dir`; fails where there is none, instead of making one.
fn existing(dir: &Path) -> Result<Library> {
    if !Library::exists(dir)? {
        Library::open_read_only(dir)?;
    }
    Library::open(dir)
}

impl Engine {
    /// The newest day, `today` at most, on which the ledger has a paper of the categories.
    fn newest_day(&self, categories: &[String], today: Date) -> Result<Option<Date>> {
        let Some(row) = self.library.recent(today, categories, 1)?.pop() else { return Ok(None) };
        let days = self.library.lines_of(row)?.into_iter().map(|line| line.date);
        Ok(days.filter(|day| *day <= today).max())
    }

    /// The days up to `newest` that reviews look at and that the ledger has papers of, ascending.
    fn recent_days(&self, newest: Date) -> Result<Vec<Date>> {
        let from = newest.saturating_sub((LATE - 1).days());
        let mut days = Vec::new();
        for day in from.series(1.day()).take_while(|day| *day <= newest) {
            if !self.library.announced_on(day)?.is_empty() {
                days.push(day);
            }
        }
        Ok(days)
    }

    /// Papers that were announced for the first time on a day, in the categories.
    fn news(&self, day: Date, categories: &[String]) -> Result<Vec<Row>> {
        let lines = self.library.announced_on(day)?;
        let mut rows: Vec<Row> =
            lines.iter().filter(|line| line.kind.is_first()).map(|line| line.row).collect();
        rows.dedup();
        let papers = self.library.papers(&rows)?;
        let listed = rows.into_iter().zip(papers);
        let listed = listed.filter(|(_, paper)| in_stream(&paper.categories, categories));
        Ok(listed.map(|(row, _)| row).collect())
    }
}
