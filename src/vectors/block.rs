//! The codes of some thousand neighbouring rows, in one file that is never written twice.
//!
//! ```text
//! header  see the module `header`
//! present u16 for each 16 rows: which have a vector
//! bits    for each 16 rows: their first words of 64 signs, then their second ... (see `simd::plane_sums`)
//! scales  f32 per row
//! bytes   dim bytes per row
//! ```
//!
//! All numbers are little-endian. The header holds a CRC of the first two parts and one of the last two, each
//! of which is compared before its parts are first used.

use std::{
    path::{Path, PathBuf},
    sync::OnceLock,
};

use serde::{Deserialize, Serialize};

use super::{
    VectorFile, codes,
    file::name_of,
    header::{HEADER, Kind},
    map::FrozenMap,
};
use crate::{
    error::Result,
    file, message,
    message::Message,
    row::Row,
    simd::{LANES, Words},
};

/// Rows of a block: 7 MB of codes where there are 384 dimensions.
pub const ROWS_OF_BLOCK: u32 = 16_384;

const KIND: Kind = Kind {
    magic: b"PLARKBLK",
    format: 1,
    what: || message!("a block of an index"),
    cured: |reason| message!("{reason}; delete it, and build the index anew", reason),
};

#[derive(Debug, Serialize, Deserialize)]
struct Meta {
    model: String,
    dim: u32,
    /// Which block it is: its first row is `number * ROWS_OF_BLOCK`.
    number: u32,
    /// Rows it has codes for, a multiple of [`LANES`].
    rows: u32,
    /// Rows with a vector.
    present: u32,
    /// CRC of the hashes of the texts of all rows, 8 bytes each.
    texts: u32,
    crc_of_bits: u32,
    crc_of_bytes: u32,
}

/// A block, mapped.
pub struct Block {
    path: PathBuf,
    map: FrozenMap,
    meta: Meta,
    bits_are_whole: OnceLock<bool>,
    bytes_are_whole: OnceLock<bool>,
}

/// Where the blocks of a model are in the data directory `dir`.
pub fn folder_of(dir: &Path, model: &str) -> PathBuf {
    dir.join("index").join(name_of(model))
}

/// Where a model's block with this number is.
pub fn path_of(dir: &Path, model: &str, number: u32) -> PathBuf {
    numbered(&folder_of(dir, model), number, "block")
}

/// Numbers of the files with this ending in a folder, ascending; only such names as [`numbered`] gives.
pub fn numbers(folder: &Path, ending: &str) -> Result<Vec<u32>> {
    let number = |path: &PathBuf| {
        let stem = path.file_stem().filter(|_| path.extension().is_some_and(|e| e == ending))?;
        stem.to_str()?.parse::<u32>().ok()
    };
    let mut numbers: Vec<u32> = file::list(folder)?.iter().filter_map(number).collect();
    numbers.sort_unstable();
    Ok(numbers)
}

/// The file of this number and ending in a folder.
pub fn numbered(folder: &Path, number: u32, ending: &str) -> PathBuf {
    folder.join(format!("{number:05}.{ending}"))
}

/// The content of the block `number` of `model`; empty if none of its rows has a vector.
pub fn encode(vectors: &VectorFile, model: &str, number: u32) -> Result<Vec<u8>> {
    let dim = vectors.dim();
    let words = codes::words_of(dim);
    let from = number.saturating_mul(ROWS_OF_BLOCK);
    let rows = vectors.rows().saturating_sub(from).min(ROWS_OF_BLOCK) as usize;
    let rows = rows.next_multiple_of(LANES);
    let mut bits = vec![0_u64; rows * words];
    let mut scales = vec![0_f32; rows];
    let mut bytes = vec![0_u8; rows * dim];
    let mut present = vec![0_u16; rows / LANES];
    for at in 0..rows {
        let Some(vector) = vectors.vector(Row(from + at as u32)) else { continue };
        for (word, signs) in codes::bits_of(&vector).enumerate() {
            bits[codes::place_of_word(at, word, words)] = signs;
        }
        let (scale, code) = codes::bytes_of(&vector);
        scales[at] = scale;
        bytes[at * dim..(at + 1) * dim].iter_mut().zip(code).for_each(|(to, code)| *to = code);
        present[at / LANES] |= 1 << (at % LANES);
    }
    let n_present = present.iter().map(|rows| rows.count_ones()).sum();
    if n_present == 0 {
        return Ok(Vec::new());
    }
    let mut first: Vec<u8> = present.iter().flat_map(|rows| rows.to_le_bytes()).collect();
    first.extend(bits.iter().flat_map(|word| word.to_le_bytes()));
    let mut rest: Vec<u8> = scales.iter().flat_map(|scale| scale.to_le_bytes()).collect();
    rest.extend(bytes);
    let mut content = KIND.header(&Meta {
        model: model.to_owned(),
        // Both within what a vector file allows.
        dim: dim as u32,
        rows: rows as u32,
        number,
        present: n_present,
        texts: texts(vectors, number, rows),
        crc_of_bits: crc32fast::hash(&first),
        crc_of_bytes: crc32fast::hash(&rest),
    })?;
    content.extend(first);
    content.extend(rest);
    Ok(content)
}

/// Bytes of the first two parts.
fn length_of_first(rows: usize, dim: usize) -> usize {
    2 * rows / LANES + 8 * rows * codes::words_of(dim)
}

/// A fingerprint of the texts that the vectors of a block are of.
fn texts(vectors: &VectorFile, number: u32, rows: usize) -> u32 {
    let from = number * ROWS_OF_BLOCK;
    let mut crc = crc32fast::Hasher::new();
    for at in 0..rows {
        let hash = vectors.text_hash(Row(from + at as u32)).unwrap_or(0);
        crc.update(&hash.to_le_bytes());
    }
    crc.finalize()
}

impl Block {
    /// Opens the block `number` of `model`; `None` if there is none.
    ///
    /// # Errors
    /// As [`Kind::map`]; [`Error::Damaged`](crate::Error::Damaged) if it is another block.
    pub fn open(dir: &Path, model: &str, dim: usize, number: u32) -> Result<Option<Self>> {
        let path = path_of(dir, model, number);
        let Some((map, meta)) = KIND.map::<Meta>(&path)? else { return Ok(None) };
        let rows = meta.rows as usize;
        let fits = meta.model == model
            && meta.dim as usize == dim
            && meta.number == number
            && meta.rows <= ROWS_OF_BLOCK
            && rows.is_multiple_of(LANES);
        if !fits {
            return Err(KIND.damaged(&path, message!("its header is that of another block")));
        }
        if map.bytes().len() != HEADER + length_of_first(rows, dim) + rows * (4 + dim) {
            return Err(KIND.damaged(&path, message!("its length is not what its header says")));
        }
        let (bits_are_whole, bytes_are_whole) = Default::default();
        Ok(Some(Block { path, map, meta, bits_are_whole, bytes_are_whole }))
    }

    /// Its file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Its first row, and the one after its last.
    pub fn range(&self) -> (u32, u32) {
        let from = self.meta.number * ROWS_OF_BLOCK;
        (from, from + self.meta.rows)
    }

    /// Rows with a vector.
    pub fn present(&self) -> usize {
        self.meta.present as usize
    }

    /// Whether it is made from the texts that `vectors` are of now. Touches every row there.
    pub fn is_of(&self, vectors: &VectorFile) -> bool {
        let rows = vectors.rows().saturating_sub(self.range().0).min(ROWS_OF_BLOCK);
        rows <= self.meta.rows
            && texts(vectors, self.meta.number, self.meta.rows as usize) == self.meta.texts
    }

    /// Which rows have vectors, and the 1-bit codes, both in groups of [`LANES`] rows; `None` if they are
    /// damaged.
    pub fn bits(&self) -> Option<(&[[u8; 2]], &[Words])> {
        let (first, _) = self.parts();
        let crc = self.meta.crc_of_bits;
        let whole = self.bits_are_whole.get_or_init(|| self.check(first, crc, message!("bits")));
        let (present, bits) = first.split_at(2 * self.meta.rows as usize / LANES);
        whole.then(|| (present.as_chunks().0, bits.as_chunks().0.as_chunks().0))
    }

    /// Scales and 8-bit codes of the rows; `None` if they are damaged.
    pub fn bytes(&self) -> Option<(&[[u8; 4]], &[u8])> {
        let (_, rest) = self.parts();
        let crc = self.meta.crc_of_bytes;
        let whole = self.bytes_are_whole.get_or_init(|| self.check(rest, crc, message!("bytes")));
        let (scales, bytes) = rest.split_at(4 * self.meta.rows as usize);
        whole.then(|| (scales.as_chunks().0, bytes))
    }

    fn parts(&self) -> (&[u8], &[u8]) {
        let first = length_of_first(self.meta.rows as usize, self.meta.dim as usize);
        self.map.bytes()[HEADER..].split_at(first)
    }

    fn check(&self, part: &[u8], crc: u32, what: Message) -> bool {
        let whole = crc32fast::hash(part) == crc;
        if !whole {
            message!(
                "the {what} of {path} do not fit their checksum; build the index anew",
                what,
                path = &self.path
            )
            .warn();
        }
        whole
    }
}
