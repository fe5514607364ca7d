//! Answers of arXiv's query API: an Atom dialect of its own, in two historic shapes.
//!
//! The answer knows when a paper was submitted, not when it was announced.

use super::feed::{Document, Record, readable};
use super::{Batch, Format, bad, categories, day, excerpt, names};
use crate::error::Result;
use crate::paper::{Announced, Kind, Paper, PaperId};
use crate::tex;

/// Whether an Atom document is an answer of the query API and not a feed of rss.arxiv.org.
pub(super) fn is_answer(document: &Document) -> bool {
    let head = &document.head;
    let ids = || document.items.iter().filter_map(|item| item.text("id"));
    head.text("totalresults").is_some()
        || head.text("id").is_some_and(|id| id.contains("/api/"))
        || ids().any(|id| id.contains("arxiv.org/abs/") || id.contains("/api/errors"))
}

/// Papers of an answer; ids that arXiv does not know are simply absent.
pub(super) fn answer(origin: &str, document: &Document) -> Result<Batch> {
    if document.items.is_empty() {
        let number = |path| document.head.text(path).and_then(|t| t.parse::<u64>().ok());
        let total = number("totalresults").unwrap_or(0);
        let from = number("startindex").unwrap_or(0);
        if from < total && number("itemsperpage") != Some(0) {
            return Err(bad(
                origin,
                format!(
                    "claims {total} results and lists none, a known fault of arXiv's API; ask again"
                ),
            ));
        }
    }
    let items =
        document.items.iter().map(|record| entry(origin, record)).collect::<Result<Vec<_>>>()?;
    Ok(Batch {
        origin: origin.to_owned(),
        format: Format::Query,
        date: None,
        categories: Vec::new(),
        items,
    })
}

fn entry(origin: &str, record: &Record) -> Result<Announced> {
    let id = record.text("id").unwrap_or_default();
    let title = record.text("title");
    if id.contains("/api/errors") || title.as_deref() == Some("Error") && !id.contains("/abs/") {
        let words = record.text("summary").unwrap_or(id);
        return Err(bad(
            origin,
            format!("arXiv's API refuses the request: {words}. Correct it and ask again"),
        ));
    }
    let (id, version) = PaperId::parse_versioned(&id).map_err(|_| {
        bad(
            &format!("{origin}:{}", record.line),
            format!(
                "an entry without an arXiv id ('{}'); pass an answer of export.arxiv.org/api/query",
                excerpt(&id)
            ),
        )
    })?;
    let primary = record.attributes("primary_category", "term");
    let words = primary.chain(record.attributes("category", "term"));
    Ok(Announced {
        paper: Paper {
            title: readable(title).unwrap_or_else(|| id.to_string()),
            id,
            version,
            // A name with a comma is still one name ("J. Doe, Jr.").
            authors: record
                .texts("author/name")
                .map(|name| names(&name).join(", "))
                .filter(|name| !name.is_empty())
                .collect(),
            affiliations: Vec::new(),
            abstract_text: tex::to_text(&record.text("summary").unwrap_or_default()),
            categories: categories(words),
            submitted: record.text("published").and_then(|text| day(&text)),
            comment: readable(record.text("comment")),
            journal_ref: readable(record.text("journal_ref")),
            doi: record.text("doi"),
        },
        date: None,
        kind: Kind::New,
    })
}

#[cfg(test)]
mod tests {
    use super::super::{Format, parse};

    #[test]
    fn both_dialects_are_read() {
        let old = "<feed xmlns='a'><title type='html'>ArXiv Query: x</title>\
            <o:totalResults xmlns:o='b'>1</o:totalResults><entry>\
            <id>http://arxiv.org/abs/math.GT/0309136v2</id><updated>2004-01-01T00:00:00Z</updated>\
            <published>2003-09-08T22:10:00Z</published><title>Two\n  Birds</title>\
            <summary>  They\nsing.\n</summary><author><name>J. Crow, Jr.</name>\
            <x:affiliation>Oak</x:affiliation></author><x:comment>4 pages</x:comment>\
            <x:primary_category term='math.GT' scheme='s'/><category term='57M25'/>\
            <category term='math.GN'/><category term='math.GT'/></entry></feed>";
        let new = "<feed xmlns:opensearch='o'><id>https://arxiv.org/api/x</id><entry>\
            <category term='math.GN'/><author><name>J. Crow Jr.</name></author>\
            <primary_category term='math.GT'/><comment>4 pages</comment>\
            <published>2003-09-08T22:10:00Z</published><summary>They sing.</summary>\
            <title>Two Birds</title><id>http://arxiv.org/abs/math/0309136v2</id></entry></feed>";
        let read = |text: &str| parse("f", text.as_bytes()).unwrap();
        let (old, new) = (read(old), read(new));
        assert_eq!((old.format, old.date), (Format::Query, None));
        assert_eq!(old.items, new.items);
        let item = &old.items[0];
        assert_eq!(item.date, None);
        assert_eq!(item.paper.version, Some(2));
        assert_eq!(item.paper.categories, ["math.GT", "math.GN"]);
        assert_eq!(item.paper.submitted, Some("2003-09-08".parse().unwrap()));
    }

    #[test]
    fn errors_are_not_papers_and_an_unknown_id_is_no_error() {
        let refused = "<feed><totalResults>1</totalResults><entry>\
            <id>http://arxiv.org/api/errors#incorrect_id</id><title>Error</title>\
            <summary>incorrect id format for abc</summary></entry></feed>";
        let error = parse("f", refused.as_bytes()).unwrap_err().to_string();
        assert!(error.contains("incorrect id format for abc"), "{error}");
        let answer = |total: u32| {
            let text = format!(
                "<feed><totalResults>{total}</totalResults><startIndex>0</startIndex>\
                <itemsPerPage>10</itemsPerPage></feed>"
            );
            parse("f", text.as_bytes())
        };
        assert_eq!(answer(0).unwrap().items, []);
        let error = answer(12).unwrap_err().to_string();
        assert!(error.contains("claims 12 results"), "{error}");
    }
}
