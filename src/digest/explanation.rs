//! Why a paper is in a digest, or why it is not.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Language, Nearest, Why};
use crate::day::Verdict;

/// What a profile makes of one paper on one day, with the marks of now.
///
/// Its serde form is what `paperlark explain --json` prints; [`Explanation::text`] puts it into words.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Explanation {
    /// The paper's identifier.
    pub id: String,
    /// Its title.
    pub title: String,
    /// File stem of the profile.
    pub profile: String,
    /// The day whose digest is in question.
    pub date: Date,
    /// What became of the paper on that day.
    pub verdict: Verdict,
    /// Score, 0-10, as in a digest.
    pub score: f32,
    /// The score before it is compared with the stream: the evidence in standard deviations.
    pub standing: f32,
    /// What adds up to the standing: name and value of each piece of evidence.
    pub parts: Vec<(String, f32)>,
    /// The chance that the reader likes it, 0-1, by their own marks; absent until there are enough.
    pub likelihood: Option<f32>,
    /// Its place by standing among the candidates of the day, from 1; where it would stand, if it is none.
    pub rank: usize,
    /// Candidates of the day.
    pub candidates: usize,
    /// The score that the list asked for: that of its last paper if it was full, else the threshold.
    pub needed: f32,
    /// The reason as a digest gives it.
    pub why: Why,
    /// The likes most similar to it, the one that counted first; at most three.
    pub likes: Vec<Nearest>,
    /// The dislikes most similar to it; at most three.
    pub dislikes: Vec<Nearest>,
    /// Digests that show it, by day.
    pub digests: Vec<InDigest>,
}

/// A digest that shows a paper, with the score it had there.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct InDigest {
    /// The digest's day.
    pub date: Date,
    /// Score in that digest, 0-10.
    pub score: f32,
}

impl Explanation {
    /// The explanation in a few lines of plain text.
    pub fn text(&self, language: Language) -> String {
        let mut lines = language.verdict(self);
        lines.push(self.why.reason(language));
        for (likes, similar) in [(true, &self.likes), (false, &self.dislikes)] {
            lines.extend(language.similar(likes, similar));
        }
        lines.extend(self.digests.iter().map(|digest| language.in_digest(digest)));
        let mut text = language.explained(self);
        for line in lines {
            text += "\n  ";
            text += &line;
        }
        text
    }
}
