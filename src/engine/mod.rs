//! The engine: the one module that knows library, vectors, models, profiles and the ranker.
//!
//! [`Engine::open`] takes a data folder and a model; [`Engine::documents`] embeds what is not embedded
//! yet; [`Engine::daily`] turns a day's announcement into digests. Time comes in as an argument and
//! progress goes out through a callback, so a run can be repeated to the byte.

use std::{
    borrow::Borrow,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use ndarray::Array2;

use crate::{
    embed::{Embedder, Models},
    error::Result,
    hash,
    paper::{Paper, PaperId},
    profile::Profile,
    rank::{Document, Documents},
    row::Row,
    store::Library,
    vectors::{self, VectorFile},
};

mod apply;
mod catalogue;
mod catch_up;
mod daily;
mod doctor;
mod explain;
mod fetch;
mod import;
mod load;
mod missed;
mod models;
mod morning;
mod notes;
mod papers;
mod profiles;
mod replay;
mod seeds;
#[cfg(feature = "deliver")]
mod send;
mod site;

pub use apply::{Applied, apply, find_marks, marks_in, read_marks};
pub use catalogue::{Catalogue, Examples, Found};
pub use catch_up::BackOptions;
pub use daily::{Announcement, DailyOptions, Outcome, record};
pub use doctor::{Examination, Finding, Remedy};
pub use fetch::{FetchOptions, FetchProgressFn, Fetched, fetch};
pub use import::{import, import_lines};
pub use models::{remove_model, use_model};
pub use morning::{Morning, MorningEvent, MorningReport, TellFn, categories, want_replacements};
pub use notes::{Annotated, Planned};
pub use profiles::{
    Cause, Change, Coverage, DayDiff, Gathered, Move, Near, Pair, Portable, Preview, Proposal,
    Proposed, Review, SeedReview, act, export, gather, import_profile, undo,
};
pub use seeds::{Shelves, place, stock, take_in};
#[cfg(feature = "deliver")]
pub use send::{SendOutcome, owed, send, standing};
pub use site::{FEED_DAYS, Site, delivered, write_site};

use papers::Papers;

/// Texts that are embedded at a time, and whose vectors a power cut may take.
const CHUNK: usize = 4096;

/// Called with the number of texts embedded so far and in all.
pub type ProgressFn<'a> = &'a (dyn Fn(usize, usize) + Sync);

/// A library open for writing, with a model.
pub struct Engine {
    dir: PathBuf,
    library: Library,
    papers: Papers,
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
        Ok(Engine { dir: dir.into(), library, papers: Papers::default(), embedder, vectors })
    }

    /// The library.
    pub fn library(&mut self) -> &mut Library {
        // Whoever has it may change any paper.
        self.papers.forget();
        &mut self.library
    }

    /// The papers in these rows, each of them decoded once in a run.
    fn papers(&self, rows: &[Row]) -> Result<Vec<Arc<Paper>>> {
        self.papers.of(&self.library, rows)
    }

    /// The model.
    pub fn embedder(&self) -> &dyn Embedder {
        &*self.embedder
    }

    /// Name of the model.
    pub fn model_name(&self) -> String {
        self.embedder.model().name.clone()
    }

    /// Texts and vectors of the papers in these rows. What has no vector yet, or another text than
    /// when it was embedded, is embedded now and remembered.
    ///
    /// # Errors
    /// As [`Library::papers`], [`Embedder::embed`] and [`VectorFile::put`].
    pub fn documents(&mut self, rows: &[Row], progress: ProgressFn) -> Result<Documents> {
        let known = |row, text_hash| self.vectors.get(row, text_hash);
        let dim = self.embedder.model().dim;
        let (documents, missing) = known_documents(rows, &self.papers(rows)?, dim, known);
        let Documents { papers, mut vectors } = documents;
        let changing: Vec<Row> = missing.iter().map(|at| rows[*at]).collect();
        vectors::forget_derived(&self.dir, &self.vectors, &changing)?;
        let done = AtomicUsize::new(0);
        for chunk in missing.chunks(CHUNK) {
            let batch: Vec<String> = chunk.iter().map(|at| papers[*at].text.clone()).collect();
            let file = Mutex::new(&mut self.vectors);
            let embedded = self.embedder.embed(&batch, &|from, fresh| {
                let fresh: Vec<(Row, u64, &[f32])> = chunk[from..]
                    .iter()
                    .zip(fresh.rows())
                    .map(|(at, vector)| {
                        let vector = vector.to_slice().expect("embedders give whole rows");
                        (rows[*at], hash::text(&papers[*at].text), vector)
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
        Ok(Documents { papers, vectors })
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
    papers: &[impl Borrow<Paper>],
    dim: usize,
    known: impl Fn(Row, u64) -> Option<Vec<f32>>,
) -> (Documents, Vec<usize>) {
    let words = rows.iter().zip(papers).map(|(row, paper)| Document::new(*row, paper.borrow()));
    let papers: Vec<Document> = words.collect();
    let mut vectors = Array2::zeros((rows.len(), dim));
    let mut missing = Vec::new();
    for (at, paper) in papers.iter().enumerate() {
        match known(paper.row, hash::text(&paper.text)) {
            Some(vector) => vectors.row_mut(at).assign(&ndarray::aview1(&vector)),
            None => missing.push(at),
        }
    }
    (Documents { papers, vectors }, missing)
}
