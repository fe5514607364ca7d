//! The rankings that ours is measured against, one place for all protocols.
//!
//! [`Baselines::new`] takes what the texts of a run have in common; [`Baselines::scores`] ranks candidates
//! for one reader. None of them looks at a paper that it is not given.

use std::{fmt, str::FromStr};

use ndarray::{Array1, Array2, Axis};

use super::{
    svm,
    terms::{Counts, Sparse},
};
use crate::error::{Error, Result};
use crate::message;

/// Regularisation of the support vector machine, as in arxiv-sanity-lite, and its tolerance, as in LIBLINEAR.
const C: f32 = 0.1;
const TOLERANCE: f32 = 0.1;

/// A ranking to compare with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Baseline {
    /// Cosine to the mean of the likes.
    MeanVector,
    /// The same, the newer a like the more it weighs: 1 / (1 + log10 of its rank by age), as
    /// zotero-arxiv-daily does it.
    DecayedMean,
    /// Cosine to the nearest like.
    MaxSimilarity,
    /// A linear support vector machine on TF-IDF of words and pairs, likes against everything else that is
    /// known, as arxiv-sanity-lite does it.
    Svm,
    /// Cosine of BM25 vectors to their mean over the likes.
    Bm25,
    /// The newest first.
    Newest,
    /// By chance.
    Random,
}

impl Baseline {
    /// Every baseline, with the word that chooses it and its name.
    pub const ALL: [(Baseline, &str, &str); 7] = [
        (Baseline::MeanVector, "mean", "mean vector"),
        (Baseline::DecayedMean, "decayed", "decayed mean"),
        (Baseline::MaxSimilarity, "max", "max similarity"),
        (Baseline::Svm, "svm", "linear SVM"),
        (Baseline::Bm25, "bm25", "BM25 profile"),
        (Baseline::Newest, "newest", "newest first"),
        (Baseline::Random, "random", "random"),
    ];

    /// Every baseline.
    pub fn all() -> Vec<Baseline> {
        Self::ALL.iter().map(|(baseline, ..)| *baseline).collect()
    }
}

impl fmt::Display for Baseline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let found = Self::ALL.iter().find(|(baseline, ..)| baseline == self);
        f.write_str(found.map_or("", |(.., name)| name))
    }
}

impl FromStr for Baseline {
    type Err = Error;

    /// # Errors
    /// [`Error::Invalid`] with the words there are.
    fn from_str(text: &str) -> Result<Self> {
        let found = Self::ALL.iter().find(|(_, word, _)| *word == text);
        found.map(|(baseline, ..)| *baseline).ok_or_else(|| {
            let words: Vec<&str> = Self::ALL.iter().map(|(_, word, _)| *word).collect();
            Error::Invalid(message!(
                "there is no ranking '{text}'; choose from {words}",
                text,
                words = words.join(", ")
            ))
        })
    }
}

/// Everything that the baselines know of the papers of a run.
pub(super) struct Baselines<'a> {
    vectors: &'a Array2<f32>,
    age: &'a [u32],
    bm25: Sparse,
    tf_idf: Sparse,
}

/// Counts the words of `texts`, if any of the baselines `wanted` reads words.
pub(super) fn counts<'a>(texts: impl Iterator<Item = &'a str>, wanted: &[Baseline]) -> Counts {
    let reads = [Baseline::Svm, Baseline::Bm25].iter().any(|reader| wanted.contains(reader));
    Counts::new(texts.filter(|_| reads))
}

/// One reader, or one query. All papers are given by their places.
pub(super) struct Reader<'a> {
    /// What the reader likes, newest first.
    pub likes: &'a [usize],
    /// What counts as not liked, for those that learn from it.
    pub negatives: &'a [usize],
    /// Seed of the random ranking.
    pub seed: u64,
}

impl<'a> Baselines<'a> {
    /// Prepares the baselines `wanted`: `vectors` has a row for each paper, `age` its rank by age, oldest
    /// first; [`counts`] has the words of their texts, weighed by the texts at `known`.
    pub fn new(
        vectors: &'a Array2<f32>,
        age: &'a [u32],
        counts: &Counts,
        known: &[usize],
        wanted: &[Baseline],
    ) -> Self {
        let wants = |baseline| wanted.contains(&baseline);
        Baselines {
            vectors,
            age,
            bm25: if wants(Baseline::Bm25) { counts.bm25(known) } else { Sparse::default() },
            tf_idf: if wants(Baseline::Svm) { counts.tf_idf(known) } else { Sparse::default() },
        }
    }

    /// A score for each paper at `candidates`, larger is better, by one of the baselines that were
    /// prepared.
    pub fn scores(&self, baseline: Baseline, reader: &Reader, candidates: &[usize]) -> Vec<f32> {
        let each = |score: &dyn Fn(usize) -> f32| candidates.iter().map(|at| score(*at)).collect();
        match baseline {
            Baseline::MeanVector => self.mean(reader.likes, |_| 1.0, candidates),
            Baseline::DecayedMean => {
                self.mean(reader.likes, |rank| 1.0 / (1.0 + (rank as f32).log10()), candidates)
            }
            Baseline::MaxSimilarity => self.max_similarity(reader.likes, candidates),
            Baseline::Svm => {
                let w = svm::train(&self.tf_idf, reader.likes, reader.negatives, C, TOLERANCE);
                each(&|at| self.tf_idf.dot(at, &w))
            }
            Baseline::Bm25 => {
                let mut mean = vec![0.0; self.bm25.width()];
                reader.likes.iter().for_each(|at| self.bm25.add_to(*at, 1.0, &mut mean));
                each(&|at| self.bm25.dot(at, &mean))
            }
            Baseline::Newest => each(&|at| self.age[at] as f32),
            Baseline::Random => {
                let mut random = fastrand::Rng::with_seed(reader.seed);
                candidates.iter().map(|_| random.f32()).collect()
            }
        }
    }

    /// Dot product with the sum of the likes, each weighed by its rank from 1 on.
    fn mean(
        &self,
        likes: &[usize],
        weight: impl Fn(usize) -> f32,
        candidates: &[usize],
    ) -> Vec<f32> {
        let mut centre = Array1::<f32>::zeros(self.vectors.ncols());
        for (rank, at) in (1..).zip(likes) {
            centre.scaled_add(weight(rank), &self.vectors.row(*at));
        }
        candidates.iter().map(|at| self.vectors.row(*at).dot(&centre)).collect()
    }

    fn max_similarity(&self, likes: &[usize], candidates: &[usize]) -> Vec<f32> {
        // Blocks bound the memory of the product, whatever the number of candidates.
        const BLOCK: usize = 512;
        let likes = self.vectors.select(Axis(0), likes);
        let nearest = |block: &[usize]| -> Vec<f32> {
            let cosines = self.vectors.select(Axis(0), block).dot(&likes.t());
            let most =
                |row: ndarray::ArrayView1<f32>| row.fold(f32::NEG_INFINITY, |a, b| a.max(*b));
            cosines.rows().into_iter().map(most).collect()
        };
        candidates.chunks(BLOCK).flat_map(nearest).collect()
    }
}
