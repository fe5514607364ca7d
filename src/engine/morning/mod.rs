//! A whole morning in one call: marks are read, arXiv is asked, every reader's digests are made and written,
//! notes are added, and all of it is sent.
//!
//! [`Engine::morning`] does it, [`MorningEvent`] says what happens on the way, and [`MorningReport`] what came
//! of it. Whatever goes wrong for one reader, source or channel keeps nothing back from the others.

use std::path::Path;

use jiff::{Timestamp, ToSpan, civil::Date};

#[cfg(feature = "deliver")]
use super::SendOutcome;
use super::{
    Announcement, Applied, DailyOptions, Engine, FetchOptions, Fetched, Outcome, ProgressFn,
    Shelves, apply, fetch, find_marks, record, stock,
};
use crate::{
    calendar, category,
    day::LATE,
    error::{Error, Result},
    llm::{Fault, Scribe},
    message,
    message::Message,
    paper::{Kind, PaperId},
    profile::{Notice, Profile},
    shelf::zotero::Zotero,
    source::{Client, query::by_ids},
};
#[cfg(feature = "deliver")]
use crate::{deliver::Channel, digest::Digest};

#[cfg(feature = "deliver")]
mod deliver;

/// What a morning is made of.
pub struct Morning<'a> {
    /// Who gets digests.
    pub profiles: Vec<Profile>,
    /// The present.
    pub now: Timestamp,
    /// What to read in place of the network.
    pub announcement: Option<Announcement>,
    /// The day of the digests; else every day that is due.
    pub date: Option<Date>,
    /// Show papers again that another digest showed, and make a digest anew that exists already.
    pub again: bool,
    /// Make a list of the last year's best for each reader as well.
    pub catch_up: bool,
    /// arXiv; without it, what the library holds has to do.
    pub client: Option<&'a Client>,
    /// Where seeds may be kept.
    pub zotero: Option<&'a Zotero>,
    /// Who writes notes.
    pub scribe: Option<&'a Scribe>,
    /// Where digests go.
    #[cfg(feature = "deliver")]
    pub channels: &'a [Channel],
    /// Tells the time of each message, which some chats have it signed with; [`Morning::now`] without it.
    #[cfg(feature = "deliver")]
    pub clock: Option<&'a dyn Fn() -> Timestamp>,
}

/// A morning embeds at most so many papers that no digest needs.
const MOST_EMBEDDED: usize = 20_000;

impl Morning<'_> {
    /// A morning of these readers with what the library holds: nobody is asked, and nothing is sent.
    pub fn new(profiles: Vec<Profile>, now: Timestamp) -> Self {
        Morning {
            profiles,
            now,
            announcement: None,
            date: None,
            again: false,
            catch_up: false,
            client: None,
            zotero: None,
            scribe: None,
            #[cfg(feature = "deliver")]
            channels: &[],
            #[cfg(feature = "deliver")]
            clock: None,
        }
    }
}

/// Something that happens in a morning.
#[derive(Debug)]
#[non_exhaustive]
pub enum MorningEvent<'a> {
    /// So many categories are fetched, of all of them, and so many papers were read on the way.
    Fetching {
        /// Categories.
        done: usize,
        /// All of them.
        total: usize,
        /// Papers.
        papers: usize,
    },
    /// So many texts are embedded, of all that had no vector.
    Embedding {
        /// Texts.
        done: usize,
        /// All of them.
        total: usize,
    },
    /// So many papers have their notes, of those that a language model is asked about.
    Noting {
        /// Papers.
        done: usize,
        /// All of them.
        total: usize,
    },
    /// A file in the digests folder is no text, so no marks were read from it.
    NoMarks(&'a Path),
    /// Marks that readers left in their digests came into the library.
    Marks(&'a Applied),
    /// Marks in the digests folder could not be applied.
    MarksFailed(&'a Error),
    /// Marked papers could not be fetched.
    MarkedPapersFailed(&'a Error),
    /// Nobody could be reached, and why; the digests are made of what the library holds.
    Unreachable(&'a str),
    /// There is nobody to ask: the digest is made of what the library holds.
    Offline,
    /// Papers in the files were announced on another day than that of the digest.
    OtherDay {
        /// That day.
        day: Date,
        /// How many they are.
        papers: usize,
    },
    /// A source failed.
    SourceFailed(&'a Message),
    /// Seeds could not be fetched.
    SeedsFailed(&'a Error),
    /// What a reader should know of their profile.
    Notice(&'a Notice),
    /// A digest had been edited; its reader's text was moved aside.
    Kept {
        /// The digest.
        path: &'a Path,
        /// Where the text went.
        kept: &'a Path,
    },
    /// A reader got no digest, no catch-up or no notes.
    ReaderFailed {
        /// The profile.
        profile: &'a str,
        /// Why.
        error: &'a Error,
    },
    /// Something that the digests do not need could not be written: the index, or `latest.md`.
    DerivedFailed(&'a Error),
    /// The endpoint kept notes away; each fault is said once.
    NotesFailed(&'a Fault),
    /// What became of a digest on a channel.
    #[cfg(feature = "deliver")]
    Sent {
        /// The digest.
        digest: &'a Digest,
        /// The channel, by name.
        channel: &'a str,
        /// What became of it.
        outcome: &'a SendOutcome,
    },
}

/// Called with what happens, from any thread.
pub type TellFn<'a> = &'a (dyn Fn(MorningEvent) + Sync);

/// What came of a morning.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct MorningReport {
    /// What arXiv told, if it was asked.
    pub fetched: Option<Fetched>,
    /// The digests, in the order of the profiles and days.
    pub digests: Vec<Outcome>,
    /// Lists for new readers.
    pub catch_ups: Vec<Outcome>,
    /// How often a reader went without a digest, a catch-up or notes.
    pub failed: usize,
    /// Digests that should have arrived somewhere.
    #[cfg(feature = "deliver")]
    pub deliveries: usize,
    /// How many of those did not, or nobody knows.
    #[cfg(feature = "deliver")]
    pub undelivered: usize,
    /// Why the library stopped the sending, if it did.
    #[cfg(feature = "deliver")]
    pub send_error: Option<Error>,
}

impl Engine {
    /// Does a morning for every reader: see the module.
    ///
    /// ```
    /// use paperlark::{embed::Models, engine::{Engine, Morning}, profile::Profile};
    /// # let folder = tempfile::tempdir().unwrap();
    /// # let dir = folder.path();
    /// let now: jiff::Timestamp = "2026-06-02T06:00:00Z".parse().unwrap();
    /// let text = "[[interest]]\nname = \"Birds\"\ndescription = \"How larks sing.\"\n";
    /// let (profile, _) = Profile::parse("ada.toml".as_ref(), text)?;
    /// let mut engine = Engine::open(dir, &Models::new(dir.join("models")), "lark")?;
    /// let mut morning = Morning::new(vec![profile], now);
    /// morning.announcement = Some(paperlark::engine::Announcement {
    ///     date: "2026-06-02".parse().unwrap(),
    ///     items: Vec::new(),
    ///     origin: "nowhere".into(),
    ///     from_feed: true,
    /// });
    /// let report = engine.morning(&mut morning, &|event| println!("{event:?}"))?;
    /// assert_eq!(report.digests[0].digest.entries.len(), 0);
    /// # Ok::<(), paperlark::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Invalid`] if there is neither a file nor a category to ask for; else what the library refuses.
    pub fn morning(&mut self, morning: &mut Morning, tell: TellFn) -> Result<MorningReport> {
        let mut report = MorningReport::default();
        if let Err(error) = self.apply_found(morning, tell) {
            tell(MorningEvent::MarksFailed(&error));
        }
        match &morning.announcement {
            Some(announcement) => {
                record(self.library(), announcement)?;
                for (day, papers) in announcement.other_days() {
                    tell(MorningEvent::OtherDay { day, papers });
                }
            }
            None => report.fetched = self.fetch_news(morning, tell)?,
        }
        let shelves = Shelves {
            client: morning.client,
            zotero: morning.zotero,
            today: calendar::today(morning.now),
        };
        self.stock_seeds(&mut morning.profiles, &shelves, tell)?;
        self.fetch_seeds(&morning.profiles, morning.client, tell)?;
        self.make_digests(morning, &mut report, tell);
        self.add_notes(morning, &mut report, tell);
        if !(report.digests.is_empty() && report.catch_ups.is_empty())
            && let Err(error) = self.write_latest()
        {
            tell(MorningEvent::DerivedFailed(&error));
        }
        #[cfg(feature = "deliver")]
        if let Err(error) = self.deliver(morning, &mut report, tell) {
            report.send_error = Some(error);
        }
        Ok(report)
    }

    /// Applies the marks that readers left in the digests folder. Papers that the library lacks, as a new one
    /// does, are fetched.
    fn apply_found(&mut self, morning: &Morning, tell: TellFn) -> Result<()> {
        let (found, unreadable) = find_marks(&self.dir)?;
        unreadable.iter().for_each(|path| tell(MorningEvent::NoMarks(path)));
        let marked = found.iter().flat_map(|marks| &marks.marks).map(|(id, _)| id.clone());
        match self.fetch_absent(marked.collect(), morning.client) {
            Err(error) if error.is_of_library() => return Err(error),
            Err(error) => tell(MorningEvent::MarkedPapersFailed(&error)),
            Ok(()) => {}
        }
        for marks in found {
            let (Some(profile), Some(date)) = (&marks.profile, marks.date) else { continue };
            let applied = apply(self.library(), profile, date, &marks, morning.now)?;
            tell(MorningEvent::Marks(&applied));
        }
        Ok(())
    }

    /// Fetches papers that the library lacks, as far as there is somebody to ask.
    fn fetch_absent(&mut self, ids: Vec<PaperId>, client: Option<&Client>) -> Result<()> {
        let rows = self.library.rows(&ids)?;
        let absent = std::iter::zip(ids, rows).filter(|(id, row)| row.is_none() && id.is_arxiv());
        let absent: Vec<PaperId> = absent.map(|(id, _)| id).collect();
        if let Some(client) = client
            && !absent.is_empty()
        {
            let papers = by_ids(client, &absent)?;
            self.library().add_papers(&papers)?;
        }
        Ok(())
    }

    /// Brings the ledger up to date for the categories of the profiles. Without a client, what it holds has to
    /// do.
    fn fetch_news(&mut self, morning: &Morning, tell: TellFn) -> Result<Option<Fetched>> {
        let categories = categories(&morning.profiles);
        if categories.is_empty() {
            return Err(Error::Invalid(message!(
                "no profile names a category, so there is nothing to ask arXiv for; add categories = [\"cs.LG\"] to one"
            )));
        }
        let Some(client) = morning.client else {
            tell(MorningEvent::Offline);
            return Ok(None);
        };
        let replacements = want_replacements(&morning.profiles);
        let options = FetchOptions { now: morning.now, since: None, replacements };
        let progress = |done, total, papers| {
            tell(MorningEvent::Fetching { done, total, papers });
        };
        let fetched = fetch(self.library(), client, &categories, &options, &progress)?;
        fetched.failures.iter().for_each(|failure| tell(MorningEvent::SourceFailed(failure)));
        if let Some(cause) = &fetched.unreachable {
            tell(MorningEvent::Unreachable(cause));
        }
        Ok(Some(fetched))
    }

    /// Adds the seeds that profiles keep in files and in Zotero.
    ///
    /// # Errors
    /// As [`stock`].
    pub fn stock_seeds(
        &mut self,
        profiles: &mut [Profile],
        shelves: &Shelves,
        tell: TellFn,
    ) -> Result<()> {
        let dir = self.dir.clone();
        for profile in profiles {
            let notices = stock(self.library(), &dir, profile, shelves)?;
            notices.iter().for_each(|notice| tell(MorningEvent::Notice(notice)));
        }
        Ok(())
    }

    /// Fetches seeds that the library lacks, as far as there is somebody to ask. What cannot be fetched is named
    /// later, with its line.
    ///
    /// # Errors
    /// [`Error::Library`].
    pub fn fetch_seeds(
        &mut self,
        profiles: &[Profile],
        client: Option<&Client>,
        tell: TellFn,
    ) -> Result<()> {
        let missing = self.missing_seeds(profiles)?;
        match self.fetch_absent(missing, client) {
            Err(error) if error.is_of_library() => Err(error),
            Err(error) => {
                tell(MorningEvent::SeedsFailed(&error));
                Ok(())
            }
            Ok(()) => Ok(()),
        }
    }

    fn make_digests(&mut self, morning: &Morning, report: &mut MorningReport, tell: TellFn) {
        let progress = |done, total| tell(MorningEvent::Embedding { done, total });
        for profile in &morning.profiles {
            let fail = |error: Error| {
                tell(MorningEvent::ReaderFailed { profile: &profile.id, error: &error });
            };
            if let Err(error) = self.digests_of(profile, morning, &mut report.digests, tell) {
                report.failed += 1;
                fail(error);
                continue;
            }
            if morning.catch_up {
                match self.catch_up(profile, morning.now, &progress) {
                    Ok(outcome) => report.catch_ups.push(outcome),
                    Err(error) => {
                        report.failed += 1;
                        fail(error);
                    }
                }
            }
        }
        // Derived, and of no use to the digests.
        if let Err(error) = self.embed_rest(&progress) {
            tell(MorningEvent::DerivedFailed(&error));
        }
        if let Err(error) = self.build_index(&|_, _| {}) {
            tell(MorningEvent::DerivedFailed(&error));
        }
        for Outcome { notices, kept, path, .. } in &report.digests {
            notices.iter().for_each(|notice| tell(MorningEvent::Notice(notice)));
            if let Some(kept) = kept {
                tell(MorningEvent::Kept { path, kept });
            }
        }
    }

    /// Embeds what no digest had to embed, such as muted papers, so that searches find it.
    fn embed_rest(&mut self, progress: ProgressFn) -> Result<()> {
        let lacking = self.library.len()?.saturating_sub(self.vectors.stored());
        match lacking {
            0 => Ok(()),
            1..=MOST_EMBEDDED => self.embed_library(progress).map(drop),
            // A whole library is not a morning's work for every model.
            _ => Err(Error::Invalid(message!("{n} papers are not embedded", n = lacking))),
        }
    }

    /// Adds the digests that a profile is due to `made`: that of the files' day, or of every day since its
    /// last one.
    fn digests_of(
        &mut self,
        profile: &Profile,
        morning: &Morning,
        made: &mut Vec<Outcome>,
        tell: TellFn,
    ) -> Result<()> {
        let progress = |done, total| tell(MorningEvent::Embedding { done, total });
        let options = DailyOptions { again: morning.again, now: morning.now };
        if let Some(announcement) = &morning.announcement {
            let silence = announcement.silence();
            made.push(self.daily(profile, announcement.date, silence, &options, &progress)?);
            return Ok(());
        }
        let due = match morning.date {
            Some(date) => vec![date],
            None => self.due(profile, morning.now)?,
        };
        let reach = calendar::newest(morning.now).saturating_sub(LATE.days());
        for date in due {
            let Some(silence) = self.silence(profile, date)? else {
                return Err(Error::Invalid(match date < reach {
                    true => message!(
                        "nothing could be learned of {date} for {profile}; fetch it",
                        date,
                        profile = &profile.id
                    ),
                    false => message!(
                        "nothing could be learned of {date} for {profile}; run again later",
                        date,
                        profile = &profile.id
                    ),
                }));
            };
            made.push(self.daily(profile, date, silence, &options, &progress)?);
        }
        Ok(())
    }

    fn add_notes(&mut self, morning: &Morning, report: &mut MorningReport, tell: TellFn) {
        let Some(scribe) = morning.scribe else { return };
        let progress = |done, total| tell(MorningEvent::Noting { done, total });
        let mut said: Vec<Fault> = Vec::new();
        for Outcome { digest, path, .. } in &mut report.digests {
            // A digest that a model was asked about already stays as it is.
            if digest.writer.is_some() {
                continue;
            }
            let profile = morning.profiles.iter().find(|p| p.id == digest.profile);
            let Some(profile) = profile else { continue };
            match self.annotate(profile, digest.date, scribe, morning.now, &progress) {
                Ok(None) => {}
                Ok(Some(annotated)) => {
                    if let Some(kept) = &annotated.kept {
                        tell(MorningEvent::Kept { path, kept });
                    }
                    for fault in annotated.faults {
                        if !said.contains(&fault) {
                            tell(MorningEvent::NotesFailed(&fault));
                            said.push(fault);
                        }
                    }
                    *digest = annotated.digest;
                }
                Err(error) => {
                    report.failed += 1;
                    tell(MorningEvent::ReaderFailed { profile: &profile.id, error: &error });
                }
            }
        }
    }
}

/// The categories of the profiles, by their present names.
pub fn categories(profiles: &[Profile]) -> Vec<String> {
    let named = profiles.iter().flat_map(|profile| &profile.categories);
    let present = |name: &String| category::canonical(name).unwrap_or(name).to_owned();
    let mut categories: Vec<String> = named.map(present).collect();
    categories.sort_unstable();
    categories.dedup();
    categories
}

/// Whether any profile wants new versions.
pub fn want_replacements(profiles: &[Profile]) -> bool {
    let kinds = profiles.iter().flat_map(|profile| &profile.announce);
    kinds.into_iter().any(|kind| matches!(kind, Kind::Replace | Kind::ReplaceCross))
}
