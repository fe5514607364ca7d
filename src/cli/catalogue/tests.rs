use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use paperlark::message;
use proptest::prelude::*;
use regex::Regex;

use super::*;
use crate::cli::zh::is_chinese;

/// The templates of all sources, with the files that have them; those of tests are none.
fn templates() -> BTreeMap<String, Vec<String>> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    gather(&src, &mut files);
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, text) in files {
        for template in templates_of(&text) {
            found.entry(template).or_default().push(name.clone());
        }
    }
    found
}

/// The templates of one file's text.
fn templates_of(text: &str) -> Vec<String> {
    // Whatever stands in comments and in tests is not said.
    let tests = Regex::new(r"(?ms)^#\[cfg\(test\)\]\nmod \w+ \{.*?^\}").unwrap();
    let text = tests.replace_all(text, "");
    let comments = Regex::new(r"(?m)^\s*//.*$").unwrap();
    let text = comments.replace_all(&text, "");
    let templates = Regex::new(r#"\bmessage!\(\s*"((?:[^"\\]|\\(?s:.))*)""#).unwrap();
    let continued = Regex::new(r"\\\n\s*").unwrap();
    let found = templates.captures_iter(&text).map(|found| {
        let template = continued.replace_all(&found[1], "");
        template.replace("\\\"", "\"").replace("\\\\", "\\")
    });
    found.collect()
}

fn gather(folder: &Path, files: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.strip_prefix(env!("CARGO_MANIFEST_DIR")).unwrap().to_str().unwrap();
        if path.is_dir() {
            gather(&path, files);
        } else if !name.ends_with("tests.rs") {
            files.push((name.to_owned(), fs::read_to_string(&path).unwrap()));
        }
    }
}

fn entries() -> impl Iterator<Item = &'static Entry> {
    library::ENTRIES.iter().chain(program::ENTRIES)
}

fn places(template: &str) -> BTreeSet<&str> {
    let place = |piece| match piece {
        Piece::Place(name) => Some(name),
        Piece::Words(_) => None,
    };
    pieces(template).filter_map(place).collect()
}

#[test]
fn every_message_has_one_entry_and_every_entry_a_message() {
    let said = templates();
    assert!(said.len() > 500, "only {} templates were found", said.len());
    let mut known = BTreeSet::new();
    for entry in entries() {
        assert!(known.insert(entry.english), "twice: {}", entry.english);
        assert!(said.contains_key(entry.english), "nobody says {:?} any more", entry.english);
    }
    let unknown: Vec<_> = said.iter().filter(|(said, _)| !known.contains(&said[..])).collect();
    assert!(unknown.is_empty(), "not in the catalogue: {unknown:#?}");
    // What the macro is given is always a literal, so that nothing escapes the search.
    for (template, files) in &said {
        let in_library = files.iter().any(|file| !file.starts_with("src/cli"));
        let of_library = library::ENTRIES.iter().any(|entry| entry.english == template);
        assert_eq!(in_library, of_library, "{template:?} of {files:?} is in the other half");
    }
}

#[test]
fn both_languages_have_the_same_places() {
    for entry in entries() {
        let Entry { english, chinese, cure } = entry;
        assert_eq!(places(english), places(chinese), "{english}");
        let words: String = pieces(english)
            .filter_map(|piece| match piece {
                Piece::Words(words) => Some(words),
                Piece::Place(_) => None,
            })
            .collect();
        let says = words.chars().filter(|c| c.is_alphabetic()).count() > 0;
        // A heading of the settings file is the same in every language.
        if says && words != "[[send]] : " {
            assert!(chinese.contains(is_chinese), "{english}: {chinese}");
        }
        if let Some((english_cure, chinese_cure)) = cure {
            assert_eq!(places(english_cure), places(chinese_cure), "{english}");
            let joins = ["; ", ", ", " "].iter().any(|joint| english_cure.starts_with(joint));
            let chinese_joins = chinese_cure.starts_with(['；', '，', '（']);
            assert!(joins && chinese_joins, "what joins {english:?} and its cure?");
            // A model's name stands in the message around.
            let own = places(english);
            let outer = |place: &&&str| **place == "model";
            for place in places(english_cure).iter().filter(|place| !outer(place)) {
                assert!(own.contains(place), "nothing fills {{{place}}} of the cure of {english}");
            }
        }
    }
}

#[test]
fn the_library_names_no_command() {
    // An option begins with two dashes; a command is quoted with backticks or follows the program's name.
    let command = Regex::new(r"`|--\w|\bpaperlark (?:[a-z]+ )*(?:-|[A-Z]{2})|\bpaperlark (?:daily|fetch|index|doctor|model|profile)\b").unwrap();
    for (template, files) in templates() {
        if files.iter().all(|file| file.starts_with("src/cli")) {
            continue;
        }
        assert!(!command.is_match(&template), "{files:?} says {template:?}");
    }
}

/// The reader of sources sees what it should.
#[test]
fn templates_are_found_whole() {
    let text = "// message!(\"no\")\nmessage!(\n    \"a {b} \\\n     \\\"c\\\"\", b)\n#[cfg(test)]\nmod tests {\n    message!(\"no\");\n}\nmessage!(\"d\")";
    assert_eq!(templates_of(text), ["a {b} \"c\"", "d"]);
}

#[test]
fn what_an_error_says_of_a_file_is_known_for_every_act() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    gather(&src, &mut files);
    let act = Regex::new(r#"\bio\(\s*"(\w+)""#).unwrap();
    let acts: BTreeSet<&str> = files
        .iter()
        .flat_map(|(_, text)| act.captures_iter(text).map(|found| found.get(1).unwrap().as_str()))
        .collect();
    assert!(acts.len() > 5, "{acts:?}");
    let known: BTreeSet<String> = templates().into_keys().collect();
    for act in acts {
        assert!(known.contains(&format!("cannot {act} {{path}}")), "cannot {act}");
    }
}

#[test]
fn messages_inside_messages_are_put_into_words_too() {
    use Language::{En, Zh};
    let refused = std::io::Error::from_raw_os_error(111);
    let fault = message!("cannot connect ({cause})", cause = refused);
    let fetch = paperlark::Error::Fetch {
        url: "u".into(),
        reason: message!("{fault}; check the network", fault),
    };
    let profile = |reason| paperlark::Error::Profile { path: "ada.toml".into(), line: 3, reason };
    for (message, language, expected) in [
        (
            profile(message!(
                "interest '{interest}' has neither seeds nor a description",
                interest = "a"
            ))
            .message(),
            Zh,
            "ada.toml:3: 兴趣 'a' 既没有种子论文也没有描述",
        ),
        (
            fetch.message(),
            Zh,
            "无法获取 u：无法连接（连接被拒绝（os error 111））；请检查网络，或用 --feed FILE \
             提供订阅源文件（用浏览器保存 rss.arxiv.org/rss/<分类> 即可）",
        ),
        (
            fetch.message(),
            En,
            "cannot fetch u: cannot connect (Connection refused (os error 111)); check the network, or pass \
             a feed file with --feed FILE (rss.arxiv.org/rss/<category> saved by a browser will do)",
        ),
        // What follows would tear a cure off its message.
        (
            message!("{error}; trying again in {seconds} s", error = fetch, seconds = 3_u32),
            En,
            "cannot fetch u: cannot connect (Connection refused (os error 111)); check the network; trying \
             again in 3 s",
        ),
        // A cure knows what the message around it names.
        (
            paperlark::Error::Model { model: "m".into(), reason: message!("it is not installed") }
                .message(),
            En,
            "model m: it is not installed; run scripts/fetch-model, or `paperlark model install m`",
        ),
        // What looks like a place of ours is text.
        (message!("written: {path}", path = "{path} {cause}"), Zh, "已写入：{path} {cause}"),
    ] {
        assert_eq!(render(&message, language), expected);
    }
}

proptest! {
    #[test]
    fn what_varies_is_taken_over_unchanged(text in "\\PC{0,30}") {
        let message = message!("there is no profile {name} that can be used", name = text);
        prop_assert_eq!(render(&message, Language::Zh), format!("没有可用的配置 {text}"));
    }
}
