//! What commands open: a reader's profile with its seeds, the places where seeds are kept, the index.

use std::path::Path;

use anyhow::{Result, bail};
use paperlark::{
    calendar,
    engine::{self, Engine, Gathered, MorningEvent, Shelves},
    message,
    message::Message,
    profile::{Interest, Profile},
    shelf::zotero::Zotero,
    store::Library,
};

use super::{
    ModelArgs, Setup,
    arxiv::{Arxiv, variable},
    ui::Because,
};

/// The name of the profile that is meant: the one given, else the only one there is.
pub fn whose(setup: &Setup, name: Option<&str>) -> Result<String> {
    if let Some(name) = name {
        return Ok(name.to_owned());
    }
    let dir = setup.profiles_dir()?;
    let names = Profile::names(&dir)?;
    match &names[..] {
        [only] => Ok(only.clone()),
        [] => bail!(no_profile(&dir)),
        _ => bail!(message!(
            "there are {n} profiles; say which one: {names}",
            n = names.len(),
            names = names.join(", ")
        )),
    }
}

/// That there is no profile, and how one is made.
pub fn no_profile(dir: &Path) -> Message {
    message!(
        "there is no profile in {path} yet; make one of papers you like with `paperlark profile new NAME ID ...`, \
         or name another folder with --profiles",
        path = dir
    )
}

/// The profile of this name.
pub fn load(setup: &Setup, name: &str) -> Result<Profile> {
    let (mut profiles, _) = setup.load_profiles(&[name.to_owned()])?;
    profiles.pop().because(|| message!("there is no profile {name} that can be used", name))
}

/// Finds what `sources` name and says what is of no use.
pub fn gather(setup: &Setup, library: &mut Library, sources: &[String]) -> Result<Gathered> {
    let arxiv = Arxiv::new(setup);
    let needs_zotero = sources.iter().any(|source| source.starts_with("zotero:"));
    let zotero = if needs_zotero { zotero(setup)? } else { None };
    let shelves = Shelves {
        client: arxiv.client()?,
        zotero: zotero.as_ref(),
        today: calendar::today(setup.now),
    };
    let gathered = engine::gather(library, &setup.data_dir, sources, &shelves)?;
    gathered
        .unusable
        .iter()
        .for_each(|line| setup.ui.note(&message!("not used: {reason}", reason = line)));
    Ok(gathered)
}

/// Opens the library with a model and this profile, with all of its seeds.
pub fn open(setup: &Setup, name: &str, model: &ModelArgs) -> Result<(Engine, Profile)> {
    let mut profile = [load(setup, name)?];
    let mut engine = setup.engine(&setup.data_dir, model)?;
    let arxiv = Arxiv::new(setup);
    stock(setup, &arxiv, &mut engine, &mut profile)?;
    // Nobody is asked for what is here.
    if !engine.missing_seeds(&profile)?.is_empty() {
        engine.fetch_seeds(&profile, arxiv.client()?, &|event| tell(setup, &event))?;
    }
    let [profile] = profile;
    Ok((engine, profile))
}

/// Adds the seeds that profiles keep in files and in Zotero.
pub fn stock(
    setup: &Setup,
    arxiv: &Arxiv,
    engine: &mut Engine,
    profiles: &mut [Profile],
) -> Result<()> {
    if !profiles.iter().any(Profile::has_shelves) {
        return Ok(());
    }
    let zotero = zotero(setup)?;
    let shelves = Shelves {
        client: arxiv.client()?,
        zotero: zotero.as_ref(),
        today: calendar::today(setup.now),
    };
    Ok(engine.stock_seeds(profiles, &shelves, &|event| tell(setup, &event))?)
}

/// Says what is said of seeds.
fn tell(setup: &Setup, event: &MorningEvent) {
    match event {
        MorningEvent::Notice(notice) => setup.ui.note(&notice.message()),
        MorningEvent::SeedsFailed(error) => {
            setup.ui.note(&message!("seeds cannot be fetched now: {error}", error = *error));
        }
        _ => {}
    }
}

/// The interest of this name; without one the only one.
pub fn interest(profile: &Profile, name: Option<&str>) -> Result<Option<String>> {
    match (name, &profile.interests[..]) {
        (None, [only]) => Ok(Some(only.name.clone())),
        (None, _) => Ok(None),
        (Some(name), interests) => match called(interests, name.trim()) {
            Some(interest) => Ok(Some(interest.name.clone())),
            None => {
                let names: Vec<_> = interests.iter().map(|i| format!("'{}'", i.name)).collect();
                bail!(message!(
                    "{profile} has no interest '{interest}'; it has {has}",
                    profile = profile.id,
                    interest = name,
                    has = names.join(", ")
                ))
            }
        },
    }
}

/// The interest of this name, or the only one whose name begins so, in any case of letters.
fn called<'p>(interests: &'p [Interest], name: &str) -> Option<&'p Interest> {
    if let Some(interest) = interests.iter().find(|interest| interest.name == name) {
        return Some(interest);
    }
    let small = name.to_lowercase();
    let mut beginning =
        interests.iter().filter(|interest| interest.name.to_lowercase().starts_with(&small));
    beginning.next().filter(|_| !small.is_empty() && beginning.next().is_none())
}

/// The Zotero library that the environment names, unless it names none or the network is not to be
/// used.
pub fn zotero(setup: &Setup) -> Result<Option<Zotero>> {
    let Some(id) = variable("ZOTERO_ID")?.filter(|_| !setup.offline) else {
        return Ok(None);
    };
    let zotero = Zotero::new(&id, variable("ZOTERO_KEY")?.as_deref())?;
    Ok(Some(match variable("PAPERLARK_ZOTERO_URL")? {
        Some(url) => zotero.with_base(&url),
        None => zotero,
    }))
}

/// Embeds and indexes, with a bar each; how many papers there are, and how many blocks were made.
pub fn index(setup: &Setup, engine: &mut Engine) -> Result<(usize, usize)> {
    let bar = setup.ui.bar(&message!("embedding papers"));
    let papers = engine.embed_library(&|done, total| bar.set(done, total))?;
    drop(bar);
    let bar = setup.ui.bar(&message!("indexing blocks"));
    let blocks = engine.build_index(&|done, total| bar.set(done, total))?;
    Ok((papers, blocks))
}
