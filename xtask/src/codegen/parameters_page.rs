//! docs/parameters.md: every parameter of the endpoint's page, with its place in the Rust types.

use std::fmt::Write as _;

use anyhow::Result;
use certcentral_model::OrderResponse;
use certcentral_model::pkio_professional::Order;
use certcentral_validation::Rules;
use certcentral_validation::catalogue::{Catalogue, Kind, Requirement, Row};

use super::rules_page::codes_of;
use super::{derived, order};

const HEAD: &str = "\
<!-- Written by `cargo xtask codegen`; do not edit. -->

# Parameters

Every parameter of DigiCert's page *Order PKIo Professional - Signing*, in its order: the 46 of the
request and the two of the answer. The rules are explained in [rules.md](rules.md).

In italics: what the page says but no rule enforces, and how the page was interpreted where it is
unclear.

## Request

| parameter | requirement | type | Rust | what it is | rules |
|---|---|---|---|---|---|
";

const RESPONSE: &str = "
## Response

| parameter | requirement | type | Rust | what it is |
|---|---|---|---|---|
";

const TAIL: &str = "
The page's examples also have `requests`, a list of the requests that the order waits for
(`OrderResponse::requests`).
";

pub(super) fn page() -> Result<String> {
    let catalogue = Order::CATALOGUE;
    let mut page = HEAD.to_owned();
    for row in catalogue.rows().iter().skip(1) {
        let (object, name) = row.path.rsplit_once('/').unwrap_or_default();
        writeln!(
            page,
            "| `{}` | {} | {} | `{}::{name}` | {} | {} |",
            row.path.trim_start_matches('/').replace('/', "."),
            requirement(&row.requirement),
            type_of(row.kind),
            order::type_of_object(object)?,
            words(row),
            codes(catalogue, row),
        )?;
    }
    page.push_str(RESPONSE);
    let response = derived::of::<OrderResponse>();
    for name in ["id", "certificate_id"] {
        let requirement = if name == "id" { "always there" } else { "if approved" };
        let description = response["properties"][name]["description"].as_str().unwrap_or_default();
        writeln!(
            page,
            "| `{name}` | {requirement} | integer, also read from digits in a string \
             | `OrderResponse::{name}` | {description} |"
        )?;
    }
    page.push_str(TAIL);
    Ok(page)
}

/// Returns what the member is, its allowed values, and notes.
fn words(row: &Row) -> String {
    let mut words = row.page.to_owned();
    if let Some(values) = row.values() {
        let values: Vec<String> = values
            .iter()
            .zip(row.meanings)
            .map(|(value, meaning)| format!("`{value}`: {}", meaning.trim_end_matches('.')))
            .collect();
        words.push_str(&format!(" Allowed values: {}.", values.join("; ")));
    }
    if !row.note.is_empty() {
        words.push_str(&format!(" *{}*", row.note));
    }
    words
}

fn requirement(requirement: &Requirement) -> String {
    match requirement {
        Requirement::Conditional(condition) => format!("conditional: {}", condition.when),
        other => other.as_str().to_owned(),
    }
}

pub(super) const fn type_of(kind: Kind) -> &'static str {
    match kind {
        Kind::Object => "object",
        Kind::Text => "string",
        Kind::Integer { .. } => "integer",
        Kind::Boolean => "boolean",
        Kind::NullableBoolean => "boolean or null",
        _ => "other",
    }
}

/// The codes of a row's own rules, and of the rules between members that blame it.
fn codes(catalogue: &Catalogue, row: &Row) -> String {
    let between = catalogue.cross_rules().iter().filter(|rule| rule.path == row.path);
    let all = codes_of(row).chain(between.map(|rule| rule.code));
    all.map(|code| format!("`{code}`")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_parameters_of_the_page_are_there() {
        let page = page().unwrap();
        assert_eq!(page.lines().filter(|line| line.starts_with("| `")).count(), 48);
        assert!(
            page.contains("| `ship_info.zip` | required | string | `ShipInfo::zip` |"),
            "{page}"
        );
        assert!(page.contains("| `csa_agreed_to` | required | boolean | `Order::csa_agreed_to` |"));
    }
}
