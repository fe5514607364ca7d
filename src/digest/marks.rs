//! Marks that a reader left in the text of a digest, or writes in a line of its own.
//!
//! Three spellings, anywhere in a text, quoted by `>` or not:
//!
//! ```text
//! - [x] like 2602.04118             a box of the Markdown digest, ticked
//! marks ling 2026-02-05 +2602.04118 -2602.03918      the line that the HTML page gives
//! dislike 2602.04118 2602.03918     a line of a reply; +2602.04118 -2602.03918 too
//! ```
//!
//! Editors and keyboards change them: `1. \[x\] like`, `☑ like`, `【x】喜欢2602.04118`, full-width letters, a note
//! behind the id. A line that looks like a mark and cannot be read comes back as it is, to be said.

use std::borrow::Cow;

use jiff::civil::Date;

use unicode_normalization::UnicodeNormalization;

use super::{MARKER, MARKER_END};
use crate::{paper::PaperId, reader::Mark, text::shortened};

/// What a reader says of the papers of one digest.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Marks {
    /// The profile, if the text names one.
    pub profile: Option<String>,
    /// The day of the digest, if the text names one.
    pub date: Option<Date>,
    /// Likes and dislikes, each paper once, in the order of the text.
    pub marks: Vec<(PaperId, Mark)>,
    /// Papers that are liked and disliked at once; they are not among the marks.
    pub contradictory: Vec<PaperId>,
    /// Lines that look like marks and name no paper.
    pub unread: Vec<String>,
}

/// What a line says.
#[derive(Debug, Default)]
enum Said {
    /// No mark.
    #[default]
    Nothing,
    /// Marks, at least one.
    Marks(Vec<(PaperId, Mark)>),
    /// A mark of nobody knows what.
    Unread,
}

/// Longer lines are shown by their beginning.
const SHOWN: usize = 80;

/// How a page in HTML begins the line that says whose the digest is.
const SHOWN_MARKER: &str = "paperlark: ";

/// The words for a mark.
const WORDS: [(&str, Mark); 6] = [
    ("like", Mark::Like),
    ("dislike", Mark::Dislike),
    ("喜欢", Mark::Like),
    ("不喜欢", Mark::Dislike),
    ("感兴趣", Mark::Like),
    ("不感兴趣", Mark::Dislike),
];

/// What ticks a box.
const TICKS: [&str; 13] = ["x", "X", "✓", "✔", "√", "v", "V", "☑", "✅", "☒", "×", "х", "Х"];

impl Marks {
    /// Whatever marks a text holds, by the digest that they are of. A box that is not ticked says nothing.
    ///
    /// ```
    /// use paperlark::digest::Marks;
    /// let text = "> - [x] like 2602.04118\n> - [ ] dislike 2602.04118\n> <!-- paperlark: ling 2026-02-05 -->";
    /// let found = Marks::find(text);
    /// assert_eq!(found[0].profile.as_deref(), Some("ling"));
    /// assert_eq!(found[0].marks.len(), 1);
    /// ```
    pub fn find(text: &str) -> Vec<Marks> {
        let mut all: Vec<Marks> = Vec::new();
        // Boxes stand before the line that says whose they are; texts may be joined.
        let mut open = Marks::default();
        for line in text.lines() {
            let line = unquoted(line);
            if let Some((profile, date)) = marker(line) {
                open.profile = Some(profile);
                open.date = Some(date);
                all.push(std::mem::take(&mut open));
            } else if let Some(marks) = stated(line) {
                all.push(marks);
            } else {
                match said(line) {
                    Said::Nothing => {}
                    Said::Marks(marks) => {
                        marks.into_iter().for_each(|(id, mark)| open.add(id, mark))
                    }
                    Said::Unread => open.unread.push(shortened(line, SHOWN)),
                }
            }
        }
        // A reply says its own before or after what it quotes; it is of the one digest that is quoted.
        let alone = match all.as_slice() {
            [one] => Some((one.profile.clone(), one.date)),
            _ => None,
        };
        if let Some((profile, date)) = alone {
            (open.profile, open.date) = (profile, date);
        }
        all.push(open);
        let mut merged: Vec<Marks> = Vec::new();
        for marks in all {
            let same = |m: &&mut Marks| m.profile == marks.profile && m.date == marks.date;
            match merged.iter_mut().find(same) {
                Some(known) => known.merge(marks),
                None => merged.push(marks),
            }
        }
        let says = |marks: &Marks| {
            !(marks.marks.is_empty() && marks.contradictory.is_empty() && marks.unread.is_empty())
        };
        merged.retain(says);
        merged
    }

    /// Takes in the marks of another text on the same digest.
    pub fn merge(&mut self, other: Marks) {
        for id in other.contradictory {
            self.add(id.clone(), Mark::Like);
            self.add(id, Mark::Dislike);
        }
        other.marks.into_iter().for_each(|(id, mark)| self.add(id, mark));
        self.unread.extend(other.unread);
    }

    /// Takes in the marks of a newer text on the same digest, which hold where the two differ.
    pub fn overrule(&mut self, newer: Marks) {
        let is_newer = |id: &PaperId| {
            newer.contradictory.contains(id) || newer.marks.iter().any(|(other, _)| other == id)
        };
        self.marks.retain(|(id, _)| !is_newer(id));
        self.contradictory.retain(|id| !is_newer(id));
        self.merge(newer);
    }

    fn add(&mut self, id: PaperId, mark: Mark) {
        if self.contradictory.contains(&id) {
            return;
        }
        match self.marks.iter().position(|(known, _)| *known == id) {
            Some(at) if self.marks[at].1 != mark => {
                self.marks.remove(at);
                self.contradictory.push(id);
            }
            Some(_) => {}
            None => self.marks.push((id, mark)),
        }
    }
}

/// A line without the marks of quotation before it.
fn unquoted(line: &str) -> &str {
    line.trim_start_matches(|c: char| c == '>' || c == '\u{feff}' || c.is_whitespace()).trim_end()
}

/// Profile and day of the line that ends a digest with boxes.
fn marker(line: &str) -> Option<(String, Date)> {
    let inner = line.strip_prefix(MARKER).and_then(|rest| rest.strip_suffix(MARKER_END));
    // A web page shows it without the signs of a comment.
    let inner = inner.or_else(|| line.strip_prefix(SHOWN_MARKER))?.trim();
    let (profile, date) = inner.rsplit_once(' ')?;
    Some((profile.to_owned(), date.parse().ok()?))
}

/// The line of the HTML page: `marks PROFILE DATE +ID -ID ...`, the profile percent-encoded.
fn stated(line: &str) -> Option<Marks> {
    let mut words = line.split_whitespace();
    if words.next()? != "marks" {
        return None;
    }
    let profile = decoded(words.next()?);
    let date = words.next()?.parse().ok()?;
    let mut marks = Marks { profile: Some(profile), date: Some(date), ..Marks::default() };
    words.filter_map(signed).for_each(|(id, mark)| marks.add(id, mark));
    Some(marks)
}

/// Text with its `%XX` bytes put in; one that is not meant so stays as it is.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, behind)) = rest.split_first() {
        let code = rest.get(1..3).and_then(|hex| std::str::from_utf8(hex).ok());
        match code.and_then(|hex| u8::from_str_radix(hex, 16).ok()).filter(|_| *first == b'%') {
            Some(byte) => {
                bytes.push(byte);
                rest = &rest[3..];
            }
            None => {
                bytes.push(*first);
                rest = behind;
            }
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}

/// `+ID` or `-ID`.
fn signed(word: &str) -> Option<(PaperId, Mark)> {
    let mark = match word.chars().next()? {
        '+' => Mark::Like,
        '-' | '−' => Mark::Dislike,
        _ => return None,
    };
    Some((word.trim_start_matches(['+', '-', '−']).parse().ok()?, mark))
}

/// What an ordinary line says: a ticked box, a word with ids behind it, or ids with signs.
fn said(line: &str) -> Said {
    let line = plain(line);
    let item = behind_bullet(&line);
    if let Some((is_ticked, rest)) = boxed(item) {
        let Some((mark, rest)) = worded(rest).filter(|_| is_ticked) else { return Said::Nothing };
        // A reader may write behind the id.
        let id = rest.split(is_between).find_map(id_of);
        return id.map_or(Said::Unread, |id| Said::Marks(vec![(id, mark)]));
    }
    if let Some((mark, rest)) = worded(item) {
        let words = rest.split(is_between).filter(|word| !word.is_empty());
        let mut words = words.filter(|word| !["and", "&"].contains(word)).peekable();
        // A number is meant as that of a paper, in prose there is a word.
        let is_number = words.peek().is_some_and(|word| {
            word.starts_with('#') || word.chars().filter(char::is_ascii_digit).count() > 3
        });
        let ids: Vec<_> = words.map_while(id_of).map(|id| (id, mark)).collect();
        return match (ids.is_empty(), is_number) {
            (false, _) => Said::Marks(ids),
            (true, true) => Said::Unread,
            (true, false) => Said::Nothing,
        };
    }
    let all: Option<Vec<_>> = line.split_whitespace().map(signed).collect();
    all.filter(|marks| !marks.is_empty()).map_or(Said::Nothing, Said::Marks)
}

/// A line as a keyboard of plain letters would have written it: without Markdown's escapes, with letters,
/// figures and signs of their usual width.
fn plain(line: &str) -> Cow<'_, str> {
    // Nearly every line of every digest, and each morning reads all of them.
    if line.is_ascii() && !line.contains('\\') {
        return Cow::Borrowed(line.trim());
    }
    let is_unseen =
        |c: &char| matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{fe0f}');
    let line: String = line.chars().filter(|c| !is_unseen(c)).collect();
    let mut out = String::with_capacity(line.len());
    let mut chars = line.nfkc().peekable();
    while let Some(c) = chars.next() {
        if c != '\\' || !chars.peek().is_some_and(char::is_ascii_punctuation) {
            out.push(c);
        }
    }
    Cow::Owned(out.trim().to_owned())
}

/// A line of a list without what makes it one: `- `, `1. `, `2) `.
fn behind_bullet(line: &str) -> &str {
    let item = line.trim_start_matches(|c: char| c.is_whitespace() || "-*+•·–—‣".contains(c));
    let behind = item.trim_start_matches(|c: char| c.is_ascii_digit());
    let is_number = (1..=3).contains(&(item.len() - behind.len()));
    match behind.strip_prefix(['.', ')', '、']).filter(|_| is_number) {
        Some(rest) if !rest.starts_with(|c: char| c.is_ascii_digit()) => rest.trim_start(),
        _ => item,
    }
}

/// Whether a box at the beginning of a line is ticked, and what stands behind it; `None` without a box.
fn boxed(item: &str) -> Option<(bool, &str)> {
    for (open, close) in [('[', ']'), ('【', '】'), ('(', ')'), ('〔', '〕')] {
        if let Some((tick, rest)) = item.strip_prefix(open).and_then(|rest| rest.split_once(close))
        {
            return Some((TICKS.contains(&tick.trim()), rest));
        }
    }
    let first = item.chars().next()?;
    let rest = &item[first.len_utf8()..];
    match first {
        '☑' | '☒' | '✅' | '✔' | '✓' | '🗹' => Some((true, rest)),
        '☐' | '□' | '⬜' => Some((false, rest)),
        _ => None,
    }
}

/// The paper that a word names, as a sentence may write it.
fn id_of(word: &str) -> Option<PaperId> {
    word.trim_end_matches(['.', '。', '!', '?', ':']).parse().ok()
}

/// What can stand between ids.
fn is_between(c: char) -> bool {
    c.is_whitespace()
        || matches!(
            c,
            ',' | ';'
                | '，'
                | '；'
                | '、'
                | '。'
                | '和'
                | '与'
                | '及'
                | '('
                | ')'
                | '['
                | ']'
                | '`'
                | '*'
                | '<'
                | '>'
        )
}

/// The mark whose word a text begins with, and what follows.
fn worded(text: &str) -> Option<(Mark, &str)> {
    let text = text.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '*' | '_'));
    WORDS.iter().find_map(|(word, mark)| {
        let head = text.get(..word.len())?;
        let rest = &text[word.len()..];
        // Chinese has no blanks between words.
        let ends = !word.is_ascii() || !rest.starts_with(|c: char| c.is_ascii_alphanumeric());
        let rest = rest.trim_start_matches(['*', '_', ':', '：']);
        (head.eq_ignore_ascii_case(word) && ends).then_some((*mark, rest))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn id(text: &str) -> PaperId {
        text.parse().unwrap()
    }

    #[test]
    fn every_spelling_is_read() {
        for (text, expected) in [
            ("- [x] like 2602.04118", "+2602.04118"),
            ("- [X]  不喜欢 2602.04118  （太难）", "-2602.04118"),
            ("* [✓] **喜欢** [2602.04118](https://arxiv.org/abs/2602.04118)", "+2602.04118"),
            (">> - [x] dislike cs/0112017 not for me", "-cs/0112017"),
            ("- [ ] like 2602.04118", ""),
            ("- [] like 2602.04118", ""),
            ("- [x] buy milk 2602.04118", ""),
            ("- [x] like nothing", ""),
            ("[x] like zotero:AB_12", "+zotero:AB_12"),
            ("like 2602.04118, 2602.03918", "+2602.04118 +2602.03918"),
            ("Dislike: https://arxiv.org/abs/2602.04118v2", "-2602.04118"),
            ("喜欢：2602.04118、2602.03918", "+2602.04118 +2602.03918"),
            ("I like 2602.04118", ""),
            ("like it or not, 2602.04118 is there", ""),
            (r"* \[x\] like 2602.04118", "+2602.04118"),
            (r"1. \[ \] like 2602.04118", ""),
            ("1. [x] like 2602.04118", "+2602.04118"),
            ("12) [x] dislike 2602.04118", "-2602.04118"),
            ("-\t[x]\u{a0}like\u{a0}2602.04118", "+2602.04118"),
            ("- ☑ like 2602.04118", "+2602.04118"),
            ("- ☐ like 2602.04118", ""),
            ("✅ 感兴趣 2602.04118", "+2602.04118"),
            ("- 【x】like 2602.04118", "+2602.04118"),
            ("- ［ｘ］ ｌｉｋｅ：２６０２．０４１１８", "+2602.04118"),
            ("\u{feff}like 2602.04118", "+2602.04118"),
            ("- like 2602.04118", "+2602.04118"),
            ("like 2602.04118 - best of the week, 2602.03918 is not", "+2602.04118"),
            ("like 2602.04118 and 2602.03918.", "+2602.04118 +2602.03918"),
            ("喜欢2602.04118", "+2602.04118"),
            ("不喜欢2602.04118和2602.03918。", "-2602.04118 -2602.03918"),
            ("喜欢 2602.04118。", "+2602.04118"),
            ("喜欢的论文不多", ""),
            ("3. like 2602.04118", "+2602.04118"),
            ("likes 2602.04118", ""),
            ("+2602.04118 -2602.03918", "+2602.04118 -2602.03918"),
            ("+2602.04118 and so on", ""),
            ("-- ", ""),
            ("", ""),
        ] {
            let found = Marks::find(text);
            let marks = found.iter().flat_map(|m| &m.marks);
            let sign = |mark: &Mark| if *mark == Mark::Like { '+' } else { '-' };
            let found: Vec<String> =
                marks.map(|(id, mark)| format!("{}{id}", sign(mark))).collect();
            assert_eq!(found.join(" "), expected, "{text}");
        }
    }

    #[test]
    fn what_looks_like_a_mark_and_names_no_paper_is_said() {
        for (text, unread) in [
            ("- [x] like the second", 1),
            ("like 2602.0411O", 1),
            ("like #3", 1),
            ("不喜欢2602.0411O。", 1),
            ("like the second", 0),
            ("- [x] buy milk", 0),
            ("- [ ] like the second", 0),
            ("likely 2602.04118", 0),
        ] {
            let found = Marks::find(text);
            assert_eq!(
                found.iter().map(|marks| marks.unread.len()).sum::<usize>(),
                unread,
                "{text}"
            );
        }
    }

    #[test]
    fn marks_belong_to_the_digest_that_names_itself_after_them() {
        let text = "like 2602.00009\n\n> - [x] like 2602.00001\n> - [x] like 2602.00002\n> - [x] dislike 2602.00002\n\
                    > <!-- paperlark: two words 2026-02-05 -->\n";
        let one = Marks {
            profile: Some("two words".into()),
            date: Some("2026-02-05".parse().unwrap()),
            marks: vec![(id("2602.00009"), Mark::Like), (id("2602.00001"), Mark::Like)],
            contradictory: vec![id("2602.00002")],
            unread: Vec::new(),
        };
        assert_eq!(Marks::find(text), [one]);
        let text = "- [x] like 2602.00001\n<!-- paperlark: a 2026-02-05 -->\n- [x] like 2602.00001\n\
                    <!-- paperlark: b 2026-02-05 -->\nmarks a%20b 2026-02-06 +2602.00003 x -2602.00004\n+2602.00005";
        let found = Marks::find(text);
        let profiles: Vec<_> = found.iter().map(|m| m.profile.as_deref().unwrap_or("?")).collect();
        assert_eq!(profiles, ["a", "b", "a b", "?"]);
        assert_eq!(
            found[2].marks,
            [(id("2602.00003"), Mark::Like), (id("2602.00004"), Mark::Dislike)]
        );
        // A reply to a mail that was shown as a page.
        let text = "dislike 2602.00005\n\n> paperlark: a 2026-02-05\n";
        assert_eq!(Marks::find(text)[0].profile.as_deref(), Some("a"));
        // A reply below the quotation.
        let text = "> <!-- paperlark: a 2026-02-05 -->\n\n-2602.00005\n";
        assert_eq!(Marks::find(text)[0].profile.as_deref(), Some("a"));
    }

    proptest! {
        #[test]
        fn no_text_makes_it_fall_over(text in "(?s)(- \\[|x|\\]|like|不喜欢|marks|%[0-9a-f]{2}|%|é|[+-]|2602\\.04118|<!-- paperlark: |-->| |\n|.){0,60}") {
            let found = Marks::find(&text);
            // What it finds is found again in its own words.
            for marks in &found {
                let sign = |mark: &Mark| if *mark == Mark::Like { '+' } else { '-' };
                let line: Vec<String> =
                    marks.marks.iter().map(|(id, mark)| format!("{}{id}", sign(mark))).collect();
                let again = Marks::find(&line.join(" "));
                let again = again.first().map(|m| m.marks.clone()).unwrap_or_default();
                prop_assert_eq!(&again, &marks.marks);
            }
        }
    }
}
