//! A profile as one file that another library can take in: its TOML, what its reader said, and the papers
//! that either names, with no vector and no model in it.

use std::{collections::BTreeMap, fs, path::Path};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use toml::Spanned;

use crate::{
    error::{Error, Result},
    file, message,
    message::Message,
    paper::{Paper, PaperId},
    profile::Profile,
    reader::read_weights,
    reader::{Act, Event, Field, Mark, Mute},
    row::Row,
    store::Library,
};

/// Version of the JSON form of [`Portable`].
const SCHEMA: u32 = 1;

/// A profile that can be carried.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Portable {
    /// Version of this form.
    schema: u32,
    /// The profile's name.
    pub name: String,
    /// The text of its file.
    pub toml: String,
    /// What its reader did, oldest first.
    events: Vec<PortableEvent>,
    /// The papers that the file and the acts name.
    pub papers: Vec<Paper>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct PortableEvent {
    command: u32,
    at: Timestamp,
    origin: String,
    #[serde(flatten)]
    act: PortableAct,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", tag = "act")]
enum PortableAct {
    Mark { paper: PaperId, mark: Mark },
    Seed { paper: PaperId, interest: Option<String> },
    Unseed { paper: PaperId },
    Mute { field: Field, text: String },
    Unmute { field: Field, text: String },
    Tune { weights: String },
    Undo { undone: u32 },
}

impl Portable {
    /// Reads what [`Portable::to_json`] wrote; `origin` names it in messages.
    ///
    /// # Errors
    /// [`Error::Feed`] if it is something else, or of a newer program.
    pub fn parse(origin: &str, bytes: &[u8]) -> Result<Self> {
        let refuse = |reason: Message| Error::Feed { origin: origin.to_owned(), reason };
        #[derive(Deserialize)]
        struct Head {
            schema: u32,
        }
        let no_export =
            |e: serde_json::Error| refuse(message!("is no exported profile ({cause})", cause = e));
        let Head { schema } = serde_json::from_slice(bytes).map_err(no_export)?;
        if schema > SCHEMA {
            return Err(refuse(message!(
                "has form {found}, this program reads up to {readable}; update the program",
                found = schema,
                readable = SCHEMA
            )));
        }
        serde_json::from_slice(bytes).map_err(no_export)
    }

    /// The file's text, the same for the same profile and log.
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).expect("a profile is plain data") + "\n"
    }

    /// Leaves out the files and folders that interests take seeds from, and names them: the paths are those of
    /// another machine, and what lies there here need not be meant for the profile's author.
    ///
    /// # Errors
    /// [`Error::Invalid`] if the profile is no TOML.
    pub fn without_paths(&mut self) -> Result<Vec<String>> {
        #[derive(Deserialize)]
        struct Sources {
            #[serde(default)]
            interest: Vec<Interest>,
        }
        #[derive(Deserialize)]
        struct Interest {
            #[serde(default)]
            from: Vec<Spanned<String>>,
        }
        let Sources { interest } = toml::from_str(&self.toml).map_err(|e| {
            Error::Invalid(message!(
                "the profile in the file is no TOML ({cause})",
                cause = e.message()
            ))
        })?;
        let places = interest.into_iter().flat_map(|interest| interest.from);
        let mut paths: Vec<_> =
            places.filter(|place| !place.get_ref().trim().starts_with("zotero:")).collect();
        paths.sort_by_key(|path| path.span().start);
        for path in paths.iter().rev() {
            let span = path.span();
            let after = &self.toml[span.end..];
            let comma = after.trim_start();
            let end = match comma.strip_prefix(',') {
                Some(rest) => self.toml.len() - rest.len(),
                None => span.end,
            };
            self.toml.replace_range(span.start..end, "");
        }
        Ok(paths.into_iter().map(Spanned::into_inner).collect())
    }

    /// How many acts it carries.
    pub fn n_acts(&self) -> usize {
        self.events.len()
    }
}

/// Everything about `profile`, whose file has the text `toml`, that another library needs. Seeds that
/// places named in the file give are in it as far as `profile` has been
/// [stocked](crate::engine::stock) with them.
///
/// # Errors
/// As [`Library::len`].
pub fn export(library: &Library, profile: &Profile, toml: String) -> Result<Portable> {
    let events = library.events(&profile.id)?;
    let seeds = profile.interests.iter().flat_map(|interest| &interest.seeds);
    let ids: Vec<PaperId> =
        seeds.filter(|seed| seed.paper.is_none()).map(|seed| seed.id.clone()).collect();
    let mut rows: Vec<Row> = events.iter().filter_map(|event| event.act.row()).collect();
    let mut by_row: BTreeMap<Row, PaperId> = BTreeMap::new();
    for (row, paper) in rows.iter().zip(library.papers(&rows)?) {
        by_row.insert(*row, paper.id);
    }
    rows.extend(library.rows(&ids)?.into_iter().flatten());
    let mut papers = library.papers(&rows)?;
    papers.sort_by(|a, b| a.id.cmp(&b.id));
    papers.dedup_by(|a, b| a.id == b.id);
    let carried = |event: Event| {
        let paper = |row: Row| by_row[&row].clone();
        let act = match event.act {
            Act::Mark(row, mark) => PortableAct::Mark { paper: paper(row), mark },
            Act::Seed(row, interest) => PortableAct::Seed { paper: paper(row), interest },
            Act::Unseed(row) => PortableAct::Unseed { paper: paper(row) },
            Act::Mute(Mute { field, text }) => PortableAct::Mute { field, text },
            Act::Unmute(Mute { field, text }) => PortableAct::Unmute { field, text },
            Act::Tune(weights) => PortableAct::Tune { weights },
            Act::Undo(undone) => PortableAct::Undo { undone },
        };
        PortableEvent { command: event.command, at: event.at, origin: event.origin, act }
    };
    let events = events.into_iter().map(carried).collect();
    Ok(Portable { schema: SCHEMA, name: profile.id.clone(), toml, events, papers })
}

/// Takes in a profile under the name of the file `path`, which is written, and adds its reader's acts to the
/// library, and those of its papers that the library lacks. What is known of a paper here is never changed: a file
/// from a stranger may say anything of it.
///
/// # Errors
/// [`Error::Invalid`] if there is such a file already, if the library knows acts under that name, or if an
/// act is about a paper that is not carried; [`Error::Profile`] if the profile is broken. Then no profile
/// is there. Else as [`Library::append_events`].
pub fn import_profile(library: &mut Library, portable: &Portable, path: &Path) -> Result<Profile> {
    if path.exists() {
        return Err(Error::Invalid(message!(
            "there is a profile {path} already; choose another name",
            path
        )));
    }
    let (profile, _) = Profile::parse(path, &portable.toml)?;
    if !library.events(&profile.id)?.is_empty() {
        return Err(Error::Invalid(message!(
            "the library holds marks of a profile {profile} already; choose another name",
            profile = &profile.id
        )));
    }
    let ids: Vec<PaperId> = portable.papers.iter().map(|paper| paper.id.clone()).collect();
    let mut row_of: BTreeMap<&PaperId, Row> = BTreeMap::new();
    let mut lacking = Vec::new();
    for ((id, paper), row) in ids.iter().zip(&portable.papers).zip(library.rows(&ids)?) {
        match row {
            Some(row) => drop(row_of.insert(id, row)),
            None => lacking.push(paper.clone()),
        }
    }
    let rows = library.add_papers(&lacking)?;
    row_of.extend(lacking.iter().map(|paper| &paper.id).zip(rows));
    let events = portable.events.iter().map(|event| {
        let row = |id: &PaperId| {
            row_of.get(id).copied().ok_or_else(|| {
                Error::Invalid(message!("the file has an act on {id}, and not the paper; export anew", id))
            })
        };
        let act = match &event.act {
            PortableAct::Mark { paper, mark } => Act::Mark(row(paper)?, *mark),
            PortableAct::Seed { paper, interest } => Act::Seed(row(paper)?, interest.clone()),
            PortableAct::Unseed { paper } => Act::Unseed(row(paper)?),
            PortableAct::Mute { field, text } => Act::Mute(Mute::new(*field, text)?),
            PortableAct::Unmute { field, text } => Act::Unmute(Mute::new(*field, text)?),
            PortableAct::Tune { weights } => {
                read_weights(weights).map_err(|reason| {
                    Error::Invalid(message!("the file has tuned settings that cannot be read ({reason}); update the program, or \
                         export anew", reason))
                })?;
                Act::Tune(weights.clone())
            }
            PortableAct::Undo { undone } => Act::Undo(*undone),
        };
        Ok(Event { command: event.command, act, at: event.at, origin: event.origin.clone() })
    });
    let events = events.collect::<Result<Vec<_>>>()?;
    file::write_atomic(path, portable.toml.as_bytes())?;
    if let Err(error) = library.append_events(&profile.id, &events) {
        // Half a profile would be in the way of the next try.
        fs::remove_file(path).map_err(Error::io("remove", path))?;
        return Err(error);
    }
    Ok(profile)
}
