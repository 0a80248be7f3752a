//! A web form's back end with axum: all faults of an order at once as problem details (RFC 9457),
//! and the outcome with its warnings.
//!
//! ```sh
//! certcentral sandbox        # in a second terminal; export what it prints, then
//! cargo run --example web_form
//! curl -i http://127.0.0.1:3000/orders --data-binary @docs/examples/faulty.json
//! ```

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{StatusCode, header::CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use certcentral::pkio_professional::Order;
use certcentral::{Client, Outcome, Report, Validated, today};
use serde_json::{Value, json};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let app = Router::new().route("/orders", post(place)).with_state(Client::from_env()?);
    let address = std::env::var("LISTEN").unwrap_or_else(|_| "127.0.0.1:3000".into());
    let listener = tokio::net::TcpListener::bind(address).await?;
    println!("http://{}/orders", listener.local_addr()?);
    axum::serve(listener, app).await?;
    Ok(())
}

async fn place(State(client): State<Client>, body: Bytes) -> Response {
    let order = match Validated::<Order>::from_json(&body, today()) {
        Ok(order) => order,
        Err(report) => {
            return problem(
                StatusCode::UNPROCESSABLE_ENTITY,
                "The order has faults. Nothing was ordered.",
                json!({ "violations": violations(&report) }),
            );
        }
    };
    let warnings = violations(order.warnings());
    match client.place_order(&order).await {
        Outcome::Placed(placed) => {
            let body = json!({ "order_id": placed.order_id(), "warnings": warnings });
            (StatusCode::CREATED, body.to_string()).into_response()
        }
        Outcome::Rejected(rejected) => problem(
            StatusCode::BAD_GATEWAY,
            "CertCentral rejected the order. Nothing was ordered.",
            json!({ "errors": rejected.errors, "warnings": warnings }),
        ),
        Outcome::NotSent(not_sent) => problem(
            StatusCode::SERVICE_UNAVAILABLE,
            "The order could not be sent. Nothing was ordered; try again.",
            json!({ "reason": not_sent.reason.as_str(), "warnings": warnings }),
        ),
        // No "try again" here: the order may exist.
        Outcome::Unknown(unknown) => problem(
            StatusCode::ACCEPTED,
            "It is not known yet whether the order was placed. We are looking it up.",
            json!({ "reason": unknown.reason.as_str(), "warnings": warnings }),
        ),
    }
}

/// Where each fault is, and what to do: never the value itself.
fn violations(report: &Report) -> Vec<Value> {
    report
        .violations()
        .iter()
        .map(|it| json!({ "pointer": it.path(), "code": it.code(), "detail": it.message() }))
        .collect()
}

fn problem(status: StatusCode, title: &str, members: Value) -> Response {
    let mut body = json!({ "type": "about:blank", "status": status.as_u16(), "title": title });
    if let (Some(body), Value::Object(members)) = (body.as_object_mut(), members) {
        body.extend(members);
    }
    (status, [(CONTENT_TYPE, "application/problem+json")], body.to_string()).into_response()
}
