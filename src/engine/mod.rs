//! The engine: the one module that knows library, vectors, models, profiles and the ranker.
//!
//! [`Engine::open`] takes a data folder and a model; [`Engine::documents`] embeds what is not embedded
//! yet; [`Engine::daily`] turns a day's announcement into digests. Time comes in as an argument and
//! progress goes out through a callback, so a run can be repeated to the byte.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use ndarray::Array2;

use crate::{
    embed::{Embedder, Models, text_of},
    error::{Error, Result},
    hash,
    paper::{Paper, PaperId},
    profile::{Notice, Profile, Sentence, written_paper},
    rank::{Documents, Like, Taste},
    store::{Library, Mark, Row, VectorFile},
};

mod daily;

pub use daily::{Announcement, DailyOptions, Outcome};

/// Weight of the sentence that describes an interest, beside 1 for a paper.
const SENTENCE_WEIGHT: f32 = 0.5;

/// Texts that are embedded before their vectors are written down; an interrupted run loses no more.
const CHUNK: usize = 256;

/// Called with the number of texts embedded so far and in all.
pub type ProgressFn<'a> = &'a (dyn Fn(usize, usize) + Sync);

/// A library open for writing, with a model.
pub struct Engine {
    dir: PathBuf,
    library: Library,
    embedder: Box<dyn Embedder>,
    vectors: VectorFile,
}

impl Engine {
    /// Opens the library in `dir`, made if absent, with the model `name`.
    ///
    /// # Errors
    /// As [`Library::open`], [`Models::open`] and [`VectorFile::open`].
    pub fn open(dir: &Path, models: &Models, name: &str) -> Result<Self> {
        let embedder = models.open(name)?;
        let library = Library::open(dir)?;
        let id = embedder.model();
        let vectors = VectorFile::open(dir, &id.to_string(), id.dim)?;
        Ok(Engine { dir: dir.into(), library, embedder, vectors })
    }

    /// The library.
    pub fn library(&mut self) -> &mut Library {
        &mut self.library
    }

    /// The model.
    pub fn embedder(&self) -> &dyn Embedder {
        &*self.embedder
    }

    /// Texts and vectors of the papers in these rows. What has no vector yet, or another text than
    /// when it was embedded, is embedded now and remembered.
    ///
    /// # Errors
    /// As [`Library::papers`], [`Embedder::embed`] and [`VectorFile::put`].
    pub fn documents(&mut self, rows: &[Row], progress: ProgressFn) -> Result<Documents> {
        let texts: Vec<String> = self.library.papers(rows)?.iter().map(text_of).collect();
        let mut vectors = Array2::zeros((rows.len(), self.embedder.model().dim));
        let mut missing = Vec::new();
        for (at, (row, text)) in rows.iter().zip(&texts).enumerate() {
            match self.vectors.get(*row, hash::text(text)) {
                Some(vector) => vectors.row_mut(at).assign(&ndarray::aview1(&vector)),
                None => missing.push(at),
            }
        }
        let done = std::sync::atomic::AtomicUsize::new(0);
        for chunk in missing.chunks(CHUNK) {
            let batch: Vec<String> = chunk.iter().map(|at| texts[*at].clone()).collect();
            let embedded = self.embedder.embed(&batch, &|n| {
                let before = done.fetch_add(n, std::sync::atomic::Ordering::Relaxed);
                progress(before + n, missing.len());
            })?;
            let fresh: Vec<(Row, u64, &[f32])> = chunk
                .iter()
                .zip(embedded.rows())
                .map(|(at, vector)| {
                    let vector = vector.to_slice().expect("rows of a fresh matrix are contiguous");
                    (rows[*at], hash::text(&texts[*at]), vector)
                })
                .collect();
            self.vectors.put(&fresh)?;
            for (at, vector) in chunk.iter().zip(embedded.rows()) {
                vectors.row_mut(*at).assign(&vector);
            }
        }
        Ok(Documents { texts, vectors })
    }

    /// Records what a reader says about papers, which must be in the library.
    ///
    /// # Errors
    /// [`Error::Invalid`] naming the papers that the library does not hold; then nothing is recorded.
    pub fn mark(
        &mut self,
        profile: &str,
        ids: &[PaperId],
        mark: Mark,
        now: Timestamp,
    ) -> Result<usize> {
        let rows = self.library.rows(ids)?;
        let absent: Vec<&str> =
            ids.iter().zip(&rows).filter(|(_, r)| r.is_none()).map(|(id, _)| id.as_str()).collect();
        if !absent.is_empty() {
            return Err(Error::Invalid(format!(
                "the library holds no paper {}; it learns papers from `paperlark daily`",
                absent.join(", ")
            )));
        }
        let mut changed = 0;
        for row in rows.into_iter().flatten() {
            changed += usize::from(self.library.mark(profile, row, mark, now, "command line")?);
        }
        Ok(changed)
    }

    /// What `profile` likes and dislikes, from its file and from the marks made up to `as_of`.
    ///
    /// Papers shown in digests that the reader marked something in, and did not mark themselves, count
    /// as skipped; a digest without any mark may not have been read at all. Seeds that the library
    /// lacks and text that the model cannot read are left out, with a notice each.
    fn taste(
        &mut self,
        profile: &Profile,
        as_of: Timestamp,
        progress: ProgressFn,
    ) -> Result<(LearnedTaste, Vec<Notice>)> {
        let mut notices = Vec::new();
        let mut notice = |line: usize, text: String| {
            notices.push(Notice { path: profile.path.clone(), line, text });
        };
        let readable = |sentence: &Sentence, what: &str| {
            let reads = self.embedder.reads(&sentence.text);
            let model = &self.embedder.model().name;
            (
                reads,
                format!(
                    "the model {model} cannot read {what}, so it does not count; write it in English, or \
                 choose a multilingual model (`paperlark model list`)"
                ),
            )
        };
        // Seeds that are written out and sentences become papers of the library, so that their
        // vectors are kept like any other's.
        let mut papers: Vec<Paper> = Vec::new();
        let mut likes: Vec<(PaperId, Like)> = Vec::new();
        let mut unknown = Vec::new();
        for (k, interest) in profile.interests.iter().enumerate() {
            let like = |weight| Like { interest: Some(k), weight };
            for seed in &interest.seeds {
                match &seed.paper {
                    Some(paper) => {
                        let text = Sentence { text: text_of(paper), line: seed.line };
                        let (reads, problem) =
                            readable(&text, &format!("the seed \"{}\"", paper.title));
                        if !reads {
                            notice(seed.line, problem);
                            continue;
                        }
                        papers.push(paper.clone());
                    }
                    None if self.library.row(&seed.id)?.is_none() => {
                        unknown.push((seed.id.clone(), seed.line));
                        continue;
                    }
                    None => {}
                }
                likes.push((seed.id.clone(), like(1.0)));
            }
            if let Some(description) = &interest.description {
                let (reads, problem) =
                    readable(description, &format!("the description of '{}'", interest.name));
                if reads {
                    let paper = written_paper("text", description.text.clone(), String::new());
                    likes.push((paper.id.clone(), like(SENTENCE_WEIGHT)));
                    papers.push(paper);
                } else {
                    notice(description.line, problem);
                }
            }
        }
        let mut dislikes: Vec<PaperId> = Vec::new();
        for avoid in &profile.avoid {
            let (reads, problem) = readable(avoid, &format!("'{}'", avoid.text));
            if reads {
                let paper = written_paper("text", avoid.text.clone(), String::new());
                dislikes.push(paper.id.clone());
                papers.push(paper);
            } else {
                notice(avoid.line, problem);
            }
        }
        for (id, line) in &unknown {
            notice(
                *line,
                format!(
                    "seed {id} is not in the library, so it does not count; `paperlark daily` fetches it \
                 when online, or write it out with title and abstract"
                ),
            );
        }
        self.library.add_papers(&papers)?;

        let mut liked_rows = self.present(likes.iter().map(|(id, _)| id))?;
        let mut likes: Vec<Like> = likes.into_iter().map(|(_, like)| like).collect();
        let mut disliked_rows = self.present(dislikes.iter())?;
        let mut marked = std::collections::HashSet::new();
        for (row, mark, _) in self.library.marks(&profile.id, as_of)? {
            marked.insert(row);
            match mark {
                Mark::Like if !liked_rows.contains(&row) => {
                    liked_rows.push(row);
                    likes.push(Like { interest: None, weight: 1.0 });
                }
                Mark::Dislike => {
                    // A dislike is newer than the profile's seed, and overrules it.
                    if let Some(at) = liked_rows.iter().position(|liked| *liked == row) {
                        liked_rows.remove(at);
                        likes.remove(at);
                    }
                    disliked_rows.push(row);
                }
                _ => {}
            }
        }
        let shown = self.library.shown(&profile.id)?;
        let read_days: std::collections::HashSet<_> =
            shown.iter().filter(|(_, row)| marked.contains(row)).map(|(date, _)| *date).collect();
        let skipped_rows: Vec<Row> = shown
            .into_iter()
            .filter(|(date, row)| read_days.contains(date) && !marked.contains(row))
            .map(|(_, row)| row)
            .collect();
        let taste = Taste {
            interests: profile.interests.len(),
            likes,
            liked: self.documents(&liked_rows, progress)?,
            disliked: self.documents(&disliked_rows, progress)?,
            skipped: self.documents(&skipped_rows, progress)?,
        };
        Ok((LearnedTaste { taste, liked_rows }, notices))
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

    /// Rows of papers that are known to be in the library.
    fn present<'a>(&self, ids: impl Iterator<Item = &'a PaperId>) -> Result<Vec<Row>> {
        let ids: Vec<PaperId> = ids.cloned().collect();
        Ok(self.library.rows(&ids)?.into_iter().flatten().collect())
    }
}

/// A taste, and which papers its likes are.
struct LearnedTaste {
    taste: Taste,
    liked_rows: Vec<Row>,
}
