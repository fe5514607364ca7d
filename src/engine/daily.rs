//! A day's announcement becomes one digest for each profile.

use std::{
    collections::HashSet,
    fs, io,
    path::{Path, PathBuf},
};

use jiff::{Timestamp, ToSpan, civil::Date};
use ndarray::{Axis, concatenate};

use super::{Engine, Learned, ProgressFn, Stated, site::url_name};
use crate::{
    calendar::{self, Silence},
    digest::{self, Also, Around, Digest, Empty, Entry, Format, Nearest, Updated, Why},
    embed::text_of,
    error::{Error, Result},
    file, hash,
    paper::{Announced, Kind, Paper, in_stream},
    profile::{Notice, Profile},
    rank::{
        Background, Candidate, Documents, Likelihood, OLDER, Ranked, Rules, SAMPLED_STREAM,
        SHORTLIST, STREAM, Selection, Shown, Taste, rank, reorder, sampled, select, shortlist,
    },
    store::{Considered, Delivery, Library, Line, Row, told_by},
};

/// How many days back a digest looks for announcements that its predecessors missed, and for days
/// without a digest.
pub const LATE: i32 = 14;

/// What was announced, as far as the sources say.
#[derive(Debug, Clone)]
pub struct Announcement {
    /// The day whose digest is made.
    pub date: Date,
    /// All papers, each once; those without a date of their own count for `date`.
    pub items: Vec<Announced>,
    /// Where they come from, for the ledger.
    pub origin: String,
    /// Whether any source is an announcement feed, so that an empty one says something about the day.
    pub from_feed: bool,
}

impl Announcement {
    /// Days other than [`Announcement::date`] that papers were announced on, with their number,
    /// ascending.
    pub fn other_days(&self) -> Vec<(Date, usize)> {
        let mut days: Vec<Date> = self
            .items
            .iter()
            .filter_map(|item| item.date)
            .filter(|day| *day != self.date)
            .collect();
        days.sort_unstable();
        days.chunk_by(|a, b| a == b).map(|run| (run[0], run.len())).collect()
    }

    /// Why the day has no paper in any category, if it has none.
    pub fn silence(&self) -> Empty {
        if let Some((newest, _)) = self.other_days().pop() {
            Empty::OtherDays { newest }
        } else if !self.from_feed {
            Empty::NoPapers
        } else {
            calendar::silence(self.date).map_or(Empty::FeedEmpty, Empty::from)
        }
    }
}

/// Settings of a daily run.
#[derive(Debug, Clone, Copy)]
pub struct DailyOptions {
    /// Show papers again that another digest showed, and make a digest anew that exists already.
    pub again: bool,
    /// The present.
    pub now: Timestamp,
}

/// What became of one profile's digest.
#[derive(Debug)]
pub struct Outcome {
    /// The digest.
    pub digest: Digest,
    /// Its file.
    pub path: PathBuf,
    /// Whether this run wrote the file; `false` if it stood there already.
    pub written: bool,
    /// Where the file went that stood in its place and had been edited, if there was one.
    pub kept: Option<PathBuf>,
    /// What the reader should know of the profile.
    pub notices: Vec<Notice>,
}

/// Enters an announcement into the library and its ledger. Entering it twice changes nothing.
///
/// # Errors
/// As [`Library::add_papers`].
pub fn record(library: &mut Library, announcement: &Announcement) -> Result<()> {
    let Announcement { date, items, origin, .. } = announcement;
    enter(library, items.clone(), "", *date, origin).map(drop)
}

/// Stores papers and enters their announcements in `category` (empty where the source is not of one), told
/// by `origin`; one without a day of its own is assumed to be of `date`. Returns how many lines are new.
pub(super) fn enter(
    library: &mut Library,
    items: Vec<Announced>,
    category: &str,
    date: Date,
    origin: &str,
) -> Result<usize> {
    let (papers, when): (Vec<Paper>, Vec<_>) =
        items.into_iter().map(|item| (item.paper, (item.date, item.kind))).unzip();
    let rows = library.add_papers(&papers)?;
    let lines: Vec<Line> = std::iter::zip(rows, when)
        .map(|(row, (stated, kind))| Line {
            row,
            date: stated.unwrap_or(date),
            category: category.to_owned(),
            kind,
            stated: stated.is_some(),
        })
        .collect();
    library.record_announcements(&lines, origin)
}

impl Engine {
    /// Makes the digest of `profile` for the day `date`, writes it to `digests/DATE/PROFILE.md`, and in the
    /// profile's other formats beside it, and records the delivery. It takes in what was announced on that day, and what became known too late
    /// for the digests of the days before. `silence` is the cause to name if the day has no paper at all.
    ///
    /// A digest that was made from the same profile, model and papers of the day stays as it is,
    /// whatever was marked since; if only its language has changed, it is written again in the other.
    ///
    /// # Errors
    /// [`Error::Profile`] if the profile has nothing to rank by; otherwise as the parts. On an error no
    /// delivery is recorded.
    pub fn daily(
        &mut self,
        profile: &Profile,
        date: Date,
        silence: Empty,
        options: &DailyOptions,
        progress: ProgressFn,
    ) -> Result<Outcome> {
        let (stated, notices) = self.stated(profile, Timestamp::MAX)?;
        let mut day = self.day(profile, &stated, date, options.again)?;
        let inputs = self.fingerprint(profile, &day, stated.seeds);
        let delivered = self.library.delivery(&profile.id, date)?;
        let before = delivered.and_then(|delivery| {
            let digest: Digest = serde_json::from_str(&delivery.digest).ok()?;
            Some((delivery.inputs, digest))
        });
        if let Some((same, digest)) = &before
            && *same == inputs
            && !options.again
        {
            if digest.language != profile.language {
                // The same list in other words; nothing is ranked again.
                let said = Digest { language: profile.language, ..digest.clone() };
                let (path, kept, written) = self.put(&said, Some(digest), &profile.formats)?;
                let json = serde_json::to_string(&said).expect("a digest is plain data");
                self.library.replace_digest(&profile.id, date, &json)?;
                return Ok(Outcome { digest: said, path, written, kept, notices });
            }
            let path = self.path(digest, "md");
            // A file that is there may carry the reader's own notes.
            let written = !path.exists() && file::write_atomic(&path, digest.render().as_bytes())?;
            self.put_formats(digest, &profile.formats)?;
            let digest = digest.clone();
            return Ok(Outcome { digest, path, written, kept: None, notices });
        }
        something_to_rank_by(profile, &stated, &notices)?;
        let considered = std::mem::take(&mut day.considered);
        let (digest, rows) = self.draft(profile, stated, day, silence, options, progress)?;
        let before = before.map(|(_, digest)| digest);
        let (path, kept, written) = self.put(&digest, before.as_ref(), &profile.formats)?;
        let delivery = Delivery {
            generated_at: options.now,
            model: self.models(),
            inputs,
            digest: serde_json::to_string(&digest).expect("a digest is plain data"),
        };
        let categories = &profile.categories;
        self.library.record_delivery(
            &profile.id,
            date,
            &delivery,
            &rows,
            &considered,
            categories,
        )?;
        Ok(Outcome { digest, path, written, kept, notices })
    }

    /// A file of a digest; `ending` says which.
    fn path(&self, digest: &Digest, ending: &str) -> PathBuf {
        let folder = self.dir.join("digests").join(digest.date.to_string());
        folder.join(format!("{}.{ending}", digest.profile))
    }

    /// Writes the files of a digest: Markdown, in the place of one that was made `before`, and `formats` beside
    /// it. Returns the path of the Markdown, where the file went that stood there and was edited, and whether
    /// the Markdown had to be written.
    pub(super) fn put(
        &self,
        digest: &Digest,
        before: Option<&Digest>,
        formats: &[Format],
    ) -> Result<(PathBuf, Option<PathBuf>, bool)> {
        let path = self.path(digest, "md");
        path.parent().into_iter().for_each(file::sweep);
        let text = digest.render();
        let kept = keep_edited(&path, &[before.map(Digest::render), Some(text.clone())])?;
        let written = file::write_atomic(&path, text.as_bytes())?;
        self.put_formats(digest, formats)?;
        Ok((path, kept, written))
    }

    /// Writes the files of a digest that are not Markdown; nobody edits those.
    fn put_formats(&self, digest: &Digest, formats: &[Format]) -> Result<()> {
        let mut around = Around::default();
        if formats.contains(&Format::Html) {
            let days = self.library.delivered_days(&digest.profile)?;
            let earlier = days.into_iter().rev().filter(|day| *day < digest.date);
            let page = |day: Date| self.path(&Digest { date: day, ..digest.clone() }, "html");
            let earlier = earlier.filter(|day| page(*day).exists()).take(1);
            around.previous =
                earlier.map(|day| format!("../{day}/{}.html", url_name(&digest.profile))).next();
        }
        for format in formats {
            let text = digest.to_format(*format, &around);
            file::write_atomic(&self.path(digest, format.as_str()), text.as_bytes())?;
        }
        Ok(())
    }

    /// Writes `digests/latest.md`: the digests of the newest day, one after the other.
    ///
    /// # Errors
    /// [`Error::Io`], [`Error::Library`].
    pub fn write_latest(&self) -> Result<PathBuf> {
        let folder = self.dir.join("digests");
        file::sweep(&folder);
        let path = folder.join("latest.md");
        let digests = self.library.newest_digests()?;
        let texts: Vec<String> = digests
            .iter()
            .filter_map(|json| serde_json::from_str(json).ok())
            // Marks are read from the digests themselves; this file is written over.
            .map(|digest: Digest| Digest { boxes: false, ..digest }.render())
            .collect();
        file::write_atomic(&path, texts.join("\n").as_bytes())?;
        Ok(path)
    }

    /// Ranks the day's candidates; the digest, and the papers it shows.
    fn draft(
        &mut self,
        profile: &Profile,
        stated: Stated,
        day: Day,
        silence: Empty,
        options: &DailyOptions,
        progress: ProgressFn,
    ) -> Result<(Digest, Vec<Row>)> {
        let date = day.date;
        let rows: Vec<Row> = day.candidates.iter().map(|(line, _)| line.row).collect();
        let today: HashSet<Row> = rows.iter().copied().collect();
        let learned = self.learned(profile, stated, date, &today)?;
        let mut shown: Vec<(Row, Entry)> = Vec::new();
        let mut best = 0.0f32;
        let mut missed = None;
        if !rows.is_empty() {
            let chosen = self.choose(profile, &learned, &day, progress)?;
            best = chosen.ranked.iter().map(|r| r.score).fold(0.0, f32::max);
            missed = chosen.missed(profile);
            for one in &chosen.selection.shown {
                let (candidates, ranked) = (&day.candidates, &chosen.ranked);
                let entry =
                    self.entry(profile, &learned, candidates, ranked, chosen.fitted, one)?;
                shown.push((candidates[one.at].0.row, entry));
            }
        }
        let empty = shown.is_empty().then(|| day.cause(silence, profile.min_score, best));
        let (rows, entries) = shown.into_iter().unzip();
        let digest = Digest {
            read: day.read,
            seen_before: day.seen_before,
            unwanted: day.unwanted,
            muted: day.muted,
            missed,
            empty,
            entries,
            updated: day.updated,
            ..self.blank(profile, date, options.now)
        };
        Ok((digest, rows))
    }

    /// A digest of nothing.
    pub(super) fn blank(&self, profile: &Profile, date: Date, now: Timestamp) -> Digest {
        Digest {
            schema: digest::SCHEMA,
            date,
            generated_at: now.to_zoned(profile.timezone.clone()),
            profile: profile.id.clone(),
            title: profile.name.clone(),
            style: profile.style,
            language: profile.language,
            boxes: profile.boxes,
            model: self.model_name(),
            tokens: 0,
            writer: None,
            read: 0,
            seen_before: 0,
            unwanted: 0,
            muted: 0,
            missed: None,
            empty: None,
            entries: Vec::new(),
            updated: Vec::new(),
        }
    }

    /// The entry of a candidate that was chosen.
    pub(super) fn entry(
        &self,
        profile: &Profile,
        learned: &Learned,
        candidates: &[(Line, Paper)],
        ranked: &[Ranked],
        fitted: Option<Likelihood>,
        Shown { at, also, place }: &Shown,
    ) -> Result<Entry> {
        let (line, paper) = &candidates[*at];
        let ranked = &ranked[*at];
        Ok(Entry {
            paper: paper.clone(),
            kind: line.kind,
            announced: line.stated.then_some(line.date),
            score: ranked.score,
            likelihood: fitted.map(|fit| fit.of(ranked.score)),
            place: *place,
            also: also.iter().map(|at| named(&candidates[*at].1)).collect(),
            why: self.why(profile, learned, ranked)?,
            notes: Vec::new(),
        })
    }

    /// Ranks the candidates of a day that has some or whose stream has, and chooses from them.
    pub(super) fn choose(
        &mut self,
        profile: &Profile,
        learned: &Learned,
        day: &Day,
        progress: ProgressFn,
    ) -> Result<Chosen> {
        let rows: Vec<Row> = day.candidates.iter().map(|(line, _)| line.row).collect();
        let candidates = self.documents(&rows, progress)?;
        let background = self.background(day.date, &profile.categories, &rows, progress)?;
        let Some(background) = background else {
            return Err(Error::Invalid(format!(
                "the library knows no paper announced in the categories of {} up to {}; fetch some with \
                 `paperlark fetch`",
                profile.id, day.date
            )));
        };
        let taste = learned.taste(|rows| self.documents(rows, progress))?;
        let mut ranked = rank(&candidates, &background, &taste);
        if self.second.is_some() && !rows.is_empty() {
            let newest = self.library.recent(day.date, &profile.categories, SAMPLED_STREAM)?;
            self.refine(&mut ranked, &rows, &newest, learned, progress)?;
        }
        let fitted = self.likelihood(profile)?;
        let selection = selection(profile, fitted, &day.candidates, &ranked, &taste, &candidates);
        Ok(Chosen { background, taste, ranked, fitted, selection })
    }

    /// The stream of these categories up to a day, with `first` as its newest part; `None` if there is no
    /// paper.
    pub(super) fn background(
        &mut self,
        date: Date,
        categories: &[String],
        first: &[Row],
        progress: ProgressFn,
    ) -> Result<Option<Background>> {
        let own: HashSet<Row> = first.iter().copied().collect();
        let recent = self.library.recent(date, categories, STREAM + OLDER)?;
        let mut stream = first.to_vec();
        stream.extend(recent.into_iter().filter(|row| !own.contains(row)));
        let mut older = stream.split_off(stream.len().min(STREAM.max(first.len())));
        older.truncate(OLDER);
        if stream.is_empty() {
            return Ok(None);
        }
        let older = self.library.papers(&older)?.iter().map(text_of).collect();
        Ok(Some(Background::new(self.documents(&stream, progress)?).with_older(older)))
    }

    /// p(like) by the reader's own marks, if there are enough.
    pub(super) fn likelihood(&self, profile: &Profile) -> Result<Option<Likelihood>> {
        Ok(Likelihood::fit(&self.answers(profile)?))
    }

    /// Lets the second model of a cascade reorder the best of the day.
    ///
    /// It knows the stream by those papers and a sample of the newest.
    fn refine(
        &mut self,
        ranked: &mut [Ranked],
        rows: &[Row],
        newest: &[Row],
        learned: &Learned,
        progress: ProgressFn,
    ) -> Result<()> {
        let places = shortlist(ranked, SHORTLIST);
        let mut stream: Vec<Row> = places.iter().map(|at| rows[*at]).collect();
        let candidates = self.second_documents(&stream, progress)?;
        let papers = self.library.papers(newest)?;
        let sample = newest.iter().zip(&papers).filter(|(_, paper)| sampled(&paper.id));
        let sample = sample.map(|(row, _)| *row).filter(|row| !stream.contains(row));
        stream.extend(sample.collect::<Vec<_>>());
        let background = Background::new(self.second_documents(&stream, progress)?);
        let taste: Taste = learned.taste(|rows| self.second_documents(rows, progress))?;
        reorder(ranked, &places, rank(&candidates, &background, &taste));
        Ok(())
    }

    /// Full ids of the models that rank.
    fn models(&self) -> String {
        let ids = [Some(&self.first), self.second.as_ref()].into_iter().flatten();
        ids.map(|model| model.embedder.model().to_string()).collect::<Vec<_>>().join(" + ")
    }

    /// What `profile` has to be told on the day `date`: the papers announced on it, and those of the days
    /// before that became known after their digest was made.
    pub(super) fn day(
        &self,
        profile: &Profile,
        stated: &Stated,
        date: Date,
        again: bool,
    ) -> Result<Day> {
        // What the reader knows from other digests, or chose themselves. What this day's own digest
        // shows already stays in question.
        let mut known: HashSet<Row> = stated.likes.iter().map(|(row, _)| *row).collect();
        let feedback = &stated.feedback;
        known.extend(feedback.marks.keys().chain(feedback.removed.keys()));
        let shown = self.library.shown(&profile.id)?;
        let elsewhere: HashSet<Row> =
            shown.iter().filter(|(day, _)| *day != date).map(|(_, row)| *row).collect();
        if !again {
            known.extend(&elsewhere);
        }
        for (shown_on, row) in shown {
            if shown_on == date {
                known.remove(&row);
            }
        }
        let from = date.saturating_sub(LATE.days());
        let announced = self.library.announced_on(date)?.len();
        let mut day = Day { date, announced, ..Day::default() };
        let mut queued = HashSet::new();
        let follows = self.library.follows(&profile.id)?;
        for announced in from.series(1.day()).take_while(|day| *day <= date) {
            // Of other days only what the reader is owed, and did not get.
            let owed = if announced == date { None } else { Some(&follows[..]) };
            for (line, paper) in self.stream(profile, announced, owed)? {
                let considered = self.library.considered(&profile.id, line.row)?;
                // A paper is new once; a new version is one announcement of many. A source that failed
                // may have told of the cross-list alone.
                let told = considered.iter().filter(|other| other.digest != date).any(|other| {
                    let again = line.kind.is_first() && other.kind.is_first();
                    (again || other.announced == line.date) && other.kind <= line.kind
                });
                if told && line.date != date {
                    day.hidden.push((line.row, Hidden::Told));
                    continue;
                }
                day.take_in(&line, &paper, date);
                let shown_elsewhere = elsewhere.contains(&line.row) && !again;
                if !profile.announce.contains(&line.kind) {
                    day.hidden.push((line.row, Hidden::Kind(line.kind)));
                    day.unwanted += 1;
                } else if feedback.muted(&paper).is_some() {
                    day.muted += 1;
                } else if !line.kind.is_first() && shown_elsewhere {
                    day.hidden.push((line.row, Hidden::Known));
                    day.seen_before += 1;
                    day.updated.push(Updated {
                        id: paper.id.to_string(),
                        title: paper.title,
                        version: paper.version,
                    });
                } else if known.contains(&line.row) || (told && !again) || !queued.insert(line.row)
                {
                    let is_known = known.contains(&line.row);
                    day.hidden
                        .push((line.row, if is_known { Hidden::Known } else { Hidden::Told }));
                    day.seen_before += 1;
                } else {
                    day.candidates.push((line, paper));
                }
            }
        }
        Ok(day)
    }

    /// The announcements of a day in the categories of `profile`, each paper once with the best kind, in
    /// the order of the ids; only those in categories that it `follows` since that day or longer, if that
    /// matters.
    pub(super) fn stream(
        &self,
        profile: &Profile,
        date: Date,
        follows: Option<&[(String, Date)]>,
    ) -> Result<Vec<(Line, Paper)>> {
        let followed = |categories: &[String]| match follows {
            None => true,
            Some(follows) => follows.iter().any(|(category, since)| {
                let is_all = category.is_empty();
                *since <= date && (is_all || in_stream(categories, std::slice::from_ref(category)))
            }),
        };
        let is_listed = |categories: &[String]| {
            in_stream(categories, &profile.categories) && followed(categories)
        };
        let mut lines = self.library.announced_on(date)?;
        // A line without category goes by the paper's own; only for such need the paper be read.
        lines.retain(|line| {
            line.category.is_empty() || is_listed(std::slice::from_ref(&line.category))
        });
        let rows: Vec<Row> = lines.iter().map(|line| line.row).collect();
        let mut stream: Vec<(Line, Paper)> = Vec::new();
        for (mut line, paper) in std::iter::zip(lines, self.library.papers(&rows)?) {
            let listed = !line.category.is_empty() || is_listed(&paper.categories);
            if line.category.is_empty() {
                line.kind = line.kind.seen_from(&paper.categories, &profile.categories);
            }
            match stream.last_mut() {
                _ if !listed => {}
                Some((last, _)) if last.row == line.row => {
                    last.kind = last.kind.min(line.kind);
                    last.stated |= line.stated;
                }
                _ => stream.push((line, paper)),
            }
        }
        Ok(stream)
    }

    /// The days for which `profile` is due a digest at `now`, ascending: every day announced since its last
    /// digest, at most [`LATE`] days back, and the current one in any case. At a weekend that is the day
    /// itself, whose digest says why it is empty.
    ///
    /// # Errors
    /// As [`Library::delivery_days`](crate::store::Library::delivery_days).
    pub fn due(&self, profile: &Profile, now: Timestamp) -> Result<Vec<Date>> {
        let (newest, today) = (calendar::newest(now), calendar::today(now));
        let reach = newest.saturating_sub(LATE.days());
        let last = self.library.delivery_days(&profile.id)?.map(|(_, last)| last);
        let from = last.map_or(reach, |last| last.tomorrow().unwrap_or(last).max(reach));
        let mut due = Vec::new();
        for day in from.series(1.day()).take_while(|day| *day <= newest) {
            if self.announces(profile, day)? {
                due.push(day);
            }
        }
        if last.is_none() {
            // Somebody new is not owed the past, but their first digest had better not be empty.
            due.drain(..due.len().saturating_sub(1));
        }
        let current =
            if today <= newest && self.announces(profile, newest)? { newest } else { today };
        if due.last().is_none_or(|day| *day < current) {
            due.push(current);
        }
        Ok(due)
    }

    /// Whether anything is known to be announced on `day` in the stream of `profile`.
    fn announces(&self, profile: &Profile, day: Date) -> Result<bool> {
        Ok(!self.stream(profile, day, None)?.is_empty())
    }

    /// Why nothing is known to be announced on `date` in the categories of `profile`; `None` if no source
    /// has told anything of that day.
    ///
    /// # Errors
    /// As [`Library::days`](crate::store::Library::days).
    pub fn silence(&self, profile: &Profile, date: Date) -> Result<Option<Empty>> {
        let named = calendar::silence(date);
        if named == Some(Silence::Weekend) {
            return Ok(Some(Empty::Weekend));
        }
        let days = self.library.days(date, date)?;
        let (mine, others): (Vec<_>, Vec<_>) = days
            .into_iter()
            .partition(|day| in_stream(std::slice::from_ref(&day.category), &profile.categories));
        let told = |source: &str| mine.iter().all(|day| day.is_told_by(source));
        Ok(if mine.is_empty() {
            None
        } else if let Some(since) = mine.iter().find_map(|day| day.stale) {
            Some(Empty::Stale { since })
        } else if let Some(named) = named {
            Some(Empty::from(named))
        } else if others.iter().any(|day| day.papers > 0) || told(told_by::LISTING) {
            // The listing page states the day itself, and has nothing on it.
            Some(Empty::Quiet)
        } else if mine.iter().all(|day| day.complete)
            || (told(told_by::FEED) && told(told_by::OLD_LISTING))
        {
            Some(Empty::NoAnnouncement)
        } else {
            Some(Empty::FeedEmpty)
        })
    }

    /// Stands for everything that makes a digest anew when it changes: the profile and its seeds, the
    /// model, and the papers of the day. What the reader says besides does not: it teaches the next day.
    fn fingerprint(&self, profile: &Profile, day: &Day, seeds: usize) -> u64 {
        let mut text = format!("{} {} {seeds}", profile.fingerprint, self.models());
        text += &day.listed;
        hash::text(&text)
    }

    /// The reason of a ranked paper, as facts.
    pub(super) fn why(&self, profile: &Profile, learned: &Learned, ranked: &Ranked) -> Result<Why> {
        let nearest = match ranked.nearest {
            Some((like, similarity)) => {
                let paper = self.library.papers(&learned.liked[like..=like])?.remove(0);
                let is_paper = learned.likes[like].weight >= 1.0;
                Some(Nearest { id: paper.id.to_string(), title: paper.title, similarity, is_paper })
            }
            None => None,
        };
        let interest = ranked.interest.map(|k| profile.interests[k].name.clone());
        Ok(Why { interest, nearest, terms: ranked.terms.clone() })
    }
}

/// The ranked candidates of a day, and those that were chosen.
pub(super) struct Chosen {
    pub background: Background,
    pub taste: Taste,
    /// One for each candidate.
    pub ranked: Vec<Ranked>,
    /// p(like) by the reader's own marks, if there are enough.
    pub fitted: Option<Likelihood>,
    pub selection: Selection,
}

impl Chosen {
    /// How many likes are expected among what is not shown, where the reader should know.
    fn missed(&self, profile: &Profile) -> Option<f32> {
        let known = self.fitted.is_some() || profile.max_missed.is_some();
        known.then_some(self.selection.missed)
    }
}

/// Chooses the list of `profile` from ranked candidates with their `documents`; p(like) is `fitted` by the
/// reader's own marks, or a guess.
pub(super) fn selection(
    profile: &Profile,
    fitted: Option<Likelihood>,
    candidates: &[(Line, Paper)],
    ranked: &[Ranked],
    taste: &Taste,
    documents: &Documents,
) -> Selection {
    let likelihood = fitted.unwrap_or(Likelihood::prior(profile.min_score));
    let pool: Vec<Candidate> = std::iter::zip(candidates, ranked)
        .map(|((_, paper), ranked)| Candidate {
            paper,
            ranked,
            likelihood: likelihood.of(ranked.score),
        })
        .collect();
    let answered = [taste.liked.vectors.view(), taste.disliked.vectors.view()];
    let answered = concatenate(Axis(0), &answered).expect("vectors of one model have one length");
    select(&pool, &documents.vectors, &answered, &rules(profile))
}

/// How the list of `profile` is chosen.
fn rules(profile: &Profile) -> Rules {
    Rules {
        top: profile.top,
        min_score: profile.min_score,
        max_missed: profile.max_missed,
        fold: profile.fold,
        diversity: profile.diversity,
        quota: profile.quota,
        explore: profile.explore,
    }
}

/// A paper by id and title.
pub(super) fn named(paper: &Paper) -> Also {
    Also { id: paper.id.to_string(), title: paper.title.clone() }
}

/// Why a paper of the day is no candidate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hidden {
    /// A seed, marked, or shown on another day.
    Known,
    /// Another digest took it into account.
    Told,
    /// Announced as something that the profile does not want.
    Kind(Kind),
}

#[derive(Default)]
pub(super) struct Day {
    pub date: Date,
    /// Papers announced in any category.
    announced: usize,
    /// Of those, in the profile's categories.
    read: usize,
    /// The same, a line each.
    listed: String,
    unwanted: usize,
    muted: usize,
    seen_before: usize,
    pub candidates: Vec<(Line, Paper)>,
    /// Papers that are none, and why; one that stands here may be a candidate by another announcement.
    pub hidden: Vec<(Row, Hidden)>,
    /// New versions of papers that an earlier digest shows.
    updated: Vec<Updated>,
    /// All announcements that this digest answers for.
    considered: Vec<Considered>,
}

impl Day {
    /// Counts an announcement that the digest of `digest` answers for.
    fn take_in(&mut self, line: &Line, paper: &Paper, digest: Date) {
        let version = paper.version.unwrap_or(0);
        self.read += 1;
        self.listed += &format!("\n{} {version} {} {}", paper.id, line.kind.as_str(), line.stated);
        let Line { row, date: announced, kind, .. } = *line;
        self.considered.push(Considered { row, announced, kind, digest });
    }

    /// Why a digest without entries has none.
    fn cause(&self, silence: Empty, min_score: f32, best: f32) -> Empty {
        if !self.candidates.is_empty() {
            Empty::BelowThreshold { min_score, best }
        } else if self.muted > 0 {
            Empty::AllMuted
        } else if self.seen_before > 0 {
            Empty::AllSeen
        } else if self.unwanted > 0 {
            Empty::NothingWanted
        } else if self.announced > 0 {
            Empty::OtherCategories
        } else {
            silence
        }
    }
}

/// That a profile has a like or a mark; the error names the first notice as the likely cause.
pub(super) fn something_to_rank_by(
    profile: &Profile,
    stated: &Stated,
    notices: &[Notice],
) -> Result<()> {
    if !stated.likes.is_empty() || !stated.feedback.marks.is_empty() {
        return Ok(());
    }
    let first = notices.first();
    let cause = first.map(|notice| format!(" ({})", notice.text)).unwrap_or_default();
    Err(Error::Profile {
        path: profile.path.clone(),
        line: first.map_or(1, |notice| notice.line),
        reason: format!(
            "there is nothing to rank by; give an interest a seed or a description{cause}"
        ),
    })
}

/// Moves a file aside that is none of `ours`: its reader has written into it.
fn keep_edited(path: &Path, ours: &[Option<String>]) -> Result<Option<PathBuf>> {
    let found = match fs::read(path) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
        found => found.map_err(Error::io("read", path))?,
    };
    // A run that was killed before it could record its digest left our own text of another time, and of
    // other costs.
    let timeless = |text: &str| -> Vec<String> {
        let lines = text.lines().enumerate().filter(|(at, _)| !digest::HEAD_LINES.contains(at));
        lines.map(|(_, line)| line.to_owned()).collect()
    };
    let found = String::from_utf8_lossy(&found);
    if ours.iter().flatten().any(|text| timeless(text) == timeless(&found)) {
        return Ok(None);
    }
    let aside = (1..)
        .map(|n| path.with_extension(format!("edited-{n}.md")))
        .find(|aside| !aside.exists())
        .expect("there are fewer files than numbers");
    fs::rename(path, &aside).map_err(Error::io("rename", path))?;
    Ok(Some(aside))
}
