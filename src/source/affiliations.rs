//! The places that stand in brackets behind the names of a list of authors.
//!
//! arXiv writes both into one text, `A. Owl (Univ. of X, Y), B. Jay (1) ((1) Lab, (2) Shed)`.
//! [`affiliations`] reads what is in the brackets; [`listed`](crate::person::listed) leaves them out.

use crate::tex;

/// The places in the brackets of a list of authors, each once, TeX resolved.
///
/// Numbers that point to places, nicknames within a name, and brackets that do not pair are left out.
pub(super) fn affiliations(list: &str) -> Vec<String> {
    let mut places = Vec::new();
    let mut rest = list;
    while let Some(open) = rest.find('(') {
        let Some((content, tail)) = bracket(&rest[open + 1..]) else {
            break;
        };
        let next = tail.trim_start();
        let ends_a_name = next.is_empty()
            || next.starts_with([',', ';', '('])
            || next.strip_prefix("and").is_some_and(|n| n.starts_with(char::is_whitespace));
        if ends_a_name {
            for place in legend(content) {
                add_place(&mut places, place);
            }
        }
        rest = tail;
    }
    places
}

/// Adds a place to those known, unless it is there or is none.
pub(super) fn add_place(places: &mut Vec<String>, text: &str) {
    let text = tex::to_text(text);
    let place = text.trim_matches(|c: char| c.is_whitespace() || ",;".contains(c));
    if is_place(place) && !places.iter().any(|known| known == place) {
        places.push(place.to_owned());
    }
}

/// What stands before the bracket that closes `text`, and what comes after it.
fn bracket(text: &str) -> Option<(&str, &str)> {
    let mut depth = 1;
    for (at, c) in text.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some((&text[..at], &text[at + 1..]));
        }
    }
    None
}

/// The entries of `(1) Lab, (2) Shed` or `1 Lab; 2 Shed`; of other text, the text itself.
fn legend(content: &str) -> Vec<&str> {
    let mut entries = Vec::new();
    let mut from = 0;
    let mut at = 0;
    let numbered = content.trim_start().starts_with(|c: char| c.is_ascii_digit());
    while let Some(step) = content[at..].find(|c: char| c.is_ascii_digit()) {
        let start = at + step;
        let digits = &content[start..];
        let len = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
        at = start + len;
        let before = content[..start].trim_end();
        let (cut, end) = match content[at..].strip_prefix(')') {
            Some(_) if before.ends_with('(') => (before.len() - 1, at + 1),
            _ if numbered
                && (before.is_empty() || before.ends_with([',', ';']))
                && content[at..].starts_with(char::is_whitespace) =>
            {
                (before.len(), at)
            }
            _ => continue,
        };
        entries.push(&content[from..cut]);
        from = end;
    }
    entries.push(&content[from..]);
    if entries.len() > 1 {
        for entry in &mut entries {
            let text = entry.trim();
            *entry = text.strip_suffix(" and").unwrap_or(text);
        }
    }
    entries
}

/// Whether a text in brackets names a place: `1 and 2`, `a`, `Unknown` or `Editors` do not, nor do
/// words that say for whom somebody writes.
fn is_place(text: &str) -> bool {
    let lower = text.to_lowercase();
    let no_place = ["unknown", "(unknown)", "editor", "editors", "eds", "eds.", "ed."];
    let mut words = lower.split(|c: char| !c.is_alphabetic());
    !no_place.contains(&lower.as_str())
        && !lower.contains("behalf of")
        && !lower.starts_with("for the ")
        && !lower.ends_with("collaboration")
        && words.any(|word| word.chars().nth(1).is_some() && word != "and")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::person::listed;
    use proptest::prelude::*;

    #[test]
    fn names_and_places_of_a_list() {
        for (list, expected, places) in [
            (
                "A. Lark, Bo Wren (Univ. of X, Y), C. Finch",
                &["A. Lark", "Bo Wren", "C. Finch"][..],
                &["Univ. of X, Y"][..],
            ),
            (
                r"Ren\'e Tit (1), Ann Owl (1 and 2) ((1) Lab, (2) Sh\'ed)",
                &["René Tit", "Ann Owl"],
                &["Lab", "Shéd"],
            ),
            ("(Unknown), Jay Crow, Jr., Wei (Wendy) Jay", &["Jay Crow Jr.", "Wei Jay"], &[]),
            ("A. Lark (Univ, B. Wren", &["A. Lark", "B. Wren"], &[]),
            (
                "A. Lark (2), B. Wren (1,3) (1\n Oak, Elm; 2 Nest (Ash), 3 Dune 7)",
                &["A. Lark", "B. Wren"],
                &["Oak, Elm", "Nest (Ash)", "Dune 7"],
            ),
            (
                "A. Lark (a) and B. Wren (b) ((1) Oak (2) Elm and (3) Oak)",
                &["A. Lark and B. Wren"],
                &["Oak", "Elm"],
            ),
            ("A. Lark (Pond 7, Univ. Paris 6)", &["A. Lark"], &["Pond 7, Univ. Paris 6"]),
            (
                "A. Lark (Oak), B. Wren (Oak), C. Tit (Elm;)",
                &["A. Lark", "B. Wren", "C. Tit"],
                &["Oak", "Elm"],
            ),
            (
                "A. Lark (on behalf of the Owl Collaboration), B. Wren (Editors)",
                &["A. Lark", "B. Wren"],
                &[],
            ),
            ("A. Lark) (Oak)", &["A. Lark"], &["Oak"]),
            ("东 (北京大学)", &["东"], &["北京大学"]),
            ("", &[], &[]),
        ] {
            assert_eq!(listed(list), expected, "{list}");
            assert_eq!(affiliations(list), places, "{list}");
        }
    }

    proptest! {
        #[test]
        fn no_list_makes_a_panic(text in "\\PC*", list in "[(),;0-9a and\u{e9}]{0,40}") {
            for text in [text, list] {
                listed(&text);
                for place in affiliations(&text) {
                    prop_assert!(is_place(&place), "{}", place);
                }
            }
        }
    }
}
