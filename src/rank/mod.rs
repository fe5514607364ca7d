//! Ranks candidates against a reader's taste, and says why.
//!
//! [`Background`] describes the stream the candidates come from, [`Taste`] what the reader likes;
//! [`rank`] gives every candidate a [`Ranked`]: its standing, the 0-10 score, the interest it belongs
//! to and the liked paper and terms that brought it up. Nothing here reads a clock, a disk or a random
//! number, and the result of one candidate does not depend on the order of the others.
//!
//! Three pieces of evidence, each z-scored over the background, add up to a candidate's standing:
//!
//! - interests: per set of likes, linear discriminant analysis (LDA) and a kernel density in the space
//!   whitened by the stream's shrunken covariance (DESIGN section 4); each interest alone and the likes
//!   as a whole, blended by how many likes an interest has;
//! - words: the BM25 vector against the mean like less the mean negative (Rocchio 1971; Manning et al.
//!   2008, section 9.1);
//! - contrast: the log ratio of two whitened kernel densities, likes against skipped papers.
//!
//! The more skipped papers are known, the more the contrast counts and the less the interests do.

use ndarray::{Array1, Array2, Axis};

mod background;
mod calibration;
mod cascade;
mod dense;
mod lexical;
mod likelihood;
mod select;
mod similar;
#[cfg(test)]
mod tests;

pub use background::Background;
use calibration::Calibration;
pub use cascade::{SAMPLED_STREAM, SHORTLIST, reorder, sampled, shortlist};
use dense::{Examples, log_mean_kernel};
pub use lexical::terms;
use lexical::{Lexicon, TermVector};
pub use likelihood::{Bin, Likelihood, MIN_ANSWERS, Reliability};
pub use select::{Candidate, Fate, Place, Rules, Selection, Shown, select};
pub use similar::similar;

/// So many recent papers describe a stream; more change little.
pub const STREAM: usize = 2_000;

/// Texts and their embeddings, side by side.
#[derive(Debug, Clone, Default)]
pub struct Documents {
    /// One text each.
    pub texts: Vec<String>,
    /// One unit vector each, texts x dim.
    pub vectors: Array2<f32>,
}

impl Documents {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.texts.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }

    /// The documents at these places, in this order.
    pub fn select(&self, places: &[usize]) -> Documents {
        Documents {
            texts: places.iter().map(|at| self.texts[*at].clone()).collect(),
            vectors: self.vectors.select(Axis(0), places),
        }
    }
}

/// What a reader is known to like, dislike and pass over. All vectors come from one model.
#[derive(Debug, Clone, Default)]
pub struct Taste {
    /// Number of interests.
    pub interests: usize,
    /// Seeds, liked papers and sentences that describe interests.
    pub likes: Vec<Like>,
    /// Texts and vectors of `likes`, in the same order.
    pub liked: Documents,
    /// Disliked papers and things to avoid.
    pub disliked: Documents,
    /// Papers that were read and not liked: weak negatives.
    pub skipped: Documents,
}

/// What one like stands for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Like {
    /// The interest it belongs to, below [`Taste::interests`]; `None` counts for the whole taste only.
    pub interest: Option<usize>,
    /// 1 for a paper; less for a mere sentence.
    pub weight: f32,
}

/// What the ranker says of one candidate.
#[derive(Debug, Clone, PartialEq)]
pub struct Ranked {
    /// Fused evidence in standard deviations of the background; larger is better. Candidates are
    /// ordered by it.
    pub standing: f32,
    /// 0-10: how rare such a standing is in the stream; 3.3 is the top 10%, 6.7 the top 1%.
    pub score: f32,
    /// The interest it fits best; `None` if there is none, or a like without an interest lies clearly
    /// nearer.
    pub interest: Option<usize>,
    /// The like that lies nearest in the whitened space, as a place in [`Taste::likes`], with the
    /// cosine similarity of the two embeddings.
    pub nearest: Option<(usize, f32)>,
    /// Terms that the candidate shares with that like, or with the interest, strongest first.
    pub terms: Vec<String>,
}

/// How many shared terms a reason names.
const SHARED_TERMS: usize = 4;
/// So many likes an interest count as much together as the interest alone: with fewer, interests are
/// scored apart; with more, the likes as a whole.
const POOLING: f32 = 10.0;
/// So many skipped papers are trusted half.
const SKIPS_TRUSTED: f32 = 200.0;
/// Weight of the words beside the dense evidence when an interest is chosen for a paper.
const WORDS_OF_INTEREST: f32 = 0.8;
/// By so much whitened cosine a like without an interest must be nearer than those of the interest.
const LOOSE_MARGIN: f32 = 0.1;

/// Ranks `candidates`; one [`Ranked`] each, in their order. They should be part of the background, like
/// every paper of their stream. With no likes at all everything stands at 0.
pub fn rank(candidates: &Documents, background: &Background, taste: &Taste) -> Vec<Ranked> {
    if candidates.is_empty() {
        return Vec::new();
    }
    let lexicon = Lexicon::new([&background.documents, &taste.liked]);
    let stage = Stage {
        background,
        taste,
        // The candidates and the background go through every evidence together: background first.
        rows: background.rotate_stacked(&candidates.vectors),
        terms: lexicon.vectors(background.documents.texts.iter().chain(&candidates.texts)),
        liked: background.rotate(&taste.liked.vectors),
        liked_terms: lexicon.vectors(&taste.liked.texts),
        disliked: background.rotate(&taste.disliked.vectors),
        skipped: background.rotate(&taste.skipped.vectors),
        skipped_terms: lexicon.vectors(&taste.skipped.texts),
        size: lexicon.len(),
    };
    let n_background = background.len();
    let all: Vec<usize> = (0..taste.likes.len()).collect();
    let by_interest: Vec<Vec<usize>> = (0..taste.interests)
        .map(|k| all.iter().copied().filter(|i| taste.likes[*i].interest == Some(k)).collect())
        .collect();
    let loose: Vec<usize> =
        all.iter().copied().filter(|i| taste.likes[*i].interest.is_none()).collect();

    let dense: Vec<Option<Array1<f32>>> =
        by_interest.iter().map(|places| stage.dense(places)).collect();
    let fit: Vec<Option<Array1<f32>>> = dense
        .iter()
        .zip(&by_interest)
        .map(|(dense, places)| {
            Some(dense.as_ref()? + &(stage.likeness(places) * WORDS_OF_INTEREST))
        })
        .collect();
    let standing = stage.standing(&all, &dense, stage.dense(&loose));

    let calibration = Calibration::new(standing.iter().take(n_background).copied().collect());
    let nearest = stage.nearest_likes(n_background);
    (0..candidates.len())
        .map(|at| {
            let row = n_background + at;
            let interest = argmax(fit.iter().map(|scores| scores.as_ref().map(|s| s[row])));
            let own = nearest.among(at, interest.map_or(&all, |k| &by_interest[k]));
            // A like without an interest that lies clearly nearer than any of the interest takes the paper
            // out.
            let closer = nearest.among(at, &loose).filter(|like| {
                own.is_none_or(|own| {
                    nearest.similarity(at, *like) > nearest.similarity(at, own) + LOOSE_MARGIN
                })
            });
            let interest = interest.filter(|_| closer.is_none());
            let pool = interest.map_or(&all, |k| &by_interest[k]);
            let nearest = closer
                .or(own)
                .map(|like| (like, candidates.vectors.row(at).dot(&taste.liked.vectors.row(like))));
            let partner = match nearest {
                Some((like, _)) if taste.likes[like].weight >= 1.0 => {
                    stage.liked_terms[like].clone()
                }
                _ => TermVector::mean(pool.iter().map(|i| &stage.liked_terms[*i])),
            };
            Ranked {
                standing: standing[row],
                score: calibration.score(standing[row]),
                interest,
                nearest,
                terms: lexicon.shared(&stage.terms[row], &partner, SHARED_TERMS),
            }
        })
        .collect()
}

/// Everything that one ranking looks at, with background and candidates as one block of rows.
struct Stage<'a> {
    background: &'a Background,
    taste: &'a Taste,
    rows: Array2<f32>,
    terms: Vec<TermVector>,
    liked: Array2<f32>,
    liked_terms: Vec<TermVector>,
    disliked: Array2<f32>,
    skipped: Array2<f32>,
    skipped_terms: Vec<TermVector>,
    size: usize,
}

impl Stage<'_> {
    /// All evidence together, in standard deviations of the background.
    fn standing(
        &self,
        all: &[usize],
        interests: &[Option<Array1<f32>>],
        loose: Option<Array1<f32>>,
    ) -> Array1<f32> {
        let Some(pooled) = self.dense(all) else {
            return Array1::zeros(self.rows.nrows());
        };
        // Likes without an interest stand beside the interests like one of them.
        let present: Vec<&Array1<f32>> = interests.iter().chain([&loose]).flatten().collect();
        let mut taste = pooled;
        if !present.is_empty() {
            let weight: f32 = self.taste.likes.iter().map(|like| like.weight).sum();
            let per_interest = weight / present.len() as f32;
            let together = per_interest / (per_interest + POOLING);
            taste = taste * together + self.z(soft_max(&present)) * (1.0 - together);
        }
        let skips = self.skipped.nrows() as f32;
        let trust = skips / (skips + SKIPS_TRUSTED);
        let mut standing =
            self.z(taste) * (1.0 - 0.75 * trust) + self.words(all, trust) * (0.3 + 0.2 * trust);
        if skips > 0.0 {
            standing = standing + self.contrast() * trust;
        }
        self.z(standing)
    }

    /// LDA and kernel density of the likes at `places`, halves of one score; `None` without likes.
    fn dense(&self, places: &[usize]) -> Option<Array1<f32>> {
        if places.is_empty() {
            return None;
        }
        let weights = self.weights(places);
        let likes = Examples::new(self.background, self.liked.select(Axis(0), places), &weights);
        let lda = self.z(likes.lda(&self.rows, &self.disliked));
        let kernel = self.z(likes.kernel(&self.rows));
        Some(self.z(lda + kernel))
    }

    /// Cosine of the BM25 vectors to the mean like at `places`.
    fn likeness(&self, places: &[usize]) -> Array1<f32> {
        let profile = self.mean_terms(places);
        self.z(self.terms.iter().map(|terms| terms.cosine(&profile)).collect())
    }

    /// The same to the mean like less the mean negative, which is the mean of skipped papers as far as
    /// they are trusted, else of the background.
    fn words(&self, places: &[usize], trust: f32) -> Array1<f32> {
        let mut profile = self.mean_terms(places);
        let stream = &self.terms[..self.background.len()];
        let even = |vectors: &[TermVector]| {
            lexical::mean(vectors.iter().map(|vector| (vector, 1.0)), self.size)
        };
        let (stream, skipped) = (even(stream), even(&self.skipped_terms));
        for (term, value) in profile.iter_mut().enumerate() {
            *value -= stream[term] * (1.0 - trust) + skipped[term] * trust;
        }
        self.z(self.terms.iter().map(|terms| terms.cosine(&profile)).collect())
    }

    fn mean_terms(&self, places: &[usize]) -> Vec<f32> {
        let weights = self.weights(places);
        let likes = places.iter().zip(weights).map(|(at, weight)| (&self.liked_terms[*at], weight));
        lexical::mean(likes, self.size)
    }

    fn weights(&self, places: &[usize]) -> Vec<f32> {
        places.iter().map(|at| self.taste.likes[*at].weight).collect()
    }

    /// Log ratio of two whitened kernel densities: all likes against skipped papers.
    fn contrast(&self) -> Array1<f32> {
        const TAU: f32 = 0.15;
        let weights: Vec<f32> = self.taste.likes.iter().map(|like| like.weight).collect();
        let scale = self.background.whitening(weights.iter().sum());
        let rows = dense::whiten(&self.rows, &scale);
        let liked = dense::whiten(&self.liked, &scale);
        let skipped = dense::whiten(&self.skipped, &scale);
        let even = vec![1.0; skipped.nrows()];
        let likes = log_mean_kernel(&rows, &liked, &weights, TAU);
        self.z(likes - log_mean_kernel(&rows, &skipped, &even, TAU))
    }

    /// Scales values so that the background has mean 0 and standard deviation 1.
    fn z(&self, values: Array1<f32>) -> Array1<f32> {
        let background = values.slice(ndarray::s![..self.background.len()]);
        let mean = background.mean().unwrap_or(0.0);
        let deviation = background.std(0.0);
        if deviation > 1e-6 { (values - mean) / deviation } else { values - mean }
    }

    fn nearest_likes(&self, from: usize) -> dense::Nearest {
        let weights: f32 = self.taste.likes.iter().map(|like| like.weight).sum();
        let scale = self.background.whitening(weights.max(1.0));
        let rows = self.rows.slice(ndarray::s![from.., ..]).to_owned();
        let papers = self.taste.likes.iter().map(|like| like.weight >= 1.0).collect();
        dense::Nearest::new(
            &dense::whiten(&rows, &scale),
            &dense::whiten(&self.liked, &scale),
            papers,
        )
    }
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
