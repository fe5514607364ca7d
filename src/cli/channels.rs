//! Where digests go, as the settings and the environment name it, and how deliveries went.

use anyhow::{Result, bail};
use paperlark::{
    Message,
    deliver::{self, Channel, Patience},
    digest::Digest,
    engine::SendOutcome,
    message,
};

use super::{
    Setup,
    arxiv::{set_times, variable},
};

/// How deliveries went.
#[derive(Default)]
pub struct Tally {
    pub all: usize,
    pub failed: usize,
}

impl Tally {
    pub fn close(&self) -> Result<()> {
        match self.failed {
            0 => Ok(()),
            failed => bail!(message!("{failed} of {n} deliveries failed", failed, n = self.all)),
        }
    }
}

/// The channels that are set up; each that is not set up right is reported, and counts as a delivery that
/// failed.
pub fn channels(setup: &Setup) -> Result<(Vec<Channel>, Tally)> {
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

/// Says of a delivery what a person must know, and what to do.
pub fn report(setup: &Setup, digest: &Digest, channel: &str, outcome: &SendOutcome) {
    let Digest { profile, date, .. } = digest;
    let line = match outcome {
        SendOutcome::Sent | SendOutcome::Before(_) | SendOutcome::Empty => return,
        SendOutcome::Failed(_) => message!(
            "{profile} {date} -> {channel}: {outcome}; `paperlark send {profile} --date {date} --to '{channel}'` tries again",
            profile,
            date,
            channel,
            outcome = in_words(outcome)
        ),
        SendOutcome::Unsure(_) | SendOutcome::Lost(_) => message!(
            "{profile} {date} -> {channel}: {outcome}; look there, and if it is missing run `paperlark send {profile} --date {date} --to '{channel}' --again`",
            profile,
            date,
            channel,
            outcome = in_words(outcome)
        ),
    };
    setup.ui.failed(None, &line);
}

pub fn in_words(outcome: &SendOutcome) -> Message {
    match outcome {
        SendOutcome::Sent => message!("sent"),
        SendOutcome::Before(at) => message!("is there since {at}; --again sends it once more", at),
        SendOutcome::Empty => {
            message!("has no papers; send_empty = true or --again sends it all the same")
        }
        SendOutcome::Unsure(at) => {
            message!("its sending was cut off at {at}, so it may have arrived", at)
        }
        SendOutcome::Failed(reason) => message!("not sent: {reason}", reason),
        SendOutcome::Lost(reason) => message!("it may have arrived, or not: {reason}", reason),
    }
}
