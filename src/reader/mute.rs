//! Rules that hide papers: by an author's name, by a term, or by a category.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{
    category,
    error::{Error, Result},
    message,
    paper::Paper,
    person::Name,
    text::{single_spaced, words},
};

/// What a [`Mute`] looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Field {
    /// The authors.
    Author,
    /// Title and abstract.
    Term,
    /// The categories.
    Category,
}

impl Field {
    /// The word for it: `author`, `term` or `category`.
    pub fn as_str(self) -> &'static str {
        match self {
            Field::Author => "author",
            Field::Term => "term",
            Field::Category => "category",
        }
    }
}

impl FromStr for Field {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        [Field::Author, Field::Term, Field::Category]
            .into_iter()
            .find(|field| field.as_str() == text)
            .ok_or_else(|| {
                Error::Invalid(message!(
                    "'{text}' cannot be muted; write author, term or category",
                    text
                ))
            })
    }
}

/// A rule that hides papers from a profile's digests.
///
/// ```
/// use paperlark::{Paper, reader::{Field, Mute}};
/// let paper: Paper = serde_json::from_str(
///     r#"{"id": "2602.04118", "title": "Larks in winter", "authors": ["Ana Maria Öz"]}"#,
/// ).unwrap();
/// for (field, text, hides) in [
///     (Field::Author, "ana oz", true),
///     (Field::Author, "Öz, A.", true),
///     (Field::Author, "Öz, B.", false),
///     (Field::Term, "Winter", true),
///     (Field::Term, "win", false),
/// ] {
///     assert_eq!(Mute::new(field, text)?.hides(&paper), hides, "{text}");
/// }
/// # Ok::<(), paperlark::Error>(())
/// ```
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Mute {
    /// What it looks at.
    pub field: Field,
    /// The name, words or category, as the reader wrote them.
    pub text: String,
}

impl Mute {
    /// A rule for an author's name, for a term of one or more words, or for a category or archive.
    ///
    /// # Errors
    /// [`Error::Invalid`] if there is no word in the text, or no such category.
    pub fn new(field: Field, text: &str) -> Result<Self> {
        let text = single_spaced(text);
        let text = match field {
            Field::Category => match category::canonical(&text) {
                Some(name) => name.to_owned(),
                None => {
                    return Err(Error::Invalid(match category::suggest(&text) {
                        Some(near) => message!(
                            "arXiv has no category '{category}'; did you mean {near}?",
                            category = text,
                            near
                        ),
                        None => message!("arXiv has no category '{category}'", category = text),
                    }));
                }
            },
            _ if words(&text).is_empty() => {
                return Err(Error::Invalid(message!("there is no word in '{text}' to mute", text)));
            }
            _ => text,
        };
        Ok(Mute { field, text })
    }

    /// Whether the paper has such an author, contains the term as whole words in title or abstract, or
    /// is of the category (an archive stands for its categories).
    ///
    /// Case and accents do not matter. An initial in the rule stands for every name that it begins, a
    /// whole name only for itself; middle names may be absent on either side.
    pub fn hides(&self, paper: &Paper) -> bool {
        match self.field {
            Field::Author => {
                let muted = Name::new(&self.text);
                paper.authors.iter().any(|author| muted.covers(&Name::new(author)))
            }
            Field::Term => {
                let term = words(&self.text);
                [&paper.title, &paper.abstract_text]
                    .iter()
                    .any(|text| words(text).windows(term.len().max(1)).any(|run| run == term))
            }
            Field::Category => paper.categories.iter().any(|has| category::covers(&self.text, has)),
        }
    }
}

/// Two rules are one if they hide the same papers, however they are written.
impl PartialEq for Mute {
    fn eq(&self, other: &Self) -> bool {
        self.field == other.field
            && match self.field {
                Field::Author => Name::new(&self.text) == Name::new(&other.text),
                Field::Term => words(&self.text) == words(&other.text),
                Field::Category => self.text.eq_ignore_ascii_case(&other.text),
            }
    }
}

impl Eq for Mute {}

impl fmt::Display for Mute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.field.as_str(), self.text)
    }
}
