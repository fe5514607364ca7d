//! Judged data in files, line by line.

use std::path::Path;

use serde::de::DeserializeOwned;

use crate::{
    error::{Error, Result},
    message,
    message::Message,
    paper::Paper,
    profile::written_paper,
    source,
};

/// The papers under ids that are made of their texts, so that a library keeps one vector for each text,
/// whatever the ids say in the file that it comes from.
pub fn by_text(papers: &[Paper]) -> Vec<Paper> {
    let by_text =
        |paper: &Paper| written_paper("text", paper.title.clone(), paper.abstract_text.clone());
    papers.iter().map(by_text).collect()
}

/// The lines of a JSON Lines file, gzipped or not, with their numbers; empty ones are passed over. `what` a
/// line is and has, for the message.
///
/// # Errors
/// [`Error::Feed`] with file and line if one is not what it should be.
pub(super) fn lines<T: DeserializeOwned>(path: &Path, what: &Message) -> Result<Vec<(usize, T)>> {
    let text = source::read_text(path)?;
    let lines = (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty());
    lines
        .map(|(number, line)| match serde_json::from_str(line) {
            Ok(value) => Ok((number, value)),
            Err(e) => Err(bad_line(path, number, message!("not {what}: {cause}", what, cause = e))),
        })
        .collect()
}

pub(super) fn bad_line(path: &Path, number: usize, reason: Message) -> Error {
    Error::Feed { origin: format!("{}:{number}", path.display()), reason }
}
