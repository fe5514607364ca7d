//! Walks a graph of near points (HNSW; Malkov & Yashunin 2018) instead of looking at every row.
//!
//! hnsw_rs builds the graph, of 8-bit codes and with a distance of our own; what it built is then laid out
//! anew in a file ([`graph`](super::graph)), which is searched where it is mapped. So its dumps, whose loader
//! trusts every byte, are not used, and a point takes a fifth of the memory.

use std::{
    convert::Infallible,
    fs, io, mem,
    ops::Range,
    path::{Path, PathBuf},
    sync::Arc,
};

use hnsw_rs::{
    anndists::dist::Distance,
    hnsw::{Hnsw as Builder, Neighbour},
};
use serde::{Deserialize, Serialize};

use super::{
    Exact, Near, RowSet, Scan, VectorFile, VectorIndex,
    best::Best,
    block::{folder_of, numbered, numbers},
    graph::{Graph, Parts, code_of, distance, width_of},
    header::{HEADER, Kind},
    links::lead_everywhere,
};
use crate::{
    error::{Error, Result},
    file, message,
    message::Message,
    row::Row,
    text::percent,
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
/// Rows outside the graph that may be looked at one by one: so few, or one in so many.
const FEW: usize = 1_000;
const ONE_IN: usize = 10;

const CHANGES: Kind = Kind {
    magic: b"PLARKCHG",
    format: 1,
    what: || message!("a list of changes since an index"),
    cured: |reason| message!("{reason}; delete it, and build the index anew", reason),
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
    pub fn open(dir: &Path, exact: &Arc<Exact>) -> std::result::Result<Self, Message> {
        let hnsw = Self::whole(dir, exact)?;
        let recall = hnsw.graph.meta.recall;
        if recall < LEAST {
            return Err(message!(
                "the graph found only {share} of the nearest",
                share = percent(recall)
            ));
        }
        Ok(hnsw)
    }

    fn whole(dir: &Path, exact: &Arc<Exact>) -> std::result::Result<Self, Message> {
        let vectors = exact.vectors().ok_or_else(|| message!("there are no vectors"))?;
        let folder = folder_of(dir, vectors.model());
        let words = |error: Error| error.message();
        let number = generations(&folder)
            .map_err(words)?
            .pop()
            .ok_or_else(|| message!("there is no graph"))?;
        let graph = Graph::open(&graph_of(&folder, number), vectors.model(), vectors.dim());
        let graph = graph.map_err(words)?.ok_or_else(|| message!("there is no graph"))?;
        let mut known: RowSet = graph.rows().map(|(row, _)| row).collect();
        for row in changes(&folder, number).map_err(words)? {
            known.remove(row);
        }
        let outside: RowSet = (0..exact.rows())
            .map(Row)
            .filter(|row| !known.contains(*row) && vectors.text_hash(*row).is_some())
            .collect();
        let (out, all) = (outside.len(), graph.meta.rows as usize);
        if out > FEW.max(all / ONE_IN) {
            return Err(message!(
                "{n} papers came or changed after the graph of {all} was built",
                n = out,
                all
            ));
        }
        Ok(Hnsw { exact: exact.clone(), graph, outside })
    }

    /// Builds the graph of the vectors that `exact` has, in the data directory `dir`; false if there is one of
    /// most of them. The old one stays until then, also if this is interrupted. `progress` is called with the
    /// points so far and in all. Whoever calls it holds the open `Library` of `dir`.
    ///
    /// Graphs that are built twice differ, because points that are entered at the same time may miss each
    /// other.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn build(dir: &Path, exact: &Arc<Exact>, progress: &dyn Fn(usize, usize)) -> Result<bool> {
        let Some(vectors) = exact.vectors() else { return Ok(false) };
        if Self::whole(dir, exact).is_ok() {
            return Ok(false);
        }
        let folder = folder_of(dir, vectors.model());
        file::sweep(&folder);
        let older = generations(&folder)?;

        let graph = grow(exact, vectors, progress);
        // Never the name of a graph that somebody may have mapped.
        let number = older.last().map_or(1, |last| last + 1);
        let content = graph.into_file()?;
        file::write_atomic(&graph_of(&folder, number), &content)?;
        for number in older {
            discard(&folder, number)?;
        }
        Ok(true)
    }

    /// Whether a graph was built for `model`, of use or not.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn is_built(dir: &Path, model: &str) -> Result<bool> {
        Ok(!generations(&folder_of(dir, model))?.is_empty())
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
        let mut cosine = self.exact.cosine_with(query);
        let read = found.into_iter().filter_map(|row| Some((cosine(row)?, row)));
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

/// Rows with the same code: one point of a graph, because many points in one spot would only know each other.
type Group = Vec<Row>;

/// What is to become a graph.
struct Seeds {
    dim: usize,
    /// In the order in which they enter.
    groups: Vec<Group>,
    /// By group, one after the other.
    codes: Vec<u8>,
}

impl Seeds {
    /// All finite unit vectors. Anything else stays outside, where it is compared as it is.
    fn new(exact: &Exact, vectors: &VectorFile) -> Self {
        let length = vectors.dim() + 4;
        let (mut codes, mut rows) = (Vec::new(), Vec::new());
        for row in (0..exact.rows()).map(Row) {
            let Some(vector) = vectors.vector(row) else { continue };
            let square: f32 = vector.iter().map(|x| x * x).sum();
            if let Some(code) = code_of(&vector).filter(|_| (square - 1.0).abs() < 0.01) {
                codes.extend(code);
                rows.push(row);
            }
        }
        let code = |at: usize| &codes[at * length..(at + 1) * length];
        let mut order: Vec<usize> = (0..rows.len()).collect();
        order.sort_unstable_by(|a, b| code(*a).cmp(code(*b)).then(a.cmp(b)));
        let mut groups: Vec<&[usize]> = order.chunk_by(|a, b| code(*a) == code(*b)).collect();
        // Points that enter next to their neighbours make a poor graph.
        fastrand::Rng::with_seed(5).shuffle(&mut groups);
        let codes = groups.iter().flat_map(|group| code(group[0])).copied().collect();
        let rows_of = |group: &&[usize]| group.iter().map(|at| rows[*at]).collect();
        let groups = groups.iter().map(rows_of).collect();
        Seeds { dim: vectors.dim(), groups, codes }
    }

    fn code(&self, group: usize) -> &[u8] {
        let length = self.dim + 4;
        &self.codes[group * length..(group + 1) * length]
    }

    /// Enters groups into a graph.
    fn enter(&self, builder: &Builder<u8, Codes>, groups: Range<usize>, progress: &dyn Fn(usize)) {
        let enter = |group: usize| -> std::result::Result<(), Infallible> {
            builder.insert((self.code(group), group));
            Ok(())
        };
        for from in groups.clone().step_by(1_000) {
            let some = from..groups.end.min(from + 1_000);
            let to = some.end;
            // One by one until there is something to find neighbours in.
            let Ok(()) =
                if from == 0 { { some }.try_for_each(enter) } else { for_each(some, enter) };
            progress(to);
        }
    }

    /// Lays the graph out anew.
    fn lay_out(&self, builder: &Builder<u8, Codes>, vectors: &VectorFile) -> Graph {
        let points = builder.get_point_indexation();
        let highest = usize::from(builder.get_max_level_observed());
        // The points of higher layers first. The very first was there when the others of its layer came.
        let (mut group_of, mut layers) = (Vec::new(), Vec::new());
        let mut point_of = vec![0; self.groups.len()];
        for layer in (0..=highest).rev() {
            for point in points.get_layer_iterator(layer) {
                point_of[point.get_origin_id()] = group_of.len() as u32;
                group_of.push(point.get_origin_id());
            }
            layers.push(group_of.len() as u32);
        }
        layers.pop();
        layers.reverse();
        let own = |of_layer: Vec<Neighbour>| -> Vec<u32> {
            of_layer.iter().map(|neighbour| point_of[neighbour.d_id]).collect()
        };
        let links = (0..=highest).rev().flat_map(|layer| {
            points.get_layer_iterator(layer).map(move |point| {
                let of_layers = point.get_neighborhood_id().into_iter();
                of_layers.take(layer + 1).map(own).collect()
            })
        });
        let mut links: Vec<Vec<Vec<u32>>> = links.collect();
        let mut lowest: Vec<Vec<u32>> = links.iter_mut().map(|of| mem::take(&mut of[0])).collect();
        lead_everywhere(&mut lowest, width_of(M));
        links.iter_mut().zip(lowest).for_each(|(of, lowest)| of[0] = lowest);
        let parts = Parts {
            model: vectors.model(),
            dim: self.dim,
            m: M,
            layers,
            links,
            codes: group_of.iter().map(|group| self.code(*group)).collect(),
            rows: group_of.iter().map(|group| &self.groups[*group][..]).collect(),
        };
        Graph::new(&parts, |row| vectors.text_hash(row).unwrap_or(0))
    }
}

/// A graph of all finite unit vectors, tried out.
fn grow(exact: &Exact, vectors: &VectorFile, progress: &dyn Fn(usize, usize)) -> Graph {
    let seeds = Seeds::new(exact, vectors);
    let all = seeds.groups.len();
    let builder = Builder::new(M as usize, all.max(1), LAYERS, EFFORT_OF_BUILDING, Codes);
    // The last enter after the trial, because what is in the graph is found more easily than anything else.
    let tried = all - TRIALS.min(all / 10);
    seeds.enter(&builder, 0..tried, &|done| progress(done, all));
    let trial = seeds.lay_out(&builder, vectors);
    let (effort, recall) = try_out(&trial, exact, seeds.groups[tried..].iter().map(|rows| rows[0]));
    drop(trial);
    seeds.enter(&builder, tried..all, &|done| progress(done, all));
    let mut graph = seeds.lay_out(&builder, vectors);
    (graph.meta.effort, graph.meta.recall) = (effort, recall);
    graph
}

/// The least effort with which a search finds enough of the nearest to these rows, or the most there is, and
/// how much that finds.
fn try_out(graph: &Graph, exact: &Exact, rows: impl Iterator<Item = Row>) -> (u32, f32) {
    let known: RowSet = graph.rows().map(|(row, _)| row).collect();
    let trials: Vec<(Vec<f32>, f32)> = rows
        .filter_map(|row| {
            let query = exact.vectors()?.vector(row)?;
            let nearest = exact.nearest_by(Scan::Bytes, &query, NEIGHBOURS, &known);
            let last = nearest.get(NEIGHBOURS - 1)?.cosine;
            Some((query, last))
        })
        .collect();
    // Where there is not even one neighbourhood, everything is found.
    let mut result = (EFFORTS[0], 1.0);
    for effort in EFFORTS.into_iter().filter(|_| !trials.is_empty()) {
        let hits = trials.iter().map(|(query, last)| {
            let found = nearest_in(graph, effort as usize, query, NEIGHBOURS, |_| true);
            let cosines = found.into_iter().flatten().filter_map(exact.cosine_with(query));
            // Any rows as near as the last will do.
            cosines.filter(|cosine| *cosine >= last - 1e-6).count().min(NEIGHBOURS)
        });
        let hits: usize = hits.sum();
        result = (effort, hits as f32 / (trials.len() * NEIGHBOURS) as f32);
        if result.1 >= GOAL {
            break;
        }
    }
    result
}

fn graph_of(folder: &Path, number: u32) -> PathBuf {
    numbered(folder, number, "graph")
}

fn changes_of(folder: &Path, number: u32) -> PathBuf {
    numbered(folder, number, "changes")
}

/// Takes a graph and its changes away.
fn discard(folder: &Path, number: u32) -> Result<()> {
    // The graph first: without its changes it would be wrong.
    file::remove(&graph_of(folder, number))?;
    file::remove(&changes_of(folder, number))
}

/// Numbers of the graphs in a folder, ascending.
fn generations(folder: &Path) -> Result<Vec<u32>> {
    numbers(folder, "graph")
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
        return Err(CHANGES.damaged(&path, message!("it does not fit its checksum")));
    }
    Ok(list.as_chunks().0.iter().map(|row| Row(u32::from_le_bytes(*row))).collect())
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::{
        super::exact::tests::{DIM, MODEL, clouds},
        *,
    };

    struct Shelf {
        folder: TempDir,
        file: VectorFile,
    }

    impl Shelf {
        /// Vectors in rows 1, 2, 3 ...
        fn new(vectors: &[Vec<f32>]) -> Self {
            let folder = tempfile::tempdir().unwrap();
            let file = VectorFile::open(folder.path(), MODEL, DIM).unwrap();
            let mut shelf = Shelf { folder, file };
            shelf.put(1, vectors, 9);
            shelf
        }

        fn dir(&self) -> &Path {
            self.folder.path()
        }

        fn put(&mut self, from: u32, vectors: &[Vec<f32>], text: u64) {
            let rows = (from..).zip(vectors).map(|(row, v)| (Row(row), text, &v[..]));
            self.file.put(&rows.collect::<Vec<_>>()).unwrap();
        }

        fn exact(&self) -> Arc<Exact> {
            Arc::new(Exact::open(self.dir(), MODEL, DIM).unwrap())
        }

        fn build(&self) -> bool {
            Hnsw::build(self.dir(), &self.exact(), &|_, _| {}).unwrap()
        }

        fn open(&self) -> std::result::Result<Hnsw, Message> {
            Hnsw::open(self.dir(), &self.exact())
        }

        /// Names of the files of the index.
        fn names(&self) -> Vec<String> {
            let entries = fs::read_dir(folder_of(self.dir(), MODEL)).unwrap();
            let name = |entry: io::Result<fs::DirEntry>| entry.unwrap().file_name().into_string();
            let mut names: Vec<String> = entries.map(|entry| name(entry).unwrap()).collect();
            names.sort_unstable();
            names
        }
    }

    /// How many of the ten nearest to each query come back, of how many.
    fn found(hnsw: &Hnsw, queries: &[Vec<f32>], among: &RowSet) -> (usize, usize) {
        let (mut found, mut all) = (0, 0);
        for query in queries {
            let expected = hnsw.exact.nearest_by(Scan::Vectors, query, 10, among);
            let near = hnsw.nearest(query, 10, among);
            assert_eq!(near.len(), expected.len());
            assert!(near.iter().all(|near| among.contains(near.row)));
            found += near.iter().filter(|near| expected.contains(near)).count();
            all += expected.len();
        }
        (found, all)
    }

    #[test]
    fn finds_the_nearest_whatever_is_wanted() {
        let mut random = fastrand::Rng::with_seed(7);
        let mut vectors = clouds(1_540, &mut random);
        let queries = vectors.split_off(1_500);
        let shelf = Shelf::new(&vectors);
        assert!(shelf.build());
        assert!(!shelf.build(), "it is there");
        let hnsw = shelf.open().unwrap();
        assert_eq!((hnsw.rows(), hnsw.outside(), hnsw.is_current()), (1_501, 0, true));
        let (points, bytes, recall) = hnsw.measures();
        assert_eq!(points, 1_500);
        assert!(bytes < 600 * points && recall > LEAST, "{bytes} bytes, recall {recall}");
        for share in [1.0, 0.5, 0.1, 0.01, 0.001, 0.0] {
            let among: RowSet = (0..1_600).map(Row).filter(|_| random.f32() < share).collect();
            let by_graph = hnsw.nearest_by(64, &queries[0], 10, &among);
            assert_eq!(by_graph.is_some(), share >= 0.5);
            let (found, all) = found(&hnsw, &queries, &among);
            assert!(found * 100 >= all * 97, "{found} of {all} with {share}");
        }
        let all = RowSet::all(hnsw.rows());
        for k in [0, 1, 300, 1_500, 5_000] {
            assert_eq!(hnsw.nearest(&queries[0], k, &all).len(), k.min(1_500));
        }
        assert!(Hnsw::remove(shelf.dir(), MODEL).unwrap() >= bytes as u64);
        assert_eq!(shelf.open().err().unwrap().to_string(), "there is no graph");
    }

    #[test]
    fn five_thousand_times_the_same_is_one_point() {
        let mut vectors = clouds(5_640, &mut fastrand::Rng::with_seed(9));
        let queries = vectors.split_off(5_600);
        let same = vectors[17].clone();
        vectors[500..5_500].fill(same.clone());
        let shelf = Shelf::new(&vectors);
        shelf.build();
        let hnsw = shelf.open().unwrap();
        assert_eq!(hnsw.measures().0, 600);
        let all = RowSet::all(hnsw.rows());
        let near = hnsw.nearest_by(32, &same, 10, &all).unwrap();
        let rows: Vec<u32> = near.iter().map(|near| near.row.0).collect();
        assert_eq!(rows, [&[18][..], &(501..510).collect::<Vec<_>>()].concat());
        let (found, all) = found(&hnsw, &queries, &all);
        assert!(found * 100 >= all * 97, "{found} of {all}");
    }

    #[test]
    fn what_came_or_changed_later_is_found_as_it_is() {
        let mut random = fastrand::Rng::with_seed(11);
        let mut shelf = Shelf::new(&clouds(500, &mut random));
        shelf.build();
        let new = clouds(3, &mut random);
        shelf.put(501, &new[..2], 9);
        // A change that nobody announced, and one that somebody did.
        shelf.put(70, &new[2..], 10);
        let hnsw = shelf.open().unwrap();
        assert_eq!((hnsw.outside(), hnsw.is_current()), (2, false));
        let all = RowSet::all(hnsw.rows());
        for (row, query) in (501..).zip(&new[..2]) {
            let near = hnsw.nearest_by(64, query, 5, &all).unwrap();
            assert_eq!(near[0].row, Row(row));
            assert_eq!(near[..], hnsw.exact.nearest_by(Scan::Vectors, query, 5, &all)[..]);
        }
        for row in [70, 71] {
            Hnsw::forget(shelf.dir(), MODEL, [Row(row)].into_iter()).unwrap();
        }
        assert_eq!(shelf.names(), ["00001.changes", "00001.graph"]);
        let hnsw = shelf.open().unwrap();
        assert_eq!((hnsw.outside(), hnsw.is_current()), (4, true));
        let near = hnsw.nearest_by(64, &new[2], 5, &all).unwrap();
        assert_eq!(near[0].row, Row(70));
        let but = (1..500).filter(|row| *row != 70).map(Row).collect();
        assert!(hnsw.nearest(&new[2], 500, &but).iter().all(|near| near.row != Row(70)));

        // Too much: a new graph takes it in, and the old one goes with its list of changes.
        shelf.put(503, &clouds(1_000, &mut random), 9);
        let reason = shelf.open().err().unwrap();
        assert!(reason.to_string().starts_with("1004 papers came or changed"), "{reason}");
        assert!(shelf.build());
        assert_eq!(shelf.names(), ["00002.graph"]);
        let hnsw = shelf.open().unwrap();
        assert_eq!((hnsw.outside(), hnsw.is_current()), (0, true));
        Hnsw::forget(shelf.dir(), "other/1", [Row(1)].into_iter()).unwrap();
    }

    #[test]
    fn damage_is_noticed_before_anything_is_read() {
        let shelf = Shelf::new(&clouds(300, &mut fastrand::Rng::with_seed(12)));
        shelf.build();
        Hnsw::forget(shelf.dir(), MODEL, [Row(5)].into_iter()).unwrap();
        let folder = folder_of(shelf.dir(), MODEL);
        let exact = shelf.exact();
        let mut random = fastrand::Rng::with_seed(13);
        for path in [graph_of(&folder, 1), changes_of(&folder, 1)] {
            let whole = fs::read(&path).unwrap();
            let check = |bytes: &[u8], what: &str| {
                // Not in place: an older mapping of the file would change with it.
                fs::remove_file(&path).unwrap();
                fs::write(&path, bytes).unwrap();
                let reason = Hnsw::open(shelf.dir(), &exact)
                    .err()
                    .map(|reason| reason.to_string())
                    .unwrap_or_default();
                assert!(reason.contains(path.to_str().unwrap()), "{what}: {reason:?}");
            };
            let bits = (0..8 * 160).chain((0..400).map(|_| random.usize(0..8 * whole.len())));
            for bit in bits {
                let mut bytes = whole.clone();
                bytes[bit / 8] ^= 1 << (bit % 8);
                check(&bytes, &format!("bit {bit}"));
            }
            for length in (0..whole.len()).step_by(331).chain([whole.len() - 1]) {
                check(&whole[..length], &format!("{length} bytes"));
            }
            check(&[&whole[..], b"x"].concat(), "a byte more");
            fs::write(&path, &whole).unwrap();
            assert!(shelf.open().is_ok());
        }
        // A damaged list of changes takes the graph with it.
        fs::write(changes_of(&folder, 1), b"PLARKCHG").unwrap();
        Hnsw::forget(shelf.dir(), MODEL, [Row(6)].into_iter()).unwrap();
        assert!(shelf.names().is_empty());
        assert!(shelf.build());
    }

    #[test]
    fn a_killed_build_leaves_the_old_graph_and_no_litter_after_the_next() {
        let mut random = fastrand::Rng::with_seed(14);
        let mut shelf = Shelf::new(&clouds(200, &mut random));
        shelf.build();
        let folder = folder_of(shelf.dir(), MODEL);
        let litter = folder.join(".00002.graph.1-0.tmp");
        fs::write(&litter, b"half").unwrap();
        assert!(shelf.open().is_ok());
        // Killed after the new one was in place and before the old one went.
        fs::copy(graph_of(&folder, 1), graph_of(&folder, 2)).unwrap();
        fs::write(graph_of(&folder, 1), b"never read").unwrap();
        assert!(shelf.open().is_ok());
        shelf.put(201, &clouds(1_100, &mut random), 9);
        assert!(shelf.build());
        assert_eq!(shelf.names(), ["00003.graph"]);
        assert!(!litter.exists());
        assert_eq!(shelf.open().unwrap().measures().0, 1_300);
    }

    #[test]
    fn few_rows_are_a_graph_too() {
        let shelf = Shelf::new(&[]);
        let all = RowSet::all(100);
        let none = Arc::new(Exact::open(shelf.dir(), "other/1", DIM).unwrap());
        assert!(!Hnsw::build(shelf.dir(), &none, &|_, _| {}).unwrap());
        assert_eq!(
            Hnsw::open(shelf.dir(), &none).err().unwrap().to_string(),
            "there are no vectors"
        );
        let mut vectors = clouds(30, &mut fastrand::Rng::with_seed(15));
        vectors[3] = vec![0.0; DIM];
        vectors[4].iter_mut().for_each(|x| *x *= 2.0);
        for n in [0, 1, 2, 3, 12, 30] {
            let shelf = Shelf::new(&vectors[..n]);
            assert!(shelf.build());
            let hnsw = shelf.open().unwrap();
            // The zero vector, and one that is too long, are compared as they are.
            assert_eq!(hnsw.outside(), [0, 1, 2][usize::from(n > 3) + usize::from(n > 4)]);
            for k in [0, 1, 5, 100] {
                let expected = hnsw.exact.nearest_by(Scan::Vectors, &vectors[7], k, &all);
                assert_eq!(hnsw.nearest(&vectors[7], k, &all), expected, "{n} {k}");
            }
        }
    }

    #[test]
    fn a_graph_that_finds_too_little_is_not_used() {
        let shelf = Shelf::new(&clouds(200, &mut fastrand::Rng::with_seed(16)));
        let exact = shelf.exact();
        let mut graph = grow(&exact, exact.vectors().unwrap(), &|_, _| {});
        graph.meta.recall = 0.97;
        let path = graph_of(&folder_of(shelf.dir(), MODEL), 1);
        file::write_atomic(&path, &graph.into_file().unwrap()).unwrap();
        let reason = shelf.open().err().unwrap();
        assert_eq!(reason.to_string(), "the graph found only 97% of the nearest");
        assert!(!shelf.build(), "another one would be no better");
    }
}
