//! What readers mark in their digests comes into the library.

use std::{
    fs,
    path::{Path, PathBuf},
};

use jiff::{Timestamp, civil::Date};
use mail_parser::MessageParser;

use crate::{
    digest::Marks,
    error::{Error, Result},
    file, message,
    paper::PaperId,
    reader::{Act, Mark},
    row::Row,
    store::Library,
};

/// What became of the marks on one digest.
#[derive(Debug)]
pub struct Applied {
    /// The profile.
    pub profile: String,
    /// The day of the digest.
    pub date: Date,
    /// Marks that are new.
    pub new: Vec<(PaperId, Mark)>,
    /// Marks that were there, or were applied before and taken back since.
    pub known: usize,
    /// Papers that the library does not have.
    pub unknown: Vec<PaperId>,
    /// Papers that are liked and disliked at once.
    pub contradictory: Vec<PaperId>,
}

/// The marks in a file: a digest, a saved mail (its text, or its HTML without), or lines of marks.
///
/// # Errors
/// [`Error::Io`] if it cannot be read; [`Error::Invalid`] if it is no text.
pub fn read_marks(path: &Path) -> Result<Vec<Marks>> {
    let bytes = fs::read(path).map_err(Error::io("read", path))?;
    Ok(Marks::find(&text(&bytes).ok_or_else(|| {
        Error::Invalid(message!("{path} is no text; give a digest or a saved mail", path))
    })?))
}

/// The text of a file, which may be a mail.
fn text(bytes: &[u8]) -> Option<String> {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(4096)]).to_lowercase();
    let is_mail = head.lines().take_while(|line| !line.trim().is_empty()).any(|line| {
        ["mime-version:", "message-id:", "received:", "return-path:", "from:"]
            .iter()
            .any(|header| line.starts_with(header))
    });
    if is_mail {
        let mail = MessageParser::default().parse(bytes)?;
        return Some(mail.body_text(0)?.into_owned());
    }
    String::from_utf8(bytes.to_vec()).ok()
}

/// The marks in all digests of the data folder `dir`, by digest: in its Markdown files, in those that were
/// set aside, and in lines of marks that were saved beside them as `.txt`. Files that cannot be read are named.
///
/// # Errors
/// [`Error::Io`] if the folder cannot be read.
pub fn find_marks(dir: &Path) -> Result<(Vec<Marks>, Vec<PathBuf>)> {
    let mut all: Vec<Marks> = Vec::new();
    let mut unreadable = Vec::new();
    for day in file::list(&dir.join("digests"))? {
        if !day.is_dir() {
            continue;
        }
        let mut paths = file::list(&day)?;
        // What was set aside is older than what stands in its place, and 10 is newer than 9.
        paths.sort_by_key(|path| aside(path).unwrap_or(usize::MAX));
        for path in paths {
            if !path.extension().is_some_and(|end| end == "md" || end == "txt" || end == "eml") {
                continue;
            }
            match read_marks(&path) {
                Ok(found) => overrule(&mut all, found),
                Err(_) => unreadable.push(path),
            }
        }
    }
    Ok((all, unreadable))
}

/// The number of an edited digest that was set aside, `NAME.edited-N.md`.
fn aside(path: &Path) -> Option<usize> {
    let stem = path.file_stem()?.to_str()?;
    stem.rsplit_once(".edited-")?.1.parse().ok()
}

/// Adds the marks of a file to those of older ones, by digest.
fn overrule(all: &mut Vec<Marks>, found: Vec<Marks>) {
    for marks in found {
        match all.iter_mut().find(|m| m.profile == marks.profile && m.date == marks.date) {
            Some(known) => known.overrule(marks),
            None => all.push(marks),
        }
    }
}

/// Records marks on the digest of a profile and a day, as one command that `undo` takes back. The same marks,
/// given again, change nothing, also if they were taken back meanwhile.
///
/// # Errors
/// As [`Library::record`].
pub fn apply(
    library: &mut Library,
    profile: &str,
    date: Date,
    marks: &Marks,
    now: Timestamp,
) -> Result<Applied> {
    let origin = format!("digest {date}");
    let ids: Vec<PaperId> = marks.marks.iter().map(|(id, _)| id.clone()).collect();
    let rows = library.rows(&ids)?;
    let before = said_before(library, profile, &origin)?;
    let feedback = library.feedback(profile, Timestamp::MAX)?;
    let mut applied = Applied {
        profile: profile.to_owned(),
        date,
        new: Vec::new(),
        known: 0,
        unknown: Vec::new(),
        contradictory: marks.contradictory.clone(),
    };
    let mut acts = Vec::new();
    for ((id, mark), row) in marks.marks.iter().zip(rows) {
        let Some(row) = row else {
            applied.unknown.push(id.clone());
            continue;
        };
        let was_said = before.iter().rev().find(|(r, _)| *r == row).is_some_and(|(_, m)| m == mark);
        let holds = feedback.marks.get(&row).is_some_and(|said| said.what == *mark);
        if was_said || holds {
            applied.known += 1;
        } else {
            acts.push(Act::Mark(row, *mark));
            applied.new.push((id.clone(), *mark));
        }
    }
    if !acts.is_empty() {
        library.record(profile, &acts, now, &origin)?;
    }
    Ok(applied)
}

/// Every mark that was ever recorded by this origin, in order.
fn said_before(library: &Library, profile: &str, origin: &str) -> Result<Vec<(Row, Mark)>> {
    let events = library.events(profile)?.into_iter().filter(|event| event.origin == origin);
    Ok(events
        .filter_map(|event| match event.act {
            Act::Mark(row, mark) => Some((row, mark)),
            _ => None,
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_is_read_in_its_own_encoding() {
        let mail = "From: Ling <ling@example.org>\r\nSubject: Re: picks\r\nMIME-Version: 1.0\r\n\
                    Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n\
                    5Zac5qyi77yaMjYwMi4wNDExOAoKPiA8IS0tIHBhcGVybGFyazogbGluZyAyMDI2LTAyLTA1IC0t\r\nPgo=\r\n";
        let marks = Marks::find(&text(mail.as_bytes()).unwrap());
        assert_eq!(marks[0].profile.as_deref(), Some("ling"));
        assert_eq!(marks[0].marks, [("2602.04118".parse().unwrap(), Mark::Like)]);
        assert_eq!(text(b"- [x] like \xff"), None);
    }
}
