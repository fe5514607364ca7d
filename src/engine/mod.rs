//! The engine: the one module that knows library, vectors, models, profiles and the ranker.
//!
//! [`Engine::open`] takes a data folder and a model; [`Engine::documents`] embeds what is not embedded
//! yet; [`Engine::daily`] turns a day's announcement into digests. Time comes in as an argument and
//! progress goes out through a callback, so a run can be repeated to the byte.

use std::{
    cmp::Reverse,
    collections::{BTreeSet, HashSet},
    path::{Path, PathBuf},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use jiff::{Timestamp, civil::Date};
use ndarray::Array2;

use crate::{
    calendar,
    embed::{Embedder, Models, text_of},
    error::{Error, Result},
    hash,
    paper::{Paper, PaperId},
    profile::{Notice, Profile, written_paper},
    rank::{Documents, Like, TREND, Taste, Weights},
    store::{Feedback, Library, Mark, Row},
    vectors::{self, VectorFile},
};

mod apply;
mod back;
mod catalogue;
mod daily;
mod doctor;
mod explain;
mod fetch;
mod import;
mod models;
mod notes;
mod own;
mod profiles;
mod seeds;
mod send;
mod site;

pub use apply::{Applied, apply, find_marks, read_marks};
pub use back::BackOptions;
pub use catalogue::{Catalogue, Examples, Found};
pub use daily::{Announcement, DailyOptions, LATE, Outcome, record};
pub use doctor::{Examination, Finding};
pub use fetch::{FetchOptions, FetchProgressFn, Fetched, fetch};
pub use import::{import, import_lines};
pub use models::{remove_model, use_model};
pub use notes::{Annotated, Planned};
pub use own::weights;
pub use profiles::{
    Cause, Change, Coverage, DayDiff, Gathered, Move, Near, Pair, Portable, Preview, Proposal,
    Proposed, Review, SeedReview, act, export, gather, import_profile, undo,
};
pub use seeds::{Shelves, place, stock, take_in};
pub use send::{Fate, owed, send, standing};
pub use site::{FEED_DAYS, Site, delivered, write_site};

/// Weight of the sentence that describes an interest, beside 1 for a paper.
const SENTENCE_WEIGHT: f32 = 0.5;

/// Source, in a [`PaperId`], of sentences that are kept as papers.
const SENTENCE: &str = "text";

/// Texts that are embedded at a time, and whose vectors a power cut may take.
const CHUNK: usize = 4096;

/// Called with the number of texts embedded so far and in all.
pub type ProgressFn<'a> = &'a (dyn Fn(usize, usize) + Sync);

/// A library open for writing, with a model.
pub struct Engine {
    dir: PathBuf,
    library: Library,
    first: Embeddings,
    second: Option<Embeddings>,
}

/// A model, and the vectors it gave so far.
struct Embeddings {
    dir: PathBuf,
    embedder: Box<dyn Embedder>,
    vectors: VectorFile,
}

impl Embeddings {
    fn open(dir: &Path, embedder: Box<dyn Embedder>) -> Result<Self> {
        let id = embedder.model();
        let vectors = VectorFile::open(dir, &id.to_string(), id.dim)?;
        Ok(Embeddings { dir: dir.into(), embedder, vectors })
    }

    /// See [`Engine::documents`].
    fn documents(
        &mut self,
        library: &Library,
        rows: &[Row],
        progress: ProgressFn,
    ) -> Result<Documents> {
        let known = |row, text_hash| self.vectors.get(row, text_hash);
        let dim = self.embedder.model().dim;
        let (documents, missing) = known_documents(rows, &library.papers(rows)?, dim, known);
        let Documents { texts, mut vectors } = documents;
        let changing: Vec<Row> = missing.iter().map(|at| rows[*at]).collect();
        vectors::forget_derived(&self.dir, &self.vectors, &changing)?;
        let done = AtomicUsize::new(0);
        for chunk in missing.chunks(CHUNK) {
            let batch: Vec<String> = chunk.iter().map(|at| texts[*at].clone()).collect();
            let file = Mutex::new(&mut self.vectors);
            let embedded = self.embedder.embed(&batch, &|from, fresh| {
                let fresh: Vec<(Row, u64, &[f32])> = chunk[from..]
                    .iter()
                    .zip(fresh.rows())
                    .map(|(at, vector)| {
                        let vector = vector.to_slice().expect("embedders give whole rows");
                        (rows[*at], hash::text(&texts[*at]), vector)
                    })
                    .collect();
                file.lock().unwrap_or_else(PoisonError::into_inner).put(&fresh)?;
                let before = done.fetch_add(fresh.len(), Ordering::Relaxed);
                progress(before + fresh.len(), missing.len());
                Ok(())
            })?;
            self.vectors.sync()?;
            for (at, vector) in chunk.iter().zip(embedded.rows()) {
                vectors.row_mut(*at).assign(&vector);
            }
        }
        Ok(Documents { texts, vectors })
    }
}

impl Engine {
    /// Opens the library in `dir`, made if absent, with the model `name`.
    ///
    /// # Errors
    /// As [`Library::open`], [`Models::open`] and [`VectorFile::open`].
    pub fn open(dir: &Path, models: &Models, name: &str) -> Result<Self> {
        let embedder = models.open(name)?;
        let library = Library::open(dir)?;
        let first = Embeddings::open(dir, embedder)?;
        Ok(Engine { dir: dir.into(), library, first, second: None })
    }

    /// Adds a second, better model, which looks only at the best of each day
    /// ([`SHORTLIST`](crate::rank::SHORTLIST) papers by the first).
    ///
    /// # Errors
    /// As [`Models::open`] and [`VectorFile::open`].
    pub fn with_second(mut self, models: &Models, name: &str) -> Result<Self> {
        self.second = Some(Embeddings::open(&self.dir, models.open(name)?)?);
        Ok(self)
    }

    /// The library.
    pub fn library(&mut self) -> &mut Library {
        &mut self.library
    }

    /// The model.
    pub fn embedder(&self) -> &dyn Embedder {
        &*self.first.embedder
    }

    /// Name of the model, or of both in a cascade.
    pub fn model_name(&self) -> String {
        let first = &self.embedder().model().name;
        match &self.second {
            Some(second) => format!("{first} + {}", second.embedder.model().name),
            None => first.clone(),
        }
    }

    /// Texts and vectors of the papers in these rows. What has no vector yet, or another text than
    /// when it was embedded, is embedded now and remembered.
    ///
    /// # Errors
    /// As [`Library::papers`], [`Embedder::embed`] and [`VectorFile::put`].
    pub fn documents(&mut self, rows: &[Row], progress: ProgressFn) -> Result<Documents> {
        self.first.documents(&self.library, rows, progress)
    }

    /// Whether there is a second model.
    pub fn has_second(&self) -> bool {
        self.second.is_some()
    }

    /// The same by the second model of a cascade.
    ///
    /// # Errors
    /// [`Error::Invalid`] if there is none; else as [`Engine::documents`].
    pub fn second_documents(&mut self, rows: &[Row], progress: ProgressFn) -> Result<Documents> {
        match &mut self.second {
            Some(second) => second.documents(&self.library, rows, progress),
            None => Err(Error::Invalid("there is no second model".into())),
        }
    }

    /// What `profile` likes and dislikes, as its file states and its reader has said since, for a ranking of
    /// the papers `today` of `date`. Those are judged by what is known of other papers, so likes among
    /// them do not count yet.
    ///
    /// Papers of earlier digests that the reader marked something in, and did not mark themselves, count
    /// as skipped; a digest without any mark may not have been read at all.
    fn learned(
        &mut self,
        profile: &Profile,
        stated: Stated,
        date: Date,
        today: &HashSet<Row>,
    ) -> Result<Learned> {
        let Stated { mut likes, mut disliked, feedback, as_of, .. } = stated;
        let weights = weights(profile, &feedback)?;
        let marks = &feedback.marks;
        for (row, said) in marks {
            if said.what == Mark::Dislike {
                // A dislike is newer than the seed, and overrules it.
                likes.retain(|(liked, _)| liked != row);
                disliked.push(*row);
            } else if !likes.iter().any(|(liked, _)| liked == row) {
                likes.push((*row, Like { interest: None, weight: 1.0 }));
            }
        }
        let own: HashSet<Row> =
            likes.iter().map(|(row, _)| row).chain(marks.keys()).copied().collect();
        let mut shown = self.library.shown(&profile.id)?;
        if as_of < Timestamp::MAX {
            let last = calendar::today(as_of);
            shown.retain(|(day, _)| *day <= last);
        }
        let read_days: HashSet<Date> =
            shown.iter().filter(|(_, row)| marks.contains_key(row)).map(|(day, _)| *day).collect();
        let mut skipped: Vec<Row> = shown
            .into_iter()
            .filter(|(day, _)| *day != date && read_days.contains(day))
            .filter(|(_, row)| !own.contains(row) && !today.contains(row))
            .map(|(_, row)| row)
            .collect();
        // Rows grow with time: the newest first.
        skipped.sort_unstable_by(|a, b| b.cmp(a));
        skipped.dedup();
        // A paper's own day does not know it.
        likes.retain(|(row, _)| !today.contains(row));
        disliked.retain(|row| !today.contains(row));
        // A file does not tell since when its seeds are liked.
        let since = |row: &Row| {
            let marked = marks.get(row).map(|said| said.at);
            marked.max(feedback.seeds.get(row).map(|said| said.at))
        };
        let mut dated: Vec<(Timestamp, usize)> = (likes.iter().enumerate())
            .filter_map(|(at, (row, _))| Some((since(row)?, at)))
            .collect();
        dated.sort_unstable_by_key(|(time, at)| (Reverse(*time), *at));
        // What was said in one act is equally new.
        if let Some((last, _)) = dated.get(TREND - 1).copied() {
            dated.retain(|(time, _)| *time >= last);
        }
        let newest = dated.into_iter().map(|(_, at)| at).collect();
        let (liked, likes): (Vec<Row>, Vec<Like>) = likes.into_iter().unzip();
        let interests = profile.interests.len();
        Ok(Learned { interests, likes, newest, liked, disliked, skipped, weights })
    }

    /// What a profile's file says, with what its reader has said until `as_of` ([`Timestamp::MAX`] for all):
    /// papers added to interests and removed from them. Seeds that are written out and sentences become
    /// papers of the library, so that their vectors are kept like any other's. Seeds that the library lacks
    /// and text that the model cannot read are left out, with a notice each.
    fn stated(&mut self, profile: &Profile, as_of: Timestamp) -> Result<(Stated, Vec<Notice>)> {
        let feedback = self.library.feedback(&profile.id, as_of)?;
        self.stated_with(profile, feedback, as_of)
    }

    /// The same with feedback of which not all need be in the library's log.
    fn stated_with(
        &mut self,
        profile: &Profile,
        feedback: Feedback,
        as_of: Timestamp,
    ) -> Result<(Stated, Vec<Notice>)> {
        let mut notices = profile.unreadable(self.embedder());
        let reads = |text: &str| self.first.embedder.reads(text);
        let sentence = |text: &str| written_paper(SENTENCE, text.to_owned(), String::new());
        let mut written: Vec<(Paper, Like)> = Vec::new();
        let mut likes: Vec<(Row, Like)> = Vec::new();
        for (k, interest) in profile.interests.iter().enumerate() {
            let like = |weight| Like { interest: Some(k), weight };
            for seed in &interest.seeds {
                match (&seed.paper, self.library.row(&seed.id)?) {
                    (Some(paper), _) if reads(&text_of(paper)) => {
                        written.push((paper.clone(), like(1.0)));
                    }
                    (Some(_), _) => {}
                    (None, Some(row)) => likes.push((row, like(1.0))),
                    (None, None) => notices.push(Notice {
                        path: profile.path.clone(),
                        line: seed.line,
                        text: missing_seed(&seed.id),
                    }),
                }
            }
            if let Some(text) = interest.description.as_ref().filter(|text| reads(&text.text)) {
                written.push((sentence(&text.text), like(SENTENCE_WEIGHT)));
            }
        }
        let avoid = profile.avoid.iter().filter(|avoid| reads(&avoid.text));
        let avoid: Vec<Paper> = avoid.map(|avoid| sentence(&avoid.text)).collect();
        let added: Vec<Row> = feedback.seeds.keys().copied().collect();
        let added: Vec<(Row, Paper)> =
            added.iter().copied().zip(self.library.papers(&added)?).collect();
        let mut lost: BTreeSet<&str> = BTreeSet::new();
        let mut grown: Vec<(Row, Like)> = Vec::new();
        for (row, paper) in &added {
            let notice = |text| Notice { path: profile.path.clone(), line: 1, text };
            if !reads(&text_of(paper)) {
                let model = &self.embedder().model().name;
                let title = &paper.title;
                notices.push(notice(format!(
                    "the model {model} cannot read the added seed \"{title}\", so it does not count"
                )));
                continue;
            }
            let wanted = feedback.seeds[row].what.as_deref();
            let interest =
                wanted.and_then(|name| profile.interests.iter().position(|i| i.name == name));
            lost.extend(wanted.filter(|_| interest.is_none()));
            let weight = if is_sentence(&paper.id) { SENTENCE_WEIGHT } else { 1.0 };
            grown.push((*row, Like { interest, weight }));
        }
        for name in lost {
            notices.push(Notice {
                path: profile.path.clone(),
                line: 1,
                text: format!(
                    "there is no interest '{name}' any more, to which papers were added; they count as \
                     likes without an interest (`paperlark profile add` moves them to another)"
                ),
            });
        }
        let (papers, weights): (Vec<Paper>, Vec<Like>) = written.into_iter().unzip();
        let rows = self.library.add_papers(&papers)?;
        likes.extend(rows.into_iter().zip(weights));
        let seeds = likes.len();
        likes.retain(|(row, _)| {
            !feedback.removed.contains_key(row) && !feedback.seeds.contains_key(row)
        });
        likes.extend(grown);
        let disliked = self.library.add_papers(&avoid)?;
        Ok((Stated { likes, disliked, seeds, feedback, as_of }, notices))
    }

    /// Seeds given by id that the library does not hold.
    ///
    /// # Errors
    /// As [`Library::rows`].
    pub fn missing_seeds(&self, profiles: &[Profile]) -> Result<Vec<PaperId>> {
        let seeds = profiles.iter().flat_map(|profile| &profile.interests).flat_map(|i| &i.seeds);
        let mut ids: Vec<PaperId> =
            seeds.filter(|s| s.paper.is_none()).map(|s| s.id.clone()).collect();
        ids.sort_unstable();
        ids.dedup();
        let rows = self.library.rows(&ids)?;
        Ok(ids.into_iter().zip(rows).filter(|(_, row)| row.is_none()).map(|(id, _)| id).collect())
    }
}

/// Texts of the papers in these rows with the vectors that are `known` by row and text hash, and the places of
/// those without, whose vectors are left zero.
fn known_documents(
    rows: &[Row],
    papers: &[Paper],
    dim: usize,
    known: impl Fn(Row, u64) -> Option<Vec<f32>>,
) -> (Documents, Vec<usize>) {
    let texts: Vec<String> = papers.iter().map(text_of).collect();
    let mut vectors = Array2::zeros((rows.len(), dim));
    let mut missing = Vec::new();
    for (at, (row, text)) in rows.iter().zip(&texts).enumerate() {
        match known(*row, hash::text(text)) {
            Some(vector) => vectors.row_mut(at).assign(&ndarray::aview1(&vector)),
            None => missing.push(at),
        }
    }
    (Documents { texts, vectors }, missing)
}

/// Whether a paper of the library is a sentence.
fn is_sentence(id: &PaperId) -> bool {
    id.as_str().split(':').next() == Some(SENTENCE)
}

fn missing_seed(id: &PaperId) -> String {
    if id.is_arxiv() {
        format!(
            "seed {id} is not in the library and could not be fetched, so it does not count; check the \
             id, run again online, or write it out with title and abstract"
        )
    } else {
        format!("seed {id} is not an arXiv paper; write it out with title and abstract")
    }
}

/// What a profile's file and its reader's acts say: likes and things to avoid.
#[derive(Clone)]
struct Stated {
    likes: Vec<(Row, Like)>,
    disliked: Vec<Row>,
    /// How many likes the file alone gives.
    seeds: usize,
    feedback: Feedback,
    /// The time up to which all of this is known.
    as_of: Timestamp,
}

/// A taste, as rows of the library.
struct Learned {
    interests: usize,
    likes: Vec<Like>,
    /// Places of the newest of them.
    newest: Vec<usize>,
    liked: Vec<Row>,
    disliked: Vec<Row>,
    skipped: Vec<Row>,
    weights: Weights,
}

impl Learned {
    /// The taste in the vectors of a model; `documents` gives them.
    fn taste(&self, mut documents: impl FnMut(&[Row]) -> Result<Documents>) -> Result<Taste> {
        Ok(Taste {
            interests: self.interests,
            likes: self.likes.clone(),
            newest: self.newest.clone(),
            liked: documents(&self.liked)?,
            disliked: documents(&self.disliked)?,
            skipped: documents(&self.skipped)?,
            weights: self.weights.clone(),
        })
    }
}
