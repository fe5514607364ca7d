//! Embedding vectors are rows of `f32` with unit length; this is where they get it.

use ndarray::ArrayViewMut1;

/// Scales a vector to unit length; the zero vector stays zero.
pub fn normalise(mut vector: ArrayViewMut1<f32>) {
    let norm = vector.dot(&vector).sqrt();
    if norm > 0.0 {
        vector /= norm;
    }
}
