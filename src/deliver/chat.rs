//! Messages as chats write them: each in its own markup, within its own limit.
//!
//! Where a chat takes text in pieces (Feishu, Slack), or has a way to escape (Telegram), foreign text goes
//! through as it is. The Markdown of DingTalk and WeCom has none: there, characters of markup are replaced by
//! their full-width likes.

use serde_json::{Value, json};

use crate::digest::{Language, Short, ShortPaper};

/// Bytes of a message to a Feishu robot; it takes 20 KB with the envelope.
const FEISHU: usize = 18_000;
/// Bytes of a message to a DingTalk robot; it takes 20,000 with the envelope.
const DINGTALK: usize = 18_000;
/// Bytes of a WeCom robot's Markdown.
const WECOM: usize = 4096;
/// UTF-16 units of a Telegram message.
const TELEGRAM: usize = 4096;
/// Bytes of a message to Slack, whose limit on all the text of its blocks is 13,200 characters.
const SLACK: usize = 12_000;

/// The longest message that keeps to `limit`: papers are dropped from its end until it does, and counted.
/// `render` makes it of papers, and of words for those that are left out.
fn fitted<T>(
    short: &Short,
    language: Language,
    limit: usize,
    size: impl Fn(&T) -> usize,
    render: impl Fn(&[ShortPaper], Option<String>) -> T,
) -> T {
    let of = |n: usize| {
        let left_out = short.left_out + short.papers.len() - n;
        render(&short.papers[..n], (left_out > 0).then(|| language.left_out(left_out)))
    };
    let all = short.papers.len();
    (1..=all).rev().map(of).find(|message| size(message) <= limit).unwrap_or_else(|| of(0))
}

fn json_bytes(value: &Value) -> usize {
    value.to_string().len()
}

/// Feishu's `post`: paragraphs of pieces.
pub(super) fn feishu(short: &Short, language: Language) -> Value {
    let text = |text: &str| json!({"tag": "text", "text": text});
    fitted(short, language, FEISHU, json_bytes, |papers, left_out| {
        let mut lines = vec![json!([text(&short.facts)])];
        for paper in papers {
            let title = match &paper.url {
                Some(url) => json!({"tag": "a", "text": paper.title, "href": url}),
                None => text(&paper.title),
            };
            lines.push(json!([text(&format!("[{}] ", paper.score)), title]));
            lines.push(json!([text(&paper.about())]));
        }
        lines.extend(left_out.map(|words| json!([text(&words)])));
        // Feishu shows the only language that there is, whatever the reader's.
        json!({"zh_cn": {"title": short.subject, "content": lines}})
    })
}

/// Slack's blocks: rich text, whose pieces are taken literally.
pub(super) fn slack(short: &Short, language: Language) -> Value {
    let text = |text: String| json!({"type": "text", "text": text});
    fitted(short, language, SLACK, json_bytes, |papers, left_out| {
        let bold = json!({"bold": true});
        let mut pieces = vec![
            json!({"type": "text", "text": short.subject, "style": bold}),
            text(format!("\n{}\n", short.facts)),
        ];
        for paper in papers {
            pieces.push(text(format!("\n[{}] ", paper.score)));
            pieces.push(match &paper.url {
                Some(url) => json!({"type": "link", "url": url, "text": paper.title}),
                None => text(paper.title.clone()),
            });
            pieces.push(text(format!("\n{}\n", paper.about())));
        }
        pieces.extend(left_out.map(|words| text(format!("\n{words}"))));
        let section = json!({"type": "rich_text_section", "elements": pieces});
        json!({
            "text": escaped(&short.subject), // of a notification
            "unfurl_links": false,
            "blocks": [{"type": "rich_text", "elements": [section]}],
        })
    })
}

/// DingTalk's Markdown; a line ends with an empty one.
pub(super) fn dingtalk(short: &Short, language: Language) -> String {
    markdown(short, language, DINGTALK, "\n\n")
}

/// WeCom's Markdown.
pub(super) fn wecom(short: &Short, language: Language) -> String {
    markdown(short, language, WECOM, "\n")
}

fn markdown(short: &Short, language: Language, limit: usize, newline: &str) -> String {
    fitted(short, language, limit, String::len, |papers, left_out| {
        let mut lines = vec![format!("**{}**", plain(&short.subject)), plain(&short.facts)];
        for paper in papers {
            let title = plain(&paper.title);
            lines.push(match &paper.url {
                Some(url) => format!("**{}** [{title}]({url})", paper.score),
                None => format!("**{}** {title}", paper.score),
            });
            lines.push(format!("> {}", plain(&paper.about())));
        }
        lines.extend(left_out.map(|words| plain(&words)));
        lines.join(newline)
    })
}

/// Telegram's HTML: as many messages as it takes, each with whole papers.
pub(super) fn telegram(short: &Short, language: Language) -> Vec<String> {
    let size = |text: &str| text.encode_utf16().count();
    let head = format!("<b>{}</b>\n{}", escaped(&short.subject), escaped(&short.facts));
    let mut messages = vec![head];
    let mut left_out = short.left_out;
    for paper in &short.papers {
        let title = escaped(&paper.title);
        let title = match &paper.url {
            Some(url) => format!("<a href=\"{}\">{title}</a>", escaped(url)),
            None => title,
        };
        let block = format!("<b>{}</b> {title}\n{}", paper.score, escaped(&paper.about()));
        append(&mut messages, &mut left_out, block, size);
    }
    if left_out > 0 {
        let words = escaped(&language.left_out(left_out));
        append(&mut messages, &mut 0, words, size);
    }
    messages
}

/// Adds a block to the last message, or begins another with it; one that fits into none is counted.
fn append(
    messages: &mut Vec<String>,
    left_out: &mut usize,
    block: String,
    size: impl Fn(&str) -> usize,
) {
    let last = messages.last_mut().expect("there is always one");
    let joined = format!("{last}\n\n{block}");
    if size(&joined) <= TELEGRAM {
        *last = joined;
    } else if size(&block) <= TELEGRAM {
        messages.push(block);
    } else {
        *left_out += 1;
    }
}

/// Text in HTML, and in Slack's text.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// Text with the full-width likes of all characters that make Markdown, links or mentions.
fn plain(text: &str) -> String {
    let like = |c: char| match c {
        '*' | '_' | '~' | '`' | '[' | ']' | '<' | '>' | '#' | '@' | '\\' | '|' | '!' => {
            char::from_u32(c as u32 + 0xfee0).unwrap_or(c)
        }
        c => c,
    };
    text.chars().map(like).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn short(n: usize, text: &str) -> Short {
        let paper = ShortPaper {
            score: "8.7".into(),
            title: text.into(),
            url: Some("https://arxiv.org/abs/2602.90001".into()),
            interest: Some("Auditing".into()),
            reason: text.into(),
        };
        Short {
            subject: "Picks".into(),
            facts: "Read 9.".into(),
            papers: vec![paper; n],
            left_out: 1,
        }
    }

    #[test]
    fn foreign_text_makes_no_markup() {
        let evil = "</a><b>x</b> [y](https://evil.example) **z** <@all> `c` & \"q\"";
        let short = short(1, evil);
        let telegram = telegram(&short, Language::En).concat();
        assert_eq!(telegram.matches("<a ").count(), 1, "{telegram}");
        assert!(telegram.contains("&lt;/a&gt;&lt;b&gt;x") && telegram.contains("&quot;q&quot;"));
        for text in [dingtalk(&short, Language::En), wecom(&short, Language::En)] {
            assert_eq!(text.matches("](").count(), 1, "{text}");
            assert_eq!(text.matches("**").count(), 4, "{text}");
            assert!(!text.contains(['<', '`', '@']), "{text}");
        }
        // Pieces are taken literally, and stay what they are.
        assert_eq!(feishu(&short, Language::En)["zh_cn"]["content"][1][1]["text"], evil);
        let slack = slack(&short, Language::En);
        assert_eq!(slack["blocks"][0]["elements"][0]["elements"][3]["text"], evil);
    }

    #[test]
    fn a_paper_has_score_title_link_interest_and_reason() {
        let text = wecom(&short(2, "On larks"), Language::En);
        assert_eq!(
            text,
            "**Picks**\nRead 9.\n**8.7** [On larks](https://arxiv.org/abs/2602.90001)\n> Auditing · On larks\n\
             **8.7** [On larks](https://arxiv.org/abs/2602.90001)\n> Auditing · On larks\nand 1 more"
        );
    }

    proptest! {
        #[test]
        fn limits_hold_and_every_paper_is_shown_or_counted(
            n in 0usize..60,
            text in "[a-z<&*_\u{4e00}-\u{4e40} \u{1f600}]{0,180}",
        ) {
            let short = short(n, &text);
            let sizes = [
                (json_bytes(&feishu(&short, Language::Zh)), FEISHU),
                (json_bytes(&slack(&short, Language::Zh)), SLACK),
                (dingtalk(&short, Language::Zh).len(), DINGTALK),
                (wecom(&short, Language::Zh).len(), WECOM),
            ];
            for (size, limit) in sizes {
                prop_assert!(size <= limit, "{} > {}", size, limit);
            }
            let messages = telegram(&short, Language::Zh);
            prop_assert!(messages.iter().all(|m| m.encode_utf16().count() <= TELEGRAM));
            prop_assert_eq!(messages.concat().matches("<a ").count(), n);
            let wecom = wecom(&short, Language::Zh);
            let shown = wecom.matches("](").count();
            let left_out = format!("另有 {} 篇", 1 + n - shown);
            prop_assert!(wecom.ends_with(&left_out), "{} {}", wecom, left_out);
        }
    }
}
