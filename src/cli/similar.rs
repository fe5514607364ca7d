//! `paperlark similar`: papers like given ones.

use anyhow::Result;
use paperlark::message;

use super::{Setup, arxiv::Arxiv, find::Wanted};

/// Find papers like the ones you name, over the whole library
///
/// Name papers by id, URL, DOI or title, or give a .bib file, a text file or - for standard input;
/// a paper that the library lacks is fetched, unless --offline. Several together are one query.
/// Papers are ranked by their embeddings and by the words that they share with yours; each line
/// says how similar the paper is to the nearest of yours (a cosine, 1 at most) and which terms they
/// share.
///
/// It reads the library as it is, also while another paperlark writes to it; --profile needs the
/// library for itself. Exit status 1: nothing was found.
///
/// Examples:
///   paperlark similar 2602.04118
///   paperlark similar 2602.04118 "Attention Is All You Need" --not 2602.03918 -n 50
///   paperlark similar refs.bib --since 2025-01-01 --category cs.LG --profile ling --unseen
///   pbpaste | paperlark similar - --json
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub struct Args {
    /// Papers, as ids, URLs, DOIs or titles; files; texts; - is standard input
    #[arg(required = true, value_name = "PAPER|FILE|TEXT")]
    like: Vec<String>,

    /// The same for what you do not want
    #[arg(long, value_name = "PAPER|FILE|TEXT")]
    not: Vec<String>,

    #[command(flatten)]
    wanted: Wanted,
}

pub fn run(setup: &Setup, args: &Args) -> Result<()> {
    let catalogue = args.wanted.open(setup)?;
    let rows = args.wanted.rows(&catalogue)?;
    let arxiv = Arxiv::new(setup);
    let client = arxiv.client()?;
    let examples = catalogue.examples(&args.like, client)?;
    let unwanted = catalogue.examples(&args.not, client)?;
    for line in examples.unusable.iter().chain(&unwanted.unusable) {
        setup.ui.note(&message!("not used: {reason}", reason = line));
    }
    for text in examples.texts() {
        let text: String = text.chars().take(80).collect();
        setup.ui.note(&message!(
            "no paper of the library has the title \"{text}\"; taken as a text",
            text
        ));
    }
    let found = catalogue.similar(&examples, &unwanted, args.wanted.depth(), &rows)?;
    args.wanted.show(setup, catalogue, found)
}
