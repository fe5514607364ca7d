//! A digest on its way to a channel, once.
//!
//! Each piece is entered in the library before its first byte leaves, and again when it has arrived.
//! So a run that dies between the two leaves a piece of which nobody knows whether it arrived: it is
//! reported, and only sent again if a person says so. What is known not to have arrived goes out with
//! the next `daily` run, which looks for what is [`owed`], or when a person sends it. If some pieces
//! have arrived, the others follow only if the digest is still cut into the same ones.

use jiff::{Timestamp, ToSpan, civil::Date};

use super::site::delivered;
use crate::{
    deliver::{Channel, Fault, Message},
    digest::{Digest, Empty},
    error::Result,
    hash, message,
    store::{Library, SendState, Sent},
};

/// What became of a digest on a channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SendOutcome {
    /// It is there now.
    Sent,
    /// It was there before, since this time.
    Before(Timestamp),
    /// It has no papers, and the channel takes no empty ones, or papers may yet come.
    Empty,
    /// A run before was stopped while sending it, or it has changed since some of its pieces
    /// arrived: it may be there, in whole or in part.
    Unsure(Timestamp),
    /// It is not there, for this reason.
    Failed(message::Message),
    /// It may be there, for this reason.
    Lost(message::Message),
}

impl SendOutcome {
    /// Whether there is nothing left to do or to look after.
    pub fn is_settled(&self) -> bool {
        matches!(self, SendOutcome::Sent | SendOutcome::Before(_) | SendOutcome::Empty)
    }
}

/// What is known of `digest` on `channel` without sending it; `None` if it is yet to be sent.
///
/// # Errors
/// As [`Library::len`].
pub fn standing(
    library: &Library,
    digest: &Digest,
    channel: &Channel,
    again: bool,
) -> Result<Option<SendOutcome>> {
    let sent = library.sent(&digest.profile, digest.date, &channel.name)?;
    let is_empty = digest.entries.is_empty() && digest.updated.is_empty();
    Ok(match sent {
        _ if again => None,
        Some(Sent { state: SendState::Sent, at, .. }) => Some(SendOutcome::Before(at)),
        Some(Sent { state: SendState::Sending, at, .. }) => Some(SendOutcome::Unsure(at)),
        _ if is_empty && (!channel.send_empty || is_provisional(digest)) => {
            Some(SendOutcome::Empty)
        }
        _ => None,
    })
}

/// Whether a digest without papers may get some yet: nothing says so far that the day has none.
/// What it is in the end is sent instead.
fn is_provisional(digest: &Digest) -> bool {
    use Empty::{FeedEmpty, NoPapers, OtherDays, Stale};
    matches!(digest.empty, Some(Stale { .. } | FeedEmpty | NoPapers | OtherDays { .. }))
}

/// The recorded digests of `profile` that `channel` should have got and has not, ascending by day:
/// of the `days` days before `today` and later, and not before the first day of which anything was
/// sent to it, so that a new channel does not get old digests. What may be there is not among them.
///
/// # Errors
/// As [`delivered`].
pub fn owed(
    library: &Library,
    profile: &str,
    channel: &Channel,
    today: Date,
    days: i32,
) -> Result<Vec<Digest>> {
    let mut owed = Vec::new();
    if !channel.serves(profile) {
        return Ok(owed);
    }
    let since = today.saturating_sub(days.days());
    let mut has_begun = false;
    for date in library.delivered_days(profile)? {
        if has_begun && date < since {
            continue;
        }
        let sent = library.sent(profile, date, &channel.name)?;
        has_begun |= sent.is_some();
        let is_due = sent.is_none_or(|sent| sent.state == SendState::Failed);
        if has_begun && is_due && date >= since {
            owed.extend(delivered(library, profile, date)?);
        }
    }
    Ok(owed)
}

/// Sends `digest` to `channel`, unless it is there or may be there already; with `again` in any case.
///
/// # Errors
/// What the library refuses, which the next channel would meet as well. All else is in the [`SendOutcome`].
pub fn send(
    library: &mut Library,
    digest: &Digest,
    channel: &Channel,
    again: bool,
    now: Timestamp,
) -> Result<SendOutcome> {
    match sent(library, digest, channel, again, now) {
        Err(error) if !error.is_of_library() => Ok(SendOutcome::Failed(error.message())),
        outcome => outcome,
    }
}

fn sent(
    library: &mut Library,
    digest: &Digest,
    channel: &Channel,
    again: bool,
    now: Timestamp,
) -> Result<SendOutcome> {
    if let Some(known) = standing(library, digest, channel, again)? {
        return Ok(known);
    }
    let Digest { profile, date, .. } = digest;
    let message = Message::from(digest);
    let bodies = channel.bodies(&message, now)?;
    // A sending that fails half-way is entered a second time, under the name and what was being
    // sent: other papers, notes, settings or words cut the pieces elsewhere, and to go on by number
    // would lose or repeat papers.
    let cut = format!("{} {:016x}", channel.name, fingerprint(&bodies));
    let some = |sent: &Sent| !again && sent.messages > 0;
    let before = library.sent(profile, *date, &channel.name)?.filter(some);
    let first = match before {
        None => 0,
        // Pieces that arrived in a run before stay there.
        Some(sent) if library.sent(profile, *date, &cut)? == before => sent.messages as usize,
        Some(sent) => return Ok(SendOutcome::Unsure(sent.at)),
    };
    let mut record_as = |name: &str, state, messages: usize| {
        let sent = Sent { state, messages: messages as u32, at: now };
        library.record_sent(profile, *date, name, &sent)
    };
    for (at, body) in bodies.iter().enumerate().skip(first) {
        record_as(&channel.name, SendState::Sending, at)?;
        match channel.send(&message, body, now) {
            Ok(()) => {}
            Err(Fault::Unsure(reason)) => return Ok(SendOutcome::Lost(reason)),
            Err(Fault::Refused(reason) | Fault::Later(reason, _)) => {
                record_as(&channel.name, SendState::Failed, at)?;
                if at > 0 {
                    record_as(&cut, SendState::Failed, at)?;
                }
                return Ok(SendOutcome::Failed(reason));
            }
        }
    }
    record_as(&channel.name, SendState::Sent, bodies.len())?;
    Ok(SendOutcome::Sent)
}

/// Tells pieces from others, by where one ends as well.
fn fingerprint(bodies: &[Vec<u8>]) -> u64 {
    let texts: Vec<_> = bodies.iter().map(|body| String::from_utf8_lossy(body)).collect();
    hash::text(&texts.join("\0"))
}
