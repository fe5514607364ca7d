//! A reader's own marks as a test of the ranker: past days are ranked again, each by what was said before its
//! digest was made.

use std::collections::{BTreeSet, HashSet};

use jiff::{Timestamp, civil::Date};

use super::{Engine, ProgressFn};
use crate::{
    embed::text_of,
    error::{Error, Result},
    eval::own::{self, OwnDay, OwnReport, Tuning},
    hash,
    profile::Profile,
    rank::{Documents, STREAM, Stream, Weights},
    store::{Feedback, Mark, Row},
};

/// The ranker's weights for `profile`: those that its reader tuned, else the usual.
///
/// # Errors
/// [`Error::Invalid`] if they cannot be read.
pub fn weights(profile: &Profile, feedback: &Feedback) -> Result<Weights> {
    let Some(said) = &feedback.weights else { return Ok(Weights::default()) };
    let unreadable = |reason: String| {
        Error::Invalid(format!(
            "the tuned settings of {} cannot be read ({reason}); `paperlark profile tune {} --save` makes \
             new ones",
            profile.id, profile.id
        ))
    };
    read_weights(&said.what).map_err(unreadable)
}

/// Reads settings as `profile tune` writes them; what is wrong with them otherwise.
pub(super) fn read_weights(text: &str) -> std::result::Result<Weights, String> {
    const MOST: f32 = 1e6;
    let weights: Weights = serde_json::from_str(text).map_err(|e| e.to_string())?;
    let Weights {
        interests,
        words,
        contrast,
        topics,
        dislike,
        pooling,
        whitening,
        emphasis,
        trend,
    } = weights;
    let all = [interests, words, contrast, topics, dislike, pooling, whitening, emphasis, trend];
    match all.iter().all(|value| (0.0..=MOST).contains(value)) {
        true => Ok(weights),
        false => Err(format!("they are not all from 0 to {MOST}")),
    }
}

impl Engine {
    /// Ranks the days of `profile` that its reader marked something on, beside baselines, knowing of each
    /// what was known when its digest was made. `seed` is that of the random ranking.
    ///
    /// The first model alone ranks.
    ///
    /// # Errors
    /// [`Error::Invalid`] if no day has a paper that is liked and one that is not; else as
    /// [`Engine::documents`].
    pub fn evaluate_own(
        &mut self,
        profile: &Profile,
        seed: u64,
        progress: ProgressFn,
    ) -> Result<OwnReport> {
        let days = self.own_days(profile, Replay::Rankings { seed }, progress)?;
        if days.is_empty() {
            return Err(Error::Invalid(format!(
                "no digest of {} has a paper marked as liked and one that is not; mark some with \
                 `paperlark like ID --profile {}`",
                profile.id, profile.id
            )));
        }
        Ok(own::evaluate(&days, &self.answers(profile)?))
    }

    /// Chooses the ranker's weights by the reader's own marks: see [`own::tune`]. Nothing is saved.
    ///
    /// The first model alone ranks.
    ///
    /// # Errors
    /// As [`Engine::documents`].
    pub fn tune(&mut self, profile: &Profile, seed: u64, progress: ProgressFn) -> Result<Tuning> {
        let variants = own::variants();
        Ok(own::tune(&self.own_days(profile, Replay::Parts(&variants), progress)?, seed))
    }

    /// AUC of the usual settings on the reader's days, to compare this model with another: see
    /// [`Rival`](own::Rival).
    ///
    /// # Errors
    /// As [`Engine::documents`].
    pub fn own_aucs(
        &mut self,
        profile: &Profile,
        progress: ProgressFn,
    ) -> Result<Vec<(Date, f64)>> {
        let usual = [Weights::default()];
        Ok(own::aucs(&self.own_days(profile, Replay::Parts(&usual), progress)?))
    }

    /// The days that can tell one ranking from another, ascending.
    fn own_days(
        &mut self,
        profile: &Profile,
        replay: Replay<'_>,
        progress: ProgressFn,
    ) -> Result<Vec<OwnDay>> {
        let answers = self.library.feedback(&profile.id, Timestamp::MAX)?.answers();
        let likes = answers.iter().filter(|(_, (mark, _))| *mark == Mark::Like);
        let liked: HashSet<Row> = likes.map(|(row, _)| *row).collect();
        let mut dates: BTreeSet<Date> = BTreeSet::new();
        for row in &liked {
            dates.extend(self.library.considered(&profile.id, *row)?.iter().map(|c| c.digest));
        }
        let mut days = Vec::new();
        for (at, date) in dates.iter().enumerate() {
            days.extend(self.own_day(profile, *date, &liked, replay)?.filter(OwnDay::is_telling));
            progress(at + 1, dates.len());
        }
        Ok(days)
    }

    fn own_day(
        &mut self,
        profile: &Profile,
        date: Date,
        liked: &HashSet<Row>,
        replay: Replay<'_>,
    ) -> Result<Option<OwnDay>> {
        let quiet: ProgressFn = &|_, _| {};
        let Some(delivery) = self.library.delivery(&profile.id, date)? else { return Ok(None) };
        let (mut stated, _) = self.stated(profile, delivery.generated_at)?;
        let mut candidates = Vec::new();
        for (line, paper) in self.day(profile, &stated, date, false)?.candidates {
            // Not what became known after the digest was made.
            let considered = self.library.considered(&profile.id, line.row)?;
            if considered.iter().any(|considered| considered.digest == date) {
                candidates.push((paper.id, line.row));
            }
        }
        candidates.sort_unstable();
        let rows: Vec<Row> = candidates.into_iter().map(|(_, row)| row).collect();
        let mut day = OwnDay {
            date,
            liked: rows.iter().map(|row| liked.contains(row)).collect(),
            ..OwnDay::default()
        };
        // A digest that was made again was made with marks on its own papers.
        let today: HashSet<Row> = rows.iter().copied().collect();
        stated.feedback.marks.retain(|row, _| !today.contains(row));
        if matches!(replay, Replay::Parts(_)) {
            // They bring their own, so broken ones are not in the way of better ones.
            stated.feedback.weights = None;
        }
        let shown = self.library.shown(&profile.id)?;
        let shown: HashSet<Row> =
            shown.into_iter().filter(|(on, _)| *on == date).map(|(_, row)| row).collect();
        day.shown = rows.iter().map(|row| shown.contains(row)).collect();
        let learned = self.learned(profile, stated, date, &today)?;
        if learned.liked.is_empty() || !day.is_telling() {
            return Ok(None);
        }
        let documents = self.documents(&rows, quiet)?;
        let background = self.background(date, &profile.categories, &rows, quiet)?;
        let background = background.expect("a stream with candidates has papers");
        let mut taste = learned.taste(|rows| self.documents(rows, quiet))?;
        let stream = Stream::new(&background, &documents);
        match replay {
            Replay::Rankings { seed } => {
                let ranked = stream.rank(&taste);
                day.scores.push(ranked.iter().map(|ranked| ranked.standing).collect());
                let mut newest = learned.liked.clone();
                newest.sort_unstable_by(|a, b| b.cmp(a));
                newest.dedup();
                let likes: Documents = self.documents(&newest, quiet)?;
                let recent = self.library.recent(date, &profile.categories, STREAM)?;
                let recent: Vec<Row> =
                    recent.into_iter().filter(|row| !today.contains(row)).collect();
                let texts = self.library.papers(&recent)?.iter().map(text_of).collect();
                // Each day is drawn anew.
                let seed = seed ^ hash::text(&date.to_string());
                day.scores.extend(own::baseline_scores(&likes, &documents, texts, seed));
            }
            Replay::Parts(variants) => {
                for variant in variants {
                    // Without a dislike its share changes nothing.
                    let same = day.parts.iter().find(|(weights, _)| {
                        taste.disliked.is_empty() && weights.pooling == variant.pooling
                    });
                    let parts = match same {
                        Some((_, parts)) => parts.clone(),
                        None => {
                            taste.weights = variant.clone();
                            stream.rank(&taste).iter().map(|ranked| ranked.parts).collect()
                        }
                    };
                    day.parts.push((variant.clone(), parts));
                }
            }
        }
        Ok(Some(day))
    }
}

/// What a replayed day is asked for.
#[derive(Clone, Copy)]
enum Replay<'a> {
    /// Scores of our ranking and the baselines.
    Rankings { seed: u64 },
    /// The pieces of the standing under each of these settings.
    Parts(&'a [Weights]),
}
