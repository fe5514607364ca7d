//! Evidence from words: BM25 vectors (Robertson & Zaragoza 2009, section 3.3), and the terms that two
//! texts share.

use std::collections::HashMap;

const K1: f32 = 1.2;
const B: f32 = 0.75;

/// The words of a text that can carry meaning, lower case, in order.
///
/// A word is a run of letters, digits and inner hyphens; stop words, numbers and single letters are
/// left out.
pub fn terms(text: &str) -> impl Iterator<Item = String> + use<> {
    let mut terms = Vec::new();
    each_term(text, |term| terms.push(term.to_owned()));
    terms.into_iter()
}

/// Calls `each` with every one of the [`terms`] of `text`, without a string for each.
pub(super) fn each_term(text: &str, mut each: impl FnMut(&str)) {
    let mut lower = String::new();
    for word in text.split(|c: char| !c.is_alphanumeric() && c != '-') {
        let word = word.trim_matches('-');
        // A letter of more than one byte makes a word of one letter longer than a byte.
        if word.len() < 2 || (!word.is_ascii() && word.chars().count() < 2) {
            continue;
        }
        if !word.chars().any(char::is_alphabetic) {
            continue;
        }
        if word.is_ascii() {
            lower.clear();
            lower.push_str(word);
            lower.make_ascii_lowercase();
        } else {
            lower = word.to_lowercase();
        }
        if STOP_WORDS.binary_search(&lower.as_str()).is_err() {
            each(&lower);
        }
    }
}

/// The terms of a collection with their inverse document frequencies.
pub(super) struct Lexicon {
    ids: HashMap<String, u32>,
    words: Vec<String>,
    idf: Vec<f32>,
    mean_length: f32,
}

/// A text as term ids, ascending, with BM25 weights.
#[derive(Debug, Clone, Default)]
pub(super) struct TermVector(pub(super) Vec<(u32, f32)>);

impl Lexicon {
    pub fn new<'a>(collection: impl IntoIterator<Item = &'a str>) -> Self {
        let mut frequency: HashMap<String, (u32, u32)> = HashMap::new();
        let (mut texts, mut length) = (0u32, 0usize);
        for text in collection {
            texts += 1;
            each_term(text, |word| {
                length += 1;
                // Counted once a text, by remembering the last text that had it.
                match frequency.get_mut(word) {
                    Some((_, last)) if *last == texts => {}
                    Some((n, last)) => (*n, *last) = (*n + 1, texts),
                    None => drop(frequency.insert(word.to_owned(), (1, texts))),
                }
            });
        }
        let mut kept: Vec<(String, u32)> =
            frequency.into_iter().map(|(word, (n, _))| (word, n)).collect();
        // Ids in alphabetical order make sums run in the same order every time.
        kept.sort_unstable();
        let idf = |n: u32| (1.0 + (texts as f32 - n as f32 + 0.5) / (n as f32 + 0.5)).ln();
        Lexicon {
            idf: kept.iter().map(|(_, n)| idf(*n)).collect(),
            ids: kept.iter().map(|(word, _)| word.clone()).zip(0..).collect(),
            words: kept.into_iter().map(|(word, _)| word).collect(),
            mean_length: (length as f32 / texts.max(1) as f32).max(1.0),
        }
    }

    /// How many terms there are.
    pub fn len(&self) -> usize {
        self.words.len()
    }

    pub fn vectors<'a>(&self, texts: impl IntoIterator<Item = &'a str>) -> Vec<TermVector> {
        texts.into_iter().map(|text| self.vector(text)).collect()
    }

    pub fn vector(&self, text: &str) -> TermVector {
        let mut length = 0usize;
        let mut ids: Vec<u32> = Vec::new();
        each_term(text, |word| {
            length += 1;
            ids.extend(self.ids.get(word));
        });
        ids.sort_unstable();
        let long = K1 * (1.0 - B + B * length as f32 / self.mean_length);
        let weigh = |run: &[u32]| {
            let tf = run.len() as f32;
            (run[0], self.idf[run[0] as usize] * tf * (K1 + 1.0) / (tf + long))
        };
        TermVector(ids.chunk_by(|a, b| a == b).map(weigh).collect())
    }

    /// The terms that weigh most in both, at most `n`, strongest first.
    pub fn shared(&self, a: &TermVector, b: &TermVector, n: usize) -> Vec<String> {
        let other: HashMap<u32, f32> = b.0.iter().copied().collect();
        let mut products: Vec<(f32, u32)> =
            a.0.iter().filter_map(|(id, weight)| Some((weight * other.get(id)?, *id))).collect();
        products.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        products.into_iter().take(n).map(|(_, id)| self.words[id as usize].clone()).collect()
    }
}

impl TermVector {
    /// Dot product with `profile`, over the length of this vector: the cosine but for the length of the
    /// profile, which is the same for all.
    pub fn cosine(&self, profile: &[f32]) -> f32 {
        let norm = self.norm();
        if norm > 0.0 { self.dot(profile) / norm } else { 0.0 }
    }

    /// Dot product with `profile`.
    pub fn dot(&self, profile: &[f32]) -> f32 {
        self.0.iter().map(|(id, weight)| weight * profile[*id as usize]).sum()
    }

    fn norm(&self) -> f32 {
        self.0.iter().map(|(_, weight)| weight * weight).sum::<f32>().sqrt()
    }

    /// The same terms with weights of length 1, or none.
    pub fn unit(&self) -> TermVector {
        let norm = self.norm();
        TermVector(self.0.iter().map(|(id, weight)| (*id, weight / norm)).collect())
    }

    /// Mean of several vectors.
    pub fn mean<'a>(vectors: impl Iterator<Item = &'a TermVector>) -> TermVector {
        let mut sums: HashMap<u32, f32> = HashMap::new();
        let mut n = 0.0;
        for vector in vectors {
            n += 1.0;
            vector.0.iter().for_each(|(id, weight)| *sums.entry(*id).or_default() += weight);
        }
        let mut mean: Vec<(u32, f32)> = sums.into_iter().map(|(id, sum)| (id, sum / n)).collect();
        mean.sort_unstable_by_key(|(id, _)| *id);
        TermVector(mean)
    }
}

/// Weighted mean of term vectors, each scaled to unit length, as a dense vector over `size` terms; zero
/// without vectors.
pub(super) fn mean<'a>(
    vectors: impl Iterator<Item = (&'a TermVector, f32)>,
    size: usize,
) -> Vec<f32> {
    let mut mean = vec![0f32; size];
    let mut total = 0.0;
    for (vector, share) in vectors {
        total += share;
        let norm = vector.norm();
        vector.0.iter().for_each(|(id, weight)| mean[*id as usize] += share * weight / norm);
    }
    if total > 0.0 {
        mean.iter_mut().for_each(|value| *value /= total);
    }
    mean
}

/// Words that say nothing about a paper's subject, sorted.
const STOP_WORDS: &[&str] = &[
    "about",
    "above",
    "achieve",
    "achieves",
    "across",
    "after",
    "all",
    "allows",
    "also",
    "although",
    "among",
    "an",
    "and",
    "any",
    "approach",
    "are",
    "as",
    "at",
    "based",
    "be",
    "because",
    "been",
    "before",
    "being",
    "between",
    "both",
    "but",
    "by",
    "can",
    "cannot",
    "demonstrate",
    "demonstrates",
    "did",
    "different",
    "do",
    "does",
    "due",
    "during",
    "each",
    "either",
    "et",
    "existing",
    "few",
    "for",
    "from",
    "further",
    "furthermore",
    "given",
    "had",
    "has",
    "have",
    "having",
    "here",
    "how",
    "however",
    "if",
    "in",
    "including",
    "into",
    "introduce",
    "is",
    "it",
    "its",
    "itself",
    "many",
    "may",
    "method",
    "methods",
    "might",
    "more",
    "moreover",
    "most",
    "much",
    "must",
    "neither",
    "new",
    "no",
    "nor",
    "not",
    "novel",
    "of",
    "on",
    "one",
    "only",
    "or",
    "other",
    "our",
    "out",
    "over",
    "own",
    "paper",
    "present",
    "presents",
    "propose",
    "proposed",
    "proposes",
    "provide",
    "provides",
    "recent",
    "result",
    "results",
    "same",
    "several",
    "should",
    "show",
    "shown",
    "shows",
    "since",
    "so",
    "some",
    "such",
    "than",
    "that",
    "the",
    "their",
    "them",
    "then",
    "there",
    "therefore",
    "these",
    "they",
    "this",
    "those",
    "through",
    "thus",
    "to",
    "too",
    "two",
    "under",
    "until",
    "up",
    "use",
    "used",
    "uses",
    "using",
    "very",
    "via",
    "was",
    "we",
    "well",
    "were",
    "what",
    "when",
    "where",
    "whereas",
    "whether",
    "which",
    "while",
    "who",
    "whose",
    "why",
    "will",
    "with",
    "within",
    "without",
    "work",
    "would",
    "yet",
    "you",
    "your",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_are_the_words_with_meaning() {
        let found: Vec<String> =
            terms("We propose GPT-4-like (Shapley) values, 42 times; -x- état and $\\alpha$.")
                .collect();
        assert_eq!(found, ["gpt-4-like", "shapley", "values", "times", "état", "alpha"]);
        assert!(STOP_WORDS.is_sorted());
    }

    #[test]
    fn rare_shared_terms_come_first() {
        let texts = [
            "shapley attribution of network features",
            "shapley games in network economics",
            "network routing",
            "network theory",
        ];
        let lexicon = Lexicon::new(texts);
        let vectors = lexicon.vectors(texts);
        assert_eq!(lexicon.shared(&vectors[0], &vectors[1], 9), ["shapley", "network"]);
        assert_eq!(lexicon.shared(&vectors[0], &vectors[1], 1), ["shapley"]);
        let profile = mean([(&vectors[0], 1.0)].into_iter(), lexicon.len());
        assert!((vectors[0].cosine(&profile) - 1.0).abs() < 1e-6);
        assert!(vectors[1].cosine(&profile) > vectors[2].cosine(&profile));
    }
}
