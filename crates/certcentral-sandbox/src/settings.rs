//! How the sandbox behaves where CertCentral is known to behave in several ways.

/// The state of an order right after it was placed, which decides the shape of the answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Approval {
    /// The order waits for DigiCert: `{"id","requests":[{"id","status":"pending"}]}`.
    #[default]
    Pending,
    /// The order waits for an administrator of the account: the same with `"submitted"`.
    /// [`SubmittedOrders`] decides which lists show it.
    Submitted,
    /// The request is approved: the same with `"approved"`, and a `certificate_id`.
    Approved,
    /// There is no request: `{"id","certificate_id"}`.
    WithoutRequest,
    /// Each order gets the next of the states above.
    InTurn,
}

impl Approval {
    /// Returns the state for an order by its number, from 0.
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

/// Which lists show an order that waits for an administrator ([`Approval::Submitted`]).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SubmittedOrders {
    /// The request list only, so a search of the order list alone misses it.
    #[default]
    InRequestList,
    /// Both lists.
    InBothLists,
}

/// A custom field of the account, listed by `GET /account/metadata`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CustomField {
    pub(crate) label: String,
    pub(crate) is_required: bool,
}

impl CustomField {
    /// Returns a field that is optional.
    #[must_use]
    pub fn optional(label: impl Into<String>) -> Self {
        Self { label: label.into(), is_required: false }
    }

    /// Returns a field that the account requires.
    #[must_use]
    pub fn required(label: impl Into<String>) -> Self {
        Self { label: label.into(), is_required: true }
    }
}

/// The balance that `GET /finance/balance` shows. Orders do not change it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Balance {
    /// An amount as a decimal text, such as `"1500.00"`.
    Amount(String),
    /// The account may be overdrawn without limit; the answer shows neither limit nor total.
    Unlimited,
}

impl Default for Balance {
    fn default() -> Self {
        Self::Amount("10000.00".into())
    }
}
