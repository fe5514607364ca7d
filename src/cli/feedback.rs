//! `paperlark like`, `dislike` and `unmark`: what a reader says about papers.

use anyhow::{Result, bail};
use paperlark::{PaperId, engine, store::Mark};

use super::Setup;

/// What `like`, `dislike` and `unmark` take.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example: paperlark like 2602.04118 https://arxiv.org/abs/2602.04028 --profile ling"
)]
pub struct Args {
    /// Papers, as ids or arXiv URLs
    #[arg(required = true, value_name = "ID|URL")]
    papers: Vec<PaperId>,

    /// The profile that learns, by file name without .toml
    #[arg(long, value_name = "NAME")]
    profile: String,
}

pub fn run(setup: &Setup, args: &Args, mark: Mark) -> Result<()> {
    let (profiles, broken) = setup.load_profiles(std::slice::from_ref(&args.profile))?;
    let Some(profile) = profiles.first().filter(|_| broken == 0) else {
        bail!("the mark was not recorded");
    };
    let changed = engine::mark(&setup.data_dir, &profile.id, &args.papers, mark, setup.now)?;
    if setup.json {
        setup.print_json(&serde_json::json!({ "profile": profile.id, "changed": changed }))?;
    } else {
        setup.print(format!("{}: {changed} of {} marks are new", profile.id, args.papers.len()))?;
    }
    Ok(())
}
