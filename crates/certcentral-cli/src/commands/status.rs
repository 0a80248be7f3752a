//! `certcentral status`: where an order stands.

use certcentral::model::{OrderInfo, RequestInfo};

use crate::args::{Format, Status};
use crate::commands::failed_read;
use crate::env::{runtime, server};
use crate::exit::{Exit, Result};
use crate::show::terminal::{Output, printable};

pub(crate) fn run(arguments: &Status) -> Result<Exit> {
    let base_url = server::base_url(&arguments.server)?;
    let key = server::api_key(&arguments.server)?;
    let client = server::client(key, base_url, server::timeout(&arguments.server)).build();
    let found = runtime::block_on(async { Ok(client.get_order(arguments.order_id).await) })?;
    match found {
        Ok(info) => print(arguments.format, &info),
        Err(error) => Err(failed_read::report(&error, arguments.format)?),
    }
}

fn print(format: Format, info: &OrderInfo) -> Result<Exit> {
    let mut output = Output::new();
    match format {
        Format::Json => output.json(info)?,
        Format::Human => {
            let status = info.status.as_ref().map_or("unknown", |status| status.as_str());
            let paint = output.paint;
            let head = format!("order {}: {}", info.id, printable(status));
            output.line(paint.strong(&head))?;
            for (name, value) in rows(info) {
                let name = format!("{name:<14}");
                output.line(format_args!("  {}{}", paint.faint(&name), printable(&value)))?;
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
        ("price", info.price.as_ref().map(ToString::to_string)),
    ];
    let requests = info.requests.iter().map(|request| ("request", describe(request)));
    known.into_iter().filter_map(|(name, value)| Some((name, value?))).chain(requests).collect()
}

fn describe(request: &RequestInfo) -> String {
    let mut text = request.id.to_string();
    if let Some(status) = &request.status {
        text.push_str(&format!(": {status}"));
    }
    if let Some(date) = &request.date {
        text.push_str(&format!(" ({date})"));
    }
    text
}
