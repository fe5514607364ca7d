//! Embedding vectors are rows of `f32` with unit length; this is where they get it, and their mean.

use ndarray::{Array1, Array2, ArrayViewMut1, Axis};

/// Scales a vector to unit length; the zero vector stays zero.
pub fn normalise(mut vector: ArrayViewMut1<f32>) {
    let norm = vector.dot(&vector).sqrt();
    if norm > 0.0 {
        vector /= norm;
    }
}

/// Mean of the rows, scaled to unit length; zero without any.
pub fn unit_mean(vectors: &Array2<f32>) -> Array1<f32> {
    let mut mean = vectors.sum_axis(Axis(0));
    normalise(mean.view_mut());
    mean
}

/// Mean of the rows, shrunken to the origin by n/(n + 10) for n of them; zero without any.
pub fn shrunken_mean(vectors: &Array2<f32>) -> Array1<f32> {
    // So many rows weigh as much as not knowing where their middle is.
    const PRIOR: f32 = 10.0;
    let n = vectors.nrows() as f32;
    match vectors.mean_axis(Axis(0)) {
        Some(mean) => mean * (n / (n + PRIOR)),
        None => Array1::zeros(vectors.ncols()),
    }
}
