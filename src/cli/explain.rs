//! `paperlark explain`: why a paper is in a digest, or why it is not.

use anyhow::{Result, bail};
use jiff::civil::Date;
use paperlark::{PaperId, message};

use super::{
    ModelArgs, Setup,
    arxiv::Arxiv,
    open::{stock, whose},
};

/// Say why a digest shows a paper, or why it does not
///
/// For every paper of the library: what became of it (its place in the list, or the rule that kept it out),
/// the score and how far it was from the list, its rank among the day's candidates, the reason as a
/// digest gives it, and the likes and dislikes most similar to it. The day is the last one whose digest
/// shows or read the paper, else the day of its announcement; it is explained as its digest would be
/// made now, with the marks of now, and the score that a delivered digest gave it stands beside.
///
/// Nothing is fetched but seeds that the profile keeps in Zotero, and nothing is delivered.
///
/// Examples:
///   paperlark explain 2602.04118 --profile ling
///   paperlark explain 2602.04118 2602.03918 --profile ling --date 2026-02-05 --json
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub struct Args {
    /// Papers, as ids or arXiv URLs
    #[arg(required = true, value_name = "ID|URL")]
    papers: Vec<PaperId>,

    /// The profile in question, by file name without .toml [default: the only one]
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,

    /// The day of the digest in question [default: told by the paper]
    #[arg(long, value_name = "YYYY-MM-DD")]
    date: Option<Date>,

    #[command(flatten)]
    model: ModelArgs,
}

pub fn run(setup: &Setup, args: &Args) -> Result<()> {
    let name = whose(setup, args.profile.as_deref())?;
    let (mut profiles, broken) = setup.load_profiles(&[name])?;
    if profiles.is_empty() || broken > 0 {
        bail!(message!("nothing was explained"));
    }
    let mut engine = setup.existing_engine(&args.model)?;
    stock(setup, &Arxiv::new(setup), &mut engine, &mut profiles)?;
    let profile = &profiles[0];
    let bar = setup.ui.bar(&message!("embedding papers"));
    let progress = |done, total| bar.set(done, total);
    let (explained, notices) = engine.explain(profile, &args.papers, args.date, &progress)?;
    drop(bar);
    notices.iter().for_each(|notice| setup.ui.note(&notice.message()));
    if setup.json {
        return setup.print_json(&explained);
    }
    let language = setup.spoken(profile.language);
    let texts: Vec<String> = explained.iter().map(|e| e.text(language)).collect();
    setup.print_as_is(texts.join("\n\n"))
}
