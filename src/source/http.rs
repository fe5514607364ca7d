//! Talking to arXiv at the pace and in the manner that it asks for.
//!
//! A [`Client`] sends one request at a time, never sooner than three seconds after the last one of any
//! process on the machine, and names itself; [`net`] makes the requests. Throttling has many faces (403, 406,
//! 429, 503, a stall, or a 200 that says "Rate exceeded."); all are waited out, at least as long as arXiv asks
//! for and longer each time. Source: arXiv's terms of use of its interfaces.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{
    OnceLock,
    atomic::{AtomicBool, Ordering},
};
use std::time::Duration;

use jiff::civil::Date;
use reqwest::StatusCode;

use super::pace::{Gate, LONGEST_WAIT};
use super::{bad, text};
use crate::error::{Error, Result};
use crate::message;
use crate::message::Message;
use crate::net::{self, Fault, HOPS, MIB, Next, Retry};
use crate::{file, hash};

/// Requests for one page before it is given up.
const TRIES: u32 = 6;
/// Further ones to a server that cannot be reached: a network that just woke up comes back soon, or not at all.
const TRIES_UNREACHABLE: u32 = 2;
/// Shortest time between two requests to arXiv, whatever a setting says.
const ARXIV_PACE: Duration = Duration::from_secs(3);
/// The longest answer that is read; the largest pages have a few MiB.
const LONGEST_ANSWER: u64 = 64 * MIB;

/// A polite client of arXiv.
#[derive(Debug)]
pub struct Client {
    http: net::Client,
    hosts: Hosts,
    /// Shortest time between two requests, and the unit of back-off.
    pace: Duration,
    gate: Gate,
    cache: Option<PathBuf>,
    /// Whether a server could not be reached, so that others are not tried for long.
    offline: AtomicBool,
    /// Why nobody can be reached, or that somebody can, once it was tried.
    silence: OnceLock<Option<String>>,
}

/// Where the parts of arXiv answer; mirrors and tests name others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hosts {
    /// Feeds, at `/rss/<category>`.
    pub rss: String,
    /// Query API, at `/query`.
    pub api: String,
    /// Listing pages, at `/list/<category>/new`.
    pub list: String,
    /// OAI-PMH, at `/oai`.
    pub oai: String,
}

impl Default for Hosts {
    fn default() -> Self {
        Hosts {
            rss: "https://rss.arxiv.org".into(),
            api: "https://export.arxiv.org/api".into(),
            list: "https://arxiv.org".into(),
            oai: "https://oaipmh.arxiv.org".into(),
        }
    }
}

/// Settings of a [`Client`].
#[derive(Debug, Clone)]
pub struct ClientOptions {
    /// A mail address or URL for the User-Agent, so that arXiv can reach whoever runs this.
    pub contact: Option<String>,
    /// Whom to ask.
    pub hosts: Hosts,
    /// Shortest time between two requests, and the unit of back-off; never below three seconds
    /// towards arXiv itself.
    pub pace: Duration,
    /// Patience with a server that does not answer.
    pub timeout: Duration,
    /// Folder of the file that paces all processes of the machine; without it each paces itself.
    pub lock: Option<PathBuf>,
    /// Folder that keeps answers of the query API, and the day they are good for: its answers change
    /// once a day.
    pub cache: Option<(PathBuf, Date)>,
}

impl Default for ClientOptions {
    fn default() -> Self {
        ClientOptions {
            contact: None,
            hosts: Hosts::default(),
            pace: ARXIV_PACE,
            timeout: Duration::from_secs(60),
            lock: None,
            cache: None,
        }
    }
}

impl Client {
    /// A client with these settings. Nothing is sent yet.
    ///
    /// # Errors
    /// [`Error::Invalid`] if the contact cannot stand in a header, [`Error::Fetch`] if TLS cannot be set
    /// up, [`Error::Io`] if the lock's folder cannot be made.
    pub fn new(options: &ClientOptions) -> Result<Self> {
        let contact = options.contact.as_deref().map(str::trim).filter(|c| !c.is_empty());
        if contact.is_some_and(|c| c.chars().any(|c| !(' '..='~').contains(&c))) {
            return Err(Error::Invalid(message!(
                "the contact is not plain ASCII; write a mail address or a URL"
            )));
        }
        let mut hosts = options.hosts.clone();
        for host in [&mut hosts.rss, &mut hosts.api, &mut hosts.list, &mut hosts.oai] {
            host.truncate(host.trim_end_matches('/').len());
        }
        let http = net::Client::new(contact, options.timeout, Duration::from_secs(10))
            .map_err(|words| Error::Fetch { url: hosts.rss.clone(), reason: offline(words) })?;
        let real = [&hosts.rss, &hosts.api, &hosts.list, &hosts.oai]
            .iter()
            .any(|host| host.contains("arxiv.org"));
        let pace = if real { options.pace.max(ARXIV_PACE) } else { options.pace };
        // A mirror is paced by itself.
        let name = match real {
            true => "arxiv.pace".to_owned(),
            false => format!("{:016x}.pace", hash::text(&hosts.rss)),
        };
        let gate = Gate::open(options.lock.as_ref().map(|folder| folder.join(name)).as_deref())?;
        let cache = options.cache.as_ref().map(|(folder, day)| current(folder, *day));
        Ok(Client {
            http,
            hosts,
            pace,
            gate,
            cache,
            offline: AtomicBool::new(false),
            silence: OnceLock::new(),
        })
    }

    /// Whom this client asks.
    pub fn hosts(&self) -> &Hosts {
        &self.hosts
    }

    /// As [`Client::get`], for an answer that changes once a day: the second time it is read from disk.
    pub(super) fn get_daily<T>(
        &self,
        url: &str,
        understand: impl Fn(&str, &str) -> Result<T>,
    ) -> Result<T> {
        let Some(folder) = &self.cache else {
            return self.get(url, understand);
        };
        // The hash is short, so the address itself stands in the first line.
        let path = folder.join(format!("{:016x}", hash::text(url)));
        let kept = fs::read_to_string(&path).ok();
        let kept = kept.as_deref().and_then(|kept| kept.split_once('\n'));
        if let Some((_, body)) = kept.filter(|(of, _)| *of == url)
            && let Ok(answer) = understand(url, body)
        {
            return Ok(answer);
        }
        self.get(url, |origin, body| {
            let answer = understand(origin, body)?;
            if let Err(error) = file::write_atomic(&path, format!("{url}\n{body}").as_bytes()) {
                message!("an answer is not kept: {error}", error).warn();
            }
            Ok(answer)
        })
    }

    /// Asks for `url` up to [`TRIES`] times, until `understand` makes something of the answer's text.
    pub(super) fn get<T>(
        &self,
        url: &str,
        understand: impl Fn(&str, &str) -> Result<T>,
    ) -> Result<T> {
        if let Some(Some(cause)) = self.silence.get() {
            return Err(Error::Unreachable { cause: cause.clone() });
        }
        let (longest, in_all) = (LONGEST_WAIT, LONGEST_WAIT);
        let mut tries = Retry { tries: TRIES, pause: self.pace, longest, in_all }.start();
        let mut hops = 0;
        let mut at = url.to_owned();
        loop {
            let turn = self.gate.enter(self.pace);
            let (error, asked) = match self.get_once(&at, &understand) {
                // Every hop is a request, and has to wait for its turn.
                Err(Failure::Moved(to)) if hops < HOPS => {
                    turn.leave(self.pace);
                    hops += 1;
                    at = to;
                    continue;
                }
                Err(Failure::Moved(to)) => {
                    turn.leave(self.pace);
                    return Err(bad(url, Fault::Circle(to).message()));
                }
                Ok(answer) => {
                    self.offline.store(false, Ordering::Relaxed);
                    turn.leave(self.pace);
                    return Ok(answer);
                }
                Err(Failure::Final(error)) => {
                    turn.leave(self.pace);
                    return Err(error);
                }
                Err(Failure::Passing { error, wait, unreachable }) => {
                    if unreachable {
                        let Hosts { rss, api, list, oai } = &self.hosts;
                        // Without any network, waiting for one of them is no use.
                        let silence = self.silence.get_or_init(|| {
                            let is_silent = !net::any_reachable(&[rss, api, list, oai]);
                            is_silent.then(|| cause_of(&error))
                        });
                        if let Some(cause) = silence {
                            turn.leave(Duration::ZERO);
                            return Err(Error::Unreachable { cause: cause.clone() });
                        }
                        let offline =
                            self.offline.swap(true, Ordering::Relaxed) && tries.failed() == 0;
                        tries.allow_further(if offline { 0 } else { TRIES_UNREACHABLE });
                    }
                    (error, wait)
                }
            };
            let wait = match tries.next(asked.map(|asked| asked.max(self.pace))) {
                Next::Try(wait) => wait,
                Next::End(wait) => {
                    // Whoever else wants to ask waits as well.
                    turn.leave(wait);
                    return Err(error);
                }
                Next::TooLong(wait) => {
                    turn.leave(self.pace);
                    return Err(later(error, wait));
                }
            };
            turn.leave(wait);
            message!(
                "{error}; trying again in {seconds} s",
                error = without_cure(&error),
                seconds = format!("{:.0}", wait.as_secs_f64())
            )
            .warn();
        }
    }

    fn get_once<T>(
        &self,
        url: &str,
        understand: &impl Fn(&str, &str) -> Result<T>,
    ) -> Result<T, Failure> {
        let Reply { status, retry_after, moved, body } = self.send(url)?;
        let fetch = |reason: Message| Error::Fetch { url: url.to_owned(), reason };
        let code = status.as_u16();
        if let Some(to) = moved {
            return Err(Failure::Moved(to));
        }
        if status.is_success() {
            // Whatever cannot be understood may be a throttling page or a cut-off body.
            let answer = text(url, body).and_then(|text| {
                understand(url, &text).map_err(|error| match error {
                    // Words in the place of an answer concern the service, not this request.
                    Error::Feed { reason, .. }
                        if text.trim_start().starts_with(char::is_alphabetic) =>
                    {
                        fetch(reason)
                    }
                    error => error,
                })
            });
            return answer.map_err(|error| Failure::Passing {
                error,
                wait: retry_after,
                unreachable: false,
            });
        }
        if matches!(code, 403 | 406 | 429) || status.is_server_error() {
            let fault = message!("HTTP {status}, which is how arXiv slows clients down", status);
            let error = fetch(message!("{fault}; wait some minutes and run again", fault));
            return Err(Failure::Passing { error, wait: retry_after, unreachable: false });
        }
        // arXiv explains a refusal in a feed, an answer or a page of its own.
        let explained = text(url, body).and_then(|body| {
            match code == 400 && body.trim_start().starts_with('<') {
                true => super::understand(url, &body).map(|_| ()),
                false => Ok(()),
            }
        });
        let silent = || {
            bad(url, message!("HTTP {status}; check the address, or the category in it", status))
        };
        Err(Failure::Final(explained.err().unwrap_or_else(silent)))
    }

    fn send(&self, url: &str) -> Result<Reply, Failure> {
        let answer = self.http.get(url).send().and_then(|answer| {
            let (status, retry_after) = (answer.status(), answer.retry_after());
            let moved = answer.moved_to();
            Ok(Reply { status, retry_after, moved, body: answer.bytes(LONGEST_ANSWER)? })
        });
        answer.map_err(|fault| {
            if fault.is_rule() {
                return Failure::Final(bad(url, fault.message()));
            }
            let error = Error::Fetch { url: url.to_owned(), reason: offline(fault.message()) };
            match fault.is_builder() {
                true => Failure::Final(error),
                false => Failure::Passing { error, wait: None, unreachable: fault.is_connect() },
            }
        })
    }
}

/// Why a server could not be reached.
fn cause_of(error: &Error) -> String {
    match error {
        Error::Fetch { reason, .. } => {
            reason.get("fault").map_or_else(|| reason.to_string(), ToString::to_string)
        }
        other => other.to_string(),
    }
}

/// What came back.
struct Reply {
    status: StatusCode,
    retry_after: Option<Duration>,
    /// Where to ask instead.
    moved: Option<String>,
    body: Vec<u8>,
}

/// Why one try failed.
enum Failure {
    /// The answer is elsewhere.
    Moved(String),
    /// Another try would end the same.
    Final(Error),
    /// Another try may succeed, after the time that the server asks for; few are worth it where the
    /// server cannot even be reached.
    Passing { error: Error, wait: Option<Duration>, unreachable: bool },
}

/// The folder of the answers of `day` under `folder`; those of other days are removed.
fn current(folder: &Path, day: Date) -> PathBuf {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        // Nothing but our own folders, whatever else a person keeps there.
        let of = name.to_str().and_then(|name| name.strip_prefix("arxiv-")?.parse::<Date>().ok());
        if of.is_some_and(|of| of != day) {
            // They are of no use, and of no harm.
            let _ = fs::remove_dir_all(entry.path());
        }
    }
    folder.join(format!("arxiv-{day}"))
}

/// That there was no answer, with what to do about it.
fn offline(fault: Message) -> Message {
    message!("{fault}; check the network", fault)
}

/// What went wrong without the cure, which is for those who give up.
fn without_cure(error: &Error) -> Message {
    let Error::Fetch { url, reason } = error else { return error.message() };
    let fault = reason.get("fault").cloned().unwrap_or_else(|| reason.into());
    message!("cannot fetch {url}: {reason}", url, reason = fault)
}

/// Says when to come back, where that is too long to wait for.
fn later(error: Error, wait: Duration) -> Error {
    match error {
        Error::Fetch { url, reason } => Error::Fetch {
            url,
            reason: message!(
                "{reason} (arXiv asks to come back in {minutes} minutes)",
                reason,
                minutes = wait.as_secs() / 60
            ),
        },
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::super::pace::{Clock, as_millis};
    use super::super::{Batch, Source, feed::Feed, query::by_ids};
    use super::*;
    use crate::paper::PaperId;
    use std::io::{BufRead, BufReader, Write};
    use std::net::TcpListener;
    use std::sync::atomic::AtomicI64;
    use std::sync::{Arc, Mutex};
    use std::thread;

    const QUIET: &str = "<rss><channel><title>cs updates on arXiv.org</title>\
        <pubDate>Sat, 07 Feb 2026 00:00:00 -0500</pubDate></channel></rss>";
    const REFUSAL: &str = "<rss><channel><title>Feed error for query: x</title>\
        <description>Bad archive 'nosuch'.</description></channel></rss>";
    const REFUSED_ID: &str = "<feed><totalResults>1</totalResults><entry>\
        <id>https://arxiv.org/api/errors#incorrect_id_format_for_abc</id><title>Error</title>\
        <summary>incorrect id format for abc</summary></entry></feed>";
    const REFUSED_PAGE: &str = "<!DOCTYPE html><html><h1>Invalid archive or category: nosuch</h1>\
        <p>The server cannot process your request due to syntax errors</p></html>";

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

    fn feed(client: &Client, categories: &[String]) -> Result<Batch> {
        Ok(Feed::new(client, categories)?.next_page()?.expect("there is one page"))
    }

    fn options(base: &str) -> ClientOptions {
        ClientOptions {
            contact: Some("me@example.org".into()),
            hosts: Hosts {
                rss: base.into(),
                api: format!("{base}/api/"),
                list: base.into(),
                oai: base.into(),
            },
            pace: Duration::from_millis(40),
            ..ClientOptions::default()
        }
    }

    fn client(base: &str) -> Client {
        Client::new(&options(base)).unwrap()
    }

    /// A clock that goes on only while somebody waits by it.
    #[derive(Debug)]
    struct Still {
        now: AtomicI64,
        waits: Mutex<Vec<u128>>,
    }

    impl Still {
        fn new() -> Arc<Still> {
            Arc::new(Still { now: AtomicI64::new(1_770_000_000_000), waits: Mutex::default() })
        }

        /// Milliseconds that were waited, one time after the other.
        fn waits(&self) -> Vec<u128> {
            self.waits.lock().unwrap().clone()
        }
    }

    impl Clock for Still {
        fn millis(&self) -> i64 {
            self.now.load(Ordering::SeqCst)
        }

        fn wait(&self, time: Duration) {
            self.now.fetch_add(as_millis(time), Ordering::SeqCst);
            self.waits.lock().unwrap().push(time.as_millis());
        }
    }

    fn client_by(clock: &Arc<Still>, options: &ClientOptions) -> Client {
        let mut client = Client::new(options).unwrap();
        client.gate.clock = clock.clone();
        client
    }

    fn cs() -> Vec<String> {
        vec!["cs".into(), "stat.ML".into()]
    }

    #[test]
    fn a_feed_is_fetched_under_our_name() {
        let (base, served) = serve(vec![("200 OK", QUIET.into())]);
        let batch = feed(&client(&base), &cs()).unwrap();
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
        let clock = Still::new();
        assert!(feed(&client_by(&clock, &options(&base)), &cs()).is_ok());
        let waits = clock.waits();
        // The pace, as zero seconds are too few; then what the client chooses itself.
        assert!(waits.len() == 2 && waits[0] == 40 && (80..=120).contains(&waits[1]), "{waits:?}");
        assert_eq!(served.join().unwrap().len(), 3);
    }

    #[test]
    fn failures_name_their_cause() {
        for (answers, words) in [
            (vec![("400 Bad Request", "no")], "HTTP 400"),
            (vec![("404 Not Found", QUIET)], "HTTP 404"),
            (vec![("200 OK", "Rate exceeded."); 6], "Rate exceeded"),
            (vec![("200 OK", "<html><title>Log in</title>"); 6], "a web page"),
            (vec![("503 Busy", "later"); 6], "wait some minutes"),
            (vec![("403 Forbidden", "x"); 6], "wait some minutes"),
            (vec![("406 Not Acceptable", "x"); 6], "wait some minutes"),
            (vec![("429 Busy\r\nRetry-After: 3600", "x")], "come back in 60 minutes"),
        ] {
            let expected = answers.len();
            let answers = answers.into_iter().map(|(h, b)| (h, b.to_owned())).collect();
            let (base, served) = serve(answers);
            let error = feed(&client_by(&Still::new(), &options(&base)), &cs()).unwrap_err();
            // A refusal and a web page concern this one request, not the service.
            let own = ["web page", "HTTP 4", "Bad archive"].iter().any(|of| words.contains(of));
            assert_eq!(matches!(error, Error::Fetch { .. }), !own, "{error:?}");
            let error = error.to_string();
            assert!(error.contains(words), "{words}: {error}");
            assert!(error.contains(&base), "{error}");
            assert_eq!(served.join().unwrap().len(), expected);
        }
    }

    #[test]
    fn a_refusal_in_words_is_told_and_no_failure_of_the_service() {
        for (body, words) in [
            (REFUSAL, "Bad archive 'nosuch'"),
            (REFUSED_ID, "incorrect id format for abc"),
            (REFUSED_PAGE, "Invalid archive or category: nosuch"),
        ] {
            let (base, served) = serve(vec![("400 Bad Request", body.into())]);
            let error = feed(&client(&base), &cs()).unwrap_err();
            assert!(matches!(error, Error::Feed { .. }), "{error:?}");
            let error = error.to_string();
            assert!(error.starts_with(&base) && error.contains(words), "{error}");
            assert_eq!(served.join().unwrap().len(), 1);
        }
    }

    #[test]
    fn an_unreachable_host_fails_soon_with_a_cure() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        drop(listener);
        let error = feed(&client(&base), &cs()).unwrap_err();
        assert!(matches!(error, Error::Unreachable { .. }), "{error:?}");
        assert!(error.to_string().contains("Connection refused"), "{error}");
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
        let papers = by_ids(&client(&base), &ids).unwrap();
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
            assert!(matches!(feed(&client, &list), Err(Error::Invalid(_))), "{list:?}");
        }
        let called = |contact: &str| {
            Client::new(&ClientOptions { contact: Some(contact.into()), ..Default::default() })
        };
        assert!(called("me\n").is_ok());
        assert!(called("mé").is_err());
        assert_eq!(by_ids(&client, &[]).unwrap(), []);
    }

    #[test]
    fn clients_that_share_a_file_share_the_pace() {
        let folder = tempfile::tempdir().unwrap();
        let (base, served) = serve(vec![("200 OK", QUIET.into()); 6]);
        let mut options = options(&base);
        options.lock = Some(folder.path().join("new/folder"));
        let clock = Still::new();
        thread::scope(|scope| {
            for _ in 0..3 {
                let client = client_by(&clock, &options);
                scope.spawn(move || (0..2).for_each(|_| drop(feed(&client, &cs()).unwrap())));
            }
        });
        assert_eq!(clock.waits(), [40; 5], "before each but the first");
        served.join().unwrap();
    }

    #[test]
    fn the_file_of_the_pace_may_hold_anything() {
        let folder = tempfile::tempdir().unwrap();
        let now = Still::new().millis();
        for (left, wait) in [
            (format!("{:015}", now + 400), Some(400)),
            (String::new(), None),
            ("junk\u{0}".into(), Some(40)),
            (format!("{}", now + 20 * as_millis(LONGEST_WAIT)), Some(40)),
            ("9".repeat(400), Some(40)),
            ("-5".into(), None),
        ] {
            let path = folder.path().join("pace");
            fs::write(&path, &left).unwrap();
            let clock = Still::new();
            let mut gate = Gate::open(Some(&path)).unwrap();
            gate.clock = clock.clone();
            drop(gate.enter(Duration::from_millis(40)));
            assert_eq!(clock.waits(), Vec::from_iter(wait), "{left}");
            let text = fs::read_to_string(&path).unwrap();
            let next: i64 = text.lines().next().unwrap().parse().unwrap();
            assert_eq!(next, clock.millis() + 40, "{left}: {text}");
        }
    }

    #[test]
    fn an_answer_of_the_day_is_asked_for_once() {
        let folder = tempfile::tempdir().unwrap();
        let answer = "<feed><id>https://arxiv.org/api/x</id><entry>\
            <id>http://arxiv.org/abs/2602.00001v1</id><title>One</title></entry></feed>";
        let (base, served) = serve(vec![("200 OK", answer.into()); 2]);
        let ids = ["2602.00001".parse().unwrap()];
        let mut options = options(&base);
        for (day, times) in [("2026-02-05", 3), ("2026-02-06", 1)] {
            options.cache = Some((folder.path().to_path_buf(), day.parse().unwrap()));
            for _ in 0..times {
                let client = Client::new(&options).unwrap();
                assert_eq!(by_ids(&client, &ids).unwrap()[0].title, "One");
            }
            let days: Vec<_> = fs::read_dir(folder.path()).unwrap().collect();
            assert_eq!(days.len(), 1);
        }
        assert_eq!(served.join().unwrap().len(), 2);
    }

    #[test]
    fn redirections_wait_for_their_turn_and_end() {
        let moved = |to: &'static str| (to, String::new());
        let (base, served) = serve(vec![
            moved("301 Moved Permanently\r\nLocation: /rss/elsewhere"),
            ("200 OK", QUIET.into()),
        ]);
        let clock = Still::new();
        assert!(feed(&client_by(&clock, &options(&base)), &cs()).is_ok());
        assert_eq!(clock.waits(), [40]);
        assert_eq!(served.join().unwrap()[1].0, "GET /rss/elsewhere HTTP/1.1");
        let (base, served) = serve(vec![moved("302 Found\r\nLocation: /rss/x"); 6]);
        let error = feed(&client(&base), &cs()).unwrap_err().to_string();
        assert!(error.contains("moves on and on"), "{error}");
        served.join().unwrap();
    }

    #[test]
    fn only_our_own_old_answers_are_removed() {
        let folder = tempfile::tempdir().unwrap();
        let names =
            ["arxiv-2026-02-04", "arxiv-2026-02-05", "arxiv-mine", "2026-02-04", "precious"];
        names.iter().for_each(|name| fs::create_dir(folder.path().join(name)).unwrap());
        let path = current(folder.path(), "2026-02-05".parse().unwrap());
        assert_eq!(path, folder.path().join("arxiv-2026-02-05"));
        let left = names.map(|name| folder.path().join(name).exists());
        assert_eq!(left, [false, true, true, true, true]);
    }

    #[test]
    fn arxiv_itself_is_never_hurried() {
        let hurried = ClientOptions { pace: Duration::ZERO, ..ClientOptions::default() };
        assert_eq!(Client::new(&hurried).unwrap().pace, ARXIV_PACE);
        let mut mixed = options("http://127.0.0.1:9");
        mixed.hosts.oai = Hosts::default().oai;
        assert_eq!(Client::new(&mixed).unwrap().pace, ARXIV_PACE);
    }
}
