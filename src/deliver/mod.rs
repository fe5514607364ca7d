//! Sending a digest to people: by mail, and to the webhooks of chats.
//!
//! A [`Channel`] is one receiver: a mail address, or a webhook. It turns a [`Message`] into what goes over
//! the wire, [`Channel::bodies`], shows that to a person, [`Channel::preview`], and [sends](Channel::send)
//! it piece by piece. Nothing is sent twice: a [`Fault`] says whether a piece is known not to have arrived, and
//! only such a piece is tried again.
//! [`MailSettings`] and [`HookSettings`] are the tables `[mail]` and `[[send]]` of `config.toml`.

mod chat;
mod hook;
mod mail;
mod settings;

use std::time::Duration;

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use crate::{
    digest::Digest,
    error::Result,
    hash, message,
    net::{Retry, Tried, retry},
};
pub use hook::Kind;
pub use mail::Security;
pub use settings::{HookSettings, MailSettings, Variables, channels};

/// How often a piece is tried before it is given up for this run.
const TRIES: u32 = 4;
/// The longest pause that a server may ask for; one that asks for more is left for the next run.
const LONGEST_PAUSE: Duration = Duration::from_secs(120);

/// A digest on its way out.
#[derive(Debug)]
pub struct Message<'a> {
    /// One line.
    pub subject: String,
    /// The whole digest as Markdown.
    pub text: String,
    /// The digest as HTML, for channels that take it; not all of a long one.
    pub html: Option<String>,
    /// The name under which the text goes along as a file as well, if the HTML has not all papers.
    pub attachment: Option<String>,
    /// The digest itself.
    pub digest: &'a Digest,
}

impl<'a> From<&'a Digest> for Message<'a> {
    fn from(digest: &'a Digest) -> Self {
        let mail = digest.to_mail();
        Message {
            subject: digest.subject(),
            text: digest.render(),
            html: Some(mail.html),
            attachment: (mail.left_out > 0).then(|| digest.file_name()),
            digest,
        }
    }
}

/// What would go over the wire, for a person to look at; no secret and no address of a webhook is in it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Preview {
    /// A mail.
    Mail {
        /// The sender, by name and address.
        from: String,
        /// The receiver.
        to: String,
        /// One line.
        subject: String,
        /// The part in plain text.
        text: String,
        /// The part in HTML.
        html: Option<String>,
        /// Name of the file that goes along, with the plain text in it.
        attachment: Option<String>,
    },
    /// The requests to a webhook, in order.
    Hook {
        /// Their bodies.
        bodies: Vec<Value>,
    },
}

/// How long to wait for others.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// Pause before the second try; it doubles with each further one.
    pub pause: Duration,
    /// Time to wait for an answer.
    pub timeout: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Patience { pause: Duration::from_secs(3), timeout: Duration::from_secs(60) }
    }
}

/// Why a piece was not sent, in words for whoever runs this; no secret and no address of a webhook is in them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// It was refused, and would be again.
    Refused(message::Message),
    /// It was not taken now; after the time asked for it may be.
    Later(message::Message, Option<Duration>),
    /// The connection ended before an answer: it may have arrived, or not.
    Unsure(message::Message),
}

/// One receiver of digests. It knows secrets, so it has no form for debugging.
pub struct Channel {
    /// Its name, which no other channel has: `mail ADDRESS`, or that of the webhook.
    pub name: String,
    /// Profiles whose digests it gets; empty for all.
    pub profiles: Vec<String>,
    /// Whether a day without papers is sent as well.
    pub send_empty: bool,
    target: Target,
    patience: Patience,
}

enum Target {
    Mail(mail::Receiver),
    Hook(hook::Hook),
}

impl Channel {
    /// Whether it gets the digests of `profile`.
    pub fn serves(&self, profile: &str) -> bool {
        self.profiles.is_empty() || self.profiles.iter().any(|name| name == profile)
    }

    /// Whether a person who names `name` means this channel: by its name, or the first word of it.
    pub fn is_called(&self, name: &str) -> bool {
        self.name == name || self.name.split(' ').next() == Some(name)
    }

    /// What goes over the wire, piece by piece.
    ///
    /// # Errors
    /// [`Error::Invalid`](crate::Error::Invalid) if no mail can be made of it.
    pub fn bodies(&self, message: &Message, now: Timestamp) -> Result<Vec<Vec<u8>>> {
        match &self.target {
            Target::Mail(receiver) => Ok(vec![receiver.body(message, now, self.key(message))?]),
            Target::Hook(hook) => Ok(hook.bodies(message, now)),
        }
    }

    /// What it would send, without sending it.
    pub fn preview(&self, message: &Message, now: Timestamp) -> Preview {
        match &self.target {
            Target::Mail(receiver) => receiver.preview(message),
            Target::Hook(hook) => Preview::Hook { bodies: hook.preview(message, now) },
        }
    }

    /// Sends one of its [bodies](Channel::bodies), in several tries if need be.
    ///
    /// # Errors
    /// The [`Fault`] of the last try.
    pub fn send(&self, message: &Message, body: &[u8], now: Timestamp) -> Result<(), Fault> {
        let policy = Retry {
            tries: TRIES,
            pause: self.patience.pause,
            longest: LONGEST_PAUSE,
            in_all: LONGEST_PAUSE * TRIES,
        };
        let told = |fault: &Fault, wait: Duration| {
            if let Fault::Later(reason, _) = fault {
                let seconds = format!("{:.0}", wait.as_secs_f64());
                message!(
                    "{name}: {reason}; trying again in {seconds} s",
                    name = &self.name,
                    reason,
                    seconds
                )
                .warn();
            }
        };
        retry(policy, told, || {
            let sent = match &self.target {
                Target::Mail(receiver) => receiver.send(body),
                Target::Hook(hook) => hook.send(body, now, self.key(message)),
            };
            sent.map_err(|fault| match fault {
                Fault::Later(_, after) => Tried::Passing(fault, after),
                fault => Tried::Final(fault),
            })
        })
    }

    /// Stands for this digest on this channel, so that a receiver can tell a second copy from news.
    fn key(&self, message: &Message) -> u64 {
        let Digest { profile, date, .. } = message.digest;
        hash::text(&format!("{profile}\n{date}\n{}", self.name))
    }
}
