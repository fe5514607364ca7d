//! `paperlark explain` as a person meets it: every rule that keeps a paper out is named.

use std::{fs, path::PathBuf, process::Output};

use serde_json::{Value, json};
use tempfile::TempDir;

mod program;

use program::{program, stderr, succeeded};

struct Desk {
    dir: TempDir,
}

impl Desk {
    fn new(profile: &str) -> Self {
        let desk = Desk { dir: tempfile::tempdir().unwrap() };
        fs::create_dir(desk.path("profiles")).unwrap();
        desk.profile(profile);
        desk
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn profile(&self, text: &str) {
        let seed = r#"
[[interest]]
name = "Attribution"
description = "Explaining what a network looks at, with Shapley values."
seeds = ["2606.00002"]
"#;
        let text = format!("categories = [\"cs.LG\"]\nquota = 0\ndiversity = 0.0\n{text}\n{seed}");
        fs::write(self.path("profiles/ada.toml"), text).unwrap();
    }

    fn daily(&self, date: &str, papers: &[Value]) {
        let lines: Vec<String> = papers.iter().map(|paper| format!("{paper}\n")).collect();
        let path = self.path("feed.jsonl");
        fs::write(&path, lines.concat()).unwrap();
        self.ok(&["daily", "--feed", &path.display().to_string(), "--date", date]);
    }

    fn run(&self, args: &[&str]) -> Output {
        program(self.dir.path())
            .arg("--offline")
            .env("PAPERLARK_NOW", "2026-06-05T16:00:00Z")
            .args(args)
            .output()
            .unwrap()
    }

    fn ok(&self, args: &[&str]) -> String {
        let output = self.run(args);
        succeeded(args, output)
    }

    fn fails(&self, args: &[&str]) -> String {
        let output = self.run(args);
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        stderr(&output)
    }

    /// What `explain --json` says of one paper.
    fn explained(&self, id: &str, more: &[&str]) -> Value {
        let args = [&["explain", id, "--profile", "ada", "--json"], more].concat();
        let all: Value = serde_json::from_str(&self.ok(&args)).unwrap();
        assert_eq!(all.as_array().unwrap().len(), 1);
        rounded(&all[0])
    }

    fn digest(&self, date: &str) -> Value {
        let path = self.path(&format!("data/digests/{date}/ada.md"));
        assert!(path.exists());
        let again = self.path("feed.jsonl").display().to_string();
        let args = ["daily", "--feed", &again, "--date", date, "--json"];
        rounded(&serde_json::from_str::<Value>(&self.ok(&args)).unwrap()[0])
    }
}

/// The same with four digits behind the point, as one program prints numbers in two precisions.
fn rounded(value: &Value) -> Value {
    match value {
        Value::Number(n) if n.is_f64() => json!((n.as_f64().unwrap() * 1e4).round() / 1e4),
        Value::Array(list) => list.iter().map(rounded).collect(),
        Value::Object(map) => {
            map.iter().map(|(key, value)| (key.clone(), rounded(value))).collect()
        }
        other => other.clone(),
    }
}

/// Papers on attribution have even numbers.
fn paper(number: usize, date: &str) -> Value {
    const WHAT: [&str; 6] = ["images", "graphs", "speech", "proteins", "weather", "games"];
    let what = WHAT[number / 2 % 6];
    let (title, text) = if number.is_multiple_of(2) {
        (
            format!("Shapley attribution for {what}, part {number}"),
            format!("We attribute what a network says of {what} to its inputs by Shapley values."),
        )
    } else {
        (
            format!("Warehouse robots and {what}, part {number}"),
            format!("A fleet of {number} robots carries {what} through a warehouse."),
        )
    };
    json!({
        "id": format!("2606.{number:05}"), "title": title, "abstract": text, "kind": "new",
        "authors": [format!("Author {number}")], "categories": ["cs.LG"], "announced": date,
    })
}

fn with(mut paper: Value, key: &str, value: Value) -> Value {
    paper[key] = value;
    paper
}

fn day(numbers: std::ops::Range<usize>, date: &str) -> Vec<Value> {
    numbers.map(|n| paper(n, date)).collect()
}

#[test]
fn every_paper_has_one_verdict_and_it_names_the_rule() {
    let desk = Desk::new("top = 3\nmin_score = 1.5");
    let first = "2026-06-01";
    let mut papers = day(0..40, first);
    papers[10] = with(paper(10, first), "categories", json!(["math.AG"]));
    papers[12] = with(paper(12, first), "kind", json!("replace"));
    desk.daily(first, &papers);
    let shown = desk.digest(first)["entries"].clone();
    let shown: Vec<&Value> = shown.as_array().unwrap().iter().collect();
    assert_eq!(shown.len(), 3);
    let id = |number: usize| shown[number]["paper"]["id"].as_str().unwrap().to_owned();

    for (number, entry) in shown.iter().enumerate() {
        let found = desk.explained(&id(number), &[]);
        assert_eq!(
            found["verdict"],
            json!({"rule": "shown", "number": number + 1, "place": "rank"})
        );
        // The same facts as in the digest, from the same ranking.
        assert_eq!(found["why"], entry["why"]);
        assert_eq!(found["score"], entry["score"]);
        assert_eq!((&found["rank"], &found["candidates"]), (&json!(number + 1), &json!(37)));
        let in_digest = json!([{"date": first, "score": entry["score"]}]);
        assert_eq!(found["digests"], in_digest);
        assert_eq!(found["likes"][0], entry["why"]["nearest"]);
    }

    let even = |n: &usize| n.is_multiple_of(2) && ![2, 10, 12].contains(n);
    let ids: Vec<String> = (0..3).map(id).collect();
    let beyond = (0..40).filter(even).map(|n| format!("2606.{n:05}"));
    let beyond = beyond.filter(|id| !ids.contains(id)).collect::<Vec<_>>();
    let beyond = beyond
        .iter()
        .map(|id| desk.explained(id, &[]))
        .find(|found| found["verdict"]["rule"] == "beyond-top")
        .expect("more than three are about attribution");
    assert_eq!(beyond["verdict"]["top"], 3);
    let (needed, score) = (beyond["needed"].as_f64().unwrap(), beyond["score"].as_f64().unwrap());
    assert_eq!(json!(needed), shown[2]["score"]);
    assert!(needed >= score && beyond["rank"].as_u64().unwrap() > 3);

    for (id, more, expected) in [
        ("2606.00001", &[][..], json!({"rule": "below-score", "min_score": 1.5})),
        ("2606.00002", &[], json!({"rule": "seed"})),
        ("2606.00010", &[], json!({"rule": "other-categories", "categories": ["math.AG"]})),
        ("2606.00012", &[], json!({"rule": "other-kind", "kind": "replace"})),
        ("2606.00001", &["--date", "2026-06-04"], json!({"rule": "read-before", "on": first})),
        (&id(1), &["--date", "2026-06-04"], json!({"rule": "shown-before", "on": first})),
    ] {
        let found = desk.explained(id, more);
        assert_eq!(found["verdict"], expected, "{id} {more:?}");
        let rank = found["rank"].as_u64().unwrap();
        assert!(rank >= 1 && rank <= found["candidates"].as_u64().unwrap() + 1);
    }
    let early = ["explain", "2606.00001", "--profile", "ada", "--date", "2026-05-20"];
    assert!(desk.fails(&early).contains("paperlark fetch"), "nothing is known of so early a day");

    // A like and a dislike are named with what they are near to, and never by themselves.
    desk.ok(&["like", "2606.00001", "--profile", "ada"]);
    desk.ok(&["dislike", "2606.00003", "2606.00005", "--profile", "ada"]);
    let found = desk.explained("2606.00001", &[]);
    assert_eq!(found["verdict"], json!({"rule": "marked", "mark": "like"}));
    let names = |list: &Value| -> Vec<String> {
        list.as_array().unwrap().iter().map(|n| n["id"].as_str().unwrap().to_owned()).collect()
    };
    assert!(!names(&found["likes"]).contains(&"2606.00001".to_owned()), "{found}");
    let mut dislikes = names(&found["dislikes"]);
    dislikes.sort_unstable();
    assert_eq!(dislikes, ["2606.00003", "2606.00005"]);
    let found = desk.explained("2606.00003", &[]);
    assert_eq!(found["verdict"], json!({"rule": "marked", "mark": "dislike"}));
    assert_eq!(names(&found["dislikes"]), ["2606.00005"]);
}

#[test]
fn the_rules_of_the_list_are_named_too() {
    let date = "2026-06-01";
    let twin = |n: usize, of: usize| {
        let title = format!("{} again", paper(of, date)["title"].as_str().unwrap());
        let twin = with(paper(n, date), "title", json!(title));
        let twin = with(twin, "abstract", paper(of, date)["abstract"].clone());
        with(twin, "authors", json!([format!("Author {of}")]))
    };
    let mut papers = day(0..30, date);
    papers.push(twin(50, 4));
    let rule =
        |desk: &Desk, n: usize| desk.explained(&format!("2606.{n:05}"), &[])["verdict"].clone();

    let desk = Desk::new("top = 40\nmin_score = 0.0");
    desk.daily(date, &papers);
    let verdicts = [rule(&desk, 4), rule(&desk, 50)];
    let folded = verdicts.iter().find(|v| v["rule"] == "folded").expect("one is under the other");
    assert!(["2606.00004", "2606.00050"].contains(&folded["under"]["id"].as_str().unwrap()));
    let digest = desk.digest(date);
    let with_also: Vec<&Value> =
        digest["entries"].as_array().unwrap().iter().filter(|e| !e["also"].is_null()).collect();
    assert_eq!(with_also.len(), 1, "papers by others stay apart");
    assert!(
        fs::read_to_string(desk.path(&format!("data/digests/{date}/ada.md")))
            .unwrap()
            .contains("- **Also:** Shapley attribution for speech")
    );

    desk.profile("top = 40\nmin_score = 0.0\nfold = false");
    assert!([rule(&desk, 4), rule(&desk, 50)].iter().all(|v| v["rule"] == "shown"));

    desk.profile("max_missed = 1.0");
    let robots: Vec<Value> = (1..30).step_by(2).map(|n| rule(&desk, n)).collect();
    let beyond = json!({"rule": "beyond-missed", "max_missed": 1.0});
    assert!(robots.contains(&beyond), "{robots:?}");

    desk.profile("top = 4\nmin_score = 0.0\nexplore = 1\nfold = false");
    let places: Vec<Value> = (0..30).map(|n| rule(&desk, n)).collect();
    let exploring = json!({"rule": "shown", "number": 4, "place": "exploration"});
    assert_eq!(places.iter().filter(|place| **place == exploring).count(), 1, "{places:?}");
}

#[test]
fn an_explanation_reads_well_in_both_languages() {
    let desk = Desk::new("top = 3\nmin_score = 1.5");
    desk.daily("2026-06-01", &day(0..40, "2026-06-01"));
    let text = desk.ok(&["explain", "2606.00001", "2606.00002", "--profile", "ada"]);
    for words in [
        "2606.00001 Warehouse robots and images, part 1\n  ada on 2026-06-01\n",
        "not shown: its score is below min_score = 1.5",
        "of 10 (the top ",
        "the list asked for ",
        "  like 0.",
        "not shown: it is a seed of the profile",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
    desk.profile("top = 3\nmin_score = 1.5\nlanguage = \"zh\"");
    let text = desk.ok(&["explain", "2606.00001", "--profile", "ada"]);
    for words in ["未列出：得分低于 min_score = 1.5", "入选需要 ", "喜欢 0."] {
        assert!(text.contains(words), "{words}: {text}");
    }
}

#[test]
fn a_chance_is_given_once_there_are_fifty_answers() {
    let desk = Desk::new("top = 60\nmin_score = 0.0\nfold = false");
    desk.daily("2026-06-01", &day(0..60, "2026-06-01"));
    assert_eq!(desk.explained("2606.00001", &[])["likelihood"], Value::Null);
    let liked: Vec<String> = (4..30).step_by(2).map(|n| format!("2606.{n:05}")).collect();
    let ids: Vec<&str> = liked.iter().map(String::as_str).collect();
    desk.ok(&[&["like"], &ids[..], &["--profile", "ada"]].concat());
    let chance = |id: &str| desk.explained(id, &[])["likelihood"].as_f64().unwrap();
    assert!(chance("2606.00050") > chance("2606.00051"));
    desk.daily("2026-06-02", &day(60..90, "2026-06-02"));
    let digest = desk.digest("2026-06-02");
    let chances: Vec<f64> = digest["entries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["likelihood"].as_f64().unwrap())
        .collect();
    assert_eq!(chances.len(), 30);
    assert!(chances.iter().rev().is_sorted() && chances[0] <= 1.0, "{chances:?}");
    assert!(digest["missed"].as_f64().unwrap() < 0.01);
    // The day of the marks itself stays as it was.
    let text = fs::read_to_string(desk.path("data/digests/2026-06-01/ada.md")).unwrap();
    assert!(!text.contains("[p 0."));
}

#[test]
fn what_cannot_be_explained_says_why() {
    let desk = Desk::new("top = 3");
    let args = ["explain", "2606.00001", "--profile", "ada"];
    assert!(desk.fails(&args).contains("no library"));
    assert!(!desk.path("data/library.sqlite").exists());
    desk.daily("2026-06-01", &day(0..10, "2026-06-01"));
    let error = desk.fails(&["explain", "2606.00001", "2606.77777", "--profile", "ada"]);
    assert!(error.contains("2606.77777") && !error.contains("2606.00001"), "{error}");
    assert!(desk.fails(&["explain", "2606.00001", "--profile", "bo"]).contains("bo"));
    assert!(desk.ok(&["explain", "--help"]).contains("--date"));
}
