//! `paperlark profile preview`: what a change would do to recent digests.

use std::path::PathBuf;

use anyhow::Result;
use paperlark::{
    PaperId,
    engine::{Cause, Change, DayDiff, Move},
    message,
    profile::Profile,
    reader::{Act, Field, Mark, Mute},
};

use super::{Setup, gather, in_a_line, interest};
use crate::cli::{ModelArgs, marking::rule_in_words, open::open, width};

/// Show what a change of a profile would do, without making it
///
/// Each of the last 14 days in the library is ranked twice with all that is known now, as things are and
/// changed: which papers would enter the digest, which would leave it, which would move, and why. Nothing is
/// saved.
///
/// Examples:
///   paperlark profile preview ling --like 2602.04118
///   paperlark profile preview ling --add refs.bib --interest Theory --mute-term "medical imaging"
///   paperlark profile preview ling --with edited.toml
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
#[group(id = "changes", required = true, multiple = true, args = ["like", "dislike", "add", "remove", "mute_author", "mute_term", "mute_category", "with"])]
pub struct Args {
    /// Name of the profile
    name: String,

    /// As if you liked these papers
    #[arg(long, value_name = "ID|URL", num_args = 1..)]
    like: Vec<String>,

    /// As if you disliked these papers
    #[arg(long, value_name = "ID|URL", num_args = 1..)]
    dislike: Vec<String>,

    /// As if you added these seeds
    #[arg(long, value_name = "SOURCE", num_args = 1..)]
    add: Vec<String>,

    /// The interest of what is added, as in `profile add`
    #[arg(long, value_name = "NAME", requires = "add")]
    interest: Option<String>,

    /// As if you left these seeds out
    #[arg(long, value_name = "SOURCE", num_args = 1..)]
    remove: Vec<String>,

    /// As if you muted this author
    #[arg(long, value_name = "NAME")]
    mute_author: Vec<String>,

    /// As if you muted this term
    #[arg(long, value_name = "WORDS")]
    mute_term: Vec<String>,

    /// As if you muted this category
    #[arg(long, value_name = "CATEGORY")]
    mute_category: Vec<String>,

    /// As if the profile's file were this one
    #[arg(long, value_name = "EDITED.toml")]
    with: Option<PathBuf>,

    #[command(flatten)]
    model: ModelArgs,
}

pub fn run(setup: &Setup, args: &Args) -> Result<()> {
    let (mut engine, profile) = open(setup, &args.name, &args.model)?;
    let changed = match &args.with {
        Some(path) => {
            let (mut changed, notices) = Profile::load(path)?;
            notices.iter().for_each(|notice| setup.ui.note(&notice.message()));
            // It is another text of the same profile.
            changed.id.clone_from(&profile.id);
            Some(changed)
        }
        None => None,
    };
    let interest = interest(changed.as_ref().unwrap_or(&profile), args.interest.as_deref())?;
    let mut acts: Vec<Act> = Vec::new();
    for (field, texts) in [
        (Field::Author, &args.mute_author),
        (Field::Term, &args.mute_term),
        (Field::Category, &args.mute_category),
    ] {
        for text in texts {
            acts.push(Act::Mute(Mute::new(field, text)?));
        }
    }
    let mut of = |sources: &[String], act: &dyn Fn(paperlark::row::Row) -> Act| -> Result<()> {
        acts.extend(gather(setup, engine.library(), sources)?.rows().into_iter().map(act));
        Ok(())
    };
    of(&args.like, &|row| Act::Mark(row, Mark::Like))?;
    of(&args.dislike, &|row| Act::Mark(row, Mark::Dislike))?;
    of(&args.add, &|row| Act::Seed(row, interest.clone()))?;
    of(&args.remove, &Act::Unseed)?;

    let bar = setup.ui.bar(&message!("ranking days"));
    let change = Change { acts, profile: changed };
    let preview =
        engine.preview(&profile, change, setup.now, &|done, total| bar.set(done, total))?;
    drop(bar);
    preview.notices.iter().for_each(|notice| setup.ui.note(&notice.message()));
    if setup.json {
        return setup.print_json(&preview);
    }
    if preview.days.is_empty() {
        return setup.print(&message!(
            "the library holds no papers of the categories of {profile}; `paperlark fetch` gets some",
            profile = profile.id
        ));
    }
    preview.days.iter().try_for_each(|day| print(setup, day))?;
    let total = |list: fn(&DayDiff) -> usize| preview.days.iter().map(list).sum::<usize>();
    setup.print(&message!(
        "{n} days: {enter} papers enter, {leave} leave, {moved} move by 5 places or more; nothing was saved",
        n = preview.days.len(),
        enter = total(|day| day.enters.len()),
        leave = total(|day| day.leaves.len()),
        moved = total(|day| day.moves.len())
    ))
}

fn print(setup: &Setup, day: &DayDiff) -> Result<()> {
    let DayDiff { date, candidates, shown, enters, leaves, moves } = day;
    let from_to = |(from, to): &(usize, usize)| match from == to {
        true => from.to_string(),
        false => format!("{from} -> {to}"),
    };
    setup.print(&message!(
        "{date}: {shown} of {candidates} papers",
        date,
        shown = from_to(shown),
        candidates = from_to(candidates)
    ))?;
    for (sign, list) in [("+", enters), ("-", leaves), (" ", moves)] {
        for moved in list {
            setup.print_as_is(format!("  {sign} {}", line(setup, moved)))?;
        }
    }
    Ok(())
}

fn line(setup: &Setup, moved: &Move) -> String {
    let place = |side: Option<(usize, f32)>| {
        side.map_or_else(|| "-".to_owned(), |(place, score)| format!("#{place} ({score:.1})"))
    };
    let why = match &moved.cause {
        Cause::Like { id, title, similarity } => {
            message!(
                "near {paper} ({similarity})",
                paper = short(id, title),
                similarity = format!("{similarity:.2}")
            )
        }
        Cause::Unlike { id, title } => message!("without {paper}", paper = short(id, title)),
        Cause::Dislike { id, title, similarity } => {
            message!(
                "near the disliked {paper} ({similarity})",
                paper = short(id, title),
                similarity = format!("{similarity:.2}")
            )
        }
        Cause::Muted { rule } => message!("muted: {rule}", rule = rule_in_words(rule)),
        Cause::Unmuted { rule } => {
            message!("not muted any more: {rule}", rule = rule_in_words(rule))
        }
        Cause::Settings => message!("by the settings"),
        Cause::Others => message!("the others shifted"),
    };
    let (before, after) = (place(moved.before), place(moved.after));
    let (paper, why) = (in_a_line(&moved.id, &moved.title), setup.ui.words(&why));
    format!("{before} -> {after} {paper}; {why}")
}

/// A paper in half a line.
fn short(id: &PaperId, title: &str) -> String {
    width::clipped(&in_a_line(id, title), 50)
}
