//! Files that people have and that failed once, each with its right value. The files stand beside the
//! repository; every kind has neighbours of its own in the tests of its module.

use paperlark::{
    engine::read_marks,
    reader::Mark,
    shelf::{self, Item, Shelf},
};

use crate::common::{desk::Desk, shared::case};

fn read(name: &str) -> Option<Shelf> {
    let path = case(name)?;
    Some(shelf::read(&path).unwrap_or_else(|error| panic!("{name}: {error}")))
}

fn title(item: &Item) -> &str {
    item.title.as_deref().unwrap_or_default()
}

#[test]
fn every_entry_of_a_library_is_read_or_named() {
    const TIDES: &str = "Tidal energy in narrow harbours";
    const BEES: &str = "Sleep of solitary bees";
    const MOMENTUM: &str = "Optimisers with forgetful momentum";
    for (name, titles, named) in [
        ("mendeley_same_id.bib", &[TIDES, BEES, MOMENTUM][..], 0),
        ("endnote_no_key.bib", &[TIDES, BEES], 0),
        ("mendeley_underscore_types.bib", &[TIDES, MOMENTUM, BEES], 2),
        ("underscore_type_only.bib", &[TIDES], 1),
        ("same_key_two_papers.bib", &[TIDES, BEES], 0),
        ("key_with_space.bib", &[TIDES, MOMENTUM], 0),
        ("missing_comma.bib", &[TIDES], 0),
        ("zotero_cut_filename.bib", &["Tidal energy {in narrow harbours", BEES], 0),
        ("names_extended.bib", &[TIDES], 0),
        ("names_commas_in_braces.bib", &[TIDES], 0),
        ("bbt_vphantom.bib", &["Growth of GaN Layers and tides"], 0),
        ("html_in_bib.bib", &["Tidal CO2 energy & bees"], 0),
        (
            "csl_particles_entities.json",
            &[
                "Tidal energy in narrow harbours & bays: a CO2 <1% study",
                "Sleep of dna bees in x Kenya",
            ],
            0,
        ),
    ] {
        let Some(shelf) = read(name) else { return };
        assert_eq!(shelf.items.iter().map(title).collect::<Vec<_>>(), titles, "{name}");
        assert_eq!(shelf.broken.len(), named, "{name}: {:?}", shelf.broken);
        let has_abstract = |item: &Item| item.abstract_text.is_some();
        assert!(shelf.items.iter().all(has_abstract), "{name}");
    }
}

#[test]
fn names_and_abstracts_are_plain() {
    let Some(shelf) = read("names_extended.bib") else { return };
    assert_eq!(shelf.items[0].authors, ["Ana van Vogel", "Jo Wren", "Bo Finch Jr."]);
    let Some(shelf) = read("names_commas_in_braces.bib") else { return };
    assert_eq!(shelf.items[0].authors, ["Larkspur Research, Inc.", "Jo Wren, Jr.", "Müller, Inc."]);
    let Some(shelf) = read("csl_particles_entities.json") else { return };
    let authors =
        ["Ana van Vogel", "Bo von dem Berg", "Jo Finch Jr.", "Larkspur Collaboration", "李雷"];
    assert_eq!(shelf.items[0].authors, authors);
    assert_eq!(
        shelf.items[0].abstract_text.as_deref(),
        Some("Background We measure tides & bees with $x^2$. Second part with bold and escaped.")
    );
    let Some(shelf) = read("html_in_bib.bib") else { return };
    let words = shelf.items[0].abstract_text.as_deref();
    assert_eq!(words, Some("We measure tides & bees. Second <1% part."));
    let Some(shelf) = read("bbt_vphantom.bib") else { return };
    assert_eq!(shelf.items[0].abstract_text.as_deref(), Some("We measure how “tides” move."));
}

#[test]
fn a_key_is_no_identity() {
    let (Some(a), Some(b)) = (read("keys_a.bib"), read("keys_b.bib")) else { return };
    assert_eq!(a.items[0].key, b.items[0].key);
    assert_ne!(a.items[0].paper_id(), b.items[0].paper_id());
    let (Some(a), Some(b)) = (read("ids_a.json"), read("ids_b.json")) else { return };
    assert_ne!(a.items[0].paper_id(), b.items[0].paper_id());
}

#[test]
fn marks_arrive_in_whatever_an_editor_or_a_mail_program_makes_of_them() {
    for (name, marks) in [
        ("boxes_escaped.md", &["like 2606.99028"][..]),
        ("boxes_other_signs.md", &["like 2606.99028"]),
        ("words_behind_id.txt", &["like 2606.99028", "like 2606.99148"]),
        ("marks_bom.txt", &["like 2606.99028"]),
        ("qq_reply_gb18030.eml", &["like 2606.99028"]),
        ("reply_divs_html_only.eml", &["like 2606.99028", "dislike 2606.99148"]),
        ("reply_empty_text_part.eml", &["like 2606.99028"]),
    ] {
        let Some(path) = case(name) else { return };
        let found = read_marks(&path).unwrap();
        assert_eq!(found.len(), 1, "{name}: {found:?}");
        let said: Vec<String> =
            found[0].marks.iter().map(|(id, mark): &(_, Mark)| format!("{mark} {id}")).collect();
        assert_eq!(said, marks, "{name}");
        let named = ["words_behind_id.txt", "reply_empty_text_part.eml"];
        assert_eq!(found[0].profile.is_some(), !named.contains(&name), "{name}");
        assert!(found[0].unread.is_empty(), "{name}");
    }
}

#[test]
fn bad_lines_are_named_and_the_others_count() {
    let Some(path) = case("kaggle_pandas.jsonl") else { return };
    let desk = Desk::offline();
    let reports = desk.json(&["import", "--no-index", path.to_str().unwrap()]);
    // A number for an id, no abstract, and NaN are what a table program makes of them.
    let unusable = reports[0]["unusable"].as_array().unwrap().len();
    let papers = reports[0]["papers"].as_u64().unwrap();
    assert_eq!((papers + unusable as u64, unusable), (5, 2), "{reports}");
    let found = desk.json(&["search", "old larks", "--category", "stat.ML"]);
    assert_eq!(found[0]["paper"]["id"], "math/0601001", "{found}");
}

#[test]
fn a_doubted_id_is_named_and_the_entry_stands_for_itself() {
    let Some(path) = case("mendeley_same_id.bib") else { return };
    let desk = Desk::offline();
    let reports = desk.json(&["import", "--no-index", path.to_str().unwrap()]);
    assert_eq!(reports[0]["papers"], 3, "{reports}");
    let unusable = reports[0]["unusable"].to_string();
    assert_eq!(unusable.matches("1011.1669 stands at several papers").count(), 3, "{unusable}");
}

#[test]
fn two_readers_with_one_key_keep_their_own_papers() {
    let desk = Desk::offline();
    let entry = |title: &str, author: &str, text: &str| {
        format!("@article{{Li2023, author={{{author}}}, title={{{title}}}, abstract={{{text}}}}}\n")
    };
    for (name, title, author, text) in [
        ("ada", "Tidal energy in harbours", "Li, Wei", "We measure how tides move."),
        ("bob", "Sleep of solitary bees", "Li, Na", "Bees sleep at night; we film them."),
    ] {
        desk.file(&format!("profiles/{name}.bib"), &entry(title, author, text));
        desk.profile(name, &format!("[[interest]]\nname = \"a\"\nfrom = [\"{name}.bib\"]\n"));
    }
    let seed = |name: &str| {
        let show = desk.json(&["profile", "show", name]);
        let seeds = show["interests"][0]["seeds"].as_array().unwrap().clone();
        assert_eq!(seeds.len(), 1, "{show}");
        seeds[0]["title"].as_str().unwrap().to_owned()
    };
    assert_eq!(seed("ada"), "Tidal energy in harbours");
    assert_eq!(seed("bob"), "Sleep of solitary bees");
    // An abstract that was rewritten is read anew, and the entry stays one paper.
    let bees = entry("Sleep of solitary bees", "Li, Na", "Osmia naps under petals; we count.");
    desk.file("profiles/bob.bib", &bees);
    assert_eq!(seed("bob"), "Sleep of solitary bees");
    let found = desk.json(&["search", "osmia petals"]);
    assert!(found[0]["paper"]["title"].as_str().unwrap().contains("solitary bees"), "{found}");
    assert_eq!(desk.json(&["search", "solitary bees"]).as_array().unwrap().len(), 1);
}

#[test]
fn what_is_no_library_of_ours_is_refused_with_the_way_out_by_every_command() {
    let desk = Desk::offline();
    for (name, text, what) in [
        ("a.rdf", "<?xml version=\"1.0\"?>\n<rdf:RDF xmlns:rdf=\"x\"></rdf:RDF>", "Zotero RDF"),
        ("b.xml", "<?xml version=\"1.0\"?><xml><records><record/></records></xml>", "EndNote XML"),
        ("c.enw", "%0 Journal Article\n%T Larks\n", "EndNote file"),
        ("d.csv", "Key,Item Type,Title,Author\nA,article,Larks,Ann\n", "a table (CSV)"),
        ("e.nbib", "PMID- 1\nTI  - Larks\n", "PubMed"),
    ] {
        desk.file(name, text);
        for args in [&["import", name][..], &["profile", "new", "x", name]] {
            let error = desk.fails(args);
            assert!(error.contains(what) && error.contains("RIS or CSL JSON"), "{args:?}: {error}");
        }
    }
}
