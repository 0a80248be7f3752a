//! `certcentral preflight`: whether orders can be placed with this key, from this machine, now.

use std::cmp::Ordering;
use std::fmt::Write as _;

use certcentral::model::{
    Amount, Balance, CustomField, OrderInfo, ProductInfo, ProductOrder, UserInfo,
};
use certcentral::pkio_professional::Order;
use certcentral::{Client, LookupError, OrderQuery};
use clap::Args;
use jiff::SignedDuration;
use serde::Serialize;

use crate::args::options::{FORMAT_HELP, Format, Server};
use crate::commands::failed_read::{FailedRead, is_refused};
use crate::env::{runtime, server};
use crate::exit::{Exit, Result};
use crate::show::paint;
use crate::show::terminal::{Output, printable};
use crate::show::wrap::duration;

/// See whether orders can be placed: key, product, balance, custom fields, clock
///
/// It orders nothing and changes nothing.
#[derive(Debug, Args)]
#[command(after_help = "Exit codes: 0 orders can be placed, warnings included, 2 wrong usage or \
                        configuration, 3 the key or the product was refused by the server, 4 no \
                        answer that can be read.")]
pub(crate) struct Arguments {
    #[command(flatten)]
    server: Server,
    #[arg(long, value_enum, default_value_t, help = FORMAT_HELP)]
    format: Format,
}

/// A clock that is off by less does no harm.
const CLOCK_TOLERANCE: SignedDuration = SignedDuration::from_secs(60);

/// How wide the column with the names of the checks is.
const NAMES: usize = 14;

pub(crate) fn run(arguments: &Arguments) -> Result<Exit> {
    let client = server::connect(&arguments.server)?.build();
    runtime::block_on(async {
        let mut printer =
            Printer { output: Output::new(), format: arguments.format, ends: [false; 4] };
        look(&client, &mut printer).await?;
        printer.output.finish()?;
        Ok(match printer.ends {
            ends if ends[Finding::Refused as usize] => Exit::Rejected,
            ends if ends[Finding::Unreadable as usize] => Exit::NotSent,
            _ => Exit::Success,
        })
    })
}

async fn look(client: &Client, printer: &mut Printer) -> Result<()> {
    let user = client.get_user().await;
    printer.print("key", &user.as_ref().map(whose), Finding::Refused)?;
    // What does not even connect gives no other answer to the other questions.
    if user.is_err_and(|error| error.status().is_none()) {
        return Ok(());
    }
    let product = client.get_product(Order::PRODUCT_NAME_ID).await;
    printer.print("product", &product.as_ref().map(validities), Finding::Refused)?;
    let balance = client.get_balance(None).await;
    let price = match &balance {
        Ok(_) => newest_price(client).await,
        Err(_) => None,
    };
    let funds = balance.as_ref().map(|balance| funds(balance, price.as_ref()));
    printer.print("balance", &funds, Finding::Warning)?;
    let fields = client.list_custom_fields().await;
    printer.print("custom fields", &fields.as_ref().map(|it| required(it)), Finding::Warning)?;
    printer.print("clock", &Ok(clock(client.clock_offset())), Finding::Warning)
}

/// What the newest order for the product cost, if there is one.
async fn newest_price(client: &Client) -> Option<Amount> {
    let newest = OrderQuery::new().product_name_id(Order::PRODUCT_NAME_ID).page_size(1);
    let newest: OrderInfo = client.list_orders(newest).next().await?.ok()?;
    newest.price
}

/// What was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Finding {
    Ok,
    Warning,
    Refused,
    Unreadable,
}

type Check = (Finding, String);

fn whose(user: &UserInfo) -> Check {
    let names = [user.first_name.as_deref(), user.last_name.as_deref()];
    let mut whose = names.into_iter().flatten().collect::<Vec<_>>().join(" ");
    if whose.is_empty() {
        whose = user.username.clone().unwrap_or_else(|| "a user without a name".into());
    }
    // Writing to a `String` does not fail.
    if let Some(email) = &user.email {
        let _ = write!(whose, " ({email})");
    }
    if let Some(account) = user.account_id {
        let _ = write!(whose, ", account {account}");
    }
    (Finding::Ok, format!("it is accepted: {whose}"))
}

fn validities(product: &ProductInfo) -> Check {
    let name = product.name.as_deref().unwrap_or(Order::PRODUCT_NAME_ID);
    let mut sentence = format!("{name} can be ordered");
    let years: Vec<String> =
        product.allowed_validity_years.iter().map(ToString::to_string).collect();
    if !years.is_empty() {
        let _ = write!(sentence, ", for {} years", years.join(", "));
    }
    if product.custom_expiration_date_allowed == Some(true) {
        sentence.push_str(", or until a day of your choice");
    }
    (Finding::Ok, sentence)
}

fn funds(balance: &Balance, price: Option<&Amount>) -> Check {
    let currency = balance.currency.as_deref().map(|it| format!(" {it}")).unwrap_or_default();
    if balance.unlimited_negative_balance == Some(true) {
        return (Finding::Ok, "it may be overdrawn without a limit".into());
    }
    let Some(funds) = balance.total_available_funds.as_ref().or(balance.balance.as_ref()) else {
        return (Finding::Warning, "the server does not show what can be spent".into());
    };
    let sentence = format!("{funds}{currency} can be spent");
    match price {
        _ if !funds.is_positive() => {
            (Finding::Warning, format!("{sentence}: an order that is paid from it will be refused"))
        }
        Some(price) if compare(funds, price).is_lt() => (
            Finding::Warning,
            format!("{sentence}, and the newest order cost {price}: too little for another one"),
        ),
        Some(price) => (Finding::Ok, format!("{sentence}; the newest order cost {price}")),
        None => (Finding::Ok, sentence),
    }
}

/// Compares two amounts that are not negative.
fn compare(one: &Amount, other: &Amount) -> Ordering {
    let parts = |amount: &Amount| {
        let (whole, fraction) = amount.as_str().split_once('.').unwrap_or((amount.as_str(), ""));
        let whole = whole.trim_start_matches('0').to_owned();
        (whole.len(), whole, fraction.trim_end_matches('0').to_owned())
    };
    parts(one).cmp(&parts(other))
}

fn required(fields: &[CustomField]) -> Check {
    let required: Vec<&str> = fields
        .iter()
        .filter(|field| field.is_required == Some(true) && field.is_active != Some(false))
        .map(|field| field.label.as_deref().unwrap_or("a field without a name"))
        .collect();
    if required.is_empty() {
        return (Finding::Ok, "none is required".into());
    }
    let sentence = format!(
        "the account requires {}, which an order for this product cannot have: orders may be refused",
        required.join(", ")
    );
    (Finding::Warning, sentence)
}

/// The server's clock minus this machine's.
fn clock(offset: Option<SignedDuration>) -> Check {
    let Some(offset) = offset else {
        return (Finding::Warning, "the server does not say what time it is".into());
    };
    if offset.abs() <= CLOCK_TOLERANCE {
        return (Finding::Ok, "it agrees with the server's".into());
    }
    let difference = duration(offset.unsigned_abs().as_secs());
    let direction = if offset.is_positive() { "behind" } else { "ahead of" };
    let sentence = format!("this machine's clock is {difference} {direction} the server's; set it");
    (Finding::Warning, sentence)
}

/// A check as JSON.
#[derive(Serialize)]
struct Line<'a> {
    check: &'static str,
    result: Finding,
    message: &'a str,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    failed: Option<FailedRead<'a>>,
}

struct Printer {
    output: Output,
    format: Format,
    /// Which findings there were.
    ends: [bool; 4],
}

impl Printer {
    /// Prints a check as soon as it is made. A look-up that was refused is a `refusal`.
    fn print(
        &mut self,
        check: &'static str,
        result: &Result<Check, &LookupError>,
        refusal: Finding,
    ) -> Result<()> {
        let (result, message, failed) = match result {
            Ok((finding, message)) => (*finding, message.clone(), None),
            Err(error) => {
                let finding = if is_refused(error) { refusal } else { Finding::Unreadable };
                (finding, error.to_string(), Some(FailedRead::new(error)))
            }
        };
        self.ends[result as usize] = true;
        let Self { output, format, .. } = self;
        match format {
            Format::Json => output.json(&Line { check, result, message: &message, failed })?,
            Format::Human => {
                let (mark, blanks) = match result {
                    Finding::Ok => (paint::success("ok"), 8),
                    Finding::Warning => (paint::warning("warning"), 3),
                    Finding::Refused => (paint::error("refused"), 3),
                    Finding::Unreadable => (paint::error("no answer"), 1),
                };
                let message = printable(&message);
                output.line(format_args!("{mark}{:blanks$}{check:<NAMES$}{message}", ""))?;
            }
        }
        output.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn amount(text: &str) -> Amount {
        serde_json::from_value(text.into()).unwrap()
    }

    #[test]
    fn amounts_are_compared_as_numbers() {
        for (one, other, expected) in [
            ("9.99", "10", Ordering::Less),
            ("249.00", "249", Ordering::Equal),
            ("0249.0", "249", Ordering::Equal),
            ("249.01", "249.009", Ordering::Greater),
            ("0.5", "0.45", Ordering::Greater),
            ("123456789012345678901234567890", "9", Ordering::Greater),
        ] {
            assert_eq!(compare(&amount(one), &amount(other)), expected, "{one} {other}");
        }
    }

    #[test]
    fn a_clock_that_is_off_is_told_by_how_much() {
        let (finding, message) = clock(Some(SignedDuration::from_secs(-3700)));
        assert_eq!(finding, Finding::Warning);
        assert!(message.contains("1 h 1 min ahead of the server's"), "{message}");
        let (_, message) = clock(Some(SignedDuration::from_secs(90)));
        assert!(message.contains("1 min 30 s behind"), "{message}");
        assert_eq!(clock(Some(SignedDuration::from_secs(5))).0, Finding::Ok);
        assert_eq!(clock(None).0, Finding::Warning);
    }
}
