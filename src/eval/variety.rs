//! What the rules of the list cost, and what scores and chances are worth, on judged days.
//!
//! [`evaluate`] makes the list of each later day by the plain ranking and with each rule on, and compares the
//! two day by day. The same run fits p(like) and says how reliable it is, and what share of later papers
//! stands above a score, for the whole reader and for each interest as a reader of its own.

use std::collections::HashSet;

use jiff::civil::Date;
use ndarray::Axis;
use serde::Serialize;

use super::{
    Estimate, JudgedDays,
    days::{DaysOptions, known, rank_days},
    metrics,
};
use crate::{
    day::{Candidate, Place, Selection, Shown, select},
    error::{Error, Result},
    message,
    profile::Rules,
    rank::{Documents, Likelihood, Ranked, Reliability, Taste},
    threads::each,
};

/// A score, and the share of the stream that it is meant to leave above it.
const PROMISED: (f32, f64) = (10.0 / 3.0, 0.1);

/// Result of a run.
#[derive(Debug, Clone, Serialize)]
pub struct VarietyReport {
    /// First ranked day.
    pub split: Date,
    /// Ranked days.
    pub days: usize,
    /// Longest list.
    pub top: usize,
    /// Lowest score in it.
    pub min_score: f32,
    /// One line per set of rules, the plain ranking first.
    pub lists: Vec<Row>,
    /// Lists by `max_missed`: what they promise and what they hold.
    pub misses: Vec<Misses>,
    /// How reliable the chances are that the lists of the first half of the days give for those of the second
    /// half; both plain.
    pub reliability: Option<Reliability>,
    /// The whole reader, and each interest as a reader of its own.
    pub readers: Vec<Reader>,
}

/// Measures of the lists by one set of rules, means over days; changes are against the plain ranking.
#[derive(Debug, Clone, Serialize)]
pub struct Row {
    /// Which rules.
    pub name: String,
    /// nDCG of the list.
    pub ndcg: Estimate,
    /// Its change.
    pub ndcg_change: Estimate,
    /// R-precision: share of the kept papers in a list with a place for each.
    pub r_precision: Estimate,
    /// Its change.
    pub r_precision_change: Estimate,
    /// Share of the interests with kept papers of the day that have one in the list.
    pub interests: Estimate,
    /// Mean cosine of two papers in the list.
    pub redundancy: Estimate,
    /// Papers folded under others, in all.
    pub folded: usize,
}

/// Lists that end when few likes are expected beyond.
#[derive(Debug, Clone, Serialize)]
pub struct Misses {
    /// The limit, `max_missed`.
    pub limit: f32,
    /// Mean length of the list.
    pub shown: Estimate,
    /// Kept papers expected beyond the list.
    pub expected: Estimate,
    /// Kept papers beyond the list.
    pub missed: Estimate,
}

/// One reader.
#[derive(Debug, Clone, Serialize)]
pub struct Reader {
    /// The interest, or `all`.
    pub name: String,
    /// Likes known before the split.
    pub likes: usize,
    /// Share of the later papers that the reader keeps.
    pub keeps: f64,
    /// Share of the later papers that scores at least 3.33, which promises a tenth.
    pub above: f64,
    /// p(like) fitted on all ranked days.
    pub likelihood: Option<Likelihood>,
}

/// One ranked day.
struct Ranking {
    at: usize,
    /// One ranking per reader.
    ranked: Vec<Vec<Ranked>>,
}

/// Ranks the days from the split of `options` on, and makes lists of `top` papers from `min_score` on.
///
/// # Errors
/// As [`days::evaluate`](super::days::evaluate).
pub fn evaluate(
    judged: &JudgedDays,
    documents: &Documents,
    options: &DaysOptions,
    top: usize,
    min_score: f32,
) -> Result<VarietyReport> {
    let Some(seed) = options.seeds.first() else {
        return Err(Error::Invalid(message!("a measurement needs a seed")));
    };
    let all = known(judged, options, *seed);
    if all.likes.is_empty() {
        return Err(Error::Invalid(message!(
            "no paper was kept before {split}",
            split = options.split
        )));
    }
    let names = all.names.clone();
    let whole = all.taste(documents);
    // The whole reader, then one for each interest, to whom what the others like is passed over.
    let alone = |k: usize| Taste { skipped: whole.skipped.clone(), ..whole.alone(k) };
    let tastes: Vec<Taste> =
        std::iter::once(whole.clone()).chain((0..names.len()).map(alone)).collect();
    let later: Vec<usize> = (0..judged.days.len())
        .filter(|at| judged.days[*at].date >= options.split && judged.days[*at].is_telling())
        .collect();
    if later.is_empty() {
        return Err(Error::Invalid(message!(
            "no day from {split} on has both kept papers and others",
            split = options.split
        )));
    }
    let ranked = rank_days(judged, documents, &later, &tastes);
    let rankings: Vec<Ranking> =
        std::iter::zip(later, ranked).map(|(at, ranked)| Ranking { at, ranked }).collect();
    let answers = |k: Option<usize>, rankings: &[Ranking]| -> Vec<(f32, bool)> {
        let reader = k.map_or(0, |k| k + 1);
        let of = |ranking: &Ranking| {
            let day = &judged.days[ranking.at];
            std::iter::zip(&day.read, &ranking.ranked[reader])
                .map(|(place, ranked)| (ranked.score, likes(day, *place, k.map(|k| &*names[k]))))
                .collect::<Vec<_>>()
        };
        rankings.iter().flat_map(of).collect()
    };
    let readers = std::iter::once(None).chain((0..names.len()).map(Some)).map(|k| {
        let answers = answers(k, &rankings);
        let share = |n: usize| n as f64 / answers.len() as f64;
        Reader {
            name: k.map_or("all".into(), |k| names[k].clone()),
            likes: tastes[k.map_or(0, |k| k + 1)].likes.len(),
            keeps: share(answers.iter().filter(|(_, liked)| *liked).count()),
            above: share(answers.iter().filter(|(score, _)| *score >= PROMISED.0).count()),
            likelihood: Likelihood::fit(&answers),
        }
    });
    let days = Days { judged, documents, known: &whole, rankings: &rankings };
    let base = Rules::plain(top, min_score);
    let plain: Vec<Measures> = days.measures(&base);
    let lists =
        rules(&base).into_iter().map(|(name, rules)| row(name, &days.measures(&rules), &plain));
    let (first, second) = rankings.split_at(rankings.len() / 2);
    let (first, second) = (Days { rankings: first, ..days }, Days { rankings: second, ..days });
    let fitted = Likelihood::fit(&first.answers(&base));
    let stated = |fit: &Likelihood| -> Vec<(f32, bool)> {
        let answers = second.answers(&base);
        answers.into_iter().map(|(score, liked)| (fit.of(score), liked)).collect()
    };
    Ok(VarietyReport {
        split: options.split,
        days: rankings.len(),
        top,
        min_score,
        lists: lists.collect(),
        misses: fitted.map_or_else(Vec::new, |fit| {
            [1.0, 2.0, 5.0, 10.0].map(|limit| second.misses(limit, fit)).into()
        }),
        reliability: fitted.and_then(|fit| Reliability::of(&stated(&fit))),
        readers: readers.collect(),
    })
}

/// The sets of rules that are compared.
fn rules(plain: &Rules) -> Vec<(String, Rules)> {
    let mut all = vec![
        ("plain".to_owned(), plain.clone()),
        ("fold".to_owned(), Rules { fold: true, ..plain.clone() }),
    ];
    for diversity in [0.1, 0.2, 0.3, 0.5] {
        all.push((format!("diversity {diversity}"), Rules { diversity, ..plain.clone() }));
    }
    for quota in [1, 2, 3] {
        all.push((format!("quota {quota}"), Rules { quota, ..plain.clone() }));
    }
    for explore in [1, 2, 3] {
        all.push((format!("explore {explore}"), Rules { explore, ..plain.clone() }));
    }
    all
}

/// Whether the reader of one interest, or of all, keeps a paper.
fn likes(day: &super::Day, place: usize, interest: Option<&str>) -> bool {
    match (day.kept.get(&place), interest) {
        (None, _) => false,
        (Some(_), None) => true,
        (Some(field), Some(name)) => field.as_deref() == Some(name),
    }
}

/// The ranked days of the whole reader.
#[derive(Clone, Copy)]
struct Days<'a> {
    judged: &'a JudgedDays,
    documents: &'a Documents,
    known: &'a Taste,
    rankings: &'a [Ranking],
}

struct Measures {
    ndcg: f64,
    r_precision: f64,
    interests: f64,
    redundancy: f64,
    folded: usize,
}

impl Days<'_> {
    /// The scores of what the lists show, and whether it is kept.
    fn answers(&self, rules: &Rules) -> Vec<(f32, bool)> {
        let of = |ranking: &Ranking| {
            let day = &self.judged.days[ranking.at];
            let list = self.list(ranking, rules);
            let answer = |shown: Shown| {
                (ranking.ranked[0][shown.at].score, day.kept.contains_key(&day.read[shown.at]))
            };
            list.shown.into_iter().map(answer).collect::<Vec<_>>()
        };
        self.rankings.iter().flat_map(of).collect()
    }

    fn list(&self, ranking: &Ranking, rules: &Rules) -> Selection {
        self.list_with(ranking, &Likelihood::prior(rules.min_score), rules)
    }

    fn list_with(&self, ranking: &Ranking, fit: &Likelihood, rules: &Rules) -> Selection {
        let read = &self.judged.days[ranking.at].read;
        let candidates: Vec<Candidate> = std::iter::zip(read, &ranking.ranked[0])
            .map(|(place, ranked)| Candidate {
                paper: &self.judged.papers[*place],
                ranked,
                likelihood: fit.of(ranked.score),
            })
            .collect();
        let vectors = self.documents.vectors.select(Axis(0), read);
        select(&candidates, &vectors, &self.known.liked.vectors, rules)
    }

    fn measures(&self, rules: &Rules) -> Vec<Measures> {
        each(self.rankings.len(), |n| {
            let ranking = &self.rankings[n];
            let day = &self.judged.days[ranking.at];
            let list = self.list(ranking, rules);
            let as_kept = Rules { top: day.kept.len(), ..rules.clone() };
            let as_kept = self.list(ranking, &as_kept);
            let relevant = |list: &Selection| -> Vec<bool> {
                list.shown.iter().map(|shown| day.kept.contains_key(&day.read[shown.at])).collect()
            };
            let found_of = |hits: &[bool]| hits.iter().filter(|hit| **hit).count() as f64;
            let hits = relevant(&list);
            let fields = |places: &mut dyn Iterator<Item = usize>| -> HashSet<&str> {
                places.filter_map(|place| day.kept.get(&place)?.as_deref()).collect()
            };
            let wanted = fields(&mut day.read.iter().copied());
            let found = fields(&mut list.shown.iter().map(|shown| day.read[shown.at]));
            Measures {
                ndcg: ndcg(&hits, day.kept.len(), rules.top),
                r_precision: found_of(&relevant(&as_kept)) / day.kept.len() as f64,
                interests: found.len() as f64 / wanted.len().max(1) as f64,
                redundancy: self.redundancy(ranking, &list),
                folded: list.shown.iter().map(|shown| shown.also.len()).sum(),
            }
        })
    }

    /// Mean cosine of two papers of a list, exploration apart; 0 below two.
    fn redundancy(&self, ranking: &Ranking, list: &Selection) -> f64 {
        let read = &self.judged.days[ranking.at].read;
        let by_rank = list.shown.iter().filter(|shown| shown.place != Place::Exploration);
        let rows: Vec<usize> = by_rank.map(|shown| read[shown.at]).collect();
        let vectors = self.documents.vectors.select(Axis(0), &rows);
        let n = rows.len() as f64;
        let sum = f64::from(vectors.dot(&vectors.t()).sum());
        if n < 2.0 { 0.0 } else { (sum - n) / (n * (n - 1.0)) }
    }

    fn misses(&self, limit: f32, fit: Likelihood) -> Misses {
        let rules = Rules { max_missed: Some(limit), ..Rules::plain(usize::MAX, 0.0) };
        let lists: Vec<(usize, f32, usize)> = self
            .rankings
            .iter()
            .map(|ranking| {
                let day = &self.judged.days[ranking.at];
                let list = self.list_with(ranking, &fit, &rules);
                let kept = |shown: &&Shown| day.kept.contains_key(&day.read[shown.at]);
                let hits = list.shown.iter().filter(kept).count();
                (list.shown.len(), list.missed, day.kept.len() - hits)
            })
            .collect();
        let estimate = |of: &dyn Fn(&(usize, f32, usize)) -> f64| {
            Estimate::of(lists.iter().map(of)).expect("there are days")
        };
        Misses {
            limit,
            shown: estimate(&|list| list.0 as f64),
            expected: estimate(&|list| f64::from(list.1)),
            missed: estimate(&|list| list.2 as f64),
        }
    }
}

fn row(name: String, measured: &[Measures], plain: &[Measures]) -> Row {
    let mean =
        |of: fn(&Measures) -> f64| Estimate::of(measured.iter().map(of)).expect("there are days");
    let change = |of: fn(&Measures) -> f64| {
        let pairs = std::iter::zip(measured, plain);
        Estimate::of(pairs.map(|(a, b)| of(a) - of(b))).expect("there are days")
    };
    Row {
        name,
        ndcg: mean(|m| m.ndcg),
        ndcg_change: change(|m| m.ndcg),
        r_precision: mean(|m| m.r_precision),
        r_precision_change: change(|m| m.r_precision),
        interests: mean(|m| m.interests),
        redundancy: mean(|m| m.redundancy),
        folded: measured.iter().map(|m| m.folded).sum(),
    }
}

/// nDCG of a list with `top` places, of a day with so many kept papers.
fn ndcg(list: &[bool], kept: usize, top: usize) -> f64 {
    let found = list.iter().filter(|hit| **hit).count();
    let mut gains: Vec<f64> = list.iter().map(|hit| f64::from(u8::from(*hit))).collect();
    // What is not in the list stands behind it, where it only counts for the best order.
    gains.resize(top, 0.0);
    gains.resize(top + kept - found, 1.0);
    metrics::ndcg_at(top, &gains).unwrap_or(0.0)
}
