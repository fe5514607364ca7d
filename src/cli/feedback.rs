//! `paperlark like`, `dislike`, `unmark` and `undo`: what a reader says about papers.

use anyhow::Result;
use paperlark::reader::Mark;

use super::{Setup, marking};

/// What `like`, `dislike` and `unmark` take.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example: paperlark like 2602.04118 https://arxiv.org/abs/2602.04028 --profile ling"
)]
pub struct Args {
    /// Papers, as ids, arXiv URLs or DOIs; one that the library lacks is fetched
    #[arg(required = true, value_name = "ID|URL")]
    papers: Vec<String>,

    /// The profile that learns, by file name without .toml
    #[arg(long, value_name = "NAME")]
    profile: String,
}

/// What `undo` takes.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example: paperlark undo --profile ling")]
pub struct UndoArgs {
    /// The profile, by file name without .toml
    #[arg(long, value_name = "NAME")]
    profile: String,
}

pub fn run(setup: &Setup, args: &Args, mark: Mark) -> Result<()> {
    marking::mark(setup, &args.profile, &args.papers, mark)
}

pub fn run_undo(setup: &Setup, args: &UndoArgs) -> Result<()> {
    marking::undo(setup, &args.profile)
}
