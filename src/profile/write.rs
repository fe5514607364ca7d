//! A new profile as the text of its file.

use std::fmt::Write;

use super::{Language, Style};
use crate::{paper::Paper, text::without_breaks};

/// What a new profile is to say.
#[derive(Debug, Clone)]
pub struct Draft<'a> {
    /// The name at the head of the digest.
    pub name: &'a str,
    /// arXiv categories to read.
    pub categories: &'a [String],
    /// The interests.
    pub interests: Vec<DraftInterest<'a>>,
    /// Topics that push a paper down.
    pub avoid: &'a [String],
    /// Language of headings and reasons.
    pub language: Language,
    /// Layout of the digest.
    pub style: Style,
    /// At most so many papers a day, if not the usual number.
    pub top: Option<usize>,
}

/// One of a new profile's interests.
#[derive(Debug, Clone)]
pub struct DraftInterest<'a> {
    /// Heading of its section.
    pub name: &'a str,
    /// What it is about.
    pub description: Option<&'a str>,
    /// Papers that stand for it. Those with an arXiv id are named by it, others written out.
    pub seeds: Vec<&'a Paper>,
}

impl Draft<'_> {
    /// The file's text, with comments that say what else can be set; [`Profile`](super::Profile) reads it
    /// back as it was meant.
    pub fn to_toml(&self) -> String {
        let list =
            |texts: &[String]| texts.iter().map(|text| quoted(text)).collect::<Vec<_>>().join(", ");
        let language = match self.language {
            Language::En => "en",
            Language::Zh => "zh",
        };
        let style = match self.style {
            Style::Scored => "scored",
            Style::List => "list",
            Style::Briefing => "briefing",
        };
        let mut out = format!(
            "\
# A reader's profile: yours to edit. No command rewrites this file; what you say with `paperlark like`
# or `paperlark profile add` is kept in the library and counts beside it.

name = {}
language = \"{language}\"             # en or zh
style = {:20}# scored: grouped by interest; list: one plain list; briefing: a glance first
# timezone = \"Europe/Berlin\"

categories = [{}]  # what to read; add any, such as \"stat.ML\" or all of \"astro-ph\"
announce = [\"new\", \"cross\"]  # also: replace, replace-cross

top = {:<22}# at most so many papers a day
min_score = 3.0             # nothing below; 3.3 is the top 10 % of the stream, 6.7 the top 1 %
avoid = [{}]                  # phrases that push a paper down
",
            quoted(self.name),
            quoted(style),
            list(self.categories),
            self.top.unwrap_or(30),
            list(self.avoid),
        );
        for interest in &self.interests {
            let add = write_interest(&mut out, interest);
            add.expect("a text takes any text");
        }
        out
    }
}

fn write_interest(out: &mut String, interest: &DraftInterest) -> std::fmt::Result {
    write!(out, "\n[[interest]]\nname = {}\n", quoted(interest.name))?;
    match interest.description {
        Some(text) => writeln!(out, "description = {}", quoted(text))?,
        None => writeln!(out, "# description = \"One sentence; it counts as a weak seed.\"")?,
    }
    if interest.seeds.is_empty() {
        return Ok(());
    }
    writeln!(out, "seeds = [")?;
    for paper in &interest.seeds {
        if paper.id.is_arxiv() {
            writeln!(out, "  {}, # {}", quoted(paper.id.as_str()), without_breaks(&paper.title))?;
        } else {
            let title = quoted(&without_breaks(&paper.title));
            let text = quoted(&without_breaks(&paper.abstract_text));
            writeln!(out, "  {{ title = {title}, abstract = {text} }},")?;
        }
    }
    writeln!(out, "]")
}

/// A TOML string on one line.
fn quoted(text: &str) -> String {
    let plain = text.chars().all(|c| !c.is_control() && c != '"' && c != '\\');
    if plain {
        return format!("\"{text}\"");
    }
    // JSON's escapes are TOML's, but for the one control character that JSON leaves alone.
    let json = serde_json::to_string(text).expect("a text is JSON");
    json.replace('\u{7f}', "\\u007f")
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::profile::Profile;
    use proptest::prelude::*;

    fn paper(id: &str, title: &str, text: &str) -> Paper {
        Paper::new(id.parse().unwrap(), title.into(), text.into())
    }

    proptest! {
        #[test]
        fn any_text_comes_back(
            texts in prop::collection::vec("[\\PC\t\n\"'\\\\#=\\[\\]{}\u{7f}\u{1}]{1,30}", 6),
        ) {
            let papers = [
                paper("2602.04118", &texts[0], ""),
                paper("bib:x", &format!("T{}", texts[1]), &texts[2]),
            ];
            let name = format!("a{}", texts[4]);
            let draft = Draft {
                name: &texts[3],
                categories: &["cs.LG".into(), "astro-ph".into()],
                interests: vec![
                    DraftInterest {
                        name: &name,
                        description: Some(&texts[5]),
                        seeds: papers.iter().collect(),
                    },
                    DraftInterest { name: "b", description: None, seeds: papers[..0].iter().collect() },
                ],
                avoid: &texts[5..],
                language: Language::Zh,
                style: Style::List,
                top: Some(7),
            };
            let text = draft.to_toml();
            let (profile, _) = Profile::parse(Path::new("ada.toml"), &text).unwrap();
            prop_assert_eq!(&profile.name, &texts[3]);
            prop_assert_eq!(profile.categories.len(), 2);
            prop_assert_eq!((profile.language, profile.style), (Language::Zh, Style::List));
            prop_assert_eq!(profile.rules.top, 7);
            let interest = &profile.interests[0];
            prop_assert_eq!(&interest.name, name.trim());
            prop_assert_eq!(interest.seeds[0].id.as_str(), "2602.04118");
            let written = interest.seeds[1].paper.as_ref().unwrap();
            prop_assert_eq!(&written.title, &without_breaks(&papers[1].title));
            prop_assert_eq!(&written.abstract_text, &without_breaks(&papers[1].abstract_text));
        }
    }
}
