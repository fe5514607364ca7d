//! A day's announcement becomes one digest for each profile.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use jiff::{Timestamp, civil::Date};

use super::{Engine, ProgressFn, site::url_name};
use crate::{
    calendar,
    day::{Also, Counts, Day, Listed, Shown, Sifted},
    digest::{self, Around, Digest, Empty, Entry, Format, Updated},
    error::{Error, Result},
    file, hash,
    paper::{Announced, Paper},
    profile::{Notice, Profile},
    reader::{Reader, TasteRows},
    row::{Line, Row},
    store::{Delivery, Library},
};

/// What was announced, as far as the sources say.
#[derive(Debug, Clone)]
pub struct Announcement {
    /// The day whose digest is made.
    pub date: Date,
    /// All papers, each once; those without a date of their own count for `date`.
    pub items: Vec<Announced>,
    /// Where they come from, for the ledger.
    pub origin: String,
    /// Whether any source is an announcement feed, so that an empty one says something about the day.
    pub from_feed: bool,
}

impl Announcement {
    /// Days other than [`Announcement::date`] that papers were announced on, with their number,
    /// ascending.
    pub fn other_days(&self) -> Vec<(Date, usize)> {
        let mut days: Vec<Date> = self
            .items
            .iter()
            .filter_map(|item| item.date)
            .filter(|day| *day != self.date)
            .collect();
        days.sort_unstable();
        days.chunk_by(|a, b| a == b).map(|run| (run[0], run.len())).collect()
    }

    /// Why the day has no paper in any category, if it has none.
    pub fn silence(&self) -> Empty {
        if let Some((newest, _)) = self.other_days().pop() {
            Empty::OtherDays { newest }
        } else if !self.from_feed {
            Empty::NoPapers
        } else {
            calendar::silence(self.date).map_or(Empty::FeedEmpty, Empty::from)
        }
    }
}

/// Settings of a daily run.
#[derive(Debug, Clone, Copy)]
pub struct DailyOptions {
    /// Show papers again that another digest showed, and make a digest anew that exists already.
    pub again: bool,
    /// The present.
    pub now: Timestamp,
}

/// What became of one profile's digest.
#[derive(Debug)]
#[non_exhaustive]
pub struct Outcome {
    /// The digest.
    pub digest: Digest,
    /// Its file.
    pub path: PathBuf,
    /// Whether this run wrote the file; `false` if it stood there already.
    pub written: bool,
    /// Where the file went that stood in its place and had been edited, if there was one.
    pub kept: Option<PathBuf>,
    /// What the reader should know of the profile.
    pub notices: Vec<Notice>,
}

/// Enters an announcement into the library and its ledger. Entering it twice changes nothing.
///
/// # Errors
/// As [`Library::add_papers`].
pub fn record(library: &mut Library, announcement: &Announcement) -> Result<()> {
    let Announcement { date, items, origin, .. } = announcement;
    enter(library, items.clone(), "", *date, origin).map(drop)
}

/// Stores papers and enters their announcements in `category` (empty where the source is not of one), told
/// by `origin`; one without a day of its own is assumed to be of `date`. Returns how many lines are new.
pub(super) fn enter(
    library: &mut Library,
    items: Vec<Announced>,
    category: &str,
    date: Date,
    origin: &str,
) -> Result<usize> {
    let (papers, when): (Vec<Paper>, Vec<_>) =
        items.into_iter().map(|item| (item.paper, (item.date, item.kind))).unzip();
    let rows = library.add_papers(&papers)?;
    let lines: Vec<Line> = std::iter::zip(rows, when)
        .map(|(row, (stated, kind))| Line {
            row,
            date: stated.unwrap_or(date),
            category: category.to_owned(),
            kind,
            stated: stated.is_some(),
        })
        .collect();
    library.record_announcements(&lines, origin)
}

impl Engine {
    /// Makes the digest of `profile` for the day `date`, writes it to `digests/DATE/PROFILE.md`, and in the
    /// profile's other formats beside it, and records the delivery. It takes in what was announced on that day, and what became known too late
    /// for the digests of the days before. `silence` is the cause to name if the day has no paper at all.
    ///
    /// A digest that was made from the same profile, model and papers of the day stays as it is,
    /// whatever was marked since; if only its language has changed, it is written again in the other.
    ///
    /// # Errors
    /// [`Error::Profile`] if the profile has nothing to rank by; otherwise as the parts. On an error no
    /// delivery is recorded.
    pub fn daily(
        &mut self,
        profile: &Profile,
        date: Date,
        silence: Empty,
        options: &DailyOptions,
        progress: ProgressFn,
    ) -> Result<Outcome> {
        let (reader, notices) = self.reader(profile, Timestamp::MAX)?;
        let sifted = self.sift(&reader, date, options.again)?;
        let inputs = self.fingerprint(&reader, &sifted);
        let delivered = self.library.delivery(&profile.id, date)?;
        let before = delivered.and_then(|delivery| {
            let digest: Digest = serde_json::from_str(&delivery.digest).ok()?;
            Some((delivery.inputs, digest))
        });
        if let Some((same, digest)) = &before
            && *same == inputs
            && !options.again
        {
            if digest.language != profile.language {
                // The same list in other words; nothing is ranked again.
                let said = Digest { language: profile.language, ..digest.clone() };
                let (path, kept, written) = self.put(&said, Some(digest), &profile.formats)?;
                let json = serde_json::to_string(&said).expect("a digest is plain data");
                self.library.replace_digest(&profile.id, date, &json)?;
                return Ok(Outcome { digest: said, path, written, kept, notices });
            }
            let path = self.path(digest, "md");
            // A file that is there may carry the reader's own notes.
            let written = !path.exists() && file::write_atomic(&path, digest.render().as_bytes())?;
            self.put_formats(digest, &profile.formats)?;
            let digest = digest.clone();
            return Ok(Outcome { digest, path, written, kept: None, notices });
        }
        reader.can_rank(&notices)?;
        let considered = sifted.considered();
        let (digest, rows) = self.draft(&reader, sifted, silence, options.now, progress)?;
        let before = before.map(|(_, digest)| digest);
        let (path, kept, written) = self.put(&digest, before.as_ref(), &profile.formats)?;
        let delivery = Delivery {
            generated_at: options.now,
            model: self.embedder.model().to_string(),
            inputs,
            digest: serde_json::to_string(&digest).expect("a digest is plain data"),
        };
        let categories = &profile.categories;
        self.library.record_delivery(
            &profile.id,
            date,
            &delivery,
            &rows,
            &considered,
            categories,
        )?;
        Ok(Outcome { digest, path, written, kept, notices })
    }

    /// A file of a digest; `ending` says which.
    fn path(&self, digest: &Digest, ending: &str) -> PathBuf {
        let folder = self.dir.join("digests").join(digest.date.to_string());
        folder.join(format!("{}.{ending}", digest.profile))
    }

    /// Writes the files of a digest: Markdown, in the place of one that was made `before`, and `formats` beside
    /// it. Returns the path of the Markdown, where the file went that stood there and was edited, and whether
    /// the Markdown had to be written.
    pub(super) fn put(
        &self,
        digest: &Digest,
        before: Option<&Digest>,
        formats: &[Format],
    ) -> Result<(PathBuf, Option<PathBuf>, bool)> {
        let path = self.path(digest, "md");
        path.parent().into_iter().for_each(file::sweep);
        let text = digest.render();
        let kept = keep_edited(&path, &[before.map(Digest::render), Some(text.clone())])?;
        let written = file::write_atomic(&path, text.as_bytes())?;
        self.put_formats(digest, formats)?;
        Ok((path, kept, written))
    }

    /// Writes the files of a digest that are not Markdown; nobody edits those.
    fn put_formats(&self, digest: &Digest, formats: &[Format]) -> Result<()> {
        let mut around = Around::default();
        if formats.contains(&Format::Html) {
            let days = self.library.delivered_days(&digest.profile)?;
            let earlier = days.into_iter().rev().filter(|day| *day < digest.date);
            let page = |day: Date| self.path(&Digest { date: day, ..digest.clone() }, "html");
            let earlier = earlier.filter(|day| page(*day).exists()).take(1);
            around.previous =
                earlier.map(|day| format!("../{day}/{}.html", url_name(&digest.profile))).next();
        }
        for format in formats {
            let text = digest.to_format(*format, &around);
            file::write_atomic(&self.path(digest, format.as_str()), text.as_bytes())?;
        }
        Ok(())
    }

    /// Writes `digests/latest.md`: the digests of the newest day, one after the other.
    ///
    /// # Errors
    /// [`Error::Io`], [`Error::Library`].
    pub fn write_latest(&self) -> Result<PathBuf> {
        let folder = self.dir.join("digests");
        file::sweep(&folder);
        let path = folder.join("latest.md");
        let digests = self.library.newest_digests()?;
        let texts: Vec<String> = digests
            .iter()
            .filter_map(|json| serde_json::from_str(json).ok())
            // Marks are read from the digests themselves; this file is written over.
            .map(|digest: Digest| Digest { boxes: false, ..digest }.render())
            .collect();
        file::write_atomic(&path, texts.join("\n").as_bytes())?;
        Ok(path)
    }

    /// Ranks the day's candidates; the digest, and the papers it shows.
    fn draft(
        &mut self,
        reader: &Reader,
        sifted: Sifted,
        silence: Empty,
        now: Timestamp,
        progress: ProgressFn,
    ) -> Result<(Digest, Vec<Row>)> {
        let profile = &reader.profile;
        let blank = self.blank(profile, sifted.date, now);
        let Counts { read, unwanted, muted, seen_before } = sifted.counts();
        let updated = sifted.updated().map(Updated::from).collect();
        let blank = Digest { read, unwanted, muted, seen_before, updated, ..blank };
        if sifted.candidates().next().is_none() {
            let empty = Some(cause(reader, &sifted, None, silence));
            return Ok((Digest { empty, ..blank }, Vec::new()));
        }
        let (day, inputs) = self.day(reader, sifted, progress)?;
        let entries = self.entries(&day, reader, &inputs.rows)?;
        let shown = day.list.shown.iter().map(|shown| day.candidates[shown.at].line.row).collect();
        let empty =
            entries.is_empty().then(|| cause(reader, &day.sifted, Some(day.best_score()), silence));
        Ok((Digest { missed: day.missed(reader), empty, entries, ..blank }, shown))
    }

    /// The entries of the list of a day.
    pub(super) fn entries(
        &self,
        day: &Day,
        reader: &Reader,
        rows: &TasteRows,
    ) -> Result<Vec<Entry>> {
        let entry = |Shown { at, also, place }: &Shown| {
            let Listed { line, paper } = &day.candidates[*at];
            let ranked = &day.ranked[*at];
            Ok(Entry {
                paper: Paper::clone(paper),
                kind: line.kind,
                announced: line.stated.then_some(line.date),
                score: ranked.score,
                likelihood: day.likelihood.map(|fit| fit.of(ranked.score)),
                place: *place,
                also: also.iter().map(|at| Also::from(&*day.candidates[*at].paper)).collect(),
                why: self.why(&reader.profile, rows, ranked)?,
                notes: Vec::new(),
            })
        };
        day.list.shown.iter().map(entry).collect()
    }

    /// A digest of nothing.
    pub(super) fn blank(&self, profile: &Profile, date: Date, now: Timestamp) -> Digest {
        Digest {
            schema: digest::SCHEMA,
            date,
            generated_at: now.to_zoned(profile.timezone.clone()),
            profile: profile.id.clone(),
            title: profile.name.clone(),
            style: profile.style,
            language: profile.language,
            boxes: profile.boxes,
            model: self.model_name(),
            tokens: 0,
            writer: None,
            read: 0,
            seen_before: 0,
            unwanted: 0,
            muted: 0,
            missed: None,
            empty: None,
            entries: Vec::new(),
            updated: Vec::new(),
        }
    }

    /// Stands for everything that makes a digest anew when it changes: the profile and its seeds, the
    /// model, and the papers of the day. What the reader says besides does not: it teaches the next day.
    fn fingerprint(&self, reader: &Reader, sifted: &Sifted) -> u64 {
        let Reader { profile, seeds, .. } = reader;
        let model = self.embedder.model();
        hash::text(&format!("{} {model} {seeds}{}", profile.fingerprint, sifted.fingerprint()))
    }
}

/// Why a digest without entries has none.
fn cause(reader: &Reader, sifted: &Sifted, best: Option<f32>, silence: Empty) -> Empty {
    let Counts { muted, seen_before, unwanted, .. } = sifted.counts();
    match best {
        Some(best) => Empty::BelowThreshold { min_score: reader.profile.rules.min_score, best },
        None if muted > 0 => Empty::AllMuted,
        None if seen_before > 0 => Empty::AllSeen,
        None if unwanted > 0 => Empty::NothingWanted,
        None if sifted.announced > 0 => Empty::OtherCategories,
        None => silence,
    }
}

/// Moves a file aside that is none of `ours`: its reader has written into it.
fn keep_edited(path: &Path, ours: &[Option<String>]) -> Result<Option<PathBuf>> {
    let found = match fs::read(path) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
        found => found.map_err(Error::io("read", path))?,
    };
    // A run that was killed before it could record its digest left our own text of another time, and of
    // other costs.
    let timeless = |text: &str| -> Vec<String> {
        let lines = text.lines().enumerate().filter(|(at, _)| !digest::HEAD_LINES.contains(at));
        lines.map(|(_, line)| line.to_owned()).collect()
    };
    let found = String::from_utf8_lossy(&found);
    if ours.iter().flatten().any(|text| timeless(text) == timeless(&found)) {
        return Ok(None);
    }
    let aside = (1..)
        .map(|n| path.with_extension(format!("edited-{n}.md")))
        .find(|aside| !aside.exists())
        .expect("there are fewer files than numbers");
    fs::rename(path, &aside).map_err(Error::io("rename", path))?;
    Ok(Some(aside))
}
