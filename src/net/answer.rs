//! An answer, and how much of it is read.

use std::{
    io::{self, BufRead, BufReader, Read},
    time::{Duration, Instant},
};

use flate2::bufread::MultiGzDecoder;
use jiff::{Timestamp, fmt::rfc2822};
use reqwest::{
    StatusCode,
    blocking::Response,
    header::{CONTENT_ENCODING, HeaderMap, LOCATION, RETRY_AFTER},
};

use super::fault::{Fault, TooLong};

/// The head of an answer, whose body can still be read.
pub(crate) struct Answer {
    response: Response,
    /// The longest time to read the whole body.
    timeout: Duration,
    /// Heads of the answers of the server that was asked first, the last one first.
    own: Vec<HeaderMap>,
}

impl Answer {
    pub(super) fn new(response: Response, timeout: Duration) -> Self {
        Answer { response, timeout, own: Vec::new() }
    }

    pub(super) fn with_own(self, own: Vec<HeaderMap>) -> Self {
        Answer { own, ..self }
    }

    /// Its status.
    pub fn status(&self) -> StatusCode {
        self.response.status()
    }

    pub(super) fn headers(&self) -> &HeaderMap {
        self.response.headers()
    }

    /// One of its headers.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers().get(name)?.to_str().ok()
    }

    /// The header as the server says it that was asked first, in this answer or in a redirection to it. What
    /// another server says counts for nothing.
    pub fn own_header(&self, name: &str) -> Option<&str> {
        self.own.iter().find_map(|headers| headers.get(name)?.to_str().ok())
    }

    /// How long the server asks to wait before the next request.
    pub fn retry_after(&self) -> Option<Duration> {
        wait_of(self.header(RETRY_AFTER.as_str())?, Timestamp::now())
    }

    /// The address that a redirection names.
    pub fn moved_to(&self) -> Option<String> {
        let to = self.header(LOCATION.as_str()).filter(|_| self.status().is_redirection())?;
        self.response.url().join(to).ok().map(String::from)
    }

    /// The whole body, decompressed.
    ///
    /// # Errors
    /// [`Fault::TooLong`] if it has more than `limit` bytes, or takes more on the wire; [`Fault::Slow`] if its
    /// end does not come in time; what else keeps it from being read.
    pub fn bytes(self, limit: u64) -> Result<Vec<u8>, Fault> {
        let end = Instant::now() + self.timeout;
        let mut reader = self.reader(limit)?;
        let mut bytes = Vec::new();
        let mut buffer = vec![0; 1 << 16];
        loop {
            match reader.read(&mut buffer)? {
                0 => return Ok(bytes),
                n => bytes.extend_from_slice(&buffer[..n]),
            }
            // Each read has the whole patience anew.
            if Instant::now() > end {
                return Err(Fault::Slow);
            }
        }
    }

    /// The body as a stream, decompressed, of which no more than `limit` bytes are read.
    ///
    /// # Errors
    /// As [`Answer::bytes`], for what shows at once; a [`Fault`] can be made of what the stream meets later.
    pub fn reader(self, limit: u64) -> Result<Box<dyn Read>, Fault> {
        if self.response.content_length().is_some_and(|length| length > limit) {
            return Err(Fault::TooLong(limit));
        }
        let is_gzip = self.header(CONTENT_ENCODING.as_str()).is_some_and(|of| of.trim() == "gzip");
        let mut wire = BufReader::new(Bounded { inner: self.response, left: limit, limit });
        if !is_gzip || wire.fill_buf()?.is_empty() {
            return Ok(Box::new(wire));
        }
        // A small file can stand for any number of bytes.
        Ok(Box::new(Bounded { inner: MultiGzDecoder::new(wire), left: limit, limit }))
    }
}

/// Reads up to a limit, and fails if there is more.
struct Bounded<R> {
    inner: R,
    left: u64,
    limit: u64,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buffer)?;
        self.left =
            self.left.checked_sub(n as u64).ok_or_else(|| io::Error::other(TooLong(self.limit)))?;
        Ok(n)
    }
}

/// How long `text` asks to wait: seconds, or a time of the day (RFC 9110, section 10.2.3).
pub(super) fn wait_of(text: &str, now: Timestamp) -> Option<Duration> {
    let text = text.trim();
    if let Ok(seconds) = text.parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    let parser = rfc2822::DateTimeParser::new().relaxed_weekday(true);
    let until = parser.parse_timestamp(text).ok()?;
    Some(Duration::try_from(until.duration_since(now)).unwrap_or(Duration::ZERO))
}
