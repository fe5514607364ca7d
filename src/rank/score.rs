//! Turns a standing into the 0-10 score, whose meaning holds across days and readers.
//!
//! The score says how rare a standing is in the stream: `3.33 * -log10(tail)`, at most 10, where
//! `tail` is the share of the background that stands at least as high. The top tenth of the background
//! is modelled by an exponential tail (the generalised Pareto distribution with shape 0; Coles 2001,
//! section 4), so that scores stay distinct where the background has no more papers. A background too small
//! for a tail of its own is taken for a normal distribution, since standings are z-scores.

/// Share of the background that the exponential tail describes.
const TAIL: f32 = 0.1;

pub(super) struct Calibration {
    /// Background standings, ascending.
    sorted: Vec<f32>,
    /// Where the tail begins, and its mean excess; absent for a background too small for one.
    tail: Option<(f32, f32)>,
}

impl Calibration {
    pub fn new(mut background: Vec<f32>) -> Self {
        background.sort_unstable_by(f32::total_cmp);
        let above = (background.len() as f32 * TAIL) as usize;
        let tail = (above >= 3).then(|| {
            let from = background.len() - above;
            let threshold = background[from];
            let excess: f32 = background[from..].iter().map(|s| s - threshold).sum();
            (threshold, excess / above as f32)
        });
        Calibration { sorted: background, tail: tail.filter(|(_, excess)| *excess > 0.0) }
    }

    /// The score of a standing, 0-10; grows with it.
    pub fn score(&self, standing: f32) -> f32 {
        let tail = match self.tail {
            Some((threshold, excess)) if standing >= threshold => {
                TAIL * (-(standing - threshold) / excess).exp()
            }
            Some(_) => self.empirical(standing),
            None => normal_tail(standing),
        };
        (-tail.log10() / 0.3).clamp(0.0, 10.0)
    }

    /// Share of the background at or above `standing`, in (0, 1), linear between its papers.
    fn empirical(&self, standing: f32) -> f32 {
        let n = self.sorted.len();
        let below = self.sorted.partition_point(|s| *s < standing);
        let rank = match (below.checked_sub(1).map(|at| self.sorted[at]), self.sorted.get(below)) {
            (Some(low), Some(high)) if *high > low => {
                below as f32 + (standing - low) / (high - low)
            }
            _ => below as f32 + 0.5,
        };
        // Below the tail's threshold the share never falls under the tail's own.
        (1.0 - rank / (n as f32 + 1.0)).max(TAIL)
    }
}

/// Share of a standard normal distribution above `z`, to within .0002 (Bowling et al. 2009).
fn normal_tail(z: f32) -> f32 {
    1.0 / (1.0 + (0.07056 * z.powi(3) + 1.5976 * z).exp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_mean_what_they_say() {
        // A standard exponential: the share above x is exp(-x).
        let n = 10_000;
        let background = (0..n).map(|i| -((i as f32 + 0.5) / n as f32).ln()).collect();
        let calibration = Calibration::new(background);
        for (share, score) in [(0.5f32, 1.0f32), (0.1, 3.33), (0.01, 6.67), (0.001, 10.0)] {
            let found = calibration.score(-share.ln());
            assert!((found - score).abs() < 0.05, "top {share}: {found}");
        }
        assert_eq!(calibration.score(100.0), 10.0);
        assert!(calibration.score(-5.0) < 0.01);
    }

    #[test]
    fn a_small_background_is_taken_for_normal() {
        let calibration = Calibration::new(vec![-1.0, 0.0, 1.0]);
        for (z, score) in [(0.0, 1.003), (1.2816, 3.333), (2.3263, 6.667)] {
            assert!((calibration.score(z) - score).abs() < 0.05, "{z}: {}", calibration.score(z));
        }
    }

    #[test]
    fn scores_grow_with_the_standing() {
        for n in [1, 2, 5, 40, 3000] {
            let mut random = fastrand::Rng::with_seed(n);
            let calibration = Calibration::new((0..n).map(|_| random.f32() * 4.0).collect());
            let scores: Vec<f32> = (-10..80).map(|i| calibration.score(i as f32 / 10.0)).collect();
            assert!(scores.is_sorted(), "{n}: {scores:?}");
            assert!(scores.iter().all(|s| (0.0..=10.0).contains(s)));
        }
    }
}
