//! RIS: one field a line, `TI  - A title`, a record from `TY` to `ER`. What EndNote, Zotero, Mendeley and
//! publishers export.

use super::{Found, Item, Text, abstract_text, links, normal_doi, readable};
use crate::message;
use crate::person::turned_around;

/// Fields that may mention an arXiv id, the surest first.
const MENTIONING: [&str; 14] =
    ["UR", "L1", "L2", "LK", "DO", "AN", "M1", "M3", "N1", "JO", "T2", "JF", "PB", "ID"];

/// Whether a text is RIS: its first line with anything on it begins a record.
pub(super) fn fits(content: &str) -> bool {
    content.trim_start().lines().next().and_then(tag).is_some_and(|(tag, _)| tag == "TY")
}

/// The tag and the value of a line; blanks around the dash are lost now and then.
fn tag(line: &str) -> Option<(&str, &str)> {
    let (tag, rest) = line.split_at_checked(2)?;
    let bytes = tag.as_bytes();
    let good = bytes[0].is_ascii_uppercase()
        && (bytes[1].is_ascii_uppercase() || bytes[1].is_ascii_digit());
    let value = rest.trim_start_matches([' ', '\t']).strip_prefix('-')?;
    let apart =
        rest.starts_with([' ', '\t']) && (value.is_empty() || value.starts_with([' ', '\t', '\r']));
    (good && apart).then(|| (tag, value.trim()))
}

pub(super) fn read(text: &Text) -> Found {
    let mut found = Found::default();
    let mut record = Record::default();
    let mut at = 0;
    for line in text.content.split_inclusive('\n') {
        match tag(line.trim_end_matches(['\n', '\r'])) {
            Some(("TY", _)) => {
                record.finish(text, false, &mut found);
                record = Record { start: Some(at), ..Record::default() };
            }
            Some(("ER", _)) => {
                record.finish(text, true, &mut found);
                record = Record::default();
            }
            Some((tag, value)) if record.start.is_some() => {
                record.fields.push((tag.to_owned(), value.to_owned()));
            }
            Some(_) => {}
            // A long value goes on.
            None => {
                if let Some((_, value)) = record.fields.last_mut() {
                    *value += " ";
                    *value += line.trim();
                }
            }
        }
        at += line.len();
    }
    record.finish(text, false, &mut found);
    found
}

#[derive(Default)]
struct Record {
    /// The byte of its first line; `None` between records.
    start: Option<usize>,
    fields: Vec<(String, String)>,
}

impl Record {
    fn all<'a>(&'a self, names: &'a [&str]) -> impl Iterator<Item = &'a str> {
        let of = move |name: &&str| {
            let name = (*name).to_owned();
            self.fields.iter().filter(move |(tag, value)| *tag == name && !value.is_empty())
        };
        names.iter().flat_map(of).map(|(_, value)| value.as_str())
    }

    fn finish(&self, text: &Text, ended: bool, found: &mut Found) {
        let Some(start) = self.start else { return };
        let mentions = || self.all(&MENTIONING);
        let item = Item {
            place: text.place(start),
            source: "ris".into(),
            key: self.all(&["ID"]).next().unwrap_or_default().to_owned(),
            title: self.all(&["TI", "T1", "CT", "BT"]).next().and_then(readable),
            abstract_text: self.all(&["AB", "N2"]).next().and_then(abstract_text),
            authors: self.all(&["AU", "A1"]).filter_map(turned_around).collect(),
            id: mentions()
                .find_map(links::first)
                .or_else(|| mentions().find_map(links::first_loosely)),
            doi: self.all(&["DO", "UR"]).find_map(normal_doi),
            added: None,
        };
        if item.title.is_none() && item.id.is_none() && item.doi.is_none() {
            found
                .broken
                .push(text.broken(start, message!("the record has no title, arXiv id or DOI")));
            return;
        }
        if !ended {
            found.broken.push(
                text.broken(start, message!("the record has no end (ER); read as far as it goes")),
            );
        }
        found.items.push(item);
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Format, parse};

    #[test]
    fn records_are_read_in_every_spelling() {
        let text = "\u{feff}\r\n\r\nTY  - JOUR\r\nAU  - Lark, Ann\r\nAU  - Wren, Bo, Jr.\r\nTI  - Larks <i>in</i> \
            Winter\r\nAB  - They sing\r\n  at dawn.\r\nDO  - 10.1000/X\r\nUR  - https://arxiv.org/abs/2602.04118\r\n\
            ID  - 1\r\nER  - \r\n\r\nTY - CPAPER\nT1 - Sleep of bees\nA1 - Finch, Jo\nN2 - They sleep.\nER -\n\
            TY  - GEN\nPY  - 2020\nER  - \nTY  - THES\nTI  - Cut";
        let shelf = parse("f.ris", text.as_bytes()).unwrap();
        assert_eq!(shelf.format, Format::Ris);
        let titles: Vec<_> =
            shelf.items.iter().map(|item| item.title.as_deref().unwrap()).collect();
        assert_eq!(titles, ["Larks in Winter", "Sleep of bees", "Cut"]);
        let first = &shelf.items[0];
        assert_eq!(first.authors, ["Ann Lark", "Bo Wren Jr."]);
        assert_eq!(first.abstract_text.as_deref(), Some("They sing at dawn."));
        assert_eq!(first.id, Some("2602.04118".parse().unwrap()));
        assert_eq!(first.doi.as_deref(), Some("10.1000/x"));
        assert_eq!(shelf.items[1].abstract_text.as_deref(), Some("They sleep."));
        let broken: Vec<String> = shelf.broken.iter().map(ToString::to_string).collect();
        assert_eq!(broken.len(), 2, "{broken:?}");
        assert!(broken[0].starts_with("f.ris:19: the record has no title"), "{broken:?}");
        assert!(broken[1].contains("no end"), "{broken:?}");
    }
}
