//! `paperlark eval` as a person meets it, on small worlds of our own writing.

use paperlark::{
    embed::Lark,
    eval::{
        Baseline, Collection,
        likes::{LikesOptions, evaluate},
    },
    rank::{Document, Documents},
};
use serde_json::{Value, json};

use crate::common::{
    desk::Desk,
    papers::{paper, with},
    report::names,
    shared::shared,
};

/// Subjects, and two sentences about each.
const SUBJECTS: [(&str, &str, &str); 4] = [
    (
        "glaciers",
        "Glacier ice melts into the fjord.",
        "We measure ice flow and calving of glaciers with radar.",
    ),
    (
        "beetles",
        "Beetles live in dead wood.",
        "We count beetle species in forests and their larvae.",
    ),
    (
        "bridges",
        "A steel bridge bends under traffic.",
        "We model fatigue and vibration of bridge girders.",
    ),
    (
        "poetry",
        "Sonnets rhyme in many languages.",
        "We study metre and rhyme of poems with a corpus.",
    ),
];

/// Study `n` of 80, about subject n modulo 4; every tenth says nothing of it.
fn study(n: usize) -> Value {
    let (name, title, text) = SUBJECTS[n % 4];
    let abstract_text = match n % 10 {
        9 => "A short note.".to_owned(),
        _ => format!("{text} This is study {n} of {name}."),
    };
    let paper = paper("", &format!("{title} Part {n}"), &abstract_text);
    with(with(paper, "id", id(n)), "year", 1999)
}

/// Ids of several kinds.
fn id(n: usize) -> Value {
    match n % 3 {
        0 => json!(n),
        1 => json!(format!("W{n} b")),
        _ => json!(format!("2601.{n:05}v2")),
    }
}

fn world(desk: &Desk) {
    desk.lines("papers.jsonl", &(0..80).map(study).collect::<Vec<_>>());
    let of = |subject: usize| (0..80).filter(move |n| n % 4 == subject).map(id);
    let users = [
        json!({ "user": "ida", "liked": of(0).collect::<Vec<_>>() }),
        json!({ "user": 7, "liked": of(1).chain([json!("2401.00001"), json!("gone")]).collect::<Vec<_>>() }),
        json!({ "user": "noor", "liked": of(3).take(6).chain(of(3).take(3)).collect::<Vec<_>>() }),
        json!({ "user": "nobody", "liked": [] }),
        json!({ "user": "once", "liked": [id(2)] }),
    ];
    desk.lines("users.jsonl", &users);
}

const LIKES: [&str; 6] = ["eval", "likes", "--papers", "papers.jsonl", "--users", "users.jsonl"];

fn row<'a>(report: &'a Value, name: &str) -> &'a Value {
    let rows = report["rankings"].as_array().unwrap();
    rows.iter().find(|row| row["name"] == name).unwrap_or_else(|| panic!("no {name}: {report}"))
}

#[test]
fn hidden_papers_are_found_from_the_likes_of_the_others() {
    let desk = Desk::offline();
    world(&desk);
    let report = desk.json(&LIKES);
    assert_eq!((&report["papers"], &report["users"]), (&80.into(), &3.into()));
    let names = names(&report);
    assert_eq!(
        names,
        [
            "paperlark",
            "mean vector",
            "decayed mean",
            "max similarity",
            "linear SVM",
            "BM25 profile",
            "newest first",
            "random"
        ]
    );
    // Each hidden fold has 16 papers, so 50 of them are all.
    for name in names {
        assert_eq!(row(&report, name)["recall50"]["mean"], 1.0);
    }
    for name in ["paperlark", "mean vector", "linear SVM", "BM25 profile"] {
        let ndcg = row(&report, name)["ndcg10"]["mean"].as_f64().unwrap();
        assert!(ndcg > 0.9, "{name} {ndcg}");
    }
    let lead = &row(&report, "random")["lead"]["ndcg10"];
    assert!(lead["mean"].as_f64().unwrap() > 0.2 && lead["clear"] == true, "{lead}");
    assert!(row(&report, "paperlark").get("lead").is_none());
    let by_user = report["by_user"].as_array().unwrap();
    let liked: Vec<_> = by_user.iter().map(|user| (&user["user"], &user["liked"])).collect();
    assert_eq!(
        liked,
        [(&json!("7"), &json!(20)), (&json!("ida"), &json!(20)), (&json!("noor"), &json!(6))]
    );

    let (table, notes) = desk.both(&LIKES);
    assert!(notes.contains("2 likes are of papers that papers.jsonl lacks"), "{notes}");
    for words in ["80 papers, 3 users", "recall@300", "nDCG@10", "MRR", "ahead of", "*"] {
        assert!(table.contains(words), "{words} in {table}");
    }
}

#[test]
fn options_change_what_is_known() {
    let desk = Desk::offline();
    world(&desk);
    let known = |options: &[&str]| {
        let report = desk.json(&[&LIKES[..], &["--rankings", "mean"], options].concat());
        (report["known_likes"].as_f64().unwrap(), report)
    };
    let (all, report) = known(&[]);
    let (two, _) = known(&["--likes", "2"]);
    assert!(all > 10.0 && two == 2.0, "{all} {two}");
    // Of four known likes one is a stranger, of two none.
    assert_eq!(known(&["--likes", "3", "--random-likes", "0.25"]).0, 4.0);
    assert_eq!(known(&["--likes", "1", "--random-likes", "0.25"]).0, 1.0);
    let (_, one) = known(&["--users-sample", "1", "--seed", "3"]);
    assert_eq!(one["users"], 1);
    let svm = |options: &[&str]| {
        let report = desk.json(&[&LIKES[..], &["--rankings", "svm"], options].concat());
        row(&report, "linear SVM")["ndcg10"]["mean"].as_f64().unwrap()
    };
    assert!(svm(&["--svm-negatives", "20"]) > 0.8);
    assert!(svm(&["--svm-negatives", "0"]) < 0.8, "without negatives it learns nothing");
    let (_, titles) = known(&["--titles-only"]);
    assert_eq!(titles["rankings"].as_array().unwrap().len(), 2);
    assert_ne!(titles["rankings"][1], report["rankings"][1], "abstracts count");
    // The same run twice gives the same numbers; another order of the lines too.
    assert_eq!(known(&[]).1, report);
    let mut papers: Vec<Value> = (0..80).map(study).collect();
    papers.reverse();
    desk.lines("papers.jsonl", &papers);
    let turned = known(&[]).1;
    let ndcg =
        |report: &Value, at: usize| report["rankings"][at]["ndcg10"]["mean"].as_f64().unwrap();
    assert!((0..2).all(|at| (ndcg(&turned, at) - ndcg(&report, at)).abs() < 1e-3), "{turned}");
}

#[test]
fn the_text_counts_and_not_the_id() {
    // Two files call different papers the same; the vectors of one must not stand in for the other's.
    let desk = Desk::offline();
    world(&desk);
    let fresh = desk.json(&LIKES);
    let strangers: Vec<Value> = (0..80)
        .map(|n| json!({ "id": id(n), "title": format!("Voting in town {n}"), "abstract": "Polls." }))
        .collect();
    desk.lines("other.jsonl", &strangers);
    desk.json(&["eval", "likes", "--papers", "other.jsonl", "--users", "users.jsonl"]);
    assert_eq!(desk.json(&LIKES), fresh);

    let other = Desk::offline();
    world(&other);
    other.lines("other.jsonl", &strangers);
    let args = ["eval", "likes", "--papers", "other.jsonl", "--users", "users.jsonl"];
    assert_eq!(other.json(&args), desk.json(&args));
}

const POOLS: [&str; 6] = ["eval", "pools", "--papers", "papers.jsonl", "--qrels", "qrels.jsonl"];

#[test]
fn pools_are_ordered_by_likeness_to_the_query() {
    let desk = Desk::offline();
    world(&desk);
    let cand: Vec<Value> = (0..40).map(id).collect();
    let in_order = |subject: usize, grade: usize| -> Vec<usize> {
        (0..40).map(|n| if n % 4 == subject { grade } else { 0 }).collect()
    };
    let by_id: serde_json::Map<String, Value> = (0..40)
        .filter(|n| n % 4 == 2)
        .map(|n| (id(n).to_string().trim_matches('"').to_owned(), json!(1)))
        .collect();
    let no_facet = json!({ "query": id(42), "cand": cand, "rel": by_id });
    let lines = [
        json!({ "query": id(40), "facet": "method", "cand": cand, "rel": in_order(0, 1) }),
        json!({ "query": id(1), "facet": "result", "cand": cand, "rel": in_order(1, 1) }),
        no_facet.clone(),
        json!({ "query": id(3), "facet": "result", "cand": cand, "rel": vec![0; 40] }),
        json!({ "query": "unknown", "cand": cand, "rel": in_order(1, 1) }),
    ];
    desk.lines("qrels.jsonl", &lines);
    let report = desk.json(&POOLS);
    assert_eq!((&report["queries"], &report["without_relevant"]), (&3.into(), &1.into()));
    assert_eq!(report["relevant_from"], 1);
    let names: Vec<&Value> =
        report["rankings"].as_array().unwrap().iter().map(|row| &row["name"]).collect();
    assert_eq!(names, ["paperlark", "cosine", "BM25 profile", "newest first", "random"]);
    let map = |report: &Value, name: &str| row(report, name)["map"]["mean"].as_f64().unwrap();
    assert!(map(&report, "paperlark") > 0.9 && map(&report, "cosine") > 0.9, "{report}");
    assert!(map(&report, "random") < 0.6);
    let facets: Vec<&String> = report["facets"].as_object().unwrap().keys().collect();
    assert_eq!(facets, ["method", "result"]);
    let method = desk.json(&[&POOLS[..], &["--facet", "method"]].concat());
    assert_eq!(method["queries"], 1);
    assert_eq!(method["rankings"][1], report["facets"]["method"][1], "cosine");

    // A grade of 2 makes 1 too little for MAP, not for nDCG.
    desk.lines(
        "qrels.jsonl",
        &[lines[0].clone(), json!({ "query": id(1), "cand": cand, "rel": in_order(1, 2) })],
    );
    let graded = desk.json(&POOLS);
    assert_eq!((&graded["queries"], &graded["relevant_from"]), (&2.into(), &2.into()));
    assert!(graded["rankings"][0]["ndcg20"]["mean"].as_f64().unwrap() > 0.9);

    let (table, notes) = desk.both(&POOLS);
    assert!(table.contains("MAP") && table.contains("nDCG@20%"), "{table}");
    assert!(!notes.contains("are not in"), "{notes}");
}

#[test]
fn broken_lines_and_options_are_named() {
    let desk = Desk::offline();
    world(&desk);
    let good = json!({ "query": 0, "cand": [3, 6], "rel": [1, 0] });
    for (file, lines, message) in [
        ("papers.jsonl", vec![study(0), json!({ "title": "x" })], "papers.jsonl:2: not a paper"),
        (
            "papers.jsonl",
            vec![json!({ "id": " ", "title": "x" })],
            "papers.jsonl:1: the id is empty",
        ),
        ("users.jsonl", vec![json!({ "user": "a" })], "users.jsonl:1: not a user (user, liked)"),
        ("users.jsonl", vec![json!({ "user": "a", "liked": [[]] })], "users.jsonl:1"),
        ("users.jsonl", vec![], "no user likes papers"),
        ("qrels.jsonl", vec![good.clone(), json!({ "query": 0 })], "qrels.jsonl:2: not a query"),
        (
            "qrels.jsonl",
            vec![json!({ "query": 0, "cand": [3, 6], "rel": [1] })],
            "qrels.jsonl:1: 1 grades for 2 candidates",
        ),
        (
            "qrels.jsonl",
            vec![json!({ "query": 0, "cand": [3], "rel": { "6": 1 } })],
            "qrels.jsonl:1: '6' has a grade and is no candidate",
        ),
        (
            "qrels.jsonl",
            vec![json!({ "query": 0, "cand": [3], "rel": [-1] })],
            "qrels.jsonl:1: the grade -1 is negative",
        ),
        ("qrels.jsonl", vec![], "no query has a candidate with a grade above 0"),
    ] {
        world(&desk);
        desk.lines("qrels.jsonl", std::slice::from_ref(&good));
        desk.lines(file, &lines);
        let args = if file == "qrels.jsonl" { POOLS } else { LIKES };
        let error = desk.fails(&args);
        assert!(error.contains(message), "{message} in {error}");
    }
    world(&desk);
    desk.lines("qrels.jsonl", &[good]);
    for (args, options, message) in [
        (LIKES, &["--folds", "1"][..], "ask for 2 folds or more"),
        (LIKES, &["--folds", "81"], "80 papers cannot be split into 81"),
        (LIKES, &["--random-likes", "1"], "less than 1"),
        (LIKES, &["--likes", "0"], "--likes"),
        (
            LIKES,
            &["--rankings", "mean,best"],
            "there is no ranking 'best'; choose from mean, decayed",
        ),
        (POOLS, &["--facet", "aim"], "no query has the facet 'aim'"),
    ] {
        let error = desk.fails(&[&args[..], options].concat());
        assert!(error.contains(message), "{message} in {error}");
    }
}

#[test]
fn days_are_averaged_over_draws() {
    let desk = Desk::offline();
    let day = |date: &str, numbers: std::ops::Range<usize>| {
        let arxiv = |n: usize| format!("2601.{n:05}");
        let papers: Vec<Value> = numbers
            .clone()
            .map(|n| {
                let mut paper = study(n);
                paper["id"] = json!(arxiv(n));
                paper
            })
            .collect();
        let kept: serde_json::Map<String, Value> = numbers
            .filter(|n| n % 4 < 2)
            .map(|n| (arxiv(n), json!({ "field": SUBJECTS[n % 4].0 })))
            .collect();
        json!({ "date": date, "papers": papers, "kept": kept })
    };
    let days = [("2026-01-05", 0..80), ("2026-01-06", 80..120), ("2026-01-07", 120..170)];
    desk.lines("days.jsonl", &days.map(|(date, numbers)| day(date, numbers)));
    let run = |options: &[&str]| {
        let args = ["eval", "days", "--file", "days.jsonl", "--split", "2026-01-06"];
        desk.json(&[&args[..], &["--likes-per-interest", "2"], options].concat())
    };
    let drawn = run(&["--seeds", "3"]);
    assert_eq!(
        (&drawn["seeds"], &drawn["likes"], &drawn["days"]),
        (&json!([1, 2, 3]), &4.into(), &2.into())
    );
    let single = ["1", "2", "3"].map(|seed| run(&["--seed", seed]));
    for (at, row) in drawn["rankings"].as_array().unwrap().iter().enumerate() {
        let auc = |report: &Value| report["rankings"][at]["auc"]["mean"].as_f64().unwrap();
        let mean = single.iter().map(auc).sum::<f64>() / 3.0;
        assert!((auc(&drawn) - mean).abs() < 1e-12, "{row}");
    }
    assert_ne!(single[0]["rankings"][7], single[1]["rankings"][7], "chance differs by seed");
    assert_eq!(single[0]["rankings"][6], single[1]["rankings"][6], "age does not");
    for options in [&["--no-skips"][..], &[]] {
        let auc = row(&run(options), "linear SVM")["auc"]["mean"].as_f64().unwrap();
        assert!(auc > 0.9, "{options:?} {auc}");
    }
    for options in [&["--seeds", "2", "--seed", "3"][..], &["--seeds", "0"]] {
        let args = ["eval", "days", "--file", "days.jsonl", "--split", "2026-01-06"];
        let error = desk.fails(&[&args[..], &["--likes-per-interest", "2"], options].concat());
        assert!(error.contains("--seeds"), "{error}");
    }
}

/// The reading lists of the shared data over 20,000 papers, by the embedded model.
#[test]
fn reading_lists_are_found_better_than_by_their_mean() {
    let Some(users) = shared("profiles_dev.jsonl") else { return };
    let Some(papers) = shared("arxiv_bench_20k.jsonl.gz") else { return };
    let collection = Collection::read(&papers, false).unwrap();
    let (users, absent) = collection.users(&users).unwrap();
    assert_eq!((users.len(), absent), (6, 0));
    let papers = collection.papers.iter().map(Document::from).collect();
    let documents = Documents::embed(&Lark::embedded(), papers).unwrap();
    let options = LikesOptions {
        folds: 2,
        likes: Some(10),
        baselines: vec![Baseline::MeanVector, Baseline::Random],
        ..LikesOptions::default()
    };
    let report = evaluate(&collection, &users, &documents, &options, &|_, _| ()).unwrap();
    assert_eq!((report.users, report.rankings_made), (6, 12));
    let lead = report.rankings[1].lead.as_ref().unwrap().get("ndcg10").unwrap();
    assert!(lead.estimate.mean > 0.05, "{lead:?}");
    assert!(report.rankings[2].mean("recall100").unwrap() < 0.1, "by chance");
}

#[test]
fn a_reader_who_lives_with_the_lists_learns_from_what_they_show() {
    let desk = Desk::offline();
    // Ten days of 24 studies; the judge keeps those on glaciers and on poetry.
    let days: Vec<Value> = (0..10)
        .map(|day| {
            let numbers: Vec<usize> = (24 * day..24 * (day + 1)).collect();
            let paper = |n: &usize| with(study(*n), "id", format!("2601.{n:05}"));
            let fields = [Some("ice"), None, None, Some("verse")];
            let kept = numbers
                .iter()
                .filter_map(|n| Some((format!("2601.{n:05}"), json!({ "field": fields[n % 4]? }))));
            json!({
                "date": format!("2026-01-{:02}", day + 1),
                "papers": numbers.iter().map(paper).collect::<Vec<_>>(),
                "kept": kept.collect::<serde_json::Map<_, _>>(),
            })
        })
        .collect();
    desk.lines("days.jsonl", &days);
    let live = |more: &[&str]| {
        let args = [
            "eval",
            "live",
            "--file",
            "days.jsonl",
            "--split",
            "2026-01-05",
            "--seeds",
            "2",
            "--min-score",
            "0",
            "--top",
            "6",
        ];
        desk.json(&[&args[..], more].concat())
    };
    let report = live(&[]);
    assert_eq!((&report["days"], &report["interests"]["ice"]), (&6.into(), &3.into()));
    let spans = report["spans"].as_array().unwrap();
    let bounds: Vec<_> = spans.iter().map(|span| [&span["from"], &span["to"]]).collect();
    assert_eq!(json!(bounds), json!([[1, 1], [2, 3], [4, 5], [6, 6]]));
    let mean = |span: &Value, name: &str| span[name]["mean"].as_f64().unwrap();
    assert!(mean(&spans[3], "auc") > 0.8, "{report}");
    // A list of six finds at most six of the twelve.
    assert!(spans.iter().all(|span| mean(span, "found") <= 0.5), "{report}");
    assert!(report["likes_said"].as_f64().unwrap() > 6.0, "{report}");
    // Who may mark nothing learns nothing, and one mark a day is six.
    assert_eq!(live(&["--marks", "0"])["likes_said"], 0.0);
    assert_eq!(live(&["--marks", "1"])["likes_said"], 6.0);
    assert_eq!(live(&[]), report, "the same again");
    assert!(
        desk.ok(
            &["eval", "live", "--file", "days.jsonl", "--split", "2026-01-05", "--seeds", "1",]
        )
        .contains("R-precision")
    );
}
