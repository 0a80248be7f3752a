//! What will happen, in three lines, and one question.

use std::io::{self, BufRead, IsTerminal, Write};

use certcentral::Pacing;
use certcentral_batch::{Plan, Summary};

use super::arguments::Arguments;
use super::journal::SANDBOX;
use super::target::Target;
use crate::exit::{Failure, Result};
use crate::show::terminal::say;
use crate::show::wrap::{count, duration, number, wrap};

/// Says how many orders go where, to whom they are charged, and how long that takes at least.
pub(super) fn announce(plan: &Plan, target: &Target, arguments: &Arguments) {
    let at = if target.name == SANDBOX {
        "the sandbox inside this program".to_owned()
    } else {
        target.client.base_url().host().to_owned()
    };
    let how = match arguments.concurrency.get() {
        1 => "one after the other".to_owned(),
        at_once => format!("{at_once} at a time"),
    };
    say(wrap("", 2, &format!("Places {} at {at}, {how}.", count(plan.to_send, "order"))));
    say(wrap("", 2, &format!("Charged to {}.", charged(plan))));
    say(wrap("", 2, &how_long(plan.to_send, arguments.no_pacing || arguments.sandbox)));
}

fn charged(plan: &Plan) -> String {
    let parts: Vec<String> = [
        (plan.balance, "the balance of the account"),
        (plan.profile, "the default credit card of the account"),
        (plan.card, "the credit cards in the file"),
    ]
    .into_iter()
    .filter(|(orders, _)| *orders > 0)
    .map(|(orders, to)| format!("{to} ({})", number(orders)))
    .collect();
    parts.join(", ")
}

fn how_long(orders: u64, is_unlimited: bool) -> String {
    if is_unlimited {
        return "Takes as long as the answers do: the API's limits are not kept to.".into();
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

/// Asks for confirmation on a terminal.
pub(super) fn is_confirmed() -> Result<bool> {
    if !io::stdin().is_terminal() || !io::stderr().is_terminal() {
        return Ok(true);
    }
    let failed = |error: io::Error| Failure::usage(format!("nothing was sent: {error}"));
    write!(io::stderr(), "Place them? [y/N] ").map_err(failed)?;
    let mut answer = String::new();
    io::stdin().lock().read_line(&mut answer).map_err(failed)?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes" | "j" | "J" | "ja"))
}

#[cfg(test)]
mod tests {
    use super::at_least;

    #[test]
    fn the_limits_of_the_api_say_how_long_it_takes_at_least() {
        assert_eq!([1, 100, 101, 1000, 1001, 5000].map(at_least), [0, 0, 5, 45, 180, 720]);
    }
}
