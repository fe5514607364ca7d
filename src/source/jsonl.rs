//! JSON Lines: one JSON object per line, each a paper or a whole day of papers.
//!
//! A paper needs `id` and `title`; the other fields go by several names, so that our own exports,
//! arXiv's Kaggle snapshot and hand-made lists are all understood. A day is
//! `{"date": ..., "papers": [...]}`. Unknown fields are ignored.

use jiff::civil::Date;
use serde_json::{Map, Value};

use super::{Batch, Format, bad, categories, day, excerpt, names};
use crate::error::{Error, Result};
use crate::paper::{Announced, Kind, Paper, PaperId};
use crate::tex;

type Object = Map<String, Value>;

/// Papers of all lines; blank lines are skipped.
pub(super) fn parse(origin: &str, text: &str) -> Result<Batch> {
    let mut items = Vec::new();
    for (number, line) in text.lines().enumerate() {
        if line.trim().is_empty() {
            continue;
        }
        let place = format!("{origin}:{}", number + 1);
        let object = serde_json::from_str::<Object>(line).map_err(|e| {
            bad(
                &place,
                format!(
                    "not a JSON object on one line (column {}: {}); write one whole paper per line",
                    e.column(),
                    reason(&e)
                ),
            )
        })?;
        read_line(&object, &mut items).map_err(|reason| bad(&place, reason))?;
    }
    Ok(Batch {
        origin: origin.to_owned(),
        format: Format::JsonLines,
        date: items.iter().filter_map(|item: &Announced| item.date).max(),
        categories: Vec::new(),
        items,
    })
}

/// serde_json's message without its own place, which counts from the start of the line.
fn reason(error: &serde_json::Error) -> String {
    let text = error.to_string();
    match text.rsplit_once(" at line ") {
        Some((reason, _)) => reason.to_owned(),
        None => text,
    }
}

/// Appends the papers of one line; the error is the reason alone.
fn read_line(object: &Object, items: &mut Vec<Announced>) -> Result<(), String> {
    let Some(Value::Array(papers)) = object.get("papers") else {
        items.push(read_paper(object)?);
        return Ok(());
    };
    // The day on which the batch was read counts, whatever its papers say.
    let date = date(object, &["date"])?.ok_or("a day without 'date'; add it as 2026-02-05")?;
    for (number, paper) in papers.iter().enumerate() {
        let object = paper.as_object().ok_or("is not an object".to_owned());
        let mut item = object
            .and_then(read_paper)
            .map_err(|reason| format!("paper {} of the day: {reason}", number + 1))?;
        item.date = Some(date);
        items.push(item);
    }
    Ok(())
}

fn read_paper(object: &Object) -> Result<Announced, String> {
    let id = text(object, &["id"])?.ok_or("a paper without 'id'; add its arXiv id")?;
    let (id, version) = PaperId::parse_versioned(id).map_err(|e: Error| e.to_string())?;
    let title = text(object, &["title"])?.map(tex::to_text).filter(|t| !t.is_empty());
    let title = title.ok_or_else(|| format!("paper {id} without 'title'; add it"))?;
    let versions = object.get("versions").and_then(Value::as_array);
    let created =
        versions.and_then(|v| v.first()).and_then(|v| v.get("created")?.as_str()).and_then(day);
    let stated = object.get("version").and_then(Value::as_u64);
    let counted = versions.map(|v| v.len() as u64).filter(|n| *n > 0);
    let kind = match text(object, &["kind", "announce_type"])? {
        Some(word) => word.parse::<Kind>().map_err(|e| e.to_string())?,
        None => Kind::New,
    };
    let plain = |keys: &[&str]| -> Result<Option<String>, String> {
        let found = text(object, keys)?.map(tex::to_text);
        Ok(found.filter(|t| !t.is_empty()))
    };
    Ok(Announced {
        paper: Paper {
            id,
            version: version.or_else(|| u32::try_from(stated.or(counted)?).ok()),
            title,
            authors: authors(object)?,
            affiliations: Vec::new(),
            abstract_text: plain(&["abstract", "summary"])?.unwrap_or_default(),
            categories: match object.get("categories") {
                Some(Value::Array(list)) => categories(list.iter().filter_map(Value::as_str)),
                Some(Value::String(list)) => categories(list.split([' ', ',', ';', '\n', '\t'])),
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
fn text<'a>(object: &'a Object, keys: &[&str]) -> Result<Option<&'a str>, String> {
    for key in keys {
        match object.get(*key) {
            None | Some(Value::Null) => {}
            Some(Value::String(text)) if text.trim().is_empty() => {}
            Some(Value::String(text)) => return Ok(Some(text.trim())),
            Some(_) => return Err(format!("'{key}' is not text; put it in quotes")),
        }
    }
    Ok(None)
}

fn date(object: &Object, keys: &[&str]) -> Result<Option<Date>, String> {
    let Some(text) = text(object, keys)? else {
        return Ok(None);
    };
    match day(text) {
        Some(day) => Ok(Some(day)),
        None => Err(format!("'{}' is not a date; write it as 2026-02-05", excerpt(text))),
    }
}

fn authors(object: &Object) -> Result<Vec<String>, String> {
    // Kaggle: [last name, first names, suffix, affiliations...].
    if let Some(parsed) = object.get("authors_parsed").and_then(Value::as_array)
        && !parsed.is_empty()
    {
        let name = |parts: &Value| {
            let part = |i: usize| parts.get(i).and_then(Value::as_str).unwrap_or_default();
            tex::to_text(&format!("{} {} {}", part(1), part(0), part(2)))
        };
        return Ok(parsed.iter().map(name).filter(|n| !n.is_empty()).collect());
    }
    match object.get("authors") {
        None | Some(Value::Null) => Ok(Vec::new()),
        Some(Value::String(list)) => Ok(list
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
            .split(" and ")
            .flat_map(names)
            .collect()),
        Some(Value::Array(list)) => {
            let mut authors = Vec::with_capacity(list.len());
            for author in list {
                let name = author.as_str().or_else(|| author.get("name")?.as_str());
                let name = name.ok_or("'authors' is not a list of names")?;
                authors.push(names(name).join(", "));
            }
            authors.retain(|name| !name.is_empty());
            Ok(authors)
        }
        Some(_) => Err("'authors' is neither a list of names nor text".into()),
    }
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

            {"id": "2602.00002", "title": "Two", "authors": ["C. Wren", {"name": "D. Lark"}], "abstract": "Flies.", "categories": ["cs.RO"], "announced": "2026-02-05", "kind": "replace", "submitted": "2026-02-03", "version": 3, "doi": null, "comment": "5 pages"}
            {"id": "cs/0112017", "title": "Three", "authors": "E. Tern", "authors_parsed": [["Tern", "E.", "Jr", "Sea"], ["Tides Collaboration", "", ""]], "versions": [{"version": "v1", "created": "Mon, 2 Apr 2007 19:18:42 GMT"}, {"version": "v2", "created": "Tue, 3 Apr 2007 19:18:42 GMT"}], "journal-ref": "Gull 1"}
            "#,
        )
        .unwrap();
        assert_eq!(batch.date, Some("2026-02-05".parse().unwrap()));
        let [three, one, two] = batch.items.as_slice() else { panic!("{batch:?}") };
        assert_eq!(one.paper.authors, ["René Tit", "A. Owl", "B. Jay"]);
        assert_eq!((one.paper.version, one.kind), (Some(2), Kind::Cross));
        assert_eq!(one.paper.abstract_text, "Sings.");
        assert_eq!(one.paper.categories, ["cs.SD", "eess.AS"]);
        assert_eq!(one.date, Some("2026-02-04".parse().unwrap()));
        assert_eq!(one.paper.submitted, Some("2026-02-02".parse().unwrap()));
        assert_eq!(two.paper.authors, ["C. Wren", "D. Lark"]);
        assert_eq!((two.paper.version, two.kind), (Some(3), Kind::Replace));
        assert_eq!(two.paper.doi, None);
        assert_eq!(three.paper.authors, ["E. Tern Jr", "Tides Collaboration"]);
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
    fn our_own_papers_come_back_unchanged() {
        let line = br#"{"id":"2602.00001","version":2,"title":"One","authors":["A. Owl"],"abstract":"a","categories":["cs.SD"],"submitted":"2026-02-02","comment":"c","journal_ref":"j","doi":"10.1/x"}"#;
        let batch = parse("f", line).unwrap();
        let written = serde_json::to_string(&batch.items[0].paper).unwrap();
        assert_eq!(written.as_bytes(), line);
    }
}
