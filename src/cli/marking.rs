//! Marks: how they are recorded, taken back, and reported.

use anyhow::Result;
use paperlark::{
    Message, Paper,
    engine::{self, Applied},
    message,
    reader::{Act, Event, Mark},
    store::Library,
    text::one_line,
};

use super::{
    Setup,
    open::{gather, load},
};

/// Records a mark on papers, all of them or none.
pub fn mark(setup: &Setup, name: &str, papers: &[String], mark: Mark) -> Result<()> {
    let profile = load(setup, name)?;
    let mut library = Library::open(&setup.data_dir)?;
    let gathered = gather(setup, &mut library, papers)?;
    drop(library);
    if let Some((_, sentence)) = gathered.sentences.first() {
        anyhow::bail!(message!(
            "'{sentence}' is no paper; `profile add` takes sentences, and `avoid` in the profile",
            sentence
        ));
    }
    let acts: Vec<Act> = gathered.papers.iter().map(|(row, _)| Act::Mark(*row, mark)).collect();
    let changed = engine::act(&setup.data_dir, &profile.id, &acts, setup.now)?;
    if setup.json {
        return setup.print_json(&serde_json::json!({ "profile": profile.id, "changed": changed }));
    }
    setup.print(&message!(
        "{profile}: {changed} of {n} marks are new",
        profile = profile.id,
        changed,
        n = acts.len()
    ))
}

/// Takes the last command on a profile back, and says what it was.
pub fn undo(setup: &Setup, name: &str) -> Result<()> {
    let profile = load(setup, name)?;
    let undone = engine::undo(&setup.data_dir, &profile.id, setup.now)?;
    let lines = |of: &dyn Fn(&Act) -> String| -> Vec<String> {
        let line = |(event, paper): &(Event, Option<Paper>)| {
            let what = match paper {
                Some(paper) => format!("{} {}", paper.id, one_line(&paper.title)),
                None => String::new(),
            };
            format!("{} {what}", of(&event.act)).trim_end().to_owned()
        };
        undone.iter().map(line).collect()
    };
    if setup.json {
        let lines = lines(&|act| words(act).to_string());
        let at = undone.first().map(|(event, _)| event.at);
        return setup
            .print_json(&serde_json::json!({ "profile": profile.id, "undone": lines, "at": at }));
    }
    match undone.first() {
        None => {
            setup.print(&message!("{profile}: there is nothing to take back", profile = profile.id))
        }
        Some((event, _)) => {
            let at = event.at.to_zoned(profile.timezone.clone()).strftime("%Y-%m-%d %H:%M");
            setup.print(&message!(
                "{profile}: taken back what was said on {at}:",
                profile = profile.id,
                at = at.to_string()
            ))?;
            let lines = lines(&|act| setup.ui.words(&words(act)));
            lines.iter().try_for_each(|line| setup.print_as_is(format!("  {line}")))
        }
    }
}

/// An act in words, without its paper.
fn words(act: &Act) -> Message {
    match act {
        Act::Mark(_, Mark::None) => message!("unmark"),
        Act::Mark(_, Mark::Like) => message!("like"),
        Act::Mark(_, Mark::Dislike) => message!("dislike"),
        Act::Seed(_, Some(interest)) => message!("add to '{interest}'", interest),
        Act::Seed(_, None) => message!("add"),
        Act::Unseed(_) => message!("remove"),
        Act::Mute(mute) => message!("mute {rule}", rule = mute.to_string()),
        Act::Unmute(mute) => message!("unmute {rule}", rule = mute.to_string()),
        Act::Tune(_) => message!("tune"),
        Act::Undo(_) => message!("undo"),
    }
}

/// Names what could not be applied.
pub fn report(setup: &Setup, applied: &[Applied]) {
    for Applied { profile, date, unknown, contradictory, .. } in applied {
        for id in unknown {
            setup.ui.note(&message!(
                "{id}, marked in the digest of {date} for {profile}, is not in the library; \
                 `paperlark like {id} --profile {profile}` fetches it",
                id,
                date,
                profile
            ));
        }
        for id in contradictory {
            setup.ui.note(&message!(
                "{id} is liked and disliked at once in the digest of {date} for {profile}, so neither counts",
                id,
                date,
                profile
            ));
        }
    }
}

/// How many marks of a digest are new.
pub fn line(applied: &Applied) -> Message {
    let Applied { profile, date, new, known, .. } = applied;
    let likes = new.iter().filter(|(_, mark)| *mark == Mark::Like).count();
    let dislikes = new.len() - likes;
    message!(
        "{profile}: {likes} new likes and {dislikes} new dislikes from the digest of {date}, {known} known before",
        profile,
        likes,
        dislikes,
        date,
        known
    )
}
