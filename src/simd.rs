//! Sums that the processor takes many numbers at a time.
//!
//! Each function is plain Rust, compiled once for any processor and again for those with AVX2 or AVX-512;
//! which one runs is decided at run time. (Where NEON is, it is part of "any".) Integer sums are exact, and
//! float additions happen in the same order everywhere, so the results are the same to the bit.
#![allow(unsafe_code)]

/// Rows whose bits stand together in [`plane_sums`].
pub const LANES: usize = 16;

/// A word of 64 bits, little-endian, of each of [`LANES`] rows.
pub type Words = [[u8; 8]; LANES];

/// Bits of a query's number in [`plane_sums`].
pub const PLANES: usize = 4;

/// Defines a function three times over and chooses between them by what the processor can do.
macro_rules! dispatched {
    ($(#[$doc:meta])* $name:ident, $anywhere:ident, $avx2:ident, $avx512:ident,
     ($($arg:ident: $type:ty),*)) => {
        $(#[$doc])*
        pub fn $name($($arg: $type),*) {
            #[cfg(target_arch = "x86_64")]
            {
                if is_x86_feature_detected!("avx512bw")
                    && is_x86_feature_detected!("avx512vl")
                    && is_x86_feature_detected!("avx512vnni")
                    && is_x86_feature_detected!("avx512vpopcntdq")
                {
                    // SAFETY: the processor has all that the function asks for (AVX-512F is part of BW).
                    return unsafe { $avx512($($arg),*) };
                }
                if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("popcnt") {
                    // SAFETY: the processor has all that the function asks for.
                    return unsafe { $avx2($($arg),*) };
                }
            }
            $anywhere($($arg),*);
        }

        #[cfg(target_arch = "x86_64")]
        #[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,avx512vpopcntdq")]
        fn $avx512($($arg: $type),*) {
            $anywhere($($arg),*);
        }

        #[cfg(target_arch = "x86_64")]
        #[target_feature(enable = "avx2,popcnt")]
        fn $avx2($($arg: $type),*) {
            $anywhere($($arg),*);
        }
    };
}

dispatched! {
    /// Adds `scale * row` to `sums` for every row of 8-bit numbers, in the order of `rows`.
    ///
    /// # Panics
    /// If a row is shorter than `sums`.
    add_scaled_rows, add_scaled_rows_anywhere, add_scaled_rows_avx2, add_scaled_rows_avx512,
    (sums: &mut [f32], rows: &[(f32, &[u8])])
}

dispatched! {
    /// Sets each of `sums` to the sum of products of a row of `codes`, one after the other, with `query`. Exact
    /// for rows of up to 65,536 numbers.
    dot_rows, dot_rows_anywhere, dot_rows_avx2, dot_rows_avx512,
    (codes: &[u8], query: &[i8], sums: &mut [i32])
}

dispatched! {
    /// Sets each of `sums` to the sum of products of one of `rows`, wherever it is, with `query`; the bytes of both
    /// are signed numbers. Exact for rows of up to 65,536 numbers.
    signed_dots, signed_dots_anywhere, signed_dots_avx2, signed_dots_avx512,
    (rows: &[&[u8]], query: &[u8], sums: &mut [i32])
}

dispatched! {
    /// Sums of a query's numbers over the set bits of rows, [`LANES`] rows at a time.
    ///
    /// `groups` holds, for each group of rows, `planes.len()` times [`Words`]: the first of every row, then the second of
    /// every row. `planes[w][p]` has bit `p` of the query's numbers 64 w to
    /// 64 w + 63, which are 4-bit numbers in two's complement, -8 to 7.
    plane_sums, plane_sums_anywhere, plane_sums_avx2, plane_sums_avx512,
    (groups: &[Words], planes: &[[u64; PLANES]], sums: &mut [[i32; LANES]])
}

#[inline(always)]
fn add_scaled_rows_anywhere(sums: &mut [f32], rows: &[(f32, &[u8])]) {
    // So many sums fit into registers while all rows pass by.
    const WIDTH: usize = 64;
    for (block, sums) in sums.chunks_mut(WIDTH).enumerate() {
        let from = block * WIDTH;
        if let Ok(sums) = <&mut [f32; WIDTH]>::try_from(&mut *sums) {
            let mut local = *sums;
            for (scale, row) in rows {
                let values: &[u8; WIDTH] = row[from..].first_chunk().expect("rows are long enough");
                for (sum, value) in local.iter_mut().zip(values) {
                    *sum += scale * f32::from(*value as i8);
                }
            }
            *sums = local;
        } else {
            for (scale, row) in rows {
                let values = &row[from..from + sums.len()];
                for (sum, value) in sums.iter_mut().zip(values) {
                    *sum += scale * f32::from(*value as i8);
                }
            }
        }
    }
}

#[inline(always)]
fn dot_rows_anywhere(codes: &[u8], query: &[i8], sums: &mut [i32]) {
    if query.is_empty() {
        return sums.fill(0);
    }
    for (row, sum) in codes.chunks_exact(query.len()).zip(sums) {
        let products = row.iter().zip(query).map(|(c, q)| i32::from(*c) * i32::from(*q));
        *sum = products.sum();
    }
}

#[inline(always)]
fn signed_dots_anywhere(rows: &[&[u8]], query: &[u8], sums: &mut [i32]) {
    for (row, sum) in rows.iter().zip(sums) {
        let products =
            row.iter().zip(query).map(|(a, b)| i32::from(*a as i8) * i32::from(*b as i8));
        *sum = products.sum();
    }
}

/// Asks the processor to bring bytes near that will be read soon; where it cannot be asked, nothing happens.
#[inline]
pub fn prefetch(bytes: &[u8]) {
    #[cfg(target_arch = "x86_64")]
    for line in bytes.chunks(64) {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        // SAFETY: a prefetch changes nothing that a program can see, and the address is one of the slice.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(line.as_ptr().cast()) };
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = bytes;
}

#[inline(always)]
fn plane_sums_anywhere(groups: &[Words], planes: &[[u64; PLANES]], sums: &mut [[i32; LANES]]) {
    if planes.is_empty() {
        return sums.fill([0; LANES]);
    }
    let ones = |bits: u64| u64::from(bits.count_ones());
    for (group, sums) in groups.chunks_exact(planes.len()).zip(sums) {
        let (mut plus, mut minus) = ([0; LANES], [0; LANES]);
        for (words, [one, two, four, eight]) in group.iter().zip(planes) {
            let words = words.map(u64::from_le_bytes);
            for (sum, bits) in plus.iter_mut().zip(words) {
                *sum += ones(bits & one) + 2 * ones(bits & two) + 4 * ones(bits & four);
            }
            for (sum, bits) in minus.iter_mut().zip(words) {
                *sum += ones(bits & eight);
            }
        }
        for (at, sum) in sums.iter_mut().enumerate() {
            *sum = plus[at] as i32 - 8 * minus[at] as i32;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways_give_the_same_bits() {
        let mut random = fastrand::Rng::with_seed(3);
        for length in [0, 1, 63, 64, 65, 200, 384] {
            let rows: Vec<(f32, Vec<u8>)> = (0..40)
                .map(|_| (random.f32() - 0.5, (0..length).map(|_| random.u8(..)).collect()))
                .collect();
            let rows: Vec<(f32, &[u8])> = rows.iter().map(|(s, row)| (*s, &row[..])).collect();
            let (mut here, mut anywhere) = (vec![0.1; length], vec![0.1; length]);
            add_scaled_rows(&mut here, &rows);
            add_scaled_rows_anywhere(&mut anywhere, &rows);
            assert_eq!(here, anywhere);
            let plain: Vec<f32> = (0..length)
                .map(|at| rows.iter().fold(0.1, |sum, (s, row)| sum + s * f32::from(row[at] as i8)))
                .collect();
            assert_eq!(here, plain);
        }
    }

    #[test]
    fn sums_of_products_are_exact() {
        let mut random = fastrand::Rng::with_seed(4);
        for dim in [1, 31, 64, 384, 1000] {
            let codes: Vec<u8> = (0..7 * dim).map(|_| random.u8(..)).collect();
            let query: Vec<i8> = (0..dim).map(|_| random.i8(..)).collect();
            let plain = |row: &[u8]| -> i64 {
                row.iter().zip(&query).map(|(c, q)| i64::from(*c) * i64::from(*q)).sum()
            };
            let expected: Vec<i64> = codes.chunks(dim).map(plain).collect();
            let check = |sums: &mut [i32]| {
                assert!(sums.iter().map(|s| i64::from(*s)).eq(expected.iter().copied()), "{dim}");
                sums.fill(-1);
            };
            let mut sums = vec![0; 7];
            dot_rows_anywhere(&codes, &query, &mut sums);
            check(&mut sums);
            #[cfg(target_arch = "x86_64")]
            if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("popcnt") {
                // SAFETY: the processor has what the function asks for.
                unsafe { dot_rows_avx2(&codes, &query, &mut sums) };
                check(&mut sums);
            }
            dot_rows(&codes, &query, &mut sums);
            check(&mut sums);
        }
        // The largest sum there can be.
        let mut sums = [0];
        dot_rows(&[255; 65_536], &[-128; 65_536], &mut sums);
        assert_eq!(sums, [-255 * 128 * 65_536]);
    }

    #[test]
    fn sums_of_signed_products_are_exact() {
        let mut random = fastrand::Rng::with_seed(6);
        for dim in [0, 1, 31, 64, 384, 1000] {
            let rows: Vec<Vec<u8>> =
                (0..7).map(|_| (0..dim).map(|_| random.u8(..)).collect()).collect();
            let rows: Vec<&[u8]> = rows.iter().map(Vec::as_slice).collect();
            let query: Vec<u8> = (0..dim).map(|_| random.u8(..)).collect();
            let plain = |row: &&[u8]| -> i64 {
                row.iter().zip(&query).map(|(a, b)| i64::from(*a as i8) * i64::from(*b as i8)).sum()
            };
            let expected: Vec<i64> = rows.iter().map(plain).collect();
            let check = |sums: &mut [i32]| {
                assert!(sums.iter().map(|s| i64::from(*s)).eq(expected.iter().copied()), "{dim}");
                sums.fill(-1);
            };
            let mut sums = vec![-1; 7];
            signed_dots_anywhere(&rows, &query, &mut sums);
            check(&mut sums);
            #[cfg(target_arch = "x86_64")]
            if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("popcnt") {
                // SAFETY: the processor has what the function asks for.
                unsafe { signed_dots_avx2(&rows, &query, &mut sums) };
                check(&mut sums);
            }
            signed_dots(&rows, &query, &mut sums);
            check(&mut sums);
        }
    }

    #[test]
    fn sums_over_set_bits_are_exact() {
        let mut random = fastrand::Rng::with_seed(5);
        for words in [1, 2, 6, 12] {
            let numbers: Vec<i64> = (0..64 * words).map(|_| random.i64(-8..8)).collect();
            let planes: Vec<[u64; PLANES]> = numbers
                .chunks(64)
                .map(|of_word| {
                    std::array::from_fn(|plane| {
                        let bit = |(at, n): (usize, &i64)| ((n >> plane) & 1).cast_unsigned() << at;
                        of_word.iter().enumerate().map(bit).sum()
                    })
                })
                .collect();
            let groups: Vec<Words> = (0..3 * words)
                .map(|_| [(); LANES].map(|()| random.u64(..).to_le_bytes()))
                .collect();
            let plain = |group: &[Words], lane: usize| -> i64 {
                let set = |at: &usize| group[at / 64][lane][at % 64 / 8] >> (at % 8) & 1 == 1;
                (0..64 * words).filter(set).map(|at| numbers[at]).sum()
            };
            let expected: Vec<i64> = groups
                .chunks(words)
                .flat_map(|group| (0..LANES).map(move |lane| plain(group, lane)))
                .collect();
            let check = |sums: &mut [[i32; LANES]]| {
                let found = sums.as_flattened().iter().map(|s| i64::from(*s));
                assert!(found.eq(expected.iter().copied()), "{words}");
                sums.fill([99; LANES]);
            };
            let mut sums = vec![[0; LANES]; 3];
            plane_sums_anywhere(&groups, &planes, &mut sums);
            check(&mut sums);
            #[cfg(target_arch = "x86_64")]
            if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("popcnt") {
                // SAFETY: the processor has what the function asks for.
                unsafe { plane_sums_avx2(&groups, &planes, &mut sums) };
                check(&mut sums);
            }
            plane_sums(&groups, &planes, &mut sums);
            check(&mut sums);
        }
    }
}
