//! A reader's own marks as a test: the days that they marked something on, ranked as if anew.
//!
//! The engine replays a day and gives its [`OwnDay`]s; [`evaluate`] compares the rankings on them, [`tune`]
//! chooses [`Weights`] on earlier days and tests them on later ones. Papers that a digest did not show were
//! never judged and count as not liked, which favours the settings that chose the digests; so every table
//! also has the AUC among the shown papers alone.

use jiff::civil::Date;
use serde::Serialize;

use super::{
    Baseline, Estimate, Row,
    baselines::{self, Baselines, Reader},
    best_first,
    comparison::{Outcome, compare},
    metrics, names,
};
use crate::rank::{Documents, Likelihood, MIN_ANSWERS, Parts, Reliability, Weights};

/// Rankings that stand beside ours.
pub const BASELINES: [Baseline; 6] = [
    Baseline::MeanVector,
    Baseline::DecayedMean,
    Baseline::MaxSimilarity,
    Baseline::Bm25,
    Baseline::Newest,
    Baseline::Random,
];

/// Factors that are tried for interests, words, contrast and topics.
pub const FACTORS: [f32; 4] = [0.0, 0.5, 1.0, 2.0];
/// What is tried for [`Weights::dislike`].
pub const DISLIKES: [f32; 3] = [0.0, 0.2, 0.5];
/// What is tried for [`Weights::pooling`].
pub const POOLINGS: [f32; 3] = [3.0, 10.0, 30.0];

const MEASURES: [&str; 4] = ["auc", "r_precision", "p20", "auc_shown"];
/// The days are cut into so many blocks; all but the first are tested, each by what was chosen before it.
const BLOCKS: usize = 5;
/// Fewer days say nothing of settings.
const MIN_DAYS: usize = 2 * BLOCKS;
/// A gain in AUC that is worth having.
const WORTH: f64 = 0.01;

/// A day of the reader's, replayed. All lists are in the order of the papers' ids.
#[derive(Debug, Clone, Default)]
pub struct OwnDay {
    /// The day.
    pub date: Date,
    /// Whether each paper in question is liked.
    pub liked: Vec<bool>,
    /// Whether the digest showed it.
    pub shown: Vec<bool>,
    /// Scores by ranking, larger is better: ours, then [`BASELINES`].
    pub scores: Vec<Vec<f32>>,
    /// Settings that change the pieces of our standing themselves, and the pieces under each.
    pub parts: Vec<(Weights, Vec<Parts>)>,
}

/// Result of [`evaluate`].
#[derive(Debug, Clone, Serialize)]
pub struct OwnReport {
    /// Ranked days.
    pub days: usize,
    /// Liked papers on those days.
    pub likes: usize,
    /// Papers in question on those days.
    pub papers: usize,
    /// One line per ranking, ours first: `auc`, `r_precision` and `p20` as in [`super::days`], and `auc_shown`,
    /// the AUC among the papers that the digest showed.
    pub rankings: Vec<Row>,
    /// Papers that the reader marked, or passed over in a digest with marks.
    pub answers: usize,
    /// How many more it takes before p(like) can be fitted on one half of them and tested on the other.
    pub answers_missing: usize,
    /// p(like) fitted on the first half of the answers, tested on the second; absent too if the first half has
    /// no like or nothing else.
    pub reliability: Option<Reliability>,
}

/// Compares the rankings on the reader's days. `answers` are scores with what the reader said, in the order
/// of the days.
pub fn evaluate(days: &[OwnDay], answers: &[(f32, bool)]) -> OwnReport {
    let outcomes: Vec<Outcome> = days
        .iter()
        .map(|day| day.scores.iter().map(|scores| measures(day, scores)).collect())
        .collect();
    let (before, after) = answers.split_at(answers.len() / 2);
    let reliability = Likelihood::fit(before).and_then(|fit| {
        let stated: Vec<(f32, bool)> =
            after.iter().map(|(s, liked)| (fit.of(*s), *liked)).collect();
        Reliability::of(&stated)
    });
    OwnReport {
        days: days.len(),
        likes: days.iter().map(OwnDay::n_likes).sum(),
        papers: days.iter().map(|day| day.liked.len()).sum(),
        rankings: compare(&names(&BASELINES, &[]), &MEASURES, &[outcomes.iter().collect()]),
        answers: answers.len(),
        answers_missing: (2 * MIN_ANSWERS).saturating_sub(answers.len()),
        reliability,
    }
}

impl OwnDay {
    /// Whether the day can tell one ranking from another: one paper is liked, and one is not.
    pub fn is_telling(&self) -> bool {
        self.liked.contains(&true) && self.liked.contains(&false)
    }

    fn n_likes(&self) -> usize {
        self.liked.iter().filter(|liked| **liked).count()
    }
}

/// AUC, R-precision and P@20 of a day, and the AUC among what was shown.
fn measures(day: &OwnDay, scores: &[f32]) -> Vec<Option<f64>> {
    let answers: Vec<(bool, bool)> =
        std::iter::zip(&day.liked, &day.shown).map(|(liked, shown)| (*liked, *shown)).collect();
    let ranked = best_first(scores, |at| at as u32, &answers);
    let all: Vec<bool> = ranked.iter().map(|(liked, _)| *liked).collect();
    let shown: Vec<bool> =
        ranked.iter().filter(|(_, shown)| *shown).map(|(liked, _)| *liked).collect();
    vec![
        metrics::auc(&all),
        metrics::r_precision(&all),
        metrics::precision_at(20, &all),
        metrics::auc(&shown),
    ]
}

/// Scores of the candidates by each of [`BASELINES`]: `likes` newest first, `candidates` in the order of their
/// ids; words are weighed by `stream`, recent texts.
pub fn baseline_scores(
    likes: &Documents,
    candidates: &Documents,
    stream: Vec<String>,
    seed: u64,
) -> Vec<Vec<f32>> {
    let (n, m) = (likes.len(), likes.len() + candidates.len());
    let views = [likes.vectors.view(), candidates.vectors.view()];
    let vectors = ndarray::concatenate(ndarray::Axis(0), &views)
        .expect("vectors of one model have one length");
    let known: Vec<usize> = (0..n).chain(m..m + stream.len()).collect();
    let texts: Vec<&str> =
        likes.texts().chain(candidates.texts()).chain(stream.iter().map(String::as_str)).collect();
    let age: Vec<u32> = (0..m as u32).collect();
    let counts = baselines::counts(texts.iter().copied(), &BASELINES);
    let baselines = Baselines::new(&vectors, &age, &counts, &known, &BASELINES);
    let places: Vec<usize> = (0..n).collect();
    let reader = Reader { likes: &places, negatives: &[], seed };
    let candidates: Vec<usize> = (n..m).collect();
    BASELINES.iter().map(|baseline| baselines.scores(*baseline, &reader, &candidates)).collect()
}

/// The settings that change the pieces of a standing themselves, and not only how they add up: every pair
/// of [`DISLIKES`] and [`POOLINGS`].
pub fn variants() -> Vec<Weights> {
    let of = |dislike| {
        POOLINGS.map(|pooling| Weights { dislike, pooling, ..Weights::default() }).into_iter()
    };
    DISLIKES.into_iter().flat_map(of).collect()
}

/// Result of [`tune`].
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Tuning {
    /// Days with marks.
    pub days: usize,
    /// Liked papers on those days.
    pub likes: usize,
    /// Days that were tested with settings chosen on earlier days.
    pub tested: usize,
    /// AUC of the usual settings on the tested days.
    pub before: Option<Estimate>,
    /// The same with the settings chosen before each of them.
    pub after: Option<Estimate>,
    /// Mean of the days' differences.
    pub gain: Option<Estimate>,
    /// Lower end of the one-sided 90% interval of the gain.
    pub lower: Option<f64>,
    /// The gain among the papers that digests showed.
    pub gain_shown: Option<Estimate>,
    /// What all days together choose.
    pub best: Weights,
    /// Whether that is better than the usual settings by more than chance explains.
    pub is_real: bool,
    /// How many more days with marks it takes to see a gain of .01 AUC; `None` if that cannot be told.
    pub days_missing: Option<usize>,
    /// The same in likes, at the present rate.
    pub likes_missing: Option<usize>,
    /// AUC of the usual settings on each day: see [`Rival`].
    #[serde(skip)]
    pub usual: Vec<(Date, f64)>,
}

impl Tuning {
    /// The settings to use: the best if their gain is real, else the usual.
    pub fn weights(&self) -> Weights {
        if self.is_real { self.best.clone() } else { Weights::default() }
    }
}

/// Chooses settings on the reader's days, which are in ascending order and have their parts.
///
/// The days are cut into five blocks; the settings for each block but the first are chosen on those before
/// it. `seed` draws the order in which the settings are tried.
pub fn tune(days: &[OwnDay], seed: u64) -> Tuning {
    let best = choose(days, seed);
    let likes = days.iter().map(OwnDay::n_likes).sum();
    let usual = Weights::default();
    // Measures before and after.
    let mut tested: Vec<[Vec<Option<f64>>; 2]> = Vec::new();
    if days.len() >= MIN_DAYS {
        for block in 1..BLOCKS {
            let (from, to) = (block * days.len() / BLOCKS, (block + 1) * days.len() / BLOCKS);
            let chosen = choose(&days[..from], seed);
            tested.extend(days[from..to].iter().map(|day| {
                let of = |weights| measures(day, &standings(day, weights));
                [of(&usual), of(&chosen)]
            }));
        }
    }
    const AUC: usize = 0;
    const SHOWN: usize = 3;
    let gains = |at: usize| -> Vec<f64> {
        tested.iter().filter_map(|[before, after]| Some(after[at]? - before[at]?)).collect()
    };
    let gain = Estimate::of(gains(AUC));
    let lower = gain.filter(|_| tested.len() > 1).map(|gain| lower(&gain, tested.len()));
    let is_real = lower.is_some_and(|lower| lower > 0.0) && best != usual;
    // Days tested for every day there is.
    let share = (BLOCKS - 1) as f64 / BLOCKS as f64;
    let days_missing = deviation(days, &gains(AUC)).map(|deviation| {
        let needed = ((QUANTILE * deviation / WORTH).powi(2) / share).ceil() as usize;
        needed.max(MIN_DAYS).saturating_sub(days.len())
    });
    let per_day = |n: usize| (n as f64 * likes as f64 / days.len() as f64).ceil() as usize;
    Tuning {
        days: days.len(),
        likes,
        tested: tested.len(),
        before: Estimate::of(tested.iter().filter_map(|[before, _]| before[AUC])),
        after: Estimate::of(tested.iter().filter_map(|[_, after]| after[AUC])),
        gain,
        lower,
        gain_shown: Estimate::of(gains(SHOWN)),
        best,
        is_real,
        days_missing,
        likes_missing: days_missing.map(per_day),
        usual: aucs(days),
    }
}

/// How another model ranks the same days; both by the usual settings.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Rival {
    /// Its name.
    pub model: String,
    /// Its AUC.
    pub auc: Option<Estimate>,
    /// Mean of the days' differences; above 0 the other model is better.
    pub gain: Option<Estimate>,
    /// Lower end of the one-sided 90% interval of the gain.
    pub lower: Option<f64>,
    /// Whether it is better by more than chance explains.
    pub is_better: bool,
}

impl Rival {
    /// Compares the AUC of each day by the model in use with that by `model`. Fewer than ten days prove nothing.
    pub fn new(model: String, own: &[(Date, f64)], rival: &[(Date, f64)]) -> Self {
        let of = |date: Date| own.iter().find(|(day, _)| *day == date);
        let gains: Vec<f64> =
            rival.iter().filter_map(|(date, auc)| Some(auc - of(*date)?.1)).collect();
        let gain = Estimate::of(gains.iter().copied());
        let lower = gain.filter(|_| gains.len() > 1).map(|gain| lower(&gain, gains.len()));
        Rival {
            model,
            auc: Estimate::of(rival.iter().map(|(_, auc)| *auc)),
            gain,
            lower,
            is_better: gains.len() >= MIN_DAYS && lower.is_some_and(|lower| lower > 0.0),
        }
    }
}

/// AUC of the usual settings on each of `days`, which have their parts.
pub fn aucs(days: &[OwnDay]) -> Vec<(Date, f64)> {
    let usual = Weights::default();
    days.iter().map(|day| (day.date, auc(day, &usual))).collect()
}

/// 90% of a normal distribution lie below.
const QUANTILE: f64 = 1.2816;

/// Lower end of the one-sided 90% interval of a mean of `n` values, at least two. The quantile of the t
/// distribution is that of the normal with two terms of its expansion (Abramowitz & Stegun 1964, 26.7.5).
fn lower(estimate: &Estimate, n: usize) -> f64 {
    let freedom = (n - 1) as f64;
    let quantile = QUANTILE + 0.8466 / freedom + 0.5709 / freedom.powi(2);
    estimate.mean - quantile * estimate.standard_error
}

/// How much a difference of two settings varies from day to day: that of the tested gains, or where those
/// are all the same that of the usual settings and others one step away. `None` if nothing varies.
fn deviation(days: &[OwnDay], gains: &[f64]) -> Option<f64> {
    let of = |values: &[f64]| {
        let estimate = Estimate::of(values.iter().copied())?;
        let deviation = estimate.standard_error * (values.len() as f64).sqrt();
        (deviation > 1e-9).then_some(deviation)
    };
    of(gains).or_else(|| {
        let usual = Weights::default();
        let before: Vec<f64> = days.iter().map(|day| auc(day, &usual)).collect();
        let steps = (0..SETTINGS).flat_map(|at| alternatives(&usual, at));
        let deviations: Vec<f64> = steps
            .filter_map(|weights| {
                let changes: Vec<f64> =
                    std::iter::zip(days, &before).map(|(day, b)| auc(day, &weights) - b).collect();
                of(&changes)
            })
            .collect();
        Some(Estimate::of(deviations)?.mean)
    })
}

/// Number of settings.
const SETTINGS: usize = 6;

/// `weights` with each value that is tried for one of the settings.
fn alternatives(weights: &Weights, setting: usize) -> Vec<Weights> {
    let with = |values: &[f32], set: fn(&mut Weights, f32)| {
        let of = |value: &f32| {
            let mut weights = weights.clone();
            set(&mut weights, *value);
            weights
        };
        values.iter().map(of).collect()
    };
    let mut all: Vec<Weights> = match setting {
        0 => with(&FACTORS, |w, value| w.interests = value),
        1 => with(&FACTORS, |w, value| w.words = value),
        2 => with(&FACTORS, |w, value| w.contrast = value),
        3 => with(&FACTORS, |w, value| w.topics = value),
        4 => with(&DISLIKES, |w, value| w.dislike = value),
        _ => with(&POOLINGS, |w, value| w.pooling = value),
    };
    // The other pieces may be 0 for all papers, which would then be ordered by their ids.
    all.retain(|weights| weights.interests > 0.0 || weights.words > 0.0);
    all
}

/// The settings with the largest mean AUC over the days that changing one at a time leads to from the usual;
/// what is no better stays.
fn choose(days: &[OwnDay], seed: u64) -> Weights {
    const ROUNDS: usize = 4;
    const BETTER: f64 = 1e-6;
    let mean = |weights: &Weights| {
        days.iter().map(|day| auc(day, weights)).sum::<f64>() / days.len().max(1) as f64
    };
    let mut order: Vec<usize> = (0..SETTINGS).collect();
    fastrand::Rng::with_seed(seed).shuffle(&mut order);
    let mut best = Weights::default();
    let mut value = mean(&best);
    for _ in 0..ROUNDS {
        let before = value;
        for setting in &order {
            for weights in alternatives(&best, *setting) {
                let found = mean(&weights);
                if found > value + BETTER {
                    (best, value) = (weights, found);
                }
            }
        }
        if value <= before {
            break;
        }
    }
    best
}

fn auc(day: &OwnDay, weights: &Weights) -> f64 {
    metrics::auc(&best_first(&standings(day, weights), |at| at as u32, &day.liked)).unwrap_or(0.5)
}

/// Standings of the day's papers up to a factor, which changes no order.
fn standings(day: &OwnDay, weights: &Weights) -> Vec<f32> {
    let near = |a: f32, b: f32| (a - b).abs() < 1e-6;
    let parts = day.parts.iter().find(|(variant, _)| {
        near(variant.dislike, weights.dislike) && near(variant.pooling, weights.pooling)
    });
    let parts = parts.map_or(&[][..], |(_, parts)| parts);
    let sum = |p: &Parts| {
        weights.interests * p.interests
            + weights.words * p.words
            + weights.contrast * p.contrast
            + weights.topics * p.topics
    };
    parts.iter().map(sum).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Days of 30 papers with 6 likes. Words tell them by `words` standard deviations, interests by
    /// `interests`; the rest is noise.
    fn days(n: usize, seed: u64, interests: f32, words: f32) -> Vec<OwnDay> {
        let mut random = fastrand::Rng::with_seed(seed);
        let mut noise = move || (0..12).map(|_| random.f32()).sum::<f32>() - 6.0;
        (0..n)
            .map(|_| {
                let liked: Vec<bool> = (0..30).map(|at| at % 5 == 0).collect();
                let parts: Vec<Parts> = liked
                    .iter()
                    .map(|liked| {
                        let signal = f32::from(u8::from(*liked));
                        Parts {
                            interests: noise() + interests * signal,
                            words: 0.4 * (noise() + words * signal),
                            ..Parts::default()
                        }
                    })
                    .collect();
                let parts = variants().into_iter().map(|w| (w, parts.clone())).collect();
                OwnDay { shown: vec![true; 30], liked, parts, ..OwnDay::default() }
            })
            .collect()
    }

    #[test]
    fn a_clear_preference_is_found_and_noise_is_not() {
        let found = tune(&days(40, 1, 0.0, 2.0), 1);
        assert!(found.is_real && found.lower.unwrap() > 0.05, "{found:?}");
        assert!(found.best.words > 2.0 * found.best.interests, "{found:?}");
        assert_eq!((found.days, found.tested, found.likes), (40, 32, 240));
        assert!(found.gain_shown.unwrap().mean > 0.05);
        assert_eq!(found.weights(), found.best);
        // The same pieces, the same answer, whatever the order of the settings.
        assert!((1..6).all(|seed| tune(&days(40, 1, 0.0, 2.0), seed).is_real));

        // A one-sided 90% interval lets about one of ten through.
        let real = (0..40).filter(|seed| tune(&days(20, 100 + seed, 0.0, 0.0), 1).is_real).count();
        assert!(real <= 10, "{real} of 40 noises pass for a preference");

        let few = tune(&days(9, 1, 0.0, 2.0), 1);
        assert!(!few.is_real && few.gain.is_none() && few.weights() == Weights::default());
        assert!(few.days_missing.unwrap() >= 1 && few.likes_missing.unwrap() >= 6, "{few:?}");
        let none = tune(&[], 1);
        assert_eq!((none.is_real, none.days_missing, none.best), (false, None, Weights::default()));
    }

    #[test]
    fn pieces_of_another_variant_are_chosen_too() {
        let mut days = days(20, 3, 0.0, 0.0);
        let at = variants().iter().position(|w| w.dislike == 0.5 && w.pooling == 10.0).unwrap();
        for day in &mut days {
            for (liked, parts) in std::iter::zip(&day.liked, &mut day.parts[at].1) {
                parts.interests = if *liked { 9.0 } else { 0.0 };
            }
        }
        let found = tune(&days, 1);
        assert!(found.is_real && found.best.dislike == 0.5, "{found:?}");
    }

    #[test]
    fn a_rival_must_win_on_most_days() {
        let day = |n: usize| jiff::civil::date(2026, 1, 1 + n as i8);
        let own: Vec<(Date, f64)> = (0..12).map(|n| (day(n), 0.7)).collect();
        let rival = |days: std::ops::Range<usize>, auc: fn(usize) -> f64| {
            let theirs: Vec<(Date, f64)> = days.map(|n| (day(n), auc(n))).collect();
            Rival::new("other".into(), &own, &theirs)
        };
        let better = rival(0..12, |n| 0.75 + 0.01 * (n % 2) as f64);
        assert!(better.is_better && (better.gain.unwrap().mean - 0.055).abs() < 1e-9, "{better:?}");
        assert!(!rival(0..9, |n| 0.75 + 0.01 * (n % 2) as f64).is_better, "too few days");
        assert!(!rival(0..12, |n| if n % 2 == 0 { 0.9 } else { 0.51 }).is_better, "chance");
        let same = rival(0..12, |_| 0.7);
        assert_eq!((same.gain.unwrap().mean, same.lower, same.is_better), (0.0, Some(0.0), false));
        // A day that only one of them could be measured on tells nothing.
        assert_eq!(rival(20..22, |_| 0.9).gain, None);
    }

    #[test]
    fn the_interval_is_that_of_the_t_distribution() {
        let estimate = Estimate { mean: 0.0, standard_error: 1.0 };
        // t quantiles at .90, from tables.
        for (n, quantile) in [(6, 1.476), (11, 1.372), (31, 1.310), (1001, 1.282)] {
            assert!((lower(&estimate, n) + quantile).abs() < 3e-3, "{n}");
        }
    }

    #[test]
    fn reliability_needs_answers_on_both_sides() {
        let answers = |n: usize| -> Vec<(f32, bool)> {
            (0..n).map(|i| ((i % 10) as f32, i % 10 > 4)).collect()
        };
        for (n, missing) in [(0, 100), (60, 40), (99, 1), (100, 0), (240, 0)] {
            let report = evaluate(&[], &answers(n));
            assert_eq!((report.answers, report.answers_missing), (n, missing));
            assert_eq!(report.reliability.is_some(), missing == 0, "{n}");
        }
        // 5 is liked and 4 is not; the second half is judged by the first.
        let found = evaluate(&[], &answers(240)).reliability.unwrap();
        assert_eq!(found.answers, 120);
    }
}
