//! The contracts on disk are right in themselves: schemas that are schemas, examples that are
//! examples of what they stand beside.

use std::collections::BTreeSet;
use std::time::Duration;

use certcentral_model::pkio_professional::Order;
use certcentral_model::{
    Cancellation, CertificateFormat, CertificateId, NewNote, OrderId, ProductOrder,
    RequestDecision, RequestId, RequestStatus, Revocation,
};
use certcentral_transport::http_types::{Method, Uri};
use certcentral_transport::jiff::civil::date;
use certcentral_transport::{
    ApiKey, BaseUrl, DateRange, OrderQuery, RequestQuery, add_note_request, balance_request,
    cancel_order_request, certificate_download_request, custom_field_list_request,
    note_list_request, order_download_request, order_info_request, order_list_request, order_url,
    product_info_request, product_list_request, request_decision_request, request_info_request,
    request_list_request, revoke_certificate_request, revoke_order_request, status_changes_request,
    user_request,
};
use serde_json::{Value, json};

fn document(path: &str) -> Value {
    let files = xtask::codegen::output().unwrap().files;
    let file = files.into_iter().find(|file| file.path == path).unwrap();
    serde_json::from_str(&file.text).unwrap()
}

#[test]
fn schemas_keep_to_the_metaschema_and_their_examples_to_them() {
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

/// The media types of a description, each with the place where it stands.
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
fn no_contract_holds_a_format_that_json_schema_does_not_have() {
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

/// Every request that the transport can make, with invented ids.
fn requests() -> Vec<(Method, Uri)> {
    let base = BaseUrl::europe();
    let key = ApiKey::new("an-api-key-for-tests").unwrap();
    let order = OrderId::new(112_233).unwrap();
    let certificate = CertificateId::new(445_566).unwrap();
    let request = RequestId::new(8).unwrap();
    let format = CertificateFormat::PemAll;
    let day = date(2027, 2, 1);
    let orders = OrderQuery::renewals::<Order>(day)
        .date_created(DateRange::After(day))
        .email("any")
        .common_name("any")
        .search("any")
        .certificate_id(certificate)
        .serial_number("any")
        .user_id(7)
        .container_id(1)
        .organization_id(1)
        .not_renewed();
    let listed = RequestQuery::new().status(RequestStatus::Pending);
    let look_ups = [
        order_info_request(&base, &key, order),
        order_list_request(&base, &key, &orders),
        request_list_request(&base, &key, &listed),
        request_info_request(&base, &key, request),
        status_changes_request(&base, &key, Duration::from_secs(60)),
        note_list_request(&base, &key, order),
        order_download_request(&base, &key, order, &format),
        certificate_download_request(&base, &key, certificate, &format),
        product_list_request(&base, &key),
        product_info_request(&base, &key, Order::PRODUCT_NAME_ID),
        balance_request(&base, &key, Some(1)),
        user_request(&base, &key),
        custom_field_list_request(&base, &key),
    ];
    let changes = [
        request_decision_request(&base, &key, request, &RequestDecision::approve()),
        cancel_order_request(&base, &key, order, &Cancellation::new("any")),
        revoke_order_request(&base, &key, order, &Revocation::new()),
        revoke_certificate_request(&base, &key, certificate, &Revocation::new()),
        add_note_request(&base, &key, order, &NewNote::new("any")),
    ];
    let place = order_url::<Order>(&base).parse().unwrap();
    let look_ups = look_ups.iter().map(|it| (it.method().clone(), it.uri().clone()));
    let changes = changes.iter().map(|it| (it.method().clone(), it.uri().clone()));
    [(Method::POST, place)].into_iter().chain(look_ups).chain(changes).collect()
}

#[test]
fn the_openapi_description_has_every_request_that_the_transport_makes_and_no_other() {
    let openapi = document("docs/openapi.json");
    let base = BaseUrl::europe();
    assert_eq!(openapi["servers"][0]["url"], json!(base.as_str()));
    let product = Order::PRODUCT_NAME_ID;
    let mut made = BTreeSet::new();
    for (method, uri) in requests() {
        let text = uri.to_string();
        let path = text.strip_prefix(base.as_str()).unwrap().split('?').next().unwrap();
        let path = path
            .replace("/order/112233", "/order/{order_id}")
            .replace("/order/certificate/112233", "/order/certificate/{order_id}")
            .replace("/445566", "/{certificate_id}")
            .replace("/request/8", "/request/{request_id}")
            .replace("/pem_all", "/{format_type}")
            .replace(&format!("/product/{product}"), "/product/{name_id}");
        let method = method.as_str().to_lowercase();
        let known = operation(&openapi, &method, &path)
            .unwrap_or_else(|| panic!("{method} {path} is not described"));
        for pair in uri.query().unwrap_or_default().split('&').filter(|pair| !pair.is_empty()) {
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
    for (name, body) in [
        ("RequestDecision", serde_json::to_value(RequestDecision::approve()).unwrap()),
        (
            "RequestDecision",
            serde_json::to_value(RequestDecision::reject().comment("Left the firm.")).unwrap(),
        ),
        ("Cancellation", serde_json::to_value(Cancellation::new("Ordered by mistake.")).unwrap()),
        ("Revocation", serde_json::to_value(Revocation::new()).unwrap()),
        (
            "Revocation",
            serde_json::to_value(Revocation::new().comment("Token lost.").skip_approval()).unwrap(),
        ),
        ("NewNote", serde_json::to_value(NewNote::new("Dossier 12")).unwrap()),
    ] {
        assert!(judge(name, body.clone()), "{name}: {body}");
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
