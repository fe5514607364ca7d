//! What became of an announcement on a reader's day: one verdict each.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::paper::{Kind, Paper};

/// What became of a paper on a day.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "rule")]
pub enum Verdict {
    /// It is in the list.
    Shown {
        /// Its place in the list, from 1.
        number: usize,
        /// Why it has that place.
        place: Place,
    },
    /// It shares the place of a near duplicate.
    Folded {
        /// That paper.
        under: Also,
    },
    /// Its score is too low.
    BelowScore {
        /// The profile's threshold.
        min_score: f32,
    },
    /// The list was full.
    BeyondTop {
        /// The profile's limit.
        top: usize,
    },
    /// The list ended before it, because few likes were expected beyond.
    BeyondMissed {
        /// The profile's limit.
        max_missed: f32,
    },
    /// Its place was kept for another interest.
    OutOfShare {
        /// Places that the profile keeps for an interest.
        quota: usize,
    },
    /// Its place went to a paper that is less like the ones above.
    TooAlike {
        /// The profile's setting.
        diversity: f32,
    },
    /// It is a seed of the profile.
    Seed,
    /// The reader has marked it.
    Marked {
        /// `like` or `dislike`.
        mark: String,
    },
    /// It is a new version of a paper that another digest shows, and stands under the updates.
    Updated {
        /// That digest's day.
        on: Date,
    },
    /// Another announcement of the same paper stands for it on this day.
    Repeated,
    /// Another digest shows it.
    ShownBefore {
        /// That digest's day.
        on: Date,
    },
    /// Another digest took it into account, and did not show it.
    ReadBefore {
        /// That digest's day.
        on: Date,
    },
    /// The profile mutes it.
    Muted {
        /// The author, term or category.
        what: String,
    },
    /// It was announced in none of the profile's categories.
    OtherCategories {
        /// The paper's own.
        categories: Vec<String>,
    },
    /// It was a seed, and `profile remove` took it out.
    Removed,
    /// It was announced as something that the profile does not want.
    OtherKind {
        /// How it was announced.
        kind: Kind,
    },
    /// It was not announced on that day, nor shortly before.
    NotAnnounced {
        /// Days on which it was, ascending.
        on: Vec<Date>,
    },
}

impl Verdict {
    /// Whether the digest names the paper.
    pub fn is_shown(&self) -> bool {
        matches!(self, Verdict::Shown { .. } | Verdict::Folded { .. })
    }
}

/// Why a paper has its place in a list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Place {
    /// By its rank.
    #[default]
    Rank,
    /// Kept for its interest.
    Quota,
    /// Below the cut, where the profile is unsure and the answer teaches most.
    Exploration,
}

/// A paper that is nearly the same as another one, by the same people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Also {
    /// Its identifier.
    pub id: String,
    /// Its title.
    pub title: String,
}

impl From<&Paper> for Also {
    fn from(paper: &Paper) -> Self {
        Also { id: paper.id.to_string(), title: paper.title.clone() }
    }
}
