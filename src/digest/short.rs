//! The digest in short, for messages: plain text in pieces, which a channel puts into its own markup.

use super::Digest;
use crate::text::{one_line, shortened};

/// Titles and interests are shortened to about so many characters, reasons to twice as many.
const CHARS: usize = 200;

/// A digest as the pieces of a message; every piece is plain text on one line, of bounded length.
#[derive(Debug, Clone, PartialEq)]
pub struct Short {
    /// Headline, profile and number of papers.
    pub subject: String,
    /// What was read and chosen; for an empty digest also why it is empty.
    pub facts: String,
    /// The best papers, best first.
    pub papers: Vec<ShortPaper>,
    /// Papers of the digest that are not among them.
    pub left_out: usize,
}

/// One paper of a [`Short`].
#[derive(Debug, Clone, PartialEq)]
pub struct ShortPaper {
    /// The score, like `8.7`.
    pub score: String,
    /// Its title.
    pub title: String,
    /// Where its abstract is, if it can be opened.
    pub url: Option<String>,
    /// The interest that it belongs to, if any.
    pub interest: Option<String>,
    /// Why it is worth reading.
    pub reason: String,
}

impl ShortPaper {
    /// Why it is worth reading, after the interest where the reason does not name it.
    pub fn about(&self) -> String {
        match &self.interest {
            Some(name) if !self.reason.contains(name) => format!("{name} · {}", self.reason),
            _ => self.reason.clone(),
        }
    }
}

impl Digest {
    /// Headline, profile and number of papers, as plain text on one line.
    pub fn subject(&self) -> String {
        let title = match one_line(&self.title) {
            title if title.is_empty() => one_line(&self.profile),
            title => title,
        };
        let papers = self.language.papers(self.entries.len());
        format!("{} · {} · {papers}", self.language.headline(self.date), shortened(&title, CHARS))
    }

    /// The best `top` papers in short.
    pub fn short(&self, top: usize) -> Short {
        let mut facts = self.language.counts(self);
        if let Some(cause) = self.cause(self.language) {
            facts = format!("{facts} {}", one_line(&cause));
        }
        let mut best: Vec<_> = self.entries.iter().collect();
        best.sort_by(|a, b| b.score.total_cmp(&a.score));
        let papers: Vec<ShortPaper> = best
            .into_iter()
            .take(top)
            .map(|entry| ShortPaper {
                // Zero may carry a sign; adding zero takes it off.
                score: format!("{:.1}", entry.score + 0.0),
                title: shortened(&entry.heading(), CHARS),
                url: entry.paper.id.abs_url(),
                interest: entry
                    .why
                    .interest
                    .as_deref()
                    .map(|name| shortened(&one_line(name), CHARS))
                    .filter(|name| !name.is_empty()),
                reason: shortened(&entry.reason(self.language), 2 * CHARS),
            })
            .collect();
        let left_out = self.entries.len() - papers.len();
        Short { subject: self.subject(), facts, papers, left_out }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Language, Style, tests::sample};

    #[test]
    fn the_best_come_first_and_the_rest_is_counted() {
        let digest = sample(Style::Scored, Language::En);
        let short = digest.short(2);
        assert_eq!(
            short.subject,
            "Daily arXiv picks - 2026-02-05 · Models one can trust · 4 papers"
        );
        let best: Vec<&str> = short.papers.iter().map(|paper| &paper.score[..]).collect();
        assert_eq!((best, short.left_out), (vec!["8.7", "7.0"], 2));
        assert_eq!(short.papers[0].url.as_deref(), Some("https://arxiv.org/abs/2602.90001"));
        assert_eq!(short.papers[0].interest.as_deref(), Some("Auditing"));
        assert_eq!(digest.short(0).left_out, 4);
    }

    #[test]
    fn foreign_text_stays_on_its_line_and_is_bounded() {
        let mut digest = sample(Style::Scored, Language::Zh);
        digest.title = "x\ny".into();
        digest.entries[0].paper.title = "word\n".repeat(9999);
        let short = digest.short(9);
        assert_eq!(short.subject, "ArXiv 每日推荐 - 2026-02-05 · x y · 4 篇");
        assert!(short.papers.iter().all(|p| !p.title.contains('\n') && p.title.len() < 999));
    }
}
