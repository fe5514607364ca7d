//! How work is spread over threads.

#[cfg(feature = "lab")]
use std::convert::Infallible;
use std::{
    panic,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

/// Cores that this process may use, at least 1.
pub fn cores() -> usize {
    thread::available_parallelism().map_or(1, |n| n.get())
}

/// Does `work` for every item, on as many threads as there are cores. Threads take items in their order;
/// after an error nobody takes another.
///
/// # Errors
/// An error of `work`: the first of the first thread that had one.
pub fn for_each<T, E: Send>(
    items: impl Iterator<Item = T> + Send,
    work: impl Fn(T) -> Result<(), E> + Sync,
) -> Result<(), E> {
    let threads = items.size_hint().1.unwrap_or(usize::MAX).min(cores());
    let items = Mutex::new(items.fuse());
    let failed = AtomicBool::new(false);
    let run = || {
        while !failed.load(Ordering::Relaxed) {
            let next = items.lock().unwrap_or_else(PoisonError::into_inner).next();
            let Some(item) = next else { break };
            work(item).inspect_err(|_| failed.store(true, Ordering::Relaxed))?;
        }
        Ok(())
    };
    // A thread costs more than a little work.
    if threads <= 1 {
        return run();
    }
    thread::scope(|scope| {
        let handles: Vec<_> = (0..threads).map(|_| scope.spawn(run)).collect();
        handles.into_iter().try_for_each(|handle| {
            handle.join().unwrap_or_else(|cause| panic::resume_unwind(cause))
        })
    })
}

/// Does `work` for every place below `n` on all cores; results in the order of the places.
#[cfg(feature = "lab")]
pub fn each<T: Send>(n: usize, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let mut done: Vec<Option<T>> = (0..n).map(|_| None).collect();
    let Ok(()) = for_each(done.iter_mut().enumerate(), |(at, place)| {
        *place = Some(work(at));
        Ok::<(), Infallible>(())
    });
    done.into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_item_is_done_once_and_an_error_ends_it() {
        let mut done = vec![0; 1000];
        for_each(done.iter_mut(), |place| {
            *place += 1;
            Ok::<(), ()>(())
        })
        .unwrap();
        assert!(done.iter().all(|n| *n == 1));

        let count = Mutex::new(0);
        let error = for_each(0..1_000_000, |n| {
            *count.lock().unwrap() += 1;
            if n == 10 { Err(n) } else { Ok(()) }
        });
        assert_eq!(error, Err(10));
        assert!(*count.lock().unwrap() < 1_000_000);
        assert_eq!(for_each(0..0, |_: i32| Err(1)), Ok(()));
    }
}
