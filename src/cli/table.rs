//! Numbers in the cells of tables.

use paperlark::eval::Estimate;

/// Mean and standard error of a measure.
pub fn cell(estimate: &Estimate) -> String {
    format!("{:.3} ±{:.3}", estimate.mean, estimate.standard_error)
}

/// The same of a difference.
pub fn signed(estimate: &Estimate) -> String {
    format!("{:+.3} ±{:.3}", estimate.mean, estimate.standard_error)
}
