//! A reader's day as a value: every announcement with one verdict, the ranking, and the list.
//!
//! [`listed()`] says which announcements belong to the day, [`Sifted`] which of them are in question, and
//! [`Day::new`] ranks those and chooses the list. The morning's digest, an explanation, a preview and a catch-up are
//! readings of one [`Day`]; what measures past days by a reader's own marks ranks one [`Sifted`] in many ways. Nothing
//! here reads a store, a file or a clock.

use jiff::civil::Date;
use ndarray::{Axis, concatenate};

use crate::{
    paper::PaperId,
    rank::{Background, Documents, Likelihood, Ranked, Taste, rank},
    reader::Reader,
    row::Row,
};

mod announced;
mod list;
mod sift;
mod verdict;

pub use announced::{Follows, LATE, Listed, is_listed, listed};
pub use list::{Candidate, Selection, Shown, select};
pub use sift::{Counts, Sifted};
pub use verdict::{Also, Place, Verdict};

/// What a reader is told of one day.
#[derive(Debug, Clone)]
pub struct Day {
    /// The announcements, and which are in question.
    pub sifted: Sifted,
    /// The candidates, in order.
    pub candidates: Vec<Listed>,
    /// What the ranker says of each.
    pub ranked: Vec<Ranked>,
    /// The list, and what became of each candidate.
    pub list: Selection,
    /// p(like) by the reader's own marks, if there are enough.
    pub likelihood: Option<Likelihood>,
}

impl Day {
    /// Ranks the candidates of `sifted`, whose texts and vectors are `documents`, before their stream
    /// `background`, and chooses the list of `reader`. `likelihood` is p(like) by the reader's own marks, if
    /// there are enough; else a guess from the threshold stands for it.
    pub fn new(
        reader: &Reader,
        sifted: Sifted,
        documents: &Documents,
        background: &Background,
        taste: &Taste,
        likelihood: Option<Likelihood>,
    ) -> Self {
        let ranked = rank(documents, background, taste);
        Self::of_ranked(reader, sifted, documents, ranked, taste, likelihood)
    }

    /// The same of candidates that are ranked already.
    pub fn of_ranked(
        reader: &Reader,
        sifted: Sifted,
        documents: &Documents,
        ranked: Vec<Ranked>,
        taste: &Taste,
        likelihood: Option<Likelihood>,
    ) -> Self {
        let candidates: Vec<Listed> = sifted.candidates().cloned().collect();
        let fit = likelihood.unwrap_or(Likelihood::prior(reader.profile.rules.min_score));
        let pool: Vec<Candidate> = std::iter::zip(&candidates, &ranked)
            .map(|(Listed { paper, .. }, ranked)| Candidate {
                paper,
                ranked,
                likelihood: fit.of(ranked.score),
            })
            .collect();
        let answered = [taste.liked.vectors.view(), taste.disliked.vectors.view()];
        let answered =
            concatenate(Axis(0), &answered).expect("vectors of one model have one length");
        let list = select(&pool, &documents.vectors, &answered, &reader.profile.rules);
        Day { sifted, candidates, ranked, list, likelihood }
    }

    /// The announcement day.
    pub fn date(&self) -> Date {
        self.sifted.date
    }

    /// The verdict on every announcement of the day, in order.
    pub fn verdicts(&self) -> impl Iterator<Item = (&Listed, &Verdict)> {
        let mut open = self.list.verdicts.iter();
        std::iter::zip(&self.sifted.listed, &self.sifted.verdicts).map(move |(listed, verdict)| {
            let verdict = verdict.as_ref().or_else(|| open.next());
            (listed, verdict.expect("every candidate has a verdict"))
        })
    }

    /// Number of the candidate that is this paper.
    pub fn candidate(&self, row: Row) -> Option<usize> {
        self.candidates.iter().position(|listed| listed.line.row == row)
    }

    /// Numbers of the candidates, best first, ties by id.
    pub fn order(&self) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.ranked.len()).collect();
        order.sort_by(|a, b| {
            let by_id = || self.candidates[*a].paper.id.cmp(&self.candidates[*b].paper.id);
            self.ranked[*b].standing.total_cmp(&self.ranked[*a].standing).then_with(by_id)
        });
        order
    }

    /// The place, from 1, that a paper of this id and standing has among the candidates.
    pub fn rank_of(&self, id: &PaperId, standing: f32) -> usize {
        let better = std::iter::zip(&self.candidates, &self.ranked).filter(|(other, r)| {
            standing.total_cmp(&r.standing).then(other.paper.id.cmp(id)).is_lt()
        });
        1 + better.count()
    }

    /// The best score among the candidates, 0 without any.
    pub fn best_score(&self) -> f32 {
        self.ranked.iter().map(|ranked| ranked.score).fold(0.0, f32::max)
    }

    /// How many likes are expected among what is not shown, where the reader should know.
    pub fn missed(&self, reader: &Reader) -> Option<f32> {
        let is_known = self.likelihood.is_some() || reader.profile.rules.max_missed.is_some();
        is_known.then_some(self.list.missed)
    }
}
