//! Small arithmetic on embedding vectors, which are rows of `f32` with unit length.

use ndarray::{ArrayView1, ArrayViewMut1};

/// Dot product; for unit vectors, the cosine similarity.
pub fn dot(a: ArrayView1<f32>, b: ArrayView1<f32>) -> f32 {
    a.dot(&b)
}

/// Scales a vector to unit length; the zero vector stays zero.
pub fn normalise(mut vector: ArrayViewMut1<f32>) {
    let norm = vector.dot(&vector).sqrt();
    if norm > 0.0 {
        vector /= norm;
    }
}
