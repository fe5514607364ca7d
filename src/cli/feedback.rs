//! `paperlark like`, `dislike`, `unmark` and `undo`: what a reader says about papers.

use anyhow::Result;
use paperlark::reader::Mark;

use super::{Setup, marking};

/// What `like`, `dislike` and `unmark` take.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  paperlark like 2602.04118 https://arxiv.org/abs/2602.04028 --profile ling\n  \
                  paperlark like 3\n  paperlark like \"binary quantization\""
)]
pub struct Args {
    /// Papers: ids, arXiv URLs or DOIs, which are fetched if the library lacks them; numbers in the newest digest;
    /// or words of a title
    #[arg(required = true, value_name = "PAPER")]
    papers: Vec<String>,

    /// The profile that learns, by file name without .toml [default: the only one]
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,
}

/// What `undo` takes.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example: paperlark undo --profile ling")]
pub struct UndoArgs {
    /// The profile, by file name without .toml [default: the only one]
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,
}

pub fn run(setup: &Setup, args: &Args, mark: Mark) -> Result<()> {
    marking::mark(setup, args.profile.as_deref(), &args.papers, mark)
}

pub fn run_undo(setup: &Setup, args: &UndoArgs) -> Result<()> {
    marking::undo(setup, args.profile.as_deref())
}
