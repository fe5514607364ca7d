//! Listing pages against arXiv's own, which live beside the repository and not in it.
//!
//! `PAPERLARK_SHARED` says where (default `../shared`); without them every test says so and passes.
//! What is expected comes from the pages' index, from counting strings in the page, and from reading
//! pages by eye.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use paperlark::source::listing::{self, Listing};
use paperlark::source::{self, Format};
use paperlark::{Announced, Kind};
use serde_json::Value;

use crate::common::shared::shared;

fn index(folder: &Path) -> Vec<Value> {
    serde_json::from_str(&fs::read_to_string(folder.join("INDEX.json")).unwrap()).unwrap()
}

fn page(folder: &Path, name: &str) -> Listing {
    let text = fs::read_to_string(folder.join(name)).unwrap();
    listing::parse(name, &text).unwrap()
}

fn items(listing: &Listing) -> impl Iterator<Item = &Announced> {
    listing.sections.iter().flat_map(|section| &section.items)
}

fn find<'a>(listing: &'a Listing, id: &str) -> &'a Announced {
    items(listing).find(|item| item.paper.id.as_str() == id).unwrap()
}

/// Everything between two strings, for each place where the first stands.
fn between<'a>(text: &'a str, open: &str, close: &str) -> Vec<&'a str> {
    text.split(open).skip(1).map(|rest| rest.split(close).next().unwrap()).collect()
}

/// "Friday, 3 March 2023" or "Fri, 3 Mar 2023" as the date itself.
fn date(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let months =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let month = months.iter().position(|m| words[2].starts_with(m)).unwrap() + 1;
    format!("{}-{month:02}-{:02}", words[3], words[1].parse::<u32>().unwrap())
}

#[test]
fn every_page_is_read_as_its_index_says() {
    let Some(folder) = shared("fixtures/listing") else { return };
    let mut n_pages = 0;
    let index = index(&folder);
    for expected in index.iter().filter(|page| page["status"] == 200) {
        let name = expected["file"].as_str().unwrap();
        let listing = page(&folder, name);
        let observed = &expected["observed"];
        let stated =
            observed["date_line"].as_str().map(|line| date(line.split("for ").nth(1).unwrap()));
        assert_eq!(listing.date.map(|d| d.to_string()), stated, "{name}");
        let total =
            observed["paging"].as_str().map(|t| t.split(' ').nth(2).unwrap().parse().unwrap());
        assert_eq!(listing.total, total, "{name}");
        let asked = expected["url"].as_str().unwrap().split('/').nth(2).unwrap();
        let asked = match asked {
            "cs.SY" => "eess.SY",
            "chao-dyn" => "nlin.CD",
            other => other,
        };
        assert_eq!(listing.category.as_deref(), Some(asked), "{name}");
        let headings = observed["sections"].as_array().unwrap();
        assert_eq!(listing.sections.len(), headings.len(), "{name}");
        for (section, heading) in listing.sections.iter().zip(headings) {
            let words = heading["heading"].as_str().unwrap();
            let n = heading["dt"].as_u64().unwrap() as usize;
            assert_eq!((section.shown, section.items.len()), (n, n), "{name}: {words}");
            let of =
                words.split(" of ").nth(1).map(|t| t.split(' ').next().unwrap().parse().unwrap());
            assert_eq!(section.total, of, "{name}: {words}");
            let kind = match words.split(' ').next().unwrap() {
                "New" => Some(Kind::New),
                "Cross" => Some(Kind::Cross),
                "Replacement" => Some(Kind::Replace),
                _ => None,
            };
            assert_eq!(section.kind, kind, "{name}: {words}");
            let day = match kind {
                Some(_) => stated.clone(),
                None => Some(date(words)),
            };
            assert_eq!(section.date.map(|d| d.to_string()), day, "{name}: {words}");
            for item in &section.items {
                assert_eq!(item.date, section.date, "{name}");
                let bare = match item.kind {
                    Kind::ReplaceCross => Kind::Replace,
                    kind => kind,
                };
                assert!(kind.is_none_or(|kind| kind == bare), "{name}: {item:?}");
            }
        }
        n_pages += 1;
    }
    assert_eq!(n_pages, 31);
}

#[test]
fn every_entry_is_read_whole() {
    let Some(folder) = shared("fixtures/listing") else { return };
    let mut n_entries = 0;
    for expected in index(&folder).iter().filter(|page| page["status"] == 200) {
        let name = expected["file"].as_str().unwrap();
        let text = fs::read_to_string(folder.join(name)).unwrap();
        let listing = page(&folder, name);
        let entries = between(&text, "<dt>", "</dd>");
        assert_eq!(items(&listing).count(), entries.len(), "{name}");
        for (item, entry) in items(&listing).zip(entries) {
            let paper = &item.paper;
            let id = between(entry, "<a href =\"/abs/", "\"")[0];
            assert_eq!(paper.id.as_str(), id, "{name}");
            assert_eq!(paper.version, None);
            let authors = between(entry, "<div class='list-authors'>", "</div>")[0];
            assert_eq!(paper.authors.len(), authors.matches("<a ").count(), "{name}: {id}");
            assert!(paper.authors.iter().all(|a| !a.is_empty() && !a.contains(['<', '&', ';'])));
            let subjects = between(entry, "<span class=\"primary-subject\">", "\n")[0];
            assert_eq!(paper.categories.len(), subjects.split(';').count(), "{name}: {id}");
            let primary = subjects.split("</span>").next().unwrap();
            assert!(primary.ends_with(&format!("({})", paper.categories[0])), "{name}: {id}");
            assert_eq!(paper.comment.is_some(), entry.contains("list-comments"), "{name}: {id}");
            assert_eq!(paper.journal_ref.is_some(), entry.contains("list-journal-ref"), "{id}");
            let shown = between(entry, "<p class='mathjax'>", "</p>");
            let shown = shown.first().copied().unwrap_or_default();
            assert_eq!(paper.abstract_text.is_empty(), shown.trim().is_empty(), "{name}: {id}");
            assert_eq!(entry.contains("(replaced)"), item.kind >= Kind::Replace, "{name}: {id}");
            assert_eq!(
                entry.contains("(cross-list from"),
                item.kind == Kind::Cross,
                "{name}: {id}"
            );
            for text in [&paper.title, &paper.abstract_text] {
                assert!(!text.contains("  ") && !text.contains('\n'), "{name}: {text}");
                for markup in ["<br", "<a ", "</", "&amp;", "&lt;", "&#39;", "Title:"] {
                    assert!(!text.contains(markup), "{name}: {text}");
                }
            }
            n_entries += 1;
        }
    }
    assert_eq!(n_entries, 806);
}

/// Read by eye.
#[test]
fn some_papers_word_for_word() {
    let Some(folder) = shared("fixtures/listing") else { return };
    let math = page(&folder, "db__list_math_new.html");
    let first = &find(&math, "0906.3421").paper;
    assert_eq!(first.title, "Q-system Cluster Algebras, Paths and Total Positivity");
    assert_eq!(first.authors, ["P. Di Francesco", "R. Kedem"]);
    assert_eq!(first.categories, ["math.CO", "cond-mat.stat-mech", "math-ph"]);
    assert_eq!(
        first.comment.as_deref(),
        Some("36 pages, 16 Postscript figures, typos corrected and one reference added")
    );
    assert!(first.abstract_text.starts_with("We review the solution of the $A_r$ Q-systems in"));
    assert!(first.abstract_text.ends_with(
        "introduced in the context of totally positive matrices by Fomin and Zelevinsky."
    ));
    let cross = find(&math, "0704.0046");
    assert_eq!(cross.kind, Kind::Cross);
    assert_eq!(cross.paper.journal_ref.as_deref(), Some("J. Math. Phys. 48(2007), 092102."));
    let kinds: BTreeMap<&str, Kind> =
        items(&math).map(|item| (item.paper.id.as_str(), item.kind)).collect();
    assert_eq!(
        kinds,
        BTreeMap::from([
            ("0906.3421", Kind::New),
            ("0704.0046", Kind::Cross),
            ("0806.4129", Kind::ReplaceCross), // math-ph
            ("0906.4150", Kind::Replace),      // math.KT
            ("math/0510544", Kind::Replace),   // math.RT
            ("0704.0248", Kind::ReplaceCross), // physics.optics
        ])
    );
    // Backslashes are doubled in the page.
    let medium = &find(&math, "0704.0248").paper.abstract_text;
    assert!(medium.contains("use anisotropic transformation media whose"), "{medium}");
    assert!(!medium.contains("\\\\"), "{medium}");
    assert_eq!(
        find(&math, "math/0510544").paper.authors,
        ["Naihong Hu", "Dong Liu", "Linsheng Zhu"]
    );
    let link = find(&math, "0906.4150").paper.comment.clone().unwrap();
    assert!(link.ends_with("uses this http URL"), "{link}");

    let astro = page(&folder, "enriched__list_astro-ph_new.html");
    let hess = items(&astro).find(|item| item.paper.authors[0] == "HESS Collaboration").unwrap();
    assert_eq!(hess.paper.authors.len(), 100);
    assert_eq!(hess.paper.authors[62], "L. Gérard");
    assert_eq!(hess.paper.authors[99], "R. Kossakowski");
    let cmb = page(&folder, "fs__list_astro-ph.CO_new.html");
    let cmb = items(&cmb).find(|item| item.paper.authors[0] == "David Zegeye").unwrap();
    assert_eq!(cmb.paper.authors[16], "CMB-S4 Collaboration");

    let lg = page(&folder, "enriched__list_cs.LG_new.html");
    let [new, cross] = lg.sections.as_slice() else { panic!("{lg:?}") };
    assert_eq!(
        new.items[0].paper.title,
        "Spatially-Aware Comparison and Consensus for Clusterings"
    );
    assert_eq!(new.items[0].paper.categories, ["cs.LG", "cs.CG", "cs.DB"]);
    assert_eq!(cross.items[0].paper.categories, ["cs.DB", "cs.DS", "cs.LG"]);
    let cs = page(&folder, "enriched__list_cs_new.html");
    let broken = items(&cs).find(|i| i.paper.abstract_text.contains("Firstly, we consider QTMs"));
    assert!(broken.unwrap().paper.abstract_text.contains(" Secondly, we consider constant space"));
}

#[test]
fn the_pages_of_a_day_are_the_day() {
    let Some(folder) = shared("fixtures/listing") else { return };
    let whole = page(&folder, "fs__list_astro-ph_new.html");
    let parts: Vec<Announced> = [0, 25, 50, 75]
        .iter()
        .map(|skip| page(&folder, &format!("fs__list_astro-ph_new_skip_{skip}_show_25.html")))
        .flat_map(|page| items(&page).cloned().collect::<Vec<_>>())
        .collect();
    let whole: Vec<Announced> = items(&whole).cloned().collect();
    assert_eq!(parts, whole);
    assert_eq!(whole.len(), 97);
    let n = |kind: Kind| whole.iter().filter(|item| item.kind == kind).count();
    assert_eq!((n(Kind::New), n(Kind::Cross)), (53, 4));
    // Counted in the page: replacements whose primary subject is not of astro-ph.
    let text = fs::read_to_string(folder.join("fs__list_astro-ph_new.html")).unwrap();
    let foreign = between(&text, "<dt>", "</dd>")
        .iter()
        .filter(|entry| entry.contains("(replaced)"))
        .filter(|entry| !between(entry, "primary-subject\">", "</span>")[0].contains("(astro-ph"))
        .count();
    assert!(foreign > 5);
    assert_eq!((n(Kind::Replace), n(Kind::ReplaceCross)), (40 - foreign, foreign));
}

#[test]
fn what_is_no_listing_says_so() {
    let Some(folder) = shared("fixtures/listing") else { return };
    let mut n_pages = 0;
    for expected in index(&folder).iter().filter(|page| page["status"] != 200) {
        let name = expected["file"].as_str().unwrap();
        let words = match name {
            "db__list_nosuch_new.html" => "Invalid archive or category: nosuch",
            "db__list_math.html" => "'404 Not Found | arXiv e-print repository'",
            "db__list_math_new_show_10.html" | "db__list_math_new_show_5000.html" => {
                "Invalid show value. Valid values: 25, 50, 100, 250, 500, 1000, 2000"
            }
            "db__list_math_today.html" => "Listing requires subject and valid time period",
            "mock__list_math_new_503.html" => "answered 'This listing is temporarily unavailable",
            other => panic!("{other} has no expectation"),
        };
        let path = folder.join(name);
        let error = source::read(&path).unwrap_err().to_string();
        assert!(error.starts_with(&path.display().to_string()), "{error}");
        assert!(error.contains(words), "{error}");
        let text = fs::read_to_string(&path).unwrap();
        assert_eq!(
            listing::parse(&path.display().to_string(), &text).unwrap_err().to_string(),
            error
        );
        n_pages += 1;
    }
    assert_eq!(n_pages, 6);
}

#[test]
fn a_saved_page_is_read_like_a_feed() {
    let Some(folder) = shared("fixtures/listing") else { return };
    for (name, category, date, n_papers) in [
        ("fs__list_astro-ph_new.html", "astro-ph", "2023-03-03", 97),
        ("enriched__list_econ_new.html", "econ", "2011-02-04", 0),
        ("db__list_hep-ph_recent.html", "hep-ph", "2011-02-03", 0),
        ("fs__list_astro-ph_recent.html", "astro-ph", "2023-03-03", 50),
        ("fs__list_astro-ph_new_skip_5000_show_25.html", "astro-ph", "2023-03-03", 0),
    ] {
        let batch = source::read(&folder.join(name)).unwrap();
        assert_eq!(batch.format, Format::Listing, "{name}");
        assert_eq!(batch.categories, [category], "{name}");
        assert_eq!(batch.date, Some(date.parse().unwrap()), "{name}");
        assert_eq!(batch.items.len(), n_papers, "{name}");
    }
}

#[test]
fn a_page_cut_anywhere_is_an_error() {
    let Some(folder) = shared("fixtures/listing") else { return };
    for name in ["enriched__list_cs.LG_new.html", "db__list_hep-ph_recent.html"] {
        let text = fs::read_to_string(folder.join(name)).unwrap();
        let end = text.rfind("</html>").unwrap() + "</html>".len();
        let whole = listing::parse(name, &text).unwrap();
        // Every byte of a smaller page is tried beside the parser.
        for at in (0..end).step_by(7).filter(|at| text.is_char_boundary(*at)) {
            assert!(listing::parse(name, &text[..at]).is_err(), "{name} cut at {at}");
        }
        assert_eq!(listing::parse(name, &text[..end]).unwrap(), whole);
    }
}
