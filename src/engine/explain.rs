//! Why a paper is in a digest, or why it is not; and what a reader answered to scores.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use jiff::{Timestamp, ToSpan, civil::Date};
use ndarray::{Array2, ArrayView1};
use serde::Deserialize;

use super::{Engine, ProgressFn, load::Inputs};
use crate::{
    day::{Day, LATE, Verdict},
    digest::{Explanation, InDigest, Nearest},
    error::{Error, Result},
    message,
    paper::{Paper, PaperId},
    profile::{Notice, Profile},
    rank::{Ranked, Taste, rank},
    reader::{Mark, Reader, TasteRows, is_sentence},
    row::Row,
};

/// How many likes and dislikes an explanation names.
const NEAREST: usize = 3;

/// What an explanation needs of a delivered digest.
#[derive(Deserialize)]
struct Delivered {
    entries: Vec<DeliveredEntry>,
}

#[derive(Deserialize)]
struct DeliveredEntry {
    paper: DeliveredPaper,
    score: f32,
}

#[derive(Deserialize)]
struct DeliveredPaper {
    id: PaperId,
}

impl Engine {
    /// What `profile` makes of each of these papers, in their order, and what its reader should know of the
    /// profile. The day is `date`, else the last one whose digest shows the paper or took it into account,
    /// else that of its last announcement.
    ///
    /// A day is explained as its digest would be made now: by the marks of now, but no paper by a mark of its
    /// own or by likes among the day's candidates. What a delivered digest says of the paper stands beside.
    ///
    /// # Errors
    /// [`Error::Invalid`] naming the papers that the library does not hold, or if the day of a paper cannot
    /// be told; [`Error::Profile`] if there is nothing to rank by; else as [`Engine::daily`].
    pub fn explain(
        &mut self,
        profile: &Profile,
        ids: &[PaperId],
        date: Option<Date>,
        progress: ProgressFn,
    ) -> Result<(Vec<Explanation>, Vec<Notice>)> {
        let rows = self.library.rows(ids)?;
        let absent: Vec<&str> = std::iter::zip(ids, &rows)
            .filter(|(_, row)| row.is_none())
            .map(|(id, _)| id.as_str())
            .collect();
        if !absent.is_empty() {
            return Err(Error::Invalid(message!(
                "the library holds no paper {papers}",
                papers = absent.join(", ")
            )));
        }
        let rows: Vec<Row> = rows.into_iter().flatten().collect();
        let mut by_day: BTreeMap<Date, Vec<Row>> = BTreeMap::new();
        for (id, row) in std::iter::zip(ids, &rows) {
            let date = match date {
                Some(date) => date,
                None => self.day_of(profile, id, *row)?,
            };
            by_day.entry(date).or_default().push(*row);
        }
        let mut explained: HashMap<Row, Explanation> = HashMap::new();
        let mut notices = Vec::new();
        for (date, papers) in by_day {
            let (reader, found) = self.reader(profile, Timestamp::MAX)?;
            notices = found;
            reader.can_rank(&notices)?;
            let sifted = self.sift(&reader, date, false)?;
            let (day, inputs) = self.day(&reader, sifted, progress)?;
            let scene = Scene { reader: &reader, day: &day, inputs: &inputs };
            for row in papers {
                let made = match day.candidate(row) {
                    Some(at) => self.candidate(&scene, at, progress)?,
                    None => self.outsider(&scene, row, progress)?,
                };
                explained.insert(row, made);
            }
        }
        Ok((rows.iter().filter_map(|row| explained.get(row).cloned()).collect(), notices))
    }

    /// What the reader of `profile` answered to what digests showed: the score that a paper had there, and
    /// whether it was liked, in order of day and rank.
    ///
    /// A paper that stands unmarked in a digest with marks counts as not liked. Only scores from before the
    /// mark count, so none knows its own answer.
    ///
    /// # Errors
    /// As [`Library::feedback`](crate::store::Library::feedback).
    pub fn answers(&self, profile: &Profile) -> Result<Vec<(f32, bool)>> {
        let marks = self.library.feedback(&profile.id, Timestamp::MAX)?.answers();
        let shown = self.library.shown(&profile.id)?;
        let mut days: Vec<Date> =
            shown.iter().filter(|(_, row)| marks.contains_key(row)).map(|(day, _)| *day).collect();
        days.dedup();
        let mut answers = Vec::new();
        for day in days {
            let Some((made_at, digest)) = self.delivered(profile, day)? else { continue };
            let ids: Vec<PaperId> = digest.entries.iter().map(|e| e.paper.id.clone()).collect();
            for (entry, row) in std::iter::zip(&digest.entries, self.library.rows(&ids)?) {
                let mark = row.and_then(|row| marks.get(&row));
                let is_honest = mark.is_none_or(|(_, at)| *at >= made_at);
                if is_honest {
                    answers.push((entry.score, mark.is_some_and(|(mark, _)| *mark == Mark::Like)));
                }
            }
        }
        Ok(answers)
    }

    /// The day whose digest is most likely meant.
    fn day_of(&self, profile: &Profile, id: &PaperId, row: Row) -> Result<Date> {
        let shown = self.library.shown(&profile.id)?;
        let shown = shown.into_iter().filter(|(_, other)| *other == row).map(|(day, _)| day).max();
        let considered = self.library.considered(&profile.id, row)?;
        let considered = considered.iter().map(|considered| considered.digest).max();
        let announced = self.library.lines_of(row)?.iter().map(|line| line.date).max();
        let last = self.library.delivery_days(&profile.id)?.map(|(_, last)| last);
        shown.or(considered).or(announced).or(last).ok_or_else(|| {
            Error::Invalid(message!(
                "no announcement of {id} is known, and {profile} has no digest yet",
                id,
                profile = &profile.id
            ))
        })
    }

    /// Why a paper is no candidate of the day.
    fn absent(&self, scene: &Scene, row: Row) -> Result<Verdict> {
        let Scene { reader, day, .. } = *scene;
        if let Some(verdict) = day.sifted.verdict(row) {
            return Ok(verdict.clone());
        }
        if let Some(known) = reader.knows(row, day.date()).or_else(|| reader.chose(row)) {
            return Ok(known.into());
        }
        let paper = self.papers(&[row])?.remove(0);
        if let Some(mute) = reader.said.muted(&paper) {
            return Ok(Verdict::Muted { what: mute.to_string() });
        }
        let lines = self.library.lines_of(row)?;
        let is_late = |on: Date| on < day.date() && on >= day.date().saturating_sub(LATE.days());
        if lines.iter().any(|line| is_late(line.date)) {
            let considered = self.library.considered(&reader.profile.id, row)?;
            let told = considered.iter().map(|c| c.digest).filter(|on| *on != day.date()).max();
            if let Some(on) = told {
                return Ok(Verdict::ReadBefore { on });
            }
        }
        if lines.iter().any(|line| line.date == day.date()) {
            return Ok(Verdict::OtherCategories { categories: paper.categories.clone() });
        }
        let mut on: Vec<Date> = lines.iter().map(|line| line.date).collect();
        on.sort_unstable();
        on.dedup();
        Ok(Verdict::NotAnnounced { on })
    }

    /// Explains a candidate of the day.
    fn candidate(&mut self, scene: &Scene, at: usize, progress: ProgressFn) -> Result<Explanation> {
        let Scene { day, inputs, .. } = *scene;
        let row = day.candidates[at].line.row;
        let vectors = self.documents(&[row], progress)?.vectors;
        let subject = Subject {
            row,
            vector: vectors.row(0),
            ranked: &day.ranked[at],
            verdict: day.list.verdicts[at].clone(),
        };
        self.explanation(scene, &inputs.rows, &inputs.taste, subject)
    }

    /// Explains any other paper, as it would stand among the candidates.
    fn outsider(&mut self, scene: &Scene, row: Row, progress: ProgressFn) -> Result<Explanation> {
        let verdict = self.absent(scene, row)?;
        // No paper is its own reason.
        let rows = scene.inputs.rows.without(row);
        let taste = rows.taste(|rows| self.documents(rows, progress))?;
        let document = self.documents(&[row], progress)?;
        let ranked = rank(&document, &scene.inputs.background, &taste);
        let vector = document.vectors.row(0);
        let subject = Subject { row, vector, ranked: &ranked[0], verdict };
        self.explanation(scene, &rows, &taste, subject)
    }

    fn explanation(
        &self,
        scene: &Scene,
        rows: &TasteRows,
        taste: &Taste,
        subject: Subject,
    ) -> Result<Explanation> {
        let Scene { reader, day, .. } = *scene;
        let profile = &reader.profile;
        let Subject { row, vector, ranked, verdict } = subject;
        let paper = self.papers(&[row])?.remove(0);
        let why = self.why(profile, rows, ranked)?;
        let first = ranked.nearest.map(|(like, _)| like);
        let mut digests = Vec::new();
        for date in reader.shown_on(row) {
            let entries = self.delivered(profile, *date)?.map_or_else(Vec::new, |(_, d)| d.entries);
            let entry = entries.iter().find(|entry| entry.paper.id == paper.id);
            digests.extend(entry.map(|entry| InDigest { date: *date, score: entry.score }));
        }
        let is_paper: Vec<bool> = rows.likes.iter().map(|like| like.weight >= 1.0).collect();
        let likes = nearest(vector, &taste.liked.vectors, first, |_| true);
        let dislikes =
            nearest(vector, &taste.disliked.vectors, None, |at| rows.disliked[at] != row);
        let likes = self.named(&rows.liked, likes, |at| is_paper[at])?;
        let dislikes = self.named(&rows.disliked, dislikes, |_| true)?;
        Ok(Explanation {
            id: paper.id.to_string(),
            profile: profile.id.clone(),
            date: day.date(),
            verdict,
            score: ranked.score,
            standing: ranked.standing,
            parts: parts(ranked),
            likelihood: day.likelihood.map(|fit| fit.of(ranked.score)),
            rank: day.rank_of(&paper.id, ranked.standing),
            candidates: day.candidates.len(),
            needed: day.list.asked(&day.ranked, profile.rules.min_score),
            why,
            likes,
            dislikes,
            digests,
            title: paper.title.clone(),
        })
    }

    /// Puts names to places in `rows`.
    fn named(
        &self,
        rows: &[Row],
        places: Vec<(usize, f32)>,
        is_paper: impl Fn(usize) -> bool,
    ) -> Result<Vec<Nearest>> {
        let found: Vec<Row> = places.iter().map(|(at, _)| rows[*at]).collect();
        let papers = self.papers(&found)?;
        let name = |((at, similarity), paper): ((usize, f32), Arc<Paper>)| Nearest {
            // Sentences are papers of the library by name only.
            is_paper: is_paper(at) && !is_sentence(&paper.id),
            id: paper.id.to_string(),
            title: paper.title.clone(),
            similarity,
        };
        Ok(std::iter::zip(places, papers).map(name).collect())
    }

    /// The digest of a day as it was delivered, with the time; `None` without one that can be read.
    fn delivered(&self, profile: &Profile, date: Date) -> Result<Option<(Timestamp, Delivered)>> {
        let delivery = self.library.delivery(&profile.id, date)?;
        Ok(delivery.and_then(|delivery| {
            Some((delivery.generated_at, serde_json::from_str(&delivery.digest).ok()?))
        }))
    }
}

/// A day as its digest would be made now.
#[derive(Clone, Copy)]
struct Scene<'a> {
    reader: &'a Reader,
    day: &'a Day,
    inputs: &'a Inputs,
}

/// The paper to explain.
struct Subject<'a> {
    row: Row,
    vector: ArrayView1<'a, f32>,
    ranked: &'a Ranked,
    verdict: Verdict,
}

/// Name and value of each piece of evidence, which add up to the standing.
fn parts(ranked: &Ranked) -> Vec<(String, f32)> {
    let parts = ranked.parts;
    [
        ("interests", parts.interests),
        ("words", parts.words),
        ("contrast", parts.contrast),
        ("topics", parts.topics),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into()
}

/// The rows of `vectors` most similar to a unit vector, `first` before all others.
fn nearest(
    vector: ArrayView1<f32>,
    vectors: &Array2<f32>,
    first: Option<usize>,
    counts: impl Fn(usize) -> bool,
) -> Vec<(usize, f32)> {
    let cosines = vectors.dot(&vector);
    let mut places: Vec<(usize, f32)> =
        cosines.iter().copied().enumerate().filter(|(at, _)| counts(*at)).collect();
    places.sort_by(|a, b| {
        let is_first = |at: usize| Some(at) == first;
        is_first(b.0).cmp(&is_first(a.0)).then(b.1.total_cmp(&a.1))
    });
    places.truncate(NEAREST);
    places
}
