//! What a person already has: a file in BibTeX, RIS or CSL JSON, a Zotero library, a list of ids, notes
//! with arXiv links.
//!
//! [`read`] and [`parse`] tell the formats apart by content and hand back a [`Shelf`];
//! [`zotero::Zotero`] fetches the same from Zotero itself. [`complete()`] then finds the papers that the
//! items are about. An item that cannot be read never spoils the others: the shelf names it.

mod bibtex;
mod complete;
mod json;
mod links;
mod ris;
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
use crate::paper::{Paper, PaperId};
use crate::person::surname;
use crate::text::{beginning, decoded, letters, shortened};
use crate::{markup, source, tex};

/// One entry of a person's library. Text fields are plain readable Unicode.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// Where it stands, for messages: `file:line`, or the item in Zotero.
    pub place: String,
    /// What the item comes from: `bib`, `zotero` or `list`.
    pub source: String,
    /// The key by which its owner knows it; may be empty, and another's may be the same.
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
    /// The id of the paper: arXiv's, or [`Item::own_id`] if no field names one.
    pub fn paper_id(&self) -> PaperId {
        self.id.clone().unwrap_or_else(|| self.own_id())
    }

    /// An id by what the entry is: `item:` and a fingerprint of title and first author, else `doi:` and its
    /// DOI. The owner's key is none: "1", "RN12" and "Li2023" stand in every other file.
    pub fn own_id(&self) -> PaperId {
        let print = |text: &str| PaperId::foreign("item", &format!("{:016x}", hash::text(text)));
        let own = match (&self.title, &self.doi) {
            (None, Some(doi)) => PaperId::foreign("doi", doi).or_else(|_| print(doi)),
            (title, _) => {
                let first = self.authors.first().and_then(|name| surname(name)).unwrap_or_default();
                print(&format!("{}\n{first}", normal(title.as_deref().unwrap_or_default())))
            }
        };
        own.expect("a hexadecimal number is a good key")
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
    /// RIS.
    Ris,
    /// One id, URL or DOI per line.
    List,
    /// Markdown or other text with arXiv links in it.
    Text,
}

/// What one file holds.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
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
        _ if ris::fits(&text.content) => (Format::Ris, ris::read(&text)),
        _ if let Some(what) = unread(&text.content) => {
            return Err(text.refuse(message!(
                "{what}, which is not read; export it as BibTeX, RIS or CSL JSON",
                what
            )));
        }
        _ if links::is_list(&text.content) => (Format::List, links::list(&text)),
        _ => (Format::Text, links::text(&text)?),
    };
    if format != Format::Bib {
        found.broken.extend(text.odd.iter().map(|line| text.encoding_note(*line)));
    }
    if let Some(first) = found.items.get(MOST_ITEMS) {
        let place = first.place.clone();
        let reason = message!(
            "the file has more than {most} entries; from here on they are not read",
            most = MOST_ITEMS
        );
        found.broken.push(Broken { place, reason });
        found.items.truncate(MOST_ITEMS);
    }
    Ok(Shelf { origin: text.origin, format, items: found.items, broken: found.broken })
}

/// More entries than any library has.
const MOST_ITEMS: usize = 100_000;

/// Whether `bytes` are of a program for references and of no [`Format`]; [`parse`] then says what to do.
pub fn is_unread(bytes: &[u8]) -> bool {
    unread(&String::from_utf8_lossy(&bytes[..bytes.len().min(HEAD)])).is_some()
}

/// So much of a file tells its format.
const HEAD: usize = 4096;

/// What a text is that is no [`Format`], though it holds references.
fn unread(content: &str) -> Option<Message> {
    let head = content.trim_start().trim_start_matches('\u{feff}');
    let head = beginning(head, HEAD).unwrap_or(head).to_ascii_lowercase();
    let first = head.lines().next().unwrap_or_default();
    let has = |part: &str| head.contains(part);
    if head.starts_with('<') {
        return match () {
            () if has("<rdf:rdf") => Some(message!("Zotero RDF")),
            () if has("<records>") || has("<record>") && has("<ref-type") => {
                Some(message!("EndNote XML"))
            }
            () if has("<mods") => Some(message!("MODS")),
            () if has("<pubmedarticle") => Some(message!("PubMed XML")),
            () if has("<?xml") && !has("<rss") && !has("<feed") && !has("<oai-pmh") => {
                Some(message!("XML"))
            }
            () => None,
        };
    }
    let cells: Vec<&str> =
        first.split([',', ';', '\t']).map(|cell| cell.trim_matches('"')).collect();
    let is_percent = |line: &str| line.starts_with('%') && line.as_bytes().get(2) == Some(&b' ');
    match () {
        () if is_percent(first) => Some(message!("an EndNote file (.enw)")),
        () if first.starts_with("pmid-") || first.starts_with("pmid -") => {
            Some(message!("PubMed's format (.nbib)"))
        }
        () if first.starts_with("fn ") && has("\nvr ") || first == "pt j" => {
            Some(message!("Web of Science's format"))
        }
        () if cells.len() > 2
            && cells.iter().any(|cell| ["title", "document title"].contains(cell)) =>
        {
            Some(message!("a table (CSV)"))
        }
        () => None,
    }
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
        if let Some(whole) = decoded(bytes) {
            text.content = whole.into_owned();
            let ends = text.content.match_indices('\n').map(|(at, _)| at + 1);
            text.starts.extend(ends);
            return Ok(text);
        }
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

/// Readable text, if anything is left: neither markup nor TeX.
fn readable(text: &str) -> Option<String> {
    let text = tex::to_text(&markup::plain(text));
    Some(shortened(&text, Paper::LONGEST_ABSTRACT)).filter(|text| !text.is_empty())
}

/// The same of an abstract, without the word that heads it.
fn abstract_text(text: &str) -> Option<String> {
    let text = readable(text)?;
    let body = ["Abstract", "ABSTRACT", "Summary"].iter().find_map(|head| {
        // A heading has no verb behind it: "Abstract We sing", but not "Abstract interpretation is".
        let rest = text.strip_prefix(head)?;
        let body = rest.trim_start_matches([' ', '.', ':', '—', '–', '-', '\u{a0}']);
        let heads = rest.len() > body.len() && body.starts_with(|c: char| !c.is_lowercase());
        heads.then(|| body.to_owned())
    });
    Some(body.unwrap_or(text)).filter(|text| !text.is_empty())
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
