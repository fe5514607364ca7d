//! The days protocol: rank each later day whole, knowing only the earlier ones.

use std::collections::{BTreeMap, HashSet};

use jiff::civil::Date;
use serde::Serialize;

use super::{
    Baseline, Day, Estimate, JudgedDays, Row,
    baselines::{self, Baselines, Reader},
    best_first,
    comparison::{Outcome, compare},
    metrics, names,
};
use crate::{
    error::{Error, Result},
    message,
    rank::{Background, Documents, Like, OLDER, Ranked, STREAM, Stream, TREND, Taste, Weights},
    threads::each,
};

/// What is measured of each day.
const MEASURES: [&str; 4] = ["auc", "r_precision", "average_precision", "p20"];
/// Fields with fewer kept papers before the split are likes without an interest.
const MIN_FIELD: usize = 20;

/// Settings of a run.
#[derive(Debug, Clone)]
pub struct DaysOptions {
    /// First day that is ranked; what was judged before it is known.
    pub split: Date,
    /// Keep only so many likes for each interest, drawn with each of `seeds`; likes without an interest
    /// go.
    pub likes_per_interest: Option<usize>,
    /// Seeds of that draw and of the random baseline, at least one; measures are means over them.
    pub seeds: Vec<u64>,
    /// Whether papers read and not kept before the split count as skipped.
    pub skips: bool,
    /// Rankings to compare with.
    pub baselines: Vec<Baseline>,
    /// Our ranking with other weights, to compare with too; see [`Weights::ablations`].
    pub ablations: Vec<(String, Weights)>,
}

impl DaysOptions {
    /// All that is known before `split`, and every baseline.
    pub fn new(split: Date) -> Self {
        DaysOptions {
            split,
            likes_per_interest: None,
            seeds: vec![1],
            skips: true,
            baselines: Baseline::all(),
            ablations: Vec::new(),
        }
    }
}

/// Result of a run.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct DaysReport {
    /// First ranked day.
    pub split: Date,
    /// Interests, with the number of likes known for each.
    pub interests: BTreeMap<String, usize>,
    /// Likes in all.
    pub likes: usize,
    /// Skipped papers known.
    pub skipped: usize,
    /// Seeds of the draws of likes.
    pub seeds: Vec<u64>,
    /// Ranked days that have a measure: some papers kept, and some not.
    pub days: usize,
    /// One line per ranking, ours first: `auc`, the area under the ROC curve, 0.5 is chance;
    /// `r_precision`, at the number of kept papers; `average_precision`; `p20`, precision at 20.
    pub rankings: Vec<Row>,
    /// Share of kept papers that the ranker puts under the interest that the judge named.
    pub interest_accuracy: Option<Estimate>,
    /// The same of our ranking with other weights, by name.
    pub ablated_accuracy: BTreeMap<String, Option<Estimate>>,
    /// Our ranking, day by day, with the first seed.
    pub by_day: Vec<DayRow>,
}

/// Our ranking of one day.
#[derive(Debug, Clone, Serialize)]
pub struct DayRow {
    /// The day.
    pub date: Date,
    /// Papers read.
    pub read: usize,
    /// Papers that the judge kept.
    pub kept: usize,
    /// How many of those stand among our first `kept`.
    pub hits: usize,
    /// Area under the ROC curve.
    pub auc: f64,
}

/// What is known on the day of the split.
pub(super) struct Known {
    seed: u64,
    pub names: Vec<String>,
    /// Liked papers, newest first, with their interest.
    pub likes: Vec<(usize, Option<usize>)>,
    skipped: Vec<usize>,
    /// Papers that baselines take for not liked.
    negatives: Vec<usize>,
}

/// Ranks every day from the split on. `documents` are text and vector of each of `judged.papers`.
///
/// # Errors
/// [`Error::Invalid`] if nothing was kept before the split, no day after it has both kept and other
/// papers, or there is no seed.
pub fn evaluate(
    judged: &JudgedDays,
    documents: &Documents,
    options: &DaysOptions,
) -> Result<DaysReport> {
    let draws: Vec<Known> =
        options.seeds.iter().map(|seed| known(judged, options, *seed)).collect();
    let Some(first_draw) = draws.first() else {
        return Err(Error::Invalid(message!("a measurement needs at least one seed")));
    };
    if first_draw.likes.is_empty() {
        return Err(Error::Invalid(message!(
            "no paper was kept before {split}",
            split = options.split
        )));
    }
    let known_days = judged.days.partition_point(|day| day.date < options.split);
    let later: Vec<usize> =
        (known_days..judged.days.len()).filter(|at| judged.days[*at].is_telling()).collect();
    if later.is_empty() {
        return Err(Error::Invalid(message!(
            "no day from {split} on has both kept papers and others",
            split = options.split
        )));
    }
    let ours = by_weights(judged, documents, &draws, &later, &Weights::default());
    let theirs = by_baselines(judged, documents, &draws, &later, options);
    let ablated: Vec<_> = options
        .ablations
        .iter()
        .map(|(_, weights)| by_weights(judged, documents, &draws, &later, weights))
        .collect();

    let by_id = judged.by_id();
    let outcomes: Vec<Vec<Outcome>> = (0..draws.len())
        .map(|draw| {
            let outcome = |(day, at): (usize, &usize)| {
                let day_papers = &judged.days[*at].read;
                let standings: Vec<f32> = ours[day][draw].iter().map(|r| r.standing).collect();
                let theirs = theirs[draw].iter().map(|scores| {
                    day_papers.iter().map(|place| scores[*place]).collect::<Vec<f32>>()
                });
                let ablated = ablated
                    .iter()
                    .map(|ranked| ranked[day][draw].iter().map(|r| r.standing).collect());
                let scores = [standings].into_iter().chain(theirs).chain(ablated);
                scores.map(|scores| measures(&relevance(judged, *at, &by_id, &scores))).collect()
            };
            later.iter().enumerate().map(outcome).collect()
        })
        .collect();
    let pairs: Vec<Vec<&Outcome>> = outcomes.iter().map(|draw| draw.iter().collect()).collect();
    let by_day = later.iter().enumerate().map(|(day, at)| {
        let standings: Vec<f32> = ours[day][0].iter().map(|r| r.standing).collect();
        let ranked = relevance(judged, *at, &by_id, &standings);
        let kept = judged.days[*at].kept.len();
        DayRow {
            date: judged.days[*at].date,
            read: ranked.len(),
            kept,
            hits: ranked[..kept].iter().filter(|r| **r).count(),
            auc: metrics::auc(&ranked).unwrap_or(0.5),
        }
    });
    let interest_accuracy = |ranked: &[Vec<Vec<Ranked>>]| {
        let of_draw = |(draw, known): (usize, &Known)| -> Vec<f64> {
            let day = |(day, at): (usize, &usize)| accuracy(judged, *at, &ranked[day][draw], known);
            later.iter().enumerate().filter_map(day).collect()
        };
        Estimate::of_draws(&draws.iter().enumerate().map(of_draw).collect::<Vec<_>>())
    };
    let ablated_accuracy = std::iter::zip(&options.ablations, &ablated)
        .map(|((name, _), ranked)| (name.clone(), interest_accuracy(ranked)))
        .collect();
    let names = names(&options.baselines, &options.ablations);
    let mut interests: BTreeMap<String, usize> = BTreeMap::new();
    for k in first_draw.likes.iter().filter_map(|(_, interest)| *interest) {
        *interests.entry(first_draw.names[k].clone()).or_default() += 1;
    }
    Ok(DaysReport {
        split: options.split,
        interests,
        likes: first_draw.likes.len(),
        skipped: first_draw.skipped.len(),
        seeds: options.seeds.clone(),
        days: later.len(),
        rankings: compare(&names, &MEASURES, &pairs),
        interest_accuracy: interest_accuracy(&ours),
        ablated_accuracy,
        by_day: by_day.collect(),
    })
}

impl Known {
    /// The taste in these vectors.
    pub fn taste(&self, documents: &Documents) -> Taste {
        let places: Vec<usize> = self.likes.iter().map(|(place, _)| *place).collect();
        Taste {
            interests: self.names.len(),
            likes: self.likes.iter().map(|(_, k)| Like { interest: *k, weight: 1.0 }).collect(),
            newest: (0..self.likes.len().min(TREND)).collect(),
            liked: documents.select(&places),
            disliked: Documents::default(),
            skipped: documents.select(&self.skipped),
            ..Taste::default()
        }
    }
}

/// The papers of a day and of those before it, which describe its stream.
pub(super) fn background(judged: &JudgedDays, documents: &Documents, at: usize) -> Background {
    let newest_first = judged.days[..=at].iter().rev().flat_map(|day| &day.read);
    let (recent, older) = split(stream(newest_first, STREAM + OLDER));
    let older = older.iter().map(|at| documents.papers[*at].clone()).collect();
    Background::new(documents.select(&recent)).with_older(older)
}

/// Our rankings of these days, each by every taste.
pub(super) fn rank_days(
    judged: &JudgedDays,
    documents: &Documents,
    days: &[usize],
    tastes: &[Taste],
) -> Vec<Vec<Vec<Ranked>>> {
    each(days.len(), |day| {
        let at = days[day];
        let background = background(judged, documents, at);
        let candidates = documents.select(&judged.days[at].read);
        let stream = Stream::new(&background, &candidates);
        tastes.iter().map(|taste| stream.rank(taste)).collect()
    })
}

/// Our ranking by these weights: for each day and draw.
fn by_weights(
    judged: &JudgedDays,
    documents: &Documents,
    draws: &[Known],
    later: &[usize],
    weights: &Weights,
) -> Vec<Vec<Vec<Ranked>>> {
    let taste = |known: &Known| Taste { weights: weights.clone(), ..known.taste(documents) };
    let tastes: Vec<Taste> = draws.iter().map(taste).collect();
    rank_days(judged, documents, later, &tastes)
}

/// For each draw and baseline, the score of every paper of the later days, by its place.
fn by_baselines(
    judged: &JudgedDays,
    documents: &Documents,
    draws: &[Known],
    later: &[usize],
    options: &DaysOptions,
) -> Vec<Vec<Vec<f32>>> {
    let before = judged.days.iter().filter(|day| day.date < options.split);
    let known = stream(before.flat_map(|day| &day.read), usize::MAX);
    let candidates = stream(later.iter().flat_map(|at| &judged.days[*at].read), usize::MAX);
    let age = judged.age();
    let counts = baselines::counts(documents.texts(), &options.baselines);
    let baselines = Baselines::new(&documents.vectors, &age, &counts, &known, &options.baselines);
    each(draws.len(), |draw| {
        let likes: Vec<usize> = draws[draw].likes.iter().map(|(place, _)| *place).collect();
        let reader =
            Reader { likes: &likes, negatives: &draws[draw].negatives, seed: draws[draw].seed };
        let scores = |baseline: &Baseline| {
            let mut by_place = vec![0.0; judged.papers.len()];
            let scores = baselines.scores(*baseline, &reader, &candidates);
            candidates.iter().zip(scores).for_each(|(place, score)| by_place[*place] = score);
            by_place
        };
        options.baselines.iter().map(scores).collect()
    })
}

pub(super) fn known(judged: &JudgedDays, options: &DaysOptions, seed: u64) -> Known {
    let before: Vec<&Day> = judged.days.iter().filter(|day| day.date < options.split).collect();
    let mut seen = HashSet::new();
    let mut likes: Vec<(usize, Option<&str>)> = Vec::new();
    for day in before.iter().rev() {
        // Newest first; within a day, the larger id is the newer.
        let mut kept: Vec<_> = day.kept.iter().collect();
        kept.sort_unstable_by(|a, b| judged.papers[*b.0].id.cmp(&judged.papers[*a.0].id));
        for (place, field) in kept {
            if seen.insert(*place) {
                likes.push((*place, field.as_deref()));
            }
        }
    }
    let mut sizes: BTreeMap<&str, usize> = BTreeMap::new();
    for (_, field) in &likes {
        *sizes.entry(field.unwrap_or_default()).or_default() += 1;
    }
    let names: Vec<&str> = sizes
        .iter()
        .filter(|(name, n)| **n >= MIN_FIELD && !name.is_empty())
        .map(|(name, _)| *name)
        .collect();
    let number = |field: Option<&str>| names.iter().position(|name| Some(*name) == field);
    let mut likes: Vec<(usize, Option<usize>)> =
        likes.into_iter().map(|(place, field)| (place, number(field))).collect();
    let mut skipped: Vec<usize> =
        before.iter().flat_map(|day| &day.read).copied().filter(|at| !seen.contains(at)).collect();
    // Papers are numbered in the order of the days: the newest first.
    skipped.sort_unstable_by(|a, b| b.cmp(a));
    skipped.dedup();
    let mut negatives = skipped.clone();
    if !options.skips {
        skipped.clear();
        let newest_first = before.iter().rev().flat_map(|day| &day.read);
        negatives = stream(newest_first, STREAM);
        negatives.retain(|at| !seen.contains(at));
    }
    if let Some(n) = options.likes_per_interest {
        let mut random = fastrand::Rng::with_seed(seed);
        let mut drawn = HashSet::new();
        for k in 0..names.len() {
            let mut of: Vec<usize> =
                likes.iter().filter(|(_, i)| *i == Some(k)).map(|(place, _)| *place).collect();
            random.shuffle(&mut of);
            drawn.extend(of.into_iter().take(n));
        }
        likes.retain(|(place, _)| drawn.contains(place));
    }
    let names = names.into_iter().map(str::to_owned).collect();
    Known { seed, names, likes, skipped, negatives }
}

/// Whether the papers of a day are kept, best first.
fn relevance(judged: &JudgedDays, at: usize, by_id: &[u32], scores: &[f32]) -> Vec<bool> {
    let day = &judged.days[at];
    let kept: Vec<bool> = day.read.iter().map(|place| day.kept.contains_key(place)).collect();
    best_first(scores, |i| by_id[day.read[i]], &kept)
}

fn measures(ranked: &[bool]) -> Vec<Option<f64>> {
    vec![
        metrics::auc(ranked),
        metrics::r_precision(ranked),
        metrics::average_precision(ranked),
        metrics::precision_at(20, ranked),
    ]
}

/// Share of the kept papers of a day that stand under the interest that the judge named.
fn accuracy(judged: &JudgedDays, at: usize, ranked: &[Ranked], known: &Known) -> Option<f64> {
    let day = &judged.days[at];
    let right: Vec<bool> = day
        .read
        .iter()
        .zip(ranked)
        .filter_map(|(place, ranked)| {
            let field = day.kept.get(place)?.as_ref()?;
            let interest = known.names.iter().position(|name| name == field)?;
            Some(ranked.interest == Some(interest))
        })
        .collect();
    metrics::precision_at(usize::MAX, &right)
}

/// The papers that describe a stream, and those before them.
fn split(mut newest_first: Vec<usize>) -> (Vec<usize>, Vec<usize>) {
    let older = newest_first.split_off(STREAM.min(newest_first.len()));
    (newest_first, older)
}

/// The first `most` papers, each once.
fn stream<'a>(newest_first: impl Iterator<Item = &'a usize>, most: usize) -> Vec<usize> {
    let mut seen = HashSet::new();
    newest_first.filter(|place| seen.insert(**place)).take(most).copied().collect()
}
