//! `paperlark profile`: looks after the files that readers own.

use anyhow::{Result, bail};

use super::Setup;

/// Check and list profiles
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Read every profile and report what is wrong, with file and line
    Check {
        /// Only these profiles, by file name without .toml
        names: Vec<String>,
    },
    /// List the profiles with their interests
    List,
}

pub fn run(setup: &Setup, command: &Command) -> Result<()> {
    let names = match command {
        Command::Check { names } => names.as_slice(),
        Command::List => &[],
    };
    let (profiles, broken) = setup.load_profiles(names)?;
    if matches!(command, Command::Check { .. }) {
        let models = setup.models();
        let model = models.open(&models.current())?;
        for notice in profiles.iter().flat_map(|profile| profile.unreadable(&*model)) {
            setup.ui.note(notice);
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
            setup.print(format!(
                "{}: {} ({} interests, {seeds} seeds) {}",
                profile.id,
                profile.name,
                profile.interests.len(),
                profile.path.display()
            ))?;
            if matches!(command, Command::List) {
                for interest in &profile.interests {
                    let from =
                        interest.from.iter().map(|from| format!(", more from {}", from.text));
                    let (name, from) = (&interest.name, from.collect::<String>());
                    setup.print(format!("  {name} ({} seeds{from})", interest.seeds.len()))?;
                }
            }
        }
    }
    if broken > 0 {
        bail!("{broken} of {} profiles cannot be used", broken + profiles.len());
    }
    Ok(())
}
