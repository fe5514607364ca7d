//! Which delivered digest is meant.

use anyhow::{Result, bail};
use jiff::civil::Date;
use paperlark::{message, store::Library, text::one_line};

/// The profile whose digest is meant: the one given, else the only one that has one.
pub fn whose(library: &Library, given: Option<&str>) -> Result<String> {
    if let Some(name) = given {
        return Ok(name.trim_end_matches(".toml").to_owned());
    }
    match &library.delivered_profiles()?[..] {
        [only] => Ok(only.clone()),
        [] => bail!(message!("there is no digest yet; `paperlark daily` makes one")),
        names => {
            bail!(message!("there are digests of {names}; say whose", names = names.join(", ")))
        }
    }
}

/// The newest day whose digest shows a paper.
pub fn newest(library: &Library, profile: &str) -> Result<Option<Date>> {
    Ok(library.shown(profile)?.last().map(|(day, _)| *day))
}

/// The day that is meant, on which there is a digest: the one given, else the newest with a paper, for a weekend
/// has none and nobody looks for its digest.
pub fn day(library: &Library, profile: &str, given: Option<Date>) -> Result<Date> {
    let days = library.delivered_days(profile)?;
    let profile_name = one_line(profile);
    let Some((first, last)) = days.first().zip(days.last()) else {
        bail!(message!(
            "there is no digest of {profile}; make one with `paperlark daily --profile {profile}`",
            profile = profile_name
        ));
    };
    let date = given.or(newest(library, profile)?).unwrap_or(*last);
    if !days.contains(&date) {
        bail!(message!(
            "there is no digest of {profile} for {date}; its {n} digests are of {first} to {last}",
            profile = profile_name,
            date,
            n = days.len(),
            first,
            last
        ));
    }
    Ok(date)
}
