//! What readers wrote for other digests, as a profile: a `.env` file with keywords and categories, or a
//! prompt with a list of interests.

use std::collections::HashSet;

use super::{Draft, DraftInterest, Language, Style};
use crate::category;
use crate::message;
use crate::message::Message;

/// What the settings of another digest say; see [`Adopted::parse`].
#[derive(Debug, Clone, PartialEq)]
pub struct Adopted {
    /// arXiv categories to read.
    pub categories: Vec<String>,
    /// Interests: name and description.
    pub interests: Vec<(String, String)>,
    /// Topics that push a paper down.
    pub avoid: Vec<String>,
    /// At most so many papers a day.
    pub top: Option<usize>,
    /// Language of the digest.
    pub language: Language,
    /// The layout most like that of the other digest.
    pub style: Style,
    /// Values that were not understood, each as a sentence.
    pub puzzles: Vec<Message>,
}

/// Names of settings, as they are in use; any with these endings counts.
const KEYWORDS: [&str; 5] = ["KEY_WORDS", "KEYWORDS", "KEYWORD", "INTERESTS", "TOPICS"];
const AVOID: [&str; 4] = ["EXCLUDE", "AVOID", "NEGATIVE", "BLACKLIST"];
const CATEGORIES: [&str; 4] = ["CATEGORIES", "CATEGORY", "CATS", "ARXIV_QUERY"];
const TOP: [&str; 7] = [
    "MAX_PAPERS",
    "MAX_PAPER_NUM",
    "MAX_RESULTS",
    "MAX_PAPERS_PER_DAY",
    "PAPER_NUM",
    "TOP_N",
    "TOP_K",
];

/// Words that tell a list of interests, and one of things to avoid, from a prompt's other lists.
const INTERESTING: [&str; 12] = [
    "interest",
    "topic",
    "research",
    "field",
    "keyword",
    "prefer",
    "兴趣",
    "方向",
    "领域",
    "主题",
    "关注",
    "关键词",
];
const UNWANTED: [&str; 12] = [
    "not interest",
    "uninterest",
    "no interest",
    "disinterest",
    "exclude",
    "avoid",
    "ignore",
    "dislike",
    "不感兴趣",
    "排除",
    "不关注",
    "不要推荐",
];
/// Words of lists that say how to answer.
const FORM: [&str; 10] =
    ["output", "format", "instruction", "rule", "scor", "输出", "格式", "要求", "评分", "打分"];

impl Adopted {
    /// Reads the settings or the prompt of another digest; `None` if the text is neither, or names no
    /// interest.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim_start_matches('\u{feff}');
        let settings = settings(text);
        let mut adopted = match settings.iter().any(|(name, _)| is_known(name)) {
            true => of_settings(&settings),
            false if is_page(text) => return None,
            false => of_prompt(text),
        };
        let mut names = HashSet::new();
        adopted.interests.retain(|(name, _)| names.insert(name.clone()));
        (!adopted.interests.is_empty()).then_some(adopted)
    }

    /// The text of a profile that says the same.
    pub fn to_toml(&self, name: &str) -> String {
        Draft {
            name,
            categories: &self.categories,
            interests: self
                .interests
                .iter()
                .map(|(name, description)| DraftInterest {
                    name,
                    description: Some(description),
                    seeds: Vec::new(),
                })
                .collect(),
            avoid: &self.avoid,
            language: self.language,
            style: self.style,
            top: self.top,
        }
        .to_toml()
    }
}

fn is_one_of(name: &str, names: &[&str]) -> bool {
    names.iter().any(|known| name == *known || name.ends_with(&format!("_{known}")))
}

/// Whether a text is a page for people, such as a README, whose lists are about something else: nobody links or
/// fences in a prompt.
fn is_page(text: &str) -> bool {
    ["](", "```", "<img ", "<a href"].iter().any(|mark| text.contains(mark))
}

fn is_known(name: &str) -> bool {
    is_one_of(name, &KEYWORDS) || is_one_of(name, &CATEGORIES)
}

/// The lines `NAME=value`, with what shells and dotenv allow: `export`, quotes, comments, and quotes that
/// span lines. Names are in capitals.
fn settings(text: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let line = line.trim();
        let line = line.strip_prefix("export ").unwrap_or(line);
        let Some((name, value)) = line.split_once('=') else { continue };
        let name = name.trim();
        if name.is_empty() || !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
            continue;
        }
        let value = value.trim();
        let value = match value.chars().next().filter(|c| matches!(c, '"' | '\'')) {
            Some(quote) => {
                let mut value = value[1..].to_owned();
                while !value.contains(quote) {
                    let Some(line) = lines.next() else { break };
                    value = format!("{value}\n{line}");
                }
                value.split(quote).next().unwrap_or_default().to_owned()
            }
            None => value.split(" #").next().unwrap_or_default().trim().to_owned(),
        };
        found.push((name.to_uppercase(), value));
    }
    found
}

/// The parts of a value: between commas of either width, semicolons, bars and line ends; also those of a JSON
/// list.
fn parts(value: &str) -> Vec<String> {
    let value = value.trim().trim_start_matches('[').trim_end_matches(']');
    let between = |c| matches!(c, ',' | '，' | ';' | '；' | '、' | '|' | '\n');
    let mut parts: Vec<String> = Vec::new();
    for part in value.split(between) {
        let part = part.trim().trim_matches(['"', '\'']).trim().to_owned();
        if !part.is_empty() && !parts.contains(&part) {
            parts.push(part);
        }
    }
    parts
}

fn of_settings(settings: &[(String, String)]) -> Adopted {
    let mut adopted = Adopted::empty(Style::List);
    for (name, value) in settings {
        if AVOID.iter().any(|word| name.contains(word)) {
            adopted.avoid.extend(parts(value));
        } else if is_one_of(name, &KEYWORDS) {
            adopted.interests.extend(parts(value).into_iter().map(|part| (part.clone(), part)));
        } else if is_one_of(name, &CATEGORIES) {
            for part in value.split(|c: char| c.is_whitespace() || ",，;；+|[]\"'".contains(c)) {
                let part = part.trim_start_matches("cat:");
                let is_new = !adopted.categories.iter().any(|known| known == part);
                if category::is_known(part) && is_new {
                    adopted.categories.push(part.to_owned());
                } else if !part.is_empty() && is_new && !matches!(part, "OR" | "AND") {
                    adopted.puzzles.push(message!(
                        "{name}: arXiv has no category {category}",
                        name,
                        category = part
                    ));
                }
            }
        } else if is_one_of(name, &TOP) {
            match value.trim().parse() {
                Ok(0) | Err(_) => {
                    adopted.puzzles.push(message!("{name}: '{value}' is no number", name, value))
                }
                Ok(top) => adopted.top = Some(top),
            }
        } else if name == "LANGUAGE" || name.ends_with("_LANGUAGE") {
            let value = value.to_lowercase();
            if value.starts_with("zh") || value.starts_with("chin") || value.contains('中') {
                adopted.language = Language::Zh;
            }
        }
    }
    adopted
}

/// A list, and what stands before it.
#[derive(Default)]
struct List {
    lead: String,
    items: Vec<String>,
}

fn of_prompt(text: &str) -> Adopted {
    let mut adopted = Adopted::empty(Style::Scored);
    if text.chars().any(is_han) {
        adopted.language = Language::Zh;
    }
    let lists = lists(text);
    let has = |list: &List, words: &[&str]| {
        let lead = list.lead.to_lowercase();
        words.iter().any(|word| lead.contains(word))
    };
    let (unwanted, others): (Vec<List>, Vec<List>) =
        lists.into_iter().partition(|list| has(list, &UNWANTED));
    adopted.avoid =
        unwanted.into_iter().flat_map(|list| list.items).map(|item| plain(&item)).collect();
    let is_stated = |list: &&List| has(list, &INTERESTING);
    let stated: Vec<&List> = match others.iter().filter(is_stated).collect::<Vec<_>>() {
        // A prompt that does not say what its lists are has its interests in the first one that is no rule.
        none if none.is_empty() => {
            others.iter().find(|list| !has(list, &FORM)).into_iter().collect()
        }
        stated => stated,
    };
    let items = stated.into_iter().flat_map(|list| &list.items);
    adopted.interests = items.map(|item| interest(item)).collect();
    adopted
}

/// The lists of a text, each with the last line before it that is none of a list. Deeper items and lines
/// that go on belong to the item above.
fn lists(text: &str) -> Vec<List> {
    let mut lists: Vec<List> = Vec::new();
    let mut open = false;
    let mut margin = 0;
    let mut lead = String::new();
    for line in text.lines() {
        let words = line.trim();
        let depth = line.len() - line.trim_start().len();
        match item(words) {
            Some(item) if open && depth > margin => {
                let last = lists.last_mut().and_then(|list| list.items.last_mut());
                if let Some(last) = last {
                    *last = format!("{last}; {item}");
                }
            }
            Some(item) => {
                if !open {
                    lists.push(List { lead: std::mem::take(&mut lead), items: Vec::new() });
                    (open, margin) = (true, depth);
                }
                lists.last_mut().expect("one is open").items.push(item.to_owned());
            }
            None if words.is_empty() => {}
            None if open && depth > margin => {
                let last = lists.last_mut().and_then(|list| list.items.last_mut());
                if let Some(last) = last {
                    *last = format!("{last} {words}");
                }
            }
            None => {
                open = false;
                lead = words.to_owned();
            }
        }
    }
    lists
}

/// What stands behind the mark of a list's item: `-`, `*`, `+`, `•`, or a number with a stop or bracket.
fn item(line: &str) -> Option<&str> {
    for mark in ["- ", "* ", "+ ", "• ", "· "] {
        if let Some(rest) = line.strip_prefix(mark) {
            return Some(rest.trim()).filter(|rest| !rest.is_empty());
        }
    }
    let bare = line.trim_start_matches(['(', '（']);
    let number = |c: char| c.is_ascii_digit() || "一二三四五六七八九十".contains(c);
    let rest = bare.trim_start_matches(number);
    let n_digits = bare[..bare.len() - rest.len()].chars().count();
    let after = rest.strip_prefix(['.', ')', '、', '）', '．'])?;
    // A decimal is no number of a list.
    let is_item = (1..=3).contains(&n_digits) && !after.starts_with(|c: char| c.is_ascii_digit());
    Some(after.trim()).filter(|rest| is_item && !rest.is_empty())
}

/// Name and description of an interest, which a colon or dash divides; without one the text is both.
fn interest(item: &str) -> (String, String) {
    let text = plain(item);
    let divided = ["：", ": ", " — ", " – ", " - "]
        .iter()
        .filter_map(|mark| text.split_once(mark))
        .min_by_key(|(name, _)| name.len());
    match divided.map(|(name, rest)| (name.trim(), rest.trim())) {
        Some((name, rest)) if !name.is_empty() && !rest.is_empty() => {
            (name.to_owned(), rest.to_owned())
        }
        _ => (text.clone(), text.trim_end_matches([':', '：']).to_owned()),
    }
}

/// An item without emphasis and code marks.
fn plain(item: &str) -> String {
    item.replace("**", "").replace("__", "").replace('`', "").trim().to_owned()
}

fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}' | '\u{20000}'..='\u{3134f}')
}

impl Adopted {
    fn empty(style: Style) -> Adopted {
        Adopted {
            categories: Vec::new(),
            interests: Vec::new(),
            avoid: Vec::new(),
            top: None,
            language: Language::En,
            style,
            puzzles: Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use proptest::prelude::*;

    use super::*;
    use crate::profile::Profile;

    #[test]
    fn keywords_become_interests() {
        let adopted = Adopted::parse(
            "\u{feff}# settings\nexport KEY_WORDS=\"graph neural networks, 可解释性，  LLM agents\"\n\
             ARXIV_CATEGORIES=cs.LG+cs.CV,cs.XX  # what to read\nMAX_PAPERS=25\nOPENAI_API_KEY=sk-secret\n\
             EXCLUDE_KEYWORDS='medical; remote sensing'\nLANGUAGE=Chinese\n",
        )
        .unwrap();
        let names: Vec<&str> = adopted.interests.iter().map(|(name, _)| &name[..]).collect();
        assert_eq!(names, ["graph neural networks", "可解释性", "LLM agents"]);
        assert_eq!(adopted.categories, ["cs.LG", "cs.CV"]);
        let puzzles: Vec<String> = adopted.puzzles.iter().map(Message::to_string).collect();
        assert_eq!(puzzles, ["ARXIV_CATEGORIES: arXiv has no category cs.XX"]);
        assert_eq!(adopted.avoid, ["medical", "remote sensing"]);
        assert_eq!((adopted.top, adopted.language), (Some(25), Language::Zh));
        assert_eq!(adopted.style, Style::List);
        assert!(!adopted.to_toml("ada").contains("sk-secret"));
        for text in [
            "KEYWORDS=[\"a b\", \"c\"]",
            "KEYWORDS='a b\nc'",
            "keywords = a b|c",
            "ZOTERO_KEY=1\nKEY_WORDS=a b、c",
        ] {
            let names: Vec<String> =
                Adopted::parse(text).unwrap().interests.into_iter().map(|(name, _)| name).collect();
            assert_eq!(names, ["a b", "c"], "{text}");
        }
    }

    #[test]
    fn the_list_of_interests_is_found_in_a_prompt() {
        let english = "\
You read papers for me. Answer in JSON.

## My research interests
1. **Interpretability**: why networks decide as they do
   - Shapley values
   - probing
2. Efficient tuning - adapters
   of few parameters
3) Optimisers

## Not interested in
- medical imaging

## Output format
1. title
2. score
";
        let adopted = Adopted::parse(english).unwrap();
        let pair = |name: &str, text: &str| (name.to_owned(), text.to_owned());
        assert_eq!(
            adopted.interests,
            [
                pair("Interpretability", "why networks decide as they do; Shapley values; probing"),
                pair("Efficient tuning", "adapters of few parameters"),
                pair("Optimisers", "Optimisers"),
            ]
        );
        assert_eq!(
            (adopted.avoid.join("|"), adopted.style),
            ("medical imaging".into(), Style::Scored)
        );
        let chinese = "\
你是一名科研助理。我的研究方向如下：
1、深度学习可解释性：Shapley 值
（2）优化器

不感兴趣的内容：
- 医学影像
评分要求：
1. 0 到 10 分
";
        let adopted = Adopted::parse(chinese).unwrap();
        assert_eq!(
            adopted.interests,
            [pair("深度学习可解释性", "Shapley 值"), pair("优化器", "优化器")]
        );
        assert_eq!((adopted.avoid, adopted.language), (vec!["医学影像".into()], Language::Zh));
        // A bare list is one of interests.
        let bare = Adopted::parse("- larks\n- finches\n").unwrap();
        assert_eq!(bare.interests, [pair("larks", "larks"), pair("finches", "finches")]);
        for nothing in ["", "hello", "1.5 times\n", "{\"schema\": 1}", "A=1\n"] {
            assert_eq!(Adopted::parse(nothing), None, "{nothing}");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_adopted_is_a_profile(
            texts in prop::collection::vec("(KEY_WORDS=|- |1\\. |  - |# interests|)[\\PC\"'\\\\,:]{0,20}", 0..8),
        ) {
            if let Some(adopted) = Adopted::parse(&texts.join("\n")) {
                let text = adopted.to_toml("ada");
                let parsed = Profile::parse(Path::new("ada.toml"), &text);
                prop_assert!(parsed.is_ok(), "{}\n{:?}", text, parsed.err());
            }
        }
    }
}
