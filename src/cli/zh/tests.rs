use std::{
    collections::HashSet,
    fs,
    path::{Path, PathBuf},
};

use proptest::prelude::*;

use super::{
    messages::{FOREIGN, MESSAGES},
    *,
};

/// All sources but the catalogue, with their string literals as they are said.
fn sources() -> String {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut text = String::new();
    gather(&src, &src.join("cli/zh"), &mut text);
    let continued = Regex::new(r"\\\n\s*").unwrap();
    let text = continued.replace_all(&text, "").replace("\\\"", "\"");
    // What `Error::io` says is put together there.
    let actions = Regex::new(r#"io\("(\w+)""#).unwrap();
    let actions: Vec<String> =
        actions.captures_iter(&text).map(|action| format!("cannot {} ", &action[1])).collect();
    assert!(!actions.is_empty());
    text + &actions.join("\n")
}

fn gather(dir: &Path, but: &PathBuf, text: &mut String) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && path != *but {
            gather(&path, but, text);
        } else if path.extension().is_some_and(|end| end == "rs") {
            *text += &fs::read_to_string(&path).unwrap();
        }
    }
}

#[test]
fn no_message_is_stale() {
    let sources = sources();
    for (english, _) in MESSAGES {
        let piece = longest(&pieces(english)).trim_matches(|c: char| !c.is_alphanumeric());
        assert!(piece.len() > 2, "{english} has no words");
        assert!(sources.contains(piece), "nobody says \"{piece}\" any more: {english}");
    }
}

#[test]
fn every_place_of_a_message_has_one_in_the_chinese() {
    let mut seen = HashSet::new();
    for (english, chinese) in MESSAGES.iter().chain(FOREIGN) {
        assert!(seen.insert(english), "twice: {english}");
        assert!(chinese.contains(is_chinese), "{chinese}");
        let mut indices: Vec<usize> = indices(chinese).collect();
        indices.sort_unstable();
        let n = places(english).count();
        assert_eq!(indices, (0..n).collect::<Vec<_>>(), "{english}");
        let between = pieces(english);
        let inner = &between[1..between.len().max(2) - 1];
        assert!(inner.iter().all(|piece| !piece.is_empty()), "places touch: {english}");
    }
}

/// A message of this pattern, and its places filled in.
fn filled(pattern: &'static str, texts: &[String]) -> String {
    let mut out = String::new();
    let mut indices = indices(pattern);
    for piece in pieces(pattern) {
        out += piece;
        out += indices.next().map_or("", |at| &texts[at]);
    }
    out
}

#[test]
fn every_message_is_recognised() {
    for (english, chinese) in MESSAGES.iter().chain(FOREIGN) {
        let values: Vec<String> = places(english)
            .enumerate()
            .map(|(at, place)| if place == "{#}" { format!("7{at}.5") } else { format!("x{at}") })
            .collect();
        assert_eq!(message(&filled(english, &values)), filled(chinese, &values), "{english}");
    }
}

#[test]
fn what_joins_messages_is_understood() {
    for (english, chinese) in [
        (
            "profiles/ada.toml:3: interest 'a' has neither seeds nor a description",
            "profiles/ada.toml:3: 兴趣 'a' 既没有种子论文也没有描述",
        ),
        (
            "cannot fetch https://arxiv.org/x: cannot connect (Connection refused (os error 111)); check the \
             network, or pass a feed file with --feed FILE (rss.arxiv.org/rss/<category> saved by a browser \
             will do)",
            "无法获取 https://arxiv.org/x：无法连接（连接被拒绝（os error 111））；请检查网络，或用 --feed FILE \
             提供订阅源文件（用浏览器保存 rss.arxiv.org/rss/<分类> 即可）",
        ),
        (
            "the library d is in use by another paperlark (process 71); wait for it to finish, or use \
             another --data-dir",
            "资料库 d 正被另一个 paperlark（进程 71）使用；请等它结束，或改用其他 --data-dir",
        ),
        (
            "ling.toml:2: seed 1706.03762 stands already in line 5; it counts once",
            "ling.toml:2: 种子论文 1706.03762 在第 5 行已有；只计一次",
        ),
        (
            "cs.LG (listing): cannot fetch u: cannot connect (Connection refused (os error 111)); check the \
             network, or pass a feed file with --feed FILE (rss.arxiv.org/rss/<category> saved by a browser \
             will do)",
            "cs.LG (listing): 无法获取 u：无法连接（连接被拒绝（os error 111））；请检查网络，或用 --feed FILE \
             提供订阅源文件（用浏览器保存 rss.arxiv.org/rss/<分类> 即可）",
        ),
        ("Deep learning: a survey; a review", "Deep learning: a survey; a review"),
    ] {
        assert_eq!(message(english), chinese);
    }
    // Nothing takes long, however much there is to try.
    for joint in ["; ", ": ", "; seed : ", "near "] {
        let text = joint.repeat(LONGEST / joint.len());
        assert_eq!(message(&text), text);
    }
    assert_eq!(lines("7 papers\n    and 3 more\nTitle"), "7 篇\n    另有 3 篇\nTitle");
}

proptest! {
    #[test]
    fn any_text_is_taken(text in "(\\PC{0,9}|[:;(){}#~ ]{0,9}|is empty|seed |nothing|\n){0,12}") {
        let translated = message(&text).into_owned();
        prop_assert!(!text.is_empty() || translated.is_empty());
        prop_assert_eq!(lines(&text).matches('\n').count(), text.matches('\n').count());
    }

    #[test]
    fn what_varies_is_taken_over_unchanged(text in "[^{}\u{0}]{1,20}") {
        let said = message(&format!("there is no profile {text} that can be used")).into_owned();
        prop_assert_eq!(said, format!("没有可用的配置 {text}"));
    }
}
