//! Daily feeds and answers of the query API, field by field, against the same files read as strings.
//!
//! The recordings live beside the repository; `PAPERLARK_SHARED` says where (default `../shared`).

use std::fs;
use std::path::{Path, PathBuf};

use paperlark::source;

/// The shared files of some folders, or a line about what is skipped.
fn shared(folders: &[&str]) -> Vec<PathBuf> {
    let root = match std::env::var_os("PAPERLARK_SHARED") {
        Some(root) => PathBuf::from(root),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared"),
    };
    let mut files = Vec::new();
    for folder in folders.iter().map(|folder| root.join("data/fixtures").join(folder)) {
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

/// Whether TeX has nothing to say about a text, and no character in it is other than to be read.
fn is_plain(text: &str) -> bool {
    let is_tex =
        text.contains(['\\', '$', '{', '~', '`']) || text.contains("--") || text.contains("''");
    !is_tex && !text.contains(char::is_control)
}

#[test]
fn every_item_says_what_its_element_says() {
    let (mut n_items, mut n_plain) = (0, 0);
    let files = shared(&["rss/day_2026-02-05", "rss"]);
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
            assert_eq!(paper.journal_ref, one("arxiv:journal_reference"), "{id}");
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
                // A stray sign is nobody.
                assert_eq!(paper.authors.join(", "), creators.replace(", :", ""), "{id}");
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

#[test]
fn every_entry_of_an_answer_says_what_its_element_says() {
    let (mut n_entries, mut n_plain, mut n_places) = (0, 0, 0);
    let files = shared(&["atom_api"]);
    for file in &files {
        let text = fs::read_to_string(file).unwrap();
        let Ok(batch) = source::read(file) else {
            assert!(text.contains("api/errors#"), "{}", file.display());
            continue;
        };
        let entries = elements(&text, "entry");
        assert_eq!(batch.items.len(), entries.len(), "{}", file.display());
        for entry in entries {
            let one = |name: &str| elements(entry, name).first().copied().map(unescape);
            let address = one("id").unwrap();
            let (id, version) = address["http://arxiv.org/abs/".len()..].rsplit_once('v').unwrap();
            let found = batch.items.iter().find(|item| item.paper.id.as_str() == id);
            let item = found.unwrap_or_else(|| panic!("{id} in {}", file.display()));
            let paper = &item.paper;
            assert_eq!((item.kind.as_str(), item.date), ("new", None), "{id}");
            assert_eq!(paper.version.unwrap().to_string(), version, "{id}");
            // The day of version 1, not that of the version shown.
            let submitted = paper.submitted.unwrap().to_string();
            assert_eq!(submitted, one("published").unwrap()[..10], "{id}");
            assert_eq!(paper.doi, one("arxiv:doi"), "{id}");
            let optional = [
                (&paper.comment, one("arxiv:comment")),
                (&paper.journal_ref, one("arxiv:journal_ref")),
            ];
            for (read, written) in &optional {
                assert_eq!(read.is_some(), written.is_some(), "{id}");
            }
            let texts =
                [(Some(&paper.title), one("title")), (Some(&paper.abstract_text), one("summary"))];
            let optional = optional.iter().map(|(read, written)| (read.as_ref(), written.clone()));
            for (read, written) in optional.chain(texts) {
                if written.as_deref().is_some_and(is_plain) {
                    assert_eq!(read, written.as_ref(), "{id}");
                    n_plain += 1;
                }
            }
            let names: Vec<String> = elements(entry, "name").into_iter().map(unescape).collect();
            assert_eq!(paper.authors.len(), names.len(), "{id}");
            for (read, written) in paper.authors.iter().zip(&names) {
                assert!(read == written || !is_plain(written), "{id}: {read}, {written}");
            }
            let places: Vec<String> =
                elements(entry, "arxiv:affiliation").into_iter().map(unescape).collect();
            assert_eq!(paper.affiliations.is_empty(), places.is_empty(), "{id}");
            for place in places.iter().filter(|place| is_plain(place)) {
                assert!(paper.affiliations.contains(place), "{id}: {place}");
                n_places += 1;
            }
            let terms = |name: &str| -> Vec<String> {
                let open = format!("<{name} ");
                let elements = entry.split(&open).skip(1);
                let terms = elements.map(|rest| rest.split_once("term=\"").unwrap().1);
                terms.map(|rest| rest.split('"').next().unwrap().to_owned()).collect()
            };
            let mut categories = terms("arxiv:primary_category");
            assert_eq!(categories.len(), 1, "{id}");
            for term in terms("category") {
                if !term.contains(|c: char| c.is_ascii_digit()) && !categories.contains(&term) {
                    categories.push(term);
                }
            }
            assert_eq!(paper.categories, categories, "{id}");
            n_entries += 1;
        }
    }
    let enough = n_entries > 130 && n_plain > 250 && n_places > 0;
    assert!(files.is_empty() || enough, "{n_entries} {n_plain} {n_places}");
}
