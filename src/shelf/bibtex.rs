//! BibTeX and BibLaTeX files, read entry by entry, so that a broken one costs only itself.
//!
//! Reference managers write what BibTeX itself would refuse (unknown types, missing keys, stray
//! commas), and people edit by hand. [`read`] takes what it can and names the rest with its line. An
//! entry ends at its closing brace, or where the next one begins a line.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use regex::Regex;

use super::{Found, Item, Text, abstract_text, links, moment, normal_doi, readable};
use crate::message;
use crate::message::Message;
use crate::paper::PaperId;
use crate::person::joined_with_and;
use crate::text::{shortened, single_spaced};

/// Types that hold no reference.
const SILENT: [&str; 7] = ["comment", "preamble", "string", "set", "xdata", "control", "bibnote"];

/// The types of BibTeX and BibLaTeX, and those that many tools write besides.
const TYPES: &str = "article artwork audio bibnote book bookinbook booklet collection commentary \
    conference dataset electronic image inbook incollection inproceedings inreference jurisdiction \
    legislation legal letter manual mastersthesis misc movie music mvbook mvcollection mvproceedings \
    mvreference online patent performance periodical phdthesis preprint proceedings reference report \
    review software standard suppbook suppcollection suppperiodical techreport thesis unpublished \
    video webpage www";

/// The longest value, in bytes, abbreviations expanded.
const LONGEST_VALUE: usize = 1 << 20;

/// The most text, in bytes, that the abbreviations of a file may expand to: `@string`s that double each other grow
/// to any size within a few lines.
const EXPANDED: usize = 16 << 20;

/// Fields that nearly every file has. A line that begins with one is no part of a value.
const USUAL: &str = "abstract archiveprefix author booktitle date doi editor eprint file isbn issn journal \
    journaltitle keywords month note number pages primaryclass publisher title url urldate volume year";

/// So many values of an entry may be read a second time; no tool breaks more.
const MOST_REREAD: u32 = 64;

/// Fields whose text may mention an arXiv id, the surest first.
const MENTIONING: [&str; 18] = [
    "url",
    "ee",
    "link",
    "doi",
    "pdf",
    "file",
    "journal",
    "journaltitle",
    "howpublished",
    "number",
    "volume",
    "note",
    "extra",
    "annote",
    "annotation",
    "publisher",
    "series",
    "pages",
];

/// Whether a text is a BibTeX file: an entry begins a line, and nothing fences it in as an example.
pub(super) fn fits(content: &str) -> bool {
    !entry_lines(content).is_empty() && !content.lines().any(|line| line.starts_with("```"))
}

/// Bytes of each `@word{` that begins a line.
fn entry_lines(content: &str) -> Vec<usize> {
    let mut found = Vec::new();
    let mut start = 0;
    for line in content.split_inclusive('\n') {
        let at = start + (line.len() - line.trim_start().len());
        if content[at..].starts_with('@') {
            let mut cursor = Cursor::new(content, at + 1, start + line.len());
            if !cursor.word().is_empty() && cursor.open().is_some() {
                found.push(at);
            }
        }
        start += line.len();
    }
    found
}

pub(super) fn read(text: &Text) -> Found {
    let content = text.content.as_str();
    let lines = entry_lines(content);
    let mut shelf = Reader { text, abbreviations: Abbreviations::new(), found: Found::default() };
    let mut at = 0;
    while let Some(next) = content[at..].find('@').map(|found| at + found) {
        let line = &content[text.starts[text.line(next) - 1].max(at)..next];
        at = next + 1;
        // Text between entries is comment; so is an entry behind a percent sign.
        if line.contains('%') {
            continue;
        }
        let limit = lines.get(lines.partition_point(|start| *start <= next));
        let mut cursor = Cursor::new(content, at, *limit.unwrap_or(&content.len()));
        let kind = cursor.word().to_ascii_lowercase();
        match cursor.open() {
            Some(close) => at = shelf.entry(next, &kind, cursor, close),
            None if line.trim().is_empty()
                && TYPES.split_whitespace().any(|known| known == kind) =>
            {
                shelf.broken(next, message!("@{kind} without an opening brace", kind));
            }
            None => {}
        }
    }
    shelf.found
}

struct Reader<'a> {
    text: &'a Text,
    abbreviations: Abbreviations,
    found: Found,
}

/// What `@string` defines.
struct Abbreviations {
    /// By lower-case name.
    known: HashMap<String, String>,
    /// Bytes that they may still expand to.
    room: usize,
}

impl Abbreviations {
    fn new() -> Self {
        Abbreviations { known: HashMap::new(), room: EXPANDED }
    }

    /// Adds what `word` stands for to a value; whether there was room for it. Months and journals that some style
    /// file defines stand for themselves.
    fn expand(&mut self, word: &str, value: &mut String) -> bool {
        let known = self.known.get(&word.to_ascii_lowercase());
        let text = known.map_or(word, String::as_str);
        let room = self.room.min(LONGEST_VALUE.saturating_sub(value.len()));
        if text.len() > room {
            return false;
        }
        if known.is_some() {
            self.room -= text.len();
        }
        value.push_str(text);
        true
    }
}

impl Reader<'_> {
    fn broken(&mut self, at: usize, reason: Message) {
        self.found.broken.push(self.text.broken(at, reason));
    }

    /// Reads one entry, whose opening brace is behind `cursor`; the place to go on from.
    fn entry(&mut self, start: usize, kind: &str, mut cursor: Cursor, close: u8) -> usize {
        match kind {
            "string" => {
                let (fields, fault) = cursor.fields(close, &mut self.abbreviations);
                self.abbreviations.known.extend(fields);
                if let Some(fault) = fault {
                    self.broken(fault.at, fault.reason);
                }
            }
            _ if SILENT.contains(&kind) => {
                if cursor.balanced(close, false).is_none() {
                    return cursor.end;
                }
            }
            _ => {
                let key = cursor.key(close);
                let (fields, fault) = cursor.fields(close, &mut self.abbreviations);
                let end = cursor.at;
                self.take(start, end, kind, &key, &fields, fault);
            }
        }
        cursor.at
    }

    /// Takes an entry in, as far as it could be read.
    fn take(
        &mut self,
        start: usize,
        end: usize,
        kind: &str,
        key: &str,
        fields: &Fields,
        fault: Option<Fault>,
    ) {
        let item = item(self.text.place(start), key, &Record(fields));
        let name = match (&item.title, key) {
            (Some(title), "") => shortened(title, 60),
            _ => key.to_owned(),
        };
        let useless = item.title.is_none() && item.id.is_none() && item.doi.is_none();
        if let Some(fault) = fault {
            let reason = fault.reason;
            let reason = match useless {
                true => message!("entry '{name}': {reason}", name, reason),
                false => message!("entry '{name}': {reason}; the rest of it is read", name, reason),
            };
            self.broken(fault.at, reason);
        } else if useless {
            self.broken(
                start,
                message!("entry '{name}' has no title; add one, or an eprint", name),
            );
        }
        if useless {
            return;
        }
        if !TYPES.split_whitespace().any(|known| known == kind) {
            self.broken(
                start,
                message!("the type of '{name}', @{kind}, is unknown; read like @misc", name, kind),
            );
        }
        let line = self.text.line(start);
        let last = self.text.line(end.saturating_sub(1));
        let odd = self.text.odd.iter().find(|odd| (line..=last).contains(odd));
        self.found.broken.extend(odd.map(|odd| self.text.encoding_note(*odd)));
        self.found.items.push(item);
    }
}

type Fields = Vec<(String, String)>;

/// The fields of an entry, names in lower case.
struct Record<'a>(&'a Fields);

impl Record<'_> {
    /// The first field of this name that has any text.
    fn get(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(n, value)| n == name && !value.trim().is_empty());
        found.map(|(_, value)| value.trim())
    }

    fn arxiv_id(&self) -> Option<PaperId> {
        let kind = self.get("archiveprefix").or_else(|| self.get("eprinttype"));
        let foreign = kind.is_some_and(|kind| !kind.eq_ignore_ascii_case("arxiv"));
        let eprint = self.get("eprint").filter(|_| !foreign).and_then(|eprint| {
            let class = self.get("primaryclass").or_else(|| self.get("eprintclass"));
            let whole = || {
                // Old numbers may leave their archive to the class: 0309136 in math.GT.
                let archive = class?.split(['.', ',', ' ']).next()?;
                format!("{archive}/{eprint}").parse().ok()
            };
            eprint.parse().ok().filter(PaperId::is_arxiv).or_else(whole)
        });
        let named = || self.get("arxivid").or_else(|| self.get("arxiv"))?.parse().ok();
        let mentioned = || {
            let texts = || MENTIONING.iter().filter_map(|name| self.get(name));
            texts().find_map(links::first).or_else(|| texts().find_map(links::first_loosely))
        };
        // DBLP: journal = {CoRR}, volume = {abs/1706.03762}.
        let volume = || self.get("volume")?.strip_prefix("abs/")?.parse().ok();
        let arxiv = |id: &PaperId| id.is_arxiv();
        eprint
            .or_else(|| named().filter(arxiv))
            .or_else(|| volume().filter(arxiv))
            .or_else(mentioned)
    }
}

fn item(place: String, key: &str, record: &Record) -> Item {
    let mut title = record.get("title").and_then(field);
    if let (Some(title), Some(rest)) = (&mut title, record.get("subtitle").and_then(field)) {
        let joint = if title.ends_with(['?', '!', ':', '.']) { " " } else { ": " };
        title.push_str(joint);
        title.push_str(&rest);
    }
    let added = ["date-added", "dateadded", "timestamp", "creationdate"];
    Item {
        place,
        source: "bib".into(),
        key: key.to_owned(),
        title,
        abstract_text: record.get("abstract").and_then(|text| abstract_text(&without_braces(text))),
        authors: record.get("author").map(names).unwrap_or_default(),
        id: record.arxiv_id(),
        doi: ["doi", "url"].iter().find_map(|name| normal_doi(record.get(name)?)),
        added: added.iter().find_map(|name| moment(record.get(name)?)),
    }
}

/// Names joined by `and`, first names first; `others` is nobody.
fn names(list: &str) -> Vec<String> {
    let names = joined_with_and(list).into_iter().filter_map(|name| field(&name));
    let mut seen = HashSet::new();
    names.filter(|name| name != "others" && seen.insert(name.clone())).collect()
}

/// Readable text of a field, if anything is left.
fn field(text: &str) -> Option<String> {
    readable(&without_braces(text))
}

/// A field without braces that say nothing. People wrote some only to keep letters as they are. Better BibTeX takes
/// them for literal ones and gives each an invisible partner: `\{\vphantom{\}}GaN\vphantom\{\}`.
fn without_braces(field: &str) -> String {
    static PARTNERED: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"\\vphantom\s*(?:\{\\[{}]\}|\\[{}])|\\[{}]")
            .expect("the pattern is well-formed")
    });
    match field.contains("\\vphantom") {
        true => without_groups(&PARTNERED.replace_all(field, "")),
        false => without_groups(field),
    }
}

/// A field without the braces that only keep its letters as they are: `{{BV, Master}} {A}ction`. Those
/// of commands, of math and around a command (`{\o}`) stay.
fn without_groups(field: &str) -> String {
    let bytes = field.as_bytes();
    let mut out = String::with_capacity(field.len());
    let mut dropped = Vec::new();
    let mut in_math = false;
    // The end of a command's name; a brace there opens its argument.
    let mut command_end = usize::MAX;
    let mut at = 0;
    while let Some(c) = field[at..].chars().next() {
        let mut end = at + c.len_utf8();
        let drops = match c {
            '\\' => {
                let letters = bytes[end..].iter().take_while(|b| b.is_ascii_alphabetic()).count();
                let other = field[end..].chars().next().map_or(0, char::len_utf8);
                end += if letters > 0 { letters } else { other };
                if !field[at..end].ends_with(['{', '}', '\\', '$', '%', '&', '#', '_']) {
                    command_end = end;
                }
                false
            }
            '$' => {
                in_math = !in_math;
                false
            }
            '{' => {
                let keeps = in_math || at == command_end || bytes.get(end) == Some(&b'\\');
                dropped.push(!keeps);
                !keeps
            }
            '}' => dropped.pop() == Some(true),
            _ => false,
        };
        if !drops {
            out.push_str(&field[at..end]);
        }
        at = end;
    }
    out
}

/// What is wrong with an entry, and where.
struct Fault {
    at: usize,
    reason: Message,
}

/// A place in the text of one entry, which ends at `end` at the latest.
struct Cursor<'a> {
    text: &'a str,
    at: usize,
    end: usize,
    /// What could be read only by a guess.
    guess: Option<Fault>,
    /// Values that had to be read a second time.
    reread: u32,
}

impl<'a> Cursor<'a> {
    fn new(text: &'a str, at: usize, end: usize) -> Self {
        Cursor { text, at, end, guess: None, reread: 0 }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes()[..self.end].get(self.at).copied()
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..self.end).unwrap_or_default()
    }

    fn fault<T>(&self, at: usize, reason: Message) -> Result<T, Fault> {
        Err(Fault { at, reason })
    }

    /// The last byte before `at` that is not blank.
    fn last(&self, at: usize) -> usize {
        self.text[..at].trim_end().len().saturating_sub(1)
    }

    fn take_while(&mut self, take: impl Fn(char) -> bool) -> &'a str {
        let rest = self.rest();
        let taken = &rest[..rest.find(|c: char| !take(c)).unwrap_or(rest.len())];
        self.at += taken.len();
        taken
    }

    /// An entry's type: `article`, `web_page`.
    fn word(&mut self) -> &'a str {
        self.take_while(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-')
    }

    /// Passes blanks and comments.
    fn blanks(&mut self) {
        self.take_while(char::is_whitespace);
        while self.peek() == Some(b'%') {
            self.take_while(|c| c != '\n');
            self.take_while(char::is_whitespace);
        }
    }

    /// Passes the brace or bracket that opens an entry; the byte that closes it.
    fn open(&mut self) -> Option<u8> {
        self.take_while(char::is_whitespace);
        let close = match self.peek()? {
            b'{' => b'}',
            b'(' => b')',
            _ => return None,
        };
        self.at += 1;
        Some(close)
    }

    /// Text up to `close` outside of braces, which is passed; `None` and no move if there is none. With
    /// `escapes`, a brace behind a backslash counts for nothing.
    fn balanced(&mut self, close: u8, escapes: bool) -> Option<&'a str> {
        let mut depth = 0usize;
        let mut last = 0;
        for (offset, byte) in self.rest().bytes().enumerate() {
            let escaped = escapes && last == b'\\';
            last = if escaped { 0 } else { byte };
            if escaped {
                continue;
            }
            if depth == 0 && byte == close {
                let text = &self.rest()[..offset];
                self.at += offset + 1;
                return Some(text);
            }
            match byte {
                b'{' => depth += 1,
                b'}' => depth = depth.checked_sub(1)?,
                _ => {}
            }
        }
        None
    }

    /// The value in braces or quotes that begins here. BibTeX counts every brace; a tool that cuts the names of
    /// files does not, and then a value would swallow what follows.
    fn enclosed(&mut self, name: &str, close: u8, end_of_entry: u8) -> Option<&'a str> {
        let start = self.at;
        for escapes in [false, true] {
            self.at = start;
            // Each reading may go to the end of the entry, so a broken one gets only so many.
            self.reread += u32::from(escapes);
            if self.reread > MOST_REREAD {
                return None;
            }
            if let Some(text) = self.balanced(close, escapes)
                && self.swallowed(start, start + text.len()).is_none()
            {
                let mut ahead = Cursor::new(self.text, self.at, self.end);
                ahead.blanks();
                let next = ahead.peek();
                if next.is_some_and(|byte| byte == b',' || byte == b'#' || byte == end_of_entry)
                    || next.is_some() && self.begins_field(self.at)
                {
                    return Some(text);
                }
            }
        }
        self.at = start;
        if let Some(next) = self.swallowed(start, self.end) {
            self.guess = Some(Fault {
                at: start.saturating_sub(1),
                reason: message!("the value of '{field}' is never closed", field = name),
            });
            self.at = next;
            let ends = [' ', '\n', '\r', '\t', ',', char::from(close)];
            return Some(self.text[start..next].trim_end_matches(ends));
        }
        self.balanced(close, false)
    }

    /// The first line in a range that begins with one of the usual fields.
    fn swallowed(&self, from: usize, to: usize) -> Option<usize> {
        let mut lines = self.text[from..to].match_indices('\n').map(|(at, _)| from + at + 1);
        lines.find(|at| {
            let rest = self.text[*at..self.end].trim_start();
            let name = rest.split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default();
            let usual = USUAL.split_whitespace().any(|known| known.eq_ignore_ascii_case(name));
            usual && self.begins_field(*at)
        })
    }

    /// The key, and the comma behind it. Tools write keys with blanks, none at all, or no comma after one.
    fn key(&mut self, close: u8) -> String {
        self.blanks();
        let start = self.at;
        let mut depth = 0usize;
        let mut end = None;
        for (offset, c) in self.rest().char_indices() {
            match c {
                ',' if depth == 0 => {
                    let key = single_spaced(&self.text[start..start + offset]);
                    self.at = start + offset + 1;
                    return key;
                }
                '=' if depth == 0 => {
                    end = Some(start + offset);
                    break;
                }
                _ if depth == 0 && c == char::from(close) => {
                    end = Some(start + offset);
                    break;
                }
                '{' => depth += 1,
                '}' => depth = depth.saturating_sub(1),
                _ => {}
            }
        }
        let Some(end) = end else { return String::new() };
        let head = &self.text[start..end];
        if !self.text[end..].starts_with('=') {
            self.at = end;
            return single_spaced(head);
        }
        // The last word is the name of a field.
        let head = head.trim_end();
        let name = head.rfind(char::is_whitespace).map_or(0, |at| at + 1);
        self.at = start + name;
        single_spaced(&head[..name])
    }

    /// Fields up to the end of the entry, which is passed, and the first thing that is wrong with them. Names
    /// come in lower case.
    fn fields(&mut self, close: u8, abbreviations: &mut Abbreviations) -> (Fields, Option<Fault>) {
        let mut fields = Vec::new();
        let mut first = None;
        loop {
            match self.field(close, abbreviations) {
                Ok(Some(field)) => {
                    fields.push(field);
                    first = first.or_else(|| self.guess.take());
                }
                Ok(None) => return (fields, first),
                Err(fault) => {
                    first.get_or_insert(fault);
                    if self.reread > MOST_REREAD || !self.next_field() {
                        self.at = self.end;
                        return (fields, first);
                    }
                }
            }
        }
    }

    /// The next field; `None` at the end of the entry, which is passed.
    fn field(
        &mut self,
        close: u8,
        abbreviations: &mut Abbreviations,
    ) -> Result<Option<(String, String)>, Fault> {
        self.blanks();
        while self.peek() == Some(b',') {
            self.at += 1;
            self.blanks();
        }
        let start = self.at;
        match self.peek() {
            Some(byte) if byte == close => {
                self.at += 1;
                return Ok(None);
            }
            None => {
                return self.fault(self.last(self.end), message!("its closing brace is missing"));
            }
            Some(_) => {}
        }
        let name = self.name();
        self.blanks();
        if name.is_empty() || self.peek() != Some(b'=') {
            let shown: String = self.text[start..self.end].chars().take(30).collect();
            let shown = shown.lines().next().unwrap_or_default();
            return self
                .fault(start, message!("expected 'name = value' at '{words}'", words = shown));
        }
        self.at += 1;
        let value = self.value(name, close, abbreviations)?;
        Ok(Some((name.to_ascii_lowercase(), value)))
    }

    /// A name of a field or an abbreviation.
    fn name(&mut self) -> &'a str {
        self.take_while(|c| !c.is_whitespace() && !",{}=\"#()%".contains(c))
    }

    /// Moves to the next line that begins with a field; whether there is one.
    fn next_field(&mut self) -> bool {
        while let Some(line) = self.rest().find('\n') {
            self.at += line + 1;
            if self.begins_field(self.at) {
                return true;
            }
        }
        false
    }

    /// Whether a field begins at a place, blanks passed.
    fn begins_field(&self, at: usize) -> bool {
        let mut ahead = Cursor::new(self.text, at, self.end);
        ahead.blanks();
        let name = ahead.name();
        ahead.blanks();
        name.starts_with(|c: char| c.is_ascii_alphabetic()) && ahead.peek() == Some(b'=')
    }

    /// The pieces of a value, joined; blanks and comments after it are passed.
    fn value(
        &mut self,
        name: &str,
        end_of_entry: u8,
        abbreviations: &mut Abbreviations,
    ) -> Result<String, Fault> {
        let mut value = String::new();
        let mut fits = true;
        loop {
            self.blanks();
            let start = self.at;
            let close = match self.peek() {
                Some(b'{') => Some(b'}'),
                Some(b'"') => Some(b'"'),
                _ => None,
            };
            if let Some(close) = close {
                self.at += 1;
                let Some(text) = self.enclosed(name, close, end_of_entry) else {
                    return self.fault(
                        start,
                        message!("the value of '{field}' is never closed", field = name),
                    );
                };
                fits &= text.len() <= LONGEST_VALUE.saturating_sub(value.len());
                if fits {
                    value.push_str(text);
                }
            } else {
                let word = self.name();
                if word.is_empty() {
                    return self
                        .fault(start, message!("the field '{field}' has no value", field = name));
                }
                fits = fits && abbreviations.expand(word, &mut value);
            }
            self.blanks();
            if self.peek() != Some(b'#') {
                if fits {
                    return Ok(value);
                }
                self.guess = Some(Fault {
                    at: start,
                    reason: message!("the value of '{field}' is too long", field = name),
                });
                return Ok(String::new());
            }
            self.at += 1;
        }
    }
}

impl Text {
    #[cfg(test)]
    fn of(content: &str) -> Text {
        Text::new("f", content.as_bytes()).expect("it is UTF-8")
    }
}

#[cfg(test)]
mod tests {
    use super::super::Broken;
    use super::*;

    fn keys(found: &Found) -> String {
        let keys: Vec<&str> = found.items.iter().map(|item| item.key.as_str()).collect();
        keys.join(" ")
    }

    fn complaints(broken: &[Broken]) -> Vec<String> {
        broken.iter().map(Broken::to_string).collect()
    }

    #[test]
    fn a_broken_entry_is_named_and_costs_only_itself() {
        let good = "@article{last, title = {Larks}}\n";
        for (entry, taken, complaint) in [
            (
                "@article{a,\n title = {B,\n year = 2020\n}\n",
                "a last",
                "f:2: entry 'a': the value of",
            ),
            ("@article{a,\n title = {B\n", "last", "f:2: entry 'a': the value of 'title' is never"),
            ("@article{a,\n title = \"B\n}\n", "last", "f:2: entry 'a': the value of 'title'"),
            (
                "@article{a,\n title = {B}\n",
                "a last",
                "f:2: entry 'a': its closing brace is missing",
            ),
            (
                "@article{a,\n title {B}}\n",
                "last",
                "f:2: entry 'a': expected 'name = value' at 'title {B}}'",
            ),
            (
                "@article{a,\n note {B},\n title = {B}}\n",
                "a last",
                "f:2: entry 'a': expected 'name = value' at 'note {B},'; the rest",
            ),
            ("@article{a,\n title = }\n", "last", "f:2: entry 'a': the field 'title' has no value"),
            ("@article a, title = {B}}\n", "last", "f:1: @article without an opening brace"),
            ("@article{a, year = 2020}\n", "last", "f:1: entry 'a' has no title"),
            ("@artcle{a, title = {B}}\n", "a last", "f:1: the type of 'a', @artcle, is unknown"),
            (
                "@web_page{a, title = {B}}\n",
                "a last",
                "f:1: the type of 'a', @web_page, is unknown",
            ),
            (
                "@web-page{a, title = {B}}\n",
                "a last",
                "f:1: the type of 'a', @web-page, is unknown",
            ),
            ("@article{\n", "last", "f:1: entry '': its closing brace is missing"),
        ] {
            let found = read(&Text::of(&format!("{entry}{good}")));
            assert_eq!(keys(&found), taken, "{entry}");
            let complaints = complaints(&found.broken);
            assert_eq!(complaints.len(), 1, "{entry}: {complaints:?}");
            assert!(complaints[0].starts_with(complaint), "{entry}: {complaints:?}");
        }
    }

    #[test]
    fn heads_and_fields_are_read_as_tools_write_them() {
        let title = |found: &Found| -> Vec<String> {
            found.items.iter().map(|item| item.title.clone().unwrap_or_default()).collect()
        };
        for (entry, key, titles) in [
            ("@article{a\n title = {B}}", "a", &["B"][..]),
            ("@article{a title = {B}, year = 1}", "a", &["B"]),
            ("@article{\n title = {B},\n year = 1\n}", "", &["B"]),
            ("@article{ , title = {B}}", "", &["B"]),
            ("@article{Lark 2018,\n title = {B}}", "Lark 2018", &["B"]),
            ("@misc{Lark\n and more, title={B}}", "Lark and more", &["B"]),
            ("@misc{{Lark} et al., title={B}}", "{Lark} et al.", &["B"]),
            ("@misc{https://x.org/?a=1,\n title={B}}", "", &["B"]),
            ("@article{a,\n title = {B}\n year = 2020}", "a", &["B"]),
            ("@article{a, title = \"B\" year = 2020 }", "a", &["B"]),
            ("@article{a, title = {B}, file = {x \\{in y.pdf}\n}", "a", &["B"]),
            ("@article{a, file = {x \\{in y.pdf},\n title = {B}\n}", "a", &["B"]),
            ("@article{a, file = {x in\\} y.pdf},\n title = {B}\n}", "a", &["B"]),
            ("@article{a, note = {x (} y},\n title = {B}\n}", "a", &["B"]),
            (
                "@article{a, title = {\\{\\vphantom{\\}}{{GaN}}\\vphantom\\{\\} on \\vphantom{\\{}\\}x}}",
                "a",
                &["GaN on x"],
            ),
            ("@article{a, title={B}}\n@article{a, title={C}}", "a a", &["B", "C"]),
        ] {
            let found = read(&Text::of(entry));
            assert_eq!(keys(&found), key, "{entry}");
            assert_eq!(title(&found), titles, "{entry}");
        }
    }

    #[test]
    fn an_entry_broken_everywhere_ends_soon_and_spoils_no_other() {
        // Without a bound each of the values is searched for its end through all that follow.
        let broken =
            format!("@misc{{a, title = {{B}},\n{}}}\n", "note = {x \\{ y},\n".repeat(200_000));
        let found = read(&Text::of(&format!("{broken}@misc{{b, title = {{C}}}}")));
        assert_eq!(keys(&found), "a b");
        assert_eq!(found.broken.len(), 1, "{:?}", found.broken);
    }

    #[test]
    fn everything_that_is_no_entry_is_passed() {
        let text = "Made by me@example.org.\n@string{nips = \"Advances in \" # larks}\n\
            @Comment{jabref-meta: databaseType:bibtex;}\n@preamble{ \"\\newcommand{\\x}{y}\" }\n\
            % @article{no, title = {No}}\n@comment{@book{neither, title = {No}}}\n\
            @ARTICLE(a, TITLE = \"The {\"}Larks{\"} of \" # {W{\\\"o}rth} # nips, month = jan, year = 2020,,)\n\
            @misc { b , title={B}, % why\n % note = {no},\n note = {yes} }@misc{c, title = 7}";
        let found = read(&Text::of(text));
        assert_eq!(complaints(&found.broken), [""; 0]);
        assert_eq!(keys(&found), "a b c");
        let titles: Vec<_> = found.items.iter().map(|i| i.title.as_deref().unwrap()).collect();
        assert_eq!(titles, ["The \"Larks\" of WörthAdvances in larks", "B", "7"]);
        assert!(fits(text) && !fits("mail me@example.org {x}") && !fits("```\n@misc{a,\n```"));
    }

    #[test]
    fn abbreviations_that_double_cost_only_themselves() {
        let lark = "@string{s0 = {larks! }}\n";
        let doubling: String =
            (1..60).map(|n| format!("@string{{s{n} = s{} # s{}}}\n", n - 1, n - 1)).collect();
        let entry = "@misc{a, title = s59, eprint = {2606.00001}}\n@misc{b, title = s1}";
        let found = read(&Text::of(&format!("{lark}{doubling}{entry}")));
        // 7 bytes are too long at their eighteenth doubling.
        assert_eq!(complaints(&found.broken), ["f:19: the value of 's18' is too long"]);
        let read_as: Vec<_> =
            found.items.iter().map(|item| (item.key.as_str(), item.title.as_deref())).collect();
        assert_eq!(read_as, [("a", None), ("b", Some("larks! larks!"))]);
        assert!(found.items[0].id.is_some());
    }

    #[test]
    fn a_file_has_room_for_so_much_expanded_text() {
        let big = format!("@string{{big = {{{}}}}}\n", "x".repeat(LONGEST_VALUE));
        let fields: String =
            (0..20).map(|n| format!("@misc{{k{n}, title = {{T}}, note = big}}\n")).collect();
        let found = read(&Text::of(&(big.clone() + &fields)));
        let room = EXPANDED / LONGEST_VALUE;
        assert_eq!(found.items.len(), 20);
        assert_eq!(found.broken.len(), 20 - room);
        assert!(found.broken[0].to_string().contains("the value of 'note' is too long"));
        let longer = big.replace("{x", "{xx");
        assert_eq!(
            complaints(&read(&Text::of(&longer)).broken),
            ["f:1: the value of 'big' is too long"]
        );
    }

    #[test]
    fn an_arxiv_id_may_stand_in_many_fields() {
        for (fields, id) in [
            ("eprint = {2401.00001}, archiveprefix = {arXiv}", "2401.00001"),
            ("eprint = {2401.00001v3}, eprinttype = {arxiv}", "2401.00001"),
            ("eprint = {arXiv:2401.00001}", "2401.00001"),
            (
                "eprint = {0309136}, archivePrefix = {arXiv}, primaryClass = {math.GT}",
                "math/0309136",
            ),
            ("eprint = {hep-th/9901001}, eprintclass = {hep-th}", "hep-th/9901001"),
            ("eprint = {2401.00001}, eprinttype = {jstor}", ""),
            (
                "eprint = {12345}, eprinttype = {pubmed}, url = {https://arxiv.org/pdf/2401.00001}",
                "2401.00001",
            ),
            ("arxivId = {2401.00001}", "2401.00001"),
            ("doi = {10.48550/arXiv.2401.00001}", "2401.00001"),
            ("doi = {https://doi.org/10.48550/ARXIV.2401.00001}", "2401.00001"),
            ("journal = {arXiv preprint arXiv:2401.00001}", "2401.00001"),
            ("journal = {CoRR}, volume = {abs/2401.00001}", "2401.00001"),
            ("howpublished = {\\url{http://arxiv.org/abs/2401.00001}}", "2401.00001"),
            ("note = {arXiv e-print 2401.00001}", "2401.00001"),
            ("number = {arXiv:2401.00001}", "2401.00001"),
            ("url = {https://example.org/2401.00001}", ""),
            ("abstract = {We improve on arXiv:2401.00001.}", ""),
            ("eprint = {bib:lark}", ""),
        ] {
            let found = read(&Text::of(&format!("@misc{{a, title = {{B}}, {fields}}}")));
            let item = &found.items[0];
            assert_eq!(item.id.as_ref().map_or("", PaperId::as_str), id, "{fields}");
            assert_eq!(item.doi, None, "{fields}");
        }
    }

    #[test]
    fn names_and_days() {
        for (list, expected) in [
            ("Lark, Ann and Bo Wren", &["Ann Lark", "Bo Wren"][..]),
            ("{\\'E}tienne, Ren{\\'e} and others", &["René Étienne"]),
            (
                "{Lark, Wren and Sons} and von Crow, Jr., Jay",
                &["Lark, Wren and Sons", "Jay von Crow Jr."],
            ),
            ("Anderson, A. AND Brand, B.", &["A. Anderson", "B. Brand"]),
            (
                "family=Vogel, given=Ana, prefix=van, useprefix=true and given=Bo, family={Finch, jr}",
                &["Ana van Vogel", "Bo Finch, jr"],
            ),
            ("\"family=Vogel\", given=\"Ana\", given-i=A", &["Ana Vogel"]),
            (
                "{{Larkspur Research, Inc.}} and Jo {Wren, Jr.}",
                &["Larkspur Research, Inc.", "Jo Wren, Jr."],
            ),
            ("{M{\\\"u}ller, Inc.} and {van} Lark, {A, B}", &["Müller, Inc.", "A, B van Lark"]),
            ("E=mc, Lark", &["Lark E=mc"]),
            ("", &[]),
        ] {
            assert_eq!(names(list), expected, "{list}");
        }
        for (field, expected) in [
            ("date-added = {2020-01-31 12:00:00 +0100}", Some("2020-01-31T11:00:00Z")),
            ("timestamp = {2020-01-31}", Some("2020-01-31T00:00:00Z")),
            ("timestamp = {2020-01-31T10:00:00Z}", Some("2020-01-31T10:00:00Z")),
            ("timestamp = {soon}", None),
        ] {
            let found = read(&Text::of(&format!("@misc{{a, title = {{B}}, {field}}}")));
            assert_eq!(found.items[0].added, expected.map(|t| t.parse().unwrap()), "{field}");
        }
    }
}
