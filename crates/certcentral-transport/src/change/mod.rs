//! Changing something after the order: sent once, behind the same gate as an order, and never
//! retried.

pub(crate) mod outcome;
pub(crate) mod request;

use std::sync::Arc;

use certcentral_model::{
    Cancellation, CertificateId, NewNote, OrderId, RequestDecision, RequestId, Revocation,
};
use http::Request;
use tokio::runtime::Handle;
use tokio::time::Instant;
use tracing::{debug, info, warn};

use crate::attempts;
use crate::change::outcome::{ChangeOutcome, UnsentChange};
use crate::client::{Client, Shared};
use crate::http::answer::ORDER_CAP;
use crate::http::redact::Redactor;
use crate::http::runtime;
use crate::order::body::OrderBody;
use crate::order::gate::Gate;
use crate::order::in_flight::InFlight;
use crate::order::reason::NotSentReason;
use crate::settings::api_key::ApiKey;
use crate::settings::base_url::BaseUrl;
use crate::settings::pacing::Slot;

impl Client {
    /// Approves a request, so that its order goes on: `PUT /request/{request_id}/status`.
    ///
    /// This may spend money. It is sent once; see [`ChangeOutcome`] for what to do afterwards.
    pub async fn approve_request(&self, id: RequestId, comment: Option<&str>) -> ChangeOutcome {
        self.decide(id, RequestDecision::approve(), comment).await
    }

    /// Rejects a request, so that its order ends: `PUT /request/{request_id}/status`.
    pub async fn reject_request(&self, id: RequestId, comment: Option<&str>) -> ChangeOutcome {
        self.decide(id, RequestDecision::reject(), comment).await
    }

    async fn decide(
        &self,
        id: RequestId,
        mut decision: RequestDecision,
        comment: Option<&str>,
    ) -> ChangeOutcome {
        if let Some(comment) = comment {
            decision = decision.comment(comment);
        }
        self.change(|base, key| request::request_decision_request(base, key, id, &decision)).await
    }

    /// Cancels an order that waits: `PUT /order/certificate/{order_id}/status`. The API refuses a
    /// cancellation without a note.
    pub async fn cancel_order(&self, id: OrderId, note: &str) -> ChangeOutcome {
        self.change(|base, key| {
            request::cancel_order_request(base, key, id, &Cancellation::new(note))
        })
        .await
    }

    /// Revokes all certificates of an order, for good: `PUT /order/certificate/{order_id}/revoke`.
    ///
    /// Signatures that were made before may be doubted from then on, and there is no refund. As a
    /// rule an administrator has to approve it first: [`DoneChange::request`] is that request.
    ///
    /// [`DoneChange::request`]: crate::DoneChange::request
    pub async fn revoke_order(&self, id: OrderId, revocation: &Revocation) -> ChangeOutcome {
        self.change(|base, key| request::revoke_order_request(base, key, id, revocation)).await
    }

    /// Revokes one certificate, for good: `PUT /certificate/{certificate_id}/revoke`. See
    /// [`revoke_order`](Self::revoke_order). The order stays alive.
    pub async fn revoke_certificate(
        &self,
        id: CertificateId,
        revocation: &Revocation,
    ) -> ChangeOutcome {
        self.change(|base, key| request::revoke_certificate_request(base, key, id, revocation))
            .await
    }

    /// Writes a note on an order: `POST /order/certificate/{order_id}/note`. The other users of the
    /// account can read it.
    pub async fn add_note(&self, id: OrderId, text: &str) -> ChangeOutcome {
        self.change(|base, key| request::add_note_request(base, key, id, &NewNote::new(text))).await
    }

    async fn change(
        &self,
        request: impl FnOnce(&BaseUrl, &ApiKey) -> Request<OrderBody>,
    ) -> ChangeOutcome {
        let outcome = self.send_once(request(&self.shared.base, &self.shared.key)).await;
        log(&outcome);
        outcome
    }

    async fn send_once(&self, request: Request<OrderBody>) -> ChangeOutcome {
        let shared = &self.shared;
        let Ok(runtime) = Handle::try_current() else { return unsent(NotSentReason::NoRuntime) };
        if !runtime::is_usable() {
            return unsent(NotSentReason::NoRuntime);
        }
        if let Err(failure) = shared.engine.for_orders() {
            return unsent(failure.into());
        }
        let slot = match attempts::slot(self).await {
            Ok(slot) => slot,
            Err(reason) => return unsent(reason),
        };
        let request = request.map(|body| body.until(self.deadline));
        let gate = request.body().gate();
        let attempt = attempt(Arc::clone(shared), request, gate.clone(), slot);
        let mut caller = Caller { in_flight: None };
        let outcome = caller.in_flight.insert(InFlight::new(attempt, gate, runtime)).end().await;
        caller.in_flight = None;
        outcome
    }
}

/// The caller of a change. If it is dropped, a change that left still runs to its end, and the log
/// says how it ended.
struct Caller {
    in_flight: Option<InFlight<ChangeOutcome>>,
}

impl Drop for Caller {
    fn drop(&mut self) {
        if let Some(in_flight) = self.in_flight.take() {
            in_flight.abandon(|outcome| log(&outcome));
        }
    }
}

async fn attempt(
    shared: Arc<Shared>,
    request: Request<OrderBody>,
    gate: Gate,
    mut slot: Option<Slot>,
) -> ChangeOutcome {
    debug!(method = %request.method(), path = request.uri().path(), "sending a change");
    if let Some(slot) = &mut slot {
        slot.sending(Instant::now());
    }
    let redactor = Redactor { key: &shared.key_secrets, card: None };
    let answer = match shared.engine.change(request, || gate.revoke(), ORDER_CAP).await {
        Ok(answer) => answer,
        Err(failure) if gate.revoke() => {
            if let Some(slot) = &mut slot {
                slot.never_left();
            }
            return unsent(gate.reason(failure));
        }
        Err(failure) => return ChangeOutcome::without_answer(failure.into()),
    };
    shared.note_clock(answer.clock_offset);
    if let Some(slot) = slot {
        slot.answered(Instant::now(), answer.status, answer.retry_after);
    }
    debug!(status = answer.status, bytes = answer.body.len(), "the server answered");
    ChangeOutcome::of(&answer, redactor)
}

fn unsent(reason: NotSentReason) -> ChangeOutcome {
    ChangeOutcome::NotSent(UnsentChange { reason })
}

/// The end of a change in the log: nothing that a server or a person wrote.
fn log(outcome: &ChangeOutcome) {
    let kind = outcome.as_str();
    match outcome {
        ChangeOutcome::Unknown(unknown) => {
            let reason = unknown.reason.as_str();
            warn!(outcome = kind, reason, "it is unknown whether the change was made");
        }
        _ => info!(outcome = kind, "the change ended"),
    }
}
