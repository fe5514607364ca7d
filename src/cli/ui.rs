//! What a person sees on standard error: notes and progress bars.

use std::{
    fmt::Display,
    io::{self, Write},
    sync::{LazyLock, Mutex, PoisonError},
    time::Duration,
};

use indicatif::{ProgressBar, ProgressStyle};

/// Standard error.
pub struct Ui {
    quiet: bool,
}

impl Ui {
    pub fn new(quiet: bool) -> Self {
        Ui { quiet }
    }

    /// Says something that is worth knowing and no result.
    pub fn note(&self, text: impl Display) {
        if !self.quiet {
            say(format_args!("note: {text}"));
        }
    }

    /// Says that something failed while the rest goes on.
    pub fn error(&self, error: &anyhow::Error) {
        say(format_args!("paperlark: {error:#}"));
    }

    /// A progress bar for counted work; hidden where standard error is no terminal.
    pub fn bar(&self, what: &'static str) -> Bar {
        Bar { quiet: self.quiet, what, bar: Mutex::new(None) }
    }
}

/// Writes a line to standard error; nobody may be listening there.
pub fn say(line: impl Display) {
    let _ = writeln!(io::stderr(), "{line}");
}

/// A progress bar that appears with the first report.
pub struct Bar {
    quiet: bool,
    what: &'static str,
    bar: Mutex<Option<ProgressBar>>,
}

impl Bar {
    /// Reports that `done` of `total` are done, and that so many papers were read on the way.
    pub fn set_with(&self, done: usize, total: usize, papers: usize) {
        self.set(done, total);
        if let Some(bar) = &*self.bar.lock().unwrap_or_else(PoisonError::into_inner) {
            bar.set_message(format!("{} ({papers} papers)", self.what));
        }
    }

    /// Reports that `done` of `total` are done.
    pub fn set(&self, done: usize, total: usize) {
        static STYLE: LazyLock<ProgressStyle> = LazyLock::new(|| {
            ProgressStyle::with_template(
                "{msg} {bar:30} {pos}/{len} {per_sec:.dim} {eta_precise:.dim} left",
            )
            .expect("the template is well-formed")
        });
        if self.quiet {
            return;
        }
        let mut slot = self.bar.lock().unwrap_or_else(PoisonError::into_inner);
        let bar = slot.get_or_insert_with(|| {
            let bar =
                ProgressBar::new(total as u64).with_style(STYLE.clone()).with_message(self.what);
            bar.enable_steady_tick(Duration::from_millis(200));
            bar
        });
        bar.set_length(total as u64);
        // Reports come from several threads and may overtake each other.
        if done as u64 > bar.position() {
            bar.set_position(done as u64);
        }
        if done >= total {
            bar.finish_and_clear();
            *slot = None;
        }
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        if let Some(bar) = self.bar.lock().unwrap_or_else(PoisonError::into_inner).take() {
            bar.finish_and_clear();
        }
    }
}
