//! Names of people: read from lists, written in one order, and compared.
//!
//! A paper keeps its authors as readable names, given names first: `Ana van der Berg Jr.`. What comes in another
//! form is brought into this one here: [`listed`] and [`joined_with_and`] read lists, [`in_order`] and
//! [`turned_around`] single names. [`family_first`] goes back. [`Name`] and [`share_a_surname`] compare.

use std::collections::HashSet;

use crate::{
    tex,
    text::{letters, words},
};

/// What stands behind a family name and belongs to the name before it.
const SUFFIXES: [&str; 7] = ["Jr", "Jr.", "Sr", "Sr.", "II", "III", "IV"];

/// Names of a list joined with commas, affiliations in brackets left out, TeX resolved.
pub(crate) fn listed(list: &str) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for part in without_brackets(list).split([',', ';']) {
        let name = tex::to_text(part);
        match names.last_mut() {
            Some(last) if SUFFIXES.contains(&name.as_str()) => {
                last.push(' ');
                last.push_str(&name);
                continue;
            }
            _ => {}
        }
        // A group may be followed by who wrote for it: `Owl Collaboration: A. Lark`.
        let (group, name) = match name.split_once(": ") {
            Some((group, name)) if is_group(group) => (Some(group.to_owned()), name.to_owned()),
            _ => (None, name),
        };
        let name = name.strip_suffix(" et al").or(name.strip_suffix(" et al.")).unwrap_or(&name);
        // Numbers are those of institutes.
        let is_name = |name: &str| name.chars().any(char::is_alphabetic);
        let rest = ["et al", "et al.", "and others", "others"];
        names.extend(group);
        if is_name(name) && !rest.contains(&name) {
            names.push(name.to_owned());
        }
    }
    names
}

/// The text without what stands in round brackets; one that never closes ends at the next comma.
fn without_brackets(text: &str) -> String {
    let balanced = text.matches('(').count() <= text.matches(')').count();
    let mut depth = 0usize;
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            ',' if !balanced => {
                depth = 0;
                out.push(c);
            }
            _ if depth > 0 => {}
            _ => out.push(c),
        }
    }
    out
}

/// Names of a list joined with `and` instead of, or beside, commas; else as [`listed`].
pub(crate) fn listed_in_words(list: &str) -> Vec<String> {
    let mut depth = 0usize;
    let mut joined = String::with_capacity(list.len());
    // An `and` within brackets joins institutes: `A. Owl (1 and 2)`.
    for word in list.split_inclusive(char::is_whitespace) {
        match word.trim_end() {
            "and" | "&" if depth == 0 => joined.push_str(", "),
            _ => joined.push_str(word),
        }
        depth = (depth + word.matches('(').count()).saturating_sub(word.matches(')').count());
    }
    listed(&joined)
}

/// Names of a list in BibTeX, joined with ` and ` outside of braces, each in order, braces and TeX as they are.
pub(crate) fn joined_with_and(list: &str) -> Vec<String> {
    let words: Vec<&str> = list.split_whitespace().collect();
    let mut names = vec![String::new()];
    let mut depth = 0usize;
    for word in words {
        match (word.eq_ignore_ascii_case("and") && depth == 0, names.last_mut()) {
            (true, _) => names.push(String::new()),
            (false, Some(name)) => {
                name.push_str(if name.is_empty() { "" } else { " " });
                name.push_str(word);
            }
            (false, None) => {}
        }
        depth = (depth + word.matches('{').count()).saturating_sub(word.matches('}').count());
    }
    names.into_iter().map(|name| of_bibtex(&name)).collect()
}

/// A name of BibTeX or BibLaTeX in order; a comma within braces is part of the name.
fn of_bibtex(name: &str) -> String {
    let mut depth = 0usize;
    let at_comma = |c: char| {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        c == ',' && depth == 0
    };
    let parts: Vec<&str> = name.split(at_comma).map(str::trim).collect();
    // BibLaTeX: family=Vogel, given=Ana, prefix=van, useprefix=true.
    let named: Option<Vec<(&str, &str)>> = parts
        .iter()
        .filter(|part| !part.is_empty())
        .map(|part| {
            let (name, value) = part.trim_matches('"').split_once('=')?;
            let known = NAME_PARTS.iter().find(|known| name.trim().eq_ignore_ascii_case(known))?;
            Some((*known, value.trim().trim_matches('"')))
        })
        .collect();
    if let Some(named) = named.filter(|named| !named.is_empty()) {
        let of =
            |name: &str| named.iter().find(|(known, _)| *known == name).map(|(_, value)| *value);
        let order = ["given", "prefix", "family", "suffix"];
        return order.into_iter().filter_map(of).collect::<Vec<_>>().join(" ");
    }
    match parts[..] {
        [last, first] => format!("{first} {last}"),
        [last, suffix, first] => format!("{first} {last} {suffix}"),
        _ => name.to_owned(),
    }
}

/// What BibLaTeX may say of a name; only the first four are part of it.
const NAME_PARTS: [&str; 11] = [
    "given",
    "prefix",
    "family",
    "suffix",
    "useprefix",
    "given-i",
    "family-i",
    "prefix-i",
    "suffix-i",
    "id",
    "cleanid",
];

/// A name of its parts, TeX resolved; `None` if all are empty.
pub(crate) fn in_order(given: &str, family: &str, suffix: &str) -> Option<String> {
    let is_han = |name: &str| {
        let name = name.trim();
        !name.is_empty() && name.chars().all(|c| matches!(c, '\u{3400}'..='\u{9fff}'))
    };
    // Chinese and Japanese names have the family first and no blank.
    if is_han(given) && is_han(family) {
        return Some(format!("{}{}", family.trim(), given.trim()));
    }
    Some(tex::to_text(&format!("{given} {family} {suffix}"))).filter(|name| !name.is_empty())
}

/// A name that may be written as `Family, Given`, TeX resolved; `None` if it is empty.
pub(crate) fn turned_around(name: &str) -> Option<String> {
    match name.split_once(", ") {
        Some((family, given)) => match given.rsplit_once(", ") {
            Some((given, suffix)) if SUFFIXES.contains(&suffix) => in_order(given, family, suffix),
            _ => in_order(given, family, ""),
        },
        None => in_order("", name, ""),
    }
}

/// Whether a name is not that of a person: it must not be split or turned around.
pub(crate) fn is_group(name: &str) -> bool {
    let words: Vec<String> = name.split_whitespace().map(str::to_lowercase).collect();
    let group = ["collaboration", "team", "consortium", "group", "project"];
    let last = words.last().is_some_and(|word| group.contains(&&word[..]));
    last || name.contains(',') || words.iter().any(|word| word == "and" || word == "others")
}

/// `van der Berg, Ana` for `Ana van der Berg`.
pub(crate) fn family_first(name: &str) -> String {
    let words: Vec<&str> = name.split(' ').collect();
    if is_group(name) || words.len() < 2 {
        return name.replace(',', "");
    }
    let is_small = |word: &&str| word.starts_with(char::is_lowercase);
    let family =
        1 + words[1..words.len() - 1].iter().rev().take_while(|word| is_small(word)).count();
    let (given, family) = words.split_at(words.len() - family);
    format!("{}, {}", family.join(" "), given.join(" "))
}

/// Whether the family name of one of these authors is a word in one of those names.
pub(crate) fn share_a_surname(mine: &[String], theirs: &[String]) -> bool {
    let theirs: HashSet<String> = theirs.iter().flat_map(|name| long_words(name)).collect();
    mine.iter().filter_map(|name| surname(name)).any(|surname| theirs.contains(&surname))
}

/// The family name of an author, in order, for comparison; `None` of initials alone.
pub(crate) fn surname(name: &str) -> Option<String> {
    long_words(name).pop()
}

/// The words of a name that are more than an initial, for comparison.
fn long_words(name: &str) -> Vec<String> {
    let words = name.split(|c: char| c.is_whitespace() || c == '.');
    words
        .map(|word| letters(&tex::to_text(word)))
        .filter(|word| {
            word.chars().nth(1).is_some() && !["jr", "sr", "ii", "iii"].contains(&word.as_str())
        })
        .collect()
}

/// A person's name in words, as `Given Middle Surname` or `Surname, Given Middle`.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Name {
    given: Vec<String>,
    /// Empty where there is no word at all.
    pub(crate) surname: Vec<String>,
}

impl Name {
    pub(crate) fn new(text: &str) -> Self {
        if let Some((surname, given)) = text.split_once(',') {
            return Name { given: words(given), surname: words(surname) };
        }
        let mut given = words(text);
        let surname = given.pop().into_iter().collect();
        Name { given, surname }
    }

    /// Whether this, as a rule, means `author`. The surname may be more than the last word.
    pub(crate) fn covers(&self, author: &Name) -> bool {
        let all = [&author.given[..], &author.surname[..]].concat();
        let Some(given) = all.strip_suffix(&self.surname[..]) else { return false };
        // A surname alone would hide strangers.
        if self.given.is_empty() || given.is_empty() {
            return self.given.is_empty() && given.is_empty();
        }
        let is_initial = |name: &str| name.chars().nth(1).is_none();
        let fits = |(rule, name): (&String, &String)| {
            rule == name || is_initial(rule) && name.starts_with(rule.as_str())
        };
        self.given.iter().zip(given).all(fits)
            && (self.given.len() <= given.len() || !is_initial(&self.given[0]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_names_hold_people_and_groups() {
        for (list, names) in [
            ("A. Owl (1 and 2), B. Jay (1) and C. Wren", &["A. Owl", "B. Jay", "C. Wren"][..]),
            ("A. Owl (1 and 2, B. Jay", &["A. Owl", "B. Jay"]),
            ("A. Owl ((1) Oak, (2) Elm), B. Jay", &["A. Owl", "B. Jay"]),
            ("LIGO Collaboration: A. Owl, B. Jay", &["LIGO Collaboration", "A. Owl", "B. Jay"]),
            ("The Lark Team: A. Owl and B. Jay", &["The Lark Team", "A. Owl", "B. Jay"]),
            ("A. Owl et al", &["A. Owl"]),
            ("A. Owl, et al.", &["A. Owl"]),
            ("A. Owl and others", &["A. Owl"]),
            ("A. Owl & B. Jay, Jr.", &["A. Owl", "B. Jay Jr."]),
            ("Team Larks, :, A. Owl", &["Team Larks", "A. Owl"]),
            ("Anderson, Brand", &["Anderson", "Brand"]),
            ("1, 2", &[]),
            ("", &[]),
        ] {
            assert_eq!(listed_in_words(list), names, "{list}");
        }
    }

    #[test]
    fn names_are_put_in_their_order() {
        assert_eq!(in_order("雷", "李", "").as_deref(), Some("李雷"));
        assert_eq!(in_order("Lei", "李", "").as_deref(), Some("Lei 李"));
        assert_eq!(turned_around("Wren, Bo, Jr.").as_deref(), Some("Bo Wren Jr."));
        assert_eq!(turned_around("Lark, Ann").as_deref(), Some("Ann Lark"));
        assert_eq!(surname("Ana van der Tit Jr.").as_deref(), Some("tit"));
        assert_eq!(surname("A."), None);
    }
}
