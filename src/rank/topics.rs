//! What words tell: a classifier of one reader's interests and of what is not liked.

use ndarray::{Array1, Array2, ArrayView1, s};

use super::{
    Document, Like, Stream,
    logistic::{Example, Logistic},
    stream::Read,
    words::{Emphasis, Features},
};
use crate::hash;

/// Penalty of the logistic regression, C in the usual notation.
const C: f32 = 5.0;

/// What a text is an example of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    /// Skipped, disliked, or of the rest of the stream.
    NotLiked,
    /// Liked, for this interest.
    Interest(usize),
    /// Liked, for no interest.
    Loose,
}

impl Class {
    /// The class of a like.
    pub fn of(like: &Like) -> Self {
        like.interest.map_or(Class::Loose, Class::Interest)
    }
}

/// A paper to learn from.
pub(super) struct Lesson<'a> {
    pub paper: &'a Document,
    pub features: Features,
    pub class: Class,
    /// 1 for a paper.
    pub weight: f32,
}

/// What the words say of every row of a stream.
pub(super) struct Topics {
    /// Log odds of being liked.
    pub liked: Array1<f32>,
    /// For every interest the log of its probability, but for a term that all interests of a row share.
    pub of_interest: Vec<Array1<f32>>,
}

impl Topics {
    /// Learns from `lessons`, of which those that are not liked are trusted by `trust`, 0-1. Rows of the
    /// stream that were `taught` (row, lesson) are judged by the other lessons: what the classifier was told
    /// of a paper says nothing of how it ranks others like it. `None` if there is nothing to tell apart.
    pub fn learn(
        stream: &Stream,
        lessons: Vec<Lesson>,
        taught: &[(usize, usize)],
        trust: f32,
    ) -> Option<Self> {
        if lessons.iter().all(|lesson| lesson.class != Class::NotLiked) {
            return None;
        }
        let interest = |lesson: &Lesson| match lesson.class {
            Class::Interest(k) => k + 1,
            _ => 0,
        };
        // The first class is what is not liked, the last what is liked for no interest.
        let interests = lessons.iter().map(interest).max().unwrap_or(0);
        let loose = lessons.iter().any(|lesson| lesson.class == Class::Loose);
        let classes = 1 + interests + usize::from(loose);
        let number = |class: Class| match class {
            Class::NotLiked => 0,
            Class::Interest(k) => k + 1,
            Class::Loose => classes - 1,
        };
        let Read { vocabulary, features } = stream.read();
        let weighed = lessons.iter().map(|l| (&l.features, l.class != Class::NotLiked, l.weight));
        let emphasis = Emphasis::new(vocabulary, trust, weighed);
        let emphasised: Vec<Features> = lessons.iter().map(|l| emphasis.of(&l.features)).collect();
        let examples: Vec<Example> = std::iter::zip(&lessons, &emphasised)
            .map(|(lesson, features)| Example {
                features,
                class: number(lesson.class),
                weight: lesson.weight * C,
                key: hash::text(&lesson.paper.text),
            })
            .collect();
        let (model, others) = Logistic::fit(&examples, vocabulary.len(), classes);
        let mut scores = Array2::<f32>::zeros((features.len(), classes));
        for (features, mut out) in features.iter().zip(scores.rows_mut()) {
            let features = emphasis.of(features);
            model.scores(&features, out.as_slice_mut().expect("rows are contiguous"));
        }
        for (row, at) in taught {
            let others = &others[at * classes..][..classes];
            scores.row_mut(*row).iter_mut().zip(others).for_each(|(s, other)| *s = *other);
        }
        let odds = |row: ArrayView1<f32>| log_sum(row.slice(s![1..])) - row[0];
        Some(Topics {
            liked: scores.rows().into_iter().map(odds).collect(),
            of_interest: (0..interests).map(|k| scores.column(k + 1).to_owned()).collect(),
        })
    }
}

/// `ln sum_k exp(s_k)`.
fn log_sum(scores: ArrayView1<f32>) -> f32 {
    let most = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    most + scores.iter().map(|s| (s - most).exp()).sum::<f32>().ln()
}
