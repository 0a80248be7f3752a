//! `certcentral check`: everything that is wrong with orders, in one go. Nothing here knows HTTP.

use std::path::PathBuf;

use certcentral::pkio_professional::Order;
use certcentral::validation::Report;
use certcentral::{check_json, today};
use clap::Args;
use jiff::civil::Date;
use serde::Serialize;

use crate::args::options::{FORMAT_HELP, Format, day};
use crate::env::file;
use crate::exit::{Exit, Failure, Result};
use crate::show::terminal::{Output, fail};
use crate::show::{paint, report};

/// Name everything that is wrong with orders, and send nothing
///
/// All faults are named at once, with line and column: what is missing, unknown, given twice or of
/// the wrong type, and every rule that is broken. Card numbers are masked in what is shown.
#[derive(Debug, Args)]
#[command(after_help = "Exit codes: 0 all is right, 1 faults were found, 2 wrong usage or a file \
                        that cannot be read.")]
pub(crate) struct Arguments {
    /// The orders, each a JSON file; '-' is standard input
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    #[arg(long, value_enum, default_value_t, help = FORMAT_HELP)]
    format: Format,
    /// Count warnings as faults
    #[arg(long)]
    strict: bool,
    /// Check dates against this day instead of today
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
    today: Option<Date>,
}

pub(crate) fn run(arguments: &Arguments) -> Result<Exit> {
    let Arguments { files, format, strict, today: day } = arguments;
    if files.iter().filter(|file| file::is_stdin(file)).count() > 1 {
        return Err(Failure::usage("'-' is given twice: standard input can be read only once"));
    }
    let today = day.unwrap_or_else(today);
    let mut output = Output::new();
    let mut valid = 0;
    let mut unreadable = 0;
    for file in files {
        let name = file::name(file);
        let text = match file::read(file, file::LARGEST_ORDER) {
            Ok(text) => text,
            Err(reason) => {
                unreadable += 1;
                if *format == Format::Json {
                    let hidden = file::may_be_key(file);
                    let file = if hidden { "[not shown]".into() } else { file.to_string_lossy() };
                    let error = Some(format!("{name} {reason}"));
                    output.json(&Line {
                        file: &file,
                        valid: false,
                        violations: &Report::default(),
                        error,
                    })?;
                }
                output.flush()?;
                fail(format_args!("{name} {reason}"));
                continue;
            }
        };
        let report = check_json::<Order>(&text, today);
        let is_valid = if *strict { report.is_clean() } else { report.is_valid() };
        valid += usize::from(is_valid);
        match format {
            Format::Human => print(&mut output, &name, &text, &report, is_valid)?,
            Format::Json => output.json(&Line {
                file: &file.to_string_lossy(),
                valid: is_valid,
                violations: &report,
                error: None,
            })?,
        }
    }
    let faulty = files.len() - valid - unreadable;
    if files.len() > 1 && *format == Format::Human {
        let mut total = format!("{} files: {valid} valid", files.len());
        for (number, what) in [(faulty, "with faults"), (unreadable, "not readable")] {
            if number > 0 {
                total.push_str(&format!(", {number} {what}"));
            }
        }
        output.line(total)?;
    }
    output.finish()?;
    Ok(match (unreadable, faulty) {
        (0, 0) => Exit::Success,
        (0, _) => Exit::Invalid,
        _ => Exit::Usage,
    })
}

fn print(output: &mut Output, name: &str, text: &[u8], report: &Report, valid: bool) -> Result<()> {
    let verdict = if valid { paint::success("valid") } else { paint::error("not valid") };
    if report.is_clean() {
        return output.line(format_args!("{name}: {verdict}"));
    }
    output.line(report::render(name, text, report).trim_end())?;
    output.line(format_args!("\n{name}: {verdict}, {}", report::count(report)))
}

/// What `--format json` prints for a file.
#[derive(Serialize)]
struct Line<'a> {
    file: &'a str,
    valid: bool,
    violations: &'a Report,
    /// Why the file cannot be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}
