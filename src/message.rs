//! What the program says to a person, kept as data until it is printed.
//!
//! A [`Message`] is a template and the arguments of its places. The template is its English and at the same time
//! its name: who prints in another language looks the template up, and who acts on a fault reads the arguments.
//!
//! ```
//! use paperlark::message;
//!
//! let said = message!("{profile} has no interest '{interest}'", profile = "ada", interest = "birds");
//! assert_eq!(said.to_string(), "ada has no interest 'birds'");
//! assert_eq!(said.template(), "{profile} has no interest '{interest}'");
//! assert_eq!(said.get("interest").unwrap().to_string(), "birds");
//! ```

use std::{
    borrow::Cow,
    fmt, io,
    path::{Path, PathBuf},
};

use jiff::{Timestamp, civil::Date};
use reqwest::{StatusCode, Url};
use serde::{Serialize, Serializer};

/// A template and its arguments; see [the module](self).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    template: &'static str,
    arguments: Vec<(&'static str, Argument)>,
}

/// What stands in a place of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Argument {
    /// A name, a path, a date: the same in every language.
    Text(String),
    /// A count.
    Number(u64),
    /// What the operating system, a server or another library says, in its own words.
    Foreign(String),
    /// A message inside the message.
    Message(Message),
}

/// Makes a [`Message`] of a template, which is a string literal, and an argument for each of its `{places}`:
/// `message!("{path} has {n} lines", path, n = lines.len())`.
///
/// It does not compile if a place has no argument or an argument no place.
#[macro_export]
macro_rules! message {
    ($template:literal $(, $name:ident $(= $value:expr)?)* $(,)?) => {{
        const _: () = assert!(
            $crate::message::agrees($template, &[$(stringify!($name)),*]),
            "the places of the template and the arguments differ"
        );
        $crate::message::Message::new(
            $template,
            vec![$((
                stringify!($name),
                $crate::message::Argument::from(&$crate::message!(@value $name $(= $value)?)),
            )),*],
        )
    }};
    (@value $name:ident) => { $name };
    (@value $name:ident = $value:expr) => { $value };
}

impl Message {
    /// For [`message!`], which checks that template and arguments agree.
    #[doc(hidden)]
    pub fn new(template: &'static str, arguments: Vec<(&'static str, Argument)>) -> Self {
        Message { template, arguments }
    }

    /// The English with its places, by which the message is known.
    pub fn template(&self) -> &'static str {
        self.template
    }

    /// The argument of this name.
    pub fn get(&self, name: &str) -> Option<&Argument> {
        self.arguments.iter().find(|(own, _)| *own == name).map(|(_, argument)| argument)
    }

    /// Tells it to whoever listens to the library's warnings; it comes as an error that is a [`Message`].
    pub(crate) fn warn(&self) {
        tracing::warn!(said = self as &(dyn std::error::Error + 'static));
    }

    /// The arguments and their names.
    pub fn arguments(&self) -> impl Iterator<Item = (&'static str, &Argument)> {
        self.arguments.iter().map(|(name, argument)| (*name, argument))
    }
}

impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for piece in pieces(self.template) {
            match piece {
                Piece::Words(words) => f.write_str(words)?,
                Piece::Place(name) => match self.get(name) {
                    Some(argument) => argument.fmt(f)?,
                    None => write!(f, "{{{name}}}")?,
                },
            }
        }
        Ok(())
    }
}

impl std::error::Error for Message {}

/// As its English.
impl Serialize for Message {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl fmt::Display for Argument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Argument::Text(text) | Argument::Foreign(text) => f.write_str(text),
            Argument::Number(number) => number.fmt(f),
            Argument::Message(message) => message.fmt(f),
        }
    }
}

impl Argument {
    /// What others say: an error of the operating system or of another library.
    pub fn foreign(words: impl fmt::Display) -> Self {
        Argument::Foreign(words.to_string())
    }
}

impl From<Message> for Argument {
    fn from(message: Message) -> Self {
        Argument::Message(message)
    }
}

/// What can stand in a place, also behind a further reference: [`message!`] borrows its arguments.
macro_rules! arguments {
    ($($of:ty => $make:expr;)*) => {$(
        impl From<&$of> for Argument {
            fn from(value: &$of) -> Self {
                let make: fn(&$of) -> Argument = $make;
                make(value)
            }
        }

        impl From<&&$of> for Argument {
            fn from(value: &&$of) -> Self {
                Argument::from(*value)
            }
        }
    )*};
}

arguments! {
    Argument => Clone::clone;
    Message => |message| Argument::Message(message.clone());
    String => |text| Argument::Text(text.clone());
    &str => |text| Argument::Text((*text).to_owned());
    Cow<'_, str> => |text| Argument::Text(text.to_string());
    &Path => |path| Argument::Text(path.display().to_string());
    PathBuf => |path| Argument::Text(path.display().to_string());
    Date => |date| Argument::Text(date.to_string());
    Timestamp => |time| Argument::Text(time.to_string());
    Url => |url| Argument::Text(url.to_string());
    StatusCode => |status| Argument::Text(status.to_string());
    i32 => |number| Argument::Text(number.to_string());
    u16 => |number| Argument::Number((*number).into());
    u32 => |number| Argument::Number((*number).into());
    u64 => |number| Argument::Number(*number);
    usize => |number| Argument::Number(*number as u64);
    io::Error => |error| Argument::foreign(error);
    jiff::Error => |error| Argument::foreign(error);
    rusqlite::Error => |error| Argument::foreign(error);
    serde_json::Error => |error| Argument::foreign(error);
}

/// A part of a template.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Piece<'t> {
    /// Words that stand as they are.
    Words(&'t str),
    /// A place, by the name of its argument.
    Place(&'t str),
}

/// The parts of a template in their order.
pub fn pieces(template: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = template;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        if let Some((name, after)) = rest.strip_prefix('{').and_then(|inner| inner.split_once('}'))
        {
            rest = after;
            return Some(Piece::Place(name));
        }
        // A brace that is never closed is a word.
        let end =
            rest.char_indices().skip(1).find(|(_, c)| *c == '{').map_or(rest.len(), |(at, _)| at);
        let (words, after) = rest.split_at(end);
        rest = after;
        Some(Piece::Words(words))
    })
}

/// Whether the places of a template are these names, each of them used; for [`message!`].
#[doc(hidden)]
pub const fn agrees(template: &str, names: &[&str]) -> bool {
    let bytes = template.as_bytes();
    let mut used = [false; 16];
    if names.len() > used.len() {
        return false;
    }
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at] == b'}' {
            return false;
        }
        if bytes[at] != b'{' {
            at += 1;
            continue;
        }
        let from = at + 1;
        while at < bytes.len() && bytes[at] != b'}' {
            at += 1;
        }
        if at == bytes.len() {
            return false;
        }
        let mut name = 0;
        while name < names.len() && !is_at(bytes, from, at, names[name].as_bytes()) {
            name += 1;
        }
        if name == names.len() {
            return false;
        }
        used[name] = true;
        at += 1;
    }
    let mut name = 0;
    while name < names.len() {
        if !used[name] {
            return false;
        }
        name += 1;
    }
    true
}

/// Whether `bytes[from..to]` are these.
const fn is_at(bytes: &[u8], from: usize, to: usize, these: &[u8]) -> bool {
    if to - from != these.len() {
        return false;
    }
    let mut at = 0;
    while at < these.len() {
        if bytes[from + at] != these[at] {
            return false;
        }
        at += 1;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_its_template_with_the_arguments_in_place() {
        let inner = message!("cut off at byte {at}", at = 7_usize);
        let path = Path::new("a/{b}.xml");
        let message = message!("{path}: {reason}", path, reason = inner.clone());
        assert_eq!(message.to_string(), "a/{b}.xml: cut off at byte 7");
        assert_eq!(message.get("reason"), Some(&Argument::Message(inner)));
        assert_eq!(message.get("place"), None);
        let names: Vec<_> = message.arguments().map(|(name, _)| name).collect();
        assert_eq!(names, ["path", "reason"]);
        assert_eq!(serde_json::to_string(&message).unwrap(), "\"a/{b}.xml: cut off at byte 7\"");
    }

    #[test]
    fn places_and_arguments_agree_or_it_does_not_compile() {
        for (template, names, agree) in [
            ("", &[][..], true),
            ("{a} and {b}, {a}", &["a", "b"], true),
            ("{a}", &[], false),
            ("a", &["a"], false),
            ("{a} {b}", &["a"], false),
            ("{a", &["a"], false),
            ("a}", &[], false),
            ("{}", &["a"], false),
            ("{aa}", &["a"], false),
        ] {
            assert_eq!(agrees(template, names), agree, "{template}");
        }
    }

    #[test]
    fn the_pieces_of_a_template_are_all_of_it() {
        for template in ["", "a", "{a}", "é{a}{b}é", "{a", "a{", "}{", "{{a}"] {
            let whole: String = pieces(template)
                .map(|piece| match piece {
                    Piece::Words(words) => words.to_owned(),
                    Piece::Place(name) => format!("{{{name}}}"),
                })
                .collect();
            assert_eq!(whole, template);
        }
    }
}
