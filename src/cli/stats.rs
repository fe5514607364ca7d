//! `paperlark stats`: what the library holds, and what it lacks.

use std::{fs, path::Path};

use anyhow::Result;
use jiff::{ToSpan, civil::Date};
use paperlark::{
    Message, calendar, message,
    store::{CategoryDay, Census, Library, Spending},
    vectors::VectorFile,
};
use serde::Serialize;

use super::{Setup, width};

/// Show what the library holds: papers by category and month, gaps in the ledger, vectors, tokens, disk
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Show every category and month, not only the largest
    #[arg(long)]
    all: bool,
}

/// Categories and months that are shown unless all are asked for.
const SHOWN: usize = 12;
/// Days of the ledger that are looked at for gaps.
const LEDGER_DAYS: i32 = 60;

#[derive(Serialize)]
struct Stats {
    #[serde(flatten)]
    census: Census,
    /// The ledger's newest days, by day and category.
    ledger: Vec<CategoryDay>,
    /// Weekdays that the ledger does not call complete.
    gaps: Vec<Gap>,
    /// Number of vectors by model.
    vectors: Vec<(String, usize)>,
    /// Tokens of language models, by month and model.
    spending: Vec<Spending>,
    /// Bytes in the data folder.
    disk: u64,
}

#[derive(Serialize)]
struct Gap {
    category: String,
    date: Date,
    /// Whether any source told anything.
    asked: bool,
}

pub fn run(setup: &Setup, args: &Args) -> Result<()> {
    let library = Library::open_read_only(&setup.data_dir)?;
    let newest = calendar::newest(setup.now);
    let ledger = library.days(newest.saturating_sub(LEDGER_DAYS.days()), newest)?;
    let stats = Stats {
        census: library.census()?,
        gaps: gaps(&ledger, newest),
        ledger,
        vectors: VectorFile::counts(&setup.data_dir)?,
        spending: library.spending()?,
        disk: size(&setup.data_dir),
    };
    match setup.json {
        true => setup.print_json(&stats),
        false => setup.print_as_is(summary(setup, &stats, args.all)),
    }
}

/// Weekdays of every category, since its first known one, that are not complete.
fn gaps(ledger: &[CategoryDay], newest: Date) -> Vec<Gap> {
    let mut categories: Vec<&str> = ledger.iter().map(|day| day.category.as_str()).collect();
    categories.sort_unstable();
    categories.dedup();
    let mut gaps: Vec<Gap> = Vec::new();
    for category in categories {
        let days: Vec<&CategoryDay> =
            ledger.iter().filter(|day| day.category == category).collect();
        let Some(first) = days.first() else { continue };
        for date in calendar::weekdays(first.date, newest) {
            let day = days.iter().find(|day| day.date == date);
            if day.is_none_or(|day| !day.complete) {
                gaps.push(Gap { category: category.to_owned(), date, asked: day.is_some() });
            }
        }
    }
    gaps.sort_by_key(|gap| gap.date);
    gaps
}

/// Bytes of the files below a folder; what cannot be read counts nothing.
fn size(folder: &Path) -> u64 {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .map(|entry| match entry.file_type() {
            Ok(kind) if kind.is_dir() => size(&entry.path()),
            _ => entry.metadata().map_or(0, |data| data.len()),
        })
        .sum()
}

fn summary(setup: &Setup, stats: &Stats, all: bool) -> String {
    let words = |text: Message| setup.ui.words(&text);
    let census = &stats.census;
    let limit = if all { usize::MAX } else { SHOWN };
    let mut lines = vec![words(message!(
        "{papers} papers, {announcements} announcements, {marks} marks, {digests} digests; {size} MB",
        papers = census.papers,
        announcements = census.announcements,
        marks = census.marks,
        digests = census.deliveries,
        size = format!("{:.1}", stats.disk as f64 / 1e6)
    ))];
    for (title, counts) in [
        (message!("papers by primary category:"), &census.categories),
        (message!("papers by month announced:"), &census.months),
    ] {
        if counts.is_empty() {
            continue;
        }
        lines.push(words(title));
        lines.extend(
            counts.iter().take(limit).map(|(name, n)| format!("  {} {n:7}", width::left(name, 16))),
        );
        if counts.len() > limit {
            let more = message!("and {n} more; --all shows them", n = counts.len() - limit);
            lines.push(format!("  {}", words(more)));
        }
    }
    if !stats.vectors.is_empty() {
        lines.push(words(message!("vectors by model:")));
        lines.extend(stats.vectors.iter().map(|(model, n)| format!("  {n:7} {model}")));
    }
    if !stats.spending.is_empty() {
        lines.push(words(message!("tokens of language models by month:")));
        lines.extend(stats.spending.iter().map(|spent| {
            let Spending { month, model, papers, prompt, completion, cached } = spent;
            let tokens = prompt + completion;
            let line = message!(
                "{tokens} {model}: {papers} papers, {prompt} read ({cached} from its cache), {completion} written",
                tokens = format!("{tokens:9}"),
                model,
                papers,
                prompt,
                cached,
                completion
            );
            format!("  {month} {}", words(line))
        }));
    }
    match stats.gaps.as_slice() {
        [] if stats.ledger.is_empty() => lines.push(words(message!("the ledger knows no day yet"))),
        [] => lines
            .push(words(message!("the ledger has no gap in the last {n} days", n = LEDGER_DAYS))),
        gaps => {
            lines.push(words(message!(
                "days that are not complete (`paperlark fetch --since {date}` asks again):",
                date = gaps[0].date
            )));
            lines.extend(gaps.iter().map(|gap| {
                let Gap { category, date, asked } = gap;
                let line = match asked {
                    true => format!("{date} {category}"),
                    false => words(message!("{date} {category}, never asked", date, category)),
                };
                format!("  {line}")
            }));
        }
    }
    lines.join("\n")
}
