//! The pace that arXiv asks for, kept by all processes of a machine together.

use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{Read, Seek, Write};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use jiff::Timestamp;

use crate::error::{Error, Result};
use crate::message;

/// The longest time to wait for one page in all; arXiv asks for five minutes at times.
pub(super) const LONGEST_WAIT: Duration = Duration::from_secs(900);

/// What a [`Gate`] tells the time by; tests have one that goes on only while somebody waits.
pub(super) trait Clock: fmt::Debug + Send + Sync {
    /// Milliseconds since 1970.
    fn millis(&self) -> i64;
    fn wait(&self, time: Duration);
}

/// The clock of the machine.
#[derive(Debug)]
struct Machine;

impl Clock for Machine {
    fn millis(&self) -> i64 {
        Timestamp::now().as_millisecond()
    }

    fn wait(&self, time: Duration) {
        thread::sleep(time);
    }
}

/// Lets one request through at a time, each not before its time, whichever thread or process sends it.
#[derive(Debug)]
pub(super) struct Gate {
    pub clock: Arc<dyn Clock>,
    /// Milliseconds since 1970 before which nobody may ask, and a lock that its holder has while asking.
    file: Option<File>,
    next: Mutex<i64>,
}

/// The right to send one request.
pub(super) struct Turn<'a> {
    clock: &'a dyn Clock,
    next: MutexGuard<'a, i64>,
    file: Option<&'a File>,
}

impl Gate {
    pub fn open(path: Option<&Path>) -> Result<Gate> {
        let file = match path {
            None => None,
            Some(path) => {
                let folder = path.parent().unwrap_or(path);
                fs::create_dir_all(folder).map_err(Error::io("create", folder))?;
                let open = OpenOptions::new()
                    .read(true)
                    .write(true)
                    .create(true)
                    .truncate(false)
                    .open(path);
                Some(open.map_err(Error::io("open", path))?)
            }
        };
        Ok(Gate { clock: Arc::new(Machine), file, next: Mutex::new(0) })
    }

    /// Waits for its turn, and for the time that the one before left.
    pub fn enter(&self, pace: Duration) -> Turn<'_> {
        // The time in a poisoned lock is still a time.
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        let file = self.file.as_ref().filter(|file| {
            file.lock()
                .inspect_err(|e| message!("requests are not paced: {cause}", cause = e).warn())
                .is_ok()
        });
        if let Some(mut file) = file {
            let mut text = String::new();
            let read = file.rewind().and_then(|()| file.read_to_string(&mut text));
            // What a crash left half written is as good as a request of just now.
            let now = self.clock.millis() + as_millis(pace);
            let left = match read {
                Ok(0) => 0,
                _ => text.trim().parse().unwrap_or(now),
            };
            *next = left.max(*next);
        }
        let wait = *next - self.clock.millis();
        // A clock that was set back must not stop everything.
        let wait = if wait > as_millis(LONGEST_WAIT) { as_millis(pace) } else { wait };
        if let Ok(wait @ 1..) = u64::try_from(wait) {
            self.clock.wait(Duration::from_millis(wait));
        }
        let mut turn = Turn { clock: &*self.clock, next, file };
        // Holds for the others if this process does not live to see the answer.
        turn.reserve(pace);
        turn
    }
}

impl Turn<'_> {
    /// Keeps everybody out for `wait`, counted from now.
    fn reserve(&mut self, wait: Duration) {
        *self.next = self.clock.millis() + as_millis(wait);
        if let Some(mut file) = self.file {
            // Always as long, so that nothing of an older time is left behind it.
            let written = file.rewind().and_then(|()| writeln!(file, "{:015}", *self.next));
            if let Err(e) = written {
                message!("other processes cannot be told to wait: {cause}", cause = e).warn();
            }
        }
    }

    pub fn leave(mut self, wait: Duration) {
        self.reserve(wait);
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        if let Some(file) = self.file {
            // The lock also ends with the process.
            let _ = file.unlock();
        }
    }
}

pub(super) fn as_millis(time: Duration) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX / 4)
}
