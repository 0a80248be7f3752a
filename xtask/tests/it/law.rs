//! The law: the schema accepts what the rules accept, and the rules accept what the schema accepts,
//! except for what the catalogue marks as beyond a schema.
//!
//! One test tries every change that the catalogue suggests, one at a time; another makes several changes
//! to random orders. A rule that no case breaks fails the first, so every new rule is tested.

use std::cell::Cell;
use std::collections::BTreeSet;

use certcentral_model::pkio_professional::Order;
use certcentral_validation::catalogue::{Kind, Requirement, STRUCTURE};
use certcentral_validation::{Report, Rules, Severity, check_json};
use jsonschema::Validator;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use serde_json::{Value, json};
use xtask::law::beyond_schema;
use xtask::law::damage::{self, Damage, TODAY};

/// At random, besides those that are made one at a time.
const RANDOM_CASES: u32 = 10_000;

struct Law {
    schema: Validator,
    /// Codes of errors that a schema cannot know of.
    beyond: BTreeSet<&'static str>,
}

impl Law {
    fn new() -> Self {
        let schema = xtask::codegen::order_schema().unwrap();
        let schema = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
        for rule in Order::CATALOGUE.rows().iter().flat_map(|row| row.rules) {
            let is_said = rule.severity == Severity::Warning || rule.keywords().is_some();
            assert!(
                is_said || rule.is_beyond_schema(),
                "{} has neither keywords nor the mark that a schema cannot express it",
                rule.code
            );
        }
        let beyond = beyond_schema();
        Self { schema, beyond }
    }

    /// Compares the two verdicts.
    fn judge(&self, order: &Value) -> Result<Report, String> {
        let report = check_json::<Order>(order.to_string().as_bytes(), TODAY);
        let schema_accepts = self.schema.is_valid(order);
        if report.is_valid() && !schema_accepts {
            let said: Vec<String> =
                self.schema.iter_errors(order).map(|error| error.to_string()).collect();
            return Err(format!("the rules accept it and the schema does not: {said:?}"));
        }
        if schema_accepts {
            let unheard: Vec<_> = report
                .errors()
                .filter(|error| !self.beyond.contains(error.code()))
                .filter(|error| !is_whole_with_a_point(order, error.path(), error.code()))
                .map(|error| format!("{}: {}", error.path(), error.code()))
                .collect();
            if !unheard.is_empty() {
                return Err(format!("the schema accepts it and the rules do not: {unheard:?}"));
            }
        }
        Ok(report)
    }
}

/// `1.0` is an integer in JSON Schema, but not for the API.
fn is_whole_with_a_point(order: &Value, path: &str, code: &str) -> bool {
    let number = order.pointer(path).filter(|value| value.is_f64()).and_then(Value::as_f64);
    code == "wrong_type" && number.is_some_and(|number| number.fract() == 0.0)
}

#[test]
fn every_single_change_is_judged_alike_and_every_rule_is_met() {
    let law = Law::new();
    let mut met: BTreeSet<(String, &str)> = BTreeSet::new();
    for case in damage::cases().unwrap() {
        let report =
            law.judge(&case.order).unwrap_or_else(|error| panic!("{}: {error}", case.name));
        met.extend(report.violations().iter().map(|it| (it.path().to_owned(), it.code())));
    }
    let codes: BTreeSet<&str> = met.iter().map(|(_, code)| *code).collect();
    let met = |path: &str, code: &'static str| met.contains(&(path.to_owned(), code));

    for row in Order::CATALOGUE.rows() {
        for rule in row.rules {
            assert!(met(row.path, rule.code), "no case breaks {} at {:?}", rule.code, row.path);
        }
        let must_be_there = match row.requirement {
            Requirement::Required => !row.path.is_empty(),
            Requirement::Conditional(condition) => condition.test.is_some(),
            _ => false,
        };
        assert!(!must_be_there || met(row.path, "required"), "no case leaves out {}", row.path);
        let null = if row.kind == Kind::NullableBoolean { "wrong_type" } else { "null" };
        assert!(met(row.path, "wrong_type"), "no case retypes {:?}", row.path);
        assert!(met(row.path, null), "no case has null at {:?}", row.path);
        if row.kind == Kind::Object {
            let unknown = format!("{}/unknown", row.path);
            assert!(met(&unknown, "unknown_member"), "no case adds {unknown}");
        }
    }
    for rule in Order::CATALOGUE.cross_rules() {
        assert!(met(rule.path, rule.code), "no case breaks {}", rule.code);
    }
    for rule in STRUCTURE.iter().filter(|rule| rule.in_schema) {
        assert!(codes.contains(rule.code), "no case breaks {}", rule.code);
    }
}

/// A schema judges values. Faults of a text before it is a value are found by the rules alone.
#[test]
fn every_fault_of_a_text_is_met() {
    let (_, order) = damage::bases().unwrap().swap_remove(0);
    let text = order.to_string();
    let twice = text.replacen("\"days\":", "\"days\":1,\"days\":", 1);
    let half_a_pair = text.replacen("\"Amsterdam\"", r#""\ud800""#, 1);
    let placeholder = text.replacen("\"Amsterdam\"", "\"<city>\"", 1);
    let texts = [
        b"\xff".to_vec(),
        b"{".to_vec(),
        twice.into_bytes(),
        half_a_pair.into_bytes(),
        placeholder.into_bytes(),
    ];
    let met: BTreeSet<&str> =
        texts.iter().map(|text| check_json::<Order>(text, TODAY).violations()[0].code()).collect();
    for rule in STRUCTURE.iter().filter(|rule| !rule.in_schema) {
        // It is for a model that is stricter than its catalogue; this one is not.
        let is_reserve = rule.code == "unreadable";
        assert!(met.contains(rule.code) || is_reserve, "no text has {}", rule.code);
    }
}

#[test]
fn the_values_that_the_schema_shows_are_right() {
    fn shown(schema: &Value, name: &str, into: &mut Vec<(String, Value, Value)>) {
        let Some(properties) = schema["properties"].as_object() else { return };
        for (member, node) in properties {
            let shown = node["examples"].as_array().into_iter().flatten();
            into.extend(
                shown.map(|value| (format!("{name}.{member}"), node.clone(), value.clone())),
            );
        }
    }
    let schema = xtask::codegen::order_schema().unwrap();
    let mut all = Vec::new();
    shown(&schema, "order", &mut all);
    for (name, object) in schema["$defs"].as_object().unwrap() {
        shown(object, name, &mut all);
    }
    assert!(all.len() > 40, "{}", all.len());
    for (name, node, value) in all {
        assert!(jsonschema::is_valid(&node, &value), "{name} does not take {value}");
    }
    let law = Law::new();
    for order in schema["examples"].as_array().unwrap() {
        assert!(law.judge(order).unwrap().is_clean());
    }
    for (name, order) in damage::bases().unwrap() {
        let report = law.judge(&order).unwrap();
        assert!(report.is_clean(), "{name}: {report}");
    }
}

#[test]
fn orders_at_random_are_judged_alike() {
    // A failure shows the order; a file of failures would be one more thing to keep.
    let config = Config { cases: RANDOM_CASES, failure_persistence: None, ..Config::default() };

    let law = Law::new();
    let strategy = (order(), proptest::collection::vec(select(damage::damages()), 0..4), text());
    let accepted = Cell::new(0);
    let result = TestRunner::new(config).run(&strategy, |(order, damages, text)| {
        let mut order = order;
        for damage in &damages {
            damage.apply(&mut order);
        }
        if let Some((path, text)) = text {
            Damage::Set(path.to_owned(), json!(text)).apply(&mut order);
        }
        let report = law.judge(&order).map_err(TestCaseError::fail)?;
        accepted.set(accepted.get() + u32::from(report.is_valid()));
        Ok(())
    });
    if let Err(error) = result {
        panic!("{error}");
    }
    // If both refused nearly all orders, the test would show little.
    let accepted = accepted.get();
    assert!(accepted > RANDOM_CASES / 10, "only {accepted} orders were right");
}

/// Any text at any member that is one, sometimes.
fn text() -> impl Strategy<Value = Option<(&'static str, String)>> {
    let paths: Vec<&str> = Order::CATALOGUE
        .rows()
        .iter()
        .filter(|row| row.kind == Kind::Text)
        .map(|row| row.path)
        .collect();
    let text = prop_oneof![".*", "[ -~]{0,20}", "[+@.0-9A-Za-z \n-]{0,24}"];
    proptest::option::weighted(0.3, (select(paths), text))
}

/// An order that is right, without some of the members that may be absent.
fn order() -> impl Strategy<Value = Value> {
    let bases: Vec<_> = damage::bases().unwrap().into_iter().map(|(_, order)| order).collect();
    let rows = Order::CATALOGUE.rows().iter();
    let optional = rows.filter(|row| matches!(row.requirement, Requirement::Optional));
    let removed: Vec<_> = optional.map(|row| Damage::Remove(row.path.into())).collect();
    let by_balance = [
        Damage::Set("/payment_method".into(), json!("balance")),
        Damage::Remove("/credit_card".into()),
        Damage::Remove("/billing_address".into()),
    ];
    let removed = subsequence(removed.clone(), 0..=removed.len());
    let by_balance = prop_oneof![Just(vec![]), Just(by_balance.to_vec())];
    (select(bases), removed, by_balance).prop_map(|(mut order, removed, by_balance)| {
        for damage in removed.iter().chain(&by_balance) {
            damage.apply(&mut order);
        }
        order
    })
}
