//! BibTeX and BibLaTeX files, read entry by entry, so that a broken one costs only itself.
//!
//! Reference managers write what BibTeX itself would refuse (unknown types, missing keys, stray
//! commas), and people edit by hand. [`read`] takes what it can and names the rest with its line. An
//! entry ends at its closing brace, or where the next one begins a line.

use std::collections::{HashMap, HashSet};

use super::{Found, Item, Text, links, moment, normal_doi};
use crate::message;
use crate::message::Message;
use crate::paper::PaperId;
use crate::person::joined_with_and;
use crate::tex;

/// Types that hold no reference.
const SILENT: [&str; 7] = ["comment", "preamble", "string", "set", "xdata", "control", "bibnote"];

/// The types of BibTeX and BibLaTeX, and those that many tools write besides.
const TYPES: &str = "article artwork audio bibnote book bookinbook booklet collection commentary \
    conference dataset electronic image inbook incollection inproceedings inreference jurisdiction \
    legislation legal letter manual mastersthesis misc movie music mvbook mvcollection mvproceedings \
    mvreference online patent performance periodical phdthesis preprint proceedings reference report \
    review software standard suppbook suppcollection suppperiodical techreport thesis unpublished \
    video webpage www";

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
            let mut cursor = Cursor { text: content, at: at + 1, end: start + line.len() };
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
    let mut shelf = Reader {
        text,
        abbreviations: HashMap::new(),
        keys: HashMap::new(),
        found: Found::default(),
    };
    let mut at = 0;
    while let Some(next) = content[at..].find('@').map(|found| at + found) {
        let line = &content[text.starts[text.line(next) - 1].max(at)..next];
        at = next + 1;
        // Text between entries is comment; so is an entry behind a percent sign.
        if line.contains('%') {
            continue;
        }
        let limit = lines.get(lines.partition_point(|start| *start <= next));
        let mut cursor = Cursor { text: content, at, end: *limit.unwrap_or(&content.len()) };
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
    /// What `@string` defines, by lower-case name.
    abbreviations: HashMap<String, String>,
    /// The line of each key.
    keys: HashMap<String, usize>,
    found: Found,
}

impl Reader<'_> {
    fn broken(&mut self, at: usize, reason: Message) {
        self.found.broken.push(self.text.broken(at, reason));
    }

    /// Reads one entry, whose opening brace is behind `cursor`; the place to go on from.
    fn entry(&mut self, start: usize, kind: &str, mut cursor: Cursor, close: u8) -> usize {
        match kind {
            "string" => match cursor.fields(close, &self.abbreviations) {
                Ok(fields) => self.abbreviations.extend(fields),
                Err(fault) => self.broken(fault.at, fault.reason),
            },
            _ if SILENT.contains(&kind) => {
                if cursor.balanced(close).is_none() {
                    return cursor.end;
                }
            }
            _ => {
                let key = cursor.key();
                let fields = cursor.comma_after_key(close);
                let fields = fields.and_then(|()| cursor.fields(close, &self.abbreviations));
                match fields {
                    Ok(fields) => self.take(start, cursor.at, kind, key, fields),
                    Err(fault) => {
                        let reason =
                            message!("entry '{key}': {reason}", key, reason = fault.reason);
                        self.broken(fault.at, reason);
                        return cursor.end;
                    }
                }
            }
        }
        cursor.at
    }

    fn take(&mut self, start: usize, end: usize, kind: &str, key: &str, fields: Fields) {
        let line = self.text.line(start);
        if !key.is_empty() {
            if let Some(first) = self.keys.get(key) {
                let reason = message!(
                    "the key '{key}' is taken by line {line}; give this entry its own",
                    key,
                    line = first
                );
                return self.broken(start, reason);
            }
            self.keys.insert(key.to_owned(), line);
        }
        let item = item(self.text.place(start), key, &Record(&fields));
        if item.title.is_none() && item.id.is_none() && item.doi.is_none() {
            return self
                .broken(start, message!("entry '{key}' has no title; add one, or an eprint", key));
        }
        if !TYPES.split_whitespace().any(|known| known == kind) {
            self.broken(
                start,
                message!("the type of '{key}', @{kind}, is unknown; read like @misc", key, kind),
            );
        }
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
    let mut title = record.get("title").and_then(readable);
    if let (Some(title), Some(rest)) = (&mut title, record.get("subtitle").and_then(readable)) {
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
        abstract_text: record.get("abstract").and_then(readable),
        authors: record.get("author").map(names).unwrap_or_default(),
        id: record.arxiv_id(),
        doi: ["doi", "url"].iter().find_map(|name| normal_doi(record.get(name)?)),
        added: added.iter().find_map(|name| moment(record.get(name)?)),
    }
}

/// Names joined by `and`, first names first; `others` is nobody.
fn names(list: &str) -> Vec<String> {
    let names = joined_with_and(list).into_iter().filter_map(|name| readable(&name));
    let mut seen = HashSet::new();
    names.filter(|name| name != "others" && seen.insert(name.clone())).collect()
}

/// Readable text of a field, if anything is left.
fn readable(field: &str) -> Option<String> {
    Some(tex::to_text(&without_groups(field))).filter(|text| !text.is_empty())
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
}

impl<'a> Cursor<'a> {
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

    /// Letters, as of an entry's type.
    fn word(&mut self) -> &'a str {
        self.take_while(|c| c.is_ascii_alphanumeric())
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

    /// Text up to `close` outside of braces, which is passed; `None` and no move if there is none.
    fn balanced(&mut self, close: u8) -> Option<&'a str> {
        let mut depth = 0usize;
        for (offset, byte) in self.rest().bytes().enumerate() {
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

    fn key(&mut self) -> &'a str {
        self.blanks();
        self.take_while(|c| !c.is_whitespace() && !c.is_control() && !",{}=".contains(c))
    }

    fn comma_after_key(&mut self, close: u8) -> Result<(), Fault> {
        let at = self.last(self.at);
        self.blanks();
        match self.peek() {
            Some(b',') => self.at += 1,
            Some(byte) if byte == close => {}
            Some(_) => return self.fault(at, message!("a comma is missing after the key")),
            None => return self.fault(at, message!("cut off after its key")),
        }
        Ok(())
    }

    /// Fields up to the end of the entry, which is passed. Names come in lower case.
    fn fields(
        &mut self,
        close: u8,
        abbreviations: &HashMap<String, String>,
    ) -> Result<Fields, Fault> {
        let mut fields = Vec::new();
        loop {
            self.blanks();
            while self.peek() == Some(b',') {
                self.at += 1;
                self.blanks();
            }
            let start = self.at;
            match self.peek() {
                Some(byte) if byte == close => {
                    self.at += 1;
                    return Ok(fields);
                }
                None => return self.unclosed(),
                Some(_) => {}
            }
            let name = self.take_while(|c| !c.is_whitespace() && !",{}=\"#()%".contains(c));
            self.blanks();
            if name.is_empty() || self.peek() != Some(b'=') {
                let shown: String = self.text[start..self.end].chars().take(30).collect();
                let shown = shown.lines().next().unwrap_or_default();
                return self
                    .fault(start, message!("expected 'name = value' at '{words}'", words = shown));
            }
            self.at += 1;
            let value = self.value(name, abbreviations)?;
            fields.push((name.to_ascii_lowercase(), value));
            let end = self.last(self.at);
            match self.peek() {
                Some(b',') => {}
                Some(byte) if byte == close => {}
                None => return self.unclosed(),
                Some(_) => {
                    return self.fault(
                        end,
                        message!("a comma is missing after the field '{field}'", field = name),
                    );
                }
            }
        }
    }

    fn unclosed<T>(&self) -> Result<T, Fault> {
        self.fault(self.last(self.end), message!("its closing brace is missing"))
    }

    /// The pieces of a value, joined; blanks and comments after it are passed.
    fn value(
        &mut self,
        name: &str,
        abbreviations: &HashMap<String, String>,
    ) -> Result<String, Fault> {
        let mut value = String::new();
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
                let Some(text) = self.balanced(close) else {
                    return self.fault(
                        start,
                        message!("the value of '{field}' is never closed", field = name),
                    );
                };
                value.push_str(text);
            } else {
                let word = self.take_while(|c| !c.is_whitespace() && !",{}=\"#()%".contains(c));
                if word.is_empty() {
                    return self
                        .fault(start, message!("the field '{field}' has no value", field = name));
                }
                // Months and journals that some style file defines stand for themselves.
                let known = abbreviations.get(&word.to_ascii_lowercase());
                value.push_str(known.map_or(word, String::as_str));
            }
            self.blanks();
            if self.peek() != Some(b'#') {
                return Ok(value);
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
            ("@article{a,\n title = {B,\n year = 2020\n}\n", "last", "f:4: entry 'a': its closing"),
            ("@article{a,\n title = {B\n", "last", "f:2: entry 'a': the value of 'title' is never"),
            ("@article{a,\n title = \"B\n}\n", "last", "f:2: entry 'a': the value of 'title'"),
            ("@article{a,\n title = {B}\n", "last", "f:2: entry 'a': its closing brace is missing"),
            ("@article{a,\n title = {B}\n year = 2020}\n", "last", "f:2: entry 'a': a comma is"),
            (
                "@article{a\n title = {B}}\n",
                "last",
                "f:1: entry 'a': a comma is missing after the key",
            ),
            (
                "@article{a,\n title {B}}\n",
                "last",
                "f:2: entry 'a': expected 'name = value' at 'title {B}}'",
            ),
            ("@article{a,\n title = }\n", "last", "f:2: entry 'a': the field 'title' has no value"),
            ("@article a, title = {B}}\n", "last", "f:1: @article without an opening brace"),
            ("@article{last, title = {Larks}}\n", "last", "f:2: the key 'last' is taken by line 1"),
            ("@article{a, year = 2020}\n", "last", "f:1: entry 'a' has no title"),
            ("@artcle{a, title = {B}}\n", "a last", "f:1: the type of 'a', @artcle, is unknown"),
            ("@article{\n", "last", "f:1: entry '': cut off after its key"),
        ] {
            let found = read(&Text::of(&format!("{entry}{good}")));
            assert_eq!(keys(&found), taken, "{entry}");
            let complaints = complaints(&found.broken);
            assert_eq!(complaints.len(), 1, "{entry}: {complaints:?}");
            assert!(complaints[0].starts_with(complaint), "{entry}: {complaints:?}");
        }
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
