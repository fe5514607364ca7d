//! Who sends requests, and what a redirection may take along.

use std::time::Duration;

use reqwest::{
    Method, StatusCode, Url,
    header::{ACCEPT_ENCODING, HeaderMap},
    redirect::Policy,
};

use super::{Answer, Fault, agent, innermost, tls};
use crate::{
    message,
    message::{Argument, Message},
};

/// Redirections of one request.
pub(crate) const HOPS: usize = 5;

/// Sends requests.
#[derive(Debug)]
pub(crate) struct Client {
    http: reqwest::blocking::Client,
    timeout: Duration,
}

impl Client {
    /// A client that waits no longer than this for an answer, and for a connection; `contact` is named to the
    /// servers.
    ///
    /// # Errors
    /// A message, if TLS cannot be set up.
    pub fn new(
        contact: Option<&str>,
        timeout: Duration,
        connect_timeout: Duration,
    ) -> Result<Self, Message> {
        let failed = |cause: &dyn std::fmt::Display| {
            message!("cannot set up TLS ({cause})", cause = Argument::foreign(cause))
        };
        let http = reqwest::blocking::Client::builder()
            .tls_backend_preconfigured(tls::config().map_err(|e| failed(&e))?)
            .user_agent(agent(contact))
            .timeout(timeout)
            .connect_timeout(connect_timeout)
            // Followed here, where it is known what is secret.
            .redirect(Policy::none())
            .build()
            .map_err(|e| failed(&innermost(&e)))?;
        Ok(Client { http, timeout })
    }

    /// A request for what is at `url`.
    pub fn get(&self, url: &str) -> Request<'_> {
        self.request(Method::GET, url, None)
    }

    /// A request that brings `body` to `url`.
    pub fn post(&self, url: &str, body: Vec<u8>) -> Request<'_> {
        self.request(Method::POST, url, Some(body))
    }

    fn request(&self, method: Method, url: &str, body: Option<Vec<u8>>) -> Request<'_> {
        let url = url.to_owned();
        Request { client: self, method, url, body, headers: Vec::new(), secrets: Vec::new() }
    }
}

/// A request that is not sent yet.
pub(crate) struct Request<'a> {
    client: &'a Client,
    method: Method,
    url: String,
    body: Option<Vec<u8>>,
    headers: Vec<(&'static str, String)>,
    secrets: Vec<(&'static str, String)>,
}

impl Request<'_> {
    /// Adds a header. One for `Accept-Encoding` takes the place of ours, which asks for gzip.
    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// Adds a header that is for the server at this address alone.
    pub fn secret(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.secrets.push((name, value.into()));
        self
    }

    /// Sends it. A redirection is an answer like others.
    ///
    /// # Errors
    /// What keeps the head of an answer from coming.
    pub fn send(&self) -> Result<Answer, Fault> {
        let secrets = &self.secrets;
        self.send_to(&self.url, &self.method, self.body.clone(), secrets)
    }

    /// Sends it, and follows up to [`HOPS`] redirections. Once one leads to another server, by name, port or
    /// scheme, the secret headers are left out, even if a further one leads back.
    ///
    /// # Errors
    /// As [`Request::send`]; [`Fault::Nowhere`] and [`Fault::Circle`] for redirections that lead to no answer.
    pub fn follow(&self) -> Result<Answer, Fault> {
        let home = Url::parse(&self.url).map(|url| url.origin()).ok();
        let (mut method, mut body) = (self.method.clone(), self.body.clone());
        let mut url = self.url.clone();
        let mut secrets = &self.secrets[..];
        let mut own: Vec<HeaderMap> = Vec::new();
        let mut hops = 0;
        loop {
            let at_home = Url::parse(&url).map(|url| url.origin()).ok() == home;
            if !at_home {
                secrets = &[];
            }
            let answer = self.send_to(&url, &method, body.clone(), secrets)?;
            if at_home {
                own.insert(0, answer.headers().clone());
            }
            let status = answer.status();
            let is_moved = matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308);
            if !is_moved {
                return Ok(answer.with_own(own));
            }
            url = answer.moved_to().ok_or(Fault::Nowhere(status))?;
            if hops == HOPS {
                return Err(Fault::Circle(url));
            }
            hops += 1;
            // As browsers do, and RFC 9110 (section 15.4) allows: only these two repeat a POST.
            let repeats = [StatusCode::TEMPORARY_REDIRECT, StatusCode::PERMANENT_REDIRECT];
            if !repeats.contains(&status) && method == Method::POST {
                (method, body) = (Method::GET, None);
            }
        }
    }

    fn send_to(
        &self,
        url: &str,
        method: &Method,
        body: Option<Vec<u8>>,
        secrets: &[(&'static str, String)],
    ) -> Result<Answer, Fault> {
        let Client { http, timeout } = self.client;
        let mut request = http.request(method.clone(), url);
        let encoding = ACCEPT_ENCODING.as_str();
        if !self.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case(encoding)) {
            request = request.header(encoding, "gzip");
        }
        for (name, value) in self.headers.iter().chain(secrets) {
            request = request.header(*name, value);
        }
        if let Some(body) = body {
            request = request.body(body);
        }
        let response = request.send().map_err(Fault::Request)?;
        Ok(Answer::new(response, *timeout))
    }
}
