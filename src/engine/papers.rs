//! The papers of a run, each of them decoded once.

use std::{cell::RefCell, collections::HashMap, sync::Arc};

use crate::{error::Result, paper::Paper, row::Row, store::Library};

/// So many papers are remembered at most, which is about 50 MB: the streams of a few readers.
const MOST: usize = 20_000;

/// Papers that were read from the library, until somebody may have changed it.
#[derive(Default)]
pub(super) struct Papers(RefCell<HashMap<Row, Arc<Paper>>>);

impl Papers {
    /// The papers in these rows, in their order.
    pub fn of(&self, library: &Library, rows: &[Row]) -> Result<Vec<Arc<Paper>>> {
        let mut known = self.0.borrow_mut();
        let mut absent: Vec<Row> =
            rows.iter().filter(|row| !known.contains_key(row)).copied().collect();
        absent.sort_unstable();
        absent.dedup();
        if absent.len() + known.len() > MOST {
            known.clear();
            absent = rows.to_vec();
            absent.sort_unstable();
            absent.dedup();
        }
        let read = library.papers(&absent)?;
        known.extend(absent.into_iter().zip(read.into_iter().map(Arc::new)));
        Ok(rows.iter().map(|row| known[row].clone()).collect())
    }

    /// Forgets all of them.
    pub fn forget(&mut self) {
        self.0.get_mut().clear();
    }
}
