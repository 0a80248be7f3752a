//! Conditions on several members of an object, as a schema that is easy to read.

use anyhow::{Context, Result, ensure};
use serde_json::{Map, Value, json};

/// Adds the catalogue's fragments to an object: plain keywords as they are, and one `if` with its
/// `then` and `else` as long as one is enough.
pub(super) fn join(
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
    if !codes.is_empty() {
        object.insert("$comment".into(), json!(format!("rules: {}", codes.join(", "))));
    }
    Ok(())
}

/// Adds a schema to those that must all hold.
pub(super) fn push(node: &mut Map<String, Value>, schema: Value) {
    match node.entry("allOf").or_insert_with(|| json!([])) {
        Value::Array(all) => all.push(schema),
        other => *other = json!([schema]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
    fn several_conditions_are_a_list() {
        let mut object = Map::new();
        let fragments = [
            ("one", r#"{"if":{"required":["a"]},"then":{"required":["b"]}}"#),
            ("two", r#"{"if":{"required":["c"]},"then":{"required":["d"]}}"#),
        ];
        join(&mut object, fragments.into_iter().map(|(code, it)| (code, it.to_owned()))).unwrap();
        assert_eq!(object["allOf"].as_array().unwrap().len(), 2);
    }
}
