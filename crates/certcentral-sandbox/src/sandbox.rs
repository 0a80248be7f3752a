//! The sandbox: its settings, and what a test can do with it while it runs.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use certcentral_model::{CertificateId, OrderId, OrderStatus, pkio_professional};
use jiff::{SignedDuration, Timestamp};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::books::{Books, Ledger, PlacedOrder};
use crate::clock::Clock;
use crate::fault::{Fault, FaultRule, InvalidFault, Plan, Target, check_target};
use crate::server::{Account, BASE_PATH, Product, accept, router};
use crate::settings::SandboxBuilder;

/// A stand-in for CertCentral that listens on loopback.
///
/// It runs on the tokio runtime that it was started on. Dropping it closes its connections, so keep
/// it as long as a client needs it.
pub struct Sandbox {
    account: Arc<Account>,
    address: SocketAddr,
    accepting: JoinHandle<()>,
}

impl Sandbox {
    /// Starts a sandbox with default settings: a free port of 127.0.0.1, a random key, no faults.
    ///
    /// # Errors
    ///
    /// Fails if no port is free.
    pub async fn start() -> Result<Self, StartError> {
        Self::builder().start().await
    }

    /// Returns a builder with default settings.
    pub fn builder() -> SandboxBuilder {
        SandboxBuilder::default()
    }

    /// Returns the base URL: `http://127.0.0.1:PORT/services/v2`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}{BASE_PATH}", self.address)
    }

    /// Returns the address that it listens on.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns the API key that it accepts.
    #[must_use]
    pub fn api_key(&self) -> &str {
        &self.account.api_key
    }

    /// Returns the books: what came in and what was placed.
    #[must_use]
    pub fn books(&self) -> Books {
        Books(Arc::clone(&self.account.ledger))
    }

    /// Lets a fault strike the next order. Faults queue up: each call strikes one further order.
    /// Faults by probability apply only while the queue is empty.
    pub fn fail_next_order(&self, fault: impl Into<Fault>) {
        self.account.set_next_fault(Target::Orders, fault.into());
    }

    /// Lets a fault strike the next look-up, as [`fail_next_order`](Self::fail_next_order) does
    /// orders.
    ///
    /// # Errors
    ///
    /// Fails if the fault only makes sense for the answer to an order.
    pub fn fail_next_lookup(&self, fault: impl Into<Fault>) -> Result<(), InvalidFault> {
        self.fail_next(Target::Lookups, fault.into())
    }

    /// Lets a fault strike the next change to an order that was placed (a `PUT`, or a `POST` of a
    /// note), as [`fail_next_order`](Self::fail_next_order) does orders.
    ///
    /// # Errors
    ///
    /// Fails if the fault only makes sense for the answer to an order.
    pub fn fail_next_change(&self, fault: impl Into<Fault>) -> Result<(), InvalidFault> {
        self.fail_next(Target::Changes, fault.into())
    }

    fn fail_next(&self, target: Target, fault: Fault) -> Result<(), InvalidFault> {
        check_target(target, fault)?;
        self.account.set_next_fault(target, fault);
        Ok(())
    }

    /// Sets how far the server's clock is ahead of this machine's; a negative offset is behind. The
    /// clock decides `Date`, the dates of orders, the current day for the rules, and expiry.
    pub fn set_clock_offset(&self, offset: SignedDuration) {
        self.account.clock.set_offset(offset);
    }

    /// Sets the status of an order, as DigiCert might, and changes nothing else. Returns `false` if there
    /// is no such order.
    #[must_use]
    pub fn set_status(&self, id: OrderId, status: OrderStatus) -> bool {
        self.alter(id, |order, _, now| order.set_status(status, now))
    }

    /// Takes an order one step further: `needs_approval`, `pending`, `processing`,
    /// `waiting_pickup`, `issued`. An order at its end stays there. Returns `false` if there is no such order.
    #[must_use]
    pub fn advance(&self, id: OrderId) -> bool {
        self.alter(id, PlacedOrder::advance)
    }

    /// Issues the certificate of an order, whatever the order still waits for. Returns
    /// `false` if there is no such order.
    #[must_use]
    pub fn issue(&self, id: OrderId) -> bool {
        self.alter(id, PlacedOrder::issue)
    }

    /// Ends the validity of an order's certificate yesterday, after issuing it if necessary. Returns
    /// `false` if there is no such order.
    #[must_use]
    pub fn expire(&self, id: OrderId) -> bool {
        self.alter(id, PlacedOrder::expire)
    }

    fn alter(
        &self,
        id: OrderId,
        alter: impl FnOnce(&mut PlacedOrder, CertificateId, Timestamp),
    ) -> bool {
        let now = self.account.clock.now();
        self.account.ledger.alter(id, |order, certificate| alter(order, certificate, now))
    }

    /// Adds orders of invented people to the books, spread over the past two years and valid for one
    /// year each: about half of them have expired, and every tenth is still pending.
    pub fn fill(&self, orders: u64) {
        let name = <pkio_professional::Order as Product>::NAME;
        // Ids begin in the millions and grow by one: none is too large.
        let _ = self.account.ledger.fill(orders, name, self.account.clock.now());
    }

    /// Stops the sandbox and closes its connections. The books stay readable.
    pub async fn shutdown(mut self) {
        self.accepting.abort();
        // What comes back is that it was aborted.
        let _ = (&mut self.accepting).await;
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

impl fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sandbox")
            .field("address", &self.address)
            .field("api_key", &"[redacted]")
            .field("books", &self.books())
            .finish()
    }
}

impl SandboxBuilder {
    /// Starts the sandbox.
    ///
    /// # Errors
    ///
    /// Fails if the address is not loopback or not free, the key is invalid, a fault is invalid, or
    /// the probabilities add up to more than 1.
    pub async fn start(self) -> Result<Sandbox, StartError> {
        if !self.listen.ip().is_loopback() {
            return Err(StartError(Reason::NotLoopback(self.listen)));
        }
        let api_key = self.api_key.unwrap_or_else(made_up_key);
        if api_key.is_empty() || !api_key.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(StartError(Reason::Key));
        }
        let rules = checked(self.rules)?;
        let listening = |source| StartError(Reason::Listen(source));
        let listener = TcpListener::bind(self.listen).await.map_err(listening)?;
        let address = listener.local_addr().map_err(listening)?;
        let issue_after =
            self.issue_after.map(|time| SignedDuration::try_from(time).unwrap_or_default());
        let account = Arc::new(Account {
            api_key,
            approval: self.approval,
            submitted_orders: self.submitted_orders,
            slow_answer: self.slow_answer,
            redirect_to: self.redirect_to,
            balance: self.balance,
            custom_fields: self.custom_fields,
            clock: Clock::start(self.clock_offset),
            ledger: Arc::new(Ledger::new(self.capacity, issue_after)),
            plan: Mutex::new(Plan::new(rules, self.seed)),
        });
        let router = router(Arc::clone(&account));
        let accepting = tokio::spawn(accept(listener, Arc::clone(&account), router));
        Ok(Sandbox { account, address, accepting })
    }
}

fn made_up_key() -> String {
    let mut rng = fastrand::Rng::new();
    format!("sandbox-{:032x}", rng.u128(..))
}

fn checked(rules: Vec<Result<FaultRule, InvalidFault>>) -> Result<Vec<FaultRule>, StartError> {
    let rules: Vec<FaultRule> = rules
        .into_iter()
        .collect::<Result<_, _>>()
        .map_err(|source| StartError(Reason::Fault(source)))?;
    for target in [Target::Orders, Target::Lookups, Target::Changes] {
        let sum: f64 = rules
            .iter()
            .filter(|rule| rule.target() == target)
            .map(|rule| rule.probability())
            .sum();
        // Shares of one do not quite add up to it.
        if sum > 1.0 + 1e-9 {
            return Err(StartError(Reason::Sum));
        }
    }
    Ok(rules)
}

/// The sandbox could not be started.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct StartError(Reason);

#[derive(Debug, thiserror::Error)]
enum Reason {
    #[error(
        "refused to listen on {0}: orders may hold card numbers, so the sandbox listens on \
         loopback only, such as 127.0.0.1:0"
    )]
    NotLoopback(SocketAddr),
    #[error("could not listen there; choose another port, or 0 for any free one")]
    Listen(#[source] io::Error),
    #[error("an API key is one or more visible ASCII characters")]
    Key,
    #[error("a fault is invalid")]
    Fault(#[source] InvalidFault),
    #[error("the probabilities of the faults add up to more than 1")]
    Sum,
}
