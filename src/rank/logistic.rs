//! Multinomial logistic regression on sparse features, with an L2 penalty.
//!
//! The dual is solved one example at a time (block coordinate ascent; Yu, Huang & Lin 2011, sections 3-4):
//! the optimum has `w = sum_i a_i x_i` with `a_i = C c_i (y_i - p_i)`, so an example's own share of its
//! score is known, and [`Logistic::fit`] gives every example the score that the others give it, nearly what
//! leaving it out would. The result is a function of the set of examples: they are visited in an order of
//! their own, not in that of the input.

use super::words::Features;

/// Passes over the examples, at most.
const PASSES: usize = 12;
/// A pass that changes no probability by more than this is the last.
const TOLERANCE: f32 = 2e-3;
/// Newton steps for the probabilities of one example.
const STEPS: usize = 12;

/// One example of a class.
pub(super) struct Example<'a> {
    /// Its features.
    pub features: &'a Features,
    /// Its class, below the number of classes.
    pub class: usize,
    /// How much it counts; times C of the usual notation.
    pub weight: f32,
    /// Decides the order in which examples are visited.
    pub key: u64,
}

/// A fitted model: for every feature a weight for each class.
pub(super) struct Logistic {
    classes: usize,
    /// Feature-major: the weights of one feature for all classes lie together; the last are those of a
    /// constant feature.
    weights: Vec<f32>,
}

impl Logistic {
    /// Fits `classes` classes over features below `size`. Also gives the scores of the examples without
    /// their own share, `classes` for each, in the order of the examples.
    pub fn fit(examples: &[Example], size: usize, classes: usize) -> (Self, Vec<f32>) {
        let mut model = Logistic { classes, weights: vec![0.0; (size + 1) * classes] };
        let mut order: Vec<usize> = (0..examples.len()).collect();
        order.sort_unstable_by_key(|at| (examples[*at].key, examples[*at].class));
        let mut random = fastrand::Rng::with_seed(1);
        // The constant feature adds 1 to every squared length.
        let squares: Vec<f32> = examples.iter().map(|e| e.features.square() + 1.0).collect();
        // Weights are zero at first, as if every example stood where it belongs.
        let mut p = vec![0f32; examples.len() * classes];
        for (example, p) in examples.iter().zip(p.chunks_exact_mut(classes)) {
            p[example.class] = 1.0;
        }
        let mut others = vec![0f32; examples.len() * classes];
        let mut change = vec![0f32; classes];
        for _ in 0..PASSES {
            let mut largest = 0f32;
            // Examples that follow one another in every pass undo what the one before did.
            random.shuffle(&mut order);
            for at in &order {
                let Example { features, class, weight, .. } = examples[*at];
                let p = &mut p[at * classes..][..classes];
                let others = &mut others[at * classes..][..classes];
                model.scores(features, others);
                for (k, (other, p)) in others.iter_mut().zip(&*p).enumerate() {
                    *other -= squares[*at] * weight * (f32::from(k == class) - p);
                }
                change.copy_from_slice(p);
                settle(others, squares[*at] * weight, class, p);
                for (change, p) in change.iter_mut().zip(&*p) {
                    *change -= p;
                    largest = largest.max(change.abs());
                    *change *= weight;
                }
                model.add(features, &change);
            }
            if largest < TOLERANCE {
                break;
            }
        }
        for (at, example) in examples.iter().enumerate() {
            let others = &mut others[at * classes..][..classes];
            model.scores(example.features, others);
            for (k, other) in others.iter_mut().enumerate() {
                let share = f32::from(k == example.class) - p[at * classes + k];
                // The constant belongs to all examples alike, and would hardly change without one.
                *other -= (squares[at] - 1.0) * example.weight * share;
            }
        }
        (model, others)
    }

    /// Unnormalised log probabilities of the classes, into `out`.
    pub fn scores(&self, features: &Features, out: &mut [f32]) {
        let constant = self.weights.len() - self.classes;
        out.copy_from_slice(&self.weights[constant..]);
        for (id, weight) in &features.0 {
            let row = &self.weights[*id as usize * self.classes..][..self.classes];
            out.iter_mut().zip(row).for_each(|(out, w)| *out += weight * w);
        }
    }

    fn add(&mut self, features: &Features, change: &[f32]) {
        let constant = self.weights.len() - self.classes;
        self.weights[constant..].iter_mut().zip(change).for_each(|(w, c)| *w += c);
        for (id, weight) in &features.0 {
            let row = &mut self.weights[*id as usize * self.classes..][..self.classes];
            row.iter_mut().zip(change).for_each(|(w, c)| *w += weight * c);
        }
    }
}

/// The probabilities p of an example that is scored `others` without its own share, so that with it
/// `p = softmax(others + own (y - p))`, y being 1 for its class.
///
/// That is `own p + ln p = others + own y - l` for every class, with l such that p sums to 1. Newton's
/// method finds l from below, where the sum is convex in it and too large, so it never overshoots.
fn settle(others: &[f32], own: f32, class: usize, p: &mut [f32]) {
    let target = |k: usize| others[k] + own * f32::from(k == class);
    // Here the likeliest class has probability 1.
    let mut l = (0..p.len()).map(target).fold(f32::NEG_INFINITY, f32::max) - own;
    for _ in 0..STEPS {
        let (mut sum, mut slope) = (0f32, 0f32);
        for (k, p) in p.iter_mut().enumerate() {
            *p = share(target(k) - l, own);
            sum += *p;
            slope += *p / (1.0 + own * *p);
        }
        if sum - 1.0 < 1e-4 || slope <= 0.0 {
            break;
        }
        l += (sum - 1.0) / slope;
    }
    let sum: f32 = p.iter().sum();
    p.iter_mut().for_each(|p| *p /= sum.max(f32::MIN_POSITIVE));
}

/// The p of `own p + ln p = a`: Newton's method from a point that is never above it, where the left side is
/// concave, so again nothing overshoots.
fn share(a: f32, own: f32) -> f32 {
    let mut p = ((-a).exp() + own).recip();
    if p < 1e-12 {
        return p;
    }
    for _ in 0..4 {
        p += p * (a - own * p - p.ln()) / (1.0 + own * p);
    }
    p
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn probabilities_settle_where_their_own_share_is_counted() {
        let mut random = fastrand::Rng::with_seed(1);
        for case in 0..2000 {
            let classes = 2 + case % 11;
            let others: Vec<f32> = (0..classes).map(|_| random.f32() * 20.0 - 10.0).collect();
            let own = 10f32.powf(random.f32() * 4.0 - 1.0);
            let class = random.usize(..classes);
            let mut p = vec![0.0; classes];
            settle(&others, own, class, &mut p);
            let probable = others.iter().fold(0f32, |most, z| most.max(z.abs())) + own;
            let z: Vec<f32> =
                (0..classes).map(|k| others[k] + own * (f32::from(k == class) - p[k])).collect();
            let most = z.iter().copied().fold(f32::NEG_INFINITY, f32::max);
            let sum: f32 = z.iter().map(|z| (z - most).exp()).sum();
            // The logarithms agree to rounding of the numbers that they come from.
            for k in (0..classes).filter(|k| p[*k] > 1e-6) {
                let q = z[k] - most - sum.ln();
                let off = (p[k].ln() - q).abs();
                assert!(off < 1e-2 + 1e-4 * probable, "case {case}, own {own}: {p:?}, {k}: {q}");
            }
        }
    }

    #[test]
    fn the_gradient_vanishes_at_the_fit() {
        // At the optimum w = sum of C (y - p) x: compare with the weights that the descent gathers.
        let mut random = fastrand::Rng::with_seed(2);
        let features: Vec<Features> = (0..90)
            .map(|at| {
                let mut ids: Vec<u32> = (0..12).map(|_| random.u32(3..400)).collect();
                // What tells the classes apart, now and then.
                ids.push(if random.u8(0..4) == 0 { random.u32(..3) } else { at % 3 });
                ids.sort_unstable();
                ids.dedup();
                Features(ids.into_iter().map(|id| (id, 0.3)).collect())
            })
            .collect();
        let examples: Vec<Example> = features
            .iter()
            .enumerate()
            .map(|(at, features)| Example { features, class: at % 3, weight: 5.0, key: at as u64 })
            .collect();
        let (model, others) = Logistic::fit(&examples, 400, 3);
        let mut gradient = model.weights.clone();
        for example in &examples {
            let mut z = vec![0.0; 3];
            model.scores(example.features, &mut z);
            let most = z.iter().copied().fold(f32::NEG_INFINITY, f32::max);
            let sum: f32 = z.iter().map(|z| (z - most).exp()).sum();
            let change: Vec<f32> = (0..3)
                .map(|k| -5.0 * (f32::from(k == example.class) - (z[k] - most).exp() / sum))
                .collect();
            let mut sum = Logistic { classes: 3, weights: gradient };
            sum.add(example.features, &change);
            gradient = sum.weights;
        }
        let largest = gradient.iter().fold(0f32, |most, g| most.max(g.abs()));
        let weights = model.weights.iter().fold(0f32, |most, w| most.max(w.abs()));
        assert!(largest < 0.1 * weights, "gradient {largest}, weights {weights}");
        // An example is right for its own sake, and mostly right for that of the others.
        let right =
            |scores: &[f32], class: usize| (0..3).all(|k| k == class || scores[k] < scores[class]);
        let mut known = 0;
        for (at, example) in examples.iter().enumerate() {
            let mut z = vec![0.0; 3];
            model.scores(example.features, &mut z);
            assert!(right(&z, example.class));
            known += usize::from(right(&others[at * 3..][..3], example.class));
        }
        assert!((50..88).contains(&known), "{known} of 90");
    }
}
