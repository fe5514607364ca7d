//! A server of webhooks that answers as it is told.

use std::{
    collections::VecDeque,
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
    time::Duration,
};

/// An answer, or none.
#[derive(Debug, Clone)]
pub enum Answer {
    /// A status with these header lines, each with its end, and this body.
    Says(u16, &'static str, &'static str),
    /// Nothing, for longer than anybody waits.
    Hangs,
    /// The connection ends once the request was read.
    HangsUp,
}

/// A request as it came.
#[derive(Debug, Clone)]
pub struct Request {
    pub target: String,
    /// In lower case.
    pub head: String,
    pub body: String,
}

impl Request {
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap()
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    }
}

/// The running server. It gives the answers in turn, the last one for good.
pub struct Hook {
    pub url: String,
    log: Arc<Mutex<Vec<Request>>>,
}

impl Hook {
    pub fn start(answers: &[Answer]) -> Hook {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let log = Arc::new(Mutex::new(Vec::new()));
        let (requests, mut answers) = (log.clone(), VecDeque::from(answers.to_vec()));
        thread::spawn(move || {
            for stream in listener.incoming() {
                let Ok(stream) = stream else { continue };
                let Some(request) = read(&stream) else { continue };
                requests.lock().unwrap().push(request);
                let answer = match answers.len() {
                    1 => answers[0].clone(),
                    _ => answers.pop_front().unwrap(),
                };
                thread::spawn(move || give(stream, answer));
            }
        });
        Hook { url, log }
    }

    pub fn log(&self) -> Vec<Request> {
        self.log.lock().unwrap().clone()
    }
}

fn read(stream: &TcpStream) -> Option<Request> {
    let mut reader = BufReader::new(stream);
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok().filter(|n| *n > 0)?;
        match line.trim_end() {
            "" => break,
            line => lines.push(line.to_owned()),
        }
    }
    let target = lines.first()?.split(' ').nth(1)?.to_owned();
    let head = lines.join("\n").to_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "))?;
    let mut body = vec![0; length.parse().ok()?];
    reader.read_exact(&mut body).ok()?;
    Some(Request { target, head, body: String::from_utf8(body).ok()? })
}

fn give(mut stream: TcpStream, answer: Answer) {
    match answer {
        Answer::HangsUp => {}
        Answer::Hangs => thread::sleep(Duration::from_secs(60)),
        Answer::Says(status, headers, body) => {
            let length = body.len();
            let _ = write!(
                stream,
                "HTTP/1.1 {status} X\r\nContent-Length: {length}\r\nConnection: close\r\n{headers}\r\n{body}"
            );
        }
    }
}
