//! `certcentral check`: everything that is wrong with orders, in one go. Nothing here knows HTTP.

use certcentral::pkio_professional::Order;
use certcentral::validation::Report;
use certcentral::{check_json, today};
use serde::Serialize;

use crate::args::{Check, Format};
use crate::env::file;
use crate::exit::{Exit, Failure, Result};
use crate::show::paint;
use crate::show::report;
use crate::show::terminal::{Output, fail};

pub(crate) fn run(arguments: &Check) -> Result<Exit> {
    let Check { files, format, strict, today: day } = arguments;
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
