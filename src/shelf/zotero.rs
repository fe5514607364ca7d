//! A person's library in Zotero, through its web API, version 3.
//!
//! [`Zotero::sync`] fetches a collection with everything below it and gives a [`Synced`], which the
//! caller stores; passed in again, it costs only what has changed since.

use std::collections::{BTreeSet, HashMap};
use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::json::{self, Element};
use super::{Item, normal};
use crate::error::{Error, Result};
use crate::message;
use crate::message::Message;
use crate::net::{self, Fault, MIB, Retry, Tried, retry};

/// Results of one request, the most that Zotero serves.
const SLICE: usize = 100;
const TRIES: u32 = 4;
/// The longest answer that is read.
const LONGEST_ANSWER: u64 = 64 * MIB;
/// A longer wait than this is left to the person.
const LONGEST_WAIT: Duration = Duration::from_secs(120);
/// How often a library is read anew that changes meanwhile.
const READINGS: u32 = 3;

/// A client of one library.
pub struct Zotero {
    http: net::Client,
    base: String,
    /// `users/12345` or `groups/678`.
    library: String,
    key: Option<String>,
    /// When the server wants to hear from us again.
    not_before: Mutex<Option<Instant>>,
}

/// The items of a collection as of one version of its library.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Synced {
    /// The library, `users/12345` or `groups/678`.
    pub library: String,
    /// Keys of the collections whose items these are; empty for the whole library.
    pub collections: BTreeSet<String>,
    /// The library's version.
    pub version: u64,
    /// The items, each once, by key.
    pub items: Vec<Item>,
}

/// Without the key, which is a secret.
impl fmt::Debug for Zotero {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Zotero")
            .field("base", &self.base)
            .field("library", &self.library)
            .field("has_key", &self.key.is_some())
            .finish_non_exhaustive()
    }
}

/// One answer.
struct Answer {
    version: u64,
    total: Option<usize>,
    has_next: bool,
    body: Value,
}

/// All pages of one list.
struct Listed {
    /// `None` if the pages are of different ones.
    version: Option<u64>,
    values: Vec<Value>,
}

impl Zotero {
    /// Where Zotero answers.
    pub const API: &str = "https://api.zotero.org";

    /// A client of the library `id`: a user's number, `groups/` and a group's number, or the URL of a
    /// group. Without a `key` only public libraries can be read.
    ///
    /// # Errors
    /// [`Error::Invalid`] if `id` or `key` cannot be one, [`Error::Fetch`] if TLS cannot be set up.
    pub fn new(id: &str, key: Option<&str>) -> Result<Self> {
        let library = library(id)?;
        let key = key.map(str::trim).filter(|key| !key.is_empty());
        if key.is_some_and(|key| !key.bytes().all(|b| b.is_ascii_graphic())) {
            return Err(Error::Invalid(message!(
                "ZOTERO_KEY is no key; copy one from https://www.zotero.org/settings/keys"
            )));
        }
        let http = net::Client::new(None, Duration::from_secs(60), Duration::from_secs(10))
            .map_err(|words| fetch(Self::API, words))?;
        Ok(Zotero {
            http,
            base: Self::API.to_owned(),
            library,
            key: key.map(str::to_owned),
            not_before: Mutex::new(None),
        })
    }

    /// The same client of another server, for tests and mirrors.
    pub fn with_base(mut self, base: &str) -> Self {
        self.base = base.trim_end_matches('/').to_owned();
        self
    }

    /// The items of a collection and all collections below it; of the whole library if `path` is
    /// empty. `path` joins names with `/`, like `PhD/Optimisers`; case may differ.
    ///
    /// `before` is what the last call gave; then only changes are fetched, unless it is of another
    /// library or the collections are other ones. Attachments, notes and the trash are left out.
    ///
    /// # Errors
    /// [`Error::Invalid`] with the nearest names if there is no such collection, [`Error::Fetch`] if
    /// Zotero cannot be reached or refuses.
    pub fn sync(&self, path: &str, before: Option<&Synced>) -> Result<Synced> {
        for _ in 0..READINGS {
            let collections = self.list("collections?")?;
            let wanted = below(path, &tree(&collections.values))?;
            let Some(version) = collections.version else { continue };
            let before = before.filter(|before| {
                before.library == self.library
                    && before.collections == wanted
                    && before.version <= version
            });
            let synced = match before {
                Some(before) => self.changes(before, version)?,
                None => self.everything(wanted, version)?,
            };
            if let Some(synced) = synced {
                return Ok(synced);
            }
            tracing::info!(
                "Zotero's {} has changed while it was read; reading again",
                self.library
            );
        }
        Err(fetch(
            &format!("{}/{}", self.base, self.library),
            message!("the library keeps changing while it is read; run again when nobody edits it"),
        ))
    }

    /// All items of `wanted`, if they are of one version of the library.
    fn everything(&self, wanted: BTreeSet<String>, version: u64) -> Result<Option<Synced>> {
        let lists: Vec<String> = if wanted.is_empty() {
            vec!["items/top?".into()]
        } else {
            wanted.iter().map(|key| format!("collections/{key}/items/top?")).collect()
        };
        let mut synced = Synced {
            library: self.library.clone(),
            collections: wanted,
            version,
            items: Vec::new(),
        };
        for list in lists {
            let listed = self.list(&list)?;
            if listed.version != Some(version) {
                return Ok(None);
            }
            for value in &listed.values {
                synced.put(value);
            }
        }
        Ok(Some(synced))
    }

    /// `before` with what has changed since, if that is of one version of the library.
    fn changes(&self, before: &Synced, version: u64) -> Result<Option<Synced>> {
        let since = before.version;
        if since == version {
            return Ok(Some(before.clone()));
        }
        // What goes to the trash is no deletion but a change.
        let changed = self.list(&format!("items?since={since}&includeTrashed=1&"))?;
        let deleted = self.get(&format!("deleted?since={since}"))?;
        if changed.version != Some(version) || deleted.version != version {
            return Ok(None);
        }
        let mut synced = Synced { version, ..before.clone() };
        for value in &changed.values {
            synced.put(value);
        }
        let deleted = deleted.body.get("items").and_then(Value::as_array).into_iter().flatten();
        for key in deleted.filter_map(Value::as_str) {
            synced.remove(key);
        }
        Ok(Some(synced))
    }

    /// All pages of a list; `path` ends where a parameter may follow.
    fn list(&self, path: &str) -> Result<Listed> {
        let mut listed: Option<Listed> = None;
        loop {
            let start = listed.as_ref().map_or(0, |listed| listed.values.len());
            let path = format!("{path}limit={SLICE}&start={start}");
            let answer = self.get(&path)?;
            let Value::Array(values) = answer.body else {
                return Err(fetch(
                    &self.url(&path),
                    message!("the answer is no list; try again later"),
                ));
            };
            let n_values = values.len();
            let listed =
                listed.get_or_insert(Listed { version: Some(answer.version), values: Vec::new() });
            listed.version = listed.version.filter(|version| *version == answer.version);
            listed.values.extend(values);
            let more = match answer.total {
                Some(total) => listed.values.len() < total,
                None => answer.has_next,
            };
            if more && n_values == 0 {
                return Err(fetch(
                    &self.url(&path),
                    message!("Zotero speaks of more items than it lists; try again later"),
                ));
            }
            if !more {
                break;
            }
        }
        Ok(listed.unwrap_or(Listed { version: None, values: Vec::new() }))
    }

    fn url(&self, path: &str) -> String {
        format!("{}/{}/{path}", self.base, self.library)
    }

    fn get(&self, path: &str) -> Result<Answer> {
        let url = self.url(path);
        let policy = Retry {
            tries: TRIES,
            pause: Duration::from_secs(1),
            longest: LONGEST_WAIT,
            in_all: LONGEST_WAIT * TRIES,
        };
        let told = |error: &Error, pause: Duration| {
            message!("{error}; trying again in {seconds} s", error, seconds = pause.as_secs())
                .warn();
        };
        retry(policy, told, || self.get_once(&url))
    }

    /// One request, not before its time.
    fn get_once(&self, url: &str) -> Result<Answer, Tried<Error>> {
        let mut not_before = self.not_before.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(time) = not_before.take() {
            thread::sleep(time.saturating_duration_since(Instant::now()));
        }
        let mut request = self.http.get(url).header("Zotero-API-Version", "3");
        if let Some(key) = &self.key {
            request = request.secret("Zotero-API-Key", key);
        }
        // Zotero has no cause to send us elsewhere, so a redirection is a wrong address.
        let response = request.send().map_err(|fault| unreachable(url, &fault))?;
        let number = |name: &str| response.header(name)?.trim().parse::<u64>().ok();
        if let Some(pause) = number("Backoff").map(Duration::from_secs) {
            *not_before = Some(Instant::now() + pause.min(LONGEST_WAIT));
        }
        drop(not_before);
        let status = response.status();
        if !status.is_success() {
            return Err(self.refusal(url, &response));
        }
        let version = number("Last-Modified-Version");
        let total = number("Total-Results").and_then(|total| usize::try_from(total).ok());
        let has_next = response.header("Link").is_some_and(|link| link.contains("rel=\"next\""));
        let body = response.bytes(LONGEST_ANSWER).map_err(|fault| unreachable(url, &fault))?;
        // A login page or a cut-off body.
        let body = serde_json::from_slice(&body).map_err(|_| {
            let reason = message!("the answer is no JSON; check the network, or try again later");
            Tried::Passing(fetch(url, reason), None)
        })?;
        let version = version.ok_or_else(|| {
            let reason =
                message!("the answer is not Zotero's: it names no version; check the address");
            Tried::Final(fetch(url, reason))
        })?;
        Ok(Answer { version, total, has_next, body })
    }

    fn refusal(&self, url: &str, response: &net::Answer) -> Tried<Error> {
        let status = response.status();
        let asked = response.retry_after();
        let keys = "https://www.zotero.org/settings/keys";
        let reason = match (status.as_u16(), &self.key) {
            (401 | 403, None) => {
                message!(
                    "{library} is private; make a key at {keys} and set ZOTERO_KEY",
                    library = &self.library,
                    keys
                )
            }
            (401 | 403, Some(_)) => message!(
                "the key in ZOTERO_KEY does not open {library}; compare ZOTERO_ID with the number at {keys}, and let the key read this library",
                library = &self.library,
                keys
            ),
            (404, _) => message!(
                "Zotero does not know {library}; check ZOTERO_ID, the number (not the name) at {keys}, or groups/ and a group's number",
                library = &self.library,
                keys
            ),
            (429 | 503, _) => match asked {
                Some(wait) => {
                    message!("Zotero is busy; run again in {seconds} s", seconds = wait.as_secs())
                }
                None => message!("Zotero is busy; run again in some minutes"),
            },
            (code, _) if code >= 500 => {
                message!("Zotero is out of order (HTTP {status}); run again later", status)
            }
            _ => message!("HTTP {status}; check the address", status),
        };
        let error = fetch(url, reason);
        if status.as_u16() == 429 || status.is_server_error() {
            Tried::Passing(error, asked)
        } else {
            Tried::Final(error)
        }
    }
}

impl Synced {
    /// Takes a new or changed item in, or out if it belongs here no more.
    fn put(&mut self, value: &Value) {
        let Some(key) = value.get("key").and_then(Value::as_str) else {
            message!("an item of {library} has no key; left out", library = &self.library).warn();
            return;
        };
        self.remove(key);
        let data = value.get("data").unwrap_or(value);
        let of = data.get("collections").and_then(Value::as_array).into_iter().flatten();
        let mut of = of.filter_map(Value::as_str);
        let belongs = self.collections.is_empty() || of.any(|c| self.collections.contains(c));
        match json::item(value, format!("{}/items/{key}", self.library)) {
            Element::Item(item) if belongs => {
                let at = self.items.partition_point(|other| other.key.as_str() < key);
                self.items.insert(at, Item { key: key.to_owned(), ..*item });
            }
            Element::Item(_) | Element::Aside => {}
            Element::Broken(reason) => {
                message!(
                    "{library}/items/{key}: {reason}; left out",
                    library = &self.library,
                    key,
                    reason
                )
                .warn();
            }
        }
    }

    fn remove(&mut self, key: &str) {
        if let Ok(at) = self.items.binary_search_by(|item| item.key.as_str().cmp(key)) {
            self.items.remove(at);
        }
    }
}

/// A collection.
struct Collection {
    key: String,
    parent: Option<String>,
    /// Its name after those of the collections around it.
    path: String,
}

fn tree(values: &[Value]) -> Vec<Collection> {
    let text = |value: &Value, name: &str| {
        value.get("data").and_then(|data| data.get(name)).and_then(Value::as_str).map(str::to_owned)
    };
    let found = values.iter().filter_map(|value| {
        // `parentCollection` is false at the top.
        let parent = text(value, "parentCollection");
        Some((text(value, "key")?, (text(value, "name")?, parent)))
    });
    let named: HashMap<String, (String, Option<String>)> = found.collect();
    let mut collections: Vec<Collection> = named
        .iter()
        .map(|(key, (name, parent))| {
            let mut path = name.clone();
            let mut above = parent.as_ref();
            // No collection is deeper than there are collections, unless they stand in a circle.
            for _ in 0..named.len() {
                let Some((name, parent)) = above.and_then(|key| named.get(key)) else { break };
                path = format!("{name}/{path}");
                above = parent.as_ref();
            }
            Collection { key: key.clone(), parent: parent.clone(), path }
        })
        .collect();
    collections.sort_by(|a, b| (&a.path, &a.key).cmp(&(&b.path, &b.key)));
    collections
}

/// Keys of the collections at `path` and below; none for an empty path.
fn below(path: &str, tree: &[Collection]) -> Result<BTreeSet<String>> {
    let path = path.trim().trim_matches('/');
    if path.is_empty() {
        return Ok(BTreeSet::new());
    }
    let with = |fits: &dyn Fn(&str) -> bool| -> BTreeSet<String> {
        tree.iter().filter(|c| fits(&c.path)).map(|c| c.key.clone()).collect()
    };
    let mut wanted = with(&|other| other == path);
    if wanted.is_empty() {
        wanted = with(&|other| other.to_lowercase() == path.to_lowercase());
    }
    if wanted.is_empty() {
        return Err(Error::Invalid(unknown(path, tree)));
    }
    loop {
        let inside = |c: &&Collection| c.parent.as_ref().is_some_and(|p| wanted.contains(p));
        let more: Vec<String> = tree.iter().filter(inside).map(|c| c.key.clone()).collect();
        let n_wanted = wanted.len();
        wanted.extend(more);
        if wanted.len() == n_wanted {
            return Ok(wanted);
        }
    }
}

/// That there is no such collection, with those whose names are nearest.
fn unknown(path: &str, tree: &[Collection]) -> Message {
    let last = |path: &str| normal(path.rsplit('/').next().unwrap_or_default());
    let wanted = (normal(path), last(path));
    let mut near: Vec<(usize, &str)> = tree
        .iter()
        .map(|c| {
            let has = (normal(&c.path), last(&c.path));
            let far = distance(&wanted.0, &has.0).min(distance(&wanted.1, &has.1));
            let inside = !wanted.1.is_empty() && has.0.contains(&wanted.1);
            (if inside { far.min(1) } else { far }, c.path.as_str())
        })
        .collect();
    near.sort_unstable();
    let near: Vec<String> = near.iter().take(5).map(|(_, path)| format!("'{path}'")).collect();
    if near.is_empty() {
        return message!(
            "Zotero has no collection '{collection}', nor any other",
            collection = path
        );
    }
    message!(
        "Zotero has no collection '{collection}'; the nearest are {near}",
        collection = path,
        near = near.join(", ")
    )
}

/// Letters to exchange, insert or leave out to get from one word to the other (Levenshtein).
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut corner = i;
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let next = (row[j] + 1).min(row[j + 1] + 1).min(corner + usize::from(x != *y));
            corner = std::mem::replace(&mut row[j + 1], next);
        }
    }
    row[b.len()]
}

/// `users/NUMBER` or `groups/NUMBER`.
fn library(id: &str) -> Result<String> {
    let id = id.trim();
    let path = id.split_once("zotero.org/").map_or(id, |(_, path)| path).trim_matches('/');
    let mut parts = path.split('/');
    let (kind, number) = match (parts.next().unwrap_or_default(), parts.next()) {
        ("users" | "user", Some(number)) => ("users", number),
        ("groups" | "group", Some(number)) => ("groups", number),
        (number, _) => ("users", number),
    };
    if number.is_empty() || !number.bytes().all(|b| b.is_ascii_digit()) {
        return Err(Error::Invalid(message!(
            "'{id}' is no Zotero library; give the number that https://www.zotero.org/settings/keys \
             shows, or groups/ and a group's number",
            id
        )));
    }
    Ok(format!("{kind}/{number}"))
}

fn fetch(url: &str, reason: Message) -> Error {
    Error::Fetch { url: url.to_owned(), reason }
}

fn unreachable(url: &str, fault: &Fault) -> Tried<Error> {
    let reason = match fault {
        rule if rule.is_rule() => {
            let reason = message!(
                "{fault}; check the network, or export the collection to a file",
                fault = rule.message()
            );
            return Tried::Final(fetch(url, reason));
        }
        fault if fault.is_timeout() => message!(
            "no answer in time ({cause}); check the network, or export the collection to a file",
            cause = fault.cause()
        ),
        fault => message!(
            "Zotero cannot be reached ({cause}); check the network, or export the collection to a file",
            cause = fault.cause()
        ),
    };
    let failed = fetch(url, reason);
    if fault.is_connect() || fault.is_builder() {
        Tried::Final(failed)
    } else {
        Tried::Passing(failed, None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_library_is_named_by_number() {
        for (id, expected) in [
            ("12345", Some("users/12345")),
            (" users/12345/ ", Some("users/12345")),
            ("groups/678", Some("groups/678")),
            ("https://www.zotero.org/groups/678/larks/library", Some("groups/678")),
            ("lark", None),
            ("groups/larks", None),
            ("https://www.zotero.org/lark", None),
            ("", None),
        ] {
            assert_eq!(library(id).ok().as_deref(), expected, "{id}");
        }
        let shown = format!("{:?}", Zotero::new("1", Some("secret")).unwrap());
        assert!(!shown.contains("secret"), "{shown}");
        assert!(Zotero::new("1", Some("a\nb")).is_err());
    }

    #[test]
    fn a_path_names_a_collection_and_all_below() {
        let values: Vec<Value> = [
            ("A", "PhD", None),
            ("B", "Optimisers", Some("A")),
            ("C", "Adam", Some("B")),
            ("D", "Adam", None),
            ("E", "a/b", Some("A")),
            ("F", "Round", Some("G")),
            ("G", "Trip", Some("F")),
        ]
        .iter()
        .map(|(key, name, parent)| {
            let parent = parent.map_or(Value::Bool(false), |parent| parent.into());
            serde_json::json!({"data": {"key": key, "name": name, "parentCollection": parent}})
        })
        .collect();
        let tree = tree(&values);
        for (path, keys) in [
            ("PhD", "A B C E"),
            ("/phd/OPTIMISERS/", "B C"),
            ("Adam", "D"),
            ("PhD/a/b", "E"),
            ("", ""),
        ] {
            let found = below(path, &tree).unwrap();
            assert_eq!(found.into_iter().collect::<Vec<_>>().join(" "), keys, "{path}");
        }
        for (path, near) in [
            ("Optimizers", "the nearest are 'PhD/Optimisers'"),
            ("PhD/Optimizers", "the nearest are 'PhD/Optimisers'"),
            ("adm", "the nearest are 'Adam'"),
        ] {
            let error = below(path, &tree).unwrap_err().to_string();
            assert!(error.contains(near), "{path}: {error}");
        }
        assert!(below("x", &[]).unwrap_err().to_string().contains("nor any other"));
    }

    #[test]
    fn distances_count_letters() {
        for (a, b, expected) in
            [("", "", 0), ("", "abc", 3), ("kitten", "sitting", 3), ("lark", "lark", 0)]
        {
            assert_eq!((distance(a, b), distance(b, a)), (expected, expected), "{a} {b}");
        }
    }
}
