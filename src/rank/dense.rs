//! Evidence from embeddings: linear discriminant analysis and kernel density in whitened space.

use std::collections::HashMap;

use ndarray::{Array1, Array2, Axis};

use crate::vector;

/// The rows of a stream whitened for one number of likes.
pub(super) struct Whitened {
    /// `(e + lambda)^-1/2`.
    pub scale: Array1<f32>,
    /// `unit(scale * row)` for every row.
    pub rows: Array2<f32>,
}

/// One set of examples, rotated and whitened, with what they weigh.
pub(super) struct Examples<'a> {
    rows: Array2<f32>,
    whitened: Array2<f32>,
    weights: &'a [f32],
    /// Rows of the stream that are examples themselves: they are judged by the others, else the papers
    /// that a reader knows would make all the rest look rare.
    own: &'a HashMap<usize, usize>,
}

impl<'a> Examples<'a> {
    pub fn new(
        rows: Array2<f32>,
        stream: &Whitened,
        weights: &'a [f32],
        own: &'a HashMap<usize, usize>,
    ) -> Self {
        let whitened = whiten(&rows, &stream.scale);
        Examples { rows, whitened, weights, own }
    }

    /// `w . (x - mu)` with `w = V diag(1/(e + lambda)) V^T (mean of examples - mu)`, for every row x, less
    /// `dislike` of the same for the mean of `disliked`.
    pub fn lda(
        &self,
        rows: &Array2<f32>,
        scale: &Array1<f32>,
        disliked: &Array2<f32>,
        dislike: f32,
    ) -> Array1<f32> {
        let squared = scale * scale;
        let mut sum = Array1::<f32>::zeros(self.rows.ncols());
        for (row, weight) in self.rows.rows().into_iter().zip(self.weights) {
            sum.scaled_add(*weight, &row);
        }
        let total = self.weights.iter().sum::<f32>().max(f32::MIN_POSITIVE);
        let mut scores = rows.dot(&(&sum * &squared)) / total;
        for (row, example) in self.own {
            let weight = self.weights[*example];
            if total > weight {
                let x = rows.row(*row);
                let own = (&x * &squared).dot(&self.rows.row(*example));
                scores[*row] = mean_of_others(scores[*row] * total, total, own, weight);
            }
        }
        if let Some(mean) = disliked.mean_axis(Axis(0)) {
            scores.scaled_add(-dislike, &rows.dot(&(mean * &squared)));
        }
        scores
    }

    /// `ln mean_i exp(t_i . t(x) / tau)` for every whitened row t(x).
    pub fn kernel(&self, rows: &Array2<f32>, tau: f32) -> Array1<f32> {
        // Blocks bound the memory of the product, whatever the number of rows.
        const BLOCK: usize = 256;
        let total: f32 = self.weights.iter().sum();
        let mut out = Array1::zeros(rows.nrows());
        let blocks = rows.axis_chunks_iter(Axis(0), BLOCK);
        for (number, (block, mut out)) in
            blocks.zip(out.axis_chunks_iter_mut(Axis(0), BLOCK)).enumerate()
        {
            let mut cosines = block.dot(&self.whitened.t());
            cosines.mapv_inplace(|c| (c / tau).exp());
            for (at, (kernels, out)) in cosines.rows().into_iter().zip(&mut out).enumerate() {
                let sum: f32 = kernels.iter().zip(self.weights).map(|(k, w)| w * k).sum();
                *out = density(match self.own.get(&(number * BLOCK + at)) {
                    Some(own) => mean_of_others(sum, total, kernels[*own], self.weights[*own]),
                    None => sum / total,
                });
            }
        }
        out
    }
}

/// Mean of all examples but one, which has this value and weight, from the weighted sum over all, which
/// weigh `total`; the mean of all where that one is all there is.
pub(super) fn mean_of_others(sum: f32, total: f32, value: f32, weight: f32) -> f32 {
    if total > weight { (sum - weight * value) / (total - weight) } else { sum / total }
}

/// Log density of a mean of kernels.
pub(super) fn density(mean: f32) -> f32 {
    // Rounding may leave nothing where an example that was taken off was all there is.
    mean.max(f32::MIN_POSITIVE).ln()
}

/// `unit(scale * x)` for every row x.
pub(super) fn whiten(rows: &Array2<f32>, scale: &Array1<f32>) -> Array2<f32> {
    let mut whitened = rows * scale;
    whitened.rows_mut().into_iter().for_each(vector::normalise);
    whitened
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
