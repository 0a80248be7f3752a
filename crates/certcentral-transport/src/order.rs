//! Placing an order: attempts, one at a time, until one decides.
//!
//! The caller's future drives the attempt. If it is dropped before the HTTP engine claimed the
//! order's bytes, the gate is revoked and nothing leaves. If it is dropped later, the attempt moves
//! to a task of its own and runs to its end there, so that its outcome reaches the log and the
//! observer; the order may exist, and somebody must learn of it.

use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use certcentral_model::{OrderResponse, ProductOrder};
use jiff::Timestamp;
use serde::de::DeserializeOwned;
use tokio::runtime::Handle;
use tokio::time::{Instant, sleep, timeout_at};
use tracing::{Instrument as _, Span, debug, error, info, warn};

use crate::answer::ORDER_CAP;
use crate::classify::{Happened, Times, outcome};
use crate::client::{Shared, Target};
use crate::engine::Engine;
use crate::event::{Observer, Told};
use crate::gate::Gate;
use crate::pacing::Slot;
use crate::scrub::{Scrubber, Secrets};
use crate::{
    Client, NotSent, NotSentReason, OrderBody, OrderEvent, Outcome, OutcomeKind, RetryEvent,
    UnknownReason,
};

impl Client {
    /// Places an order, and says what became of it.
    ///
    /// This spends money. Nothing is checked here: send what `certcentral-validation` has checked.
    /// An order that may exist is never sent a second time; see [`Outcome`] for what to do.
    ///
    /// # If the future is dropped
    ///
    /// Before the order leaves, nothing leaves. Once it has left, the attempt runs to its end on a
    /// task of its own, and its outcome reaches the log and the observer
    /// ([`with_observer`](Self::with_observer)). It is not tried again then.
    pub async fn order<P>(&self, order: &P) -> Outcome<P::Response>
    where
        P: ProductOrder + Sync,
    {
        let report = Report::new(self.observer.clone(), P::PRODUCT_NAME_ID);
        let mut call = Call { in_flight: None, report: Some(report) };
        let outcome = call.run(&self.shared, order).await;
        if let Some(report) = call.report.take() {
            report.end(Told::from(&outcome), Caller::Waiting);
        }
        outcome
    }
}

/// One call of [`Client::order`]. Dropping it decides what becomes of an attempt under way.
struct Call<R: AsRef<OrderResponse> + Send + 'static> {
    in_flight: Option<InFlight<R>>,
    report: Option<Report>,
}

/// An attempt under way.
struct InFlight<R> {
    attempt: Pin<Box<dyn Future<Output = Outcome<R>> + Send>>,
    gate: Gate,
    runtime: Handle,
    span: Span,
}

impl<R: AsRef<OrderResponse> + DeserializeOwned + Send + 'static> Call<R> {
    async fn run<P>(&mut self, shared: &Arc<Shared>, order: &P) -> Outcome<R>
    where
        P: ProductOrder<Response = R> + Sync,
    {
        let Ok(runtime) = Handle::try_current() else {
            return not_sent(NotSentReason::NoRuntime, 0);
        };
        let card = order.credit_card().map(|card| Arc::new(Secrets::of_card(card)));
        let policy = &shared.retry;
        let mut attempts = 0;
        let mut began = None;
        // What to report if no further attempt can begin in time.
        let mut last: Option<Outcome<R>> = None;

        loop {
            let Some(slot) = slot(shared, began).await else {
                return last.unwrap_or(not_sent(NotSentReason::ConnectTimeout, attempts));
            };
            let began = *began.get_or_insert_with(Instant::now);
            let Ok(engine) = shared.engine() else {
                return not_sent(NotSentReason::ClientSetup, attempts);
            };
            let Ok(body) = OrderBody::encode(order) else {
                return not_sent(NotSentReason::NotEncoded, attempts);
            };
            let gate = body.gate();
            attempts += 1;
            let sent_at = Timestamp::now();
            if let Some(report) = &mut self.report {
                report.attempt(attempts, &gate, sent_at);
            }
            let attempt = Attempt {
                shared: Arc::clone(shared),
                engine: Arc::clone(engine),
                gate: gate.clone(),
                slot,
                card: card.clone(),
                sent_at,
                attempts,
            };
            let outcome = self
                .drive(InFlight {
                    attempt: Box::pin(attempt.run(shared.target::<P>(), body)),
                    gate,
                    runtime: runtime.clone(),
                    span: Span::current(),
                })
                .await;
            if let Some(report) = &mut self.report {
                report.attempt_ended();
            }

            let retry_after = match &outcome {
                Outcome::Rejected(rejected) if rejected.is_temporary() => rejected.retry_after,
                Outcome::NotSent(not_sent) if not_sent.reason.is_temporary() => None,
                _ => return outcome,
            };
            let Some(wait) = policy.wait(attempts, began.elapsed(), retry_after, fastrand::f64())
            else {
                return outcome;
            };
            // The pacer may hold it up for longer.
            let stopped = shared.pacer.as_ref().map_or(Duration::ZERO, |it| it.stopped_for());
            announce(shared, P::PRODUCT_NAME_ID, &outcome, wait.max(stopped));
            last = Some(outcome);
            sleep(wait).await;
        }
    }

    /// Polls the attempt where dropping this call can find it.
    async fn drive(&mut self, in_flight: InFlight<R>) -> Outcome<R> {
        let under_way = self.in_flight.insert(in_flight);
        let outcome = poll_fn(|context| under_way.attempt.as_mut().poll(context)).await;
        self.in_flight = None;
        outcome
    }
}

impl<R: AsRef<OrderResponse> + Send + 'static> Drop for Call<R> {
    fn drop(&mut self) {
        let (Some(in_flight), Some(report)) = (self.in_flight.take(), self.report.take()) else {
            // The report says by itself that nothing was sent.
            return;
        };
        let InFlight { attempt, gate, runtime, span } = in_flight;
        // An attempt that panicked cannot go on.
        if gate.revoke() || std::thread::panicking() {
            return;
        }
        // On a runtime that is shutting down this is dropped at once, and the report says so.
        let to_its_end = async move {
            let outcome = attempt.await;
            report.end(Told::from(&outcome), Caller::Gone);
        };
        runtime.spawn(to_its_end.instrument(span));
    }
}

/// Waits for the right to send. `None` if that does not come in time; the first attempt has all
/// the time in the world.
async fn slot(shared: &Shared, began: Option<Instant>) -> Option<Option<Slot>> {
    let Some(pacer) = &shared.pacer else { return Some(None) };
    let deadline = began.and_then(|began| began.checked_add(shared.retry.total_time()));
    match deadline {
        None => Some(Some(pacer.slot().await)),
        Some(deadline) => timeout_at(deadline, pacer.slot()).await.ok().map(Some),
    }
}

/// Tells the log and the observer that an attempt was in vain, and when there will be another.
fn announce<R>(shared: &Shared, product: &'static str, outcome: &Outcome<R>, wait: Duration)
where
    R: AsRef<OrderResponse>,
{
    let Told { outcome, status, reason, attempts, order_id: _ } = Told::from(outcome);
    debug!(attempt = attempts, status, reason, wait_ms = millis(wait), "trying again after a wait");
    let event = RetryEvent { product, outcome, status, reason, attempts, wait };
    notify(shared.retry_observer.as_deref(), &event, outcome);
}

/// An observer's panic must not take the outcome with it.
fn notify<E>(observer: Option<&(dyn Fn(&E) + Send + Sync)>, event: &E, outcome: OutcomeKind) {
    let Some(observer) = observer else { return };
    if catch_unwind(AssertUnwindSafe(|| observer(event))).is_err() {
        error!(%outcome, "the observer of an order panicked");
    }
}

fn not_sent<R>(reason: NotSentReason, attempts: u32) -> Outcome<R> {
    Outcome::NotSent(NotSent { reason, attempts })
}

/// One attempt, and all that it needs to end without its caller.
struct Attempt {
    shared: Arc<Shared>,
    engine: Arc<Engine>,
    gate: Gate,
    slot: Option<Slot>,
    card: Option<Arc<Secrets>>,
    sent_at: Timestamp,
    attempts: u32,
}

impl Attempt {
    async fn run<R>(mut self, target: Target, body: OrderBody) -> Outcome<R>
    where
        R: DeserializeOwned + AsRef<OrderResponse>,
    {
        let began_at = Instant::now();
        if let Some(slot) = &mut self.slot {
            slot.sending(began_at, Some(&self.gate));
        }
        debug!(
            attempt = self.attempts,
            method = "POST",
            path = target.url.path(),
            "sending the order"
        );
        let happened = self.exchange(target, body).await;
        let ended_at = Instant::now();
        if let Happened::Answered(answer) = &happened {
            self.shared.note_clock(answer.clock_offset);
            if let Some(slot) = self.slot.take() {
                slot.answered(ended_at, answer.status, answer.retry_after);
            }
            debug!(
                attempt = self.attempts,
                status = answer.status,
                bytes = answer.body.len(),
                elapsed_ms = millis(ended_at - began_at),
                "the server answered"
            );
        }
        let times = Times { sent_at: self.sent_at, clock_offset: self.shared.clock_offset() };
        let scrubber = Scrubber { key: &self.shared.key_secrets, card: self.card.as_deref() };
        outcome(happened, scrubber, times, self.attempts)
    }

    async fn exchange(&self, target: Target, body: OrderBody) -> Happened {
        match self.engine.order(target, body, &self.gate, ORDER_CAP).await {
            Ok(answer) => Happened::Answered(answer),
            Err(fault) if self.gate.revoke() => Happened::NeverLeft(fault.before_sending()),
            Err(fault) => Happened::NoAnswer(fault),
        }
    }
}

/// Whether anybody waits for an outcome.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Caller {
    Waiting,
    Gone,
}

/// Tells the log and the observer how an order ended: once, whatever happens. Dropped before that,
/// it tells what is then the truth.
struct Report {
    observer: Option<Observer>,
    product: &'static str,
    started_at: Timestamp,
    clock: std::time::Instant,
    attempts: u32,
    sent_at: Option<Timestamp>,
    gate: Option<Gate>,
    told: bool,
}

impl Report {
    fn new(observer: Option<Observer>, product: &'static str) -> Self {
        Self {
            observer,
            product,
            started_at: Timestamp::now(),
            clock: std::time::Instant::now(),
            attempts: 0,
            sent_at: None,
            gate: None,
            told: false,
        }
    }

    fn attempt(&mut self, attempts: u32, gate: &Gate, sent_at: Timestamp) {
        self.attempts = attempts;
        self.sent_at = Some(sent_at);
        self.gate = Some(gate.clone());
    }

    /// Its outcome is known, so its gate says nothing any more.
    fn attempt_ended(&mut self) {
        self.gate = None;
    }

    fn end(mut self, told: Told, caller: Caller) {
        self.tell(told, caller);
    }

    fn tell(&mut self, told: Told, caller: Caller) {
        self.told = true;
        let Told { outcome, order_id, status, reason, attempts } = told;
        let elapsed = self.clock.elapsed();
        let ended_at = self.started_at.checked_add(elapsed).unwrap_or(self.started_at);
        let event = OrderEvent {
            product: self.product,
            outcome,
            order_id,
            status,
            reason,
            attempts,
            started_at: self.started_at,
            sent_at: self.sent_at,
            ended_at,
            elapsed,
            caller_gone: caller == Caller::Gone,
        };
        log(&event);
        notify(self.observer.as_deref(), &event, event.outcome);
    }
}

impl Drop for Report {
    fn drop(&mut self) {
        if self.told {
            return;
        }
        let may_exist = self.gate.as_ref().is_some_and(|gate| !gate.revoke());
        let told = if may_exist {
            (OutcomeKind::Unknown, UnknownReason::Abandoned.code())
        } else {
            (OutcomeKind::NotSent, NotSentReason::Cancelled.code())
        };
        let (outcome, reason) = told;
        let told = Told {
            outcome,
            order_id: None,
            status: None,
            reason: Some(reason),
            attempts: self.attempts,
        };
        self.tell(told, Caller::Gone);
    }
}

/// The end of an order in the log: nothing but what is in the event.
fn log(event: &OrderEvent) {
    macro_rules! write {
        ($level:ident, $message:literal) => {
            $level!(
                product = event.product,
                outcome = event.outcome.as_str(),
                order_id = event.order_id.map(|id| id.get()),
                status = event.status,
                reason = event.reason,
                attempts = event.attempts,
                elapsed_ms = millis(event.elapsed),
                caller_gone = event.caller_gone,
                $message
            )
        };
    }
    match event.outcome {
        OutcomeKind::Unknown => write!(warn, "it is unknown whether the order was placed"),
        _ => write!(info, "the order ended"),
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
