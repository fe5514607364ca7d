//! Looks for damage in a data folder, and mends what can be made anew.

use std::{collections::BTreeSet, fs, sync::Arc};

use super::{CHUNK, Engine, ProgressFn};
use crate::{
    embed::text_of,
    error::{Error, Result},
    file, hash, message,
    message::Message,
    row::Row,
    text::percent,
    vectors::{self, Exact, Hnsw, Near, RowSet, Scan, VectorFile, VectorIndex, name_of},
};

/// Queries by which an index is tried, and neighbours of each.
const PROBES: usize = 100;
/// Comparing with so many vectors takes a second.
const MANY: usize = 300_000;
const FEW_PROBES: usize = 20;
const NEIGHBOURS: usize = 10;
/// The least share of neighbours that an index must find.
const RECALL: f64 = 0.99;

/// What is wrong.
#[derive(Debug, Clone)]
pub struct Finding {
    /// What it is, with the file.
    pub what: Message,
    /// Whether it has been mended.
    pub mended: bool,
    /// What helps, if it has not.
    pub remedy: Remedy,
}

/// What helps against damage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Remedy {
    /// To examine once more and [repair](Engine::examine).
    Repair,
    /// The same; until then answers are slower.
    RepairForSpeed,
    /// The same, or to delete what was found.
    RepairOrDelete,
    /// A backup of the library's file in its place, or to move it away and start anew.
    Backup,
    /// To report it with the model's name.
    Report,
}

/// What was looked at, and what is wrong with it.
#[derive(Debug, Clone, Default)]
pub struct Examination {
    /// Papers, each compared with its checksum.
    pub papers: usize,
    /// Vectors of this model, each compared with its checksum and its paper's text.
    pub vectors: usize,
    /// Papers without a vector.
    pub not_embedded: usize,
    /// Blocks of the index, each compared with its checksums and its vectors.
    pub blocks: usize,
    /// Share of the ten nearest that the index finds, of sampled papers; nothing without vectors.
    pub recall: Option<f64>,
    /// What is wrong.
    pub findings: Vec<Finding>,
}

impl Examination {
    fn found(&mut self, what: Message, mended: bool, remedy: Remedy) {
        self.findings.push(Finding { what, mended, remedy });
    }
}

impl Engine {
    /// Compares everything with its checksums and with what it was made from. With `repair`, what is derived
    /// is made anew: the index of texts, vectors, blocks; truth cannot be. `progress` counts papers.
    ///
    /// # Errors
    /// As [`Library::check`](crate::store::Library::check); [`Error::Io`].
    pub fn examine(&mut self, repair: bool, progress: ProgressFn) -> Result<Examination> {
        let mut seen = Examination { papers: self.library.len()?, ..Examination::default() };
        let wrong = self.library.check()?;
        let only_text = wrong.iter().all(|damage| damage.is_derived);
        if repair && only_text && !wrong.is_empty() {
            self.library.rebuild_text()?;
        }
        let mended = repair && only_text && self.library.check()?.is_empty();
        for damage in wrong {
            let remedy = if damage.is_derived { Remedy::Repair } else { Remedy::Backup };
            seen.found(damage.what, mended, remedy);
        }
        // Papers that cannot be read can be compared with nothing.
        if !only_text {
            return Ok(seen);
        }
        self.examine_vectors(&mut seen, repair, progress)?;
        self.examine_blocks(&mut seen, repair)?;
        self.find_orphans(&mut seen, repair)?;
        seen.recall = self.probe()?;
        if let Some(recall) = seen.recall.filter(|recall| *recall < RECALL) {
            let share = percent(recall);
            let what = message!("the index finds only {share} of the nearest", share);
            seen.found(what, false, Remedy::Report);
        }
        Ok(seen)
    }

    fn examine_vectors(
        &mut self,
        seen: &mut Examination,
        repair: bool,
        progress: ProgressFn,
    ) -> Result<()> {
        let (mut done, mut last) = (0, Row(0));
        let (mut damaged, mut stale) = (0_usize, 0_usize);
        loop {
            let rows = self.library.rows_after(last, CHUNK as u32)?;
            let Some(end) = rows.last() else { break };
            last = *end;
            let mut anew = Vec::new();
            for (row, paper) in rows.iter().zip(self.library.papers(&rows)?) {
                let vectors = &self.vectors;
                let of = hash::text(&text_of(&paper));
                match vectors.text_hash(*row) {
                    None => seen.not_embedded += 1,
                    Some(_) if vectors.vector(*row).is_none() => {
                        damaged += 1;
                        anew.push(*row);
                    }
                    Some(hash) if hash != of => {
                        stale += 1;
                        anew.push(*row);
                    }
                    Some(_) => seen.vectors += 1,
                }
            }
            if repair && !anew.is_empty() {
                self.documents(&anew, &|_, _| {})?;
            }
            self.vectors.refresh()?;
            done += rows.len();
            progress(done, seen.papers);
        }
        let file = self.vectors.path();
        if damaged > 0 {
            let what = message!("{n} damaged vectors in {file}", n = damaged, file);
            seen.found(what, repair, Remedy::Repair);
        }
        if stale > 0 {
            let what = message!(
                "{n} vectors of texts that have changed since, in {file}",
                n = stale,
                file
            );
            seen.found(what, repair, Remedy::Repair);
        }
        Ok(())
    }

    fn examine_blocks(&mut self, seen: &mut Examination, repair: bool) -> Result<()> {
        let id = self.embedder().model();
        let (model, dim) = (id.to_string(), id.dim);
        let index = Exact::open(&self.dir, &model, dim)?;
        let mut wrong: Vec<(Message, Option<u32>)> =
            index.damaged().iter().map(|what| (what.clone(), None)).collect();
        for block in index.blocks() {
            seen.blocks += 1;
            let path = block.path();
            let first = Some(block.range().0);
            if block.bits().is_none() || block.bytes().is_none() {
                wrong.push((message!("{path} is damaged", path), first));
            } else if !block.is_of(&self.vectors) {
                wrong.push((message!("{path} is of other vectors than there are", path), first));
            }
        }
        let rows = wrong.iter().filter_map(|(_, row)| row.map(Row));
        if repair {
            Exact::forget(&self.dir, &model, rows)?;
            self.build_index(&|_, _| {})?;
        }
        if Hnsw::is_built(&self.dir, &model)? {
            let exact = Arc::new(Exact::open(&self.dir, &model, dim)?);
            let reason = match Hnsw::open(&self.dir, &exact) {
                Ok(graph) if graph.is_current() => None,
                Ok(_) => Some(message!("the graph is of other vectors than there are")),
                Err(reason) => Some(reason),
            };
            if reason.is_some() && repair {
                Hnsw::remove(&self.dir, &model)?;
            }
            wrong.extend(reason.map(|reason| (reason, None)));
        }
        for (what, _) in wrong {
            seen.found(what, repair, Remedy::RepairForSpeed);
        }
        Ok(())
    }

    /// What belongs to no model with vectors, and what killed runs left.
    fn find_orphans(&mut self, seen: &mut Examination, repair: bool) -> Result<()> {
        let known: BTreeSet<String> =
            VectorFile::models(&self.dir)?.iter().map(|id| name_of(id)).collect();
        for path in file::list(&self.dir.join("index"))? {
            let name = path.file_name().map(|name| name.to_string_lossy());
            if name.is_none_or(|name| !known.contains(&*name)) {
                if repair {
                    fs::remove_dir_all(&path).map_err(Error::io("remove", &path))?;
                }
                let what = message!("{path} belongs to no model with vectors", path);
                seen.found(what, repair, Remedy::RepairOrDelete);
            } else if repair {
                file::sweep(&path);
            }
        }
        Ok(())
    }

    /// The share of the nearest that the index finds of papers spread evenly over all, themselves aside.
    fn probe(&mut self) -> Result<Option<f64>> {
        let id = self.embedder().model();
        let (model, dim) = (id.to_string(), id.dim);
        let exact = Exact::open(&self.dir, &model, dim)?;
        let index = vectors::open_index(&self.dir, &model, dim)?;
        let all = RowSet::all(exact.rows());
        let with_vector: Vec<Row> =
            all.iter().filter(|row| self.vectors.text_hash(*row).is_some()).collect();
        let probes = if with_vector.len() > MANY { FEW_PROBES } else { PROBES };
        let step = with_vector.len().div_ceil(probes).max(1);
        let (mut found, mut wanted) = (0, 0);
        for row in with_vector.iter().step_by(step) {
            let Some(query) = self.vectors.vector(*row) else { continue };
            let others = |near: Vec<Near>| near.into_iter().filter(|near| near.row != *row);
            let k = NEIGHBOURS + 1;
            let truth: Vec<Near> =
                others(exact.nearest_by(Scan::Vectors, &query, k, &all)).take(NEIGHBOURS).collect();
            // Of equal vectors either will do.
            let least = truth.last().map_or(f32::MAX, |near| near.cosine);
            let near = others(index.nearest(&query, k, &all)).take(NEIGHBOURS);
            found += near.filter(|near| near.cosine >= least).count();
            wanted += truth.len();
        }
        self.vectors.refresh()?;
        Ok((wanted > 0).then(|| found as f64 / wanted as f64))
    }
}
