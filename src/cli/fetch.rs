//! `paperlark fetch`: fills the library and its ledger, and makes no digest.

use anyhow::{Result, bail};
use jiff::civil::Date;
use paperlark::{
    Message, calendar, category,
    engine::{self, FetchOptions, Fetched, categories, want_replacements},
    message,
    source::Client,
    store::Library,
};

use super::{Setup, arxiv::Arxiv, fetched::heard, width};

/// Fetch what arXiv announced into the library, and make no digest
///
/// It asks for what the ledger lacks, and for nothing twice: the feed and the listing page of the
/// day, and for missed days the page of recent days, OAI-PMH, or the query API. arXiv allows one
/// request in three seconds. `paperlark daily` does this by itself; with --since it fills the
/// past, which gives rankings a broader background from the first day on.
///
/// Examples:
///   paperlark fetch
///   paperlark fetch --since 2026-01-01 --category cs.LG --category stat.ML
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub struct Args {
    /// From this announcement day on [default: where the ledger begins, at most 14 days back]
    #[arg(long, value_name = "YYYY-MM-DD")]
    since: Option<Date>,

    /// A category or archive, like cs.LG or hep-ph [default: those of all profiles]
    #[arg(long, value_name = "CATEGORY", num_args = 1..)]
    category: Vec<String>,
}

pub fn run(setup: &Setup, args: &Args) -> Result<()> {
    let (profiles, _) = match args.category.is_empty() {
        true => setup.load_profiles(&[])?,
        false => (Vec::new(), 0),
    };
    let mut named = Vec::new();
    for name in &args.category {
        named.push(known(name)?);
    }
    named.extend(categories(&profiles));
    if named.is_empty() {
        bail!(message!("no profile names a category; name one with --category cs.LG"));
    }
    let newest = calendar::newest(setup.now);
    if let Some(since) = args.since.filter(|since| *since > newest) {
        bail!(message!(
            "--since {since} has yet to come; the newest announcement is of {newest}",
            since,
            newest
        ));
    }
    let arxiv = Arxiv::new(setup);
    let Some(client) = arxiv.client()? else {
        bail!(message!(
            "--offline leaves nothing to fetch from; drop it, or use `paperlark import FILE`"
        ));
    };
    let options = FetchOptions {
        now: setup.now,
        since: args.since,
        // Whoever fills the past wants all of it.
        replacements: args.since.is_some() || want_replacements(&profiles),
    };
    let mut library = Library::open(&setup.data_dir)?;
    let fetched = fetch(setup, &mut library, client, &named, &options)?;
    if setup.json {
        setup.print_json(&fetched)?;
    } else {
        setup.print_as_is(summary(setup, &fetched))?;
    }
    heard(&fetched)
}

/// Fetches with a progress bar, and says what failed.
fn fetch(
    setup: &Setup,
    library: &mut Library,
    client: &Client,
    categories: &[String],
    options: &FetchOptions,
) -> Result<Fetched> {
    let bar = setup.ui.bar(&message!("fetching categories"));
    let progress = |done, total, papers| bar.set_with(done, total, papers);
    let fetched = engine::fetch(library, client, categories, options, &progress)?;
    drop(bar);
    fetched.failures.iter().for_each(|failure| setup.ui.note(failure));
    Ok(fetched)
}

fn known(name: &str) -> Result<String> {
    if let Some(name) = category::canonical(name) {
        return Ok(name.to_owned());
    }
    match category::suggest(name) {
        Some(near) => bail!(message!(
            "arXiv has no category '{category}'; did you mean {near}?",
            category = name,
            near
        )),
        None => bail!(message!(
            "arXiv has no category '{category}'; see arxiv.org/category_taxonomy",
            category = name
        )),
    }
}

fn summary(setup: &Setup, fetched: &Fetched) -> String {
    let words = |text: Message| setup.ui.words(&text);
    let Fetched { papers, announcements, .. } = fetched;
    let mut lines = vec![words(message!(
        "{papers} new papers, {announcements} new announcements",
        papers,
        announcements
    ))];
    if fetched.days.is_empty() {
        lines.push(format!("  {}", words(message!("nothing was missing"))));
    }
    for day in &fetched.days {
        let state = match (day.complete, day.stale) {
            (true, _) => String::new(),
            (false, Some(since)) => words(message!("; the feed still serves {date}", date = since)),
            (false, None) => words(message!("; not yet complete")),
        };
        let sources = match day.sources.as_slice() {
            [] => words(message!("nobody told")),
            sources => sources.join(", "),
        };
        lines.push(format!(
            "  {} {} {} ({sources}){state}",
            day.date,
            width::left(&day.category, 12),
            width::right(&words(message!("{n} papers", n = day.papers)), 12)
        ));
    }
    lines.join("\n")
}
