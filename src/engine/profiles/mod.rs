//! What readers do with their profiles, beside editing the file.
//!
//! [`gather`] finds the papers that sources name; [`act`] and [`undo`] write the library's log of what a
//! reader says. Nothing here ever writes a profile's file, except a new one.

use std::path::Path;

use jiff::Timestamp;

use super::{
    SENTENCE,
    seeds::{Shelves, place, take_in},
};
use crate::{
    error::{Error, Result},
    paper::{Paper, PaperId},
    profile::written_paper,
    shelf::{self, Item},
    store::{Act, Event, Library, Mark, Row},
};

/// What the log names as the one who told it.
const ORIGIN: &str = "command line";

/// What sources name, all of it in the library.
#[derive(Debug, Default)]
pub struct Gathered {
    /// Papers, each once, in the order of the sources.
    pub papers: Vec<(Row, Paper)>,
    /// Sentences that stand for a taste.
    pub sentences: Vec<(Row, String)>,
    /// What is of no use, and why.
    pub unusable: Vec<String>,
}

impl Gathered {
    /// Rows of the papers and then of the sentences.
    pub fn rows(&self) -> Vec<Row> {
        let sentences = self.sentences.iter().map(|(row, _)| *row);
        self.papers.iter().map(|(row, _)| *row).chain(sentences).collect()
    }
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
            gathered.unusable.extend(broken.iter().map(ToString::to_string));
            items
        } else if let Some(id) = known {
            if !is_known && !id.is_arxiv() {
                return Err(Error::Invalid(format!(
                    "the library holds no paper {id}; give its file, or title and abstract in the profile"
                )));
            }
            vec![item(source, id)]
        } else if source.contains(char::is_whitespace) {
            sentences.push(source.split_whitespace().collect::<Vec<_>>().join(" "));
            continue;
        } else {
            // A DOI, perhaps.
            let none = |_| {
                Error::Invalid(format!(
                    "'{source}' is neither an arXiv id, URL or DOI nor a file here; a sentence has several \
                     words"
                ))
            };
            shelf::parse(source, source.as_bytes()).map_err(none)?.items
        };
        let (completed, cut_off) = take_in(library, dir, items, shelves)?;
        if single && let Some(broken) = completed.unusable.first() {
            let reason = cut_off.unwrap_or_else(|| broken.reason.clone());
            return Err(Error::Invalid(format!("{source} cannot be had: {reason}")));
        }
        gathered.unusable.extend(
            cut_off.map(|reason| format!("{source}: arXiv cannot be asked for the rest: {reason}")),
        );
        gathered.unusable.extend(completed.unusable.iter().map(ToString::to_string));
        for (_, paper) in completed.papers {
            let row = library.row(&paper.id)?;
            let row = row.ok_or_else(|| Error::Invalid(format!("{} got lost", paper.id)))?;
            if gathered.papers.iter().all(|(known, _)| *known != row) {
                gathered.papers.push((row, paper));
            }
        }
    }
    let papers: Vec<Paper> =
        sentences.iter().map(|text| written_paper(SENTENCE, text.clone(), String::new())).collect();
    gathered.sentences = library.add_papers(&papers)?.into_iter().zip(sentences).collect();
    gathered.sentences.dedup();
    Ok(gathered)
}

fn item(place: &str, id: PaperId) -> Item {
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

/// Records what a reader says about papers in the library of `dir`, and returns how many marks are new.
///
/// # Errors
/// [`Error::Invalid`] if there is no library, or naming the papers that it does not hold; then nothing is
/// recorded. Else as [`Library::record`].
pub fn mark(
    dir: &Path,
    profile: &str,
    ids: &[PaperId],
    mark: Mark,
    now: Timestamp,
) -> Result<usize> {
    let mut library = existing(dir)?;
    let rows = held(&library, ids)?;
    let acts: Vec<Act> = rows.into_iter().map(|row| Act::Mark(row, mark)).collect();
    library.record(profile, &acts, now, ORIGIN)
}

/// Takes back the last command on `profile`; its acts, with the papers that they are about.
///
/// # Errors
/// [`Error::Invalid`] if there is no library; else as [`Library::undo`].
pub fn undo(
    dir: &Path,
    profile: &str,
    now: Timestamp,
) -> Result<Option<Vec<(Event, Option<Paper>)>>> {
    let mut library = existing(dir)?;
    let Some(events) = library.undo(profile, now, ORIGIN)? else { return Ok(None) };
    let with_paper = |event: Event| {
        let rows: Vec<Row> = event.act.row().into_iter().collect();
        Ok((event, library.papers(&rows)?.pop()))
    };
    events.into_iter().map(with_paper).collect::<Result<_>>().map(Some)
}

/// The library of `dir`; fails where there is none, instead of making one.
fn existing(dir: &Path) -> Result<Library> {
    if !Library::exists(dir)? {
        Library::open_read_only(dir)?;
    }
    Library::open(dir)
}

/// The rows of papers that must be in the library.
fn held(library: &Library, ids: &[PaperId]) -> Result<Vec<Row>> {
    let rows = library.rows(ids)?;
    let absent: Vec<&str> =
        ids.iter().zip(&rows).filter(|(_, row)| row.is_none()).map(|(id, _)| id.as_str()).collect();
    if !absent.is_empty() {
        return Err(Error::Invalid(format!(
            "the library holds no paper {}; it learns papers from `paperlark daily`",
            absent.join(", ")
        )));
    }
    Ok(rows.into_iter().flatten().collect())
}
