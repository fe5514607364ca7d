//! Help in Chinese.
//!
//! A text of help is looked up paragraph by paragraph, whatever its line breaks; the examples below a
//! heading stay as they are. Lines of Chinese are broken by hand, because there is no blank to break them at.

use clap::{
    Arg, Command,
    builder::{PossibleValue, Str},
};

mod texts;

use super::Pair;
use texts::{TEXTS, VALUES};

/// Translates everything that a command and those below it say of themselves.
pub fn command(mut command: Command) -> Command {
    // Makes what clap adds by itself: the options for help and version.
    command.build();
    translated(command)
}

fn translated(mut command: Command) -> Command {
    let [about, long, after] = [
        command.get_about().map(ToString::to_string),
        command.get_long_about().map(ToString::to_string),
        command.get_after_help().map(ToString::to_string),
    ];
    command =
        command.mut_args(argument).mut_subcommands(translated).subcommand_help_heading("命令");
    if let Some(about) = about {
        command = command.about(chinese(&about));
    }
    if let Some(long) = long {
        command = command.long_about(chinese(&long));
    }
    if let Some(after) = after {
        command = command.after_help(chinese(&after));
    }
    let usage = usage(&command.render_usage().to_string());
    let head = *command.get_styles().get_usage();
    command.help_template(format!(
        "{{before-help}}{{about-with-newline}}\n{head}用法:{head:#} {usage}\n\n{{all-args}}{{after-help}}"
    ))
}

/// How a command is used, without its heading.
pub(super) fn usage(english: &str) -> String {
    let text = english.trim_start_matches("Usage: ");
    text.replace("[OPTIONS]", "[选项]")
        .replace("<COMMAND>", "<命令>")
        .replace("[COMMAND]", "[命令]")
}

fn argument(mut arg: Arg) -> Arg {
    let help = arg.get_help().map(ToString::to_string);
    let long = arg.get_long_help().map(ToString::to_string);
    let names: Vec<Str> = arg.get_value_names().into_iter().flatten().map(value).collect();
    let hints = hints(&arg);
    let heading = match (arg.is_positional(), arg.get_help_heading()) {
        (true, _) => "参数",
        (false, Some(_)) => "所有命令通用的选项",
        (false, None) => "选项",
    };
    arg = arg.help_heading(heading);
    arg = arg.hide_env(true).hide_default_value(true).hide_possible_values(true);
    if arg.get_action().takes_values() && !names.is_empty() {
        arg = arg.value_names(names);
    }
    if let Some(help) = help {
        arg = arg.help(format!("{}{hints}", chinese(&help)));
    }
    if let Some(long) = long {
        arg = arg.long_help(format!("{}{hints}", chinese(&long)));
    }
    arg
}

/// What clap would say of an argument in English: variable, default, values.
fn hints(arg: &Arg) -> String {
    let mut hints = String::new();
    if let Some(variable) = arg.get_env() {
        hints += &format!(" [环境变量: {}]", variable.to_string_lossy());
    }
    if !arg.get_action().takes_values() {
        return hints;
    }
    let defaults = arg.get_default_values().iter().map(|value| value.to_string_lossy());
    let defaults = defaults.collect::<Vec<_>>().join(" ");
    if !defaults.is_empty() {
        hints += &format!(" [默认: {defaults}]");
    }
    let possible = |value: &PossibleValue| match value.get_help() {
        Some(help) => format!("- {}: {}", value.get_name(), chinese(&help.to_string())),
        None => value.get_name().to_owned(),
    };
    let values = arg.get_possible_values();
    if !values.is_empty() && !arg.is_hide_possible_values_set() {
        let described = values.iter().any(|value| value.get_help().is_some());
        let values: Vec<String> = values.iter().map(possible).collect();
        hints += &match described {
            true => format!("\n可选值:\n{}", values.join("\n")),
            false => format!(" [可选值: {}]", values.join("、")),
        };
    }
    hints
}

/// A text of help in Chinese, paragraph by paragraph.
fn chinese(text: &str) -> String {
    text.split("\n\n").map(paragraph).collect::<Vec<_>>().join("\n\n")
}

fn paragraph(text: &str) -> String {
    if let Some(chinese) = lookup(TEXTS, text) {
        return chinese.to_owned();
    }
    for (english, chinese) in [("Examples:", "示例："), ("Example:", "示例：")] {
        if let Some(commands) = text.strip_prefix(english) {
            return format!(
                "{chinese}{}",
                if commands.starts_with('\n') { commands } else { commands.trim_start() }
            );
        }
    }
    text.to_owned()
}

/// A placeholder for a value.
fn value(name: &Str) -> Str {
    lookup(VALUES, name).map_or_else(|| name.clone(), Str::from)
}

fn lookup(pairs: &'static [Pair], english: &str) -> Option<&'static str> {
    let words = || english.split_whitespace();
    pairs
        .iter()
        .find(|(known, _)| known.split_whitespace().eq(words()))
        .map(|(_, chinese)| *chinese)
}

#[cfg(test)]
mod tests;
