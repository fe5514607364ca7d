//! `paperlark profile new`: a profile from whatever its reader has.

use std::{
    fs,
    io::{self, BufRead, IsTerminal, Write},
};

use anyhow::{Result, bail};
use paperlark::{calendar, engine::Proposal, message, profile::Profile};

use super::{Setup, gather, in_a_line};
use crate::cli::{ModelArgs, known_categories, ui::Because};

/// Make a profile from papers you like
///
/// The papers are grouped into interests, each named by the terms that tell it from the others, and shown
/// with the recent papers that it would bring up. Only then the file is written, if you say so. It is
/// yours: edit names, move seeds, add or drop interests.
///
/// Examples:
///   paperlark profile new ling 2602.04118 https://arxiv.org/abs/2602.04028
///   paperlark profile new ling refs.bib zotero:PhD --category cs.LG --category stat.ML
///   paperlark profile new ling "Shapley values of interactions" --interests 3 --yes
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub struct Args {
    /// Name of the profile, and of its file without .toml
    name: String,

    /// arXiv ids, URLs, DOIs; files (BibTeX, Zotero exports, notes with links); zotero:COLLECTION; or
    /// sentences
    #[arg(value_name = "SOURCE", required_unless_present = "text")]
    sources: Vec<String>,

    /// A sentence that says what you look for
    #[arg(long, value_name = "SENTENCE")]
    text: Vec<String>,

    /// arXiv categories to read [default: the primary ones of your papers]
    #[arg(long, value_name = "CATEGORY")]
    category: Vec<String>,

    /// So many interests, instead of as many as the papers fall into
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=100))]
    interests: Option<u16>,

    /// Write the file without asking
    #[arg(long)]
    yes: bool,

    #[command(flatten)]
    model: ModelArgs,
}

pub fn run(setup: &Setup, args: &Args) -> Result<()> {
    let name = args.name.trim_end_matches(".toml");
    if name.is_empty() || name.starts_with('.') || name.contains(['/', '\\']) {
        bail!(message!("'{name}' is no name for a file; write letters and digits", name));
    }
    let dir = setup.profiles_dir()?;
    let path = dir.join(format!("{name}.toml"));
    if path.exists() {
        bail!(message!(
            "there is {path} already; choose another name, or `profile add` to it",
            path
        ));
    }
    known_categories(&args.category)?;
    let mut engine = setup.engine(&setup.data_dir, &args.model)?;
    let mut gathered = gather(setup, engine.library(), &args.sources)?;
    gathered.add_sentences(engine.library(), &args.text)?;
    if gathered.papers.is_empty() && gathered.sentences.is_empty() {
        bail!(message!("there is nothing to make a profile of"));
    }
    let bar = setup.ui.bar(&message!("embedding papers"));
    let proposal = engine.propose(
        &gathered,
        &args.category,
        args.interests.map(usize::from),
        calendar::today(setup.now),
        &|done, total| bar.set(done, total),
    )?;
    drop(bar);
    let text = proposal.to_toml(name, setup.ui.language);
    let (_, notices) = Profile::parse(&path, &text).because(|| {
        message!("the new profile cannot be read back; that is a fault of paperlark")
    })?;
    notices.iter().for_each(|notice| setup.ui.note(&notice.message()));

    if !setup.json {
        show(setup, &proposal)?;
    }
    let write = args.yes || (!setup.json && asked(setup, &path.display().to_string())?);
    if write {
        fs::create_dir_all(&dir).map_err(paperlark::Error::io("create", &dir))?;
        // Another run may have made it in the meantime; what is there is never overwritten.
        let mut file =
            fs::File::create_new(&path).map_err(paperlark::Error::io("create", &path))?;
        file.write_all(text.as_bytes())
            .and_then(|()| file.sync_all())
            .map_err(paperlark::Error::io("write", &path))?;
    }
    if setup.json {
        let mut json = serde_json::to_value(&proposal)?;
        json["path"] = serde_json::to_value(&path)?;
        json["written"] = write.into();
        json["toml"] = text.into();
        return setup.print_json(&json);
    }
    match write {
        true => setup.print(&message!("written: {path}", path)),
        false => setup.print(&message!("nothing was written; --yes writes the profile")),
    }
}

fn show(setup: &Setup, proposal: &Proposal) -> Result<()> {
    const SEEDS: usize = 5;
    let categories = match proposal.categories.is_empty() {
        true => message!("none known; name some with --category"),
        false => message!("{categories}", categories = proposal.categories.join(", ")),
    };
    setup.print(&message!("categories: {categories}", categories))?;
    let days = match proposal.recent {
        Some((from, to)) => message!("nearest papers from {from} to {to}", from, to),
        None => message!(
            "the library holds no recent papers of these categories; `paperlark fetch` gets some"
        ),
    };
    setup.print(&days)?;
    for interest in &proposal.interests {
        setup.print_as_is("")?;
        setup.print(&message!(
            "{name} ({seeds} seeds)",
            name = interest.name,
            seeds = interest.seeds.len()
        ))?;
        if let Some(text) = &interest.description {
            setup.print_as_is(format!("  \"{text}\""))?;
        }
        for paper in interest.seeds.iter().take(SEEDS) {
            setup.print_as_is(format!("  - {}", in_a_line(&paper.id, &paper.title)))?;
        }
        if interest.seeds.len() > SEEDS {
            let more = message!("and {n} more", n = interest.seeds.len() - SEEDS);
            setup.print_as_is(format!("    {}", setup.ui.words(&more)))?;
        }
        for near in &interest.nearest {
            setup.print_as_is(format!(
                "  > {:4.1} {}",
                near.score,
                in_a_line(&near.id, &near.title)
            ))?;
        }
    }
    Ok(())
}

/// Asks whether to write the file; without a terminal nobody can say yes.
fn asked(setup: &Setup, path: &str) -> Result<bool> {
    if !io::stdin().is_terminal() {
        return Ok(false);
    }
    let mut err = io::stderr().lock();
    let question = message!("write {path}? [y/N]", path);
    write!(err, "\n{} ", setup.ui.words(&question)).and_then(|()| err.flush())?;
    let mut answer = String::new();
    io::stdin().lock().read_line(&mut answer)?;
    Ok(matches!(answer.trim().to_lowercase().as_str(), "y" | "yes" | "是"))
}
