//! Ranks candidates against a reader's taste, and says why.
//!
//! [`Background`] describes the stream the candidates come from, [`Taste`] what the reader likes;
//! [`rank`] gives every candidate a [`Ranked`]: its standing, the 0-10 score, the interest it belongs
//! to and the liked paper and terms that brought it up. Nothing here reads a clock, a disk or a random
//! number, and the result of one candidate does not depend on the order of the others.
//!
//! The formulas are those of DESIGN section 4: per set of likes, linear discriminant analysis (LDA) and
//! a kernel density, both in the space whitened by the stream's shrunken covariance, and the cosine of
//! BM25 vectors; z-scored over the background and added up.

use ndarray::{Array1, Array2, Axis};

mod background;
mod calibration;
mod dense;
mod lexical;
#[cfg(test)]
mod tests;

pub use background::Background;
use calibration::Calibration;
use dense::{Examples, log_mean_kernel};
pub use lexical::terms;
use lexical::{Lexicon, TermVector};

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

/// Weights of the evidence.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RankOptions {
    /// Share of the lexical evidence beside the dense one, 0 and up.
    pub lexical: f32,
    /// Share of the contrast between likes and skipped papers, 0 and up.
    pub contrast: f32,
}

impl Default for RankOptions {
    fn default() -> Self {
        RankOptions { lexical: 0.4, contrast: 1.0 }
    }
}

/// What the ranker says of one candidate.
#[derive(Debug, Clone, PartialEq)]
pub struct Ranked {
    /// Fused evidence in standard deviations of the background; larger is better. Candidates are
    /// ordered by it.
    pub standing: f32,
    /// 0-10: how rare such a standing is in the stream; 3.3 is the top 10%, 6.7 the top 1%.
    pub score: f32,
    /// The interest it fits best; `None` if the taste has none.
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

/// Ranks `candidates`; one [`Ranked`] each, in their order. With no likes at all everything stands
/// at 0.
pub fn rank(
    candidates: &Documents,
    background: &Background,
    taste: &Taste,
    options: &RankOptions,
) -> Vec<Ranked> {
    if candidates.is_empty() {
        return Vec::new();
    }
    let lexicon = Lexicon::new([&background.documents, candidates, &taste.liked]);
    let stage = Stage {
        background,
        taste,
        options,
        // The candidates and the background go through every evidence together: background first.
        rows: background.rotate_stacked(&candidates.vectors),
        terms: lexicon.vectors(background.documents.texts.iter().chain(&candidates.texts)),
        liked: background.rotate(&taste.liked.vectors),
        liked_terms: lexicon.vectors(&taste.liked.texts),
        disliked: background.rotate(&taste.disliked.vectors),
        size: lexicon.len(),
    };
    let n_background = background.len();
    let all: Vec<usize> = (0..taste.likes.len()).collect();
    let by_interest: Vec<Vec<usize>> = (0..taste.interests)
        .map(|k| all.iter().copied().filter(|i| taste.likes[*i].interest == Some(k)).collect())
        .collect();

    let scored: Vec<Option<Array1<f32>>> =
        by_interest.iter().map(|places| stage.score(places)).collect();
    let pooled = stage.score(&all);
    let mut standing = match &pooled {
        Some(pooled) => pooled.clone(),
        None => Array1::zeros(stage.rows.nrows()),
    };
    let present: Vec<&Array1<f32>> = scored.iter().flatten().collect();
    if !present.is_empty() {
        let apart = stage.z(soft_max(&present));
        let per_interest = all.len() as f32 / present.len() as f32;
        let together = per_interest / (per_interest + POOLING);
        standing = standing * together + apart * (1.0 - together);
    }
    if !taste.skipped.is_empty() && !all.is_empty() && options.contrast > 0.0 {
        let contrast = stage.z(stage.contrast());
        standing = standing + contrast * options.contrast;
    }

    let calibration = Calibration::new(standing.iter().take(n_background).copied().collect());
    let nearest = stage.nearest_likes(n_background);
    (0..candidates.len())
        .map(|at| {
            let row = n_background + at;
            let interest = argmax(scored.iter().map(|scores| scores.as_ref().map(|s| s[row])));
            let pool = interest.map_or(&all, |k| &by_interest[k]);
            let nearest = nearest
                .among(at, pool)
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
    options: &'a RankOptions,
    rows: Array2<f32>,
    terms: Vec<TermVector>,
    liked: Array2<f32>,
    liked_terms: Vec<TermVector>,
    disliked: Array2<f32>,
    size: usize,
}

impl Stage<'_> {
    /// S of DESIGN section 4 for the likes at `places`, z-scored; `None` without likes.
    fn score(&self, places: &[usize]) -> Option<Array1<f32>> {
        if places.is_empty() {
            return None;
        }
        let weights: Vec<f32> = places.iter().map(|at| self.taste.likes[*at].weight).collect();
        let likes = Examples::new(self.background, self.liked.select(Axis(0), places), &weights);
        let lda = self.z(likes.lda(&self.rows, &self.disliked));
        let kernel = self.z(likes.kernel(&self.rows));
        let mut score = (lda + kernel) * 0.5;
        if self.options.lexical > 0.0 {
            let weighted = places.iter().zip(&weights).map(|(at, w)| (&self.liked_terms[*at], *w));
            let profile = lexical::profile(weighted, self.size);
            let cosine: Array1<f32> =
                self.terms.iter().map(|terms| terms.cosine(&profile)).collect();
            score = score + self.z(cosine) * self.options.lexical;
        }
        Some(self.z(score))
    }

    /// Log ratio of two whitened kernel densities: all likes against skipped papers.
    fn contrast(&self) -> Array1<f32> {
        const TAU: f32 = 0.1;
        let weights: Vec<f32> = self.taste.likes.iter().map(|like| like.weight).collect();
        let scale = self.background.whitening(weights.iter().sum());
        let rows = dense::whiten(&self.rows, &scale);
        let liked = dense::whiten(&self.liked, &scale);
        let skipped = dense::whiten(&self.background.rotate(&self.taste.skipped.vectors), &scale);
        let even = vec![1.0; skipped.nrows()];
        log_mean_kernel(&rows, &liked, &weights, TAU) - log_mean_kernel(&rows, &skipped, &even, TAU)
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
