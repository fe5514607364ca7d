//! Ranks candidates against a reader's taste, and says why.
//!
//! [`Background`] describes the stream the candidates come from, [`Taste`] what the reader likes;
//! [`rank`] gives every candidate a [`Ranked`]: its standing, the 0-10 score, the interest it belongs
//! to and the liked paper and terms that brought it up. Nothing here reads a clock, a disk or a random
//! number, and the result of one candidate does not depend on the order of the others.
//!
//! Four pieces of evidence, each z-scored over the background, add up to a candidate's standing:
//!
//! - interests: per set of likes, linear discriminant analysis (LDA) and a kernel density in the space
//!   whitened by the stream's shrunken covariance (`docs/ranking/interests.md`); each interest alone and the likes
//!   as a whole, blended by how many likes an interest has;
//! - words: the BM25 vector against the mean like less the mean of the stream (Rocchio 1971; Manning et al.
//!   2008, section 9.1);
//! - contrast: the log ratio of two whitened kernel densities, likes against skipped papers;
//! - topics: a logistic regression on words and pairs of words that tells the interests from one another
//!   and from what is not liked: skipped papers, and the rest of the stream.
//!
//! The first two carry a reader with a few likes. The more skipped papers are known, the more contrast and
//! topics count and the less the others do; topics also grow with the likes alone. `docs/ranking/` has the
//! formulas, and what each is worth.

use ndarray::{Array2, Axis};
use serde::{Deserialize, Serialize};

use crate::{
    embed::{Embedder, text_of},
    error::Result,
    hash,
    paper::Paper,
    row::Row,
};

mod background;
mod crowd;
mod dense;
mod evidence;
mod lexical;
mod likelihood;
mod logistic;
mod score;
mod similar;
mod stream;
#[cfg(test)]
mod tests;
mod topics;
mod words;

pub use background::Background;
pub use crowd::Crowd;
pub use lexical::terms;
pub use likelihood::{Bin, Likelihood, MIN_ANSWERS, Reliability};
pub use similar::{Likeness, similar};
pub use stream::Stream;

/// So many recent papers describe a stream; more change little.
pub const STREAM: usize = 2_000;
/// So many papers before those add to what is known of its words.
pub const OLDER: usize = 6_000;

/// The trend of the interests is that of so many newest likes.
pub const TREND: usize = 300;

/// A paper's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// Which paper it is. Documents of one row are one paper; a seed that a reader wrote out is also the paper that
    /// has its text.
    pub row: Row,
    /// The title, with which the text begins.
    pub title: String,
    /// Title and abstract, as they are embedded.
    pub text: String,
}

impl Document {
    /// The words of the paper in this row.
    pub fn new(row: Row, paper: &Paper) -> Self {
        Document { row, title: paper.title.clone(), text: text_of(paper) }
    }

    /// Stable fingerprint of the text.
    pub(crate) fn text_hash(&self) -> u64 {
        hash::text(&self.text)
    }

    /// The text behind the title.
    pub(crate) fn body(&self) -> &str {
        self.text.strip_prefix(&self.title).unwrap_or(&self.text)
    }
}

/// A text that belongs to no library: equal ones are one paper.
impl From<&str> for Document {
    fn from(text: &str) -> Self {
        // Half of a hash tells apart as many texts as anybody hands over by themselves.
        let row = Row(hash::text(text) as u32);
        let title = text.split_once(". ").map_or(text, |(title, _)| title).to_owned();
        Document { row, title, text: text.to_owned() }
    }
}

/// The same of a paper.
impl From<&Paper> for Document {
    fn from(paper: &Paper) -> Self {
        Document { title: paper.title.clone(), ..text_of(paper).as_str().into() }
    }
}

/// Papers' words and their embeddings, side by side.
#[derive(Debug, Clone, Default)]
pub struct Documents {
    /// One each.
    pub papers: Vec<Document>,
    /// One unit vector each, papers x dim.
    pub vectors: Array2<f32>,
}

impl Documents {
    /// Embeds `papers`.
    ///
    /// # Errors
    /// As [`Embedder::embed`].
    pub fn embed(embedder: &dyn Embedder, papers: Vec<Document>) -> Result<Self> {
        let texts: Vec<String> = papers.iter().map(|paper| paper.text.clone()).collect();
        let vectors = match texts.is_empty() {
            true => Array2::zeros((0, embedder.model().dim)),
            false => embedder.embed(&texts, &|_, _| Ok(()))?,
        };
        Ok(Documents { papers, vectors })
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.papers.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.papers.is_empty()
    }

    /// The texts, in order.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.papers.iter().map(|paper| paper.text.as_str())
    }

    /// The documents at these places, in this order.
    pub fn select(&self, places: &[usize]) -> Documents {
        Documents {
            papers: places.iter().map(|at| self.papers[*at].clone()).collect(),
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
    /// Places of the newest among them, [`TREND`] where so many times are known.
    pub newest: Vec<usize>,
    /// Words and vectors of `likes`, in the same order.
    pub liked: Documents,
    /// Disliked papers and things to avoid.
    pub disliked: Documents,
    /// Papers that were read and not liked, newest first: weak negatives.
    pub skipped: Documents,
    /// How much each piece of evidence counts.
    pub weights: Weights,
}

impl Taste {
    /// The taste that has the likes of interest `k` alone, and nothing else.
    pub fn alone(&self, k: usize) -> Taste {
        let own: Vec<usize> =
            (0..self.likes.len()).filter(|at| self.likes[*at].interest == Some(k)).collect();
        let like = |at: &usize| Like { interest: Some(0), ..self.likes[*at] };
        Taste {
            interests: 1,
            likes: own.iter().map(like).collect(),
            liked: self.liked.select(&own),
            ..Taste::default()
        }
    }
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
    /// What the standing is made of.
    pub parts: Parts,
}

/// The pieces of evidence in a standing, which is their sum.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Parts {
    /// Nearness to the interests, in embeddings.
    pub interests: f32,
    /// Words of the likes.
    pub words: f32,
    /// Likes against skipped papers, in embeddings.
    pub contrast: f32,
    /// Likes against skipped papers, in words.
    pub topics: f32,
}

/// How much each piece of evidence counts, as a factor of the usual; 1 unless said otherwise.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Weights {
    /// Nearness to the interests, in embeddings.
    pub interests: f32,
    /// Words of the likes.
    pub words: f32,
    /// Likes against skipped papers, in embeddings.
    pub contrast: f32,
    /// Likes against skipped papers, in words.
    pub topics: f32,
    /// Share of the mean dislike that is taken off the mean like; 0.2.
    pub dislike: f32,
    /// So many likes an interest count as much together as the interests alone: with fewer, interests are
    /// scored apart; with more, the likes as a whole; 10.
    pub pooling: f32,
    /// Exponent of the scale that whitens embeddings.
    pub whitening: f32,
    /// How much telling words are emphasised among the topics.
    pub emphasis: f32,
    /// How much the newest likes decide which interest a paper is put under.
    pub trend: f32,
}

impl Default for Weights {
    fn default() -> Self {
        Weights {
            interests: 1.0,
            words: 1.0,
            contrast: 1.0,
            topics: 1.0,
            dislike: 0.2,
            pooling: 10.0,
            whitening: 1.0,
            emphasis: 1.0,
            trend: 1.0,
        }
    }
}

impl Weights {
    /// The usual weights with one piece left out each, and interests never or always taken apart, by name.
    pub fn ablations() -> Vec<(String, Weights)> {
        let usual = Weights::default;
        [
            ("no interests", Weights { interests: 0.0, ..usual() }),
            ("no words", Weights { words: 0.0, ..usual() }),
            ("no contrast", Weights { contrast: 0.0, ..usual() }),
            ("no topics", Weights { topics: 0.0, ..usual() }),
            ("no whitening", Weights { whitening: 0.0, ..usual() }),
            ("no emphasis", Weights { emphasis: 0.0, ..usual() }),
            ("no trend", Weights { trend: 0.0, ..usual() }),
            ("likes as one", Weights { pooling: 0.0, ..usual() }),
            ("likes apart", Weights { pooling: 1e6, ..usual() }),
        ]
        .map(|(name, weights)| (name.to_owned(), weights))
        .into()
    }
}

/// Ranks `candidates`; one [`Ranked`] each, in their order. See [`Stream::rank`].
pub fn rank(candidates: &Documents, background: &Background, taste: &Taste) -> Vec<Ranked> {
    if candidates.is_empty() {
        return Vec::new();
    }
    Stream::new(background, candidates).rank(taste)
}
