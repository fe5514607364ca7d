//! The end of a morning: what was made goes to its channels.

use std::borrow::Cow;

use super::{Morning, MorningEvent, MorningReport, TellFn};
use crate::{
    calendar,
    day::LATE,
    deliver::Channel,
    digest::Digest,
    engine::{Engine, owed, send},
    error::Result,
};

impl Engine {
    /// Sends what was made to every channel that gets it, and digests of the last days that did not arrive.
    pub(super) fn deliver(
        &mut self,
        morning: &Morning,
        report: &mut MorningReport,
        tell: TellFn,
    ) -> Result<()> {
        let made = || report.digests.iter().map(|made| &made.digest);
        let today = calendar::today(morning.now);
        let mut due: Vec<(&Channel, Cow<Digest>)> = Vec::new();
        for channel in morning.channels {
            for profile in morning.profiles.iter().filter(|p| channel.serves(&p.id)) {
                let is_made = |digest: &Digest| {
                    made().any(|m| m.profile == digest.profile && m.date == digest.date)
                };
                let mut owed = owed(&self.library, &profile.id, channel, today, LATE)?;
                owed.retain(|digest| !is_made(digest));
                due.extend(owed.into_iter().map(|digest| (channel, Cow::Owned(digest))));
            }
            let served = made().filter(|digest| channel.serves(&digest.profile));
            due.extend(served.map(|digest| (channel, Cow::Borrowed(digest))));
        }
        for (channel, digest) in &due {
            report.deliveries += 1;
            let now = morning.clock.map_or(morning.now, |clock| clock());
            let outcome = send(self.library(), digest, channel, false, now)?;
            report.undelivered += usize::from(!outcome.is_settled());
            tell(MorningEvent::Sent { digest, channel: &channel.name, outcome: &outcome });
        }
        Ok(())
    }
}
