//! What is said of a batch before its orders are placed.

use std::io::{self, IsTerminal};
use std::time::Duration;

use certcentral::Pacing;
use certcentral_batch::{Summary, Survey};
use certcentral_journal::{Journal, SqliteStore};

use super::arguments::Arguments;
use crate::env::runtime::Runtime;
use crate::show::terminal::printable;
use crate::show::wrap::{count, duration, number, wrap};

/// How long the balance is waited for.
const PATIENCE: Duration = Duration::from_secs(5);

/// `Journal: 62 of 200 placed`.
pub(super) fn what_the_journal_knows(survey: &Survey) -> String {
    let Survey { rows, placed, open, refused, .. } = survey;
    let mut text = format!("Journal: {} of {} placed", number(*placed), number(*rows));
    if *open > 0 {
        text.push_str(&format!(", {} may be placed and will be looked up first", number(*open)));
    }
    if *refused > 0 {
        text.push_str(&format!(
            ", {} rejected before and not sent again as they are",
            number(*refused)
        ));
    }
    text
}

/// Says how many orders go where, for how many years, who pays, and how long it takes at least.
pub(super) fn screen(
    survey: &Survey,
    journal: &Journal<SqliteStore>,
    runtime: &Runtime,
    arguments: &Arguments,
) -> String {
    let client = journal.client();
    let host = if arguments.sandbox {
        "the sandbox inside this program".to_owned()
    } else {
        client.base_url().host().to_string()
    };
    let how = match arguments.concurrency.get() {
        1 => "one after the other".to_owned(),
        at_once => format!("{at_once} at a time"),
    };
    let mut years: Vec<_> = survey.years.iter().collect();
    years.sort_unstable();
    let years: Vec<String> = years
        .into_iter()
        .map(|(years, orders)| match years {
            Some(1) => format!("{} for 1 year", number(*orders)),
            Some(years) => format!("{} for {years} years", number(*orders)),
            None => format!("{} without years (DigiCert's default)", number(*orders)),
        })
        .collect();
    let mut lines = vec![format!("Places {} at {host}, {how}.", count(survey.to_send, "order"))];
    if !years.is_empty() {
        lines.push(format!("Validity: {}.", years.join(", ")));
    }
    lines.push(format!("Charged to {}.", charged(survey)));
    if survey.balance > 0 && io::stderr().is_terminal() {
        let balance = runtime
            .block_on(async { tokio::time::timeout(PATIENCE, client.get_balance(None)).await });
        if let Ok(Ok(balance)) = balance
            && let Some(amount) = &balance.balance
        {
            let currency = balance.currency.as_deref().unwrap_or_default();
            let left = format!("The balance is {amount} {currency}");
            lines.push(format!("{}.", printable(left.trim())));
        }
    }
    lines.push(how_long(survey.to_send, arguments.no_pacing || arguments.sandbox));
    let lines: Vec<String> = lines.iter().map(|line| wrap("", 2, line)).collect();
    lines.join("\n")
}

fn charged(survey: &Survey) -> String {
    let parts: Vec<String> = [
        (survey.balance, "the balance of the account"),
        (survey.profile, "the default credit card of the account"),
        (survey.card, "the credit cards in the file"),
    ]
    .into_iter()
    .filter(|(orders, _)| *orders > 0)
    .map(|(orders, to)| format!("{to} ({})", number(orders)))
    .collect();
    if parts.is_empty() { "nobody".to_owned() } else { parts.join(", ") }
}

fn how_long(orders: u64, is_unlimited: bool) -> String {
    if is_unlimited {
        return "Takes as long as the answers do: the API's limits are ignored.".into();
    }
    let seconds = at_least(orders);
    if seconds == 0 {
        return "Takes as long as the answers do.".into();
    }
    format!("Takes {} at least, by the limits of the API.", duration(seconds))
}

/// How long this number of requests takes at least under the API's limits.
fn at_least(orders: u64) -> u64 {
    let windows = Pacing::default();
    let seconds = windows
        .limits()
        .iter()
        .map(|(most, within)| orders.saturating_sub(1) / u64::from(most.get()) * within.as_secs());
    seconds.max().unwrap_or(0)
}

pub(super) fn nothing_to_send(before: &Summary) -> &'static str {
    if before.is_all_placed() {
        "All orders are placed: there is nothing left to send."
    } else {
        "There is nothing to send now."
    }
}

#[cfg(test)]
mod tests {
    use super::at_least;

    #[test]
    fn the_limits_of_the_api_say_how_long_it_takes_at_least() {
        assert_eq!([1, 100, 101, 1000, 1001, 5000].map(at_least), [0, 0, 5, 45, 180, 720]);
    }
}
