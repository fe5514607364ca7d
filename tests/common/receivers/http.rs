//! A server of webhooks that answers as it is told.

use std::{
    collections::VecDeque,
    io::{BufReader, Read},
    net::TcpStream,
    sync::{Arc, Mutex},
};

use crate::common::listener::{Listener, Request, reply};

/// An answer, or none.
#[derive(Debug, Clone)]
pub enum Answer {
    /// A status with these header lines, each with its end, and this body.
    Says(u16, &'static str, &'static str),
    /// Nothing, until the client hangs up.
    Hangs,
    /// The connection ends once the request was read.
    HangsUp,
}

/// The running server. It gives the answers in turn, the last one for good.
pub struct Hook {
    pub url: String,
    log: Arc<Mutex<Vec<Request>>>,
    _listener: Listener,
}

impl Hook {
    pub fn start(answers: &[Answer]) -> Hook {
        let log = Arc::new(Mutex::new(Vec::new()));
        let (requests, answers) = (log.clone(), Mutex::new(VecDeque::from(answers.to_vec())));
        let listener = Listener::start(move |stream| {
            let Some(request) = Request::read(&mut BufReader::new(&stream)) else { return };
            let answer = {
                let mut answers = answers.lock().unwrap();
                requests.lock().unwrap().push(request);
                match answers.len() {
                    1 => answers[0].clone(),
                    _ => answers.pop_front().unwrap(),
                }
            };
            give(stream, answer);
        });
        Hook { url: listener.url(), log, _listener: listener }
    }

    pub fn log(&self) -> Vec<Request> {
        self.log.lock().unwrap().clone()
    }
}

fn give(mut stream: TcpStream, answer: Answer) {
    match answer {
        Answer::HangsUp => {}
        Answer::Hangs => drop(stream.read(&mut [0])),
        Answer::Says(status, headers, body) => {
            let head = format!("{status} X\r\n{headers}");
            reply(&mut stream, head.trim_end(), body.as_bytes());
        }
    }
}
