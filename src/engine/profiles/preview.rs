//! What a change of a profile would do to recent days.

use std::collections::{HashMap, HashSet};

use jiff::{Timestamp, civil::Date};
use ndarray::ArrayView1;
use serde::Serialize;

use super::ORIGIN;
use crate::{
    calendar,
    engine::{Engine, Learned, ProgressFn, Stated, daily::selection},
    error::Result,
    paper::{Paper, PaperId},
    profile::{Notice, Profile},
    rank::{Background, Documents, Likelihood, Ranked, rank},
    store::{Act, Event, Feedback, Line, Mute, Row},
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

/// One side of the comparison.
struct Side {
    profile: Profile,
    stated: Stated,
}

/// A side's ranking of a day.
struct Ranking {
    /// All announcements that the profile wants, muted or not.
    wanted: HashMap<Row, Option<Mute>>,
    candidates: Vec<(Line, Paper)>,
    documents: Documents,
    ranked: Vec<Ranked>,
    /// Places of candidates, best first.
    order: Vec<usize>,
    /// Those in the digest.
    shown: HashSet<usize>,
    learned: Learned,
    /// What decides how many are shown: `top` and `min_score`.
    limits: (usize, f32),
}

impl Ranking {
    /// Place in the order from 0, and place among the candidates, of each paper.
    fn places(&self) -> HashMap<Row, (usize, usize)> {
        let place = |(n, at): (usize, &usize)| (self.candidates[*at].0.row, (n, *at));
        self.order.iter().enumerate().map(place).collect()
    }
}

impl Engine {
    /// What `change` would do to the digests of `profile` for the last [`LATE`](super::LATE) days in the
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
        let (before, _) = self.side(profile.clone(), before)?;
        let (after, notices) =
            self.side(change.profile.unwrap_or_else(|| profile.clone()), after)?;
        let sides = [before, after];
        let fitted = self.likelihood(profile)?;

        let shown = self.library.shown(&profile.id)?;
        let newest = self.newest_day(&profile.categories, calendar::today(now))?;
        let dates = newest.map_or_else(|| Ok(Vec::new()), |newest| self.recent_days(newest))?;
        let mut days = Vec::new();
        for (n, date) in dates.iter().enumerate() {
            // What the reader knew from elsewhere is in question on neither side, and what the change is
            // about stays so on both.
            let mut known: HashSet<Row> =
                shown.iter().filter(|(day, _)| day != date).map(|(_, row)| *row).collect();
            let feedback = &sides[0].stated.feedback;
            known.extend(feedback.marks.keys().chain(feedback.removed.keys()));
            known.extend(sides[0].stated.likes.iter().map(|(row, _)| *row));
            for (_, row) in shown.iter().filter(|(day, _)| day == date) {
                known.remove(row);
            }
            let [before, after] = &sides;
            let mut background = None;
            let before = self.rank_day(before, fitted, *date, &known, &mut background, progress)?;
            if sides[1].profile.categories != sides[0].profile.categories {
                background = None;
            }
            let after = self.rank_day(after, fitted, *date, &known, &mut background, progress)?;
            if let (Some(before), Some(after)) = (before, after) {
                days.push(self.diff(*date, &before, &after, progress)?);
            }
            progress(n + 1, dates.len());
        }
        Ok(Preview { days, notices })
    }

    fn side(&mut self, profile: Profile, feedback: Feedback) -> Result<(Side, Vec<Notice>)> {
        let (stated, notices) = self.stated_with(&profile, feedback, Timestamp::MAX)?;
        Ok((Side { profile, stated }, notices))
    }

    /// Ranks a day for one side; `None` if the ledger knows of no paper up to that day. `background` is
    /// the stream's, made if absent.
    fn rank_day(
        &mut self,
        side: &Side,
        fitted: Option<Likelihood>,
        date: Date,
        known: &HashSet<Row>,
        background: &mut Option<Background>,
        progress: ProgressFn,
    ) -> Result<Option<Ranking>> {
        let Side { profile, stated } = side;
        let quiet: ProgressFn = &|_, _| {};
        let mut wanted = HashMap::new();
        let mut candidates = Vec::new();
        for (line, paper) in self.wanted(profile, date, known)? {
            let mute = stated.feedback.muted(&paper).cloned();
            if mute.is_none() {
                candidates.push((line.clone(), paper));
            }
            wanted.insert(line.row, mute);
        }
        let rows: Vec<Row> = candidates.iter().map(|(line, _)| line.row).collect();
        let today: HashSet<Row> = wanted.keys().copied().collect();
        let learned = self.learned(profile, stated.clone(), date, &today)?;
        let documents = self.documents(&rows, quiet)?;
        let background = match background {
            Some(background) => background,
            None => match self.background(date, &profile.categories, &rows, progress)? {
                Some(stream) => background.insert(stream),
                None => return Ok(None),
            },
        };
        let taste = learned.taste(|rows| self.documents(rows, quiet))?;
        let ranked = rank(&documents, background, &taste);
        let mut order: Vec<usize> = (0..ranked.len()).collect();
        order.sort_by(|a, b| {
            let by_id = || candidates[*a].1.id.cmp(&candidates[*b].1.id);
            ranked[*b].standing.total_cmp(&ranked[*a].standing).then_with(by_id)
        });
        let selection = selection(profile, fitted, &candidates, &ranked, &taste, &documents);
        let shown = selection.shown.iter().map(|shown| shown.at).collect();
        let limits = (profile.top, profile.min_score);
        Ok(Some(Ranking { wanted, candidates, documents, ranked, order, shown, learned, limits }))
    }

    fn diff(
        &mut self,
        date: Date,
        before: &Ranking,
        after: &Ranking,
        progress: ProgressFn,
    ) -> Result<DayDiff> {
        let (old, new) = (before.places(), after.places());
        let mut added = |old: &[Row], new: &[Row]| -> Result<Added> {
            let rows: Vec<Row> = new.iter().filter(|row| !old.contains(row)).copied().collect();
            let documents = self.documents(&rows, progress)?;
            Ok(Added { rows, documents })
        };
        let likes = added(&before.learned.liked, &after.learned.liked)?;
        let dislikes = added(&before.learned.disliked, &after.learned.disliked)?;
        let (mut enters, mut leaves, mut moves) = (Vec::new(), Vec::new(), Vec::new());
        let mut rows: Vec<Row> = old.keys().chain(new.keys()).copied().collect();
        rows.sort_unstable();
        rows.dedup();
        for row in rows {
            let (was, is) = (old.get(&row), new.get(&row));
            let was_shown = was.is_some_and(|(_, at)| before.shown.contains(at));
            let is_shown = is.is_some_and(|(_, at)| after.shown.contains(at));
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
                (Some((_, at)), _) => &after.candidates[*at].1,
                (None, Some((_, at))) => &before.candidates[*at].1,
                (None, None) => continue,
            };
            let placed = |found: Option<&(usize, usize)>, ranking: &Ranking| {
                found.map(|(place, at)| (place + 1, ranking.ranked[*at].score))
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
            candidates: (before.candidates.len(), after.candidates.len()),
            shown: (before.shown.len(), after.shown.len()),
            enters,
            leaves,
            moves,
        })
    }

    fn cause(
        &self,
        row: Row,
        (before, was): (&Ranking, Option<&(usize, usize)>),
        (after, is): (&Ranking, Option<&(usize, usize)>),
        likes: &Added,
        dislikes: &Added,
    ) -> Result<Cause> {
        let title = |row: Row| -> Result<(PaperId, String)> {
            let Paper { id, title, .. } = self.library.papers(&[row])?.remove(0);
            Ok((id, title))
        };
        let (was, is) = match (was, is) {
            (Some((place, at)), Some((now, to))) => ((*place, *at), (*now, *to)),
            (Some(_), None) => {
                return Ok(match after.wanted.get(&row) {
                    Some(Some(mute)) => Cause::Muted { rule: mute.to_string() },
                    _ => Cause::Settings,
                });
            }
            (None, _) => {
                return Ok(match before.wanted.get(&row) {
                    Some(Some(mute)) => Cause::Unmuted { rule: mute.to_string() },
                    _ => Cause::Settings,
                });
            }
        };
        let nearest = |ranking: &Ranking, at: usize| {
            ranking.ranked[at].nearest.map(|(like, cosine)| (ranking.learned.liked[like], cosine))
        };
        if is.0 < was.0 {
            let new = nearest(after, is.1).filter(|(like, _)| likes.rows.contains(like));
            if let Some((like, similarity)) = new.or_else(|| likes.near(&after.documents, is.1)) {
                let (id, title) = title(like)?;
                return Ok(Cause::Like { id, title, similarity });
            }
        }
        if is.0 > was.0 {
            if let Some((like, _)) = nearest(before, was.1)
                && !after.learned.liked.contains(&like)
            {
                let (id, title) = title(like)?;
                return Ok(Cause::Unlike { id, title });
            }
            if let Some((dislike, similarity)) = dislikes.near(&after.documents, is.1) {
                let (id, title) = title(dislike)?;
                return Ok(Cause::Dislike { id, title, similarity });
            }
        }
        // In the place that it has now, it would have fared otherwise under the old settings.
        let was_room = is.0 < before.shown.len();
        let is_settings = before.limits != after.limits && was_room != after.shown.contains(&is.1);
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
