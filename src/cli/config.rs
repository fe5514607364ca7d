//! `config.toml`: settings that hold for every run, where the command line does not say otherwise.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use anyhow::Result;
use paperlark::{
    deliver::{HookSettings, MailSettings},
    embed::Precision,
    llm::Price,
    message,
    message::Argument,
};
use serde::{Deserialize, Deserializer, de::Error};

/// The file's content; what it does not name keeps its default.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    pub embedding: Embedding,
    pub arxiv: Arxiv,
    pub mail: Option<MailSettings>,
    /// The webhooks.
    pub send: Vec<HookSettings>,
    pub llm: Llm,
}

/// The language model that writes notes; its key comes from the environment alone.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Llm {
    pub base_url: Option<String>,
    pub model: Option<String>,
    /// Papers of a digest that get notes.
    pub top_n: Option<usize>,
    pub max_tokens_per_day: Option<u64>,
    /// Seconds to wait for an answer.
    pub timeout: Option<f64>,
    /// Price of a million tokens.
    pub price: Option<Price>,
    /// A file of instructions in place of our own.
    pub prompt: Option<PathBuf>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Arxiv {
    /// A mail address or URL, by which arXiv can reach whoever runs this.
    pub contact: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Embedding {
    #[serde(deserialize_with = "stated_precision")]
    pub precision: Option<Precision>,
}

impl Config {
    /// Reads the file at `path`; without one everything keeps its default, unless a person named it.
    pub fn read(path: &Path, named: bool) -> Result<Config> {
        let text = match fs::read_to_string(path) {
            Err(e) if e.kind() == io::ErrorKind::NotFound && !named => return Ok(Config::default()),
            text => text.map_err(paperlark::Error::io("read", &path))?,
        };
        toml::from_str(&text).map_err(|error| {
            // The error's own words show the line, and a secret may stand in it by mistake.
            let before = text.get(..error.span().map_or(0, |span| span.start)).unwrap_or_default();
            let line = before.matches('\n').count() + 1;
            let reason = Argument::foreign(error.message());
            anyhow::Error::new(match error.message().contains("`password`") {
                true => message!(
                    "{path}:{line}: {reason}; the password comes from SENDER_PASSWORD in the environment",
                    path,
                    line,
                    reason
                ),
                false => message!("{path}:{line}: {reason}", path, line, reason),
            })
        })
    }
}

/// A precision, or whatever is best on this machine.
#[derive(Debug, Clone, Copy)]
pub struct Choice(pub Option<Precision>);

/// Reads the name of a precision, or `auto`.
pub fn precision(text: &str) -> paperlark::Result<Choice> {
    match text {
        "auto" => Ok(Choice(None)),
        name => name.parse().map(|precision| Choice(Some(precision))),
    }
}

fn stated_precision<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Precision>, D::Error> {
    let text = String::deserialize(deserializer)?;
    precision(&text).map(|choice| choice.0).map_err(D::Error::custom)
}
