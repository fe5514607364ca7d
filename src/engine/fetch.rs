//! Filling the library and its ledger from arXiv, so that no announcement is missing.
//!
//! [`fetch`] asks for what the ledger does not call complete, and for nothing else. A day's feed says
//! how each paper was announced; the listing page counts them, so it is the cross-check. Days that were
//! missed are read from the page of recent days, or else harvested by OAI-PMH, or else searched for.
//! One source that fails is replaced by the next, and what nobody told stays a gap, which the next call
//! tries to close again.

use std::collections::{HashMap, HashSet};

use jiff::{Timestamp, ToSpan, civil::Date};
use serde::Serialize;

use super::LATE;
use crate::{
    calendar,
    error::{Error, Result},
    paper::{Announced, Kind, Paper, PaperId},
    source::{
        Batch, Client, Source,
        listing::{ListingPages, recent},
        merge,
        oai::{Harvest, Record, set_of},
        query::{Search, submitted},
    },
    store::{Day, Library, Line},
};

/// Settings of [`fetch`].
#[derive(Debug, Clone, Copy)]
pub struct FetchOptions {
    /// The present.
    pub now: Timestamp,
    /// Fill the ledger from this day on; else from where it begins, at most [`LATE`] days back, and for a
    /// category that it does not know, the newest day alone.
    pub since: Option<Date>,
    /// Whether somebody wants replacements; the page of recent days lacks them.
    pub replacements: bool,
}

/// What [`fetch`] did.
#[derive(Debug, Default, Serialize)]
pub struct Fetched {
    /// Papers that the library did not hold before.
    pub papers: usize,
    /// Lines that the ledger did not hold before.
    pub announcements: usize,
    /// What is now known of the days that were in question.
    pub days: Vec<Day>,
    /// What went wrong, in words; the ledger shows what it left open.
    pub failures: Vec<String>,
}

/// Called with the number of categories that are done, of all of them, and of the papers read so far.
pub type FetchProgressFn<'a> = &'a dyn Fn(usize, usize, usize);

/// Asks arXiv for whatever the ledger lacks of `categories`.
///
/// # Errors
/// As [`Library::add_papers`]. A source that fails is no error but one of [`Fetched::failures`].
pub fn fetch(
    library: &mut Library,
    client: &Client,
    categories: &[String],
    options: &FetchOptions,
    progress: FetchProgressFn,
) -> Result<Fetched> {
    let mut run = Run {
        client,
        options: *options,
        newest: calendar::newest(options.now),
        today: calendar::today(options.now),
        given_up: HashSet::new(),
        before: library.len()?,
        read: 0,
        fetched: Fetched::default(),
        library,
    };
    for (done, category) in categories.iter().enumerate() {
        run.category(category, &|read| progress(done, categories.len(), read))?;
    }
    progress(categories.len(), categories.len(), run.read);
    run.fetched.papers = run.library.len()? - run.before;
    Ok(run.fetched)
}

/// The five ways to learn what was announced, as the ledger names them.
mod name {
    pub const FEED: &str = "feed";
    pub const LISTING: &str = "listing";
    pub const RECENT: &str = "recent";
    pub const OAI: &str = "oai";
    pub const API: &str = "api";
}

/// Days that the page of recent days may reach back, weekends included.
const RECENT_REACH: i32 = 9;
/// OAI-PMH shows a batch two and a half hours after its announcement.
const OAI_DELAY_MINUTES: i64 = 150;

/// What the page of recent days tells.
struct Recent {
    /// Its earliest day, or where it may reach if it could not be read.
    from: Date,
    /// The days of which it told all.
    told: HashSet<Date>,
}

struct Run<'a> {
    library: &'a mut Library,
    client: &'a Client,
    options: FetchOptions,
    newest: Date,
    today: Date,
    /// Sources that did not answer, and are not asked again.
    given_up: HashSet<&'static str>,
    before: usize,
    read: usize,
    fetched: Fetched,
}

impl Run<'_> {
    fn category(&mut self, category: &str, progress: &dyn Fn(usize)) -> Result<()> {
        let before = self.gaps(category)?;
        if before.is_empty() {
            return Ok(());
        }
        progress(self.read);
        if before.contains(&self.newest) || before.contains(&self.today) {
            self.newest_day(category, &before)?;
            progress(self.read);
        }
        let reach = self.today.saturating_sub(RECENT_REACH.days());
        let missed = self.gaps(category)?;
        let mut recent = Recent { from: reach, told: HashSet::new() };
        if missed.last().is_some_and(|gap| *gap >= reach) && missed != [self.newest] {
            recent = self.recent_days(category, &missed)?.unwrap_or(recent);
            progress(self.read);
        }
        let missed: Vec<Date> =
            self.gaps(category)?.into_iter().filter(|gap| self.in_oai(*gap)).collect();
        if !missed.is_empty() && !self.harvest(category, &missed, &recent, progress)? {
            self.search(category, &missed)?;
            progress(self.read);
        }
        for gap in before {
            self.fetched.days.extend(self.library.day(category, gap)?);
        }
        Ok(())
    }

    /// The weekdays of a category that are not complete, ascending.
    fn gaps(&self, category: &str) -> Result<Vec<Date>> {
        let reach = self.newest.saturating_sub(LATE.days());
        let from = self.options.since.unwrap_or(reach);
        let known = self.library.days(from, self.newest)?;
        let known: Vec<Day> = known.into_iter().filter(|day| day.category == category).collect();
        let begun = match self.library.first_day(category)? {
            Some(first) => first.max(reach),
            None => self.newest,
        };
        let from = self.options.since.unwrap_or(begun);
        let complete: HashSet<Date> =
            known.into_iter().filter(|day| day.complete).map(|day| day.date).collect();
        Ok(calendar::weekdays(from, self.newest).filter(|day| !complete.contains(day)).collect())
    }

    fn in_oai(&self, day: Date) -> bool {
        let out = calendar::out_at(day).saturating_add(OAI_DELAY_MINUTES.minutes());
        out.is_ok_and(|out| out <= self.options.now)
    }

    /// Asks a source, unless it has failed before; what it cannot tell is noted.
    fn ask<T>(
        &mut self,
        source: &'static str,
        what: &str,
        ask: impl FnOnce(&Client) -> Result<T>,
    ) -> Option<T> {
        if self.given_up.contains(source) {
            return None;
        }
        match ask(self.client) {
            Ok(answer) => Some(answer),
            Err(error) => {
                // A refusal concerns this category alone.
                if matches!(error, Error::Fetch { .. }) {
                    self.given_up.insert(source);
                }
                self.fetched.failures.push(format!("{what} ({source}): {error}"));
                None
            }
        }
    }

    /// Reads the feed of today and the listing page of the newest day, and compares them.
    fn newest_day(&mut self, category: &str, gaps: &[Date]) -> Result<()> {
        let named = [category.to_owned()];
        let feed = match gaps.contains(&self.today) {
            true => self.ask(name::FEED, category, |client| client.feed(&named)),
            false => None,
        };
        let listing = match gaps.contains(&self.newest) {
            true => self.ask(name::LISTING, category, |client| listing(client, category)),
            false => None,
        };
        let mut listed = HashMap::new();
        if let Some((items, whole)) = listing {
            // What stands on tomorrow's page says nothing of today's feed.
            for item in items.iter().filter(|item| item.date <= Some(self.today)) {
                listed.extend(item.date.map(|date| (item.paper.id.clone(), date)));
            }
            let date = items.first().and_then(|item| item.date);
            self.record(&items, name::LISTING)?;
            // A day without an announcement repeats the date of the last one.
            if let Some(date) = date {
                self.note(category, date, items.len(), name::LISTING, None, whole)?;
            }
            if date != Some(self.newest) {
                self.note(category, self.newest, 0, name::LISTING, None, false)?;
            }
        }
        if let Some(feed) = feed {
            self.take_feed(category, feed, &listed)?;
        }
        Ok(())
    }

    /// Records a feed under the day that its papers belong to, which need not be the one it states.
    fn take_feed(
        &mut self,
        category: &str,
        feed: Batch,
        listed: &HashMap<PaperId, Date>,
    ) -> Result<()> {
        let date = feed.date.unwrap_or(self.today);
        let stale = self.stale_since(&feed, date, listed)?;
        let papers = if stale.is_some() { 0 } else { feed.items.len() };
        let mut fresh = Vec::new();
        for mut item in feed.items {
            // The listing page knows the day of each paper; a stale feed knows none.
            item.date = match (listed.get(&item.paper.id), stale) {
                (Some(day), _) => Some(*day),
                (None, None) => Some(date),
                (None, Some(_)) => {
                    let row = self.library.row(&item.paper.id)?;
                    let lines = row.map(|row| self.library.lines_of(row)).transpose()?;
                    if lines.is_some_and(|lines| !lines.is_empty()) {
                        continue;
                    }
                    None
                }
            };
            fresh.push(item);
        }
        let (dated, undated): (Vec<_>, Vec<_>) =
            fresh.into_iter().partition(|item| item.date.is_some());
        self.record(&dated, name::FEED)?;
        if let Some(since) = stale {
            self.record_assumed(undated, since, name::FEED)?;
        }
        self.note(category, date, papers, name::FEED, stale, false)
    }

    /// The earlier day whose papers a feed repeats under a new date.
    fn stale_since(
        &self,
        feed: &Batch,
        date: Date,
        listed: &HashMap<PaperId, Date>,
    ) -> Result<Option<Date>> {
        let most = |count: usize| 2 * count > feed.items.len();
        let ids: Vec<PaperId> = feed.items.iter().map(|item| item.paper.id.clone()).collect();
        // The replacement of a paper is no repetition of its announcement.
        let what = |kind: Kind| if kind == Kind::ReplaceCross { Kind::Replace } else { kind };
        let rows = self.library.rows(&ids)?.into_iter().zip(&feed.items);
        let lines: HashSet<_> =
            rows.filter_map(|(row, item)| Some((row?, what(item.kind)))).collect();
        let from = date.saturating_sub(RECENT_REACH.days());
        for day in from.series(1.day()).take_while(|day| *day < date) {
            let known = self.library.announced_on(day)?.into_iter();
            if most(known.filter(|line| lines.contains(&(line.row, what(line.kind)))).count()) {
                return Ok(Some(day));
            }
        }
        // Nothing is known of the days before, yet the listing page of this very day differs.
        let contradicted = listed.values().any(|day| *day == date)
            && !feed.items.is_empty()
            && !most(ids.iter().filter(|id| listed.contains_key(id)).count());
        let before = calendar::weekdays(from, date.yesterday().unwrap_or(date)).last();
        Ok(before.filter(|_| contradicted))
    }

    /// Reads the page of recent days, which lists ids by day, and asks for what the library lacks.
    /// `None` if there is no such page.
    fn recent_days(&mut self, category: &str, gaps: &[Date]) -> Result<Option<Recent>> {
        let Some(page) = self.ask(name::RECENT, category, |client| recent(client, category)) else {
            return Ok(None);
        };
        let days: Vec<Date> = page.sections.iter().filter_map(|section| section.date).collect();
        let (Some(first), Some(last)) = (days.iter().min(), days.iter().max()) else {
            return Ok(None);
        };
        let mut told_of = HashSet::new();
        for gap in gaps.iter().copied().filter(|gap| (*first..=*last).contains(gap)) {
            if !days.contains(&gap) {
                // The days around it had an announcement, this one had none.
                self.note(category, gap, 0, name::RECENT, None, true)?;
                continue;
            }
            let sections = page.sections.iter().filter(|section| section.date == Some(gap));
            let mut items: Vec<Announced> = Vec::new();
            let mut whole = true;
            for section in sections {
                items.extend(section.items.iter().cloned());
                whole &= section.total.is_none_or(|total| section.items.len() >= total);
            }
            let listed = items.len();
            let told = self.with_abstracts(category, items)?;
            whole &= told.len() == listed;
            if whole {
                told_of.insert(gap);
            }
            self.record(&told, name::RECENT)?;
            let complete = whole && !self.options.replacements;
            self.note(category, gap, listed, name::RECENT, None, complete)?;
        }
        Ok(Some(Recent { from: *first, told: told_of }))
    }

    /// Those of `items` whose abstract is known, to the library or to the query API.
    fn with_abstracts(&mut self, category: &str, items: Vec<Announced>) -> Result<Vec<Announced>> {
        let mut known: HashMap<PaperId, Paper> = HashMap::new();
        let mut missing = Vec::new();
        for item in &items {
            match self.library.paper(&item.paper.id)? {
                Some(paper) if !paper.abstract_text.is_empty() => {
                    known.insert(paper.id.clone(), paper);
                }
                _ => missing.push(item.paper.id.clone()),
            }
        }
        if !missing.is_empty()
            && let Some(found) = self.ask(name::API, category, |client| client.by_ids(&missing))
        {
            known.extend(found.into_iter().map(|paper| (paper.id.clone(), paper)));
        }
        let told = items.into_iter().filter_map(|mut item| {
            item.paper = known.remove(&item.paper.id)?;
            Some(item)
        });
        Ok(told.collect())
    }

    /// Harvests the records that changed since the first gap, and returns whether all were read. A late
    /// cross-list looks like an edit here, so what `recent` can still tell stays open until it has.
    fn harvest(
        &mut self,
        category: &str,
        gaps: &[Date],
        recent: &Recent,
        progress: &dyn Fn(usize),
    ) -> Result<bool> {
        let Some(from) = gaps.first().copied() else { return Ok(true) };
        let Some(set) = self.ask(name::OAI, category, |_| set_of(category)) else {
            return Ok(false);
        };
        let known = self.highest_before(from)?;
        let mut harvest = Harvest::new(self.client, &set, from);
        let mut told: HashMap<Date, usize> = HashMap::new();
        // Not through a closure, because each page is stored before the next is asked for.
        while !self.given_up.contains(name::OAI) {
            let Some(page) = self.ask(name::OAI, category, |_| harvest.next_page()) else {
                return Ok(false);
            };
            let Some(records) = page else {
                for gap in gaps {
                    let papers = told.get(gap).copied().unwrap_or(0);
                    // An announcement may be late; of a past day it is not any more.
                    let complete = (papers > 0 || *gap < self.today)
                        && (*gap < recent.from || recent.told.contains(gap));
                    self.note(category, *gap, papers, name::OAI, None, complete)?;
                }
                return Ok(true);
            };
            for item in self.take_records(records, gaps, known.as_ref())? {
                *told.entry(item).or_default() += 1;
            }
            progress(self.read);
        }
        Ok(false)
    }

    /// Records a page of a harvest, and returns the gap that each announcement fell into.
    fn take_records(
        &mut self,
        records: Vec<Record>,
        gaps: &[Date],
        known: Option<&PaperId>,
    ) -> Result<Vec<Date>> {
        let mut lines = Vec::new();
        let mut papers = Vec::new();
        for record in records {
            let Some(paper) = record.paper else { continue };
            let row = self.library.row(&paper.id)?;
            let row_lines = row.map(|row| self.library.lines_of(row)).transpose()?;
            let is_told = row_lines.into_iter().flatten().any(|l| l.kind <= Kind::Cross);
            let batches: Vec<Date> =
                record.created.iter().map(|created| calendar::batch_of(*created)).collect();
            let first = batches.first().copied().unwrap_or(record.datestamp);
            // Ids are given out at announcement; what is older was edited, not announced.
            let is_new =
                !is_told && known.map_or(first >= gaps[0], |known| follows(&paper.id, known));
            let line = if is_new {
                // Until the first change the datestamp is the day of the announcement.
                let day = if batches.len() > 1 { first } else { first.max(record.datestamp) };
                Some((nearest(gaps, day), Kind::New))
            } else if batches.len() > 1 {
                let day = batches.last().copied().unwrap_or(record.datestamp);
                gaps.contains(&day).then_some((day, Kind::Replace))
            } else {
                None
            };
            match line {
                Some((date, kind)) => lines.push((date, kind, paper)),
                None => papers.push(paper),
            }
        }
        self.read += lines.len() + papers.len();
        self.library.add_papers(&papers)?;
        let days = lines.iter().map(|(date, ..)| *date).collect();
        let (dates, announced): (Vec<_>, Vec<_>) =
            lines.into_iter().map(|(date, kind, paper)| (date, (kind, paper))).unzip();
        let (kinds, papers): (Vec<Kind>, Vec<Paper>) = announced.into_iter().unzip();
        let rows = self.library.add_papers(&papers)?;
        let lines: Vec<Line> = rows
            .into_iter()
            .zip(std::iter::zip(dates, kinds))
            .map(|(row, (date, kind))| Line { row, date, kind, stated: false })
            .collect();
        self.fetched.announcements += self.library.record_announcements(&lines, name::OAI)?;
        Ok(days)
    }

    /// The highest id that was announced on the days before `day`, where the ledger knows some.
    fn highest_before(&self, day: Date) -> Result<Option<PaperId>> {
        let from = day.saturating_sub(RECENT_REACH.days());
        let mut highest: Option<PaperId> = None;
        for before in from.series(1.day()).take_while(|before| *before < day) {
            let lines = self.library.announced_on(before)?;
            let new = lines.iter().filter(|line| line.kind == Kind::New && line.stated);
            let rows: Vec<_> = new.map(|line| line.row).collect();
            for paper in self.library.papers(&rows)? {
                if highest.as_ref().is_none_or(|highest| follows(&paper.id, highest)) {
                    highest = Some(paper.id);
                }
            }
        }
        Ok(highest)
    }

    /// Searches for papers submitted for the gaps, where nobody else knows. The API does not tell the day
    /// of announcement, so the gaps stay open.
    fn search(&mut self, category: &str, gaps: &[Date]) -> Result<()> {
        let (Some(first), Some(last)) = (gaps.first(), gaps.last()) else { return Ok(()) };
        // A weekend and a holiday may lie between submission and announcement.
        let from = calendar::out_at(first.saturating_sub(4.days()));
        let to = calendar::out_at(*last);
        let Some(query) = self.ask(name::API, category, |_| submitted(category, from, to)) else {
            return Ok(());
        };
        let mut search = Search::new(self.client, &query);
        let mut told = Vec::new();
        loop {
            match self.ask(name::API, category, |_| search.next_page()) {
                Some(Some(page)) => told.extend(page.items),
                Some(None) => break,
                None => return Ok(()),
            }
        }
        self.read += told.len();
        let mut by_day: HashMap<Date, Vec<Announced>> = HashMap::new();
        for item in told {
            let row = self.library.row(&item.paper.id)?;
            let lines = row.map(|row| self.library.lines_of(row)).transpose()?;
            if lines.is_some_and(|lines| !lines.is_empty()) {
                continue;
            }
            let Some(submitted) = item.paper.submitted else { continue };
            let Some(day) = gaps.iter().copied().find(|gap| *gap > submitted) else { continue };
            by_day.entry(day).or_default().push(item);
        }
        for gap in gaps {
            let items = by_day.remove(gap).unwrap_or_default();
            let papers = items.len();
            self.record_assumed(items, *gap, name::API)?;
            self.note(category, *gap, papers, name::API, None, false)?;
        }
        Ok(())
    }

    /// Enters announcements whose source states the day.
    fn record(&mut self, items: &[Announced], source: &str) -> Result<()> {
        self.read += items.len();
        let papers: Vec<Paper> = items.iter().map(|item| item.paper.clone()).collect();
        let rows = self.library.add_papers(&papers)?;
        let dated = rows.into_iter().zip(items).filter_map(|(row, item)| {
            Some(Line { row, date: item.date?, kind: item.kind, stated: true })
        });
        let lines: Vec<Line> = dated.collect();
        self.fetched.announcements += self.library.record_announcements(&lines, source)?;
        Ok(())
    }

    /// Enters announcements that are assumed to be of `date`.
    fn record_assumed(&mut self, items: Vec<Announced>, date: Date, source: &str) -> Result<()> {
        let papers: Vec<Paper> = items.iter().map(|item| item.paper.clone()).collect();
        let rows = self.library.add_papers(&papers)?;
        let lines: Vec<Line> = std::iter::zip(rows, items)
            .map(|(row, item)| Line { row, date, kind: item.kind, stated: false })
            .collect();
        self.fetched.announcements += self.library.record_announcements(&lines, source)?;
        Ok(())
    }

    /// Enters what a source told of a day. Weekends have no place in the ledger.
    fn note(
        &mut self,
        category: &str,
        date: Date,
        papers: usize,
        source: &str,
        stale: Option<Date>,
        complete: bool,
    ) -> Result<()> {
        if papers == 0 && calendar::weekdays(date, date).next().is_none() {
            return Ok(());
        }
        self.library.record_day(&Day {
            category: category.to_owned(),
            date,
            papers: u32::try_from(papers).unwrap_or(u32::MAX),
            sources: vec![source.to_owned()],
            stale,
            complete,
            checked_at: self.options.now,
        })
    }
}

/// The whole listing page of the newest day, and whether it holds as many entries as it counts.
fn listing(client: &Client, category: &str) -> Result<(Vec<Announced>, bool)> {
    let mut pages = ListingPages::new(client, category)?;
    let mut batches = Vec::new();
    while let Some(page) = pages.next_page()? {
        batches.push(page);
    }
    Ok((merge(batches), pages.is_whole()))
}

/// Whether `id` was given out after `other`: both of the form that is used since 2007, where a longer
/// number is a later one.
fn follows(id: &PaperId, other: &PaperId) -> bool {
    let key = |id: &PaperId| {
        id.as_str().split_once('.').map(|(yymm, n)| (yymm.to_owned(), n.len(), n.to_owned()))
    };
    key(id) > key(other)
}

/// The last of `gaps` up to `day`, or the first one after it.
fn nearest(gaps: &[Date], day: Date) -> Date {
    gaps.iter().rev().copied().find(|gap| *gap <= day).unwrap_or(gaps[0])
}
