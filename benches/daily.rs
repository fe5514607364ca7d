//! What a morning costs: embedding a day's abstracts with lark, measuring the stream, ranking.
//!
//! Corpus: the sample announcement in `data/sample`, repeated to 300 candidates and 2,000 papers of
//! background, against the seven interests of `profiles/ling.toml`. Speed stands beside quality: with the
//! judged days in the folder PAPERLARK_SHARED, the last line is the ranking AUC on them by the same code.
//!
//! Run: `cargo bench --bench daily`. Times are the median of several runs on this machine; compare them
//! within one run only.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use paperlark::{
    Paper,
    embed::Lark,
    eval::{
        JudgedDays,
        days::{DaysOptions, evaluate},
    },
    profile::Profile,
    rank::{Background, Document, Documents, Like, Taste, rank},
    source,
};

const RUNS: usize = 7;

fn median(mut work: impl FnMut()) -> Duration {
    let mut times: Vec<Duration> = (0..RUNS)
        .map(|_| {
            let start = Instant::now();
            work();
            start.elapsed()
        })
        .collect();
    times.sort_unstable();
    times[RUNS / 2]
}

fn embed<'a>(papers: impl Iterator<Item = &'a Paper>) -> Documents {
    let papers = papers.map(Document::from).collect();
    Documents::embed(&Lark::embedded(), papers).expect("lark does not fail")
}

fn main() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let feed =
        source::read(&root.join("data/sample/2026-06-02.rss.xml")).expect("the sample is read");
    let repeat = |n: usize| feed.items.iter().map(|item| &item.paper).cycle().take(n);
    let (profile, _) =
        Profile::load(&root.join("profiles/ling.toml")).expect("the profile is read");
    let mut likes = Vec::new();
    let mut liked = Vec::new();
    for (k, interest) in profile.interests.iter().enumerate() {
        for seed in interest.seeds.iter().filter_map(|seed| seed.paper.as_ref()) {
            likes.push(Like { interest: Some(k), weight: 1.0 });
            liked.push(seed);
        }
    }
    let taste = Taste {
        interests: profile.interests.len(),
        likes,
        liked: embed(liked.into_iter()),
        ..Taste::default()
    };

    let (day, stream) = (embed(repeat(300)), embed(repeat(2_000)));
    let background = Background::new(stream.clone());
    let embedding = median(|| drop(embed(repeat(2_000))));
    let measuring = median(|| drop(Background::new(stream.clone())));
    let ranking = median(|| drop(rank(&day, &background, &taste)));
    println!(
        "embed one abstract with lark      {:>9.1} us",
        embedding.as_secs_f64() * 1e6 / 2_000.0
    );
    println!("measure a stream of 2,000 papers  {:>9.1} ms", measuring.as_secs_f64() * 1e3);
    println!("rank 300 papers, 7 interests      {:>9.1} ms", ranking.as_secs_f64() * 1e3);

    let shared = std::env::var("PAPERLARK_SHARED").unwrap_or_else(|_| "../shared".into());
    let days = root.join(shared).join("data/llm_days/days_dev.jsonl.gz");
    if !days.exists() {
        println!("skipped the quality: there is no {}", days.display());
        return;
    }
    let judged = JudgedDays::read(&[days]).expect("the judged days are read");
    let documents = embed(judged.papers.iter());
    let split = "2026-01-15".parse().expect("a date");
    let options = DaysOptions { baselines: Vec::new(), ..DaysOptions::new(split) };
    let report = evaluate(&judged, &documents, &options).expect("the days are judged");
    let ours = |measure| report.rankings[0].mean(measure).expect("days have this measure");
    println!(
        "AUC, R-precision on {} days        {:.3}, {:.3}",
        report.days,
        ours("auc"),
        ours("r_precision")
    );
}
