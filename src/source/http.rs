//! Fetching feeds and metadata from arXiv, at the pace that arXiv asks for.
//!
//! One [`Client`] sends one request at a time, three seconds apart, names itself, and tries again
//! when arXiv throttles, which it does in many ways: 403, 406, 429, 503, a stall, or a 200 whose body
//! says "Rate exceeded.".

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use reqwest::StatusCode;
use reqwest::blocking::Response;
use reqwest::header::RETRY_AFTER;

use super::{Batch, parse, text, understand};
use crate::error::{Error, Result};
use crate::paper::{Paper, PaperId};

const TRIES: u32 = 3;
/// Ids in one request; longer addresses are refused.
const SLICE: usize = 100;
const LONGEST_WAIT: Duration = Duration::from_secs(60);
const OFFLINE_CURE: &str = "check the network, or pass a feed file with --feed FILE \
    (rss.arxiv.org/rss/<category> saved by a browser will do)";

/// A polite client of arXiv's feeds and query API.
#[derive(Debug)]
pub struct Client {
    http: reqwest::blocking::Client,
    rss: String,
    pub(super) api: String,
    /// Shortest time between two requests.
    pace: Duration,
    /// Wait before the second try; doubles after each.
    backoff: Duration,
    /// End of the last request. Holding it is holding the one connection that arXiv allows.
    last: Mutex<Option<Instant>>,
}

impl Client {
    /// Where arXiv serves its feeds.
    pub const RSS: &str = "https://rss.arxiv.org";
    /// Where arXiv answers queries.
    pub const API: &str = "https://export.arxiv.org/api";

    /// A client of arXiv itself; `contact`, a mail address or URL, goes into the User-Agent.
    ///
    /// # Errors
    /// [`Error::Invalid`] if `contact` cannot stand in a header, [`Error::Fetch`] if TLS cannot be set
    /// up.
    pub fn new(contact: Option<&str>) -> Result<Self> {
        // Someone else's provider serves as well.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let contact = contact.map(str::trim).filter(|c| !c.is_empty());
        if contact.is_some_and(|c| c.chars().any(|c| !(' '..='~').contains(&c))) {
            return Err(Error::Invalid(
                "the contact is not plain ASCII; write a mail address or a URL".into(),
            ));
        }
        let agent = format!(
            "paperlark/{} (+https://github.com/paperlark/paperlark{})",
            env!("CARGO_PKG_VERSION"),
            contact.map(|c| format!("; {c}")).unwrap_or_default()
        );
        let rss = Self::RSS.to_owned();
        let http = reqwest::blocking::Client::builder()
            .user_agent(agent)
            .timeout(Duration::from_secs(30))
            .connect_timeout(Duration::from_secs(10))
            .build()
            .map_err(|e| Error::Fetch {
                url: rss.clone(),
                reason: format!("cannot set up TLS ({}); {OFFLINE_CURE}", chain(&e)),
            })?;
        Ok(Client {
            http,
            rss,
            api: Self::API.to_owned(),
            pace: Duration::from_secs(3),
            backoff: Duration::from_secs(2),
            last: Mutex::new(None),
        })
    }

    /// The same client of other servers, for tests and mirrors: `rss` stands for [`Client::RSS`], `api`
    /// for [`Client::API`].
    pub fn with_bases(mut self, rss: &str, api: &str) -> Self {
        self.rss = rss.trim_end_matches('/').to_owned();
        self.api = api.trim_end_matches('/').to_owned();
        self
    }

    /// Today's feed of some categories; weekends and holidays give a batch without items.
    ///
    /// # Errors
    /// [`Error::Feed`] with arXiv's own words if it refuses a category, [`Error::Fetch`] if it cannot
    /// be reached or keeps throttling, [`Error::Invalid`] if no category is given.
    pub fn feed(&self, categories: &[String]) -> Result<Batch> {
        let good = |c: &String| {
            !c.is_empty() && c.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.' || b == b'-')
        };
        if let Some(bad) = categories.iter().find(|c| !good(c)) {
            return Err(Error::Invalid(format!(
                "'{bad}' is not an arXiv category; write it like cs.CL or hep-ph"
            )));
        }
        if categories.is_empty() {
            return Err(Error::Invalid(
                "no category to fetch; name at least one, like cs.CL".into(),
            ));
        }
        self.get(&format!("{}/rss/{}", self.rss, categories.join("+")), understand)
    }

    /// Metadata of the given papers, in their order; ids that arXiv does not know are absent.
    ///
    /// # Errors
    /// As [`Client::feed`].
    pub fn by_ids(&self, ids: &[PaperId]) -> Result<Vec<Paper>> {
        let mut seen = HashSet::new();
        let wanted: Vec<&str> = ids
            .iter()
            .filter(|id| id.is_arxiv() && seen.insert(*id))
            .map(PaperId::as_str)
            .collect();
        let mut found: HashMap<PaperId, Paper> = HashMap::new();
        for slice in wanted.chunks(SLICE) {
            let url = format!(
                "{}/query?id_list={}&max_results={}",
                self.api,
                slice.join(","),
                slice.len()
            );
            for item in self.get(&url, understand)?.items {
                found.insert(item.paper.id.clone(), item.paper);
            }
        }
        Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
    }

    /// Asks for `url` up to [`TRIES`] times, until `understand` makes something of the answer's text.
    pub(super) fn get<T>(
        &self,
        url: &str,
        understand: impl Fn(&str, &str) -> Result<T>,
    ) -> Result<T> {
        let mut wait = self.backoff;
        let mut tries = 1;
        loop {
            let (error, asked) = match self.get_once(url, &understand) {
                Ok(batch) => return Ok(batch),
                Err(Failure::Final(error)) => return Err(error),
                Err(Failure::Passing { error, wait }) => (error, wait),
            };
            if tries == TRIES {
                return Err(error);
            }
            let pause = asked.unwrap_or(wait).min(LONGEST_WAIT);
            tracing::warn!("{error}; trying again in {} s", pause.as_secs());
            thread::sleep(pause);
            wait *= 2;
            tries += 1;
        }
    }

    fn get_once<T>(
        &self,
        url: &str,
        understand: &impl Fn(&str, &str) -> Result<T>,
    ) -> Result<T, Failure> {
        let (status, retry_after, body) = self.send(url)?;
        let fetch = |reason: String| Error::Fetch { url: url.to_owned(), reason };
        let code = status.as_u16();
        if status.is_success() {
            // Whatever cannot be understood may be a throttling page or a cut-off body.
            return text(url, body)
                .and_then(|text| understand(url, &text))
                .map_err(|error| Failure::Passing { error, wait: None });
        }
        if matches!(code, 403 | 406 | 429) || status.is_server_error() {
            let error = fetch(format!(
                "HTTP {status}, which is how arXiv slows clients down; wait some minutes and run again, or pass a feed file with --feed FILE"
            ));
            return Err(Failure::Passing { error, wait: retry_after });
        }
        // arXiv explains a refusal in a feed of its own.
        Err(Failure::Final(match parse(url, &body) {
            Err(error) if code == 400 && body.trim_ascii_start().starts_with(b"<") => error,
            _ => fetch(format!("HTTP {status}; check the address")),
        }))
    }

    /// One request, not before its time.
    fn send(&self, url: &str) -> Result<(StatusCode, Option<Duration>, Vec<u8>), Failure> {
        // The time in a poisoned lock is still the time of the last request.
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(last) = *last {
            thread::sleep(self.pace.saturating_sub(last.elapsed()));
        }
        let answer = self.http.get(url).send().and_then(|response| {
            let status = response.status();
            let wait = retry_after(&response);
            Ok((status, wait, response.bytes()?.to_vec()))
        });
        *last = Some(Instant::now());
        answer.map_err(|e| {
            let error = Error::Fetch {
                url: url.to_owned(),
                reason: format!("{}; {OFFLINE_CURE}", chain(&e)),
            };
            if e.is_connect() || e.is_builder() {
                Failure::Final(error)
            } else {
                Failure::Passing { error, wait: None }
            }
        })
    }
}

/// Why one try failed.
enum Failure {
    /// Another try would end the same.
    Final(Error),
    /// Another try may succeed, after the time that the server asks for.
    Passing { error: Error, wait: Option<Duration> },
}

fn retry_after(response: &Response) -> Option<Duration> {
    let text = response.headers().get(RETRY_AFTER)?.to_str().ok()?;
    text.trim().parse().ok().map(Duration::from_secs)
}

/// An error with its causes, innermost last; reqwest's own message hides them.
fn chain(error: &reqwest::Error) -> String {
    let mut text = if error.is_timeout() {
        "no answer in time".to_owned()
    } else if error.is_connect() {
        "cannot connect".to_owned()
    } else {
        "the request failed".to_owned()
    };
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        if inner.source().is_none() {
            text.push_str(&format!(" ({inner})"));
        }
        cause = inner.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{BufRead, BufReader, Write};
    use std::net::TcpListener;

    const QUIET: &str = "<rss><channel><title>cs updates on arXiv.org</title>\
        <pubDate>Sat, 07 Feb 2026 00:00:00 -0500</pubDate></channel></rss>";
    const REFUSAL: &str = "<rss><channel><title>Feed error for query: x</title>\
        <description>Bad archive 'nosuch'.</description></channel></rss>";

    /// A server that gives `answers` (status line and extra headers, body) in turn and then stops; the
    /// join handle returns the requests' first lines and user agents.
    fn serve(
        answers: Vec<(&'static str, String)>,
    ) -> (String, thread::JoinHandle<Vec<(String, String)>>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let served = thread::spawn(move || {
            let mut asked = Vec::new();
            for (head, body) in answers {
                let (mut stream, _) = listener.accept().unwrap();
                let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
                let first = lines.next().unwrap().unwrap();
                let mut agent = String::new();
                for line in lines.map_while(Result::ok).take_while(|l| !l.is_empty()) {
                    if let Some(value) = line.to_ascii_lowercase().strip_prefix("user-agent: ") {
                        agent = value.to_owned();
                    }
                }
                asked.push((first, agent));
                let length = body.len();
                write!(
                    stream,
                    "HTTP/1.1 {head}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
                )
                .unwrap();
            }
            asked
        });
        (base, served)
    }

    fn client(base: &str) -> Client {
        let mut client =
            Client::new(Some("me@example.org")).unwrap().with_bases(base, &format!("{base}/api/"));
        client.pace = Duration::from_millis(40);
        client.backoff = Duration::from_millis(1);
        client
    }

    fn cs() -> Vec<String> {
        vec!["cs".into(), "stat.ML".into()]
    }

    #[test]
    fn a_feed_is_fetched_under_our_name() {
        let (base, served) = serve(vec![("200 OK", QUIET.into())]);
        let batch = client(&base).feed(&cs()).unwrap();
        assert_eq!(batch.date, Some("2026-02-07".parse().unwrap()));
        let (line, agent) = served.join().unwrap().remove(0);
        assert_eq!(line, "GET /rss/cs+stat.ML HTTP/1.1");
        assert!(agent.starts_with("paperlark/") && agent.ends_with("; me@example.org)"));
    }

    #[test]
    fn throttling_is_waited_out_and_the_pace_kept() {
        let (base, served) = serve(vec![
            ("429 Too Many Requests\r\nRetry-After: 0", String::new()),
            ("200 OK", "Rate exceeded.".into()),
            ("200 OK", QUIET.into()),
        ]);
        let start = Instant::now();
        assert!(client(&base).feed(&cs()).is_ok());
        assert!(start.elapsed() >= Duration::from_millis(80));
        assert_eq!(served.join().unwrap().len(), 3);
    }

    #[test]
    fn failures_name_their_cause() {
        for (answers, words) in [
            (vec![("400 Bad Request", REFUSAL)], "Bad archive 'nosuch'"),
            (vec![("400 Bad Request", "no")], "HTTP 400"),
            (vec![("404 Not Found", QUIET)], "HTTP 404"),
            (vec![("200 OK", "Rate exceeded."); 3], "Rate exceeded"),
            (vec![("200 OK", "<html><title>Log in</title>"); 3], "a web page"),
            (vec![("503 Busy", "later"); 3], "wait some minutes"),
        ] {
            let expected = answers.len();
            let answers = answers.into_iter().map(|(h, b)| (h, b.to_owned())).collect();
            let (base, served) = serve(answers);
            let error = client(&base).feed(&cs()).unwrap_err().to_string();
            assert!(error.contains(words), "{words}: {error}");
            assert!(error.contains(&base), "{error}");
            assert_eq!(served.join().unwrap().len(), expected);
        }
    }

    #[test]
    fn an_unreachable_host_fails_at_once_with_a_cure() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        drop(listener);
        let mut client = client(&base);
        client.backoff = Duration::from_secs(60);
        let error = client.feed(&cs()).unwrap_err();
        assert!(matches!(error, Error::Fetch { .. }));
        assert!(error.to_string().contains("--feed FILE"), "{error}");
    }

    #[test]
    fn ids_are_asked_in_slices_and_matched_by_id() {
        let answer = |ids: &[usize]| {
            let entries: String = ids
                .iter()
                .map(|n| {
                    format!(
                        "<entry><id>http://arxiv.org/abs/2602.{n:05}v1</id><title>No. {n}</title></entry>"
                    )
                })
                .collect();
            format!("<feed><id>https://arxiv.org/api/x</id>{entries}</feed>")
        };
        let (base, served) =
            serve(vec![("200 OK", answer(&[3, 0, 777])), ("200 OK", answer(&[100]))]);
        let mut ids: Vec<PaperId> =
            (0..101).map(|n| format!("2602.{n:05}").parse().unwrap()).collect();
        ids.push("zotero:AB".parse().unwrap());
        ids.push(ids[0].clone());
        let papers = client(&base).by_ids(&ids).unwrap();
        let titles: Vec<&str> = papers.iter().map(|p| p.title.as_str()).collect();
        assert_eq!(titles, ["No. 0", "No. 3", "No. 100"]);
        let asked = served.join().unwrap();
        assert!(asked[0].0.ends_with("&max_results=100 HTTP/1.1"), "{asked:?}");
        assert_eq!(asked[1].0, "GET /api/query?id_list=2602.00100&max_results=1 HTTP/1.1");
    }

    #[test]
    fn what_cannot_be_asked_is_refused_without_asking() {
        let client = client("http://127.0.0.1:9");
        for list in [vec![], vec!["cs/LG".to_owned()], vec![String::new()]] {
            assert!(matches!(client.feed(&list), Err(Error::Invalid(_))), "{list:?}");
        }
        assert!(Client::new(Some("me\n")).is_ok());
        assert!(Client::new(Some("mé")).is_err());
        assert_eq!(client.by_ids(&[]).unwrap(), []);
    }
}
