//! The digest: one profile's ranked day, and its renderers.
//!
//! [`Digest`] is plain data, complete without any language model; [`Digest::render`] turns it into
//! Markdown in one of three [`Style`]s, [`Digest::to_format`] into a web page, references or JSON,
//! [`Digest::to_mail`] into the HTML of a mail, and [`Feed`] several of them into a feed. Rendering reads no clock and no disk, so the same digest always
//! gives the same bytes. Each entry's [`Why`] puts
//! itself into words, as plain text for any output:
//!
//! ```
//! use paperlark::digest::{Language, Nearest, Why};
//! let why = Why {
//!     interest: Some("Auditing".into()),
//!     nearest: Some(Nearest {
//!         id: "2602.04028".into(),
//!         title: "Fair Shares of Credit".into(),
//!         similarity: 0.714,
//!         is_paper: true,
//!     }),
//!     terms: vec!["shapley".into(), "axioms".into()],
//! };
//! assert_eq!(
//!     why.reason(Language::En),
//!     "Interest “Auditing”: closest to your liked “Fair Shares of Credit” (similarity 0.71); \
//!      shared terms: shapley, axioms."
//! );
//! ```

mod briefing;
mod cite;
mod explanation;
mod feed;
mod html;
mod list;
mod mail;
mod marks;
mod math;
mod scored;
mod sections;
mod short;
mod words;

use jiff::{Zoned, civil::Date};
use serde::{Deserialize, Serialize};

use crate::calendar::{Holiday, Silence};
pub use crate::day::{Also, Place, Verdict};
use crate::paper::{Kind, Paper, PaperId};
pub use crate::profile::{Format, Language, Style};
pub use crate::store::Usage;
use crate::tex;
use crate::text::{one_line, shortened};
pub use cite::citation_key;
pub use explanation::{Explanation, InDigest};
pub use feed::Feed;
pub use html::{Around, Shelf, ShelfDay, archive_html};
pub use mail::Mail;
pub use marks::Marks;
pub use short::{Short, ShortPaper};

/// Version of the JSON form of [`Digest`]; it grows when a field changes its meaning or goes.
pub const SCHEMA: u32 = 1;

/// How much of an abstract stands where there is no summary, in characters.
const GIST_CHARS: usize = 420;

/// The lines of a rendered digest, from 0, that say when it was made, from how many papers, by which models.
pub(crate) const HEAD_LINES: std::ops::Range<usize> = 2..5;

/// What stands around profile and day in the last line of a digest with boxes, so that whoever reads the boxes
/// knows whose they are; Markdown shows nothing of it.
const MARKER: &str = "<!-- paperlark: ";
const MARKER_END: &str = "-->";

/// One profile's digest of one day.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Digest {
    /// Version of this JSON form: [`SCHEMA`].
    pub schema: u32,
    /// Announcement day, US Eastern.
    pub date: Date,
    /// When the digest was first made, in the reader's time zone; a rerun keeps it.
    pub generated_at: Zoned,
    /// File stem of the profile.
    pub profile: String,
    /// The reader's own name for the profile.
    pub title: String,
    /// Layout for [`Digest::render`].
    pub style: Style,
    /// Language of headings and reasons.
    pub language: Language,
    /// Whether the Markdown has boxes to tick for likes and dislikes.
    #[serde(default)]
    pub boxes: bool,
    /// Embedding model that ranked the day.
    pub model: String,
    /// Language-model tokens spent on this digest.
    pub tokens: u64,
    /// The language model that wrote the notes, if one was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub writer: Option<Writer>,
    /// Papers of the day that were read, before any choice.
    pub read: usize,
    /// Of those, papers left out because another digest of this profile showed them, or because they are
    /// the reader's own seeds and marked papers.
    pub seen_before: usize,
    /// Of those, replacements and other kinds of announcement that the profile does not want.
    pub unwanted: usize,
    /// Of those, papers that the reader's mutes hide.
    #[serde(default)]
    pub muted: usize,
    /// How many papers that the reader would like are expected among those that are not shown; known once the
    /// reader has marked enough, or if the profile asks for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missed: Option<f32>,
    /// Why there is nothing to show, if there is nothing.
    pub empty: Option<Empty>,
    /// The chosen papers, best first.
    pub entries: Vec<Entry>,
    /// New versions of papers that an earlier digest of this profile shows, for a profile that wants
    /// replacements.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub updated: Vec<Updated>,
}

/// What a language model did for a digest: it writes notes on the best papers, and changes nothing else.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Writer {
    /// Its name, as asked for.
    pub model: String,
    /// What the notes of this digest cost.
    pub usage: Usage,
    /// How many notes came from the library without a request.
    pub reused: usize,
    /// What kept notes away, each once, in the digest's language.
    pub faults: Vec<String>,
}

/// What a language model says of a paper in one language; everything in it was checked against the paper.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// Language of the texts.
    pub language: Language,
    /// What the paper does: plain text on one line.
    pub summary: String,
    /// Why it is worth reading: one sentence on one line.
    pub reason: String,
}

/// A paper that the reader knows, in a new version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Updated {
    /// Its identifier.
    pub id: String,
    /// Its title now.
    pub title: String,
    /// The new version, where the source says so.
    pub version: Option<u32>,
}

impl From<&Paper> for Updated {
    fn from(paper: &Paper) -> Self {
        let Paper { id, title, version, .. } = paper;
        Updated { id: id.to_string(), title: title.clone(), version: *version }
    }
}

/// The cause of a digest without papers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "cause")]
pub enum Empty {
    /// arXiv announces nothing on Saturdays and Sundays.
    Weekend,
    /// A holiday that the calendar knows.
    Holiday {
        /// Which one.
        holiday: Holiday,
    },
    /// arXiv's own feed and listing say that nothing was announced, on a day that no calendar names.
    NoAnnouncement,
    /// Papers were announced, none in any of the profile's categories.
    Quiet,
    /// The feed still serves the papers of an earlier day.
    Stale {
        /// That day.
        since: Date,
    },
    /// A working day, yet the feed itself lists no paper: a holiday, or a feed not yet rebuilt.
    FeedEmpty,
    /// The input is no announcement feed, and lists no paper: a query that matched nothing, say.
    NoPapers,
    /// The input lists papers, all announced on other days.
    OtherDays {
        /// The newest of those days.
        newest: Date,
    },
    /// Papers were announced, none of them in the profile's categories.
    OtherCategories,
    /// Papers were announced, all of a kind that the profile does not want.
    NothingWanted,
    /// Papers were announced; the reader's mutes hide those of a wanted kind that are not known already.
    AllMuted,
    /// Papers were announced, all shown in an earlier digest of this profile.
    AllSeen,
    /// Papers were announced; none reaches the profile's threshold.
    BelowThreshold {
        /// The threshold, 0-10.
        min_score: f32,
        /// Score of the best paper of the day, 0-10.
        best: f32,
    },
}

impl From<Silence> for Empty {
    fn from(silence: Silence) -> Empty {
        match silence {
            Silence::Weekend => Empty::Weekend,
            Silence::Holiday(holiday) => Empty::Holiday { holiday },
        }
    }
}

/// One chosen paper.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Entry {
    /// The paper.
    pub paper: Paper,
    /// How it was announced.
    pub kind: Kind,
    /// Announcement day; `None` where the source only knows the day of submission.
    pub announced: Option<Date>,
    /// Score, 0-10: 3.3 is the top 10% of the stream, 6.7 the top 1%, 10 the top 0.1%.
    pub score: f32,
    /// The chance that the reader likes it, 0-1, by their own marks; absent until there are enough.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub likelihood: Option<f32>,
    /// Why it is in the list, where that is not its rank.
    #[serde(default, skip_serializing_if = "is_by_rank")]
    pub place: Place,
    /// Near duplicates that share its place, best first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<Also>,
    /// What brought it up.
    pub why: Why,
    /// What a language model wrote about it: none, one, or one in each language.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<Note>,
}

fn is_by_rank(place: &Place) -> bool {
    *place == Place::Rank
}

/// The evidence behind one paper's place.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Why {
    /// Name of the interest whose section it belongs to; `None` if the profile has none.
    pub interest: Option<String>,
    /// The seed or liked paper nearest to it.
    pub nearest: Option<Nearest>,
    /// Terms that the paper shares with that paper, or with the interest, strongest first.
    pub terms: Vec<String>,
}

/// A paper or sentence that the reader likes or dislikes, and how close it is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Nearest {
    /// Its identifier: an arXiv id, or `seed:...` for a seed written out in the profile.
    pub id: String,
    /// Its title; for a stated interest without papers, the sentence itself.
    pub title: String,
    /// Cosine similarity of the two embeddings, -1 to 1.
    pub similarity: f32,
    /// Whether it is a paper, or a sentence of the profile.
    pub is_paper: bool,
}

impl Digest {
    /// The digest as Markdown, in its own style and language; it ends in one newline.
    ///
    /// Text of papers and of the reader is escaped so that it can neither break the layout nor add
    /// HTML; `$...$` math stays as it is.
    pub fn render(&self) -> String {
        let title = match one_line(&self.title) {
            title if title.is_empty() => one_line(&self.profile),
            title => title,
        };
        let language = self.language;
        let facts =
            [language.updated(&self.generated_at), language.counts(self), language.model(self)];
        // Two blanks at the end of a line are Markdown's line break.
        let facts = facts.map(|fact| format!("> {}", inline(&fact)));
        let mut blocks = vec![
            format!("# {} · {}", language.headline(self.date), inline(&title)),
            facts.join("  \n"),
        ];
        if self.entries.is_empty() {
            blocks.push(language.empty(self.date, self.empty.as_ref()));
        }
        blocks.extend(match self.style {
            Style::Scored => scored::blocks(self),
            Style::List => list::blocks(self),
            Style::Briefing => briefing::blocks(self),
        });
        if !self.updated.is_empty() {
            blocks.push(self.updates());
        }
        if self.boxes {
            blocks.push(format!("{MARKER}{} {} {MARKER_END}", one_line(&self.profile), self.date));
        }
        blocks.join("\n\n") + "\n"
    }

    /// The boxes to tick at a paper, a line each, if the digest has any.
    fn boxes(&self, entry: &Entry) -> Vec<String> {
        let id = inline(entry.paper.id.as_str());
        let [like, dislike] = self.language.marks();
        let lines = [format!("- [ ] {like} {id}"), format!("- [ ] {dislike} {id}")];
        lines.into_iter().filter(|_| self.boxes).collect()
    }

    /// The section of papers that the reader knows in an older version.
    fn updates(&self) -> String {
        let mut lines = vec![format!("## {}", self.language.updates()), String::new()];
        for Updated { id, title, version } in &self.updated {
            lines.push(format!("- {}", linked(id, title, *version)));
        }
        lines.join("\n")
    }

    /// The papers in the order in which the digest shows them: the first has number 1.
    pub fn in_order(&self) -> Vec<&Entry> {
        match self.style {
            Style::List => self.entries.iter().collect(),
            Style::Scored | Style::Briefing => sections::sections(&self.entries)
                .into_iter()
                .flat_map(|section| section.entries)
                .collect(),
        }
    }

    /// The form for machines: the digest's own fields, with the reason of each entry in words.
    pub fn to_json(&self) -> serde_json::Value {
        let mut json = serde_json::to_value(self).expect("a digest is plain data");
        for (at, entry) in self.entries.iter().enumerate() {
            json["entries"][at]["reason"] = entry.reason(self.language).into();
        }
        json
    }

    /// The digest in a format besides Markdown; `around` is for the page.
    pub fn to_format(&self, format: Format, around: &Around) -> String {
        match format {
            Format::Html => self.to_html(around),
            Format::Json => format!("{:#}\n", self.to_json()),
            Format::Bib => self.to_bibtex(),
            Format::Ris => self.to_ris(),
        }
    }

    /// Why there is nothing to show; `None` if there is something.
    pub fn cause(&self, language: Language) -> Option<String> {
        self.empty.as_ref().map(|empty| language.empty(self.date, Some(empty)))
    }
}

impl Entry {
    /// What stands in the heading: the title, or the identifier of a paper without one.
    pub fn heading(&self) -> String {
        match one_line(&tex::to_display(&self.paper.title)) {
            title if title.is_empty() => self.paper.id.to_string(),
            title => title,
        }
    }

    /// What the notes say the paper does, in each of their languages; empty without notes.
    pub fn summary(&self) -> String {
        let texts: Vec<String> = self.notes.iter().map(|note| one_line(&note.summary)).collect();
        texts.join(" ")
    }

    /// What the paper does in brief: the notes, or the first sentences of the abstract; may be empty.
    pub fn gist(&self) -> String {
        match self.summary() {
            none if none.is_empty() => self.beginning(),
            summary => summary,
        }
    }

    /// The first sentences of the abstract.
    fn beginning(&self) -> String {
        beginning(&tex::to_display(&self.paper.abstract_text))
    }

    /// Names and addresses of what can be opened: abstract, PDF, HTML, and code that the paper points to.
    pub fn links(&self) -> Vec<(&'static str, String)> {
        let Paper { id, .. } = &self.paper;
        let links = [
            ("abs", id.abs_url()),
            ("pdf", id.pdf_url()),
            ("html", id.html_url()),
            ("code", self.paper.code_url()),
        ];
        links.into_iter().filter_map(|(name, url)| Some((name, url?))).collect()
    }

    /// What stands for the near duplicates, as Markdown; `None` if there are none.
    fn also(&self) -> Option<String> {
        let also: Vec<String> =
            self.also.iter().map(|also| linked(&also.id, &also.title, None)).collect();
        (!also.is_empty()).then(|| also.join("; "))
    }
}

/// The first sentences of a text that together keep to about [`GIST_CHARS`]; a longer first one is cut short.
fn beginning(text: &str) -> String {
    let text = one_line(text);
    let ends = text.match_indices(". ").map(|(at, _)| at + 1).chain([text.len()]);
    let fits = |end: &usize| text[..*end].chars().count() <= GIST_CHARS;
    match ends.take_while(fits).last() {
        Some(end) => text[..end].to_owned(),
        None => shortened(&text, GIST_CHARS),
    }
}

/// A title with its identifier, which is a link if it can be one, as Markdown.
fn linked(id: &str, title: &str, version: Option<u32>) -> String {
    let version = version.map(|v| format!(" v{v}")).unwrap_or_default();
    let link = match id.parse::<PaperId>().ok().and_then(|id| id.abs_url()) {
        Some(url) => format!("[{id}{version}]({url})"),
        None => inline(id),
    };
    format!("{} ({link})", inline(&tex::to_display(title)))
}

/// `text` with the characters that are not `kept` percent-encoded, and the percent sign too.
pub(crate) fn percent_encoded(text: &str, kept: impl Fn(char) -> bool) -> String {
    let mut out = String::new();
    for c in text.chars() {
        if c != '%' && kept(c) {
            out.push(c);
        } else {
            for byte in c.encode_utf8(&mut [0; 4]).bytes() {
                out += &format!("%{byte:02X}");
            }
        }
    }
    out
}

/// Foreign text as Markdown within a line: on one line, with a backslash before whatever Markdown
/// would take for markup, and with `$...$` math left as TeX.
fn inline(text: &str) -> String {
    let text = one_line(text);
    let mut out = String::with_capacity(text.len() + 8);
    let mut before = None;
    let mut rest = text.as_str();
    while let Some(c) = rest.chars().next() {
        if let Some(len) = math_len(rest) {
            push_math(&rest[..len], &mut out);
            before = Some('$');
            rest = &rest[len..];
            continue;
        }
        rest = &rest[c.len_utf8()..];
        if is_markup(before, c, rest) {
            out.push('\\');
        }
        out.push(c);
        before = Some(c);
    }
    out
}

/// Whether Markdown may take `c`, between `before` and `rest`, for more than itself.
fn is_markup(before: Option<char>, c: char, rest: &str) -> bool {
    let after = rest.chars().next();
    match c {
        '`' | '*' | '[' | ']' | '$' => true,
        '\\' => !after.is_some_and(char::is_alphanumeric),
        // Inside a word it is itself, and addresses stay whole.
        '_' => ![before, after].iter().all(|c| c.is_some_and(char::is_alphanumeric)),
        '~' => before != Some('/'),
        '<' => opens_tag(after),
        '#' => before.is_none_or(char::is_whitespace),
        '&' => rest.split_once(';').is_some_and(|(name, _)| {
            !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '#')
        }),
        _ => false,
    }
}

fn opens_tag(after: Option<char>) -> bool {
    after.is_some_and(|c| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?'))
}

/// Length of the `$...$` or `$$...$$` that `text` starts with; prices are told from math as Pandoc
/// does it, by the blanks inside and the digit behind.
fn math_len(text: &str) -> Option<usize> {
    let fence = if text.starts_with("$$") { "$$" } else { "$" };
    let (inner, tail) = text.strip_prefix(fence)?.split_once(fence)?;
    let is_math = !inner.is_empty()
        && !inner.starts_with(' ')
        && !inner.ends_with([' ', '\\'])
        && !inner.contains('`')
        && !tail.starts_with(|c: char| c.is_ascii_digit());
    is_math.then_some(inner.len() + 2 * fence.len())
}

/// Adds `math`, with a blank, which TeX ignores, where a reader without math would see a tag or link.
fn push_math(math: &str, out: &mut String) {
    let mut chars = math.chars().peekable();
    while let Some(c) = chars.next() {
        out.push(c);
        let after = chars.peek().copied();
        if (c == '<' && opens_tag(after)) || (c == ']' && matches!(after, Some('(' | '['))) {
            out.push(' ');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    fn paper(id: &str, title: &str, authors: &[&str], categories: &[&str]) -> Paper {
        Paper {
            id: id.parse().unwrap(),
            version: None,
            title: title.into(),
            authors: authors.iter().map(|name| name.to_string()).collect(),
            affiliations: Vec::new(),
            abstract_text: String::new(),
            categories: categories.iter().map(|name| name.to_string()).collect(),
            submitted: None,
            comment: None,
            journal_ref: None,
            doi: None,
        }
    }

    fn entry(paper: Paper, score: f32, why: Why) -> Entry {
        Entry {
            paper,
            kind: Kind::New,
            announced: Some(date(2026, 2, 5)),
            score,
            likelihood: None,
            place: Place::Rank,
            also: Vec::new(),
            why,
            notes: Vec::new(),
        }
    }

    /// A paper from elsewhere of which nothing is known.
    pub(super) fn foreign_entry() -> Entry {
        let paper = paper("zotero:AB_12", " \n", &[], &[]);
        Entry { announced: None, ..entry(paper, -0.0, Why::default()) }
    }

    /// Four papers: one with everything, a cross-list, one without an interest, a replacement.
    pub(super) fn sample(style: Style, language: Language) -> Digest {
        let why = |interest: &str, title: &str, similarity, is_paper, terms: &[&str]| Why {
            interest: Some(interest.into()),
            nearest: Some(Nearest {
                id: "2601.90009".into(),
                title: title.into(),
                similarity,
                is_paper,
            }),
            terms: terms.iter().map(|term| term.to_string()).collect(),
        };
        let title = "Fair Shares of Credit in $O(n_1 * n_2)$ Steps";
        let mut credit = entry(
            paper("2602.90001", title, &["Ana Öz", " ", "Li\nWei"], &["cs.LG", "cs.GT"]),
            8.7,
            why("Auditing", "Axioms for Credit", 0.71, true, &["shapley", "axioms"]),
        );
        credit.paper.submitted = Some(date(2026, 2, 3));
        credit.paper.abstract_text =
            "We share credit\namong inputs.\n\nIt takes $O(n_1 * n_2)$ steps, not *many*.".into();
        let mut adapters = entry(
            paper("2602.90002", "Small Adapters [and Why They Work]", &["Bo Ek"], &["stat.ML"]),
            7.0,
            why("Tuning", "tuning few parameters", 0.55, false, &["adapters"]),
        );
        adapters.kind = Kind::Cross;
        let plain = paper("2602.90003", "A Plain Paper", &["Cy Dee"], &[]);
        let mut plain = entry(plain, 6.7, Why::default());
        plain.announced = None;
        plain.paper.submitted = Some(date(2026, 2, 3));
        plain.paper.abstract_text = "Nothing special.".into();
        let mut continued = entry(
            paper("cs/0112017", "Credit, Continued", &[], &["cs.AI"]),
            3.3,
            Why { interest: Some("Auditing".into()), ..Why::default() },
        );
        continued.kind = Kind::Replace;
        continued.paper.version = Some(3);
        Digest {
            schema: SCHEMA,
            date: date(2026, 2, 5),
            generated_at: "2026-02-05T13:25:47+08:00[Asia/Shanghai]".parse().unwrap(),
            profile: "trust".into(),
            title: "Models one can trust".into(),
            style,
            language,
            boxes: false,
            model: "lark-v1".into(),
            tokens: 0,
            writer: None,
            read: 287,
            seen_before: 5,
            unwanted: 12,
            muted: 0,
            missed: None,
            empty: None,
            entries: vec![credit, adapters, plain, continued],
            updated: Vec::new(),
        }
    }

    #[test]
    fn rendering_twice_gives_the_same_bytes() {
        for style in [Style::Scored, Style::List, Style::Briefing] {
            for language in [Language::En, Language::Zh] {
                let digest = sample(style, language);
                assert_eq!(digest.render(), digest.clone().render());
            }
        }
    }

    #[test]
    fn a_profile_without_a_title_goes_by_its_name() {
        let mut digest = sample(Style::Scored, Language::En);
        digest.title = " ".into();
        assert!(digest.render().starts_with("# Daily arXiv picks - 2026-02-05 · trust\n\n"));
    }

    #[test]
    fn markup_in_foreign_text_is_escaped_where_needed() {
        for (text, expected) in [
            ("plain text, 5 - 3 = 2!", "plain text, 5 - 3 = 2!"),
            ("  two\r\n\tlines\u{2028}three\u{0}", "two lines three"),
            ("[draft] ![x](y)", "\\[draft\\] !\\[x\\](y)"),
            ("A* and *B*", "A\\* and \\*B\\*"),
            ("snake_case, _this_", "snake_case, \\_this\\_"),
            ("`code`", "\\`code\\`"),
            ("n < m <b>x</b> <!-- <3", "n < m \\<b>x\\</b> \\<!-- <3"),
            ("# C# at #1 #", "\\# C# at \\#1 \\#"),
            ("~~gone~~ https://a.org/~me", "\\~\\~gone\\~\\~ https://a.org/~me"),
            ("AT&T &lt; &#38; R&D;", "AT&T \\&lt; \\&#38; R\\&D;"),
            ("\\alpha \\* end\\", "\\alpha \\\\\\* end\\\\"),
            ("$x_1 * y^*$ and $$[z]$$", "$x_1 * y^*$ and $$[z]$$"),
            ("$a<b$ and $[x](y)$", "$a< b$ and $[x] (y)$"),
            ("from $5 to $10", "from \\$5 to \\$10"),
            ("$`x`$", "\\$\\`x\\`\\$"),
            ("研究_综述", "研究_综述"),
            ("", ""),
        ] {
            assert_eq!(inline(text), expected, "{text}");
        }
    }

    #[test]
    fn the_json_form_is_stable() {
        let mut digest = sample(Style::List, Language::Zh);
        digest.entries.truncate(1);
        let expected = r#"{
  "schema": 1,
  "date": "2026-02-05",
  "generated_at": "2026-02-05T13:25:47+08:00[Asia/Shanghai]",
  "profile": "trust",
  "title": "Models one can trust",
  "style": "list",
  "language": "zh",
  "boxes": false,
  "model": "lark-v1",
  "tokens": 0,
  "read": 287,
  "seen_before": 5,
  "unwanted": 12,
  "muted": 0,
  "empty": null,
  "entries": [
    {
      "paper": {
        "id": "2602.90001",
        "title": "Fair Shares of Credit in $O(n_1 * n_2)$ Steps",
        "authors": [
          "Ana Öz",
          " ",
          "Li\nWei"
        ],
        "abstract": "We share credit\namong inputs.\n\nIt takes $O(n_1 * n_2)$ steps, not *many*.",
        "categories": [
          "cs.LG",
          "cs.GT"
        ],
        "submitted": "2026-02-03"
      },
      "kind": "new",
      "announced": "2026-02-05",
      "score": 8.7,
      "why": {
        "interest": "Auditing",
        "nearest": {
          "id": "2601.90009",
          "title": "Axioms for Credit",
          "similarity": 0.71,
          "is_paper": true
        },
        "terms": [
          "shapley",
          "axioms"
        ]
      }
    }
  ]
}"#;
        assert_eq!(serde_json::to_string_pretty(&digest).unwrap(), expected);
        let cause = Empty::BelowThreshold { min_score: 6.0, best: 5.5 };
        assert_eq!(
            serde_json::to_string(&cause).unwrap(),
            r#"{"cause":"below-threshold","min_score":6.0,"best":5.5}"#
        );
    }

    /// The names of all fields, with those that contain them; lists count as what they hold.
    fn fields(value: &serde_json::Value, at: &str, found: &mut Vec<String>) {
        match value {
            serde_json::Value::Object(map) => {
                for (key, value) in map {
                    let at = format!("{at}/{key}");
                    found.push(at.clone());
                    fields(value, &at, found);
                }
            }
            serde_json::Value::Array(list) => list.iter().for_each(|one| fields(one, at, found)),
            _ => {}
        }
    }

    /// The same as a schema describes them.
    fn described(
        all: &serde_json::Value,
        part: &serde_json::Value,
        at: &str,
        to: &mut Vec<String>,
    ) {
        let referred = part["$ref"].as_str().and_then(|name| name.strip_prefix('#'));
        if let Some(target) = referred.and_then(|name| all.pointer(name)) {
            described(all, target, at, to);
        }
        if part["items"].is_object() {
            described(all, &part["items"], at, to);
        }
        for (key, value) in part["properties"].as_object().into_iter().flatten() {
            let at = format!("{at}/{key}");
            to.push(at.clone());
            described(all, value, &at, to);
        }
    }

    #[test]
    fn the_schema_describes_every_field() {
        let mut digest = sample(Style::Scored, Language::En);
        digest.writer = Some(Writer::default());
        digest.missed = Some(1.0);
        digest.empty = Some(Empty::BelowThreshold { min_score: 3.0, best: 1.0 });
        digest.updated = vec![Updated { id: "a".into(), title: "b".into(), version: Some(2) }];
        let first = &mut digest.entries[0];
        first.likelihood = Some(0.5);
        first.place = Place::Quota;
        first.also = vec![Also { id: "a".into(), title: "b".into() }];
        first.notes =
            vec![Note { language: Language::En, summary: "a".into(), reason: "b".into() }];
        first.paper.affiliations = vec!["a".into()];
        first.paper.comment = Some("a".into());
        first.paper.journal_ref = Some("a".into());
        first.paper.doi = Some("a".into());
        let schema: serde_json::Value =
            serde_json::from_str(include_str!("../../data/digest.schema.json")).unwrap();
        let (mut found, mut known) = (Vec::new(), Vec::new());
        fields(&digest.to_json(), "", &mut found);
        described(&schema, &schema, "", &mut known);
        for field in &found {
            assert!(known.contains(field), "the schema lacks {field}");
        }
        // Fields of causes that this digest does not have.
        let others = ["/empty/holiday", "/empty/since", "/empty/newest"];
        for field in known.iter().filter(|field| !others.contains(&&field[..])) {
            assert!(found.contains(field), "no digest has {field}");
        }
        assert_eq!(schema["properties"]["schema"]["const"], SCHEMA);
    }

    /// Any text, and text made of what Markdown and line breaks are made of.
    fn hostile() -> impl Strategy<Value = String> {
        prop_oneof![
            any::<String>(),
            "(?s)([#>`*_<$\\[\\]\\\\~& \n\r\u{85}\u{2028}]|-|### |[a-z]){0,60}"
        ]
    }

    proptest! {
        #[test]
        fn no_text_breaks_the_structure(
            texts in prop::collection::vec(hostile(), 7),
            style in 0usize..3,
            zh in any::<bool>(),
        ) {
            let style = [Style::Scored, Style::List, Style::Briefing][style];
            let language = if zh { Language::Zh } else { Language::En };
            let mut plain = sample(style, language);
            plain.boxes = true;
            let note = |summary: &str, reason: &str| {
                vec![Note { language, summary: summary.into(), reason: reason.into() }]
            };
            plain.entries[0].notes = note("Say.", "R");
            plain.entries[0].paper.authors = vec!["Alice".into(), "B".into()];
            let mut digest = plain.clone();
            digest.entries[0].notes = note(&format!("Say. {}", texts[3]), &texts[4]);
            digest.title = texts[0].clone();
            let first = &mut digest.entries[0];
            first.paper.title = texts[1].clone();
            first.paper.authors = vec!["Alice".into(), texts[2].clone()];
            first.paper.abstract_text = format!("A {}", texts[3]);
            first.why.terms = vec![texts[4].clone()];
            first.why.nearest.as_mut().unwrap().title = texts[5].clone();
            first.paper.categories = vec![texts[6].clone()];
            let text = digest.render();
            // Every line opens as the same line of the harmless digest does.
            let opening = |text: &str| -> Vec<String> {
                text.split(['\n', '\r', '\u{85}', '\u{2028}', '\u{2029}'])
                    .map(|line| line.chars().take(4).collect())
                    .collect()
            };
            prop_assert_eq!(opening(&text), opening(&plain.render()));
            let headings = text.lines().filter(|line| line.starts_with("### ")).count();
            prop_assert_eq!(headings, digest.entries.len());
            prop_assert!(text.ends_with('\n') && !text.ends_with("\n\n"));
        }

        #[test]
        fn interests_break_nothing_either(interest in hostile(), list in any::<bool>()) {
            let style = if list { Style::List } else { Style::Scored };
            let mut digest = sample(style, Language::En);
            digest.entries[0].why.interest = Some(interest);
            let text = digest.render();
            let headings = text.lines().filter(|line| line.starts_with("### ")).count();
            prop_assert_eq!(headings, digest.entries.len());
            prop_assert!(digest.entries.iter().all(|e| !e.why.reason(Language::Zh).is_empty()));
        }
    }

    #[test]
    fn what_is_known_of_a_place_is_said() {
        let base = sample(Style::Scored, Language::En);
        for (style, language, change, words) in [
            (
                Style::Scored,
                Language::En,
                (|e: &mut Entry| e.likelihood = Some(0.637)) as fn(&mut Entry),
                "### [Score: 8.7/10] [p 0.64] Fair Shares",
            ),
            (
                Style::Scored,
                Language::Zh,
                |e| e.place = Place::Exploration,
                "- **理由：** 探索：还拿不准你是否喜欢这类论文，标记一下最有帮助。兴趣「Auditing」",
            ),
            (
                Style::List,
                Language::En,
                |e| e.place = Place::Exploration,
                "**reason**: Exploration: your profile is unsure here, and your mark teaches it most. \
                 Interest “Auditing”",
            ),
            (
                Style::Scored,
                Language::Zh,
                |e| e.also = vec![Also { id: "2602.90009".into(), title: "Part *II*".into() }],
                "- **另见：** Part \\*II\\* ([2602.90009](https://arxiv.org/abs/2602.90009))",
            ),
            (
                Style::List,
                Language::En,
                |e| {
                    e.also =
                        ["a:1", "a:2"].map(|id| Also { id: id.into(), title: "T".into() }).into()
                },
                "**also**: T (a:1); T (a:2)",
            ),
        ] {
            let mut digest = Digest { style, language, ..base.clone() };
            assert!(!digest.render().contains(words));
            change(&mut digest.entries[0]);
            assert!(digest.render().contains(words), "{}", digest.render());
            let json = digest.to_json();
            let again: Digest = serde_json::from_value(json).unwrap();
            assert_eq!(again.render(), digest.render());
        }
        let old = serde_json::to_string(&base).unwrap();
        for field in ["likelihood", "place", "also", "missed"] {
            assert!(
                !old.contains(&format!("\"{field}\"")),
                "a plain digest looks as it always did: {field}"
            );
        }
        let missed = Digest { missed: Some(1.26), ..base.clone() };
        let words = "such as new versions), about 1 that you would like is not shown.";
        assert!(missed.render().contains(words), "{}", missed.render());
    }

    #[test]
    fn known_papers_in_a_new_version_stand_at_the_end() {
        for (style, language, heading) in [
            (Style::Scored, Language::En, "Updated since you saw them"),
            (Style::List, Language::Zh, "你看过的论文有了新版本"),
        ] {
            let mut digest = sample(style, language);
            let before = digest.render();
            digest.updated = vec![
                Updated { id: "2601.00001".into(), title: "A *Star*".into(), version: Some(3) },
                Updated { id: "zotero:AB".into(), title: "B".into(), version: None },
            ];
            let section = format!(
                "\n## {heading}\n\n- A \\*Star\\* ([2601.00001 v3](https://arxiv.org/abs/2601.00001))\n\
                 - B (zotero:AB)\n"
            );
            assert_eq!(digest.render(), before + &section);
        }
    }
}
