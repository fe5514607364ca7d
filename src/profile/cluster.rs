//! Groups of papers that belong together: spherical k-means (Dhillon & Modha 2001), its number of
//! clusters chosen by the silhouette (Rousseeuw 1987).

use ndarray::{Array1, Array2, ArrayView1, Axis};

use crate::vector;

/// At most so many clusters are looked for.
pub const MAX_CLUSTERS: usize = 8;
/// Papers whose best silhouette lies below this are one group.
const MIN_SILHOUETTE: f32 = 0.08;
/// So many papers a group has at least, on average, where the number of groups is free.
const MIN_SIZE: usize = 3;
/// Starts of k-means, of which the best counts.
const STARTS: u64 = 16;
/// Rounds after which k-means stops in any case.
const ROUNDS: usize = 50;

/// Papers in groups.
#[derive(Debug, Clone, PartialEq)]
pub struct Clusters {
    /// The group of each paper; groups are numbered in the order of their first papers.
    pub of: Vec<usize>,
    /// How many groups there are.
    pub count: usize,
    /// Mean silhouette, -1 to 1: how much nearer papers are to their own group than to the next; 0 for one
    /// group.
    pub silhouette: f32,
}

/// Groups the rows of `vectors`, which are of unit length. The result is the same every time.
///
/// `wanted` says how many groups there are to be. Otherwise it is the largest number, at most
/// [`MAX_CLUSTERS`], whose mean silhouette is within one standard error of the best: two groups too many are
/// easily joined by the one who knows them, and two that were never told apart stay hidden. If even the best
/// is near chance, it is one.
pub fn cluster(vectors: &Array2<f32>, wanted: Option<usize>) -> Clusters {
    let n = vectors.nrows();
    let one = || Clusters { of: vec![0; n], count: n.min(1), silhouette: 0.0 };
    if let Some(k) = wanted {
        let k = k.clamp(1, n.max(1));
        return if k == 1 { one() } else { clusters(vectors, k).0 };
    }
    let tried: Vec<(Clusters, f32)> =
        (2..=MAX_CLUSTERS.min(n / MIN_SIZE)).map(|k| clusters(vectors, k)).collect();
    let best = tried.iter().reduce(|a, b| if b.0.silhouette > a.0.silhouette { b } else { a });
    let Some((best, error)) = best.filter(|best| best.0.silhouette >= MIN_SILHOUETTE) else {
        return one();
    };
    let floor = best.silhouette - error;
    let most = tried.iter().rev().find(|tried| tried.0.silhouette >= floor);
    most.map_or_else(one, |(most, _)| most.clone())
}

/// The groups, and the standard error of their mean silhouette.
fn clusters(vectors: &Array2<f32>, k: usize) -> (Clusters, f32) {
    let best = (0..STARTS)
        .map(|seed| k_means(vectors, k, seed))
        .reduce(|best, next| if next.1 > best.1 { next } else { best });
    let (of, _) = best.expect("there is more than one start");
    // Numbers in the order of first papers, without those of empty groups.
    let mut order: Vec<usize> = Vec::new();
    for group in &of {
        if !order.contains(group) {
            order.push(*group);
        }
    }
    let of: Vec<usize> =
        of.iter().filter_map(|group| order.iter().position(|known| known == group)).collect();
    let silhouettes = silhouettes(vectors, &of, order.len());
    let error = silhouettes.std(0.0) / (of.len() as f32).sqrt();
    let silhouette = silhouettes.mean().unwrap_or(0.0);
    (Clusters { of, count: order.len(), silhouette }, error)
}

/// Groups, and the sum of the cosines of papers to the centres of their groups.
fn k_means(vectors: &Array2<f32>, k: usize, seed: u64) -> (Vec<usize>, f32) {
    let mut centres = start(vectors, k, seed);
    let (mut of, mut sum) = (vec![usize::MAX; vectors.nrows()], 0.0);
    for _ in 0..ROUNDS {
        let cosines = vectors.dot(&centres.t());
        let nearest: Vec<usize> = cosines.rows().into_iter().map(argmax).collect();
        sum = nearest.iter().enumerate().map(|(at, group)| cosines[[at, *group]]).sum();
        if nearest == of {
            break;
        }
        of = nearest;
        centres = sums(vectors, &of, k);
        centres.rows_mut().into_iter().for_each(vector::normalise);
    }
    (of, sum)
}

/// Centres far from each other (k-means++, Arthur & Vassilvitskii 2007).
fn start(vectors: &Array2<f32>, k: usize, seed: u64) -> Array2<f32> {
    let mut random = fastrand::Rng::with_seed(seed);
    let n = vectors.nrows();
    let mut chosen = vec![random.usize(..n)];
    let mut distance = Array1::from_elem(n, f32::INFINITY);
    while chosen.len() < k {
        let last = vectors.row(chosen[chosen.len() - 1]);
        for (distance, row) in distance.iter_mut().zip(vectors.rows()) {
            *distance = distance.min((1.0 - row.dot(&last)).max(0.0));
        }
        let mut at = random.f32() * distance.sum();
        let next = distance.iter().position(|distance| {
            at -= distance;
            at < 0.0
        });
        chosen.push(next.unwrap_or(n - 1));
    }
    vectors.select(Axis(0), &chosen)
}

fn sums(vectors: &Array2<f32>, of: &[usize], k: usize) -> Array2<f32> {
    let mut sums = Array2::<f32>::zeros((k, vectors.ncols()));
    for (row, group) in vectors.rows().into_iter().zip(of) {
        let mut sum = sums.row_mut(*group);
        sum += &row;
    }
    sums
}

/// Silhouette of each paper with the distance `1 - cosine`; 0 for a paper that is a group of its own.
fn silhouettes(vectors: &Array2<f32>, of: &[usize], k: usize) -> Array1<f32> {
    let mut sizes = vec![0usize; k];
    of.iter().for_each(|group| sizes[*group] += 1);
    // The mean cosine to a group is the dot product with its mean.
    let to_sums = vectors.dot(&sums(vectors, of, k).t());
    let value = |at: usize| {
        let own = of[at];
        if sizes[own] < 2 {
            return 0.0;
        }
        let row = vectors.row(at);
        let inner = 1.0 - (to_sums[[at, own]] - row.dot(&row)) / (sizes[own] - 1) as f32;
        let outer = (0..k)
            .filter(|group| *group != own)
            .map(|group| 1.0 - to_sums[[at, group]] / sizes[group] as f32)
            .fold(f32::INFINITY, f32::min);
        if outer.is_finite() { (outer - inner) / outer.max(inner).max(1e-6) } else { 0.0 }
    };
    (0..of.len()).map(value).collect()
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

    /// Unit vectors around so many axes, `each` around one, in turn.
    fn around_axes(axes: usize, each: usize, noise: f32, seed: u64) -> Array2<f32> {
        let mut random = fastrand::Rng::with_seed(seed);
        let mut rows = Array2::from_shape_fn((axes * each, 64), |(at, column)| {
            let signal = if at % axes == column { 1.0 } else { 0.0 };
            signal + noise * (random.f32() - 0.5)
        });
        rows.rows_mut().into_iter().for_each(vector::normalise);
        rows
    }

    #[test]
    fn groups_that_are_there_are_found() {
        for (axes, each) in [(2, 3), (3, 5), (5, 4), (8, 10), (2, 100)] {
            let vectors = around_axes(axes, each, 0.3, 7);
            let expected: Vec<usize> = (0..axes * each).map(|at| at % axes).collect();
            let found = cluster(&vectors, None);
            assert_eq!((found.count, &found.of), (axes, &expected), "{axes} x {each}");
            assert!(found.silhouette > 0.3, "{found:?}");
        }
    }

    #[test]
    fn noise_is_one_group_and_odd_cases_have_answers() {
        for n in [10, 30, 100] {
            assert_eq!(cluster(&around_axes(1, n, 5.0, 3), None).count, 1, "{n}");
        }
        for (n, wanted, count) in [
            (0, None, 0),
            (0, Some(3), 0),
            (1, None, 1),
            (1, Some(4), 1),
            (5, None, 1),
            (3, Some(3), 3),
            (12, Some(1), 1),
        ] {
            let found = cluster(&around_axes(1, n, 1.0, 3), wanted);
            assert_eq!((found.count, found.of.len()), (count, n), "{n} {wanted:?}");
        }
        // Equal papers cannot be told apart, however many groups are wanted.
        let same = Array2::from_shape_fn((6, 4), |(_, column)| f32::from(column == 0));
        assert_eq!(cluster(&same, Some(3)).count, 1);
        assert_eq!(cluster(&same, None).count, 1);
    }
}
