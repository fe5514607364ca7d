//! lark, the embedded model: one vector per word piece, summed.
//!
//! [`Lark::embedded`] is the table in `data/lark.bin`, compiled into the binary. A text's vector is
//! the sum of its tokens' vectors, scaled to unit length; a token's weight is the length of its
//! vector. The method is the static embedding of Model2Vec, fitted as in Tokenlearn (MinishLab):
//! [`distill`](super::distill) learns the table so that the sums reproduce a transformer's vectors.
//!
//! File format, little-endian: magic `PLARKTAB`, format version, dim, rows, length of the
//! vocabulary in bytes, CRC-32 of all that follows (`u32` each); the vocabulary, one token a line,
//! tokens with a vector first; one `f32` scale per row; `rows x dim` values of `i8`.

use std::{
    borrow::Cow,
    path::Path,
    sync::{
        LazyLock, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use ndarray::{Array2, ArrayView2, ArrayViewMut1, Axis};

use super::{Embedder, FinishedFn, ModelId, reads_english, wordpiece::WordPiece};
use crate::{
    error::{Error, Result},
    threads::cores,
    vector,
};

const MAGIC: &[u8; 8] = b"PLARKTAB";
const FORMAT: u32 = 1;
const HEADER: usize = 28;

/// Name of the embedded model.
pub(super) const NAME: &str = "lark";

/// A static embedding table with its tokenizer.
pub struct Lark {
    id: ModelId,
    tokens: WordPiece,
    scales: Vec<f32>,
    /// The whole file; rows begin at `rows_at`.
    file: Cow<'static, [u8]>,
    rows_at: usize,
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

    fn parse(file: Cow<'static, [u8]>) -> Result<Lark, String> {
        let word = |at: usize| -> Option<u32> {
            Some(u32::from_le_bytes(file.get(at..at + 4)?.try_into().ok()?))
        };
        if file.get(..8) != Some(MAGIC) {
            return Err("it is not a lark table".into());
        }
        let header = || Some([word(8)?, word(12)?, word(16)?, word(20)?, word(24)?]);
        let [format, dim, rows, vocabulary, checksum] = header().ok_or("it is cut short")?;
        if format != FORMAT {
            return Err(format!("it has format {format}, this program reads {FORMAT}"));
        }
        let [dim, rows, vocabulary] = [dim, rows, vocabulary].map(|n| n as usize);
        let expected = rows
            .checked_mul(dim + 4)
            .and_then(|n| n.checked_add(vocabulary + HEADER))
            .ok_or("its sizes make no sense")?;
        if dim == 0 || file.len() != expected {
            return Err(format!("it has {} bytes, its header says {expected}", file.len()));
        }
        if crc32fast::hash(&file[HEADER..]) != checksum {
            return Err("its checksum does not match; fetch or distill it again".into());
        }
        let text = std::str::from_utf8(&file[HEADER..HEADER + vocabulary])
            .map_err(|_| "its vocabulary is not UTF-8")?;
        let tokens = WordPiece::new(text.lines()).ok_or("its vocabulary has no [UNK]")?;
        let scales_at = HEADER + vocabulary;
        let rows_at = scales_at + rows * 4;
        let (words, _) = file[scales_at..rows_at].as_chunks::<4>();
        let scales = words.iter().map(|word| f32::from_le_bytes(*word)).collect();
        let revision = format!("{checksum:08x}");
        let id = ModelId { name: NAME.into(), revision, dim };
        Ok(Lark { id, tokens, scales, file, rows_at })
    }

    /// The file of a table: `vocabulary` in id order, of which the first `table.nrows()` tokens have
    /// a vector. Rows are rounded to 8 bits each with a scale of its own.
    pub(super) fn serialise(vocabulary: &[&str], table: ArrayView2<f32>) -> Vec<u8> {
        let vocabulary = vocabulary.join("\n");
        let scales: Vec<f32> = table
            .rows()
            .into_iter()
            .map(|row| row.iter().fold(0f32, |most, x| most.max(x.abs())) / 127.0)
            .collect();
        let mut body = vocabulary.clone().into_bytes();
        scales.iter().for_each(|scale| body.extend(scale.to_le_bytes()));
        for (row, scale) in table.rows().into_iter().zip(&scales) {
            let inverse = if *scale > 0.0 { scale.recip() } else { 0.0 };
            body.extend(row.iter().map(|x| (x * inverse).round() as i8 as u8));
        }
        let mut file = MAGIC.to_vec();
        let sizes = [table.ncols(), table.nrows(), vocabulary.len()];
        file.extend(FORMAT.to_le_bytes());
        sizes.iter().for_each(|size| file.extend((*size as u32).to_le_bytes()));
        file.extend(crc32fast::hash(&body).to_le_bytes());
        file.extend(body);
        file
    }

    fn embed_one(&self, text: &str, ids: &mut Vec<u32>, mut out: ArrayViewMut1<f32>) {
        ids.clear();
        self.tokens.ids(text, ids);
        let out = out.as_slice_mut().expect("rows of a fresh matrix are contiguous");
        for id in ids.iter().map(|id| *id as usize) {
            let Some(scale) = self.scales.get(id) else {
                continue;
            };
            let row = &self.file[self.rows_at + id * out.len()..][..out.len()];
            for (sum, value) in out.iter_mut().zip(row) {
                *sum += scale * f32::from(*value as i8);
            }
        }
        vector::normalise(out.into());
    }
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
        let blocks: Vec<_> = matrix
            .axis_chunks_iter_mut(Axis(0), BLOCK)
            .zip(texts.chunks(BLOCK))
            .map(|block| Mutex::new(Some(block)))
            .collect();
        let next = AtomicUsize::new(0);
        let work = || {
            let mut ids = Vec::new();
            loop {
                let at = next.fetch_add(1, Ordering::Relaxed);
                let taken = blocks.get(at).and_then(|b| b.lock().ok()).and_then(|mut b| b.take());
                let Some((mut rows, texts)) = taken else {
                    return Ok(());
                };
                for (row, text) in rows.rows_mut().into_iter().zip(texts) {
                    self.embed_one(text, &mut ids, row);
                }
                finished(at * BLOCK, rows.view()).inspect_err(|_| {
                    next.store(blocks.len(), Ordering::Relaxed);
                })?;
            }
        };
        thread::scope(|scope| {
            let threads: Vec<_> =
                (0..cores().min(blocks.len())).map(|_| scope.spawn(work)).collect();
            threads.into_iter().try_for_each(|thread| match thread.join() {
                Ok(result) => result,
                Err(panic) => std::panic::resume_unwind(panic),
            })
        })?;
        drop(blocks);
        Ok(matrix)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    fn tiny() -> Vec<u8> {
        let table = array![[0.0, 0.0], [1.0, 0.0], [0.0, 2.0]];
        Lark::serialise(&["[UNK]", "red", "blue", "rare"], table.view())
    }

    fn embed(lark: &Lark, texts: &[&str]) -> Array2<f32> {
        let texts: Vec<_> = texts.iter().map(|t| t.to_string()).collect();
        lark.embed(&texts, &|_, _| Ok(())).unwrap()
    }

    #[test]
    fn a_text_is_the_weighted_mean_of_its_tokens() {
        let lark = Lark::parse(Cow::Owned(tiny())).unwrap();
        let found = embed(&lark, &["red", "Blue", "red blue", "rare", "", "red red red red blue"]);
        let expected = array![
            [1.0, 0.0],
            [0.0, 1.0],
            [0.2f32.sqrt(), 0.8f32.sqrt()],
            [0.0, 0.0],
            [0.0, 0.0],
            [2.0 * 0.2f32.sqrt(), 0.2f32.sqrt()],
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
