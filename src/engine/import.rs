//! Papers from files into the library, as a whole batch or as a stream of any length.

use std::sync::mpsc::sync_channel;
use std::thread;

use jiff::civil::Date;

use super::daily::enter;
use crate::{
    error::{Error, Result},
    message::Message,
    source::{Batch, Snapshot, Source},
    store::Library,
};

/// Pages that may wait to be stored while the next one is read.
const WAITING: usize = 2;

/// Stores the papers of a batch, and returns how many it has; those whose day it states enter the ledger.
/// `today` is the present day.
///
/// # Errors
/// As [`Library::add_papers`].
pub fn import(library: &mut Library, mut batch: Batch, today: Date) -> Result<usize> {
    let papers = batch.items.len();
    if let Some(doubt) = batch.doubt_far_days(today) {
        doubt.warn();
    }
    let (dated, undated): (Vec<_>, Vec<_>) =
        batch.items.into_iter().partition(|item| item.date.is_some());
    let undated: Vec<_> = undated.into_iter().map(|item| item.paper).collect();
    library.add_papers(&undated)?;
    enter(library, dated, "", today, &batch.origin)?;
    Ok(papers)
}

/// Stores what is left of a snapshot, page by page, reading the next page meanwhile; returns how many
/// papers it has, and what is wrong with its bad lines, which do not keep the others back. `progress` is
/// told the bytes read and the papers stored so far.
///
/// # Errors
/// As [`import`], and [`Error::Io`] if the file cannot be read.
pub fn import_lines(
    library: &mut Library,
    mut snapshot: Snapshot,
    today: Date,
    progress: &mut dyn FnMut(u64, usize),
) -> Result<(usize, Vec<Message>)> {
    let (send, receive) = sync_channel::<(Result<Batch>, u64)>(WAITING);
    thread::scope(|scope| {
        scope.spawn(move || {
            while let Some(page) = snapshot.next_page().transpose() {
                let broken = matches!(page, Err(ref error) if !matches!(error, Error::Feed { .. }));
                // Nobody listens any more once storing has failed.
                if send.send((page, snapshot.read_bytes())).is_err() || broken {
                    break;
                }
            }
        });
        let (mut papers, mut bad) = (0, Vec::new());
        for (page, read) in receive {
            match page {
                Ok(page) => papers += import(library, page, today)?,
                Err(error @ Error::Feed { .. }) => bad.push(error.message()),
                Err(error) => return Err(error),
            }
            progress(read, papers);
        }
        Ok((papers, bad))
    })
}
