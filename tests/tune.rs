//! `profile tune` and `eval self` as a person meets them: settings change only when marks show a gain, and only
//! when asked for.

use std::{fs, path::PathBuf, process::Output};

use serde_json::{Value, json};
use tempfile::TempDir;

mod program;
mod report;

use program::{program, succeeded};
use report::names;

const DAYS: usize = 12;
const PAPERS: usize = 20;

/// A reader of twelve digests of twenty papers each, in June 2026.
struct Desk {
    dir: TempDir,
}

impl Desk {
    /// `likes` says which papers of a day are liked, the day after its digest was made.
    fn new(likes: impl Fn(usize, usize) -> bool) -> Self {
        let desk = Desk { dir: tempfile::tempdir().unwrap() };
        fs::create_dir(desk.path("profiles")).unwrap();
        let profile = "categories = [\"cs.LG\"]\ntop = 15\nmin_score = 0.0\nfold = false\n\n\
                       [[interest]]\nname = \"Attribution\"\n\
                       description = \"Explaining what a network looks at, with Shapley values.\"\n";
        fs::write(desk.path("profiles/ada.toml"), profile).unwrap();
        for day in 0..DAYS {
            let date = format!("2026-06-{:02}", day + 1);
            let numbers = day * PAPERS..(day + 1) * PAPERS;
            let lines: Vec<String> =
                numbers.clone().map(|n| format!("{}\n", paper(n, &date))).collect();
            let feed = desk.path("feed.jsonl");
            fs::write(&feed, lines.concat()).unwrap();
            let feed = feed.display().to_string();
            desk.ok_at(&format!("{date}T08:00:00Z"), &["daily", "--feed", &feed, "--date", &date]);
            let liked: Vec<String> = numbers.filter(|n| likes(day, n % PAPERS)).map(id).collect();
            let mut args = vec!["like", "--profile", "ada"];
            args.extend(liked.iter().map(String::as_str));
            if !liked.is_empty() {
                desk.ok_at(&format!("{date}T18:00:00Z"), &args);
            }
        }
        desk
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn run(&self, now: &str, args: &[&str]) -> Output {
        program(self.dir.path())
            .arg("--offline")
            .env("PAPERLARK_NOW", now)
            .args(args)
            .output()
            .unwrap()
    }

    fn ok_at(&self, now: &str, args: &[&str]) -> String {
        let output = self.run(now, args);
        succeeded(args, output)
    }

    fn ok(&self, args: &[&str]) -> String {
        self.ok_at("2026-06-20T08:00:00Z", args)
    }

    fn json(&self, args: &[&str]) -> Value {
        serde_json::from_str(&self.ok(&[args, &["--json"]].concat())).unwrap()
    }

    fn weights(&self) -> Value {
        self.json(&["profile", "show", "ada"])["weights"].take()
    }
}

fn id(number: usize) -> String {
    format!("2606.{number:05}")
}

/// Every fourth paper is about attribution.
fn paper(number: usize, date: &str) -> Value {
    const WHAT: [&str; 6] = ["images", "graphs", "speech", "proteins", "weather", "games"];
    let what = WHAT[number / 4 % 6];
    let text = match number % 4 {
        0 => format!("We attribute what a network says of {what} to its inputs by Shapley values."),
        1 => format!("A fleet of {number} robots carries {what} through a warehouse."),
        2 => format!("Star formation in {number} dwarf galaxies, seen through {what}."),
        _ => format!("Bounds on the regret of bandits that choose among {number} {what}."),
    };
    json!({
        "id": id(number), "title": format!("On {what}, part {number}"), "abstract": text,
        "kind": "new", "authors": [format!("Author {number}")], "categories": ["cs.LG"],
        "announced": date,
    })
}

#[test]
fn a_useless_history_keeps_the_usual_settings() {
    // Any two papers of a day, whatever they are about.
    let desk = Desk::new(|day, n| n == (7 * day + 3) % PAPERS || n == (11 * day + 8) % PAPERS);
    let found = desk.json(&["profile", "tune", "ada"]);
    assert_eq!((&found["is_real"], &found["saved"]), (&json!(false), &json!(false)), "{found}");
    assert!(found["days"].as_u64().unwrap() >= 10, "{found}");
    let usual = desk.weights();
    assert_eq!(found["weights"], usual);
    assert_eq!(desk.json(&["profile", "tune", "ada"]), found, "the same marks, the same answer");
    let found = desk.json(&["profile", "tune", "ada", "--save"]);
    assert_eq!(found["saved"], false, "there is nothing new to save");
    assert!(desk.ok(&["profile", "tune", "ada"]).contains("the usual settings stand"));
}

#[test]
fn saved_settings_rank_and_can_be_taken_back() {
    let desk = Desk::new(|day, n| n % 4 == 0 && day > 8);
    let before = fs::read_to_string(desk.path("profiles/ada.toml")).unwrap();
    let usual = desk.weights();
    // Three days are no proof of anything.
    let few = desk.json(&["profile", "tune", "ada", "--save"]);
    assert_eq!((&few["tested"], &few["saved"]), (&json!(0), &json!(false)), "{few}");
    assert!(few["days_missing"].as_u64().is_none_or(|days| days > 0), "{few}");

    // What another library saved comes with the profile, as an act of its own.
    let export = desk.path("ada.json").display().to_string();
    desk.ok(&["profile", "export", "ada", &export]);
    let mut carried: Value = serde_json::from_str(&fs::read_to_string(&export).unwrap()).unwrap();
    let act = json!({"command": 99_999, "at": "2026-06-19T08:00:00Z", "origin": "command line",
                     "act": "tune", "weights": "{\"words\": 2.0, \"interests\": 0.0}"});
    carried["events"].as_array_mut().unwrap().push(act);
    // What cannot be read is not let in, where it would stop every digest.
    let weights_of = |carried: &mut Value, text: &str| {
        *carried["events"]
            .as_array_mut()
            .unwrap()
            .last_mut()
            .unwrap()
            .get_mut("weights")
            .unwrap() = text.into();
        fs::write(&export, carried.to_string()).unwrap();
    };
    for broken in ["x", "{\"wurds\": 1.0}", "{\"words\": -1.0}", "{\"words\": 1e38}"] {
        weights_of(&mut carried, broken);
        let refused =
            desk.run("2026-06-20T08:00:00Z", &["profile", "import", &export, "--name", "bo"]);
        assert_eq!(refused.status.code(), Some(2), "{broken}");
        let error = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert!(error.contains("tuned settings that cannot be read"), "{error}");
        assert!(!desk.path("profiles/bo.toml").exists());
    }
    weights_of(&mut carried, "{\"words\": 2.0, \"interests\": 0.0}");
    desk.ok(&["profile", "import", &export, "--name", "bo"]);
    let weights = |name: &str| desk.json(&["profile", "show", name])["weights"].take();
    let mut tuned = usual.clone();
    tuned["words"] = json!(2.0);
    tuned["interests"] = json!(0.0);
    assert_eq!(weights("bo"), tuned);
    assert!(desk.ok(&["profile", "show", "bo"]).contains("tuned: interests 0, words 2"));

    // They decide: without the interests the embeddings of the likes say nothing.
    let parts = |name: &str| {
        let args = ["explain", &id(220), "--profile", name, "--date", "2026-06-12", "--json"];
        let all: Value = serde_json::from_str(&desk.ok(&args)).unwrap();
        all[0]["parts"].clone()
    };
    let of = |parts: &Value, name: &str| -> f64 {
        let parts = parts.as_array().unwrap();
        parts.iter().find(|part| part[0] == name).unwrap()[1].as_f64().unwrap()
    };
    assert!(of(&parts("ada"), "interests").abs() > 0.1);
    assert_eq!(of(&parts("bo"), "interests"), 0.0);

    let said = desk.ok(&["undo", "--profile", "bo"]);
    assert!(said.contains("tune"), "{said}");
    assert_eq!(weights("bo"), usual);
    assert_eq!(fs::read_to_string(desk.path("profiles/ada.toml")).unwrap(), before);
}

#[test]
fn own_marks_measure_the_ranking() {
    let desk = Desk::new(|_, n| n % 4 == 0 && n < 16);
    let report = desk.json(&["eval", "self", "ada"]);
    let names = names(&report);
    assert_eq!(names[0], "paperlark");
    assert_eq!(names.len(), 7, "{names:?}");
    assert_eq!((&report["days"], &report["likes"]), (&json!(DAYS), &json!(4 * DAYS)));
    assert_eq!(report["papers"], DAYS * PAPERS);
    let auc = |at: usize, what: &str| report["rankings"][at][what]["mean"].as_f64().unwrap();
    assert!(auc(0, "auc") > 0.85, "{report}");
    assert!(auc(0, "auc_shown") > 0.8, "{report}");
    assert!((auc(6, "auc") - 0.5).abs() < 0.15, "random: {report}");
    assert_eq!(report["rankings"][6]["lead"]["auc"]["clear"], true);
    // 15 of each day's papers are shown.
    assert_eq!(report["answers"], 15 * DAYS);
    assert_eq!(report["answers_missing"], 0);
    assert_eq!(report["reliability"]["answers"], 15 * DAYS / 2);
    let text = desk.ok(&["eval", "self", "ada"]);
    for words in ["12 days with marks, 48 likes", "AUC shown", "ahead of", "p(like) on the second"]
    {
        assert!(text.contains(words), "{words}: {text}");
    }
}

#[test]
fn another_model_must_rank_better_too() {
    let desk = Desk::new(|_, n| n % 4 == 0 && n < 16);
    let table = concat!(env!("CARGO_MANIFEST_DIR"), "/data/lark.bin");
    let args = ["profile", "tune", "ada", "--against", table];
    let found = desk.json(&args);
    let rival = &found["against"][0];
    // The same table under another name ranks the same.
    assert_eq!(rival["gain"]["mean"], 0.0, "{rival}");
    assert_eq!(rival["is_better"], false);
    assert!(rival["auc"]["mean"].as_f64().unwrap() > 0.85, "{rival}");
    assert!(desk.ok(&args).contains("not proven to be better"));
    let refused =
        desk.run("2026-06-20T08:00:00Z", &["profile", "tune", "ada", "--against", "nobody"]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("nobody"));
}

#[test]
fn without_marks_both_say_what_to_do() {
    let desk = Desk::new(|_, _| false);
    let output = desk.run("2026-06-20T08:00:00Z", &["eval", "self", "ada"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("paperlark like"));
    let text = desk.ok(&["profile", "tune", "ada", "--save"]);
    assert!(text.contains("at least 10 digests") && text.contains("nothing to save"), "{text}");
    assert!(desk.ok(&["profile", "tune", "--help"]).contains("--save"));
    assert!(desk.ok(&["eval", "self", "--help"]).contains("AUC shown"));
}
