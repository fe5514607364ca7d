//! The days protocol: rank each later day whole, knowing only the earlier ones.

use std::{
    collections::{BTreeMap, HashSet},
    convert::Infallible,
};

use jiff::civil::Date;
use ndarray::Array1;
use serde::Serialize;

use super::{Day, Estimate, JudgedDays, metrics};
use crate::{
    error::{Error, Result},
    rank::{
        Background, Documents, Like, Ranked, SAMPLED_STREAM, SHORTLIST, STREAM, Taste, rank,
        reorder, sampled, shortlist,
    },
    threads::for_each,
};

/// Fields with fewer kept papers before the split are likes without an interest.
const MIN_FIELD: usize = 20;

/// Settings of a run.
#[derive(Debug, Clone)]
pub struct DaysOptions {
    /// First day that is ranked; what was judged before it is known.
    pub split: Date,
    /// Keep only so many likes for each interest, drawn with `seed`; likes without an interest go.
    pub likes_per_interest: Option<usize>,
    /// Seed of that draw and of the random baseline.
    pub seed: u64,
    /// Whether papers read and not kept before the split count as skipped.
    pub skips: bool,
    /// In a cascade: how many papers of a day the second model looks at.
    pub shortlist: usize,
}

impl DaysOptions {
    /// All that is known before `split`, and the shortlist of a daily run.
    pub fn new(split: Date) -> Self {
        DaysOptions { split, likes_per_interest: None, seed: 1, skips: true, shortlist: SHORTLIST }
    }
}

/// Result of a run.
#[derive(Debug, Clone, Serialize)]
pub struct DaysReport {
    /// First ranked day.
    pub split: Date,
    /// Interests, with the number of likes known for each.
    pub interests: BTreeMap<String, usize>,
    /// Likes in all.
    pub likes: usize,
    /// Skipped papers known.
    pub skipped: usize,
    /// Ranked days that have a measure: some papers kept, and some not.
    pub days: usize,
    /// One line per ranking, ours first.
    pub rankings: Vec<Row>,
    /// Share of kept papers that the ranker puts under the interest that the judge named.
    pub interest_accuracy: Option<Estimate>,
    /// Our ranking, day by day.
    pub by_day: Vec<DayRow>,
}

/// Measures of one ranking, means over days.
#[derive(Debug, Clone, Serialize)]
pub struct Row {
    /// Which ranking.
    pub name: String,
    /// Area under the ROC curve; 0.5 is chance.
    pub auc: Estimate,
    /// Precision at the number of kept papers.
    pub r_precision: Estimate,
    /// Average precision.
    pub average_precision: Estimate,
    /// Precision at 20.
    pub p20: Estimate,
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
    pub names: Vec<String>,
    /// Liked papers, newest first, with their interest.
    pub likes: Vec<(usize, Option<usize>)>,
    pub skipped: Vec<usize>,
}

/// Ranks every day from the split on. `documents` are text and vector of each of `judged.papers`; `second`
/// the same by the second model of a cascade, of which only likes, the shortlists and a sample of the stream are used.
///
/// # Errors
/// [`Error::Invalid`] if nothing was kept before the split, or no day after it has both kept and
/// other papers.
pub fn evaluate(
    judged: &JudgedDays,
    documents: &Documents,
    second: Option<&Documents>,
    options: &DaysOptions,
) -> Result<DaysReport> {
    let known = known(judged, options);
    if known.likes.is_empty() {
        return Err(Error::Invalid(format!("no paper was kept before {}", options.split)));
    }
    let first = First { documents, taste: known.taste(documents, |_| true) };
    let second = second.map(|documents| {
        let days: Vec<usize> = (0..judged.days.len()).collect();
        let shortlists = each_day(&days, |at| {
            let ranked = first.rank(judged, at);
            let places = shortlist(&ranked, options.shortlist);
            places.into_iter().map(|i| judged.days[at].read[i]).collect::<Vec<_>>()
        });
        let before = days.iter().filter(|at| judged.days[**at].date < options.split);
        let seen: HashSet<usize> = before.flat_map(|at| &shortlists[*at]).copied().collect();
        let taste = known.taste(documents, |place| seen.contains(&place));
        Second { documents, taste, shortlists }
    });
    let later: Vec<usize> =
        (0..judged.days.len()).filter(|at| judged.days[*at].date >= options.split).collect();
    let outcomes =
        each_day(&later, |at| outcome(judged, at, &first, second.as_ref(), &known, options));
    let outcomes: Vec<Outcome> = outcomes.into_iter().flatten().collect();
    if outcomes.is_empty() {
        return Err(Error::Invalid(format!(
            "no day from {} on has both kept papers and others",
            options.split
        )));
    }
    let rankings = NAMES.iter().enumerate().map(|(at, name)| {
        let estimate = |measure: fn(&Measures) -> f64| {
            Estimate::of(outcomes.iter().map(|o| measure(&o.measures[at]))).expect("there are days")
        };
        Row {
            name: (*name).into(),
            auc: estimate(|m| m.auc),
            r_precision: estimate(|m| m.r_precision),
            average_precision: estimate(|m| m.average_precision),
            p20: estimate(|m| m.p20),
        }
    });
    let mut interests: BTreeMap<String, usize> = BTreeMap::new();
    for (_, interest) in &known.likes {
        if let Some(k) = interest {
            *interests.entry(known.names[*k].clone()).or_default() += 1;
        }
    }
    Ok(DaysReport {
        split: options.split,
        interests,
        likes: known.likes.len(),
        skipped: known.skipped.len(),
        days: outcomes.len(),
        rankings: rankings.collect(),
        interest_accuracy: Estimate::of(outcomes.iter().filter_map(|o| o.interest_accuracy)),
        by_day: outcomes.iter().map(|o| o.row.clone()).collect(),
    })
}

const NAMES: [&str; 5] = ["paperlark", "mean vector", "decayed mean", "newest first", "random"];

struct Measures {
    auc: f64,
    r_precision: f64,
    average_precision: f64,
    p20: f64,
}

struct Outcome {
    /// One per name in [`NAMES`].
    measures: Vec<Measures>,
    interest_accuracy: Option<f64>,
    row: DayRow,
}

impl Known {
    /// The taste in these vectors, with the skipped papers that are `seen`.
    pub fn taste(&self, documents: &Documents, seen: impl Fn(usize) -> bool) -> Taste {
        let places: Vec<usize> = self.likes.iter().map(|(place, _)| *place).collect();
        let skipped: Vec<usize> = self.skipped.iter().copied().filter(|at| seen(*at)).collect();
        Taste {
            interests: self.names.len(),
            likes: self.likes.iter().map(|(_, k)| Like { interest: *k, weight: 1.0 }).collect(),
            liked: documents.select(&places),
            disliked: Documents::default(),
            skipped: documents.select(&skipped),
        }
    }
}

/// The model that ranks whole days.
struct First<'a> {
    documents: &'a Documents,
    taste: Taste,
}

impl First<'_> {
    fn rank(&self, judged: &JudgedDays, at: usize) -> Vec<Ranked> {
        let newest_first = judged.days[..=at].iter().rev().flat_map(|day| &day.read);
        let background = Background::new(self.documents.select(&stream(newest_first, STREAM)));
        rank(&self.documents.select(&judged.days[at].read), &background, &self.taste)
    }
}

/// The model that reorders shortlists.
struct Second<'a> {
    documents: &'a Documents,
    taste: Taste,
    /// Papers on the shortlist of each day, best first.
    shortlists: Vec<Vec<usize>>,
}

impl Second<'_> {
    fn rank(&self, judged: &JudgedDays, at: usize) -> Vec<Ranked> {
        let newest_first = judged.days[..=at].iter().rev().flat_map(|day| &day.read);
        let newest = stream(newest_first, SAMPLED_STREAM);
        let sample = newest.iter().filter(|place| sampled(&judged.papers[**place].id));
        let known = stream(self.shortlists[at].iter().chain(sample), usize::MAX);
        let background = Background::new(self.documents.select(&known));
        rank(&self.documents.select(&self.shortlists[at]), &background, &self.taste)
    }
}

pub(super) fn known(judged: &JudgedDays, options: &DaysOptions) -> Known {
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
    skipped.sort_unstable();
    skipped.dedup();
    if !options.skips {
        skipped.clear();
    }
    if let Some(n) = options.likes_per_interest {
        let mut random = fastrand::Rng::with_seed(options.seed);
        let mut drawn = HashSet::new();
        for k in 0..names.len() {
            let mut of: Vec<usize> =
                likes.iter().filter(|(_, i)| *i == Some(k)).map(|(place, _)| *place).collect();
            random.shuffle(&mut of);
            drawn.extend(of.into_iter().take(n));
        }
        likes.retain(|(place, _)| drawn.contains(place));
    }
    Known { names: names.into_iter().map(str::to_owned).collect(), likes, skipped }
}

/// Runs `work` for every day on all cores; results in the order of the days.
pub(super) fn each_day<T: Send>(days: &[usize], work: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let mut done: Vec<Option<T>> = days.iter().map(|_| None).collect();
    let Ok(()) = for_each(days.iter().zip(&mut done), |(day, place)| {
        *place = Some(work(*day));
        Ok::<(), Infallible>(())
    });
    done.into_iter().flatten().collect()
}

fn outcome(
    judged: &JudgedDays,
    at: usize,
    first: &First,
    second: Option<&Second>,
    known: &Known,
    options: &DaysOptions,
) -> Option<Outcome> {
    let day = &judged.days[at];
    if day.kept.is_empty() || day.kept.len() == day.read.len() {
        return None;
    }
    let mut ranked = first.rank(judged, at);
    if let Some(second) = second {
        let places = shortlist(&ranked, options.shortlist);
        reorder(&mut ranked, &places, second.rank(judged, at));
    }
    let (candidates, taste) = (first.documents.select(&day.read), &first.taste);
    let ours: Vec<f32> = ranked.iter().map(|r| r.standing).collect();
    let mut random = fastrand::Rng::with_seed(options.seed ^ at as u64);
    let chance: Vec<f32> = day.read.iter().map(|_| random.f32()).collect();
    let mut by_id: Vec<usize> = (0..day.read.len()).collect();
    by_id.sort_unstable_by_key(|i| &judged.papers[day.read[*i]].id);
    let mut newest = vec![0.0; day.read.len()];
    by_id.iter().enumerate().for_each(|(rank, i)| newest[*i] = rank as f32);
    let likes = taste.liked.vectors.nrows();
    let even = Array1::from_elem(likes, 1.0);
    // zotero-arxiv-daily: similarity to each like, weighted by 1 / (1 + log10(rank)), newest first.
    let decayed = (1..=likes).map(|rank| 1.0 / (1.0 + (rank as f32).log10())).collect();
    let mean = |weights: Array1<f32>| {
        let centre = taste.liked.vectors.t().dot(&weights);
        candidates.vectors.dot(&centre).to_vec()
    };
    let scores = [ours, mean(even), mean(decayed), newest, chance];

    let relevance = |scores: &[f32]| -> Vec<bool> {
        let mut order: Vec<usize> = (0..day.read.len()).collect();
        let id = |i: usize| &judged.papers[day.read[i]].id;
        order.sort_by(|a, b| scores[*b].total_cmp(&scores[*a]).then_with(|| id(*a).cmp(id(*b))));
        order.into_iter().map(|i| day.kept.contains_key(&day.read[i])).collect()
    };
    let lists: Vec<Vec<bool>> = scores.iter().map(|scores| relevance(scores)).collect();
    let measures: Vec<Measures> = lists.iter().map(|list| measures(list)).collect::<Option<_>>()?;
    let judged_interests: Vec<bool> = day
        .read
        .iter()
        .zip(&ranked)
        .filter_map(|(place, ranked)| {
            let field = day.kept.get(place)?.as_ref()?;
            let interest = known.names.iter().position(|name| name == field)?;
            Some(ranked.interest == Some(interest))
        })
        .collect();
    let row = DayRow {
        date: day.date,
        read: day.read.len(),
        kept: day.kept.len(),
        hits: lists[0][..day.kept.len()].iter().filter(|r| **r).count(),
        auc: measures[0].auc,
    };
    let interest_accuracy = metrics::precision_at(usize::MAX, &judged_interests);
    Some(Outcome { measures, interest_accuracy, row })
}

fn measures(ranked: &[bool]) -> Option<Measures> {
    Some(Measures {
        auc: metrics::auc(ranked)?,
        r_precision: metrics::r_precision(ranked)?,
        average_precision: metrics::average_precision(ranked)?,
        p20: metrics::precision_at(20, ranked)?,
    })
}

/// The first `most` papers, each once.
pub(super) fn stream<'a>(newest_first: impl Iterator<Item = &'a usize>, most: usize) -> Vec<usize> {
    let mut seen = HashSet::new();
    newest_first.filter(|place| seen.insert(**place)).take(most).copied().collect()
}
