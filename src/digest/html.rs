//! The digest as a web page that needs nothing but itself: no request, no font, and no script unless one may
//! run. Without one it can be read in full; with one it filters, takes keys, and keeps marks.

use base64::{Engine, prelude::BASE64_STANDARD};
use jiff::civil::Date;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use ring::digest::{SHA256, digest};

use super::{
    Digest, Entry, Language, Updated, cite,
    math::{plain, with_math},
    percent_encoded,
    sections::sections,
    words::PageWords,
};
use crate::paper::PaperId;

const STYLE: &str = include_str!("page/style.css");
const SCRIPT: &str = include_str!("page/script.js");

/// More authors than this are folded away.
const AUTHORS: usize = 8;

/// What stands around a page: relative addresses of its neighbours in an archive, where there is one.
#[derive(Debug, Clone, Default)]
pub struct Around {
    /// The day before.
    pub previous: Option<String>,
    /// The day after.
    pub next: Option<String>,
    /// The list of all days.
    pub archive: Option<String>,
    /// The same digest in other formats: their names and addresses.
    pub formats: Vec<(&'static str, String)>,
}

/// The days of a profile in an archive.
#[derive(Debug, Clone)]
pub struct Shelf {
    /// File stem of the profile.
    pub profile: String,
    /// The reader's own name for it.
    pub title: String,
    /// Language of its digests.
    pub language: Language,
    /// Its feeds: their names and relative addresses.
    pub feeds: Vec<(&'static str, String)>,
    /// Its days, newest first.
    pub days: Vec<ShelfDay>,
}

/// One day of an archive.
#[derive(Debug, Clone)]
pub struct ShelfDay {
    /// The day.
    pub date: Date,
    /// Relative address of its page.
    pub address: String,
    /// How many papers it shows.
    pub papers: usize,
    /// Score and heading of the best of them.
    pub best: Option<(f32, String)>,
}

impl Digest {
    /// The digest as a whole HTML page, in its own language.
    ///
    /// Text of papers and of the reader is escaped, TeX in it becomes MathML, and the page's own policy lets
    /// nothing run or load that is not part of it.
    pub fn to_html(&self, around: &Around) -> String {
        let (language, words) = (self.language, self.language.page());
        let head = language.headline(self.date);
        let title = [&self.title, &self.profile].map(|name| plain(name)).into_iter();
        let title = title.into_iter().find(|name| !name.is_empty()).unwrap_or_default();
        let body = html! {
            a.skip href="#papers" { (words.skip) }
            header {
                (days(words, around))
                h1 { (head) " · " (with_math(&title)) }
                @for fact in
                    [language.updated(&self.generated_at), language.counts(self), language.model(self)]
                {
                    p.facts { (plain(&fact)) }
                }
                (self.glance())
            }
            main #papers data-marks=(self.marks_head()) {
                @if self.entries.is_empty() {
                    p { (with_code(&language.empty(self.date, self.empty.as_ref()))) }
                } @else {
                    (self.controls(words))
                }
                (self.sections())
                (self.updates_section())
            }
            footer {
                (days(words, around))
                (links(words.formats, &around.formats))
                // By this a reply to a mail says whose marks it brings.
                p.whose { "paperlark: " (plain(&self.profile)) " " (self.date) }
            }
            (self.dialogs(words))
            script { (PreEscaped(SCRIPT)) }
        };
        page(words, &format!("{head} · {title}"), Some(SCRIPT), body)
    }

    /// The beginning of the line that says what is marked: `marks PROFILE DATE`. Blanks in the profile's name
    /// are percent-encoded, as are the characters that would make that ambiguous.
    fn marks_head(&self) -> String {
        let name = percent_encoded(&self.profile, |c| !c.is_whitespace() && !c.is_control());
        format!("marks {name} {}", self.date)
    }

    /// The day at a glance.
    fn glance(&self) -> Markup {
        let sections = sections(&self.entries);
        let [interest, papers, best] = self.language.glance();
        html! {
            @if !sections.is_empty() {
                table.glance {
                    thead { tr {
                        th scope="col" { (interest) }
                        th.number scope="col" { (papers) }
                        th scope="col" { (best) }
                    } }
                    tbody { @for (at, section) in sections.iter().enumerate() { tr {
                        th scope="row" {
                            a href=(format!("#interest-{at}")) {
                                (self.section_name(&section.interest, sections.len()))
                            }
                        }
                        td.number { (section.entries.len()) }
                        td { (score(self.language, section.entries[0].score))
                            " " span.best { (heading(section.entries[0])) }
                        }
                    } } }
                }
            }
        }
    }

    fn section_name(&self, interest: &str, sections: usize) -> Markup {
        match interest {
            "" => html! { (self.language.no_interest(sections == 1)) },
            interest => with_math(interest),
        }
    }

    /// What filters, of which nothing shows where no script runs.
    fn controls(&self, words: &PageWords) -> Markup {
        let sections = sections(&self.entries);
        html! {
            form.controls #controls hidden aria-label=(words.filter) {
                label { (words.interest)
                    select #interest {
                        option value="" { (words.every_interest) }
                        @for (at, section) in sections.iter().enumerate() {
                            option value=(at) { (match section.interest.as_str() {
                                "" => self.language.no_interest(sections.len() == 1).to_owned(),
                                interest => plain(interest),
                            }) }
                        }
                    }
                }
                div.field {
                    span { label for="score" { (words.least) } " " output #least for="score" { "0.0" } }
                    input #score type="range" min="0" max="10" step="0.5" value="0";
                }
                label { (words.words) input #words type="search" autocomplete="off"; }
                button #keys type="button" { (words.keys) }
                output.shown #shown data-words=(words.shown) {}
            }
        }
    }

    fn sections(&self) -> Markup {
        let sections = sections(&self.entries);
        let keys = cite::keys(self);
        let mut number = 0;
        html! {
            @for (at, section) in sections.iter().enumerate() {
                section data-interest=(at) aria-labelledby=(format!("interest-{at}")) {
                    h2 id=(format!("interest-{at}")) {
                        (self.section_name(&section.interest, sections.len()))
                        " " span.count { (self.language.papers(section.entries.len())) }
                    }
                    @for entry in &section.entries {
                        @let key = cite::key_of(self, &keys, entry);
                        (self.card({ number += 1; number }, at, entry, key))
                    }
                }
            }
        }
    }

    fn card(&self, number: usize, section: usize, entry: &Entry, key: &str) -> Markup {
        let (language, words) = (self.language, self.language.page());
        let (labels, paper) = (language.labels(), &entry.paper);
        let title = format!("title-{number}");
        let mut facts: Vec<String> = entry.likelihood.iter().map(|p| format!("p {p:.2}")).collect();
        facts.extend(language.kind(entry.kind, paper));
        facts.extend(paper.categories.first().cloned());
        let date = entry.announced.map(|date| date.to_string());
        facts.extend(date.or(paper.submitted.map(|date| language.submitted_on(date))));
        let authors: Vec<String> =
            paper.authors.iter().map(|name| plain(name)).filter(|name| !name.is_empty()).collect();
        let (named, more) = authors.split_at(authors.len().min(AUTHORS));
        let [like, dislike] = language.marks();
        html! {
            article.card tabindex="-1" aria-labelledby=(title) data-id=(paper.id) data-interest=(section)
                data-score=(format!("{:.1}", shown(entry.score)))
            {
                p.line {
                    (score(language, entry.score))
                    @for fact in &facts { span { (plain(fact)) } }
                }
                h3 id=(title) { (number) ". " (heading(entry)) }
                @if !named.is_empty() {
                    div.authors { (named.join(", "))
                        @if !more.is_empty() {
                            details { summary { (language.more_authors(more.len())) } (more.join(", ")) }
                        }
                    }
                }
                @if entry.notes.is_empty() {
                    @let gist = entry.gist();
                    @if !gist.is_empty() { p { (with_math(&gist)) } }
                }
                @for note in &entry.notes {
                    p lang=(note.language.page().code) { (with_math(&note.summary)) }
                }
                @if !entry.notes.is_empty() {
                    p.why { b { (labels.reason) } " " (with_math(&entry.reason(language))) }
                }
                p.why { b { (labels.evidence) } " " (with_math(&entry.evidence(language))) }
                @if !entry.also.is_empty() {
                    details {
                        summary { (language.near_duplicates(entry.also.len())) }
                        ul { @for also in &entry.also { li { (linked(&also.id, &also.title, None)) } } }
                    }
                }
                @if !paper.abstract_text.trim().is_empty() {
                    details.abstract {
                        summary { (words.abstract_text) }
                        p { (with_math(&paper.abstract_text)) }
                    }
                }
                div.foot {
                    span.links {
                        // The blanks show only where no style does, as in the quotation of a mail.
                        @for (name, url) in entry.links() {
                            a href=(url) rel="noreferrer" { (name) } " "
                        }
                        // By its id a reply says which paper it is about.
                        span.id { (paper.id) } " "
                        code.key title=(words.key) { "@" (key) }
                    }
                    span.marks hidden {
                        button type="button" data-mark="+" aria-pressed="false" { (like) }
                        button type="button" data-mark="-" aria-pressed="false" { (dislike) }
                    }
                }
            }
        }
    }

    /// Papers that the reader knows in an older version.
    fn updates_section(&self) -> Markup {
        html! {
            @if !self.updated.is_empty() {
                section {
                    h2 { (self.language.updates()) }
                    ul.updates { @for Updated { id, title, version } in &self.updated {
                        li { (linked(id, title, *version)) }
                    } }
                }
            }
        }
    }

    /// The bar with the marks, and the list of keys.
    fn dialogs(&self, words: &PageWords) -> Markup {
        let file = format!("{}.txt", self.marks_head().replace(' ', "-"));
        html! {
            section #bar hidden aria-label=(words.marks) { div {
                label { (words.marks) input #line readonly; }
                button #copy type="button" { (words.copy) }
                button #save type="button" data-name=(file) { (words.save) }
                button #clear type="button" { (words.clear) }
                p #said role="status" data-hint=(words.hint) data-copied=(words.copied) {}
            } }
            dialog #help aria-labelledby="help-title" {
                h2 #help-title { (words.keys) }
                dl { @for (key, text) in words.help { dt { kbd { (key) } } dd { (text) } } }
                button #close type="button" { (words.close) }
            }
        }
    }
}

/// The page of an archive: the days of every profile, in the language of the first.
pub fn archive_html(shelves: &[Shelf]) -> String {
    let language = shelves.first().map_or(Language::En, |shelf| shelf.language);
    let words = language.page();
    let body = html! {
        header {
            h1 { "Paperlark · " (words.archive) }
            @if shelves.len() > 1 {
                nav.days aria-label=(words.archive) { @for (at, shelf) in shelves.iter().enumerate() {
                    a href=(format!("#profile-{at}")) { (shelf.name()) }
                } }
            }
        }
        main { @for (at, shelf) in shelves.iter().enumerate() {
            section lang=(shelf.language.page().code) aria-labelledby=(format!("profile-{at}")) {
                h2 id=(format!("profile-{at}")) { (shelf.name()) }
                (links(shelf.language.page().feeds, &shelf.feeds))
                ul.archive { @for day in &shelf.days { li {
                    a href=(day.address) { (day.date) }
                    span { (shelf.language.papers(day.papers)) }
                    @if let Some((best, heading)) = &day.best {
                        (score(shelf.language, *best))
                        span.best { (with_math(heading)) }
                    }
                } } }
            }
        } }
    };
    page(words, &format!("Paperlark · {}", words.archive), None, body)
}

impl Shelf {
    fn name(&self) -> String {
        [&self.title, &self.profile]
            .map(|name| plain(name))
            .into_iter()
            .find(|name| !name.is_empty())
            .unwrap_or_default()
    }
}

/// A whole page. Its policy admits the one style and script that are part of it, by their hashes.
fn page(words: &PageWords, title: &str, script: Option<&str>, body: Markup) -> String {
    let hash = |text: &str| BASE64_STANDARD.encode(digest(&SHA256, text.as_bytes()));
    let mut policy = format!(
        "default-src 'none'; base-uri 'none'; form-action 'none'; style-src 'sha256-{}'",
        hash(STYLE)
    );
    if let Some(script) = script {
        policy += &format!("; script-src 'sha256-{}'", hash(script));
    }
    let page = html! {
        (DOCTYPE)
        html lang=(words.code) {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(policy);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="referrer" content="no-referrer";
                meta name="generator" content="Paperlark";
                title { (plain(title)) }
                style { (PreEscaped(STYLE)) }
            }
            body { (body) }
        }
    };
    page.into_string() + "\n"
}

/// The way to other days.
fn days(words: &PageWords, around: &Around) -> Markup {
    let links = [
        (words.previous, "prev", "← ", "", &around.previous),
        (words.archive, "up", "", "", &around.archive),
        (words.next, "next", "", " →", &around.next),
    ];
    let links: Vec<_> = links.into_iter().filter(|(.., address)| address.is_some()).collect();
    html! {
        @if !links.is_empty() {
            nav.days aria-label=(words.days) {
                @for (name, rel, before, after, address) in links {
                    a href=[address.as_ref()] rel=[(rel != "up").then_some(rel)] { (before) (name) (after) }
                }
            }
        }
    }
}

/// A line of links, with what they are.
fn links(what: &str, links: &[(&str, String)]) -> Markup {
    html! {
        @if !links.is_empty() {
            p.days.facts { (what) @for (name, address) in links { " " a href=(address) { (name) } } }
        }
    }
}

/// A score from 0 to 10; zero may carry a sign, and adding zero takes it off.
pub(super) fn shown(score: f32) -> f32 {
    if score.is_nan() { 0.0 } else { score.clamp(0.0, 10.0) + 0.0 }
}

/// A score as a bar and a number.
fn score(language: Language, score: f32) -> Markup {
    let text = format!("{:.1}", shown(score));
    html! {
        span.score {
            svg viewBox="0 0 100 10" preserveAspectRatio="none" role="img"
                aria-label=(language.score_of_ten(&text))
            {
                rect width=(format!("{:.0}", shown(score) * 10.0)) height="10" {}
            }
            span aria-hidden="true" { (text) }
        }
    }
}

/// A paper's title, or its identifier if it has none.
fn heading(entry: &Entry) -> Markup {
    match plain(&entry.paper.title) {
        title if title.is_empty() => html! { (entry.paper.id) },
        title => with_math(&title),
    }
}

/// A title with its identifier, which is a link if it can be one.
fn linked(id: &str, title: &str, version: Option<u32>) -> Markup {
    let name = html! { (plain(id)) @if let Some(version) = version { " v" (version) } };
    html! {
        (with_math(title)) " ("
        @match id.parse::<PaperId>().ok().and_then(|id| id.abs_url()) {
            Some(url) => a href=(url) rel="noreferrer" { (name) },
            None => (name),
        }
        ")"
    }
}

/// A sentence of ours whose commands stand between backticks.
pub(super) fn with_code(text: &str) -> Markup {
    html! {
        @for (at, part) in text.split('`').enumerate() {
            @if at % 2 == 1 { code { (part) } } @else { (part) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{foreign_entry, sample};
    use super::super::{Also, Empty, Note, Style};
    use super::*;
    use html5gum::{Token, Tokenizer};
    use proptest::prelude::*;

    /// A digest with everything that a page can show.
    fn full() -> Digest {
        let mut digest = sample(Style::Briefing, Language::En);
        let first = &mut digest.entries[0];
        first.likelihood = Some(0.6);
        first.also = vec![Also { id: "2602.90009".into(), title: "Credit $x$ again".into() }];
        first.paper.authors = (0..12).map(|n| format!("Author {n}")).collect();
        first.paper.comment = Some("https://github.com/ana/credit".into());
        digest.entries[1].notes = vec![Note {
            language: Language::Zh,
            summary: "小的适配器。".into(),
            reason: "很小。".into(),
        }];
        digest.entries.push(foreign_entry());
        digest.updated =
            vec![Updated { id: "2601.00001".into(), title: "Old".into(), version: Some(2) }];
        digest
    }

    fn around() -> Around {
        Around {
            previous: Some("2026-02-04.html".into()),
            next: None,
            archive: Some("../index.html".into()),
            formats: vec![("json", "2026-02-05.json".into())],
        }
    }

    /// Elements and their attributes, in order, without MathML.
    fn skeleton(html: &str) -> Vec<String> {
        let mut found = Vec::new();
        let mut in_math = false;
        for token in Tokenizer::new(html).flatten() {
            match token {
                Token::StartTag(tag) => {
                    let name = String::from_utf8_lossy(&tag.name.0).into_owned();
                    in_math |= name == "math";
                    if in_math {
                        continue;
                    }
                    let mut line = name;
                    for (key, value) in &tag.attributes {
                        let (key, value) =
                            (String::from_utf8_lossy(key), String::from_utf8_lossy(value));
                        assert!(!key.starts_with("on"), "{key} in {html}");
                        if key == "href" {
                            let known = ["https://", "#", "20", "../"];
                            assert!(known.iter().any(|known| value.starts_with(known)), "{value}");
                        }
                        line += &format!(" {key}");
                    }
                    found.push(line);
                }
                Token::EndTag(tag) if &tag.name.0[..] == b"math" => in_math = false,
                Token::EndTag(tag) if !in_math => {
                    found.push(format!("/{}", String::from_utf8_lossy(&tag.name.0)));
                }
                Token::Comment(comment) => panic!("{comment:?}"),
                _ => {}
            }
        }
        found
    }

    #[test]
    fn a_page_shows_what_there_is() {
        let html = full().to_html(&around());
        for part in [
            "<html lang=\"en\">",
            "<title>Daily arXiv picks - 2026-02-05 · Models one can trust</title>",
            "data-marks=\"marks trust 2026-02-05\"",
            "<a href=\"2026-02-04.html\" rel=\"prev\">← Previous day</a>",
            "<a href=\"../index.html\">All days</a>",
            "aria-label=\"Score 8.7 of 10\"><rect width=\"87\" height=\"10\">",
            "Author 7<details><summary>and 4 more</summary>Author 8, Author 9, Author 10, Author 11",
            "<msub><mi>n</mi><mn>1</mn></msub>",
            "<summary>1 near duplicate</summary>",
            "<p lang=\"zh-Hans\">小的适配器。</p>",
            "<b>Evidence:</b> Interest “Auditing”",
            "href=\"https://github.com/ana/credit\" rel=\"noreferrer\">code</a>",
            "@ek2026small",
            "<span class=\"id\">zotero:AB_12</span>",
            "<span class=\"id\">2602.90001</span>",
            "2601.00001 v2</a>",
        ] {
            assert!(html.contains(part), "no {part} in {html}");
        }
        assert!(!html.contains("Next day"));
        let chinese = Digest { language: Language::Zh, ..full() }.to_html(&Around::default());
        for part in
            ["<html lang=\"zh-Hans\">", "全部兴趣", "<button type=\"button\" data-mark=\"+\""]
        {
            assert!(chinese.contains(part), "no {part} in {chinese}");
        }
    }

    #[test]
    fn a_day_without_papers_says_why() {
        let mut digest = sample(Style::Scored, Language::En);
        digest.entries.clear();
        digest.empty = Some(Empty::AllSeen);
        let html = digest.to_html(&Around::default());
        assert!(html.contains("Run again with <code>--again</code> to list"), "{html}");
        assert!(!html.contains("id=\"controls\""));
    }

    #[test]
    fn the_policy_admits_what_is_on_the_page() {
        let html = full().to_html(&Around::default());
        for (open, close, text) in
            [("<style>", "</style>", STYLE), ("<script>", "</script>", SCRIPT)]
        {
            let inner = html.split_once(open).unwrap().1.split_once(close).unwrap().0;
            assert_eq!(inner, text);
            let hash = BASE64_STANDARD.encode(digest(&SHA256, inner.as_bytes()));
            assert!(html.contains(&format!("'sha256-{hash}'")));
        }
        assert!(!html.contains("style=\"") && !html.contains("unsafe"));
    }

    #[test]
    fn names_in_the_line_of_marks_are_one_word() {
        for (name, expected) in
            [("ling", "ling"), ("my list", "my%20list"), ("50%", "50%25"), ("我", "我")]
        {
            let digest = Digest { profile: name.into(), ..full() };
            assert_eq!(digest.marks_head(), format!("marks {expected} 2026-02-05"));
        }
    }

    fn hostile() -> impl Strategy<Value = String> {
        prop_oneof![
            any::<String>(),
            "(<script>|</script>|</style>|</title>|<img src=x onerror=alert\\(1\\)>|\" onload=\"|'|<!--|-->|\\$|\\\\text\\{|</math>|&lt;|`|[a-z ]){1,12}",
        ]
    }

    proptest! {
        #[test]
        fn no_text_changes_the_page(texts in prop::collection::vec(hostile(), 9)) {
            let text = |at: usize| format!("x {}", texts[at]);
            let expected = skeleton(&full().to_html(&around()));
            let mut digest = full();
            digest.title = text(0);
            digest.profile = text(1);
            digest.model = text(2);
            let first = &mut digest.entries[0];
            first.paper.title = text(3);
            first.paper.authors[0] = text(4);
            first.paper.authors[11] = text(4);
            first.paper.abstract_text = text(5);
            first.paper.categories[0] = text(6);
            first.why.terms = vec![text(7)];
            first.why.nearest.as_mut().unwrap().title = text(8);
            first.also[0].title = text(8);
            digest.entries[1].notes[0].summary = text(7);
            digest.entries[1].notes[0].reason = text(6);
            digest.updated[0].title = text(5);
            prop_assert_eq!(skeleton(&digest.to_html(&around())), expected);
        }

        #[test]
        fn no_interest_opens_anything(name in hostile()) {
            let mut digest = full();
            let before = skeleton(&digest.to_html(&around()));
            digest.entries[1].why.interest = Some(format!("x {name}"));
            prop_assert_eq!(skeleton(&digest.to_html(&around())), before);
        }
    }
}
