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
use crate::paper::{Announced, Kind, Paper, PaperId};
use crate::tex;

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
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if let Some(day) = text.strip_prefix("Showing new listings for ") {
            self.listing.date = stated_day(day);
            if self.listing.date.is_none() {
                return Err(bad(
                    self.origin,
                    format!(
                        "the listing is dated '{}', which is no date; arXiv may have changed its \
                         pages: use its feeds, and update paperlark",
                        excerpt(day)
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
                format!("an entry without an arXiv id ('{}')", excerpt(entry.label.trim())),
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
            authors = super::names(&entry.all_authors);
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
                format!(
                    "a heading of the listing says {} entries, and {found} follow; download it again",
                    section.shown
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
            let what = "the listing is cut off before </html>; download it again";
            return Err(bad(self.origin, what));
        }
        self.section_ends()?;
        Ok(self.listing)
    }

    fn no_listing(&self) -> Error {
        let said = tex::to_text(&self.headline);
        if self.source.contains("server cannot process your request") && !said.is_empty() {
            let said = excerpt(said.trim_end_matches('.'));
            let cure = "Correct the category and fetch again";
            return bad(self.origin, format!("arXiv refuses the request: {said}. {cure}"));
        }
        let title = [tex::to_text(&self.title), said].into_iter().find(|t| !t.is_empty());
        let title = title.map(|t| format!(" titled '{}'", excerpt(&t))).unwrap_or_default();
        bad(
            self.origin,
            format!(
                "a web page{title}, neither a feed nor a listing; save \
                 https://rss.arxiv.org/rss/<category> or https://arxiv.org/list/<category>/new instead"
            ),
        )
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
            return Err(bad(url, "arXiv announced a new day while this one was read; run again"));
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
                Some(name) => format!("did you mean {name}?"),
                None => "write it like cs.CL or hep-ph".to_owned(),
            };
            let shown = excerpt(category);
            Err(Error::Invalid(format!("'{shown}' is not an arXiv category; {cure}")))
        }
    }
}
