//! Mail over SMTP.
//!
//! The dialogue is led command by command, because it matters where it breaks off: before the end of the
//! data a mail is known not to have been taken, after it nobody knows.

use std::{fmt, str::FromStr, sync::Arc, time::Duration};

use jiff::Timestamp;
use lettre::{
    Address,
    transport::smtp::{
        self,
        authentication::{Credentials, DEFAULT_MECHANISMS},
        client::{SmtpConnection, TlsParameters},
        commands::{Data, Mail, Rcpt},
        extension::ClientId,
    },
};
use mail_builder::{MessageBuilder, headers};
use serde::Deserialize;

use super::{Fault, Message, Preview};
use crate::{
    error::{Error, Result},
    message,
    message::Argument,
    net::innermost,
    text::{one_line, quoted},
};

/// Somebody with a mail address, written `ada@example.org` or `Ada <ada@example.org>`.
#[derive(Debug, Clone)]
pub(super) struct Person {
    name: Option<String>,
    pub address: Address,
}

impl FromStr for Person {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let inside = text.trim().strip_suffix('>').and_then(|text| text.rsplit_once('<'));
        let (name, address) = inside.unwrap_or(("", text));
        let name = one_line(name.trim().trim_matches('"'));
        let address = address.trim().parse().map_err(|e| {
            Error::Invalid(message!(
                "'{text}' is no mail address ({cause}); write it as ada@example.org",
                text,
                cause = Argument::foreign(e)
            ))
        })?;
        Ok(Person { name: Some(name).filter(|name| !name.is_empty()), address })
    }
}

impl fmt::Display for Person {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.name {
            Some(name) => write!(f, "{name} <{}>", self.address),
            None => self.address.fmt(f),
        }
    }
}

impl Person {
    fn header(&self) -> headers::address::Address<'_> {
        headers::address::Address::new_address(self.name.as_deref(), self.address.to_string())
    }
}

/// How a connection to an SMTP server is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Security {
    /// From the first byte, as on port 465.
    Implicit,
    /// After a command in the clear, as on port 587; a server that cannot is refused.
    Starttls,
    /// Not at all; only for a server on this machine.
    None,
}

/// An SMTP server, and who sends by it.
pub(super) struct Server {
    pub host: String,
    pub port: u16,
    pub security: Security,
    pub tls: TlsParameters,
    pub credentials: Option<Credentials>,
    pub from: Person,
    pub timeout: Duration,
}

/// Somebody who gets mail from a server.
pub(super) struct Receiver {
    pub server: Arc<Server>,
    pub to: Person,
}

impl Receiver {
    /// The mail: Markdown, and HTML beside it if there is some, with the Markdown as a file too if the HTML has
    /// not all of it. `key` makes its Message-ID, so that a mailbox
    /// knows a second copy. An answer goes to the receiver: it has the ticked boxes in it.
    pub fn body(&self, message: &Message, now: Timestamp, key: u64) -> Result<Vec<u8>> {
        let from = &self.server.from;
        let id = format!("{}.{key:016x}@{}", message.digest.date, from.address.domain());
        let mail = MessageBuilder::new()
            .from(from.header())
            .to(self.to.header())
            .reply_to(self.to.header())
            .subject(&message.subject[..])
            .date(now.as_second())
            .message_id(id)
            .text_body(&message.text[..]);
        let mail = match &message.html {
            Some(html) => mail.html_body(&html[..]),
            None => mail,
        };
        let mail = match &message.attachment {
            Some(name) => mail.attachment("text/markdown", &name[..], &message.text[..]),
            None => mail,
        };
        mail.write_to_vec().map_err(|e| {
            Error::Invalid(message!(
                "no mail to {address} can be made: {cause}",
                address = self.to.address.to_string(),
                cause = Argument::foreign(e)
            ))
        })
    }

    /// The same for a person to look at.
    pub fn preview(&self, message: &Message) -> Preview {
        Preview::Mail {
            from: self.server.from.to_string(),
            to: self.to.to_string(),
            subject: message.subject.clone(),
            text: message.text.clone(),
            html: message.html.clone(),
            attachment: message.attachment.clone(),
        }
    }

    /// Sends a mail.
    pub fn send(&self, body: &[u8]) -> Result<(), Fault> {
        let mut connection =
            self.server.connect().map_err(|e| self.fault(message!("the connection"), e))?;
        let mut dialogue = || {
            let from = Mail::new(Some(self.server.from.address.clone()), vec![]);
            connection.command(from).map_err(|e| self.fault(message!("the sender"), e))?;
            let to = Rcpt::new(self.to.address.clone(), vec![]);
            connection.command(to).map_err(|e| self.fault(message!("the receiver"), e))?;
            connection.command(Data).map_err(|e| self.fault(message!("the mail"), e))?;
            connection.message(body).map_err(|e| match e.status() {
                Some(_) => self.fault(message!("the mail"), e),
                None => Fault::Unsure(message!(
                    "{host} took the mail and did not say what became of it ({cause})",
                    host = &self.server.host,
                    cause = Argument::Foreign(said(&e))
                )),
            })
        };
        let sent = dialogue().map(drop);
        // The mail is taken or not, however the parting goes.
        match sent {
            Ok(()) => drop(connection.quit()),
            Err(_) => connection.abort(),
        }
        sent
    }

    /// What an error before the end of the data means.
    fn fault(&self, what: message::Message, error: smtp::Error) -> Fault {
        let Server { host, port, .. } = &*self.server;
        let words = Argument::Foreign(said(&error));
        match error.status().map(|code| code.to_string()) {
            Some(code) if matches!(&code[..], "530" | "534" | "535" | "538") => {
                Fault::Refused(message!(
                    "{host} refused the login: {words}; check SENDER and SENDER_PASSWORD (many providers want an \
                 app password, and SMTP switched on)",
                    host,
                    words
                ))
            }
            Some(_) if error.is_permanent() => {
                Fault::Refused(message!("{host} refused {what}: {words}", host, what, words))
            }
            Some(_) => {
                Fault::Later(message!("{host} put {what} off: {words}", host, what, words), None)
            }
            None if error.is_tls() || words.to_string().contains("certificate") => {
                Fault::Refused(message!(
                    "no trusted connection to {host}:{port}: {words}; check host, port and tls, or name the \
                 authority's certificate as ca_file under [mail]",
                    host,
                    port,
                    words
                ))
            }
            None if error.is_client() => {
                Fault::Refused(message!("{host}:{port}: {words}", host, port, words))
            }
            None => Fault::Later(
                message!("no answer from {host}:{port}: {words}", host, port, words),
                None,
            ),
        }
    }
}

impl Server {
    /// A connection that is encrypted as it should be, and logged in.
    fn connect(&self) -> Result<SmtpConnection, smtp::Error> {
        let name = ClientId::default();
        let implicit = (self.security == Security::Implicit).then_some(&self.tls);
        let address = (&self.host[..], self.port);
        let mut connection =
            SmtpConnection::connect(address, Some(self.timeout), &name, implicit, None)?;
        if self.security == Security::Starttls {
            connection.starttls(&self.tls, &name)?;
        }
        if let Some(credentials) = &self.credentials {
            connection.auth(DEFAULT_MECHANISMS, credentials)?;
        }
        Ok(connection)
    }
}

/// What went wrong, innermost cause only: it is what the server or the system said.
fn said(error: &smtp::Error) -> String {
    let code = error.status().map(|code| format!("{code} ")).unwrap_or_default();
    quoted(&format!("{code}{}", innermost(error)))
}
