//! A graph of near points, in one file that is never written twice and is searched where it is mapped.
//!
//! ```text
//! header  see the module `header`
//! records for each point: dim signed bytes, its code | f32 one over the code's length | links in the lowest
//!         layer | zeros up to the next multiple of 64 bytes
//! layers  for each higher layer, from the lowest: the links of its points
//! starts  u32 per point and one more: where its rows begin
//! rows    u32 per row
//! texts   u32 per row: the lower half of the hash of the text whose vector was taken
//! ```
//!
//! All numbers are little-endian. A point of a layer is also one of all layers below; points of higher layers come
//! first, so a layer has the points below a number, and the search begins at point 0. Links are numbers of points,
//! nearest first, then [`NONE`]. The header holds a CRC of everything else, which is compared before anything is
//! read.

use crate::message;
use std::{cmp::Ordering, collections::BinaryHeap, path::Path};

use serde::{Deserialize, Serialize};

use super::{
    codes,
    header::{HEADER, Kind},
    map::FrozenMap,
};
use crate::{error::Result, row::Row, simd};

const KIND: Kind = Kind {
    magic: b"PLARKNSW",
    format: 1,
    what: || message!("a graph of an index"),
    cured: |reason| message!("{reason}; delete it, and build the index anew", reason),
};

/// Links that hnsw_rs allows; keeps every offset within 64 bits.
const MOST_LINKS: u32 = 256;
/// Fills up a point's links.
const NONE: u32 = u32::MAX;

/// Links of a point in the lowest layer, where `m` are wanted in the others: one less than twice as many, so
/// that a point of 384 dimensions fills whole cache lines with the length of its code.
pub fn width_of(m: u32) -> usize {
    (2 * m as usize).saturating_sub(1)
}

/// What the header says.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Meta {
    pub model: String,
    pub dim: u32,
    /// Links of a point in the higher layers.
    pub m: u32,
    pub points: u32,
    pub rows: u32,
    /// Points of the higher layers, from the lowest.
    pub layers: Vec<u32>,
    /// How many candidates a search keeps.
    pub effort: u32,
    /// What share of the ten nearest it found when it was tried.
    pub recall: f32,
    crc: u32,
}

/// What a graph is made of.
pub struct Parts<'a> {
    pub model: &'a str,
    pub dim: usize,
    pub m: u32,
    pub layers: Vec<u32>,
    /// By point: its code, as [`code_of`] makes it.
    pub codes: Vec<&'a [u8]>,
    /// By point: links of its layers, from the lowest.
    pub links: Vec<Vec<Vec<u32>>>,
    /// By point: its rows, ascending.
    pub rows: Vec<&'a [Row]>,
}

/// The code of a vector: a signed byte a number, and one over its length; `None` for the zero vector.
pub fn code_of(vector: &[f32]) -> Option<impl Iterator<Item = u8>> {
    let (scale, bytes) = codes::bytes_of(vector);
    // The same number without the 128 on top of it.
    let bytes: Vec<u8> = bytes.map(|byte| byte ^ 0x80).collect();
    let square: i64 = bytes.iter().map(|byte| i64::from(*byte as i8).pow(2)).sum();
    let inverse = (square as f32).sqrt().recip();
    (scale > 0.0).then(|| bytes.into_iter().chain(inverse.to_le_bytes()))
}

/// One minus the cosine of two codes that [`code_of`] made, at least 0 and never NaN. What was rounded are
/// the vectors, so it is a cosine of its own and only 0 where the codes are parallel: points in a dense spot
/// stay apart.
pub fn distance(a: &[u8], b: &[u8]) -> f32 {
    let (Some((a, a_inverse)), Some((b, b_inverse))) = (a.split_last_chunk(), b.split_last_chunk())
    else {
        return 1.0;
    };
    let mut sum = [0];
    simd::signed_dots(&[a], b, &mut sum);
    let cosine = sum[0] as f32 * f32::from_le_bytes(*a_inverse) * f32::from_le_bytes(*b_inverse);
    (1.0 - cosine).max(0.0)
}

/// Where things are in the file, behind the header.
#[derive(Debug, Clone, Copy)]
struct Plan {
    dim: usize,
    width: usize,
    stride: usize,
    points: usize,
}

impl Plan {
    fn new(dim: u32, m: u32, points: u32) -> Self {
        let (dim, width) = (dim as usize, width_of(m));
        let stride = (dim + 4 + 4 * width).next_multiple_of(64);
        Plan { dim, width, stride, points: points as usize }
    }

    fn layers(&self) -> usize {
        self.stride * self.points
    }

    fn starts(&self, meta: &Meta) -> usize {
        let in_layers: usize = meta.layers.iter().map(|points| *points as usize).sum();
        self.layers() + 4 * in_layers * meta.m as usize
    }

    fn rows(&self, meta: &Meta) -> usize {
        self.starts(meta) + 4 * (self.points + 1)
    }

    fn texts(&self, meta: &Meta) -> usize {
        self.rows(meta) + 4 * meta.rows as usize
    }

    fn end(&self, meta: &Meta) -> usize {
        self.texts(meta) + 4 * meta.rows as usize
    }
}

/// Where a graph's bytes are.
enum Bytes {
    Built(Vec<u8>),
    Mapped(FrozenMap),
}

/// A graph, built or mapped.
pub struct Graph {
    pub meta: Meta,
    plan: Plan,
    bytes: Bytes,
}

fn append(numbers: impl IntoIterator<Item = u32>, bytes: &mut Vec<u8>) {
    bytes.extend(numbers.into_iter().flat_map(u32::to_le_bytes));
}

/// So many links, filled up.
fn filled(links: &[u32], width: usize) -> impl Iterator<Item = u32> {
    links.iter().copied().chain(std::iter::repeat(NONE)).take(width)
}

impl Graph {
    /// Puts a graph together. `text` is the hash of the text of each row.
    pub fn new(parts: &Parts, text: impl Fn(Row) -> u64) -> Self {
        let rows = parts.rows.iter().copied().flatten();
        let meta = Meta {
            model: parts.model.to_owned(),
            // All within what a file of vectors can hold.
            dim: parts.dim as u32,
            points: parts.codes.len() as u32,
            rows: rows.clone().count() as u32,
            m: parts.m,
            layers: parts.layers.clone(),
            effort: 0,
            recall: 0.0,
            crc: 0,
        };
        let plan = Plan::new(meta.dim, meta.m, meta.points);
        let mut bytes = Vec::with_capacity(HEADER + plan.end(&meta));
        bytes.resize(HEADER, 0);
        for (point, code) in parts.codes.iter().enumerate() {
            bytes.extend(*code);
            append(filled(&parts.links[point][0], plan.width), &mut bytes);
            bytes.resize(HEADER + (point + 1) * plan.stride, 0);
        }
        for (layer, points) in (1..).zip(&parts.layers) {
            for links in &parts.links[..*points as usize] {
                append(filled(&links[layer], parts.m as usize), &mut bytes);
            }
        }
        let mut start = 0;
        for rows in &parts.rows {
            append([start], &mut bytes);
            start += rows.len() as u32;
        }
        append([start], &mut bytes);
        append(rows.clone().map(|row| row.0), &mut bytes);
        append(rows.map(|row| text(*row) as u32), &mut bytes);
        Graph { meta, plan, bytes: Bytes::Built(bytes) }
    }

    /// The content of its file.
    ///
    /// # Errors
    /// [`Error::Invalid`](crate::Error::Invalid) if the model's id is too long for a header.
    pub fn into_file(mut self) -> Result<Vec<u8>> {
        self.meta.crc = crc32fast::hash(self.body());
        let header = KIND.header(&self.meta)?;
        let mut bytes = match self.bytes {
            Bytes::Built(bytes) => bytes,
            Bytes::Mapped(map) => map.bytes().to_vec(),
        };
        bytes[..HEADER].copy_from_slice(&header);
        Ok(bytes)
    }

    /// Opens the graph of `model` in the file `path`, if it is there, and reads all of it to see that it is whole.
    ///
    /// # Errors
    /// As [`Kind::map`]; [`Error::Damaged`](crate::Error::Damaged) if it is not whole, or of something else.
    pub fn open(path: &Path, model: &str, dim: usize) -> Result<Option<Self>> {
        let Some((map, meta)) = KIND.map::<Meta>(path)? else { return Ok(None) };
        let fits = meta.model == model
            && meta.dim as usize == dim
            && meta.m <= MOST_LINKS
            && meta.layers.iter().all(|points| *points <= meta.points);
        if !fits {
            return Err(KIND.damaged(path, message!("its header is that of another graph")));
        }
        let plan = Plan::new(meta.dim, meta.m, meta.points);
        if map.bytes().len() != HEADER + plan.end(&meta) {
            return Err(KIND.damaged(path, message!("its length is not what its header says")));
        }
        if crc32fast::hash(&map.bytes()[HEADER..]) != meta.crc {
            return Err(KIND.damaged(path, message!("it does not fit its checksum")));
        }
        Ok(Some(Graph { meta, plan, bytes: Bytes::Mapped(map) }))
    }

    fn body(&self) -> &[u8] {
        let bytes = match &self.bytes {
            Bytes::Built(bytes) => bytes,
            Bytes::Mapped(map) => map.bytes(),
        };
        &bytes[HEADER..]
    }

    /// Bytes of its file.
    pub fn size(&self) -> usize {
        HEADER + self.body().len()
    }

    /// The rows it knows, and the lower half of the hash of each one's text.
    pub fn rows(&self) -> impl Iterator<Item = (Row, u32)> {
        let (rows, texts) = (self.plan.rows(&self.meta), self.plan.texts(&self.meta));
        let end = self.plan.end(&self.meta);
        let rows = numbers(&self.body()[rows..texts]);
        rows.map(Row).zip(numbers(&self.body()[texts..end]))
    }

    /// The rows of a point, ascending.
    pub fn rows_of(&self, point: u32) -> impl Iterator<Item = Row> {
        let all = &self.body()[self.plan.rows(&self.meta)..self.plan.texts(&self.meta)];
        let starts = &self.body()[self.plan.starts(&self.meta)..];
        let from = 4 * point as usize;
        let mut ends = numbers(starts.get(from..from + 8).unwrap_or_default());
        let (from, to) = (ends.next().unwrap_or(0) as usize, ends.next().unwrap_or(0) as usize);
        numbers(all.get(4 * from..4 * to).unwrap_or_default()).map(Row)
    }

    /// The points nearest to `query`, a code as [`code_of`] makes it: up to `effort` of those that are `wanted`,
    /// nearest first. `None` if more than `limit` points had to be looked at.
    pub fn search(
        &self,
        query: &[u8],
        effort: usize,
        limit: usize,
        wanted: impl Fn(u32) -> bool,
    ) -> Option<Vec<u32>> {
        let mut walk = Walk::new(self, query);
        let mut at = Scored { score: walk.score(0)?, point: 0 };
        let mut layers_end = self.plan.starts(&self.meta);
        for points in self.meta.layers.iter().rev() {
            let size = 4 * self.meta.m as usize;
            let layer = &self.body()[layers_end - size * *points as usize..layers_end];
            layers_end -= layer.len();
            loop {
                let links = layer.get(at.point as usize * size..).unwrap_or_default();
                let links = numbers(&links[..size.min(links.len())]);
                walk.look(links.take_while(|link| *link < *points), |_| true);
                let Some(best) = walk.scored().max().filter(|best| *best > at) else { break };
                at = best;
            }
        }

        let mut visited = vec![0_u64; self.plan.points.div_ceil(64)];
        let mut unseen = |point: u32| {
            let (word, bit) = (point as usize / 64, 1 << (point % 64));
            let new = visited.get(word).is_some_and(|word| word & bit == 0);
            if new {
                visited[word] |= bit;
            }
            new
        };
        unseen(at.point);
        let mut looked_at = 0;
        let mut candidates = BinaryHeap::from([at]);
        // The worst on top.
        let mut found = BinaryHeap::new();
        if wanted(at.point) {
            found.push(std::cmp::Reverse(at));
        }
        let worst = |found: &BinaryHeap<std::cmp::Reverse<Scored>>| {
            found.peek().filter(|_| found.len() >= effort).map_or(f32::NEG_INFINITY, |s| s.0.score)
        };
        while let Some(candidate) = candidates.pop() {
            if candidate.score < worst(&found) {
                break;
            }
            let links = self.links(candidate.point);
            walk.look(links, &mut unseen);
            looked_at += walk.points.len();
            if looked_at > limit {
                return None;
            }
            for scored in walk.scored() {
                if scored.score > worst(&found) {
                    candidates.push(scored);
                    if wanted(scored.point) {
                        found.push(std::cmp::Reverse(scored));
                        if found.len() > effort {
                            found.pop();
                        }
                    }
                }
            }
        }
        Some(found.into_sorted_vec().into_iter().map(|scored| scored.0.point).collect())
    }

    fn record(&self, point: u32) -> Option<&[u8]> {
        let from = point as usize * self.plan.stride;
        self.body()[..self.plan.layers()].get(from..from + self.plan.stride)
    }

    fn links(&self, point: u32) -> impl Iterator<Item = u32> {
        let record = self.record(point).unwrap_or_default();
        let from = self.plan.dim + 4;
        let links = record.get(from..from + 4 * self.plan.width).unwrap_or_default();
        numbers(links).take_while(|link| *link != NONE)
    }
}

fn numbers(bytes: &[u8]) -> impl Iterator<Item = u32> {
    bytes.as_chunks().0.iter().map(|number| u32::from_le_bytes(*number))
}

/// A point and how near it is to a query.
#[derive(Debug, Clone, Copy)]
struct Scored {
    score: f32,
    point: u32,
}

impl Ord for Scored {
    fn cmp(&self, other: &Self) -> Ordering {
        self.score.total_cmp(&other.score).then(other.point.cmp(&self.point))
    }
}

impl PartialOrd for Scored {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Scored {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Scored {}

/// A query on its way through a graph, with the points that it looks at in one go.
struct Walk<'a> {
    graph: &'a Graph,
    query: &'a [u8],
    points: Vec<u32>,
    codes: Vec<&'a [u8]>,
    inverses: Vec<f32>,
    sums: Vec<i32>,
}

impl<'a> Walk<'a> {
    fn new(graph: &'a Graph, query: &'a [u8]) -> Self {
        let query = &query[..graph.plan.dim.min(query.len())];
        let (points, codes, inverses, sums) = Default::default();
        Walk { graph, query, points, codes, inverses, sums }
    }

    /// Compares the query with those of the points that are `new`.
    fn look(&mut self, points: impl Iterator<Item = u32>, mut new: impl FnMut(u32) -> bool) {
        self.points.clear();
        self.codes.clear();
        self.inverses.clear();
        for point in points {
            let Some(record) = self.graph.record(point).filter(|_| new(point)) else { continue };
            let code = &record[..self.graph.plan.dim];
            simd::prefetch(code);
            self.points.push(point);
            self.codes.push(code);
        }
        self.sums.resize(self.points.len(), 0);
        simd::signed_dots(&self.codes, self.query, &mut self.sums);
        for point in &self.points {
            let record = self.graph.record(*point).unwrap_or_default();
            let inverse = record.get(self.graph.plan.dim..).and_then(|rest| rest.first_chunk());
            self.inverses.push(inverse.map_or(0.0, |bytes| f32::from_le_bytes(*bytes)));
        }
    }

    /// How near those are.
    fn scored(&self) -> impl Iterator<Item = Scored> {
        let scores = self.sums.iter().zip(&self.inverses).map(|(sum, by)| *sum as f32 * by);
        scores.zip(&self.points).map(|(score, point)| Scored { score, point: *point })
    }

    fn score(&mut self, point: u32) -> Option<f32> {
        self.look(std::iter::once(point), |_| true);
        self.scored().next().map(|scored| scored.score)
    }
}
