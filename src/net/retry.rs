//! When to try again after a failure that may pass.

use std::{thread, time::Duration};

/// The longest pause that is chosen here, where the server asks for none.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// How often and how long after one another tries are made.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Retry {
    /// Tries in all.
    pub tries: u32,
    /// The pause before the second try; it doubles with each further one. To each up to half of it is added at
    /// random, because clients that were turned away together must not come back together.
    pub pause: Duration,
    /// The longest single wait; a server that asks for more is given up.
    pub longest: Duration,
    /// The longest time to wait in all.
    pub in_all: Duration,
}

/// What a failed try is followed by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Next {
    /// Another try, after this wait.
    Try(Duration),
    /// Nothing: it was the last try. Others who ask the same server should still wait so long.
    End(Duration),
    /// Nothing: so long a wait is too long.
    TooLong(Duration),
}

/// The tries for one thing, as far as they are made.
#[derive(Debug)]
pub(crate) struct Tries {
    policy: Retry,
    made: u32,
    pause: Duration,
    waited: Duration,
}

impl Retry {
    /// No try is made yet.
    pub fn start(self) -> Tries {
        Tries { policy: self, made: 0, pause: self.pause, waited: Duration::ZERO }
    }
}

impl Tries {
    /// Tries that have failed.
    pub fn failed(&self) -> u32 {
        self.made
    }

    /// What follows one more failed try, if the server asks for this wait.
    pub fn next(&mut self, asked: Option<Duration>) -> Next {
        self.made += 1;
        let jittered = self.pause.min(LONGEST_PAUSE).mul_f64(1.0 + fastrand::f64() / 2.0);
        let wait = asked.unwrap_or(jittered.min(LONGEST_PAUSE));
        self.pause = self.pause.saturating_mul(2);
        self.waited = self.waited.saturating_add(wait);
        if wait > self.policy.longest || self.waited > self.policy.in_all {
            Next::TooLong(wait)
        } else if self.made >= self.policy.tries {
            Next::End(wait)
        } else {
            Next::Try(wait)
        }
    }

    /// Allows at most so many tries after the one that is under way.
    pub fn allow_further(&mut self, tries: u32) {
        self.policy.tries = self.policy.tries.min(self.made + 1 + tries);
    }
}

/// How one try ended that gave nothing.
pub(crate) enum Tried<E> {
    /// Another would end the same.
    Final(E),
    /// Another may succeed, after the time that the server asks for.
    Passing(E, Option<Duration>),
}

/// Tries until there is something, or no more tries; `told` hears of each wait before it begins.
pub(crate) fn retry<T, E>(
    policy: Retry,
    told: impl Fn(&E, Duration),
    mut attempt: impl FnMut() -> Result<T, Tried<E>>,
) -> Result<T, E> {
    let mut tries = policy.start();
    loop {
        let (error, asked) = match attempt() {
            Ok(value) => return Ok(value),
            Err(Tried::Final(error)) => return Err(error),
            Err(Tried::Passing(error, asked)) => (error, asked),
        };
        match tries.next(asked) {
            Next::Try(wait) => {
                told(&error, wait);
                thread::sleep(wait);
            }
            Next::End(_) | Next::TooLong(_) => return Err(error),
        }
    }
}
