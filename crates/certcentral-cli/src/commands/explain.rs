//! `certcentral explain`: the members of an order, as the rule catalogue has them.

use std::fmt::Write;

use certcentral::pkio_professional::Order;
use certcentral::validation::Rules;
use certcentral::validation::catalogue::{Kind, Requirement, Row};
use clap::Args;

use crate::exit::{Exit, Failure, Result};
use crate::show::member::{allowed, dotted};
use crate::show::paint;
use crate::show::terminal::Output;
use crate::show::text::{may_be_secret, printable};
use crate::show::wrap::wrap_after;

/// Explain the members of an order: what each is, whether it is required, and its rules
///
/// Without a member, all of them are listed as a tree. With one, everything that is known of it is
/// printed, the rules that `certcentral check` applies included.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  certcentral explain
  certcentral explain professional_title
  certcentral explain ship_info.country

Exit codes: 0 explained, 2 there is no such member.")]
pub(crate) struct Arguments {
    /// The member: its name, or more of its path where several have the name
    #[arg(value_name = "MEMBER")]
    member: Option<String>,
}

/// Names that are less alike than this are not suggested.
const ALIKE: f64 = 0.75;

pub(crate) fn run(arguments: &Arguments) -> Result<Exit> {
    let rows = Order::CATALOGUE.rows();
    let mut output = Output::new();
    match &arguments.member {
        None => {
            output.line(format_args!("{}\n", paint::strong("An order")))?;
            output.line(tree(rows, 0).trim_end())?;
            output.line("\nMore of one member: certcentral explain MEMBER")?;
        }
        Some(member) => {
            let found = find(rows, member);
            if found.is_empty() {
                return Err(unknown(rows, member));
            }
            for (index, row) in found.into_iter().enumerate() {
                if index > 0 {
                    output.line("")?;
                }
                output.line(explanation(row).trim_end())?;
            }
        }
    }
    output.finish()?;
    Ok(Exit::Success)
}

/// The members of an object and all that is in them, a line or two each.
fn tree(rows: &[Row], object: usize) -> String {
    let mut tree = String::new();
    let top = depth(&rows[object]);
    let inside = format!("{}/", rows[object].path);
    for row in rows.iter().filter(|row| row.path.len() > inside.len()) {
        if !row.path.starts_with(&inside) {
            continue;
        }
        let indent = 2 * (depth(row) - top - 1);
        let name = format!("{:indent$}{}", "", row.name());
        // Writing to a `String` does not fail.
        let _ = write!(
            tree,
            "{}  {}",
            paint::strong(&format!("{name:<27}")),
            paint::faint(&format!("{:<11}", row.requirement.as_str())),
        );
        let mut says = String::new();
        if let Requirement::Conditional(condition) = row.requirement {
            says.push_str(&format!("({}) ", condition.when));
        }
        says.push_str(row.page);
        if let Some(values) = allowed(row) {
            says.push_str(&format!(" Allowed: {}.", values.join(", ")));
        }
        let _ = writeln!(tree, "  {}", wrap_after(42, &says));
    }
    tree
}

fn depth(row: &Row) -> usize {
    row.path.matches('/').count()
}

/// Everything that is known of a member.
fn explanation(row: &Row) -> String {
    let mut text = String::new();
    let path = if row.path.is_empty() { "order".into() } else { dotted(row) };
    let requirement = match row.requirement {
        Requirement::Conditional(condition) => format!("conditional: {}", condition.when),
        other => other.as_str().to_owned(),
    };
    // Writing to a `String` does not fail.
    let _ = writeln!(text, "{}\n  {}\n", paint::strong(&path), wrap_after(2, row.page));
    let mut fact = |name: &str, value: &str| {
        let name = format!("  {name:<14}");
        let _ = writeln!(text, "{}{}", paint::faint(&name), wrap_after(16, value));
    };
    fact("requirement", &requirement);
    fact("type", row.kind.describe());
    if let Some(values) = allowed(row) {
        fact("allowed", &values.join(", "));
    }
    fact("JSON Pointer", if row.path.is_empty() { "\"\"" } else { row.path });

    let own = row.rules.iter().map(|rule| (rule.code, rule.severity, rule.message, rule.reason));
    let cross = Order::CATALOGUE.cross_rules().iter().filter(|rule| rule.path == row.path);
    let cross = cross.map(|rule| (rule.code, rule.severity, rule.message, rule.reason));
    for (index, (code, severity, message, reason)) in own.chain(cross).enumerate() {
        if index == 0 {
            let _ = writeln!(text, "\n  {}", paint::faint("rules"));
        }
        let head = format!("{severity}[{code}]");
        let _ = writeln!(text, "  {}\n    {}", paint::strong(&head), wrap_after(4, message));
        let _ = writeln!(text, "    {}", paint::faint(&wrap_after(4, reason)));
    }
    if row.kind == Kind::Object
        && let Some(object) = Order::CATALOGUE.row(row.path)
    {
        let members = tree(Order::CATALOGUE.rows(), object);
        let _ = writeln!(text, "\n  {}\n{members}", paint::faint("members"));
    }
    text
}

/// The members that a name may mean: a JSON Pointer, a path with dots, or the end of one.
fn find<'r>(rows: &'r [Row], member: &str) -> Vec<&'r Row> {
    let member = member.trim_matches(['/', '.']).replace('/', ".").to_ascii_lowercase();
    if member == "order" {
        return vec![&rows[0]];
    }
    let rows = || rows.iter().skip(1);
    let exact: Vec<&Row> = rows().filter(|row| dotted(row) == member).collect();
    if !exact.is_empty() {
        return exact;
    }
    let end = format!(".{member}");
    rows().filter(|row| dotted(row).ends_with(&end)).collect()
}

fn unknown(rows: &[Row], member: &str) -> Failure {
    if may_be_secret(member) && !member.contains(['_', '.', '/']) {
        return Failure::usage("an order has no such member; certcentral explain lists them");
    }
    let typed = member.trim_matches(['/', '.']).replace('/', ".").to_ascii_lowercase();
    let names = rows.iter().skip(1).flat_map(|row| [row.name().to_owned(), dotted(row)]);
    let nearest = names
        .map(|name| (strsim::jaro_winkler(&typed, &name), name))
        .filter(|(alike, _)| *alike >= ALIKE)
        .max_by(|(one, _), (other, _)| one.total_cmp(other));
    let hint = nearest.map_or_else(
        || "certcentral explain lists them".to_owned(),
        |(_, name)| format!("did you mean {name}? certcentral explain lists all"),
    );
    Failure::usage(format!("an order has no member {}; {hint}", printable(member)))
}
