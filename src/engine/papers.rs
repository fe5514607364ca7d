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

    /// Forgets those that were just stored.
    pub fn forget_rows(&mut self, rows: &[Row]) {
        rows.iter().for_each(|row| drop(self.0.get_mut().remove(row)));
    }

    /// Forgets all of them.
    pub fn forget(&mut self) {
        self.0.get_mut().clear();
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use crate::{
        embed::Models,
        engine::{Announcement, Engine, Morning},
        profile::Profile,
        source,
    };

    #[test]
    fn a_morning_of_two_readers_decodes_each_paper_once() {
        let folder = tempfile::tempdir().unwrap();
        let dir = folder.path();
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let feed = source::read(&root.join("data/sample/2026-06-02.rss.xml")).unwrap();
        let profile = |name: &str| Profile::load(&root.join("profiles").join(name)).unwrap().0;
        let now = "2026-06-02T06:00:00Z".parse().unwrap();
        let mut morning = Morning::new(vec![profile("ling.toml"), profile("mika.toml")], now);
        morning.announcement = Some(Announcement {
            date: "2026-06-02".parse().unwrap(),
            items: feed.items,
            origin: feed.origin,
            from_feed: true,
        });
        let mut engine = Engine::open(dir, &Models::new(dir.join("models")), "lark").unwrap();
        let report = engine.morning(&mut morning, &|_| {}).unwrap();
        assert!(report.digests.iter().all(|made| made.digest.entries.len() > 5));
        let decoded = engine.library.decoded.borrow();
        assert!(decoded.len() > 150, "only {} papers were decoded", decoded.len());
        let again: Vec<_> = decoded.iter().filter(|(_, times)| **times > 1).collect();
        assert!(again.is_empty(), "decoded more than once: {again:?}");
    }
}
