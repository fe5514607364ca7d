//! The likes protocol: hide a fold of the papers, and rank it for everybody who likes some of it.

use std::sync::atomic::{AtomicUsize, Ordering};

use serde::Serialize;

use super::{
    Baseline, Collection, ProgressFn, Row, User,
    baselines::{self, Baselines, Reader},
    best_first,
    comparison::{Outcome, compare},
    metrics, names,
    terms::Counts,
};
use crate::{
    error::{Error, Result},
    hash, message,
    rank::{Background, Documents, Like, OLDER, STREAM, Stream, Taste, Weights},
    threads::each,
};

/// What is measured of each user.
const MEASURES: [&str; 6] = ["recall10", "recall50", "recall100", "recall300", "ndcg10", "mrr"];

/// Settings of a run.
#[derive(Debug, Clone)]
pub struct LikesOptions {
    /// So many parts the papers are split into; each is hidden once.
    pub folds: usize,
    /// Know only so many likes of a user, drawn with `seed`.
    pub likes: Option<usize>,
    /// Seed of folds, draws and the random baseline.
    pub seed: u64,
    /// Share of the known likes that are papers drawn by chance, added to the user's own.
    pub random_likes: f64,
    /// Rank only for so many users, drawn with `seed`.
    pub users: Option<usize>,
    /// Train the support vector machine on so many of the other papers, drawn with `seed`.
    pub svm_negatives: Option<usize>,
    /// Rankings to compare with.
    pub baselines: Vec<Baseline>,
    /// Our ranking with other weights, to compare with too; see [`Weights::ablations`].
    pub ablations: Vec<(String, Weights)>,
}

impl Default for LikesOptions {
    /// Five folds, all likes of all users, every baseline.
    fn default() -> Self {
        LikesOptions {
            folds: 5,
            likes: None,
            seed: 1,
            random_likes: 0.0,
            users: None,
            svm_negatives: None,
            baselines: Baseline::all(),
            ablations: Vec::new(),
        }
    }
}

/// Result of a run.
#[derive(Debug, Clone, Serialize)]
pub struct LikesReport {
    /// Papers of the collection.
    pub papers: usize,
    /// Users that were ranked for: those with a like in a hidden fold and another one outside of it.
    pub users: usize,
    /// Rankings that were made: users and folds.
    pub rankings_made: usize,
    /// Likes known in a ranking, on average.
    pub known_likes: f64,
    /// One line per ranking, ours first: `recall10` to `recall300`, `ndcg10` and `mrr`, means over users.
    pub rankings: Vec<Row>,
    /// Our ranking, user by user.
    pub by_user: Vec<UserRow>,
}

/// Our ranking for one user.
#[derive(Debug, Clone, Serialize)]
pub struct UserRow {
    /// Name.
    pub user: String,
    /// Papers of the collection that the user likes.
    pub liked: usize,
    /// Normalised discounted cumulative gain of the first 10, mean over folds.
    pub ndcg10: f64,
}

/// Ranks every fold for every user. `documents` are text and vector of each paper of `collection`.
///
/// # Errors
/// [`Error::Invalid`] if there are fewer than two folds or more than papers, `random_likes` is not in
/// 0..1, or no user has a like in one fold and another elsewhere.
pub fn evaluate(
    collection: &Collection,
    users: &[User],
    documents: &Documents,
    options: &LikesOptions,
    progress: ProgressFn,
) -> Result<LikesReport> {
    if options.folds < 2 || options.folds > documents.len() {
        return Err(Error::Invalid(message!(
            "{papers} papers cannot be split into {folds} folds; ask for 2 folds or more",
            papers = documents.len(),
            folds = options.folds
        )));
    }
    if !(0.0..1.0).contains(&options.random_likes) {
        return Err(Error::Invalid(message!(
            "the share of random likes is {share}; it must be at least 0 and less than 1",
            share = options.random_likes.to_string()
        )));
    }
    let (by_id, age) = (collection.by_id(), collection.age());
    let folds = folds(&by_id, options);
    let users = sample(users, options);
    let counts = baselines::counts(documents.texts(), &options.baselines);
    let done = AtomicUsize::new(0);
    let total = users.len() * options.folds;
    let mut by_user: Vec<Vec<Ranking>> = users.iter().map(|_| Vec::new()).collect();
    for number in 0..options.folds {
        let fold = Fold::new(number, &folds, documents, &age, &by_id, &counts, options);
        let stream = Stream::new(&fold.background, &fold.candidates);
        let rankings = each(users.len(), |at| {
            let ranking = fold.ranking(&stream, users[at], options);
            progress(done.fetch_add(1, Ordering::Relaxed) + 1, total);
            ranking
        });
        by_user.iter_mut().zip(rankings).for_each(|(all, ranking)| all.extend(ranking));
    }
    let ranked: Vec<(&User, Vec<Ranking>)> =
        users.into_iter().zip(by_user).filter(|(_, rankings)| !rankings.is_empty()).collect();
    if ranked.is_empty() {
        return Err(Error::Invalid(message!(
            "no user likes papers of the collection in one fold and in another"
        )));
    }
    let outcomes: Vec<Outcome> = ranked.iter().map(|(_, rankings)| mean(rankings)).collect();
    let rankings_made: usize = ranked.iter().map(|(_, rankings)| rankings.len()).sum();
    let known: usize = ranked.iter().flat_map(|(_, all)| all).map(|ranking| ranking.known).sum();
    let names = names(&options.baselines, &options.ablations);
    let ndcg10 = MEASURES.iter().position(|name| *name == "ndcg10").unwrap_or(0);
    let by_user = ranked.iter().zip(&outcomes).map(|((user, _), outcome)| UserRow {
        user: user.name.clone(),
        liked: user.liked.len(),
        ndcg10: outcome[0][ndcg10].unwrap_or(0.0),
    });
    Ok(LikesReport {
        papers: documents.len(),
        users: ranked.len(),
        rankings_made,
        known_likes: known as f64 / rankings_made as f64,
        rankings: compare(&names, &MEASURES, &[outcomes.iter().collect()]),
        by_user: by_user.collect(),
    })
}

/// The fold of each paper. It depends on the ids, not on their order in the file.
fn folds(by_id: &[u32], options: &LikesOptions) -> Vec<usize> {
    let mut order: Vec<usize> = (0..by_id.len()).collect();
    fastrand::Rng::with_seed(options.seed).shuffle(&mut order);
    by_id.iter().map(|rank| order[*rank as usize] % options.folds).collect()
}

/// The users to rank for, in their order. One like alone can be hidden or known, not both.
fn sample<'a>(users: &'a [User], options: &LikesOptions) -> Vec<&'a User> {
    let most = options.users.unwrap_or(users.len());
    let users = users.iter().filter(|user| user.liked.len() > 1);
    let mut drawn = fastrand::Rng::with_seed(options.seed).choose_multiple(users, most);
    drawn.sort_unstable_by(|a, b| a.name.cmp(&b.name));
    drawn
}

/// One ranking of hidden papers, by everybody.
struct Ranking {
    outcome: Outcome,
    known: usize,
}

/// Mean over rankings.
fn mean(rankings: &[Ranking]) -> Outcome {
    let n = rankings.len() as f64;
    let mut mean = rankings[0].outcome.clone();
    for (at, row) in mean.iter_mut().enumerate() {
        for (measure, value) in row.iter_mut().enumerate() {
            let values = rankings.iter().filter_map(|ranking| ranking.outcome[at][measure]);
            *value = Some(values.sum::<f64>() / n);
        }
    }
    mean
}

/// What all users of a fold have in common.
struct Fold<'a> {
    number: usize,
    /// Papers that are hidden, and ranked.
    hidden: Vec<usize>,
    training: Vec<usize>,
    /// Training papers that are negatives for everybody who does not like them.
    negatives: Vec<usize>,
    is_hidden: Vec<bool>,
    documents: &'a Documents,
    candidates: Documents,
    background: Background,
    baselines: Baselines<'a>,
    age: &'a [u32],
    by_id: &'a [u32],
}

impl<'a> Fold<'a> {
    fn new(
        number: usize,
        folds: &[usize],
        documents: &'a Documents,
        age: &'a [u32],
        by_id: &'a [u32],
        counts: &Counts,
        options: &LikesOptions,
    ) -> Self {
        let is_hidden: Vec<bool> = folds.iter().map(|fold| *fold == number).collect();
        // In the order of the ids, so that draws do not depend on the file's order either.
        let mut order: Vec<usize> = (0..folds.len()).collect();
        order.sort_unstable_by_key(|at| by_id[*at]);
        let (hidden, training): (Vec<usize>, Vec<usize>) =
            order.into_iter().partition(|at| is_hidden[*at]);
        // Candidates are part of their stream, as on any day; where they are few, older papers are too.
        let mut random = fastrand::Rng::with_seed(options.seed);
        let mut stream = random.choose_multiple(hidden.iter().copied(), STREAM);
        let room = STREAM - stream.len();
        stream.extend(random.choose_multiple(training.iter().copied(), room));
        stream.sort_unstable();
        let older = random.choose_multiple(training.iter().copied(), OLDER);
        let older = older.into_iter().map(|at| documents.papers[at].clone()).collect();
        let negatives = match options.svm_negatives {
            Some(most) => random.choose_multiple(training.iter().copied(), most),
            None => training.clone(),
        };
        Fold {
            number,
            candidates: documents.select(&hidden),
            background: Background::new(documents.select(&stream)).with_older(older),
            baselines: Baselines::new(
                &documents.vectors,
                age,
                counts,
                &training,
                &options.baselines,
            ),
            hidden,
            training,
            negatives,
            is_hidden,
            documents,
            age,
            by_id,
        }
    }

    /// The hidden papers in everybody's order; `None` if the user likes none of them, or nothing else.
    fn ranking(&self, stream: &Stream, user: &User, options: &LikesOptions) -> Option<Ranking> {
        let (wanted, known): (Vec<usize>, Vec<usize>) =
            user.liked.iter().partition(|at| self.is_hidden[**at]);
        if wanted.is_empty() || known.is_empty() {
            return None;
        }
        let seed = hash::text(&format!("{} {} {}", options.seed, self.number, user.name));
        let likes = self.draw(&known, seed, options);
        let unknown = |at: &usize| !likes.contains(at) && known.binary_search(at).is_err();
        let negatives: Vec<usize> = self.negatives.iter().copied().filter(unknown).collect();
        let reader = Reader { likes: &likes, negatives: &negatives, seed };

        let is_wanted: Vec<bool> =
            self.hidden.iter().map(|at| wanted.binary_search(at).is_ok()).collect();
        let theirs = options
            .baselines
            .iter()
            .map(|baseline| self.baselines.scores(*baseline, &reader, &self.hidden));
        let ablated =
            options.ablations.iter().map(|(_, weights)| self.ours(stream, &likes, weights));
        let ours = self.ours(stream, &likes, &Weights::default());
        let scores = [ours].into_iter().chain(theirs).chain(ablated);
        let id = |at: usize| self.by_id[self.hidden[at]];
        let outcome = scores.map(|scores| measures(&best_first(&scores, id, &is_wanted)));
        Some(Ranking { outcome: outcome.collect(), known: likes.len() })
    }

    /// The likes that the rankings learn from, newest first. Fewer likes are a part of more, and random
    /// ones come to the same.
    fn draw(&self, known: &[usize], seed: u64, options: &LikesOptions) -> Vec<usize> {
        let mut random = fastrand::Rng::with_seed(seed);
        let mut likes = known.to_vec();
        likes.sort_unstable_by_key(|at| self.by_id[*at]);
        random.shuffle(&mut likes);
        likes.truncate(options.likes.unwrap_or(usize::MAX).max(1));
        let share = options.random_likes / (1.0 - options.random_likes);
        let strangers = (likes.len() as f64 * share).round() as usize;
        let others = self.training.iter().copied().filter(|at| known.binary_search(at).is_err());
        likes.extend(random.choose_multiple(others, strangers));
        likes.sort_unstable_by_key(|at| std::cmp::Reverse(self.age[*at]));
        likes
    }

    fn ours(&self, stream: &Stream, likes: &[usize], weights: &Weights) -> Vec<f32> {
        let taste = Taste {
            interests: 1,
            likes: vec![Like { interest: Some(0), weight: 1.0 }; likes.len()],
            liked: self.documents.select(likes),
            weights: weights.clone(),
            ..Taste::default()
        };
        let ranked = stream.rank(&taste);
        ranked.into_iter().map(|ranked| ranked.standing).collect()
    }
}

fn measures(ranked: &[bool]) -> Vec<Option<f64>> {
    let gains: Vec<f64> = ranked.iter().map(|wanted| f64::from(u8::from(*wanted))).collect();
    vec![
        metrics::recall_at(10, ranked),
        metrics::recall_at(50, ranked),
        metrics::recall_at(100, ranked),
        metrics::recall_at(300, ranked),
        metrics::ndcg_at(10, &gains),
        metrics::reciprocal_rank(ranked),
    ]
}
