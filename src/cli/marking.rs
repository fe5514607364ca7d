//! Marks: how they are recorded, taken back, and reported.

use std::path::Path;

use anyhow::{Result, bail};
use paperlark::{
    Message, Paper, PaperId,
    digest::Digest,
    engine::{self, Applied},
    message,
    reader::{Act, Event, Mark},
    row::Row,
    store::{Library, Query},
    tex,
    text::one_line,
};

use super::{
    Setup, delivered,
    open::{gather, load, whose},
};

/// Candidates that are named where a title is meant.
const NAMED: usize = 5;

/// Records a mark on papers, all of them or none.
pub fn mark(setup: &Setup, name: Option<&str>, papers: &[String], mark: Mark) -> Result<()> {
    let profile = load(setup, &whose(setup, name)?)?;
    let mut library = Library::open(&setup.data_dir)?;
    let newest = newest(&library, &profile.id)?;
    let papers: Vec<String> = papers
        .iter()
        .map(|source| meant(&library, newest.as_ref(), source))
        .collect::<Result<_>>()?;
    let gathered = gather(setup, &mut library, &papers)?;
    drop(library);
    if let Some((_, sentence)) = gathered.sentences.first() {
        bail!(message!(
            "no paper is called '{sentence}'; `profile add` takes sentences, and `avoid` in the profile",
            sentence
        ));
    }
    let acts: Vec<Act> = gathered.papers.iter().map(|(row, _)| Act::Mark(*row, mark)).collect();
    let changed = engine::act(&setup.data_dir, &profile.id, &acts, setup.now)?;
    if setup.json {
        let ids: Vec<_> = gathered.papers.iter().map(|(_, paper)| &paper.id).collect();
        return setup.print_json(
            &serde_json::json!({ "profile": profile.id, "papers": ids, "changed": changed }),
        );
    }
    for (_, paper) in &gathered.papers {
        let title = one_line(&tex::to_display(&paper.title));
        let shown = newest.iter().flat_map(|digest| &digest.entries);
        let interest =
            shown.filter(|e| e.paper.id == paper.id).find_map(|e| e.why.interest.clone());
        setup.print(&match (mark, interest) {
            (Mark::Like, Some(interest)) => {
                message!("liked: {title}, shown under {interest}", title, interest)
            }
            (Mark::Like, None) => message!("liked: {title}", title),
            (Mark::Dislike, _) => message!("disliked: {title}", title),
            (Mark::None, _) => message!("not marked any more: {title}", title),
        })?;
    }
    match changed {
        0 => setup.print(&message!("{profile}: that was known", profile = profile.id)),
        _ => Ok(()),
    }
}

/// The newest digest of a profile with a paper in it.
fn newest(library: &Library, profile: &str) -> Result<Option<Digest>> {
    match delivered::newest(library, profile)? {
        Some(day) => Ok(engine::delivered(library, profile, day)?),
        None => Ok(None),
    }
}

/// The paper that a reader means by a number in the newest digest or by words of a title, by its id; anything
/// else stays as it is.
fn meant(library: &Library, newest: Option<&Digest>, source: &str) -> Result<String> {
    let source = source.trim();
    let number = source.strip_prefix('#').unwrap_or(source);
    if (1..=3).contains(&number.len()) && number.bytes().all(|b| b.is_ascii_digit()) {
        let Some(digest) = newest else {
            bail!(message!(
                "there is no digest yet in which {number} could stand; give the paper's id",
                number
            ));
        };
        let entries = digest.in_order();
        let at: usize = number.parse().unwrap_or(0);
        return match at.checked_sub(1).and_then(|at| entries.get(at)) {
            Some(entry) => Ok(entry.paper.id.to_string()),
            None => {
                bail!(message!(
                    "the digest of {date} has the numbers 1 to {n}",
                    date = digest.date,
                    n = entries.len()
                ))
            }
        };
    }
    let is_name = source.parse::<PaperId>().is_ok()
        || source.contains("://")
        || source.contains('/') && !source.contains(' ')
        || Path::new(source).is_file();
    if is_name {
        return Ok(source.to_owned());
    }
    let titled = |papers: Vec<Paper>| -> Vec<Paper> {
        papers.into_iter().filter(|paper| has_words(&paper.title, source)).collect()
    };
    let shown = newest.iter().flat_map(|digest| &digest.entries).map(|e| e.paper.clone());
    let mut found = titled(shown.collect());
    if found.is_empty()
        && let Ok(query) = Query::parse(source)
    {
        let rows = library.matching(&query, None, SEARCHED)?;
        let rows: Vec<Row> = rows.into_iter().map(|(row, _)| row).collect();
        found = titled(library.papers(&rows)?);
    }
    match &found[..] {
        [] => Ok(source.to_owned()),
        [one] => Ok(one.id.to_string()),
        many => {
            let named = many.iter().take(NAMED);
            let named: Vec<String> =
                named.map(|p| format!("{} {}", p.id, one_line(&p.title))).collect();
            bail!(message!(
                "{n} papers are called so; give an id: {papers}",
                n = many.len(),
                papers = named.join("; ")
            ))
        }
    }
}

/// So many papers with the words are looked at for a title.
const SEARCHED: usize = 200;

/// Whether a title has all of these words, in any order and case; the last may be cut off.
fn has_words(title: &str, words: &str) -> bool {
    let of = |text: &str| -> Vec<String> {
        let words = text.split(|c: char| !c.is_alphanumeric());
        words.filter(|word| !word.is_empty()).map(str::to_lowercase).collect()
    };
    let (title, words) = (of(title), of(words));
    let Some((last, rest)) = words.split_last() else { return false };
    rest.iter().all(|word| title.contains(word)) && title.iter().any(|word| word.starts_with(last))
}

/// Takes the last command on a profile back, and says what it was.
pub fn undo(setup: &Setup, name: Option<&str>) -> Result<()> {
    let profile = load(setup, &whose(setup, name)?)?;
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
        Act::Mute(mute) => message!("mute {rule}", rule = rule_in_words(&mute.to_string())),
        Act::Unmute(mute) => message!("unmute {rule}", rule = rule_in_words(&mute.to_string())),
        Act::Tune(_) => message!("tune"),
        Act::Undo(_) => message!("undo"),
    }
}

/// What is muted, written as [`Mute`](paperlark::reader::Mute) writes it, in words.
pub fn rule_in_words(rule: &str) -> Message {
    match rule.split_once(' ') {
        Some(("author", name)) => message!("author {name}", name),
        Some(("term", term)) => message!("term {term}", term),
        Some(("category", category)) => message!("category {category}", category),
        _ => message!("{rules}", rules = rule),
    }
}

/// Names what could not be applied.
pub fn report(setup: &Setup, applied: &[Applied]) {
    for Applied { profile, date, unknown, contradictory, unread, .. } in applied {
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
        for line in unread {
            setup.ui.note(&message!(
                "no paper could be read from '{line}' in the digest of {date} for {profile}; write it like \
                 `like 2602.04118`",
                line = one_line(line),
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
