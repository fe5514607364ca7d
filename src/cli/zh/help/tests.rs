use clap::CommandFactory;
use unicode_width::UnicodeWidthStr;

use super::*;
use crate::cli::Args;

/// Every paragraph of the help, and every placeholder for a value; of the verbs of those who measure and
/// build models only what they do.
#[derive(Default)]
struct Said {
    texts: Vec<String>,
    values: Vec<String>,
}

fn english() -> Said {
    let mut said = Said::default();
    let mut root = Args::command();
    root.build();
    gather(&root, &mut said);
    said
}

fn gather(command: &Command, said: &mut Said) {
    let about = [command.get_about(), command.get_long_about(), command.get_after_help()];
    let mut all: Vec<String> = about.into_iter().flatten().map(ToString::to_string).collect();
    if matches!(command.get_name(), "eval" | "distill") {
        all.truncate(1);
    } else {
        for arg in command.get_arguments() {
            let help = [arg.get_help(), arg.get_long_help()];
            all.extend(help.into_iter().flatten().map(ToString::to_string));
            if arg.get_action().takes_values() {
                let names = arg.get_value_names().into_iter().flatten();
                said.values.extend(names.map(ToString::to_string));
            }
            if !arg.is_hide_possible_values_set() {
                let values = arg.get_possible_values();
                all.extend(values.iter().filter_map(|value| Some(value.get_help()?.to_string())));
            }
        }
        command.get_subcommands().for_each(|command| gather(command, said));
    }
    let paragraphs = all.iter().flat_map(|text| text.split("\n\n"));
    said.texts.extend(paragraphs.filter(|text| !text.starts_with("Example")).map(str::to_owned));
}

#[test]
fn every_text_of_the_main_verbs_is_in_chinese() {
    let said = english();
    assert!(said.texts.len() > 100, "only {} texts were found", said.texts.len());
    let lacking: Vec<&String> = said
        .texts
        .iter()
        .filter(|text| lookup(TEXTS, text).is_none())
        .chain(said.values.iter().filter(|name| lookup(VALUES, name).is_none()))
        .collect();
    assert!(lacking.is_empty(), "add these to src/cli/zh/help/texts.rs: {lacking:#?}");
}

#[test]
fn no_text_is_stale() {
    let said = english();
    for (pairs, said) in [(TEXTS, &said.texts), (VALUES, &said.values)] {
        for (english, _) in pairs {
            let words = || english.split_whitespace();
            let is_said = said.iter().any(|text| text.split_whitespace().eq(words()));
            assert!(is_said, "the help does not say: {english}");
        }
    }
}

#[test]
fn the_chinese_is_chinese_and_fits_its_lines() {
    for (english, chinese) in TEXTS {
        assert!(chinese.contains(super::super::is_chinese), "{english}");
        for line in chinese.lines() {
            assert!(line.width() <= 90, "{line}");
        }
    }
}

#[test]
fn the_frame_of_every_page_is_chinese() {
    let mut root = command(Args::command());
    let mut pages = Vec::new();
    pages_of(&mut root, &mut pages);
    assert!(pages.len() > 30, "only {} pages", pages.len());
    for page in pages {
        assert!(page.contains("用法: paperlark"), "{page}");
        for english in ["Usage:", "Options:", "Arguments:", "Commands:", "[OPTIONS]", "[env:"] {
            assert!(!page.contains(english), "{english}: {page}");
        }
        for line in page.lines().filter(|line| !line.starts_with("用法: ")) {
            assert!(line.width() <= 110, "{} places: {line}", line.width());
        }
    }
}

fn pages_of(command: &mut Command, pages: &mut Vec<String>) {
    pages.push(command.render_long_help().to_string());
    command.get_subcommands_mut().for_each(|command| pages_of(command, pages));
}

#[test]
fn a_translated_command_parses_the_same() {
    let line =
        "paperlark search --data-dir d lark -n 3 --since 2026-01-01 --lang zh --json".split(' ');
    let [english, chinese] = [Args::command(), command(Args::command())]
        .map(|command| command.try_get_matches_from(line.clone()).unwrap());
    assert_eq!(format!("{english:?}").len(), format!("{chinese:?}").len());
    for wrong in ["paperlark serach", "paperlark like", "paperlark search x -n many"] {
        let [english, chinese] = [Args::command(), command(Args::command())]
            .map(|command| command.try_get_matches_from(wrong.split(' ')).unwrap_err().kind());
        assert_eq!(english, chinese, "{wrong}");
    }
}
