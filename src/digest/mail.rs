//! The digest as the HTML of a mail: tables and inline styles, because mail programs leave out or rewrite the
//! rest; no script, no picture, and no more bytes than every one of them shows.

use std::ptr;

use maud::{DOCTYPE, Markup, html};

use super::{
    Digest, Entry, Note, Style, Updated,
    html::{shown, with_code},
    math::plain,
    sections::{Section, sections},
};
use crate::{paper::PaperId, tex, text::shortened};

/// Bytes of a mail's HTML. Gmail hides what is behind the first 102 KB, and the transfer encoding comes on top.
const BYTES: usize = 80_000;
/// More authors than this are counted, not named.
const AUTHORS: usize = 4;
/// At most so many papers in new versions are named.
const UPDATES: usize = 20;

/// What foreign text is shortened to, in characters, so that no paper takes the place of many.
const TITLE: usize = 300;
const GIST: usize = 600;
const REASON: usize = 400;
const NAME: usize = 80;
/// Longer addresses are no links.
const ADDRESS: usize = 300;

// Wherever text has a colour, what is behind it has one, too: a program that inverts for the dark inverts both.
const PAGE: &str = "margin:0;padding:0;background-color:#f1f1ee";
const SHEET: &str = "width:100%;max-width:600px;background-color:#fcfcfa";
const HEAD: &str =
    "padding:20px 16px 12px;background-color:#fcfcfa;font:14px/1.5 Arial,sans-serif;color:#5a5e63";
const HEADLINE: &str = "margin:0 0 6px;font-size:20px;line-height:1.3;color:#22262a";
const SECTION: &str = "padding:14px 16px 6px;border-top:1px solid #d8d8d2;background-color:#fcfcfa;\
     font:bold 16px/1.4 Arial,sans-serif;color:#22262a";
const SCORED: &str =
    "padding:10px 0 10px 16px;background-color:#fcfcfa;font:bold 14px/1.5 Arial,sans-serif";
const SCORE: &str = "padding:2px 6px;background-color:#2c6a8a;color:#ffffff";
const PAPER: &str = "padding:10px 16px 10px 10px;background-color:#fcfcfa;\
     font:14px/1.5 Arial,sans-serif;color:#22262a;word-break:break-word";
const TITLED: &str = "font-size:16px;line-height:1.35;font-weight:bold";
const LINK: &str = "color:#1d5f92";
const QUIET: &str = "font-size:13px;color:#5a5e63";
const SPACED: &str = "margin:4px 0";

/// The HTML of a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// A whole page, of at most 80 KB.
    pub html: String,
    /// Papers that did not fit, the lowest in score; the page says that the digest goes along as a file.
    pub left_out: usize,
}

impl Digest {
    /// The digest as the HTML of a mail, in its own language: each paper with one gist. Text of papers and of the
    /// reader is escaped.
    pub fn to_mail(&self) -> Mail {
        let rows = self.mail_rows();
        let fits = |n: usize| self.mail(&rows, n).len() <= BYTES;
        let all = rows.len();
        let n = match fits(all) {
            true => all,
            false => {
                // The most that fit; the page grows with each.
                let (mut some, mut too_many) = (0, all);
                while too_many - some > 1 {
                    let n = some.midpoint(too_many);
                    if fits(n) { some = n } else { too_many = n }
                }
                some
            }
        };
        Mail { html: self.mail(&rows, n), left_out: all - n }
    }

    /// Name of the file in which the whole digest goes along.
    pub fn file_name(&self) -> String {
        format!("{}-{}.md", plain(&self.profile), self.date)
    }

    /// The papers by interest; a list stays one.
    fn mail_sections(&self) -> Vec<Section<'_>> {
        match self.style {
            Style::List => vec![Section { interest: String::new(), entries: self.in_order() }],
            Style::Scored | Style::Briefing => sections(&self.entries),
        }
    }

    /// The papers by section, each with its rank by score.
    fn mail_rows(&self) -> Vec<Row> {
        let mut best: Vec<&Entry> = self.entries.iter().collect();
        best.sort_by(|a, b| b.score.total_cmp(&a.score));
        let order = self.in_order();
        let place = |all: &[&Entry], entry: &Entry| all.iter().position(|one| ptr::eq(*one, entry));
        let sections = self.mail_sections();
        let mut rows = Vec::new();
        for (section, of) in sections.iter().enumerate() {
            for entry in &of.entries {
                let number = place(&order, entry).unwrap_or_default() + 1;
                let rank = place(&best, entry).unwrap_or_default();
                rows.push(Row { section, rank, html: self.mail_paper(number, entry) });
            }
        }
        rows
    }

    /// The page with the best `n` papers.
    fn mail(&self, rows: &[Row], n: usize) -> String {
        let language = self.language;
        let sections = self.mail_sections();
        let names = [&self.title, &self.profile].map(|name| shortened(&plain(name), TITLE));
        let title = names.into_iter().find(|name| !name.is_empty()).unwrap_or_default();
        let head = language.headline(self.date);
        let rows: Vec<&Row> = rows.iter().filter(|row| row.rank < n).collect();
        let left_out = self.entries.len() - rows.len();
        let page = html! {
            (DOCTYPE)
            html lang=(language.page().code) {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    title { (head) " · " (title) }
                }
                body style=(PAGE) {
                    table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0"
                        bgcolor="#f1f1ee" style="background-color:#f1f1ee"
                    {
                        tr { td align="center" style="padding:8px" {
                            table role="presentation" width="600" cellpadding="0" cellspacing="0" border="0"
                                bgcolor="#fcfcfa" style=(SHEET)
                            {
                                tr { td colspan="2" align="left" style=(HEAD) {
                                    h1 style=(HEADLINE) { (head) " · " (title) }
                                    p style=(SPACED) { (language.counts(self)) }
                                    @if self.entries.is_empty() {
                                        p style=(SPACED) {
                                            (with_code(&language.empty(self.date, self.empty.as_ref())))
                                        }
                                    }
                                } }
                                @for (at, section) in sections.iter().enumerate() {
                                    @if rows.iter().any(|row| row.section == at) {
                                        @if self.style != Style::List { tr {
                                          td colspan="2" align="left" style=(SECTION) {
                                            (match &section.interest[..] {
                                                "" => language.no_interest(sections.len() == 1).to_owned(),
                                                interest => displayed(interest, NAME),
                                            })
                                            " · " (language.papers(section.entries.len()))
                                        } } }
                                        @for row in rows.iter().filter(|row| row.section == at) { (row.html) }
                                    }
                                }
                                (self.mail_updates())
                                tr { td colspan="2" align="left" style=(HEAD) {
                                    @if left_out > 0 {
                                        p style=(SPACED) { b {
                                            (language.attached(left_out, &shortened(&self.file_name(), TITLE)))
                                        } }
                                    }
                                    @if !self.entries.is_empty() {
                                        p style=(SPACED) { (with_code(language.how_to_answer())) }
                                    }
                                    p style=(SPACED) { (shortened(&plain(&language.model(self)), REASON)) }
                                    // By this a reply says whose marks it brings.
                                    p style=(SPACED) { "paperlark: " (plain(&self.profile)) " " (self.date) }
                                } }
                            }
                        } }
                    }
                }
            }
        };
        page.into_string() + "\n"
    }

    fn mail_paper(&self, number: usize, entry: &Entry) -> Markup {
        let (language, paper) = (self.language, &entry.paper);
        let title = displayed(&entry.heading(), TITLE);
        let mut links = entry.links();
        links.retain(|(name, url)| *name != "html" && url.len() <= ADDRESS);
        let abs = links.iter().position(|(name, _)| *name == "abs").map(|at| links.remove(at).1);
        let authors: Vec<String> = paper
            .authors
            .iter()
            .map(|name| shortened(&plain(name), NAME))
            .filter(|name| !name.is_empty())
            .collect();
        let named = authors[..authors.len().min(AUTHORS)].join(", ");
        let authors = match authors.len().saturating_sub(AUTHORS) {
            0 => named,
            rest => language.and_more(&named, rest),
        };
        let mut facts = vec![shortened(&plain(paper.id.as_str()), NAME)];
        facts.extend(language.kind(entry.kind, paper).map(|kind| shortened(&plain(&kind), NAME)));
        facts.extend(paper.categories.first().map(|category| shortened(&plain(category), NAME)));
        let date = entry.announced.map(|date| date.to_string());
        facts.extend(date.or(paper.submitted.map(|date| language.submitted_on(date))));
        // One language is enough; a page shows both.
        let in_own = entry.notes.iter().find(|note| note.language == language);
        let note: Option<&Note> = in_own.or(entry.notes.first());
        let gist = note.map(|note| displayed(&note.summary, GIST)).filter(|gist| !gist.is_empty());
        let gist = gist.unwrap_or_else(|| displayed(&entry.beginning(), GIST));
        let reason = note.map(|note| displayed(&note.reason, REASON)).filter(|it| !it.is_empty());
        let reason = reason.unwrap_or_else(|| displayed(&entry.evidence(language), REASON));
        let label = language.labels().reason;
        html! {
            tr {
                td width="36" valign="top" align="left" style=(SCORED) {
                    span style=(SCORE) { (format!("{:.1}", shown(entry.score))) }
                }
                td valign="top" align="left" style=(PAPER) {
                    div style=(TITLED) {
                        (number) ". "
                        @match &abs {
                            Some(url) => a href=(url) style=(LINK) { (title) },
                            None => (title),
                        }
                    }
                    @if !authors.is_empty() { div style=(QUIET) { (authors) } }
                    @if !gist.is_empty() { div style=(SPACED) { (gist) } }
                    div style=(SPACED) { b { (label) } @if label.ends_with(':') { " " } (reason) }
                    div style=(QUIET) {
                        (facts.join(" · "))
                        @for (name, url) in &links { " · " a href=(url) style=(LINK) { (name) } }
                    }
                }
            }
        }
    }

    /// Papers that the reader knows in an older version.
    fn mail_updates(&self) -> Markup {
        let more = self.updated.len().saturating_sub(UPDATES);
        html! {
            @if !self.updated.is_empty() {
                tr { td colspan="2" align="left" style=(SECTION) { (self.language.updates()) } }
                tr { td colspan="2" align="left" style=(HEAD) {
                    @for Updated { id, title, version } in self.updated.iter().take(UPDATES) {
                        div style=(SPACED) {
                            (displayed(title, TITLE)) " ("
                            @let name = html! {
                                (shortened(&plain(id), NAME)) @if let Some(v) = version { " v" (v) }
                            };
                            @match id.parse::<PaperId>().ok().and_then(|id| id.abs_url()) {
                                Some(url) if url.len() <= ADDRESS => a href=(url) style=(LINK) { (name) },
                                _ => (name),
                            }
                            ")"
                        }
                    }
                    @if more > 0 { div style=(SPACED) { (self.language.left_out(more)) } }
                } }
            }
        }
    }
}

/// A paper of the mail.
struct Row {
    /// Of its section.
    section: usize,
    /// By score, from 0.
    rank: usize,
    html: Markup,
}

/// Foreign text on one line, with formulas in plain characters: mail programs know no MathML.
fn displayed(text: &str, limit: usize) -> String {
    shortened(&plain(&tex::to_display(text)), limit)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{foreign_entry, sample};
    use super::super::{Empty, Language, Marks, Style};
    use super::*;
    use html5gum::{Token, Tokenizer};
    use proptest::prelude::*;

    const ELEMENTS: [&str; 15] = [
        "html", "head", "meta", "title", "body", "table", "tr", "td", "h1", "p", "div", "span",
        "a", "b", "code",
    ];
    const ATTRIBUTES: [&str; 15] = [
        "lang",
        "charset",
        "name",
        "content",
        "style",
        "role",
        "width",
        "cellpadding",
        "cellspacing",
        "border",
        "bgcolor",
        "align",
        "valign",
        "colspan",
        "href",
    ];

    /// The text of a page, a line for each block; panics at whatever a mail program may not know.
    fn text_of(html: &str) -> String {
        let mut text = String::new();
        for token in Tokenizer::new(html).flatten() {
            match token {
                Token::StartTag(tag) => {
                    let name = String::from_utf8_lossy(&tag.name.0).into_owned();
                    assert!(ELEMENTS.contains(&&name[..]), "<{name}> in {html}");
                    if ["td", "p", "div", "h1"].contains(&&name[..]) {
                        text.push('\n');
                    }
                    for (key, value) in &tag.attributes {
                        let key = String::from_utf8_lossy(key).into_owned();
                        let value = String::from_utf8_lossy(value).into_owned();
                        assert!(ATTRIBUTES.contains(&&key[..]), "{key} of <{name}> in {html}");
                        match &key[..] {
                            "style" => {
                                assert!(
                                    !value.contains("var(") && !value.contains("--"),
                                    "{value}"
                                );
                                assert!(!value.contains("url("), "{value}");
                            }
                            "href" => assert!(value.starts_with("https://"), "{value}"),
                            _ => {}
                        }
                    }
                }
                Token::String(part) => text += &String::from_utf8_lossy(&part),
                Token::Comment(comment) => panic!("{comment:?} in {html}"),
                _ => {}
            }
        }
        text
    }

    /// So many papers with much to say, in two sections.
    fn long(n: usize, language: Language, text: &str) -> Digest {
        let mut digest = sample(Style::Scored, language);
        let first = digest.entries[0].clone();
        digest.entries = (0..n)
            .map(|at| {
                let mut entry = first.clone();
                entry.paper.id = format!("2602.{:05}", at + 1).parse().unwrap();
                entry.paper.title = format!("{at} {text}");
                entry.paper.abstract_text = text.repeat(1 + 3000 / text.len().max(1));
                entry.paper.authors = vec!["Ana Öz".into(); 40];
                entry.score = 10.0 - at as f32 / 100.0;
                entry.why.interest = Some(["Even", "Odd"][at % 2].into());
                entry
            })
            .collect();
        digest
    }

    #[test]
    fn a_mail_shows_what_a_reader_needs() {
        let mut digest = sample(Style::Briefing, Language::En);
        digest.entries[0].paper.authors = (0..6).map(|n| format!("Author {n}")).collect();
        digest.entries.push(foreign_entry());
        digest.updated =
            vec![Updated { id: "2601.00001".into(), title: "Old".into(), version: Some(2) }];
        let Mail { html, left_out } = digest.to_mail();
        assert_eq!(left_out, 0);
        let text = text_of(&html);
        for part in [
            "Daily arXiv picks - 2026-02-05 · Models one can trust",
            "Read 287 new papers, chose 5",
            "Auditing · 2 papers",
            "8.7",
            "1. Fair Shares of Credit in O(n₁ * n₂) Steps",
            "Author 0, Author 1, Author 2, Author 3 and 2 more",
            "We share credit among inputs.",
            "Reason: Interest “Auditing”: closest to your liked “Axioms for Credit”",
            "2602.90001 · cs.LG · 2026-02-05 · pdf",
            "zotero:AB_12",
            "Updated since you saw them",
            "Old (2601.00001 v2)",
            "like ID",
        ] {
            assert!(text.contains(part), "no {part} in {text}");
        }
        assert!(html.contains("<a href=\"https://arxiv.org/abs/2602.90001\""), "{html}");
        assert!(!text.contains("attached"));
        // The line by itself, as the reader of marks wants it, and no mark that nobody made.
        assert!(text.lines().any(|line| line == "paperlark: trust 2026-02-05"), "{text}");
        assert_eq!(Marks::find(&text), []);
        let reply = format!("like 2602.90001\n\n{text}");
        assert_eq!(Marks::find(&reply)[0].profile.as_deref(), Some("trust"));
    }

    #[test]
    fn a_paper_has_one_gist_in_the_language_of_the_reader() {
        let mut digest = sample(Style::Scored, Language::Zh);
        let note = |language, summary: &str| Note {
            language,
            summary: summary.into(),
            reason: format!("{summary}!"),
        };
        digest.entries[0].notes = vec![note(Language::En, "Shares."), note(Language::Zh, "分配。")];
        digest.entries[1].notes = vec![note(Language::En, "Small.")];
        let text = text_of(&digest.to_mail().html);
        for part in ["分配。\n", "理由：分配。!", "Small.\n", "Nothing special."] {
            assert!(text.contains(part), "no {part} in {text}");
        }
        assert!(!text.contains("Shares.") && !text.contains("We share credit"), "{text}");
    }

    #[test]
    fn a_list_is_numbered_in_its_own_order() {
        let text = text_of(&sample(Style::List, Language::En).to_mail().html);
        let numbers: Vec<usize> = ["1. Fair", "2. Small", "3. A Plain", "4. Credit"]
            .iter()
            .map(|title| text.find(title).unwrap_or_else(|| panic!("no {title} in {text}")))
            .collect();
        assert!(numbers.is_sorted(), "{text}");
        assert!(!text.contains(" · 1 paper"), "{text}");
    }

    #[test]
    fn a_day_without_papers_says_why() {
        let mut digest = sample(Style::Scored, Language::En);
        digest.entries.clear();
        digest.empty = Some(Empty::AllSeen);
        let html = digest.to_mail().html;
        assert!(html.contains("Run again with <code>--again</code> to list"), "{html}");
        assert!(!html.contains("like ID"));
        text_of(&html);
    }

    #[test]
    fn a_long_digest_ends_with_its_best_papers_and_names_the_file() {
        for (language, words) in
            [(Language::En, "We share credit. "), (Language::Zh, "我们分配功劳。")]
        {
            let digest = long(1000, language, words);
            let Mail { html, left_out } = digest.to_mail();
            let shown = html.matches("https://arxiv.org/abs/").count();
            assert!(html.len() <= BYTES && shown > 30, "{} bytes, {shown} papers", html.len());
            assert_eq!(shown + left_out, 1000);
            let text = text_of(&html);
            // The best of both sections.
            for at in 1..=shown {
                assert!(text.contains(&format!("2602.{at:05}")), "no {at} of {shown}");
            }
            let file = "trust-2026-02-05.md";
            assert!(text.contains(file) && text.contains(&left_out.to_string()), "{text}");
            assert_eq!(Marks::find(&text), []);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn no_text_changes_a_mail_or_makes_it_long(
            text in prop_oneof![
                any::<String>(),
                "(<script>|<svg |</title>|\" style=\"|class=|var\\(--x\\)|'|<!--|-->|&lt;|\\$|[a-z ]){1,12}",
            ],
            n in 1usize..120,
            zh in any::<bool>(),
        ) {
            let language = if zh { Language::Zh } else { Language::En };
            let mut digest = long(n, language, &text);
            digest.title = text.repeat(200);
            digest.model = text.repeat(200);
            for entry in digest.entries.iter_mut().step_by(2) {
                let [summary, reason] = [1, 2].map(|_| format!("x {}", text.repeat(200)));
                entry.notes = vec![Note { language, summary, reason }];
                entry.paper.authors = vec![text.repeat(200); 9];
                entry.paper.categories = vec![text.repeat(200)];
                entry.why.interest = Some(text.repeat(200));
            }
            digest.updated = (0..n)
                .map(|_| Updated { id: text.clone(), title: text.repeat(200), version: None })
                .collect();
            let Mail { html, left_out } = digest.to_mail();
            prop_assert!(html.len() <= BYTES, "{} bytes", html.len());
            let shown = html.matches("<span style=").count();
            prop_assert_eq!(shown + left_out, n);
            text_of(&html);
            for part in ["<script", "<svg", "<style", "<img"] {
                prop_assert!(!html.contains(part), "{} in {}", part, html);
            }
        }
    }
}
