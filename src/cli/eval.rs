//! `paperlark eval`: measures the ranking on judged data.

use std::path::PathBuf;

use anyhow::Result;
use jiff::civil::Date;
use paperlark::eval::{
    Estimate, JudgedDays,
    days::{self, DaysOptions, DaysReport},
};

use super::{ModelArgs, Setup};

/// Measure the ranking on judged data, beside simple baselines
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Rank judged days, knowing only what was judged before --split
    ///
    /// Each line of a file is a day: {"date", "papers": [{"id", "title", "abstract"}], "kept": {id:
    /// {"field"}}}. For each field with at least 20 papers kept before the split, these are the likes
    /// of an interest; papers kept under smaller fields are likes without an interest; papers read and
    /// not kept are skipped. Every later day is ranked whole. Means over days with standard errors.
    Days {
        /// Judged days, gzipped or not
        #[arg(long, required = true, num_args = 1.., value_name = "FILE")]
        file: Vec<PathBuf>,
        /// First day that is ranked
        #[arg(long, value_name = "YYYY-MM-DD")]
        split: Date,
        /// Keep only so many likes for each interest
        #[arg(long, value_name = "N")]
        likes_per_interest: Option<usize>,
        /// Seed of that draw
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// Do not learn from papers that were read and not kept
        #[arg(long)]
        no_skips: bool,
        #[command(flatten)]
        model: ModelArgs,
    },
}

pub fn run(setup: &Setup, command: &Command) -> Result<()> {
    let Command::Days { file, split, likes_per_interest, seed, no_skips, model } = command;
    let judged = JudgedDays::read(file)?;
    if judged.unlisted > 0 {
        setup.ui.note(format!("{} kept papers are not on their day's list", judged.unlisted));
    }
    // Judged papers stay out of the person's own library; their vectors are kept all the same.
    let mut engine = setup.engine(&setup.data_dir.join("eval"), model)?;
    let rows = engine.library().add_papers(&judged.papers)?;
    let bar = setup.ui.bar("embedding");
    let documents = engine.documents(&rows, &|done, total| bar.set(done, total))?;
    let second = match engine.has_second() {
        true => Some(engine.second_documents(&rows, &|done, total| bar.set(done, total))?),
        false => None,
    };
    drop(bar);
    let options = DaysOptions {
        likes_per_interest: *likes_per_interest,
        seed: *seed,
        skips: !no_skips,
        ..DaysOptions::new(*split)
    };
    let report = days::evaluate(&judged, &documents, second.as_ref(), &options)?;
    if setup.json {
        setup.print_json(&report)?;
    } else {
        setup.print(table(&report, &engine.model_name()))?;
    }
    Ok(())
}

fn table(report: &DaysReport, model: &str) -> String {
    let cell = |e: &Estimate| format!("{:.3} ±{:.3}", e.mean, e.standard_error);
    let mut lines = vec![
        format!(
            "{model}: {} days from {}, {} likes in {} interests, {} skipped papers",
            report.days,
            report.split,
            report.likes,
            report.interests.len(),
            report.skipped
        ),
        format!(
            "{:14} {:>13} {:>13} {:>13} {:>13}",
            "ranking", "AUC", "R-precision", "avg precision", "P@20"
        ),
    ];
    lines.extend(report.rankings.iter().map(|row| {
        format!(
            "{:14} {:>13} {:>13} {:>13} {:>13}",
            row.name,
            cell(&row.auc),
            cell(&row.r_precision),
            cell(&row.average_precision),
            cell(&row.p20)
        )
    }));
    if let Some(accuracy) = &report.interest_accuracy {
        lines.push(format!("interest accuracy {}", cell(accuracy)));
    }
    lines.join("\n")
}
