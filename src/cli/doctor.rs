//! `paperlark doctor`: is everything as it should be?

use anyhow::{Result, bail};
use paperlark::{
    Message,
    engine::{Examination, Finding, Remedy},
    message,
    text::percent,
};
use serde::Serialize;

use super::{ModelArgs, Setup};

/// Look for damage, and mend what can be made anew
///
/// Every paper, vector and block of the index is compared with its checksum and with what it was
/// made from, the database is checked whole, and the index is tried: the share of the ten nearest
/// papers that it finds, against comparing with all. --repair makes anew what is derived (the index
/// of texts, vectors, blocks); papers and marks themselves can only come from a backup.
///
/// Exit status 2: something is wrong and was not mended.
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub struct Args {
    /// Mend what can be made anew
    #[arg(long)]
    repair: bool,

    #[command(flatten)]
    model: ModelArgs,
}

pub fn run(setup: &Setup, args: &Args) -> Result<()> {
    let mut engine = setup.existing_engine(&args.model)?;
    let bar = setup.ui.bar(&message!("checking papers"));
    let seen = engine.examine(args.repair, &|done, total| bar.set(done, total))?;
    drop(bar);
    if setup.json {
        setup.print_json(&Report::from(&seen))?;
    } else {
        setup.print(&message!(
            "{papers} papers, {vectors} sound vectors ({not_embedded} papers not embedded), {blocks} blocks of the index",
            papers = seen.papers,
            vectors = seen.vectors,
            not_embedded = seen.not_embedded,
            blocks = seen.blocks
        ))?;
        if let Some(recall) = seen.recall {
            setup.print(&message!(
                "the index finds {recall} of the ten nearest",
                recall = percent(recall)
            ))?;
        }
        for finding in &seen.findings {
            let what = &finding.what;
            setup.print_below(&match finding.mended {
                true => message!("{what}: mended", what),
                false => message!("{what}: {cure}", what, cure = cure(finding.remedy)),
            })?;
        }
        if seen.findings.is_empty() {
            setup.print(&message!("nothing is wrong"))?;
        }
    }
    let left = seen.findings.iter().filter(|finding| !finding.mended).count();
    if left > 0 {
        bail!(message!("{left} of {n} findings are not mended", left, n = seen.findings.len()));
    }
    Ok(())
}

/// What helps, as a command where there is one.
fn cure(remedy: Remedy) -> Message {
    match remedy {
        Remedy::Repair => message!("run `paperlark doctor --repair`"),
        Remedy::RepairForSpeed => {
            message!("run `paperlark doctor --repair`; until then answers are slower")
        }
        Remedy::RepairOrDelete => message!("run `paperlark doctor --repair`, or delete it"),
        Remedy::Backup => {
            message!("put a backup of library.sqlite in its place, or move it away to start anew")
        }
        _ => message!("report it with your model's name"),
    }
}

/// An examination for machines.
#[derive(Serialize)]
struct Report<'a> {
    papers: usize,
    vectors: usize,
    not_embedded: usize,
    blocks: usize,
    recall: Option<f64>,
    findings: Vec<Told<'a>>,
}

#[derive(Serialize)]
struct Told<'a> {
    what: &'a Message,
    mended: bool,
    cure: Message,
}

impl<'a> From<&'a Examination> for Report<'a> {
    fn from(seen: &'a Examination) -> Self {
        let told = |finding: &'a Finding| {
            let Finding { what, mended, remedy } = finding;
            Told { what, mended: *mended, cure: cure(*remedy) }
        };
        Report {
            papers: seen.papers,
            vectors: seen.vectors,
            not_embedded: seen.not_embedded,
            blocks: seen.blocks,
            recall: seen.recall,
            findings: seen.findings.iter().map(told).collect(),
        }
    }
}
