//! `certcentral new`: an order file, or a sheet, to fill in.
//!
//! Only what has one allowed value is filled in: nothing here chooses what an order costs, where it
//! goes, or what its holder agrees to.

use std::num::NonZeroU64;

use certcentral::pkio_professional::Order;
use certcentral::validation::Rules;
use certcentral::validation::catalogue::{Catalogue, Kind, Requirement, Row};
use clap::Args;

use crate::exit::{Exit, Result};
use crate::show::member::{allowed, dotted};
use crate::show::terminal::{print_data, progress};

/// Print an order file to fill in
///
/// The file has every member that an order needs, in order. What has one allowed value is filled
/// in; everything else is a placeholder in angle brackets, which says what belongs there. Replace
/// each, quotes included where the value is a number, true or false. `certcentral check` names the
/// placeholders that are left, one by one. Members that can be left out are not in it:
/// `certcentral explain` has them.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  certcentral new > order.json                 for a professional whom CertCentral does not know
  certcentral new --existing 21 > order.json   for one whom it knows by this id
  certcentral new --csv > orders.csv           a sheet for many, a row an order

Exit codes: 0 printed, 2 wrong usage.")]
pub(crate) struct Arguments {
    /// Order for an individual whose details CertCentral has, by its id there
    #[arg(long, value_name = "ID", value_parser = individual)]
    existing: Option<NonZeroU64>,
    /// Pay by credit card: with the card and its billing address
    #[arg(long)]
    card: bool,
    /// Print a sheet instead, for many orders: a column a member, and one row to copy and fill in.
    /// Each row has its own consent to the subscriber agreement
    #[arg(long, conflicts_with_all = ["existing", "card"])]
    csv: bool,
}

fn individual(text: &str) -> Result<NonZeroU64, String> {
    let id = text.parse().ok().filter(|id: &NonZeroU64| i64::try_from(id.get()).is_ok());
    id.ok_or_else(|| "an id is a whole number from 1 to 9223372036854775807, in digits only".into())
}

/// Optional, and still in the template: without it no token is shipped.
const ALSO: &str = "/ship_info";

pub(crate) fn run(arguments: &Arguments) -> Result<Exit> {
    let sheet = Template { catalogue: Order::CATALOGUE, arguments };
    let (text, what_now) = if arguments.csv {
        (sheet.csv(), "Copy the second row for each order, and fill it in.")
    } else {
        let what_now = "Put this into a file, replace each <...>, and see what is left: certcentral check FILE";
        (sheet.object(0, ""), what_now)
    };
    let exit = print_data(format!("{text}\n").as_bytes())?;
    progress(what_now);
    Ok(exit)
}

struct Template<'a> {
    catalogue: &'static Catalogue,
    arguments: &'a Arguments,
}

impl Template<'_> {
    /// The members of an object that belong in, in the page's order.
    fn members(&self, object: usize) -> impl Iterator<Item = (usize, &'static Row)> {
        let rows = self.catalogue.rows().iter().enumerate().skip(1);
        rows.filter(move |(index, row)| self.catalogue.parent(*index) == object && self.has(row))
    }

    fn has(&self, row: &Row) -> bool {
        let existing = self.arguments.existing.is_some();
        match row.requirement {
            Requirement::Required => true,
            Requirement::Optional => row.path == ALSO,
            // The details of a new individual, the card and its address; what only some countries
            // have is asked for, too.
            _ => match row.path {
                "/certificate/individual/id" => existing,
                "/credit_card" | "/billing_address" => self.arguments.card,
                path => !(existing && path.starts_with("/certificate/individual/")),
            },
        }
    }

    /// An object as JSON for people.
    fn object(&self, object: usize, indent: &str) -> String {
        let inner = format!("{indent}  ");
        let members = self.members(object).map(|(index, row)| {
            let value = match row.kind {
                Kind::Object => self.object(index, &inner),
                _ => self.json(row),
            };
            format!("{inner}\"{}\": {value}", row.name())
        });
        format!("{{\n{}\n{indent}}}", members.collect::<Vec<_>>().join(",\n"))
    }

    fn json(&self, row: &Row) -> String {
        let value = self.value(row);
        match row.kind {
            Kind::Integer { .. } if value.bytes().all(|byte| byte.is_ascii_digit()) => value,
            _ => serde_json::Value::from(value).to_string(),
        }
    }

    /// The value of a member: filled in, or a placeholder.
    fn value(&self, row: &Row) -> String {
        match (row.path, self.arguments.existing, allowed(row)) {
            ("/certificate/individual/id", Some(id), _) => return id.to_string(),
            ("/payment_method", ..) if self.arguments.card => return "card".into(),
            ("/payment_method", _, Some(values)) => {
                let others: Vec<&str> =
                    values.iter().copied().filter(|value| *value != "card").collect();
                return format!("<{}>", others.join(" or "));
            }
            (_, _, Some([value])) => return (*value).into(),
            (_, _, Some(values)) => return format!("<{}>", values.join(" or ")),
            _ => {}
        }
        let what = row.page.trim_end_matches('.');
        match (row.kind, row.requirement) {
            (Kind::Boolean, _) => format!("<true or false: {what}>"),
            (_, Requirement::Conditional(condition)) if condition.test.is_none() => {
                format!("<{what} ({})>", condition.when)
            }
            _ => format!("<{what}>"),
        }
    }

    /// The head and one row.
    fn csv(&self) -> String {
        let mut columns = Vec::new();
        self.columns(0, &mut columns);
        let head: Vec<String> = columns.iter().map(|row| dotted(row)).collect();
        let row: Vec<String> = columns.iter().map(|row| cell(&self.value(row))).collect();
        format!("{}\n{}", head.join(","), row.join(","))
    }

    fn columns(&self, object: usize, columns: &mut Vec<&'static Row>) {
        for (index, row) in self.members(object) {
            if row.kind == Kind::Object {
                self.columns(index, columns);
            } else {
                columns.push(row);
            }
        }
    }
}

fn cell(text: &str) -> String {
    if text.contains([',', '"', '\n', ';']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.into()
    }
}
