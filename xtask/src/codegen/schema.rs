//! The JSON Schemas: structure and words from the model's types, all that is asked of a value from
//! the catalogue. Where the two contradict each other, nothing is written.

use anyhow::{Context, Result, bail, ensure};
use certcentral_model::pkio_professional::Order;
use certcentral_model::{ErrorResponse, OrderResponse};
use certcentral_validation::catalogue::{Catalogue, Kind, Requirement, Row, Rule, Sensitivity};
use certcentral_validation::{Rules, Severity};
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

use super::examples;

/// The schemas' names. They do not change; nothing is fetched from there.
const ID: &str = "https://certcentral.example/schema/";

/// What is posted.
pub(super) fn order_request() -> Result<Value> {
    let mut schema = of::<Order>();
    describe(&mut schema, Order::CATALOGUE)?;
    let orders = [examples::order("new-professional")?, examples::order("existing-professional")?];
    schema["examples"] = json!(orders);
    schema["title"] = json!("PKIo Professional - Signing: an order");
    Ok(named(schema, "order-request"))
}

/// The answer to an order that was placed.
pub(super) fn order_response() -> Result<Value> {
    let mut schema = of::<OrderResponse>();
    shorten(&mut schema);
    schema["examples"] =
        json!(examples::placed().into_iter().map(|(_, _, answer)| answer).collect::<Vec<_>>());
    Ok(named(schema, "order-response"))
}

/// The answer that refuses one.
pub(super) fn error_response() -> Result<Value> {
    let mut schema = of::<ErrorResponse>();
    shorten(&mut schema);
    schema["examples"] = json!([{ "errors": [{
        "code": "required_param:certificate.signature_hash",
        "message": "The parameter is missing."
    }] }]);
    Ok(named(schema, "error-response"))
}

/// Leaves out how the Rust type reads an answer: that is no part of the contract.
fn shorten(schema: &mut Value) {
    if let Some(description) = schema["description"].as_str() {
        let first = description.split("\n\n").next().unwrap_or_default();
        schema["description"] = json!(first);
    }
}

fn named(mut schema: Value, name: &str) -> Value {
    schema["$id"] = json!(format!("{ID}{name}.schema.json"));
    schema
}

/// The schema of a type, in its plainest form.
pub(super) fn of<T: JsonSchema>() -> Value {
    let generator = SchemaSettings::draft2020_12().into_generator();
    let mut schema = generator.into_root_schema_for::<T>().to_value();
    simplify(&mut schema);
    if let Some(definitions) = schema.get_mut("$defs").and_then(Value::as_object_mut) {
        for (name, definition) in definitions {
            definition["title"] = json!(words(name));
        }
    }
    if let Some(title) = schema["title"].as_str() {
        schema["title"] = json!(words(title));
    }
    schema
}

/// Takes out what JSON Schema does not have (`format: uint64`) and what these contracts do not
/// mean: an optional member is absent, not null. Where null is meant, the catalogue says so.
fn simplify(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            if members.get("format").and_then(Value::as_str).is_some_and(|it| it.starts_with('u')) {
                members.remove("format");
            }
            if members.get("format").is_some_and(|it| it == "double") {
                members.remove("format");
            }
            for text in ["description", "title"] {
                if let Some(Value::String(text)) = members.get_mut(text) {
                    *text = plain(text);
                }
            }
            without_null(members);
            members.values_mut().for_each(simplify);
        }
        Value::Array(items) => items.iter_mut().for_each(simplify),
        _ => {}
    }
}

fn without_null(members: &mut Map<String, Value>) {
    let null = json!({ "type": "null" });
    if let Some(Value::Array(choices)) = members.get_mut("anyOf") {
        choices.retain(|choice| *choice != null);
        if let [Value::Object(only)] = &choices[..] {
            let only = only.clone();
            members.remove("anyOf");
            members.extend(only);
        }
    }
    if let Some(Value::Array(types)) = members.get_mut("type") {
        types.retain(|name| name != "null");
        if let [only] = &types[..] {
            members["type"] = only.clone();
        }
    }
}

/// A doc comment as plain text: one line a paragraph, no links into Rust.
fn plain(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('[') {
        plain.push_str(before);
        match after.split_once(']') {
            Some((label, after)) => {
                plain.push_str(label);
                let target = after.strip_prefix('(').and_then(|it| it.split_once(')'));
                rest = target.map_or(after, |(_, after)| after);
            }
            None => {
                plain.push('[');
                rest = after;
            }
        }
    }
    plain.push_str(rest);
    plain.split("\n\n").map(|it| it.replace('\n', " ")).collect::<Vec<_>>().join("\n\n")
}

/// `BillingAddress` as `Billing address`.
fn words(name: &str) -> String {
    let mut words = String::new();
    for (at, character) in name.char_indices() {
        if at > 0 && character.is_uppercase() {
            words.push(' ');
            words.extend(character.to_lowercase());
        } else {
            words.push(character);
        }
    }
    words
}

/// Adds what the catalogue says of each member, and of members together.
fn describe(schema: &mut Value, catalogue: &Catalogue) -> Result<()> {
    let [_, rows @ ..] = catalogue.rows() else { bail!("the catalogue has no rows") };
    for row in rows {
        let object = object_at(schema, parent(row.path))?;
        let required = schema
            .pointer(&format!("{object}/required"))
            .and_then(Value::as_array)
            .is_some_and(|names| names.iter().any(|name| name == row.name()));
        ensure!(
            required == matches!(row.requirement, Requirement::Required),
            "the model and the catalogue do not agree whether {} is required: mend the one that \
             differs from the page",
            row.path
        );
        let node = schema
            .pointer_mut(&format!("{object}/properties/{}", row.name()))
            .and_then(Value::as_object_mut)
            .with_context(|| format!("the model has no member {}: add it as a field", row.path))?;
        describe_member(node, row)?;
    }
    for object in rows.iter().filter(|row| matches!(row.kind, Kind::Object)) {
        let at = object_at(schema, object.path)?;
        let properties = schema.pointer(&format!("{at}/properties")).and_then(Value::as_object);
        for name in properties.into_iter().flat_map(Map::keys) {
            let path = format!("{}/{name}", object.path);
            ensure!(
                catalogue.row(&path).is_some(),
                "the catalogue has no row for {path}: add it to the product's rows in \
                 certcentral-validation"
            );
        }
    }
    let mut objects: Vec<&str> = Vec::new();
    for fragment in catalogue.fragments() {
        if !objects.contains(&fragment.path) {
            objects.push(fragment.path);
        }
    }
    for path in objects {
        let object = object_at(schema, path)?;
        let members = schema
            .pointer_mut(&object)
            .and_then(Value::as_object_mut)
            .with_context(|| format!("the model has no object {path}"))?;
        let fragments = catalogue.fragments().into_iter().filter(|it| it.path == path);
        join(members, fragments.map(|it| (it.code, it.schema)))?;
    }
    Ok(())
}

fn describe_member(node: &mut Map<String, Value>, row: &Row) -> Result<()> {
    let expected = match row.kind {
        Kind::Object => Value::Null,
        Kind::Text => json!("string"),
        Kind::Integer { .. } => json!("integer"),
        Kind::Boolean | Kind::NullableBoolean => json!("boolean"),
        other => bail!("no schema is known for the kind {other:?} of {}", row.path),
    };
    ensure!(
        node.get("type").unwrap_or(&Value::Null) == &expected,
        "the model and the catalogue do not agree about the type of {}: mend the one that differs \
         from the page",
        row.path
    );
    if row.kind == Kind::NullableBoolean {
        node.insert("type".into(), json!(["boolean", "null"]));
    }
    for (rule, keywords) in row.keywords() {
        let Value::Object(keywords) = serde_json::to_value(keywords)? else {
            bail!("the keywords of {} at {} are no object", rule.code, row.path)
        };
        // The model's own bounds are those of its integers.
        let bounds = ["minimum", "maximum"];
        let taken = |name: &String| node.contains_key(name) && !bounds.contains(&&**name);
        if keywords.keys().any(taken) {
            push(node, Value::Object(keywords));
        } else {
            node.extend(keywords);
        }
    }
    if row.sensitivity == Sensitivity::Secret {
        node.insert("writeOnly".into(), json!(true));
    }
    let default = match row.path {
        "/certificate/is_rsassa_pss" => Some(json!(false)),
        "/csa_agreed_to" => Some(json!(true)),
        "/payment_method" => Some(json!("balance")),
        _ => None,
    };
    if let Some(default) = default {
        node.insert("default".into(), default);
    }
    // No card number stands in a schema, be it one for tests.
    node.remove("examples");
    if !matches!(row.kind, Kind::Object) && row.sensitivity != Sensitivity::Secret {
        let values = examples::values(row.path)?;
        ensure!(!values.is_empty(), "there is no example for {}", row.path);
        node.insert("examples".into(), json!(values));
    }
    if let Some(comment) = comment(row) {
        node.insert("$comment".into(), json!(comment));
    }
    Ok(())
}

/// The codes of a row's rules, by what the schema does with them.
fn comment(row: &Row) -> Option<String> {
    let codes = |wanted: &dyn Fn(&Rule) -> bool| {
        let codes: Vec<&str> =
            row.rules.iter().filter(|rule| wanted(rule)).map(|rule| rule.code).collect();
        codes.join(", ")
    };
    let errors = codes(&|it| it.severity == Severity::Error && !it.is_beyond_schema());
    let beyond = codes(&|it| it.severity == Severity::Error && it.is_beyond_schema());
    let warnings = codes(&|it| it.severity == Severity::Warning);
    let parts: Vec<String> =
        [("rules", errors), ("rules that a schema cannot say", beyond), ("warnings", warnings)]
            .into_iter()
            .filter(|(_, codes)| !codes.is_empty())
            .map(|(name, codes)| format!("{name}: {codes}"))
            .collect();
    (!parts.is_empty()).then(|| parts.join("; "))
}

/// Joins what must hold of an object's members together, in the form that reads best: plain
/// keywords as they are, and one `if` with its `then` and `else`, as long as one is enough.
fn join(
    object: &mut Map<String, Value>,
    fragments: impl Iterator<Item = (&'static str, String)>,
) -> Result<()> {
    let mut codes: Vec<&str> = Vec::new();
    let mut conditions: Vec<(Value, Map<String, Value>)> = Vec::new();
    for (code, fragment) in fragments {
        if !codes.contains(&code) {
            codes.push(code);
        }
        let mut fragment: Map<String, Value> = serde_json::from_str(&fragment)
            .with_context(|| format!("reading what the catalogue says for {code}"))?;
        let Some(condition) = fragment.remove("if") else {
            object.extend(fragment);
            continue;
        };
        let then = fragment.remove("then").with_context(|| format!("{code} has no `then`"))?;
        ensure!(fragment.is_empty(), "{code} says more than `if` and `then`");
        // "Unless A then B" is "if A, else B".
        let (condition, branch) = match condition.as_object() {
            Some(only) if only.len() == 1 && only.contains_key("not") => {
                (only["not"].clone(), "else")
            }
            _ => (condition, "then"),
        };
        match conditions.iter_mut().find(|(known, _)| *known == condition) {
            Some((_, branches)) => {
                ensure!(!branches.contains_key(branch), "two rules of {code} want one branch");
                branches.insert(branch.into(), then);
            }
            None => conditions.push((condition, Map::from_iter([(branch.to_owned(), then)]))),
        }
    }
    let single = conditions.len() == 1;
    for (condition, mut branches) in conditions {
        branches.insert("if".into(), condition);
        if single {
            object.extend(branches);
        } else {
            push(object, Value::Object(branches));
        }
    }
    object.insert("$comment".into(), json!(format!("rules: {}", codes.join(", "))));
    Ok(())
}

/// Adds a schema to those that must all hold.
fn push(node: &mut Map<String, Value>, schema: Value) {
    match node.entry("allOf").or_insert_with(|| json!([])) {
        Value::Array(all) => all.push(schema),
        other => *other = json!([schema]),
    }
}

/// Where in a schema the object at a path of the order is described.
fn object_at(schema: &Value, path: &str) -> Result<String> {
    let mut at = String::new();
    for name in path.split('/').skip(1) {
        at = format!("{at}/properties/{name}");
        let node = schema.pointer(&at).with_context(|| format!("the model has no {path}"))?;
        if let Some(reference) = node.get("$ref").and_then(Value::as_str) {
            at = reference.trim_start_matches('#').to_owned();
        }
    }
    Ok(at)
}

/// The path of the object that a member belongs to.
fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(parent, _)| parent)
}

/// The name of the Rust type that holds the object at a path of the order.
pub(super) fn type_of_object(path: &str) -> Result<String> {
    let at = object_at(&of::<Order>(), path)?;
    Ok(at.rsplit('/').next().filter(|name| !name.is_empty()).unwrap_or("Order").to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doc_comments_become_plain_text() {
        assert_eq!(
            plain("Either [`existing`](Self::existing) or\nnew."),
            "Either `existing` or new."
        );
        assert_eq!(
            plain("[`Payment`] sets it.\n\nMore\ntext [here"),
            "`Payment` sets it.\n\nMore text [here"
        );
    }

    #[test]
    fn two_branches_of_one_condition_are_one_if() {
        let mut object = Map::new();
        let fragments = [
            ("required", r#"{"if":{"not":{"required":["id"]}},"then":{"required":["email"]}}"#),
            ("alone", r#"{"if":{"required":["id"]},"then":{"maxProperties":1}}"#),
            ("somebody", r#"{"minProperties":1}"#),
        ];
        join(&mut object, fragments.into_iter().map(|(code, it)| (code, it.to_owned()))).unwrap();
        assert_eq!(
            Value::Object(object),
            json!({
                "$comment": "rules: required, alone, somebody",
                "if": { "required": ["id"] },
                "then": { "maxProperties": 1 },
                "else": { "required": ["email"] },
                "minProperties": 1
            })
        );
    }

    #[test]
    fn several_conditions_stand_beside_each_other() {
        let mut object = Map::new();
        let fragments = [
            ("one", r#"{"if":{"required":["a"]},"then":{"required":["b"]}}"#),
            ("two", r#"{"if":{"required":["c"]},"then":{"required":["d"]}}"#),
        ];
        join(&mut object, fragments.into_iter().map(|(code, it)| (code, it.to_owned()))).unwrap();
        assert_eq!(object["allOf"].as_array().unwrap().len(), 2);
    }

    #[test]
    fn only_save_credit_card_can_be_null() {
        let schema = order_request().unwrap();
        let with_null: Vec<&str> = schema["$defs"]
            .as_object()
            .unwrap()
            .values()
            .chain([&schema])
            .flat_map(|object| object["properties"].as_object().unwrap())
            .filter(|(_, node)| node.to_string().contains(r#""null""#))
            .map(|(name, _)| name.as_str())
            .collect();
        assert_eq!(with_null, ["save_credit_card"]);
    }

    #[test]
    fn a_catalogue_and_a_model_that_contradict_each_other_are_refused() {
        let mut schema = of::<Order>();
        schema["$defs"]["ShipInfo"]["properties"]["zip"]["type"] = json!("integer");
        let error = describe(&mut schema, Order::CATALOGUE).unwrap_err();
        assert!(error.to_string().contains("the type of /ship_info/zip"), "{error}");

        let mut schema = of::<Order>();
        schema["$defs"]["ShipInfo"]["properties"]["zip4"] = json!({ "type": "string" });
        let error = describe(&mut schema, Order::CATALOGUE).unwrap_err();
        assert!(error.to_string().contains("no row for /ship_info/zip4: add it"), "{error}");

        let mut schema = of::<Order>();
        schema["$defs"]["ShipInfo"]["required"] = json!([]);
        let error = describe(&mut schema, Order::CATALOGUE).unwrap_err();
        assert!(error.to_string().contains("whether /ship_info/name is required"), "{error}");
    }
}
