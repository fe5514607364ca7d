//! `paperlark send`: digests go to people.

use anyhow::{Result, bail};
use jiff::civil::Date;
use paperlark::{
    calendar,
    deliver::{self, Channel, Patience},
    digest::Digest,
    engine::{self, Fate, LATE},
    profile::Profile,
    store::Library,
};
use serde_json::{Value, json};

use super::{
    Setup,
    arxiv::{self, set_times, variable},
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

    /// Say what would be sent, and send nothing
    #[arg(long)]
    dry_run: bool,
}

/// How deliveries went.
#[derive(Default)]
struct Tally {
    all: usize,
    failed: usize,
}

pub fn run(setup: &Setup, args: &Args) -> Result<()> {
    let (mut channels, mut tally) = channels(setup)?;
    if let Some(name) = &args.to {
        channels.retain(|channel| channel.is_called(name));
        if channels.is_empty() {
            bail!("no channel is called {name}; `paperlark send --dry-run` lists what is set up");
        }
    } else if channels.is_empty() && tally.failed == 0 {
        bail!(
            "no channel is set up; name one under [mail] or [[send]] in config.toml, or set SMTP_SERVER, \
             SENDER, SENDER_PASSWORD and RECEIVER in the environment"
        );
    }
    if setup.offline && !args.dry_run {
        bail!("nothing can be sent with --offline; --dry-run says what would be");
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
            setup.ui.note(match args.date {
                Some(date) => format!("{id} has no digest of {date}; `paperlark daily` makes them"),
                None => format!("{id} has no digest; `paperlark daily` makes them"),
            });
            continue;
        };
        for channel in channels.iter().filter(|channel| channel.serves(&profile.id)) {
            let fate = match args.dry_run {
                true => engine::standing(&library, &digest, channel, args.again)?,
                false => Some(tally.send(setup, &mut library, &digest, channel, args.again)?),
            };
            let line = format!("{} {} -> {}", digest.profile, digest.date, channel.name);
            let words = match &fate {
                None => "would be sent".to_owned(),
                Some(fate) => in_words(fate),
            };
            if !setup.json && !matches!(fate, Some(Fate::Failed(_) | Fate::Lost(_))) {
                setup.print(format!("{line}: {words}"))?;
            }
            told.push(json!({
                "profile": digest.profile, "date": digest.date, "channel": channel.name,
                "state": fate.as_ref().map_or("due", state), "said": words,
            }));
        }
    }
    if setup.json {
        setup.print_json(&Value::from(told))?;
    }
    if broken > 0 {
        bail!("{broken} of {} profiles could not be read", profiles.len() + broken);
    }
    tally.close()
}

/// Sends digests that were just made to every channel that gets them, and those of the last days that did not
/// arrive; what is there already is not news.
pub fn deliver(
    setup: &Setup,
    library: &mut Library,
    profiles: &[Profile],
    digests: &[&Digest],
) -> Result<()> {
    let (channels, mut tally) = channels(setup)?;
    if setup.offline {
        if !channels.is_empty() {
            setup.ui.note("offline: nothing is sent; `paperlark send` does it later");
        }
        return Ok(());
    }
    let mut due: Vec<(&Channel, Digest)> = Vec::new();
    let today = calendar::today(setup.now);
    for channel in &channels {
        for profile in profiles.iter().filter(|profile| channel.serves(&profile.id)) {
            let is_made = |digest: &Digest| {
                digests
                    .iter()
                    .any(|made| made.profile == digest.profile && made.date == digest.date)
            };
            let mut owed = engine::owed(library, &profile.id, channel, today, LATE)?;
            owed.retain(|digest| !is_made(digest));
            due.extend(owed.into_iter().map(|digest| (channel, digest)));
        }
        let served = digests.iter().filter(|digest| channel.serves(&digest.profile));
        due.extend(served.map(|digest| (channel, (*digest).clone())));
    }
    for (channel, digest) in &due {
        if tally.send(setup, library, digest, channel, false)? == Fate::Sent {
            let Digest { profile, date, .. } = digest;
            setup.ui.note(format!("{profile} {date} was sent to {}", channel.name));
        }
    }
    tally.close()
}

impl Tally {
    /// Sends a digest to a channel, and says what a person must know.
    fn send(
        &mut self,
        setup: &Setup,
        library: &mut Library,
        digest: &Digest,
        channel: &Channel,
        again: bool,
    ) -> Result<Fate> {
        let Digest { profile, date, .. } = digest;
        let fate = match engine::send(library, digest, channel, again, arxiv::now()?) {
            // What the library refuses, the next channel would meet as well.
            Err(error @ (paperlark::Error::Library { .. } | paperlark::Error::Damaged { .. })) => {
                return Err(error.into());
            }
            Err(error) => Fate::Failed(error.to_string()),
            Ok(fate) => fate,
        };
        self.all += 1;
        let cure = format!("`paperlark send {profile} --date {date} --to '{}'", channel.name);
        let words = in_words(&fate);
        let line = match &fate {
            Fate::Sent | Fate::Before(_) | Fate::Empty => return Ok(fate),
            Fate::Failed(_) => format!("{words}; {cure}` tries again"),
            Fate::Unsure(_) | Fate::Lost(_) => {
                format!("{words}; look there, and if it is missing run {cure} --again`")
            }
        };
        self.failed += 1;
        setup.ui.error(&anyhow::anyhow!("{profile} {date} -> {}: {line}", channel.name));
        Ok(fate)
    }

    fn close(&self) -> Result<()> {
        match self.failed {
            0 => Ok(()),
            failed => bail!("{failed} of {} deliveries failed", self.all),
        }
    }
}

/// The channels that are set up; each that is not set up right is reported, and counts as a delivery that
/// failed.
fn channels(setup: &Setup) -> Result<(Vec<Channel>, Tally)> {
    let mut patience = Patience::default();
    set_times(&mut patience.pause, &mut patience.timeout)?;
    let variables = |name: &str| variable(name).ok().flatten();
    let config = &setup.config;
    let mut tally = Tally::default();
    let mut channels = Vec::new();
    for channel in deliver::channels(config.mail.as_ref(), &config.send, &variables, patience) {
        match channel {
            Ok(channel) => channels.push(channel),
            Err(error) => {
                tally.all += 1;
                tally.failed += 1;
                setup.ui.error(&error.into());
            }
        }
    }
    Ok((channels, tally))
}

/// The digest of a profile on a day, or its newest.
fn digest(library: &Library, profile: &str, date: Option<Date>) -> Result<Option<Digest>> {
    let newest = library.delivery_days(profile)?.map(|(_, last)| last);
    let Some(date) = date.or(newest) else { return Ok(None) };
    Ok(engine::delivered(library, profile, date)?)
}

fn state(fate: &Fate) -> &'static str {
    match fate {
        Fate::Sent => "sent",
        Fate::Before(_) => "sent before",
        Fate::Empty => "empty",
        Fate::Unsure(_) | Fate::Lost(_) => "unsure",
        Fate::Failed(_) => "failed",
    }
}

fn in_words(fate: &Fate) -> String {
    match fate {
        Fate::Sent => "sent".to_owned(),
        Fate::Before(at) => format!("is there since {at}; --again sends it once more"),
        Fate::Empty => {
            "has no papers; send_empty = true or --again sends it all the same".to_owned()
        }
        Fate::Unsure(at) => format!("its sending was cut off at {at}, so it may have arrived"),
        Fate::Failed(reason) => format!("not sent: {reason}"),
        Fate::Lost(reason) => format!("it may have arrived, or not: {reason}"),
    }
}
