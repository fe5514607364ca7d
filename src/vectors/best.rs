//! The best few of many.

use std::cmp::Ordering;

use crate::row::Row;

/// Keeps the `limit` rows with the largest scores; of equal ones the smaller row.
pub struct Best {
    limit: usize,
    /// Scores below it cannot be among the best any more.
    floor: f32,
    kept: Vec<(f32, Row)>,
}

fn order(a: &(f32, Row), b: &(f32, Row)) -> Ordering {
    b.0.total_cmp(&a.0).then(a.1.cmp(&b.1))
}

impl Best {
    pub fn new(limit: usize) -> Self {
        Best { limit, floor: f32::NEG_INFINITY, kept: Vec::new() }
    }

    /// Whether a row with this score has a chance.
    pub fn wants(&self, score: f32) -> bool {
        score >= self.floor
    }

    pub fn offer(&mut self, score: f32, row: Row) {
        if !self.wants(score) || self.limit == 0 {
            return;
        }
        self.kept.push((score, row));
        // Cutting back now and then costs a constant per row offered.
        if self.kept.len() >= 2 * self.limit + 64 {
            self.cut();
        }
    }

    fn cut(&mut self) {
        if self.kept.len() > self.limit && self.limit > 0 {
            let (_, last, _) = self.kept.select_nth_unstable_by(self.limit - 1, order);
            self.floor = last.0;
            self.kept.truncate(self.limit);
        }
    }

    /// Best first.
    pub fn into_sorted(mut self) -> Vec<(f32, Row)> {
        self.cut();
        self.kept.sort_unstable_by(order);
        self.kept
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_what_sorting_would() {
        let mut random = fastrand::Rng::with_seed(2);
        for (n, limit) in [(0, 3), (5, 0), (5, 9), (5000, 1), (5000, 37), (5000, 5000)] {
            let all: Vec<(f32, Row)> = (0..n).map(|at| (random.u8(..40) as f32, Row(at))).collect();
            let mut best = Best::new(limit);
            all.iter().for_each(|(score, row)| best.offer(*score, *row));
            let mut expected = all;
            expected.sort_by(order);
            expected.truncate(limit);
            assert_eq!(best.into_sorted(), expected);
        }
    }
}
