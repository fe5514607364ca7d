//! JSON Lines files too large for memory, such as arXiv's Kaggle snapshot: a page at a time.
//!
//! [`Snapshot::open`] takes a file, gzipped or not, or standard input; [`Source::next_page`] hands its
//! papers out in the order of the lines. One bad line costs that line alone.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use flate2::read::MultiGzDecoder;

use super::{Batch, Source, bad, jsonl, unify};
use crate::error::{Error, Result};
use crate::message;
use crate::message::Message;

/// Papers of a page, apart from those of a last line that is a whole day.
const PAGE: usize = 2_000;
/// Longer than the longest day; what goes on beyond it is no text of lines.
const LINE: u64 = 64 << 20;
const BUFFER: usize = 1 << 18;

/// A JSON Lines file that is read as it is asked for, in memory that does not grow with it.
///
/// Unlike other sources it goes on after an error: the line is named, and the next page begins behind
/// it. A file that cannot be read to its end gives one error and then ends.
///
/// ```no_run
/// use paperlark::source::{Snapshot, Source};
/// let mut snapshot = Snapshot::open("arxiv-metadata-oai-snapshot.json.gz".as_ref())?;
/// while let Some(page) = snapshot.next_page()? {
///     println!("{} papers, {} bytes", page.items.len(), snapshot.read_bytes());
/// }
/// # Ok::<(), paperlark::Error>(())
/// ```
pub struct Snapshot {
    origin: String,
    lines: Box<dyn BufRead + Send>,
    read: Arc<AtomicU64>,
    total: Option<u64>,
    /// Number of the last line read.
    number: u64,
    line: Vec<u8>,
    /// What ended the last page, if it still had papers to hand out.
    pending: Option<Error>,
    ended: bool,
}

impl Snapshot {
    /// Opens a file, gzipped or not; `-` is standard input.
    ///
    /// # Errors
    /// [`Error::Io`] if it cannot be read.
    pub fn open(path: &Path) -> Result<Self> {
        if path == Path::new("-") {
            let origin = "standard input";
            return Self::new(origin, io::stdin(), None).map_err(Error::io("read", origin));
        }
        let open = || {
            let file = File::open(path)?;
            let about = file.metadata()?;
            if about.is_dir() {
                return Err(io::ErrorKind::IsADirectory.into());
            }
            let total = about.is_file().then_some(about.len());
            Self::new(&path.display().to_string(), file, total)
        };
        open().map_err(Error::io("read", path))
    }

    fn new(
        origin: &str,
        input: impl Read + Send + 'static,
        total: Option<u64>,
    ) -> io::Result<Self> {
        let read = Arc::new(AtomicU64::new(0));
        let mut input = Counted { input, read: Arc::clone(&read) };
        let mut head = Vec::new();
        (&mut input).take(2).read_to_end(&mut head)?;
        let packed = head == [0x1f, 0x8b];
        let input = Cursor::new(head).chain(input);
        let lines: Box<dyn BufRead + Send> = match packed {
            true => Box::new(BufReader::with_capacity(
                BUFFER,
                MultiGzDecoder::new(BufReader::with_capacity(BUFFER, input)),
            )),
            false => Box::new(BufReader::with_capacity(BUFFER, input)),
        };
        Ok(Snapshot {
            origin: origin.to_owned(),
            lines,
            read,
            total,
            number: 0,
            line: Vec::new(),
            pending: None,
            ended: false,
        })
    }

    /// How many bytes have been taken from the file, packed as it is.
    pub fn read_bytes(&self) -> u64 {
        self.read.load(Ordering::Relaxed)
    }

    /// How many bytes the file has; `None` of a pipe.
    pub fn total_bytes(&self) -> Option<u64> {
        self.total
    }

    /// Reads the next line into `self.line`; `false` after the last one.
    fn next_line(&mut self) -> Result<bool> {
        self.line.clear();
        self.number += 1;
        let read = (&mut self.lines).take(LINE).read_until(b'\n', &mut self.line);
        let read = read.map_err(|e| self.broken(e))?;
        if read as u64 == LINE && !self.line.ends_with(b"\n") {
            self.line = Vec::new();
            self.skip_line()?;
            return Err(self.bad(message!("a line of more than 64 MiB; write one paper per line")));
        }
        if self.number == 1 && self.line.starts_with("\u{feff}".as_bytes()) {
            self.line.drain(.."\u{feff}".len());
        }
        Ok(read > 0)
    }

    /// Goes on to the end of a line without keeping it.
    fn skip_line(&mut self) -> Result<()> {
        loop {
            let held = match self.lines.fill_buf() {
                Ok(held) => held,
                Err(e) => return Err(self.broken(e)),
            };
            let end = held.iter().position(|b| *b == b'\n');
            let len = end.map_or(held.len(), |end| end + 1);
            let ended = end.is_some() || held.is_empty();
            self.lines.consume(len);
            if ended {
                return Ok(());
            }
        }
    }

    /// What went wrong below the lines; nothing can be read after it.
    fn broken(&mut self, cause: io::Error) -> Error {
        self.ended = true;
        match cause.kind() {
            io::ErrorKind::InvalidInput
            | io::ErrorKind::InvalidData
            | io::ErrorKind::UnexpectedEof => {
                self.bad(message!("damaged gzip data ({cause}); download it again", cause))
            }
            _ => Error::io("read", &self.origin)(cause),
        }
    }

    fn bad(&self, reason: Message) -> Error {
        bad(&format!("{}:{}", self.origin, self.number), reason)
    }
}

impl Source for Snapshot {
    type Page = Batch;

    fn next_page(&mut self) -> Result<Option<Batch>> {
        if let Some(error) = self.pending.take() {
            return Err(error);
        }
        let mut items = Vec::new();
        while !self.ended && items.len() < PAGE {
            let outcome = match self.next_line() {
                Ok(true) => match std::str::from_utf8(&self.line) {
                    Ok(line) => jsonl::read_line(line, &mut items).map_err(|r| self.bad(r)),
                    Err(e) => Err(self.bad(message!("not UTF-8 at byte {at} of the line; save it as UTF-8, or download it again", at = e.valid_up_to()))),
                },
                Ok(false) => {
                    self.ended = true;
                    Ok(())
                }
                Err(error) => Err(error),
            };
            match outcome {
                Ok(()) => {}
                Err(error) if items.is_empty() => return Err(error),
                Err(error) => {
                    self.pending = Some(error);
                    break;
                }
            }
        }
        if items.is_empty() {
            return Ok(None);
        }
        let mut page = jsonl::batch(&self.origin, items);
        page.items = unify(page.items);
        Ok(Some(page))
    }
}

/// Counts what is read through it.
struct Counted<R> {
    input: R,
    read: Arc<AtomicU64>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.input.read(buffer)?;
        self.read.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}
