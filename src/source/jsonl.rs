//! JSON Lines: one JSON object per line, each a paper or a whole day of papers.
//!
//! A paper needs `id` and `title`; the other fields go by several names, so that our own exports,
//! arXiv's Kaggle snapshot and hand-made lists are all understood. A day is
//! `{"date": ..., "papers": [...]}`. Unknown fields are ignored.
//!
//! [`parse`] takes a whole text, [`read_line`] one line of it; `snapshot` streams a file through the
//! latter.

use std::borrow::Cow;
use std::fmt;

use jiff::civil::Date;
use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};

use super::affiliations::add_place;
use super::{Batch, Format, affiliations, bad, categories, day, excerpt};
use crate::error::{Error, Result};
use crate::message;
use crate::message::{Argument, Message};
use crate::paper::{Announced, Kind, Paper, PaperId};
use crate::person::{in_order, listed, listed_in_words};
use crate::tex;
use crate::text::single_spaced;

/// Papers of all lines; blank lines are skipped.
pub(super) fn parse(origin: &str, text: &str) -> Result<Batch> {
    let mut items = Vec::new();
    for (number, line) in text.lines().enumerate() {
        read_line(line, &mut items)
            .map_err(|reason| bad(&format!("{origin}:{}", number + 1), reason))?;
    }
    Ok(batch(origin, items))
}

/// The papers of one input, as they were read.
pub(super) fn batch(origin: &str, items: Vec<Announced>) -> Batch {
    Batch {
        origin: origin.to_owned(),
        format: Format::JsonLines,
        date: items.iter().filter_map(|item| item.date).max(),
        categories: Vec::new(),
        items,
    }
}

/// Appends the papers of one line, none of them if one is wrong; the error is the reason alone.
pub(super) fn read_line(line: &str, items: &mut Vec<Announced>) -> Result<(), Message> {
    if line.trim().is_empty() {
        return Ok(());
    }
    let object = serde_json::from_str::<Object>(line).map_err(|e| {
        message!("not a JSON object on one line (column {column}: {cause}); write one whole paper per line", column = e.column(), cause = reason(&e))
    })?;
    let before = items.len();
    let outcome = read_object(&object, items);
    if outcome.is_err() {
        items.truncate(before);
    }
    outcome
}

/// serde_json's message without its own place, which counts from the start of the line.
fn reason(error: &serde_json::Error) -> Argument {
    let text = error.to_string();
    match text.rsplit_once(" at line ") {
        Some((reason, _)) => Argument::foreign(reason),
        None => Argument::foreign(text),
    }
}

/// A JSON value that borrows what it can from its line: a snapshot has millions of lines.
enum Value<'a> {
    Null,
    Text(Cow<'a, str>),
    /// A whole number that is not negative.
    Number(u64),
    List(Vec<Value<'a>>),
    Object(Object<'a>),
    /// Any other scalar.
    Other,
}

/// The fields of a JSON object; few enough to look through.
struct Object<'a>(Vec<(Cow<'a, str>, Value<'a>)>);

impl<'a> Object<'a> {
    /// The field of that name, the last one if there are several.
    fn get(&self, name: &str) -> Option<&Value<'a>> {
        self.0.iter().rev().find(|(key, _)| key == name).map(|(_, value)| value)
    }
}

impl Value<'_> {
    fn as_str(&self) -> Option<&str> {
        match self {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    fn as_list(&self) -> &[Self] {
        match self {
            Value::List(list) => list,
            _ => &[],
        }
    }

    /// The field of that name, if this is an object and has it.
    fn field(&self, name: &str) -> Option<&Self> {
        match self {
            Value::Object(object) => object.get(name),
            _ => None,
        }
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Object<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match deserializer.deserialize_map(ValueVisitor)? {
            Value::Object(object) => Ok(object),
            // Only maps reach the visitor of a map; everything else is an error before.
            _ => Err(D::Error::custom("expected an object")),
        }
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Value<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ValueVisitor)
    }
}

struct ValueVisitor;

impl<'de> Visitor<'de> for ValueVisitor {
    type Value = Value<'de>;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
        Ok(Value::Other)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
        Ok(Value::Other)
    }

    fn visit_u64<E>(self, number: u64) -> Result<Self::Value, E> {
        Ok(Value::Number(number))
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
        Ok(Value::Other)
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Value::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Value::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Self::Value, A::Error> {
        let mut list = Vec::new();
        while let Some(value) = access.next_element()? {
            list.push(value);
        }
        Ok(Value::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Self::Value, A::Error> {
        let mut fields = Vec::with_capacity(16);
        while let Some((Value::Text(key), value)) = access.next_entry()? {
            fields.push((key, value));
        }
        Ok(Value::Object(Object(fields)))
    }
}

fn read_object(object: &Object, items: &mut Vec<Announced>) -> Result<(), Message> {
    let Some(Value::List(papers)) = object.get("papers") else {
        items.push(read_paper(object)?);
        return Ok(());
    };
    // The day on which the batch was read counts, whatever its papers say.
    let date = date(object, &["date"])?
        .ok_or_else(|| message!("a day without 'date'; add it as 2026-02-05"))?;
    for (number, paper) in papers.iter().enumerate() {
        let read = match paper {
            Value::Object(object) => read_paper(object),
            _ => Err(message!("is not an object")),
        };
        let mut item = read.map_err(|reason| {
            message!("paper {number} of the day: {reason}", number = number + 1, reason)
        })?;
        item.date = Some(date);
        items.push(item);
    }
    Ok(())
}

fn read_paper(object: &Object) -> Result<Announced, Message> {
    let id =
        text(object, &["id"])?.ok_or_else(|| message!("a paper without 'id'; add its arXiv id"))?;
    let (id, version) = PaperId::parse_versioned(id).map_err(|e: Error| e.message())?;
    let title = text(object, &["title"])?.map(tex::to_text).filter(|t| !t.is_empty());
    let title = title.ok_or_else(|| message!("paper {id} without 'title'; add it", id))?;
    let versions = object.get("versions").map_or(&[][..], Value::as_list);
    let created = versions.first().and_then(|v| v.field("created")?.as_str()).and_then(day);
    let stated = match object.get("version") {
        Some(Value::Number(version)) => Some(*version),
        _ => None,
    };
    let counted = Some(versions.len() as u64).filter(|n| *n > 0);
    let kind = match text(object, &["kind", "announce_type"])? {
        Some(word) => word.parse::<Kind>().map_err(|e| e.message())?,
        None => Kind::New,
    };
    let plain = |keys: &[&str]| -> Result<Option<String>, Message> {
        let found = text(object, keys)?.map(tex::to_text);
        Ok(found.filter(|t| !t.is_empty()))
    };
    Ok(Announced {
        paper: Paper {
            id,
            version: version.or_else(|| u32::try_from(stated.or(counted)?).ok()),
            title,
            authors: authors(object)?,
            affiliations: places(object),
            abstract_text: plain(&["abstract", "summary"])?.unwrap_or_default(),
            categories: match object.get("categories") {
                // Some lists hold all of them in one text.
                Some(Value::List(list)) => {
                    let texts = list.iter().filter_map(Value::as_str);
                    categories(texts.flat_map(|text| text.split([' ', ',', ';', '\n', '\t'])))
                }
                Some(Value::Text(list)) => categories(list.split([' ', ',', ';', '\n', '\t'])),
                _ => Vec::new(),
            },
            submitted: date(object, &["submitted", "published"])?.or(created),
            comment: plain(&["comment", "comments"])?,
            journal_ref: plain(&["journal_ref", "journal-ref"])?,
            doi: text(object, &["doi"])?.map(str::to_owned),
        },
        date: date(object, &["announced", "announced_date"])?,
        kind,
    })
}

/// The first of `keys` that holds text; `null` and blank text count as absent.
fn text<'a>(object: &'a Object, keys: &[&str]) -> Result<Option<&'a str>, Message> {
    for key in keys {
        match object.get(key) {
            None | Some(Value::Null) => {}
            Some(Value::Text(text)) if text.trim().is_empty() => {}
            Some(Value::Text(text)) => return Ok(Some(text.trim())),
            Some(_) => return Err(message!("'{key}' is not text; put it in quotes", key)),
        }
    }
    Ok(None)
}

fn date(object: &Object, keys: &[&str]) -> Result<Option<Date>, Message> {
    let Some(text) = text(object, keys)? else {
        return Ok(None);
    };
    match day(text) {
        Some(day) => Ok(Some(day)),
        None => {
            Err(message!("'{text}' is not a date; write it as 2026-02-05", text = excerpt(text)))
        }
    }
}

fn authors(object: &Object) -> Result<Vec<String>, Message> {
    // Kaggle: [last name, first names, suffix, affiliations...].
    let parsed = object.get("authors_parsed").map_or(&[][..], Value::as_list);
    if !parsed.is_empty() {
        let name = |parts: &Value| {
            let part =
                |i: usize| parts.as_list().get(i).and_then(Value::as_str).unwrap_or_default();
            in_order(part(1), part(0), part(2))
        };
        return Ok(parsed.iter().filter_map(name).collect());
    }
    match object.get("authors") {
        None | Some(Value::Null) => Ok(Vec::new()),
        Some(Value::Text(list)) => Ok(listed_in_words(&single_spaced(list))),
        Some(Value::List(list)) => {
            let mut authors = Vec::with_capacity(list.len());
            for author in list {
                let name = author.as_str().or_else(|| author.field("name")?.as_str());
                let name = name.ok_or_else(|| message!("'authors' is not a list of names"))?;
                authors.push(listed(name).join(", "));
            }
            authors.retain(|name| !name.is_empty());
            Ok(authors)
        }
        Some(_) => Err(message!("'authors' is neither a list of names nor text")),
    }
}

/// Where the authors work, as far as any field says so.
fn places(object: &Object) -> Vec<String> {
    let mut places = Vec::new();
    let mut add = |value: &Value| {
        let many = match value {
            Value::List(list) => list,
            one => std::slice::from_ref(one),
        };
        for place in many {
            if let Some(text) = place.as_str().or_else(|| place.field("name")?.as_str()) {
                add_place(&mut places, text);
            }
        }
    };
    if let Some(stated) = object.get("affiliations") {
        add(stated);
    }
    for author in object.get("authors").map_or(&[][..], Value::as_list) {
        for key in ["affiliation", "affiliations"] {
            author.field(key).into_iter().for_each(&mut add);
        }
    }
    for author in object.get("authors_parsed").map_or(&[][..], Value::as_list) {
        author.as_list().iter().skip(3).for_each(&mut add);
    }
    // Kaggle does not resolve every legend of numbered places.
    if places.is_empty() {
        match object.get("authors") {
            Some(Value::Text(list)) if list.contains('(') => {
                return affiliations(&single_spaced(list));
            }
            Some(Value::List(list)) => {
                let names = list.iter().filter_map(Value::as_str);
                return affiliations(&names.collect::<Vec<_>>().join(", "));
            }
            _ => {}
        }
    }
    places
}

#[cfg(test)]
mod tests {
    use super::super::parse;
    use crate::paper::Kind;

    #[test]
    fn fields_go_by_several_names() {
        let batch = parse(
            "f",
            br#"
            {"title": "One", "id": "arXiv:2602.00001v2", "authors": "Ren\\'e Tit and A. Owl, B. Jay (Oak, Elm)", "summary": " Sings.\n ", "categories": "cs.SD 94A12 eess.AS", "announced_date": "2026-02-04", "announce_type": "cross", "published": "2026-02-02T10:00:00Z", "extra": {"x": [1]}}

            {"id": "2602.00002", "title": "Two", "authors": ["C. Wren", {"name": "D. Lark"}], "abstract": "Flies.", "categories": ["cs.RO cs.LG"], "announced": "2026-02-05", "kind": "replace", "submitted": "2026-02-03", "version": 3, "doi": null, "comment": "5 pages"}
            {"id": "cs/0112017", "title": "Three", "authors": "E. Tern", "authors_parsed": [["Tern", "E.", "Jr", "Sea"], ["Tides Collaboration", "", ""]], "versions": [{"version": "v1", "created": "Mon, 2 Apr 2007 19:18:42 GMT"}, {"version": "v2", "created": "Tue, 3 Apr 2007 19:18:42 GMT"}], "journal-ref": "Gull 1"}
            "#,
        )
        .unwrap();
        assert_eq!(batch.date, Some("2026-02-05".parse().unwrap()));
        let [three, one, two] = batch.items.as_slice() else { panic!("{batch:?}") };
        assert_eq!(one.paper.authors, ["René Tit", "A. Owl", "B. Jay"]);
        assert_eq!(one.paper.affiliations, ["Oak, Elm"]);
        assert_eq!((one.paper.version, one.kind), (Some(2), Kind::Cross));
        assert_eq!(one.paper.abstract_text, "Sings.");
        assert_eq!(one.paper.categories, ["cs.SD", "eess.AS"]);
        assert_eq!(one.date, Some("2026-02-04".parse().unwrap()));
        assert_eq!(one.paper.submitted, Some("2026-02-02".parse().unwrap()));
        assert_eq!(two.paper.authors, ["C. Wren", "D. Lark"]);
        assert_eq!((two.paper.version, two.kind), (Some(3), Kind::Replace));
        assert_eq!(two.paper.doi, None);
        assert_eq!(three.paper.authors, ["E. Tern Jr", "Tides Collaboration"]);
        assert_eq!(three.paper.affiliations, ["Sea"]);
        assert_eq!((three.paper.version, three.date), (Some(2), None));
        assert_eq!(three.paper.submitted, Some("2007-04-02".parse().unwrap()));
        assert_eq!(three.paper.journal_ref.as_deref(), Some("Gull 1"));
    }

    #[test]
    fn a_day_dates_its_papers() {
        let batch = parse(
            "f",
            br#"{"date": "2026-02-05", "kept": {}, "papers": [{"id": "2602.00001", "title": "One", "authors": "A. Owl", "announced": "2026-02-04", "abstract": "a"}]}"#,
        )
        .unwrap();
        assert_eq!(batch.items[0].date, Some("2026-02-05".parse().unwrap()));
        assert_eq!(batch.date, batch.items[0].date);
    }

    #[test]
    fn places_go_by_several_names() {
        for (fields, places) in [
            (
                r#""affiliations": ["Oak", "Elm\\'e", "Oak", "(Unknown)", 3, ""]"#,
                &["Oak", "Elmé"][..],
            ),
            (r#""affiliations": "Oak""#, &["Oak"]),
            (
                r#""authors": [{"name": "A", "affiliation": "Oak"}, {"name": "B", "affiliations": [{"name": "Elm"}, "Oak"]}]"#,
                &["Oak", "Elm"],
            ),
            (r#""authors": ["A (Oak)", "B (Elm)"]"#, &["Oak", "Elm"]),
            (
                r#""authors": "A. Owl (1) and\nB. Jay (1 and 2) ((1) Oak,\n (2) Elm)", "authors_parsed": [["Owl", "A.", "", "1"], ["Jay", "B.", "", "1 and 2"]]"#,
                &["Oak", "Elm"],
            ),
            (r#""authors": "A. Owl", "authors_parsed": [["Owl", "A.", ""], 7, [1], null]"#, &[]),
            (r#""affiliations": null"#, &[]),
        ] {
            let line = format!(r#"{{"id": "2602.00001", "title": "T", {fields}}}"#);
            let batch = parse("f", line.as_bytes()).unwrap();
            assert_eq!(batch.items[0].paper.affiliations, places, "{fields}");
        }
    }

    #[test]
    fn our_own_papers_come_back_unchanged() {
        let line = br#"{"id":"2602.00001","version":2,"title":"One","authors":["A. Owl"],"affiliations":["Oak"],"abstract":"a","categories":["cs.SD"],"submitted":"2026-02-02","comment":"c","journal_ref":"j","doi":"10.1/x"}"#;
        let batch = parse("f", line).unwrap();
        let written = serde_json::to_string(&batch.items[0].paper).unwrap();
        assert_eq!(written.as_bytes(), line);
    }
}
