//! Staying under the API's rate limit, as the server counts it.
//!
//! A stamp at sending is not enough: requests that wait on the way arrive bunched up. So a window of
//! N per W is N *slots*. A request takes one, and it is free again W after the request *ended*. Of
//! N + 1 arrivals within W two would share a slot; but the second was sent no sooner than W after the
//! first was answered, hence arrived more than W after the first arrived.
//!
//! Which slot is which need not be known. With H slots of N held, the next request gets the one that
//! is free W after the (N - H)th request from the last ended, or at once if not so many did.

use std::collections::VecDeque;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::time::{Instant, sleep, sleep_until};

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
/// let half = Pacing::windows([
///     (NonZeroU32::new(50).unwrap(), Duration::from_secs(5)),
///     (NonZeroU32::new(500).unwrap(), Duration::from_secs(180)),
/// ]);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct Pacing {
    windows: Vec<(NonZeroU32, Duration)>,
}

impl Default for Pacing {
    /// The API's limit for a key.
    fn default() -> Self {
        const SHORT: NonZeroU32 = NonZeroU32::new(100).unwrap();
        const LONG: NonZeroU32 = NonZeroU32::new(1000).unwrap();
        Self::windows([(SHORT, Duration::from_secs(5)), (LONG, Duration::from_secs(180))])
    }
}

impl Pacing {
    /// Returns no pacing at all, not even after a 429. For servers without a limit, tests above
    /// all.
    pub fn unlimited() -> Self {
        Self::windows([])
    }

    /// Returns a pacing of windows: at most so many requests within each period, wherever it
    /// begins. A period of over 30 days counts as 30 days.
    pub fn windows(windows: impl IntoIterator<Item = (NonZeroU32, Duration)>) -> Self {
        let capped = |(limit, period): (_, Duration)| (limit, period.min(LONGEST_WINDOW));
        Self { windows: windows.into_iter().map(capped).collect() }
    }

    /// Returns the windows: how many requests within which period. Empty if nothing is limited.
    #[must_use]
    pub fn limits(&self) -> &[(NonZeroU32, Duration)] {
        &self.windows
    }
}

/// Hands out slots.
#[derive(Debug)]
pub(crate) struct Pacer {
    windows: Vec<Window>,
    /// As many as slots that nobody holds, of the window with the fewest. First come, first served.
    permits: Semaphore,
    state: Mutex<State>,
}

#[derive(Debug)]
struct Window {
    limit: usize,
    period: Duration,
}

#[derive(Debug, Default)]
struct State {
    /// Slots that somebody holds.
    held: usize,
    /// When requests ended, the earliest first, as far back as the longest window.
    ended_at: VecDeque<Instant>,
    stop: Stop,
}

/// Whether all requests are stopped, because the server said that there were too many.
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
        let windows: Vec<_> = pacing
            .windows
            .iter()
            .map(|&(limit, period)| Window {
                limit: limit.get() as usize,
                period: period.saturating_add(DRIFT),
            })
            .collect();
        let fewest = windows.iter().map(|window| window.limit).min()?;
        Some(Arc::new(Self { windows, permits: Semaphore::new(fewest), state: Mutex::default() }))
    }

    /// Returns how long all requests are stopped from now on.
    pub(crate) fn stopped_for(&self) -> Duration {
        let until = lock(&self.state).stop.until;
        until.map_or(Duration::ZERO, |until| until.saturating_duration_since(Instant::now()))
    }

    /// Waits until a request may be sent. The slot must be held until the request has ended.
    pub(crate) async fn slot(self: &Arc<Self>) -> Slot {
        // The semaphore is never closed.
        if let Ok(permit) = self.permits.acquire().await {
            permit.forget();
        }
        let free_at = lock(&self.state).take(&self.windows);
        let slot = Slot { pacer: Arc::clone(self), sent_at: None, answered: None };
        if let Some(time) = free_at {
            sleep_until(time).await;
        }
        slot.unless_stopped().await
    }
}

impl State {
    /// Takes a slot of every window, and says when it is free. Needs a permit.
    fn take(&mut self, windows: &[Window]) -> Option<Instant> {
        let in_windows = windows.iter().map(|window| {
            let left = window.limit - self.held;
            let at = self.ended_at.len().checked_sub(left)?;
            Some(self.ended_at[at] + window.period)
        });
        let free_at = in_windows.max().flatten().max(self.stop.until);
        self.held += 1;
        free_at
    }

    /// What was sent has ended.
    fn end(&mut self, ended_at: Instant, windows: &[Window]) {
        let longest = windows.iter().map(|window| window.period).max().unwrap_or_default();
        while let Some(&first) = self.ended_at.front()
            && first + longest <= ended_at
        {
            self.ended_at.pop_front();
        }
        // Of two that end at once the later may get here first. To be late is safe.
        self.ended_at.push_back(self.ended_at.back().map_or(ended_at, |&last| last.max(ended_at)));
    }
}

impl Stop {
    /// The server said that it was too much.
    fn too_many(&mut self, sent_at: Instant, now: Instant, retry_after: Option<Duration>) {
        // What was on its way before the last stop tells nothing new.
        if self.began.is_none_or(|began| sent_at >= began) {
            self.began = Some(now);
            self.strikes = self.strikes.saturating_add(1);
        }
        let step = self.strikes.clamp(1, STOPS.len()) - 1;
        let pause = retry_after.unwrap_or(STOPS[step]).min(LONGEST_STOP);
        self.until = self.until.max(Some(now + pause));
    }

    /// The server answered something else.
    fn no_complaint(&mut self, sent_at: Instant) {
        if self.strikes > 0 && self.began.is_none_or(|began| sent_at >= began) {
            self.strikes = 0;
        }
    }
}

/// The right to send once, waited for beforehand: what a caller records between [`Client::turn`] and
/// the order is recorded when the order can leave at once.
///
/// Dropped without being used it is given back.
///
/// [`Client::turn`]: crate::Client::turn
#[derive(Debug)]
#[must_use = "an unused turn is given back at once"]
pub struct Turn(pub(crate) Option<Slot>);

/// The right to one request. Dropped when the request has ended, however it did.
#[derive(Debug)]
pub(crate) struct Slot {
    pacer: Arc<Pacer>,
    sent_at: Option<Instant>,
    answered: Option<Answered>,
}

#[derive(Clone, Copy, Debug)]
struct Answered {
    at: Instant,
    status: u16,
    retry_after: Option<Duration>,
}

impl Slot {
    /// Waits for the end of a stop that began since the slot was given, or was prolonged.
    pub(crate) async fn unless_stopped(self) -> Self {
        loop {
            let held_up = self.pacer.stopped_for();
            if held_up.is_zero() {
                return self;
            }
            sleep(held_up).await;
        }
    }

    /// Whether it is one of this pacer's slots.
    pub(crate) fn is_of(&self, pacer: &Option<Arc<Pacer>>) -> bool {
        pacer.as_ref().is_some_and(|pacer| Arc::ptr_eq(pacer, &self.pacer))
    }

    /// From here on the request counts, even if it is dropped the next moment.
    pub(crate) fn sending(&mut self, now: Instant) {
        self.sent_at = Some(now);
    }

    /// The request never left, so it does not count after all.
    pub(crate) fn never_left(&mut self) {
        self.sent_at = None;
    }

    /// The request has ended, and this is what the server answered.
    pub(crate) fn answered(mut self, at: Instant, status: u16, retry_after: Option<Duration>) {
        self.answered = Some(Answered { at, status, retry_after });
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        let mut state = lock(&self.pacer.state);
        state.held -= 1;
        if let Some(sent_at) = self.sent_at {
            let ended_at = self.answered.map_or_else(Instant::now, |answered| answered.at);
            state.end(ended_at, &self.pacer.windows);
            match self.answered {
                Some(Answered { at, status: 429, retry_after }) => {
                    state.stop.too_many(sent_at, at, retry_after);
                }
                Some(_) => state.stop.no_complaint(sent_at),
                None => {}
            }
        }
        drop(state);
        self.pacer.permits.add_permits(1);
    }
}

/// No lock here is held across anything that can panic, so a poisoned one is still right.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use tokio::task::JoinSet;
    use tokio::time::timeout;

    const SHORT: Duration = Duration::from_secs(5);
    const LONG: Duration = Duration::from_secs(180);

    fn pacer() -> Arc<Pacer> {
        Pacer::new(&Pacing::default()).expect("paced")
    }

    /// What the server saw: when each request arrived.
    type Arrivals = Arc<Mutex<Vec<Instant>>>;

    /// The most arrivals within a window, wherever it begins. Both of its ends count.
    fn most_within(arrivals: &mut [Instant], window: Duration) -> usize {
        arrivals.sort_unstable();
        let mut first = 0;
        let mut most = 0;
        for last in 0..arrivals.len() {
            while arrivals[last] - arrivals[first] > window {
                first += 1;
            }
            most = most.max(last - first + 1);
        }
        most
    }

    fn random(most: u64) -> Duration {
        Duration::from_micros(fastrand::u64(0..=most * 1000))
    }

    /// How the network and the callers behave, in milliseconds.
    #[derive(Clone, Copy)]
    struct Conditions {
        way_there: u64,
        answer_at_least: u64,
        answer_at_most: u64,
        /// One in so many is cancelled, at a random moment within 20 seconds.
        cancelled: Option<u64>,
    }

    /// Sends this many orders, and returns when each arrived, and how long all took.
    async fn send(orders: usize, conditions: Conditions) -> (Vec<Instant>, Duration) {
        let pacer = pacer();
        let arrivals = Arrivals::default();
        let began = Instant::now();
        let mut under_way = JoinSet::new();
        for _ in 0..orders {
            let (pacer, arrivals) = (Arc::clone(&pacer), Arc::clone(&arrivals));
            let whole = conditions.answer_at_most - conditions.answer_at_least;
            let there = random(conditions.way_there);
            let back = (Duration::from_millis(conditions.answer_at_least) + random(whole))
                .saturating_sub(there);
            under_way.spawn(async move {
                let one = async {
                    let mut slot = pacer.slot().await;
                    slot.sending(Instant::now());
                    // An order that left runs to its end, even if nobody waits for it any more.
                    let attempt = tokio::spawn(async move {
                        sleep(there).await;
                        lock(&arrivals).push(Instant::now());
                        sleep(back).await;
                        drop(slot);
                    });
                    let _ = attempt.await;
                };
                let is_cancelled = conditions.cancelled.is_some_and(|of| fastrand::u64(0..of) == 0);
                let patience = if is_cancelled { random(20_000) } else { Duration::MAX };
                let _ = timeout(patience, one).await;
            });
        }
        while under_way.join_next().await.is_some() {}
        let took = began.elapsed();
        // What is still on its way.
        sleep(Duration::from_millis(conditions.answer_at_most)).await;
        let arrivals = std::mem::take(&mut *lock(&arrivals));
        (arrivals, took)
    }

    /// The least time for this many requests that both windows allow.
    fn least_time(orders: u32) -> Duration {
        let in_last_long_window = (orders - 1) % 1000;
        ((orders - 1) / 1000) * LONG + (in_last_long_window / 100) * SHORT
    }

    #[tokio::test(start_paused = true)]
    async fn ten_thousand_orders_take_hardly_longer_than_they_must() {
        let answers_within_half_a_second = Conditions {
            way_there: 200,
            answer_at_least: 200,
            answer_at_most: 500,
            cancelled: None,
        };
        let (mut arrivals, took) = send(10_000, answers_within_half_a_second).await;
        assert_eq!(arrivals.len(), 10_000);
        assert!(most_within(&mut arrivals, SHORT) <= 100);
        assert!(most_within(&mut arrivals, LONG) <= 1000);
        let ratio = took.as_secs_f64() / least_time(10_000).as_secs_f64();
        assert!(ratio <= 1.01, "{ratio}");
    }

    #[tokio::test(start_paused = true)]
    async fn no_delay_and_no_cancelling_makes_the_server_count_too_many() {
        for cancelled in [None, Some(3)] {
            for way_there in [0, 50, 3_000] {
                let conditions = Conditions {
                    way_there,
                    answer_at_least: way_there,
                    answer_at_most: way_there + 1_000,
                    cancelled,
                };
                let (mut arrivals, _) = send(2_500, conditions).await;
                assert!(arrivals.len() > 1_000);
                assert!(most_within(&mut arrivals, SHORT) <= 100);
                assert!(most_within(&mut arrivals, LONG) <= 1000);
            }
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_slot_that_was_not_used_costs_nothing() {
        let pacer = pacer();
        for _ in 0..1_000 {
            drop(pacer.slot().await);
        }
        // A request that never left does not count either.
        for _ in 0..1_000 {
            let mut slot = pacer.slot().await;
            slot.sending(Instant::now());
            slot.never_left();
        }
        let began = Instant::now();
        let slots: Vec<_> = futures(100, &pacer).await;
        assert_eq!((slots.len(), began.elapsed()), (100, Duration::ZERO));
    }

    async fn futures(count: usize, pacer: &Arc<Pacer>) -> Vec<Slot> {
        let mut slots = Vec::new();
        for _ in 0..count {
            slots.push(pacer.slot().await);
        }
        slots
    }

    #[tokio::test(start_paused = true)]
    async fn waiting_that_is_given_up_gives_the_slot_back() {
        let pacer = pacer();
        for mut slot in futures(100, &pacer).await {
            slot.sending(Instant::now());
        }
        for _ in 0..500 {
            let waiting = tokio::time::timeout(Duration::from_millis(1), pacer.slot()).await;
            assert!(waiting.is_err());
        }
        let began = Instant::now();
        assert_eq!(futures(100, &pacer).await.len(), 100);
        assert!(began.elapsed() <= SHORT + DRIFT);
    }

    #[tokio::test(start_paused = true)]
    async fn a_request_that_waits_goes_as_soon_as_a_slot_is_free() {
        let pacer = pacer();
        let mut slots = futures(100, &pacer).await;
        let waiting = tokio::spawn(async move {
            let began = Instant::now();
            drop(pacer.slot().await);
            began.elapsed()
        });
        sleep(Duration::from_secs(1)).await;
        // Not sent after all.
        slots.pop();
        assert_eq!(waiting.await.expect("no panic"), Duration::from_secs(1));
    }

    #[tokio::test(start_paused = true)]
    async fn a_request_that_is_not_polled_holds_up_no_other() {
        let pacer = pacer();
        let mut slots = futures(100, &pacer).await;
        let mut forgotten = Box::pin(pacer.slot());
        assert!(timeout(Duration::from_millis(1), &mut forgotten).await.is_err());
        slots.clear();
        assert_eq!(futures(99, &pacer).await.len(), 99);
    }

    #[tokio::test(start_paused = true)]
    async fn no_request_is_overtaken() {
        let pacer = pacer();
        let order = Arc::new(Mutex::new(Vec::new()));
        let mut under_way = JoinSet::new();
        for number in 0..350 {
            let (pacer, order) = (Arc::clone(&pacer), Arc::clone(&order));
            under_way.spawn(async move {
                sleep(Duration::from_millis(number)).await;
                let mut slot = pacer.slot().await;
                lock(&order).push(number);
                slot.sending(Instant::now());
                sleep(random(300)).await;
            });
        }
        while under_way.join_next().await.is_some() {}
        assert!(lock(&order).is_sorted() && lock(&order).len() == 350);
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_remembered_is_what_counts() {
        let pacer = pacer();
        for _ in 0..3_000 {
            let mut slot = pacer.slot().await;
            slot.sending(Instant::now());
        }
        assert!(lock(&pacer.state).ended_at.len() <= 1000);
    }

    #[tokio::test(start_paused = true)]
    async fn two_that_end_at_once_count_from_the_later() {
        let pacer = pacer();
        let now = Instant::now();
        let [mut first, mut second] = [pacer.slot().await, pacer.slot().await];
        first.sending(now);
        second.sending(now);
        second.answered(now + Duration::from_micros(1), 201, None);
        first.answered(now, 201, None);
        assert!(lock(&pacer.state).ended_at.iter().is_sorted());
    }

    #[tokio::test(start_paused = true)]
    async fn a_429_stops_all_and_each_stop_is_longer() {
        let pacer = pacer();
        for seconds in [5, 15, 60, 180, 180] {
            let mut slot = pacer.slot().await;
            slot.sending(Instant::now());
            slot.answered(Instant::now(), 429, None);
            let began = Instant::now();
            assert_eq!(pacer.stopped_for().as_secs(), seconds);
            drop(pacer.slot().await);
            assert_eq!(began.elapsed().as_secs(), seconds);
            assert_eq!(pacer.stopped_for(), Duration::ZERO);
        }
        // After any other answer the stops are short again.
        for status in [201, 429] {
            let mut slot = pacer.slot().await;
            slot.sending(Instant::now());
            slot.answered(Instant::now(), status, None);
        }
        let began = Instant::now();
        drop(pacer.slot().await);
        assert_eq!(began.elapsed().as_secs(), 5);
    }

    #[tokio::test(start_paused = true)]
    async fn a_stop_takes_as_long_as_the_server_asks_up_to_its_longest_window() {
        for (asked, stopped) in [(0, 0), (7, 7), (180, 180), (99_999_999, 180)] {
            let pacer = pacer();
            let mut slot = pacer.slot().await;
            slot.sending(Instant::now());
            slot.answered(Instant::now(), 429, Some(Duration::from_secs(asked)));
            let began = Instant::now();
            drop(pacer.slot().await);
            assert_eq!(began.elapsed().as_secs(), stopped);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn many_429_at_once_are_one_stop() {
        let pacer = pacer();
        let mut slots = futures(50, &pacer).await;
        for slot in &mut slots {
            slot.sending(Instant::now());
        }
        sleep(Duration::from_millis(10)).await;
        for slot in slots {
            slot.answered(Instant::now(), 429, None);
        }
        let began = Instant::now();
        drop(pacer.slot().await);
        assert_eq!(began.elapsed().as_secs(), 5);
    }

    #[tokio::test(start_paused = true)]
    async fn a_stop_holds_requests_that_already_wait() {
        let pacer = pacer();
        let mut slots = futures(100, &pacer).await;
        for slot in &mut slots {
            slot.sending(Instant::now());
        }
        let mut last = slots.pop().expect("a slot");
        drop(slots);
        let passed = Arc::new(AtomicUsize::new(0));
        for _ in 0..50 {
            let (pacer, passed) = (Arc::clone(&pacer), Arc::clone(&passed));
            tokio::spawn(async move {
                drop(pacer.slot().await);
                passed.fetch_add(1, Ordering::SeqCst);
            });
        }
        sleep(Duration::from_secs(1)).await;
        last.sending(Instant::now());
        last.answered(Instant::now(), 429, Some(Duration::from_secs(60)));
        sleep(Duration::from_secs(59)).await;
        assert_eq!(passed.load(Ordering::SeqCst), 0);
        sleep(Duration::from_secs(2)).await;
        assert_eq!(passed.load(Ordering::SeqCst), 50);
    }

    #[test]
    fn no_window_overflows() {
        let endless = Pacing::windows([(NonZeroU32::MIN, Duration::MAX)]);
        assert_eq!(endless, Pacing::windows([(NonZeroU32::MIN, LONGEST_WINDOW)]));
        assert!(Pacer::new(&Pacing::unlimited()).is_none());
    }
}
