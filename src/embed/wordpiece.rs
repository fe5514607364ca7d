//! WordPiece tokens of English text, as BERT's uncased tokenizer makes them.
//!
//! [`WordPiece::ids`] gives the same ids as the `tokenizers` crate with the BERT normaliser,
//! pre-tokeniser and WordPiece model, without special tokens at the ends and without offsets, which
//! the static table does not need; that makes it many times faster. A test compares the two.
//!
//! Source: Devlin et al., BERT (2019), the released `tokenization.py`; longest match first.

use std::collections::HashMap;

use unicode_categories::UnicodeCategories;
use unicode_normalization::UnicodeNormalization;

/// A word of more characters than this is unknown as a whole.
const MAX_WORD_CHARS: usize = 100;

/// Tokens that stand for themselves wherever they occur, in this very spelling.
const SPECIAL: [&str; 5] = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"];

/// A vocabulary, ready to split words.
pub(crate) struct WordPiece {
    /// Pieces that begin a word, and pieces that continue one (their `##` taken off).
    first: HashMap<Box<[u8]>, u32>,
    next: HashMap<Box<[u8]>, u32>,
    longest: usize,
    unknown: u32,
    special: [Option<u32>; SPECIAL.len()],
}

impl WordPiece {
    /// A tokenizer whose ids are positions in `tokens`; `None` if `[UNK]` is not among them.
    pub fn new<'a>(tokens: impl Iterator<Item = &'a str>) -> Option<Self> {
        let (mut first, mut next) = (HashMap::new(), HashMap::new());
        let mut longest = 0;
        for (token, id) in tokens.zip(0u32..) {
            let (map, piece) = match token.strip_prefix("##") {
                Some(piece) if !piece.is_empty() => (&mut next, piece),
                _ => (&mut first, token),
            };
            longest = longest.max(piece.len());
            map.insert(Box::from(piece.as_bytes()), id);
        }
        let special = SPECIAL.map(|name| first.get(name.as_bytes()).copied());
        let unknown = special[1]?;
        Some(WordPiece { first, next, longest, unknown, special })
    }

    /// Appends the ids of the tokens of `text` to `ids`.
    pub fn ids(&self, text: &str, ids: &mut Vec<u32>) {
        let mut word = String::new();
        let mut rest = text.chars();
        loop {
            let here = rest.as_str();
            let Some(c) = rest.next() else { break };
            if c == '['
                && let Some((id, length)) = self.special_at(here)
            {
                self.flush(&mut word, ids);
                ids.push(id);
                rest = here[length..].chars();
            } else if c.is_ascii() {
                self.ascii(c, &mut word, ids);
            } else {
                self.other(c, &mut word, ids);
            }
        }
        self.flush(&mut word, ids);
    }

    fn special_at(&self, text: &str) -> Option<(u32, usize)> {
        let (name, id) =
            SPECIAL.iter().zip(self.special).find(|(name, _)| text.starts_with(**name))?;
        Some((id?, name.len()))
    }

    fn ascii(&self, c: char, word: &mut String, ids: &mut Vec<u32>) {
        if c.is_ascii_alphanumeric() {
            word.push(c.to_ascii_lowercase());
        } else if c.is_ascii_punctuation() {
            self.flush(word, ids);
            word.push(c);
            self.flush(word, ids);
        } else if c == '\t' || c == '\n' || c == '\r' || c == ' ' {
            self.flush(word, ids);
        }
        // What is left are control characters, which BERT drops.
    }

    fn other(&self, c: char, word: &mut String, ids: &mut Vec<u32>) {
        if c == '\u{fffd}' || c.is_other() && !c.is_whitespace() {
            return;
        }
        let alone = is_cjk(c);
        if alone {
            self.flush(word, ids);
        }
        let stripped = std::iter::once(c).nfd().filter(|c| !c.is_mark_nonspacing());
        for c in stripped.flat_map(char::to_lowercase) {
            if c.is_whitespace() {
                self.flush(word, ids);
            } else if c.is_ascii_punctuation() || c.is_punctuation() {
                self.flush(word, ids);
                word.push(c);
                self.flush(word, ids);
            } else {
                word.push(c);
            }
        }
        if alone {
            self.flush(word, ids);
        }
    }

    /// Splits `word` into the longest known pieces from the left, and empties it.
    fn flush(&self, word: &mut String, ids: &mut Vec<u32>) {
        if word.is_empty() {
            return;
        }
        let (bytes, start) = (word.as_bytes(), ids.len());
        let mut from = 0;
        // Counting characters is only needed where there are more bytes than characters allowed.
        if bytes.len() > MAX_WORD_CHARS && word.chars().count() > MAX_WORD_CHARS {
            from = bytes.len();
            ids.push(self.unknown);
        }
        while from < bytes.len() {
            let map = if from == 0 { &self.first } else { &self.next };
            let longest = bytes.len().min(from + self.longest);
            let piece = (from + 1..=longest)
                .rev()
                .filter(|to| word.is_char_boundary(*to))
                .find_map(|to| Some((*map.get(&bytes[from..to])?, to)));
            let Some((id, to)) = piece else {
                ids.truncate(start);
                ids.push(self.unknown);
                break;
            };
            ids.push(id);
            from = to;
        }
        word.clear();
    }
}

/// The blocks that BERT splits into single characters.
fn is_cjk(c: char) -> bool {
    matches!(
        c as u32,
        0x4E00..=0x9FFF
            | 0x3400..=0x4DBF
            | 0x20000..=0x2A6DF
            | 0x2A700..=0x2B73F
            | 0x2B740..=0x2B81F
            | 0x2B920..=0x2CEAF
            | 0xF900..=0xFAFF
            | 0x2F800..=0x2FA1F
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use tokenizers::{AddedToken, Tokenizer};

    const TOKENS: [&str; 24] = [
        "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "un", "##aff", "##able", "the", "a", "b",
        "##b", "##a", ",", "-", "深", "##学", "学", "e", "##e", "é", "β", "“", "##",
    ];

    fn reference<'a>(tokens: impl Iterator<Item = &'a str>) -> Tokenizer {
        let vocab: serde_json::Map<_, _> =
            tokens.zip(0u32..).map(|(token, id)| (token.to_owned(), id.into())).collect();
        let model = serde_json::json!({
            "model": {
                "type": "WordPiece", "vocab": vocab, "unk_token": "[UNK]",
                "continuing_subword_prefix": "##", "max_input_chars_per_word": MAX_WORD_CHARS,
            },
            "normalizer": {
                "type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true,
                "strip_accents": null, "lowercase": true,
            },
            "pre_tokenizer": { "type": "BertPreTokenizer" },
            "added_tokens": [],
        });
        let mut reference = Tokenizer::from_bytes(model.to_string()).unwrap();
        let special = SPECIAL.map(|token| AddedToken::from(token, true));
        reference.add_special_tokens(special).unwrap();
        reference
    }

    /// The vocabulary of the embedded table, whole, on the texts of the fit corpus.
    #[test]
    fn ids_of_100_000_abstracts_equal_those_of_the_usual_tokenizer() {
        let shared = std::env::var("PAPERLARK_SHARED").unwrap_or_else(|_| "../shared".into());
        let corpus = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
            .join(shared)
            .join("data/arxiv_fit_100k.jsonl.gz");
        if !corpus.exists() {
            println!("skipped: there is no {}", corpus.display());
            return;
        }
        let vocabulary = crate::embed::lark::embedded_vocabulary();
        let ours = WordPiece::new(vocabulary.iter().copied()).unwrap();
        let usual = reference(vocabulary.iter().copied());
        let papers = crate::source::corpus(&corpus).unwrap();
        assert_eq!(papers.len(), 100_000);
        crate::threads::for_each(papers.iter(), |item| {
            let text = crate::embed::text_of(&item.paper);
            let mut ids = Vec::new();
            ours.ids(&text, &mut ids);
            let expected = usual.encode_fast(text, false).unwrap();
            if ids == expected.get_ids() { Ok(()) } else { Err(item.paper.id.clone()) }
        })
        .unwrap();
    }

    fn ours(text: &str) -> Vec<u32> {
        let mut ids = Vec::new();
        WordPiece::new(TOKENS.into_iter()).unwrap().ids(text, &mut ids);
        ids
    }

    #[test]
    fn words_split_into_the_longest_known_pieces() {
        for (text, tokens) in [
            ("unaffable", &["un", "##aff", "##able"][..]),
            ("The Abba, ", &["the", "a", "##b", "##b", "##a", ","]),
            ("É-e\u{301}", &["e", "-", "e"]),
            ("深学", &["深", "学"]),
            ("unx", &["[UNK]"]),
            ("a [MASK]b", &["a", "[MASK]", "b"]),
            ("\0a\u{200b}b\u{a0}a", &["a", "##b", "a"]),
            ("", &[]),
        ] {
            let found: Vec<_> = ours(text).into_iter().map(|id| TOKENS[id as usize]).collect();
            assert_eq!(found, tokens, "{text:?}");
        }
        assert_eq!(ours(&"a".repeat(101)), [1]);
    }

    proptest! {
        #[test]
        fn ids_equal_those_of_the_usual_tokenizer(
            text in "([ \\t\\nabeBAÉéβ深学“”,\\-\\[\\]\u{301}\u{200b}]|un|aff|able|the|\\[SEP\\]|\\PC){0,40}"
        ) {
            let expected = reference(TOKENS.into_iter()).encode(text.as_str(), false).unwrap();
            prop_assert_eq!(ours(&text), expected.get_ids());
        }
    }
}
