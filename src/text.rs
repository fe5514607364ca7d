//! Plain text: made fit for a line, cut, and taken apart for comparison.

use std::borrow::Cow;

use encoding_rs::{Encoding, GBK, UTF_16BE, UTF_16LE};
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// `text` with every run of white space, control characters and overrides of the writing direction as
/// one blank, so that foreign text can stand in a line of a digest or a terminal.
pub fn one_line(text: &str) -> String {
    let blank = |c: char| c.is_control() || is_override(c);
    let blanks = text.replace(blank, " ");
    single_spaced(&blanks)
}

/// A share as a person says it: `99.8%`, and `100%` only of all.
pub fn percent(share: impl Into<f64>) -> String {
    // What is a whole number of tenths may be just below it.
    let tenths = (1000.0 * share.into() + 1e-3).floor();
    let text = format!("{:.1}", tenths / 10.0);
    format!("{}%", text.strip_suffix(".0").unwrap_or(&text))
}

/// `text` fit for a terminal, line by line: what could move its cursor, set its clipboard, make links or turn the
/// writing direction is a blank. Only line breaks stay.
pub fn for_terminal(text: &str) -> Cow<'_, str> {
    let is_unfit = |c: char| c != '\n' && (c.is_control() || is_override(c));
    match text.contains(is_unfit) {
        true => Cow::Owned(text.replace(is_unfit, " ")),
        false => Cow::Borrowed(text),
    }
}

/// Whether a character turns the writing direction of others.
fn is_override(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The text of a file in UTF-8, UTF-16 or GBK, as editors here and in China save one; `None` of anything else.
pub(crate) fn decoded(bytes: &[u8]) -> Option<Cow<'_, str>> {
    let known = |encoding: &'static Encoding| {
        encoding.decode_without_bom_handling_and_without_replacement(bytes)
    };
    if let Some((encoding, width)) = Encoding::for_bom(bytes) {
        return encoding.decode_without_bom_handling_and_without_replacement(&bytes[width..]);
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        // A text has no such character, and UTF-16 has one in every other place.
        return match utf16_without_bom(bytes) {
            Some(encoding) => known(encoding),
            None => Some(Cow::Borrowed(text)),
        };
    }
    if let Some(encoding) = utf16_without_bom(bytes) {
        return known(encoding);
    }
    known(GBK).filter(|_| is_chinese_in_gbk(bytes))
}

fn utf16_without_bom(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = &bytes[..bytes.len().min(2048) / 2 * 2];
    let (even, odd) = head.chunks_exact(2).fold((0, 0), |(even, odd), pair| {
        (even + usize::from(pair[0] == 0), odd + usize::from(pair[1] == 0))
    });
    let most = |zeros: usize| !head.is_empty() && 5 * zeros > head.len();
    match (most(even), most(odd)) {
        (true, false) => Some(UTF_16BE),
        (false, true) => Some(UTF_16LE),
        _ => None,
    }
}

/// Whether bytes beyond ASCII come in pairs as those of common Chinese characters do. Single letters with
/// accents in Latin-1 stand between plain ones.
fn is_chinese_in_gbk(bytes: &[u8]) -> bool {
    let (mut common, mut other) = (0, 0);
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        at += 1;
        if byte.is_ascii() {
            continue;
        }
        match bytes.get(at) {
            Some(0xa1..=0xfe) if (0xa1..=0xf7).contains(byte) => common += 1,
            _ => other += 1,
        }
        at += 1;
    }
    common > 9 * other
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

#[cfg(test)]
mod tests {
    use super::percent;

    #[test]
    fn a_share_is_all_only_if_it_is() {
        for (share, expected) in
            [(1.0, "100%"), (0.9999, "99.9%"), (0.998, "99.8%"), (0.57, "57%"), (0.0, "0%")]
        {
            assert_eq!(percent(share), expected);
        }
        assert_eq!(percent(0.995_f32), "99.5%");
    }
}
