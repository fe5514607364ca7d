//! Simple formulas in Unicode, for titles that a person reads.
//!
//! [`say`] takes what stands between the dollars and says all of it or nothing: a formula that is
//! half TeX, half text would be harder to read than either.

use unicode_normalization::UnicodeNormalization;

use super::{is_blank, letter, symbol};

/// Deeper than any formula that is simple.
const DEPTH: usize = 8;

/// The formula in Unicode, if Unicode can say it; `beside` are the characters around the formula.
pub(super) fn say(formula: &str, beside: (Option<char>, Option<char>)) -> Option<String> {
    let mut parser = Parser { rest: formula, depth: 0, beside };
    let said = parser.list()?;
    // A brace that closes nothing ends the list early.
    let said = said.trim();
    (parser.rest.is_empty() && !said.is_empty()).then(|| said.nfc().collect())
}

/// A formula as far as it is read.
struct Parser<'a> {
    rest: &'a str,
    depth: usize,
    beside: (Option<char>, Option<char>),
}

impl<'a> Parser<'a> {
    /// Everything up to a closing brace or the end.
    fn list(&mut self) -> Option<String> {
        let mut out = String::new();
        while let Some(c) = self.rest.chars().next() {
            if c == '}' {
                break;
            }
            if matches!(c, '^' | '_') {
                self.rest = &self.rest[1..];
                let said = self.script(c, &out)?;
                out.truncate(out.trim_end().len());
                out.push_str(&said);
                continue;
            }
            let is_function = self.function().is_some();
            let said = self.item(&out)?;
            // `n\log n` is three words.
            let meet =
                out.ends_with(char::is_alphanumeric) && said.starts_with(char::is_alphanumeric);
            if is_function && meet {
                out.push(' ');
            }
            if !(said == " " && (out.is_empty() || out.ends_with(' '))) {
                out.push_str(&said);
            }
            if is_function && self.rest.starts_with('\\') && self.function().is_none() {
                out.push(' ');
            }
        }
        Some(out)
    }

    /// The next letter, sign, group or command; a font's scope needs no end here.
    fn item(&mut self, out: &str) -> Option<String> {
        let c = self.rest.chars().next()?;
        let after = &self.rest[c.len_utf8()..];
        match c {
            '\\' => self.command(out),
            '{' => self.group(),
            '-' => self.advance(after, "−"),
            '\'' => self.advance(after, "′"),
            '~' => self.advance(after, " "),
            c if is_blank(c) => self.advance(after, " "),
            '&' | '#' | '%' | '$' | '"' | '`' | '}' => None,
            c => self.advance(after, c.encode_utf8(&mut [0; 4])),
        }
    }

    fn advance(&mut self, rest: &'a str, said: &str) -> Option<String> {
        self.rest = rest;
        Some(said.to_owned())
    }

    /// What stands in the braces that open here.
    fn group(&mut self) -> Option<String> {
        self.rest = self.rest.strip_prefix('{')?;
        self.depth += 1;
        let said = if self.depth > DEPTH { None } else { self.list() };
        self.depth -= 1;
        self.rest = self.rest.strip_prefix('}')?;
        said
    }

    /// A command's argument: a group, a letter or another command.
    fn argument(&mut self) -> Option<String> {
        self.rest = self.rest.trim_start();
        match self.rest.starts_with('{') {
            true => self.group(),
            false if self.depth > DEPTH => None,
            false => {
                self.depth += 1;
                let said = self.item("");
                self.depth -= 1;
                said
            }
        }
    }

    fn name(&self) -> Option<&'a str> {
        let rest = self.rest.strip_prefix('\\')?;
        let len = rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len());
        (len > 0).then(|| &rest[..len])
    }

    fn function(&self) -> Option<&'a str> {
        self.name().filter(|name| FUNCTIONS.contains(name))
    }

    fn command(&mut self, out: &str) -> Option<String> {
        let Some(name) = self.name() else {
            let c = self.rest[1..].chars().next()?;
            let after = &self.rest[1 + c.len_utf8()..];
            let said = match c {
                ',' | ';' | ':' | '>' | ' ' => " ",
                '!' | '/' | '-' => "",
                '|' => "‖",
                '{' => "{",
                '}' => "}",
                '%' => "%",
                '_' => "_",
                '&' => "&",
                '#' => "#",
                _ => return None,
            };
            return self.advance(after, said);
        };
        self.rest = &self.rest[1 + name.len()..];
        if let Some(mark) = mark(name) {
            let said = self.argument()?;
            let mut chars = said.chars();
            let (Some(base), None) = (chars.next(), chars.next()) else {
                return None;
            };
            return base.is_alphabetic().then(|| format!("{base}{mark}"));
        }
        match name {
            _ if FUNCTIONS.contains(&name) => Some(name.to_owned()),
            _ if FONTS.contains(&name) => self.argument(),
            _ if SWITCHES.contains(&name) => {
                self.rest = self.rest.trim_start();
                Some(String::new())
            }
            _ if SIZES.contains(&name) => {
                // `\left.` draws nothing.
                self.rest = self.rest.strip_prefix('.').unwrap_or(self.rest);
                Some(String::new())
            }
            "mathbb" => self.argument()?.chars().map(double_struck).collect(),
            "sqrt" => {
                if self.rest.starts_with('[') {
                    return None;
                }
                let said = self.argument()?;
                let simple = said.chars().all(char::is_alphanumeric);
                Some(if simple { format!("√{said}") } else { format!("√({said})") })
            }
            "unicode" => {
                let code = self.argument()?;
                let code = u32::from_str_radix(code.strip_prefix('x')?, 16).ok()?;
                char::from_u32(code).filter(|c| !c.is_ascii() && !is_blank(*c)).map(String::from)
            }
            "quad" | "qquad" => Some(" ".to_owned()),
            _ => {
                let sign = SIGNS.iter().find(|(known, _)| *known == name);
                let said = sign
                    .map(|(_, said)| *said)
                    .or_else(|| symbol(name))
                    .or_else(|| letter(name))?;
                // The blank only ended the command's name, unless it stands on both sides.
                if !out.ends_with(' ') && self.rest.starts_with(' ') && is_letter(said) {
                    self.rest = self.rest.trim_start();
                }
                Some(said.to_owned())
            }
        }
    }

    /// A super- or subscript after what is said in `base`.
    fn script(&mut self, sign: char, base: &str) -> Option<String> {
        let said = self.argument()?;
        let said = said.trim();
        let table = if sign == '^' { SUPER } else { SUB };
        if said.is_empty() {
            return None;
        }
        match (sign, said) {
            ('^', "∘") => return Some("°".into()),
            ('^', "′" | "″" | "*" | "†" | "‡") => return Some(said.into()),
            ('^', "∗" | "⋆") => return Some("*".into()),
            ('_', "⊙") => return Some("☉".into()),
            ('_', "⊕" | "⋆") => return Some(said.into()),
            _ => {}
        }
        let find = |c: char| table.iter().find(|(from, _)| *from == c).map(|(_, to)| *to);
        if said.chars().count() <= 6
            && let Some(small) = said.chars().map(find).collect()
        {
            return Some(small);
        }
        // `M_{\rm BH}`: a word below, on a letter, with nothing after it that could belong to it.
        let (before, after) = self.beside;
        let on_letter = base.chars().next_back().or(before).is_some_and(char::is_alphabetic);
        let part = |part: &str| !part.is_empty() && part.chars().all(char::is_alphanumeric);
        let word = said.split('.').all(part);
        // Of what follows the formula only a plain letter counts: a formula may yet turn into text.
        let alone = match self.rest.chars().next() {
            Some(next) => !next.is_alphanumeric() && !matches!(next, '\\' | '{'),
            None => !after.is_some_and(char::is_alphanumeric),
        };
        (sign == '_' && on_letter && word && alone).then(|| format!("_{said}"))
    }
}

fn is_letter(said: &str) -> bool {
    said.chars().all(char::is_alphabetic)
}

/// The combining mark of an accent over one letter of a formula.
fn mark(name: &str) -> Option<char> {
    Some(match name {
        "tilde" | "widetilde" | "Tilde" => '\u{303}',
        "hat" | "widehat" => '\u{302}',
        "bar" | "overline" => '\u{304}',
        "dot" => '\u{307}',
        "ddot" => '\u{308}',
        "vec" => '\u{20d7}',
        _ => return None,
    })
}

fn double_struck(c: char) -> Option<char> {
    Some(match c {
        'C' => 'ℂ',
        'H' => 'ℍ',
        'N' => 'ℕ',
        'P' => 'ℙ',
        'Q' => 'ℚ',
        'R' => 'ℝ',
        'Z' => 'ℤ',
        'A'..='Z' => char::from_u32(0x1d538 + (u32::from(c) - u32::from('A')))?,
        _ => return None,
    })
}

#[rustfmt::skip]
const FUNCTIONS: &[&str] = &[
    "log", "ln", "lg", "exp", "sin", "cos", "tan", "cot", "sinh", "cosh", "tanh", "arcsin", "arccos",
    "arctan", "max", "min", "sup", "inf", "lim", "arg", "argmax", "argmin", "det", "dim", "deg", "ker",
    "gcd", "Pr", "mod",
];

/// Commands whose argument is what is said.
#[rustfmt::skip]
const FONTS: &[&str] = &[
    "mathrm", "mathit", "mathbf", "mathsf", "mathtt", "mathcal", "mathscr", "mathfrak", "mathnormal",
    "boldsymbol", "bm", "pmb", "text", "textrm", "textit", "textbf", "texttt", "textsf", "textsc",
    "textnormal", "emph", "mbox", "hbox", "operatorname",
];

/// Commands that change what follows in looks only.
#[rustfmt::skip]
const SWITCHES: &[&str] = &[
    "rm", "bf", "it", "tt", "sf", "sc", "cal", "small", "tiny", "scriptsize", "scriptstyle",
    "displaystyle", "textstyle", "limits", "nolimits",
];

const SIZES: &[&str] =
    &["left", "right", "big", "bigl", "bigr", "Big", "Bigl", "Bigr", "bigg", "Bigg", "middle"];

#[rustfmt::skip]
const SIGNS: &[(&str, &str)] = &[
    ("langle", "⟨"), ("rangle", "⟩"), ("lceil", "⌈"), ("rceil", "⌉"), ("lfloor", "⌊"),
    ("rfloor", "⌋"), ("mid", "|"), ("vert", "|"), ("lvert", "|"), ("rvert", "|"), ("Vert", "‖"),
    ("lVert", "‖"), ("rVert", "‖"), ("setminus", "∖"), ("mapsto", "↦"), ("wedge", "∧"), ("land", "∧"),
    ("vee", "∨"), ("lor", "∨"), ("neg", "¬"), ("top", "⊤"), ("bot", "⊥"), ("prec", "≺"),
    ("succ", "≻"), ("leqslant", "≤"), ("geqslant", "≥"), ("lessapprox", "⪅"), ("gtrapprox", "⪆"),
    ("sharp", "♯"), ("Box", "□"), ("notin", "∉"), ("supset", "⊃"), ("supseteq", "⊇"), ("colon", ":"),
    ("lbrace", "{"), ("rbrace", "}"), ("Re", "ℜ"), ("Im", "ℑ"), ("aleph", "ℵ"), ("angle", "∠"),
    ("square", "□"), ("triangle", "△"), ("degr", "°"), ("dotsc", "…"), ("dotsb", "⋯"),
    ("longrightarrow", "⟶"), ("implies", "⟹"), ("iff", "⟺"), ("varnothing", "∅"), ("lbrack", "["),
    ("rbrack", "]"), ("bigcirc", "○"),
];

#[rustfmt::skip]
const SUPER: &[(char, char)] = &[
    ('0', '⁰'), ('1', '¹'), ('2', '²'), ('3', '³'), ('4', '⁴'), ('5', '⁵'), ('6', '⁶'), ('7', '⁷'),
    ('8', '⁸'), ('9', '⁹'), ('+', '⁺'), ('−', '⁻'), ('=', '⁼'), ('(', '⁽'), (')', '⁾'), ('a', 'ᵃ'),
    ('b', 'ᵇ'), ('c', 'ᶜ'), ('d', 'ᵈ'), ('e', 'ᵉ'), ('f', 'ᶠ'), ('g', 'ᵍ'), ('h', 'ʰ'), ('i', 'ⁱ'),
    ('j', 'ʲ'), ('k', 'ᵏ'), ('l', 'ˡ'), ('m', 'ᵐ'), ('n', 'ⁿ'), ('o', 'ᵒ'), ('p', 'ᵖ'), ('r', 'ʳ'),
    ('s', 'ˢ'), ('t', 'ᵗ'), ('u', 'ᵘ'), ('v', 'ᵛ'), ('w', 'ʷ'), ('x', 'ˣ'), ('y', 'ʸ'), ('z', 'ᶻ'),
    ('T', 'ᵀ'), ('⊤', 'ᵀ'), ('N', 'ᴺ'), ('β', 'ᵝ'), ('γ', 'ᵞ'), ('δ', 'ᵟ'), ('θ', 'ᶿ'),
];

#[rustfmt::skip]
const SUB: &[(char, char)] = &[
    ('0', '₀'), ('1', '₁'), ('2', '₂'), ('3', '₃'), ('4', '₄'), ('5', '₅'), ('6', '₆'), ('7', '₇'),
    ('8', '₈'), ('9', '₉'), ('+', '₊'), ('−', '₋'), ('=', '₌'), ('(', '₍'), (')', '₎'), ('a', 'ₐ'),
    ('e', 'ₑ'), ('h', 'ₕ'), ('i', 'ᵢ'), ('j', 'ⱼ'), ('k', 'ₖ'), ('l', 'ₗ'), ('m', 'ₘ'), ('n', 'ₙ'),
    ('o', 'ₒ'), ('p', 'ₚ'), ('r', 'ᵣ'), ('s', 'ₛ'), ('t', 'ₜ'), ('u', 'ᵤ'), ('v', 'ᵥ'), ('x', 'ₓ'),
    ('β', 'ᵦ'), ('γ', 'ᵧ'), ('ρ', 'ᵨ'), ('φ', 'ᵩ'), ('ϕ', 'ᵩ'), ('χ', 'ᵪ'),
];

#[cfg(test)]
mod tests {
    use super::super::to_display;

    #[test]
    fn simple_math_is_said_and_the_rest_stays() {
        for (tex, shown) in [
            (r"no math \& more", "no math & more"),
            (r"$\sim$5 GPUs, $\sim5$", "∼5 GPUs, ∼5"),
            (r"$10^{-3}$ and $3\times10^3$, $\ell_1$", "10⁻³ and 3×10³, ℓ₁"),
            (r"$O(n \log n)$, $O(n\log\log n)$, $\log\alpha$", "O(n log n), O(n log log n), log α"),
            (r"$z \sim 5$, $z\simeq0.4$, $3.9 < z < 6$", "z ∼ 5, z≃0.4, 3.9 < z < 6"),
            (r"$H_0$, $\sigma_8$, $R^2$, $\mathbb{R}^n$, $x_i^2$", "H₀, σ₈, R², ℝⁿ, xᵢ²"),
            (r"$M_{\rm BH}-M_\star$, $M_\odot$, $90^\circ$", "M_BH−M⋆, M☉, 90°"),
            (r"$\tilde{\mathcal{O}}(\sqrt{n})$, $\sqrt{n+1}$", "Õ(√n), √(n+1)"),
            (r"$\texttt{geko}$, $100 h^{-1}\textrm{Mpc}$", "geko, 100 h⁻¹Mpc"),
            (r"$f'(x)$, $\alpha x$, $\left(0, 1\right]$", "f′(x), αx, (0, 1]"),
            (r"\(a \le b\) and \[n - 1\] and $$k!$$", "a ≤ b and n − 1 and k!"),
            (
                r"$\frac{a}{b}$ $\sum_{i} x_i$ $\foo$ $x^{n+q}$",
                r"$\frac{a}{b}$ $\sum_{i} x_i$ $\foo$ $x^{n+q}$",
            ),
            (r"$M_{\rm BH} x$, $M_{ab}c$", r"M_BH x, $M_{ab}c$"),
            (r"M$_{\rm BH}$$\ell_1$, N$_{ab}$\(x+y\)", "M_BHℓ₁, N_abx+y"),
            (r"LTL$_f$, PM$_{2.5}$, LTL$_f$s, $_f$", r"LTL_f, PM_2.5, LTL$_f$s, $_f$"),
            (r"$\sqrt[3]{2}$ $x^$ $a}$ ${a$", r"$\sqrt[3]{2}$ $x^$ $a}$ ${a$"),
            (r"$\{a\}$ and $\{0,1\}^n$", r"$\{a\}$ and {0,1}ⁿ"),
            (r"$2^k$ at \$5", "2ᵏ at $5"),
        ] {
            assert_eq!(to_display(tex), shown, "{tex}");
        }
    }

    #[test]
    fn deep_formulas_end() {
        for open in ["{", "\\sqrt", "\\hat", "^", "_", "\\mathrm{"] {
            let formula = format!("${}$", open.repeat(100_000));
            assert_eq!(to_display(&formula), formula);
        }
    }
}
