//! What can become of an order, and what cannot.

use certcentral_model::{CertificateId, OrderStatus, RequestId, RequestStatus};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

use super::order::{Certificate, Issued, PlacedOrder, Purpose, Validity};

/// A change that the order does not allow: the code and the message of the refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Refused(pub(crate) &'static str, pub(crate) &'static str);

/// What an administrator decides about a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Decision {
    Approve,
    Reject,
}

impl PlacedOrder {
    pub(crate) fn set_status(&mut self, status: OrderStatus, now: Timestamp) {
        self.status = status;
        self.status_changed_at = now;
    }

    /// Approves or rejects a request. `certificate` is the id that the certificate gets if it has
    /// none yet.
    pub(super) fn decide(
        &mut self,
        request: RequestId,
        decision: Decision,
        comment: Option<String>,
        certificate: CertificateId,
        now: Timestamp,
    ) -> Result<(), Refused> {
        let found = self.requests.iter_mut().find(|it| it.id == request);
        let request = found.ok_or(Refused("not_found|request", "there is no such request"))?;
        if !matches!(request.status, RequestStatus::Submitted | RequestStatus::Pending) {
            return Err(Refused("invalid_request_status", "the request was processed before"));
        }
        request.status = match decision {
            Decision::Approve => RequestStatus::Approved,
            Decision::Reject => RequestStatus::Rejected,
        };
        request.processed_at = Some(now);
        request.processor_comment = comment;
        match (request.purpose, decision) {
            (Purpose::NewOrder, Decision::Approve) => {
                self.ensure_certificate(certificate);
                self.set_status(OrderStatus::Processing, now);
            }
            (Purpose::NewOrder, Decision::Reject) => self.set_status(OrderStatus::Rejected, now),
            (Purpose::RevokeOrder, Decision::Approve) => self.revoke_order(now),
            (Purpose::RevokeCertificate, Decision::Approve) => self.revoke_certificate(),
            (_, Decision::Reject) => {}
        }
        Ok(())
    }

    /// Cancels the order. One that waits for a reissue goes back to issued.
    pub(crate) fn cancel(&mut self, note: &str, now: Timestamp) -> Result<(), Refused> {
        let status = match self.status {
            OrderStatus::ReissuePending => OrderStatus::Issued,
            OrderStatus::Pending
            | OrderStatus::Processing
            | OrderStatus::NeedsApproval
            | OrderStatus::WaitingPickup => OrderStatus::Canceled,
            _ => {
                return Err(Refused(
                    "invalid_order_status",
                    "only an order that waits can be canceled",
                ));
            }
        };
        self.set_status(status, now);
        for request in &mut self.requests {
            if matches!(request.status, RequestStatus::Submitted | RequestStatus::Pending) {
                request.status = RequestStatus::Rejected;
                request.processed_at = Some(now);
                request.processor_comment = Some(note.to_owned());
            }
        }
        Ok(())
    }

    /// Fails if no revocation may be asked for.
    pub(super) fn check_revocable(&self) -> Result<(), Refused> {
        let is_revoked = self.certificate.as_ref().is_some_and(|it| it.is_revoked);
        if self.issued().is_none() || is_revoked {
            return Err(Refused(
                "invalid_order_status",
                "only a certificate that was issued and not yet revoked can be revoked",
            ));
        }
        let waits = |status: &RequestStatus| *status == RequestStatus::Pending;
        if self.requests.iter().any(|it| it.purpose != Purpose::NewOrder && waits(&it.status)) {
            return Err(Refused("request_already_exists", "a revocation waits for approval"));
        }
        Ok(())
    }

    /// Revokes at once.
    pub(crate) fn revoke(&mut self, purpose: Purpose, now: Timestamp) -> Result<(), Refused> {
        self.check_revocable()?;
        match purpose {
            Purpose::RevokeCertificate => self.revoke_certificate(),
            _ => self.revoke_order(now),
        }
        Ok(())
    }

    fn revoke_order(&mut self, now: Timestamp) {
        self.revoke_certificate();
        self.set_status(OrderStatus::Revoked, now);
    }

    /// Revokes the certificate alone: the order remains and can be reissued.
    fn revoke_certificate(&mut self) {
        if let Some(certificate) = &mut self.certificate {
            certificate.is_revoked = true;
        }
    }

    /// Issues the certificate, with whatever the order still waits for.
    pub(crate) fn issue(&mut self, certificate: CertificateId, now: Timestamp) {
        for request in &mut self.requests {
            if request.purpose == Purpose::NewOrder && request.processed_at.is_none() {
                request.status = RequestStatus::Approved;
                request.processed_at = Some(now);
            }
        }
        let from = day(now);
        let issued =
            Issued { at: now, valid_from: from, valid_till: self.ordered.validity.end(from) };
        self.ensure_certificate(certificate).issued.get_or_insert(issued);
        self.set_status(OrderStatus::Issued, now);
    }

    /// Ends the validity of the certificate yesterday.
    pub(crate) fn expire(&mut self, certificate: CertificateId, now: Timestamp) {
        self.issue(certificate, now);
        let yesterday = day(now).yesterday().unwrap_or(Date::MIN);
        let Some(issued) = self.certificate.as_mut().and_then(|it| it.issued.as_mut()) else {
            return;
        };
        issued.valid_till = issued.valid_till.min(yesterday);
        issued.valid_from = issued.valid_from.min(yesterday);
        self.set_status(OrderStatus::Expired, now);
    }

    /// Takes the order one step further, as time would.
    pub(crate) fn advance(&mut self, certificate: CertificateId, now: Timestamp) {
        match self.status {
            OrderStatus::NeedsApproval => {
                for request in &mut self.requests {
                    if request.status == RequestStatus::Submitted {
                        request.status = RequestStatus::Pending;
                    }
                }
                self.set_status(OrderStatus::Pending, now);
            }
            OrderStatus::Pending => {
                self.ensure_certificate(certificate);
                self.set_status(OrderStatus::Processing, now);
            }
            OrderStatus::Processing => self.set_status(OrderStatus::WaitingPickup, now),
            OrderStatus::WaitingPickup | OrderStatus::ReissuePending => {
                self.issue(certificate, now);
            }
            _ => {}
        }
    }

    /// Returns when the validity of an issued order ended, if it has.
    pub(super) fn end_of_validity(&self, now: Timestamp) -> Option<Timestamp> {
        let valid_till = self.valid_till().filter(|_| self.status == OrderStatus::Issued)?;
        let end = valid_till.tomorrow().ok()?.to_zoned(TimeZone::UTC).ok()?.timestamp();
        (end <= now).then_some(end)
    }

    fn ensure_certificate(&mut self, id: CertificateId) -> &mut Certificate {
        self.certificate.get_or_insert(Certificate { id, issued: None, is_revoked: false })
    }
}

impl Validity {
    fn end(&self, from: Date) -> Date {
        let end = match *self {
            Self::Years(years) => Span::new().try_years(years).and_then(|it| from.checked_add(it)),
            Self::Days(days) => Span::new().try_days(days).and_then(|it| from.checked_add(it)),
            Self::Until(day) => Ok(day),
        };
        end.unwrap_or(from)
    }
}

/// The day of a time, in UTC.
pub(crate) fn day(time: Timestamp) -> Date {
    time.to_zoned(TimeZone::UTC).date()
}
