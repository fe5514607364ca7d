//! `paperlark profile tune`: chooses how papers are ranked by the reader's own marks.

use anyhow::Result;
use paperlark::{
    Message, engine,
    eval::own::{Rival, Tuning},
    message,
    rank::Weights,
    reader::{self, Act},
};
use serde_json::json;

use super::Setup;
use crate::cli::{
    ModelArgs,
    open::open,
    table::{cell, signed},
};

/// Choose how papers are ranked by your own marks
///
/// Every day with a like is ranked again, knowing only what was said before its digest was made. Settings are
/// chosen on earlier days and tested on later ones: how much interests, words, contrast and topics count (0,
/// .5, 1 or 2 times the usual), the share of dislikes (0, .2, .5), and how soon likes are pooled (3, 10, 30).
/// They are kept only if the gain in AUC is real: if the lower end of its one-sided 90% interval lies above 0.
///
/// --save keeps them in the library, with the time, where `undo` takes them back; if nothing is better, the
/// usual settings are restored. Your file stays as it is. --against ranks the same days by another model too,
/// which embeds what it has not seen yet, and says whether that one is better for you.
///
/// Examples:
///   paperlark profile tune ling
///   paperlark profile tune ling --save
///   paperlark profile tune ling --against all-minilm-l6-v2
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub struct Args {
    /// Name of the profile
    name: String,

    /// Draws the order in which the settings are tried
    #[arg(long, default_value_t = 1)]
    seed: u64,

    /// Use what was found from the next digest on
    #[arg(long)]
    save: bool,

    /// Compare with this model too: a name from `paperlark model list`, or a table file; may be repeated
    #[arg(long, value_name = "MODEL")]
    against: Vec<String>,

    #[command(flatten)]
    model: ModelArgs,
}

pub fn run(setup: &Setup, args: &Args) -> Result<()> {
    let (mut engine, profile) = open(setup, &args.name, &args.model)?;
    let model = engine.model_name();
    let bar = setup.ui.bar(&message!("ranking days"));
    let tuning = engine.tune(&profile, args.seed, &|done, total| bar.set(done, total))?;
    drop(bar);
    let feedback = engine.library().feedback(&profile.id, jiff::Timestamp::MAX)?;
    // Settings that cannot be read are none: this command is their cure.
    let now = reader::weights(&profile.id, &feedback).ok();
    drop(engine);
    let rivals: Vec<Rival> = args
        .against
        .iter()
        .map(|name| {
            let model = ModelArgs { model: Some(name.clone()), ..args.model.clone() };
            let mut engine = setup.engine(&setup.data_dir, &model)?;
            let bar = setup.ui.bar(&message!("ranking days"));
            let theirs = engine.own_aucs(&profile, &|done, total| bar.set(done, total))?;
            Ok(Rival::new(engine.model_name(), &tuning.usual, &theirs))
        })
        .collect::<Result<_>>()?;
    let found = tuning.weights();
    let saved = args.save && now.as_ref() != Some(&found);
    if saved {
        let act = Act::Tune(serde_json::to_string(&found)?);
        engine::act(&setup.data_dir, &profile.id, &[act], setup.now)?;
    }
    if setup.json {
        let mut json = serde_json::to_value(&tuning)?;
        json["profile"] = profile.id.clone().into();
        json["model"] = model.into();
        json["weights"] = json!(found);
        json["saved"] = saved.into();
        json["against"] = json!(rivals);
        return setup.print_json(&json);
    }
    text(&tuning, &profile.id, &model).iter().try_for_each(|line| setup.print(line))?;
    for rival in &rivals {
        setup.print(&against(rival))?;
    }
    let found = words(&found);
    setup.print(&match now.as_ref().map(words) {
        _ if saved => message!(
            "saved: {settings}; `paperlark undo --profile {profile}` takes it back",
            settings = found,
            profile = profile.id
        ),
        Some(now) if now == found => {
            message!("nothing to save: these are the settings in use ({settings})", settings = now)
        }
        Some(now) => message!("in use: {now}; --save would take {found}", now, found),
        None => message!("the settings in use cannot be read; --save would take {found}", found),
    })
}

/// Settings in a line, those that are not the usual.
pub fn words(weights: &Weights) -> Message {
    let usual = Weights::default();
    let named = [
        ("interests", weights.interests, usual.interests),
        ("words", weights.words, usual.words),
        ("contrast", weights.contrast, usual.contrast),
        ("topics", weights.topics, usual.topics),
        ("dislike", weights.dislike, usual.dislike),
        ("pooling", weights.pooling, usual.pooling),
        ("whitening", weights.whitening, usual.whitening),
        ("emphasis", weights.emphasis, usual.emphasis),
        ("trend", weights.trend, usual.trend),
    ];
    let changed: Vec<String> = named
        .iter()
        .filter(|(_, value, usual)| value != usual)
        .map(|(name, value, _)| format!("{name} {value}"))
        .collect();
    match changed.is_empty() {
        true => message!("the usual settings"),
        false => message!("{settings}", settings = changed.join(", ")),
    }
}

/// What another model makes of the days, in a line or two.
fn against(rival: &Rival) -> Message {
    let Rival { model, auc, gain, lower, is_better } = rival;
    let (Some(auc), Some(gain), Some(lower)) = (auc, gain, lower) else {
        return message!("{model}: no two days to compare by", model);
    };
    let (auc, gain, lower) = (cell(auc), signed(gain), format!("{lower:+.3}"));
    match is_better {
        true => message!(
            "{model}: AUC {auc} by the usual settings, {gain} against this model, with 90% at least {lower}; better for you: `paperlark model use {model}`",
            model,
            auc,
            gain,
            lower
        ),
        false => message!(
            "{model}: AUC {auc} by the usual settings, {gain} against this model, with 90% at least {lower}; not proven to be better",
            model,
            auc,
            gain,
            lower
        ),
    }
}

fn text(tuning: &Tuning, id: &str, model: &str) -> Vec<Message> {
    let Tuning { days, likes, tested, .. } = tuning;
    let mut lines = vec![message!(
        "{id}, {model}: {days} days with marks, {likes} likes",
        id,
        model,
        days,
        likes
    )];
    if let (Some(before), Some(after), Some(gain), Some(lower)) =
        (&tuning.before, &tuning.after, &tuning.gain, tuning.lower)
    {
        lines.push(message!(
            "AUC on {n} later days: usual {usual}, tuned {tuned}",
            n = tested,
            usual = cell(before),
            tuned = cell(after)
        ));
        let (gain, lower) = (signed(gain), format!("{lower:+.3}"));
        lines.push(match tuning.gain_shown {
            Some(shown) => message!(
                "gain {gain}, with 90% at least {lower}; among shown papers {shown}",
                gain,
                lower,
                shown = signed(&shown)
            ),
            None => message!("gain {gain}, with 90% at least {lower}", gain, lower),
        });
        lines.push(message!("best on all days: {settings}", settings = words(&tuning.best)));
    }
    lines.push(match tuning.is_real {
        true => message!("the gain is real"),
        false => message!("no gain is proven, so the usual settings stand"),
    });
    match (tuning.days_missing, tuning.likes_missing) {
        (Some(0), _) => lines.push(message!("these marks suffice to see a gain of .01")),
        (Some(days), Some(likes)) => lines.push(message!(
            "to see a gain of .01 it takes about {days} more days with marks ({likes} likes)",
            days,
            likes
        )),
        _ => lines.push(message!("to tune, like papers of at least 10 digests")),
    }
    lines
}
