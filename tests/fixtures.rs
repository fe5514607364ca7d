//! The readers against real recordings, which live beside the repository and not in it.
//!
//! `PAPERLARK_SHARED` says where (default `../shared`); without them every test says so and passes.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use paperlark::source::{self, Format};
use paperlark::{Announced, Kind};

use crate::common::shared::shared;

fn files_below(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files_below(&path, files);
        } else {
            files.push(path);
        }
    }
}

fn assert_readable(items: &[Announced]) {
    for Announced { paper, .. } in items {
        let id = &paper.id;
        for text in paper.authors.iter().chain([&paper.title]) {
            // Math stays TeX, and every second part between dollars is math.
            let said: String = text.split('$').step_by(2).collect();
            for tex in [r"\'", r#"\""#, r"\`", r"\^", r"\c{", r"\v{", "{\\", "(Unknown)"] {
                assert!(!said.contains(tex), "{id}: {text}");
            }
            assert!(!text.is_empty() && !text.contains("  "), "{id}: {text}");
        }
        assert!(!paper.abstract_text.starts_with("arXiv:"), "{id}");
        assert!(!paper.abstract_text.contains("Announce Type"), "{id}");
    }
}

/// Format, categories asked for, date and number of papers; or words of the error.
type Expected = Result<(Format, &'static str, &'static str, usize), &'static str>;

#[test]
fn every_feed_and_answer_is_read_or_refused_for_its_reason() {
    use Format::{Atom, Query, Rss};
    let Some(folder) = shared("fixtures") else {
        return;
    };
    let multi = "cs math astro-ph hep-th hep-ph cond-mat physics quant-ph gr-qc stat q-bio";
    let cases: &[(&str, Expected)] = &[
        ("rss/astro-ph.atom.xml", Ok((Atom, "astro-ph", "2026-11-21", 0))),
        ("rss/astro-ph.rss.xml", Ok((Rss, "astro-ph", "2011-02-03", 0))),
        ("rss/cond-mat.rss.xml", Ok((Rss, "cond-mat", "2011-02-03", 2))),
        ("rss/empty_weekend_cs.atom.xml", Ok((Atom, "cs", "2026-11-21", 0))),
        ("rss/empty_weekend_cs.rss.xml", Ok((Rss, "cs", "2011-02-05", 0))),
        ("rss/multi.rss.xml", Ok((Rss, multi, "2011-02-03", 11))),
        ("rss/quant-ph.rss.xml", Ok((Rss, "quant-ph", "2011-02-03", 1))),
        ("rss/recorded_empty_sunday_2025-04-27.rss.xml", Ok((Rss, "cs", "2025-04-27", 0))),
        ("rss/error_bad_archive.rss.xml", Err("Bad archive 'nosuch'")),
        ("rss/error_bad_class.rss.xml", Err("Bad subject class 'ZZ'")),
        ("atom_api/arxivpy2026_id_0000.0000_s0_m100.xml", Ok((Query, "", "", 0))),
        ("atom_api/arxivpy2026_id_0808.05394_1707.08567_s0_m100.xml", Ok((Query, "", "", 1))),
        ("atom_api/arxivpy2026_id_1707.08567_s0_m100.xml", Ok((Query, "", "", 1))),
        ("atom_api/arxivpy2026_id_2104.12255v1_s0_m100.xml", Ok((Query, "", "", 1))),
        ("atom_api/arxivpy2026_id_abc_s0_m100.xml", Err("incorrect id format for abc")),
        ("atom_api/arxivpy2026_id_astro-ph_0601001_s0_m100.xml", Ok((Query, "", "", 1))),
        ("atom_api/arxivpy2026_id_quant-ph_0201082v1_s0_m100.xml", Ok((Query, "", "", 1))),
        ("atom_api/arxivpy2026_q_testing_s0_m10.xml", Ok((Query, "", "", 10))),
        ("atom_api/arxivpy2026_q_testing_s0_m100.xml", Ok((Query, "", "", 100))),
        ("atom_api/arxivpy2026_q_testing_s10_m10.xml", Ok((Query, "", "", 10))),
        ("atom_api/arxivvanity2017_testdata_max10.xml", Ok((Query, "", "", 10))),
        ("oai/Identify.xml", Err("an OAI-PMH answer without papers")),
        ("oai/error_noRecordsMatch.xml", Err("noRecordsMatch")),
        ("listing/db__list_nosuch_new.html", Err("Invalid archive or category: nosuch")),
        ("listing/mock__list_math_new_503.html", Err("wait a few minutes")),
        ("zotero/pyzotero/items_doc.json", Err("JSON list")),
    ];
    for (name, expected) in cases {
        let batch = source::read(&folder.join(name));
        match (batch, expected) {
            (Ok(batch), Ok((format, categories, date, n_papers))) => {
                assert_eq!(batch.format, *format, "{name}");
                assert_eq!(batch.categories.join(" "), *categories, "{name}");
                let read = batch.date.map(|d| d.to_string()).unwrap_or_default();
                assert_eq!(read, *date, "{name}");
                assert_eq!(batch.items.len(), *n_papers, "{name}");
                assert_readable(&batch.items);
                for item in &batch.items {
                    assert_eq!(item.date, batch.date, "{name}");
                    assert!(item.paper.version.is_some(), "{name}");
                    assert!(!item.paper.authors.is_empty(), "{name}");
                    assert!(!item.paper.categories.is_empty(), "{name}");
                    assert_eq!(item.paper.submitted.is_some(), *format == Query, "{name}");
                }
            }
            (Err(error), Err(words)) => {
                let error = error.to_string();
                assert!(error.contains(words), "{name}: {error}");
                assert!(error.contains(name), "{name}: {error}");
            }
            (batch, expected) => panic!("{name}: {batch:?} instead of {expected:?}"),
        }
    }
    let mut listed: Vec<PathBuf> = Vec::new();
    for part in ["rss", "atom_api"] {
        files_below(&folder.join(part), &mut listed);
    }
    for path in listed {
        let known = cases.iter().any(|(name, _)| path == folder.join(name));
        let day = path.parent().is_some_and(|p| p.ends_with("day_2026-02-05"));
        assert!(known || day, "{} has no expectation", path.display());
    }
}

#[test]
fn four_feeds_of_one_day_are_one_list() {
    let Some(folder) = shared("fixtures/rss/day_2026-02-05") else {
        return;
    };
    let mut files = Vec::new();
    files_below(&folder, &mut files);
    assert_eq!(files.len(), 4);
    let mut ids = HashSet::new();
    let mut n_lines = 0;
    for file in &files {
        for line in fs::read_to_string(file).unwrap().lines() {
            if let Some((_, tail)) = line.split_once("oai:arXiv.org:") {
                let versioned = tail.split('<').next().unwrap();
                ids.insert(versioned.rsplit_once('v').unwrap().0.to_owned());
                n_lines += 1;
            }
        }
    }
    let batches: Vec<_> = files.iter().map(|f| source::read(f).unwrap()).collect();
    assert_eq!(batches.iter().map(|b| b.items.len()).sum::<usize>(), n_lines);
    let merged = source::merge(batches.clone());
    let found: HashSet<String> = merged.iter().map(|a| a.paper.id.to_string()).collect();
    assert_eq!(found, ids);
    assert_eq!(merged.len(), ids.len());
    assert!(merged.len() < n_lines);
    assert_readable(&merged);
    for item in &merged {
        assert_eq!(item.date, Some("2026-02-05".parse().unwrap()));
        // A paper whose primary category is among the four is new in the feed of that category.
        let primary = item.paper.categories[0].as_str();
        if ["cs.AI", "cs.CL", "cs.CV", "cs.LG"].contains(&primary) {
            assert!(!matches!(item.kind, Kind::Cross | Kind::ReplaceCross), "{item:?}");
        }
    }
    let mut turned = batches;
    turned.reverse();
    assert_eq!(source::merge(turned), merged);
}

#[test]
fn json_lines_of_every_kind() {
    let Some(path) = shared("fixtures/kaggle/arxiv-metadata-oai-snapshot.sample.jsonl") else {
        return;
    };
    let kaggle = source::read(&path).unwrap();
    assert_eq!(kaggle.items.len(), 200);
    assert_readable(&kaggle.items);
    for Announced { paper, date, .. } in &kaggle.items {
        assert!(date.is_none() && paper.submitted.is_some() && paper.version.is_some());
        assert!(!paper.authors.is_empty() && !paper.categories.is_empty());
    }
    let first = &kaggle.items[0].paper;
    assert_eq!((first.id.as_str(), first.version), ("0704.0001", Some(2)));
    assert_eq!(first.authors[0], "C. Balázs");
    assert_eq!(first.submitted, Some("2007-04-02".parse().unwrap()));

    let Some(path) = shared("llm_days/day_2026-02-05.jsonl.gz") else {
        return;
    };
    let day = source::read(&path).unwrap();
    assert_eq!((day.format, day.items.len()), (Format::JsonLines, 287));
    assert_eq!(day.date, Some("2026-02-05".parse().unwrap()));
    assert!(day.items.iter().all(|item| item.date == day.date));
    assert_readable(&day.items);

    let Some(path) = shared("arxiv_test_200.jsonl") else {
        return;
    };
    let papers = source::read(&path).unwrap();
    // 200 lines, two of them about one paper.
    let text = fs::read_to_string(&path).unwrap();
    let ids: HashSet<&str> = text
        .lines()
        .map(|line| line.split_once(r#""id": ""#).unwrap().1.split('"').next().unwrap())
        .collect();
    assert_eq!(text.lines().count(), 200);
    assert_eq!(papers.items.len(), ids.len());
    assert_readable(&papers.items);
}

#[test]
fn no_recording_whole_or_cut_makes_a_panic() {
    let Some(folder) = shared("fixtures") else {
        return;
    };
    let mut files = Vec::new();
    files_below(&folder, &mut files);
    assert!(files.len() > 100);
    for file in files {
        let bytes = fs::read(&file).unwrap();
        let _ = source::parse("whole", &bytes);
        for part in [3, 5, 7] {
            let cut = &bytes[..bytes.len() / 10 * part];
            let is_xml = file.extension().is_some_and(|e| e == "xml");
            let outcome = source::parse("cut", cut);
            assert!(!is_xml || outcome.is_err(), "{} cut", file.display());
        }
    }
}
