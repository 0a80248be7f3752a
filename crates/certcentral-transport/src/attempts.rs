//! The one retry loop: orders and look-ups go through it, with their own idea of what is worth
//! another attempt.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use tokio::time::{Instant, timeout, timeout_at};

use crate::client::Client;
use crate::http::runtime;
use crate::order::reason::NotSentReason;
use crate::settings::pacing::Slot;

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

/// Makes attempts until one decides, the policy allows no more, the switch is stopped or the deadline
/// has passed. The error says why not even one attempt began.
///
/// The first attempt uses the slot that it is given, if any.
pub(crate) async fn run<R: Retried>(
    client: &Client,
    mut given: Option<Slot>,
    task: &mut R,
) -> Result<R::End, NotSentReason> {
    if !runtime::is_usable() {
        return Err(NotSentReason::NoRuntime);
    }
    let policy = &client.shared.retry;
    let mut number = 0;
    let mut began = None;
    let mut last = None;
    loop {
        let retry_until = began.and_then(|began: Instant| began.checked_add(policy.max_total()));
        let turn = match (given.take(), retry_until) {
            (Some(given), _) => unless_over(client, given.unless_stopped()).await.map(Some),
            (None, None) => slot(client).await,
            (None, Some(time)) => match timeout_at(time, slot(client)).await {
                Ok(turn) => turn,
                Err(_) => Err(NotSentReason::Stopped),
            },
        };
        let slot = match turn {
            Ok(slot) => slot,
            Err(reason) => return last.ok_or(reason),
        };
        let began = *began.get_or_insert_with(Instant::now);
        number += 1;
        let end = task.attempt(number, slot).await;
        // The pacer may hold it up for longer than the policy.
        let pacer = client.shared.pacer.as_ref();
        let held_up = pacer.map_or(Duration::ZERO, |pacer| pacer.stopped_for());
        let wait = match task.repeat(&end) {
            Repeat::After(asked) if !client.stop.is_stopped() => {
                policy.wait(number, began.elapsed(), asked, fastrand::f64()).filter(|&wait| {
                    let longest = wait.max(held_up);
                    client.deadline.is_none_or(|deadline| !deadline.would_pass_in(longest))
                })
            }
            _ => None,
        };
        let Some(wait) = wait else {
            task.ended(&end, None);
            return Ok(end);
        };
        task.ended(&end, Some(wait.max(held_up)));
        last = Some(end);
        if timeout(wait, client.stop.stopped()).await.is_ok() {
            return last.ok_or(NotSentReason::Stopped);
        }
    }
}

/// Waits for the right to send once: `None` without pacing.
pub(crate) async fn slot(client: &Client) -> Result<Option<Slot>, NotSentReason> {
    unless_over(client, async {
        match &client.shared.pacer {
            Some(pacer) => Some(pacer.slot().await),
            None => None,
        }
    })
    .await
}

/// Waits for a future, unless the switch is stopped or the deadline passes first.
async fn unless_over<T>(
    client: &Client,
    future: impl Future<Output = T>,
) -> Result<T, NotSentReason> {
    client.may_send()?;
    let mut future = pin!(future);
    let mut over = pin!(async {
        let stopped = client.stop.stopped();
        match client.deadline {
            None => stopped.await,
            Some(deadline) => {
                if timeout_at(deadline.at, stopped).await.is_err() {
                    return NotSentReason::DeadlinePassed;
                }
            }
        }
        NotSentReason::Stopped
    });
    poll_fn(|context| match future.as_mut().poll(context) {
        // It may be over since the wait began.
        Poll::Ready(output) => Poll::Ready(client.may_send().map(|()| output)),
        Poll::Pending => over.as_mut().poll(context).map(Err),
    })
    .await
}
