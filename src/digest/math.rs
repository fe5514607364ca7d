//! Foreign text with TeX as HTML: formulas become MathML, which needs neither a script nor a font.

use maud::{Markup, PreEscaped, html};
use pulldown_latex::{Parser, ParserError, RenderConfig, Storage, push_mathml};
use quick_xml::{
    Reader, Writer,
    events::{BytesEnd, BytesStart, BytesText, Event},
};

use crate::tex;
use crate::text::one_line;

/// Longer formulas stay text, in bytes: no abstract has one, and the parser's time grows with the square.
const LONG: usize = 1000;
/// Deeper elements than any formula has that can be read.
const DEEP: usize = 40;

/// What MathML may consist of: elements, and attributes that only space and size them.
const ELEMENTS: [&str; 21] = [
    "math",
    "menclose",
    "mfrac",
    "mi",
    "mmultiscripts",
    "mn",
    "mo",
    "mover",
    "mpadded",
    "mphantom",
    "mroot",
    "mrow",
    "mspace",
    "msqrt",
    "mstyle",
    "msub",
    "msubsup",
    "msup",
    "mtext",
    "munder",
    "munderover",
];
const TABLE: [&str; 3] = ["mtable", "mtr", "mtd"];
const ATTRIBUTES: [&str; 16] = [
    "accent",
    "accentunder",
    "display",
    "displaystyle",
    "fence",
    "form",
    "largeop",
    "linethickness",
    "lspace",
    "mathvariant",
    "maxsize",
    "minsize",
    "movablelimits",
    "rspace",
    "stretchy",
    "width",
];

/// The text on one line, its formulas as MathML; one that cannot be set as such is said as far as plain text
/// goes.
pub(super) fn with_math(text: &str) -> Markup {
    let text = plain(&tex::to_text(text));
    html! {
        @for (before, formula) in tex::formulas(&text) {
            (before)
            @if let Some(formula) = formula {
                @match mathml(formula) {
                    Some(math) => (PreEscaped(math)),
                    None => (tex::to_display(&format!("${formula}$"))),
                }
            }
        }
    }
}

/// Foreign text on one line, without the characters that neither HTML nor XML may contain.
pub(super) fn plain(text: &str) -> String {
    let forbidden =
        |c: char| (c as u32) & 0xfffe == 0xfffe || ('\u{fdd0}'..='\u{fdef}').contains(&c);
    one_line(&text.replace(forbidden, ""))
}

/// A formula as MathML; `None` if the parser does not know all of it.
fn mathml(formula: &str) -> Option<String> {
    if formula.len() > LONG || formula.trim().is_empty() {
        return None;
    }
    let storage = Storage::new();
    let events: Result<Vec<_>, ParserError> = Parser::new(formula, &storage).collect();
    let events = events.ok()?.into_iter().map(Ok::<_, ParserError>);
    let mut made = String::new();
    push_mathml(&mut made, events, RenderConfig::default()).ok()?;
    // Single signs stand in their elements as they are, and HTML names a blank that XML does not.
    let made =
        made.replace("><</", ">&lt;</").replace(">&</", ">&amp;</").replace("&nbsp;", "\u{a0}");
    admitted(&made)
}

/// The MathML again, if it is well formed and consists of what it may. The converter passes some text of its
/// input through as it is, so nothing of what it makes is trusted.
fn admitted(made: &str) -> Option<String> {
    let mut reader = Reader::from_str(made);
    reader.config_mut().check_end_names = true;
    let mut out = Writer::new(Vec::new());
    let mut open = 0;
    loop {
        match reader.read_event().ok()? {
            Event::Start(start) => {
                open += 1;
                out.write_event(Event::Start(element(&start, open)?)).ok()?;
            }
            Event::Empty(start) => {
                // HTML knows no empty elements of this kind; an end tag is right in both.
                let start = element(&start, open + 1)?;
                let end = BytesEnd::new(start.name().as_ref().to_owned());
                out.write_event(Event::Start(start)).ok()?;
                out.write_event(Event::End(end)).ok()?;
            }
            Event::End(end) => {
                open -= 1;
                out.write_event(Event::End(end)).ok()?;
            }
            Event::Text(text) => {
                out.write_event(Event::Text(BytesText::new(&text))).ok()?;
            }
            Event::GeneralRef(entity) => {
                let c = match entity.resolve_char_ref().ok()? {
                    Some(c) => c.to_string(),
                    None => quick_xml::escape::resolve_predefined_entity(&entity)?.to_owned(),
                };
                out.write_event(Event::Text(BytesText::new(&c))).ok()?;
            }
            Event::Eof => break,
            _ => return None,
        }
    }
    String::from_utf8(out.into_inner()).ok().filter(|_| open == 0)
}

/// An element with the attributes that it may have; only the outermost is `math`.
fn element(start: &BytesStart, depth: usize) -> Option<BytesStart<'static>> {
    let name = start.name().as_ref().to_owned();
    let known = ELEMENTS.contains(&&name[..]) || TABLE.contains(&&name[..]);
    if !known || depth > DEEP || (name == "math") != (depth == 1) {
        return None;
    }
    let mut element = BytesStart::new(name);
    for attribute in start.attributes() {
        let attribute = attribute.ok()?;
        let key = attribute.key.as_ref();
        let value = &attribute.value[..];
        let safe = |c: char| c.is_ascii_alphanumeric() || ".-".contains(c);
        if ATTRIBUTES.contains(&key) && value.chars().all(safe) {
            element.push_attribute((key, value));
        }
    }
    Some(element)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn formulas_become_mathml_and_the_rest_stays_text() {
        for (text, expected) in [
            ("a & b < c", "a &amp; b &lt; c"),
            ("of $x_1$.", "of <math display=\"inline\"><msub><mi>x</mi><mn>1</mn></msub></math>."),
            (
                "$a_1<b$",
                "<math display=\"inline\"><msub><mi>a</mi><mn>1</mn></msub><mo>&lt;</mo><mi>b</mi></math>",
            ),
            (r"the α of $\unknown{x}$", r"the α of $\unknown{x}$"),
            (r"$\operatorname{</mi><b>}$", "&lt;/mi&gt;&lt;b&gt;"),
            (r"$\operatorname{<script>}$", "&lt;script&gt;"),
            ("from $5 to $10", "from $5 to $10"),
            ("a\u{0}b\u{fffe}", "a b"),
            ("", ""),
        ] {
            assert_eq!(with_math(text).into_string(), expected, "{text}");
        }
    }

    #[test]
    fn what_is_too_long_or_too_deep_stays_text() {
        for formula in
            ["x".repeat(LONG + 1), format!("{}x{}", r"\sqrt{".repeat(60), "}".repeat(60))]
        {
            assert_eq!(mathml(&formula), None);
        }
    }

    /// What the converter passes through, and what HTML gives a meaning to.
    fn hostile() -> impl Strategy<Value = String> {
        let word = prop::sample::select(vec![
            r"\operatorname{",
            r"\text{",
            r"\mathrm{",
            r"\begin{matrix}",
            r"\end{matrix}",
            r"\frac",
            r"\left(",
            r"\right)",
            r"\sqrt",
            r"\color{red}",
            r"\class{",
            r"\href{x}",
            r"\hskip 1em",
            "{",
            "}",
            "^",
            "_",
            "&",
            r"\\",
            "a",
            "1",
            "<",
            ">",
            "</math>",
            "<script>",
            "<mi ",
            "<svg>",
            "onload=",
            "\"",
            "'",
            "&lt;",
            "&#x3c;",
            "<!--",
            "-->",
            "<![CDATA[",
            "]]>",
            "<?",
            "é",
            "\u{301}",
        ]);
        prop_oneof![
            prop::collection::vec(word, 0..14).prop_map(|words| words.concat()),
            any::<String>()
        ]
    }

    proptest! {
        #[test]
        fn no_formula_adds_anything_but_math(formula in hostile()) {
            let html = with_math(&format!("${formula}$")).into_string();
            for token in html5gum::Tokenizer::new(&html).flatten() {
                match token {
                    html5gum::Token::StartTag(tag) => {
                        let name = String::from_utf8(tag.name.0).unwrap();
                        let known = ELEMENTS.contains(&&name[..]) || TABLE.contains(&&name[..]);
                        prop_assert!(known, "{name} in {html}");
                        for key in tag.attributes.keys() {
                            let key = std::str::from_utf8(key).unwrap();
                            prop_assert!(ATTRIBUTES.contains(&key), "{key} in {html}");
                        }
                    }
                    html5gum::Token::Comment(_) | html5gum::Token::Doctype(_) => {
                        prop_assert!(false, "{html}");
                    }
                    _ => {}
                }
            }
        }
    }
}
