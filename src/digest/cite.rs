//! References to papers, as BibTeX and RIS.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

use crate::paper::Paper;

/// The key of a paper in a bibliography: the first author's last name, the year of submission, and the first
/// long word of the title, in plain lower-case letters and digits. Two papers may share one.
///
/// ```
/// let paper = serde_json::from_str(
///     r#"{"id": "2602.04118", "title": "On the Migration of Larks", "authors": ["Ana Maria Öz"]}"#,
/// ).unwrap();
/// assert_eq!(paperlark::digest::citation_key(&paper), "oz2026migration");
/// ```
pub fn citation_key(paper: &Paper) -> String {
    const LONG: usize = 4;
    let plain = |text: &str| -> String {
        let letters = text.nfkd().filter(|c| !is_combining_mark(*c));
        letters.filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase()
    };
    let author = paper.authors.first().and_then(|name| name.split_whitespace().last());
    let author = author.map(plain).filter(|name| !name.is_empty());
    let year = year(paper).map(|year| year.to_string()).unwrap_or_default();
    let words: Vec<String> = paper.title.split_whitespace().map(plain).collect();
    let word = words.iter().find(|word| word.len() >= LONG).or(words.first());
    format!("{}{year}{}", author.unwrap_or("anon".into()), word.map_or("", |word| word))
}

/// The year of a paper: that of its submission, or of its arXiv id.
pub(super) fn year(paper: &Paper) -> Option<i16> {
    if let Some(day) = paper.submitted {
        return Some(day.year());
    }
    let number = paper.id.as_str().rsplit('/').next()?;
    let digits: i16 = number.get(..2).filter(|_| paper.id.is_arxiv())?.parse().ok()?;
    // arXiv began in 1991.
    Some(if digits >= 91 { 1900 + digits } else { 2000 + digits })
}
