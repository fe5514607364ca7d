//! A reader's own marks as a test of the ranker: past days are ranked again, each by what was said before its
//! digest was made.

use std::collections::{BTreeSet, HashSet};

use jiff::{Timestamp, civil::Date};

use super::{Engine, ProgressFn, load::Inputs};
use crate::{
    error::{Error, Result},
    eval::own::{self, OwnDay, OwnReport, Tuning},
    hash, message,
    profile::Profile,
    rank::{Documents, STREAM, Stream, Weights},
    reader::Mark,
    row::Row,
};

impl Engine {
    /// Ranks the days of `profile` that its reader marked something on, beside baselines, knowing of each
    /// what was known when its digest was made. `seed` is that of the random ranking.
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
            return Err(Error::Invalid(message!(
                "no digest of {profile} has a paper marked as liked and one that is not",
                profile = &profile.id
            )));
        }
        Ok(own::evaluate(&days, &self.answers(profile)?))
    }

    /// Chooses the ranker's weights by the reader's own marks: see [`own::tune`]. Nothing is saved.
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
        let mut said = self.library.feedback(&profile.id, delivery.generated_at)?;
        if matches!(replay, Replay::Parts(_)) {
            // Variants set their own weights; saved ones, which may be unreadable, do not matter.
            said.weights = None;
        }
        let (reader, _) = self.reader_who(profile, said, delivery.generated_at)?;
        let mut sifted = self.sift(&reader, date, false)?;
        let mut known_then = HashSet::new();
        for row in sifted.rows() {
            // Not what became known after the digest was made.
            let considered = self.library.considered(&profile.id, row)?;
            if considered.iter().any(|considered| considered.digest == date) {
                known_then.insert(row);
            }
        }
        sifted.keep(|listed| known_then.contains(&listed.line.row));
        let rows = sifted.rows();
        let day = OwnDay {
            date,
            liked: rows.iter().map(|row| liked.contains(row)).collect(),
            shown: rows.iter().map(|row| reader.shown_on(*row).contains(&date)).collect(),
            ..OwnDay::default()
        };
        if !day.is_telling() || reader.taste(date, &rows.iter().copied().collect()).liked.is_empty()
        {
            return Ok(None);
        }
        let inputs = self.inputs(&reader, &sifted, None, quiet)?;
        let inputs = inputs.expect("a stream with candidates has papers");
        let Inputs { rows: learned, mut taste, candidates, background } = inputs;
        let stream = Stream::new(&background, &candidates);
        let mut day = day;
        match replay {
            Replay::Rankings { seed } => {
                let ranked = stream.rank(&taste);
                day.scores.push(ranked.iter().map(|ranked| ranked.standing).collect());
                let mut newest = learned.liked.clone();
                newest.sort_unstable_by(|a, b| b.cmp(a));
                newest.dedup();
                let likes: Documents = self.documents(&newest, quiet)?;
                let recent = self.library.recent(date, &profile.categories, STREAM)?;
                let today: HashSet<Row> = rows.into_iter().collect();
                let recent: Vec<Row> =
                    recent.into_iter().filter(|row| !today.contains(row)).collect();
                let texts = self.words(&recent)?.into_iter().map(|paper| paper.text).collect();
                // Each day is drawn anew.
                let seed = seed ^ hash::text(&date.to_string());
                day.scores.extend(own::baseline_scores(&likes, &candidates, texts, seed));
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
