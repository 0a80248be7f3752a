//! `docs/messages.md`: every message in English and Dutch, side by side.

use std::collections::BTreeSet;

use anyhow::Result;
use certcentral_model::pkio_professional::Order;
use certcentral_validation::{Language, check_json};
use serde_json::{Value, json};

use crate::law::damage::{TODAY, bases, cases};

const HEAD: &str = "\
<!-- Written by `cargo xtask codegen`; do not edit. -->

# Messages

What the rules say, in English and in Dutch: `Violation::message`, and `Violation::text`. The messages are
those of orders that are damaged in every way that the catalogue suggests. Of messages that differ in the
member, the value or the character alone, the first three are shown.

| code | English | Dutch |
|---|---|---|
";

/// How many messages of one code are shown.
const SHOWN: usize = 3;

/// Returns the page.
///
/// # Errors
///
/// An example order cannot be read.
pub(crate) fn page() -> Result<String> {
    let mut texts: Vec<Vec<u8>> =
        cases()?.into_iter().map(|case| case.order.to_string().into_bytes()).collect();
    texts.extend(further()?.into_iter().map(|order| order.to_string().into_bytes()));
    texts.extend([
        b"\xff".to_vec(),
        b"{".to_vec(),
        br#"{"csa_agreed_to":true,"csa_agreed_to":true,"payment_method":"\ud800"}"#.to_vec(),
    ]);
    let mut rows = BTreeSet::new();
    for text in &texts {
        for violation in &check_json::<Order>(text, TODAY) {
            let dutch = violation.text(Language::Dutch).into_owned();
            rows.insert((violation.code(), violation.message().to_owned(), dutch));
        }
    }
    let mut page = HEAD.to_owned();
    let (mut code, mut shown) = ("", 0);
    for (its_code, english, dutch) in &rows {
        shown = if code == *its_code { shown + 1 } else { 0 };
        code = its_code;
        if shown < SHOWN {
            page.push_str(&format!("| `{code}` | {} | {} |\n", cell(english), cell(dutch)));
        }
    }
    Ok(page)
}

/// Orders whose members contradict each other.
fn further() -> Result<Vec<Value>> {
    let (_, order) = bases()?.swap_remove(0);
    let with = |path: &str, value: Value| {
        let mut order = order.clone();
        if let Some(member) = order.pointer_mut(path) {
            *member = value;
        }
        order
    };
    Ok(vec![
        with("/order_validity", json!({ "custom_expiration_date": "09 DEC 2026", "days": 1 })),
        with("/order_validity", json!({ "days": 30, "years": 1 })),
        with("/credit_card/expiration_year", json!("2020")),
        with("/credit_card/expiration_year", json!("2099")),
    ])
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}
