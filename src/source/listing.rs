//! arXiv's listing pages, `/list/<category>/new` and `/list/<category>/recent`, which are HTML.
//!
//! A listing is the announcement itself: it states its day, keeps cross-lists and replacements apart,
//! and has no limit but its pages. [`parse`] reads one page, [`ListingPages`] fetches a day page by
//! page, [`recent`] the last five days. It gives at most 100 authors of a paper, no versions, and
//! abstracts only on `/new`.
//!
//! The page is read as a stream of tags: one element at a time has its text collected, from its start
//! tag to its end tag, and what stands elsewhere is ignored.

use std::collections::{BTreeMap, HashSet};

use html5gum::emitters::default::DefaultEmitter;
use html5gum::{HtmlString, Spanned, Token, Tokenizer};
use jiff::civil::Date;

use super::{Batch, Client, Format, Source, bad, categories, excerpt, is_category, is_html};
use super::{feed::readable, line_after, plain_text};
use crate::category;
use crate::error::{Error, Result};
use crate::message;
use crate::paper::{Announced, Kind, Paper, PaperId};
use crate::person::listed;
use crate::tex;
use crate::text::single_spaced;

/// The most entries that arXiv puts on one page.
const SHOW: usize = 2000;

/// One page of a listing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing {
    /// The archive or category that the page lists, under arXiv's own name, if the page tells.
    pub category: Option<String>,
    /// The day that `/new` states, which on a day without announcement is that of the last one.
    pub date: Option<Date>,
    /// Entries on all pages together; `None` where the page states none, as an empty one does.
    pub total: Option<usize>,
    /// What the page shows, in its order; on `/new` a section without entries here is absent.
    pub sections: Vec<Section>,
}

/// The entries below one heading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// The day of the entries: the heading's on `/recent`, else the page's.
    pub date: Option<Date>,
    /// [`Kind::New`], [`Kind::Cross`] or [`Kind::Replace`] by the heading of `/new`; `None` elsewhere.
    pub kind: Option<Kind>,
    /// Entries of the section on this page.
    pub shown: usize,
    /// Entries of the section on all pages, if the heading says so.
    pub total: Option<usize>,
    /// The entries, in the page's order.
    pub items: Vec<Announced>,
}

impl Listing {
    /// The entries on this page.
    pub fn shown(&self) -> usize {
        self.sections.iter().map(|section| section.shown).sum()
    }

    /// The entries of all sections, as a feed would give them.
    pub(super) fn batch(self, origin: &str) -> Batch {
        Batch {
            origin: origin.to_owned(),
            format: Format::Listing,
            date: self.date.or(self.sections.iter().filter_map(|section| section.date).max()),
            categories: self.category.into_iter().collect(),
            items: self.sections.into_iter().flat_map(|section| section.items).collect(),
        }
    }

    /// Adds the next page of the same listing; what is known already is left out. Says whether
    /// anything was new.
    fn add(&mut self, next: Listing) -> bool {
        let items = self.sections.iter().flat_map(|section| &section.items);
        let known: HashSet<PaperId> = items.map(|item| item.paper.id.clone()).collect();
        let mut added = false;
        for mut section in next.sections {
            section.items.retain(|item| !known.contains(&item.paper.id));
            added |= !section.items.is_empty();
            section.shown = section.items.len();
            let same = |s: &&mut Section| (s.date, s.kind) == (section.date, section.kind);
            match self.sections.iter_mut().find(same) {
                Some(mine) => {
                    mine.shown += section.shown;
                    mine.items.append(&mut section.items);
                }
                None => self.sections.push(section),
            }
        }
        added
    }
}

/// Reads one page; `origin` names it in errors.
///
/// # Errors
/// [`Error::Feed`] if it is no listing (arXiv's own refusal, another web page, plain text), is cut off,
/// or holds other entries than its headings say.
pub fn parse(origin: &str, text: &str) -> Result<Listing> {
    if !is_html(text) {
        return Err(plain_text(origin, text.trim_start()));
    }
    let mut emitter = DefaultEmitter::<usize>::new_with_span();
    emitter.naively_switch_states(true);
    let mut page = Page::new(origin, text);
    for token in Tokenizer::new_with_emitter(text, emitter).flatten() {
        match token {
            Token::StartTag(tag) => page.open(&tag.name, &tag.attributes, tag.span.start)?,
            Token::EndTag(tag) => page.close(&tag.name)?,
            Token::String(said) => page.say(&said),
            _ => {}
        }
    }
    page.finish()
}

/// The element whose text is being collected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Title,
    Headline,
    Heading,
    Paging,
    Label,
    PaperTitle,
    Authors,
    Comments,
    JournalRef,
    Subjects,
    Abstract,
}

impl Part {
    /// The name of its element.
    fn element(self) -> &'static str {
        match self {
            Part::Title => "title",
            Part::Headline => "h1",
            Part::Heading => "h3",
            Part::Label => "dt",
            Part::Abstract => "p",
            _ => "div",
        }
    }
}

/// An entry as far as it is read: the parts of its `dt` and `dd`.
#[derive(Default)]
struct Entry {
    /// Where its `dt` begins.
    at: usize,
    id: Option<PaperId>,
    label: String,
    title: String,
    authors: Vec<String>,
    all_authors: String,
    comments: String,
    journal_ref: String,
    subjects: String,
    summary: String,
}

/// A page as far as it is read.
struct Page<'a> {
    origin: &'a str,
    source: &'a str,
    listing: Listing,
    title: String,
    headline: String,
    /// Inside a `dl` of articles.
    in_articles: bool,
    /// The end tag of the whole page was seen.
    ended: bool,
    entry: Option<Entry>,
    /// What is being collected, and how many elements of its name are open inside it.
    part: Option<(Part, usize)>,
    text: String,
    /// Where in `text` an author's name begins.
    author: Option<usize>,
    /// Inside "Title:" and the like.
    in_descriptor: bool,
}

impl<'a> Page<'a> {
    fn new(origin: &'a str, source: &'a str) -> Self {
        Page {
            origin,
            source,
            listing: Listing { category: None, date: None, total: None, sections: Vec::new() },
            title: String::new(),
            headline: String::new(),
            in_articles: false,
            ended: false,
            entry: None,
            part: None,
            text: String::new(),
            author: None,
            in_descriptor: false,
        }
    }

    fn open(
        &mut self,
        name: &[u8],
        attributes: &BTreeMap<HtmlString, Spanned<HtmlString, usize>>,
        at: usize,
    ) -> Result<()> {
        let attribute = |name: &str| {
            let value = attributes.get(name.as_bytes());
            String::from_utf8_lossy(value.map_or(&[][..], |value| value)).into_owned()
        };
        let class = attribute("class");
        let has_class = |wanted: &str| class.split_ascii_whitespace().any(|c| c == wanted);
        // Their own end tags may be left out before these.
        if matches!(name, b"dl" | b"dt" | b"dd" | b"h1" | b"h3") {
            self.collected()?;
        }
        let begins = match name {
            b"title" => Some(Part::Title),
            b"h1" => Some(Part::Headline),
            b"h3" => Some(Part::Heading),
            b"dl" => {
                self.in_articles = attribute("id") == "articles";
                None
            }
            b"dt" if self.in_articles => {
                self.entry_ends()?;
                self.entry = Some(Entry { at, ..Entry::default() });
                Some(Part::Label)
            }
            b"div" if has_class("paging") => Some(Part::Paging),
            b"div" if self.entry.is_some() => [
                ("list-title", Part::PaperTitle),
                ("list-authors", Part::Authors),
                ("list-comments", Part::Comments),
                ("list-journal-ref", Part::JournalRef),
                ("list-subjects", Part::Subjects),
            ]
            .into_iter()
            .find_map(|(class, part)| has_class(class).then_some(part)),
            b"p" if self.entry.is_some() && has_class("mathjax") => Some(Part::Abstract),
            b"a" => {
                self.link(&attribute("href"), &attribute("id"));
                None
            }
            b"br" => {
                self.text.push(' ');
                None
            }
            b"span" if has_class("descriptor") => {
                self.in_descriptor = true;
                None
            }
            _ => None,
        };
        match (&mut self.part, begins) {
            (Some((part, inside)), _) if part.element().as_bytes() == name => *inside += 1,
            (None, Some(part)) => {
                self.part = Some((part, 0));
                self.text.clear();
            }
            _ => {}
        }
        Ok(())
    }

    /// An `a`: the paper of an entry, one of its authors, or the way to the category's other page.
    fn link(&mut self, href: &str, id: &str) {
        match (self.part, &mut self.entry) {
            (Some((Part::Label, _)), Some(entry)) if entry.id.is_none() => {
                let found = href.split_once("/abs/").map(|(_, id)| id.parse());
                entry.id = found.and_then(Result::ok).filter(PaperId::is_arxiv);
            }
            (Some((Part::Authors, _)), _) => self.author = Some(self.text.len()),
            (None, _) if id.starts_with("recent-") || id.starts_with("new-") => {
                let listed = href.split_once("/list/").and_then(|(_, rest)| rest.split_once('/'));
                if let Some((category, _)) = listed.filter(|(category, _)| is_category(category)) {
                    self.listing.category = Some(category.to_owned());
                }
            }
            _ => {}
        }
    }

    fn say(&mut self, text: &[u8]) {
        if self.part.is_some() && !self.in_descriptor {
            self.text.push_str(&String::from_utf8_lossy(text));
        }
    }

    fn close(&mut self, name: &[u8]) -> Result<()> {
        match (name, &mut self.part) {
            (b"html", _) => self.ended = true,
            (b"dl", _) => {
                self.collected()?;
                self.entry_ends()?;
                self.in_articles = false;
            }
            (b"span", _) => self.in_descriptor = false,
            (b"a", Some((Part::Authors, _))) => {
                let name = self.author.take().and_then(|from| self.text.get(from..));
                let name = name.map(tex::to_text).unwrap_or_default();
                // A list whose last comma is followed by "and" is cut there alone.
                let name = name.strip_prefix("and ").unwrap_or(&name);
                if let Some(entry) = self.entry.as_mut().filter(|_| !name.is_empty()) {
                    entry.authors.push(name.to_owned());
                }
            }
            (_, Some((part, inside))) if part.element().as_bytes() == name => match inside {
                0 => self.collected()?,
                _ => *inside -= 1,
            },
            _ => {}
        }
        Ok(())
    }

    /// What was being collected is whole.
    fn collected(&mut self) -> Result<()> {
        self.in_descriptor = false;
        self.author = None;
        let Some((part, _)) = self.part.take() else {
            return Ok(());
        };
        let text = std::mem::take(&mut self.text);
        let entry = self.entry.as_mut();
        let field = match (part, entry) {
            (Part::Title, _) => &mut self.title,
            (Part::Headline, _) => &mut self.headline,
            (Part::Heading, _) => return self.heading(&text),
            (Part::Paging, _) => {
                let total = text.split_once("Total of ").and_then(|(_, rest)| first_number(rest));
                self.listing.total = self.listing.total.or(total);
                return Ok(());
            }
            (Part::Label, Some(entry)) => &mut entry.label,
            (Part::PaperTitle, Some(entry)) => &mut entry.title,
            (Part::Authors, Some(entry)) => &mut entry.all_authors,
            (Part::Comments, Some(entry)) => &mut entry.comments,
            (Part::JournalRef, Some(entry)) => &mut entry.journal_ref,
            (Part::Subjects, Some(entry)) => &mut entry.subjects,
            (Part::Abstract, Some(entry)) => &mut entry.summary,
            (_, None) => return Ok(()),
        };
        *field = text;
        Ok(())
    }

    fn heading(&mut self, text: &str) -> Result<()> {
        let text = single_spaced(text);
        if let Some(day) = text.strip_prefix("Showing new listings for ") {
            self.listing.date = stated_day(day);
            if self.listing.date.is_none() {
                return Err(bad(
                    self.origin,
                    message!(
                        "the listing is dated '{date}', which is no date; arXiv may have changed its \
                         pages: use its feeds, and a newer program",
                        date = excerpt(day)
                    ),
                ));
            }
        }
        if self.in_articles {
            self.entry_ends()?;
            self.section_ends()?;
            self.listing.sections.push(section(&text, self.listing.date));
        }
        Ok(())
    }

    /// The entry that was being read joins its section.
    fn entry_ends(&mut self) -> Result<()> {
        let Some(entry) = self.entry.take() else {
            return Ok(());
        };
        let Some(id) = entry.id else {
            let line = line_after(&self.source.as_bytes()[..entry.at.min(self.source.len())]);
            return Err(bad(
                &format!("{}:{line}", self.origin),
                message!(
                    "an entry without an arXiv id ('{label}')",
                    label = excerpt(entry.label.trim())
                ),
            ));
        };
        if self.listing.sections.is_empty() {
            self.listing.sections.push(section("", self.listing.date));
        }
        let page = self.listing.category.as_deref();
        let Some(section) = self.listing.sections.last_mut() else {
            return Ok(());
        };
        let label = entry.label.split_once("(cross-list from ");
        let from = label.and_then(|(_, rest)| rest.split_once(')')).map(|(primary, _)| primary);
        // Every subject ends with its category in brackets, the primary one first.
        let subjects = entry.subjects.split(';').filter_map(|subject| {
            subject.trim().strip_suffix(')')?.rsplit_once('(').map(|(_, category)| category)
        });
        let categories = categories(subjects.chain(from));
        let crossed = from.is_some() || section.kind == Some(Kind::Cross);
        let kind = if entry.label.contains("(replaced)") || section.kind == Some(Kind::Replace) {
            // The page does not say which replacements are cross-lists.
            match (page, categories.first()) {
                (Some(page), Some(primary)) if !is_home(page, primary) => Kind::ReplaceCross,
                _ => Kind::Replace,
            }
        } else if crossed {
            Kind::Cross
        } else {
            Kind::New
        };
        let mut authors = entry.authors;
        if authors.is_empty() {
            authors = listed(&entry.all_authors);
        }
        let paper = Paper {
            title: readable(Some(entry.title)).unwrap_or_else(|| id.to_string()),
            authors,
            abstract_text: tex::to_text(&entry.summary),
            categories,
            comment: readable(Some(entry.comments)),
            journal_ref: readable(Some(entry.journal_ref)),
            ..Paper::new(id, String::new(), String::new())
        };
        section.items.push(Announced { paper, date: section.date, kind });
        Ok(())
    }

    /// The last section holds what its heading says.
    fn section_ends(&mut self) -> Result<()> {
        let Some(section) = self.listing.sections.last_mut() else {
            return Ok(());
        };
        let found = section.items.len();
        if section.total.is_some() && section.shown != found {
            return Err(bad(
                self.origin,
                message!(
                    "a heading of the listing says {stated} entries, and {found} follow; download it again",
                    stated = section.shown,
                    found
                ),
            ));
        }
        section.shown = found;
        Ok(())
    }

    fn finish(mut self) -> Result<Listing> {
        self.collected()?;
        self.entry_ends()?;
        if self.listing.date.is_none() && self.listing.sections.is_empty() {
            return Err(self.no_listing());
        }
        if !self.ended {
            let what = message!("the listing is cut off before </html>; download it again");
            return Err(bad(self.origin, what));
        }
        self.section_ends()?;
        Ok(self.listing)
    }

    fn no_listing(&self) -> Error {
        let said = tex::to_text(&self.headline);
        if self.source.contains("server cannot process your request") && !said.is_empty() {
            let said = excerpt(said.trim_end_matches('.'));
            return bad(
                self.origin,
                message!(
                    "arXiv refuses the request: {words}. Correct the category and fetch again",
                    words = said
                ),
            );
        }
        let title = [tex::to_text(&self.title), said].into_iter().find(|t| !t.is_empty());
        let reason = match title {
            Some(title) => message!(
                "a web page titled '{title}', neither a feed nor a listing; save \
                 https://rss.arxiv.org/rss/<category> or https://arxiv.org/list/<category>/new instead",
                title = excerpt(&title)
            ),
            None => message!(
                "a web page, neither a feed nor a listing; save \
                 https://rss.arxiv.org/rss/<category> or https://arxiv.org/list/<category>/new instead"
            ),
        };
        bad(self.origin, reason)
    }
}

/// An empty section with this heading, as "Cross submissions (showing first 3 of 9 entries)" or "Thu, 2
/// Mar 2023 (continued, showing last 7 of 57 entries )".
fn section(heading: &str, page_date: Option<Date>) -> Section {
    let (name, counts) = heading.split_once('(').unwrap_or((heading, ""));
    let counts = counts.split_once("showing").and_then(|(_, counts)| counts.split_once(" of "));
    let counts = counts.and_then(|(n, t)| Some((first_number(n)?, first_number(t)?)));
    let kinds = [("New", Kind::New), ("Cross", Kind::Cross), ("Replacement", Kind::Replace)];
    let kind = kinds.into_iter().find(|(word, _)| name.starts_with(word)).map(|(_, kind)| kind);
    Section {
        date: stated_day(name).or(page_date),
        kind,
        shown: counts.map_or(0, |(shown, _)| shown),
        total: counts.map(|(_, total)| total),
        items: Vec::new(),
    }
}

fn first_number(text: &str) -> Option<usize> {
    let from = text.find(|c: char| c.is_ascii_digit())?;
    let digits = text[from..].split(|c: char| !c.is_ascii_digit()).next()?;
    digits.parse().ok()
}

/// The day in "Friday, 3 March 2023" or "Fri, 3 Mar 2023".
fn stated_day(text: &str) -> Option<Date> {
    let (_, day) = text.split_once(',')?;
    let day = day.trim();
    Date::strptime("%d %B %Y", day).or_else(|_| Date::strptime("%d %b %Y", day)).ok()
}

/// Whether a paper of this primary category is listed first-hand on the page of an archive or
/// category. A second name does not make a home: `math-ph` is cross-listed in `math`.
fn is_home(page: &str, primary: &str) -> bool {
    let canonical = |name| category::canonical(name).unwrap_or(name);
    let (page, primary) = (canonical(page), canonical(primary));
    page == primary || primary.split_once('.').is_some_and(|(archive, _)| archive == page)
}

/// Today's whole listing of one archive or category, a page at a time.
///
/// On a day without announcement that is the last one again: compare [`Batch::date`]. The first page
/// comes even if it is empty.
pub struct ListingPages<'a> {
    client: &'a Client,
    category: String,
    skip: usize,
    /// The day of the first page.
    date: Option<Date>,
    seen: HashSet<PaperId>,
    /// Entries that the last page claims in all.
    total: usize,
    done: bool,
}

impl<'a> ListingPages<'a> {
    /// The pages of `category`, in any case of letters.
    ///
    /// # Errors
    /// [`Error::Invalid`] if that cannot be a category.
    pub fn new(client: &'a Client, category: &str) -> Result<Self> {
        Ok(ListingPages {
            client,
            category: asked_for(category)?,
            skip: 0,
            date: None,
            seen: HashSet::new(),
            total: 0,
            done: false,
        })
    }

    /// Whether all entries that arXiv counts have been read.
    pub fn is_whole(&self) -> bool {
        self.done && self.seen.len() >= self.total
    }

    fn url(&self) -> String {
        let (base, category, skip) = (&self.client.hosts().list, &self.category, self.skip);
        format!("{base}/list/{category}/new?skip={skip}&show={SHOW}")
    }

    /// The papers of a page just fetched; `None` if it brings nothing after the first.
    fn take(&mut self, url: &str, page: Listing) -> Result<Option<Batch>> {
        let first = self.skip == 0;
        if !first && page.date != self.date {
            // The rest of the old day is gone, and the new one has to be read from its start.
            self.skip = 0;
            self.seen.clear();
            return Err(bad(
                url,
                message!("arXiv announced a new day while this one was read; run again"),
            ));
        }
        self.date = page.date;
        self.skip += page.shown();
        self.total = page.total.unwrap_or(0);
        let mut batch = page.batch(url);
        let n_before = self.seen.len();
        self.seen.extend(batch.items.iter().map(|item| item.paper.id.clone()));
        // The total may change between pages, so a page without news is an end as well.
        self.done = self.skip >= self.total || self.seen.len() == n_before;
        batch.items = super::unify(batch.items);
        Ok((first || self.seen.len() > n_before).then_some(batch))
    }
}

impl Source for ListingPages<'_> {
    type Page = Batch;

    fn next_page(&mut self) -> Result<Option<Batch>> {
        if self.done {
            return Ok(None);
        }
        let url = self.url();
        let page = self.client.get(&url, parse)?;
        self.take(&url, page)
    }
}

/// The last five announcements of one archive or category, a section for each day, without abstracts.
/// New papers and cross-lists only.
///
/// # Errors
/// [`Error::Invalid`] if that cannot be a category, [`Error::Fetch`] if arXiv cannot be reached,
/// [`Error::Feed`] if it refuses or its answer cannot be understood.
pub fn recent(client: &Client, category: &str) -> Result<Listing> {
    let category = asked_for(category)?;
    let page = |skip: usize| {
        let base = &client.hosts().list;
        client.get(&format!("{base}/list/{category}/recent?skip={skip}&show={SHOW}"), parse)
    };
    let mut whole = page(0)?;
    let mut skip = whole.shown();
    while skip > 0 && skip < whole.total.unwrap_or(0) {
        let next = page(skip)?;
        skip += next.shown();
        if !whole.add(next) {
            break;
        }
    }
    Ok(whole)
}

/// arXiv's own spelling of a category to ask for.
fn asked_for(category: &str) -> Result<String> {
    let category = category.trim();
    match category::canonical(category) {
        Some(name) => Ok(name.to_owned()),
        // It may be younger than our table; arXiv says so if it is none.
        None if is_category(category) => Ok(category.to_owned()),
        None => {
            let cure = match category::suggest(category) {
                Some(name) => message!("did you mean {near}?", near = name),
                None => message!("write it like cs.CL or hep-ph"),
            };
            let shown = excerpt(category);
            Err(Error::Invalid(message!(
                "'{category}' is not an arXiv category; {cure}",
                category = shown,
                cure
            )))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A page of `/list/<category>/new` with this between its date line and its end.
    fn new_page(category: &str, inside: &str) -> String {
        format!(
            "<!DOCTYPE html>\n<html><head><title>Birds</title><script>if (1 < 2) '<dt>';</script></head>\
            <body><a href='https://arxiv.org/list/other/new'>elsewhere</a><h1>Birds</h1>\
            <p>See <a id=\"recent-{category}\" href=\"/list/{category}/recent\">recent</a></p>\
            <h3>Showing new listings for Thursday, 5 February 2026</h3>{inside}</body></html>\n"
        )
    }

    /// An entry; `label` follows its id, `fields` stand in its `dd`.
    fn entry(id: &str, label: &str, fields: &str) -> String {
        format!(
            "<dt><a name='item1'>[1]</a><a href =\"/abs/{id}\" title=\"Abstract\" id=\"{id}\">\
            arXiv:{id}</a>\n {label}\n [<a href=\"/pdf/{id}\">pdf</a>]</dt>\
            <dd><div class='meta'>{fields}</div></dd>"
        )
    }

    fn subjects(categories: &str) -> String {
        let mut parts = categories.split(' ').map(|c| format!("Name, of it ({c})"));
        let first = parts.next().unwrap_or_default();
        let others: String = parts.map(|part| format!("; {part}")).collect();
        format!(
            "<div class='list-subjects'><span class='descriptor'>Subjects:</span> \
            <span class=\"primary-subject\">{first}</span>{others}</div>"
        )
    }

    fn section_of(heading: &str, entries: &str) -> String {
        format!("<dl id='articles'><h3>{heading}</h3>{entries}</dl>")
    }

    const FIELDS: &str = "<div class='list-title mathjax'><span class='descriptor'>Title:</span>\n\
        Larks &amp; $\\alpha &lt; β$ of <a href='http://x.org'>this https URL</a>\n</div>\
        <div class='list-authors'><a href='/a1'>Ren\u{e9} Tit</a>, <a href='/a2'>O&#39;Wren, Jr.</a>, The \
        <a href='/a3'>Nest \\'Elite</a></div>\
        <div class='list-comments mathjax'><span class='descriptor'>Comments:</span> 9 pages\n</div>\
        <div class='list-journal-ref'><span class='descriptor'>Journal-ref:</span> J. Song 3</div>\
        <p class='mathjax'>\n One\\'s song.\n<br />Two <div>birds</div> sing.\n</p>";

    #[test]
    fn an_entry_is_read_whole() {
        let fields = format!("{FIELDS}{}", subjects("cs.SD eess.AS"));
        let entries = entry("2602.00007", "", &fields);
        let text =
            new_page("cs.SD", &section_of("New submissions (showing 1 of 1 entries)", &entries));
        let listing = parse("f", &text).unwrap();
        assert_eq!(listing.category.as_deref(), Some("cs.SD"));
        assert_eq!((listing.total, listing.shown()), (None, 1));
        let item = &listing.sections[0].items[0];
        assert_eq!((item.kind, item.date), (Kind::New, Some("2026-02-05".parse().unwrap())));
        let paper = &item.paper;
        assert_eq!((paper.id.as_str(), paper.version), ("2602.00007", None));
        assert_eq!(paper.title, "Larks & $\\alpha < β$ of this https URL");
        assert_eq!(paper.authors, ["René Tit", "O'Wren, Jr.", "Nest Élite"]);
        assert_eq!(paper.comment.as_deref(), Some("9 pages"));
        assert_eq!(paper.journal_ref.as_deref(), Some("J. Song 3"));
        assert_eq!(paper.categories, ["cs.SD", "eess.AS"]);
        assert_eq!(paper.abstract_text, "Oneś song. Two birds sing.");
        // As a browser saves it, with whole addresses and without the blank.
        let saved = text
            .replace("href =\"/", "href=\"https://arxiv.org/")
            .replace("href=\"/", "href=\"https://arxiv.org/")
            .replace("<dl id='articles'>", "<dl id=\"articles\" class=\"x\">");
        assert_eq!(parse("f", &saved).unwrap(), listing);
        // End tags that HTML lets be left out.
        let bare = text.replace("</dt>", "").replace("</dd>", "");
        assert_eq!(parse("f", &bare).unwrap(), listing);
    }

    #[test]
    fn kinds_come_from_heading_label_and_primary_subject() {
        use Kind::{Cross, New, Replace, ReplaceCross};
        for (page, heading, label, categories, kind) in [
            ("cs", "New", "", "cs.SD", New),
            ("cs", "Cross", "(cross-list from eess.AS)", "eess.AS cs.SD", Cross),
            ("cs", "Cross", "", "eess.AS cs.SD", Cross),
            ("cs", "Replacement", "(replaced)", "cs.SD", Replace),
            ("cs", "Replacement", "(replaced)", "eess.AS cs.SD", ReplaceCross),
            ("cs.SD", "Replacement", "(replaced)", "cs.SD", Replace),
            ("cs.SD", "Replacement", "(replaced)", "cs.LG cs.SD", ReplaceCross),
            ("cs.SD", "Replacement", "", "cs.LG cs.SD", ReplaceCross),
            ("math", "Replacement", "(replaced)", "math-ph", ReplaceCross),
            ("math-ph", "Replacement", "(replaced)", "math-ph", Replace),
            ("eess.SY", "Replacement", "(replaced)", "cs.SY", Replace),
            ("hep-th", "Replacement", "(replaced)", "", Replace),
        ] {
            let fields = if categories.is_empty() { String::new() } else { subjects(categories) };
            let heading = format!("{heading} submissions (showing 1 of 1 entries)");
            let text = new_page(page, &section_of(&heading, &entry("2602.00007", label, &fields)));
            let item = parse("f", &text).unwrap().sections.remove(0).items.remove(0);
            assert_eq!(item.kind, kind, "{page} {heading} {label} {categories}");
            assert_eq!(item.paper.categories.join(" "), categories);
        }
        // On /recent only the label tells, and it may be all that names the category.
        let entries = entry("2602.00007", "(cross-list from eess.AS)", "")
            + &entry("2602.00008", "", &subjects("cs.SD"));
        let text =
            new_page("cs", &section_of("Fri, 30 Jan 2026 (showing 2 of 2 entries )", &entries));
        let section = parse("f", &text).unwrap().sections.remove(0);
        assert_eq!((section.kind, section.date), (None, Some("2026-01-30".parse().unwrap())));
        let kinds: Vec<Kind> = section.items.iter().map(|item| item.kind).collect();
        assert_eq!(kinds, [Cross, New]);
        assert_eq!(section.items[0].paper.categories, ["eess.AS"]);
        assert_eq!(section.items[0].paper.title, "2602.00007");
        assert_eq!(section.items[0].date, section.date);
    }

    #[test]
    fn headings_in_every_form() {
        let day = |text: &str| Some(text.parse::<Date>().unwrap());
        for (heading, date, kind, shown, total) in [
            ("New submissions (showing 53 of 53 entries)", None, Some(Kind::New), 53, Some(53)),
            (
                "New submissions (showing first 25 of 53 entries)",
                None,
                Some(Kind::New),
                25,
                Some(53),
            ),
            (
                "Cross submissions (continued, showing 25 of 1053 entries)",
                None,
                Some(Kind::Cross),
                25,
                Some(1053),
            ),
            (
                "Replacement submissions (continued, showing last 3 of 53 entries)",
                None,
                Some(Kind::Replace),
                3,
                Some(53),
            ),
            (
                "Thu, 2 Mar 2023 (continued, showing last 7 of 57 entries )",
                day("2023-03-02"),
                None,
                7,
                Some(57),
            ),
            ("Tue, 28 Feb 2023", day("2023-02-28"), None, 0, None),
            ("Friday, 9 June 2023", day("2023-06-09"), None, 0, None),
            ("Withdrawn submissions (showing lots of entries)", None, None, 0, None),
            ("Fri, 31 Feb 2023 (showing 99999999999999999999999 of 1)", None, None, 0, None),
            ("", None, None, 0, None),
        ] {
            let read = section(heading, None);
            assert_eq!((read.date, read.kind), (date, kind), "{heading}");
            assert_eq!((read.shown, read.total), (shown, total), "{heading}");
        }
    }

    #[test]
    fn quiet_days_and_hidden_sections() {
        let quiet = parse("f", &new_page("cs", "<p>No updates today.</p>")).unwrap();
        assert_eq!((quiet.date, quiet.sections.len()), (Some("2026-02-05".parse().unwrap()), 0));
        let beyond = "<div class='paging'>Total of 1097 entries : <a href=/x>1-25</a></div>\
            <p>No updates today.</p><div class='paging'>Total of 3 entries</div>";
        let beyond = parse("f", &new_page("cs", beyond)).unwrap();
        assert_eq!((beyond.total, beyond.shown()), (Some(1097), 0));
        let replaced = section_of(
            "Replacement submissions (showing 1 of 1 entries)",
            &entry("2602.00007", "(replaced)", ""),
        );
        let hidden = parse("f", &new_page("cs", &replaced)).unwrap();
        assert_eq!(hidden.sections.len(), 1);
        let recent = "<!DOCTYPE html><html><h2>Authors and titles for recent submissions</h2>\
            <dl id='articles'><h3>Thu, 5 Feb 2026</h3><p>No updates for this time period.</p></dl></html>";
        let recent = parse("f", recent).unwrap();
        assert_eq!((recent.date, recent.sections.len(), recent.shown()), (None, 1, 0));
        let batch = recent.batch("f");
        assert_eq!(
            (batch.date, batch.format),
            (Some("2026-02-05".parse().unwrap()), Format::Listing)
        );
    }

    #[test]
    fn what_is_no_listing_says_so() {
        let one = entry("2602.00007", "", "");
        for (text, words) in [
            (String::new(), "plain text"),
            ("Rate exceeded.".into(), "wait a few minutes"),
            ("<html><title>Log &amp; in</title><body>".into(), "titled 'Log & in', neither"),
            ("<html><h1>Who are you?</h1></html>".into(), "titled 'Who are you?'"),
            (
                "<html><h1>Invalid archive or category: x.</h1>\
                <p>The server cannot process your request due to</p></html>"
                    .into(),
                "arXiv refuses the request: Invalid archive or category: x. Correct",
            ),
            (
                new_page("cs", &section_of("New submissions (showing 2 of 2 entries)", &one)),
                "says 2 entries, and 1 follow",
            ),
            (
                new_page(
                    "cs",
                    &section_of("New submissions (showing 1 of 2 entries)", &one.repeat(2)),
                ),
                "says 1 entries, and 2 follow",
            ),
            (
                new_page("cs", &section_of("New", "\n<dt>[1] lost</dt>")),
                "f:3: an entry without an arXiv id",
            ),
            (
                new_page("cs", "").replace("5 Feb", "35 Feb"),
                "'Thursday, 35 February 2026', which is no date",
            ),
            (new_page("cs", "").replace("</html>", ""), "cut off before </html>"),
        ] {
            let error = parse("f", &text).unwrap_err().to_string();
            assert!(error.starts_with("f:") && error.contains(words), "{words}: {error}");
        }
    }

    #[test]
    fn a_page_cut_anywhere_is_an_error() {
        let entries = entry("2602.00007", "", FIELDS) + &entry("2602.00008", "", FIELDS);
        let text =
            new_page("cs", &section_of("New submissions (showing 2 of 2 entries)", &entries));
        let end = text.rfind("</html>").unwrap() + "</html>".len();
        for at in (0..end).filter(|at| text.is_char_boundary(*at)) {
            assert!(parse("f", &text[..at]).is_err(), "cut at {at}");
        }
        assert!(parse("f", &text[..end]).is_ok());
    }

    /// A page of papers by number, as fetched.
    fn fetched(numbers: std::ops::Range<u32>, total: usize) -> Listing {
        let entries: String =
            numbers.clone().map(|n| entry(&format!("2602.{n:05}"), "", "")).collect();
        let n = numbers.len();
        let paging = format!("<div class='paging'>Total of {total} entries </div>");
        let heading = format!("New submissions (showing {n} of {total} entries)");
        let articles = if n == 0 { String::new() } else { section_of(&heading, &entries) };
        parse("f", &new_page("cs", &(paging + &articles))).unwrap()
    }

    #[test]
    fn pages_follow_until_the_total() {
        let client = Client::new(&Default::default()).unwrap();
        let n = |batch: Option<Batch>| batch.map(|batch| batch.items.len());
        let mut pages = ListingPages::new(&client, "CS.na").unwrap();
        assert!(pages.url().ends_with("/list/math.NA/new?skip=0&show=2000"));
        assert_eq!(n(pages.take("u", fetched(0..3, 8)).unwrap()), Some(3));
        assert!(pages.url().ends_with("?skip=3&show=2000"));
        // Overlaps, and the total drifts.
        assert_eq!(n(pages.take("u", fetched(2..5, 7)).unwrap()), Some(3));
        assert!(!pages.done);
        assert_eq!(n(pages.take("u", fetched(5..6, 7)).unwrap()), Some(1));
        assert_eq!(pages.next_page().unwrap(), None);
        // A page that brings nothing new is the end, whatever the total says.
        for last in [fetched(0..0, 9), fetched(1..3, 9)] {
            let mut pages = ListingPages::new(&client, "cs").unwrap();
            assert_eq!(n(pages.take("u", fetched(0..3, 9)).unwrap()), Some(3));
            assert_eq!(n(pages.take("u", last).unwrap()), None);
            assert_eq!(pages.next_page().unwrap(), None);
        }
        // A quiet day has a page without papers, and its date.
        let mut pages = ListingPages::new(&client, "cs").unwrap();
        let quiet = parse("f", &new_page("cs", "<p>No updates today.</p>")).unwrap();
        let batch = pages.take("u", quiet).unwrap().unwrap();
        assert_eq!((batch.items.len(), batch.date), (0, Some("2026-02-05".parse().unwrap())));
        assert_eq!(pages.next_page().unwrap(), None);
    }

    #[test]
    fn a_new_day_between_pages_begins_anew() {
        let client = Client::new(&Default::default()).unwrap();
        let mut pages = ListingPages::new(&client, "cs").unwrap();
        pages.take("u", fetched(0..3, 9)).unwrap();
        let mut tomorrow = fetched(10..13, 9);
        tomorrow.date = Some("2026-02-06".parse().unwrap());
        let error = pages.take("u", tomorrow.clone()).unwrap_err().to_string();
        assert!(error.contains("announced a new day"), "{error}");
        assert!(pages.url().ends_with("?skip=0&show=2000"));
        assert!(pages.take("u", tomorrow).unwrap().is_some());
    }

    #[test]
    fn pages_of_recent_days_are_joined() {
        let mut whole = fetched(0..3, 5);
        assert!(whole.add(fetched(2..5, 5)));
        assert_eq!((whole.sections.len(), whole.shown(), whole.sections[0].items.len()), (1, 5, 5));
        assert!(!whole.add(fetched(1..4, 5)));
        let mut older = fetched(5..6, 5);
        older.sections[0].date = Some("2026-02-04".parse().unwrap());
        assert!(whole.add(older));
        assert_eq!((whole.sections.len(), whole.shown()), (2, 6));
    }

    #[test]
    fn what_is_no_category_is_not_asked_for() {
        for (category, expected) in [
            ("cs.lg", Ok("cs.LG")),
            ("cmp-lg", Ok("cs.CL")),
            ("cs.NEW", Ok("cs.NEW")),
            ("hepth2", Err("did you mean hep-th?")),
            ("cs/LG", Err("did you mean cs.LG?")),
            ("../x?y", Err("write it like cs.CL")),
            ("", Err("write it like")),
        ] {
            match (asked_for(category), expected) {
                (Ok(name), Ok(expected)) => assert_eq!(name, expected),
                (Err(error), Err(words)) => assert!(error.to_string().contains(words), "{error}"),
                (other, _) => panic!("{category}: {other:?}"),
            }
        }
    }

    proptest! {
        #[test]
        fn parsing_never_panics(
            text in "\\PC*",
            parts in proptest::collection::vec(
                prop::sample::select(vec![
                    "<dl id='articles'>", "</dl>", "<dt>", "</dt>", "<dd>", "</dd>", "<h3>", "</h3>",
                    "<div class='list-authors'>", "<div class='list-subjects'>", "</div>", "<p class='mathjax'>",
                    "</p>", "<a href='/abs/2602.00001'>", "</a>", "<br>", "<span class=descriptor>", "</span>",
                    "x (cs.LG); (", "Showing new listings for x, 5 March 2026", "(showing 1 of 1)", "</html>",
                ]),
                0..40,
            ),
        ) {
            let _ = parse("f", &text);
            let _ = parse("f", &format!("<html>{text}"));
            let _ = parse("f", &format!("<html>{}", parts.concat()));
            let _ = parse("f", &new_page("cs", &FIELDS.replace("Larks", &text)));
            let _ = section(&text, None);
        }
    }
}
