//! Query by example: which papers are like these?

use ndarray::Axis;

use super::{Documents, Lexicon, lexical};

/// Weight of the words beside the embedding, both in standard deviations of the candidates.
const WORDS: f32 = 0.3;

/// How like the `queries`, one paper or several, each of the candidates is: cosine of embeddings plus 0.3
/// of the cosine of BM25 vectors, both to the mean query and z-scored over the candidates. Larger is
/// closer; values of different queries do not compare.
///
/// Words are weighed by their frequencies in the `stream`: some hundred papers or more that the
/// candidates come from, whose vectors are not looked at.
pub fn similar(queries: &Documents, candidates: &Documents, stream: &Documents) -> Vec<f32> {
    let Some(mean) = queries.vectors.mean_axis(Axis(0)) else {
        return vec![0.0; candidates.len()];
    };
    let mut likeness = candidates.vectors.dot(&mean).to_vec();
    standardise(&mut likeness);
    let lexicon = Lexicon::new([stream, queries]);
    let asked = lexicon.vectors(&queries.texts);
    let mean = lexical::mean(asked.iter().map(|terms| (terms, 1.0)), lexicon.len());
    let vectors = lexicon.vectors(&candidates.texts);
    let mut words: Vec<f32> = vectors.iter().map(|terms| terms.cosine(&mean)).collect();
    standardise(&mut words);
    likeness.iter().zip(words).map(|(cosine, words)| cosine + WORDS * words).collect()
}

/// Gives the values mean 0 and standard deviation 1, as far as they differ at all.
fn standardise(values: &mut [f32]) {
    let n = values.len().max(1) as f32;
    let mean = values.iter().sum::<f32>() / n;
    values.iter_mut().for_each(|value| *value -= mean);
    let deviation = (values.iter().map(|value| value * value).sum::<f32>() / n).sqrt();
    if deviation > 1e-6 {
        values.iter_mut().for_each(|value| *value /= deviation);
    }
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    #[test]
    fn words_decide_between_equal_vectors() {
        let documents = |texts: &[&str], vectors| Documents {
            texts: texts.iter().map(|text| text.to_string()).collect(),
            vectors,
        };
        let candidates = documents(
            &["shapley games", "lark song", "shapley song", "lark games"],
            array![[0.8, 0.6], [0.8, 0.6], [0.0, 1.0], [1.0, 0.0]],
        );
        let query = documents(&["a shapley value"], array![[1.0, 0.0]]);
        let found = similar(&query, &candidates, &candidates);
        assert!(found[0] > found[1], "{found:?}");
        assert!(found[3] > found[1] && found[1] > found[2], "vectors weigh more: {found:?}");
        // Cosines .8, .8, 0, 1 have mean .65 and deviation .3841; the words are 1, 0, 1, 0 but for scale.
        let expected = [0.3905 + 0.3, 0.3905 - 0.3, -1.6922 + 0.3, 0.9112 - 0.3];
        for (found, expected) in found.iter().zip(expected) {
            assert!((found - expected).abs() < 2e-3, "{found} {expected}");
        }
        // Without queries or differences nothing stands out, and nothing breaks.
        assert_eq!(similar(&Documents::default(), &candidates, &candidates), [0.0; 4]);
        let one = candidates.select(&[2]);
        assert_eq!(similar(&query, &one, &candidates), [0.0]);
        assert!(similar(&query, &candidates.select(&[]), &candidates).is_empty());
    }
}
