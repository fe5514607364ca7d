//! Many readers against one stream at once.
//!
//! [`Crowd`] ranks for readers of whom only likes are known what [`Stream::rank`] would rank for each, but
//! with the work shared. What a liked paper says of a row of the stream does not depend on who likes it: one
//! matrix product gives the kernels of all liked papers for a block of rows, and a reader's density is the
//! mean of some of them. LDA is linear, so a second product takes the mean like of many readers at
//! once; so are words, of which a block of readers goes through the stream's terms side by side.

use std::{collections::BTreeMap, convert::Infallible};

use ndarray::{Array1, Array2, Axis};

use super::{
    Documents, Stream,
    dense::{self, Whitened},
    evidence::{Shares, TAU},
    lexical::TermVector,
    score::Calibration,
};
use crate::threads::for_each;

/// Bounds the kernel sums of all readers at work, in numbers: 192 MB.
const SUMS: usize = 48 << 20;
/// Bounds the kernels of one block of rows, in numbers: 8 MB a thread, unless the pool is very large.
const KERNELS: usize = 2 << 20;
/// So many readers share one product for LDA; a multiple of [`SIDE_BY_SIDE`].
const BLOCK: usize = 64;
/// So many readers go through the words side by side.
const SIDE_BY_SIDE: usize = 16;

/// Papers that readers of one stream like, made ready for it.
///
/// Without marks there is no contrast, and the classifier of words, which costs more than all the rest,
/// is left out. Up to 15 likes it has no say in [`Stream::rank`] either, and both rank alike but for rounding.
pub struct Crowd<'a> {
    stream: &'a Stream<'a>,
    /// `V^T (x - mu)`.
    liked: Array2<f32>,
    /// BM25 vectors of unit length.
    liked_terms: Vec<TermVector>,
    /// The row of the background that is the same paper.
    own: Vec<Option<usize>>,
    /// BM25 vectors of the stream's rows, of unit length.
    terms: Vec<TermVector>,
}

/// A reader's likes, and the list that is made from them.
type Order<'a> = (&'a [usize], &'a mut Vec<(usize, f32)>);

impl<'a> Crowd<'a> {
    /// Makes the papers of `pool` ready: those that anybody likes, each once, from the model of `stream`.
    pub fn new(stream: &'a Stream<'a>, pool: &Documents) -> Self {
        let mut own = vec![None; pool.len()];
        stream.own(&pool.papers).into_iter().for_each(|(row, at)| own[at] = Some(row));
        Crowd {
            stream,
            liked: stream.background.rotate(&pool.vectors),
            liked_terms: pool.texts().map(|text| stream.lexicon.vector(text).unit()).collect(),
            own,
            terms: stream.terms.iter().map(TermVector::unit).collect(),
        }
    }

    /// For each reader, given as distinct places in the pool, the `top` candidates that stand highest: their
    /// places and 0-10 scores, best first, equals in the order of the candidates.
    ///
    /// # Panics
    /// If a place is beyond the pool.
    pub fn rank(&self, readers: &[Vec<usize>], top: usize) -> Vec<Vec<(usize, f32)>> {
        let mut lists = vec![Vec::new(); readers.len()];
        let mut levels: BTreeMap<i32, Vec<Order>> = BTreeMap::new();
        for (likes, list) in readers.iter().zip(&mut lists) {
            levels.entry(Stream::level(likes.len() as f32)).or_default().push((likes, list));
        }
        let room = (SUMS / self.stream.rows.nrows()).max(1);
        for orders in levels.values_mut().flat_map(|orders| orders.chunks_mut(room)) {
            let whitened = self.stream.whitened(orders[0].0.len() as f32, 1.0);
            self.fill(orders, &whitened, top);
        }
        lists
    }

    /// Fills the lists of readers who share a whitening.
    fn fill(&self, orders: &mut [Order], stream: &Whitened, top: usize) {
        let mut used: Vec<usize> = orders.iter().flat_map(|(likes, _)| *likes).copied().collect();
        used.sort_unstable();
        used.dedup();
        let mut place = vec![usize::MAX; self.own.len()];
        used.iter().enumerate().for_each(|(at, like)| place[*like] = at);
        let liked = dense::whiten(&self.liked.select(Axis(0), &used), &stream.scale);
        let density = Densities::new(orders, &liked, &place, stream);

        let blocks = orders.chunks_mut(BLOCK).enumerate();
        let Ok(()) = for_each(blocks, |(number, block)| {
            let ldas = self.lda(block, stream);
            let words: Vec<Array2<f32>> =
                block.chunks(SIDE_BY_SIDE).map(|part| self.words(part)).collect();
            for (at, (likes, list)) in block.iter_mut().enumerate() {
                if likes.is_empty() {
                    **list = self.list(Array1::zeros(stream.rows.nrows()), top);
                    continue;
                }
                let total = likes.len() as f32;
                let mut lda = ldas.row(at).mapv(|sum| sum / total);
                let sums = density.of(number * BLOCK + at);
                let mut kernel: Array1<f32> =
                    sums.iter().map(|sum| dense::density(sum / total)).collect();
                // Papers of the stream that are likes are judged by the others.
                for like in likes.iter() {
                    let Some(row) = self.own[*like] else { continue };
                    let without = |sum, own| dense::mean_of_others(sum, total, own, 1.0);
                    let rotated = &self.stream.rows.row(row) * &stream.scale * &stream.scale;
                    lda[row] = without(ldas[[at, row]], rotated.dot(&self.liked.row(*like)));
                    let cosine = stream.rows.row(row).dot(&liked.row(place[*like]));
                    kernel[row] = dense::density(without(sums[row], (cosine / TAU).exp()));
                }
                let taste = self.stream.z(self.stream.halves(lda, kernel));
                let words = words[at / SIDE_BY_SIDE].column(at % SIDE_BY_SIDE);
                let words = self.stream.z(words.to_owned());
                // Nothing takes over from the words.
                let shares = Shares::new(0.0, 0.0);
                let standing = taste * shares.interests + words * shares.words;
                let factor = self.stream.to_unit(&standing);
                **list = self.list(standing * factor, top);
            }
            Ok::<(), Infallible>(())
        });
    }

    /// LDA of a block of readers, summed over their likes: readers x rows.
    fn lda(&self, block: &[Order], stream: &Whitened) -> Array2<f32> {
        let mut sums = Array2::<f32>::zeros((block.len(), self.liked.ncols()));
        for ((likes, _), mut sum) in block.iter().zip(sums.rows_mut()) {
            likes.iter().for_each(|like| sum += &self.liked.row(*like));
            sum *= &stream.scale;
            sum *= &stream.scale;
        }
        sums.dot(&self.stream.rows.t())
    }

    /// What [`TermVector::cosine`] gives for the mean like less the mean of the stream, for at most
    /// [`SIDE_BY_SIDE`] readers: rows x readers.
    fn words(&self, block: &[Order]) -> Array2<f32> {
        let mean = &self.stream.mean_terms;
        // A term's weights for all readers lie together.
        let mut profiles: Vec<[f32; SIDE_BY_SIDE]> =
            mean.iter().map(|mean| [-mean; SIDE_BY_SIDE]).collect();
        for (at, (likes, _)) in block.iter().enumerate() {
            let share = 1.0 / likes.len() as f32;
            for (term, weight) in likes.iter().flat_map(|like| &self.liked_terms[*like].0) {
                profiles[*term as usize][at] += share * weight;
            }
        }
        let mut words = Array2::zeros((self.terms.len(), SIDE_BY_SIDE));
        for (terms, mut out) in self.terms.iter().zip(words.rows_mut()) {
            let mut sums = [0f32; SIDE_BY_SIDE];
            for (term, weight) in &terms.0 {
                let profile = &profiles[*term as usize];
                sums.iter_mut().zip(profile).for_each(|(sum, value)| *sum += weight * value);
            }
            out.iter_mut().zip(sums).for_each(|(out, sum)| *out = sum);
        }
        words
    }

    /// The `top` candidates by standing, with their scores.
    fn list(&self, standing: Array1<f32>, top: usize) -> Vec<(usize, f32)> {
        let n_background = self.stream.background.len();
        let mut background = standing.to_vec();
        let candidates = background.split_off(n_background);
        let calibration = Calibration::new(background);
        let mut order: Vec<usize> = (0..candidates.len()).collect();
        let higher =
            |a: &usize, b: &usize| candidates[*b].total_cmp(&candidates[*a]).then(a.cmp(b));
        if top < order.len() {
            order.select_nth_unstable_by(top, higher);
            order.truncate(top);
        }
        order.sort_unstable_by(higher);
        order.into_iter().map(|at| (at, calibration.score(candidates[at]))).collect()
    }
}

/// For readers who share a whitening, sums of `exp(t_i . t(x) / tau)` over their likes i, for every row x.
struct Densities {
    /// Readers x rows, for one block of rows after the other.
    blocks: Vec<Array2<f32>>,
}

impl Densities {
    /// `liked` are the whitened papers that the readers like, each at its `place`.
    fn new(orders: &[Order], liked: &Array2<f32>, place: &[usize], stream: &Whitened) -> Self {
        let width = (KERNELS / liked.nrows().max(1)).clamp(16, 128);
        let rows = stream.rows.axis_chunks_iter(Axis(0), width);
        let mut blocks: Vec<Array2<f32>> =
            rows.clone().map(|rows| Array2::zeros((orders.len(), rows.nrows()))).collect();
        let Ok(()) = for_each(rows.zip(&mut blocks), |(rows, sums)| {
            let mut kernels = liked.dot(&rows.t());
            kernels.mapv_inplace(|cosine| (cosine / TAU).exp());
            for ((likes, _), mut sum) in orders.iter().zip(sums.rows_mut()) {
                likes.iter().for_each(|like| sum += &kernels.row(place[*like]));
            }
            Ok::<(), Infallible>(())
        });
        Densities { blocks }
    }

    /// The sums of one reader.
    fn of(&self, reader: usize) -> Vec<f32> {
        self.blocks.iter().flat_map(|block| block.row(reader).to_vec()).collect()
    }
}
