//! Papers from anywhere, with the people who like them or the queries that are asked of them, read from
//! JSON Lines.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    path::Path,
};

use serde::Deserialize;

use super::files::{bad_line, lines};
use crate::{
    error::Result,
    message,
    message::Message,
    paper::{Paper, PaperId},
    profile::written_paper,
    tex,
};

/// Papers with ids of any source.
#[derive(Debug, Clone, Default)]
pub struct Collection {
    /// Id of each paper; versions of arXiv ids are dropped.
    pub ids: Vec<String>,
    /// The papers, known by their texts ([`by_text`](super::by_text)).
    pub papers: Vec<Paper>,
    /// Lines with an id that an earlier line had; they are left out.
    pub repeated: usize,
    places: HashMap<String, usize>,
}

/// Somebody and the papers they like.
#[derive(Debug, Clone, PartialEq)]
pub struct User {
    /// Name.
    pub name: String,
    /// Places in the collection, each once, ascending.
    pub liked: Vec<usize>,
}

/// A query by example: papers to put in order by their likeness to one of the collection.
#[derive(Debug, Clone, PartialEq)]
pub struct Pool {
    /// Place of the query in the collection.
    pub query: usize,
    /// What the likeness is about, where the file says so.
    pub facet: Option<String>,
    /// Places of the candidates, each once, with their grades: 0 is irrelevant.
    pub graded: Vec<(usize, f64)>,
}

/// An id as people write it: a text or a whole number.
#[derive(Deserialize, PartialEq, Eq, PartialOrd, Ord)]
#[serde(untagged)]
enum Id {
    Text(String),
    Number(i64),
}

#[derive(Deserialize)]
struct PaperLine {
    id: Id,
    title: String,
    #[serde(rename = "abstract", default)]
    abstract_text: Option<String>,
}

#[derive(Deserialize)]
struct UserLine {
    user: Id,
    liked: Vec<Id>,
}

#[derive(Deserialize)]
struct PoolLine {
    query: Id,
    #[serde(default)]
    facet: Option<String>,
    cand: Vec<Id>,
    rel: Grades,
}

/// Grades in the order of the candidates, or by id; a candidate without one has 0.
#[derive(Deserialize)]
#[serde(untagged)]
enum Grades {
    InOrder(Vec<f64>),
    ById(BTreeMap<String, f64>),
}

impl Id {
    /// One spelling for every way to write the same id.
    fn canonical(&self) -> String {
        match self {
            Id::Text(text) => canonical(text),
            Id::Number(number) => number.to_string(),
        }
    }
}

fn canonical(text: &str) -> String {
    text.parse::<PaperId>().map_or_else(|_| text.trim().to_owned(), String::from)
}

impl Collection {
    /// Reads papers `{"id", "title", "abstract"}`, one a line, gzipped or not; other keys are ignored.
    /// Ids are texts or whole numbers. `titles_only` leaves all abstracts out.
    ///
    /// # Errors
    /// [`Error::Feed`](crate::Error::Feed) with file and line if a line is no paper.
    pub fn read(path: &Path, titles_only: bool) -> Result<Self> {
        let mut collection = Collection::default();
        for (number, line) in lines::<PaperLine>(path, &message!("a paper (id, title, abstract)"))?
        {
            let id = line.id.canonical();
            if id.is_empty() {
                return Err(bad_line(path, number, message!("the id is empty")));
            }
            if collection.places.contains_key(&id) {
                collection.repeated += 1;
                continue;
            }
            let abstract_text = line.abstract_text.filter(|_| !titles_only).unwrap_or_default();
            let (title, abstract_text) = (tex::to_text(&line.title), tex::to_text(&abstract_text));
            collection.places.insert(id.clone(), collection.ids.len());
            collection.ids.push(id);
            collection.papers.push(written_paper("text", title, abstract_text));
        }
        Ok(collection)
    }

    /// Reads who likes what, `{"user", "liked": [ids]}`, in order of the users' names, and counts the likes
    /// that the collection lacks. The lines of one user count together.
    ///
    /// # Errors
    /// [`Error::Feed`](crate::Error::Feed) with file and line if a line is no user.
    pub fn users(&self, path: &Path) -> Result<(Vec<User>, usize)> {
        let mut users: BTreeMap<String, (Vec<usize>, HashSet<String>)> = BTreeMap::new();
        for (_, line) in lines::<UserLine>(path, &message!("a user (user, liked)"))? {
            let name = match line.user {
                Id::Text(name) => name,
                Id::Number(number) => number.to_string(),
            };
            let (liked, absent) = users.entry(name).or_default();
            for id in line.liked {
                let id = id.canonical();
                match self.places.get(&id) {
                    Some(place) => liked.push(*place),
                    None => drop(absent.insert(id)),
                }
            }
        }
        let absent = users.values().map(|(_, absent)| absent.len()).sum();
        let users = users.into_iter().map(|(name, (mut liked, _))| {
            liked.sort_unstable();
            liked.dedup();
            User { name, liked }
        });
        Ok((users.collect(), absent))
    }

    /// Reads queries `{"query", "facet", "cand": [ids], "rel"}` in the order of the file, and counts the ids
    /// that the collection lacks. `rel` is a list of grades in the order of `cand`, or an object from id to
    /// grade; what it does not name has grade 0. The query itself is no candidate.
    ///
    /// # Errors
    /// [`Error::Feed`](crate::Error::Feed) with file and line if a line is no query, its list of grades is not
    /// as long as `cand`, an id with a grade is no candidate, or a grade is negative.
    pub fn pools(&self, path: &Path) -> Result<(Vec<Pool>, usize)> {
        let mut pools = Vec::new();
        let mut absent = HashSet::new();
        for (number, line) in lines::<PoolLine>(path, &message!("a query (query, cand, rel)"))? {
            let bad = |reason: Message| Err(bad_line(path, number, reason));
            let ids: Vec<String> = line.cand.iter().map(Id::canonical).collect();
            let grades: Vec<f64> = match line.rel {
                Grades::InOrder(grades) if grades.len() == ids.len() => grades,
                Grades::InOrder(grades) => {
                    return bad(message!(
                        "{grades} grades for {candidates} candidates",
                        grades = grades.len(),
                        candidates = ids.len()
                    ));
                }
                Grades::ById(grades) => {
                    let grades: HashMap<String, f64> =
                        grades.into_iter().map(|(id, grade)| (canonical(&id), grade)).collect();
                    let known: HashSet<&String> = ids.iter().collect();
                    if let Some(id) = grades.keys().filter(|id| !known.contains(id)).min() {
                        return bad(message!("'{id}' has a grade and is no candidate", id));
                    }
                    ids.iter().map(|id| grades.get(id).copied().unwrap_or_default()).collect()
                }
            };
            if let Some(grade) = grades.iter().find(|grade| **grade < 0.0) {
                return bad(message!("the grade {grade} is negative", grade = grade.to_string()));
            }
            let query = line.query.canonical();
            let mut seen = HashSet::from([query.clone()]);
            let mut graded = Vec::new();
            for (id, grade) in ids.into_iter().zip(grades) {
                match self.places.get(&id) {
                    _ if !seen.insert(id.clone()) => {}
                    Some(place) => graded.push((*place, grade)),
                    None => drop(absent.insert(id)),
                }
            }
            match self.places.get(&query) {
                Some(query) => pools.push(Pool { query: *query, facet: line.facet, graded }),
                None => drop(absent.insert(query)),
            }
        }
        Ok((pools, absent.len()))
    }

    /// Rank of each paper by age, oldest first: papers without an arXiv id in the order of the file, then
    /// the others by id.
    pub(super) fn age(&self) -> Vec<u32> {
        let key = |at: usize| (submission_order(&self.ids[at]), at);
        ranks(self.ids.len(), key)
    }

    /// Rank of each paper by id, which breaks ties.
    pub(super) fn by_id(&self) -> Vec<u32> {
        ranks(self.ids.len(), |at| &self.ids[at])
    }
}

/// Rank of each of `n` places in ascending order of `key`.
pub(super) fn ranks<K: Ord>(n: usize, key: impl Fn(usize) -> K) -> Vec<u32> {
    let mut order: Vec<usize> = (0..n).collect();
    order.sort_by_key(|at| key(*at));
    let mut ranks = vec![0; n];
    order.into_iter().zip(0..).for_each(|(at, rank)| ranks[at] = rank);
    ranks
}

/// Month and number of an arXiv id, which grow with the time of submission; `None` for other ids.
pub(super) fn submission_order(id: &str) -> Option<(u32, u32)> {
    let id: PaperId = id.parse().ok().filter(PaperId::is_arxiv)?;
    let text = id.as_str();
    let (month, number) = match text.split_once('/') {
        Some((_, number)) => number.split_at_checked(4)?,
        None => text.split_once('.')?,
    };
    let month: u32 = month.parse().ok()?;
    // Old ids begin in August 1991.
    let century = if month >= 9100 { 1900 } else { 2000 };
    Some((century * 100 + month, number.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arxiv_ids_are_ordered_by_age() {
        let oldest_first = ["cs/9901001", "math/0309136", "0704.0001", "1501.00001", "2602.04118"];
        let order: Vec<_> = oldest_first.iter().map(|id| submission_order(id).unwrap()).collect();
        assert!(order.is_sorted(), "{order:?}");
        assert_eq!(submission_order("1999.1234"), None, "there is no month 99");
        assert_eq!(submission_order("W1234"), None);
        assert_eq!(ranks(3, |at| ["b", "c", "a"][at]), [1, 2, 0]);
    }
}
