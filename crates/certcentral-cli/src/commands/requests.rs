//! `certcentral requests`: what waits for a decision, and what was decided.

use certcentral::RequestQuery;
use certcentral::model::{RequestInfo, RequestStatus};
use clap::Args;

use crate::args::options::{READ_CODES, RowFormat, Server, TABLE_FORMAT_HELP};
use crate::commands::rows::{Column, Row, Style, print};
use crate::env::{runtime, server};
use crate::exit::{Exit, Result};
use crate::show::sheet::Cell;

/// List requests, the newest first: new orders and revocations that somebody approves or rejects
///
/// An order that waits for an administrator may be listed here alone. As JSON each request is a line;
/// a list that breaks off ends with a line that has an `error`.
#[derive(Debug, Args)]
#[command(after_help = READ_CODES)]
pub(crate) struct Arguments {
    /// Only requests with this status: submitted, pending, approved or rejected
    #[arg(long, value_name = "STATUS")]
    status: Option<RequestStatus>,
    #[command(flatten)]
    server: Server,
    #[arg(long, value_enum, default_value_t, help = TABLE_FORMAT_HELP)]
    format: RowFormat,
    /// Begin the CSV with a byte order mark, which some spreadsheet programs need to read names
    #[arg(long)]
    bom: bool,
}

/// As many as the API gives at once.
const PAGE: u32 = 1000;

pub(crate) fn run(arguments: &Arguments) -> Result<Exit> {
    let style = Style::new(arguments.format, arguments.bom)?;
    let client = server::connect(&arguments.server)?.build();
    let mut query = RequestQuery::new().page_size(PAGE);
    if let Some(status) = &arguments.status {
        query = query.status(status.clone());
    }
    runtime::block_on(async { print(client.list_requests(query), style, |_| true).await })
}

impl Row for RequestInfo {
    const NAME: &'static str = "requests";
    const HEAD: &'static [&'static str] = &[
        "request_id",
        "type",
        "status",
        "date",
        "order_id",
        "common_name",
        "product_name_id",
        "requester",
        "comments",
    ];
    const TABLE: &'static [Column] = &[
        Column { cell: 0, head: "request", width: 12 },
        Column { cell: 1, head: "type", width: 11 },
        Column { cell: 2, head: "status", width: 9 },
        Column { cell: 3, head: "date", width: 25 },
        Column { cell: 4, head: "order", width: 12 },
        Column { cell: 5, head: "holder", width: 0 },
    ];

    fn cells(&self) -> Vec<Cell<'_>> {
        let order = self.order.as_ref();
        let certificate = order.and_then(|it| it.certificate.as_ref());
        let product = order.and_then(|it| it.product.as_ref());
        let requester = self.requester.as_ref().map(|it| {
            let names = [it.first_name.as_deref(), it.last_name.as_deref()];
            names.into_iter().flatten().collect::<Vec<_>>().join(" ")
        });
        vec![
            Cell::number(Some(self.id)),
            Cell::text(self.r#type.as_deref()),
            Cell::text(self.status.as_ref().map(RequestStatus::as_str)),
            Cell::text(self.date.as_deref()),
            Cell::number(order.map(|it| it.id)),
            Cell::text(certificate.and_then(|it| it.common_name.as_deref())),
            Cell::text(product.and_then(|it| it.name_id.as_deref())),
            Cell::Text(requester.unwrap_or_default().into()),
            Cell::text(self.comments.as_deref()),
        ]
    }
}
