//! `paperlark site`: all delivered digests as web pages and feeds.

use std::path::PathBuf;

use anyhow::Result;
use paperlark::{engine::write_site, message, store::Library};
use serde_json::json;

use super::Setup;

/// Write all delivered digests as a web site
///
/// A folder of plain files, to be opened from disk or put on any server: index.html lists the days of
/// all profiles; each profile has a folder with DATE.html, DATE.json, DATE.bib and DATE.ris of every
/// day, and atom.xml and rss.xml of its newest 30. The pages load nothing from anywhere. Only what has
/// changed is written, and nothing is ever removed.
///
/// Whoever can open the site sees your interests and the papers you like.
///
/// Examples:
///   paperlark site
///   paperlark site --out ~/public_html/papers --base-url https://example.org/papers
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub struct Args {
    /// Folder to write [default: site in the data folder]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,

    /// Where the site will be on the web, for links in its feeds
    #[arg(long, value_name = "URL")]
    base_url: Option<String>,
}

pub fn run(setup: &Setup, args: &Args) -> Result<()> {
    let library = Library::open_read_only(&setup.data_dir)?;
    let out = args.out.clone().unwrap_or_else(|| setup.data_dir.join("site"));
    let site = write_site(&library, &out, args.base_url.as_deref())?;
    let index = out.join("index.html");
    if setup.json {
        return setup.print_json(&json!({
            "index": index,
            "profiles": site.profiles,
            "digests": site.digests,
            "written": site.written,
            "unchanged": site.unchanged,
        }));
    }
    setup.print(&message!(
        "{digests} digests of {profiles} profiles -> {index} ({written} files written, {unchanged} unchanged)",
        digests = site.digests,
        profiles = site.profiles,
        index,
        written = site.written,
        unchanged = site.unchanged
    ))
}
