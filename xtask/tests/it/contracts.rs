//! The contracts on disk are right in themselves: the schemas are schemas, and each example fits its
//! schema.

use std::collections::BTreeSet;

use certcentral_model::pkio_professional::Order;
use certcentral_model::{Payment, ProductOrder};
use certcentral_transport::BaseUrl;
use serde_json::{Value, json};

use crate::payloads;

/// A generated document.
pub(crate) fn document(path: &str) -> Value {
    let files = xtask::codegen::output().unwrap().files;
    let file = files.into_iter().find(|file| file.path == path).unwrap();
    serde_json::from_str(&file.text).unwrap()
}

#[test]
fn schemas_fit_the_metaschema_and_examples_fit_their_schemas() {
    for name in ["order-request", "order-response", "error-response"] {
        let schema = document(&format!("docs/schema/{name}.schema.json"));
        jsonschema::meta::validate(&schema).unwrap_or_else(|error| panic!("{name}: {error}"));
        let validator = jsonschema::validator_for(&schema).unwrap();
        let examples = schema["examples"].as_array().unwrap();
        assert!(!examples.is_empty());
        for example in examples {
            validator.validate(example).unwrap_or_else(|error| panic!("{name}: {error}"));
        }
    }
}

/// The media types of a description, each with its place.
fn media_types(value: &Value, at: &str, into: &mut Vec<(String, Value)>) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                if name == "application/json" {
                    into.push((at.to_owned(), value.clone()));
                }
                media_types(value, &format!("{at}/{name}"), into);
            }
        }
        Value::Array(items) => {
            items
                .iter()
                .enumerate()
                .for_each(|(i, it)| media_types(it, &format!("{at}/{i}"), into));
        }
        _ => {}
    }
}

#[test]
fn the_examples_of_the_openapi_description_fit_their_schemas() {
    let openapi = document("docs/openapi.json");
    let mut bodies = Vec::new();
    media_types(&openapi, "", &mut bodies);
    let mut examples = 0;
    for (at, body) in bodies {
        let mut schema = body["schema"].clone();
        schema["components"] = openapi["components"].clone();
        let validator = jsonschema::validator_for(&schema).unwrap();
        let one = body.get("example").into_iter();
        let several =
            body["examples"].as_object().into_iter().flatten().map(|(_, it)| &it["value"]);
        for example in one.chain(several) {
            validator.validate(example).unwrap_or_else(|error| panic!("{at}: {error}"));
            examples += 1;
        }
    }
    assert!(examples >= 3 + 4 + 2 + 1 + 1 + 9, "orders, answers, look-ups, refusals: {examples}");
}

#[test]
fn every_answer_of_the_openapi_description_has_an_example() {
    let openapi = document("docs/openapi.json");
    let mut bodies = Vec::new();
    media_types(&openapi, "", &mut bodies);
    for (at, body) in bodies {
        let several = body["examples"].as_object().is_some_and(|it| !it.is_empty());
        assert!(several || body.get("example").is_some(), "{at}");
    }
}

#[test]
fn no_schema_uses_the_keyword_format() {
    for name in ["order-request", "order-response", "error-response"] {
        let text = document(&format!("docs/schema/{name}.schema.json")).to_string();
        assert!(!text.contains("\"format\""), "{name}");
    }
}

#[test]
fn card_data_is_write_only_and_shown_in_no_schema() {
    for path in ["docs/schema/order-request.schema.json", "docs/openapi.json"] {
        let document = document(path);
        let definitions = document.get("$defs").unwrap_or(&document["components"]["schemas"]);
        for member in ["number", "cvv"] {
            let node = &definitions["CreditCard"]["properties"][member];
            assert_eq!(node["writeOnly"], json!(true), "{member} in {path}");
            assert_eq!(node.get("examples"), None, "{member} in {path}");
        }
    }
}

/// The operation at a path, with the names of its parameters in the query.
fn operation(openapi: &Value, method: &str, path: &str) -> Option<Vec<String>> {
    let operation = openapi["paths"].get(path)?.get(method)?;
    let names = operation["parameters"].as_array().into_iter().flatten().filter_map(|parameter| {
        let reference = parameter["$ref"].as_str().unwrap().trim_start_matches('#');
        let parameter = openapi.pointer(reference).unwrap();
        (parameter["in"] == "query").then(|| parameter["name"].as_str().unwrap().to_owned())
    });
    Some(names.collect())
}

/// Method and URL of every request that the transport can make, with invented ids.
fn requests() -> Vec<(String, String)> {
    let mut requests = [payloads::look_ups(), payloads::changes()].concat();
    requests.push(("place-order", payloads::order(&payloads::existing(Payment::Balance))));
    let first_words = |text: &str| {
        let mut words = text.split_whitespace().map(str::to_owned);
        words.next().zip(words.next()).unwrap()
    };
    requests.iter().map(|(_, text)| first_words(text)).collect()
}

#[test]
fn the_openapi_description_has_every_request_that_the_transport_makes_and_no_other() {
    let openapi = document("docs/openapi.json");
    let base = BaseUrl::europe();
    assert_eq!(openapi["servers"][0]["url"], json!(base.as_str()));
    let product = Order::PRODUCT_NAME_ID;
    let mut made = BTreeSet::new();
    for (method, uri) in requests() {
        let (path, query) = uri.split_once('?').unwrap_or((&uri, ""));
        let path = path
            .strip_prefix(base.as_str())
            .unwrap()
            .replace("/order/112233", "/order/{order_id}")
            .replace("/order/certificate/112233", "/order/certificate/{order_id}")
            .replace("/445566", "/{certificate_id}")
            .replace("/request/8", "/request/{request_id}")
            .replace("/pem_all", "/{format_type}")
            .replace(&format!("/product/{product}"), "/product/{name_id}");
        let method = method.to_lowercase();
        let known = operation(&openapi, &method, &path)
            .unwrap_or_else(|| panic!("{method} {path} is not described"));
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let name = pair.split('=').next().unwrap().replace("%5B", "[").replace("%5D", "]");
            assert!(known.contains(&name), "{name} of {uri} is not described");
        }
        made.insert((method, path));
    }
    let described: BTreeSet<(String, String)> = openapi["paths"]
        .as_object()
        .unwrap()
        .iter()
        .flat_map(|(path, methods)| {
            methods.as_object().unwrap().keys().map(|method| (method.clone(), path.clone()))
        })
        .collect();
    assert_eq!(described, made);
}

#[test]
fn the_bodies_of_changes_fit_their_schemas() {
    let openapi = document("docs/openapi.json");
    let judge = |name: &str, body: Value| {
        let mut schema = openapi["components"]["schemas"][name].clone();
        schema["components"] = openapi["components"].clone();
        jsonschema::validator_for(&schema).unwrap().is_valid(&body)
    };
    for (change, text) in payloads::changes() {
        let name = match change.split('-').next() {
            Some("approve" | "reject") => "RequestDecision",
            Some("cancel") => "Cancellation",
            Some("revoke") => "Revocation",
            _ => "NewNote",
        };
        let body = text.lines().last().unwrap();
        assert!(judge(name, serde_json::from_str(body).unwrap()), "{change}: {body}");
    }
    for (name, body) in [
        ("Cancellation", json!({ "status": "CANCELED", "note": "Ordered by mistake." })),
        ("Cancellation", json!({ "status": "canceled" })),
        ("Cancellation", json!({ "status": "canceled", "note": " " })),
        ("RequestDecision", json!({ "status": "pending" })),
        ("NewNote", json!({ "text": "" })),
    ] {
        assert!(!judge(name, body.clone()), "{name}: {body}");
    }
}
