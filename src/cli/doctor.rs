//! `paperlark doctor`: is everything as it should be?

use anyhow::{Result, bail};

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
    let bar = setup.ui.bar("checking");
    let seen = engine.examine(args.repair, &|done, total| bar.set(done, total))?;
    drop(bar);
    if setup.json {
        setup.print_json(&seen)?;
    } else {
        setup.print(format!(
            "{} papers, {} sound vectors ({} papers not embedded), {} blocks of the index",
            seen.papers, seen.vectors, seen.not_embedded, seen.blocks
        ))?;
        if let Some(recall) = seen.recall {
            setup.print(format!("the index finds {recall:.4} of the ten nearest"))?;
        }
        for finding in &seen.findings {
            let state = if finding.mended { "mended" } else { &finding.cure };
            setup.print(format!("  {}: {state}", finding.what))?;
        }
        if seen.findings.is_empty() {
            setup.print("nothing is wrong")?;
        }
    }
    let left = seen.findings.iter().filter(|finding| !finding.mended).count();
    if left > 0 {
        bail!("{left} of {} findings are not mended", seen.findings.len());
    }
    Ok(())
}
