//! `certcentral list`: the orders of the account, or those to renew.

use certcentral::model::{OrderInfo, OrderStatus};
use certcentral::pkio_professional::Order;
use certcentral::{DateRange, OrderQuery, today};
use clap::Args;
use jiff::Span;
use jiff::civil::Date;

use crate::args::options::{READ_CODES, RowFormat, Server, TABLE_FORMAT_HELP, day, days};
use crate::commands::rows::{Column, Row, Style, day_of, print};
use crate::env::{runtime, server};
use crate::exit::{Exit, Result};
use crate::show::sheet::Cell;

/// List orders, the newest first
///
/// As JSON each order is a line; a list that breaks off ends with a line that has an `error`.
#[derive(Debug, Args)]
#[command(after_help = READ_CODES)]
pub(crate) struct Arguments {
    /// Only orders with this status, such as pending, issued (which includes expired), rejected,
    /// revoked or canceled
    #[arg(long, value_name = "STATUS", conflicts_with = "expiring")]
    status: Option<OrderStatus>,
    /// The renewal list: only issued orders for this program's product whose certificates end within
    /// so many days from today, or have ended already
    #[arg(long, value_name = "DAYS", value_parser = days)]
    expiring: Option<u16>,
    /// Only orders that were made on this day or later, in UTC
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
    since: Option<Date>,
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
    let wanted = Wanted::new(arguments);
    let query = wanted.query(arguments);
    runtime::block_on(async {
        print(client.list_orders(query), style, |order| {
            // With it and the token the certificate can be taken.
            order.hardware_init_code = None;
            wanted.holds(order)
        })
        .await
    })
}

/// Which orders to show. The server is asked for no more than these, and how it reads a range of days
/// is not documented, so the days are looked at once more here.
struct Wanted {
    since: Option<Date>,
    /// The certificate ends on this day or earlier.
    ends_by: Option<Date>,
}

impl Wanted {
    fn new(arguments: &Arguments) -> Self {
        let ends_by = arguments.expiring.map(|days| today().saturating_add(Span::new().days(days)));
        Self { since: arguments.since, ends_by }
    }

    fn query(&self, arguments: &Arguments) -> OrderQuery {
        let mut query = match self.ends_by {
            Some(last) => OrderQuery::renewals::<Order>(last.tomorrow().unwrap_or(last)),
            None => OrderQuery::new(),
        };
        if let Some(status) = &arguments.status {
            query = query.status(status.clone());
        }
        if let Some(before) = self.since.and_then(|since| since.yesterday().ok()) {
            query = query.date_created(DateRange::After(before));
        }
        query.page_size(PAGE)
    }

    /// An order without a day is kept: better one too many than one that is missed.
    fn holds(&self, order: &OrderInfo) -> bool {
        let made = day_of(order.date_created.as_deref());
        let since = self.since.zip(made).is_none_or(|(since, made)| made >= since);
        let ends = self.ends_by.zip(valid_till(order)).is_none_or(|(last, end)| end <= last);
        since && ends
    }
}

fn valid_till(order: &OrderInfo) -> Option<Date> {
    day_of(order.certificate.as_ref()?.valid_till.as_deref())
}

impl Row for OrderInfo {
    const NAME: &'static str = "orders";
    const HEAD: &'static [&'static str] = &[
        "order_id",
        "certificate_id",
        "status",
        "date_created",
        "valid_from",
        "valid_till",
        "days_remaining",
        "common_name",
        "email",
        "product_name_id",
        "price",
    ];
    const TABLE: &'static [Column] = &[
        Column { cell: 0, head: "order", width: 12 },
        Column { cell: 2, head: "status", width: 15 },
        Column { cell: 3, head: "created", width: 25 },
        Column { cell: 5, head: "valid till", width: 10 },
        Column { cell: 6, head: "days", width: 5 },
        Column { cell: 7, head: "holder", width: 0 },
    ];

    fn cells(&self) -> Vec<Cell<'_>> {
        let certificate = self.certificate.as_ref();
        let product = self.product.as_ref();
        vec![
            Cell::number(Some(self.id)),
            Cell::number(certificate.and_then(|it| it.id)),
            Cell::text(self.status.as_ref().map(OrderStatus::as_str)),
            Cell::text(self.date_created.as_deref()),
            Cell::text(certificate.and_then(|it| it.valid_from.as_deref())),
            Cell::text(certificate.and_then(|it| it.valid_till.as_deref())),
            Cell::number(certificate.and_then(|it| it.days_remaining)),
            Cell::text(certificate.and_then(|it| it.common_name.as_deref())),
            Cell::Text(certificate.map(|it| it.emails.join(" ")).unwrap_or_default().into()),
            Cell::text(product.and_then(|it| it.name_id.as_deref())),
            Cell::number(self.price.as_ref()),
        ]
    }
}
