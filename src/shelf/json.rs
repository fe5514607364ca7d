//! References as JSON: CSL, Better BibTeX, and the web API of Zotero.
//!
//! [`read`] goes through a file element by element, so a file that is cut off gives what stands before
//! the cut. [`item`] understands one element; [`super::zotero`] uses it for answers of the API.

use serde_json::{Deserializer, Value};

use super::{Broken, Found, Item, Text, abstract_text, links, moment, normal_doi, readable};
use crate::error::{Error, Result};
use crate::message;
use crate::message::Message;
use crate::paper::PaperId;
use crate::person::in_order;

/// Fields whose text may mention an arXiv id, the surest first, in Zotero's and CSL's names.
const MENTIONING: [&str; 16] = [
    "archiveID",
    "url",
    "URL",
    "DOI",
    "extra",
    "note",
    "number",
    "reportNumber",
    "archiveLocation",
    "archive_location",
    "publicationTitle",
    "container-title",
    "websiteTitle",
    "proceedingsTitle",
    "series",
    "publisher",
];

/// What an element of a file or answer is.
pub(super) enum Element {
    Item(Box<Item>),
    /// An attachment, note or annotation, or something in the trash.
    Aside,
    /// Not a reference, and why.
    Broken(Message),
}

/// Reads a list of references, bare or as the `items` of an object.
///
/// # Errors
/// [`crate::Error::Feed`] if it is neither.
pub(super) fn read(text: &Text) -> Result<Found> {
    let mut reader = Reader { text, at: 0, found: Found::default(), n_asides: 0 };
    let fits = match reader.next() {
        Some(b'[') => {
            reader.elements();
            true
        }
        Some(b'{') => reader.object(),
        _ => false,
    };
    if !fits {
        return Err(text.refuse(message!(
            "JSON without a list of references; export it as CSL JSON or Better BibTeX JSON"
        )));
    }
    let Reader { found, n_asides, .. } = reader;
    match found.broken.first() {
        // A list of something else, or cut off in its first reference.
        Some(Broken { place, reason }) if found.items.is_empty() && n_asides == 0 => {
            Err(Error::Feed { origin: place.clone(), reason: reason.clone() })
        }
        _ => Ok(found),
    }
}

struct Reader<'a> {
    text: &'a Text,
    at: usize,
    found: Found,
    n_asides: usize,
}

impl Reader<'_> {
    fn rest(&self) -> &str {
        &self.text.content[self.at..]
    }

    /// The next byte that is not blank, left where it is.
    fn next(&mut self) -> Option<u8> {
        self.at += self.rest().len() - self.rest().trim_start().len();
        self.rest().bytes().next()
    }

    /// The value here, which is passed.
    fn value(&mut self) -> Result<Value, Message> {
        let mut values = Deserializer::from_str(self.rest()).into_iter::<Value>();
        let value = values.next();
        let passed = values.byte_offset();
        match value {
            Some(Ok(value)) => {
                self.at += passed;
                Ok(value)
            }
            Some(Err(e)) if !e.is_eof() => {
                let line = self.text.line(self.at) + e.line() - 1;
                Err(message!("malformed JSON near line {line}; export the file again", line))
            }
            _ => Err(message!("cut off; export the file again")),
        }
    }

    fn broken(&mut self, at: usize, reason: Message) {
        self.found.broken.push(self.text.broken(at, reason));
    }

    /// Reads the list that begins here.
    fn elements(&mut self) {
        self.at += 1;
        loop {
            let next = self.next();
            let at = self.at;
            match next {
                None => {
                    return self
                        .broken(at.saturating_sub(1), message!("cut off; export the file again"));
                }
                Some(b']') => return self.at += 1,
                Some(b',') => self.at += 1,
                Some(_) => match self.value() {
                    Ok(value) => match item(&value, self.text.place(at)) {
                        Element::Item(item) => self.found.items.push(*item),
                        Element::Aside => self.n_asides += 1,
                        Element::Broken(reason) => self.broken(at, reason),
                    },
                    // Nothing says where the next element would begin.
                    Err(reason) => return self.broken(at, reason),
                },
            }
        }
    }

    /// Reads the `items` of the object that begins here, or the object itself if it is a reference;
    /// whether it is either.
    fn object(&mut self) -> bool {
        let start = self.at;
        self.at += 1;
        loop {
            match self.next() {
                Some(b',') => {
                    self.at += 1;
                    continue;
                }
                Some(b'"') => {}
                _ => break,
            }
            let Ok(Value::String(name)) = self.value() else { break };
            if self.next() != Some(b':') {
                break;
            }
            self.at += 1;
            if self.next() == Some(b'[') && name == "items" {
                self.elements();
                return true;
            }
            if self.value().is_err() {
                break;
            }
        }
        self.at = start;
        let Ok(value) = self.value() else { return false };
        match item(&value, self.text.place(start)) {
            Element::Item(item) => self.found.items.push(*item),
            Element::Aside => {}
            Element::Broken(_) => return false,
        }
        true
    }
}

/// Understands one reference.
pub(super) fn item(value: &Value, place: String) -> Element {
    let data = value.get("data").filter(|data| data.is_object()).unwrap_or(value);
    let Some(kind) = data.get("itemType").or_else(|| data.get("type")).and_then(Value::as_str)
    else {
        return Element::Broken(message!(
            "no reference: it has neither 'itemType' nor 'type'; export as CSL JSON or Better BibTeX JSON"
        ));
    };
    let is_child = data.get("parentItem").is_some_and(Value::is_string);
    let in_trash = data.get("deleted").is_some_and(|deleted| *deleted != Value::Bool(false));
    if is_child || in_trash || ["attachment", "note", "annotation"].contains(&kind) {
        return Element::Aside;
    }
    let text = |name: &str| Some(words(data.get(name)?)).filter(|text| !text.trim().is_empty());
    let any = |names: &[&str]| names.iter().find_map(|name| text(name));
    let extra = any(&["extra", "note"]).unwrap_or_default();
    let extra_doi = extra.lines().find_map(|line| {
        normal_doi(
            line.get(..4).filter(|head| head.eq_ignore_ascii_case("doi:")).and(line.get(4..))?,
        )
    });
    let doi = any(&["DOI"]).and_then(|doi| normal_doi(&doi));
    let url_doi = || any(&["url", "URL"]).and_then(|url| normal_doi(&url));
    let title = text("title").and_then(|title| readable(&title));
    let item = Item {
        place,
        source: "zotero".into(),
        key: any(&["key", "itemKey", "citationKey", "citation-key", "id", "itemID"])
            .unwrap_or_default(),
        title,
        abstract_text: any(&["abstractNote", "abstract"]).and_then(|text| abstract_text(&text)),
        authors: authors(data),
        id: arxiv_id(&text),
        doi: doi.or(extra_doi).or_else(url_doi),
        added: text("dateAdded").and_then(|text| moment(&text)),
    };
    if item.title.is_none() && item.id.is_none() && item.doi.is_none() {
        return Element::Broken(message!("'{key}' has no title, arXiv id or DOI", key = item.key));
    }
    Element::Item(Box::new(item))
}

fn arxiv_id(text: &impl Fn(&str) -> Option<String>) -> Option<PaperId> {
    let texts = || MENTIONING.iter().filter_map(|name| text(name));
    // Zotero: archive "arXiv", the number in its own field.
    let archive = || text("archive").filter(|archive| archive.eq_ignore_ascii_case("arxiv"));
    let numbers = ["archiveID", "archiveLocation", "archive_location", "number"];
    let number = || {
        archive()?;
        numbers.iter().find_map(|name| text(name)?.parse().ok().filter(PaperId::is_arxiv))
    };
    texts()
        .find_map(|text| links::first(&text))
        .or_else(number)
        .or_else(|| texts().find_map(|text| links::first_loosely(&text)))
}

/// The text of a field, which may be a number or a list.
fn words(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Array(parts) => {
            parts.iter().filter_map(Value::as_str).collect::<Vec<_>>().join("\n")
        }
        _ => String::new(),
    }
}

/// Authors of a Zotero item (`creators`) or a CSL one (`author`).
fn authors(data: &Value) -> Vec<String> {
    let list = |name: &str| data.get(name).and_then(Value::as_array).into_iter().flatten();
    let is_author = |creator: &&Value| {
        creator.get("creatorType").and_then(Value::as_str).is_none_or(|kind| kind == "author")
    };
    let people = list("creators").filter(is_author).chain(list("author"));
    let name = |person: &Value| {
        let part = |name: &str| person.get(name).and_then(Value::as_str).unwrap_or_default();
        let particles = [part("dropping-particle"), part("non-dropping-particle")].join(" ");
        let first = [part("firstName"), part("given"), &particles].join(" ");
        let last = [part("lastName"), part("family"), part("name"), part("literal")].join(" ");
        in_order(&first, &last, part("suffix"))
    };
    people.filter_map(name).collect()
}

#[cfg(test)]
mod tests {
    use super::super::{Format, parse};

    #[test]
    fn every_kind_of_export_gives_the_same_item() {
        let csl = r#"[{"id": "AB12", "type": "article-journal", "title": "Larks <i>in</i> Winter",
            "abstract": "They sing.", "author": [{"family": "Lark", "given": "Ann"}],
            "DOI": "10.1000/X", "note": "arXiv:2602.04118 [q-bio]"}]"#;
        let zotero = r#"[{"key": "AB12", "version": 3, "data": {"key": "AB12", "itemType": "preprint",
            "title": "Larks in Winter", "abstractNote": "They sing.",
            "creators": [{"creatorType": "author", "firstName": "Ann", "lastName": "Lark"},
                {"creatorType": "editor", "name": "Nobody"}],
            "DOI": "https://doi.org/10.1000/x", "archiveID": "arXiv:2602.04118"}}]"#;
        let better = r#"{"config": {"items": []}, "items": [{"itemType": "journalArticle",
            "citationKey": "AB12", "title": "Larks in Winter", "abstractNote": "They sing.",
            "creators": [{"creatorType": "author", "name": "Ann Lark"}],
            "extra": ["DOI: 10.1000/x", "arXiv: 2602.04118"]}]}"#;
        let single = r#"{"itemType": "preprint", "key": "AB12", "title": "Larks in Winter",
            "abstractNote": "They sing.", "creators": [{"firstName": "Ann", "lastName": "Lark"}],
            "archive": "arXiv", "archiveLocation": "2602.04118", "url": "https://doi.org/10.1000/x"}"#;
        for text in [csl, zotero, better, single] {
            let shelf = parse("f", text.as_bytes()).unwrap();
            assert_eq!((shelf.format, shelf.broken.len()), (Format::Json, 0), "{text}");
            assert_eq!(shelf.items.len(), 1, "{text}");
            let item = &shelf.items[0];
            assert_eq!((item.source.as_str(), item.key.as_str()), ("zotero", "AB12"), "{text}");
            assert_eq!(item.title.as_deref(), Some("Larks in Winter"), "{text}");
            assert_eq!(item.abstract_text.as_deref(), Some("They sing."), "{text}");
            assert_eq!(item.authors, ["Ann Lark"], "{text}");
            assert_eq!(item.id, Some("2602.04118".parse().unwrap()), "{text}");
            assert_eq!(item.doi.as_deref(), Some("10.1000/x"), "{text}");
        }
    }

    #[test]
    fn what_is_no_reference_is_passed_or_named() {
        let text = r#"[{"itemType": "note", "note": "x"}, {"itemType": "attachment", "title": "PDF"},
            {"itemType": "book", "title": "Gone", "deleted": 1},
            {"itemType": "annotation", "parentItem": "AB"},
            {"x": 1}, 7,
            {"itemType": "book", "title": "A < B <3"}, {"itemType": "book", "key": "K"}]"#;
        let shelf = parse("f", text.as_bytes()).unwrap();
        assert_eq!(shelf.items.len(), 1);
        assert_eq!(shelf.items[0].title.as_deref(), Some("A < B <3"));
        let broken: Vec<String> = shelf.broken.iter().map(ToString::to_string).collect();
        assert_eq!(broken.len(), 3, "{broken:?}");
        assert!(broken[0].starts_with("f:4: no reference"), "{broken:?}");
        assert!(broken[2].starts_with("f:5: 'K' has no title"), "{broken:?}");
        for (text, words) in [
            (r#"{"a": 1}"#, "JSON without a list"),
            (r#"{"items": 1}"#, "JSON without a list"),
            (r#"{"a"#, "JSON without a list"),
        ] {
            let error = parse("f", text.as_bytes()).unwrap_err().to_string();
            assert!(error.starts_with("f: ") && error.contains(words), "{error}");
        }
        for (text, words) in [
            ("[{\"type\": \"book\", \"title\": \"A\"},\n{\"ty", "f:2: cut off"),
            (
                "[{\"type\": \"book\", \"title\": \"A\"},\n{\"type\" 7}]",
                "f:2: malformed JSON near line 2",
            ),
            ("{\"items\": [{\"type\": \"book\", \"title\": \"A\"}", "f:1: cut off"),
        ] {
            let shelf = parse("f", text.as_bytes()).unwrap();
            assert_eq!(shelf.items.len(), 1, "{text}");
            assert!(shelf.broken[0].to_string().starts_with(words), "{:?}", shelf.broken);
        }
    }
}
