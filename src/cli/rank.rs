//! `paperlark rank`: the best of the whole library for a profile.

use anyhow::Result;
use jiff::civil::Date;
use paperlark::{engine::BackOptions, message};

use super::{ModelArgs, Setup, open};

/// Rank the back catalogue for a profile
///
/// The papers of the library that suit the profile best, in its categories and without what it
/// knows already, as a digest on standard output. The index names candidates near the likes of each
/// interest; those are ranked as a day's papers are. Nothing is recorded, so it can be asked again
/// and again; to keep it, redirect it to a file. `paperlark daily --catch-up` does so for the last
/// year.
///
/// The library holds what was fetched and imported: `paperlark import` takes arXiv's whole
/// snapshot.
///
/// Examples:
///   paperlark rank ling --since 2025-01-01
///   paperlark rank ling -n 100 --json
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub struct Args {
    /// The profile, by file name without .toml [default: the only one]
    profile: Option<String>,

    /// Submitted on this day or later [default: any day]
    #[arg(long, value_name = "YYYY-MM-DD")]
    since: Option<Date>,

    /// Submitted on this day or earlier
    #[arg(long, value_name = "YYYY-MM-DD")]
    until: Option<Date>,

    /// So many papers [default: as many as the profile's digests show]
    #[arg(short, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1000))]
    n: Option<u16>,

    /// Rank every paper, not only those that the index finds near the likes: slower, and hardly different
    #[arg(long)]
    exhaustive: bool,

    #[command(flatten)]
    model: ModelArgs,
}

pub fn run(setup: &Setup, args: &Args) -> Result<()> {
    let (mut engine, profile) =
        open::open(setup, &open::whose(setup, args.profile.as_deref())?, &args.model)?;
    let bar = setup.ui.bar(&message!("ranking papers"));
    let options = BackOptions {
        since: args.since,
        until: args.until,
        n: args.n.map(usize::from),
        exhaustive: args.exhaustive,
        now: setup.now,
    };
    let (digest, notices) =
        engine.rank_back(&profile, &options, &|done, total| bar.set(done, total))?;
    drop(bar);
    notices.iter().for_each(|notice| setup.ui.note(&notice.message()));
    match setup.json {
        true => setup.print_json(&digest.to_json()),
        false => setup.print_as_is(digest.render()),
    }
}
