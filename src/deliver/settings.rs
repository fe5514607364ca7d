//! The channels, as the settings file and the environment name them.

use std::{fs, path::PathBuf, sync::Arc};

use lettre::transport::smtp::{
    authentication::Credentials,
    client::{Certificate, TlsParameters},
};
use serde::Deserialize;

use super::{
    Channel, Patience, Target,
    hook::{Hook, Kind},
    mail::{Person, Receiver, Security, Server},
};
use crate::error::{Error, Result};
use crate::message;
use crate::message::Argument;

/// Papers that a message names where nothing else is said.
const TOP: usize = 20;

/// Looks up an environment variable; one that is blank counts as not set.
pub type Variables<'a> = &'a dyn Fn(&str) -> Option<String>;

/// The table `[mail]`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MailSettings {
    /// The SMTP server's name; `SMTP_SERVER` or `SMTP_HOST` in the environment overrides it.
    pub host: Option<String>,
    /// Its port, 465 if nothing is said; `SMTP_PORT` overrides it.
    pub port: Option<u16>,
    /// The name to log in with, the sender's address if nothing is said; empty for no login. The password
    /// is only taken from the environment, as `SENDER_PASSWORD` or `SMTP_PASSWORD`.
    pub user: Option<String>,
    /// The sender; `SENDER` overrides it.
    pub from: Option<String>,
    /// The receivers, each of whom gets a mail of their own; `RECEIVER`, with commas between, overrides them.
    pub to: Vec<String>,
    /// How the connection is encrypted; by the port if nothing is said.
    pub tls: Option<Security>,
    /// A PEM file with the certificate of an authority to trust beside those of the system.
    pub ca_file: Option<PathBuf>,
    /// Profiles whose digests are mailed; empty for all.
    pub profiles: Vec<String>,
    /// Whether a day without papers is mailed as well.
    pub send_empty: bool,
}

/// A table `[[send]]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HookSettings {
    /// What kind of webhook it is.
    pub kind: Kind,
    /// Its name, where there are two of a kind.
    pub name: Option<String>,
    /// Its address.
    pub url: Option<String>,
    /// Or the environment variable that holds it, because the address of a webhook is a secret.
    pub url_env: Option<String>,
    /// The environment variable that holds the secret to sign with; for Telegram, the bot's token.
    pub secret_env: Option<String>,
    /// For Telegram, the chat's id.
    pub chat: Option<String>,
    /// Or the environment variable that holds it.
    pub chat_env: Option<String>,
    /// Profiles whose digests it gets; empty for all.
    #[serde(default)]
    pub profiles: Vec<String>,
    /// At most so many papers stand in a message.
    #[serde(default = "top")]
    pub top: usize,
    /// Whether a day without papers is sent as well.
    #[serde(default)]
    pub send_empty: bool,
}

fn top() -> usize {
    TOP
}

/// The channels that are set up, with a message for each that is not set up right. There is mail if the
/// settings have `[mail]`, or the environment names a server.
pub fn channels(
    mail: Option<&MailSettings>,
    hooks: &[HookSettings],
    variables: Variables,
    patience: Patience,
) -> Vec<Result<Channel>> {
    let mut all = mailboxes(mail, variables, patience).unwrap_or_else(|error| vec![Err(error)]);
    all.extend(hooks.iter().map(|hook| hook.channel(variables, patience)));
    let mut names = Vec::new();
    for channel in &mut all {
        let Ok(Channel { name, .. }) = channel else { continue };
        if names.contains(name) {
            *channel = Err(Error::Invalid(message!(
                "two channels are called {channel}; give one [[send]] another name = \"...\"",
                channel = &*name
            )));
        } else {
            names.push(name.clone());
        }
    }
    all
}

fn either(variables: Variables, names: [&str; 2]) -> Option<String> {
    names.into_iter().find_map(variables)
}

fn mailboxes(
    settings: Option<&MailSettings>,
    variables: Variables,
    patience: Patience,
) -> Result<Vec<Result<Channel>>> {
    let host = either(variables, ["SMTP_SERVER", "SMTP_HOST"]);
    let settings = match (settings, &host) {
        (None, None) => return Ok(Vec::new()),
        (settings, _) => settings.cloned().unwrap_or_default(),
    };
    let missing = |what: message::Message, key: &str, variable: &str| {
        Error::Invalid(message!(
            "mail has no {what}; set {key} under [mail] in config.toml, or {variable} in the environment",
            what,
            key,
            variable
        ))
    };
    let host =
        host.or(settings.host).ok_or_else(|| missing(message!("server"), "host", "SMTP_SERVER"))?;
    let port = match variables("SMTP_PORT") {
        Some(text) => text.trim().parse().map_err(|_| {
            Error::Invalid(message!("SMTP_PORT is '{text}'; write a number like 465 or 587", text))
        })?,
        None => settings.port.unwrap_or(465),
    };
    let from = variables("SENDER").or(settings.from);
    let from: Person =
        from.ok_or_else(|| missing(message!("sender"), "from", "SENDER"))?.parse()?;
    let to: Vec<String> = match variables("RECEIVER") {
        Some(text) => text.split([',', ';']).map(|one| one.trim().to_owned()).collect(),
        None => settings.to,
    };
    let to: Vec<&String> = to.iter().filter(|one| !one.is_empty()).collect();
    if to.is_empty() {
        return Err(missing(message!("receiver"), "to", "RECEIVER"));
    }
    let here = ["localhost", "127.0.0.1", "::1"].contains(&&host[..]);
    let security = settings.tls.unwrap_or(match port {
        465 => Security::Implicit,
        587 => Security::Starttls,
        _ if here => Security::None,
        _ => Security::Starttls,
    });
    if security == Security::None && !here {
        return Err(Error::Invalid(message!(
            "mail to {host} would go unencrypted, which is for a server on this machine only; set tls = \
             \"starttls\" or \"implicit\" under [mail]",
            host
        )));
    }
    let user = settings.user.unwrap_or_else(|| from.address.to_string());
    let password = either(variables, ["SENDER_PASSWORD", "SMTP_PASSWORD"]);
    let credentials = match password {
        _ if user.is_empty() => None,
        Some(password) => Some(Credentials::new(user, password)),
        None if here => None,
        None => {
            return Err(Error::Invalid(message!(
                "there is no password for {user} at {host}; set SENDER_PASSWORD in the environment (many \
                 providers want an app password), or user = \"\" under [mail] for a server without login",
                user,
                host
            )));
        }
    };
    let server = Arc::new(Server {
        tls: tls(&host, settings.ca_file.as_ref())?,
        host,
        port,
        security,
        credentials,
        from,
        timeout: patience.timeout,
    });
    let channel = |to: &String| {
        let to: Person = to.parse()?;
        Ok(Channel {
            name: format!("mail {}", to.address),
            profiles: settings.profiles.clone(),
            send_empty: settings.send_empty,
            target: Target::Mail(Receiver { server: server.clone(), to }),
            patience,
        })
    };
    Ok(to.into_iter().map(channel).collect())
}

fn tls(host: &str, ca_file: Option<&PathBuf>) -> Result<TlsParameters> {
    let mut parameters = TlsParameters::builder(host.to_owned());
    if let Some(path) = ca_file {
        let pem = fs::read(path).map_err(Error::io("read", path))?;
        let certificate = Certificate::from_pem(&pem).map_err(|e| Error::Damaged {
            path: path.clone(),
            reason: message!(
                "{cause}; ca_file is a certificate in PEM form",
                cause = Argument::foreign(e)
            ),
        })?;
        parameters = parameters.add_root_certificate(certificate);
    }
    parameters.build_rustls().map_err(|e| {
        Error::Invalid(message!(
            "cannot set up TLS for {host}: {cause}",
            host,
            cause = Argument::foreign(e)
        ))
    })
}

impl HookSettings {
    fn channel(&self, variables: Variables, patience: Patience) -> Result<Channel> {
        let name = self.name.clone().unwrap_or_else(|| self.kind.as_str().to_owned());
        let refuse = |reason: message::Message| {
            Error::Invalid(message!("[[send]] {name}: {reason}", name, reason))
        };
        if name.trim().is_empty() || name.split(' ').next() == Some("mail") {
            return Err(refuse(message!("choose another name; mail is what mail is called")));
        }
        let value = |stated: &Option<String>, variable: &Option<String>| match (stated, variable) {
            (Some(value), _) => Ok(Some(value.clone())),
            (None, None) => Ok(None),
            (None, Some(variable)) => match variables(variable) {
                Some(value) => Ok(Some(value.trim().to_owned())),
                None => Err(refuse(message!("{variable} is not set in the environment", variable))),
            },
        };
        let url = value(&self.url, &self.url_env)?;
        let secret = value(&None, &self.secret_env)?;
        let chat = value(&self.chat, &self.chat_env)?;
        let hook = Hook::new(self.kind, url, secret, chat, self.top, patience).map_err(refuse)?;
        Ok(Channel {
            profiles: self.profiles.clone(),
            send_empty: self.send_empty,
            target: Target::Hook(hook),
            patience,
            name,
        })
    }
}
