//! What clap refuses, in Chinese.

use std::{error::Error, process};

use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::help;
use paperlark::profile::Language;

use crate::cli::{
    catalogue::{foreign, render},
    ui::say,
};

/// Says what is wrong with the command line, and ends the program as clap does.
pub fn refuse(error: &clap::Error) -> ! {
    match error.kind() {
        // The help itself, which is in Chinese already.
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => error.exit(),
        _ => say(text(error)),
    }
    process::exit(error.exit_code())
}

fn text(error: &clap::Error) -> String {
    let mut text = format!("错误: {}\n", cause(error));
    let suggested =
        [ContextKind::SuggestedArg, ContextKind::SuggestedSubcommand, ContextKind::SuggestedValue];
    for near in suggested.into_iter().filter_map(|kind| values(error, kind)) {
        text += &format!("\n  提示: 是否想用 {near}？\n");
    }
    if let Some(ContextValue::StyledStr(usage)) = error.get(ContextKind::Usage) {
        text += &format!("\n用法: {}\n", help::usage(usage.to_string().trim()));
    }
    text + "\n更多说明请用 '--help' 查看。"
}

/// What is wrong, in a sentence.
fn cause(error: &clap::Error) -> String {
    let of = |kind| values(error, kind).unwrap_or_default();
    let arg = of(ContextKind::InvalidArg);
    let value = of(ContextKind::InvalidValue);
    let why = error.source().map(reason).unwrap_or_default();
    match error.kind() {
        ErrorKind::UnknownArgument => format!("没有 {arg} 这个参数"),
        ErrorKind::InvalidSubcommand => {
            format!("没有 {} 这个命令", of(ContextKind::InvalidSubcommand))
        }
        ErrorKind::MissingRequiredArgument => format!("缺少必需的参数: {arg}"),
        ErrorKind::MissingSubcommand => {
            format!("{} 需要一个子命令", of(ContextKind::InvalidSubcommand))
        }
        ErrorKind::InvalidValue => {
            let head = match error.get(ContextKind::InvalidValue) {
                Some(ContextValue::String(value)) if !value.is_empty() => {
                    format!("{arg} 的值 '{value}' 无效")
                }
                _ => format!("{arg} 需要一个值"),
            };
            match values(error, ContextKind::ValidValue) {
                Some(valid) => format!("{head}\n  [可选值: {valid}]"),
                None => head,
            }
        }
        ErrorKind::ValueValidation if !why.is_empty() => format!("{arg} 的值 {value} 无效: {why}"),
        ErrorKind::ValueValidation => format!("{arg} 的值 {value} 无效"),
        ErrorKind::ArgumentConflict => match values(error, ContextKind::PriorArg) {
            Some(prior) if prior != arg => format!("{arg} 不能与 {prior} 同时使用"),
            _ => format!("{arg} 只能使用一次"),
        },
        ErrorKind::TooManyValues => format!("{arg} 不接受值 {value}"),
        ErrorKind::TooFewValues => format!(
            "{arg} 需要 {} 个值，只给出了 {} 个",
            of(ContextKind::MinValues),
            of(ContextKind::ActualNumValues)
        ),
        ErrorKind::WrongNumberOfValues => format!(
            "{arg} 需要 {} 个值，给出了 {} 个",
            of(ContextKind::ExpectedNumValues),
            of(ContextKind::ActualNumValues)
        ),
        ErrorKind::NoEquals => format!("{arg} 的值前需要等号"),
        ErrorKind::InvalidUtf8 => "参数中有不是 UTF-8 的文字".to_owned(),
        // Kinds that only later versions of clap know.
        _ => error.to_string().trim_start_matches("error: ").trim_end().to_owned(),
    }
}

/// Why a value is none, in the words of whoever read it.
fn reason(error: &(dyn Error + 'static)) -> String {
    match error.downcast_ref::<paperlark::Error>() {
        Some(error) => render(&error.message(), Language::Zh),
        None => foreign(&error.to_string()).into_owned(),
    }
}

/// What an error says of something, each value between quotation marks.
fn values(error: &clap::Error, kind: ContextKind) -> Option<String> {
    let quoted = |values: &[String]| {
        values.iter().map(|value| format!("'{value}'")).collect::<Vec<_>>().join("、")
    };
    match error.get(kind)? {
        ContextValue::String(value) => Some(format!("'{value}'")),
        ContextValue::Strings(values) => Some(quoted(values)).filter(|values| !values.is_empty()),
        ContextValue::Number(n) => Some(n.to_string()),
        _ => None,
    }
}
