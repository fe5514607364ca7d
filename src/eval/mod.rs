//! Measures the ranker on judged data: what would it have shown, had it known what was known then?
//!
//! [`JudgedDays`] reads days that a reader (or a program in their place) has judged; [`days`] ranks
//! each later day with the likes of the earlier ones and reports the field's usual measures beside
//! simple baselines from the same run; [`variety`] measures what the rules of the list cost, and how far scores
//! and chances can be trusted.

use serde::Serialize;

pub mod days;
mod judged;
pub mod metrics;
pub mod variety;

pub use judged::{Day, JudgedDays};

/// Mean over the days, with its standard error.
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
}
