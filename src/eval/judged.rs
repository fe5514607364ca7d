//! Days that somebody has judged, read from JSON Lines.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    path::Path,
};

use jiff::civil::Date;
use serde::Deserialize;

use super::{
    collection::{ranks, submission_order},
    files::lines,
};
use crate::{
    error::Result,
    message,
    paper::{Paper, PaperId},
    tex,
};

/// Judged days over one list of papers, in order of date.
#[derive(Debug, Clone, Default)]
pub struct JudgedDays {
    /// Every paper of any day, once.
    pub papers: Vec<Paper>,
    /// The days.
    pub days: Vec<Day>,
    /// Papers that a day keeps without listing them; they are left out.
    pub unlisted: usize,
}

/// One day: what was read and what was kept of it.
#[derive(Debug, Clone)]
pub struct Day {
    /// Announcement day.
    pub date: Date,
    /// Papers that were read, as places in [`JudgedDays::papers`], each once.
    pub read: Vec<usize>,
    /// Papers that were kept, with the interest (field) that the judge named.
    pub kept: HashMap<usize, Option<String>>,
}

impl Day {
    /// Whether some of its papers were kept and some not.
    pub(super) fn is_telling(&self) -> bool {
        !self.kept.is_empty() && self.kept.len() < self.read.len()
    }
}

/// A line: `{"date": "2026-01-15", "papers": [{"id", "title", "abstract", ...}], "kept": {id: {"field"}}}`.
#[derive(Deserialize)]
struct Line {
    date: Date,
    papers: Vec<LinePaper>,
    kept: BTreeMap<String, Kept>,
}

#[derive(Deserialize)]
struct LinePaper {
    id: PaperId,
    title: String,
    #[serde(rename = "abstract", default)]
    abstract_text: String,
    #[serde(default)]
    authors: Authors,
}

/// A list of names, or one line of them.
#[derive(Deserialize)]
#[serde(untagged)]
enum Authors {
    Line(String),
    List(Vec<String>),
}

impl Default for Authors {
    fn default() -> Self {
        Authors::List(Vec::new())
    }
}

#[derive(Deserialize)]
struct Kept {
    #[serde(default)]
    field: Option<String>,
}

impl JudgedDays {
    /// Reads files of judged days, gzipped or not. Days of one date become one day.
    ///
    /// # Errors
    /// [`Error::Feed`](crate::Error::Feed) with file and line if a line is not a judged day.
    pub fn read(paths: &[impl AsRef<Path>]) -> Result<Self> {
        let mut judged = JudgedDays::default();
        let mut places: HashMap<PaperId, usize> = HashMap::new();
        let mut days: BTreeMap<Date, Day> = BTreeMap::new();
        for path in paths {
            for (_, line) in
                lines::<Line>(path.as_ref(), &message!("a judged day (date, papers, kept)"))?
            {
                let day = days.entry(line.date).or_insert_with(|| Day {
                    date: line.date,
                    read: Vec::new(),
                    kept: HashMap::new(),
                });
                let mut read: HashSet<usize> = day.read.iter().copied().collect();
                for paper in line.papers {
                    let place = *places.entry(paper.id.clone()).or_insert_with(|| {
                        judged.papers.push(paper.into_paper());
                        judged.papers.len() - 1
                    });
                    if read.insert(place) {
                        day.read.push(place);
                    }
                }
                for (id, kept) in line.kept {
                    let place = id.parse().ok().and_then(|id: PaperId| places.get(&id));
                    match place.filter(|place| read.contains(place)) {
                        Some(place) => {
                            day.kept.insert(*place, kept.field);
                        }
                        None => judged.unlisted += 1,
                    }
                }
            }
        }
        judged.days = days.into_values().collect();
        Ok(judged)
    }

    /// Rank of each paper by age, oldest first.
    pub(super) fn age(&self) -> Vec<u32> {
        ranks(self.papers.len(), |at| {
            let id = &self.papers[at].id;
            (submission_order(id.as_str()), id)
        })
    }

    /// Rank of each paper by id, which breaks ties.
    pub(super) fn by_id(&self) -> Vec<u32> {
        ranks(self.papers.len(), |at| &self.papers[at].id)
    }
}

impl LinePaper {
    fn into_paper(self) -> Paper {
        let authors = match self.authors {
            Authors::Line(line) => line.split(", ").map(str::to_owned).collect(),
            Authors::List(names) => names,
        };
        let (title, text) = (tex::to_text(&self.title), tex::to_text(&self.abstract_text));
        Paper { authors, ..Paper::new(self.id, title, text) }
    }
}
