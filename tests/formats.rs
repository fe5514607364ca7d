//! The digest in every format, as others read it: tools that are not ours, and a browser.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
};

use crate::common::{desk::Desk, papers::lines, program::stderr};

/// A reader with a blank in the profile's name and markup in every text.
const READER: &str = r#"
name = "Ada's <b>list</b> & more"
style = "briefing"
formats = ["md", "html", "bib"]
categories = ["cs.LG"]
announce = ["new", "cross", "replace"]
min_score = 0.0
fold = false
[[interest]]
name = "Attribution </h2>"
description = "Explaining what a network looks at, with Shapley values."
[[interest]]
name = "Robots"
description = "Fleets of robots that carry boxes through a warehouse."
"#;

const PROFILE: &str = "ada l";
const DAYS: [&str; 3] = ["2026-06-01", "2026-06-02", "2026-06-03"];

/// Papers with whatever breaks formats.
fn papers(day: usize) -> String {
    let texts = [
        ("Shapley values of $f_{S \\cup \\{i\\}}$ & <script>alert(1)</script>", "Ana Öz"),
        ("Robots in 50% of {warehouses} \\\"quoted\\\" #1_2", "Team, Robot and Sons"),
        ("Attribution with $\\frac{a}{b}$ and $\\unknown{x}$ ]]> </title>", "Li Wei"),
        ("Robots, robots: $x < y$ @misc{x, title = {y}}", "The X Collaboration"),
        ("Shapley values again 沙普利值 $O(n \\log n)$", "Jan van der Berg"),
        ("Fleets of robots TY  - JOUR", "Bo \\\"Ek"),
    ];
    let line = |(at, (title, author)): (usize, &(&str, &str))| {
        serde_json::json!({
            "id": format!("2606.9{day}{at:03}"),
            "title": title.replace("\\\"", "\""),
            "authors": [author.replace("\\\"", "\""), "Ana Öz"],
            "abstract": format!("{title}. Shapley values and robots, number {at} of {day}. {}", "Text. ".repeat(90)),
            "categories": ["cs.LG", "a&b"],
            "submitted": DAYS[day],
            "doi": "10.1000/a_b(1)<2>",
            "journal_ref": "J. of {X} & Y, 5%",
            "comment": "https://github.com/a/b",
        })
    };
    lines(&texts.iter().enumerate().map(line).collect::<Vec<_>>())
}

/// A desk at noon of the last day with three delivered days, and the site of them in `site`.
fn archive() -> &'static Desk {
    static ARCHIVE: OnceLock<Desk> = OnceLock::new();
    ARCHIVE.get_or_init(|| {
        let desk = Desk::new().at("2026-06-03T16:00:00Z");
        desk.profile(PROFILE, READER);
        for (at, day) in DAYS.iter().enumerate() {
            desk.file("day.jsonl", &papers(at));
            desk.ok(&["daily", "--offline", "--feed", "day.jsonl", "--date", day]);
        }
        let base = "https://example.org/papers";
        desk.ok(&["site", "--out", "site", "--base-url", base]);
        desk
    })
}

fn read(path: PathBuf) -> String {
    fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

#[test]
fn a_site_is_written_once() {
    let desk = archive();
    let again = desk.json(&["site", "--out", "site", "--base-url", "https://example.org/papers/"]);
    // The index, two feeds, and four files a day.
    let files = 1 + 2 + 4 * DAYS.len();
    assert_eq!((&again["written"], &again["unchanged"]), (&0.into(), &files.into()), "{again}");
    assert_eq!((&again["profiles"], &again["digests"]), (&1.into(), &DAYS.len().into()));
    let index = read(desk.path("site/index.html"));
    let places = DAYS.map(|day| index.find(&format!("href=\"ada%20l/{day}.html\"")).unwrap());
    assert!(places.is_sorted_by(|a, b| a > b), "the newest day is not first");
    let atom = read(desk.path("site").join(PROFILE).join("atom.xml"));
    assert!(atom.contains("href=\"https://example.org/papers/ada%20l/atom.xml\""), "{atom}");
    let message = desk.fails(&["site", "--base-url", "example.org"]);
    assert!(message.contains("'example.org' is not the address of a site"), "{message}");
}

#[test]
fn what_others_have_in_the_folder_of_a_site_stays() {
    let desk = archive();
    let folder = tempfile::tempdir().unwrap();
    let [index, draft] = ["index.html", ".draft.tmp"].map(|name| folder.path().join(name));
    let page = "<!DOCTYPE html><title>My own page, made without Paperlark</title>";
    fs::write(&index, page).unwrap();
    fs::write(&draft, "mine").unwrap();
    let args = ["site", "--out", folder.path().to_str().unwrap()];
    let message = desk.fails(&args);
    for words in [index.to_str().unwrap(), "move it away", "--out"] {
        assert!(message.contains(words), "no {words} in {message}");
    }
    assert_eq!(read(index.clone()), page);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2, "something was written");
    fs::remove_file(&index).unwrap();
    // The second time the page is there and ours.
    for _ in 0..2 {
        desk.ok(&args);
    }
    assert!(index.exists());
    assert_eq!(read(draft), "mine");
}

#[test]
fn a_delivered_digest_is_printed_in_any_format() {
    let desk = archive();
    let folder = desk.path("data/digests").join(DAYS[1]);
    let markdown = desk.ok(&["digest", PROFILE, "--date", DAYS[1]]);
    assert_eq!(markdown, read(folder.join(format!("{PROFILE}.md"))));
    let bibtex = desk.ok(&["digest", PROFILE, "--date", DAYS[1], "--format", "bibtex"]);
    assert_eq!(bibtex, read(folder.join(format!("{PROFILE}.bib"))));
    let site = desk.path("site").join(PROFILE);
    for (format, file) in [("json", "json"), ("ris", "ris")] {
        let text = desk.ok(&["digest", PROFILE, "--date", DAYS[1], "--format", format]);
        assert_eq!(text, read(site.join(format!("{}.{file}", DAYS[1]))));
    }
    let json = desk.ok(&["--json", "digest", PROFILE]);
    assert_eq!(json, read(site.join(format!("{}.json", DAYS[2]))));
    desk.ok(&["digest", PROFILE, "--format", "atom", "-o", "out.xml"]);
    assert!(read(desk.path("out.xml")).contains("<feed"));

    let page = read(folder.join(format!("{PROFILE}.html")));
    assert!(page.contains(&format!("href=\"../{}/ada%20l.html\" rel=\"prev\"", DAYS[0])));
    for (args, words) in [
        (["digest", "nobody", "--date", DAYS[0]], "no digest of nobody"),
        (
            ["digest", PROFILE, "--date", "2020-01-01"],
            "its 3 digests are of 2026-06-01 to 2026-06-03",
        ),
    ] {
        let message = desk.fails(&args);
        assert!(message.contains(words), "{message}");
    }
}

/// The first of these programs that can be run.
fn installed(names: &[&'static str]) -> Option<&'static str> {
    let found = names.iter().find(|name| Command::new(name).arg("--version").output().is_ok());
    if found.is_none() {
        println!("skipped: no {}", names[0]);
    }
    found.copied()
}

/// Runs a script of `tests/tools` on the site; what it skips is said.
fn script(python: &str, name: &str, args: &[&Path]) {
    let tools = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/tools");
    let output = Command::new(python)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .arg(tools.join(name))
        .args(args)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    println!("{}", said.trim());
    assert!(output.status.success(), "{said}{}", stderr(&output));
}

#[test]
fn tools_of_others_read_every_format() {
    let Some(python) = installed(&["python3"]) else { return };
    let schema = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/digest.schema.json");
    script(python, "validate.py", &[&archive().path("site"), &schema]);
}

#[test]
fn a_browser_reads_the_archive_and_marks_papers() {
    let Some(python) = installed(&["python3"]) else { return };
    let browsers = ["chromium", "chromium-browser", "google-chrome"];
    let Some(browser) = installed(&browsers) else { return };
    script(python, "browser.py", &[Path::new(browser), &archive().path("site")]);
}
