//! Notes of a language model come into a digest that is already there; its ranking stays as it is.

use std::path::PathBuf;

use jiff::{Timestamp, ToSpan, civil::Date, tz::TimeZone};

use super::{Engine, ProgressFn};
use crate::{
    calendar,
    day::LATE,
    digest::{Digest, Entry, Note, Usage},
    error::Result,
    llm::{Fault, Scribe, Wanted, distinct},
    paper::PaperId,
    profile::{Language, Profile},
};

/// What became of the notes of one digest.
#[derive(Debug)]
pub struct Annotated {
    /// The digest, with the notes that there are.
    pub digest: Digest,
    /// Papers that have notes now and had none before, or not in every language.
    pub added: usize,
    /// What kept notes away, one of each kind.
    pub faults: Vec<Fault>,
    /// Where the file went that stood in its place and had been edited, if there was one.
    pub kept: Option<PathBuf>,
}

/// A paper that a language model would be asked about.
#[derive(Debug, Clone)]
pub struct Planned {
    /// The paper.
    pub id: PaperId,
    /// Its title.
    pub title: String,
    /// About what it would cost.
    pub usage: Usage,
}

impl Engine {
    /// Has notes written for the top of the recorded digest of `profile` and `date`, and writes it again with
    /// them. Notes that the library has cost nothing. What fails leaves the digest's own words in place.
    /// `None` if there is no such digest, or the profile wants no notes.
    ///
    /// # Errors
    /// [`crate::Error::Io`], [`crate::Error::Library`]; a fault of the endpoint is none.
    pub fn annotate(
        &mut self,
        profile: &Profile,
        date: Date,
        scribe: &Scribe,
        now: Timestamp,
        progress: ProgressFn,
    ) -> Result<Option<Annotated>> {
        let Some(mut digest) = self.noted(profile, date)? else { return Ok(None) };
        let before = digest.clone();
        let lacking = self.lacking(profile, &mut digest, scribe)?;
        let reused = count(&digest) - count(&before);
        let papers: Vec<_> =
            lacking.iter().map(|(at, _)| digest.entries[*at].paper.clone()).collect();
        let wanted: Vec<Wanted> = std::iter::zip(&papers, &lacking)
            .map(|(paper, (_, lack))| (paper, &lack[..]))
            .collect();
        let endpoint = scribe.endpoint();
        let spent = self.library.spent_on(now.to_zoned(TimeZone::UTC).date())?;
        let left = endpoint.max_tokens_per_day.saturating_sub(spent);
        let mut usage = Usage::default();
        let mut faults = Vec::new();
        let mut done = 0;
        let mut failed = Ok(());
        scribe.write(&wanted, left, |written| {
            done += 1;
            progress(done, wanted.len());
            usage += written.usage;
            let notes = written.notes;
            faults.extend(written.fault);
            let keyed: Vec<(u64, String)> = notes
                .iter()
                .map(|note| {
                    let key = scribe.fingerprint(&papers[written.at], note.language);
                    (key, serde_json::to_string(note).expect("a note is plain data"))
                })
                .collect();
            // Kept at once: a run that is killed has not paid for nothing.
            if (written.usage.total() > 0 || !keyed.is_empty()) && failed.is_ok() {
                failed = self.library.keep_notes(&keyed, &endpoint.model, written.usage, now);
            }
            digest.entries[lacking[written.at].0].notes.extend(notes);
            // What cannot be kept is not asked for.
            failed.is_ok()
        });
        failed?;
        let faults = distinct(faults);
        if lacking.is_empty() && reused == 0 {
            return Ok(Some(Annotated { digest, added: 0, faults, kept: None }));
        }
        for entry in &mut digest.entries {
            entry.notes.sort_by_key(|n| profile.notes.iter().position(|l| *l == n.language));
        }
        let writer = digest.writer.get_or_insert_default();
        writer.model = endpoint.model.clone();
        writer.usage += usage;
        writer.reused += reused;
        writer.faults = faults.iter().map(|fault| fault.words(digest.language)).collect();
        digest.tokens = writer.usage.total();
        let added = count(&digest) - count(&before);
        let (_, kept, _) = self.put(&digest, Some(&before), &profile.formats)?;
        let json = serde_json::to_string(&digest).expect("a digest is plain data");
        self.library.replace_digest(&profile.id, date, &json)?;
        Ok(Some(Annotated { digest, added, faults, kept }))
    }

    /// The papers that [`Engine::annotate`] would ask a language model about, with estimates.
    ///
    /// # Errors
    /// As [`Engine::annotate`].
    pub fn planned_notes(
        &self,
        profile: &Profile,
        date: Date,
        scribe: &Scribe,
    ) -> Result<Vec<Planned>> {
        let Some(mut digest) = self.noted(profile, date)? else { return Ok(Vec::new()) };
        let lacking = self.lacking(profile, &mut digest, scribe)?;
        let planned = lacking.iter().map(|(at, languages)| {
            let Entry { paper, .. } = &digest.entries[*at];
            Planned {
                id: paper.id.clone(),
                title: paper.title.clone(),
                usage: scribe.estimate((paper, languages)),
            }
        });
        Ok(planned.collect())
    }

    /// The days of `profile` whose digests are worth asking notes for: that of `date` alone, if it is given; else
    /// the newest, and those of the last [`LATE`] days that some fault kept notes from; ascending.
    ///
    /// # Errors
    /// As [`Library::delivery`](crate::store::Library::delivery).
    pub fn lacking_notes(
        &self,
        profile: &str,
        date: Option<Date>,
        now: Timestamp,
    ) -> Result<Vec<Date>> {
        let mut days = self.library.delivered_days(profile)?;
        if let Some(date) = date {
            days.retain(|day| *day == date);
            return Ok(days);
        }
        let newest = days.last().copied();
        let reach = calendar::today(now).saturating_sub(LATE.days());
        days.retain(|day| *day >= reach || Some(*day) == newest);
        let mut lacking = Vec::new();
        for day in days {
            let delivery = self.library.delivery(profile, day)?;
            let digest = delivery.and_then(|d| serde_json::from_str::<Digest>(&d.digest).ok());
            let failed = digest.and_then(|d| d.writer).is_some_and(|w| !w.faults.is_empty());
            if failed || Some(day) == newest {
                lacking.push(day);
            }
        }
        Ok(lacking)
    }

    /// The recorded digest of a profile that wants notes.
    fn noted(&self, profile: &Profile, date: Date) -> Result<Option<Digest>> {
        if profile.notes.is_empty() {
            return Ok(None);
        }
        let delivery = self.library.delivery(&profile.id, date)?;
        Ok(delivery.and_then(|delivery| serde_json::from_str(&delivery.digest).ok()))
    }

    /// Fills in notes that the library has, and names the entries that still lack some, with the languages.
    fn lacking(
        &self,
        profile: &Profile,
        digest: &mut Digest,
        scribe: &Scribe,
    ) -> Result<Vec<(usize, Vec<Language>)>> {
        let mut lacking = Vec::new();
        for (at, entry) in digest.entries.iter_mut().take(scribe.endpoint().top_n).enumerate() {
            let mut lacks = Vec::new();
            for language in &profile.notes {
                if entry.notes.iter().any(|note| note.language == *language) {
                    continue;
                }
                let known = self.library.note(scribe.fingerprint(&entry.paper, *language))?;
                match known.and_then(|json| serde_json::from_str::<Note>(&json).ok()) {
                    Some(note) => entry.notes.push(note),
                    None => lacks.push(*language),
                }
            }
            // There is nothing to say of a paper without an abstract.
            if !lacks.is_empty() && !entry.paper.abstract_text.trim().is_empty() {
                lacking.push((at, lacks));
            }
        }
        Ok(lacking)
    }
}

/// Notes in a digest.
fn count(digest: &Digest) -> usize {
    digest.entries.iter().map(|entry| entry.notes.len()).sum()
}
