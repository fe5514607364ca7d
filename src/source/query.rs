//! arXiv's query API: searches, and answers, which are an Atom dialect of their own in two historic
//! shapes.
//!
//! [`Search`] asks for a query page by page; [`titled`] and [`submitted`] write queries. The answer
//! knows when a paper was submitted, not when it was announced.

use std::cell::Cell;
use std::collections::{HashMap, HashSet, VecDeque};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use reqwest::Url;

use super::feed::{self, Document, Record, readable};
use super::{Batch, Client, Format, Source, bad, categories, day, excerpt, is_category, is_html};
use super::{understand, unify};
use crate::error::{Error, Result};
use crate::message;
use crate::message::Argument;
use crate::paper::{Announced, Kind, Paper, PaperId};
use crate::person::listed;
use crate::tex;

/// Results of one request. arXiv serves at most [`LARGEST`], and fails more often the more it is
/// asked for.
const SLICE: u32 = 1000;
const LARGEST: u32 = 2000;
/// How often an empty page is asked for again by half its size.
const HALVINGS: u32 = 3;
/// How often a search goes back after results have disappeared from under it.
const STEPS_BACK: u32 = 10;

/// The papers that a query finds, the latest submissions first.
///
/// Each paper comes once, though arXiv's pages may overlap while results come and go. arXiv at times
/// serves an empty page in the middle; that is never the end, but asked for again, then in smaller
/// pages, then an error.
///
/// Results only change once a day, so no query is worth asking twice on one day.
#[derive(Debug)]
pub struct Search<'a> {
    client: &'a Client,
    query: String,
    paging: Paging,
}

impl<'a> Search<'a> {
    /// A search for `query`, in arXiv's syntax; see [`titled`] and [`submitted`].
    pub fn new(client: &'a Client, query: &str) -> Self {
        Search { client, query: query.to_owned(), paging: Paging::new(SLICE) }
    }

    /// The same search in pages of `slice` results, 1 to 2000.
    pub fn with_slice(mut self, slice: u32) -> Self {
        self.paging.slice = slice.clamp(1, LARGEST);
        self
    }

    /// How many results arXiv speaks of; `None` before the first page.
    pub fn total(&self) -> Option<u64> {
        self.paging.total
    }
}

impl Source for Search<'_> {
    type Page = Batch;

    fn next_page(&mut self) -> Result<Option<Batch>> {
        let (client, query) = (self.client, &self.query);
        self.paging.next(|start, slice| ask(client, query, start, slice))
    }
}

/// One page of an answer.
#[derive(Debug)]
struct Page {
    total: u64,
    /// Entries as they came, doubles included.
    n_entries: u64,
    batch: Batch,
}

/// Why there is no page.
enum NoPage {
    /// An empty page, although there should be results on it.
    Empty(Error),
    Failed(Error),
}

/// One request, which the client repeats while the page is empty.
fn ask(client: &Client, query: &str, start: u64, slice: u32) -> Result<Page, NoPage> {
    let address = format!("{}/query", client.hosts().api);
    let parameters = [
        ("search_query", query),
        ("start", &start.to_string()),
        ("max_results", &slice.to_string()),
        ("sortBy", "submittedDate"),
        ("sortOrder", "descending"),
    ];
    let url = Url::parse_with_params(&address, parameters).map_err(|e| {
        let reason = message!(
            "not an address ({cause}); write it like https://export.arxiv.org/api",
            cause = Argument::foreign(e)
        );
        NoPage::Failed(Error::Fetch { url: address.clone(), reason })
    })?;
    let is_empty = Cell::new(false);
    let page = client.get_daily(url.as_str(), |origin, text| {
        let page = page(origin, text)?;
        is_empty.set(page.n_entries == 0 && start < page.total);
        if is_empty.get() {
            let total = page.total;
            return Err(bad(
                origin,
                message!("claims {total} results and lists none from {start} on, a known fault of arXiv's API; ask again later", total, start),
            ));
        }
        Ok(page)
    });
    page.map_err(|error| if is_empty.get() { NoPage::Empty(error) } else { NoPage::Failed(error) })
}

fn page(origin: &str, text: &str) -> Result<Page> {
    let other = || bad(origin, message!("not an answer of the query API; ask again later"));
    if !text.trim_start().starts_with('<') || is_html(text) {
        // The general reader knows what else arXiv says.
        return Err(understand(origin, text).err().unwrap_or_else(other));
    }
    let document = feed::read_xml(origin, text)?;
    if document.root != "feed" || !is_answer(&document) {
        return Err(other());
    }
    let items = document.items.iter().map(|record| entry(origin, record));
    let items = unify(items.collect::<Result<Vec<_>>>()?);
    let n_entries = document.items.len() as u64;
    let total = number(&document, "totalresults").unwrap_or(n_entries);
    Ok(Page { total, n_entries, batch: batch(origin, items) })
}

/// Where a search stands.
#[derive(Debug)]
struct Paging {
    start: u64,
    slice: u32,
    total: Option<u64>,
    steps_back: u32,
    seen: HashSet<PaperId>,
}

impl Paging {
    fn new(slice: u32) -> Self {
        Paging { start: 0, slice, total: None, steps_back: 0, seen: HashSet::new() }
    }

    /// The next page with anything new on it; `ask` takes the first result's number and the size.
    fn next(
        &mut self,
        mut ask: impl FnMut(u64, u32) -> Result<Page, NoPage>,
    ) -> Result<Option<Batch>> {
        let mut halvings = 0;
        while self.total.is_none_or(|total| self.start < total) {
            let Page { total, n_entries, mut batch } = match ask(self.start, self.slice) {
                Ok(page) => page,
                Err(NoPage::Empty(error)) => {
                    if halvings == HALVINGS || self.slice == 1 {
                        return Err(error);
                    }
                    // Some pairs of start and size fail every time.
                    halvings += 1;
                    self.slice /= 2;
                    message!("{error}; trying pages of {slice}", error, slice = self.slice).warn();
                    continue;
                }
                Err(NoPage::Failed(error)) => return Err(error),
            };
            let gone = self.total.replace(total).unwrap_or(total).saturating_sub(total);
            if gone > 0 && self.start > 0 && self.steps_back < STEPS_BACK {
                // What came after the results that are gone has moved up, perhaps to before `start`.
                self.steps_back += 1;
                self.start = self.start.saturating_sub(gone);
                continue;
            }
            // A short page is not the last one.
            self.start += n_entries;
            batch.items.retain(|item| self.seen.insert(item.paper.id.clone()));
            if !batch.items.is_empty() {
                return Ok(Some(batch));
            }
            if n_entries == 0 {
                break;
            }
        }
        Ok(None)
    }
}

/// Ids in one request; longer addresses are refused.
const ID_SLICE: usize = 100;

/// Metadata of papers by id, so many as an address holds at a time. Ids that arXiv does not know are
/// absent, so answers go by id and not by place.
pub struct Ids<'a> {
    client: &'a Client,
    /// Those not asked for yet.
    ids: VecDeque<PaperId>,
}

impl<'a> Ids<'a> {
    /// The papers of these ids, each once; those of other places than arXiv are left out.
    pub fn new(client: &'a Client, ids: &[PaperId]) -> Self {
        let mut seen = HashSet::new();
        let wanted = ids.iter().filter(|id| id.is_arxiv() && seen.insert(*id));
        Ids { client, ids: wanted.cloned().collect() }
    }
}

impl Source for Ids<'_> {
    type Page = Batch;

    fn next_page(&mut self) -> Result<Option<Batch>> {
        let n_asked = self.ids.len().min(ID_SLICE);
        if n_asked == 0 {
            return Ok(None);
        }
        let asked: Vec<&str> = self.ids.iter().take(n_asked).map(PaperId::as_str).collect();
        // Without their number arXiv cuts the list without a word.
        let (base, list) = (&self.client.hosts().api, asked.join(","));
        let url = format!("{base}/query?id_list={list}&max_results={n_asked}");
        let page = self.client.get_daily(&url, understand)?;
        self.ids.drain(..n_asked);
        Ok(Some(page))
    }
}

/// The papers of these ids, in their order; those that arXiv does not know are absent.
///
/// # Errors
/// [`Error::Fetch`] if arXiv cannot be reached or keeps throttling, [`Error::Feed`] if it refuses.
pub fn by_ids(client: &Client, ids: &[PaperId]) -> Result<Vec<Paper>> {
    let mut pages = Ids::new(client, ids);
    let mut found: HashMap<PaperId, Paper> = HashMap::new();
    while let Some(page) = pages.next_page()? {
        found.extend(page.items.into_iter().map(|item| (item.paper.id.clone(), item.paper)));
    }
    Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
}

/// The query for papers with these words in this order in their title; `None` if no word is left
/// that arXiv could look for.
///
/// ```
/// use paperlark::source::query::titled;
/// assert_eq!(titled(r#"{T}he "Lark": song (at dawn)"#).as_deref(), Some(r#"ti:"The Lark song at dawn""#));
/// ```
pub fn titled(title: &str) -> Option<String> {
    let title = tex::to_text(title);
    // Quotes, brackets and colons are syntax, which nothing escapes reliably.
    let words = title.split(|c: char| !c.is_alphanumeric() && c != '\'' && c != '’');
    let words = words.map(|word| word.trim_matches(['\'', '’'])).filter(|word| !word.is_empty());
    let words = words.collect::<Vec<_>>().join(" ").replace('’', "'");
    (!words.is_empty()).then(|| format!("ti:\"{words}\""))
}

/// The query for papers of a category that were submitted from `from` to `to`, to the minute.
///
/// ```
/// use paperlark::source::query::submitted;
/// let query = submitted("cs.LG", "2026-02-04T19:00:00Z".parse()?, "2026-02-05T19:00:00Z".parse()?)?;
/// assert_eq!(query, "cat:cs.LG AND submittedDate:[202602041900 TO 202602051900]");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`Error::Invalid`] if `category` is none, or `from` is after `to`.
pub fn submitted(category: &str, from: Timestamp, to: Timestamp) -> Result<String> {
    if !is_category(category) {
        return Err(Error::Invalid(message!(
            "'{category}' is not an arXiv category; write it like cs.CL or hep-ph",
            category
        )));
    }
    if from > to {
        return Err(Error::Invalid(message!(
            "no time lies between {from} and {to}; exchange them",
            from,
            to
        )));
    }
    let minute = |time: Timestamp| time.to_zoned(TimeZone::UTC).strftime("%Y%m%d%H%M").to_string();
    // An archive is no category of its papers, unless it has no classes.
    let whose = match category.contains('.') {
        true => format!("cat:{category}"),
        false => format!("(cat:{category} OR cat:{category}.*)"),
    };
    Ok(format!("{whose} AND submittedDate:[{} TO {}]", minute(from), minute(to)))
}

/// Whether an Atom document is an answer of the query API and not a feed of rss.arxiv.org.
pub(super) fn is_answer(document: &Document) -> bool {
    let head = &document.head;
    let ids = || document.items.iter().filter_map(|item| item.text("id"));
    head.text("totalresults").is_some()
        || head.text("id").is_some_and(|id| id.contains("/api/"))
        || ids().any(|id| id.contains("arxiv.org/abs/") || id.contains("/api/errors"))
}

/// Papers of an answer; ids that arXiv does not know are simply absent.
pub(super) fn answer(origin: &str, document: &Document) -> Result<Batch> {
    if document.items.is_empty() {
        let total = number(document, "totalresults").unwrap_or(0);
        let from = number(document, "startindex").unwrap_or(0);
        if from < total && number(document, "itemsperpage") != Some(0) {
            return Err(bad(
                origin,
                message!(
                    "claims {total} results and lists none, a known fault of arXiv's API; ask again",
                    total
                ),
            ));
        }
    }
    let items =
        document.items.iter().map(|record| entry(origin, record)).collect::<Result<Vec<_>>>()?;
    Ok(batch(origin, items))
}

fn number(document: &Document, path: &str) -> Option<u64> {
    document.head.text(path)?.parse().ok()
}

fn batch(origin: &str, items: Vec<Announced>) -> Batch {
    Batch {
        origin: origin.to_owned(),
        format: Format::Query,
        date: None,
        categories: Vec::new(),
        items,
    }
}

fn entry(origin: &str, record: &Record) -> Result<Announced> {
    let id = record.text("id").unwrap_or_default();
    let title = record.text("title");
    if id.contains("/api/errors") || title.as_deref() == Some("Error") && !id.contains("/abs/") {
        let words = record.text("summary").unwrap_or(id);
        return Err(bad(
            origin,
            message!("arXiv's API refuses the request: {words}. Correct it and ask again", words),
        ));
    }
    let (id, version) = PaperId::parse_versioned(&id).map_err(|_| {
        bad(
            &format!("{origin}:{}", record.line),
            message!("an entry without an arXiv id ('{id}'); pass an answer of export.arxiv.org/api/query", id = excerpt(&id)),
        )
    })?;
    let primary = record.attributes("primary_category", "term");
    let words = primary.chain(record.attributes("category", "term"));
    Ok(Announced {
        paper: Paper {
            title: readable(title).unwrap_or_else(|| id.to_string()),
            id,
            version,
            // A name with a comma is still one name ("J. Doe, Jr.").
            authors: record
                .texts("author/name")
                .map(|name| listed(&name).join(", "))
                .filter(|name| !name.is_empty())
                .collect(),
            affiliations: affiliations(record),
            abstract_text: tex::to_text(&record.text("summary").unwrap_or_default()),
            categories: categories(words),
            submitted: record.text("published").and_then(|text| day(&text)),
            comment: readable(record.text("comment")),
            journal_ref: readable(record.text("journal_ref")),
            doi: record.text("doi"),
        },
        date: None,
        kind: Kind::New,
    })
}

fn affiliations(record: &Record) -> Vec<String> {
    let mut places: Vec<String> = Vec::new();
    for place in record.texts("author/affiliation").filter_map(|text| readable(Some(text))) {
        if !places.contains(&place) {
            places.push(place);
        }
    }
    places
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;

    use super::super::parse;
    use super::*;

    fn listed(total: u64, ids: impl IntoIterator<Item = u32>) -> Page {
        let entries: String = ids
            .into_iter()
            .map(|n| format!("<entry><id>http://arxiv.org/abs/2602.{n:05}v1</id></entry>"))
            .collect();
        let text = format!(
            "<feed><id>http://arxiv.org/api/x</id><totalResults>{total}</totalResults>{entries}</feed>"
        );
        page("f", &text).unwrap()
    }

    /// All ids of a search over scripted pages, each with the request it answers; `None` is an empty
    /// page.
    fn found(slice: u32, script: Vec<((u64, u32), Option<Page>)>) -> Result<Vec<u32>> {
        let mut script = VecDeque::from(script);
        let mut paging = Paging::new(slice);
        let mut ids = Vec::new();
        loop {
            let batch = paging.next(|start, slice| {
                let (asked, page) = script.pop_front().expect("asked too often");
                assert_eq!((start, slice), asked);
                page.ok_or_else(|| NoPage::Empty(bad("f", message!("claims results"))))
            });
            let Some(batch) = batch? else { break };
            assert!(!batch.items.is_empty());
            let numbers = batch.items.iter().map(|item| &item.paper.id.as_str()[5..]);
            ids.extend(numbers.map(|number| number.parse::<u32>().unwrap()));
        }
        assert!(script.is_empty(), "not asked for {script:?}");
        Ok(ids)
    }

    #[test]
    fn pages_are_followed_to_the_total_whatever_they_do() {
        // Short pages.
        let script = vec![((0, 4), Some(listed(6, 1..=3))), ((3, 4), Some(listed(6, 4..=6)))];
        assert_eq!(found(4, script).unwrap(), [1, 2, 3, 4, 5, 6]);
        // Nothing at all.
        assert_eq!(found(4, vec![((0, 4), Some(listed(0, [])))]).unwrap(), [0; 0]);
        // A new paper moves the others down: a double.
        let script = vec![((0, 3), Some(listed(5, 1..=3))), ((3, 3), Some(listed(6, 3..=5)))];
        assert_eq!(found(3, script).unwrap(), [1, 2, 3, 4, 5]);
        // One disappears: 4 moves up to before the second page.
        let script = vec![
            ((0, 3), Some(listed(6, 1..=3))),
            ((3, 3), Some(listed(5, 5..=6))),
            ((2, 3), Some(listed(5, 4..=6))),
        ];
        assert_eq!(found(3, script).unwrap(), [1, 2, 3, 4, 5, 6]);
        // An empty page is asked for in smaller ones, which are kept.
        let script = vec![
            ((0, 4), Some(listed(7, 1..=4))),
            ((4, 4), None),
            ((4, 2), Some(listed(7, 5..=6))),
            ((6, 2), Some(listed(7, [7]))),
        ];
        assert_eq!(found(4, script).unwrap(), [1, 2, 3, 4, 5, 6, 7]);
        // Steadily empty.
        let script = vec![((0, 1000), None), ((0, 500), None), ((0, 250), None), ((0, 125), None)];
        assert!(found(1000, script).is_err());
        // The results shrink to what has been read.
        let script = vec![((0, 2), Some(listed(4, 1..=2))), ((2, 2), Some(listed(2, [])))];
        let script = script.into_iter().chain([((0, 2), Some(listed(2, 1..=2)))]).collect();
        assert_eq!(found(2, script).unwrap(), [1, 2]);
    }

    #[test]
    fn after_an_error_the_same_page_is_next() {
        let mut paging = Paging::new(2);
        assert!(paging.next(|_, _| Ok(listed(3, 1..=2))).unwrap().is_some());
        let error =
            paging.next(|_, _| Err(NoPage::Failed(bad("f", message!("busy"))))).unwrap_err();
        assert!(error.to_string().contains("busy"));
        let batch = paging.next(|start, slice| {
            assert_eq!((start, slice), (2, 2));
            Ok(listed(3, [3]))
        });
        assert_eq!(batch.unwrap().unwrap().items.len(), 1);
        assert_eq!(paging.next(|_, _| unreachable!("the end is known")).unwrap(), None);
    }

    #[test]
    fn what_is_no_answer_is_no_page() {
        for (text, words) in [
            ("Rate exceeded.", "Rate exceeded"),
            ("<html><title>Log in</title></html>", "a web page"),
            ("<rss><channel></channel></rss>", "not an answer of the query API"),
            ("{\"id\": \"2602.00001\", \"title\": \"x\"}", "not an answer of the query API"),
            ("<feed><entry>", "cut off"),
        ] {
            let error = page("f", text).unwrap_err().to_string();
            assert!(error.contains(words), "{text}: {error}");
        }
    }

    #[test]
    fn queries_are_quoted() {
        for (title, query) in [
            ("Larks in Winter", Some("ti:\"Larks in Winter\"")),
            (
                "\"Larks\": a (short) [survey] AND more",
                Some("ti:\"Larks a short survey AND more\""),
            ),
            (r"Poincar\'e's $k$-means", Some("ti:\"Poincaré's k means\"")),
            ("...", None),
        ] {
            assert_eq!(titled(title).as_deref(), query, "{title}");
        }
        let time = |text: &str| text.parse().unwrap();
        for (category, from, to) in [
            ("cs.LG OR all:x", "2026-02-04T19:00:00Z", "2026-02-05T19:00:00Z"),
            ("", "2026-02-04T19:00:00Z", "2026-02-05T19:00:00Z"),
            ("cs.LG", "2026-02-05T19:00:00Z", "2026-02-04T19:00:00Z"),
        ] {
            assert!(submitted(category, time(from), time(to)).is_err(), "{category}");
        }
    }

    #[test]
    fn both_dialects_are_read() {
        let old = "<feed xmlns='a'><title type='html'>ArXiv Query: x</title>\
            <o:totalResults xmlns:o='b'>1</o:totalResults><entry>\
            <id>http://arxiv.org/abs/math.GT/0309136v2</id><updated>2004-01-01T00:00:00Z</updated>\
            <published>2003-09-08T22:10:00Z</published><title>Two\n  Birds</title>\
            <summary>  They\nsing.\n</summary><author><name>J. Crow, Jr.</name>\
            <x:affiliation>Oak</x:affiliation></author><x:comment>4 pages</x:comment>\
            <x:primary_category term='math.GT' scheme='s'/><category term='57M25'/>\
            <category term='math.GN'/><category term='math.GT'/></entry></feed>";
        let new = "<feed xmlns:opensearch='o'><id>https://arxiv.org/api/x</id><entry>\
            <category term='math.GN'/><author><name>J. Crow Jr.</name><a:affiliation>Oak</a:affiliation>\
            <a:affiliation>Oak</a:affiliation></author><primary_category term='math.GT'/><comment>4 pages</comment>\
            <published>2003-09-08T22:10:00Z</published><summary>They sing.</summary>\
            <title>Two Birds</title><id>http://arxiv.org/abs/math/0309136v2</id></entry></feed>";
        let read = |text: &str| parse("f", text.as_bytes()).unwrap();
        let (old, new) = (read(old), read(new));
        assert_eq!((old.format, old.date), (Format::Query, None));
        assert_eq!(old.items, new.items);
        let item = &old.items[0];
        assert_eq!(item.date, None);
        assert_eq!(item.paper.affiliations, ["Oak"]);
        assert_eq!(item.paper.version, Some(2));
        assert_eq!(item.paper.categories, ["math.GT", "math.GN"]);
        assert_eq!(item.paper.submitted, Some("2003-09-08".parse().unwrap()));
    }

    #[test]
    fn an_entry_may_lack_everything_but_its_id() {
        let bare = "<feed><id>https://arxiv.org/api/x</id><entry>\
            <id>http://arxiv.org/abs/2602.00007v1</id><title> \n </title><summary/>\
            <author><name/></author><category term='I.2.6'/><published/></entry></feed>";
        let batch = parse("f", bare.as_bytes()).unwrap();
        let paper = &batch.items[0].paper;
        let expected = Paper {
            version: Some(1),
            ..Paper::new("2602.00007".parse().unwrap(), "2602.00007".into(), String::new())
        };
        assert_eq!(*paper, expected);
    }

    #[test]
    fn errors_are_not_papers_and_an_unknown_id_is_no_error() {
        let refused = "<feed><totalResults>1</totalResults><entry>\
            <id>http://arxiv.org/api/errors#incorrect_id</id><title>Error</title>\
            <summary>incorrect id format for abc</summary></entry></feed>";
        let error = parse("f", refused.as_bytes()).unwrap_err().to_string();
        assert!(error.contains("incorrect id format for abc"), "{error}");
        let answer = |total: u32| {
            let text = format!(
                "<feed><totalResults>{total}</totalResults><startIndex>0</startIndex>\
                <itemsPerPage>10</itemsPerPage></feed>"
            );
            parse("f", text.as_bytes())
        };
        assert_eq!(answer(0).unwrap().items, []);
        let error = answer(12).unwrap_err().to_string();
        assert!(error.contains("claims 12 results"), "{error}");
    }
}
