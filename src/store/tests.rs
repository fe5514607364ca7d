//! What the library keeps, and what it refuses.

use std::{fs, path::Path, process};

use jiff::{Timestamp, civil::Date};
use proptest::prelude::*;
use rusqlite::Connection;

use super::{
    CategoryDay, Delivery, Filter, Library, Query, SendState, Sent, Usage, schema, search,
};
use crate::{
    error::Error,
    paper::{Kind, Paper, PaperId},
    reader::{Act, Field, Mark, Mute},
    row::{Considered, Line, Row},
};

fn id(text: &str) -> PaperId {
    text.parse().unwrap()
}

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn time(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// A paper of which only the id and title are known.
fn bare(text: &str) -> Paper {
    Paper {
        id: id(text),
        version: None,
        title: format!("Title of {text}"),
        authors: vec![],
        affiliations: Vec::new(),
        abstract_text: String::new(),
        categories: vec![],
        submitted: None,
        comment: None,
        journal_ref: None,
        doi: None,
    }
}

/// A paper of which everything is known, each field marked with `tag`.
fn full(text: &str, version: u32, tag: &str) -> Paper {
    Paper {
        version: Some(version),
        title: format!("\"Larks\" & 云雀, {tag}"),
        authors: vec![format!("A. {tag}"), "B, \"C\"".into()],
        abstract_text: format!("We count larks. {tag}"),
        categories: vec!["q-bio.PE".into(), format!("cs.{tag}")],
        submitted: Some(day("2026-02-03")),
        comment: Some(format!("7 pages, {tag}")),
        journal_ref: Some(format!("J. Larks 7, {tag}")),
        doi: Some(format!("10.1000/{tag}")),
        ..bare(text)
    }
}

/// A new library with bare papers of these ids, and their rows.
fn library(dir: &Path, ids: &[&str]) -> (Library, Vec<Row>) {
    let mut library = Library::open(dir).unwrap();
    let papers: Vec<_> = ids.iter().map(|text| bare(text)).collect();
    let rows = library.add_papers(&papers).unwrap();
    (library, rows)
}

#[test]
fn papers_come_back_as_they_went_in() {
    let folder = tempfile::tempdir().unwrap();
    let papers = [full("2602.04118", 2, "x"), bare("zotero:AB12"), bare("cs/0112017")];
    let ids = papers.each_ref().map(|paper| paper.id.clone());
    let mut library = Library::open(folder.path()).unwrap();
    assert!(library.is_empty().unwrap());
    let rows = library.add_papers(&papers).unwrap();
    drop(library);

    for library in
        [Library::open(folder.path()).unwrap(), Library::open_read_only(folder.path()).unwrap()]
    {
        assert_eq!(library.len().unwrap(), 3);
        assert_eq!(library.papers(&rows).unwrap(), papers);
        assert_eq!(library.paper(&ids[0]).unwrap(), Some(papers[0].clone()));
        let expected: Vec<_> = rows.iter().copied().map(Some).collect();
        assert_eq!(library.rows(&ids).unwrap(), expected);
        assert_eq!(library.row(&ids[2]).unwrap(), Some(rows[2]));
        assert_eq!(library.row(&id("2602.99999")).unwrap(), None);
        assert_eq!(library.paper(&id("2602.99999")).unwrap(), None);
        let reversed: Vec<_> = rows.iter().rev().copied().collect();
        let found = library.papers(&reversed).unwrap();
        assert_eq!(found[0], papers[2], "the order given");
        let message = library.papers(&[Row(77)]).unwrap_err().to_string();
        assert!(message.contains("no paper in row 77"), "{message}");
    }
}

#[test]
fn newer_versions_win_and_gaps_are_filled() {
    let name = "2602.04118";
    let without =
        |version, tag| Paper { version, comment: None, authors: vec![], ..full(name, 1, tag) };
    let listed = |mut paper: Paper, category: &str| {
        paper.categories.push(category.into());
        paper
    };
    for (why, stored, update, expected) in [
        ("newer wins", full(name, 1, "a"), full(name, 2, "b"), full(name, 2, "b")),
        ("older does not", full(name, 2, "a"), full(name, 1, "b"), full(name, 2, "a")),
        (
            "the same only adds categories",
            full(name, 2, "a"),
            full(name, 2, "b"),
            listed(full(name, 2, "a"), "cs.b"),
        ),
        (
            "so does the unknown to the known",
            full(name, 2, "a"),
            Paper { version: None, ..full(name, 1, "b") },
            listed(full(name, 2, "a"), "cs.b"),
        ),
        (
            "and to the unknown",
            Paper { version: None, ..full(name, 1, "a") },
            Paper { version: None, ..full(name, 1, "b") },
            Paper { version: None, ..listed(full(name, 1, "a"), "cs.b") },
        ),
        (
            "the known wins over the unknown",
            Paper { version: None, ..full(name, 1, "a") },
            full(name, 1, "b"),
            listed(full(name, 1, "b"), "cs.a"),
        ),
        (
            "what the newer lacks is kept",
            full(name, 1, "a"),
            without(Some(2), "b"),
            Paper {
                comment: Some("7 pages, a".into()),
                authors: full(name, 1, "a").authors,
                ..full(name, 2, "b")
            },
        ),
        (
            "what is missing is filled, whatever the version",
            without(Some(3), "a"),
            Paper { version: None, ..full(name, 1, "b") },
            Paper {
                comment: Some("7 pages, b".into()),
                authors: full(name, 1, "b").authors,
                ..listed(full(name, 3, "a"), "cs.b")
            },
        ),
        (
            "a bare paper takes everything but its title",
            bare(name),
            Paper { version: None, ..full(name, 1, "b") },
            Paper { version: None, title: bare(name).title, ..full(name, 1, "b") },
        ),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let mut library = Library::open(folder.path()).unwrap();
        // Both in one call are the same as one after the other.
        let rows = library.add_papers(&[stored.clone(), update.clone()]).unwrap();
        assert_eq!(rows[0], rows[1]);
        assert_eq!(library.papers(&rows[..1]).unwrap(), [expected], "{why}");
        assert_eq!(library.len().unwrap(), 1);
    }
}

#[test]
fn rows_stay_when_papers_are_updated() {
    let folder = tempfile::tempdir().unwrap();
    let (mut library, rows) = library(folder.path(), &["2602.00001", "2602.00002"]);
    let again = library
        .add_papers(&[full("2602.00002", 1, "b"), bare("2602.00003"), full("2602.00001", 1, "a")])
        .unwrap();
    assert_eq!((again[0], again[2]), (rows[1], rows[0]));
    assert!(!rows.contains(&again[1]));
}

#[test]
fn the_ledger_keeps_the_best_kind_of_each_day() {
    let folder = tempfile::tempdir().unwrap();
    let (mut library, rows) = library(folder.path(), &["2602.00002", "2602.00001"]);
    let (monday, tuesday) = (day("2026-02-09"), day("2026-02-10"));
    for (lines, new) in [
        (vec![(rows[0], monday, Kind::Cross), (rows[1], monday, Kind::New)], 2),
        (vec![(rows[0], monday, Kind::New), (rows[1], monday, Kind::ReplaceCross)], 0),
        (vec![(rows[0], tuesday, Kind::ReplaceCross), (rows[0], tuesday, Kind::Replace)], 1),
        (vec![], 0),
    ] {
        let lines: Vec<Line> = lines.into_iter().map(line).collect();
        assert_eq!(library.record_announcements(&lines, "test").unwrap(), new);
    }
    for (date, expected) in [
        (monday, vec![(rows[1], Kind::New), (rows[0], Kind::New)]),
        (tuesday, vec![(rows[0], Kind::Replace)]),
        (day("2026-02-11"), vec![]),
    ] {
        let found = library.announced_on(date).unwrap();
        let found: Vec<_> = found.into_iter().map(|line| (line.row, line.kind)).collect();
        assert_eq!(found, expected, "{date}");
    }
}

#[test]
fn recent_papers_are_the_newest_of_the_categories() {
    let folder = tempfile::tempdir().unwrap();
    let mut library = Library::open(folder.path()).unwrap();
    let of = |text, categories: &[&str]| Paper {
        categories: categories.iter().map(|c| (*c).to_owned()).collect(),
        ..bare(text)
    };
    let names = [
        "2602.00001",
        "2602.00002",
        "2602.00003",
        "2602.00004",
        "zotero:A",
        "2602.00005",
        "2602.00006",
    ];
    let rows = library
        .add_papers(&[
            of(names[0], &["cs.LG"]),
            of(names[1], &["cs.LG", "stat.ML"]),
            of(names[2], &["math.AG"]),
            of(names[3], &[]),
            of(names[4], &["cs.LG"]),
            of(names[5], &["cs.LG"]),
            of(names[6], &["cs.LGX"]),
        ])
        .unwrap();
    let dates = [day("2026-02-09"), day("2026-02-10"), day("2026-02-11")];
    let lines: Vec<_> = [(3, 0), (1, 0), (0, 0), (2, 1), (1, 1), (4, 1), (6, 1), (0, 2)]
        .map(|(paper, date)| line((rows[paper], dates[date], Kind::Replace)))
        .into();
    library.record_announcements(&lines, "test").unwrap();
    for (date, categories, limit, expected) in [
        (2, &[][..], 9, &[0, 1, 2, 6, 4, 3][..]),
        (1, &[], 9, &[1, 2, 6, 4, 0, 3]),
        (0, &[], 9, &[0, 1, 3]),
        (2, &[], 2, &[0, 1]),
        (2, &[], 0, &[]),
        (2, &["cs.LG"], 9, &[0, 1, 4, 3]),
        (2, &["cs"], 9, &[0, 1, 6, 4, 3]),
        (2, &["stat.ML"], 9, &[1, 3]),
        (1, &["math.AG", "stat.ML"], 9, &[1, 2, 3]),
        (2, &["hep-th"], 9, &[3]),
        (1, &["cs.LG"], 2, &[1, 4]),
    ] {
        let categories: Vec<_> = categories.iter().map(|c| (*c).to_owned()).collect();
        let found = library.recent(dates[date], &categories, limit).unwrap();
        let found: Vec<_> =
            found.iter().map(|row| rows.iter().position(|r| r == row).unwrap()).collect();
        assert_eq!(found, expected, "{date} {categories:?} {limit}");
    }
    assert!(library.recent(day("2026-02-08"), &[], 9).unwrap().is_empty());
}

#[test]
fn the_last_mark_holds_and_can_be_taken_back() {
    let folder = tempfile::tempdir().unwrap();
    let (mut library, rows) = library(folder.path(), &["2602.00001", "2602.00002"]);
    let (one, two) = (rows[0], rows[1]);
    let at = |second: i64| Timestamp::from_second(second).unwrap();
    for (second, profile, row, mark, changed, expected) in [
        (10, "me", one, Mark::None, false, vec![]),
        (20, "me", one, Mark::Like, true, vec![(one, Mark::Like, 20)]),
        (30, "me", one, Mark::Like, false, vec![(one, Mark::Like, 20)]),
        (31, "you", one, Mark::Dislike, true, vec![(one, Mark::Like, 20)]),
        // The clock may go back; the order of recording counts.
        (15, "me", two, Mark::Dislike, true, vec![(two, Mark::Dislike, 15), (one, Mark::Like, 20)]),
        (
            14,
            "me",
            one,
            Mark::Dislike,
            true,
            vec![(one, Mark::Dislike, 14), (two, Mark::Dislike, 15)],
        ),
        (40, "me", two, Mark::None, true, vec![(one, Mark::Dislike, 14)]),
        (41, "me", two, Mark::None, false, vec![(one, Mark::Dislike, 14)]),
        (50, "me", two, Mark::Like, true, vec![(one, Mark::Dislike, 14), (two, Mark::Like, 50)]),
    ] {
        let found = library.mark(profile, row, mark, at(second), "test").unwrap();
        assert_eq!(found, changed, "at {second}");
        let expected: Vec<_> =
            expected.into_iter().map(|(row, mark, second)| (row, mark, at(second))).collect();
        assert_eq!(library.marks("me", Timestamp::MAX).unwrap(), expected, "at {second}");
    }
    let expected = [(one, Mark::Dislike, at(31))];
    assert_eq!(library.marks("you", Timestamp::MAX).unwrap(), expected);
    assert!(library.marks("nobody", Timestamp::MAX).unwrap().is_empty());
}

#[test]
fn acts_add_up_and_are_taken_back_one_command_at_a_time() {
    let folder = tempfile::tempdir().unwrap();
    let (mut library, rows) = library(folder.path(), &["2602.00001", "2602.00002"]);
    let (one, two) = (rows[0], rows[1]);
    let at = |second: i64| Timestamp::from_second(second).unwrap();
    let mute = |field, text: &str| Act::Mute(Mute::new(field, text).unwrap());
    let unmute = |field, text: &str| Act::Unmute(Mute::new(field, text).unwrap());
    let seed = |row, interest: &str| Act::Seed(row, Some(interest.into()));
    let like = Act::Mark(one, Mark::Like);
    // After each command, at second 10, 20, ...: how many acts changed something, and what holds.
    let steps: [(Vec<Act>, usize, &str); 10] = [
        (vec![like.clone(), Act::Mark(two, Mark::Dislike)], 2, "1+ 2-"),
        (vec![like, seed(two, "Larks")], 1, "1+ 2@Larks"),
        (vec![seed(two, "Larks")], 0, "1+ 2@Larks"),
        (vec![Act::Seed(two, None), Act::Unseed(one)], 2, "1+ 2@ !1"),
        (vec![Act::Unseed(two), Act::Unseed(two)], 1, "1+ !1 !2"),
        (vec![seed(one, "Owls")], 1, "1+ 1@Owls !2"),
        (
            vec![mute(Field::Author, "Öz, Ana"), mute(Field::Author, "ana oz")],
            1,
            "1+ 1@Owls !2 /Öz, Ana",
        ),
        (vec![unmute(Field::Term, "Ana Öz")], 0, "1+ 1@Owls !2 /Öz, Ana"),
        (vec![unmute(Field::Author, "ANA ÖZ"), Act::Mark(one, Mark::None)], 2, "1@Owls !2"),
        (vec![Act::Mark(two, Mark::None)], 0, "1@Owls !2"),
    ];
    let held = |library: &Library, as_of| {
        let feedback = library.feedback("me", as_of).unwrap();
        let mut words = Vec::new();
        words.extend(feedback.marks.iter().map(|(row, said)| {
            format!("{}{}", row.0, if said.what == Mark::Like { "+" } else { "-" })
        }));
        words.extend(
            feedback
                .seeds
                .iter()
                .map(|(row, said)| format!("{}@{}", row.0, said.what.clone().unwrap_or_default())),
        );
        words.extend(feedback.removed.keys().map(|row| format!("!{}", row.0)));
        words.extend(feedback.mutes.iter().map(|said| format!("/{}", said.what.text)));
        words.join(" ")
    };
    for (n, (acts, changed, expected)) in steps.iter().enumerate() {
        let second = at(10 * (n as i64 + 1));
        assert_eq!(library.record("me", acts, second, "test").unwrap(), *changed, "step {n}");
        assert_eq!(held(&library, Timestamp::MAX), *expected, "step {n}");
    }
    // A command that changed nothing is none; each undo takes one back, from the last to the first.
    let mut undone: Vec<&str> = steps.iter().filter(|step| step.1 > 0).map(|step| step.2).collect();
    undone.pop();
    undone.insert(0, "");
    for (n, expected) in undone.iter().enumerate().rev() {
        let taken = library.undo("me", at(1000 - n as i64), "test").unwrap().unwrap();
        assert!(taken.iter().all(|event| event.command == taken[0].command), "{taken:?}");
        assert_eq!(held(&library, Timestamp::MAX), *expected);
    }
    assert_eq!(library.undo("me", at(2000), "test").unwrap(), None);
    assert_eq!(library.undo("you", at(2000), "test").unwrap(), None);
    // Every past state is still there, whatever was taken back since.
    for (n, (_, _, expected)) in steps.iter().enumerate() {
        assert_eq!(held(&library, at(10 * (n as i64 + 1))), *expected, "as of step {n}");
    }
    assert_eq!(held(&library, at(9)), "");

    // The log can be carried to another library, where other commands stand before it.
    library.record("you", &[Act::Mark(one, Mark::Like)], at(5), "test").unwrap();
    let events = library.events("me").unwrap();
    library.append_events("copy", &events).unwrap();
    let copied = library.events("copy").unwrap();
    assert_eq!(copied.len(), events.len());
    assert_ne!(copied[0].command, events[0].command);
    for second in 0..1100 {
        let as_of = at(second);
        let copy = library.feedback("copy", as_of).unwrap();
        assert_eq!(library.feedback("me", as_of).unwrap(), copy, "as of {second}");
    }
}

#[test]
fn mutes_hide_what_they_name_and_nothing_else() {
    let paper = Paper {
        title: "Larks in Winter: a C++ study".into(),
        abstract_text: "We count larks, not ravens. Field-programmable larks sing.".into(),
        authors: ["Ana Maria Öz", "Jean-Pierre van der Berg", "J. Smith", "LIGO Team", "Li Wei"]
            .map(Into::into)
            .into(),
        categories: vec!["q-bio.PE".into(), "math.NA".into()],
        ..bare("2602.00001")
    };
    for (field, text, hides) in [
        (Field::Author, "Ana Maria Öz", true),
        (Field::Author, "ana oz", true),
        (Field::Author, "Oez, Ana", false),
        (Field::Author, "Öz, A.", true),
        (Field::Author, "A. M. Öz", true),
        (Field::Author, "A. B. Öz", false),
        (Field::Author, "Ana Maria Sofia Öz", true),
        (Field::Author, "A. M. S. Öz", false),
        (Field::Author, "Anabel Öz", false),
        (Field::Author, "Öz", false),
        (Field::Author, "van der Berg, J.-P.", true),
        (Field::Author, "Jean-Pierre van der Berg", true),
        (Field::Author, "Berg, J.", true),
        (Field::Author, "J. Smith", true),
        // Whoever J. Smith is, nobody said Jane.
        (Field::Author, "Jane Smith", false),
        (Field::Author, "Ligo team", true),
        (Field::Author, "Wei, Li", true),
        (Field::Author, "Li, Wei", false),
        (Field::Term, "larks", true),
        (Field::Term, "lark", false),
        (Field::Term, "LARKS IN  WINTER", true),
        (Field::Term, "winter larks", false),
        (Field::Term, "study we", false),
        (Field::Term, "field programmable", true),
        (Field::Term, "c++", true),
        (Field::Term, "C", false),
        (Field::Category, "q-bio.PE", true),
        (Field::Category, "q-bio", true),
        (Field::Category, "cs.na", true),
        (Field::Category, "cs.LG", false),
    ] {
        let mute = Mute::new(field, text).unwrap();
        assert_eq!(mute.hides(&paper), hides, "{mute}");
    }
    for (field, text, words) in [
        (Field::Category, "cs.LX", "did you mean cs.LG"),
        (Field::Category, "poetry", "no category 'poetry'"),
        (Field::Term, " - ", "no word"),
        (Field::Author, "", "no word"),
    ] {
        let error = Mute::new(field, text).unwrap_err().to_string();
        assert!(error.contains(words), "{text}: {error}");
    }
}

#[test]
fn a_later_delivery_of_a_day_replaces_the_first() {
    let folder = tempfile::tempdir().unwrap();
    let (mut library, rows) = library(folder.path(), &["2602.00001", "2602.00002", "2602.00003"]);
    let (monday, tuesday) = (day("2026-02-09"), day("2026-02-10"));
    let first = Delivery {
        generated_at: time("2026-02-09T06:00:00.25Z"),
        model: "a".into(),
        inputs: 7,
        digest: "{}".into(),
    };
    let second = Delivery {
        generated_at: time("2026-02-10T07:00:00Z"),
        model: "b".into(),
        inputs: u64::MAX,
        digest: "[]".into(),
    };
    assert_eq!(library.delivery("me", monday).unwrap(), None);
    let mut record = |profile, date, delivery, rows: &[Row]| {
        library.record_delivery(profile, date, delivery, rows, &[], &[]).unwrap();
    };
    record("me", monday, &first, &[rows[0], rows[1], rows[0]]);
    record("me", tuesday, &second, &[]);
    record("you", monday, &second, &[rows[2]]);
    record("me", monday, &second, &[rows[1], rows[2]]);
    assert_eq!(library.delivery("me", monday).unwrap(), Some(second.clone()));
    assert_eq!(library.delivery("me", tuesday).unwrap(), Some(second));
    for (profile, expected) in [
        ("me", vec![(monday, rows[1]), (monday, rows[2])]),
        ("you", vec![(monday, rows[2])]),
        ("nobody", vec![]),
    ] {
        assert_eq!(library.shown(profile).unwrap(), expected, "{profile}");
    }
    assert_eq!(library.delivery_days("me").unwrap(), Some((monday, tuesday)));
    assert_eq!(library.delivery_days("nobody").unwrap(), None);
}

#[test]
fn what_a_digest_took_in_is_kept_until_it_is_made_anew() {
    let folder = tempfile::tempdir().unwrap();
    let (mut library, rows) = library(folder.path(), &["2602.00001", "2602.00002"]);
    let (monday, tuesday) = (day("2026-02-09"), day("2026-02-10"));
    let delivery = Delivery {
        generated_at: time("2026-02-09T06:00:00Z"),
        model: "a".into(),
        inputs: 7,
        digest: "{}".into(),
    };
    let entry = |paper: usize, announced, digest| Considered {
        row: rows[paper],
        announced,
        kind: Kind::Cross,
        digest,
    };
    let mut record = |digest, considered: &[(usize, Date)]| {
        let considered: Vec<_> =
            considered.iter().map(|(paper, announced)| entry(*paper, *announced, digest)).collect();
        library.record_delivery("me", digest, &delivery, &[], &considered, &[]).unwrap();
    };
    record(monday, &[(0, monday), (1, monday)]);
    record(tuesday, &[(0, tuesday), (1, monday)]);
    record(monday, &[(0, monday)]);
    let of = |row| library.considered("me", row).unwrap();
    assert_eq!(of(rows[0]), [entry(0, monday, monday), entry(0, tuesday, tuesday)]);
    // The later digest answers for it now.
    assert_eq!(of(rows[1]), [entry(1, monday, tuesday)]);
    assert_eq!(library.considered("you", rows[0]).unwrap(), []);
}

#[test]
fn a_paper_is_new_once() {
    let folder = tempfile::tempdir().unwrap();
    let (mut library, rows) = library(folder.path(), &["2602.00001"]);
    let (monday, tuesday) = (day("2026-02-09"), day("2026-02-10"));
    let line =
        |date, kind, stated| Line { row: rows[0], date, category: "cs.LG".into(), kind, stated };
    let mut enter = |line| library.record_announcements(&[line], "test").unwrap();
    assert_eq!(enter(line(tuesday, Kind::New, false)), 1);
    // What is stated corrects what was assumed, and nothing corrects what is stated.
    assert_eq!(enter(line(monday, Kind::New, true)), 1);
    assert_eq!(enter(line(tuesday, Kind::New, true)), 0);
    assert_eq!(enter(line(tuesday, Kind::New, false)), 0);
    assert_eq!(enter(line(tuesday, Kind::Replace, true)), 1);
    let expected = [line(monday, Kind::New, true), line(tuesday, Kind::Replace, true)];
    assert_eq!(library.lines_of(rows[0]).unwrap(), expected);
}

#[test]
fn what_is_known_of_a_day_only_grows() {
    let folder = tempfile::tempdir().unwrap();
    let (mut library, _) = library(folder.path(), &[]);
    let known = |category: &str, date: &str, papers, source: &str, stale, complete| CategoryDay {
        category: category.into(),
        date: day(date),
        papers,
        sources: vec![source.into()],
        stale,
        complete,
        checked_at: time("2026-02-10T06:00:00Z"),
    };
    let since = Some(day("2026-02-06"));
    for entry in [
        known("cs.LG", "2026-02-10", 5, "listing", None, true),
        known("cs.LG", "2026-02-10", 3, "feed", since, false),
        known("cs.LG", "2026-02-09", 0, "feed", None, false),
        known("cs.CV", "2026-02-10", 1, "feed", None, false),
    ] {
        library.record_day(&entry).unwrap();
    }
    let both = CategoryDay {
        sources: vec!["feed".into(), "listing".into()],
        stale: since,
        ..known("cs.LG", "2026-02-10", 5, "", None, true)
    };
    assert_eq!(library.day("cs.LG", day("2026-02-10")).unwrap(), Some(both.clone()));
    let days = library.days(day("2026-02-09"), day("2026-02-10")).unwrap();
    assert_eq!(days.len(), 3);
    assert_eq!((&days[1].category[..], &days[2]), ("cs.CV", &both));
    assert_eq!(library.first_day("cs.LG").unwrap(), Some(day("2026-02-09")));
    assert_eq!(library.first_day("math.AG").unwrap(), None);
}

#[test]
fn a_failing_change_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let (mut library, rows) = library(folder.path(), &["2602.00001"]);
    let (good, absent) = (rows[0], Row(99));
    let date = day("2026-02-09");
    let delivery = Delivery {
        generated_at: time("2026-02-09T06:00:00Z"),
        model: "a".into(),
        inputs: 7,
        digest: "{}".into(),
    };
    library.record_delivery("me", date, &delivery, &[good], &[], &[]).unwrap();
    let newer = Delivery { model: "b".into(), ..delivery.clone() };
    let lines = [line((good, date, Kind::New)), line((absent, date, Kind::New))];
    for (what, error) in [
        ("ledger", library.record_announcements(&lines, "test").err()),
        ("delivery", library.record_delivery("me", date, &newer, &[absent], &[], &[]).err()),
        ("mark", library.mark("me", absent, Mark::Like, delivery.generated_at, "test").err()),
        ("no mark", library.mark("me", absent, Mark::None, delivery.generated_at, "test").err()),
    ] {
        assert!(matches!(error, Some(Error::Invalid(_))), "{what}: {error:?}");
    }
    assert!(library.announced_on(date).unwrap().is_empty());
    assert_eq!(library.delivery("me", date).unwrap(), Some(delivery));
    assert_eq!(library.shown("me").unwrap(), [(date, good)]);
    assert!(library.marks("me", Timestamp::MAX).unwrap().is_empty());
}

#[test]
fn one_writer_at_a_time_and_readers_beside_it() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("new/data");
    let message = Library::open_read_only(&dir).unwrap_err().to_string();
    assert!(message.starts_with("no library in"), "{message}");
    assert!(!dir.exists(), "reading makes nothing");

    let (mut writer, _) = library(&dir, &["2602.00001"]);
    let error = Library::open(&dir).unwrap_err();
    assert!(matches!(&error, Error::Locked { path, .. } if *path == dir), "{error:?}");
    if cfg!(unix) {
        let process = format!("(process {})", process::id());
        assert!(error.to_string().contains(&process), "{error}");
    }
    let mut reader = Library::open_read_only(&dir).unwrap();
    writer.add_papers(&[bare("2602.00002")]).unwrap();
    assert_eq!(reader.len().unwrap(), 2);
    let refused = reader.add_papers(&[bare("2602.00003")]);
    assert!(matches!(refused, Err(Error::Library { .. })), "{refused:?}");
    drop(writer);
    assert_eq!(Library::open(&dir).unwrap().len().unwrap(), 2);
    assert_eq!(reader.len().unwrap(), 2);
}

#[test]
fn files_that_are_no_readable_library_are_refused_and_left_alone() {
    let foreign = |path: &Path, sql: &str| {
        fs::remove_file(path).ok();
        Connection::open(path).unwrap().execute_batch(sql).unwrap();
    };
    let change = |path: &Path, sql: &str| {
        Library::open(path.parent().unwrap()).unwrap();
        Connection::open(path).unwrap().execute_batch(sql).unwrap();
    };
    let newer = format!("format 1000, this program reads up to {}", schema::FORMAT);
    type Make<'a> = &'a dyn Fn(&Path);
    let cases: [(&str, Make, &str); 7] = [
        ("text", &|p| fs::write(p, "hello").unwrap(), "is damaged"),
        ("long text", &|p| fs::write(p, "hello ".repeat(9999)).unwrap(), "is damaged"),
        ("foreign", &|p| foreign(p, "CREATE TABLE t (x)"), "not a paperlark library"),
        ("foreign id", &|p| foreign(p, "PRAGMA application_id = 7"), "not a paperlark library"),
        (
            "foreign format",
            &|p| foreign(p, "CREATE TABLE t (x); PRAGMA user_version = 1"),
            "not a paperlark library",
        ),
        ("newer", &|p| change(p, "PRAGMA user_version = 1000"), &newer),
        ("negative", &|p| change(p, "PRAGMA user_version = -1"), "not a paperlark library"),
    ];
    for (name, make, part) in cases {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("library.sqlite");
        make(&path);
        let before = fs::read(&path).unwrap();
        for result in [Library::open(folder.path()), Library::open_read_only(folder.path())] {
            let message = result.unwrap_err().to_string();
            assert!(
                message.contains(part) && message.contains(path.to_str().unwrap()),
                "{name}: {message}"
            );
        }
        assert!(fs::read(&path).unwrap() == before, "{name}");
    }
}

#[test]
fn an_empty_file_is_a_library_to_be() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("library.sqlite"), "").unwrap();
    let error = Library::open_read_only(folder.path()).unwrap_err();
    assert!(error.to_string().contains("no library in"), "{error}");
    assert!(Library::open(folder.path()).unwrap().is_empty().unwrap());
}

#[test]
fn damage_inside_is_an_error_that_names_the_file() {
    for sql in [
        "UPDATE paper SET id = 'no id'",
        "UPDATE paper SET authors = '[1]'",
        "UPDATE paper SET categories = ''",
        "UPDATE paper SET submitted = 'soon'",
        "UPDATE paper SET version = -1",
        "UPDATE paper SET title = CAST(x'ff' AS TEXT)",
    ] {
        let folder = tempfile::tempdir().unwrap();
        let (library, rows) = library(folder.path(), &["2602.00001"]);
        let connection = Connection::open(library.path()).unwrap();
        connection.execute_batch(sql).unwrap();
        let error = library.papers(&rows).unwrap_err();
        assert!(
            matches!(&error, Error::Damaged { path, .. } if path == library.path()),
            "{sql}: {error:?}"
        );
    }
}

#[test]
fn pages_of_garbage_are_damage() {
    let folder = tempfile::tempdir().unwrap();
    let (library, rows) = library(folder.path(), &["2602.00001"]);
    let path = library.path().to_path_buf();
    drop(library);
    let mut bytes = fs::read(&path).unwrap();
    bytes[4096..].fill(0xa5);
    fs::write(&path, bytes).unwrap();
    let error = Library::open(folder.path()).and_then(|l| l.papers(&rows)).unwrap_err();
    assert!(matches!(&error, Error::Damaged { .. }), "{error:?}");
}

#[test]
fn thousands_of_papers_fit_into_one_call() {
    let folder = tempfile::tempdir().unwrap();
    let mut library = Library::open(folder.path()).unwrap();
    let papers: Vec<_> = (0..5000).map(|n| full(&format!("2602.{n:05}"), 1, "x")).collect();
    let ids: Vec<_> = papers.iter().map(|paper| paper.id.clone()).collect();
    let rows = library.add_papers(&papers).unwrap();
    let found = library.rows(&ids).unwrap();
    assert!(std::iter::zip(&rows, &found).all(|(row, found)| Some(*row) == *found));
    assert!(library.papers(&rows).unwrap() == papers);

    let mut paged = Vec::new();
    let page = |after: Option<&Row>| library.rows_after(*after.unwrap_or(&Row(0)), 1999).unwrap();
    while let next = page(paged.last())
        && !next.is_empty()
    {
        paged.extend(next);
    }
    assert!(paged == rows);
}

/// A line of the ledger whose day the source states.
fn line((row, date, kind): (Row, Date, Kind)) -> Line {
    Line { row, date, category: String::new(), kind, stated: true }
}

/// The file that every later version opens.
const FORMAT_1: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/library-v1.sqlite");

/// What [`FORMAT_1`] holds, written by this version's code into the library of `dir`.
fn write_sample(dir: &Path) {
    let mut library = Library::open(dir).unwrap();
    let papers = [full("2602.04118", 2, "x"), bare("zotero:AB12")];
    let rows = library.add_papers(&papers).unwrap();
    let date = day("2026-02-09");
    let at = time("2026-02-09T06:30:00Z");
    library.record_announcements(&[line((rows[0], date, Kind::Cross))], "rss").unwrap();
    library.mark("me", rows[0], Mark::Like, at, "cli").unwrap();
    library.mark("me", rows[1], Mark::Like, at, "cli").unwrap();
    library.mark("me", rows[1], Mark::None, at, "cli").unwrap();
    let mute = Mute::new(Field::Author, "B, C").unwrap();
    let acts = [Act::Seed(rows[1], Some("Larks".into())), Act::Mute(mute)];
    library.record("me", &acts, at, "cli").unwrap();
    library.mark("me", rows[0], Mark::Dislike, at, "cli").unwrap();
    library.undo("me", at, "cli").unwrap();
    let delivery = Delivery {
        generated_at: at,
        model: "lark-1".into(),
        inputs: u64::MAX,
        digest: "[]".into(),
    };
    let considered =
        [Considered { row: rows[0], announced: date, kind: Kind::Cross, digest: date }];
    library
        .record_delivery("me", date, &delivery, &rows[..1], &considered, &["q-bio".into()])
        .unwrap();
    library
        .record_day(&CategoryDay {
            category: "q-bio.PE".into(),
            date,
            papers: 1,
            sources: vec!["feed".into(), "listing".into()],
            stale: Some(day("2026-02-06")),
            complete: true,
            checked_at: at,
        })
        .unwrap();
    let sent = Sent { state: SendState::Sent, messages: 2, at };
    library.record_sent("me", date, "mail me@example.org", &sent).unwrap();
    let tokens = Usage { prompt: 600, completion: 150, cached: 512 };
    library.keep_notes(&[(u64::MAX, "{}".into())], "writer", tokens, at).unwrap();
}

#[test]
fn the_file_of_format_1_opens() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path();
    fs::copy(FORMAT_1, dir.join("library.sqlite")).unwrap();
    let mut library = Library::open(dir).unwrap();
    let date = day("2026-02-09");
    let at = time("2026-02-09T06:30:00Z");
    let row = library.row(&id("2602.04118")).unwrap().unwrap();
    assert_eq!(library.len().unwrap(), 2);
    assert_eq!(library.papers(&[row]).unwrap(), [full("2602.04118", 2, "x")]);
    let foreign = id("zotero:AB12");
    assert_eq!(library.paper(&foreign).unwrap(), Some(bare("zotero:AB12")));
    assert_eq!(library.announced_on(date).unwrap(), [line((row, date, Kind::Cross))]);
    assert_eq!(library.marks("me", Timestamp::MAX).unwrap(), [(row, Mark::Like, at)]);
    let delivery = library.delivery("me", date).unwrap().unwrap();
    assert_eq!((delivery.generated_at, &delivery.model[..]), (at, "lark-1"));
    assert_eq!((delivery.inputs, &delivery.digest[..]), (u64::MAX, "[]"));
    assert_eq!(library.shown("me").unwrap(), [(date, row)]);
    // Older formats do not say what a digest left out.
    let considered = [Considered { row, announced: date, kind: Kind::Cross, digest: date }];
    assert_eq!(library.considered("me", row).unwrap(), considered);
    // It is not only read but lives on.
    library.add_papers(&[full("2602.04118", 3, "y")]).unwrap();
    drop(library);
    let library = Library::open_read_only(dir).unwrap();
    assert_eq!(library.papers(&[row]).unwrap(), [full("2602.04118", 3, "y")]);
}

#[test]
fn the_file_of_format_2_opens() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path();
    fs::copy(FORMAT_1.replace("v1", "v2"), dir.join("library.sqlite")).unwrap();
    let library = Library::open(dir).unwrap();
    let date = day("2026-02-09");
    let at = time("2026-02-09T06:30:00Z");
    let row = library.row(&id("2602.04118")).unwrap().unwrap();
    assert_eq!(library.papers(&[row]).unwrap(), [full("2602.04118", 2, "x")]);
    assert_eq!(library.announced_on(date).unwrap(), [line((row, date, Kind::Cross))]);
    assert_eq!(library.shown("me").unwrap(), [(date, row)]);
    assert_eq!(library.marks("me", Timestamp::MAX).unwrap(), [(row, Mark::Like, at)]);
    // Each mark of those formats is a command of its own, and can be taken back.
    let mut library = library;
    assert_eq!(library.undo("me", at, "test").unwrap().unwrap()[0].act.row(), Some(Row(2)));
    let considered = [Considered { row, announced: date, kind: Kind::Cross, digest: date }];
    assert_eq!(library.considered("me", row).unwrap(), considered);
    assert_eq!(library.follows("me").unwrap(), [("q-bio".to_owned(), date)]);
    let known = library.day("q-bio.PE", date).unwrap().unwrap();
    assert_eq!((known.papers, known.complete), (1, true));
    assert_eq!(known.stale, Some(day("2026-02-06")));
    assert_eq!(known.sources, ["feed", "listing"]);
}

#[test]
fn the_file_of_format_3_opens() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path();
    fs::copy(FORMAT_1.replace("v1", "v3"), dir.join("library.sqlite")).unwrap();
    let library = Library::open(dir).unwrap();
    let rows = library.rows(&[id("2602.04118"), id("zotero:AB12")]).unwrap();
    let (one, two) = (rows[0].unwrap(), rows[1].unwrap());
    let feedback = library.feedback("me", Timestamp::MAX).unwrap();
    let marks: Vec<_> = feedback.marks.iter().map(|(row, said)| (*row, said.what)).collect();
    assert_eq!(marks, [(one, Mark::Like)]);
    assert_eq!(feedback.seeds[&two].what.as_deref(), Some("Larks"));
    assert_eq!((&feedback.mutes[0].what.text[..], &feedback.mutes[0].origin[..]), ("B, C", "cli"));
    assert_eq!(library.events("me").unwrap().len(), 7);
    assert_eq!(library.census().unwrap().marks, 4);
}

#[test]
fn the_current_format_has_a_kept_file() {
    let kept = FORMAT_1.replace("v1", &format!("v{}", schema::FORMAT));
    if Path::new(&kept).exists() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    write_sample(folder.path());
    let path = folder.path().join("library.sqlite");
    // Small pages make a small file to keep; SQLite changes their size only outside WAL.
    Connection::open(&path)
        .unwrap()
        .execute_batch("PRAGMA journal_mode = delete; PRAGMA page_size = 512; VACUUM")
        .unwrap();
    fs::copy(&path, &kept).unwrap();
    panic!("{kept} is new: commit it, with a test that opens it");
}

#[test]
fn the_file_of_format_4_opens() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path();
    fs::copy(FORMAT_1.replace("v1", "v4"), dir.join("library.sqlite")).unwrap();
    let library = Library::open(dir).unwrap();
    let rows = library.rows(&[id("2602.04118"), id("zotero:AB12")]).unwrap();
    let (one, two) = (rows[0].unwrap(), rows[1].unwrap());
    assert_eq!(
        library.papers(&[one, two]).unwrap(),
        [full("2602.04118", 2, "x"), bare("zotero:AB12")]
    );
    assert_eq!(found(&library, "larks"), [one]);
    assert_eq!(in_words(&library), Vec::<String>::new());
}

#[test]
fn the_file_of_format_5_opens() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path();
    fs::copy(FORMAT_1.replace("v1", "v5"), dir.join("library.sqlite")).unwrap();
    let library = Library::open(dir).unwrap();
    let at = time("2026-02-09T06:30:00Z");
    let sent = library.sent("me", day("2026-02-09"), "mail me@example.org").unwrap();
    assert_eq!(sent, Some(Sent { state: SendState::Sent, messages: 2, at }));
    assert_eq!(library.note(u64::MAX).unwrap().as_deref(), Some("{}"));
    assert_eq!(library.spent_on(day("2026-02-09")).unwrap(), 750);
}

#[test]
fn notes_and_what_they_cost_are_kept() {
    let folder = tempfile::tempdir().unwrap();
    let mut library = Library::open(folder.path()).unwrap();
    let tokens = |prompt, completion, cached| Usage { prompt, completion, cached };
    assert_eq!(library.note(7).unwrap(), None);
    let times = ["2026-01-31T23:59:59Z", "2026-02-01T00:00:00Z", "2026-02-01T06:00:00Z"].map(time);
    library.keep_notes(&[(7, "a".into())], "m", tokens(10, 2, 0), times[0]).unwrap();
    library
        .keep_notes(&[(7, "b".into()), (8, "c".into())], "m", tokens(5, 1, 4), times[1])
        .unwrap();
    library.keep_notes(&[], "n", tokens(u64::MAX, 0, 0), times[2]).unwrap();
    assert_eq!(library.note(7).unwrap().as_deref(), Some("b"));
    assert_eq!(library.note(8).unwrap().as_deref(), Some("c"));
    assert_eq!(library.spent_on(day("2026-01-31")).unwrap(), 12);
    assert_eq!(library.spent_on(day("2026-02-01")).unwrap(), 6 + (1 << 40));
    let spending: Vec<_> = library.spending().unwrap();
    let found: Vec<_> = spending.iter().map(|s| (&*s.month, &*s.model, s.papers)).collect();
    assert_eq!(found, [("2026-01", "m", 1), ("2026-02", "m", 1), ("2026-02", "n", 1)]);
    assert_eq!((spending[1].prompt, spending[1].completion, spending[1].cached), (5, 1, 4));
}

#[test]
fn what_is_sent_is_kept_by_profile_day_and_channel() {
    let folder = tempfile::tempdir().unwrap();
    let mut library = Library::open(folder.path()).unwrap();
    let (date, at) = (day("2026-02-09"), time("2026-02-09T06:30:00Z"));
    assert_eq!(library.sent("me", date, "a").unwrap(), None);
    for (messages, state) in
        [SendState::Sending, SendState::Failed, SendState::Sent].into_iter().enumerate()
    {
        let sent = Sent { state, messages: messages as u32, at };
        library.record_sent("me", date, "a", &sent).unwrap();
        assert_eq!(library.sent("me", date, "a").unwrap(), Some(sent));
    }
    assert_eq!(library.sent("me", date, "b").unwrap(), None);
    assert_eq!(library.sent("you", date, "a").unwrap(), None);
    assert_eq!(library.sent("me", date.tomorrow().unwrap(), "a").unwrap(), None);
}

/// The papers that a query finds, ascending.
fn found(library: &Library, text: &str) -> Vec<Row> {
    let matches = library.matching(&Query::parse(text).unwrap(), None, 100).unwrap();
    let mut rows: Vec<Row> = matches.into_iter().map(|(row, _)| row).collect();
    rows.sort_unstable();
    rows
}

/// A paper with a title, a number for an id.
fn titled(n: u32, title: &str) -> Paper {
    Paper { title: title.into(), ..bare(&format!("2602.{n:05}")) }
}

#[test]
fn libraries_of_every_format_can_be_searched() {
    for format in 1..=schema::FORMAT {
        let folder = tempfile::tempdir().unwrap();
        let kept = FORMAT_1.replace("v1", &format!("v{format}"));
        fs::copy(kept, folder.path().join("library.sqlite")).unwrap();
        let library = Library::open(folder.path()).unwrap();
        let row = library.row(&id("2602.04118")).unwrap().unwrap();
        assert_eq!(found(&library, "count larks"), [row], "{format}");
        let since = Some(day("2026-02-03"));
        let filter = Filter { since, until: since, ..Filter::default() };
        assert_eq!(library.rows_of(&filter).unwrap(), [row], "{format}");
        assert_eq!(in_words(&library), Vec::<String>::new(), "{format}");
    }
}

/// What a check finds, in words.
fn in_words(library: &Library) -> Vec<String> {
    library.check().unwrap().into_iter().map(|damage| damage.what.to_string()).collect()
}

#[test]
fn words_are_found_as_people_write_them() {
    let folder = tempfile::tempdir().unwrap();
    let mut library = Library::open(folder.path()).unwrap();
    let rows = library
        .add_papers(&[
            Paper {
                abstract_text: "Few-shot learning of β-VAE in C++.".into(),
                authors: vec!["Zoë Müller".into(), "José O'Brien".into()],
                categories: vec!["cs.LG".into(), "stat.ML".into()],
                ..titled(1, "Graph Neural Networks")
            },
            titled(2, "Neural graph networks for 云雀"),
            titled(3, "C and LG displays; shots that are few"),
            Paper { abstract_text: "A neural graph.".into(), ..titled(4, "Larks") },
        ])
        .unwrap();
    let quoted = Paper::new(id("text:1"), "I like neural networks".into(), String::new());
    let seed = Paper::new(id("seed:1"), "Graph larks".into(), String::new());
    let written = library.add_papers(&[quoted, seed]).unwrap();
    for (text, expected) in [
        ("neural NETWORK graph", &[0, 1][..]),
        ("\"graph neural network\"", &[0]),
        ("“neural graph” -display", &[1, 3]),
        ("graph -\"neural graph\"", &[0]),
        ("\"neural graph", &[1, 3]),
        ("graph -network", &[3]),
        ("graph - network", &[0, 1]),
        ("few-shot", &[0]),
        ("\"few shot\"", &[0]),
        ("few shot", &[0, 2]),
        ("β-VAE", &[0]),
        ("c++", &[0]),
        ("C", &[2]),
        ("cs.LG", &[0]),
        ("lg cs", &[0]),
        ("muller", &[0]),
        ("MÜLLER zoe", &[0]),
        ("o'brien", &[0]),
        ("云雀", &[1]),
        ("NEAR(graph", &[]),
        ("title:graph", &[]),
        ("graph OR larks", &[]),
        ("larks*", &[3]),
        ("graph ++ (neural", &[0, 1, 3]),
    ] {
        let expected: Vec<Row> = expected.iter().map(|place| rows[*place]).collect();
        assert_eq!(found(&library, text), expected, "{text}");
    }
    // A title counts more than an abstract.
    let best = library.matching(&Query::parse("neural graph").unwrap(), None, 9).unwrap();
    assert_eq!(best.last().unwrap().0, rows[3]);
    assert!(best.windows(2).all(|pair| pair[0].1 >= pair[1].1) && best[2].1 > 0.0);
    assert_eq!(library.matching(&Query::parse("graph").unwrap(), None, 1).unwrap().len(), 1);
    assert_eq!(library.unlisted().unwrap(), written);
    assert_eq!(library.rows_of(&Filter::default()).unwrap(), rows);

    let sharing = |terms: &[&str]| {
        let terms: Vec<_> = terms.iter().map(|term| (*term).to_owned()).collect();
        let mut rows: Vec<_> =
            library.sharing(&terms, None, 9).unwrap().into_iter().map(|(row, _)| row).collect();
        rows.sort_unstable();
        rows
    };
    assert_eq!(sharing(&["displays", "neural networks", "owl", "", "\"+"]), [rows[0], rows[2]]);
    assert_eq!(sharing(&["owl"]), []);
    assert_eq!(sharing(&[]), []);
    for text in ["", " ", "\"\"", "-lark", "- ++ \"", "\0", "-\"a lark\""] {
        let error = Query::parse(text).unwrap_err().to_string();
        assert!(error.contains("nothing to search for"), "{text}: {error}");
    }
    assert!(Query::parse(&"a ".repeat(101)).is_err());
    assert_eq!(found(&library, &"graph ".repeat(100)), [rows[0], rows[1], rows[3]]);
    assert_eq!(found(&library, &format!("larks {}", "-owl ".repeat(99))), [rows[3]]);
}

#[test]
fn a_changed_text_is_found_by_its_new_words_only() {
    let folder = tempfile::tempdir().unwrap();
    let mut library = Library::open(folder.path()).unwrap();
    let of = |version, n, title: &str| Paper { version: Some(version), ..titled(n, title) };
    let rows = library.add_papers(&[of(1, 1, "Old larks"), of(1, 2, "Wrens")]).unwrap();
    // Twice in one call, and new and changed in one call.
    library
        .add_papers(&[
            of(2, 1, "Middle larks"),
            of(3, 1, "New larks"),
            of(1, 3, "Early owls"),
            of(2, 3, "Late owls"),
            Paper { comment: Some("7 pages".into()), ..of(2, 2, "Wrens") },
        ])
        .unwrap();
    let third = library.row(&id("2602.00003")).unwrap().unwrap();
    for (text, expected) in [
        ("old", vec![]),
        ("middle", vec![]),
        ("new larks", vec![rows[0]]),
        ("early", vec![]),
        ("late owls", vec![third]),
        ("wrens", vec![rows[1]]),
    ] {
        assert_eq!(found(&library, text), expected, "{text}");
    }
    assert_eq!(in_words(&library), Vec::<String>::new());
    // A failing call leaves the index as it was.
    drop(library);
    Connection::open(folder.path().join("library.sqlite"))
        .unwrap()
        .execute_batch(
            "CREATE TRIGGER no BEFORE INSERT ON paper WHEN new.title = 'Bad' BEGIN
                 SELECT raise(ABORT, 'bad');
             END",
        )
        .unwrap();
    let mut library = Library::open(folder.path()).unwrap();
    library.add_papers(&[of(4, 1, "Other"), of(1, 4, "Swifts"), titled(5, "Bad")]).unwrap_err();
    assert_eq!(found(&library, "new larks"), [rows[0]]);
    assert!(found(&library, "swifts").is_empty());
    assert_eq!(in_words(&library), Vec::<String>::new());
}

#[test]
fn filters_go_by_day_category_and_author() {
    let folder = tempfile::tempdir().unwrap();
    let mut library = Library::open(folder.path()).unwrap();
    let of = |n, submitted: &str, categories: &[&str], authors: &[&str]| Paper {
        submitted: (!submitted.is_empty()).then(|| day(submitted)),
        categories: categories.iter().map(|text| (*text).to_owned()).collect(),
        authors: authors.iter().map(|text| (*text).to_owned()).collect(),
        ..titled(n, "Lark")
    };
    let rows = library
        .add_papers(&[
            of(1, "2026-02-01", &["cs.LG", "stat.ML"], &["Ana Maria Öz", "Jan van Dyck"]),
            of(2, "2026-02-03", &["math.NA"], &["B. Öz"]),
            of(3, "", &["cs.CV"], &["A. Oz"]),
            of(4, "", &["cs.CV"], &[]),
            of(5, "2025-01-01", &[], &["van Dyck, J."]),
            Paper::new(id("text:1"), "Lark".into(), String::new()),
        ])
        .unwrap();
    let lines = [("2026-02-05", 2), ("2026-02-02", 2), ("2026-02-01", 5)]
        .map(|(date, place)| line((rows[place], day(date), Kind::New)));
    library.record_announcements(&lines, "test").unwrap();
    for (since, until, categories, authors, expected) in [
        ("", "", &[][..], &[][..], &[0, 1, 2, 3, 4][..]),
        ("2026-02-02", "", &[], &[], &[1, 2]),
        ("", "2026-02-02", &[], &[], &[0, 2, 4]),
        ("2026-02-01", "2026-02-02", &[], &[], &[0, 2]),
        // What is listed in math.NA is also called cs.NA.
        ("", "", &["cs"], &[], &[0, 1, 2, 3]),
        ("", "", &["cs.NA", "stat.ml"], &[], &[0, 1]),
        ("2026-02-02", "", &["cs.CV"], &[], &[2]),
        ("", "", &[], &["oz, a."], &[0, 2]),
        ("", "", &[], &["Öz, B.", "Jan van Dyck"], &[0, 1]),
        ("", "", &[], &["J. van Dyck"], &[0, 4]),
        ("", "", &[], &["Öz"], &[]),
        ("2026-02-02", "2026-02-02", &[], &["a öz"], &[2]),
        ("2026-02-01", "", &["cs.LG"], &["a öz"], &[0]),
        ("", "", &[], &["Ada Nobody"], &[]),
        ("", "", &["hep-th"], &[], &[]),
    ] {
        let filter = Filter {
            since: (!since.is_empty()).then(|| day(since)),
            until: (!until.is_empty()).then(|| day(until)),
            categories: categories.iter().map(|text: &&str| (*text).to_owned()).collect(),
            authors: authors.iter().map(|text: &&str| (*text).to_owned()).collect(),
        };
        let expected: Vec<Row> = expected.iter().map(|place: &usize| rows[*place]).collect();
        assert_eq!(library.rows_of(&filter).unwrap(), expected, "{filter:?}");
    }
    let nobody = Filter { authors: vec!["A. Lark".into(), "?!".into()], ..Filter::default() };
    let error = library.rows_of(&nobody).unwrap_err().to_string();
    assert!(error.contains("no name in '?!'"), "{error}");
}

#[test]
fn filters_read_indexes_and_no_papers() {
    let folder = tempfile::tempdir().unwrap();
    let (library, _) = library(folder.path(), &["2602.00001"]);
    let plan = |sql: &str| -> Vec<String> {
        let connection = Connection::open(library.path()).unwrap();
        let sql = [":since", ":until", ":authors"]
            .into_iter()
            .fold(sql.to_owned(), |sql, name| sql.replace(name, "'2026'"));
        let mut plan = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
        let lines = plan.query_map([], |row| row.get(3)).unwrap();
        lines.map(Result::unwrap).collect()
    };
    for sql in [
        search::select(false, false),
        search::select(true, false),
        "SELECT key FROM unlisted ORDER BY key".to_owned(),
    ] {
        let plan = plan(&sql);
        let looks = |line: &&String| line.starts_with("SCAN") || line.starts_with("SEARCH");
        let bad = plan.iter().filter(looks).find(|line| !line.contains("COVERING INDEX"));
        assert_eq!(bad, None, "{plan:#?}");
    }
    let plan = plan(&search::select(true, true)).join("; ");
    assert!(plan.contains("paper_text VIRTUAL TABLE INDEX"), "{plan}");
    assert!(plan.contains("SEARCH paper USING INTEGER PRIMARY KEY"), "{plan}");
}

#[test]
fn a_flipped_bit_is_never_answered() {
    let folder = tempfile::tempdir().unwrap();
    let (library, _) = library(folder.path(), &["2602.00001"]);
    drop(library);
    let mut library = Library::open(folder.path()).unwrap();
    let rows = library.add_papers(&[full("2602.00002", 2, "x"), bare("2602.00003")]).unwrap();
    let path = library.path().to_path_buf();
    for sql in [
        "UPDATE paper SET title = 'On l\u{61}rks' WHERE key = 2",
        "UPDATE paper SET crc = crc + 1 WHERE key = 2",
        "UPDATE paper SET comment = NULL WHERE key = 2",
        "UPDATE paper SET comment = doi, doi = comment WHERE key = 2",
        "UPDATE paper SET version = 3 WHERE key = 2",
        "UPDATE paper SET key = 7 WHERE key = 2",
    ] {
        drop(library);
        let kept = fs::read(&path).unwrap();
        Connection::open(&path).unwrap().execute_batch(sql).unwrap();
        library = Library::open(folder.path()).unwrap();
        let error = library.paper(&id("2602.00002")).unwrap_err();
        let message = error.to_string();
        assert!(matches!(error, Error::Damaged { .. }), "{sql}: {message}");
        let key = if sql.contains("= 7") { 7 } else { 2 };
        let told = format!("paper {key} does not fit its checksum");
        assert!(message.contains(&told) && message.contains("backup"), "{sql}: {message}");
        assert!(message.contains(path.to_str().unwrap()), "{message}");
        assert!(in_words(&library).contains(&told), "{sql}");
        // Nor is it taken for what a newer paper adds to.
        assert!(library.add_papers(&[full("2602.00002", 4, "x")]).is_err(), "{sql}");
        assert_eq!(library.papers(&rows[1..]).unwrap(), [bare("2602.00003")]);
        drop(library);
        fs::write(&path, kept).unwrap();
        library = Library::open(folder.path()).unwrap();
    }
    assert_eq!(in_words(&library), Vec::<String>::new());
}

#[test]
fn a_damaged_index_of_texts_is_told_and_made_anew() {
    for (sql, refused) in [
        ("DELETE FROM paper_text_data", true),
        ("UPDATE paper_text_data SET block = x'00' WHERE id > 10", true),
        ("DELETE FROM paper_text_docsize WHERE id = 1", false),
        ("DELETE FROM paper_text_config", false),
        ("UPDATE paper SET title = 'Silent swap' WHERE key = 1", false),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let mut library = Library::open(folder.path()).unwrap();
        let rows = library.add_papers(&[titled(1, "Larks"), titled(2, "Larks sing")]).unwrap();
        let path = library.path().to_path_buf();
        drop(library);
        let connection = Connection::open(&path).unwrap();
        connection.pragma_update(None, "writable_schema", true).unwrap();
        connection.execute_batch(sql).unwrap();
        drop(connection);
        let mut library = Library::open(folder.path()).unwrap();
        let told = in_words(&library);
        assert!(!told.is_empty(), "{sql}");
        if refused {
            let result = library.matching(&Query::parse("larks").unwrap(), None, 9);
            let result = result.map_err(|error| error.to_string());
            assert!(
                result.as_ref().is_err_and(|m| m.contains("can be made anew")),
                "{sql}: {result:?}"
            );
        }
        library.rebuild_text().unwrap_or_else(|error| panic!("{sql}: {error:?}"));
        if !sql.contains("swap") {
            assert_eq!(in_words(&library), Vec::<String>::new(), "{sql}");
            assert_eq!(found(&library, "larks"), rows, "{sql}");
        }
        library.add_papers(&[titled(3, "Owls")]).unwrap();
        assert_eq!(found(&library, "owls").len(), 1);
    }
}

#[test]
fn broken_pages_are_told_by_a_check() {
    let folder = tempfile::tempdir().unwrap();
    let mut library = Library::open(folder.path()).unwrap();
    let papers: Vec<_> = (0..500).map(|n| full(&format!("2602.{n:05}"), 1, "x")).collect();
    library.add_papers(&papers).unwrap();
    let path = library.path().to_path_buf();
    drop(library);
    // Leaves no page unused.
    Connection::open(&path).unwrap().execute_batch("PRAGMA journal_mode = delete; VACUUM").unwrap();
    let whole = fs::read(&path).unwrap();
    let (mut tried, mut quiet) = (0, Vec::new());
    for page in 1..whole.len() / 4096 {
        let range = page * 4096 + 3000..page * 4096 + 3100;
        // Nothing is there to be damaged; an inner page has old bytes in the room that it does not use.
        let is_inner = matches!(whole[page * 4096], 2 | 5);
        if is_inner || whole[range.clone()].iter().all(|byte| *byte == 0) {
            continue;
        }
        let mut bytes = whole.clone();
        bytes[range].fill(0xa5);
        fs::write(&path, bytes).unwrap();
        let told = Library::open(folder.path()).and_then(|library| library.check());
        tried += 1;
        quiet.extend(told.is_ok_and(|told| told.is_empty()).then_some(page));
    }
    assert!(tried > 30 && quiet.is_empty(), "{quiet:?} of {tried} broken pages are not told");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_text_is_a_query_or_clearly_none(
        texts in prop::collection::vec("\\PC*|[a-b \"*:(){}^+-]{0,12}|(NOT|AND|OR|NEAR|lark|-|\"| ){0,9}", 20),
        any in prop::collection::vec(any::<char>(), 0..20),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let (library, _) = library(folder.path(), &["2602.00001"]);
        for text in texts.into_iter().chain([any.into_iter().collect()]) {
            match Query::parse(&text) {
                Ok(query) => _ = library.matching(&query, None, 9).unwrap(),
                Err(error) => prop_assert!(matches!(error, Error::Invalid(_)), "{error:?}"),
            }
            library.sharing(std::slice::from_ref(&text), None, 9).unwrap();
            let filter = Filter { authors: vec![text], ..Filter::default() };
            match library.rows_of(&filter) {
                Ok(_) | Err(Error::Invalid(_)) => {}
                Err(error) => prop_assert!(false, "{error:?}"),
            }
        }
    }
}
