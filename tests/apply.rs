//! What a reader ticks in a digest teaches the profile: by `apply`, and by the next `daily` itself.

use std::{fs, path::PathBuf};

use serde_json::{Value, json};

use crate::common::{
    desk::Desk,
    papers::{lines, paper},
};

const PROFILE: &str = r#"
fold = false
diversity = 0
quota = 0
min_score = 0
[[interest]]
name = "Songs"
description = "Songs of birds at dawn."
"#;

fn desk() -> Desk {
    let desk = Desk::new().with_args(&["--profiles", "profiles"]).at("2026-06-04T08:00:00Z");
    desk.profile("larks", PROFILE);
    desk
}

/// Papers on birds and on bridges, the same for every month.
fn papers(month: &str) -> String {
    let topics = [
        ("Larks", "We record the songs of larks at dawn and count their syllables."),
        ("Owls", "Owls call at night; we locate them with arrays of microphones."),
        ("Bridges", "Steel bridges bend under load; we measure the fatigue of their joints."),
        ("Arches", "Masonry arches carry load; we simulate the cracks in their joints."),
    ];
    let papers = topics.iter().enumerate().map(|(n, (title, text))| {
        paper(&format!("{month}.{:05}", n + 1), &format!("{title} of {month}"), text)
    });
    lines(&papers.collect::<Vec<_>>())
}

/// The digest of a day of June, and what was said.
fn daily(desk: &Desk, day: u8) -> (Value, String) {
    desk.file("feed.jsonl", &papers(&format!("260{day}")));
    let date = format!("2026-06-0{day}");
    let (out, said) = desk.both(&["daily", "--feed", "feed.jsonl", "--date", &date, "--json"]);
    (serde_json::from_str::<Value>(&out).unwrap()[0].take(), said)
}

fn applied(desk: &Desk, source: &str) -> Value {
    desk.json(&["apply", source])
}

fn explained(desk: &Desk, id: &str) -> Value {
    desk.json(&["explain", id, "--profile", "larks"])[0].take()
}

/// Ticks boxes of a digest.
fn tick(desk: &Desk, day: u8, boxes: &[&str]) -> PathBuf {
    let path = desk.path(&format!("data/digests/2026-06-0{day}/larks.md"));
    let mut text = fs::read_to_string(&path).unwrap();
    for name in boxes {
        assert!(text.contains(&format!("- [ ] {name}")), "{text}");
        text = text.replace(&format!("- [ ] {name}"), &format!("- [x] {name}"));
    }
    fs::write(&path, text).unwrap();
    path
}

fn order(digest: &Value) -> Vec<String> {
    let entries = digest["entries"].as_array().unwrap();
    entries
        .iter()
        .map(|e| e["paper"]["title"].as_str().unwrap().split(' ').next().unwrap().into())
        .collect()
}

#[test]
fn ticked_boxes_change_the_next_ranking_as_explain_says() {
    let desk = desk();
    let (first, _) = daily(&desk, 1);
    assert_eq!(order(&first)[..2], ["Larks", "Owls"]);
    let path = tick(&desk, 1, &["like 2601.00003", "dislike 2601.00001"]);
    let applied = applied(&desk, &path.display().to_string());
    assert_eq!(applied[0]["new"].as_array().unwrap().len(), 2);
    let (second, _) = daily(&desk, 2);
    let order = order(&second);
    assert_eq!(order[0], "Bridges", "{order:?}");
    let nearest = |id: &str, side: &str| explained(&desk, id)[side][0]["id"].clone();
    assert_eq!(nearest("2602.00003", "likes"), "2601.00003");
    assert_eq!(nearest("2602.00001", "dislikes"), "2601.00001");
}

#[test]
fn applying_again_changes_nothing_and_undo_holds() {
    let desk = desk();
    daily(&desk, 1);
    let path = tick(&desk, 1, &["like 2601.00002"]).display().to_string();
    assert_eq!(applied(&desk, &path)[0]["new"].as_array().unwrap().len(), 1);
    let again = applied(&desk, &path);
    assert_eq!((&again[0]["new"], &again[0]["known"]), (&json!([]), &json!(1)));
    let undone = desk.ok(&["undo", "--profile", "larks"]);
    assert!(undone.contains("2601.00002"), "{undone}");
    assert_eq!(applied(&desk, &path)[0]["new"], json!([]), "what was taken back stays so");
    // The other box is something new.
    let text = fs::read_to_string(&path).unwrap();
    let text = text.replace("[x] like 2601.00002", "[ ] like 2601.00002");
    fs::write(&path, text.replace("[ ] dislike 2601.00002", "[X] dislike 2601.00002 (no)"))
        .unwrap();
    assert_eq!(applied(&desk, &path)[0]["new"][0]["mark"], "dislike");
}

#[test]
fn the_next_daily_applies_what_it_finds_and_says_so() {
    let desk = desk();
    daily(&desk, 1);
    tick(&desk, 1, &["like 2601.00003", "like 2601.00004", "dislike 2601.00004"]);
    let folder = desk.path("data/digests/2026-06-01");
    fs::write(folder.join("from-the-page.txt"), "marks larks 2026-06-01 -2601.00001\n").unwrap();
    fs::write(folder.join("odd.md"), b"like \xff\xc3(").unwrap();
    let (digest, said) = daily(&desk, 2);
    assert!(
        said.contains("1 new likes and 1 new dislikes from the digest of 2026-06-01"),
        "{said}"
    );
    assert!(said.contains("2601.00004 is liked and disliked at once"), "{said}");
    assert!(said.contains("odd.md is no text"), "{said}");
    assert_ne!(order(&digest)[0], "Larks");
    fs::remove_file(folder.join("odd.md")).unwrap();
    let (_, said) = daily(&desk, 2);
    assert!(!said.contains("new likes"), "{said}");
}

#[test]
fn lines_replies_and_mistakes() {
    let desk = desk();
    daily(&desk, 1);
    let line = "marks larks 2026-06-01 +2601.00001 -2601.00003";
    assert_eq!(applied(&desk, line)[0]["new"].as_array().unwrap().len(), 2);
    fs::write(
        desk.path("reply.eml"),
        "From: Ling <ling@example.org>\nTo: me@example.org\nSubject: Re: picks\nMIME-Version: 1.0\n\
         Content-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/plain; charset=utf-8\n\
         Content-Transfer-Encoding: quoted-printable\n\n=E5=96=9C=E6=AC=A2 2601.00002\n\nOn Monday Paperlark =\n\
         wrote:\n> - [x] dislike 2601.00004\n> <!-- paperlark: larks 2026-06-01 -->\n--b\n\
         Content-Type: text/html\n\n<p>...</p>\n--b--\n",
    )
    .unwrap();
    let new = applied(&desk, "reply.eml")[0]["new"].clone();
    assert_eq!(
        new,
        json!([{"id": "2601.00002", "mark": "like"}, {"id": "2601.00004", "mark": "dislike"}])
    );
    fs::write(desk.path("bare.txt"), "dislike 2601.00001\nlike 2512.00001\n").unwrap();
    for (args, words) in [
        (vec!["apply", "gone.md"], "gone.md"),
        (vec!["apply", "marks nobody 2026-06-01 +2601.00001"], "nobody"),
    ] {
        let said = desk.fails(&args);
        assert!(said.contains(words), "{said}");
    }
    // There is only one profile whose they could be.
    let (_, said) = desk.both(&["apply", "bare.txt"]);
    assert!(said.contains("2512.00001") && said.contains("not in the library"), "{said}");
    let (_, said) = desk.both(&["apply", "feed.jsonl"]);
    assert!(said.contains("there are no marks in feed.jsonl"), "{said}");
}
