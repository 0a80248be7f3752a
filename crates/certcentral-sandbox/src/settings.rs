//! In which of the ways that are known the stand-in answers.

/// How an order stands right after it was placed, which is what the answer to it looks like.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Approval {
    /// The order waits for DigiCert: `{"id","requests":[{"id","status":"pending"}]}`.
    #[default]
    Pending,
    /// The order waits for an administrator of the account: the same with `"submitted"`. Whether
    /// such an order is in the order list is for [`SubmittedOrders`] to say.
    Submitted,
    /// The request is approved: the same with `"approved"`, and a `certificate_id` beside.
    Approved,
    /// There is no request: `{"id","certificate_id"}`.
    WithoutRequest,
    /// One order after the other in each of these ways, in this order.
    InTurn,
}

impl Approval {
    /// What the order of this number (from 0) gets.
    pub(crate) fn of(self, number: u64) -> Self {
        match self {
            Self::InTurn => match number % 4 {
                0 => Self::Pending,
                1 => Self::Submitted,
                2 => Self::Approved,
                _ => Self::WithoutRequest,
            },
            other => other,
        }
    }
}

/// Where an order is listed that waits for an administrator ([`Approval::Submitted`]).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SubmittedOrders {
    /// In the request list only: who looks for it in the order list alone does not find it.
    #[default]
    InRequestList,
    /// In both lists.
    InBothLists,
}

/// A custom field of the account, which an order form may ask for: `GET /account/metadata`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CustomField {
    pub(crate) label: String,
    pub(crate) is_required: bool,
}

impl CustomField {
    /// Returns a field that may be left empty.
    #[must_use]
    pub fn optional(label: impl Into<String>) -> Self {
        Self { label: label.into(), is_required: false }
    }

    /// Returns a field that the account's orders must fill.
    #[must_use]
    pub fn required(label: impl Into<String>) -> Self {
        Self { label: label.into(), is_required: true }
    }
}

/// What `GET /finance/balance` answers. No order changes it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Balance {
    /// So much money, as a decimal text: `"1500.00"`.
    Amount(String),
    /// The account may go below zero without limit, so it shows neither limit nor total.
    Unlimited,
}

impl Default for Balance {
    fn default() -> Self {
        Self::Amount("10000.00".into())
    }
}
