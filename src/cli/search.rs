//! `paperlark search`: papers about something.

use anyhow::Result;

use super::{Setup, find::Wanted};

/// Find papers by words and by meaning, over the whole library
///
/// Papers that have all of the words, in title, abstract, authors or categories, and papers whose
/// embeddings are nearest to what you wrote, fused by reciprocal rank. "Words between quotation
/// marks" must stand side by side, and -words must not be there; then only papers that have the
/// words count. (Your shell takes quotation marks away: put the whole query between apostrophes.)
/// Case, accents and English endings make no difference.
///
/// It reads the library as it is, also while another paperlark writes to it; --profile needs the
/// library for itself. Exit status 1: nothing was found.
///
/// Examples:
///   paperlark search shapley interaction values
///   paperlark search '"state space model" -vision' --since 2025-06-01
///   paperlark search diffusion language models --category cs.CL --profile ling --unseen --json
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub struct Args {
    /// What to look for
    #[arg(required = true, value_name = "WORDS")]
    words: Vec<String>,

    #[command(flatten)]
    wanted: Wanted,
}

pub fn run(setup: &Setup, args: &Args) -> Result<()> {
    let catalogue = args.wanted.open(setup)?;
    let rows = args.wanted.rows(&catalogue)?;
    let found = catalogue.search(&args.words.join(" "), args.wanted.depth(), &rows)?;
    args.wanted.show(setup, catalogue, found)
}
