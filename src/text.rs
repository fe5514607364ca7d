//! Plain text: made fit for a line, cut, and taken apart for comparison.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// The words of a text for comparison: lower case, without accents and punctuation.
pub(crate) fn words(text: &str) -> Vec<String> {
    let plain: String = text.nfkd().filter(|c| !is_combining_mark(*c)).collect();
    // C++ and C# are not C.
    plain
        .split(|c: char| !c.is_alphanumeric() && c != '+' && c != '#')
        .filter(|word| word.chars().any(char::is_alphanumeric))
        .map(str::to_lowercase)
        .collect()
}

/// The letters and digits of a text for comparison: lower case, without accents, all in one.
pub(crate) fn letters(text: &str) -> String {
    let letters = text.nfkd().filter(|c| !is_combining_mark(*c) && c.is_alphanumeric());
    letters.flat_map(char::to_lowercase).collect()
}
