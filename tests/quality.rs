//! The ranking on the judged days of the shared data, with the embedded model.
//!
//! Floors lie below what `paperlark eval days` prints, by more than the noise of a rounding, and far
//! above the baselines of the same run.

use std::path::{Path, PathBuf};

use paperlark::{
    embed::{Lark, Models, Quality},
    eval::{
        Baseline, JudgedDays,
        days::{DaysOptions, DaysReport, evaluate},
        variety,
    },
    rank::{Document, Documents},
};

fn judged(names: &[&str]) -> Option<JudgedDays> {
    let shared = std::env::var("PAPERLARK_SHARED").unwrap_or_else(|_| "../shared".into());
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(shared).join("data/llm_days");
    let paths: Vec<PathBuf> = names.iter().map(|name| root.join(name)).collect();
    if let Some(absent) = paths.iter().find(|path| !path.exists()) {
        println!("skipped: there is no {}", absent.display());
        return None;
    }
    Some(JudgedDays::read(&paths).unwrap())
}

fn documents(judged: &JudgedDays) -> Documents {
    let papers = judged.papers.iter().map(Document::from).collect();
    Documents::embed(&Lark::embedded(), papers).unwrap()
}

fn report(judged: &JudgedDays, split: &str, skips: bool) -> DaysReport {
    let documents = documents(judged);
    let baselines = vec![Baseline::DecayedMean, Baseline::Random];
    let options = DaysOptions { skips, baselines, ..DaysOptions::new(split.parse().unwrap()) };
    evaluate(judged, &documents, &options).unwrap()
}

#[test]
fn the_embedded_model_predicts_the_judge() {
    let Some(judged) = judged(&["days_dev.jsonl.gz"]) else { return };
    let report = report(&judged, "2026-01-15", true);
    let auc = |name: &str| {
        report.rankings.iter().find(|row| row.name == name).unwrap().mean("auc").unwrap()
    };
    assert!(auc("paperlark") >= 0.84, "AUC {}", auc("paperlark"));
    let r_precision = report.rankings[0].mean("r_precision").unwrap();
    assert!(r_precision >= 0.58, "{:?}", report.rankings[0]);
    assert!(auc("paperlark") > auc("decayed mean") + 0.1);
    assert!((0.4..0.6).contains(&auc("random")));
    assert!(report.interest_accuracy.unwrap().mean > 0.6);

    // `paperlark model list` says the same.
    let rounded = |x: f64| (x * 1000.0).round() / 1000.0;
    let measured = Quality { auc: rounded(auc("paperlark")), r_precision: rounded(r_precision) };
    assert_eq!(Models::new("").list()[0].quality, Some(measured), "src/embed/registry.rs");
}

#[test]
fn the_scored_digests_choice_is_mostly_ours() {
    let Some(judged) = judged(&["days_dev.jsonl.gz", "day_2026-02-05.jsonl.gz"]) else { return };
    let report = report(&judged, "2026-02-05", true);
    let day = &report.by_day[0];
    assert_eq!((day.read, day.kept), (287, 70));
    // A random ranking finds 17.
    assert!(day.hits >= 40, "{} of 70", day.hits);
}

#[test]
fn a_score_means_the_same_over_days_and_readers() {
    let Some(mut judged) = judged(&["days_dev.jsonl.gz"]) else { return };
    let split = "2026-01-15".parse().unwrap();
    // Three of the later days, apart from each other.
    let later = judged.days.iter().filter(|day| day.date >= split).map(|day| day.date);
    let picked: Vec<_> = later.step_by(4).collect();
    judged.days.retain(|day| day.date < split || picked.contains(&day.date));
    let documents = documents(&judged);
    let options = DaysOptions { skips: false, ..DaysOptions::new(split) };
    let report = variety::evaluate(&judged, &documents, &options, 30, 3.0).unwrap();
    // A score of 3.33 promises that a tenth of the stream stands above, whoever reads it and how much of
    // it they keep.
    assert!(report.readers.len() > 5);
    for reader in &report.readers {
        assert!((0.05..0.15).contains(&reader.above), "{reader:?}");
    }
    let mean: f64 = report.readers.iter().map(|reader| reader.above).sum::<f64>();
    let mean = mean / report.readers.len() as f64;
    assert!((0.08..0.12).contains(&mean), "{mean}");
    // The rules that are on in a new profile cost next to nothing.
    for name in ["fold", "diversity 0.1", "quota 1"] {
        let row = report.lists.iter().find(|row| row.name == name).unwrap();
        assert!(row.ndcg_change.mean > -0.02, "{row:?}");
    }
}
