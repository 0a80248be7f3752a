//! An order as the books hold it, with its requests, its certificate and its notes.

use std::fmt;

use certcentral_model::{
    CertificateId, IndividualInfo, OrderId, OrderStatus, PaymentMethod, RequestId, RequestStatus,
};
use jiff::Timestamp;
use jiff::civil::Date;

/// An order that was placed.
///
/// `Debug` shows ids and states, and nothing of the person.
#[derive(Clone)]
pub struct PlacedOrder {
    pub(crate) id: OrderId,
    pub(crate) status: OrderStatus,
    pub(crate) status_changed_at: Timestamp,
    pub(crate) certificate: Option<Certificate>,
    pub(crate) requests: Vec<OrderRequest>,
    pub(crate) notes: Vec<Note>,
    pub(crate) placed_at: Timestamp,
    pub(crate) ordered: NewOrder,
}

/// An order that breaks no rule, without what becomes of it.
#[derive(Clone)]
pub(crate) struct NewOrder {
    pub(crate) product_name_id: &'static str,
    pub(crate) product_name: &'static str,
    pub(crate) individual: IndividualInfo,
    pub(crate) common_name: Option<String>,
    pub(crate) signature_hash: String,
    pub(crate) validity: Validity,
    pub(crate) payment_method: PaymentMethod,
    pub(crate) json: String,
    pub(crate) request_number: u64,
}

/// How long a certificate is asked to be valid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Validity {
    Years(i64),
    Days(i64),
    Until(Date),
}

/// The certificate of an order. It has an id once the order is approved, and dates once it is
/// issued.
#[derive(Clone, Debug)]
pub(crate) struct Certificate {
    pub(crate) id: CertificateId,
    pub(crate) issued: Option<Issued>,
    pub(crate) is_revoked: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct Issued {
    pub(crate) at: Timestamp,
    pub(crate) valid_from: Date,
    pub(crate) valid_till: Date,
}

/// A request of an order, as an administrator sees it.
#[derive(Clone)]
pub(crate) struct OrderRequest {
    pub(crate) id: RequestId,
    pub(crate) purpose: Purpose,
    pub(crate) status: RequestStatus,
    pub(crate) made_at: Timestamp,
    pub(crate) processed_at: Option<Timestamp>,
    pub(crate) comments: Option<String>,
    pub(crate) processor_comment: Option<String>,
}

/// What a request asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    NewOrder,
    RevokeOrder,
    RevokeCertificate,
}

impl Purpose {
    /// The `type` on the wire.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::NewOrder => "new_request",
            Self::RevokeOrder | Self::RevokeCertificate => "revoke",
        }
    }
}

/// A note on an order.
#[derive(Clone)]
pub(crate) struct Note {
    pub(crate) id: u64,
    pub(crate) text: String,
    pub(crate) made_at: Timestamp,
}

impl PlacedOrder {
    /// Returns the order ID.
    #[must_use]
    pub fn id(&self) -> OrderId {
        self.id
    }

    /// Returns the certificate ID, if the order is approved.
    #[must_use]
    pub fn certificate_id(&self) -> Option<CertificateId> {
        self.certificate.as_ref().map(|certificate| certificate.id)
    }

    /// Returns the ID of the request that the order was placed with, if it has one.
    #[must_use]
    pub fn request_id(&self) -> Option<RequestId> {
        self.requests.first().filter(|it| it.purpose == Purpose::NewOrder).map(|it| it.id)
    }

    /// Returns the status of the order.
    #[must_use]
    pub fn status(&self) -> &OrderStatus {
        &self.status
    }

    /// Returns the last day of validity, if the certificate was issued.
    #[must_use]
    pub fn valid_till(&self) -> Option<Date> {
        self.issued().map(|issued| issued.valid_till)
    }

    /// Returns the texts of the notes, oldest first.
    pub fn notes(&self) -> impl Iterator<Item = &str> {
        self.notes.iter().map(|note| &*note.text)
    }

    /// Returns the product, as in the URL that the order was posted to.
    #[must_use]
    pub fn product_name_id(&self) -> &'static str {
        self.ordered.product_name_id
    }

    /// Returns the certificate holder, as far as the order names one.
    #[must_use]
    pub fn individual(&self) -> &IndividualInfo {
        &self.ordered.individual
    }

    /// Returns how the order is paid.
    #[must_use]
    pub fn payment_method(&self) -> &PaymentMethod {
        &self.ordered.payment_method
    }

    /// Returns when it was placed, by the sandbox's clock.
    #[must_use]
    pub fn placed_at(&self) -> Timestamp {
        self.placed_at
    }

    /// Returns what was ordered: the JSON that came in, without `credit_card`.
    #[must_use]
    pub fn json(&self) -> &str {
        &self.ordered.json
    }

    /// Returns the number of the HTTP request that placed it: see
    /// [`ReceivedRequest::number`](crate::ReceivedRequest::number). It is 0 for an order that was
    /// [filled in](crate::Sandbox::fill).
    #[must_use]
    pub fn request_number(&self) -> u64 {
        self.ordered.request_number
    }

    pub(crate) fn is_for(&self, email: &str) -> bool {
        self.ordered.individual.email.as_deref().is_some_and(|it| it.eq_ignore_ascii_case(email))
    }

    pub(crate) fn issued(&self) -> Option<&Issued> {
        self.certificate.as_ref()?.issued.as_ref()
    }

    pub(crate) fn request(&self, id: RequestId) -> Option<&OrderRequest> {
        self.requests.iter().find(|request| request.id == id)
    }
}

impl fmt::Debug for PlacedOrder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PlacedOrder")
            .field("id", &self.id)
            .field("certificate_id", &self.certificate_id())
            .field("request_id", &self.request_id())
            .field("status", &self.status)
            .field("product_name_id", &self.ordered.product_name_id)
            .field("placed_at", &self.placed_at)
            .field("request_number", &self.ordered.request_number)
            .finish_non_exhaustive()
    }
}
