//! Thirty days in a row, unattended: five readers, weekends, a holiday, two days without arXiv and one without
//! the language model. Every day leaves an archive, no paper is lost or comes twice, and the tokens keep to
//! their budget.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    process::Output,
    sync::Arc,
};

use jiff::{ToSpan, civil::Date};

use crate::common::{
    chat::{Endpoint, Mood},
    mock::{
        ArxivDesk,
        server::{Fault, Rule, Server},
        world::{Plan, World, eastern},
    },
};

const READERS: [(&str, &[&str]); 5] = [
    ("ada", &["cs.LG"]),
    ("ben", &["cs.CV"]),
    ("cleo", &["cs.LG", "stat.ML"]),
    ("dov", &["math.OC"]),
    ("eve", &["cs.LG", "cs.CV", "stat.ML", "math.OC"]),
];
const FIRST: &str = "2026-01-05";
const DAYS: i32 = 30;
/// Days on which no service of arXiv answers.
const OUTAGES: [&str; 2] = ["2026-01-14", "2026-01-27"];
/// A day on which the language model's endpoint does not answer.
const SILENT: &str = "2026-01-22";
/// A holiday: nothing was announced the evening before.
const HOLIDAY: &str = "2026-01-20";
const BUDGET: u64 = 12_000;

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn a_month_runs_by_itself() {
    let first: Date = FIRST.parse().unwrap();
    let days: Vec<Date> = first.series(1.day()).take(DAYS as usize).collect();
    let last = days[days.len() - 1];
    let world = Arc::new(World::new(&Plan::new(FIRST, &last.to_string())));
    let (server, endpoint) = (Server::start(world.clone()), Endpoint::start());
    let desk = ArxivDesk::new();
    for (name, categories) in READERS {
        desk.profile(name, categories, &["new"]);
    }
    fs::write(
        desk.desk.path("config.toml"),
        format!("[llm]\ntop_n = 3\nmax_tokens_per_day = {BUDGET}\n"),
    )
    .unwrap();
    let run = |date: &Date, time: &str, args: &[&str]| {
        let now = eastern(&format!("{date} {time}"));
        let mut command = desk.command(&server, now, &[]);
        command.args(["--config", "config.toml"]).args(args);
        command.env("OPENAI_MODEL", "writer").env("OPENAI_BASE_URL", endpoint.base());
        command.output().unwrap()
    };
    let mut counted = 0;
    let mut failed = Vec::new();
    for (number, date) in days.iter().enumerate() {
        let name = date.to_string();
        let outage = OUTAGES.contains(&name.as_str());
        let rules = [Rule::everywhere(Fault::Status(503, None))];
        server.set(eastern(&format!("{date} 09:00")), if outage { &rules } else { &[] });
        endpoint.set(if name == SILENT { Mood::Status(500, "", "oops") } else { Mood::Good });
        let output = run(date, "09:00", &["daily"]);
        if !output.status.success() {
            failed.push(name.clone());
            assert!(outage, "{date}: {}", said(&output));
        }
        if name == SILENT {
            assert_eq!(said(&output).matches("status 500").count(), 1, "{}", said(&output));
        }
        let asked = endpoint.log().len();
        if number % 5 == 3 {
            // Somebody, or a timer, runs it again within the hour.
            let before = desk.digests("eve");
            run(date, "09:40", &["daily"]);
            assert_eq!(desk.digests("eve"), before, "{date}");
            if !outage {
                assert_eq!(endpoint.log().len(), asked, "{date}: nothing is paid twice");
            }
        }
        assert!(endpoint.counted() <= BUDGET, "{date}: {} tokens", endpoint.counted());
        counted += endpoint.counted();
    }
    assert_eq!(failed, OUTAGES, "on days without arXiv it says so, with its exit status");

    let no_paper_is_uncertain = |_: &_, _: Date| false;
    for (name, categories) in READERS {
        let digests = desk.digests(name);
        let missing: Vec<&Date> = days.iter().filter(|day| !digests.contains_key(day)).collect();
        assert!(missing.is_empty(), "{name} has no digest of {missing:?}");
        assert_eq!(digests.len(), days.len(), "{name}");
        let truth = world.truth(categories, &["new"], first, last, &no_paper_is_uncertain);
        let mut shown: BTreeMap<String, Vec<Date>> = BTreeMap::new();
        for (id, day) in desk.delivered(name) {
            shown.entry(id).or_default().push(day);
        }
        let must: BTreeSet<&String> = truth.must.keys().collect();
        assert_eq!(shown.keys().collect::<BTreeSet<_>>(), must, "{name}");
        for (id, days) in &shown {
            assert_eq!(days, &[truth.must[id].0], "{name}: {id} comes once, on its day");
        }
        for day in ["2026-01-10", HOLIDAY] {
            let text = &digests[&day.parse().unwrap()];
            assert!(text.to_lowercase().contains(if day == HOLIDAY {
                "holiday"
            } else {
                "saturday"
            }));
        }
    }
    let output = run(&last, "10:00", &["stats", "--json"]);
    let stats: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let spending = stats["spending"].as_array().unwrap();
    let tokens = |name: &str| spending.iter().map(|s| s[name].as_u64().unwrap()).sum::<u64>();
    assert_eq!(tokens("prompt") + tokens("completion"), counted, "the bill is the endpoint's own");
    println!("{} days, 5 readers: {counted} tokens", days.len());
}
