//! Finding papers in a library as a person does: similar, search, rank, index, doctor.

use std::{
    fs,
    path::{Path, PathBuf},
    thread,
};

use serde_json::Value;

use crate::common::{desk::Desk, papers::of_field, program::stderr};

const PAPERS: usize = 80;

/// A library of the papers, imported.
fn desk() -> Desk {
    let desk = Desk::offline();
    desk.lines("papers.jsonl", &(0..PAPERS).map(of_field).collect::<Vec<_>>());
    desk.ok(&["import", "papers.jsonl"]);
    desk
}

/// The same with a reader whose interest are games.
fn desk_of_reader() -> Desk {
    let desk = desk();
    let seeds: Vec<String> = [2, 6, 10].map(|n| format!("\"2602.{:05}\"", n + 1)).into();
    let text = format!(
        "name = \"Ada\"\nfold = false\ndiversity = 0\nquota = 0\nmin_score = 0\n\
         [[interest]]\nname = \"Games\"\nseeds = [{}]\n",
        seeds.join(", ")
    );
    desk.profile("ada", &text);
    desk
}

/// Places among the papers of what a command finds.
fn found(desk: &Desk, args: &[&str]) -> Vec<usize> {
    let place = |found: &Value| {
        let id = found["paper"]["id"].as_str().unwrap();
        id.split('.').nth(1).unwrap().parse::<usize>().unwrap() - 1
    };
    desk.json(args).as_array().unwrap().iter().map(place).collect()
}

#[test]
fn similar_papers_are_of_the_same_topic_however_the_paper_is_named() {
    let desk = desk();
    let title = of_field(5)["title"].as_str().unwrap().to_uppercase();
    let text = of_field(5)["abstract"].as_str().unwrap().to_owned();
    desk.file("note.txt", &format!("Of stars\n\n{text}"));
    let bib = "@article{a, title = {Stars and their gas}, eprint = {2602.00006}, archiveprefix = {arXiv}}";
    desk.file("refs.bib", bib);
    for named in
        ["2602.00006", "https://arxiv.org/abs/2602.00006v2", &title, &text, "note.txt", "refs.bib"]
    {
        let found = found(&desk, &["similar", named, "-n", "12"]);
        assert_eq!(found.len(), 12, "{named}");
        assert!(found.iter().all(|n| n % 4 == 1), "{named}: {found:?}");
        let is_text = named == text || named == "note.txt";
        assert!(is_text || !found.contains(&5), "{named} is like itself: {found:?}");
    }
    let shown = desk.ok(&["similar", "2602.00006", "-n", "1"]);
    assert!(shown.contains("similarity ") && shown.contains("shared: "), "{shown}");

    let both = found(&desk, &["similar", "2602.00006", "2602.00001", "-n", "30"]);
    assert!(both.iter().all(|n| n % 4 < 2) && both.iter().any(|n| n % 4 == 0), "{both:?}");
    let without =
        found(&desk, &["similar", "2602.00006", "2602.00001", "--not", "2602.00005", "-n", "15"]);
    assert!(without.iter().all(|n| n % 4 == 1), "{without:?}");
}

#[test]
fn filters_never_leave_fewer_than_there_are() {
    let desk = desk();
    let similar = |args: &[&str]| found(&desk, &[&["similar", "2602.00006"], args].concat());
    let old = similar(&["--until", "2025-01-01"]);
    assert_eq!(old.len(), PAPERS / 10);
    assert!(old.iter().all(|n| n % 10 == 0), "{old:?}");
    let games = similar(&["--category", "cs", "-n", "50"]);
    assert_eq!(games.len(), PAPERS / 4);
    assert!(games.iter().all(|n| n % 4 == 2), "{games:?}");
    let ada = similar(&["--author", "A. Wren", "-n", "50"]);
    assert!(ada.len() > 20 && ada.iter().all(|n| n % 3 == 0), "{ada:?}");
    let all = similar(&["-n", "500"]);
    assert_eq!(all.len(), PAPERS - 1);
    let none = desk.run(&["similar", "2602.00006", "--since", "2027-01-01"]);
    assert_eq!(none.status.code(), Some(1), "{}", stderr(&none));
    let wrong = desk.run(&["similar", "2602.00006", "--category", "cs.LX"]);
    assert_eq!(wrong.status.code(), Some(2));
    assert!(stderr(&wrong).contains("no category cs.LX"), "{}", stderr(&wrong));
    let unknown = desk.run(&["similar", "2602.09999"]);
    assert!(stderr(&unknown).contains("2602.09999"), "{}", stderr(&unknown));
}

#[test]
fn search_knows_words_phrases_and_what_must_not_be_there() {
    let desk = desk();
    let search = |args: &[&str]| found(&desk, &[&["search"], args].concat());
    let found = search(&["shapley", "coalition", "-n", "10"]);
    assert!(found.iter().all(|n| n % 4 == 2), "{found:?}");
    let phrase = search(&["\"the shapley and the coalition\""]);
    let has = |n: &usize, text: &str| of_field(*n).to_string().contains(text);
    assert!(!phrase.is_empty());
    assert!(phrase.iter().all(|n| has(n, "the shapley and the coalition")), "{phrase:?}");
    let without = search(&["larks -Ada", "-n", "100"]);
    assert!(without.len() > 10 && without.iter().all(|n| n % 4 == 0 && n % 3 != 0), "{without:?}");
    let filtered = search(&["polymer viscosity", "--since", "2025-01-01", "-n", "100"]);
    assert!(filtered.iter().all(|n| n % 10 != 0), "{filtered:?}");
    for odd in ["\"", "AND", "a OR", "NEAR(", "x*", "col:x", "(((", "论文"] {
        let output = desk.run(&["search", odd]);
        assert!(output.status.code().is_some_and(|code| code <= 2), "{odd}: {}", stderr(&output));
        assert!(!stderr(&output).contains("panicked"), "{odd}");
        assert!(!stderr(&output).contains("fts5"), "{odd}: {}", stderr(&output));
    }
}

#[test]
fn taste_reorders_and_the_back_catalogue_is_ranked_by_it() {
    let desk = desk_of_reader();
    let both = ["similar", "2602.00006", "2602.00003", "-n", "8"];
    let by_taste = found(&desk, &[&both[..], &["--profile", "ada"]].concat());
    assert!(by_taste.iter().all(|n| n % 4 == 2), "{by_taste:?}");

    let digest = desk.json(&["rank", "ada", "-n", "12"]);
    let ids = |digest: &Value| -> Vec<String> {
        let entries = digest["entries"].as_array().unwrap();
        entries.iter().map(|e| e["paper"]["id"].as_str().unwrap().to_owned()).collect()
    };
    let best = ids(&digest);
    assert_eq!(best.len(), 12);
    for id in &best {
        let n = id.split('.').nth(1).unwrap().parse::<usize>().unwrap() - 1;
        assert!(n % 4 == 2 && ![2, 6, 10].contains(&n), "{best:?}");
    }
    assert_eq!(best, ids(&desk.json(&["rank", "ada", "-n", "12", "--exhaustive"])));
    let of_2024 = desk.json(&["rank", "ada", "--until", "2025-01-01", "-n", "100"]);
    assert!(ids(&of_2024).iter().all(|id| id.ends_with('1')), "{:?}", ids(&of_2024));
    assert_eq!(digest["entries"][0]["why"]["interest"], "Games");

    desk.ok(&["like", &best[0], "--profile", "ada"]);
    assert!(!ids(&desk.json(&["rank", "ada", "-n", "100"])).contains(&best[0]));
    let seen = found(&desk, &["similar", "2602.00003", "--profile", "ada", "--seen"]);
    assert_eq!(seen.len(), 1);
    let unseen =
        found(&desk, &["similar", "2602.00003", "--profile", "ada", "--unseen", "-n", "100"]);
    assert!(!unseen.contains(&seen[0]) && unseen.len() > 70, "{unseen:?}");
}

#[test]
fn two_read_while_a_third_adds() {
    let desk = desk();
    desk.lines("more.jsonl", &(PAPERS..PAPERS + 600).map(of_field).collect::<Vec<_>>());
    thread::scope(|scope| {
        let reader = |args: &'static [&'static str]| {
            let desk = &desk;
            scope.spawn(move || {
                for _ in 0..12 {
                    let found = found(desk, args);
                    assert_eq!(found.len(), 15);
                    assert!(found.iter().all(|n| n % 4 == 1), "{found:?}");
                }
            })
        };
        let readers = [
            reader(&["similar", "2602.00006", "-n", "15"]),
            reader(&["search", "star galaxy redshift", "-n", "15"]),
        ];
        let writer = scope.spawn(|| {
            for _ in 0..3 {
                desk.ok(&["import", "more.jsonl"]);
            }
        });
        writer.join().unwrap();
        readers.into_iter().for_each(|reader| reader.join().unwrap());
    });
    assert_eq!(
        desk.json(&["similar", "2602.00006", "-n", "700"]).as_array().unwrap().len(),
        PAPERS + 599
    );
}

#[test]
fn a_new_reader_catches_up() {
    let desk = desk_of_reader();
    desk.lines("day.jsonl", &[of_field(PAPERS)]);
    let daily = ["daily", "--feed", "day.jsonl", "--date", "2026-03-02", "--catch-up"];
    desk.ok(&daily);
    let digest = desk.digest("catch-up", "ada");
    assert!(digest.contains("of games") && digest.contains("Games"), "{digest}");
    // It records nothing, so that no paper counts as shown.
    let unseen =
        found(&desk, &["similar", "2602.00003", "--profile", "ada", "--unseen", "-n", "200"]);
    assert!(unseen.len() >= PAPERS - 5, "{}", unseen.len());
}

#[test]
fn a_graph_answers_like_the_scan() {
    let desk = desk_of_reader();
    let rank = ["rank", "ada", "-n", "10"];
    let expected = desk.ok(&rank);
    let said = desk.ok(&["index", "--graph"]);
    assert!(said.contains("the graph has 80 papers"), "{said}");
    let time = |digest: &str| digest.lines().skip(3).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(time(&desk.ok(&rank)), time(&expected));
    assert!(desk.ok(&["doctor"]).contains("nothing is wrong"));
    let graph =
        derived(&desk).into_iter().find(|path| path.extension().unwrap() == "graph").unwrap();
    let mut bytes = fs::read(&graph).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    replace(&graph, &bytes);
    assert_eq!(time(&desk.ok(&rank)), time(&expected), "by the scan");
    assert_eq!(desk.run(&["doctor"]).status.code(), Some(2));
    desk.ok(&["doctor", "--repair"]);
    assert!(desk.ok(&["doctor"]).contains("nothing is wrong"));
}

/// The files of the index and the vectors.
fn derived(desk: &Desk) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![desk.path("data/index"), desk.path("data/vectors")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    files
}

/// Puts other bytes in the place of a file, as another file.
fn replace(path: &Path, bytes: &[u8]) {
    fs::remove_file(path).unwrap();
    fs::write(path, bytes).unwrap();
}

#[test]
fn doctor_finds_and_mends_what_is_derived() {
    let desk = desk();
    let query = ["similar", "2602.00006", "-n", "15"];
    let expected = found(&desk, &query);
    assert!(desk.ok(&["doctor"]).contains("nothing is wrong"));
    let files = derived(&desk);
    assert_eq!(files.len(), 2, "{files:?}");
    for path in files {
        let whole = fs::read(&path).unwrap();
        for at in [5, 30, 4096 + 1_600, whole.len() - 60] {
            let mut bytes = whole.clone();
            bytes[at] ^= 4;
            replace(&path, &bytes);
            let header_of_vectors = at < 4096 && path.extension().unwrap() == "vec";
            if header_of_vectors {
                // Nothing can be read from it, and the message says so.
                let output = desk.run(&query);
                assert_eq!(output.status.code(), Some(2));
                assert!(stderr(&output).contains("delete it"), "{}", stderr(&output));
                continue;
            }
            assert_eq!(found(&desk, &query), expected, "byte {at} of {}", path.display());
            let output = desk.run(&["doctor"]);
            assert_eq!(output.status.code(), Some(2), "byte {at} of {}", path.display());
            desk.ok(&["doctor", "--repair"]);
            assert!(desk.ok(&["doctor"]).contains("nothing is wrong"), "byte {at}");
        }
        replace(&path, &whole);
    }
    fs::remove_dir_all(desk.path("data/index")).unwrap();
    assert_eq!(found(&desk, &query), expected, "without an index");
    desk.ok(&["index"]);
    assert_eq!(derived(&desk).len(), 2);
    assert_eq!(found(&desk, &query), expected);
}
