//! What readers mark in their digests comes into the library.

use std::{
    borrow::Cow,
    fs,
    io::Read,
    path::{Path, PathBuf},
};

use jiff::{Timestamp, civil::Date};
use mail_parser::{MessageParser, PartType};

use crate::{
    digest::Marks,
    error::{Error, Result},
    file, markup, message,
    net::MIB,
    paper::PaperId,
    reader::{Act, Mark},
    row::Row,
    store::Library,
    text::decoded,
};

/// No digest and no mail is longer, attachments and all.
const LONGEST: u64 = 64 * MIB;

/// What became of the marks on one digest.
#[derive(Debug)]
#[non_exhaustive]
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
    /// Lines that look like marks and name no paper.
    pub unread: Vec<String>,
}

/// The marks in a file: a digest, a saved mail (its text, or its HTML without), or lines of marks. Marks that do
/// not say whose they are belong to the digest that the file's place names, `DATE/PROFILE.md`.
///
/// # Errors
/// [`Error::Io`] if it cannot be read; [`Error::Invalid`] if it is no text.
pub fn read_marks(path: &Path) -> Result<Vec<Marks>> {
    let mut file = fs::File::open(path).map_err(Error::io("read", path))?;
    let mut found = marks_in(&mut file, &path.display().to_string())?;
    if let Some((profile, date)) = digest_of(path) {
        for marks in &mut found {
            // Editors remove the comment at the end of a digest.
            if marks.profile.is_none() {
                marks.profile.clone_from(&profile);
                marks.date.get_or_insert(date);
            }
        }
    }
    Ok(found)
}

/// The marks in whatever `reader` gives, as of a file; `origin` names it in messages.
///
/// # Errors
/// As [`read_marks`].
pub fn marks_in(reader: &mut dyn Read, origin: &str) -> Result<Vec<Marks>> {
    let mut bytes = Vec::new();
    let taken = reader.take(LONGEST + 1).read_to_end(&mut bytes);
    taken.map_err(Error::io("read", origin))?;
    if bytes.len() as u64 > LONGEST {
        return Err(Error::Invalid(message!(
            "{origin} has more than {n} MB; give a digest or a saved mail",
            origin,
            n = LONGEST / MIB
        )));
    }
    let text = text(&bytes).ok_or_else(|| {
        Error::Invalid(message!("{origin} is no text; give a digest or a saved mail", origin))
    })?;
    Ok(Marks::find(&text))
}

/// The digest that a file's place names: its profile, if the file is a digest, and its day.
fn digest_of(path: &Path) -> Option<(Option<String>, Date)> {
    let date = path.parent()?.file_name()?.to_str()?.parse().ok()?;
    let stem = path.file_stem()?.to_str()?;
    let name = stem.split_once(".edited-").map_or(stem, |(name, _)| name);
    let is_digest = path.extension().is_some_and(|end| end == "md" || end == "html");
    Some((is_digest.then(|| name.to_owned()), date))
}

/// The text of a file, which may be a mail.
fn text(bytes: &[u8]) -> Option<String> {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(4096)]).to_lowercase();
    let is_mail = head.lines().take_while(|line| !line.trim().is_empty()).any(|line| {
        ["mime-version:", "message-id:", "received:", "return-path:", "from:"]
            .iter()
            .any(|header| line.starts_with(header))
    });
    if !is_mail {
        return decoded(bytes).map(Cow::into_owned);
    }
    let mail = MessageParser::default().parse(bytes)?;
    let part = |ids: &[u32]| {
        let parts = ids.iter().filter_map(|id| mail.parts.get(*id as usize));
        parts.map(|part| &part.body).find_map(|body| match body {
            PartType::Text(text) if !text.trim().is_empty() => Some(text.clone().into_owned()),
            PartType::Html(html) if !html.trim().is_empty() => Some(markup::plain(html)),
            _ => None,
        })
    };
    // Some programs send an empty text beside the HTML.
    part(&mail.text_body).or_else(|| part(&mail.html_body))
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
        unread: marks.unread.clone(),
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

    #[test]
    fn a_file_or_mail_is_read_in_any_encoding_that_people_have() {
        const WORDS: &str = "喜欢 2602.04118";
        let utf16 =
            |bytes: fn(u16) -> [u8; 2]| WORDS.encode_utf16().flat_map(bytes).collect::<Vec<u8>>();
        let marked = |bom: &[u8], text: Vec<u8>| [bom, &text].concat();
        let gbk = encoding_rs::GBK.encode(WORDS).0.into_owned();
        for bytes in [
            WORDS.as_bytes().to_vec(),
            marked(&[0xef, 0xbb, 0xbf], WORDS.into()),
            marked(&[0xff, 0xfe], utf16(u16::to_le_bytes)),
            marked(&[0xfe, 0xff], utf16(u16::to_be_bytes)),
            utf16(u16::to_le_bytes),
            utf16(u16::to_be_bytes),
            gbk,
        ] {
            assert_eq!(
                text(&bytes).as_deref().map(|text| text.trim_start_matches('\u{feff}')),
                Some(WORDS),
                "{bytes:?}"
            );
        }
        for (charset, words) in [
            ("gb18030", WORDS),
            ("gbk", WORDS),
            ("GB2312", WORDS),
            ("big5", "like 2602.04118 好"),
            ("iso-2022-jp", "like 2602.04118 面白い"),
            ("shift_jis", "like 2602.04118 面白い"),
            ("windows-1252", "like 2602.04118 très"),
        ] {
            let encoding = encoding_rs::Encoding::for_label(charset.as_bytes()).unwrap();
            let head = format!(
                "From: a@example.org\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset={charset}\r\n\r\n"
            );
            let mail = [head.as_bytes(), &encoding.encode(words).0].concat();
            assert_eq!(text(&mail).unwrap().trim(), words, "{charset}");
        }
    }

    #[test]
    fn a_mail_in_html_keeps_its_lines() {
        for body in [
            "<div>like 2602.04118</div><div>dislike 2602.03918</div>",
            "<ul><li>like 2602.04118<li>dislike 2602.03918</ul>",
            "<table><tr><td>like 2602.04118</td><td>dislike 2602.03918</td></tr></table>",
            "<p>like&nbsp;2602.04118</p><blockquote>dislike 2602.03918</blockquote>",
            "like 2602.04118<br/>dislike <b>2602.03918</b>",
            "<style>p { }</style><span>like 2602.04118</span><br><span>dislike 2602.03918</span>",
        ] {
            let html = format!(
                "Content-Type: text/html; charset=utf-8\r\n\r\n<html><body>{body}</body></html>"
            );
            let alone = format!("From: a@example.org\r\nMIME-Version: 1.0\r\n{html}");
            let beside = format!(
                "From: a@example.org\r\nMIME-Version: 1.0\r\nContent-Type: multipart/alternative; \
                 boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\n \r\n--b\r\n{html}\r\n--b--\r\n"
            );
            for mail in [alone, beside] {
                let found = Marks::find(&text(mail.as_bytes()).unwrap());
                let marks: Vec<String> =
                    found[0].marks.iter().map(|(id, mark)| format!("{mark} {id}")).collect();
                assert_eq!(marks, ["like 2602.04118", "dislike 2602.03918"], "{body}");
            }
        }
    }

    #[test]
    fn a_digest_without_its_last_line_is_known_by_its_place() {
        let folder = tempfile::tempdir().unwrap();
        let day = folder.path().join("2026-06-02");
        fs::create_dir(&day).unwrap();
        for (name, whose) in
            [("ling.md", Some("ling")), ("ling.edited-2.md", Some("ling")), ("notes.txt", None)]
        {
            let path = day.join(name);
            fs::write(&path, "- [x] like 2602.04118\n").unwrap();
            let found = read_marks(&path).unwrap();
            assert_eq!(found[0].profile.as_deref(), whose, "{name}");
            assert_eq!(found[0].date, Some("2026-06-02".parse().unwrap()), "{name}");
        }
    }
}
