//! A day's announcement becomes one digest for each profile.

use std::{
    collections::HashSet,
    fs,
    path::{Path, PathBuf},
};

use jiff::{
    Timestamp,
    civil::{Date, Weekday},
};

use super::{Engine, Learned, ProgressFn, Stated};
use crate::{
    digest::{self, Digest, Empty, Entry, Nearest, Why},
    error::{Error, Result},
    file, hash,
    paper::{Announced, Paper, in_stream},
    profile::{Notice, Profile},
    rank::{
        Background, Ranked, SAMPLED_STREAM, SHORTLIST, STREAM, Taste, rank, reorder, sampled,
        shortlist,
    },
    store::{Delivery, Line, Row},
};

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

impl Engine {
    /// Enters an announcement into the library and its ledger. Entering it twice changes nothing.
    ///
    /// # Errors
    /// As [`Library::add_papers`](crate::store::Library::add_papers).
    pub fn record(&mut self, announcement: &Announcement) -> Result<()> {
        let papers: Vec<Paper> = announcement.items.iter().map(|i| i.paper.clone()).collect();
        let rows = self.library.add_papers(&papers)?;
        let lines: Vec<Line> = rows
            .into_iter()
            .zip(&announcement.items)
            .map(|(row, item)| Line {
                row,
                date: item.date.unwrap_or(announcement.date),
                kind: item.kind,
                stated: item.date.is_some(),
            })
            .collect();
        self.library.record_announcements(&lines, &announcement.origin)?;
        Ok(())
    }

    /// Makes the digest of `profile` for the day of a recorded announcement, writes it to
    /// `digests/DATE/PROFILE.md` and records the delivery.
    ///
    /// A digest that was made from the same profile, model and papers of the day stays as it is,
    /// whatever was marked since.
    ///
    /// # Errors
    /// [`Error::Profile`] if the profile has nothing to rank by; otherwise as the parts. On an error no
    /// delivery is recorded.
    pub fn daily(
        &mut self,
        profile: &Profile,
        announcement: &Announcement,
        options: &DailyOptions,
        progress: ProgressFn,
    ) -> Result<Outcome> {
        let date = announcement.date;
        let path = self.dir.join("digests").join(date.to_string());
        let path = path.join(format!("{}.md", profile.id));
        let (stated, notices) = self.stated(profile)?;
        let day = self.day(profile, &stated, date, options.again)?;
        let inputs = self.fingerprint(profile, &day, stated.likes.len());
        let delivered = self.library.delivery(&profile.id, date)?;
        let before = delivered.and_then(|delivery| {
            let digest: Digest = serde_json::from_str(&delivery.digest).ok()?;
            Some((delivery.inputs, digest))
        });
        if let Some((same, digest)) = &before
            && *same == inputs
            && !options.again
        {
            // A file that is there may carry the reader's own notes.
            let written = !path.exists() && file::write_atomic(&path, digest.render().as_bytes())?;
            let digest = digest.clone();
            return Ok(Outcome { digest, path, written, kept: None, notices });
        }
        if stated.likes.is_empty() && self.library.marks(&profile.id, Timestamp::MAX)?.is_empty() {
            return Err(nothing_to_rank_by(profile, notices.first()));
        }
        let (digest, rows) = self.draft(profile, stated, announcement, day, options, progress)?;
        let text = digest.render();
        let kept = keep_edited(&path, &[before.map(|(_, old)| old.render()), Some(text.clone())])?;
        let written = file::write_atomic(&path, text.as_bytes())?;
        let delivery = Delivery {
            generated_at: options.now,
            model: self.models(),
            inputs,
            digest: serde_json::to_string(&digest).expect("a digest is plain data"),
        };
        self.library.record_delivery(&profile.id, date, &delivery, &rows)?;
        Ok(Outcome { digest, path, written, kept, notices })
    }

    /// Writes `digests/latest.md`: the digests of the newest day, one after the other.
    ///
    /// # Errors
    /// [`Error::Io`], [`Error::Library`].
    pub fn write_latest(&self) -> Result<PathBuf> {
        let path = self.dir.join("digests").join("latest.md");
        let digests = self.library.newest_digests()?;
        let texts: Vec<String> = digests
            .iter()
            .filter_map(|json| serde_json::from_str(json).ok())
            .map(|digest: Digest| digest.render())
            .collect();
        file::write_atomic(&path, texts.join("\n").as_bytes())?;
        Ok(path)
    }

    /// Ranks the day's candidates; the digest, and the papers it shows.
    fn draft(
        &mut self,
        profile: &Profile,
        stated: Stated,
        announcement: &Announcement,
        day: Day,
        options: &DailyOptions,
        progress: ProgressFn,
    ) -> Result<(Digest, Vec<Row>)> {
        let date = announcement.date;
        let rows: Vec<Row> = day.candidates.iter().map(|(line, _)| line.row).collect();
        let today: HashSet<Row> = rows.iter().copied().collect();
        let learned = self.learned(profile, stated, date, &today)?;
        let mut shown: Vec<(Row, Entry)> = Vec::new();
        let mut best = 0.0f32;
        if !rows.is_empty() {
            let candidates = self.documents(&rows, progress)?;
            // The candidates are the newest of the stream, and always part of it.
            let recent = self.library.recent(date, &profile.categories, STREAM)?;
            let mut stream = rows.clone();
            stream.extend(recent.into_iter().filter(|row| !today.contains(row)));
            stream.truncate(STREAM.max(rows.len()));
            let background = Background::new(self.documents(&stream, progress)?);
            let taste = learned.taste(|rows| self.documents(rows, progress))?;
            let mut ranked = rank(&candidates, &background, &taste);
            if self.second.is_some() {
                let newest = self.library.recent(date, &profile.categories, SAMPLED_STREAM)?;
                self.refine(&mut ranked, &rows, &newest, &learned, progress)?;
            }
            best = ranked.iter().map(|r| r.score).fold(0.0, f32::max);
            let chosen = order(&ranked, &day.candidates)
                .into_iter()
                .filter(|at| ranked[*at].score >= profile.min_score)
                .take(profile.top);
            for at in chosen {
                let (line, paper) = &day.candidates[at];
                let entry = Entry {
                    paper: paper.clone(),
                    kind: line.kind,
                    announced: line.stated.then_some(line.date),
                    score: ranked[at].score,
                    why: self.why(profile, &learned, &ranked[at])?,
                };
                shown.push((line.row, entry));
            }
        }
        let empty = shown.is_empty().then(|| day.cause(announcement, profile.min_score, best));
        let (rows, entries) = shown.into_iter().unzip();
        let digest = Digest {
            schema: digest::SCHEMA,
            date,
            generated_at: options.now.to_zoned(profile.timezone.clone()),
            profile: profile.id.clone(),
            title: profile.name.clone(),
            style: profile.style,
            language: profile.language,
            model: self.model_name(),
            tokens: 0,
            read: day.read,
            seen_before: day.seen_before,
            unwanted: day.unwanted,
            empty,
            entries,
        };
        Ok((digest, rows))
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

    /// The day's papers, and which of them are in question for `profile`.
    fn day(&self, profile: &Profile, stated: &Stated, date: Date, again: bool) -> Result<Day> {
        let lines = self.library.announced_on(date)?;
        let rows: Vec<Row> = lines.iter().map(|line| line.row).collect();
        // What the reader knows from other digests, or chose themselves. What this day's own digest
        // shows already stays in question.
        let mut known: HashSet<Row> = stated.likes.iter().map(|(row, _)| *row).collect();
        let marks = self.library.marks(&profile.id, Timestamp::MAX)?;
        known.extend(marks.iter().map(|(row, ..)| *row));
        if !again {
            known.extend(self.library.delivered_before(&profile.id, date)?);
        }
        for (shown_on, row) in self.library.shown(&profile.id)? {
            if shown_on == date {
                known.remove(&row);
            }
        }
        let mut day = Day { announced: rows.len(), ..Day::default() };
        for (line, paper) in lines.into_iter().zip(self.library.papers(&rows)?) {
            if !in_stream(&paper.categories, &profile.categories) {
                continue;
            }
            day.read += 1;
            let version = paper.version.unwrap_or(0);
            day.listed +=
                &format!("\n{} {version} {} {}", paper.id, line.kind.as_str(), line.stated);
            if !profile.announce.contains(&line.kind) {
                day.unwanted += 1;
            } else if known.contains(&line.row) {
                day.seen_before += 1;
            } else {
                day.candidates.push((line, paper));
            }
        }
        Ok(day)
    }

    /// Stands for everything that makes a digest anew when it changes: the profile and its seeds, the
    /// model, and the papers of the day. Marks do not: they teach the next day.
    fn fingerprint(&self, profile: &Profile, day: &Day, seeds: usize) -> u64 {
        let mut text = format!("{} {} {seeds}", profile.fingerprint, self.models());
        text += &day.listed;
        hash::text(&text)
    }

    fn why(&self, profile: &Profile, learned: &Learned, ranked: &Ranked) -> Result<Why> {
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

#[derive(Default)]
struct Day {
    /// Papers announced in any category.
    announced: usize,
    /// Of those, in the profile's categories.
    read: usize,
    /// The same, a line each.
    listed: String,
    unwanted: usize,
    seen_before: usize,
    candidates: Vec<(Line, Paper)>,
}

impl Day {
    /// Why a digest without entries has none.
    fn cause(&self, announcement: &Announcement, min_score: f32, best: f32) -> Empty {
        let weekday = announcement.date.weekday();
        if !self.candidates.is_empty() {
            Empty::BelowThreshold { min_score, best }
        } else if self.seen_before > 0 {
            Empty::AllSeen
        } else if self.unwanted > 0 {
            Empty::NothingWanted
        } else if self.announced > 0 {
            Empty::OtherCategories
        } else if let Some((newest, _)) = announcement.other_days().pop() {
            Empty::OtherDays { newest }
        } else if !announcement.from_feed {
            Empty::NoPapers
        } else if matches!(weekday, Weekday::Saturday | Weekday::Sunday) {
            Empty::Weekend
        } else {
            Empty::FeedEmpty
        }
    }
}

/// Places of the candidates, best first; equal ones by id, so that the order never wavers.
fn order(ranked: &[Ranked], candidates: &[(Line, Paper)]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..ranked.len()).collect();
    order.sort_by(|a, b| {
        ranked[*b]
            .standing
            .total_cmp(&ranked[*a].standing)
            .then_with(|| candidates[*a].1.id.cmp(&candidates[*b].1.id))
    });
    order
}

fn nothing_to_rank_by(profile: &Profile, first: Option<&Notice>) -> Error {
    let cause = first.map(|notice| format!(" ({})", notice.text)).unwrap_or_default();
    Error::Profile {
        path: profile.path.clone(),
        line: first.map_or(1, |notice| notice.line),
        reason: format!(
            "there is nothing to rank by; give an interest a seed or a description{cause}"
        ),
    }
}

/// Moves a file aside that is none of `ours`: its reader has written into it.
fn keep_edited(path: &Path, ours: &[Option<String>]) -> Result<Option<PathBuf>> {
    let Ok(found) = fs::read(path) else { return Ok(None) };
    if ours.iter().flatten().any(|text| text.as_bytes() == found) {
        return Ok(None);
    }
    let aside = (1..)
        .map(|n| path.with_extension(format!("edited-{n}.md")))
        .find(|aside| !aside.exists())
        .expect("there are fewer files than numbers");
    fs::rename(path, &aside).map_err(Error::io("rename", path))?;
    Ok(Some(aside))
}
