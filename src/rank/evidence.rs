//! One taste against a stream: every piece of evidence, and how they add up.

use std::collections::{HashMap, HashSet};

use ndarray::{Array1, Array2, ArrayView1, Axis, s};

use super::{
    Like, Parts, Ranked, Stream, Taste,
    calibration::Calibration,
    dense::{Examples, Nearest, whiten},
    lexical::{self, TermVector},
    logistic::{Example, Logistic},
    words::{Emphasis, Features},
};
use crate::hash;

/// How many shared terms a reason names.
const SHARED_TERMS: usize = 4;
/// Of skipped papers only the newest are looked at: tastes and fields move on.
const SKIPS: usize = 8_000;
/// So many skipped papers are trusted half.
const SKIPS_TRUSTED: f32 = 200.0;
/// A dislike says as much as so many skipped papers.
const DISLIKE: f32 = 3.0;
/// Weight of the words beside the dense evidence when an interest is chosen for a paper.
const WORDS_OF_INTEREST: f32 = 0.8;
/// Weight of the classifier's log odds there.
const TOPICS_OF_INTEREST: f32 = 2.0;
/// An interest that the newest likes pass over counts less: of so many likes,
const TREND: usize = 300;
/// with so many imagined ones that follow the old shares,
const TREND_PRIOR: f32 = 3.0;
/// by this weight of the log ratio of its shares now and ever.
const TREND_OF_INTEREST: f32 = 1.5;
/// Weight of the classifier once skipped papers are trusted.
const TOPICS_WITH_SKIPS: f32 = 2.5;
/// Its weight without them, for a reader with many likes.
const TOPICS_GROWN: f32 = 2.0;
/// By so much whitened cosine a like without an interest must be nearer than those of the interest.
const LOOSE_MARGIN: f32 = 0.1;
/// Temperature of the kernel density of an interest.
pub(super) const TAU: f32 = 0.2;
/// Temperature of the contrast, which has more examples to lean on.
const TAU_CONTRAST: f32 = 0.15;
/// Weight of the words of the likes beside the interests.
const WORDS: f32 = 0.4;
/// From so many likes on they teach a classifier by themselves.
const GROWN: f32 = 15.0;
/// A classifier of words learns from so many papers that are not liked.
const NEGATIVES: usize = 10_000;
/// Penalty of the logistic regression, C in the usual notation.
const C: f32 = 5.0;

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
                Some(fit + TREND_OF_INTEREST * trend[k])
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
    /// Rows of the stream that are likes, and which.
    own: HashMap<usize, usize>,
    disliked: Array2<f32>,
    /// Skipped papers that count, then dislikes.
    negative: Array2<f32>,
    negative_texts: Vec<&'a String>,
    negative_weights: Vec<f32>,
    /// Rows of the stream that are negatives, and which.
    own_negatives: HashMap<usize, usize>,
    /// How far skipped papers and dislikes are trusted to stand for what is not liked, 0-1.
    trust: f32,
}

/// What the words say.
struct Topics {
    /// Log odds of being liked.
    liked: Array1<f32>,
    /// For every interest the log of its probability, but for a term that all interests of a row share.
    of_interest: Vec<Array1<f32>>,
}

impl<'a> Reader<'a> {
    fn new(stream: &'a Stream<'a>, taste: &'a Taste) -> Self {
        let skips = taste.skipped.len().min(SKIPS);
        let skipped = taste.skipped.vectors.slice(s![..skips, ..]);
        let background = stream.background;
        let disliked = background.rotate(&taste.disliked.vectors);
        let skipped = background.rotate(&skipped.to_owned());
        let negative = ndarray::concatenate(Axis(0), &[skipped.view(), disliked.view()])
            .expect("rows of one background have one length");
        let mut negative_weights = vec![1.0; skips];
        negative_weights.resize(negative.nrows(), DISLIKE);
        let negatives: f32 = negative_weights.iter().sum();
        let negative_texts: Vec<&String> =
            taste.skipped.texts[..skips].iter().chain(&taste.disliked.texts).collect();
        Reader {
            stream,
            taste,
            weights: taste.likes.iter().map(|like| like.weight).collect(),
            liked: background.rotate(&taste.liked.vectors),
            liked_terms: stream.lexicon.vectors(&taste.liked.texts),
            own: stream.own(&taste.liked.texts),
            disliked,
            negative,
            own_negatives: stream.own(negative_texts.iter().copied()),
            negative_texts,
            negative_weights,
            trust: negatives / (negatives + SKIPS_TRUSTED),
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
        let own: HashMap<usize, usize> = self
            .own
            .iter()
            .filter_map(|(row, like)| Some((*row, places.binary_search(like).ok()?)))
            .collect();
        let stream = self.stream.whitened(weights.iter().sum());
        let likes = Examples::new(self.liked.select(Axis(0), places), &stream, &weights, &own);
        let dislike = self.taste.weights.dislike;
        let lda = likes.lda(&self.stream.rows, &stream.scale, &self.disliked, dislike);
        Some(self.stream.halves(lda, likes.kernel(&stream.rows, TAU)))
    }

    /// Log ratio of two whitened kernel densities: all likes against what is not liked.
    fn contrast(&self) -> Array1<f32> {
        let stream = self.stream.whitened(self.weights.iter().sum());
        let likes = Examples::new(self.liked.clone(), &stream, &self.weights, &self.own);
        let likes = likes.kernel(&stream.rows, TAU_CONTRAST);
        let (weights, own) = (&self.negative_weights, &self.own_negatives);
        let others = Examples::new(self.negative.clone(), &stream, weights, own);
        self.z(likes - others.kernel(&stream.rows, TAU_CONTRAST))
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

    /// A classifier of words and pairs: interests against one another and against what is not liked.
    fn topics(&self) -> Option<Topics> {
        // What hardly counts is not worth the work.
        if self.weights.is_empty() || self.weight_of_topics() < 0.05 {
            return None;
        }
        let Stream { vocabulary, features, background, in_question, .. } = self.stream;
        let loose = self.taste.likes.iter().any(|like| like.interest.is_none());
        let classes = 1 + self.taste.interests + usize::from(loose);
        let read = |texts: &[&'a String]| -> Vec<Features> {
            texts.iter().map(|text| vocabulary.features(text)).collect()
        };
        let liked: Vec<&String> = self.taste.liked.texts.iter().collect();
        let liked_features = read(&liked);
        let negative_features = read(&self.negative_texts);
        // The rest of the stream is not liked either, as far as anybody knows; the less it is needed, the
        // more the likes that hide in it would do harm.
        let wanted = (NEGATIVES as f32 * (1.0 - self.trust)) as usize;
        let known: HashSet<&str> =
            liked.iter().chain(&self.negative_texts).map(|text| text.as_str()).collect();
        let rest: Vec<usize> = (0..background.len())
            .filter(|at| {
                !in_question[*at] && !known.contains(background.documents.texts[*at].as_str())
            })
            .take(wanted)
            .collect();
        let room = wanted - rest.len();
        let older: Vec<&String> = background
            .older
            .iter()
            .filter(|text| !known.contains(text.as_str()))
            .take(room)
            .collect();
        let older_features = read(&older);
        if self.negative_texts.len() + rest.len() + older.len() == 0 {
            return None;
        }
        let class = |like: &Like| like.interest.map_or(classes - 1, |k| k + 1);
        let own = std::iter::zip(&liked, &liked_features).zip(&self.taste.likes);
        let own = own.map(|((text, features), like)| (*text, features, class(like), like.weight));
        let negative = std::iter::zip(&self.negative_texts, &negative_features);
        let negative = negative
            .zip(&self.negative_weights)
            .map(|((text, features), weight)| (*text, features, 0, *weight));
        let rest_of_stream =
            rest.iter().map(|at| (&background.documents.texts[*at], &features[*at], 0, 1.0));
        let older = std::iter::zip(&older, &older_features);
        let older = older.map(|(text, features)| (*text, features, 0, 1.0));
        let all: Vec<_> = own.chain(negative).chain(rest_of_stream).chain(older).collect();
        let from = liked.len() + self.negative_texts.len();

        let emphasis = Emphasis::new(
            vocabulary,
            self.trust,
            all.iter().map(|(_, f, class, n)| (*f, *class > 0, *n)),
        );
        let emphasised: Vec<Features> = all.iter().map(|(_, f, ..)| emphasis.of(f)).collect();
        let examples: Vec<Example> = std::iter::zip(&all, &emphasised)
            .map(|((text, _, class, weight), features)| Example {
                features,
                class: *class,
                weight: weight * C,
                key: hash::text(text),
            })
            .collect();
        let (model, others) = Logistic::fit(&examples, vocabulary.len(), classes);
        let mut scores = Array2::<f32>::zeros((features.len(), classes));
        for (features, mut out) in features.iter().zip(scores.rows_mut()) {
            let features = emphasis.of(features);
            model.scores(&features, out.as_slice_mut().expect("rows are contiguous"));
        }
        // What the model was taught of a paper says nothing of how it ranks others like it.
        let taught = (self.own.iter().map(|(row, at)| (*row, *at)))
            .chain(self.own_negatives.iter().map(|(row, at)| (*row, liked.len() + at)))
            .chain(rest.iter().copied().zip(from..));
        for (row, at) in taught {
            let others = &others[at * classes..][..classes];
            scores.row_mut(row).iter_mut().zip(others).for_each(|(s, other)| *s = *other);
        }
        let rows = || scores.rows().into_iter();
        let odds = |row: ArrayView1<f32>| log_sum(row.slice(s![1..])) - row[0];
        let liked = rows().map(odds).collect();
        let of_interest =
            (0..self.taste.interests).map(|k| rows().map(|row| row[k + 1]).collect()).collect();
        Some(Topics { liked: self.z(liked), of_interest })
    }

    fn z(&self, values: Array1<f32>) -> Array1<f32> {
        self.stream.z(values)
    }

    fn nearest(&self) -> Nearest {
        let stream = self.stream.whitened(self.weights.iter().sum::<f32>().max(1.0));
        let papers = self.taste.likes.iter().map(|like| like.weight >= 1.0).collect();
        let candidates = self.stream.candidate_rows(&stream.rows);
        Nearest::new(&candidates, &whiten(&self.liked, &stream.scale), papers)
    }
}

/// For each interest the log ratio of its share among the newest likes to that among all; 0 for a reader
/// without many.
fn trend(taste: &Taste) -> Vec<f32> {
    let shares = |likes: &[Like]| {
        let mut counts = vec![0f32; taste.interests];
        likes.iter().filter_map(|like| like.interest).for_each(|k| counts[k] += 1.0);
        let all: f32 = counts.iter().sum();
        (counts, all)
    };
    let (ever, all) = shares(&taste.likes);
    let (newest, recent) = shares(&taste.likes[..taste.likes.len().min(TREND)]);
    let ratio = |(newest, ever): (&f32, &f32)| {
        let expected = ever * recent / all.max(1.0);
        ((newest + TREND_PRIOR) / (expected + TREND_PRIOR)).ln()
    };
    std::iter::zip(&newest, &ever).map(ratio).collect()
}

/// `ln sum_k exp(s_k)`.
fn log_sum(scores: ArrayView1<f32>) -> f32 {
    let most = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    most + scores.iter().map(|s| (s - most).exp()).sum::<f32>().ln()
}

/// `ln sum_k exp(S_k)` for every row.
fn soft_max(scores: &[&Array1<f32>]) -> Array1<f32> {
    let mut sum: Array1<f32> = scores[0].mapv(f32::exp);
    for score in &scores[1..] {
        sum.zip_mut_with(score, |sum, s| *sum += s.exp());
    }
    sum.mapv(f32::ln)
}

/// Place of the largest present value; the first of equals.
fn argmax(values: impl Iterator<Item = Option<f32>>) -> Option<usize> {
    values
        .enumerate()
        .filter_map(|(at, value)| Some((at, value?)))
        .reduce(|best, next| if next.1 > best.1 { next } else { best })
        .map(|(at, _)| at)
}
