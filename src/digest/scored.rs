//! The `scored` layout: sections by interest, each paper with its facts and its reason.

use super::{
    Digest, Entry, inline,
    sections::{Section, sections},
};

/// The blocks after the head; [`Digest::render`] puts a blank line between them.
pub(super) fn blocks(digest: &Digest) -> Vec<String> {
    let sections = sections(&digest.entries);
    let alone = sections.len() == 1;
    let mut blocks = Vec::new();
    for Section { interest, entries } in &sections {
        blocks.push(match interest.as_str() {
            "" => format!("## {}", digest.language.no_interest(alone)),
            interest => format!("## {}", inline(interest)),
        });
        blocks.extend(entries.iter().map(|entry| block(digest, entry)));
    }
    blocks
}

fn block(digest: &Digest, entry: &Entry) -> String {
    let labels = digest.language.labels();
    let paper = &entry.paper;
    // Zero may carry a sign; adding zero takes it off.
    let score = entry.score + 0.0;
    let chance = entry.likelihood.map(|p| format!(" [p {p:.2}]")).unwrap_or_default();
    let score = digest.language.score(&format!("{score:.1}"));
    let mut lines = vec![format!("### [{score}]{chance} {}", inline(&entry.heading()))];

    let authors: Vec<String> =
        paper.authors.iter().map(|name| inline(name)).filter(|name| !name.is_empty()).collect();
    if !authors.is_empty() {
        lines.push(format!("- **{}** {}", labels.authors, authors.join(", ")));
    }

    let mut facts = Vec::new();
    if let Some(date) = entry.announced {
        facts.push(format!("**{}** {date}", labels.announced));
    }
    if let Some(date) = paper.submitted {
        facts.push(format!("**{}** {date}", labels.submitted));
    }
    facts.extend(digest.language.kind(entry.kind, paper).map(|kind| inline(&kind)));
    if !facts.is_empty() {
        lines.push(format!("- {}", facts.join(" · ")));
    }

    match (paper.id.abs_url(), paper.id.pdf_url()) {
        (Some(page), Some(pdf)) => {
            lines.push(format!("- **{}** [{page}]({page}) · [PDF]({pdf})", labels.link));
        }
        _ => lines.push(format!("- **{}** {}", labels.id, inline(paper.id.as_str()))),
    }
    let summary = inline(&entry.summary());
    if !summary.is_empty() {
        lines.push(format!("- **{}** {summary}", labels.summary));
    }
    let reason = entry.reason(digest.language);
    lines.push(format!("- **{}** {}", labels.reason, inline(&reason)));
    if !entry.notes.is_empty() {
        let evidence = entry.evidence(digest.language);
        lines.push(format!("- **{}** {}", labels.evidence, inline(&evidence)));
    }
    if let Some(also) = entry.also() {
        lines.push(format!("- **{}** {also}", labels.also));
    }
    lines.extend(digest.boxes(entry));
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::super::tests::{foreign_entry, sample};
    use super::super::{Language, Style};

    #[test]
    fn the_english_digest_looks_like_this() {
        let digest = sample(Style::Scored, Language::En);
        let expected = "\
# Daily arXiv picks - 2026-02-05 · Models one can trust

> Updated: 2026-02-05 13:25:47 (Beijing time)␠
> Read 287 new papers, chose 4; 5 you know already, 12 of a kind that this profile does not want \
(such as new versions).␠
> Model: lark-v1 | Tokens used: 0

## Auditing

### [Score: 8.7/10] Fair Shares of Credit in O(n₁ \\* n₂) Steps
- **Authors:** Ana Öz, Li Wei
- **Announced:** 2026-02-05 · **Submitted:** 2026-02-03
- **Link:** [https://arxiv.org/abs/2602.90001](https://arxiv.org/abs/2602.90001) · \
[PDF](https://arxiv.org/pdf/2602.90001)
- **Reason:** Interest “Auditing”: closest to your liked “Axioms for Credit” (similarity 0.71); \
shared terms: shapley, axioms.

### [Score: 3.3/10] Credit, Continued
- **Announced:** 2026-02-05 · new version v3
- **Link:** [https://arxiv.org/abs/cs/0112017](https://arxiv.org/abs/cs/0112017) · \
[PDF](https://arxiv.org/pdf/cs/0112017)
- **Reason:** Fits your interest “Auditing” as a whole.

## Tuning

### [Score: 7.0/10] Small Adapters \\[and Why They Work\\]
- **Authors:** Bo Ek
- **Announced:** 2026-02-05 · cross-list from stat.ML
- **Link:** [https://arxiv.org/abs/2602.90002](https://arxiv.org/abs/2602.90002) · \
[PDF](https://arxiv.org/pdf/2602.90002)
- **Reason:** Interest “Tuning”: matches the description “tuning few parameters” (similarity 0.55); \
shared terms: adapters.

## Other likes

### [Score: 6.7/10] A Plain Paper
- **Authors:** Cy Dee
- **Submitted:** 2026-02-03
- **Link:** [https://arxiv.org/abs/2602.90003](https://arxiv.org/abs/2602.90003) · \
[PDF](https://arxiv.org/pdf/2602.90003)
- **Reason:** Close to your taste as a whole.
";
        assert_eq!(digest.render(), expected.replace('␠', "  "));
    }

    #[test]
    fn the_chinese_digest_looks_like_this() {
        let mut digest = sample(Style::Scored, Language::Zh);
        digest.entries.truncate(3);
        (digest.seen_before, digest.unwanted) = (0, 0);
        let expected = "\
# ArXiv 每日推荐 - 2026-02-05 · Models one can trust

> 更新于北京时间：2026-02-05 13:25:47␠
> 已自动阅读了 287 篇最新的论文，选出 3 篇。␠
> 使用模型：lark-v1 | 消耗 Tokens：0

## Auditing

### [评分 8.7] Fair Shares of Credit in O(n₁ \\* n₂) Steps
- **作者：** Ana Öz, Li Wei
- **公布：** 2026-02-05 · **提交：** 2026-02-03
- **链接：** [https://arxiv.org/abs/2602.90001](https://arxiv.org/abs/2602.90001) · \
[PDF](https://arxiv.org/pdf/2602.90001)
- **理由：** 兴趣「Auditing」：与你喜欢的《Axioms for Credit》最接近（相似度 0.71）；共同术语：shapley、axioms。

## Tuning

### [评分 7.0] Small Adapters \\[and Why They Work\\]
- **作者：** Bo Ek
- **公布：** 2026-02-05 · 交叉（主分类 stat.ML）
- **链接：** [https://arxiv.org/abs/2602.90002](https://arxiv.org/abs/2602.90002) · \
[PDF](https://arxiv.org/pdf/2602.90002)
- **理由：** 兴趣「Tuning」：符合描述「tuning few parameters」（相似度 0.55）；共同术语：adapters。

## 其他偏好

### [评分 6.7] A Plain Paper
- **作者：** Cy Dee
- **提交：** 2026-02-03
- **链接：** [https://arxiv.org/abs/2602.90003](https://arxiv.org/abs/2602.90003) · \
[PDF](https://arxiv.org/pdf/2602.90003)
- **理由：** 整体上接近你的偏好。
";
        assert_eq!(digest.render(), expected.replace('␠', "  "));
    }

    #[test]
    fn sections_stand_by_their_best_score_and_the_rest_comes_last() {
        for (entries, expected) in [
            (vec![(None, 9.0), (Some("A"), 5.0), (Some("B"), 7.0)], "B 7; A 5; Other likes 9"),
            (vec![(Some("A"), 5.0), (Some("B"), 5.0), (Some("A"), 4.0)], "A 5 4; B 5"),
            (vec![(Some(" A\n"), 2.0), (Some("A"), 3.0), (Some(" "), 4.0)], "A 3 2; Other likes 4"),
            (vec![(None, 1.0), (None, 2.0)], "Your likes 2 1"),
        ] {
            let mut digest = sample(Style::Scored, Language::En);
            let template = digest.entries[0].clone();
            digest.entries = Vec::new();
            for (interest, score) in entries {
                let mut entry = template.clone();
                entry.why.interest = interest.map(str::to_owned);
                entry.score = score;
                digest.entries.push(entry);
            }
            let mut order = Vec::new();
            for line in digest.render().lines() {
                if let Some(interest) = line.strip_prefix("## ") {
                    order.push(interest.to_owned());
                } else if let Some(rest) = line.strip_prefix("### [Score: ") {
                    let score: f32 = rest.split('/').next().unwrap().parse().unwrap();
                    *order.last_mut().unwrap() += &format!(" {score}");
                }
            }
            assert_eq!(order.join("; "), expected);
        }
    }

    #[test]
    fn what_is_unknown_is_left_out() {
        let text = super::block(&sample(Style::Scored, Language::En), &foreign_entry());
        let expected = "\
### [Score: 0.0/10] zotero:AB_12
- **Id:** zotero:AB_12
- **Reason:** Close to your taste as a whole.";
        assert_eq!(text, expected);
    }
}
