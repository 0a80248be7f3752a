//! Waits for the answer to something that must not be sent twice, while the user may interrupt.

use std::pin::pin;
use std::time::Duration;

use certcentral::StopSwitch;

use crate::env::interrupt::Interrupts;
use crate::show::terminal::say;

/// How long it takes at most to notice that no attempt is in flight.
const A_MOMENT: Duration = Duration::from_millis(100);

/// What is said to a user who interrupts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Words {
    /// What may be on its way: `the order`.
    pub(crate) what: &'static str,
    /// What may be true then: `the order may exist`.
    pub(crate) then: &'static str,
}

/// Waits for the outcome. The first interruption lets the attempt in flight end and no other begin;
/// the second does not wait for that, and there is no outcome.
pub(crate) async fn outcome_or_stop<T>(
    sending: impl Future<Output = T>,
    stop: &StopSwitch,
    timeout: Duration,
    interrupts: &mut Interrupts,
    words: Words,
) -> Option<T> {
    let mut sending = pin!(sending);
    // An interrupt that came before this is noticed here, before an attempt begins.
    tokio::task::yield_now().await;
    tokio::select! {
        biased;
        () = interrupts.next() => stop.stop(),
        outcome = &mut sending => return Some(outcome),
    }
    say("Interrupted: no further attempt will begin.");
    tokio::select! {
        biased;
        // Between two attempts this is at once.
        outcome = &mut sending => return Some(outcome),
        () = tokio::time::sleep(A_MOMENT) => {}
    }
    let Words { what, then } = words;
    say(format_args!(
        "An attempt is in flight, and {what} may be on its way, so this waits for the answer, for {} \
         seconds at most. Interrupt once more to stop at once; {then} then.",
        timeout.as_secs_f64().ceil()
    ));
    tokio::select! {
        biased;
        outcome = &mut sending => Some(outcome),
        () = interrupts.next() => None,
    }
}
