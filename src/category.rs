//! arXiv's taxonomy: archives, their categories, and what the same category is also called.
//!
//! [`canonical`] turns a spelling that a person or an old paper uses into the one that arXiv uses;
//! [`covers`] says whether a paper of one category belongs to the stream of another. The table is
//! for help, not for gatekeeping: arXiv opens a category now and then, so what is unknown here may
//! still exist.

/// Each archive before its categories, by group; archives without categories are categories.
const GROUPS: [(&str, &str); 8] = [
    (
        "cs",
        "cs cs.AI cs.AR cs.CC cs.CE cs.CG cs.CL cs.CR cs.CV cs.CY cs.DB cs.DC cs.DL cs.DM cs.DS \
         cs.ET cs.FL cs.GL cs.GR cs.GT cs.HC cs.IR cs.IT cs.LG cs.LO cs.MA cs.MM cs.MS cs.NE \
         cs.NI cs.OH cs.OS cs.PF cs.PL cs.RO cs.SC cs.SD cs.SE cs.SI",
    ),
    ("econ", "econ econ.EM econ.GN econ.TH"),
    ("eess", "eess eess.AS eess.IV eess.SP eess.SY"),
    (
        "math",
        "math math.AC math.AG math.AP math.AT math.CA math.CO math.CT math.CV math.DG math.DS \
         math.FA math.GM math.GN math.GR math.GT math.HO math.KT math.LO math.MG math.NA math.NT \
         math.OA math.OC math.PR math.QA math.RA math.RT math.SG math.SP math.ST",
    ),
    (
        "physics",
        "astro-ph astro-ph.CO astro-ph.EP astro-ph.GA astro-ph.HE astro-ph.IM astro-ph.SR \
         cond-mat cond-mat.dis-nn cond-mat.mes-hall cond-mat.mtrl-sci cond-mat.other \
         cond-mat.quant-gas cond-mat.soft cond-mat.stat-mech cond-mat.str-el cond-mat.supr-con \
         gr-qc hep-ex hep-lat hep-ph hep-th math-ph nlin nlin.AO nlin.CD nlin.CG nlin.PS nlin.SI \
         nucl-ex nucl-th physics physics.acc-ph physics.ao-ph physics.app-ph physics.atm-clus \
         physics.atom-ph physics.bio-ph physics.chem-ph physics.class-ph physics.comp-ph \
         physics.data-an physics.ed-ph physics.flu-dyn physics.gen-ph physics.geo-ph \
         physics.hist-ph physics.ins-det physics.med-ph physics.optics physics.plasm-ph \
         physics.pop-ph physics.soc-ph physics.space-ph quant-ph",
    ),
    (
        "q-bio",
        "q-bio q-bio.BM q-bio.CB q-bio.GN q-bio.MN q-bio.NC q-bio.OT q-bio.PE q-bio.QM q-bio.SC \
         q-bio.TO",
    ),
    ("q-fin", "q-fin q-fin.CP q-fin.GN q-fin.MF q-fin.PM q-fin.PR q-fin.RM q-fin.ST q-fin.TR"),
    ("stat", "stat stat.AP stat.CO stat.ME stat.ML stat.OT"),
];

/// Other names of a category, each with the name that arXiv lists it under: its second home, or an
/// archive of the nineties that it took in.
const ALIASES: [(&str, &str); 24] = [
    ("cs.NA", "math.NA"),
    ("cs.SY", "eess.SY"),
    ("math.IT", "cs.IT"),
    ("math.MP", "math-ph"),
    ("q-fin.EC", "econ.GN"),
    ("stat.TH", "math.ST"),
    ("acc-phys", "physics.acc-ph"),
    ("adap-org", "nlin.AO"),
    ("alg-geom", "math.AG"),
    ("ao-sci", "physics.ao-ph"),
    ("atom-ph", "physics.atom-ph"),
    ("bayes-an", "physics.data-an"),
    ("chao-dyn", "nlin.CD"),
    ("chem-ph", "physics.chem-ph"),
    ("cmp-lg", "cs.CL"),
    ("comp-gas", "nlin.CG"),
    ("dg-ga", "math.DG"),
    ("funct-an", "math.FA"),
    ("mtrl-th", "cond-mat.mtrl-sci"),
    ("patt-sol", "nlin.PS"),
    ("plasm-ph", "physics.plasm-ph"),
    ("q-alg", "math.QA"),
    ("solv-int", "nlin.SI"),
    ("supr-con", "cond-mat.supr-con"),
];

/// All names without the aliases.
fn names() -> impl Iterator<Item = &'static str> {
    GROUPS.into_iter().flat_map(|(_, names)| names.split(' '))
}

/// arXiv's own name of an archive or category in any case of letters, aliases resolved; `None` if the
/// taxonomy does not know it.
///
/// ```
/// use paperlark::category::canonical;
/// assert_eq!(canonical("CS.ai"), Some("cs.AI"));
/// assert_eq!(canonical("cs.NA"), Some("math.NA"));
/// assert_eq!(canonical("cmp-lg"), Some("cs.CL"));
/// assert_eq!(canonical("astro-ph"), Some("astro-ph"));
/// assert_eq!(canonical("cs.XX"), None);
/// ```
pub fn canonical(category: &str) -> Option<&'static str> {
    let category = category.trim();
    let alias = ALIASES.iter().find(|(alias, _)| alias.eq_ignore_ascii_case(category));
    match alias {
        Some((_, name)) => Some(name),
        None => names().find(|name| name.eq_ignore_ascii_case(category)),
    }
}

/// Whether the taxonomy knows an archive or category, in any case of letters.
pub fn is_known(category: &str) -> bool {
    canonical(category).is_some()
}

/// The group of an archive, or of a category's archive: `physics` for `astro-ph`, `cs` for `cs.AI`.
/// `None` if the taxonomy does not know the archive.
pub fn group_of(archive: &str) -> Option<&'static str> {
    let archive = archive.trim();
    let name = canonical(archive.split('.').next().unwrap_or(archive))?;
    let (group, _) = GROUPS.into_iter().find(|(_, names)| names.split(' ').any(|n| n == name))?;
    Some(group)
}

/// Whether a paper of the category `has` belongs to the stream of `wanted`, in any case of letters: it
/// is the same category under any of its names, or `wanted` is the archive of one of its names.
///
/// So `math.NA` covers `cs.NA`, and `math` covers `cs.IT` and `math-ph`, whose other names are
/// `math.IT` and `math.MP`: arXiv announces those papers in `math` too.
pub fn covers(wanted: &str, has: &str) -> bool {
    let covered = |name: &str| {
        name.get(..wanted.len()).is_some_and(|head| head.eq_ignore_ascii_case(wanted))
            && matches!(name.as_bytes().get(wanted.len()), None | Some(b'.'))
    };
    if covered(has) {
        return true;
    }
    let alias = ALIASES.iter().find(|(alias, _)| alias.eq_ignore_ascii_case(has));
    let name = alias.map_or(has, |(_, name)| name);
    covered(name)
        || ALIASES.iter().any(|(alias, of)| of.eq_ignore_ascii_case(name) && covered(alias))
}

/// The known name that `category` is most likely a slip of, for error messages; `None` if nothing is
/// near, or it is known as it is.
///
/// ```
/// use paperlark::category::suggest;
/// assert_eq!(suggest("hepth"), Some("hep-th"));
/// assert_eq!(suggest("sc.LG"), Some("cs.LG"));
/// assert_eq!(suggest("poetry"), None);
/// ```
pub fn suggest(category: &str) -> Option<&'static str> {
    let lower = |text: &str| text.trim().to_ascii_lowercase();
    let letters =
        |text: &str| -> String { text.chars().filter(|c| c.is_ascii_alphanumeric()).collect() };
    let given = lower(category);
    // A distance is not worth computing for what is no name at all.
    if is_known(&given) || given.len() > 30 {
        return None;
    }
    // Two slips in a short name, or in the two letters after a right archive, leave nothing of it.
    let right_archive = given.split_once('.').is_some_and(|(archive, _)| is_known(archive));
    let most = if right_archive || given.len() < 6 { 1 } else { 2 };
    names()
        .chain(ALIASES.iter().map(|(alias, _)| *alias))
        .map(|name| {
            let name_lower = lower(name);
            let same_letters = letters(&given) == letters(&name_lower);
            (if same_letters { 0 } else { strsim::osa_distance(&given, &name_lower) }, name)
        })
        .filter(|(distance, _)| *distance <= most)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_resolved_in_any_case() {
        for (text, name) in [
            ("cs.AI", Some("cs.AI")),
            (" hep-TH ", Some("hep-th")),
            ("COND-MAT.SOFT", Some("cond-mat.soft")),
            ("cs.na", Some("math.NA")),
            ("math.NA", Some("math.NA")),
            ("cs.SY", Some("eess.SY")),
            ("math.IT", Some("cs.IT")),
            ("math.mp", Some("math-ph")),
            ("stat.TH", Some("math.ST")),
            ("q-fin.EC", Some("econ.GN")),
            ("cmp-lg", Some("cs.CL")),
            ("solv-int", Some("nlin.SI")),
            ("physics", Some("physics")),
            ("test", None),
            ("cs.", None),
            ("", None),
            ("ｃｓ", None),
        ] {
            assert_eq!(canonical(text), name, "{text}");
            assert_eq!(is_known(text), name.is_some(), "{text}");
        }
    }

    #[test]
    fn every_archive_has_a_group() {
        for (text, group) in [
            ("cs", Some("cs")),
            ("cs.AI", Some("cs")),
            ("Astro-ph", Some("physics")),
            ("astro-ph.GA", Some("physics")),
            ("math-ph", Some("physics")),
            ("math.MP", Some("math")),
            ("physics", Some("physics")),
            ("cmp-lg", Some("cs")),
            ("cs.NEW", Some("cs")),
            ("poetry", None),
            ("poetry.AI", None),
            ("", None),
        ] {
            assert_eq!(group_of(text), group, "{text}");
        }
    }

    #[test]
    fn a_stream_covers_every_name() {
        for (wanted, has, fits) in [
            ("cs.LG", "cs.lg", true),
            ("cs.NA", "math.NA", true),
            ("math.na", "cs.NA", true),
            ("cs.CL", "cmp-lg", true),
            ("cmp-lg", "cs.CL", true),
            ("nlin", "chao-dyn", true),
            ("math", "cs.IT", true),
            ("math", "math-ph", true),
            ("cs", "math.NA", true),
            ("cs.IT", "math.IT", true),
            ("cs.LG", "stat.ML", false),
            ("cs.LG", "cs", false),
            ("cs.LG", "cs.LGX", false),
            ("nucl", "nucl-th", false),
            ("math.IT", "math.NA", false),
            ("cs.NEW", "cs.new", true),
        ] {
            assert_eq!(covers(wanted, has), fits, "{wanted} {has}");
        }
    }

    /// The table against arXiv's own, which lives beside the repository.
    #[test]
    fn the_taxonomy_is_complete() {
        let shared = std::env::var_os("PAPERLARK_SHARED").map(std::path::PathBuf::from);
        let shared = shared
            .unwrap_or_else(|| std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared"));
        let path = shared.join("data/fixtures/taxonomy.json");
        let Ok(text) = std::fs::read_to_string(&path) else {
            println!("skipped: no {}", path.display());
            return;
        };
        let taxonomy: serde_json::Value = serde_json::from_str(&text).unwrap();
        let list = |key: &str| taxonomy[key].as_array().unwrap().iter();
        // arXiv's own places for trying things out.
        let real = |id: &str| !["test", "bad"].iter().any(|odd| id.starts_with(odd));
        let mut expected: std::collections::BTreeSet<&str> = Default::default();
        let mut n_active = 0;
        for category in list("categories") {
            let id = category["id"].as_str().unwrap();
            if !real(id) {
                continue;
            }
            let archive = category["archive"].as_str().unwrap();
            let group = list("archives").find(|a| a["id"] == archive).unwrap()["group"].as_str();
            assert_eq!(group_of(id), group.unwrap().strip_prefix("grp_"), "{id}");
            assert_eq!(group_of(archive), group_of(id), "{id}");
            n_active += category["active"].as_bool().unwrap() as usize;
            // Both of a pair of active names are the alias of each other, and one of them is canonical.
            match category["alias_of"].as_str() {
                Some(other) => {
                    assert_eq!(canonical(id), canonical(other), "{id}");
                    assert!([Some(id), Some(other)].contains(&canonical(id)), "{id}");
                }
                None => assert_eq!(canonical(id), Some(id)),
            }
            expected.insert(id);
        }
        assert_eq!((list("categories").count(), n_active), (185, 155));
        for (old, now) in taxonomy["subsumed_archives"].as_object().unwrap() {
            assert_eq!(canonical(old), now.as_str(), "{old}");
        }
        for archive in list("archives") {
            let id = archive["id"].as_str().unwrap();
            if real(id) {
                expected.insert(id);
                if archive["active"] == true {
                    assert_eq!(canonical(id), Some(id));
                }
            }
        }
        let known: std::collections::BTreeSet<&str> =
            names().chain(ALIASES.iter().map(|(alias, _)| *alias)).collect();
        assert_eq!(known, expected);
        assert_eq!(known.len(), names().count() + ALIASES.len());
    }

    #[test]
    fn slips_are_recognised() {
        for (text, name) in [
            ("cs-lg", Some("cs.LG")),
            ("csLG", Some("cs.LG")),
            ("astro_ph.ga", Some("astro-ph.GA")),
            ("astroph", Some("astro-ph")),
            ("hep-hp", Some("hep-ph")),
            ("cond-mat.sotf", Some("cond-mat.soft")),
            ("quantph", Some("quant-ph")),
            ("eess.SYS", Some("eess.SY")),
            ("sq-fin.EC", Some("q-fin.EC")),
            ("cs.XX", None),
            ("math.XX", None),
            ("cs.LG", None),
            ("", None),
            ("machine learning", None),
        ] {
            assert_eq!(suggest(text), name, "{text}");
        }
        assert_eq!(suggest(&"x".repeat(100_000)), None);
    }
}
