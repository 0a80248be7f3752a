//! Staying under the API's rate limit, as the server counts it.
//!
//! A stamp at sending is not enough: requests that wait on the way arrive bunched up. So a window of
//! N per W is N *slots*. A request takes one, and it is free again W after the request *ended*. Of
//! N + 1 arrivals within W two would share a slot; but the second was sent no sooner than W after the
//! first was answered, hence arrived more than W after the first arrived.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::time::{Instant, sleep_until};

use crate::gate::Gate;

/// What is added to every window, for clocks that run at different speeds.
const DRIFT: Duration = Duration::from_millis(50);

const LONGEST_WINDOW: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// How long everything stops after a 429 that does not say, the first time and on.
const STOPS: [Duration; 4] =
    [Duration::from_secs(5), Duration::from_secs(15), Duration::from_secs(60), LONGEST_STOP];

/// The longest stop, whatever a server asks: the API's longest window, after which it has
/// forgotten all that came before.
const LONGEST_STOP: Duration = Duration::from_secs(180);

/// How many requests a client sends within which time. Look-ups and retries count too.
///
/// The default is the API's own limit for a key: 100 per 5 seconds and 1000 per 180 seconds. It
/// covers one client and its clones, not other users of the key, nor what was sent before the
/// client was made. A 429 stops the whole client for a while: as long as the server asks, at most
/// 180 seconds, else 5, 15, 60 and then 180 seconds.
///
/// ```
/// use std::{num::NonZeroU32, time::Duration};
/// use certcentral_transport::Pacing;
///
/// // Half of the limit, because somebody else uses the key as well.
/// let half = Pacing::off()
///     .window(NonZeroU32::new(50).unwrap(), Duration::from_secs(5))
///     .window(NonZeroU32::new(500).unwrap(), Duration::from_secs(180));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pacing {
    windows: Vec<(NonZeroU32, Duration)>,
}

impl Default for Pacing {
    /// The API's limit for a key.
    fn default() -> Self {
        const SHORT: NonZeroU32 = NonZeroU32::new(100).unwrap();
        const LONG: NonZeroU32 = NonZeroU32::new(1000).unwrap();
        Self::off().window(SHORT, Duration::from_secs(5)).window(LONG, Duration::from_secs(180))
    }
}

impl Pacing {
    /// No pacing at all, not even after a 429. For servers without a limit, tests above all.
    #[must_use]
    pub fn off() -> Self {
        Self { windows: Vec::new() }
    }

    /// Adds a window: at most `limit` requests within `period`, wherever it begins. A period of
    /// over 30 days counts as 30 days.
    #[must_use]
    pub fn window(mut self, limit: NonZeroU32, period: Duration) -> Self {
        self.windows.push((limit, period.min(LONGEST_WINDOW)));
        self
    }
}

/// Hands out slots.
#[derive(Debug)]
pub(crate) struct Pacer {
    // Longest first: who waits long for one must not keep the others busy.
    windows: Vec<Window>,
    stop: Mutex<Stop>,
}

#[derive(Debug)]
struct Window {
    period: Duration,
    /// As many permits as slots that nobody holds.
    permits: Semaphore,
    slots: Mutex<Slots>,
}

#[derive(Debug)]
struct Slots {
    /// Slots that were never used.
    unused: u32,
    /// When the others are free again.
    free_at: BinaryHeap<Reverse<Instant>>,
}

/// Whether everything stands still, because the server said that it was too much.
#[derive(Debug, Default)]
struct Stop {
    until: Option<Instant>,
    began: Option<Instant>,
    /// Stops in a row without a sign of life in between.
    strikes: usize,
}

impl Pacer {
    /// `None` if pacing is off.
    pub(crate) fn new(pacing: &Pacing) -> Option<Arc<Self>> {
        if pacing.windows.is_empty() {
            return None;
        }
        let mut windows: Vec<_> = pacing
            .windows
            .iter()
            .map(|&(limit, period)| Window {
                period: period.saturating_add(DRIFT),
                permits: Semaphore::new(limit.get() as usize),
                slots: Mutex::new(Slots { unused: limit.get(), free_at: BinaryHeap::new() }),
            })
            .collect();
        windows.sort_by_key(|window| Reverse(window.period));
        Some(Arc::new(Self { windows, stop: Mutex::default() }))
    }

    /// Waits until a request may be sent. To be held until the request has ended.
    pub(crate) async fn slot(self: &Arc<Self>) -> Slot {
        let mut slot = Slot {
            pacer: Arc::clone(self),
            taken: Vec::with_capacity(self.windows.len()),
            sent_at: None,
            gate: None,
        };
        for window in &self.windows {
            // The semaphore is never closed.
            if let Ok(permit) = window.permits.acquire().await {
                permit.forget();
            }
            let free_at = window.take();
            slot.taken.push(free_at);
            if let Some(free_at) = free_at {
                sleep_until(free_at).await;
            }
        }
        // A stop may be prolonged while we wait for its end.
        loop {
            let until = lock(&self.stop).until;
            match until {
                Some(until) if until > Instant::now() => sleep_until(until).await,
                _ => return slot,
            }
        }
    }

    /// The server said that it was too much: everything stops.
    fn too_many(&self, sent_at: Instant, retry_after: Option<Duration>) {
        let now = Instant::now();
        let mut stop = lock(&self.stop);
        // What was on its way before the last stop tells nothing new.
        if stop.began.is_none_or(|began| sent_at >= began) {
            stop.began = Some(now);
            stop.strikes = stop.strikes.saturating_add(1);
        }
        let step = stop.strikes.clamp(1, STOPS.len()) - 1;
        let pause = retry_after.unwrap_or(STOPS[step]).min(LONGEST_STOP);
        stop.until = stop.until.max(Some(now + pause));
    }

    /// The server answered something else.
    fn no_complaint(&self, sent_at: Instant) {
        let mut stop = lock(&self.stop);
        if stop.strikes > 0 && stop.began.is_none_or(|began| sent_at >= began) {
            stop.strikes = 0;
        }
    }
}

impl Window {
    /// The next slot's time, if it was used before. Needs a permit.
    fn take(&self) -> Option<Instant> {
        let mut slots = lock(&self.slots);
        if slots.unused > 0 {
            slots.unused -= 1;
            return None;
        }
        slots.free_at.pop().map(|Reverse(free_at)| free_at)
    }

    fn give_back(&self, free_at: Option<Instant>) {
        let mut slots = lock(&self.slots);
        match free_at {
            Some(free_at) => slots.free_at.push(Reverse(free_at)),
            None => slots.unused += 1,
        }
        drop(slots);
        self.permits.add_permits(1);
    }
}

/// The right to one request. Dropped when the request has ended, however it did.
#[derive(Debug)]
pub(crate) struct Slot {
    pacer: Arc<Pacer>,
    /// For each window in turn, when the slot was free.
    taken: Vec<Option<Instant>>,
    sent_at: Option<Instant>,
    /// Of an order: whether it left.
    gate: Option<Gate>,
}

impl Slot {
    /// From here on the request counts, even if it is dropped the next moment. An order counts only
    /// if it left.
    pub(crate) fn sending(&mut self, gate: Option<&Gate>) {
        self.sent_at = Some(Instant::now());
        self.gate = gate.cloned();
    }

    /// Tells the pacer what the server answered.
    pub(crate) fn answered(&self, status: u16, retry_after: Option<Duration>) {
        let Some(sent_at) = self.sent_at else { return };
        match status {
            429 => self.pacer.too_many(sent_at, retry_after),
            _ => self.pacer.no_complaint(sent_at),
        }
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        let never_left = self.gate.as_ref().is_some_and(Gate::revoke);
        let ended = (self.sent_at.is_some() && !never_left).then(Instant::now);
        for (window, free_at) in self.pacer.windows.iter().zip(self.taken.drain(..)) {
            window.give_back(ended.map(|ended| ended + window.period).or(free_at));
        }
    }
}

/// No lock here is held across anything that can panic, so a poisoned one is still right.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
