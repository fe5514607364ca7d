//! `scripts/judged-days` on a small repository of the kind it reads.

use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

use jiff::civil::{Date, date};
use paperlark::eval::JudgedDays;
use tempfile::{TempDir, tempdir};

/// Whether the programs that the script needs are here; says so if not.
fn installed() -> bool {
    let absent = ["git", "python3"]
        .into_iter()
        .find(|program| Command::new(program).arg("--version").output().is_err());
    if let Some(program) = absent {
        println!("skipped: there is no {program}");
    }
    absent.is_none()
}

fn git(folder: &Path, args: &[&str]) {
    let output = Command::new("git")
        .args(["-c", "user.name=bot", "-c", "user.email=bot@example.org"])
        .args(args)
        .current_dir(folder)
        .env("GIT_CONFIG_GLOBAL", "")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// A subject, and the files that are written; `None` removes one.
type Commit<'a> = (&'a str, &'a [(&'a str, Option<&'a str>)]);

/// A clone with these commits.
fn repository(commits: &[Commit]) -> TempDir {
    let folder = tempdir().unwrap();
    git(folder.path(), &["init", "--quiet"]);
    for (subject, files) in commits {
        for (name, text) in *files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            match text {
                Some(text) => fs::write(path, text).unwrap(),
                None => fs::remove_file(path).unwrap(),
            }
        }
        git(folder.path(), &["add", "--all"]);
        git(folder.path(), &["commit", "--quiet", "--allow-empty", "--message", subject]);
    }
    folder
}

fn script(args: &[&str]) -> Output {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts/judged-days");
    Command::new("python3").arg(script).args(args).output().unwrap()
}

/// What a day of the answer says: title, authors and abstract of each paper read, then title and interest
/// of each paper kept.
type Day = (Date, Vec<[String; 3]>, Vec<(String, Option<String>)>);

fn read(file: &Path) -> Vec<Day> {
    let judged = JudgedDays::read(&[file]).unwrap();
    assert_eq!(judged.unlisted, 0);
    let days = judged.days.iter().map(|day| {
        let title = |place: &usize| judged.papers[*place].title.clone();
        let papers = day.read.iter().map(|place| {
            let paper = &judged.papers[*place];
            [paper.title.clone(), paper.authors.join("; "), paper.abstract_text.clone()]
        });
        let mut kept: Vec<_> =
            day.kept.iter().map(|(place, field)| (title(place), field.clone())).collect();
        kept.sort();
        (day.date, papers.collect(), kept)
    });
    days.collect()
}

const FIRST: &str = "\
# 今日原始论文列表

共获取到 2 篇新论文

## 论文 1
- **标题**: [Re] Lattices [and] larks
- **作者**: Ann Author, Ben Writer
- **发布时间**: 2025-10-30
- **链接**: https://arxiv.org/abs/2510.00001v2
- **摘要**: Two
lines, one - **dash** and
## 论文 of a heading.

## 论文 2
- **标题**: Rivers
- **作者**: Cleo Poet
- **发布时间**: 2025-10-30
- **链接**: https://arxiv.org/abs/2510.00002
- **摘要**: Of water.
";

const FIRST_README: &str = "\
# ArXiv 每日推荐

## 快速导航

- [光学](#光学)

<h2 id='光学'>光学</h2>

### [Score: 9.0/10] [Re] Lattices [and] larks
- **Authors:** Ann Author, Ben Writer
- **Published:** 2025-10-30
- **Link:** [https://arxiv.org/abs/2510.00001](https://arxiv.org/abs/2510.00001)
- **Reason:** 新方法
 与证明。
Score: 9
Field: 光学
";

const SECOND: &str = "\
## 论文 1
- **标题**: Mirrors
- **作者**: Dan Scribe
- **发布时间**: 2025-10-31
- **链接**: https://arxiv.org/abs/2510.00003
- **摘要**: arXiv:2510.00003v1 Announce Type: replace-cross  Abstract: Of light.

## 论文 2
- **标题**: Lenses
- **作者**: Dan Scribe
- **发布时间**: 2025-10-31
- **链接**: https://arxiv.org/abs/2510.00004
- **摘要**: arXiv:2510.00004v1 Announce Type: new Abstract: Of glass.

## 论文 3
- **标题**: Lenses once more
- **作者**: Dan Scribe
- **发布时间**: 2025-10-31
- **链接**: https://arxiv.org/abs/2510.00004
- **摘要**: A paper is listed once.
";

/// Picks under a heading that names no interest; one of them is not among the papers read.
const SECOND_HISTORY: &str = "\
## 快速导航

### [Score: 8.5/10] Mirrors
- **Link:** [https://arxiv.org/abs/2510.00003](https://arxiv.org/abs/2510.00003)
- **Reason:** 好。

### [Score: 7/10] Lenses
- **Link:** [https://arxiv.org/abs/2510.00004](https://arxiv.org/abs/2510.00004)
- **Reason:** 好。
Score: 7
Field: 光学

### [Score: 7/10] Yesterday's
- **Link:** [https://arxiv.org/abs/2509.12345](https://arxiv.org/abs/2509.12345)
- **Reason:** 旧。
";

#[test]
fn judged_days_are_made_of_a_clones_history() {
    if !installed() {
        return;
    }
    let stale = SECOND.replace("Mirrors", "Stale");
    let clone = repository(&[
        ("first steps", &[("README.md", Some("hello"))]),
        (
            "Auto-update ArXiv recommendations for 2025-10-30",
            &[("RAW.md", Some(FIRST)), ("README.md", Some(FIRST_README))],
        ),
        ("Auto-update ArXiv recommendations for 2025-10-31", &[("RAW.md", Some(stale.as_str()))]),
        ("a repair", &[("main.py", Some("pass"))]),
        (
            "Auto-update ArXiv recommendations for 2025-10-31",
            &[("RAW.md", Some(SECOND)), ("history/2025-10-31.md", Some(SECOND_HISTORY))],
        ),
        // Read, and nothing was picked.
        (
            "Auto-update ArXiv recommendations for 2025-11-01",
            &[
                ("RAW.md", Some(FIRST)),
                ("history/2025-11-01.md", Some("# ArXiv 每日推荐 - 2025-11-01")),
            ],
        ),
        ("Auto-update ArXiv recommendations for 2025-11-02", &[("RAW.md", None)]),
    ]);
    let days = tempdir().unwrap();
    let out = days.path().join("days.jsonl.gz");
    let output = script(&[clone.path().to_str().unwrap(), out.to_str().unwrap()]);
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{said}");
    assert_eq!(
        said,
        "judged-days: 2025-10-31: 1 of 3 picks are left out, RAW.md does not list them\n\
         judged-days: 2025-11-02 is left out: its RAW.md lists no papers\n\
         judged-days: 3 days\n"
    );

    let strings = |paper: [&str; 3]| paper.map(str::to_owned);
    let kept = |title: &str, field: Option<&str>| (title.to_owned(), field.map(str::to_owned));
    let first = vec![
        strings([
            "[Re] Lattices [and] larks",
            "Ann Author; Ben Writer",
            "Two lines, one - **dash** and ## 论文 of a heading.",
        ]),
        strings(["Rivers", "Cleo Poet", "Of water."]),
    ];
    let second = vec![
        strings(["Mirrors", "Dan Scribe", "Of light."]),
        strings(["Lenses", "Dan Scribe", "Of glass."]),
    ];
    assert_eq!(
        read(&out),
        [
            (
                date(2025, 10, 30),
                first.clone(),
                vec![kept("[Re] Lattices [and] larks", Some("光学"))]
            ),
            (date(2025, 10, 31), second, vec![kept("Lenses", Some("光学")), kept("Mirrors", None)]),
            (date(2025, 11, 1), first, vec![]),
        ]
    );

    // Standard output has the same lines, with what the reader of judged days passes over.
    let output = script(&[clone.path().to_str().unwrap()]);
    let text = String::from_utf8(output.stdout).unwrap();
    let lines: Vec<serde_json::Value> =
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 3);
    assert_eq!(
        lines[0]["kept"]["2510.00001"],
        serde_json::json!({"score": 9.0, "field": "光学", "reason": "新方法 与证明。"})
    );
    assert_eq!(lines[1]["kept"]["2510.00003"], serde_json::json!({"score": 8.5, "reason": "好。"}));
    assert_eq!(lines[0]["papers"][0]["announced"], "2025-10-30");
}

#[test]
fn what_is_no_such_clone_is_named() {
    if !installed() {
        return;
    }
    let other = repository(&[("first steps", &[("README.md", Some("hello"))])]);
    let inside = other.path().join("archive");
    fs::create_dir(&inside).unwrap();
    let empty = tempdir().unwrap();
    let other = other.path();
    let absent = other.join("absent");
    for (folder, reason) in [
        (other, "no commit"),
        (&inside, "no git clone of its own"),
        (empty.path(), "git cannot read"),
        (&absent, "there is no folder"),
    ] {
        let output = script(&[folder.to_str().unwrap()]);
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.contains(reason) && said.contains(folder.to_str().unwrap()), "{said}");
        assert!(!said.contains("Traceback") && output.stdout.is_empty(), "{said}");
        assert_eq!(output.status.code(), Some(2));
    }
}
