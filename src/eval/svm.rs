//! The linear support vector machine, by dual coordinate descent (Hsieh et al. 2008, algorithm 1), the
//! method of LIBLINEAR: squared hinge, L2 regularisation, the bias a feature that is always 1.
//!
//! Letters are the paper's: alpha the dual variables, D_ii = 1 / (2 C_i), G the gradient, PG the
//! projected one.

use super::terms::Sparse;

/// Passes over all examples, at most.
const PASSES: usize = 200;
/// Weights of the columns of `rows` that tell the rows at `positives` from those at `negatives`; the bias
/// is left out, since it changes no ranking. Each class weighs the same in all, as in scikit-learn's
/// `LinearSVC(C=c, class_weight="balanced")`. The descent ends when the projected gradients of one pass lie
/// within a range of `tolerance`. The same examples give the same weights to the bit.
///
/// Without examples of either kind all weights are 0.
pub fn train(
    rows: &Sparse,
    positives: &[usize],
    negatives: &[usize],
    c: f32,
    tolerance: f32,
) -> Vec<f32> {
    let mut w = vec![0f32; rows.width()];
    if positives.is_empty() || negatives.is_empty() {
        return w;
    }
    struct Example {
        row: usize,
        y: f32,
        alpha: f32,
        d: f32,
        q: f32,
    }
    let n = (positives.len() + negatives.len()) as f32;
    let examples = |places: &[usize], y: f32| -> Vec<Example> {
        let balanced = c * n / (2.0 * places.len() as f32);
        let d = (2.0 * balanced).recip();
        let example = |row: &usize| {
            let square: f32 = rows.row(*row).map(|(_, value)| value * value).sum();
            Example { row: *row, y, alpha: 0.0, d, q: square + 1.0 + d }
        };
        places.iter().map(example).collect()
    };
    let mut examples: Vec<Example> =
        examples(positives, 1.0).into_iter().chain(examples(negatives, -1.0)).collect();
    let mut bias = 0f32;
    let mut random = fastrand::Rng::with_seed(1);
    for _ in 0..PASSES {
        random.shuffle(&mut examples);
        let (mut least, mut most) = (f32::INFINITY, f32::NEG_INFINITY);
        for example in &mut examples {
            let margin = rows.dot(example.row, &w) + bias;
            let g = example.y * margin - 1.0 + example.d * example.alpha;
            let pg = if example.alpha > 0.0 { g } else { g.min(0.0) };
            (least, most) = (least.min(pg), most.max(pg));
            if pg != 0.0 {
                let before = example.alpha;
                example.alpha = (before - g / example.q).max(0.0);
                let step = (example.alpha - before) * example.y;
                rows.add_to(example.row, step, &mut w);
                bias += step;
            }
        }
        if most - least < tolerance {
            break;
        }
    }
    w
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows() -> Sparse {
        Sparse::new(
            4,
            [
                vec![(0, 0.6), (1, 0.8)],
                vec![(0, 0.8), (2, 0.6)],
                vec![(1, 0.6), (2, 0.8)],
                vec![(2, 0.6), (3, 0.8)],
                vec![(1, 0.8), (3, 0.6)],
                vec![(0, 0.28), (3, 0.96)],
            ],
        )
    }

    #[test]
    fn weights_are_those_of_scikit_learn() {
        // LinearSVC(C=c, class_weight="balanced", tol=1e-10).fit(X, [1, 1, 0, 0, 0, 0]).coef_, version 1.9.1
        for (c, expected) in [
            (0.1, [0.30489, 0.01159, -0.03892, -0.27879]),
            (1.0, [1.21963, -0.05041, -0.29253, -0.89874]),
            (10.0, [2.01239, -0.05167, -0.74733, -1.3046]),
        ] {
            let w = train(&rows(), &[0, 1], &[2, 3, 4, 5], c, 1e-5);
            for (found, expected) in w.iter().zip(expected) {
                assert!((found - expected).abs() < 1e-3, "C {c}: {w:?}");
            }
        }
    }

    #[test]
    fn one_class_alone_teaches_nothing() {
        for (positives, negatives) in [(&[0, 1][..], &[][..]), (&[], &[0, 1]), (&[], &[])] {
            assert_eq!(train(&rows(), positives, negatives, 1.0, 0.1), [0.0; 4]);
        }
    }
}
