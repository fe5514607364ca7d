//! What `paperlark eval --json` prints.

use serde_json::Value;

/// Names of the rankings, in their order.
pub fn names(report: &Value) -> Vec<&str> {
    let rankings = report["rankings"].as_array().unwrap();
    rankings.iter().map(|ranking| ranking["name"].as_str().unwrap()).collect()
}
