//! What a person meets in the first minutes: one profile, a digest, words instead of ids.

use std::{fs, io::Write, process::Stdio};

use crate::common::{
    desk::Desk,
    papers::{lines, paper},
    program::stderr,
};

const PROFILE: &str = r#"
fold = false
diversity = 0
quota = 0
min_score = 0
[[interest]]
name = "Songs of birds"
description = "Songs of birds at dawn."
[[interest]]
name = "Bridges and arches"
description = "Loads on bridges and cracks in arches."
"#;

/// A desk with one profile and the digest of one day.
fn desk() -> Desk {
    let desk = Desk::offline().at("2026-06-01T08:00:00Z");
    desk.profile("larks", PROFILE);
    let topics = [
        (
            "Songs of larks at dawn",
            "We record the songs of larks at dawn and count their syllables.",
        ),
        ("Calls of owls", "Owls call at night; we locate them with arrays of microphones."),
        ("Fatigue of steel bridges", "Steel bridges bend under load; we measure their joints."),
        ("Cracks in masonry arches", "Masonry arches carry load; we simulate cracks in joints."),
        ("Cracks in concrete bridges", "Concrete bridges crack; we watch their joints for years."),
    ];
    let papers = topics.iter().enumerate();
    let papers = papers.map(|(n, (title, text))| paper(&format!("2601.{:05}", n + 1), title, text));
    desk.file("feed.jsonl", &lines(&papers.collect::<Vec<_>>()));
    desk.ok(&["daily", "--feed", "feed.jsonl", "--date", "2026-06-01"]);
    desk
}

#[test]
fn without_a_profile_the_way_to_one_is_told() {
    let desk = Desk::offline();
    let error = desk.fails(&["daily"]);
    assert!(error.contains("paperlark profile new"), "{error}");
    let error = desk.fails(&["like", "2601.00001"]);
    assert!(error.contains("paperlark profile new"), "{error}");
}

#[test]
fn one_profile_needs_no_name_and_a_paper_no_id() {
    let desk = desk();
    let digest = desk.json(&["digest"]);
    let first = digest["entries"][0]["paper"]["title"].as_str().unwrap().to_owned();
    let said = desk.ok(&["like", "1"]);
    assert!(said.contains("liked: ") && said.contains("shown under "), "{said}");
    let said = desk.ok(&["dislike", "fatigue of steel"]);
    assert!(said.contains("disliked: Fatigue of steel bridges"), "{said}");
    assert!(desk.ok(&["dislike", "fatigue"]).contains("that was known"));
    let error = desk.fails(&["like", "cracks"]);
    assert!(error.contains("2601.00004") && error.contains("2601.00005"), "{error}");
    let error = desk.fails(&["like", "77"]);
    assert!(error.contains("the numbers 1 to 5"), "{error}");
    assert!(desk.fails(&["like", "herons in spring"]).contains("no paper is called"));
    assert!(desk.ok(&["undo"]).contains("2601.00003"));
    assert!(desk.ok(&["explain", "2601.00003"]).contains("Fatigue"));
    assert!(!first.is_empty());
    // With a second profile it has to be said whose it is.
    desk.profile("other", PROFILE);
    let error = desk.fails(&["like", "2"]);
    assert!(error.contains("larks, other"), "{error}");
    assert!(desk.ok(&["like", "2", "--profile", "larks"]).contains("liked: "));
}

#[test]
fn an_interest_is_known_by_the_beginning_of_its_name() {
    let desk = desk();
    let said = desk.ok(&["profile", "add", "larks", "2601.00001", "--interest", "songs"]);
    assert!(said.contains("interest 'Songs of birds'"), "{said}");
    let error = desk.fails(&["profile", "add", "larks", "2601.00001", "--interest", "Stars"]);
    assert!(error.contains("it has 'Songs of birds'"), "{error}");
    // A sentence of a language without blanks is a sentence.
    let said = desk.ok(&["profile", "add", "larks", "扩散语言模型", "--interest", "B"]);
    assert!(said.contains("'Bridges and arches'"), "{said}");
}

#[test]
fn marks_may_come_from_standard_input() {
    let desk = desk();
    let mut child = desk
        .command(&["--json", "apply", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all("喜欢2601.00002\nlike 2601.0000O\n".as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    let applied: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(applied[0]["profile"], "larks");
    assert_eq!(applied[0]["new"][0]["id"], "2601.00002");
    assert_eq!(applied[0]["unread"][0], "like 2601.0000O");
    assert!(stderr(&output).contains("like 2601.0000O"));
}

#[test]
fn a_search_for_nonsense_finds_nothing() {
    let desk = desk();
    for words in ["qwzx blorpt", "zxcv"] {
        let output = desk.run(&["search", words]);
        assert_eq!(output.status.code(), Some(1), "{words}: {}", stderr(&output));
    }
    assert!(desk.ok(&["search", "songs of birds"]).contains("2601.00001"));
}

#[test]
fn a_morning_leaves_nothing_unembedded() {
    let desk = Desk::offline().at("2026-06-01T08:00:00Z");
    desk.profile("larks", PROFILE);
    desk.ok(&["profile", "mute", "larks", "--term", "bridges"]);
    let papers = [
        paper("2601.00001", "Songs of larks", "We record the songs of larks at dawn."),
        paper("2601.00002", "Bridges under load", "Bridges bend; we measure their joints."),
    ];
    desk.file("feed.jsonl", &lines(&papers));
    desk.ok(&["daily", "--feed", "feed.jsonl", "--date", "2026-06-01"]);
    let seen = desk.json(&["doctor"]);
    assert_eq!(seen["not_embedded"], 0, "{seen}");
    assert!(seen["vectors"].as_u64() >= Some(2), "{seen}");
}

#[test]
fn settings_say_where_they_come_from() {
    let desk = desk().with("OPENAI_API_KEY", "sk-secret").with("OPENAI_MODEL", "writer");
    let said = desk.ok(&["config", "--lang", "en"]);
    for words in
        ["data-dir", "profiles", "model", "lark", "--lang", "OPENAI_MODEL", "writer", "***"]
    {
        assert!(said.contains(words), "{words}: {said}");
    }
    assert!(!said.contains("sk-secret"));
    let all = desk.json(&["config"]);
    assert!(all.as_array().unwrap().iter().any(|setting| setting["name"] == "lang"));
}

#[test]
fn shells_and_manuals_are_served() {
    let desk = Desk::offline();
    for shell in ["bash", "zsh", "fish"] {
        assert!(desk.ok(&["completions", shell]).contains("paperlark"), "{shell}");
    }
    assert!(desk.ok(&["man", "pages"]).contains("pages"));
    let page = desk.read("pages/paperlark-daily.1");
    assert!(page.contains("\\-\\-feed"), "{page}");
}

#[test]
fn a_profile_is_edited_and_deleted() {
    let desk = desk().with("EDITOR", "true");
    assert!(desk.ok(&["profile", "edit", "larks"]).contains("2 interests, nothing wrong"));
    desk.profile("larks", "interests = 3\n");
    assert!(desk.fails(&["profile", "edit", "larks"]).contains("larks.toml:1"));
    assert!(desk.fails(&["profile", "delete", "larks"]).contains("--yes"));
    assert!(desk.ok(&["profile", "delete", "larks", "--yes"]).contains("is deleted"));
    assert!(!desk.path("profiles/larks.toml").exists());
    assert!(desk.fails(&["profile", "delete", "larks", "--yes"]).contains("no profile larks"));
}

#[test]
fn the_newest_digest_with_a_paper_is_the_one_that_is_meant() {
    let desk = desk();
    let said = desk.ok(&["open", "--path"]);
    assert!(said.trim().ends_with("digests/2026-06-01/larks.md"), "{said}");
    fs::remove_file(desk.path("data/digests/2026-06-01/larks.md")).unwrap();
    assert!(desk.fails(&["open", "--path"]).contains("paperlark digest larks --date 2026-06-01"));
    // A day without papers comes and goes.
    desk.file("empty.jsonl", "");
    let later = desk.at("2026-06-02T08:00:00Z");
    later.run(&["daily", "--feed", "empty.jsonl", "--date", "2026-06-02"]);
    assert_eq!(later.json(&["digest"])["date"], "2026-06-01");
}

#[test]
fn a_page_for_people_is_no_profile() {
    let desk = Desk::offline();
    for name in ["README.md", "CHANGELOG.md", "ARCHITECTURE.md", "CONTRIBUTING.md"] {
        let file = format!("{}/{name}", env!("CARGO_MANIFEST_DIR"));
        let error = desk.fails(&["profile", "import", &file, "--name", "x"]);
        assert!(error.contains("no exported profile"), "{name}: {error}");
    }
    assert!(!desk.path("profiles/x.toml").exists());
}
