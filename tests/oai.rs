//! OAI-PMH answers against those of arXiv's own software, which live beside the repository.
//!
//! `PAPERLARK_SHARED` says where (default `../shared`); without them every test says so and passes.
//! What is expected comes from counting strings in the files and from reading them by eye.

use std::fs;
use std::path::Path;

use paperlark::category;
use paperlark::source::oai::{self, Answer, Record};
use paperlark::source::{self, Format};

use crate::common::shared::shared;

fn text(folder: &Path, name: &str) -> String {
    fs::read_to_string(folder.join(name)).unwrap()
}

fn records(folder: &Path, name: &str) -> (Vec<Record>, Option<String>) {
    match oai::parse(name, &text(folder, name)).unwrap() {
        Answer::Records { records, token } => (records, token),
        other => panic!("{name}: {other:?}"),
    }
}

/// Everything between two strings, for each place where the first stands.
fn between<'a>(text: &'a str, open: &str, close: &str) -> Vec<&'a str> {
    text.split(open).skip(1).map(|rest| rest.split(close).next().unwrap()).collect()
}

fn only<'a>(text: &'a str, open: &str, close: &str) -> Option<&'a str> {
    between(text, open, close).first().copied()
}

#[test]
fn every_record_is_read_whole() {
    let Some(folder) = shared("fixtures/oai") else { return };
    for (name, n_records, token) in [
        ("GetRecord_arXiv.xml", 1, None),
        ("GetRecord_arXivRaw.xml", 1, None),
        ("GetRecord_oai_dc.xml", 1, None),
        ("ListRecords_arXiv_page1.xml", 20, Some(("arXiv", 14))),
        ("ListRecords_arXiv_page2.xml", 20, Some(("arXiv", 34))),
        ("ListRecords_arXivRaw_page1.xml", 10, Some(("arXivRaw", 4))),
        ("ListRecords_arXivRaw_lastpage_emptytoken.xml", 93, None),
    ] {
        let token = token.map(|(format, skip)| {
            format!(
                "verb%3DListRecords%26metadataPrefix%3D{format}%26from%3D2011-02-03%26skip%3D{skip}"
            )
        });
        let (read, found) = records(&folder, name);
        assert_eq!(found, token, "{name}");
        assert_eq!(read.len(), n_records, "{name}");
        let text = text(&folder, name);
        let whole = between(&text, "<record>", "</record>");
        assert_eq!(whole.len(), n_records, "{name}");
        for (record, xml) in read.iter().zip(whole) {
            let id = only(xml, "<identifier>oai:arXiv.org:", "<").unwrap();
            assert_eq!(record.id.as_str(), id, "{name}");
            assert_eq!(Some(&*record.datestamp.to_string()), only(xml, "<datestamp>", "<"));
            assert_eq!(record.sets, between(xml, "<setSpec>", "<"), "{id}");
            assert!(!record.deleted);
            let paper = record.paper.as_ref().unwrap();
            assert_eq!(paper.id, record.id);
            assert!(!paper.title.is_empty() && paper.title != id, "{id}");
            assert!(!paper.authors.is_empty() && !paper.abstract_text.is_empty(), "{id}");
            assert!(paper.authors.iter().all(|a| !a.contains(['(', ')', '<'])), "{id}: {paper:?}");
            for text in [&paper.title, &paper.abstract_text] {
                assert!(!text.contains("  ") && !text.contains("&amp;"), "{id}: {text}");
            }
            let n_versions = xml.matches("<version ").count();
            assert_eq!(record.created.len(), n_versions, "{id}");
            assert_eq!(paper.version.unwrap_or(0) as usize, n_versions, "{id}");
            if let Some(words) = only(xml, "<categories>", "<") {
                assert_eq!(paper.categories.join(" "), words, "{id}");
                assert_eq!(paper.doi.as_deref(), only(xml, "<doi>", "<"), "{id}");
                assert_eq!(paper.comment.is_some(), xml.contains("<comments>"), "{id}");
                assert_eq!(paper.journal_ref.is_some(), xml.contains("<journal-ref>"), "{id}");
                let by_one = xml.matches("<keyname>").count();
                assert!(by_one == 0 || by_one == paper.authors.len(), "{id}");
            }
            if let Some(day) = only(xml, "<created>", "<").or(only(xml, "<dc:date>", "<")) {
                assert_eq!(paper.submitted, Some(day.parse().unwrap()), "{id}");
            }
            if let Some(first) = only(xml, "<date>", " GMT<") {
                // "Tue, 25 Jan 2000 16:09:37"
                let words: Vec<&str> = first.split(' ').collect();
                let written = record.created[0].strftime("%d %b %Y %H:%M:%S").to_string();
                assert_eq!(written, words[1..].join(" "), "{id}");
                let day = paper.submitted.unwrap();
                assert_eq!(day.strftime("%d %b %Y").to_string(), words[1..4].join(" "), "{id}");
                assert!(record.created.is_sorted(), "{id}");
            }
        }
    }
}

/// Read by eye.
#[test]
fn some_records_word_for_word() {
    let Some(folder) = shared("fixtures/oai") else { return };
    for name in ["GetRecord_arXiv.xml", "GetRecord_arXivRaw.xml", "GetRecord_oai_dc.xml"] {
        let (records, _) = records(&folder, name);
        let record = &records[0];
        let paper = record.paper.as_ref().unwrap();
        assert_eq!(paper.id.as_str(), "cs/0001024", "{name}");
        assert_eq!(
            paper.title,
            "A Parallel Algorithm for Dilated Contour Extraction from Bilevel Images"
        );
        assert_eq!(paper.authors, ["B. R. Schlei", "L. Prasad"], "{name}");
        assert_eq!(paper.categories, ["cs.CV"], "{name}");
        assert_eq!(paper.submitted, Some("2000-01-25".parse().unwrap()), "{name}");
        assert_eq!(record.datestamp, "2005-09-17".parse().unwrap(), "{name}");
        let comment = paper.comment.as_deref().unwrap();
        assert!(comment.starts_with("5 pages, including 3 figures. For additional"), "{name}");
        assert!(paper.abstract_text.starts_with("We describe a simple, but efficient"), "{name}");
    }
    let (raw, _) = records(&folder, "ListRecords_arXivRaw_page1.xml");
    let wave = raw.iter().find(|record| record.id.as_str() == "0901.0022").unwrap();
    let paper = wave.paper.as_ref().unwrap();
    assert_eq!(paper.version, Some(4));
    assert_eq!(paper.authors, ["Christopher D. Sogge", "Chengbo Wang"]);
    assert_eq!(
        paper.journal_ref.as_deref(),
        Some("Journal d'Analyse Mathematique, 112(2010), No. 1, 1-32")
    );
    let created: Vec<String> = wave.created.iter().map(|t| t.to_string()).collect();
    assert_eq!(
        created,
        [
            "2008-12-30T22:18:58Z",
            "2009-05-02T20:34:10Z",
            "2010-10-14T20:53:04Z",
            "2010-10-25T20:33:37Z"
        ]
    );
    let (raw, _) = records(&folder, "ListRecords_arXivRaw_lastpage_emptytoken.xml");
    let paper = |start: &str| {
        let papers = raw.iter().filter_map(|record| record.paper.as_ref());
        papers.into_iter().find(|paper| paper.title.starts_with(start)).unwrap()
    };
    let galex = paper("Statistical properties of the GALEX");
    assert_eq!(galex.authors, ["Emanuele Bertone", "Miguel Chavez"]);
    assert_eq!(galex.affiliations, ["INAOE, Puebla, Mexico"]);
    let planet = paper("Accretion of a Terrestrial-Like Minor Planet");
    assert_eq!(planet.authors.len(), 8);
    assert_eq!(
        planet.affiliations,
        ["UCSD", "University of Leicester", "University of Montreal", "UCLA", "MIT"]
    );
    let halpha = paper("Narrowband imaging of Escaping");
    assert_eq!(halpha.authors, ["D. B. Nestor", "A. E. Shapley", "C. C. Steidel", "B. Siana"]);
    assert_eq!(halpha.affiliations, [""; 0]);
}

#[test]
fn every_other_answer_is_told_apart() {
    let Some(folder) = shared("fixtures/oai") else { return };
    let parse = |name: &str| oai::parse(name, &text(&folder, name)).unwrap();
    let (headers, token) = records(&folder, "ListIdentifiers_page1.xml");
    let xml = text(&folder, "ListIdentifiers_page1.xml");
    let ids: Vec<&str> = headers.iter().map(|record| record.id.as_str()).collect();
    assert_eq!(ids, between(&xml, "<identifier>oai:arXiv.org:", "<"));
    assert_eq!(ids.len(), 20);
    assert!(token.unwrap().ends_with("%26skip%3D14"));
    assert!(headers.iter().all(|record| record.paper.is_none() && !record.sets.is_empty()));
    assert_eq!(headers[2].sets, ["physics:chao-dyn", "physics:ao-sci", "physics:nlin:CD"]);

    let Answer::Sets(sets) = parse("ListSets.xml") else { panic!("no sets") };
    assert_eq!(sets, between(&text(&folder, "ListSets.xml"), "<setSpec>", "<"));
    assert_eq!(sets.len(), 183);
    // What we ask for exists, and what exists can be asked for by the category's name or its other one.
    for set in &sets {
        let mut parts = set.split(':').skip(1);
        let Some(archive) = parts.next() else { continue };
        let name = parts.next().map_or(archive.to_owned(), |class| format!("{archive}.{class}"));
        assert!(category::is_known(&name), "{name}");
        assert!(sets.contains(&oai::set_of(&name).unwrap()), "{name}");
        if category::canonical(&name) == Some(&name) && name.contains('.') {
            assert_eq!(&oai::set_of(&name).unwrap(), set);
        }
    }

    let formats = ["oai_dc", "arXiv", "arXivOld", "arXivRaw"].map(str::to_owned);
    assert_eq!(parse("ListMetadataFormats.xml"), Answer::Formats(formats.into()));
    assert_eq!(parse("Identify.xml"), Answer::Earliest("2005-09-16".parse().unwrap()));
    for (name, words) in [
        ("badArgument", "from date format must be YYYY-MM-DD"),
        ("badResumptionToken", "Token decoding failed or format is invalid"),
        ("badVerb", "Invalid verb provided"),
        ("idDoesNotExist", "Invalid arXiv_id structure"),
        ("noRecordsMatch", "results in an empty list"),
    ] {
        let file = match name {
            "badArgument" => "error_badArgument_date.xml".to_owned(),
            name => format!("error_{name}.xml"),
        };
        let Answer::Refused { code, message } = parse(&file) else { panic!("{file}") };
        assert_eq!(code, name);
        assert!(message.contains(words), "{message}");
    }
}

#[test]
fn a_saved_answer_is_read_like_a_feed() {
    let Some(folder) = shared("fixtures/oai") else { return };
    for entry in fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let xml = text(&folder, &name);
        let batch = source::read(&path);
        if name.contains("Record_") || name.contains("Records_") {
            let batch = batch.unwrap();
            assert_eq!((batch.format, batch.date), (Format::Oai, None), "{name}");
            assert_eq!(batch.items.len(), xml.matches("<record>").count(), "{name}");
            assert!(batch.items.iter().all(|item| item.date.is_none()), "{name}");
        } else {
            let error = batch.unwrap_err().to_string();
            assert!(error.starts_with(&path.display().to_string()), "{error}");
            let words = match only(&xml, "<error code='", "'") {
                Some(code) => format!("arXiv refuses the request, {code}: "),
                None => "an OAI-PMH answer without papers (".to_owned(),
            };
            assert!(error.contains(&words), "{error}");
        }
    }
}

#[test]
fn an_answer_cut_anywhere_is_an_error() {
    let Some(folder) = shared("fixtures/oai") else { return };
    for name in ["GetRecord_arXivRaw.xml", "error_noRecordsMatch.xml", "ListIdentifiers_page1.xml"]
    {
        let xml = text(&folder, name);
        let end = xml.rfind("</OAI-PMH>").unwrap() + "</OAI-PMH>".len();
        for at in (0..end).filter(|at| xml.is_char_boundary(*at)) {
            assert!(oai::parse(name, &xml[..at]).is_err(), "{name} cut at {at}");
        }
        assert!(oai::parse(name, &xml[..end]).is_ok());
    }
}
