//! A reader's profile: a TOML file that the reader owns and the program never rewrites.
//!
//! [`Profile::load`] reads one file, [`Profile::load_all`] every `*.toml` of a folder. What is wrong
//! but harmless comes back as [`Notice`]s with file and line; what is wrong and not harmless is an
//! error with file and line. `profiles/` in the repository holds two commented examples.

use std::{
    collections::{BTreeMap, HashMap},
    fmt, fs,
    path::{Path, PathBuf},
};

use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize, de};
use toml::Spanned;

use crate::{
    category,
    embed::{Embedder, text_of},
    error::{Error, Result},
    hash, message,
    message::{Argument, Message},
    paper::{Kind, Paper, PaperId},
    text::single_spaced,
};

mod adopt;
mod cluster;
mod rules;
mod write;

pub use adopt::Adopted;
pub use cluster::{MAX_CLUSTERS, cluster};
pub use rules::Rules;
pub use write::{Draft, DraftInterest};

/// Language of everything the digest says in its own words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// English.
    #[default]
    En,
    /// Chinese, simplified.
    Zh,
}

/// Layout of a Markdown digest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Style {
    /// Sections by interest, each paper with score, authors, date, link and reason.
    #[default]
    Scored,
    /// One numbered list, each paper with PDF link, date, keywords and abstract.
    List,
    /// The day at a glance, then sections by interest with score bars, evidence, links and boxes to tick.
    Briefing,
}

/// What the files of a digest may be besides Markdown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// A web page.
    Html,
    /// The digest as data.
    Json,
    /// References in BibTeX.
    Bib,
    /// References in RIS.
    Ris,
}

impl Format {
    /// All of them.
    pub const ALL: [Format; 4] = [Format::Html, Format::Json, Format::Bib, Format::Ris];

    /// Its name, which is also the ending of its files.
    pub fn as_str(self) -> &'static str {
        match self {
            Format::Html => "html",
            Format::Json => "json",
            Format::Bib => "bib",
            Format::Ris => "ris",
        }
    }
}

/// The words of a profile for the languages of the notes.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Notes {
    Off,
    En,
    Zh,
    Bilingual,
}

/// At most so many papers a day where `max_missed` is the threshold, and `top` is not written.
const MOST: usize = 100;

/// What one reader wants.
#[derive(Debug, Clone)]
pub struct Profile {
    /// The file it came from.
    pub path: PathBuf,
    /// Its name on the command line and in file names: the file's stem.
    pub id: String,
    /// The name at the head of the digest.
    pub name: String,
    /// Language of headings and reasons: the file's, or else that of [`Profile::speak`], or else English.
    pub language: Language,
    /// What the file says of it.
    stated_language: Option<Language>,
    /// Layout of the digest.
    pub style: Style,
    /// Whether the Markdown has boxes to tick for likes and dislikes.
    pub boxes: bool,
    /// Formats that `daily` writes beside the Markdown.
    pub formats: Vec<Format>,
    /// Languages of the notes that a language model may write; none for no notes.
    pub notes: Vec<Language>,
    /// What the file says of them.
    stated_notes: Option<Notes>,
    /// Zone of the times in the digest.
    pub timezone: TimeZone,
    /// arXiv categories to read; empty reads whatever a feed holds.
    pub categories: Vec<String>,
    /// Kinds of announcement to look at.
    pub announce: Vec<Kind>,
    /// How the list of a day is cut and mixed.
    pub rules: Rules,
    /// Topics that push a paper down.
    pub avoid: Vec<Sentence>,
    /// The interests, in the order of the file.
    pub interests: Vec<Interest>,
    /// Fingerprint of the file's text.
    pub fingerprint: u64,
}

/// One of a reader's interests.
#[derive(Debug, Clone)]
pub struct Interest {
    /// Heading of its section, in any language.
    pub name: String,
    /// What it is about, as a sentence; counts as a weak seed.
    pub description: Option<Sentence>,
    /// Papers that stand for it.
    pub seeds: Vec<Seed>,
    /// Where more of them are kept: files (BibTeX, a Zotero export, notes with links), or
    /// `zotero:Collection/Path`.
    pub from: Vec<Sentence>,
}

/// A piece of text, with the line it stands in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentence {
    /// The text.
    pub text: String,
    /// Line in the profile, from 1.
    pub line: usize,
}

/// A paper that stands for an interest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seed {
    /// Its identifier; `seed:...` for one that is written out.
    pub id: PaperId,
    /// Title and abstract, for one that is written out.
    pub paper: Option<Paper>,
    /// Line in the profile, from 1.
    pub line: usize,
}

/// Something in a profile that its reader should know of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Notice {
    /// The profile's file.
    pub path: PathBuf,
    /// Line, from 1.
    pub line: usize,
    /// What it is, and what to do.
    pub text: Message,
}

/// A profile, with what its reader should know of it.
pub type Loaded = (Profile, Vec<Notice>);

impl Notice {
    /// The place and what is to be known of it.
    pub fn message(&self) -> Message {
        message!(
            "{path}:{line}: {reason}",
            path = &self.path,
            line = self.line,
            reason = &self.text
        )
    }
}

impl fmt::Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.message().fmt(f)
    }
}

/// That arXiv has no category of this name, with the nearest that it has.
pub fn unknown_category(name: &str) -> Message {
    match category::suggest(name) {
        Some(near) => {
            message!(
                "arXiv has no category {category}; did you mean {near}?",
                category = name,
                near
            )
        }
        None => message!("arXiv has no category {category}", category = name),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    name: Option<String>,
    language: Option<Language>,
    #[serde(default)]
    style: Style,
    #[serde(default = "on")]
    boxes: bool,
    #[serde(default)]
    formats: Vec<Spanned<String>>,
    notes: Option<Notes>,
    timezone: Option<Spanned<String>>,
    #[serde(default)]
    categories: Vec<Spanned<String>>,
    announce: Option<Vec<Spanned<String>>>,
    top: Option<Spanned<i64>>,
    min_score: Option<Spanned<f32>>,
    max_missed: Option<Spanned<f32>>,
    #[serde(default = "on")]
    fold: bool,
    diversity: Option<Spanned<f32>>,
    quota: Option<Spanned<i64>>,
    explore: Option<Spanned<i64>>,
    #[serde(default)]
    avoid: Vec<Spanned<String>>,
    #[serde(default, rename = "interest")]
    interests: Vec<FileInterest>,
}

fn on() -> bool {
    true
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileInterest {
    name: Spanned<String>,
    description: Option<Spanned<String>>,
    #[serde(default)]
    seeds: Vec<Spanned<FileSeed>>,
    #[serde(default)]
    from: Vec<Spanned<String>>,
}

enum FileSeed {
    Id(String),
    Written(WrittenSeed),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenSeed {
    title: String,
    #[serde(default)]
    r#abstract: String,
}

impl<'de> Deserialize<'de> for FileSeed {
    fn deserialize<D: de::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl<'de> de::Visitor<'de> for Visitor {
            type Value = FileSeed;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an arXiv id, or a table with title and abstract")
            }
            fn visit_str<E: de::Error>(self, id: &str) -> Result<FileSeed, E> {
                Ok(FileSeed::Id(id.to_owned()))
            }
            fn visit_map<M: de::MapAccess<'de>>(self, map: M) -> Result<FileSeed, M::Error> {
                WrittenSeed::deserialize(de::value::MapAccessDeserializer::new(map))
                    .map(FileSeed::Written)
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}

/// The files of the profiles in a folder, in order.
fn paths(dir: &Path) -> Result<Vec<PathBuf>> {
    let mut paths: Vec<PathBuf> = fs::read_dir(dir)
        .and_then(|entries| entries.map(|entry| Ok(entry?.path())).collect())
        .map_err(Error::io("read", dir))?;
    // Editors leave hidden files beside the one they edit.
    let hidden = |path: &Path| path.file_name().is_some_and(|n| n.as_encoded_bytes()[0] == b'.');
    paths.retain(|path| path.extension().is_some_and(|end| end == "toml") && !hidden(path));
    paths.sort_unstable();
    Ok(paths)
}

impl Profile {
    /// Reads a profile, with what its reader should know of it.
    ///
    /// # Errors
    /// [`Error::Io`] if the file cannot be read; [`Error::Profile`] with the line if it is not valid
    /// TOML, has an unknown key, or a value that cannot be.
    pub fn load(path: &Path) -> Result<Loaded> {
        let text = fs::read_to_string(path).map_err(Error::io("read", path))?;
        Self::parse(path, &text)
    }

    /// Reads every profile of a folder, in order of name; a broken one does not keep the others back.
    ///
    /// # Errors
    /// [`Error::Io`] if the folder cannot be read.
    pub fn load_all(dir: &Path) -> Result<Vec<Result<Loaded>>> {
        Ok(paths(dir)?.iter().map(|path| Self::load(path)).collect())
    }

    /// The names of the profiles of a folder, in order; none if there is no such folder.
    ///
    /// # Errors
    /// As [`Profile::load_all`].
    pub fn names(dir: &Path) -> Result<Vec<String>> {
        if !dir.is_dir() {
            return Ok(Vec::new());
        }
        let stem = |path: &PathBuf| Some(path.file_stem()?.to_str()?.to_owned());
        Ok(paths(dir)?.iter().filter_map(stem).collect())
    }

    /// Whether any interest has seeds that are kept elsewhere.
    pub fn has_shelves(&self) -> bool {
        self.interests.iter().any(|interest| !interest.from.is_empty())
    }

    /// Takes `language` for its own where the file names none.
    pub fn speak(&mut self, language: Language) {
        self.language = self.stated_language.unwrap_or(language);
        self.notes = languages(self.stated_notes, self.language);
    }

    /// What `embedder` cannot read of it, which is therefore left out of the ranking.
    pub fn unreadable(&self, embedder: &dyn Embedder) -> Vec<Notice> {
        let mut notices = Vec::new();
        let mut check = |text: &str, line: usize, what: Message| {
            if !embedder.reads(text) {
                let model = &embedder.model().name;
                let text = message!(
                    "the model {model} cannot read {what}, so it does not count; write it in English, or \
                     choose a multilingual model",
                    model,
                    what
                );
                notices.push(Notice { path: self.path.clone(), line, text });
            }
        };
        for avoid in &self.avoid {
            check(&avoid.text, avoid.line, message!("'{text}'", text = &avoid.text));
        }
        for interest in &self.interests {
            if let Some(description) = &interest.description {
                let what = message!("the description of '{interest}'", interest = &interest.name);
                check(&description.text, description.line, what);
            }
            for (seed, paper) in interest.seeds.iter().filter_map(|s| Some((s, s.paper.as_ref()?)))
            {
                check(
                    &text_of(paper),
                    seed.line,
                    message!("the seed \"{title}\"", title = &paper.title),
                );
            }
        }
        notices.sort_by_key(|notice| notice.line);
        notices
    }

    /// Understands the text of a profile as if it stood in the file `path`.
    ///
    /// # Errors
    /// As [`Profile::load`], but for reading.
    pub fn parse(path: &Path, text: &str) -> Result<Loaded> {
        let line_at = |at: usize| 1 + text[..at.min(text.len())].matches('\n').count();
        let wrong =
            |line: usize, reason: Message| Error::Profile { path: path.into(), line, reason };
        let file: File = toml::from_str(text).map_err(|e| {
            let line = e.span().map_or(1, |span| line_at(span.start));
            wrong(line, message!("{cause}", cause = Argument::foreign(e.message())))
        })?;
        let mut notices = Vec::new();
        let mut notice = |line: usize, text: Message| {
            notices.push(Notice { path: path.into(), line, text });
        };
        let line_of = |span: std::ops::Range<usize>| line_at(span.start);
        // The stem names files and stands in messages.
        let stem = path.file_stem().and_then(|stem| stem.to_str());
        let id = stem
            .filter(|stem| !stem.chars().any(char::is_control))
            .ok_or_else(|| wrong(1, message!("the file's name is not plain text; rename it")))?
            .to_owned();

        let timezone = match file.timezone {
            Some(zone) => TimeZone::get(zone.get_ref()).map_err(|_| {
                let reason = message!(
                    "'{zone}' is not a time zone; write an IANA name such as Europe/Berlin or Asia/Shanghai",
                    zone = zone.get_ref()
                );
                wrong(line_of(zone.span()), reason)
            })?,
            None => TimeZone::UTC,
        };
        let announce = match file.announce {
            Some(kinds) if kinds.is_empty() => {
                let reason =
                    message!("announce is empty, so nothing could ever be shown; write [\"new\"]");
                return Err(wrong(1, reason));
            }
            Some(kinds) => kinds
                .iter()
                .map(|kind| {
                    let parsed = kind.get_ref().parse::<Kind>();
                    parsed.map_err(|e| wrong(line_of(kind.span()), e.message()))
                })
                .collect::<Result<_>>()?,
            None => vec![Kind::New, Kind::Cross],
        };
        let mut formats = Vec::new();
        for name in file.formats.iter().filter(|name| name.get_ref() != "md") {
            let format = Format::ALL.into_iter().find(|format| format.as_str() == name.get_ref());
            let format = format.ok_or_else(|| {
                let name_of = name.get_ref();
                let reason = message!(
                    "'{name}' is not a format; write md, html, json, bib or ris",
                    name = name_of
                );
                wrong(line_of(name.span()), reason)
            })?;
            if !formats.contains(&format) {
                formats.push(format);
            }
        }
        let max_missed = match &file.max_missed {
            Some(most) if !(most.get_ref().is_finite() && *most.get_ref() >= 0.0) => {
                let reason = message!("max_missed is a number of papers, 0 or more");
                return Err(wrong(line_of(most.span()), reason));
            }
            most => most.as_ref().map(|most| *most.get_ref()),
        };
        let count = |key: &str, least: usize, found: &Option<Spanned<i64>>, default: usize| {
            let Some(found) = found else { return Ok(default) };
            let count = usize::try_from(*found.get_ref()).ok().filter(|n| *n >= least);
            count.ok_or_else(|| {
                wrong(line_of(found.span()), message!("{key} is at least {least}", key, least))
            })
        };
        // An expected number of misses is a threshold of its own; the others then hold only if written.
        let usual = Rules::default();
        let (all, any) = match max_missed {
            Some(_) => (MOST, 0.0),
            None => (usual.top, usual.min_score),
        };
        let top = count("top", 1, &file.top, all)?;
        let quota = count("quota", 0, &file.quota, usual.quota)?;
        let explore = count("explore", 0, &file.explore, usual.explore)?;
        if let Some(key) = file.explore.as_ref().filter(|_| explore >= top) {
            let reason = message!(
                "explore takes some of the {top} places of top, so it is less than that",
                top
            );
            return Err(wrong(line_of(key.span()), reason));
        }
        let min_score = match &file.min_score {
            Some(score) if !(0.0..=10.0).contains(score.get_ref()) => {
                let reason =
                    message!("min_score is between 0 and 10; 3.3 is the top 10% of the stream");
                return Err(wrong(line_of(score.span()), reason));
            }
            Some(score) => *score.get_ref(),
            None => any,
        };
        let diversity = match &file.diversity {
            Some(share) if !(0.0..=1.0).contains(share.get_ref()) => {
                let reason = message!("diversity is between 0, which is the plain ranking, and 1");
                return Err(wrong(line_of(share.span()), reason));
            }
            Some(share) => *share.get_ref(),
            None => usual.diversity,
        };
        let mut categories: Vec<String> = Vec::new();
        for category in &file.categories {
            let name = category.get_ref().trim().to_owned();
            let well_formed = |c: char| c.is_ascii_alphabetic() || c == '-' || c == '.';
            if name.is_empty() || !name.chars().all(well_formed) {
                let reason = message!(
                    "'{category}' is not an arXiv category; write cs.LG or astro-ph",
                    category = name
                );
                return Err(wrong(line_of(category.span()), reason));
            }
            if categories.iter().any(|known| known.eq_ignore_ascii_case(&name)) {
                notice(
                    line_of(category.span()),
                    message!("category {category} stands here twice", category = name),
                );
            } else {
                if !category::is_known(&name) {
                    notice(line_of(category.span()), unknown_category(&name));
                }
                categories.push(name);
            }
        }
        let sentence = |text: &Spanned<String>| Sentence {
            text: single_spaced(text.get_ref()),
            line: line_of(text.span()),
        };

        let mut avoid: Vec<Sentence> = file.avoid.iter().map(sentence).collect();
        for empty in avoid.extract_if(.., |avoid| avoid.text.is_empty()) {
            notice(empty.line, message!("this text to avoid is empty"));
        }
        let mut interests: Vec<Interest> = Vec::new();
        let mut names: BTreeMap<String, usize> = BTreeMap::new();
        let mut known: HashMap<PaperId, usize> = HashMap::new();
        for interest in &file.interests {
            let line = line_of(interest.name.span());
            let name = interest.name.get_ref().trim().to_owned();
            if let Some(first) = names.insert(name.clone(), line) {
                let reason = message!(
                    "interest '{interest}' stands already in line {line}; join them",
                    interest = name,
                    line = first
                );
                return Err(wrong(line, reason));
            }
            let mut seeds: Vec<Seed> = Vec::new();
            for spanned in &interest.seeds {
                let line = line_of(spanned.span());
                let seed = seed(spanned.get_ref(), line).map_err(|reason| wrong(line, reason))?;
                match known.insert(seed.id.clone(), line) {
                    Some(first) => {
                        let what = match (&seed.paper, seed.id.as_str()) {
                            (Some(paper), _) => message!("seed \"{title}\"", title = &paper.title),
                            (None, id) => message!("seed {id}", id),
                        };
                        notice(
                            line,
                            message!(
                                "{what} stands already in line {line}; it counts once",
                                what,
                                line = first
                            ),
                        );
                    }
                    None => seeds.push(seed),
                }
            }
            let description = interest.description.as_ref().map(sentence);
            let description = description.filter(|text| !text.text.is_empty());
            let mut from: Vec<Sentence> = interest.from.iter().map(sentence).collect();
            for empty in from.extract_if(.., |from| from.text.is_empty()) {
                notice(empty.line, message!("this place to take seeds from is empty"));
            }
            if seeds.is_empty() && from.is_empty() && description.is_none() {
                notice(
                    line,
                    message!(
                        "interest '{interest}' has neither seeds nor a description",
                        interest = &name
                    ),
                );
            }
            interests.push(Interest { name, description, seeds, from });
        }
        let profile = Profile {
            path: path.into(),
            name: file.name.unwrap_or_else(|| id.clone()),
            id,
            language: file.language.unwrap_or_default(),
            stated_language: file.language,
            style: file.style,
            boxes: file.boxes,
            formats,
            notes: languages(file.notes, file.language.unwrap_or_default()),
            stated_notes: file.notes,
            timezone,
            categories,
            announce,
            rules: Rules { top, min_score, max_missed, fold: file.fold, diversity, quota, explore },
            avoid,
            interests,
            fingerprint: hash::text(text),
        };
        Ok((profile, notices))
    }
}

/// The languages of the notes, in a profile of this language.
fn languages(notes: Option<Notes>, language: Language) -> Vec<Language> {
    match notes {
        None => vec![language],
        Some(Notes::Off) => Vec::new(),
        Some(Notes::En) => vec![Language::En],
        Some(Notes::Zh) => vec![Language::Zh],
        Some(Notes::Bilingual) => vec![Language::Zh, Language::En],
    }
}

fn seed(seed: &FileSeed, line: usize) -> Result<Seed, Message> {
    match seed {
        FileSeed::Id(text) => {
            let id = text.parse().map_err(|e: Error| e.message())?;
            Ok(Seed { id, paper: None, line })
        }
        FileSeed::Written(written) => {
            let title = single_spaced(&written.title);
            if title.is_empty() {
                return Err(message!("a seed that is written out needs a title"));
            }
            let abstract_text = single_spaced(&written.r#abstract);
            let paper = written_paper("seed", title, abstract_text);
            Ok(Seed { id: paper.id.clone(), paper: Some(paper), line })
        }
    }
}

/// A paper that only exists as text in a profile; its id is `source:` and a hash of the text.
pub(crate) fn written_paper(source: &str, title: String, abstract_text: String) -> Paper {
    let key = format!("{:016x}", hash::text(&format!("{title}\n{abstract_text}")));
    let id = PaperId::foreign(source, &key).expect("hexadecimal digits are a key");
    Paper::new(id, title, abstract_text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<(Profile, Vec<Notice>)> {
        Profile::parse(Path::new("ada.toml"), text)
    }

    #[test]
    fn a_full_profile_is_read() {
        let (profile, notices) = parse(
            r#"
name = "Ada"
language = "zh"
style = "list"
formats = ["md", "html", "html", "bib"]
timezone = "Asia/Shanghai"
categories = ["cs.LG", "astro-ph"]
announce = ["new", "replace"]
top = 7
min_score = 4.5
max_missed = 2.5
fold = false
diversity = 0.0
quota = 2
explore = 1
avoid = ["remote  sensing"]
[[interest]]
name = "可解释性"
description = "Shapley values"
seeds = ["arXiv:1706.03762v5", { title = "A  Title", abstract = "An\nabstract" }]
"#,
        )
        .unwrap();
        assert_eq!(notices, []);
        assert_eq!((profile.id.as_str(), profile.name.as_str()), ("ada", "Ada"));
        assert_eq!((profile.language, profile.style), (Language::Zh, Style::List));
        assert_eq!(profile.announce, [Kind::New, Kind::Replace]);
        assert_eq!((profile.rules.top, profile.rules.min_score), (7, 4.5));
        assert_eq!(profile.avoid[0], Sentence { text: "remote sensing".into(), line: 16 });
        assert_eq!(
            (profile.rules.max_missed, profile.rules.fold, profile.rules.diversity),
            (Some(2.5), false, 0.0)
        );
        assert_eq!((profile.rules.quota, profile.rules.explore), (2, 1));
        let seeds = &profile.interests[0].seeds;
        assert_eq!((seeds[0].id.as_str(), seeds[0].line), ("1706.03762", 20));
        assert_eq!(profile.formats, [Format::Html, Format::Bib]);
        let written = seeds[1].paper.as_ref().unwrap();
        assert_eq!(
            (written.title.as_str(), written.abstract_text.as_str()),
            ("A Title", "An abstract")
        );
        assert!(seeds[1].id.as_str().starts_with("seed:"));
    }

    #[test]
    fn what_is_wrong_is_named_with_its_line() {
        for (text, line, words) in [
            ("name = \"x\"\nsedes = []", 2, "sedes"),
            ("\n\nname = ", 3, ""),
            ("timezone = \"Mars/Olympus\"", 1, "Mars/Olympus"),
            ("announce = [\"new\",\n \"old\"]", 2, "old"),
            ("announce = []", 1, "empty"),
            ("top = 0", 1, "at least 1"),
            ("min_score = 11", 1, "between 0 and 10"),
            ("\nmax_missed = -1", 2, "0 or more"),
            ("max_missed = nan", 1, "0 or more"),
            ("diversity = 1.5", 1, "between 0"),
            ("quota = -1", 1, "at least 0"),
            ("explore = -1", 1, "at least 0"),
            ("top = 3\nexplore = 3", 2, "less than"),
            ("fold = 1", 1, ""),
            ("categories = [\"cs LG\"]", 1, "cs LG"),
            (
                "[[interest]]\nname = \"a\"\nseeds = [\n \"1706.03762\",\n \"nonsense\"]",
                5,
                "nonsense",
            ),
            ("[[interest]]\nname = \"a\"\nseeds = [3]", 3, "arXiv id"),
            ("[[interest]]\nname = \"a\"\nseeds = [{ titel = \"t\" }]", 3, "titel"),
            ("[[interest]]\nname = \"a\"\n[[interest]]\nname = \"a\"", 4, "line 2"),
            ("[[interest]]\ndescription = \"a\"", 1, "name"),
            ("language = \"fr\"", 1, "fr"),
            ("\nformats = [\"md\",\n\"pdf\"]", 3, "pdf"),
        ] {
            let error = parse(text).unwrap_err().to_string();
            assert!(error.starts_with(&format!("ada.toml:{line}: ")), "{text}: {error}");
            assert!(error.contains(words), "{text}: {error}");
        }
    }

    #[test]
    fn a_file_that_names_a_language_keeps_it() {
        use Language::{En, Zh};
        for (text, language, notes) in [
            ("", Zh, vec![Zh]),
            ("language = \"en\"", En, vec![En]),
            ("notes = \"en\"", Zh, vec![En]),
            ("notes = \"off\"", Zh, vec![]),
            ("language = \"en\"\nnotes = \"bilingual\"", En, vec![Zh, En]),
        ] {
            let (mut profile, _) = parse(text).unwrap();
            profile.speak(Zh);
            assert_eq!((profile.language, profile.notes), (language, notes), "{text}");
        }
        assert_eq!(parse("").unwrap().0.language, En);
    }

    #[test]
    fn an_expected_number_of_misses_is_a_threshold_of_its_own() {
        for (text, top, min_score) in [
            ("", 30, 3.0),
            ("max_missed = 2", 100, 0.0),
            ("max_missed = 2\ntop = 9", 9, 0.0),
            ("max_missed = 2.0\nmin_score = 4", 100, 4.0),
        ] {
            let (profile, _) = parse(text).unwrap();
            assert_eq!((profile.rules.top, profile.rules.min_score), (top, min_score), "{text}");
        }
    }

    #[test]
    fn what_is_harmless_is_noticed_with_its_line() {
        let (profile, notices) = parse(
            "categories = [\"cs.LG\",\n\"cs.LG\", \"cs.LX\"]\n[[interest]]\nname = \"a\"\nseeds = [\"1706.03762\",\n\
             \"arxiv.org/abs/1706.03762v2\"]\n[[interest]]\nname = \"b\"",
        )
        .unwrap();
        assert_eq!(profile.interests[0].seeds.len(), 1);
        let found: Vec<String> = notices.iter().map(Notice::to_string).collect();
        assert_eq!(
            found,
            [
                "ada.toml:2: category cs.LG stands here twice",
                "ada.toml:2: arXiv has no category cs.LX; did you mean cs.LG?",
                "ada.toml:6: seed 1706.03762 stands already in line 5; it counts once",
                "ada.toml:8: interest 'b' has neither seeds nor a description",
            ]
        );
    }
}
