//! `paperlark eval`: measures the ranking on judged data.

use std::path::PathBuf;

use anyhow::Result;
use jiff::civil::Date;
use paperlark::eval::{
    Estimate, JudgedDays,
    days::{self, DaysOptions, DaysReport},
    variety::{self, VarietyReport},
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
    /// Measure what folding, diversity, quotas and exploration cost, and how reliable p(like) is
    ///
    /// Reads the same files as `eval days`. Every later day becomes a list by the plain ranking, and one
    /// with each rule of a profile on (fold, diversity, quota, explore); changes are means of the days'
    /// differences to the plain ranking, with standard errors. p(like) is fitted on the first half of the
    /// later days and tested on the second half, max_missed too. Every interest is also looked at as a
    /// reader of its own: the share of papers that scores at least 3.33 promises to be .10.
    Variety {
        /// Judged days, gzipped or not
        #[arg(long, required = true, num_args = 1.., value_name = "FILE")]
        file: Vec<PathBuf>,
        /// First day that is ranked
        #[arg(long, value_name = "YYYY-MM-DD")]
        split: Date,
        /// Longest list
        #[arg(long, default_value_t = 30, value_name = "N")]
        top: usize,
        /// Lowest score in a list
        #[arg(long, default_value_t = 3.0, value_name = "SCORE")]
        min_score: f32,
        /// Do not learn from papers that were read and not kept
        #[arg(long)]
        no_skips: bool,
        #[command(flatten)]
        model: ModelArgs,
    },
}

pub fn run(setup: &Setup, command: &Command) -> Result<()> {
    let Command::Days { file, split, likes_per_interest, seed, no_skips, model } = command else {
        return run_variety(setup, command);
    };
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

fn run_variety(setup: &Setup, command: &Command) -> Result<()> {
    let Command::Variety { file, split, top, min_score, no_skips, model } = command else {
        return Ok(());
    };
    let judged = JudgedDays::read(file)?;
    let mut engine = setup.engine(&setup.data_dir.join("eval"), model)?;
    let rows = engine.library().add_papers(&judged.papers)?;
    let bar = setup.ui.bar("embedding");
    let documents = engine.documents(&rows, &|done, total| bar.set(done, total))?;
    drop(bar);
    let options = DaysOptions { skips: !no_skips, ..DaysOptions::new(*split) };
    let report = variety::evaluate(&judged, &documents, &options, *top, *min_score)?;
    if setup.json {
        setup.print_json(&report)
    } else {
        setup.print(variety_table(&report, &engine.model_name()))
    }
}

fn variety_table(report: &VarietyReport, model: &str) -> String {
    let cell = |e: &Estimate| format!("{:.3} ±{:.3}", e.mean, e.standard_error);
    let change = |e: &Estimate| format!("{:+.4} ±{:.4}", e.mean, e.standard_error);
    let count = |e: &Estimate| format!("{:.1} ±{:.1}", e.mean, e.standard_error);
    let mut lines = vec![
        format!(
            "{model}: {} days from {}, lists of {} papers from score {} on",
            report.days, report.split, report.top, report.min_score
        ),
        format!(
            "{:14} {:>13} {:>15} {:>13} {:>15} {:>13} {:>13} {:>6}",
            "rules", "nDCG", "change", "R-precision", "change", "interests", "redundancy", "folded"
        ),
    ];
    lines.extend(report.lists.iter().map(|row| {
        format!(
            "{:14} {:>13} {:>15} {:>13} {:>15} {:>13} {:>13} {:>6}",
            row.name,
            cell(&row.ndcg),
            change(&row.ndcg_change),
            cell(&row.r_precision),
            change(&row.r_precision_change),
            cell(&row.interests),
            cell(&row.redundancy),
            row.folded
        )
    }));
    if let Some(reliability) = &report.reliability {
        lines.push(format!(
            "\np(like) on the second half of the days: calibration error {:.3} over {} papers",
            reliability.calibration_error, reliability.answers
        ));
        lines.push(format!("{:>10} {:>7} {:>7} {:>7}", "bin", "papers", "stated", "liked"));
        lines.extend(reliability.bins.iter().map(|bin| {
            format!(
                "{:>5.1}-{:<4.1} {:>7} {:>7.3} {:>7.3}",
                bin.from,
                bin.from + 0.1,
                bin.n,
                bin.stated,
                bin.liked
            )
        }));
        lines.push(format!(
            "\n{:>10} {:>12} {:>12} {:>12}",
            "max_missed", "shown", "expected", "missed"
        ));
        lines.extend(report.misses.iter().map(|misses| {
            format!(
                "{:>10} {:>12} {:>12} {:>12}",
                misses.limit,
                count(&misses.shown),
                count(&misses.expected),
                count(&misses.missed)
            )
        }));
    }
    lines.push(format!(
        "\n{:>6} {:>6} {:>11} {:>20}  reader",
        "likes", "keeps", "above 3.33", "log odds of p(like)"
    ));
    lines.extend(report.readers.iter().map(|reader| {
        let fit = match &reader.likelihood {
            Some(fit) => format!("{:.2} ln(1+s) {:+.2}", fit.slope, fit.intercept),
            None => "-".into(),
        };
        format!(
            "{:>6} {:>6.3} {:>11.3} {fit:>20}  {}",
            reader.likes, reader.keeps, reader.above, reader.name
        )
    }));
    lines.join("\n")
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
