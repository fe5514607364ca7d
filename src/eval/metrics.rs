//! Measures of one ranked list, given as the relevance of each item, best first.

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
}
