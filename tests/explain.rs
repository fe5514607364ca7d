//! `paperlark explain` as a person meets it: every rule that keeps a paper out is named.

use std::ops::Range;

use serde_json::{Value, json};

use crate::common::{
    desk::Desk,
    papers::{self, Attribution, Robots, Topic, with},
};

const TOPICS: [Topic; 2] = [Attribution, Robots];

fn desk(profile: &str) -> Desk {
    let desk = Desk::offline().at("2026-06-05T16:00:00Z");
    rewrite(&desk, profile);
    desk
}

/// Writes the profile anew.
fn rewrite(desk: &Desk, text: &str) {
    let seed = r#"
[[interest]]
name = "Attribution"
description = "Explaining what a network looks at, with Shapley values."
seeds = ["2606.00002"]
"#;
    let text = format!("categories = [\"cs.LG\"]\nquota = 0\ndiversity = 0.0\n{text}\n{seed}");
    desk.profile("ada", &text);
}

fn daily(desk: &Desk, date: &str, papers: &[Value]) {
    let feed = desk.lines("feed.jsonl", papers);
    desk.ok(&["daily", "--feed", &feed, "--date", date]);
}

/// What `explain --json` says of one paper.
fn explained(desk: &Desk, id: &str, more: &[&str]) -> Value {
    let all = desk.json(&[&["explain", id, "--profile", "ada"], more].concat());
    assert_eq!(all.as_array().unwrap().len(), 1);
    rounded(&all[0])
}

fn digest(desk: &Desk, date: &str) -> Value {
    assert!(desk.path(&format!("data/digests/{date}/ada.md")).exists());
    rounded(&desk.json(&["daily", "--feed", "feed.jsonl", "--date", date])[0])
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
    day(number..number + 1, date).remove(0)
}

fn day(numbers: Range<usize>, date: &str) -> Vec<Value> {
    papers::day(date, numbers, &TOPICS)
}

#[test]
fn every_paper_has_one_verdict_and_it_names_the_rule() {
    let desk = desk("top = 3\nmin_score = 1.5");
    let first = "2026-06-01";
    let mut papers = day(0..40, first);
    papers[10] = with(paper(10, first), "categories", json!(["math.AG"]));
    papers[12] = with(paper(12, first), "kind", json!("replace"));
    daily(&desk, first, &papers);
    let shown = digest(&desk, first)["entries"].clone();
    let shown: Vec<&Value> = shown.as_array().unwrap().iter().collect();
    assert_eq!(shown.len(), 3);
    let id = |number: usize| shown[number]["paper"]["id"].as_str().unwrap().to_owned();

    for (number, entry) in shown.iter().enumerate() {
        let found = explained(&desk, &id(number), &[]);
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
        .map(|id| explained(&desk, id, &[]))
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
        let found = explained(&desk, id, more);
        assert_eq!(found["verdict"], expected, "{id} {more:?}");
        let rank = found["rank"].as_u64().unwrap();
        assert!(rank >= 1 && rank <= found["candidates"].as_u64().unwrap() + 1);
    }
    let early = ["explain", "2606.00001", "--profile", "ada", "--date", "2026-05-20"];
    assert!(desk.fails(&early).contains("paperlark fetch"), "nothing is known of so early a day");

    // A like and a dislike are named with what they are near to, and never by themselves.
    desk.ok(&["like", "2606.00001", "--profile", "ada"]);
    desk.ok(&["dislike", "2606.00003", "2606.00005", "--profile", "ada"]);
    let found = explained(&desk, "2606.00001", &[]);
    assert_eq!(found["verdict"], json!({"rule": "marked", "mark": "like"}));
    let names = |list: &Value| -> Vec<String> {
        list.as_array().unwrap().iter().map(|n| n["id"].as_str().unwrap().to_owned()).collect()
    };
    assert!(!names(&found["likes"]).contains(&"2606.00001".to_owned()), "{found}");
    let mut dislikes = names(&found["dislikes"]);
    dislikes.sort_unstable();
    assert_eq!(dislikes, ["2606.00003", "2606.00005"]);
    let found = explained(&desk, "2606.00003", &[]);
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
        |desk: &Desk, n: usize| explained(desk, &format!("2606.{n:05}"), &[])["verdict"].clone();

    let desk = desk("top = 40\nmin_score = 0.0");
    daily(&desk, date, &papers);
    let verdicts = [rule(&desk, 4), rule(&desk, 50)];
    let folded = verdicts.iter().find(|v| v["rule"] == "folded").expect("one is under the other");
    assert!(["2606.00004", "2606.00050"].contains(&folded["under"]["id"].as_str().unwrap()));
    let digest = digest(&desk, date);
    let with_also: Vec<&Value> =
        digest["entries"].as_array().unwrap().iter().filter(|e| !e["also"].is_null()).collect();
    assert_eq!(with_also.len(), 1, "papers by others stay apart");
    assert!(desk.digest(date, "ada").contains("- **Also:** Shapley attribution for speech"));

    rewrite(&desk, "top = 40\nmin_score = 0.0\nfold = false");
    assert!([rule(&desk, 4), rule(&desk, 50)].iter().all(|v| v["rule"] == "shown"));

    rewrite(&desk, "max_missed = 1.0");
    let robots: Vec<Value> = (1..30).step_by(2).map(|n| rule(&desk, n)).collect();
    let beyond = json!({"rule": "beyond-missed", "max_missed": 1.0});
    assert!(robots.contains(&beyond), "{robots:?}");

    rewrite(&desk, "top = 4\nmin_score = 0.0\nexplore = 1\nfold = false");
    let places: Vec<Value> = (0..30).map(|n| rule(&desk, n)).collect();
    let exploring = json!({"rule": "shown", "number": 4, "place": "exploration"});
    assert_eq!(places.iter().filter(|place| **place == exploring).count(), 1, "{places:?}");
}

#[test]
fn an_explanation_reads_well_in_both_languages() {
    let desk = desk("top = 3\nmin_score = 1.5");
    daily(&desk, "2026-06-01", &day(0..40, "2026-06-01"));
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
    rewrite(&desk, "top = 3\nmin_score = 1.5\nlanguage = \"zh\"");
    let text = desk.ok(&["explain", "2606.00001", "--profile", "ada"]);
    for words in ["未列出：评分低于 1.5（min_score）", "入选要 ", "喜欢 0."] {
        assert!(text.contains(words), "{words}: {text}");
    }
}

#[test]
fn a_chance_is_given_once_there_are_fifty_answers() {
    let desk = desk("top = 60\nmin_score = 0.0\nfold = false");
    daily(&desk, "2026-06-01", &day(0..60, "2026-06-01"));
    assert_eq!(explained(&desk, "2606.00001", &[])["likelihood"], Value::Null);
    let liked: Vec<String> = (4..30).step_by(2).map(|n| format!("2606.{n:05}")).collect();
    let ids: Vec<&str> = liked.iter().map(String::as_str).collect();
    desk.ok(&[&["like"], &ids[..], &["--profile", "ada"]].concat());
    let chance = |id: &str| explained(&desk, id, &[])["likelihood"].as_f64().unwrap();
    assert!(chance("2606.00050") > chance("2606.00051"));
    daily(&desk, "2026-06-02", &day(60..90, "2026-06-02"));
    let digest = digest(&desk, "2026-06-02");
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
    let text = desk.digest("2026-06-01", "ada");
    assert!(!text.contains("[p 0."));
}

#[test]
fn what_cannot_be_explained_says_why() {
    let desk = desk("top = 3");
    let args = ["explain", "2606.00001", "--profile", "ada"];
    assert!(desk.fails(&args).contains("no library"));
    assert!(!desk.path("data/library.sqlite").exists());
    daily(&desk, "2026-06-01", &day(0..10, "2026-06-01"));
    let error = desk.fails(&["explain", "2606.00001", "2606.77777", "--profile", "ada"]);
    assert!(error.contains("2606.77777") && !error.contains("2606.00001"), "{error}");
    assert!(desk.fails(&["explain", "2606.00001", "--profile", "bo"]).contains("bo"));
    assert!(desk.ok(&["explain", "--help"]).contains("--date"));
}
