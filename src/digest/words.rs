//! Every word that the digest says, in each [`Language`].
//!
//! Labels are in [`Labels`]; whole sentences are methods of [`Language`], both languages side by
//! side. Words are plain text: the renderers turn them into Markdown, except the paragraphs of
//! [`Language::empty`], which are Markdown already.

use jiff::{Zoned, civil::Date};

use super::{
    Digest, Empty, Entry, Explanation, InDigest, Language, Nearest, Place, Usage, Verdict, Why,
    Writer,
};
use crate::calendar::Holiday;
use crate::paper::{Kind, Paper};
use crate::tex;
use crate::text::{one_line, shortened};

/// Labels of the `scored` layout; the `list` layout keeps its English ones, which scripts parse.
pub(super) struct Labels {
    pub authors: &'static str,
    pub announced: &'static str,
    pub submitted: &'static str,
    pub link: &'static str,
    pub id: &'static str,
    pub summary: &'static str,
    pub reason: &'static str,
    pub evidence: &'static str,
    pub also: &'static str,
}

const EN: Labels = Labels {
    authors: "Authors:",
    announced: "Announced:",
    submitted: "Submitted:",
    link: "Link:",
    id: "Id:",
    summary: "Summary:",
    reason: "Reason:",
    evidence: "Evidence:",
    also: "Also:",
};

const ZH: Labels = Labels {
    authors: "作者：",
    announced: "公布：",
    submitted: "提交：",
    link: "链接：",
    id: "编号：",
    summary: "摘要：",
    reason: "理由：",
    evidence: "依据：",
    also: "另见：",
};

/// What the web page says besides.
pub(super) struct PageWords {
    /// Of the language itself, as HTML names it.
    pub code: &'static str,
    pub skip: &'static str,
    pub days: &'static str,
    pub previous: &'static str,
    pub next: &'static str,
    pub archive: &'static str,
    pub formats: &'static str,
    pub feeds: &'static str,
    pub filter: &'static str,
    pub interest: &'static str,
    pub every_interest: &'static str,
    pub least: &'static str,
    pub words: &'static str,
    /// With `{n}` of `{all}`.
    pub shown: &'static str,
    pub keys: &'static str,
    pub close: &'static str,
    pub abstract_text: &'static str,
    pub key: &'static str,
    pub marks: &'static str,
    pub hint: &'static str,
    pub copy: &'static str,
    pub copied: &'static str,
    pub save: &'static str,
    pub clear: &'static str,
    /// Keys, and what they do.
    pub help: [(&'static str, &'static str); 8],
}

const EN_PAGE: PageWords = PageWords {
    code: "en",
    skip: "Skip to the papers",
    days: "Days",
    previous: "Previous day",
    next: "Next day",
    archive: "All days",
    formats: "Other formats",
    feeds: "Feeds",
    filter: "Filter",
    interest: "Interest",
    every_interest: "All interests",
    least: "Least score",
    words: "Words",
    shown: "{n} of {all} papers",
    keys: "Keys",
    close: "Close",
    abstract_text: "Abstract",
    key: "Citation key",
    marks: "Your marks",
    hint: "They stay in this browser. Give the line to paperlark apply, and the next digest takes them in.",
    copy: "Copy",
    copied: "Copied.",
    save: "Save as a file",
    clear: "Take all back",
    help: [
        ("j", "next paper"),
        ("k", "previous paper"),
        ("l", "like it, or take that back"),
        ("d", "dislike it, or take that back"),
        ("a", "show or hide its abstract"),
        ("/", "filter by words"),
        ("Esc", "leave a field or this list"),
        ("?", "this list"),
    ],
};

const ZH_PAGE: PageWords = PageWords {
    code: "zh-Hans",
    skip: "跳到论文",
    days: "日期",
    previous: "前一天",
    next: "后一天",
    archive: "全部日期",
    formats: "其他格式",
    feeds: "订阅",
    filter: "筛选",
    interest: "兴趣",
    every_interest: "全部兴趣",
    least: "最低分",
    words: "关键词",
    shown: "显示 {n} / {all} 篇",
    keys: "快捷键",
    close: "关闭",
    abstract_text: "摘要原文",
    key: "引用键",
    marks: "你的标记",
    hint: "标记只保存在这个浏览器里。把这一行交给 paperlark apply，下一份推荐就会用上。",
    copy: "复制",
    copied: "已复制。",
    save: "存为文件",
    clear: "清除全部标记",
    help: [
        ("j", "下一篇"),
        ("k", "上一篇"),
        ("l", "喜欢，或撤销"),
        ("d", "不喜欢，或撤销"),
        ("a", "展开或收起摘要"),
        ("/", "按关键词筛选"),
        ("Esc", "退出输入框，或关闭这个列表"),
        ("?", "显示这个列表"),
    ],
};

/// Titles inside a reason are shortened to about this many characters.
const TITLE_CHARS: usize = 80;
/// A reason names at most this many terms.
const REASON_TERMS: usize = 6;

impl Language {
    pub(super) fn labels(self) -> &'static Labels {
        match self {
            Language::En => &EN,
            Language::Zh => &ZH,
        }
    }

    pub(super) fn page(self) -> &'static PageWords {
        match self {
            Language::En => &EN_PAGE,
            Language::Zh => &ZH_PAGE,
        }
    }

    /// A score, as it stands before a title.
    pub(super) fn score(self, score: &str) -> String {
        match self {
            Language::En => format!("Score: {score}/10"),
            Language::Zh => format!("评分 {score}"),
        }
    }

    /// A score, for who hears it.
    pub(super) fn score_of_ten(self, score: &str) -> String {
        match self {
            Language::En => format!("Score {score} of 10"),
            Language::Zh => format!("评分 {score}，满分 10"),
        }
    }

    /// So many papers.
    pub(super) fn papers(self, n: usize) -> String {
        match (self, n) {
            (Language::En, 1) => "1 paper".to_owned(),
            (Language::En, _) => format!("{n} papers"),
            (Language::Zh, _) => format!("{n} 篇"),
        }
    }

    /// So many authors more.
    pub(super) fn more_authors(self, n: usize) -> String {
        match self {
            Language::En => format!("and {n} more"),
            Language::Zh => format!("等，另有 {n} 位"),
        }
    }

    /// Near duplicates that share a paper's place.
    pub(super) fn near_duplicates(self, n: usize) -> String {
        match (self, n) {
            (Language::En, 1) => "1 near duplicate".to_owned(),
            (Language::En, _) => format!("{n} near duplicates"),
            (Language::Zh, _) => format!("{n} 篇近似论文"),
        }
    }

    /// The headline without the profile's title.
    pub(super) fn headline(self, date: Date) -> String {
        match self {
            Language::En => format!("Daily arXiv picks - {date}"),
            Language::Zh => format!("ArXiv 每日推荐 - {date}"),
        }
    }

    /// That a message leaves out `n` papers of the digest.
    pub fn left_out(self, n: usize) -> String {
        match self {
            Language::En => format!("and {n} more"),
            Language::Zh => format!("另有 {n} 篇"),
        }
    }

    /// That a mail leaves out `n` papers, all of which are in a file that goes along.
    pub(super) fn attached(self, n: usize, file: &str) -> String {
        match self {
            Language::En => format!("and {n} more: the attached {file} has all papers."),
            Language::Zh => format!("另有 {n} 篇，全部论文见附件 {file}。"),
        }
    }

    /// How a reader of a mail marks papers. ID stands for itself: an example would be read as a mark where a
    /// mail program wraps the line before it.
    pub(super) fn how_to_answer(self) -> &'static str {
        match self {
            Language::En => {
                "To mark papers, reply with a line for each: `like ID` or `dislike ID`. Save the reply as a \
                 file, and run `paperlark apply FILE`."
            }
            Language::Zh => {
                "想标记论文，请在回信中每行写一篇：`喜欢 编号` 或 `不喜欢 编号`；把回信存成文件，\
                 再运行 `paperlark apply 文件`。"
            }
        }
    }

    /// When the digest was made, with the reader's zone by name, or by offset if it has none.
    pub(super) fn updated(self, at: &Zoned) -> String {
        let clock = at.strftime("%Y-%m-%d %H:%M:%S");
        let zone = match at.time_zone().iana_name() {
            Some(name) => name.to_owned(),
            None => at.strftime("UTC%:z").to_string(),
        };
        match (self, zone.as_str()) {
            (Language::En, "Asia/Shanghai") => format!("Updated: {clock} (Beijing time)"),
            (Language::En, _) => format!("Updated: {clock} ({zone})"),
            (Language::Zh, "Asia/Shanghai") => format!("更新于北京时间：{clock}"),
            (Language::Zh, _) => format!("更新于 {zone} 时间：{clock}"),
        }
    }

    /// How many papers were read, chosen, shown before, unwanted and muted.
    pub(super) fn counts(self, digest: &Digest) -> String {
        let (read, chosen) = (digest.read, digest.entries.len());
        let Digest { seen_before: seen, unwanted, muted, .. } = *digest;
        // Nobody reads 0.9 papers.
        let missed = digest.missed.map_or(0, |missed| missed.round() as usize);
        let mut rest = Vec::new();
        match self {
            Language::En => {
                if seen > 0 {
                    rest.push(format!("{seen} you know already"));
                }
                if unwanted > 0 {
                    rest.push(format!(
                        "{unwanted} of a kind that this profile does not want (such as new versions)"
                    ));
                }
                if muted > 0 {
                    rest.push(format!("{muted} muted"));
                }
                match missed {
                    0 => {}
                    1 => rest.push("about 1 that you would like is not shown".to_owned()),
                    _ => rest.push(format!("about {missed} that you would like are not shown")),
                }
                let papers = if read == 1 { "paper" } else { "papers" };
                let head = format!("Read {read} new {papers}, chose {chosen}");
                match rest.is_empty() {
                    true => format!("{head}."),
                    false => format!("{head}; {}.", rest.join(", ")),
                }
            }
            Language::Zh => {
                if seen > 0 {
                    rest.push(format!("{seen} 篇你已看过"));
                }
                if unwanted > 0 {
                    rest.push(format!("{unwanted} 篇因公告类型（如版本更新）跳过"));
                }
                if muted > 0 {
                    rest.push(format!("{muted} 篇已屏蔽"));
                }
                if missed > 0 {
                    rest.push(format!("约 {missed} 篇你可能感兴趣，未列出"));
                }
                let head = format!("已自动阅读了 {read} 篇最新的论文，选出 {chosen} 篇");
                match rest.is_empty() {
                    true => format!("{head}。"),
                    false => {
                        let rest = rest.join("，");
                        // A figure stands apart from Chinese, a word does not.
                        let gap =
                            if rest.starts_with(|c: char| c.is_ascii_digit()) { " " } else { "" };
                        format!("{head}；另有{gap}{rest}。")
                    }
                }
            }
        }
    }

    pub(super) fn model(self, digest: &Digest) -> String {
        let Digest { model, tokens, writer, entries, .. } = digest;
        let mut line = match self {
            Language::En => format!("Model: {model} | Tokens used: {tokens}"),
            Language::Zh => format!("使用模型：{model} | 消耗 Tokens：{tokens}"),
        };
        let Some(writer) = writer else { return line };
        let notes = entries.iter().filter(|entry| !entry.notes.is_empty()).count();
        let Writer { model, usage: Usage { prompt, completion, cached }, reused, faults } = writer;
        let (hits, kept) = match self {
            Language::En => (
                format!(", {cached} of them from the endpoint's cache"),
                format!(", {reused} of them kept from before"),
            ),
            Language::Zh => {
                (format!("，其中缓存命中 {cached}"), format!("，其中 {reused} 篇为已有结果"))
            }
        };
        let hits = if *cached > 0 { hits } else { String::new() };
        let kept = if *reused > 0 { kept } else { String::new() };
        if *tokens > 0 {
            line += &match self {
                Language::En => format!(" ({prompt} read{hits}, {completion} written)"),
                Language::Zh => format!("（输入 {prompt}{hits}；输出 {completion}）"),
            };
        }
        line += &match self {
            Language::En => format!(" | Notes: {notes} by {model}{kept}"),
            Language::Zh => format!(" | 摘要：{notes} 篇，由 {model} 撰写{kept}"),
        };
        for fault in faults {
            line += &format!(" | {fault}");
        }
        line
    }

    /// Heads of the table that shows the day at a glance: interest, papers, best paper.
    pub(super) fn glance(self) -> [&'static str; 3] {
        match self {
            Language::En => ["Interest", "Papers", "Best"],
            Language::Zh => ["兴趣", "篇数", "最佳"],
        }
    }

    /// The words at the boxes of a paper: like, dislike.
    pub(super) fn marks(self) -> [&'static str; 2] {
        match self {
            Language::En => ["like", "dislike"],
            Language::Zh => ["喜欢", "不喜欢"],
        }
    }

    /// Authors, where so many more are not named.
    pub(super) fn and_more(self, authors: &str, rest: usize) -> String {
        match self {
            Language::En => format!("{authors} and {rest} more"),
            Language::Zh => format!("{authors} 等（另有 {rest} 位）"),
        }
    }

    /// Heading of the entries without an interest; `alone` if there are no other entries.
    pub(super) fn no_interest(self, alone: bool) -> &'static str {
        match (self, alone) {
            (Language::En, false) => "Other likes",
            (Language::En, true) => "Your likes",
            (Language::Zh, false) => "其他偏好",
            (Language::Zh, true) => "你的偏好",
        }
    }

    /// What sets an announcement apart from a new paper of its primary category, if anything.
    pub(super) fn kind(self, kind: Kind, paper: &Paper) -> Option<String> {
        let version = paper.version.map(|v| format!(" v{v}")).unwrap_or_default();
        let replaced = match self {
            Language::En => format!("new version{version}"),
            Language::Zh => format!("新版本{version}"),
        };
        let crossed = match (self, paper.categories.first()) {
            (Language::En, Some(primary)) => format!("cross-list from {primary}"),
            (Language::En, None) => "cross-list".to_owned(),
            (Language::Zh, Some(primary)) => format!("交叉（主分类 {primary}）"),
            (Language::Zh, None) => "交叉".to_owned(),
        };
        match kind {
            Kind::New => None,
            Kind::Cross => Some(crossed),
            Kind::Replace => Some(replaced),
            Kind::ReplaceCross => Some(format!("{replaced} · {crossed}")),
        }
    }

    /// A date that is one of submission where one of announcement is expected.
    pub(super) fn submitted_on(self, date: Date) -> String {
        match self {
            Language::En => format!("{date} (submitted)"),
            Language::Zh => format!("{date}（提交）"),
        }
    }

    /// The paragraph of a digest without papers.
    pub(super) fn empty(self, date: Date, cause: Option<&Empty>) -> String {
        let weekday = self.weekday(date);
        match (self, cause) {
            (Language::En, Some(Empty::Weekend)) => format!(
                "{date} is a {weekday}, and arXiv announces nothing on Saturdays and Sundays. \
                 The next papers come with Monday's announcement."
            ),
            (Language::Zh, Some(Empty::Weekend)) => format!(
                "{date} 是{weekday}，arXiv 周六和周日不公布论文。下一批论文将在周一公布。"
            ),
            (Language::En, Some(Empty::Holiday { holiday })) => format!(
                "arXiv announced nothing for {date}, a {weekday}: the evening before was a holiday \
                 ({}). The papers come with the next announcement.",
                self.holiday(*holiday)
            ),
            (Language::Zh, Some(Empty::Holiday { holiday })) => format!(
                "{date}（{weekday}）没有公布论文：前一天晚上是 arXiv 假日（{}）。论文会在下一次公布时一起出现。",
                self.holiday(*holiday)
            ),
            (Language::En, Some(Empty::NoAnnouncement)) => format!(
                "arXiv announced nothing for {date}, a {weekday}: its feed is empty and its listing still \
                 shows an earlier day, so it is a holiday that the calendar does not know, or a delay. \
                 Papers that come late are in a later digest."
            ),
            (Language::Zh, Some(Empty::NoAnnouncement)) => format!(
                "{date}（{weekday}）arXiv 没有公布论文：订阅源是空的，列表页还停在更早的一天，\
                 可能是日历上没有的假日，也可能是推迟了。晚到的论文会出现在之后的推荐中。"
            ),
            (Language::En, Some(Empty::Quiet)) => {
                format!("arXiv announced papers for {date}, but none in this profile's categories.")
            }
            (Language::Zh, Some(Empty::Quiet)) => {
                format!("{date} arXiv 公布了论文，但你关注的分类中没有。")
            }
            (Language::En, Some(Empty::Stale { since })) => format!(
                "arXiv's feed is stale: on {date} it still serves the papers of {since}, which you know. \
                 The new ones follow as soon as arXiv shows them; run again later."
            ),
            (Language::Zh, Some(Empty::Stale { since })) => format!(
                "arXiv 的订阅源还没更新：{date} 看到的仍是 {since} 的论文，这些你已经看过。\
                 新论文一经公布就会补上，请稍后重新运行。"
            ),
            (Language::En, Some(Empty::FeedEmpty)) => format!(
                "The feed lists no paper, although {date}, a {weekday}, is a working day. Either \
                 arXiv has a holiday, or the feed has not been rebuilt yet: run again later, or \
                 look at the listing of your categories under arxiv.org/list."
            ),
            (Language::Zh, Some(Empty::FeedEmpty)) => format!(
                "{date}（{weekday}）是工作日，但订阅源没有列出任何论文：可能是 arXiv 假日，\
                 也可能订阅源尚未更新。请稍后重新运行，或在 arxiv.org/list 查看所关注分类的列表。"
            ),
            (Language::En, Some(Empty::NoPapers)) => {
                "The input lists no paper: its query matched nothing.".to_owned()
            }
            (Language::Zh, Some(Empty::NoPapers)) => "输入中没有论文：查询没有结果。".to_owned(),
            (Language::En, Some(Empty::OtherDays { newest })) => format!(
                "The input lists no paper of {date}; its newest are of {newest}. Run again with \
                 `--date {newest}` to read those."
            ),
            (Language::Zh, Some(Empty::OtherDays { newest })) => format!(
                "输入中没有 {date} 公布的论文，最新的一批是 {newest}。要阅读它们，请加上 `--date {newest}` 重新运行。"
            ),
            (Language::En, Some(Empty::OtherCategories)) => {
                "The feed lists papers, but none in this profile's `categories`.".to_owned()
            }
            (Language::Zh, Some(Empty::OtherCategories)) => {
                "订阅源中有论文，但都不属于你关注的分类（`categories`）。".to_owned()
            }
            (Language::En, Some(Empty::NothingWanted)) => {
                "Papers were announced, but all of a kind that this profile does not want, such as \
                 new versions of earlier papers."
                    .to_owned()
            }
            (Language::Zh, Some(Empty::NothingWanted)) => {
                "今天公布的论文都因公告类型跳过，例如只是旧论文的版本更新。".to_owned()
            }
            (Language::En, Some(Empty::AllMuted)) => {
                "Papers were announced, but your mutes hide all that you do not know already \
                 (`paperlark profile show` lists them)."
                    .to_owned()
            }
            (Language::Zh, Some(Empty::AllMuted)) => {
                "今天公布的论文中，你没看过的都被屏蔽了（可用 `paperlark profile show` 查看屏蔽了什么）。".to_owned()
            }
            (Language::En, Some(Empty::AllSeen)) => {
                "Papers were announced, but you know them all from earlier digests of this profile. \
                 Run again with `--again` to list them once more."
                    .to_owned()
            }
            (Language::Zh, Some(Empty::AllSeen)) => {
                "今天公布的论文都在之前的推荐中出现过。想再列一次，请加上 `--again` 重新运行。"
                    .to_owned()
            }
            (Language::En, Some(Empty::BelowThreshold { min_score, best })) => format!(
                "Papers were announced, but none reaches the threshold: the best scores {} of 10, \
                 the profile asks for {min_score}. Lower `min_score` in the profile to see more.",
                below(*best)
            ),
            (Language::Zh, Some(Empty::BelowThreshold { min_score, best })) => format!(
                "今天公布的论文都没有达到阈值：最高分是 {}（满分 10），配置要求 {min_score}。\
                 调低配置中的 `min_score` 可以看到更多论文。",
                below(*best)
            ),
            (Language::En, None) => "No paper was chosen.".to_owned(),
            (Language::Zh, None) => "没有选出论文。".to_owned(),
        }
    }

    /// The head of an explanation.
    pub(super) fn explained(self, e: &Explanation) -> String {
        let title = match one_line(&tex::to_display(&e.title)) {
            title if title.is_empty() => String::new(),
            title => format!(" {title}"),
        };
        match self {
            Language::En => format!("{}{title}\n  {} on {}", e.id, e.profile, e.date),
            Language::Zh => format!("{}{title}\n  {} · {}", e.id, e.profile, e.date),
        }
    }

    /// What became of a paper, and how far it was from the list.
    pub(super) fn verdict(self, e: &Explanation) -> Vec<String> {
        let share = 100.0 * 10f32.powf(-0.3 * e.score);
        let share = if share < 9.95 { format!("{share:.1}%") } else { format!("{share:.0}%") };
        let (score, rank, of) = (e.score + 0.0, e.rank, e.candidates);
        let mut lines = match self {
            Language::En => vec![
                self.rule(&e.verdict),
                format!(
                    "score {score:.1} of 10 (the top {share} of your categories); rank {rank} of {of}"
                ),
            ],
            Language::Zh => vec![
                self.rule(&e.verdict),
                format!(
                    "评分 {score:.1}（满分 10，在你关注的分类中排前 {share}）；当天 {of} 篇候选中排第 {rank}"
                ),
            ],
        };
        let gap = e.needed - e.score;
        if !e.verdict.is_shown() && gap > 0.0 {
            lines.push(match self {
                Language::En => format!("the list asked for {:.2}, {gap:.2} more", e.needed),
                Language::Zh => format!("入选要 {:.2} 分，还差 {gap:.2} 分", e.needed),
            });
        }
        if let Some(p) = e.likelihood {
            lines.push(match self {
                Language::En => {
                    format!("chance that you like it, by your marks: {:.0}%", 100.0 * p)
                }
                Language::Zh => format!("从你的标记看，你喜欢它的可能性约 {:.0}%", 100.0 * p),
            });
        }
        if !e.parts.is_empty() {
            let parts: Vec<String> =
                e.parts.iter().map(|(name, value)| format!("{name} {value:+.2}")).collect();
            let (parts, sum) = (parts.join(", "), e.standing);
            lines.push(match self {
                Language::En => format!("evidence: {parts}; together {sum:+.2}"),
                Language::Zh => format!("依据：{parts}；合计 {sum:+.2}"),
            });
        }
        lines
    }

    /// What became of a paper, in one sentence.
    fn rule(self, verdict: &Verdict) -> String {
        let days = |days: &[Date]| days.iter().map(Date::to_string).collect::<Vec<_>>().join(", ");
        match self {
            Language::En => match verdict {
                Verdict::Shown { number, place: Place::Rank } => format!("shown, number {number}"),
                Verdict::Shown { number, place: Place::Quota } => {
                    format!("shown, number {number}, in a place kept for its interest (quota)")
                }
                Verdict::Shown { number, place: Place::Exploration } => {
                    format!("shown, number {number}, as exploration: your profile is unsure here")
                }
                Verdict::Folded { under } => format!(
                    "folded under {} “{}”, which is nearly the same and by the same people",
                    under.id,
                    self.title(&under.title)
                ),
                Verdict::BelowScore { min_score } => {
                    format!("not shown: its score is below min_score = {min_score}")
                }
                Verdict::BeyondTop { top } => {
                    format!("not shown: the list was full (top = {top})")
                }
                Verdict::BeyondMissed { max_missed } => format!(
                    "not shown: the list ended before it, with at most max_missed = {max_missed} likes \
                     expected beyond"
                ),
                Verdict::OutOfShare { quota } => format!(
                    "not shown: its place was kept for a quieter interest (quota = {quota})"
                ),
                Verdict::TooAlike { diversity } => format!(
                    "not shown: it is too much like the papers above it (diversity = {diversity})"
                ),
                Verdict::Seed => "not shown: it is a seed of the profile".to_owned(),
                Verdict::Removed => {
                    "not shown: you know it, as a seed that was removed (`paperlark profile add` takes it \
                     back)"
                        .to_owned()
                }
                Verdict::Marked { mark } => {
                    format!("not shown: you know it, and marked it ({mark})")
                }
                Verdict::Updated { on } => format!(
                    "listed under the updates: a new version of what the digest of {on} shows"
                ),
                Verdict::Repeated => {
                    "not shown: another announcement of it stands for it on this day".to_owned()
                }
                Verdict::ShownBefore { on } => {
                    format!("not shown again: the digest of {on} shows it")
                }
                Verdict::ReadBefore { on } => {
                    format!("not shown: the digest of {on} read it and did not choose it")
                }
                Verdict::Muted { what } => format!("not shown: the profile mutes {what}"),
                Verdict::OtherCategories { categories } => format!(
                    "not shown: it was announced in none of the profile's categories, its own being {}",
                    categories.join(", ")
                ),
                Verdict::OtherKind { kind } => format!(
                    "not shown: it was announced as {}, which `announce` leaves out",
                    kind.as_str()
                ),
                Verdict::NotAnnounced { on } if on.is_empty() => {
                    "not shown: no announcement of it is known".to_owned()
                }
                Verdict::NotAnnounced { on } => {
                    format!("not shown: it was announced on {}, not on this day", days(on))
                }
            },
            Language::Zh => match verdict {
                Verdict::Shown { number, place: Place::Rank } => format!("已列出，第 {number} 篇"),
                Verdict::Shown { number, place: Place::Quota } => {
                    format!("已列出，第 {number} 篇，用的是为它所属兴趣保留的名额（quota）")
                }
                Verdict::Shown { number, place: Place::Exploration } => {
                    format!("已列出，第 {number} 篇，用来探索：还拿不准你是否喜欢这类论文")
                }
                Verdict::Folded { under } => format!(
                    "已并入 {}《{}》：两篇内容几乎相同，作者也相同",
                    under.id,
                    self.title(&under.title)
                ),
                Verdict::BelowScore { min_score } => {
                    format!("未列出：评分低于 {min_score}（min_score）")
                }
                Verdict::BeyondTop { top } => format!("未列出：已经列满 {top} 篇（top）"),
                Verdict::BeyondMissed { max_missed } => format!(
                    "未列出：列到它之前为止，再往后你可能喜欢的预计不超过 {max_missed} 篇（max_missed）"
                ),
                Verdict::OutOfShare { quota } => {
                    format!("未列出：名额留给了另一个兴趣（quota = {quota}）")
                }
                Verdict::TooAlike { diversity } => {
                    format!("未列出：与排在前面的论文过于相似（diversity = {diversity}）")
                }
                Verdict::Seed => "未列出：它是配置中的种子论文".to_owned(),
                Verdict::Removed => {
                    "未列出：它曾是种子论文，后来被移除（可用 `paperlark profile add` 加回）".to_owned()
                }
                Verdict::Marked { mark } => format!("未列出：你已经标记过它（{mark}）"),
                Verdict::Updated { on } => {
                    format!("列在“有了新版本”之下：{on} 的推荐中已有它的旧版本")
                }
                Verdict::Repeated => "未列出：这一天它公布了不止一次，只按另一次列出".to_owned(),
                Verdict::ShownBefore { on } => format!("不再列出：{on} 的推荐中已有"),
                Verdict::ReadBefore { on } => {
                    format!("未列出：{on} 的推荐考虑过它，没有选中")
                }
                Verdict::Muted { what } => format!("未列出：配置屏蔽了{}", muted(what)),
                Verdict::OtherCategories { categories } => format!(
                    "未列出：它不在配置关注的分类中，它的分类是 {}",
                    categories.join("、")
                ),
                Verdict::OtherKind { kind } => {
                    format!("未列出：公告类型是 {}，配置的 announce 不包括它", kind.as_str())
                }
                Verdict::NotAnnounced { on } if on.is_empty() => {
                    "未列出：找不到它的公布记录".to_owned()
                }
                Verdict::NotAnnounced { on } => {
                    format!("未列出：它在 {} 公布，不在这一天", days(on))
                }
            },
        }
    }

    /// The likes or dislikes nearest to a paper, a line each.
    pub(super) fn similar(self, likes: bool, similar: &[Nearest]) -> Vec<String> {
        let label = match (self, likes) {
            (Language::En, true) => "like",
            (Language::En, false) => "dislike",
            (Language::Zh, true) => "喜欢",
            (Language::Zh, false) => "不喜欢",
        };
        let line = |near: &Nearest| {
            let (title, similarity) = (self.title(&near.title), near.similarity);
            // The id of a sentence says nothing.
            let id = if near.is_paper { format!(" ({})", near.id) } else { String::new() };
            format!("{label} {similarity:.2} {title}{id}")
        };
        similar.iter().map(line).collect()
    }

    /// A digest that shows the paper.
    pub(super) fn in_digest(self, digest: &InDigest) -> String {
        let InDigest { date, score } = digest;
        match self {
            Language::En => format!("the digest of {date} shows it with score {score:.1}"),
            Language::Zh => format!("{date} 的推荐列出过它，评分 {score:.1}"),
        }
    }

    fn title(self, title: &str) -> String {
        shortened(&one_line(&tex::to_display(title)), TITLE_CHARS)
    }

    /// Heading of the papers that the reader knows in an older version.
    pub(super) fn updates(self) -> &'static str {
        match self {
            Language::En => "Updated since you saw them",
            Language::Zh => "你看过的论文有了新版本",
        }
    }

    fn holiday(self, holiday: Holiday) -> &'static str {
        match (self, holiday) {
            (Language::En, Holiday::NewYear) => "New Year's Day",
            (Language::Zh, Holiday::NewYear) => "元旦",
            (Language::En, Holiday::MartinLutherKing) => "Martin Luther King Jr. Day",
            (Language::Zh, Holiday::MartinLutherKing) => "马丁·路德·金纪念日",
            (Language::En, Holiday::Juneteenth) => "Juneteenth",
            (Language::Zh, Holiday::Juneteenth) => "六月节",
            (Language::En, Holiday::Independence) => "Independence Day",
            (Language::Zh, Holiday::Independence) => "美国独立日",
            (Language::En, Holiday::Labor) => "Labor Day",
            (Language::Zh, Holiday::Labor) => "美国劳动节",
            (Language::En, Holiday::Thanksgiving) => "Thanksgiving",
            (Language::Zh, Holiday::Thanksgiving) => "感恩节",
            (Language::En, Holiday::Christmas) => "Christmas",
            (Language::Zh, Holiday::Christmas) => "圣诞节",
            (Language::En, Holiday::WinterBreak) => "arXiv's winter break",
            (Language::Zh, Holiday::WinterBreak) => "arXiv 冬歇",
        }
    }

    fn weekday(self, date: Date) -> &'static str {
        let names = match self {
            Language::En => {
                ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
            }
            Language::Zh => ["星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日"],
        };
        names[date.weekday().to_monday_zero_offset() as usize]
    }
}

impl Entry {
    /// Why the paper is worth reading, as plain text on one line: by the notes, or else by the
    /// [evidence](Entry::evidence).
    pub fn reason(&self, language: Language) -> String {
        let notes: Vec<String> = self.notes.iter().map(|note| one_line(&note.reason)).collect();
        match notes.join(" ") {
            none if none.is_empty() => self.evidence(language),
            reason => reason,
        }
    }

    /// What brought the paper up, as plain text on one line, after [`Why::reason`]; one for exploration says
    /// so.
    pub fn evidence(&self, language: Language) -> String {
        let reason = self.why.reason(language);
        match (language, self.place) {
            (_, Place::Rank | Place::Quota) => reason,
            (Language::En, Place::Exploration) => format!(
                "Exploration: your profile is unsure here, and your mark teaches it most. {reason}"
            ),
            (Language::Zh, Place::Exploration) => {
                format!("探索：还拿不准你是否喜欢这类论文，标记一下最有帮助。{reason}")
            }
        }
    }
}

impl Why {
    /// The evidence as one or two short sentences of plain text on one line, never empty.
    ///
    /// Titles are shortened to about 80 characters, and at most six terms are named.
    pub fn reason(&self, language: Language) -> String {
        let interest = self.interest.as_deref().map(one_line).unwrap_or_default();
        let closest = self.nearest.as_ref().map(|n| closest(language, n, &interest));
        let terms: Vec<String> = self
            .terms
            .iter()
            .map(|term| one_line(term))
            .filter(|term| !term.is_empty())
            .take(REASON_TERMS)
            .collect();
        let named = !interest.is_empty();
        match language {
            Language::En => {
                let mut text = match closest {
                    Some(closest) if named => format!("Interest “{interest}”: {closest}"),
                    Some(closest) => closest,
                    None if named => format!("fits your interest “{interest}” as a whole"),
                    None => "close to your taste as a whole".to_owned(),
                };
                if !terms.is_empty() {
                    text = format!("{text}; shared terms: {}", terms.join(", "));
                }
                format!("{}.", capitalized(&text))
            }
            Language::Zh => {
                let mut text = match closest {
                    Some(closest) if named => format!("兴趣「{interest}」：{closest}"),
                    Some(closest) => closest,
                    None if named => format!("整体上符合你的兴趣「{interest}」"),
                    None => "整体上接近你的偏好".to_owned(),
                };
                if !terms.is_empty() {
                    text = format!("{text}；共同术语：{}", terms.join("、"));
                }
                format!("{text}。")
            }
        }
    }
}

/// What is muted, such as `author Wong, N.`, in Chinese.
fn muted(what: &str) -> String {
    match what.split_once(' ') {
        Some(("author", name)) => format!("作者：{name}"),
        Some(("term", term)) => format!("关键词：{term}"),
        Some(("category", category)) => format!("分类：{category}"),
        _ => what.to_owned(),
    }
}

/// The clause about the nearest seed.
fn closest(language: Language, nearest: &Nearest, interest: &str) -> String {
    let title = match one_line(&tex::to_display(&nearest.title)) {
        title if title.is_empty() => one_line(&nearest.id),
        title => title,
    };
    // An interest without a description of its own is described by its name.
    let own_name = !interest.is_empty() && title == interest;
    let title = shortened(&title, TITLE_CHARS);
    let similarity = format!("{:.2}", nearest.similarity);
    match (language, nearest.is_paper) {
        (Language::En, true) => {
            format!("closest to your liked “{title}” (similarity {similarity})")
        }
        (Language::Zh, true) => format!("与你喜欢的《{title}》最接近（相似度 {similarity}）"),
        (Language::En, false) if own_name => {
            format!("matches its description (similarity {similarity})")
        }
        (Language::Zh, false) if own_name => format!("符合其描述（相似度 {similarity}）"),
        (Language::En, false) => {
            format!("matches the description “{title}” (similarity {similarity})")
        }
        (Language::Zh, false) => format!("符合描述「{title}」（相似度 {similarity}）"),
    }
}

fn capitalized(text: &str) -> String {
    let mut chars = text.chars();
    match chars.next() {
        Some(first) => first.to_uppercase().chain(chars).collect(),
        None => String::new(),
    }
}

/// A score below a threshold, rounded down so that it never shows as the threshold itself.
fn below(best: f32) -> String {
    format!("{:.1}", (best * 10.0).floor() / 10.0 + 0.0)
}

#[cfg(test)]
mod tests {
    use super::super::Style;
    use super::super::tests::sample;
    use super::*;

    #[test]
    fn every_empty_digest_names_its_cause() {
        let below = |min_score, best| Empty::BelowThreshold { min_score, best };
        for (cause, day, en, zh) in [
            (
                Some(Empty::Weekend),
                7,
                "2026-02-07 is a Saturday, and arXiv announces nothing on Saturdays and Sundays. \
                 The next papers come with Monday's announcement.",
                "2026-02-07 是星期六，arXiv 周六和周日不公布论文。下一批论文将在周一公布。",
            ),
            (
                Some(Empty::FeedEmpty),
                5,
                "The feed lists no paper, although 2026-02-05, a Thursday, is a working day. Either \
                 arXiv has a holiday, or the feed has not been rebuilt yet: run again later, or \
                 look at the listing of your categories under arxiv.org/list.",
                "2026-02-05（星期四）是工作日，但订阅源没有列出任何论文：可能是 arXiv 假日，\
                 也可能订阅源尚未更新。请稍后重新运行，或在 arxiv.org/list 查看所关注分类的列表。",
            ),
            (
                Some(Empty::AllMuted),
                5,
                "Papers were announced, but your mutes hide all that you do not know already \
                 (`paperlark profile show` lists them).",
                "今天公布的论文中，你没看过的都被屏蔽了（可用 `paperlark profile show` 查看屏蔽了什么）。",
            ),
            (
                Some(Empty::NothingWanted),
                5,
                "Papers were announced, but all of a kind that this profile does not want, such as \
                 new versions of earlier papers.",
                "今天公布的论文都因公告类型跳过，例如只是旧论文的版本更新。",
            ),
            (
                Some(Empty::AllSeen),
                5,
                "Papers were announced, but you know them all from earlier digests of this profile. \
                 Run again with `--again` to list them once more.",
                "今天公布的论文都在之前的推荐中出现过。想再列一次，请加上 `--again` 重新运行。",
            ),
            (
                Some(below(6.0, 5.96)),
                5,
                "Papers were announced, but none reaches the threshold: the best scores 5.9 of 10, \
                 the profile asks for 6. Lower `min_score` in the profile to see more.",
                "今天公布的论文都没有达到阈值：最高分是 5.9（满分 10），配置要求 6。\
                 调低配置中的 `min_score` 可以看到更多论文。",
            ),
            (None, 5, "No paper was chosen.", "没有选出论文。"),
        ] {
            for style in [Style::Scored, Style::List] {
                for (language, paragraph) in [(Language::En, en), (Language::Zh, zh)] {
                    let mut digest = sample(style, language);
                    digest.entries.clear();
                    digest.date = jiff::civil::date(2026, 2, day);
                    digest.empty = cause.clone();
                    let text = digest.render();
                    let blocks: Vec<&str> = text.split("\n\n").collect();
                    assert_eq!(blocks.len(), 3, "{text}");
                    assert_eq!(blocks[2], format!("{paragraph}\n"));
                }
            }
        }
    }

    #[test]
    fn a_reason_says_what_is_known() {
        let paper = |title: &str, similarity| {
            Some(Nearest {
                id: "2602.90009".into(),
                title: title.into(),
                similarity,
                is_paper: true,
            })
        };
        let sentence =
            |title| paper(title, 0.5).map(|nearest| Nearest { is_paper: false, ..nearest });
        for (interest, nearest, terms, en, zh) in [
            (
                Some("可解释性"),
                paper("Axioms\nfor Credit", 0.714),
                vec!["shapley", "axioms"],
                "Interest “可解释性”: closest to your liked “Axioms for Credit” (similarity 0.71); \
                 shared terms: shapley, axioms.",
                "兴趣「可解释性」：与你喜欢的《Axioms for Credit》最接近（相似度 0.71）；\
                 共同术语：shapley、axioms。",
            ),
            (
                None,
                paper("Axioms for Credit", 0.7),
                vec![],
                "Closest to your liked “Axioms for Credit” (similarity 0.70).",
                "与你喜欢的《Axioms for Credit》最接近（相似度 0.70）。",
            ),
            (
                Some("Tuning"),
                sentence("tuning few parameters"),
                vec!["adapters"],
                "Interest “Tuning”: matches the description “tuning few parameters” (similarity \
                 0.50); shared terms: adapters.",
                "兴趣「Tuning」：符合描述「tuning few parameters」（相似度 0.50）；共同术语：adapters。",
            ),
            (
                Some("Tuning"),
                sentence("Tuning"),
                vec![],
                "Interest “Tuning”: matches its description (similarity 0.50).",
                "兴趣「Tuning」：符合其描述（相似度 0.50）。",
            ),
            (
                None,
                sentence("tuning"),
                vec![],
                "Matches the description “tuning” (similarity 0.50).",
                "符合描述「tuning」（相似度 0.50）。",
            ),
            (
                Some("Tuning"),
                None,
                vec!["a", " ", "b", "c", "d", "e", "f", "g"],
                "Fits your interest “Tuning” as a whole; shared terms: a, b, c, d, e, f.",
                "整体上符合你的兴趣「Tuning」；共同术语：a、b、c、d、e、f。",
            ),
            (
                None,
                None,
                vec!["adapters"],
                "Close to your taste as a whole; shared terms: adapters.",
                "整体上接近你的偏好；共同术语：adapters。",
            ),
            (Some(" "), None, vec![], "Close to your taste as a whole.", "整体上接近你的偏好。"),
            (
                None,
                paper(" ", 0.2),
                vec![],
                "Closest to your liked “2602.90009” (similarity 0.20).",
                "与你喜欢的《2602.90009》最接近（相似度 0.20）。",
            ),
        ] {
            let why = Why {
                interest: interest.map(str::to_owned),
                nearest,
                terms: terms.into_iter().map(str::to_owned).collect(),
            };
            assert_eq!(why.reason(Language::En), en);
            assert_eq!(why.reason(Language::Zh), zh);
        }
    }

    #[test]
    fn long_titles_end_before_a_word() {
        for (text, limit, expected) in [
            ("one two three", 13, "one two three"),
            ("one two three", 12, "one two…"),
            ("one two, three", 12, "one two…"),
            ("one two three", 8, "one two…"),
            ("a supercalifragilistic word", 12, "a supercali…"),
            ("深度学习可解释性研究综述", 8, "深度学习可解释…"),
            ("learning $x + y$ and more", 15, "learning…"),
            ("$x + y + z + u + v$ grows", 10, "$x + y +…"),
        ] {
            assert_eq!(shortened(text, limit), expected, "{text}");
            assert!(shortened(text, limit).chars().count() <= limit);
        }
    }

    #[test]
    fn the_zone_has_a_name() {
        for (at, en, zh) in [
            (
                "2026-02-05T13:25:47+08:00[Asia/Shanghai]",
                "Updated: 2026-02-05 13:25:47 (Beijing time)",
                "更新于北京时间：2026-02-05 13:25:47",
            ),
            (
                "2026-02-05T06:25:47+01:00[Europe/Berlin]",
                "Updated: 2026-02-05 06:25:47 (Europe/Berlin)",
                "更新于 Europe/Berlin 时间：2026-02-05 06:25:47",
            ),
            (
                "2026-02-05T10:55:47+05:30[+05:30]",
                "Updated: 2026-02-05 10:55:47 (UTC+05:30)",
                "更新于 UTC+05:30 时间：2026-02-05 10:55:47",
            ),
            (
                "2026-02-05T05:25:47+00:00[UTC]",
                "Updated: 2026-02-05 05:25:47 (UTC)",
                "更新于 UTC 时间：2026-02-05 05:25:47",
            ),
        ] {
            let at: Zoned = at.parse().unwrap();
            assert_eq!(Language::En.updated(&at), en);
            assert_eq!(Language::Zh.updated(&at), zh);
        }
    }

    #[test]
    fn counts_name_only_what_there_is() {
        let mut digest = sample(Style::Scored, Language::En);
        digest.entries.truncate(1);
        for (read, seen, unwanted, muted, en, zh) in [
            (1, 0, 0, 0, "Read 1 new paper, chose 1.", "已自动阅读了 1 篇最新的论文，选出 1 篇。"),
            (
                9,
                1,
                0,
                0,
                "Read 9 new papers, chose 1; 1 you know already.",
                "已自动阅读了 9 篇最新的论文，选出 1 篇；另有 1 篇你已看过。",
            ),
            (
                9,
                0,
                2,
                0,
                "Read 9 new papers, chose 1; 2 of a kind that this profile does not want (such as \
                 new versions).",
                "已自动阅读了 9 篇最新的论文，选出 1 篇；另有 2 篇因公告类型（如版本更新）跳过。",
            ),
            (
                9,
                1,
                0,
                3,
                "Read 9 new papers, chose 1; 1 you know already, 3 muted.",
                "已自动阅读了 9 篇最新的论文，选出 1 篇；另有 1 篇你已看过，3 篇已屏蔽。",
            ),
        ] {
            (digest.read, digest.seen_before, digest.unwanted) = (read, seen, unwanted);
            digest.muted = muted;
            assert_eq!(Language::En.counts(&digest), en);
            assert_eq!(Language::Zh.counts(&digest), zh);
        }
        (digest.seen_before, digest.unwanted, digest.muted) = (0, 0, 0);
        for (missed, en, zh) in [
            (0.3, ".", "。"),
            (
                0.9,
                "; about 1 that you would like is not shown.",
                "；另有约 1 篇你可能感兴趣，未列出。",
            ),
            (
                2.4,
                "; about 2 that you would like are not shown.",
                "；另有约 2 篇你可能感兴趣，未列出。",
            ),
        ] {
            digest.missed = Some(missed);
            let en = format!("Read 9 new papers, chose 1{en}");
            assert_eq!(Language::En.counts(&digest), en);
            assert_eq!(
                Language::Zh.counts(&digest),
                format!("已自动阅读了 9 篇最新的论文，选出 1 篇{zh}")
            );
        }
    }
}
