//! Daily feeds, field by field, against the same files read as strings.
//!
//! The recordings live beside the repository; `PAPERLARK_SHARED` says where (default `../shared`).

use std::fs;
use std::path::{Path, PathBuf};

use paperlark::source;

/// The shared feeds, or a line about what is skipped.
fn feeds() -> Vec<PathBuf> {
    let root = match std::env::var_os("PAPERLARK_SHARED") {
        Some(root) => PathBuf::from(root),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared"),
    };
    let folder = root.join("data/fixtures/rss");
    let mut files = Vec::new();
    for folder in [folder.join("day_2026-02-05"), folder] {
        match fs::read_dir(&folder) {
            Ok(entries) => files.extend(entries.map(|entry| entry.unwrap().path())),
            Err(_) => println!("skipped: no {}", folder.display()),
        }
    }
    files.retain(|file| file.extension().is_some_and(|end| end == "xml"));
    files.sort();
    files
}

/// What stands between the tags of every `<name ...>...</name>`.
fn elements<'a>(text: &'a str, name: &str) -> Vec<&'a str> {
    let (open, close) = (format!("<{name}"), format!("</{name}>"));
    let pieces = text.split(&open).skip(1);
    let bodies = pieces.filter(|piece| piece.starts_with(['>', ' ']));
    bodies.filter_map(|piece| Some(piece.split_once('>')?.1.split_once(&close)?.0)).collect()
}

fn unescape(text: &str) -> String {
    let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
    text.replace("&amp;", "&").split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether TeX has nothing to say about a text.
fn is_plain(text: &str) -> bool {
    !text.contains(['\\', '$', '{', '~', '`']) && !text.contains("--") && !text.contains("''")
}

#[test]
fn every_item_says_what_its_element_says() {
    let (mut n_items, mut n_plain) = (0, 0);
    let files = feeds();
    for file in &files {
        let text = fs::read_to_string(file).unwrap();
        let Ok(batch) = source::read(file) else {
            assert!(text.contains("Feed error"), "{}", file.display());
            continue;
        };
        let entries = match text.contains("<rss") {
            true => elements(&text, "item"),
            false => elements(&text, "entry"),
        };
        assert_eq!(batch.items.len(), entries.len(), "{}", file.display());
        for entry in entries {
            let one = |name: &str| elements(entry, name).first().copied().map(unescape);
            let guid = one("guid").or_else(|| one("id")).unwrap();
            let (id, version) = guid["oai:arXiv.org:".len()..].rsplit_once('v').unwrap();
            let found = batch.items.iter().find(|item| item.paper.id.as_str() == id);
            let item = found.unwrap_or_else(|| panic!("{id} in {}", file.display()));
            let paper = &item.paper;
            assert_eq!(paper.version.unwrap().to_string(), version, "{id}");
            assert_eq!(item.kind.as_str(), one("arxiv:announce_type").unwrap(), "{id}");
            assert_eq!(paper.doi, one("arxiv:DOI"), "{id}");
            let about = one("description").or_else(|| one("summary")).unwrap();
            let abstract_text = about.split_once("Abstract: ").unwrap().1;
            let title = one("title").unwrap();
            for (read, written) in
                [(&paper.title, title.as_str()), (&paper.abstract_text, abstract_text)]
            {
                if is_plain(written) {
                    assert_eq!(read, written, "{id}");
                    n_plain += 1;
                }
            }
            let creators = one("dc:creator").unwrap_or_default();
            if is_plain(&creators) && !creators.contains('(') && !creators.contains("Jr") {
                assert_eq!(paper.authors.join(", "), creators, "{id}");
                assert_eq!(paper.affiliations, [""; 0], "{id}");
            }
            // arXiv's own categories are the ones with letters only; MSC and ACM classes have digits.
            let categories: Vec<&str> = elements(entry, "category")
                .into_iter()
                .filter(|word| !word.contains(|c: char| c.is_ascii_digit()))
                .collect();
            assert_eq!(paper.categories, categories, "{id}");
            n_items += 1;
        }
    }
    assert!(files.is_empty() || (n_items > 300 && n_plain > 300), "{n_items} {n_plain}");
}
