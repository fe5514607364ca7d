//! Which language the program speaks: that of `--lang`, of PAPERLARK_LANG, or of the locale.

use std::{env, ffi::OsString};

use clap::builder::{PossibleValuesParser, TypedValueParser};
use paperlark::profile::Language;

pub const VARIABLE: &str = "PAPERLARK_LANG";

/// Reads `en` or `zh`.
pub fn parser() -> impl TypedValueParser<Value = Language> {
    PossibleValuesParser::new(["en", "zh"]).map(|name| named(&name).unwrap_or_default())
}

fn named(name: &str) -> Option<Language> {
    match name {
        "en" => Some(Language::En),
        "zh" => Some(Language::Zh),
        _ => None,
    }
}

/// The language for this command line, looked up before it is parsed, because help and mistakes have one
/// too. What `--lang` cannot be is left to the parser to refuse.
pub fn of(args: &[OsString]) -> Language {
    let variable = |name: &str| env::var(name).ok().filter(|value| !value.is_empty());
    option(args).or_else(|| named(&variable(VARIABLE)?)).unwrap_or_else(|| {
        // The first of these that is set decides, as for every program.
        let locale = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().find_map(variable);
        match locale.is_some_and(|locale| locale.starts_with("zh")) {
            true => Language::Zh,
            false => Language::En,
        }
    })
}

/// What the last `--lang` before a `--` says.
fn option(args: &[OsString]) -> Option<Language> {
    let args: Vec<&str> = args.iter().map(|arg| arg.to_str().unwrap_or_default()).collect();
    let end = args.iter().position(|arg| *arg == "--").unwrap_or(args.len());
    let value = |at: usize| match args[at] {
        "--lang" => args[..end].get(at + 1).copied(),
        arg => arg.strip_prefix("--lang="),
    };
    (0..end).rev().find_map(value).and_then(named)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_option_is_found_before_anything_is_parsed() {
        for (line, expected) in [
            ("paperlark daily", None),
            ("paperlark --lang zh daily", Some(Language::Zh)),
            ("paperlark daily --lang=zh --help", Some(Language::Zh)),
            ("paperlark --lang zh daily --lang en", Some(Language::En)),
            ("paperlark search -- --lang zh", None),
            ("paperlark --lang", None),
            ("paperlark --lang fr daily", None),
            ("paperlark --language zh", None),
        ] {
            let args: Vec<OsString> = line.split(' ').map(OsString::from).collect();
            assert_eq!(option(&args), expected, "{line}");
        }
    }
}
