//! Which of the ranked papers a list shows, in which order, and why each has its place.
//!
//! [`select`] walks down the ranking and changes it in four ways, each of which [`Rules`] can turn off;
//! with all of them off, it gives the ranking itself, cut by score and count:
//!
//! - near duplicates fold into one place under the one that was chosen first;
//! - maximal marginal relevance (Carbonell & Goldstein 1998) trades score for what is not yet there;
//! - a quota keeps places for interests that a louder one would push out;
//! - exploration gives places to papers below the cut where the answer teaches most.
//!
//! Like the ranker it reads no clock, and ties go by id, so the order of the candidates does not matter.

use std::collections::BTreeMap;

use ndarray::{Array2, ArrayView1};

use super::verdict::{Also, Place, Verdict};
use crate::{paper::Paper, profile::Rules, rank::Ranked};

/// Papers fold from this cosine on, if they also share authors. In 67 judged days there are 7 such pairs,
/// all of them parts of one work, and the judge gave both the same answer; from .84 on, pairs by other people
/// are about one subject, and not one work.
const FOLD: f32 = 0.9;
/// Exploration looks at so many papers, those of the largest entropy.
const UNSURE: usize = 200;
/// A region's density is the mean cosine of so many neighbours.
const NEIGHBOURS: usize = 10;

/// A ranked paper.
#[derive(Debug, Clone, Copy)]
pub struct Candidate<'a> {
    /// The paper.
    pub paper: &'a Paper,
    /// What the ranker says of it.
    pub ranked: &'a Ranked,
    /// The chance that the reader likes it, 0-1; grows with the score.
    pub likelihood: f32,
}

/// One place of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// Number of the candidate.
    pub at: usize,
    /// Numbers of its near duplicates, best first.
    pub also: Vec<usize>,
    /// Why it is there.
    pub place: Place,
}

/// The outcome of [`select`].
#[derive(Debug, Clone, PartialEq)]
pub struct Selection {
    /// The list, in order; exploration at its end.
    pub shown: Vec<Shown>,
    /// One verdict for each candidate.
    pub verdicts: Vec<Verdict>,
    /// How many papers that the reader would like are expected among those without a place.
    pub missed: f32,
}

impl Selection {
    /// The score that the list asked for: that of its last paper by rank if others had to stay out, else
    /// `min_score`. `ranked` are all candidates.
    pub fn asked(&self, ranked: &[Ranked], min_score: f32) -> f32 {
        let has_room =
            |verdict: &Verdict| verdict.is_shown() || matches!(verdict, Verdict::BelowScore { .. });
        if self.verdicts.iter().all(has_room) {
            return min_score;
        }
        let by_rank = self.shown.iter().filter(|shown| shown.place == Place::Rank);
        by_rank.map(|shown| ranked[shown.at].score).reduce(f32::min).unwrap_or(min_score)
    }
}

/// Numbers of the candidates, best first, ties by id.
fn order(candidates: &[Candidate]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..candidates.len()).collect();
    order.sort_by(|a, b| {
        let (a, b) = (&candidates[*a], &candidates[*b]);
        let by_id = a.paper.id.cmp(&b.paper.id);
        b.ranked.standing.total_cmp(&a.ranked.standing).then(by_id)
    });
    order
}

/// Chooses from `candidates`, whose unit vectors are the rows of `vectors`; `known` are those of the papers
/// that the reader has already answered for.
pub fn select(
    candidates: &[Candidate],
    vectors: &Array2<f32>,
    known: &Array2<f32>,
    rules: &Rules,
) -> Selection {
    let order = order(candidates);
    let enough = |at: &usize| candidates[*at].ranked.score >= rules.min_score;
    let mut list = List {
        candidates,
        vectors,
        rules,
        open: order.iter().copied().filter(enough).collect(),
        low: order.iter().copied().filter(|at| !enough(at)).collect(),
        alike: vec![0.0; candidates.len()],
        shown: Vec::new(),
        // In order, so that the sum is always the same.
        missed: order.iter().map(|at| f64::from(candidates[*at].likelihood)).sum(),
    };
    let limit = rules.top.saturating_sub(rules.explore).max(1);
    let places = list.places(limit);
    let most_missed = rules.max_missed.map_or(f64::INFINITY, f64::from);
    let floor = list.floor(places);
    while list.shown.len() < limit
        && !list.open.is_empty()
        && (list.shown.len() < places || list.missed > most_missed)
    {
        let free = list.best(&list.open);
        let needy = list.needy(floor, places.saturating_sub(list.shown.len()));
        let at = needy.map_or(free, |needy| list.best(&needy));
        list.show(at, if at == free { Place::Rank } else { Place::Quota });
    }
    let mut verdicts = list.verdicts(limit);
    list.explore(known);
    for (number, shown) in (1..).zip(&list.shown) {
        verdicts[shown.at] = Verdict::Shown { number, place: shown.place };
        let folded = Verdict::Folded { under: Also::from(candidates[shown.at].paper) };
        shown.also.iter().for_each(|also| verdicts[*also] = folded.clone());
    }
    Selection { shown: list.shown, verdicts, missed: list.missed.max(0.0) as f32 }
}

/// A list in the making.
struct List<'a> {
    candidates: &'a [Candidate<'a>],
    vectors: &'a Array2<f32>,
    rules: &'a Rules,
    /// Candidates without a place, best first: those that may have one, and those below the threshold.
    open: Vec<usize>,
    low: Vec<usize>,
    /// Of each candidate the largest cosine to a shown one, at least 0.
    alike: Vec<f32>,
    shown: Vec<Shown>,
    /// Expected likes among the candidates that are not shown.
    missed: f64,
}

impl List<'_> {
    /// How long the list would be by rank alone, at most `limit`.
    fn places(&self, limit: usize) -> usize {
        let most = limit.min(self.open.len());
        let Some(max_missed) = self.rules.max_missed else { return most };
        let mut missed = self.missed;
        for (n, at) in self.open[..most].iter().enumerate() {
            if n > 0 && missed <= f64::from(max_missed) {
                return n;
            }
            missed -= f64::from(self.candidates[*at].likelihood);
        }
        most
    }

    /// How many places of a list with so many are kept for each interest.
    fn floor(&self, places: usize) -> usize {
        let mut interests: Vec<Option<usize>> = self.interests(&self.open).collect();
        interests.sort_unstable();
        interests.dedup();
        self.rules.quota.min(places / interests.len().max(1))
    }

    fn interests(&self, places: &[usize]) -> impl Iterator<Item = Option<usize>> {
        places.iter().map(|at| self.candidates[*at].ranked.interest)
    }

    /// Open candidates of the interests below their floor, if the places that are left are just enough
    /// for them; `None` if there are more.
    fn needy(&self, floor: usize, left: usize) -> Option<Vec<usize>> {
        if floor == 0 {
            return None;
        }
        let mut open: BTreeMap<Option<usize>, usize> = BTreeMap::new();
        self.interests(&self.open).for_each(|k| *open.entry(k).or_default() += 1);
        let shown: Vec<usize> = self.shown.iter().map(|shown| shown.at).collect();
        let lacks = |k: Option<usize>, open: usize| {
            let has = self.interests(&shown).filter(|other| *other == k).count();
            floor.saturating_sub(has).min(open)
        };
        let lacks: BTreeMap<_, usize> = open.into_iter().map(|(k, n)| (k, lacks(k, n))).collect();
        let lacking: usize = lacks.values().sum();
        if lacking == 0 || lacking < left {
            return None;
        }
        let lacks = |at: &usize| lacks[&self.candidates[*at].ranked.interest] > 0;
        Some(self.open.iter().copied().filter(lacks).collect())
    }

    /// The best of these candidates, which are in order and at least one: by score and by how little it is
    /// like what is shown.
    fn best(&self, among: &[usize]) -> usize {
        let lambda = 1.0 - self.rules.diversity;
        if self.rules.diversity == 0.0 {
            return among[0];
        }
        let value = |at: usize| {
            lambda * self.candidates[at].ranked.score / 10.0 - (1.0 - lambda) * self.alike[at]
        };
        let better = |best: usize, at: usize| if value(at) > value(best) { at } else { best };
        among.iter().copied().reduce(better).unwrap_or(among[0])
    }

    /// Gives a candidate a place, and folds its near duplicates under it.
    fn show(&mut self, at: usize, place: Place) {
        let cosines = self.vectors.dot(&self.vectors.row(at));
        let (rules, candidates) = (self.rules, self.candidates);
        let folds = |other: &mut usize| {
            rules.fold
                && cosines[*other] >= FOLD
                && share_authors(candidates[at].paper, candidates[*other].paper)
        };
        self.open.retain(|open| *open != at);
        self.low.retain(|low| *low != at);
        let also: Vec<usize> = self.open.extract_if(.., folds).collect();
        let also: Vec<usize> = also.into_iter().chain(self.low.extract_if(.., folds)).collect();
        for (alike, cosine) in self.alike.iter_mut().zip(&cosines) {
            *alike = alike.max(*cosine);
        }
        for gone in also.iter().chain([&at]) {
            self.missed -= f64::from(candidates[*gone].likelihood);
        }
        self.shown.push(Shown { at, also, place });
    }

    /// Why each candidate has no place, for those that have none.
    fn verdicts(&self, limit: usize) -> Vec<Verdict> {
        let Rules { top, min_score, max_missed, diversity, quota, .. } = *self.rules;
        let standing = |at: usize| self.candidates[at].ranked.standing;
        let lowest = |place: Place| {
            let of = self.shown.iter().filter(|shown| shown.place == place);
            of.map(|shown| standing(shown.at)).fold(f32::INFINITY, f32::min)
        };
        let (ranked, kept) = (lowest(Place::Rank), lowest(Place::Quota));
        let mut verdicts = vec![Verdict::BelowScore { min_score }; self.candidates.len()];
        for at in &self.open {
            verdicts[*at] = if standing(*at) > ranked {
                Verdict::TooAlike { diversity }
            } else if standing(*at) > kept {
                Verdict::OutOfShare { quota }
            } else if self.shown.len() < limit {
                Verdict::BeyondMissed { max_missed: max_missed.unwrap_or(0.0) }
            } else {
                Verdict::BeyondTop { top }
            };
        }
        verdicts
    }

    /// Gives the places for exploration to what is worth most of the rest.
    ///
    /// Worth is the entropy of the answer, times how far the paper is from every paper answered for or
    /// shown, times the density of its region (Settles & Craven 2008): an answer about a paper that stands
    /// alone says nothing about others.
    fn explore(&mut self, known: &Array2<f32>) {
        let n = self.rules.explore.min(self.rules.top.saturating_sub(self.shown.len()));
        if n == 0 {
            return;
        }
        // Best first, whatever the threshold.
        let mut rest: Vec<usize> = self.open.iter().chain(&self.low).copied().collect();
        let entropy = |at: &usize| entropy(self.candidates[*at].likelihood);
        rest.sort_by(|a, b| entropy(b).total_cmp(&entropy(a)));
        rest.truncate(UNSURE);
        let mut familiar: Vec<f32> = rest
            .iter()
            .map(|at| largest(known.dot(&self.vectors.row(*at)).view()).max(self.alike[*at]))
            .collect();
        let density: Vec<f32> = rest.iter().map(|at| self.density(*at)).collect();
        for _ in 0..n {
            let worth = |i: usize| entropy(&rest[i]) * (1.0 - familiar[i]).max(0.0) * density[i];
            let better = |best: usize, i: usize| if worth(i) > worth(best) { i } else { best };
            let open = (0..rest.len()).filter(|i| {
                let is_shown = |s: &Shown| s.at == rest[*i] || s.also.contains(&rest[*i]);
                worth(*i) > 0.0 && !self.shown.iter().any(is_shown)
            });
            let Some(best) = open.reduce(better) else { return };
            self.show(rest[best], Place::Exploration);
            for (familiar, at) in familiar.iter_mut().zip(&rest) {
                *familiar = familiar.max(self.alike[*at]);
            }
        }
    }

    /// Mean cosine of a candidate's nearest neighbours, at least 0.
    fn density(&self, at: usize) -> f32 {
        let mut cosines = self.vectors.dot(&self.vectors.row(at)).to_vec();
        cosines.swap_remove(at);
        cosines.sort_unstable_by(|a, b| b.total_cmp(a));
        cosines.truncate(NEIGHBOURS);
        let mean = cosines.iter().sum::<f32>() / cosines.len().max(1) as f32;
        mean.max(0.0)
    }
}

/// Whether two papers have at least half of the shorter list of authors in common.
fn share_authors(a: &Paper, b: &Paper) -> bool {
    let common = a.authors.iter().filter(|name| b.authors.contains(name)).count();
    common > 0 && 2 * common >= a.authors.len().min(b.authors.len())
}

/// Entropy in bits of an answer that is yes with the chance `p`.
fn entropy(p: f32) -> f32 {
    let part = |p: f32| if p > 0.0 { -p * p.log2() } else { 0.0 };
    part(p) + part(1.0 - p)
}

fn largest(values: ArrayView1<f32>) -> f32 {
    values.iter().copied().fold(0.0, f32::max)
}

#[cfg(test)]
mod tests {
    use ndarray::Array1;
    use proptest::prelude::*;

    use super::*;
    use crate::rank::{Likelihood, Parts};

    const DIM: usize = 6;

    /// A day of papers, some of them with equal standings, some near duplicates of others.
    #[derive(Debug, Clone)]
    struct Day {
        papers: Vec<Paper>,
        ranked: Vec<Ranked>,
        vectors: Array2<f32>,
    }

    impl Day {
        fn new(seed: u64, n: usize) -> Self {
            let mut random = fastrand::Rng::with_seed(seed);
            let mut day =
                Day { papers: Vec::new(), ranked: Vec::new(), vectors: Array2::zeros((n, DIM)) };
            for at in 0..n {
                let id = format!("2606.{at:05}").parse().unwrap();
                let twin = (at > 0 && random.u8(0..4) == 0).then(|| random.usize(0..at));
                let mut row = match twin {
                    Some(twin) => day.vectors.row(twin).to_owned(),
                    None => Array1::from_shape_simple_fn(DIM, || random.f32() - 0.3),
                };
                row[0] += 0.02 * random.f32();
                let length = row.dot(&row).sqrt();
                day.vectors.row_mut(at).assign(&(row / length));
                let authors = match twin {
                    Some(twin) => day.papers[twin].authors.clone(),
                    None => vec![format!("Author {at}"), "A. Common".into()],
                };
                let paper = Paper::new(id, format!("Paper {at}"), String::new());
                day.papers.push(Paper { authors, ..paper });
                // Tenths, so that many are equal.
                let standing = (random.f32() * 50.0).round() / 10.0;
                let interest = match random.u8(0..10) {
                    0 => None,
                    1 => Some(2),
                    2..=3 => Some(1),
                    _ => Some(0),
                };
                day.ranked.push(Ranked {
                    standing,
                    score: (2.0 * standing).min(10.0),
                    interest,
                    nearest: None,
                    terms: Vec::new(),
                    parts: Parts::default(),
                });
            }
            day
        }

        fn turned(&self, order: &[usize]) -> Day {
            Day {
                papers: order.iter().map(|at| self.papers[*at].clone()).collect(),
                ranked: order.iter().map(|at| self.ranked[*at].clone()).collect(),
                vectors: self.vectors.select(ndarray::Axis(0), order),
            }
        }

        fn candidates(&self) -> Vec<Candidate<'_>> {
            let fit = Likelihood::prior(3.0);
            std::iter::zip(&self.papers, &self.ranked)
                .map(|(paper, ranked)| Candidate {
                    paper,
                    ranked,
                    likelihood: fit.of(ranked.score),
                })
                .collect()
        }

        fn select(&self, rules: &Rules) -> Selection {
            select(&self.candidates(), &self.vectors, &Array2::zeros((0, DIM)), rules)
        }

        /// The list by id, with what is folded and the reason of each place.
        fn list(&self, rules: &Rules) -> Vec<(String, Vec<String>, Place)> {
            let id = |at: &usize| self.papers[*at].id.to_string();
            let shown = self.select(rules).shown.into_iter();
            shown.map(|s| (id(&s.at), s.also.iter().map(id).collect(), s.place)).collect()
        }
    }

    fn rules() -> impl Strategy<Value = Rules> {
        let steps = (any::<bool>(), 0usize..6, 0usize..4, 0usize..4);
        (1usize..20, 0u8..9, proptest::option::of(0u8..20), steps).prop_map(
            |(top, min_score, max_missed, (fold, diversity, quota, explore))| Rules {
                top,
                min_score: f32::from(min_score),
                max_missed: max_missed.map(f32::from),
                fold,
                diversity: diversity as f32 / 10.0,
                quota,
                explore,
            },
        )
    }

    proptest! {
        #[test]
        fn the_order_of_the_input_does_not_matter(seed in 0u64..500, n in 0usize..60, rules in rules()) {
            let day = Day::new(seed, n);
            let mut order: Vec<usize> = (0..n).collect();
            fastrand::Rng::with_seed(seed + 1).shuffle(&mut order);
            let turned = day.turned(&order);
            prop_assert_eq!(day.list(&rules), turned.list(&rules));
            let (verdicts, others) =
                (day.select(&rules).verdicts, turned.select(&rules).verdicts);
            for (verdict, at) in others.iter().zip(&order) {
                prop_assert_eq!(&verdicts[*at], verdict);
            }
        }

        #[test]
        fn limits_hold_and_each_paper_has_one_verdict(seed in 0u64..500, n in 0usize..60, rules in rules()) {
            let day = Day::new(seed, n);
            let list = day.select(&rules);
            prop_assert!(list.shown.len() <= rules.top);
            let exploring = list.shown.iter().filter(|s| s.place == Place::Exploration).count();
            prop_assert!(exploring <= rules.explore);
            let mut seen = vec![0; n];
            for shown in &list.shown {
                if shown.place != Place::Exploration {
                    prop_assert!(day.ranked[shown.at].score >= rules.min_score);
                }
                prop_assert!(rules.fold || shown.also.is_empty());
                for at in shown.also.iter().chain([&shown.at]) {
                    seen[*at] += 1;
                }
            }
            for (verdict, seen) in list.verdicts.iter().zip(&seen) {
                prop_assert_eq!(*seen, usize::from(verdict.is_shown()));
            }
            let low = day.ranked.iter().map(|r| r.score < rules.min_score);
            for (verdict, low) in list.verdicts.iter().zip(low) {
                let is_low = matches!(verdict, Verdict::BelowScore { .. });
                prop_assert!(is_low == (low && !verdict.is_shown()), "{:?}", verdict);
            }
        }

        #[test]
        fn all_off_is_the_ranking(seed in 0u64..500, n in 0usize..60, top in 1usize..20, least in 0u8..9) {
            let day = Day::new(seed, n);
            let plain = Rules::plain(top, f32::from(least));
            let mut expected: Vec<usize> =
                (0..n).filter(|at| day.ranked[*at].score >= f32::from(least)).collect();
            expected.sort_by(|a, b| {
                let (x, y) = (day.ranked[*a].standing, day.ranked[*b].standing);
                y.partial_cmp(&x).unwrap().then(day.papers[*a].id.cmp(&day.papers[*b].id))
            });
            expected.truncate(top);
            let found: Vec<usize> = day.select(&plain).shown.iter().map(|s| s.at).collect();
            prop_assert_eq!(found, expected);
        }

        #[test]
        fn the_promise_of_max_missed_is_kept(seed in 0u64..500, n in 1usize..60, most in 0u8..20) {
            let day = Day::new(seed, n);
            let most = f32::from(most);
            let rules = Rules { max_missed: Some(most), ..Rules::plain(usize::MAX, 0.0) };
            let list = day.select(&rules);
            let candidates = day.candidates();
            let beyond = |shown: &[Shown]| -> f32 {
                let is_shown = |at: &usize| shown.iter().any(|s| s.at == *at);
                (0..n).filter(|at| !is_shown(at)).map(|at| candidates[at].likelihood).sum()
            };
            let last = list.shown.len() - 1;
            prop_assert!((list.missed - beyond(&list.shown)).abs() < 1e-3);
            prop_assert!(list.missed <= most);
            prop_assert!(last == 0 || beyond(&list.shown[..last]) > most - 1e-3);
        }

        #[test]
        fn every_interest_has_its_quota(seed in 0u64..500, n in 1usize..60, top in 1usize..20, quota in 0usize..4) {
            let day = Day::new(seed, n);
            let list = day.select(&Rules { quota, ..Rules::plain(top, 0.0) });
            let of = |k| day.ranked.iter().filter(|r| r.interest == k).count();
            let interests = [None, Some(0), Some(1), Some(2)].map(|k| (k, of(k)));
            let present = interests.iter().filter(|(_, n)| *n > 0).count();
            let floor = quota.min(top.min(n) / present);
            for (k, open) in interests {
                let ranked = &day.ranked;
                let has = list.shown.iter().filter(|s| ranked[s.at].interest == k).count();
                prop_assert!(has >= floor.min(open), "{k:?}: {has}");
            }
        }
    }

    /// Papers in a plane: the angle in degrees, the standing, the interest and an author.
    fn plane(papers: &[(f32, f32, usize, &str)]) -> Day {
        let mut day = Day::new(1, papers.len());
        day.vectors = Array2::zeros((papers.len(), 2));
        for (at, (angle, standing, interest, author)) in papers.iter().enumerate() {
            let angle = angle.to_radians();
            day.vectors.row_mut(at).assign(&ndarray::arr1(&[angle.cos(), angle.sin()]));
            day.ranked[at].standing = *standing;
            day.ranked[at].score = 2.0 * standing;
            day.ranked[at].interest = Some(*interest);
            day.papers[at].authors = vec![(*author).to_owned()];
        }
        day
    }

    #[test]
    fn near_duplicates_by_the_same_people_fold_under_the_best() {
        let day = plane(&[
            (0.0, 3.0, 0, "Ada"),
            (10.0, 1.0, 0, "Ada"),
            (5.0, 4.0, 0, "Ada"),
            (5.0, 2.9, 0, "Bo"),
            (80.0, 2.8, 0, "Ada"),
        ]);
        let plain = Rules::plain(2, 4.0);
        let list = select(&day.candidates(), &day.vectors, &Array2::zeros((0, 2)), &plain);
        assert_eq!(list.shown.iter().map(|s| s.at).collect::<Vec<_>>(), [2, 0]);
        let fold = Rules { fold: true, ..plain };
        let list = select(&day.candidates(), &day.vectors, &Array2::zeros((0, 2)), &fold);
        let rank = |at, also| Shown { at, also, place: Place::Rank };
        assert_eq!(list.shown, [rank(2, vec![0, 1]), rank(3, vec![])]);
        let shown = |number| Verdict::Shown { number, place: Place::Rank };
        let folded = || Verdict::Folded { under: Also::from(&day.papers[2]) };
        let expected = [folded(), folded(), shown(1), shown(2), Verdict::BeyondTop { top: 2 }];
        assert_eq!(list.verdicts, expected);
    }

    #[test]
    fn variety_costs_the_least_needed() {
        // Five of one interest close together, one of another interest, one apart.
        let day = plane(&[
            (0.0, 4.0, 0, "A"),
            (8.0, 3.9, 0, "B"),
            (4.0, 3.8, 0, "C"),
            (90.0, 3.5, 0, "D"),
            (6.0, 2.0, 1, "E"),
        ]);
        let chosen = |rules: &Rules| {
            let list = select(&day.candidates(), &day.vectors, &Array2::zeros((0, 2)), rules);
            let shown: Vec<usize> = list.shown.iter().map(|s| s.at).collect();
            (shown, list.shown.last().unwrap().place, list.verdicts)
        };
        let plain = Rules::plain(3, 3.0);
        assert_eq!(chosen(&plain).0, [0, 1, 2]);
        let (shown, place, verdicts) = chosen(&Rules { quota: 1, ..plain.clone() });
        assert_eq!((&shown[..], place), (&[0, 1, 4][..], Place::Quota));
        let out_of_share = Verdict::OutOfShare { quota: 1 };
        assert_eq!(verdicts[2..4], [out_of_share.clone(), out_of_share]);
        let (shown, place, verdicts) = chosen(&Rules { diversity: 0.3, ..plain.clone() });
        assert_eq!((&shown[..], place), (&[0, 3, 1][..], Place::Rank));
        assert_eq!(verdicts[2], Verdict::TooAlike { diversity: 0.3 });
        assert_eq!(verdicts[4], Verdict::BeyondTop { top: 3 });
        let (shown, place, _) = chosen(&Rules { explore: 1, ..plain });
        assert_eq!((shown.len(), place), (3, Place::Exploration));
    }

    #[test]
    fn exploration_asks_where_the_answer_is_open_and_tells_of_others() {
        let day = plane(&[
            (0.0, 4.9, 0, "A"),
            // As unsure as the next two, but known.
            (45.0, 1.9, 0, "B"),
            // In company.
            (90.0, 1.9, 0, "C"),
            (92.0, 0.1, 0, "D"),
            (88.0, 0.1, 0, "E"),
            // Alone.
            (200.0, 1.9, 0, "F"),
        ]);
        let known = ndarray::arr2(&[[0.6, 0.8]]);
        let rules = Rules { explore: 1, ..Rules::plain(2, 4.5) };
        let list = select(&day.candidates(), &day.vectors, &known, &rules);
        assert_eq!(list.shown[1], Shown { at: 2, also: vec![], place: Place::Exploration });
        let certain = |likelihood| -> Vec<Candidate> {
            day.candidates().into_iter().map(|c| Candidate { likelihood, ..c }).collect()
        };
        let list = select(&certain(0.0), &day.vectors, &known, &rules);
        assert_eq!(list.shown.len(), 1, "nothing is open");
    }
}
