//! A cascade: one model ranks all papers, a better and slower one only looks at the best of them.

use super::Ranked;
use crate::{hash, paper::PaperId};

/// So many papers of a day the second model looks at.
pub const SHORTLIST: usize = 100;
/// Of so many recent papers it knows a sample, which tells it what the stream is like.
pub const SAMPLED_STREAM: usize = 5_000;

/// Whether a paper belongs to that sample: every tenth does, by its id, so that a paper is embedded once
/// and the same papers always make the same digest.
pub fn sampled(id: &PaperId) -> bool {
    hash::text(id.as_str()).is_multiple_of(10)
}

/// Places of the `n` best, best first; of equal ones the first.
pub fn shortlist(ranked: &[Ranked], n: usize) -> Vec<usize> {
    let mut places: Vec<usize> = (0..ranked.len()).collect();
    places.sort_by(|a, b| ranked[*b].standing.total_cmp(&ranked[*a].standing));
    places.truncate(n);
    places
}

/// Puts the papers at `places`, best first, in the order of the mean of their standings in both
/// rankings; `second` ranks the same papers in the order of `places`.
///
/// The papers hand their standings and scores on to each other, so a score keeps its meaning and no paper
/// leaves the shortlist. The reasons are those of the second ranking.
pub fn reorder(ranked: &mut [Ranked], places: &[usize], second: Vec<Ranked>) {
    let first: Vec<(f32, f32)> =
        places.iter().map(|at| (ranked[*at].standing, ranked[*at].score)).collect();
    let mut order: Vec<(f32, usize, Ranked)> = second
        .into_iter()
        .zip(places)
        .map(|(second, at)| (ranked[*at].standing + second.standing, *at, second))
        .collect();
    // Stable: of equal ones the first stays first.
    order.sort_by(|a, b| b.0.total_cmp(&a.0));
    for ((_, at, second), (standing, score)) in order.into_iter().zip(first) {
        ranked[at] = Ranked { standing, score, ..second };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rank::Parts;

    fn ranked(standing: f32, interest: usize) -> Ranked {
        let interest = Some(interest);
        Ranked {
            standing,
            score: 2.0 * standing,
            interest,
            nearest: None,
            terms: Vec::new(),
            parts: Parts::default(),
        }
    }

    #[test]
    fn the_second_ranking_moves_papers_within_the_shortlist() {
        let mut all: Vec<Ranked> = [1.0, 5.0, 3.0, 4.0].map(|s| ranked(s, 0)).into();
        let places = shortlist(&all, 3);
        assert_eq!(places, [1, 3, 2]);
        reorder(&mut all, &places, vec![ranked(0.0, 1), ranked(0.5, 2), ranked(9.0, 3)]);
        assert_eq!(all, [ranked(1.0, 0), ranked(4.0, 1), ranked(5.0, 3), ranked(3.0, 2)]);
    }
}
