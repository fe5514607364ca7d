//! The daily feeds of rss.arxiv.org, RSS 2.0 and Atom.
//!
//! [`Feed`] fetches one. `read_xml` flattens any XML document into records; `rss` and `atom` read
//! papers from them.
//! Elements are known by local name, so neither their order nor their prefixes matter.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::fmt::rfc2822;
use jiff::tz::TimeZone;
use quick_xml::escape::resolve_xml_entity;
use quick_xml::events::{BytesStart, Event};
use quick_xml::name::QName;
use quick_xml::{Reader, XmlVersion};

use super::understand;
use super::{
    Batch, Client, Format, Source, affiliations, bad, categories, day, excerpt, line_after,
};
use crate::error::{Error, Result};
use crate::message;
use crate::message::{Argument, Message};
use crate::paper::{Announced, Kind, Paper, PaperId};
use crate::person::listed;
use crate::tex;
use crate::text::single_spaced;

/// Deeper than any feed; keeps hostile input from costing more than its size.
const DEPTH: usize = 64;

/// An XML document as records of flat fields.
pub(super) struct Document {
    /// Local name of the root element, lower case.
    pub root: String,
    /// What stands beside the items.
    pub head: Record,
    /// The `item` or `entry` elements, or the `record`s and bare `header`s of OAI-PMH.
    pub items: Vec<Record>,
}

/// One item, or the head of a feed.
#[derive(Default)]
pub(super) struct Record {
    /// Line it begins on.
    pub line: usize,
    fields: Vec<Field>,
}

/// One element with everything below it.
struct Field {
    /// Local names from below the record, lower case: `title`, `author/name`; empty for the record's
    /// own element.
    path: String,
    text: String,
    attributes: Vec<(String, String)>,
}

impl Record {
    /// Texts of all elements at `path`, blanks collapsed; empty ones are left out.
    pub fn texts<'a>(&'a self, path: &'a str) -> impl Iterator<Item = String> + 'a {
        let found = self.fields.iter().filter(move |f| f.path == path);
        found.map(|f| single_spaced(&f.text)).filter(|t| !t.is_empty())
    }

    /// Text of the first element at `path` that has any.
    pub fn text(&self, path: &str) -> Option<String> {
        self.texts(path).next()
    }

    /// Paths and texts of all elements, each after those inside it.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        self.fields.iter().map(|f| (f.path.as_str(), f.text.as_str()))
    }

    /// One attribute of all elements at `path`.
    pub fn attributes<'a>(
        &'a self,
        path: &'a str,
        name: &'a str,
    ) -> impl Iterator<Item = &'a str> + 'a {
        let found = self.fields.iter().filter(move |f| f.path == path);
        found.flat_map(move |f| {
            let named = f.attributes.iter().filter(move |(n, _)| n == name);
            named.map(|(_, value)| value.as_str())
        })
    }
}

/// Reads a whole document.
///
/// # Errors
/// [`crate::Error::Feed`] with line and byte if it is not well-formed or is cut off.
pub(super) fn read_xml(origin: &str, text: &str) -> Result<Document> {
    let mut reader = Reader::from_str(text);
    reader.config_mut().allow_dangling_amp = true;
    let mut lines = Lines::new(text);
    let mut tree = Tree::default();
    loop {
        let event = reader.read_event();
        let at = reader.buffer_position() as usize;
        let outcome = match event {
            Ok(Event::Eof) => match tree.stack.last() {
                Some(open) => Err(message!(
                    "cut off: the file ends at byte {at} inside <{element}>",
                    at,
                    element = open.name
                )),
                None => match tree.root {
                    Some(root) => {
                        return Ok(Document { root, head: tree.head, items: tree.items });
                    }
                    None => Err(message!("holds no XML element")),
                },
            },
            Ok(event) => tree
                .take(event, || lines.at(at))
                .map_err(|what| message!("malformed XML at byte {at}: {cause}", at, cause = what)),
            Err(e) => {
                let from = reader.error_position();
                Err(message!(
                    "malformed XML at byte {at}: {cause}",
                    at = from,
                    cause = Argument::foreign(e)
                ))
            }
        };
        outcome.map_err(|what| {
            bad(
                &format!("{origin}:{}", lines.at(at)),
                message!(
                    "{what}; download it again, and save it as it is, not as a web page",
                    what
                ),
            )
        })?;
    }
}

/// An element that is still open.
struct Open {
    name: String,
    text: String,
    attributes: Vec<(String, String)>,
    line: usize,
}

/// A document as far as it is read.
#[derive(Default)]
struct Tree {
    stack: Vec<Open>,
    root: Option<String>,
    head: Record,
    item: Record,
    items: Vec<Record>,
}

impl Tree {
    /// Takes in one event that ends on the given line; the error says what is wrong with it.
    fn take(&mut self, event: Event, line: impl FnOnce() -> usize) -> Result<(), Message> {
        match event {
            Event::Start(start) => self.open(&start, line())?,
            Event::Empty(start) => {
                self.open(&start, line())?;
                self.close();
            }
            Event::End(_) => self.close(),
            Event::Text(text) => match self.stack.last_mut() {
                Some(open) => open.text.push_str(&text),
                None if text.trim().is_empty() => {}
                None => return Err(message!("text outside of the root element")),
            },
            Event::CData(text) => self.add(&text),
            Event::GeneralRef(entity) => match entity.resolve_char_ref() {
                Ok(Some(c)) => self.add(c.encode_utf8(&mut [0; 4])),
                _ => match resolve_xml_entity(&entity) {
                    Some(known) => self.add(known),
                    None => self.add(&format!("&{};", &*entity)),
                },
            },
            _ => {}
        }
        Ok(())
    }

    fn add(&mut self, text: &str) {
        if let Some(open) = self.stack.last_mut() {
            open.text.push_str(text);
        }
    }

    fn open(&mut self, start: &BytesStart, line: usize) -> Result<(), Message> {
        if self.root.is_some() {
            return Err(message!("a second root element; pass several feeds as several files"));
        }
        if self.stack.len() >= DEPTH {
            return Err(message!("too many elements inside each other"));
        }
        let lower = |name: QName| name.local_name().into_inner().to_ascii_lowercase();
        let mut attributes = start.html_attributes();
        self.stack.push(Open {
            name: lower(start.name()),
            text: String::new(),
            attributes: attributes
                .with_checks(false)
                .flatten()
                .map(|attribute| {
                    let value = attribute.normalized_value(XmlVersion::Implicit1_0);
                    (lower(attribute.key), value.unwrap_or_default().into_owned())
                })
                .collect(),
            line,
        });
        Ok(())
    }

    /// The innermost element ends and becomes a field of its item, or of the head.
    fn close(&mut self) {
        let Some(open) = self.stack.pop() else {
            return;
        };
        if self.stack.is_empty() {
            self.root = Some(open.name);
            return;
        }
        let root = self.stack[0].name.as_str();
        let item = self.stack.iter().position(|o| is_item(root, &o.name));
        if item.is_none() && is_item(root, &open.name) {
            let (path, text) = (String::new(), String::new());
            self.item.fields.push(Field { path, text, attributes: open.attributes });
            self.item.line = open.line;
            self.items.push(std::mem::take(&mut self.item));
            return;
        }
        if let Some(parent) = self.stack.last_mut() {
            parent.text.push_str(&open.text);
        }
        let channel = self.stack.iter().position(|o| o.name == "channel");
        let above = item.or(channel).unwrap_or(0);
        let mut path: Vec<&str> = self.stack[above + 1..].iter().map(|o| &*o.name).collect();
        path.push(&open.name);
        let path = path.join("/");
        let record = match item {
            Some(_) => &mut self.item,
            None => &mut self.head,
        };
        record.fields.push(Field { path, text: open.text, attributes: open.attributes });
    }
}

fn is_item(root: &str, name: &str) -> bool {
    match root {
        "oai-pmh" => matches!(name, "record" | "header"),
        _ => matches!(name, "item" | "entry"),
    }
}

/// Line numbers of rising positions, without counting from the start each time.
struct Lines<'a> {
    text: &'a [u8],
    at: usize,
    line: usize,
}

impl<'a> Lines<'a> {
    fn new(text: &'a str) -> Self {
        Lines { text: text.as_bytes(), at: 0, line: 1 }
    }

    fn at(&mut self, at: usize) -> usize {
        let at = at.min(self.text.len());
        if at < self.at {
            return line_after(&self.text[..at]);
        }
        self.line += line_after(&self.text[self.at..at]) - 1;
        self.at = at;
        self.line
    }
}

/// Papers of an RSS 2.0 feed.
pub(super) fn rss(origin: &str, document: &Document) -> Result<Batch> {
    let head = &document.head;
    let title = head.text("title").unwrap_or_default();
    if title.to_ascii_lowercase().contains("feed error") {
        let words = head.text("description").unwrap_or(title);
        return Err(refused(origin, &words));
    }
    if head.text("title").is_none() && document.items.is_empty() {
        return Err(bad(
            origin,
            message!("an RSS feed without channel and items; download it again"),
        ));
    }
    let published = head.text("pubdate").and_then(|text| day(&text));
    let built = || head.text("lastbuilddate").and_then(|t| eastern_day(&t));
    let date = published.or_else(built);
    let items = document
        .items
        .iter()
        .map(|record| {
            let ids = ["guid", "link", "description"];
            let date = record.text("pubdate").and_then(|t| day(&t)).or(date);
            announced(origin, record, &ids, "description", date)
        })
        .collect::<Result<Vec<_>>>()?;
    Ok(Batch {
        origin: origin.to_owned(),
        format: Format::Rss,
        date: published.or_else(|| latest(&items)).or(date),
        categories: asked_for(head),
        items,
    })
}

/// Papers of an Atom feed of rss.arxiv.org.
pub(super) fn atom(origin: &str, document: &Document) -> Result<Batch> {
    let head = &document.head;
    let title = head.text("title").unwrap_or_default();
    if title.to_ascii_lowercase().contains("feed error") {
        let words = head.text("subtitle").unwrap_or(title);
        return Err(refused(origin, &words));
    }
    let built = head.text("updated").and_then(|text| eastern_day(&text));
    let items = document
        .items
        .iter()
        .map(|record| {
            let date = record.text("published").and_then(|t| day(&t)).or(built);
            announced(origin, record, &["id", "summary"], "summary", date)
        })
        .collect::<Result<Vec<_>>>()?;
    Ok(Batch {
        origin: origin.to_owned(),
        format: Format::Atom,
        date: latest(&items).or(built),
        categories: asked_for(head),
        items,
    })
}

fn latest(items: &[Announced]) -> Option<Date> {
    items.iter().filter_map(|item| item.date).max()
}

fn refused(origin: &str, words: &str) -> crate::Error {
    let words = words.trim_end_matches('.');
    bad(
        origin,
        message!("arXiv refuses the request: {words}. Correct the category and fetch again", words),
    )
}

/// The day in New York at an instant.
fn eastern_day(text: &str) -> Option<Date> {
    let instant: Timestamp = match text.trim().parse() {
        Ok(instant) => instant,
        Err(_) => rfc2822::DateTimeParser::new()
            .relaxed_weekday(true)
            .parse_timestamp(text.trim())
            .ok()?,
    };
    let eastern = TimeZone::get("America/New_York").ok()?;
    Some(instant.to_zoned(eastern).date())
}

/// Categories named in the title, "cs.CL, math updates on arXiv.org", or in the link.
fn asked_for(head: &Record) -> Vec<String> {
    let title = head.text("title").unwrap_or_default();
    if let Some(list) = title.strip_suffix(" updates on arXiv.org") {
        return categories(list.split([',', '+', ' ']));
    }
    let links = head.texts("link").chain(head.texts("id"));
    let hrefs = head.attributes("link", "href").map(str::to_owned);
    for link in links.chain(hrefs) {
        if link.contains("/rss/") || link.contains("/atom/") {
            let last = link.rsplit('/').next().unwrap_or_default();
            return categories(last.split('+'));
        }
    }
    Vec::new()
}

/// One listed paper.
fn announced(
    origin: &str,
    record: &Record,
    ids: &[&str],
    about: &str,
    date: Option<Date>,
) -> Result<Announced> {
    let about = record.text(about).unwrap_or_default();
    let (head, abstract_text) = split_description(&about);
    let mut id = None;
    for path in ids {
        let text = match record.text(path) {
            Some(_) if head.is_empty() && matches!(*path, "description" | "summary") => continue,
            Some(_) if matches!(*path, "description" | "summary") => {
                head.split(' ').next().unwrap_or_default().to_owned()
            }
            Some(text) => text,
            None => continue,
        };
        if let Ok((found, version)) = PaperId::parse_versioned(&text)
            && found.is_arxiv()
        {
            let (_, known) = id.get_or_insert((found, version));
            *known = known.or(version);
        }
    }
    let title = record.text("title");
    let Some((id, version)) = id else {
        return Err(bad(
            &format!("{origin}:{}", record.line),
            message!(
                "an entry without an arXiv id ('{title}'); pass a feed of rss.arxiv.org",
                title = excerpt(&title.unwrap_or_default())
            ),
        ));
    };
    let kind = record
        .text("announce_type")
        .or_else(|| head.split_once("Announce Type: ").map(|(_, kind)| kind.to_owned()))
        .and_then(|kind| kind.trim().parse::<Kind>().ok())
        .unwrap_or_default();
    let mut creators: Vec<String> = record.texts("creator").collect();
    if creators.is_empty() {
        creators = record.texts("author/name").collect();
    }
    let words: Vec<String> = record
        .texts("category")
        .chain(record.attributes("category", "term").map(str::to_owned))
        .collect();
    let journal = ["journal_reference", "journal_ref"];
    Ok(Announced {
        paper: Paper {
            title: readable(title).unwrap_or_else(|| id.to_string()),
            id,
            version,
            authors: creators.iter().flat_map(|list| listed(list)).collect(),
            affiliations: affiliations(&creators.join(", ")),
            abstract_text: tex::to_text(abstract_text),
            categories: categories(words.iter().map(String::as_str)),
            submitted: None,
            comment: readable(record.text("comment")),
            journal_ref: readable(journal.iter().find_map(|path| record.text(path))),
            doi: record.text("doi"),
        },
        date,
        kind,
    })
}

/// Readable text, if anything is left.
pub(super) fn readable(text: Option<String>) -> Option<String> {
    text.map(|t| tex::to_text(&t)).filter(|t| !t.is_empty())
}

/// Splits "arXiv:ID vN Announce Type: T Abstract: ..." before the abstract; the head may be empty.
fn split_description(text: &str) -> (&str, &str) {
    if text.starts_with("arXiv:")
        && let Some((head, tail)) = text.split_once(" Abstract:")
        && head.len() < 150
    {
        return (head, tail.trim_start());
    }
    match text.split_once(" Announce Type: ") {
        // An entry whose abstract is empty.
        Some((head, _)) if head.starts_with("arXiv:") && text.len() < 150 => (text, ""),
        _ => ("", text),
    }
}

/// Today's feed of some categories, one page. At weekends and on holidays it has no items.
pub struct Feed<'a> {
    client: &'a Client,
    url: String,
    done: bool,
}

impl<'a> Feed<'a> {
    /// The feed of `categories`, all in one. Of several, arXiv gives 2,000 entries at most.
    ///
    /// # Errors
    /// [`Error::Invalid`] if no category is given, or what cannot be one.
    pub fn new(client: &'a Client, categories: &[String]) -> Result<Self> {
        let good = |c: &String| {
            !c.is_empty() && c.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.' || b == b'-')
        };
        if let Some(bad) = categories.iter().find(|c| !good(c)) {
            return Err(Error::Invalid(message!(
                "'{category}' is not an arXiv category; write it like cs.CL or hep-ph",
                category = bad
            )));
        }
        if categories.is_empty() {
            return Err(Error::Invalid(message!(
                "no category to fetch; name at least one, like cs.CL"
            )));
        }
        let url = format!("{}/rss/{}", client.hosts().rss, categories.join("+"));
        Ok(Feed { client, url, done: false })
    }
}

impl Source for Feed<'_> {
    type Page = Batch;

    fn next_page(&mut self) -> Result<Option<Batch>> {
        if self.done {
            return Ok(None);
        }
        let page = self.client.get(&self.url, understand)?;
        self.done = true;
        Ok(Some(page))
    }
}

#[cfg(test)]
mod tests {
    use super::super::parse;
    use super::*;

    fn feed(items: &str) -> String {
        format!(
            "<?xml version='1.0'?><rss xmlns:arxiv='x' xmlns:dc='y'><channel>\
            <title>cs.CL, math updates on arXiv.org</title>\
            <pubDate>Thu, 05 Feb 2026 00:00:00 -0500</pubDate>{items}\
            <skipDays><day>Sunday</day></skipDays></channel></rss>"
        )
    }

    #[test]
    fn an_rss_item_in_any_order_and_spelling() {
        let batch = parse(
            "f",
            feed(
                "<item><dc:creator>Ren\\'e Tit (Nest, Oak), A. &amp; B&#111;</dc:creator>\
                <x:category>cs.CL</x:category><category>68T05</category><category>math.CO</category>\
                <description>arXiv:2602.00001v3 Announce Type: replace-cross \nAbstract:   One &lt;\n\
                two &unknown; &#xD800; A&T.</description><arxiv:DOI>10.1/x</arxiv:DOI>\
                <arxiv:journal_reference>J. Song 3 (2026)</arxiv:journal_reference>\
                <dc:rights>http://example.org/licence</dc:rights>\
                <title><![CDATA[A <b> \n \\emph{title}]]></title>\
                <link>https://arxiv.org/abs/2602.00001</link></item>\
                <item><guid>oai:arXiv.org:cs/0112017v1</guid><title/></item>",
            )
            .as_bytes(),
        )
        .unwrap();
        assert_eq!(batch.format, Format::Rss);
        assert_eq!(batch.categories, ["cs.CL", "math"]);
        assert_eq!(batch.date, Some("2026-02-05".parse().unwrap()));
        let first = &batch.items[0];
        assert_eq!((first.kind, first.date), (Kind::ReplaceCross, batch.date));
        let paper = &first.paper;
        assert_eq!((paper.id.as_str(), paper.version), ("2602.00001", Some(3)));
        assert_eq!(paper.title, "A <b> title");
        assert_eq!(paper.authors, ["René Tit", "A. & Bo"]);
        assert_eq!(paper.affiliations, ["Nest, Oak"]);
        assert_eq!(paper.abstract_text, "One < two &unknown; &#xD800; A&T.");
        assert_eq!(paper.categories, ["cs.CL", "math.CO"]);
        assert_eq!(paper.doi.as_deref(), Some("10.1/x"));
        assert_eq!(paper.journal_ref.as_deref(), Some("J. Song 3 (2026)"));
        assert_eq!(batch.items[1].paper.title, "cs/0112017");
    }

    #[test]
    fn a_quiet_day_keeps_its_date() {
        let batch = parse("f", feed("").as_bytes()).unwrap();
        assert_eq!((batch.items.len(), batch.date.is_some()), (0, true));
        // The days to skip come in either order, beside whatever dates there are.
        for days in ["Saturday Sunday", "Sunday Saturday"] {
            let days: String = days.split(' ').map(|d| format!("<day>{d}</day>")).collect();
            let built = "Sat, 07 Feb 2026 05:30:00 +0000";
            let rss = format!(
                "<rss><channel><title>cs updates on arXiv.org</title><lastBuildDate>{built}\
                </lastBuildDate><skipDays>{days}</skipDays></channel></rss>"
            );
            let batch = parse("f", rss.as_bytes()).unwrap();
            assert_eq!((batch.items.len(), batch.date), (0, Some("2026-02-07".parse().unwrap())));
        }
        // Built at 05:30 UTC, which is half past midnight in New York; at 04:30 it is the day before.
        for (built, date) in [("05:30", "2026-02-07"), ("04:30", "2026-02-06")] {
            let atom = format!(
                "<a:feed xmlns:a='x'><a:updated>2026-02-07T{built}:00+00:00</a:updated>\
                <a:link href='http://rss.arxiv.org/atom/cs+stat.ML'/></a:feed>"
            );
            let batch = parse("f", atom.as_bytes()).unwrap();
            assert_eq!(batch.format, Format::Atom);
            assert_eq!(batch.date, Some(date.parse().unwrap()));
            assert_eq!(batch.categories, ["cs", "stat.ML"]);
        }
    }

    #[test]
    fn atom_entries_are_dated_by_their_announcement() {
        let atom = "<feed><updated>2026-02-06T05:10:00Z</updated><entry>\
            <id>oai:arXiv.org:2602.00007v1</id><title>Birds</title>\
            <updated>2026-02-06T05:10:00Z</updated><published>2026-02-05T00:00:00-05:00</published>\
            <summary>arXiv:2602.00007v1 Announce Type: cross Abstract: Song.</summary>\
            <author><name>A. Lark (Oak), B. Wren (Unknown)</name></author><category term='cs.SD'/></entry></feed>";
        let batch = parse("f", atom.as_bytes()).unwrap();
        let item = &batch.items[0];
        assert_eq!((batch.date, item.date), (item.date, Some("2026-02-05".parse().unwrap())));
        assert_eq!(item.kind, Kind::Cross);
        assert_eq!(item.paper.abstract_text, "Song.");
        assert_eq!(item.paper.authors, ["A. Lark", "B. Wren"]);
        assert_eq!(item.paper.affiliations, ["Oak"]);
        assert_eq!(item.paper.categories, ["cs.SD"]);
    }

    #[test]
    fn one_id_twice_is_one_paper() {
        let twice = "<item><guid>oai:arXiv.org:2602.00001v1</guid><title>T</title>\
            <arxiv:announce_type>TYPE</arxiv:announce_type></item>";
        let items = twice.replace("TYPE", "cross") + &twice.replace("TYPE", "new");
        let batch = parse("f", feed(&items).as_bytes()).unwrap();
        assert_eq!(batch.items.len(), 1);
        assert_eq!(batch.items[0].kind, Kind::New);
    }

    #[test]
    fn refusals_and_foreign_feeds_are_errors() {
        let refusal = "<rss><channel><title>Feed error for query: x</title>\
            <description>Bad archive 'x'.</description></channel></rss>";
        let error = parse("f", refusal.as_bytes()).unwrap_err().to_string();
        assert!(error.contains("Bad archive 'x'"), "{error}");
        let blog = feed("\n<item><guid>https://blog.org/1</guid><title>Hi</title></item>");
        let error = parse("f", blog.as_bytes()).unwrap_err().to_string();
        assert!(error.starts_with("f:2: ") && error.contains("'Hi'"), "{error}");
        let deep = "<a>".repeat(100_000);
        let error = parse("f", deep.as_bytes()).unwrap_err().to_string();
        assert!(error.contains("inside each other"), "{error}");
    }
}
