//! Where papers come from: arXiv's feeds, listing pages, answers of its query API and of OAI-PMH, and
//! JSON Lines files.
//!
//! [`read`] and [`parse`] tell the formats apart by content, never by file name, and hand back a
//! [`Batch`]; [`Client`] fetches the same from arXiv. [`merge`] unites several batches of one
//! day into one list without duplicates. What holds no papers (an error page, a login page, a cut-off
//! download) is an error, never an empty batch.

mod affiliations;
pub mod feed;
mod http;
mod jsonl;
pub mod listing;
pub mod oai;
mod pace;
pub mod query;
mod snapshot;

pub use http::{Client, ClientOptions, Hosts};
pub use snapshot::Snapshot;

use std::borrow::Cow;
use std::cmp::Reverse;
use std::fs;
use std::io::Read;
use std::path::Path;

use flate2::read::MultiGzDecoder;
use jiff::civil::Date;
use jiff::fmt::rfc2822;

use crate::calendar;
use crate::error::{Error, Result};
use crate::message;
use crate::message::Message;
use crate::paper::{Announced, Paper};
use crate::tex;
use crate::text::beginning;
use affiliations::affiliations;

/// The kinds of input that hold papers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// RSS 2.0 of rss.arxiv.org.
    Rss,
    /// Atom of rss.arxiv.org.
    Atom,
    /// Atom of the query API, export.arxiv.org/api/query.
    Query,
    /// A listing page of arxiv.org, `/list/<category>/new` or `/recent`.
    Listing,
    /// An answer of OAI-PMH, oaipmh.arxiv.org.
    Oai,
    /// One JSON object per line: papers, Kaggle snapshot records, or whole days.
    JsonLines,
}

/// The papers of one feed, answer or file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    /// The file or URL it came from.
    pub origin: String,
    /// What it was.
    pub format: Format,
    /// Announcement day of the feed itself, US Eastern; of JSON Lines, the latest one in it. `None`
    /// where the source knows none.
    pub date: Option<Date>,
    /// The categories that the feed was asked for, if it says so.
    pub categories: Vec<String>,
    /// Its papers, each once, by date and id.
    pub items: Vec<Announced>,
}

impl Batch {
    /// Forgets days that lie more than a week after `today`, so that they count as not stated; names the farthest.
    pub fn doubt_far_days(&mut self, today: Date) -> Option<Message> {
        let last = calendar::believed_until(today);
        let days = self.items.iter_mut().map(|item| &mut item.date).chain([&mut self.date]);
        let far = days.filter_map(|day| day.take_if(|day| *day > last)).max()?;
        Some(message!(
            "{origin} names the day {day}, which is yet to come; its papers count as without a day",
            origin = &self.origin,
            day = far
        ))
    }
}

/// Papers from one place, a page at a time, so that no place need fit in memory: a feed
/// ([`feed::Feed`]), a listing page ([`listing::ListingPages`]), the query API ([`query::Search`],
/// [`query::Ids`]), OAI-PMH ([`oai::Harvest`]), a file of lines ([`Snapshot`]).
///
/// The pages of one source may overlap; [`merge`] unites them.
pub trait Source {
    /// What a page holds.
    type Page;

    /// The next page; `None` after the last one. After an error the same page is next.
    ///
    /// # Errors
    /// [`Error::Fetch`] or [`Error::Io`] if it cannot be had, [`Error::Feed`] if it cannot be
    /// understood.
    fn next_page(&mut self) -> Result<Option<Self::Page>>;
}

/// Reads a file of any [`Format`], gzipped or not; `-` is standard input.
///
/// # Errors
/// [`Error::Io`] if it cannot be read, else as [`parse`].
pub fn read(path: &Path) -> Result<Batch> {
    let (origin, bytes) = load(path)?;
    let text = text(&origin, bytes)?;
    understand(&origin, &text)
}

/// Reads JSON Lines of any number, for those who need all of their papers at once; another [`Format`] as [`read`].
///
/// # Errors
/// As [`read`]; a bad line is an error.
pub fn corpus(path: &Path) -> Result<Vec<Announced>> {
    let mut snapshot = Snapshot::open(path)?;
    let mut items = match snapshot.next_page() {
        Ok(page) => page.map(|page| page.items).unwrap_or_default(),
        Err(Error::Feed { .. }) => return Ok(read(path)?.items),
        Err(error) => return Err(error),
    };
    while let Some(page) = snapshot.next_page()? {
        items.extend(page.items);
    }
    Ok(items)
}

/// Reads a text file, gzipped or not; `-` is standard input.
///
/// # Errors
/// [`Error::Io`] if it cannot be read, [`Error::Feed`] if it is not UTF-8 or its gzip is damaged.
#[cfg(feature = "lab")]
pub(crate) fn read_text(path: &Path) -> Result<String> {
    let (origin, bytes) = load(path)?;
    text(&origin, bytes)
}

/// The longest file that is read whole, in bytes, packed or not; longer ones are read as a [`Snapshot`].
const LONGEST_FILE: usize = 128 << 20;

/// How many times larger a packed file may become. Text shrinks to a tenth, feeds of many alike entries to a
/// thirtieth.
const RATIO: usize = 100;

/// A file this small may grow by any ratio.
const SMALL: usize = 1 << 20;

/// The bytes of a file, unpacked if it is gzip, and the name for it in messages; `-` is standard input.
///
/// # Errors
/// [`Error::Io`]; [`Error::Feed`] if its gzip is damaged, or if it is longer than what is read whole.
pub fn load(path: &Path) -> Result<(String, Vec<u8>)> {
    let (origin, bytes) = if path == Path::new("-") {
        let origin = "standard input";
        let bytes = beginning_of(std::io::stdin().lock(), LONGEST_FILE)
            .map_err(Error::io("read", origin))?;
        (origin.to_owned(), bytes)
    } else {
        let read = || beginning_of(fs::File::open(path)?, LONGEST_FILE);
        (path.display().to_string(), read().map_err(Error::io("read", path))?)
    };
    if bytes.len() > LONGEST_FILE {
        return Err(too_long(&origin, LONGEST_FILE));
    }
    let bytes = unpacked(&origin, bytes)?;
    Ok((origin, bytes))
}

/// At most one byte more than `most`, by which it shows that there are more.
fn beginning_of(input: impl Read, most: usize) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    input.take(most as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn too_long(origin: &str, most: usize) -> Error {
    bad(origin, message!("longer than {n} MiB; split it", n = most >> 20))
}

/// The bytes, unpacked if they are gzip.
fn unpacked(origin: &str, bytes: Vec<u8>) -> Result<Vec<u8>> {
    if !bytes.starts_with(&[0x1f, 0x8b]) {
        return Ok(bytes);
    }
    let by_ratio = bytes.len().saturating_mul(RATIO).max(SMALL);
    let most = by_ratio.min(LONGEST_FILE);
    let unpacked = beginning_of(MultiGzDecoder::new(&bytes[..]), most).map_err(|e| {
        bad(origin, message!("damaged gzip data ({cause}); download it again", cause = e))
    })?;
    match unpacked.len() > most {
        false => Ok(unpacked),
        true if by_ratio <= LONGEST_FILE => Err(bad(
            origin,
            message!(
                "unpacks to more than {ratio} times its size; unpack it first, if you trust it",
                ratio = RATIO
            ),
        )),
        true => Err(too_long(origin, LONGEST_FILE)),
    }
}

/// The text of a file as it was read: unpacked if it is gzip, without a byte order mark.
fn text(origin: &str, bytes: Vec<u8>) -> Result<String> {
    let bytes = unpacked(origin, bytes)?;
    let mut text = String::from_utf8(bytes).map_err(|e| {
        let at = e.utf8_error().valid_up_to();
        bad(
            &format!("{origin}:{}", line_after(&e.as_bytes()[..at])),
            message!("not UTF-8 at byte {at}; save it as UTF-8, or download it again", at),
        )
    })?;
    if text.starts_with('\u{feff}') {
        text.remove(0);
    }
    Ok(text)
}

/// Understands `bytes` of any [`Format`], gzipped or not; `origin` names them in errors.
///
/// ```
/// use paperlark::source;
/// let line = br#"{"id": "2602.04118", "title": "Larks in Winter", "announced": "2026-02-05"}"#;
/// let batch = source::parse("mine.jsonl", line)?;
/// assert_eq!(batch.items[0].paper.title, "Larks in Winter");
/// # Ok::<(), paperlark::Error>(())
/// ```
///
/// # Errors
/// [`Error::Feed`] if they are no such format, damaged, or arXiv's own error message.
pub fn parse(origin: &str, bytes: &[u8]) -> Result<Batch> {
    let text = text(origin, bytes.to_vec())?;
    understand(origin, &text)
}

fn understand(origin: &str, text: &str) -> Result<Batch> {
    let start = text.trim_start();
    let mut batch = match start.chars().next() {
        None => {
            return Err(bad(origin, message!("is empty; download it again")));
        }
        Some('<') => parse_markup(origin, text)?,
        Some('{') => jsonl::parse(origin, text)?,
        Some('[') => {
            return Err(bad(
                origin,
                message!("a JSON list; write one object per line instead (JSON Lines)"),
            ));
        }
        Some(_) => return Err(plain_text(origin, start)),
    };
    batch.items = unify(batch.items);
    Ok(batch)
}

/// Unites batches: each paper once, by date and then id, whatever the order of the batches.
///
/// Of several entries of one paper the newest version gives the text and the others fill its gaps;
/// categories are united, the primary one first. The best kind wins, with its date; entries without a
/// date only know a default kind and do not compete with dated ones.
pub fn merge(batches: Vec<Batch>) -> Vec<Announced> {
    unify(batches.into_iter().flat_map(|batch| batch.items).collect())
}

fn unify(mut items: Vec<Announced>) -> Vec<Announced> {
    for item in &mut items {
        if let Cow::Owned(paper) = item.paper.within_bounds() {
            item.paper = paper;
        }
    }
    items.sort_by(|a, b| (&a.paper.id, rank(a)).cmp(&(&b.paper.id, rank(b))));
    let mut united: Vec<Announced> = Vec::with_capacity(items.len());
    for item in items {
        match united.last_mut() {
            Some(last) if last.paper.id == item.paper.id => unite(last, item),
            _ => united.push(item),
        }
    }
    united.sort_by(|a, b| (a.date, &a.paper.id).cmp(&(b.date, &b.paper.id)));
    united
}

/// Total order of one paper's entries, the newest and most informative first.
fn rank(item: &Announced) -> impl Ord {
    let p = &item.paper;
    let known = [
        has_title(p),
        !p.abstract_text.is_empty(),
        !p.authors.is_empty(),
        !p.affiliations.is_empty(),
        p.comment.is_some(),
        p.journal_ref.is_some(),
        p.doi.is_some(),
        p.submitted.is_some(),
    ];
    let known = known.into_iter().filter(|known| *known).count() + p.categories.len();
    (
        (Reverse(p.version), Reverse(known), item.kind, item.date),
        (&p.title, &p.abstract_text, &p.authors, &p.affiliations, &p.categories),
        (p.submitted, &p.comment, &p.journal_ref, &p.doi),
    )
}

/// Adds to `first` what `other`, an entry of lower rank, knows besides.
fn unite(first: &mut Announced, other: Announced) {
    let better = (other.date.is_none(), other.kind, other.date)
        < (first.date.is_none(), first.kind, first.date);
    if better {
        first.kind = other.kind;
        first.date = other.date;
    }
    let (mine, theirs) = (&mut first.paper, other.paper);
    if !has_title(mine) {
        mine.title = theirs.title;
    }
    if mine.abstract_text.is_empty() {
        mine.abstract_text = theirs.abstract_text;
    }
    if mine.authors.is_empty() {
        mine.authors = theirs.authors;
    }
    if mine.affiliations.is_empty() {
        mine.affiliations = theirs.affiliations;
    }
    for category in theirs.categories {
        if !mine.categories.contains(&category) {
            mine.categories.push(category);
        }
    }
    mine.version = mine.version.or(theirs.version);
    mine.submitted = mine.submitted.or(theirs.submitted);
    mine.comment = mine.comment.take().or(theirs.comment);
    mine.journal_ref = mine.journal_ref.take().or(theirs.journal_ref);
    mine.doi = mine.doi.take().or(theirs.doi);
}

/// Feeds may leave a title out; the id then stands in for it.
fn has_title(paper: &Paper) -> bool {
    paper.title != paper.id.as_str()
}

fn parse_markup(origin: &str, text: &str) -> Result<Batch> {
    if is_html(text) {
        return listing::parse(origin, text).map(|page| page.batch(origin));
    }
    let document = feed::read_xml(origin, text)?;
    match document.root.as_str() {
        "rss" => feed::rss(origin, &document),
        "feed" if query::is_answer(&document) => query::answer(origin, &document),
        "feed" => feed::atom(origin, &document),
        "oai-pmh" => oai::batch(origin, &document),
        other => Err(bad(
            origin,
            message!(
                "XML with the root element <{root}>; expected <rss> or <feed>, as from https://rss.arxiv.org/rss/<category>",
                root = excerpt(other)
            ),
        )),
    }
}

/// Whether markup is a web page, which need not be well-formed XML.
fn is_html(text: &str) -> bool {
    let mut rest = text.trim_start();
    loop {
        let close = if rest.starts_with("<?") {
            "?>"
        } else if rest.starts_with("<!--") {
            "-->"
        } else {
            break;
        };
        match rest.find(close) {
            Some(at) => rest = rest[at + close.len()..].trim_start(),
            None => return false,
        }
    }
    let head: String = rest.chars().take(14).collect::<String>().to_ascii_lowercase();
    ["<!doctype html", "<html", "<head", "<body"].iter().any(|tag| head.starts_with(tag))
}

fn plain_text(origin: &str, text: &str) -> Error {
    let lower = text.to_ascii_lowercase();
    if lower.starts_with("rate exceeded") || lower.contains("temporarily unavailable") {
        let said = excerpt(text);
        return bad(
            origin,
            message!(
                "arXiv answered '{words}', not a feed; wait a few minutes and fetch it again",
                words = said
            ),
        );
    }
    bad(
        origin,
        message!(
            "plain text ('{words}'), not a feed; expected RSS, Atom or JSON Lines",
            words = excerpt(text)
        ),
    )
}

fn bad(origin: &str, reason: Message) -> Error {
    Error::Feed { origin: origin.to_owned(), reason }
}

/// The start of a text, short enough for an error message.
fn excerpt(text: &str) -> String {
    let line = tex::to_text(text.lines().next().unwrap_or_default());
    match beginning(&line, 80) {
        Some(head) => format!("{head}..."),
        None => line,
    }
}

/// The line, counted from 1, that the text after `before` stands on.
fn line_after(before: &[u8]) -> usize {
    1 + before.iter().filter(|b| **b == b'\n').count()
}

/// The calendar day that a date or date-time is written with, its offset left alone: `2026-02-05`,
/// `2026-02-05T00:00:00-05:00`, `Thu, 05 Feb 2026 00:00:00 -0500`.
fn day(text: &str) -> Option<Date> {
    let text = text.trim();
    if let Some(date) = text.get(..10).and_then(|d| d.parse().ok())
        && !text[10..].starts_with(|c: char| c.is_ascii_digit())
    {
        return Some(date);
    }
    rfc2822::DateTimeParser::new()
        .relaxed_weekday(true)
        .parse_zoned(text)
        .ok()
        .map(|zoned| zoned.date())
}

/// Those of `words` that look like arXiv categories (not MSC or ACM classes), each once.
fn categories<'a>(words: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let mut kept: Vec<String> = Vec::new();
    for word in words {
        let word = word.trim();
        if is_category(word) && !kept.iter().any(|k| k == word) {
            kept.push(word.to_owned());
        }
    }
    kept
}

/// `archive` or `archive.XX`: letters and dashes only.
fn is_category(word: &str) -> bool {
    let (archive, class) = word.split_once('.').unwrap_or((word, "XX"));
    let dashed = |s: &str| !s.starts_with('-') && !s.ends_with('-') && s.len() >= 2;
    dashed(archive)
        && dashed(class)
        && archive.bytes().all(|b| b.is_ascii_lowercase() || b == b'-')
        && class.bytes().all(|b| b.is_ascii_alphabetic() || b == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::paper::Kind;
    use proptest::prelude::*;

    #[test]
    fn days_far_ahead_are_doubted() {
        let mut batch = parse(
            "mine.jsonl",
            br#"{"id": "2606.00001", "title": "T", "announced": "9999-12-31"}
{"id": "2606.00002", "title": "T", "announced": "2026-06-08"}"#,
        )
        .unwrap();
        let today: Date = "2026-06-01".parse().unwrap();
        let said = batch.doubt_far_days(today).unwrap().to_string();
        assert!(said.contains("9999-12-31"), "{said}");
        let mut days: Vec<_> = batch.items.iter().map(|item| item.date).collect();
        days.sort();
        assert_eq!((days, batch.date), (vec![None, Some("2026-06-08".parse().unwrap())], None));
        assert_eq!(batch.doubt_far_days(today), None);
    }

    #[test]
    fn what_is_longer_than_a_file_may_be_is_refused() {
        use flate2::{Compression, write::GzEncoder};
        use std::io::Write;

        assert_eq!(beginning_of(&b"larks"[..], 3).unwrap(), b"lark");
        assert_eq!(beginning_of(std::io::repeat(0), 3).unwrap().len(), 4);

        let packed = |bytes: usize| {
            let mut packer = GzEncoder::new(Vec::new(), Compression::best());
            packer.write_all(&vec![b' '; bytes]).unwrap();
            packer.finish().unwrap()
        };
        let unpack = |bytes: usize| unpacked("a.gz", packed(bytes)).map(|bytes| bytes.len());
        assert_eq!(unpack(SMALL).unwrap(), SMALL);
        let refused = unpack(16 * SMALL).unwrap_err().to_string();
        assert!(refused.contains("more than 100 times its size"), "{refused}");
    }

    fn item(id: &str, version: Option<u32>, kind: Kind, date: Option<&str>) -> Announced {
        Announced {
            paper: Paper {
                id: id.parse().unwrap(),
                version,
                title: format!("Title of version {version:?}"),
                authors: Vec::new(),
                affiliations: Vec::new(),
                abstract_text: String::new(),
                categories: Vec::new(),
                submitted: None,
                comment: None,
                journal_ref: None,
                doi: None,
            },
            date: date.map(|d| d.parse().unwrap()),
            kind,
        }
    }

    fn batch(items: Vec<Announced>) -> Batch {
        Batch {
            origin: "test".into(),
            format: Format::Rss,
            date: None,
            categories: Vec::new(),
            items,
        }
    }

    #[test]
    fn entries_of_one_paper_become_one() {
        let mut old = item("2602.00001", Some(1), Kind::New, Some("2026-02-04"));
        old.paper.abstract_text = "The old abstract.".into();
        old.paper.categories = vec!["cs.AI".into(), "cs.LG".into()];
        old.paper.doi = Some("10.1/x".into());
        let mut new = item("2602.00001", Some(2), Kind::ReplaceCross, Some("2026-02-05"));
        new.paper.categories = vec!["cs.LG".into(), "cs.CV".into()];
        new.paper.authors = vec!["Ada Lark".into()];
        let undated = item("2602.00001", None, Kind::New, None);
        let other = item("2602.00002", Some(1), Kind::Cross, Some("2026-02-03"));
        let one = batch(vec![old, other]);
        let two = batch(vec![undated, new]);
        let merged = merge(vec![one.clone(), two.clone()]);
        assert_eq!(merged, merge(vec![two, one]));
        assert_eq!(merged[0].paper.id.as_str(), "2602.00002");
        let [_, united] = merged.as_slice() else { panic!("{merged:?}") };
        assert_eq!(united.kind, Kind::New);
        assert_eq!(united.date, Some("2026-02-04".parse().unwrap()));
        assert_eq!(united.paper.version, Some(2));
        assert_eq!(united.paper.title, "Title of version Some(2)");
        assert_eq!(united.paper.abstract_text, "The old abstract.");
        assert_eq!(united.paper.authors, ["Ada Lark"]);
        assert_eq!(united.paper.categories, ["cs.LG", "cs.CV", "cs.AI"]);
        assert_eq!(united.paper.doi.as_deref(), Some("10.1/x"));
    }

    #[test]
    fn a_default_kind_does_not_make_a_replacement_new() {
        let replaced = item("2602.00001", Some(2), Kind::Replace, Some("2026-02-05"));
        let answered = item("2602.00001", Some(2), Kind::New, None);
        let merged = merge(vec![batch(vec![answered]), batch(vec![replaced])]);
        assert_eq!(merged[0].kind, Kind::Replace);
        assert!(merged[0].date.is_some());
    }

    #[test]
    fn what_is_no_feed_says_so() {
        for (bytes, place, words) in [
            (&b""[..], "f", "is empty"),
            (b" \n\t", "f", "is empty"),
            (b"Rate exceeded.", "f", "wait a few minutes"),
            (b"Service down\nsorry", "f", "plain text ('Service down')"),
            (b"[{\"id\": 1}]", "f", "JSON list"),
            (
                b"<!DOCTYPE html><html><title>Log &amp; in</title><br>",
                "f",
                "a web page titled 'Log & in', neither",
            ),
            (b"<?xml version='1.0'?><!-- x --><HTML><p>", "f", "a web page"),
            (b"<html><dl id='articles'><dt><a href='/abs/2602.00001'>x</a>", "f", "cut off"),
            (b"<OAI-PMH><error code='badVerb'>Eh?</error></OAI-PMH>", "f", "badVerb: Eh?"),
            (b"<opml><head/></opml>", "f", "root element <opml>"),
            (b"<rss version='2.0'></rss>", "f", "without channel"),
            (
                b"<rss>\n<channel><title>a</title>\n<item>",
                "f:3",
                "cut off: the file ends at byte 38 inside <item>",
            ),
            (b"<rss>\n<channel></item>", "f:2", "malformed XML at byte"),
            (b"<rss><title>x</title></rss><rss/>", "f:1", "second root"),
            (b"<rss>\xff</rss>", "f:1", "not UTF-8 at byte 5"),
            (b"\x1f\x8b\x08\x00junk", "f", "damaged gzip"),
            (
                b"{\"id\": \"2602.00001\", \"title\": \"a\"}\n\n{\"id\": ",
                "f:3",
                "not a JSON object on one line",
            ),
            (b"{\"id\": \"2602.00001\"}", "f:1", "2602.00001 without 'title'"),
            (b"{\"title\": \"a\"}", "f:1", "without 'id'"),
            (b"{\"id\": \"x\", \"title\": \"a\"}", "f:1", "'x' is not a paper id"),
            (b"{\"id\": 7, \"title\": \"a\"}", "f:1", "'id' is not text"),
            (
                b"{\"id\": \"2602.00001\", \"title\": \"a\", \"announced\": \"soon\"}",
                "f:1",
                "'soon' is not a date",
            ),
            (
                b"{\"id\": \"2602.00001\", \"title\": \"a\", \"kind\": \"old\"}",
                "f:1",
                "'old' is not a kind",
            ),
            (b"{\"id\": \"2602.00001\", \"title\": \"a\", \"authors\": [3]}", "f:1", "'authors'"),
            (
                b"{\"date\": \"2026-02-05\", \"papers\": [{\"id\": \"2602.00001\"}]}",
                "f:1",
                "paper 1 of the day",
            ),
            (b"{\"papers\": []}", "f:1", "a day without 'date'"),
        ] {
            let shown = String::from_utf8_lossy(bytes);
            let error = parse("f", bytes).expect_err(&shown).to_string();
            assert!(error.starts_with(&format!("{place}: ")), "{shown}: {error}");
            assert!(error.contains(words), "{shown}: {error}");
        }
    }

    #[test]
    fn dates_and_categories() {
        for (text, date) in [
            ("2026-02-05", Some("2026-02-05")),
            (" 2026-02-05T23:59:59-05:00", Some("2026-02-05")),
            ("Thu, 05 Feb 2026 00:00:00 -0500", Some("2026-02-05")),
            ("Mon, 2 Apr 2007 19:18:42 GMT", Some("2007-04-02")),
            ("Fri, 5 Feb 2026 00:00:00 +0000", Some("2026-02-05")),
            ("2026-02-30", None),
            ("2026-02-051", None),
            ("soon", None),
            ("五月五日五月五日五月五日", None),
        ] {
            assert_eq!(day(text), date.map(|d| d.parse().unwrap()), "{text}");
        }
        let words = "cs.LG 68T05 stat.ML I.2.6 cs.LG hep-ph cond-mat.mes-hall Primary - x";
        assert_eq!(
            categories(words.split(' ')),
            ["cs.LG", "stat.ML", "hep-ph", "cond-mat.mes-hall"]
        );
    }

    proptest! {
        #[test]
        fn parsing_never_panics(text in "\\PC*", bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
            let _ = parse("f", &bytes);
            for start in ["", "<rss><channel><item><guid>oai:arXiv.org:2602.00001v1</guid>", "<feed>", "{\"id\":"] {
                let _ = parse("f", format!("{start}{text}").as_bytes());
            }
        }

        #[test]
        fn merging_forgets_the_order(
            entries in proptest::collection::vec((1u32..4, 0u32..3, 0usize..4, 0i8..3, 0usize..3), 0..12),
            turn in 0usize..12,
        ) {
            let kinds = [Kind::New, Kind::Cross, Kind::Replace, Kind::ReplaceCross];
            let batches: Vec<Batch> = entries
                .iter()
                .map(|(id, version, kind, day, category)| {
                    let date = (*day > 0).then(|| format!("2026-02-0{day}"));
                    let version = (*version > 0).then_some(*version);
                    let id = format!("2602.0000{id}");
                    let mut item = item(&id, version, kinds[*kind], date.as_deref());
                    item.paper.categories = vec![["cs.AI", "cs.LG", "cs.CV"][*category].into()];
                    batch(vec![item])
                })
                .collect();
            let mut turned = batches.clone();
            turned.rotate_left(turn.min(batches.len()));
            prop_assert_eq!(merge(batches), merge(turned));
        }
    }
}
