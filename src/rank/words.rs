//! Texts as sparse vectors of words and pairs of words, for evidence that is learned.
//!
//! [`Vocabulary`] knows the words of a stream; [`Vocabulary::features`] turns a text into TF-IDF weights
//! with sublinear term frequency (Manning et al. 2008, section 6.4): one block of unit length for words and
//! pairs of neighbouring words, and one of length [`TITLE`] for those of the title, which says most in the
//! fewest words. [`Emphasis`] then turns up what tells one reader's likes from the rest.

use std::collections::HashMap;

use super::{Document, lexical::each_term};

/// Length of the title's block, beside 1 for the whole text.
const TITLE: f32 = 0.5;
/// A pair counts if it occurs in so many texts of the stream; a word counts in any case.
const MIN_PAIRS: u32 = 2;
/// In place of a word that the vocabulary lacks: no pair reaches across it.
const GAP: u32 = u32::MAX;
/// What is known of all texts counts as much as so many likes, and so many texts that are not liked.
const PRIOR: f32 = 100.0;
/// How much more a feature counts whose odds differ e-fold than one that tells nothing.
const EMPHASIS: f32 = 2.0;

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
    fn read(paper: &Document, mut number: impl FnMut(&str) -> u32) -> Self {
        let mut words = Vec::new();
        each_term(&paper.title, |word| words.push(number(word)));
        let title = words.len();
        each_term(paper.body(), |word| words.push(number(word)));
        Tokens { words, title }
    }
}

impl Vocabulary {
    /// The vocabulary of `papers`.
    pub fn new<'a>(papers: impl IntoIterator<Item = &'a Document>) -> Self {
        let mut words: HashMap<String, u32> = HashMap::new();
        let mut count = Vec::new();
        let mut pairs: HashMap<(u32, u32), u32> = HashMap::new();
        let mut n = 0u32;
        for paper in papers {
            n += 1;
            let tokens = Tokens::read(paper, |word| match words.get(word) {
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

    /// Share of texts that have a feature, above 0 and at most 1.
    fn share(&self, feature: usize) -> f32 {
        (1.0 - self.idf[feature % self.idf.len()]).exp()
    }

    /// The features of a paper; what the vocabulary lacks is left out.
    pub fn features(&self, paper: &Document) -> Features {
        let tokens = Tokens::read(paper, |word| self.words.get(word).copied().unwrap_or(GAP));
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
        scale_to(&mut out[from..], length);
    }
}

/// Gives a block of features this length; an empty one stays as it is.
fn scale_to(block: &mut [(u32, f32)], length: f32) {
    let norm = block.iter().map(|(_, weight)| weight * weight).sum::<f32>().sqrt();
    block.iter_mut().for_each(|(_, weight)| *weight *= length / norm);
}

/// A factor for every feature, by how much its frequency among what a reader likes differs from that among
/// the rest.
///
/// Wang & Manning (2012) scale features by their log-count ratio before a linear classifier, and find that
/// part of the way is better than all of it. Here the factor is 1 + 2 t |r|^(1/2), with frequencies shrunk to
/// those in all texts, so that a word which is merely rare says little. It goes with t, 0-1, how far those that
/// are not liked are known to be so: what hides among them would blur the ratio.
pub(super) struct Emphasis {
    factors: Vec<f32>,
    /// The first feature of titles.
    titles: u32,
}

impl Emphasis {
    /// The emphasis for `examples`: features, whether they are liked, and how much they count; those that are
    /// not are trusted by `trust`, 0-1.
    pub fn new<'a>(
        vocabulary: &Vocabulary,
        trust: f32,
        examples: impl Iterator<Item = (&'a Features, bool, f32)>,
    ) -> Self {
        let (mut liked, mut rest) = (PRIOR, PRIOR);
        let mut counts: Vec<[f32; 2]> =
            (0..vocabulary.len()).map(|at| [PRIOR * vocabulary.share(at); 2]).collect();
        for (features, is_liked, weight) in examples {
            *(if is_liked { &mut liked } else { &mut rest }) += weight;
            for (id, _) in &features.0 {
                counts[*id as usize][usize::from(!is_liked)] += weight;
            }
        }
        let factor = |[in_liked, in_rest]: &[f32; 2]| {
            1.0 + EMPHASIS * trust * ((in_liked / liked) / (in_rest / rest)).ln().abs().sqrt()
        };
        Emphasis {
            factors: counts.iter().map(factor).collect(),
            titles: u32::try_from(vocabulary.idf.len()).expect("fewer words than 2^32"),
        }
    }

    /// Features of a text with this emphasis; each block keeps its length.
    pub fn of(&self, features: &Features) -> Features {
        let weigh = |(id, weight): &(u32, f32)| (*id, weight * self.factors[*id as usize]);
        let mut out: Vec<(u32, f32)> = features.0.iter().map(weigh).collect();
        let title = out.partition_point(|(id, _)| *id < self.titles);
        let (text, title) = out.split_at_mut(title);
        scale_to(text, 1.0);
        scale_to(title, TITLE);
        Features(out)
    }
}

fn pairs_of(words: &[u32]) -> impl Iterator<Item = (u32, u32)> + '_ {
    words.windows(2).map(|pair| (pair[0], pair[1])).filter(|(a, b)| *a != GAP && *b != GAP)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_goes_to_its_end() {
        let paper = |title: &str| Document {
            title: title.to_owned(),
            ..Document::from(&*format!("{title}. On shapley games"))
        };
        let papers = [paper("MIL vs. Aggregation"), paper("MIL")];
        let vocabulary = Vocabulary::new(&papers);
        let titles = |paper| -> usize {
            let features = vocabulary.features(paper).0;
            features.iter().filter(|(id, _)| *id as usize >= vocabulary.len() / 2).count()
        };
        // mil, vs, aggregation; a stop word would be none.
        assert_eq!((titles(&papers[0]), titles(&papers[1])), (3, 1));
    }

    #[test]
    fn words_pairs_and_titles_are_features() {
        let texts: Vec<Document> = [
            "Shapley values. We study shapley values of the games",
            "Games. On shapley values",
            "Other matters. Unlike",
        ]
        .map(Document::from)
        .into();
        let vocabulary = Vocabulary::new(&texts);
        // shapley, values, study, games, matters, unlike; the pair "shapley values" is in two texts.
        assert_eq!(vocabulary.len(), 2 * 7);
        let features = vocabulary.features(&"Shapley values. unheard shapley games".into());
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
        assert!(vocabulary.features(&"".into()).0.is_empty());
        assert!(vocabulary.features(&"unheard of".into()).0.is_empty());
    }
}
