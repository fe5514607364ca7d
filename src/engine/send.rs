//! A digest on its way to a channel, once.
//!
//! Each piece is entered in the library before its first byte leaves, and again when it has arrived. So a run
//! that dies between the two leaves a piece of which nobody knows whether it arrived: it is reported, and
//! only sent again if a person says so. A piece that is known not to have arrived goes out with the next run.

use jiff::Timestamp;

use crate::{
    deliver::{Channel, Fault, Message},
    digest::{Around, Digest},
    error::Result,
    store::{Library, SendState, Sent},
};

/// What became of a digest on a channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// It is there now.
    Sent,
    /// It was there before, since this time.
    Before(Timestamp),
    /// It has no papers, and the channel takes no empty ones.
    Empty,
    /// A run before was stopped while sending it: it may be there.
    Unsure(Timestamp),
    /// It is not there, for this reason.
    Failed(String),
    /// It may be there, for this reason.
    Lost(String),
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
) -> Result<Option<Fate>> {
    let sent = library.sent(&digest.profile, digest.date, &channel.name)?;
    let is_empty = digest.entries.is_empty() && digest.updated.is_empty();
    Ok(match sent {
        _ if again => None,
        Some(Sent { state: SendState::Sent, at, .. }) => Some(Fate::Before(at)),
        Some(Sent { state: SendState::Sending, at, .. }) => Some(Fate::Unsure(at)),
        _ if is_empty && !channel.send_empty => Some(Fate::Empty),
        _ => None,
    })
}

/// Sends `digest` to `channel`, unless it is there or may be there already; with `again` in any case.
///
/// # Errors
/// As [`Library::record_sent`]; what the channel says is in the [`Fate`].
pub fn send(
    library: &mut Library,
    digest: &Digest,
    channel: &Channel,
    again: bool,
    now: Timestamp,
) -> Result<Fate> {
    if let Some(known) = standing(library, digest, channel, again)? {
        return Ok(known);
    }
    let Digest { profile, date, .. } = digest;
    let html = Some(digest.to_html(&Around::default()));
    let message = Message { subject: digest.subject(), text: digest.render(), html, digest };
    let bodies = channel.bodies(&message, now)?;
    // Pieces that arrived in a run before stay there.
    let before = library.sent(profile, *date, &channel.name)?.filter(|_| !again);
    let first = before.map_or(0, |sent| sent.messages as usize).min(bodies.len());
    let mut record = |state, messages: usize| {
        let sent = Sent { state, messages: messages as u32, at: now };
        library.record_sent(profile, *date, &channel.name, &sent)
    };
    for (at, body) in bodies.iter().enumerate().skip(first) {
        record(SendState::Sending, at)?;
        match channel.send(&message, body, now) {
            Ok(()) => {}
            Err(Fault::Unsure(reason)) => return Ok(Fate::Lost(reason)),
            Err(Fault::Refused(reason) | Fault::Later(reason, _)) => {
                record(SendState::Failed, at)?;
                return Ok(Fate::Failed(reason));
            }
        }
    }
    record(SendState::Sent, bodies.len())?;
    Ok(Fate::Sent)
}
