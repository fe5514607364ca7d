//! Vectors of one embedding model, in one file that is memory-mapped for reading.
//!
//! A header of 4096 bytes, then rows of one size, so that a paper's [`Row`] says where its vector
//! is. All numbers are little-endian.
//!
//! ```text
//! header  see the module `header`
//! row     u64 hash of the embedded text, 0 = absent | dim * f32 | u32 CRC of all before | u32 zero
//! ```
//!
//! Rows may be sparse: what was never written reads as absent. A row that is torn, damaged or made
//! from another text is absent too, so it is computed anew and written over: the file heals, and it
//! can be deleted at any time. It only ever grows.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use super::{
    header::{HEADER, Kind},
    map::Map,
};
use crate::{
    error::{Error, Result},
    file, hash, message,
    row::Row,
};

const KIND: Kind = Kind {
    magic: b"PLARKVEC",
    format: 1,
    what: || message!("a file of vectors"),
    cured: |reason| message!("{reason}; delete it, and its vectors are computed anew", reason),
};
/// Far above any model's; keeps every offset within 64 bits.
const MAX_DIM: usize = 1 << 16;

/// The header's metadata.
#[derive(Serialize, Deserialize)]
struct Meta {
    model: String,
    dim: u32,
}

/// One model's vectors, by paper.
///
/// Whoever calls [`VectorFile::put`] holds the open `Library` of the same folder,
/// whose lock keeps other writers out. Readers need nothing; they see what was there when they opened.
pub struct VectorFile {
    path: PathBuf,
    model: String,
    dim: usize,
    file: File,
    map: Map,
}

impl VectorFile {
    /// The vectors of `model`, its full id, in the data directory `dir`; made empty if absent.
    ///
    /// # Errors
    /// [`Error::Format`] if a newer program wrote the file; [`Error::Damaged`] if its header is, or
    /// names another model or number of dimensions; [`Error::Invalid`] if `dim` is not in
    /// 1..=65,536 or the id is longer than 4,000 bytes; [`Error::Io`].
    pub fn open(dir: &Path, model: &str, dim: usize) -> Result<Self> {
        let path = path_of(dir, model);
        let header = header(model, dim)?;
        if !path.try_exists().map_err(Error::io("open", &path))? {
            file::write_atomic(&path, &header)?;
        }
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .open(&path)
            .map_err(Error::io("open", &path))?;
        Self::with_file(path, file, model, dim)
    }

    /// The same for reading only; `None` if nothing was ever stored for `model`.
    ///
    /// # Errors
    /// As [`VectorFile::open`].
    pub fn open_read_only(dir: &Path, model: &str, dim: usize) -> Result<Option<Self>> {
        let path = path_of(dir, model);
        match File::open(&path) {
            Ok(file) => Self::with_file(path, file, model, dim).map(Some),
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(e) => Err(Error::io("open", &path)(e)),
        }
    }

    fn with_file(path: PathBuf, mut file: File, model: &str, dim: usize) -> Result<Self> {
        check_header(&mut file, &path, model, dim)?;
        let map = Map::new(&file).map_err(Error::io("map", &path))?;
        Ok(VectorFile { path, model: model.to_owned(), dim, file, map })
    }

    /// Deletes the files in the data directory `dir` whose model's full id `of` accepts, and returns how
    /// many bytes that frees. A file whose header is damaged names no model and stays.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn remove(dir: &Path, of: impl Fn(&str) -> bool) -> Result<u64> {
        let mut freed = 0;
        for path in files(dir)? {
            let mut file = File::open(&path).map_err(Error::io("open", &path))?;
            if read_header(&mut file, &path).is_ok_and(|meta| of(&meta.model)) {
                freed += file.metadata().map_err(Error::io("read", &path))?.len();
                fs::remove_file(&path).map_err(Error::io("remove", &path))?;
            }
        }
        Ok(freed)
    }

    /// The models that have vectors in the data directory `dir`, by full id. A damaged file names none.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn models(dir: &Path) -> Result<Vec<String>> {
        let mut models = Vec::new();
        for path in files(dir)? {
            let mut file = File::open(&path).map_err(Error::io("open", &path))?;
            models.extend(read_header(&mut file, &path).ok().map(|meta| meta.model));
        }
        models.sort_unstable();
        Ok(models)
    }

    /// The models that have vectors in the data directory `dir`, by full id, with their number. A damaged
    /// file counts nothing.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn counts(dir: &Path) -> Result<Vec<(String, usize)>> {
        let mut counts = Vec::new();
        for path in files(dir)? {
            let mut file = File::open(&path).map_err(Error::io("open", &path))?;
            let Ok(meta) = read_header(&mut file, &path) else { continue };
            let dim = usize::try_from(meta.dim).unwrap_or(0);
            file.rewind().map_err(Error::io("read", &path))?;
            let Ok(vectors) = Self::with_file(path, file, &meta.model, dim) else { continue };
            counts.push((meta.model, vectors.stored()));
        }
        counts.sort_unstable();
        Ok(counts)
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Full id of the model.
    pub fn model(&self) -> &str {
        &self.model
    }

    /// Numbers per vector.
    pub fn dim(&self) -> usize {
        self.dim
    }

    /// How many whole vectors there are. Reads the whole file.
    pub fn stored(&self) -> usize {
        let mut buffer = Vec::new();
        (0..self.rows()).filter(|row| self.whole_row(Row(*row), &mut buffer).is_some()).count()
    }

    /// The vector of the paper in `row` if it was made from the text with this hash ([`hash::text`]);
    /// `None` if there is none, it is of another text, or it is damaged.
    pub fn get(&self, row: Row, text_hash: u64) -> Option<Vec<f32>> {
        // The hash alone tells most absent rows.
        let mut hash = [0; 8];
        if !self.map.read(self.offset(row)?, &mut hash) || u64::from_le_bytes(hash) != text_hash {
            return None;
        }
        let mut buffer = Vec::new();
        let bytes = self.whole_row(row, &mut buffer)?;
        let hash = bytes.first_chunk()?;
        // Again, from the bytes that the CRC vouches for: a writer may have been here in between.
        if u64::from_le_bytes(*hash) != text_hash {
            return None;
        }
        Some(self.numbers(bytes))
    }

    /// Rows that the file has room for: every vector is in one below.
    pub fn rows(&self) -> u32 {
        let rows = self.map.len().saturating_sub(HEADER) / self.stride();
        u32::try_from(rows).unwrap_or(u32::MAX)
    }

    /// The hash of the text whose vector is in `row`; `None` if there is none. Damage shows in
    /// [`VectorFile::vector`] only.
    pub fn text_hash(&self, row: Row) -> Option<u64> {
        let mut hash = [0; 8];
        let at = self.offset(row)?;
        (self.map.read(at, &mut hash) && hash != [0; 8]).then(|| u64::from_le_bytes(hash))
    }

    /// The vector in `row`, whatever text it is of; `None` if there is none or it is damaged.
    pub fn vector(&self, row: Row) -> Option<Vec<f32>> {
        let mut buffer = Vec::new();
        let bytes = self.whole_row(row, &mut buffer)?;
        Some(self.numbers(bytes))
    }

    /// Sum of products of the vector in `row` and `query`; `None` as in [`VectorFile::vector`]. Nothing is
    /// allocated if `buffer` comes from the last call.
    pub(crate) fn dot(&self, row: Row, query: &[f32], buffer: &mut Vec<u8>) -> Option<f32> {
        let bytes = self.whole_row(row, buffer)?;
        let (numbers, _) = bytes[8..8 + 4 * self.dim].as_chunks();
        Some(dot(numbers, query))
    }

    /// Says that the vector in `row` will be read soon.
    pub(crate) fn prefetch(&self, row: Row) {
        if let Some(at) = self.offset(row) {
            self.map.prefetch(at, self.stride());
        }
    }

    /// Stores vectors, each with its paper's row and the hash of what was embedded. Of two for one row
    /// the later stays. They outlive the process at once, a power cut after [`VectorFile::sync`].
    ///
    /// # Errors
    /// [`Error::Invalid`] if a vector has the wrong length or a number that is not finite, or a hash
    /// is 0, then nothing is written; [`Error::Io`], then some of them may be stored, each whole.
    pub fn put(&mut self, vectors: &[(Row, u64, &[f32])]) -> Result<()> {
        for &(Row(row), hash, vector) in vectors {
            let path = &self.path;
            return Err(Error::Invalid(if vector.len() != self.dim {
                message!(
                    "the vector for row {row} of {path} has {found} numbers, not {dim}",
                    row,
                    path,
                    found = vector.len(),
                    dim = self.dim
                )
            } else if vector.iter().any(|x| !x.is_finite()) {
                message!(
                    "the vector for row {row} of {path} holds a number that is not finite",
                    row,
                    path
                )
            } else if hash == 0 {
                message!(
                    "the vector for row {row} of {path} comes with the text hash 0, which means absent",
                    row,
                    path
                )
            } else {
                continue;
            }));
        }
        self.write(vectors).map_err(Error::io("write", &self.path))?;
        self.refresh()
    }

    /// Sees what another process put, and lets go of the memory that reading has touched.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn refresh(&mut self) -> Result<()> {
        self.map = Map::new(&self.file).map_err(Error::io("map", &self.path))?;
        Ok(())
    }

    /// Returns once all that was put is safely on disk.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn sync(&self) -> Result<()> {
        self.file.sync_data().map_err(Error::io("write", &self.path))
    }

    fn write(&mut self, vectors: &[(Row, u64, &[f32])]) -> io::Result<()> {
        let mut bytes = Vec::with_capacity(self.stride());
        for &(Row(row), hash, vector) in vectors {
            bytes.clear();
            bytes.extend(hash.to_le_bytes());
            bytes.extend(vector.iter().flat_map(|x| x.to_le_bytes()));
            bytes.extend(crc32fast::hash(&bytes).to_le_bytes());
            bytes.extend([0; 4]);
            let at = HEADER as u64 + u64::from(row) * bytes.len() as u64;
            self.file.seek(SeekFrom::Start(at))?;
            self.file.write_all(&bytes)?;
        }
        Ok(())
    }

    /// Bytes per row.
    fn stride(&self) -> usize {
        8 + 4 * self.dim + 8
    }

    fn offset(&self, row: Row) -> Option<usize> {
        usize::try_from(row.0).ok()?.checked_mul(self.stride())?.checked_add(HEADER)
    }

    /// The vector in a row's bytes.
    fn numbers(&self, row: &[u8]) -> Vec<f32> {
        let (numbers, _) = row[8..8 + 4 * self.dim].as_chunks();
        numbers.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect()
    }

    /// The row's bytes, copied into `buffer`, if it is present and its CRC is right.
    fn whole_row<'b>(&self, row: Row, buffer: &'b mut Vec<u8>) -> Option<&'b [u8]> {
        buffer.resize(self.stride(), 0);
        let bytes = &mut buffer[..];
        if !self.map.read(self.offset(row)?, bytes) || bytes[..8] == [0; 8] {
            return None;
        }
        let (content, end) = bytes.split_at(8 + 4 * self.dim);
        let crc = crc32fast::hash(content).to_le_bytes();
        (end[..4] == crc && end[4..] == [0; 4]).then_some(bytes)
    }
}

/// Sum of products. Sixteen sums side by side, which the processor adds at once.
fn dot(numbers: &[[u8; 4]], query: &[f32]) -> f32 {
    const SUMS: usize = 16;
    let (numbers, rest) = numbers.as_chunks::<SUMS>();
    let (query, rest_of_query) = query.as_chunks::<SUMS>();
    let mut sums = [0_f32; SUMS];
    for (numbers, query) in numbers.iter().zip(query) {
        for ((sum, number), q) in sums.iter_mut().zip(numbers).zip(query) {
            *sum += f32::from_le_bytes(*number) * q;
        }
    }
    let rest = rest.iter().zip(rest_of_query).map(|(number, q)| f32::from_le_bytes(*number) * q);
    sums.iter().sum::<f32>() + rest.sum::<f32>()
}

fn path_of(dir: &Path, model: &str) -> PathBuf {
    dir.join("vectors").join(format!("{}.vec", name_of(model)))
}

/// A file name that says the model, made unique by a hash: ids may differ in characters that no file
/// name should hold, or in case only.
pub(crate) fn name_of(model: &str) -> String {
    let readable = model.chars().map(|c| match c.to_ascii_lowercase() {
        c @ ('a'..='z' | '0'..='9' | '.' | '_' | '-') => c,
        _ => '-',
    });
    let readable: String = readable.take(60).collect();
    let tag = hash::text(model) as u32;
    format!("{}-{tag:08x}", readable.trim_matches(['.', '-']))
}

/// The files of vectors in the data directory `dir`.
fn files(dir: &Path) -> Result<Vec<PathBuf>> {
    let mut files = file::list(&dir.join("vectors"))?;
    files.retain(|path| path.extension().is_some_and(|end| end == "vec"));
    Ok(files)
}

fn header(model: &str, dim: usize) -> Result<Vec<u8>> {
    let dim = match u32::try_from(dim) {
        Ok(n) if (1..=MAX_DIM).contains(&dim) => n,
        _ => {
            return Err(Error::Invalid(message!(
                "vectors of {dim} dimensions cannot be stored; 1 to {most} can",
                dim,
                most = MAX_DIM
            )));
        }
    };
    KIND.header(&Meta { model: model.to_owned(), dim })
}

fn check_header(file: &mut File, path: &Path, model: &str, dim: usize) -> Result<()> {
    let meta = read_header(file, path)?;
    if meta.model != model || usize::try_from(meta.dim) != Ok(dim) {
        let reason = message!(
            "it holds {found} dimensions of model '{its_model}', not {dim} of '{model}'",
            found = meta.dim,
            its_model = meta.model,
            dim,
            model
        );
        return Err(KIND.damaged(path, reason));
    }
    Ok(())
}

fn read_header(file: &mut File, path: &Path) -> Result<Meta> {
    let mut bytes = Vec::with_capacity(HEADER);
    file.take(HEADER as u64).read_to_end(&mut bytes).map_err(Error::io("read", path))?;
    KIND.meta(&bytes, path)
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use proptest::prelude::*;

    use super::*;

    const MODEL: &str = "sentence-transformers/all-MiniLM-L6-v2@rev1;title. abstract";

    /// A file with the vectors `[row, 0.5, -1]` in rows 1, 2 and 5, the hash ten times the row.
    fn sample(dir: &Path) -> VectorFile {
        let mut vectors = VectorFile::open(dir, MODEL, 3).unwrap();
        let stored = [1, 2, 5].map(|row| (Row(row), u64::from(row) * 10, vector(row)));
        let borrowed: Vec<_> = stored.iter().map(|(r, h, v)| (*r, *h, &v[..])).collect();
        vectors.put(&borrowed).unwrap();
        vectors
    }

    fn vector(row: u32) -> Vec<f32> {
        vec![row as f32, 0.5, -1.0]
    }

    /// The rows of 0..8 that can be read with their hash.
    fn readable(vectors: &VectorFile) -> Vec<u32> {
        let present = |&row: &u32| match vectors.get(Row(row), u64::from(row) * 10) {
            Some(found) => found == vector(row),
            None => false,
        };
        (0..8).filter(present).collect()
    }

    #[test]
    fn sums_side_by_side_are_the_sum_of_products() {
        let mut random = fastrand::Rng::with_seed(3);
        for length in [0, 1, 15, 16, 33, 384] {
            let mut numbers = || (0..length).map(|_| random.f32() - 0.5).collect::<Vec<f32>>();
            let (a, b) = (numbers(), numbers());
            let bytes: Vec<[u8; 4]> = a.iter().map(|x| x.to_le_bytes()).collect();
            let plain: f64 = a.iter().zip(&b).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum();
            assert!((f64::from(dot(&bytes, &b)) - plain).abs() < 1e-5, "{length}");
        }
    }

    #[test]
    fn what_was_put_is_there_now_and_after_reopening() {
        let folder = tempfile::tempdir().unwrap();
        let dir = folder.path();
        assert!(VectorFile::open_read_only(dir, MODEL, 3).unwrap().is_none());
        let mut vectors = sample(dir);
        assert_eq!((readable(&vectors), vectors.stored()), (vec![1, 2, 5], 3));
        assert_eq!(vectors.get(Row(1), 11), None, "another text");
        assert_eq!(vectors.get(Row(0), 0), None, "0 means absent");
        assert_eq!(vectors.get(Row(u32::MAX), 1), None);
        vectors.put(&[(Row(1), 11, &[9.0, 9.0, 9.0])]).unwrap();
        drop(vectors);
        let vectors = VectorFile::open_read_only(dir, MODEL, 3).unwrap().unwrap();
        assert_eq!((readable(&vectors), vectors.stored()), (vec![2, 5], 3));
        assert_eq!(vectors.get(Row(1), 11), Some(vec![9.0; 3]));
        assert_eq!(vectors.dim(), 3);
        let name = vectors.path().file_name().unwrap().to_str().unwrap();
        assert!(name.starts_with("sentence-transformers-all-minilm-l6-v2-rev1-"), "{name}");
    }

    #[test]
    fn what_is_no_vector_is_refused_and_nothing_of_it_stored() {
        let folder = tempfile::tempdir().unwrap();
        let mut vectors = sample(folder.path());
        let good = (Row(7), 70, &[7.0, 0.5, -1.0][..]);
        for (bad, part) in [
            ((Row(6), 60, &[1.0, 2.0][..]), "has 2 numbers, not 3"),
            ((Row(6), 60, &[1.0, f32::NAN, 2.0][..]), "not finite"),
            ((Row(6), 60, &[1.0, f32::INFINITY, 2.0][..]), "not finite"),
            ((Row(6), 0, &[1.0, 2.0, 3.0][..]), "hash 0"),
        ] {
            let message = vectors.put(&[good, bad]).unwrap_err().to_string();
            assert!(message.contains("row 6") && message.contains(part), "{message}");
            assert_eq!(readable(&vectors), [1, 2, 5]);
        }
        for dim in [0, MAX_DIM + 1] {
            let result = VectorFile::open(folder.path(), "other", dim);
            assert!(matches!(result, Err(Error::Invalid(_))), "{dim}");
        }
        let result = VectorFile::open(folder.path(), &"x".repeat(5000), 3);
        assert!(matches!(result, Err(Error::Invalid(_))));
    }

    #[test]
    fn any_flipped_bit_of_a_row_hides_that_row_until_it_is_put_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = sample(folder.path()).path().to_path_buf();
        let whole = fs::read(&path).unwrap();
        let stride = 28;
        for bit in 0..8 * stride {
            let mut bytes = whole.clone();
            bytes[HEADER + 2 * stride + bit / 8] ^= 1 << (bit % 8);
            fs::write(&path, &bytes).unwrap();
            let mut vectors = VectorFile::open(folder.path(), MODEL, 3).unwrap();
            assert_eq!((readable(&vectors), vectors.stored()), (vec![1, 5], 2));
            vectors.put(&[(Row(2), 20, &vector(2))]).unwrap();
            drop(vectors);
            assert!(fs::read(&path).unwrap() == whole, "bit {bit}");
        }
    }

    #[test]
    fn any_flipped_bit_of_the_header_is_an_error_that_names_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = sample(folder.path()).path().to_path_buf();
        let whole = fs::read(&path).unwrap();
        // All of what is written and every hundredth of the padding.
        let crc = HEADER - 4;
        for bit in (0..8 * 120).chain((8 * 120..8 * crc).step_by(99)).chain(8 * crc..8 * HEADER) {
            let mut bytes = whole.clone();
            bytes[bit / 8] ^= 1 << (bit % 8);
            fs::write(&path, &bytes).unwrap();
            let error = VectorFile::open(folder.path(), MODEL, 3).err().unwrap();
            let message = error.to_string();
            assert!(message.contains(path.to_str().unwrap()), "{message}");
            assert!(matches!(error, Error::Damaged { .. }), "bit {bit}: {error:?}");
        }
        // A newer program's header is whole.
        let mut bytes = whole;
        bytes[8] = 2;
        let sum = crc32fast::hash(&bytes[..crc]).to_le_bytes();
        bytes[crc..HEADER].copy_from_slice(&sum);
        fs::write(&path, &bytes).unwrap();
        let error = VectorFile::open(folder.path(), MODEL, 3).err().unwrap();
        assert!(matches!(error, Error::Format { readable: 1, found: 2, .. }), "{error:?}");
    }

    #[test]
    fn a_file_cut_short_keeps_its_whole_rows_and_grows_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = sample(folder.path()).path().to_path_buf();
        let whole = fs::read(&path).unwrap();
        for length in (0..HEADER).step_by(57).chain(HEADER..whole.len()) {
            fs::write(&path, &whole[..length]).unwrap();
            let opened = VectorFile::open(folder.path(), MODEL, 3);
            if length < HEADER {
                let message = opened.err().unwrap().to_string();
                assert!(message.contains("ends within its header"), "{message}");
                continue;
            }
            let mut vectors = opened.unwrap();
            let mut kept = vec![1, 2, 5];
            kept.retain(|row| length >= HEADER + (*row as usize + 1) * 28);
            assert_eq!(readable(&vectors), kept, "{length} bytes");
            vectors.put(&[(Row(7), 70, &vector(7))]).unwrap();
            // Growing fills up with zeros, which may be just what was cut off.
            let healed = [1, 2, 5].into_iter().filter(|row| {
                let end = HEADER + (row + 1) * 28;
                length >= end || whole[length..end].iter().all(|byte| *byte == 0)
            });
            let expected: Vec<u32> = healed.chain([7]).map(|row| row as u32).collect();
            assert_eq!(readable(&vectors), expected, "{length} bytes");
            assert_eq!(vectors.stored(), expected.len());
        }
    }

    #[test]
    fn another_models_file_is_refused_with_both_names() {
        let folder = tempfile::tempdir().unwrap();
        let dir = folder.path();
        let path = sample(dir).path().to_path_buf();
        for (model, dim) in [("other/model", 3), (MODEL, 4)] {
            let bytes = fs::read(&path).unwrap();
            fs::write(path_of(dir, model), bytes).unwrap();
            let error = VectorFile::open(dir, model, dim).err().unwrap();
            assert!(matches!(error, Error::Damaged { .. }));
            let message = error.to_string();
            let ours = format!("not {dim} of '{model}'");
            assert!(
                message.contains(&format!("3 dimensions of model '{MODEL}'"))
                    && message.contains(&ours),
                "{message}"
            );
        }
    }

    #[test]
    fn the_files_of_one_model_can_be_removed() {
        let folder = tempfile::tempdir().unwrap();
        let dir = folder.path();
        assert_eq!(VectorFile::remove(dir, |_| true).unwrap(), 0, "no folder yet");
        let ours = sample(dir).path().to_path_buf();
        let other = VectorFile::open(dir, "other", 3).unwrap().path().to_path_buf();
        let torn = dir.join("vectors/torn.vec");
        fs::write(&torn, b"PLARKVEC").unwrap();
        let size = fs::metadata(&ours).unwrap().len();
        assert_eq!(VectorFile::remove(dir, |model| model == MODEL).unwrap(), size);
        assert!(!ours.exists() && other.exists() && torn.exists());
    }

    #[test]
    fn models_have_files_of_their_own() {
        let names = ["a/b", "a-b", "A/b", "a/b ", "", "..", "论文"];
        let paths: Vec<_> = names.iter().map(|m| path_of(Path::new("d"), m)).collect();
        for (i, path) in paths.iter().enumerate() {
            assert_eq!(path.parent(), Some(Path::new("d/vectors")));
            assert!(path.to_str().unwrap().is_ascii());
            assert!(!paths[..i].contains(path), "{}", path.display());
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]
        #[test]
        fn the_last_vector_put_is_the_one_got(
            batches in prop::collection::vec(
                prop::collection::vec(
                    (0u32..40, 1u64.., prop::collection::vec(-1e30f32..1e30, 2)),
                    0..8,
                ),
                0..5,
            )
        ) {
            let folder = tempfile::tempdir().unwrap();
            let mut vectors = VectorFile::open(folder.path(), "m", 2).unwrap();
            let mut expected = HashMap::new();
            for batch in &batches {
                let rows: Vec<_> = batch.iter().map(|(r, h, v)| (Row(*r), *h, &v[..])).collect();
                vectors.put(&rows).unwrap();
                expected.extend(batch.iter().map(|(r, h, v)| (*r, (*h, v.clone()))));
                for row in 0..40 {
                    let (hash, expected) = match expected.get(&row) {
                        Some((hash, vector)) => (*hash, Some(vector.clone())),
                        None => (1, None),
                    };
                    prop_assert_eq!(vectors.get(Row(row), hash), expected);
                }
            }
            prop_assert_eq!(vectors.stored(), expected.len());
        }
    }
}
