//! Sums that the processor takes many numbers at a time.
//!
//! Each function is plain Rust, compiled once for any processor and once for those with AVX2; which of
//! both runs is decided at run time. Additions and multiplications happen in the same order on both, so
//! the results are the same to the bit.
#![allow(unsafe_code)]

/// Adds `scale * row` to `sums` for every row of 8-bit numbers, in the order of `rows`.
///
/// # Panics
/// If a row is shorter than `sums`.
pub fn add_scaled_rows(sums: &mut [f32], rows: &[(f32, &[u8])]) {
    #[cfg(target_arch = "x86_64")]
    if is_x86_feature_detected!("avx2") {
        // SAFETY: the processor has AVX2, which is all that the function asks for.
        return unsafe { add_scaled_rows_avx2(sums, rows) };
    }
    add_scaled_rows_anywhere(sums, rows);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn add_scaled_rows_avx2(sums: &mut [f32], rows: &[(f32, &[u8])]) {
    add_scaled_rows_anywhere(sums, rows);
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
}
