//! Streamed JSON Lines against what the lines say when they are walked as plain JSON.
//!
//! The real sample lives beside the repository; `PAPERLARK_SHARED` says where (default `../shared`).

use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::Path;

use flate2::{Compression, write::GzEncoder};
use paperlark::source::{self, Snapshot, Source};
use paperlark::{Announced, Error, Kind};
use serde_json::Value;

use crate::common::shared::shared;

/// All pages' papers in order, and the errors between them.
fn drain(path: &Path) -> (Vec<Vec<Announced>>, Vec<String>) {
    let mut snapshot = Snapshot::open(path).unwrap();
    let (mut pages, mut errors) = (Vec::new(), Vec::new());
    loop {
        match snapshot.next_page() {
            Ok(Some(page)) => pages.push(page.items),
            Ok(None) => break,
            Err(error) => errors.push(error.to_string()),
        }
        assert!(errors.len() < 100, "{errors:?}");
    }
    assert_eq!(snapshot.total_bytes(), Some(fs::metadata(path).unwrap().len()));
    (pages, errors)
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn line(n: usize) -> String {
    format!("{{\"id\": \"2601.{n:05}\", \"title\": \"Lark number {n}\"}}\n")
}

#[test]
fn the_snapshot_sample_says_what_its_json_says() {
    let Some(path) = shared("fixtures/kaggle/arxiv-metadata-oai-snapshot.sample.jsonl") else {
        return;
    };
    let (pages, errors) = drain(&path);
    let text = fs::read_to_string(&path).unwrap();
    assert_eq!((errors.len(), pages.len()), (0, 1));
    let items = &pages[0];
    assert_eq!(items, &source::read(&path).unwrap().items);
    assert_eq!(items.len(), text.lines().count());
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let is_plain = |text: &str| {
        !text.contains(['\\', '$', '{', '~', '`']) && !text.contains("--") && !text.contains("''")
    };
    let (mut n_plain, mut n_places) = (0, 0);
    for line in text.lines() {
        let json: Value = serde_json::from_str(line).unwrap();
        let field = |name: &str| json[name].as_str().unwrap_or_default();
        let item = items.iter().find(|item| item.paper.id.as_str() == field("id")).unwrap();
        let paper = &item.paper;
        assert_eq!((item.kind, item.date), (Kind::New, None));
        let pairs = [
            (paper.title.as_str(), field("title")),
            (&paper.abstract_text, field("abstract")),
            (paper.comment.as_deref().unwrap_or_default(), field("comments")),
            (paper.journal_ref.as_deref().unwrap_or_default(), field("journal-ref")),
        ];
        for (read, written) in pairs {
            assert_eq!(read.is_empty(), written.trim().is_empty(), "{line}");
            if is_plain(written) {
                assert_eq!(read, words(written), "{line}");
                n_plain += 1;
            }
        }
        assert_eq!(paper.doi.as_deref().unwrap_or_default(), field("doi"));
        assert_eq!(paper.categories.join(" "), field("categories"));
        let versions = json["versions"].as_array().unwrap();
        assert_eq!(paper.version, Some(versions.len() as u32));
        // "Mon, 2 Apr 2007 19:18:42 GMT", whose day and year stand in the date.
        let created: Vec<&str> = versions[0]["created"].as_str().unwrap().split(' ').collect();
        let submitted = paper.submitted.unwrap();
        assert_eq!(submitted.day().to_string(), created[1]);
        assert_eq!(submitted.strftime("%b %Y").to_string(), created[2..4].join(" "));
        let authors = json["authors_parsed"].as_array().unwrap();
        assert_eq!(paper.authors.len(), authors.len());
        for (read, parts) in paper.authors.iter().zip(authors) {
            let last = parts[0].as_str().unwrap();
            assert!(!is_plain(last) || read.contains(last), "{read}: {parts}");
        }
        for place in authors.iter().flat_map(|parts| &parts.as_array().unwrap()[3..]) {
            let place = words(place.as_str().unwrap());
            if place.chars().any(|c| c.is_ascii_uppercase()) && is_plain(&place) {
                assert!(paper.affiliations.contains(&place), "{place}: {:?}", paper.affiliations);
                n_places += 1;
            }
        }
        if !field("authors").contains('(') {
            assert_eq!(paper.affiliations, [""; 0], "{line}");
        }
        for place in &paper.affiliations {
            let same = paper.affiliations.iter().filter(|other| *other == place).count();
            assert!(same == 1 && place.len() > 2 && !place.contains("(1)"), "{place}");
        }
    }
    assert!(n_plain > 400 && n_places > 30, "{n_plain} {n_places}");
    // A legend that the snapshot itself leaves alone.
    let legend = items.iter().find(|item| item.paper.authors[0] == "A. S. Mishchenko").unwrap();
    let places = [
        "CREST, Japan Science and Technology Agency",
        "Russian Research Centre “Kurchatov Institute”",
        "The University of Tokyo",
    ];
    assert_eq!(legend.paper.affiliations, places);
}

#[test]
fn a_bad_line_is_named_and_passed_over() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("mixed.jsonl");
    let mut bytes = b"\xef\xbb\xbf".to_vec();
    bytes.extend(line(1).trim_end().bytes());
    bytes.extend(b"\r\n\n{\"id\": \"x\", \"title\": \"T\"}\n");
    bytes.extend(line(2).bytes());
    bytes.extend(b"\xff\n{\"papers\": [");
    bytes.extend(line(3).trim_end().bytes());
    bytes.extend(b", 7], \"date\": \"2026-02-05\"}\n");
    bytes.extend(line(4).trim_end().bytes());
    for (name, content) in [("plain", bytes.clone()), ("packed", gzip(&bytes))] {
        fs::write(&path, content).unwrap();
        let (pages, errors) = drain(&path);
        let ids: Vec<Vec<&str>> = pages
            .iter()
            .map(|page| page.iter().map(|item| item.paper.id.as_str()).collect())
            .collect();
        assert_eq!(ids, [["2601.00001"], ["2601.00002"], ["2601.00004"]], "{name}");
        let place = path.display();
        let starts = [
            format!("{place}:3: 'x' is not a paper id"),
            format!("{place}:5: not UTF-8 at byte 0 of the line"),
            format!("{place}:6: paper 2 of the day: is not an object"),
        ];
        assert_eq!(errors.len(), starts.len(), "{name}: {errors:?}");
        for (error, start) in errors.iter().zip(starts) {
            assert!(error.starts_with(&start), "{name}: {error}");
        }
    }
}

#[test]
fn pages_hold_a_few_thousand_papers_and_progress_is_in_bytes() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("long.jsonl.gz");
    let lines: String = (0..5_000).map(line).collect();
    fs::write(&path, gzip(lines.as_bytes())).unwrap();
    let mut snapshot = Snapshot::open(&path).unwrap();
    let total = snapshot.total_bytes().unwrap();
    let (mut n_papers, mut read) = (0, 0);
    while let Some(page) = snapshot.next_page().unwrap() {
        assert!((1..=2_500).contains(&page.items.len()));
        n_papers += page.items.len();
        assert!(snapshot.read_bytes() >= read);
        read = snapshot.read_bytes();
    }
    assert_eq!((n_papers, read), (5_000, total));
    assert!(snapshot.next_page().unwrap().is_none());
}

#[test]
fn damage_is_one_error_after_the_papers_before_it() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("cut.jsonl.gz");
    let lines: String = (0..3_000).map(line).collect();
    let packed = gzip(lines.as_bytes());
    fs::write(&path, &packed[..packed.len() / 2]).unwrap();
    let (pages, errors) = drain(&path);
    let n_papers: usize = pages.iter().map(Vec::len).sum();
    assert!((1..3_000).contains(&n_papers), "{n_papers}");
    assert_eq!(errors.len(), 1, "{errors:?}");
    assert!(errors[0].contains("damaged gzip data"), "{errors:?}");

    // 65 MiB without a line break, which is no text of lines.
    let path = dir.path().join("flat.jsonl");
    File::create(&path).unwrap().set_len(65 << 20).unwrap();
    let mut file = OpenOptions::new().append(true).open(&path).unwrap();
    file.write_all(format!("\n{}", line(1)).as_bytes()).unwrap();
    let (pages, errors) = drain(&path);
    assert_eq!((pages.len(), pages[0].len()), (1, 1));
    assert!(errors[0].contains("flat.jsonl:1: a line of more than 64 MiB"), "{errors:?}");
    assert_eq!(errors.len(), 1);

    for path in [dir.path(), &dir.path().join("absent.jsonl")] {
        let error = Snapshot::open(path).err().unwrap();
        assert!(matches!(&error, Error::Io { path: named, .. } if named == path), "{error}");
    }
    let path = dir.path().join("empty.jsonl");
    fs::write(&path, "").unwrap();
    assert_eq!(drain(&path), (vec![], vec![]));
}
