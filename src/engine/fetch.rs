//! Filling the library and its ledger from arXiv, so that no announcement is missing.
//!
//! [`fetch`] asks for what the ledger does not call complete, and for nothing else. A day's feed says
//! how each paper was announced; the listing page counts them, so it is the cross-check. Days that were
//! missed are read from the page of recent days, or else harvested by OAI-PMH, or else searched for.
//! One source that fails is replaced by the next, and what nobody told stays a gap, which the next call
//! tries to close again.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use jiff::{SignedDuration, Timestamp, ToSpan, civil::Date};
use serde::Serialize;

use super::daily::enter;
use crate::{
    calendar,
    day::LATE,
    error::{Error, Result},
    message,
    message::Message,
    paper::{Announced, Kind, Paper, PaperId},
    row::{Line, Row},
    source::{
        Batch, Client, Source,
        feed::Feed,
        listing::{ListingPages, recent},
        merge,
        oai::{Harvest, Record, set_of},
        query::{Search, by_ids, submitted},
    },
    store::{CategoryDay, Library, told_by},
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
#[non_exhaustive]
pub struct Fetched {
    /// Papers that the library did not hold before.
    pub papers: usize,
    /// Lines that the ledger did not hold before.
    pub announcements: usize,
    /// What is now known of the days that were in question.
    pub days: Vec<CategoryDay>,
    /// Answers that arXiv gave.
    pub answers: usize,
    /// What went wrong, in words; the ledger shows what it left open.
    pub failures: Vec<Message>,
    /// Why nobody could be reached, if there is no network at all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unreachable: Option<String>,
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
        skipped: BTreeMap::new(),
        before: library.len()?,
        read: 0,
        fetched: Fetched::default(),
        library,
    };
    for (done, category) in categories.iter().enumerate() {
        run.category(category, &|read| progress(done, categories.len(), read))?;
        // Nobody else will be reached either.
        if run.fetched.unreachable.is_some() {
            return Ok(run.fetched);
        }
    }
    progress(categories.len(), categories.len(), run.read);
    for (source, skipped) in &run.skipped {
        let skipped = skipped.iter().map(String::as_str).collect::<Vec<_>>().join(", ");
        run.fetched.failures.push(message!(
            "{source}: not asked for {skipped}, as it had failed",
            source,
            skipped
        ));
    }
    run.fetched.papers = run.library.len()? - run.before;
    Ok(run.fetched)
}

/// Announcements on the page of recent days.
const RECENT_DAYS: usize = 5;
/// Days that they may reach back, weekends and holidays included.
const RECENT_REACH: i32 = 12;
/// How soon a day is asked for again that its own sources have told all they know of.
const ASK_AGAIN: SignedDuration = SignedDuration::from_mins(20);
/// OAI-PMH shows a batch two and a half hours after its announcement.
const OAI_DELAY_MINUTES: i64 = 150;

struct Run<'a> {
    library: &'a mut Library,
    client: &'a Client,
    options: FetchOptions,
    newest: Date,
    today: Date,
    /// Sources that did not answer, and are not asked again.
    given_up: HashSet<&'static str>,
    /// What they were not asked for.
    skipped: BTreeMap<&'static str, BTreeSet<String>>,
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
        self.mention_absence(category)?;
        progress(self.read);
        if before.contains(&self.newest) || before.contains(&self.today) {
            self.newest_day(category, &before)?;
            progress(self.read);
        }
        let reach = self.today.saturating_sub(RECENT_REACH.days());
        let missed = self.gaps(category)?;
        let mut recent = Recent::default();
        if missed.iter().any(|gap| *gap >= reach && *gap < self.newest) {
            recent = self.recent_days(category, &missed)?;
            progress(self.read);
        }
        let missed: Vec<Date> =
            self.gaps(category)?.into_iter().filter(|gap| self.in_oai(*gap)).collect();
        if !missed.is_empty() && !self.harvest(category, &missed, &recent, progress)? {
            self.search(category, &missed)?;
            progress(self.read);
        }
        for gap in before {
            let known = self.library.day(category, gap)?;
            let day = known.unwrap_or_else(|| self.unknown_day(category, gap));
            self.fetched.days.push(day);
        }
        Ok(())
    }

    /// Says that days before the reach of a run were missed, on the first run after them.
    fn mention_absence(&mut self, category: &str) -> Result<()> {
        let reach = self.newest.saturating_sub(LATE.days());
        let known = |from, to| -> Result<Option<Date>> {
            let days = self.library.days(from, to)?.into_iter();
            Ok(days.filter(|day| day.category == category).map(|day| day.date).max())
        };
        if self.options.since.is_none()
            && known(reach, self.newest)?.is_none()
            && let Some(last) = known(Date::MIN, reach)?
        {
            let from = last.tomorrow().unwrap_or(last);
            self.fetched.failures.push(message!("{category}: days from {from} on were missed, and only the last {late} are made up for", category, from, late = LATE));
        }
        Ok(())
    }

    /// The weekdays of a category that are not complete, ascending.
    fn gaps(&self, category: &str) -> Result<Vec<Date>> {
        let reach = self.newest.saturating_sub(LATE.days());
        let from = self.options.since.unwrap_or(reach);
        let known = self.library.days(from, self.newest)?;
        let known: Vec<CategoryDay> =
            known.into_iter().filter(|day| day.category == category).collect();
        let begun = match self.library.first_day(category)? {
            Some(first) => first.max(reach),
            None => self.newest,
        };
        let from = self.options.since.unwrap_or(begun);
        // The page of recent days lists no replacements.
        let lists_all = |day: &CategoryDay| {
            let lacks = [told_by::RECENT, told_by::API, told_by::OLD_LISTING];
            !self.options.replacements || day.sources.iter().any(|s| !lacks.contains(&s.as_str()))
        };
        let closed =
            known.iter().filter(|day| (day.complete && lists_all(day)) || self.asked_just_now(day));
        let complete: HashSet<Date> = closed.map(|day| day.date).collect();
        Ok(calendar::weekdays(from, self.newest).filter(|day| !complete.contains(day)).collect())
    }

    /// Whether feed and listing page have just told what they know of a day; asking again at once would be
    /// no use.
    fn asked_just_now(&self, day: &CategoryDay) -> bool {
        let listed = day.is_told_by(told_by::LISTING) || day.is_told_by(told_by::OLD_LISTING);
        let age = self.options.now.duration_since(day.checked_at);
        listed && day.is_told_by(told_by::FEED) && age.is_positive() && age < ASK_AGAIN
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
            self.skipped.entry(source).or_default().insert(what.to_owned());
            return None;
        }
        match ask(self.client) {
            Ok(answer) => {
                self.fetched.answers += 1;
                Some(answer)
            }
            Err(Error::Unreachable { cause }) => {
                self.fetched.unreachable = Some(cause);
                self.given_up.insert(source);
                None
            }
            Err(error) => {
                // A refusal concerns this category alone.
                if matches!(error, Error::Fetch { .. }) {
                    self.given_up.insert(source);
                }
                self.fetched.failures.push(message!(
                    "{what} ({source}): {error}",
                    what,
                    source,
                    error
                ));
                None
            }
        }
    }

    /// Reads the feed of today and the listing page of the newest day, and compares them.
    fn newest_day(&mut self, category: &str, gaps: &[Date]) -> Result<()> {
        let named = [category.to_owned()];
        let feed = match gaps.contains(&self.today) {
            true => {
                self.ask(told_by::FEED, category, |client| Feed::new(client, &named)?.next_page())
            }
            false => None,
        };
        let listing = match gaps.contains(&self.newest) {
            true => self.ask(told_by::LISTING, category, |client| listing(client, category)),
            false => None,
        };
        let mut listed = HashMap::new();
        let mut told = None;
        if let Some((page, whole)) = listing {
            // What stands on tomorrow's page says nothing of today's feed.
            for item in page.items.iter().filter(|item| item.date <= Some(self.today)) {
                listed.extend(item.date.map(|date| (item.paper.id.clone(), date)));
            }
            told = Some((page.date, page.items.len(), whole));
            self.record(category, page.items, told_by::LISTING)?;
        }
        if let Some(feed) = feed.flatten() {
            self.take_feed(category, feed, &listed)?;
        }
        // The listing may complete the day, and then nobody would ask for the feed again after a crash,
        // which alone knows the versions.
        if let Some((date, papers, whole)) = told {
            if let Some(date) = date {
                // An empty page may be a fault, which the page of recent days will show.
                let whole = whole && papers > 0;
                self.note(category, date, papers, told_by::LISTING, None, whole)?;
            }
            // A day without an announcement repeats the last one.
            if date != Some(self.newest) {
                self.note(category, self.newest, 0, told_by::OLD_LISTING, None, false)?;
            }
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
            let listed = listed.get(&item.paper.id).copied();
            item.date = listed.or(if stale.is_none() { Some(date) } else { None });
            if item.date.is_some() || !self.is_told(category, &item.paper.id)? {
                fresh.push(item);
            }
        }
        self.read += fresh.len();
        self.record_assumed(category, fresh, stale.unwrap_or(date), told_by::FEED)?;
        self.note(category, date, papers, told_by::FEED, stale, false)
    }

    /// Whether the ledger knows an announcement of the paper in the category.
    fn is_told(&self, category: &str, id: &PaperId) -> Result<bool> {
        let Some(row) = self.library.row(id)? else { return Ok(false) };
        let lines = self.library.lines_of(row)?;
        Ok(lines.iter().any(|line| line.category == category && line.kind.is_first()))
    }

    /// Whether a source states that the paper was replaced on `day` or later.
    fn is_replaced(&self, category: &str, row: Row, day: Date) -> Result<bool> {
        let lines = self.library.lines_of(row)?;
        Ok(lines.iter().any(|line| {
            line.category == category && line.stated && !line.kind.is_first() && line.date >= day
        }))
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
            let known = self.library.announced_on(day)?;
            let known: HashSet<_> = known.iter().map(|line| (line.row, what(line.kind))).collect();
            if most(lines.intersection(&known).count()) {
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
    fn recent_days(&mut self, category: &str, gaps: &[Date]) -> Result<Recent> {
        let mut recent_days = Recent::default();
        let Some(page) = self.ask(told_by::RECENT, category, |client| recent(client, category))
        else {
            return Ok(recent_days);
        };
        let days: Vec<Date> = page.sections.iter().filter_map(|section| section.date).collect();
        let (Some(first), Some(last)) = (days.iter().min(), days.iter().max()) else {
            return Ok(recent_days);
        };
        for gap in gaps.iter().copied().filter(|gap| (*first..=*last).contains(gap)) {
            if !days.contains(&gap) {
                // The days around it had an announcement, this one had none.
                self.note(category, gap, 0, told_by::RECENT, None, true)?;
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
            for item in &items {
                recent_days.listed.insert(item.paper.id.clone(), (gap, item.kind));
            }
            let told = self.with_abstracts(category, items)?;
            whole &= told.len() == listed;
            self.record(category, told, told_by::RECENT)?;
            if whole {
                recent_days.whole.insert(gap);
            }
            self.note(category, gap, listed, told_by::RECENT, None, whole)?;
        }
        Ok(recent_days)
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
            && let Some(found) = self.ask(told_by::API, category, |client| by_ids(client, &missing))
        {
            known.extend(found.into_iter().map(|paper| (paper.id.clone(), paper)));
        }
        let told = items.into_iter().filter_map(|mut item| {
            item.paper = known.remove(&item.paper.id)?;
            Some(item)
        });
        Ok(told.collect())
    }

    /// Harvests the records that changed since the first gap, and returns whether all were read.
    fn harvest(
        &mut self,
        category: &str,
        gaps: &[Date],
        recent: &Recent,
        progress: &dyn Fn(usize),
    ) -> Result<bool> {
        let Some(from) = gaps.first().copied() else { return Ok(true) };
        let set = match set_of(category) {
            Ok(set) => set,
            Err(error) => {
                self.fetched.failures.push(message!("{category}: {error}", category, error));
                return Ok(false);
            }
        };
        let mut harvest = Harvest::new(self.client, &set, from);
        let mut changed: Vec<Changed> = Vec::new();
        // Not in one call, because each page is stored before the next is asked for.
        while !self.given_up.contains(told_by::OAI) {
            let Some(page) = self.ask(told_by::OAI, category, |_| harvest.next_page()) else {
                return Ok(false);
            };
            let Some(records) = page else {
                let told = self.date_changes(category, gaps, recent, changed)?;
                let reach = self.newest.saturating_sub(LATE.days());
                let shown = calendar::weekdays(reach, self.newest);
                let shown: Vec<Date> =
                    shown.filter(|day| calendar::silence(*day).is_none()).collect();
                let oldest_shown =
                    shown.iter().rev().nth(RECENT_DAYS - 1).copied().unwrap_or(reach);
                for gap in gaps {
                    let papers = told.iter().filter(|day| *day == gap).count();
                    // Late cross-lists look like corrections here; the page of recent days knows them.
                    let complete = recent.whole.contains(gap) || *gap < oldest_shown;
                    self.note(category, *gap, papers, told_by::OAI, None, complete)?;
                }
                return Ok(true);
            };
            self.read += records.len();
            changed.extend(self.take_records(records)?);
            progress(self.read);
        }
        Ok(false)
    }

    /// Stores the papers of a harvested page.
    fn take_records(&mut self, records: Vec<Record>) -> Result<Vec<Changed>> {
        let mut papers = Vec::new();
        let mut changed = Vec::new();
        for record in records {
            let Some(paper) = record.paper else { continue };
            changed.push((record.datestamp, record.created));
            papers.push(paper);
        }
        let rows = self.library.add_papers(&papers)?;
        let changed = rows.into_iter().zip(papers).zip(changed);
        Ok(changed
            .map(|((row, paper), (datestamp, created))| Changed {
                row,
                id: paper.id,
                categories: paper.categories,
                datestamp,
                batches: created.into_iter().map(calendar::batch_of).collect(),
            })
            .collect())
    }

    /// Settles on which of the gaps the harvested papers were announced, if on any, enters them, and returns
    /// the day of each.
    ///
    /// OAI-PMH tells when a record last changed and when its versions were submitted. As long as there is
    /// one version, the change is the announcement; a paper with more was announced with those whose ids
    /// stand beside its own, because ids are given out at announcement.
    fn date_changes(
        &mut self,
        category: &str,
        gaps: &[Date],
        recent: &Recent,
        mut changed: Vec<Changed>,
    ) -> Result<Vec<Date>> {
        let Some(start) = gaps.first().copied() else { return Ok(Vec::new()) };
        let followed = self.library.first_day(category)?.map_or(start, |first| first.min(start));
        let highest = self.highest_before(start)?;
        changed.sort_by(|a, b| age(&a.id).cmp(&age(&b.id)));
        changed.dedup_by(|a, b| a.row == b.row);
        let follows = |change: &Changed| {
            highest.as_ref().is_some_and(|highest| age(&change.id) > age(highest))
        };
        // An id given out later was not announced earlier, so no paper was announced after the next one.
        let mut latest = Date::MAX;
        let mut bounds: Vec<Date> = Vec::with_capacity(changed.len());
        for change in changed.iter().rev() {
            if follows(change) && change.batches.len() < 2 {
                latest = latest.min(change.submitted().max(change.datestamp));
            }
            bounds.push(latest);
        }
        bounds.reverse();
        let mut lines = Vec::new();
        let mut reached = start;
        for (change, bound) in std::iter::zip(changed, bounds) {
            let own = [category.to_owned()];
            let line = |date, kind: Kind| Line {
                row: change.row,
                date,
                category: category.to_owned(),
                kind: kind.seen_from(&change.categories, &own),
                stated: false,
            };
            let submitted = change.submitted();
            // What is older than our knowledge was edited, or announced before.
            let is_ours = follows(&change) || submitted >= followed;
            let listed = recent.listed.get(&change.id).copied();
            if let Some((date, kind)) = listed {
                lines.push(Line { kind, stated: true, ..line(date, kind) });
            } else if is_ours && !self.is_told(category, &change.id)? {
                let day = match change.batches.len() {
                    0 | 1 => change.datestamp,
                    _ => reached.min(bound),
                };
                let day = nearest(gaps, day.max(submitted));
                if follows(&change) && change.batches.len() < 2 {
                    reached = reached.max(day.min(bound));
                }
                lines.push(line(day, Kind::New));
            }
            // A new version may be held back as well; then its day is stated elsewhere.
            if let [_, .., last] = change.batches[..]
                && gaps.contains(&last)
                && !self.is_replaced(category, change.row, last)?
            {
                lines.push(line(last, Kind::Replace));
            }
        }
        self.fetched.announcements += self.library.record_announcements(&lines, told_by::OAI)?;
        let first = lines.iter().filter(|line| line.kind.is_first());
        Ok(first.map(|line| line.date).collect())
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
                if highest.as_ref().is_none_or(|highest| age(&paper.id) > age(highest)) {
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
        let Ok(query) = submitted(category, from, to) else { return Ok(()) };
        let mut search = Search::new(self.client, &query);
        let mut told = Vec::new();
        loop {
            match self.ask(told_by::API, category, |_| search.next_page()) {
                Some(Some(page)) => told.extend(page.items),
                Some(None) => break,
                None => return Ok(()),
            }
        }
        self.read += told.len();
        let mut by_day: HashMap<Date, Vec<Announced>> = HashMap::new();
        for mut item in told {
            let Some(submitted) = item.paper.submitted else { continue };
            let Some(day) = gaps.iter().copied().find(|gap| *gap > submitted) else { continue };
            if !self.is_told(category, &item.paper.id)? {
                item.kind = item.kind.seen_from(&item.paper.categories, &[category.to_owned()]);
                by_day.entry(day).or_default().push(item);
            }
        }
        for gap in gaps {
            let items = by_day.remove(gap).unwrap_or_default();
            let papers = items.len();
            self.record_assumed(category, items, *gap, told_by::API)?;
            self.note(category, *gap, papers, told_by::API, None, false)?;
        }
        Ok(())
    }

    /// Enters announcements whose source states the day; the others are left out.
    fn record(&mut self, category: &str, mut items: Vec<Announced>, source: &str) -> Result<()> {
        self.read += items.len();
        items.retain(|item| item.date.is_some());
        self.record_assumed(category, items, self.today, source)
    }

    /// Enters announcements; those whose source does not state the day are assumed to be of `date`.
    fn record_assumed(
        &mut self,
        category: &str,
        items: Vec<Announced>,
        date: Date,
        source: &str,
    ) -> Result<()> {
        self.fetched.announcements += enter(self.library, items, category, date, source)?;
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
        self.library.record_day(&CategoryDay {
            papers: u32::try_from(papers).unwrap_or(u32::MAX),
            sources: vec![source.to_owned()],
            stale,
            complete,
            ..self.unknown_day(category, date)
        })
    }

    /// A day of which nobody has told anything.
    fn unknown_day(&self, category: &str, date: Date) -> CategoryDay {
        CategoryDay {
            category: category.to_owned(),
            date,
            papers: 0,
            sources: Vec::new(),
            stale: None,
            complete: false,
            checked_at: self.options.now,
        }
    }
}

/// What the page of recent days told.
#[derive(Default)]
struct Recent {
    /// Day and kind of each paper.
    listed: HashMap<PaperId, (Date, Kind)>,
    /// The days whose papers are all in the ledger now.
    whole: HashSet<Date>,
}

/// A paper whose record changed.
struct Changed {
    row: Row,
    id: PaperId,
    categories: Vec<String>,
    /// Day of the last change.
    datestamp: Date,
    /// For each version, the first batch that could hold it.
    batches: Vec<Date>,
}

impl Changed {
    /// The first batch that could hold the paper.
    fn submitted(&self) -> Date {
        self.batches.first().copied().unwrap_or(self.datestamp)
    }
}

/// The whole listing page of the newest day, and whether it holds as many entries as it counts.
fn listing(client: &Client, category: &str) -> Result<(Batch, bool)> {
    let mut pages = ListingPages::new(client, category)?;
    let mut read = Vec::new();
    while let Some(page) = pages.next_page()? {
        read.push(page);
    }
    let mut whole =
        read.first().cloned().ok_or_else(|| Error::Invalid(message!("a listing without pages")))?;
    whole.items = merge(read);
    Ok((whole, pages.is_whole()))
}

/// Orders ids by the time at which they were given out, those of before April 2007 first.
fn age(id: &PaperId) -> impl Ord {
    id.as_str().split_once('.').map(|(yymm, n)| (yymm.to_owned(), n.len(), n.to_owned()))
}

/// The last of `gaps` up to `day`, or the first one after it.
fn nearest(gaps: &[Date], day: Date) -> Date {
    gaps.iter().rev().copied().find(|gap| *gap <= day).unwrap_or(gaps[0])
}
