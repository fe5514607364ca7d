//! What it costs to rank one stream for 10,000 readers at once, with memory, and with the lists that each
//! of them would get alone beside it.
//!
//! Corpus: the 20,000 abstracts of `data/arxiv_bench_20k.jsonl.gz` in the folder PAPERLARK_SHARED, embedded with lark: 1,000 are the candidates,
//! 2,000 the background, the others are what readers like. A reader likes 20 of the 200 papers nearest to one
//! that is drawn at random.
//!
//! Run: `PAPERLARK_SHARED=DIR cargo bench --bench crowd`. Seconds are of one run; beside them stand
//! those of processor time, because a busy machine shows in the former alone.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use paperlark::{
    embed::Lark,
    rank::{Background, Crowd, Document, Documents, Like, Stream, Taste},
    source,
};

mod process;

use process::{busy, peak};

const CANDIDATES: usize = 1_000;
const BACKGROUND: usize = 2_000;
const READERS: usize = 10_000;
const NEAREST: usize = 200;
/// What a list has room for.
const TOP: usize = 30;
/// So many readers are ranked alone too.
const ALONE: usize = 50;

fn main() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let shared = std::env::var("PAPERLARK_SHARED").unwrap_or_else(|_| "../shared".into());
    let file = root.join(shared).join("data/arxiv_bench_20k.jsonl.gz");
    if !file.exists() {
        println!("skipped: there is no {}", file.display());
        return;
    }
    let papers = source::corpus(&file).expect("the papers are read");
    let papers = papers.iter().map(|item| Document::from(&item.paper)).collect();
    let all = Documents::embed(&Lark::embedded(), papers).expect("lark does not fail");
    let mut random = fastrand::Rng::with_seed(7);
    let mut order: Vec<usize> = (0..all.len()).collect();
    random.shuffle(&mut order);
    let (candidates, others) = order.split_at(CANDIDATES);
    let (background, pool) = others.split_at(BACKGROUND);
    let (candidates, pool) = (all.select(candidates), all.select(pool));
    let background = Background::new(all.select(background));
    drop(all);

    let (stream, making, _) = timed(|| Stream::new(&background, &candidates));
    println!("make the stream ready                   {:>8.2} s", making.as_secs_f64());
    let (crowd, making, _) = timed(|| Crowd::new(&stream, &pool));
    println!("make {} liked papers ready          {:>8.2} s", pool.len(), making.as_secs_f64());
    for likes in [15, 20] {
        let readers = readers(&pool, likes, &mut random);
        let before = peak();
        let (lists, together, processor) = timed(|| crowd.rank(&readers, TOP));
        println!(
            "{READERS} readers, {likes} likes, {CANDIDATES} candidates {:>8.2} s, {:.2} s of processor time",
            together.as_secs_f64(),
            processor
        );
        println!("  peak memory, before and after         {before:>8} {} MB", peak());
        let (mut shared, mut same) = (0, 0);
        let (_, alone, _) = timed(|| {
            for (likes, list) in readers.iter().zip(&lists).take(ALONE) {
                let own = alone(&stream, &pool, likes);
                shared += list.iter().filter(|(at, _)| own.contains(at)).count();
                same += usize::from(list.iter().map(|(at, _)| *at).eq(own));
            }
        });
        let (one, all) = (alone.as_secs_f64() / ALONE as f64, together.as_secs_f64());
        println!(
            "  one of them alone                     {:>8.2} ms, {:.0} times as long",
            one * 1e3,
            one * READERS as f64 / all
        );
        println!(
            "  shared with the {TOP} they get alone     {:>8.3}, {same} of {ALONE} lists the same",
            shared as f64 / (ALONE * TOP) as f64
        );
    }
}

/// The best [`TOP`] of a reader who is ranked alone.
fn alone(stream: &Stream, pool: &Documents, likes: &[usize]) -> Vec<usize> {
    let taste = Taste {
        likes: vec![Like { interest: None, weight: 1.0 }; likes.len()],
        liked: pool.select(likes),
        ..Taste::default()
    };
    let ranked = stream.rank(&taste);
    let mut order: Vec<usize> = (0..ranked.len()).collect();
    order.sort_by(|a, b| ranked[*b].standing.total_cmp(&ranked[*a].standing));
    order.truncate(TOP);
    order
}

/// Readers who like some papers of one region of the pool.
fn readers(pool: &Documents, likes: usize, random: &mut fastrand::Rng) -> Vec<Vec<usize>> {
    // Regions are around so many papers.
    const CENTRES: usize = 1_000;
    let regions: Vec<Vec<usize>> = (0..CENTRES)
        .map(|_| {
            let centre = pool.vectors.row(random.usize(..pool.len()));
            let cosines = pool.vectors.dot(&centre);
            let mut order: Vec<usize> = (0..pool.len()).collect();
            order.select_nth_unstable_by(NEAREST, |a, b| cosines[*b].total_cmp(&cosines[*a]));
            order.truncate(NEAREST);
            order
        })
        .collect();
    (0..READERS)
        .map(|at| {
            let mut region = regions[at % CENTRES].clone();
            random.shuffle(&mut region);
            region.truncate(likes);
            region
        })
        .collect()
}

/// A result, and the time that it took: of the clock, and seconds of this process's processors.
fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration, f64) {
    let (before, start) = (busy().as_secs_f64(), Instant::now());
    let result = work();
    (result, start.elapsed(), busy().as_secs_f64() - before)
}
