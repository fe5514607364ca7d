//! `paperlark eval`: measures the ranking on judged data.

use std::path::{Path, PathBuf};

use anyhow::Result;
use jiff::civil::Date;
use paperlark::{
    Message, Paper,
    engine::Engine,
    eval::{
        Baseline, Collection, Estimate, JudgedDays, Row, by_text,
        days::{self, DaysOptions, DaysReport},
        likes::{self, LikesOptions, LikesReport},
        live::{self, LiveOptions, LiveReport},
        own::OwnReport,
        pools::{self, PoolsOptions, PoolsReport},
        variety::{self, VarietyReport},
    },
    message,
    profile::Rules,
    rank::{Documents, Reliability, Weights},
};
use serde::Serialize;

use super::{
    ModelArgs, Setup, open,
    table::{cell, signed},
    ui::Ui,
};

/// Measure the ranking on judged data, beside simple baselines
///
/// Every table has our ranking first and the baselines of the same run below it: means with standard
/// errors, then how far ours is ahead of each, by the mean of the differences on the same day, user or
/// query; a * marks those above two standard errors. `docs/evaluation.md` describes formats and measures.
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
        /// Draw so many times, with the seeds from 1 on; means over the draws, which the standard errors
        /// then count too
        #[arg(long, value_name = "N", conflicts_with = "seed", requires = "likes_per_interest",
              value_parser = clap::value_parser!(u64).range(1..))]
        seeds: Option<u64>,
        /// Do not learn from papers that were read and not kept; the SVM then learns from the newest 2,000
        /// papers before the split that were not kept
        #[arg(long)]
        no_skips: bool,
        /// Compare with our own ranking less one piece of evidence each, too
        #[arg(long)]
        ablate: bool,
        #[command(flatten)]
        rankings: Rankings,
        #[command(flatten)]
        model: ModelArgs,
    },
    /// Follow a reader from a few seeds on: a list, some marks, the next day's list
    ///
    /// Files are as for `days`. Each interest begins with some seeds, drawn from what was kept before the split.
    /// Each day from it on the reader gets a list by the rules of a digest, likes what the judge kept of it, passes
    /// the rest over, and goes on to the next day. A kept paper that no list shows is never learned.
    Live {
        /// Judged days, gzipped or not
        #[arg(long, required = true, num_args = 1.., value_name = "FILE")]
        file: Vec<PathBuf>,
        /// First day that is lived
        #[arg(long, value_name = "YYYY-MM-DD")]
        split: Date,
        /// Seeds of each interest
        #[arg(long, default_value_t = 3, value_name = "N")]
        likes_per_interest: usize,
        /// Draw the seeds so many times; means over the draws
        #[arg(long, default_value_t = 5, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
        seeds: u64,
        /// Mark at most so many papers a day
        #[arg(long, value_name = "N")]
        marks: Option<usize>,
        /// Longest list
        #[arg(long, default_value_t = 30, value_name = "N")]
        top: usize,
        /// Lowest score in it
        #[arg(long, default_value_t = 3.0, value_name = "SCORE")]
        min_score: f32,
        #[command(flatten)]
        model: ModelArgs,
    },
    /// Hide a part of the papers and rank it for everybody who likes some of it
    ///
    /// Papers are lines {"id", "title", "abstract"}, users lines {"user", "liked": [ids]}; ids of any
    /// source will do. The papers are split into folds; each fold is hidden once and ranked whole for each
    /// user who likes some of it, knowing only what the user likes of the others. Means over a user's
    /// folds, then over users, with standard errors over users.
    Likes {
        /// Papers, gzipped or not
        #[arg(long, value_name = "FILE")]
        papers: PathBuf,
        /// Who likes what
        #[arg(long, value_name = "FILE")]
        users: PathBuf,
        /// Number of folds
        #[arg(long, default_value_t = 5, value_name = "N")]
        folds: usize,
        /// Know only so many likes of each user, drawn by chance
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
        likes: Option<u64>,
        /// Leave the abstracts out
        #[arg(long)]
        titles_only: bool,
        /// Seed of folds and draws
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// Mix in random papers, until they are this share of the known likes
        #[arg(long, default_value_t = 0.0, value_name = "SHARE")]
        random_likes: f64,
        /// Rank only for so many of the users with two likes or more, drawn by chance
        #[arg(long, value_name = "N")]
        users_sample: Option<usize>,
        /// Train the SVM on so many of the papers that a user does not like, drawn by chance: faster for
        /// thousands of users [default: all]
        #[arg(long, value_name = "N")]
        svm_negatives: Option<usize>,
        /// Compare with our own ranking less one piece of evidence each, too
        #[arg(long)]
        ablate: bool,
        #[command(flatten)]
        rankings: Rankings,
        #[command(flatten)]
        model: ModelArgs,
    },
    /// Order pools of papers by likeness to an example
    ///
    /// Papers are lines {"id", "title", "abstract"}, queries lines {"query": id, "facet", "cand": [ids],
    /// "rel"}, where `rel` is a list of grades in the order of `cand` or an object from id to grade, and
    /// the facet is optional. Means over queries with standard errors, in all and for each facet.
    Pools {
        /// Papers, gzipped or not
        #[arg(long, value_name = "FILE")]
        papers: PathBuf,
        /// Queries with graded candidates
        #[arg(long, value_name = "FILE")]
        qrels: PathBuf,
        /// Only queries of this facet
        #[arg(long)]
        facet: Option<String>,
        /// Seed of the random ranking, and of the sample of papers that weighs words
        #[arg(long, default_value_t = 1)]
        seed: u64,
        #[command(flatten)]
        rankings: Rankings,
        #[command(flatten)]
        model: ModelArgs,
    },
    /// Measure the ranking by your own marks
    ///
    /// Every day with a like is ranked again, knowing only what was said before its digest was made; papers
    /// that the digest considered and you did not like count as not relevant. Most of those you never saw,
    /// which favours the ranking that chose what you saw, so "AUC shown" is the AUC among the shown papers
    /// alone. Means over days with standard errors. With 100 answers (papers marked, or passed over in a
    /// digest with marks) p(like) is fitted on the first half and tested on the second.
    #[command(name = "self")]
    Own {
        /// Name of the profile
        profile: String,
        /// Seed of the random ranking
        #[arg(long, default_value_t = 1)]
        seed: u64,
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

/// Which baselines run.
#[derive(Debug, clap::Args)]
pub struct Rankings {
    /// Compare with these only: mean, decayed, max, svm, bm25, newest, random [default: all]
    #[arg(long, value_delimiter = ',', value_name = "A,B,C")]
    rankings: Vec<Baseline>,
}

impl Rankings {
    fn baselines(&self) -> Vec<Baseline> {
        let mut all = Baseline::all();
        all.retain(|baseline| self.rankings.is_empty() || self.rankings.contains(baseline));
        all
    }
}

fn ablations(wanted: bool) -> Vec<(String, Weights)> {
    if wanted { Weights::ablations() } else { Vec::new() }
}

pub fn run(setup: &Setup, command: &Command) -> Result<()> {
    match command {
        Command::Days {
            file,
            split,
            likes_per_interest,
            seed,
            seeds,
            no_skips,
            ablate,
            rankings,
            model,
        } => {
            let judged = JudgedDays::read(file)?;
            if judged.unlisted > 0 {
                let n = judged.unlisted;
                setup.ui.note(&message!("{n} kept papers are not on their day's list", n));
            }
            let options = DaysOptions {
                likes_per_interest: *likes_per_interest,
                seeds: seeds.map_or_else(|| vec![*seed], |n| (1..=n).collect()),
                skips: !no_skips,
                baselines: rankings.baselines(),
                ablations: ablations(*ablate),
                ..DaysOptions::new(*split)
            };
            let (engine, documents) = embed(setup, model, &judged.papers)?;
            let report = days::evaluate(&judged, &documents, &options)?;
            print(setup, &report, || days_table(&setup.ui, &report, &engine.model_name()))
        }
        Command::Live { file, split, likes_per_interest, seeds, marks, top, min_score, model } => {
            let judged = JudgedDays::read(file)?;
            let (engine, documents) = embed(setup, model, &judged.papers)?;
            let options = LiveOptions {
                split: *split,
                seeds_per_interest: *likes_per_interest,
                draws: (1..=*seeds).collect(),
                marks_a_day: *marks,
                rules: Rules { top: *top, min_score: *min_score, ..Rules::default() },
            };
            let report = live::evaluate(&judged, &documents, &options)?;
            print(setup, &report, || live_table(&setup.ui, &report, &engine.model_name()))
        }
        Command::Likes {
            papers,
            users,
            folds,
            likes,
            titles_only,
            seed,
            random_likes,
            users_sample,
            svm_negatives,
            ablate,
            rankings,
            model,
        } => {
            let collection = collection(setup, papers, *titles_only)?;
            let (users, absent) = collection.users(users)?;
            if absent > 0 {
                setup.ui.note(&message!(
                    "{n} likes are of papers that {papers} lacks",
                    n = absent,
                    papers
                ));
            }
            let options = LikesOptions {
                folds: *folds,
                likes: likes.map(|n| usize::try_from(n).unwrap_or(usize::MAX)),
                seed: *seed,
                random_likes: *random_likes,
                users: *users_sample,
                svm_negatives: *svm_negatives,
                baselines: rankings.baselines(),
                ablations: ablations(*ablate),
            };
            let (engine, documents) = embed(setup, model, &collection.papers)?;
            let bar = setup.ui.bar(&message!("ranking papers"));
            let progress = |done, total| bar.set(done, total);
            let report = likes::evaluate(&collection, &users, &documents, &options, &progress)?;
            drop(bar);
            print(setup, &report, || likes_table(&setup.ui, &report, &engine.model_name()))
        }
        Command::Own { profile, seed, model } => {
            let (mut engine, profile) = open::open(setup, profile, model)?;
            let bar = setup.ui.bar(&message!("ranking days"));
            let report =
                engine.evaluate_own(&profile, *seed, &|done, total| bar.set(done, total))?;
            drop(bar);
            print(setup, &report, || {
                own_table(&setup.ui, &report, &profile.id, &engine.model_name())
            })
        }
        Command::Variety { file, split, top, min_score, no_skips, model } => {
            let judged = JudgedDays::read(file)?;
            let (engine, documents) = embed(setup, model, &judged.papers)?;
            let options = DaysOptions { skips: !no_skips, ..DaysOptions::new(*split) };
            let report = variety::evaluate(&judged, &documents, &options, *top, *min_score)?;
            print(setup, &report, || variety_table(&setup.ui, &report, &engine.model_name()))
        }
        Command::Pools { papers, qrels, facet, seed, rankings, model } => {
            let collection = collection(setup, papers, false)?;
            let (pools, absent) = collection.pools(qrels)?;
            if absent > 0 {
                setup.ui.note(&message!(
                    "{n} ids of {file} are not in {papers}",
                    n = absent,
                    file = qrels,
                    papers
                ));
            }
            let options =
                PoolsOptions { facet: facet.clone(), seed: *seed, baselines: rankings.baselines() };
            let (engine, documents) = embed(setup, model, &collection.papers)?;
            let bar = setup.ui.bar(&message!("ranking papers"));
            let progress = |done, total| bar.set(done, total);
            let report = pools::evaluate(&collection, &pools, &documents, &options, &progress)?;
            drop(bar);
            print(setup, &report, || pools_table(&setup.ui, &report, &engine.model_name()))
        }
    }
}

fn collection(setup: &Setup, path: &Path, titles_only: bool) -> Result<Collection> {
    let collection = Collection::read(path, titles_only)?;
    if collection.repeated > 0 {
        setup.ui.note(&message!(
            "{n} lines of {path} have an id that an earlier line has; they are left out",
            n = collection.repeated,
            path
        ));
    }
    Ok(collection)
}

/// Texts and vectors of judged papers, and the library that they are in. They stay out of the person's own
/// library; their vectors are kept all the same, by text.
fn embed(setup: &Setup, model: &ModelArgs, papers: &[Paper]) -> Result<(Engine, Documents)> {
    let mut engine = setup.engine(&setup.data_dir.join("eval"), model)?;
    let rows = engine.library().add_papers(&by_text(papers))?;
    let bar = setup.ui.bar(&message!("embedding papers"));
    let documents = engine.documents(&rows, &|done, total| bar.set(done, total))?;
    drop(bar);
    Ok((engine, documents))
}

fn print<T: Serialize>(setup: &Setup, report: &T, text: impl Fn() -> String) -> Result<()> {
    if setup.json { setup.print_json(report) } else { setup.print_as_is(text()) }
}

fn days_table(ui: &Ui, report: &DaysReport, model: &str) -> String {
    let head = message!(
        "{model}: {days} days from {split}, {likes} likes in {n} interests, {skipped} skipped papers",
        model,
        days = report.days,
        split = report.split,
        likes = report.likes,
        n = report.interests.len(),
        skipped = report.skipped
    );
    let mut lines = vec![ui.words(&match report.seeds.len() {
        1 => head,
        n => message!("{head}, mean of {n} draws", head, n),
    })];
    lines.extend(table(&report.rankings));
    if let Some(accuracy) = &report.interest_accuracy {
        lines.push(String::new());
        lines.push(ui.words(&message!("interest accuracy {accuracy}", accuracy = cell(accuracy))));
        for (name, accuracy) in &report.ablated_accuracy {
            lines.extend(accuracy.as_ref().map(|accuracy| format!("  {name}: {}", cell(accuracy))));
        }
    }
    lines.join("\n")
}

fn live_table(ui: &Ui, report: &LiveReport, model: &str) -> String {
    let mut lines = vec![
        ui.words(&message!(
            "{model}: {days} days from {split}, {n} interests, {draws} draws of their seeds",
            model,
            days = report.days,
            split = report.split,
            n = report.interests.len(),
            draws = report.draws.len()
        )),
        format!(
            "{:8}{:>14}{:>14}{:>14}{:>14}{:>14}{:>14}",
            "days", "AUC", "R-precision", "P@20", "found", "interest", "without"
        ),
    ];
    for span in &report.spans {
        let cells = [
            &span.auc,
            &span.r_precision,
            &span.p20,
            &span.found,
            &span.interest_accuracy,
            &span.without_interest,
        ];
        let cells = cells.map(|estimate| estimate.as_ref().map_or("-".into(), cell));
        let days = format!("{}-{}", span.from, span.to);
        lines.push(format!(
            "{days:8}{}",
            cells.iter().map(|cell| format!("{cell:>14}")).collect::<String>()
        ));
    }
    let likes = format!("{:.0}", report.likes_said);
    lines.push(ui.words(&match &report.arrived {
        Some(days) => message!(
            "{n} of {draws} readers reach AUC .85, after {days} days; {likes} likes were said",
            n = report.arrivals,
            draws = report.draws.len(),
            days = format!("{:.1}", days.mean),
            likes
        ),
        None => message!("no reader reaches AUC .85; {likes} likes were said", likes),
    }));
    lines.join("\n")
}

fn own_table(ui: &Ui, report: &OwnReport, id: &str, model: &str) -> String {
    let mut lines = vec![ui.words(&message!(
        "{id}, {model}: {days} days with marks, {likes} likes among {papers} papers",
        id,
        model,
        days = report.days,
        likes = report.likes,
        papers = report.papers
    ))];
    lines.extend(table(&report.rankings));
    lines.push(String::new());
    match &report.reliability {
        Some(reliability) => {
            lines.extend(reliability_table(
                ui,
                reliability,
                &message!("the second half of the answers"),
            ));
        }
        None if report.answers_missing > 0 => lines.push(ui.words(&message!(
            "p(like) cannot be tested yet: {n} answers, {missing} more are needed",
            n = report.answers,
            missing = report.answers_missing
        ))),
        None => lines
            .push(ui.words(&message!("p(like) cannot be tested: all early answers are the same"))),
    }
    lines.join("\n")
}

/// What was stated of papers in `part`, and what came.
fn reliability_table(ui: &Ui, reliability: &Reliability, part: &Message) -> Vec<String> {
    let mut lines = vec![ui.words(&message!(
        "p(like) on {part}: calibration error {error} over {n} papers",
        part,
        error = format!("{:.3}", reliability.calibration_error),
        n = reliability.answers
    ))];
    lines.push(format!("{:>10} {:>7} {:>7} {:>7}", "bin", "papers", "stated", "liked"));
    lines.extend(reliability.bins.iter().map(|bin| {
        let to = bin.from + 0.1;
        format!("{:>5.1}-{to:<4.1} {:>7} {:>7.3} {:>7.3}", bin.from, bin.n, bin.stated, bin.liked)
    }));
    lines
}

fn variety_table(ui: &Ui, report: &VarietyReport, model: &str) -> String {
    let change = |e: &Estimate| format!("{:+.4} ±{:.4}", e.mean, e.standard_error);
    let count = |e: &Estimate| format!("{:.1} ±{:.1}", e.mean, e.standard_error);
    let mut lines = vec![
        ui.words(&message!(
            "{model}: {days} days from {split}, lists of {top} papers from score {score} on",
            model,
            days = report.days,
            split = report.split,
            top = report.top,
            score = report.min_score.to_string()
        )),
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
        lines.push(String::new());
        lines.extend(reliability_table(ui, reliability, &message!("the second half of the days")));
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

fn likes_table(ui: &Ui, report: &LikesReport, model: &str) -> String {
    let mut lines = vec![ui.words(&message!(
        "{model}: {papers} papers, {users} users, {rankings} rankings of hidden papers with {likes} likes on average",
        model,
        papers = report.papers,
        users = report.users,
        rankings = report.rankings_made,
        likes = format!("{:.1}", report.known_likes)
    ))];
    lines.extend(table(&report.rankings));
    lines.join("\n")
}

fn pools_table(ui: &Ui, report: &PoolsReport, model: &str) -> String {
    let mut lines = vec![ui.words(&message!(
        "{model}: {queries} queries; average precision counts grades from {grade} on",
        model,
        queries = report.queries,
        grade = report.relevant_from.to_string()
    ))];
    if report.without_relevant > 0 {
        lines.push(ui.words(&message!(
            "{n} queries have no relevant candidate",
            n = report.without_relevant
        )));
    }
    lines.extend(table(&report.rankings));
    for (facet, rankings) in &report.facets {
        lines.push(String::new());
        lines.push(ui.words(&message!("facet {facet}", facet)));
        lines.extend(table(rankings));
    }
    lines.join("\n")
}

/// Means, then how far ours is ahead.
fn table(rankings: &[Row]) -> Vec<String> {
    let line = |name: &str, cells: Vec<String>| {
        let cells: String = cells.iter().map(|cell| format!(" {cell:>14}")).collect();
        format!("{name:14}{cells}").trim_end().to_owned()
    };
    let titles = |first: &str| {
        let measures = rankings.first().into_iter().flat_map(|row| row.measures.iter());
        line(first, measures.map(|(name, _)| title(name).to_owned()).collect())
    };
    let mut lines = vec![titles("ranking")];
    for row in rankings {
        let cells = row.measures.iter().map(|(_, estimate)| format!("{} ", cell(estimate)));
        lines.push(line(&row.name, cells.collect()));
    }
    let leads: Vec<_> =
        rankings.iter().filter_map(|row| Some((&row.name, row.lead.as_ref()?))).collect();
    if !leads.is_empty() {
        lines.push(String::new());
        lines.push(titles("ahead of"));
    }
    for (name, lead) in leads {
        let cells = lead.iter().map(|(_, difference)| {
            format!("{}{}", signed(&difference.estimate), if difference.clear { '*' } else { ' ' })
        });
        lines.push(line(name, cells.collect()));
    }
    lines
}

/// A measure's name as people write it.
fn title(measure: &str) -> &str {
    match measure {
        "auc" => "AUC",
        "auc_shown" => "AUC shown",
        "r_precision" => "R-precision",
        "average_precision" => "avg precision",
        "p20" => "P@20",
        "recall10" => "recall@10",
        "recall50" => "recall@50",
        "recall100" => "recall@100",
        "recall300" => "recall@300",
        "ndcg10" => "nDCG@10",
        "ndcg20" => "nDCG@20",
        "ndcg_20_percent" => "nDCG@20%",
        "map" => "MAP",
        "mrr" => "MRR",
        other => other,
    }
}
