//! From a score to the chance that the reader likes the paper, p(like).
//!
//! [`Likelihood::fit`] is Platt scaling (Platt 1999) on the reader's own answers, with the targets and the
//! Newton steps of Lin, Lin & Weng (2007); [`Reliability`] says how far such chances can be trusted.
//! Two things differ. The log odds are linear in x = ln(1 + s), not in the score s itself: on judged days
//! that fits every reader better. And answers come from what was shown, the upper end of the scores, which
//! leaves the slope open, so it is drawn to that of other readers; else the chances below the cut, and with
//! them the expected misses, would be twice too high. The chance grows with the score, so no fit changes an order.

use serde::Serialize;

/// A fit needs so many answers.
pub const MIN_ANSWERS: usize = 50;

/// Slope of a reader of whom nothing is known, and the standard deviation of a reader's slope about it:
/// `paperlark eval variety` prints slopes of 3.6 to 3.9 for the judge, and 4.2 to 6.9 for single
/// interests.
const SLOPE: f64 = 4.5;
const SLOPE_DEVIATION: f64 = 1.0;

/// A chance that grows with the score s: `1 / (1 + exp(-(a ln(1 + s) + b)))`, a >= 0.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Likelihood {
    /// a, per unit of ln(1 + s).
    pub slope: f64,
    /// b, the log odds at score 0.
    pub intercept: f64,
}

impl Likelihood {
    /// What is assumed before a reader has answered enough, for one who asks for papers from `min_score`
    /// on: the odds are even where half as many papers stand above as from `min_score` on.
    ///
    /// `paperlark eval variety` prints the fits for a judge and for each of the judge's interests as a reader
    /// of its own. They keep 1 to 25 percent of the stream, and their odds are even where .3 to .8 of that
    /// share stands above. The share is not known beforehand and taken from `min_score`, as what stands
    /// above it; nobody is taken to like more than an eighth.
    pub fn prior(min_score: f32) -> Self {
        const LEAST: f64 = 3.0;
        // Half the share is a point of score, ln 2 / (0.3 ln 10), further up.
        let even = f64::from(min_score).max(LEAST) + 1.0;
        Likelihood { slope: SLOPE, intercept: -SLOPE * even.ln_1p() }
    }

    /// Fits answers: the score that a paper had before the answer was known, and whether it is liked.
    ///
    /// `None` below [`MIN_ANSWERS`], without both kinds of answer, or with a score that is no number. If
    /// the liked papers do not score higher, the chance is the same for every score.
    pub fn fit(answers: &[(f32, bool)]) -> Option<Self> {
        let liked = answers.iter().filter(|(_, liked)| *liked).count();
        let others = answers.len() - liked;
        if answers.len() < MIN_ANSWERS || liked == 0 || others == 0 {
            return None;
        }
        if answers.iter().any(|(score, _)| !score.is_finite()) {
            return None;
        }
        let (n1, n0) = (liked as f64, others as f64);
        // Lin, Lin & Weng's targets, which keep the chances away from 0 and 1.
        let (t1, t0) = ((n1 + 1.0) / (n1 + 2.0), 1.0 / (n0 + 2.0));
        let points: Vec<(f64, f64)> = answers
            .iter()
            .map(|(score, liked)| {
                (f64::from(*score).max(0.0).ln_1p(), if *liked { t1 } else { t0 })
            })
            .collect();
        let mean =
            |of: fn(&(f64, f64)) -> f64| points.iter().map(of).sum::<f64>() / points.len() as f64;
        let (x, t) = (mean(|point| point.0), mean(|point| point.1));
        let log_odds = (t / (1.0 - t)).ln();
        let start = Likelihood { slope: SLOPE, intercept: log_odds - SLOPE * x };
        let fitted = newton(&points, start);
        Some(match fitted.slope > 0.0 {
            true => fitted,
            false => Likelihood { slope: 0.0, intercept: log_odds },
        })
    }

    /// The chance of a score, 0-1.
    pub fn of(&self, score: f32) -> f32 {
        sigmoid(self.slope * f64::from(score).max(0.0).ln_1p() + self.intercept) as f32
    }
}

/// Minimises the cross entropy of points (x, target), plus what a slope far from [`SLOPE`] costs, from `start`
/// on, by Newton's method with a line search.
fn newton(points: &[(f64, f64)], start: Likelihood) -> Likelihood {
    const STEPS: usize = 100;
    const PRECISION: f64 = 1.0 / (SLOPE_DEVIATION * SLOPE_DEVIATION);
    let loss = |fit: &Likelihood| -> f64 {
        let of = |(x, t): &(f64, f64)| {
            let z = fit.slope * x + fit.intercept;
            // ln(1 + e^z) - t z, without overflow.
            z.max(0.0) + (-z.abs()).exp().ln_1p() - t * z
        };
        points.iter().map(of).sum::<f64>() + PRECISION * (fit.slope - SLOPE).powi(2) / 2.0
    };
    let mut fit = start;
    let mut value = loss(&fit);
    for _ in 0..STEPS {
        let (mut ga, mut gb) = (PRECISION * (fit.slope - SLOPE), 0.0);
        let (mut haa, mut hab, mut hbb) = (PRECISION, 0.0, 0.0);
        for (x, t) in points {
            let p = sigmoid(fit.slope * x + fit.intercept);
            let (error, weight) = (p - t, p * (1.0 - p));
            ga += error * x;
            gb += error;
            haa += weight * x * x;
            hab += weight * x;
            hbb += weight;
        }
        let determinant = haa * hbb - hab * hab;
        if ga.abs().max(gb.abs()) < 1e-6 || determinant <= 0.0 {
            break;
        }
        let step = ((hbb * ga - hab * gb) / determinant, (haa * gb - hab * ga) / determinant);
        let mut length = 1.0;
        let better = loop {
            let slope = fit.slope - length * step.0;
            let intercept = fit.intercept - length * step.1;
            let next = Likelihood { slope, intercept };
            let lower = loss(&next);
            if lower < value {
                break Some((next, lower));
            }
            length /= 2.0;
            if length < 1e-10 {
                break None;
            }
        };
        let Some((next, lower)) = better else { break };
        (fit, value) = (next, lower);
    }
    fit
}

fn sigmoid(z: f64) -> f64 {
    1.0 / (1.0 + (-z).exp())
}

/// How often papers were liked, by the chance that was stated before.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Reliability {
    /// Bins of a tenth with answers in them, ascending.
    pub bins: Vec<Bin>,
    /// Expected calibration error: the mean distance of chance and share over the bins, by their answers
    /// (Naeini et al. 2015); 0 is perfect.
    pub calibration_error: f64,
    /// Answers in all.
    pub answers: usize,
}

/// Answers whose stated chance is within a tenth of each other.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Bin {
    /// Lower end of the bin; it is .1 wide.
    pub from: f64,
    /// Answers.
    pub n: usize,
    /// Mean chance stated.
    pub stated: f64,
    /// Share liked.
    pub liked: f64,
}

impl Reliability {
    /// Measures stated chances, 0-1, against answers; `None` without answers.
    pub fn of(answers: &[(f32, bool)]) -> Option<Self> {
        if answers.is_empty() {
            return None;
        }
        let mut sums = [(0usize, 0.0f64, 0usize); 10];
        for (chance, liked) in answers {
            let bin = &mut sums[((chance * 10.0) as usize).min(9)];
            *bin = (bin.0 + 1, bin.1 + f64::from(*chance), bin.2 + usize::from(*liked));
        }
        let bins: Vec<Bin> = sums
            .into_iter()
            .enumerate()
            .filter(|(_, (n, ..))| *n > 0)
            .map(|(at, (n, stated, liked))| {
                let count = n as f64;
                Bin {
                    from: at as f64 / 10.0,
                    n,
                    stated: stated / count,
                    liked: liked as f64 / count,
                }
            })
            .collect();
        let gaps: f64 = bins.iter().map(|bin| bin.n as f64 * (bin.stated - bin.liked).abs()).sum();
        let calibration_error = gaps / answers.len() as f64;
        Some(Reliability { bins, calibration_error, answers: answers.len() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fit_finds_the_chances_that_made_the_answers() {
        let mut random = fastrand::Rng::with_seed(1);
        let truth = Likelihood { slope: 3.0, intercept: -4.0 };
        let answers: Vec<(f32, bool)> = (0..20_000)
            .map(|_| {
                let score = random.f32() * 10.0;
                (score, random.f32() < truth.of(score))
            })
            .collect();
        let fit = Likelihood::fit(&answers).unwrap();
        assert!((fit.slope - 3.0).abs() < 0.15 && (fit.intercept + 4.0).abs() < 0.25, "{fit:?}");
        let stated: Vec<(f32, bool)> =
            answers.iter().map(|(score, liked)| (fit.of(*score), *liked)).collect();
        let reliability = Reliability::of(&stated).unwrap();
        assert!(reliability.calibration_error < 0.02, "{reliability:?}");
        assert_eq!(reliability.bins.iter().map(|bin| bin.n).sum::<usize>(), 20_000);
    }

    #[test]
    fn the_chance_never_falls_with_the_score() {
        let many = |of: fn(usize) -> (f32, bool)| (0..60).map(of).collect::<Vec<_>>();
        for (what, answers, fits) in [
            ("too few", vec![(3.0, true), (4.0, false)], false),
            ("one kind", many(|i| (i as f32 / 6.0, true)), false),
            ("the other kind", many(|i| (i as f32 / 6.0, false)), false),
            ("no number", many(|i| (f32::NAN, i % 2 == 0)), false),
            ("upside down", many(|i| (i as f32 / 6.0, i < 30)), true),
            ("one score", many(|i| (5.0, i % 3 == 0)), true),
            ("separable", many(|i| (i as f32 / 6.0, i >= 30)), true),
            ("extreme", many(|i| (if i < 30 { 0.0 } else { 10.0 }, i >= 30)), true),
            ("one like", many(|i| (i as f32 / 6.0, i == 59)), true),
        ] {
            let fit = Likelihood::fit(&answers);
            assert_eq!(fit.is_some(), fits, "{what}");
            for fit in fit.into_iter().chain([Likelihood::prior(0.0), Likelihood::prior(10.0)]) {
                let chances: Vec<f32> = (0..=100).map(|s| fit.of(s as f32 / 10.0)).collect();
                assert!(chances.is_sorted(), "{what}: {chances:?}");
                assert!(chances.iter().all(|p| (0.0..=1.0).contains(p)), "{what}: {chances:?}");
            }
        }
        let upside_down: Vec<(f32, bool)> = (0..600).map(|i| (i as f32 / 60.0, i < 200)).collect();
        let flat = Likelihood::fit(&upside_down).unwrap();
        assert_eq!(flat.slope, 0.0);
        // A third, but for the smoothing of the targets.
        assert!((flat.of(5.0) - 1.0 / 3.0).abs() < 0.01);
    }

    #[test]
    fn a_reader_is_expected_to_like_half_of_what_they_ask_for() {
        for (min_score, even) in [(0.0, 4.0), (3.0, 4.0), (6.0, 7.0)] {
            assert!((Likelihood::prior(min_score).of(even) - 0.5).abs() < 1e-6, "{min_score}");
        }
        // Answers from the upper end alone leave the slope where it was.
        let shown: Vec<(f32, bool)> =
            (0..60).map(|i| (4.0 + i as f32 / 60.0, i % 2 == 0)).collect();
        let fit = Likelihood::fit(&shown).unwrap();
        assert!((fit.slope - SLOPE).abs() < 0.5, "{fit:?}");
        assert!((fit.of(4.5) - 0.5).abs() < 0.02, "{fit:?}");
    }

    #[test]
    fn reliability_compares_what_was_stated_with_what_came() {
        let reliability =
            Reliability::of(&[(0.05, false), (0.0, true), (0.62, true), (1.0, true)]).unwrap();
        let bin = |from, n, stated, liked| (from, n, stated, liked);
        let bins: Vec<_> = reliability
            .bins
            .iter()
            .map(|b| bin(b.from, b.n, (b.stated * 1e4).round() / 1e4, b.liked))
            .collect();
        assert_eq!(bins, [bin(0.0, 2, 0.025, 0.5), bin(0.6, 1, 0.62, 1.0), bin(0.9, 1, 1.0, 1.0)]);
        // (2 * .475 + .38 + 0) / 4
        assert!((reliability.calibration_error - 0.3325).abs() < 1e-6);
        assert_eq!(Reliability::of(&[]), None);
    }
}
