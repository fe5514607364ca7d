//! Papers and their identifiers: the nouns that every other module speaks of.
//!
//! [`PaperId`] is versionless and canonical, so two spellings of one paper are equal.
//! [`Paper`] is the metadata as its source gave it, TeX already turned into readable text.
//! [`Announced`] says when and how a paper was announced, which is not when it was submitted.

use std::{borrow::Cow, fmt, str::FromStr};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::category;
use crate::error::{Error, Result};
use crate::message;
use crate::message::Argument;
use crate::text::{beginning, shortened};

/// A paper's identifier without version, in canonical spelling.
///
/// arXiv ids are `YYMM.NNNN[NN]` or `archive/YYMMNNN` (subject class dropped); papers from elsewhere
/// are `source:key`.
///
/// ```
/// use paperlark::PaperId;
/// let id: PaperId = "https://arxiv.org/pdf/2602.04118v2.pdf".parse()?;
/// assert_eq!(id.as_str(), "2602.04118");
/// assert_eq!("math.GT/0309136v1".parse::<PaperId>()?.as_str(), "math/0309136");
/// # Ok::<(), paperlark::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PaperId(String);

impl PaperId {
    /// The canonical text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether arXiv knows the paper by this id.
    pub fn is_arxiv(&self) -> bool {
        !self.0.contains(':')
    }

    /// The page of the abstract, for arXiv papers.
    pub fn abs_url(&self) -> Option<String> {
        self.is_arxiv().then(|| format!("https://arxiv.org/abs/{}", self.0))
    }

    /// The PDF, for arXiv papers.
    pub fn pdf_url(&self) -> Option<String> {
        self.is_arxiv().then(|| format!("https://arxiv.org/pdf/{}", self.0))
    }

    /// The paper as a web page, for arXiv papers; old ones have none behind it.
    pub fn html_url(&self) -> Option<String> {
        self.is_arxiv().then(|| format!("https://arxiv.org/html/{}", self.0))
    }

    /// An identifier for something arXiv does not hold: `source:key`.
    ///
    /// # Errors
    /// [`Error::PaperId`] if `source` is not lower-case letters and digits, or `key` is empty or has
    /// white space or control characters.
    pub fn foreign(source: &str, key: &str) -> Result<Self> {
        let good_source = source.starts_with(|c: char| c.is_ascii_lowercase())
            && source.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
        let good_key = !key.is_empty() && !key.chars().any(|c| c.is_whitespace() || c.is_control());
        let text = format!("{source}:{key}");
        if good_source && good_key && source != "arxiv" {
            Ok(PaperId(text))
        } else {
            Err(Error::PaperId { text })
        }
    }

    /// Parses any spelling and keeps the version it names, if any.
    ///
    /// Accepts plain ids, `arXiv:` and `oai:arXiv.org:`, DOIs `10.48550/arXiv.ID`, URLs of arxiv.org
    /// and of the sites that show its papers under the same ids (alphaxiv, ar5iv, Hugging Face),
    /// `source:key`, and any of these in brackets or before a full stop.
    ///
    /// # Errors
    /// [`Error::PaperId`] with the text, if no spelling fits.
    pub fn parse_versioned(text: &str) -> Result<(Self, Option<u32>)> {
        let bad = || Error::PaperId { text: text.chars().take(100).collect() };
        let inner = strip_sentence(text);
        if let Some((id, version)) = parse_arxiv(strip_spelling(inner)) {
            return Ok((PaperId(id), version));
        }
        let (source, key) = text.trim().split_once(':').ok_or_else(bad)?;
        if key.starts_with("//") || source == "oai" {
            return Err(bad());
        }
        PaperId::foreign(source, key).map(|id| (id, None)).map_err(|_| bad())
    }
}

/// Sites with arXiv papers, and what stands between the site and the id. Ids and links are read by this one list.
pub(crate) const SITES: &[(&str, &[&str])] = &[
    (
        "arxiv.org",
        &["abs/", "pdf/", "html/", "format/", "ps/", "src/", "e-print/", "e-prints/", ""],
    ),
    ("alphaxiv.org", &["abs/", "pdf/", "overview/", "html/"]),
    ("ar5iv.org", &["abs/", "html/", "pdf/", ""]),
    ("huggingface.co", &["papers/"]),
    ("hf.co", &["papers/"]),
    ("papers.cool", &["arxiv/"]),
    ("scirate.com", &["arxiv/"]),
    (
        "semanticscholar.org",
        &["arxiv:", "paper/arxiv:", "v1/paper/arxiv:", "graph/v1/paper/arxiv:"],
    ),
    ("arxiv-vanity.com", &["papers/"]),
    ("xxx.itp.ac.cn", &["abs/", "pdf/"]),
    ("lanl.gov", &["abs/", "pdf/"]),
];

/// The text without what a sentence puts around an id: blanks, brackets, quotes, a full stop, and the
/// category of `arXiv:2602.04118v1 [cs.LG] 4 Feb 2026`.
fn strip_sentence(text: &str) -> &str {
    let text = text.split(" [").next().unwrap_or(text);
    let around = |c: char| c.is_whitespace() || "()[]{}<>\"'`“”‘’（）【】《》「」".contains(c);
    text.trim_matches(around)
        .trim_end_matches(|c: char| around(c) || ".,;:!?。，；：！？、".contains(c))
}

/// What is left of `text` once URL, prefix and file ending around an arXiv id are taken off.
fn strip_spelling(text: &str) -> &str {
    let doi = text.find("10.48550/").and_then(|at| {
        let before = text[..at].bytes().next_back();
        let whole = !before.is_some_and(|b| b.is_ascii_alphanumeric() || b == b'.');
        strip_ignore_case(&text[at + "10.48550/".len()..], "arxiv.").filter(|_| whole)
    });
    let rest = doi
        .or_else(|| strip_ignore_case(text, "oai:arxiv.org:"))
        .or_else(|| strip_site(text))
        .or_else(|| strip_ignore_case(text, "arxiv")?.strip_prefix([':', '：', '.', ' ']))
        .unwrap_or(text);
    strip_suffix_ignore_case(rest.trim_start(), ".pdf")
}

/// What a URL, with or without `https://`, names on one of [`SITES`].
fn strip_site(text: &str) -> Option<&str> {
    let url = strip_ignore_case(text, "https://").or_else(|| strip_ignore_case(text, "http://"));
    let (host, path) = url.unwrap_or(text).split_once('/')?;
    let path = path.split(['?', '#']).next()?.trim_matches('/');
    for (site, parts) in SITES {
        // `export.`, `www.`, `xxx.` and other mirrors.
        let is_site = host.len() >= site.len()
            && host.get(host.len() - site.len()..)?.eq_ignore_ascii_case(site)
            && matches!(host.as_bytes()[..host.len() - site.len()].last(), None | Some(b'.'));
        if is_site && let Some(rest) = parts.iter().find_map(|part| strip_ignore_case(path, part)) {
            return Some(rest);
        }
    }
    None
}

fn strip_ignore_case<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    match text.get(..prefix.len()) {
        Some(head) if head.eq_ignore_ascii_case(prefix) => Some(&text[prefix.len()..]),
        _ => None,
    }
}

fn strip_suffix_ignore_case<'a>(text: &'a str, suffix: &str) -> &'a str {
    let Some(cut) = text.len().checked_sub(suffix.len()) else {
        return text;
    };
    match text.get(cut..) {
        Some(tail) if tail.eq_ignore_ascii_case(suffix) => &text[..cut],
        _ => text,
    }
}

/// Canonical arXiv id and version of `text`, which carries no prefix any more.
fn parse_arxiv(text: &str) -> Option<(String, Option<u32>)> {
    if !text.is_ascii() {
        return None;
    }
    let (bare, version) = match text.rfind(['v', 'V']) {
        Some(at) if at > 0 && text.as_bytes()[at - 1].is_ascii_digit() => {
            let digits = &text[at + 1..];
            if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
                return None;
            }
            let version: u32 = digits.parse().ok().filter(|v| *v > 0)?;
            (&text[..at], Some(version))
        }
        _ => (text, None),
    };
    let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    let good_month = |yymm: &str| matches!(yymm[2..4].parse::<u32>(), Ok(1..=12));
    if let Some((yymm, number)) = bare.split_once('.') {
        let fits = yymm.len() == 4 && digits(yymm) && digits(number) && good_month(yymm);
        let wide = if fits && yymm >= "1501" { 5..=6 } else { 4..=4 };
        if fits && wide.contains(&number.len()) {
            return Some((bare.to_owned(), version));
        }
    }
    let (archive, number) = bare.split_once('/')?;
    let (archive, class) = archive.split_once('.').unwrap_or((archive, ""));
    let fits = archive.len() >= 2
        && archive.bytes().all(|b| b.is_ascii_alphabetic() || b == b'-')
        && !archive.starts_with('-')
        && !archive.ends_with('-')
        && class.bytes().all(|b| b.is_ascii_alphabetic() || b == b'-')
        && number.len() == 7
        && digits(number)
        && good_month(number);
    fits.then(|| (format!("{}/{number}", archive.to_ascii_lowercase()), version))
}

impl FromStr for PaperId {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        Self::parse_versioned(text).map(|(id, _)| id)
    }
}

impl TryFrom<String> for PaperId {
    type Error = Error;

    fn try_from(text: String) -> Result<Self> {
        text.parse()
    }
}

impl From<PaperId> for String {
    fn from(id: PaperId) -> String {
        id.0
    }
}

impl fmt::Display for PaperId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A paper's metadata. Text fields are plain readable Unicode; math stays TeX.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paper {
    /// Identifier without version.
    pub id: PaperId,
    /// Version that this metadata describes, where the source says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<u32>,
    /// Title on one line.
    pub title: String,
    /// Author names in order; affiliations are not part of them.
    #[serde(default)]
    pub authors: Vec<String>,
    /// Where the authors work, each place once, in the order of the authors; empty where the source
    /// does not say.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub affiliations: Vec<String>,
    /// Abstract as one paragraph; may be empty.
    #[serde(rename = "abstract", default)]
    pub abstract_text: String,
    /// arXiv categories, the primary one first; empty where unknown.
    #[serde(default)]
    pub categories: Vec<String>,
    /// Day on which version 1 was submitted, where the source says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub submitted: Option<Date>,
    /// The authors' comment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// Where it was published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub journal_ref: Option<String>,
    /// The publisher's DOI.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub doi: Option<String>,
}

impl Paper {
    /// The longest title, in characters; a longer one ends in an ellipsis.
    const LONGEST_TITLE: usize = 1_000;
    /// The longest abstract, in characters.
    pub(crate) const LONGEST_ABSTRACT: usize = 20_000;
    /// No paper has more versions; what claims to is not believed, because the newest version wins.
    const MOST_VERSIONS: u32 = 999;

    /// The paper without what no paper has: its texts cut visibly, its version only if it can be one.
    pub(crate) fn within_bounds(&self) -> Cow<'_, Paper> {
        let Paper { title, abstract_text, version, .. } = self;
        let is_long = |text: &str, most| beginning(text, most).is_some();
        if !is_long(title, Self::LONGEST_TITLE)
            && !is_long(abstract_text, Self::LONGEST_ABSTRACT)
            && version.is_none_or(|version| version <= Self::MOST_VERSIONS)
        {
            return Cow::Borrowed(self);
        }
        Cow::Owned(Paper {
            title: shortened(title, Self::LONGEST_TITLE),
            abstract_text: shortened(abstract_text, Self::LONGEST_ABSTRACT),
            version: version.filter(|version| *version <= Self::MOST_VERSIONS),
            ..self.clone()
        })
    }

    /// A paper of which only the text is known.
    pub fn new(id: PaperId, title: String, abstract_text: String) -> Self {
        Paper {
            id,
            version: None,
            title,
            authors: Vec::new(),
            affiliations: Vec::new(),
            abstract_text,
            categories: Vec::new(),
            submitted: None,
            comment: None,
            journal_ref: None,
            doi: None,
        }
    }
}

impl Paper {
    /// The first address of a code host in the comment or the abstract.
    pub fn code_url(&self) -> Option<String> {
        const HOSTS: [&str; 6] = [
            "github.com/",
            "gitlab.com/",
            "codeberg.org/",
            "bitbucket.org/",
            "huggingface.co/",
            "anonymous.4open.science/",
        ];
        let texts = [self.comment.as_deref().unwrap_or_default(), &self.abstract_text];
        texts.into_iter().find_map(|text| {
            let (at, host) =
                HOSTS.iter().filter_map(|host| Some((text.find(host)?, host))).min()?;
            let allowed = |c: &char| c.is_ascii_alphanumeric() || "-_.~/%+@#=?&".contains(*c);
            let rest: String = text[at + host.len()..].chars().take_while(allowed).collect();
            let path = rest.trim_end_matches(['.', '?', '/', '&', '#', '_']);
            (!path.is_empty()).then(|| format!("https://{host}{path}"))
        })
    }
}

/// Whether a paper of these categories belongs to a stream of the `wanted` ones, under any name and in
/// any case of letters; an archive such as `astro-ph` covers its categories ([`category::covers`]). An
/// empty list on either side is unknown or unrestricted, and fits.
pub fn in_stream(categories: &[String], wanted: &[String]) -> bool {
    categories.is_empty()
        || wanted.is_empty()
        || categories.iter().any(|has| wanted.iter().any(|wanted| category::covers(wanted, has)))
}

/// How arXiv announced a paper; the order is the order of preference when feeds disagree.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// First announcement, in the paper's primary category.
    #[default]
    New,
    /// First announcement, seen from another of its categories.
    Cross,
    /// A new version of a paper announced before.
    Replace,
    /// The same, seen from another category.
    ReplaceCross,
}

impl Kind {
    /// Whether it announces a paper, not a new version of it.
    pub fn is_first(self) -> bool {
        matches!(self, Kind::New | Kind::Cross)
    }

    /// The kind as a stream of the `wanted` categories sees it: what is new in the paper's primary
    /// category is a cross-list in the others. Where either side is unknown it stays as it is.
    pub fn seen_from(self, categories: &[String], wanted: &[String]) -> Kind {
        let primary = &categories[..categories.len().min(1)];
        match self {
            Kind::New if !in_stream(primary, wanted) => Kind::Cross,
            Kind::Replace if !in_stream(primary, wanted) => Kind::ReplaceCross,
            Kind::ReplaceCross if !primary.is_empty() && in_stream(primary, wanted) => {
                Kind::Replace
            }
            kind => kind,
        }
    }

    /// The word that arXiv uses: `new`, `cross`, `replace` or `replace-cross`.
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::New => "new",
            Kind::Cross => "cross",
            Kind::Replace => "replace",
            Kind::ReplaceCross => "replace-cross",
        }
    }
}

impl From<&PaperId> for Argument {
    fn from(id: &PaperId) -> Self {
        Argument::Text(id.to_string())
    }
}

impl From<&&PaperId> for Argument {
    fn from(id: &&PaperId) -> Self {
        Argument::from(*id)
    }
}

impl FromStr for Kind {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        [Kind::New, Kind::Cross, Kind::Replace, Kind::ReplaceCross]
            .into_iter()
            .find(|kind| kind.as_str() == text.trim())
            .ok_or_else(|| {
                Error::Invalid(message!(
                    "'{text}' is not a kind of announcement; write new, cross, replace or replace-cross",
                    text
                ))
            })
    }
}

/// One line of an announcement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Announced {
    /// The paper.
    pub paper: Paper,
    /// Announcement day in US Eastern time; `None` where the source only knows submission dates.
    pub date: Option<Date>,
    /// New, cross-list or replacement.
    pub kind: Kind,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_paper_has_is_cut() {
        let id: PaperId = "2606.00001".parse().unwrap();
        let usual =
            Paper { version: Some(999), ..Paper::new(id, "T".repeat(1_000), "a".repeat(20_000)) };
        assert!(matches!(usual.within_bounds(), Cow::Borrowed(_)));
        let odd = Paper {
            version: Some(u32::MAX),
            title: "word ".repeat(300),
            abstract_text: "é".repeat(20_001),
            ..usual
        };
        let cut = odd.within_bounds();
        assert_eq!(cut.version, None);
        for (text, most) in [(&cut.title, 1_000), (&cut.abstract_text, 20_000)] {
            assert!(text.ends_with('…') && text.chars().count() <= most, "{text}");
        }
        assert!(matches!(cut.within_bounds(), Cow::Borrowed(_)));
    }
    use proptest::prelude::*;

    #[test]
    fn every_spelling_of_an_id_is_understood() {
        for (text, id, version) in [
            ("2602.04118", "2602.04118", None),
            ("2602.04118v3", "2602.04118", Some(3)),
            ("arXiv:2602.04118v1", "2602.04118", Some(1)),
            ("ARXIV: 0704.0001", "0704.0001", None),
            ("http://arxiv.org/abs/2602.04118v1", "2602.04118", Some(1)),
            ("https://arxiv.org/pdf/2602.04118.pdf", "2602.04118", None),
            ("https://www.arxiv.org/html/2602.04118v2#S1", "2602.04118", Some(2)),
            ("export.arxiv.org/abs/cs/0112017", "cs/0112017", None),
            ("cs.LG/0112017", "cs/0112017", None),
            ("math.GT/0309136v1", "math/0309136", Some(1)),
            ("astro-ph/0601001", "astro-ph/0601001", None),
            ("https://doi.org/10.48550/arXiv.2602.04118", "2602.04118", None),
            ("oai:arXiv.org:2602.04118v1", "2602.04118", Some(1)),
            ("zotero:AB12CD34", "zotero:AB12CD34", None),
            ("2602.123456", "2602.123456", None),
            ("hep-th/9901001v12", "hep-th/9901001", Some(12)),
            ("MATH/0309136", "math/0309136", None),
            ("cond-mat.mes-hall/0309136", "cond-mat/0309136", None),
            ("q-alg/9712034v1", "q-alg/9712034", Some(1)),
            (" 2602.04118.", "2602.04118", None),
            ("(2602.04118v2),", "2602.04118", Some(2)),
            ("[2602.04118]", "2602.04118", None),
            ("“arXiv:2602.04118”", "2602.04118", None),
            ("arXiv:2602.04118v1 [cs.LG] 4 Feb 2026", "2602.04118", Some(1)),
            ("ARXIV:cs/0112017", "cs/0112017", None),
            ("arXiv.2602.04118", "2602.04118", None),
            ("arXiv 2602.04118", "2602.04118", None),
            ("doi:10.48550/arXiv.cs/0112017", "cs/0112017", None),
            ("10.48550/ARXIV.2602.04118v2", "2602.04118", Some(2)),
            ("<https://arxiv.org/abs/hep-th/9901001v3/>", "hep-th/9901001", Some(3)),
            ("HTTPS://ArXiv.org/PDF/2602.04118V2.PDF", "2602.04118", Some(2)),
            ("https://arxiv.org/pdf/2602.04118v2.pdf#page=3", "2602.04118", Some(2)),
            ("https://arxiv.org/abs/2602.04118?context=cs.LG", "2602.04118", None),
            ("https://arxiv.org/pdf/cs/0112017", "cs/0112017", None),
            ("https://www.alphaxiv.org/abs/2602.04118v1", "2602.04118", Some(1)),
            ("https://alphaxiv.org/overview/2602.04118", "2602.04118", None),
            ("https://ar5iv.labs.arxiv.org/html/2602.04118", "2602.04118", None),
            ("ar5iv.org/abs/cs/0112017", "cs/0112017", None),
            ("https://huggingface.co/papers/2602.04118", "2602.04118", None),
            ("https://hf.co/papers/2602.04118.", "2602.04118", None),
        ] {
            let parsed = PaperId::parse_versioned(text).unwrap();
            assert_eq!((parsed.0.as_str(), parsed.1), (id, version), "{text}");
        }
    }

    #[test]
    fn a_stream_takes_the_categories_of_its_archives() {
        let list = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        for (categories, wanted, fits) in [
            ("cs.LG stat.ML", "stat.ML", true),
            ("cs.LG", "cs.lg", true),
            ("astro-ph.GA", "astro-ph", true),
            ("cs.LGX", "cs.LG", false),
            ("nucl-th", "nucl", false),
            ("math.NA", "cs.NA", true),
            ("cs.NA", "math.NA", true),
            // Its other name is math.MP.
            ("math-ph", "math", true),
            ("cs", "cs.LG", false),
            ("", "cs.LG", true),
            ("cs.LG", "", true),
        ] {
            assert_eq!(
                in_stream(&list(categories), &list(wanted)),
                fits,
                "{categories} in {wanted}"
            );
        }
    }

    #[test]
    fn what_is_no_id_is_refused() {
        for text in [
            "",
            "abc",
            "2613.00001",
            "2602.0411",
            "0704.00001",
            "2602.04118v0",
            "2602.04118vx",
            "https://example.org/x",
            "doi:",
            "cs/011201",
            "arxiv:hello",
            "zotero:a b",
            "１２３４.５６７８９",
            "2602．04118",
            "2602.04118 2602.04119",
            "2602.1234567",
            "1412.12345",
            "2602.00000x",
            "cs/9913001",
            "-cs/0112017",
            "10.1234/2602.04118",
            "110.48550/arXiv.2602.04118",
            "https://arxiv.org/list/cs.LG/2602",
            "https://arxiv.org/a/owl_a_1",
            "https://notarxiv.org/abs/2602.04118",
            "https://huggingface.co/owl/2602.04118",
            "https://doi.org/10.1000/x",
            "2602.04118v99999999999",
            "v2",
            ".",
            "[]",
        ] {
            assert!(text.parse::<PaperId>().is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn parsing_never_panics_and_is_idempotent(text in "\\PC*") {
            if let Ok(id) = text.parse::<PaperId>() {
                prop_assert_eq!(id.as_str().parse::<PaperId>().unwrap(), id);
            }
        }

        #[test]
        fn pieces_of_ids_never_panic_and_are_idempotent(
            parts in proptest::collection::vec(
                prop::sample::select(vec![
                    "arXiv:", "https://", "arxiv.org/", "abs/", "10.48550/arXiv.", "oai:arXiv.org:", "2602",
                    ".", "04118", "v", "2", "cs", ".LG", "/", "0112017", ".pdf", " ", "[", "]", "é", "http",
                    ":", "hf.co/papers/", "?", "#", "𝟚", "zotero:", "A",
                ]),
                0..8,
            )
        ) {
            let text = parts.concat();
            if let Ok(id) = text.parse::<PaperId>() {
                prop_assert_eq!(id.as_str().parse::<PaperId>().unwrap(), id);
            }
        }

        #[test]
        fn arxiv_ids_round_trip(
            yy in 15u32..99, mm in 1u32..=12, n in 0u32..1_000_000, v in 1u32..40, old in any::<bool>(),
            around in prop::sample::select(vec![
                ("", ""), ("arXiv:", ""), ("https://arxiv.org/abs/", ""), ("http://arxiv.org/pdf/", ".pdf"),
                ("[", "]"), ("oai:arXiv.org:", ""), ("doi:10.48550/arXiv.", "."), ("hf.co/papers/", "/"),
            ]),
        ) {
            let text = match old {
                true => format!("hep-th/{yy:02}{mm:02}{:03}", n % 1000),
                false => format!("{yy:02}{mm:02}.{n:05}"),
            };
            let spelled = format!("{}{text}v{v}{}", around.0, around.1);
            let (id, version) = PaperId::parse_versioned(&spelled).unwrap();
            prop_assert_eq!(id.as_str(), text);
            prop_assert_eq!(version, Some(v));
        }
    }
}
