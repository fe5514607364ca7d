//! The part of a language model in `paperlark daily`: the endpoint as settings and environment name it, its
//! notes, and what they would cost.

use std::{collections::HashSet, time::Duration};

use anyhow::Result;
use jiff::civil::Date;
use paperlark::{
    digest::{Digest, Usage},
    engine::{Engine, Planned},
    llm::{Endpoint, Scribe},
    message,
    profile::Profile,
    text::one_line,
};

use super::{
    Setup,
    arxiv::{set_times, variable},
    config::Llm,
    ui::Because,
};

const KEY: [&str; 2] = ["OPENAI_API_KEY", "LLM_API_KEY"];
const BASE: [&str; 4] = ["OPENAI_BASE_URL", "OPENAI_API_BASE", "LLM_BASE_URL", "LLM_API_BASE"];
const MODEL: [&str; 3] = ["OPENAI_MODEL", "LLM_MODEL", "MODEL_NAME"];

/// Who writes notes; `None` if no model is named, or nothing says where it is. A key alone, which other programs
/// may have left in the environment, sends nothing anywhere.
pub fn scribe(setup: &Setup) -> Result<Option<Scribe>> {
    let Llm { base_url, model, top_n, max_tokens_per_day, timeout, price, prompt } =
        setup.config.llm.clone();
    let Some(model) = first(&MODEL)?.or(model) else { return Ok(None) };
    let (key, base) = (first(&KEY)?, first(&BASE)?.or(base_url));
    if key.is_none() && base.is_none() {
        setup.ui.note(&message!("there is a language model ({model}) and neither OPENAI_API_KEY nor OPENAI_BASE_URL, so \
             nobody is asked for notes", model));
        return Ok(None);
    }
    if setup.offline {
        setup.ui.note(&message!("offline: nobody is asked for notes"));
        return Ok(None);
    }
    let usual = Endpoint::default();
    let seconds = |value: f64, name: &str| {
        Duration::try_from_secs_f64(value).ok().filter(|time| !time.is_zero()).because(|| {
            message!(
                "{name} is {value}; write a number of seconds, like 60",
                name,
                value = value.to_string()
            )
        })
    };
    // How long to wait for a model is a setting of its own.
    let (mut pause, mut unused) = (usual.pause, usual.timeout);
    set_times(&mut pause, &mut unused)?;
    let endpoint = Endpoint {
        base_url: base.unwrap_or(usual.base_url),
        key,
        model,
        timeout: timeout.map_or(Ok(usual.timeout), |value| seconds(value, "llm.timeout"))?,
        pause,
        top_n: top_n.unwrap_or(usual.top_n),
        max_tokens_per_day: max_tokens_per_day.unwrap_or(usual.max_tokens_per_day),
        price,
        prompt,
    };
    Ok(Some(Scribe::new(endpoint)?))
}

/// The first of these variables that is set.
fn first(names: &[&str]) -> Result<Option<String>> {
    for name in names {
        if let Some(value) = variable(name)? {
            return Ok(Some(value.trim().to_owned()));
        }
    }
    Ok(None)
}

/// Has notes written into a digest; the digest as it is then. Faults are said once each by the caller.
pub fn annotate(
    setup: &Setup,
    engine: &mut Engine,
    scribe: &Scribe,
    profile: &Profile,
    date: Date,
    faults: &mut Vec<String>,
) -> Result<Option<Digest>> {
    let bar = setup.ui.bar(&message!("notes on papers"));
    let progress = |done, total| bar.set(done, total);
    let Some(annotated) = engine.annotate(profile, date, scribe, setup.now, &progress)? else {
        return Ok(None);
    };
    if let Some(kept) = &annotated.kept {
        setup.ui.note(&message!("the digest had been edited; your text is in {kept}", kept));
    }
    for fault in annotated.faults {
        let words = fault.words(setup.ui.language);
        if !faults.contains(&words) {
            setup.ui.note(&message!("{fault}", fault = &words));
            faults.push(words);
        }
    }
    Ok(Some(annotated.digest))
}

/// Says what notes would be asked for, and what they would cost.
pub fn plan(
    setup: &Setup,
    engine: &Engine,
    scribe: Option<&Scribe>,
    digests: &[(&Profile, Date)],
) -> Result<()> {
    let Some(scribe) = scribe else {
        return setup.print(&message!("no language model is set up, so nothing would be sent"));
    };
    let mut all = Usage::default();
    let mut json = Vec::new();
    // A note serves every reader.
    let mut seen = HashSet::new();
    for (profile, date) in digests {
        let mut planned = engine.planned_notes(profile, *date, scribe)?;
        planned.retain(|paper| seen.insert((paper.id.clone(), profile.notes.clone())));
        if !setup.json {
            setup.print(&message!(
                "{profile} {date}: notes on {n} papers",
                profile = profile.id,
                date,
                n = planned.len()
            ))?;
        }
        for Planned { id, title, usage } in &planned {
            all += *usage;
            if !setup.json {
                setup.print_as_is(format!("  {:>5}  {id}  {}", usage.total(), one_line(title)))?;
            }
            json.push(serde_json::json!({
                "profile": profile.id, "date": date, "id": id, "title": title,
                "prompt": usage.prompt, "completion": usage.completion,
            }));
        }
    }
    let endpoint = scribe.endpoint();
    let cost = endpoint.price.map(|price| price.of(&all));
    if setup.json {
        return setup.print_json(&serde_json::json!({
            "model": endpoint.model, "papers": json, "prompt": all.prompt,
            "completion": all.completion, "cost": cost,
        }));
    }
    let cost = match cost {
        Some(cost) => message!("costing {cost}", cost = format!("{cost:.4}")),
        None => message!("whose cost is unknown: set llm.price in config.toml"),
    };
    setup.print(&message!(
        "about {total} tokens of {model} ({prompt} read, {completion} written), {cost}; nothing was sent",
        total = all.total(),
        model = endpoint.model,
        prompt = all.prompt,
        completion = all.completion,
        cost
    ))
}
