//! The JSON Schema of an order: its structure and descriptions from the model's types, the constraints
//! on values from the catalogue. If the two contradict each other, nothing is written.

use anyhow::{Context, Result, bail, ensure};
use certcentral_model::pkio_professional::Order;
use certcentral_validation::catalogue::{Catalogue, Kind, Requirement, Row, Rule, Sensitivity};
use certcentral_validation::{Rules, Severity};
use serde_json::{Map, Value, json};

use super::conditions::{join, push};
use super::{derived, examples};

/// What is posted.
pub(super) fn request() -> Result<Value> {
    let mut schema = derived::of::<Order>();
    describe(&mut schema, Order::CATALOGUE)?;
    // A file may name its schema. The member is read and never sent.
    schema["properties"]["$schema"] = json!({
        "type": "string",
        "description": "The address of this schema, for editors. It is not part of the order and is \
                        not sent."
    });
    let orders = examples::orders()?.into_iter().map(|example| example.value);
    // A schema has no card number, not even one for tests.
    let without_card = orders.filter(|order| order.get("credit_card").is_none());
    schema["examples"] = without_card.collect();
    Ok(schema)
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
            "the model and the catalogue do not agree whether {} is required: correct the one \
             that differs from the page",
            row.path
        );
        let node = schema
            .pointer_mut(&format!("{object}/properties/{}", row.name()))
            .and_then(Value::as_object_mut)
            .with_context(|| format!("the model has no member {}: add it as a field", row.path))?;
        describe_member(node, row)?;
    }
    for object in catalogue.rows().iter().filter(|row| matches!(row.kind, Kind::Object)) {
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
        let members = schema
            .pointer_mut(&at)
            .and_then(Value::as_object_mut)
            .with_context(|| format!("the model has no object {}", object.path))?;
        let fragments = catalogue.fragments().into_iter().filter(|it| it.path == object.path);
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
        "the model and the catalogue do not agree about the type of {}: correct the one that \
         differs from the page",
        row.path
    );
    if row.kind == Kind::NullableBoolean {
        node.insert("type".into(), json!(["boolean", "null"]));
    }
    for (rule, keywords) in row.keywords() {
        let Value::Object(keywords) = serde_json::to_value(keywords)? else {
            bail!("the keywords of {} at {} are not an object", rule.code, row.path)
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
    node.remove("examples");
    match row.values() {
        // With examples an editor would offer each value of a closed set twice.
        Some(values) => describe_values(node, row, values),
        None if matches!(row.kind, Kind::Text | Kind::Integer { .. })
            && row.sensitivity != Sensitivity::Secret =>
        {
            let values = examples::values(row.path)?;
            if !values.is_empty() {
                node.insert("examples".into(), json!(values));
            }
        }
        None => {}
    }
    if let Some(comment) = comment(row) {
        node.insert("$comment".into(), json!(comment));
    }
    Ok(())
}

/// Adds to the description what each value means, since JSON Schema has no keyword for that.
fn describe_values(node: &mut Map<String, Value>, row: &Row, values: &[&str]) {
    let mut description = node["description"].as_str().unwrap_or_default().to_owned();
    description.push('\n');
    for (value, meaning) in values.iter().zip(row.meanings) {
        description.push_str(&format!("\n- `{value}`: {meaning}"));
    }
    node.insert("description".into(), json!(description));
}

/// Returns the codes of a row's rules, grouped by whether the schema can express them.
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

/// Where in a schema the member at a path of the order is described.
pub(super) fn member_at(schema: &Value, path: &str) -> Result<String> {
    let (object, name) = path.rsplit_once('/').context("the order itself is not a member")?;
    Ok(format!("{}/properties/{name}", object_at(schema, object)?))
}

/// The path of the object that a member belongs to.
fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(parent, _)| parent)
}

/// The name of the Rust type that holds the object at a path of the order.
pub(super) fn type_of_object(path: &str) -> Result<String> {
    let at = object_at(&derived::of::<Order>(), path)?;
    Ok(at.rsplit('/').next().filter(|name| !name.is_empty()).unwrap_or("Order").to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_save_credit_card_may_be_null() {
        let schema = request().unwrap();
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
        let mut schema = derived::of::<Order>();
        schema["$defs"]["ShipInfo"]["properties"]["zip"]["type"] = json!("integer");
        let error = describe(&mut schema, Order::CATALOGUE).unwrap_err();
        assert!(error.to_string().contains("the type of /ship_info/zip"), "{error}");

        let mut schema = derived::of::<Order>();
        schema["$defs"]["ShipInfo"]["properties"]["zip4"] = json!({ "type": "string" });
        let error = describe(&mut schema, Order::CATALOGUE).unwrap_err();
        assert!(error.to_string().contains("no row for /ship_info/zip4: add it"), "{error}");

        let mut schema = derived::of::<Order>();
        schema["$defs"]["ShipInfo"]["required"] = json!([]);
        let error = describe(&mut schema, Order::CATALOGUE).unwrap_err();
        assert!(error.to_string().contains("whether /ship_info/name is required"), "{error}");
    }

    /// Every schema of the order, the root and those behind `$defs`.
    fn objects() -> Vec<Value> {
        let schema = request().unwrap();
        let definitions = schema["$defs"].as_object().unwrap().values().cloned();
        definitions.chain([schema.clone()]).collect()
    }

    #[test]
    fn a_reference_has_no_keyword_beside_it() {
        fn look(schema: &Value) {
            match schema {
                Value::Object(members) => {
                    assert!(!members.contains_key("$ref") || members.len() == 1, "{schema}");
                    members.values().for_each(look);
                }
                Value::Array(items) => items.iter().for_each(look),
                _ => {}
            }
        }
        look(&request().unwrap());
    }

    #[test]
    fn an_editor_fills_in_only_what_has_no_other_choice() {
        // An editor takes the `const` of a condition for a value to fill in.
        assert!(!request().unwrap().to_string().contains("\"const\""));
        for object in objects() {
            for (name, member) in object["properties"].as_object().unwrap() {
                assert_eq!(member.get("default"), None, "{name} has a default");
                let examples = member.get("examples").map_or(0, |it| it.as_array().unwrap().len());
                assert_ne!(examples, 1, "an editor would write the one example into {name}");
                let is_closed = member.get("enum").is_some() || member["type"] == "boolean";
                assert!(!is_closed || examples == 0, "{name}");
            }
        }
    }

    #[test]
    fn every_value_of_a_closed_set_is_explained() {
        let mut sets = 0;
        for object in objects() {
            for (name, member) in object["properties"].as_object().unwrap() {
                for value in member.get("enum").and_then(Value::as_array).into_iter().flatten() {
                    let line = format!("\n- `{}`: ", value.as_str().unwrap());
                    let description = member["description"].as_str().unwrap();
                    let (_, meaning) = description.split_once(&line).expect(name);
                    assert!(meaning.len() > 5, "{name}: {description}");
                }
                sets += usize::from(member.get("enum").is_some());
            }
        }
        assert_eq!(sets, 7);
    }

    #[test]
    fn no_description_mentions_the_rust_library() {
        for object in objects() {
            let described = object["properties"].as_object().unwrap().values().chain([&object]);
            for text in described.filter_map(|it| it["description"].as_str()) {
                for word in ["::", "Self", "Option<", "`None`", "crate", "this version", "Rust"] {
                    assert!(!text.contains(word), "{text}");
                }
            }
        }
    }

    #[test]
    fn the_root_has_a_name_that_generators_can_use() {
        assert_eq!(request().unwrap()["title"], json!("Order"));
    }
}
