//! `paperlark profile show`: what a profile holds, and what it does.

use anyhow::Result;
use jiff::{Timestamp, civil::Date};
use paperlark::{
    Message,
    engine::{Coverage, Review, SeedReview},
    message,
    profile::Profile,
    reader::{Mark, Said},
    row::Row,
};
use serde_json::{Value, json};

use super::{Setup, in_a_line};
use crate::cli::{ModelArgs, marking::rule_in_words, open::open, ui::Because};

/// Show a profile: interests, seeds, marks, and what they bring up
///
/// Coverage counts the papers of the last 14 days in the library that reach the profile's min_score; a seed
/// that is the nearest like of none of them pulls in nothing. Nothing is changed.
///
/// Examples:
///   paperlark profile show ling
///   paperlark profile show ling --as-of 2026-02-05
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub struct Args {
    /// Name of the profile
    name: String,

    /// As it was at the end of this day; the file is always the present one
    #[arg(long, value_name = "YYYY-MM-DD")]
    as_of: Option<Date>,

    #[command(flatten)]
    model: ModelArgs,
}

/// Lines of a list that is not for machines.
const LINES: usize = 10;

pub fn run(setup: &Setup, args: &Args) -> Result<()> {
    let (mut engine, profile) = open(setup, &args.name, &args.model)?;
    let as_of = match args.as_of {
        None => Timestamp::MAX,
        Some(date) => {
            let next =
                date.tomorrow().because(|| message!("there is no day after {date}", date))?;
            let end = next.to_zoned(profile.timezone.clone())?.timestamp();
            end.checked_sub(jiff::SignedDuration::from_nanos(1))?
        }
    };
    let bar = setup.ui.bar(&message!("embedding papers"));
    let review = engine.review(&profile, as_of, setup.now, &|done, total| bar.set(done, total))?;
    drop(bar);
    review.notices.iter().for_each(|notice| setup.ui.note(&notice.message()));
    match setup.json {
        true => setup.print_json(&machine(&profile, &review)?),
        false => print(setup, &profile, &review),
    }
}

fn machine(profile: &Profile, review: &Review) -> Result<Value> {
    let mut json = serde_json::to_value(review)?;
    let paper = |row: &Row| {
        review.papers.get(row).map(|paper| json!({ "id": paper.id, "title": paper.title }))
    };
    let feedback = &review.feedback;
    json["id"] = profile.id.clone().into();
    json["name"] = profile.name.clone().into();
    json["path"] = serde_json::to_value(&profile.path)?;
    json["marks"] = feedback
        .marks
        .iter()
        .map(|(row, said)| json!({ "paper": paper(row), "mark": said.what, "at": said.at, "origin": said.origin }))
        .collect();
    json["added"] = feedback
        .seeds
        .iter()
        .map(|(row, said)| json!({ "paper": paper(row), "interest": said.what, "at": said.at, "origin": said.origin }))
        .collect();
    json["removed"] = feedback
        .removed
        .iter()
        .map(|(row, said)| json!({ "paper": paper(row), "at": said.at, "origin": said.origin }))
        .collect();
    json["mutes"] = feedback
        .mutes
        .iter()
        .map(|said| json!({ "field": said.what.field, "text": said.what.text, "at": said.at, "origin": said.origin }))
        .collect();
    json["weights"] = json!(paperlark::reader::weights(&profile.id, feedback)?);
    json["idle"] = review.idle().iter().map(|seed| json!(seed.id)).collect();
    Ok(json)
}

fn print(setup: &Setup, profile: &Profile, review: &Review) -> Result<()> {
    setup.print(&message!(
        "{profile}: {name} ({path})",
        profile = profile.id,
        name = profile.name,
        path = profile.path
    ))?;
    let min_score = profile.rules.min_score;
    setup.print(&match review.recent {
        Some((from, to)) => message!(
            "{from} to {to}: {n} papers in question, {muted} muted, {above} at or above {min_score}",
            from,
            to,
            n = review.candidates,
            muted = review.muted,
            above = review.above,
            min_score = min_score.to_string()
        ),
        None => message!(
            "the library holds no papers of its categories; `paperlark fetch` gets some"
        ),
    })?;
    for interest in &review.interests {
        coverage(setup, interest, review.above > 0)?;
    }
    for pair in &review.redundant {
        setup.print_as_is("")?;
        setup.print(&message!(
            "'{one}' and '{other}' bring up the same: {shared}% of their best papers",
            one = pair.one,
            other = pair.other,
            shared = format!("{:.0}", 100.0 * pair.shared)
        ))?;
    }
    for pair in review.duplicates.iter().take(LINES) {
        let (one, other, cosine) = (&pair.one, &pair.other, pair.shared);
        setup.print(&message!(
            "{one} and {other} are nearly the same seed (cosine {cosine})",
            one,
            other,
            cosine = format!("{cosine:.2}")
        ))?;
    }
    let idle = review.idle();
    if !idle.is_empty() {
        setup.print_as_is("")?;
        setup.print(&match idle.len() {
            1 => message!("this seed pulls in nothing (1):"),
            n => message!("these seeds pull in nothing ({n}):", n),
        })?;
        lines(setup, idle.iter().map(|seed| in_a_line(&seed.id, &seed.title)))?;
    }
    feedback(setup, profile, review)
}

fn coverage(setup: &Setup, interest: &Coverage, counted: bool) -> Result<()> {
    let name = match &interest.name {
        Some(name) => message!("{name}", name),
        None => message!("(likes without an interest)"),
    };
    let (seeds, above) = (interest.seeds.len(), interest.above);
    setup.print_as_is("")?;
    setup.print(&match counted {
        true => message!("{name}: {seeds} seeds, brings up {above} papers", name, seeds, above),
        false => message!("{name}: {seeds} seeds", name, seeds),
    })?;
    let line = |seed: &SeedReview| {
        let far = match seed.far {
            true => setup.ui.words(&message!(", far from the others")),
            false => String::new(),
        };
        let pulls = if counted { format!("[{}{far}] ", seed.pulls) } else { String::new() };
        format!("{pulls}{}", in_a_line(&seed.id, &seed.title))
    };
    lines(setup, interest.seeds.iter().map(line))
}

fn feedback(setup: &Setup, profile: &Profile, review: &Review) -> Result<()> {
    let feedback = &review.feedback;
    let paper =
        |row: &Row| review.papers.get(row).map_or_else(String::new, |p| in_a_line(&p.id, &p.title));
    let day = |at: Timestamp| at.to_zoned(profile.timezone.clone()).date();
    fn told<T>(said: &Said<T>) -> String {
        format!(" ({})", said.origin)
    }
    let words = |text: Message| setup.ui.words(&text);
    let mut all: Vec<(Timestamp, String)> = Vec::new();
    for (row, said) in &feedback.marks {
        let word = match said.what {
            Mark::Like => message!("like"),
            _ => message!("dislike"),
        };
        all.push((said.at, format!("{} {}{}", words(word), paper(row), told(said))));
    }
    for (row, said) in &feedback.seeds {
        let added = words(match &said.what {
            Some(interest) => message!("added to '{interest}'", interest),
            None => message!("added"),
        });
        all.push((said.at, format!("{added}: {}{}", paper(row), told(said))));
    }
    for (row, said) in &feedback.removed {
        all.push((
            said.at,
            format!("{}: {}{}", words(message!("removed")), paper(row), told(said)),
        ));
    }
    for said in &feedback.mutes {
        all.push((
            said.at,
            format!(
                "{}{}",
                words(message!("muted: {rule}", rule = rule_in_words(&said.what.to_string()))),
                told(said)
            ),
        ));
    }
    if let Some(said) = &feedback.weights {
        let weights = paperlark::reader::weights(&profile.id, feedback)?;
        all.push((
            said.at,
            words(message!("tuned: {settings}", settings = super::tune::words(&weights))),
        ));
    }
    if all.is_empty() {
        return Ok(());
    }
    all.sort_by(|a, b| b.cmp(a));
    setup.print_as_is("")?;
    setup.print(&message!("said since, {n} in all, the newest first:", n = all.len()))?;
    lines(setup, all.into_iter().map(|(at, line)| format!("{} {line}", day(at))))
}

fn lines(setup: &Setup, lines: impl ExactSizeIterator<Item = String>) -> Result<()> {
    let more = lines.len().saturating_sub(LINES);
    for line in lines.take(LINES) {
        setup.print_as_is(format!("  {line}"))?;
    }
    if more > 0 {
        setup.print_below(&message!("and {n} more; --json names them all", n = more))?;
    }
    Ok(())
}
