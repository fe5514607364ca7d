//! Markup that was left in a text: HTML, the JATS of publishers, MathML.
//!
//! Titles and abstracts come out of reference managers with the markup of the page that they were taken from,
//! and mails are written in it. [`plain`] leaves the words, and keeps apart what the markup kept apart.

use html5gum::{Token, Tokenizer, emitters::default::DefaultEmitter};

/// Markup may be escaped, and that again.
const LAYERS: usize = 3;

/// Elements whose ends are ends of lines.
const BLOCKS: &[&str] = &[
    "address",
    "article",
    "blockquote",
    "body",
    "br",
    "caption",
    "dd",
    "disp-formula",
    "div",
    "dl",
    "dt",
    "fig",
    "figcaption",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "html",
    "li",
    "list",
    "list-item",
    "main",
    "nav",
    "ol",
    "p",
    "pre",
    "sec",
    "section",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "title",
    "tr",
    "ul",
];

/// Elements within a line.
const INLINES: &[&str] = &[
    "a",
    "abbr",
    "alternatives",
    "b",
    "bdi",
    "bdo",
    "big",
    "bold",
    "center",
    "cite",
    "code",
    "data",
    "del",
    "dfn",
    "em",
    "ext-link",
    "font",
    "i",
    "img",
    "inline-formula",
    "inline-graphic",
    "ins",
    "italic",
    "kbd",
    "label",
    "mark",
    "monospace",
    "named-content",
    "o:p",
    "overline",
    "q",
    "roman",
    "s",
    "samp",
    "sans-serif",
    "sc",
    "scp",
    "small",
    "span",
    "strike",
    "strong",
    "styled-content",
    "sub",
    "sup",
    "time",
    "tt",
    "u",
    "underline",
    "uri",
    "var",
    "wbr",
    "xref",
];

/// Elements without words.
const SILENT: &[&str] = &["annotation", "annotation-xml", "head", "script", "style"];

/// Elements of MathML.
const MATH: &[&str] = &[
    "math",
    "semantics",
    "mrow",
    "mi",
    "mo",
    "mn",
    "ms",
    "mtext",
    "mspace",
    "msub",
    "msup",
    "msubsup",
    "mfrac",
    "msqrt",
    "mroot",
    "munder",
    "mover",
    "munderover",
    "mfenced",
    "mstyle",
    "mpadded",
    "mphantom",
    "mtable",
    "mtr",
    "mtd",
    "menclose",
    "merror",
    "mmultiscripts",
    "mprescripts",
];

/// Prefixes of names, which change nothing about what an element is.
const PREFIXES: [&str; 5] = ["jats:", "mml:", "m:", "xhtml:", "html:"];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Block,
    Inline,
    Silent,
    /// TeX of a formula.
    Tex,
    /// MathML of a formula.
    Math,
}

/// What an element is; `None` if it is no markup that anybody uses, so that `p<q and r>s` stays.
fn kind(name: &str) -> Option<Kind> {
    let name = PREFIXES.iter().find_map(|prefix| name.strip_prefix(prefix)).unwrap_or(name);
    match name {
        "tex-math" => Some(Kind::Tex),
        "math" => Some(Kind::Math),
        _ if BLOCKS.contains(&name) => Some(Kind::Block),
        _ if INLINES.contains(&name) || MATH.contains(&name) => Some(Kind::Inline),
        _ if SILENT.contains(&name) => Some(Kind::Silent),
        _ => None,
    }
}

/// The words of a text without its markup; ends of paragraphs, items and cells are ends of lines.
///
/// A text that is not marked up stays as it is: a `<` before a blank or a figure, an unknown tag, a bare `&`.
///
/// ```
/// use paperlark::markup::plain;
/// assert_eq!(plain("CO<sub>2</sub> &amp; <em>bees</em>"), "CO2 & bees");
/// assert_eq!(plain("<jats:title>Aim</jats:title><jats:p>We sing.</jats:p>").trim(), "Aim\nWe sing.");
/// assert_eq!(plain("if p<q and 1 < 2 at AT&T"), "if p<q and 1 < 2 at AT&T");
/// ```
pub fn plain(text: &str) -> String {
    let mut now = text.to_owned();
    for _ in 0..LAYERS {
        if !now.contains(['<', '&']) {
            break;
        }
        let next = layer(&now);
        if next == now {
            break;
        }
        now = next;
    }
    now
}

/// One layer of markup less.
fn layer(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    // How many silent elements are open, and where the TeX of the formula at hand begins.
    let mut silent = 0usize;
    let mut tex = None;
    // The formula has been said in TeX, so its MathML says it twice.
    let mut said = false;
    let mut at = 0;
    let emitter = DefaultEmitter::<usize>::new_with_span();
    for token in Tokenizer::new_with_emitter(text, emitter).flatten() {
        match token {
            Token::String(words) => {
                at = words.span.end;
                if silent == 0 {
                    // A stop behind a paragraph belongs to it.
                    if words.starts_with(b".") || words.starts_with(b",") {
                        out.truncate(out.trim_end_matches('\n').len());
                    }
                    out += &String::from_utf8_lossy(&words);
                }
            }
            Token::StartTag(tag) => {
                at = tag.span.end;
                let name = String::from_utf8_lossy(&tag.name).into_owned();
                // `p<q and r>s` is an inequality: what stands in a tag of one letter has values.
                let bare = tag.attributes.values().any(|value| value.value.is_empty());
                let known = kind(&name).filter(|_| name.len() > 1 || !bare);
                match known {
                    Some(Kind::Block) => end_line(&mut out),
                    Some(Kind::Silent) if !tag.self_closing => silent += 1,
                    Some(Kind::Math) if said && !tag.self_closing => silent += 1,
                    Some(Kind::Tex) => tex = Some(out.len()),
                    Some(_) => {
                        if name.ends_with("alternatives") {
                            said = false;
                        }
                    }
                    None => out += text.get(tag.span.start..tag.span.end).unwrap_or_default(),
                }
            }
            Token::EndTag(tag) => {
                at = tag.span.end;
                let name = String::from_utf8_lossy(&tag.name).into_owned();
                match kind(&name) {
                    Some(Kind::Block) => end_line(&mut out),
                    Some(Kind::Silent) => silent = silent.saturating_sub(1),
                    Some(Kind::Math) if said => silent = silent.saturating_sub(1),
                    Some(Kind::Tex) => {
                        if let Some(from) = tex.take() {
                            let formula = bare(&out[from..]).to_owned();
                            out.truncate(from);
                            out += &formula;
                            said = true;
                        }
                    }
                    Some(_) => {
                        if name.ends_with("formula") || name.ends_with("alternatives") {
                            said = false;
                        }
                    }
                    None => out += text.get(tag.span.start..tag.span.end).unwrap_or_default(),
                }
            }
            Token::Comment(comment) => at = comment.span.end,
            Token::Doctype(doctype) => at = doctype.span.end,
            Token::Error(_) => {}
        }
    }
    // A tag that never ends is none.
    if silent == 0 {
        out += text.get(at..).unwrap_or_default();
    }
    out
}

fn end_line(out: &mut String) {
    out.truncate(out.trim_end_matches([' ', '\t']).len());
    if !out.is_empty() && !out.ends_with('\n') {
        out.push('\n');
    }
}

/// The formula of a whole document in TeX, as publishers write one for every formula.
fn bare(tex: &str) -> &str {
    let inner = tex.split_once("\\begin{document}").map_or(tex, |(_, rest)| rest);
    inner.split_once("\\end{document}").map_or(inner, |(inner, _)| inner).trim()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn markup_of_all_kinds_leaves_its_words() {
        for (marked, words) in [
            ("<p>One.</p><p>Two.</p>", "One.\nTwo."),
            ("Background<br/>We sing", "Background\nWe sing"),
            (
                "<jats:sec><jats:title>Aim</jats:title><jats:p>We sing</jats:p></jats:sec>.",
                "Aim\nWe sing.",
            ),
            (
                "a <em>b</em><strong>c</strong> <scp>dna</scp> <span class=\"nocase\">d</span>",
                "a bc dna d",
            ),
            ("x<sup>2</sup> H<sub>2</sub>O &lt;1% &#955; &nbsp;&eacute;", "x2 H2O <1% λ \u{a0}é"),
            ("&amp;lt;p&amp;gt;twice&amp;lt;/p&amp;gt;", "twice"),
            ("<mml:math><mml:mi>x</mml:mi><mml:mo>=</mml:mo><mml:mn>1</mml:mn></mml:math>", "x=1"),
            (
                "<jats:alternatives><jats:tex-math>$x$</jats:tex-math><mml:math><mml:mi>x</mml:mi></mml:math>\
                 </jats:alternatives> and <mml:math><mml:mi>y</mml:mi></mml:math>",
                "$x$ and y",
            ),
            (
                "<tex-math>\\documentclass{minimal}\\begin{document}$$a$$\\end{document}</tex-math> b",
                "$$a$$ b",
            ),
            (
                "<math><mi>x</mi><annotation encoding=\"application/x-tex\">x</annotation></math>",
                "x",
            ),
            ("<style>p { }</style><script>x</script>seen<!-- not -->", "seen"),
            (
                "if p<q and r>s, i<3, x < y > z, AT&T, R&D;",
                "if p<q and r>s, i<3, x < y > z, AT&T, R&D;",
            ),
            ("<https://arxiv.org/abs/1> <unknown>", "<https://arxiv.org/abs/1> <unknown>"),
            ("ends in <p", "ends in <p"),
            ("", ""),
        ] {
            assert_eq!(plain(marked).trim(), words, "{marked}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_taken(text in "(<|>|/|&|;|p|math|tex-math|script|amp|lt|#|\"|=| |\\PC){0,40}") {
            let once = plain(&text);
            prop_assert!(once.len() <= text.len() * 4 + 16);
            if !text.contains(['<', '&']) {
                prop_assert_eq!(once, text);
            }
        }
    }
}
