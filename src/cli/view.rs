//! `paperlark open`: a digest in the program that shows such files.

use anyhow::{Result, bail};
use jiff::civil::Date;
use paperlark::{message, store::Library};

use super::{Setup, delivered, ui::Because};

/// Open the newest digest: its page if there is one, else its Markdown
///
/// Example: paperlark open ling
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub struct Args {
    /// The profile, by file name without .toml [default: the only one that has a digest]
    profile: Option<String>,

    /// Its day [default: the newest with a paper]
    #[arg(long, value_name = "YYYY-MM-DD")]
    date: Option<Date>,

    /// Print where the file is, and open nothing
    #[arg(long)]
    path: bool,
}

pub fn run(setup: &Setup, args: &Args) -> Result<()> {
    let library = Library::open_read_only(&setup.data_dir)?;
    let profile = delivered::whose(&library, args.profile.as_deref())?;
    let date = delivered::day(&library, &profile, args.date)?;
    let folder = setup.data_dir.join("digests").join(date.to_string());
    let files = ["html", "md"].map(|end| folder.join(format!("{profile}.{end}")));
    let Some(file) = files.iter().find(|file| file.is_file()) else {
        bail!(message!(
            "the file of that digest is gone; `paperlark digest {profile} --date {date}` prints it",
            profile,
            date
        ));
    };
    if setup.json {
        return setup.print_json(&serde_json::json!({ "path": file }));
    }
    if args.path {
        return setup.print_as_is(file.display().to_string());
    }
    ::open::that_detached(file)
        .because(|| message!("nothing here opens {path}; --path prints where it is", path = file))
}
