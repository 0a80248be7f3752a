//! The one retry loop: orders and look-ups go through it, with their own idea of what is worth
//! another attempt.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use tokio::time::{Instant, timeout, timeout_at};

use crate::client::{Client, Shared};
use crate::http::runtime;
use crate::order::reason::NotSentReason;
use crate::settings::deadline::Deadline;
use crate::settings::limits::{Limits, Turn};
use crate::settings::pacing::Slot;
use crate::settings::stop::StopSwitch;

impl Client {
    /// Waits for the right to send one request, as the client's [`Pacing`](crate::Pacing) has it, so that what must
    /// happen between that wait and the sending can happen there: a journal's claim.
    /// [`with_turn`](Self::with_turn) uses it.
    ///
    /// # Errors
    ///
    /// Why nothing may be sent: stopped, past the deadline, no runtime.
    pub async fn turn(&self) -> Result<Turn, NotSentReason> {
        first_slot(&self.shared, &self.limits).await.map(Turn)
    }
}

/// What is attempted until it succeeds or the retry policy ends it.
pub(crate) trait Retried {
    /// How an attempt ends.
    type End;

    /// Makes an attempt. The slot must be held until the request has ended.
    fn attempt(
        &mut self,
        number: u32,
        slot: Option<Slot>,
    ) -> impl Future<Output = Self::End> + Send;

    /// Returns whether another attempt is safe and worthwhile.
    fn repeat(&self, end: &Self::End) -> Repeat;

    /// Takes note of the end of an attempt, and of the wait before the next if there will be one.
    fn ended(&mut self, _end: &Self::End, _wait: Option<Duration>) {}
}

/// Whether to try again.
pub(crate) enum Repeat {
    Never,
    /// After a wait, which is at least as long as the server asks.
    After(Option<Duration>),
}

/// Makes attempts until one decides, the policy allows no more, or the switch is stopped. The error says
/// why not even one attempt began.
pub(crate) async fn run<R: Retried>(
    shared: &Shared,
    limits: &Limits,
    task: &mut R,
) -> Result<R::End, NotSentReason> {
    if !runtime::is_usable() {
        return Err(NotSentReason::NoRuntime);
    }
    let Limits { stop, deadline: fence, .. } = limits;
    let policy = &shared.retry;
    let mut number = 0;
    let mut began = None;
    let mut last = None;
    loop {
        let deadline = began.and_then(|began: Instant| began.checked_add(policy.max_total()));
        let slot = match limits.take_turn() {
            Some(slot) => slot,
            None => match unless_stopped(stop, slot(shared, earliest(deadline, *fence))).await {
                Some(Some(slot)) => slot,
                _ => return last.ok_or(limits.reason()),
            },
        };
        if limits.reason_to_end().is_some() {
            return last.ok_or(limits.reason());
        }
        let began = *began.get_or_insert_with(Instant::now);
        number += 1;
        let end = task.attempt(number, slot).await;
        let wait = match task.repeat(&end) {
            Repeat::After(asked) if !stop.is_stopped() => {
                policy.wait(number, began.elapsed(), asked, fastrand::f64())
            }
            _ => None,
        };
        // A wait that the deadline cuts short is not begun.
        let wait = wait.filter(|wait| fence.is_none_or(|fence| *wait < fence.remaining()));
        let Some(wait) = wait else {
            task.ended(&end, None);
            return Ok(end);
        };
        // The pacer may hold it up for longer.
        let held_up = shared.pacer.as_ref().map_or(Duration::ZERO, |pacer| pacer.stopped_for());
        task.ended(&end, Some(wait.max(held_up)));
        last = Some(end);
        if timeout(wait, stop.stopped()).await.is_ok() {
            return last.ok_or(NotSentReason::Stopped);
        }
    }
}

/// The earlier of two moments.
fn earliest(moment: Option<Instant>, fence: Option<Deadline>) -> Option<Instant> {
    let fence = fence.map(|fence| Instant::now() + fence.remaining());
    [moment, fence].into_iter().flatten().min()
}

/// Waits for the right to send once: `None` without pacing. The error says what ended the wait.
pub(crate) async fn first_slot(
    shared: &Shared,
    limits: &Limits,
) -> Result<Option<Slot>, NotSentReason> {
    if !runtime::is_usable() {
        return Err(NotSentReason::NoRuntime);
    }
    let waiting = slot(shared, earliest(None, limits.deadline));
    match unless_stopped(&limits.stop, waiting).await.flatten() {
        Some(slot) if limits.reason_to_end().is_none() => Ok(slot),
        _ => Err(limits.reason()),
    }
}

/// Waits for the right to send: `None` if it does not come in time, `Some(None)` without pacing.
async fn slot(shared: &Shared, deadline: Option<Instant>) -> Option<Option<Slot>> {
    let Some(pacer) = &shared.pacer else { return Some(None) };
    match deadline {
        None => Some(Some(pacer.slot().await)),
        Some(deadline) => timeout_at(deadline, pacer.slot()).await.ok().map(Some),
    }
}

/// Waits for a future, `None` if the switch is stopped first.
async fn unless_stopped<T>(stop: &StopSwitch, future: impl Future<Output = T>) -> Option<T> {
    if stop.is_stopped() {
        return None;
    }
    let mut future = pin!(future);
    let mut stopped = pin!(stop.stopped());
    poll_fn(|context| match future.as_mut().poll(context) {
        // It may have been stopped since the wait began.
        Poll::Ready(_) if stop.is_stopped() => Poll::Ready(None),
        Poll::Ready(output) => Poll::Ready(Some(output)),
        Poll::Pending => stopped.as_mut().poll(context).map(|()| None),
    })
    .await
}
