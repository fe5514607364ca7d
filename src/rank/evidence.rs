//! One taste against a stream: every piece of evidence, and how they add up.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use ndarray::{Array1, Array2, Axis, s};

use super::{
    Document, Like, Parts, Ranked, Stream, Taste,
    dense::{Examples, Nearest, Whitened, whiten},
    lexical::{self, TermVector},
    score::Calibration,
    stream::Read,
    topics::{Class, Lesson, Topics},
};
use crate::row::Row;

/// How many shared terms a reason names.
const SHARED_TERMS: usize = 4;

// The numbers of the ranking, by their letters in `docs/ranking/README.md`.

/// K: so many papers that are not liked are learned from, the newest; tastes and fields move on.
const NOT_LIKED: usize = 8_000;
/// T: so many skipped papers are trusted half.
const TRUSTED: f32 = 200.0;
/// D: a dislike says as much as so many skipped papers.
const DISLIKE: f32 = 3.0;
/// G: from so many likes on they teach a classifier by themselves.
const GROWN: f32 = 15.0;
/// A_w: weight of the words of the likes beside the interests.
const WORDS: f32 = 0.4;
/// A_t: weight of the classifier once skipped papers are trusted.
const TOPICS_WITH_SKIPS: f32 = 2.5;
/// A_g: its weight without them, for a reader with many likes.
const TOPICS_GROWN: f32 = 2.0;
/// tau: temperature of the kernel densities.
pub(super) const TAU: f32 = 0.2;
/// B_w: weight of the words beside the dense evidence when an interest is chosen for a paper.
const WORDS_OF_INTEREST: f32 = 0.8;
/// B_c: weight of the classifier's log odds there.
const TOPICS_OF_INTEREST: f32 = 2.0;
/// B_r: weight of an interest's trend there: one that the newest likes pass over counts less.
const TREND_OF_INTEREST: f32 = 1.5;
/// R: so many imagined newest likes follow the old shares.
const TREND_PRIOR: f32 = 3.0;
/// M: by so much whitened cosine a like without an interest must be nearer than those of the interest.
const LOOSE_MARGIN: f32 = 0.1;

impl Stream<'_> {
    /// What `taste` makes of the candidates; one [`Ranked`] each, in their order. With no likes at all
    /// everything stands at 0.
    pub fn rank(&self, taste: &Taste) -> Vec<Ranked> {
        let reader = Reader::new(self, taste);
        let n_background = self.background.len();
        let all: Vec<usize> = (0..taste.likes.len()).collect();
        let by_interest: Vec<Vec<usize>> = (0..taste.interests)
            .map(|k| all.iter().copied().filter(|i| taste.likes[*i].interest == Some(k)).collect())
            .collect();
        let loose: Vec<usize> =
            all.iter().copied().filter(|i| taste.likes[*i].interest.is_none()).collect();
        let dense: Vec<Option<Array1<f32>>> =
            by_interest.iter().map(|places| reader.dense(places)).collect();
        let topics = reader.topics();
        let trend = trend(taste);
        let fit: Vec<Option<Array1<f32>>> = dense
            .iter()
            .zip(&by_interest)
            .enumerate()
            .map(|(k, (dense, places))| {
                let mut fit = dense.as_ref()? + &(reader.likeness(places) * WORDS_OF_INTEREST);
                if let Some(topics) = &topics {
                    fit.scaled_add(TOPICS_OF_INTEREST, &topics.of_interest[k]);
                }
                Some(fit + TREND_OF_INTEREST * taste.weights.trend * trend[k])
            })
            .collect();
        let (standing, parts) =
            reader.standing(&all, &dense, reader.dense(&loose), topics.as_ref());
        let calibration = Calibration::new(standing.iter().take(n_background).copied().collect());
        let nearest = reader.nearest();
        let candidates = &self.candidates.vectors;
        (0..self.candidates.len())
            .map(|at| {
                let row = n_background + at;
                let interest = argmax(fit.iter().map(|scores| scores.as_ref().map(|s| s[row])));
                let own = nearest.among(at, interest.map_or(&all, |k| &by_interest[k]));
                // A like without an interest that lies clearly nearer than any of the interest takes the
                // paper out.
                let closer = nearest.among(at, &loose).filter(|like| {
                    own.is_none_or(|own| {
                        nearest.similarity(at, *like) > nearest.similarity(at, own) + LOOSE_MARGIN
                    })
                });
                let interest = interest.filter(|_| closer.is_none());
                let pool = interest.map_or(&all, |k| &by_interest[k]);
                let nearest = closer
                    .or(own)
                    .map(|like| (like, candidates.row(at).dot(&taste.liked.vectors.row(like))));
                let partner = match nearest {
                    Some((like, _)) if taste.likes[like].weight >= 1.0 => {
                        reader.liked_terms[like].clone()
                    }
                    _ => TermVector::mean(pool.iter().map(|i| &reader.liked_terms[*i])),
                };
                Ranked {
                    standing: standing[row],
                    score: calibration.score(standing[row]),
                    interest,
                    nearest,
                    terms: self.lexicon.shared(&self.terms[row], &partner, SHARED_TERMS),
                    parts: parts[row],
                }
            })
            .collect()
    }
}

/// What evidence of the likes counts for.
pub(super) struct Shares {
    pub interests: f32,
    pub words: f32,
}

impl Shares {
    /// Shares where skipped papers are trusted by `trust`, and the likes can teach a classifier by `grown`;
    /// both 0-1.
    pub fn new(trust: f32, grown: f32) -> Self {
        Shares { interests: 1.0 - trust, words: WORDS * (1.0 - trust) * (1.0 - grown) }
    }
}

/// A taste made ready for one stream.
struct Reader<'a> {
    stream: &'a Stream<'a>,
    taste: &'a Taste,
    weights: Vec<f32>,
    liked: Array2<f32>,
    liked_terms: Vec<TermVector>,
    /// Place in the stream -> index into `likes`, for stream papers that are themselves liked.
    own: HashMap<usize, usize>,
    disliked: Array2<f32>,
    /// Skipped papers that count, then dislikes.
    negative: Array2<f32>,
    negative_papers: Vec<&'a Document>,
    negative_weights: Vec<f32>,
    /// Place in the stream -> index into `negative`, for stream papers that are negatives.
    own_negatives: HashMap<usize, usize>,
    /// How far skipped papers and dislikes are trusted to stand for what is not liked, 0-1.
    trust: f32,
}

impl<'a> Reader<'a> {
    fn new(stream: &'a Stream<'a>, taste: &'a Taste) -> Self {
        let skips = taste.skipped.len().min(NOT_LIKED);
        let skipped = taste.skipped.vectors.slice(s![..skips, ..]);
        let background = stream.background;
        let disliked = background.rotate(&taste.disliked.vectors);
        let skipped = background.rotate(&skipped.to_owned());
        let negative = ndarray::concatenate(Axis(0), &[skipped.view(), disliked.view()])
            .expect("rows of one background have one length");
        let mut negative_weights = vec![1.0; skips];
        negative_weights.resize(negative.nrows(), DISLIKE);
        let negatives: f32 = negative_weights.iter().sum();
        let negative_papers: Vec<&Document> =
            taste.skipped.papers[..skips].iter().chain(&taste.disliked.papers).collect();
        Reader {
            stream,
            taste,
            weights: taste.likes.iter().map(|like| like.weight).collect(),
            liked: background.rotate(&taste.liked.vectors),
            liked_terms: stream.lexicon.vectors(taste.liked.texts()),
            own: stream.own(&taste.liked.papers),
            disliked,
            negative,
            own_negatives: stream.own(negative_papers.iter().copied()),
            negative_papers,
            negative_weights,
            trust: negatives / (negatives + TRUSTED),
        }
    }

    /// All evidence together, in standard deviations of the background, and its parts.
    fn standing(
        &self,
        all: &[usize],
        interests: &[Option<Array1<f32>>],
        loose: Option<Array1<f32>>,
        topics: Option<&Topics>,
    ) -> (Array1<f32>, Vec<Parts>) {
        let rows = self.stream.rows.nrows();
        let Some(pooled) = self.dense(all) else {
            return (Array1::zeros(rows), vec![Parts::default(); rows]);
        };
        let Taste { weights, .. } = self.taste;
        // Likes without an interest stand beside the interests like one of them.
        let present: Vec<&Array1<f32>> = interests.iter().chain([&loose]).flatten().collect();
        let mut taste = pooled;
        let n: f32 = self.weights.iter().sum();
        if !present.is_empty() {
            let per_interest = n / present.len() as f32;
            let together = per_interest / (per_interest + weights.pooling);
            taste = taste * together + self.z(soft_max(&present)) * (1.0 - together);
        }
        let trust = self.trust;
        let shares = Shares::new(trust, self.grown());
        let zero = || Array1::zeros(rows);
        let parts = [
            self.z(taste) * (weights.interests * shares.interests),
            self.words(all) * (weights.words * shares.words),
            match trust > 0.0 && weights.contrast > 0.0 {
                true => self.contrast() * (weights.contrast * trust),
                false => zero(),
            },
            match topics {
                Some(topics) => &topics.liked * (weights.topics * self.weight_of_topics()),
                None => zero(),
            },
        ];
        let standing = parts.iter().fold(zero(), |sum, part| sum + part);
        let factor = self.stream.to_unit(&standing);
        let of = |at: usize| Parts {
            interests: parts[0][at] * factor,
            words: parts[1][at] * factor,
            contrast: parts[2][at] * factor,
            topics: parts[3][at] * factor,
        };
        (standing * factor, (0..rows).map(of).collect())
    }

    /// How far the likes alone can teach a classifier, 0-1.
    fn grown(&self) -> f32 {
        let n: f32 = self.weights.iter().sum();
        ((n - GROWN) / (n + GROWN)).max(0.0)
    }

    /// How much a classifier of words counts.
    fn weight_of_topics(&self) -> f32 {
        TOPICS_WITH_SKIPS * self.trust + TOPICS_GROWN * self.grown() * (1.0 - self.trust)
    }

    /// LDA and kernel density of the likes at `places`, halves of one score; `None` without likes.
    fn dense(&self, places: &[usize]) -> Option<Array1<f32>> {
        if places.is_empty() {
            return None;
        }
        let weights: Vec<f32> = places.iter().map(|at| self.weights[*at]).collect();
        // A paper may be a like of two interests, so these have their own.
        let own = self.stream.own(places.iter().map(|at| &self.taste.liked.papers[*at]));
        let stream = self.whitened(weights.iter().sum());
        let likes = Examples::new(self.liked.select(Axis(0), places), &stream, &weights, &own);
        let dislike = self.taste.weights.dislike;
        let lda = likes.lda(&self.stream.rows, &stream.scale, &self.disliked, dislike);
        Some(self.stream.halves(lda, likes.kernel(&stream.rows, TAU)))
    }

    /// Log ratio of two whitened kernel densities: all likes against what is not liked.
    fn contrast(&self) -> Array1<f32> {
        let stream = self.whitened(self.weights.iter().sum());
        let likes = Examples::new(self.liked.clone(), &stream, &self.weights, &self.own);
        let likes = likes.kernel(&stream.rows, TAU);
        let (weights, own) = (&self.negative_weights, &self.own_negatives);
        let others = Examples::new(self.negative.clone(), &stream, weights, own);
        self.z(likes - others.kernel(&stream.rows, TAU))
    }

    /// Cosine of the BM25 vectors to the mean like at `places`.
    fn likeness(&self, places: &[usize]) -> Array1<f32> {
        let likes = places.iter().map(|at| (&self.liked_terms[*at], self.weights[*at]));
        let profile = lexical::mean(likes, self.stream.lexicon.len());
        self.z(self.stream.terms.iter().map(|terms| terms.cosine(&profile)).collect())
    }

    /// The same to the mean like less the mean of the stream.
    fn words(&self, places: &[usize]) -> Array1<f32> {
        let likes = places.iter().map(|at| (&self.liked_terms[*at], self.weights[*at]));
        let mut profile = lexical::mean(likes, self.stream.lexicon.len());
        profile.iter_mut().zip(&self.stream.mean_terms).for_each(|(like, mean)| *like -= mean);
        self.z(self.stream.terms.iter().map(|terms| terms.cosine(&profile)).collect())
    }

    /// What a classifier of words and pairs learns of the interests and of what is not liked; `None` if it
    /// has nothing to learn from.
    fn topics(&self) -> Option<Topics> {
        // What hardly counts is not worth the work.
        if self.weights.is_empty() || self.weight_of_topics() < 0.05 {
            return None;
        }
        let Stream { background, in_question, .. } = self.stream;
        let Read { vocabulary, features } = self.stream.read();
        let papers = &background.documents.papers;
        let liked = &self.taste.liked.papers;
        let known = liked.iter().chain(self.negative_papers.iter().copied());
        let (known, known_texts): (HashSet<Row>, HashSet<u64>) =
            known.map(|paper| (paper.row, paper.text_hash())).unzip();
        let is_known = |paper: &Document| {
            known.contains(&paper.row) || known_texts.contains(&paper.text_hash())
        };
        // The rest of the stream is not liked either, as far as anybody knows; the less it is needed, the
        // more the likes that hide in it would do harm.
        let wanted = (NOT_LIKED as f32 * (1.0 - self.trust)) as usize;
        let is_rest = |at: &usize| !in_question[*at] && !is_known(&papers[*at]);
        let rest: Vec<usize> = (0..papers.len()).filter(is_rest).take(wanted).collect();
        let older = background.older.iter().filter(|paper| !is_known(paper));

        let lesson = |paper: &'a Document, class, weight| Lesson {
            paper,
            features: vocabulary.features(paper),
            class,
            weight,
        };
        let mut lessons = Vec::new();
        for (paper, like) in std::iter::zip(liked, &self.taste.likes) {
            lessons.push(lesson(paper, Class::of(like), like.weight));
        }
        for (paper, weight) in std::iter::zip(&self.negative_papers, &self.negative_weights) {
            lessons.push(lesson(paper, Class::NotLiked, *weight));
        }
        // Which row of the stream taught which lesson.
        let mut taught: Vec<(usize, usize)> =
            self.own.iter().map(|(row, at)| (*row, *at)).collect();
        let negatives = self.own_negatives.iter().map(|(row, at)| (*row, liked.len() + at));
        taught.extend(negatives.chain(rest.iter().copied().zip(lessons.len()..)));
        for at in &rest {
            let (paper, features) = (&papers[*at], features[*at].clone());
            lessons.push(Lesson { paper, features, class: Class::NotLiked, weight: 1.0 });
        }
        for paper in older.take(wanted - rest.len()) {
            lessons.push(lesson(paper, Class::NotLiked, 1.0));
        }
        let mut topics =
            Topics::learn(self.stream, lessons, &taught, self.trust * self.taste.weights.emphasis)?;
        topics.liked = self.z(topics.liked);
        Some(topics)
    }

    fn whitened(&self, n: f32) -> Arc<Whitened> {
        self.stream.whitened(n, self.taste.weights.whitening)
    }

    fn z(&self, values: Array1<f32>) -> Array1<f32> {
        self.stream.z(values)
    }

    fn nearest(&self) -> Nearest {
        let stream = self.whitened(self.weights.iter().sum::<f32>().max(1.0));
        let papers = self.taste.likes.iter().map(|like| like.weight >= 1.0).collect();
        let candidates = self.stream.candidate_rows(&stream.rows);
        Nearest::new(&candidates, &whiten(&self.liked, &stream.scale), papers)
    }
}

/// For each interest the log ratio of its share among the newest likes to that among all; 0 where no times
/// are known, or all are new.
fn trend(taste: &Taste) -> Vec<f32> {
    let shares = |likes: &mut dyn Iterator<Item = &Like>| {
        let mut counts = vec![0f32; taste.interests];
        likes.filter_map(|like| like.interest).for_each(|k| counts[k] += 1.0);
        let all: f32 = counts.iter().sum();
        (counts, all)
    };
    let (ever, all) = shares(&mut taste.likes.iter());
    let (newest, recent) = shares(&mut taste.newest.iter().map(|at| &taste.likes[*at]));
    let ratio = |(newest, ever): (&f32, &f32)| {
        let expected = ever * recent / all.max(1.0);
        ((newest + TREND_PRIOR) / (expected + TREND_PRIOR)).ln()
    };
    std::iter::zip(&newest, &ever).map(ratio).collect()
}

/// `ln sum_k exp(S_k)` for every row.
fn soft_max(scores: &[&Array1<f32>]) -> Array1<f32> {
    let mut most = scores[0].clone();
    for score in &scores[1..] {
        most.zip_mut_with(score, |most, s| *most = most.max(*s));
    }
    let mut sum = Array1::<f32>::zeros(most.len());
    for score in scores {
        sum += &(*score - &most).mapv_into(f32::exp);
    }
    sum.mapv_into(f32::ln) + most
}

/// Place of the largest present value; the first of equals.
fn argmax(values: impl Iterator<Item = Option<f32>>) -> Option<usize> {
    values
        .enumerate()
        .filter_map(|(at, value)| Some((at, value?)))
        .reduce(|best, next| if next.1 > best.1 { next } else { best })
        .map(|(at, _)| at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_known_to_be_new_makes_a_trend() {
        let like = |k: usize| Like { interest: Some(k), weight: 1.0 };
        // The newest hundred are of interest 0, the other three hundred half and half.
        let likes: Vec<Like> = (0..400).map(|at| like(if at < 100 { 0 } else { at % 2 })).collect();
        let newest = (0..100).collect();
        let taste = Taste { interests: 3, likes, newest, ..Taste::default() };
        let [rising, falling, absent] = trend(&taste)[..] else { panic!("three interests") };
        let expected = |newest: f32, ever: f32| ((newest + 3.0) / (ever * 0.25 + 3.0)).ln();
        assert!((rising - expected(100.0, 250.0)).abs() < 1e-6, "{rising}");
        assert!((falling - expected(0.0, 150.0)).abs() < 1e-6, "{falling}");
        assert_eq!(absent, 0.0);
        for recent in [0, 400] {
            let newest = (0..recent).collect();
            assert_eq!(trend(&Taste { newest, ..taste.clone() }), [0.0; 3]);
        }
    }

    #[test]
    fn a_soft_maximum_bears_large_scores() {
        let scores = [ndarray::array![500.0, -500.0], ndarray::array![499.0, -500.0]];
        let found = soft_max(&[&scores[0], &scores[1]]);
        assert!((found[0] - (500.0 + (1.0 + (-1f32).exp()).ln())).abs() < 1e-3, "{found}");
        assert!((found[1] - (-500.0 + 2f32.ln())).abs() < 1e-3, "{found}");
    }
}
