//! A stream made ready for ranking: what all readers share.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, PoisonError},
};

use ndarray::{Array1, Array2, Axis};

use super::{
    Background, Documents, dense,
    lexical::{Lexicon, TermVector},
    words::{Features, Vocabulary},
};

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
    pub(super) vocabulary: Vocabulary,
    pub(super) features: Vec<Features>,
    /// Rows of the background by their text.
    by_text: HashMap<&'a str, usize>,
    /// Whether a row of the background is a candidate too.
    pub(super) in_question: Vec<bool>,
    whitened: Mutex<BTreeMap<i32, Arc<Whitened>>>,
}

/// The rows of a stream whitened for one number of likes.
pub(super) struct Whitened {
    /// `(e + lambda)^-1/2`.
    pub scale: Array1<f32>,
    /// `unit(scale * row)` for every row.
    pub rows: Array2<f32>,
}

impl<'a> Stream<'a> {
    /// Makes `candidates` ready to be ranked before `background`. They should be part of it, like every
    /// paper of their stream.
    pub fn new(background: &'a Background, candidates: &'a Documents) -> Self {
        let by_text: HashMap<&str, usize> =
            background.documents.texts.iter().map(String::as_str).zip(0..).collect();
        let mut in_question = vec![false; background.len()];
        let mut fresh = Vec::new();
        for text in &candidates.texts {
            match by_text.get(text.as_str()) {
                Some(at) => in_question[*at] = true,
                None => fresh.push(text),
            }
        }
        let texts = || background.documents.texts.iter().chain(&candidates.texts);
        let distinct = || background.documents.texts.iter().chain(fresh.iter().copied());
        let lexicon = Lexicon::new(distinct());
        let terms = lexicon.vectors(texts());
        let even = terms[..background.len()].iter().map(|vector| (vector, 1.0));
        let mean_terms = super::lexical::mean(even, lexicon.len());
        let vocabulary = Vocabulary::new(distinct());
        let features = texts().map(|text| vocabulary.features(text)).collect();
        Stream {
            background,
            candidates,
            rows: background.rotate_stacked(&candidates.vectors),
            lexicon,
            terms,
            mean_terms,
            vocabulary,
            features,
            by_text,
            in_question,
            whitened: Mutex::default(),
        }
    }

    /// Rows of the background that hold these texts: their place among the texts.
    pub(super) fn own(&self, texts: &[String]) -> HashMap<usize, usize> {
        let places = texts.iter().enumerate();
        places.filter_map(|(at, text)| Some((*self.by_text.get(text.as_str())?, at))).collect()
    }

    /// The rows whitened for likes that weigh `n` together.
    ///
    /// `n` counts to the next step of a scale of fifths, so that readers with nearly as many likes share
    /// the work.
    pub(super) fn whitened(&self, n: f32) -> Arc<Whitened> {
        const STEP: f32 = 1.2;
        let level = (n.max(0.5).ln() / STEP.ln()).round();
        let mut all = self.whitened.lock().unwrap_or_else(PoisonError::into_inner);
        let ready = all.entry(level as i32).or_insert_with(|| {
            let scale = self.background.whitening(STEP.powf(level));
            Arc::new(Whitened { rows: dense::whiten(&self.rows, &scale), scale })
        });
        Arc::clone(ready)
    }

    /// Rows from the first candidate on.
    pub(super) fn candidate_rows(&self, rows: &Array2<f32>) -> Array2<f32> {
        let from: Vec<usize> = (self.background.len()..rows.nrows()).collect();
        rows.select(Axis(0), &from)
    }
}
