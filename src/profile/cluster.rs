//! Groups of papers that belong together: agglomerative clustering with average linkage (Sokal & Michener
//! 1958).

use std::collections::BTreeSet;

use ndarray::{Array2, ArrayView1, Axis};

/// At most so many groups are made of their own accord.
pub const MAX_CLUSTERS: usize = 8;
/// Two groups stay apart if the mean cosine between their papers is less. Vectors are centred on the
/// stream, so papers below it have hardly more in common than any two of the stream. The silhouette, which
/// needs no such number, finds two groups in almost any set of abstracts.
const APART: f32 = 0.05;
/// More papers than this are grouped by a sample; time and memory grow with the square.
const SAMPLE: usize = 1_000;

/// Groups the rows of `vectors`, which are of unit length and have what all papers share taken off: the group
/// of each, numbered from 0 in the order of first papers. `wanted` says how many groups there are to be;
/// otherwise groups merge until no two have anything in common, and until there are at most
/// [`MAX_CLUSTERS`].
///
/// ```
/// use ndarray::array;
/// use paperlark::profile::cluster;
/// let vectors = array![[1.0, 0.0], [-0.6, 0.8], [0.8, 0.6], [-1.0, 0.0]];
/// assert_eq!(cluster(&vectors, None), [0, 1, 0, 1]);
/// ```
pub fn cluster(vectors: &Array2<f32>, wanted: Option<usize>) -> Vec<usize> {
    let n = vectors.nrows();
    if n <= SAMPLE {
        return merge(vectors, wanted);
    }
    let mut places: Vec<usize> = (0..n).collect();
    fastrand::Rng::with_seed(n as u64).shuffle(&mut places);
    let sample = &places[..SAMPLE];
    let of = merge(&vectors.select(Axis(0), sample), wanted);
    let count = of.iter().max().map_or(0, |last| last + 1);
    let mut means = Array2::<f32>::zeros((count, vectors.ncols()));
    let mut sizes = vec![0.0; count];
    for (at, group) in sample.iter().zip(&of) {
        let mut mean = means.row_mut(*group);
        mean += &vectors.row(*at);
        sizes[*group] += 1.0;
    }
    for (mut mean, size) in means.rows_mut().into_iter().zip(sizes) {
        mean /= size;
    }
    let nearest = vectors.dot(&means.t());
    numbered(nearest.rows().into_iter().map(argmax).collect())
}

fn merge(vectors: &Array2<f32>, wanted: Option<usize>) -> Vec<usize> {
    let n = vectors.nrows();
    // Mean cosine between groups; a group goes by its first paper.
    let mut linkage = vectors.dot(&vectors.t());
    let mut size = vec![1.0f32; n];
    let mut of: Vec<usize> = (0..n).collect();
    let mut groups: BTreeSet<usize> = (0..n).collect();
    let nearest = |linkage: &Array2<f32>, groups: &BTreeSet<usize>, one: usize| {
        let others = groups.iter().copied().filter(|other| *other != one);
        others.reduce(|a, b| if linkage[[one, b]] > linkage[[one, a]] { b } else { a })
    };
    let mut near: Vec<Option<usize>> = (0..n).map(|one| nearest(&linkage, &groups, one)).collect();
    loop {
        let best = groups
            .iter()
            .filter_map(|one| Some((*one, near[*one]?)))
            .reduce(|a, b| if linkage[[b.0, b.1]] > linkage[[a.0, a.1]] { b } else { a });
        let Some((one, other)) = best else { break };
        let enough = match wanted {
            Some(wanted) => groups.len() <= wanted,
            None => groups.len() <= MAX_CLUSTERS && linkage[[one, other]] < APART,
        };
        if enough {
            break;
        }
        let (one, other) = (one.min(other), one.max(other));
        groups.remove(&other);
        of.iter_mut().filter(|group| **group == other).for_each(|group| *group = one);
        let (a, b) = (size[one], size[other]);
        for third in groups.iter().copied().filter(|third| *third != one) {
            let mean = (a * linkage[[one, third]] + b * linkage[[other, third]]) / (a + b);
            linkage[[one, third]] = mean;
            linkage[[third, one]] = mean;
        }
        size[one] = a + b;
        for third in groups.iter().copied() {
            // The mean of two is never above the larger, so only those two groups' neighbours change.
            if third == one || near[third] == Some(one) || near[third] == Some(other) {
                near[third] = nearest(&linkage, &groups, third);
            }
        }
    }
    numbered(of)
}

/// The same groups, numbered in the order of first members.
fn numbered(of: Vec<usize>) -> Vec<usize> {
    let mut order: Vec<usize> = Vec::new();
    of.into_iter()
        .map(|group| {
            order.iter().position(|known| *known == group).unwrap_or_else(|| {
                order.push(group);
                order.len() - 1
            })
        })
        .collect()
}

/// Place of the largest value, the first of equals.
fn argmax(values: ArrayView1<f32>) -> usize {
    let mut best = 0;
    for (at, value) in values.iter().enumerate() {
        if *value > values[best] {
            best = at;
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vector;

    /// Unit vectors around so many axes, in turn, `each` around one.
    fn around_axes(axes: usize, each: usize, noise: f32) -> Array2<f32> {
        let mut random = fastrand::Rng::with_seed(7);
        let mut rows = Array2::from_shape_fn((axes * each, 64), |(at, column)| {
            let signal = if at % axes == column { 1.0 } else { 0.0 };
            signal + noise * (random.f32() - 0.5)
        });
        rows.rows_mut().into_iter().for_each(vector::normalise);
        rows
    }

    #[test]
    fn groups_that_are_there_are_found() {
        for (axes, each) in [(1, 1), (1, 30), (2, 3), (3, 5), (8, 10), (2, 1000)] {
            let expected: Vec<usize> = (0..axes * each).map(|at| at % axes).collect();
            assert_eq!(cluster(&around_axes(axes, each, 0.1), None), expected, "{axes} x {each}");
        }
    }

    #[test]
    fn odd_cases_have_answers() {
        let count = |of: Vec<usize>| of.iter().max().map_or(0, |last| last + 1);
        for (axes, each, wanted, groups) in [
            (0, 0, None, 0),
            (0, 0, Some(3), 0),
            (1, 1, Some(4), 1),
            // As many as may be, although they have nothing in common.
            (20, 2, None, MAX_CLUSTERS),
            (20, 2, Some(20), 20),
            (3, 4, Some(2), 2),
            (3, 4, Some(1), 1),
            (3, 4, Some(99), 12),
        ] {
            let of = cluster(&around_axes(axes, each, 0.1), wanted);
            assert_eq!((of.len(), count(of)), (axes * each, groups), "{axes} x {each} {wanted:?}");
        }
        // Equal papers cannot be told apart unless somebody insists; a text without a known word is zero.
        let same = Array2::from_shape_fn((6, 4), |(_, column)| f32::from(column == 0));
        assert_eq!(cluster(&same, None), [0; 6]);
        assert_eq!(count(cluster(&same, Some(3))), 3);
        assert_eq!(cluster(&Array2::zeros((3, 4)), None), [0, 1, 2]);
    }
}
