//! arXiv for tests: a world of papers, a server that serves it and can misbehave, and a desk to run the
//! program at.
//!
//! A test makes a [`World`](world::World), starts a [`Server`](server::Server), and runs the program at an
//! [`ArxivDesk`] at any time of that world.

pub mod render;
pub mod server;
pub mod world;

use std::{
    collections::BTreeMap,
    fs,
    process::{Command, Output, Stdio},
};

use jiff::{Timestamp, civil::Date};

use super::desk::Desk;
use server::Server;

/// The seed that `PAPERLARK_SEED` names, or else `usual`.
pub fn seed(usual: u64) -> u64 {
    match std::env::var("PAPERLARK_SEED") {
        Ok(text) => text.parse().expect("PAPERLARK_SEED is a number"),
        Err(_) => usual,
    }
}

/// A desk at which the program takes a [`Server`] for arXiv.
pub struct ArxivDesk {
    pub desk: Desk,
    /// Seconds between requests.
    pub pace: f64,
}

impl ArxivDesk {
    pub fn new() -> ArxivDesk {
        let desk = Desk::new().with_args(&["--profiles", "profiles"]);
        ArxivDesk { desk: desk.with("PAPERLARK_CONTACT", "ida@lark.example"), pace: 0.002 }
    }

    /// Writes a profile to which every paper is worth showing.
    pub fn profile(&self, name: &str, categories: &[&str], announce: &[&str]) {
        let list = |words: &[&str]| {
            let quoted: Vec<String> = words.iter().map(|w| format!("\"{w}\"")).collect();
            quoted.join(", ")
        };
        let text = format!(
            r#"categories = [{}]
announce = [{}]
language = "en"
style = "scored"
top = 1000000
min_score = 0
fold = false

[[interest]]
name = "Attention"

[[interest.seeds]]
title = "Attention that Skips What It Knows"
abstract = "We make attention sparse by leaving out the keys that a query has met before."

[[interest.seeds]]
title = "Gradient Flow on a Slope of Feathers"
abstract = "We follow gradient flow on losses with many flat directions and bound the time it takes."
"#,
            list(categories),
            list(announce)
        );
        self.desk.profile(name, &text);
    }

    /// The program, with `server` in the place of arXiv and `now` as the present.
    pub fn command(&self, server: &Server, now: Timestamp, args: &[&str]) -> Command {
        let mut command = self.desk.command(args);
        command
            .env("PAPERLARK_NOW", now.to_string())
            .env("PAPERLARK_PACE", self.pace.to_string())
            .envs(server.bases())
            .stdin(Stdio::null());
        command
    }

    pub fn run(&self, server: &Server, now: Timestamp, args: &[&str]) -> Output {
        self.command(server, now, args).output().unwrap()
    }

    /// The digests of a profile by day.
    pub fn digests(&self, profile: &str) -> BTreeMap<Date, String> {
        let Ok(days) = fs::read_dir(self.desk.path("data/digests")) else { return BTreeMap::new() };
        days.filter_map(|day| {
            let day = day.unwrap();
            let date: Date = day.file_name().to_str()?.parse().ok()?;
            let text = fs::read_to_string(day.path().join(format!("{profile}.md"))).ok()?;
            Some((date, text))
        })
        .collect()
    }

    /// What was delivered to a profile: id and day, in the order of the digests.
    pub fn delivered(&self, profile: &str) -> Vec<(String, Date)> {
        let digests = self.digests(profile);
        digests
            .iter()
            .flat_map(|(date, text)| shown(text).into_iter().map(move |id| (id, *date)))
            .collect()
    }
}

/// The ids of the papers that a digest shows; its list of new versions is not counted.
pub fn shown(digest: &str) -> Vec<String> {
    let mut lines = digest.lines().take_while(|line| !is_updated(line));
    let mut ids = Vec::new();
    for line in lines.by_ref().filter(|line| line.starts_with("- **Link:**")) {
        let rest = line.split("](https://arxiv.org/abs/").nth(1).unwrap_or_default();
        ids.push(rest.split(')').next().unwrap_or_default().to_owned());
    }
    ids
}

fn is_updated(line: &str) -> bool {
    line.starts_with("## ") && (line.contains("Updated") || line.contains("new version"))
}

/// The ids in a digest's list of new versions.
pub fn updated(digest: &str) -> Vec<String> {
    let lines = digest.lines().skip_while(|line| !is_updated(line));
    let links = lines.filter_map(|line| line.split("arxiv.org/abs/").nth(1));
    links
        .map(|rest| rest.split([')', ']', ' ']).next().unwrap_or_default())
        .map(|id| id.rsplit_once('v').map_or(id, |(bare, _)| bare).to_owned())
        .collect()
}
