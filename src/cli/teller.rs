//! What a morning says on standard error while it goes on.

use std::sync::{Mutex, PoisonError};

use paperlark::{
    Message,
    engine::{MorningEvent, SendOutcome},
    message,
};

use super::{
    Setup, channels,
    marking::{line, report},
    ui::Bar,
};

/// Says what happens, with a bar for what is counted.
pub struct Teller<'a> {
    setup: &'a Setup,
    bar: Mutex<Option<(Message, Bar)>>,
}

impl<'a> Teller<'a> {
    pub fn new(setup: &'a Setup) -> Self {
        Teller { setup, bar: Mutex::new(None) }
    }

    pub fn tell(&self, event: &MorningEvent) {
        let ui = &self.setup.ui;
        match event {
            MorningEvent::Fetching { done, total, papers } => {
                return self.count(&message!("fetching categories"), |bar| {
                    bar.set_with(*done, *total, *papers)
                });
            }
            MorningEvent::Embedding { done, total } => {
                return self.count(&message!("embedding papers"), |bar| bar.set(*done, *total));
            }
            MorningEvent::Noting { done, total } => {
                return self.count(&message!("notes on papers"), |bar| bar.set(*done, *total));
            }
            _ => self.clear(),
        }
        match event {
            MorningEvent::NoMarks(path) => {
                ui.note(&message!("{path} is no text, so no marks were read from it", path));
            }
            MorningEvent::Marks(applied) => {
                if !applied.new.is_empty() {
                    ui.note(&line(applied));
                }
                report(self.setup, std::slice::from_ref(*applied));
            }
            MorningEvent::MarksFailed(error) => {
                let what = message!("marks in the digests folder are not applied");
                ui.failed(Some(&what), *error);
            }
            MorningEvent::MarkedPapersFailed(error) => {
                ui.note(&message!("marked papers cannot be fetched now: {error}", error = *error));
            }
            MorningEvent::Offline => {
                ui.note(&message!("offline: the digest is made of what the library holds"));
            }
            MorningEvent::Unreachable(cause) => ui.note(&message!(
                "nobody answered ({cause}); the digest is made of what the library holds",
                cause = *cause
            )),
            MorningEvent::OtherDay { day, papers } => ui.note(&message!(
                "{papers} papers were announced on {day}, not on the day of this digest; --date {day} makes theirs",
                papers,
                day
            )),
            MorningEvent::SourceFailed(failure) => ui.note(failure),
            MorningEvent::SeedsFailed(error) => {
                ui.note(&message!("seeds cannot be fetched now: {error}", error = *error));
            }
            MorningEvent::Notice(notice) => ui.note(&notice.message()),
            MorningEvent::Kept { path, kept } => {
                ui.note(&message!("{path} had been edited; your text is in {kept}", path, kept))
            }
            MorningEvent::ReaderFailed { error, .. } => ui.failed(None, *error),
            MorningEvent::DerivedFailed(error) => ui.note(&error.message()),
            MorningEvent::NotesFailed(fault) => {
                ui.note(&message!("{fault}", fault = fault.words(ui.language)))
            }
            MorningEvent::Sent { digest, channel, outcome } => {
                if **outcome == SendOutcome::Sent {
                    let (profile, date) = (&digest.profile, digest.date);
                    ui.note(&message!(
                        "{profile} {date} was sent to {channel}",
                        profile,
                        date,
                        channel
                    ));
                }
                channels::report(self.setup, digest, channel, outcome);
            }
            _ => {}
        }
    }

    /// Shows a count in the bar of this name.
    fn count(&self, what: &Message, show: impl FnOnce(&Bar)) {
        let mut slot = self.bar.lock().unwrap_or_else(PoisonError::into_inner);
        if slot.as_ref().is_none_or(|(shown, _)| shown != what) {
            *slot = Some((what.clone(), self.setup.ui.bar(what)));
        }
        if let Some((_, bar)) = slot.as_ref() {
            show(bar);
        }
    }

    /// Takes the bar away, so that a line can stand in its place.
    fn clear(&self) {
        self.bar.lock().unwrap_or_else(PoisonError::into_inner).take();
    }
}
