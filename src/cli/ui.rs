//! What a person sees on standard error: notes and progress bars.

use std::{
    borrow::Cow,
    fmt::Display,
    io::{self, Write},
    sync::{LazyLock, Mutex, PoisonError},
    time::Duration,
};

use indicatif::{ProgressBar, ProgressStyle};
use paperlark::profile::Language;

use super::zh;

/// Standard error, and the language that the program speaks.
#[derive(Debug, Clone, Copy)]
pub struct Ui {
    pub quiet: bool,
    pub language: Language,
}

impl Ui {
    /// A message of the program in its language; what has no translation stays as it is.
    pub fn words<'a>(&self, text: &'a str) -> Cow<'a, str> {
        match self.language {
            Language::En => Cow::Borrowed(text),
            Language::Zh => zh::message(text),
        }
    }

    /// The same of a text of several lines, each a message of its own.
    pub fn lines<'a>(&self, text: &'a str) -> Cow<'a, str> {
        match self.language {
            Language::En => Cow::Borrowed(text),
            Language::Zh => zh::lines(text).into(),
        }
    }

    /// Says something that is worth knowing and no result.
    pub fn note(&self, text: impl Display) {
        if !self.quiet {
            say(format_args!("{}{}", self.words("note: "), self.words(&text.to_string())));
        }
    }

    /// Says that something failed, with its causes.
    pub fn error(&self, error: &anyhow::Error) {
        self.failed(None, error.as_ref());
    }

    /// The same of any error, behind what it kept from happening.
    pub fn failed(&self, what: Option<&str>, error: &(dyn std::error::Error + 'static)) {
        let causes = std::iter::successors(Some(error), |error| error.source());
        let causes = what.map(str::to_owned).into_iter().chain(causes.map(ToString::to_string));
        let causes: Vec<String> = causes.map(|cause| self.words(&cause).into_owned()).collect();
        let joint = match self.language {
            Language::En => ": ",
            Language::Zh => "：",
        };
        say(format_args!("paperlark: {}", causes.join(joint)));
    }

    /// A progress bar for counted work; hidden where standard error is no terminal.
    pub fn bar(&self, what: &'static str) -> Bar {
        Bar { ui: *self, what: self.words(what), bar: Mutex::new(None) }
    }
}

/// Writes a line to standard error; nobody may be listening there.
pub fn say(line: impl Display) {
    let _ = writeln!(io::stderr(), "{line}");
}

/// A progress bar that appears with the first report.
pub struct Bar {
    ui: Ui,
    what: Cow<'static, str>,
    bar: Mutex<Option<ProgressBar>>,
}

impl Bar {
    /// Reports that `done` of `total` are done, and that so many papers were read on the way.
    pub fn set_with(&self, done: usize, total: usize, papers: usize) {
        self.set(done, total);
        if let Some(bar) = &*self.bar.lock().unwrap_or_else(PoisonError::into_inner) {
            let papers = format!("{papers} papers");
            bar.set_message(format!("{} ({})", self.what, self.ui.words(&papers)));
        }
    }

    /// Reports that `done` of `total` are done.
    pub fn set(&self, done: usize, total: usize) {
        static STYLE: LazyLock<ProgressStyle> = LazyLock::new(|| {
            let template = "{msg} {bar:30} {pos}/{len} {per_sec:.dim} {eta_precise:.dim} {prefix}";
            ProgressStyle::with_template(template).expect("the template is well-formed")
        });
        if self.ui.quiet {
            return;
        }
        let mut slot = self.bar.lock().unwrap_or_else(PoisonError::into_inner);
        let bar = slot.get_or_insert_with(|| {
            let bar = ProgressBar::new(total as u64)
                .with_style(STYLE.clone())
                .with_message(self.what.clone())
                .with_prefix(self.ui.words("left"));
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
