//! How a result looks: plain lines in a pipe or a file, and in a terminal titles that wrap at words and link to
//! their papers, and scores in one scale of colours. NO_COLOR leaves colours and links out.

use std::env;

use console::{Style, Term};
use paperlark::text::for_terminal;
use unicode_width::UnicodeWidthStr;

/// Narrower terminals are not wrapped for.
const NARROWEST: usize = 40;
/// Longer lines are hard to read, however wide the terminal is.
const WIDEST: usize = 100;

/// Standard output.
#[derive(Debug, Clone, Copy)]
pub struct Screen {
    /// Columns to wrap at; `None` where nobody looks.
    columns: Option<usize>,
    /// Whether colours and links are wanted.
    is_rich: bool,
}

impl Screen {
    /// What standard output is.
    pub fn new() -> Self {
        let term = Term::stdout();
        let size = term.is_term().then(|| usize::from(term.size().1));
        let plain = env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let dumb = env::var("TERM").is_ok_and(|term| term == "dumb");
        Screen {
            columns: size.map(|columns| columns.clamp(NARROWEST, WIDEST)),
            is_rich: size.is_some() && !plain && !dumb,
        }
    }

    /// A score, 0-10, in its colour: from 6.7, the top 1% of the stream, strong; from 3.3, the top 10%, plain.
    pub fn score(self, score: f32) -> String {
        let text = format!("{score:4.1}");
        if !self.is_rich {
            return text;
        }
        let style = match score {
            6.7.. => Style::new().green().bold(),
            3.3.. => Style::new().green(),
            _ => Style::new().dim(),
        };
        style.force_styling(true).apply_to(text).to_string()
    }

    /// A title behind `indent` places that are taken, with what follows it; the title links to `url`.
    pub fn titled(self, indent: usize, title: &str, url: Option<&str>, after: &str) -> String {
        let (title, after) = (&*for_terminal(title), &*for_terminal(after));
        let Some(columns) = self.columns else { return format!("{title}{after}") };
        let lines = wrapped(title, columns.saturating_sub(indent));
        let room = columns.saturating_sub(indent);
        let last = lines.last().map_or(0, |line| line.width());
        let linked = lines.iter().map(|line| self.linked(line, url));
        let margin = " ".repeat(indent);
        let mut text = linked.collect::<Vec<_>>().join(&format!("\n{margin}"));
        if !after.is_empty() {
            if last + after.width() > room {
                text += &format!("\n{margin}{}", after.trim_start());
            } else {
                text += after;
            }
        }
        text
    }

    /// A text that a terminal opens as a link (OSC 8).
    fn linked(self, text: &str, url: Option<&str>) -> String {
        match url.filter(|url| self.is_rich && url.is_ascii() && !url.contains(char::is_control)) {
            Some(url) => format!("\u{1b}]8;;{url}\u{1b}\\{text}\u{1b}]8;;\u{1b}\\"),
            None => text.to_owned(),
        }
    }
}

/// A text in lines of at most so many places, broken at blanks, and anywhere in what is longer, such as Chinese.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let options = textwrap::Options::new(width.max(1)).break_words(true);
    textwrap::wrap(text, options).into_iter().map(|line| line.into_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pipe_is_plain_and_a_terminal_wraps() {
        let pipe = Screen { columns: None, is_rich: false };
        assert_eq!(pipe.titled(8, "A title", Some("https://x"), "  [ab]"), "A title  [ab]");
        assert_eq!(pipe.score(7.0), " 7.0");
        let term = Screen { columns: Some(24), is_rich: false };
        let text =
            term.titled(4, "Sleep of solitary bees in winter", Some("https://x"), "  [Bees]");
        assert_eq!(text, "Sleep of solitary\n    bees in winter\n    [Bees]");
        assert!(text.lines().all(|line| line.width() <= 24));
        let chinese = term.titled(4, "扩散语言模型与多模态智能体的训练推理", None, "");
        assert!(chinese.lines().count() > 1 && chinese.lines().all(|line| line.width() <= 24));
        let rich = Screen { columns: Some(80), is_rich: true };
        let linked = rich.titled(4, "Bees", Some("https://arxiv.org/abs/1"), "");
        assert_eq!(linked, "\u{1b}]8;;https://arxiv.org/abs/1\u{1b}\\Bees\u{1b}]8;;\u{1b}\\");
        assert_eq!(rich.titled(4, "Bees", Some("a\u{7}b"), ""), "Bees");
        assert!(rich.score(7.0).contains('\u{1b}'));
    }
}
