//! Measures the ranker on judged data: what would it have shown, had it known what was known then?
//!
//! Three protocols, each beside the same [`Baseline`]s in the same run: [`days`] ranks each later day of
//! [`JudgedDays`] with the likes of the earlier ones; [`likes`] hides a fifth of the papers of a
//! [`Collection`] and ranks it for each of its users; [`pools`] ranks the pools of queries by example.
//! [`live`] follows a reader from a few seeds on, who marks what the lists show.
//! [`own`] does the same with a reader's own marks, and chooses settings by them.
//! [`variety`] measures what the rules of a list cost on judged days, and how far scores and chances can be
//! trusted. `docs/evaluation.md` describes formats and measures.

use serde::Serialize;

use crate::rank::Weights;

mod baselines;
#[cfg(feature = "lab")]
mod collection;
mod comparison;
#[cfg(feature = "lab")]
pub mod days;
#[cfg(feature = "lab")]
mod files;
#[cfg(feature = "lab")]
mod judged;
#[cfg(feature = "lab")]
pub mod likes;
#[cfg(feature = "lab")]
pub mod live;
pub mod metrics;
pub mod own;
#[cfg(feature = "lab")]
pub mod pools;
mod svm;
mod terms;
#[cfg(feature = "lab")]
pub mod variety;

pub use baselines::Baseline;
#[cfg(feature = "lab")]
pub use collection::{Collection, Pool, User};
pub use comparison::{Difference, Measured, Row};
#[cfg(feature = "lab")]
pub use files::by_text;
#[cfg(feature = "lab")]
pub use judged::{Day, JudgedDays};

/// Called with the number of rankings made so far and in all.
pub type ProgressFn<'a> = &'a (dyn Fn(usize, usize) + Sync);

/// Mean over days, users or queries, with its standard error.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Estimate {
    /// Mean.
    pub mean: f64,
    /// Standard error of the mean; 0 for a single value.
    pub standard_error: f64,
}

impl Estimate {
    /// Mean and standard error of `values`; `None` if there are none.
    pub fn of(values: impl IntoIterator<Item = f64>) -> Option<Self> {
        let values: Vec<f64> = values.into_iter().collect();
        let n = values.len() as f64;
        if values.is_empty() {
            return None;
        }
        let mean = values.iter().sum::<f64>() / n;
        let squares: f64 = values.iter().map(|x| (x - mean).powi(2)).sum();
        let standard_error = if n > 1.0 { (squares / (n - 1.0) / n).sqrt() } else { 0.0 };
        Some(Estimate { mean, standard_error })
    }

    /// The same of values that were measured on the same days in several draws, one list of equal length
    /// for each draw. The standard error is that over days (of the means over draws) and that over draws
    /// (of the means over days), as the root of their squares.
    pub fn of_draws(draws: &[Vec<f64>]) -> Option<Self> {
        let n = draws.len() as f64;
        let days = draws.first()?.len();
        let over_draws = |day: usize| draws.iter().map(|values| values[day]).sum::<f64>() / n;
        let days = Self::of((0..days).map(over_draws))?;
        let draws = Self::of(draws.iter().filter_map(|v| Some(Self::of(v.iter().copied())?.mean)))?;
        let standard_error = days.standard_error.hypot(draws.standard_error);
        Some(Estimate { mean: days.mean, standard_error })
    }
}

/// Relevance of the candidates, best first: `scores` in their order, ties by `id`, smaller first.
fn best_first<T: Copy>(scores: &[f32], id: impl Fn(usize) -> u32, gains: &[T]) -> Vec<T> {
    let mut order: Vec<usize> = (0..scores.len()).collect();
    order.sort_unstable_by(|a, b| {
        scores[*b].total_cmp(&scores[*a]).then_with(|| id(*a).cmp(&id(*b)))
    });
    order.into_iter().map(|at| gains[at]).collect()
}

/// Names of the rankings of a run: ours, the baselines, ours with other weights.
fn names(baselines: &[Baseline], ablations: &[(String, Weights)]) -> Vec<String> {
    let ablations = ablations.iter().map(|(name, _)| name.clone());
    let baselines = baselines.iter().map(Baseline::to_string);
    ["paperlark".to_owned()].into_iter().chain(baselines).chain(ablations).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn estimates_know_days_and_draws() {
        assert_eq!(Estimate::of([]), None);
        assert_eq!(Estimate::of([3.0]), Some(Estimate { mean: 3.0, standard_error: 0.0 }));
        // Variance 1, of three values.
        let found = Estimate::of([1.0, 2.0, 3.0]).unwrap();
        assert!((found.standard_error - (1f64 / 3.0).sqrt()).abs() < 1e-12);
        // Days 2 and 4 on average, draws 2 and 4: both errors are 1.
        let found = Estimate::of_draws(&[vec![1.0, 3.0], vec![3.0, 5.0]]).unwrap();
        assert!((found.mean - 3.0).abs() < 1e-12);
        assert!((found.standard_error - 2f64.sqrt()).abs() < 1e-12);
        assert_eq!(Estimate::of_draws(&[vec![1.0, 2.0, 3.0]]), Estimate::of([1.0, 2.0, 3.0]));
        assert_eq!(Estimate::of_draws(&[]), None);
    }
}
