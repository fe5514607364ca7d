//! The program in Chinese: help, errors, notes, results, and digests of profiles that name no language.

use std::fs;

use paperlark::profile::Language;

use crate::common::{desk::Desk, program::succeeded};

const PROFILE: &str = r#"
categories = ["cs.LG"]
min_score = 0.0
[[interest]]
name = "归因"
seeds = [{ title = "Fair shares of credit", abstract = "Shapley values of the features of networks." }]
"#;
const FEED: &str = r#"{"id": "2606.99002", "title": "Shapley attribution", "abstract": "Shapley values of inputs.", "categories": ["cs.LG"], "announced": "2026-06-02"}
{"id": "2606.99003", "title": "3 papers, 2 new", "abstract": "A fleet of robots.", "categories": ["cs.LG"], "announced": "2026-06-02"}
"#;

/// A desk with a profile and a feed.
fn desk() -> Desk {
    let desk = Desk::offline();
    desk.profile("ada", PROFILE);
    desk.file("day.jsonl", FEED);
    desk
}

/// The same, in Chinese.
fn chinese() -> Desk {
    desk().with_args(&["--lang", "zh"])
}

#[test]
fn help_is_in_the_language_of_option_variable_and_locale() {
    let desk = desk();
    let chinese = "为当天公布的论文排序";
    let help = |variables: &[(&str, &str)], args: &[&str]| {
        let mut command = desk.command(args);
        command.env_remove("LC_ALL").envs(variables.iter().copied());
        succeeded(args, command.output().unwrap())
    };
    for (variables, args, is_chinese) in [
        (&[][..], &["daily", "--help"][..], false),
        (&[], &["--lang", "zh", "daily", "--help"], true),
        (&[], &["daily", "-h", "--lang=zh"], true),
        (&[("PAPERLARK_LANG", "zh")], &["daily", "--help"], true),
        (&[("PAPERLARK_LANG", "zh")], &["daily", "--help", "--lang", "en"], false),
        (&[("LANG", "zh_CN.UTF-8")], &["help", "daily"], true),
        (&[("LANG", "zh_CN.UTF-8"), ("LC_ALL", "C")], &["daily", "--help"], false),
    ] {
        let text = help(variables, args);
        assert_eq!(text.contains(chinese), is_chinese, "{variables:?} {args:?}: {text}");
        assert_eq!(text.contains("用法: "), is_chinese, "{text}");
        assert_eq!(text.contains("Usage: "), !is_chinese, "{text}");
    }
    let root = help(&[], &["--lang", "zh", "--help"]);
    for words in ["命令:", "选项:", "[环境变量: PAPERLARK_DATA]", "显示版本", "--data-dir <目录>"]
    {
        assert!(root.contains(words), "no {words} in {root}");
    }
}

#[test]
fn mistakes_on_the_command_line_are_told_in_chinese() {
    let desk = chinese();
    for (args, words) in [
        (&["dialy"][..], "没有 'dialy' 这个命令"),
        (&["daily", "--profle", "ada"], "是否想用 '--profile'"),
        (&["like"], "缺少必需的参数: '<论文>"),
        (&["daily", "--date", "today"], "的值 'today' 无效"),
        (&["search", "x", "-n", "0"], "'-n <N>' 的值 '0' 无效: 0 不在 1..=1000 范围内"),
        (&["--quiet", "--verbose", "stats"], "不能与"),
        (&["explain", "x", "--profile", "ada"], "'x' 不是论文编号"),
    ] {
        let said = desk.fails(args);
        assert!(said.starts_with("错误: ") && said.contains(words), "{args:?}: {said}");
        assert!(!said.contains("Usage") && !said.contains("error"), "{said}");
    }
    // Without a command the help itself is the answer.
    let said = desk.fails(&[]);
    assert!(said.contains("用法: paperlark"), "{said}");
}

#[test]
fn errors_and_notes_are_in_chinese() {
    let desk = chinese();
    for (args, words) in [
        (&["stats"][..], "中还没有资料库；请先运行 `paperlark daily`"),
        (&["daily", "--profile", "bob"], "没有一个配置可以读取"),
        (&["daily", "--feed", "none.xml"], "无法读取 none.xml：没有这个文件或目录"),
        (&["fetch"], "使用 --offline 时无法获取论文"),
        (&["fetch", "--category", "cs.LX"], "arXiv 没有分类 'cs.LX'；是否想写 "),
        (&["daily", "--notes-only"], "还没有资料库"),
        (&["model", "use", "none"], "向量模型 none：没有这个名称的模型"),
    ] {
        let said = desk.fails(args);
        assert!(said.starts_with("paperlark: ") && said.contains(words), "{args:?}: {said}");
    }
    desk.file("broken.xml", "<rss><channel>");
    let said = desk.fails(&["daily", "--feed", "broken.xml"]);
    assert!(said.contains("请重新下载"), "{said}");
    desk.profile("bob", "\ntop = 0");
    desk.profile("eve", "categories = [\"cs.LX\"]\nsedes = []");
    desk.profile("fay", "[[interest]]\nname = \"a\"");
    let said = desk.fails(&["daily", "--feed", "day.jsonl"]);
    for words in [
        "bob.toml:2: top 至少为 1",
        "eve.toml:2: 没有 `sedes` 这个键",
        "fay.toml:2: 兴趣 'a' 既没有种子论文也没有描述",
        "还没有排序的依据；请给某个兴趣加上种子论文或描述",
        "4 个配置中有 3 个没能生成推荐",
    ] {
        assert!(said.contains(words), "no {words} in {said}");
    }
}

#[test]
fn results_are_in_chinese_and_papers_stay_as_they_are() {
    let desk = chinese();
    let said = desk.ok(&["daily", "--feed", "day.jsonl"]);
    assert!(said.contains("ada 2026-06-02：2 篇中选出 2 篇 -> "), "{said}");
    // This title reads like one of our messages.
    assert!(said.contains("3 papers, 2 new"), "{said}");
    let said = desk.ok(&["search", "papers"]);
    assert!(said.contains("3 papers, 2 new") && said.contains("相似度 "), "{said}");
    let said = desk.ok(&["like", "2606.99002", "--profile", "ada"]);
    assert_eq!(said, "已记录：喜欢《Shapley attribution》（归因）\n");
    let said = desk.ok(&["profile", "mute", "ada", "--author", "Wong, N."]);
    assert_eq!(said, "ada：已屏蔽 1 项；当前屏蔽：作者：Wong, N.\n");
    let said = desk.ok(&["undo", "--profile", "ada"]);
    assert!(said.contains("屏蔽作者：Wong, N."), "{said}");
    let said = desk.ok(&["doctor"]);
    assert!(said.contains("索引召回率（前 10）：100%"), "{said}");
    let said = desk.ok(&["undo", "--profile", "ada"]);
    assert!(said.contains("喜欢 2606.99002 Shapley attribution"), "{said}");
    let said = desk.ok(&["stats"]);
    assert!(said.contains("论文 3 篇，公布记录 2 条，"), "{said}");
    // Data keep their form in every language.
    let json = desk.ok(&["--json", "undo", "--profile", "ada"]);
    assert!(json.contains("\"undone\"") && json.is_ascii(), "{json}");
}

#[test]
fn a_digest_speaks_the_language_of_the_run_unless_its_profile_names_one() {
    let desk = desk();
    desk.profile("bob", &format!("language = \"en\"\n{PROFILE}"));
    let digest = |name: &str| desk.digest("2026-06-02", name);
    let language_of = |text: &str| match text.contains("每日推荐") {
        true => Language::Zh,
        false => Language::En,
    };
    let mut orders = Vec::new();
    for (language, ada) in [("zh", Language::Zh), ("en", Language::En), ("zh", Language::Zh)] {
        desk.ok(&["--lang", language, "daily", "--feed", "day.jsonl"]);
        assert_eq!(language_of(&digest("ada")), ada, "--lang {language}");
        assert_eq!(language_of(&digest("bob")), Language::En, "--lang {language}");
        let latest = desk.read("data/digests/latest.md");
        let headline = digest("ada").lines().next().unwrap_or_default().to_owned();
        assert!(latest.contains(&headline), "{latest}");
        let text = digest("ada");
        orders.push(["2606.99002", "2606.99003"].map(|id| text.find(id)).is_sorted());
    }
    // It is the same list in other words.
    assert!(orders.windows(2).all(|pair| pair[0] == pair[1]), "{orders:?}");
    let files = fs::read_dir(desk.path("data/digests/2026-06-02")).unwrap().count();
    assert_eq!(files, 2, "nothing was taken for an edited file");
}
