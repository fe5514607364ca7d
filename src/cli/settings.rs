//! `paperlark config`: every path and setting in force, and where each comes from.

use std::{env, path::Path};

use anyhow::Result;
use paperlark::{Message, message};
use serde_json::json;

use super::{Setup, language};

/// Show every path and setting in force, and where it comes from
///
/// Command line, then environment, then config.toml, then the default: the first that says something holds.
/// Passwords, keys and tokens are never shown, only whether they are set.
#[derive(Debug, clap::Args)]
pub struct Args {}

/// One setting.
struct Setting {
    name: &'static str,
    value: String,
    origin: Message,
}

/// Variables that hold secrets.
const SECRETS: [&str; 5] =
    ["OPENAI_API_KEY", "LLM_API_KEY", "SENDER_PASSWORD", "ZOTERO_KEY", "HF_TOKEN"];

/// Other variables that are read, beside those that belong to a setting.
const VARIABLES: [&str; 20] = [
    "OPENAI_BASE_URL",
    "OPENAI_MODEL",
    "SMTP_SERVER",
    "SMTP_PORT",
    "SENDER",
    "RECEIVER",
    "ZOTERO_ID",
    "HF_ENDPOINT",
    "HTTPS_PROXY",
    "https_proxy",
    "ORT_DYLIB_PATH",
    "PAPERLARK_RSS_URL",
    "PAPERLARK_API_URL",
    "PAPERLARK_LIST_URL",
    "PAPERLARK_OAI_URL",
    "PAPERLARK_ZOTERO_URL",
    "PAPERLARK_PACE",
    "PAPERLARK_TIMEOUT",
    "PAPERLARK_NOW",
    "NO_COLOR",
];

pub fn run(setup: &Setup, _: &Args) -> Result<()> {
    let settings = settings(setup)?;
    if setup.json {
        let all = settings.iter().map(|Setting { name, value, origin }| {
            json!({ "name": name, "value": value, "from": origin })
        });
        return setup.print_json(&all.collect::<Vec<_>>());
    }
    let widest = settings.iter().map(|setting| setting.name.len()).max().unwrap_or(0);
    let line = |Setting { name, value, origin }: &Setting| {
        format!("{name:widest$}  {value}  ({})", setup.ui.words(origin))
    };
    setup.print_as_is(settings.iter().map(line).collect::<Vec<_>>().join("\n"))
}

fn settings(setup: &Setup) -> Result<Vec<Setting>> {
    let default = || message!("default");
    let file = |is_stated: bool| match (&setup.config_path, is_stated) {
        (Some(_), true) => message!("the settings file"),
        _ => default(),
    };
    let shown = |path: &Path| path.display().to_string();
    let mut all = vec![Setting {
        name: "data-dir",
        value: shown(&setup.data_dir),
        origin: stated("--data-dir", "PAPERLARK_DATA", setup.stated.data_dir),
    }];
    all.push(Setting {
        name: "profiles",
        value: setup.profiles_dir().map(|dir| shown(&dir)).unwrap_or_default(),
        origin: stated("--profiles", "PAPERLARK_PROFILES", setup.profiles.is_some()),
    });
    if let Some(path) = &setup.config_path {
        let origin = match path.exists() {
            true => stated("--config", "PAPERLARK_CONFIG", setup.stated.config),
            false => message!("default; there is no such file"),
        };
        all.push(Setting { name: "config", value: shown(path), origin });
    }
    let code = match setup.ui.language {
        paperlark::profile::Language::En => "en",
        paperlark::profile::Language::Zh => "zh",
    };
    all.push(Setting {
        name: "lang",
        value: code.into(),
        origin: match (setup.stated.lang, env::var_os(language::VARIABLE)) {
            (false, None) => message!("the locale"),
            (stated_there, _) => stated("--lang", language::VARIABLE, stated_there),
        },
    });
    let models = setup.models();
    all.push(Setting {
        name: "model",
        value: models.current(),
        origin: message!("`paperlark model use`, or the default"),
    });
    let config = &setup.config;
    let precision = config.embedding.precision;
    all.push(Setting {
        name: "embedding.precision",
        value: precision.map_or("auto".into(), |precision| precision.to_string()),
        origin: file(precision.is_some()),
    });
    if let Some(contact) = &config.arxiv.contact {
        all.push(Setting { name: "arxiv.contact", value: contact.clone(), origin: file(true) });
    }
    for (name, value) in [
        ("llm.model", config.llm.model.clone()),
        ("llm.base_url", config.llm.base_url.clone()),
        ("llm.top_n", config.llm.top_n.map(|n| n.to_string())),
        ("llm.max_tokens_per_day", config.llm.max_tokens_per_day.map(|n| n.to_string())),
        ("llm.timeout", config.llm.timeout.map(|seconds| seconds.to_string())),
        ("llm.prompt", config.llm.prompt.as_deref().map(shown)),
        ("[mail]", config.mail.as_ref().map(|_| "...".to_owned())),
        ("[[send]]", Some(config.send.len()).filter(|n| *n > 0).map(|n| n.to_string())),
    ] {
        let setting = value.map(|value| Setting { name, value, origin: file(true) });
        all.extend(setting);
    }
    for name in VARIABLES.into_iter().chain(SECRETS) {
        let Some(value) = env::var_os(name).filter(|value| !value.is_empty()) else { continue };
        let value = match SECRETS.contains(&name) {
            true => "***".to_owned(),
            false => value.to_string_lossy().into_owned(),
        };
        all.push(Setting { name, value, origin: message!("environment") });
    }
    Ok(all)
}

/// Where a setting comes from that has an option and a variable.
fn stated(option: &'static str, variable: &'static str, is_stated: bool) -> Message {
    match (is_stated, env::var_os(variable)) {
        (true, Some(_)) => message!("{option} or {variable} in the environment", option, variable),
        (true, None) => message!("{option} on the command line", option),
        (false, _) => message!("default"),
    }
}
