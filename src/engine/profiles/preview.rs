//! What a change of a profile would do to recent days.

use std::collections::HashMap;

use jiff::{Timestamp, civil::Date};
use ndarray::ArrayView1;
use serde::Serialize;

use super::ORIGIN;
use crate::{
    calendar,
    day::{Day, Verdict},
    engine::{Engine, ProgressFn, load::Inputs},
    error::Result,
    paper::PaperId,
    profile::{Notice, Profile},
    rank::{Background, Documents, Likelihood},
    reader::{Act, Event, Reader},
    row::Row,
};

/// A paper that stays in the digest is worth a line if it moves by so many places.
const MOVED: usize = 5;

/// What is to be tried out.
#[derive(Debug, Default)]
pub struct Change {
    /// Acts as if the reader did them now.
    pub acts: Vec<Act>,
    /// Another text of the profile's file.
    pub profile: Option<Profile>,
}

/// What a change would do.
#[derive(Debug, Serialize)]
pub struct Preview {
    /// The days that the ledger has papers of, ascending.
    pub days: Vec<DayDiff>,
    /// What the reader should know of the changed profile.
    pub notices: Vec<Notice>,
}

/// What a change would do to one day's digest.
#[derive(Debug, Serialize)]
pub struct DayDiff {
    /// Announcement day.
    pub date: Date,
    /// Papers in question, before and after.
    pub candidates: (usize, usize),
    /// Papers in the digest, before and after.
    pub shown: (usize, usize),
    /// Papers that enter the digest, the best first.
    pub enters: Vec<Move>,
    /// Papers that leave it, the best first.
    pub leaves: Vec<Move>,
    /// Papers that stay and move by five places or more, the largest move first.
    pub moves: Vec<Move>,
}

/// One paper's way.
#[derive(Debug, Serialize)]
pub struct Move {
    /// Its identifier.
    pub id: PaperId,
    /// Its title.
    pub title: String,
    /// Place among the day's candidates from 1, and score, before; `None` if it was none of them.
    pub before: Option<(usize, f32)>,
    /// The same after.
    pub after: Option<(usize, f32)>,
    /// What moves it.
    pub cause: Cause,
}

/// Why a paper moves.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "why")]
pub enum Cause {
    /// A paper that is liked only after the change lies nearest to it, or near.
    Like {
        /// That paper.
        id: PaperId,
        /// Its title.
        title: String,
        /// Cosine similarity.
        similarity: f32,
    },
    /// The paper that lay nearest to it is liked no more.
    Unlike {
        /// That paper.
        id: PaperId,
        /// Its title.
        title: String,
    },
    /// A paper that is disliked only after the change lies near to it.
    Dislike {
        /// That paper.
        id: PaperId,
        /// Its title.
        title: String,
        /// Cosine similarity.
        similarity: f32,
    },
    /// A rule hides it.
    Muted {
        /// The rule.
        rule: String,
    },
    /// No rule hides it any more.
    Unmuted {
        /// The rule.
        rule: String,
    },
    /// The settings take it in or leave it out: categories, kinds of announcement, threshold, number.
    Settings,
    /// Others made room or took its place, or the taste as a whole has shifted.
    Others,
}

/// A side's day, with the texts and vectors it was ranked from.
struct Side {
    day: Day,
    inputs: Inputs,
    /// What decides how many are shown: `top` and `min_score`.
    limits: (usize, f32),
}

impl Side {
    /// Place in the order from 0, and number among the candidates, of each paper.
    fn places(&self) -> HashMap<Row, (usize, usize)> {
        let place = |(n, at): (usize, &usize)| (self.day.candidates[*at].line.row, (n, *at));
        self.day.order().iter().enumerate().map(place).collect()
    }

    fn shows(&self, at: usize) -> bool {
        self.day.list.shown.iter().any(|shown| shown.at == at)
    }

    /// The rule that mutes a paper.
    fn mutes(&self, row: Row) -> Option<&str> {
        match self.day.sifted.verdict(row) {
            Some(Verdict::Muted { what }) => Some(what),
            _ => None,
        }
    }
}

impl Engine {
    /// What `change` would do to the digests of `profile` for the last [`LATE`](crate::day::LATE) days in the
    /// ledger. Each day is ranked twice with all that is known now: as things are, and changed. Nothing is
    /// recorded.
    ///
    /// # Errors
    /// As [`Engine::documents`].
    pub fn preview(
        &mut self,
        profile: &Profile,
        change: Change,
        now: Timestamp,
        progress: ProgressFn,
    ) -> Result<Preview> {
        let before = self.library.feedback(&profile.id, Timestamp::MAX)?;
        let mut after = before.clone();
        for act in change.acts {
            after.apply(&Event { command: u32::MAX, act, at: now, origin: ORIGIN.to_owned() });
        }
        let (before, _) = self.reader_who(profile, before, Timestamp::MAX)?;
        let changed = change.profile.as_ref().unwrap_or(profile);
        let (after, notices) = self.reader_who(changed, after, Timestamp::MAX)?;
        // What the reader knew from elsewhere is in question on neither side, and what the change is about
        // stays so on both.
        let after = after.knowing_what(&before);
        let likelihood = self.likelihood(profile)?;

        let newest = self.newest_day(&profile.categories, calendar::today(now))?;
        let dates = newest.map_or_else(|| Ok(Vec::new()), |newest| self.recent_days(newest))?;
        let mut days = Vec::new();
        for (n, date) in dates.iter().enumerate() {
            if let Some(old) = self.side(&before, likelihood, *date, None, progress)? {
                // Both sides stand before the same stream.
                let is_same = after.profile.categories == before.profile.categories;
                let stream = is_same.then(|| old.inputs.background.clone());
                if let Some(new) = self.side(&after, likelihood, *date, stream, progress)? {
                    days.push(self.diff(*date, &old, &new, progress)?);
                }
            }
            progress(n + 1, dates.len());
        }
        Ok(Preview { days, notices })
    }

    /// The day of one side; `None` if the ledger knows of no paper up to that day.
    fn side(
        &mut self,
        reader: &Reader,
        likelihood: Option<Likelihood>,
        date: Date,
        background: Option<Background>,
        progress: ProgressFn,
    ) -> Result<Option<Side>> {
        let sifted = self.sift(reader, date, false)?;
        let Some(inputs) = self.inputs(reader, &sifted, background, progress)? else {
            return Ok(None);
        };
        let Inputs { taste, candidates, background, .. } = &inputs;
        let day = Day::new(reader, sifted, candidates, background, taste, likelihood);
        let limits = (reader.profile.rules.top, reader.profile.rules.min_score);
        Ok(Some(Side { day, inputs, limits }))
    }

    fn diff(
        &mut self,
        date: Date,
        before: &Side,
        after: &Side,
        progress: ProgressFn,
    ) -> Result<DayDiff> {
        let (old, new) = (before.places(), after.places());
        let mut added = |old: &[Row], new: &[Row]| -> Result<Added> {
            let rows: Vec<Row> = new.iter().filter(|row| !old.contains(row)).copied().collect();
            let documents = self.documents(&rows, progress)?;
            Ok(Added { rows, documents })
        };
        let likes = added(&before.inputs.rows.liked, &after.inputs.rows.liked)?;
        let dislikes = added(&before.inputs.rows.disliked, &after.inputs.rows.disliked)?;
        let (mut enters, mut leaves, mut moves) = (Vec::new(), Vec::new(), Vec::new());
        let mut rows: Vec<Row> = old.keys().chain(new.keys()).copied().collect();
        rows.sort_unstable();
        rows.dedup();
        for row in rows {
            let (was, is) = (old.get(&row), new.get(&row));
            let was_shown = was.is_some_and(|(_, at)| before.shows(*at));
            let is_shown = is.is_some_and(|(_, at)| after.shows(*at));
            let distance = match (was, is) {
                (Some(was), Some(is)) => was.0.abs_diff(is.0),
                _ => usize::MAX,
            };
            let list = match (was_shown, is_shown) {
                (false, true) => &mut enters,
                (true, false) => &mut leaves,
                (true, true) if distance >= MOVED => &mut moves,
                _ => continue,
            };
            let paper = match (is, was) {
                (Some((_, at)), _) => &after.day.candidates[*at].paper,
                (None, Some((_, at))) => &before.day.candidates[*at].paper,
                (None, None) => continue,
            };
            let placed = |found: Option<&(usize, usize)>, side: &Side| {
                found.map(|(place, at)| (place + 1, side.day.ranked[*at].score))
            };
            list.push(Move {
                id: paper.id.clone(),
                title: paper.title.clone(),
                before: placed(was, before),
                after: placed(is, after),
                cause: self.cause(row, (before, was), (after, is), &likes, &dislikes)?,
            });
        }
        enters.sort_by_key(|m| m.after.map(|(place, _)| place));
        leaves.sort_by_key(|m| m.before.map(|(place, _)| place));
        moves.sort_by_key(|m: &Move| {
            let place = |side: Option<(usize, f32)>| side.map_or(0, |(place, _)| place);
            (std::cmp::Reverse(place(m.before).abs_diff(place(m.after))), place(m.after))
        });
        Ok(DayDiff {
            date,
            candidates: (before.day.candidates.len(), after.day.candidates.len()),
            shown: (before.day.list.shown.len(), after.day.list.shown.len()),
            enters,
            leaves,
            moves,
        })
    }

    fn cause(
        &self,
        row: Row,
        (before, was): (&Side, Option<&(usize, usize)>),
        (after, is): (&Side, Option<&(usize, usize)>),
        likes: &Added,
        dislikes: &Added,
    ) -> Result<Cause> {
        let title = |row: Row| -> Result<(PaperId, String)> {
            let paper = self.papers(&[row])?.remove(0);
            Ok((paper.id.clone(), paper.title.clone()))
        };
        let (was, is) = match (was, is) {
            (Some((place, at)), Some((now, to))) => ((*place, *at), (*now, *to)),
            (Some(_), None) => {
                let muted = after.mutes(row).map(str::to_owned);
                return Ok(muted.map_or(Cause::Settings, |rule| Cause::Muted { rule }));
            }
            (None, _) => {
                let muted = before.mutes(row).map(str::to_owned);
                return Ok(muted.map_or(Cause::Settings, |rule| Cause::Unmuted { rule }));
            }
        };
        let nearest = |side: &Side, at: usize| {
            let nearest = side.day.ranked[at].nearest;
            nearest.map(|(like, cosine)| (side.inputs.rows.liked[like], cosine))
        };
        if is.0 < was.0 {
            let new = nearest(after, is.1).filter(|(like, _)| likes.rows.contains(like));
            if let Some((like, similarity)) =
                new.or_else(|| likes.near(&after.inputs.candidates, is.1))
            {
                let (id, title) = title(like)?;
                return Ok(Cause::Like { id, title, similarity });
            }
        }
        if is.0 > was.0 {
            if let Some((like, _)) = nearest(before, was.1)
                && !after.inputs.rows.liked.contains(&like)
            {
                let (id, title) = title(like)?;
                return Ok(Cause::Unlike { id, title });
            }
            if let Some((dislike, similarity)) = dislikes.near(&after.inputs.candidates, is.1) {
                let (id, title) = title(dislike)?;
                return Ok(Cause::Dislike { id, title, similarity });
            }
        }
        // In the place that it has now, it would have fared otherwise under the old settings.
        let was_room = is.0 < before.day.list.shown.len();
        let is_settings = before.limits != after.limits && was_room != after.shows(is.1);
        Ok(if is_settings { Cause::Settings } else { Cause::Others })
    }
}

/// Papers that only one side knows of, and their vectors.
struct Added {
    rows: Vec<Row>,
    documents: Documents,
}

impl Added {
    /// The one that is nearest to a paper of the day, with the cosine, if that is a standard deviation above
    /// what is usual that day.
    fn near(&self, day: &Documents, at: usize) -> Option<(Row, f32)> {
        let near = |(row, vector): (&Row, ArrayView1<f32>)| {
            let cosines = day.vectors.dot(&vector);
            let limit = cosines.mean()? + cosines.std(0.0);
            Some((*row, cosines[at])).filter(|(_, cosine)| *cosine > limit)
        };
        let found = self.rows.iter().zip(self.documents.vectors.rows()).filter_map(near);
        found.reduce(|best, next| if next.1 > best.1 { next } else { best })
    }
}
