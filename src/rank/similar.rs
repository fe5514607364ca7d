//! Query by example: which papers are like these?

use ndarray::{Array2, ArrayView1, Axis};

use super::{
    Documents,
    lexical::{Lexicon, TermVector},
};

/// Weight of the words beside the embedding, both in standard deviations of the stream.
const WORDS: f32 = 0.4;
/// How much likeness to what is not wanted takes away (Rocchio 1971).
const UNWANTED: f32 = 0.5;
/// How many shared terms are named.
const TERMS: usize = 3;

/// How like the examples a candidate is.
#[derive(Debug, Clone, PartialEq)]
pub struct Likeness {
    /// Larger is closer; the scores of different examples do not compare.
    pub score: f32,
    /// Cosine of its embedding and that of the nearest example, -1 to 1.
    pub cosine: f32,
    /// The terms that it shares with the examples, those that weigh most first.
    pub terms: Vec<String>,
}

/// How like the `examples`, one paper or several, each of the candidates is: the cosine of its embedding and the
/// mean example, and 0.4 of the BM25 score for the words of the examples, each z-scored over the stream; less half the
/// same for what is `unwanted`.
///
/// The `stream` is some hundred papers or more that the candidates come from; it says how words and
/// embeddings are spread. `docs/ranking/similar.md` has what each part is worth.
pub fn similar(
    examples: &Documents,
    unwanted: &Documents,
    candidates: &Documents,
    stream: &Documents,
) -> Vec<Likeness> {
    if candidates.is_empty() {
        return Vec::new();
    }
    // Without a stream, what is at hand has to tell what is usual.
    let stream = if stream.is_empty() { candidates } else { stream };
    let lexicon = Lexicon::new(stream.texts().chain(examples.texts()).chain(unwanted.texts()));
    let words = |documents: &Documents| lexicon.vectors(documents.texts());
    let (of_stream, of_candidates) = (words(stream), words(candidates));
    let likeness = |to: &Documents| {
        if to.is_empty() {
            return vec![0.0; candidates.len()];
        }
        let near = cosines(&to.vectors, &candidates.vectors, &stream.vectors);
        // The words of the examples, each by the share of them that has it.
        let mut asked = vec![0f32; lexicon.len()];
        for (term, _) in words(to).iter().flat_map(|terms| &terms.0) {
            asked[*term as usize] += (to.len() as f32).recip();
        }
        let scores = |all: &[TermVector]| all.iter().map(|terms| terms.dot(&asked)).collect();
        let shared: Vec<f32> = standardised(scores(&of_candidates), &scores(&of_stream));
        near.iter().zip(shared).map(|(near, words)| near + WORDS * words).collect::<Vec<f32>>()
    };
    let (wanted, unwanted) = (likeness(examples), likeness(unwanted));
    let asked = TermVector::mean(words(examples).iter());
    let to_nearest = |of: ArrayView1<f32>| {
        examples.vectors.rows().into_iter().map(|example| example.dot(&of)).reduce(f32::max)
    };
    std::iter::zip(candidates.vectors.rows(), &of_candidates)
        .zip(wanted.iter().zip(unwanted))
        .map(|((vector, terms), (wanted, unwanted))| Likeness {
            score: wanted - UNWANTED * unwanted,
            cosine: to_nearest(vector).unwrap_or(0.0),
            terms: lexicon.shared(terms, &asked, TERMS),
        })
        .collect()
}

/// Cosines of the candidates and the mean of `to`, standardised by those of the stream; all rows have unit
/// length.
fn cosines(to: &Array2<f32>, candidates: &Array2<f32>, stream: &Array2<f32>) -> Vec<f32> {
    let mean = to.mean_axis(Axis(0)).expect("there is a row");
    standardised(candidates.dot(&mean).to_vec(), &stream.dot(&mean).to_vec())
}

/// The values in standard deviations of `all` above their mean, as far as those differ at all.
fn standardised(mut values: Vec<f32>, all: &[f32]) -> Vec<f32> {
    let n = all.len().max(1) as f32;
    let mean = all.iter().sum::<f32>() / n;
    let deviation = (all.iter().map(|value| (value - mean).powi(2)).sum::<f32>() / n).sqrt();
    let unit = if deviation > 1e-6 { deviation } else { 1.0 };
    values.iter_mut().for_each(|value| *value = (*value - mean) / unit);
    values
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;
    use crate::rank::Document;

    fn documents(texts: &[&str], vectors: Array2<f32>) -> Documents {
        Documents { papers: texts.iter().map(|text| Document::from(*text)).collect(), vectors }
    }

    #[test]
    fn words_decide_between_equal_vectors() {
        let candidates = documents(
            &["shapley games", "lark song", "shapley song", "lark games"],
            array![[0.8, 0.6], [0.8, 0.6], [0.0, 1.0], [1.0, 0.0]],
        );
        let query = documents(&["a shapley value"], array![[1.0, 0.0]]);
        let none = Documents::default();
        let score = |examples: &Documents, unwanted: &Documents, of: &Documents| -> Vec<f32> {
            similar(examples, unwanted, of, &candidates).iter().map(|l| l.score).collect()
        };
        let found = score(&query, &none, &candidates);
        assert!(found[0] > found[1], "{found:?}");
        assert!(found[3] > found[1] && found[1] > found[2], "vectors weigh more: {found:?}");
        // A candidate's score does not depend on the others.
        assert_eq!(score(&query, &none, &candidates.select(&[2])), found[2..3]);
        assert!(score(&query, &none, &candidates.select(&[])).is_empty());
        let without = score(&query, &query, &candidates);
        for (half, whole) in without.iter().zip(&found) {
            assert!((half - 0.5 * whole).abs() < 1e-5, "{half} is half of {whole}");
        }
        let likeness = similar(&query, &none, &candidates, &candidates);
        assert_eq!(
            (likeness[2].cosine, &likeness[2].terms[..]),
            (0.0, &["shapley".to_owned()][..])
        );
        assert!(likeness[3].terms.is_empty());
        // Without examples or differences nothing stands out, and nothing breaks.
        assert_eq!(score(&none, &none, &candidates), [0.0; 4]);
        let same = documents(&["lark", "lark"], array![[1.0, 0.0], [1.0, 0.0]]);
        let even = similar(&query, &none, &same, &same);
        assert_eq!(even[0].score, 0.0);
    }
}
