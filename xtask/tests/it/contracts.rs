//! The contracts on disk are right in themselves: schemas that are schemas, examples that are
//! examples of what they stand beside.

use certcentral_model::pkio_professional::Order;
use certcentral_model::{OrderId, OrderStatus, RequestStatus};
use certcentral_transport::http_types::Uri;
use certcentral_transport::{
    ApiKey, BaseUrl, OrderQuery, RequestQuery, order_info_request, order_list_request, order_url,
    request_list_request,
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

#[test]
fn the_openapi_description_has_every_request_that_the_transport_makes() {
    let openapi = document("docs/openapi.json");
    let base = BaseUrl::europe();
    assert_eq!(openapi["servers"][0]["url"], json!(base.as_str()));
    let path = |uri: &str| {
        let path = uri.strip_prefix(base.as_str()).unwrap();
        path.split('?').next().unwrap().replace("/112233", "/{order_id}")
    };
    assert!(operation(&openapi, "post", &path(&order_url::<Order>(&base))).is_some());

    let key = ApiKey::new("an-api-key-for-tests").unwrap();
    let orders = OrderQuery::new().status(OrderStatus::Pending).product_name_id("any");
    let requests = RequestQuery::new().status(RequestStatus::Pending);
    let uris: [Uri; 3] = [
        order_info_request(&base, &key, OrderId::new(112_233).unwrap()).uri().clone(),
        order_list_request(&base, &key, &orders).uri().clone(),
        request_list_request(&base, &key, &requests).uri().clone(),
    ];
    for uri in uris {
        let known = operation(&openapi, "get", &path(&uri.to_string()))
            .unwrap_or_else(|| panic!("{uri} is not described"));
        for pair in uri.query().unwrap_or_default().split('&').filter(|pair| !pair.is_empty()) {
            let name = pair.split('=').next().unwrap().replace("%5B", "[").replace("%5D", "]");
            assert!(known.contains(&name), "{name} of {uri} is not described");
        }
    }
}
