//! What the program says, in the language of the person: a catalogue of templates, in English and in Chinese.
//!
//! A [`Message`] is found by its template, never by its words. Of what the library says, an entry may add the
//! [cure](Entry::cured): the command or option that helps, which only the program knows. A cure stands at the end
//! of what is said, so that of a message inside another it is left out unless it comes last.

use std::{collections::HashMap, fmt::Write, sync::LazyLock};

use paperlark::{
    Message,
    message::{Argument, Piece, pieces},
    profile::Language,
    text::for_terminal,
};

mod foreign;
mod library;
mod program;

pub use foreign::chinese as foreign;

/// One thing that may be said.
#[derive(Debug)]
struct Entry {
    /// Its English, the message's template.
    english: &'static str,
    /// Its Chinese, with the same places in any order.
    chinese: &'static str,
    /// What helps, as it follows the message in English and in Chinese; its places are those of the message or of
    /// one that it stands in.
    cure: Option<(&'static str, &'static str)>,
}

impl Entry {
    const fn new(english: &'static str, chinese: &'static str) -> Self {
        Entry { english, chinese, cure: None }
    }

    /// With a cure in both languages behind it.
    const fn cured(
        english: &'static str,
        chinese: &'static str,
        english_cure: &'static str,
        chinese_cure: &'static str,
    ) -> Self {
        Entry { english, chinese, cure: Some((english_cure, chinese_cure)) }
    }
}

static ENTRIES: LazyLock<HashMap<&str, &Entry>> = LazyLock::new(|| {
    let all = library::ENTRIES.iter().chain(program::ENTRIES);
    all.map(|entry| (entry.english, entry)).collect()
});

/// A message as a person reads it.
pub fn render(message: &Message, language: Language) -> String {
    let mut said = String::new();
    Speaker { language, message, around: None }.say(&mut said, true);
    // Titles, names and paths in it are anybody's.
    for_terminal(&said).into_owned()
}

/// A message while it is put into words.
struct Speaker<'m> {
    language: Language,
    message: &'m Message,
    /// The message in which it stands.
    around: Option<&'m Speaker<'m>>,
}

impl Speaker<'_> {
    /// Puts the message into words; `ends` says that nothing follows them.
    fn say(&self, said: &mut String, ends: bool) {
        let english = self.message.template();
        let entry = ENTRIES.get(english);
        let template = match (self.language, entry) {
            (Language::Zh, Some(entry)) => entry.chinese,
            _ => english,
        };
        self.fill(said, template, ends);
        if let Some((english, chinese)) = entry.and_then(|entry| entry.cure).filter(|_| ends) {
            let cure = if self.language == Language::Zh { chinese } else { english };
            self.fill(said, cure, false);
        }
    }

    fn fill(&self, said: &mut String, template: &str, ends: bool) {
        let mut pieces = pieces(template).peekable();
        while let Some(piece) = pieces.next() {
            let ends = ends && pieces.peek().is_none();
            match piece {
                Piece::Words(words) => said.push_str(words),
                Piece::Place(name) => match self.argument(name) {
                    Some(Argument::Message(message)) => {
                        let inner =
                            Speaker { language: self.language, message, around: Some(self) };
                        inner.say(said, ends);
                    }
                    Some(Argument::Foreign(words)) if self.language == Language::Zh => {
                        said.push_str(&foreign(words));
                    }
                    Some(argument) => {
                        let _ = write!(said, "{argument}");
                    }
                    None => {}
                },
            }
        }
    }

    fn argument(&self, name: &str) -> Option<&Argument> {
        let own = self.message.get(name);
        own.or_else(|| self.around.and_then(|around| around.argument(name)))
    }
}

#[cfg(test)]
mod tests;
