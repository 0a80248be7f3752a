//! The endpoints of the description, one entry each.

use anyhow::Result;
use certcentral_model::{OrderInfo, OrderList, OrderResponse, RequestList};
use serde_json::Value;

use crate::codegen::answers::{documented, documented_errors};
use crate::codegen::examples::{self, Example};
use crate::codegen::order;

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
    /// Names of parameters in the path and in the query.
    pub(super) parameters: &'static [&'static str],
    pub(super) body: Option<Body>,
    pub(super) answer: Answer,
    /// Refusals besides those that every endpoint knows.
    pub(super) refusals: &'static [&'static str],
}

/// The body of a request, by one of [`SCHEMAS`].
pub(super) struct Body {
    pub(super) schema: &'static str,
    pub(super) examples: fn() -> Result<Vec<Example>>,
}

/// The answer of an endpoint that did what it was asked to.
pub(super) enum Answer {
    /// JSON by one of [`SCHEMAS`].
    Json {
        status: &'static str,
        description: &'static str,
        schema: &'static str,
        examples: fn() -> Vec<Example>,
    },
}

/// Groups of endpoints, with their descriptions.
pub(super) const TAGS: [(&str, &str); 2] = [
    ("Orders", "Placing orders and looking them up."),
    ("Requests", "Orders that wait to be approved."),
];

/// Makes a schema.
type Schema = fn() -> Result<Value>;

/// Schemas of bodies and answers, by the names of their types.
pub(super) const SCHEMAS: [(&str, Schema); 6] = [
    ("Order", order::request),
    ("OrderResponse", || Ok(documented::<OrderResponse>())),
    ("ErrorResponse", || Ok(documented_errors())),
    ("OrderInfo", || Ok(documented::<OrderInfo>())),
    ("OrderList", || Ok(documented::<OrderList>())),
    ("RequestList", || Ok(documented::<RequestList>())),
];

/// All endpoints.
pub(super) const ENDPOINTS: [Endpoint; 4] = [
    Endpoint {
        method: "post",
        path: "/order/certificate/pkio_qualified_organisation_person_prof",
        id: "orderPkioProfessional",
        tag: "Orders",
        summary: "Order a PKIo Professional - Signing certificate",
        description: "Places an order: a legal declaration that costs money. Not idempotent: the \
                      same order sent twice is two orders.",
        parameters: &[],
        body: Some(Body { schema: "Order", examples: examples::orders }),
        answer: Answer::Json {
            status: "201",
            description: "The order is placed.",
            schema: "OrderResponse",
            examples: examples::placed,
        },
        refusals: &["413", "415"],
    },
    Endpoint {
        method: "get",
        path: "/order/certificate",
        id: "listOrders",
        tag: "Orders",
        summary: "List orders",
        description: "A page of the orders of the account. Stop at an empty page.",
        parameters: &["limit", "offset", "orderSort", "orderStatus", "productNameId"],
        body: None,
        answer: Answer::Json {
            status: "200",
            description: "A page of orders.",
            schema: "OrderList",
            examples: examples::order_list,
        },
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
        answer: Answer::Json {
            status: "200",
            description: "The order.",
            schema: "OrderInfo",
            examples: examples::order,
        },
        refusals: &["404"],
    },
    Endpoint {
        method: "get",
        path: "/request",
        id: "listRequests",
        tag: "Requests",
        summary: "List requests",
        description: "A page of the requests of the account. An order that waits for an \
                      administrator may be here and not in the list of orders.",
        parameters: &["limit", "offset", "requestSort", "requestStatus"],
        body: None,
        answer: Answer::Json {
            status: "200",
            description: "A page of requests.",
            schema: "RequestList",
            examples: examples::request_list,
        },
        refusals: &[],
    },
];
