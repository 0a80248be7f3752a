//! What `certcentral list` takes.

use certcentral::model::OrderStatus;
use clap::Args;
use jiff::civil::Date;

use crate::args::options::{READ_CODES, RowFormat, Server, TABLE_FORMAT_HELP, day, days};

/// List orders, the newest first
///
/// As JSON each order is a line; a list that breaks off ends with a line that has an `error`.
#[derive(Debug, Args)]
#[command(after_help = READ_CODES)]
pub(crate) struct List {
    /// Only orders with this status, such as pending, issued (which includes expired), rejected,
    /// revoked or canceled
    #[arg(long, value_name = "STATUS", conflicts_with = "expiring")]
    pub(crate) status: Option<OrderStatus>,
    /// The renewal list: only issued orders for this program's product whose certificates end within
    /// so many days from today, or have ended already
    #[arg(long, value_name = "DAYS", value_parser = days)]
    pub(crate) expiring: Option<u16>,
    /// Only orders that were made on this day or later, in UTC
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
    pub(crate) since: Option<Date>,
    #[command(flatten)]
    pub(crate) server: Server,
    #[arg(long, value_enum, default_value_t, help = TABLE_FORMAT_HELP)]
    pub(crate) format: RowFormat,
    /// Begin the CSV with a byte order mark, which some spreadsheet programs need to read names
    #[arg(long)]
    pub(crate) bom: bool,
}
