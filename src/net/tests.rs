//! The rules for requests, against servers on this machine.

use std::{
    cell::Cell,
    io::{BufRead, BufReader, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
    time::Duration,
};

use flate2::{Compression, write::GzEncoder};

use super::{Client, Fault, HOPS, MIB, Next, Retry, Tried, agent, answer::wait_of, retry};

const SECOND: Duration = Duration::from_secs(1);

/// A server that gives one answer, head and body, to all requests, and what it was asked.
pub(crate) struct Server {
    pub base: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Server {
    pub fn start(answer: impl Fn(&str) -> (String, Vec<u8>) + Send + 'static) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let log = asked.clone();
        thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream: TcpStream = stream.unwrap();
                let lines = BufReader::new(stream.try_clone().unwrap()).lines();
                let lines: Vec<String> =
                    lines.map_while(Result::ok).take_while(|line| !line.is_empty()).collect();
                let head = lines.join("\n").to_lowercase();
                let (answer, body) = answer(&head);
                log.lock().unwrap().push(head);
                // The client may have read enough.
                let _ = write!(stream, "HTTP/1.1 {answer}\r\nConnection: close\r\n\r\n")
                    .and_then(|()| stream.write_all(&body));
            }
        });
        Server { base, asked }
    }

    pub fn says(head: &str, body: &[u8]) -> Server {
        let (head, body) = (head.to_owned(), body.to_vec());
        Server::start(move |_| (head.clone(), body.clone()))
    }

    pub fn moves(to: &str) -> Server {
        Server::says(&format!("302 Found\r\nContent-Length: 0\r\nLocation: {to}"), b"")
    }

    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

fn client() -> Client {
    Client::new(Some("me@example.org"), 20 * SECOND, 20 * SECOND).unwrap()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn secrets_stay_with_the_server_that_they_are_for() {
    let far = Server::says("200 OK", b"there");
    let to = format!("{}/file", far.base);
    let home = Server::start(move |head| match head.starts_with("get /moved ") {
        true => {
            (format!("302 Found\r\nContent-Length: 0\r\nEtag: \"2\"\r\nLocation: {to}"), vec![])
        }
        false => {
            ("307 Temporary Redirect\r\nEtag: \"1\"\r\nX-A: a\r\nLocation: /moved".into(), vec![])
        }
    });
    let client = client();
    let request = client
        .get(&home.base)
        .header("X-Plain", "plain")
        .secret("Authorization", "Bearer secret")
        .secret("X-Api-Key", "secret");
    let answer = request.follow().unwrap();
    assert_eq!((answer.own_header("Etag"), answer.own_header("X-A")), (Some("\"2\""), Some("a")));
    assert_eq!(answer.bytes(10).unwrap(), b"there");
    let (at_home, away) = (home.asked(), far.asked());
    assert_eq!((at_home.len(), away.len()), (2, 1));
    for head in &at_home {
        assert!(head.contains("authorization: bearer secret"), "{head}");
        assert!(head.contains("x-api-key: secret"), "{head}");
    }
    assert!(!away[0].contains("secret") && away[0].contains("x-plain: plain"), "{}", away[0]);
    assert!(away[0].contains("me@example.org"), "{}", away[0]);
}

#[test]
fn redirections_end() {
    let ring = Server::moves("/again");
    let fault = client().get(&ring.base).follow().err().unwrap();
    assert!(matches!(&fault, Fault::Circle(to) if to.ends_with("/again")), "{fault}");
    assert_eq!(ring.asked().len(), HOPS + 1);
    let nowhere = Server::says("302 Found\r\nContent-Length: 0", b"");
    let fault = client().get(&nowhere.base).follow().err().unwrap();
    assert_eq!(fault.to_string(), "HTTP 302 Found without an address to go to");
    // Who does not follow is told as much.
    let answer = client().get(&ring.base).send().unwrap();
    assert_eq!(answer.moved_to(), Some(format!("{}/again", ring.base)));
}

#[test]
fn a_post_is_repeated_only_where_the_server_asks_for_that() {
    for (status, expected) in [(301, "get /x"), (302, "get /x"), (303, "get /x"), (308, "post /x")]
    {
        let server = Server::start(move |head| match head.contains(" /x ") {
            true => ("200 OK\r\nContent-Length: 0".into(), vec![]),
            false => (format!("{status} Moved\r\nContent-Length: 0\r\nLocation: /x"), vec![]),
        });
        client().post(&server.base, b"{}".to_vec()).follow().unwrap();
        let asked = server.asked();
        assert!(asked[1].starts_with(expected), "{status}: {}", asked[1]);
        assert_eq!(asked[1].contains("content-length: 2"), expected.starts_with("post"));
    }
}

#[test]
fn an_answer_is_read_up_to_its_limit() {
    const GZIP: &str = "200 OK\r\nContent-Encoding: gzip";
    let zeros = vec![0; 5000];
    let small = gzip(&zeros);
    assert!(small.len() < 100);
    // Members without content: nothing comes of them, however many there are.
    let empty = gzip(b"").repeat(300);
    let known = format!("200 OK\r\nContent-Length: {}", zeros.len());
    for (head, body, limit, expected) in [
        ("200 OK", &zeros, 5000, Some(5000)),
        ("200 OK", &zeros, 4999, None),
        (&known, &zeros, 5000, Some(5000)),
        (&known, &zeros, 4999, None),
        (GZIP, &small, 5000, Some(5000)),
        (GZIP, &small, 4999, None),
        (GZIP, &empty, 5000, None),
        (GZIP, &Vec::new(), 5000, Some(0)),
    ] {
        let server = Server::says(head, body);
        let read = client().get(&server.base).send().unwrap().bytes(limit);
        match (read, expected) {
            (Ok(bytes), Some(length)) => assert_eq!(bytes.len(), length, "{head} {limit}"),
            (Err(Fault::TooLong(of)), None) => assert_eq!(of, limit),
            (read, _) => panic!("{head} {limit}: {read:?}"),
        }
        assert!(server.asked()[0].contains("accept-encoding: gzip"));
    }
    assert_eq!(Fault::TooLong(64 * MIB).to_string(), "the answer is longer than 64 MiB, the limit");
    let torn = Server::says(GZIP, &small[..small.len() - 9]);
    let fault = client().get(&torn.base).send().unwrap().bytes(5000).unwrap_err();
    assert!(matches!(fault, Fault::Body(_)) && !fault.is_rule(), "{fault}");
}

#[test]
fn what_cannot_be_asked_says_why() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let gone = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let fault = client().get(&gone).send().err().unwrap();
    assert!(fault.is_connect() && !fault.is_builder());
    assert!(fault.to_string().starts_with("cannot connect ("), "{fault}");
    assert!(!fault.cause().to_string().contains("127.0.0.1"), "{}", fault.cause());
    let fault = client().get("ftp//").secret("Authorization", "a\nb").send().err().unwrap();
    assert!(fault.is_builder(), "{fault}");
}

#[test]
fn one_name_for_all() {
    assert!(agent(None).starts_with("paperlark/") && agent(None).ends_with("/paperlark)"));
    assert!(agent(Some("me@example.org")).ends_with("/paperlark; me@example.org)"));
}

#[test]
fn nothing_is_installed_for_the_process() {
    client();
    assert!(rustls::crypto::CryptoProvider::get_default().is_none());
}

#[test]
fn retry_after_has_two_forms() {
    let now = "2026-02-05T06:00:00Z".parse().unwrap();
    for (text, seconds) in [
        ("0", Some(0)),
        (" 120 ", Some(120)),
        ("Thu, 05 Feb 2026 06:01:30 GMT", Some(90)),
        ("Thu, 05 Feb 2026 05:00:00 GMT", Some(0)),
        ("soon", None),
        ("-5", None),
        ("1e9", None),
        ("", None),
    ] {
        assert_eq!(wait_of(text, now), seconds.map(Duration::from_secs), "{text}");
    }
}

#[test]
fn tries_are_counted_and_waits_bounded() {
    let policy = Retry { tries: 3, pause: SECOND, longest: 5 * SECOND, in_all: 8 * SECOND };
    let mut tries = policy.start();
    let Next::Try(first) = tries.next(None) else { panic!() };
    let Next::Try(second) = tries.next(None) else { panic!() };
    assert!((SECOND..=SECOND * 3 / 2).contains(&first), "{first:?}");
    assert!((SECOND * 2..=SECOND * 3).contains(&second), "{second:?}");
    assert!(matches!(tries.next(Some(SECOND)), Next::End(SECOND)));
    assert_eq!(policy.start().next(Some(6 * SECOND)), Next::TooLong(6 * SECOND));
    let mut tries = policy.start();
    assert_eq!(tries.next(Some(5 * SECOND)), Next::Try(5 * SECOND));
    assert_eq!(tries.next(Some(4 * SECOND)), Next::TooLong(4 * SECOND), "nine in all");
    let mut tries = policy.start();
    tries.allow_further(1);
    assert_eq!(tries.next(Some(SECOND)), Next::Try(SECOND));
    assert_eq!(tries.next(Some(SECOND)), Next::End(SECOND));
    // However long the pause of a setting is.
    let patient = Retry { pause: Duration::MAX, longest: Duration::MAX, ..policy };
    assert_eq!(patient.start().next(None), Next::TooLong(60 * SECOND));

    let policy = Retry { pause: Duration::ZERO, ..policy };
    for (outcomes, expected, n_told) in [
        (vec![Err(Tried::Passing("busy", None)), Ok(7)], Ok(7), 1),
        (vec![Err(Tried::Final("no"))], Err("no"), 0),
        (vec![Err(Tried::Passing("busy", Some(6 * SECOND)))], Err("busy"), 0),
        ((0..3).map(|_| Err(Tried::Passing("busy", None))).collect(), Err("busy"), 2),
    ] {
        let told = Cell::new(0);
        let mut outcomes = outcomes.into_iter();
        let result = retry(
            policy,
            |_, _| told.set(told.get() + 1),
            || outcomes.next().expect("there is no further try"),
        );
        assert_eq!((result, told.get(), outcomes.len()), (expected, n_told, 0));
    }
}
