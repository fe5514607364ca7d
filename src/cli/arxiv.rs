//! arXiv, as the settings and the environment name it.

use std::{
    cell::OnceCell,
    env::{self, VarError},
    path::PathBuf,
    time::Duration,
};

use anyhow::{Result, bail};
use jiff::Timestamp;
use paperlark::{
    calendar, message,
    source::{Client, ClientOptions, Hosts},
};

use super::{Setup, project_dirs, ui::Because};

/// arXiv, or the mirrors that the environment names, asked only if need be. One client makes all
/// requests, since it keeps the pace that arXiv asks for.
pub struct Arxiv<'a> {
    setup: &'a Setup,
    client: OnceCell<Client>,
}

impl<'a> Arxiv<'a> {
    pub fn new(setup: &'a Setup) -> Self {
        Arxiv { setup, client: OnceCell::new() }
    }

    /// The client; `None` offline.
    pub fn client(&self) -> Result<Option<&Client>> {
        if self.setup.offline {
            return Ok(None);
        }
        if let Some(client) = self.client.get() {
            return Ok(Some(client));
        }
        let client = Client::new(&options(self.setup)?)?;
        Ok(Some(self.client.get_or_init(|| client)))
    }
}

fn options(setup: &Setup) -> Result<ClientOptions> {
    let mut options = ClientOptions {
        contact: variable("PAPERLARK_CONTACT")?.or_else(|| setup.config.arxiv.contact.clone()),
        lock: Some(project_dirs().map_or_else(env::temp_dir, |d| d.cache_dir().to_path_buf())),
        cache: Some((setup.data_dir.join("cache"), calendar::newest(setup.now))),
        ..ClientOptions::default()
    };
    let Hosts { rss, api, list, oai } = &mut options.hosts;
    for (name, host) in [
        ("PAPERLARK_RSS_URL", rss),
        ("PAPERLARK_API_URL", api),
        ("PAPERLARK_LIST_URL", list),
        ("PAPERLARK_OAI_URL", oai),
    ] {
        if let Some(url) = variable(name)? {
            *host = url;
        }
    }
    set_times(&mut options.pace, &mut options.timeout)?;
    Ok(options)
}

/// Sets the pause between two requests and the time to wait for an answer, where the environment names them.
pub fn set_times(pace: &mut Duration, timeout: &mut Duration) -> Result<()> {
    for (name, time) in [("PAPERLARK_PACE", pace), ("PAPERLARK_TIMEOUT", timeout)] {
        if let Some(text) = variable(name)? {
            let seconds = text.parse().ok().and_then(|s| Duration::try_from_secs_f64(s).ok());
            *time = seconds.because(|| {
                message!("{name} is '{text}'; write a number of seconds, like 3", name, text)
            })?;
        }
    }
    Ok(())
}

/// The present, or the time that PAPERLARK_NOW names for tests and replays.
pub fn now() -> Result<Timestamp> {
    match variable("PAPERLARK_NOW")? {
        None => Ok(Timestamp::now()),
        Some(text) => text.parse().because(|| {
            message!("PAPERLARK_NOW is '{text}'; write a time like 2026-02-05T06:00:00Z", text)
        }),
    }
}

/// An environment variable that is set and not blank.
pub fn variable(name: &str) -> Result<Option<String>> {
    match env::var(name) {
        Ok(text) => Ok(Some(text).filter(|text| !text.trim().is_empty())),
        Err(VarError::NotPresent) => Ok(None),
        Err(VarError::NotUnicode(text)) => {
            bail!(message!("{name} is not Unicode: {text}", name, text = PathBuf::from(text)))
        }
    }
}
