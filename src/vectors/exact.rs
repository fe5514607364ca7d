//! Scans every row, by codes, and computes the cosines of the best from the vectors.

use std::{
    fs,
    ops::Range,
    path::Path,
    sync::atomic::{AtomicUsize, Ordering},
};

use super::{
    Near, RowSet, VectorFile, VectorIndex,
    best::Best,
    block::{self, Block, ROWS_OF_BLOCK},
    codes::{ByteQuery, planes_of},
};
use crate::{
    error::{Error, Result},
    file, message,
    message::Message,
    row::Row,
    simd::{self, LANES},
};

/// So many candidates ahead their vectors are asked for.
const AHEAD: usize = 4;

/// How [`Exact`] looks for candidates, whose cosines are then computed from the vectors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scan {
    /// No codes: every vector itself.
    Vectors,
    /// 8-bit codes.
    Bytes,
    /// 1-bit codes.
    Bits,
}

impl Scan {
    /// What costs least for so many rows among so many: a vector read at random costs about a hundred times
    /// as much as a 1-bit code in passing, an 8-bit code seven times; and 1-bit codes want the most vectors
    /// read afterwards (`cargo bench --bench search`).
    fn cheapest(among: usize, rows: usize) -> Self {
        if among <= 1_000.max(rows / 128) {
            Scan::Vectors
        } else if rows <= 32_768 {
            Scan::Bytes
        } else {
            Scan::Bits
        }
    }

    /// How many candidates contain the `k` nearest in all but one case of a hundred, and more often.
    fn candidates(self, k: usize) -> usize {
        match self {
            Scan::Vectors => k,
            Scan::Bytes => 2 * k + 20,
            Scan::Bits => 20 * k + 400,
        }
    }
}

/// All stored vectors of one model, with the codes of those that have been indexed.
pub struct Exact {
    vectors: Option<VectorFile>,
    rows: u32,
    dim: usize,
    /// By number; rows of a block that is missing or damaged are read from the vectors.
    blocks: Vec<Option<Block>>,
    damaged: Vec<Message>,
    unreadable: AtomicUsize,
}

impl Exact {
    /// Opens what there is of `model`, its full id, in the data directory `dir`. Rows that are stored later
    /// are not seen.
    ///
    /// # Errors
    /// As [`VectorFile::open_read_only`]. A block that cannot be used is no error: see [`Exact::damaged`].
    pub fn open(dir: &Path, model: &str, dim: usize) -> Result<Self> {
        // Blocks first: a writer takes a block away before it changes a vector of its rows.
        let mut blocks = Vec::new();
        let mut damaged = Vec::new();
        for number in numbers(dir, model)? {
            let place = number as usize;
            blocks.resize_with(blocks.len().max(place + 1), || None);
            match Block::open(dir, model, dim, number) {
                Ok(block) => blocks[place] = block,
                Err(error) => damaged.push(error.message()),
            }
        }
        let vectors = VectorFile::open_read_only(dir, model, dim)?;
        let rows = vectors.as_ref().map_or(0, VectorFile::rows);
        blocks.truncate(rows.div_ceil(ROWS_OF_BLOCK) as usize);
        for slot in &mut blocks {
            // Codes of vectors that are not there any more.
            if let Some(block) =
                slot.take_if(|block| block.range().1 > rows.next_multiple_of(LANES as u32))
            {
                damaged.push(message!(
                    "{path} is of other vectors than there are",
                    path = block.path()
                ));
            }
        }
        Ok(Exact { vectors, rows, dim, blocks, damaged, unreadable: AtomicUsize::new(0) })
    }

    /// Makes the blocks of `vectors`, which belong to the data directory `dir`, that are missing or cannot be
    /// opened; returns how many those were. `progress` is called with the blocks looked at so far and in all. Whoever
    /// calls it holds the open `Library` of `dir`.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn build(
        dir: &Path,
        vectors: &mut VectorFile,
        progress: &dyn Fn(usize, usize),
    ) -> Result<usize> {
        let model = &vectors.model().to_owned();
        let all = vectors.rows().div_ceil(ROWS_OF_BLOCK);
        let mut built = 0;
        for number in 0..all {
            let there = Block::open(dir, model, vectors.dim(), number);
            // A newer program's block stays its own.
            if let Err(error @ Error::Format { .. }) = there {
                return Err(error);
            }
            if !matches!(there, Ok(Some(_))) {
                let content = block::encode(vectors, model, number)?;
                if !content.is_empty() {
                    file::write_atomic(&block::path_of(dir, model, number), &content)?;
                    built += 1;
                }
                // The vectors of all blocks together may be more than there is memory.
                vectors.refresh()?;
            }
            progress(number as usize + 1, all as usize);
        }
        Ok(built)
    }

    /// Takes away the blocks of these rows of `model`, because their vectors are about to change.
    ///
    /// # Errors
    /// [`Error::Io`]; then no vector may be changed.
    pub fn forget(dir: &Path, model: &str, rows: impl Iterator<Item = Row>) -> Result<()> {
        let mut numbers: Vec<u32> = rows.map(|row| row.0 / ROWS_OF_BLOCK).collect();
        numbers.sort_unstable();
        numbers.dedup();
        for number in numbers {
            file::remove(&block::path_of(dir, model, number))?;
        }
        Ok(())
    }

    /// Takes away everything that was built for `model`; returns how many bytes that frees.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn remove(dir: &Path, model: &str) -> Result<u64> {
        let mut freed = 0;
        for number in numbers(dir, model)? {
            let path = block::path_of(dir, model, number);
            freed += fs::metadata(&path).map_or(0, |meta| meta.len());
            file::remove(&path)?;
        }
        Ok(freed)
    }

    /// The vector in `row` if it is of the text with this hash; see [`VectorFile::get`].
    pub fn vector(&self, row: Row, text_hash: u64) -> Option<Vec<f32>> {
        self.vectors.as_ref()?.get(row, text_hash)
    }

    /// How many vectors there are.
    pub fn len(&self) -> usize {
        let Some(vectors) = &self.vectors else { return 0 };
        let coded: usize = self.blocks().map(Block::present).sum();
        let is_coded = |row: &u32| {
            let block = self.blocks.get((row / ROWS_OF_BLOCK) as usize).and_then(Option::as_ref);
            block.is_some_and(|block| *row < block.range().1)
        };
        let uncoded = (0..self.rows).filter(|row| !is_coded(row));
        coded + uncoded.filter(|row| vectors.text_hash(Row(*row)).is_some()).count()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What is wrong with blocks that could not be used.
    pub fn damaged(&self) -> &[Message] {
        &self.damaged
    }

    pub(super) fn vectors(&self) -> Option<&VectorFile> {
        self.vectors.as_ref()
    }

    /// How many times a search met a damaged vector, whose paper it had to leave out.
    pub fn unreadable(&self) -> usize {
        self.unreadable.load(Ordering::Relaxed)
    }

    /// Cosine of a query and the vector in a row, both of unit length; `None` if there is no vector or it is
    /// damaged, which counts.
    pub(super) fn cosine_with(&self, query: &[f32]) -> impl FnMut(Row) -> Option<f32> {
        let mut buffer = Vec::new();
        move |row| {
            let vectors = self.vectors.as_ref()?;
            let cosine = vectors.dot(row, query, &mut buffer);
            if cosine.is_none() && vectors.text_hash(row).is_some() {
                self.unreadable.fetch_add(1, Ordering::Relaxed);
            }
            cosine
        }
    }

    /// Blocks in use.
    pub fn blocks(&self) -> impl Iterator<Item = &Block> {
        self.blocks.iter().flatten()
    }

    /// [`VectorIndex::nearest`] with a way of one's own choosing.
    ///
    /// # Panics
    /// If `query` has not as many numbers as the vectors.
    pub fn nearest_by(&self, scan: Scan, query: &[f32], k: usize, among: &RowSet) -> Vec<Near> {
        assert_eq!(query.len(), self.dim, "query and vectors are of one model");
        let mut candidates = Best::new(scan.candidates(k));
        let mut cosine = self.cosine_with(query);
        let mut uncoded = Best::new(k);
        let mut by_vectors = |from: u32, to: u32| {
            for row in among.within(from, to) {
                if let Some(cosine) = cosine(row) {
                    uncoded.offer(cosine, row);
                }
            }
        };
        let mut scanner = match scan {
            Scan::Vectors => None,
            Scan::Bytes => Some(Scanner::Bytes(ByteQuery::new(query), Vec::new())),
            Scan::Bits => Some(Scanner::Bits(planes_of(query), Vec::new())),
        };
        for number in 0..self.rows.div_ceil(ROWS_OF_BLOCK) {
            let from = number * ROWS_OF_BLOCK;
            let to = self.rows.min(from.saturating_add(ROWS_OF_BLOCK));
            let block = self.blocks.get(number as usize).and_then(Option::as_ref);
            let scanned = match (&mut scanner, block) {
                (Some(scanner), Some(block)) => scanner.scan(block, among, &mut candidates),
                _ => None,
            };
            // What no code tells of is read itself: all of a block without, or what came after it.
            by_vectors(scanned.unwrap_or(from), to);
        }
        let candidates = candidates.into_sorted();
        let coded = candidates.len();
        let mut read: Vec<(f32, Row)> = Vec::with_capacity(coded);
        for (at, (_, row)) in candidates.iter().enumerate() {
            // They are anywhere in the file, and memory is far.
            if let (Some(vectors), Some((_, row))) = (&self.vectors, candidates.get(at + AHEAD)) {
                vectors.prefetch(*row);
            }
            read.extend(cosine(*row).map(|cosine| (cosine, *row)));
        }
        let lost = coded - read.len();
        let mut best = Best::new(k);
        let all = read.into_iter().chain(uncoded.into_sorted());
        all.for_each(|(cosine, row)| best.offer(cosine, row));
        let best = best.into_sorted();
        if lost > 0 && best.len() < k {
            // Codes of vectors that are gone took the place of others.
            return self.nearest_by(Scan::Vectors, query, k, among);
        }
        best.into_iter().map(|(cosine, row)| Near { row, cosine }).collect()
    }
}

impl VectorIndex for Exact {
    fn rows(&self) -> u32 {
        self.rows
    }

    fn nearest(&self, query: &[f32], k: usize, among: &RowSet) -> Vec<Near> {
        let scan = Scan::cheapest(among.len(), self.rows as usize);
        self.nearest_by(scan, query, k, among)
    }
}

/// Numbers of the blocks that `model` has in the data directory `dir`, ascending.
fn numbers(dir: &Path, model: &str) -> Result<Vec<u32>> {
    let mut numbers = block::numbers(&block::folder_of(dir, model), "block")?;
    numbers.retain(|number| *number < u32::MAX / ROWS_OF_BLOCK);
    Ok(numbers)
}

/// A query in the form that codes are compared with, and room for the sums of a block.
enum Scanner {
    Bytes(ByteQuery, Vec<i32>),
    Bits(Vec<[u64; simd::PLANES]>, Vec<[i32; LANES]>),
}

impl Scanner {
    /// Offers the rows of the block to `best`; returns the row after its last, or nothing if its codes are
    /// damaged.
    fn scan(&mut self, block: &Block, among: &RowSet, best: &mut Best) -> Option<u32> {
        let (from, to) = block.range();
        let (present, bits) = block.bits()?;
        // Groups of rows of which any is wanted, in runs: only those are computed.
        let wanted: Vec<u16> = present
            .iter()
            .zip(0..)
            .map(|(present, group)| {
                u16::from_le_bytes(*present) & among.sixteen(from + group * LANES as u32)
            })
            .collect();
        match self {
            Scanner::Bytes(query, sums) => {
                let (scales, bytes) = block.bytes()?;
                let dim = query.codes.len();
                for run in runs(&wanted) {
                    let rows = run.start * LANES..run.end * LANES;
                    sums.resize(rows.len(), 0);
                    simd::dot_rows(&bytes[rows.start * dim..rows.end * dim], &query.codes, sums);
                    for (sum, at) in sums.iter().zip(rows) {
                        let score = query.cosine(*sum, f32::from_le_bytes(scales[at]));
                        if best.wants(score) && wanted[at / LANES] >> (at % LANES) & 1 == 1 {
                            best.offer(score, Row(from + at as u32));
                        }
                    }
                }
            }
            Scanner::Bits(planes, sums) => {
                let words = planes.len();
                for run in runs(&wanted) {
                    sums.resize(run.len(), [0; LANES]);
                    simd::plane_sums(&bits[run.start * words..run.end * words], planes, sums);
                    for (sums, group) in sums.iter().zip(run) {
                        // Of most groups no row has a chance.
                        if !best.wants(sums.iter().copied().max().unwrap_or(0) as f32) {
                            continue;
                        }
                        for (lane, sum) in sums.iter().enumerate() {
                            let score = *sum as f32;
                            if best.wants(score) && wanted[group] >> lane & 1 == 1 {
                                best.offer(score, Row(from + (group * LANES + lane) as u32));
                            }
                        }
                    }
                }
            }
        }
        Some(to)
    }
}

/// Ranges in which few are 0 and outside of which all are.
fn runs(wanted: &[u16]) -> impl Iterator<Item = Range<usize>> {
    // To begin anew costs as much as to compute so many groups in vain.
    const GAP: usize = 8;
    let mut at = 0;
    std::iter::from_fn(move || {
        let from = at + wanted[at..].iter().position(|rows| *rows != 0)?;
        let (mut to, mut gap) = (from + 1, 0);
        for (place, rows) in wanted.iter().enumerate().skip(to) {
            gap = if *rows == 0 { gap + 1 } else { 0 };
            if gap > GAP {
                break;
            }
            if gap == 0 {
                to = place + 1;
            }
        }
        at = to;
        Some(from..to)
    })
}

#[cfg(test)]
pub(super) mod tests {
    use tempfile::TempDir;

    use super::*;

    pub const DIM: usize = 200;
    pub const MODEL: &str = "test/1";
    /// So many that a cloud is smaller than the candidates: noise alone has no nearest that codes could tell.
    const CLOUDS: usize = 100;

    /// Unit vectors in clouds, as texts have them.
    pub fn clouds(n: u32, random: &mut fastrand::Rng) -> Vec<Vec<f32>> {
        let centres: Vec<Vec<f32>> =
            (0..CLOUDS).map(|_| (0..DIM).map(|_| random.f32() - 0.5).collect()).collect();
        let unit = |v: Vec<f32>| {
            let norm = v.iter().map(|x| x * x).sum::<f32>().sqrt();
            v.into_iter().map(|x| x / norm).collect()
        };
        let mut one =
            |at: usize| unit(centres[at % CLOUDS].iter().map(|x| x + random.f32() - 0.5).collect());
        (0..n as usize).map(&mut one).collect()
    }

    struct Shelf {
        folder: TempDir,
        file: VectorFile,
        vectors: Vec<Vec<f32>>,
    }

    impl Shelf {
        /// Vectors in rows 1, 2, 3 ... but for every hundredth.
        fn new(n: u32) -> Self {
            let vectors = clouds(n, &mut fastrand::Rng::with_seed(7));
            let folder = tempfile::tempdir().unwrap();
            let mut file = VectorFile::open(folder.path(), MODEL, DIM).unwrap();
            let rows: Vec<(Row, u64, &[f32])> = (1..)
                .zip(&vectors)
                .filter(|(row, _)| row % 100 != 0)
                .map(|(row, v)| (Row(row), 9, &v[..]))
                .collect();
            file.put(&rows).unwrap();
            Shelf { folder, file, vectors }
        }

        fn build(&mut self) -> usize {
            Exact::build(self.folder.path(), &mut self.file, &|_, _| {}).unwrap()
        }

        fn open(&self) -> Exact {
            Exact::open(self.folder.path(), MODEL, DIM).unwrap()
        }

        /// What comparing with everything finds.
        fn nearest(&self, query: &[f32], k: usize, among: &RowSet) -> Vec<Near> {
            let mut best = Best::new(k);
            for row in among.iter().filter(|row| row.0 % 100 != 0) {
                if let Some(cosine) = self.file.dot(row, query, &mut Vec::new()) {
                    best.offer(cosine, row);
                }
            }
            best.into_sorted().into_iter().map(|(cosine, row)| Near { row, cosine }).collect()
        }
    }

    #[test]
    fn every_way_finds_the_nearest_with_and_without_codes() {
        let mut shelf = Shelf::new(40_000);
        let mut random = fastrand::Rng::with_seed(8);
        let queries: Vec<Vec<f32>> = shelf.vectors.iter().step_by(1_999).cloned().collect();
        let some = |share: f32, random: &mut fastrand::Rng| -> RowSet {
            (0..40_500).map(Row).filter(|_| random.f32() < share).collect()
        };
        for blocks in 0..=3 {
            // With no block, then the middle one alone, then all but the last, then all.
            match blocks {
                1 => assert_eq!(shelf.build(), 3),
                3 => assert_eq!(shelf.build(), 2),
                _ => {}
            }
            if blocks == 1 {
                let rows = [Row(1), Row(39_000)];
                Exact::forget(shelf.folder.path(), MODEL, rows.into_iter()).unwrap();
            }
            let index = shelf.open();
            assert_eq!(index.len(), 39_600);
            assert_eq!(index.rows(), 40_000, "the last has no vector");
            assert_eq!(index.blocks().count(), [0, 1, 1, 3][blocks]);
            for share in [1.0, 0.3, 0.01, 0.0] {
                let among =
                    if share == 1.0 { RowSet::all(40_001) } else { some(share, &mut random) };
                let (mut found, mut all) = (0, 0);
                for query in &queries {
                    let expected = shelf.nearest(query, 10, &among);
                    for scan in [Scan::Vectors, Scan::Bytes, Scan::Bits] {
                        let near = index.nearest_by(scan, query, 10, &among);
                        assert_eq!(near.len(), expected.len(), "{scan:?} {share}");
                        assert!(near.iter().all(|near| among.contains(near.row)));
                        if scan == Scan::Vectors {
                            assert_eq!(near, expected);
                        }
                        found += near.iter().filter(|near| expected.contains(near)).count();
                        all += expected.len();
                    }
                    let chosen = index.nearest(query, 10, &among);
                    assert_eq!(chosen.len(), expected.len());
                }
                assert!(found * 1000 >= all * 995, "{found} of {all} with {blocks} and {share}");
            }
        }
    }

    #[test]
    fn runs_leave_out_long_gaps_only() {
        let mut wanted = [0; 40];
        assert_eq!(runs(&wanted).count(), 0);
        for at in [3, 5, 13, 23, 39] {
            wanted[at] = 1;
        }
        assert_eq!(runs(&wanted).collect::<Vec<_>>(), [3..14, 23..24, 39..40]);
        assert!(runs(&[1; 5]).eq(std::iter::once(0..5)));
    }

    #[test]
    fn any_number_of_neighbours_comes_back() {
        let mut shelf = Shelf::new(150);
        shelf.build();
        let index = shelf.open();
        let query = &shelf.vectors[0].clone();
        let all = RowSet::all(index.rows());
        for scan in [Scan::Vectors, Scan::Bytes, Scan::Bits] {
            for k in [0, 1, 149, 1000] {
                let near = index.nearest_by(scan, query, k, &all);
                assert_eq!(near, shelf.nearest(query, k, &all), "{scan:?} {k}");
            }
            assert!(index.nearest_by(scan, query, 5, &RowSet::default()).is_empty());
        }
        let none = Exact::open(shelf.folder.path(), "other/1", DIM).unwrap();
        assert_eq!((none.rows(), none.nearest(query, 5, &all)), (0, Vec::new()));
    }

    #[test]
    fn damage_is_noticed_and_answered_from_the_vectors() {
        let mut shelf = Shelf::new(300);
        shelf.build();
        let path = block::path_of(shelf.folder.path(), MODEL, 0);
        let whole = fs::read(&path).unwrap();
        let query = &shelf.vectors[7].clone();
        let all = RowSet::all(301);
        let expected = shelf.nearest(query, 10, &all);
        let mut random = fastrand::Rng::with_seed(9);
        // Every bit of the header that says something, and a sample of the rest.
        let bits = (0..8 * 160).chain((0..400).map(|_| random.usize(0..8 * whole.len())));
        for bit in bits {
            let mut bytes = whole.clone();
            bytes[bit / 8] ^= 1 << (bit % 8);
            // Not in place: an older mapping of the file would change with it.
            fs::remove_file(&path).unwrap();
            fs::write(&path, &bytes).unwrap();
            let index = shelf.open();
            for scan in [Scan::Bytes, Scan::Bits] {
                assert_eq!(index.nearest_by(scan, query, 10, &all), expected, "bit {bit}");
            }
            let noticed = index.damaged().len() == 1
                || index.blocks().any(|b| b.bits().is_none() || b.bytes().is_none());
            assert!(noticed, "bit {bit}");
        }
        for length in (0..whole.len()).step_by(97) {
            fs::remove_file(&path).unwrap();
            fs::write(&path, &whole[..length]).unwrap();
            let index = shelf.open();
            assert_eq!(index.damaged().len(), 1);
            assert_eq!(index.nearest_by(Scan::Bits, query, 10, &all), expected, "{length} bytes");
        }
        assert_eq!(shelf.build(), 1);
        assert!(fs::read(&path).unwrap() == whole);
        assert!(Exact::remove(shelf.folder.path(), MODEL).unwrap() > 30_000);
        assert_eq!(shelf.open().blocks().count(), 0);
    }

    #[test]
    fn a_block_knows_the_texts_it_is_of() {
        let mut shelf = Shelf::new(300);
        shelf.build();
        let index = shelf.open();
        assert!(index.blocks().all(|block| block.is_of(&shelf.file)));
        assert_eq!((index.len(), index.is_empty()), (297, false));
        let changed = shelf.vectors[4].clone();
        shelf.file.put(&[(Row(4), 10, &changed)]).unwrap();
        assert!(!index.blocks().any(|block| block.is_of(&shelf.file)));
    }
}
