//! How papers, lists and times stand in the columns of the database, with a checksum for each paper.

use crate::message;
use std::str::FromStr;

use rusqlite::{
    Statement, Transaction, params, params_from_iter,
    types::{ToSqlOutput, Type, ValueRef},
};

use crate::{paper::Paper, row::Row};

/// The columns of a paper after its key and id, in the order in which [`seal`] takes them.
pub(super) const FIELDS: &str = "version, title, authors, affiliations, abstract, categories, submitted, \
                      comment, journal_ref, doi, crc";
/// Where the checksum stands in a row of [`select`].
const CRC: usize = 12;

pub(super) fn select(condition: &str) -> String {
    format!("SELECT key, id, {FIELDS} FROM paper WHERE {condition}")
}

/// Writes a paper with a statement whose parameters are key, id and [`FIELDS`].
pub(super) fn put(statement: &mut Statement, row: Row, paper: &Paper) -> rusqlite::Result<()> {
    let lists = [&paper.authors, &paper.affiliations, &paper.categories].map(|list| json(list));
    let submitted = paper.submitted.map(|date| date.to_string());
    let fields: [ValueRef; CRC] = [
        ValueRef::Integer(row.0.into()),
        paper.id.as_str().into(),
        paper.version.map_or(ValueRef::Null, |version| ValueRef::Integer(version.into())),
        paper.title.as_str().into(),
        lists[0].as_str().into(),
        lists[1].as_str().into(),
        paper.abstract_text.as_str().into(),
        lists[2].as_str().into(),
        submitted.as_deref().into(),
        paper.comment.as_deref().into(),
        paper.journal_ref.as_deref().into(),
        paper.doi.as_deref().into(),
    ];
    let crc = seal(fields);
    let fields = fields.into_iter().map(ToSqlOutput::Borrowed);
    statement.execute(params_from_iter(fields.chain([crc.into()])))?;
    Ok(())
}

/// The checksum of a paper's columns: CRC-32 over each with its kind and length before it, so that
/// no two papers are the same bytes. It is part of the format.
fn seal<'a>(fields: impl IntoIterator<Item = ValueRef<'a>>) -> u32 {
    let mut crc = crc32fast::Hasher::new();
    let mut add = |kind: u8, bytes: &[u8]| {
        crc.update(&[kind]);
        crc.update(&(bytes.len() as u64).to_le_bytes());
        crc.update(bytes);
    };
    for field in fields {
        match field {
            ValueRef::Null => add(0, &[]),
            ValueRef::Integer(number) => add(1, &number.to_le_bytes()),
            ValueRef::Real(number) => add(2, &number.to_le_bytes()),
            ValueRef::Text(text) => add(3, text),
            ValueRef::Blob(bytes) => add(4, bytes),
        }
    }
    crc.finalize()
}

/// The checksum that the paper in a row of [`select`] should have.
fn seal_of(row: &rusqlite::Row) -> rusqlite::Result<u32> {
    let fields = (0..CRC).map(|column| row.get_ref(column));
    Ok(seal(fields.collect::<rusqlite::Result<Vec<_>>>()?))
}

/// Gives every paper its checksum.
pub(super) fn seal_all(t: &Transaction) -> rusqlite::Result<()> {
    let mut papers = t.prepare(&select("true"))?;
    let mut papers = papers.query([])?;
    let mut update = t.prepare("UPDATE paper SET crc = ?2 WHERE key = ?1")?;
    while let Some(row) = papers.next()? {
        update.execute(params![row.get::<_, u32>(0)?, seal_of(row)?])?;
    }
    Ok(())
}

/// The paper in a row of [`select`].
pub(super) fn read_paper(row: &rusqlite::Row) -> rusqlite::Result<Paper> {
    if row.get_ref(CRC)? != ValueRef::Integer(seal_of(row)?.into()) {
        return Err(unreadable(
            CRC,
            message!("paper {row} does not fit its checksum", row = row.get::<_, u32>(0)?),
        ));
    }
    let submitted: Option<String> = row.get(8)?;
    Ok(Paper {
        id: parsed(row, 1)?,
        version: row.get(2)?,
        title: row.get(3)?,
        authors: list(row, 4)?,
        affiliations: list(row, 5)?,
        abstract_text: row.get(6)?,
        categories: list(row, 7)?,
        submitted: submitted.map(|_| parsed(row, 8)).transpose()?,
        comment: row.get(9)?,
        journal_ref: row.get(10)?,
        doi: row.get(11)?,
    })
}

pub(super) fn list(row: &rusqlite::Row, column: usize) -> rusqlite::Result<Vec<String>> {
    let text: String = row.get(column)?;
    serde_json::from_str(&text).map_err(|e| unreadable(column, e))
}

pub(super) fn parsed<T>(row: &rusqlite::Row, column: usize) -> rusqlite::Result<T>
where
    T: FromStr<Err: std::error::Error + Send + Sync + 'static>,
{
    let text: String = row.get(column)?;
    text.parse().map_err(|e| unreadable(column, e))
}

pub(super) fn unreadable(
    column: usize,
    cause: impl std::error::Error + Send + Sync + 'static,
) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(column, Type::Text, Box::new(cause))
}

pub(super) fn json(list: &[String]) -> String {
    serde_json::to_string(list).expect("strings are JSON")
}
