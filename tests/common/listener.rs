//! Servers on ports of their own, and HTTP as far as tests speak it.

use std::{
    io::{BufRead, BufReader, Write},
    net::{TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Instant,
};

/// A port that is listened to until this is dropped.
pub struct Listener {
    pub port: u16,
    ended: Arc<AtomicBool>,
}

impl Listener {
    /// Serves each connection on a thread of its own.
    pub fn start(serve: impl Fn(TcpStream) + Send + Sync + 'static) -> Listener {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let ended = Arc::new(AtomicBool::new(false));
        let (serve, end) = (Arc::new(serve), ended.clone());
        thread::spawn(move || {
            for stream in listener.incoming() {
                if end.load(Ordering::SeqCst) {
                    return;
                }
                let (Ok(stream), serve) = (stream, serve.clone()) else { continue };
                thread::spawn(move || serve(stream));
            }
        });
        Listener { port, ended }
    }

    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.ended.store(true, Ordering::SeqCst);
        // It is woken up to see that.
        let _ = TcpStream::connect(("127.0.0.1", self.port));
    }
}

/// A request as it came.
#[derive(Debug, Clone)]
pub struct Request {
    /// Path and query.
    pub target: String,
    /// Lines such as `content-length: 7`, with the name in lower case.
    headers: Vec<String>,
    pub body: String,
}

impl Request {
    /// The next request of a connection; `None` if the client hung up.
    pub fn read(reader: &mut impl BufRead) -> Option<Request> {
        let mut lines = (&mut *reader).lines().map_while(Result::ok);
        let target = lines.next()?.split(' ').nth(1)?.to_owned();
        let headers = lines.take_while(|line| !line.is_empty()).map(|line| {
            let (name, value) = line.split_once(": ").unwrap_or((&line, ""));
            format!("{}: {value}", name.to_ascii_lowercase())
        });
        let mut request = Request { target, headers: headers.collect(), body: String::new() };
        let length = request.header("content-length").map_or(Some(0), |n| n.parse().ok())?;
        let mut body = vec![0; length];
        reader.read_exact(&mut body).ok()?;
        request.body = String::from_utf8(body).ok()?;
        Some(request)
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap()
    }

    /// The value of a header; `name` is in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    }
}

/// Writes an answer, `head` being the status with lines of headers, and says that the connection ends. The
/// client may have hung up.
pub fn reply(stream: &mut TcpStream, head: &str, body: &[u8]) {
    let head =
        format!("HTTP/1.1 {head}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
    let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body));
}

/// A request with the times at which it had come and its answer had not yet gone.
#[derive(Debug, Clone)]
pub struct Asked {
    pub request: Request,
    pub received: Instant,
    pub answered: Instant,
}

/// A server that gives one answer after the other.
pub struct Server {
    pub base: String,
    log: Arc<Mutex<Vec<Asked>>>,
    _listener: Listener,
}

impl Server {
    /// Answers each request by `answer`: status line with more headers, and body.
    pub fn start<B: Into<Vec<u8>>>(
        answer: impl FnMut(&Request) -> (String, B) + Send + 'static,
    ) -> Server {
        let log = Arc::new(Mutex::new(Vec::new()));
        let (shared, answer) = (log.clone(), Mutex::new(answer));
        let listener = Listener::start(move |mut stream| {
            let reader = &mut BufReader::new(stream.try_clone().unwrap());
            let Some(request) = Request::read(reader) else { return };
            let mut answer = answer.lock().unwrap();
            let received = Instant::now();
            let (head, body) = answer(&request);
            let answered = Instant::now();
            shared.lock().unwrap().push(Asked { request, received, answered });
            drop(answer);
            reply(&mut stream, &head, &body.into());
        });
        Server { base: listener.url(), log, _listener: listener }
    }

    /// What was asked since this was last called.
    pub fn asked(&self) -> Vec<Asked> {
        std::mem::take(&mut self.log.lock().unwrap())
    }

    /// Paths and queries of that.
    pub fn targets(&self) -> Vec<String> {
        self.asked().into_iter().map(|asked| asked.request.target).collect()
    }
}
