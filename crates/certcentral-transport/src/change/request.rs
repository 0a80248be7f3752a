//! The requests that change something, built and not sent.

use certcentral_model::{
    Cancellation, CertificateId, NewNote, OrderId, RequestDecision, RequestId, Revocation,
};
use http::{Method, Request};
use serde::Serialize;

use crate::order::body::OrderBody;
use crate::order::request::with_body;
use crate::settings::api_key::ApiKey;
use crate::settings::base_url::BaseUrl;

macro_rules! requests {
    ($(
        $(#[$meta:meta])*
        $name:ident($id:ident: $id_type:ty, $body:ident: $body_type:ty) =
            $method:ident $before:literal $after:literal;
    )+) => {
        $(
            $(#[$meta])*
            #[must_use]
            pub fn $name(
                base: &BaseUrl,
                key: &ApiKey,
                $id: $id_type,
                $body: &$body_type,
            ) -> Request<OrderBody> {
                let url = format!("{base}{}{}{}", $before, $id, $after);
                change(Method::$method, url, key, $body)
            }
        )+
    };
}

requests! {
    /// Returns the request that approves or rejects a request:
    /// `PUT {base}/request/{request_id}/status`.
    request_decision_request(id: RequestId, decision: RequestDecision) = PUT "/request/" "/status";
    /// Returns the request that cancels an order: `PUT {base}/order/certificate/{order_id}/status`.
    cancel_order_request(id: OrderId, cancellation: Cancellation)
        = PUT "/order/certificate/" "/status";
    /// Returns the request that revokes the certificates of an order:
    /// `PUT {base}/order/certificate/{order_id}/revoke`.
    revoke_order_request(id: OrderId, revocation: Revocation)
        = PUT "/order/certificate/" "/revoke";
    /// Returns the request that revokes a certificate:
    /// `PUT {base}/certificate/{certificate_id}/revoke`.
    revoke_certificate_request(id: CertificateId, revocation: Revocation)
        = PUT "/certificate/" "/revoke";
    /// Returns the request that writes a note on an order:
    /// `POST {base}/order/certificate/{order_id}/note`.
    add_note_request(id: OrderId, note: NewNote) = POST "/order/certificate/" "/note";
}

fn change(method: Method, url: String, key: &ApiKey, body: &impl Serialize) -> Request<OrderBody> {
    with_body(method, url, key, OrderBody::of_json(body))
}
