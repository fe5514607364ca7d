//! `paperlark profile`: what readers do with their profiles.
//!
//! A profile's file belongs to its reader: apart from `new` and `import`, which write a new one, no command
//! touches it. What a reader says on the command line goes into the library's log.

use anyhow::{Result, bail};
use paperlark::{
    PaperId, engine, message,
    reader::{Act, Feedback, Field, Mark, Mute},
    store::Library,
    tex,
    text::one_line,
};

use super::{
    Setup,
    marking::{mark, rule_in_words, undo},
    open::{gather, interest, load},
};

mod exchange;
mod file;
mod new;
mod preview;
mod show;
mod tune;

/// Make, change, look at and carry profiles
///
/// A profile is a TOML file that you own and that no command rewrites: what you say with add, remove, like,
/// dislike, mute and undo is kept in the library, with its time, and counts beside the file.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    New(new::Args),
    Add(AddArgs),
    Remove(RemoveArgs),
    /// Tell a profile which papers you like; the next digest takes it in
    Like(MarkArgs),
    /// Tell a profile which papers you do not like; the next digest takes it in
    Dislike(MarkArgs),
    /// Take back likes and dislikes of papers
    Unmark(MarkArgs),
    /// Take back the last command on a profile; again, the one before
    Undo {
        /// Name of the profile
        name: String,
    },
    Mute(MuteArgs),
    /// Show again what a mute hides
    Unmute(MuteArgs),
    /// List the profiles with their interests
    List,
    Show(show::Args),
    /// Read every profile and report what is wrong, with file and line
    Check {
        /// Only these profiles, by file name without .toml
        names: Vec<String>,
    },
    /// Open a profile in your editor ($VISUAL, else $EDITOR), and check what you wrote
    Edit {
        /// Name of the profile
        name: String,
    },
    Delete(file::DeleteArgs),
    Preview(preview::Args),
    Tune(tune::Args),
    Export(exchange::ExportArgs),
    Import(exchange::ImportArgs),
}

/// Add papers to an interest, from anywhere
///
/// The papers count as seeds from the next digest on; the profile's file stays as it is. `undo` or `remove`
/// take them back.
///
/// Examples:
///   paperlark profile add ling 2602.04118 https://arxiv.org/abs/2602.04028 --interest Theory
///   paperlark profile add ling refs.bib
///   paperlark profile add ling "Shapley values of interactions in language models"
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub struct AddArgs {
    /// Name of the profile
    name: String,

    /// arXiv ids, URLs, DOIs; files (BibTeX, Zotero exports, notes with links); zotero:COLLECTION; or
    /// sentences
    #[arg(required = true, value_name = "SOURCE")]
    sources: Vec<String>,

    /// The interest they stand for, by its name in the profile [default: the only one, else none: they count
    /// for the taste as a whole]
    #[arg(long, value_name = "NAME")]
    interest: Option<String>,
}

/// Leave papers out of a profile's seeds
///
/// That works for papers that were added and for those that the profile's file or a place named in it gives;
/// the file stays as it is.
///
/// Example: paperlark profile remove ling 2602.04118
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub struct RemoveArgs {
    /// Name of the profile
    name: String,

    /// What to leave out, as in `profile add`
    #[arg(required = true, value_name = "SOURCE")]
    sources: Vec<String>,
}

/// What `like`, `dislike` and `unmark` take.
#[derive(Debug, clap::Args)]
pub struct MarkArgs {
    /// Name of the profile
    name: String,

    /// Papers: ids, arXiv URLs or DOIs, which are fetched if the library lacks them; numbers in the newest digest;
    /// or words of a title
    #[arg(required = true, value_name = "PAPER")]
    papers: Vec<String>,
}

/// Hide papers of an author, with a term, or of a category
///
/// An author is a full name or a surname with initials ("Öz, A."), of any case and without regard to accents.
/// A term is one or more whole words in title or abstract. An archive stands for its categories.
///
/// Example: paperlark profile mute ling --author "Öz, A." --term "medical imaging" --category cs.CR
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub struct MuteArgs {
    /// Name of the profile
    name: String,

    #[command(flatten)]
    rules: Rules,
}

/// Rules that hide papers.
#[derive(Debug, clap::Args)]
#[group(required = true, multiple = true)]
pub struct Rules {
    /// Papers by this author
    #[arg(long, value_name = "NAME")]
    author: Vec<String>,

    /// Papers with this term in title or abstract
    #[arg(long, value_name = "WORDS")]
    term: Vec<String>,

    /// Papers of this category or archive
    #[arg(long, value_name = "CATEGORY")]
    category: Vec<String>,
}

impl Rules {
    fn mutes(&self) -> Result<Vec<Mute>> {
        let of = |field, texts: &[String]| {
            texts.iter().map(|text| Mute::new(field, text)).collect::<Result<Vec<_>, _>>()
        };
        let mut mutes = of(Field::Author, &self.author)?;
        mutes.extend(of(Field::Term, &self.term)?);
        mutes.extend(of(Field::Category, &self.category)?);
        Ok(mutes)
    }
}

pub fn run(setup: &Setup, command: &Command) -> Result<()> {
    match command {
        Command::New(args) => new::run(setup, args),
        Command::Add(args) => add(setup, args),
        Command::Remove(args) => remove(setup, args),
        Command::Like(args) => mark(setup, Some(&args.name), &args.papers, Mark::Like),
        Command::Dislike(args) => mark(setup, Some(&args.name), &args.papers, Mark::Dislike),
        Command::Unmark(args) => mark(setup, Some(&args.name), &args.papers, Mark::None),
        Command::Undo { name } => undo(setup, Some(name)),
        Command::Mute(args) => mute(setup, args, Act::Mute),
        Command::Unmute(args) => mute(setup, args, Act::Unmute),
        Command::List => list(setup, &[], false),
        Command::Show(args) => show::run(setup, args),
        Command::Check { names } => list(setup, names, true),
        Command::Edit { name } => file::edit(setup, name),
        Command::Delete(args) => file::delete(setup, args),
        Command::Preview(args) => preview::run(setup, args),
        Command::Tune(args) => tune::run(setup, args),
        Command::Export(args) => exchange::export(setup, args),
        Command::Import(args) => exchange::import(setup, args),
    }
}

/// A paper in a line.
fn in_a_line(id: &PaperId, title: &str) -> String {
    let title = one_line(&tex::to_display(title));
    match id.is_arxiv() {
        true => format!("{id} {title}"),
        false => title,
    }
}

fn add(setup: &Setup, args: &AddArgs) -> Result<()> {
    let profile = load(setup, &args.name)?;
    let interest = interest(&profile, args.interest.as_deref())?;
    let mut library = Library::open(&setup.data_dir)?;
    let gathered = gather(setup, &mut library, &args.sources)?;
    drop(library);
    let acts: Vec<Act> =
        gathered.rows().into_iter().map(|row| Act::Seed(row, interest.clone())).collect();
    let changed = engine::act(&setup.data_dir, &profile.id, &acts, setup.now)?;
    if setup.json {
        let ids: Vec<_> = gathered.papers.iter().map(|(_, paper)| &paper.id).collect();
        return setup.print_json(&serde_json::json!({
            "profile": profile.id, "interest": interest, "papers": ids,
            "sentences": gathered.sentences.len(), "changed": changed, "unusable": gathered.unusable,
        }));
    }
    let to = match interest {
        Some(interest) => message!("interest '{interest}'", interest),
        None => message!("the taste as a whole"),
    };
    setup.print(&message!(
        "{profile}: {changed} of {n} seeds are new, for {to}",
        profile = profile.id,
        changed,
        n = acts.len(),
        to
    ))
}

fn remove(setup: &Setup, args: &RemoveArgs) -> Result<()> {
    let profile = load(setup, &args.name)?;
    let mut library = Library::open(&setup.data_dir)?;
    let gathered = gather(setup, &mut library, &args.sources)?;
    let feedback = library.feedback(&profile.id, jiff::Timestamp::MAX)?;
    drop(library);
    for (row, paper) in &gathered.papers {
        let from_file = profile.interests.iter().any(|interest| {
            // What a place gives is known only when it is read.
            !interest.from.is_empty() || interest.seeds.iter().any(|seed| seed.id == paper.id)
        });
        if !from_file && !feedback.seeds.contains_key(row) {
            let id = &paper.id;
            bail!(match feedback.marks.get(row) {
                Some(said) => message!(
                    "{id} is no seed of {profile}; it is marked ({mark}), which `unmark` takes back",
                    id,
                    profile = profile.id,
                    mark = said.what.as_str()
                ),
                None => message!("{id} is no seed of {profile}", id, profile = profile.id),
            });
        }
    }
    let acts: Vec<Act> = gathered.rows().into_iter().map(Act::Unseed).collect();
    let changed = engine::act(&setup.data_dir, &profile.id, &acts, setup.now)?;
    if setup.json {
        return setup.print_json(&serde_json::json!({ "profile": profile.id, "changed": changed }));
    }
    setup.print(&message!(
        "{profile}: {changed} of {n} seeds left out; {path} stays as it is",
        profile = profile.id,
        changed,
        n = acts.len(),
        path = profile.path
    ))
}

fn mute(setup: &Setup, args: &MuteArgs, act: fn(Mute) -> Act) -> Result<()> {
    let profile = load(setup, &args.name)?;
    let acts: Vec<Act> = args.rules.mutes()?.into_iter().map(act).collect();
    drop(Library::open(&setup.data_dir)?);
    let changed = engine::act(&setup.data_dir, &profile.id, &acts, setup.now)?;
    let library = Library::open_read_only(&setup.data_dir)?;
    let Feedback { mutes, .. } = library.feedback(&profile.id, jiff::Timestamp::MAX)?;
    let mutes: Vec<String> = mutes.iter().map(|said| said.what.to_string()).collect();
    if setup.json {
        return setup.print_json(
            &serde_json::json!({ "profile": profile.id, "changed": changed, "mutes": mutes }),
        );
    }
    let now = match mutes.is_empty() {
        true => message!("nothing"),
        false => {
            let rules: Vec<String> =
                mutes.iter().map(|rule| setup.ui.words(&rule_in_words(rule))).collect();
            message!("{rules}", rules = rules.join("; "))
        }
    };
    let profile = profile.id;
    setup.print(&match acts.first() {
        _ if changed == 0 => {
            message!("{profile}: nothing changed; muted: {now}", profile, now)
        }
        Some(Act::Mute(_)) => {
            message!("{profile}: muted {changed}; muted now: {now}", profile, changed, now)
        }
        _ => message!("{profile}: unmuted {changed}; muted now: {now}", profile, changed, now),
    })
}

/// Lists profiles, or checks them.
fn list(setup: &Setup, names: &[String], check: bool) -> Result<()> {
    let (profiles, broken) = setup.load_profiles(names)?;
    if check {
        let models = setup.models();
        let model = models.open(&models.current())?;
        for notice in profiles.iter().flat_map(|profile| profile.unreadable(&*model)) {
            setup.ui.note(&notice.message());
        }
    }
    let rows: Vec<_> = profiles
        .iter()
        .map(|profile| {
            serde_json::json!({
                "id": profile.id,
                "name": profile.name,
                "path": profile.path,
                "categories": profile.categories,
                "interests": profile.interests.iter().map(|interest| serde_json::json!({
                    "name": interest.name,
                    "seeds": interest.seeds.len(),
                    "from": interest.from.iter().map(|from| &from.text).collect::<Vec<_>>(),
                    "description": interest.description.as_ref().map(|d| &d.text),
                })).collect::<Vec<_>>(),
            })
        })
        .collect();
    if setup.json {
        setup.print_json(&rows)?;
    } else {
        for profile in &profiles {
            let seeds: usize = profile.interests.iter().map(|i| i.seeds.len()).sum();
            setup.print(&message!(
                "{profile}: {name} ({n} interests, {seeds} seeds) {path}",
                profile = profile.id,
                name = profile.name,
                n = profile.interests.len(),
                seeds,
                path = profile.path
            ))?;
            if !check {
                for interest in &profile.interests {
                    let (name, seeds) = (&interest.name, interest.seeds.len());
                    let from: Vec<&str> =
                        interest.from.iter().map(|from| from.text.as_str()).collect();
                    setup.print_below(&match from.join(", ") {
                        none if none.is_empty() => {
                            message!("{name} ({seeds} seeds)", name, seeds)
                        }
                        from => {
                            message!("{name} ({seeds} seeds, more from {from})", name, seeds, from)
                        }
                    })?;
                }
            }
        }
    }
    if broken > 0 {
        bail!(message!(
            "{broken} of {n} profiles cannot be used",
            broken,
            n = broken + profiles.len()
        ));
    }
    Ok(())
}
