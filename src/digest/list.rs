//! The `list` layout: one numbered list, each paper with PDF link, date, keywords and abstract.
//!
//! Its labels are English in every language, because readers' scripts parse them. Lines of a block
//! end in two blanks, Markdown's line break; a blank line keeps `---` a rule, for right below a
//! paragraph it would turn that paragraph into a heading.

use super::{Digest, Entry, inline};
use crate::tex;

/// The blocks after the head; [`Digest::render`] puts a blank line between them.
pub(super) fn blocks(digest: &Digest) -> Vec<String> {
    (1..)
        .zip(&digest.entries)
        .flat_map(|(number, entry)| [block(digest, number, entry), "---".to_owned()])
        .collect()
}

fn block(digest: &Digest, number: usize, entry: &Entry) -> String {
    let paper = &entry.paper;
    let mut lines = Vec::new();
    match paper.id.pdf_url() {
        Some(pdf) => lines.push(format!("**link**: {pdf}")),
        None => lines.push(format!("**id**: {}", inline(paper.id.as_str()))),
    }
    if let Some(date) = entry.announced {
        lines.push(format!("**date**: {date}"));
    } else if let Some(date) = paper.submitted {
        lines.push(format!("**date**: {}", digest.language.submitted_on(date)));
    }
    if let Some(kind) = digest.language.kind(entry.kind, paper) {
        lines.push(format!("**kind**: {}", inline(&kind)));
    }
    let keywords = keywords(entry);
    if !keywords.is_empty() {
        lines.push(format!("**keywords**: {}", keywords.join(", ")));
    }
    let text = match entry.summary() {
        none if none.is_empty() => inline(&tex::to_display(&paper.abstract_text)),
        summary => inline(&summary),
    };
    if !text.is_empty() {
        lines.push(format!("**abs**: {text}"));
    }
    let reason = entry.reason(digest.language);
    lines.push(format!("**reason**: {}", inline(&reason)));
    if !entry.notes.is_empty() {
        lines.push(format!("**evidence**: {}", inline(&entry.evidence(digest.language))));
    }
    if let Some(also) = entry.also() {
        lines.push(format!("**also**: {also}"));
    }
    let mut block = format!("### {number} {}\n{}", inline(&entry.heading()), lines.join("  \n"));
    for line in digest.boxes(entry) {
        block = format!("{block}\n{line}");
    }
    block
}

/// The interest, the shared terms and the primary category, each once, as Markdown.
fn keywords(entry: &Entry) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let interest = entry.why.interest.iter();
    for word in interest.chain(&entry.why.terms).chain(entry.paper.categories.first()) {
        let word = inline(word);
        if !word.is_empty() && !words.contains(&word) {
            words.push(word);
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::super::tests::{foreign_entry, sample};
    use super::super::{Language, Style};

    #[test]
    fn the_english_list_looks_like_this() {
        let digest = sample(Style::List, Language::En);
        let expected = "\
# Daily arXiv picks - 2026-02-05 · Models one can trust

> Updated: 2026-02-05 13:25:47 (Beijing time)␠
> Read 287 new papers, chose 4; 5 you know already, 12 of a kind that this profile does not want \
(such as new versions).␠
> Model: lark-v1 | Tokens used: 0

### 1 Fair Shares of Credit in O(n₁ \\* n₂) Steps
**link**: https://arxiv.org/pdf/2602.90001␠
**date**: 2026-02-05␠
**keywords**: Auditing, shapley, axioms, cs.LG␠
**abs**: We share credit among inputs. It takes O(n₁ \\* n₂) steps, not \\*many\\*.␠
**reason**: Interest “Auditing”: closest to your liked “Axioms for Credit” (similarity 0.71); shared \
terms: shapley, axioms.

---

### 2 Small Adapters \\[and Why They Work\\]
**link**: https://arxiv.org/pdf/2602.90002␠
**date**: 2026-02-05␠
**kind**: cross-list from stat.ML␠
**keywords**: Tuning, adapters, stat.ML␠
**reason**: Interest “Tuning”: matches the description “tuning few parameters” (similarity 0.55); \
shared terms: adapters.

---

### 3 A Plain Paper
**link**: https://arxiv.org/pdf/2602.90003␠
**date**: 2026-02-03 (submitted)␠
**abs**: Nothing special.␠
**reason**: Close to your taste as a whole.

---

### 4 Credit, Continued
**link**: https://arxiv.org/pdf/cs/0112017␠
**date**: 2026-02-05␠
**kind**: new version v3␠
**keywords**: Auditing, cs.AI␠
**reason**: Fits your interest “Auditing” as a whole.

---
";
        assert_eq!(digest.render(), expected.replace('␠', "  "));
    }

    #[test]
    fn the_chinese_list_keeps_its_labels() {
        let mut digest = sample(Style::List, Language::Zh);
        digest.entries.swap(0, 2);
        digest.entries.truncate(2);
        let expected = "\
# ArXiv 每日推荐 - 2026-02-05 · Models one can trust

> 更新于北京时间：2026-02-05 13:25:47␠
> 已自动阅读了 287 篇最新的论文，选出 2 篇；另有 5 篇你已看过，12 篇因公告类型（如版本更新）跳过。␠
> 使用模型：lark-v1 | 消耗 Tokens：0

### 1 A Plain Paper
**link**: https://arxiv.org/pdf/2602.90003␠
**date**: 2026-02-03（提交）␠
**abs**: Nothing special.␠
**reason**: 整体上接近你的偏好。

---

### 2 Small Adapters \\[and Why They Work\\]
**link**: https://arxiv.org/pdf/2602.90002␠
**date**: 2026-02-05␠
**kind**: 交叉（主分类 stat.ML）␠
**keywords**: Tuning, adapters, stat.ML␠
**reason**: 兴趣「Tuning」：符合描述「tuning few parameters」（相似度 0.55）；共同术语：adapters。

---
";
        assert_eq!(digest.render(), expected.replace('␠', "  "));
    }

    #[test]
    fn a_paper_from_elsewhere_has_its_id_for_a_link() {
        let text = super::block(&sample(Style::List, Language::En), 7, &foreign_entry());
        let expected = "\
### 7 zotero:AB_12
**id**: zotero:AB_12␠
**reason**: Close to your taste as a whole.";
        assert_eq!(text, expected.replace('␠', "  "));
    }
}
