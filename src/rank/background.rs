//! The stream that candidates come from: its mean, its covariance, and how to whiten by it.

use nalgebra::{DMatrix, SymmetricEigen};
use ndarray::{Array1, Array2, Axis, concatenate};

use super::{Document, Documents};
use crate::vector;

/// Recent papers of a stream, at least one, with what the ranker needs to know of them as a whole:
/// their mean mu and covariance Sigma = V diag(e) V^T.
#[derive(Debug, Clone)]
pub struct Background {
    pub(super) documents: Documents,
    /// Older papers of the stream.
    pub(super) older: Vec<Document>,
    /// Whether the words of candidates do not add to those of the stream.
    pub(super) is_closed: bool,
    mean: Array1<f32>,
    /// Columns are eigenvectors.
    axes: Array2<f32>,
    values: Array1<f32>,
    /// Mean of the eigenvalues, s.
    spread: f32,
}

impl Background {
    /// Measures `documents`. About 2,000 recent papers are enough; with few, the mean shrinks to the
    /// origin and the covariance to a multiple of the identity.
    ///
    /// # Panics
    /// If there are no documents.
    pub fn new(documents: Documents) -> Self {
        let vectors = &documents.vectors;
        let (n, dim) = vectors.dim();
        assert!(n > 0, "a background has at least one paper");
        let count = n as f32;
        let centre = vectors.mean_axis(Axis(0)).expect("there is at least one paper");
        let centred = vectors - &centre;
        let covariance = centred.t().dot(&centred) / count;
        let matrix = DMatrix::from_fn(dim, dim, |i, j| covariance[[i, j]]);
        let eigen = SymmetricEigen::new(matrix);
        let axes = Array2::from_shape_fn((dim, dim), |(i, j)| eigen.eigenvectors[(i, j)]);
        let values: Array1<f32> = eigen.eigenvalues.iter().map(|e| e.max(0.0)).collect();
        // Unit vectors have a spread of at most 1/dim; a tenth of it stands in where there is none.
        let spread = (values.sum() / dim as f32).max(0.1 / dim as f32);
        let mean = vector::shrunken_mean(vectors);
        let (older, is_closed) = (Vec::new(), false);
        Background { documents, older, is_closed, mean, axes, values, spread }
    }

    /// Adds older papers, newest first, which teach a classifier of words what the stream is
    /// about; [`OLDER`](super::OLDER) are enough.
    pub fn with_older(self, older: Vec<Document>) -> Self {
        Background { older, ..self }
    }

    /// Lets words be weighed by the stream and its older papers alone. Else candidates add to what is known of
    /// words, as befits a day that is part of its stream; where candidates were chosen because they are near
    /// some topic, its words would seem to be everywhere.
    pub fn closed(self) -> Self {
        Background { is_closed: true, ..self }
    }

    /// How many papers it has.
    pub fn len(&self) -> usize {
        self.documents.len()
    }

    /// Never; a background has at least one paper.
    pub fn is_empty(&self) -> bool {
        self.documents.is_empty()
    }

    /// `V^T (x - mu)` for every row x.
    pub(super) fn rotate(&self, vectors: &Array2<f32>) -> Array2<f32> {
        if vectors.nrows() == 0 {
            return Array2::zeros((0, self.mean.len()));
        }
        (vectors - &self.mean).dot(&self.axes)
    }

    /// The rotated background with the rotated `vectors` below it.
    pub(super) fn rotate_stacked(&self, vectors: &Array2<f32>) -> Array2<f32> {
        let stacked = concatenate(Axis(0), &[self.documents.vectors.view(), vectors.view()])
            .expect("vectors of one model have one length");
        self.rotate(&stacked)
    }

    /// `(e + lambda)^-1/2`, with lambda = s (1 + 60/n + 200/m) for likes that weigh n and a background
    /// of m papers: the fewer of either, the less the directions are trusted.
    pub(super) fn whitening(&self, n: f32) -> Array1<f32> {
        let trust = 1.0 + 60.0 / n.max(0.1) + 200.0 / self.len() as f32;
        let lambda = self.spread * trust;
        self.values.mapv(|e| (e + lambda).sqrt().recip())
    }
}
