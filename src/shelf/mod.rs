//! What a person already has: a BibTeX file, a Zotero library or export, a list of ids, notes with
//! arXiv links.
//!
//! [`read`] and [`parse`] tell the formats apart by content and hand back a [`Shelf`];
//! [`zotero::Zotero`] fetches the same from Zotero itself. [`complete()`] then finds the papers that the
//! items are about. An item that cannot be read never spoils the others: the shelf names it.

mod bibtex;
mod complete;
mod json;
mod links;
pub mod zotero;

pub use complete::{Completed, complete};

use std::fmt;
use std::path::Path;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::hash;
use crate::message;
use crate::message::Message;
use crate::paper::PaperId;
use crate::text::letters;
use crate::{source, tex};

/// One entry of a person's library. Text fields are plain readable Unicode.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// Where it stands, for messages: `file:line`, or the item in Zotero.
    pub place: String,
    /// What [`Item::key`] is a key of: `bib`, `zotero` or `list`.
    pub source: String,
    /// The key by which its owner knows it; may be empty.
    pub key: String,
    /// Title on one line.
    #[serde(default)]
    pub title: Option<String>,
    /// Abstract as one paragraph.
    #[serde(default)]
    pub abstract_text: Option<String>,
    /// Author names in order, first names first.
    #[serde(default)]
    pub authors: Vec<String>,
    /// The arXiv id, if any field names one.
    #[serde(default)]
    pub id: Option<PaperId>,
    /// The publisher's DOI, lower case: `10.1126/science.1252319`.
    #[serde(default)]
    pub doi: Option<String>,
    /// When its owner added it.
    #[serde(default)]
    pub added: Option<Timestamp>,
}

impl Item {
    /// The id of the paper: arXiv's, or `source:key` if no field names one. Without a key a
    /// fingerprint of the title stands in.
    pub fn paper_id(&self) -> PaperId {
        let own = || {
            let key: String =
                self.key.split(|c: char| c.is_whitespace() || c.is_control()).collect();
            PaperId::foreign(&self.source, &key).or_else(|_| {
                let title = normal(self.title.as_deref().unwrap_or_default());
                PaperId::foreign("item", &format!("{:016x}", hash::text(&title)))
            })
        };
        self.id.clone().unwrap_or_else(|| own().expect("a hexadecimal number is a good key"))
    }
}

/// Something that could not be read or used, or only by a guess, which the reason then says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// Where it stands: `file:line`, or the item in Zotero.
    pub place: String,
    /// What is wrong and what to do.
    pub reason: Message,
}

impl Broken {
    /// The place and the reason.
    pub fn message(&self) -> Message {
        message!("{place}: {reason}", place = &self.place, reason = &self.reason)
    }
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.message().fmt(f)
    }
}

/// The kinds of file that a shelf is read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// BibTeX or BibLaTeX.
    Bib,
    /// JSON: CSL, Better BibTeX, or as Zotero's web API answers.
    Json,
    /// One id, URL or DOI per line.
    List,
    /// Markdown or other text with arXiv links in it.
    Text,
}

/// What one file holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shelf {
    /// The file.
    pub origin: String,
    /// What it was.
    pub format: Format,
    /// Its items, in their order.
    pub items: Vec<Item>,
    /// What it holds besides, each with its line.
    pub broken: Vec<Broken>,
}

/// Reads a file of any [`Format`]; `-` is standard input.
///
/// # Errors
/// [`Error::Io`] if it cannot be read, else as [`parse`].
pub fn read(path: &Path) -> Result<Shelf> {
    let (origin, bytes) = source::load(path)?;
    parse(&origin, &bytes)
}

/// Understands `bytes` of any [`Format`]; `origin` names them in messages.
///
/// ```
/// use paperlark::shelf;
/// let file = b"@misc{lark, title = {Larks in {W}inter}, eprint = {2602.04118}}";
/// let shelf = shelf::parse("mine.bib", file)?;
/// assert_eq!(shelf.items[0].title.as_deref(), Some("Larks in Winter"));
/// assert_eq!(shelf.items[0].paper_id().as_str(), "2602.04118");
/// # Ok::<(), paperlark::Error>(())
/// ```
///
/// # Errors
/// [`Error::Feed`] if they are no such format, or nothing in them is a paper.
pub fn parse(origin: &str, bytes: &[u8]) -> Result<Shelf> {
    let text = Text::new(origin, bytes)?;
    let start = text.content.trim_start();
    let (format, mut found) = match start.chars().next() {
        None => return Err(text.refuse(message!("is empty; export it again"))),
        Some('{' | '[') => (Format::Json, json::read(&text)?),
        _ if bibtex::fits(&text.content) => (Format::Bib, bibtex::read(&text)),
        Some('<') if ["<?xml", "<rdf:RDF"].iter().any(|head| start.starts_with(head)) => {
            return Err(text.refuse(message!(
                "XML, such as Zotero RDF; export it as Better BibTeX JSON, CSL JSON or BibTeX"
            )));
        }
        _ if start.starts_with("TY  - ") => {
            return Err(text.refuse(message!("RIS; export it as BibTeX or CSL JSON instead")));
        }
        _ if links::is_list(&text.content) => (Format::List, links::list(&text)),
        _ => (Format::Text, links::text(&text)?),
    };
    if format != Format::Bib {
        found.broken.extend(text.odd.iter().map(|line| text.encoding_note(*line)));
    }
    Ok(Shelf { origin: text.origin, format, items: found.items, broken: found.broken })
}

/// What a format's reader finds.
#[derive(Debug, Default)]
struct Found {
    items: Vec<Item>,
    broken: Vec<Broken>,
}

/// A file's text, with what it takes to name a line in it.
struct Text {
    origin: String,
    content: String,
    /// Where its lines begin.
    starts: Vec<usize>,
    /// Lines that were not UTF-8 and are read as Latin-1.
    odd: Vec<usize>,
}

impl Text {
    fn new(origin: &str, bytes: &[u8]) -> Result<Self> {
        let mut text = Text {
            origin: origin.to_owned(),
            content: String::with_capacity(bytes.len()),
            starts: vec![0],
            odd: Vec::new(),
        };
        if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
            return Err(text.refuse(message!("UTF-16; save it as UTF-8")));
        }
        let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
        let mut line = 1;
        for chunk in bytes.utf8_chunks() {
            text.content.push_str(chunk.valid());
            line += chunk.valid().matches('\n').count();
            if !chunk.invalid().is_empty() && text.odd.last() != Some(&line) {
                text.odd.push(line);
            }
            text.content.extend(chunk.invalid().iter().map(|byte| char::from(*byte)));
        }
        let ends = text.content.match_indices('\n').map(|(at, _)| at + 1);
        text.starts.extend(ends);
        Ok(text)
    }

    /// The line, counted from 1, of the byte `at`.
    fn line(&self, at: usize) -> usize {
        self.starts.partition_point(|start| *start <= at)
    }

    fn place(&self, at: usize) -> String {
        format!("{}:{}", self.origin, self.line(at))
    }

    fn broken(&self, at: usize, reason: Message) -> Broken {
        Broken { place: self.place(at), reason }
    }

    fn encoding_note(&self, line: usize) -> Broken {
        Broken {
            place: format!("{}:{line}", self.origin),
            reason: message!("not UTF-8, read as Latin-1; save the file as UTF-8"),
        }
    }

    fn refuse(&self, reason: Message) -> Error {
        Error::Feed { origin: self.origin.clone(), reason }
    }
}

/// Readable text, if anything is left.
fn readable(text: &str) -> Option<String> {
    Some(tex::to_text(text)).filter(|text| !text.is_empty())
}

/// A DOI in any spelling, bare and in lower case; arXiv's own are ids and no publisher's DOIs.
fn normal_doi(text: &str) -> Option<String> {
    let text = text.trim().to_ascii_lowercase();
    let at = text.find("10.")?;
    let head = text[..at].trim_end();
    let known = head.is_empty() || head.ends_with("doi:") || head.ends_with("doi.org/");
    let doi = text[at..].split(char::is_whitespace).next()?.trim_end_matches(['.', ',', ';']);
    let (registrant, suffix) = doi.split_once('/')?;
    let good = registrant.bytes().all(|b| b.is_ascii_digit() || b == b'.') && !suffix.is_empty();
    (known && good && registrant != "10.48550").then(|| doi.to_owned())
}

/// A title or name for comparison: its letters and digits, lower case, without accents.
fn normal(text: &str) -> String {
    letters(&tex::to_text(text))
}

/// A moment as reference managers write it; a bare day is its midnight in UTC.
fn moment(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    let utc = |time: DateTime| time.to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp());
    // BibDesk: 2020-01-31 12:00:00 +0100.
    let written = || Timestamp::strptime("%Y-%m-%d %H:%M:%S %z", text).ok();
    let local = || text.parse::<DateTime>().ok().and_then(utc);
    let day = || text.parse::<Date>().ok().and_then(|day| utc(day.at(0, 0, 0, 0)));
    text.parse().ok().or_else(written).or_else(local).or_else(day)
}
