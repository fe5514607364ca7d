//! An SMTP server as RFC 5321 and 3207 have it, with the faults of those in the world.

use std::{
    io::{self, Read, Write},
    net::TcpStream,
    sync::{Arc, Mutex},
};

use rustls::{
    ServerConfig, ServerConnection, StreamOwned,
    crypto::ring,
    pki_types::{CertificateDer, PrivateKeyDer},
};

use crate::common::listener::Listener;

/// How a connection is encrypted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Tls {
    None,
    Starttls,
    Implicit,
}

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Fault {
    /// The first so many receivers are put off.
    Greylist(usize),
    /// There is no such receiver.
    NoSuchUser(&'static str),
    BadLogin,
    /// The connection ends at the first so many DATA.
    EndsBeforeData(usize),
    /// The connection ends once the mail is complete, without an answer.
    EndsAfterData,
    /// There is no answer to QUIT.
    EndsAtQuit,
    /// The greeting is that of a server that is shutting down.
    Busy,
}

/// A mail as it came.
#[derive(Debug, Clone)]
pub struct Mail {
    pub from: String,
    pub to: Vec<String>,
    pub data: String,
}

impl Mail {
    /// The value of a header, unfolded.
    pub fn header(&self, name: &str) -> Option<String> {
        let head = self.data.split("\r\n\r\n").next()?.replace("\r\n ", " ");
        head.lines().find_map(|line| Some(line.strip_prefix(name)?.strip_prefix(": ")?.to_owned()))
    }
}

#[derive(Default)]
struct State {
    commands: Vec<String>,
    mails: Vec<Mail>,
    struck: usize,
}

/// The running server.
pub struct Smtp {
    pub port: u16,
    /// The certificate of the server, in PEM form.
    pub certificate: String,
    state: Arc<Mutex<State>>,
    _listener: Listener,
}

impl Smtp {
    pub fn start(tls: Tls, fault: Option<Fault>) -> Smtp {
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![CertificateDer::from(made.cert.der().to_vec())], key)
            .unwrap();
        let config = Arc::new(config);
        let state = Arc::new(Mutex::new(State::default()));
        let shared = state.clone();
        let listener =
            Listener::start(move |stream| drop(connection(stream, tls, fault, &config, &shared)));
        Smtp { port: listener.port, certificate: made.cert.pem(), state, _listener: listener }
    }

    pub fn mails(&self) -> Vec<Mail> {
        self.state.lock().unwrap().mails.clone()
    }

    /// Everything that clients said, but for the mails.
    pub fn commands(&self) -> Vec<String> {
        self.state.lock().unwrap().commands.clone()
    }
}

fn connection(
    mut stream: TcpStream,
    tls: Tls,
    fault: Option<Fault>,
    config: &Arc<ServerConfig>,
    state: &Mutex<State>,
) -> io::Result<()> {
    let encrypted = |stream| {
        let server = ServerConnection::new(config.clone()).map_err(io::Error::other)?;
        Ok::<_, io::Error>(StreamOwned::new(server, stream))
    };
    if tls == Tls::Implicit {
        dialogue(&mut encrypted(stream)?, false, true, fault, state)?;
        return Ok(());
    }
    if dialogue(&mut stream, tls == Tls::Starttls, true, fault, state)? {
        dialogue(&mut encrypted(stream)?, false, false, fault, state)?;
    }
    Ok(())
}

/// Speaks with a client; whether it wants to go on encrypted.
fn dialogue(
    stream: &mut (impl Read + Write),
    starttls: bool,
    greet: bool,
    fault: Option<Fault>,
    state: &Mutex<State>,
) -> io::Result<bool> {
    if greet && fault == Some(Fault::Busy) {
        stream.write_all(b"421 4.3.2 shutting down\r\n")?;
        return Ok(false);
    }
    if greet {
        stream.write_all(b"220 double ESMTP\r\n")?;
    }
    let (mut from, mut to) = (String::new(), Vec::new());
    // Whether a fault that strikes so many times strikes now.
    let strikes = |times: usize| {
        let mut state = state.lock().unwrap();
        state.struck += 1;
        state.struck <= times
    };
    loop {
        let Some(line) = line(stream)? else { return Ok(false) };
        state.lock().unwrap().commands.push(line.clone());
        let word = line.split([' ', ':']).next().unwrap_or_default().to_uppercase();
        let address = || {
            let inside = line.split_once('<').and_then(|(_, rest)| rest.split_once('>'));
            inside.map(|(address, _)| address.to_owned()).unwrap_or_default()
        };
        let answer = match (&word[..], fault) {
            ("EHLO", _) if starttls => "250-double\r\n250 STARTTLS",
            ("EHLO", _) => "250-double\r\n250 AUTH PLAIN LOGIN",
            ("STARTTLS", _) if starttls => {
                stream.write_all(b"220 2.0.0 go ahead\r\n")?;
                return Ok(true);
            }
            ("AUTH", Some(Fault::BadLogin)) => "535 5.7.8 bad credentials",
            ("AUTH", _) if !starttls => "235 2.7.0 welcome",
            ("MAIL", _) => {
                from = address();
                "250 ok"
            }
            ("RCPT", Some(Fault::Greylist(times))) if strikes(times) => {
                "450 4.2.0 greylisted, come back"
            }
            ("RCPT", Some(Fault::NoSuchUser(name))) if address() == name => {
                "550 5.1.1 no such user"
            }
            ("RCPT", _) => {
                to.push(address());
                "250 ok"
            }
            ("DATA", Some(Fault::EndsBeforeData(times))) if strikes(times) => return Ok(false),
            ("DATA", _) => {
                stream.write_all(b"354 go on\r\n")?;
                let mut data = String::new();
                while let Some(line) = self::line(stream)?.filter(|line| line != ".") {
                    // RFC 5321, 4.5.2: a leading dot is doubled on the way.
                    data += line.strip_prefix('.').unwrap_or(&line);
                    data += "\r\n";
                }
                let mail = Mail { from: from.clone(), to: std::mem::take(&mut to), data };
                state.lock().unwrap().mails.push(mail);
                if fault == Some(Fault::EndsAfterData) {
                    return Ok(false);
                }
                "250 2.0.0 queued"
            }
            ("QUIT", Some(Fault::EndsAtQuit)) => return Ok(false),
            ("QUIT", _) => {
                stream.write_all(b"221 bye\r\n")?;
                return Ok(false);
            }
            _ => "502 5.5.2 not here",
        };
        stream.write_all(answer.as_bytes())?;
        stream.write_all(b"\r\n")?;
        stream.flush()?;
    }
}

/// A line without its end; `None` if the client hung up.
fn line(stream: &mut impl Read) -> io::Result<Option<String>> {
    let mut bytes = Vec::new();
    let mut byte = [0];
    loop {
        if stream.read(&mut byte)? == 0 {
            return Ok(None);
        }
        match byte[0] {
            b'\n' => break,
            byte => bytes.push(byte),
        }
    }
    let line = String::from_utf8(bytes).map_err(io::Error::other)?;
    Ok(Some(line.trim_end_matches('\r').to_owned()))
}
