//! Texts as sparse vectors of words and pairs of words, for evidence that is learned.
//!
//! [`Vocabulary`] knows the words of a stream; [`Vocabulary::features`] turns a text into TF-IDF weights
//! with sublinear term frequency (Manning et al. 2008, section 6.4): one block of unit length for words and
//! pairs of neighbouring words, and one of length [`TITLE`] for those of the title, which says most in the
//! fewest words.

use std::collections::HashMap;

use super::lexical::each_term;

/// Length of the title's block, beside 1 for the whole text.
const TITLE: f32 = 0.5;
/// A pair counts if it occurs in so many texts of the stream; a word counts in any case.
const MIN_PAIRS: u32 = 2;
/// In place of a word that the vocabulary lacks: no pair reaches across it.
const GAP: u32 = u32::MAX;

/// The words and pairs of a stream, with their inverse document frequencies.
pub(super) struct Vocabulary {
    words: HashMap<String, u32>,
    /// Pairs follow the words in numbering.
    pairs: HashMap<(u32, u32), u32>,
    idf: Vec<f32>,
}

/// A text as feature numbers, ascending, with weights; squared length at most 1.25.
#[derive(Debug, Clone, Default)]
pub(super) struct Features(pub Vec<(u32, f32)>);

impl Features {
    /// Squared length.
    pub fn square(&self) -> f32 {
        self.0.iter().map(|(_, weight)| weight * weight).sum()
    }
}

/// Words of a text in their order, the title's first.
struct Tokens {
    words: Vec<u32>,
    title: usize,
}

impl Tokens {
    fn read(text: &str, mut number: impl FnMut(&str) -> u32) -> Self {
        let mut words = Vec::new();
        // A paper's text is its title, a full stop, and the abstract.
        let (title, rest) = text.split_once(". ").unwrap_or((text, ""));
        each_term(title, |word| words.push(number(word)));
        let title = words.len();
        each_term(rest, |word| words.push(number(word)));
        Tokens { words, title }
    }
}

impl Vocabulary {
    /// The vocabulary of `texts`.
    pub fn new<'a>(texts: impl IntoIterator<Item = &'a String>) -> Self {
        let mut words: HashMap<String, u32> = HashMap::new();
        let mut count = Vec::new();
        let mut pairs: HashMap<(u32, u32), u32> = HashMap::new();
        let mut n = 0u32;
        for text in texts {
            n += 1;
            let tokens = Tokens::read(text, |word| match words.get(word) {
                Some(id) => *id,
                None => {
                    let id = u32::try_from(words.len()).expect("fewer words than 2^32");
                    words.insert(word.to_owned(), id);
                    count.push(0u32);
                    id
                }
            });
            let mut seen: Vec<(u32, u32)> = pairs_of(&tokens.words).collect();
            seen.sort_unstable();
            seen.dedup();
            seen.into_iter().for_each(|pair| *pairs.entry(pair).or_default() += 1);
            let mut seen = tokens.words;
            seen.sort_unstable();
            seen.dedup();
            seen.into_iter().for_each(|word| count[word as usize] += 1);
        }
        let mut kept: Vec<((u32, u32), u32)> =
            pairs.into_iter().filter(|(_, n)| *n >= MIN_PAIRS).collect();
        kept.sort_unstable();
        count.extend(kept.iter().map(|(_, n)| *n));
        let from = u32::try_from(words.len()).expect("fewer words than 2^32");
        let pairs = kept.into_iter().zip(from..).map(|((pair, _), id)| (pair, id)).collect();
        let idf = |df: &u32| (f64::from(1 + n) / f64::from(1 + df)).ln() as f32 + 1.0;
        Vocabulary { words, pairs, idf: count.iter().map(idf).collect() }
    }

    /// How many features there are.
    pub fn len(&self) -> usize {
        2 * self.idf.len()
    }

    /// The features of a text; what the vocabulary lacks is left out.
    pub fn features(&self, text: &str) -> Features {
        let tokens = Tokens::read(text, |word| self.words.get(word).copied().unwrap_or(GAP));
        let mut features = Vec::new();
        self.block(&tokens.words, 1.0, 0, &mut features);
        let titles = u32::try_from(self.idf.len()).expect("fewer words than 2^32");
        self.block(&tokens.words[..tokens.title], TITLE, titles, &mut features);
        Features(features)
    }

    fn block(&self, words: &[u32], length: f32, offset: u32, out: &mut Vec<(u32, f32)>) {
        let known = words.iter().copied().filter(|word| *word != GAP);
        let pairs = pairs_of(words).filter_map(|pair| self.pairs.get(&pair).copied());
        let mut ids: Vec<u32> = known.chain(pairs).collect();
        ids.sort_unstable();
        let from = out.len();
        let weigh = |run: &[u32]| {
            (offset + run[0], (1.0 + (run.len() as f32).ln()) * self.idf[run[0] as usize])
        };
        out.extend(ids.chunk_by(|a, b| a == b).map(weigh));
        let norm = out[from..].iter().map(|(_, weight)| weight * weight).sum::<f32>().sqrt();
        out[from..].iter_mut().for_each(|(_, weight)| *weight *= length / norm);
    }
}

fn pairs_of(words: &[u32]) -> impl Iterator<Item = (u32, u32)> + '_ {
    words.windows(2).map(|pair| (pair[0], pair[1])).filter(|(a, b)| *a != GAP && *b != GAP)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_pairs_and_titles_are_features() {
        let texts: Vec<String> = [
            "Shapley values. We study shapley values of the games",
            "Games. On shapley values",
            "Other matters. Unlike",
        ]
        .map(String::from)
        .into();
        let vocabulary = Vocabulary::new(&texts);
        // shapley, values, study, games, matters, unlike; the pair "shapley values" is in two texts.
        assert_eq!(vocabulary.len(), 2 * 7);
        let features = vocabulary.features("Shapley values. unheard shapley games");
        let number = |word: &str| vocabulary.words[word];
        let pair = vocabulary.pairs[&(number("shapley"), number("values"))];
        let ids: Vec<u32> = features.0.iter().map(|(id, _)| *id).collect();
        let mut expected = vec![number("shapley"), number("values"), number("games"), pair];
        expected.sort_unstable();
        let mut title = vec![7 + number("shapley"), 7 + number("values"), 7 + pair];
        title.sort_unstable();
        expected.extend(title);
        assert_eq!(ids, expected);
        assert!((features.square() - 1.25).abs() < 1e-5);
        let idf = |df: f32| (4.0 / (1.0 + df)).ln() + 1.0;
        let weight = |id: u32| features.0.iter().find(|(other, _)| *other == id).unwrap().1;
        let (twice, once) = (weight(number("shapley")), weight(number("games")));
        assert!((twice / once - (1.0 + 2f32.ln()) * idf(2.0) / idf(2.0)).abs() < 1e-5);
        assert!(vocabulary.features("").0.is_empty());
        assert!(vocabulary.features("unheard of").0.is_empty());
    }
}
