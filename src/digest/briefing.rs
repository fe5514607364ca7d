//! The `briefing` layout: the day at a glance, then sections by interest, each paper with a score bar, what it
//! does, why it is there, its links and its key for a bibliography.

use super::{Digest, Entry, cite, inline, sections::sections};

/// More authors than this are counted, not named.
const AUTHORS: usize = 6;
/// Cells of a score bar.
const CELLS: usize = 10;

/// The blocks after the head; [`Digest::render`] puts a blank line between them.
pub(super) fn blocks(digest: &Digest) -> Vec<String> {
    let sections = sections(&digest.entries);
    if sections.is_empty() {
        return Vec::new();
    }
    let language = digest.language;
    let alone = sections.len() == 1;
    let name = |interest: &str| match interest {
        "" => language.no_interest(alone).to_owned(),
        interest => inline(interest),
    };
    let [interest, papers, best] = language.glance();
    let mut glance = vec![format!("| {interest} | {papers} | {best} |"), "|---|--:|---|".into()];
    for section in &sections {
        let first = section.entries[0];
        glance.push(format!(
            "| {} | {} | {} {} |",
            cell(&name(&section.interest)),
            section.entries.len(),
            bar(first.score),
            cell(&inline(&first.heading()))
        ));
    }
    let mut blocks = vec![glance.join("\n")];
    let keys = cite::keys(digest);
    let mut number = 0;
    for section in &sections {
        blocks.push(format!("## {} · {}", name(&section.interest), section.entries.len()));
        for entry in &section.entries {
            number += 1;
            blocks.push(block(digest, number, entry, cite::key_of(digest, &keys, entry)));
        }
    }
    blocks
}

/// Markdown in a cell of a table.
fn cell(markdown: &str) -> String {
    markdown.replace('|', "\\|")
}

/// Markdown of a line that it begins: what would open a list, a heading or a quote there is escaped.
fn opened(markdown: &str) -> String {
    let digits = markdown.chars().take_while(char::is_ascii_digit).count();
    let (number, rest) = markdown.split_at(digits);
    match rest.chars().next() {
        Some('.' | ')') if digits > 0 => format!("{number}\\{rest}"),
        Some('-' | '+' | '=' | '>' | '|' | '~' | ':') if digits == 0 => format!("\\{markdown}"),
        _ => markdown.to_owned(),
    }
}

/// A score as a bar and a number: `████████▒░ 8.4` has eight cells full and one begun.
fn bar(score: f32) -> String {
    // Zero may carry a sign; adding zero takes it off.
    let score = score.clamp(0.0, CELLS as f32) + 0.0;
    let full = score as usize;
    let begun = usize::from(score.fract() >= 0.25);
    let empty = CELLS - full - begun;
    format!("`{}{}{} {score:.1}`", "█".repeat(full), "▒".repeat(begun), "░".repeat(empty))
}

fn block(digest: &Digest, number: usize, entry: &Entry, key: &str) -> String {
    let language = digest.language;
    let labels = language.labels();
    let paper = &entry.paper;
    let mut facts = vec![bar(entry.score)];
    facts.extend(entry.likelihood.map(|p| format!("p {p:.2}")));
    facts.extend(language.kind(entry.kind, paper).map(|kind| inline(&kind)));
    facts.extend(paper.categories.first().map(|category| inline(category)));
    let date = entry.announced.map(|date| date.to_string());
    facts.extend(date.or(paper.submitted.map(|date| language.submitted_on(date))));
    let mut paragraphs = vec![facts.join(" · ")];
    let authors: Vec<String> =
        paper.authors.iter().map(|name| inline(name)).filter(|name| !name.is_empty()).collect();
    if !authors.is_empty() {
        let named = authors[..authors.len().min(AUTHORS)].join(", ");
        let rest = authors.len().saturating_sub(AUTHORS);
        let authors = if rest > 0 { language.and_more(&named, rest) } else { named };
        paragraphs.push(opened(&authors));
    }
    let mut blocks = vec![format!("### {number}. {}\n{}", inline(&entry.heading()), {
        // Two blanks at the end of a line are Markdown's line break.
        paragraphs.join("  \n")
    })];
    let gist = inline(&entry.gist());
    if !gist.is_empty() {
        blocks.push(opened(&gist));
    }
    let mut lines = Vec::new();
    if !entry.notes.is_empty() {
        lines.push(format!("- **{}** {}", labels.reason, inline(&entry.reason(language))));
    }
    let evidence = inline(&entry.evidence(language));
    lines.push(format!("- **{}** {evidence}", labels.evidence));
    if let Some(also) = entry.also() {
        lines.push(format!("- **{}** {also}", labels.also));
    }
    let links = entry.links();
    let mut links: Vec<String> =
        links.iter().map(|(name, url)| format!("[{name}](<{url}>)")).collect();
    if links.is_empty() {
        links.push(inline(paper.id.as_str()));
    }
    lines.push(format!("- {} · `@{key}`", links.join(" · ")));
    lines.extend(digest.boxes(entry));
    blocks.push(lines.join("\n"));
    blocks.join("\n\n")
}

#[cfg(test)]
mod tests {
    use super::super::tests::{foreign_entry, sample};
    use super::super::{Language, Note, Style};
    use super::bar;

    #[test]
    fn a_bar_grows_with_its_score() {
        for (score, expected) in [
            (0.0, "`░░░░░░░░░░ 0.0`"),
            (-0.0, "`░░░░░░░░░░ 0.0`"),
            (8.4, "`████████▒░ 8.4`"),
            (9.96, "`█████████▒ 10.0`"),
            (10.0, "`██████████ 10.0`"),
            (f32::NAN, "`░░░░░░░░░░ NaN`"),
        ] {
            assert_eq!(bar(score), expected);
        }
    }

    #[test]
    fn text_at_the_beginning_of_a_line_opens_nothing() {
        for (text, expected) in [
            ("- a", "\\- a"),
            ("> a", "\\> a"),
            ("--- ", "\\--- "),
            ("1. a", "1\\. a"),
            ("12) a", "12\\) a"),
            ("12 a", "12 a"),
            ("甲", "甲"),
            ("", ""),
        ] {
            assert_eq!(super::opened(text), expected);
        }
    }

    #[test]
    fn the_english_briefing_looks_like_this() {
        let mut digest = sample(Style::Briefing, Language::En);
        digest.boxes = true;
        digest.entries.truncate(2);
        digest.entries[1].paper.comment =
            Some("12 pages; code: https://github.com/ek/small-adapters.".into());
        let expected = "\
# Daily arXiv picks - 2026-02-05 · Models one can trust

> Updated: 2026-02-05 13:25:47 (Beijing time)␠
> Read 287 new papers, chose 2; 5 you know already, 12 of a kind that this profile does not want \
(such as new versions).␠
> Model: lark-v1 | Tokens used: 0

| Interest | Papers | Best |
|---|--:|---|
| Auditing | 1 | `████████▒░ 8.7` Fair Shares of Credit in O(n₁ \\* n₂) Steps |
| Tuning | 1 | `███████░░░ 7.0` Small Adapters \\[and Why They Work\\] |

## Auditing · 1

### 1. Fair Shares of Credit in O(n₁ \\* n₂) Steps
`████████▒░ 8.7` · cs.LG · 2026-02-05␠
Ana Öz, Li Wei

We share credit among inputs. It takes O(n₁ \\* n₂) steps, not \\*many\\*.

- **Evidence:** Interest “Auditing”: closest to your liked “Axioms for Credit” (similarity 0.71); \
shared terms: shapley, axioms.
- [abs](<https://arxiv.org/abs/2602.90001>) · [pdf](<https://arxiv.org/pdf/2602.90001>) · \
[html](<https://arxiv.org/html/2602.90001>) · `@oz2026fair`
- [ ] like 2602.90001
- [ ] dislike 2602.90001

## Tuning · 1

### 2. Small Adapters \\[and Why They Work\\]
`███████░░░ 7.0` · cross-list from stat.ML · stat.ML · 2026-02-05␠
Bo Ek

- **Evidence:** Interest “Tuning”: matches the description “tuning few parameters” (similarity 0.55); \
shared terms: adapters.
- [abs](<https://arxiv.org/abs/2602.90002>) · [pdf](<https://arxiv.org/pdf/2602.90002>) · \
[html](<https://arxiv.org/html/2602.90002>) · [code](<https://github.com/ek/small-adapters>) · `@ek2026small`
- [ ] like 2602.90002
- [ ] dislike 2602.90002

<!-- paperlark: trust 2026-02-05 -->
";
        assert_eq!(digest.render(), expected.replace('␠', "  "));
    }

    #[test]
    fn a_note_stands_before_our_own_evidence() {
        let mut digest = sample(Style::Briefing, Language::Zh);
        digest.entries.truncate(1);
        digest.entries[0].notes = vec![Note {
            language: Language::Zh,
            summary: "把功劳分给输入。".into(),
            reason: "步数是乘积。".into(),
        }];
        let text = digest.render();
        let expected =
            "把功劳分给输入。\n\n- **理由：** 步数是乘积。\n- **依据：** 兴趣「Auditing」：";
        assert!(text.contains(expected), "{text}");
    }

    #[test]
    fn what_is_unknown_is_left_out() {
        let digest = sample(Style::Briefing, Language::En);
        let expected = "\
### 7. zotero:AB_12
`░░░░░░░░░░ 0.0`

- **Evidence:** Close to your taste as a whole.
- zotero:AB_12 · `@anon`";
        assert_eq!(super::block(&digest, 7, &foreign_entry(), "anon"), expected);
    }
}
