//! From an answer of a language model to notes that can be trusted: found in whatever surrounds them, and
//! compared with the paper.

use std::fmt;

use serde_json::{Map, Value};

use super::prompt::code;
use crate::{
    digest::Note,
    paper::{Paper, PaperId},
    profile::Language,
    tex,
    text::one_line,
};

/// Bounds of a Chinese summary, in characters without blanks; what the issue of notes asks for.
const ZH_SUMMARY: (usize, usize) = (80, 160);
const ZH_REASON: (usize, usize) = (8, 80);
/// Bounds in English, in words.
const EN_SUMMARY: (usize, usize) = (35, 110);
const EN_REASON: (usize, usize) = (5, 45);
/// At least so much of a note is in its language.
const SHARE: f32 = 0.5;
/// Words that are neither number nor name, though they look like one.
const COMMON: [&str; 8] = ["ai", "vs", "gpu", "gpus", "cpu", "cpus", "sota", "arxiv"];
/// Phrases that say nothing.
const FILLER: [&str; 10] = [
    "具有重要意义",
    "具有重要价值",
    "具有参考价值",
    "值得关注",
    "提供了新思路",
    "提供了新的思路",
    "groundbreaking",
    "paves the way",
    "pave the way",
    "falls within the field",
];

/// What is wrong with an answer, in words that the model can mend it by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Defect(String);

impl fmt::Display for Defect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn defect<T>(text: impl Into<String>) -> Result<T, Defect> {
    Err(Defect(text.into()))
}

/// The good notes that `answer` holds on `paper`, in the order of these languages, and what is wrong with the
/// first that is not good.
pub(super) fn notes(
    answer: &str,
    paper: &Paper,
    languages: &[Language],
) -> (Vec<Note>, Option<Defect>) {
    let object = match object(answer, paper) {
        Ok(object) => object,
        Err(defect) => return (Vec::new(), Some(defect)),
    };
    let source = Source::new(paper);
    let (mut notes, mut defect) = (Vec::new(), None);
    for language in languages {
        match note(&object, *language, &source) {
            Ok(note) => notes.push(note),
            Err(found) => defect = defect.or(Some(found)),
        }
    }
    (notes, defect)
}

/// The answer on `paper`, past reasoning, fences and other words.
fn object(answer: &str, paper: &Paper) -> Result<Map<String, Value>, Defect> {
    let Some(object) = first_object(answer) else {
        return defect("there is no JSON object with the keys that were asked for");
    };
    let id = object.get("id").and_then(Value::as_str).unwrap_or_default();
    if id.parse::<PaperId>().ok().as_ref() != Some(&paper.id) {
        return defect(format!("id must be \"{}\"", paper.id));
    }
    Ok(object)
}

/// The first JSON object in a text with an `id`.
fn first_object(answer: &str) -> Option<Map<String, Value>> {
    // What a model thinks may hold drafts of the answer.
    let spoken = answer.rsplit_once("</think>").map_or(answer, |(_, spoken)| spoken);
    spoken.match_indices('{').find_map(|(at, _)| {
        let mut values = serde_json::Deserializer::from_str(&spoken[at..]).into_iter::<Value>();
        match values.next()? {
            Ok(Value::Object(object)) if object.contains_key("id") => Some(object),
            _ => None,
        }
    })
}

fn note(object: &Map<String, Value>, language: Language, source: &Source) -> Result<Note, Defect> {
    let code = code(language);
    // One language needs no key of its own, and some models leave it out.
    let fields = object.get(code).and_then(Value::as_object).unwrap_or(object);
    let text = |name: &str| {
        let text = fields.get(name).and_then(Value::as_str).map(one_line).unwrap_or_default();
        // Full-width figures and letters are figures and letters.
        let text: String = text.chars().map(half_width).collect();
        if text.is_empty() { defect(format!("{code}.{name} is missing")) } else { Ok(text) }
    };
    let (summary, reason) = (text("summary")?, text("reason")?);
    let bounds = match language {
        Language::Zh => [ZH_SUMMARY, ZH_REASON],
        Language::En => [EN_SUMMARY, EN_REASON],
    };
    for (name, text, (least, most)) in
        [("summary", &summary, bounds[0]), ("reason", &reason, bounds[1])]
    {
        let name = format!("{code}.{name}");
        if share(text, language) < SHARE {
            return defect(format!("{name} is not in the language asked for"));
        }
        let (length, unit) = match language {
            Language::Zh => (text.chars().filter(|c| !c.is_whitespace()).count(), "characters"),
            Language::En => (text.split_whitespace().count(), "words"),
        };
        if !(least..=most).contains(&length) {
            return defect(format!("{name} has {length} {unit}; write {least} to {most}"));
        }
        if let Some(found) = markup(text) {
            return defect(format!("{name} contains \"{found}\"; write plain text"));
        }
        if let Some(found) = filler(text) {
            return defect(format!("{name} contains the empty phrase \"{found}\""));
        }
        if let Some(number) = source.unknown_number(text) {
            return defect(format!("{name} states {number}, which the abstract does not"));
        }
        if let Some(unknown) = source.unknown_name(text) {
            return defect(format!("{name} names {unknown}, which the abstract does not"));
        }
    }
    let inner = reason.trim_end_matches(['。', '！', '？', '.', '!', '?']);
    if inner.contains(['。', '！', '？']) || inner.contains(". ") {
        return defect(format!("{code}.reason is more than one sentence"));
    }
    Ok(Note { language, summary, reason })
}

/// A full-width digit or letter as the ASCII one.
fn half_width(c: char) -> char {
    match c {
        '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ' => {
            char::from_u32(c as u32 - 0xfee0).unwrap_or(c)
        }
        _ => c,
    }
}

fn is_chinese(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{20000}'..='\u{323af}')
}

/// How much of the letters and digits of a text is in a language, 0-1.
fn share(text: &str, language: Language) -> f32 {
    let own = |c: &char| match language {
        Language::Zh => is_chinese(*c),
        Language::En => c.is_ascii_alphabetic(),
    };
    let letters = text.chars().filter(|c| c.is_alphanumeric()).count();
    text.chars().filter(own).count() as f32 / letters.max(1) as f32
}

/// Something that is no plain text.
fn markup(text: &str) -> Option<&'static str> {
    ["http", "www.", "](", "</", "<a", "<b", "<i", "<s", "```", "**", "$$", "{\"", "@"]
        .into_iter()
        .find(|mark| text.contains(mark))
}

/// An empty phrase.
fn filler(text: &str) -> Option<String> {
    let small = text.to_lowercase();
    if let Some(phrase) = FILLER.iter().find(|phrase| small.contains(**phrase)) {
        return Some((*phrase).to_owned());
    }
    // "属于…方向", in any words between, within a clause.
    text.split(['，', '。', '；', ',', ';']).find_map(|clause| {
        let from = clause.find("属于")?;
        let to = clause[from..].find("方向").or_else(|| clause[from..].find("领域"))?;
        Some(clause[from..from + to + "方向".len()].to_owned())
    })
}

/// The text that a note may draw on.
struct Source {
    /// Its words, lower case, without marks.
    words: Vec<String>,
    /// First letters of its words, in order, lower case.
    initials: String,
    numbers: Vec<f64>,
}

impl Source {
    fn new(paper: &Paper) -> Self {
        let mut text = String::new();
        for part in [&paper.title, &paper.abstract_text] {
            text += &format!("{part} {} ", tex::to_display(part));
        }
        let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
        let tokens: Vec<String> = words.map(str::to_lowercase).collect();
        let initials = tokens.iter().filter_map(|word| word.chars().next()).collect();
        let mut numbers: Vec<f64> = numbers(&text).into_iter().flat_map(|n| n.values).collect();
        let small = text.to_lowercase();
        let words: Vec<&str> = small.split(|c: char| !c.is_alphabetic()).collect();
        for (at, word) in words.iter().enumerate() {
            let Some(count) = COUNTS.iter().position(|count| count == word) else { continue };
            let count = (count + 1) as f64;
            let unit = UNITS.iter().find(|(unit, _)| words.get(at + 1) == Some(unit));
            numbers.extend([count, unit.map_or(count, |(_, times)| count * times)]);
        }
        Source { words: tokens, initials, numbers }
    }

    /// A number of `text` that the source does not state, in figures, words or another unit of thousands.
    fn unknown_number(&self, text: &str) -> Option<String> {
        let known = |value: &f64| {
            self.numbers.iter().any(|known| (known - value).abs() <= 1e-9 * value.abs().max(1.0))
        };
        numbers(text).into_iter().find(|n| !n.values.iter().any(known)).map(|n| n.written)
    }

    /// A name in Latin letters that the source does not have: not as words in a row, not in the singular or
    /// plural, and not as the initials of three words in a row or more.
    fn unknown_name(&self, text: &str) -> Option<String> {
        let known = |name: &str| {
            let name = plain(name);
            let one = name.strip_suffix('s').unwrap_or(&name);
            COMMON.contains(&name.as_str())
                || self.has(&name)
                || self.has(one)
                || self.has(&format!("{name}s"))
                || (one.len() > 2 && self.initials.contains(one))
        };
        names(text).into_iter().find(|name| !known(name)).map(str::to_owned)
    }

    /// Whether words in a row, written together, are `name`.
    fn has(&self, name: &str) -> bool {
        (0..self.words.len()).any(|from| {
            let mut rest = name;
            for word in &self.words[from..] {
                match rest.strip_prefix(word.as_str()) {
                    Some("") => return true,
                    Some(behind) => rest = behind,
                    None => return false,
                }
            }
            false
        })
    }
}

/// One to twenty, in words.
const COUNTS: [&str; 20] = [
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
    "twenty",
];

fn plain(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// A number in a text, and what it may mean: alone, or times the unit behind it.
struct Number {
    written: String,
    values: Vec<f64>,
}

/// The numbers of a text that stand for themselves; digits within a name are part of the name.
fn numbers(text: &str) -> Vec<Number> {
    let mut found = Vec::new();
    let mut before = ' ';
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let in_name = before.is_ascii_alphanumeric() || matches!(before, '-' | '_' | '.');
        if !c.is_ascii_digit() || (in_name && before != '-') || joined(text, rest) {
            before = c;
            rest = &rest[c.len_utf8()..];
            continue;
        }
        let end = rest
            .find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | ',')))
            .unwrap_or(rest.len());
        let written = rest[..end].trim_end_matches(['.', ',']);
        let behind = &rest[written.len()..];
        let value: f64 = written.replace(',', "").parse().unwrap_or(f64::NAN);
        let mut values = vec![value];
        let unit = behind.trim_start_matches([' ', '-']);
        values.extend(
            UNITS.iter().filter(|(name, _)| unit.starts_with(name)).map(|(_, times)| value * times),
        );
        found.push(Number { written: written.to_owned(), values });
        before = '0';
        rest = behind;
    }
    found
}

/// Whether a digit at the start of `rest`, after a hyphen, belongs to a name before it, as in GPT-4.
fn joined(text: &str, rest: &str) -> bool {
    let before = &text[..text.len() - rest.len()];
    before.strip_suffix('-').is_some_and(|name| name.ends_with(|c: char| c.is_ascii_alphanumeric()))
}

const UNITS: [(&str, f64); 11] = [
    ("k", 1e3),
    ("K", 1e3),
    ("M", 1e6),
    ("B", 1e9),
    ("hundred", 1e2),
    ("thousand", 1e3),
    ("million", 1e6),
    ("billion", 1e9),
    ("千", 1e3),
    ("万", 1e4),
    ("亿", 1e8),
];

/// Words of a text in Latin letters that look like names: all of those in Chinese; in English those with digits
/// or with capitals, but for the first letter of a sentence. Single letters are variables.
fn names(text: &str) -> Vec<&str> {
    let chinese = text.chars().any(is_chinese);
    let mut opens = true;
    let mut names = Vec::new();
    for piece in text.split_inclusive(|c: char| {
        !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '+' | '/'))
    }) {
        let is_mark = |c: char| !c.is_ascii_alphanumeric();
        let word = piece.trim_matches(is_mark);
        let first = usize::from(opens && !chinese);
        if !word.is_empty() {
            let trimmed = piece.trim_end_matches(|c: char| c.is_whitespace() || c == ')');
            opens = trimmed.ends_with(['.', ':', '!', '?', '"', '\u{201c}']);
        }
        let is_name = chinese
            || word.get(first..).is_some_and(|w| {
                w.contains(|c: char| c.is_ascii_uppercase() || c.is_ascii_digit())
            });
        // A number with its unit is a number.
        let is_number = word.starts_with(|c: char| c.is_ascii_digit()) && is_amount(word);
        let has_letter = word.contains(|c: char| c.is_ascii_alphabetic());
        if word.len() > 1 && has_letter && is_name && !is_number {
            names.push(word);
        }
    }
    names
}

/// Whether a word is a number with a short unit: 10k, 3x, 7B, 5ms.
fn is_amount(word: &str) -> bool {
    let unit = word.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | ','));
    unit.len() <= 2 && unit != "D" && unit != "d"
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn paper() -> Paper {
        Paper::new(
            "2602.04118".parse().unwrap(),
            "Sparse Larks: LarkNet-2 for Large Language Models".into(),
            "We train a sparse autoencoder (SAE) with 7B parameters on ten thousand abstracts and 1,200 \
             songs. LarkNet-2 reaches 93.5% accuracy, $1.8\\times$ faster than GPT-4, in three languages."
                .into(),
        )
    }

    /// 100 characters, all of them said by the paper.
    fn summary() -> String {
        "该文研究大语言模型的稀疏表示，训练了70亿参数的稀疏自编码器SAE，并提出LarkNet-2，在1200首歌与1万篇摘要上\
         准确率达到93.5%，速度为GPT-4的1.8倍，覆盖3种语言，说明稀疏结构能够兼顾质量与速度，并便于逐项检查其内部特征。"
            .into()
    }

    fn answer(summary: &str, reason: &str) -> String {
        serde_json::json!({"id": "2602.04118", "zh": {"summary": summary, "reason": reason}})
            .to_string()
    }

    const REASON: &str = "首次在LLM上用稀疏自编码器同时取得更高准确率与更快速度。";

    #[test]
    fn a_good_answer_is_found_in_whatever_surrounds_it() {
        let good = answer(&summary(), REASON);
        let flat =
            serde_json::json!({"id": "arXiv:2602.04118v2", "summary": summary(), "reason": REASON});
        for text in [
            good.clone(),
            format!("```json\n{good}\n```"),
            format!("<think>{{\"id\": 1}} so {{</think>\nHere it is: {good}\nI hope this helps {{"),
            format!("a draft {{not json}} {{\"x\": 1}} {good} {{\"id\": \"other\"}}"),
            flat.to_string(),
        ] {
            let (notes, defect) = notes(&text, &paper(), &[Language::Zh]);
            assert_eq!((notes.len(), defect), (1, None));
            assert_eq!(
                (notes[0].summary.as_str(), notes[0].reason.as_str()),
                (&*summary(), REASON)
            );
        }
    }

    #[test]
    fn both_languages_are_asked_of_one_answer() {
        let english = "The paper trains a sparse autoencoder with 7B parameters on ten thousand abstracts and \
             1,200 songs, and proposes LarkNet-2, which reaches 93.5% accuracy while being 1.8 times faster \
             than GPT-4 across three languages, so that sparse features need not cost speed or quality.";
        let mut object: Value = serde_json::from_str(&answer(&summary(), REASON)).unwrap();
        let both = [Language::Zh, Language::En];
        let (good, defect) = notes(&object.to_string(), &paper(), &both);
        assert_eq!(defect.unwrap().to_string(), "en.summary is missing");
        assert_eq!(good.len(), 1, "one bad language does not spoil the other");
        object["en"] = serde_json::json!({
            "summary": english, "reason": "Sparse features make a large model faster and more accurate."
        });
        let (both, defect) = notes(&object.to_string(), &paper(), &both);
        assert_eq!(defect, None);
        assert_eq!(both[1].language, Language::En);
        assert_eq!(both[1].summary, one_line(english));
    }

    #[test]
    fn every_defect_is_named() {
        let good = summary();
        for (summary, reason, expected) in [
            (good.replace("93.5", "95.3"), REASON, "states 95.3"),
            (good.replace("70亿", "700亿"), REASON, "states 700"),
            (good.replace("3种", "4种"), REASON, "states 4"),
            (good.replace("GPT-4", "GPT-5"), REASON, "names GPT-5"),
            (good.replace("LarkNet-2", "OwlNet"), REASON, "names OwlNet"),
            (good.clone(), "用稀疏自编码器改进BERT的训练。", "names BERT"),
            (good.clone(), "属于深度学习可解释性方向，方法新颖。", "属于深度学习可解释性方向"),
            (good.clone(), "这一结果具有重要意义。", "具有重要意义"),
            (good.clone(), "速度更快。准确率也更高，值得一读。", "more than one sentence"),
            (good.clone(), "快。", "has 2 characters"),
            (good.clone(), "Sparse features are both fast and accurate here.", "language"),
            ("太短了。".into(), REASON, "has 4 characters; write 80 to 160"),
            (good.repeat(2), REASON, "write 80 to 160"),
            (good.replace("该文", "见https://x.example该文"), REASON, "plain text"),
            (good.replace("该文", "**该文**"), REASON, "plain text"),
            (String::new(), REASON, "zh.summary is missing"),
        ] {
            let (_, defect) = notes(&answer(&summary, reason), &paper(), &[Language::Zh]);
            let error = defect.unwrap();
            assert!(error.to_string().contains(expected), "{error} for {summary} {reason}");
        }
    }

    #[test]
    fn the_id_must_come_back() {
        let good = answer(&summary(), REASON);
        for other in ["2602.04119", "", "the paper"] {
            let text = good.replace("2602.04118", other);
            let error = notes(&text, &paper(), &[Language::Zh]).1.unwrap();
            assert_eq!(error.to_string(), "id must be \"2602.04118\"");
        }
        for text in ["", "{", "[]", "null", "<think>{\"id\":\"2602.04118\"}", "no json"] {
            let error = notes(text, &paper(), &[Language::Zh]).1.unwrap();
            assert!(!error.to_string().is_empty());
        }
    }

    #[test]
    fn names_are_whole_words_of_the_abstract() {
        let text = "Exploration of a number theoretic approach on average: organs of Large Language Models use \
                    LarkNet-2 and AutoEncoders.";
        let paper = Paper::new("2602.04118".parse().unwrap(), "T".into(), text.into());
        let source = Source::new(&paper);
        for known in [
            "用LarkNet2",
            "用 larknet-2",
            "用LLM",
            "用LLMs",
            "用AutoEncoder",
            "Then AutoEncoders sing.",
        ] {
            assert_eq!(source.unknown_name(known), None, "{known}");
        }
        for (unknown, name) in [
            ("用LoRA", "LoRA"),
            ("用BERT", "BERT"),
            ("用GAN", "GAN"),
            ("用RAG", "RAG"),
            ("用LarkNet", ""),
            ("It uses Mamba here.", "Mamba"),
            ("Mamba is at the beginning.", ""),
        ] {
            assert_eq!(source.unknown_name(unknown).unwrap_or_default(), name, "{unknown}");
        }
    }

    #[test]
    fn numbers_are_compared_by_value() {
        let source = Source::new(&paper());
        for text in [
            "7B",
            "70亿",
            "1,200",
            "1200",
            "3",
            "10",
            "1万",
            "10k",
            "93.5%",
            "1.8 倍",
            "甲2602乙GPT-4",
        ] {
            assert_eq!(
                source.unknown_number(text).as_deref().filter(|n| *n != "2602"),
                None,
                "{text}"
            );
        }
        for text in ["7.5", "120", "12万", "93", "4", "-5"] {
            assert!(source.unknown_number(text).is_some(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_answer_makes_it_fall_over(text in "(?s)(\\{|\\}|\"id\"|:|\"2602.04118\"|,|\"zh\"|[0-9.,%-]|</think>|属于|方向|.){0,80}") {
            let _ = notes(&text, &paper(), &[Language::Zh, Language::En]);
            let _ = notes(&answer(&text, &text), &paper(), &[Language::Zh]);
            let source = Source::new(&paper());
            let _ = (source.unknown_number(&text), source.unknown_name(&text), filler(&text));
        }
    }
}
