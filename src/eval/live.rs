//! The loop that people live in: a list, some marks, the next day's list.
//!
//! [`days`](super::days) asks how well a day is ranked by all that was judged before. Nobody starts there. Here a
//! reader begins with a few seeds for each interest, gets each day's list by the rules of a digest, marks what is
//! in it as the judge would, and goes on to the next day with what was said. A kept paper that the list does not
//! show is never learned.

use std::collections::{BTreeMap, HashSet};

use jiff::civil::Date;
use ndarray::Axis;
use serde::Serialize;

use super::{
    Estimate, JudgedDays, best_first,
    days::{DaysOptions, background, known},
    metrics,
};
use crate::{
    day::{Candidate, select},
    error::{Error, Result},
    message,
    profile::Rules,
    rank::{Documents, Like, Likelihood, Ranked, Stream, TREND, Taste},
    threads::each,
};

/// The last days of the spans that a report has a line for; the days after them are one more.
const SPANS: [usize; 6] = [1, 3, 5, 10, 20, 40];
/// A reader has arrived where the mean of so many days in a row is [`ARRIVED_AUC`].
const ARRIVED_DAYS: usize = 5;
/// The area under the ROC curve of a reader who is served well.
const ARRIVED_AUC: f64 = 0.85;

/// Settings of a run.
#[derive(Debug, Clone)]
pub struct LiveOptions {
    /// First day that is lived; seeds are drawn from what was kept before it.
    pub split: Date,
    /// Seeds of each interest.
    pub seeds_per_interest: usize,
    /// One reader for each of these draws, at least one.
    pub draws: Vec<u64>,
    /// The reader marks at most so many papers a day, from the top of the list; all without a limit.
    pub marks_a_day: Option<usize>,
    /// The rules of the list.
    pub rules: Rules,
}

/// Result of a run.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct LiveReport {
    /// First lived day.
    pub split: Date,
    /// Interests, with their seeds.
    pub interests: BTreeMap<String, usize>,
    /// Days that were lived.
    pub days: usize,
    /// Draws of the seeds.
    pub draws: Vec<u64>,
    /// One line for each span of days.
    pub spans: Vec<Span>,
    /// Days until the mean AUC of five days in a row is .85, mean over the draws that get there; the end of
    /// the five counts.
    pub arrived: Option<Estimate>,
    /// How many draws get there.
    pub arrivals: usize,
    /// Likes that were said in all, mean over draws.
    pub likes_said: f64,
}

/// Some days in a row, means over days and draws.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct Span {
    /// First day, from 1.
    pub from: usize,
    /// Last day.
    pub to: usize,
    /// Area under the ROC curve of the whole day's ranking.
    pub auc: Option<Estimate>,
    /// R-precision of it.
    pub r_precision: Option<Estimate>,
    /// Precision at 20 of it.
    pub p20: Option<Estimate>,
    /// Share of the judge's papers that the list shows.
    pub found: Option<Estimate>,
    /// Share of those under the interest that the judge named.
    pub interest_accuracy: Option<Estimate>,
    /// Share of the list that stands under no interest.
    pub without_interest: Option<Estimate>,
}

/// What one day gave one reader.
#[derive(Debug, Clone, Default)]
struct Lived {
    auc: Option<f64>,
    r_precision: Option<f64>,
    p20: Option<f64>,
    found: Option<f64>,
    accuracy: Option<f64>,
    without: Option<f64>,
}

/// A reader between two days.
struct Life {
    names: Vec<String>,
    /// Liked papers with their interest: the seeds, then what was said, the newest last.
    likes: Vec<(usize, Option<usize>)>,
    /// Papers that were shown and not marked, the oldest first.
    skipped: Vec<usize>,
    said: usize,
    days: Vec<Lived>,
}

/// Lives the days from the split on. `documents` are text and vector of each of `judged.papers`.
///
/// # Errors
/// [`Error::Invalid`] if nothing was kept before the split, there is no day from it on, or no draw.
pub fn evaluate(
    judged: &JudgedDays,
    documents: &Documents,
    options: &LiveOptions,
) -> Result<LiveReport> {
    let begin = |draw: u64| {
        let options = DaysOptions {
            likes_per_interest: Some(options.seeds_per_interest),
            skips: false,
            ..DaysOptions::new(options.split)
        };
        let known = known(judged, &options, draw);
        let names = known.names.clone();
        Life { names, likes: known.likes, skipped: Vec::new(), said: 0, days: Vec::new() }
    };
    let mut lives: Vec<Life> = options.draws.iter().map(|draw| begin(*draw)).collect();
    let Some(first) = lives.first() else {
        return Err(Error::Invalid(message!("a measurement needs at least one seed")));
    };
    if first.likes.is_empty() {
        return Err(Error::Invalid(message!(
            "no paper was kept before {split}",
            split = options.split
        )));
    }
    let mut interests: BTreeMap<String, usize> = BTreeMap::new();
    for k in first.likes.iter().filter_map(|(_, interest)| *interest) {
        *interests.entry(first.names[k].clone()).or_default() += 1;
    }
    let later: Vec<usize> =
        (0..judged.days.len()).filter(|at| judged.days[*at].date >= options.split).collect();
    if later.is_empty() {
        return Err(Error::Invalid(message!(
            "no day from {split} on has both kept papers and others",
            split = options.split
        )));
    }
    let by_id = judged.by_id();
    for at in &later {
        let background = background(judged, documents, *at);
        let candidates = documents.select(&judged.days[*at].read);
        let stream = Stream::new(&background, &candidates);
        // What a day says is known from the next day on.
        let ranked = each(lives.len(), |n| stream.rank(&lives[n].taste(documents)));
        for (life, ranked) in lives.iter_mut().zip(ranked) {
            life.live(judged, documents, *at, &ranked, &by_id, options);
        }
    }
    let arrived: Vec<f64> = lives.iter().filter_map(Life::arrived).collect();
    Ok(LiveReport {
        split: options.split,
        interests,
        days: later.len(),
        draws: options.draws.clone(),
        spans: spans(later.len()).map(|(from, to)| Span::of(&lives, from, to)).collect(),
        arrivals: arrived.len(),
        arrived: Estimate::of(arrived),
        likes_said: lives.iter().map(|life| life.said as f64).sum::<f64>() / lives.len() as f64,
    })
}

/// First and last day of each span.
fn spans(days: usize) -> impl Iterator<Item = (usize, usize)> {
    let ends = SPANS.into_iter().filter(move |end| *end < days).chain([days]);
    ends.scan(1, |from, to| {
        let span = (*from, to);
        *from = to + 1;
        Some(span)
    })
}

impl Life {
    /// Places of the likes.
    fn liked(&self) -> Vec<usize> {
        self.likes.iter().map(|(place, _)| *place).collect()
    }

    fn taste(&self, documents: &Documents) -> Taste {
        let places = self.liked();
        let newest = places.len().saturating_sub(TREND).max(places.len() - self.said);
        let skipped: Vec<usize> = self.skipped.iter().rev().copied().collect();
        Taste {
            interests: self.names.len(),
            likes: self.likes.iter().map(|(_, k)| Like { interest: *k, weight: 1.0 }).collect(),
            newest: (newest..places.len()).collect(),
            liked: documents.select(&places),
            skipped: documents.select(&skipped),
            ..Taste::default()
        }
    }

    /// Gets the list of a day, and says what the judge says of it.
    fn live(
        &mut self,
        judged: &JudgedDays,
        documents: &Documents,
        at: usize,
        ranked: &[Ranked],
        by_id: &[u32],
        options: &LiveOptions,
    ) {
        let day = &judged.days[at];
        let mut lived = Lived::default();
        if day.is_telling() {
            let standings: Vec<f32> = ranked.iter().map(|ranked| ranked.standing).collect();
            let kept: Vec<bool> = day.read.iter().map(|p| day.kept.contains_key(p)).collect();
            let order = best_first(&standings, |i| by_id[day.read[i]], &kept);
            lived.auc = metrics::auc(&order);
            lived.r_precision = metrics::r_precision(&order);
            lived.p20 = metrics::precision_at(20, &order);
        }
        // What the reader knows is not recommended back.
        let liked = self.liked();
        let own: HashSet<usize> = liked.iter().copied().collect();
        let open: Vec<usize> =
            (0..day.read.len()).filter(|i| !own.contains(&day.read[*i])).collect();
        let fit = Likelihood::prior(options.rules.min_score);
        let candidates: Vec<Candidate> = open
            .iter()
            .map(|i| Candidate {
                paper: &judged.papers[day.read[*i]],
                ranked: &ranked[*i],
                likelihood: fit.of(ranked[*i].score),
            })
            .collect();
        let places: Vec<usize> = open.iter().map(|i| day.read[*i]).collect();
        let vectors = documents.vectors.select(Axis(0), &places);
        let answered = documents.vectors.select(Axis(0), &liked);
        let list = select(&candidates, &vectors, &answered, &options.rules);
        let shown: Vec<usize> = list.shown.iter().map(|shown| open[shown.at]).collect();
        let hits: Vec<usize> =
            shown.iter().copied().filter(|i| day.kept.contains_key(&day.read[*i])).collect();
        let wanted = places.iter().filter(|place| day.kept.contains_key(place)).count();
        let share = |n: usize, of: usize| (of > 0).then(|| n as f64 / of as f64);
        lived.found = share(hits.len(), wanted);
        lived.without =
            share(shown.iter().filter(|i| ranked[**i].interest.is_none()).count(), shown.len());
        let named: Vec<bool> = hits
            .iter()
            .filter_map(|i| {
                let field = day.kept[&day.read[*i]].as_ref()?;
                let interest = self.names.iter().position(|name| name == field)?;
                Some(ranked[*i].interest == Some(interest))
            })
            .collect();
        lived.accuracy = share(named.iter().filter(|right| **right).count(), named.len());
        self.days.push(lived);

        let said: Vec<usize> =
            hits.into_iter().take(options.marks_a_day.unwrap_or(usize::MAX)).collect();
        // A digest without any mark may not have been read at all.
        if said.is_empty() {
            return;
        }
        self.said += said.len();
        let liked: HashSet<usize> = said.iter().copied().collect();
        let passed = shown.iter().filter(|i| !liked.contains(i)).map(|i| day.read[*i]);
        self.skipped.extend(passed);
        // A mark says nothing of the interest.
        self.likes.extend(said.into_iter().map(|i| (day.read[i], None)));
    }

    /// The day on which the reader has arrived.
    fn arrived(&self) -> Option<f64> {
        let telling: Vec<(usize, f64)> =
            (1..).zip(&self.days).filter_map(|(day, lived)| Some((day, lived.auc?))).collect();
        let last = telling.windows(ARRIVED_DAYS).find(|days| {
            days.iter().map(|(_, auc)| auc).sum::<f64>() >= ARRIVED_AUC * ARRIVED_DAYS as f64
        });
        last.and_then(|days| days.last()).map(|(day, _)| *day as f64)
    }
}

impl Span {
    fn of(lives: &[Life], from: usize, to: usize) -> Span {
        let estimate = |of: fn(&Lived) -> Option<f64>| {
            // A day that says nothing of one draw is left out for all, so that draws stay comparable.
            let telling: Vec<usize> = (from - 1..to)
                .filter(|day| lives.iter().all(|life| of(&life.days[*day]).is_some()))
                .collect();
            let values = |life: &Life| -> Vec<f64> {
                telling.iter().filter_map(|day| of(&life.days[*day])).collect()
            };
            Estimate::of_draws(&lives.iter().map(values).collect::<Vec<_>>())
        };
        Span {
            from,
            to,
            auc: estimate(|lived| lived.auc),
            r_precision: estimate(|lived| lived.r_precision),
            p20: estimate(|lived| lived.p20),
            found: estimate(|lived| lived.found),
            interest_accuracy: estimate(|lived| lived.accuracy),
            without_interest: estimate(|lived| lived.without),
        }
    }
}
