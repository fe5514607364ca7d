//! Plain text: made fit for a line, cut, and taken apart for comparison.

use std::borrow::Cow;

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// `text` with every run of white space, control characters and overrides of the writing direction as
/// one blank, so that foreign text can stand in a line of a digest or a terminal.
pub fn one_line(text: &str) -> String {
    let blank =
        |c: char| c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let blanks = text.replace(blank, " ");
    single_spaced(&blanks)
}

/// `text` with single blanks in place of all white space, none at its ends.
pub(crate) fn single_spaced(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// `text` with single blanks in place of all white space and control characters, none at its ends.
pub(crate) fn without_breaks(text: &str) -> Cow<'_, str> {
    let mut last = ' ';
    let is_one = text.chars().all(|c| {
        let stays = if c == ' ' { last != ' ' } else { !is_blank(c) };
        last = c;
        stays
    });
    if is_one && (last != ' ' || text.is_empty()) {
        return Cow::Borrowed(text);
    }
    let mut line = String::with_capacity(text.len());
    for word in text.split(is_blank).filter(|word| !word.is_empty()) {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    Cow::Owned(line)
}

/// White space, and the control characters that would garble a terminal.
pub(crate) fn is_blank(c: char) -> bool {
    c.is_whitespace() || c.is_control()
}

/// The first `most` characters of a text; `None` if it has no more.
pub(crate) fn beginning(text: &str, most: usize) -> Option<&str> {
    text.char_indices().nth(most).map(|(end, _)| &text[..end])
}

/// `text`, cut before a word so that it has at most `limit` characters with its ellipsis.
pub(crate) fn shortened(text: &str, limit: usize) -> String {
    if text.chars().count() <= limit {
        return text.to_owned();
    }
    let cut = text.char_indices().nth(limit - 1).map_or(text.len(), |(at, _)| at);
    let mut head = &text[..cut];
    // Chinese has no blanks to cut at, and a cut far back would lose too much.
    let far_enough = |at: usize| head[..at].chars().count() * 2 >= limit;
    if !text[cut..].starts_with(' ')
        && let Some(at) = head.rfind(' ').filter(|&at| far_enough(at))
    {
        head = &head[..at];
    }
    // A formula cut in two is unreadable and would open math that never closes.
    if head.matches('$').count() % 2 == 1
        && let Some(at) = head.rfind('$').filter(|&at| at > 0)
    {
        head = &head[..at];
    }
    let head = head.trim_end_matches([' ', ',', ';', ':', '-', '–', '—', '，', '；', '：']);
    format!("{head}…")
}

/// What a server said, fit for a line of ours.
#[cfg(feature = "deliver")]
pub(crate) fn quoted(said: &str) -> String {
    const SHOWN: usize = 200;
    let line = one_line(said);
    match beginning(&line, SHOWN) {
        Some(head) => format!("“{head}…”"),
        None => format!("“{line}”"),
    }
}

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
