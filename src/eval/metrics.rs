//! Measures of one ranked list, given as the relevance of each item, best first: yes or no, or a gain.

/// Share of pairs of a relevant and an irrelevant item that are in the right order; `None` without
/// both kinds. The caller breaks ties.
pub fn auc(ranked: &[bool]) -> Option<f64> {
    let relevant = ranked.iter().filter(|r| **r).count();
    let others = ranked.len() - relevant;
    if relevant == 0 || others == 0 {
        return None;
    }
    let (mut seen, mut right) = (0usize, 0usize);
    for is_relevant in ranked {
        if *is_relevant {
            seen += 1;
        } else {
            right += seen;
        }
    }
    Some(right as f64 / (relevant as f64 * others as f64))
}

/// Share of relevant items among the first `k` (fewer, if the list is shorter); `None` for an empty
/// list.
pub fn precision_at(k: usize, ranked: &[bool]) -> Option<f64> {
    let head = &ranked[..k.min(ranked.len())];
    (!head.is_empty()).then(|| head.iter().filter(|r| **r).count() as f64 / head.len() as f64)
}

/// Precision at R, the number of relevant items; `None` without any (Manning et al. 2008, section 8.4).
pub fn r_precision(ranked: &[bool]) -> Option<f64> {
    let relevant = ranked.iter().filter(|r| **r).count();
    (relevant > 0).then(|| precision_at(relevant, ranked)).flatten()
}

/// Mean of the precision at each relevant item; `None` without any.
pub fn average_precision(ranked: &[bool]) -> Option<f64> {
    let (mut seen, mut sum) = (0usize, 0.0);
    for (at, is_relevant) in ranked.iter().enumerate() {
        if *is_relevant {
            seen += 1;
            sum += seen as f64 / (at + 1) as f64;
        }
    }
    (seen > 0).then(|| sum / seen as f64)
}

/// Share of all relevant items that are among the first `k`; `None` without any.
pub fn recall_at(k: usize, ranked: &[bool]) -> Option<f64> {
    let count = |list: &[bool]| list.iter().filter(|r| **r).count();
    let relevant = count(ranked);
    (relevant > 0).then(|| count(&ranked[..k.min(ranked.len())]) as f64 / relevant as f64)
}

/// One over the rank of the first relevant item; `None` without any. Its mean over lists is the MRR.
pub fn reciprocal_rank(ranked: &[bool]) -> Option<f64> {
    ranked.iter().position(|r| *r).map(|at| 1.0 / (at + 1) as f64)
}

/// Normalised discounted cumulative gain of the first `k` items (Järvelin & Kekäläinen 2002): the sum of
/// gain / log2(rank + 1), over that of the best order. Gains are taken as they are, not as 2^gain - 1;
/// `None` if no item has any.
pub fn ndcg_at(k: usize, gains: &[f64]) -> Option<f64> {
    let sum = |gains: &[f64]| -> f64 {
        gains.iter().take(k).enumerate().map(|(at, gain)| gain / (at as f64 + 2.0).log2()).sum()
    };
    let mut best = gains.to_vec();
    best.sort_unstable_by(|a, b| b.total_cmp(a));
    let ideal = sum(&best);
    (ideal > 0.0).then(|| sum(gains) / ideal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn measures_of_small_lists() {
        let list = |text: &str| text.chars().map(|c| c == '+').collect::<Vec<_>>();
        for (ranked, area, precision, average) in [
            ("++--", Some(1.0), Some(1.0), Some(1.0)),
            ("--++", Some(0.0), Some(0.0), Some((1.0 / 3.0 + 0.5) / 2.0)),
            ("+-+-", Some(0.75), Some(0.5), Some((1.0 + 2.0 / 3.0) / 2.0)),
            ("++", None, Some(1.0), Some(1.0)),
            ("--", None, None, None),
            ("", None, None, None),
        ] {
            let ranked = list(ranked);
            assert_eq!(auc(&ranked), area);
            assert_eq!(r_precision(&ranked), precision);
            assert_eq!(average_precision(&ranked), average);
        }
        assert_eq!(precision_at(3, &list("+-+-")), Some(2.0 / 3.0));
        assert_eq!(precision_at(20, &list("+-")), Some(0.5));
    }

    #[test]
    fn recall_and_reciprocal_rank_of_small_lists() {
        for (ranked, recall_at_2, reciprocal) in [
            ("++--", Some(1.0), Some(1.0)),
            ("-+-+", Some(0.5), Some(0.5)),
            ("---+++", Some(0.0), Some(0.25)),
            ("+", Some(1.0), Some(1.0)),
            ("--", None, None),
            ("", None, None),
        ] {
            let ranked: Vec<bool> = ranked.chars().map(|c| c == '+').collect();
            assert_eq!(recall_at(2, &ranked), recall_at_2);
            assert_eq!(reciprocal_rank(&ranked), reciprocal);
        }
    }

    #[test]
    fn gains_are_discounted_and_normalised() {
        // Discounts: 1, 1 / log2(3) = 0.63093, 1 / 2, 1 / log2(5) = 0.43068.
        for (k, gains, ndcg) in [
            (4, &[3.0, 2.0, 1.0, 0.0][..], Some(1.0)),
            // 0.63093 * 3 + 0.5 * 1 of 3 + 0.63093 * 1.
            (4, &[0.0, 3.0, 1.0, 0.0], Some(2.39279 / 3.63093)),
            // Only the first two count, also of the best order.
            (2, &[1.0, 0.0, 1.0, 1.0], Some(1.0 / 1.63093)),
            (1, &[0.0, 2.0], Some(0.0)),
            (10, &[0.0, 1.0], Some(0.63093)),
            (10, &[0.0, 0.0], None),
            (10, &[], None),
        ] {
            let found = ndcg_at(k, gains);
            match (found, ndcg) {
                (Some(found), Some(ndcg)) => assert!((found - ndcg).abs() < 1e-5, "{found} {ndcg}"),
                _ => assert_eq!(found, ndcg),
            }
        }
    }
}
