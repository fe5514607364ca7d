//! The papers that wait for notes, and the tokens that may be spent on them.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use super::{Fault, Written};

/// Hands out papers in order while the tokens last and nothing lasting is wrong.
pub(super) struct Queue {
    state: Mutex<State>,
    freed: Condvar,
    papers: usize,
    /// The tokens of a day, for the message when they are spent.
    a_day: u64,
}

struct State {
    /// The first paper that nobody has.
    next: usize,
    /// Tokens that are neither spent nor reserved.
    left: u64,
    /// Papers that somebody asks for now.
    busy: usize,
    /// What keeps all further papers away.
    fault: Option<Fault>,
}

/// A paper to ask for, or one not to ask for any more.
pub(super) struct Turn {
    pub at: usize,
    pub reserved: u64,
    pub fault: Option<Fault>,
}

impl Queue {
    pub(super) fn new(papers: usize, left: u64, a_day: u64) -> Self {
        let state = State { next: 0, left, busy: 0, fault: None };
        Queue { state: Mutex::new(state), freed: Condvar::new(), papers, a_day }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The next paper, with the tokens reserved that `most` says it may take; waits where tokens that others
    /// reserved may come back.
    pub(super) fn next(&self, most: impl Fn(usize) -> u64) -> Option<Turn> {
        let mut state = self.lock();
        loop {
            let at = state.next;
            if at == self.papers {
                return None;
            }
            let reserved = most(at);
            if state.fault.is_none() && reserved > state.left {
                if state.busy > 0 {
                    state = self.freed.wait(state).unwrap_or_else(PoisonError::into_inner);
                    continue;
                }
                state.fault = Some(Fault::Budget(self.a_day));
            }
            state.next += 1;
            state.busy += 1;
            let fault = state.fault.clone();
            let reserved = if fault.is_some() { 0 } else { reserved };
            state.left -= reserved;
            return Some(Turn { at, reserved, fault });
        }
    }

    /// Hands out nothing more.
    pub(super) fn close(&self) {
        self.lock().next = self.papers;
        self.freed.notify_all();
    }

    /// Gives back what was reserved and not spent.
    pub(super) fn finish(&self, reserved: u64, written: &Written) {
        let mut state = self.lock();
        let spent = written.usage.total();
        state.left = (state.left + reserved).saturating_sub(spent);
        state.busy -= 1;
        if let Some(fault) = &written.fault
            && fault.is_lasting()
            && state.fault.is_none()
        {
            state.fault = Some(fault.clone());
        }
        self.freed.notify_all();
    }
}
