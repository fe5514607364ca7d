//! Which announcements belong to a reader's day: those of the day, and those of the days before that became
//! known after their digest was made.

use std::sync::Arc;

use jiff::civil::Date;

use crate::{
    paper::{Paper, in_stream},
    row::Line,
};

/// How many days back a digest looks for announcements that its predecessors missed, and for days without a
/// digest.
pub const LATE: i32 = 14;

/// A paper as it was announced on a day in a reader's categories.
#[derive(Debug, Clone)]
pub struct Listed {
    /// The announcement.
    pub line: Line,
    /// The paper.
    pub paper: Arc<Paper>,
}

/// Categories with the day since which a reader is owed every announcement of each; the empty name stands
/// for all.
pub type Follows = [(String, Date)];

/// Whether an announcement of `date` in these categories is among `wanted`, and, if only what is `owed` counts,
/// in a category that the reader follows since that day or longer.
pub fn is_listed(
    categories: &[String],
    date: Date,
    wanted: &[String],
    owed: Option<&Follows>,
) -> bool {
    let is_owed = |(category, since): &(String, Date)| {
        let is_all = category.is_empty();
        *since <= date && (is_all || in_stream(categories, std::slice::from_ref(category)))
    };
    in_stream(categories, wanted) && owed.is_none_or(|follows| follows.iter().any(is_owed))
}

/// The announcements of one day among the categories `wanted` ([`is_listed`]), each paper once with the best
/// kind, in the order of `lines`, which go by paper.
pub fn listed(
    lines: impl IntoIterator<Item = (Line, Arc<Paper>)>,
    wanted: &[String],
    owed: Option<&Follows>,
) -> Vec<Listed> {
    let mut listed: Vec<Listed> = Vec::new();
    for (mut line, paper) in lines {
        let named = std::slice::from_ref(&line.category);
        // A line without category goes by the paper's own.
        let categories = if line.category.is_empty() { &paper.categories } else { named };
        if !is_listed(categories, line.date, wanted, owed) {
            continue;
        }
        if line.category.is_empty() {
            line.kind = line.kind.seen_from(&paper.categories, wanted);
        }
        match listed.last_mut() {
            Some(last) if last.line.row == line.row => {
                last.line.kind = last.line.kind.min(line.kind);
                last.line.stated |= line.stated;
            }
            _ => listed.push(Listed { line, paper }),
        }
    }
    listed
}
