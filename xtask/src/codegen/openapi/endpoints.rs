//! The endpoints of the description, one entry each.

use anyhow::Result;

use super::life;
use crate::codegen::examples::{self, Example};

/// An endpoint.
#[derive(Default)]
pub(super) struct Endpoint {
    pub(super) method: &'static str,
    pub(super) path: &'static str,
    /// The name of the operation; generated clients make a function of it.
    pub(super) id: &'static str,
    /// One of [`TAGS`].
    pub(super) tag: &'static str,
    pub(super) summary: &'static str,
    pub(super) description: &'static str,
    /// Names of parameters in the query, as in `parameters`.
    query: &'static [&'static str],
    pub(super) body: Option<Body>,
    pub(super) answers: Vec<Answer>,
}

/// The body of a request, by its schema's name.
pub(super) struct Body {
    pub(super) schema: &'static str,
    pub(super) examples: fn() -> Result<Vec<Example>>,
}

/// An answer of an endpoint that did what it was asked to.
pub(super) enum Answer {
    /// JSON by a schema.
    Json {
        status: &'static str,
        description: &'static str,
        schema: &'static str,
        examples: fn() -> Vec<Example>,
    },
    /// Nothing.
    Empty { description: &'static str },
    /// The bytes of a file, of whatever type.
    File,
}

impl Endpoint {
    fn new(method: &'static str, path: &'static str, id: &'static str) -> Self {
        Self { method, path, id, ..Self::default() }
    }

    fn about(self, tag: &'static str, summary: &'static str, description: &'static str) -> Self {
        Self { tag, summary, description, ..self }
    }

    fn query(self, query: &'static [&'static str]) -> Self {
        Self { query, ..self }
    }

    fn body(self, schema: &'static str, examples: fn() -> Result<Vec<Example>>) -> Self {
        Self { body: Some(Body { schema, examples }), ..self }
    }

    fn json(
        mut self,
        description: &'static str,
        schema: &'static str,
        examples: fn() -> Vec<Example>,
    ) -> Self {
        let status = if self.method == "get" { "200" } else { "201" };
        self.answers.push(Answer::Json { status, description, schema, examples });
        self
    }

    fn empty(mut self, description: &'static str) -> Self {
        self.answers.push(Answer::Empty { description });
        self
    }

    fn file(mut self) -> Self {
        self.answers.push(Answer::File);
        self
    }

    /// The names of its parameters, those of the path first: `{order_id}` is `orderId`.
    pub(super) fn parameters(&self) -> Vec<String> {
        let in_path = self.path.split('{').skip(1).filter_map(|it| it.split('}').next());
        let in_path = in_path.map(|name| match name.split_once('_') {
            Some((first, rest)) => format!("{first}{}{}", rest[..1].to_uppercase(), &rest[1..]),
            None => name.to_owned(),
        });
        in_path.chain(self.query.iter().map(|&name| name.to_owned())).collect()
    }

    /// Refusals besides those that every endpoint knows.
    pub(super) fn refusals(&self) -> Vec<&'static str> {
        let not_found = self.path.contains('{').then_some("404");
        let of_body = self.body.iter().flat_map(|_| ["413", "415"]);
        not_found.into_iter().chain(of_body).collect()
    }
}

fn get(path: &'static str, id: &'static str) -> Endpoint {
    Endpoint::new("get", path, id)
}

fn post(path: &'static str, id: &'static str) -> Endpoint {
    Endpoint::new("post", path, id)
}

fn put(path: &'static str, id: &'static str) -> Endpoint {
    Endpoint::new("put", path, id)
}

/// Groups of endpoints, with their descriptions.
pub(super) const TAGS: [(&str, &str); 5] = [
    ("Orders", "Placing orders, looking them up, canceling and revoking them."),
    ("Requests", "Orders and revocations that wait to be approved."),
    ("Certificates", "Downloading certificates, and revoking one of them."),
    ("Notes", "What the users of the account write on an order."),
    ("Account", "What can be ordered, who orders, and what can be paid."),
];

/// All endpoints.
pub(super) fn all() -> Vec<Endpoint> {
    vec![
        post("/order/certificate/pkio_qualified_organisation_person_prof", "orderPkioProfessional")
            .about(
                "Orders",
                "Order a PKIo Professional - Signing certificate",
                "Places an order: a legal declaration that costs money. Not idempotent: the same \
                 order sent twice is two orders.",
            )
            .body("Order", examples::orders)
            .json("The order is placed.", "OrderResponse", examples::placed),
        get("/order/certificate", "listOrders")
            .about(
                "Orders",
                "List orders",
                "A page of the orders of the account. Stop at an empty page. To find certificates \
                 that are due for renewal, list the issued orders of a product whose `valid_till` \
                 is before a day. Certificates that have expired already are among them.",
            )
            .query(&[
                "limit",
                "offset",
                "orderSort",
                "orderStatus",
                "productNameId",
                "validTill",
                "dateCreated",
                "email",
                "commonName",
                "search",
                "certificate",
                "serialNumber",
                "user",
                "container",
                "organization",
                "isRenewed",
            ])
            .json("A page of orders.", "OrderList", examples::order_list),
        get("/order/certificate/status-changes", "listStatusChanges")
            .about(
                "Orders",
                "List the orders whose status changed",
                "The orders whose status changed within a time, with the status that they have \
                 now. Without any, the answer is an empty object. DigiCert recommends this over \
                 looking at each order.",
            )
            .query(&["minutes"])
            .json("The orders whose status changed.", "StatusChangeList", life::status_changes),
        get("/order/certificate/{order_id}", "getOrder")
            .about(
                "Orders",
                "Look an order up",
                "The state of an order. Every member but the id may be absent.",
            )
            .json("The order.", "OrderInfo", examples::order),
        put("/order/certificate/{order_id}/status", "cancelOrder")
            .about(
                "Orders",
                "Cancel an order",
                "Cancels an order that waits. The status is case-sensitive, and the note is \
                 required.",
            )
            .body("Cancellation", life::cancellation)
            .empty("It is done."),
        put("/order/certificate/{order_id}/revoke", "revokeOrder")
            .about(
                "Orders",
                "Revoke all certificates of an order",
                "Revokes them for good. Somebody else has to approve it first, unless the key of \
                 an administrator skips that.",
            )
            .body("Revocation", life::revocation)
            .json("A request that has to be approved.", "RequestInfo", life::revoke_request)
            .empty("They are revoked."),
        get("/order/certificate/{order_id}/note", "listNotes")
            .about("Notes", "List the notes on an order", "All notes on an order.")
            .json("The notes.", "NoteList", life::notes),
        post("/order/certificate/{order_id}/note", "addNote")
            .about(
                "Notes",
                "Write a note on an order",
                "Writes a note. The other users of the account can read it. A note that is sent \
                 twice is written twice.",
            )
            .body("NewNote", life::new_note)
            .json("The note.", "Note", life::note),
        get("/request", "listRequests")
            .about(
                "Requests",
                "List requests",
                "A page of the requests of the account. An order that waits for an administrator \
                 may be here and not in the list of orders. Some answers give the limit of the \
                 page as 0.",
            )
            .query(&["limit", "offset", "requestSort", "requestStatus"])
            .json("A page of requests.", "RequestList", examples::request_list),
        get("/request/{request_id}", "getRequest")
            .about(
                "Requests",
                "Look a request up",
                "The state of a request. Every member but the id may be absent; `date_processed` \
                 is absent until the request is decided.",
            )
            .json("The request.", "RequestInfo", life::request),
        put("/request/{request_id}/status", "decideRequest")
            .about(
                "Requests",
                "Approve or reject a request",
                "Decides a request that waits. Approving one may spend money.",
            )
            .body("RequestDecision", life::decision)
            .empty("It is done."),
        get(
            "/certificate/download/order/{order_id}/format/{format_type}",
            "downloadOrderCertificate",
        )
        .about(
            "Certificates",
            "Download the certificate of an order",
            "The active certificate of an order, as a file.",
        )
        .file(),
        get("/certificate/{certificate_id}/download/format/{format_type}", "downloadCertificate")
            .about("Certificates", "Download a certificate", "A certificate, as a file.")
            .file(),
        put("/certificate/{certificate_id}/revoke", "revokeCertificate")
            .about(
                "Certificates",
                "Revoke a certificate",
                "Revokes it for good. The order stays alive. Somebody else has to approve it \
                 first, unless the key of an administrator skips that.",
            )
            .body("Revocation", life::revocation)
            .json("A request that has to be approved.", "RequestInfo", life::revoke_request)
            .empty("It is revoked."),
        get("/product", "listProducts")
            .about("Account", "List products", "The products that the account may order.")
            .json("The products.", "ProductList", life::products),
        get("/product/{name_id}", "getProduct")
            .about("Account", "Look a product up", "A product and what can be ordered of it.")
            .json("The product.", "ProductInfo", life::product),
        get("/finance/balance", "getBalance")
            .about(
                "Account",
                "Look the balance up",
                "What the account can pay with. Amounts are decimal numbers in strings. Without a \
                 limit there are neither `negative_balance_limit` nor `total_available_funds`.",
            )
            .query(&["balanceOf"])
            .json("The balance.", "Balance", life::balance),
        get("/user/me", "getUser")
            .about(
                "Account",
                "Look the user up",
                "The user whose API key is used. `last_login_date` is not ISO 8601.",
            )
            .json("The user.", "UserInfo", life::user),
        get("/account/metadata", "listCustomFields")
            .about(
                "Account",
                "List custom fields",
                "The fields that the account asks for in addition to the API's own. Without any, \
                 the answer is an empty object.",
            )
            .json("The fields.", "CustomFieldList", life::custom_fields),
    ]
}
