//! The endpoints of the description, one entry each.

use anyhow::Result;

use super::life;
use crate::codegen::examples::{self, Example};

/// An endpoint.
pub(super) struct Endpoint {
    pub(super) method: &'static str,
    pub(super) path: &'static str,
    /// The name of the operation; generated clients make a function of it.
    pub(super) id: &'static str,
    /// One of [`TAGS`].
    pub(super) tag: &'static str,
    pub(super) summary: &'static str,
    pub(super) description: &'static str,
    /// Names of parameters in the path and in the query, as in `parameters`.
    pub(super) parameters: &'static [&'static str],
    pub(super) body: Option<Body>,
    pub(super) answers: &'static [Answer],
    /// Refusals besides those that every endpoint knows.
    pub(super) refusals: &'static [&'static str],
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
    Empty { status: &'static str, description: &'static str },
    /// The bytes of a file, of whatever type.
    File { description: &'static str },
}

/// Groups of endpoints, with their descriptions.
pub(super) const TAGS: [(&str, &str); 5] = [
    ("Orders", "Placing orders, looking them up, canceling and revoking them."),
    ("Requests", "Orders and revocations that wait to be approved."),
    ("Certificates", "Downloading certificates, and revoking one of them."),
    ("Notes", "What the users of the account write on an order."),
    ("Account", "What can be ordered, who orders, and what can be paid."),
];

/// The answer to a change of which nothing more is said.
const DONE: Answer = Answer::Empty { status: "204", description: "It is done." };

/// All endpoints.
pub(super) const ENDPOINTS: [Endpoint; 19] = [
    Endpoint {
        method: "post",
        path: "/order/certificate/pkio_qualified_organisation_person_prof",
        id: "orderPkioProfessional",
        tag: "Orders",
        summary: "Order a PKIo Professional - Signing certificate",
        description: "Places an order: a legal declaration that costs money. Not idempotent: \
the same order sent twice is two orders.",
        parameters: &[],
        body: Some(Body { schema: "Order", examples: examples::orders }),
        answers: &[Answer::Json {
            status: "201",
            description: "The order is placed.",
            schema: "OrderResponse",
            examples: examples::placed,
        }],
        refusals: &["413", "415"],
    },
    Endpoint {
        method: "get",
        path: "/order/certificate",
        id: "listOrders",
        tag: "Orders",
        summary: "List orders",
        description: "A page of the orders of the account. Stop at an empty page. What is to \
be renewed are the issued orders of a product whose `valid_till` is \
before a day. Those that have expired already are among them.",
        parameters: &[
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
        ],
        body: None,
        answers: &[Answer::Json {
            status: "200",
            description: "A page of orders.",
            schema: "OrderList",
            examples: examples::order_list,
        }],
        refusals: &[],
    },
    Endpoint {
        method: "get",
        path: "/order/certificate/status-changes",
        id: "listStatusChanges",
        tag: "Orders",
        summary: "List the orders whose status changed",
        description: "The orders whose status changed within a time, with the status that \
they have now. Without any, the answer is an empty object. DigiCert \
recommends this over looking at each order.",
        parameters: &["minutes"],
        body: None,
        answers: &[Answer::Json {
            status: "200",
            description: "The orders whose status changed.",
            schema: "StatusChangeList",
            examples: life::status_changes,
        }],
        refusals: &[],
    },
    Endpoint {
        method: "get",
        path: "/order/certificate/{order_id}",
        id: "getOrder",
        tag: "Orders",
        summary: "Look an order up",
        description: "The state of an order. Every member but the id may be absent.",
        parameters: &["orderId"],
        body: None,
        answers: &[Answer::Json {
            status: "200",
            description: "The order.",
            schema: "OrderInfo",
            examples: examples::order,
        }],
        refusals: &["404"],
    },
    Endpoint {
        method: "put",
        path: "/order/certificate/{order_id}/status",
        id: "cancelOrder",
        tag: "Orders",
        summary: "Cancel an order",
        description: "Cancels an order that waits. The status is case-sensitive, and the \
note is required.",
        parameters: &["orderId"],
        body: Some(Body { schema: "Cancellation", examples: life::cancellation }),
        answers: &[DONE],
        refusals: &["404", "413", "415"],
    },
    Endpoint {
        method: "put",
        path: "/order/certificate/{order_id}/revoke",
        id: "revokeOrder",
        tag: "Orders",
        summary: "Revoke all certificates of an order",
        description: "Revokes them for good. Somebody else has to approve it first, unless \
the key of an administrator skips that.",
        parameters: &["orderId"],
        body: Some(Body { schema: "Revocation", examples: life::revocation }),
        answers: &[
            Answer::Json {
                status: "201",
                description: "A request that has to be approved.",
                schema: "RequestInfo",
                examples: life::revoke_request,
            },
            Answer::Empty { status: "204", description: "They are revoked." },
        ],
        refusals: &["404", "413", "415"],
    },
    Endpoint {
        method: "get",
        path: "/order/certificate/{order_id}/note",
        id: "listNotes",
        tag: "Notes",
        summary: "List the notes on an order",
        description: "All notes on an order.",
        parameters: &["orderId"],
        body: None,
        answers: &[Answer::Json {
            status: "200",
            description: "The notes.",
            schema: "NoteList",
            examples: life::notes,
        }],
        refusals: &["404"],
    },
    Endpoint {
        method: "post",
        path: "/order/certificate/{order_id}/note",
        id: "addNote",
        tag: "Notes",
        summary: "Write a note on an order",
        description: "Writes a note. The other users of the account can read it. Sent twice, \
it is there twice.",
        parameters: &["orderId"],
        body: Some(Body { schema: "NewNote", examples: life::new_note }),
        answers: &[Answer::Json {
            status: "201",
            description: "The note.",
            schema: "Note",
            examples: life::note,
        }],
        refusals: &["404", "413", "415"],
    },
    Endpoint {
        method: "get",
        path: "/request",
        id: "listRequests",
        tag: "Requests",
        summary: "List requests",
        description: "A page of the requests of the account. An order that waits for an \
administrator may be here and not in the list of orders. Some answers \
give the limit of the page as 0.",
        parameters: &["limit", "offset", "requestSort", "requestStatus"],
        body: None,
        answers: &[Answer::Json {
            status: "200",
            description: "A page of requests.",
            schema: "RequestList",
            examples: examples::request_list,
        }],
        refusals: &[],
    },
    Endpoint {
        method: "get",
        path: "/request/{request_id}",
        id: "getRequest",
        tag: "Requests",
        summary: "Look a request up",
        description: "The state of a request. Every member but the id may be absent; \
`date_processed` is until it is decided.",
        parameters: &["requestId"],
        body: None,
        answers: &[Answer::Json {
            status: "200",
            description: "The request.",
            schema: "RequestInfo",
            examples: life::request,
        }],
        refusals: &["404"],
    },
    Endpoint {
        method: "put",
        path: "/request/{request_id}/status",
        id: "decideRequest",
        tag: "Requests",
        summary: "Approve or reject a request",
        description: "Decides a request that waits. Approving one may spend money.",
        parameters: &["requestId"],
        body: Some(Body { schema: "RequestDecision", examples: life::decision }),
        answers: &[DONE],
        refusals: &["404", "413", "415"],
    },
    Endpoint {
        method: "get",
        path: "/certificate/download/order/{order_id}/format/{format_type}",
        id: "downloadOrderCertificate",
        tag: "Certificates",
        summary: "Download the certificate of an order",
        description: "The active certificate of an order, as a file.",
        parameters: &["orderId", "formatType"],
        body: None,
        answers: &[Answer::File { description: "The file." }],
        refusals: &["404"],
    },
    Endpoint {
        method: "get",
        path: "/certificate/{certificate_id}/download/format/{format_type}",
        id: "downloadCertificate",
        tag: "Certificates",
        summary: "Download a certificate",
        description: "A certificate, as a file.",
        parameters: &["certificateId", "formatType"],
        body: None,
        answers: &[Answer::File { description: "The file." }],
        refusals: &["404"],
    },
    Endpoint {
        method: "put",
        path: "/certificate/{certificate_id}/revoke",
        id: "revokeCertificate",
        tag: "Certificates",
        summary: "Revoke a certificate",
        description: "Revokes it for good. The order stays alive. Somebody else has to \
approve it first, unless the key of an administrator skips that.",
        parameters: &["certificateId"],
        body: Some(Body { schema: "Revocation", examples: life::revocation }),
        answers: &[
            Answer::Json {
                status: "201",
                description: "A request that has to be approved.",
                schema: "RequestInfo",
                examples: life::revoke_request,
            },
            Answer::Empty { status: "204", description: "It is revoked." },
        ],
        refusals: &["404", "413", "415"],
    },
    Endpoint {
        method: "get",
        path: "/product",
        id: "listProducts",
        tag: "Account",
        summary: "List products",
        description: "The products that the account may order.",
        parameters: &[],
        body: None,
        answers: &[Answer::Json {
            status: "200",
            description: "The products.",
            schema: "ProductList",
            examples: life::products,
        }],
        refusals: &[],
    },
    Endpoint {
        method: "get",
        path: "/product/{name_id}",
        id: "getProduct",
        tag: "Account",
        summary: "Look a product up",
        description: "A product and what can be ordered of it.",
        parameters: &["nameId"],
        body: None,
        answers: &[Answer::Json {
            status: "200",
            description: "The product.",
            schema: "ProductInfo",
            examples: life::product,
        }],
        refusals: &["404"],
    },
    Endpoint {
        method: "get",
        path: "/finance/balance",
        id: "getBalance",
        tag: "Account",
        summary: "Look the balance up",
        description: "What the account can pay with. Amounts are decimal numbers in strings. \
Without a limit there are neither `negative_balance_limit` nor \
`total_available_funds`.",
        parameters: &["balanceOf"],
        body: None,
        answers: &[Answer::Json {
            status: "200",
            description: "The balance.",
            schema: "Balance",
            examples: life::balance,
        }],
        refusals: &[],
    },
    Endpoint {
        method: "get",
        path: "/user/me",
        id: "getUser",
        tag: "Account",
        summary: "Look the user up",
        description: "The user whose API key is used. `last_login_date` is not ISO 8601.",
        parameters: &[],
        body: None,
        answers: &[Answer::Json {
            status: "200",
            description: "The user.",
            schema: "UserInfo",
            examples: life::user,
        }],
        refusals: &[],
    },
    Endpoint {
        method: "get",
        path: "/account/metadata",
        id: "listCustomFields",
        tag: "Account",
        summary: "List custom fields",
        description: "The fields that the account asks for beside the API's own. Without \
any, the answer is an empty object.",
        parameters: &[],
        body: None,
        answers: &[Answer::Json {
            status: "200",
            description: "The fields.",
            schema: "CustomFieldList",
            examples: life::custom_fields,
        }],
        refusals: &[],
    },
];
