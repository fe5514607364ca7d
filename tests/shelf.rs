//! People's libraries: files against the recordings beside the repository, Zotero and arXiv against
//! small servers on the loopback.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use paperlark::shelf::zotero::{Synced, Zotero};
use paperlark::shelf::{self, Format, Item, Shelf};
use paperlark::source::{Client, ClientOptions, Hosts, Source, query::Search};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::common::{
    listener::{Request, Server},
    shared::shared,
};

const SAMPLE: &str = "\
@string{jol = \"Journal of Larks\"}

@article{winter,
  title = {Larks in {W}inter},
  author = {Lark, Ann and Wren, Bo},
  journal = jol,
  abstract = {They sing at dawn, and it is \\emph{very} loud.},
  doi = {10.1000/LARKS.1}
}

@comment{Nothing to see.
}
@misc{spring,
  title = \"Spring: {D}awn \" # \"choruses of N{\\\"o}rdlingen\",
  eprint = {2602.04118v2}, archiveprefix = {arXiv}
}

@inproceedings{summer,
  title = {Silence},
  note = {arXiv:hep-th/9901001}
}
";

fn ids(items: &[Item]) -> Vec<&str> {
    items.iter().filter_map(|item| item.id.as_ref()).map(|id| id.as_str()).collect()
}

fn keys(items: &[Item]) -> Vec<&str> {
    items.iter().map(|item| item.key.as_str()).collect()
}

fn title(item: &Item) -> &str {
    item.title.as_deref().unwrap_or_default()
}

#[test]
fn a_file_is_told_apart_by_content() {
    let cases: &[(&str, Format, &[&str])] = &[
        (SAMPLE, Format::Bib, &["2602.04118", "hep-th/9901001"]),
        (
            "# mine\n2602.04118\nhep-th/9901001v2 # old\n\n10.1000/x\n",
            Format::List,
            &["2602.04118", "hep-th/9901001"],
        ),
        ("https://arxiv.org/abs/2602.04118v1\n2602.04118\n", Format::List, &["2602.04118"]),
        (
            "2602.04118, 2602.04119\narXiv: 2602.04120 seen\n",
            Format::List,
            &["2602.04118", "2602.04119", "2602.04120"],
        ),
        (
            "# Notes\n\nSee [this](https://arxiv.org/pdf/2602.04118.pdf); 2602.04119 is a number.\narXiv:2602.04118 again",
            Format::Text,
            &["2602.04118"],
        ),
        (
            "- <https://arxiv.org/abs/2602.04118>\n- **arXiv:2602.04119**\nwords\nand words\nand words",
            Format::Text,
            &["2602.04118", "2602.04119"],
        ),
        (
            "Cite as\n```\n@misc{a,\n eprint={2602.04119}}\n```\nor arXiv:2602.04118",
            Format::Text,
            &["2602.04118"],
        ),
        (
            "\u{feff}[{\"type\": \"article\", \"title\": \"Larks\", \"URL\": \"http://arxiv.org/abs/2602.04118\"}]",
            Format::Json,
            &["2602.04118"],
        ),
    ];
    for (text, format, expected) in cases {
        let shelf = shelf::parse("f", text.as_bytes()).unwrap();
        assert_eq!((shelf.format, ids(&shelf.items)), (*format, expected.to_vec()), "{text}");
        assert_eq!(shelf.broken, [], "{text}");
    }
    for (bytes, words) in [
        (&b""[..], "is empty"),
        (b" \n", "is empty"),
        (b"Larks sing.", "names no paper"),
        (b"\xff\xfe@\0", "names no paper"),
        (b"<?xml version='1.0'?><rdf:RDF>arXiv:2602.04118</rdf:RDF>", "Zotero RDF"),
        (b"%0 Journal Article\n%T Larks\n", "EndNote file (.enw)"),
        (b"<?xml version='1.0'?><xml><records><record></record></records></xml>", "EndNote XML"),
        (b"PMID- 123\nTI  - Larks\n", "PubMed"),
        (b"Key,Title,Author\nA,Larks,Ann\n", "a table (CSV)"),
        (b"{\"id\": 7}", "JSON without a list"),
        (b"[{\"name\": \"Larks\"}]", "no reference"),
    ] {
        let shown = String::from_utf8_lossy(bytes);
        let error = shelf::parse("f", bytes).expect_err(&shown).to_string();
        assert!(error.starts_with('f') && error.contains(words), "{shown}: {error}");
    }
}

#[test]
fn what_a_list_or_file_holds_besides_is_named_with_its_line() {
    let complaints = |bytes: &[u8]| -> Vec<String> {
        let shelf = shelf::parse("f", bytes).unwrap();
        assert!(!shelf.items.is_empty());
        shelf.broken.iter().map(ToString::to_string).collect()
    };
    let list = complaints(b"2602.04118\nlarks\n2602.99\n2602.04119\n");
    assert_eq!(list.len(), 2);
    assert!(list[0].starts_with("f:2: 'larks' is no arXiv id"), "{list:?}");
    assert!(list[1].starts_with("f:3: '2602.99' is no arXiv id"), "{list:?}");
    // Latin-1 in the second entry only.
    let bib = b"@misc{a, title = {Larks}}\n@misc{b,\n title = {N\xf6rdlingen}}\n@misc{c, title = {\xc3\xb6}}";
    let shelf = shelf::parse("f", bib).unwrap();
    let titles: Vec<&str> = shelf.items.iter().map(title).collect();
    assert_eq!(titles, ["Larks", "Nördlingen", "ö"]);
    let broken: Vec<String> = shelf.broken.iter().map(ToString::to_string).collect();
    assert_eq!(broken.len(), 1);
    assert!(broken[0].starts_with("f:3: not UTF-8, read as Latin-1"), "{broken:?}");
}

#[test]
fn fields_of_an_entry() {
    let shelf = shelf::parse("f", SAMPLE.as_bytes()).unwrap();
    let [winter, spring, summer] = &shelf.items[..] else { panic!("{shelf:?}") };
    assert_eq!((winter.place.as_str(), winter.key.as_str()), ("f:3", "winter"));
    assert_eq!(title(winter), "Larks in Winter");
    assert_eq!(winter.authors, ["Ann Lark", "Bo Wren"]);
    assert_eq!(winter.abstract_text.as_deref(), Some("They sing at dawn, and it is very loud."));
    assert_eq!(winter.doi.as_deref(), Some("10.1000/larks.1"));
    assert!(winter.paper_id().as_str().starts_with("item:"));
    assert_eq!(title(spring), "Spring: Dawn choruses of Nördlingen");
    assert_eq!(spring.paper_id().as_str(), "2602.04118");
    assert_eq!((summer.place.as_str(), title(summer)), ("f:18", "Silence"));
}

#[test]
fn every_bibtex_recording_is_read() {
    let Some(folder) = shared("fixtures/bibtex") else { return };
    /// Ids, titles of the first and last entry, last author of the last, DOIs, abstracts.
    type Expected = (&'static [&'static str], [&'static str; 3], &'static [&'static str], usize);
    let export: Expected = (
        &["1401.2910", "1508.05387", "1305.4904"],
        [
            "Defining and Detecting Quantum Speedup",
            "Classical Signature of Quantum Annealing",
            "Graeme Smith",
        ],
        &["10.1126/science.1252319", "10.1007/jhep02(2016)087"],
        3,
    );
    let cases: [(&str, Expected); 5] = [
        ("arXiv_identifiers_in_BibLaTeX_export__460.bibtex", export),
        ("arXiv_identifiers_in_BibLaTeX_export__460.biblatex", export),
        (
            "arXiv_categories_missing_in_the_BibTeX_output_when_stored_only_in_the_Extra_field__2483.bibtex",
            (
                &["2206.07690"],
                [
                    "ELUDE: Generating Interpretable explanations via a decomposition into labelled and unlabelled features",
                    "ELUDE: Generating Interpretable explanations via a decomposition into labelled and unlabelled features",
                    "Olga Russakovsky",
                ],
                &[],
                0,
            ),
        ),
        (
            "Use_prepublished_as_default_pubstate_for_arXiV_articles__2911.biblatex",
            (
                &["2005.14165"],
                [
                    "Language Models Are Few-Shot Learners",
                    "Language Models Are Few-Shot Learners",
                    "Dario Amodei",
                ],
                &[],
                1,
            ),
        ),
        (
            "Citation_key_add___preprint__if_URL_contains__arxiv.org___2163.biblatex",
            (
                &["1502.01852", "1910.07512", "1802.05957", "2008.02217", "1603.05201"],
                [
                    "Delving Deep into Rectifiers: Surpassing Human-Level Performance on ImageNet Classification",
                    "On Solving Minimax Optimization Locally: A Follow-the-Ridge Approach",
                    "Jimmy Ba",
                ],
                &[],
                11,
            ),
        ),
    ];
    for (name, (arxiv, [first, last, author], dois, n_abstracts)) in cases {
        let path = folder.join(name);
        let text = fs::read_to_string(&path).unwrap();
        let shelf = shelf::read(&path).unwrap();
        assert_eq!((shelf.format, shelf.broken.len()), (Format::Bib, 0), "{name}");
        let lines = text.lines().zip(1..).filter(|(line, _)| line.starts_with('@'));
        let entries: Vec<(String, String)> = lines
            .map(|(line, n)| {
                let key = line.split_once('{').unwrap().1.trim_end_matches(',');
                (format!("{}:{n}", path.display()), key.to_owned())
            })
            .collect();
        let read: Vec<(String, String)> =
            shelf.items.iter().map(|item| (item.place.clone(), item.key.clone())).collect();
        assert_eq!(read, entries, "{name}");
        assert_eq!(ids(&shelf.items), arxiv, "{name}");
        let ends = [&shelf.items[0], shelf.items.last().unwrap()];
        assert_eq!(
            ends.map(|item| title(item).to_lowercase()),
            [first, last].map(str::to_lowercase)
        );
        assert_eq!(ends[1].authors.last().map(String::as_str), Some(author), "{name}");
        let found: Vec<&str> = shelf.items.iter().filter_map(|item| item.doi.as_deref()).collect();
        assert_eq!(found, dois, "{name}");
        let abstracts = shelf.items.iter().filter(|item| item.abstract_text.is_some()).count();
        assert_eq!(abstracts, n_abstracts, "{name}");
        for item in &shelf.items {
            assert!(!title(item).contains(['{', '}']), "{name}: {}", title(item));
            assert!(item.authors.len() > 1 || item.key.starts_with("Sen"), "{name}: {item:?}");
            assert!(item.authors.iter().all(|a| !a.contains([',', '{'])), "{name}: {item:?}");
        }
    }
    let listed = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path());
    let unknown = listed.filter(|path| !cases.iter().any(|(name, _)| path.ends_with(name)));
    let unknown: Vec<PathBuf> =
        unknown.filter(|path| path.extension().is_some_and(|end| end != "json")).collect();
    assert_eq!(unknown, [] as [PathBuf; 0]);
}

#[test]
fn every_zotero_recording_is_read_or_refused() {
    let Some(folder) = shared("fixtures") else { return };
    let better = "bibtex/arXiv_identifiers_in_BibLaTeX_export__460.json";
    let shelf = shelf::read(&folder.join(better)).unwrap();
    assert_eq!(ids(&shelf.items), ["1305.4904", "1508.05387", "1401.2910"]);
    assert_eq!(title(&shelf.items[2]), "Defining and detecting quantum speedup");
    assert_eq!(shelf.items[1].authors, ["Ashoke Sen"]);
    assert_eq!(shelf.items[1].doi.as_deref(), Some("10.1007/jhep02(2016)087"));
    assert_eq!(keys(&shelf.items), ["1", "2", "3"]);

    let folder = folder.join("zotero/pyzotero");
    let path = folder.join("items_doc.json");
    let shelf = shelf::read(&path).unwrap();
    let text = fs::read_to_string(&path).unwrap();
    let walked: Vec<Value> = serde_json::from_str(&text).unwrap();
    assert_eq!((walked.len(), shelf.items.len(), shelf.broken.len()), (20, 20, 0));
    for (value, item) in walked.iter().zip(&shelf.items) {
        let data = &value["data"];
        let field = |name: &str| data[name].as_str().unwrap_or_default().to_lowercase();
        assert_eq!(Value::from(item.key.as_str()), value["key"]);
        let same = |a: &str, b: &str| a.split_whitespace().eq(b.split_whitespace());
        assert!(same(&title(item).to_lowercase(), &field("title")), "{item:?}");
        let words = item.abstract_text.as_deref().unwrap_or_default();
        assert_eq!(words.is_empty(), field("abstractNote").is_empty());
        assert_eq!(item.doi.clone().unwrap_or_default(), field("DOI"));
        let creators = data["creators"].as_array().unwrap();
        let authors = creators.iter().filter(|creator| creator["creatorType"] == "author");
        assert_eq!(item.authors.len(), authors.count(), "{item:?}");
        assert_eq!(item.added, data["dateAdded"].as_str().map(|added| added.parse().unwrap()));
        let line: usize = item.place.rsplit(':').next().unwrap().parse().unwrap();
        let at = text.lines().position(|l| l.contains(&format!("\"key\": \"{}\"", item.key)));
        assert_eq!(line, at.unwrap(), "the line of the brace before the key");
    }
    let expected: [(&str, Result<usize, &str>); 15] = [
        ("attachments_doc.json", Ok(0)),
        ("item_doc.json", Ok(1)),
        ("collections_doc.json", Err("no reference")),
        ("collection_doc.json", Err("JSON without a list")),
        ("creation_doc.json", Err("JSON without a list")),
        ("item_versions.json", Err("JSON without a list")),
        ("collection_versions.json", Err("JSON without a list")),
        ("item_template.json", Err("JSON without a list")),
        ("collection_tags.json", Err("no reference")),
        ("groups_doc.json", Err("has no title, arXiv id or DOI")),
        ("item_types.json", Ok(0)),
        ("item_fields.json", Err("no reference")),
        ("tags_doc.json", Err("no reference")),
        ("citation_doc.xml", Err("XML")),
        ("keys_doc.txt", Err("names no paper")),
    ];
    for (name, expected) in expected {
        match (shelf::read(&folder.join(name)), expected) {
            (Ok(shelf), Ok(n_items)) => assert_eq!(shelf.items.len(), n_items, "{name}"),
            (Err(error), Err(words)) => {
                let error = error.to_string();
                assert!(error.contains(words) && error.contains(name), "{error}");
            }
            (read, _) => panic!("{name}: {read:?}"),
        }
    }
    for entry in fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        let known = path == folder.join("items_doc.json")
            || expected.iter().any(|(name, _)| path == folder.join(name));
        assert!(known, "{} has no expectation", path.display());
    }
    let shelf = shelf::read(&folder.join("item_doc.json")).unwrap();
    let item = &shelf.items[0];
    assert_eq!(item.key, "X42A7DEE");
    assert!(title(item).starts_with("Electron Microscopy and Analysis 1993: Proceedings"));
    // Its only author is an institute; who else had a part in it is no author.
    assert_eq!(item.authors, ["Institute of Physics (Great Britain)"]);
    assert_eq!((&item.id, &item.doi, &item.abstract_text), (&None, &None, &None));
}

/// What stands before the cut, whole entries of which end in `end`.
fn assert_cuts_keep(text: &str, end: &str, step: usize) {
    let whole = shelf::parse("f", text.as_bytes()).unwrap();
    for cut in (0..=text.len()).step_by(step) {
        let bytes = &text.as_bytes()[..cut];
        let part = shelf::parse("f", bytes).map_or(Vec::new(), |shelf| shelf.items);
        let n_ends = String::from_utf8_lossy(bytes).matches(end).count();
        // The entry that the cut goes through may be read as far as it goes.
        let n_items = part.len();
        assert!((n_ends..=n_ends + 1).contains(&n_items), "cut at {cut}: {n_items}");
        assert_eq!(keys(&part), keys(&whole.items[..n_items]), "cut at {cut}");
    }
}

#[test]
fn a_file_cut_anywhere_gives_the_entries_before_the_cut() {
    let entries = SAMPLE.split_once("\n\n").unwrap().1;
    let entries = entries.replace("@comment{Nothing to see.\n}\n", "");
    assert_cuts_keep(&entries, "\n}", 1);
    let json = r#"[{"type": "article", "id": "a", "x": {"y": [1, "ü"]}, "title": "Larks" },
        {"type": "book", "id": "b", "title": "Wrens" },
        {"type": "book", "id": "c", "title": "Finches" }]"#;
    assert_cuts_keep(json, "\" }", 1);
    let Some(folder) = shared("fixtures/bibtex") else { return };
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|end| end != "json") {
            assert_cuts_keep(&fs::read_to_string(&path).unwrap(), "\n}", 7);
        }
    }
}

fn shelf_of(text: &str) -> Option<Shelf> {
    shelf::parse("f", text.as_bytes()).ok()
}

proptest! {
    #[test]
    fn parsing_never_panics(
        bytes in proptest::collection::vec(any::<u8>(), 0..80),
        text in "(@[a-z]{1,4}|[{}(),=\"#%\\\\$\n]|arXiv:|2602\\.04118|title|\\[|:|\\PC)*",
    ) {
        let _ = shelf::parse("f", &bytes);
        for head in ["", "@misc{a, ", "@misc{a, title = {", "@misc{a, author = {", "[{\"type\": ", "{\"items\": [", "2602.04118\n"] {
            let _ = shelf_of(&format!("{head}{text}"));
            let _ = shelf::parse("f", &[head.as_bytes(), &bytes[..]].concat());
        }
    }

    #[test]
    fn a_damaged_entry_costs_only_itself(at in 0usize..90, text in "[{}(),=\"#%\\\\a ]{0,4}") {
        let entry = "@article{lark,\n  title = {Larks {in} Winter},\n  author = \"Lark, Ann\",\n  year = 2020\n}\n";
        let at = at.min(entry.len());
        let damaged = format!("@misc{{first, title = {{A}}}}\n{}{text}{}\n@misc{{last, title = {{B}}}}\n", &entry[..at], &entry[at..]);
        let shelf = shelf_of(&damaged).unwrap();
        let found = keys(&shelf.items);
        prop_assert!(found.first() == Some(&"first") && found.last() == Some(&"last"), "{damaged}{found:?}");
    }
}

/// A library as Zotero keeps one.
#[derive(Default)]
struct Fake {
    version: u64,
    items: BTreeMap<String, Value>,
    collections: BTreeMap<String, Value>,
    /// Keys of erased items and when.
    deleted: Vec<(String, u64)>,
    /// Something happens to the library before the request of this number is answered.
    busy_at: Option<usize>,
    n_requests: usize,
}

impl Fake {
    fn put(&mut self, key: &str, kind: &str, collections: &[&str], more: Value) {
        self.version += 1;
        let mut data = json!({
            "key": key, "version": self.version, "itemType": kind, "title": format!("Title {key}"),
            "collections": collections, "dateAdded": "2026-02-05T10:00:00Z",
        });
        data.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let item = json!({ "key": key, "version": self.version, "data": data });
        self.items.insert(key.to_owned(), item);
    }

    fn erase(&mut self, key: &str) {
        self.version += 1;
        self.items.remove(key);
        self.deleted.push((key.to_owned(), self.version));
    }

    fn collect(&mut self, key: &str, name: &str, parent: Option<&str>) {
        self.version += 1;
        let parent = parent.map_or(Value::Bool(false), Value::from);
        let data = json!({"key": key, "name": name, "parentCollection": parent});
        self.collections.insert(key.to_owned(), json!({"key": key, "data": data}));
    }

    fn answer(&mut self, request: &Request) -> (String, String) {
        self.n_requests += 1;
        if self.busy_at == Some(self.n_requests) {
            self.put("BUSY", "book", &[], json!({}));
        }
        let has = |name: &str, value: &str| request.header(name) == Some(value);
        if !has("zotero-api-version", "3") || !has("zotero-api-key", "k3y") {
            return ("403 Forbidden".into(), "Forbidden".into());
        }
        let (path, query) = request.target.split_once('?').unwrap_or((&request.target, ""));
        let parameter = |name: &str| {
            query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))
        };
        let number = |name: &str| parameter(name).map(|text| text.parse::<u64>().unwrap());
        let since = number("since").unwrap_or(0);
        let trash = parameter("includeTrashed") == Some("1");
        let version = self.version;
        let list = |fits: &dyn Fn(&Value) -> bool| -> Vec<Value> {
            let fits = |item: &&Value| {
                let in_trash = item["data"]["deleted"] == 1;
                fits(item) && (trash || !in_trash) && item["version"].as_u64() > Some(since)
            };
            self.items.values().filter(fits).cloned().collect()
        };
        let is_top = |item: &Value| item["data"]["parentItem"].is_null();
        let in_collection = |item: &Value, key: &str| {
            item["data"]["collections"].as_array().unwrap().contains(&key.into())
        };
        let parts: Vec<&str> = path.trim_start_matches('/').split('/').collect();
        let found: Vec<Value> = match parts[..] {
            ["users", "7", "collections"] => self.collections.values().cloned().collect(),
            ["users", "7", "items"] => list(&|_| true),
            ["users", "7", "items", "top"] => list(&is_top),
            ["users", "7", "collections", key, "items", "top"] => {
                list(&|item| is_top(item) && in_collection(item, key))
            }
            ["users", "7", "deleted"] => {
                let gone = self.deleted.iter().filter(|(_, at)| *at > since);
                let keys: Vec<&String> = gone.map(|(key, _)| key).collect();
                let head = format!("200 OK\r\nLast-Modified-Version: {version}");
                return (head, json!({"items": keys, "collections": []}).to_string());
            }
            _ => return ("404 Not Found".into(), "Not found".into()),
        };
        let start = number("start").unwrap() as usize;
        let limit = number("limit").unwrap() as usize;
        let page: Vec<&Value> = found.iter().skip(start).take(limit).collect();
        let head =
            format!("200 OK\r\nLast-Modified-Version: {version}\r\nTotal-Results: {}", found.len());
        (head, json!(page).to_string())
    }
}

fn fake() -> (Zotero, Arc<Mutex<Fake>>, Server) {
    let mut fake = Fake::default();
    fake.collect("P", "PhD", None);
    fake.collect("O", "Optimisers", Some("P"));
    fake.collect("A", "Adam", Some("O"));
    fake.collect("X", "Other", None);
    fake.put("I1", "preprint", &["O"], json!({"archiveID": "arXiv:2602.04118"}));
    fake.put("I2", "conferencePaper", &["A", "O"], json!({"abstractNote": "They sing."}));
    fake.put("I3", "journalArticle", &["X"], json!({"DOI": "10.1000/x"}));
    fake.put("I4", "journalArticle", &["P"], json!({}));
    fake.put("N1", "note", &["O"], json!({"note": "x"}));
    fake.put("F1", "attachment", &[], json!({"parentItem": "I1"}));
    fake.put("T1", "book", &["O"], json!({"deleted": 1}));
    let fake = Arc::new(Mutex::new(fake));
    let served = fake.clone();
    let server = Server::start(move |request| served.lock().unwrap().answer(request));
    (Zotero::new("7", Some("k3y")).unwrap().with_base(&server.base), fake, server)
}

fn set(keys: &[&str]) -> BTreeSet<String> {
    keys.iter().map(|key| key.to_string()).collect()
}

#[test]
fn a_zotero_collection_is_synced_with_everything_below() {
    let (zotero, fake, server) = fake();
    let first = zotero.sync("phd/Optimisers", None).unwrap();
    assert_eq!(keys(&first.items), ["I1", "I2"]);
    assert_eq!((first.library.as_str(), first.version), ("users/7", 11));
    assert_eq!(first.collections, set(&["A", "O"]));
    assert_eq!(first.items[0].paper_id().as_str(), "2602.04118");
    assert!(first.items[1].paper_id().as_str().starts_with("item:"));
    assert_eq!(first.items[1].place, "users/7/items/I2");
    assert_eq!(
        server.targets(),
        [
            "/users/7/collections?limit=100&start=0",
            "/users/7/collections/A/items/top?limit=100&start=0",
            "/users/7/collections/O/items/top?limit=100&start=0",
        ]
    );

    // What the caller stores comes back the same, and nothing new costs one request.
    let stored: Synced = serde_json::from_str(&serde_json::to_string(&first).unwrap()).unwrap();
    assert_eq!(stored, first);
    assert_eq!(zotero.sync("PhD/Optimisers", Some(&stored)).unwrap(), first);
    assert_eq!(server.targets().len(), 1);

    // Changed, new, moved in, moved out, put into the trash, erased.
    let mut library = fake.lock().unwrap();
    library.put("I5", "preprint", &["A"], json!({}));
    library.put("I3", "journalArticle", &["X", "O"], json!({"title": "Moved"}));
    library.put("I1", "preprint", &["P"], json!({}));
    library.put("I6", "book", &["A"], json!({"deleted": 1}));
    library.put("I7", "book", &["A"], json!({}));
    library.erase("I7");
    library.put("F2", "attachment", &[], json!({"parentItem": "I5"}));
    drop(library);
    let second = zotero.sync("PhD/Optimisers", Some(&first)).unwrap();
    assert_eq!(keys(&second.items), ["I2", "I3", "I5"]);
    assert_eq!((second.version, title(&second.items[1])), (18, "Moved"));
    assert_eq!(
        server.targets(),
        [
            "/users/7/collections?limit=100&start=0",
            "/users/7/items?since=11&includeTrashed=1&limit=100&start=0",
            "/users/7/deleted?since=11",
        ]
    );
    fake.lock().unwrap().put("I2", "book", &["A"], json!({"deleted": 1}));
    fake.lock().unwrap().erase("I5");
    let third = zotero.sync("PhD/Optimisers", Some(&second)).unwrap();
    assert_eq!(keys(&third.items), ["I3"]);
    let anew = zotero.sync("PhD/Optimisers", None).unwrap();
    assert_eq!(third, anew);

    // A collection moved below brings items that have not changed themselves.
    fake.lock().unwrap().collect("X", "Other", Some("O"));
    fake.lock().unwrap().put("I8", "book", &["X"], json!({}));
    let fourth = zotero.sync("PhD/Optimisers", Some(&third)).unwrap();
    assert_eq!(keys(&fourth.items), ["I3", "I8"]);
    assert_eq!(fourth.collections, set(&["A", "O", "X"]));

    let all = zotero.sync("", None).unwrap();
    assert_eq!(keys(&all.items), ["I1", "I3", "I4", "I8"]);
    let error = zotero.sync("PhD/Optimizers", None).unwrap_err().to_string();
    assert!(
        error.contains("no collection 'PhD/Optimizers'; the nearest are 'PhD/Optimisers'"),
        "{error}"
    );
}

#[test]
fn long_lists_come_in_pages_of_one_version() {
    let (zotero, fake, server) = fake();
    for n in 0..230 {
        fake.lock().unwrap().put(&format!("L{n:03}"), "book", &["X"], json!({}));
    }
    let synced = zotero.sync("Other", None).unwrap();
    assert_eq!(synced.items.len(), 231);
    let starts = server.targets();
    assert_eq!(starts.len(), 4);
    assert!(starts[3].ends_with("/collections/X/items/top?limit=100&start=200"), "{starts:?}");
    // The library changes between two pages, so it is read again.
    let mut library = fake.lock().unwrap();
    library.busy_at = Some(library.n_requests + 3);
    drop(library);
    let again = zotero.sync("Other", None).unwrap();
    assert_eq!((again.items.len(), again.version), (231, synced.version + 1));
    assert_eq!(server.targets().len(), 8);
}

/// What is said while a test runs.
#[derive(Clone, Default)]
struct Said(Arc<Mutex<Vec<u8>>>);

impl io::Write for Said {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn zotero_is_given_the_time_it_asks_for() {
    let list = |headers: &str| {
        (
            format!("200 OK\r\nLast-Modified-Version: 3\r\nTotal-Results: 0{headers}"),
            "[]".to_owned(),
        )
    };
    let mut answers = vec![
        ("429 Too Many Requests\r\nRetry-After: 1".to_owned(), String::new()),
        ("500 Oops\r\nRetry-After: 0".to_owned(), String::new()),
        list("\r\nBackoff: 1"),
        list(""),
    ]
    .into_iter();
    let server = Server::start(move |_| answers.next().unwrap());
    let zotero = Zotero::new("7", None).unwrap().with_base(&server.base);
    let said = Said::default();
    let writer = said.clone();
    let subscriber = tracing_subscriber::fmt().with_writer(move || writer.clone()).finish();
    let synced = tracing::subscriber::with_default(subscriber, || zotero.sync("", None).unwrap());
    assert_eq!(synced.items, []);
    let asked = server.asked();
    let waited: Vec<Duration> =
        asked.windows(2).map(|pair| pair[1].received - pair[0].answered).collect();
    // How long it means to wait, as a slow machine waits longer.
    let said = String::from_utf8(said.0.lock().unwrap().clone()).unwrap();
    let meant: Vec<&str> =
        said.lines().filter_map(|line| line.split("trying again in ").nth(1)).collect();
    assert_eq!(meant, ["1 s", "0 s"], "{said}");
    assert!(
        waited[0] >= Duration::from_secs(1) && waited[2] >= Duration::from_secs(1),
        "{waited:?}"
    );
}

#[test]
fn zotero_refusals_are_explained() {
    for (head, body, key, n_requests, words) in [
        ("403 Forbidden", "", None, 1, "users/7 is private; make a key"),
        ("403 Forbidden", "", Some("k3y"), 1, "the key in ZOTERO_KEY does not open users/7"),
        ("404 Not Found", "", None, 1, "Zotero does not know users/7"),
        ("429 Wait\r\nRetry-After: 3600", "", None, 1, "run again in 3600 s"),
        ("502 Bad\r\nRetry-After: 0", "", None, 4, "out of order (HTTP 502 Bad Gateway)"),
        ("400 Bad Request", "", None, 1, "HTTP 400"),
        ("200 OK", "[]", None, 1, "names no version"),
        (
            "200 OK\r\nLast-Modified-Version: 3\r\nTotal-Results: 9",
            "[]",
            None,
            1,
            "more items than",
        ),
        ("200 OK\r\nLast-Modified-Version: 3", "{}", None, 1, "is no list"),
    ] {
        let server = Server::start(move |_| (head.to_owned(), body));
        let zotero = Zotero::new("7", key).unwrap().with_base(&server.base);
        let error = zotero.sync("", None).unwrap_err().to_string();
        assert!(error.contains(words) && error.contains(&server.base), "{head}: {error}");
        assert!(!error.contains("k3y"), "{error}");
        assert_eq!(server.targets().len(), n_requests, "{head}");
    }
}

/// A client of a mock arXiv, which need not be spared.
fn client(base: &str) -> Client {
    let hosts = Hosts { rss: base.into(), api: base.into(), list: base.into(), oai: base.into() };
    let pace = Duration::from_millis(1);
    Client::new(&ClientOptions { hosts, pace, ..ClientOptions::default() }).unwrap()
}

#[test]
fn a_search_is_asked_as_arxiv_wants_it() {
    let server = Server::start(|_| {
        let entry = "<entry><id>http://arxiv.org/abs/2602.04118v1</id><title>Larks</title></entry>";
        let head = "<feed><id>http://arxiv.org/api/x</id><totalResults>1</totalResults>";
        ("200 OK".to_owned(), format!("{head}{entry}</feed>"))
    });
    let arxiv = client(&server.base);
    let mut search = Search::new(&arxiv, "cat:cs.LG AND ti:\"a b\"").with_slice(9999);
    assert_eq!(search.total(), None);
    let batch = search.next_page().unwrap().unwrap();
    assert_eq!((batch.items[0].paper.title.as_str(), search.total()), ("Larks", Some(1)));
    assert_eq!(search.next_page().unwrap(), None);
    assert_eq!(
        server.targets(),
        ["/query?search_query=cat%3Acs.LG+AND+ti%3A%22a+b%22&start=0&max_results=2000\
          &sortBy=submittedDate&sortOrder=descending"]
    );
    // A title is looked up through the same client.
    let arxiv = client(&server.base);
    let bib = shelf::parse("f", b"@misc{a, title = {Larks}}\n@misc{b, title = {Wrens}}").unwrap();
    let done = shelf::complete(bib.items, Some(&arxiv), &|_| Ok(None)).unwrap();
    assert_eq!((done.papers.len(), done.unusable.len()), (1, 1));
    assert_eq!(done.papers[0].1.id.as_str(), "2602.04118");
    assert!(
        server.targets()[0]
            .starts_with("/query?search_query=ti%3A%22Larks%22+OR+ti%3A%22Wrens%22&")
    );
}

#[test]
fn an_empty_page_is_asked_for_again_and_then_in_smaller_pages() {
    let page = |from: u32, n: u32| {
        let entries: String = (from..from + n)
            .map(|n| format!("<entry><id>http://arxiv.org/abs/2602.{n:05}v1</id></entry>"))
            .collect();
        format!(
            "<feed><id>https://arxiv.org/api/x</id><totalResults>6</totalResults>{entries}</feed>"
        )
    };
    let found = |arxiv: &Client| {
        let mut search = Search::new(arxiv, "cat:cs.LG").with_slice(4);
        let mut papers = Vec::new();
        while let Some(batch) = search.next_page().unwrap() {
            papers.extend(batch.items.into_iter().map(|item| item.paper.id.to_string()));
        }
        papers
    };
    let all: Vec<String> = (0..6).map(|n| format!("2602.{n:05}")).collect();
    let asked_for = |server: &Server| -> Vec<String> {
        let parameters = |path: &String| {
            let from = path.split_once("&start=").unwrap().1;
            from.split_once("&sortBy").unwrap().0.to_owned()
        };
        server.targets().iter().map(parameters).collect()
    };
    // Empty twice.
    let mut empty = 2;
    let server = Server::start(move |Request { target: path, .. }| {
        let body = match path.contains("&start=0&") {
            true => page(0, 4),
            false if empty > 0 => {
                empty -= 1;
                page(0, 0)
            }
            false => page(4, 2),
        };
        ("200 OK".to_owned(), body)
    });
    assert_eq!(found(&client(&server.base)), all);
    let again = "4&max_results=4";
    assert_eq!(asked_for(&server), ["0&max_results=4", again, again, again]);
    // Empty for good at this size.
    let server = Server::start(move |Request { target: path, .. }| {
        let body = match () {
            () if path.contains("&start=0&") => page(0, 4),
            () if path.contains("&max_results=4&") => page(0, 0),
            () => page(4, 2),
        };
        ("200 OK".to_owned(), body)
    });
    assert_eq!(found(&client(&server.base)), all);
    let requests = asked_for(&server);
    let (last, before) = requests.split_last().unwrap();
    assert_eq!(last, "4&max_results=2");
    let repeated = before.iter().filter(|request| *request == again).count();
    assert!(repeated > 1 && repeated + 2 == requests.len(), "{requests:?}");
}
