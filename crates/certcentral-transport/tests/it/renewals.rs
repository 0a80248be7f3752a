//! The list of orders to renew, in an account of many orders: it ends, agrees with the books, keeps to
//! the pacing, and takes no more memory the longer it is.
//!
//! `CERTCENTRAL_RENEWAL_ORDERS` says how many orders the account has.

use std::collections::BTreeSet;
use std::num::NonZeroU32;
use std::time::{Duration, Instant};

use certcentral_model::pkio_professional::Order;
use certcentral_sandbox::Sandbox;
use certcentral_transport::jiff::civil::Date;
use certcentral_transport::jiff::{SignedDuration, Timestamp, ToSpan, tz};
use certcentral_transport::{OrderQuery, Pacing};

use crate::caller::{KEY, builder, in_child, peak, result};

const FEW: u64 = 2_000;

/// Entries a page, and how many requests may arrive within which time.
struct Pace {
    page: u32,
    requests: usize,
    within: Duration,
}

fn pace(orders: u64) -> Pace {
    if orders > FEW {
        // The API's own limit.
        Pace { page: 100, requests: 100, within: Duration::from_secs(5) }
    } else {
        Pace { page: 20, requests: 20, within: Duration::from_millis(400) }
    }
}

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok().map(|it| it.parse().unwrap())
}

/// Lists in a process of its own, so that only the client's memory is measured.
#[tokio::test]
#[ignore = "started by the test below"]
async fn child() {
    let pace = pace(number("CHILD_ORDERS").unwrap());
    let before: Date = std::env::var("CHILD_BEFORE").unwrap().parse().unwrap();
    let windows = [(NonZeroU32::new(pace.requests.try_into().unwrap()).unwrap(), pace.within)];
    let client =
        builder(&std::env::var("CHILD_URL").unwrap()).pacing(Pacing::windows(windows)).build();
    let mut renewals =
        client.list_orders(OrderQuery::renewals::<Order>(before).page_size(pace.page));
    let begin = Instant::now();
    let (mut rows, mut at_first) = (0, 0);
    println!();
    while let Some(order) = renewals.next().await {
        let order = order.unwrap();
        let ends = order.certificate.unwrap().valid_till.unwrap();
        assert!(ends.parse::<Date>().unwrap() < before, "{ends}");
        println!("id: {}", order.id);
        rows += 1;
        if rows == 2 * pace.page {
            at_first = peak();
        }
    }
    assert!(renewals.is_whole());
    let grown = peak() - at_first;
    println!("result: {rows} {grown} {} {}", peak(), begin.elapsed().as_millis());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_renewal_list_of_a_large_account_ends_is_right_and_paced_in_flat_memory() {
    let orders = number("CERTCENTRAL_RENEWAL_ORDERS").unwrap_or(FEW);
    let sandbox = Sandbox::builder().api_key(KEY).start().await.unwrap();
    sandbox.fill(orders);
    let today = Timestamp::now().to_zoned(tz::TimeZone::UTC).date();
    let before = today.checked_add(90.days()).unwrap();

    let printed = in_child(
        "renewals::child",
        &[
            ("CHILD_URL", &sandbox.url()),
            ("CHILD_ORDERS", &orders.to_string()),
            ("CHILD_BEFORE", &before.to_string()),
        ],
    )
    .await;

    let listed: Vec<u64> = printed
        .lines()
        .filter_map(|line| line.strip_prefix("id: "))
        .map(|id| id.parse().unwrap())
        .collect();
    let books = sandbox.books();
    let to_renew: BTreeSet<u64> = books
        .orders()
        .iter()
        .filter(|order| order.valid_till().is_some_and(|day| day < before))
        .map(|order| order.id().get())
        .collect();
    assert_eq!(BTreeSet::from_iter(listed.iter().copied()), to_renew, "right by the books");
    assert_eq!(listed.len(), to_renew.len(), "each comes once");

    let Pace { page, requests, within } = pace(orders);
    let arrivals: Vec<Timestamp> = books.requests().iter().map(|it| it.received_at()).collect();
    // A last page that is full may be the first of more.
    assert_eq!(arrivals.len(), listed.len() / page as usize + 1, "one request a page");
    let within = SignedDuration::try_from(within).unwrap();
    for window in arrivals.windows(requests + 1) {
        let took = window[requests].duration_since(window[0]);
        assert!(took >= within, "{} requests within {took:?}", requests + 1);
    }

    let result = result(&printed);
    let numbers: Vec<u64> = result.split(' ').map(|it| it.parse().unwrap()).collect();
    let [rows, grown, peak, milliseconds] = numbers[..] else { panic!("{result}") };
    println!(
        "{orders} orders, {rows} to renew, {} requests in {milliseconds} ms; {peak} KiB at the \
         most, {grown} KiB more than after two pages",
        arrivals.len()
    );
    assert!(grown < 2 * 1024, "{grown} KiB");
}
