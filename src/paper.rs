//! Papers and their identifiers: the nouns that every other module speaks of.
//!
//! [`PaperId`] is versionless and canonical, so two spellings of one paper are equal.
//! [`Paper`] is the metadata as its source gave it, TeX already turned into readable text.
//! [`Announced`] says when and how a paper was announced, which is not when it was submitted.

use std::{fmt, str::FromStr};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::category;
use crate::error::{Error, Result};

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
    /// Accepts plain ids, `arXiv:`, `oai:arXiv.org:`, abs, pdf, html and other arxiv.org URLs, DOIs
    /// `10.48550/arXiv.ID`, and `source:key`.
    ///
    /// # Errors
    /// [`Error::PaperId`] with the text, if no spelling fits.
    pub fn parse_versioned(text: &str) -> Result<(Self, Option<u32>)> {
        let bad = || Error::PaperId { text: text.chars().take(100).collect() };
        let bare = strip_spelling(text.trim());
        if let Some((id, version)) = parse_arxiv(bare) {
            return Ok((PaperId(id), version));
        }
        let (source, key) = text.trim().split_once(':').ok_or_else(bad)?;
        if key.starts_with("//") || source == "oai" {
            return Err(bad());
        }
        PaperId::foreign(source, key).map(|id| (id, None)).map_err(|_| bad())
    }
}

/// What is left of `text` once URL, prefix and file ending around an arXiv id are taken off.
fn strip_spelling(text: &str) -> &str {
    let mut rest = text;
    if let Some(at) = find_ignore_case(rest, "10.48550/arxiv.") {
        rest = &rest[at + "10.48550/arxiv.".len()..];
    } else if let Some(at) = find_ignore_case(rest, "arxiv.org/") {
        rest = &rest[at + "arxiv.org/".len()..];
        for part in ["abs/", "pdf/", "html/", "format/", "ps/", "src/", "e-print/", "e-prints/"] {
            if let Some(tail) = rest.strip_prefix(part) {
                rest = tail;
                break;
            }
        }
        rest = rest.split(['?', '#']).next().unwrap_or(rest);
        rest = rest.trim_end_matches('/');
    } else if let Some(tail) = strip_ignore_case(rest, "oai:arxiv.org:") {
        rest = tail;
    } else if let Some(tail) = strip_ignore_case(rest, "arxiv:") {
        rest = tail.trim_start();
    }
    strip_suffix_ignore_case(rest, ".pdf")
}

fn find_ignore_case(text: &str, needle: &str) -> Option<usize> {
    text.to_ascii_lowercase().find(needle)
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

impl FromStr for Kind {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        [Kind::New, Kind::Cross, Kind::Replace, Kind::ReplaceCross]
            .into_iter()
            .find(|kind| kind.as_str() == text.trim())
            .ok_or_else(|| {
                Error::Invalid(format!(
                    "'{text}' is not a kind of announcement; write new, cross, replace or replace-cross"
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
        fn arxiv_ids_round_trip(yy in 15u32..99, mm in 1u32..=12, n in 0u32..99999, v in 1u32..40) {
            let text = format!("{yy:02}{mm:02}.{n:05}");
            let (id, version) = PaperId::parse_versioned(&format!("{text}v{v}")).unwrap();
            prop_assert_eq!(id.as_str(), text);
            prop_assert_eq!(version, Some(v));
        }
    }
}
