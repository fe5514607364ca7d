//! Profiles as people keep them: made, changed, looked at and carried with the binary, and never rewritten.

use std::{fs, ops::Range};

use serde_json::{Value, json};

use crate::common::{
    desk::Desk,
    papers::{self, Attribution, Galaxies, Robots, with},
    program::stderr,
};

const ADA: &str = r#"categories = ["cs.LG"] # mine, with a comment
top = 3
min_score = 0.0
# Papers of one topic are nearly the same here.
fold = false
diversity = 0
quota = 0

[[interest]]
name = "Attribution"
description = "Explaining what a network looks at, with Shapley values."
[[interest.seeds]]
title = "Fair shares of credit for inputs"
abstract = "We compute Shapley values of input features and show which of them a classifier relies on."
"#;

/// A desk with the profile `ada` and two days in the library, of which the first has a digest.
fn desk() -> Desk {
    let desk = Desk::offline();
    desk.profile("ada", ADA);
    let monday = desk.file("monday.jsonl", &jsonl("2026-06-01", 0..40));
    let tuesday = desk.file("tuesday.jsonl", &jsonl("2026-06-02", 40..80));
    desk.ok(&["daily", "--feed", &monday]);
    desk.ok(&["import", &tuesday]);
    desk
}

/// The digest of a day, made anew with all that was said.
fn made_anew(desk: &Desk, feed: &str) -> Value {
    desk.json(&["daily", "--again", "--feed", feed])[0].take()
}

/// Number of the first paper.
const FIRST: usize = 99_000;

fn id(number: usize) -> String {
    papers::id(FIRST + number)
}

/// Papers by three authors, each with a topic.
fn jsonl(date: &str, numbers: Range<usize>) -> String {
    const AUTHORS: [&str; 3] = ["Ana Larke", "Bo Rook", "Cy Wren"];
    let topics = [Attribution, Robots, Galaxies];
    let papers = papers::day(date, FIRST + numbers.start..FIRST + numbers.end, &topics);
    let author = |n: usize| json!([AUTHORS[n % 3]]);
    let papers =
        papers.into_iter().zip(numbers).map(|(paper, n)| with(paper, "authors", author(n)));
    papers::lines(&papers.collect::<Vec<_>>())
}

fn titles(digest: &Value) -> Vec<String> {
    let entries = digest["entries"].as_array().unwrap();
    entries.iter().map(|e| e["paper"]["title"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn what_is_said_counts_beside_a_file_that_never_changes() {
    let desk = desk();
    let all_of = |digest: &Value, word: &str| titles(digest).iter().all(|t| t.contains(word));
    assert!(all_of(&made_anew(&desk, "tuesday.jsonl"), "Shapley"));

    let bib = desk.file(
        "more.bib",
        "@misc{a, title = {Robots in stores}, abstract = {Robots carry boxes through a warehouse.}}\n",
    );
    let commands: &[&[&str]] = &[
        &["profile", "add", "ada", &id(1), &format!("https://arxiv.org/abs/{}v2", id(4)), &bib],
        &["profile", "add", "ada", "Fleets of robots in a warehouse", "--interest", "Attribution"],
        &["profile", "like", "ada", &id(7), &id(10)],
        &["like", &id(13), "--profile", "ada"],
        &["profile", "dislike", "ada", &id(0), &id(3), &id(6), &id(9)],
        &["profile", "mute", "ada", "--author", "Larke, A."],
    ];
    for command in commands {
        desk.ok(command);
        assert_eq!(desk.read("profiles/ada.toml"), ADA, "{command:?}");
    }
    let digest = made_anew(&desk, "tuesday.jsonl");
    assert!(all_of(&digest, "Warehouse"), "{:?}", titles(&digest));
    assert_eq!(digest["muted"], 13, "a third of 40 papers");
    let nearest = digest["entries"][0]["why"]["nearest"]["title"].as_str().unwrap();
    assert!(nearest.contains("obots"), "{nearest}");
    let text = desk.digest("2026-06-02", "ada");
    assert!(text.contains("13 muted"), "{text}");

    // One command after the other is taken back, and then there is nothing left.
    for (n, words) in [
        "mute author Larke, A.",
        &format!("dislike {}", id(9)),
        &format!("like {} Warehouse robots", id(13)),
        &format!("like {}", id(10)),
        "add to 'Attribution' text:",
        "add to 'Attribution' item:",
    ]
    .iter()
    .enumerate()
    {
        let args: &[&str] = match n % 2 {
            0 => &["undo", "--profile", "ada"],
            _ => &["profile", "undo", "ada"],
        };
        let said = desk.ok(args);
        assert!(said.contains(words), "{words}: {said}");
    }
    assert!(desk.ok(&["undo", "--profile", "ada"]).contains("nothing to take back"));
    let digest = made_anew(&desk, "tuesday.jsonl");
    assert!(all_of(&digest, "Shapley") && digest["muted"] == 0, "{:?}", titles(&digest));
    assert_eq!(desk.read("profiles/ada.toml"), ADA);
}

#[test]
fn seeds_of_the_file_can_be_left_out_and_interests_can_go() {
    let desk = desk();
    let text =
        format!("{ADA}\n[[interest]]\nname = \"Stars\"\nseeds = [\"{}\", \"{}\"]\n", id(2), id(5));
    desk.file("profiles/ada.toml", &text);
    let seeds = |interest: usize| -> Vec<String> {
        let show = desk.json(&["profile", "show", "ada"]);
        let seeds = show["interests"][interest]["seeds"].as_array().unwrap().clone();
        seeds.iter().map(|seed| seed["id"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(seeds(1), [id(2), id(5)]);
    desk.ok(&["profile", "remove", "ada", &id(2)]);
    assert_eq!(seeds(1), [id(5)]);
    // Adding it elsewhere moves it.
    desk.ok(&["profile", "add", "ada", &id(2), &id(5), "--interest", "Attribution"]);
    assert_eq!(seeds(1), [] as [String; 0]);
    assert_eq!(seeds(0)[2..], [id(2), id(5)]);
    desk.ok(&["profile", "undo", "ada"]);
    desk.ok(&["profile", "undo", "ada"]);
    assert_eq!(seeds(1), [id(2), id(5)]);

    desk.ok(&["profile", "add", "ada", &id(8), "--interest", "Stars"]);
    desk.file("profiles/ada.toml", ADA);
    let output = desk.run(&["--json", "profile", "show", "ada"]);
    assert!(stderr(&output).contains("no interest 'Stars' any more"), "{}", stderr(&output));
    let show: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(show["interests"][1]["name"], Value::Null);
    assert_eq!(show["interests"][1]["seeds"][0]["id"], id(8));
}

#[test]
fn slips_are_named_and_change_nothing() {
    let desk = desk();
    for (args, words) in [
        (&["profile", "add", "ada", "2606.00001"][..], "2606.00001"),
        (&["profile", "add", "ada", "nonsense"], "neither an arXiv id"),
        (&["profile", "add", "ada", "zotero:PhD"], "ZOTERO_ID"),
        (&["profile", "add", "ada", &id(1), "--interest", "Stars"], "it has 'Attribution'"),
        (&["profile", "like", "ada", "a sentence about robots"], "no paper is called"),
        (&["profile", "like", "nobody", &id(1)], "nobody"),
        (&["profile", "remove", "ada", &id(1)], "is no seed of ada"),
        (&["profile", "mute", "ada", "--category", "cs.LX"], "did you mean cs.LG?"),
        (&["profile", "mute", "ada"], "--author"),
        (&["profile", "new", "ada", &id(1)], "already"),
        (&["profile", "new", "../x", &id(1)], "no name for a file"),
        (&["profile", "new", "x", &id(1), "--category", "poetry"], "no category poetry"),
        (&["profile", "preview", "ada"], "--like"),
        (&["profile", "import", "profiles/ada.toml"], "no exported profile"),
    ] {
        let error = desk.fails(args);
        assert!(error.contains(words), "{args:?}: {error}");
    }
    assert!(desk.ok(&["undo", "--profile", "ada"]).contains("nothing to take back"));
    assert_eq!(fs::read_dir(desk.path("profiles")).unwrap().count(), 1);
}

#[test]
fn a_new_profile_falls_into_interests_and_is_written_only_if_wanted() {
    let desk = desk();
    let bib = desk.file(
        "mine.bib",
        "@misc{a, title = {Credit \\& \"blame\"}, abstract = {Shapley values of input features of a network.}}\n",
    );
    let numbers = [0, 3, 6, 9, 1, 4, 7, 10, 2, 5, 8, 11];
    let ids: Vec<String> = numbers.map(id).into();
    let mut args = vec!["profile", "new", "bea"];
    args.extend(ids.iter().map(String::as_str));
    args.extend([bib.as_str(), "Tax law of the late Roman empire"]);
    let proposal = desk.json(&args);
    assert_eq!((&proposal["written"], &proposal["categories"]), (&false.into(), &json!(["cs.LG"])));
    assert!(!desk.path("profiles/bea.toml").exists());
    let interests = proposal["interests"].as_array().unwrap();
    assert_eq!(interests.len(), 4, "{proposal}");
    for interest in &interests[..3] {
        let topics: std::collections::BTreeSet<&str> = interest["seeds"]
            .as_array()
            .unwrap()
            .iter()
            .map(|seed| {
                if seed["title"].as_str().unwrap().contains("redit") {
                    "Shapley"
                } else {
                    seed["title"].as_str().unwrap().split([' ', ',']).next().unwrap()
                }
            })
            .collect();
        assert_eq!(topics.len(), 1, "{interest}");
        // The nearest recent papers are of the topic, and the name has a word of it.
        let topic = topics.first().unwrap();
        let nearest = interest["nearest"].as_array().unwrap();
        assert_eq!(nearest.len(), 3, "{interest}");
        assert!(
            nearest.iter().all(|p| p["title"].as_str().unwrap().starts_with(topic)),
            "{interest}"
        );
        let name = interest["name"].as_str().unwrap().to_lowercase();
        let words = [
            "shapley",
            "features",
            "network",
            "robots",
            "boxes",
            "warehouse",
            "fleet",
            "galaxies",
            "star",
            "gas",
            "dwarf",
        ];
        assert!(words.iter().any(|word| name.contains(word)), "{name}");
    }
    assert_eq!(interests[0]["seeds"].as_array().unwrap().len(), 5, "the largest first");
    assert_eq!(interests[3]["description"], "Tax law of the late Roman empire");
    // The order of the sources does not matter.
    let mut turned = args[..3].to_vec();
    turned.extend(args[3..].iter().rev());
    assert_eq!(desk.json(&turned)["toml"], proposal["toml"]);

    let said = desk.ok(&args);
    assert!(said.contains("nothing was written"), "{said}");
    let said = desk.ok(&[&args[..], &["--yes"]].concat());
    assert!(said.contains("written: "), "{said}");
    let text = desk.read("profiles/bea.toml");
    assert_eq!(proposal["toml"], text);
    let list = desk.json(&["profile", "list"]);
    let counts: Vec<_> =
        list[1]["interests"].as_array().unwrap().iter().map(|i| i["seeds"].clone()).collect();
    assert_eq!(counts, [5, 4, 4, 0]);
    // It works, and is not written again.
    let feed = desk.path("tuesday.jsonl").display().to_string();
    assert!(desk.ok(&["daily", "--feed", &feed, "--profile", "bea"]).contains("bea 2026-06-02"));
    assert!(desk.fails(&[&args[..], &["--yes"]].concat()).contains("already"));
    assert_eq!(desk.read("profiles/bea.toml"), text);

    let two = desk.json(
        &[&args[..], &["--interests", "2"]]
            .concat()
            .iter()
            .map(|a| if *a == "bea" { "cleo" } else { *a })
            .collect::<Vec<_>>(),
    );
    let sizes =
        two["interests"].as_array().unwrap().iter().filter(|i| i["seeds"] != json!([])).count();
    assert_eq!(sizes, 2, "{two}");
}

#[test]
fn a_profile_can_be_made_of_one_sentence_in_an_empty_library() {
    let desk = Desk::offline();
    let said = desk.ok(&[
        "profile",
        "new",
        "bea",
        "--text",
        "Gas in dwarf galaxies",
        "--category",
        "astro-ph",
        "--yes",
    ]);
    assert!(said.contains("no recent papers"), "{said}");
    let text = desk.read("profiles/bea.toml");
    assert!(
        text.contains("description = \"Gas in dwarf galaxies\"") && text.contains("[\"astro-ph\"]"),
        "{text}"
    );
    desk.ok(&["profile", "check", "bea"]);
}

#[test]
fn show_tells_what_a_profile_does_and_did() {
    let desk = desk();
    // Two interests that are the same, a seed twice, and seeds that nothing is near to.
    let twin = "[[interest]]\nname = \"Credit\"\ndescription = \"Shapley values of the input features of a network.\"\n";
    let odd = "[[interest]]\nname = \"Law\"\n[[interest.seeds]]\ntitle = \"Tax law of late Rome\"\nabstract = \"Edicts on land tax.\"\n[[interest.seeds]]\ntitle = \"Tax law of late Rome\"\nabstract = \"Edicts on land tax!\"\n";
    desk.file("profiles/ada.toml", &format!("{}\n{twin}{odd}", ADA.replace("0.0", "2.0")));
    desk.ok(&["profile", "like", "ada", &id(3)]);
    desk.ok(&["profile", "mute", "ada", "--term", "dwarf galaxies"]);
    let show = desk.json(&["profile", "show", "ada"]);
    assert_eq!(show["recent"], json!(["2026-06-01", "2026-06-02"]));
    // 80 papers, of them 26 on galaxies, and one that is liked.
    assert_eq!((&show["muted"], &show["candidates"]), (&26.into(), &53.into()));
    let above = show["above"].as_u64().unwrap();
    let by_interest: u64 =
        show["interests"].as_array().unwrap().iter().map(|i| i["above"].as_u64().unwrap()).sum();
    assert!(above > 0 && above == by_interest, "{show}");
    assert_eq!(show["redundant"][0]["one"], "Attribution");
    assert_eq!(show["redundant"][0]["other"], "Credit");
    assert_eq!(show["duplicates"].as_array().unwrap().len(), 1, "{show}");
    let law: Vec<&Value> =
        show["interests"][2]["seeds"].as_array().unwrap().iter().map(|seed| &seed["id"]).collect();
    let idle = show["idle"].as_array().unwrap();
    assert!(law.len() == 2 && law.iter().all(|id| idle.contains(id)), "{show}");
    assert_eq!(show["marks"][0]["paper"]["id"], id(3));
    assert_eq!(
        (&show["marks"][0]["mark"], &show["marks"][0]["origin"]),
        (&"like".into(), &"command line".into())
    );
    assert_eq!(show["mutes"][0]["text"], "dwarf galaxies");
    let said = desk.ok(&["profile", "show", "ada"]);
    for words in [
        "'Attribution' and 'Credit' bring up the same",
        "pull in nothing",
        "Tax law",
        "nearly the same seed",
        &format!("like {}", id(3)),
        "muted: term dwarf galaxies",
    ] {
        assert!(said.contains(words), "{words}: {said}");
    }
    // As it was when nothing had been said, and when it was said.
    let before = desk.json(&["profile", "show", "ada", "--as-of", "2026-06-02"]);
    assert_eq!((&before["marks"], &before["mutes"]), (&json!([]), &json!([])));
    assert_eq!((&before["muted"], &before["candidates"]), (&0.into(), &80.into()));
    assert_eq!(desk.json(&["profile", "show", "ada", "--as-of", "2026-06-01"])["candidates"], 40);
    assert_eq!(desk.json(&["profile", "show", "ada", "--as-of", "9000-01-01"]), show);
}

#[test]
fn a_preview_says_what_enters_and_leaves_and_saves_nothing() {
    let desk = desk();
    let state = || {
        let show = desk.json(&["profile", "show", "ada"]);
        let digest = desk.digest("2026-06-01", "ada");
        let toml = desk.read("profiles/ada.toml");
        (show, digest, toml, desk.json(&["profile", "export", "ada"]))
    };
    let before = state();
    let robots = [id(41), id(44).replace("44", "43"), id(46), id(49), id(52)];
    let mut args = vec!["profile", "preview", "ada", "--add"];
    args.extend(robots.iter().map(String::as_str));
    let preview = desk.json(&[&args[..], &["--dislike", &id(42), &id(45), &id(48)]].concat());
    let days = preview["days"].as_array().unwrap();
    assert_eq!(days.len(), 2);
    assert_eq!((&days[0]["date"], &days[1]["date"]), (&"2026-06-01".into(), &"2026-06-02".into()));
    let enters = days[0]["enters"].as_array().unwrap();
    assert!(!enters.is_empty(), "{preview}");
    for paper in enters {
        assert!(paper["title"].as_str().unwrap().starts_with("Warehouse"), "{paper}");
        assert_eq!(paper["cause"]["why"], "like", "{paper}");
        assert!(robots.iter().any(|id| paper["cause"]["id"] == **id), "{paper}");
        assert!(paper["before"][0].as_u64() > paper["after"][0].as_u64(), "{paper}");
    }
    let leaves = days[0]["leaves"].as_array().unwrap();
    assert_eq!(leaves.len(), enters.len());
    assert!(leaves.iter().all(|p| p["title"].as_str().unwrap().starts_with("Shapley")));
    assert_eq!(before, state(), "nothing is saved");

    // A paper is not the reason for its own place.
    let own = desk.json(&["profile", "preview", "ada", "--like", &id(41)]);
    assert_eq!(own["days"][1]["enters"], json!([]), "{own}");

    let muted = desk.json(&["profile", "preview", "ada", "--mute-author", "ana larke"]);
    for day in muted["days"].as_array().unwrap() {
        assert_eq!(day["leaves"].as_array().unwrap().len(), 3, "{muted}");
        assert!(
            day["leaves"]
                .as_array()
                .unwrap()
                .iter()
                .all(|p| p["cause"] == json!({ "why": "muted", "rule": "author ana larke" }))
        );
        assert!(day["enters"].as_array().unwrap().iter().all(|p| p["cause"]["why"] == "others"));
    }

    let edited = desk.file("edited.toml", &ADA.replace("top = 3", "top = 5"));
    let more = desk.json(&["profile", "preview", "ada", "--with", &edited]);
    assert_eq!(more["days"][0]["shown"], json!([3, 5]));
    assert_eq!(more["days"][0]["enters"][1]["cause"]["why"], "settings");
    assert_eq!(more["days"][0]["leaves"], json!([]));
    let same = desk.json(&["profile", "preview", "ada", "--with", "profiles/ada.toml"]);
    for day in same["days"].as_array().unwrap() {
        assert_eq!(
            (&day["enters"], &day["leaves"], &day["moves"]),
            (&json!([]), &json!([]), &json!([]))
        );
    }
    let said = desk.ok(&["profile", "preview", "ada", "--mute-term", "shapley"]);
    assert!(said.contains("muted: term shapley") && said.contains("nothing was saved"), "{said}");
    assert_eq!(before, state(), "nothing is saved");
}

#[test]
fn a_profile_is_carried_to_another_library_and_back() {
    let here = desk();
    let bib =
        here.file("more.bib", "@misc{a, title = {Robots}, abstract = {Robots carry boxes.}}\n");
    here.ok(&["profile", "add", "ada", &bib, &id(1), "Sentences count too"]);
    here.ok(&["profile", "like", "ada", &id(3), &id(6)]);
    here.ok(&["profile", "dislike", "ada", &id(2)]);
    here.ok(&["profile", "undo", "ada"]);
    here.ok(&["profile", "mute", "ada", "--author", "Wren, C."]);
    let file = here.path("ada.json").display().to_string();
    let said = here.ok(&["profile", "export", "ada", &file]);
    assert!(said.contains("8 acts and 6 papers"), "{said}");
    assert!(here.fails(&["profile", "export", "ada", &file]).contains("already"));

    let there = Desk::offline();
    there.ok(&["profile", "import", &file]);
    assert_eq!(there.read("profiles/ada.toml"), ADA);
    let facts = |desk: &Desk, name: &str| {
        let mut show = desk.json(&["profile", "show", name]);
        ["marks", "added", "removed", "mutes"].map(|key| show[key].take())
    };
    assert_eq!(facts(&there, "ada"), facts(&here, "ada"));
    assert_eq!(facts(&there, "ada")[0].as_array().unwrap().len(), 2);
    // The commands are the same, and can be taken back there.
    assert!(there.ok(&["undo", "--profile", "ada"]).contains("mute author Wren, C."));
    assert!(there.ok(&["undo", "--profile", "ada"]).contains(&format!("like {}", id(6))));

    // Nothing is merged.
    let error = here.fails(&["profile", "import", &file]);
    assert!(error.contains("already") && error.contains("--name"), "{error}");
    fs::remove_file(there.path("profiles/ada.toml")).unwrap();
    let error = there.fails(&["profile", "import", &file]);
    assert!(error.contains("holds marks") && !there.path("profiles/ada.toml").exists(), "{error}");
    there.ok(&["profile", "import", &file, "--name", "again"]);
    assert_eq!(facts(&there, "again"), facts(&here, "ada"));
    // What comes out is what went in, but for the name and the numbers of commands.
    let plain = |mut export: Value| {
        export["name"] = Value::Null;
        for event in export["events"].as_array_mut().unwrap() {
            event["command"] = Value::Null;
        }
        export
    };
    let (out, back) =
        (here.json(&["profile", "export", "ada"]), there.json(&["profile", "export", "again"]));
    assert_eq!(plain(out)["papers"], plain(back)["papers"]);

    let mut newer: Value = serde_json::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
    newer["schema"] = 99.into();
    let newer = there.file("newer.json", &newer.to_string());
    assert!(there.fails(&["profile", "import", &newer, "--name", "n"]).contains("form 99"));
}

#[test]
fn settings_of_other_digests_become_profiles() {
    let desk = Desk::offline();
    let env = desk.file(
        ".env",
        "KEY_WORDS='Shapley values, 因果推断'\nCATEGORIES=cs.LG,cs.QQ\nMAX_PAPERS=7\nSENDER_PASSWORD=s3cret\n",
    );
    let prompt = desk.file(
        "prompt.md",
        "# My research interests\n1. **Attribution**: Shapley values\n2. Robots\n\nNot interested:\n- galaxies\n",
    );
    assert!(desk.fails(&["profile", "import", &env]).contains("--name"));
    let output = desk.run(&["profile", "import", &env, "--name", "ada"]);
    let said = stderr(&output);
    assert!(output.status.success(), "{said}");
    // What cannot be used is named: a category that is none, and an interest that the model cannot read.
    assert!(said.contains("cs.QQ") && said.contains("因果推断"), "{said}");
    let text = desk.read("profiles/ada.toml");
    assert!(text.contains("style = \"list\"") && text.contains("top = 7"), "{text}");
    assert!(!text.contains("s3cret"), "{text}");
    let refused = desk.fails(&["profile", "import", &prompt, "--name", "ada"]);
    assert!(refused.contains("already"), "{refused}");
    assert_eq!(desk.read("profiles/ada.toml"), text);

    let args = ["profile", "import", &prompt, "--name", "bo", "--category", "cs.LG"];
    let told = desk.json(&args);
    assert_eq!((&told["interests"], &told["categories"]), (&json!(2), &json!(["cs.LG"])));
    // Both rank.
    let day = desk.file("day.jsonl", &jsonl("2026-06-01", 0..40));
    let digests = desk.json(&["daily", "--feed", &day]);
    let entries = digests[1]["entries"].as_array().unwrap();
    for (interest, word) in [("Attribution", "Shapley"), ("Robots", "robots")] {
        let best = entries.iter().find(|entry| entry["why"]["interest"] == interest).unwrap();
        assert!(best["paper"]["title"].as_str().unwrap().contains(word), "{best}");
    }
    let text = desk.read("profiles/bo.toml");
    assert!(text.contains("avoid = [\"galaxies\"]"), "{text}");
}
