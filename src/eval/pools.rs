//! The pools protocol: put the pool of each query in order by likeness to the query.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::atomic::{AtomicUsize, Ordering},
};

use serde::Serialize;

use super::{
    Baseline, Collection, Pool, ProgressFn, Row,
    baselines::{self, Baselines, Reader},
    best_first,
    comparison::{Outcome, compare},
    metrics, names,
};
use crate::{
    error::{Error, Result},
    message,
    rank::{Documents, STREAM, similar},
    threads::each,
};

/// What is measured of each query.
const MEASURES: [&str; 3] = ["map", "ndcg20", "ndcg_20_percent"];
/// Those of the baselines that say something about a single example: the mean of one vector is its cosine.
const BASELINES: [Baseline; 4] =
    [Baseline::MeanVector, Baseline::Bm25, Baseline::Newest, Baseline::Random];

/// Settings of a run.
#[derive(Debug, Clone)]
pub struct PoolsOptions {
    /// Only queries of this facet.
    pub facet: Option<String>,
    /// Seed of the random baseline, and of the sample that weighs words.
    pub seed: u64,
    /// Rankings to compare with; those that need more than one example are left out.
    pub baselines: Vec<Baseline>,
}

impl Default for PoolsOptions {
    /// All queries, every baseline.
    fn default() -> Self {
        PoolsOptions { facet: None, seed: 1, baselines: Baseline::all() }
    }
}

/// Result of a run.
#[derive(Debug, Clone, Serialize)]
pub struct PoolsReport {
    /// Queries that were ranked: those with a candidate of a grade above 0.
    pub queries: usize,
    /// Queries without one.
    pub without_relevant: usize,
    /// The smallest grade that counts as relevant in `map`: 2 if grades go beyond 1, else 1.
    pub relevant_from: u8,
    /// One line per ranking, ours first: `map`, mean of average precision; `ndcg20`; `ndcg_20_percent`, at
    /// a fifth of the pool. Means over queries.
    pub rankings: Vec<Row>,
    /// The same for each facet, where the file names any.
    pub facets: BTreeMap<String, Vec<Row>>,
}

/// Ranks every pool. `documents` are text and vector of each paper of `collection`.
///
/// # Errors
/// [`Error::Invalid`] if there is no query of the facet, or none with a relevant candidate.
pub fn evaluate(
    collection: &Collection,
    pools: &[Pool],
    documents: &Documents,
    options: &PoolsOptions,
    progress: ProgressFn,
) -> Result<PoolsReport> {
    let of_facet = |pool: &&Pool| options.facet.is_none() || pool.facet == options.facet;
    let chosen: Vec<&Pool> = pools.iter().filter(of_facet).collect();
    if let (Some(facet), true) = (&options.facet, chosen.is_empty()) {
        let there: BTreeSet<&str> = pools.iter().filter_map(|pool| pool.facet.as_deref()).collect();
        return Err(Error::Invalid(match there.is_empty() {
            true => message!("no query has the facet '{facet}'; none has any", facet),
            false => message!(
                "no query has the facet '{facet}'; there are {facets}",
                facet,
                facets = Vec::from_iter(there).join(", ")
            ),
        }));
    }
    let asked = chosen.len();
    let telling = |pool: &&Pool| pool.graded.iter().any(|(_, grade)| *grade > 0.0);
    let chosen: Vec<&Pool> = chosen.into_iter().filter(telling).collect();
    if chosen.is_empty() {
        return Err(Error::Invalid(message!("no query has a candidate with a grade above 0")));
    }
    // Of the whole file, so that choosing a facet changes no measure.
    let grades = pools.iter().flat_map(|pool| &pool.graded);
    let relevant_from = if grades.into_iter().any(|(_, grade)| *grade > 1.0) { 2 } else { 1 };

    let baselines: Vec<Baseline> =
        options.baselines.iter().copied().filter(|b| BASELINES.contains(b)).collect();
    let (by_id, age) = (collection.by_id(), collection.age());
    let counts = baselines::counts(documents.texts(), &baselines);
    let all: Vec<usize> = (0..documents.len()).collect();
    let ready = Baselines::new(&documents.vectors, &age, &counts, &all, &baselines);
    let mut stream =
        fastrand::Rng::with_seed(options.seed).choose_multiple(all.iter().copied(), STREAM);
    stream.sort_unstable();
    let stream = documents.select(&stream);

    let done = AtomicUsize::new(0);
    let outcomes: Vec<Outcome> = each(chosen.len(), |at| {
        let pool = chosen[at];
        let (candidates, grades): (Vec<usize>, Vec<f64>) = pool.graded.iter().copied().unzip();
        let query = [pool.query];
        let (example, among) = (documents.select(&query), documents.select(&candidates));
        let ours = similar(&example, &Documents::default(), &among, &stream);
        let ours = ours.iter().map(|likeness| likeness.score).collect();
        let reader = Reader { likes: &query, negatives: &[], seed: options.seed ^ at as u64 };
        let theirs = baselines.iter().map(|baseline| ready.scores(*baseline, &reader, &candidates));
        let outcome = [ours].into_iter().chain(theirs).map(|scores| {
            let ranked = best_first(&scores, |i| by_id[candidates[i]], &grades);
            measures(&ranked, f64::from(relevant_from))
        });
        let outcome = outcome.collect();
        progress(done.fetch_add(1, Ordering::Relaxed) + 1, chosen.len());
        outcome
    });

    let mut names = names(&baselines, &[]);
    let cosine = baselines.iter().position(|baseline| *baseline == Baseline::MeanVector);
    if let Some(at) = cosine {
        names[at + 1] = "cosine".into();
    }
    let rows = |of: Vec<&Outcome>| compare(&names, &MEASURES, &[of]);
    let mut facets: BTreeMap<String, Vec<&Outcome>> = BTreeMap::new();
    for (pool, outcome) in chosen.iter().zip(&outcomes) {
        if let Some(facet) = &pool.facet {
            facets.entry(facet.clone()).or_default().push(outcome);
        }
    }
    Ok(PoolsReport {
        queries: chosen.len(),
        without_relevant: asked - chosen.len(),
        relevant_from,
        rankings: rows(outcomes.iter().collect()),
        facets: facets.into_iter().map(|(facet, of)| (facet, rows(of))).collect(),
    })
}

fn measures(grades: &[f64], relevant_from: f64) -> Vec<Option<f64>> {
    let relevant: Vec<bool> = grades.iter().map(|grade| *grade >= relevant_from).collect();
    vec![
        metrics::average_precision(&relevant),
        metrics::ndcg_at(20, grades),
        metrics::ndcg_at((grades.len() / 5).max(1), grades),
    ]
}
