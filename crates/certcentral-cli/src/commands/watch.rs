//! `certcentral watch`: waits until the status of an order changes.

use std::collections::BTreeMap;
use std::time::Duration;

use certcentral::model::{OrderId, OrderStatus};
use certcentral::{Client, LookupError, RetryPolicy};
use clap::Args;
use serde::Serialize;
use tokio::time::{MissedTickBehavior, interval};

use crate::args::options::{FORMAT_HELP, Format, READ_CODES, Server};
use crate::commands::{failed_read, next_step};
use crate::env::{runtime, server};
use crate::exit::{Exit, Result};
use crate::show::paint;
use crate::show::shell::server_options;
use crate::show::terminal::{Output, printable, progress};

/// Wait until the status of an order changes
///
/// It asks CertCentral for changes of status, at most once in 15 seconds, and ends as soon as one of
/// the orders has changed, or when all of them have come to an end already. Ctrl-C ends it at once.
#[derive(Debug, Args)]
#[command(after_help = READ_CODES)]
pub(crate) struct Arguments {
    /// The orders' ids at CertCentral, in digits
    #[arg(value_name = "ORDER_ID", required = true)]
    order_ids: Vec<OrderId>,
    #[command(flatten)]
    server: Server,
    #[arg(long, value_enum, default_value_t, help = FORMAT_HELP)]
    format: Format,
}

/// No request follows another sooner.
const BETWEEN_LOOKS: Duration = Duration::from_secs(15);

/// How far back the changes are asked for: as far as the API looks, so that nothing is missed while
/// this machine sleeps.
const LOOK_BACK: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// How many looks in a row may fail for a passing reason: about 10 minutes.
const MOST_FAILURES: u32 = 40;

pub(crate) fn run(arguments: &Arguments) -> Result<Exit> {
    let Arguments { order_ids, server, format } = arguments;
    // A retry would be one request more within the 15 seconds.
    let client = server::connect(server)?.retry(RetryPolicy::never()).build();
    let end = runtime::block_on(async {
        Ok(watch(order_ids, async |look| look_at(&client, look).await).await)
    })?;
    match end {
        Ok(shown) => print(arguments, &shown),
        Err(error) => Err(failed_read::report(&error, *format)?),
    }
}

/// What is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Look {
    /// What changed of late, of any order.
    Changes,
    /// One order.
    Order(OrderId),
}

/// What is known of an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Shown {
    order_id: OrderId,
    status: OrderStatus,
    /// The status before it changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    was: Option<OrderStatus>,
}

async fn look_at(
    client: &Client,
    look: Look,
) -> Result<Vec<(OrderId, Option<OrderStatus>)>, LookupError> {
    Ok(match look {
        Look::Changes => {
            let changes = client.list_status_changes(LOOK_BACK).await?;
            changes.into_iter().map(|change| (change.order_id, change.status)).collect()
        }
        Look::Order(id) => vec![(id, client.get_order(id).await?.status)],
    })
}

/// Looks until one of the orders has changed, or until all have ended, and returns what to show.
///
/// An order that did not change for a week is not among the changes: it is looked at by itself, once.
async fn watch(
    ids: &[OrderId],
    mut look_at: impl AsyncFnMut(Look) -> Result<Vec<(OrderId, Option<OrderStatus>)>, LookupError>,
) -> Result<Vec<Shown>, LookupError> {
    let mut known: BTreeMap<OrderId, Option<OrderStatus>> =
        ids.iter().map(|id| (*id, None)).collect();
    let mut ticks = interval(BETWEEN_LOOKS);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut has_changes = known.len() == 1;
    let mut failures = 0;
    loop {
        ticks.tick().await;
        let unknown = known.iter().find(|(_, status)| status.is_none()).map(|(id, _)| *id);
        let look = unknown.filter(|_| has_changes).map_or(Look::Changes, Look::Order);
        let found = match look_at(look).await {
            Ok(found) => found,
            Err(error) if error.is_temporary() && failures < MOST_FAILURES => {
                failures += 1;
                progress(format_args!("{}; looking again in 15 s", printable(&error.to_string())));
                continue;
            }
            Err(error) => return Err(error),
        };
        failures = 0;
        has_changes |= look == Look::Changes;
        let mut changed = Vec::new();
        for (order_id, status) in found {
            let Some(before) = known.get_mut(&order_id) else { continue };
            let status = status.unwrap_or_else(|| OrderStatus::from("unknown"));
            match before.replace(status.clone()) {
                Some(was) if was != status => {
                    changed.push(Shown { order_id, status, was: Some(was) });
                }
                Some(_) => {}
                None => progress(format_args!("order {order_id}: {}", printable(status.as_str()))),
            }
        }
        if !changed.is_empty() {
            return Ok(changed);
        }
        let ended = |status: &Option<OrderStatus>| status.clone().filter(next_step::has_ended);
        let all_ended: Option<Vec<Shown>> = known
            .iter()
            .map(|(id, status)| Some(Shown { order_id: *id, status: ended(status)?, was: None }))
            .collect();
        if let Some(shown) = all_ended {
            return Ok(shown);
        }
    }
}

fn print(arguments: &Arguments, shown: &[Shown]) -> Result<Exit> {
    let mut output = Output::new();
    let options = server_options(&arguments.server);
    for row in shown {
        if arguments.format == Format::Json {
            output.json(row)?;
            continue;
        }
        let Shown { order_id, status, was } = row;
        let head = format!("order {order_id}: {}", printable(status.as_str()));
        match was {
            Some(was) => output.line(format_args!(
                "{} (was {})",
                paint::strong(&head),
                printable(was.as_str())
            ))?,
            None => output.line(paint::strong(&head))?,
        }
        if let Some(next) = next_step::of(*order_id, Some(status), &[], &options) {
            output.line(next)?;
        }
    }
    output.finish()?;
    Ok(Exit::Success)
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;

    use tokio::time::Instant;

    use super::*;

    fn id(number: u64) -> OrderId {
        OrderId::new(number).unwrap()
    }

    /// Watches with these answers, and gives when what was looked at.
    async fn watched(ids: &[u64], answers: &[&[(u64, &str)]]) -> (Vec<(u64, Look)>, Vec<Shown>) {
        let ids: Vec<OrderId> = ids.iter().copied().map(id).collect();
        let mut answers: VecDeque<_> = answers.iter().collect();
        let start = Instant::now();
        let mut looks = Vec::new();
        let shown = watch(&ids, async |look| {
            looks.push((start.elapsed().as_secs(), look));
            let answer = answers.pop_front().expect("no further look");
            Ok(answer.iter().map(|(order, status)| (id(*order), Some((*status).into()))).collect())
        });
        let shown = shown.await.unwrap();
        assert!(answers.is_empty(), "{looks:?}");
        (looks, shown)
    }

    fn shown(order: u64, status: &str, was: Option<&str>) -> Shown {
        Shown { order_id: id(order), status: status.into(), was: was.map(Into::into) }
    }

    #[tokio::test(start_paused = true)]
    async fn one_order_is_looked_at_and_then_the_changes_at_most_once_in_15_seconds() {
        let other: &[(u64, &str)] = &[(9, "issued")];
        let (looks, end) =
            watched(&[1], &[&[(1, "pending")], &[], other, &[(9, "issued"), (1, "issued")]]).await;
        let changes = Look::Changes;
        assert_eq!(looks, [(0, Look::Order(id(1))), (15, changes), (30, changes), (45, changes)]);
        assert_eq!(end, [shown(1, "issued", Some("pending"))]);
    }

    #[tokio::test(start_paused = true)]
    async fn what_has_not_changed_for_a_week_is_looked_at_by_itself() {
        let (looks, end) = watched(&[2, 1, 2], &[&[(1, "issued")], &[(2, "canceled")]]).await;
        assert_eq!(looks, [(0, Look::Changes), (15, Look::Order(id(2)))]);
        assert_eq!(end, [shown(1, "issued", None), shown(2, "canceled", None)]);
    }

    #[tokio::test(start_paused = true)]
    async fn all_that_changed_at_once_is_shown() {
        let before: &[(u64, &str)] = &[(1, "pending"), (2, "pending"), (3, "issued")];
        let after: &[(u64, &str)] = &[(1, "processing"), (2, "rejected"), (3, "issued")];
        let (_, end) = watched(&[1, 2, 3], &[before, after]).await;
        assert_eq!(
            end,
            [shown(1, "processing", Some("pending")), shown(2, "rejected", Some("pending"))]
        );
    }
}
