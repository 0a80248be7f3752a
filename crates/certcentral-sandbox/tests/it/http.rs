//! A client of a few lines, so that nothing between a test and the bytes can be at fault.

use std::io::ErrorKind;
use std::net::SocketAddr;

use certcentral_sandbox::Sandbox;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

pub(crate) const ORDER_PATH: &str =
    "/services/v2/order/certificate/pkio_qualified_organisation_person_prof";

/// How a connection ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    Closed,
    Reset,
}

/// All that came, and how it ended.
pub(crate) struct Heard {
    pub(crate) bytes: Vec<u8>,
    pub(crate) end: End,
}

impl Heard {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    pub(crate) fn answer(&self) -> Answer {
        Answer::parse(&self.bytes)
    }
}

#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) version: String,
    pub(crate) status: u16,
    headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn parse(bytes: &[u8]) -> Self {
        let end = bytes.windows(4).position(|it| it == b"\r\n\r\n").expect("a whole head");
        let head = std::str::from_utf8(&bytes[..end]).unwrap();
        let mut lines = head.lines();
        let (version, rest) = lines.next().unwrap().split_once(' ').unwrap();
        Self {
            version: version.to_owned(),
            status: rest[..3].parse().unwrap(),
            headers: lines
                .map(|line| line.split_once(": ").unwrap())
                .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
                .collect(),
            body: bytes[end + 4..].to_vec(),
        }
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(it, _)| it == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn json(&self) -> Value {
        assert_eq!(self.header("content-type"), Some("application/json"));
        serde_json::from_slice(&self.body).unwrap()
    }

    /// The codes of the errors in it.
    pub(crate) fn codes(&self) -> Vec<String> {
        let json = self.json();
        let errors = json["errors"].as_array().expect("a list of errors").clone();
        errors
            .iter()
            .map(|error| {
                assert!(!error["message"].as_str().unwrap().is_empty());
                error["code"].as_str().unwrap().to_owned()
            })
            .collect()
    }
}

/// Sends these bytes and reads what comes to the end of the connection.
pub(crate) async fn exchange(address: SocketAddr, request: &[u8]) -> Heard {
    let mut stream = TcpStream::connect(address).await.unwrap();
    // The server may have reset the connection before everything was written.
    let _ = stream.write_all(request).await;
    hear(&mut stream).await
}

pub(crate) async fn hear(stream: &mut TcpStream) -> Heard {
    let mut bytes = Vec::new();
    let end = match stream.read_to_end(&mut bytes).await {
        Ok(_) => End::Closed,
        Err(error) if error.kind() == ErrorKind::ConnectionReset => End::Reset,
        Err(error) => panic!("neither closed nor reset: {error}"),
    };
    Heard { bytes, end }
}

/// A request as text, with `Connection: close`.
pub(crate) fn request(method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Vec<u8> {
    let mut text = format!("{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n");
    for (name, value) in headers {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    if method == "POST" || !body.is_empty() {
        text.push_str(&format!("Content-Length: {}\r\n", body.len()));
    }
    text.push_str("\r\n");
    text.push_str(body);
    text.into_bytes()
}

pub(crate) fn order_request(sandbox: &Sandbox, order: &Value) -> Vec<u8> {
    let headers = [("X-DC-DEVKEY", sandbox.api_key()), ("Content-Type", "application/json")];
    request("POST", ORDER_PATH, &headers, &order.to_string())
}

/// Orders, and hears everything.
pub(crate) async fn post(sandbox: &Sandbox, order: &Value) -> Heard {
    exchange(sandbox.address(), &order_request(sandbox, order)).await
}

/// Orders, and expects an answer.
pub(crate) async fn place(sandbox: &Sandbox, order: &Value) -> Answer {
    post(sandbox, order).await.answer()
}

/// Places an order for this person and gives its id.
pub(crate) async fn place_for(sandbox: &Sandbox, email: &str) -> u64 {
    let answer = place(sandbox, &order_for(email)).await;
    assert_eq!(answer.status, 201);
    answer.json()["id"].as_u64().unwrap()
}

/// Sends a request with the key; the path is what comes after the base URL.
pub(crate) async fn send(sandbox: &Sandbox, method: &str, path: &str, body: &str) -> Answer {
    let headers = [("X-DC-DEVKEY", sandbox.api_key()), ("Content-Type", "application/json")];
    let path = format!("/services/v2{path}");
    exchange(sandbox.address(), &request(method, &path, &headers, body)).await.answer()
}

/// Looks up.
pub(crate) async fn get(sandbox: &Sandbox, path: &str) -> Answer {
    send(sandbox, "GET", path, "").await
}

pub(crate) fn order_for(email: &str) -> Value {
    let example = include_str!("../../../../docs/examples/new-professional.json");
    let mut order: Value = serde_json::from_str(example).unwrap();
    order["certificate"]["individual"]["email"] = email.into();
    order.as_object_mut().unwrap().remove("order_validity");
    order
}

pub(crate) fn order() -> Value {
    order_for("fenna.dewit@example.com")
}

pub(crate) fn card_order() -> Value {
    let mut order = order();
    order["payment_method"] = "card".into();
    order["credit_card"] = json!({
        "number": "4111111111111111",
        "expiration_month": "12",
        "expiration_year": "2099",
        "cvv": "987",
        "cardholder_name": "F. de Wit",
        "set_as_default": "0"
    });
    order["billing_address"] =
        json!({ "address": "Voorbeeldgracht 1", "city": "Amsterdam", "country": "NL" });
    order
}
