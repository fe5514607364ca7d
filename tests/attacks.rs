//! Input that was made to do harm: it costs only itself, and is named. Made inputs stand here; those that
//! somebody tried stand beside the repository.

use std::fs;

use serde_json::{Value, json};

use crate::common::{desk::Desk, program::stderr, shared::case};

const ADA: &str = "name = \"Ada\"\ncategories = [\"cs.LG\"]\nstyle = \"list\"\nmin_score = 0.0\n[[interest]]\n\
    name = \"Larks\"\ndescription = \"language models of larks\"\n";

const TODAY: &str = "2026-06-02T12:00:00Z";

fn paper(id: &str, title: &str) -> Value {
    json!({
        "id": id, "title": title, "abstract": "We study language models of larks.",
        "authors": ["A. Lark"], "categories": ["cs.LG"], "announced": "2026-06-02",
    })
}

fn desk() -> Desk {
    let desk = Desk::offline().at(TODAY);
    desk.profile("ada", ADA);
    desk
}

#[test]
fn a_day_far_ahead_pins_nothing() {
    let desk = desk();
    let mut far = paper("2606.00001", "Far larks");
    far["announced"] = "9999-12-31".into();
    let far = desk.lines("far.jsonl", &[far]);
    let (_, said) = desk.both(&["daily", "--feed", &far]);
    assert!(said.contains("names the day 9999-12-31"), "{said}");
    let day = desk.lines("day.jsonl", &[paper("2606.00002", "Near larks")]);
    desk.ok(&["daily", "--feed", &day, "--again"]);
    let latest = desk.read("data/digests/latest.md");
    assert!(latest.contains("Near larks") && !desk.path("data/digests/9999-12-31").exists());
    let refused = desk.fails(&["daily", "--feed", &day, "--date", "9999-12-31"]);
    assert!(refused.contains("more than a week ahead"), "{refused}");
    // So does a library.
    let (_, said) = desk.both(&["import", &far]);
    assert!(said.contains("names the day 9999-12-31"), "{said}");

    let Some(path) = case("attacks/future-day.jsonl") else { return };
    let (_, said) = desk.both(&["daily", "--feed", path.to_str().unwrap()]);
    assert!(said.contains("names the day 9999-12-31"), "{said}");
}

/// A profile as another library may have exported it.
fn bundle(name: &str, toml: &str, papers: &[Value]) -> String {
    json!({"schema": 1, "name": name, "toml": toml, "events": [], "papers": papers}).to_string()
}

#[test]
fn a_stranger_s_bundle_changes_no_paper_and_names_its_paths() {
    let desk = desk();
    let day = desk.lines("day.jsonl", &[paper("2606.00001", "Larks as they are")]);
    desk.ok(&["import", &day]);
    let carried = |id: &str, title: &str| json!({"id": id, "version": u32::MAX, "title": title});
    let papers = [carried("2606.00001", "Hijacked"), carried("2606.00002", "Larks of a guest")];
    let toml = format!("{ADA}from = [\"/etc/passwd\", \"zotero:ABCD\", \"../mine.bib\"] # mine\n");
    let file = desk.file("guest.json", &bundle("guest", &toml, &papers));

    let (_, said) = desk.both(&["profile", "import", &file]);
    for path in ["/etc/passwd", "../mine.bib"] {
        assert!(said.contains(&format!("{path} is left out; --with-paths")), "{said}");
    }
    let left = desk.read("profiles/guest.toml");
    assert!(left.contains("from = [ \"zotero:ABCD\", ] # mine"), "{left}");
    desk.ok(&["profile", "import", &file, "--name", "whole", "--with-paths"]);
    assert_eq!(desk.read("profiles/whole.toml"), toml);

    let found = desk.json(&["search", "larks"]).to_string();
    assert!(found.contains("Larks as they are") && !found.contains("Hijacked"), "{found}");
    // No later version of the guest's paper could win over the one that it claims.
    assert!(found.contains("Larks of a guest") && !found.contains("4294967295"), "{found}");

    let Some(path) = case("attacks/bundle-hijacks-papers.json") else { return };
    let day = desk.lines("day.jsonl", &[paper("2606.99004", "Larks that stay")]);
    desk.ok(&["import", &day]);
    desk.ok(&["profile", "import", path.to_str().unwrap(), "--name", "thief"]);
    let found = desk.json(&["search", "larks that stay"]).to_string();
    assert!(found.contains("Larks that stay"), "{found}");
}

#[test]
fn no_command_sends_a_terminal_what_others_wrote_for_it() {
    const EVIL: &str = "x\u{1b}]52;c;QUFB\u{7}\u{1b}]8;;http://x\u{1b}\\y\u{9b}31m\u{202e}z";
    let desk = desk();
    let escaped = "x\\u001b]52;c;QUFB\\u0007\\u001b]8;;http://x\\u001b\\\\y\\u009b31m\\u202ez";
    let evil = ADA.replace("Ada", escaped).replace("Larks", escaped);
    desk.profile("eve", &evil);
    if let Some(path) = case("attacks/osc52-profile.toml") {
        desk.profile("osc", &fs::read_to_string(path).unwrap());
    }
    let mut lines: Vec<Value> = (1..6).map(|n| paper(&format!("2606.0000{n}"), EVIL)).collect();
    for line in &mut lines {
        line["abstract"] = format!("Language models of larks {EVIL}.").into();
        line["authors"] = json!([EVIL, "A. Lark"]);
        line["comment"] = EVIL.into();
    }
    let day = desk.lines("day.jsonl", &lines);
    let mut bundles = vec![desk.file("guest.json", &bundle(EVIL, &evil, &[]))];
    if let Some(path) = case("attacks/bundle-osc52-name.json") {
        bundles.push(path.to_str().unwrap().to_owned());
    }
    let mut runs: Vec<Vec<&str>> = vec![vec!["daily", "--feed", &day]];
    for bundle in &bundles {
        runs.push(vec!["profile", "import", bundle]);
        runs.push(vec!["profile", "import", bundle, "--name", EVIL]);
    }
    runs.extend([
        vec!["profile", "import", &bundles[0], "--name", "guest"],
        vec!["profile", "list"],
        vec!["profile", "show", "eve"],
        vec!["profile", "show", EVIL],
        vec!["profile", "check"],
        vec!["profile", "preview", "eve", "--like", "2606.00001"],
        vec!["daily", "--feed", &day, "--again", "--profile", "eve"],
        vec!["digest", "eve"],
        vec!["digest", "eve", "--format", "html"],
        vec!["digest", "eve", "--format", "json"],
        vec!["explain", "2606.00001", "--profile", "eve"],
        vec!["like", "2606.00001", "--profile", "eve"],
        vec!["undo", "--profile", "eve"],
        vec!["similar", "2606.00001"],
        vec!["similar", EVIL],
        vec!["search", "larks"],
        vec!["search", "larks", "--json"],
        vec!["profile", "show", "eve", "--json"],
        vec!["stats"],
    ]);
    for args in runs {
        let output = desk.run(&args);
        let printed = String::from_utf8(output.stdout.clone()).unwrap();
        for text in [printed, stderr(&output)] {
            let unfit = text.chars().find(|c| c.is_control() && *c != '\n' || *c == '\u{202e}');
            assert_eq!(unfit, None, "{args:?}: {text:?}");
        }
    }
}
