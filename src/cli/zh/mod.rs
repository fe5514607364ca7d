//! The program in Chinese: a catalogue from English text to Chinese, applied where text leaves the program.
//!
//! The program is written in English throughout. [`message`] and [`lines`] translate what it says by the
//! patterns of [`messages`]; [`command`] the help by the texts of [`help`]. What the catalogue does not know
//! stays English.

use std::{
    borrow::Cow,
    collections::HashMap,
    sync::{LazyLock, OnceLock},
};

use regex::Regex;

mod help;
mod messages;
mod refusal;

pub use help::command;
pub use refusal::refuse;

/// A text in English and in Chinese.
///
/// In the English of a message `{}` stands for any text, `{#}` for a number, and `{~}` for a text that is a
/// message itself, or else any. In the Chinese `{}` is the next of them, or `{0}`, `{1}` the one meant.
type Pair = (&'static str, &'static str);

/// Texts that are longer are no message of ours.
const LONGEST: usize = 2048;
/// Messages are not nested deeper: a category, its fault, the cause of that, and the cause of the cause.
const DEPTH: usize = 6;
/// So many places are tried to split a text at.
const SPLITS: usize = 6;

/// A message in Chinese.
pub fn message(text: &str) -> Cow<'_, str> {
    Reading::default().known(text, DEPTH).map_or(Cow::Borrowed(text), Cow::Owned)
}

/// Lines in Chinese, each a message of its own; what is indented stays so.
pub fn lines(text: &str) -> String {
    let line = |line: &str| {
        let body = line.trim_start_matches(' ');
        let (indent, body) = line.split_at(line.len() - body.len());
        format!("{indent}{}", message(body))
    };
    text.split('\n').map(line).collect::<Vec<_>>().join("\n")
}

/// A text while it is read; what has become of its parts is kept, so that no text takes long.
#[derive(Default)]
struct Reading<'t> {
    parts: HashMap<(&'t str, usize), Option<String>>,
}

impl<'t> Reading<'t> {
    /// The Chinese for a message, or for one of its parts, if the catalogue has it.
    fn known(&mut self, text: &'t str, depth: usize) -> Option<String> {
        if depth == 0 || text.len() > LONGEST {
            return None;
        }
        if let Some(found) = self.parts.get(&(text, depth)) {
            return found.clone();
        }
        let found = self.read(text, depth);
        self.parts.insert((text, depth), found.clone());
        found
    }

    fn read(&mut self, text: &'t str, depth: usize) -> Option<String> {
        let catalogue = &*CATALOGUE;
        if let Some(chinese) = catalogue.whole.get(text) {
            return Some((*chinese).to_owned());
        }
        // What is wrong, and the cure.
        for (what, cure) in splits(text, "; ") {
            if let Some(cure) = self.known(cure, depth - 1)
                && let Some(what) = self.known(what, depth - 1)
            {
                return Some(format!("{what}；{cure}"));
            }
        }
        for pattern in &catalogue.patterns {
            if text.contains(pattern.longest)
                && let Some(chinese) = pattern.render(text, self, depth)
            {
                return Some(chinese);
            }
        }
        // A place, like a file and a line, and what is wrong there.
        for (place, what) in splits(text, ": ") {
            if let Some(what) = self.known(what, depth - 1) {
                let known = self.known(place, depth - 1);
                return Some(format!("{}: {what}", known.as_deref().unwrap_or(place)));
            }
        }
        None
    }
}

/// The ways to split a text in two at a joint.
fn splits<'t>(text: &'t str, joint: &'static str) -> impl Iterator<Item = (&'t str, &'t str)> {
    let split = move |(at, _)| (&text[..at], &text[at + joint.len()..]);
    text.match_indices(joint).take(SPLITS).map(split)
}

struct Catalogue {
    /// Messages without anything that varies.
    whole: HashMap<&'static str, &'static str>,
    /// The others, those with most words first.
    patterns: Vec<Pattern>,
}

static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| {
    let mut whole = HashMap::new();
    let mut patterns = Vec::new();
    for (english, chinese) in messages::MESSAGES.iter().chain(messages::FOREIGN) {
        match pieces(english) {
            pieces if pieces.len() == 1 => drop(whole.insert(*english, *chinese)),
            pieces => patterns.push(Pattern::new(english, chinese, &pieces)),
        }
    }
    patterns.sort_by_key(|pattern| std::cmp::Reverse(pattern.words));
    Catalogue { whole, patterns }
});

struct Pattern {
    english: &'static str,
    chinese: &'static str,
    longest: &'static str,
    /// Bytes of words.
    words: usize,
    /// Which places hold messages.
    holds_message: Vec<bool>,
    regex: OnceLock<Regex>,
}

impl Pattern {
    fn new(english: &'static str, chinese: &'static str, pieces: &[&'static str]) -> Self {
        Pattern {
            english,
            chinese,
            longest: longest(pieces),
            words: pieces.iter().map(|piece| piece.len()).sum(),
            holds_message: places(english).map(|place| place == "{~}").collect(),
            regex: OnceLock::new(),
        }
    }

    /// The Chinese for `text` if it is of this pattern.
    fn render<'t>(&self, text: &'t str, reading: &mut Reading<'t>, depth: usize) -> Option<String> {
        let regex = self.regex.get_or_init(|| {
            let mut source = "(?s)^".to_owned();
            let mut places = places(self.english);
            for piece in pieces(self.english) {
                source += &regex::escape(piece);
                source += match places.next() {
                    Some("{#}") => "([-+±0-9.,%]+)",
                    Some(_) => "(.*?)",
                    None => "$",
                };
            }
            Regex::new(&source).expect("an escaped pattern is well-formed")
        });
        let found = regex.captures(text)?;
        let values = found.iter().skip(1).flatten().map(|value| value.as_str());
        let values: Vec<String> = std::iter::zip(values, &self.holds_message)
            .map(|(value, is_message)| match is_message {
                true => reading.known(value, depth - 1).unwrap_or_else(|| value.to_owned()),
                false => value.to_owned(),
            })
            .collect();
        let mut out = String::new();
        let mut indices = indices(self.chinese);
        for piece in pieces(self.chinese) {
            out += piece;
            out += indices.next().and_then(|at| values.get(at)).map_or("", String::as_str);
        }
        Some(out)
    }
}

/// The longest of some pieces of text.
fn longest(pieces: &[&'static str]) -> &'static str {
    pieces.iter().copied().max_by_key(|piece| piece.len()).unwrap_or_default()
}

/// What stands between the places of a pattern: one piece more than there are places.
fn pieces(pattern: &'static str) -> Vec<&'static str> {
    PLACE.split(pattern).collect()
}

/// The places of a pattern.
fn places(pattern: &'static str) -> impl Iterator<Item = &'static str> {
    PLACE.find_iter(pattern).map(|place| place.as_str())
}

/// Which of the English places each Chinese one takes.
fn indices(chinese: &'static str) -> impl Iterator<Item = usize> {
    places(chinese).enumerate().map(|(at, place)| place[1..place.len() - 1].parse().unwrap_or(at))
}

static PLACE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\{[#~0-9]?\}").expect("the pattern is well-formed"));

/// Whether a character is a Chinese one.
#[cfg(test)]
fn is_chinese(c: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&c)
}

#[cfg(test)]
mod tests;
