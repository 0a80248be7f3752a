//! What `certcentral new` takes.

use std::num::NonZeroU64;

use clap::Args;

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
pub(crate) struct New {
    /// Order for an individual whose details CertCentral has, by its id there
    #[arg(long, value_name = "ID", value_parser = individual)]
    pub(crate) existing: Option<NonZeroU64>,
    /// Pay by credit card: with the card and its billing address
    #[arg(long)]
    pub(crate) card: bool,
    /// Print a sheet instead, for many orders: a column a member, and one row to copy and fill in.
    /// Each row has its own consent to the subscriber agreement
    #[arg(long, conflicts_with_all = ["existing", "card"])]
    pub(crate) csv: bool,
}

fn individual(text: &str) -> Result<NonZeroU64, String> {
    let id = text.parse().ok().filter(|id: &NonZeroU64| i64::try_from(id.get()).is_ok());
    id.ok_or_else(|| "an id is a whole number from 1 to 9223372036854775807, in digits only".into())
}
