//! Rankings side by side: the mean of every measure, and how far ours is ahead.

use serde::{Serialize, Serializer, ser::SerializeMap};

use super::Estimate;

/// Values by the measure's name, in the order of the table.
#[derive(Debug, Clone, PartialEq)]
pub struct Measured<T>(Vec<(&'static str, T)>);

/// One ranking.
#[derive(Debug, Clone, Serialize)]
pub struct Row {
    /// Which ranking.
    pub name: String,
    /// Means over days, users or queries.
    #[serde(flatten)]
    pub measures: Measured<Estimate>,
    /// How far ours is ahead of it: mean of the differences on the same day, user or query. Absent for
    /// ours.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lead: Option<Measured<Difference>>,
}

/// Mean of paired differences.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Difference {
    /// Mean and standard error.
    #[serde(flatten)]
    pub estimate: Estimate,
    /// Whether the mean is more than two standard errors away from 0, of two values at least.
    pub clear: bool,
}

/// What one day, user or query gave: for each ranking, ours first, each measure; `None` where the measure
/// says nothing of it.
pub(super) type Outcome = Vec<Vec<Option<f64>>>;

impl<T> Measured<T> {
    /// The value of this measure.
    pub fn get(&self, name: &str) -> Option<&T> {
        self.0.iter().find(|(own, _)| *own == name).map(|(_, value)| value)
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &T)> {
        self.0.iter().map(|(name, value)| (*name, value))
    }
}

impl<T: Serialize> Serialize for Measured<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        self.0.iter().try_for_each(|(name, value)| map.serialize_entry(name, value))?;
        map.end()
    }
}

impl Row {
    /// Mean of a measure; `None` if there is no such measure.
    pub fn mean(&self, measure: &str) -> Option<f64> {
        self.measures.get(measure).map(|estimate| estimate.mean)
    }
}

/// A row for each of `rankings`, ours first. `draws` has, for each draw of the likes, the same days, users
/// or queries. A measure that says nothing of any of them is left out.
pub(super) fn compare<'a>(
    rankings: &[String],
    measures: &[&'static str],
    draws: &[Vec<&'a Outcome>],
) -> Vec<Row> {
    let estimate = |value: &dyn Fn(&Outcome) -> Option<f64>| {
        let values: Vec<Vec<f64>> = draws
            .iter()
            .map(|outcomes| outcomes.iter().filter_map(|outcome| value(outcome)).collect())
            .collect();
        let n = values.first().map_or(0, Vec::len);
        Estimate::of_draws(&values).map(|estimate| (estimate, n * values.len()))
    };
    let named = measures.iter().copied().enumerate();
    let row = |(at, name): (usize, &String)| {
        let means = named
            .clone()
            .filter_map(|(m, measure)| Some((measure, estimate(&|outcome| outcome[at][m])?.0)));
        let lead = named.clone().filter_map(|(m, measure)| {
            let (estimate, n) = estimate(&|outcome| Some(outcome[0][m]? - outcome[at][m]?))?;
            let clear = n > 1 && estimate.mean.abs() > 2.0 * estimate.standard_error;
            Some((measure, Difference { estimate, clear }))
        });
        Row {
            name: name.clone(),
            measures: Measured(means.collect()),
            lead: (at > 0).then(|| Measured(lead.collect())),
        }
    };
    rankings.iter().enumerate().map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_are_paired() {
        // Ours varies from day to day, and is ahead by about the same each day.
        let outcomes: Vec<Outcome> = [(0.9, 0.8), (0.5, 0.39), (0.1, 0.01)]
            .map(|(ours, theirs)| vec![vec![Some(ours), None], vec![Some(theirs), None]])
            .into();
        let names = ["paperlark".to_owned(), "other".to_owned()];
        let rows = compare(&names, &["auc", "void"], &[outcomes.iter().collect()]);
        assert!((rows[0].mean("auc").unwrap() - 0.5).abs() < 1e-12);
        assert_eq!((rows[0].mean("void"), &rows[0].lead), (None, &None));
        let lead = rows[1].lead.as_ref().unwrap().get("auc").unwrap();
        assert!((lead.estimate.mean - 0.1).abs() < 1e-12 && lead.clear);
        let json = serde_json::to_value(&rows[1]).unwrap();
        assert_eq!(json["lead"]["auc"]["clear"], true);
        assert!((json["auc"]["mean"].as_f64().unwrap() - 0.4).abs() < 1e-12);

        let one = compare(&names, &["auc", "void"], &[outcomes[..1].iter().collect()]);
        assert!(!one[1].lead.as_ref().unwrap().get("auc").unwrap().clear, "one day is no proof");
    }
}
