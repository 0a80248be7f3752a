//! How the sandbox behaves where CertCentral is known to behave in several ways.

use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use jiff::SignedDuration;

use crate::fault::{Fault, FaultKind, FaultRule, InvalidFault};

/// Settings for a [`Sandbox`](crate::Sandbox).
#[derive(Clone)]
#[must_use]
pub struct SandboxBuilder {
    pub(crate) listen: SocketAddr,
    pub(crate) api_key: Option<String>,
    pub(crate) approval: Approval,
    pub(crate) submitted_orders: SubmittedOrders,
    pub(crate) balance: Balance,
    pub(crate) custom_fields: Vec<CustomField>,
    pub(crate) issue_after: Option<Duration>,
    pub(crate) clock_offset: SignedDuration,
    pub(crate) capacity: usize,
    pub(crate) rules: Vec<Result<FaultRule, InvalidFault>>,
    pub(crate) seed: u64,
    pub(crate) slow_answer: Duration,
    pub(crate) redirect_to: Option<String>,
}

impl Default for SandboxBuilder {
    fn default() -> Self {
        Self {
            listen: (Ipv4Addr::LOCALHOST, 0).into(),
            api_key: None,
            approval: Approval::default(),
            submitted_orders: SubmittedOrders::default(),
            balance: Balance::default(),
            custom_fields: Vec::new(),
            issue_after: None,
            clock_offset: SignedDuration::ZERO,
            capacity: 100_000,
            rules: Vec::new(),
            seed: 0,
            slow_answer: Duration::from_millis(200),
            redirect_to: None,
        }
    }
}

impl SandboxBuilder {
    /// Listens on this address. It must be loopback: orders come in unencrypted and may hold card
    /// numbers.
    pub fn listen(mut self, address: SocketAddr) -> Self {
        self.listen = address;
        self
    }

    /// Accepts this API key instead of a random one.
    pub fn api_key(mut self, key: impl Into<String>) -> Self {
        self.api_key = Some(key.into());
        self
    }

    /// Sets the state of orders right after they are placed, which decides the shape of the answer.
    pub fn approval(mut self, approval: Approval) -> Self {
        self.approval = approval;
        self
    }

    /// Sets which lists show an order that waits for an administrator.
    pub fn submitted_orders(mut self, submitted_orders: SubmittedOrders) -> Self {
        self.submitted_orders = submitted_orders;
        self
    }

    /// Issues each order automatically after this time, counted from its approval, or from placing
    /// if no administrator has to approve it. The change shows with the next HTTP request.
    pub fn issue_after(mut self, time: Duration) -> Self {
        self.issue_after = Some(time);
        self
    }

    /// Sets the balance that the account shows.
    pub fn balance(mut self, balance: Balance) -> Self {
        self.balance = balance;
        self
    }

    /// Adds a custom field to the account. Orders are accepted without it: whether CertCentral
    /// refuses them is not documented.
    pub fn custom_field(mut self, field: CustomField) -> Self {
        self.custom_fields.push(field);
        self
    }

    /// Starts with a clock that is ahead of this machine's: see [`Sandbox::set_clock_offset`](crate::Sandbox::set_clock_offset).
    pub fn clock_offset(mut self, offset: SignedDuration) -> Self {
        self.clock_offset = offset;
        self
    }

    /// Limits how many orders, and how many HTTP requests, the books keep; the oldest are forgotten.
    /// The default is 100,000, the minimum 1.
    pub fn capacity(mut self, entries: usize) -> Self {
        self.capacity = entries.max(1);
        self
    }

    /// Lets a fault strike orders with this probability.
    pub fn fault(self, fault: impl Into<Fault>, probability: f64) -> Self {
        self.rule(FaultRule::of_orders(fault, probability))
    }

    /// Lets a fault strike look-ups with this probability.
    pub fn lookup_fault(self, fault: impl Into<Fault>, probability: f64) -> Self {
        self.rule(FaultRule::of_lookups(fault, probability))
    }

    /// Lets a fault strike changes to orders that were placed with this probability.
    pub fn change_fault(self, fault: impl Into<Fault>, probability: f64) -> Self {
        self.rule(FaultRule::of_changes(fault, probability))
    }

    /// Adds a rule for faults, which can be parsed from text.
    pub fn fault_rule(self, rule: FaultRule) -> Self {
        self.rule(Ok(rule))
    }

    /// Lets a fault strike an order with this probability, each kind equally often.
    pub fn every_fault(self, probability: f64) -> Self {
        let share = probability / FaultKind::ALL.len() as f64;
        FaultKind::ALL.iter().fold(self, |builder, &kind| builder.fault(kind, share))
    }

    /// Lets a fault strike a look-up with this probability, each suitable kind equally often.
    pub fn every_lookup_fault(self, probability: f64) -> Self {
        let kinds = || FaultKind::ALL.iter().filter(|kind| kind.strikes_lookups());
        let share = probability / kinds().count() as f64;
        kinds().fold(self, |builder, &kind| builder.lookup_fault(kind, share))
    }

    /// Seeds the random faults; 0 by default. The same requests in the same order get the same
    /// faults.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Sets the delay of [`FaultKind::Slow`]: 200 ms by default, in tokio's time.
    pub fn slow_answer(mut self, time: Duration) -> Self {
        self.slow_answer = time;
        self
    }

    /// Sets the target of redirects. By default it is the requested path, so the books show a
    /// client that follows one.
    pub fn redirect_to(mut self, location: impl Into<String>) -> Self {
        self.redirect_to = Some(location.into());
        self
    }

    fn rule(mut self, rule: Result<FaultRule, InvalidFault>) -> Self {
        self.rules.push(rule);
        self
    }
}

impl fmt::Debug for SandboxBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SandboxBuilder")
            .field("listen", &self.listen)
            .field("approval", &self.approval)
            .field("seed", &self.seed)
            .finish_non_exhaustive()
    }
}

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
