//! What a profile does: which recent papers each interest brings up, and which seeds do nothing.

use std::collections::{HashMap, HashSet};

use jiff::{Timestamp, civil::Date};
use ndarray::Axis;
use serde::Serialize;

use crate::{
    calendar,
    day::Sifted,
    engine::{Engine, ProgressFn},
    error::Result,
    paper::{Paper, PaperId},
    profile::{Notice, Profile},
    rank::{Documents, Stream, Taste},
    reader::{Feedback, TasteRows},
    row::Row,
    vector,
};

/// Best papers of an interest that are compared with those of another.
const BEST: usize = 20;
/// Two interests that share so many of their best papers draw the same.
const SAME: f32 = 0.5;
/// Seeds whose embeddings have at least this cosine are one paper twice.
const DUPLICATE: f32 = 0.95;
/// So many standard deviations nearer to nothing than its interest's other seeds makes a seed an outlier.
const FAR: f32 = 2.0;
/// An interest of fewer seeds has no outliers.
const CROWD: usize = 5;

/// What a profile holds and does.
#[derive(Debug, Serialize)]
pub struct Review {
    /// First and last day of the recent papers, if the library holds any.
    pub recent: Option<(Date, Date)>,
    /// Recent papers that the profile chooses from.
    pub candidates: usize,
    /// Recent announcements that its mutes hide.
    pub muted: usize,
    /// Of the candidates, those at or above the profile's `min_score`.
    pub above: usize,
    /// The interests, in the order of the file; the last entry, without a name, is the likes without an
    /// interest, if there are any.
    pub interests: Vec<Coverage>,
    /// Pairs of interests that bring up the same papers.
    pub redundant: Vec<Pair<String>>,
    /// Pairs of seeds that are the same paper, or nearly.
    pub duplicates: Vec<Pair<PaperId>>,
    /// What holds of the reader's acts.
    #[serde(skip)]
    pub feedback: Feedback,
    /// The papers that those are about.
    #[serde(skip)]
    pub papers: HashMap<Row, Paper>,
    /// What the reader should know of the profile.
    pub notices: Vec<Notice>,
}

/// One interest, its seeds, and what it brings up.
#[derive(Debug, Serialize)]
pub struct Coverage {
    /// Its name; `None` for likes without an interest.
    pub name: Option<String>,
    /// Recent papers that it brings up to the profile's `min_score` or above.
    pub above: usize,
    /// Its seeds and likes.
    pub seeds: Vec<SeedReview>,
}

/// A seed and what it does.
#[derive(Debug, Serialize)]
pub struct SeedReview {
    /// Its identifier; `text:...` for a sentence.
    pub id: PaperId,
    /// Its title, or the sentence.
    pub title: String,
    /// Recent papers at or above `min_score` whose nearest like it is.
    pub pulls: usize,
    /// Whether it lies far from the interest's other seeds.
    pub far: bool,
}

/// Two of a kind.
#[derive(Debug, Serialize)]
pub struct Pair<T> {
    /// The one.
    pub one: T,
    /// The other.
    pub other: T,
    /// What they share: part of the best papers, or cosine; at most 1.
    pub shared: f32,
}

impl Review {
    /// Seeds that are the nearest like of no recent paper at or above `min_score`; empty where nothing is
    /// there to be pulled in.
    pub fn idle(&self) -> Vec<&SeedReview> {
        let seeds = self.interests.iter().flat_map(|interest| &interest.seeds);
        seeds.filter(|seed| self.above > 0 && seed.pulls == 0).collect()
    }
}

impl Engine {
    /// What `profile`, with what its reader had said until `as_of`, does to the papers of the last
    /// [`LATE`](crate::day::LATE) days that the ledger had until then. Nothing is recorded.
    ///
    /// # Errors
    /// As [`Engine::documents`].
    pub fn review(
        &mut self,
        profile: &Profile,
        as_of: Timestamp,
        now: Timestamp,
        progress: ProgressFn,
    ) -> Result<Review> {
        let (reader, notices) = self.reader(profile, as_of)?;
        let feedback = reader.said.clone();
        let newest = self.newest_day(&profile.categories, calendar::today(as_of.min(now)))?;
        let days = newest.map_or_else(|| Ok(Vec::new()), |newest| self.recent_days(newest))?;
        let date = newest.unwrap_or_default();
        let mut listed = Vec::new();
        for day in &days {
            listed.extend(self.listed(profile, self.library.announced_on(*day)?, None)?);
        }
        let announced = listed.len();
        let asked = reader.without_digests();
        let sifted = Sifted::new(&asked, date, listed, &HashMap::new(), false, announced);
        let rows = sifted.rows();
        let learned = reader.taste(date, &HashSet::new());
        let likes = self.documents(&learned.liked, progress)?;
        let liked = self.library.papers(&learned.liked)?;
        let mut pulls = vec![0; liked.len()];
        let mut above = vec![0; profile.interests.len() + 1];
        let mut redundant = Vec::new();
        if !rows.is_empty() && !liked.is_empty() {
            let candidates = self.documents(&rows, progress)?;
            let background = self.background(date, &profile.categories, &rows, progress)?;
            let background = background.expect("a stream with candidates has papers");
            let taste = learned.taste(|rows| self.documents(rows, progress))?;
            let stream = Stream::new(&background, &candidates);
            let ranking = stream.rank(&taste);
            for ranked in ranking.iter().filter(|ranked| ranked.score >= profile.rules.min_score) {
                above[ranked.interest.unwrap_or(profile.interests.len())] += 1;
                if let Some((like, _)) = ranked.nearest {
                    pulls[like] += 1;
                }
            }
            redundant = same_interests(profile, &stream, &candidates, &taste);
        }
        let mut far = vec![false; liked.len()];
        let mut interests = Vec::new();
        let loose = learned.likes.iter().any(|like| like.interest.is_none());
        let groups = (0..profile.interests.len()).map(Some).chain(loose.then_some(None));
        for group in groups {
            let places: Vec<usize> =
                (0..liked.len()).filter(|at| learned.likes[*at].interest == group).collect();
            if group.is_some() {
                outliers(&likes, &papers_only(&learned, &places))
                    .into_iter()
                    .for_each(|at| far[at] = true);
            }
            let seeds = places.iter().map(|at| SeedReview {
                id: liked[*at].id.clone(),
                title: liked[*at].title.clone(),
                pulls: pulls[*at],
                far: far[*at],
            });
            interests.push(Coverage {
                name: group.map(|k| profile.interests[k].name.clone()),
                above: above[group.unwrap_or(profile.interests.len())],
                seeds: seeds.collect(),
            });
        }
        let all: Vec<usize> = (0..liked.len()).collect();
        let duplicates = duplicates(&likes, &papers_only(&learned, &all))
            .into_iter()
            .map(|(a, b, shared)| Pair {
                one: liked[a].id.clone(),
                other: liked[b].id.clone(),
                shared,
            })
            .collect();
        let named: Vec<Row> = feedback
            .marks
            .keys()
            .chain(feedback.seeds.keys())
            .chain(feedback.removed.keys())
            .copied()
            .collect();
        let papers = named.iter().copied().zip(self.library.papers(&named)?).collect();
        Ok(Review {
            recent: days.first().copied().zip(newest),
            candidates: rows.len(),
            muted: sifted.counts().muted,
            above: above.iter().sum(),
            interests,
            redundant,
            duplicates,
            feedback,
            papers,
            notices,
        })
    }
}

/// The places that hold papers, not sentences.
fn papers_only(learned: &TasteRows, places: &[usize]) -> Vec<usize> {
    places.iter().copied().filter(|at| learned.likes[*at].weight >= 1.0).collect()
}

/// Interests whose best papers are the same, each ranked as if it were alone.
fn same_interests(
    profile: &Profile,
    stream: &Stream,
    candidates: &Documents,
    taste: &Taste,
) -> Vec<Pair<String>> {
    let best: Vec<HashSet<usize>> = (0..taste.interests)
        .map(|k| {
            let alone = taste.alone(k);
            if alone.likes.is_empty() {
                return HashSet::new();
            }
            let ranking = stream.rank(&alone);
            let mut order: Vec<usize> = (0..ranking.len()).collect();
            order.sort_by(|a, b| {
                ranking[*b].standing.total_cmp(&ranking[*a].standing).then(a.cmp(b))
            });
            order.into_iter().take(BEST).collect()
        })
        .collect();
    let mut pairs = Vec::new();
    for one in 0..best.len() {
        for other in one + 1..best.len() {
            let most = best[one].len().min(best[other].len());
            let shared = best[one].intersection(&best[other]).count() as f32 / most.max(1) as f32;
            // Where there is no more to choose from, all interests share it.
            if shared >= SAME && candidates.len() >= 2 * BEST {
                let name = |k: usize| profile.interests[k].name.clone();
                pairs.push(Pair { one: name(one), other: name(other), shared });
            }
        }
    }
    pairs
}

/// Pairs of documents that are nearly one, the nearest first.
fn duplicates(documents: &Documents, places: &[usize]) -> Vec<(usize, usize, f32)> {
    let vectors = documents.vectors.select(Axis(0), places);
    let mut pairs = Vec::new();
    for (a, row) in vectors.rows().into_iter().enumerate() {
        let cosines = vectors.dot(&row);
        let near = (a + 1..places.len()).filter(|b| cosines[*b] >= DUPLICATE);
        pairs.extend(near.map(|b| (places[a], places[b], cosines[b].min(1.0))));
    }
    pairs.sort_by(|a, b| b.2.total_cmp(&a.2).then((a.0, a.1).cmp(&(b.0, b.1))));
    pairs
}

/// Documents whose cosine to the mean of the others is far below what is usual among them.
fn outliers(documents: &Documents, places: &[usize]) -> Vec<usize> {
    if places.len() < CROWD {
        return Vec::new();
    }
    let vectors = documents.vectors.select(Axis(0), places);
    let sum = vectors.sum_axis(Axis(0));
    let cosines: ndarray::Array1<f32> = vectors
        .rows()
        .into_iter()
        .map(|row| {
            let mut others = &sum - &row;
            vector::normalise(others.view_mut());
            others.dot(&row)
        })
        .collect();
    // Median and median deviation: an outlier must not widen what is usual.
    let median = |mut values: Vec<f32>| {
        values.sort_by(f32::total_cmp);
        values[values.len() / 2]
    };
    let middle = median(cosines.to_vec());
    let spread = 1.4826 * median(cosines.iter().map(|c| (c - middle).abs()).collect());
    // Below a few hundredths differences say nothing.
    let limit = middle - (FAR * spread).max(0.1);
    std::iter::zip(places, cosines).filter(|(_, c)| *c < limit).map(|(at, _)| *at).collect()
}
