//! What the ranker learns from, as rows of the library.

use std::{
    cmp::Reverse,
    collections::{BTreeSet, HashSet},
};

use jiff::{Timestamp, civil::Date};

use super::Reader;
use crate::{
    error::Result,
    rank::{Documents, Like, TREND, Taste, Weights},
    row::Row,
};

/// A [`Taste`] as rows of the library, before their texts and vectors are read.
#[derive(Debug, Clone, Default)]
pub struct TasteRows {
    /// Number of interests.
    pub interests: usize,
    /// What each of `liked` stands for.
    pub likes: Vec<Like>,
    /// Papers and sentences that are liked.
    pub liked: Vec<Row>,
    /// Places of the newest of them.
    pub newest: Vec<usize>,
    /// Papers that are disliked, and sentences to avoid.
    pub disliked: Vec<Row>,
    /// Papers that were read and not marked, newest first.
    pub skipped: Vec<Row>,
    /// How much each piece of evidence counts.
    pub weights: Weights,
}

impl TasteRows {
    /// The taste in the vectors of a model; `documents` gives them.
    ///
    /// # Errors
    /// Those of `documents`.
    pub fn taste(&self, mut documents: impl FnMut(&[Row]) -> Result<Documents>) -> Result<Taste> {
        Ok(Taste {
            interests: self.interests,
            likes: self.likes.clone(),
            newest: self.newest.clone(),
            liked: documents(&self.liked)?,
            disliked: documents(&self.disliked)?,
            skipped: documents(&self.skipped)?,
            weights: self.weights.clone(),
        })
    }

    /// What is known apart from one paper.
    pub fn without(&self, row: Row) -> TasteRows {
        let others = |rows: &[Row]| rows.iter().copied().filter(|other| *other != row).collect();
        let kept: Vec<usize> = (0..self.liked.len()).filter(|at| self.liked[*at] != row).collect();
        let newest = self.newest.iter().filter_map(|at| kept.binary_search(at).ok()).collect();
        TasteRows {
            interests: self.interests,
            newest,
            likes: kept.iter().map(|at| self.likes[*at]).collect(),
            liked: kept.iter().map(|at| self.liked[*at]).collect(),
            disliked: others(&self.disliked),
            skipped: others(&self.skipped),
            weights: self.weights.clone(),
        }
    }
}

impl Reader {
    /// What the reader likes, dislikes and passed over, for a ranking of the papers `today` of `date`. Those
    /// are judged by what is known of other papers, so nothing said of them counts yet.
    ///
    /// Papers of other digests that the reader marked something in, and did not mark themselves, count as
    /// skipped; a digest without any mark may not have been read at all.
    pub fn taste(&self, date: Date, today: &HashSet<Row>) -> TasteRows {
        let marks = &self.said.marks;
        let own: HashSet<Row> =
            self.likes.iter().map(|(row, _)| row).chain(marks.keys()).copied().collect();
        let read_days: BTreeSet<Date> = (self.shown.iter())
            .filter(|(row, _)| marks.contains_key(row))
            .flat_map(|(_, days)| days.iter().copied())
            .filter(|day| *day != date && *day <= self.until)
            .collect();
        // Rows grow with time: the newest first.
        let skipped = (self.shown.iter().rev())
            .filter(|(row, days)| {
                let in_read_days = days.iter().any(|day| read_days.contains(day));
                in_read_days && !own.contains(row) && !today.contains(row)
            })
            .map(|(row, _)| *row)
            .collect();
        let likes = self.likes.iter().filter(|(row, _)| !today.contains(row)).copied();
        let (liked, likes): (Vec<Row>, Vec<Like>) = likes.unzip();
        TasteRows {
            interests: self.profile.interests.len(),
            newest: self.newest(&liked),
            likes,
            liked,
            disliked: self.dislikes.iter().filter(|row| !today.contains(row)).copied().collect(),
            skipped,
            weights: self.weights.clone(),
        }
    }

    /// Places of the [`TREND`] newest likes; fewer where fewer have a time, since a file does not tell since
    /// when its seeds are liked.
    fn newest(&self, liked: &[Row]) -> Vec<usize> {
        let since = |row: &Row| {
            let marked = self.said.marks.get(row).map(|said| said.at);
            marked.max(self.said.seeds.get(row).map(|said| said.at))
        };
        let mut dated: Vec<(Timestamp, usize)> =
            liked.iter().enumerate().filter_map(|(at, row)| Some((since(row)?, at))).collect();
        dated.sort_unstable_by_key(|(time, at)| (Reverse(*time), *at));
        // What was said in one act is equally new.
        if let Some((last, _)) = dated.get(TREND - 1).copied() {
            dated.retain(|(time, _)| *time >= last);
        }
        dated.into_iter().map(|(_, at)| at).collect()
    }
}
