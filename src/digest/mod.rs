//! The digest: one profile's ranked day, and its renderers.
//!
//! [`Digest`] is plain data, complete without any language model; [`Digest::render`] turns it into
//! Markdown in one of two [`Style`]s, and its serde form is what `--json` prints. Rendering reads no
//! clock and no disk, so the same digest always gives the same bytes.

use jiff::{Zoned, civil::Date};
use serde::{Deserialize, Serialize};

use crate::paper::{Kind, Paper};

/// Language of everything the digest says in its own words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
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
}

/// One profile's digest of one day.
#[derive(Debug, Clone, Serialize)]
pub struct Digest {
    /// Version of this JSON form.
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
    /// Embedding model that ranked the day.
    pub model: String,
    /// Language-model tokens spent on this digest.
    pub tokens: u64,
    /// Papers of the day that were read, before any choice.
    pub read: usize,
    /// Of those, papers left out because an earlier digest of this profile showed them.
    pub seen_before: usize,
    /// Of those, replacements and other kinds of announcement that the profile does not want.
    pub unwanted: usize,
    /// Why there is nothing to show, if there is nothing.
    pub empty: Option<Empty>,
    /// The chosen papers, best first.
    pub entries: Vec<Entry>,
}

/// The cause of a digest without papers.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "cause")]
pub enum Empty {
    /// arXiv announces nothing on Saturdays and Sundays.
    Weekend,
    /// A working day, yet the feed itself lists no paper: a holiday, or a feed not yet rebuilt.
    FeedEmpty,
    /// Papers were announced, all of a kind that the profile does not want.
    NothingWanted,
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

/// One chosen paper.
#[derive(Debug, Clone, Serialize)]
pub struct Entry {
    /// The paper.
    pub paper: Paper,
    /// How it was announced.
    pub kind: Kind,
    /// Announcement day; `None` where the source only knows the day of submission.
    pub announced: Option<Date>,
    /// Score, 0-10: 3.3 is the top 10% of the stream, 6.7 the top 1%, 10 the top 0.1%.
    pub score: f32,
    /// What brought it up.
    pub why: Why,
}

/// The evidence behind one paper's place.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Why {
    /// Name of the interest whose section it belongs to; `None` if the profile has none.
    pub interest: Option<String>,
    /// The seed or liked paper nearest to it.
    pub nearest: Option<Nearest>,
    /// Terms that the paper shares with that paper, or with the interest, strongest first.
    pub terms: Vec<String>,
}

/// A seed or liked paper, and how close it is.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Nearest {
    /// Its identifier: an arXiv id, or `seed:...` for a seed written out in the profile.
    pub id: String,
    /// Its title; for a stated interest without papers, the sentence itself.
    pub title: String,
    /// Cosine similarity of the two embeddings, -1 to 1.
    pub similarity: f32,
    /// Whether it is a paper, or the sentence that describes the interest.
    pub is_paper: bool,
}
