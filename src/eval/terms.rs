//! Texts as sparse vectors of words and pairs of neighbouring words, for the baselines that read words.
//!
//! [`Counts`] reads every text once; [`Counts::bm25`] and [`Counts::tf_idf`] weigh what it counted by the
//! frequencies in some of the texts, so that a fold or a split knows nothing of the papers held out.

use std::collections::HashMap;

use crate::rank::terms;

/// Rows of a sparse matrix; the columns of a row ascend.
#[derive(Debug, Clone, Default)]
pub struct Sparse {
    /// Where each row begins in the other two, and the end of the last.
    starts: Vec<usize>,
    columns: Vec<u32>,
    values: Vec<f32>,
    width: usize,
}

impl Sparse {
    /// A matrix of `width` columns with these rows, each of columns in ascending order with values.
    pub fn new(width: usize, rows: impl IntoIterator<Item = Vec<(u32, f32)>>) -> Self {
        let mut matrix = Sparse { starts: vec![0], width, ..Sparse::default() };
        for row in rows {
            matrix.columns.extend(row.iter().map(|(column, _)| *column));
            matrix.values.extend(row.iter().map(|(_, value)| *value));
            matrix.starts.push(matrix.columns.len());
        }
        matrix
    }

    /// Number of columns.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Columns and values of a row.
    pub fn row(&self, at: usize) -> impl Iterator<Item = (usize, f32)> + '_ {
        let range = self.starts[at]..self.starts[at + 1];
        let columns = self.columns[range.clone()].iter().map(|column| *column as usize);
        columns.zip(self.values[range].iter().copied())
    }

    /// Dot product of a row with a dense vector of at least [`Sparse::width`] numbers.
    pub fn dot(&self, at: usize, dense: &[f32]) -> f32 {
        self.row(at).map(|(column, value)| value * dense[column]).sum()
    }

    /// Adds `scale` times a row to a dense vector.
    pub fn add_to(&self, at: usize, scale: f32, dense: &mut [f32]) {
        self.row(at).for_each(|(column, value)| dense[column] += scale * value);
    }
}

/// How often each text has each word, and each pair of neighbouring words.
///
/// Words are those of [`terms`]: stop words do not stand between neighbours.
pub struct Counts {
    /// Terms of each text, ascending, with their number.
    texts: Vec<Vec<(u32, u32)>>,
    /// Words of each text.
    lengths: Vec<usize>,
    /// Of each term, whether it is a pair.
    is_pair: Vec<bool>,
}

impl Counts {
    /// Counts the terms of `texts`.
    pub fn new<'a>(texts: impl IntoIterator<Item = &'a str>) -> Self {
        let mut ids: HashMap<String, u32> = HashMap::new();
        let mut pairs: HashMap<(u32, u32), u32> = HashMap::new();
        let mut counts = Counts { texts: Vec::new(), lengths: Vec::new(), is_pair: Vec::new() };
        for text in texts {
            let mut found = Vec::new();
            let mut before = None;
            for word in terms(text) {
                let fresh = counts.is_pair.len() as u32;
                let id = *ids.entry(word).or_insert(fresh);
                if id == fresh {
                    counts.is_pair.push(false);
                }
                found.push(id);
                if let Some(before) = before.replace(id) {
                    let fresh = counts.is_pair.len() as u32;
                    let pair = *pairs.entry((before, id)).or_insert(fresh);
                    if pair == fresh {
                        counts.is_pair.push(true);
                    }
                    found.push(pair);
                }
            }
            counts.lengths.push(found.len().div_ceil(2));
            found.sort_unstable();
            let runs = found.chunk_by(|a, b| a == b);
            counts.texts.push(runs.map(|run| (run[0], run.len() as u32)).collect());
        }
        counts
    }

    /// Unit BM25 vectors (Robertson & Zaragoza 2009, section 3.3; k1 1.2, b 0.75) of all texts over the
    /// words that at least two of the texts at `known` have, weighed by their frequencies there.
    pub fn bm25(&self, known: &[usize]) -> Sparse {
        const K1: f32 = 1.2;
        const B: f32 = 0.75;
        let length: usize = known.iter().map(|at| self.lengths[*at]).sum();
        let mean_length = (length as f32 / known.len().max(1) as f32).max(1.0);
        let texts = known.len() as f32;
        let columns = self.columns(known, 2, |term| !self.is_pair[term]);
        let idf = |n: u32| (1.0 + (texts - n as f32 + 0.5) / (n as f32 + 0.5)).ln();
        self.weigh(&columns, |at, tf, n| {
            let long = K1 * (1.0 - B + B * self.lengths[at] as f32 / mean_length);
            idf(n) * tf * (K1 + 1.0) / (tf + long)
        })
    }

    /// Unit TF-IDF vectors of all texts over the words and pairs that at least two of the texts at
    /// `known` have: (1 + ln tf) (1 + ln((1 + n) / (1 + df))), as scikit-learn computes it.
    pub fn tf_idf(&self, known: &[usize]) -> Sparse {
        let texts = known.len() as f32;
        let columns = self.columns(known, 2, |_| true);
        self.weigh(&columns, |_, tf, n| {
            (1.0 + tf.ln()) * (1.0 + ((1.0 + texts) / (1.0 + n as f32)).ln())
        })
    }

    /// Of each term its column and the number of texts at `known` that have it, if that are at least
    /// `least` and it is `wanted`.
    fn columns(
        &self,
        known: &[usize],
        least: u32,
        wanted: impl Fn(usize) -> bool,
    ) -> Vec<Option<(u32, u32)>> {
        let mut frequency = vec![0u32; self.is_pair.len()];
        for (term, _) in known.iter().flat_map(|at| &self.texts[*at]) {
            frequency[*term as usize] += 1;
        }
        let mut next = 0..;
        let kept = |(term, n): (usize, u32)| (n >= least && wanted(term)).then_some(n);
        let kept = frequency.into_iter().enumerate().map(kept);
        kept.map(|n| n.and_then(|n| Some((next.next()?, n)))).collect()
    }

    /// Unit vectors of all texts; `weight` takes the text's place, the term's number in it and the number
    /// of texts that have the term.
    fn weigh(
        &self,
        columns: &[Option<(u32, u32)>],
        weight: impl Fn(usize, f32, u32) -> f32,
    ) -> Sparse {
        let width = columns.iter().flatten().count();
        let rows = self.texts.iter().enumerate().map(|(at, terms)| {
            let mut row: Vec<(u32, f32)> = terms
                .iter()
                .filter_map(|(term, tf)| {
                    let (column, n) = columns[*term as usize]?;
                    Some((column, weight(at, *tf as f32, n)))
                })
                .collect();
            let norm = row.iter().map(|(_, value)| value * value).sum::<f32>().sqrt();
            row.iter_mut().for_each(|(_, value)| *value /= norm);
            row
        });
        Sparse::new(width, rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dense(matrix: &Sparse, at: usize) -> Vec<f32> {
        let mut row = vec![0.0; matrix.width()];
        matrix.add_to(at, 1.0, &mut row);
        row
    }

    #[test]
    fn words_and_pairs_are_weighed_by_the_known_texts() {
        let texts = ["deep lark song", "deep lark", "the deep lark lark", "song song"];
        let counts = Counts::new(texts);
        // Of the first three texts all have deep, lark and the pair of both; none of the others.
        let tf_idf = counts.tf_idf(&[0, 1, 2]);
        let third = 3f32.sqrt().recip();
        let two = 1.0 + 2f32.ln();
        let norm = (two * two + 2.0).sqrt();
        for (at, row) in [
            (0, [third, third, third]),
            (1, [third, third, third]),
            (2, [1.0 / norm, two / norm, 1.0 / norm]),
            (3, [0.0, 0.0, 0.0]),
        ] {
            let found = dense(&tf_idf, at);
            assert!(found.iter().zip(row).all(|(a, b)| (a - b).abs() < 1e-6), "{at}: {found:?}");
        }
        // BM25 knows no pairs; song is in two of these, deep in three, of four texts.
        let bm25 = counts.bm25(&[0, 1, 2, 3]);
        assert_eq!(bm25.width(), 3);
        let (deep, song) = ((1.5f32 / 3.5 + 1.0).ln(), 2f32.ln());
        let first = dense(&bm25, 0);
        assert!((first[2] / first[0] - song / deep).abs() < 1e-5, "{first:?}");
        assert_eq!(first[0], first[1]);
        assert_eq!(dense(&bm25, 3), [0.0, 0.0, 1.0]);
    }
}
