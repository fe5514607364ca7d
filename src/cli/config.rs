//! `config.toml`: settings that hold for every run, where the command line does not say otherwise.

use std::{fs, io, path::Path};

use anyhow::{Context, Result};
use paperlark::embed::Precision;
use serde::{Deserialize, Deserializer, de::Error};

/// The file's content; what it does not name keeps its default.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    pub embedding: Embedding,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Embedding {
    #[serde(deserialize_with = "precision")]
    pub precision: Option<Precision>,
    /// Whether a transformer in use only reorders what the embedded model ranks first.
    pub cascade: bool,
}

impl Config {
    /// Reads the file at `path`; without one everything keeps its default, unless a person named it.
    pub fn read(path: &Path, named: bool) -> Result<Config> {
        let text = match fs::read_to_string(path) {
            Err(e) if e.kind() == io::ErrorKind::NotFound && !named => return Ok(Config::default()),
            text => text.with_context(|| format!("cannot read {}", path.display()))?,
        };
        toml::from_str(&text).with_context(|| format!("{} is not understood", path.display()))
    }
}

fn precision<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Precision>, D::Error> {
    String::deserialize(deserializer)?.parse().map(Some).map_err(D::Error::custom)
}
