//! `paperlark digest`: a delivered digest once more, in any format.

use std::{
    fs,
    io::{self, Write},
    path::PathBuf,
};

use anyhow::Result;
use clap::ValueEnum;
use jiff::civil::Date;
use paperlark::{
    digest::{Around, Digest, Feed, Format},
    engine::{self, FEED_DAYS},
    message,
    store::Library,
    text::for_terminal,
};

use super::{Setup, delivered, ui::Because};

/// Print a delivered digest, in any format
///
/// The digest as it was delivered, from the library: nothing is ranked, fetched or recorded, and the
/// profile's file need not be there any more. Feeds hold the digests of the 30 days up to that day.
/// With `formats = ["html"]` in a profile (html, json, bib, ris), `paperlark daily` writes those files
/// beside the Markdown; `paperlark site` writes all of them for all days.
///
/// Examples:
///   paperlark digest ling
///   paperlark digest ling --date 2026-06-02 --format html -o ling.html
///   paperlark digest ling --format bibtex >> refs.bib
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub struct Args {
    /// The profile, by file name without .toml [default: the only one that has a digest]
    profile: Option<String>,

    /// Its day [default: the newest with a paper]
    #[arg(long, value_name = "YYYY-MM-DD")]
    date: Option<Date>,

    /// What to print [default: markdown; json with --json]
    #[arg(long, value_enum)]
    format: Option<Shape>,

    /// Write to this file instead of standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Shape {
    /// In the profile's style
    #[value(alias = "md")]
    Markdown,
    /// A web page that needs nothing but itself
    Html,
    /// All of the data
    Json,
    /// A feed of one entry a paper
    Atom,
    /// The same as RSS 2.0
    Rss,
    /// References
    #[value(alias = "bib")]
    Bibtex,
    /// References
    Ris,
}

pub fn run(setup: &Setup, args: &Args) -> Result<()> {
    let library = Library::open_read_only(&setup.data_dir)?;
    let profile = delivered::whose(&library, args.profile.as_deref())?;
    let profile = profile.as_str();
    let date = delivered::day(&library, profile, args.date)?;
    let days = library.delivered_days(profile)?;
    let read =
        |day: &Date| -> Result<Option<Digest>> { Ok(engine::delivered(&library, profile, *day)?) };
    let mut digest = read(&date)?.because(|| message!("the digest is gone; run it again"))?;
    digest.language = setup.spoken(digest.language);
    let shape = args.format.unwrap_or(if setup.json { Shape::Json } else { Shape::Markdown });
    let feed = || -> Result<Vec<Digest>> {
        let days = days.iter().rev().filter(|day| **day <= date).take(FEED_DAYS);
        days.filter_map(|day| read(day).transpose()).collect()
    };
    let around = Around::default();
    let text = match shape {
        Shape::Markdown => digest.render(),
        Shape::Html => digest.to_format(Format::Html, &around),
        Shape::Json => digest.to_format(Format::Json, &around),
        Shape::Bibtex => digest.to_format(Format::Bib, &around),
        Shape::Ris => digest.to_format(Format::Ris, &around),
        Shape::Atom => Feed { digests: &feed()?, base: None }.atom(),
        Shape::Rss => Feed { digests: &feed()?, base: None }.rss(),
    };
    match &args.output {
        Some(path) => Ok(fs::write(path, text).map_err(paperlark::Error::io("write", path))?),
        None => Ok(io::stdout().lock().write_all(for_terminal(&text).as_bytes())?),
    }
}
