//! Finding papers: by their words, by terms that they share, by day, category and author.
//!
//! [`Library::matching`] answers a person's [`Query`], [`Library::sharing`] finds what has any of many
//! terms, [`Library::rows_of`] what passes a [`Filter`]. Words are found whatever their case, accents and
//! English endings; a run of Chinese or Japanese without spaces is one word. What readers wrote themselves
//! is kept as papers too ([`Library::unlisted`]) and never found.

use std::collections::{BTreeSet, HashMap};

use jiff::civil::Date;
use rusqlite::{functions::FunctionFlags, params};

use super::{columns::list, library::Library};
use crate::{
    category,
    error::{Error, Result},
    message,
    person::Name,
    row::Row,
    vectors::RowSet,
};

/// Papers that one search ranks at most, because each has to be looked up.
const RANKED: u32 = 100_000;
/// Words that a query has at most.
const WORDS: usize = 100;

/// What a person looks for, in words.
///
/// All words must be there, those between quotation marks side by side; what follows a minus must not.
/// Nothing else is syntax, so any text with a word in it is a query.
///
/// ```
/// use paperlark::{Paper, store::{Library, Query}};
/// # let folder = tempfile::tempdir().unwrap();
/// let mut library = Library::open(folder.path())?;
/// let paper = |text| serde_json::from_str::<Paper>(text).unwrap();
/// let rows = library.add_papers(&[
///     paper(r#"{"id": "2602.00001", "title": "Müon spectra of larks"}"#),
///     paper(r#"{"id": "2602.00002", "title": "A lark, and its muons in C++"}"#),
/// ])?;
/// for (text, found) in [
///     ("LARK muon", &rows[..]),
///     ("\"muon spectra\"", &rows[..1]),
///     ("larks -spectra", &rows[1..]),
///     ("c++", &rows[1..]),
///     ("owl", &[]),
/// ] {
///     let mut matches = library.matching(&Query::parse(text)?, None, 10)?;
///     matches.sort_by_key(|(row, _)| *row);
///     assert_eq!(matches.iter().map(|(row, _)| *row).collect::<Vec<_>>(), found, "{text}");
/// }
/// # Ok::<(), paperlark::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    /// Words and phrases, as FTS5 writes them.
    wanted: Vec<String>,
    excluded: Vec<String>,
    is_strict: bool,
}

impl Query {
    /// Reads a query.
    ///
    /// # Errors
    /// [`Error::Invalid`] if there is no word to look for, or more than 100.
    pub fn parse(text: &str) -> Result<Self> {
        let (mut wanted, mut excluded) = (Vec::new(), Vec::new());
        let mut has_phrase = false;
        let mut without = false;
        // Every other part stands between quotation marks.
        for (n, part) in text.split(['"', '“', '”', '„']).enumerate() {
            if n % 2 == 1 {
                if without { &mut excluded } else { &mut wanted }.extend(phrase(part));
                has_phrase = true;
                continue;
            }
            for word in part.split(|c: char| c.is_whitespace() || c.is_control()) {
                match word.strip_prefix('-') {
                    Some(word) => excluded.extend(phrase(word)),
                    None => wanted.extend(phrase(word)),
                }
            }
            let before = part.strip_suffix('-');
            without = before.is_some_and(|text| !text.ends_with(|c: char| !c.is_whitespace()));
        }
        let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
        if words.count() > WORDS {
            return Err(Error::Invalid(message!(
                "a search takes at most {most} words",
                most = WORDS
            )));
        }
        if wanted.is_empty() {
            return Err(Error::Invalid(message!(
                "there is nothing to search for in '{text}'; write words that a paper has",
                text
            )));
        }
        let is_strict = has_phrase || !excluded.is_empty();
        Ok(Query { wanted, excluded, is_strict })
    }

    /// Whether it says what must stand side by side, or must not be there.
    pub fn is_strict(&self) -> bool {
        self.is_strict
    }

    /// The words and phrases that are looked for, as a text.
    pub fn text(&self) -> String {
        self.wanted.iter().map(|part| part.trim_matches('"')).collect::<Vec<_>>().join(" ")
    }

    fn expression(&self) -> String {
        let wanted = self.wanted.join(" ");
        match &self.excluded[..] {
            [] => wanted,
            excluded => format!("({wanted}) NOT ({})", excluded.join(" OR ")),
        }
    }
}

/// A text as an expression of FTS5 that means its words side by side; `None` if it has no word.
fn phrase(text: &str) -> Option<String> {
    let plain = |c: char| if c == '"' || c.is_control() { ' ' } else { c };
    text.contains(char::is_alphanumeric)
        .then(|| format!("\"{}\"", text.chars().map(plain).collect::<String>()))
}

/// What papers are to be; a part that is not given fits all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Submitted on this day or later; where that is unknown, first announced.
    pub since: Option<Date>,
    /// The same, on this day or earlier.
    pub until: Option<Date>,
    /// Of one of these categories, as [`category::covers`] sees it.
    pub categories: Vec<String>,
    /// By one of these authors, as a mute of the name would see it ([`Mute::hides`](crate::reader::Mute::hides)).
    pub authors: Vec<String>,
}

impl Library {
    /// At most `limit` papers that match, of those `among` which it looks, the best first, with how well they do: BM25, where a word of the
    /// title counts four times. If more than 100,000 match, only the newest in the library are ranked.
    ///
    /// # Errors
    /// As [`Library::len`].
    pub fn matching(
        &self,
        query: &Query,
        among: Option<&RowSet>,
        limit: usize,
    ) -> Result<Vec<(Row, f32)>> {
        self.ranked(&query.expression(), among, limit)
    }

    /// At most `limit` papers with any of these terms, words or phrases, ranked as [`Library::matching`] does.
    /// The rarest terms are taken first, as long as the papers that have them are not more than 100,000.
    ///
    /// # Errors
    /// As [`Library::len`].
    pub fn sharing(
        &self,
        terms: &[String],
        among: Option<&RowSet>,
        limit: usize,
    ) -> Result<Vec<(Row, f32)>> {
        let terms: BTreeSet<String> = terms.iter().filter_map(|term| phrase(term)).collect();
        let mut terms = self.read(|c| {
            let mut count = c.prepare_cached(
                "SELECT count(*) FROM
                 (SELECT 1 FROM paper_text WHERE paper_text MATCH ?1 LIMIT ?2)",
            )?;
            let count = |term: String| {
                Ok((count.query_row(params![term, RANKED], |row| row.get::<_, u32>(0))?, term))
            };
            terms.into_iter().map(count).collect::<rusqlite::Result<Vec<_>>>()
        })?;
        terms.retain(|(papers, _)| *papers > 0);
        terms.sort_unstable();
        let mut all = 0;
        let fits = |(n, (papers, _)): &(usize, (u32, String))| {
            all += papers;
            *n == 0 || (*n < WORDS && all <= RANKED)
        };
        let rare = terms.into_iter().enumerate().take_while(fits);
        let rare: Vec<String> = rare.map(|(_, (_, term))| term).collect();
        if rare.is_empty() {
            return Ok(Vec::new());
        }
        self.ranked(&rare.join(" OR "), among, limit)
    }

    fn ranked(
        &self,
        expression: &str,
        among: Option<&RowSet>,
        limit: usize,
    ) -> Result<Vec<(Row, f32)>> {
        let among = among.cloned();
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        self.read(|c| {
            let flags = FunctionFlags::SQLITE_UTF8;
            c.create_scalar_function("wanted", 1, flags, move |row| {
                let row = Row(row.get(0)?);
                Ok(among.as_ref().is_none_or(|among| among.contains(row)))
            })?;
            c.prepare(
                "SELECT rowid, relevance FROM
                 (SELECT rowid, -bm25(paper_text, 4, 1, 1, 1) AS relevance FROM paper_text
                  WHERE paper_text MATCH ?1 AND wanted(rowid) ORDER BY rowid DESC LIMIT ?2)
                 ORDER BY relevance DESC, rowid DESC LIMIT ?3",
            )?
            .query_map(params![expression, RANKED, limit], |row| {
                Ok((Row(row.get(0)?), row.get::<_, f64>(1)? as f32))
            })?
            .collect()
        })
    }

    /// The papers that pass the filter, ascending; none that are [`Library::unlisted`].
    ///
    /// # Errors
    /// [`Error::Invalid`] if there is no name in one of the authors; else as [`Library::len`].
    pub fn rows_of(&self, filter: &Filter) -> Result<Vec<Row>> {
        let names: Vec<Name> = filter.authors.iter().map(|author| Name::new(author)).collect();
        if let Some(at) = names.iter().position(|name| name.surname.is_empty()) {
            return Err(Error::Invalid(message!(
                "there is no name in '{author}'",
                author = &filter.authors[at]
            )));
        }
        let dated = filter.since.is_some() || filter.until.is_some();
        let since = filter.since.unwrap_or(Date::MIN).to_string();
        let until = filter.until.unwrap_or(Date::MAX).to_string();
        self.read(|c| {
            let mut found = c.prepare_cached(&select(dated, !names.is_empty()))?;
            let surnames = surnames(&names);
            let mut values = Vec::new();
            if dated {
                values.extend([(":since", &since), (":until", &until)]);
            }
            if !names.is_empty() {
                values.push((":authors", &surnames));
            }
            let mut found = found.query(&values[..])?;
            // Papers are many, their lists of categories few.
            let mut known: HashMap<String, bool> = HashMap::new();
            let mut rows = Vec::new();
            while let Some(row) = found.next()? {
                let fits = filter.categories.is_empty() || {
                    let text = row.get_ref(1)?.as_str()?;
                    match known.get(text) {
                        Some(fits) => *fits,
                        None => {
                            let fits = list(row, 1)?.iter().any(|has| covered(filter, has));
                            known.insert(text.to_owned(), fits);
                            fits
                        }
                    }
                };
                let fits = fits
                    && (names.is_empty() || {
                        let authors: Vec<_> =
                            list(row, 2)?.iter().map(|author| Name::new(author)).collect();
                        names.iter().any(|name| authors.iter().any(|author| name.covers(author)))
                    });
                if fits {
                    rows.push(Row(row.get(0)?));
                }
            }
            rows.sort_unstable();
            Ok(rows)
        })
    }

    /// What readers wrote themselves, sentences and seeds, which is kept as papers and never found; ascending.
    ///
    /// # Errors
    /// As [`Library::len`].
    pub fn unlisted(&self) -> Result<Vec<Row>> {
        self.read(|c| {
            c.prepare_cached("SELECT key FROM unlisted ORDER BY key")?
                .query_map([], |row| row.get(0).map(Row))?
                .collect()
        })
    }
}

fn covered(filter: &Filter, has: &str) -> bool {
    filter.categories.iter().any(|wanted| category::covers(wanted, has))
}

/// An expression of FTS5 that finds every paper by one of the names, and maybe others.
fn surnames(names: &[Name]) -> String {
    let name = |name: &Name| {
        let words: Vec<_> = name.surname.iter().filter_map(|word| phrase(word)).collect();
        format!("({})", words.join(" "))
    };
    let names: Vec<_> = names.iter().map(name).collect();
    format!("authors : ({})", names.join(" OR "))
}

/// Keys, categories and, if they matter, authors of the listed papers, of a time or by some authors.
pub(super) fn select(dated: bool, by_authors: bool) -> String {
    // The first line of the ledger; it needs no look at the paper.
    let announced = "(SELECT min(date) FROM announcement WHERE announcement.paper = paper.key)";
    let listed = "key NOT IN (SELECT key FROM unlisted)";
    match (dated, by_authors) {
        // Both columns are in the index, so that papers are not read.
        (false, false) => {
            format!("SELECT key, categories FROM paper INDEXED BY paper_of WHERE {listed}")
        }
        (true, false) => format!(
            "SELECT key, categories FROM paper INDEXED BY paper_of
             WHERE submitted BETWEEN :since AND :until AND {listed}
             UNION ALL SELECT key, categories FROM paper INDEXED BY paper_of
             WHERE submitted IS NULL AND {announced} BETWEEN :since AND :until AND {listed}"
        ),
        (dated, true) => {
            let time = format!("coalesce(submitted, {announced}) BETWEEN :since AND :until");
            format!(
                "SELECT key, paper.categories, paper.authors FROM paper_text JOIN paper ON key = paper_text.rowid
                 WHERE paper_text MATCH :authors AND {}",
                if dated { &time } else { "true" }
            )
        }
    }
}
