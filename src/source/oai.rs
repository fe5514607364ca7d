//! OAI-PMH, arXiv's interface for harvesting metadata by the day on which it changed.
//!
//! [`parse`] reads any answer; [`Harvest`] asks for all records of a set that changed since a day, page
//! by page, in the format `arXivRaw`, the only one that tells a paper's versions. [`set_of`] names the
//! set of a category. The day of a record is that of its last change, neither of submission nor of
//! announcement.
//!
//! Every refusal comes as HTTP 200 with an error inside, so refusals are answers here, for the caller to
//! judge. What an answer says about the request (`<request>`) is not to be trusted: it may already name
//! the next page's dates.

use std::collections::HashSet;

use jiff::Timestamp;
use jiff::civil::{Date, date};
use jiff::fmt::rfc2822;
use reqwest::Url;

use super::feed::{self, Document, read_xml, readable};
use super::plain_text;
use super::{Batch, Client, Format, Source, bad, categories, day, excerpt, is_category, is_html};
use crate::category;
use crate::error::{Error, Result};
use crate::message;
use crate::message::Argument;
use crate::message::Message;
use crate::paper::{Announced, Kind, Paper, PaperId};
use crate::person::{in_order, listed_in_words, turned_around};
use crate::tex;

/// Days before this one are refused.
const EARLIEST: Date = date(2005, 9, 16);

/// What arXiv answers to a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// To `ListRecords`, `GetRecord` and `ListIdentifiers`.
    Records {
        /// The records, in arXiv's order; of `ListIdentifiers` their headers alone.
        records: Vec<Record>,
        /// What to ask the next page with; `None` on the last one.
        token: Option<String>,
    },
    /// To `ListSets`: the sets' names, as `cs:cs:AI`.
    Sets(Vec<String>),
    /// To `ListMetadataFormats`: the formats' names, as `arXivRaw`.
    Formats(Vec<String>),
    /// To `Identify`: the day before which there is nothing.
    Earliest(Date),
    /// To what arXiv does not answer.
    Refused {
        /// `noRecordsMatch`, `badResumptionToken`, `badArgument`, `badVerb`, `cannotDisseminateFormat` or
        /// `idDoesNotExist`.
        code: String,
        /// arXiv's words.
        message: String,
    },
}

/// One record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// The metadata; `None` of a deleted record and where only headers were asked for.
    pub paper: Option<Paper>,
    /// The paper it is about.
    pub id: PaperId,
    /// Day of the last change, by arXiv or the authors.
    pub datestamp: Date,
    /// All sets of the paper, as `cs:cs:AI`.
    pub sets: Vec<String>,
    /// When each version was submitted, the first one first; empty where the format does not say
    /// (it is `arXivRaw` that does), or says it in a way that cannot be read.
    pub created: Vec<Timestamp>,
    /// arXiv took it out.
    pub deleted: bool,
}

/// Reads an answer; `origin` names it in errors.
///
/// # Errors
/// [`Error::Feed`] if it is not an answer of OAI-PMH, is cut off, or has a record that cannot be
/// understood.
pub fn parse(origin: &str, text: &str) -> Result<Answer> {
    let start = text.trim_start();
    if start.is_empty() {
        return Err(bad(origin, message!("is empty; ask again")));
    }
    if !start.starts_with('<') {
        return Err(plain_text(origin, start));
    }
    if is_html(text) {
        let what =
            message!("a web page, not an answer of OAI-PMH; wait a few minutes and ask again");
        return Err(bad(origin, what));
    }
    answer(origin, &read_xml(origin, text)?)
}

/// The papers of an answer that somebody saved.
pub(super) fn batch(origin: &str, document: &Document) -> Result<Batch> {
    let without = |what: Message| {
        bad(
            origin,
            message!("an OAI-PMH answer without papers ({what}); pass one to ListRecords", what),
        )
    };
    let records = match answer(origin, document)? {
        Answer::Records { records, .. } => records,
        Answer::Refused { code, message } => return Err(refused(origin, &code, &message)),
        Answer::Sets(_) => return Err(without(message!("a list of sets"))),
        Answer::Formats(_) => return Err(without(message!("a list of formats"))),
        Answer::Earliest(_) => return Err(without(message!("to Identify"))),
    };
    if records.iter().any(|record| record.paper.is_none() && !record.deleted) {
        return Err(without(message!("only headers")));
    }
    let papers = records.into_iter().filter_map(|record| record.paper);
    Ok(Batch {
        origin: origin.to_owned(),
        format: Format::Oai,
        date: None,
        categories: Vec::new(),
        items: papers.map(|paper| Announced { paper, date: None, kind: Kind::New }).collect(),
    })
}

fn refused(origin: &str, code: &str, message: &str) -> Error {
    let message = excerpt_end(message, 200);
    let cure = match code {
        "noRecordsMatch" => message!("ask for other days or another set"),
        "badResumptionToken" => message!("begin the harvest anew"),
        _ => message!("correct the request"),
    };
    bad(
        origin,
        message!("arXiv refuses the request, {code}: {message}; {cure}", code, message, cure),
    )
}

/// At most so many characters of a message, without a dot at its end.
fn excerpt_end(text: &str, most: usize) -> String {
    let text: String = tex::to_text(text).chars().take(most).collect();
    text.trim_end_matches(['.', ' ']).to_owned()
}

fn answer(origin: &str, document: &Document) -> Result<Answer> {
    let head = &document.head;
    let has = |path: &str| head.fields().any(|(p, _)| p == path);
    if document.root != "oai-pmh" {
        let root = excerpt(&document.root);
        let what = message!("XML with the root element <{root}>, not an answer of OAI-PMH", root);
        return Err(bad(origin, what));
    }
    if has("error") {
        let code = head.attributes("error", "code").next().unwrap_or("error").to_owned();
        return Ok(Answer::Refused { code, message: head.text("error").unwrap_or_default() });
    }
    if let Some(verb) = ["listrecords", "getrecord", "listidentifiers"].iter().find(|v| has(v)) {
        let records = document.items.iter().map(|item| record(origin, item));
        return Ok(Answer::Records {
            records: records.collect::<Result<_>>()?,
            // A blank one ends the list like a missing one.
            token: head.text(&format!("{verb}/resumptiontoken")),
        });
    }
    if has("listsets") {
        return Ok(Answer::Sets(head.texts("listsets/set/setspec").collect()));
    }
    if has("listmetadataformats") {
        let path = "listmetadataformats/metadataformat/metadataprefix";
        return Ok(Answer::Formats(head.texts(path).collect()));
    }
    let earliest = head.text("identify/earliestdatestamp").and_then(|text| day(&text));
    match earliest {
        Some(earliest) => Ok(Answer::Earliest(earliest)),
        None => Err(bad(origin, message!("an OAI-PMH answer without any content; ask again"))),
    }
}

fn record(origin: &str, fields: &feed::Record) -> Result<Record> {
    let has = |start: &str| fields.fields().any(|(path, _)| path.starts_with(start));
    let header = if has("header/") { "header/" } else { "" };
    let place = format!("{origin}:{}", fields.line);
    let identifier = fields.text(&format!("{header}identifier")).unwrap_or_default();
    let Some(id) = identifier.parse::<PaperId>().ok().filter(PaperId::is_arxiv) else {
        let what = message!("a record without an arXiv id ('{id}')", id = excerpt(&identifier));
        return Err(bad(&place, what));
    };
    let stamp = fields.text(&format!("{header}datestamp")).unwrap_or_default();
    let Some(datestamp) = day(&stamp) else {
        let what = message!(
            "the record of {id} is dated '{date}', which is no date",
            id,
            date = excerpt(&stamp)
        );
        return Err(bad(&place, what));
    };
    let sets: Vec<String> = fields.texts(&format!("{header}setspec")).collect();
    let status = fields.attributes(header.trim_end_matches('/'), "status").next();
    let deleted = status.is_some_and(|status| status.eq_ignore_ascii_case("deleted"));
    let mut record = Record { paper: None, id, datestamp, sets, created: Vec::new(), deleted };
    if deleted || !has("metadata/") {
        return Ok(record);
    }
    let formats = ["arxivraw", "arxiv", "arxivold", "dc"];
    let Some(format) = formats.iter().find(|format| has(&format!("metadata/{format}/"))) else {
        let id = &record.id;
        let what = message!("the metadata of {id} is in an unknown format; ask for arXivRaw", id);
        return Err(bad(&place, what));
    };
    let metadata = Metadata { fields, base: format!("metadata/{format}") };
    record.paper = Some(match *format {
        "dc" => metadata.dublin_core(&record),
        _ => metadata.paper(&record),
    });
    record.created = metadata.created();
    Ok(record)
}

/// The metadata of one record, in any format.
struct Metadata<'a> {
    fields: &'a feed::Record,
    /// Where its elements are.
    base: String,
}

impl Metadata<'_> {
    fn texts(&self, name: &str) -> Vec<String> {
        self.fields.texts(&format!("{}/{name}", self.base)).collect()
    }

    fn text(&self, name: &str) -> Option<String> {
        self.texts(name).into_iter().next()
    }

    /// From arXiv's own formats.
    fn paper(&self, record: &Record) -> Paper {
        let (mut authors, mut affiliations) = self.authors();
        // All formats but one have the authors in one text.
        if let Some(list) = self.text("authors").filter(|_| authors.is_empty()) {
            authors = names_of(&list);
            affiliations = places(&list);
        }
        let submitted = self.text("version/date").or_else(|| self.text("created"));
        let words = self.text("categories").unwrap_or_default();
        Paper {
            title: readable(self.text("title")).unwrap_or_else(|| record.id.to_string()),
            version: self.version(),
            authors,
            affiliations,
            abstract_text: tex::to_text(&self.text("abstract").unwrap_or_default()),
            categories: categories(words.split_whitespace()),
            submitted: submitted.and_then(|text| day(&text)),
            comment: readable(self.text("comments")),
            journal_ref: readable(self.text("journal-ref")),
            doi: self.text("doi"),
            ..Paper::new(record.id.clone(), String::new(), String::new())
        }
    }

    /// From `oai_dc`, which knows categories by their titles alone; the sets name them.
    fn dublin_core(&self, record: &Record) -> Paper {
        let authors = self.texts("creator");
        let mut about = self.texts("description").into_iter();
        let mut dates = self.texts("date").into_iter();
        let sets: Vec<String> = record.sets.iter().filter_map(|set| category_of(set)).collect();
        let doi = self.texts("identifier").into_iter().find_map(|text| {
            let doi = text.get(..4)?.eq_ignore_ascii_case("doi:").then(|| text[4..].trim());
            doi.map(str::to_owned)
        });
        Paper {
            title: readable(self.text("title")).unwrap_or_else(|| record.id.to_string()),
            authors: authors.iter().filter_map(|name| turned_around(name)).collect(),
            abstract_text: tex::to_text(&about.next().unwrap_or_default()),
            categories: categories(sets.iter().map(String::as_str)),
            submitted: dates.next().and_then(|text| day(&text)),
            comment: readable(about.next()),
            doi,
            ..Paper::new(record.id.clone(), String::new(), String::new())
        }
    }

    /// Authors given one by one, and where they work.
    fn authors(&self) -> (Vec<String>, Vec<String>) {
        let base = format!("{}/authors/author", self.base);
        let (mut authors, mut affiliations) = (Vec::new(), Vec::new());
        let (mut first, mut last, mut suffix) = ("", "", "");
        for (path, text) in self.fields.fields() {
            match path.strip_prefix(&base) {
                Some("/forenames") => first = text,
                Some("/keyname") => last = text,
                Some("/suffix") => suffix = text,
                Some("/affiliation") => push_new(&mut affiliations, tex::to_text(text)),
                // The author's own end.
                Some("") => {
                    authors.extend(in_order(first, last, suffix));
                    (first, last, suffix) = ("", "", "");
                }
                _ => {}
            }
        }
        (authors, affiliations)
    }

    /// The number of the last version.
    fn version(&self) -> Option<u32> {
        let path = format!("{}/version", self.base);
        let numbers = self.fields.attributes(&path, "version");
        numbers.filter_map(|number| number.trim().strip_prefix('v')?.parse().ok()).max()
    }

    fn created(&self) -> Vec<Timestamp> {
        let parser = rfc2822::DateTimeParser::new().relaxed_weekday(true);
        let dates = self.texts("version/date");
        let dates: Option<Vec<_>> =
            dates.iter().map(|text| parser.parse_timestamp(text).ok()).collect();
        dates.unwrap_or_default()
    }
}

fn push_new(list: &mut Vec<String>, text: String) {
    if !text.is_empty() && !list.contains(&text) {
        list.push(text);
    }
}

/// Names of a list as authors write it: "HESS Collaboration: A. Lark, B. Wren and C. Tit (1)".
fn names_of(list: &str) -> Vec<String> {
    listed_in_words(&list.replace(": ", ", "))
}

/// What stands in brackets behind the names of such a list, where it is no footnote mark: "A. Lark
/// (Oak Lab)", "A. Lark (1), B. Wren (2) ((1) Oak Lab, (2) Elm Lab)".
fn places(list: &str) -> Vec<String> {
    let mut places = Vec::new();
    let (mut depth, mut from) = (0usize, None);
    for (at, c) in list.char_indices() {
        match c {
            '(' => {
                from = from.or(Some(at + 1));
                depth += 1;
            }
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        let Some(inside) = from.filter(|_| depth == 0).map(|from| list[from..at].trim()) else {
            continue;
        };
        from = None;
        // Before more of a name it is part of it, as in "Wei (Wendy) Jay".
        let rest = list[at + 1..].trim_start();
        if !rest.is_empty() && !rest.starts_with([',', ';', '(', ')']) && !rest.starts_with("and ")
        {
            continue;
        }
        // In a list of places each follows its mark.
        let cuts: &[char] = if inside.starts_with('(') { &['(', ')'] } else { &[] };
        for place in inside.split(cuts) {
            let place = place.trim_matches([',', ';', ' ']);
            let is_mark = place.len() < 3 || !place.contains(char::is_alphabetic);
            if !is_mark && !place.starts_with("for ") && !place.starts_with("on behalf ") {
                push_new(&mut places, tex::to_text(place));
            }
        }
    }
    places
}

/// The category that a set stands for; a whole group stands for none.
fn category_of(set: &str) -> Option<String> {
    let mut parts = set.split(':').skip(1);
    let archive = parts.next()?;
    Some(match parts.next() {
        Some(class) => format!("{archive}.{class}"),
        None => archive.to_owned(),
    })
}

/// The set of an archive or category, in any case of letters: `cs:cs:AI` for `cs.AI`,
/// `physics:hep-th` for `hep-th`, `math:math:NA` for `cs.NA`, `cs` for `cs`.
///
/// # Errors
/// [`Error::Invalid`] if the taxonomy does not know its archive.
pub fn set_of(category: &str) -> Result<String> {
    let category = category.trim();
    let unknown = || {
        let cure = match category::suggest(category) {
            Some(name) => message!("did you mean {near}?", near = name),
            None => message!("write it like cs.CL or hep-ph"),
        };
        Error::Invalid(message!(
            "'{category}' is not an arXiv category; {cure}",
            category = excerpt(category),
            cure
        ))
    };
    let name = match category::canonical(category) {
        Some(name) => name,
        // It may be younger than our table.
        None if is_category(category) => category,
        None => return Err(unknown()),
    };
    let group = category::group_of(name).ok_or_else(unknown)?;
    Ok(match name.split_once('.') {
        Some((archive, class)) => format!("{group}:{archive}:{class}"),
        // Of all groups only physics has more than one archive.
        None if name == group && group != "physics" => group.to_owned(),
        None => format!("{group}:{name}"),
    })
}

/// All records of a set that changed on a day or later, a page at a time.
///
/// A record may come twice; the later one holds.
pub struct Harvest<'a> {
    client: &'a Client,
    set: String,
    from: Date,
    /// Asks for the next page; `None` for the first one.
    token: Option<String>,
    /// All tokens since the beginning.
    tokens: HashSet<String>,
    /// The last page's ids, first to last.
    last: Vec<PaperId>,
    restarted: bool,
    done: bool,
}

impl Source for Harvest<'_> {
    type Page = Vec<Record>;

    fn next_page(&mut self) -> Result<Option<Vec<Record>>> {
        while !self.done {
            let url = self.url()?;
            let answer = self.client.get(&url, parse)?;
            if let Some(records) = self.take(&url, answer)? {
                return Ok(Some(records));
            }
        }
        Ok(None)
    }
}

impl<'a> Harvest<'a> {
    /// The records of `set`, as [`set_of`] names it, changed on `from` or later. To go on another day,
    /// begin with the day of the last harvest: a day's records are only complete once it is over.
    pub fn new(client: &'a Client, set: &str, from: Date) -> Self {
        Harvest {
            client,
            set: set.to_owned(),
            from: from.max(EARLIEST),
            token: None,
            tokens: HashSet::new(),
            last: Vec::new(),
            restarted: false,
            done: false,
        }
    }

    fn url(&self) -> Result<String> {
        let base = format!("{}/oai", self.client.hosts().oai);
        let from = self.from.to_string();
        let url = match &self.token {
            // The token is percent-encoded in itself, and encoded once more here. Nothing else may be
            // sent with it.
            Some(token) => {
                Url::parse_with_params(&base, [("verb", "ListRecords"), ("resumptionToken", token)])
            }
            // Without a last day: one that is not over would leave a gap.
            None => Url::parse_with_params(
                &base,
                [
                    ("verb", "ListRecords"),
                    ("metadataPrefix", "arXivRaw"),
                    ("set", &self.set),
                    ("from", &from),
                ],
            ),
        };
        url.map(String::from).map_err(|e| {
            Error::Invalid(message!(
                "'{url}' is not a URL ({cause})",
                url = base,
                cause = Argument::foreign(e)
            ))
        })
    }

    /// The records of the answer just fetched; `None` if it has none and another request or the end
    /// follows.
    fn take(&mut self, url: &str, answer: Answer) -> Result<Option<Vec<Record>>> {
        match answer {
            Answer::Records { records, token } => {
                let ids: Vec<PaperId> = records.iter().map(|record| record.id.clone()).collect();
                let again = token.as_ref().is_some_and(|token| self.tokens.contains(token));
                if again || (self.token.is_some() && ids == self.last) {
                    let what = message!(
                        "arXiv repeats a page of the harvest; begin it anew in some hours"
                    );
                    return Err(bad(url, what));
                }
                self.tokens.extend(token.clone());
                self.done = token.is_none();
                self.token = token;
                self.last = ids;
                Ok(Some(records))
            }
            Answer::Refused { code, .. } if code == "noRecordsMatch" && self.token.is_none() => {
                self.done = true;
                Ok(None)
            }
            // Tokens end at midnight UTC.
            Answer::Refused { code, .. }
                if code == "badResumptionToken" && self.token.is_some() && !self.restarted =>
            {
                message!("{url}: the harvest's token has expired; beginning anew", url).warn();
                self.restarted = true;
                self.token = None;
                self.tokens.clear();
                self.last.clear();
                Ok(None)
            }
            Answer::Refused { code, message } => Err(refused(url, &code, &message)),
            _ => {
                Err(bad(url, message!("an answer to another question than ListRecords; ask again")))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// An answer to ListRecords with these records and whatever follows them.
    fn listed(inside: &str) -> String {
        format!(
            "<?xml version='1.0'?><OAI-PMH xmlns='o'><responseDate>2026-02-05T00:00:00Z</responseDate>\
            <request verb='ListRecords' from='1999-01-01'>x</request>\
            <ListRecords>{inside}</ListRecords></OAI-PMH>"
        )
    }

    fn one(record: &str) -> Record {
        match parse("f", &listed(record)).unwrap() {
            Answer::Records { mut records, .. } if records.len() == 1 => records.remove(0),
            other => panic!("{other:?}"),
        }
    }

    const RAW: &str = "<record><header><identifier>oai:arXiv.org:2602.00007</identifier>\
        <datestamp>2026-02-06</datestamp><setSpec>cs:cs:SD</setSpec>\
        <setSpec>eess:eess:AS</setSpec></header><metadata><arXivRaw xmlns='r'><id>2602.00007</id>\
        <submitter>A. Lark</submitter>\
        <version version='v1'><date>Wed, 04 Feb 2026 23:30:00 GMT</date><size>9kb</size></version>\
        <version version='v2'><date>Thu, 05 Feb 2026 08:00:01 GMT</date><size>9kb</size>\
        <source_type>D</source_type></version>\
        <title>Larks\n  in Winter</title>\
        <authors>The Lark Collaboration: Ada Lark (1), Ren\\'e Tit (Oak Lab), and Bo Wren (1,2) and Cy \
        Crow ((1) Elm Lab (Main House), (2) Ash)</authors><categories>cs.SD eess.AS 68T05</categories>\
        <comments>9 pages</comments><journal-ref>J. Song 3 (2026)</journal-ref><doi>10.1/x</doi>\
        <abstract>  They sing\n  R\\&amp;D.</abstract></arXivRaw></metadata></record>";

    #[test]
    fn a_raw_record_tells_its_versions() {
        let record = one(RAW);
        assert_eq!(record.id.as_str(), "2602.00007");
        assert_eq!(record.datestamp, date(2026, 2, 6));
        assert_eq!(record.sets, ["cs:cs:SD", "eess:eess:AS"]);
        assert!(!record.deleted);
        let created: Vec<Timestamp> =
            ["2026-02-04T23:30:00Z", "2026-02-05T08:00:01Z"].map(|t| t.parse().unwrap()).into();
        assert_eq!(record.created, created);
        let paper = record.paper.unwrap();
        assert_eq!(paper.version, Some(2));
        assert_eq!(paper.submitted, Some(date(2026, 2, 4)));
        assert_eq!(paper.title, "Larks in Winter");
        let authors = ["The Lark Collaboration", "Ada Lark", "René Tit", "Bo Wren", "Cy Crow"];
        assert_eq!(paper.authors, authors);
        assert_eq!(paper.categories, ["cs.SD", "eess.AS"]);
        assert_eq!(paper.abstract_text, "They sing R&D.");
        assert_eq!(paper.comment.as_deref(), Some("9 pages"));
        assert_eq!(paper.journal_ref.as_deref(), Some("J. Song 3 (2026)"));
        assert_eq!(paper.doi.as_deref(), Some("10.1/x"));
    }

    #[test]
    fn authors_one_by_one_keep_to_themselves() {
        let record = one("<record><header><identifier>oai:arXiv.org:math/0309136</identifier>\
            <datestamp>2009-01-02</datestamp></header><metadata><arXiv><id>math/0309136</id>\
            <created>2003-09-08</created><updated>2009-11-30</updated><authors>\
            <author><keyname>Tit</keyname><forenames>Ren\\'e</forenames><suffix>Jr</suffix>\
            <affiliation>Oak Lab</affiliation><affiliation>Elm Lab</affiliation></author>\
            <author><keyname>The Nest</keyname></author>\
            <author><forenames>Bo</forenames><keyname>Wren</keyname>\
            <affiliation>Elm Lab</affiliation></author></authors><title>Two Birds</title>\
            <categories>math.GT</categories></arXiv></metadata></record>");
        let paper = record.paper.unwrap();
        assert_eq!(paper.authors, ["René Tit Jr", "The Nest", "Bo Wren"]);
        assert_eq!(paper.affiliations, ["Oak Lab", "Elm Lab"]);
        assert_eq!((paper.submitted, paper.version), (Some(date(2003, 9, 8)), None));
        assert_eq!(record.created, []);
    }

    #[test]
    fn dublin_core_takes_its_categories_from_the_sets() {
        let record = one("<record><header><identifier>oai:arXiv.org:2602.00007</identifier>\
            <datestamp>2026-02-06</datestamp><setSpec>physics</setSpec>\
            <setSpec>physics:hep-th</setSpec><setSpec>math:math:AG</setSpec></header><metadata>\
            <oai_dc:dc><dc:title>Song</dc:title><dc:creator>Lark, A.</dc:creator>\
            <dc:creator>The Nest</dc:creator><dc:subject>High Energy</dc:subject>\
            <dc:description> Abstract. </dc:description><dc:description>9 pages</dc:description>\
            <dc:date>2026-02-04</dc:date><dc:date>2026-02-05</dc:date>\
            <dc:identifier>http://arxiv.org/abs/2602.00007</dc:identifier>\
            <dc:identifier>doi:10.1/x</dc:identifier></oai_dc:dc></metadata></record>");
        let paper = record.paper.unwrap();
        assert_eq!(paper.authors, ["A. Lark", "The Nest"]);
        assert_eq!(paper.categories, ["hep-th", "math.AG"]);
        assert_eq!(paper.abstract_text, "Abstract.");
        assert_eq!(paper.comment.as_deref(), Some("9 pages"));
        assert_eq!(paper.submitted, Some(date(2026, 2, 4)));
        assert_eq!(paper.doi.as_deref(), Some("10.1/x"));
    }

    #[test]
    fn deleted_records_and_headers_have_no_paper() {
        let header = "<header status='deleted'><identifier>oai:arXiv.org:2602.00007</identifier>\
            <datestamp>2026-02-06</datestamp></header>";
        for (inside, deleted) in [
            (format!("<record>{header}</record>"), true),
            (header.to_owned(), true),
            (header.replace(" status='deleted'", ""), false),
        ] {
            let record = one(&inside);
            assert_eq!((record.deleted, record.paper), (deleted, None), "{inside}");
            assert_eq!(record.id.as_str(), "2602.00007");
        }
        let saved = |inside: String| super::super::parse("f", listed(&inside).as_bytes());
        assert_eq!(saved(format!("<record>{header}</record>")).unwrap().items, []);
        let error = saved(header.replace(" status='deleted'", "")).unwrap_err().to_string();
        assert!(error.contains("only headers"), "{error}");
        let batch = saved(format!("{RAW}<record>{header}</record>{RAW}")).unwrap();
        assert_eq!((batch.format, batch.date, batch.items.len()), (Format::Oai, None, 1));
        assert_eq!(batch.items[0].date, None);
    }

    #[test]
    fn what_cannot_be_read_says_why() {
        let record = |from: &str, to: &str| listed(&RAW.replace(from, to));
        for (text, words) in [
            (String::new(), "is empty"),
            ("Rate exceeded.".into(), "wait a few minutes"),
            ("<!DOCTYPE html><html><title>x</title>".into(), "a web page, not an answer"),
            ("<rss><channel/></rss>".into(), "the root element <rss>"),
            ("<OAI-PMH><responseDate/></OAI-PMH>".into(), "without any content"),
            (record("oai:arXiv.org:2602.00007", "oai:other.org:7"), "('oai:other.org:7')"),
            (record("2026-02-06", "soon"), "2602.00007 is dated 'soon'"),
            (record("arXivRaw", "marc"), "unknown format"),
        ] {
            let error = parse("f", &text).unwrap_err().to_string();
            assert!(error.starts_with("f") && error.contains(words), "{words}: {error}");
        }
        // A date nobody can read costs the dates, not the record.
        let odd = one(&RAW.replace("Wed, 04 Feb 2026 23:30:00 GMT", "once"));
        assert_eq!(odd.created, []);
        assert_eq!(odd.paper.unwrap().submitted, None);
    }

    #[test]
    fn a_blank_token_ends_the_list() {
        for (token, expected) in [
            ("", None),
            ("<resumptionToken/>", None),
            ("<resumptionToken> \n </resumptionToken>", None),
            ("<resumptionToken expirationDate='x'>a%3Db</resumptionToken>", Some("a%3Db")),
        ] {
            let Answer::Records { token: found, .. } = parse("f", &listed(token)).unwrap() else {
                panic!("{token}");
            };
            assert_eq!(found.as_deref(), expected, "{token}");
        }
    }

    #[test]
    fn sets_of_categories() {
        for (category, set) in [
            ("cs.AI", Some("cs:cs:AI")),
            ("CS.ai", Some("cs:cs:AI")),
            ("hep-th", Some("physics:hep-th")),
            ("astro-ph.GA", Some("physics:astro-ph:GA")),
            ("astro-ph", Some("physics:astro-ph")),
            ("cs", Some("cs")),
            ("math.AG", Some("math:math:AG")),
            ("physics", Some("physics:physics")),
            ("physics.optics", Some("physics:physics:optics")),
            ("cs.NA", Some("math:math:NA")),
            ("cs.SY", Some("eess:eess:SY")),
            ("math.MP", Some("physics:math-ph")),
            ("q-bio.NC", Some("q-bio:q-bio:NC")),
            ("cs.NEW", Some("cs:cs:NEW")),
            ("poetry", None),
            ("cs&x=y", None),
            ("", None),
        ] {
            assert_eq!(set_of(category).ok().as_deref(), set, "{category}");
        }
        let error = set_of("hepth").unwrap_err().to_string();
        assert_eq!(error, "'hepth' is not an arXiv category; did you mean hep-th?");
    }

    #[test]
    fn names_and_places_of_raw_lists() {
        for (list, names, places) in [
            ("A. Lark and B. Wren", &["A. Lark", "B. Wren"][..], &[][..]),
            (
                "A. Lark (1), B. Wren (2) ((1) Oak, Elm (2) Ash)",
                &["A. Lark", "B. Wren"],
                &["Oak, Elm", "Ash"],
            ),
            ("Wei (Wendy) Jay (Oak), C. Crow (Oak)", &["Wei Jay", "C. Crow"], &["Oak"]),
            ("A. Lark (for the Nest Collaboration)", &["A. Lark"], &[]),
            (
                "A. Lark (University of Oak and Elm) and B. Wren",
                &["A. Lark", "B. Wren"],
                &["University of Oak and Elm"],
            ),
            ("A. Lark (Oak", &["A. Lark"], &[]),
            ("A. Lark) (x)) (", &["A. Lark"], &[]),
        ] {
            assert_eq!(names_of(list), names, "{list}");
            assert_eq!(super::places(list), places, "{list}");
        }
    }

    fn client() -> Client {
        Client::new(&Default::default()).unwrap()
    }

    fn page(ids: &[u32], token: Option<&str>) -> Answer {
        let records = ids.iter().map(|n| {
            let id = format!("2602.{n:05}").parse().unwrap();
            let (sets, created) = (Vec::new(), Vec::new());
            Record { paper: None, id, datestamp: EARLIEST, sets, created, deleted: false }
        });
        Answer::Records { records: records.collect(), token: token.map(str::to_owned) }
    }

    fn refusal(code: &str) -> Answer {
        Answer::Refused { code: code.into(), message: "Reason: tired.".into() }
    }

    /// Shortens the next request to what follows "/oai?".
    fn asks(harvest: &Harvest) -> String {
        let url = harvest.url().unwrap();
        url.split_once("/oai?").unwrap().1.to_owned()
    }

    #[test]
    fn a_harvest_follows_its_tokens() {
        let client = client();
        let mut harvest = Harvest::new(&client, "cs:cs:AI", date(2026, 2, 5));
        let first = "verb=ListRecords&metadataPrefix=arXivRaw&set=cs%3Acs%3AAI&from=2026-02-05";
        assert_eq!(asks(&harvest), first);
        let token = "verb%3DListRecords%26skip%3D2";
        let records = harvest.take("u", page(&[1, 2], Some(token))).unwrap().unwrap();
        assert_eq!(records.len(), 2);
        let second = "verb=ListRecords&resumptionToken=verb%253DListRecords%2526skip%253D2";
        assert_eq!(asks(&harvest), second);
        assert!(!harvest.done);
        assert_eq!(harvest.take("u", page(&[3], None)).unwrap().unwrap().len(), 1);
        assert!(harvest.done);
        assert_eq!(harvest.next_page().unwrap(), None);
        let old = Harvest::new(&client, "cs", date(1999, 1, 1));
        assert!(asks(&old).ends_with("set=cs&from=2005-09-16"));
    }

    #[test]
    fn a_harvest_of_nothing_is_empty() {
        let client = client();
        let mut harvest = Harvest::new(&client, "cs", date(2026, 2, 5));
        assert_eq!(harvest.take("u", refusal("noRecordsMatch")).unwrap(), None);
        assert_eq!(harvest.next_page().unwrap(), None);
    }

    #[test]
    fn an_expired_token_begins_anew_once() {
        let client = client();
        let mut harvest = Harvest::new(&client, "cs", date(2026, 2, 5));
        let first = asks(&harvest);
        harvest.take("u", page(&[1], Some("a"))).unwrap();
        assert_eq!(harvest.take("u", refusal("badResumptionToken")).unwrap(), None);
        assert!(!harvest.done);
        assert_eq!(asks(&harvest), first);
        // The same pages again are no repetition.
        assert!(harvest.take("u", page(&[1], Some("a"))).unwrap().is_some());
        let error = harvest.take("u", refusal("badResumptionToken")).unwrap_err().to_string();
        assert_eq!(
            error,
            "u: arXiv refuses the request, badResumptionToken: Reason: tired; begin the harvest anew"
        );
    }

    #[test]
    fn a_harvest_that_goes_in_circles_ends() {
        let client = client();
        // A token that came before; the same records behind a fresh token; empty pages for ever.
        for pages in [
            [page(&[1], Some("a")), page(&[2], Some("b")), page(&[3], Some("a"))],
            [page(&[1], Some("a")), page(&[2], Some("b")), page(&[2], Some("c"))],
            [page(&[1], Some("a")), page(&[], Some("b")), page(&[], Some("c"))],
        ] {
            let mut harvest = Harvest::new(&client, "cs", date(2026, 2, 5));
            let [one, two, three] = pages;
            assert!(harvest.take("u", one).is_ok());
            assert!(harvest.take("u", two).is_ok());
            let error = harvest.take("u", three).unwrap_err().to_string();
            assert!(error.contains("repeats a page"), "{error}");
        }
    }

    #[test]
    fn other_refusals_and_answers_are_errors() {
        let client = client();
        for (answer, words) in [
            (refusal("badArgument"), "badArgument: Reason: tired; correct the request"),
            (refusal("cannotDisseminateFormat"), "cannotDisseminateFormat: Reason: tired"),
            (refusal("badVerb"), "badVerb: Reason: tired"),
            (refusal("badResumptionToken"), "badResumptionToken"),
            (Answer::Sets(Vec::new()), "another question"),
        ] {
            let mut harvest = Harvest::new(&client, "cs", date(2026, 2, 5));
            let error = harvest.take("u", answer).unwrap_err().to_string();
            assert!(error.contains(words), "{words}: {error}");
        }
    }

    proptest! {
        #[test]
        fn parsing_never_panics(text in "\\PC*", list in "[A-Z(),;: a12]*") {
            let _ = parse("f", &text);
            let _ = parse("f", &listed(&text));
            let _ = parse("f", &listed(&RAW.replace("Larks", &text)));
            let _ = places(&list);
            let _ = places(&text);
            let _ = set_of(&text);
        }
    }

    #[test]
    fn an_answer_cut_anywhere_is_an_error() {
        let whole = listed(RAW);
        for at in 0..whole.len() {
            assert!(parse("f", &whole[..at]).is_err(), "cut at {at}");
        }
        assert!(parse("f", &whole).is_ok());
    }
}
