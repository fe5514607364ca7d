//! arXiv ids in running text, and lists of ids.

use std::collections::HashSet;

use super::{Found, Item, Text, normal_doi};
use crate::error::Result;
use crate::message;
use crate::paper::{PaperId, SITES};

/// Every arXiv id that `text` clearly means as one, with its byte: URLs of arxiv.org and of the
/// [`SITES`] that show its papers, `arXiv:ID`, and DOIs `10.48550/arXiv.ID`. A bare number is none.
pub(super) fn mentions(text: &str) -> impl Iterator<Item = (usize, PaperId)> {
    let lower = text.to_ascii_lowercase();
    let mut found = Vec::new();
    for (site, parts) in SITES {
        for (at, _) in lower.match_indices(site) {
            let before = &lower[..at];
            // `www.`, `export.` and other mirrors, but not `notarxiv.org`.
            let inside_a_word = before.ends_with(|c: char| c.is_alphanumeric() || c == '-');
            let path = lower[at + site.len()..].strip_prefix('/');
            let Some(path) = path.filter(|_| !inside_a_word) else { continue };
            let start = lower.len() - path.len();
            let ids = parts.iter().filter(|part| path.starts_with(**part)).filter_map(|part| {
                let id = &text[start + part.len()..];
                // `arxiv.org/abs/arXiv:ID`
                let bare = id.get(..6).filter(|head| head.eq_ignore_ascii_case("arxiv:"));
                id_at(bare.map_or(id, |_| &id[6..]))
            });
            found.extend(ids.take(1).map(|id| (at, id)));
        }
    }
    for (at, name) in lower.match_indices("arxiv") {
        let before = &lower[..at];
        let after = &lower[at + name.len()..];
        let is_doi = before.ends_with("10.48550/") || before.ends_with("10.48550%2f");
        let start = if is_doi {
            after.strip_prefix('.')
        } else {
            // A key of JSON has quotation marks.
            let colon = after.strip_prefix(".org").unwrap_or(after).trim_start_matches(['"', '\'']);
            let id = colon.strip_prefix([':', '：']);
            id.map(|id| id.trim_start_matches(|c: char| c.is_whitespace() || "\"'[(".contains(c)))
        };
        let inside_a_word = !is_doi && before.ends_with(|c: char| c.is_alphanumeric());
        if let Some(start) = start.filter(|_| !inside_a_word) {
            found.extend(id_at(&text[lower.len() - start.len()..]).map(|id| (at, id)));
        }
    }
    // One spelling may be part of another.
    found.sort_by_key(|(at, _)| *at);
    found.dedup_by(|later, earlier| later.1 == earlier.1);
    found.into_iter()
}

/// The first id that `text` means as one.
pub(super) fn first(text: &str) -> Option<PaperId> {
    mentions(text).next().map(|(_, id)| id)
}

/// The first id in a text that speaks of arXiv, with or without a prefix: `arXiv e-print 2401.00001`.
pub(super) fn first_loosely(text: &str) -> Option<PaperId> {
    first(text).or_else(|| {
        let words = || text.split(|c: char| c.is_whitespace() || "()[]{},;".contains(c));
        let speaks = text.to_ascii_lowercase().contains("arxiv") || words().any(|w| w == "CoRR");
        let bare = |word: &str| id_at(word.strip_prefix("abs/").unwrap_or(word));
        if speaks { words().find_map(bare) } else { None }
    })
}

/// The id that `text` begins with, if nothing that could belong to it follows.
fn id_at(text: &str) -> Option<PaperId> {
    let bytes = text.as_bytes();
    let digits = |from: usize| bytes[from..].iter().take_while(|b| b.is_ascii_digit()).count();
    let year = digits(0);
    let mut end = if year == 4 && bytes.get(4) == Some(&b'.') {
        5 + digits(5)
    } else {
        let slash = bytes.iter().take(32).position(|b| *b == b'/')?;
        slash + 1 + digits(slash + 1)
    };
    if bytes.get(end).is_some_and(|b| b.eq_ignore_ascii_case(&b'v')) {
        let version = digits(end + 1);
        end += if version > 0 { 1 + version } else { 0 };
    }
    if text.get(end..)?.starts_with(|c: char| c.is_alphanumeric()) {
        return None;
    }
    text[..end].parse().ok().filter(PaperId::is_arxiv)
}

/// Items of running text: every id once, where it stands first.
///
/// # Errors
/// [`crate::Error::Feed`] if it names no paper.
pub(super) fn text(text: &Text) -> Result<Found> {
    let mut seen = HashSet::new();
    let mentions = mentions(&text.content).filter(|(_, id)| seen.insert(id.clone()));
    let items: Vec<Item> = mentions.map(|(at, id)| item(text, at, Some(id), None)).collect();
    if items.is_empty() {
        return Err(text.refuse(
            message!("names no paper; give a BibTeX file, a Zotero export, a list of ids, or text with arXiv links"),
        ));
    }
    Ok(Found { items, ..Found::default() })
}

fn item(text: &Text, at: usize, id: Option<PaperId>, doi: Option<String>) -> Item {
    let key = id.as_ref().map(|id| id.as_str().to_owned()).or_else(|| doi.clone());
    Item {
        place: text.place(at),
        source: "list".into(),
        key: key.unwrap_or_default(),
        title: None,
        abstract_text: None,
        authors: Vec::new(),
        id,
        doi,
        added: None,
    }
}

/// The lines of a list with their first byte, without comments; empty ones are left out.
fn lines(content: &str) -> impl Iterator<Item = (usize, &str)> {
    let lines = content.split_inclusive('\n').scan(0, |at, line| {
        let start = *at;
        *at += line.len();
        Some((start, line))
    });
    lines.filter_map(|(at, line)| {
        // A URL may have a fragment, so only a # after a blank begins a comment.
        let comment = line.match_indices('#').map(|(at, _)| at);
        let mut comment =
            comment.filter(|at| line[..*at].is_empty() || line[..*at].ends_with([' ', '\t']));
        let line = line[..comment.next().unwrap_or(line.len())].trim();
        (!line.is_empty()).then_some((at, line))
    })
}

/// The ids or DOIs that a line begins with.
fn leading(line: &str) -> impl Iterator<Item = (Option<PaperId>, Option<String>)> {
    let line = line.strip_prefix(['-', '*', '+']).unwrap_or(line).trim_start();
    // The prefix may stand apart from its id.
    let joined = match line.get(..6) {
        Some(head) if head.eq_ignore_ascii_case("arxiv:") => line[6..].trim_start(),
        _ => line,
    };
    let words = joined.split(|c: char| c.is_whitespace() || ",;".contains(c));
    words.filter(|word| !word.is_empty()).map_while(|word| {
        let word = word.trim_matches(['<', '>', '"']);
        let id = word.parse().ok().filter(PaperId::is_arxiv);
        let doi = if id.is_none() { normal_doi(word) } else { None };
        (id.is_some() || doi.is_some()).then_some((id, doi))
    })
}

/// Whether more lines begin with an id or DOI than are prose, which has several words.
pub(super) fn is_list(content: &str) -> bool {
    let (mut n_prose, mut n_ids) = (0, 0);
    for (_, line) in lines(content) {
        let is_id = leading(line).next().is_some();
        n_ids += usize::from(is_id);
        n_prose += usize::from(!is_id && line.split_whitespace().nth(1).is_some());
    }
    n_ids > n_prose
}

/// Items of a list, each id or DOI once.
pub(super) fn list(text: &Text) -> Found {
    let mut found = Found::default();
    let mut seen = HashSet::new();
    for (at, line) in lines(&text.content) {
        let mut named: Vec<_> = leading(line).collect();
        named.extend(mentions(line).map(|(_, id)| (Some(id), None)));
        if named.is_empty() {
            let shown: String = line.chars().take(60).collect();
            let reason = message!(
                "'{words}' is no arXiv id, URL or DOI; write it like 2602.04118, or after a #",
                words = shown
            );
            found.broken.push(text.broken(at, reason));
        }
        for (id, doi) in named {
            if seen.insert((id.clone(), doi.clone())) {
                found.items.push(item(text, at, id, doi));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn running_text_means_an_id_only_where_it_says_so() {
        for (text, ids) in [
            ("see https://arxiv.org/abs/2401.00001v2, and more", &["2401.00001"][..]),
            ("[a](http://www.arxiv.org/pdf/2401.00001.pdf)", &["2401.00001"]),
            ("export.arxiv.org/html/2401.00001#S1.", &["2401.00001"]),
            ("ar5iv.labs.arxiv.org/html/2401.00001", &["2401.00001"]),
            ("arxiv.org/2401.00001?x=1", &["2401.00001"]),
            ("arXiv:2401.00001. ARXIV: hep-th/9901001v3)", &["2401.00001", "hep-th/9901001"]),
            ("https://arxiv.org/abs/math.GT/0309136", &["math/0309136"]),
            ("arxiv.org/abs/arXiv:2401.00001", &["2401.00001"]),
            ("doi.org/10.48550/arXiv.2401.00001", &["2401.00001"]),
            ("10.48550%2FARXIV.2401.00001", &["2401.00001"]),
            ("oai:arXiv.org:2401.00001", &["2401.00001"]),
            ("https://www.alphaxiv.org/abs/2401.00001v2", &["2401.00001"]),
            ("alphaxiv.org/overview/2401.00001", &["2401.00001"]),
            (
                "[p](https://huggingface.co/papers/2401.00001) hf.co/papers/2401.00002",
                &["2401.00001", "2401.00002"],
            ),
            ("https://papers.cool/arxiv/2401.00001?x", &["2401.00001"]),
            ("scirate.com/arxiv/2401.00001,", &["2401.00001"]),
            (
                "https://ar5iv.org/abs/2401.00001 ar5iv.labs.arxiv.org/html/2401.00002",
                &["2401.00001", "2401.00002"],
            ),
            ("https://api.semanticscholar.org/arXiv:2401.00001", &["2401.00001"]),
            (r#"{"externalIds": {"ArXiv": "2401.00001"}}"#, &["2401.00001"]),
            ("arXiv：2401.00001，arXiv: [2401.00002](x)", &["2401.00001", "2401.00002"]),
            ("huggingface.co/models/2401.00001 papers.cool/venue/2401.00001", &[]),
            ("my-arxiv.org/abs/2401.00001", &[]),
            ("version 2401.00001 of chapter 1412.6980", &[]),
            ("notarxiv.org/abs/2401.00001", &[]),
            ("myarxiv:2401.00001", &[]),
            ("arxiv.org/abs/2401.0000123", &[]),
            ("arxiv.org/abs/2413.00001", &[]),
            ("arxiv.org/abs/2401.00001x arxiv.org/list/cs.LG/new", &[]),
            ("arXiv", &[]),
            ("arXiv:", &[]),
            ("10.48550/arXiv", &[]),
        ] {
            let found: Vec<String> = mentions(text).map(|(_, id)| id.to_string()).collect();
            assert_eq!(found, ids, "{text}");
        }
    }

    #[test]
    fn a_field_that_speaks_of_arxiv_may_drop_the_prefix() {
        for (text, id) in [
            ("arXiv e-print (2401.00001)", Some("2401.00001")),
            ("CoRR abs/1706.03762", Some("1706.03762")),
            ("ArXiv, hep-th/9901001", Some("hep-th/9901001")),
            ("Journal 2401.00001", None),
            ("arXiv e-prints", None),
        ] {
            let found = first_loosely(text).map(|id| id.to_string());
            assert_eq!(found.as_deref(), id, "{text}");
        }
    }

    proptest! {
        #[test]
        fn finding_never_panics(text in "(\\PC|arxiv|arXiv:|\\.org/|abs/|10\\.48550/|[0-9]{4}\\.|/|v|\n)*") {
            for (at, id) in mentions(&text) {
                prop_assert!(text.is_char_boundary(at) && id.is_arxiv());
            }
            let _ = (first_loosely(&text), is_list(&text));
        }
    }
}
