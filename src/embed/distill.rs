//! Fits a [`Lark`] table to a teacher: token vectors whose sum points where the teacher's vector does.
//!
//! [`fit`] takes texts and the teacher's vectors of the same texts, and returns the bytes of a table file.
//! As in Tokenlearn (MinishLab) the table learns from whole texts; here it does so by ridge regression
//! (Hoerl & Kennard 1970), which has one solution and nothing to tune by luck: the vectors e of the tokens t
//! minimise
//!
//! ```text
//! sum over texts d of | s_d * sum over t of n_dt e_t  -  v_d |^2  +  sum over t of l_t |e_t|^2
//! ```
//!
//! with n the number of occurrences, v the teacher's unit vector, and a penalty l that grows with the number
//! of texts f_t that hold the token: `l_t = l (f_t / 100)^0.3`. Only the direction of a sum counts, so the
//! scale s of a text is free: it is one over its length at first, and after a first solution what brings its
//! sum closest to v. The equations are solved by conjugate gradients with a diagonal preconditioner (Saad
//! 2003, Iterative Methods for Sparse Linear Systems, algorithm 9.1), stopped early.
//!
//! Beside word pieces there are pairs: two pieces that often follow each other, such as the parts of a word
//! that the vocabulary lacks, or two words that mean more together. The vector of a pair is added to those of
//! its pieces.

use std::{collections::HashMap, convert::Infallible, path::Path};

use ndarray::{Array1, Array2, ArrayView2, ArrayViewMut1, Axis, Zip};

use super::{Embedder, Lark, lark::Table, wordpiece::WordPiece};
use crate::{
    error::{Error, Result},
    file, message,
    threads::for_each,
    vector,
};

/// Settings of a fit.
#[derive(Debug, Clone)]
pub struct FitOptions {
    pairs: usize,
    window: usize,
}

impl FitOptions {
    /// The settings that made the embedded table.
    pub fn new() -> Self {
        FitOptions { pairs: 11_000, window: 254 }
    }

    /// Sets how many pairs of pieces get a vector at most.
    pub fn with_pairs(mut self, pairs: usize) -> Self {
        self.pairs = pairs;
        self
    }

    /// Sets how many pieces of a text the fit looks at: as many as the teacher reads, so that no piece is
    /// held to account for a vector that it had no part in. The table itself reads whole texts.
    pub fn with_window(mut self, window: usize) -> Self {
        self.window = window;
        self
    }
}

impl Default for FitOptions {
    fn default() -> Self {
        Self::new()
    }
}

/// State of a fit.
#[derive(Debug, Clone, Copy)]
pub struct Progress {
    /// Steps done, from 1.
    pub step: usize,
    /// Steps in all.
    pub steps: usize,
    /// Mean cosine to the teacher on what it reads of the held-out texts.
    pub held_out: f64,
}

/// A finished fit.
#[derive(Debug)]
pub struct Fitted {
    /// The table file.
    pub file: Vec<u8>,
    /// Pieces that have a vector, and pairs.
    pub rows: (usize, usize),
    /// Texts that were fitted, and texts held out.
    pub texts: (usize, usize),
    /// How close the table comes on what the teacher reads of the held-out texts.
    pub on_window: Fidelity,
    /// The same where the table reads the texts whole, as it does in use.
    pub on_whole: Fidelity,
}

/// How close vectors come to those of a teacher.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fidelity {
    /// Mean cosine.
    pub cosine: f64,
    /// Mean cosine after the teacher's mean is taken from both: what tells texts apart.
    pub centred: f64,
    /// Mean share of a text's ten nearest other texts that are the same.
    pub neighbours: f64,
}

impl Fitted {
    /// Writes the table file.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn save(&self, path: &Path) -> Result<()> {
        file::write_atomic(path, &self.file).map(|_| ())
    }
}

/// Every text whose number is a multiple of this is held out.
const HOLD_OUT: usize = 50;
/// A piece gets a vector if it occurs in so many texts.
const MIN_TEXTS: u32 = 5;
/// Two pieces that each occur in more than this share of the texts are no pair.
const COMMON: f64 = 0.35;
/// Penalties of pieces and of pairs, at a hundred texts.
const PENALTIES: [f32; 2] = [100.0, 300.0];
/// How fast the penalty grows with the number of texts.
const PENALTY_POWER: f32 = 0.3;
/// Solutions, each with better scales, and steps of conjugate gradients for each.
const ROUNDS: usize = 2;
const STEPS: usize = 12;

/// Fits a table for `vocabulary` (tokens in id order) so that it gives `teacher` (texts x dim, unit rows)
/// for `texts`. The same input gives the same bytes, whatever the number of threads.
///
/// # Errors
/// [`Error::Invalid`] if there are fewer than 100 texts, the numbers of texts and vectors differ, or the
/// vocabulary has no `[UNK]`.
pub fn fit(
    vocabulary: &[String],
    texts: &[String],
    teacher: ArrayView2<f32>,
    options: &FitOptions,
    mut report: impl FnMut(Progress),
) -> Result<Fitted> {
    if texts.len() < 2 * HOLD_OUT || texts.len() != teacher.nrows() {
        return Err(Error::Invalid(message!(
            "a fit needs at least {least} texts and one teacher vector for each; there are {texts} and {vectors}",
            least = 2 * HOLD_OUT,
            texts = texts.len(),
            vectors = teacher.nrows()
        )));
    }
    let tokens = WordPiece::new(vocabulary.iter().map(String::as_str))
        .ok_or_else(|| Error::Invalid(message!("the teacher's vocabulary has no [UNK]")))?;
    let (held, fitted): (Vec<usize>, Vec<usize>) =
        (0..texts.len()).partition(|at| at % HOLD_OUT == 0);
    let ids = |of: &[usize]| -> Vec<Vec<u32>> {
        of.iter()
            .map(|at| {
                let mut ids = Vec::new();
                tokens.ids(&texts[*at], &mut ids);
                ids.truncate(options.window);
                ids
            })
            .collect()
    };
    let (held_ids, fitted_ids) = (ids(&held), ids(&fitted));
    let columns = Columns::choose(vocabulary, &fitted_ids, options.pairs);
    let counts = |ids: &[Vec<u32>]| Sparse::new(ids.iter().map(|ids| columns.count(ids)));
    let (held_counts, fitted_counts) = (counts(&held_ids), counts(&fitted_ids));
    let held_teacher = teacher.select(Axis(0), &held);

    let mut problem = Ridge::new(fitted_counts, &columns, teacher.select(Axis(0), &fitted));
    let mut table = Array2::<f32>::zeros((columns.len(), teacher.ncols()));
    let mut step = 0;
    for round in 0..ROUNDS {
        if round > 0 {
            problem.rescale(&table);
        }
        problem.solve(&mut table, |table| {
            step += 1;
            let held_out = mean_cosine(held_counts.product(table), &held_teacher);
            report(Progress { step, steps: ROUNDS * STEPS, held_out });
        });
    }

    let words: Vec<&str> = columns.order.iter().map(|id| vocabulary[*id].as_str()).collect();
    let table = Table { vocabulary: &words, pairs: &columns.pairs, vectors: table.view() };
    let file = table.serialise();
    // Measured on what is shipped: 8 bits, read back from the file.
    let lark = Lark::parse(file.clone().into()).map_err(Error::Invalid)?;
    let mut vectors = Array2::zeros(held_teacher.dim());
    for (ids, row) in held_ids.iter().zip(vectors.rows_mut()) {
        let places: Vec<u32> = ids.iter().map(|id| columns.place[*id as usize]).collect();
        lark.embed_tokens(&places, row);
    }
    let held_texts: Vec<String> = held.iter().map(|at| texts[*at].clone()).collect();
    let whole = lark.embed(&held_texts, &|_, _| Ok(()))?;
    let mean = teacher.mean_axis(Axis(0)).expect("there is at least one text");
    Ok(Fitted {
        file,
        rows: (columns.pieces, columns.pairs.len()),
        texts: (fitted.len(), held.len()),
        on_window: fidelity(&vectors, &held_teacher, &mean),
        on_whole: fidelity(&whole, &held_teacher, &mean),
    })
}

/// What has a vector: pieces, then pairs.
struct Columns {
    /// Tokens in file order; those that have a vector first.
    order: Vec<usize>,
    pieces: usize,
    /// Pairs as places in `order`, ascending.
    pairs: Vec<[u32; 2]>,
    /// Place of each token in `order`.
    place: Vec<u32>,
    of_pair: HashMap<[u32; 2], u32>,
    /// Texts that hold each column.
    texts: Vec<u32>,
}

impl Columns {
    fn choose(vocabulary: &[String], texts: &[Vec<u32>], pairs: usize) -> Self {
        let mut holding = vec![0u32; vocabulary.len()];
        let mut seen: HashMap<[u32; 2], u32> = HashMap::new();
        for ids in texts {
            distinct(ids.clone()).for_each(|id| holding[id as usize] += 1);
            distinct(neighbours(ids).collect())
                .for_each(|pair| *seen.entry(pair).or_default() += 1);
        }
        let (mut order, rest): (Vec<usize>, Vec<usize>) =
            (0..vocabulary.len()).partition(|id| holding[*id] >= MIN_TEXTS);
        let pieces = order.len();
        order.extend(rest);
        let mut place = vec![0u32; vocabulary.len()];
        order.iter().zip(0..).for_each(|(id, at)| place[*id] = at);

        let common = COMMON * texts.len() as f64;
        let is_common = |id: u32| f64::from(holding[id as usize]) > common;
        let is_part = |id: u32| pairs_up(&vocabulary[id as usize]);
        let mut chosen: Vec<([u32; 2], u32)> = seen
            .into_iter()
            .filter(|([a, b], texts)| {
                *texts >= MIN_TEXTS
                    && is_part(*a)
                    && is_part(*b)
                    && !(is_common(*a) && is_common(*b))
            })
            .map(|([a, b], texts)| ([place[a as usize], place[b as usize]], texts))
            .collect();
        chosen.sort_unstable_by_key(|(pair, texts)| (std::cmp::Reverse(*texts), *pair));
        chosen.truncate(pairs);
        chosen.sort_unstable();
        let held = order[..pieces].iter().map(|id| holding[*id]);
        let texts = held.chain(chosen.iter().map(|(_, texts)| *texts)).collect();
        let pairs: Vec<[u32; 2]> = chosen.into_iter().map(|(pair, _)| pair).collect();
        let of_pair = pairs.iter().copied().zip(pieces as u32..).collect();
        Columns { order, pieces, pairs, place, of_pair, texts }
    }

    fn len(&self) -> usize {
        self.pieces + self.pairs.len()
    }

    /// The columns of a text, ascending, each with how often it occurs.
    fn count(&self, ids: &[u32]) -> Vec<(u32, f32)> {
        let places: Vec<u32> = ids.iter().map(|id| self.place[*id as usize]).collect();
        let pieces = places.iter().copied().filter(|place| (*place as usize) < self.pieces);
        let pairs = neighbours(&places).filter_map(|pair| self.of_pair.get(&pair).copied());
        let mut columns: Vec<u32> = pieces.chain(pairs).collect();
        columns.sort_unstable();
        columns.chunk_by(|a, b| a == b).map(|run| (run[0], run.len() as f32)).collect()
    }
}

/// Whether a token may be half of a pair: punctuation and single characters say little.
fn pairs_up(token: &str) -> bool {
    let piece = token.strip_prefix("##");
    let text = piece.unwrap_or(token);
    text.chars().all(char::is_alphanumeric) && (piece.is_some() || text.chars().nth(1).is_some())
}

fn neighbours(ids: &[u32]) -> impl Iterator<Item = [u32; 2]> {
    ids.windows(2).map(|pair| [pair[0], pair[1]])
}

fn distinct<T: Ord>(mut items: Vec<T>) -> impl Iterator<Item = T> {
    items.sort_unstable();
    items.dedup();
    items.into_iter()
}

/// A sparse matrix by rows.
struct Sparse {
    starts: Vec<usize>,
    columns: Vec<u32>,
    values: Vec<f32>,
}

impl Sparse {
    fn new(rows: impl Iterator<Item = Vec<(u32, f32)>>) -> Self {
        let mut sparse = Sparse { starts: vec![0], columns: Vec::new(), values: Vec::new() };
        for row in rows {
            for (column, value) in row {
                sparse.columns.push(column);
                sparse.values.push(value);
            }
            sparse.starts.push(sparse.columns.len());
        }
        sparse
    }

    fn rows(&self) -> usize {
        self.starts.len() - 1
    }

    fn row(&self, at: usize) -> impl Iterator<Item = (usize, f32)> {
        let range = self.starts[at]..self.starts[at + 1];
        let columns = self.columns[range.clone()].iter().map(|column| *column as usize);
        columns.zip(self.values[range].iter().copied())
    }

    fn transposed(&self, columns: usize) -> Sparse {
        let mut starts = vec![0; columns + 1];
        self.columns.iter().for_each(|column| starts[*column as usize + 1] += 1);
        (0..columns).for_each(|at| starts[at + 1] += starts[at]);
        let mut next = starts.clone();
        let mut turned = Sparse {
            starts,
            columns: vec![0; self.columns.len()],
            values: vec![0.0; self.values.len()],
        };
        for at in 0..self.rows() {
            for (column, value) in self.row(at) {
                turned.columns[next[column]] = at as u32;
                turned.values[next[column]] = value;
                next[column] += 1;
            }
        }
        turned
    }

    /// This times a dense matrix, rows x dim.
    fn product(&self, dense: &Array2<f32>) -> Array2<f32> {
        const BLOCK: usize = 64;
        let mut product = Array2::zeros((self.rows(), dense.ncols()));
        let blocks = product.axis_chunks_iter_mut(Axis(0), BLOCK).enumerate();
        let done: Result<(), Infallible> = for_each(blocks, |(block, mut rows)| {
            for (at, mut row) in rows.rows_mut().into_iter().enumerate() {
                self.add_row(block * BLOCK + at, dense, &mut row);
            }
            Ok(())
        });
        let Ok(()) = done;
        product
    }

    fn add_row(&self, at: usize, dense: &Array2<f32>, sum: &mut ArrayViewMut1<f32>) {
        for (column, value) in self.row(at) {
            sum.scaled_add(value, &dense.row(column));
        }
    }
}

/// The equations: counts (texts x columns), the teacher's vectors, a scale for each text and a penalty for
/// each column.
struct Ridge {
    counts: Sparse,
    turned: Sparse,
    teacher: Array2<f32>,
    scales: Array1<f32>,
    penalties: Array1<f32>,
}

impl Ridge {
    fn new(counts: Sparse, columns: &Columns, teacher: Array2<f32>) -> Self {
        let lengths = (0..counts.rows()).map(|at| counts.row(at).map(|(_, n)| n).sum::<f32>());
        let scales = Array1::from_iter(lengths.map(|length| length.max(1.0).recip()));
        let penalties = columns.texts.iter().enumerate().map(|(column, texts)| {
            let plain = PENALTIES[usize::from(column >= columns.pieces)];
            plain * (*texts as f32 / 100.0).powf(PENALTY_POWER)
        });
        let penalties = penalties.collect();
        let turned = counts.transposed(columns.len());
        let mut ridge = Ridge { counts, turned, teacher, scales, penalties };
        ridge.mean_scale_is_one();
        ridge
    }

    fn mean_scale_is_one(&mut self) {
        if let Some(mean) = self.scales.mean().filter(|mean| *mean > 0.0) {
            self.scales /= mean;
        }
    }

    /// Gives each text the scale that brings its sum closest to its vector, within bounds.
    fn rescale(&mut self, table: &Array2<f32>) {
        const BOUND: f32 = 3.0;
        let sums = self.counts.product(table);
        Zip::from(&mut self.scales).and(sums.rows()).and(self.teacher.rows()).for_each(
            |scale, sum, v| {
                *scale = sum.dot(&v).max(0.0) / sum.dot(&sum).max(f32::MIN_POSITIVE);
            },
        );
        self.mean_scale_is_one();
        self.scales.mapv_inplace(|scale| scale.clamp(BOUND.recip(), BOUND));
    }

    /// The left side of the normal equations times `table`.
    fn normal(&self, table: &Array2<f32>) -> Array2<f32> {
        let mut sums = self.counts.product(table);
        Zip::from(sums.rows_mut()).and(&self.scales).for_each(|mut sum, s| sum *= s * s);
        let mut product = self.turned.product(&sums);
        Zip::from(product.rows_mut())
            .and(table.rows())
            .and(&self.penalties)
            .for_each(|mut row, vector, penalty| row.scaled_add(*penalty, &vector));
        product
    }

    /// Improves `table` by conjugate gradients, each dimension for itself.
    fn solve(&self, table: &mut Array2<f32>, mut step: impl FnMut(&Array2<f32>)) {
        let mut scaled = self.teacher.clone();
        Zip::from(scaled.rows_mut()).and(&self.scales).for_each(|mut v, s| v *= *s);
        let mut residual = self.turned.product(&scaled) - self.normal(table);
        let diagonal = (0..table.nrows()).map(|column| {
            let squares = self.turned.row(column).map(|(text, n)| (n * self.scales[text]).powi(2));
            self.penalties[column] + squares.sum::<f32>()
        });
        let diagonal = Array1::from_iter(diagonal).insert_axis(Axis(1));

        let mut preconditioned = &residual / &diagonal;
        let mut direction = preconditioned.clone();
        let mut squared = column_products(&residual, &preconditioned);
        for _ in 0..STEPS {
            let image = self.normal(&direction);
            let lengths = ratios(&squared, &column_products(&direction, &image));
            Zip::from(table.rows_mut())
                .and(residual.rows_mut())
                .and(direction.rows())
                .and(image.rows())
                .for_each(|mut vector, mut residual, direction, image| {
                    Zip::from(&mut vector)
                        .and(direction)
                        .and(&lengths)
                        .for_each(|e, p, a| *e += a * p);
                    Zip::from(&mut residual)
                        .and(image)
                        .and(&lengths)
                        .for_each(|r, q, a| *r -= a * q);
                });
            preconditioned = &residual / &diagonal;
            let next = column_products(&residual, &preconditioned);
            let keep = ratios(&next, &squared);
            squared = next;
            for (mut direction, z) in direction.rows_mut().into_iter().zip(preconditioned.rows()) {
                Zip::from(&mut direction).and(z).and(&keep).for_each(|p, z, b| *p = z + b * *p);
            }
            step(table);
        }
    }
}

/// The dot product of each column of `a` with that of `b`.
fn column_products(a: &Array2<f32>, b: &Array2<f32>) -> Vec<f64> {
    let mut sums = vec![0f64; a.ncols()];
    for (a, b) in a.rows().into_iter().zip(b.rows()) {
        sums.iter_mut().zip(a).zip(b).for_each(|((sum, a), b)| *sum += f64::from(a * b));
    }
    sums
}

/// Quotients; 0 where there is nothing left to divide.
fn ratios(over: &[f64], under: &[f64]) -> Array1<f32> {
    let ratio = |(over, under): (&f64, &f64)| if *under > 0.0 { over / under } else { 0.0 };
    over.iter().zip(under).map(ratio).map(|ratio| ratio as f32).collect()
}

fn mean_cosine(mut sums: Array2<f32>, teacher: &Array2<f32>) -> f64 {
    sums.rows_mut().into_iter().for_each(vector::normalise);
    f64::from((&sums * teacher).sum()) / teacher.nrows() as f64
}

fn fidelity(vectors: &Array2<f32>, teacher: &Array2<f32>, mean: &Array1<f32>) -> Fidelity {
    const NEAREST: usize = 10;
    let nearest = |vectors: &Array2<f32>| -> Vec<Vec<usize>> {
        let cosines = vectors.dot(&vectors.t());
        let of = |(at, row): (usize, ndarray::ArrayView1<f32>)| {
            let mut others: Vec<usize> = (0..row.len()).filter(|other| *other != at).collect();
            others.sort_by(|a, b| row[*b].total_cmp(&row[*a]));
            others.truncate(NEAREST);
            others
        };
        cosines.rows().into_iter().enumerate().map(of).collect()
    };
    let (ours, theirs) = (nearest(vectors), nearest(teacher));
    let shared: usize = ours
        .iter()
        .zip(&theirs)
        .map(|(ours, theirs)| ours.iter().filter(|other| theirs.contains(other)).count())
        .sum();
    let most: usize = theirs.iter().map(Vec::len).sum();
    let mut rest = teacher - mean;
    rest.rows_mut().into_iter().for_each(vector::normalise);
    Fidelity {
        centred: mean_cosine(vectors - mean, &rest),
        neighbours: shared as f64 / most.max(1) as f64,
        cosine: mean_cosine(vectors.clone(), teacher),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A teacher that is itself a table, with a vector of its own for one pair.
    fn lesson() -> (Vec<String>, Vec<String>, Array2<f32>) {
        let words: Vec<String> =
            std::iter::once("[UNK]".into()).chain((10..50).map(|n| format!("word{n}"))).collect();
        let mut random = fastrand::Rng::with_seed(7);
        let truth = Array2::from_shape_simple_fn((words.len(), 6), || random.f32() - 0.5);
        let together = Array1::from_shape_simple_fn(6, || 6.0 * (random.f32() - 0.5));
        let mut texts = Vec::new();
        let mut vectors = Array2::zeros((6000, 6));
        for mut row in vectors.rows_mut() {
            let mut picks: Vec<usize> = (0..5).map(|_| random.usize(1..words.len())).collect();
            let together_here = random.f32() < 0.2;
            if together_here {
                picks[1..3].copy_from_slice(&[1, 2]);
            }
            texts.push(picks.iter().map(|w| &words[*w][..]).collect::<Vec<_>>().join(" "));
            for word in &picks {
                row += &truth.row(*word);
            }
            if together_here {
                row += &together;
            }
            vector::normalise(row);
        }
        (words, texts, vectors)
    }

    #[test]
    fn a_fit_reproduces_its_teacher_and_itself() {
        let (words, texts, teacher) = lesson();
        let fit = |pairs| {
            let options = FitOptions::new().with_pairs(pairs);
            fit(&words, &texts, teacher.view(), &options, |_| {}).unwrap()
        };
        let fitted = fit(2000);
        assert_eq!((fitted.rows.0, fitted.texts), (40, (5880, 120)));
        assert!(fitted.on_window.cosine > 0.95, "{:?}", fitted.on_window);
        assert_eq!(fitted.on_window, fitted.on_whole, "no text is longer than the window");
        assert_eq!(fitted.file, fit(2000).file);
        let single = fit(0);
        assert_eq!(single.rows, (40, 0));
        assert!(single.on_window.cosine < fitted.on_window.cosine - 0.01, "pairs help");

        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("table.bin");
        fitted.save(&path).unwrap();
        let vectors = Lark::open(&path).unwrap().embed(&texts, &|_, _| Ok(())).unwrap();
        let mean = (&vectors * &teacher).sum() / texts.len() as f32;
        assert!(mean > 0.95, "cosine through the 8-bit file {mean}");
    }

    #[test]
    fn the_solution_satisfies_the_equations() {
        let (words, texts, teacher) = lesson();
        let tokens = WordPiece::new(words.iter().map(String::as_str)).unwrap();
        let ids = |text: &String| {
            let mut ids = Vec::new();
            tokens.ids(text, &mut ids);
            ids
        };
        let ids: Vec<Vec<u32>> = texts.iter().map(ids).collect();
        let columns = Columns::choose(&words, &ids, 5);
        let counts = Sparse::new(ids.iter().map(|ids| columns.count(ids)));
        let ridge = Ridge::new(counts, &columns, teacher.clone());
        let mut table = Array2::zeros((columns.len(), teacher.ncols()));
        ridge.solve(&mut table, |_| {});
        // The slope of the loss is zero: changing any number makes it worse.
        let loss = |table: &Array2<f32>| -> f64 {
            let mut rest = ridge.counts.product(table);
            Zip::from(rest.rows_mut()).and(&ridge.scales).for_each(|mut row, s| row *= *s);
            rest -= &ridge.teacher;
            let penalty: f64 = table
                .rows()
                .into_iter()
                .zip(&ridge.penalties)
                .map(|(row, penalty)| f64::from(penalty * row.dot(&row)))
                .sum();
            rest.iter().map(|x| f64::from(x * x)).sum::<f64>() + penalty
        };
        let best = loss(&table);
        for at in [[0, 0], [3, 2], [8, 1], [columns.len() - 1, 5]] {
            for change in [0.05, -0.05] {
                let mut other = table.clone();
                other[at] += change;
                assert!(loss(&other) > best, "{at:?} {change}");
            }
        }
    }

    #[test]
    fn too_little_to_learn_from_is_refused() {
        let (words, texts, teacher) = lesson();
        let options = FitOptions::new();
        assert!(fit(&words, &texts[..50], teacher.view(), &options, |_| {}).is_err());
        assert!(fit(&words[1..], &texts, teacher.view(), &options, |_| {}).is_err());
    }
}
