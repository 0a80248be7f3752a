//! docs/rules.md: the catalogue for people.

use std::fmt::Write as _;

use certcentral_model::pkio_professional::Order;
use certcentral_validation::catalogue::{Row, STRUCTURE};
use certcentral_validation::{Rules, Severity};

const HEAD: &str = "\
<!-- Written by `cargo xtask codegen`; do not edit. -->

# Rules

The rules by which `certcentral check` and the library judge an order. One catalogue is the source of
the checks, of the [JSON Schema](schema/order-request.schema.json) and of this page.

An **error** means that DigiCert's page says so, or that the value cannot be right. A **warning** is
what we infer. The last column says whether the JSON Schema refuses the same: *yes*, *no* for what a
schema cannot express (the Luhn formula, a date compared with today), and nothing for a warning, which
does not make an order invalid.

The codes do not change. The messages may.
";

const STRUCTURE_HEAD: &str = "
## Structure

What can be wrong with a text before any rule is checked. An order that was built in Rust can only break
two of these: `required`, for members that others make necessary, and `placeholder`.

| code | severity | what to do | why | in the schema |
|---|---|---|---|---|
";

const VALUES_HEAD: &str = "
## One member

In the page's order. After the first error of a member its other rules are not checked.

| member | code | severity | what to do | why | in the schema |
|---|---|---|---|---|---|
";

const CROSS_HEAD: &str = "
## Several members

| reported at | code | severity | what to do | why | in the schema |
|---|---|---|---|---|---|
";

pub(super) fn page() -> String {
    let catalogue = Order::CATALOGUE;
    let mut page = HEAD.to_owned();

    page.push_str(STRUCTURE_HEAD);
    for rule in STRUCTURE {
        let schema = if rule.in_schema { "yes" } else { "no" };
        line(&mut page, &[&code(rule.code), "error", rule.message, rule.reason, schema]);
    }

    page.push_str(VALUES_HEAD);
    for row in catalogue.rows() {
        for rule in row.rules {
            let schema = in_schema(rule.severity, rule.keywords().is_some());
            let severity = rule.severity.as_str();
            line(
                &mut page,
                &[&member(row.path), &code(rule.code), severity, rule.message, rule.reason, schema],
            );
        }
    }

    page.push_str(CROSS_HEAD);
    for rule in catalogue.cross_rules() {
        let schema = in_schema(rule.severity, rule.schema.is_some());
        let severity = rule.severity.as_str();
        line(
            &mut page,
            &[&member(rule.path), &code(rule.code), severity, rule.message, rule.reason, schema],
        );
    }
    page
}

/// The codes of a row's own rules.
pub(super) fn codes_of(row: &Row) -> impl Iterator<Item = &'static str> {
    row.rules.iter().map(|rule| rule.code)
}

const fn in_schema(severity: Severity, can_say: bool) -> &'static str {
    match (severity, can_say) {
        (Severity::Warning, _) => "",
        (Severity::Error, true) => "yes",
        (Severity::Error, false) => "no",
    }
}

fn member(path: &str) -> String {
    code(&path.trim_start_matches('/').replace('/', "."))
}

fn code(code: &str) -> String {
    format!("`{code}`")
}

fn line(page: &mut String, cells: &[&str]) {
    let cells: Vec<String> = cells.iter().map(|cell| cell.replace('|', "\\|")).collect();
    // Writing to a text cannot fail.
    let _ = writeln!(page, "| {} |", cells.join(" | "));
}
