//! `paperlark index`: everything that finding papers needs.

use anyhow::Result;
use paperlark::{message, text::percent};
use serde_json::json;

use super::{ModelArgs, Setup, open::index};

/// Embed what is not embedded yet, and bring the index up to date
///
/// `import` does this by itself, and `daily` for the papers that it looks at; it is of use after
/// `fetch`, and after a run that was killed. Everything it makes is derived: the index can be
/// deleted at any time.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Also build a graph (HNSW), which answers many queries at a tenth of the cost of the exact scan, as
    /// `paperlark rank` asks them. It takes minutes for 100,000 papers, and 600 bytes a paper
    #[arg(long)]
    graph: bool,

    #[command(flatten)]
    model: ModelArgs,
}

pub fn run(setup: &Setup, args: &Args) -> Result<()> {
    let mut engine = setup.existing_engine(&args.model)?;
    let (papers, blocks) = index(setup, &mut engine)?;
    let graph = match args.graph {
        false => None,
        true => {
            let bar = setup.ui.bar(&message!("linking papers"));
            Some(engine.build_graph(&|done, total| bar.set(done, total))?)
        }
    };
    if setup.json {
        return setup
            .print_json(&json!({ "papers": papers, "blocks_made": blocks, "graph": graph.and_then(Result::ok) }));
    }
    setup.print(&message!(
        "{papers} papers are embedded; {blocks} blocks of the index were made",
        papers,
        blocks
    ))?;
    match graph {
        None => Ok(()),
        Some(Ok((points, recall))) => setup.print(&message!(
            "the graph has {points} papers, and found {recall} of the ten nearest when it was tried",
            points,
            recall = percent(recall)
        )),
        Some(Err(reason)) => setup.print(&message!("the graph is not used: {reason}", reason)),
    }
}
