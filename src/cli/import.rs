//! `paperlark import`: papers from files, snapshots and reference managers.

use std::{collections::HashSet, path::Path};

use anyhow::{Result, bail};
use paperlark::{
    Error, Message, calendar,
    engine::{self, Shelves},
    message,
    shelf::{self, Broken, Item},
    source::{self, Batch, Snapshot, Source},
    store::Library,
};
use serde::Serialize;

use super::{
    ModelArgs, Setup,
    arxiv::Arxiv,
    open::{index, zotero},
    ui::Because,
};

/// Add papers from files or from Zotero to the library
///
/// It takes arXiv's own formats: RSS and Atom feeds, listing pages, query API and OAI-PMH
/// answers, and JSON Lines, the Kaggle snapshot among them (read as a stream, whatever its size);
/// and people's libraries: BibTeX and BibLaTeX, Zotero exports (CSL JSON, Better BibTeX JSON),
/// lists of ids, Markdown or text with arXiv links. They are told apart by content; .gz is
/// unpacked. `zotero:` stands for the Zotero library of ZOTERO_ID and ZOTERO_KEY,
/// `zotero:PhD/Optimisers` for one collection of it.
///
/// Items without an abstract are looked up at arXiv by id, DOI or exact title; those that stay
/// without are named. Everything is then embedded and indexed, so that it can be found; a run that
/// was killed goes on where it stopped. To use a library as seeds, name it in a profile's interest:
/// from = ["refs.bib"].
///
/// Examples:
///   paperlark import refs.bib notes.md
///   paperlark import arxiv-metadata-oai-snapshot.json
///   paperlark import zotero:PhD/Optimisers
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub struct Args {
    /// Files, - for standard input, or zotero:COLLECTION
    #[arg(value_name = "FILE", required = true)]
    from: Vec<String>,

    /// Do not embed and index the papers now; `paperlark index` does it later
    #[arg(long)]
    no_index: bool,

    #[command(flatten)]
    model: ModelArgs,
}

/// Lines that are looked at before a file is taken for something else than lines of papers.
const FIRST_LINES: usize = 20;
/// Nobody's reference manager fills more bytes, and no lines of papers need to be in memory at once.
const WHOLE: u64 = 1 << 30;
/// Bad lines and items that are named one by one.
const NAMED: usize = 20;

#[derive(Debug, Default, Serialize)]
struct Report {
    from: String,
    /// Papers read.
    papers: usize,
    /// Of those, how many the library did not hold.
    new: usize,
    /// What could not be read or used.
    unusable: Vec<Message>,
}

pub fn run(setup: &Setup, args: &Args) -> Result<()> {
    let arxiv = Arxiv::new(setup);
    let mut library = Library::open(&setup.data_dir)?;
    let mut reports = Vec::new();
    let mut failed = 0;
    for from in &args.from {
        let before = library.len()?;
        match import(setup, &arxiv, &mut library, from) {
            Ok((papers, unusable)) => {
                let new = library.len()? - before;
                reports.push(Report { from: from.clone(), papers, new, unusable });
            }
            Err(error) => {
                failed += 1;
                setup.ui.error(&error);
            }
        }
    }
    if setup.json {
        setup.print_json(&reports)?;
    } else {
        for report in &reports {
            setup.print(&message!(
                "{from}: {papers} papers, {new} new",
                from = report.from,
                papers = report.papers,
                new = report.new
            ))?;
            for line in report.unusable.iter().take(NAMED) {
                setup.print_below(&message!("not used: {reason}", reason = line))?;
            }
            if report.unusable.len() > NAMED {
                let more = report.unusable.len() - NAMED;
                setup.print_below(&message!("and {n} more; --json names them all", n = more))?;
            }
        }
    }
    drop(library);
    // Once everything has been said: this may take long, and can be done later.
    if !args.no_index && reports.iter().any(|report| report.papers > 0) {
        let mut engine = setup.engine(&setup.data_dir, &args.model)?;
        index(setup, &mut engine)?;
    }
    if failed > 0 {
        bail!(message!("{failed} of {n} could not be imported", failed, n = args.from.len()));
    }
    Ok(())
}

/// Imports one place; how many papers it had, and what was of no use.
fn import(
    setup: &Setup,
    arxiv: &Arxiv,
    library: &mut Library,
    from: &str,
) -> Result<(usize, Vec<Message>)> {
    if let Some(collection) =
        from.strip_prefix("zotero:").or_else(|| Some("").filter(|_| from == "zotero"))
    {
        let zotero = zotero(setup)?.because(|| {
            message!(
                "ZOTERO_ID is not set; set it and ZOTERO_KEY, as https://www.zotero.org/settings/keys shows them"
            )
        })?;
        let place = format!("zotero:{collection}");
        let found = engine::place(&place, Path::new(""), &setup.data_dir, Some(&zotero))?;
        return shelve(setup, arxiv, library, found);
    }
    let path = Path::new(from);
    if path == Path::new("-") {
        return whole(setup, arxiv, library, path);
    }
    let mut snapshot = Snapshot::open(path)?;
    let mut bad = Vec::new();
    // Where none of the first lines is a paper, these are no lines of papers.
    while bad.len() < FIRST_LINES {
        match snapshot.next_page() {
            Ok(Some(first)) => return stream(setup, library, snapshot, first, bad),
            Ok(None) if bad.is_empty() => bail!(message!("{from} is empty", from)),
            Ok(None) => break,
            Err(error @ Error::Feed { .. }) => bad.push(error.message()),
            Err(error) => return Err(error.into()),
        }
    }
    if let Some(first) = bad.first().filter(|_| snapshot.total_bytes() > Some(WHOLE)) {
        bail!(message!("{first}; none of its first lines is a paper", first));
    }
    whole(setup, arxiv, library, path)
}

/// Imports a file that is read at once.
fn whole(
    setup: &Setup,
    arxiv: &Arxiv,
    library: &mut Library,
    path: &Path,
) -> Result<(usize, Vec<Message>)> {
    let (origin, bytes) = source::load(path)?;
    match source::parse(&origin, &bytes) {
        Ok(batch) => Ok((engine::import(library, batch, calendar::today(setup.now))?, Vec::new())),
        // Markup that is no library is a feed, so the first reader knows best what is wrong with it.
        Err(error) if bytes.trim_ascii_start().starts_with(b"<") && !shelf::is_unread(&bytes) => {
            Err(error.into())
        }
        Err(_) => {
            let shelf = shelf::parse(&origin, &bytes)?;
            shelve(setup, arxiv, library, (shelf.items, shelf.broken))
        }
    }
}

/// Imports lines of papers, of which the first page has been read. A bad line is named, and the
/// others count.
fn stream(
    setup: &Setup,
    library: &mut Library,
    snapshot: Snapshot,
    first: Batch,
    mut bad: Vec<Message>,
) -> Result<(usize, Vec<Message>)> {
    let bar = setup.ui.bar(&message!("importing MB"));
    let today = calendar::today(setup.now);
    let before = engine::import(library, first, today)?;
    let total = snapshot.total_bytes();
    let (papers, more) = engine::import_lines(library, snapshot, today, &mut |read, papers| {
        let megabytes = |bytes: u64| usize::try_from(bytes / 1_000_000).unwrap_or(0);
        if let Some(total) = total {
            bar.set_with(megabytes(read), megabytes(total).max(1), before + papers);
        }
    })?;
    bad.extend(more);
    Ok((before + papers, bad))
}

/// Imports what somebody keeps: each item once its paper is known.
fn shelve(
    setup: &Setup,
    arxiv: &Arxiv,
    library: &mut Library,
    (items, broken): (Vec<Item>, Vec<Broken>),
) -> Result<(usize, Vec<Message>)> {
    let mut noted: HashSet<String> = HashSet::new();
    let mut unusable: Vec<Message> = broken.iter().map(Broken::message).collect();
    let client = arxiv.client()?;
    let shelves = Shelves { client, zotero: None, today: calendar::today(setup.now) };
    let (completed, cut_off) = engine::take_in(library, &setup.data_dir, items, &shelves)?;
    if let Some(reason) = cut_off {
        setup.ui.note(&message!("arXiv cannot be asked for what is missing: {reason}", reason));
    }
    unusable.extend(completed.odd().map(Broken::message));
    unusable.retain(|line| noted.insert(line.to_string()));
    Ok((completed.papers.len(), unusable))
}
