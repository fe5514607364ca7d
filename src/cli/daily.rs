//! `paperlark daily`: today's announcement becomes a digest for every profile.

use std::path::PathBuf;

use anyhow::{Result, bail};
use jiff::civil::Date;
use paperlark::{
    Message, calendar,
    digest::Digest,
    engine::{Announcement, Morning, Outcome},
    llm::Scribe,
    message,
    profile::Profile,
    source::{self, Batch, Format},
    tex,
    text::{for_terminal, one_line},
};

use super::{
    ModelArgs, Setup,
    arxiv::{self, Arxiv},
    channels::{Tally, channels},
    fetched::heard,
    notes,
    open::zotero,
    screen::Screen,
    teller::Teller,
    ui::Because,
};

/// Rank the day's announcement and write a digest for every profile
///
/// Without --feed it asks arXiv for what the ledger of announcements lacks in the categories of
/// the profiles: the feed and the listing page of the day, and whatever earlier runs missed.
/// Every profile gets a digest for each day announced since its last one, at most 14 days back.
/// Digests are written to <data-dir>/digests/DATE/PROFILE.md; digests/latest.md holds the newest.
/// Running it again changes nothing; a paper shown to a profile is not shown to it again on a
/// later day.
///
/// Examples:
///   paperlark daily
///   paperlark daily --feed cs.LG.xml cs.CV.xml --profile ling
///   paperlark daily --feed papers.jsonl --date 2026-02-05 --json
///
/// Environment: PAPERLARK_CONTACT, a mail address, goes into the requests to arXiv, as arXiv asks
/// of programs ([arxiv] contact in the settings file does the same). PAPERLARK_RSS_URL,
/// _LIST_URL, _API_URL and _OAI_URL name mirrors, PAPERLARK_PACE the seconds between two requests
/// to them (arXiv itself always gets 3), PAPERLARK_TIMEOUT the seconds to wait for an answer,
/// PAPERLARK_NOW another present.
///
/// A language model may write notes on the best papers, and does nothing else: OPENAI_MODEL names it,
/// OPENAI_API_KEY and OPENAI_BASE_URL say where it is ([llm] in the settings file does the same, but
/// for the key). It gets title and abstract of those papers, and nothing about the reader.
///
/// What it made it also sends, where [mail] or [[send]] in the settings file or SMTP_SERVER in the environment
/// names receivers; see `paperlark send`.
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub struct Args {
    /// Read these files instead of the network: arXiv RSS or Atom feeds, listing pages, query API or
    /// OAI-PMH answers, or JSON Lines (id, title, authors, abstract, ...), gzipped or not, told apart by
    /// content; - is standard input
    #[arg(long, value_name = "FILE", num_args = 1..)]
    feed: Vec<PathBuf>,

    /// Announcement day of the digest [default: the newest day in the files; without files, every day that
    /// is due]
    #[arg(long, value_name = "YYYY-MM-DD")]
    date: Option<Date>,

    /// Only these profiles: names of files in the profiles folder, or paths ending in .toml
    #[arg(long, value_name = "NAME", num_args = 1..)]
    profile: Vec<String>,

    /// Show papers that an earlier digest showed, and make an existing digest anew with today's marks
    #[arg(long)]
    again: bool,

    /// Also write digests/catch-up/PROFILE.md: the best of the last year, for a new reader; see `paperlark rank`
    #[arg(long)]
    catch_up: bool,

    /// Ask no language model for notes
    #[arg(long, conflicts_with = "notes_only")]
    no_notes: bool,

    /// Read and rank nothing; fill in the notes that the newest digests lack, and those of the last 14 days
    /// that an endpoint failed, or only those of --date
    #[arg(long, conflicts_with_all = ["feed", "again", "catch_up"])]
    notes_only: bool,

    /// Make the digests, and say which papers would be sent to a language model and what that would cost;
    /// send nothing
    #[arg(long)]
    dry_run: bool,

    #[command(flatten)]
    model: ModelArgs,
}

pub fn run(setup: &Setup, args: &Args) -> Result<()> {
    if let Some(date) = args.date
        && date > calendar::believed_until(calendar::today(setup.now))
    {
        bail!(message!("{date} is more than a week ahead; correct --date", date));
    }
    let (profiles, broken) = setup.load_profiles(&args.profile)?;
    if profiles.is_empty() {
        bail!(message!("no profile could be read"));
    }
    let is_wanted = !args.no_notes && profiles.iter().any(|profile| !profile.notes.is_empty());
    let scribe = match is_wanted.then(|| notes::scribe(setup)).transpose() {
        Ok(scribe) => scribe.flatten(),
        Err(error) if args.notes_only || args.dry_run => return Err(error),
        Err(error) => {
            // The digest appears anyway.
            setup.ui.failed(Some(&message!("nobody is asked for notes")), error.as_ref());
            None
        }
    };
    if args.notes_only {
        return notes_only(setup, args, &profiles, scribe.as_ref());
    }
    let arxiv = Arxiv::new(setup);
    // Everything that files say is read and understood before anything is written.
    let announcement = match args.feed.is_empty() {
        true => None,
        false => Some(announcement(setup, args)?),
    };
    let zotero = match profiles.iter().any(Profile::has_shelves) {
        true => zotero(setup)?,
        false => None,
    };
    let client = match arxiv.client() {
        // A day that is read from files can do without arXiv.
        Err(error) if announcement.is_some() => {
            setup.ui.error(&error);
            None
        }
        client => client?,
    };
    // What is wrong with a channel keeps no digest back; it is told at the end.
    let mut no_channels = None;
    let (mut channels, mut tally) = match args.dry_run {
        true => (Vec::new(), Tally::default()),
        false => channels(setup).unwrap_or_else(|error| {
            no_channels = Some(error);
            (Vec::new(), Tally::default())
        }),
    };
    if setup.offline {
        if !channels.is_empty() {
            setup.ui.note(&message!("offline: nothing is sent; `paperlark send` does it later"));
        }
        (channels, tally) = (Vec::new(), Tally::default());
    }
    let clock = || arxiv::now().unwrap_or(setup.now);
    let mut morning = Morning {
        announcement,
        date: args.date,
        again: args.again,
        catch_up: args.catch_up,
        client,
        zotero: zotero.as_ref(),
        scribe: scribe.as_ref().filter(|_| !args.dry_run),
        channels: &channels,
        clock: Some(&clock),
        ..Morning::new(profiles, setup.now)
    };
    let mut engine = setup.engine(&setup.data_dir, &args.model)?;
    let teller = Teller::new(setup);
    let report = engine.morning(&mut morning, &|event| teller.tell(&event))?;
    drop(teller);
    let profiles = &morning.profiles;
    let outcomes: Vec<&Outcome> = report.digests.iter().chain(&report.catch_ups).collect();
    if args.dry_run {
        let made = |outcome: &&Outcome| {
            let Digest { profile, date, .. } = &outcome.digest;
            Some((profiles.iter().find(|p| p.id == *profile)?, *date))
        };
        let digests: Vec<_> = outcomes.iter().filter_map(made).collect();
        notes::plan(setup, &engine, scribe.as_ref(), &digests)?;
    } else if setup.json {
        let digests: Vec<_> = outcomes.iter().map(|outcome| outcome.digest.to_json()).collect();
        setup.print_json(&digests)?;
    } else {
        for outcome in outcomes {
            setup.print_styled(summary(setup, outcome))?;
        }
    }
    tally.all += report.deliveries;
    tally.failed += report.undelivered;
    let stopped = no_channels.or(report.send_error.map(anyhow::Error::from));
    let delivered = stopped.map_or_else(|| tally.close(), Err);
    let failed = broken + report.failed;
    if failed > 0 {
        if let Err(error) = delivered {
            setup.ui.error(&error);
        }
        bail!(message!(
            "{failed} of {n} profiles got no digest",
            failed,
            n = profiles.len() + broken
        ));
    }
    delivered?;
    report.fetched.as_ref().map_or(Ok(()), heard)
}

/// Fills in the notes that recorded digests lack.
fn notes_only(
    setup: &Setup,
    args: &Args,
    profiles: &[Profile],
    scribe: Option<&Scribe>,
) -> Result<()> {
    let mut engine = setup.existing_engine(&args.model)?;
    let mut digests = Vec::new();
    for profile in profiles.iter().filter(|profile| !profile.notes.is_empty()) {
        let days = engine.lacking_notes(&profile.id, args.date, setup.now)?;
        digests.extend(days.into_iter().map(|date| (profile, date)));
    }
    if digests.is_empty() {
        bail!(match args.date {
            Some(date) => message!(
                "no profile that wants notes has a digest of {date}; `paperlark daily` makes them",
                date
            ),
            None =>
                message!("no profile that wants notes has a digest; `paperlark daily` makes them"),
        });
    }
    if args.dry_run {
        return notes::plan(setup, &engine, scribe, &digests);
    }
    let scribe = scribe.because(|| {
        message!(
            "no language model is set up; name it in OPENAI_MODEL, with OPENAI_API_KEY or OPENAI_BASE_URL"
        )
    })?;
    let mut faults = Vec::new();
    let mut annotated = Vec::new();
    for (profile, date) in digests {
        let digest = notes::annotate(setup, &mut engine, scribe, profile, date, &mut faults)?;
        annotated.extend(digest);
    }
    engine.write_latest()?;
    if setup.json {
        return setup.print_json(&annotated.iter().map(Digest::to_json).collect::<Vec<_>>());
    }
    annotated.iter().try_for_each(|digest| setup.print(&noted(digest)))
}

/// What notes a digest has and what they cost, in a line.
fn noted(digest: &Digest) -> Message {
    let notes = digest.entries.iter().filter(|entry| !entry.notes.is_empty()).count();
    let Digest { profile, date, tokens, .. } = digest;
    message!(
        "{profile} {date}: notes on {notes} of {n} papers, {tokens} tokens",
        profile,
        date,
        notes,
        n = digest.entries.len(),
        tokens
    )
}

/// Reads the files, and settles which day it is.
fn announcement(setup: &Setup, args: &Args) -> Result<Announcement> {
    let today = calendar::today(setup.now);
    let mut batches: Vec<Batch> =
        args.feed.iter().map(|path| source::read(path)).collect::<Result<_, _>>()?;
    let doubts = batches.iter_mut().filter_map(|batch| batch.doubt_far_days(today));
    doubts.for_each(|doubt| setup.ui.note(&doubt));
    // An empty feed states its day too, but papers come first.
    let days = batches.iter().flat_map(|batch| batch.items.iter().filter_map(|item| item.date));
    let days: Vec<Date> = match days.collect::<Vec<_>>() {
        none if none.is_empty() => batches.iter().filter_map(|batch| batch.date).collect(),
        days => days,
    };
    // A day that has yet to come is a slip of the pen, unless there is no other.
    let come = days.iter().copied().filter(|day| *day <= today).max();
    let date = args.date.or(come).or(days.iter().copied().max()).unwrap_or(today);
    let origin = batches.iter().map(|batch| batch.origin.clone()).collect::<Vec<_>>().join(" ");
    let from_feed =
        batches.iter().any(|b| matches!(b.format, Format::Rss | Format::Atom | Format::Listing));
    Ok(Announcement { date, items: source::merge(batches), origin, from_feed })
}

/// The digest in a few lines, for a terminal.
fn summary(setup: &Setup, outcome: &Outcome) -> String {
    const SHOWN: usize = 5;
    let digest = &outcome.digest;
    let Digest { profile, date, read, .. } = digest;
    let (n, path) = (digest.entries.len(), &outcome.path);
    let head = match outcome.written {
        true => message!(
            "{profile} {date}: {n} of {read} papers -> {path}",
            profile,
            date,
            n,
            read,
            path
        ),
        false => message!(
            "{profile} {date}: {n} of {read} papers -> {path} (unchanged)",
            profile,
            date,
            n,
            read,
            path
        ),
    };
    let mut lines = vec![setup.ui.words(&head)];
    let screen = Screen::new();
    let order = digest.in_order();
    for entry in digest.entries.iter().take(SHOWN) {
        let interest = entry.why.interest.as_deref().unwrap_or("-");
        let title = one_line(&tex::to_display(&entry.paper.title));
        let url = entry.paper.id.abs_url();
        // The number by which `like` knows it.
        let number = order.iter().position(|other| other.paper.id == entry.paper.id);
        let number = number.map_or(0, |at| at + 1);
        let title = screen.titled(13, &title, url.as_deref(), &format!("  [{interest}]"));
        lines.push(format!("{number:>4}.  {}  {title}", screen.score(entry.score)));
    }
    if digest.entries.len() > SHOWN {
        let more = message!("and {n} more", n = n - SHOWN);
        lines.push(format!("       {}", setup.ui.words(&more)));
    }
    if digest.writer.is_some() {
        lines.push(format!("  {}", setup.ui.words(&noted(digest))));
    }
    if let Some(cause) = digest.cause(setup.ui.language) {
        lines.push(format!("  {}", for_terminal(&cause)));
    }
    lines.join("\n")
}
