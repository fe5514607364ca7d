//! Fits a [`Lark`] table to a teacher: token vectors whose sum points where the teacher's vector does.
//!
//! [`fit`] takes texts and the teacher's vectors of the same texts, and returns the bytes of a table
//! file. The method follows Tokenlearn (MinishLab): the loss of a text is `1 - cos(u, v)` between the
//! table's vector u and the teacher's v, plus half of `1 - cos(u - m, v - m)`, m the teacher's mean;
//! the second part keeps what tells papers apart from drowning in what all papers share. Adam
//! (Kingma & Ba 2015, section 2) updates the vectors of the tokens that occur in a batch, with a
//! learning rate that falls to zero.

use std::{
    path::Path,
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use ndarray::{Array1, Array2, ArrayView1, ArrayView2, Axis};

use super::{Lark, wordpiece::WordPiece};
use crate::{
    error::{Error, Result},
    file,
    threads::cores,
};

/// Settings of a fit.
#[derive(Debug, Clone)]
pub struct FitOptions {
    epochs: usize,
    seed: u64,
    learning_rate: f32,
}

impl FitOptions {
    /// The settings that made the embedded table.
    pub fn new() -> Self {
        FitOptions { epochs: 6, seed: 1, learning_rate: 5e-4 }
    }

    /// Sets how often the fit goes over all texts.
    pub fn with_epochs(mut self, epochs: usize) -> Self {
        self.epochs = epochs.max(1);
        self
    }

    /// Sets the seed of the order in which texts are seen.
    pub fn with_seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }
}

impl Default for FitOptions {
    fn default() -> Self {
        Self::new()
    }
}

/// State of a fit after an epoch.
#[derive(Debug, Clone, Copy)]
pub struct Progress {
    /// Epochs done, from 1.
    pub epoch: usize,
    /// Epochs in all.
    pub epochs: usize,
    /// Mean cosine to the teacher on the texts of the fit, while they were being fitted.
    pub fitted: f64,
    /// Mean cosine to the teacher on the held-out texts.
    pub held_out: f64,
}

/// A finished fit.
#[derive(Debug)]
pub struct Fitted {
    /// The table file.
    pub file: Vec<u8>,
    /// Tokens that have a vector.
    pub rows: usize,
    /// Texts that were fitted, and texts held out.
    pub texts: (usize, usize),
    /// Mean cosine to the teacher on the held-out texts.
    pub held_out: f64,
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
/// Texts per update.
const BATCH: usize = 256;
/// A token gets a vector if it occurs in so many texts.
const MIN_TEXTS: u32 = 3;
/// A token's first vector is shrunk as if it also occurred in so many texts about nothing: a rare token
/// is heard less, which keeps the fit from learning single texts by heart.
const PRIOR_TEXTS: f32 = 10.0;

/// Fits a table for `vocabulary` (tokens in id order) so that it gives `teacher` (texts x dim, unit
/// rows) for `texts`. The same input and seed give the same bytes.
///
/// # Errors
/// [`Error::Invalid`] if there are fewer than 100 texts, the numbers of texts and vectors differ, or
/// the vocabulary has no `[UNK]`.
pub fn fit(
    vocabulary: &[String],
    texts: &[String],
    teacher: ArrayView2<f32>,
    options: &FitOptions,
    mut report: impl FnMut(Progress),
) -> Result<Fitted> {
    if texts.len() < 2 * HOLD_OUT || texts.len() != teacher.nrows() {
        return Err(Error::Invalid(format!(
            "a fit needs at least {} texts and one teacher vector for each; there are {} and {}",
            2 * HOLD_OUT,
            texts.len(),
            teacher.nrows()
        )));
    }
    let tokens = WordPiece::new(vocabulary.iter().map(String::as_str))
        .ok_or_else(|| Error::Invalid("the teacher's vocabulary has no [UNK]".into()))?;
    let (order, documents) = documents(vocabulary.len(), &tokens, texts);
    let rows = order.rows;
    let (held, mut fitted): (Vec<usize>, Vec<usize>) =
        (0..texts.len()).partition(|at| at % HOLD_OUT == 0);

    let target = Target::new(teacher);
    let mut table = Table::new(initial(&documents, &fitted, &target, rows));
    let mut random = fastrand::Rng::with_seed(options.seed);
    let steps = options.epochs * fitted.len().div_ceil(BATCH);
    let mut step = 0;
    let mut held_out = 0.0;
    for epoch in 1..=options.epochs {
        random.shuffle(&mut fitted);
        let mut cosines = 0.0;
        for batch in fitted.chunks(BATCH) {
            step += 1;
            let rate = options.learning_rate * (1.0 - (step - 1) as f32 / steps as f32);
            let (gradients, cosine) = gradients(&table.values, &documents, &target, batch);
            cosines += cosine;
            table.update(&documents, batch, &gradients, rate, step);
        }
        held_out = mean_cosine(&table.values, &documents, &target, &held);
        let fitted = cosines / fitted.len() as f64;
        report(Progress { epoch, epochs: options.epochs, fitted, held_out });
    }
    let words: Vec<&str> = order.tokens.iter().map(|id| vocabulary[*id].as_str()).collect();
    let file = Lark::serialise(&words, table.values.view());
    Ok(Fitted { file, rows, texts: (fitted.len(), held.len()), held_out })
}

/// Tokens in file order, those with a row first.
struct Order {
    tokens: Vec<usize>,
    rows: usize,
}

/// A text as its rows, each with the number of its occurrences.
type Document = Vec<(u32, f32)>;

fn documents(size: usize, tokens: &WordPiece, texts: &[String]) -> (Order, Vec<Document>) {
    let mut ids = Vec::new();
    let mut documents: Vec<Document> = Vec::with_capacity(texts.len());
    let mut frequency = vec![0u32; size];
    for text in texts {
        ids.clear();
        tokens.ids(text, &mut ids);
        ids.sort_unstable();
        let counted: Document =
            ids.chunk_by(|a, b| a == b).map(|run| (run[0], run.len() as f32)).collect();
        counted.iter().for_each(|(id, _)| frequency[*id as usize] += 1);
        documents.push(counted);
    }
    let (mut order, rest): (Vec<usize>, Vec<usize>) =
        (0..size).partition(|id| frequency[*id] >= MIN_TEXTS);
    let rows = order.len();
    order.extend(rest);
    let mut row_of = vec![u32::MAX; size];
    for (row, id) in order[..rows].iter().enumerate() {
        row_of[*id] = row as u32;
    }
    for document in &mut documents {
        for (id, _) in document.iter_mut() {
            *id = row_of[*id as usize];
        }
        document.retain(|(row, _)| *row != u32::MAX);
    }
    (Order { tokens: order, rows }, documents)
}

/// The teacher's vectors v, their mean m, and the unit vectors of v - m.
struct Target<'a> {
    vectors: ArrayView2<'a, f32>,
    mean: Array1<f32>,
}

impl<'a> Target<'a> {
    fn new(vectors: ArrayView2<'a, f32>) -> Self {
        let mean = vectors.mean_axis(Axis(0)).expect("there is at least one text");
        Target { vectors, mean }
    }

    fn dim(&self) -> usize {
        self.vectors.ncols()
    }
}

/// Where a fit starts: a token's vector is the mean of `v - m` over the texts it occurs in, which is
/// near zero for words that all texts share, plus a little of `m`.
fn initial(documents: &[Document], fitted: &[usize], target: &Target, rows: usize) -> Array2<f32> {
    let mut table = Array2::<f32>::zeros((rows, target.dim()));
    let mut texts = vec![0f32; rows];
    for at in fitted {
        let vector = &target.vectors.row(*at) - &target.mean;
        for (row, _) in &documents[*at] {
            table.row_mut(*row as usize).scaled_add(1.0, &vector);
            texts[*row as usize] += 1.0;
        }
    }
    for (mut row, texts) in table.rows_mut().into_iter().zip(texts) {
        row /= texts + PRIOR_TEXTS;
        row.scaled_add(0.02, &target.mean);
    }
    table
}

fn sum(table: &Array2<f32>, document: &Document) -> Array1<f32> {
    let mut sum = Array1::zeros(table.ncols());
    for (row, count) in document {
        sum.scaled_add(*count, &table.row(*row as usize));
    }
    sum
}

/// Derivative of the loss by the sum of a text's token vectors, and the cosine to the teacher.
fn gradient(sum: &Array1<f32>, v: ArrayView1<f32>, mean: &Array1<f32>) -> (Array1<f32>, f64) {
    let length = sum.dot(sum).sqrt();
    if length == 0.0 {
        return (Array1::zeros(sum.len()), 0.0);
    }
    let u = sum / length;
    let cosine = u.dot(&v);
    let (c, w) = (&u - mean, &v - mean);
    let (c_length, w_length) = (c.dot(&c).sqrt().max(1e-6), w.dot(&w).sqrt().max(1e-6));
    let centred = c.dot(&w) / (c_length * w_length);
    // d/du of -(u.v) - 0.5 cos(c, w), then through the normalisation of the sum.
    let mut slope = -&v;
    slope.scaled_add(-0.5 / (c_length * w_length), &w);
    slope.scaled_add(0.5 * centred / (c_length * c_length), &c);
    let along = slope.dot(&u);
    slope.scaled_add(-along, &u);
    slope /= length;
    (slope, f64::from(cosine))
}

/// One gradient per text of the batch, and the sum of the cosines.
fn gradients(
    table: &Array2<f32>,
    documents: &[Document],
    target: &Target,
    batch: &[usize],
) -> (Array2<f32>, f64) {
    let mut gradients = Array2::zeros((batch.len(), target.dim()));
    let mut cosines = vec![0.0; batch.len()];
    let share = batch.len().div_ceil(cores());
    std::thread::scope(|scope| {
        let parts = gradients
            .axis_chunks_iter_mut(Axis(0), share)
            .zip(cosines.chunks_mut(share))
            .zip(batch.chunks(share));
        for ((mut gradients, cosines), batch) in parts {
            scope.spawn(move || {
                for ((mut out, cosine), at) in
                    gradients.rows_mut().into_iter().zip(cosines).zip(batch)
                {
                    let sum = sum(table, &documents[*at]);
                    let (slope, cos) = gradient(&sum, target.vectors.row(*at), &target.mean);
                    out.assign(&slope);
                    *cosine = cos;
                }
            });
        }
    });
    (gradients, cosines.iter().sum())
}

fn mean_cosine(table: &Array2<f32>, documents: &[Document], target: &Target, of: &[usize]) -> f64 {
    let total: f64 = of
        .iter()
        .map(|at| gradient(&sum(table, &documents[*at]), target.vectors.row(*at), &target.mean).1)
        .sum();
    total / of.len() as f64
}

/// Token vectors with Adam's running moments.
struct Table {
    values: Array2<f32>,
    first: Array2<f32>,
    second: Array2<f32>,
}

impl Table {
    fn new(values: Array2<f32>) -> Self {
        let zeros = Array2::zeros(values.dim());
        Table { first: zeros.clone(), second: zeros, values }
    }

    /// One Adam step on the rows that occur in the batch. Each row adds up its gradient in the order
    /// of the batch, so the result does not depend on the number of threads.
    fn update(
        &mut self,
        documents: &[Document],
        batch: &[usize],
        gradients: &Array2<f32>,
        rate: f32,
        step: usize,
    ) {
        const BLOCK: usize = 256;
        const BETA1: f32 = 0.9;
        const BETA2: f32 = 0.999;
        let mut uses: Vec<(u32, u32, f32)> = Vec::new();
        for (place, at) in batch.iter().enumerate() {
            uses.extend(documents[*at].iter().map(|(row, count)| (*row, place as u32, *count)));
        }
        uses.sort_unstable_by_key(|(row, place, _)| (*row, *place));
        let scale = (batch.len() as f32).recip();
        let step = step as i32;
        let rate = rate * (1.0 - BETA2.powi(step)).sqrt() / (1.0 - BETA1.powi(step));

        let blocks: Vec<_> = self
            .values
            .axis_chunks_iter_mut(Axis(0), BLOCK)
            .zip(self.first.axis_chunks_iter_mut(Axis(0), BLOCK))
            .zip(self.second.axis_chunks_iter_mut(Axis(0), BLOCK))
            .map(|block| Mutex::new(Some(block)))
            .collect();
        let next = AtomicUsize::new(0);
        let work = || {
            let mut g = Array1::<f32>::zeros(gradients.ncols());
            loop {
                let at = next.fetch_add(1, Ordering::Relaxed);
                let taken = blocks.get(at).and_then(|b| b.lock().ok()).and_then(|mut b| b.take());
                let Some(((mut values, mut first), mut second)) = taken else {
                    break;
                };
                let from = at * BLOCK;
                let begin = uses.partition_point(|(row, ..)| (*row as usize) < from);
                let end = uses.partition_point(|(row, ..)| (*row as usize) < from + BLOCK);
                for uses in uses[begin..end].chunk_by(|a, b| a.0 == b.0) {
                    g.fill(0.0);
                    for (_, place, count) in uses {
                        g.scaled_add(count * scale, &gradients.row(*place as usize));
                    }
                    let row = uses[0].0 as usize - from;
                    ndarray::Zip::from(values.row_mut(row))
                        .and(first.row_mut(row))
                        .and(second.row_mut(row))
                        .and(&g)
                        .for_each(|value, first, second, g| {
                            *first = BETA1 * *first + (1.0 - BETA1) * g;
                            *second = BETA2 * *second + (1.0 - BETA2) * g * g;
                            *value -= rate * *first / (second.sqrt() + 1e-8);
                        });
                }
            }
        };
        std::thread::scope(|scope| {
            for _ in 0..cores() {
                scope.spawn(work);
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::embed::Embedder;

    /// A teacher that is itself a table can be learned.
    fn lesson() -> (Vec<String>, Vec<String>, Array2<f32>) {
        let words = ["[UNK]", "star", "galaxy", "proof", "lemma", "cell", "gene", "the", "of"];
        let mut random = fastrand::Rng::with_seed(7);
        let truth = Array2::from_shape_simple_fn((words.len(), 6), || random.f32() - 0.5);
        let mut texts = Vec::new();
        let mut vectors = Array2::zeros((600, 6));
        for mut row in vectors.rows_mut() {
            let picks: Vec<usize> = (0..5).map(|_| random.usize(1..words.len())).collect();
            texts.push(picks.iter().map(|w| words[*w]).collect::<Vec<_>>().join(" "));
            for word in picks {
                row += &truth.row(word);
            }
            crate::vector::normalise(row);
        }
        (words.iter().map(|w| w.to_string()).collect(), texts, vectors)
    }

    #[test]
    fn a_fit_reproduces_its_teacher_and_itself() {
        let (words, texts, teacher) = lesson();
        let options = FitOptions { epochs: 150, seed: 3, learning_rate: 0.02 };
        let fit = || fit(&words, &texts, teacher.view(), &options, |_| {}).unwrap();
        let fitted = fit();
        assert!(fitted.held_out > 0.99, "held-out cosine {}", fitted.held_out);
        assert_eq!(fitted.file, fit().file);
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("table.bin");
        std::fs::write(&path, &fitted.file).unwrap();
        let vectors = Lark::open(&path).unwrap().embed(&texts, &|_, _| Ok(())).unwrap();
        let mean = (&vectors * &teacher).sum() / texts.len() as f32;
        assert!(mean > 0.99, "cosine through the 8-bit file {mean}");
    }

    #[test]
    fn the_gradient_is_the_slope_of_the_loss() {
        let mut random = fastrand::Rng::with_seed(5);
        let mut vector = || Array1::from_shape_simple_fn(5, || random.f32() - 0.5);
        let (sum, mut v, mean) = (vector(), vector(), vector() * 0.3);
        crate::vector::normalise(v.view_mut());
        let loss = |sum: &Array1<f32>| -> f64 {
            let u = sum / sum.dot(sum).sqrt();
            let (c, w) = (&u - &mean, &v - &mean);
            let centred = c.dot(&w) / (c.dot(&c).sqrt() * w.dot(&w).sqrt());
            f64::from(-u.dot(&v) - 0.5 * centred)
        };
        let (slope, _) = gradient(&sum, v.view(), &mean);
        for at in 0..sum.len() {
            let (mut up, mut down) = (sum.clone(), sum.clone());
            up[at] += 1e-2;
            down[at] -= 1e-2;
            let numeric = (loss(&up) - loss(&down)) / 2e-2;
            assert!((numeric - f64::from(slope[at])).abs() < 2e-2, "{numeric} {}", slope[at]);
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
