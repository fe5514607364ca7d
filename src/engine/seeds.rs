//! Seeds that their owner keeps elsewhere: in a BibTeX file, in notes, in Zotero.
//!
//! A profile's interest names such places in `from`. [`stock`] reads them anew on every run, so that the
//! interest grows with the shelf, and puts their papers into the library. What was fetched from Zotero is
//! kept, so that only changes are asked for, and that a run offline has the last state.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use jiff::{ToSpan, civil::Date};
use serde::{Deserialize, Serialize};

use crate::{
    error::{Error, Result},
    file, hash, message,
    message::Message,
    paper::{Paper, PaperId},
    profile::{Interest, Notice, Profile, Seed},
    shelf::{
        self, Broken, Completed, Item,
        zotero::{Synced, Zotero},
    },
    source::Client,
    store::Library,
};

/// Whom to ask for what is not at hand; `None` asks nobody.
pub struct Shelves<'a> {
    /// Completes items that are no more than a title or a DOI.
    pub client: Option<&'a Client>,
    /// Answers for `zotero:` places.
    pub zotero: Option<&'a Zotero>,
    /// The present day.
    pub today: Date,
}

/// Days until arXiv is asked again for an item that it did not know.
const ASK_AGAIN_DAYS: i32 = 30;

/// Items that arXiv did not know, by fingerprint, with the day on which it was asked.
#[derive(Default, Serialize, Deserialize)]
struct Unknown(BTreeMap<String, Date>);

impl Unknown {
    fn path(dir: &Path) -> PathBuf {
        dir.join("shelves").join("unknown.json")
    }

    /// What was asked for lately; a file that cannot be read only costs requests.
    fn read(dir: &Path, today: Date) -> Self {
        let read = fs::read(Self::path(dir)).ok();
        let mut unknown: Unknown =
            read.and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default();
        let limit = today.saturating_sub(ASK_AGAIN_DAYS.days());
        unknown.0.retain(|_, asked| *asked > limit);
        unknown
    }

    fn write(&self, dir: &Path) -> Result<()> {
        let bytes = serde_json::to_vec(self).expect("days are plain data");
        file::write_atomic(&Self::path(dir), &bytes).map(drop)
    }

    fn key(item: &Item) -> String {
        let text = format!("{:?} {:?} {:?} {:?}", item.id, item.doi, item.title, item.authors);
        format!("{:016x}", hash::text(&text))
    }
}

/// Finds the papers of `items`, in the library or else at arXiv, and adds them to the library.
///
/// An item that arXiv did not know is asked for again only a month later. Where arXiv cannot be asked, what
/// is at hand has to do, and the reason comes back as well.
///
/// # Errors
/// As [`Library::add_papers`] and [`shelf::complete`].
pub fn take_in(
    library: &mut Library,
    dir: &Path,
    items: Vec<Item>,
    shelves: &Shelves,
) -> Result<(Completed, Option<Message>)> {
    let mut unknown = Unknown::read(dir, shelves.today);
    let (known, fresh): (Vec<Item>, Vec<Item>) =
        items.into_iter().partition(|item| unknown.0.contains_key(&Unknown::key(item)));
    let lookup = |id: &PaperId| library.paper(id);
    let mut cut_off = None;
    let mut completed = match shelf::complete(fresh.clone(), shelves.client, &lookup) {
        Err(error @ (Error::Fetch { .. } | Error::Unreachable { .. })) => {
            cut_off = Some(match error {
                Error::Fetch { reason, .. } => reason,
                error => error.message(),
            });
            shelf::complete(fresh, None, &lookup)?
        }
        completed => completed?,
    };
    if shelves.client.is_some() && cut_off.is_none() {
        let useless = completed.unusable.iter();
        unknown.0.extend(useless.map(|(item, _)| (Unknown::key(item), shelves.today)));
        unknown.write(dir)?;
    }
    let rest = shelf::complete(known, None, &lookup)?;
    completed.papers.extend(rest.papers);
    completed.unusable.extend(rest.unusable);
    completed.doubted.extend(rest.doubted);
    let papers: Vec<Paper> = completed.papers.iter().map(|(_, paper)| paper.clone()).collect();
    library.add_papers(&papers)?;
    Ok((completed, cut_off))
}

/// The items of one place: a file, or `zotero:` with the path of a collection. `folder` is where relative
/// paths begin, `dir` the data directory, which keeps what was fetched from Zotero.
///
/// # Errors
/// As [`shelf::read`] and [`Zotero::sync`]; [`Error::Invalid`] if Zotero is to be asked and nobody may.
pub fn place(
    place: &str,
    folder: &Path,
    dir: &Path,
    zotero: Option<&Zotero>,
) -> Result<(Vec<Item>, Vec<Broken>)> {
    let Some(collection) = place.strip_prefix("zotero:") else {
        let shelf = shelf::read(&folder.join(place))?;
        return Ok((shelf.items, shelf.broken));
    };
    let collection = collection.trim().trim_matches('/');
    let kept = kept_at(dir, collection);
    let before: Option<Synced> =
        fs::read(&kept).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
    let Some(zotero) = zotero else {
        return before.map(|synced| (synced.items, Vec::new())).ok_or_else(|| {
            Error::Invalid(message!(
                "{place} was never fetched; set ZOTERO_ID and ZOTERO_KEY and run once online",
                place
            ))
        });
    };
    let synced = zotero.sync(collection, before.as_ref())?;
    let bytes = serde_json::to_vec(&synced).expect("items are plain data");
    file::write_atomic(&kept, &bytes)?;
    Ok((synced.items, Vec::new()))
}

fn kept_at(dir: &Path, collection: &str) -> PathBuf {
    let name = format!("zotero-{:016x}.json", hash::text(&collection.to_lowercase()));
    dir.join("shelves").join(name)
}

/// Adds to the interests of `profile` the papers of the places that they name, which become part of the
/// library, and says what is of no use. Nothing of it goes into the profile's file.
///
/// # Errors
/// As [`Library::add_papers`]. A place that cannot be read is a notice.
pub fn stock(
    library: &mut Library,
    dir: &Path,
    profile: &mut Profile,
    shelves: &Shelves,
) -> Result<Vec<Notice>> {
    let folder = profile.path.parent().map(Path::to_path_buf).unwrap_or_default();
    let mut notices = Vec::new();
    for interest in &mut profile.interests {
        for from in interest.from.clone() {
            let mut notice = |text: Message| {
                notices.push(Notice { path: profile.path.clone(), line: from.line, text });
            };
            let (items, broken) = match place(&from.text, &folder, dir, shelves.zotero) {
                Ok(found) => found,
                Err(error) if error.is_of_library() => return Err(error),
                Err(error) => {
                    notice(message!("no seeds from {place}: {error}", place = &from.text, error));
                    continue;
                }
            };
            let (completed, cut_off) = match take_in(library, dir, items, shelves) {
                Ok(taken) => taken,
                Err(error) if error.is_of_library() => return Err(error),
                Err(error) => {
                    notice(message!("no seeds from {place}: {error}", place = &from.text, error));
                    continue;
                }
            };
            if let Some(reason) = cut_off {
                notice(message!(
                    "arXiv cannot be asked for what {place} lacks: {reason}",
                    place = &from.text,
                    reason
                ));
            }
            let odd: Vec<&Broken> = completed.odd().chain(&broken).collect();
            if let Some(first) = odd.first() {
                notice(message!(
                    "{n} entries of {place} need a look, like {first}",
                    n = odd.len(),
                    place = &from.text,
                    first = first.message()
                ));
            }
            add(interest, completed.papers.into_iter().map(|(_, paper)| paper.id), from.line);
        }
    }
    Ok(notices)
}

/// Adds seeds that the interest does not name itself.
fn add(interest: &mut Interest, ids: impl Iterator<Item = PaperId>, line: usize) {
    for id in ids {
        if !interest.seeds.iter().any(|seed| seed.id == id) {
            interest.seeds.push(Seed { id, paper: None, line });
        }
    }
}
