//! From items to papers: by arXiv id, else by DOI, else by title, else as they stand.

use std::collections::{HashMap, HashSet};

use super::{Broken, Item, normal, normal_doi};
use crate::error::{Error, Result};
use crate::message;
use crate::message::Message;
use crate::paper::{Paper, PaperId};
use crate::person::share_a_surname;
use crate::source::query::{self, Search, titled};
use crate::source::{Client, Source};
use crate::text::words;

/// Items that one request asks for; longer addresses are refused.
const GROUP: usize = 8;
/// Ids that one request asks for.
const IDS: usize = 100;
/// Results of one request. What a group has more of crowds its items out.
const SLICE: u32 = 100;

/// What became of the items.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Completed {
    /// Items with their papers, each paper once, in the order of the items.
    pub papers: Vec<(Item, Paper)>,
    /// Items that are of no use, and why.
    pub unusable: Vec<(Item, Broken)>,
    /// Items that name another paper's id and are used without it.
    pub doubted: Vec<Broken>,
}

impl Completed {
    /// What its owner should look at: doubted ids, then what is of no use.
    pub fn odd(&self) -> impl Iterator<Item = &Broken> {
        self.doubted.iter().chain(self.unusable.iter().map(|(_, broken)| broken))
    }
}

/// Refusals one after another that cannot be the fault of an item or two.
const FAILURES: u32 = 8;

/// Papers that a query finds, and whether those are all.
type Found = (Vec<Paper>, bool);

/// What this module asks of arXiv.
trait Lookup {
    /// Papers of these ids; unknown ones are absent.
    fn by_ids(&mut self, ids: &[PaperId]) -> Result<Vec<Paper>>;
    fn search(&mut self, query: &str) -> Result<Found>;
}

impl Lookup for &Client {
    fn by_ids(&mut self, ids: &[PaperId]) -> Result<Vec<Paper>> {
        query::by_ids(self, ids)
    }

    fn search(&mut self, query: &str) -> Result<Found> {
        let mut search = Search::new(self, query).with_slice(SLICE);
        let found = search.next_page()?.map(|batch| batch.items).unwrap_or_default();
        let all = search.total().is_none_or(|total| total <= found.len() as u64);
        Ok((found.into_iter().map(|item| item.paper).collect(), all))
    }
}

/// Finds the papers that `items` are about.
///
/// A paper that `known` has is taken from there. The others are asked of arXiv: by id, else by DOI or
/// title, where only an equal title with an author in common counts, or an equal DOI. An id or DOI of a
/// paper with quite another title is not believed: reference managers have written one id into many
/// entries. What arXiv does not hold is a paper under the item's [own id](Item::own_id) if it has title and
/// abstract; without a `client` that is all that is done.
///
/// # Errors
/// [`Error::Fetch`] if arXiv cannot be reached, and whatever `known` fails with.
pub fn complete(
    items: Vec<Item>,
    client: Option<&Client>,
    known: &dyn Fn(&PaperId) -> Result<Option<Paper>>,
) -> Result<Completed> {
    let mut client = client;
    resolve(items, client.as_mut().map(|client| client as &mut dyn Lookup), known)
}

fn resolve(
    items: Vec<Item>,
    mut lookup: Option<&mut dyn Lookup>,
    known: &dyn Fn(&PaperId) -> Result<Option<Paper>>,
) -> Result<Completed> {
    let n = items.len();
    let mut desk = Desk {
        items: &items,
        papers: vec![None; n],
        doubts: vec![None; n],
        refused: HashMap::new(),
        in_a_row: 0,
        refusal: None,
    };
    for (at, item) in items.iter().enumerate() {
        // What an item says of itself may have been edited since it was kept.
        if item.id.is_some() || own(item, false).is_none() {
            desk.offer(at, known(&item.paper_id())?);
        }
    }
    if let Some(lookup) = &mut lookup {
        let with_id: Vec<usize> = desk.missing().filter(|at| items[*at].id.is_some()).collect();
        for group in with_id.chunks(IDS) {
            desk.by_id(*lookup, group)?;
        }
        let queries: Vec<(usize, String)> =
            desk.missing().filter_map(|at| Some((at, query(&items[at])?))).collect();
        for group in queries.chunks(GROUP) {
            desk.search(*lookup, group)?;
        }
    }
    desk.doubt_what_is_shared();
    let Desk { papers, doubts, mut refused, .. } = desk;
    let online = lookup.is_some();
    let mut completed = Completed { papers: Vec::new(), unusable: Vec::new(), doubted: Vec::new() };
    let mut seen = HashSet::new();
    for (at, ((item, paper), doubt)) in items.into_iter().zip(papers).zip(doubts).enumerate() {
        match paper.or_else(|| own(&item, doubt.is_some())) {
            Some(paper) => {
                let doubt = doubt.map(|reason| Broken { place: item.place.clone(), reason });
                completed.doubted.extend(doubt);
                if seen.insert(paper.id.clone()) {
                    completed.papers.push((item, paper));
                }
            }
            None => {
                let reason =
                    doubt.or_else(|| refused.remove(&at)).unwrap_or_else(|| useless(&item, online));
                let broken = Broken { place: item.place.clone(), reason };
                completed.unusable.push((item, broken));
            }
        }
    }
    Ok(completed)
}

/// What finds an item without a known arXiv id.
fn query(item: &Item) -> Option<String> {
    let doi = item.doi.as_ref().filter(|doi| !doi.contains(['"', '\\']));
    let doi = doi.map(|doi| format!("all:\"{doi}\""));
    let title = item.title.as_deref().and_then(titled);
    let parts: Vec<String> = doi.into_iter().chain(title).collect();
    (!parts.is_empty()).then(|| parts.join(" OR "))
}

/// Whether a paper may be the one that an item is about: their titles have most words in common, or some
/// and an author. A title often changes on its way to print.
fn agree(item: &Item, title: &str, authors: &[String]) -> bool {
    let Some(mine) = &item.title else { return true };
    let share = shared_words(mine, title);
    share >= 0.6 || share >= 0.2 && share_a_surname(&item.authors, authors)
}

/// The share of the words of the shorter of two titles that stand in the other, short words aside; 1 if
/// their letters are the same.
fn shared_words(a: &str, b: &str) -> f64 {
    if normal(a) == normal(b) {
        return 1.0;
    }
    let of = |title: &str| -> HashSet<String> {
        words(title).into_iter().filter(|word| word.chars().nth(2).is_some()).collect()
    };
    let (a, b) = (of(a), of(b));
    a.intersection(&b).count() as f64 / a.len().min(b.len()).max(1) as f64
}

/// Items on their way to papers.
struct Desk<'a> {
    items: &'a [Item],
    /// The paper of each item that has one.
    papers: Vec<Option<Paper>>,
    /// Why the id of an item is not believed.
    doubts: Vec<Option<Message>>,
    /// What arXiv said instead of searching for an item.
    refused: HashMap<usize, Message>,
    /// Requests that were refused one after another.
    in_a_row: u32,
    /// What arXiv said to the last of them.
    refusal: Option<Message>,
}

impl Desk<'_> {
    fn missing(&self) -> impl Iterator<Item = usize> {
        (0..self.items.len()).filter(|at| self.papers[*at].is_none())
    }

    /// Takes the paper that an item's id names, if it may be that.
    fn offer(&mut self, at: usize, paper: Option<Paper>) {
        let Some(paper) = paper else { return };
        if agree(&self.items[at], &paper.title, &paper.authors) {
            self.papers[at] = Some(paper);
        } else {
            self.doubts[at] = Some(message!(
                "{id} is \"{title}\", so this entry's id is not used; correct it",
                id = paper.id,
                title = paper.title
            ));
        }
    }

    /// An id that stands at several papers, none of which could be compared with it, is believed of none.
    fn doubt_what_is_shared(&mut self) {
        let mut by_id: HashMap<&PaperId, Vec<usize>> = HashMap::new();
        for at in self.missing().filter(|at| self.doubts[*at].is_none()) {
            if let Some(id) = &self.items[at].id {
                by_id.entry(id).or_default().push(at);
            }
        }
        for (id, places) in by_id {
            let first = &self.items[places[0]];
            let alike = |at: &usize| {
                let item = &self.items[*at];
                first.title.as_deref().is_none_or(|title| agree(item, title, &first.authors))
            };
            if !places.iter().all(alike) {
                for at in places {
                    self.doubts[at] = Some(message!(
                        "{id} stands at several papers, so this entry's id is not used; correct it",
                        id
                    ));
                }
            }
        }
    }

    /// Asks for the ids of a group of items, and for its halves if arXiv takes offence at one.
    fn by_id(&mut self, lookup: &mut dyn Lookup, group: &[usize]) -> Result<()> {
        let ids: Vec<PaperId> = group.iter().filter_map(|at| self.items[*at].id.clone()).collect();
        let Some(found) = self.unless_refused(lookup.by_ids(&ids))? else {
            for half in
                group.chunks(group.len().div_ceil(2)).filter(|half| half.len() < group.len())
            {
                self.by_id(lookup, half)?;
            }
            return Ok(());
        };
        let found: HashMap<PaperId, Paper> = found.into_iter().map(|p| (p.id.clone(), p)).collect();
        for at in group {
            let paper = self.items[*at].id.as_ref().and_then(|id| found.get(id).cloned());
            self.offer(*at, paper);
        }
        Ok(())
    }

    /// An answer; `None` if arXiv refuses what was asked, which may be the fault of one item among
    /// many.
    fn unless_refused<T>(&mut self, answer: Result<T>) -> Result<Option<T>> {
        match answer {
            Ok(answer) => {
                self.in_a_row = 0;
                Ok(Some(answer))
            }
            Err(Error::Feed { origin, reason }) if self.in_a_row < FAILURES => {
                self.in_a_row += 1;
                tracing::info!("{origin}: {reason}");
                self.refusal = Some(reason);
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// Asks for a group of items at once, and for its halves if the answer has no room for all, or is
    /// none.
    fn search(&mut self, lookup: &mut dyn Lookup, group: &[(usize, String)]) -> Result<()> {
        let queries: Vec<&str> = group.iter().map(|(_, query)| query.as_str()).collect();
        let answer = self.unless_refused(lookup.search(&queries.join(" OR ")))?;
        let refused = answer.is_none();
        let (found, all) = answer.unwrap_or((Vec::new(), false));
        let mut left = Vec::new();
        for (at, query) in group {
            self.papers[*at] = choose(&self.items[*at], &found).cloned();
            if self.papers[*at].is_none() {
                left.push((*at, query.clone()));
            }
        }
        if group.len() > 1 && !all {
            for half in left.chunks(left.len().div_ceil(2).max(1)) {
                self.search(lookup, half)?;
            }
        } else if refused && let Some(reason) = &self.refusal {
            let reason = message!("arXiv did not search: {reason}", reason);
            self.refused.extend(left.iter().map(|(at, _)| (*at, reason.clone())));
        }
        Ok(())
    }
}

/// The paper among `found` that surely is the item.
fn choose<'a>(item: &Item, found: &'a [Paper]) -> Option<&'a Paper> {
    let doi = |paper: &&Paper| {
        let theirs = paper.doi.as_deref().and_then(normal_doi);
        theirs.is_some() && theirs == item.doi
    };
    let agrees = |paper: &&Paper| agree(item, &paper.title, &paper.authors);
    if let Some(paper) = found.iter().filter(doi).find(agrees) {
        return Some(paper);
    }
    let title = normal(item.title.as_deref()?);
    if title.is_empty() {
        return None;
    }
    let mut same = found.iter().filter(|paper| {
        let other_doi = paper.doi.as_deref().and_then(normal_doi);
        let contradicts = item.doi.is_some() && other_doi.is_some() && item.doi != other_doi;
        normal(&paper.title) == title && !contradicts
    });
    if item.authors.is_empty() {
        // Two papers of one title cannot be told apart without authors.
        let only = same.next()?;
        return same.next().is_none().then_some(only);
    }
    same.find(|paper| share_a_surname(&item.authors, &paper.authors))
}

/// The paper that the item itself describes, if it says enough; its arXiv id may be in doubt.
fn own(item: &Item, doubted: bool) -> Option<Paper> {
    let title = item.title.clone()?;
    let id = if doubted { item.own_id() } else { item.paper_id() };
    let mut paper = Paper::new(id, title, item.abstract_text.clone()?);
    paper.authors.clone_from(&item.authors);
    paper.doi.clone_from(&item.doi);
    Some(paper)
}

fn useless(item: &Item, online: bool) -> Message {
    let what = match (&item.title, &item.id) {
        (_, Some(id)) if online => return message!("arXiv does not know {id}; correct the id", id),
        (_, Some(id)) => id.to_string(),
        (Some(title), None) => format!("'{title}'"),
        (None, None) => item.doi.clone().unwrap_or_else(|| item.key.clone()),
    };
    if online {
        message!(
            "arXiv does not hold {what}, and the entry has no abstract; add one, or an arXiv id",
            what
        )
    } else {
        message!("{what} has no abstract of its own, and nothing is looked up offline", what)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// arXiv as a list: a search finds what shares a quoted phrase with a query's alternatives.
    struct Shelf {
        papers: Vec<Paper>,
        room: usize,
        asked: Vec<String>,
        refuses: &'static str,
    }

    impl Lookup for Shelf {
        fn by_ids(&mut self, ids: &[PaperId]) -> Result<Vec<Paper>> {
            self.asked.push(format!("{} ids", ids.len()));
            if ids.iter().any(|id| id.as_str() == self.refuses) {
                return Err(Error::Feed { origin: "api".into(), reason: message!("incorrect id") });
            }
            Ok(self.papers.iter().filter(|paper| ids.contains(&paper.id)).cloned().collect())
        }

        fn search(&mut self, query: &str) -> Result<Found> {
            self.asked.push(query.to_owned());
            if !self.refuses.is_empty() && query.contains(self.refuses) {
                let origin = "api".to_owned();
                return Err(Error::Feed { origin, reason: message!("no such query") });
            }
            let phrases: Vec<&str> = query.split('"').skip(1).step_by(2).collect();
            let fits = |paper: &&Paper| {
                let doi = paper.doi.as_deref().unwrap_or_default();
                let text = format!("{} {doi}", paper.title).to_lowercase();
                phrases.iter().any(|phrase| text.contains(&phrase.to_lowercase()))
            };
            let found: Vec<Paper> = self.papers.iter().filter(fits).cloned().collect();
            let all = found.len() <= self.room;
            Ok((found.into_iter().take(self.room).collect(), all))
        }
    }

    fn paper(id: &str, title: &str, author: &str, doi: Option<&str>) -> Paper {
        let mut paper = Paper::new(id.parse().unwrap(), title.into(), "They sing.".into());
        paper.authors = vec![author.into()];
        paper.doi = doi.map(str::to_owned);
        paper
    }

    fn item(key: &str, id: &str, doi: &str, title: &str, author: &str, has_abstract: bool) -> Item {
        let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        Item {
            place: format!("f:{key}"),
            source: "bib".into(),
            key: key.into(),
            title: some(title),
            abstract_text: has_abstract.then(|| "Own words.".into()),
            authors: some(author).into_iter().collect(),
            id: some(id).map(|id| id.parse().unwrap()),
            doi: some(doi),
            added: None,
        }
    }

    fn arxiv() -> Shelf {
        let papers = vec![
            paper("2602.00001", "Larks in Winter", "Ann Lark", None),
            paper("2602.00002", "Wrens", "Bo Wren", Some("10.1000/WRENS")),
            paper("2602.00003", "Finches", "C. Finch", None),
            paper("2602.00004", "Finches", "Émile van der Tit Jr.", None),
            paper("2602.00005", "Finches of the Isles", "C. Finch", None),
        ];
        Shelf { papers, room: 100, asked: Vec::new(), refuses: "" }
    }

    fn nothing(_: &PaperId) -> Result<Option<Paper>> {
        Ok(None)
    }

    #[test]
    fn an_item_is_its_paper_only_where_that_is_sure() {
        for (item, expected) in [
            (item("a", "2602.00001", "", "", "", false), Some("2602.00001")),
            (item("a", "", "10.1000/wrens", "Wrens, Revisited", "", false), Some("2602.00002")),
            (item("a", "", "", "larks in WINTER", "", false), Some("2602.00001")),
            (item("a", "", "", "Larks in Winter", "Jo Crow", false), None),
            (item("a", "", "10.9/other", "Wrens", "Bo Wren", false), None),
            (item("a", "", "", "Finches", "", false), None),
            (item("a", "", "", "Finches", "Carl Finch", false), Some("2602.00003")),
            (item("a", "", "", "Finches", "E. Tit", false), Some("2602.00004")),
            (item("a", "", "", "Finches of", "C. Finch", false), None),
            (item("a", "", "", "Herons", "", true), Some("item:")),
            // The id of quite another paper.
            (item("a", "2602.00001", "", "Herons", "Jo Crow", true), Some("item:")),
            (item("a", "2602.00001", "", "Herons", "Jo Crow", false), None),
            (item("a", "2602.00001", "", "Finches", "C. Finch", false), Some("2602.00003")),
            (item("a", "", "10.1000/wrens", "Herons in spring", "Jo Crow", true), Some("item:")),
            // Titles change on the way to print.
            (
                item("a", "2602.00001", "", "Winter songs of birds", "A. Lark", false),
                Some("2602.00001"),
            ),
            (item("a", "2602.00001", "", "Larks in the Winter", "", false), Some("2602.00001")),
            (item("a", "2602.99999", "", "Herons", "", true), Some("2602.99999")),
            (item("a", "2602.99999", "", "", "", true), None),
            (item("", "", "", "Herons", "", true), Some("item:")),
        ] {
            let shown = format!("{item:?}");
            let mut arxiv = arxiv();
            let done = resolve(vec![item], Some(&mut arxiv), &nothing).unwrap();
            let id = done.papers.first().map_or(String::new(), |(_, paper)| paper.id.to_string());
            match expected {
                Some(expected) => assert!(id.starts_with(expected), "{shown}: {id}"),
                None => assert_eq!((id.as_str(), done.unusable.len()), ("", 1), "{shown}"),
            }
        }
    }

    #[test]
    fn many_items_are_few_requests_and_each_paper_comes_once() {
        let items = || {
            let mut items = vec![
                item("a", "2602.00001", "", "", "", false),
                item("b", "2602.00003", "", "", "", false),
                item("c", "", "", "Larks in Winter", "", false),
                item("d", "", "10.1000/wrens", "", "", false),
            ];
            items.extend(
                (0..8).map(|n| item(&n.to_string(), "", "", &format!("No {n}"), "", false)),
            );
            items
        };
        let ids = |done: &Completed| {
            done.papers.iter().map(|(_, paper)| paper.id.to_string()).collect::<Vec<_>>()
        };
        let mut all = arxiv();
        let done = resolve(items(), Some(&mut all), &nothing).unwrap();
        assert_eq!(ids(&done), ["2602.00001", "2602.00003", "2602.00002"]);
        assert_eq!((all.asked.len(), all.asked[0].as_str()), (3, "2 ids"));
        assert_eq!(done.unusable.len(), 8);
        let shown = done.unusable[0].1.to_string();
        assert!(shown.starts_with("f:0: arXiv does not hold 'No 0'"), "{shown}");
        // Crowded answers and refusals are taken apart.
        let mut crowded = Shelf { room: 1, ..arxiv() };
        let done = resolve(items(), Some(&mut crowded), &nothing).unwrap();
        assert_eq!(ids(&done), ["2602.00001", "2602.00003", "2602.00002"]);
        let mut touchy = Shelf { refuses: "No 3", ..arxiv() };
        let done = resolve(items(), Some(&mut touchy), &nothing).unwrap();
        assert_eq!(ids(&done), ["2602.00001", "2602.00003", "2602.00002"]);
        let refused: Vec<&Broken> =
            done.odd().filter(|b| b.reason.to_string().contains("no such query")).collect();
        assert_eq!((refused.len(), refused[0].place.as_str()), (1, "f:3"));
        let mut deaf = Shelf { refuses: "\"", ..arxiv() };
        assert!(resolve(items(), Some(&mut deaf), &nothing).is_err());
        assert_eq!(deaf.asked.len(), 10);
        // An id that arXiv takes for none spoils no other.
        let mut touchy = Shelf { refuses: "2602.00003", ..arxiv() };
        let done = resolve(items(), Some(&mut touchy), &nothing).unwrap();
        assert_eq!(ids(&done), ["2602.00001", "2602.00002"]);
        assert_eq!(touchy.asked[..3], ["2 ids", "1 ids", "1 ids"]);
    }

    #[test]
    fn one_id_at_many_papers_is_believed_of_none() {
        let items = || {
            vec![
                item("a", "2602.00001", "", "Herons", "Jo Crow", true),
                item("b", "2602.00001", "", "Sleep of bees", "Bo Wren", true),
                item("c", "2602.00001", "", "Larks in Winter", "Ann Lark", true),
            ]
        };
        // Online the id tells whose it is, offline nobody knows.
        for (online, ids) in [(true, ["item:", "item:", "2602.00001"]), (false, ["item:"; 3])] {
            let mut arxiv = arxiv();
            let lookup = online.then_some(&mut arxiv as &mut dyn Lookup);
            let done = resolve(items(), lookup, &nothing).unwrap();
            assert_eq!(done.papers.len(), 3);
            for ((_, paper), id) in done.papers.iter().zip(ids) {
                assert!(paper.id.as_str().starts_with(id), "{online}: {}", paper.id);
            }
            assert_eq!(done.doubted.len(), ids.iter().filter(|id| **id == "item:").count());
        }
        // The same paper twice is no contradiction.
        let mut twice = items().split_off(2);
        twice.push(twice[0].clone());
        let done = resolve(twice, None, &nothing).unwrap();
        assert_eq!((done.papers.len(), done.doubted.len()), (1, 0));
    }

    #[test]
    fn an_entry_is_what_it_says_and_not_its_key() {
        let mut edited = item("1", "", "", "Herons", "Jo Crow", true);
        let id = edited.paper_id();
        assert_ne!(id, item("1", "", "", "Storks", "Jo Crow", true).paper_id());
        assert_ne!(id, item("1", "", "", "Herons", "Bo Wren", true).paper_id());
        assert_eq!(id, item("RN2", "", "10.9/x", "{H}erons", "J. Crow", true).paper_id());
        // What its owner writes now holds against what was kept.
        let kept = Paper::new(id.clone(), "Herons".into(), "Old words.".into());
        let known = |asked: &PaperId| Ok((*asked == id).then(|| kept.clone()));
        edited.abstract_text = Some("New words.".into());
        let done = resolve(vec![edited], None, &known).unwrap();
        assert_eq!(done.papers[0].1.abstract_text, "New words.");
    }

    #[test]
    fn offline_takes_what_is_known_or_complete() {
        let known = |id: &PaperId| -> Result<Option<Paper>> {
            Ok(arxiv().papers.into_iter().find(|paper| paper.id == *id))
        };
        let items = vec![
            item("a", "2602.00001", "", "Larks in Winter: First Draft", "", false),
            item("b", "2602.77777", "", "Herons", "", true),
            item("c", "2602.77778", "", "", "", false),
            item("d", "", "", "Wrens", "Bo Wren", false),
        ];
        let done = complete(items, None, &known).unwrap();
        let titles: Vec<&str> = done.papers.iter().map(|(_, paper)| paper.title.as_str()).collect();
        assert_eq!(titles, ["Larks in Winter", "Herons"]);
        let places: Vec<&str> = done.odd().map(|b| b.place.as_str()).collect();
        assert_eq!(places, ["f:c", "f:d"]);
    }
}
