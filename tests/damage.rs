//! Every flipped bit and every truncation of a small library's files is detected, or changes no answer.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use paperlark::{
    Paper,
    embed::Models,
    engine::{Catalogue, Engine},
    store::{Filter, Library},
    vectors::{Exact, Hnsw, Near, RowSet, VectorIndex},
};

use crate::common::papers::of_field;

const MODEL: &str = "lark";
const PAPERS: usize = 48;
/// Bytes of a file that are its header, of which every bit is tried.
const HEADER: usize = 240;
const FLIPS: usize = 1_200;
const CUTS: usize = 150;

struct Shelf {
    folder: tempfile::TempDir,
    models: Models,
}

/// What a person sees, or why they see nothing.
type Answers = Result<(Vec<Vec<String>>, Vec<Vec<Near>>), String>;

impl Shelf {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let models = Models::new(folder.path().join("models"));
        let shelf = Shelf { folder, models };
        let papers: Vec<Paper> =
            (0..PAPERS).map(|n| serde_json::from_value(of_field(n)).unwrap()).collect();
        let mut engine = Engine::open(shelf.dir(), &shelf.models, MODEL).unwrap();
        engine.library().add_papers(&papers).unwrap();
        engine.embed_library(&|_, _| {}).unwrap();
        engine.build_index(&|_, _| {}).unwrap();
        engine.build_graph(&|_, _| {}).unwrap().unwrap();
        shelf
    }

    fn dir(&self) -> &Path {
        self.folder.path()
    }

    /// All files but the lock, which holds nothing.
    fn files(&self) -> Vec<PathBuf> {
        let (mut files, mut folders) = (Vec::new(), vec![self.dir().to_path_buf()]);
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() { folders.push(path) } else { files.push(path) }
            }
        }
        files.retain(|path| !path.ends_with("lock"));
        files.sort();
        files
    }

    fn answers(&self) -> Answers {
        let text = |error: paperlark::Error| error.to_string();
        let catalogue = Catalogue::open(self.dir(), &self.models, MODEL).map_err(text)?;
        let all = catalogue.listed(&Filter::default()).map_err(text)?;
        let recent = Filter { since: Some("2026-02-03".parse().unwrap()), ..Filter::default() };
        let recent = catalogue.listed(&recent).map_err(text)?;
        let rows: Vec<_> = all.iter().chain(recent.iter()).collect();
        let papers = catalogue.library().papers(&rows).map_err(text)?;
        let papers = papers.iter().map(|paper| serde_json::to_string(paper).unwrap()).collect();
        let mut found = Vec::new();
        for words in ["galaxy payoff", "\"the lark\""] {
            found.push(catalogue.search(words, 5, &all).map_err(text)?);
        }
        let shown = |found: Vec<paperlark::engine::Found>| -> Vec<String> {
            let line = |f: &paperlark::engine::Found| serde_json::to_string(f).unwrap();
            found.iter().map(line).collect()
        };
        let found = found.into_iter().map(shown).chain([papers]).collect();
        // The graph, if it can be used, on its own.
        let embedder = self.models.open(MODEL).map_err(text)?;
        let id = embedder.model();
        let exact = Arc::new(Exact::open(self.dir(), &id.to_string(), id.dim).map_err(text)?);
        let graph = Hnsw::open(self.dir(), &exact).ok();
        let index: &dyn VectorIndex = graph.as_ref().map_or(&*exact, |graph| graph);
        let texts = ["a song at dawn", "chains of polymers"].map(str::to_owned);
        let queries = embedder.embed(&texts, &|_, _| Ok(())).map_err(text)?;
        let among = RowSet::all(index.rows());
        let near = queries.rows().into_iter();
        let near = near.map(|query| index.nearest(query.as_slice().unwrap(), 5, &among)).collect();
        let lost = catalogue.not_embedded().map_err(text)?;
        if exact.unreadable() > 0 || lost > 0 || !catalogue.damaged().is_empty() {
            return Err("damaged or missing vectors were met, and told".into());
        }
        Ok((found, near))
    }

    /// Whether a check of everything finds something.
    fn is_noticed(&self) -> bool {
        match Library::open(self.dir()) {
            Ok(library) => library.check().map_or(true, |found| !found.is_empty()),
            Err(_) => true,
        }
    }
}

#[test]
fn no_flipped_bit_and_no_cut_answers_wrongly_in_silence() {
    let shelf = Shelf::new();
    let expected = shelf.answers().unwrap();
    assert!(!shelf.is_noticed());
    let mut random = fastrand::Rng::with_seed(11);
    let (mut cases, mut refused, mut by_check) = (0, 0, 0);
    let files = shelf.files();
    let ends: Vec<&str> = files.iter().filter_map(|path| path.extension()?.to_str()).collect();
    assert!(["vec", "block", "graph", "sqlite"].iter().all(|end| ends.contains(end)), "{files:?}");
    for path in files {
        let whole = fs::read(&path).unwrap();
        let is_database = path.extension().is_some_and(|end| end == "sqlite");
        let header = 0..8 * HEADER.min(whole.len());
        let flips = header.chain((0..FLIPS).map(|_| random.usize(0..8 * whole.len())));
        let flips: Vec<(usize, bool)> = flips.map(|bit| (bit, true)).collect();
        let cuts = (0..CUTS).map(|at| (at * whole.len() / CUTS, false));
        for (at, is_flip) in flips.into_iter().chain(cuts) {
            let mut bytes = whole.clone();
            if is_flip {
                bytes[at / 8] ^= 1 << (at % 8);
            } else {
                bytes.truncate(at);
            }
            // Another file: an older mapping would change with this one.
            fs::remove_file(&path).unwrap();
            fs::write(&path, &bytes).unwrap();
            let what =
                || format!("{} {at} of {}", if is_flip { "bit" } else { "cut" }, path.display());
            match shelf.answers() {
                Err(message) => {
                    refused += 1;
                    assert!(!message.is_empty(), "{}", what());
                }
                Ok(answers) if answers == expected => {}
                // Only the index of texts has no checksum that a search could compare.
                Ok(_) => {
                    assert!(is_database, "{} answers wrongly", what());
                    assert!(shelf.is_noticed(), "{} is not noticed", what());
                    by_check += 1;
                }
            }
            cases += 1;
            if is_database {
                // What a reader of a damaged database left beside it.
                for end in ["sqlite-wal", "sqlite-shm", "sqlite-journal"] {
                    let _ = fs::remove_file(path.with_extension(end));
                }
            }
        }
        fs::remove_file(&path).unwrap();
        fs::write(&path, &whole).unwrap();
    }
    assert_eq!(shelf.answers().unwrap(), expected);
    println!("{cases} cases: {refused} refused, {by_check} told by a check alone");
    assert!(cases >= 10_000, "{cases}");
}
