//! What a person sees on standard error: notes and progress bars.

use std::{
    error::Error,
    fmt::{self, Display},
    io::{self, Write},
    sync::{LazyLock, Mutex, PoisonError},
    time::Duration,
};

use indicatif::{ProgressBar, ProgressState, ProgressStyle};
use paperlark::{Message, message, profile::Language, text::for_terminal};

use super::catalogue::{foreign, render};

/// Standard error, and the language that the program speaks.
#[derive(Debug, Clone, Copy)]
pub struct Ui {
    pub quiet: bool,
    pub language: Language,
}

impl Ui {
    /// A message in the language of the program.
    pub fn words(&self, message: &Message) -> String {
        render(message, self.language)
    }

    /// Says something that is worth knowing and no result.
    pub fn note(&self, text: &Message) {
        if !self.quiet {
            say(self.words(&message!("note: {text}", text)));
        }
    }

    /// Says that something failed, with its causes.
    pub fn error(&self, error: &anyhow::Error) {
        self.failed(None, error.as_ref());
    }

    /// The same of any error, behind what it kept from happening.
    pub fn failed(&self, what: Option<&Message>, error: &(dyn Error + 'static)) {
        let mut causes: Vec<String> = what.map(|what| self.words(what)).into_iter().collect();
        let mut next = Some(error);
        while let Some(cause) = next {
            causes.push(self.cause(cause));
            next = cause.source();
        }
        let joint = match self.language {
            Language::En => ": ",
            Language::Zh => "：",
        };
        say(format_args!("paperlark: {}", causes.join(joint)));
    }

    /// One error of a chain, without its cause.
    fn cause(&self, error: &(dyn Error + 'static)) -> String {
        if let Some(error) = error.downcast_ref::<paperlark::Error>() {
            return self.words(&error.message());
        }
        if let Some(Failed { what, .. }) = error.downcast_ref() {
            return self.words(what);
        }
        match (error.downcast_ref::<Message>(), self.language) {
            (Some(message), _) => self.words(message),
            (None, Language::En) => error.to_string(),
            (None, Language::Zh) => foreign(&error.to_string()).into_owned(),
        }
    }

    /// A progress bar for counted work; hidden where standard error is no terminal.
    pub fn bar(&self, what: &Message) -> Bar {
        Bar { ui: *self, what: self.words(what), bar: Mutex::new(None) }
    }
}

/// What could not be done, in front of why.
#[derive(Debug)]
pub struct Failed {
    what: Message,
    cause: anyhow::Error,
}

impl Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.what.fmt(f)
    }
}

impl Error for Failed {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(self.cause.as_ref())
    }
}

/// Says what could not be done.
pub trait Because<T> {
    /// With this in front of the error, or as the error where there is none.
    fn because(self, what: impl FnOnce() -> Message) -> anyhow::Result<T>;
}

impl<T, E: Into<anyhow::Error>> Because<T> for Result<T, E> {
    fn because(self, what: impl FnOnce() -> Message) -> anyhow::Result<T> {
        self.map_err(|cause| Failed { what: what(), cause: cause.into() }.into())
    }
}

impl<T> Because<T> for Option<T> {
    fn because(self, what: impl FnOnce() -> Message) -> anyhow::Result<T> {
        self.ok_or_else(|| what().into())
    }
}

/// Writes a line to standard error; nobody may be listening there.
pub fn say(line: impl Display) {
    let _ = writeln!(io::stderr(), "{}", for_terminal(&line.to_string()));
}

/// A progress bar that appears with the first report.
pub struct Bar {
    ui: Ui,
    what: String,
    bar: Mutex<Option<ProgressBar>>,
}

impl Bar {
    /// Reports that `done` of `total` are done, and that so many papers were read on the way.
    pub fn set_with(&self, done: usize, total: usize, papers: usize) {
        self.set(done, total);
        if let Some(bar) = &*self.bar.lock().unwrap_or_else(PoisonError::into_inner) {
            let papers = self.ui.words(&message!("{n} papers", n = papers));
            bar.set_message(format!("{} ({papers})", self.what));
        }
    }

    /// Reports that `done` of `total` are done.
    pub fn set(&self, done: usize, total: usize) {
        static STYLE: LazyLock<ProgressStyle> = LazyLock::new(|| {
            let template = "{msg} {bar:20} {pos}/{len} {rate:.dim} {eta_precise:.dim} {prefix}";
            let style = ProgressStyle::with_template(template);
            style.expect("the template is well-formed").with_key("rate", rate)
        });
        if self.ui.quiet {
            return;
        }
        let mut slot = self.bar.lock().unwrap_or_else(PoisonError::into_inner);
        let bar = slot.get_or_insert_with(|| {
            let bar = ProgressBar::new(total as u64)
                .with_style(STYLE.clone())
                .with_message(self.what.clone())
                .with_prefix(self.ui.words(&message!("left")));
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

/// How many a second, in as many figures as somebody reads.
fn rate(state: &ProgressState, out: &mut dyn fmt::Write) {
    let rate = state.per_sec();
    let digits = usize::from(rate < 10.0);
    // A bar that cannot be written is not seen either.
    let _ = write!(out, "{rate:.digits$}/s");
}

impl Drop for Bar {
    fn drop(&mut self) {
        if let Some(bar) = self.bar.lock().unwrap_or_else(PoisonError::into_inner).take() {
            bar.finish_and_clear();
        }
    }
}
