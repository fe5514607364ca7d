//! Walks a graph of near points (HNSW; Malkov & Yashunin 2018) instead of looking at every row.
//!
//! hnsw_rs builds the graph, of 8-bit codes and with a distance of our own; what it built is then laid out
//! anew in a file ([`graph`](super::graph)), which is searched where it is mapped. So its dumps, whose loader
//! trusts every byte, are not used, and a point takes a fifth of the memory.

use std::{fs, io, path::Path, path::PathBuf, sync::Arc};

use hnsw_rs::{anndists::dist::Distance, hnsw::Hnsw as Builder};
use serde::{Deserialize, Serialize};

use super::{
    Exact, Near, RowSet, Scan, VectorIndex,
    best::Best,
    block::folder_of,
    graph::{Graph, Parts, code_of, distance},
};
use crate::{
    error::{Error, Result},
    file,
    store::{Row, header::HEADER, header::Kind},
    threads::for_each,
};

/// Links of a point in all layers but the lowest, which has twice as many.
const M: u32 = 24;
/// Candidates that are kept while a point looks for its neighbours.
const EFFORT_OF_BUILDING: usize = 200;
/// As many layers as hnsw_rs allows.
const LAYERS: usize = 16;
/// Efforts of a search, of which the least that finds [`GOAL`] of the nearest is taken.
const EFFORTS: [u32; 9] = [24, 32, 48, 64, 96, 128, 192, 256, 384];
const GOAL: f32 = 0.995;
/// A graph that found less is not used.
const LEAST: f32 = 0.99;
/// Vectors that a new graph is tried with, and how many neighbours of each.
const TRIALS: usize = 200;
const NEIGHBOURS: usize = 10;
/// Rows outside the graph that may be looked at one by one: any hundred thousandth part of it, or so few.
const FEW: usize = 1_000;
const SHARE: usize = 10;

const CHANGES: Kind = Kind {
    magic: b"PLARKCHG",
    format: 1,
    what: "a list of changes since an index",
    cure: "`paperlark index` makes the index anew",
};

#[derive(Serialize, Deserialize)]
struct ChangesMeta {
    rows: u32,
    crc: u32,
}

/// [`distance`], for hnsw_rs.
struct Codes;

impl Distance<u8> for Codes {
    fn eval(&self, a: &[u8], b: &[u8]) -> f32 {
        distance(a, b)
    }
}

/// All stored vectors of one model, most of them in a graph.
pub struct Hnsw {
    exact: Arc<Exact>,
    graph: Graph,
    /// Rows whose vectors are not those that the graph has, or that it has not.
    outside: RowSet,
}

impl Hnsw {
    /// Opens the graph that was built in the data directory `dir` for the model of `exact`, which answers for
    /// what the graph does not know, and instead of it where a filter leaves little. Reads the whole graph.
    ///
    /// # Errors
    /// Why there is no graph to be used, in words: it is absent, damaged, of too few of the rows, or found too
    /// few of the nearest when it was tried. Then `exact` is the index.
    pub fn open(dir: &Path, exact: &Arc<Exact>) -> std::result::Result<Self, String> {
        let hnsw = Self::whole(dir, exact)?;
        let recall = hnsw.graph.meta.recall;
        if recall < LEAST {
            return Err(format!("the graph found only {:.1}% of the nearest", 100.0 * recall));
        }
        Ok(hnsw)
    }

    fn whole(dir: &Path, exact: &Arc<Exact>) -> std::result::Result<Self, String> {
        let vectors = exact.vectors().ok_or("there are no vectors")?;
        let folder = folder_of(dir, vectors.model());
        let words = |error: Error| error.to_string();
        let number = generations(&folder).map_err(words)?.pop().ok_or("there is no graph")?;
        let graph = Graph::open(&graph_of(&folder, number), vectors.model(), vectors.dim());
        let graph = graph.map_err(words)?;
        let mut known: RowSet = graph.rows().map(|(row, _)| row).collect();
        for row in changes(&folder, number).map_err(words)? {
            known.remove(row);
        }
        let outside: RowSet = (0..exact.rows())
            .map(Row)
            .filter(|row| !known.contains(*row) && vectors.text_hash(*row).is_some())
            .collect();
        let (out, all) = (outside.len(), graph.meta.rows as usize);
        if out > FEW.max(all / SHARE) {
            return Err(format!("{out} papers came or changed after the graph of {all} was built"));
        }
        Ok(Hnsw { exact: exact.clone(), graph, outside })
    }

    /// Builds the graph of the vectors that `exact` has, in the data directory `dir`; false if there is one of
    /// most of them. The old one stays until then, also if this is interrupted. `progress` is called with the
    /// points so far and in all. Whoever calls it holds the open [`Library`](crate::store::Library) of `dir`.
    ///
    /// Graphs that are built twice differ, because points that are entered at the same time may miss each
    /// other.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn build(
        dir: &Path,
        exact: &Arc<Exact>,
        progress: &dyn Fn(usize, usize),
    ) -> Result<bool> {
        let Some(vectors) = exact.vectors() else { return Ok(false) };
        if Self::whole(dir, exact).is_ok() {
            return Ok(false);
        }
        let folder = folder_of(dir, vectors.model());
        file::sweep(&folder);
        let older = generations(&folder)?;

        let mut graph = grow(exact, progress);
        try_out(&mut graph, exact);
        // Never the name of a graph that somebody may have mapped.
        let number = older.last().map_or(1, |last| last + 1);
        let content = graph.into_file()?;
        file::write_atomic(&graph_of(&folder, number), &content)?;
        for number in older {
            discard(&folder, number)?;
        }
        Ok(true)
    }

    /// Notes that the vectors of these rows of `model` are about to change.
    ///
    /// # Errors
    /// [`Error::Io`]; then no vector may be changed.
    pub fn forget(dir: &Path, model: &str, rows: impl Iterator<Item = Row>) -> Result<()> {
        let folder = folder_of(dir, model);
        let Some(number) = generations(&folder)?.pop() else { return Ok(()) };
        let Ok(known) = changes(&folder, number) else {
            // What changed before cannot be known any more.
            return discard(&folder, number);
        };
        let rows: RowSet = known.into_iter().chain(rows).collect();
        let list: Vec<u8> = rows.iter().flat_map(|row| row.0.to_le_bytes()).collect();
        let crc = crc32fast::hash(&list);
        let mut content = CHANGES.header(&ChangesMeta { rows: rows.len() as u32, crc })?;
        content.extend(list);
        file::write_atomic(&changes_of(&folder, number), &content)?;
        Ok(())
    }

    /// Takes away every graph that was built for `model`; returns how many bytes that frees.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn remove(dir: &Path, model: &str) -> Result<u64> {
        let folder = folder_of(dir, model);
        let mut freed = 0;
        for number in generations(&folder)? {
            let size = |path| fs::metadata(path).map_or(0, |meta| meta.len());
            freed += size(graph_of(&folder, number)) + size(changes_of(&folder, number));
            discard(&folder, number)?;
        }
        Ok(freed)
    }

    /// Whether it has all rows as they are now but those that are known to be outside. Touches every row
    /// there.
    pub fn is_current(&self) -> bool {
        self.exact.vectors().is_some_and(|vectors| {
            self.graph.rows().all(|(row, text)| {
                let now = vectors.text_hash(row).map(|hash| hash as u32);
                self.outside.contains(row) || now.is_none_or(|now| now == text)
            })
        })
    }

    /// Points of the graph, its bytes, and the share of the ten nearest that it found when it was tried.
    pub fn measures(&self) -> (usize, usize, f32) {
        (self.graph.meta.points as usize, self.graph.size(), self.graph.meta.recall)
    }

    /// Rows that are not in the graph, and are looked at one by one.
    pub fn outside(&self) -> usize {
        self.outside.len()
    }

    /// [`VectorIndex::nearest`] by the graph, with an effort of one's own choosing: how many candidates it
    /// keeps. `None` where it should not answer: most of what it would look at is not wanted, or fewer than `k`
    /// were found.
    ///
    /// # Panics
    /// If `query` has not as many numbers as the vectors.
    pub fn nearest_by(
        &self,
        effort: usize,
        query: &[f32],
        k: usize,
        among: &RowSet,
    ) -> Option<Vec<Near>> {
        let rows = self.exact.rows() as usize;
        // Where few are wanted, most of the walk would be for nothing.
        if among.len() * 10 < rows * 3 {
            return None;
        }
        let found = nearest_in(&self.graph, effort, query, k, |row| {
            among.contains(row) && !self.outside.contains(row)
        })?;
        let mut best = Best::new(k);
        let read = found.into_iter().filter_map(|row| Some((self.exact.cosine(query, row)?, row)));
        read.for_each(|(cosine, row)| best.offer(cosine, row));
        let outside: RowSet = self.outside.iter().filter(|row| among.contains(*row)).collect();
        if !outside.is_empty() {
            let near = self.exact.nearest_by(Scan::Bytes, query, k, &outside);
            near.into_iter().for_each(|near| best.offer(near.cosine, near.row));
        }
        let best = best.into_sorted();
        (best.len() >= k.min(among.len()))
            .then(|| best.into_iter().map(|(cosine, row)| Near { row, cosine }).collect())
    }
}

impl VectorIndex for Hnsw {
    fn rows(&self) -> u32 {
        self.exact.rows()
    }

    fn nearest(&self, query: &[f32], k: usize, among: &RowSet) -> Vec<Near> {
        self.nearest_by(self.graph.meta.effort as usize, query, k, among)
            .unwrap_or_else(|| self.exact.nearest(query, k, among))
    }
}

/// Rows that are likely among the `k` nearest of those that are wanted.
fn nearest_in(
    graph: &Graph,
    effort: usize,
    query: &[f32],
    k: usize,
    wanted: impl Fn(Row) -> bool,
) -> Option<Vec<Row>> {
    let code: Vec<u8> = code_of(query)?.collect();
    // Codes are a little wrong about the order.
    let candidates = k + k / 2 + 10;
    let points = graph.meta.points as usize;
    // Beyond that a scan costs less.
    let limit = 10_000.max(points / 8);
    let wanted_point = |point| graph.rows_of(point).any(&wanted);
    let found = graph.search(&code, effort.max(candidates), limit, wanted_point)?;
    let rows = found.into_iter().flat_map(|point| {
        // Of rows with one vector the first are the answer.
        graph.rows_of(point).filter(|row| wanted(*row)).take(candidates)
    });
    Some(rows.take(candidates).collect())
}

/// A graph of all finite unit vectors.
fn grow(exact: &Exact, progress: &dyn Fn(usize, usize)) -> Graph {
    let vectors = exact.vectors().expect("the caller has looked");
    let dim = vectors.dim();
    let length = dim + 4;
    let (mut codes, mut coded, mut zeros) = (Vec::new(), Vec::new(), Vec::new());
    for row in (0..exact.rows()).map(Row) {
        let Some(vector) = vectors.vector(row) else { continue };
        let square: f32 = vector.iter().map(|x| x * x).sum();
        match code_of(&vector) {
            None => zeros.push(row),
            // Anything else stays outside, where it is compared as it is.
            Some(code) if (square - 1.0).abs() < 0.01 => {
                codes.extend(code);
                coded.push(row);
            }
            Some(_) => {}
        }
    }
    let code = |at: u32| &codes[at as usize * length..][..length];

    // Rows with the same code are one point: many points in one spot would only know each other.
    let mut order: Vec<u32> = (0..coded.len() as u32).collect();
    order.sort_unstable_by(|a, b| code(*a).cmp(code(*b)).then(a.cmp(b)));
    let mut groups: Vec<&[u32]> = order.chunk_by(|a, b| code(*a) == code(*b)).collect();
    // Neighbours that come one after the other would make a poor graph.
    fastrand::Rng::with_seed(5).shuffle(&mut groups);

    let all = groups.len();
    let builder = Builder::new(M as usize, all.max(1), LAYERS, EFFORT_OF_BUILDING, Codes);
    let insert = |at: usize| builder.insert((code(groups[at][0]), at));
    // One by one until there is something to find neighbours in.
    let first = all.min(1_000);
    (0..first).for_each(insert);
    progress(first, all);
    for from in (first..all).step_by(1_000) {
        let to = all.min(from + 1_000);
        let done: std::result::Result<(), std::convert::Infallible> = for_each(from..to, |at| {
            insert(at);
            Ok(())
        });
        let Ok(()) = done;
        progress(to, all);
    }

    // The points of higher layers first. The first of the highest was there when the others came.
    let points = builder.get_point_indexation();
    let highest = if all == 0 { 0 } else { usize::from(builder.get_max_level_observed()) };
    let mut groups_of_points = Vec::with_capacity(all);
    let mut layers = Vec::new();
    for layer in (0..=highest).rev() {
        groups_of_points.extend(points.get_layer_iterator(layer).map(|p| p.get_origin_id()));
        layers.push(groups_of_points.len() as u32);
    }
    layers.pop();
    layers.reverse();
    let mut point_of = vec![0; all];
    for (point, group) in (0..).zip(&groups_of_points) {
        point_of[*group] = point;
    }
    let mut links = Vec::with_capacity(all);
    for layer in (0..=highest).rev() {
        for point in points.get_layer_iterator(layer) {
            let own = |of_layer: Vec<hnsw_rs::hnsw::Neighbour>| -> Vec<u32> {
                of_layer.iter().map(|neighbour| point_of[neighbour.d_id]).collect()
            };
            let neighbours = point.get_neighborhood_id();
            links.push(neighbours.into_iter().take(layer + 1).map(own).collect());
        }
    }
    drop(builder);
    let rows = |group: &usize| groups[*group].iter().map(|at| coded[*at as usize]).collect();
    let parts = Parts {
        model: vectors.model(),
        dim,
        m: M,
        seen: exact.rows(),
        layers,
        codes: groups_of_points.iter().map(|group| code(groups[*group][0])).collect(),
        links,
        rows: groups_of_points.iter().map(rows).collect(),
        zeros,
    };
    Graph::new(&parts, |row| vectors.text_hash(row).unwrap_or(0))
}

/// Finds the effort that a search in the graph takes, and how much of the nearest it finds.
fn try_out(graph: &mut Graph, exact: &Exact) {
    let mut rows: Vec<Row> = graph.rows().map(|(row, _)| row).collect();
    let known: RowSet = rows.iter().copied().collect();
    fastrand::Rng::with_seed(6).shuffle(&mut rows);
    rows.truncate(TRIALS);
    let queries: Vec<(Row, Vec<f32>, f32)> = rows
        .into_iter()
        .filter_map(|row| {
            let query = exact.vectors()?.vector(row)?;
            // Itself does not count.
            let nearest = exact.nearest_by(Scan::Bytes, &query, NEIGHBOURS + 1, &known);
            let last = nearest.iter().filter(|near| near.row != row).nth(NEIGHBOURS - 1)?;
            Some((row, query, last.cosine))
        })
        .collect();
    for effort in EFFORTS {
        let mut hits = 0;
        for (row, query, last) in &queries {
            let found = nearest_in(graph, effort as usize, query, NEIGHBOURS + 1, |_| true);
            let cosines = found.into_iter().flatten().filter(|found| found != row);
            let cosines = cosines.filter_map(|row| exact.cosine(query, row));
            // Rows as near as the last count too: which of them are the nearest is nobody's guess.
            hits += cosines.filter(|c| *c >= last - 1e-6).count().min(NEIGHBOURS);
        }
        graph.meta.effort = effort;
        // A handful of rows are all found.
        let all = (queries.len() * NEIGHBOURS) as f32;
        graph.meta.recall = if queries.is_empty() { 1.0 } else { hits as f32 / all };
        if graph.meta.recall >= GOAL {
            break;
        }
    }
}

fn graph_of(folder: &Path, number: u32) -> PathBuf {
    folder.join(format!("{number:05}.graph"))
}

fn changes_of(folder: &Path, number: u32) -> PathBuf {
    folder.join(format!("{number:05}.changes"))
}

/// Takes a graph and its changes away.
fn discard(folder: &Path, number: u32) -> Result<()> {
    // The graph first: without its changes it would be wrong.
    file::remove(&graph_of(folder, number))?;
    file::remove(&changes_of(folder, number))
}

/// Numbers of the graphs in a folder, ascending.
fn generations(folder: &Path) -> Result<Vec<u32>> {
    let entries = match fs::read_dir(folder) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.map_err(Error::io("read", folder))?,
    };
    let mut numbers = Vec::new();
    for entry in entries {
        let name = entry.map_err(Error::io("read", folder))?.file_name();
        let stem = name.to_str().and_then(|name| name.strip_suffix(".graph"));
        numbers.extend(stem.and_then(|stem| stem.parse::<u32>().ok()));
    }
    numbers.sort_unstable();
    Ok(numbers)
}

/// Rows whose vectors changed after a graph was built.
fn changes(folder: &Path, number: u32) -> Result<Vec<Row>> {
    let path = changes_of(folder, number);
    let bytes = match fs::read(&path) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        bytes => bytes.map_err(Error::io("read", &path))?,
    };
    let meta: ChangesMeta = CHANGES.meta(&bytes, &path)?;
    let list = &bytes[HEADER..];
    if list.len() != 4 * meta.rows as usize || crc32fast::hash(list) != meta.crc {
        return Err(CHANGES.damaged(&path, "it does not fit its checksum"));
    }
    Ok(list.as_chunks().0.iter().map(|row| Row(u32::from_le_bytes(*row))).collect())
}
