//! A day's announcement becomes one digest for each profile.

use std::{
    fs,
    path::{Path, PathBuf},
};

use jiff::{
    Timestamp,
    civil::{Date, Weekday},
};

use super::{Engine, ProgressFn};
use crate::{
    digest::{self, Digest, Empty, Entry, Nearest, Why},
    error::{Error, Result},
    file, hash,
    paper::{Announced, Paper},
    profile::{Notice, Profile},
    rank::{Background, Ranked, rank},
    store::{Delivery, Line, Row},
};

/// Papers of the stream that describe it to the ranker.
const BACKGROUND: usize = 2_000;

/// What was announced, as far as the sources say.
#[derive(Debug, Clone)]
pub struct Announcement {
    /// The day whose digest is made.
    pub date: Date,
    /// All papers, each once; those without a date of their own count for `date`.
    pub items: Vec<Announced>,
    /// Where they come from, for the ledger.
    pub origin: String,
}

/// Settings of a daily run.
#[derive(Debug, Clone, Copy)]
pub struct DailyOptions {
    /// Show papers again that an earlier digest showed, and make a digest anew that exists already.
    pub again: bool,
    /// Whether the day's papers come from an announcement feed, so that an empty one says something
    /// about the day.
    pub from_feed: bool,
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

    /// Makes the digest of `profile` for `date` from what the library knows, writes it to
    /// `digests/DATE/PROFILE.md` and records the delivery.
    ///
    /// A digest that exists and would come out the same, with the marks that were known when it was
    /// made, is left alone.
    ///
    /// # Errors
    /// [`Error::Invalid`] if the profile has nothing to rank by; otherwise as the parts. On an error no
    /// delivery is recorded.
    pub fn daily(
        &mut self,
        profile: &Profile,
        date: Date,
        options: &DailyOptions,
        progress: ProgressFn,
    ) -> Result<Outcome> {
        let path =
            self.dir.join("digests").join(date.to_string()).join(format!("{}.md", profile.id));
        if !options.again
            && let Some(delivery) = self.library.delivery(&profile.id, date)?
        {
            let then = DailyOptions { now: delivery.generated_at, ..*options };
            let (draft, notices) = self.draft(profile, date, &then, progress)?;
            let text = draft.digest.render();
            if hash::text(&text) == delivery.fingerprint {
                // A file that is there may carry the reader's own notes.
                let written = !path.exists() && file::write_atomic(&path, text.as_bytes())?;
                return Ok(Outcome { digest: draft.digest, path, written, notices });
            }
        }
        let (draft, notices) = self.draft(profile, date, options, progress)?;
        let text = draft.digest.render();
        let written = file::write_atomic(&path, text.as_bytes())?;
        let delivery = Delivery {
            generated_at: options.now,
            model: self.embedder.model().to_string(),
            fingerprint: hash::text(&text),
        };
        self.library.record_delivery(&profile.id, date, &delivery, &draft.rows)?;
        Ok(Outcome { digest: draft.digest, path, written, notices })
    }

    /// Writes `digests/latest.md`: every digest of the newest day, one after the other.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn write_latest(&self) -> Result<PathBuf> {
        let digests = self.dir.join("digests");
        let path = digests.join("latest.md");
        let days = sorted_entries(&digests)?;
        let newest = days.iter().rev().find(|day| {
            day.is_dir()
                && day.file_name().is_some_and(|n| n.to_string_lossy().parse::<Date>().is_ok())
        });
        let Some(newest) = newest else { return Ok(path) };
        let mut all = Vec::new();
        for file in sorted_entries(newest)? {
            if file.extension().is_some_and(|end| end == "md") {
                let text = fs::read_to_string(&file).map_err(Error::io("read", &file))?;
                all.push(text);
            }
        }
        file::write_atomic(&path, all.join("\n").as_bytes())?;
        Ok(path)
    }

    fn draft(
        &mut self,
        profile: &Profile,
        date: Date,
        options: &DailyOptions,
        progress: ProgressFn,
    ) -> Result<(Draft, Vec<Notice>)> {
        let (learned, notices) = self.taste(profile, options.now, progress)?;
        if learned.taste.likes.is_empty() {
            return Err(Error::Profile {
                path: profile.path.clone(),
                line: 1,
                reason:
                    "there is nothing to rank by: give an interest a seed or a description that \
                         the model can read"
                        .into(),
            });
        }
        let day = self.candidates(profile, date, options.again)?;
        let rows: Vec<Row> = day.candidates.iter().map(|(line, _)| line.row).collect();
        let candidates = self.documents(&rows, progress)?;
        let mut entries: Vec<(Row, Entry)> = Vec::new();
        let mut best = 0.0f32;
        if !rows.is_empty() {
            // The day's own papers are the newest of the stream.
            let stream = self.library.recent(date, &profile.categories, BACKGROUND)?;
            let background = Background::new(self.documents(&stream, progress)?);
            let ranked = rank(&candidates, &background, &learned.taste);
            best = ranked.iter().map(|r| r.score).fold(0.0, f32::max);
            let order = order(&ranked, &day.candidates);
            let chosen: Vec<usize> = order
                .into_iter()
                .filter(|at| ranked[*at].score >= profile.min_score)
                .take(profile.top)
                .collect();
            for at in chosen {
                let (line, paper) = &day.candidates[at];
                let entry = Entry {
                    paper: paper.clone(),
                    kind: line.kind,
                    announced: line.stated.then_some(line.date),
                    score: ranked[at].score,
                    why: self.why(profile, &learned, &ranked[at])?,
                };
                entries.push((line.row, entry));
            }
        }
        let empty =
            entries.is_empty().then(|| day.cause(date, options.from_feed, profile.min_score, best));
        let (rows, entries) = entries.into_iter().unzip();
        let digest = Digest {
            schema: digest::SCHEMA,
            date,
            generated_at: options.now.to_zoned(profile.timezone.clone()),
            profile: profile.id.clone(),
            title: profile.name.clone(),
            style: profile.style,
            language: profile.language,
            model: self.embedder.model().name.clone(),
            tokens: 0,
            read: day.read,
            seen_before: day.seen_before,
            unwanted: day.unwanted,
            empty,
            entries,
        };
        Ok((Draft { digest, rows }, notices))
    }

    /// The day's papers that are in question for `profile`.
    fn candidates(&self, profile: &Profile, date: Date, again: bool) -> Result<DayPapers> {
        let lines = self.library.announced_on(date)?;
        let rows: Vec<Row> = lines.iter().map(|line| line.row).collect();
        let shown = self.library.delivered_before(&profile.id, date)?;
        let mut day = DayPapers { announced: rows.len(), ..DayPapers::default() };
        for (line, paper) in lines.into_iter().zip(self.library.papers(&rows)?) {
            let in_stream = profile.categories.is_empty()
                || paper.categories.is_empty()
                || paper
                    .categories
                    .iter()
                    .any(|has| profile.categories.iter().any(|wanted| covers(wanted, has)));
            if !in_stream {
                continue;
            }
            day.read += 1;
            if !profile.announce.contains(&line.kind) {
                day.unwanted += 1;
            } else if shown.contains(&line.row) && !again {
                day.seen_before += 1;
            } else {
                day.candidates.push((line, paper));
            }
        }
        Ok(day)
    }

    fn why(
        &self,
        profile: &Profile,
        learned: &super::LearnedTaste,
        ranked: &Ranked,
    ) -> Result<Why> {
        let nearest = match ranked.nearest {
            Some((like, similarity)) => {
                let paper = self.library.papers(&learned.liked_rows[like..=like])?.remove(0);
                let is_paper = learned.taste.likes[like].weight >= 1.0;
                Some(Nearest { id: paper.id.to_string(), title: paper.title, similarity, is_paper })
            }
            None => None,
        };
        let interest = ranked.interest.map(|k| profile.interests[k].name.clone());
        Ok(Why { interest, nearest, terms: ranked.terms.clone() })
    }
}

/// Whether papers of category `has` belong to the `wanted` one; an archive covers its categories.
fn covers(wanted: &str, has: &str) -> bool {
    has == wanted || has.strip_prefix(wanted).is_some_and(|rest| rest.starts_with('.'))
}

struct Draft {
    digest: Digest,
    /// Papers of the entries.
    rows: Vec<Row>,
}

#[derive(Default)]
struct DayPapers {
    /// In any category.
    announced: usize,
    read: usize,
    unwanted: usize,
    seen_before: usize,
    candidates: Vec<(Line, Paper)>,
}

impl DayPapers {
    /// Why a digest without entries has none.
    fn cause(&self, date: Date, from_feed: bool, min_score: f32, best: f32) -> Empty {
        if !self.candidates.is_empty() {
            Empty::BelowThreshold { min_score, best }
        } else if self.seen_before > 0 {
            Empty::AllSeen
        } else if self.unwanted > 0 {
            Empty::NothingWanted
        } else if self.announced > 0 {
            Empty::OtherCategories
        } else if !from_feed {
            Empty::NoPapers
        } else if matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday) {
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

fn sorted_entries(dir: &Path) -> Result<Vec<PathBuf>> {
    let mut entries: Vec<PathBuf> = fs::read_dir(dir)
        .and_then(|entries| entries.map(|entry| Ok(entry?.path())).collect())
        .map_err(Error::io("read", dir))?;
    entries.sort_unstable();
    Ok(entries)
}
