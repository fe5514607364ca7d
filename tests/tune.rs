//! `profile tune` and `eval self` as a person meets them: settings change only when marks show a gain, and only
//! when asked for.

use std::fs;

use serde_json::{Value, json};

use crate::common::{
    desk::Desk,
    papers::{self, Attribution, Bandits, Galaxies, Robots, id},
    program::succeeded,
    report::names,
};

const DAYS: usize = 12;
const PAPERS: usize = 20;

/// A reader of twelve digests of twenty papers each, in June 2026. `likes` says which papers of a day are
/// liked, the day after its digest was made. Every fourth paper is about attribution.
fn desk(likes: impl Fn(usize, usize) -> bool) -> Desk {
    let desk = Desk::offline();
    desk.profile(
        "ada",
        "categories = [\"cs.LG\"]\ntop = 15\nmin_score = 0.0\nfold = false\n\n\
         [[interest]]\nname = \"Attribution\"\n\
         description = \"Explaining what a network looks at, with Shapley values.\"\n",
    );
    let run = |now: String, args: &[&str]| {
        let output = desk.command(args).env("PAPERLARK_NOW", now).output().unwrap();
        succeeded(args, output);
    };
    for day in 0..DAYS {
        let date = format!("2026-06-{:02}", day + 1);
        let numbers = day * PAPERS..(day + 1) * PAPERS;
        let topics = [Attribution, Robots, Galaxies, Bandits];
        let feed = desk.lines("feed.jsonl", &papers::day(&date, numbers.clone(), &topics));
        run(format!("{date}T08:00:00Z"), &["daily", "--feed", &feed, "--date", &date]);
        let liked: Vec<String> = numbers.filter(|n| likes(day, n % PAPERS)).map(id).collect();
        let mut args = vec!["like", "--profile", "ada"];
        args.extend(liked.iter().map(String::as_str));
        if !liked.is_empty() {
            run(format!("{date}T18:00:00Z"), &args);
        }
    }
    desk.at("2026-06-20T08:00:00Z")
}

fn weights(desk: &Desk, profile: &str) -> Value {
    desk.json(&["profile", "show", profile])["weights"].take()
}

#[test]
fn a_useless_history_keeps_the_usual_settings() {
    // Any two papers of a day, whatever they are about.
    let desk = desk(|day, n| n == (7 * day + 3) % PAPERS || n == (11 * day + 8) % PAPERS);
    let found = desk.json(&["profile", "tune", "ada"]);
    assert_eq!((&found["is_real"], &found["saved"]), (&json!(false), &json!(false)), "{found}");
    assert!(found["days"].as_u64().unwrap() >= 10, "{found}");
    let usual = weights(&desk, "ada");
    assert_eq!(found["weights"], usual);
    assert_eq!(desk.json(&["profile", "tune", "ada"]), found, "the same marks, the same answer");
    let found = desk.json(&["profile", "tune", "ada", "--save"]);
    assert_eq!(found["saved"], false, "there is nothing new to save");
    assert!(desk.ok(&["profile", "tune", "ada"]).contains("the usual settings stand"));
}

#[test]
fn saved_settings_rank_and_can_be_taken_back() {
    let desk = desk(|day, n| n % 4 == 0 && day > 8);
    let before = desk.read("profiles/ada.toml");
    let usual = weights(&desk, "ada");
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
        let error = desk.fails(&["profile", "import", &export, "--name", "bo"]);
        assert!(error.contains("tuned settings that cannot be read"), "{broken}: {error}");
        assert!(!desk.path("profiles/bo.toml").exists());
    }
    weights_of(&mut carried, "{\"words\": 2.0, \"interests\": 0.0}");
    desk.ok(&["profile", "import", &export, "--name", "bo"]);
    let mut tuned = usual.clone();
    tuned["words"] = json!(2.0);
    tuned["interests"] = json!(0.0);
    assert_eq!(weights(&desk, "bo"), tuned);
    assert!(desk.ok(&["profile", "show", "bo"]).contains("tuned: interests 0, words 2"));

    // They decide: without the interests the embeddings of the likes say nothing.
    let parts = |name: &str| {
        let args = ["explain", &id(220), "--profile", name, "--date", "2026-06-12"];
        desk.json(&args)[0]["parts"].take()
    };
    let of = |parts: &Value, name: &str| -> f64 {
        let parts = parts.as_array().unwrap();
        parts.iter().find(|part| part[0] == name).unwrap()[1].as_f64().unwrap()
    };
    assert!(of(&parts("ada"), "interests").abs() > 0.1);
    assert_eq!(of(&parts("bo"), "interests"), 0.0);

    let said = desk.ok(&["undo", "--profile", "bo"]);
    assert!(said.contains("tune"), "{said}");
    assert_eq!(weights(&desk, "bo"), usual);
    assert_eq!(desk.read("profiles/ada.toml"), before);
}

#[test]
fn own_marks_measure_the_ranking() {
    let desk = desk(|_, n| n % 4 == 0 && n < 16);
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
    let desk = desk(|_, n| n % 4 == 0 && n < 16);
    let table = concat!(env!("CARGO_MANIFEST_DIR"), "/data/lark.bin");
    let args = ["profile", "tune", "ada", "--against", table];
    let found = desk.json(&args);
    let rival = &found["against"][0];
    // The same table under another name ranks the same.
    assert_eq!(rival["gain"]["mean"], 0.0, "{rival}");
    assert_eq!(rival["is_better"], false);
    assert!(rival["auc"]["mean"].as_f64().unwrap() > 0.85, "{rival}");
    assert!(desk.ok(&args).contains("not proven to be better"));
    assert!(desk.fails(&["profile", "tune", "ada", "--against", "nobody"]).contains("nobody"));
}

#[test]
fn without_marks_both_say_what_to_do() {
    let desk = desk(|_, _| false);
    assert!(desk.fails(&["eval", "self", "ada"]).contains("paperlark like"));
    let text = desk.ok(&["profile", "tune", "ada", "--save"]);
    assert!(text.contains("at least 10 digests") && text.contains("nothing to save"), "{text}");
    assert!(desk.ok(&["profile", "tune", "--help"]).contains("--save"));
    assert!(desk.ok(&["eval", "self", "--help"]).contains("AUC shown"));
}
