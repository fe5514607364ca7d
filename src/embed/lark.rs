//! lark, the embedded model: one vector per word piece and per frequent pair of pieces, summed.
//!
//! [`Lark::embedded`] is the table in `data/lark.bin`, compiled into the binary. A text's vector is
//! the sum of its tokens' vectors, scaled to unit length; a token's weight is the length of its
//! vector. The method is the static embedding of Model2Vec, fitted as in Tokenlearn (MinishLab):
//! [`distill`](super::distill) learns the table so that the sums reproduce a transformer's vectors.
//!
//! File format, little-endian: magic `PLARKTAB`; format version, dim, pieces, pairs, length of the
//! vocabulary in bytes, CRC-32 of all numbers before and all that follows (`u32` each); the vocabulary, one token a line, tokens
//! with a vector first; the pairs, ascending, two places in the vocabulary (`u32`) each; one `f32` scale
//! per row; `(pieces + pairs) x dim` values of `i8`.

use std::{borrow::Cow, path::Path, sync::LazyLock};

use ndarray::{Array2, ArrayViewMut1, Axis};

use super::{Embedder, FinishedFn, ModelId, reads_english, wordpiece::WordPiece};
use crate::{
    error::{Error, Result},
    message,
    message::Message,
    simd,
    threads::for_each,
    vector,
};

const MAGIC: &[u8; 8] = b"PLARKTAB";
const FORMAT: u32 = 2;
const HEADER: usize = 32;
/// The largest number of a row in a new file. A byte holds four times as much, but compressed, as packages and
/// archives are, coarser numbers take a quarter less room, at .0002 of cosine for a text.
#[cfg(any(feature = "lab", test))]
const LARGEST: f32 = 31.0;

/// Name of the embedded model.
pub(super) const NAME: &str = "lark";

/// A static embedding table with its tokenizer.
pub struct Lark {
    id: ModelId,
    tokens: WordPiece,
    pairs: Pairs,
    scales: Vec<f32>,
    /// The whole file; rows begin at `rows_at`.
    file: Cow<'static, [u8]>,
    rows_at: usize,
}

/// Which pairs of tokens have a row.
struct Pairs {
    /// Where the followers of each token begin.
    starts: Vec<u32>,
    /// The second token of each pair; ascending for each first.
    second: Vec<u32>,
    /// Row of the first pair.
    row: usize,
}

impl Pairs {
    /// The row of the pair, if it has one.
    fn row(&self, [first, second]: [u32; 2]) -> Option<usize> {
        let first = first as usize;
        let (start, end) =
            (*self.starts.get(first)? as usize, *self.starts.get(first + 1)? as usize);
        let at = self.second[start..end].binary_search(&second).ok()?;
        Some(self.row + start + at)
    }
}

/// The content of a table file.
#[cfg(any(feature = "lab", test))]
pub(super) struct Table<'a> {
    /// Tokens; the first of them have a vector each.
    pub vocabulary: &'a [&'a str],
    /// Pairs of places in the vocabulary, ascending.
    pub pairs: &'a [[u32; 2]],
    /// Vectors of the tokens that have one, then of the pairs.
    pub vectors: ndarray::ArrayView2<'a, f32>,
}

#[cfg(any(feature = "lab", test))]
impl Table<'_> {
    /// The bytes of the file. Rows are rounded to whole numbers up to [`LARGEST`], each with a scale of its own.
    pub fn serialise(&self) -> Vec<u8> {
        let vocabulary = self.vocabulary.join("\n");
        let mut body = vocabulary.clone().into_bytes();
        self.pairs.iter().flatten().for_each(|place| body.extend(place.to_le_bytes()));
        let scales = self.vectors.rows().into_iter().map(|row| {
            let most = row.iter().fold(0f32, |most, x| most.max(x.abs()));
            most / LARGEST
        });
        let scales: Vec<f32> = scales.collect();
        scales.iter().for_each(|scale| body.extend(scale.to_le_bytes()));
        for (row, scale) in self.vectors.rows().into_iter().zip(&scales) {
            let inverse = if *scale > 0.0 { scale.recip() } else { 0.0 };
            body.extend(row.iter().map(|x| (x * inverse).round() as i8 as u8));
        }
        let pieces = self.vectors.nrows() - self.pairs.len();
        let sizes = [self.vectors.ncols(), pieces, self.pairs.len(), vocabulary.len()];
        let mut file = MAGIC.to_vec();
        file.extend(FORMAT.to_le_bytes());
        sizes.iter().for_each(|size| file.extend((*size as u32).to_le_bytes()));
        file.extend(checksum(&file, &body).to_le_bytes());
        file.extend(body);
        file
    }
}

fn checksum(header: &[u8], body: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(header);
    hasher.update(body);
    hasher.finalize()
}

impl Lark {
    /// The table that is compiled into the program.
    pub fn embedded() -> &'static Lark {
        static EMBEDDED: LazyLock<Lark> = LazyLock::new(|| {
            Lark::parse(Cow::Borrowed(include_bytes!("../../data/lark.bin")))
                .expect("the table in the repository is checked by a test")
        });
        &EMBEDDED
    }

    /// A table from a file, such as one that `paperlark model distill` wrote.
    ///
    /// # Errors
    /// [`Error::Io`] if it cannot be read, [`Error::Damaged`] if it is no whole table.
    pub fn open(path: &Path) -> Result<Lark> {
        let bytes = std::fs::read(path).map_err(Error::io("read", path))?;
        Lark::parse(Cow::Owned(bytes))
            .map_err(|reason| Error::Damaged { path: path.into(), reason })
    }

    pub(super) fn parse(file: Cow<'static, [u8]>) -> Result<Lark, Message> {
        let word = |at: usize| -> Option<u32> {
            Some(u32::from_le_bytes(file.get(at..at + 4)?.try_into().ok()?))
        };
        if file.get(..8) != Some(MAGIC) {
            return Err(message!("it is not a lark table"));
        }
        let header = || Some([word(8)?, word(12)?, word(16)?, word(20)?, word(24)?]);
        let [format, sizes @ ..] = header().ok_or_else(|| message!("it is cut short"))?;
        let checksum = word(28).ok_or_else(|| message!("it is cut short"))?;
        if format != FORMAT {
            return Err(message!(
                "it has format {found}, this program reads {readable}",
                found = format,
                readable = FORMAT
            ));
        }
        let [dim, pieces, pairs, vocabulary] = sizes.map(|n| n as usize);
        // No product of 32-bit numbers overflows these.
        let expected = (HEADER as u128)
            + vocabulary as u128
            + 8 * pairs as u128
            + (pieces as u128 + pairs as u128) * (dim as u128 + 4);
        if dim == 0 || file.len() as u128 != expected {
            return Err(message!(
                "it has {found} bytes, its header says {expected}",
                found = file.len(),
                expected = expected.to_string()
            ));
        }
        if self::checksum(&file[..HEADER - 4], &file[HEADER..]) != checksum {
            return Err(message!("its checksum does not match; fetch or distill it again"));
        }
        let pairs_at = HEADER + vocabulary;
        let scales_at = pairs_at + 8 * pairs;
        let rows_at = scales_at + 4 * (pieces + pairs);
        let text = std::str::from_utf8(&file[HEADER..pairs_at])
            .map_err(|_| message!("its vocabulary is not UTF-8"))?;
        let tokens =
            WordPiece::new(text.lines()).ok_or_else(|| message!("its vocabulary has no [UNK]"))?;
        let words = |range: std::ops::Range<usize>| file[range].as_chunks::<4>().0.iter();
        let places: Vec<u32> =
            words(pairs_at..scales_at).map(|word| u32::from_le_bytes(*word)).collect();
        let (places, _) = places.as_chunks::<2>();
        let size = text.lines().count();
        if !places.is_sorted() || places.iter().flatten().any(|place| *place as usize >= size) {
            return Err(message!("its pairs are not in order"));
        }
        let starts = (0..=size as u32).map(|first| places.partition_point(|pair| pair[0] < first));
        let pairs = Pairs {
            starts: starts.map(|start| start as u32).collect(),
            second: places.iter().map(|pair| pair[1]).collect(),
            row: pieces,
        };
        let scales = words(scales_at..rows_at).map(|word| f32::from_le_bytes(*word)).collect();
        let revision = format!("{checksum:08x}");
        let id = ModelId { name: NAME.into(), revision, dim };
        Ok(Lark { id, tokens, pairs, scales, file, rows_at })
    }

    /// Makes `out`, which is zero, the unit vector of a text that consists of these tokens, places in the
    /// vocabulary.
    pub(super) fn embed_tokens(&self, tokens: &[u32], mut out: ArrayViewMut1<f32>) {
        let row = |row: usize| {
            let values = &self.file[self.rows_at + row * self.id.dim..][..self.id.dim];
            (self.scales[row], values)
        };
        let pieces = tokens.iter().map(|id| *id as usize).filter(|id| *id < self.pairs.row);
        let pairs = tokens.windows(2).filter_map(|pair| self.pairs.row([pair[0], pair[1]]));
        let rows: Vec<(f32, &[u8])> = pieces.chain(pairs).map(row).collect();
        let sums = out.as_slice_mut().expect("rows of a fresh matrix are contiguous");
        simd::add_scaled_rows(sums, &rows);
        vector::normalise(out);
    }
}

/// The tokens of the table that is compiled in, in id order.
#[cfg(test)]
pub(super) fn embedded_vocabulary() -> Vec<&'static str> {
    let file = include_bytes!("../../data/lark.bin");
    let length = u32::from_le_bytes(file[24..28].try_into().unwrap()) as usize;
    std::str::from_utf8(&file[HEADER..HEADER + length]).unwrap().lines().collect()
}

impl Embedder for Lark {
    fn model(&self) -> &ModelId {
        &self.id
    }

    fn reads(&self, text: &str) -> bool {
        reads_english(text)
    }

    fn embed(&self, texts: &[String], finished: FinishedFn) -> Result<Array2<f32>> {
        const BLOCK: usize = 64;
        let mut matrix = Array2::zeros((texts.len(), self.id.dim));
        let blocks = matrix.axis_chunks_iter_mut(Axis(0), BLOCK).zip(texts.chunks(BLOCK));
        for_each(blocks.enumerate(), |(at, (mut rows, texts))| {
            let mut ids = Vec::new();
            for (row, text) in rows.rows_mut().into_iter().zip(texts) {
                ids.clear();
                self.tokens.ids(text, &mut ids);
                self.embed_tokens(&ids, row);
            }
            finished(at * BLOCK, rows.view())
        })?;
        Ok(matrix)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    fn tiny() -> Vec<u8> {
        let vectors = array![[0.0, 0.0], [1.0, 0.0], [0.0, 2.0], [-2.0, 0.0]];
        let vocabulary = ["[UNK]", "red", "blue", "rare"];
        let table = Table { vocabulary: &vocabulary, pairs: &[[2, 3]], vectors: vectors.view() };
        table.serialise()
    }

    fn embed(lark: &Lark, texts: &[&str]) -> Array2<f32> {
        let texts: Vec<_> = texts.iter().map(|t| t.to_string()).collect();
        lark.embed(&texts, &|_, _| Ok(())).unwrap()
    }

    #[test]
    fn a_text_is_the_sum_of_its_pieces_and_pairs() {
        let lark = Lark::parse(Cow::Owned(tiny())).unwrap();
        let texts =
            ["red", "Blue", "red blue", "rare", "", "red red red red blue", "red blue rare"];
        let found = embed(&lark, &texts);
        let expected = array![
            [1.0, 0.0],
            [0.0, 1.0],
            [0.2f32.sqrt(), 0.8f32.sqrt()],
            [0.0, 0.0],
            [0.0, 0.0],
            [2.0 * 0.2f32.sqrt(), 0.2f32.sqrt()],
            [-0.2f32.sqrt(), 0.8f32.sqrt()],
        ];
        assert!((&found - &expected).iter().all(|x| x.abs() < 1e-6), "{found}");
    }

    #[test]
    fn vectors_do_not_depend_on_their_neighbours() {
        let lark = Lark::embedded();
        let texts: Vec<String> = (0..300).map(|i| format!("paper {i} on lattice theory")).collect();
        let together = lark.embed(&texts, &|_, _| Ok(())).unwrap();
        for at in [0, 63, 64, 299] {
            let alone = lark.embed(&texts[at..=at], &|_, _| Ok(())).unwrap();
            assert_eq!(alone.row(0), together.row(at));
        }
    }

    #[test]
    fn damage_is_refused() {
        let good = tiny();
        for at in 0..good.len() {
            let mut bad = good.clone();
            bad[at] ^= 1;
            assert!(Lark::parse(Cow::Owned(bad)).is_err(), "flipped bit in byte {at}");
            assert!(Lark::parse(Cow::Owned(good[..at].to_vec())).is_err(), "cut at {at}");
        }
    }

    /// Else the package outgrows what the registry takes.
    #[test]
    fn the_embedded_table_is_rounded_like_new_ones() {
        let lark = Lark::embedded();
        let most = lark.file[lark.rows_at..].iter().map(|byte| (*byte as i8).unsigned_abs()).max();
        assert_eq!(most, Some(LARGEST as u8));
    }

    #[test]
    fn hostile_text_gives_finite_vectors() {
        let long = "x".repeat(1 << 20);
        for text in ["\0", "$$\\frac{}{}$$", "🦀🦀", "שלום", &long, "\u{202e}abc", "[SEP]"]
        {
            let vectors = embed(Lark::embedded(), &[text]);
            assert!(vectors.iter().all(|x| x.is_finite()));
        }
    }
}
