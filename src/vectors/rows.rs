//! Rows of vectors, and sets of them, a bit for each.

use crate::row::Row;

/// A set of rows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RowSet {
    words: Vec<u64>,
    len: usize,
}

impl RowSet {
    /// All rows below `rows`.
    pub fn all(rows: u32) -> Self {
        let rows = rows as usize;
        let mut words = vec![u64::MAX; rows.div_ceil(64)];
        if let Some(last) = words.last_mut().filter(|_| !rows.is_multiple_of(64)) {
            *last = (1 << (rows % 64)) - 1;
        }
        RowSet { words, len: rows }
    }

    /// How many rows it has.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Whether it has this row.
    pub fn contains(&self, row: Row) -> bool {
        self.words.get(row.0 as usize / 64).is_some_and(|word| word >> (row.0 % 64) & 1 == 1)
    }

    /// Adds a row; whether it was new.
    pub fn insert(&mut self, row: Row) -> bool {
        let at = row.0 as usize / 64;
        if at >= self.words.len() {
            self.words.resize(at + 1, 0);
        }
        let new = !self.contains(row);
        self.words[at] |= 1 << (row.0 % 64);
        self.len += usize::from(new);
        new
    }

    /// Takes a row out; whether it was there.
    pub fn remove(&mut self, row: Row) -> bool {
        let there = self.contains(row);
        if there {
            self.words[row.0 as usize / 64] &= !(1 << (row.0 % 64));
            self.len -= 1;
        }
        there
    }

    /// The rows, ascending.
    pub fn iter(&self) -> impl Iterator<Item = Row> {
        self.within(0, u32::MAX)
    }

    /// The rows from `from` up to but not including `to`, ascending.
    pub(crate) fn within(&self, from: u32, to: u32) -> impl Iterator<Item = Row> {
        let words = self.words.iter().enumerate().skip(from as usize / 64);
        let words = words.take_while(move |(at, _)| *at * 64 < to as usize);
        let rows = words.flat_map(|(at, word)| {
            let mut rest = *word;
            std::iter::from_fn(move || {
                let bit = rest.trailing_zeros();
                (rest != 0).then(|| {
                    rest &= rest - 1;
                    Row(at as u32 * 64 + bit)
                })
            })
        });
        rows.skip_while(move |row| row.0 < from).take_while(move |row| row.0 < to)
    }

    /// Which of the 16 rows from `from`, a multiple of 16, it has.
    pub(crate) fn sixteen(&self, from: u32) -> u16 {
        match self.words.get(from as usize / 64) {
            Some(word) => (word >> (from % 64)) as u16,
            None => 0,
        }
    }
}

impl FromIterator<Row> for RowSet {
    fn from_iter<I: IntoIterator<Item = Row>>(rows: I) -> Self {
        let mut set = RowSet::default();
        rows.into_iter().for_each(|row| {
            set.insert(row);
        });
        set
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn is_a_set() {
        let mut random = fastrand::Rng::with_seed(1);
        let (mut set, mut expected) = (RowSet::default(), BTreeSet::new());
        for _ in 0..3000 {
            let row = random.u32(0..1000);
            if random.bool() {
                assert_eq!(set.insert(Row(row)), expected.insert(row));
            } else {
                assert_eq!(set.remove(Row(row)), expected.remove(&row));
            }
            assert_eq!((set.len(), set.is_empty()), (expected.len(), expected.is_empty()));
        }
        assert!(set.iter().map(|row| row.0).eq(expected.iter().copied()));
        assert!(set.within(70, 500).map(|row| row.0).eq(expected.range(70..500).copied()));
        for from in (0..2000).step_by(16) {
            let bits = (0..16).filter(|at| expected.contains(&(from + at))).map(|at| 1_u16 << at);
            assert_eq!(set.sixteen(from), bits.sum::<u16>());
        }
        for n in [0, 1, 63, 64, 65, 640] {
            let all = RowSet::all(n);
            assert!(all.iter().map(|row| row.0).eq(0..n));
            assert_eq!(all.len(), n as usize);
            assert!(!all.contains(Row(n)));
        }
        assert_eq!(RowSet::all(70), (0..70).map(Row).collect());
        assert!(!RowSet::all(70).contains(Row(u32::MAX)));
    }
}
