//! The client for programs without async: the same calls, the same four outcomes.
//!
//! Every call blocks its thread until it ends. It may be used from any thread, also from one of an
//! async runtime, whose other tasks on that thread then wait as well.
//!
//! ```no_run
//! use certcentral::blocking::Client;
//! use certcentral::pkio_professional::Order;
//! use certcentral::{Outcome, Validated, today};
//!
//! # fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let order = Validated::<Order>::from_json(&std::fs::read("order.json")?, today())?;
//! match Client::from_env()?.place_order(&order) {
//!     Outcome::Placed(placed) => println!("order {}", placed.order_id()),
//!     other => println!("{other}"),
//! }
//! # Ok(()) }
//! ```

use std::fmt;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use certcentral_model::{
    Balance, CertificateFormat, CertificateId, CustomField, Note, OrderId, OrderInfo, ProductInfo,
    ProductOrder, RequestId, RequestInfo, Revocation, StatusChange, UserInfo,
};
use certcentral_transport::{
    Baseline, ChangeOutcome, FindReport, Listing, LookupError, OrderQuery, OrderSearch, Outcome,
    RequestQuery,
};
use certcentral_validation::Validated;
use tokio::runtime::{Builder, Handle, Runtime};

use crate::client;

/// A client that blocks. Clones are cheap and share connections and pacing.
///
/// It runs a thread of its own, which also reads the end of an attempt that was abandoned. That
/// thread ends when the last clone is dropped.
#[derive(Clone)]
pub struct Client {
    client: client::Client,
    runtime: Arc<Thread>,
}

impl Client {
    /// Makes a blocking client of an async one, whose settings it takes over.
    ///
    /// # Errors
    ///
    /// [`io::Error`] if the system grants no thread.
    pub fn new(client: client::Client) -> io::Result<Self> {
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        Ok(Self { client, runtime: Arc::new(Thread(Some(runtime))) })
    }

    /// Makes a client from `CERTCENTRAL_API_KEY` and `CERTCENTRAL_BASE_URL`, as
    /// [`certcentral::Client::from_env`](crate::Client::from_env) does.
    ///
    /// # Errors
    ///
    /// An [`io::Error`] that holds the [`InvalidEnvironment`](crate::InvalidEnvironment), or says
    /// that the system grants no thread.
    pub fn from_env() -> io::Result<Self> {
        let client = client::Client::from_env();
        Self::new(client.map_err(|error| io::Error::new(io::ErrorKind::InvalidInput, error))?)
    }

    /// Places an order that was checked. See [`Client::place_order`](crate::Client::place_order).
    pub fn place_order<P: ProductOrder + Sync>(&self, order: &Validated<P>) -> Outcome {
        self.wait(self.client.place_order(order))
    }

    /// Lists the orders of the account, newest first, page by page as they are asked for.
    pub fn list_orders(&self, query: OrderQuery) -> List<OrderInfo> {
        List { listing: self.client.list_orders(query), client: self.clone() }
    }

    /// Lists the requests of the account, page by page as they are asked for.
    pub fn list_requests(&self, query: RequestQuery) -> List<RequestInfo> {
        List { listing: self.client.list_requests(query), client: self.clone() }
    }

    /// Returns the async client below, for its settings, and for what is run with
    /// [`block_on`](Self::block_on).
    #[must_use]
    pub fn client(&self) -> &client::Client {
        &self.client
    }

    /// Runs a future of the [`client`](Self::client) to its end.
    pub fn block_on<F: Future<Output: Send> + Send>(&self, future: F) -> F::Output {
        self.wait(future)
    }

    fn wait<F: Future<Output: Send> + Send>(&self, future: F) -> F::Output {
        let Some(runtime) = &self.runtime.0 else {
            unreachable!("the runtime is taken only when the last client is dropped")
        };
        if Handle::try_current().is_err() {
            return runtime.block_on(future);
        }
        // Blocking on a thread of an async runtime panics, so this does it on another one.
        let output = std::thread::scope(|scope| scope.spawn(|| runtime.block_on(future)).join());
        output.unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    }
}

/// Writes the calls of the async client again, each of which waits for its end.
macro_rules! calls {
    ($($name:ident($($argument:ident: $type:ty),*) -> $output:ty;)+) => {
        /// The other calls of the async client. Each is described there, under the same name.
        impl Client {
            $(
                #[doc = concat!(
                    "Calls [`", stringify!($name), "`](certcentral_transport::Client::",
                    stringify!($name), ") and waits for its end.",
                )]
                #[allow(clippy::missing_errors_doc, reason = "they are described at the call itself")]
                #[allow(clippy::must_use_candidate, reason = "what must be used is so by its type")]
                pub fn $name(&self, $($argument: $type),*) -> $output {
                    self.wait(self.client.$name($($argument),*))
                }
            )+
        }
    };
}

calls! {
    look_before_sending() -> Baseline;
    find_order(search: &OrderSearch) -> Result<FindReport, LookupError>;
    find_orders(searches: &[OrderSearch]) -> Result<Vec<FindReport>, LookupError>;
    get_order(id: OrderId) -> Result<OrderInfo, LookupError>;
    get_request(id: RequestId) -> Result<RequestInfo, LookupError>;
    list_status_changes(within: Duration) -> Result<Vec<StatusChange>, LookupError>;
    list_notes(id: OrderId) -> Result<Vec<Note>, LookupError>;
    approve_request(id: RequestId, comment: Option<&str>) -> ChangeOutcome;
    reject_request(id: RequestId, comment: Option<&str>) -> ChangeOutcome;
    cancel_order(id: OrderId, note: &str) -> ChangeOutcome;
    revoke_order(id: OrderId, revocation: &Revocation) -> ChangeOutcome;
    revoke_certificate(id: CertificateId, revocation: &Revocation) -> ChangeOutcome;
    add_note(id: OrderId, text: &str) -> ChangeOutcome;
    download_order_certificate(id: OrderId, format: &CertificateFormat)
        -> Result<Vec<u8>, LookupError>;
    download_certificate(id: CertificateId, format: &CertificateFormat)
        -> Result<Vec<u8>, LookupError>;
    get_product(name_id: &str) -> Result<ProductInfo, LookupError>;
    list_products() -> Result<Vec<ProductInfo>, LookupError>;
    get_balance(container: Option<u64>) -> Result<Balance, LookupError>;
    get_user() -> Result<UserInfo, LookupError>;
    list_custom_fields() -> Result<Vec<CustomField>, LookupError>;
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { client, runtime: _ } = self;
        f.debug_tuple("Client").field(client).finish()
    }
}

/// The runtime of a blocking client. Dropping a runtime within another one would panic.
struct Thread(Option<Runtime>);

impl Drop for Thread {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

/// A list of CertCentral as an iterator. It always ends, after an error at the latest.
#[must_use = "a list is read as it is asked for"]
pub struct List<T> {
    listing: Listing<T>,
    client: Client,
}

impl<T: Send> Iterator for List<T> {
    type Item = Result<T, LookupError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.client.wait(self.listing.next())
    }
}

impl<T> fmt::Debug for List<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { listing, client: _ } = self;
        f.debug_tuple("List").field(listing).finish()
    }
}
