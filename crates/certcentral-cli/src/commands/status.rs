//! `certcentral status`: what CertCentral says of an order.

use certcentral::model::{OrderId, OrderInfo, RequestInfo};
use clap::Args;

use crate::args::options::{FORMAT_HELP, Format, READ_CODES, Server};
use crate::commands::{failed_read, next_step};
use crate::env::{runtime, server};
use crate::exit::{Exit, Result};
use crate::show::paint;
use crate::show::shell::server_options;
use crate::show::terminal::{Output, printable};
use crate::show::wrap::wrap;

/// Show the status of an order
#[derive(Debug, Args)]
#[command(after_help = READ_CODES)]
pub(crate) struct Arguments {
    /// The order's id at CertCentral, in digits
    #[arg(value_name = "ORDER_ID")]
    order_id: OrderId,
    #[command(flatten)]
    server: Server,
    #[arg(long, value_enum, default_value_t, help = FORMAT_HELP)]
    format: Format,
}

/// How wide the column with the names of what is known is, after two blanks.
const NAMES: usize = 14;

pub(crate) fn run(arguments: &Arguments) -> Result<Exit> {
    let client = server::connect(&arguments.server)?.build();
    let found = runtime::block_on(async { Ok(client.get_order(arguments.order_id).await) })?;
    match found {
        Ok(mut info) => {
            // With it and the token the certificate can be taken.
            info.hardware_init_code = None;
            print(arguments, &info)
        }
        Err(error) => Err(failed_read::report(&error, arguments.format)?),
    }
}

fn print(arguments: &Arguments, info: &OrderInfo) -> Result<Exit> {
    let mut output = Output::new();
    match arguments.format {
        Format::Json => output.json(info)?,
        Format::Human => {
            let status = info.status.as_ref().map_or("unknown", |status| status.as_str());
            let head = format!("order {}: {}", info.id, printable(status));
            output.line(paint::strong(&head))?;
            for (name, value) in rows(info) {
                let name = format!("{name:<NAMES$}");
                output.line(format_args!("  {}{}", paint::faint(&name), printable(&value)))?;
            }
            let options = server_options(&arguments.server);
            if let Some(next) =
                next_step::of(info.id, info.status.as_ref(), &info.requests, &options)
            {
                output.line(wrap("", 0, &printable(&next)))?;
            }
        }
    }
    output.finish()?;
    Ok(Exit::Success)
}

/// What is known of an order, by name.
fn rows(info: &OrderInfo) -> Vec<(&'static str, String)> {
    let certificate = info.certificate.as_ref();
    let validity = certificate.and_then(|certificate| {
        Some(format!(
            "{} to {}",
            certificate.valid_from.as_ref()?,
            certificate.valid_till.as_ref()?
        ))
    });
    let product = info
        .product
        .as_ref()
        .and_then(|product| product.name.clone().or_else(|| product.name_id.clone()));
    let known = [
        ("created", info.date_created.clone()),
        ("product", product),
        ("certificate", certificate.and_then(|it| it.id).map(|id| id.to_string())),
        ("holder", certificate.and_then(|it| it.common_name.clone())),
        ("issued", certificate.and_then(|it| it.date_issued.clone())),
        ("valid", validity),
        ("serial number", certificate.and_then(|it| it.serial_number.clone())),
        ("payment", info.payment_method.as_ref().map(ToString::to_string)),
        ("order valid", info.order_valid_till.clone()),
        ("renewed by", info.renewed_order_id.map(|id| format!("order {id}"))),
        ("price", info.price.as_ref().map(ToString::to_string)),
    ];
    let requests = info.requests.iter().map(|request| ("request", describe(request)));
    let notes = info.notes.iter().filter_map(|note| Some(("note", note.text.clone()?)));
    known
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)))
        .chain(requests)
        .chain(notes)
        .collect()
}

fn describe(request: &RequestInfo) -> String {
    let mut text = request.id.to_string();
    if let Some(kind) = &request.r#type {
        text.push_str(&format!(" ({kind})"));
    }
    if let Some(status) = &request.status {
        text.push_str(&format!(": {status}"));
    }
    if let Some(date) = &request.date {
        text.push_str(&format!(", {date}"));
    }
    text
}
