//! The archive of delivered digests as a folder of web pages and feeds, for any server of files or none.

use std::{fs, io, path::Path};

use jiff::civil::Date;

use crate::{
    digest::{Around, Digest, Feed, Format, Shelf, ShelfDay, archive_html, percent_encoded},
    error::{Error, Result},
    file, message,
    store::Library,
    text::one_line,
};

/// So many of a profile's newest digests are in its feeds.
pub const FEED_DAYS: usize = 30;

/// What the head of every page of ours holds, and of no other.
const OURS: &str = r#"<meta name="generator" content="Paperlark">"#;

/// What became of a site.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Site {
    /// Profiles that have a digest.
    pub profiles: usize,
    /// Digests in it.
    pub digests: usize,
    /// Files that are new or changed.
    pub written: usize,
    /// Files that were right already.
    pub unchanged: usize,
}

/// Writes the site of all delivered digests to the folder `out`: `index.html`, and for each profile a folder with
/// `DATE.html`, `.json`, `.bib` and `.ris` of every day, `atom.xml` and `rss.xml`. Only files that change are
/// written, each whole, and what else the folder holds stays. `base` is the site's absolute address, for links in
/// the feeds.
///
/// # Errors
/// [`Error::Io`]; [`Error::Invalid`] for an address that is none, and for a folder whose
/// `index.html` is not ours; else as [`delivered`].
pub fn write_site(library: &Library, out: &Path, base: Option<&str>) -> Result<Site> {
    let base = base.map(folder_address).transpose()?;
    let index = out.join("index.html");
    refuse_foreign(&index)?;
    file::sweep(out);
    let mut site = Site::default();
    let mut put = |path: &Path, text: &str| -> Result<()> {
        match file::write_atomic(path, text.as_bytes())? {
            true => site.written += 1,
            false => site.unchanged += 1,
        }
        Ok(())
    };
    let mut shelves = Vec::new();
    let mut digests = 0;
    for profile in library.delivered_profiles()? {
        let days = library.delivered_days(&profile)?;
        let (name, url) = (file_name(&profile), url_name(&file_name(&profile)));
        let folder = out.join(&name);
        file::sweep(&folder);
        let mut shelf: Vec<ShelfDay> = Vec::new();
        let mut newest: Vec<Digest> = Vec::new();
        for (at, date) in days.iter().enumerate() {
            let Some(digest) = delivered(library, &profile, *date)? else { continue };
            let page = |day: &Date| format!("{day}.html");
            let around = Around {
                previous: at.checked_sub(1).map(|before| page(&days[before])),
                next: days.get(at + 1).map(page),
                archive: Some("../index.html".to_owned()),
                formats: Format::ALL[1..]
                    .iter()
                    .map(|format| (format.as_str(), format!("{date}.{}", format.as_str())))
                    .collect(),
            };
            for format in Format::ALL {
                let path = folder.join(format!("{date}.{}", format.as_str()));
                put(&path, &digest.to_format(format, &around))?;
            }
            let best = digest.entries.iter().max_by(|a, b| a.score.total_cmp(&b.score));
            shelf.push(ShelfDay {
                date: *date,
                address: format!("{url}/{}", page(date)),
                papers: digest.entries.len(),
                best: best.map(|entry| (entry.score, entry.paper.title.clone())),
            });
            newest.push(digest);
            if newest.len() > FEED_DAYS {
                newest.remove(0);
            }
        }
        newest.reverse();
        shelf.reverse();
        digests += shelf.len();
        let Some(last) = newest.first() else { continue };
        let base = base.as_ref().map(|base| format!("{base}{url}/"));
        let feed = Feed { digests: &newest, base: base.as_deref() };
        put(&folder.join("atom.xml"), &feed.atom())?;
        put(&folder.join("rss.xml"), &feed.rss())?;
        shelves.push(Shelf {
            title: last.title.clone(),
            language: last.language,
            feeds: [("Atom", "atom.xml"), ("RSS", "rss.xml")]
                .map(|(feed, file)| (feed, format!("{url}/{file}")))
                .into(),
            days: shelf,
            profile,
        });
    }
    put(&index, &archive_html(&shelves))?;
    Ok(Site { profiles: shelves.len(), digests, ..site })
}

/// Keeps the page that somebody else has in the folder: it would be lost.
fn refuse_foreign(index: &Path) -> Result<()> {
    match fs::read(index) {
        Ok(page) if String::from_utf8_lossy(&page).contains(OURS) => Ok(()),
        Ok(_) => Err(Error::Invalid(message!(
            "{path} is there already and is no page of Paperlark's; move it away, or name another \
             folder",
            path = index
        ))),
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(e) => Err(Error::io("read", index)(e)),
    }
}

/// The digest of a profile for a day, as it was delivered; `None` if there is none.
///
/// # Errors
/// [`Error::Damaged`] if what the library holds is no digest; else as [`Library::delivery`].
pub fn delivered(library: &Library, profile: &str, date: Date) -> Result<Option<Digest>> {
    let Some(delivery) = library.delivery(profile, date)? else { return Ok(None) };
    let digest = serde_json::from_str(&delivery.digest).map_err(|e| Error::Damaged {
        path: library.path().into(),
        reason: message!(
            "the digest of {profile} for {date} is unreadable ({cause}); make it anew",
            profile,
            date,
            cause = e
        ),
    })?;
    Ok(Some(digest))
}

/// An absolute address of a folder, with its slash.
fn folder_address(text: &str) -> Result<String> {
    let text = text.trim();
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let odd = |c: char| c.is_whitespace() || c.is_control() || "?#\"<>".contains(c);
    match rest {
        Some(rest) if !rest.is_empty() && !rest.starts_with('/') && !rest.contains(odd) => {
            Ok(format!("{}/", text.trim_end_matches('/')))
        }
        _ => Err(Error::Invalid(message!(
            "'{text}' is not the address of a site; write one such as https://example.org/papers",
            text = one_line(text)
        ))),
    }
}

/// A profile's name as that of a folder: it stays inside the folder where it belongs.
fn file_name(profile: &str) -> String {
    let name = profile.replace(['/', '\\'], "_");
    if name.starts_with('.') { name.replacen('.', "_", 1) } else { name }
}

/// A file's name as part of an address.
pub(super) fn url_name(name: &str) -> String {
    percent_encoded(name, |c| c.is_ascii_alphanumeric() || "-._~".contains(c))
}
