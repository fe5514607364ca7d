//! A stream made ready for ranking: what all readers share.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use ndarray::{Array1, Array2, Axis, s};

use super::{
    Background, Document, Documents,
    dense::{self, Whitened},
    lexical::{Lexicon, TermVector},
    words::{Features, Vocabulary},
};
use crate::row::Row;

/// Ratio of two steps of the scale on which likes are counted for whitening.
const STEP: f32 = 1.2;

/// Candidates and the stream they come from, rotated, whitened and read once for any number of tastes.
///
/// Everything is a block of rows, the background's first and the candidates' below it.
pub struct Stream<'a> {
    pub(super) background: &'a Background,
    pub(super) candidates: &'a Documents,
    /// `V^T (x - mu)`.
    pub(super) rows: Array2<f32>,
    pub(super) lexicon: Lexicon,
    pub(super) terms: Vec<TermVector>,
    /// Mean BM25 vector of the background, each scaled to unit length.
    pub(super) mean_terms: Vec<f32>,
    read: OnceLock<Read>,
    /// Places of the background by their paper, and by the hash of its text: a seed that a reader wrote out has a
    /// row of its own.
    by_row: HashMap<Row, usize>,
    by_text: HashMap<u64, usize>,
    /// Whether a row of the background is a candidate too.
    pub(super) in_question: Vec<bool>,
    /// By the level of the likes, and the bits of the exponent.
    whitened: Mutex<BTreeMap<(i32, u32), Arc<Whitened>>>,
}

/// A stream as a classifier of words reads it.
pub(super) struct Read {
    /// Words of the stream and of the older texts.
    pub vocabulary: Vocabulary,
    /// Features of the rows.
    pub features: Vec<Features>,
}

impl<'a> Stream<'a> {
    /// Makes `candidates` ready to be ranked before `background`. They should be part of it, like every
    /// paper of their stream.
    pub fn new(background: &'a Background, candidates: &'a Documents) -> Self {
        let papers = || background.documents.papers.iter();
        let by_row: HashMap<Row, usize> = papers().map(|paper| paper.row).zip(0..).collect();
        let by_text: HashMap<u64, usize> = papers().map(Document::text_hash).zip(0..).collect();
        let mut in_question = vec![false; background.len()];
        let mut fresh = Vec::new();
        for paper in &candidates.papers {
            match by_row.get(&paper.row) {
                Some(at) => in_question[*at] = true,
                None => fresh.push(paper.text.as_str()),
            }
        }
        if background.is_closed {
            fresh = background.older.iter().map(|paper| paper.text.as_str()).collect();
        }
        let lexicon = Lexicon::new(background.documents.texts().chain(fresh));
        let terms = lexicon.vectors(background.documents.texts().chain(candidates.texts()));
        let even = terms[..background.len()].iter().map(|vector| (vector, 1.0));
        let mean_terms = super::lexical::mean(even, lexicon.len());
        Stream {
            background,
            candidates,
            rows: background.rotate_stacked(&candidates.vectors),
            lexicon,
            terms,
            mean_terms,
            read: OnceLock::new(),
            by_row,
            by_text,
            in_question,
            whitened: Mutex::default(),
        }
    }

    /// What a classifier of words needs to know; readers of a few seeds do without.
    pub(super) fn read(&self) -> &Read {
        self.read.get_or_init(|| {
            let stream = &self.background.documents.papers;
            let candidates = &self.candidates.papers;
            let is_fresh = |paper: &&Document| {
                !self.background.is_closed && !self.by_row.contains_key(&paper.row)
            };
            let fresh = candidates.iter().filter(is_fresh);
            let vocabulary =
                Vocabulary::new(stream.iter().chain(fresh).chain(&self.background.older));
            let papers = stream.iter().chain(candidates);
            let features = papers.map(|paper| vocabulary.features(paper)).collect();
            Read { vocabulary, features }
        })
    }

    /// Places of the background that hold these papers: their place among the papers.
    pub(super) fn own<'t>(
        &self,
        papers: impl IntoIterator<Item = &'t Document>,
    ) -> HashMap<usize, usize> {
        let place = |paper: &Document| {
            self.by_row.get(&paper.row).or_else(|| self.by_text.get(&paper.text_hash())).copied()
        };
        papers.into_iter().zip(0..).filter_map(|(paper, at)| Some((place(paper)?, at))).collect()
    }

    /// `n` rounded to a power of 1.2, so that readers with similar totals share a cached whitening.
    pub(super) fn level(n: f32) -> i32 {
        (n.max(0.5).ln() / STEP.ln()).round() as i32
    }

    /// The rows whitened for likes that weigh `n` together, to the next [`level`](Self::level); `exponent` is
    /// [`Weights::whitening`](super::Weights::whitening).
    pub(super) fn whitened(&self, n: f32, exponent: f32) -> Arc<Whitened> {
        let level = Self::level(n);
        let mut all = self.whitened.lock().unwrap_or_else(PoisonError::into_inner);
        let ready = all.entry((level, exponent.to_bits())).or_insert_with(|| {
            let mut scale = self.background.whitening(STEP.powf(level as f32));
            if exponent != 1.0 {
                scale.mapv_inplace(|s| s.powf(exponent));
            }
            Arc::new(Whitened { rows: dense::whiten(&self.rows, &scale), scale })
        });
        Arc::clone(ready)
    }

    /// Scales values so that the background has mean 0 and standard deviation 1.
    pub(super) fn z(&self, values: Array1<f32>) -> Array1<f32> {
        let mean = values.slice(s![..self.background.len()]).mean().unwrap_or(0.0);
        let factor = self.to_unit(&values);
        (values - mean) * factor
    }

    /// The factor that gives values a standard deviation of 1 over the background; 1 where they have none.
    pub(super) fn to_unit(&self, values: &Array1<f32>) -> f32 {
        let background = values.slice(s![..self.background.len()]);
        let mean = background.mean().unwrap_or(0.0);
        // `std` of ndarray divides once for every value, one after the other.
        let squares = background.mapv(|value| (value - mean) * (value - mean));
        let deviation = squares.mean().unwrap_or(0.0).sqrt();
        if deviation > 1e-6 { deviation.recip() } else { 1.0 }
    }

    /// LDA and kernel density as halves of one score.
    pub(super) fn halves(&self, lda: Array1<f32>, kernel: Array1<f32>) -> Array1<f32> {
        self.z(self.z(lda) + self.z(kernel))
    }

    /// Rows from the first candidate on.
    pub(super) fn candidate_rows(&self, rows: &Array2<f32>) -> Array2<f32> {
        let from: Vec<usize> = (self.background.len()..rows.nrows()).collect();
        rows.select(Axis(0), &from)
    }
}
