//! The command line in Chinese: its help, and what it refuses.

mod help;
mod refusal;

pub use help::command;
pub use refusal::refuse;

/// A text in English and in Chinese.
type Pair = (&'static str, &'static str);

/// Whether a character is a Chinese one.
#[cfg(test)]
pub fn is_chinese(c: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&c)
}
