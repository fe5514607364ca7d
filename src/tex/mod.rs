//! TeX in titles, names and abstracts, turned into readable Unicode.
//!
//! arXiv hands out its metadata as the authors typed it. [`to_text`] resolves accents, ligatures,
//! escapes and font commands; real math between `$...$` stays TeX. Sources read papers with it, so it
//! is what models see. [`to_display`] also says simple math in Unicode, for a person's eyes.
//!
//! The text is scanned in passes until one changes nothing, which is what makes the function
//! idempotent: a pass takes one layer of nesting off and never recurses. Each pass that changes
//! something leaves fewer characters that are special to TeX, so the passes end.

mod math;

use std::collections::{HashMap, HashSet};

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

use crate::text::{beginning, is_blank, without_breaks};

/// More layers than anybody writes; deeper text is left as it is.
const PASSES: usize = 64;

/// Bytes that all passes over a text may read; whoever nests that much in a long text keeps it as it is.
const WORK: usize = 1 << 20;

/// Longer than what single quotes or escaped braces hold, in characters.
const QUOTE: usize = 200;

/// The text in readable Unicode (NFC), on one line, single blanks, none at its ends.
///
/// Math stays TeX unless it is trivially said (`$\times$`, `$k$`, `CO$_2$`). Unknown commands stay as
/// they are. `to_text(&to_text(x)) == to_text(x)` for every `x`.
///
/// ```
/// use paperlark::tex::to_text;
/// assert_eq!(to_text(r#"Poincar\'e,  Erd\H{o}s \& G\"{o}del"#), "Poincaré, Erdős & Gödel");
/// assert_eq!(to_text(r"\emph{Fast} CO$_2$ sensing in $O(n^2)$"), "Fast CO₂ sensing in $O(n^2)$");
/// ```
pub fn to_text(text: &str) -> String {
    resolved(text).0
}

/// The text of [`to_text`], and how many bytes its passes read.
fn resolved(text: &str) -> (String, usize) {
    // Most texts have line breaks and nothing else to change.
    let text = without_breaks(text);
    if is_plain(&text) {
        return (text.into_owned(), 0);
    }
    let mut work = text.len();
    let mut now = pass(&text);
    for _ in 0..PASSES {
        if is_plain(&now) {
            return (now, work);
        }
        if work + now.len() > WORK.max(3 * text.len()) {
            break;
        }
        work += now.len();
        let next = pass(&now);
        if next == now {
            return (now, work);
        }
        now = next;
    }
    (nfc(text.into_owned()), work)
}

fn is_nfc(text: &str) -> bool {
    text.is_ascii() || is_nfc_quick(text.chars()) == IsNormalized::Yes
}

fn nfc(text: String) -> String {
    if is_nfc(&text) { text } else { text.nfc().collect() }
}

/// The text of [`to_text`] with simple math in Unicode: a title for a page or a terminal.
///
/// A formula that Unicode cannot say in full (fractions, sums, unknown commands) stays TeX, dollars
/// and all. `to_display(&to_display(x)) == to_display(x)` for every `x`.
///
/// ```
/// use paperlark::tex::to_display;
/// assert_eq!(to_display(r"$O(n \log n)$ at $z\sim10^{-3}$"), "O(n log n) at z∼10⁻³");
/// assert_eq!(to_display(r"the $\ell_1$ norm, $\frac{a}{b}$"), r"the ℓ₁ norm, $\frac{a}{b}$");
/// ```
pub fn to_display(text: &str) -> String {
    let text = to_text(text);
    let said = with_math_said(&text);
    // What is said must not read as TeX in turn, nor change what its neighbours say.
    if to_text(&said) == said && with_math_said(&said) == said { said } else { text }
}

fn with_math_said(text: &str) -> String {
    let mut said = String::with_capacity(text.len());
    let mut at = 0;
    for (from, to) in math_spans(text) {
        said.push_str(&text[at..from]);
        let raw = &text[from..to];
        let wide = delimiter(raw);
        let beside = (said.chars().next_back(), text[to..].chars().next());
        // `{n}` would lose its braces.
        match math::say(&raw[wide..raw.len() - wide], beside)
            .filter(|plain| to_text(plain) == *plain)
        {
            Some(plain) => said.push_str(&plain),
            None => said.push_str(raw),
        }
        at = to;
    }
    said + &text[at..]
}

/// The formulas of a text without their dollars, each after the text that stands before it; the last part has
/// none.
pub(crate) fn formulas(text: &str) -> Vec<(&str, Option<&str>)> {
    let mut parts = Vec::new();
    let mut at = 0;
    for (from, to) in math_spans(text) {
        let raw = &text[from..to];
        let wide = delimiter(raw);
        parts.push((&text[at..from], Some(&raw[wide..raw.len() - wide])));
        at = to;
    }
    parts.push((&text[at..], None));
    parts
}

/// Whether no pass can change anything about a text on one line.
fn is_plain(text: &str) -> bool {
    let mut last = b' ';
    for b in text.bytes() {
        match b {
            b'\\' | b'{' | b'}' | b'$' | b'~' | b'`' => return false,
            b'-' | b'\'' if last == b => return false,
            _ => last = b,
        }
    }
    is_nfc(text)
}

fn pass(text: &str) -> String {
    let (mut out, stable) = Scanner::new(text, false).run();
    if !stable {
        // A bare dollar would be read as the start of math next time.
        (out, _) = Scanner::new(text, true).run();
    }
    nfc(out)
}

/// Whether a byte may begin something that [`Scanner::step`] must look at; words go over whole.
fn is_special(b: u8) -> bool {
    matches!(b, b'\\' | b'{' | b'}' | b'$' | b'~' | b'-' | b'\'' | b'`' | b' ' | b'/')
}

/// Byte ranges of math, delimiters included, in order.
fn math_spans(text: &str) -> Vec<(usize, usize)> {
    let bytes = text.as_bytes();
    // A delimiter is searched for only where one is left, which keeps this linear.
    let last = ["$$", "\\)", "\\]"].map(|close| (close, text.rfind(close).unwrap_or(0)));
    let close_after = |at: usize, (close, last): (&str, usize)| {
        let found = (at + 2 <= last).then(|| text[at + 2..].find(close));
        found.flatten().map(|found| at + 2 + found + 2)
    };
    let mut spans = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let next = bytes.get(at + 1);
        let (end, width) = match (bytes[at], next) {
            (b'$', Some(b'$')) => (close_after(at, last[0]), 2),
            (b'\\', Some(b'(')) => (close_after(at, last[1]), 2),
            (b'\\', Some(b'[')) => (close_after(at, last[2]), 2),
            (b'\\', _) => (None, 2),
            (b'$', _) => {
                let close = closing_dollar(bytes, at + 1);
                let real = close.filter(|close| !is_money(text, at + 1, *close));
                (real.map(|close| close + 1), 1)
            }
            _ => (None, 1),
        };
        spans.extend(end.map(|end| (at, end)));
        at = end.unwrap_or(at + width);
    }
    spans
}

/// How many bytes the delimiter at either end of a math span takes.
fn delimiter(span: &str) -> usize {
    if span.starts_with('$') && !span.starts_with("$$") { 1 } else { 2 }
}

fn closing_dollar(bytes: &[u8], mut at: usize) -> Option<usize> {
    while at < bytes.len() {
        match bytes[at] {
            b'$' => return Some(at),
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    None
}

/// Whether the dollars around `from..to` are prices: "costs $5 and $6".
fn is_money(text: &str, from: usize, to: usize) -> bool {
    let content = &text[from..to];
    let another = text[to + 1..].starts_with(|c: char| c.is_ascii_digit());
    content.starts_with(|c: char| c.is_ascii_digit())
        && (content.ends_with(char::is_whitespace) || another)
        && !content.contains(['\\', '^', '_', '=', '{'])
}

/// One pass over a text.
struct Scanner<'a> {
    text: &'a str,
    /// Math by its first byte.
    math: HashMap<usize, usize>,
    /// Closing brace of each opening one that has its partner.
    partner: HashMap<usize, usize>,
    /// Braces whose command is gone.
    dropped: HashSet<usize>,
    keep_dollars: bool,
    bare_dollars: usize,
    out: String,
    /// Where math stands in `out`.
    math_out: Vec<(usize, usize)>,
    in_url: bool,
    /// Where an unknown command's name or argument ends; a group there is its argument.
    unknown_end: usize,
    /// Where the last unknown command's name ends in `out`; a letter there would become part of it.
    name_end: usize,
    /// The closing quote that belongs to the last opening one.
    closing_quote: usize,
}

impl<'a> Scanner<'a> {
    fn new(text: &'a str, keep_dollars: bool) -> Self {
        let math: HashMap<usize, usize> = math_spans(text).into_iter().collect();
        let bytes = text.as_bytes();
        let mut partner = HashMap::new();
        let mut open = Vec::new();
        let mut at = 0;
        while at < bytes.len() {
            if let Some(end) = math.get(&at) {
                at = *end;
                continue;
            }
            match bytes[at] {
                b'\\' => at += 1,
                b'{' => open.push(at),
                b'}' => {
                    if let Some(start) = open.pop() {
                        partner.insert(start, at);
                    }
                }
                _ => {}
            }
            at += 1;
        }
        Scanner {
            text,
            math,
            partner,
            dropped: HashSet::new(),
            keep_dollars,
            bare_dollars: 0,
            out: String::with_capacity(text.len()),
            math_out: Vec::new(),
            in_url: false,
            unknown_end: usize::MAX,
            name_end: usize::MAX,
            closing_quote: usize::MAX,
        }
    }

    /// The new text, and whether its dollars mean what they meant in the old one.
    fn run(mut self) -> (String, bool) {
        let mut at = 0;
        let bytes = self.text.as_bytes();
        while at < bytes.len() {
            let word = bytes[at..].iter().position(|b| is_special(*b)).unwrap_or(bytes.len() - at);
            if word > 0 {
                self.push_word(&self.text[at..at + word]);
                at += word;
            } else {
                at = self.step(at, char::from(bytes[at]));
            }
        }
        let len = self.out.trim_end().len();
        self.out.truncate(len);
        let stable = self.bare_dollars == 0 || math_spans(&self.out) == self.math_out;
        (self.out, stable)
    }

    /// Handles what begins with the special character `c` at `at`; returns where to go on.
    fn step(&mut self, at: usize, c: char) -> usize {
        if let Some(&end) = self.math.get(&at) {
            self.push_math(&self.text[at..end]);
            return end;
        }
        let run = self.text[at..].chars().take(3).take_while(|n| *n == c).count();
        match c {
            '\\' => match self.command(at) {
                Some(next) => return next,
                None if run >= 2 => return self.double_backslash(at),
                // A doubled `\\"o` of which a listing page has made `\ö`.
                None if self.text[at + 1..].starts_with(is_beyond_ascii) => {}
                None => {
                    let name = &self.text[at + 1..];
                    let rest = name.trim_start_matches(|c: char| c.is_ascii_alphabetic());
                    let len = name.len() - rest.len();
                    self.unknown_end = at + 1 + len;
                    self.push(c);
                    if len > 0 {
                        self.name_end = self.out.len() + len;
                    } else if let Some(c @ ('~' | '\'' | '`' | '"' | '-')) = rest.chars().next() {
                        // The accent waits for what it stands on: `\~{\^e}`.
                        self.push(c);
                        return at + 2;
                    }
                }
            },
            '{' | '}' if self.dropped.contains(&at) => {}
            '{' if at == self.unknown_end => {
                self.unknown_end = self.partner.get(&at).map_or(usize::MAX, |end| end + 1);
                self.push(c);
            }
            '{' => match self.partner.get(&at) {
                Some(&end) if is_bare_group(&self.text[at + 1..end]) => {
                    self.dropped.insert(end);
                }
                _ => self.push(c),
            },
            '~' if !self.in_url && !self.is_about(at + 1) => self.push(' '),
            '-' if run >= 2 && !self.in_url => {
                let dash = if run == 2 { '–' } else { '—' };
                self.push(dash);
                return at + run;
            }
            '`' if run >= 2 => {
                self.push('“');
                return at + 2;
            }
            '\'' if run >= 2 => {
                let next = self.text[at + 2..].chars().next();
                let opens = self.opens_word() && next.is_some_and(char::is_alphanumeric);
                self.push(if opens { '“' } else { '”' });
                return at + 2;
            }
            '`' => match self.quote_end(at) {
                Some(end) => {
                    self.push('‘');
                    self.closing_quote = end;
                }
                None => self.push(c),
            },
            '\'' if at == self.closing_quote => self.push('’'),
            _ => self.push(c),
        }
        at + c.len_utf8()
    }

    /// Whether a quote here stands before a word.
    fn opens_word(&self) -> bool {
        match self.out.chars().next_back() {
            None => true,
            Some(c) => matches!(c, ' ' | '(' | '[' | '“' | '-' | '–' | '—' | '/'),
        }
    }

    /// The `'` that closes what the `` ` `` at `at` opens: `` `quoted' ``, but not `` `code` ``.
    fn quote_end(&self, at: usize) -> Option<usize> {
        let rest = &self.text[at + 1..];
        if !self.opens_word() || !rest.starts_with(char::is_alphanumeric) {
            return None;
        }
        let mut last = ' ';
        let mut chars = rest.char_indices().take(QUOTE).peekable();
        while let Some((place, c)) = chars.next() {
            let next = chars.peek().map_or(' ', |(_, next)| *next);
            match c {
                '`' | '$' => return None,
                '\'' if last != '\\' && last != c && next != c && !next.is_alphanumeric() => {
                    return Some(at + 1 + place);
                }
                _ => last = c,
            }
        }
        None
    }

    /// Whether a `~` here is meant as itself, not as TeX's unbreakable blank: `~10`, `z~5`, `/~me`;
    /// `next` is what follows it.
    fn is_about(&self, next: usize) -> bool {
        let mut before = self.out.chars().rev();
        match before.next() {
            None | Some(' ' | '/' | '(') => true,
            Some(letter) => {
                letter.is_ascii_alphabetic()
                    && !before.next().is_some_and(char::is_alphanumeric)
                    && self.text[next..].starts_with(|c: char| c.is_ascii_digit())
            }
        }
    }

    /// A tilde that was asked for by name; as `~` it would be a blank in the next pass.
    fn push_tilde(&mut self, next: usize) {
        self.push(if self.in_url || self.is_about(next) { '~' } else { '∼' });
    }

    /// Adds text without blanks and slashes.
    fn push_word(&mut self, word: &str) {
        if self.out.len() == self.name_end && word.starts_with(|c: char| c.is_ascii_alphabetic()) {
            self.out.push(' ');
        }
        self.out.push_str(word);
    }

    fn push(&mut self, c: char) {
        if c.is_ascii_alphabetic() && self.out.len() == self.name_end {
            self.out.push(' ');
        }
        if is_blank(c) {
            if !self.out.is_empty() && !self.out.ends_with(' ') {
                self.out.push(' ');
            }
            self.in_url = false;
        } else {
            self.out.push(c);
            self.in_url |= c == '/' && self.out.ends_with("://");
        }
    }

    fn push_str(&mut self, text: &str) {
        text.chars().for_each(|c| self.push(c));
    }

    fn push_math(&mut self, raw: &str) {
        let wide = delimiter(raw);
        let halved = halved(&raw[wide..raw.len() - wide]);
        let halved =
            halved.map(|inner| format!("{}{inner}{}", &raw[..wide], &raw[raw.len() - wide..]));
        let raw = halved.as_deref().unwrap_or(raw);
        if let Some(said) = say_math(raw[wide..raw.len() - wide].trim()) {
            return self.push_str(&said);
        }
        let from = self.out.len();
        self.push_str(raw);
        self.math_out.push((from, self.out.len()));
    }

    /// `\\`: a line break, or an escape that was escaped once too often.
    fn double_backslash(&mut self, at: usize) -> usize {
        let after = &self.text[at + 2..];
        let breaks = after.is_empty() || after.starts_with(char::is_whitespace);
        if breaks || self.math.contains_key(&(at + 2)) {
            self.push(' ');
            return at + 2;
        }
        match self.command(at + 1) {
            Some(next) => next,
            None => {
                self.push_str("\\\\");
                at + 2
            }
        }
    }

    /// Carries out the command whose backslash is at `at`; `None` if it is none of ours.
    fn command(&mut self, at: usize) -> Option<usize> {
        let c = self.text[at + 1..].chars().next()?;
        let after = at + 1 + c.len_utf8();
        if c.is_ascii_alphabetic() {
            let rest = &self.text[at + 1..];
            let len = rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len());
            return self.word(&rest[..len], at + 1 + len);
        }
        match c {
            '&' | '%' | '_' | '#' => self.push(c),
            '$' if self.keep_dollars => self.push_str("\\$"),
            '$' => {
                self.bare_dollars += 1;
                self.push(c);
            }
            ',' | ';' | ':' | '>' => self.push(' '),
            c if c.is_whitespace() => self.push(' '),
            '!' | '/' | '-' | '@' => {}
            '~' if self.text[after..].starts_with("{}") => {
                self.push_tilde(after + 2);
                return Some(after + 2);
            }
            '^' | '\'' | '"' if self.text[after..].starts_with("{}") => {
                self.push(c);
                return Some(after + 2);
            }
            '{' => return self.braces(after),
            _ => {
                let mark = combining(c)?;
                let from = if self.accent_goes_on(at, after) { after + 1 } else { after };
                return self.accent(mark, from);
            }
        }
        Some(after)
    }

    /// `\{...\}` around plain content that needs no escape to keep its braces.
    fn braces(&mut self, from: usize) -> Option<usize> {
        // Looking on to the end of the text for each of them would take the square of its length.
        let rest = &self.text[from..];
        let near = beginning(rest, QUOTE + 2).unwrap_or(rest);
        let content = &near[..near.find("\\}")?];
        let end = from + content.len() + 2;
        let plain = content.len() < QUOTE && !content.contains(['{', '}', '\\', '$', '~']);
        if !plain || is_bare_group(content) {
            return None;
        }
        self.push_str(&format!("{{{content}}}"));
        Some(end)
    }

    /// Whether the accent command at `at` reaches over the blank at `after`: `{\' a}`, `Poincar\' e`;
    /// but `experiments\' end` is an apostrophe.
    fn accent_goes_on(&self, at: usize, after: usize) -> bool {
        let mut next = self.text[after..].chars();
        let (Some(' '), Some(base)) = (next.next(), next.next()) else {
            return false;
        };
        let braced = self.text[..at].ends_with('{') && next.next() == Some('}');
        let mut before = self.out.chars().rev();
        let after_s = matches!(before.next(), None | Some('s' | 'S'));
        let after_letter = self.out.ends_with(char::is_alphabetic);
        let acute = self.text[at..].starts_with("\\'");
        braced || acute && after_letter && !after_s && "aeiouAEIOU".contains(base)
    }

    /// Skips a star and what stands in square brackets after a command's name.
    fn skip_options(&self, mut at: usize) -> usize {
        at += usize::from(self.text[at..].starts_with('*'));
        while let rest = &self.text[at..]
            && rest.starts_with('[')
            && let Some(len) = beginning(rest, QUOTE).unwrap_or(rest).find(']')
        {
            at += len + 1;
        }
        at
    }

    /// The command `\name`, whose name ends at `end`.
    fn word(&mut self, name: &str, end: usize) -> Option<usize> {
        let mark = name.chars().next().and_then(combining);
        if let ("t", _) | (_, Some(_)) = (name, mark)
            && name.len() == 1
            && let Some((from, to)) = self.group(end)
            && let Some(greek) = symbol(&format!("{name}{}", &self.text[from..to]))
        {
            // arXiv's own filter turns \rho into \r{ho}.
            self.push_str(greek);
            return Some(to + 1);
        }
        if name == "t"
            && let Some((from, to)) = self.group(end)
            && let [a, b] = self.text[from..to].chars().collect::<Vec<_>>()[..]
            && a.is_alphabetic()
            && b.is_alphabetic()
        {
            self.push(a);
            self.out.extend(['\u{361}', b]);
            return Some(to + 1);
        }
        let below = match name {
            "textcommabelow" => Some('\u{326}'),
            "textogonekcentered" => Some('\u{328}'),
            _ => None,
        };
        if let Some(mark) = below {
            return self.accent(mark, self.skip_blanks(end));
        }
        if matches!(name, "textasciitilde" | "texttildelow") {
            let next = self.skip_end(end);
            self.push_tilde(next);
            return Some(next);
        }
        if let Some(mark) = mark.filter(|_| name.len() == 1) {
            let blank = self.text[end..].starts_with(char::is_whitespace);
            let from =
                if blank && !matches!(name, "b" | "d") { self.skip_blanks(end) } else { end };
            return self.accent(mark, from);
        }
        if let Some(letter) = letter(name) {
            self.push_str(letter);
            return Some(self.skip_end(end));
        }
        let named = symbol(name).or_else(|| symbol(name.strip_prefix("text")?));
        if let Some(symbol) = named {
            self.push_str(symbol);
            let end = end + usize::from(symbol.ends_with('.') && self.text[end..].starts_with('.'));
            return Some(if self.text[end..].starts_with("{}") {
                end + 2
            } else if name.starts_with("text") {
                self.skip_blanks(end)
            } else {
                end
            });
        }
        if SWITCHES.contains(&name) {
            return Some(self.skip_end(end));
        }
        let end = if is_cite(name) { self.skip_options(end) } else { end };
        let (from, to) = self.group(end)?;
        let content = &self.text[from..to];
        match name {
            "citet" | "textcite" | "citeauthor" | "citealt" => {}
            "label" | "nocite" | "vphantom" | "hphantom" | "phantom" => return Some(to + 1),
            _ if is_cite(name) => {
                let len = self.out.trim_end_matches(' ').len();
                self.out.truncate(len);
                return Some(to + 1);
            }
            "footnote" | "footnotetext" => {
                self.push_str(&format!(" ({})", content.trim()));
                return Some(to + 1);
            }
            "hspace" | "vspace" => {
                self.push(' ');
                return Some(to + 1);
            }
            "SI" | "qty" => {
                let (from, second) = self.group(to + 1)?;
                self.push_str(content);
                self.push(' ');
                self.dropped.insert(second);
                return Some(from);
            }
            "href" | "texorpdfstring" | "textcolor" => {
                let (from, second) = self.group(to + 1)?;
                self.dropped.insert(second);
                return Some(from);
            }
            "color" => return Some(to + 1),
            "textsuperscript" | "textsubscript" if !content.is_empty() => {
                let sign = if name == "textsuperscript" { '^' } else { '_' };
                if let Some(said) = script(sign, content) {
                    self.push_str(&said);
                    return Some(to + 1);
                }
            }
            "enquote" | "mkbibquote" => {
                self.push_str(&format!("“{content}”"));
                return Some(to + 1);
            }
            "mkbibparens" => {
                self.push_str(&format!("({content})"));
                return Some(to + 1);
            }
            "emph" | "url" | "path" | "underline" | "uline" | "ul" | "mbox" | "hbox"
            | "boldsymbol" | "ensuremath" | "num" | "ce" => {}
            _ if ["text", "math", "mkbib"].iter().any(|start| name.starts_with(start)) => {}
            _ => return None,
        }
        self.dropped.insert(to);
        Some(from)
    }

    /// Puts `mark` on the letter that begins at `at`, bare or in braces.
    fn accent(&mut self, mark: char, at: usize) -> Option<usize> {
        // Taking the dot off an i to put one on.
        let put = |scanner: &mut Self, base: char| {
            scanner.push(base);
            if (base, mark) != ('i', '\u{307}') {
                scanner.out.push(mark);
            }
        };
        let dotless = |text: &str| match text.trim() {
            "\\i" | "{\\i}" => Some('i'),
            "\\j" | "{\\j}" => Some('j'),
            _ => None,
        };
        if let Some((from, to)) = self.group(at).filter(|_| self.text[at..].starts_with('{')) {
            let content = self.text[from..to].trim();
            let first = match dotless(content) {
                Some(base) => {
                    put(self, base);
                    return Some(to + 1);
                }
                None => content.chars().next().filter(|c| c.is_alphabetic())?,
            };
            if !content.chars().all(char::is_alphanumeric) {
                return None;
            }
            put(self, first);
            self.push_str(&content[first.len_utf8()..]);
            return Some(to + 1);
        }
        let rest = &self.text[at..];
        if let Some(base) = rest.get(..2).and_then(dotless)
            && !rest[2..].starts_with(|c: char| c.is_ascii_alphabetic())
        {
            put(self, base);
            return Some(self.skip_end(at + 2));
        }
        let base = rest.chars().next().filter(|c| c.is_alphabetic())?;
        put(self, base);
        Some(at + base.len_utf8())
    }

    /// Content of the `{...}` at `at`, blanks before it skipped.
    fn group(&self, at: usize) -> Option<(usize, usize)> {
        let open = self.skip_blanks(at);
        self.partner.get(&open).map(|end| (open + 1, *end))
    }

    fn skip_blanks(&self, at: usize) -> usize {
        let rest = &self.text[at..];
        at + rest.len() - rest.trim_start().len()
    }

    /// Skips what only ends a command: `{}` or blanks.
    fn skip_end(&self, at: usize) -> usize {
        match self.text[at..].strip_prefix("{}") {
            Some(_) => at + 2,
            None => self.skip_blanks(at),
        }
    }
}

/// Whether a letter already has what a command would give it.
fn is_beyond_ascii(c: char) -> bool {
    !c.is_ascii() && c.is_alphabetic()
}

/// A formula whose every backslash is doubled, with half of them; `None` of any other, where two of
/// them are a line break.
fn halved(formula: &str) -> Option<String> {
    let mut rest = formula;
    while let Some(at) = rest.find('\\') {
        rest = rest[at..].strip_prefix("\\\\")?;
        if !rest.starts_with(|c: char| c.is_ascii_alphabetic() || "{},;:!|".contains(c)) {
            return None;
        }
    }
    (rest.len() < formula.len()).then(|| formula.replace("\\\\", "\\"))
}

/// Whether braces around `content` only group: `{\'e}`, `{CNN}`, `10^{-3}`, but not `{0,1}`.
fn is_bare_group(content: &str) -> bool {
    content.starts_with('\\')
        || content.chars().all(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '+' | '.'))
}

/// Commands that point into a bibliography, which an abstract does not have.
fn is_cite(name: &str) -> bool {
    name.starts_with("cite") || name.ends_with("cite")
}

/// Math that a plain character or word says just as well.
fn say_math(math: &str) -> Option<String> {
    let bare = math.strip_prefix('{').and_then(|m| m.strip_suffix('}')).unwrap_or(math);
    let is_number = |text: &str| {
        text.starts_with(|c: char| c.is_ascii_digit())
            && text.ends_with(|c: char| c.is_ascii_digit())
            && text.chars().all(|c| c.is_ascii_digit() || c == '.' || c == ',')
    };
    if !bare.is_empty() && bare.chars().all(char::is_alphabetic) || is_number(bare) {
        return Some(bare.to_owned());
    }
    if let Some(number) = math.strip_suffix("\\%").filter(|n| is_number(n)) {
        return Some(format!("{number}%"));
    }
    if let Some(number) = math.strip_suffix("\\times").map(str::trim).filter(|n| is_number(n)) {
        return Some(format!("{number}×"));
    }
    if let Some(code) = math.strip_prefix("\\unicode{x").and_then(|m| m.strip_suffix('}')) {
        let c = u32::from_str_radix(code, 16).ok().and_then(char::from_u32)?;
        return (!c.is_ascii() && !is_blank(c)).then(|| c.to_string());
    }
    match math {
        "-" => Some("−".into()),
        "+" | "<" | ">" | "=" | "/" | "*" => Some(math.into()),
        "\\%" => Some("%".into()),
        _ => match math.chars().next()? {
            sign @ ('^' | '_') => script(sign, math[1..].trim()),
            '\\' => symbol(&math[1..]).map(str::to_owned),
            _ => None,
        },
    }
}

/// A super- or subscript in Unicode, of digits and signs only.
fn script(sign: char, text: &str) -> Option<String> {
    let bare = text.strip_prefix('{').and_then(|t| t.strip_suffix('}')).unwrap_or(text);
    match (sign, bare) {
        (_, "") => return None,
        ('^', "\\circ") => return Some("°".into()),
        ('_', "\\odot") => return Some("☉".into()),
        _ => {}
    }
    let (from, to) = match sign {
        '^' => ("0123456789+-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻"),
        _ => ("0123456789+-", "₀₁₂₃₄₅₆₇₈₉₊₋"),
    };
    bare.chars().map(|c| to.chars().nth(from.find(c)?)).collect()
}

/// The combining mark of an accent command.
fn combining(command: char) -> Option<char> {
    Some(match command {
        '`' => '\u{300}',
        '\'' => '\u{301}',
        '^' => '\u{302}',
        '~' => '\u{303}',
        '=' => '\u{304}',
        'u' => '\u{306}',
        '.' => '\u{307}',
        '"' => '\u{308}',
        'r' => '\u{30a}',
        'H' => '\u{30b}',
        'v' => '\u{30c}',
        'd' => '\u{323}',
        'c' => '\u{327}',
        'k' => '\u{328}',
        'b' => '\u{331}',
        _ => return None,
    })
}

/// Commands for letters; the blank after one belongs to it.
fn letter(name: &str) -> Option<&'static str> {
    Some(match name {
        "aa" => "å",
        "AA" => "Å",
        "ae" => "æ",
        "AE" => "Æ",
        "oe" => "œ",
        "OE" => "Œ",
        "o" => "ø",
        "O" => "Ø",
        "l" => "ł",
        "L" => "Ł",
        "ss" => "ß",
        "SS" => "SS",
        "ij" => "ij",
        "IJ" => "IJ",
        "i" => "ı",
        "j" => "ȷ",
        "dh" | "eth" => "ð",
        "DH" => "Ð",
        "dj" => "đ",
        "DJ" => "Đ",
        "th" => "þ",
        "TH" => "Þ",
        "ng" => "ŋ",
        "NG" => "Ŋ",
        "quad" | "qquad" | "newline" | "par" => " ",
        _ => return None,
    })
}

/// Font and size switches: nothing is left of them in plain text.
#[rustfmt::skip]
const SWITCHES: &[&str] = &[
    "it", "em", "bf", "sc", "tt", "rm", "sl", "sf", "tiny", "small", "normalsize", "large", "Large",
    "LARGE", "huge", "Huge", "boldmath", "noindent", "bfseries", "itshape", "scshape", "ttfamily",
    "mdseries", "upshape", "slshape", "rmfamily", "sffamily", "normalfont", "protect", "relax", "xspace",
    "nobreakdash",
];

/// Commands for symbols, in math and outside it.
fn symbol(name: &str) -> Option<&'static str> {
    SYMBOLS.iter().find(|(known, _)| *known == name).map(|(_, text)| *text)
}

#[rustfmt::skip]
const SYMBOLS: &[(&str, &str)] = &[
    ("alpha", "α"), ("beta", "β"), ("gamma", "γ"), ("delta", "δ"), ("epsilon", "ϵ"),
    ("varepsilon", "ε"), ("zeta", "ζ"), ("eta", "η"), ("theta", "θ"), ("vartheta", "ϑ"),
    ("iota", "ι"), ("kappa", "κ"), ("lambda", "λ"), ("mu", "μ"), ("nu", "ν"), ("xi", "ξ"),
    ("pi", "π"), ("varpi", "ϖ"), ("rho", "ρ"), ("varrho", "ϱ"), ("sigma", "σ"), ("varsigma", "ς"),
    ("tau", "τ"), ("upsilon", "υ"), ("phi", "ϕ"), ("varphi", "φ"), ("chi", "χ"), ("psi", "ψ"),
    ("omega", "ω"), ("Gamma", "Γ"), ("Delta", "Δ"), ("Theta", "Θ"), ("Lambda", "Λ"), ("Xi", "Ξ"),
    ("Pi", "Π"), ("Sigma", "Σ"), ("Upsilon", "Υ"), ("Phi", "Φ"), ("Psi", "Ψ"), ("Omega", "Ω"),
    ("times", "×"), ("div", "÷"), ("pm", "±"), ("mp", "∓"), ("cdot", "·"), ("circ", "∘"),
    ("ast", "∗"), ("star", "⋆"), ("bullet", "•"), ("sim", "∼"), ("simeq", "≃"), ("approx", "≈"),
    ("cong", "≅"), ("equiv", "≡"), ("ne", "≠"), ("neq", "≠"), ("le", "≤"), ("leq", "≤"),
    ("ge", "≥"), ("geq", "≥"), ("ll", "≪"), ("gg", "≫"), ("lesssim", "≲"), ("gtrsim", "≳"),
    ("propto", "∝"), ("to", "→"), ("rightarrow", "→"), ("leftarrow", "←"),
    ("leftrightarrow", "↔"), ("Rightarrow", "⇒"), ("Leftrightarrow", "⇔"), ("uparrow", "↑"),
    ("downarrow", "↓"), ("infty", "∞"), ("ell", "ℓ"), ("hbar", "ℏ"), ("partial", "∂"),
    ("nabla", "∇"), ("in", "∈"), ("subset", "⊂"), ("subseteq", "⊆"), ("cup", "∪"), ("cap", "∩"),
    ("forall", "∀"), ("exists", "∃"), ("emptyset", "∅"), ("odot", "⊙"), ("otimes", "⊗"),
    ("oplus", "⊕"), ("perp", "⊥"), ("parallel", "∥"), ("prime", "′"), ("dagger", "†"),
    ("dag", "†"), ("ddag", "‡"), ("ldots", "…"), ("dots", "…"), ("cdots", "⋯"), ("deg", "°"),
    ("degree", "°"), ("arcmin", "′"), ("arcsec", "″"), ("percent", "%"), ("checkmark", "✓"),
    ("S", "§"), ("P", "¶"), ("pounds", "£"), ("euro", "€"), ("copyright", "©"), ("TeX", "TeX"),
    ("LaTeX", "LaTeX"), ("textregistered", "®"), ("texttrademark", "™"), ("textdegree", "°"),
    ("textmu", "μ"), ("textemdash", "—"), ("textendash", "–"), ("textquoteleft", "‘"),
    ("textquoteright", "’"), ("textquotedblleft", "“"), ("textquotedblright", "”"),
    ("textbar", "|"), ("textless", "<"), ("textgreater", ">"), ("textunderscore", "_"),
    ("textbullet", "•"), ("textellipsis", "…"), ("texteuro", "€"), ("textperthousand", "‰"),
    ("textpertenthousand", "‱"), ("textcelsius", "°C"), ("textohm", "Ω"), ("textminus", "−"),
    ("textonehalf", "½"), ("textonequarter", "¼"), ("textthreequarters", "¾"), ("textsterling", "£"),
    ("textyen", "¥"), ("textsection", "§"), ("textparagraph", "¶"), ("textexclamdown", "¡"),
    ("textquestiondown", "¿"), ("textordfeminine", "ª"), ("textordmasculine", "º"),
    ("textbackslash", "∖"), ("textbraceleft", "{"),
    ("textbraceright", "}"), ("textquotesingle", "'"), ("textquotedbl", "\""), ("textasciicircum", "^"), ("textapprox", "≈"),
    ("textrightarrow", "→"), ("textleftarrow", "←"), ("guillemotleft", "«"), ("guillemotright", "»"),
    ("guilsinglleft", "‹"), ("guilsinglright", "›"), ("flqq", "«"), ("frqq", "»"), ("glqq", "„"),
    ("grqq", "“"), ("quotedblbase", "„"), ("quotesinglbase", "‚"), ("slash", "/"), ("nobreakspace", " "),
    ("sun", "☉"), ("farcs", "″"), ("farcm", "′"), ("eg", "e.g."), ("ie", "i.e."), ("etal", "et al."),
];

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn tex_becomes_readable() {
        for (tex, plain) in [
            ("", ""),
            ("plain text", "plain text"),
            ("  two\n  lines\t", "two lines"),
            // Accents in every spelling.
            (r"Andr\'e \'{E}mile {\'e}t{\'{e}}", "André Émile été"),
            (r#"na\"{\i}ve na{\"\i}ve Garc\'\i a Garc{\'\i}a"#, "naïve naïve García García"),
            (r"Fran\c{c}ois Fran\c cois Nan{\c c}ay", "François François Nançay"),
            (r"Nov\'ak, \v S\'{\i}p, Erd\H{o}s, Mu\~noz", "Novák, Šíp, Erdős, Muñoz"),
            (
                r#"\AA ngstr\"om, S\o ren, Stra{\ss}e, {\L}ukasz \L{}\'od\'z"#,
                "Ångström, Søren, Straße, Łukasz Łódź",
            ),
            (r"\`a \^o \=a \.z \u{a} \k{a} \r{u} \d{s} \'{\^e}", "à ô ā ż ă ą ů ṣ ế"),
            (r#"Paulo Andr\\'e, G\\"{o}del, Ne\\v{s}et\\v{r}il"#, "Paulo André, Gödel, Nešetřil"),
            (r"Schr\ödinger's \\it cat", "Schrödinger's cat"),
            (
                r"$\\var^{\\lambda\\nu}$ and $\\{x\\,|\\,y\\}$",
                r"$\var^{\lambda\nu}$ and $\{x\,|\,y\}$",
            ),
            (r"$a \\ \beta$, $a \\\\b$, $\\(\\alpha$", r"$a \\ \beta$, $a \\\\b$, $\\(\\alpha$"),
            // A blank after the accent's sign; an apostrophe that was escaped for nothing.
            (r#"Csisz{\' a}r, Poincar\' e, {\" o}"#, "Csiszár, Poincaré, ö"),
            (r"the experiments\' end, SSP\' s, 30\. A", r"the experiments\' end, SSP\' s, 30\. A"),
            (
                r"\u\i \.\i \.I \t{oo} \textcommabelow{s} \b a \b{a}",
                "ĭiİ o\u{361}o ș \\b a a\u{331}",
            ),
            (r"\~{\^e} {\~\^e} \'{\u{a}} D\'{}Ang\`elo", "ễ ễ ắ D'Angèlo"),
            (
                r"\oe \OE{} \ij{} \SS{} \ng{} \NG{} \th{} \TH{} \dh{} \DH{} \dj{} \j{}",
                "œŒ ij SS ŋ Ŋ þ Þ ð Ð đ ȷ",
            ),
            ("decomposed e\u{301}", "decomposed é"),
            // Punctuation and escapes.
            ("1--2 --- ``so'' it's", "1–2 — “so” it's"),
            (
                "a `quoted' word, `it's so', (`x'), ```y' z''",
                "a ‘quoted’ word, ‘it's so’, (‘x’), “‘y’ z”",
            ),
            ("''both'' alike, x'', (''y'')", "“both” alike, x”, (“y”)"),
            ("`code` a`b' `open, rock `n roll", "`code` a`b' `open, rock `n roll"),
            (r"a\~{}b \textasciitilde{}5 x.org/\textasciitilde me", "a∼b ~5 x.org/~me"),
            (
                r"\guillemotleft{}a\guillemotright{} \glqq{}b\grqq{} \textquestiondown c",
                "«a» „b“ ¿c",
            ),
            (
                r"\textalpha-helix 3\texttimes{}4 21\textcelsius{} \textonehalf",
                "α-helix 3×4 21°C ½",
            ),
            (r"R\&D 5\% a\_b \#1 for \$5", "R&D 5% a_b #1 for $5"),
            (r"R\\&D, one \\ two", "R&D, one two"),
            ("ROS~2, Fig.~3, z~5, ~10, x.org/~me", "ROS 2, Fig. 3, z~5, ~10, x.org/~me"),
            ("https://a.org/b--c~d/ x--y", "https://a.org/b--c~d/ x–y"),
            // Commands.
            (r"\emph{a} \textbf{b \textit{c}} \texttt {d} {\it e}", "a b c d e"),
            (
                r"\href{https://a.org/b}{our page}, \url{https://a.org/c_d}",
                "our page, https://a.org/c_d",
            ),
            (r"\textcolor{red}{warm} \texorpdfstring{$x^2$}{x squared}", "warm x squared"),
            (r"{CNN}s and {\bf {GNN}}s, syst{è}me, {0,1}", "CNNs and GNNs, système, {0,1}"),
            (r"m\textsuperscript{2} CO\textsubscript{2} \textsuperscript{th}", "m² CO₂ th"),
            (r"\k{appa} and \r{ho}, \alpha-helix 3\textendash 4", "κ and ρ, α-helix 3–4"),
            (r"\ours beats \method{x}, \ref{a-b}", r"\ours beats \method{x}, \ref{a-b}"),
            (r"\ours\emph{ly}, \foo\'e, \foo\b{a}", "\\ours ly, \\foo é, \\foo a\u{331}"),
            (r"shown~\cite[p.~1][]{a-b}, by \citet*{Owl20} \parencite{c}.", "shown, by Owl20."),
            (r"\eth\texttildelow{}5 a\textbackslash{}b \textogonekcentered{e}", "ð∼5 a∖b ę"),
            (r"\mkbibquote{a \mkbibemph{b}} \vphantom{x}c\phantom{y}", "“a b” c"),
            (
                r"released\footnote{See \url{https://a.org/b}.} now",
                "released (See https://a.org/b.) now",
            ),
            (
                r"(\eg, \ie\ this) \etal. \num{8192} \SI{0.06}{m/s}",
                "(e.g., i.e. this) et al. 8192 0.06 m/s",
            ),
            (r"\{one, two\} \{a\} \{b$c$\} \}", r"{one, two} \{a\} \{bc\} \}"),
            // Math.
            (
                r"$\alpha$-decay at 3$\times$ speed, $k$NN, $10\%$, $2\times$",
                "α-decay at 3× speed, kNN, 10%, 2×",
            ),
            (r"CO$_2$, $^{13}$C, m$^{-1}$, M$_\odot$, 5$^\circ$", "CO₂, ¹³C, m⁻¹, M☉, 5°"),
            (r"$O(n^2)$ and $x\'{e} -- ~y$", r"$O(n^2)$ and $x\'{e} -- ~y$"),
            (r"\(a--b\) $$c--d$$ \[e--f\]", r"\(a--b\) $$c--d$$ \[e--f\]"),
            (r"from \$5 to \$6, or $7 and $x--y$", "from $5 to $6, or $7 and $x--y$"),
            (r"\$a--b\$ stays money", r"\$a–b\$ stays money"),
            // What is broken stays legible.
            (r"\", r"\"),
            (r"a } b { c \' $", r"a } b { c \' $"),
            ("bell\u{7} and \u{1b}[31m", "bell and [31m"),
        ] {
            assert_eq!(to_text(tex), plain, "{tex}");
        }
    }

    #[test]
    fn hostile_nesting_ends() {
        for text in [
            format!("{}e{}", r"\'{".repeat(5000), "}".repeat(5000)),
            "{".repeat(20000),
            r"\(".repeat(20000),
            "$".repeat(20001),
        ] {
            let once = to_text(&text);
            assert_eq!(to_text(&once), once);
        }
    }

    #[test]
    fn the_work_grows_no_faster_than_the_text() {
        for (open, close) in
            [("{", "}"), ("{a ", "}"), ("\\emph{", "}"), ("\\foo{", "}"), ("{{{}", "}}")]
        {
            for n in [100, 30_000, 60_000] {
                let text = format!("T {}{}", open.repeat(n), close.repeat(n));
                let (said, work) = resolved(&text);
                assert!(work <= WORK.max(3 * text.len()), "{n} times {open}: {work} bytes");
                assert_eq!(to_text(&said), said);
            }
        }
        // An abstract that somebody wrote has all its layers taken off.
        let deep = format!("{}lark{}", "\\emph{".repeat(40), "}".repeat(40));
        assert_eq!(to_text(&format!("{} {deep}", "words ".repeat(1_000))).matches('{').count(), 0);
    }

    proptest! {
        #[test]
        fn idempotent_on_any_text(text in "\\PC*") {
            let once = to_text(&text);
            prop_assert_eq!(to_text(&once), once);
        }

        #[test]
        fn idempotent_on_tex(
            parts in proptest::collection::vec(
                prop::sample::select(vec![
                    "\\", "{", "}", "$", "$$", "~", "-", "--", "'", "`", "\"", "^", "_", " ", "a", "e", "i", "\\i",
                    "\\'", "\\\\", "\\c", "\\v{s}", "\\o", "\\ss{}", "\\$", "\\%", "5", "\\(", "\\)",
                    "\\emph{", "\\textbf{", "\\text", "\\href{u}{", "\\url{http://", "\\alpha", "times",
                    "\\textsuperscript{2}", "é", "\u{301}", "\u{1fef}", "\n", "\\ ", "\\-", "\\~{}", "\\enquote{",
                    "`", " `", "' ", "\\{", "\\}", "\\cite{", "\\footnote{", "\\foo", "\\t{oo}", "\\' e", "\\~{\\^",
                    "\\textasciitilde ", "\\SI{", "\\sqrt{", "\\mathbb{R}", "^{-1}", "_\\odot", "\\rm ", "\\log",
                ]),
                0..24,
            )
        ) {
            let text = parts.concat();
            let once = to_text(&text);
            prop_assert_eq!(to_text(&once), once.clone(), "{}", text);
            let shown = to_display(&text);
            prop_assert_eq!(to_display(&shown), shown.clone(), "{}", text);
            prop_assert_eq!(to_display(&once), shown, "{}", text);
        }
    }
}
