//! Changing the model of a data folder, and taking one out of it.

use std::{path::Path, sync::Arc};

use super::{CHUNK, Engine, ProgressFn};
use crate::{
    embed::{ModelId, Models},
    error::{Error, Result},
    message,
    message::Message,
    row::Row,
    store::Library,
    vectors::{self, Exact, Hnsw, VectorFile},
};

impl Engine {
    /// Embeds every paper of the library that has no vector of this model yet, and returns how many
    /// papers there are. What is embedded is remembered as it comes, so an interrupted call goes on
    /// where it stopped.
    ///
    /// # Errors
    /// As [`Engine::documents`].
    pub fn embed_library(&mut self, progress: ProgressFn) -> Result<usize> {
        let total = self.library.len()?;
        let (mut done, mut last) = (0, Row(0));
        // Page by page: a library may be larger than memory.
        loop {
            let rows = self.library.rows_after(last, CHUNK as u32)?;
            let Some(end) = rows.last() else { return Ok(total) };
            last = *end;
            self.documents(&rows, &|n, _| progress(done + n, total))?;
            self.vectors.refresh()?;
            done += rows.len();
            progress(done, total);
        }
    }

    /// Makes what the index of this model lacks, and returns how many blocks that were; `progress` counts the
    /// blocks.
    ///
    /// # Errors
    /// As [`Exact::build`].
    pub fn build_index(&mut self, progress: ProgressFn) -> Result<usize> {
        Exact::build(&self.dir, &mut self.vectors, &|done, all| progress(done, all))
    }

    /// Builds the graph of this model, unless there is one already, which answers many queries at less cost than
    /// the exact scan. Returns its papers and the share of the ten nearest that it found when it was tried, or
    /// why it is not used. `progress` counts papers.
    ///
    /// # Errors
    /// As [`Hnsw::build`].
    pub fn build_graph(
        &mut self,
        progress: ProgressFn,
    ) -> Result<std::result::Result<(usize, f32), Message>> {
        let id = self.embedder().model();
        let exact = Arc::new(Exact::open(&self.dir, &id.to_string(), id.dim)?);
        Hnsw::build(&self.dir, &exact, &|done, all| progress(done, all))?;
        Ok(Hnsw::open(&self.dir, &exact).map(|graph| {
            let (points, _, recall) = graph.measures();
            (points, recall)
        }))
    }

    /// Makes this model the one in use, once it has embedded the whole library.
    fn use_model(&mut self, models: &Models, name: &str, progress: ProgressFn) -> Result<usize> {
        let papers = self.embed_library(progress)?;
        models.select(name)?;
        Ok(papers)
    }
}

/// Makes `name` the model in use for the library of `dir`, and returns how many papers have its vectors.
///
/// The library, if there is one, is embedded first; until that is done the old model stays in use. Its
/// vectors stay in any case.
///
/// # Errors
/// [`Error::Model`] if `name` is no model's name; else as [`Engine::open`] and [`Engine::embed_library`].
pub fn use_model(dir: &Path, models: &Models, name: &str, progress: ProgressFn) -> Result<usize> {
    models.installed(name)?;
    if Library::exists(dir)? {
        Engine::open(dir, models, name)?.use_model(models, name, progress)
    } else {
        // A damaged model is refused here, not on the next morning.
        models.open(name)?;
        models.select(name)?;
        Ok(0)
    }
}

/// Removes an installed model and its vectors of the library of `dir`, and returns how many bytes that
/// frees.
///
/// # Errors
/// [`Error::Model`] if the model is unknown, in use, part of the program, or not there;
/// [`Error::Locked`] if somebody writes to the library; [`Error::Io`].
pub fn remove_model(dir: &Path, models: &Models, name: &str) -> Result<u64> {
    // Held to the end: a writer may be using the vectors.
    let _library = if Library::exists(dir)? { Some(Library::open(dir)?) } else { None };
    let mut freed = models.remove(name)?;
    for id in VectorFile::models(dir)?.iter().filter(|id| ModelId::is_of(id, name)) {
        freed += vectors::remove_index(dir, id)?;
    }
    freed += VectorFile::remove(dir, |id| ModelId::is_of(id, name))?;
    if freed == 0 {
        let reason = message!("it is not installed, so there is nothing to remove");
        return Err(Error::Model { model: name.into(), reason });
    }
    Ok(freed)
}

#[cfg(test)]
mod tests {
    use std::{
        fs,
        sync::{
            Arc,
            atomic::{AtomicUsize, Ordering},
        },
    };

    use ndarray::{Array2, s};

    use super::{super::Papers, *};
    use crate::{
        embed::{Embedder, FinishedFn},
        paper::Paper,
    };

    /// Counts the texts it embeds, and fails when there are more than `limit`.
    struct Counting {
        id: ModelId,
        limit: usize,
        texts: Arc<AtomicUsize>,
    }

    impl Embedder for Counting {
        fn model(&self) -> &ModelId {
            &self.id
        }

        fn reads(&self, _text: &str) -> bool {
            true
        }

        fn embed(&self, texts: &[String], finished: FinishedFn) -> Result<Array2<f32>> {
            let vectors = Array2::ones((texts.len(), self.id.dim));
            for at in 0..texts.len() {
                if self.texts.load(Ordering::Relaxed) == self.limit {
                    let reason = message!("the power went out");
                    return Err(Error::Model { model: self.id.name.clone(), reason });
                }
                self.texts.fetch_add(1, Ordering::Relaxed);
                finished(at, vectors.slice(s![at..=at, ..]))?;
            }
            Ok(vectors)
        }
    }

    /// An engine on `dir` whose model fails after `limit` texts, and the count of its texts.
    fn engine(dir: &Path, name: &str, limit: usize) -> (Engine, Arc<AtomicUsize>) {
        let texts = Arc::new(AtomicUsize::new(0));
        let id = ModelId { name: name.into(), revision: "1".into(), dim: 1 };
        let embedder = Box::new(Counting { id, limit, texts: texts.clone() });
        let vectors = VectorFile::open(dir, &format!("{name}/1"), 1).unwrap();
        let library = Library::open(dir).unwrap();
        let papers = Papers::default();
        (Engine { dir: dir.into(), library, papers, embedder, vectors }, texts)
    }

    #[test]
    fn an_interrupted_switch_keeps_the_old_model_and_goes_on_where_it_stopped() {
        const PAPERS: usize = 300;
        const LIMIT: usize = 200;
        let folder = tempfile::tempdir().unwrap();
        let dir = folder.path();
        let models = Models::new(dir.join("models"));
        fs::create_dir(dir.join("models")).unwrap();
        fs::write(dir.join("models/current"), "old\n").unwrap();
        let text = |n: usize| {
            let id = format!("2602.{n:05}").parse().unwrap();
            Paper::new(id, "On larks".into(), "They sing.".into())
        };
        let papers: Vec<Paper> = (0..PAPERS).map(text).collect();
        let (mut old, _) = engine(dir, "old", PAPERS);
        old.library().add_papers(&papers).unwrap();
        assert_eq!(old.embed_library(&|_, _| {}).unwrap(), PAPERS);
        drop(old);

        // `lark` as the new model's name, because it is always there to be selected.
        let (mut new, texts) = engine(dir, "lark", LIMIT);
        let error = new.use_model(&models, "lark", &|_, _| {}).unwrap_err().to_string();
        assert!(error.contains("power"), "{error}");
        assert_eq!((models.current().as_str(), texts.load(Ordering::Relaxed)), ("old", LIMIT));
        drop(new);

        let (mut old, texts) = engine(dir, "old", 0);
        old.embed_library(&|_, _| {}).unwrap();
        assert_eq!(texts.load(Ordering::Relaxed), 0, "the old vectors are whole");
        drop(old);

        let (mut new, texts) = engine(dir, "lark", PAPERS);
        let most = AtomicUsize::new(0);
        let progress = |done: usize, total: usize| {
            assert!(done <= total && total == PAPERS);
            most.fetch_max(done, Ordering::Relaxed);
        };
        assert_eq!(new.use_model(&models, "lark", &progress).unwrap(), PAPERS);
        assert_eq!(texts.load(Ordering::Relaxed), PAPERS - LIMIT, "only the rest");
        assert_eq!((models.current().as_str(), most.into_inner()), ("lark", PAPERS));
    }
}
