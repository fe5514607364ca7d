//! References to papers, as BibTeX and RIS.

use std::collections::HashSet;

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

use super::{Digest, Entry, math::plain};
use crate::{
    paper::Paper,
    person::{family_first, is_group},
    tex,
};

impl Digest {
    /// The chosen papers as BibTeX, best first, one entry each with a key of its own.
    pub fn to_bibtex(&self) -> String {
        let entries = std::iter::zip(&self.entries, keys(self));
        entries.map(|(entry, key)| bibtex(&entry.paper, &key)).collect::<Vec<_>>().join("\n")
    }

    /// The chosen papers as RIS, best first, with the keys of [`Digest::to_bibtex`].
    pub fn to_ris(&self) -> String {
        let entries = std::iter::zip(&self.entries, keys(self));
        entries.map(|(entry, key)| ris(&entry.paper, &key)).collect::<Vec<_>>().join("\n")
    }
}

/// A key for each entry of a digest, in their order: its paper's [`citation_key`], with b, c ...
/// behind it where an earlier entry has that. Every format uses these, whatever order it shows the
/// papers in.
pub(super) fn keys(digest: &Digest) -> Vec<String> {
    let mut taken = HashSet::new();
    let mut free = |entry: &Entry| {
        let key = citation_key(&entry.paper);
        let others = (1..).map(|n| format!("{key}{}", suffix(n)));
        let mut all = std::iter::once(key.clone()).chain(others);
        all.find(|key| taken.insert(key.clone())).expect("there are more numbers than papers")
    };
    digest.entries.iter().map(&mut free).collect()
}

/// The key of one of the digest's own entries, out of its [`keys`].
pub(super) fn key_of<'k>(digest: &Digest, keys: &'k [String], entry: &Entry) -> &'k str {
    let at = digest.entries.iter().position(|known| std::ptr::eq(known, entry));
    at.and_then(|at| keys.get(at)).map_or("", |key| key)
}

/// b for 1, z for 25, ba for 26.
fn suffix(mut n: usize) -> String {
    let mut letters = Vec::new();
    while n > 0 {
        letters.push(b'a' + (n % 26) as u8);
        n /= 26;
    }
    letters.iter().rev().map(|letter| char::from(*letter)).collect()
}

fn bibtex(paper: &Paper, key: &str) -> String {
    let mut fields = Vec::new();
    // The second pair of braces keeps the capitals.
    fields.push(("title", format!("{{{}}}", tex_text(&title(paper)))));
    let authors: Vec<String> = authors(paper).iter().map(|name| bibtex_name(name)).collect();
    fields.push(("author", authors.join(" and ")));
    fields.push(("year", year(paper).map(|year| year.to_string()).unwrap_or_default()));
    if paper.id.is_arxiv() {
        fields.push(("eprint", paper.id.to_string()));
        fields.push(("archivePrefix", "arXiv".to_owned()));
        let class = paper.categories.first().map(|class| tex_text(&plain(class)));
        fields.push(("primaryClass", class.unwrap_or_default()));
    }
    fields.push(("doi", doi(paper)));
    fields.push(("url", paper.id.abs_url().unwrap_or_default()));
    fields.push(("note", tex_text(&plain(paper.journal_ref.as_deref().unwrap_or_default()))));
    fields.retain(|(_, value)| !value.is_empty() && value != "{}");
    let fields: Vec<String> =
        fields.iter().map(|(name, value)| format!(",\n  {name} = {{{value}}}")).collect();
    format!("@misc{{{key}{}\n}}\n", fields.concat())
}

fn ris(paper: &Paper, key: &str) -> String {
    let mut lines = vec![("TY", "UNPB".to_owned()), ("ID", key.to_owned())];
    lines.push(("TI", plain(&tex::to_display(&title(paper)))));
    lines.extend(authors(paper).iter().map(|name| ("AU", family_first(name))));
    lines.push(("PY", year(paper).map(|year| year.to_string()).unwrap_or_default()));
    let day = paper.submitted.map(|day| day.strftime("%Y/%m/%d").to_string());
    lines.push(("DA", day.unwrap_or_default()));
    lines.push(("AB", plain(&tex::to_display(&paper.abstract_text))));
    lines.extend(paper.categories.iter().map(|category| ("KW", plain(category))));
    lines.push(("DO", doi(paper)));
    lines.push(("UR", paper.id.abs_url().unwrap_or_default()));
    if paper.id.is_arxiv() {
        lines.push(("PB", "arXiv".to_owned()));
        lines.push(("AN", format!("arXiv:{}", paper.id)));
    }
    lines.push(("N1", plain(paper.journal_ref.as_deref().unwrap_or_default())));
    lines.retain(|(_, value)| !value.is_empty());
    let lines: Vec<String> =
        lines.iter().map(|(tag, value)| format!("{tag}  - {value}\n")).collect();
    format!("{}ER  - \n", lines.concat())
}

/// The title, or the identifier of a paper without one.
fn title(paper: &Paper) -> String {
    match plain(&paper.title) {
        title if title.is_empty() => paper.id.to_string(),
        title => title,
    }
}

fn authors(paper: &Paper) -> Vec<String> {
    paper.authors.iter().map(|name| plain(name)).filter(|name| !name.is_empty()).collect()
}

/// A DOI, if it is one: it stands where nothing can be escaped.
fn doi(paper: &Paper) -> String {
    let doi = plain(paper.doi.as_deref().unwrap_or_default());
    let odd = |c: char| !c.is_ascii_graphic() || r#"{}\"%#&$~^`"#.contains(c);
    if doi.contains(odd) { String::new() } else { doi }
}

fn bibtex_name(name: &str) -> String {
    let escaped = tex_text(name);
    if is_group(name) { format!("{{{escaped}}}") } else { escaped }
}

/// Text as TeX: what TeX would act on is escaped, formulas that only set math stay. Braces are
/// balanced, because BibTeX counts even those behind a backslash.
fn tex_text(text: &str) -> String {
    let mut out = String::new();
    for (before, formula) in tex::formulas(text) {
        out += &escaped(before);
        if let Some(formula) = formula {
            let said = || escaped(&tex::to_display(&format!("${formula}$")));
            out += &tex_formula(formula).unwrap_or_else(said);
        }
    }
    out
}

fn escaped(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '&' | '%' | '$' | '#' | '_' => out.extend(['\\', c]),
            '{' => out += r"\textbraceleft{}",
            '}' => out += r"\textbraceright{}",
            '\\' => out += r"\textbackslash{}",
            '^' => out += r"\textasciicircum{}",
            '~' => out += r"\textasciitilde{}",
            c => out.push(c),
        }
    }
    out
}

/// A formula with its dollars; `None` unless its braces match and every command in it only sets
/// math. A stranger wrote it, and TeX reads and writes files if it is told to.
fn tex_formula(formula: &str) -> Option<String> {
    if formula.trim().is_empty() {
        return None;
    }
    let mut out = String::from("$");
    let mut rest = formula;
    let mut open = 0;
    while let Some(c) = rest.chars().next() {
        rest = &rest[c.len_utf8()..];
        match c {
            '\\' => {
                let letters = rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len());
                // Without letters it is the one sign behind it.
                let len = if letters > 0 { letters } else { rest.chars().next()?.len_utf8() };
                let (name, behind) = rest.split_at(len);
                match name {
                    // BibTeX would count these braces.
                    "{" => out += r"\lbrace ",
                    "}" => out += r"\rbrace ",
                    _ if is_harmless(name) => out.extend(["\\", name]),
                    _ => return None,
                }
                rest = behind;
                continue;
            }
            // Ends the math, comments out the rest, or stands where TeX takes no such sign.
            '$' | '%' | '#' | '&' => return None,
            // `^^5c` is a backslash.
            '^' if rest.starts_with('^') => return None,
            '{' => open += 1,
            '}' if open == 0 => return None,
            '}' => open -= 1,
            _ => {}
        }
        out.push(c);
    }
    out.push('$');
    (open == 0).then_some(out)
}

/// Whether a command sets math and does nothing else, whatever stands behind it.
fn is_harmless(name: &str) -> bool {
    r",;:!>/| \&%#_$".contains(name) || HARMLESS.split_ascii_whitespace().any(|word| word == name)
}

/// The commands with a word for a name that a formula may hold.
const HARMLESS: &str = "\
    alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa varkappa lambda \
    mu nu xi omicron pi varpi rho varrho sigma varsigma tau upsilon phi varphi chi psi omega \
    digamma Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega aleph beth gimel ell hbar \
    hslash imath jmath wp Re Im partial nabla infty emptyset varnothing forall exists nexists neg \
    lnot top bot angle triangle prime backprime sharp flat natural degree dag ddag dagger ddagger \
    S P checkmark Box square blacksquare Diamond lozenge frac dfrac tfrac cfrac binom dbinom \
    tbinom sqrt over choose atop stackrel overset underset substack mathcal mathbb mathbf mathrm \
    mathit mathsf mathtt mathfrak mathscr mathnormal mathbbm mathds boldsymbol bm pmb text textrm \
    textbf textit textsf texttt textsc textup textnormal mbox emph operatorname rm bf it sf tt cal \
    displaystyle textstyle scriptstyle scriptscriptstyle mathop mathbin mathrel mathord mathopen \
    mathclose mathpunct limits nolimits log ln lg exp sin cos tan cot sec csc arcsin arccos arctan \
    sinh cosh tanh coth lim limsup liminf max min sup inf arg deg det dim gcd hom ker Pr mod bmod \
    pmod pod sum prod coprod int iint iiint oint bigcup bigcap bigsqcup bigvee bigwedge bigoplus \
    bigotimes bigodot biguplus le leq leqslant leqq ge geq geqslant geqq ne neq lt gt ll gg lll \
    ggg equiv sim simeq cong approx approxeq asymp doteq propto varpropto prec succ preceq succeq \
    preccurlyeq succcurlyeq lesssim gtrsim lessgtr lessapprox gtrapprox triangleq coloneqq \
    eqqcolon in notin ni subset supset subseteq supseteq subsetneq supsetneq sqsubseteq sqsupseteq \
    nsubseteq mid nmid parallel nparallel perp vdash dashv models vDash not nleq ngeq nless ngtr \
    smile frown bowtie pm mp times div cdot ast star circ bullet cap cup uplus sqcap sqcup vee \
    wedge lor land setminus smallsetminus wr diamond bigtriangleup bigtriangledown triangleleft \
    triangleright oplus ominus otimes oslash odot bigcirc amalg rtimes ltimes boxtimes boxplus \
    boxdot dotplus to gets leftarrow rightarrow leftrightarrow Leftarrow Rightarrow Leftrightarrow \
    uparrow downarrow updownarrow Uparrow Downarrow mapsto longmapsto longleftarrow longrightarrow \
    longleftrightarrow Longleftarrow Longrightarrow Longleftrightarrow implies impliedby iff \
    hookleftarrow hookrightarrow leftharpoonup rightharpoonup rightleftharpoons leadsto \
    rightsquigarrow nearrow searrow swarrow nwarrow xrightarrow xleftarrow twoheadrightarrow hat \
    widehat tilde widetilde bar vec dot ddot dddot acute grave breve check mathring overline \
    underline overbrace underbrace overrightarrow overleftarrow left right middle big Big bigg \
    Bigg bigl bigr bigm Bigl Bigr Bigm biggl biggr Biggl Biggr lbrace rbrace lbrack rbrack langle \
    rangle lvert rvert lVert rVert vert Vert lfloor rfloor lceil rceil backslash colon cdots ldots \
    dots vdots ddots dotsc dotsb dotsm dotsi quad qquad thinspace medspace thickspace negthinspace \
    enspace phantom hphantom vphantom";

/// The key of a paper in a bibliography: the first author's last name, the year of submission, and the first
/// long word of the title, in plain lower-case letters and digits. Two papers may share one.
///
/// ```
/// let paper = serde_json::from_str(
///     r#"{"id": "2602.04118", "title": "On the Migration of Larks", "authors": ["Ana Maria Öz"]}"#,
/// ).unwrap();
/// assert_eq!(paperlark::digest::citation_key(&paper), "oz2026migration");
/// ```
pub fn citation_key(paper: &Paper) -> String {
    const LONG: usize = 4;
    let plain = |text: &str| -> String {
        let letters = text.nfkd().filter(|c| !is_combining_mark(*c));
        letters.filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase()
    };
    let author = paper.authors.first().and_then(|name| name.split_whitespace().last());
    let author = author.map(plain).filter(|name| !name.is_empty());
    let year = year(paper).map(|year| year.to_string()).unwrap_or_default();
    let words: Vec<String> = paper.title.split_whitespace().map(plain).collect();
    let word = words.iter().find(|word| word.len() >= LONG).or(words.first());
    format!("{}{year}{}", author.unwrap_or("anon".into()), word.map_or("", |word| word))
}

/// The year of a paper: that of its submission, or of its arXiv id.
pub(super) fn year(paper: &Paper) -> Option<i16> {
    if let Some(day) = paper.submitted {
        return Some(day.year());
    }
    let number = paper.id.as_str().rsplit('/').next()?;
    let digits: i16 = number.get(..2).filter(|_| paper.id.is_arxiv())?.parse().ok()?;
    // arXiv began in 1991.
    Some(if digits >= 91 { 1900 + digits } else { 2000 + digits })
}

#[cfg(test)]
mod tests {
    use super::super::tests::{foreign_entry, sample};
    use super::super::{Around, Language, Style};
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn bibtex_looks_like_this() {
        let mut digest = sample(Style::List, Language::En);
        digest.entries.truncate(2);
        let first = &mut digest.entries[0].paper;
        first.authors = vec!["Ana Öz".into(), "The {X} & Y Collaboration".into(), "Li\nWei".into()];
        first.journal_ref = Some("J. Fair_Shares 5% (2026)".into());
        first.doi = Some("10.1000/xyz_1(2)".into());
        let expected = r"@misc{oz2026fair,
  title = {{Fair Shares of Credit in $O(n_1 * n_2)$ Steps}},
  author = {Ana Öz and {The \textbraceleft{}X\textbraceright{} \& Y Collaboration} and Li Wei},
  year = {2026},
  eprint = {2602.90001},
  archivePrefix = {arXiv},
  primaryClass = {cs.LG},
  doi = {10.1000/xyz_1(2)},
  url = {https://arxiv.org/abs/2602.90001},
  note = {J. Fair\_Shares 5\% (2026)}
}

@misc{ek2026small,
  title = {{Small Adapters [and Why They Work]}},
  author = {Bo Ek},
  year = {2026},
  eprint = {2602.90002},
  archivePrefix = {arXiv},
  primaryClass = {stat.ML},
  url = {https://arxiv.org/abs/2602.90002}
}
";
        assert_eq!(digest.to_bibtex(), expected);
    }

    #[test]
    fn ris_looks_like_this() {
        let mut digest = sample(Style::List, Language::En);
        digest.entries.truncate(1);
        digest.entries.push(foreign_entry());
        digest.entries[0].paper.authors.push("Jan van der Berg".into());
        let expected = "\
TY  - UNPB
ID  - oz2026fair
TI  - Fair Shares of Credit in O(n₁ * n₂) Steps
AU  - Öz, Ana
AU  - Wei, Li
AU  - van der Berg, Jan
PY  - 2026
DA  - 2026/02/03
AB  - We share credit among inputs. It takes O(n₁ * n₂) steps, not *many*.
KW  - cs.LG
KW  - cs.GT
UR  - https://arxiv.org/abs/2602.90001
PB  - arXiv
AN  - arXiv:2602.90001
ER  - 

TY  - UNPB
ID  - anon
TI  - zotero:AB_12
ER  - 
";
        assert_eq!(digest.to_ris(), expected);
    }

    #[test]
    fn equal_keys_are_told_apart() {
        let mut digest = sample(Style::List, Language::En);
        digest.entries = vec![foreign_entry(); 28];
        let found = keys(&digest);
        assert_eq!(found[..3], ["anon", "anonb", "anonc"]);
        assert_eq!(found[25..], ["anonz", "anonba", "anonbb"]);
        assert_eq!(found.iter().collect::<HashSet<_>>().len(), 28);
    }

    #[test]
    fn a_paper_has_the_same_key_in_every_format() {
        let mut digest = sample(Style::Briefing, Language::En);
        digest.entries.truncate(2);
        // Pages and briefings go by score, so they show the second entry first.
        digest.entries.swap(0, 1);
        for entry in &mut digest.entries {
            entry.paper.title = "Small Larks".into();
            entry.paper.authors = vec!["Bo Ek".into()];
        }
        let [bibtex, ris] = [digest.to_bibtex(), digest.to_ris()];
        let (briefing, html) = (digest.render(), digest.to_html(&Around::default()));
        for (id, key) in [("2602.90002", "ek2026small"), ("2602.90001", "ek2026smallb")] {
            let entry = bibtex.split('@').find(|entry| entry.contains(id)).unwrap();
            assert!(entry.starts_with(&format!("misc{{{key},")), "{bibtex}");
            let entry = ris.split("ER  -").find(|entry| entry.contains(id)).unwrap();
            assert!(entry.contains(&format!("ID  - {key}\n")), "{ris}");
            let line = format!("(<https://arxiv.org/html/{id}>) · `@{key}`");
            assert!(briefing.contains(&line), "{briefing}");
            let card = html.split_once(&format!("<span class=\"id\">{id}</span>")).unwrap().1;
            assert!(card.split_once('@').unwrap().1.starts_with(&format!("{key}<")), "{card}");
        }
    }

    #[test]
    fn formulas_do_nothing_but_set_math() {
        for formula in [
            r"$\mathcal{O}(n \log n) \le \frac{\alpha}{\sqrt{2}}$",
            r"$\left\langle x, y \right\rangle \to \infty$",
            r"$\sum_{i=1}^{n} \hat{x}_i \,\text{if } x \in \mathbb{R}$",
            r"$100\%\ \#1$",
        ] {
            assert_eq!(tex_text(formula), formula);
        }
        let commands = "input include write openout openin read csname endcsname catcode def let \
                        immediate special directlua expandafter usepackage begin end href unknown";
        let mut hostile: Vec<String> =
            commands.split(' ').map(|word| format!(r"$x \alpha\{word}{{/etc/passwd}}$")).collect();
        hostile.extend(
            [
                r"$\input/etc/passwd$",
                r"$\text{\write18{rm}}$",
                r"$\csname in\endcsname put$",
                r"$^^5cinput{x}$",
                r"$x^{^^5c}$",
                r"\(x $ \input{x} $ y\)",
                r"$$ a $ \input{x} $ b $$",
                r"$\catcode`\%=12$",
                r"$a % b$",
                r"$x \é$",
            ]
            .map(str::to_owned),
        );
        for text in hostile {
            let tex = tex_text(&text);
            // Nothing is left that begins a command but the escapes of plain text.
            let mut rest = &tex[..];
            while let Some((_, behind)) = rest.split_once('\\') {
                let escapes =
                    ["textbackslash{}", "textbraceleft{}", "textbraceright{}", "textasciicircum{}"];
                let signs = ["$", "%", "#", "&", "_"];
                let known = escapes.iter().chain(&signs).find(|known| behind.starts_with(**known));
                rest = &behind[known.unwrap_or_else(|| panic!("{text} became {tex}")).len()..];
            }
            assert!(!tex.contains('^'), "{text} became {tex}");
        }
    }

    #[test]
    fn text_becomes_tex() {
        for (text, expected) in [
            ("50% of R&D_1 #2", r"50\% of R\&D\_1 \#2"),
            (r"$\{x_1\}$ & $x$", r"$\lbrace x_1\rbrace $ \& $x$"),
            (r"$x}$", r"\$x\textbraceright{}\$"),
            (r"a\b^~", r"a\textbackslash{}b\textasciicircum{}\textasciitilde{}"),
        ] {
            assert_eq!(tex_text(text), expected);
        }
    }

    proptest! {
        #[test]
        fn no_text_breaks_an_entry(text in "(?s)([{}\\\\$%@=,\"~^_ \n]|[a-z]|.){0,40}") {
            let mut digest = sample(Style::List, Language::En);
            digest.entries.truncate(1);
            let paper = &mut digest.entries[0].paper;
            paper.title = text.clone();
            paper.authors = vec![text.clone(), "Bo Ek".into()];
            paper.journal_ref = Some(text.clone());
            paper.doi = Some(text.clone());
            paper.categories = vec![text.clone()];
            paper.abstract_text = text;
            let bibtex = digest.to_bibtex();
            // An entry ends where its braces do, on the last line.
            let mut open = 0;
            for (at, c) in bibtex.char_indices() {
                open += i32::from(c == '{') - i32::from(c == '}');
                prop_assert!(open > 0 || at < 5 || at + 2 >= bibtex.len(), "{}", bibtex);
            }
            prop_assert_eq!(open, 0);
            let ris = digest.to_ris();
            for line in ris.lines() {
                let (tag, rest) = line.split_at(2);
                prop_assert!(tag.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit()), "{}", line);
                prop_assert!(rest.starts_with("  - "), "{}", line);
            }
        }
    }
}
