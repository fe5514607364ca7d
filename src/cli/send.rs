//! `paperlark send`: digests go to people.

use anyhow::{Result, bail};
use jiff::civil::Date;
use paperlark::{
    deliver::{Channel, Message, Preview},
    digest::Digest,
    engine::{self, SendOutcome},
    message,
    store::Library,
};
use serde_json::{Value, json};

use super::{
    Setup, arxiv,
    channels::{Tally, channels, in_words, report},
};

/// Send digests by mail and to chats
///
/// The settings file names who gets them: [mail] with host, port, from and to (or SMTP_SERVER,
/// SMTP_PORT, SENDER, RECEIVER and always SENDER_PASSWORD in the environment), and a table [[send]]
/// for each webhook, with kind = "webhook", "feishu", "dingtalk", "wecom", "telegram" or "slack".
/// `paperlark daily` sends what it makes; this sends what did not arrive then, or another day's.
///
/// Nothing is sent twice. A digest whose sending was cut off may have arrived: it is reported, and
/// sent once more only with --again.
///
/// Examples:
///   paperlark send --dry-run
///   paperlark send ling --to mail
///   paperlark send ling --date 2026-02-05 --to feishu --again
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub struct Args {
    /// Only the digests of these profiles
    #[arg(value_name = "PROFILE")]
    only: Vec<String>,

    /// The day whose digest is sent [default: each profile's newest]
    #[arg(long, value_name = "YYYY-MM-DD")]
    date: Option<Date>,

    /// Only to this channel: the name of a [[send]], mail for all mail, or "mail ADDRESS"
    #[arg(long, value_name = "CHANNEL")]
    to: Option<String>,

    /// Also what has arrived, may have arrived, or has no papers
    #[arg(long)]
    again: bool,

    /// Show what would be sent, and send nothing
    #[arg(long)]
    dry_run: bool,
}

pub fn run(setup: &Setup, args: &Args) -> Result<()> {
    let (mut channels, mut tally) = channels(setup)?;
    if let Some(name) = &args.to {
        channels.retain(|channel| channel.is_called(name));
        if channels.is_empty() {
            bail!(message!(
                "no channel is called {name}; `paperlark send --dry-run` lists what is set up",
                name
            ));
        }
    } else if channels.is_empty() && tally.failed == 0 {
        bail!(message!(
            "no channel is set up; name one under [mail] or [[send]] in config.toml, or set SMTP_SERVER, \
             SENDER, SENDER_PASSWORD and RECEIVER in the environment"
        ));
    }
    if setup.offline && !args.dry_run {
        bail!(message!("nothing can be sent with --offline; --dry-run shows what would be"));
    }
    let (profiles, broken) = setup.load_profiles(&args.only)?;
    // A dry run changes nothing, so it needs no writer's lock.
    let mut library = match args.dry_run {
        true => Library::open_read_only(&setup.data_dir)?,
        false => setup.existing_library()?,
    };
    let mut told = Vec::new();
    for profile in &profiles {
        let Some(digest) = digest(&library, &profile.id, args.date)? else {
            let id = &profile.id;
            setup.ui.note(&match args.date {
                Some(date) => message!(
                    "{profile} has no digest of {date}; `paperlark daily` makes them",
                    profile = id,
                    date
                ),
                None => {
                    message!("{profile} has no digest; `paperlark daily` makes them", profile = id)
                }
            });
            continue;
        };
        for channel in channels.iter().filter(|channel| channel.serves(&profile.id)) {
            let fate = match args.dry_run {
                true => engine::standing(&library, &digest, channel, args.again)?,
                false => Some(send(setup, &mut library, &digest, channel, args.again, &mut tally)?),
            };
            let words = match &fate {
                None => message!("would be sent"),
                Some(fate) => in_words(fate),
            };
            if !setup.json && !matches!(fate, Some(SendOutcome::Failed(_) | SendOutcome::Lost(_))) {
                setup.print(&message!(
                    "{profile} {date} -> {channel}: {outcome}",
                    profile = digest.profile,
                    date = digest.date,
                    channel = channel.name,
                    outcome = words
                ))?;
            }
            let mut entry = json!({
                "profile": digest.profile, "date": digest.date, "channel": channel.name,
                "state": fate.as_ref().map_or("due", state), "said": words,
            });
            if fate.is_none() {
                let preview = channel.preview(&Message::from(&digest), arxiv::now()?);
                match setup.json {
                    true => entry["message"] = serde_json::to_value(preview)?,
                    false => show(setup, &preview)?,
                }
            }
            told.push(entry);
        }
    }
    if setup.json {
        setup.print_json(&Value::from(told))?;
    }
    if broken > 0 {
        bail!(message!(
            "{broken} of {n} profiles could not be read",
            broken,
            n = profiles.len() + broken
        ));
    }
    tally.close()
}

/// Prints what would be sent; the heads of a mail have the same names in every language.
fn show(setup: &Setup, preview: &Preview) -> Result<()> {
    match preview {
        Preview::Mail { from, to, subject, text, attachment, .. } => {
            setup.print_as_is(format!("From: {from}\nTo: {to}\nSubject: {subject}"))?;
            if let Some(name) = attachment {
                setup.print_as_is(format!("Attachment: {name}"))?;
            }
            setup.print_as_is(format!("\n{text}"))
        }
        Preview::Hook { bodies } => {
            for body in bodies {
                setup.print_json(body)?;
            }
            setup.print_as_is("")
        }
    }
}

/// Sends a digest to a channel, and says what a person must know.
fn send(
    setup: &Setup,
    library: &mut Library,
    digest: &Digest,
    channel: &Channel,
    again: bool,
    tally: &mut Tally,
) -> Result<SendOutcome> {
    let outcome = engine::send(library, digest, channel, again, arxiv::now()?)?;
    tally.all += 1;
    tally.failed += usize::from(!outcome.is_settled());
    report(setup, digest, &channel.name, &outcome);
    Ok(outcome)
}

/// The digest of a profile on a day, or its newest.
fn digest(library: &Library, profile: &str, date: Option<Date>) -> Result<Option<Digest>> {
    let newest = library.delivery_days(profile)?.map(|(_, last)| last);
    let Some(date) = date.or(newest) else { return Ok(None) };
    Ok(engine::delivered(library, profile, date)?)
}

fn state(fate: &SendOutcome) -> &'static str {
    match fate {
        SendOutcome::Sent => "sent",
        SendOutcome::Before(_) => "sent before",
        SendOutcome::Empty => "empty",
        SendOutcome::Unsure(_) | SendOutcome::Lost(_) => "unsure",
        SendOutcome::Failed(_) => "failed",
    }
}
