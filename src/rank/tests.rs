//! What the ranker promises, on a small world of invented topics.

use ndarray::{Array1, Array2};

use super::*;

const DIM: usize = 24;

/// A world of topics: each has a direction and some words of its own.
struct World {
    random: fastrand::Rng,
    topics: Array2<f32>,
}

impl World {
    fn new(seed: u64, topics: usize) -> Self {
        let mut random = fastrand::Rng::with_seed(seed);
        let topics = Array2::from_shape_simple_fn((topics, DIM), || normal(&mut random));
        World { random, topics }
    }

    /// One document for each topic given.
    fn documents(&mut self, topics: &[usize]) -> Documents {
        let mut documents =
            Documents { papers: Vec::new(), vectors: Array2::zeros((topics.len(), DIM)) };
        for (mut row, topic) in documents.vectors.rows_mut().into_iter().zip(topics) {
            let noise = Array1::from_shape_simple_fn(DIM, || normal(&mut self.random));
            row.assign(&(&self.topics.row(*topic) * 0.8 + noise));
            // All papers have something in common.
            row[0] += 3.0;
            crate::vector::normalise(row);
            let words: Vec<String> = (0..30)
                .map(|_| match self.random.u8(0..3) {
                    0 => format!("word{topic}x{}", self.random.u8(0..6)),
                    _ => format!("common{}", self.random.u8(0..40)),
                })
                .collect();
            documents.papers.push(words.join(" ").as_str().into());
        }
        documents
    }

    fn stream(&mut self, n: usize) -> Documents {
        let topics: Vec<usize> =
            (0..n).map(|_| self.random.usize(0..self.topics.nrows())).collect();
        self.documents(&topics)
    }

    /// A reader with one interest in each of `topics`, `n` papers for each.
    fn taste(&mut self, topics: &[usize], n: usize) -> Taste {
        let of: Vec<usize> = topics.iter().flat_map(|topic| vec![*topic; n]).collect();
        let interest = |at: usize| Some(at / n);
        Taste {
            interests: topics.len(),
            likes: (0..of.len()).map(|at| Like { interest: interest(at), weight: 1.0 }).collect(),
            liked: self.documents(&of),
            ..Taste::default()
        }
    }
}

fn normal(random: &mut fastrand::Rng) -> f32 {
    (0..12).map(|_| random.f32()).sum::<f32>() - 6.0
}

fn ranked(candidates: &Documents, background: Documents, taste: &Taste) -> Vec<Ranked> {
    rank(candidates, &Background::new(background), taste)
}

#[test]
fn liked_topics_come_first_and_under_their_interest() {
    let mut world = World::new(1, 10);
    let background = world.stream(800);
    let taste = world.taste(&[3, 7], 5);
    let topics: Vec<usize> = (0..200).map(|at| at % 10).collect();
    let candidates = world.documents(&topics);
    let found = ranked(&candidates, background, &taste);
    let mut order: Vec<usize> = (0..found.len()).collect();
    order.sort_by(|a, b| found[*b].standing.total_cmp(&found[*a].standing));
    let hits = order[..40].iter().filter(|at| [3, 7].contains(&topics[**at])).count();
    assert!(hits >= 34, "{hits} of 40 liked topics among the first 40");
    for (at, topic) in topics.iter().enumerate().filter(|(_, topic)| [3, 7].contains(topic)) {
        let interest = usize::from(*topic == 7);
        if found[at].interest == Some(interest) {
            let (like, similarity) = found[at].nearest.unwrap();
            assert_eq!(taste.likes[like].interest, Some(interest));
            let cosine = candidates.vectors.row(at).dot(&taste.liked.vectors.row(like));
            assert_eq!(similarity, cosine);
            let own = format!("word{topic}x");
            assert!(
                found[at].terms.iter().any(|term| term.starts_with(&own)),
                "{:?}",
                found[at].terms
            );
        }
    }
    let right = topics
        .iter()
        .zip(&found)
        .filter(|(topic, r)| match topic {
            3 => r.interest == Some(0),
            7 => r.interest == Some(1),
            _ => false,
        })
        .count();
    assert!(right >= 36, "{right} of 40 under their interest");
}

#[test]
fn the_order_of_the_input_does_not_matter() {
    let mut world = World::new(2, 8);
    let background = world.stream(300);
    let taste = world.taste(&[1, 2], 4);
    let candidates = world.stream(50);
    let forward = ranked(&candidates, background.clone(), &taste);
    let turned: Vec<usize> = (0..50).rev().collect();
    let backward = ranked(&candidates.select(&turned), background, &taste);
    for (a, b) in forward.iter().zip(backward.iter().rev()) {
        assert!((a.standing - b.standing).abs() < 1e-4);
        assert_eq!(a.interest, b.interest);
        assert_eq!(a.nearest.map(|n| n.0), b.nearest.map(|n| n.0));
    }
}

#[test]
fn dislikes_and_skips_push_down() {
    let mut world = World::new(3, 6);
    let background = world.stream(500);
    let taste = world.taste(&[0], 5);
    let topics = [vec![0; 20], vec![1; 20]].concat();
    let candidates = world.documents(&topics);
    let mean = |found: &[Ranked]| found[20..].iter().map(|r| r.standing).sum::<f32>() / 20.0;
    let before = mean(&ranked(&candidates, background.clone(), &taste));
    let disliked = world.documents(&[1; 5]);
    let after = ranked(&candidates, background.clone(), &Taste { disliked, ..taste.clone() });
    assert!(mean(&after) < before - 0.05, "{} {before}", mean(&after));
    let skipped = world.documents(&[1; 20]);
    let after = ranked(&candidates, background, &Taste { skipped, ..taste });
    assert!(mean(&after) < before - 0.05, "{} {before}", mean(&after));
}

#[test]
fn any_size_of_stream_and_taste_works() {
    let mut world = World::new(4, 5);
    for stream in [1, 2, 3, 30, 400] {
        for (topics, likes) in [(&[][..], 0), (&[1][..], 1), (&[1, 2, 3], 1), (&[1], 60)] {
            let background = world.stream(stream);
            let taste = world.taste(topics, likes.max(1));
            for candidates in [world.stream(0), world.stream(1), background.clone()] {
                let found = ranked(&candidates, background.clone(), &taste);
                assert_eq!(found.len(), candidates.len());
                for r in found {
                    assert!(r.standing.is_finite() && (0.0..=10.0).contains(&r.score), "{r:?}");
                    assert_eq!(r.interest.is_some(), !topics.is_empty());
                }
            }
        }
    }
}

#[test]
fn a_sentence_counts_less_than_a_paper_and_is_named_only_alone() {
    let mut world = World::new(5, 6);
    let background = world.stream(300);
    let mut taste = world.taste(&[2], 2);
    taste.likes[0].weight = 0.5;
    let candidates = world.documents(&[2; 10]);
    for r in ranked(&candidates, background.clone(), &taste) {
        assert_eq!(r.nearest.unwrap().0, 1);
    }
    taste.likes[1].weight = 0.5;
    assert!(ranked(&candidates, background, &taste).iter().all(|r| r.nearest.is_some()));
}

#[test]
fn a_paper_brought_up_by_a_loose_like_is_in_no_interest() {
    let mut world = World::new(7, 6);
    let background = world.stream(400);
    let mut taste = world.taste(&[1, 4], 5);
    taste.interests = 1;
    for like in &mut taste.likes[5..] {
        like.interest = None;
    }
    let candidates = world.documents(&[vec![1; 20], vec![4; 20]].concat());
    let found = ranked(&candidates, background, &taste);
    let count = |part: &[Ranked]| part.iter().filter(|r| r.interest.is_some()).count();
    assert!(count(&found[..20]) >= 17, "{} of the interest's own", count(&found[..20]));
    assert!(count(&found[20..]) <= 5, "{} of the loose likes'", count(&found[20..]));
    for r in &found {
        assert_eq!(taste.likes[r.nearest.unwrap().0].interest, r.interest);
    }
}

#[test]
fn likes_without_an_interest_rank_too() {
    let mut world = World::new(6, 6);
    let background = world.stream(400);
    let mut taste = world.taste(&[4], 6);
    taste.interests = 0;
    taste.likes.iter_mut().for_each(|like| like.interest = None);
    let candidates = world.documents(&[4, 4, 4, 0, 1, 2]);
    let found = ranked(&candidates, background, &taste);
    let least = found[..3].iter().map(|r| r.standing).fold(f32::INFINITY, f32::min);
    let most = found[3..].iter().map(|r| r.standing).fold(f32::NEG_INFINITY, f32::max);
    assert!(least > most, "{least} {most}");
    assert!(found.iter().all(|r| r.interest.is_none() && r.nearest.is_some()));
}

#[test]
fn a_crowd_ranks_like_its_readers_one_by_one() {
    let mut world = World::new(8, 6);
    for (background, candidates) in [(300, 60), (5, 3), (1, 0)] {
        let background = world.stream(background);
        let candidates = world.stream(candidates);
        // Some of what is liked is part of the stream itself.
        let mut pool = world.stream(60);
        for at in 0..background.len().min(10) {
            pool.papers[at] = background.papers[at].clone();
            pool.vectors.row_mut(at).assign(&background.vectors.row(at));
        }
        let mut readers = vec![vec![], vec![0], vec![0, 1], vec![42], (0..15).collect()];
        readers.extend((0..40).map(|_| {
            let mut likes: Vec<usize> = (0..60).collect();
            world.random.shuffle(&mut likes);
            likes.truncate(world.random.usize(1..=15));
            likes
        }));
        let background = Background::new(background);
        let stream = Stream::new(&background, &candidates);
        let lists = Crowd::new(&stream, &pool).rank(&readers, 20);
        assert_eq!(lists.len(), readers.len());
        for (likes, list) in readers.iter().zip(lists) {
            let like = Like { interest: None, weight: 1.0 };
            let taste = Taste {
                likes: vec![like; likes.len()],
                liked: pool.select(likes),
                ..Taste::default()
            };
            let ranked = stream.rank(&taste);
            let mut order: Vec<usize> = (0..ranked.len()).collect();
            order.sort_by(|a, b| ranked[*b].standing.total_cmp(&ranked[*a].standing));
            order.truncate(20);
            let places: Vec<usize> = list.iter().map(|(at, _)| *at).collect();
            assert_eq!(places, order, "{likes:?}");
            for (at, score) in list {
                assert!((ranked[at].score - score).abs() < 1e-3, "{likes:?}: {at}, {score}");
            }
        }
    }
}

#[test]
fn a_like_never_lowers_the_score_of_the_paper_itself() {
    for seed in 0..12 {
        let mut world = World::new(20 + seed, 8);
        let background = world.stream(400);
        let candidates = background.select(&(0..30).collect::<Vec<_>>());
        let mut taste = world.taste(&[1, 2], 1 + seed as usize);
        if seed % 2 == 1 {
            taste.skipped = world.stream(60);
        }
        let before = ranked(&candidates, background.clone(), &taste);
        for at in [0, 7, 19] {
            let mut more = taste.clone();
            more.likes.push(Like { interest: Some(0), weight: 1.0 });
            more.liked.papers.push(candidates.papers[at].clone());
            more.liked.vectors.push_row(candidates.vectors.row(at)).unwrap();
            let after = ranked(&candidates, background.clone(), &more)[at].score;
            assert!(after >= before[at].score, "world {seed}: {after} {}", before[at].score);
        }
    }
}

#[test]
fn extreme_tastes_rank_all_the_same() {
    let mut world = World::new(40, 6);
    let background = world.stream(300);
    let candidates = world.stream(20);
    let one = world.taste(&[1], 1);
    let repeat = |taste: &Taste, n: usize| Taste {
        likes: vec![taste.likes[0]; n],
        liked: taste.liked.select(&vec![0; n]),
        ..taste.clone()
    };
    // The same paper in two interests, and again as a dislike.
    let mut torn = repeat(&one, 2);
    torn.interests = 2;
    torn.likes[1].interest = Some(1);
    torn.disliked = one.liked.clone();
    let many = world.taste(&[0, 1, 2, 3, 4], 1000);
    for (name, taste) in [
        ("one seed", one.clone()),
        ("all seeds alike", repeat(&one, 40)),
        ("torn", torn),
        ("5,000 seeds", many),
    ] {
        let found = ranked(&candidates, background.clone(), &taste);
        assert!(found.iter().all(|r| r.standing.is_finite()), "{name}");
        assert!(found.iter().any(|r| r.standing != found[0].standing), "{name}");
        for r in &found {
            let Parts { interests, words, contrast, topics } = r.parts;
            let sum = interests + words + contrast + topics;
            assert!((sum - r.standing).abs() < 1e-3, "{name}: {:?}", r);
        }
    }
    let none = Taste { interests: 1, ..Taste::default() };
    let found = ranked(&candidates, background, &none);
    assert!(found.iter().all(|r| r.standing == 0.0 && r.nearest.is_none()));
}

#[test]
fn a_seed_that_is_written_out_is_the_paper_with_its_text() {
    let mut world = World::new(9, 4);
    let background = Background::new(world.stream(50));
    let candidates = world.stream(3);
    let stream = Stream::new(&background, &candidates);
    let written = Document { row: Row(u32::MAX), ..background.documents.papers[7].clone() };
    let other = Document { row: Row(u32::MAX), text: "unheard of".into(), ..written.clone() };
    assert_eq!(stream.own([&other, &written]), [(7, 1)].into());
}
