//! `paperlark apply`: what a reader ticked in a digest teaches their profile.

use std::{io, path::PathBuf};

use anyhow::Result;
use jiff::civil::Date;
use paperlark::{
    calendar,
    digest::Marks,
    engine::{self, Applied},
    message,
    text::one_line,
};

use super::{
    Setup,
    marking::{line, report},
    open,
    ui::Because,
};

/// Read likes and dislikes from digests, replies and lines of marks
///
/// In the Markdown digest, tick a box: `- [x] like 2602.04118`. The HTML page gives a line to copy:
/// `marks ling 2026-02-05 +2602.04118 -2602.03918`. A reply to a mailed digest, saved as a file, may
/// say the same, or `like 2602.04118`. Applying a file again changes nothing; a box that is not
/// ticked says nothing. `paperlark daily` applies what it finds in the digests folder by itself.
///
/// Examples:
///   paperlark apply digests/2026-02-05/ling.md
///   paperlark apply "marks ling 2026-02-05 +2602.04118 -2602.03918"
///   paperlark apply reply.eml --profile ling
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub struct Args {
    /// Digests, saved mails, text files, - for standard input, or lines of marks
    #[arg(required = true, value_name = "FILE|MARKS")]
    sources: Vec<String>,

    /// The profile, for marks that do not say whose they are [default: the only one]
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,
}

pub fn run(setup: &Setup, args: &Args) -> Result<()> {
    let mut found: Vec<Marks> = Vec::new();
    for source in &args.sources {
        let marks = match source.split_whitespace().next() {
            Some("marks") if source.contains(' ') => Marks::find(source),
            Some("-") => engine::marks_in(&mut io::stdin().lock(), source)?,
            _ => engine::read_marks(&PathBuf::from(source))?,
        };
        if marks.is_empty() {
            setup.ui.note(&message!("there are no marks in {source}", source = one_line(source)));
        }
        found.extend(marks);
    }
    // Everything is understood before anything is recorded.
    let today = calendar::today(setup.now);
    let mut whose: Vec<(String, Date, Marks)> = Vec::new();
    for marks in found {
        let named = marks.profile.as_deref().or(args.profile.as_deref());
        let name = open::whose(setup, named)
            .because(|| message!("the marks do not say whose they are"))?;
        let name = open::load(setup, &name)?.id;
        whose.push((name, marks.date.unwrap_or(today), marks));
    }
    let mut library = setup.existing_library()?;
    let applied: Vec<Applied> = whose
        .iter()
        .map(|(name, date, marks)| engine::apply(&mut library, name, *date, marks, setup.now))
        .collect::<Result<_, _>>()?;
    report(setup, &applied);
    if setup.json {
        return setup.print_json(&applied.iter().map(json).collect::<Vec<_>>());
    }
    applied.iter().try_for_each(|applied| setup.print(&line(applied)))
}

fn json(applied: &Applied) -> serde_json::Value {
    let Applied { profile, date, new, known, unknown, contradictory, unread, .. } = applied;
    let new: Vec<_> =
        new.iter().map(|(id, mark)| serde_json::json!({ "id": id, "mark": mark })).collect();
    serde_json::json!({
        "profile": profile, "date": date, "new": new, "known": known, "unknown": unknown,
        "contradictory": contradictory, "unread": unread,
    })
}
