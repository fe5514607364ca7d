//! Evidence from embeddings: linear discriminant analysis and kernel density in whitened space.

use ndarray::{Array1, Array2, Axis};

use super::Background;
use crate::vector;

/// Share of the mean dislike that is taken off the mean like.
const DISLIKE: f32 = 0.2;
/// Temperature of the kernel density.
const TAU: f32 = 0.2;

/// One set of likes, rotated, with its own shrinkage.
pub(super) struct Examples<'a> {
    rows: Array2<f32>,
    weights: &'a [f32],
    scale: Array1<f32>,
}

impl<'a> Examples<'a> {
    pub fn new(background: &Background, rows: Array2<f32>, weights: &'a [f32]) -> Self {
        let scale = background.whitening(weights.iter().sum());
        Examples { rows, weights, scale }
    }

    /// `w . (x - mu)` with `w = V diag(1/(e + lambda)) V^T (mean of likes - mu)`, for every row.
    pub fn lda(&self, rows: &Array2<f32>, disliked: &Array2<f32>) -> Array1<f32> {
        let mut direction = Array1::<f32>::zeros(self.rows.ncols());
        for (row, weight) in self.rows.rows().into_iter().zip(self.weights) {
            direction.scaled_add(*weight, &row);
        }
        direction /= self.weights.iter().sum::<f32>().max(f32::MIN_POSITIVE);
        if let Some(mean) = disliked.mean_axis(Axis(0)) {
            direction.scaled_add(-DISLIKE, &mean);
        }
        direction *= &self.scale;
        direction *= &self.scale;
        rows.dot(&direction)
    }

    /// `ln mean_i exp(t_i . t(x) / tau)` for every row x, t the whitened unit vector.
    pub fn kernel(&self, rows: &Array2<f32>) -> Array1<f32> {
        let likes = whiten(&self.rows, &self.scale);
        log_mean_kernel(&whiten(rows, &self.scale), &likes, self.weights, TAU)
    }
}

/// `unit(scale * x)` for every row x.
pub(super) fn whiten(rows: &Array2<f32>, scale: &Array1<f32>) -> Array2<f32> {
    let mut whitened = rows * scale;
    whitened.rows_mut().into_iter().for_each(vector::normalise);
    whitened
}

/// `ln (sum_i w_i exp(t_i . t / tau) / sum_i w_i)` for every row t, over the examples t_i.
pub(super) fn log_mean_kernel(
    rows: &Array2<f32>,
    examples: &Array2<f32>,
    weights: &[f32],
    tau: f32,
) -> Array1<f32> {
    // Blocks bound the memory of the product, whatever the number of rows.
    const BLOCK: usize = 256;
    let total: f32 = weights.iter().sum();
    let mut out = Array1::zeros(rows.nrows());
    let blocks = rows.axis_chunks_iter(Axis(0), BLOCK);
    for (block, mut out) in blocks.zip(out.axis_chunks_iter_mut(Axis(0), BLOCK)) {
        let cosines = block.dot(&examples.t());
        for (cosines, out) in cosines.rows().into_iter().zip(&mut out) {
            let sum: f32 = cosines.iter().zip(weights).map(|(c, w)| w * (c / tau).exp()).sum();
            *out = (sum / total).ln();
        }
    }
    out
}

/// Whitened similarity of every candidate to every like.
pub(super) struct Nearest {
    similarity: Array2<f32>,
    is_paper: Vec<bool>,
}

impl Nearest {
    pub fn new(candidates: &Array2<f32>, likes: &Array2<f32>, is_paper: Vec<bool>) -> Self {
        Nearest { similarity: candidates.dot(&likes.t()), is_paper }
    }

    /// Whitened cosine of a candidate and a like.
    pub fn similarity(&self, candidate: usize, like: usize) -> f32 {
        self.similarity[[candidate, like]]
    }

    /// The like among `places` that is nearest to the candidate; a paper if there is one, else a
    /// sentence; the first of equals.
    pub fn among(&self, candidate: usize, places: &[usize]) -> Option<usize> {
        let row = self.similarity.row(candidate);
        let best = |papers: bool| {
            places
                .iter()
                .copied()
                .filter(|at| self.is_paper[*at] == papers)
                .reduce(|best, at| if row[at] > row[best] { at } else { best })
        };
        best(true).or_else(|| best(false))
    }
}
