//! Short codes of unit vectors: 8 bits a number, and 1 bit a number.
//!
//! An 8-bit code is `128 + round(x / scale)`, 1 to 255, where 127 times the row's own `scale` is its largest
//! magnitude. A 1-bit code is the sign of each number; against it stands the query in 4-bit numbers, which
//! tells near rows apart far better than the query's signs would (asymmetric comparison; Gordo et al.,
//! "Asymmetric distances for binary embeddings", 2014).

use crate::simd::{LANES, PLANES};

/// The 8-bit code of a vector, and its scale; 0 for the zero vector.
pub fn bytes_of(vector: &[f32]) -> (f32, impl Iterator<Item = u8>) {
    let scale = largest(vector) / 127.0;
    let inverse = if scale > 0.0 { scale.recip() } else { 0.0 };
    (scale, vector.iter().map(move |x| (128.0 + (x * inverse).round()) as u8))
}

/// The 1-bit code of a vector: bit `i` of word `i / 64` is set where number `i` is positive.
pub fn bits_of(vector: &[f32]) -> impl Iterator<Item = u64> {
    let bit = |(at, x): (usize, &f32)| u64::from(*x > 0.0) << at;
    vector.chunks(64).map(move |word| word.iter().enumerate().map(bit).sum())
}

/// Words of 64 bits in a 1-bit code.
pub fn words_of(dim: usize) -> usize {
    dim.div_ceil(64)
}

/// A query for 8-bit codes.
pub struct ByteQuery {
    pub codes: Vec<i8>,
    scale: f32,
    /// What 128 in every number of a row adds to the sum.
    excess: i32,
}

impl ByteQuery {
    pub fn new(query: &[f32]) -> Self {
        let (scale, codes) = bytes_of(query);
        let codes: Vec<i8> = codes.map(|code| (i16::from(code) - 128) as i8).collect();
        let excess = 128 * codes.iter().map(|code| i32::from(*code)).sum::<i32>();
        ByteQuery { codes, scale, excess }
    }

    /// The cosine that a row's sum of products and scale stand for.
    pub fn cosine(&self, sum: i32, scale: f32) -> f32 {
        (sum - self.excess) as f32 * self.scale * scale
    }
}

/// A query for 1-bit codes: the planes that [`plane_sums`](crate::simd::plane_sums) wants.
pub fn planes_of(query: &[f32]) -> Vec<[u64; PLANES]> {
    let largest = largest(query);
    let scale = if largest > 0.0 { 7.0 / largest } else { 0.0 };
    let planes = |word: &[f32]| {
        std::array::from_fn(|plane| {
            let bit = |(at, x): (usize, &f32)| {
                let number = (x * scale).round() as i64;
                (number.cast_unsigned() >> plane & 1) << at
            };
            word.iter().enumerate().map(bit).sum()
        })
    };
    query.chunks(64).map(planes).collect()
}

fn largest(vector: &[f32]) -> f32 {
    vector.iter().fold(0.0, |largest, x| x.abs().max(largest))
}

/// Where word `word` of row `row` stands among the words of a block's 1-bit codes.
pub fn place_of_word(row: usize, word: usize, words: usize) -> usize {
    (row / LANES * words + word) * LANES + row % LANES
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simd;

    fn unit(random: &mut fastrand::Rng, dim: usize) -> Vec<f32> {
        let v: Vec<f32> = (0..dim).map(|_| random.f32() - 0.5).collect();
        let norm = v.iter().map(|x| x * x).sum::<f32>().sqrt();
        v.iter().map(|x| x / norm).collect()
    }

    #[test]
    fn codes_stand_for_cosines() {
        let mut random = fastrand::Rng::with_seed(6);
        for dim in [2, 65, 384] {
            let (a, b) = (unit(&mut random, dim), unit(&mut random, dim));
            let cosine: f32 = a.iter().zip(&b).map(|(a, b)| a * b).sum();
            let query = ByteQuery::new(&a);
            let (scale, codes) = bytes_of(&b);
            let codes: Vec<u8> = codes.collect();
            let mut sum = [0];
            simd::dot_rows(&codes, &query.codes, &mut sum);
            let found = query.cosine(sum[0], scale);
            assert!((found - cosine).abs() < 0.01, "{dim}: {found} for {cosine}");

            let words = words_of(dim);
            let mut group = vec![[[0; 8]; LANES]; words];
            for (word, bits) in bits_of(&b).enumerate() {
                let at = place_of_word(3, word, words);
                group[at / LANES][at % LANES] = bits.to_le_bytes();
            }
            let mut sums = [[0; LANES]];
            simd::plane_sums(&group, &planes_of(&a), &mut sums);
            let steps = largest(&a) / 7.0;
            let positive: f32 =
                a.iter().zip(&b).filter(|(_, b)| **b > 0.0).map(|(a, _)| (a / steps).round()).sum();
            assert_eq!(sums[0][3] as f32, positive);
        }
        let (scale, codes) = bytes_of(&[0.0; 3]);
        assert_eq!((scale, codes.collect::<Vec<_>>()), (0.0, vec![128; 3]));
        assert_eq!(planes_of(&[0.0; 3]), [[0; PLANES]]);
    }
}
